/* The stack that is tested, under its sockets: an endpoint of ours as a node (lab/node.h).
 *
 * It has the address that the script gives it, of which its Fast Open cookies are made; on the lab's wire
 * it is a host like any other.
 */
#include <string.h>

#include "core/random.h"
#include "drill/session.h"

static DrillLocal *local_of(LabNode *node)
{
    return (DrillLocal *)(void *)node;
}

static SimTime now_of(const DrillLocal *local)
{
    return lab_node_now(local->node.host);
}

/* ---- What it says ---- */

static void on_send(void *context, TcpConnId conn, const Segment *segment, const TcpSendNote *note)
{
    DrillLocal *local = context;
    Segment out = *segment;

    out.src_addr = lab_address(local->session->plan, 0);
    out.dst_addr = lab_address(local->session->plan, 1);
    lab_node_sends(local->node.host, conn, &out, NULL, note);
    sockets_sent(local->sockets, now_of(local), conn, segment, note);
    drill_remote_saw(local->session, segment);
}

static void on_state(void *context, TcpConnId conn, TcpState from, TcpState to, TcpReason reason)
{
    DrillLocal *local = context;

    if (conn != 0)
        lab_node_moves(local->node.host, conn, from, to, reason);
    else if (to == TCP_STATE_LISTEN)
        lab_node_listens(local->node.host, local->port, TRUE);
    else
        lab_node_stops_listening(local->node.host, local->port, reason);
}

static void on_timer(void *context, TcpConnId conn, const TcpTimerNote *note)
{
    lab_node_times(((DrillLocal *)context)->node.host, conn, note);
}

static void on_discard(void *context, TcpConnId conn, const Segment *segment, TcpReason reason)
{
    const DrillLocal *local = context;
    Segment seen = *segment;

    seen.src_addr = lab_address(local->session->plan, 1);
    seen.dst_addr = lab_address(local->session->plan, 0);
    lab_node_discards(local->node.host, conn, &seen, reason);
}

static void on_app(void *context, TcpConnId conn, TcpAppEvent event, uint32_t amount,
                   TcpError error)
{
    DrillLocal *local = context;

    lab_node_hears(local->node.host, conn, event, error);
    sockets_app(local->sockets, conn, event, amount, error);
}

static void on_ending(void *context, TcpConnId conn)
{
    DrillLocal *local = context;

    sockets_ending(local->sockets, conn);
    lab_node_forgets(local->node.host, conn);
}

/* What packetdrill calls the two ends. */
static void on_address(void *context, uint32_t address, uint8_t out[ADDRESS_IPV6_BYTES])
{
    const DrillLocal *local = context;
    const DrillSession *session = local->session;

    if (address == session->local_address)
        memcpy(out, session->long_local, ADDRESS_IPV6_BYTES);
    else if (address == session->remote_address)
        memcpy(out, session->long_remote, ADDRESS_IPV6_BYTES);
    else
        address_made_up(address, out);
}

/* ---- What it is told ---- */

static void deliver(LabNode *node, const LabBytes *packet, const Segment *sent)
{
    DrillLocal *local = local_of(node);

    const DrillSession *session = local->session;
    Segment segment = *sent; /* the link spoils nothing */

    (void)packet;
    segment.src_addr = session->remote_address;
    segment.dst_addr = session->local_address;
    sockets_deliver(local->sockets, now_of(local), &segment);
    drill_settle(local->session);
}

static TcpError call(LabNode *node, const PlanStep *step, TcpConnId conn)
{
    (void)node;
    (void)step;
    (void)conn;
    return TCP_EINVAL; /* a script has no such lines */
}

/* The stack's first timer, or the time at which a call has waited long enough. */
static SimDue next_due(LabNode *node)
{
    const DrillLocal *local = local_of(node);
    SimDue timer = tcp_stack_next_due(local->stack);
    SimDue call = lab_node_due(sockets_next_due(local->sockets));

    return sim_due_before(call, timer) ? call : timer;
}

static void advance(LabNode *node)
{
    DrillLocal *local = local_of(node);

    if (tcp_stack_next_due(local->stack).at <= now_of(local))
        tcp_stack_advance(local->stack, now_of(local));
    drill_settle(local->session);
}

static void power(LabNode *node, gboolean up, gboolean forget)
{
    (void)up;
    tcp_stack_crash(local_of(node)->stack, now_of(local_of(node)), forget);
}

/* ---- What it is asked ---- */

static gboolean ends(LabNode *node, TcpConnId conn, TcpEnds *out)
{
    gboolean known = tcp_stack_ends(local_of(node)->stack, conn, out);

    out->remote_address = lab_address(local_of(node)->session->plan, 1);
    return known;
}

static gboolean status(LabNode *node, TcpConnId conn, TcpStatus *out)
{
    return tcp_status(local_of(node)->stack, conn, out);
}

static TcpConnId find(LabNode *node, const TcpEnds *wanted)
{
    const DrillLocal *local = local_of(node);

    return tcp_stack_find(local->stack, wanted->local_port, local->session->remote_address,
                          wanted->remote_port);
}

static TcpConnId newest(LabNode *node)
{
    return tcp_stack_newest(local_of(node)->stack);
}

static TcpHeld held(LabNode *node)
{
    return tcp_stack_held(local_of(node)->stack);
}

/* It lies within its session. */
static void free_nothing(LabNode *node)
{
    (void)node;
}

static const LabNodeKind kind = {
    .free = free_nothing,
    .deliver = deliver,
    .call = call,
    .next_due = next_due,
    .advance = advance,
    .power = power,
    .ends = ends,
    .status = status,
    .find = find,
    .newest = newest,
    .held = held,
};

/* ---- Life ---- */

static SipKey secret_of(guint64 seed)
{
    RandomStream stream;

    random_stream_init(&stream, seed, "host local secret");
    SipKey key;
    key.k0 = random_stream_next(&stream);
    key.k1 = random_stream_next(&stream);
    return key;
}

/* FreeBSD's (tcp(4): net.inet.tcp.sendspace, kern.ipc.maxsockbuf), or Linux's, whose greatest receive
 * buffer is what the window scale was chosen for. */
static void settings_of(const HostConfig *config, SocketSettings *settings)
{
    enum { FIELD_BITS = 15, SENDSPACE = 32768, MAXSOCKBUF = 2 << 20, CORE_MAX_6_18 = 4 << 20 };

    settings->rmem_max = 1U << (config->window_scale + FIELD_BITS);
    if (config->receiver == RECEIVER_LINUX_6_18) /* 6.16 net/core/sock.c */
        settings->core_rmem_max = settings->core_wmem_max = CORE_MAX_6_18;
    if (config->receiver != RECEIVER_BSD)
        return;
    settings->flavour = SOCKET_BSD;
    settings->rmem_default = (guint32)config->window;
    settings->wmem_default = SENDSPACE;
    settings->core_rmem_max = settings->core_wmem_max = MAXSOCKBUF;
}

void drill_local_init(DrillLocal *local, DrillSession *session, LabHost *host)
{
    *local = (DrillLocal){.node = {.kind = &kind, .host = host}, .session = session};
    const TcpSetup setup = {
        .config = &session->config,
        .hooks = {.context = local,
                  .send = on_send,
                  .state = on_state,
                  .timer = on_timer,
                  .discard = on_discard,
                  .app = on_app,
                  .ending = on_ending,
                  .address = on_address},
        .order = lab_node_order(host),
        .address = session->local_address,
        .secret = secret_of(lab_node_seed(host)),
        .stream_space = (guint64)(lab_node_index(host) + 1) << 32,
        .budget = lab_node_budget(host),
    };

    local->stack = tcp_stack_new(&setup);
    local->sockets = sockets_new(local->stack);
    sockets_settings(local->sockets)->arriving_mss = session->arriving_mss;
    session->room.piece = session->arriving_mss;
    tcp_stack_receive_room(local->stack, &session->room);
    settings_of(&session->config, sockets_settings(local->sockets));
}

void drill_local_clear(DrillLocal *local)
{
    sockets_free(local->sockets);
    tcp_stack_free(local->stack);
}
