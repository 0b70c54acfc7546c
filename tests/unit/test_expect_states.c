/* Expectations about states, and about what the application sees; failures that no line names. */
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

/* The client opens connection `conn` and gives up. */
static void fails_to_connect(guint32 conn, SimTime from, SimTime to)
{
    moved(&world, from, CLIENT, conn, TCP_STATE_CLOSED, TCP_STATE_SYN_SENT);
    moved(&world, to, CLIENT, conn, TCP_STATE_SYN_SENT, TCP_STATE_CLOSED);
}

static void server_listens_and_accepts(void)
{
    moved(&world, 0, SERVER, 0, TCP_STATE_CLOSED, TCP_STATE_LISTEN);
    moved(&world, 10 * SIM_MILLISECOND, SERVER, 1, TCP_STATE_LISTEN, TCP_STATE_SYN_RCVD);
    moved(&world, 30 * SIM_MILLISECOND, SERVER, 1, TCP_STATE_SYN_RCVD, TCP_STATE_ESTABLISHED);
}

static PlanExpect *enters(guint host, TcpState state, GArray *list)
{
    PlanExpect *expect = expectation(&world, PLAN_EXPECT_ENTERS, host);

    expect->states = STATES(state);
    expect->times = list;
    return expect;
}

static PlanExpect *never_enters(guint host, guint number, TcpState state)
{
    PlanExpect *expect = expectation(&world, PLAN_EXPECT_NEVER_ENTERS, host);

    expect->party.number = number;
    expect->states = STATES(state);
    return expect;
}

static PlanExpect *path(guint host, GArray *list)
{
    PlanExpect *expect = expectation(&world, PLAN_EXPECT_PATH, host);

    expect->states = list;
    return expect;
}

static PlanExpect *ends(guint host, TcpState state)
{
    PlanExpect *expect = expectation(&world, PLAN_EXPECT_ENDS, host);

    expect->states = STATES(state);
    return expect;
}

START_TEST(enters_counts_every_connection)
{
    fails_to_connect(1, 0, 3 * S);
    fails_to_connect(2, 4 * S, 7 * S);
    enters(CLIENT, TCP_STATE_SYN_SENT, TIMES(0, 4 * S));
    ck_assert_holds(&world);
}
END_TEST

START_TEST(enters_of_one_connection)
{
    fails_to_connect(1, 0, 3 * S);
    fails_to_connect(2, 4 * S, 7 * S);
    enters(CLIENT, TCP_STATE_SYN_SENT, TIMES(4 * S))->party.number = 2;
    ck_assert_holds(&world);
}
END_TEST

START_TEST(never_enters_means_every_connection)
{
    fails_to_connect(1, 0, 3 * S);
    fails_to_connect(2, 4 * S, 7 * S);
    never_enters(CLIENT, 0, TCP_STATE_ESTABLISHED);
    ck_assert_holds(&world);
}
END_TEST

START_TEST(never_enters_of_one_connection)
{
    fails_to_connect(1, 0, 3 * S);
    never_enters(CLIENT, 2, TCP_STATE_SYN_SENT);
    ck_assert_holds(&world);
}
END_TEST

/* Events 1 to 4: SYN-SENT, CLOSED, SYN-SENT, CLOSED. */
START_TEST(never_enters_says_when_it_was)
{
    fails_to_connect(1, 0, 3 * S);
    fails_to_connect(2, 4 * S, 7 * S);
    never_enters(CLIENT, 0, TCP_STATE_CLOSED);
    ck_assert_fails(&world, "never CLOSED", "CLOSED at 3 s, 7 s", 2);
}
END_TEST

START_TEST(enters_counts_the_listener)
{
    server_listens_and_accepts();
    enters(SERVER, TCP_STATE_LISTEN, TIMES(0));
    ck_assert_holds(&world);
}
END_TEST

START_TEST(enters_at_the_wrong_time)
{
    server_listens_and_accepts();
    enters(SERVER, TCP_STATE_ESTABLISHED, TIMES(3030 * SIM_MILLISECOND));
    ck_assert_fails(&world, "ESTABLISHED at 3.03 s", "ESTABLISHED at 30 ms", 3);
}
END_TEST

START_TEST(never_entered)
{
    enters(SERVER, TCP_STATE_ESTABLISHED, TIMES(0));
    ck_assert_fails(&world, "ESTABLISHED at 0 s", "ESTABLISHED was never entered", 0);
}
END_TEST

START_TEST(an_active_path_begins_with_closed)
{
    fails_to_connect(1, 0, 3 * S);
    path(CLIENT, STATES(TCP_STATE_CLOSED, TCP_STATE_SYN_SENT, TCP_STATE_CLOSED));
    ck_assert_holds(&world);
}
END_TEST

START_TEST(a_passive_path_begins_with_listen)
{
    server_listens_and_accepts();
    path(SERVER, STATES(TCP_STATE_LISTEN, TCP_STATE_SYN_RCVD, TCP_STATE_ESTABLISHED));
    ck_assert_holds(&world);
}
END_TEST

START_TEST(a_listener_s_path)
{
    moved(&world, 0, SERVER, 0, TCP_STATE_CLOSED, TCP_STATE_LISTEN);
    path(SERVER, STATES(TCP_STATE_CLOSED, TCP_STATE_LISTEN));
    ck_assert_holds(&world);
}
END_TEST

START_TEST(the_path_of_the_newest)
{
    moved(&world, 0, CLIENT, 1, TCP_STATE_CLOSED, TCP_STATE_SYN_SENT);
    fails_to_connect(2, 1 * S, 2 * S);
    moved(&world, 3 * S, CLIENT, 1, TCP_STATE_SYN_SENT, TCP_STATE_ESTABLISHED);
    path(CLIENT, STATES(TCP_STATE_CLOSED, TCP_STATE_SYN_SENT, TCP_STATE_CLOSED));
    ck_assert_holds(&world);
}
END_TEST

START_TEST(the_path_parts)
{
    fails_to_connect(1, 0, 3 * S);
    path(CLIENT, STATES(TCP_STATE_CLOSED, TCP_STATE_SYN_SENT, TCP_STATE_ESTABLISHED));
    ck_assert_fails(&world, "CLOSED SYN-SENT ESTABLISHED",
                    "CLOSED SYN-SENT CLOSED (3rd state: expected ESTABLISHED, was CLOSED from 3 s)",
                    2);
}
END_TEST

START_TEST(the_path_stops_early)
{
    fails_to_connect(1, 0, 3 * S);
    path(CLIENT,
         STATES(TCP_STATE_CLOSED, TCP_STATE_SYN_SENT, TCP_STATE_CLOSED, TCP_STATE_SYN_SENT));
    ck_assert_fails(&world, "CLOSED SYN-SENT CLOSED SYN-SENT",
                    "CLOSED SYN-SENT CLOSED (stayed in CLOSED, never reached SYN-SENT)", 0);
}
END_TEST

START_TEST(the_path_goes_on)
{
    fails_to_connect(1, 0, 3 * S);
    path(CLIENT, STATES(TCP_STATE_CLOSED, TCP_STATE_SYN_SENT));
    ck_assert_fails(&world, "CLOSED SYN-SENT",
                    "CLOSED SYN-SENT CLOSED (3rd state: expected no more, was CLOSED from 3 s)", 2);
}
END_TEST

START_TEST(a_path_with_another_start)
{
    server_listens_and_accepts();
    path(SERVER, STATES(TCP_STATE_CLOSED, TCP_STATE_LISTEN));
    ck_assert_fails(&world, "CLOSED LISTEN",
                    "LISTEN SYN-RCVD ESTABLISHED (1st state: expected CLOSED, was LISTEN)", 0);
}
END_TEST

START_TEST(ends_with_the_newest)
{
    fails_to_connect(1, 0, 3 * S);
    moved(&world, 4 * S, CLIENT, 2, TCP_STATE_CLOSED, TCP_STATE_SYN_SENT);
    ends(CLIENT, TCP_STATE_SYN_SENT);
    ck_assert_holds(&world);
}
END_TEST

START_TEST(ends_elsewhere)
{
    fails_to_connect(1, 0, 3 * S);
    ends(CLIENT, TCP_STATE_ESTABLISHED);
    ck_assert_fails(&world, "ESTABLISHED at the end", "CLOSED since 3 s", 2);
}
END_TEST

START_TEST(ends_of_a_listener_without_connection)
{
    moved(&world, 0, SERVER, 0, TCP_STATE_CLOSED, TCP_STATE_LISTEN);
    ends(SERVER, TCP_STATE_LISTEN);
    ck_assert_holds(&world);
}
END_TEST

START_TEST(a_host_that_did_nothing_is_closed)
{
    ends(SERVER, TCP_STATE_CLOSED);
    ck_assert_holds(&world);
}
END_TEST

START_TEST(a_connection_that_never_was)
{
    ends(SERVER, TCP_STATE_CLOSED)->party.number = 3;
    ck_assert_fails(&world, "CLOSED at the end", "there was no connection 3", 0);
}
END_TEST

static PlanExpect *timed_out_at(SimTime t)
{
    PlanExpect *expect = expectation(&world, PLAN_EXPECT_ERROR, CLIENT);

    expect->error = TCP_ETIMEDOUT;
    expect->times = TIMES(t);
    return expect;
}

START_TEST(an_error_the_application_was_told)
{
    told(&world, 189 * S, CLIENT, 1, TRACE_APP_ERROR, 0, 0, TCP_ETIMEDOUT);
    timed_out_at(189 * S);
    ck_assert_holds(&world);
}
END_TEST

START_TEST(another_error)
{
    told(&world, 2 * S, CLIENT, 1, TRACE_APP_ERROR, 0, 0, TCP_ECONNREFUSED);
    timed_out_at(189 * S);
    ck_assert_fails(&world, "ETIMEDOUT at 189 s", "ECONNREFUSED at 2 s", 1);
}
END_TEST

START_TEST(no_error)
{
    timed_out_at(189 * S);
    ck_assert_fails(&world, "ETIMEDOUT at 189 s", "no error", 0);
}
END_TEST

START_TEST(an_error_of_another_host)
{
    told(&world, 189 * S, SERVER, 1, TRACE_APP_ERROR, 0, 0, TCP_ETIMEDOUT);
    timed_out_at(189 * S);
    ck_assert_fails(&world, "ETIMEDOUT at 189 s", "no error", 0);
}
END_TEST

START_TEST(a_call_s_error_is_named)
{
    called(&world, 5 * S, CLIENT, "client send 10", 12, TCP_EPIPE);

    PlanExpect *expect = timed_out_at(5 * S);
    expect->error = TCP_EPIPE;
    ck_assert_holds(&world);
    ck_assert_uint_eq(world.results->len, 1);
}
END_TEST

START_TEST(a_call_s_error_that_no_line_names)
{
    called(&world, 5 * S, CLIENT, "client send 10", 12, TCP_EPIPE);
    ck_assert_fails(&world, "no error, or a line \"expect client error EPIPE at ...\"",
                    "EPIPE (Broken pipe) at 5 s", 1);

    const ExpectResult *result = world_hold(&world, 0);
    ck_assert_str_eq(result->place.file, "demo.scn");
    ck_assert_uint_eq(result->place.line, 12);
    ck_assert_str_eq(result->text, "client send 10");
}
END_TEST

START_TEST(a_call_that_returned_no_error)
{
    called(&world, 5 * S, CLIENT, "client send 10", 12, TCP_OK);
    ended(&world, 5 * S, TRACE_END_QUIET);
    world.results = expect_check(&world.plan, world.trace);
    ck_assert_uint_eq(world.results->len, 0);
}
END_TEST

static PlanExpect *delivers(guint64 count, gboolean wrong)
{
    PlanExpect *expect = expectation(&world, PLAN_EXPECT_DELIVERS, SERVER);

    expect->count = count;
    expect->wrong = wrong;
    return expect;
}

START_TEST(bytes_add_up)
{
    told(&world, 1 * S, SERVER, 1, TRACE_APP_READ, 1000, 0, TCP_OK);
    told(&world, 2 * S, SERVER, 1, TRACE_APP_READ, 460, 0, TCP_OK);
    told(&world, 2 * S, CLIENT, 1, TRACE_APP_READ, 7, 0, TCP_OK);
    delivers(1460, FALSE);
    ck_assert_holds(&world);
}
END_TEST

START_TEST(too_few_bytes)
{
    told(&world, 1 * S, SERVER, 1, TRACE_APP_READ, 1000, 0, TCP_OK);
    delivers(1460, FALSE);
    ck_assert_fails(&world, "1460 bytes delivered", "1000 bytes delivered", 1);
}
END_TEST

START_TEST(wrong_bytes)
{
    told(&world, 1 * S, SERVER, 1, TRACE_APP_READ, 1000, 10, TCP_OK);
    delivers(10, TRUE);
    ck_assert_holds(&world);
    g_array_index(world.plan.expects, PlanExpect, 0).count = 0;
    ck_assert_fails(&world, "0 bytes wrong", "1000 bytes delivered, 10 of them wrong", 1);
}
END_TEST

START_TEST(accepts)
{
    PlanExpect *expect = expectation(&world, PLAN_EXPECT_ACCEPTS, SERVER);

    told(&world, 1 * S, SERVER, 1, TRACE_APP_ACCEPTED, 0, 0, TCP_OK);
    told(&world, 2 * S, SERVER, 2, TRACE_APP_ACCEPTED, 0, 0, TCP_OK);
    expect->count = 2;
    ck_assert_holds(&world);
    expect->count = 1;
    ck_assert_fails(&world, "1 accepted", "2 accepted", 2);
}
END_TEST

START_TEST(a_run_that_would_go_on)
{
    ended(&world, 24 * SIM_HOUR, TRACE_END_MAX_TIME);
    ck_assert_fails(&world, "an end: nothing left to happen, or \"stop at TIME\"",
                    "it reached the bound on virtual time, at 86400 s after 1 events", 1);
    ck_assert_str_eq(world_hold(&world, 0)->place.file, "demo.scn");
}
END_TEST

START_TEST(results_are_in_the_file_s_order)
{
    ends(CLIENT, TCP_STATE_CLOSED);
    ends(SERVER, TCP_STATE_LISTEN);
    called(&world, 5 * S, CLIENT, "client send 10", 12, TCP_ENOTCONN);
    ended(&world, 6 * S, TRACE_END_MAX_EVENTS);
    ck_assert(world_hold(&world, 0)->ok);
    ck_assert(!world_hold(&world, 1)->ok);
    ck_assert_uint_eq(world_hold(&world, 2)->place.line, 12);
    ck_assert_str_eq(world_hold(&world, 3)->text, "the run");
    ck_assert_uint_eq(world.results->len, 4);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("expect: states and the application");
    TCase *tc = tcase_create("enters");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, enters_counts_every_connection);
    tcase_add_test(tc, enters_of_one_connection);
    tcase_add_test(tc, enters_counts_the_listener);
    tcase_add_test(tc, never_enters_means_every_connection);
    tcase_add_test(tc, never_enters_of_one_connection);
    tcase_add_test(tc, never_enters_says_when_it_was);
    tcase_add_test(tc, enters_at_the_wrong_time);
    tcase_add_test(tc, never_entered);
    suite_add_tcase(s, tc);

    tc = tcase_create("path");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, an_active_path_begins_with_closed);
    tcase_add_test(tc, a_passive_path_begins_with_listen);
    tcase_add_test(tc, a_listener_s_path);
    tcase_add_test(tc, the_path_of_the_newest);
    tcase_add_test(tc, the_path_parts);
    tcase_add_test(tc, the_path_stops_early);
    tcase_add_test(tc, the_path_goes_on);
    tcase_add_test(tc, a_path_with_another_start);
    suite_add_tcase(s, tc);

    tc = tcase_create("ends");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, ends_with_the_newest);
    tcase_add_test(tc, ends_elsewhere);
    tcase_add_test(tc, ends_of_a_listener_without_connection);
    tcase_add_test(tc, a_host_that_did_nothing_is_closed);
    tcase_add_test(tc, a_connection_that_never_was);
    suite_add_tcase(s, tc);

    tc = tcase_create("application");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, an_error_the_application_was_told);
    tcase_add_test(tc, another_error);
    tcase_add_test(tc, no_error);
    tcase_add_test(tc, an_error_of_another_host);
    tcase_add_test(tc, bytes_add_up);
    tcase_add_test(tc, too_few_bytes);
    tcase_add_test(tc, wrong_bytes);
    tcase_add_test(tc, accepts);
    suite_add_tcase(s, tc);

    tc = tcase_create("failures that no line names");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_call_s_error_is_named);
    tcase_add_test(tc, a_call_s_error_that_no_line_names);
    tcase_add_test(tc, a_call_that_returned_no_error);
    tcase_add_test(tc, a_run_that_would_go_on);
    tcase_add_test(tc, results_are_in_the_file_s_order);
    suite_add_tcase(s, tc);
    return s;
}
