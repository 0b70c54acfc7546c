/* A segment from its parts: sizes, headers, options.
 *
 * Whatever takes up sequence numbers is composed from its place in the stream: position 0 is the
 * SYN, then come the data, then the FIN.  So first transmission and retransmission are one piece
 * of code; what is sent again is cut as it was the first time.
 */
#include <string.h>

#include "core/compiler.h"
#include "tcp/compose.h"
#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/receive.h"

enum {
    TIMESTAMPS_BYTES = 12, /* the option with its padding */
    LEAST_PACKET = 68 - 40 - TIMESTAMPS_BYTES,
};

/* ---- Sizes ---- */

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

uint32_t tcp_timestamp(SimTime now)
{
    return (uint32_t)(now / SIM_MILLISECOND) + 1; /* never 0, which means "none" to some */
}

/* sender=linux: a small window is filled with two segments (include/net/tcp.h, tcp_bound_to_half_wnd()). */
static APART uint32_t linux_mss(const TcpConnection *conn, uint32_t mss)
{
    uint32_t window = conn->snd_wnd_max;

    if (window == 0 || window >= 2 * mss)
        return mss;
    uint32_t half = window > TCP_DEFAULT_MSS ? window / 2 : window;
    return least(mss, half > LEAST_PACKET ? half : LEAST_PACKET);
}

/* RFC 9293 §3.7.1: what the peer takes, and what our own link does, where `mss` comes from that; less the options. */
uint32_t tcp_effective_mss(const TcpStack *stack, const TcpConnection *conn)
{
    uint32_t mss = conn->peer_mss;

    if (stack->mss_bounds_sent)
        mss = least(mss, (uint32_t)stack->config->mss);
    mss -= conn->entry.timestamps_on ? TIMESTAMPS_BYTES : 0; /* see TCP_LEAST_PEER_MSS */
    return tcp_is_linux_sender(stack) ? linux_mss(conn, mss) : mss;
}

/* ---- Headers ---- */

void tcp_compose_address(const TcpStack *stack, const TcpEntry *entry, Segment *segment)
{
    segment->src_addr = stack->setup.address;
    segment->dst_addr = tcp_entry_remote_address(entry);
    segment->src_port = tcp_entry_local_port(entry);
    segment->dst_port = tcp_entry_remote_port(entry);
}

static void add_timestamps(Segment *segment, uint32_t value, uint32_t recent)
{
    segment->options.present |= OPTION_TIMESTAMPS;
    segment->options.ts_val = value;
    segment->options.ts_ecr = recent;
}

/* All that are present; last. */
static inline void lay_out(TcpStack *stack, Segment *segment)
{
    segment->options.list = *tcp_options_layout(stack, segment);
    if (segment->options.list == 0 || stack->tuning != NULL)
        tcp_options_lay_out(stack, segment);
}

/* Options of SYN and SYN-ACK: all that we would like, or all that was offered and we take. */
static void add_syn_options(const TcpStack *stack, Segment *segment, bool scale, bool sack)
{
    if (stack->tuning != NULL && stack->tuning->no_options)
        return;
    segment->options.present |= OPTION_MSS;
    segment->options.mss = (uint16_t)stack->config->mss;
    if (sack)
        segment->options.present |= OPTION_SACK_PERMITTED;
    if (scale) {
        segment->options.present |= OPTION_WINDOW_SCALE;
        segment->options.window_scale = tcp_window_shift(stack);
    }
}

static APART uint32_t whole_segments(const TcpStack *stack, uint32_t window, uint32_t segment)
{
    if (tcp_is_linux_receiver(stack) && window == UINT16_MAX)
        window++; /* half of 128 kB, which a field cannot say */
    return least(window > segment ? window - window % segment : window, UINT16_MAX);
}

/* The window of a SYN is never scaled (RFC 7323 §2.2); Linux makes it a whole number of the
 * segments that will come. */
uint16_t tcp_syn_window_of(const TcpStack *stack, uint32_t segment)
{
    const HostConfig *config = stack->config;
    uint32_t window = least((uint32_t)config->window, UINT16_MAX);

    if (config->first_window)
        window = least(window, (uint32_t)config->first_window);
    return (uint16_t)(config->window_in_segments ? whole_segments(stack, window, segment) : window);
}

uint16_t tcp_syn_window(const TcpStack *stack, bool timestamps)
{
    return tcp_syn_window_of(stack,
                             (uint32_t)stack->config->mss - (timestamps ? TIMESTAMPS_BYTES : 0));
}

/* ---- Connections ---- */

/* The window field, and with it the right edge that we have now promised. */
static uint16_t advertise(const TcpStack *stack, TcpConnection *conn)
{
    if (tcp_is_linux_receiver(stack) && conn->receiver.buffer > 0)
        return tcp_linux_advertise(stack, conn);
    if (tcp_is_linux_receiver(stack) && conn->owner == TCP_OWNER_LISTENER) /* half-open */
        return (uint16_t)(tcp_receive_offered(conn) >> conn->rcv_wscale);
    uint32_t window = tcp_receive_window(stack, conn);
    uint32_t unit = 1U << conn->rcv_wscale; /* rounded up: the right edge must not move left … */
    uint32_t field = least((window + unit - 1) >> conn->rcv_wscale, 65535);

    /* … though it may come to lie beyond the buffer, of two evils (RFC 7323 §2.4) */
    conn->rcv_adv = conn->rcv_nxt + (field << conn->rcv_wscale);
    return (uint16_t)field;
}

/* What was agreed on in the handshake. */
static APART void add_ack_options(TcpStack *stack, TcpConnection *conn, SimTime now,
                                  Segment *segment)
{
    bool is_syn = segment->flags & TCP_SYN;

    if (conn->entry.timestamps_on && (is_syn || stack->config->timestamps_after_syn))
        add_timestamps(segment, tcp_timestamp(now), conn->ts_recent);
    if (conn->entry.sack_on) {
        tcp_receive_sack(conn, &segment->options);
        conn->has_dsack = false; /* a duplicate is reported once (RFC 2883 §4) */
    }
    if (segment->options.present != 0)
        lay_out(stack, segment);
}

/* ACK number, window and options; every segment with an ACK settles what we owed. */
static inline void finish_ack(TcpStack *stack, TcpConnection *conn, SimTime now, Segment *segment)
{
    segment->flags |= conn->ack_flags;
    segment->ack = conn->rcv_nxt;
    segment->window = advertise(stack, conn);
    conn->last_ack_sent = conn->rcv_nxt;
    conn->unacked_bytes = 0;
    conn->ack_urgency = TCP_ACK_NONE;
    if (conn->entry.timestamps_on || conn->entry.sack_on)
        add_ack_options(stack, conn, now, segment);
}

static void finish_syn(TcpStack *stack, TcpConnection *conn, SimTime now, Segment *segment)
{
    const HostConfig *config = stack->config;
    bool answer = conn->state != TCP_STATE_SYN_SENT;
    bool crosses = answer && !conn->passive && tcp_is_linux_sender(stack); /* tcp_send_synack() */
    bool offers = config->syn_rfc1323;

    segment->flags |= TCP_SYN;
    if (answer)
        finish_ack(stack, conn, now, segment);
    segment->options.present &= (uint8_t)~OPTION_SACK;
    segment->window = tcp_syn_window(stack, false);
    if (answer)
        conn->rcv_adv = conn->rcv_nxt + segment->window;
    bool agrees = answer && !crosses;
    add_syn_options(stack, segment,
                    agrees ? conn->entry.window_scale_on : offers && config->tcp_window_scaling,
                    agrees ? conn->entry.sack_on : config->tcp_sack);
    if (!agrees && !conn->entry.timestamps_on && offers && config->tcp_timestamps)
        add_timestamps(segment, tcp_timestamp(now), 0);
    lay_out(stack, segment);
}

/* What MSG_MORE has left open is not the end. */
static inline void finish_data(const TcpStack *stack, const TcpConnection *conn, Segment *segment,
                               uint64_t left)
{
    bool is_open = stack->tuning != NULL && stack->tuning->more_end == 1 + conn->app_bytes;

    if (segment->length == left && !is_open)
        segment->flags |= TCP_PSH;
}

/* The segment that begins at `position` with at most `length_max` bytes of payload. */
OFTEN void tcp_compose(TcpStack *stack, TcpConnection *conn, SimTime now, uint64_t position,
                       uint32_t length_max, Segment *segment)
{
    segment_clear(segment);
    segment->seq = conn->snd_una + (uint32_t)(position - conn->una_position);
    tcp_compose_address(stack, &conn->entry, segment);
    if (position == 0) {
        finish_syn(stack, conn, now, segment);
        return;
    }
    uint64_t data_end = 1 + conn->app_bytes;
    uint64_t left = position < data_end ? data_end - position : 0;
    segment->length = (uint16_t)(left < length_max ? left : length_max);
    segment->payload = (Payload){tcp_stack_stream(stack, conn->entry.id), position - 1};
    if (segment->length > 0 && !stack->sends_packets)
        finish_data(stack, conn, segment, left);
    if (conn->closing && segment->length == left)
        segment->flags |= TCP_FIN;
    finish_ack(stack, conn, now, segment);
}

/* A segment without payload. */
OFTEN void tcp_compose_bare(TcpStack *stack, TcpConnection *conn, SimTime now, Seq seq,
                            uint8_t flags, Segment *segment)
{
    segment_clear(segment);
    segment->seq = seq;
    segment->flags = flags;
    tcp_compose_address(stack, &conn->entry, segment);
    finish_ack(stack, conn, now, segment);
}

/* SACK blocks that came up since the segment was cut must not make it longer than the peer takes. */
static void drop_sack_beyond(TcpStack *stack, Segment *segment, uint32_t most)
{
    SegmentOptions *options = &segment->options;

    while (options->sack_count > 0 && segment->length + segment_options_bytes(options) > most) {
        if (--options->sack_count > 0)
            continue;
        options->present &= (uint8_t)~OPTION_SACK;
        lay_out(stack, segment);
    }
}

/* A SYN or SYN-ACK of few, once more (and a listener's first by Fast Open): a SYN asks for congestion notification
 * once (RFC 3168 §6.1.1.1), or a few times, a SYN-ACK goes on granting it; and what a path is known to take is what
 * we take. */
SELDOM void tcp_compose_special_again(const TcpStack *stack, TcpConnection *conn, Segment *segment)
{
    if ((conn->special & TCP_ECN_ON) && conn->state != TCP_STATE_SYN_SENT)
        segment->flags |= TCP_ECE;
    else if ((conn->special & TCP_ECN_ON) && conn->retries > 0 &&
             conn->retries <= stack->config->ecn_retries)
        segment->flags |= TCP_ECE | TCP_CWR;
    if (tcp_fast_open_is_taken(conn)) { /* its window is that of any SYN-ACK of a listener */
        segment->window = tcp_syn_window(stack, conn->entry.timestamps_on);
        conn->rcv_adv = conn->rcv_nxt + segment->window;
    }
    if ((conn->special & TCP_PATH_NARROW) && conn->path_mss < segment->options.mss &&
        !tcp_is_bsd_receiver(stack)) /* which goes on offering its own */
        segment->options.mss = conn->path_mss;
}

/* The segment that holds `seq`, as it was sent before, from there on. */
SELDOM void tcp_compose_again(TcpStack *stack, TcpConnection *conn, SimTime now, Seq seq,
                              Segment *segment)
{
    if (tcp_is_linux_sender(stack))
        tcp_sent_join(stack, conn, seq, tcp_output_room(stack, conn) + 1);
    uint32_t out = (uint32_t)(tcp_sent_end(conn, seq) - seq);
    uint32_t most = least(out, tcp_effective_mss(stack, conn));

    tcp_compose(stack, conn, now, tcp_position(conn, seq), most, segment);
    if (segment_seq_length(segment) > out)
        segment->flags &= (uint8_t)~TCP_FIN; /* the FIN followed in a segment of its own */
    if ((segment->flags & TCP_SYN) && conn->special)
        tcp_compose_special_again(stack, conn, segment);
    bool is_all = segment->length >= out; /* of the record, whose end it is that pushes */
    if (stack->sends_packets && is_all && tcp_sent_pushes(conn, seq) && segment->length > 0)
        segment->flags |= TCP_PSH;
    drop_sack_beyond(stack, segment, conn->peer_mss);
}

/* Flags and a Fast Open option besides; false: the option found no room. */
bool tcp_compose_add_special(TcpStack *stack, Segment *segment, const Segment *special)
{
    SegmentOptions *options = &segment->options;

    segment->flags |= special->flags;
    if (!(special->options.present & OPTION_ANY_FAST_OPEN))
        return true;
    options->present |= special->options.present;
    options->cookie_length = special->options.cookie_length;
    memcpy(options->cookie, special->options.cookie, options->cookie_length);
    tcp_options_lay_out(stack, segment);
    if (segment_options_bytes(options) <= SEGMENT_OPTIONS_MAX)
        return true;
    options->present &= (uint8_t)~OPTION_ANY_FAST_OPEN;
    lay_out(stack, segment);
    return false;
}

OFTEN void tcp_compose_syn_ack(TcpStack *stack, const TcpHalfOpen *half, uint32_t ts_val,
                               Segment *segment)
{
    segment_clear(segment);
    segment->seq = half->iss;
    segment->ack = half->irs + 1;
    segment->flags = TCP_SYN | TCP_ACK;
    segment->window = tcp_syn_window(stack, half->entry.timestamps_on);
    tcp_compose_address(stack, &half->entry, segment);
    add_syn_options(stack, segment, half->entry.window_scale_on, half->entry.sack_on);
    if (half->entry.timestamps_on)
        add_timestamps(segment, ts_val, half->ts_recent);
    lay_out(stack, segment);
}
