/* One endpoint against a forger: calls, segments and time in any order, in every state.
 *
 * Whoever forges is consistent in one thing: the byte with the sequence number s is always the same one, so
 * that whatever is taken of it, what an application reads is known (endpoint.h has the rest of the claims).
 * On a SYN they are the first bytes of a stream that its number names: the engine knows no others there.
 */
#include <string.h>

#include "endpoint.h"
#include "fuzz.h"

enum {
    ADDRESS = 0x0a000001,
    PEER = 0x0a000002,
    STREAM = 77,      /* the forger's bytes: number s is byte s of it */
    HEARD_MAX = 8,    /* segments of the endpoint that the forger remembers */
    STEPS_MAX = 200,  /* timers between two acts */
    SEND_MAX = 20000, /* bytes of one call */
    LENGTH_MAX = 3000,
};

static const SimTime end_of_time = 200 * 24 * SIM_HOUR;

typedef struct Forger {
    Endpoint end;
    Bytes bytes;
    Segment heard[HEARD_MAX];
    unsigned heard_count;
} Forger;

static void hear(void *context, const Segment *segment)
{
    Forger *forger = context;

    forger->heard[forger->heard_count++ % HEARD_MAX] = *segment;
}

static uint64_t syn_stream(Seq number)
{
    return (uint64_t)STREAM << 32 | number;
}

static void check_read(void *context, TcpConnId id, Payload payload, uint64_t offset,
                       uint32_t length)
{
    const Forger *forger = context;
    TcpStatus status;

    (void)length;
    g_assert(tcp_status(forger->end.stack, id, &status));
    Seq number = payload.stream == STREAM ? (Seq)payload.offset
                                          : (Seq)payload.stream + 1 + (Seq)payload.offset;
    g_assert(payload.stream == STREAM || payload.stream >> 32 == STREAM);
    g_assert(number == status.irs + 1 + (Seq)offset);
}

/* ---- Segments ---- */

static uint8_t forge_flags(Bytes *bytes)
{
    static const uint8_t usual[] = {
        TCP_ACK, TCP_ACK,           TCP_ACK | TCP_PSH, TCP_ACK | TCP_FIN,
        TCP_SYN, TCP_SYN | TCP_ACK, TCP_RST,           TCP_RST | TCP_ACK,
        TCP_FIN, TCP_SYN | TCP_FIN, TCP_SYN | TCP_RST, 0,
    };
    uint8_t byte = bytes_take(bytes);

    return byte < 0xf0 ? usual[byte % sizeof usual] : bytes_take(bytes);
}

/* Near a number, mostly very. */
static Seq near(Bytes *bytes, Seq number)
{
    uint8_t byte = bytes_take(bytes);

    if (byte < 0x60)
        return number;
    if (byte < 0xa0)
        return number + (Seq)(byte - 0x80);
    if (byte < 0xf8)
        return number + (Seq)(int32_t)(int16_t)bytes_take16(bytes);
    return bytes_take32(bytes);
}

static void forge_options(Forger *forger, Segment *segment, Seq base)
{
    Bytes *bytes = &forger->bytes;
    SegmentOptions *options = &segment->options;
    uint8_t byte = bytes_take(bytes);

    options->present = byte & 0x1f;
    if (options->present & OPTION_MSS)
        options->mss = (uint16_t)bytes_take16(bytes);
    if (options->present & OPTION_WINDOW_SCALE)
        options->window_scale = bytes_take(bytes) % 15;
    if (options->present & OPTION_TIMESTAMPS) {
        options->ts_val = near(bytes, (uint32_t)(forger->end.now / SIM_MILLISECOND));
        options->ts_ecr = near(bytes, forger->heard[byte % HEARD_MAX].options.ts_val);
    }
    if (!(options->present & OPTION_SACK))
        return;
    /* No more fit beside timestamps. */
    unsigned most = options->present & OPTION_TIMESTAMPS ? 3 : SEGMENT_SACK_MAX;
    options->sack_count = (uint8_t)(1 + bytes_take(bytes) % most);
    for (unsigned i = 0; i < options->sack_count; i++) {
        options->sack[i].left = near(bytes, base);
        options->sack[i].right = near(bytes, options->sack[i].left + 1448);
    }
}

/* A cookie that the endpoint has granted or shown, one of nobody's, or a request. */
static void forge_fast_open(Forger *forger, SegmentOptions *options)
{
    uint8_t byte = bytes_take(&forger->bytes);
    const SegmentOptions *heard = &forger->heard[byte % HEARD_MAX].options;

    options->present |= byte & 0x80 ? OPTION_FAST_OPEN_EXP : OPTION_FAST_OPEN;
    options->cookie_length = byte & 0x40 ? SEGMENT_COOKIE_LEAST + (byte >> 3 & 6) : 0;
    if (heard->present & OPTION_ANY_FAST_OPEN) {
        options->cookie_length = heard->cookie_length;
        memcpy(options->cookie, heard->cookie, sizeof options->cookie);
    }
}

/* What the peer of a connection might send now. */
static void address_to_conn(const Forger *forger, TcpConnId id, Segment *segment)
{
    TcpStatus status;

    if (!tcp_status(forger->end.stack, id, &status))
        return;
    segment->src_addr = status.remote_address;
    segment->src_port = status.remote_port;
    segment->dst_port = status.local_port;
    segment->seq = status.rcv_nxt;
    segment->ack = status.snd_nxt;
}

/* An answer to what was heard, by whoever it was sent to. */
static void address_as_answer(const Segment *heard, Segment *segment)
{
    if (heard->dst_addr == 0)
        return;
    segment->src_addr = heard->dst_addr;
    segment->src_port = heard->dst_port;
    segment->dst_port = heard->src_port;
    segment->seq = heard->ack;
    segment->ack = heard->seq + segment_seq_length(heard);
}

static void forge(Forger *forger)
{
    Bytes *bytes = &forger->bytes;
    uint8_t whom = bytes_take(bytes);
    Segment segment = {
        .src_addr = PEER + (whom >> 7),
        .dst_addr = ADDRESS,
        .src_port = (uint16_t)(1000 + (whom >> 4) % 4),
        .dst_port = (uint16_t)(ENDPOINT_PORT + (whom >> 6) % 2),
        .flags = forge_flags(bytes),
    };

    if (whom % 4 == 1)
        address_as_answer(&forger->heard[(whom >> 2) % HEARD_MAX], &segment);
    else if (whom % 4 > 1)
        address_to_conn(forger, endpoint_conn(&forger->end, whom >> 2), &segment);
    Seq base = segment.ack;
    segment.seq = near(bytes, segment.seq);
    segment.ack = near(bytes, segment.ack);
    segment.window = (uint16_t)bytes_take_within(bytes, 0, UINT16_MAX);
    uint8_t form = bytes_take(bytes);
    segment.ecn = form >> 6;
    if (form & 1)
        forge_options(forger, &segment, base);
    if ((form & 4) && !(segment.options.present & OPTION_SACK))
        forge_fast_open(forger, &segment.options);
    if (form & 2)
        segment.length = (uint16_t)bytes_take_within(bytes, 0, LENGTH_MAX);
    segment.payload = segment.flags & TCP_SYN ? (Payload){syn_stream(segment.seq), 0}
                                              : (Payload){STREAM, segment.seq};
    endpoint_deliver(&forger->end, &segment);
}

/* ---- Everything else ---- */

static void pass_time(Forger *forger)
{
    SimTime by = (SimTime)1 << (bytes_take(&forger->bytes) % 50);
    SimTime until = MIN(sim_time_add(forger->end.now, by), end_of_time);

    for (unsigned n = 0; n < STEPS_MAX && endpoint_step(&forger->end, until); n++)
        ;
}

static void connect_to(Forger *forger, uint16_t port, uint8_t how)
{
    TcpConnectOptions options = {.address = PEER + (how & 4) / 4,
                                 .port = port,
                                 .from_port = how & 8 ? 1000 : 0,
                                 .fast_open = how & 0x10,
                                 .only_syn_data = how & 0x20};

    if (options.fast_open)
        options.data = bytes_take16(&forger->bytes);
    endpoint_connect(&forger->end, &options);
}

static void call(Forger *forger, unsigned what)
{
    Bytes *bytes = &forger->bytes;
    Endpoint *end = &forger->end;
    uint8_t how = bytes_take(bytes);
    uint16_t port = (uint16_t)(ENDPOINT_PORT + how % 2);
    TcpConnId id = endpoint_conn(end, how >> 2);

    switch (what) {
    case 0: endpoint_listen(end, port, how >> 6, how >> 2 & 3); break;
    case 1: connect_to(forger, port, how); break;
    case 2: endpoint_accept(end, port); break;
    case 3: endpoint_read(end, id, how & 1 ? UINT64_MAX : 1 + bytes_take16(bytes)); break;
    case 4: (void)tcp_close_listener(end->stack, end->now, port); break;
    case 5:
        if (how >= 0xf0)
            endpoint_crash(end, how & 1);
        break;
    case 9: endpoint_icmp(end, &forger->heard[how % HEARD_MAX], bytes_take(bytes)); break;
    default: endpoint_call(end, id, how, 1 + bytes_take16(bytes) % SEND_MAX); break;
    }
}

static void act(Forger *forger)
{
    uint8_t what = bytes_take(&forger->bytes);

    if (what < 0x80)
        forge(forger);
    else if (what < 0xb0)
        pass_time(forger);
    else
        call(forger, what % 10U);
}

/* Nobody sends any more; applications let go. */
static void come_to_rest(Forger *forger)
{
    endpoint_finish(&forger->end);
    for (unsigned n = 0; n < STEPS_MAX * 5; n++) {
        if (!endpoint_step(&forger->end, end_of_time)) {
            if (tcp_stack_next_due(forger->end.stack).at == SIM_NEVER)
                endpoint_check_quiet(&forger->end);
            return;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SimOrder order = {0};
    Forger forger = {.bytes = {data, size},
                     .end = {.address = ADDRESS, .send = hear, .read = check_read}};

    forger.end.context = &forger;
    endpoint_config(&forger.end.config, &forger.bytes);
    endpoint_begin(&forger.end, &order);
    while (!bytes_end(&forger.bytes)) {
        act(&forger);
        endpoint_check(&forger.end);
    }
    come_to_rest(&forger);
    endpoint_check(&forger.end);
    endpoint_end(&forger.end);
    return 0;
}
