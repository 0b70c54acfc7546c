/* The timeline and its summary, against text written by hand. */
#include "check_main.h"
#include "trace_by_hand.h"
#include "view/view.h"

#include <string.h>

static const ViewOptions ascii = {.width = 100};
static const ViewOptions unicode = {.unicode = TRUE, .width = 100};

static char *timeline(const Trace *trace, const ViewOptions *options)
{
    GString *out = g_string_new(NULL);
    view_timeline(trace, options, out);
    return g_string_free(out, FALSE);
}

static void assert_says(const Trace *trace, const ViewOptions *options, const char *text)
{
    g_autofree char *got = timeline(trace, options);
    ck_assert_msg(strstr(got, text) != NULL, "\"%s\" is not in:\n%s", text, got);
}

static void assert_does_not_say(const Trace *trace, const char *text)
{
    g_autofree char *got = timeline(trace, &ascii);
    ck_assert_msg(strstr(got, text) == NULL, "\"%s\" is in:\n%s", text, got);
}

/* clang-format off */
static const char first_syn_lost_text[] =
    "The first SYN is lost (first-syn-lost.scn)\n"
    "\n"
    "    time  no.  client                                  server\n"
    "----------------------------------------------------------------------------------------------------\n"
    "   0.000    1                                          listen: ok\n"
    "            2                                          port 80: CLOSED -> LISTEN (listen called)\n"
    "            3  connect server: ok\n"
    "            4  CLOSED -> SYN-SENT (connect called)\n"
    "            5  SYN seq=0 win=5840 ---------X\n"
    "                 mss 1460 sackOK TS wscale 0\n"
    "            6                              lost: drop client SYN #1 (first-syn-lost.scn:8)\n"
    "            7  retransmit timer armed: 3 s, due 3 s, retry 1 of 5\n"
    "\n"
    "   3.000    8  retransmit timer fired after 3 s: retry 1 of 5, RTO 3 s -> 6 s\n"
    "            9  SYN seq=0 (retry 1 of 5) ------------->\n"
    "           10  retransmit timer armed: 6 s, due 9 s, retry 2 of 5\n"
    "   3.010   11                                          received SYN seq=0\n"
    "           12                                          LISTEN -> SYN-RCVD (SYN received)\n"
    "           13  <--------------------------- SYN-ACK seq=0 ack=1 win=5792 mss 1460 sackOK TS wscale 0\n"
    "           14                                  retransmit timer armed: 3 s, due 6.01 s, retry 1 of 5\n"
    "   3.020   15  received SYN-ACK seq=0 ack=1\n"
    "           16  retransmit timer cancelled: 6 s, retry 2 of 5\n"
    "           17  SYN-SENT -> ESTABLISHED (SYN-ACK received)\n"
    "           18  ACK seq=1 ack=1 win=5840 ------------->\n"
    "           19  application: connected\n"
    "   3.030   20                                          received ACK seq=1 ack=1\n"
    "           21                                          retransmit timer cancelled: 3 s, retry 1 of 5\n"
    "           22                                      SYN-RCVD -> ESTABLISHED (ACK of our SYN received)\n"
    "           23                                          application: accepted\n"
    "           24  the run ended: no event was left\n"
    "\n"
    "Summary\n"
    "  connect took 3.02 s\n"
    "  segments sent: client 3, server 1\n"
    "  retransmissions: client 1 (SYN 1), server 0\n"
    "  lost: client 1 (SYN 1), server 0\n"
    "  final states: client ESTABLISHED, server ESTABLISHED, server port 80 LISTEN\n"
    "  the run ended at 3.03 s: no event was left\n";
/* clang-format on */

START_TEST(first_syn_lost_reads_as_written)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_autofree char *got = timeline(trace, &ascii);
    ck_assert_str_eq(got, first_syn_lost_text);
}
END_TEST

START_TEST(unicode_has_arrows)
{
    g_autoptr(Trace) trace = first_syn_lost();
    assert_says(trace, &unicode, "SYN-SENT → ESTABLISHED");
    assert_says(trace, &unicode, "SYN seq=0 (retry 1 of 5) ─────────────▶\n");
    assert_says(trace, &unicode, "  ◀─────────────────────────── SYN-ACK seq=0");
    assert_says(trace, &unicode, " ─────────✗\n");
    assert_says(trace, &unicode, "RTO 3 s → 6 s\n");
}
END_TEST

static char *without_colours(const char *text)
{
    GString *plain = g_string_new(NULL);
    for (; *text != '\0'; text++) {
        if (*text == '\033')
            text = strchr(text, 'm');
        else
            g_string_append_c(plain, *text);
    }
    return g_string_free(plain, FALSE);
}

START_TEST(colour_changes_nothing_else)
{
    g_autoptr(Trace) trace = first_syn_lost();
    const ViewOptions colour = {.colour = TRUE, .width = 100};
    g_autofree char *coloured = timeline(trace, &colour);
    g_autofree char *plain = without_colours(coloured);
    ck_assert(strchr(coloured, '\033') != NULL);
    ck_assert_str_eq(plain, first_syn_lost_text);
}
END_TEST

START_TEST(no_options_are_ascii_at_100_columns)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_autofree char *got = timeline(trace, NULL);
    ck_assert_str_eq(got, first_syn_lost_text);
}
END_TEST

START_TEST(ascii_is_ascii_whatever_it_is_given)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_free(trace->title);
    trace->title = g_strdup("Das verlorene SYN – für Zoë → §3.5 \xff 失");
    g_free(trace->source);
    trace->source = g_strdup("\033[2Jé.scn");
    g_free(g_ptr_array_index(trace->hosts, 0));
    g_ptr_array_index(trace->hosts, 0) = g_strdup("kliënt");
    const ViewOptions only = {.ascii_only = TRUE};
    g_autofree char *got = timeline(trace, &only);
    for (const char *p = got; *p != '\0'; p++)
        ck_assert_msg((*p >= ' ' && *p <= '~') || *p == '\n', "byte 0x%02x", (guchar)*p);
    ck_assert_msg(
        g_str_has_prefix(got, "Das verlorene SYN - fur Zoe -> sec. 3.5 \\xff ? (\\x1b[2Je.scn)\n"),
        "%s", got);
}
END_TEST

START_TEST(letters_stay_in_a_pipe_and_signs_become_ascii)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_free(trace->title);
    trace->title = g_strdup("Zoë – 日本 → §3.5 \xff\u202e");
    g_free(g_ptr_array_index(trace->hosts, 0));
    g_ptr_array_index(trace->hosts, 0) = g_strdup("kliënt");
    g_autofree char *got = timeline(trace, &ascii);

    ck_assert_msg(g_str_has_prefix(got, "Zoë - 日本 -> sec. 3.5 \\xff\\u{202e} ("), "%s", got);
    ck_assert_ptr_nonnull(strstr(got, "kliënt"));
}
END_TEST

START_TEST(a_title_cannot_command_the_terminal)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_free(trace->title);
    trace->title = g_strdup("red \033[31m and \u202e turned");
    assert_says(trace, &unicode, "red \\x1b[31m and \\u{202e} turned");
}
END_TEST

START_TEST(a_lost_segment_gets_half_of_the_way)
{
    g_autoptr(Trace) trace = two_hosts();
    for (TraceHost from = CLIENT; from <= SERVER; from++) {
        TraceEvent lost = send_of(trace, 0, from, segment_of(from, TCP_SYN, 7, 0), 0);
        trace_add(trace, &lost);
        lost.segment.fate = TRACE_FATE_LOST;
        trace_add(trace, &lost);
    }
    assert_says(trace, &ascii, "1  SYN seq=0 win=5840 ------------------->\n");
    assert_says(trace, &ascii, "2  SYN seq=0 win=5840 ---------X\n");
    assert_says(trace, &ascii, "3  <-------------------------------------- SYN seq=0 win=5840\n");
    assert_says(trace, &ascii, "4                      X------------------ SYN seq=0 win=5840\n");
}
END_TEST

START_TEST(no_line_ends_in_blanks)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_autofree char *got = timeline(trace, &ascii);
    ck_assert_ptr_null(strstr(got, " \n"));
}
END_TEST

START_TEST(a_narrow_page_loses_no_fact)
{
    g_autoptr(Trace) trace = first_syn_lost();
    const ViewOptions narrow = {.width = 20}; /* treated as 60 */
    assert_says(trace, &narrow, "lost: drop client SYN #1 (first-syn-lost.scn:8)\n");
    assert_says(trace, &narrow,
                "           13  <--------------- SYN-ACK seq=0 ack=1 win=5792\n"
                "                                 mss 1460 sackOK TS wscale 0\n");
    assert_says(trace, &narrow,
                "            5  SYN seq=0 win=5840 --X\n"
                "                 mss 1460 sackOK TS wscale 0\n");
    assert_says(trace, &narrow,
                "           22                       SYN-RCVD -> ESTABLISHED\n"
                "                                   (ACK of our SYN received)\n");
    /* What begins where the left lane does says whose it is. */
    assert_says(trace, &narrow, "  server: retransmit timer cancelled: 3 s, retry 1 of 5\n");
}
END_TEST

START_TEST(times_have_the_decimals_they_need)
{
    g_autoptr(Trace) trace = two_hosts();
    add_send(trace, 1, CLIENT, segment_of(CLIENT, TCP_SYN, 0, 0), TCP_REASON_NONE, 0);
    assert_says(trace, &ascii, "0.000000001    1  SYN seq=0");
}
END_TEST

/* ---- What a trace need not have ---- */

START_TEST(an_empty_trace_is_no_trouble)
{
    g_autoptr(Trace) trace = trace_new(TRACE_LEVEL_FULL);
    g_autofree char *got = timeline(trace, &ascii);
    ck_assert_str_eq(got + strlen(got) - strlen("\nSummary\n"), "\nSummary\n");
}
END_TEST

START_TEST(a_capture_has_segments_only)
{
    g_autoptr(Trace) trace = two_hosts();
    TraceId sent =
        add_send(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, 7, 0), TCP_REASON_NONE, 0);
    add_arrive(trace, MS(10), sent, 0);
    assert_says(trace, &ascii, "SYN seq=0 win=5840 ");
    assert_says(trace, &ascii, "received SYN seq=0\n");
    assert_says(trace, &ascii, "  segments sent: client 1, server 0\n");
    assert_does_not_say(trace, "final states");
    assert_does_not_say(trace, "the run ended");
}
END_TEST

/* Hosts that are not named, events, lines and rules that are not there. */
START_TEST(a_trace_of_strangers_is_told_all_the_same)
{
    g_autoptr(Trace) trace = trace_new(TRACE_LEVEL_FULL);
    for (TraceKind kind = 0; kind < TRACE_KIND_COUNT; kind++) {
        TraceEvent event = event_of(MS(kind), kind, 7 + kind, 3, 99);
        if (kind == TRACE_LOST || kind == TRACE_FAULT)
            event.fault.rule = 12;
        if (kind == TRACE_CALL)
            event.call.line = 12;
        if (is_of_segment(kind)) {
            event.segment.seen = trace_see(trace, &(Segment){0}, FALSE);
            event.segment.peer = TRACE_NO_HOST;
        }
        trace_add(trace, &event);
    }
    assert_says(trace, &ascii, "host 7: a call: ok\n");
    assert_says(trace, &ascii, "lost: by a rule\n");
    assert_says(trace, &ascii, "host 12: received RST [no flags] seq=0\n");
    assert_says(trace, &ascii, "host 15: retransmit timer armed: 0 s, due 0 s\n");
}
END_TEST

/* ---- Other things that happen ---- */

START_TEST(several_connections_are_named)
{
    g_autoptr(Trace) trace = two_hosts();
    add_state(trace, 0, CLIENT, TCP_STATE_CLOSED, TCP_STATE_SYN_SENT, TCP_REASON_OPEN_ACTIVE, 0);
    TraceEvent second = event_of(MS(1), TRACE_STATE, CLIENT, 2, 0);
    second.state.to = TCP_STATE_SYN_SENT;
    trace_add(trace, &second);
    TraceEvent error = event_of(MS(21), TRACE_APP, CLIENT, 2, 0);
    error.app.event = TRACE_APP_ERROR;
    error.app.error = TCP_ECONNREFUSED;
    trace_add(trace, &error);
    assert_says(trace, &ascii, "client.1: CLOSED -> SYN-SENT (connect called)\n");
    assert_says(trace, &ascii, "client.2: application: error ECONNREFUSED, Connection refused\n");
    assert_says(trace, &ascii, "  client.1: connect had not returned at the end\n");
    assert_says(trace, &ascii,
                "  client.2: connect failed after 20 ms: ECONNREFUSED, Connection refused\n");
    assert_says(trace, &ascii, "  final states: client.1 SYN-SENT, client.2 SYN-SENT\n");
}
END_TEST

START_TEST(many_connections_are_counted)
{
    g_autoptr(Trace) trace = two_hosts();
    for (guint32 conn = 1; conn <= 1000; conn++) {
        TraceEvent state = event_of(MS(conn), TRACE_STATE, CLIENT, conn, 0);
        state.state.to = TCP_STATE_SYN_SENT;
        trace_add(trace, &state);
        if (conn % 4 == 0)
            continue;
        state.t = MS(2 * conn);
        state.state.from = TCP_STATE_SYN_SENT;
        state.state.to = TCP_STATE_ESTABLISHED;
        trace_add(trace, &state);
        TraceEvent app = event_of(MS(2 * conn), TRACE_APP, CLIENT, conn, 0);
        app.app.event = TRACE_APP_CONNECTED;
        trace_add(trace, &app);
    }
    assert_says(trace, &ascii,
                "  1000 connects: 750 succeeded (in 1 ms to 999 ms), 0 failed, "
                "250 had not returned at the end\n");
    assert_says(trace, &ascii, "  final states: client 250 SYN-SENT 750 ESTABLISHED\n");
}
END_TEST

/* The third host forges, and is answered. */
static Trace *with_an_attacker(void)
{
    Trace *trace = two_hosts();
    trace_add_host(trace, "attacker");
    add_send(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, 100, 0), TCP_REASON_NONE, 0);
    TraceEvent forged = forged_of(trace, MS(5), CLIENT, segment_of(CLIENT, TCP_RST, 101, 0));
    forged.host = THIRD;
    forged.conn = 0;
    trace_add(trace, &forged);
    TraceEvent answer = send_of(trace, MS(6), SERVER, segment_of(SERVER, TCP_RST, 9, 0), 0);
    answer.segment.peer = THIRD;
    answer.segment.reason = TCP_REASON_NO_CONNECTION;
    TraceId sent = trace_add(trace, &answer);
    TraceId arrived = add_arrive(trace, MS(7), sent, 0);
    TraceEvent refused = *trace_event(trace, arrived);
    refused.kind = TRACE_DISCARD;
    refused.segment.reason = TCP_REASON_RST_TO_NOBODY;
    trace_add(trace, &refused);
    return trace;
}

START_TEST(a_third_host_has_a_lane)
{
    g_autoptr(Trace) trace = with_an_attacker();

    assert_says(trace, &ascii,
                "no.  client                      server                      attacker\n");
    assert_says(trace, &ascii, "1  SYN seq=0 win=5840 ------->\n");
    assert_says(trace, &ascii,
                "2                              <-------------------------- attacker as client: "
                "RST seq=1\n");
    assert_says(trace, &ascii,
                "3                              RST seq=9 (absolute) ----->\n"
                "                                             (no such connection here: RST)\n");
    assert_says(trace, &ascii,
                "4                                                          received RST seq=9");
    assert_does_not_say(trace, "named in the text");
}
END_TEST

/* Three lanes of twenty columns there are from 75 on. */
START_TEST(on_a_narrow_page_a_third_host_names_itself)
{
    const ViewOptions narrow = {.width = 74}, wide = {.width = 75};
    g_autoptr(Trace) trace = with_an_attacker();

    assert_says(trace, &narrow, "server  (and attacker, named in the text)\n");
    assert_says(trace, &narrow, "2  attacker as client: RST seq=1 -->\n");
    assert_says(trace, &narrow, "to attacker: RST seq=9 (absolute)\n");
    assert_says(trace, &narrow, "4  attacker: received RST seq=9 (absolute)\n");
    assert_says(trace, &narrow, "5  attacker: refused RST seq=9 (absolute)");
    assert_says(trace, &wide, "server              attacker\n");
}
END_TEST

START_TEST(an_old_duplicate_keeps_its_own_numbers)
{
    g_autoptr(Trace) trace = two_hosts();
    add_send(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, 3000000000, 0), TCP_REASON_NONE, 0);
    TraceEvent old = forged_of(trace, MS(5), CLIENT, segment_of(CLIENT, TCP_SYN, 90, 0));
    trace_add(trace, &old);
    add_send(trace, MS(10), SERVER, segment_of(SERVER, TCP_SYN | TCP_ACK, 300, 91), TCP_REASON_NONE,
             0);
    add_send(trace, MS(20), CLIENT, segment_of(CLIENT, TCP_RST, 91, 0), TCP_REASON_NONE, 0);
    add_send(trace, MS(30), CLIENT, segment_of(CLIENT, TCP_ACK, 3000000000 - 7, 301),
             TCP_REASON_NONE, 0);
    assert_says(trace, &ascii, "  client, forged: SYN seq=90 (absolute) win=5840 --");
    assert_says(trace, &ascii, "- SYN-ACK seq=0 ack=91 (absolute) win=5840\n");
    assert_says(trace, &ascii, "  RST seq=91 (absolute) --");
    assert_says(trace, &ascii, "  ACK seq=-7 ack=1 win=5840 --");
}
END_TEST

START_TEST(faults_say_what_and_who)
{
    g_autoptr(Trace) trace = two_hosts();
    TraceId sent =
        add_send(trace, 0, SERVER, segment_of(SERVER, TCP_ACK, 1, 1), TCP_REASON_NONE, 0);
    TraceEvent fault = event_of(0, TRACE_FAULT, SERVER, 1, sent);
    fault.fault.sent = sent;
    fault.fault.kind = FAULT_DELAY;
    fault.fault.delay_by = MS(50);
    fault.fault.rule = trace_add_rule(trace, "delay server ACK #1 by 50ms", NULL, 0);
    trace_add(trace, &fault);
    fault.fault.kind = FAULT_DUPLICATE;
    fault.fault.culprit = TRACE_CULPRIT_CHANCE;
    trace_add(trace, &fault);
    TraceEvent lost = event_of(MS(60), TRACE_LOST, CLIENT, 0, sent);
    lost.fault.sent = sent;
    lost.fault.sender = SERVER;
    lost.fault.culprit = TRACE_CULPRIT_DOWN;
    trace_add(trace, &lost);
    assert_says(trace, &ascii, "delayed by 50 ms: delay server ACK #1 by 50ms\n");
    assert_says(trace, &ascii, "duplicated: by chance\n");
    assert_says(trace, &ascii,
                "ACK seq=1 (absolute) ack=1 (absolute) (sent in 1) lost: "
                "the receiving host is down\n");
}
END_TEST

START_TEST(calls_and_the_application)
{
    g_autoptr(Trace) trace = two_hosts();
    TraceEvent call = event_of(0, TRACE_CALL, CLIENT, 1, 0);
    call.call.line = trace_add_call(trace, "client send 100", "a.scn", 7);
    call.call.error = TCP_EPIPE;
    trace_add(trace, &call);
    TraceEvent read = event_of(MS(1), TRACE_APP, SERVER, 1, 0);
    read.app.event = TRACE_APP_READ;
    read.app.bytes = 100;
    trace_add(trace, &read);
    read.app.bytes = 1;
    read.app.wrong = 1;
    trace_add(trace, &read);
    add_app(trace, MS(2), SERVER, TRACE_APP_EOF, 0);
    TraceEvent host = event_of(MS(3), TRACE_HOST, SERVER, 0, 0);
    trace_add(trace, &host);
    host.host_event.up = host.host_event.forgot = TRUE;
    trace_add(trace, &host);
    assert_says(trace, &ascii, "1  send 100: EPIPE, Broken pipe (a.scn:7)\n");
    assert_says(trace, &ascii, "application: read 100 bytes\n");
    assert_says(trace, &ascii, "application: read 1 byte, 1 of them wrong\n");
    assert_says(trace, &ascii, "application: end of file\n");
    assert_says(trace, &ascii, "the host crashed\n");
    assert_says(trace, &ascii, "the host is up again, its clock and ports begin anew\n");
    assert_says(trace, &ascii, "  delivered: server 101 bytes (1 wrong)\n");
}
END_TEST

/* 4.4BSD's heartbeat: 6 s are 12 beats, and the first of them comes early. */
START_TEST(a_timer_that_fires_at_another_time_says_so)
{
    g_autoptr(Trace) trace = two_hosts();
    TraceId armed =
        add_timer(trace, 0, CLIENT, TCP_TIMER_ARMED, MS(6000), MS(5800), 0, TCP_REASON_NONE, 0);
    add_timer(trace, MS(5800), CLIENT, TCP_TIMER_FIRED, MS(6000), MS(5800), 0,
              TCP_REASON_RETRIES_USED_UP, armed);
    assert_says(trace, &ascii, "armed: 6 s, due 5.8 s, no retry left\n");
    assert_says(trace, &ascii, "fired after 5.8 s (set to 6 s): no retry left (retries used up)\n");
}
END_TEST

/* What a firing sends may be what arms the timer again. */
START_TEST(the_next_timeout_is_found_behind_the_segment)
{
    g_autoptr(Trace) trace = two_hosts();
    TraceId armed =
        add_timer(trace, 0, CLIENT, TCP_TIMER_ARMED, MS(200), MS(200), 1, TCP_REASON_NONE, 0);
    TraceId fired = add_timer(trace, MS(200), CLIENT, TCP_TIMER_FIRED, MS(200), MS(200), 1,
                              TCP_REASON_NONE, armed);
    TraceId sent = add_send(trace, MS(200), CLIENT, segment_of(CLIENT, TCP_SYN, 7, 0),
                            TCP_REASON_RTO_FIRED, fired);
    add_timer(trace, MS(200), CLIENT, TCP_TIMER_ARMED, MS(400), MS(600), 2, TCP_REASON_NONE, sent);
    assert_says(trace, &ascii, "fired after 200 ms: retry 1 of 5, RTO 200 ms -> 400 ms\n");
}
END_TEST

START_TEST(a_cancelled_timer_keeps_the_retry_it_was_armed_for)
{
    g_autoptr(Trace) trace = two_hosts();
    add_timer(trace, 0, CLIENT, TCP_TIMER_ARMED, MS(3000), MS(3000), 1, TCP_REASON_NONE, 0);
    add_timer(trace, MS(20), CLIENT, TCP_TIMER_CANCELLED, MS(3000), MS(3000), 0,
              TCP_REASON_CONNECTION_ENDED, 0);
    assert_says(trace, &ascii,
                "retransmit timer cancelled: 3 s, retry 1 of 5 (the connection ended)\n");
}
END_TEST

START_TEST(sack_blocks_count_from_the_acknowledged)
{
    g_autoptr(Trace) trace = two_hosts();
    add_send(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, 1000, 0), TCP_REASON_NONE, 0);
    Segment ack = segment_of(SERVER, TCP_ACK, 5000, 1001);
    ack.options.present = OPTION_SACK;
    ack.options.sack_count = 1;
    ack.options.sack[0] = (SackBlock){1101, 1201};
    add_send(trace, MS(10), SERVER, ack, TCP_REASON_NONE, 0);
    assert_says(trace, &ascii, "ACK seq=5000 (absolute) ack=1 sack 101-201 win=5840\n");
}
END_TEST

static TCase *shape(void)
{
    TCase *tc = tcase_create("shape");
    tcase_add_test(tc, first_syn_lost_reads_as_written);
    tcase_add_test(tc, unicode_has_arrows);
    tcase_add_test(tc, colour_changes_nothing_else);
    tcase_add_test(tc, no_options_are_ascii_at_100_columns);
    tcase_add_test(tc, ascii_is_ascii_whatever_it_is_given);
    tcase_add_test(tc, letters_stay_in_a_pipe_and_signs_become_ascii);
    tcase_add_test(tc, a_title_cannot_command_the_terminal);
    tcase_add_test(tc, a_lost_segment_gets_half_of_the_way);
    tcase_add_test(tc, no_line_ends_in_blanks);
    tcase_add_test(tc, a_narrow_page_loses_no_fact);
    tcase_add_test(tc, times_have_the_decimals_they_need);
    return tc;
}

static TCase *content(void)
{
    TCase *tc = tcase_create("content");
    tcase_add_test(tc, an_empty_trace_is_no_trouble);
    tcase_add_test(tc, a_capture_has_segments_only);
    tcase_add_test(tc, a_trace_of_strangers_is_told_all_the_same);
    tcase_add_test(tc, several_connections_are_named);
    tcase_add_test(tc, many_connections_are_counted);
    tcase_add_test(tc, a_third_host_has_a_lane);
    tcase_add_test(tc, on_a_narrow_page_a_third_host_names_itself);
    tcase_add_test(tc, an_old_duplicate_keeps_its_own_numbers);
    tcase_add_test(tc, faults_say_what_and_who);
    tcase_add_test(tc, calls_and_the_application);
    tcase_add_test(tc, a_timer_that_fires_at_another_time_says_so);
    tcase_add_test(tc, the_next_timeout_is_found_behind_the_segment);
    tcase_add_test(tc, a_cancelled_timer_keeps_the_retry_it_was_armed_for);
    tcase_add_test(tc, sack_blocks_count_from_the_acknowledged);
    return tc;
}

Suite *suite(void)
{
    Suite *s = suite_create("timeline");
    suite_add_tcase(s, shape());
    suite_add_tcase(s, content());
    return s;
}
