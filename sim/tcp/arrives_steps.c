/* SEGMENT ARRIVES in SYN-RCVD and the synchronized states: the eight steps of RFC 9293 §3.10.7.4.
 */
#include <assert.h>

#include "core/compiler.h"
#include "tcp/arrival.h"

/* ---- Answers ---- */

/* Answers with an ACK and drops the segment. */
static SELDOM bool answer(Arrival *a, TcpReason reason)
{
    tcp_output_ack(a->stack, a->conn, a->now, reason);
    return drop(a, reason);
}

/* Linux answers a segment that could be part of a loop of ACKs only so often. */
static bool was_answered_lately(Arrival *a)
{
    TcpConnection *conn = a->conn;
    SimTime gap = a->stack->config->tcp_invalid_ratelimit;
    bool empty = arrival_seq_length(a) == 0 || has(a, TCP_SYN);
    if (gap == 0 || !empty)
        return false;
    if (conn->invalid_answered_at && a->now - conn->invalid_answered_at < gap)
        return true;
    conn->invalid_answered_at = a->now;
    return false;
}

static SELDOM bool challenge(Arrival *a, TcpReason reason)
{
    if (was_answered_lately(a))
        return drop(a, TCP_REASON_ANSWERED_LATELY);
    tcp_output_challenge(a->stack, a->conn, a->now, reason);
    return drop(a, reason);
}

/* RFC 7323 §5.3: a segment whose timestamp is older than the last one is an old duplicate. */
static bool fails_paws(const Arrival *a)
{
    const SegmentOptions *options = &a->whole->options;
    return a->conn->entry.timestamps_on && !has(a, TCP_RST) &&
           (options->present & OPTION_TIMESTAMPS) &&
           (int32_t)(options->ts_val - a->conn->ts_recent) < 0;
}

/* RFC 7323 §3.2: once agreed, every segment but RST carries timestamps; one that lacks them should be
 * dropped in silence.  Many stacks take it. */
static bool lacks_timestamps(const Arrival *a)
{
    return a->stack->config->missing_timestamps == MISSING_TIMESTAMPS_DROP &&
           a->conn->entry.timestamps_on && !has(a, TCP_RST) &&
           !(a->whole->options.present & OPTION_TIMESTAMPS);
}

/* The table of §3.4, by the lengths of segment and window. */
static bool is_acceptable(const Arrival *a, uint32_t window)
{
    Seq seq = a->seq, next = a->conn->rcv_nxt;
    uint32_t length = arrival_seq_length(a);
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
        a->seq + arrival_seq_length(a) == conn->rcv_nxt)
        tcp_timers_time_wait(a->stack, conn, a->now);
}

/* A SYN-ACK that answers our crossing SYN repeats a SYN we know, but its ACK is news.  Figure 7 of
 * RFC 9293 has it establish the connection; the first step, read to the letter, refuses it. */
static bool completes_simultaneous_open(const Arrival *a)
{
    const TcpConnection *conn = a->conn;
    return a->stack->config->crossed_synack == CROSSED_SYNACK_ESTABLISH &&
           conn->state == TCP_STATE_SYN_RCVD && !conn->passive && has(a, TCP_SYN) &&
           has(a, TCP_ACK) && !has(a, TCP_RST) && a->seq == conn->irs &&
           a->whole->ack == conn->snd_nxt;
}

/* In TIME-WAIT.  RFC 1122 §4.2.2.13: a SYN beyond all that the old connection used may open a new
 * one.  The old one ends here, and the listener takes the SYN with a number beyond our old ones. */
static SELDOM bool reopens_from_time_wait(Arrival *a)
{
    TcpStack *stack = a->stack;
    TcpConnection *conn = a->conn;
    bool plain_syn = has(a, TCP_SYN) && !has(a, TCP_ACK | TCP_RST);
    bool newer_clock = conn->entry.timestamps_on &&
                       (a->whole->options.present & OPTION_TIMESTAMPS) &&
                       (int32_t)(a->whole->options.ts_val - conn->ts_recent) > 0;
    if (!plain_syn || fails_paws(a) || !(seq_gt(a->seq, conn->rcv_nxt) || newer_clock))
        return false;
    TcpListener *listener = tcp_listener_find(stack, tcp_entry_local_port(&conn->entry));
    if (!listener)
        return false;
    Seq above = conn->snd_nxt;
    end(a, TCP_STATE_CLOSED, TCP_REASON_TIME_WAIT_SYN, TCP_OK);
    tcp_listener_syn(stack, a->now, listener, a->whole, true, above);
    return true;
}

/* The peer's SYN again, while our SYN-ACK is unacknowledged: see half_open.c, which answers so for a
 * connection that nobody has called upon yet. */
static bool repeats_syn(const Arrival *a)
{
    const TcpConnection *conn = a->conn;
    return conn->state == TCP_STATE_SYN_RCVD && conn->passive && has(a, TCP_SYN) &&
           !has(a, TCP_ACK | TCP_RST) && a->seq == conn->irs &&
           a->stack->config->repeated_syn != REPEATED_SYN_ACK;
}

static SELDOM bool answer_repeated_syn(Arrival *a)
{
    if (a->stack->config->repeated_syn == REPEATED_SYN_RST)
        tcp_output_rst_for(a->stack, a->conn->entry.id, a->whole, TCP_REASON_SYN_REPEATED_RST);
    else
        tcp_output_oldest(a->stack, a->conn, a->now, TCP_REASON_SYN_REPEATED, 0, 0);
    return false;
}

static SELDOM bool refuse_unacceptable(Arrival *a, TcpReason reason)
{
    if (has(a, TCP_RST))
        return drop(a, TCP_REASON_RST_OUTSIDE_WINDOW);
    if (a->conn->state == TCP_STATE_TIME_WAIT && has(a, TCP_FIN) &&
        a->stack->config->time_wait_fin == TIME_WAIT_FIN_IGNORE)
        return drop(a, TCP_REASON_FIN_IGNORED);
    restart_time_wait(a);
    if (was_answered_lately(a))
        return drop(a, TCP_REASON_ANSWERED_LATELY);
    Seq seq = a->seq, past = seq + arrival_seq_length(a);
    bool reports = a->conn->state != TCP_STATE_TIME_WAIT && !has(a, TCP_SYN); /* as Linux */
    if (reports && seq_lt(seq, a->conn->rcv_nxt))
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
    if (conn->state == TCP_STATE_TIME_WAIT && reopens_from_time_wait(a))
        return false;
    if (fails_paws(a))
        return refuse_unacceptable(a, TCP_REASON_OLD_TIMESTAMP);
    if (repeats_syn(a))
        return answer_repeated_syn(a);
    if (lacks_timestamps(a))
        return drop(a, TCP_REASON_NO_TIMESTAMPS);
    if (completes_simultaneous_open(a)) {
        tcp_receive_duplicate(a->stack, conn, conn->irs, conn->rcv_nxt);
        owe_ack(a, TCP_REASON_SYN_ACK_ARRIVED);
    } else if (!is_acceptable(a, window)) {
        /* With the window closed an ACK number, or an RST exactly at RCV.NXT, still counts. */
        if (window == 0 && a->seq == conn->rcv_nxt && has(a, TCP_ACK | TCP_RST)) {
            a->length = 0;
            a->flags &= (uint8_t)~TCP_FIN;
            owe_ack(a, TCP_REASON_NOT_ACCEPTABLE);
        } else {
            return refuse_unacceptable(a, TCP_REASON_NOT_ACCEPTABLE);
        }
    }
    /* RFC 7323 §4.3: which timestamp is echoed. */
    if (conn->entry.timestamps_on && (a->whole->options.present & OPTION_TIMESTAMPS) &&
        seq_le(a->seq, conn->last_ack_sent) &&
        (int32_t)(a->whole->options.ts_val - conn->ts_recent) >= 0)
        conn->ts_recent = a->whole->options.ts_val;
    tcp_arrival_trim(a, window);
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

static SELDOM bool take_rst(Arrival *a)
{
    /* RFC 5961 §3.2: only the exact number resets; another one in the window is challenged. */
    if (checks_rfc5961(a) && a->whole->seq != a->conn->rcv_nxt)
        return challenge(a, TCP_REASON_CHALLENGE_RST);
    return end(a, reset_state(a->conn), TCP_REASON_RST_ARRIVED, reset_error(a->conn->state));
}

/* Second, check the RST bit. */
static bool step_2_rst(Arrival *a)
{
    return !has(a, TCP_RST) || take_rst(a);
}

/* Third, check security: IPv4 as we speak it has no compartments, nothing to check. */
static bool step_3_security(Arrival *a)
{
    (void)a;
    return true;
}

static SELDOM bool take_syn(Arrival *a)
{
    TcpConnection *conn = a->conn;
    if (conn->state == TCP_STATE_SYN_RCVD && conn->passive)
        return end(a, TCP_STATE_LISTEN, TCP_REASON_SYN_IN_WINDOW, TCP_OK);
    if (checks_rfc5961(a))
        return challenge(a, TCP_REASON_CHALLENGE_SYN);
    /* RFC 793: it is an error; send a reset. */
    tcp_output_rst_for(a->stack, conn->entry.id, a->whole, TCP_REASON_SYN_IN_WINDOW);
    return end(a, TCP_STATE_CLOSED, TCP_REASON_SYN_IN_WINDOW, reset_error(conn->state));
}

/* Fourth, check the SYN bit. */
static bool step_4_syn(Arrival *a)
{
    return !has(a, TCP_SYN) || take_syn(a);
}

/* In SYN-RCVD an acceptable ACK is the one of our SYN, and completes the handshake. */
static bool ack_completes_handshake(const Arrival *a)
{
    return a->conn->state == TCP_STATE_SYN_RCVD;
}

/* The accept queue has no room for what the ACK would establish: silence, so that the SYN-ACK will be
 * repeated, or RST (tcp_abort_on_overflow). */
static SELDOM bool refuse_overflow(Arrival *a)
{
    if (!a->stack->config->tcp_abort_on_overflow)
        return drop(a, TCP_REASON_ACCEPT_QUEUE_FULL);
    tcp_output_rst_for(a->stack, a->conn->entry.id, a->whole, TCP_REASON_ACCEPT_QUEUE_FULL);
    return end(a, TCP_STATE_CLOSED, TCP_REASON_ACCEPT_QUEUE_FULL, TCP_OK);
}

static bool finds_no_room(const Arrival *a)
{
    return a->conn->owner == TCP_OWNER_LISTENER &&
           tcp_listener_is_full(a->stack, tcp_listener_find(a->stack, a->whole->dst_port));
}

/* Fifth, in SYN-RCVD: is it the ACK of our SYN? */
static APART bool step_5_syn_rcvd(Arrival *a)
{
    TcpConnection *conn = a->conn;
    Seq ack = a->whole->ack;
    if (!(seq_lt(conn->snd_una, ack) && seq_le(ack, conn->snd_nxt))) {
        tcp_output_rst_for(a->stack, conn->entry.id, a->whole, TCP_REASON_BAD_ACK);
        return drop(a, TCP_REASON_BAD_ACK);
    }
    if (conn->passive && a->length > 0 && a->stack->config->syn_rcvd_data == SYN_RCVD_DATA_RESET) {
        tcp_output_rst_for(a->stack, conn->entry.id, a->whole, TCP_REASON_STRICT_SYN_RCVD);
        return end(a, TCP_STATE_CLOSED, TCP_REASON_STRICT_SYN_RCVD, TCP_OK);
    }
    if (finds_no_room(a))
        return refuse_overflow(a);
    tcp_arrival_set_window(a);
    tcp_arrival_acknowledge(a);
    tcp_arrival_establish(a, TCP_REASON_SYN_ACKED);
    if (conn->pieces) { /* data that came on the SYN has waited for this; it may come again here */
        tcp_receive_queued(a->stack, conn);
        tcp_arrival_trim(a, tcp_receive_offered(conn));
    }
    return true;
}

/* Fifth, the ACK number itself.  False: not acceptable, dropped. */
static bool step_5_check_range(Arrival *a)
{
    const TcpConnection *conn = a->conn;
    Seq ack = a->whole->ack;
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
    return a->whole->ack == conn->snd_una && a->whole->length == 0 &&
           !(a->whole->flags & (TCP_SYN | TCP_FIN)) && conn->snd_una != conn->snd_nxt &&
           conn->snd_wnd == window_before && conn->snd_wnd > 0;
}

static void update_send_window(Arrival *a)
{
    TcpConnection *conn = a->conn;
    if (seq_lt(conn->snd_wl1, a->seq) ||
        (conn->snd_wl1 == a->seq && seq_le(conn->snd_wl2, a->whole->ack)))
        tcp_arrival_set_window(a);
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
    bool news = seq_gt(a->whole->ack, conn->snd_una);
    if (seq_lt(a->whole->ack, conn->snd_una))
        return;
    if (conn->entry.sack_on)
        tcp_sent_sack(conn, &a->whole->options, a->now);
    if (news) {
        tcp_arrival_acknowledge(a);
        /* Until a newer segment says otherwise, the window's right edge stays where it was. */
        conn->snd_wnd -= a->acked < conn->snd_wnd ? a->acked : conn->snd_wnd;
    }
    update_send_window(a);
    if (news)
        tcp_congestion_acked(a->stack, conn, a->now, a->acked);
    else if (is_duplicate_ack(a, window_before))
        tcp_congestion_duplicate(a->stack, conn, a->now);
    if (conn->sacked_count > 0)
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
    /* Shut down in SYN-RCVD: the ACK of our SYN comes only now. */
    bool is_handshake = a->conn->owner == TCP_OWNER_LISTENER && seq_gt(a->whole->ack, a->conn->iss);
    if (is_handshake && finds_no_room(a))
        return refuse_overflow(a);
    step_5_acknowledge(a);
    if (is_handshake)
        tcp_arrival_hand_over(a);
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

static APART bool take_text(Arrival *a)
{
    TcpConnection *conn = a->conn;
    if (!takes_data(conn->state))
        return true; /* the peer has closed: this should not occur, ignore the text */
    /* §3.6.1: nobody will read it any more, and the peer has to know. */
    if (tcp_is_orphan(conn)) {
        tcp_output_rst(a->stack, conn, a->now, TCP_REASON_DATA_AFTER_CLOSE);
        return end(a, TCP_STATE_CLOSED, TCP_REASON_DATA_AFTER_CLOSE, TCP_OK);
    }
    if (conn->fin_held && seq_gt(a->seq + a->length, conn->fin_seq))
        return true; /* nothing can follow a FIN */
    tcp_receive_data(a->stack, conn, a->now, a->seq, a->length, a->payload);
    return true;
}

/* Seventh, process the segment text. */
static bool step_7_text(Arrival *a)
{
    if (a->length > 0)
        return take_text(a);
    /* A keepalive, or old data again: it has been acknowledged, but its sender asks. */
    if (a->whole->length > 0 && takes_data(a->conn->state))
        owe_ack(a, TCP_REASON_NOT_ACCEPTABLE);
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
    Seq place = a->seq + a->length;
    /* A FIN in front of data that is held contradicts it: one of the two is forged. */
    if (has(a, TCP_FIN) && takes_data(conn->state) && !tcp_receive_holds_behind(conn, place)) {
        conn->fin_held = true;
        conn->fin_seq = place;
        if (conn->fin_seq != conn->rcv_nxt)
            owe_ack(a, TCP_REASON_OUT_OF_ORDER);
    }
    if (conn->fin_held && conn->fin_seq == conn->rcv_nxt)
        take_fin(a);
    return true;
}

OFTEN bool tcp_arrives_rest(Arrival *a)
{
    return step_6_urg(a) && step_7_text(a) && step_8_fin(a);
}

void tcp_arrives_others(Arrival *a)
{
    (void)(step_1_sequence_number(a) && step_2_rst(a) && step_3_security(a) && step_4_syn(a) &&
           step_5_ack(a) && tcp_arrives_rest(a));
}
