/* One host: packets in and out, and the states that its kernel tells. */
#include "live/kernel.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "live/orphans.h"
#include "live/settings.h"
#include "live/states.h"
#include "net/wire.h"

/* ---- Connections ---- */

KernelConn *kernel_conn(const Kernel *kernel, TcpConnId id)
{
    return lab_node_conns_get(&kernel->conns, id);
}

KernelConn *kernel_find(const Kernel *kernel, const TcpEnds *ends)
{
    return lab_node_conns_find(&kernel->conns, ends);
}

KernelConn *kernel_add(Kernel *kernel, const TcpEnds *ends, TcpState from)
{
    KernelConn *conn = lab_node_conns_add(&kernel->conns, ends, from);

    conn->socket = NO_SOCKET;
    return conn;
}

static void let_go(KernelConn *conn)
{
    if (conn->socket != NO_SOCKET)
        close(conn->socket);
    conn->socket = NO_SOCKET;
}

static void conn_free(gpointer data)
{
    let_go(data);
    g_free(data);
}

void kernel_fails(Kernel *kernel, const char *what)
{
    lab_node_fails(kernel->node.host,
                   g_strdup_printf("%s: %s: %s", kernel->plan->name, what, g_strerror(errno)));
}

/* Each change is told once: what is there then is taken to its end. */
static gboolean watch(Kernel *kernel, int how, int file, guint32 events)
{
    struct epoll_event wanted = {.events = events | EPOLLET, .data.ptr = &kernel->node};

    if (epoll_ctl(kernel->epoll, how, file, &wanted) == 0)
        return TRUE;
    kernel_fails(kernel, "waiting for a socket");
    return FALSE;
}

gboolean kernel_watch(Kernel *kernel, int file)
{
    return watch(kernel, EPOLL_CTL_ADD, file, EPOLLIN | EPOLLRDHUP);
}

gboolean kernel_watch_room(Kernel *kernel, KernelConn *conn, gboolean wants_room)
{
    if (conn->wants_room == wants_room)
        return TRUE;
    conn->wants_room = wants_room;
    return watch(kernel, EPOLL_CTL_MOD, conn->socket,
                 EPOLLIN | EPOLLRDHUP | (wants_room ? EPOLLOUT : 0));
}

/* ---- States ---- */

/* The kernel tells of it: a new one, or one that may have moved. */
static void see(Kernel *kernel, const LiveState *told)
{
    KernelConn *conn = kernel_find(kernel, &told->ends);

    if (conn == NULL)
        conn = kernel_add(kernel, &told->ends, TCP_STATE_LISTEN);
    lab_node_conns_move(&kernel->conns, &conn->seen, told->state);
}

static gboolean is_told(const GArray *told, const TcpEnds *ends)
{
    for (guint i = 0; i < told->len; i++) {
        if (memcmp(&g_array_index(told, LiveState, i).ends, ends, sizeof *ends) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Of what it tells no more, nothing is left; nor of one whose four-tuple is another's by now. */
static void miss(Kernel *kernel)
{
    for (guint id = 1; id <= kernel->conns.all->len; id++) {
        KernelConn *conn = kernel_conn(kernel, id);

        if (conn->seen.state != TCP_STATE_CLOSED &&
            (kernel_find(kernel, &conn->seen.ends) != conn ||
             !is_told(kernel->told, &conn->seen.ends)))
            lab_node_conns_move(&kernel->conns, &conn->seen, TCP_STATE_CLOSED);
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

/* FALSE: it tells nothing, and the run has failed. */
static gboolean look(Kernel *kernel)
{
    if (!states_read(&kernel->space, kernel->told)) {
        kernel_fails(kernel, "the states of its connections (CONFIG_INET_TCP_DIAG, tcp_diag)");
        return FALSE;
    }
    for (guint i = 0; i < kernel->told->len; i++)
        see(kernel, &g_array_index(kernel->told, LiveState, i));
    miss(kernel);
    return TRUE;
}

/* ---- What it sends ---- */

static void drain(Kernel *kernel)
{
    guint8 bytes[WIRE_PACKET_MAX];
    ssize_t size;

    while ((size = read(kernel->space.tun, bytes, sizeof bytes)) > 0)
        lab_node_conns_send(&kernel->conns, bytes, (gsize)size);
    if (size < 0 && errno != EAGAIN)
        kernel_fails(kernel, "reading its TUN device");
}

/* Something may have happened here: passes on all that has.  A connection moves before it says so; what an
 * application then does can move it again. */
static void settle(Kernel *kernel)
{
    gboolean any, sent;

    if (kernel->space.net == SPACE_NONE)
        return; /* it is down */
    do {
        if (!look(kernel))
            return;
        sent = kernel_poll(kernel);
        if (sent)
            drain(kernel);
        any = kernel_serve(kernel);
        if (any || sent)
            kernel->active = lab_node_now(kernel->node.host);
    } while (any);
    plan_look(kernel);
}

/* ---- The node ---- */

static Kernel *kernel_of(LabNode *node)
{
    return (Kernel *)(void *)node;
}

/* What was spoilt so that it is no IP any more, the device refuses (EINVAL) as a receiver would. */
static void deliver(LabNode *node, const LabBytes *packet, const Segment *sent)
{
    Kernel *kernel = kernel_of(node);

    lab_node_conns_arrived(&kernel->conns, sent);
    if (write(kernel->space.tun, packet->data, packet->size) < 0 && errno != EINVAL)
        kernel_fails(kernel, "writing to its TUN device");
    settle(kernel);
}

static TcpError call(LabNode *node, const PlanStep *step, TcpConnId conn)
{
    Kernel *kernel = kernel_of(node);
    TcpError error = kernel_call(kernel, step, conn);

    settle(kernel);
    return error;
}

static SimDue next_due(LabNode *node)
{
    return lab_node_due(kernel_of(node)->look);
}

static void advance(LabNode *node)
{
    settle(kernel_of(node));
}

/* ---- Power ---- */

static gboolean open_space(Kernel *kernel, char **trouble)
{
    const LabHost *host = kernel->node.host;
    guint32 address = lab_address(lab_node_plan(host), lab_node_index(host));

    return space_open(&kernel->space, address, settings_mtu(kernel->plan), trouble) &&
           settings_apply(kernel->plan, kernel->lenient, trouble) &&
           kernel_watch(kernel, kernel->space.tun);
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
    for (guint id = 1; id <= kernel->conns.all->len; id++)
        let_go(kernel_conn(kernel, id));
    lab_node_conns_crash(&kernel->conns);
    kernel->look = SIM_NEVER;
}

/* A crashed host's namespace goes with all that is in it; a reboot is a new one. */
static void power(LabNode *node, gboolean up, gboolean forget)
{
    Kernel *kernel = kernel_of(node);
    char *trouble = NULL;

    (void)forget; /* a namespace has nothing to remember numbers by */
    orphans_end(kernel);
    space_close(&kernel->space);
    end_all(kernel);
    if (!up || open_space(kernel, &trouble))
        return;
    space_close(&kernel->space);
    if (trouble != NULL)
        lab_node_fails(node->host, g_strdup_printf("%s: %s", kernel->plan->name, trouble));
    g_free(trouble);
}

static void kernel_free(LabNode *node)
{
    Kernel *kernel = kernel_of(node);

    orphans_end(kernel);
    space_close(&kernel->space);
    for (guint i = 0; i < kernel->listeners->len; i++)
        close(g_array_index(kernel->listeners, KernelListener, i).socket);
    g_array_unref(kernel->listeners);
    g_array_unref(kernel->told);
    g_array_unref(kernel->ready);
    lab_node_conns_clear(&kernel->conns);
    g_free(kernel);
}

static const char *stack(LabNode *node)
{
    return kernel_of(node)->version;
}

static const LabNodeKind kernel_kind = {
    .free = kernel_free,
    .deliver = deliver,
    .call = call,
    .next_due = next_due,
    .advance = advance,
    .power = power,
    .ends = lab_node_conns_ends,
    .status = lab_node_conns_status,
    .find = lab_node_conns_id,
    .newest = lab_node_conns_newest,
    .stack = stack,
};

static void find_version(Kernel *kernel)
{
    struct utsname name;

    g_assert(uname(&name) == 0);
    g_snprintf(kernel->version, sizeof kernel->version, "%s %s", name.sysname, name.release);
}

Kernel *kernel_new(LabHost *host, gboolean lenient, int epoll, const Ticks *ticks, char **trouble)
{
    guint index = lab_node_index(host);
    Kernel *kernel = g_new0(Kernel, 1);

    kernel->node = (LabNode){.kind = &kernel_kind, .host = host};
    kernel->plan = &g_array_index(lab_node_plan(host)->hosts, PlanHost, index);
    find_version(kernel);
    kernel->lenient = lenient;
    kernel->epoll = epoll;
    kernel->ticks = ticks;
    lab_node_conns_init(&kernel->conns, &kernel->node, sizeof(KernelConn), conn_free);
    kernel->listeners = g_array_new(FALSE, FALSE, sizeof(KernelListener));
    kernel->told = g_array_new(FALSE, FALSE, sizeof(LiveState));
    kernel->ready = g_array_new(FALSE, FALSE, sizeof(struct pollfd));
    kernel->look = SIM_NEVER;
    if (open_space(kernel, trouble))
        return kernel;
    kernel_free(&kernel->node);
    return NULL;
}
