/* lwIP as a node: packets, timers, states. */
#include "stacks/lwip.h"

#include "net/wire.h"
#include "stacks/stacks.h"

enum { IP_AND_TCP_HEADER = 40 };

static Lwip *lwip_of(Stack *stack)
{
    return (Lwip *)(void *)stack;
}

/* ---- Its turn ---- */

/* Nothing comes of a tick but the count of ticks: what waits is kept by timers of these. */
static gboolean waits(const struct tcp_pcb *pcb)
{
    const gboolean is_open = pcb->state == ESTABLISHED || pcb->state == CLOSE_WAIT;

    return !is_open || pcb->unsent != NULL || pcb->unacked != NULL || pcb->ooseq != NULL ||
           pcb->refused_data != NULL || pcb->persist_backoff > 0 ||
           (pcb->flags & (TF_ACK_DELAY | TF_ACK_NOW)) || ip_get_option(pcb, SOF_KEEPALIVE);
}

static gboolean any_waits(void)
{
    gboolean any = (*lwip_api.tcp_tw_pcbs) != NULL;

    for (const struct tcp_pcb *pcb = (*lwip_api.tcp_active_pcbs); pcb != NULL; pcb = pcb->next)
        any = any || waits(pcb);
    return any;
}

/* lwIP src/core/timeouts.c, tcpip_tcp_timer(): it goes on as long as there is a connection. */
static void tick(Lwip *lwip)
{
    lwip->world.now = lwip->world.timer;
    lwip->world.timer = SIM_NEVER;
    lwip_api.tcp_tmr();
    tcp_timer_needed();
}

/* Ticks of which nothing came were left out, so that an idle run can end; they are made up for. */
static void enter(Stack *stack, SimTime now)
{
    Lwip *lwip = lwip_of(stack);

    lwip_world_enter(&lwip->world, now);
    while (lwip->world.timer < now)
        tick(lwip);
    lwip->world.now = now;
}

static void leave(Stack *stack)
{
    Lwip *lwip = lwip_of(stack);

    lwip_look(lwip);
    stack->due = lab_node_due(any_waits() ? lwip->world.timer : SIM_NEVER);
    lwip_world_leave();
}

/* ---- States ---- */

static const TcpState states[] = {
    [CLOSED] = TCP_STATE_CLOSED,           [LISTEN] = TCP_STATE_LISTEN,
    [SYN_SENT] = TCP_STATE_SYN_SENT,       [SYN_RCVD] = TCP_STATE_SYN_RCVD,
    [ESTABLISHED] = TCP_STATE_ESTABLISHED, [FIN_WAIT_1] = TCP_STATE_FIN_WAIT_1,
    [FIN_WAIT_2] = TCP_STATE_FIN_WAIT_2,   [CLOSE_WAIT] = TCP_STATE_CLOSE_WAIT,
    [CLOSING] = TCP_STATE_CLOSING,         [LAST_ACK] = TCP_STATE_LAST_ACK,
    [TIME_WAIT] = TCP_STATE_TIME_WAIT,
};

TcpEnds lwip_ends(const struct tcp_pcb *pcb)
{
    return (TcpEnds){.remote_address = g_ntohl(ip_2_ip4(&pcb->remote_ip)->addr),
                     .local_port = pcb->local_port,
                     .remote_port = pcb->remote_port};
}

LwipConn *lwip_conn_new(Lwip *lwip, const TcpEnds *ends, TcpState from)
{
    LwipConn *conn = (LwipConn *)(void *)stack_conn_new(&lwip->stack, ends, from);

    g_queue_init(&conn->unread);
    return conn;
}

void lwip_lose(LwipConn *conn)
{
    conn->pcb = NULL;
    conn->app.is_gone = TRUE;
}

/* It moved, or is new: then it came of a SYN to a listener. */
static void see(Lwip *lwip, struct tcp_pcb *pcb)
{
    const TcpEnds ends = lwip_ends(pcb);
    LwipConn *conn = lab_node_conns_find(&lwip->stack.conns, &ends);

    if (conn == NULL && pcb->state == SYN_RCVD)
        conn = lwip_conn_new(lwip, &ends, TCP_STATE_LISTEN);
    if (conn == NULL)
        return;
    conn->pcb = pcb;
    lab_node_conns_move(&lwip->stack.conns, &conn->app.seen, states[pcb->state]);
}

static gboolean is_in(const struct tcp_pcb *pcb, const struct tcp_pcb *list)
{
    while (list != NULL && list != pcb)
        list = list->next;
    return list != NULL;
}

static void miss(Lwip *lwip, LwipConn *conn)
{
    LabNodeConn *seen = &conn->app.seen;

    if (conn->pcb == NULL || is_in(conn->pcb, (*lwip_api.tcp_active_pcbs)) ||
        is_in(conn->pcb, (*lwip_api.tcp_tw_pcbs)))
        return;
    if (seen->state == TCP_STATE_CLOSED && is_in(conn->pcb, (*lwip_api.tcp_bound_pcbs)))
        return; /* it is about to connect */
    lwip_lose(conn);
    lab_node_conns_move(&lwip->stack.conns, seen, TCP_STATE_CLOSED);
}

void lwip_look(Lwip *lwip)
{
    const GPtrArray *all = lwip->stack.conns.all;

    if (lwip->stack.is_silent)
        return;
    for (struct tcp_pcb *pcb = (*lwip_api.tcp_active_pcbs); pcb != NULL; pcb = pcb->next)
        see(lwip, pcb);
    for (struct tcp_pcb *pcb = (*lwip_api.tcp_tw_pcbs); pcb != NULL; pcb = pcb->next)
        see(lwip, pcb);
    for (guint i = 0; i < all->len; i++)
        miss(lwip, g_ptr_array_index(all, i));
}

static void status(const StackConn *conn, TcpStatus *out)
{
    const struct tcp_pcb *pcb = ((const LwipConn *)(const void *)conn)->pcb;

    out->rcv_nxt = pcb->rcv_nxt;
    out->snd_wnd = pcb->snd_wnd;
    out->rcv_wnd = pcb->rcv_wnd;
}

/* ---- Packets ---- */

static err_t on_output(struct netif *wire, struct pbuf *packet, const ip4_addr_t *to)
{
    Lwip *lwip = wire->state;
    guint8 bytes[WIRE_PACKET_MAX];

    (void)to;
    lwip_look(lwip);
    if (!lwip->stack.is_silent) {
        u16_t size = lwip_api.pbuf_copy_partial(packet, bytes, packet->tot_len, 0);
        lab_node_conns_send(&lwip->stack.conns, bytes, size);
    }
    return ERR_OK;
}

static void input(Stack *stack, const LabBytes *packet, const Segment *sent)
{
    Lwip *lwip = lwip_of(stack);
    struct pbuf *came = lwip_api.pbuf_alloc(PBUF_RAW, (u16_t)packet->size, PBUF_RAM);

    (void)sent;
    (void)lwip_api.pbuf_take(came, packet->data, (u16_t)packet->size);
    (void)lwip->wire.input(came, &lwip->wire);
}

static void advance(Stack *stack)
{
    tick(lwip_of(stack));
}

/* ---- Power ---- */

static err_t on_wire_init(struct netif *wire)
{
    const Lwip *lwip = wire->state;

    wire->output = on_output;
    wire->mtu = (u16_t)(lwip->stack.plan->config.mss + IP_AND_TCP_HEADER);
    wire->flags = NETIF_FLAG_UP | NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

static void power_on(Stack *stack)
{
    Lwip *lwip = lwip_of(stack);
    ip4_addr_t here, mask, none = {0};

    here.addr =
        g_htonl(lab_address(lab_node_plan(stack->node.host), lab_node_index(stack->node.host)));
    mask.addr = g_htonl(0xff000000); /* all hosts of a plan are neighbours */
    lwip_world_init(&lwip->world);
    lwip_world_enter(&lwip->world, lab_node_now(stack->node.host));
    lwip_api.lwip_init();
    lwip->wire = (struct netif){0};
    (void)lwip_api.netif_add(&lwip->wire, &here, &mask, &none, lwip, on_wire_init,
                             lwip_api.ip_input);
    lwip_api.netif_set_default(&lwip->wire);
    lwip_world_leave();
}

/* Its memory is given back, then its variables are forgotten. */
static void power_off(Stack *stack)
{
    Lwip *lwip = lwip_of(stack);

    lwip_world_enter(&lwip->world, lab_node_now(stack->node.host));
    for (guint i = 0; i < stack->conns.all->len; i++)
        lwip_drop_unread(g_ptr_array_index(stack->conns.all, i));
    while ((*lwip_api.tcp_active_pcbs) != NULL)
        lwip_api.tcp_abort((*lwip_api.tcp_active_pcbs));
    while ((*lwip_api.tcp_tw_pcbs) != NULL)
        lwip_api.tcp_abort((*lwip_api.tcp_tw_pcbs));
    while ((*lwip_api.tcp_bound_pcbs) != NULL)
        lwip_api.tcp_abort((*lwip_api.tcp_bound_pcbs));
    for (guint i = 0; i < stack->listeners->len; i++)
        lwip_unlisten(stack, &g_array_index(stack->listeners, StackListener, i));
    for (guint i = 0; i < stack->conns.all->len; i++)
        lwip_lose(g_ptr_array_index(stack->conns.all, i));
    lwip_world_leave();
    lwip_world_clear(&lwip->world);
}

static void lwip_free(Stack *stack)
{
    g_free(lwip_of(stack));
}

/* ---- Beginning ---- */

static const StackKind lwip_kind = {
    .conn_size = sizeof(LwipConn),
    .enter = enter,
    .leave = leave,
    .input = input,
    .advance = advance,
    .listen = lwip_listen,
    .unlisten = lwip_unlisten,
    .connect = lwip_connect,
    .read = lwip_read,
    .write = lwip_write,
    .abort = lwip_abort,
    .accepted = lwip_accepted,
    .status = status,
    .power_on = power_on,
    .power_off = power_off,
    .free = lwip_free,
};

/* In its first half second lwIP takes no round-trip times, as tick 0 means that none is being taken
 * (src/core/tcp_out.c, rttest): a host that reboots shows it, one that is there from the beginning has
 * been up for a while. */
static void has_been_up(Lwip *lwip)
{
    lwip_world_enter(&lwip->world, lab_node_now(lwip->stack.node.host));
    *lwip_api.tcp_ticks = 1;
    lwip_world_leave();
}

LabNode *lwip_new(LabHost *host, char **trouble)
{
    if (!lwip_load(trouble))
        return NULL;
    Lwip *lwip = g_new0(Lwip, 1);

    stack_init(&lwip->stack, &lwip_kind, host);
    has_been_up(lwip);
    return &lwip->stack.node;
}
