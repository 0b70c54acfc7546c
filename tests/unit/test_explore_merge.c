/* Worlds that come to where another has been: counted by hand, and each count, verdict and counterexample the same as
 * where every world is run to its end.  And circles, found as a state that comes back.
 */
#include "explore_runs.h"

#include "less.h"

/* ---- By hand ---- */

/* Nobody listens: a SYN is answered with a RST, and after k tries that failed the next one comes, whichever of the two was lost. */
#define REFUSED                                                                                    \
    "host client plain tcp_syn_retries=6\n"                                                        \
    "host server plain\n"                                                                          \
    "link client server delay=10ms\n"                                                              \
    "at 0s client connect server\n"

/* With k losses there are 2^k worlds.  Once the RST is lost, what waits is the timer of the SYN, as in the world in which
 * the SYN was: so of each depth two worlds are run, and from one of them go the two of the next. */
START_TEST(of_each_depth_two_worlds_are_run)
{
    g_autoptr(Plan) plan = world_plan_of(REFUSED);
    ExploreOptions how = explore_how(KIND(DROP), 6);
    g_autoptr(ExploreResult) result = explore(plan, &how);

    for (guint depth = 0; depth <= 6; depth++)
        ck_assert_uint_eq(result->count.of_depth[depth], 1U << depth);
    ck_assert_uint_eq(result->count.worlds, 127);
    ck_assert_uint_eq(result->count.run, 1 + 2 * 6);
    how.no_merge = TRUE;
    g_autoptr(ExploreResult) all = explore(plan, &how);
    ck_assert_uint_eq(all->count.worlds, 127);
    ck_assert_uint_eq(all->count.run, 127);
    ck_assert_uint_eq(all->count.states, result->count.states);
}
END_TEST

/* A second RST finds nobody, and a second SYN is answered by one: then all is over, whatever was sent twice.  {} {SYN}
 * {RST}, {SYN, RST 1} {SYN, RST 2} … see test_explore_worlds.c; budgets count what is run. */
START_TEST(a_budget_is_of_those_that_are_run)
{
    g_autoptr(Plan) plan = world_plan_of(REFUSED);
    ExploreOptions how = explore_how(KIND(DROP), 6);

    how.most_worlds = 6; /* two of depth 2, and one of depth 3: SYN, SYN, SYN */
    g_autoptr(ExploreResult) result = explore(plan, &how);
    ck_assert_int_eq(result->end, EXPLORE_END_BUDGET);
    ck_assert_int_eq(result->completed, 2);
    ck_assert_uint_eq(result->count.run, 6);
    ck_assert_uint_eq(result->count.of_depth[2], 4);
    ck_assert_uint_eq(result->count.of_depth[3], 1);
    ck_assert_uint_eq(result->count.worlds, 8);
}
END_TEST

/* ---- Beside the same without ---- */

static void check_same(const Plan *plan, ExploreOptions *how, const char *name)
{
    g_autoptr(ExploreResult) merged = explore(plan, how);

    how->no_merge = TRUE;
    g_autoptr(ExploreResult) all = explore(plan, how);
    how->no_merge = FALSE;
    const ExploreCount *one = &merged->count, *other = &all->count;

    for (guint i = 0; i <= how->depth; i++)
        ck_assert_msg(one->of_depth[i] == other->of_depth[i] && one->broken[i] == other->broken[i],
                      "%s: with %u faults %" G_GUINT64_FORMAT " worlds, not %" G_GUINT64_FORMAT
                      "; broken %" G_GUINT64_FORMAT ", not %" G_GUINT64_FORMAT,
                      name, i, one->of_depth[i], other->of_depth[i], one->broken[i],
                      other->broken[i]);
    ck_assert_msg(one->equal == other->equal, "%s: twins", name);
    ck_assert_msg(one->undecided == other->undecided, "%s: undecided", name);
    ck_assert_msg(one->states == other->states, "%s: states", name);
    ck_assert_msg(other->run == other->worlds && one->run <= one->worlds, "%s: run", name);
    ck_assert_int_eq(merged->end, all->end);
    ck_assert_int_eq(merged->completed, all->completed);
    ck_assert_mem_eq(merged->by_law, all->by_law, sizeof merged->by_law);
    ck_assert_msg((merged->breach == NULL) == (all->breach == NULL), "%s: a breach", name);
    if (merged->breach == NULL)
        return;
    g_autofree char *lines = lines_of(plan, how, &merged->world);
    g_autofree char *those = lines_of(plan, how, &all->world);

    ck_assert_str_eq(lines, those);
    ck_assert_str_eq(merged->breach->text, all->breach->text);
}

static const char *const shipped[] = {
    "bugs/zephyr-last-ack-lost.scn",
    "bugs/zephyr-last-ack-lost-fixed.scn",
    "bugs/picotcp-synack-lost.scn",
    "bugs/picotcp-synack-lost-fixed.scn",
    "bugs/riot-last-ack-lost.scn",
    "bugs/riot-last-ack-lost-fixed.scn",
    "bugs/riot-last-ack-lost-living-client.scn",
    "bugs/gvisor-no-timestamps.scn",
    "bugs/gvisor-no-timestamps-lenient.scn",
    "handshake/ghost-two-way.scn",
    "teardown/time-wait-none.scn",
    "teardown/abort.scn",
    "numbers/old-data-isn-fixed.scn",
    "handshake/last-ack-lost-server-speaks-first-cookies.scn",
};

START_TEST(what_is_known_is_found_the_same)
{
    g_autoptr(Plan) plan = load_shipped(shipped[_i]);
    ExploreOptions how = explore_how(ALL_KINDS, 2);

    explore_prepare(plan, EXPLORE_FORGET_FAULTS);
    how.to = SIM_MINUTE;
    check_same(plan, &how, shipped[_i]);
}
END_TEST

/* ---- Small scenarios, from a number ---- */

static const char *choose(GRand *rand, const char *const *words, gint count)
{
    return words[g_rand_int_range(rand, 0, count)];
}

#define CHOOSE(rand, ...)                                                                          \
    choose(rand, (const char *const[]){__VA_ARGS__},                                               \
           (gint)G_N_ELEMENTS(((const char *const[]){__VA_ARGS__})))

static void append_host(GRand *rand, const char *name, GString *out)
{
    g_string_append_printf(
        out, "host %s %s%s\n", name,
        CHOOSE(rand, "rfc1122", "rfc6298", "rfc793", "linux-6.18", "linux-2.4", "freebsd",
               "windows-10", "lwip", "smoltcp", "openbsd", "vpp", "zephyr", "bsd-4.4"),
        CHOOSE(rand, "", "", " keepalive=yes tcp_keepalive_time=5", " time-wait=0",
               " handshake=two-way", " tcp_sack=0", " tcp_timestamps=0"));
}

static char *small_scenario(guint32 seed)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    GString *out = g_string_new(NULL);

    append_host(rand, "client", out);
    append_host(rand, "server", out);
    g_string_append_printf(out, "link client server delay=%s%s\n",
                           CHOOSE(rand, "1ms", "10ms", "300ms"),
                           CHOOSE(rand, "", "", " rate=1mbit"));
    g_string_append(out, "at 0s server listen\nat 0s client connect server\n");
    g_string_append(out, CHOOSE(rand, "", "at 0s server connect client port=40000 from-port=80\n",
                                "at 20s client connect server\n"));
    g_string_append(out, CHOOSE(rand, "", "when client ESTABLISHED client send 100\n",
                                "when server ESTABLISHED server send 3000\n"));
    g_string_append(out, CHOOSE(rand, "", "when client ESTABLISHED client close\n",
                                "when client ESTABLISHED client shutdown\n",
                                "when client ESTABLISHED client abort\n"));
    g_string_append(out, CHOOSE(rand, "", "when server CLOSE-WAIT server close\n",
                                "when server ESTABLISHED server close\n"));
    return g_string_free(out, FALSE);
}

static Plan *plan_of_text(const char *text)
{
    static const char *const profiles[] = {TCPWALTZ_SOURCE_ROOT "/sim/profiles", NULL};
    ScenarioOptions how = {.profile_dirs = profiles};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    Plan *plan = scenario_parse("small.scn", text, strlen(text), &how, diagnostics);
    g_autofree char *errors = diagnostics_format(diagnostics);

    ck_assert_msg(plan != NULL, "%s\n%s", errors, text);
    explore_prepare(plan, 0);
    return plan;
}

/* With orders and crashes in every third; all worlds in every second, or as far as the first that is broken. */
START_TEST(small_scenarios_are_found_the_same)
{
    g_autofree char *text = small_scenario((guint32)_i);
    g_autoptr(Plan) plan = plan_of_text(text);
    ExploreOptions how = explore_how(ALL_KINDS, 2);

    how.to = 5 * SIM_SECOND;
    how.lab.max_time = 5 * SIM_MINUTE;
    how.all = _i % 2 == 0;
    how.threads = 1 + (guint)_i % 3;
    if (_i % 3 == 0) {
        how.kinds = KIND(DROP) | KIND(ORDER) | KIND(CRASH) | KIND(REBOOT);
        how.to = SIM_SECOND;
    }
    how.lab.max_events = 2000;
    check_same(plan, &how, text);
}
END_TEST

/* ---- Circles ---- */

static ExploreResult *find_circle(const Plan *plan, guint kinds, guint except)
{
    ExploreOptions how = explore_how(kinds, 1);

    how.except = except;
    ExploreResult *result = explore(plan, &how);

    ck_assert_ptr_nonnull(result->breach);
    ck_assert_int_eq(result->breach->law, EXPLORE_LAW_ENDLESS);
    return result;
}

/* Its SYN-ACK goes again every minute, for ever, and each time all is as it was a minute before.  That is seen long
 * before the run meets its bound of a day. */
START_TEST(a_state_that_comes_back_is_a_circle)
{
    g_autoptr(Plan) plan = load_shipped("bugs/riot-last-ack-lost.scn");

    explore_prepare(plan, EXPLORE_FORGET_FAULTS);
    g_autoptr(ExploreResult) result = find_circle(plan, ALL_KINDS, 0);
    ck_assert_str_eq(result->breach->text,
                     "device.1 sends SYN-ACK again and again, every 60 s, and "
                     "nothing else will come");
    ck_assert_int_lt(result->count.virtual_time, 3 * SIM_HOUR);
}
END_TEST

/* Ten forged bytes: from then on each end refuses what the other acknowledges, and says so, a round trip of 20 ms apart
 * (RFC 9293 §3.10.7.4, first and fifth). */
START_TEST(a_storm_of_acks_is_a_circle)
{
    g_autoptr(Plan) plan = plan_of_text(
        "host client rfc793\n"
        "host server rfc793\n"
        "link client server delay=10ms\n"
        "at 0s server listen\n"
        "at 0s client connect server\n"
        "at 1s inject client->server ACK seq=client.snd_nxt ack=client.rcv_nxt len=10\n");
    g_autoptr(ExploreResult) result = find_circle(plan, 0, LAW(BYTES) | LAW(RESET));

    ck_assert_str_eq(result->breach->text,
                     "client.1 sends ACK again and again, every 20 ms, and nothing "
                     "else will come");
    ck_assert_str_eq(result->breach->expect, "expect client.1 sends ACK at most 1 times");
    ck_assert_int_lt(result->count.virtual_time, 3 * SIM_MINUTE);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("explore_merge");
    TCase *tc = scenario_case("by hand");

    tcase_add_test(tc, of_each_depth_two_worlds_are_run);
    tcase_add_test(tc, a_budget_is_of_those_that_are_run);
    suite_add_tcase(s, tc);
    tc = scenario_case("beside the same without");
    tcase_add_loop_test(tc, what_is_known_is_found_the_same, 0, (int)G_N_ELEMENTS(shipped));
    tcase_add_loop_test(tc, small_scenarios_are_found_the_same, 0, 50 / LESS);
    suite_add_tcase(s, tc);
    tc = scenario_case("circles");
    tcase_add_test(tc, a_state_that_comes_back_is_a_circle);
    tcase_add_test(tc, a_storm_of_acks_is_a_circle);
    suite_add_tcase(s, tc);
    return s;
}
