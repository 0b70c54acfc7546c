/* One host: packets in and out, and the states that its kernel tells. */
#include "live/kernel.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "live/settings.h"
#include "live/states.h"
#include "net/wire.h"

/* ---- Connections ---- */

static guint ends_hash(gconstpointer key)
{
    const TcpEnds *ends = key;

    return (ends->remote_address * 31 + ends->remote_port) * 31 + ends->local_port;
}

static gboolean ends_equal(gconstpointer a, gconstpointer b)
{
    const TcpEnds *one = a, *other = b;

    return one->remote_address == other->remote_address && one->local_port == other->local_port &&
           one->remote_port == other->remote_port;
}

KernelConn *kernel_conn(const Kernel *kernel, TcpConnId id)
{
    return id > 0 && id <= kernel->conns->len ? g_ptr_array_index(kernel->conns, id - 1) : NULL;
}

KernelConn *kernel_find(const Kernel *kernel, const TcpEnds *ends)
{
    return g_hash_table_lookup(kernel->by_ends, ends);
}

KernelConn *kernel_add(Kernel *kernel, const TcpEnds *ends, TcpState from)
{
    KernelConn *conn = g_new0(KernelConn, 1);

    conn->ends = *ends;
    conn->state = from;
    conn->socket = NO_SOCKET;
    g_ptr_array_add(kernel->conns, conn);
    conn->id = kernel->conns->len;
    g_hash_table_replace(kernel->by_ends, &conn->ends, conn);
    return conn;
}

static void conn_free(gpointer data)
{
    KernelConn *conn = data;

    if (conn->socket != NO_SOCKET)
        close(conn->socket);
    g_free(conn);
}

void kernel_watch(Kernel *kernel, int socket)
{
    struct epoll_event wanted = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                                 .data.ptr = kernel};
    int done = epoll_ctl(kernel->epoll, EPOLL_CTL_ADD, socket, &wanted);

    g_assert(done == 0);
}

/* ---- States ---- */

static void move(Kernel *kernel, KernelConn *conn, TcpState to)
{
    TcpState from = conn->state;

    conn->state = to;
    lab_node_moves_on(kernel->node.host, conn->id, from, to);
}

static gboolean is_over(const KernelConn *conn)
{
    return conn->state == TCP_STATE_CLOSED;
}

/* The kernel tells of it: a new one, or one that may have moved. */
static void see(Kernel *kernel, const LiveState *told)
{
    KernelConn *conn = kernel_find(kernel, &told->ends);

    if (conn == NULL)
        conn = kernel_add(kernel, &told->ends, TCP_STATE_LISTEN);
    if (conn->state != told->state)
        move(kernel, conn, told->state);
}

static gboolean is_told(const GArray *told, const TcpEnds *ends)
{
    for (guint i = 0; i < told->len; i++) {
        if (ends_equal(&g_array_index(told, LiveState, i).ends, ends))
            return TRUE;
    }
    return FALSE;
}

/* Of what it tells no more, nothing is left. */
static void miss(Kernel *kernel)
{
    for (guint i = 0; i < kernel->conns->len; i++) {
        KernelConn *conn = g_ptr_array_index(kernel->conns, i);
        if (is_over(conn) || is_told(kernel->told, &conn->ends))
            continue;
        move(kernel, conn, TCP_STATE_CLOSED);
        if (kernel_find(kernel, &conn->ends) == conn)
            g_hash_table_remove(kernel->by_ends, &conn->ends);
    }
}

/* For so long a kernel may still have something in mind of which sock_diag does not tell: a delayed
 * ACK (200 ms at most), a compressed one. */
static const SimTime afterthought = 300 * SIM_MILLISECOND;

/* So much later than a timer it is looked whether it has fired: the kernel handles both at a tick. */
static const SimTime after_the_tick = SIM_MICROSECOND;

/* When the connection's timer will have fired.  The kernel tells how long it still runs, to the tick: what
 * runs out at another time than before has been armed anew. */
static SimTime timer_of(const Kernel *kernel, KernelConn *conn, const LiveState *told, SimTime now)
{
    SimTime tick = kernel->ticks->length, expires = now + told->expires;

    if (told->expires > 0 && ABS(expires - conn->expires) > tick) {
        conn->expires = expires;
        conn->length = told->expires;
    }
    SimTime fires = ticks_fire(kernel->ticks, conn->expires, conn->length) + after_the_tick;
    return MAX(fires, now + tick); /* it is late: at every tick */
}

/* Timers of which no packet will tell end at a look. */
static void plan_look(Kernel *kernel)
{
    SimTime now = lab_node_now(kernel->node.host), first = SIM_NEVER;

    if (kernel->told->len > 0 && now < kernel->active + afterthought)
        first = kernel->active + afterthought;
    for (guint i = 0; i < kernel->told->len; i++) {
        const LiveState *told = &g_array_index(kernel->told, LiveState, i);
        if (told->has_timer)
            first = MIN(first, timer_of(kernel, kernel_find(kernel, &told->ends), told, now));
    }
    kernel->look = first;
}

static void look(Kernel *kernel)
{
    gboolean good = states_read(&kernel->space, kernel->told);

    g_assert(good); /* it is our own namespace */
    for (guint i = 0; i < kernel->told->len; i++)
        see(kernel, &g_array_index(kernel->told, LiveState, i));
    miss(kernel);
    plan_look(kernel);
}

/* ---- What it sends ---- */

/* Where its bytes stand in what the application wrote: then they need not be carried. */
static Payload payload_of(Kernel *kernel, const KernelConn *conn, const Segment *segment,
                          const guint8 *bytes)
{
    if (conn != NULL && conn->has_iss) {
        guint32 first = segment->seq - conn->iss - 1;
        Payload payload = {lab_node_stream(kernel->node.host, conn->id), first};
        gboolean is_ours = TRUE;
        for (guint i = 0; i < segment->length && is_ours; i++)
            is_ours = bytes[i] == payload_byte(payload.stream, payload.offset + i);
        if (is_ours)
            return payload;
    }
    return lab_node_strange_payload(kernel->node.host);
}

/* What the connection has shown of itself. */
static void learn_from_sent(KernelConn *conn, const Segment *segment)
{
    Seq end = segment->seq + segment_seq_length(segment);

    if (segment->flags & TCP_RST)
        return;
    if ((segment->flags & TCP_SYN) && !conn->has_iss) {
        conn->has_iss = TRUE;
        conn->iss = conn->snd_una = conn->snd_nxt = segment->seq;
    }
    if (seq_lt(conn->snd_nxt, end))
        conn->snd_nxt = end;
    if (segment->flags & TCP_ACK)
        conn->rcv_nxt = segment->ack;
}

static void learn_from_arrived(KernelConn *conn, const Segment *segment)
{
    if ((segment->flags & TCP_SYN) && !conn->has_irs) {
        conn->has_irs = TRUE;
        conn->irs = segment->seq;
    }
    if ((segment->flags & TCP_ACK) && seq_lt(conn->snd_una, segment->ack) &&
        seq_le(segment->ack, conn->snd_nxt))
        conn->snd_una = segment->ack;
}

static void pass_on(Kernel *kernel, const guint8 *bytes, gsize size)
{
    Segment segment;
    const guint8 *payload;

    if (wire_decode(bytes, size, &segment, &payload) != WIRE_OK)
        return; /* not TCP: a kernel may say this and that */
    const TcpEnds ends = {.local_port = segment.src_port,
                          .remote_address = segment.dst_addr,
                          .remote_port = segment.dst_port};
    KernelConn *conn = kernel_find(kernel, &ends);

    if (conn != NULL)
        learn_from_sent(conn, &segment);
    if (segment.length > 0)
        segment.payload = payload_of(kernel, conn, &segment, payload);
    const TcpSendNote note = {.retry = repeats_count(kernel->repeats, &segment)};
    lab_node_sends(kernel->node.host, conn != NULL ? conn->id : 0, &segment,
                   &(LabBytes){bytes, size}, &note);
}

static gboolean drain(Kernel *kernel)
{
    guint8 bytes[WIRE_PACKET_MAX];
    gboolean any = FALSE;
    ssize_t size;

    while ((size = read(kernel->space.tun, bytes, sizeof bytes)) > 0) {
        pass_on(kernel, bytes, (gsize)size);
        any = TRUE;
    }
    return any;
}

/* A connection moves before it says so; what an application then does can move it again. */
void kernel_settle(Kernel *kernel)
{
    gboolean any, sent;

    if (kernel->space.net == SPACE_NONE)
        return; /* it is down */
    do {
        look(kernel);
        sent = drain(kernel);
        any = kernel_serve(kernel);
        if (any || sent)
            kernel->active = lab_node_now(kernel->node.host);
    } while (any);
}

/* ---- The node ---- */

static Kernel *kernel_of(LabNode *node)
{
    return (Kernel *)(void *)node;
}

static void deliver(LabNode *node, const LabBytes *packet, const Segment *sent)
{
    Kernel *kernel = kernel_of(node);

    if (sent != NULL) {
        const TcpEnds ends = {.local_port = sent->dst_port,
                              .remote_address = sent->src_addr,
                              .remote_port = sent->src_port};
        KernelConn *conn = kernel_find(kernel, &ends);
        if (conn != NULL)
            learn_from_arrived(conn, sent);
    }
    (void)!write(kernel->space.tun, packet->data, packet->size);
    kernel_settle(kernel);
}

static TcpError call(LabNode *node, const PlanStep *step, TcpConnId conn)
{
    Kernel *kernel = kernel_of(node);
    TcpError error = kernel_call(kernel, step, conn);

    kernel_settle(kernel);
    return error;
}

static SimDue next_due(LabNode *node)
{
    return lab_node_due(kernel_of(node)->look);
}

static void advance(LabNode *node)
{
    kernel_settle(kernel_of(node));
}

/* ---- Power ---- */

static gboolean open_space(Kernel *kernel, char **trouble)
{
    guint32 address = lab_address(lab_node_index(kernel->node.host));

    if (!space_open(&kernel->space, address, settings_mtu(kernel->plan), trouble) ||
        !settings_apply(kernel->plan, kernel->lenient, trouble))
        return FALSE;
    kernel_watch(kernel, kernel->space.tun);
    return TRUE;
}

/* The device has gone first: nobody hears of their end. */
static void end_all(Kernel *kernel)
{
    while (kernel->listeners->len > 0) {
        KernelListener last =
            g_array_index(kernel->listeners, KernelListener, kernel->listeners->len - 1);
        g_array_set_size(kernel->listeners, kernel->listeners->len - 1);
        close(last.socket);
        lab_node_stops_listening(kernel->node.host, last.port, TCP_REASON_CRASHED);
    }
    for (guint i = 0; i < kernel->conns->len; i++) {
        KernelConn *conn = g_ptr_array_index(kernel->conns, i);
        TcpState from = conn->state;
        if (conn->socket != NO_SOCKET)
            close(conn->socket);
        conn->socket = NO_SOCKET;
        conn->state = TCP_STATE_CLOSED;
        if (from != TCP_STATE_CLOSED)
            lab_node_moves(kernel->node.host, conn->id, from, TCP_STATE_CLOSED, TCP_REASON_CRASHED);
    }
    g_hash_table_remove_all(kernel->by_ends);
    kernel->look = SIM_NEVER;
}

/* A crashed host's namespace goes with all that is in it; a reboot is a new one. */
static void power(LabNode *node, gboolean up, gboolean forget)
{
    Kernel *kernel = kernel_of(node);
    g_autofree char *trouble = NULL;

    (void)forget; /* a namespace has nothing to remember numbers by */
    space_close(&kernel->space);
    end_all(kernel);
    if (up && !open_space(kernel, &trouble))
        g_error("%s", trouble);
}

/* ---- Asked ---- */

static gboolean ends(LabNode *node, TcpConnId id, TcpEnds *out)
{
    const KernelConn *conn = kernel_conn(kernel_of(node), id);

    if (conn != NULL)
        *out = conn->ends;
    return conn != NULL;
}

static gboolean status(LabNode *node, TcpConnId id, TcpStatus *out)
{
    const KernelConn *conn = kernel_conn(kernel_of(node), id);

    if (conn == NULL)
        return FALSE;
    *out = (TcpStatus){.state = conn->state,
                       .remote_address = conn->ends.remote_address,
                       .local_port = conn->ends.local_port,
                       .remote_port = conn->ends.remote_port,
                       .iss = conn->iss,
                       .irs = conn->irs,
                       .snd_una = conn->snd_una,
                       .snd_nxt = conn->snd_nxt,
                       .rcv_nxt = conn->rcv_nxt,
                       .stream = lab_node_stream(node->host, id)};
    return TRUE;
}

static TcpConnId find(LabNode *node, const TcpEnds *wanted)
{
    const KernelConn *conn = kernel_find(kernel_of(node), wanted);

    return conn != NULL ? conn->id : 0;
}

static TcpConnId newest(LabNode *node)
{
    return kernel_of(node)->conns->len;
}

static void kernel_free(LabNode *node)
{
    Kernel *kernel = kernel_of(node);

    space_close(&kernel->space);
    for (guint i = 0; i < kernel->listeners->len; i++)
        close(g_array_index(kernel->listeners, KernelListener, i).socket);
    g_array_unref(kernel->listeners);
    g_array_unref(kernel->told);
    g_hash_table_unref(kernel->by_ends);
    g_ptr_array_unref(kernel->conns);
    repeats_free(kernel->repeats);
    g_free(kernel);
}

static const LabNodeKind kernel_kind = {
    .free = kernel_free,
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

Kernel *kernel_new(LabHost *host, gboolean lenient, int epoll, const Ticks *ticks, char **trouble)
{
    guint index = lab_node_index(host);
    Kernel *kernel = g_new0(Kernel, 1);

    kernel->node = (LabNode){&kernel_kind, host};
    kernel->plan = &g_array_index(lab_node_plan(host)->hosts, PlanHost, index);
    kernel->lenient = lenient;
    kernel->epoll = epoll;
    kernel->ticks = ticks;
    kernel->conns = g_ptr_array_new_with_free_func(conn_free);
    kernel->by_ends = g_hash_table_new(ends_hash, ends_equal);
    kernel->listeners = g_array_new(FALSE, FALSE, sizeof(KernelListener));
    kernel->told = g_array_new(FALSE, FALSE, sizeof(LiveState));
    kernel->repeats = repeats_new();
    kernel->look = SIM_NEVER;
    if (open_space(kernel, trouble))
        return kernel;
    kernel_free(&kernel->node);
    return NULL;
}
