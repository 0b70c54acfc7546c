/* libslirp as a node: packets, time, states. */
#include "stacks/slirp.h"

#include <netinet/in.h>
#include <string.h>

#include "net/wire.h"
#include "stacks/stacks.h"

enum {
    IP_AND_TCP_HEADER = 40,
    UPTIME_MS = 1000000,  /* it has been up for a while when the run begins */
    MADE_UP_MAX = 200000, /* heartbeats: more than a day */
};

/* libslirp src/slirp.c: TIMEOUT_SLOW is 499 ms, for the sake of clocks that are read late.  Ours is not, so
 * between heartbeats its clock stops short of that. */
#define HEARTBEAT (500 * SIM_MILLISECOND)
#define SHORT_OF_HEARTBEAT (2 * SIM_MILLISECOND)

/* src/slirp.c: TIMEOUT_FAST, which slirp_pollfds_fill() tells when an ACK is owed. */
enum { QUICK_MS = 2 };

static SlirpHost *host_of(Stack *stack)
{
    return (SlirpHost *)(void *)stack;
}

/* ---- Ethernet ---- */

/* All neighbours have hardware addresses, only because libslirp wants them to. */
enum {
    MAC_SIZE = 6,
    TYPE_PLACE = 2 * MAC_SIZE,
    HEADER_SIZE = TYPE_PLACE + 2,
    TYPE_IPV4 = 0x0800,
    TYPE_ARP = 0x0806,
    ARP_SIZE = 28, /* RFC 826, of Ethernet and IPv4 */
    ARP_REPLY = 2,
    ARP_SENDER_PLACE = 14,
    ARP_TARGET_PLACE = 24,
};

static void write_type(guint8 *frame, guint type)
{
    memset(frame, 0x02, TYPE_PLACE); /* whoever: a locally administered address */
    frame[TYPE_PLACE] = (guint8)(type >> 8);
    frame[TYPE_PLACE + 1] = (guint8)type;
}

static guint type_of(const guint8 *frame)
{
    return (guint)frame[TYPE_PLACE] << 8 | frame[TYPE_PLACE + 1];
}

static void answer_who_has(SlirpHost *host, guint32 address)
{
    guint8 frame[HEADER_SIZE + ARP_SIZE] = {0}, *arp = frame + HEADER_SIZE;
    const guint8 head[] = {0, 1, TYPE_IPV4 >> 8, TYPE_IPV4 & 0xff, MAC_SIZE, 4, 0, ARP_REPLY};

    write_type(frame, TYPE_ARP);
    memcpy(arp, head, sizeof head);
    memcpy(arp + sizeof head, frame, MAC_SIZE);
    memcpy(arp + ARP_SENDER_PLACE, &address, sizeof address);
    slirp_api.slirp_input(host->slirp, frame, (int)sizeof frame);
}

static ssize_t on_frame(const void *bytes, size_t size, void *opaque)
{
    SlirpHost *host = opaque;
    const guint8 *frame = bytes;
    guint32 address;

    if (host->stack.is_silent)
        return (ssize_t)size;
    if (type_of(frame) == TYPE_ARP) {
        memcpy(&address, frame + HEADER_SIZE + ARP_TARGET_PLACE, sizeof address);
        g_array_append_val(host->asked, address);
    } else if (type_of(frame) == TYPE_IPV4) {
        if (!host->is_beating)
            slirp_look(host);
        lab_node_conns_send(&host->stack.conns, frame + HEADER_SIZE, size - HEADER_SIZE);
    }
    return (ssize_t)size;
}

static void take_in(SlirpHost *host, const LabBytes *packet, const Segment *sent)
{
    guint8 frame[HEADER_SIZE + WIRE_PACKET_MAX];

    write_type(frame, TYPE_IPV4);
    memcpy(frame + HEADER_SIZE, packet->data, packet->size);
    host->arriving = sent;
    slirp_api.slirp_input(host->slirp, frame, (int)(HEADER_SIZE + packet->size));
    host->arriving = NULL;
}

/* A process has 1,024 descriptors, as a rule, and libslirp takes one for each SYN: the next is lost.
 * What is of no connection changes none, unless libslirp calls a socket for it. */
static void input(Stack *stack, const LabBytes *packet, const Segment *sent)
{
    SlirpHost *host = host_of(stack);
    const TcpEnds ends = sent != NULL ? lab_node_conns_ends_of(sent) : (TcpEnds){0};
    gboolean is_known = lab_node_conns_find(&stack->conns, &ends) != NULL;
    gboolean is_syn = sent != NULL && (sent->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;

    if (is_known)
        slirp_stir(host);
    if (is_syn && !is_known && slirp_sockets_are_full(host))
        lab_node_discards(stack->node.host, 0, sent, TCP_REASON_SYN_QUEUE_FULL);
    else
        take_in(host, packet, sent);
}

/* ---- States ---- */

/* As slirp_connection_info() prints them.  CLOSED is left out: what is about to be gone is seen when its
 * socket closes, and a last RST is still its own. */
static const struct {
    const char *name;
    TcpState state;
} states[] = {
    {"SYN_SENT", TCP_STATE_SYN_SENT},       {"SYN_RCVD", TCP_STATE_SYN_RCVD},
    {"ESTABLISHED", TCP_STATE_ESTABLISHED}, {"CLOSE_WAIT", TCP_STATE_CLOSE_WAIT},
    {"FIN_WAIT_1", TCP_STATE_FIN_WAIT_1},   {"FIN_WAIT_2", TCP_STATE_FIN_WAIT_2},
    {"CLOSING", TCP_STATE_CLOSING},         {"LAST_ACK", TCP_STATE_LAST_ACK},
    {"TIME_WAIT", TCP_STATE_TIME_WAIT},
};

/* TCP_STATE_CLOSED: none of them. */
static TcpState state_named(const char *name, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
        if (strlen(states[i].name) == length && strncmp(states[i].name, name, length) == 0)
            return states[i].state;
    }
    return TCP_STATE_CLOSED;
}

static void begin(SlirpConn *conn, TcpState state)
{
    if (state == TCP_STATE_SYN_SENT || state == TCP_STATE_SYN_RCVD || conn->app.is_held ||
        conn->app.is_waiting || conn->is_aborted)
        return;
    if (conn->is_ours)
        stack_connected(&conn->app);
    else
        stack_arrived(&conn->app);
}

/* Has it something that a heartbeat may see to?  Nothing is unacknowledged where nothing is kept. */
static gboolean waits(TcpState state, gint64 kept)
{
    return kept > 0 || (state != TCP_STATE_ESTABLISHED && state != TCP_STATE_CLOSE_WAIT);
}

/* "  TCP[ESTABLISHED]  41       10.0.0.1 40000        10.0.0.2    80     0     0": the state, the
 * socket's number, both ends, bytes kept of what has come and of what was sent. */
static void see(SlirpHost *host, const char *line)
{
    static const char head[] = "  TCP[";
    const char *name = line + sizeof head - 1, *end = strchr(line, ']');

    if (!g_str_has_prefix(line, head) || end == NULL)
        return;
    TcpState state = state_named(name, (gsize)(end - name));
    SlirpConn *conn = slirp_socket_conn(host, (int)g_ascii_strtoll(end + 1, NULL, 10));
    if (state == TCP_STATE_CLOSED || conn == NULL)
        return;
    host->waits = host->waits || waits(state, g_ascii_strtoll(strrchr(line, ' '), NULL, 10));
    lab_node_conns_move(&host->stack.conns, &conn->app.seen, state);
    begin(conn, state);
    if (conn->is_ended && !conn->app.has_eof)
        stack_ended(&conn->app);
}

void slirp_stir(SlirpHost *host)
{
    host->is_stirred = host->is_unsettled = TRUE;
}

/* The list of a thousand takes a millisecond: it is not asked for without need. */
void slirp_look(SlirpHost *host)
{
    if (!host->is_stirred)
        return;
    host->is_stirred = FALSE;
    g_autofree char *all = slirp_api.slirp_connection_info(host->slirp);
    host->waits = FALSE;
    for (char *line = all, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        see(host, line);
    }
}

/* It never scales them. */
static void status(const StackConn *conn, TcpStatus *out)
{
    out->snd_wnd = conn->seen.window_arrived;
    out->rcv_wnd = conn->seen.window_sent;
}

/* ---- Its turn ---- */

static gint64 clock_at(SimTime time)
{
    return UPTIME_MS + time / SIM_MILLISECOND - (time % SIM_MILLISECOND < 0);
}

static int64_t on_clock(void *opaque)
{
    return ((SlirpHost *)opaque)->clock * SIM_MILLISECOND;
}

/* Its timers, and not its sockets; until the next call this is the time for it. */
static void pass_time(SlirpHost *host, SimTime time)
{
    host->clock = clock_at(time);
    slirp_api.slirp_pollfds_poll(host->slirp, 1, NULL, NULL);
}

/* Its timers repeat what was sent, and let go of connections, which their sockets tell: no other state
 * changes, so nobody need look at all of them before each segment of a thousand. */
static void beat(SlirpHost *host)
{
    host->is_beating = TRUE;
    pass_time(host, host->beat);
    host->is_beating = FALSE;
    host->beat += HEARTBEAT;
}

/* Heartbeats of which nothing came were left out, so that an idle run can end; they are made up for, but
 * for those of a time beyond all that it counts. */
static void make_up(SlirpHost *host, SimTime now)
{
    SimTime left_out = (now - host->beat) / HEARTBEAT - MADE_UP_MAX;

    if (left_out > 0)
        host->beat += left_out * HEARTBEAT;
    while (host->beat <= now)
        beat(host);
}

static void enter(Stack *stack, SimTime now)
{
    SlirpHost *host = host_of(stack);

    slirp_sockets_enter(host);
    if (now >= host->quick || (host->waits && now >= host->beat))
        slirp_stir(host);
    make_up(host, now);
    pass_time(host, MIN(now, host->beat - SHORT_OF_HEARTBEAT));
}

/* enter() has done it. */
static void advance(Stack *stack)
{
    (void)stack;
}

static int on_socket(int number, int events, void *opaque)
{
    SlirpHost *host = opaque;
    int ready = slirp_socket_ready(host, number) & events;

    g_array_append_val(host->ready, ready);
    return (int)host->ready->len - 1;
}

static int on_ready(int index, void *opaque)
{
    return g_array_index(((SlirpHost *)opaque)->ready, int, index);
}

/* Each answer lets out what waits for it before the next one drives it from the table, of 16. */
static void answer_all(SlirpHost *host)
{
    for (guint i = 0; i < host->asked->len; i++) {
        answer_who_has(host, g_array_index(host->asked, guint32, i));
        slirp_api.slirp_pollfds_poll(host->slirp, 1, NULL, NULL);
    }
    g_array_set_size(host->asked, 0);
}

static void serve(SlirpHost *host)
{
    guint32 wait = G_MAXUINT32;
    gboolean any = FALSE;

    g_array_set_size(host->ready, 0);
    slirp_api.slirp_pollfds_fill(host->slirp, &wait, on_socket, host);
    for (guint i = 0; i < host->ready->len; i++)
        any = any || g_array_index(host->ready, int, i) != 0;
    if (any) {
        slirp_stir(host);
        slirp_api.slirp_pollfds_poll(host->slirp, 0, on_ready, host);
    }
    if (wait > QUICK_MS)
        host->quick = SIM_NEVER;
    else if (host->quick == SIM_NEVER)
        host->quick = lab_node_now(host->stack.node.host) + QUICK_MS * SIM_MILLISECOND;
}

void slirp_settle(SlirpHost *host)
{
    while (host->is_unsettled || host->asked->len > 0) {
        slirp_look(host);
        host->is_unsettled = FALSE;
        serve(host);
        answer_all(host);
    }
}

/* Heartbeats come before whatever else is due then: what begins with one counts from the next. */
static void leave(Stack *stack)
{
    SlirpHost *host = host_of(stack);

    slirp_settle(host);
    SimTime next = MIN(host->quick, host->waits ? host->beat : SIM_NEVER);
    stack->due = next == SIM_NEVER ? lab_node_due(next) : (SimDue){.at = next};
    slirp_sockets_leave();
}

/* ---- Power ---- */

static void on_complaint(const char *what, void *opaque)
{
    (void)what;
    (void)opaque;
}

/* It is told of sockets that it should watch, and that it would like to be called. */
static void on_watch(int number, void *opaque)
{
    (void)number;
    (void)opaque;
}

static void on_wish(void *opaque)
{
    (void)opaque;
}

static Slirp *new_slirp(SlirpHost *host)
{
    static const SlirpCb calls = {.send_packet = on_frame,
                                  .guest_error = on_complaint,
                                  .clock_get_ns = on_clock,
                                  .register_poll_fd = on_watch,
                                  .unregister_poll_fd = on_watch,
                                  .notify = on_wish};
    const guint32 here =
        lab_address(lab_node_plan(host->stack.node.host), lab_node_index(host->stack.node.host));
    const SlirpConfig config = {
        .version = 1,
        .in_enabled = TRUE,
        .vhost = {g_htonl(here)},
        .vnetwork = {g_htonl(here & 0xff000000)}, /* all hosts of a plan are neighbours */
        .vnetmask = {g_htonl(0xff000000)},
        .if_mtu = (size_t)host->stack.plan->config.mss + IP_AND_TCP_HEADER,
        .if_mru = (size_t)host->stack.plan->config.mss + IP_AND_TCP_HEADER,
    };

    return slirp_api.slirp_new(&config, &calls, host);
}

/* The last heartbeat at or before this time; `tick-phase` is one, and they are everlasting. */
static SimTime last_beat(const SlirpHost *host, SimTime now)
{
    SimTime since = (now - host->stack.plan->config.tick_phase) % HEARTBEAT;

    return now - (since < 0 ? since + HEARTBEAT : since);
}

static void power_on(Stack *stack)
{
    SlirpHost *host = host_of(stack);
    guint32 wait = G_MAXUINT32;

    slirp_sockets_enter(host);
    host->slirp = new_slirp(host);
    host->beat = last_beat(host, lab_node_now(stack->node.host));
    host->quick = SIM_NEVER;
    host->waits = FALSE;
    slirp_forward_nothing(host);
    slirp_api.slirp_pollfds_fill(host->slirp, &wait, on_socket, host); /* "is there a socket?" */
    beat(host);
    host->is_stirred = host->is_unsettled = FALSE;
    slirp_sockets_leave();
}

static void power_off(Stack *stack)
{
    SlirpHost *host = host_of(stack);

    slirp_sockets_enter(host);
    slirp_api.slirp_cleanup(host->slirp);
    g_array_set_size(host->asked, 0);
    slirp_sockets_leave();
}

/* ---- Beginning and end ---- */

static void slirp_free(Stack *stack)
{
    SlirpHost *host = host_of(stack);

    g_ptr_array_unref(host->sockets);
    g_array_unref(host->asked);
    g_array_unref(host->ready);
    g_free(host);
}

static const StackKind slirp_kind = {
    .conn_size = sizeof(SlirpConn),
    .enter = enter,
    .leave = leave,
    .input = input,
    .advance = advance,
    .listen = slirp_listen,
    .unlisten = slirp_unlisten,
    .connect = slirp_connect,
    .read = slirp_read,
    .write = slirp_write,
    .abort = slirp_abort,
    .status = status,
    .power_on = power_on,
    .power_off = power_off,
    .free = slirp_free,
};

LabNode *slirp_node_new(LabHost *host, char **trouble)
{
    if (!slirp_load(trouble))
        return NULL;
    SlirpHost *own = g_new0(SlirpHost, 1);

    own->sockets = g_ptr_array_new();
    own->asked = g_array_new(FALSE, FALSE, sizeof(guint32));
    own->ready = g_array_new(FALSE, FALSE, sizeof(int));
    stack_init(&own->stack, &slirp_kind, host);
    return &own->stack.node;
}
