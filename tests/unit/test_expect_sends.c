/* Expectations about what a host sends: at, gaps, N times, never; tolerances; how the difference
 * is told. */
#include "check_main.h"
#include "expect_world.h"

#define S SIM_SECOND

static World world;

static void setup(void)
{
    world_init(&world);
}

static void teardown(void)
{
    world_clear(&world);
}

static PlanExpect *syns_at(GArray *list)
{
    PlanExpect *expect = expectation(&world, PLAN_EXPECT_SENDS_AT, CLIENT);

    expect->class = SEGMENT_SYN;
    expect->times = list;
    return expect;
}

static PlanExpect *syn_gaps(GArray *list)
{
    PlanExpect *expect = syns_at(list);

    expect->kind = PLAN_EXPECT_SENDS_GAPS;
    return expect;
}

static void three_syns(void)
{
    sent(&world, 0, TCP_SYN);
    sent(&world, 3 * S, TCP_SYN);
    sent(&world, 9 * S, TCP_SYN);
}

START_TEST(at_is_the_whole_list)
{
    three_syns();
    syns_at(TIMES(0, 3 * S, 9 * S));
    ck_assert_holds(&world);
}
END_TEST

START_TEST(at_fails_for_one_more)
{
    three_syns();
    syns_at(TIMES(0, 3 * S));
    ck_assert_fails(&world, "SYN at 0 s, 3 s",
                    "SYN at 0 s, 3 s, 9 s (1 more than expected, the first at 9 s)", 3);
}
END_TEST

START_TEST(at_fails_for_one_fewer)
{
    three_syns();
    syns_at(TIMES(0, 3 * S, 9 * S, 21 * S));
    ck_assert_fails(&world, "SYN at 0 s, 3 s, 9 s, 21 s",
                    "SYN at 0 s, 3 s, 9 s (1 fewer than expected, none at 21 s)", 0);
}
END_TEST

START_TEST(at_points_to_the_first_difference)
{
    three_syns();
    syns_at(TIMES(0, 1 * S, 9 * S));
    ck_assert_fails(&world, "SYN at 0 s, 1 s, 9 s",
                    "SYN at 0 s, 3 s, 9 s (2nd SYN: expected 1 s, was 3 s)", 2);
}
END_TEST

START_TEST(at_says_little_about_one_time)
{
    sent(&world, 20 * SIM_MILLISECOND, TCP_SYN);
    syns_at(TIMES(0));
    ck_assert_fails(&world, "SYN at 0 s", "SYN at 20 ms", 1);
}
END_TEST

START_TEST(at_fails_when_nothing_was_sent)
{
    sent(&world, 0, TCP_ACK);
    syns_at(TIMES(0));
    ck_assert_fails(&world, "SYN at 0 s", "no SYN was sent", 0);
}
END_TEST

START_TEST(only_the_class_counts)
{
    sent(&world, 0, TCP_SYN);
    sent(&world, 1 * S, TCP_SYN | TCP_ACK);
    sent(&world, 2 * S, TCP_RST);
    syns_at(TIMES(0));
    ck_assert_holds(&world);
}
END_TEST

START_TEST(any_is_every_class)
{
    sent(&world, 0, TCP_SYN);
    sent(&world, 1 * S, TCP_ACK);
    sent_by(&world, 2 * S, CLIENT, 1, TCP_ACK, 100);
    syns_at(TIMES(0, 1 * S, 2 * S))->class = SEGMENT_ANY;
    ck_assert_holds(&world);
}
END_TEST

START_TEST(the_other_host_does_not_count)
{
    sent(&world, 0, TCP_SYN);
    sent_by(&world, 1 * S, SERVER, 1, TCP_SYN, 0);
    syns_at(TIMES(0));
    ck_assert_holds(&world);
}
END_TEST

START_TEST(a_bare_host_is_all_its_connections)
{
    sent_by(&world, 0, CLIENT, 1, TCP_SYN, 0);
    sent_by(&world, 1 * S, CLIENT, 2, TCP_SYN, 0);
    syns_at(TIMES(0, 1 * S));
    ck_assert_holds(&world);
}
END_TEST

START_TEST(a_numbered_one_is_that_connection)
{
    sent_by(&world, 0, CLIENT, 1, TCP_SYN, 0);
    sent_by(&world, 1 * S, CLIENT, 2, TCP_SYN, 0);
    syns_at(TIMES(1 * S))->party.number = 2;
    ck_assert_holds(&world);
}
END_TEST

START_TEST(forged_segments_do_not_count)
{
    TraceEvent forged = {.t = 1 * S, .kind = TRACE_SEND, .host = CLIENT};

    sent(&world, 0, TCP_SYN);
    forged.segment.seen = trace_see(world.trace, &(Segment){.flags = TCP_SYN}, TRUE);
    forged.segment.class = SEGMENT_SYN;
    forged.segment.injected = TRUE;
    trace_add(&world.trace[0], &forged);
    syns_at(TIMES(0));
    ck_assert_holds(&world);
}
END_TEST

START_TEST(lost_ones_count_and_copies_do_not)
{
    TraceEvent after = {.t = 0, .kind = TRACE_LOST, .host = CLIENT, .conn = 1};

    after.fault.sent = sent(&world, 0, TCP_SYN);
    trace_add(world.trace, &after);
    after.t = 3 * S;
    after.kind = TRACE_FAULT;
    after.fault.kind = FAULT_DUPLICATE;
    after.fault.sent = sent(&world, 3 * S, TCP_SYN);
    trace_add(world.trace, &after);
    syns_at(TIMES(0, 3 * S));
    ck_assert_holds(&world);
}
END_TEST

START_TEST(tolerance_includes_its_edge)
{
    sent(&world, 1 * S + 10 * SIM_MILLISECOND, TCP_SYN);
    syns_at(TIMES(1 * S))->tolerance.within = 10 * SIM_MILLISECOND;
    ck_assert_holds(&world);
}
END_TEST

START_TEST(tolerance_ends_at_its_edge)
{
    sent(&world, 1 * S + 11 * SIM_MILLISECOND, TCP_SYN);
    syns_at(TIMES(1 * S))->tolerance.within = 10 * SIM_MILLISECOND;
    ck_assert_fails(&world, "SYN at 1 s (within 10 ms)", "SYN at 1.011 s", 1);
}
END_TEST

START_TEST(a_percentage_is_of_each_time)
{
    sent(&world, 0, TCP_SYN);
    sent(&world, 95 * SIM_MILLISECOND, TCP_SYN);
    sent(&world, 105 * S, TCP_SYN);
    syns_at(TIMES(0, 100 * SIM_MILLISECOND, 100 * S))->tolerance.within_ppb = 50000000;
    ck_assert_holds(&world);
}
END_TEST

START_TEST(a_percentage_of_nothing_is_nothing)
{
    sent(&world, 1, TCP_SYN);
    syns_at(TIMES(0))->tolerance.within_ppb = 500000000;
    ck_assert(!world_hold(&world, 0)->ok);
}
END_TEST

START_TEST(a_percentage_is_rounded_down)
{
    /* 1% of 199 ns is 1.99 ns: 1 ns. */
    sent(&world, 201, TCP_SYN);
    syns_at(TIMES(199))->tolerance.within_ppb = 10000000;
    ck_assert(!world_hold(&world, 0)->ok);
}
END_TEST

START_TEST(a_percentage_of_centuries_fits)
{
    sent(&world, SIM_NEVER - 1, TCP_SYN);
    syns_at(TIMES(SIM_NEVER / 2 + 1))->tolerance.within_ppb = 1000000000;
    ck_assert_holds(&world);
}
END_TEST

START_TEST(the_tolerance_is_told)
{
    sent(&world, 2 * S, TCP_SYN);
    syns_at(TIMES(1 * S))->tolerance.within_ppb = 1250000;
    ck_assert_fails(&world, "SYN at 1 s (within 0.125%)", "SYN at 2 s", 1);
}
END_TEST

/* Of 100 ms and 10 %: the time for early ones, the part for late ones; 1.1 s and 11 s are the edges. */
START_TEST(of_a_time_and_a_part_the_larger_counts)
{
    sent(&world, 200 * SIM_MILLISECOND, TCP_SYN);
    sent(&world, 11 * S, TCP_SYN);
    PlanExpect *expect = syns_at(TIMES(100 * SIM_MILLISECOND, 10 * S));
    expect->tolerance.within = 100 * SIM_MILLISECOND;
    expect->tolerance.within_ppb = 100000000;
    ck_assert_holds(&world);
}
END_TEST

START_TEST(neither_of_the_two_is_enough)
{
    sent(&world, 2 * S, TCP_SYN);
    PlanExpect *expect = syns_at(TIMES(1 * S));
    expect->tolerance.within = 10 * SIM_MILLISECOND;
    expect->tolerance.within_ppb = 130000000;
    ck_assert_fails(&world, "SYN at 1 s (within 10 ms or 13%)", "SYN at 2 s", 1);
}
END_TEST

START_TEST(three_sends_have_two_gaps)
{
    three_syns();
    syn_gaps(TIMES(3 * S, 6 * S));
    ck_assert_holds(&world);
}
END_TEST

START_TEST(a_wrong_gap_points_to_the_send_after_it)
{
    three_syns();
    syn_gaps(TIMES(3 * S, 12 * S));
    ck_assert_fails(&world, "SYN gaps 3 s, 12 s",
                    "SYN gaps 3 s, 6 s (2nd gap: expected 12 s, was 6 s)", 3);
}
END_TEST

START_TEST(a_missing_gap)
{
    three_syns();
    syn_gaps(TIMES(3 * S, 6 * S, 12 * S));
    ck_assert_fails(&world, "SYN gaps 3 s, 6 s, 12 s",
                    "SYN gaps 3 s, 6 s (1 fewer than expected, none of 12 s)", 0);
}
END_TEST

START_TEST(one_send_has_no_gap)
{
    sent(&world, 0, TCP_SYN);
    syn_gaps(TIMES(3 * S));
    ck_assert_fails(&world, "SYN gaps 3 s", "1 SYN was sent: no gap", 0);
}
END_TEST

START_TEST(a_gap_s_percentage_is_of_the_gap)
{
    sent(&world, 100 * S, TCP_SYN);
    sent(&world, 103 * S + 100 * SIM_MILLISECOND, TCP_SYN);
    syn_gaps(TIMES(3 * S))->tolerance.within_ppb = 10000000;
    ck_assert(!world_hold(&world, 0)->ok);
}
END_TEST

START_TEST(n_times)
{
    PlanExpect *expect;

    three_syns();
    expect = syns_at(NULL);
    expect->kind = PLAN_EXPECT_SENDS_TIMES;
    expect->count = 3;
    ck_assert_holds(&world);
    expect->count = 2;
    ck_assert_fails(&world, "2 SYN", "3 SYN at 0 s, 3 s, 9 s", 3);
    expect->count = 4;
    ck_assert_fails(&world, "4 SYN", "3 SYN at 0 s, 3 s, 9 s", 0);
}
END_TEST

START_TEST(never)
{
    PlanExpect *expect;

    three_syns();
    expect = syns_at(NULL);
    expect->kind = PLAN_EXPECT_NEVER_SENDS;
    ck_assert_fails(&world, "no SYN", "3 SYN at 0 s, 3 s, 9 s", 1);
    expect->class = SEGMENT_RST;
    ck_assert_holds(&world);
}
END_TEST

START_TEST(a_long_list_is_cut)
{
    for (int i = 0; i < 1000; i++)
        sent(&world, i * S, TCP_SYN);
    syns_at(TIMES(5 * S));

    const ExpectResult *result = world_hold(&world, 0);
    ck_assert(!result->ok);
    ck_assert_ptr_nonnull(strstr(result->actual, "15 s, ... (1000 in all)"));
    ck_assert_ptr_nonnull(strstr(result->actual, "(1st SYN: expected 5 s, was 0 s)"));
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("expect: sends");
    TCase *tc = tcase_create("at");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, at_is_the_whole_list);
    tcase_add_test(tc, at_fails_for_one_more);
    tcase_add_test(tc, at_fails_for_one_fewer);
    tcase_add_test(tc, at_points_to_the_first_difference);
    tcase_add_test(tc, at_says_little_about_one_time);
    tcase_add_test(tc, at_fails_when_nothing_was_sent);
    tcase_add_test(tc, a_long_list_is_cut);
    suite_add_tcase(s, tc);

    tc = tcase_create("what counts");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, only_the_class_counts);
    tcase_add_test(tc, any_is_every_class);
    tcase_add_test(tc, the_other_host_does_not_count);
    tcase_add_test(tc, a_bare_host_is_all_its_connections);
    tcase_add_test(tc, a_numbered_one_is_that_connection);
    tcase_add_test(tc, forged_segments_do_not_count);
    tcase_add_test(tc, lost_ones_count_and_copies_do_not);
    suite_add_tcase(s, tc);

    tc = tcase_create("tolerance");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, tolerance_includes_its_edge);
    tcase_add_test(tc, tolerance_ends_at_its_edge);
    tcase_add_test(tc, a_percentage_is_of_each_time);
    tcase_add_test(tc, a_percentage_of_nothing_is_nothing);
    tcase_add_test(tc, a_percentage_is_rounded_down);
    tcase_add_test(tc, a_percentage_of_centuries_fits);
    tcase_add_test(tc, the_tolerance_is_told);
    tcase_add_test(tc, of_a_time_and_a_part_the_larger_counts);
    tcase_add_test(tc, neither_of_the_two_is_enough);
    suite_add_tcase(s, tc);

    tc = tcase_create("gaps, times, never");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, three_sends_have_two_gaps);
    tcase_add_test(tc, a_wrong_gap_points_to_the_send_after_it);
    tcase_add_test(tc, a_missing_gap);
    tcase_add_test(tc, one_send_has_no_gap);
    tcase_add_test(tc, a_gap_s_percentage_is_of_the_gap);
    tcase_add_test(tc, n_times);
    tcase_add_test(tc, never);
    suite_add_tcase(s, tc);
    return s;
}
