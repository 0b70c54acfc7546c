/* lwIP as a node: packets, timers, states. */
#include "stacks/lwip.h"

#include "net/wire.h"
#include "stacks/stacks.h"

enum { IP_AND_TCP_HEADER = 40, FIRST_PORT = 40000 };

static Lwip *lwip_of(LabNode *node)
{
    return (Lwip *)(void *)node;
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
static void enter(Lwip *lwip)
{
    SimTime now = lab_node_now(lwip->node.host);

    lwip_world_enter(&lwip->world, now);
    while (lwip->world.timer < now)
        tick(lwip);
    lwip->world.now = now;
}

static void leave(Lwip *lwip)
{
    lwip_look(lwip);
    lwip->is_idle = !any_waits();
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
    LwipConn *conn = lab_node_conns_add(&lwip->conns, ends, from);

    g_queue_init(&conn->unread);
    conn->owner = lwip;
    return conn;
}

/* It moved, or is new: then it came of a SYN to a listener. */
static void see(Lwip *lwip, struct tcp_pcb *pcb)
{
    const TcpEnds ends = lwip_ends(pcb);
    LwipConn *conn = lab_node_conns_find(&lwip->conns, &ends);

    if (conn == NULL && pcb->state == SYN_RCVD)
        conn = lwip_conn_new(lwip, &ends, TCP_STATE_LISTEN);
    if (conn == NULL)
        return;
    conn->pcb = pcb;
    lab_node_conns_move(&lwip->conns, &conn->seen, states[pcb->state]);
}

static gboolean is_in(const struct tcp_pcb *pcb, const struct tcp_pcb *list)
{
    while (list != NULL && list != pcb)
        list = list->next;
    return list != NULL;
}

static void miss(Lwip *lwip, LwipConn *conn)
{
    if (conn->pcb == NULL || is_in(conn->pcb, (*lwip_api.tcp_active_pcbs)) ||
        is_in(conn->pcb, (*lwip_api.tcp_tw_pcbs)))
        return;
    if (conn->seen.state == TCP_STATE_CLOSED && is_in(conn->pcb, (*lwip_api.tcp_bound_pcbs)))
        return; /* it is about to connect */
    conn->pcb = NULL;
    lab_node_conns_move(&lwip->conns, &conn->seen, TCP_STATE_CLOSED);
}

void lwip_look(Lwip *lwip)
{
    if (lwip->is_silent)
        return;
    for (struct tcp_pcb *pcb = (*lwip_api.tcp_active_pcbs); pcb != NULL; pcb = pcb->next)
        see(lwip, pcb);
    for (struct tcp_pcb *pcb = (*lwip_api.tcp_tw_pcbs); pcb != NULL; pcb = pcb->next)
        see(lwip, pcb);
    for (guint i = 0; i < lwip->conns.all->len; i++)
        miss(lwip, g_ptr_array_index(lwip->conns.all, i));
}

/* ---- Packets ---- */

static err_t on_output(struct netif *wire, struct pbuf *packet, const ip4_addr_t *to)
{
    Lwip *lwip = wire->state;
    guint8 bytes[WIRE_PACKET_MAX];

    (void)to;
    lwip_look(lwip);
    if (!lwip->is_silent) {
        u16_t size = lwip_api.pbuf_copy_partial(packet, bytes, packet->tot_len, 0);
        lab_node_conns_send(&lwip->conns, bytes, size);
    }
    return ERR_OK;
}

static void deliver(LabNode *node, const LabBytes *packet, const Segment *sent)
{
    Lwip *lwip = lwip_of(node);

    enter(lwip);
    lab_node_conns_arrived(&lwip->conns, sent);
    struct pbuf *came = lwip_api.pbuf_alloc(PBUF_RAW, (u16_t)packet->size, PBUF_RAM);
    (void)lwip_api.pbuf_take(came, packet->data, (u16_t)packet->size);
    (void)lwip->wire.input(came, &lwip->wire);
    leave(lwip);
}

/* ---- Time ---- */

static SimDue next_due(LabNode *node)
{
    const Lwip *lwip = lwip_of(node);

    return lab_node_due(lwip->is_idle ? SIM_NEVER : lwip->world.timer);
}

static void advance(LabNode *node)
{
    Lwip *lwip = lwip_of(node);

    enter(lwip);
    tick(lwip);
    leave(lwip);
}

static TcpError call(LabNode *node, const PlanStep *step, TcpConnId conn)
{
    Lwip *lwip = lwip_of(node);

    enter(lwip);
    TcpError error = lwip_call(lwip, step, conn);
    leave(lwip);
    return error;
}

/* ---- Power ---- */

static err_t on_wire_init(struct netif *wire)
{
    const Lwip *lwip = wire->state;

    wire->output = on_output;
    wire->mtu = (u16_t)(lwip->plan->config.mss + IP_AND_TCP_HEADER);
    wire->flags = NETIF_FLAG_UP | NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

static void power_on(Lwip *lwip)
{
    ip4_addr_t here, mask, none = {0};

    here.addr = g_htonl(lab_address(lab_node_index(lwip->node.host)));
    mask.addr = g_htonl(0xff000000); /* all hosts of a plan are neighbours */
    lwip_world_init(&lwip->world);
    lwip_world_enter(&lwip->world, lab_node_now(lwip->node.host));
    lwip_api.lwip_init();
    lwip->wire = (struct netif){0};
    (void)lwip_api.netif_add(&lwip->wire, &here, &mask, &none, lwip, on_wire_init,
                             lwip_api.ip_input);
    lwip_api.netif_set_default(&lwip->wire);
    lwip->next_port = FIRST_PORT;
    lwip->is_silent = FALSE;
    lwip_world_leave();
}

/* Without a word to anybody: its memory is given back, then its variables are forgotten. */
static void power_off(Lwip *lwip)
{
    lwip->is_silent = TRUE;
    lwip_world_enter(&lwip->world, lab_node_now(lwip->node.host));
    for (guint i = 0; i < lwip->conns.all->len; i++)
        lwip_drop_unread(g_ptr_array_index(lwip->conns.all, i));
    while ((*lwip_api.tcp_active_pcbs) != NULL)
        lwip_api.tcp_abort((*lwip_api.tcp_active_pcbs));
    while ((*lwip_api.tcp_tw_pcbs) != NULL)
        lwip_api.tcp_abort((*lwip_api.tcp_tw_pcbs));
    while ((*lwip_api.tcp_bound_pcbs) != NULL)
        lwip_api.tcp_abort((*lwip_api.tcp_bound_pcbs));
    for (guint i = 0; i < lwip->listeners->len; i++)
        (void)lwip_api.tcp_close(g_array_index(lwip->listeners, LwipListener, i).pcb);
    lwip_world_leave();
    lwip_world_clear(&lwip->world);
}

static void tell_crash(Lwip *lwip)
{
    LabHost *host = lwip->node.host;

    for (guint i = lwip->listeners->len; i > 0; i--)
        lab_node_stops_listening(host, g_array_index(lwip->listeners, LwipListener, i - 1).port,
                                 TCP_REASON_CRASHED);
    g_array_set_size(lwip->listeners, 0);
    for (guint i = 0; i < lwip->conns.all->len; i++)
        ((LwipConn *)g_ptr_array_index(lwip->conns.all, i))->pcb = NULL;
    lab_node_conns_crash(&lwip->conns);
}

/* lwIP has no memory that outlives power: with or without `forget`, numbers begin anew. */
static void power(LabNode *node, gboolean up, gboolean forget)
{
    Lwip *lwip = lwip_of(node);

    (void)forget;
    if (!lwip->is_silent) {
        power_off(lwip);
        tell_crash(lwip);
    }
    lwip->world.timer = SIM_NEVER;
    if (up)
        power_on(lwip);
}

/* ---- Asked ---- */

static gboolean ends(LabNode *node, TcpConnId id, TcpEnds *out)
{
    return lab_node_conns_ends(&lwip_of(node)->conns, id, out);
}

static gboolean status(LabNode *node, TcpConnId id, TcpStatus *out)
{
    const LabNodeConns *conns = &lwip_of(node)->conns;
    const LwipConn *conn = lab_node_conns_get(conns, id);

    if (!lab_node_conns_status(conns, id, out))
        return FALSE;
    out->accepted = conn->is_held;
    if (conn->pcb != NULL) {
        out->rcv_nxt = conn->pcb->rcv_nxt;
        out->snd_wnd = conn->pcb->snd_wnd;
        out->rcv_wnd = conn->pcb->rcv_wnd;
    }
    return TRUE;
}

static TcpConnId find(LabNode *node, const TcpEnds *wanted)
{
    return lab_node_conns_id(&lwip_of(node)->conns, wanted);
}

static TcpConnId newest(LabNode *node)
{
    return lwip_of(node)->conns.all->len;
}

static void lwip_free(LabNode *node)
{
    Lwip *lwip = lwip_of(node);

    if (!lwip->is_silent)
        power_off(lwip);
    lab_node_conns_clear(&lwip->conns);
    g_array_unref(lwip->listeners);
    g_free(lwip);
}

static const LabNodeKind lwip_kind = {
    .free = lwip_free,
    .deliver = deliver,
    .call = call,
    .next_due = next_due,
    .advance = advance,
    .power = power,
    .ends = ends,
    .status = status,
    .find = find,
    .newest = newest,
};

/* In its first half second lwIP takes no round-trip times, as tick 0 means that none is being taken
 * (src/core/tcp_out.c, rttest): a host that reboots shows it, one that is there from the beginning has
 * been up for a while. */
static void has_been_up(Lwip *lwip)
{
    lwip_world_enter(&lwip->world, lab_node_now(lwip->node.host));
    *lwip_api.tcp_ticks = 1;
    lwip_world_leave();
}

LabNode *lwip_new(LabHost *host, char **trouble)
{
    if (!lwip_load(trouble))
        return NULL;
    Lwip *lwip = g_new0(Lwip, 1);

    lwip->node = (LabNode){&lwip_kind, host};
    lwip->plan = &g_array_index(lab_node_plan(host)->hosts, PlanHost, lab_node_index(host));
    lwip->listeners = g_array_new(FALSE, FALSE, sizeof(LwipListener));
    lab_node_conns_init(&lwip->conns, host, sizeof(LwipConn), g_free);
    power_on(lwip);
    has_been_up(lwip);
    return &lwip->node;
}
