/* Segment tables: what a good one becomes, and where a wrong one is wrong. */
#include "check_main.h"

#include "capture/capture.h"
#include "trace_by_hand.h"
#include "view/view.h"

#define HEAD "t_s,from,segment,seq,ack,len,win,options,fate,conn\n"
#define SYN "0.0000,client,SYN,0,,0,100,,pass,1\n"

static CaptureProblem problem;

static void teardown(void)
{
    capture_problem_clear(&problem);
}

static Trace *read_text(const char *text)
{
    capture_problem_clear(&problem);
    return capture_read_table(text, strlen(text), &problem);
}

static Trace *good(const char *text)
{
    Trace *trace = read_text(text);

    ck_assert_msg(trace != NULL, "%s: %s", text, problem.message);
    return trace;
}

static char *written(const Trace *trace)
{
    GString *out = g_string_new(NULL);

    view_segments(trace, NULL, out);
    return g_string_free(out, FALSE);
}

static const TraceSegment *segment_at(const Trace *trace, guint i)
{
    return &g_array_index(trace->events, TraceEvent, i).segment;
}

static const char *host_name(const Trace *trace, guint i)
{
    return g_ptr_array_index(trace->hosts, i);
}

/* --- good ones ---------------------------------------------------------------------------- */

START_TEST(a_table_read_and_written_is_the_same)
{
    static const char table[] =
        HEAD "0.0002,client,SYN,0,,0,64240,mss 1460 sackOK TS wscale 10,lost,1\n"
             "1.017400001,client,SYN,0,,0,64240,mss 1460 sackOK TS wscale 10,dup,1\n"
             "1.0200,server,SYN-ACK,0,1,0,65160,mss 1460 sackOK TS wscale 10,delay,1\n"
             "1.0300,client,ACK,1,1,0,63,TS,pass,1\n"
             "1.0300,client,DATA,1,1,1448,63,TS,corrupt,1\n"
             "2.0000,client,FIN,1449,1,0,63,TS,pass,1\n"
             "2.0100,server,RST,1,,0,0,,pass,1\n"
             "3.0000,client,SYN,0,,0,64240,mss 1460 sackOK TS wscale 10,pass,2\n";
    g_autoptr(Trace) trace = good(table);
    g_autofree char *again = written(trace);

    ck_assert_str_eq(again, table);
}
END_TEST

START_TEST(a_run_written_and_read_is_the_same)
{
    g_autoptr(Trace) run = first_syn_lost();
    g_autofree char *table = written(run);
    g_autoptr(Trace) trace = good(table);
    g_autofree char *again = written(trace);

    ck_assert_ptr_nonnull(strstr(table, again));
}
END_TEST

START_TEST(retries_of_syns_and_data)
{
    g_autoptr(Trace) trace = good(HEAD SYN SYN "2.0000,client,DATA,1,1,5,9,,pass,1\n"
                                               "2.0000,client,DATA,6,1,5,9,,pass,1\n"
                                               "2.0000,client,ACK,6,1,0,9,,pass,1\n"
                                               "3.0000,client,DATA,1,1,5,9,,pass,1\n"
                                               "3.0000,client,RST,1,1,0,9,,pass,1\n"
                                               "3.0000,client,RST,1,1,5,9,,pass,1\n"
                                               "3.0000,client,DATA,0,1,1,9,,pass,1\n"
                                               "3.0000,client,SYN,0,,0,9,,pass,2\n");
    static const guint32 retries[] = {0, 1, 0, 0, 0, 1, 0, 0, 0, 0};

    for (guint i = 0; i < G_N_ELEMENTS(retries); i++)
        ck_assert_uint_eq(segment_at(trace, i)->retry, retries[i]);
    ck_assert_uint_eq(trace->counters.retransmitted, 2);
}
END_TEST

START_TEST(notes_marks_and_line_ends_do_not_matter)
{
    g_autoptr(Trace) trace =
        good("\xef\xbb\xbf# a note, \"with\" everything\r\n\r\n" HEAD "# between\n" SYN "\n"
             "1.0000,client,SYN,0,,0,100,,pass,1\r\n"
             "2.0000,client,SYN,0,,0,100,,pass,1");

    ck_assert_uint_eq(trace->events->len, 3);
}
END_TEST

START_TEST(the_column_conn_may_be_missing)
{
    g_autoptr(Trace) trace = good("t_s,from,segment,seq,ack,len,win,options,fate\n"
                                  "0.0000,client,SYN,0,,0,9,,pass\n"
                                  "0.0100,server,SYN-ACK,0,1,0,9,,pass\n");
    g_autoptr(Trace) empty = good(HEAD "0.0000,client,SYN,0,,0,9,,pass,\n");

    ck_assert_uint_eq(segment_at(trace, 0)->seen->flow, 1);
    ck_assert_uint_eq(segment_at(trace, 1)->seen->flow, 1);
    ck_assert_uint_eq(segment_at(empty, 0)->seen->flow, 1);
}
END_TEST

START_TEST(connections_keep_their_numbers)
{
    g_autoptr(Trace) trace = good(HEAD "0.0000,client,SYN,0,,0,9,,pass,7\n"
                                       "0.0000,client,SYN,0,,0,9,,pass,3\n"
                                       "0.0100,server,SYN-ACK,0,1,0,9,,pass,7\n");

    ck_assert_uint_eq(segment_at(trace, 0)->seen->flow, 7);
    ck_assert_uint_eq(segment_at(trace, 1)->seen->flow, 3);
    ck_assert_uint_eq(segment_at(trace, 2)->seen->flow, 7);
}
END_TEST

START_TEST(a_silent_host_is_there)
{
    g_autoptr(Trace) client = good(HEAD SYN);
    g_autoptr(Trace) server = good(HEAD "0.0000,server,SYN-ACK,0,1,0,9,,pass,1\n");

    ck_assert_str_eq(host_name(client, 1), "server");
    ck_assert_uint_eq(segment_at(client, 0)->peer, 1);
    ck_assert_str_eq(host_name(server, 1), "client");
}
END_TEST

START_TEST(a_third_host_forges)
{
    g_autoptr(Trace) trace = good(HEAD SYN "0.0100,server,SYN-ACK,0,1,0,9,,pass,1\n"
                                           "0.0200,mallory,RST,1,,0,0,,pass,1\n");

    ck_assert(!segment_at(trace, 1)->injected);
    ck_assert(segment_at(trace, 2)->injected);
    ck_assert_uint_eq(segment_at(trace, 2)->seen->segment.src_addr, CLIENT_ADDRESS);
    ck_assert_uint_eq(g_array_index(trace->events, TraceEvent, 2).host, 2);
}
END_TEST

START_TEST(fields_may_be_quoted)
{
    g_autoptr(Trace) trace =
        good(HEAD "\"0.0000\",\"a \"\"b\"\", c\",\"SYN\",0,,0,9,\"mss 5\",pass,1\n");

    ck_assert_str_eq(host_name(trace, 0), "a \"b\", c");
    ck_assert_uint_eq(segment_at(trace, 0)->seen->segment.options.mss, 5);
}
END_TEST

START_TEST(words_of_others_among_the_options)
{
    g_autoptr(Trace) trace =
        good(HEAD "0.0000,client,SYN,0,,0,9,fast open mss 536 urgent,pass,1\n");

    ck_assert_uint_eq(segment_at(trace, 0)->seen->segment.options.present, OPTION_MSS);
    ck_assert_uint_eq(segment_at(trace, 0)->seen->segment.options.mss, 536);
}
END_TEST

START_TEST(a_table_without_rows)
{
    g_autoptr(Trace) trace = good(HEAD);

    ck_assert_uint_eq(trace->events->len, 0);
}
END_TEST

/* --- wrong ones --------------------------------------------------------------------------- */

typedef struct Wrong {
    const char *text;
    guint line, column, width;
    const char *message;
} Wrong;

static const Wrong wrong[] = {
    {"", 0, 0, 0, "begins with t_s,from,"},
    {"# only\n# notes\n", 0, 0, 0, "begins with t_s,from,"},
    {"t_s,from,segment\n", 1, 17, 0, "'seq' is missing"},
    {"t_s,to,segment,seq,ack,len,win,options,fate,conn\n", 1, 5, 2, "'from' was expected"},
    {"t_s,from,segment,seq,ack,len,win,options,fate,conn,x\n", 1, 52, 1, "a column more"},
    {HEAD "0.0000,client,SYN,0,,0,9,,pass\n", 2, 0, 0, "10 fields"},
    {HEAD "0.0000,client,SYN,0,,0,9,,pass,1,\n", 2, 0, 0, "10 fields"},
    {HEAD "# note\n0,client,SYN,0,,0,9,,pass,1\n", 3, 1, 1, "4 to 9 decimals"},
    {HEAD "0.000,client,SYN,0,,0,9,,pass,1\n", 2, 1, 5, "4 to 9 decimals"},
    {HEAD "0.0000000001,client,SYN,0,,0,9,,pass,1\n", 2, 1, 12, "4 to 9 decimals"},
    {HEAD "-1.0000,client,SYN,0,,0,9,,pass,1\n", 2, 1, 7, "4 to 9 decimals"},
    {HEAD "1e3,client,SYN,0,,0,9,,pass,1\n", 2, 1, 3, "4 to 9 decimals"},
    {HEAD "9999999999999.0000,client,SYN,0,,0,9,,pass,1\n", 2, 1, 18, "292 years"},
    {HEAD "1.0000,client,SYN,0,,0,9,,pass,1\n" SYN, 3, 1, 6, "earlier"},
    {HEAD "1.000000001,a,SYN,0,,0,9,,pass,1\n1.0000,a,SYN,0,,0,9,,pass,1\n", 3, 1, 6, "earlier"},
    {HEAD "0.0000,client,SYN,0,,0,9,,\xc3\xa4,1\n", 2, 27, 1, "pass, delay"},
    {HEAD "0.0000,,SYN,0,,0,9,,pass,1\n", 2, 8, 0, "name of the host"},
    {HEAD "0.0000,cl\x1b[2Jient,SYN,0,,0,9,,pass,1\n", 2, 8, 10, "cannot be shown"},
    {HEAD "0.0000,client,PSH,0,,0,9,,pass,1\n", 2, 15, 3, "RST, SYN-ACK"},
    {HEAD "0.0000,client,any,0,,0,9,,pass,1\n", 2, 15, 3, "RST, SYN-ACK"},
    {HEAD "0.0000,\xc3\xa4\xc3\xb6,SYN,x,,0,9,,pass,1\n", 2, 15, 1, "whole number"},
    {HEAD "0.0000,client,SYN,1.5,,0,9,,pass,1\n", 2, 19, 3, "whole number"},
    {HEAD "0.0000,client,SYN,,,0,9,,pass,1\n", 2, 19, 0, "whole number"},
    {HEAD "0.0000,client,SYN,4294967296,,0,9,,pass,1\n", 2, 19, 10, "at most 4294967295"},
    {HEAD "0.0000,client,SYN,99999999999999999999,,0,9,,pass,1\n", 2, 19, 20, "at most 4294967295"},
    {HEAD "0.0000,client,ACK,0,-1,0,9,,pass,1\n", 2, 21, 2, "whole number"},
    {HEAD "0.0000,client,SYN,0,,65536,9,,pass,1\n", 2, 22, 5, "at most 65535"},
    {HEAD "0.0000,client,SYN,0,,0,65536,,pass,1\n", 2, 24, 5, "at most 65535"},
    {HEAD "0.0000,client,SYN,0,,0,9,mss x,pass,1\n", 2, 26, 5, "'mss' needs"},
    {HEAD "0.0000,client,SYN,0,,0,9,mss,pass,1\n", 2, 26, 3, "'mss' needs"},
    {HEAD "0.0000,client,SYN,0,,0,9,wscale 15,pass,1\n", 2, 26, 9, "'wscale' needs"},
    {HEAD "0.0000,client,SYN,0,,0,9,,gone,1\n", 2, 27, 4, "pass, delay"},
    {HEAD "0.0000,client,SYN,0,,0,9,,pass,x\n", 2, 32, 1, "whole number"},
    {HEAD "0.0000,client,SYN,0,1,0,9,,pass,1\n", 2, 15, 3, "is a SYN-ACK"},
    {HEAD "0.0000,client,SYN-ACK,0,,0,9,,pass,1\n", 2, 15, 7, "needs an ack"},
    {HEAD "0.0000,client,DATA,0,1,0,9,,pass,1\n", 2, 15, 4, "no length"},
    {HEAD "0.0000,client,ACK,0,1,5,9,,pass,1\n", 2, 15, 3, "called DATA"},
    {HEAD "0.0000,\"client,SYN,0,,0,9,,pass,1\n" SYN, 2, 8, 1, "does not end"},
    {HEAD "0.0000,\"client\"x,SYN,0,,0,9,,pass,1\n", 2, 16, 1, "comma"},
    {HEAD "0.0000,client,SYN,0,,0,9,\xff,pass,1\n", 2, 26, 1, "not UTF-8"},
};

START_TEST(every_error_has_its_place)
{
    const Wrong *row = &wrong[_i];
    g_autoptr(Trace) trace = read_text(row->text);

    ck_assert_ptr_null(trace);
    ck_assert_msg(strstr(problem.message, row->message) != NULL, "%s\n  got: %s", row->text,
                  problem.message);
    ck_assert_uint_eq(problem.line, row->line);
    ck_assert_uint_eq(problem.column, row->column);
    ck_assert_uint_eq(problem.width, row->width);
}
END_TEST

START_TEST(a_nul_byte)
{
    static const char text[] = HEAD "0.0000,cli\0ent,SYN,0,,0,9,,pass,1\n";

    g_autoptr(Trace) trace = capture_read_table(text, sizeof text - 1, &problem);
    ck_assert_ptr_null(trace);
    ck_assert_ptr_nonnull(strstr(problem.message, "NUL"));
    ck_assert_uint_eq(problem.column, 11);
}
END_TEST

START_TEST(too_many_hosts)
{
    g_autoptr(GString) text = g_string_new(HEAD);

    for (guint i = 0; i <= 100; i++)
        g_string_append_printf(text, "0.0000,h%u,SYN,0,,0,9,,pass,1\n", i);
    g_autoptr(Trace) trace = read_text(text->str);
    ck_assert_ptr_null(trace);
    ck_assert_ptr_nonnull(strstr(problem.message, "more than 100 hosts"));
}
END_TEST

START_TEST(too_many_connections)
{
    g_autoptr(GString) text = g_string_new(HEAD);

    for (guint i = 1; i <= 64001; i++)
        g_string_append_printf(text, "0.0000,h,SYN,0,,0,9,,pass,%u\n", i);
    g_autoptr(Trace) trace = read_text(text->str);
    ck_assert_ptr_null(trace);
    ck_assert_ptr_nonnull(strstr(problem.message, "more than 64000 connections"));
}
END_TEST

START_TEST(kinds_of_files)
{
    static const struct {
        const char *text;
        CaptureKind kind;
    } rows[] = {
        {HEAD, CAPTURE_TABLE},
        {"# note\n\n" HEAD, CAPTURE_TABLE},
        {"\xef\xbb\xbf" HEAD, CAPTURE_TABLE},
        {"\n\r\xff", CAPTURE_UNKNOWN},
        {"\x0a\x0d\x0d\x0a", CAPTURE_PACKETS},
        {"\xd4\xc3\xb2\xa1", CAPTURE_PACKETS},
        {"host client linux-2.4\n", CAPTURE_UNKNOWN},
        {"# t_s,", CAPTURE_UNKNOWN},
        {"t_s", CAPTURE_UNKNOWN},
        {"", CAPTURE_UNKNOWN},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        ck_assert_int_eq(capture_kind(rows[i].text, strlen(rows[i].text)), rows[i].kind);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("capture table");
    TCase *tc = tcase_create("good");

    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_add_test(tc, a_table_read_and_written_is_the_same);
    tcase_add_test(tc, a_run_written_and_read_is_the_same);
    tcase_add_test(tc, retries_of_syns_and_data);
    tcase_add_test(tc, notes_marks_and_line_ends_do_not_matter);
    tcase_add_test(tc, the_column_conn_may_be_missing);
    tcase_add_test(tc, connections_keep_their_numbers);
    tcase_add_test(tc, a_silent_host_is_there);
    tcase_add_test(tc, a_third_host_forges);
    tcase_add_test(tc, fields_may_be_quoted);
    tcase_add_test(tc, words_of_others_among_the_options);
    tcase_add_test(tc, a_table_without_rows);
    tcase_add_test(tc, kinds_of_files);
    suite_add_tcase(s, tc);
    tc = tcase_create("wrong");
    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_add_loop_test(tc, every_error_has_its_place, 0, (int)G_N_ELEMENTS(wrong));
    tcase_add_test(tc, a_nul_byte);
    tcase_add_test(tc, too_many_hosts);
    tcase_add_test(tc, too_many_connections);
    suite_add_tcase(s, tc);
    return s;
}
