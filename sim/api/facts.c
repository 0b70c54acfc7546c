/* Facts: where each host and connection stands at a moment, counted from the events up to then. */
#include "api/api.h"

#include <string.h>

G_STATIC_ASSERT((int)TCPWALTZ_TIMERS == (int)TCP_TIMER_COUNT);

struct TcpwaltzFacts {
    const Trace *trace;
    TcpwaltzFact *hosts; /* of the trace's */
    GHashTable *conns;   /* host and number → TcpwaltzFact * */
};

static gint64 key_of(TraceHost host, guint32 conn)
{
    return (gint64)((guint64)host << 32 | conn);
}

static void init_fact(TcpwaltzFact *fact)
{
    *fact = (TcpwaltzFact){.timer_count = TCP_TIMER_COUNT};
    for (guint i = 0; i < TCP_TIMER_COUNT; i++)
        fact->timers[i].name = tcp_timer_name((TcpTimer)i);
}

static TcpwaltzFact *find_conn(const TcpwaltzFacts *facts, TraceHost host, guint32 conn)
{
    gint64 key = key_of(host, conn);

    return g_hash_table_lookup(facts->conns, &key);
}

/* NULL: the event is the listener's, or nobody's. */
static TcpwaltzFact *conn_of(TcpwaltzFacts *facts, const TraceEvent *event)
{
    TcpwaltzFact *fact;
    gint64 key = key_of(event->host, event->conn);

    if (event->conn == 0)
        return NULL;
    fact = find_conn(facts, event->host, event->conn);
    if (fact != NULL)
        return fact;
    fact = g_new(TcpwaltzFact, 1);
    init_fact(fact);
    fact->connections = event->conn;
    facts->hosts[event->host].connections++;
    g_hash_table_insert(facts->conns, g_memdup2(&key, sizeof key), fact);
    return fact;
}

/* --- a kind of event, and what it counts ---------------------------------------------------- */

static void count_app(TcpwaltzFact *fact, const TraceEvent *event)
{
    if (event->app.event == TRACE_APP_READ)
        fact->bytes_read += event->app.bytes;
}

/* What was forged in a host's name, it has not sent. */
static void count_send(TcpwaltzFact *fact, const TraceEvent *event)
{
    if (event->segment.injected)
        return;
    fact->sent++;
    fact->sent_again += trace_is_again(event) ? 1 : 0;
    fact->sent_lost += event->segment.fate == TRACE_FATE_LOST ? 1 : 0;
}

static void count_arrive(TcpwaltzFact *fact, const TraceEvent *event)
{
    (void)event;
    fact->arrived++;
}

static void count_discard(TcpwaltzFact *fact, const TraceEvent *event)
{
    (void)event;
    fact->discarded++;
}

static void (*const counts[TRACE_KIND_COUNT])(TcpwaltzFact *fact, const TraceEvent *event) = {
    [TRACE_APP] = count_app,
    [TRACE_SEND] = count_send,
    [TRACE_ARRIVE] = count_arrive,
    [TRACE_DISCARD] = count_discard,
};

static void move_timer(TcpwaltzTimer *timer, const TraceEvent *event)
{
    const char *name = timer->name;

    *timer = (TcpwaltzTimer){.name = name};
    if (event->timer.event != TCP_TIMER_ARMED)
        return;
    timer->is_running = 1;
    timer->length_ns = event->timer.length;
    timer->due_ns = event->timer.due;
    timer->retry = event->timer.retry;
}

/* --- all of them ---------------------------------------------------------------------------- */

static void see(TcpwaltzFacts *facts, const TraceEvent *event)
{
    if (event->host >= facts->trace->hosts->len)
        return;
    TcpwaltzFact *host = &facts->hosts[event->host], *conn = conn_of(facts, event);

    if (counts[event->kind] != NULL)
        counts[event->kind](host, event);
    if (counts[event->kind] != NULL && conn != NULL)
        counts[event->kind](conn, event);
    if (event->kind == TRACE_STATE)
        (conn != NULL ? conn : host)->state = tcp_state_name(event->state.to);
    if (event->kind == TRACE_TIMER && conn != NULL)
        move_timer(&conn->timers[event->timer.timer], event);
}

static TcpwaltzFacts *facts_new(const TcpwaltzRun *run)
{
    TcpwaltzFacts *facts = g_new0(TcpwaltzFacts, 1);

    facts->trace = run->trace;
    facts->hosts = g_new(TcpwaltzFact, run->trace->hosts->len);
    facts->conns = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    for (guint i = 0; i < run->trace->hosts->len; i++)
        init_fact(&facts->hosts[i]);
    return facts;
}

TcpwaltzFacts *tcpwaltz_facts_new(const TcpwaltzRun *run, int64_t time_ns)
{
    TcpwaltzFacts *facts = facts_new(run);
    const TraceEvent *event;

    for (TraceId id = 1; (event = trace_event(run->trace, id)) != NULL && event->t <= time_ns; id++)
        see(facts, event);
    return facts;
}

TcpwaltzFacts *tcpwaltz_facts_at_event(const TcpwaltzRun *run, uint32_t number)
{
    TcpwaltzFacts *facts = facts_new(run);
    const TraceEvent *event;

    for (TraceId id = 1; id <= number && (event = trace_event(run->trace, id)) != NULL; id++)
        see(facts, event);
    return facts;
}

void tcpwaltz_facts_free(TcpwaltzFacts *facts)
{
    if (facts == NULL)
        return;
    g_free(facts->hosts);
    g_hash_table_destroy(facts->conns);
    g_free(facts);
}

const TcpwaltzFact *tcpwaltz_facts_of(const TcpwaltzFacts *facts, const char *host,
                                      uint32_t connection)
{
    for (guint i = 0; i < facts->trace->hosts->len; i++) {
        if (strcmp(g_ptr_array_index(facts->trace->hosts, i), host) == 0)
            return connection == 0 ? &facts->hosts[i] : find_conn(facts, i, connection);
    }
    return NULL;
}
