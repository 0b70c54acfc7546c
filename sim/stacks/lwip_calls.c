/* The script's lines as lwIP's calls, and what lwIP tells.
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

static LwipConn *conn_of(StackConn *conn)
{
    return (LwipConn *)(void *)conn;
}

static Lwip *owner_of(const LwipConn *conn)
{
    return (Lwip *)(void *)conn->app.owner;
}

/* ---- Reading ---- */

void lwip_drop_unread(LwipConn *conn)
{
    struct pbuf *part;

    while ((part = g_queue_pop_head(&conn->unread)) != NULL)
        (void)lwip_api.pbuf_free(part);
    conn->app.kept = 0;
}

/* Up to `most` bytes of the first buffer; it goes when it is empty. */
static gsize take(LwipConn *conn, guint64 most, guint64 *wrong)
{
    struct pbuf *part = g_queue_pop_head(&conn->unread);
    guint8 bytes[CHUNK];
    u16_t count = lwip_api.pbuf_copy_partial(part, bytes, (u16_t)MIN(most, part->tot_len), 0);

    *wrong += stack_reads(&conn->app, bytes, count);
    conn->app.kept -= count;
    part = lwip_api.pbuf_free_header(part, count);
    if (part != NULL)
        g_queue_push_head(&conn->unread, part);
    return count;
}

TcpError lwip_read(StackConn *app, guint64 most)
{
    LwipConn *conn = conn_of(app);
    guint64 got = 0, wrong = 0;

    while (got < most && !g_queue_is_empty(&conn->unread))
        got += take(conn, most - got, &wrong);
    if (got > 0)
        lab_node_tells(app->owner->node.host, app->seen.id, TRACE_APP_READ, got, wrong, TCP_OK);
    for (guint64 left = got; left > 0 && conn->pcb != NULL; left -= MIN(left, CHUNK))
        lwip_api.tcp_recved(conn->pcb, (u16_t)MIN(left, CHUNK));
    return got > 0 || app->has_eof ? TCP_OK : TCP_EAGAIN;
}

static void read_what_is_there(LwipConn *conn)
{
    if (conn->app.is_held && lab_node_reads(conn->app.owner->node.host) && conn->app.kept > 0)
        (void)lwip_read(&conn->app, G_MAXUINT64);
}

void lwip_accepted(StackConn *conn)
{
    read_what_is_there(conn_of(conn));
}

/* ---- Writing ---- */

/* FALSE: no more fits, or nobody takes it. */
static gboolean write_some(LwipConn *conn)
{
    struct tcp_pcb *pcb = conn->pcb;
    guint8 bytes[CHUNK];
    u16_t count = (u16_t)MIN(MIN(conn->app.unsent, tcp_sndbuf(pcb)), sizeof bytes);
    u8_t more = conn->app.unsent > count ? TCP_WRITE_FLAG_MORE : 0;

    if (count == 0)
        return FALSE;
    stack_next_bytes(&conn->app, bytes, count);
    if (lwip_api.tcp_write(pcb, bytes, count, TCP_WRITE_FLAG_COPY | more) != ERR_OK)
        return FALSE;
    stack_took(&conn->app, count);
    return TRUE;
}

/* The ends that were asked for. */
static void end(LwipConn *conn)
{
    struct tcp_pcb *pcb = conn->pcb;

    if (conn->app.closes) {
        lwip_drop_unread(conn); /* of which lwIP knows by its window: it resets instead */
        (void)lwip_api.tcp_close(pcb);
    } else if (conn->app.shuts_down && !conn->is_shut) {
        conn->is_shut = TRUE;
        (void)lwip_api.tcp_shutdown(pcb, 0, 1);
    }
    lwip_look(owner_of(conn));
}

void lwip_write(StackConn *app)
{
    LwipConn *conn = conn_of(app);

    while (app->unsent > 0 && write_some(conn))
        ;
    (void)lwip_api.tcp_output(conn->pcb);
    if (app->unsent == 0 && (app->closes || app->shuts_down))
        end(conn);
}

void lwip_abort(StackConn *app)
{
    LwipConn *conn = conn_of(app);

    lwip_drop_unread(conn);
    lwip_api.tcp_abort(conn->pcb);
    lwip_look(owner_of(conn));
}

/* ---- What lwIP tells ---- */

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t count)
{
    LwipConn *conn = arg;

    (void)count;
    conn->pcb = pcb;
    if (conn->app.unsent > 0)
        lwip_write(&conn->app);
    return ERR_OK;
}

static err_t on_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *came, err_t error)
{
    LwipConn *conn = arg;

    (void)error;
    conn->pcb = pcb;
    lwip_look(owner_of(conn));
    if (came != NULL) {
        g_queue_push_tail(&conn->unread, came);
        conn->app.kept += came->tot_len;
        read_what_is_there(conn);
    } else {
        stack_ended(&conn->app);
    }
    return ERR_OK;
}

/* lwIP has dropped it already.  A reset that answers a SYN is a refusal, by its sockets, too
 * (src/api/err.c has but one word for both). */
static void on_err(void *arg, err_t error)
{
    LwipConn *conn = arg;
    Lwip *lwip = owner_of(conn);
    gboolean is_opening = conn->app.seen.state == TCP_STATE_SYN_SENT;

    lwip_lose(conn);
    if (lwip->stack.is_silent)
        return;
    lab_node_conns_move(&lwip->stack.conns, &conn->app.seen, TCP_STATE_CLOSED);
    if (error == ERR_CLSD || conn->app.closes || (!conn->app.is_held && !is_opening))
        return;
    stack_tells(&conn->app, TRACE_APP_ERROR,
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

    (void)pcb;
    (void)error;
    lwip_look(owner_of(conn));
    stack_connected(&conn->app);
    if (conn->app.unsent > 0 || conn->app.closes || conn->app.shuts_down)
        lwip_write(&conn->app);
    return ERR_OK;
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    Lwip *lwip = arg;
    const TcpEnds ends = lwip_ends(pcb);

    (void)error;
    lwip_look(lwip);
    LwipConn *conn = lab_node_conns_find(&lwip->stack.conns, &ends);
    attend(conn, pcb);
    stack_arrived(&conn->app);
    return ERR_OK;
}

/* ---- The host's calls ---- */

/* As servers and careful clients make them: a port in TIME-WAIT may be bound. */
static struct tcp_pcb *new_pcb(const Lwip *lwip)
{
    struct tcp_pcb *pcb = lwip_api.tcp_new();
    const HostConfig *config = &lwip->stack.plan->config;

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

TcpError lwip_listen(Stack *stack, const PlanStep *step, StackListener *listener)
{
    if (step->fast_open)
        return TCP_EINVAL; /* lwIP has none */
    Lwip *lwip = (Lwip *)(void *)stack;
    struct tcp_pcb *pcb = new_pcb(lwip);
    err_t error = lwip_api.tcp_bind(pcb, &anywhere, step->port);
    u8_t backlog = (u8_t)MIN(step->backlog, G_MAXUINT8); /* which Debian's lwIP does not look at */
    struct tcp_pcb *listening =
        error == ERR_OK ? lwip_api.tcp_listen_with_backlog_and_err(pcb, backlog, &error) : NULL;

    if (listening == NULL) {
        lwip_api.tcp_abort(pcb);
        return error_of(error);
    }
    lwip_api.tcp_arg(listening, lwip);
    lwip_api.tcp_accept(listening, on_accept);
    listener->own = listening;
    return TCP_OK;
}

void lwip_unlisten(Stack *stack, const StackListener *listener)
{
    (void)stack;
    (void)lwip_api.tcp_close(listener->own);
}

/* The next free one, or the one that is wanted. */
static err_t bind_port(Stack *stack, struct tcp_pcb *pcb, guint16 wanted)
{
    err_t error = ERR_USE;

    if (wanted != 0)
        return lwip_api.tcp_bind(pcb, &anywhere, wanted);
    for (guint tried = 0; tried < G_MAXUINT16 && error == ERR_USE; tried++)
        error = lwip_api.tcp_bind(pcb, &anywhere, stack_next_port(stack));
    return error;
}

TcpError lwip_connect(Stack *stack, const PlanStep *step)
{
    if (step->fast_open)
        return TCP_EINVAL; /* lwIP has none */
    Lwip *lwip = (Lwip *)(void *)stack;
    struct tcp_pcb *pcb = new_pcb(lwip);
    err_t error = bind_port(stack, pcb, step->from_port);
    guint32 address = lab_address(lab_node_plan(stack->node.host), step->peer);
    ip_addr_t there = IPADDR4_INIT(g_htonl(address));

    if (error != ERR_OK) {
        lwip_api.tcp_abort(pcb);
        return error_of(error);
    }
    const TcpEnds ends = {
        .local_port = pcb->local_port, .remote_address = address, .remote_port = step->port};
    attend(lwip_conn_new(lwip, &ends, TCP_STATE_CLOSED), pcb);
    error = lwip_api.tcp_connect(pcb, &there, step->port, on_connected);
    if (error != ERR_OK)
        lwip_api.tcp_abort(pcb);
    return error_of(error);
}
