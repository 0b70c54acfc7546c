/* The laws: what is known to go wrong is found, without being told the loss; what was mended holds; and a
 * counterexample is a scenario that a check fails.
 */
#include "explore_runs.h"

#include "expect/expect.h"
#include "explore/laws.h"

/* ---- What is known ---- */

typedef struct Known {
    const char *file;
    guint except;
    ExploreLaw law;
    const char *lines;
} Known;

/* Losses as the scenarios' own lines have them, but where fewer or others do. */
static const Known known[] = {
    {"bugs/zephyr-last-ack-lost.scn", 0, EXPLORE_LAW_GIVEN_UP, "drop device ACK #2"},
    {"bugs/picotcp-synack-lost.scn", 0, EXPLORE_LAW_RESET, "drop device SYN-ACK #1"},
    /* The client is off before it is asked again: any loss of the second or third segment will do. */
    {"bugs/riot-last-ack-lost.scn", 0, EXPLORE_LAW_ENDLESS, "drop device SYN-ACK #1"},
    {"bugs/gvisor-no-timestamps.scn", 0, EXPLORE_LAW_GIVEN_UP, ""},
    /* The ghost, which comes when the first SYN is late; and for ever, when nobody hears that there is none. */
    {"handshake/ghost-two-way.scn", 0, EXPLORE_LAW_GHOST, "delay client SYN #1 by 90s"},
    {"handshake/ghost-two-way.scn", LAW(GHOST) | LAW(RESET), EXPLORE_LAW_STRANDED,
     "drop server SYN-ACK #1"},
    {"teardown/time-wait-none.scn", 0, EXPLORE_LAW_RESET, "drop client ACK #2"},
    {"teardown/abort.scn", 0, EXPLORE_LAW_STRANDED, "drop client RST #1"},
    {"numbers/old-data-isn-fixed.scn", 0, EXPLORE_LAW_BYTES, "delay client DATA #1 by 90s"},
    {"handshake/two-way-synack-lost.scn", 0, EXPLORE_LAW_GIVEN_UP, "drop server SYN-ACK #1"},
    {"handshake/last-ack-lost-server-speaks-first-cookies.scn", 0, EXPLORE_LAW_STRANDED,
     "drop client ACK #1"},
};

static ExploreResult *explore_shipped(const char *file, const ExploreOptions *how, Plan **plan)
{
    *plan = load_shipped(file);
    explore_prepare(*plan, EXPLORE_FORGET_FAULTS);
    return explore(*plan, how);
}

START_TEST(what_is_known_is_found)
{
    const Known *row = &known[_i];
    ExploreOptions how = explore_how(ALL_KINDS, 2);
    g_autoptr(Plan) plan = NULL;

    how.except = row->except;
    g_autoptr(ExploreResult) result = explore_shipped(row->file, &how, &plan);
    ck_assert_msg(result->breach != NULL, "%s: nothing found", row->file);
    g_autofree char *lines = lines_of(plan, &how, &result->world);
    ck_assert_msg(result->breach->law == row->law, "%s: %s: %s", row->file,
                  explore_law_name(result->breach->law), result->breach->text);
    ck_assert_str_eq(lines, row->lines);
}
END_TEST

static const struct {
    const char *file;
    guint depth;
} mended[] = {
    {"bugs/zephyr-last-ack-lost-fixed.scn", 2},
    {"bugs/picotcp-synack-lost-fixed.scn", 2},
    {"bugs/riot-last-ack-lost-fixed.scn", 1},
    {"bugs/gvisor-no-timestamps-lenient.scn", 2},
    {"handshake/ghost-three-way.scn", 2},
    {"handshake/normal.scn", 3},
    {"teardown/last-ack-lost.scn", 2},
    {"teardown/four-way.scn", 2},
    {"handshake/simultaneous-open.scn", 2},
    {"fast-open/cookie.scn", 1},
    {"handshake/last-ack-lost-keepalive.scn", 1},
};

START_TEST(what_was_mended_holds)
{
    ExploreOptions how = explore_how(ALL_KINDS, mended[_i].depth);
    g_autoptr(Plan) plan = NULL;

    how.to =
        SIM_MINUTE; /* keepalive goes on until the bound; a fault shortly before that decides nothing */
    g_autoptr(ExploreResult) result = explore_shipped(mended[_i].file, &how, &plan);

    if (result->breach != NULL) {
        g_autofree char *lines = lines_of(plan, &how, &result->world);
        ck_abort_msg("%s: %s: %s", mended[_i].file, result->breach->text, lines);
    }
    ck_assert_int_eq(result->completed, (int)how.depth);
    ck_assert_uint_eq(result->count.undecided, 0);
}
END_TEST

/* Four calls, one after the other, and a queue of one: each is accepted at once, and makes room for the next.
 * docs/testing.md puts the mistake back that this is about. */
START_TEST(a_short_queue_lets_all_in)
{
    g_autoptr(Plan) plan = world_plan_of(HOSTS "at 0s server listen backlog=1\n"
                                               "at 0s client connect server\n"
                                               "at 100ms client connect server\n"
                                               "at 200ms client connect server\n"
                                               "at 300ms client connect server\n");
    ExploreOptions how = explore_how(ALL_KINDS, 1);
    g_autoptr(ExploreResult) result = explore(plan, &how);

    ck_assert_msg(result->breach == NULL, "%s", result->breach->text);
}
END_TEST

/* ---- Counterexamples ---- */

static gboolean check_fails(const char *scenario)
{
    static const char *const profiles[] = {TCPWALTZ_SOURCE_ROOT "/sim/profiles", NULL};
    ScenarioOptions how = {.profile_dirs = profiles};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Plan) plan =
        scenario_parse("elsewhere.scn", scenario, strlen(scenario), &how, diagnostics);
    g_autofree char *errors = diagnostics_format(diagnostics);

    ck_assert_msg(plan != NULL, "%s", errors);
    g_autoptr(Trace) trace = lab_run(plan, &(LabOptions){.level = TRACE_LEVEL_FULL});
    g_autoptr(GPtrArray) results = expect_check(plan, trace);
    guint failed = 0;

    for (guint i = 0; i < results->len; i++)
        failed += !((ExpectResult *)g_ptr_array_index(results, i))->ok;
    ck_assert_uint_le(failed, 1);
    return failed == 1;
}

/* Written for another folder; and without its faults nothing fails: the last line alone is the claim. */
START_TEST(a_counterexample_fails_and_its_faults_are_why)
{
    const Known *row = &known[_i];
    g_autofree char *path = g_build_filename(TCPWALTZ_SOURCE_ROOT, "scenarios", row->file, NULL);
    g_autofree char *folder_of = g_path_get_dirname(path);
    g_autofree char *text = NULL, *why = NULL;
    ExploreOptions how = explore_how(ALL_KINDS, 2);
    g_autoptr(Plan) plan = NULL, original = load_shipped(row->file);

    how.except = row->except;
    ck_assert(g_file_get_contents(path, &text, NULL, NULL));
    g_autoptr(ExploreResult) result = explore_shipped(row->file, &how, &plan);
    ExploreText written = {
        .text = text, .original = original, .folder = folder_of, .forget = EXPLORE_FORGET_FAULTS};
    g_autofree char *scenario = explore_witness(plan, &how, result, &written, &why);
    ck_assert_msg(scenario != NULL, "%s", why);
    ck_assert_msg(check_fails(scenario), "%s", scenario);
    if (row->lines[0] != '\0') {
        g_auto(GStrv) parts = g_strsplit(scenario, row->lines, 2);
        g_autofree char *without = g_strconcat(parts[0], parts[1], NULL);
        ck_assert_msg(!check_fails(without), "%s", without);
    }
}
END_TEST

START_TEST(lines_in_another_file_cannot_be_left_out)
{
    static const char text[] = HOSTS "include faults.scn\nat 0s server listen\n"
                                     "at 0s client connect server\n";
    g_autofree char *path = path_of("including.scn"), *why = NULL;
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    write_file("faults.scn", "drop client SYN #1\n", -1);
    g_autoptr(Plan) original = scenario_parse(path, text, strlen(text), &options, diagnostics);
    ck_assert_ptr_nonnull(original);
    ExploreOptions how = explore_how(KIND(DROP), 1);
    char nothing[] = "";
    ExploreBreach breach = {.text = nothing, .stop = SIM_NEVER};
    ExploreResult result = {.breach = &breach};
    ExploreText written = {.text = text, .original = original, .forget = EXPLORE_FORGET_FAULTS};
    ck_assert_ptr_null(explore_witness(original, &how, &result, &written, &why));
    ck_assert_ptr_nonnull(strstr(why, "faults.scn"));
}
END_TEST

/* ---- What no stack here does ---- */

static void add_state(Trace *trace, TraceHost host, TcpState from, TcpState to)
{
    TraceEvent event = {.kind = TRACE_STATE, .host = (guint16)host, .conn = 1};

    event.state.from = from;
    event.state.to = to;
    trace_add(trace, &event);
}

static Trace *hosts_of(const Plan *plan)
{
    Trace *trace = trace_new(TRACE_LEVEL_FULL);

    for (guint i = 0; i < plan->hosts->len; i++)
        trace_add_host(trace, g_array_index(plan->hosts, PlanHost, i).name);
    return trace;
}

static void hold(Watch *watch, const Trace *trace)
{
    watch_restart(watch, trace);
    for (TraceId id = 1; id <= trace->events->len; id++) {
        laws_of_event(watch, trace_event(trace, id));
        watch_event(watch, trace_event(trace, id));
        laws_after_event(watch, trace_event(trace, id));
    }
}

START_TEST(a_way_that_is_not_in_the_diagram)
{
    g_autoptr(Plan) plan = plan_of(CONNECTED);
    g_autoptr(Trace) trace = hosts_of(plan);
    Watch watch;

    add_state(trace, CLIENT, TCP_STATE_CLOSED, TCP_STATE_SYN_SENT);
    add_state(trace, CLIENT, TCP_STATE_SYN_SENT, TCP_STATE_LAST_ACK);
    watch_begin(&watch, plan);
    hold(&watch, trace);
    ck_assert_ptr_nonnull(watch.breach);
    ck_assert_int_eq(watch.breach->law, EXPLORE_LAW_TRANSITION);
    ck_assert_str_eq(watch.breach->expect, "expect client.1 never enters LAST-ACK");
    watch_clear(&watch);
}
END_TEST

static void add_send(Trace *trace, TraceHost from, guint16 from_port, TraceHost to, guint16 to_port)
{
    Segment segment = {.flags = TCP_ACK, .src_port = from_port, .dst_port = to_port};
    TraceEvent event = {.kind = TRACE_SEND, .host = (guint16)from, .conn = 1};

    event.segment.peer = (guint16)to;
    event.segment.class = SEGMENT_ACK;
    event.segment.seen = trace_see(trace, &segment, FALSE);
    trace_add(trace, &event);
}

/* Both live, for ever, and one believes what the other does not. */
START_TEST(two_that_do_not_agree)
{
    g_autoptr(Plan) plan = plan_of(CONNECTED);
    g_autoptr(Trace) trace = hosts_of(plan);
    TraceEvent end = {.kind = TRACE_END, .host = TRACE_NO_HOST};
    Watch watch;

    add_state(trace, CLIENT, TCP_STATE_SYN_SENT, TCP_STATE_ESTABLISHED);
    add_send(trace, CLIENT, 1000, SERVER, 80);
    add_state(trace, SERVER, TCP_STATE_SYN_SENT, TCP_STATE_ESTABLISHED);
    add_send(trace, SERVER, 80, CLIENT, 1000);
    trace_add(trace, &end);
    watch_begin(&watch, plan);
    hold(&watch, trace);
    ck_assert(laws_of_end(&watch, NULL));
    ck_assert_ptr_null(watch.breach);
    add_state(trace, SERVER, TCP_STATE_FIN_WAIT_1, TCP_STATE_FIN_WAIT_2);
    trace_add(trace, &end);
    hold(&watch, trace);
    ck_assert(laws_of_end(&watch, NULL));
    ck_assert_ptr_nonnull(watch.breach);
    ck_assert_int_eq(watch.breach->law, EXPLORE_LAW_AGREEMENT);
    watch_clear(&watch);
}
END_TEST

/* ---- The language ---- */

START_TEST(always_is_a_mark_unless_a_host_is_called_so)
{
    g_autoptr(Plan) marked = plan_of(CONNECTED "expect always client sends SYN 1 time\n"
                                               "expect client sends SYN 1 time\n");
    g_autoptr(Plan) named = plan_of("host always plain\nexpect always ends CLOSED\n");
    const PlanExpect *expects = (const PlanExpect *)(void *)marked->expects->data;

    ck_assert(expects[0].always && !expects[1].always);
    ck_assert_str_eq(expects[0].text, "expect always client sends SYN 1 time");
    ck_assert(!g_array_index(named->expects, PlanExpect, 0).always);
    explore_prepare(marked, 0);
    ck_assert_uint_eq(marked->expects->len, 1);
}
END_TEST

static void add_call(Trace *trace, TraceHost host, guint line)
{
    TraceEvent event = {.kind = TRACE_CALL, .host = (guint16)host, .conn = 1};

    event.call.line = line;
    event.call.error = TCP_OK;
    trace_add(trace, &event);
}

/* RFC 9293 §3.8.6.1: the window may be closed, its reader may read when it likes; but nobody waits for that alone. */
START_TEST(who_has_something_to_send_has_a_timer)
{
    g_autoptr(Plan) plan = plan_of(HOSTS "at 0s server listen\n"
                                         "at 0s client connect server\n"
                                         "when client ESTABLISHED client send 100\n"
                                         "at 1h server read all\n");
    g_autoptr(Trace) trace = hosts_of(plan);
    TraceEvent timer = {.kind = TRACE_TIMER, .host = CLIENT, .conn = 1};
    TraceEvent end = {.kind = TRACE_END, .host = TRACE_NO_HOST};
    Watch watch;

    add_state(trace, CLIENT, TCP_STATE_SYN_SENT, TCP_STATE_ESTABLISHED);
    add_send(trace, CLIENT, 1000, SERVER, 80);
    add_state(trace, SERVER, TCP_STATE_SYN_SENT, TCP_STATE_ESTABLISHED);
    add_send(trace, SERVER, 80, CLIENT, 1000);
    add_call(trace, CLIENT, 2);
    trace_add(trace, &end);
    watch_begin(&watch, plan);
    hold(&watch, trace);
    ck_assert(laws_of_end(&watch, NULL));
    ck_assert_ptr_nonnull(watch.breach);
    ck_assert_int_eq(watch.breach->law, EXPLORE_LAW_BYTES);
    ck_assert_str_eq(watch.breach->text,
                     "client.1 has sent 0 bytes of 100, and waits for ever, without "
                     "a timer");
    timer.timer.timer = TCP_TIMER_PROBE;
    timer.timer.event = TCP_TIMER_ARMED;
    trace_add(trace, &timer);
    trace_add(trace, &end);
    hold(&watch, trace);
    ck_assert(laws_of_end(&watch, NULL));
    ck_assert_ptr_null(watch.breach);
    watch_clear(&watch);
}
END_TEST

/* One that came has to be answered (RFC 9293 §3.8.4); of one that was lost nobody knows. */
START_TEST(a_probe_that_came_is_answered)
{
    g_autoptr(Plan) plan = plan_of(CONNECTED);

    for (gboolean is_lost = FALSE; is_lost <= TRUE; is_lost++) {
        g_autoptr(Trace) trace = hosts_of(plan);
        Segment segment = {.flags = TCP_ACK, .src_port = 1000, .dst_port = 80};
        TraceEvent probe = {.kind = TRACE_SEND, .host = CLIENT, .conn = 1};
        TraceEvent over = {.kind = TRACE_STATE, .host = CLIENT, .conn = 1};
        Watch watch;

        add_state(trace, CLIENT, TCP_STATE_SYN_SENT, TCP_STATE_ESTABLISHED);
        add_send(trace, CLIENT, 1000, SERVER, 80);
        probe.segment.peer = SERVER;
        probe.segment.class = SEGMENT_ACK;
        probe.segment.reason = TCP_REASON_KEEPALIVE_FIRED;
        probe.segment.seen = trace_see(trace, &segment, FALSE);
        TraceId sent = trace_add(trace, &probe);
        TraceEvent arrival = {.kind = is_lost ? TRACE_LOST : TRACE_ARRIVE, .host = SERVER};
        if (is_lost) {
            arrival.fault.sent = sent;
        } else {
            arrival.segment = probe.segment;
            arrival.segment.sent = sent;
        }
        trace_add(trace, &arrival);
        over.state.from = TCP_STATE_ESTABLISHED;
        over.state.to = TCP_STATE_CLOSED;
        over.state.reason = TCP_REASON_KEEPALIVE_USED_UP;
        trace_add(trace, &over);
        watch_begin(&watch, plan);
        hold(&watch, trace);
        ck_assert_int_eq(watch.breach != NULL, !is_lost);
        if (!is_lost)
            ck_assert_int_eq(watch.breach->law, EXPLORE_LAW_GIVEN_UP);
        watch_clear(&watch);
    }
}
END_TEST

/* The client reboots, forgets its numbers and calls at once: its SYN is the one that its peer has seen (RFC 9293
 * §3.4.3).  That is no mistake of either stack. */
START_TEST(who_does_not_keep_quiet_gives_up_by_right)
{
    g_autoptr(Plan) plan = load_shipped("handshake/half-open-reboot.scn");
    ExploreOptions how = explore_how(KIND(CRASH) | KIND(REBOOT), 1);

    explore_prepare(plan, EXPLORE_FORGET_FAULTS | EXPLORE_FORGET_ORDERS);
    g_autoptr(ExploreResult) result = explore(plan, &how);
    ck_assert_msg(result->breach == NULL, "%s", result->breach->text);
    ck_assert_uint_gt(result->count.worlds, 5);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("explore_laws");
    TCase *tc = scenario_case("known");

    tcase_add_loop_test(tc, what_is_known_is_found, 0, (int)G_N_ELEMENTS(known));
    tcase_add_loop_test(tc, what_was_mended_holds, 0, (int)G_N_ELEMENTS(mended));
    tcase_add_test(tc, a_short_queue_lets_all_in);
    suite_add_tcase(s, tc);
    tc = scenario_case("counterexamples");
    tcase_add_loop_test(tc, a_counterexample_fails_and_its_faults_are_why, 0,
                        (int)G_N_ELEMENTS(known));
    tcase_add_test(tc, lines_in_another_file_cannot_be_left_out);
    suite_add_tcase(s, tc);
    tc = scenario_case("by hand");
    tcase_add_test(tc, a_way_that_is_not_in_the_diagram);
    tcase_add_test(tc, two_that_do_not_agree);
    tcase_add_test(tc, who_has_something_to_send_has_a_timer);
    tcase_add_test(tc, a_probe_that_came_is_answered);
    tcase_add_test(tc, who_does_not_keep_quiet_gives_up_by_right);
    tcase_add_test(tc, always_is_a_mark_unless_a_host_is_called_so);
    suite_add_tcase(s, tc);
    return s;
}
