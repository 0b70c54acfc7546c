/* What leaves the endpoint and takes up sequence numbers: SYN, data, FIN, the first time and again, and probes
 * of them.  Segments are made in compose.c; those that carry nothing of the stream are output_bare.c's.
 */
#include "tcp/output.h"
#include "core/compiler.h"
#include "tcp/compose.h"
#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/receive.h"
#include "tcp/timers.h"

enum { TIMESTAMPS_BYTES = 12 };

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Nothing was under way. */
static inline void begin_flight(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (conn->has_linux_cubic)
        tcp_cubic_wakes(stack, conn, now);
    else if (conn->has_curve)
        tcp_congestion_resumed(conn, now - conn->last_sent);
    conn->first_sent = now;
    conn->retransmitted = false;
}

/* Accounts for what has just been sent: the first time or again. */
static void account(TcpStack *stack, TcpConnection *conn, SimTime now, const Segment *segment)
{
    Seq end = segment->seq + segment_seq_length(segment);

    if (conn->snd_una == conn->snd_nxt)
        begin_flight(stack, conn, now);
    conn->last_sent = now;
    if (conn->is_reducing)
        conn->prr_out++;
    if (seq_lt(segment->seq, conn->snd_nxt)) {
        conn->retransmitted = true;
        conn->timing = false; /* Karn: what was sent twice is not timed */
        if (conn->unreported < INT16_MAX)
            conn->unreported++;
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
    tcp_send_out(stack, conn->entry.id, segment, note);
}

SELDOM void tcp_output_special_syn(TcpStack *stack, TcpConnection *conn, SimTime now,
                                   TcpReason reason, uint16_t length, const Segment *special)
{
    Segment segment;

    tcp_compose(stack, conn, now, 0, 0, &segment);
    if (tcp_compose_add_special(stack, &segment, special) && length > 0) {
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

    tcp_compose(stack, conn, now, 0, 0, &segment);
    if (conn->special)
        tcp_compose_special_again(stack, conn, &segment);
    transmit(stack, conn, now, &segment, &(TcpSendNote){.reason = reason});
    tcp_timers_sent(stack, conn, now);
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

/* … whether it leaves for the first time or not. */
static inline void transmit_again(TcpStack *stack, TcpConnection *conn, SimTime now,
                                  const Segment *segment, const TcpSendNote *note)
{
    if (tcp_is_linux_sender(stack))
        note_reply(stack, conn, now, segment->length);
    transmit(stack, conn, now, segment, note);
}

/* What data leave to the options that SACK blocks need, beside timestamps whose room is taken off already. */
static APART uint32_t room_beside_blocks(const TcpStack *stack, const TcpConnection *conn,
                                         uint32_t room)
{
    bool timestamps = conn->entry.timestamps_on && stack->config->timestamps_after_syn;
    SegmentOptions options = {.present = timestamps ? OPTION_TIMESTAMPS : 0};

    tcp_receive_sack(conn, &options);
    segment_options_lay_out(&options, stack->config->option_order, false);
    return room + (timestamps ? TIMESTAMPS_BYTES : 0) - (uint32_t)segment_options_bytes(&options);
}

/* Payload that fits beside SACK blocks, of a segment whose payload would be `mss` without any. */
static inline uint32_t data_room_of(const TcpStack *stack, const TcpConnection *conn, uint32_t mss)
{
    bool has_blocks = conn->entry.sack_on && (conn->pieces != NULL || conn->has_dsack);

    return has_blocks ? room_beside_blocks(stack, conn, mss) : mss;
}

static uint32_t data_room(const TcpStack *stack, const TcpConnection *conn)
{
    return data_room_of(stack, conn, tcp_effective_mss(stack, conn));
}

uint32_t tcp_output_room(const TcpStack *stack, const TcpConnection *conn)
{
    return data_room(stack, conn);
}

/* Linux (tcp_current_mss()): SACK blocks take their room from what is sent again, too; up to so many segments of one
 * packet leave. */
static APART void cut_beside_blocks(TcpStack *stack, TcpConnection *conn, Seq seq,
                                    uint32_t segments)
{
    uint32_t room = data_room(stack, conn);

    if (room < tcp_effective_mss(stack, conn) && conn->una_position > 0)
        tcp_sent_cut_packet(stack, conn, seq, room, segments);
}

/* What was sent from `seq` on, once more. */
static void compose_again(TcpStack *stack, TcpConnection *conn, SimTime now, Seq seq,
                          uint32_t segments, Segment *segment)
{
    if (conn->pieces != NULL && tcp_is_linux_sender(stack))
        cut_beside_blocks(stack, conn, seq, segments);
    tcp_compose_again(stack, conn, now, seq, segment);
}

void tcp_output_oldest(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason,
                       uint32_t retry, uint32_t limit)
{
    Segment segment;

    if (stack->refuses)
        return;
    compose_again(stack, conn, now, conn->snd_una, 1, &segment);
    transmit_again(stack, conn, now, &segment,
                   &(TcpSendNote){.reason = reason, .retry = retry, .limit = limit});
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
static WITHIN uint32_t usable_window(const TcpStack *stack, const TcpConnection *conn, bool is_last)
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

/* Segments of a packet that may leave in one. */
static uint32_t packet_segments(const TcpStack *stack, const TcpConnection *conn)
{
    if (!stack->sends_packets)
        return 1;
    return least(tcp_packets_most(stack, conn),
                 congestion_room(stack, conn) / tcp_effective_mss(stack, conn));
}

/* What was lost is sent again, as far as the congestion window allows.  False: nothing may go.  *before counts
 * segments of one packet that have left. */
static SELDOM bool send_lost(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason,
                             uint32_t *before)
{
    Seq start;

    if (stack->refuses || !tcp_sent_next_lost(conn, &start))
        return false;
    uint32_t length =
        least((uint32_t)(tcp_sent_end(conn, start) - start), tcp_effective_mss(stack, conn));
    if (length > congestion_room(stack, conn))
        return false; /* before it is made: whatever has an ACK settles what we owe */
    Segment segment;
    compose_again(stack, conn, now, start, *before == 0 ? packet_segments(stack, conn) : 1,
                  &segment);
    bool goes_on = is_followed(stack, conn, start, *before);
    if (*before == 0)
        tcp_sent_part(conn, start);
    if (!goes_on)
        tcp_sent_part(conn, tcp_sent_end(conn, start));
    if (!goes_on && *before > 0 && segment.length > 0)
        segment.flags |= TCP_PSH;
    *before = goes_on ? *before + 1 : 0;
    transmit_again(stack, conn, now, &segment, &(TcpSendNote){.reason = reason, .retry = 1});
    if (start == conn->snd_una && tcp_is_linux_sender(stack))
        tcp_timers_oldest_again(stack, conn, now);
    else
        tcp_timers_sent(stack, conn, now);
    return true;
}

void tcp_output_new(TcpStack *stack, TcpConnection *conn, SimTime now, const TcpNewSegment *new)
{
    Segment segment;

    tcp_compose(stack, conn, now, tcp_position(conn, conn->snd_nxt), new->length, &segment);
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

/* One segment of new data, the FIN with it or alone: there is some.  False: nothing may go. */
static WITHIN bool send_new(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    uint64_t position = tcp_position(conn, conn->snd_nxt);
    uint32_t effective = tcp_effective_mss(stack, conn);

    tcp_congestion_idle(stack, conn, now, effective);
    uint64_t left = position <= conn->app_bytes ? 1 + conn->app_bytes - position : 0;
    uint32_t mss = data_room_of(stack, conn, effective);
    uint32_t usable = usable_window(stack, conn, left <= mss);
    uint32_t most = least(mss, usable);
    uint32_t length = left < most ? (uint32_t)left : most;
    bool is_free = left == 0 && stack->config->fin_ignores_window;
    if (!is_free &&
        (usable == 0 || (left > 0 && !is_worth_sending(stack, conn, length, left, mss))))
        return false;
    Segment segment;
    tcp_compose(stack, conn, now, position, length, &segment);
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
                                     : tcp_output_has_new(conn) &&
                                           send_new(stack, conn, now, TCP_REASON_TAIL_PROBE_FIRED);
    conn->tail_is_again = !sent;
    if (sent && tcp_is_linux_sender(stack))
        tcp_congestion_used(stack, conn, false);
    if (sent)
        return;
    Segment segment;
    Seq tail = tcp_sent_tail(stack, conn, data_room(stack, conn));
    compose_again(stack, conn, now, tail, 1, &segment);
    tcp_sent_part(conn, segment.seq);
    transmit_again(stack, conn, now, &segment,
                   &(TcpSendNote){.reason = TCP_REASON_TAIL_PROBE_FIRED, .retry = 1});
}

/* Data or FIN waits, nothing is under way, and the window lets nothing out: only a probe can find
 * out whether the window's opening was lost. */
static void watch_window(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    bool probing = tcp_timer_is_armed(conn, TCP_TIMER_PROBE) || conn->probe_backoffs > 0;
    bool is_still = conn->snd_una == conn->snd_nxt || (probing && conn->snd_wnd == 0);

    if (is_still && tcp_output_has_new(conn))
        tcp_timers_window_closed(stack, conn, now);
}

/* In SYN-RCVD: what follows Fast Open.  (A FIN that need not wait has left it.) */
static SELDOM bool may_send_early(const TcpConnection *conn)
{
    if (conn->state != TCP_STATE_SYN_RCVD)
        return false;
    return tcp_fast_open_is_taken(conn);
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

/* NextSeg() (3) and (4) of RFC 6675 §4. */
static SELDOM bool send_last_resort(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    Seq start;
    bool is_rescue;

    if (stack->refuses || !tcp_sent_last_resort(conn, &start, &is_rescue))
        return false;
    Segment segment;
    tcp_compose_again(stack, conn, now, start, &segment);
    if (segment_seq_length(&segment) > congestion_room(stack, conn))
        return false;
    if (is_rescue)
        conn->rescue = TCP_RESCUE_DONE;
    transmit(stack, conn, now, &segment,
             &(TcpSendNote){.reason = TCP_REASON_LAST_RESORT, .retry = 1});
    tcp_timers_sent(stack, conn, now);
    return true;
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

/* RFC 5682 §3.1 step 2: no new data could leave to find out (Linux, tcp_xmit_recovery()). */
static SELDOM void repair_instead(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    conn->is_frto = false;
    if (conn->missing_count > 0)
        tcp_output_lost(stack, conn, now);
}

/* True: something waits for more room. */
static inline bool send_all_new(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason,
                                bool at_once)
{
    if (stack->refuses)
        return false;
    if (stack->sends_packets)
        return tcp_packets_send(stack, conn, now, reason, at_once);
    while (tcp_output_has_new(conn) && send_new(stack, conn, now, reason) &&
           !budget_is_spent(stack->setup.budget))
        ;
    return false;
}

/* What is lost goes before what is new.  True: what is new is to find out whether it was (F-RTO). */
static APART bool begin_repair(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    bool finds_out = conn->sends_new && conn->is_frto;

    if (conn->missing_count > 0 && !conn->sends_new)
        tcp_output_lost(stack, conn, now);
    conn->sends_new = false;
    return finds_out;
}

/* … and what is only suspected goes behind it. */
static APART void end_repair(TcpStack *stack, TcpConnection *conn, SimTime now, bool finds_out)
{
    if (finds_out && seq_le(conn->snd_nxt, conn->recover))
        repair_instead(stack, conn, now);
    while (conn->tries_all && conn->missing_count == 0 && send_last_resort(stack, conn, now) &&
           !budget_is_spent(stack->setup.budget))
        ;
}

static APART OFTEN void send_what_waits(TcpStack *stack, TcpConnection *conn, SimTime now,
                                        TcpReason reason)
{
    if (tcp_is_bsd_sender(stack) && conn->una_position > 0) {
        tcp_bsd_output(stack, conn, now, reason);
        return;
    }
    bool repairs = conn->missing_count > 0 || conn->sends_new || conn->tries_all;
    bool finds_out = repairs && begin_repair(stack, conn, now);
    bool waits = send_all_new(stack, conn, now, reason, finds_out);
    if (repairs)
        end_repair(stack, conn, now, finds_out);
    all_sent(stack, conn, now, waits);
}

void tcp_output(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    if (conn->arriving)
        return; /* SEGMENT ARRIVES calls again when it is done */
    if (tcp_output_waits(conn) && may_send_data(conn))
        send_what_waits(stack, conn, now, reason);
    if (conn->ack_urgency == TCP_ACK_NOW)
        tcp_output_owed_ack(stack, conn, now, conn->ack_reason);
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
    tcp_compose(stack, conn, now, position, most, &segment);
    if (segment_seq_length(&segment) > conn->snd_wnd)
        segment.flags &= (uint8_t)~TCP_FIN;
    if (segment.length > 0 && stack->sends_packets)
        segment.flags |= TCP_PSH;
    tcp_ecn_departs(conn, &segment);
    transmit_again(stack, conn, now, &segment, &(TcpSendNote){.reason = TCP_REASON_OVERRIDE_FIRED});
    tcp_timers_sent(stack, conn, now);
}

/* RFC 9293 §3.8.6.1 sends a byte beyond the closed window, Linux an old number and nothing. */
void tcp_output_window_probe(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (stack->config->window_probe == WINDOW_PROBE_ACK) {
        tcp_output_bare(stack, conn, now, conn->snd_una - 1, TCP_REASON_PROBE_FIRED);
        return;
    }
    bool again = conn->snd_una != conn->snd_nxt;
    Segment segment;
    tcp_compose(stack, conn, now, conn->una_position, 1, &segment);
    if (segment.length > 0)
        segment.flags &= (uint8_t)~TCP_FIN;
    transmit(stack, conn, now, &segment,
             &(TcpSendNote){.reason = TCP_REASON_PROBE_FIRED,
                            .retry = again ? conn->probe_backoffs - 1 : 0});
}

/* Its record is there, as that of any half-open connection that has become a full one. */
SELDOM void tcp_output_fast_syn_ack(TcpStack *stack, TcpConnection *conn, SimTime now,
                                    const Segment *special, const TcpSendNote *note)
{
    Segment segment;

    tcp_compose(stack, conn, now, 0, 0, &segment);
    tcp_compose_special_again(stack, conn, &segment);
    (void)tcp_compose_add_special(stack, &segment, special);
    tcp_send_out(stack, conn->entry.id, &segment, note);
    tcp_timers_sent(stack, conn, now);
}
