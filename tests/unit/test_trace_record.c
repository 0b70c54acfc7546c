/* What a trace keeps and counts at each level. */
#include "check_main.h"
#include "trace_by_hand.h"

static void add_one_of_each(Trace *trace)
{
    for (TraceKind kind = 0; kind < TRACE_KIND_COUNT; kind++) {
        TraceEvent event = event_of(MS(kind), kind, CLIENT, 1, 0);
        if (is_of_segment(kind))
            event.segment.seen = trace_see(trace, &(Segment){0}, FALSE);
        if (kind == TRACE_SEND)
            event.segment.retry = 1;
        if (kind == TRACE_STATE)
            event.state.to = TCP_STATE_ESTABLISHED;
        if (kind == TRACE_APP) {
            event.app.event = TRACE_APP_READ;
            event.app.bytes = 100;
            event.app.wrong = 3;
        }
        trace_add(trace, &event);
    }
}

START_TEST(events_are_numbered_from_1)
{
    g_autoptr(Trace) trace = two_hosts();
    add_one_of_each(trace);
    ck_assert_uint_eq(trace->events->len, TRACE_KIND_COUNT);
    ck_assert_ptr_null(trace_event(trace, 0));
    ck_assert_uint_eq(trace_event(trace, 1)->id, 1);
    ck_assert_uint_eq(trace_event(trace, TRACE_KIND_COUNT)->id, TRACE_KIND_COUNT);
    ck_assert_ptr_null(trace_event(trace, TRACE_KIND_COUNT + 1));
}
END_TEST

START_TEST(levels_keep_what_they_say)
{
    static const guint kept[] = {
        [TRACE_LEVEL_NONE] = 0,
        [TRACE_LEVEL_COUNTERS] = 0,
        [TRACE_LEVEL_CONNECTIONS] = 3, /* STATE, HOST, END */
        [TRACE_LEVEL_FULL] = TRACE_KIND_COUNT,
    };
    for (TraceLevel level = TRACE_LEVEL_NONE; level <= TRACE_LEVEL_FULL; level++) {
        g_autoptr(Trace) trace = trace_new(level);
        add_one_of_each(trace);
        ck_assert_uint_eq(trace->events->len, kept[level]);
        ck_assert_uint_eq(trace->counters.sent, level != TRACE_LEVEL_NONE);
    }
}
END_TEST

START_TEST(what_is_only_counted_has_no_number)
{
    g_autoptr(Trace) trace = trace_new(TRACE_LEVEL_CONNECTIONS);
    TraceEvent timer = event_of(0, TRACE_TIMER, CLIENT, 1, 0);
    ck_assert_uint_eq(trace_add(trace, &timer), 0);
    TraceEvent end = event_of(0, TRACE_END, TRACE_NO_HOST, 0, 0);
    ck_assert_uint_eq(trace_add(trace, &end), 1);
}
END_TEST

/* However many more there are: 2 MiB of segments are far fewer. */
START_TEST(what_arrives_is_what_was_sent)
{
    enum { MANY = 50000 };
    g_autoptr(Trace) trace = two_hosts();
    TraceId sent = add_send(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, CLIENT_ISN, 0),
                            TCP_REASON_OPEN_ACTIVE, 0);
    for (guint i = 1; i <= MANY; i++)
        add_send(trace, MS(i), SERVER, segment_of(SERVER, TCP_ACK, i, CLIENT_ISN + 1),
                 TCP_REASON_NONE, 0);
    TraceId arrived = add_arrive(trace, MS(MANY + 1), sent, 1);
    const TraceSeen *seen = trace_event(trace, sent)->segment.seen;
    ck_assert_ptr_eq(trace_event(trace, arrived)->segment.seen, seen);
    ck_assert(seen->segment.flags == TCP_SYN && seen->segment.seq == CLIENT_ISN && seen->seq == 0);
    for (guint i = 1; i <= MANY; i++)
        ck_assert_uint_eq(trace_event(trace, sent + i)->segment.seen->segment.seq, i);
}
END_TEST

/* In the heap and in pages: what lies unused beyond the last one is not counted. */
START_TEST(memory_of_events_is_theirs_and_their_segments)
{
    static const guint counts[] = {0, 1, 50, 50000};
    for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autoptr(Trace) trace = two_hosts();
        for (guint sent = 0; sent < counts[i]; sent++)
            add_send(trace, MS(sent), CLIENT, segment_of(CLIENT, TCP_ACK, sent, 0), TCP_REASON_NONE,
                     0);
        TraceEvent timer = event_of(MS(counts[i]), TRACE_TIMER, CLIENT, 1, 0);
        trace_add(trace, &timer);
        ck_assert_uint_eq(trace_events_bytes(trace),
                          (counts[i] + 1) * sizeof(TraceEvent) + counts[i] * sizeof(TraceSeen));
    }
}
END_TEST

START_TEST(what_is_written_where_it_stays_is_not_copied)
{
    g_autoptr(Trace) trace = two_hosts();
    TraceEvent *next = trace_slot(trace);
    *next = event_of(MS(5), TRACE_TIMER, CLIENT, 3, 0);
    ck_assert_uint_eq(trace_add(trace, next), 1);
    ck_assert_ptr_eq(trace_event(trace, 1), next);
    ck_assert_ptr_eq(trace_slot(trace), next + 1);
    ck_assert_uint_eq(trace_event(trace, 1)->conn, 3);
}
END_TEST

/* Beyond 2 MiB of events their memory is another; all of them have moved, the first and the last. */
START_TEST(many_events_stay_what_they_are)
{
    enum { MANY = 100000 };
    g_autoptr(Trace) trace = trace_new(TRACE_LEVEL_FULL);
    for (TraceId i = 1; i <= MANY; i++) {
        TraceEvent timer = event_of((SimTime)i, TRACE_TIMER, CLIENT, i, i - 1);
        timer.timer.length = i;
        ck_assert_uint_eq(trace_add(trace, &timer), i);
    }
    ck_assert_uint_eq(trace->events->len, MANY);
    for (TraceId i = 1; i <= MANY; i++) {
        const TraceEvent *event = trace_event(trace, i);
        ck_assert(event->id == i && event->t == i && event->conn == i && event->cause == i - 1);
        ck_assert_int_eq(event->timer.length, i);
    }
    ck_assert_ptr_null(trace_event(trace, MANY + 1));
}
END_TEST

START_TEST(counters_count)
{
    g_autoptr(Trace) trace = trace_new(TRACE_LEVEL_COUNTERS);
    add_one_of_each(trace);
    add_one_of_each(trace);
    const TraceCounters *counters = &trace->counters;
    ck_assert_uint_eq(counters->sent, 2);
    ck_assert_uint_eq(counters->retransmitted, 2);
    ck_assert_uint_eq(counters->lost, 2);
    ck_assert_uint_eq(counters->arrived, 2);
    ck_assert_uint_eq(counters->discarded, 2);
    ck_assert_uint_eq(counters->bytes_delivered, 200);
    ck_assert_uint_eq(counters->wrong_bytes, 6);
    ck_assert_uint_eq(counters->connections_opened, 2);
    ck_assert_uint_eq(counters->connections_ended, 0);
}
END_TEST

START_TEST(a_listener_is_no_connection)
{
    g_autoptr(Trace) trace = trace_new(TRACE_LEVEL_COUNTERS);
    TraceEvent closed = event_of(0, TRACE_STATE, SERVER, 0, 0);
    closed.state.from = TCP_STATE_LISTEN;
    closed.state.to = TCP_STATE_CLOSED;
    trace_add(trace, &closed);
    ck_assert_uint_eq(trace->counters.connections_ended, 0);
    closed.conn = 1;
    trace_add(trace, &closed);
    ck_assert_uint_eq(trace->counters.connections_ended, 1);
}
END_TEST

static void move(Trace *trace, TraceHost host, guint32 conn, TcpState from, TcpState to)
{
    TraceEvent event = event_of(0, TRACE_STATE, host, conn, 0);
    event.state.from = from;
    event.state.to = to;
    trace_add(trace, &event);
}

/* Two connections of the client: the second begins while the first is ESTABLISHED, and is refused;
 * the first ends by way of TIME-WAIT.  The server's half-open one goes back to LISTEN. */
START_TEST(a_host_counts_what_is_open_at_once)
{
    g_autoptr(Trace) trace = trace_new(TRACE_LEVEL_COUNTERS);
    TraceHost client = trace_add_host(trace, "client"), server = trace_add_host(trace, "server");
    move(trace, server, 0, TCP_STATE_CLOSED, TCP_STATE_LISTEN);
    move(trace, client, 1, TCP_STATE_CLOSED, TCP_STATE_SYN_SENT);
    move(trace, server, 1, TCP_STATE_LISTEN, TCP_STATE_SYN_RCVD);
    move(trace, client, 1, TCP_STATE_SYN_SENT, TCP_STATE_ESTABLISHED);
    move(trace, server, 1, TCP_STATE_SYN_RCVD, TCP_STATE_LISTEN);
    move(trace, client, 2, TCP_STATE_CLOSED, TCP_STATE_SYN_SENT);
    move(trace, client, 2, TCP_STATE_SYN_SENT, TCP_STATE_CLOSED);
    move(trace, client, 1, TCP_STATE_ESTABLISHED, TCP_STATE_TIME_WAIT);
    move(trace, client, 1, TCP_STATE_TIME_WAIT, TCP_STATE_CLOSED);
    const TraceHostCounters *counters =
        &g_array_index(trace->host_counters, TraceHostCounters, client);
    ck_assert_uint_eq(counters->opened, 1);
    ck_assert_uint_eq(counters->ended, 2);
    ck_assert_uint_eq(counters->open, 0);
    ck_assert_uint_eq(counters->open_most, 2);
    ck_assert_uint_eq(counters->established, 0);
    ck_assert_uint_eq(counters->established_most, 1);
    counters = &g_array_index(trace->host_counters, TraceHostCounters, server);
    ck_assert_uint_eq(counters->open, 0);
    ck_assert_uint_eq(counters->open_most, 1);
    ck_assert_uint_eq(counters->opened + counters->ended, 0);
}
END_TEST

START_TEST(everything_has_a_name)
{
    for (TraceKind kind = 0; kind < TRACE_KIND_COUNT; kind++)
        ck_assert_ptr_nonnull(trace_kind_name(kind));
    for (TraceFate fate = 0; fate < TRACE_FATE_COUNT; fate++)
        ck_assert_ptr_nonnull(trace_fate_name(fate));
    for (TraceCulprit culprit = 0; culprit < TRACE_CULPRIT_COUNT; culprit++)
        ck_assert_ptr_nonnull(trace_culprit_name(culprit));
    for (TraceAppEvent event = 0; event < TRACE_APP_EVENT_COUNT; event++)
        ck_assert_ptr_nonnull(trace_app_event_name(event));
    for (TraceEnd end = 0; end < TRACE_END_COUNT; end++) {
        ck_assert_ptr_nonnull(trace_end_name(end));
        ck_assert_ptr_nonnull(trace_end_text(end));
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("trace record");
    TCase *tc = tcase_create("record");
    tcase_add_test(tc, events_are_numbered_from_1);
    tcase_add_test(tc, levels_keep_what_they_say);
    tcase_add_test(tc, what_is_only_counted_has_no_number);
    tcase_add_test(tc, what_arrives_is_what_was_sent);
    tcase_add_test(tc, memory_of_events_is_theirs_and_their_segments);
    tcase_add_test(tc, what_is_written_where_it_stays_is_not_copied);
    tcase_add_test(tc, many_events_stay_what_they_are);
    tcase_add_test(tc, counters_count);
    tcase_add_test(tc, a_listener_is_no_connection);
    tcase_add_test(tc, a_host_counts_what_is_open_at_once);
    tcase_add_test(tc, everything_has_a_name);
    suite_add_tcase(s, tc);
    return s;
}
