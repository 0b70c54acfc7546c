/* Two segment tables side by side: which rows agree, which do not, and since what they waited. */
#include "check_main.h"

#include "capture/capture.h"
#include "expect/compare.h"

#define HEAD "t_s,from,segment,seq,ack,len,win,options,fate,conn\n"

static Trace *table(const char *rows)
{
    g_autofree char *text = g_strconcat(HEAD, rows, NULL);
    CaptureProblem problem;
    Trace *trace = capture_read_table(text, strlen(text), &problem);

    ck_assert_msg(trace != NULL, "%s: %s", rows, problem.message);
    return trace;
}

static CompareOptions within(SimTime t)
{
    return (CompareOptions){.kind = COMPARE_WITHIN, .within = t};
}

static const CompareOptions wheel = {.kind = COMPARE_WHEEL};

/* Each row as a letter: = both, < only A, > only B, ! other time; lower-case x is ignored. */
static char *verdicts(const char *a, const char *b, CompareOptions options)
{
    static const char letters[COMPARE_VERDICT_COUNT] = {'=', '<', '>', '!'};
    g_autoptr(Trace) one = table(a), other = table(b);
    g_autoptr(Comparison) comparison = compare_traces(one, other, &options, NULL);
    GString *out = g_string_new(NULL);
    guint counted = 0;

    for (guint i = 0; i < comparison->rows->len; i++) {
        const CompareRow *row = &g_array_index(comparison->rows, CompareRow, i);
        g_string_append_c(out, row->ignored ? 'x' : letters[row->verdict]);
        counted += row->ignored || row->verdict == COMPARE_SAME ? 0 : 1;
    }
    ck_assert_int_eq(comparison_agrees(comparison), counted == 0);
    return g_string_free(out, FALSE);
}

#define assert_rows(a, b, options, expected)                                                       \
    do {                                                                                           \
        g_autofree char *got = verdicts(a, b, options);                                            \
        ck_assert_str_eq(got, expected);                                                           \
    } while (0)

#define SYN(t, fate) t ",client,SYN,0,,0,9,," fate ",1\n"
#define SYN_ACK(t, fate) t ",server,SYN-ACK,0,1,0,9,," fate ",1\n"
#define ACK(t) t ",client,ACK,1,1,0,9,,pass,1\n"
#define DATA(t) t ",client,DATA,1,1,5,9,,pass,1\n"

/* --- alignment ---------------------------------------------------------------------------- */

START_TEST(a_table_agrees_with_itself)
{
    static const char rows[] =
        SYN("0.0000", "lost") SYN("1.0000", "pass") SYN_ACK("1.0100", "pass") ACK("1.0200");

    assert_rows(rows, rows, within(0), "====");
    assert_rows(rows, rows, wheel, "====");
    assert_rows("", "", within(0), "");
}
END_TEST

START_TEST(what_only_one_has)
{
    assert_rows(SYN("0.0000", "lost") SYN("1.0000", "lost"), SYN("0.0000", "lost"), within(0),
                "=<");
    assert_rows(SYN("0.0000", "lost"), SYN("0.0000", "lost") SYN_ACK("0.0100", "pass"), within(0),
                "=>");
    assert_rows("", SYN("0.0000", "lost"), within(0), ">");
}
END_TEST

/* Class, numbers, length and fate: any of them makes another segment. */
START_TEST(what_makes_another_segment)
{
    static const char *const rows[] = {
        "0.0000,client,DATA,1,1,5,9,,pass,1\n", "0.0000,client,FIN,1,1,5,9,,pass,1\n",
        "0.0000,client,DATA,2,1,5,9,,pass,1\n", "0.0000,client,DATA,1,2,5,9,,pass,1\n",
        "0.0000,client,DATA,1,,5,9,,pass,1\n",  "0.0000,client,DATA,1,1,6,9,,pass,1\n",
        "0.0000,client,DATA,1,1,5,9,,lost,1\n", "0.0000,server,DATA,1,1,5,9,,pass,1\n",
        "0.0000,client,DATA,1,1,5,9,,pass,2\n",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (gsize j = 0; j < G_N_ELEMENTS(rows); j++)
            assert_rows(rows[i], rows[j], within(0), i == j ? "=" : "<>");
    }
}
END_TEST

START_TEST(window_and_options_do_not)
{
    assert_rows("0.0000,client,SYN,0,,0,9,mss 5,pass,1\n", "0.0000,client,SYN,0,,0,8,,pass,1\n",
                within(0), "=");
}
END_TEST

START_TEST(a_capture_knows_no_fate)
{
    CompareOptions options = {.kind = COMPARE_WITHIN, .has_capture = TRUE};

    assert_rows(SYN("0.0000", "lost"), SYN("0.0000", "pass"), options, "=");
}
END_TEST

/* A scenario may connect at 2 s; a capture begins with the SYN. */
START_TEST(a_capture_begins_with_its_first_segment)
{
    CompareOptions options = {.kind = COMPARE_WITHIN, .has_capture = TRUE};
    static const char a[] = SYN("2.0000", "lost") SYN("3.0000", "lost") SYN("5.0000", "lost");

    assert_rows(a, SYN("0.0000", "lost") SYN("1.0000", "lost") SYN("3.0000", "lost"), options,
                "===");
    assert_rows(a, SYN("0.0000", "lost") SYN("3.0000", "lost"), options, "=<=");
    assert_rows(a, SYN("0.0000", "lost") SYN("1.0000", "lost") SYN("3.0000", "lost"), within(0),
                "!==");
}
END_TEST

/* Of seven repetitions and eleven, the same times are laid side by side. */
START_TEST(the_nearest_of_equal_ones)
{
    assert_rows(SYN("0.0000", "lost") SYN("1.0000", "lost") SYN("3.0000", "lost")
                    SYN("7.0000", "lost"),
                SYN("0.0000", "lost") SYN("1.0000", "lost") SYN("2.0000", "lost")
                    SYN("3.0000", "lost") SYN("4.0000", "lost") SYN("7.0000", "lost"),
                within(0), "==>=>=");
}
END_TEST

/* Both hosts speak at once: who was first does not matter. */
START_TEST(the_order_of_two_hosts_does_not_matter)
{
    static const char a[] = SYN("0.0000", "pass") "0.0002,server,SYN,0,,0,9,,pass,1\n" SYN_ACK(
        "0.0500", "pass") "0.0502,client,SYN-ACK,0,1,0,9,,pass,1\n";
    static const char b[] = "0.0000,server,SYN,0,,0,9,,pass,1\n" SYN(
        "0.0003", "pass") "0.0500,client,SYN-ACK,0,1,0,9,,pass,1\n" SYN_ACK("0.0501", "pass");

    assert_rows(a, b, within(SIM_MILLISECOND), "====");
}
END_TEST

START_TEST(hosts_with_other_names)
{
    static const char a[] = SYN("0.0000", "pass") SYN_ACK("0.0100", "pass");
    static const char b[] = "0.0000,alice,SYN,0,,0,9,,pass,1\n"
                            "0.0100,bob,SYN-ACK,0,1,0,9,,pass,1\n";
    static const char half[] = "0.0000,client,SYN,0,,0,9,,pass,1\n"
                               "0.0100,bob,SYN-ACK,0,1,0,9,,pass,1\n";

    assert_rows(a, b, within(0), "==");
    assert_rows(b, a, within(0), "==");
    assert_rows(a, half, within(0), "=<>"); /* one name is the same, so names count */
}
END_TEST

START_TEST(long_lists)
{
    g_autoptr(GString) rows = g_string_new(NULL), other = g_string_new(NULL);

    for (guint i = 0; i < 9000; i++) {
        g_string_append_printf(rows, "0.0000,client,DATA,%u,1,5,9,,pass,1\n", i);
        g_string_append_printf(other, "0.0000,client,DATA,%u,1,6,9,,pass,1\n", i);
    }
    g_autoptr(Trace) a = table(rows->str), b = table(other->str);
    g_string_append(rows, "0.0000,client,DATA,9000,1,5,9,,pass,1\n");
    g_autoptr(Trace) longer = table(rows->str);
    g_string_prepend(rows, "0.0000,client,SYN,0,,0,9,,pass,1\n");
    g_autoptr(Trace) before = table(rows->str);
    CompareOptions options = within(0);
    g_autoptr(GError) error = NULL;
    g_autoptr(Comparison) good = compare_traces(a, longer, &options, &error);

    ck_assert_ptr_null(error);
    ck_assert_uint_eq(good->counts[COMPARE_SAME], 9000);
    ck_assert_uint_eq(good->counts[COMPARE_ONLY_B], 1);

    g_autoptr(Comparison) tail = compare_traces(longer, before, &options, &error);
    ck_assert_ptr_null(error);
    ck_assert_uint_eq(tail->counts[COMPARE_SAME], 9001);
    ck_assert_uint_eq(tail->counts[COMPARE_ONLY_B], 1);

    Comparison *bad = compare_traces(a, b, &options, &error);
    ck_assert_ptr_null(bad);
    ck_assert(g_error_matches(error, COMPARE_ERROR, COMPARE_ERROR_TOO_LARGE));
}
END_TEST

/* --- times -------------------------------------------------------------------------------- */

START_TEST(a_tolerance_holds_on_both_sides)
{
    static const char a[] = SYN("0.0000", "lost") SYN("1.0000", "lost");

    assert_rows(a, SYN("0.0000", "lost") SYN("1.0050", "lost"), within(5 * SIM_MILLISECOND), "==");
    assert_rows(a, SYN("0.0000", "lost") SYN("1.0051", "lost"), within(5 * SIM_MILLISECOND), "=!");
    assert_rows(a, SYN("0.0000", "lost") SYN("0.9950", "lost"), within(5 * SIM_MILLISECOND), "==");
    assert_rows(a, SYN("0.0000", "lost") SYN("0.9949", "lost"), within(5 * SIM_MILLISECOND), "=!");
}
END_TEST

START_TEST(a_part_of_the_wait)
{
    CompareOptions options = {.kind = COMPARE_PART, .part_ppb = 100000000};
    static const char a[] = SYN("0.0000", "lost") SYN("9.0000", "lost") SYN("10.0000", "lost");

    assert_rows(a, SYN("0.0000", "lost") SYN("9.9000", "lost") SYN("11.0000", "lost"), options,
                "===");
    assert_rows(a, SYN("0.0000", "lost") SYN("9.0000", "lost") SYN("10.1011", "lost"), options,
                "==!");
    assert_rows(a, SYN("0.0000", "lost") SYN("9.9011", "lost") SYN("10.9011", "lost"), options,
                "=!=");
}
END_TEST

/* Each wait is 30 ms late: the third one by 90 ms in all, and still agrees. */
START_TEST(lateness_may_add_up)
{
    assert_rows(SYN("0.0000", "lost") SYN("1.0000", "lost") SYN("2.0000", "lost")
                    SYN("3.0000", "pass") SYN_ACK("3.0100", "pass") ACK("3.0200"),
                SYN("0.0000", "lost") SYN("1.0300", "lost") SYN("2.0600", "lost")
                    SYN("3.0900", "pass") SYN_ACK("3.1000", "pass") ACK("3.1100"),
                within(30 * SIM_MILLISECOND), "======");
}
END_TEST

/* The application sends at 5 s, whatever the handshake took. */
START_TEST(the_application_has_times_of_its_own)
{
    assert_rows(SYN("0.0000", "lost") SYN("1.0000", "pass") DATA("5.0000"),
                SYN("0.0000", "lost") SYN("1.0300", "pass") DATA("5.0003"), wheel, "===");
    assert_rows(SYN("0.0000", "lost") SYN("1.0000", "pass") DATA("5.0000"),
                SYN("0.0000", "lost") SYN("1.0300", "pass") DATA("5.3000"), wheel, "==!");
}
END_TEST

/* A SYN-ACK that was delayed past the next SYN is answered when it arrives, not after that SYN. */
START_TEST(an_answer_counts_from_what_it_answers)
{
    assert_rows(
        SYN("0.0000", "pass") SYN_ACK("0.0100", "delay") SYN("1.0000", "lost") ACK("1.5200"),
        SYN("0.0003", "pass") SYN_ACK("0.0107", "delay") SYN("1.0300", "lost") ACK("1.5212"), wheel,
        "====");
}
END_TEST

/* The wait ends up to a slot and 5 ms late, and never early. */
START_TEST(the_wheel_is_late_by_a_slot)
{
    static const char a[] = SYN("0.0000", "lost") SYN("1.0000", "lost");

    assert_rows(a, SYN("0.0000", "lost") SYN("1.0370", "lost"), wheel, "==");
    assert_rows(a, SYN("0.0000", "lost") SYN("1.0371", "lost"), wheel, "=!");
    assert_rows(a, SYN("0.0000", "lost") SYN("0.9990", "lost"), wheel, "==");
    assert_rows(SYN("3.0000", "lost") SYN("4.0000", "lost"),
                SYN("3.1000", "lost") SYN("4.0989", "lost"), wheel, "!!");
}
END_TEST

START_TEST(the_exact_side_may_be_b)
{
    CompareOptions options = {.kind = COMPARE_WHEEL, .exact = COMPARE_EXACT_B};

    assert_rows(SYN("0.0000", "lost") SYN("1.0300", "lost"),
                SYN("0.0000", "lost") SYN("1.0000", "lost"), options, "==");
    assert_rows(SYN("0.0000", "lost") SYN("1.0000", "lost"),
                SYN("0.0000", "lost") SYN("1.0300", "lost"), options, "=!");
}
END_TEST

/* A slot, 5 ms, and a 40th of the wait; of a SYN's timeout nothing was measured. */
START_TEST(a_timeout_that_rests_on_a_round_trip)
{
    assert_rows(DATA("0.0000") DATA("0.8000"), DATA("0.0000") DATA("0.8570"), wheel, "==");
    assert_rows(DATA("0.0000") DATA("0.8000"), DATA("0.0000") DATA("0.8571"), wheel, "=!");
    assert_rows(SYN("0.0000", "lost") SYN("0.8000", "lost"),
                SYN("0.0000", "lost") SYN("0.8570", "lost"), wheel, "=!");
}
END_TEST

START_TEST(neither_side_may_be_exact)
{
    CompareOptions options = {.kind = COMPARE_WHEEL, .exact = COMPARE_EXACT_NONE};
    static const char a[] = SYN("3.0000", "lost") SYN("4.0000", "lost");

    assert_rows(a, SYN("3.0000", "lost") SYN("4.0370", "lost"), options, "==");
    assert_rows(a, SYN("3.0000", "lost") SYN("4.0371", "lost"), options, "=!");
    assert_rows(a, SYN("3.0000", "lost") SYN("3.9630", "lost"), options, "==");
    assert_rows(a, SYN("3.0000", "lost") SYN("3.9629", "lost"), options, "=!");
}
END_TEST

START_TEST(slots_of_the_wheel)
{
    static const struct {
        SimTime wait_ms, slot_ms;
    } rows[] = {
        {0, 4},       {251, 4},      {252, 32},      {2015, 32},      {2016, 256},
        {16127, 256}, {16128, 2048}, {129023, 2048}, {129024, 16384}, {3600000, 16384},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        ck_assert_int_eq(compare_wheel_slot(rows[i].wait_ms * SIM_MILLISECOND),
                         rows[i].slot_ms * SIM_MILLISECOND);
}
END_TEST

START_TEST(acks_may_be_ignored)
{
    CompareOptions options = within(0);

    options.ignore_acks = TRUE;
    assert_rows(SYN("0.0000", "pass") ACK("0.0100") ACK("0.0200") DATA("1.0000"),
                SYN("0.0000", "pass") ACK("0.0150") DATA("1.0000"), options, "=xx=");
    assert_rows(SYN("0.0000", "pass") ACK("0.0100"), SYN("0.0000", "pass"), options, "=x");
    assert_rows(SYN("0.0000", "pass") DATA("0.0100"), SYN("0.0000", "pass"), options, "=<");
}
END_TEST

static CompareRow last_row(const char *a, const char *b, CompareOptions options)
{
    g_autoptr(Trace) one = table(a), other = table(b);
    g_autoptr(Comparison) comparison = compare_traces(one, other, &options, NULL);

    return g_array_index(comparison->rows, CompareRow, comparison->rows->len - 1);
}

START_TEST(since_what_it_waited)
{
    CompareRow row = last_row(SYN("0.0000", "lost") SYN("1.0000", "lost"),
                              SYN("0.0000", "lost") SYN("1.5000", "lost"), within(0));

    ck_assert_int_eq(row.cause, COMPARE_CAUSE_SAME);
    ck_assert_int_eq(row.wait_a, SIM_SECOND);
    ck_assert_int_eq(row.wait_b, 1500 * SIM_MILLISECOND);
    row = last_row(SYN("0.0000", "pass") SYN_ACK("0.0100", "pass"),
                   SYN("1.0000", "pass") SYN_ACK("1.0100", "pass"), within(0));
    ck_assert_int_eq(row.cause, COMPARE_CAUSE_ANSWER);
    ck_assert_int_eq(row.wait_b, 10 * SIM_MILLISECOND);
    row = last_row(ACK("1.0000") DATA("1.2000"), ACK("2.0000") DATA("2.2000"), within(0));
    ck_assert_int_eq(row.cause, COMPARE_CAUSE_SEEN);
    row = last_row(DATA("1.0000"), DATA("1.0000"), within(0));
    ck_assert_int_eq(row.cause, COMPARE_CAUSE_BEGIN);
}
END_TEST

/* A segment that was lost can have caused nothing at its receiver, nor can one of another flow. */
START_TEST(what_cannot_be_a_cause)
{
    assert_rows(SYN_ACK("0.0000", "lost") ACK("1.0000"), SYN_ACK("0.5000", "lost") ACK("1.5000"),
                within(0), "!!");
    assert_rows(SYN("0.0000", "pass") "1.0000,client,SYN,0,,0,9,,pass,2\n",
                SYN("0.5000", "pass") "1.5000,client,SYN,0,,0,9,,pass,2\n", within(0), "!!");
    assert_rows(SYN("0.0000", "pass") "1.0000,client,SYN,0,,0,9,,pass,2\n" DATA("2.0000"),
                SYN("0.0000", "pass") "1.5000,client,SYN,0,,0,9,,pass,2\n" DATA("2.5000"),
                within(0), "=!!");
}
END_TEST

/* --- window probes, and one instant ------------------------------------------------------- */

#define CLOSED                                                                                     \
    "0.0000,client,DATA,1,1,100,9,,pass,1\n"                                                       \
    "0.0100,server,ACK,1,101,0,0,,pass,1\n"

/* A probe of Linux waits for the timeout, which grew out of the round trip: 220 ms are in slots of 4 ms, 5 ms are for
 * measuring and a 40th, 5.5 ms, for the round trip: up to 14.5 ms late. */
START_TEST(a_window_probe_rests_on_the_round_trip)
{
    static const char a[] = CLOSED "0.2300,client,ACK,100,1,0,9,,pass,1\n";

    assert_rows(a, CLOSED "0.2440,client,ACK,100,1,0,9,,pass,1\n", wheel, "===");
    assert_rows(a, CLOSED "0.2450,client,ACK,100,1,0,9,,pass,1\n", wheel, "==!");
}
END_TEST

/* An ordinary ACK, which is no probe, has no such allowance: 9 ms. */
START_TEST(an_acknowledgment_does_not)
{
    static const char a[] = CLOSED "0.2300,client,ACK,101,1,0,9,,pass,1\n";

    assert_rows(a, CLOSED "0.2390,client,ACK,101,1,0,9,,pass,1\n", wheel, "===");
    assert_rows(a, CLOSED "0.2400,client,ACK,101,1,0,9,,pass,1\n", wheel, "==!");
}
END_TEST

#define TWO(t, u, one, other)                                                                      \
    t ",client,DATA," one ",1,5,9,,pass,1\n" u ",client,DATA," other ",1,5,9,,pass,1\n"

/* A sends both at one instant: in which order, nobody has to keep.  Where both have two
 * times there is one, and the pair stays that drifts least. */
START_TEST(one_instant_has_no_order)
{
    assert_rows(TWO("1.0000", "1.0000", "1", "6"), TWO("1.0000", "1.0001", "6", "1"),
                within(SIM_MILLISECOND), "==");
    assert_rows(TWO("1.0000", "1.0001", "1", "6"), TWO("1.0000", "1.0000", "6", "1"),
                within(SIM_MILLISECOND), "==");
    assert_rows(TWO("1.0000", "1.0002", "1", "6"), TWO("1.0000", "1.0001", "6", "1"),
                within(SIM_MILLISECOND), ">=<");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("compare");
    TCase *tc = tcase_create("alignment");

    tcase_add_test(tc, a_table_agrees_with_itself);
    tcase_add_test(tc, what_only_one_has);
    tcase_add_test(tc, what_makes_another_segment);
    tcase_add_test(tc, window_and_options_do_not);
    tcase_add_test(tc, a_capture_knows_no_fate);
    tcase_add_test(tc, a_capture_begins_with_its_first_segment);
    tcase_add_test(tc, the_nearest_of_equal_ones);
    tcase_add_test(tc, the_order_of_two_hosts_does_not_matter);
    tcase_add_test(tc, hosts_with_other_names);
    tcase_add_test(tc, long_lists);
    suite_add_tcase(s, tc);
    tc = tcase_create("times");
    tcase_add_test(tc, a_tolerance_holds_on_both_sides);
    tcase_add_test(tc, a_part_of_the_wait);
    tcase_add_test(tc, lateness_may_add_up);
    tcase_add_test(tc, the_application_has_times_of_its_own);
    tcase_add_test(tc, an_answer_counts_from_what_it_answers);
    tcase_add_test(tc, the_wheel_is_late_by_a_slot);
    tcase_add_test(tc, the_exact_side_may_be_b);
    tcase_add_test(tc, a_timeout_that_rests_on_a_round_trip);
    tcase_add_test(tc, neither_side_may_be_exact);
    tcase_add_test(tc, slots_of_the_wheel);
    tcase_add_test(tc, acks_may_be_ignored);
    tcase_add_test(tc, since_what_it_waited);
    tcase_add_test(tc, what_cannot_be_a_cause);
    tcase_add_test(tc, a_window_probe_rests_on_the_round_trip);
    tcase_add_test(tc, an_acknowledgment_does_not);
    tcase_add_test(tc, one_instant_has_no_order);
    suite_add_tcase(s, tc);
    return s;
}
