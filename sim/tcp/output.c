/* What leaves the endpoint: SYN, data, FIN, ACK, probes and RST.
 *
 * Whatever takes up sequence numbers is composed from its place in the stream: position 0 is the
 * SYN, then come the data, then the FIN.  So first transmission and retransmission are one piece
 * of code; what is sent again is cut as it was the first time.
 */
#include <assert.h>
#include <string.h>

#include "core/compiler.h"
#include "tcp/connection.h"

enum {
    TIMESTAMPS_BYTES = 12, /* the option with its padding */
    TCP_OPTIONS_MAX = 40,
    LEAST_PACKET = 68 - 40 - TIMESTAMPS_BYTES,
    CHALLENGES_PER_SECOND = 10,
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

/* sender=linux: the device's MTU bounds it, too; and a small window is filled with two segments
 * (include/net/tcp.h, tcp_bound_to_half_wnd()). */
static APART uint32_t linux_mss(const TcpStack *stack, const TcpConnection *conn)
{
    uint32_t mss = least(conn->peer_mss, (uint32_t)stack->config->mss);
    uint32_t window = conn->snd_wnd_max;

    mss -= conn->entry.timestamps_on ? TIMESTAMPS_BYTES : 0;
    if (window == 0 || window >= 2 * mss)
        return mss;
    uint32_t half = window > TCP_DEFAULT_MSS ? window / 2 : window;
    return least(mss, half > LEAST_PACKET ? half : LEAST_PACKET);
}

uint32_t tcp_effective_mss(const TcpStack *stack, const TcpConnection *conn)
{
    if (tcp_is_linux_sender(stack))
        return linux_mss(stack, conn);
    return conn->entry.timestamps_on ? conn->peer_mss - TIMESTAMPS_BYTES : conn->peer_mss;
}

/* ---- Headers ---- */

static void address(const TcpStack *stack, const TcpEntry *entry, Segment *segment)
{
    segment->src_addr = stack->setup.address;
    segment->dst_addr = tcp_entry_remote_address(entry);
    segment->src_port = tcp_entry_local_port(entry);
    segment->dst_port = tcp_entry_remote_port(entry);
}

static void send_out(TcpStack *stack, TcpConnId id, const Segment *segment, const TcpSendNote *note)
{
    stack->setup.hooks.send(stack->setup.hooks.context, id, segment, note);
}

static void add_timestamps(Segment *segment, uint32_t value, uint32_t recent)
{
    segment->options.present |= OPTION_TIMESTAMPS;
    segment->options.ts_val = value;
    segment->options.ts_ecr = recent;
}

/* Options of SYN and SYN-ACK: all that we would like, or all that was offered and we take. */
static void add_syn_options(const TcpStack *stack, Segment *segment, bool scale, bool sack)
{
    int layout = stack->config->option_order == OPTION_ORDER_OF_BSD ? OPTION_ORDER_BSD : 0;

    if (stack->tuning != NULL && stack->tuning->no_options)
        return;
    segment->options.present |= (uint8_t)(OPTION_MSS | layout);
    segment->options.mss = (uint16_t)stack->config->mss;
    if (sack)
        segment->options.present |= OPTION_SACK_PERMITTED;
    if (scale) {
        segment->options.present |= OPTION_WINDOW_SCALE;
        segment->options.window_scale = tcp_window_shift(stack->config);
    }
}

/* The window of a SYN is never scaled (RFC 7323 §2.2); Linux makes it a whole number of the
 * segments that will come. */
uint16_t tcp_syn_window(const TcpStack *stack, bool timestamps)
{
    const HostConfig *config = stack->config;
    uint32_t window = least((uint32_t)config->window, 65535);
    if (config->first_window)
        window = least(window, (uint32_t)config->first_window);
    uint32_t segment = (uint32_t)config->mss - (timestamps ? TIMESTAMPS_BYTES : 0);

    if (config->window_in_segments && window > segment)
        window -= window % segment;
    return (uint16_t)window;
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
    uint32_t unit = 1U << conn->rcv_wscale; /* rounded up: the right edge must not move left */
    uint32_t field = least((window + unit - 1) >> conn->rcv_wscale, 65535);

    conn->rcv_adv = conn->rcv_nxt + (field << conn->rcv_wscale);
    return (uint16_t)field;
}

/* ACK number, window and options; every segment with an ACK settles what we owed. */
static void finish_ack(TcpStack *stack, TcpConnection *conn, SimTime now, Segment *segment)
{
    segment->flags |= conn->ack_flags;
    segment->ack = conn->rcv_nxt;
    segment->window = advertise(stack, conn);
    conn->last_ack_sent = conn->rcv_nxt;
    conn->unacked_bytes = 0;
    conn->ack_urgency = TCP_ACK_NONE;
    bool is_syn = segment->flags & TCP_SYN;
    if (conn->entry.timestamps_on && (is_syn || stack->config->timestamps_after_syn))
        add_timestamps(segment, tcp_timestamp(now), conn->ts_recent);
    if (conn->entry.sack_on) {
        tcp_receive_sack(conn, &segment->options);
        conn->has_dsack = false; /* a duplicate is reported once (RFC 2883 §4) */
    }
}

static void finish_syn(TcpStack *stack, TcpConnection *conn, SimTime now, Segment *segment)
{
    const HostConfig *config = stack->config;
    bool answer = conn->state != TCP_STATE_SYN_SENT;
    bool offers = config->syn_rfc1323;

    segment->flags |= TCP_SYN;
    if (answer)
        finish_ack(stack, conn, now, segment);
    segment->options.present &= (uint8_t)~OPTION_SACK;
    segment->window = tcp_syn_window(stack, false);
    if (answer)
        conn->rcv_adv = conn->rcv_nxt + segment->window;
    add_syn_options(stack, segment,
                    answer ? conn->entry.window_scale_on : offers && config->tcp_window_scaling,
                    answer ? conn->entry.sack_on : config->tcp_sack);
    if (!answer && offers && config->tcp_timestamps)
        add_timestamps(segment, tcp_timestamp(now), 0);
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
static OFTEN void compose(TcpStack *stack, TcpConnection *conn, SimTime now, uint64_t position,
                          uint32_t length_max, Segment *segment)
{
    *segment = (Segment){.seq = conn->snd_una + (uint32_t)(position - conn->una_position)};
    address(stack, &conn->entry, segment);
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

/* SACK blocks that came up since the segment was cut must not make it longer than the peer takes. */
static void drop_sack_beyond(Segment *segment, uint32_t most)
{
    SegmentOptions *options = &segment->options;

    while (options->sack_count > 0 && segment->length + segment_options_bytes(options) > most)
        if (--options->sack_count == 0)
            options->present &= (uint8_t)~OPTION_SACK;
}

/* A SYN or SYN-ACK of few, once more (and a listener's first by Fast Open): a SYN asks for congestion notification once (RFC 3168 §6.1.1.1), a
 * SYN-ACK goes on granting it; and what a path is known to take is what we take. */
static SELDOM void finish_special_again(const TcpStack *stack, TcpConnection *conn,
                                        Segment *segment)
{
    if ((conn->special & TCP_ECN_ON) && conn->state != TCP_STATE_SYN_SENT)
        segment->flags |= TCP_ECE;
    if (tcp_fast_open_is_taken(conn)) { /* its window is that of any SYN-ACK of a listener */
        segment->window = tcp_syn_window(stack, conn->entry.timestamps_on);
        conn->rcv_adv = conn->rcv_nxt + segment->window;
    }
    if ((conn->special & TCP_PATH_NARROW) && conn->path_mss < segment->options.mss)
        segment->options.mss = conn->path_mss;
}

/* The segment that holds `seq`, as it was sent before, from there on. */
static SELDOM void compose_again(TcpStack *stack, TcpConnection *conn, SimTime now, Seq seq,
                                 Segment *segment)
{
    if (tcp_is_linux_sender(stack))
        tcp_sent_join(stack, conn, seq, tcp_effective_mss(stack, conn) + 1);
    uint32_t out = (uint32_t)(tcp_sent_end(conn, seq) - seq);
    uint32_t most = least(out, tcp_effective_mss(stack, conn));

    compose(stack, conn, now, tcp_position(conn, seq), most, segment);
    if (segment_seq_length(segment) > out)
        segment->flags &= (uint8_t)~TCP_FIN; /* the FIN followed in a segment of its own */
    if ((segment->flags & TCP_SYN) && conn->special)
        finish_special_again(stack, conn, segment);
    bool is_all = segment->length >= out; /* of the record, whose end it is that pushes */
    if (stack->sends_packets && is_all && tcp_sent_pushes(conn, seq) && segment->length > 0)
        segment->flags |= TCP_PSH;
    drop_sack_beyond(segment, conn->peer_mss);
}

/* Accounts for what has just been sent: the first time or again. */
static void account(TcpStack *stack, TcpConnection *conn, SimTime now, const Segment *segment)
{
    Seq end = segment->seq + segment_seq_length(segment);

    if (conn->has_linux_cubic && conn->snd_una == conn->snd_nxt)
        tcp_cubic_wakes(stack, conn, now);
    else if (conn->has_curve && conn->snd_una == conn->snd_nxt)
        tcp_congestion_resumed(conn, now - conn->last_sent);
    conn->last_sent = now;
    conn->prr_out += conn->is_reducing;
    if (conn->snd_una == conn->snd_nxt) {
        conn->first_sent = now;
        conn->retransmitted = false;
    }
    if (seq_lt(segment->seq, conn->snd_nxt)) {
        conn->retransmitted = true;
        conn->timing = false; /* Karn: what was sent twice is not timed */
        tcp_sent_again(conn, segment->seq, now);
        if (conn->undo != NULL)
            tcp_undo_repeated(conn, now);
        return;
    }
    if (!conn->timing) {
        conn->timing = true;
        conn->rtt_seq = segment->seq;
        conn->rtt_started = now;
    }
    if (conn->waiting != NULL)
        tcp_packets_left(stack, conn, segment->length);
    conn->snd_nxt = end;
    tcp_sent_add(stack, conn, end, now);
}

static inline void transmit(TcpStack *stack, TcpConnection *conn, SimTime now,
                            const Segment *segment, const TcpSendNote *note)
{
    tcp_timers_ack_sent(stack, conn);
    account(stack, conn, now, segment);
    send_out(stack, conn->entry.id, segment, note);
}

/* Flags and a Fast Open option besides; false: the option found no room. */
static bool add_special(Segment *segment, const Segment *special)
{
    SegmentOptions *options = &segment->options;

    segment->flags |= special->flags;
    if (!(special->options.present & OPTION_ANY_FAST_OPEN))
        return true;
    options->present |= special->options.present;
    options->cookie_length = special->options.cookie_length;
    memcpy(options->cookie, special->options.cookie, options->cookie_length);
    if (segment_options_bytes(options) <= TCP_OPTIONS_MAX)
        return true;
    options->present &= (uint8_t)~OPTION_ANY_FAST_OPEN;
    return false;
}

SELDOM void tcp_output_special_syn(TcpStack *stack, TcpConnection *conn, SimTime now,
                                   TcpReason reason, uint16_t length, const Segment *special)
{
    Segment segment;

    compose(stack, conn, now, 0, 0, &segment);
    if (add_special(&segment, special) && length > 0) {
        segment.length = length;
        segment.payload = (Payload){tcp_stack_stream(stack, conn->entry.id), 0};
        conn->special |= TCP_SYN_DATA;
    }
    if (segment.options.present & OPTION_ANY_FAST_OPEN)
        conn->special |= TCP_FAST_OPEN_ASKED;
    if (segment.options.present & OPTION_FAST_OPEN_EXP)
        conn->special |= TCP_FAST_OPEN_EXP;
    transmit(stack, conn, now, &segment, &(TcpSendNote){.reason = reason});
    if (segment.length > 0) {
        tcp_sent_split(stack, conn, conn->iss + 1); /* what is acknowledged may be the SYN alone */
        conn->sent_last->push = stack->sends_packets; /* tcp_send_syn_data() */
    }
    tcp_timers_sent(stack, conn, now);
}

void tcp_output_syn(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    Segment segment;

    compose(stack, conn, now, 0, 0, &segment);
    transmit(stack, conn, now, &segment, &(TcpSendNote){.reason = reason});
    tcp_timers_sent(stack, conn, now);
}

void tcp_output_oldest(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason,
                       uint32_t retry, uint32_t limit)
{
    Segment segment;

    if (stack->refuses)
        return;
    compose_again(stack, conn, now, conn->snd_una, &segment);
    transmit(stack, conn, now, &segment,
             &(TcpSendNote){.reason = reason, .retry = retry, .limit = limit});
}

static inline uint32_t data_room(const TcpStack *stack, const TcpConnection *conn)
{
    SegmentOptions options = {0};
    uint32_t room = tcp_effective_mss(stack, conn);

    if (!conn->entry.sack_on || !(conn->pieces != NULL || conn->has_dsack))
        return room;
    tcp_receive_sack(conn, &options);
    return room - (uint32_t)segment_options_bytes(&options);
}

uint32_t tcp_output_room(const TcpStack *stack, const TcpConnection *conn)
{
    return data_room(stack, conn);
}

/* The same where sender=linux: segments are counted, however small; the window has one at least, also when
 * they have grown since. */
static APART uint32_t linux_congestion_room(const TcpStack *stack, const TcpConnection *conn)
{
    uint32_t mss = tcp_effective_mss(stack, conn), out = tcp_sent_in_flight(conn);
    uint32_t window = tcp_congestion_window(stack, conn) / mss;

    window = window > 0 ? window : 1;
    return window > out ? (window - out) * mss : 0;
}

/* Bytes that the congestion window leaves. */
static inline uint32_t congestion_room(const TcpStack *stack, const TcpConnection *conn)
{
    if (tcp_is_linux_sender(stack))
        return linux_congestion_room(stack, conn);
    uint32_t window = tcp_congestion_window(stack, conn), pipe = tcp_sent_pipe(stack, conn);

    return window > pipe ? window - pipe : 0;
}

/* Bytes of new data that the peer's window and the congestion window leave; a tail loss probe may be one segment
 * beyond that (RFC 8985 §7.3). */
static uint32_t usable_window(const TcpStack *stack, const TcpConnection *conn, bool is_last)
{
    uint32_t out = (uint32_t)(conn->snd_nxt - conn->snd_una);
    uint32_t room = conn->snd_wnd > out ? conn->snd_wnd - out : 0;

    if (conn->is_probing || (conn->closing && stack->config->fin_ignores_cwnd && is_last))
        return room;
    return room > 0 ? least(room, congestion_room(stack, conn)) : 0;
}

/* A SYN-ACK may be out, in Fast Open. */
static bool no_data_is_out(const TcpConnection *conn)
{
    return conn->snd_una == conn->snd_nxt ||
           (conn->una_position == 0 && conn->snd_nxt == conn->iss + 1);
}

/* May a small segment go, as far as Nagle's algorithm is concerned?  Minshall lets it wait for another
 * small one alone, not for the full ones before it (Linux net/ipv4/tcp_output.c, tcp_minshall_check). */
static APART bool nagle_admits(const TcpStack *stack, const TcpConnection *conn)
{
    const HostConfig *config = stack->config;

    if (!config->nagle || no_data_is_out(conn) ||
        (conn->is_probing && tcp_is_linux_sender(stack))) /* tcp_send_loss_probe() */
        return true;
    return config->nagle_holds == NAGLE_HOLDS_SMALL && seq_le(conn->snd_sml, conn->snd_una);
}

/* Nagle (RFC 9293 §3.7.4) and sender-side silly window avoidance (§3.8.6.2.1): may `length`
 * bytes of `left` be sent now? */
static bool is_worth_sending(const TcpStack *stack, const TcpConnection *conn, uint32_t length,
                             uint64_t left, uint32_t mss)
{
    if (length >= mss)
        return true;
    if (stack->config->nagle == TCP_NAGLE_CORK)
        return conn->closing && length == left;
    if (length == left)
        return conn->closing || nagle_admits(stack, conn);
    if (tcp_is_linux_sender(stack))
        return false; /* tcp_snd_wnd_test(): all of it, or what the override timer sends */
    bool alone = !stack->config->nagle || no_data_is_out(conn);
    return alone && conn->snd_wnd_max > 0 && 2 * length >= conn->snd_wnd_max;
}

/* Does what follows the record at `start` leave with it?  Segments of one packet do (Linux, tcp_retransmit_skb());
 * `before` have left already. */
static SELDOM bool is_followed(const TcpStack *stack, const TcpConnection *conn, Seq start,
                               uint32_t before)
{
    return stack->sends_packets && tcp_sent_goes_on(conn, start) &&
           before + 1 < tcp_packets_most(stack, conn) &&
           congestion_room(stack, conn) >= 2 * tcp_effective_mss(stack, conn);
}

/* What was lost is sent again, as far as the congestion window allows.  False: nothing may go.  *before counts
 * segments of one packet that have left. */
static SELDOM bool send_lost(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason,
                             uint32_t *before)
{
    Seq start;

    if (stack->refuses || !tcp_sent_next_lost(conn, &start))
        return false;
    Segment segment;
    compose_again(stack, conn, now, start, &segment);
    if (segment_seq_length(&segment) > congestion_room(stack, conn))
        return false;
    bool goes_on = is_followed(stack, conn, start, *before);
    if (*before == 0)
        tcp_sent_part(conn, start);
    if (!goes_on)
        tcp_sent_part(conn, tcp_sent_end(conn, start));
    if (!goes_on && *before > 0 && segment.length > 0)
        segment.flags |= TCP_PSH;
    *before = goes_on ? *before + 1 : 0;
    transmit(stack, conn, now, &segment, &(TcpSendNote){.reason = reason, .retry = 1});
    if (start == conn->snd_una && tcp_is_linux_sender(stack))
        tcp_timers_oldest_again(stack, conn, now);
    else
        tcp_timers_sent(stack, conn, now);
    return true;
}

static SimTime patience(const TcpStack *stack, const TcpConnection *conn)
{
    return tcp_is_linux_receiver(stack) ? conn->receiver.ato : stack->config->delayed_ack;
}

/* ---- New data ---- */

/* Linux: a reply within the delayed-ACK time shows that the next ACK can ride on one too; a bare FIN is none
 * (tcp_event_data_sent()). */
static void note_reply(const TcpStack *stack, TcpConnection *conn, SimTime now, uint32_t length)
{
    if (conn->got_data && length > 0 &&
        tcp_time_counted(stack->config, conn->data_arrived_at, now) < patience(stack, conn))
        conn->interactive = true;
}

void tcp_output_new(TcpStack *stack, TcpConnection *conn, SimTime now, const TcpNewSegment *new)
{
    Segment segment;

    compose(stack, conn, now, tcp_position(conn, conn->snd_nxt), new->length, &segment);
    if (!new->with_fin)
        segment.flags &= (uint8_t)~TCP_FIN;
    if (new->push)
        segment.flags |= TCP_PSH;
    note_reply(stack, conn, now, new->length);
    if (conn->special)
        tcp_ecn_departs(conn, &segment);
    transmit(stack, conn, now, &segment, &(TcpSendNote){.reason = new->reason});
    tcp_timers_sent(stack, conn, now);
}

/* One segment of new data, the FIN with it or alone.  False: nothing may go. */
static OFTEN bool send_new(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    uint64_t position = tcp_position(conn, conn->snd_nxt);

    if (position >= tcp_position_end(conn))
        return false;
    tcp_congestion_idle(stack, conn, now);
    uint64_t left = position <= conn->app_bytes ? 1 + conn->app_bytes - position : 0;
    uint32_t mss = data_room(stack, conn);
    uint32_t usable = usable_window(stack, conn, left <= mss);
    uint32_t most = least(mss, usable);
    uint32_t length = left < most ? (uint32_t)left : most;
    bool is_free = left == 0 && stack->config->fin_ignores_window;
    if (!is_free &&
        (usable == 0 || (left > 0 && !is_worth_sending(stack, conn, length, left, mss))))
        return false;
    Segment segment;
    compose(stack, conn, now, position, length, &segment);
    note_reply(stack, conn, now, length);
    if (!is_free && segment_seq_length(&segment) > usable)
        segment.flags &= (uint8_t)~TCP_FIN; /* the FIN lies beyond the window */
    if (conn->special)
        tcp_ecn_departs(conn, &segment);
    transmit(stack, conn, now, &segment, &(TcpSendNote){.reason = reason});
    if (length < mss)
        conn->snd_sml = conn->snd_nxt;
    tcp_timers_sent(stack, conn, now);
    return true;
}

void tcp_output_tail_probe(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (stack->refuses)
        return;
    bool sent = stack->sends_packets ? tcp_packets_probe(stack, conn, now)
                                     : send_new(stack, conn, now, TCP_REASON_TAIL_PROBE_FIRED);
    conn->tail_is_again = !sent;
    if (sent)
        return;
    Segment segment;
    compose_again(stack, conn, now, tcp_sent_last_start(conn), &segment);
    tcp_sent_part(conn, segment.seq);
    transmit(stack, conn, now, &segment,
             &(TcpSendNote){.reason = TCP_REASON_TAIL_PROBE_FIRED, .retry = 1});
}

/* Data or FIN waits, nothing is under way, and the window lets nothing out: only a probe can find
 * out whether the window's opening was lost. */
static void watch_window(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    bool waits = tcp_position(conn, conn->snd_nxt) < tcp_position_end(conn);
    bool probing = tcp_timer_is_armed(conn, TCP_TIMER_PROBE) || conn->probe_backoffs > 0;

    if (waits && (conn->snd_una == conn->snd_nxt || (probing && conn->snd_wnd == 0)))
        tcp_timers_window_closed(stack, conn, now);
}

static bool waits_to_be_sent(const TcpConnection *conn)
{
    return conn->missing_count > 0 || tcp_position(conn, conn->snd_nxt) < tcp_position_end(conn);
}

/* In SYN-RCVD: a FIN alone, or what follows Fast Open. */
static SELDOM bool may_send_early(const TcpConnection *conn)
{
    if (conn->state != TCP_STATE_SYN_RCVD)
        return false;
    return (conn->closing && conn->app_bytes == 0) || tcp_fast_open_is_taken(conn);
}

static bool may_send_data(const TcpConnection *conn)
{
    const unsigned not_yet = 1U << TCP_STATE_SYN_SENT | 1U << TCP_STATE_SYN_RCVD;

    return !((not_yet | 1U << TCP_STATE_TIME_WAIT) >> conn->state & 1) || may_send_early(conn);
}

static TcpReason why_lost(const TcpConnection *conn)
{
    if (conn->special & TCP_SYN_DATA_AGAIN)
        return TCP_REASON_SYN_DATA_REFUSED;
    if (conn->special & TCP_PATH_AGAIN)
        return TCP_REASON_PATH_MTU_LOWERED;
    if (conn->in_loss)
        return TCP_REASON_PRESUMED_LOST;
    if (conn->entry.sack_on)
        return TCP_REASON_FOUND_LOST;
    return conn->prr_out == 0 ? TCP_REASON_DUPLICATE_ACKS : TCP_REASON_PARTIAL_ACK;
}

SELDOM void tcp_output_lost(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    TcpReason why = why_lost(conn);
    uint32_t before = 0;

    while (conn->missing_count > 0 && send_lost(stack, conn, now, why, &before) &&
           !budget_is_spent(stack->setup.budget))
        ;
    conn->special &= (uint16_t) ~(TCP_SYN_DATA_AGAIN | TCP_PATH_AGAIN);
}

static inline void all_sent(TcpStack *stack, TcpConnection *conn, SimTime now, bool waits)
{
    if (tcp_is_linux_sender(stack) && conn->una_position > 0)
        tcp_congestion_used(stack, conn, waits);
    watch_window(stack, conn, now);
}

void tcp_output_sent(TcpStack *stack, TcpConnection *conn, SimTime now, bool waits)
{
    all_sent(stack, conn, now, waits);
}

bool tcp_output_may_send(const TcpConnection *conn)
{
    return !conn->arriving && may_send_data(conn);
}

static APART void send_what_waits(TcpStack *stack, TcpConnection *conn, SimTime now,
                                  TcpReason reason)
{
    if (conn->missing_count > 0 && !conn->sends_new)
        tcp_output_lost(stack, conn, now);
    conn->sends_new = false;
    bool waits = false;
    if (stack->refuses)
        ;
    else if (stack->sends_packets)
        waits = tcp_packets_send(stack, conn, now, reason);
    else
        while (send_new(stack, conn, now, reason) && !budget_is_spent(stack->setup.budget))
            ;
    all_sent(stack, conn, now, waits);
}

void tcp_output(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    if (conn->arriving)
        return; /* SEGMENT ARRIVES calls again when it is done */
    if (waits_to_be_sent(conn) && may_send_data(conn))
        send_what_waits(stack, conn, now, reason);
    if (conn->ack_urgency == TCP_ACK_NOW)
        tcp_output_owed_ack(stack, conn, now, conn->ack_reason);
}

static bool has_sent_fin(const TcpConnection *conn)
{
    return conn->closing && conn->snd_una != conn->snd_nxt &&
           tcp_position(conn, conn->snd_nxt) >= tcp_position_end(conn);
}

/* 4.4BSD netinet/tcp_output.c: while our FIN is not acknowledged, every ACK that is owed has it. */
static SELDOM void send_ack_with_fin(TcpStack *stack, TcpConnection *conn, SimTime now,
                                     TcpReason reason)
{
    Segment segment = {.seq = conn->snd_nxt - 1, .flags = TCP_FIN};

    address(stack, &conn->entry, &segment);
    finish_ack(stack, conn, now, &segment);
    tcp_timers_ack_sent(stack, conn);
    send_out(stack, conn->entry.id, &segment, &(TcpSendNote){.reason = reason});
}

void tcp_output_owed_ack(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    if (conn->closing && stack->config->acks_carry_fin && has_sent_fin(conn))
        send_ack_with_fin(stack, conn, now, reason);
    else
        tcp_output_ack(stack, conn, now, reason);
}

/* A segment without payload that takes up no sequence numbers. */
static OFTEN void send_bare(TcpStack *stack, TcpConnection *conn, SimTime now, Seq seq,
                            TcpReason reason)
{
    Segment segment = {.seq = seq};

    address(stack, &conn->entry, &segment);
    finish_ack(stack, conn, now, &segment);
    tcp_timers_ack_sent(stack, conn);
    send_out(stack, conn->entry.id, &segment, &(TcpSendNote){.reason = reason});
}

void tcp_output_ack(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    send_bare(stack, conn, now, conn->snd_nxt, reason);
}

/* RFC 5961 §7: challenge ACKs are limited, so that they cannot be made a weapon. */
bool tcp_output_challenge(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    SimTime second = now / SIM_SECOND;

    if (second != stack->challenge_second) {
        stack->challenge_second = second;
        stack->challenge_count = 0;
    }
    if (stack->challenge_count >= CHALLENGES_PER_SECOND)
        return false;
    stack->challenge_count++;
    tcp_output_ack(stack, conn, now, reason);
    return true;
}

/* The window is open, but so little that it was not worth while until now: rule (4) of
 * RFC 9293 §3.8.6.2.1 sends what fits. */
void tcp_output_override(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    uint64_t position = tcp_position(conn, conn->snd_nxt);
    uint32_t most = least(conn->snd_wnd, data_room(stack, conn));
    uint32_t packet = stack->sends_packets ? tcp_packets_first(stack, conn) : 0;
    Segment segment;

    if (packet > 0) /* tcp_write_wakeup() */
        most = least(most, packet);
    compose(stack, conn, now, position, most, &segment);
    if (segment_seq_length(&segment) > conn->snd_wnd)
        segment.flags &= (uint8_t)~TCP_FIN;
    if (segment.length > 0 && stack->sends_packets)
        segment.flags |= TCP_PSH;
    tcp_ecn_departs(conn, &segment);
    transmit(stack, conn, now, &segment, &(TcpSendNote){.reason = TCP_REASON_OVERRIDE_FIRED});
    tcp_timers_sent(stack, conn, now);
}

/* RFC 9293 §3.8.6.1 sends a byte beyond the closed window, Linux an old number and nothing. */
void tcp_output_window_probe(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (stack->config->window_probe == WINDOW_PROBE_ACK) {
        send_bare(stack, conn, now, conn->snd_una - 1, TCP_REASON_PROBE_FIRED);
        return;
    }
    bool again = conn->snd_una != conn->snd_nxt;
    Segment segment;
    if (again)
        compose_again(stack, conn, now, conn->snd_una, &segment);
    else
        compose(stack, conn, now, conn->una_position, 1, &segment);
    if (segment.length > 0)
        segment.flags &= (uint8_t)~TCP_FIN;
    transmit(stack, conn, now, &segment,
             &(TcpSendNote){.reason = TCP_REASON_PROBE_FIRED,
                            .retry = again ? conn->probe_backoffs - 1 : 0});
}

/* A number that the peer has acknowledged already: it has to answer (RFC 9293 §3.8.4). */
void tcp_output_keepalive(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    send_bare(stack, conn, now, conn->snd_nxt - 1, TCP_REASON_KEEPALIVE_FIRED);
}

void tcp_output_rst(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    Segment segment = {.seq = conn->snd_nxt, .flags = TCP_RST};

    tcp_linux_forget(stack, conn); /* what was unread is given back before */
    address(stack, &conn->entry, &segment);
    finish_ack(stack, conn, now, &segment);
    if (stack->config->receiver == RECEIVER_BSD)
        segment.window = 0;
    tcp_timers_ack_sent(stack, conn);
    send_out(stack, conn->entry.id, &segment, &(TcpSendNote){.reason = reason});
}

/* ---- Without a connection ---- */

void tcp_output_rst_for(TcpStack *stack, TcpConnId id, const Segment *segment, TcpReason reason)
{
    if (segment->flags & TCP_RST)
        return;
    Segment rst = {.src_addr = stack->setup.address,
                   .dst_addr = segment->src_addr,
                   .src_port = segment->dst_port,
                   .dst_port = segment->src_port,
                   .flags = TCP_RST};
    if (segment->flags & TCP_ACK) {
        rst.seq = segment->ack;
    } else {
        rst.flags |= TCP_ACK;
        rst.ack = segment->seq + segment_seq_length(segment);
    }
    send_out(stack, id, &rst, &(TcpSendNote){.reason = reason});
}

SELDOM void tcp_output_half_open_rst(TcpStack *stack, const TcpHalfOpen *half, TcpReason reason)
{
    Segment rst = {.seq = half->iss + 1,
                   .ack = half->irs + 1,
                   .flags = TCP_RST | TCP_ACK,
                   .window = tcp_syn_window(stack, half->entry.timestamps_on)};

    address(stack, &half->entry, &rst);
    send_out(stack, half->entry.id, &rst, &(TcpSendNote){.reason = reason});
}

static inline void compose_syn_ack(TcpStack *stack, const TcpHalfOpen *half, uint32_t ts_val,
                                   Segment *segment)
{
    *segment = (Segment){.seq = half->iss,
                         .ack = half->irs + 1,
                         .flags = TCP_SYN | TCP_ACK,
                         .window = tcp_syn_window(stack, half->entry.timestamps_on)};
    address(stack, &half->entry, segment);
    add_syn_options(stack, segment, half->entry.window_scale_on, half->entry.sack_on);
    if (half->entry.timestamps_on)
        add_timestamps(segment, ts_val, half->ts_recent);
}

OFTEN void tcp_output_syn_ack(TcpStack *stack, const TcpHalfOpen *half, uint32_t ts_val,
                              const TcpSendNote *note)
{
    Segment segment;

    compose_syn_ack(stack, half, ts_val, &segment);
    send_out(stack, half->entry.id, &segment, note);
}

SELDOM void tcp_output_special_syn_ack(TcpStack *stack, const TcpHalfOpen *half, uint32_t ts_val,
                                       const Segment *special, const TcpSendNote *note)
{
    Segment segment;

    compose_syn_ack(stack, half, ts_val, &segment);
    (void)add_special(&segment, special);
    send_out(stack, half->entry.id, &segment, note);
}

/* Its record is there, as that of any half-open connection that has become a full one. */
SELDOM void tcp_output_fast_syn_ack(TcpStack *stack, TcpConnection *conn, SimTime now,
                                    const Segment *special, const TcpSendNote *note)
{
    Segment segment;

    compose(stack, conn, now, 0, 0, &segment);
    finish_special_again(stack, conn, &segment);
    (void)add_special(&segment, special);
    send_out(stack, conn->entry.id, &segment, note);
    tcp_timers_sent(stack, conn, now);
}
