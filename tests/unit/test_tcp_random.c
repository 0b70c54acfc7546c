/* Two stacks, joined by a channel that loses, repeats and reorders, with applications that do what
 * they like: what holds must hold whatever happens.  Thousands of runs, the same ones every time.
 *
 * Without forged segments every byte arrives once and unchanged, both sides end, and nobody hears of
 * an error.  With them, and with applications that abort, only the invariants are left: no
 * assertion, no transition that the diagram lacks, nothing left behind at the end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "tcp_harness.h"

enum {
    ENDS = 2,
    PACKETS_MAX = 512,
    EVENTS_MAX = 400000,
    CLIENT_PORT = 40000,
    SERVER_PORT = 80,
    CONNS_MAX = 256,
};

typedef struct Packet {
    SimTime due;
    uint64_t order;
    unsigned to;
    Segment segment;
} Packet;

typedef struct World World;

typedef struct End {
    World *world;
    unsigned index;
    HostConfig config;
    TcpStack *stack;
    TcpConnId conn; /* 0: none yet */
    TcpState states[CONNS_MAX];
    TcpError error;
    uint64_t to_send, read, wrong;
    bool closed;   /* the application has closed or shut down */
    bool has_edge; /* right edge of the window that it offered */
    Seq edge;
    bool scales; /* its SYN offered a window scale */
    uint8_t shift;
} End;

struct World {
    RandomStream random;
    SimOrder order;
    SimTime now;
    End ends[ENDS];
    Packet packets[PACKETS_MAX];
    size_t packet_count;
    unsigned loss, duplicate; /* per cent */
    bool forges;              /* then applications abort as well */
    uint64_t events;
};

static uint64_t below(World *w, uint64_t bound)
{
    return random_stream_below(&w->random, bound);
}

static bool chance(World *w, unsigned percent)
{
    return below(w, 100) < percent;
}

/* ---- The channel ---- */

static void put(World *w, unsigned to, const Segment *segment)
{
    if (w->packet_count == PACKETS_MAX)
        return; /* lost, like any other */
    SimTime delay = MS(1) + (SimTime)below(w, (uint64_t)MS(60));
    w->packets[w->packet_count++] =
        (Packet){w->now + delay, sim_order_take(&w->order), to, *segment};
}

static Packet *first_packet(World *w)
{
    Packet *first = NULL;
    for (size_t i = 0; i < w->packet_count; i++) {
        Packet *p = &w->packets[i];
        if (first == NULL || p->due < first->due ||
            (p->due == first->due && p->order < first->order))
            first = p;
    }
    return first;
}

static uint8_t random_flags(World *w)
{
    static const uint8_t usual[] = {TCP_ACK, TCP_RST,           TCP_RST | TCP_ACK,
                                    TCP_SYN, TCP_SYN | TCP_ACK, TCP_FIN | TCP_ACK};
    return chance(w, 80) ? usual[below(w, sizeof usual)] : (uint8_t)below(w, 256);
}

/* Somewhere near what the two sides are talking about. */
static void forge(World *w)
{
    unsigned to = (unsigned)below(w, ENDS);
    TcpStatus status = {0};
    tcp_status(w->ends[to].stack, w->ends[to].conn, &status);
    Segment s = {
        .src_addr = HARNESS_ADDRESS + 1 - to,
        .dst_addr = HARNESS_ADDRESS + to,
        .src_port = to == 0 ? SERVER_PORT : CLIENT_PORT,
        .dst_port = to == 0 ? CLIENT_PORT : SERVER_PORT,
        .flags = random_flags(w),
        .seq = status.rcv_nxt + (Seq)below(w, 4000) - (chance(w, 50) ? 2000 : 0),
        .ack = status.snd_una + (Seq)below(w, 3000) - (chance(w, 50) ? 1500 : 0),
        .window = (uint16_t)below(w, 65536),
        .length = (uint16_t)(chance(w, 50) ? below(w, 1500) : 0),
        .payload = {99, below(w, 10000)},
    };
    if (chance(w, 30))
        s.seq = status.rcv_nxt;
    if (chance(w, 30))
        s.ack = status.snd_nxt;
    s.options.present = (uint8_t)below(w, 32);
    s.options.mss = (uint16_t)below(w, 3000);
    s.options.window_scale = (uint8_t)below(w, 16);
    s.options.ts_val = (uint32_t)below(w, 100000);
    s.options.ts_ecr = (uint32_t)below(w, 100000);
    s.options.sack_count = (uint8_t)below(w, SEGMENT_SACK_MAX + 1);
    for (unsigned i = 0; i < s.options.sack_count; i++) {
        s.options.sack[i].left = status.snd_una + (Seq)below(w, 5000) - 500;
        s.options.sack[i].right = s.options.sack[i].left + (Seq)below(w, 3000);
    }
    put(w, to, &s);
}

/* ---- What must hold of all that is sent ---- */

static void note_window(End *end, const End *peer, const Segment *s)
{
    if (s->flags & TCP_SYN) {
        end->scales = s->options.present & OPTION_WINDOW_SCALE;
        end->shift = end->scales ? s->options.window_scale : 0;
    }
    if (!(s->flags & TCP_ACK) || (s->flags & TCP_RST))
        return;
    bool scaled = !(s->flags & TCP_SYN) && end->scales && peer->scales;
    Seq edge = s->ack + ((uint32_t)s->window << (scaled ? end->shift : 0));
    ck_assert_msg(!end->has_edge || seq_ge(edge, end->edge), "the right edge moved left by %d",
                  (int)(end->edge - edge));
    end->edge = edge;
    end->has_edge = true;
}

/* No data beyond the window that was offered; but a probe is one byte beyond it. */
static void check_in_window(const End *peer, const Segment *s)
{
    if (s->length > 0 && peer->has_edge)
        ck_assert(seq_le(s->seq + s->length, peer->edge + 1));
}

static void hook_send(void *context, TcpConnId conn, const Segment *segment,
                      const TcpSendNote *note)
{
    End *end = context;
    World *w = end->world;
    End *peer = &w->ends[1 - end->index];
    (void)conn;
    ck_assert_uint_ne(note->reason, TCP_REASON_NONE);
    if (!w->forges) {
        note_window(end, peer, segment);
        check_in_window(peer, segment);
    }
    if (!chance(w, w->loss))
        put(w, 1 - end->index, segment);
    if (chance(w, w->duplicate))
        put(w, 1 - end->index, segment);
}

/* ---- The applications ---- */

static void take(void *context, Payload payload, uint64_t offset, uint32_t length)
{
    End *end = context;
    const End *peer = &end->world->ends[1 - end->index];
    TcpStatus status;
    ck_assert_uint_eq(offset, end->read);
    end->read += length;
    if (!end->world->forges && tcp_status(peer->stack, peer->conn, &status))
        end->wrong += payload_wrong_bytes(payload, status.stream, offset, length);
}

static void read_some(End *end, uint64_t most)
{
    uint64_t got;
    tcp_read(end->stack, end->world->now, end->conn, most, take, end, &got);
}

static void hook_state(void *context, TcpConnId conn, TcpState from, TcpState to, TcpReason reason)
{
    End *end = context;
    ck_assert_msg(tcp_transition_is_allowed(from, to), "%s to %s", tcp_state_name(from),
                  tcp_state_name(to));
    ck_assert_uint_ne(reason, TCP_REASON_NONE);
    if (conn == 0 || conn >= CONNS_MAX)
        return;
    TcpState known = end->states[conn];
    ck_assert(from == known || (known == TCP_STATE_CLOSED && from == TCP_STATE_LISTEN));
    end->states[conn] = to;
    if (end->conn < conn && to != TCP_STATE_CLOSED) {
        end->conn = conn;
        end->read = 0;
    }
}

static void hook_timer(void *context, TcpConnId conn, const TcpTimerNote *note)
{
    const End *end = context;
    (void)conn;
    if (note->event == TCP_TIMER_ARMED)
        ck_assert_int_ge(note->due, end->world->now);
}

static void hook_discard(void *context, TcpConnId conn, const Segment *segment, TcpReason reason)
{
    (void)context;
    (void)conn;
    (void)segment;
    ck_assert_uint_ne(reason, TCP_REASON_NONE);
}

static void hook_app(void *context, TcpConnId conn, TcpAppEvent event, uint32_t amount,
                     TcpError error)
{
    End *end = context;
    TcpConnId accepted;
    (void)amount;
    if (event == TCP_APP_ACCEPTABLE)
        tcp_accept(end->stack, end->world->now, SERVER_PORT, &accepted);
    if (event == TCP_APP_READABLE && conn == end->conn && chance(end->world, 50))
        read_some(end, 1 + below(end->world, 5000));
    if (event == TCP_APP_EOF && conn == end->conn) /* what is not read when it ends is lost */
        read_some(end, UINT64_MAX);
    if (event == TCP_APP_ERROR)
        end->error = error;
}

/* Something that the application might do now. */
static void act(End *end)
{
    World *w = end->world;
    TcpStatus status;
    bool exists = tcp_status(end->stack, end->conn, &status);
    if (!exists || (!status.accepted && !w->forges))
        return;
    read_some(end, 1 + below(w, 10000));
    uint64_t bytes = 1 + below(w, 3000);
    if (end->to_send > 0) {
        bytes = bytes < end->to_send ? bytes : end->to_send;
        if (tcp_send(end->stack, w->now, end->conn, bytes) == TCP_OK)
            end->to_send -= bytes;
    } else if (!end->closed && tcp_shutdown(end->stack, w->now, end->conn) == TCP_OK) {
        end->closed = true;
    } else if (end->closed && status.at_eof && chance(w, 30)) {
        tcp_close(end->stack, w->now, end->conn);
    }
    if (!w->forges || !chance(w, 5))
        return;
    if (chance(w, 50))
        tcp_close(end->stack, w->now, end->conn);
    else
        tcp_abort(end->stack, w->now, end->conn);
}

/* ---- Beginning ---- */

/* One of each row. */
static const char *const choices[][4] = {
    {"mss=1460", "mss=536", "mss=100"},
    {"window=65535", "window=1000", "window=4000", "window=300000"},
    {"tcp_window_scaling=0", "tcp_window_scaling=1"},
    {"tcp_timestamps=0", "tcp_timestamps=1"},
    {"tcp_sack=0", "tcp_sack=1", "tcp_sack=1 loss-detection=rack tcp_early_retrans=3"},
    {"congestion=none", "congestion=reno", "congestion=cubic"},
    {"nagle=yes", "nagle=no"},
    {"delayed-ack=0", "delayed-ack=40ms quick-acks=4", "delayed-ack=500ms"},
    {"fin-ack=immediate", "fin-ack=delayed"},
    {"window-probe=data", "window-probe=ack"},
    {"reset-check=rfc5961", "reset-check=rfc793"},
    {"rtt-estimator=rfc6298", "rtt-estimator=linux", "rtt-estimator=bsd"},
    {"probe-wait=rto", "probe-wait=bsd probe-wait-min=1s probe-wait-max=5s",
     "probe-wait=min probe-wait-min=500ms"},
    {"old-segments=answered", "old-segments=trimmed"},
    {"acks-carry-fin=no", "acks-carry-fin=yes fin-ignores-window=yes"},
    {"limited-transmit=yes", "limited-transmit=no"},
    {"timers=exact", "timers=real timer-model=tick", "timers=real timer-model=wheel"},
};

static void configure(World *w, HostConfig *config)
{
    host_config_init(config);
    harness_configure(config, "isn=rfc6528 time-wait=60s tcp_syn_retries=40 tcp_synack_retries=40 "
                              "tcp_retries2=60 tcp_orphan_retries=60 tcp_rto_max_ms=5000");
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        size_t count = 0;
        while (count < 4 && choices[i][count] != NULL)
            count++;
        harness_configure(config, choices[i][below(w, count)]);
    }
    /* With cookies a segment that overtakes the last ACK is answered with RST. */
    if (w->forges)
        config->tcp_syncookies = (int64_t)below(w, 3);
}

static void init_end(World *w, unsigned index)
{
    End *end = &w->ends[index];
    end->world = w;
    end->index = index;
    end->to_send = chance(w, 20) ? 0 : below(w, 20000);
    configure(w, &end->config);
    TcpSetup setup = {.config = &end->config,
                      .hooks = {.context = end,
                                .send = hook_send,
                                .state = hook_state,
                                .timer = hook_timer,
                                .discard = hook_discard,
                                .app = hook_app},
                      .order = &w->order,
                      .address = HARNESS_ADDRESS + index,
                      .secret = {index, w->random.s[0]},
                      .stream_space = (uint64_t)(index + 1) << 32};
    end->stack = tcp_stack_new(&setup);
}

static void connect_from(World *w, unsigned index)
{
    TcpConnId conn;
    TcpConnectOptions options = {.address = HARNESS_ADDRESS + 1 - index,
                                 .port = index == 0 ? SERVER_PORT : CLIENT_PORT,
                                 .from_port = index == 0 ? CLIENT_PORT : SERVER_PORT};
    ck_assert_int_eq(tcp_connect(w->ends[index].stack, w->now, &options, &conn), TCP_OK);
}

static World *world_new(uint64_t seed, bool forges)
{
    World *w = calloc(1, sizeof *w);
    ck_assert_ptr_nonnull(w);
    random_stream_init(&w->random, seed, "tcp");
    w->forges = forges;
    w->loss = (unsigned)below(w, 25);
    w->duplicate = (unsigned)below(w, 15);
    for (unsigned i = 0; i < ENDS; i++)
        init_end(w, i);
    if (chance(w, 85)) {
        TcpListenOptions options = {.port = SERVER_PORT, .backlog = 3};
        ck_assert_int_eq(tcp_listen(w->ends[1].stack, 0, &options), TCP_OK);
    } else {
        connect_from(w, 1); /* both at once */
    }
    connect_from(w, 0);
    return w;
}

/* ---- Running ---- */

/* The next thing that happens: a packet arrives, a timer fires; now and then an application acts
 * first.  False: nothing is left. */
static bool step(World *w)
{
    Packet *packet = first_packet(w);
    SimDue due = packet != NULL ? (SimDue){packet->due, packet->order} : SIM_DUE_NEVER;
    End *who = NULL;
    for (unsigned i = 0; i < ENDS; i++) {
        SimDue timer = tcp_stack_next_due(w->ends[i].stack);
        if (sim_due_before(timer, due)) {
            due = timer;
            who = &w->ends[i];
        }
    }
    if (due.at == SIM_NEVER)
        return false;
    ck_assert_int_ge(due.at, w->now);
    w->now = due.at;
    if (who != NULL) {
        tcp_stack_advance(who->stack, w->now);
    } else {
        Packet p = *packet;
        *packet = w->packets[--w->packet_count];
        tcp_stack_deliver(w->ends[p.to].stack, w->now, &p.segment);
    }
    return true;
}

static void check_status(const End *end)
{
    TcpStatus status;
    if (!tcp_status(end->stack, end->conn, &status))
        return;
    ck_assert(seq_le(status.snd_una, status.snd_nxt));
    ck_assert_int_eq(status.state, end->states[end->conn]);
    ck_assert_uint_le(status.rcv_wnd, (uint64_t)end->config.window + (1U << 14));
}

/* Applications sleep while a connection is in TIME-WAIT, but as long as one has something to do a
 * little time passes without packets, too. */
static bool someone_has_to_act(const World *w)
{
    for (unsigned i = 0; i < ENDS; i++) {
        const End *end = &w->ends[i];
        TcpStatus status;
        if (tcp_status(end->stack, end->conn, &status) && status.accepted &&
            (end->to_send > 0 || !end->closed || status.readable > 0))
            return true;
    }
    return false;
}

static void run(World *w, bool (*until)(const World *))
{
    while (!until(w)) {
        ck_assert_msg(++w->events < EVENTS_MAX, "the two do not come to an end");
        if (chance(w, 20))
            act(&w->ends[below(w, ENDS)]);
        if (w->forges && chance(w, 5))
            forge(w);
        if (!step(w) && !someone_has_to_act(w))
            return;
        check_status(&w->ends[0]);
        check_status(&w->ends[1]);
    }
}

static bool never(const World *w)
{
    (void)w;
    return false;
}

static bool enough(const World *w)
{
    return w->events >= 2000;
}

static void clear_up(World *w)
{
    for (unsigned i = 0; i < ENDS; i++) {
        TcpCensus census;
        tcp_stack_crash(w->ends[i].stack, w->now, false);
        census = tcp_stack_census(w->ends[i].stack);
        ck_assert_uint_eq(census.half_open + census.full, 0);
        ck_assert_int_eq(tcp_stack_next_due(w->ends[i].stack).at, SIM_NEVER);
        tcp_stack_free(w->ends[i].stack);
    }
    free(w);
}

static void check_complete(const World *w, const uint64_t sent[ENDS])
{
    for (unsigned i = 0; i < ENDS; i++) {
        const End *end = &w->ends[i];
        TcpCensus census = tcp_stack_census(end->stack);
        ck_assert_int_eq(end->error, TCP_OK);
        ck_assert_uint_eq(end->read, sent[1 - i]);
        ck_assert_uint_eq(end->wrong, 0);
        ck_assert_uint_eq(census.half_open + census.full, 0);
        ck_assert_int_eq(end->states[end->conn], TCP_STATE_CLOSED);
    }
}

enum { SEEDS_A_TEST = 160 };

/* _i is the loop's number: which seeds. */
START_TEST(every_byte_arrives)
{
    for (uint64_t seed = 0; seed < SEEDS_A_TEST; seed++) {
        World *w = world_new((uint64_t)_i * SEEDS_A_TEST + seed, false);

        uint64_t sent[ENDS] = {w->ends[0].to_send, w->ends[1].to_send};
        run(w, never);
        check_complete(w, sent);
        clear_up(w);
    }
}
END_TEST

START_TEST(forgers_break_no_invariant)
{
    for (uint64_t seed = 0; seed < SEEDS_A_TEST; seed++) {
        World *w = world_new((uint64_t)_i * SEEDS_A_TEST + seed, true);
        run(w, enough);
        clear_up(w);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp-random");
    TCase *tc = tcase_create("random");
    tcase_add_loop_test(tc, every_byte_arrives, 0, 8);
    tcase_add_loop_test(tc, forgers_break_no_invariant, 0, 4);
    suite_add_tcase(s, tc);
    return s;
}
