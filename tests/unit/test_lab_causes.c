/* What caused what, by hand; and what holds for every scenario there is. */
#include "config.h"
#include "every_scenario.h"
#include "lab_runs.h"
#include "less.h"

/* ---- By hand ---- */

START_TEST(a_lost_syn_from_call_to_connection)
{
    g_autoptr(Trace) trace = run(CONNECTED "drop client SYN #1\n");
    const TraceEvent *call = nth(trace, TRACE_CALL, CLIENT, 1);
    ck_assert_uint_eq(call->cause, 0);
    ck_assert_uint_eq(nth(trace, TRACE_STATE, CLIENT, 1)->cause, call->id);
    const TraceEvent *sent = nth(trace, TRACE_SEND, CLIENT, 1);
    ck_assert_uint_eq(sent->cause, call->id);
    ck_assert_uint_eq(nth(trace, TRACE_LOST, CLIENT, 1)->cause, sent->id);
    ck_assert_uint_eq(nth(trace, TRACE_LOST, CLIENT, 1)->fault.sent, sent->id);

    /* What was sent is what the timer watches over; its firing comes of its arming. */
    const TraceEvent *armed = nth(trace, TRACE_TIMER, CLIENT, 1);
    ck_assert_uint_eq(armed->cause, sent->id);
    const TraceEvent *fired = nth(trace, TRACE_TIMER, CLIENT, 2);
    ck_assert_int_eq(fired->timer.event, TCP_TIMER_FIRED);
    ck_assert_uint_eq(fired->cause, armed->id);
    const TraceEvent *again = nth(trace, TRACE_SEND, CLIENT, 2);
    ck_assert_uint_eq(again->cause, fired->id);
    ck_assert_uint_eq(again->segment.retry, 1);
    ck_assert_uint_eq(again->segment.limit, 7);
    const TraceEvent *rearmed = nth(trace, TRACE_TIMER, CLIENT, 3);
    ck_assert_int_eq(rearmed->timer.event, TCP_TIMER_ARMED);
    ck_assert_uint_eq(rearmed->cause, again->id);

    const TraceEvent *arrived = nth(trace, TRACE_ARRIVE, SERVER, 1);
    ck_assert_uint_eq(arrived->cause, again->id);
    ck_assert_uint_eq(nth(trace, TRACE_STATE, SERVER, 2)->cause, arrived->id);
    const TraceEvent *answer = nth(trace, TRACE_SEND, SERVER, 1);
    ck_assert_uint_eq(answer->cause, arrived->id);
    arrived = nth(trace, TRACE_ARRIVE, CLIENT, 1);
    ck_assert_uint_eq(arrived->cause, answer->id);
    ck_assert_uint_eq(nth(trace, TRACE_APP, CLIENT, 1)->cause, arrived->id);
    const TraceEvent *cancelled = nth(trace, TRACE_TIMER, CLIENT, 4);
    ck_assert_int_eq(cancelled->timer.event, TCP_TIMER_CANCELLED);
    ck_assert_uint_eq(cancelled->cause, arrived->id);
    ck_assert_uint_eq(last_event(trace)->cause, 0);
}
END_TEST

START_TEST(a_timer_armed_anew_fires_because_of_the_last_arming)
{
    g_autoptr(Trace) trace = run(CONNECTED "drop client DATA all\n"
                                           "at 1s client send 1\n"
                                           "stop at 10s\n");
    /* SYN's armed, cancelled; then armed, fired, armed, fired, … */
    guint pairs = 0;
    for (guint n = 4; n <= events_of(trace, TRACE_TIMER, CLIENT); n += 2, pairs++) {
        const TraceEvent *fired = nth(trace, TRACE_TIMER, CLIENT, n);
        ck_assert_int_eq(fired->timer.event, TCP_TIMER_FIRED);
        ck_assert_uint_eq(fired->cause, nth(trace, TRACE_TIMER, CLIENT, n - 1)->id);
    }
    ck_assert_uint_eq(pairs, 3); /* at 2 s, 4 s, 8 s */
}
END_TEST

START_TEST(timers_of_two_connections_are_kept_apart)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 500ms client connect server\n"
                                           "drop client SYN all\n"
                                           "stop at 2s\n");
    const TraceEvent *first = nth(trace, TRACE_TIMER, CLIENT, 1);
    const TraceEvent *second = nth(trace, TRACE_TIMER, CLIENT, 2);
    const TraceEvent *fired = nth(trace, TRACE_TIMER, CLIENT, 3);
    ck_assert_uint_eq(first->conn, 1);
    ck_assert_uint_eq(second->conn, 2);
    ck_assert_int_eq(fired->timer.event, TCP_TIMER_FIRED);
    ck_assert_uint_eq(fired->conn, 1);
    ck_assert_uint_eq(fired->cause, first->id);
    ck_assert_uint_eq(nth(trace, TRACE_TIMER, CLIENT, 5)->cause, second->id);
}
END_TEST

/* The client's next arming of keepalive after the event. */
static const TraceEvent *keepalive_armed(const Trace *trace, TraceId after)
{
    for (TraceId id = after + 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        if (event->kind == TRACE_TIMER && event->host == CLIENT &&
            event->timer.timer == TCP_TIMER_KEEPALIVE && event->timer.event == TCP_TIMER_ARMED)
            return event;
    }
    ck_abort_msg("keepalive was not armed");
    return NULL;
}

START_TEST(keepalive_probes_are_numbered)
{
    g_autoptr(Trace) trace =
        run(CONNECTED "set client keepalive=yes tcp_keepalive_time=10 tcp_keepalive_intvl=2 "
                      "tcp_keepalive_probes=3\n"
                      "at 1s server crash\n");
    ck_assert_story(trace, TOLD(SEND) | TOLD(STATE) | TOLD(APP), CLIENT,
                    "0 s client.1 CLOSED -> SYN-SENT\n"
                    "0 s client.1 sends SYN pass\n"
                    "20 ms client.1 SYN-SENT -> ESTABLISHED\n"
                    "20 ms client.1 connected\n"
                    "20 ms client.1 sends ACK pass\n"
                    "10.02 s client.1 sends ACK pass\n"
                    "12.02 s client.1 sends ACK pass\n"
                    "14.02 s client.1 sends ACK pass\n"
                    "16.02 s client.1 sends RST pass\n"
                    "16.02 s client.1 ESTABLISHED -> CLOSED\n"
                    "16.02 s client.1 error ETIMEDOUT\n");
    /* The timer says which probe it will send; after the last one it will send none. */
    static const guint32 retries[] = {1, 2, 3, 0};
    const TraceEvent *armed = keepalive_armed(trace, 0);
    for (guint n = 0; n < G_N_ELEMENTS(retries); n++) {
        ck_assert_uint_eq(armed->timer.retry, retries[n]);
        ck_assert_uint_eq(armed->timer.limit, 3);
        const TraceEvent *sent = nth(trace, TRACE_SEND, CLIENT, 3 + n);
        const TraceEvent *fired = trace_event(trace, sent->cause);
        ck_assert_int_eq(fired->timer.timer, TCP_TIMER_KEEPALIVE);
        ck_assert_int_eq(fired->timer.event, TCP_TIMER_FIRED);
        ck_assert_uint_eq(fired->cause, armed->id);
        ck_assert_int_eq(sent->segment.reason,
                         n < 3 ? TCP_REASON_KEEPALIVE_FIRED : TCP_REASON_KEEPALIVE_USED_UP);
        armed = n < 3 ? keepalive_armed(trace, armed->id) : NULL;
    }
}
END_TEST

/* ---- Every scenario ---- */

static void hold_check_wire(const char *path, const Plan *plan)
{
    LabOptions plain = {.level = TRACE_LEVEL_FULL};
    LabOptions checked = {.level = TRACE_LEVEL_FULL, .check_wire = TRUE};
    g_autoptr(Trace) one = lab_run(plan, &plain);
    g_autoptr(Trace) two = lab_run(plan, &checked);
    g_autofree char *json_one = json_of(one), *json_two = json_of(two);

    ck_assert_msg(strcmp(json_one, json_two) == 0, "%s", path);
}

START_TEST(bytes_and_back_change_nothing)
{
    for_each_scenario(hold_check_wire);
}
END_TEST

static void hold_levels(const char *path, const Plan *plan)
{
    LabOptions full = {.level = TRACE_LEVEL_FULL};
    LabOptions states = {.level = TRACE_LEVEL_CONNECTIONS};
    g_autoptr(Trace) one = lab_run(plan, &full);
    g_autoptr(Trace) two = lab_run(plan, &states);
    guint kept = TOLD(STATE) | TOLD(HOST) | TOLD(END);
    g_autofree char *of_full = story(one, kept, ANYBODY), *of_states = story(two, ~0U, ANYBODY);

    ck_assert_msg(memcmp(&one->counters, &two->counters, sizeof one->counters) == 0, "%s", path);
    ck_assert_msg(strcmp(of_full, of_states) == 0, "%s: %s, %s", path, of_full, of_states);
}

START_TEST(less_is_recorded_but_not_otherwise)
{
    for_each_scenario(hold_levels);
}
END_TEST

/* The armings so far: of each timer the last one. */
typedef GHashTable Armings; /* gint64: whose timer -> its TraceId */

static gint64 whose_timer(const TraceEvent *event)
{
    return (gint64)event->conn << 32 | (gint64)event->host << 8 | (gint64)event->timer.timer;
}

static void note_arming(Armings *armings, const TraceEvent *event)
{
    gint64 whose = whose_timer(event);

    if (event->kind == TRACE_TIMER && event->timer.event == TCP_TIMER_ARMED)
        g_hash_table_insert(armings, g_memdup2(&whose, sizeof whose), GUINT_TO_POINTER(event->id));
}

/* The arming that this firing comes of. */
static TraceId last_arming(Armings *armings, const TraceEvent *fired)
{
    gint64 whose = whose_timer(fired);

    return GPOINTER_TO_UINT(g_hash_table_lookup(armings, &whose));
}

static gboolean comes_of_a_timer(TcpReason reason)
{
    return reason == TCP_REASON_RTO_FIRED || reason == TCP_REASON_DELAYED_ACK_FIRED ||
           reason == TCP_REASON_PROBE_FIRED || reason == TCP_REASON_TAIL_PROBE_FIRED ||
           reason == TCP_REASON_KEEPALIVE_FIRED;
}

static void hold_cause(const char *path, const Trace *trace, Armings *armings,
                       const TraceEvent *event)
{
    const TraceEvent *cause = trace_event(trace, event->cause);
    const char *kind = trace_kind_name(event->kind);

    ck_assert_msg(event->cause < event->id, "%s, event %u", path, event->id);
    ck_assert_msg(cause == NULL || cause->t <= event->t, "%s, event %u", path, event->id);
    ck_assert_msg(cause != NULL || event->kind == TRACE_CALL || event->kind == TRACE_END,
                  "%s, event %u: %s without a cause", path, event->id, kind);
    if (event->kind == TRACE_ARRIVE || event->kind == TRACE_LOST || event->kind == TRACE_FAULT)
        ck_assert_msg(cause->kind == TRACE_SEND, "%s, event %u", path, event->id);
    if (event->kind == TRACE_DISCARD)
        ck_assert_msg(cause->kind == TRACE_ARRIVE && event->segment.sent == cause->segment.sent,
                      "%s, event %u", path, event->id);
    if (event->kind == TRACE_TIMER && event->timer.event == TCP_TIMER_FIRED)
        ck_assert_msg(cause->id == last_arming(armings, event), "%s, event %u", path, event->id);
    if (event->kind == TRACE_SEND && comes_of_a_timer(event->segment.reason))
        ck_assert_msg(cause->kind == TRACE_TIMER && cause->timer.event == TCP_TIMER_FIRED &&
                          cause->t == event->t && cause->conn == event->conn,
                      "%s, event %u", path, event->id);
}

static void hold_causes(const char *path, const Plan *plan)
{
    LabOptions full = {.level = TRACE_LEVEL_FULL};
    g_autoptr(Trace) trace = lab_run(plan, &full);
    g_autoptr(GHashTable) armings =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        hold_cause(path, trace, armings, event);
        note_arming(armings, event);
    }
}

START_TEST(everything_has_its_cause)
{
    for_each_scenario(hold_causes);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lab_causes");

    TCase *by_hand = scenario_case("by-hand");
    tcase_add_test(by_hand, a_lost_syn_from_call_to_connection);
    tcase_add_test(by_hand, a_timer_armed_anew_fires_because_of_the_last_arming);
    tcase_add_test(by_hand, timers_of_two_connections_are_kept_apart);
    tcase_add_test(by_hand, keepalive_probes_are_numbered);
    suite_add_tcase(s, by_hand);

    TCase *everywhere = tcase_create("everywhere");
    tcase_set_timeout(everywhere, 10);
    tcase_add_test(everywhere, bytes_and_back_change_nothing);
    tcase_add_test(everywhere, less_is_recorded_but_not_otherwise);
    tcase_add_test(everywhere, everything_has_its_cause);
    suite_add_tcase(s, everywhere);
    return s;
}
