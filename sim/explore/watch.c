/* What is remembered of a run, event by event. */
#include "explore/watch.h"

#include <string.h>

/* ---- The whole ---- */

/* As the lab has it: a host that no line of the script reads for reads by itself. */
static gboolean script_reads(const Plan *plan, guint host)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        const PlanStep *step = &g_array_index(plan->steps, PlanStep, i);

        if (step->verb == PLAN_READ && step->actor.host == host)
            return TRUE;
    }
    return FALSE;
}

void watch_begin(Watch *watch, const Plan *plan)
{
    *watch = (Watch){.plan = plan, .host_count = plan->hosts->len};
    watch->hosts = g_new0(WatchHost, watch->host_count);
    for (guint i = 0; i < watch->host_count; i++) {
        watch->hosts[i].conns = g_array_new(FALSE, TRUE, sizeof(WatchConn));
        watch->hosts[i].newest = g_hash_table_new(NULL, NULL);
        watch->hosts[i].reads = !script_reads(plan, i);
    }
}

void watch_clear(Watch *watch)
{
    for (guint i = 0; i < watch->host_count; i++) {
        g_array_unref(watch->hosts[i].conns);
        g_hash_table_unref(watch->hosts[i].newest);
    }
    g_free(watch->hosts);
    explore_breach_free(watch->breach);
}

void watch_restart(Watch *watch, const Trace *trace)
{
    watch->trace = trace;
    watch->trouble = 0;
    watch->end = NULL;
    g_clear_pointer(&watch->breach, explore_breach_free);
    for (guint i = 0; i < watch->host_count; i++) {
        g_array_set_size(watch->hosts[i].conns, 0);
        g_hash_table_remove_all(watch->hosts[i].newest);
        watch->hosts[i].failed = watch->hosts[i].forgot = FALSE;
    }
}

const char *watch_host_name(const Watch *watch, guint host)
{
    return g_array_index(watch->plan->hosts, PlanHost, host).name;
}

/* ---- Looking up ---- */

WatchConn *watch_conn(const Watch *watch, const TraceEvent *event)
{
    if (event->host >= watch->host_count || event->conn == 0)
        return NULL;
    const WatchHost *host = &watch->hosts[event->host];

    return event->conn <= host->conns->len ? &g_array_index(host->conns, WatchConn, event->conn - 1)
                                           : NULL;
}

static gpointer ports(guint16 local, guint16 remote)
{
    return GUINT_TO_POINTER((guint)local << 16 | remote);
}

/* The number of the newest that the other end may be, and 0 when there is none; the ones before it by
 * WatchConn.before. */
static guint32 newest_other(const Watch *watch, const WatchConn *conn)
{
    if (!conn->has_ends)
        return 0;
    return GPOINTER_TO_UINT(g_hash_table_lookup(watch->hosts[conn->peer].newest,
                                                ports(conn->remote_port, conn->local_port)));
}

static const WatchConn *conn_numbered(const Watch *watch, guint host, guint32 id)
{
    return &g_array_index(watch->hosts[host].conns, WatchConn, id - 1);
}

const WatchConn *watch_peer(const Watch *watch, const WatchConn *conn)
{
    for (guint32 id = newest_other(watch, conn); id != 0;) {
        const WatchConn *other = conn_numbered(watch, conn->peer, id);

        if (other->peer == conn->host)
            return other;
        id = other->before;
    }
    return NULL;
}

guint64 watch_peer_asked(const Watch *watch, const WatchConn *conn, guint *incarnations)
{
    guint64 asked = 0;

    *incarnations = 0;
    for (guint32 id = newest_other(watch, conn); id != 0;) {
        const WatchConn *other = conn_numbered(watch, conn->peer, id);

        if (other->peer == conn->host) {
            asked += other->asked;
            (*incarnations)++;
        }
        id = other->before;
    }
    return asked;
}

GArray *watch_conns(const Watch *watch)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(WatchConn));

    for (guint i = 0; i < watch->host_count; i++) {
        const GArray *conns = watch->hosts[i].conns;

        g_array_append_vals(all, conns->data, conns->len);
    }
    return all;
}

/* ---- Events ---- */

static void note_ends(Watch *watch, WatchConn *conn, guint16 peer, guint16 local_port,
                      guint16 remote_port)
{
    GHashTable *newest = watch->hosts[conn->host].newest;
    gpointer key = ports(local_port, remote_port);

    if (conn->has_ends)
        return;
    conn->before = GPOINTER_TO_UINT(g_hash_table_lookup(newest, key));
    g_hash_table_insert(newest, key, GUINT_TO_POINTER(conn->id));
    conn->has_ends = TRUE;
    conn->peer = peer;
    conn->local_port = local_port;
    conn->remote_port = remote_port;
}

/* A connection that a segment brought about has its ends before it has sent anything. */
static void note_ends_of_cause(Watch *watch, const TraceEvent *event, WatchConn *conn)
{
    if (event->cause == 0)
        return;
    const TraceEvent *cause = trace_event(watch->trace, event->cause);

    if (cause->kind == TRACE_ARRIVE && cause->host == conn->host)
        note_ends(watch, conn, cause->segment.peer, cause->segment.seen->segment.dst_port,
                  cause->segment.seen->segment.src_port);
}

/* By Fast Open a connect sends, too. */
static guint64 asked_by_connect(const Watch *watch, const TraceEvent *event)
{
    const TraceEvent *cause = event->cause > 0 ? trace_event(watch->trace, event->cause) : NULL;

    if (cause == NULL || cause->kind != TRACE_CALL || event->state.from != TCP_STATE_CLOSED)
        return 0;
    const PlanStep *step = &g_array_index(watch->plan->steps, PlanStep, cause->call.line);

    return step->verb == PLAN_CONNECT ? step->bytes : 0;
}

static void on_state(Watch *watch, const TraceEvent *event)
{
    WatchConn *conn = watch_conn(watch, event);

    if (event->conn == 0)
        return;
    if (conn == NULL) {
        /* Connections of a host are numbered as they begin. */
        GArray *conns = watch->hosts[event->host].conns;

        g_array_set_size(conns, event->conn);
        conn = watch_conn(watch, event);
        conn->id = event->conn;
        conn->host = event->host;
        conn->passive = event->state.from == TCP_STATE_LISTEN;
        conn->asked = asked_by_connect(watch, event);
    }
    note_ends_of_cause(watch, event, conn);
    conn->state = event->state.to;
    conn->why = event->state.reason;
    conn->over = event->state.to == TCP_STATE_CLOSED || event->state.to == TCP_STATE_LISTEN;
}

static void on_call(Watch *watch, const TraceEvent *event)
{
    WatchConn *conn = watch_conn(watch, event);

    if (conn == NULL || event->call.error != TCP_OK)
        return;
    const PlanStep *step = &g_array_index(watch->plan->steps, PlanStep, event->call.line);

    switch (step->verb) {
    case PLAN_SEND: conn->asked += step->bytes; break;
    case PLAN_SHUTDOWN: conn->shut = TRUE; break;
    case PLAN_CLOSE: conn->shut = conn->closed = TRUE; break;
    case PLAN_ABORT: conn->aborted = TRUE; break;
    default: break;
    }
}

static void on_app(Watch *watch, const TraceEvent *event)
{
    WatchConn *conn = watch_conn(watch, event);

    if (conn == NULL)
        return;
    conn->accepted |= event->app.event == TRACE_APP_ACCEPTED;
    conn->told_eof |= event->app.event == TRACE_APP_EOF;
    if (event->app.event == TRACE_APP_READ) {
        conn->read += event->app.bytes;
        conn->wrong += event->app.wrong;
    }
}

static void on_send(Watch *watch, const TraceEvent *event)
{
    WatchConn *conn = watch_conn(watch, event);
    const Segment *segment = &event->segment.seen->segment;

    if (conn == NULL || event->segment.injected)
        return;
    note_ends(watch, conn, event->segment.peer, segment->src_port, segment->dst_port);
    conn->sent[event->segment.class]++;
}

static void note_acknowledged(const Watch *watch, const TraceEvent *event)
{
    WatchConn *receiver = watch_conn(watch, event);
    const Segment *segment = &event->segment.seen->segment;

    if (receiver == NULL || !(segment->flags & TCP_ACK))
        return;
    receiver->is_acknowledged = TRUE;
    receiver->acknowledged = segment->ack;
    if (!event->segment.seen->ack_is_absolute)
        receiver->acked = MAX(receiver->acked, event->segment.seen->ack);
}

/* Of what is repeated, the oldest: nothing before it is missing, so it has to be answered. */
static gboolean is_oldest_repeat(const WatchConn *sender, const TraceEvent *sent)
{
    const Segment *segment = &sent->segment.seen->segment;

    return sent->segment.retry > 0 && segment_seq_length(segment) > 0 &&
           (!sender->is_acknowledged || seq_le(segment->seq, sender->acknowledged));
}

/* RFC 9293 §3.8.4, §3.8.6.1: of a connection that idles, and of a closed window. */
static gboolean is_probe(const TraceEvent *sent)
{
    return sent->segment.reason == TCP_REASON_KEEPALIVE_FIRED ||
           sent->segment.reason == TCP_REASON_PROBE_FIRED;
}

/* The first that came since the last trouble is kept. */
static void on_arrive(Watch *watch, const TraceEvent *event)
{
    const TraceEvent *sent =
        event->segment.sent > 0 ? trace_event(watch->trace, event->segment.sent) : NULL;
    WatchConn *sender = sent != NULL ? watch_conn(watch, sent) : NULL;

    note_acknowledged(watch, event);
    if (sender == NULL || sent->segment.injected || sent->id < watch->trouble ||
        sender->came > watch->trouble || !(is_oldest_repeat(sender, sent) || is_probe(sent)))
        return;
    sender->came = sent->id;
    sender->came_class = sent->segment.class;
    sender->came_sent = sender->sent[sent->segment.class];
}

/* One that was refused as it came did not come. */
static void on_discard(Watch *watch, const TraceEvent *event)
{
    if (event->segment.reason != TCP_REASON_BAD_BYTES || event->segment.sent == 0)
        return;
    watch->trouble = event->id;
}

static void on_timer(Watch *watch, const TraceEvent *event)
{
    WatchConn *conn = watch_conn(watch, event);

    if (conn == NULL)
        return;
    guint bit = 1U << event->timer.timer;

    if (event->timer.event == TCP_TIMER_ARMED)
        conn->armed |= bit;
    else
        conn->armed &= ~bit;
}

static void on_trouble(Watch *watch, const TraceEvent *event)
{
    watch->trouble = event->id;
}

static void on_host(Watch *watch, const TraceEvent *event)
{
    watch->hosts[event->host].failed = TRUE;
    watch->hosts[event->host].forgot |= event->host_event.forgot;
}

static void on_end(Watch *watch, const TraceEvent *event)
{
    watch->end = event;
}

void watch_event(Watch *watch, const TraceEvent *event)
{
    static void (*const notes[TRACE_KIND_COUNT])(Watch *, const TraceEvent *) = {
        [TRACE_CALL] = on_call,       [TRACE_APP] = on_app,       [TRACE_SEND] = on_send,
        [TRACE_LOST] = on_trouble,    [TRACE_FAULT] = on_trouble, [TRACE_ARRIVE] = on_arrive,
        [TRACE_DISCARD] = on_discard, [TRACE_STATE] = on_state,   [TRACE_TIMER] = on_timer,
        [TRACE_HOST] = on_host,       [TRACE_END] = on_end,
    };

    notes[event->kind](watch, event);
}

/* ---- A digest ---- */

/* Which repeat came is told to people only; that one came since the last trouble is what a law asks. */
static void add_conn(const WatchConn *conn, TraceId trouble, Digest *digest)
{
    WatchConn copy = *conn;

    copy.came = conn->came > trouble;
    copy.came_class = (SegmentClass)0;
    copy.came_sent = 0;
    memset(copy.sent, 0, sizeof copy.sent);
    copy.acknowledged = 0; /* it moves with the connection's own numbers */
    digest_both(digest, conn->acknowledged, 0);
    digest_bytes(digest, &copy, sizeof copy);
}

void watch_digest(const Watch *watch, Digest *digest)
{
    for (guint i = 0; i < watch->host_count; i++) {
        const WatchHost *host = &watch->hosts[i];

        digest_add(digest, host->failed + 2U * host->forgot);
        for (guint c = 0; c < host->conns->len; c++)
            add_conn(&g_array_index(host->conns, WatchConn, c), watch->trouble, digest);
    }
}
