/* Bytes and who has them: a connection is accepted once, after its handshake; an application is told
 * of connections that live; what it reads was sent to it, and no more than that; what was acknowledged
 * has been received, and what was to be sent is acknowledged when nothing is left to happen.
 */
#include "core/seq.h"
#include "watch.h"

/* ---- Applications ---- */

static void look_at_call(Watch *watch, const TraceEvent *event)
{
    ConnWatch *conn = conn_of(watch, event);
    const PlanStep *step = &g_array_index(watch->plan->steps, PlanStep, event->call.line);

    if (conn == NULL || event->call.error != TCP_OK)
        return;
    switch (step->verb) {
    case PLAN_SEND: conn->asked += step->bytes; break;
    case PLAN_SHUTDOWN: conn->shut = TRUE; break;
    case PLAN_CLOSE: conn->shut = conn->closed = TRUE; break;
    default: break;
    }
}

/* By Fast Open a listener's application holds a connection before the handshake is done. */
static gboolean grants_fast_open(const Watch *watch, guint host)
{
    return (g_array_index(watch->plan->hosts, PlanHost, host).config.tcp_fastopen & 2) != 0;
}

static void look_at_accept(Watch *watch, const TraceEvent *event, ConnWatch *conn)
{
    if (conn->accepted)
        broken(watch, event, "it is accepted twice");
    /* Shut down in SYN-RCVD it goes on to FIN-WAIT-1 at once, and is accepted from there. */
    gboolean waited = conn->established > 0 || conn->shut || grants_fast_open(watch, event->host);
    if (!conn->passive || !waited)
        broken(watch, event, "what is accepted never waited for it");
    conn->accepted = TRUE;
}

/* Of its end an application is told afterwards; with reset-in-queue=stays it may accept it only then, with
 * unread-after-reset=kept read what was unread. */
static gboolean may_be_told_late(const Watch *watch, const TraceEvent *event)
{
    const HostConfig *config = &g_array_index(watch->plan->hosts, PlanHost, event->host).config;

    switch (event->app.event) {
    case TRACE_APP_ERROR: return TRUE;
    case TRACE_APP_ACCEPTED: return config->reset_in_queue == RESET_IN_QUEUE_STAYS;
    case TRACE_APP_READ:
    case TRACE_APP_PEEKED: return config->unread_after_reset == UNREAD_AFTER_RESET_KEPT;
    default: return FALSE;
    }
}

void law_applications(Watch *watch, const TraceEvent *event)
{
    if (event->kind == TRACE_CALL)
        look_at_call(watch, event);
    if (event->kind != TRACE_APP)
        return;
    ConnWatch *conn = conn_of(watch, event);
    if (conn == NULL) {
        broken(watch, event, "an application is told of no connection");
        return;
    }
    if (conn->over && !may_be_told_late(watch, event))
        broken(watch, event, "an application is told of a connection that is over");
    if (event->app.event == TRACE_APP_ACCEPTED)
        look_at_accept(watch, event, conn);
    else if (conn->passive && !conn->accepted && event->app.bytes == 0)
        broken(watch, event, "an application is told of what it never accepted");
    conn->told_eof |= event->app.event == TRACE_APP_EOF;
    if (event->app.event == TRACE_APP_READ) {
        conn->read += event->app.bytes;
        conn->wrong += event->app.wrong;
    }
}

/* ---- Numbers ---- */

static void note_ends(ConnWatch *conn, const Segment *segment)
{
    conn->has_ends = TRUE;
    conn->ends = (TcpEnds){.remote_address = segment->dst_addr,
                           .local_port = segment->src_port,
                           .remote_port = segment->dst_port};
}

/* With handshake=two-way a server takes its SYN for acknowledged as soon as it is sent. */
static gboolean believes(const Watch *watch, const TraceEvent *event)
{
    return g_array_index(watch->plan->hosts, PlanHost, event->host).config.handshake ==
               HANDSHAKE_TWO_WAY &&
           event->segment.class == SEGMENT_SYN_ACK;
}

static void note_numbers(const Watch *watch, const TraceEvent *event, ConnWatch *conn)
{
    const Segment *segment = &event->segment.seen->segment;

    if (!conn->has_numbers) {
        conn->has_numbers = TRUE;
        conn->first = segment->seq;
        conn->first_is_syn = segment->flags & TCP_SYN;
        conn->acked_to = believes(watch, event);
    }
    gint64 end = (gint32)(segment->seq + segment_seq_length(segment) - conn->first);
    conn->sent_to = MAX(conn->sent_to, end);
}

/* Who forges an ACK may acknowledge anything; so may a copy that is refused.  Neither makes a law
 * seem broken. */
static void note_acknowledgment(ConnWatch *conn, const Segment *segment)
{
    gint64 to = (gint32)(segment->ack - conn->first);

    if (conn->has_numbers && (segment->flags & TCP_ACK) && to <= conn->sent_to)
        conn->acked_to = MAX(conn->acked_to, to);
}

void law_streams(Watch *watch, const TraceEvent *event)
{
    if (event->kind != TRACE_SEND && event->kind != TRACE_ARRIVE)
        return;
    ConnWatch *conn = conn_of(watch, event);
    const Segment *segment = &event->segment.seen->segment;
    if (conn == NULL || event->segment.injected)
        return;
    if (event->kind == TRACE_ARRIVE) {
        note_acknowledgment(conn, segment);
        return;
    }
    note_ends(conn, segment);
    if (!(segment->flags & TCP_RST))
        note_numbers(watch, event, conn);
}

/* ---- In the end ---- */

static guint64 bytes_acked(const ConnWatch *conn)
{
    gint64 bytes = conn->acked_to - (conn->first_is_syn ? 1 : 0);

    return MIN((guint64)MAX(bytes, 0), conn->asked);
}

/* At a quiet end a connection that lives has sent what it was to send, and it has arrived. */
static void check_sent(Watch *watch, const ConnWatch *conn, const char *name)
{
    if (conn->sent_to > conn->acked_to)
        broken(watch, NULL, "%s.%u gave up waiting for the ACK of %d", name, conn->id,
               (int)conn->sent_to);
    else if (bytes_acked(conn) < conn->asked)
        broken(watch, NULL, "%s.%u was to send %u bytes and sent %u", name, conn->id,
               (guint)conn->asked, (guint)bytes_acked(conn));
}

/* Its peer's bytes, seen from both ends. */
static void check_received(Watch *watch, guint host, const ConnWatch *conn, const char *name)
{
    Peers peers = peers_of(watch, host, conn);

    /* Who forges segments puts bytes into a stream.  Segments of an earlier incarnation may do so,
     * too: TIME-WAIT is against that, and can be cut short by a key, a crash, or a late segment. */
    if (watch->has_forged || peers.count != 1 || peers.own != 1)
        return;
    if (conn->read > peers.asked)
        broken(watch, NULL, "%s.%u read %u bytes, of %u", name, conn->id, (guint)conn->read,
               (guint)peers.asked);
    if (conn->wrong > 0)
        broken(watch, NULL, "%s.%u read %u wrong bytes", name, conn->id, (guint)conn->wrong);
    if (conn->told_eof && watch->hosts[host].reads && conn->read != peers.asked)
        broken(watch, NULL, "%s.%u read %u bytes to their end, of %u", name, conn->id,
               (guint)conn->read, (guint)peers.asked);
    gboolean reads = watch->hosts[host].reads && !conn->over && !conn->closed &&
                     (conn->accepted || !conn->passive);
    if (reads && ended_quietly(watch) && conn->read < bytes_acked(peers.last))
        broken(watch, NULL, "%s.%u read %u bytes and acknowledged %u", name, conn->id,
               (guint)conn->read, (guint)bytes_acked(peers.last));
}

static void check_bytes(Watch *watch, guint host, const ConnWatch *conn)
{
    const char *name = g_array_index(watch->plan->hosts, PlanHost, host).name;

    if (!conn->has_ends)
        return;
    if (ended_quietly(watch) && !conn->over && !may_wait_for_ever(watch, host))
        check_sent(watch, conn, name);
    check_received(watch, host, conn, name);
}

void law_bytes(Watch *watch)
{
    each_conn(watch, check_bytes);
}
