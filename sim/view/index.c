/* One pass over a trace, for all that views look up. */
#include "view/index.h"

/* conn_by_key: a connection by its number, a listener by its port. */
static gint64 conn_key(TraceHost host, guint32 conn, guint16 port)
{
    guint64 within = conn != 0 ? (guint64)conn << 1 | 1 : (guint64)port << 1;
    return (gint64)((guint64)host << 33 ^ within);
}

static ViewConn *find_conn(ViewIndex *index, TraceHost host, guint32 conn, guint16 port)
{
    gint64 key = conn_key(host, conn, port);
    gpointer place = g_hash_table_lookup(index->conn_by_key, &key);
    if (place != NULL)
        return &g_array_index(index->conns, ViewConn, GPOINTER_TO_UINT(place) - 1);
    ViewConn added = {.host = host, .conn = conn, .port = conn == 0 ? port : 0};
    g_array_append_val(index->conns, added);
    g_hash_table_insert(index->conn_by_key, g_memdup2(&key, sizeof key),
                        GUINT_TO_POINTER(index->conns->len));
    return &g_array_index(index->conns, ViewConn, index->conns->len - 1);
}

static void see_state(ViewIndex *index, const TraceEvent *event)
{
    ViewConn *conn = find_conn(index, event->host, event->conn, event->state.port);
    conn->state = event->state.to;
    conn->has_state = TRUE;
    if (event->state.to == TCP_STATE_SYN_SENT && !conn->asked) {
        conn->asked = TRUE;
        conn->asked_at = event->t;
    }
}

static void see_app(ViewIndex *index, const TraceEvent *event)
{
    if (event->app.event != TRACE_APP_CONNECTED && event->app.event != TRACE_APP_ERROR)
        return;
    ViewConn *conn = find_conn(index, event->host, event->conn, 0);
    if (conn->answered)
        return;
    conn->answered = TRUE;
    conn->answered_at = event->t;
    conn->answer = event->app.event == TRACE_APP_ERROR ? event->app.error : TCP_OK;
}

static gboolean is_same_timer(const TraceEvent *a, const TraceEvent *b)
{
    return a->kind == TRACE_TIMER && b->kind == TRACE_TIMER && a->host == b->host &&
           a->conn == b->conn && a->timer.timer == b->timer.timer;
}

/* A firing arms the timer again, or sends the segment that does. */
static void see_rearming(ViewIndex *index, const TraceEvent *event)
{
    const TraceEvent *cause = trace_event(index->trace, event->cause);
    if (cause != NULL && cause->kind == TRACE_SEND)
        cause = trace_event(index->trace, cause->cause);
    if (cause != NULL && cause->id < event->id && is_same_timer(cause, event) &&
        cause->timer.event == TCP_TIMER_FIRED)
        index->rearming[cause->id] = event->id;
}

static void see_timer(ViewIndex *index, const TraceEvent *event)
{
    ViewConn *conn = find_conn(index, event->host, event->conn, 0);
    TraceId *armed = &conn->armed[event->timer.timer];
    if (event->timer.event != TCP_TIMER_ARMED) {
        index->arming[event->id] = *armed;
        *armed = 0;
        return;
    }
    *armed = event->id;
    see_rearming(index, event);
}

static void see_send(ViewIndex *index, const TraceEvent *event)
{
    const TraceSegment *segment = &event->segment;
    gpointer from = GUINT_TO_POINTER(segment->seen->segment.src_addr);
    gpointer to = GUINT_TO_POINTER(segment->seen->segment.dst_addr);
    if (!segment->injected)
        g_hash_table_insert(index->host_by_address, from, GUINT_TO_POINTER(event->host));
    if (segment->peer != TRACE_NO_HOST && !g_hash_table_contains(index->host_by_address, to))
        g_hash_table_insert(index->host_by_address, to, GUINT_TO_POINTER(segment->peer));
}

/* An address that nobody has is not that of the host towards which its segments go. */
static void see_lost(ViewIndex *index, const TraceEvent *event)
{
    const TraceEvent *sent = trace_event(index->trace, event->fault.sent);
    if (event->fault.culprit == TRACE_CULPRIT_NOBODY && sent != NULL)
        g_hash_table_remove(index->host_by_address,
                            GUINT_TO_POINTER(sent->segment.seen->segment.dst_addr));
}

static void (*const see[TRACE_KIND_COUNT])(ViewIndex *index, const TraceEvent *event) = {
    [TRACE_STATE] = see_state, [TRACE_APP] = see_app,   [TRACE_TIMER] = see_timer,
    [TRACE_SEND] = see_send,   [TRACE_LOST] = see_lost,
};

ViewIndex *view_index_new(const Trace *trace)
{
    ViewIndex *index = g_new0(ViewIndex, 1);
    index->trace = trace;
    index->conns = g_array_new(FALSE, FALSE, sizeof(ViewConn));
    index->conn_by_key = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    index->host_by_address = g_hash_table_new(NULL, NULL);
    index->newest_conn = g_new0(guint32, trace->hosts->len + 1);
    index->arming = g_new0(TraceId, (gsize)trace->events->len + 1);
    index->rearming = g_new0(TraceId, (gsize)trace->events->len + 1);

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);
        if (see[event->kind] != NULL)
            see[event->kind](index, event);
        if (event->host < trace->hosts->len)
            index->newest_conn[event->host] = MAX(index->newest_conn[event->host], event->conn);
    }
    return index;
}

void view_index_free(ViewIndex *index)
{
    if (index == NULL)
        return;
    g_array_unref(index->conns);
    g_hash_table_destroy(index->conn_by_key);
    g_hash_table_destroy(index->host_by_address);
    g_free(index->newest_conn);
    g_free(index->arming);
    g_free(index->rearming);
    g_free(index);
}

const TraceEvent *view_index_arming(const ViewIndex *index, const TraceEvent *event)
{
    return trace_event(index->trace, index->arming[event->id]);
}

const TraceEvent *view_index_rearming(const ViewIndex *index, const TraceEvent *event)
{
    return trace_event(index->trace, index->rearming[event->id]);
}

ViewRetry view_index_retry(const ViewIndex *index, const TraceEvent *event)
{
    const TraceEvent *arming = view_index_arming(index, event);
    if (event->timer.event == TCP_TIMER_CANCELLED && arming != NULL)
        event = arming;
    return (ViewRetry){event->timer.retry, event->timer.limit};
}

const TraceEvent *view_sent(const Trace *trace, const TraceEvent *event)
{
    gboolean is_fault = event->kind == TRACE_LOST || event->kind == TRACE_FAULT;
    if (!is_fault && event->kind != TRACE_ARRIVE && event->kind != TRACE_DISCARD)
        return NULL;
    const TraceEvent *sent = trace_event(trace, is_fault ? event->fault.sent : event->segment.sent);
    return sent != NULL && sent->kind == TRACE_SEND ? sent : NULL;
}

const TraceEvent *view_index_cause(const ViewIndex *index, const TraceEvent *event)
{
    const TraceEvent *cause = trace_event(index->trace, event->cause);
    if (cause == NULL)
        cause = view_sent(index->trace, event);
    if (cause == NULL && event->kind == TRACE_TIMER && event->timer.event == TCP_TIMER_FIRED)
        cause = view_index_arming(index, event);
    /* Nothing is caused by what comes after it; a trace that says so would send us in circles. */
    return cause != NULL && cause->id < event->id ? cause : NULL;
}

TraceHost view_index_host_at(const ViewIndex *index, guint32 address)
{
    gpointer host;
    if (!g_hash_table_lookup_extended(index->host_by_address, GUINT_TO_POINTER(address), NULL,
                                      &host))
        return TRACE_NO_HOST;
    return GPOINTER_TO_UINT(host);
}

gboolean view_index_has_many(const ViewIndex *index, TraceHost host)
{
    return host < index->trace->hosts->len && index->newest_conn[host] > 1;
}
