/* The script's lines as lwIP's calls, and what its applications do by themselves.
 *
 * The calls are those of lwIP's raw API, used as its own sockets use it (src/api/api_msg.c): what comes
 * is kept until it is read, and opens the window only then; close() gives the connection up.
 */

#include "stacks/lwip.h"

enum { CHUNK = 0xffff };

static const ip_addr_t anywhere = IPADDR4_INIT(0);

static TcpError error_of(err_t error)
{
    static const struct {
        err_t from;
        TcpError to;
    } errors[] = {
        {ERR_OK, TCP_OK},          {ERR_USE, TCP_EADDRINUSE},    {ERR_CONN, TCP_ENOTCONN},
        {ERR_RST, TCP_ECONNRESET}, {ERR_RTE, TCP_EHOSTUNREACH},  {ERR_ISCONN, TCP_EISCONN},
        {ERR_ABRT, TCP_ETIMEDOUT}, {ERR_TIMEOUT, TCP_ETIMEDOUT},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(errors); i++) {
        if (errors[i].from == error)
            return errors[i].to;
    }
    return TCP_EINVAL;
}

static void tell(const Lwip *lwip, const LwipConn *conn, TraceAppEvent event, TcpError error)
{
    lab_node_tells(lwip->node.host, conn->seen.id, event, 0, 0, error);
}

/* ---- Reading ---- */

void lwip_drop_unread(LwipConn *conn)
{
    struct pbuf *part;

    while ((part = g_queue_pop_head(&conn->unread)) != NULL)
        (void)lwip_api.pbuf_free(part);
}

static guint64 count_wrong(const Lwip *lwip, const LwipConn *conn, const guint8 *bytes, gsize count)
{
    guint64 stream, wrong = 0;

    if (!lab_node_peer_stream(lwip->node.host, conn->seen.id, &stream))
        return count;
    for (gsize i = 0; i < count; i++)
        wrong += bytes[i] != payload_byte(stream, conn->read + i);
    return wrong;
}

/* Up to `most` bytes of the first buffer; it goes when it is empty. */
static gsize take(Lwip *lwip, LwipConn *conn, guint64 most, guint64 *wrong)
{
    struct pbuf *part = g_queue_pop_head(&conn->unread);
    guint8 bytes[CHUNK];
    u16_t count = lwip_api.pbuf_copy_partial(part, bytes, (u16_t)MIN(most, part->tot_len), 0);

    *wrong += count_wrong(lwip, conn, bytes, count);
    conn->read += count;
    part = lwip_api.pbuf_free_header(part, count);
    if (part != NULL)
        g_queue_push_head(&conn->unread, part);
    return count;
}

static TcpError read_up_to(Lwip *lwip, LwipConn *conn, guint64 most)
{
    guint64 got = 0, wrong = 0;

    while (got < most && !g_queue_is_empty(&conn->unread))
        got += take(lwip, conn, most - got, &wrong);
    if (got > 0)
        lab_node_tells(lwip->node.host, conn->seen.id, TRACE_APP_READ, got, wrong, TCP_OK);
    for (guint64 left = got; left > 0 && conn->pcb != NULL; left -= MIN(left, CHUNK))
        lwip_api.tcp_recved(conn->pcb, (u16_t)MIN(left, CHUNK));
    return got > 0 || conn->has_eof ? TCP_OK : TCP_EAGAIN;
}

static void read_what_is_there(Lwip *lwip, LwipConn *conn)
{
    if (conn->is_held && lab_node_reads(lwip->node.host) && !g_queue_is_empty(&conn->unread))
        (void)read_up_to(lwip, conn, G_MAXUINT64);
}

/* ---- Writing ---- */

/* FALSE: no more fits, or nobody takes it. */
static gboolean write_some(const Lwip *lwip, LwipConn *conn)
{
    struct tcp_pcb *pcb = conn->pcb;
    guint8 bytes[CHUNK];
    u16_t count = (u16_t)MIN(MIN(conn->unsent, tcp_sndbuf(pcb)), sizeof bytes);
    u8_t more = conn->unsent > count ? TCP_WRITE_FLAG_MORE : 0;

    if (count == 0)
        return FALSE;
    payload_write((Payload){lab_node_stream(lwip->node.host, conn->seen.id), conn->written}, bytes,
                  count);
    if (lwip_api.tcp_write(pcb, bytes, count, TCP_WRITE_FLAG_COPY | more) != ERR_OK)
        return FALSE;
    conn->written += count;
    conn->unsent -= count;
    return TRUE;
}

/* The ends that were asked for. */
static void end(Lwip *lwip, LwipConn *conn)
{
    struct tcp_pcb *pcb = conn->pcb;

    if (conn->closes) {
        lwip_drop_unread(conn); /* of which lwIP knows by its window: it resets instead */
        (void)lwip_api.tcp_close(pcb);
    } else if (conn->shuts_down && !conn->is_shut) {
        conn->is_shut = TRUE;
        (void)lwip_api.tcp_shutdown(pcb, 0, 1);
    }
    lwip_look(lwip);
}

static void write_on(Lwip *lwip, LwipConn *conn)
{
    while (conn->unsent > 0 && write_some(lwip, conn))
        ;
    (void)lwip_api.tcp_output(conn->pcb);
    if (conn->unsent == 0 && (conn->closes || conn->shuts_down))
        end(lwip, conn);
}

/* ---- What lwIP tells ---- */

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t count)
{
    LwipConn *conn = arg;

    (void)count;
    conn->pcb = pcb;
    if (conn->unsent > 0)
        write_on(conn->owner, conn);
    return ERR_OK;
}

/* Whose bytes they are is known when they come, however late they are read. */
static err_t on_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *came, err_t error)
{
    LwipConn *conn = arg;
    Lwip *lwip = conn->owner;
    guint64 ignored;

    (void)error;
    conn->pcb = pcb;
    lwip_look(lwip);
    if (came != NULL) {
        (void)lab_node_peer_stream(lwip->node.host, conn->seen.id, &ignored);
        g_queue_push_tail(&conn->unread, came);
        read_what_is_there(lwip, conn);
    } else {
        conn->has_eof = TRUE;
        if (conn->is_held && !conn->closes)
            tell(lwip, conn, TRACE_APP_EOF, TCP_OK);
    }
    return ERR_OK;
}

/* lwIP has dropped it already.  A reset that answers a SYN is a refusal, by its sockets, too
 * (src/api/err.c has but one word for both). */
static void on_err(void *arg, err_t error)
{
    LwipConn *conn = arg;
    Lwip *lwip = conn->owner;
    gboolean is_opening = conn->seen.state == TCP_STATE_SYN_SENT;

    conn->pcb = NULL;
    if (lwip->is_silent)
        return;
    lab_node_conns_move(&lwip->conns, &conn->seen, TCP_STATE_CLOSED);
    if (error == ERR_CLSD || conn->closes || (!conn->is_held && !is_opening))
        return;
    conn->has_failed = TRUE;
    tell(lwip, conn, TRACE_APP_ERROR,
         error == ERR_RST && is_opening ? TCP_ECONNREFUSED : error_of(error));
}

static void attend(LwipConn *conn, struct tcp_pcb *pcb)
{
    conn->pcb = pcb;
    lwip_api.tcp_arg(pcb, conn);
    lwip_api.tcp_recv(pcb, on_recv);
    lwip_api.tcp_sent(pcb, on_sent);
    lwip_api.tcp_err(pcb, on_err);
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    LwipConn *conn = arg;
    Lwip *lwip = conn->owner;

    (void)pcb;
    (void)error;
    lwip_look(lwip);
    conn->is_held = TRUE;
    tell(lwip, conn, TRACE_APP_CONNECTED, TCP_OK);
    if (conn->unsent > 0 || conn->closes || conn->shuts_down)
        write_on(lwip, conn);
    return ERR_OK;
}

/* ---- Accepting ---- */

static void hand_over(Lwip *lwip, LwipConn *conn)
{
    conn->is_waiting = FALSE;
    conn->is_held = TRUE;
    tell(lwip, conn, TRACE_APP_ACCEPTED, TCP_OK);
    read_what_is_there(lwip, conn);
    if (conn->has_eof)
        tell(lwip, conn, TRACE_APP_EOF, TCP_OK);
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    Lwip *lwip = arg;
    const TcpEnds ends = lwip_ends(pcb);
    gboolean is_open;

    (void)error;
    lwip_look(lwip);
    LwipConn *conn = lab_node_conns_find(&lwip->conns, &ends);
    attend(conn, pcb);
    conn->is_waiting = TRUE;
    if (!lab_node_accepts_by_hand(lwip->node.host, pcb->local_port, &is_open))
        hand_over(lwip, conn);
    return ERR_OK;
}

/* The oldest that waits on the port. */
static LwipConn *waiting_on(const Lwip *lwip, guint16 port)
{
    for (guint i = 0; i < lwip->conns.all->len; i++) {
        LwipConn *conn = g_ptr_array_index(lwip->conns.all, i);
        if (conn->is_waiting && conn->pcb != NULL && conn->seen.ends.local_port == port)
            return conn;
    }
    return NULL;
}

static TcpError do_accept(Lwip *lwip, const PlanStep *step, LwipConn *conn)
{
    gboolean is_open;

    (void)conn;
    (void)lab_node_accepts_by_hand(lwip->node.host, step->port, &is_open);
    LwipConn *oldest = waiting_on(lwip, step->port);
    if (oldest == NULL)
        return is_open ? TCP_EAGAIN : TCP_EINVAL;
    hand_over(lwip, oldest);
    return TCP_OK;
}

/* ---- The host's calls ---- */

/* As servers and careful clients make them: a port in TIME-WAIT may be bound. */
static struct tcp_pcb *new_pcb(const Lwip *lwip)
{
    struct tcp_pcb *pcb = lwip_api.tcp_new();
    const HostConfig *config = &lwip->plan->config;

    ip_set_option(pcb, SOF_REUSEADDR);
    if (!config->nagle)
        tcp_nagle_disable(pcb);
    if (config->keepalive)
        ip_set_option(pcb, SOF_KEEPALIVE);
    pcb->keep_idle = (u32_t)(config->tcp_keepalive_time / SIM_MILLISECOND);
    pcb->keep_intvl = (u32_t)(config->tcp_keepalive_intvl / SIM_MILLISECOND);
    pcb->keep_cnt = (u32_t)config->tcp_keepalive_probes;
    return pcb;
}

static TcpError do_listen(Lwip *lwip, const PlanStep *step, LwipConn *conn)
{
    if (step->fast_open)
        return TCP_EINVAL; /* lwIP has none */
    struct tcp_pcb *pcb = new_pcb(lwip);
    err_t error = lwip_api.tcp_bind(pcb, &anywhere, step->port);
    u8_t backlog = (u8_t)MIN(step->backlog, G_MAXUINT8); /* which Debian's lwIP does not look at */
    struct tcp_pcb *listening =
        error == ERR_OK ? lwip_api.tcp_listen_with_backlog_and_err(pcb, backlog, &error) : NULL;

    (void)conn;
    if (listening == NULL) {
        lwip_api.tcp_abort(pcb);
        return error_of(error);
    }
    lwip_api.tcp_arg(listening, lwip);
    lwip_api.tcp_accept(listening, on_accept);
    const LwipListener listener = {.port = step->port, .pcb = listening};
    g_array_append_val(lwip->listeners, listener);
    lab_node_listens(lwip->node.host, step->port, step->accept_manual);
    return TCP_OK;
}

static TcpError close_listener(Lwip *lwip, guint16 port)
{
    LwipConn *waiting;

    for (guint i = 0; i < lwip->listeners->len; i++) {
        LwipListener listener = g_array_index(lwip->listeners, LwipListener, i);
        if (listener.port != port)
            continue;
        g_array_remove_index(lwip->listeners, i);
        (void)lwip_api.tcp_close(listener.pcb);
        lab_node_stops_listening(lwip->node.host, port, TCP_REASON_LISTENER_CLOSED);
        while ((waiting = waiting_on(lwip, port)) != NULL)
            lwip_api.tcp_abort(waiting->pcb);
        return TCP_OK;
    }
    return TCP_ENOTCONN;
}

/* The next free one, or the one that is wanted. */
static err_t bind_port(Lwip *lwip, struct tcp_pcb *pcb, guint16 wanted)
{
    err_t error = ERR_USE;

    if (wanted != 0)
        return lwip_api.tcp_bind(pcb, &anywhere, wanted);
    for (guint tried = 0; tried < G_MAXUINT16 && error == ERR_USE; tried++) {
        error = lwip_api.tcp_bind(pcb, &anywhere, lwip->next_port);
        lwip->next_port = MAX((guint16)(lwip->next_port + 1), 1024);
    }
    return error;
}

static TcpError do_connect(Lwip *lwip, const PlanStep *step, LwipConn *conn)
{
    if (step->fast_open)
        return TCP_EINVAL; /* lwIP has none */
    struct tcp_pcb *pcb = new_pcb(lwip);
    err_t error = bind_port(lwip, pcb, step->from_port);
    ip_addr_t there = IPADDR4_INIT(g_htonl(lab_address(step->peer)));

    (void)conn;
    if (error != ERR_OK) {
        lwip_api.tcp_abort(pcb);
        return error_of(error);
    }
    const TcpEnds ends = {.local_port = pcb->local_port,
                          .remote_address = lab_address(step->peer),
                          .remote_port = step->port};
    attend(lwip_conn_new(lwip, &ends, TCP_STATE_CLOSED), pcb);
    error = lwip_api.tcp_connect(pcb, &there, step->port, on_connected);
    if (error != ERR_OK)
        lwip_api.tcp_abort(pcb);
    return error_of(error);
}

/* ---- A connection's calls ---- */

/* Bytes wait here for room in lwIP's buffer, as a program waits in send(). */
static TcpError do_send(Lwip *lwip, const PlanStep *step, LwipConn *conn)
{
    if (conn->shuts_down)
        return TCP_EPIPE;
    conn->unsent += step->bytes;
    if (conn->is_held)
        write_on(lwip, conn);
    return TCP_OK;
}

static TcpError do_read(Lwip *lwip, const PlanStep *step, LwipConn *conn)
{
    return read_up_to(lwip, conn, step->bytes);
}

static TcpError do_shutdown(Lwip *lwip, const PlanStep *step, LwipConn *conn)
{
    (void)step;
    conn->shuts_down = TRUE;
    write_on(lwip, conn);
    return TCP_OK;
}

static TcpError do_close(Lwip *lwip, const PlanStep *step, LwipConn *conn)
{
    (void)step;
    conn->closes = TRUE;
    write_on(lwip, conn);
    return TCP_OK;
}

static TcpError do_abort(Lwip *lwip, const PlanStep *step, LwipConn *conn)
{
    (void)step;
    conn->closes = TRUE;
    conn->unsent = 0;
    lwip_drop_unread(conn);
    lwip_api.tcp_abort(conn->pcb);
    lwip_look(lwip);
    return TCP_OK;
}

typedef TcpError (*Call)(Lwip *lwip, const PlanStep *step, LwipConn *conn);

static const struct {
    Call call;
    gboolean of_connection;
} calls[PLAN_VERB_COUNT] = {
    [PLAN_LISTEN] = {do_listen, FALSE},   [PLAN_ACCEPT] = {do_accept, FALSE},
    [PLAN_CONNECT] = {do_connect, FALSE}, [PLAN_SEND] = {do_send, TRUE},
    [PLAN_READ] = {do_read, TRUE},        [PLAN_SHUTDOWN] = {do_shutdown, TRUE},
    [PLAN_CLOSE] = {do_close, TRUE},      [PLAN_ABORT] = {do_abort, TRUE},
};

/* What an application has closed is no longer its own; what was read before a reset can still be. */
static gboolean is_its_own(const PlanStep *step, const LwipConn *conn)
{
    if (conn == NULL || conn->closes)
        return FALSE;
    return conn->pcb != NULL || (step->verb == PLAN_READ && conn->unread.length > 0);
}

TcpError lwip_call(Lwip *lwip, const PlanStep *step, TcpConnId id)
{
    LwipConn *conn = lab_node_conns_get(&lwip->conns, id);

    if (step->verb == PLAN_CLOSE && id == 0)
        return close_listener(lwip, step->port);
    if (calls[step->verb].of_connection && !is_its_own(step, conn))
        return TCP_ENOTCONN;
    return calls[step->verb].call(lwip, step, conn);
}
