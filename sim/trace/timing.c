/* Facts from a trace, in the order in which they happened; the last states come last. */
#include "trace/timing.h"

#include "trace/index.h"

static const char *const kind_names[TIMING_KIND_COUNT] = {
    [TIMING_SENDS] = "sends", [TIMING_FORGES] = "forges", [TIMING_ENTERS] = "enters",
    [TIMING_TOLD] = "told",   [TIMING_OVER] = "ends",     [TIMING_LAST] = "last",
};

const char *timing_kind_name(TimingKind kind)
{
    g_assert(kind < TIMING_KIND_COUNT);
    return kind_names[kind];
}

static void fact_clear(gpointer data)
{
    TimingFact *fact = data;

    if (fact->who != NULL)
        g_ref_string_release(fact->who);
}

TimingTable *timing_table_new(void)
{
    TimingTable *table = g_array_new(FALSE, TRUE, sizeof(TimingFact));

    g_array_set_clear_func(table, fact_clear);
    return table;
}

const TimingFact *timing_fact(const TimingTable *table, guint i)
{
    g_assert(i < table->len);
    return &g_array_index(table, TimingFact, i);
}

/* A trace being read. */
typedef struct Reading {
    const TraceIndex *index;
    TimingTable *table;
    TimingTable *last; /* TIMING_LAST */
} Reading;

static char *who_of(const Trace *trace, const TraceEvent *event)
{
    const char *host =
        event->host < trace->hosts->len ? g_ptr_array_index(trace->hosts, event->host) : "?";

    if (event->kind == TRACE_STATE && event->conn == 0)
        return g_strdup_printf("%s:%u", host, event->state.port);
    /* The first connection is the host itself: most have no other. */
    return event->conn > 1 ? g_strdup_printf("%s.%u", host, event->conn) : g_strdup(host);
}

/* Its name once, however many facts are of it. */
static GRefString *shared_who_of(const Trace *trace, const TraceEvent *event)
{
    g_autofree char *who = who_of(trace, event);

    return g_ref_string_new_intern(who);
}

static void add(Reading *reading, const TraceEvent *event, TimingKind kind, const char *what,
                const char *note)
{
    TimingFact fact = {.t = event->t,
                       .kind = kind,
                       .who = shared_who_of(reading->index->trace, event),
                       .what = what,
                       .note = note,
                       .event = event->id};

    g_array_append_val(reading->table, fact);
}

static void see_send(Reading *reading, const TraceEvent *event)
{
    const TraceSegment *segment = &event->segment;
    gboolean passes = segment->fate == TRACE_FATE_PASS;

    add(reading, event, segment->injected ? TIMING_FORGES : TIMING_SENDS,
        segment_class_name(segment->class), passes ? "" : trace_fate_name(segment->fate));
}

static gboolean gives_up(const TraceEvent *event)
{
    TcpReason reason = event->state.reason;

    return event->state.to == TCP_STATE_CLOSED &&
           (reason == TCP_REASON_RETRIES_USED_UP || reason == TCP_REASON_CONNECT_TIMED_OUT ||
            reason == TCP_REASON_KEEPALIVE_USED_UP);
}

/* Where the connection stands in the end, told in the order in which connections began. */
static void add_last(Reading *reading, const TraceEvent *event, const TraceConn *conn)
{
    TimingFact fact = {.kind = TIMING_LAST,
                       .who = shared_who_of(reading->index->trace, event),
                       .what = tcp_state_name(trace_conn_state(reading->index, conn)),
                       .note = "",
                       .event = conn->moved};

    g_array_append_val(reading->last, fact);
}

static void see_state(Reading *reading, const TraceEvent *event)
{
    const TraceConn *conn = trace_index_conn(reading->index, event);

    add(reading, event, TIMING_ENTERS, tcp_state_name(event->state.to),
        gives_up(event) ? TIMING_GIVES_UP : "");
    if (conn->first_move == event->id)
        add_last(reading, event, conn);
}

static void see_app(Reading *reading, const TraceEvent *event)
{
    if (event->app.event == TRACE_APP_ERROR)
        add(reading, event, TIMING_TOLD, tcp_error_name(event->app.error), "");
}

static void see_call(Reading *reading, const TraceEvent *event)
{
    if (event->call.error != TCP_OK)
        add(reading, event, TIMING_TOLD, tcp_error_name(event->call.error), "");
}

static void see_end(Reading *reading, const TraceEvent *event)
{
    TimingFact fact = {.t = event->t,
                       .kind = TIMING_OVER,
                       .who = g_ref_string_new_intern("run"),
                       .what = trace_end_name(event->end.why),
                       .note = "",
                       .event = event->id};

    g_array_append_val(reading->table, fact);
}

static void (*const see[TRACE_KIND_COUNT])(Reading *reading, const TraceEvent *event) = {
    [TRACE_SEND] = see_send, [TRACE_STATE] = see_state, [TRACE_APP] = see_app,
    [TRACE_CALL] = see_call, [TRACE_END] = see_end,
};

TimingTable *timing_table_of(const Trace *trace)
{
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);
    g_autoptr(TimingTable) last = timing_table_new();
    Reading reading = {.index = index, .table = timing_table_new(), .last = last};

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (see[event->kind] != NULL)
            see[event->kind](&reading, event);
    }
    for (guint i = 0; i < last->len; i++) {
        TimingFact *fact = &g_array_index(last, TimingFact, i);
        TimingFact copy = *fact;

        fact->who = NULL;
        g_array_append_val(reading.table, copy);
    }
    return reading.table;
}
