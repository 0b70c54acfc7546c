/* How a run ends, and how much of it is kept: `stop`, the bounds, the levels of a trace. */
#include "lab_runs.h"

#include <string.h>

/* Probes an idle peer for ever. */
#define FOR_EVER CONNECTED "set client keepalive=yes\n"

/* ---- stop ---- */

START_TEST(nothing_left_is_quiet)
{
    g_autoptr(Trace) trace = run(CONNECTED);
    ck_assert_end(trace, MS(30), TRACE_END_QUIET);

    g_autoptr(Trace) early = run(CONNECTED "stop at 1h\n");
    ck_assert_end(early, MS(30), TRACE_END_QUIET);

    g_autoptr(Trace) empty = run(HOSTS);
    ck_assert_end(empty, 0, TRACE_END_QUIET);
    ck_assert_uint_eq(empty->events->len, 1);
}
END_TEST

START_TEST(events_of_the_stop_still_run)
{
    g_autoptr(Trace) trace = run(CONNECTED "stop at 20ms\n");
    ck_assert_end(trace, MS(20), TRACE_END_STOP);
    ck_assert_story(trace, TOLD(STATE), CLIENT,
                    "0 s client.1 CLOSED -> SYN-SENT\n"
                    "20 ms client.1 SYN-SENT -> ESTABLISHED\n");

    g_autoptr(Trace) before = run(CONNECTED "stop at 19.999999ms\n");
    ck_assert_end(before, 19999999, TRACE_END_STOP);
    ck_assert_story(before, TOLD(STATE), CLIENT, "0 s client.1 CLOSED -> SYN-SENT\n");
}
END_TEST

START_TEST(what_the_stop_sets_off_at_once_runs_too)
{
    g_autoptr(Trace) trace = run("host client plain\n"
                                 "host server plain\n"
                                 "link client server delay=0\n"
                                 "at 0s server listen\n"
                                 "at 1s client connect server\n"
                                 "when server ESTABLISHED server close\n"
                                 "when client CLOSE-WAIT client close\n"
                                 "stop at 1s\n");
    ck_assert_end(trace, S(1), TRACE_END_STOP); /* TIME-WAIT is left */
    ck_assert_str_eq(tcp_state_name(nth(trace, TRACE_STATE, CLIENT, 5)->state.to), "CLOSED");
}
END_TEST

/* ---- Bounds ---- */

START_TEST(a_day_bounds_a_run_without_stop)
{
    g_autoptr(Trace) trace = run(FOR_EVER);
    ck_assert_end(trace, 24 * SIM_HOUR, TRACE_END_MAX_TIME);
    /* A probe each 2 h after the last answer: 7200.02 s, 14400.04 s, …, 79200.22 s. */
    ck_assert_uint_eq(events_of(trace, TRACE_SEND, CLIENT), 2 + 11);
    ck_assert_int_eq(nth(trace, TRACE_SEND, CLIENT, 13)->t, S(79200) + MS(220));
}
END_TEST

START_TEST(a_stop_lifts_the_bound_of_a_day)
{
    g_autoptr(Trace) trace = run(FOR_EVER "stop at 48h\n");
    ck_assert_end(trace, 48 * SIM_HOUR, TRACE_END_STOP);
}
END_TEST

START_TEST(the_earlier_of_stop_and_bound_ends_it)
{
    static const struct {
        const char *stop;
        SimTime max_time, at;
        TraceEnd why;
    } rows[] = {
        {"", S(3), S(3), TRACE_END_MAX_TIME},
        {"", 48 * SIM_HOUR, 48 * SIM_HOUR, TRACE_END_MAX_TIME},
        {"stop at 2s\n", S(3), S(2), TRACE_END_STOP},
        {"stop at 3s\n", S(3), S(3), TRACE_END_STOP},
        {"stop at 4s\n", S(3), S(3), TRACE_END_MAX_TIME},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strconcat(FOR_EVER, rows[i].stop, NULL);
        LabOptions how = {.level = TRACE_LEVEL_FULL, .max_time = rows[i].max_time};
        g_autoptr(Trace) trace = run_with(text, &how);
        ck_assert_end(trace, rows[i].at, rows[i].why);
    }
}
END_TEST

START_TEST(events_of_the_bound_still_run)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL, .max_time = MS(20)};
    g_autoptr(Trace) trace = run_with(CONNECTED, &how);
    ck_assert_end(trace, MS(20), TRACE_END_MAX_TIME);
    ck_assert_uint_eq(events_of(trace, TRACE_STATE, CLIENT), 2);
}
END_TEST

START_TEST(a_run_that_ends_at_its_bound_is_quiet)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL, .max_time = MS(30)};
    g_autoptr(Trace) trace = run_with(CONNECTED, &how);
    ck_assert_end(trace, MS(30), TRACE_END_QUIET);
}
END_TEST

START_TEST(max_events_counts_the_events_of_the_trace)
{
    static const struct {
        guint64 most;
        guint events; /* the last one is the end */
    } rows[] = {
        {1, 2 + 1},  {2, 2 + 1}, /* listen: call, state */
        {3, 6 + 1},  {6, 6 + 1}, /* connect: call, state, send, timer */
        {7, 10 + 1},             /* the SYN arrives: arrive, state, send, timer */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        LabOptions how = {.level = TRACE_LEVEL_FULL, .max_events = rows[i].most};
        g_autoptr(Trace) trace = run_with(CONNECTED, &how);
        ck_assert_uint_eq(trace->events->len, rows[i].events);
        ck_assert_uint_eq(trace->counters.events, rows[i].events);
        ck_assert_end(trace, rows[i].most == 7 ? MS(10) : 0, TRACE_END_MAX_EVENTS);
    }
}
END_TEST

START_TEST(max_events_ends_a_run_at_every_level_alike)
{
    for (TraceLevel level = TRACE_LEVEL_NONE; level <= TRACE_LEVEL_FULL; level++) {
        LabOptions how = {.level = level, .max_events = 100, .max_time = SIM_NEVER};
        g_autoptr(Trace) trace = run_with(FOR_EVER, &how);
        ck_assert_uint_ge(trace->counters.events, 101);
        ck_assert_uint_lt(trace->counters.events, 110);
    }
}
END_TEST

/* What is under way for an hour is held until then. */
#define FLOODED                                                                                    \
    "host client plain\n"                                                                          \
    "host server plain\n"                                                                          \
    "link client server delay=1h\n"                                                                \
    "at 0s flood client->server SYN rate=1000000000/s count=4294967295 spoofed\n"

START_TEST(max_memory_ends_a_run_whose_trace_stays_small)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL, .max_memory = 16 << 20};
    g_autoptr(Trace) trace = run_with(FLOODED, &how);
    ck_assert_int_eq(last_event(trace)->end.why, TRACE_END_MAX_MEMORY);
    ck_assert_uint_lt(trace->events->len, 10);
    ck_assert_uint_gt(trace->counters.unlisted, 16 << 20 >> 10); /* none takes a kilobyte … */
    ck_assert_uint_lt(trace->counters.unlisted, 16 << 20 >> 5);  /* … or less than its 5-tuple */
}
END_TEST

/* The first ACK, 20 ms later, opens the window for a gigabyte in segments of 64 bytes: the run ends in the
 * middle of what that one segment brings about. */
START_TEST(max_memory_is_met_within_a_turn)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL, .max_memory = 16 << 20};
    g_autoptr(Trace) trace = run_with("host client plain congestion=none\n"
                                      "host server plain window=1073741824 window-scale=14 mss=64\n"
                                      "set server tcp_window_scaling=1\n"
                                      "set client tcp_window_scaling=1\n"
                                      "link client server delay=10ms\n"
                                      "at 0s server listen\n"
                                      "at 0s client connect server\n"
                                      "at 1s client send 1000000000\n",
                                      &how);
    ck_assert_end(trace, S(1) + MS(20), TRACE_END_MAX_MEMORY);
    ck_assert_uint_lt(trace->events->len, (16 << 20) / sizeof(TraceEvent));
}
END_TEST

START_TEST(max_steps_counts_turns_that_leave_nothing)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL, .max_steps = 1000};
    g_autoptr(Trace) trace = run_with(FLOODED, &how);
    /* A flood's first segment leaves with its line, each other one has a turn, 1 ns after it. */
    ck_assert_end(trace, 1000, TRACE_END_MAX_STEPS);
    ck_assert_uint_eq(trace->counters.unlisted, 1001);
}
END_TEST

START_TEST(a_silent_loop_counts_too)
{
    /* The FIN is repeated for ever, a sixteenth as often each time; meanwhile the keepalive timer
     * comes each second, finds data under way, and is put off without a word. */
    LabOptions how = {.level = TRACE_LEVEL_FULL, .max_events = 1000};
    g_autoptr(Trace) trace = run_with(
        CONNECTED "set client keepalive=yes tcp_keepalive_time=1 backoff=16 fin-gives-up=no\n"
                  "set client tcp_rto_max_ms=86400000\n"
                  "at 1s server crash\n"
                  "at 1s client shutdown\n",
        &how);
    ck_assert_int_eq(last_event(trace)->end.why, TRACE_END_MAX_EVENTS);
    ck_assert_uint_eq(trace->counters.events, 1001);
    ck_assert_uint_lt(trace->events->len, 60);
    ck_assert_int_lt(last_event(trace)->t, S(1000));
    ck_assert_int_gt(last_event(trace)->t, S(900));
}
END_TEST

/* ---- Levels ---- */

/* Something of everything that is counted. */
#define EVENTFUL                                                                                   \
    CONNECTED "link client->server loss=20% duplicate=10% corrupt=10%\n"                           \
              "at 1s client send 50k\n"                                                            \
              "at 20s inject client->server DATA seq=client.iss\n"                                 \
              "at 600s server crash\n"                                                             \
              "at 601s client send 1\n"                                                            \
              "at 602s server reboot\n"                                                            \
              "at 603s server listen\n"                                                            \
              "at 900s client connect server\n"                                                    \
              "when server.2 ESTABLISHED after 1s server close\n"                                  \
              "when client CLOSE-WAIT client close\n"

START_TEST(no_level_keeps_nothing)
{
    g_autoptr(Trace) trace = run_at(EVENTFUL, TRACE_LEVEL_NONE);
    ck_assert_uint_eq(trace->events->len, 0);
    ck_assert_uint_eq(trace->counters.sent, 0);
    ck_assert_uint_eq(trace->counters.connections_opened, 0);
}
END_TEST

START_TEST(counters_are_the_same_at_each_level)
{
    g_autoptr(Trace) full = run_at(EVENTFUL, TRACE_LEVEL_FULL);
    g_autoptr(Trace) connections = run_at(EVENTFUL, TRACE_LEVEL_CONNECTIONS);
    g_autoptr(Trace) counters = run_at(EVENTFUL, TRACE_LEVEL_COUNTERS);
    ck_assert_mem_eq(&connections->counters, &full->counters, sizeof full->counters);
    ck_assert_mem_eq(&counters->counters, &full->counters, sizeof full->counters);
    ck_assert_uint_eq(counters->events->len, 0);

    /* … and they count what the events are. */
    ck_assert_uint_eq(full->counters.events, full->events->len);
    ck_assert_uint_eq(full->counters.sent, events_of(full, TRACE_SEND, ANYBODY));
    ck_assert_uint_eq(full->counters.lost, events_of(full, TRACE_LOST, ANYBODY));
    ck_assert_uint_eq(full->counters.arrived, events_of(full, TRACE_ARRIVE, ANYBODY));
    ck_assert_uint_eq(full->counters.discarded, events_of(full, TRACE_DISCARD, ANYBODY));
    ck_assert_uint_eq(full->counters.bytes_delivered, 50 * 1024);
    ck_assert_uint_eq(full->counters.connections_opened, 4);
    ck_assert_uint_eq(full->counters.connections_ended, 4);
    ck_assert_uint_gt(full->counters.lost, 0);
    ck_assert_uint_gt(full->counters.retransmitted, 0);
}
END_TEST

START_TEST(connections_keeps_states_only)
{
    g_autoptr(Trace) full = run_at(EVENTFUL, TRACE_LEVEL_FULL);
    g_autoptr(Trace) trace = run_at(EVENTFUL, TRACE_LEVEL_CONNECTIONS);
    guint kept = TOLD(STATE) | TOLD(HOST) | TOLD(END);
    g_autofree char *expected = story(full, kept, ANYBODY);
    ck_assert_story(trace, ~0U, ANYBODY, expected);
}
END_TEST

START_TEST(causes_are_in_the_trace_at_each_level)
{
    g_autoptr(Trace) trace = run_at(EVENTFUL, TRACE_LEVEL_CONNECTIONS);
    for (TraceId id = 1; id <= trace->events->len; id++)
        ck_assert_uint_lt(trace_event(trace, id)->cause, id);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lab_bounds");

    TCase *stop = scenario_case("stop");
    tcase_add_test(stop, nothing_left_is_quiet);
    tcase_add_test(stop, events_of_the_stop_still_run);
    tcase_add_test(stop, what_the_stop_sets_off_at_once_runs_too);
    suite_add_tcase(s, stop);

    TCase *bounds = scenario_case("bounds");
    tcase_add_test(bounds, a_day_bounds_a_run_without_stop);
    tcase_add_test(bounds, a_stop_lifts_the_bound_of_a_day);
    tcase_add_test(bounds, the_earlier_of_stop_and_bound_ends_it);
    tcase_add_test(bounds, events_of_the_bound_still_run);
    tcase_add_test(bounds, a_run_that_ends_at_its_bound_is_quiet);
    tcase_add_test(bounds, max_events_counts_the_events_of_the_trace);
    tcase_add_test(bounds, max_memory_ends_a_run_whose_trace_stays_small);
    tcase_add_test(bounds, max_memory_is_met_within_a_turn);
    tcase_add_test(bounds, max_steps_counts_turns_that_leave_nothing);
    tcase_add_test(bounds, max_events_ends_a_run_at_every_level_alike);
    tcase_add_test(bounds, a_silent_loop_counts_too);
    suite_add_tcase(s, bounds);

    TCase *levels = scenario_case("levels");
    tcase_add_test(levels, no_level_keeps_nothing);
    tcase_add_test(levels, counters_are_the_same_at_each_level);
    tcase_add_test(levels, connections_keeps_states_only);
    tcase_add_test(levels, causes_are_in_the_trace_at_each_level);
    suite_add_tcase(s, levels);
    return s;
}
