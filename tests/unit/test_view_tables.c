/* The CSV views: segments, states, timers. */
#include "check_main.h"

#include "trace_by_hand.h"
#include "view/view.h"

static char *written(const Trace *trace,
                     void (*view)(const Trace *, const ViewOptions *, GString *))
{
    GString *out = g_string_new(NULL);
    view(trace, NULL, out);
    return g_string_free(out, FALSE);
}

#define assert_written(trace, view, expected)                                                      \
    do {                                                                                           \
        g_autofree char *got_ = written(trace, view);                                              \
        ck_assert_str_eq(got_, expected);                                                          \
    } while (0)

#define SEGMENTS "t_s,from,segment,seq,ack,len,win,options,fate,conn\n"

START_TEST(segments_of_first_syn_lost)
{
    g_autoptr(Trace) trace = first_syn_lost();
    assert_written(trace, view_segments,
                   "# The first SYN is lost\n" SEGMENTS
                   "0.0000,client,SYN,0,,0,5840,mss 1460 sackOK TS wscale 0,lost,1\n"
                   "3.0000,client,SYN,0,,0,5840,mss 1460 sackOK TS wscale 0,pass,1\n"
                   "3.0100,server,SYN-ACK,0,1,0,5792,mss 1460 sackOK TS wscale 0,pass,1\n"
                   "3.0200,client,ACK,1,1,0,5840,TS,pass,1\n");
}
END_TEST

/* As measured: truth/linux-6.18/connect-refused.csv. */
START_TEST(a_number_without_a_beginning_is_noted)
{
    g_autoptr(Trace) trace = two_hosts();
    add_send(trace, 300 * SIM_MICROSECOND, CLIENT, segment_of(CLIENT, TCP_SYN, 77, 0),
             TCP_REASON_NONE, 0);
    Segment rst = segment_of(SERVER, TCP_RST | TCP_ACK, 0, 78);
    rst.window = 0;
    add_send(trace, 10700 * SIM_MICROSECOND, SERVER, rst, TCP_REASON_NO_CONNECTION, 0);
    assert_written(trace, view_segments,
                   "# row 2: seq is absolute: no initial number of server to count from\n" SEGMENTS
                   "0.0003,client,SYN,0,,0,5840,,pass,1\n"
                   "0.0107,server,RST,0,1,0,0,,pass,1\n");
}
END_TEST

START_TEST(segments_have_exact_times_fates_and_sack)
{
    g_autoptr(Trace) trace = two_hosts();
    Segment data = segment_of(CLIENT, TCP_ACK, 1, 1);
    data.length = 1448;
    data.options.present = OPTION_TIMESTAMPS | OPTION_SACK;
    data.options.sack_count = 2;
    segment_options_lay_out(&data.options, OPTION_ORDER_OF_LINUX, FALSE);
    for (TraceFate fate = 0; fate < TRACE_FATE_COUNT; fate++) {
        TraceEvent event = send_of(trace, SIM_SECOND + (SimTime)fate, CLIENT, data, 0);
        event.segment.fate = fate;
        trace_add(trace, &event);
    }
    g_autoptr(GString) expected = g_string_new(NULL);
    for (guint row = 1; row <= TRACE_FATE_COUNT; row++)
        g_string_append_printf(
            expected,
            "# row %u: seq is absolute: no initial number of client to count from\n"
            "# row %u: ack is absolute: no initial number of server to count from\n",
            row, row);
    g_string_append(expected,
                    SEGMENTS "1.0000,client,DATA,1,1,1448,5840,TS sack x2,pass,1\n"
                             "1.000000001,client,DATA,1,1,1448,5840,TS sack x2,delay,1\n"
                             "1.000000002,client,DATA,1,1,1448,5840,TS sack x2,dup,1\n"
                             "1.000000003,client,DATA,1,1,1448,5840,TS sack x2,corrupt,1\n"
                             "1.000000004,client,DATA,1,1,1448,5840,TS sack x2,lost,1\n");
    assert_written(trace, view_segments, expected->str);
}
END_TEST

START_TEST(forged_segments_are_noted)
{
    g_autoptr(Trace) trace = two_hosts();
    trace_add_host(trace, "attacker");
    TraceEvent forged = forged_of(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, 5, 0));
    forged.host = THIRD;
    trace_add(trace, &forged);
    assert_written(trace, view_segments,
                   "# row 1: forged by attacker, says that it comes from 10.0.0.1\n" SEGMENTS
                   "0.0000,attacker,SYN,0,,0,5840,,pass,1\n");
}
END_TEST

START_TEST(names_are_quoted_and_notes_stay_on_their_line)
{
    g_autoptr(Trace) trace = trace_new(TRACE_LEVEL_FULL);
    trace_add_host(trace, "a,\"b\"");
    trace->title = g_strdup("one\ntwo");
    add_send(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, 5, 0), TCP_REASON_NONE, 0);
    add_send(trace, 0, SERVER, segment_of(SERVER, TCP_SYN, 5, 0), TCP_REASON_NONE, 0);
    assert_written(trace, view_segments,
                   "# one\\x0atwo\n" SEGMENTS "0.0000,\"a,\"\"b\"\"\",SYN,0,,0,5840,,pass,1\n"
                   "0.0000,?,SYN,0,,0,5840,,pass,1\n");
}
END_TEST

START_TEST(states_of_first_syn_lost)
{
    g_autoptr(Trace) trace = first_syn_lost();
    assert_written(trace, view_states,
                   "t_s,host,conn,from,to,cause\n"
                   "0.0000,server,0,CLOSED,LISTEN,listen called\n"
                   "0.0000,client,1,CLOSED,SYN-SENT,connect called\n"
                   "3.0100,server,1,LISTEN,SYN-RCVD,SYN received\n"
                   "3.0200,client,1,SYN-SENT,ESTABLISHED,SYN-ACK received\n"
                   "3.0300,server,1,SYN-RCVD,ESTABLISHED,ACK of our SYN received\n");
}
END_TEST

START_TEST(timers_of_first_syn_lost)
{
    g_autoptr(Trace) trace = first_syn_lost();
    assert_written(trace, view_timers,
                   "t_s,host,conn,timer,event,due_s,retry\n"
                   "0.0000,client,1,retransmit,armed,3.0000,1\n"
                   "3.0000,client,1,retransmit,fired,3.0000,1\n"
                   "3.0000,client,1,retransmit,armed,9.0000,2\n"
                   "3.0100,server,1,retransmit,armed,6.0100,1\n"
                   "3.0200,client,1,retransmit,cancelled,9.0000,2\n"
                   "3.0300,server,1,retransmit,cancelled,6.0100,1\n");
}
END_TEST

START_TEST(a_timer_that_never_fires_has_no_due_time)
{
    g_autoptr(Trace) trace = two_hosts();
    add_timer(trace, 0, CLIENT, TCP_TIMER_CANCELLED, 0, SIM_NEVER, 0, TCP_REASON_NONE, 0);
    assert_written(trace, view_timers,
                   "t_s,host,conn,timer,event,due_s,retry\n"
                   "0.0000,client,1,retransmit,cancelled,,0\n");
}
END_TEST

START_TEST(the_table_of_views_names_them_all)
{
    gsize count;
    const View *views = view_table(&count);
    static const char *const names[] = {"timeline", "segments", "states",  "timers",
                                        "counters", "json",     "mermaid", "rfc",
                                        "flow",     "pkt",      "svg",     "html"};
    ck_assert_uint_eq(count, G_N_ELEMENTS(names));
    for (gsize i = 0; i < count; i++)
        ck_assert_str_eq(views[i].name, names[i]);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tables");
    TCase *tc = tcase_create("csv");
    tcase_add_test(tc, segments_of_first_syn_lost);
    tcase_add_test(tc, a_number_without_a_beginning_is_noted);
    tcase_add_test(tc, segments_have_exact_times_fates_and_sack);
    tcase_add_test(tc, forged_segments_are_noted);
    tcase_add_test(tc, names_are_quoted_and_notes_stay_on_their_line);
    tcase_add_test(tc, states_of_first_syn_lost);
    tcase_add_test(tc, timers_of_first_syn_lost);
    tcase_add_test(tc, a_timer_that_never_fires_has_no_due_time);
    tcase_add_test(tc, the_table_of_views_names_them_all);
    suite_add_tcase(s, tc);
    return s;
}
