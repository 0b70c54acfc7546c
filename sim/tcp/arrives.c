/* SEGMENT ARRIVES for a connection: RFC 9293 §3.10.7.3 (SYN-SENT) and §3.10.7.4 (the eight steps
 * of the other states).  CLOSED and LISTEN, §3.10.7.1 and .2, stand in stack.c.
 *
 * Each step is a function that bears the number and the name it has in the RFC.  It returns true
 * when the segment goes on to the next step, false when the RFC says "drop the segment, and
 * return".  An answer is not sent in the middle of a step: steps note which ACK is owed, and one
 * segment carries it, with data if there is any, when all steps are done.
 */
#include <assert.h>

#include "tcp/connection.h"

typedef struct Arrival {
    TcpStack *stack;
    TcpConnection *conn; /* NULL once the connection has ended */
    SimTime now;
    Segment segment;      /* trimmed to the window by step 1 */
    const Segment *whole; /* as it came */
    uint32_t acked;       /* sequence numbers it acknowledged */
} Arrival;

static bool has(const Arrival *a, unsigned flags)
{
    return (a->segment.flags & flags) != 0;
}

static bool drop(Arrival *a, TcpReason reason)
{
    tcp_discard(a->stack, a->conn->entry.id, a->whole, reason);
    return false;
}

static bool end(Arrival *a, TcpState last, TcpReason reason, TcpError error)
{
    tcp_connection_end(a->stack, a->conn, a->now, last, reason, error);
    a->conn = NULL;
    return false;
}

static void owe_ack(Arrival *a, TcpReason reason)
{
    a->conn->ack_urgency = TCP_ACK_NOW;
    a->conn->ack_reason = reason;
}

/* Answers with an ACK and drops the segment. */
static bool answer(Arrival *a, TcpReason reason)
{
    tcp_output_ack(a->stack, a->conn, a->now, reason);
    return drop(a, reason);
}

/* Linux answers a segment that could be part of a loop of ACKs only so often. */
static bool was_answered_lately(Arrival *a)
{
    TcpConnection *conn = a->conn;
    SimTime gap = a->stack->config->tcp_invalid_ratelimit;
    bool empty = segment_seq_length(&a->segment) == 0 || has(a, TCP_SYN);
    if (gap == 0 || !empty)
        return false;
    if (conn->invalid_answered_at && a->now - conn->invalid_answered_at < gap)
        return true;
    conn->invalid_answered_at = a->now;
    return false;
}

static bool challenge(Arrival *a, TcpReason reason)
{
    if (was_answered_lately(a))
        return drop(a, TCP_REASON_ANSWERED_LATELY);
    tcp_output_challenge(a->stack, a->conn, a->now, reason);
    return drop(a, reason);
}

static bool checks_rfc5961(const Arrival *a)
{
    return a->stack->config->reset_check == RESET_CHECK_RFC5961;
}

/* ---- What the handshake teaches ---- */

/* The options of the peer's SYN or SYN-ACK, as far as we take part in them. */
static void learn_options(TcpStack *stack, TcpConnection *conn, const SegmentOptions *options)
{
    tcp_options_learn(stack->config, &conn->entry, options);
    conn->peer_mss = tcp_options_peer_mss(options);
    conn->rcv_wscale = conn->entry.window_scale_on ? tcp_window_shift(stack->config) : 0;
    conn->ts_recent = tcp_options_recent(&conn->entry, options);
}

static void set_window(Arrival *a)
{
    TcpConnection *conn = a->conn;
    bool is_syn = a->whole->flags & TCP_SYN; /* its window is not scaled, RFC 7323 §2.2 */
    uint8_t shift = is_syn ? 0 : conn->entry.snd_wscale;
    conn->snd_wnd = (uint32_t)a->segment.window << shift;
    conn->snd_wl1 = a->segment.seq;
    conn->snd_wl2 = a->segment.ack;
    if (conn->snd_wnd > conn->snd_wnd_max)
        conn->snd_wnd_max = conn->snd_wnd;
}

/* ---- Round-trip samples ---- */

/* RFC 6298 §3 (Karn): a segment sent twice gives no sample, unless the timestamps option says
 * which of the two is answered (RFC 7323 §4). */
static void take_rtt_sample(Arrival *a)
{
    TcpConnection *conn = a->conn;
    const SegmentOptions *options = &a->segment.options;
    /* A half-open connection knows when its SYN-ACK was first sent, and nothing more. */
    bool is_last_ack = conn->passive && conn->una_position == 0;
    if (conn->timing && seq_gt(a->segment.ack, conn->rtt_seq)) {
        conn->timing = false;
        tcp_rto_sample(a->stack, conn, a->now - conn->rtt_started);
    } else if (conn->retransmitted && conn->entry.timestamps_on && !is_last_ack &&
               (options->present & OPTION_TIMESTAMPS) && options->ts_ecr != 0) {
        int32_t elapsed_ms = (int32_t)(tcp_timestamp(a->now) - options->ts_ecr);
        if (elapsed_ms >= 0) /* an echo from the future is forged */
            tcp_rto_sample(a->stack, conn, elapsed_ms * SIM_MILLISECOND);
    }
}

/* Our SYN is acknowledged, in whatever state: data may flow. */
static void syn_acknowledged(Arrival *a)
{
    TcpConnection *conn = a->conn;
    /* RFC 6298 §5.7: data starts from an RTO of its own; without that rule Karn keeps the last. */
    if (a->stack->config->rto_after_syn_loss)
        conn->backoffs = 0;
    tcp_congestion_begin(a->stack, conn);
    tcp_timers_connected(a->stack, conn, a->now);
}

/* SND.UNA moves to SEG.ACK. */
static void acknowledge(Arrival *a)
{
    TcpConnection *conn = a->conn;
    bool was_syn = conn->una_position == 0;
    a->acked = (uint32_t)(a->segment.ack - conn->snd_una);
    take_rtt_sample(a);
    conn->una_position += a->acked;
    conn->snd_una = a->segment.ack;
    tcp_sent_acked(a->stack, conn, a->now);
    conn->probed_tail = false;
    conn->retries = 0;
    conn->first_sent = a->now;
    conn->retransmitted = conn->retransmitted && conn->snd_una != conn->snd_nxt;
    if (was_syn)
        syn_acknowledged(a);
    tcp_timers_acked(a->stack, conn, a->now);
}

/* The handshake is done. */
static void establish(Arrival *a, TcpReason reason)
{
    TcpConnection *conn = a->conn;
    tcp_enter(a->stack, conn, TCP_STATE_ESTABLISHED, reason);
    if (conn->passive)
        tcp_listener_established(a->stack, conn);
    else
        tcp_tell(a->stack, conn, TCP_APP_CONNECTED, 0, TCP_OK);
    if (conn->closing) /* §3.10.4: a close in SYN-RCVD with data to send has waited for this */
        tcp_enter(a->stack, conn, TCP_STATE_FIN_WAIT_1, TCP_REASON_CLOSE_CALLED);
}

/* Cuts off what lies outside the window, so that the segment begins at or after RCV.NXT. */
static void trim(Arrival *a, uint32_t window)
{
    Segment *s = &a->segment;
    Seq next = a->conn->rcv_nxt;
    /* RFC 5961 §4.2 wants to see a SYN whatever its number is: step 4 challenges it. */
    bool syn_is_known = !checks_rfc5961(a) || a->conn->state == TCP_STATE_SYN_RCVD;
    if (has(a, TCP_SYN) && seq_lt(s->seq, next) && syn_is_known) {
        s->flags &= (uint8_t)~TCP_SYN;
        s->seq++;
    }
    if (seq_lt(s->seq, next)) {
        uint32_t old = (uint32_t)(next - s->seq);
        tcp_receive_duplicate(a->stack, a->conn, s->seq, next);
        old = old < s->length ? old : s->length;
        s->seq += old;
        s->payload.offset += old;
        s->length = (uint16_t)(s->length - old);
    }
    Seq edge = next + window;
    if (s->length > 0 && seq_gt(s->seq + s->length, edge))
        s->length = (uint16_t)(edge - s->seq);
    if (window > 0 && seq_ge(s->seq + s->length, edge))
        s->flags &= (uint8_t)~TCP_FIN;
}

/* ---- §3.10.7.3, SYN-SENT ---- */

/* First, check the ACK bit. */
static bool syn_sent_1_ack(Arrival *a)
{
    const TcpConnection *conn = a->conn;
    if (!has(a, TCP_ACK) ||
        (seq_gt(a->segment.ack, conn->iss) && seq_le(a->segment.ack, conn->snd_nxt)))
        return true;
    tcp_output_rst_for(a->stack, conn->entry.id, a->whole, TCP_REASON_BAD_ACK);
    return drop(a, TCP_REASON_BAD_ACK);
}

/* Second, check the RST bit. */
static bool syn_sent_2_rst(Arrival *a)
{
    if (!has(a, TCP_RST))
        return true;
    if (!has(a, TCP_ACK))
        return drop(a, TCP_REASON_RST_OUTSIDE_WINDOW);
    if (a->conn->refusals < a->stack->config->refused_retries) {
        a->conn->refusals++; /* Windows asks again */
        tcp_timers_refused(a->stack, a->conn, a->now);
        return drop(a, TCP_REASON_REFUSED_ONCE);
    }
    return end(a, TCP_STATE_CLOSED, TCP_REASON_RST_ARRIVED, TCP_ECONNREFUSED);
}

/* Third, check the security: nothing to check. */

/* Fourth, check the SYN bit. */
static bool syn_sent_4_syn(Arrival *a)
{
    TcpConnection *conn = a->conn;
    if (!has(a, TCP_SYN))
        return true;
    conn->irs = a->segment.seq;
    conn->rcv_nxt = conn->irs + 1;
    conn->rcv_adv = conn->rcv_nxt + tcp_syn_window(a->stack, false);
    learn_options(a->stack, conn, &a->segment.options);
    set_window(a);
    if (has(a, TCP_ACK)) {
        acknowledge(a);
        establish(a, TCP_REASON_SYN_ACK_ARRIVED);
        owe_ack(a, TCP_REASON_SYN_ACK_ARRIVED);
    } else {
        /* Simultaneous open: both SYNs are under way. */
        tcp_enter(a->stack, conn, TCP_STATE_SYN_RCVD, TCP_REASON_SYN_CROSSED);
        tcp_congestion_begin(a->stack, conn);
        tcp_output_syn(a->stack, conn, a->now, TCP_REASON_SYN_CROSSED);
        return false;
    }
    /* What else the segment carries is looked at from the sixth step on. */
    a->segment.seq++;
    a->segment.flags &= (uint8_t)~TCP_SYN;
    trim(a, tcp_syn_window(a->stack, false));
    return true;
}

/* Fifth, if neither of the SYN or RST bits is set. */
static bool syn_sent_5_neither(Arrival *a)
{
    return a->conn->state == TCP_STATE_SYN_SENT ? drop(a, TCP_REASON_NOTHING_USEFUL) : true;
}

/* ---- §3.10.7.4, the other states ---- */

/* RFC 7323 §5.3: a segment whose timestamp is older than the last one is an old duplicate. */
static bool fails_paws(const Arrival *a)
{
    const SegmentOptions *options = &a->segment.options;
    return a->conn->entry.timestamps_on && !has(a, TCP_RST) &&
           (options->present & OPTION_TIMESTAMPS) &&
           (int32_t)(options->ts_val - a->conn->ts_recent) < 0;
}

/* The table of §3.4, by the lengths of segment and window. */
static bool is_acceptable(const Arrival *a, uint32_t window)
{
    Seq seq = a->segment.seq, next = a->conn->rcv_nxt;
    uint32_t length = segment_seq_length(&a->segment);
    if (length == 0)
        return window == 0 ? seq == next : seq_in(seq, next, window);
    return window > 0 && (seq_in(seq, next, window) || seq_in(seq + length - 1, next, window));
}

/* A FIN that comes again in TIME-WAIT says that our ACK was lost: 2 MSL begin anew.  It lies
 * before the window, so that step 1 is where it is seen; step 8 of the RFC means this. */
static void restart_time_wait(Arrival *a)
{
    TcpConnection *conn = a->conn;
    if (conn->state == TCP_STATE_TIME_WAIT && has(a, TCP_FIN) &&
        a->segment.seq + segment_seq_length(&a->segment) == conn->rcv_nxt)
        tcp_timers_time_wait(a->stack, conn, a->now);
}

/* A SYN-ACK that answers our crossing SYN repeats a SYN we know, but its ACK is news: figure 8
 * wants it to establish the connection, and so do stacks. */
static bool completes_simultaneous_open(const Arrival *a)
{
    const TcpConnection *conn = a->conn;
    return conn->state == TCP_STATE_SYN_RCVD && !conn->passive && has(a, TCP_SYN) &&
           has(a, TCP_ACK) && !has(a, TCP_RST) && a->segment.seq == conn->irs &&
           a->segment.ack == conn->snd_nxt;
}

/* RFC 1122 §4.2.2.13: a SYN beyond all that the old connection used may open a new one.  The old
 * one ends here, and the listener takes the SYN with a number beyond our old ones. */
static bool reopens_from_time_wait(Arrival *a)
{
    TcpStack *stack = a->stack;
    TcpConnection *conn = a->conn;
    bool plain_syn = has(a, TCP_SYN) && !has(a, TCP_ACK | TCP_RST);
    bool newer_clock = conn->entry.timestamps_on &&
                       (a->segment.options.present & OPTION_TIMESTAMPS) &&
                       (int32_t)(a->segment.options.ts_val - conn->ts_recent) > 0;
    if (conn->state != TCP_STATE_TIME_WAIT || !plain_syn || fails_paws(a) ||
        !(seq_gt(a->segment.seq, conn->rcv_nxt) || newer_clock))
        return false;
    TcpListener *listener = tcp_listener_find(stack, tcp_entry_local_port(&conn->entry));
    if (!listener)
        return false;
    Seq above = conn->snd_nxt;
    end(a, TCP_STATE_CLOSED, TCP_REASON_TIME_WAIT_SYN, TCP_OK);
    tcp_listener_syn(stack, a->now, listener, a->whole, true, above);
    return true;
}

static bool refuse_unacceptable(Arrival *a, TcpReason reason)
{
    if (has(a, TCP_RST))
        return drop(a, TCP_REASON_RST_OUTSIDE_WINDOW);
    restart_time_wait(a);
    if (was_answered_lately(a))
        return drop(a, TCP_REASON_ANSWERED_LATELY);
    Seq seq = a->segment.seq, past = seq + segment_seq_length(&a->segment);
    if (!has(a, TCP_SYN) && seq_lt(seq, a->conn->rcv_nxt))
        tcp_receive_duplicate(a->stack, a->conn, seq,
                              seq_lt(past, a->conn->rcv_nxt) ? past : a->conn->rcv_nxt);
    bool fin_again = a->conn->fin_arrived && has(a, TCP_FIN);
    return answer(a, fin_again && reason == TCP_REASON_NOT_ACCEPTABLE ? TCP_REASON_FIN_REPEATED
                                                                      : reason);
}

/* First, check the sequence number. */
static bool step_1_sequence_number(Arrival *a)
{
    TcpConnection *conn = a->conn;
    uint32_t window = tcp_receive_offered(conn);
    if (reopens_from_time_wait(a))
        return false;
    if (fails_paws(a))
        return refuse_unacceptable(a, TCP_REASON_OLD_TIMESTAMP);
    if (completes_simultaneous_open(a)) {
        tcp_receive_duplicate(a->stack, conn, conn->irs, conn->rcv_nxt);
        owe_ack(a, TCP_REASON_SYN_ACK_ARRIVED);
    } else if (!is_acceptable(a, window)) {
        /* With the window closed an ACK number, or an RST exactly at RCV.NXT, still counts. */
        if (window == 0 && a->segment.seq == conn->rcv_nxt && has(a, TCP_ACK | TCP_RST)) {
            a->segment.length = 0;
            a->segment.flags &= (uint8_t)~TCP_FIN;
            owe_ack(a, TCP_REASON_NOT_ACCEPTABLE);
        } else {
            return refuse_unacceptable(a, TCP_REASON_NOT_ACCEPTABLE);
        }
    }
    /* RFC 7323 §4.3: which timestamp is echoed. */
    if (conn->entry.timestamps_on && (a->segment.options.present & OPTION_TIMESTAMPS) &&
        seq_le(a->segment.seq, conn->last_ack_sent) &&
        (int32_t)(a->segment.options.ts_val - conn->ts_recent) >= 0)
        conn->ts_recent = a->segment.options.ts_val;
    trim(a, window);
    return true;
}

static TcpError reset_error(TcpState state)
{
    switch (state) {
    case TCP_STATE_SYN_RCVD: return TCP_ECONNREFUSED;
    case TCP_STATE_CLOSING:
    case TCP_STATE_LAST_ACK:
    case TCP_STATE_TIME_WAIT: return TCP_OK;
    default: return TCP_ECONNRESET;
    }
}

/* A passive open goes back to LISTEN, everything else is CLOSED. */
static TcpState reset_state(const TcpConnection *conn)
{
    bool listens = conn->state == TCP_STATE_SYN_RCVD && conn->passive;
    return listens ? TCP_STATE_LISTEN : TCP_STATE_CLOSED;
}

/* Second, check the RST bit. */
static bool step_2_rst(Arrival *a)
{
    if (!has(a, TCP_RST))
        return true;
    /* RFC 5961 §3.2: only the exact number resets; another one in the window is challenged. */
    if (checks_rfc5961(a) && a->whole->seq != a->conn->rcv_nxt)
        return challenge(a, TCP_REASON_CHALLENGE_RST);
    return end(a, reset_state(a->conn), TCP_REASON_RST_ARRIVED, reset_error(a->conn->state));
}

/* Third, check security: IPv4 as we speak it has no compartments, nothing to check. */
static bool step_3_security(Arrival *a)
{
    (void)a;
    return true;
}

/* Fourth, check the SYN bit. */
static bool step_4_syn(Arrival *a)
{
    TcpConnection *conn = a->conn;
    if (!has(a, TCP_SYN))
        return true;
    if (conn->state == TCP_STATE_SYN_RCVD && conn->passive)
        return end(a, TCP_STATE_LISTEN, TCP_REASON_SYN_IN_WINDOW, TCP_OK);
    if (checks_rfc5961(a))
        return challenge(a, TCP_REASON_CHALLENGE_SYN);
    /* RFC 793: it is an error; send a reset. */
    tcp_output_rst_for(a->stack, conn->entry.id, a->whole, TCP_REASON_SYN_IN_WINDOW);
    return end(a, TCP_STATE_CLOSED, TCP_REASON_SYN_IN_WINDOW, reset_error(conn->state));
}

/* Is the connection past its handshake, though its SYN-ACK's ACK only comes now?  (Closed in
 * SYN-RCVD: the FIN followed the SYN-ACK.) */
static bool ack_completes_handshake(const Arrival *a)
{
    return a->conn->state == TCP_STATE_SYN_RCVD;
}

/* Fifth, in SYN-RCVD: is it the ACK of our SYN? */
static bool step_5_syn_rcvd(Arrival *a)
{
    TcpConnection *conn = a->conn;
    Seq ack = a->segment.ack;
    if (!(seq_lt(conn->snd_una, ack) && seq_le(ack, conn->snd_nxt))) {
        tcp_output_rst_for(a->stack, conn->entry.id, a->whole, TCP_REASON_BAD_ACK);
        return drop(a, TCP_REASON_BAD_ACK);
    }
    if (conn->passive && a->segment.length > 0 &&
        a->stack->config->syn_rcvd_data == SYN_RCVD_DATA_RESET) {
        tcp_output_rst_for(a->stack, conn->entry.id, a->whole, TCP_REASON_STRICT_SYN_RCVD);
        return end(a, TCP_STATE_CLOSED, TCP_REASON_STRICT_SYN_RCVD, TCP_OK);
    }
    set_window(a);
    acknowledge(a);
    establish(a, TCP_REASON_SYN_ACKED);
    if (conn->pieces) { /* data that came on the SYN has waited for this; it may come again here */
        tcp_receive_queued(a->stack, conn);
        trim(a, tcp_receive_offered(conn));
    }
    return true;
}

/* Fifth, the ACK number itself.  False: not acceptable, dropped. */
static bool step_5_check_range(Arrival *a)
{
    const TcpConnection *conn = a->conn;
    Seq ack = a->segment.ack;
    if (seq_gt(ack, conn->snd_nxt)) /* not yet sent: send an ACK, drop */
        return checks_rfc5961(a) ? challenge(a, TCP_REASON_CHALLENGE_ACK)
                                 : answer(a, TCP_REASON_ACK_OF_UNSENT);
    /* RFC 5961 §5.2: nor may it be older than the largest window we have seen. */
    if (checks_rfc5961(a) && seq_lt(ack, conn->snd_una - conn->snd_wnd_max))
        return challenge(a, TCP_REASON_CHALLENGE_ACK);
    return true;
}

/* RFC 5681 §2: what counts as a duplicate ACK. */
static bool is_duplicate_ack(const Arrival *a, uint32_t window_before)
{
    const TcpConnection *conn = a->conn;
    return a->segment.ack == conn->snd_una && a->whole->length == 0 &&
           !(a->whole->flags & (TCP_SYN | TCP_FIN)) && conn->snd_una != conn->snd_nxt &&
           conn->snd_wnd == window_before && conn->snd_wnd > 0;
}

static void update_send_window(Arrival *a)
{
    TcpConnection *conn = a->conn;
    const Segment *s = &a->segment;
    if (seq_lt(conn->snd_wl1, s->seq) || (conn->snd_wl1 == s->seq && seq_le(conn->snd_wl2, s->ack)))
        set_window(a);
    if (conn->snd_wnd == 0) {
        tcp_timers_probe_answered(a->stack, conn, a->now);
        return;
    }
    bool probed = conn->probe_backoffs > 0;
    tcp_timers_window_open(a->stack, conn);
    if (probed)
        tcp_sent_mark_all_lost(conn); /* the probe's byte may not have been taken */
}

/* Fifth, in ESTABLISHED and what follows it: what does it acknowledge? */
static void step_5_acknowledge(Arrival *a)
{
    TcpConnection *conn = a->conn;
    uint32_t window_before = conn->snd_wnd;
    bool news = seq_gt(a->segment.ack, conn->snd_una);
    if (seq_lt(a->segment.ack, conn->snd_una))
        return;
    if (conn->entry.sack_on)
        tcp_sent_sack(conn, &a->segment.options, a->now);
    if (news)
        acknowledge(a);
    update_send_window(a);
    if (news)
        tcp_congestion_acked(a->stack, conn, a->now, a->acked);
    else if (is_duplicate_ack(a, window_before))
        tcp_congestion_duplicate(a->stack, conn, a->now);
    tcp_congestion_check(a->stack, conn, a->now);
}

static void enter_time_wait(Arrival *a, TcpReason reason)
{
    tcp_enter(a->stack, a->conn, TCP_STATE_TIME_WAIT, reason);
    tcp_timers_time_wait(a->stack, a->conn, a->now);
}

/* Fifth, "in addition to the processing for ESTABLISHED": is our FIN acknowledged? */
static bool step_5_fin_acked(Arrival *a)
{
    TcpConnection *conn = a->conn;
    if (!tcp_fin_is_acked(conn))
        return true;
    switch (conn->state) {
    case TCP_STATE_FIN_WAIT_1:
        tcp_enter(a->stack, conn, TCP_STATE_FIN_WAIT_2, TCP_REASON_FIN_ACKED);
        tcp_timers_fin_wait_2(a->stack, conn, a->now);
        return true;
    case TCP_STATE_CLOSING: enter_time_wait(a, TCP_REASON_FIN_ACKED); return true;
    case TCP_STATE_LAST_ACK: return end(a, TCP_STATE_CLOSED, TCP_REASON_FIN_ACKED, TCP_OK);
    default: return true;
    }
}

/* Fifth, check the ACK field. */
static bool step_5_ack(Arrival *a)
{
    if (!has(a, TCP_ACK))
        return drop(a, TCP_REASON_NO_ACK_FLAG);
    if (ack_completes_handshake(a))
        return step_5_syn_rcvd(a);
    if (!step_5_check_range(a))
        return false;
    step_5_acknowledge(a);
    return step_5_fin_acked(a);
}

/* Sixth, check the URG bit: urgent data stays in line, as RFC 9293 §3.8.5 advises. */
static bool step_6_urg(Arrival *a)
{
    (void)a;
    return true;
}

static bool takes_data(TcpState state)
{
    return state == TCP_STATE_ESTABLISHED || state == TCP_STATE_FIN_WAIT_1 ||
           state == TCP_STATE_FIN_WAIT_2;
}

/* Seventh, process the segment text. */
static bool step_7_text(Arrival *a)
{
    TcpConnection *conn = a->conn;
    if (a->segment.length == 0) {
        /* A keepalive, or old data again: it has been acknowledged, but its sender asks. */
        if (a->whole->length > 0 && takes_data(conn->state))
            owe_ack(a, TCP_REASON_NOT_ACCEPTABLE);
        return true;
    }
    if (!takes_data(conn->state))
        return true; /* the peer has closed: this should not occur, ignore the text */
    /* §3.6.1: nobody will read it any more, and the peer has to know. */
    if (conn->orphan) {
        tcp_output_rst(a->stack, conn, a->now, TCP_REASON_DATA_AFTER_CLOSE);
        return end(a, TCP_STATE_CLOSED, TCP_REASON_DATA_AFTER_CLOSE, TCP_OK);
    }
    if (conn->fin_held && seq_gt(a->segment.seq + a->segment.length, conn->fin_seq))
        return true; /* nothing can follow a FIN */
    tcp_receive_data(a->stack, conn, &a->segment);
    return true;
}

/* The FIN's place in the stream is reached: every byte before it is here. */
static void take_fin(Arrival *a)
{
    TcpConnection *conn = a->conn;
    conn->rcv_nxt++;
    conn->fin_arrived = true;
    conn->fin_held = false;
    bool may_wait = a->stack->config->fin_ack == FIN_ACK_DELAYED &&
                    conn->state == TCP_STATE_ESTABLISHED && conn->ack_urgency != TCP_ACK_NOW;
    if (may_wait)
        conn->ack_urgency = TCP_ACK_DELAYED;
    else
        owe_ack(a, TCP_REASON_FIN_ARRIVED);
    switch (conn->state) {
    case TCP_STATE_ESTABLISHED:
        tcp_enter(a->stack, conn, TCP_STATE_CLOSE_WAIT, TCP_REASON_FIN_ARRIVED);
        break;
    case TCP_STATE_FIN_WAIT_1: /* our FIN is not acknowledged yet: step 5 would have moved us */
        tcp_enter(a->stack, conn, TCP_STATE_CLOSING, TCP_REASON_FIN_ARRIVED);
        break;
    case TCP_STATE_FIN_WAIT_2: enter_time_wait(a, TCP_REASON_FIN_ARRIVED); break;
    default: assert(false); /* a FIN can only be taken where data can */
    }
    tcp_tell(a->stack, conn, TCP_APP_EOF, 0, TCP_OK);
}

/* Eighth, check the FIN bit. */
static bool step_8_fin(Arrival *a)
{
    TcpConnection *conn = a->conn;
    if (has(a, TCP_FIN) && takes_data(conn->state)) {
        conn->fin_held = true;
        conn->fin_seq = a->segment.seq + a->segment.length;
        if (conn->fin_seq != conn->rcv_nxt)
            owe_ack(a, TCP_REASON_OUT_OF_ORDER);
    }
    if (conn->fin_held && conn->fin_seq == conn->rcv_nxt)
        take_fin(a);
    return true;
}

/* ---- Running the steps ---- */

typedef bool (*Step)(Arrival *);

static const Step syn_sent_steps[] = {
    syn_sent_1_ack, syn_sent_2_rst, syn_sent_4_syn, syn_sent_5_neither,
    step_6_urg,     step_7_text,    step_8_fin,     NULL,
};

static const Step other_steps[] = {
    step_1_sequence_number,
    step_2_rst,
    step_3_security,
    step_4_syn,
    step_5_ack,
    step_6_urg,
    step_7_text,
    step_8_fin,
    NULL,
};

/* Sends what has become due: data, with them the ACK; or the ACK alone; or later. */
static void settle(Arrival *a)
{
    TcpConnection *conn = a->conn;
    tcp_output(a->stack, conn, a->now, TCP_REASON_WINDOW_OPENED);
    if (conn->ack_urgency != TCP_ACK_DELAYED)
        return;
    /* A FIN's ACK waits only for the application that reads it; data's for more data. */
    SimTime wait = conn->fin_arrived && !conn->got_data ? 0 : a->stack->config->delayed_ack;
    tcp_timers_ack_owed(a->stack, conn, a->now, wait,
                        conn->fin_arrived ? TCP_REASON_ACK_MAY_RIDE : TCP_REASON_NONE);
}

void tcp_arrives_connection(TcpStack *stack, SimTime now, TcpConnection *conn,
                            const Segment *segment)
{
    Arrival arrival = {
        .stack = stack, .conn = conn, .now = now, .segment = *segment, .whole = segment};
    const Step *step = conn->state == TCP_STATE_SYN_SENT ? syn_sent_steps : other_steps;
    conn->arriving = true;
    tcp_timers_received(conn, now);
    while (*step && (*step)(&arrival))
        step++;
    if (!arrival.conn)
        return;
    conn->arriving = false;
    settle(&arrival);
}
