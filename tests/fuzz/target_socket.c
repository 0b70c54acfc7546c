/* Sockets of two hosts, and a wire between them that holds what it is given, and delivers it, or not, in any
 * order.  Nobody forges.  Whatever is called in whatever state:
 *
 *   - a call answers with a value that it may have, or an error that it is documented to have;
 *   - no call answers twice, and none waits for ever that could not;
 *   - what is read is what stands there in the stream of the other end;
 *   - poll(), TCP_INFO and the queues can be asked at any time, and agree with each other;
 *   - when all is closed nothing is left of it.
 */
#include <string.h>

#include "bytes.h"
#include "endpoint.h"
#include "fuzz.h"
#include "socket/socket.h"

enum {
    ENDS = 2,
    ADDRESS = 0x0a000001,
    HELD_MAX = 64,
    STEPS_MAX = 60,
    REST_MAX = 4000,
    FD_LAST = 9, /* some are open, some are not */
    PORT = 80,
};

static const SimTime end_of_time = 200 * 24 * SIM_HOUR;

typedef struct Held {
    unsigned to;
    Segment segment;
} Held;

typedef struct Pair Pair;

typedef struct Side {
    Pair *pair;
    unsigned index;
    HostConfig config;
    TcpStack *stack;
    Sockets *sockets;
} Side;

struct Pair {
    Bytes bytes;
    SimTime now;
    Side sides[ENDS];
    Held held[HELD_MAX];
    unsigned held_count;
    bool is_tainted; /* four-tuples were used again */
};

/* ---- What calls may answer ---- */

typedef enum Call {
    CALL_BIND,
    CALL_LISTEN,
    CALL_ACCEPT,
    CALL_CONNECT,
    CALL_SEND,
    CALL_RECEIVE,
    CALL_SHUTDOWN,
    CALL_CLOSE,
    CALL_SET,
    CALL_GET,
    CALL_COUNT,
} Call;

#define BIT(error) (UINT32_C(1) << TCP_##error)

/* accept(2), bind(2), connect(2), listen(2), send(2), recv(2), shutdown(2), tcp(7), socket(7) of Linux, and what
 * SO_ERROR holds for the next call. */
enum { OF_A_CONNECTION = BIT(ECONNRESET) | BIT(ECONNREFUSED) | BIT(ETIMEDOUT) | BIT(EPIPE) };

static const uint32_t may_fail[CALL_COUNT] = {
    [CALL_BIND] = BIT(EBADF) | BIT(EINVAL) | BIT(EADDRINUSE),
    [CALL_LISTEN] = BIT(EBADF) | BIT(EINVAL) | BIT(EADDRINUSE),
    [CALL_ACCEPT] = BIT(EBADF) | BIT(EINVAL) | BIT(EAGAIN) | BIT(EMFILE),
    [CALL_CONNECT] = BIT(EBADF) | BIT(EISCONN) | BIT(EALREADY) | BIT(EINPROGRESS) |
                     BIT(EADDRNOTAVAIL) | BIT(ECONNABORTED) | OF_A_CONNECTION,
    [CALL_SEND] = BIT(EBADF) | BIT(EAGAIN) | BIT(EFAULT) | OF_A_CONNECTION,
    [CALL_RECEIVE] =
        BIT(EBADF) | BIT(EAGAIN) | BIT(EFAULT) | BIT(EINVAL) | BIT(ENOTCONN) | OF_A_CONNECTION,
    [CALL_SHUTDOWN] = BIT(EBADF) | BIT(ENOTCONN) | BIT(EINVAL),
    [CALL_CLOSE] = BIT(EBADF),
    [CALL_SET] = BIT(EBADF) | BIT(EINVAL) | BIT(ENOPROTOOPT) | BIT(ENOENT) | BIT(EOPNOTSUPP),
    [CALL_GET] = BIT(EBADF) | BIT(ENOPROTOOPT),
};

static bool is_blocking(Call call)
{
    return call == CALL_ACCEPT || call == CALL_CONNECT || call == CALL_SEND ||
           call == CALL_RECEIVE || call == CALL_CLOSE;
}

static void check(Call call, SocketAnswer answer, int64_t most)
{
    if (answer.blocks) {
        g_assert(is_blocking(call));
        return;
    }
    if (answer.error != TCP_OK)
        g_assert(answer.value == -1 && (may_fail[call] >> answer.error & 1));
    else
        g_assert(answer.value >= 0 && answer.value <= most);
}

/* ---- The wire ---- */

static void hold(Pair *pair, unsigned to, const Segment *segment)
{
    unsigned at = pair->held_count;

    if (at == HELD_MAX) {
        at = HELD_MAX - 1;
        memmove(pair->held, pair->held + 1, at * sizeof pair->held[0]);
        pair->held_count = at;
    }
    pair->held[pair->held_count++] = (Held){to, *segment};
}

static void deliver(Pair *pair, unsigned i, bool keeps_copy)
{
    Held held = pair->held[i];

    if (!keeps_copy) {
        pair->held_count--;
        memmove(pair->held + i, pair->held + i + 1, (pair->held_count - i) * sizeof held);
    }
    sockets_deliver(pair->sides[held.to].sockets, pair->now, &held.segment);
}

static void use_wire(Pair *pair, uint8_t how)
{
    if (pair->held_count == 0)
        return;
    unsigned i = (how >> 3) % pair->held_count;

    switch (how % 8) {
    case 0:
        pair->held_count--;
        memmove(pair->held + i, pair->held + i + 1, (pair->held_count - i) * sizeof pair->held[0]);
        break;
    case 1: deliver(pair, i, true); break;
    case 2: deliver(pair, i, false); break;
    default: deliver(pair, 0, false); break;
    }
}

/* ---- Hooks ---- */

static void on_send(void *context, TcpConnId conn, const Segment *segment, const TcpSendNote *note)
{
    Side *side = context;

    sockets_sent(side->sockets, side->pair->now, conn, segment, note);
    hold(side->pair, segment->dst_addr == ADDRESS ? 0 : 1, segment);
}

static void on_state(void *context, TcpConnId conn, TcpState from, TcpState to, TcpReason reason)
{
    (void)context;
    (void)conn;
    (void)reason;
    g_assert(tcp_transition_is_allowed(from, to));
}

static void on_app(void *context, TcpConnId conn, TcpAppEvent event, uint32_t amount,
                   TcpError error)
{
    Side *side = context;

    sockets_app(side->sockets, conn, event, amount, error);
}

static void on_ending(void *context, TcpConnId conn)
{
    Side *side = context;

    sockets_ending(side->sockets, conn);
}

static void on_read(void *context, Payload payload, uint64_t offset, uint32_t length)
{
    const Side *side = context;

    g_assert(length > 0);
    if (side->pair->is_tainted)
        return;
    g_assert(payload.offset == offset);
    g_assert(payload.stream >> 32 == ADDRESS + (side->index + 1) % ENDS);
}

static void begin(Pair *pair, unsigned index, SimOrder *order)
{
    Side *side = &pair->sides[index];

    *side = (Side){.pair = pair, .index = index};
    endpoint_config(&side->config, &pair->bytes);
    TcpSetup setup = {
        .config = &side->config,
        .hooks = {.context = side,
                  .send = on_send,
                  .state = on_state,
                  .app = on_app,
                  .ending = on_ending},
        .order = order,
        .address = ADDRESS + index,
        .stream_space = (uint64_t)(ADDRESS + index) << 32,
    };
    side->stack = tcp_stack_new(&setup);
    side->sockets = sockets_new(side->stack);
    sockets_on_read(side->sockets, on_read, side);
    SocketSettings *settings = sockets_settings(side->sockets);
    settings->flavour = bytes_take(&pair->bytes) % 2 ? SOCKET_BSD : SOCKET_LINUX;
    side->config.push = bytes_take(&pair->bytes) % 2 ? PUSH_BURSTS : PUSH_LAST;
}

/* ---- Calls ---- */

static int64_t any_value(Pair *pair)
{
    return bytes_take_within(&pair->bytes, -1, INT32_MAX);
}

static const int flags_of_calls[] = {
    0,
    SOCKET_MSG_DONTWAIT,
    SOCKET_MSG_DONTWAIT | SOCKET_MSG_MORE,
    SOCKET_MSG_DONTWAIT | SOCKET_MSG_EOR,
    SOCKET_MSG_DONTWAIT | SOCKET_MSG_ZEROCOPY,
    SOCKET_MSG_DONTWAIT | SOCKET_MSG_PEEK,
    SOCKET_MSG_WAITALL,
    SOCKET_MSG_DONTWAIT | SOCKET_MSG_TRUNC,
    SOCKET_MSG_PEEK | SOCKET_MSG_WAITALL,
    SOCKET_MSG_ERRQUEUE,
    SOCKET_MSG_OOB,
    SOCKET_BAD_BUFFER,
    SOCKET_MSG_MORE | SOCKET_MSG_EOR,
};

static void set_option(Pair *pair, Side *side, int fd)
{
    static const int levels[] = {SOCKET_SOL_SOCKET, SOCKET_SOL_TCP, SOCKET_SOL_IP};
    int level = levels[bytes_take(&pair->bytes) % 3], name = bytes_take(&pair->bytes) % 64;
    int64_t value = any_value(pair), got = -77;

    if (level == SOCKET_SOL_TCP && name == 63)
        name = SOCKET_TCP_NOOPT;
    if (level == SOCKET_SOL_TCP && name == SOCKET_TCP_CONGESTION) {
        check(CALL_SET,
              socket_set_congestion(side->sockets, pair->now, fd, value % 2 ? "reno" : "cubic"), 0);
        return;
    }
    check(CALL_SET, socket_set_option(side->sockets, pair->now, fd, level, name, value), 0);
    check(CALL_GET, socket_get_option(side->sockets, pair->now, fd, level, name, &got), 0);
}

static void transfer(Pair *pair, Side *side, int fd, bool sends)
{
    int flags = flags_of_calls[bytes_take(&pair->bytes) % G_N_ELEMENTS(flags_of_calls)];
    uint64_t bytes = (uint64_t)bytes_take_within(&pair->bytes, 0, 1 << 22);

    if (sends)
        check(CALL_SEND, socket_send(side->sockets, pair->now, fd, bytes, flags), (int64_t)bytes);
    else
        check(CALL_RECEIVE, socket_receive(side->sockets, pair->now, fd, bytes, flags),
              (int64_t)bytes);
}

static void bind_(Pair *pair, Side *side, int fd, uint8_t how)
{
    uint16_t port = how & 0x40 ? 0 : (uint16_t)(PORT + (how & 1));

    if (how & 0x80) {
        port = 1000;
        pair->is_tainted = true;
    }
    check(CALL_BIND, socket_bind(side->sockets, fd, port), 0);
}

static void call(Pair *pair, unsigned what)
{
    uint8_t how = bytes_take(&pair->bytes);
    Side *side = &pair->sides[how & 1];
    int fd = 2 + (how >> 1) % FD_LAST;
    Sockets *sockets = side->sockets;
    uint32_t there = ADDRESS + (side->index + 1) % ENDS;

    switch (what) {
    case 0: (void)socket_open(sockets); break;
    case 1: bind_(pair, side, fd, bytes_take(&pair->bytes)); break;
    case 2: check(CALL_LISTEN, socket_listen(sockets, pair->now, fd, how >> 5), 0); break;
    case 3: check(CALL_ACCEPT, socket_accept(sockets, pair->now, fd), INT32_MAX); break;
    case 4:
        check(CALL_CONNECT,
              socket_connect(sockets, pair->now, fd, there,
                             (uint16_t)(PORT + bytes_take(&pair->bytes) % 3)),
              0);
        break;
    case 5:
    case 6: transfer(pair, side, fd, what == 5); break;
    case 7:
        check(
            CALL_SHUTDOWN,
            socket_shutdown(sockets, pair->now, fd, (SocketShutdown)(bytes_take(&pair->bytes) % 4)),
            0);
        break;
    case 8: check(CALL_CLOSE, socket_close(sockets, pair->now, fd), 0); break;
    case 9: (void)socket_set_flags(sockets, fd, how & 0x80 ? SOCKET_NONBLOCK : 0); break;
    case 10: socket_poll(sockets, fd); break;
    default: set_option(pair, side, fd); break;
    }
}

/* What can be asked at any time. */
static void look(const Pair *pair, const Side *side)
{
    for (int fd = 2; fd < 2 + FD_LAST; fd++) {
        uint32_t ready = socket_ready(side->sockets, fd);
        uint64_t in = 0, out = 0, unsent = 0;
        SocketInfo info = {0};
        bool is_there = socket_info(side->sockets, pair->now, fd, &info);

        g_assert(is_there || ready == 0);
        SocketAnswer answer = socket_queued(side->sockets, fd, &in, &out, &unsent);
        g_assert(unsent <= out);
        if (socket_connection(side->sockets, fd) != 0)
            g_assert(info.notsent_bytes == (uint32_t)unsent);
        /* SO_RCVLOWAT says from how many on. */
        if (answer.error == TCP_OK && in == 0 && !(ready & SOCKET_POLL_RDHUP))
            g_assert(!(ready & SOCKET_POLL_IN));
        enum { LISTEN = 10 }; /* which tells of its queue there */
        g_assert(info.sacked <= info.unacked || info.state == LISTEN);
        g_assert(info.rwnd_limited + info.sndbuf_limited <= info.busy_time);
        (void)socket_edges(side->sockets, fd);
    }
}

static void settle(Pair *pair)
{
    SocketOver over;

    for (unsigned i = 0; i < ENDS; i++) {
        while (sockets_settle(pair->sides[i].sockets, pair->now, &over))
            g_assert(!over.answer.blocks);
        look(pair, &pair->sides[i]);
    }
}

/* ---- Time ---- */

static bool step(Pair *pair, SimTime until)
{
    SimDue first = tcp_stack_next_due(pair->sides[0].stack);
    SimDue second = tcp_stack_next_due(pair->sides[1].stack);
    Side *side = &pair->sides[sim_due_before(second, first) ? 1 : 0];
    SimTime due = tcp_stack_next_due(side->stack).at;

    if (due > until) {
        pair->now = until;
        return false;
    }
    pair->now = due;
    tcp_stack_advance(side->stack, due);
    return true;
}

static void pass_time(Pair *pair)
{
    SimTime by = (SimTime)1 << (bytes_take(&pair->bytes) % 46);
    SimTime until = MIN(sim_time_add(pair->now, by), end_of_time);

    for (unsigned n = 0; n < STEPS_MAX && step(pair, until); n++)
        ;
}

static void act(Pair *pair)
{
    uint8_t what = bytes_take(&pair->bytes);

    if (what < 0x70)
        use_wire(pair, what);
    else if (what < 0x90)
        pass_time(pair);
    else
        call(pair, (what - 0x90U) % 13);
}

/* ---- The end ---- */

static void close_all(Pair *pair)
{
    for (unsigned i = 0; i < ENDS; i++)
        for (int fd = 0; fd < 1100; fd++)
            check(CALL_CLOSE, socket_close(pair->sides[i].sockets, pair->now, fd), 0);
    settle(pair);
}

static void come_to_rest(Pair *pair)
{
    close_all(pair);
    for (unsigned n = 0; n < REST_MAX; n++) {
        if (pair->held_count > 0)
            deliver(pair, 0, false);
        else if (!step(pair, end_of_time))
            break;
    }
    settle(pair);
    for (unsigned i = 0; i < ENDS; i++)
        for (int fd = 0; fd < 1100; fd++)
            g_assert(!socket_info(pair->sides[i].sockets, pair->now, fd, &(SocketInfo){0}));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SimOrder order = {0};
    Pair pair = {.bytes = {data, size}};

    for (unsigned i = 0; i < ENDS; i++)
        begin(&pair, i, &order);
    while (!bytes_end(&pair.bytes)) {
        act(&pair);
        settle(&pair);
    }
    come_to_rest(&pair);
    for (unsigned i = 0; i < ENDS; i++) {
        sockets_free(pair.sides[i].sockets);
        tcp_stack_free(pair.sides[i].stack);
    }
    return 0;
}
