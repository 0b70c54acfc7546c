/* One pass over a trace, for all that is looked up in it. */
#include "trace/index.h"

static TraceIndexHost *host_of(const TraceIndex *index, TraceHost host)
{
    return &index->hosts[MIN(host, index->trace->hosts->len)];
}

/* --- lists -------------------------------------------------------------------------------- */

/* In which list an event is; TRACE_LIST_COUNT: in none. */
typedef TraceList ListOf(const TraceEvent *event);

static TraceList list_of_call(const TraceEvent *event)
{
    return event->call.error != TCP_OK ? TRACE_LIST_ERRORS : TRACE_LIST_COUNT;
}

static TraceList list_of_app(const TraceEvent *event)
{
    static const TraceList lists[TRACE_APP_EVENT_COUNT] = {
        [TRACE_APP_CONNECTED] = TRACE_LIST_COUNT, [TRACE_APP_ACCEPTED] = TRACE_LIST_ACCEPTED,
        [TRACE_APP_READ] = TRACE_LIST_READS,      [TRACE_APP_EOF] = TRACE_LIST_COUNT,
        [TRACE_APP_ERROR] = TRACE_LIST_ERRORS,    [TRACE_APP_PEEKED] = TRACE_LIST_COUNT,
    };

    g_assert(event->app.event < TRACE_APP_EVENT_COUNT);
    return lists[event->app.event];
}

static TraceList list_of_send(const TraceEvent *event)
{
    return event->segment.injected ? TRACE_LIST_COUNT : TRACE_LIST_SENDS;
}

static TraceList list_of_state(const TraceEvent *event)
{
    (void)event;
    return TRACE_LIST_STATES;
}

static TraceList list_of_host(const TraceEvent *event)
{
    (void)event;
    return TRACE_LIST_POWER;
}

static void list_event(TraceIndex *index, TraceIndexHost *host, const TraceEvent *event,
                       TraceList list)
{
    TraceChain *chain = &host->lists[list];

    if (chain->first == 0)
        chain->first = event->id;
    index->next[chain->last] = event->id;
    chain->last = event->id;
}

/* --- connections -------------------------------------------------------------------------- */

/* Where the connection, or the listener on the port, has its place; 0: it has none. */
static guint place_of(const TraceIndexHost *host, guint32 conn, guint16 port)
{
    const IdMap *places = conn != 0 ? &host->conns : &host->listeners;

    return GPOINTER_TO_UINT(id_map_get(places, conn != 0 ? conn : port));
}

static guint new_place(TraceIndex *index, TraceHost host, guint32 conn, guint16 port)
{
    TraceIndexHost *of = host_of(index, host);
    TraceConn added = {.host = (guint16)host, .conn = conn, .port = conn == 0 ? port : 0};

    g_array_append_val(index->conns, added);
    id_map_set(conn != 0 ? &of->conns : &of->listeners, conn != 0 ? conn : port,
               GUINT_TO_POINTER(index->conns->len));
    return index->conns->len;
}

static TraceConn *find_conn(TraceIndex *index, const TraceEvent *event, guint16 port)
{
    guint place = place_of(host_of(index, event->host), event->conn, port);

    if (place == 0)
        place = new_place(index, event->host, event->conn, port);
    return &g_array_index(index->conns, TraceConn, place - 1);
}

/* --- lives -------------------------------------------------------------------------------- */

static void see_app(TraceIndex *index, const TraceEvent *event)
{
    TraceConn *conn;

    if (event->app.event != TRACE_APP_CONNECTED && event->app.event != TRACE_APP_ERROR)
        return;
    conn = find_conn(index, event, 0);
    if (conn->answered == 0)
        conn->answered = event->id;
}

/* A host sends from one address: what it is need not be asked again. */
static void see_send(TraceIndex *index, const TraceEvent *event)
{
    const TraceSegment *segment = &event->segment;
    guint32 from = segment->seen->segment.src_addr, to = segment->seen->segment.dst_addr;
    TraceIndexHost *host = host_of(index, event->host);

    if (!segment->injected && host->address != from) {
        g_hash_table_insert(index->host_by_address, GUINT_TO_POINTER(from),
                            GUINT_TO_POINTER(event->host));
        host->address = from;
    }
    if (segment->peer != TRACE_NO_HOST && host_of(index, segment->peer)->address != to &&
        !g_hash_table_contains(index->host_by_address, GUINT_TO_POINTER(to)))
        g_hash_table_insert(index->host_by_address, GUINT_TO_POINTER(to),
                            GUINT_TO_POINTER(segment->peer));
}

/* It arrived, or its host was down. */
static void see_end_of_way(TraceIndex *index, const TraceEvent *event)
{
    const TraceEvent *sent = trace_sent(index->trace, event);

    if (sent != NULL && index->links[sent->id].after == 0)
        index->links[sent->id].after = event->id;
}

/* An address that nobody has is not that of the host towards which its segments go. */
static void see_lost(TraceIndex *index, const TraceEvent *event)
{
    const TraceEvent *sent = trace_event(index->trace, event->fault.sent);

    if (trace_is_lost_at_host(event))
        see_end_of_way(index, event);
    if (event->fault.culprit == TRACE_CULPRIT_NOBODY && sent != NULL)
        g_hash_table_remove(index->host_by_address,
                            GUINT_TO_POINTER(sent->segment.seen->segment.dst_addr));
}

static void see_discard(TraceIndex *index, const TraceEvent *event)
{
    const TraceEvent *cause = trace_event(index->trace, event->cause);

    if (cause != NULL && cause->kind == TRACE_ARRIVE)
        index->links[cause->id].after = event->id;
}

static void see_state(TraceIndex *index, const TraceEvent *event)
{
    TraceIndexHost *host = host_of(index, event->host);
    TraceConn *conn = find_conn(index, event, event->state.port);
    TraceId *moved = event->conn != 0 ? &conn->moved : &host->listener_moved;

    index->links[*moved].after = event->id;
    *moved = conn->moved = event->id;
    if (conn->first_move == 0)
        conn->first_move = event->id;
    if (event->state.to == TCP_STATE_SYN_SENT && conn->asked == 0)
        conn->asked = event->id;
}

static gboolean is_same_timer(const TraceEvent *a, const TraceEvent *b)
{
    return a->kind == TRACE_TIMER && b->kind == TRACE_TIMER && a->host == b->host &&
           a->conn == b->conn && a->timer.timer == b->timer.timer;
}

/* A firing arms the timer again, or sends the segment that does. */
static void see_rearming(TraceIndex *index, const TraceEvent *event)
{
    const TraceEvent *cause = trace_event(index->trace, event->cause);

    if (cause != NULL && cause->kind == TRACE_SEND)
        cause = trace_event(index->trace, cause->cause);
    if (cause != NULL && cause->id < event->id && is_same_timer(cause, event) &&
        cause->timer.event == TCP_TIMER_FIRED)
        index->links[cause->id].after = event->id;
}

static void see_timer(TraceIndex *index, const TraceEvent *event)
{
    TraceId *armed = &find_conn(index, event, 0)->armed[event->timer.timer];

    index->links[*armed].after = event->id;
    if (event->timer.event != TCP_TIMER_ARMED) {
        index->links[event->id].before = *armed;
        *armed = 0;
        return;
    }
    *armed = event->id;
    see_rearming(index, event);
}

static const struct {
    ListOf *list_of; /* NULL: in none */
    void (*see)(TraceIndex *index, const TraceEvent *event);
} kinds[TRACE_KIND_COUNT] = {
    [TRACE_CALL] = {list_of_call, NULL},        [TRACE_APP] = {list_of_app, see_app},
    [TRACE_SEND] = {list_of_send, see_send},    [TRACE_LOST] = {NULL, see_lost},
    [TRACE_ARRIVE] = {NULL, see_end_of_way},    [TRACE_DISCARD] = {NULL, see_discard},
    [TRACE_STATE] = {list_of_state, see_state}, [TRACE_TIMER] = {NULL, see_timer},
    [TRACE_HOST] = {list_of_host, NULL},
};

/* --- the index ---------------------------------------------------------------------------- */

static void add_event(TraceIndex *index, const TraceEvent *event)
{
    TraceIndexHost *host = host_of(index, event->host);
    ListOf *list_of = kinds[event->kind].list_of;
    TraceList list = list_of != NULL ? list_of(event) : TRACE_LIST_COUNT;

    if (list != TRACE_LIST_COUNT)
        list_event(index, host, event, list);
    if (event->kind == TRACE_END)
        index->end = event;
    if (index->links == NULL)
        return;
    if (kinds[event->kind].see != NULL)
        kinds[event->kind].see(index, event);
    host->newest_conn = MAX(host->newest_conn, event->conn);
}

TraceIndex *trace_index_new(const Trace *trace, TraceIndexDepth depth)
{
    TraceIndex *index = g_new0(TraceIndex, 1);
    gsize events = (gsize)trace->events->len + 1;

    index->trace = trace;
    index->conns = g_array_new(FALSE, FALSE, sizeof(TraceConn));
    index->host_by_address = g_hash_table_new(NULL, NULL);
    index->hosts = g_new0(TraceIndexHost, trace->hosts->len + 1);
    index->next = g_new0(TraceId, events);
    if (depth == TRACE_INDEX_LIVES)
        index->links = g_new0(TraceLinks, events);
    for (guint i = 0; i < trace->events->len; i++)
        add_event(index, &g_array_index(trace->events, TraceEvent, i));
    return index;
}

void trace_index_free(TraceIndex *index)
{
    if (index == NULL)
        return;
    for (guint i = 0; i <= index->trace->hosts->len; i++) {
        id_map_clear(&index->hosts[i].conns);
        id_map_clear(&index->hosts[i].listeners);
    }
    g_free(index->hosts);
    g_free(index->next);
    g_free(index->links);
    g_array_unref(index->conns);
    g_hash_table_destroy(index->host_by_address);
    g_free(index);
}

const TraceEvent *trace_index_first(const TraceIndex *index, TraceHost host, TraceList list)
{
    if (host >= index->trace->hosts->len)
        return NULL;
    return trace_event(index->trace, index->hosts[host].lists[list].first);
}

const TraceEvent *trace_index_next(const TraceIndex *index, const TraceEvent *event)
{
    return trace_event(index->trace, index->next[event->id]);
}

const TraceEvent *trace_index_before(const TraceIndex *index, const TraceEvent *event)
{
    g_assert(index->links != NULL);
    return trace_event(index->trace, index->links[event->id].before);
}

const TraceEvent *trace_index_after(const TraceIndex *index, const TraceEvent *event)
{
    g_assert(index->links != NULL);
    return trace_event(index->trace, index->links[event->id].after);
}

const TraceConn *trace_index_conn(const TraceIndex *index, const TraceEvent *event)
{
    g_assert(event->kind == TRACE_STATE);

    guint place = place_of(host_of(index, event->host), event->conn, event->state.port);

    return &g_array_index(index->conns, TraceConn, place - 1);
}

TcpState trace_conn_state(const TraceIndex *index, const TraceConn *conn)
{
    return trace_event(index->trace, conn->moved)->state.to;
}

TraceRetry trace_index_retry(const TraceIndex *index, const TraceEvent *event)
{
    const TraceEvent *arming = trace_index_before(index, event);

    if (event->timer.event == TCP_TIMER_CANCELLED && arming != NULL)
        event = arming;
    return (TraceRetry){event->timer.retry, event->timer.limit};
}

const TraceEvent *trace_index_befell(const TraceIndex *index, const TraceEvent *sent,
                                     const TraceEvent *after)
{
    const TraceEvent *next = trace_event(index->trace, after->id + 1);
    const TraceEvent *end = trace_index_after(index, sent);

    if (next != NULL && (next->kind == TRACE_LOST || next->kind == TRACE_FAULT) &&
        next->fault.sent == sent->id)
        return next;
    return end != NULL && trace_is_lost_at_host(end) && end->id > after->id ? end : NULL;
}

gboolean trace_index_is_lost(const TraceIndex *index, const TraceEvent *sent)
{
    const TraceEvent *end = trace_index_after(index, sent);

    return sent->segment.fate == TRACE_FATE_LOST || (end != NULL && trace_is_lost_at_host(end));
}

const TraceEvent *trace_index_cause(const TraceIndex *index, const TraceEvent *event)
{
    const TraceEvent *cause = trace_event(index->trace, event->cause);

    if (cause == NULL)
        cause = trace_sent(index->trace, event);
    if (cause == NULL && event->kind == TRACE_TIMER && event->timer.event == TCP_TIMER_FIRED)
        cause = trace_index_before(index, event);
    /* Nothing is caused by what comes after it; a trace that says so would send us in circles. */
    return cause != NULL && cause->id < event->id ? cause : NULL;
}

TraceHost trace_index_host_at(const TraceIndex *index, guint32 address)
{
    gpointer host;

    if (!g_hash_table_lookup_extended(index->host_by_address, GUINT_TO_POINTER(address), NULL,
                                      &host))
        return TRACE_NO_HOST;
    return GPOINTER_TO_UINT(host);
}

gboolean trace_index_has_many(const TraceIndex *index, TraceHost host)
{
    return host < index->trace->hosts->len && index->hosts[host].newest_conn > 1;
}

const TraceEvent *trace_sent(const Trace *trace, const TraceEvent *event)
{
    gboolean is_fault = event->kind == TRACE_LOST || event->kind == TRACE_FAULT;

    if (!is_fault && event->kind != TRACE_ARRIVE && event->kind != TRACE_DISCARD)
        return NULL;

    const TraceEvent *sent = trace_event(trace, is_fault ? event->fault.sent : event->segment.sent);

    return sent != NULL && sent->kind == TRACE_SEND ? sent : NULL;
}
