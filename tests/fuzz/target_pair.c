/* Two endpoints and a wire between them that holds what it is given, and delivers it, or not, in any order
 * and as often as it likes.  Nobody forges, so what one reads is what the other sent, byte for byte.
 */
#include <string.h>

#include "endpoint.h"
#include "fuzz.h"

enum {
    ENDS = 2,
    ADDRESS = 0x0a000001,
    HELD_MAX = 64,
    STEPS_MAX = 100,
    REST_MAX = 3000, /* timers and segments until all is over */
    SEND_MAX = 20000,
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
    Endpoint end;
} Side;

struct Pair {
    Bytes bytes;
    Side sides[ENDS];
    Held held[HELD_MAX];
    unsigned held_count;
    bool is_tainted; /* four-tuples were used again: old segments may be taken for new ones */
};

static Endpoint *end_at(Pair *pair, unsigned which)
{
    return &pair->sides[which % ENDS].end;
}

/* ---- The wire ---- */

/* When it is full, what is longest on it is lost. */
static void hold(void *context, const Segment *segment)
{
    Side *side = context;
    Pair *pair = side->pair;
    unsigned at = pair->held_count;

    if (at == HELD_MAX) {
        at = HELD_MAX - 1;
        memmove(pair->held, pair->held + 1, at * sizeof pair->held[0]);
        pair->held_count = at;
    }
    pair->held[pair->held_count++] = (Held){(side->index + 1) % ENDS, *segment};
}

static Held take_out(Pair *pair, unsigned i)
{
    Held held = pair->held[i];

    pair->held_count--;
    memmove(pair->held + i, pair->held + i + 1, (pair->held_count - i) * sizeof held);
    return held;
}

static void deliver(Pair *pair, unsigned i, bool keeps_copy)
{
    Held held = keeps_copy ? pair->held[i] : take_out(pair, i);

    if (held.segment.dst_addr == end_at(pair, held.to)->address)
        endpoint_deliver(end_at(pair, held.to), &held.segment);
}

/* A router marks what may be marked. */
static void deliver_marked(Pair *pair, unsigned i)
{
    if (pair->held[i].segment.ecn != ECN_NOT_ECT)
        pair->held[i].segment.ecn = ECN_CE;
    deliver(pair, i, false);
}

/* … or loses it, and says why. */
static void refuse(Pair *pair, unsigned i, uint8_t how)
{
    Held held = take_out(pair, i);

    endpoint_icmp(end_at(pair, held.to + 1), &held.segment, how);
}

static void use_wire(Pair *pair, uint8_t how)
{
    if (pair->held_count == 0)
        return;
    unsigned i = (how >> 3) % pair->held_count;

    switch (how % 8) {
    case 0: (void)take_out(pair, i); break;
    case 1: deliver(pair, i, true); break;
    case 2: deliver(pair, i, false); break;
    case 3: deliver_marked(pair, i); break;
    case 4: refuse(pair, i, bytes_take(&pair->bytes)); break;
    default: deliver(pair, 0, false); break;
    }
}

/* ---- What is read ---- */

/* Whose stream it is: the peer's that has the same four-tuple, or had. */
static void check_read(void *context, TcpConnId id, Payload payload, uint64_t offset,
                       uint32_t length)
{
    const Side *side = context;
    const Endpoint *peer = end_at(side->pair, side->index + 1);

    (void)id;
    if (side->pair->is_tainted)
        return;
    g_assert(payload.offset == offset && length > 0);
    g_assert(payload.stream >> 32 == peer->address);
}

/* Ports below 2000 are bound by hand; a host that crashed begins anew. */
static void connect_to_peer(Pair *pair, unsigned which, uint8_t how)
{
    Endpoint *end = end_at(pair, which);
    uint16_t port = how & 4 ? 1000 : (uint16_t)(ENDPOINT_PORT + (how & 1));

    if (how & 8)
        pair->is_tainted = true;
    TcpConnectOptions options = {.address = end_at(pair, which + 1)->address,
                                 .port = port,
                                 .from_port = how & 8 ? 1000 : 0,
                                 .fast_open = how & 0x10};
    if (options.fast_open)
        options.data = bytes_take16(&pair->bytes);
    endpoint_connect(end, &options);
}

/* ---- Acts ---- */

/* Both clocks are one: the earlier timer first. */
static gboolean step(Pair *pair, SimTime until)
{
    SimDue first = tcp_stack_next_due(pair->sides[0].end.stack);
    SimDue second = tcp_stack_next_due(pair->sides[1].end.stack);
    unsigned which = sim_due_before(second, first) ? 1 : 0;
    gboolean has_fired = endpoint_step(end_at(pair, which), until);

    end_at(pair, which + 1)->now = end_at(pair, which)->now;
    return has_fired;
}

static void pass_time(Pair *pair)
{
    SimTime by = (SimTime)1 << (bytes_take(&pair->bytes) % 50);
    SimTime until = MIN(sim_time_add(pair->sides[0].end.now, by), end_of_time);

    for (unsigned n = 0; n < STEPS_MAX && step(pair, until); n++)
        ;
}

static void crash(Pair *pair, unsigned which, bool forget)
{
    pair->is_tainted = true;
    endpoint_crash(end_at(pair, which), forget);
}

static void call(Pair *pair, unsigned what)
{
    uint8_t how = bytes_take(&pair->bytes);
    unsigned which = how >> 7;
    Endpoint *end = end_at(pair, which);
    TcpConnId id = endpoint_conn(end, how >> 2);

    switch (what) {
    case 0:
        endpoint_listen(end, (uint16_t)(ENDPOINT_PORT + how % 2), how >> 2 & 7, how >> 5 & 3);
        break;
    case 1: connect_to_peer(pair, which, how); break;
    case 2: endpoint_accept(end, (uint16_t)(ENDPOINT_PORT + how % 2)); break;
    case 3: endpoint_read(end, id, how & 1 ? UINT64_MAX : 1 + bytes_take16(&pair->bytes)); break;
    case 4:
        if ((how & 0x70) == 0x70)
            crash(pair, which, how & 1);
        break;
    case 5:
        (void)tcp_close_listener(end->stack, end->now, (uint16_t)(ENDPOINT_PORT + how % 2));
        break;
    default: endpoint_call(end, id, how, 1 + bytes_take16(&pair->bytes) % SEND_MAX); break;
    }
}

static void act(Pair *pair)
{
    uint8_t what = bytes_take(&pair->bytes);

    if (what < 0x80)
        use_wire(pair, what);
    else if (what < 0xb0)
        pass_time(pair);
    else
        call(pair, what % 10U);
}

/* From now on the wire loses nothing, and applications let go. */
static void come_to_rest(Pair *pair)
{
    for (unsigned which = 0; which < ENDS; which++)
        endpoint_finish(end_at(pair, which));
    for (unsigned n = 0; n < REST_MAX; n++) {
        if (pair->held_count > 0)
            deliver(pair, 0, false);
        else if (!step(pair, end_of_time))
            break;
    }
    for (unsigned which = 0; which < ENDS; which++) {
        endpoint_check(end_at(pair, which));
        if (tcp_stack_next_due(end_at(pair, which)->stack).at == SIM_NEVER)
            endpoint_check_quiet(end_at(pair, which));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SimOrder order = {0};
    Pair pair = {.bytes = {data, size}};

    for (unsigned i = 0; i < ENDS; i++) {
        Side *side = &pair.sides[i];
        *side = (Side){.pair = &pair, .index = i};
        side->end =
            (Endpoint){.address = ADDRESS + i, .send = hold, .read = check_read, .context = side};
        endpoint_config(&side->end.config, &pair.bytes);
        endpoint_begin(&side->end, &order);
    }
    while (!bytes_end(&pair.bytes)) {
        act(&pair);
        endpoint_check(end_at(&pair, 0));
        endpoint_check(end_at(&pair, 1));
    }
    come_to_rest(&pair);
    for (unsigned i = 0; i < ENDS; i++)
        endpoint_end(end_at(&pair, i));
    return 0;
}
