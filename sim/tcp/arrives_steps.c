/* SEGMENT ARRIVES in SYN-RCVD and the synchronized states: the eight steps of RFC 9293 §3.10.7.4.
 */
#include <assert.h>

#include "core/compiler.h"
#include "tcp/arrival.h"
#include "tcp/congestion.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/receive.h"
#include "tcp/timers.h"

/* Does all of it lie in the window, and more would? */
static bool lies_inside(const Arrival *a, uint32_t window)
{
    uint32_t before = (uint32_t)(a->seq - a->conn->rcv_nxt);

    return before < window && a->length < window - before;
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

static bool is_bsd(const Arrival *a)
{
    return tcp_is_bsd_receiver(a->stack);
}

/* In SYN-RCVD, and not its application's already by Fast Open. */
static bool is_listeners(const TcpConnection *conn)
{
    return conn->state == TCP_STATE_SYN_RCVD && conn->passive && !tcp_fast_open_is_taken(conn);
}

/* FreeBSD's syncache and its TIME-WAIT know only what was offered. */
static uint32_t window_of(const Arrival *a)
{
    const TcpConnection *conn = a->conn;

    if (is_bsd(a) && conn->state != TCP_STATE_TIME_WAIT && !is_listeners(conn))
        return tcp_bsd_accepts(a->stack, conn);
    if (a->stack->config->reset_check == RESET_CHECK_BSD)
        return tcp_bsd_room(a->stack, conn);
    return tcp_receive_offered(conn);
}

/* What the table refuses because it came before may bring an ACK number that is news.  FreeBSD looks at all of it
 * (tcp_do_segment(), "keep on processing for RST or ACK"), Linux at what ends where we have acknowledged or behind
 * (tcp_sequence()), and at what begins at the window's edge. */
static bool is_heard(const Arrival *a, uint32_t window)
{
    const TcpConnection *conn = a->conn;

    if (has(a, TCP_SYN) || conn->state == TCP_STATE_TIME_WAIT || is_listeners(conn) ||
        tcp_is_remnant(a->stack, conn))
        return false;
    if (is_bsd(a))
        return seq_lt(a->seq, conn->rcv_nxt) && !has(a, TCP_RST);
    return tcp_is_linux_receiver(a->stack) &&
           seq_ge(a->seq + arrival_seq_length(a), conn->last_ack_sent) &&
           seq_le(a->seq, conn->rcv_nxt + window);
}

/* Since Linux 6.17 (tcp_sequence()): what ends beyond the window is taken when nothing waits to be read. */
static SELDOM bool is_too_long(const Arrival *a, uint32_t window)
{
    return a->stack->config->receiver == RECEIVER_LINUX_6_18 &&
           seq_gt(a->seq + a->length, a->conn->rcv_nxt + window) && tcp_readable(a->conn) > 0;
}

/* Linux counts what ends beyond the window (TcpExtBeyondWindow). */
static SELDOM bool refuse_number(Arrival *a, uint32_t window)
{
    if (seq_gt(a->seq + arrival_seq_length(a), a->conn->rcv_nxt + window))
        a->stack->beyond_window++;
    return tcp_refuse(a, TCP_REASON_NOT_ACCEPTABLE);
}

/* Some hosts end a connection with FIN and at once with RST, which has the FIN's number (Linux,
 * tcp_reset_check()). */
static bool resets_at_fin(const Arrival *a)
{
    const unsigned after_fin =
        1U << TCP_STATE_CLOSE_WAIT | 1U << TCP_STATE_LAST_ACK | 1U << TCP_STATE_CLOSING;

    return has(a, TCP_RST) && a->stack->config->reset_check == RESET_CHECK_RFC5961_FIN &&
           (after_fin >> a->conn->state & 1) && a->whole->seq == a->conn->rcv_nxt - 1;
}

/* Stevens, TCP/IP Illustrated vol. 2 p. 960: of what lies before the window only RST and ACK are left, and
 * it is answered. */
static bool trims_old(Arrival *a)
{
    Seq next = a->conn->rcv_nxt;

    if (a->stack->config->old_segments != OLD_SEGMENTS_TRIMMED || !seq_lt(a->seq, next) ||
        seq_gt(a->seq + arrival_seq_length(a), next))
        return false;
    a->seq += has(a, TCP_SYN) + a->length;
    a->flags &= (uint8_t) ~(TCP_SYN | TCP_FIN);
    a->length = 0;
    owe_ack(a, TCP_REASON_NOT_ACCEPTABLE);
    if (!has(a, TCP_ACK)) /* it is dropped; the next segment will find that an ACK is owed */
        a->output = ARRIVAL_OUTPUT_NONE;
    return true;
}

/* First, check the sequence number: the table, and before it what other documents want to see whatever
 * the number is. */
static bool step_1_sequence_number(Arrival *a)
{
    const TcpConnection *conn = a->conn;
    bool timestamps = conn->entry.timestamps_on, syn_rcvd = conn->state == TCP_STATE_SYN_RCVD;
    uint32_t window = window_of(a);

    if (conn->state == TCP_STATE_TIME_WAIT) {
        if (tcp_time_wait_reopens(a))
            return false;
        if (is_bsd(a))
            return tcp_bsd_time_wait(a);
    }
    if (timestamps && tcp_paws_fails(a) && !tcp_paws_was_overtaken(a))
        return tcp_refuse(a, TCP_REASON_OLD_TIMESTAMP);
    if (syn_rcvd && tcp_syn_again_answered(a))
        return false;
    if (timestamps && tcp_paws_misses(a))
        return drop(a, TCP_REASON_NO_TIMESTAMPS);
    bool crossed = syn_rcvd && tcp_syn_again_crossed(a);
    bool is_inside = lies_inside(a, window); /* so it is acceptable, and nothing is to be cut off */
    if (!is_inside && !crossed && !is_acceptable(a, window) && !tcp_zero_window_admits(a, window) &&
        !resets_at_fin(a) && !is_heard(a, window) && !trims_old(a))
        return refuse_number(a, window);
    if (!is_inside && is_too_long(a, window))
        return refuse_number(a, window);
    if (tcp_is_remnant(a->stack, conn) && tcp_remnant_is_done(a))
        return false;
    if (timestamps && !tcp_paws_waits_for_ack(a))
        tcp_paws_remember(a);
    if (!is_inside)
        tcp_arrival_trim(a, window);
    return true;
}

static TcpError reset_error(const HostConfig *config, const TcpConnection *conn)
{
    switch (conn->state) {
    case TCP_STATE_SYN_RCVD: return conn->passive ? TCP_ECONNRESET : TCP_ECONNREFUSED;
    case TCP_STATE_TIME_WAIT: return TCP_OK;
    case TCP_STATE_CLOSING:
    case TCP_STATE_LAST_ACK: /* Linux (tcp_reset()) tells who still holds it */
        return config->sender == SENDER_LINUX ? TCP_ECONNRESET : TCP_OK;
    case TCP_STATE_CLOSE_WAIT:
        return config->close_wait_reset == CLOSE_WAIT_RESET_EPIPE ? TCP_EPIPE : TCP_ECONNRESET;
    default: return TCP_ECONNRESET;
    }
}

/* A passive open goes back to LISTEN, everything else is CLOSED. */
static TcpState reset_state(const TcpConnection *conn)
{
    return is_listeners(conn) ? TCP_STATE_LISTEN : TCP_STATE_CLOSED;
}

/* … or where what has come out of order ends: there the peer is (Linux, tcp_validate_incoming()). */
static SELDOM bool resets_at_sack(const Arrival *a)
{
    const TcpConnection *conn = a->conn;
    Seq end = conn->rcv_nxt;

    for (const TcpPiece *p = conn->pieces; p != NULL; p = p->next)
        end = seq_gt(p->seq + p->length, end) ? p->seq + p->length : end;
    if (conn->fin_held)
        end = conn->fin_seq + 1;
    return a->stack->config->reset_check == RESET_CHECK_RFC5961_FIN && conn->entry.sack_on &&
           a->whole->seq == end;
}

static SELDOM bool take_rst(Arrival *a)
{
    if (a->stack->config->tcp_rfc1337 && a->conn->state == TCP_STATE_TIME_WAIT)
        return drop(a, TCP_REASON_NOTHING_USEFUL);
    /* RFC 5961 §3.2: only the exact number resets; another one in the window is challenged. */
    if (a->stack->config->reset_check == RESET_CHECK_EXACT && a->whole->seq != a->conn->rcv_nxt &&
        a->whole->seq != a->conn->rcv_nxt + 1)
        return drop(a, TCP_REASON_RST_OUTSIDE_WINDOW);
    if (checks_rfc5961(a) && a->stack->config->reset_check != RESET_CHECK_EXACT &&
        a->whole->seq != a->conn->rcv_nxt && !resets_at_fin(a) && !resets_at_sack(a)) {
        tcp_fast_open_disordered(a->stack, a->conn, a->now);
        return tcp_challenge(a, TCP_REASON_CHALLENGE_RST);
    }
    return end(a, reset_state(a->conn), TCP_REASON_RST_ARRIVED,
               reset_error(a->stack->config, a->conn));
}

/* Flags that are rare: all are looked for at once. */
static SELDOM bool take_rare_flags(Arrival *a)
{
    if (has(a, TCP_RST))
        return take_rst(a);
    tcp_ecn_flags(a);
    return true;
}

/* Second, check the RST bit. */
static bool step_2_rst(Arrival *a)
{
    return !has(a, TCP_RST | TCP_ECE | TCP_CWR) || take_rare_flags(a);
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

    if (a->stack->config->reset_check == RESET_CHECK_SYN_IGNORED)
        return drop(a, TCP_REASON_SYN_IGNORED);
    if (a->stack->config->reset_check == RESET_CHECK_BSD) /* tcp_drop(); then dropwithreset */
        tcp_output_rst(a->stack, conn, a->now, TCP_REASON_SYN_IN_WINDOW);
    else if (is_listeners(conn))
        return end(a, TCP_STATE_LISTEN, TCP_REASON_SYN_IN_WINDOW, TCP_OK);
    if (checks_rfc5961(a))
        return tcp_challenge(a, TCP_REASON_CHALLENGE_SYN);
    /* RFC 793: it is an error; send a reset. */
    if (is_bsd(a)) { /* tcp_drop(): as an abort would */
        tcp_output_rst(a->stack, conn, a->now, TCP_REASON_SYN_IN_WINDOW);
        return end(a, TCP_STATE_CLOSED, TCP_REASON_SYN_IN_WINDOW, TCP_ECONNRESET);
    }
    tcp_output_rst_for(a->stack, conn->entry.id, a->whole, TCP_REASON_SYN_IN_WINDOW);
    return end(a, TCP_STATE_CLOSED, TCP_REASON_SYN_IN_WINDOW, reset_error(a->stack->config, conn));
}

/* Fourth, check the SYN bit. */
static bool step_4_syn(Arrival *a)
{
    return !has(a, TCP_SYN) || take_syn(a);
}

/* Fifth, the ACK number itself.  False: not acceptable, dropped. */
static bool step_5_check_range(Arrival *a)
{
    const TcpConnection *conn = a->conn;
    Seq ack = a->whole->ack;

    if (seq_gt(ack, conn->snd_nxt) && tcp_is_linux_sender(a->stack) &&
        conn->state == TCP_STATE_ESTABLISHED &&
        !tcp_is_linux_since_6_18(a->stack)) /* tcp_rcv_established() said nothing before */
        return drop(a, TCP_REASON_ACK_OF_UNSENT);
    if (seq_gt(ack, conn->snd_nxt) && tcp_is_bsd_sender(a->stack))
        tcp_bsd_ack_of_unsent(a);
    if (seq_gt(ack, conn->snd_nxt)) /* not yet sent: send an ACK, drop */
        return checks_rfc5961(a) ? tcp_challenge(a, TCP_REASON_CHALLENGE_ACK)
                                 : tcp_answer(a, TCP_REASON_ACK_OF_UNSENT);
    /* RFC 5961 §5.2: nor may it be older than the largest window we have seen. */
    if (checks_rfc5961(a) && seq_lt(ack, conn->snd_una - conn->snd_wnd_max))
        return tcp_challenge(a, TCP_REASON_CHALLENGE_ACK);
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

/* One byte, and nothing else. */
static bool is_probe_out(const TcpConnection *conn)
{
    return conn->snd_nxt == conn->snd_una + 1 && conn->una_position <= conn->app_bytes;
}

/* Linux (tcp_ack_probe()): it is open when all of the first packet fits. */
static SELDOM bool is_too_small(const Arrival *a)
{
    TcpConnection *conn = a->conn;
    uint32_t first = a->stack->sends_packets ? tcp_packets_first(a->stack, conn) : 0;

    return tcp_is_linux_sender(a->stack) && conn->snd_una == conn->snd_nxt && first > conn->snd_wnd;
}

/* tcp_rcv_established(): of data that are just what was expected the ACK number is not looked at, if it is no other than
 * before. */
static SELDOM bool is_unseen(const Arrival *a)
{
    const TcpConnection *conn = a->conn;
    const Segment *s = a->whole;

    return conn->receiver.predicts && !conn->fin_held && a->before == TCP_STATE_ESTABLISHED &&
           s->length > 0 && (s->flags & ~TCP_PSH) == TCP_ACK && s->seq == conn->rcv_nxt &&
           s->ack == conn->snd_una && a->acked == 0 &&
           s->options.present == (conn->entry.timestamps_on ? OPTION_TIMESTAMPS : 0);
}

/* Closed while data are out: it is probed, and not given up as long as that is answered (RFC 9293 §3.8.6).  Linux goes
 * on with its retransmission timer (tcp_retransmit_timer()). */
static bool has_shrunk(const Arrival *a)
{
    const TcpConnection *conn = a->conn;

    return conn->snd_una != conn->snd_nxt && conn->una_position > 0 &&
           conn->una_position <= conn->app_bytes && !tcp_is_linux_sender(a->stack);
}

/* It is closed, or was. */
static APART void look_at_window(Arrival *a)
{
    TcpConnection *conn = a->conn;

    if (is_unseen(a))
        return;
    if (conn->snd_wnd == 0 || is_too_small(a)) {
        tcp_timers_probe_answered(a->stack, conn, a->now);
        if (has_shrunk(a))
            tcp_timers_window_closed(a->stack, conn, a->now);
        return;
    }
    bool probed = conn->probe_backoffs > 0;
    tcp_timers_window_open(a->stack, conn);
    if (probed && a->stack->config->probe_wait != PROBE_WAIT_RTO && is_probe_out(conn))
        tcp_sent_take_back(a->stack, conn);
    else if (probed)
        tcp_sent_mark_lost_before(conn, a->now); /* the probe's byte may not have been taken */
    if (conn->snd_una != conn->snd_nxt && !tcp_is_linux_sender(a->stack))
        tcp_timers_sent(a->stack, conn, a->now); /* what is out waits for its ACK again */
}

/* Linux (tcp_may_update_window()): what acknowledges nothing new and begins where the last one did may open the window,
 * and since 6.5 close it; it does not make it smaller. */
static APART bool linux_window_is_news(const Arrival *a)
{
    const TcpConnection *conn = a->conn;
    uint32_t window = (uint32_t)a->whole->window << conn->entry.snd_wscale;
    bool closes = window == 0 && tcp_is_linux_since_6_6(a->stack);

    return window > conn->snd_wnd || closes;
}

static WITHIN void update_send_window(Arrival *a)
{
    TcpConnection *conn = a->conn;
    bool repeats = conn->snd_wl1 == a->seq;

    if (tcp_is_linux_sender(a->stack)
            ? a->acked > 0 || seq_lt(conn->snd_wl1, a->seq) || (repeats && linux_window_is_news(a))
            : seq_lt(conn->snd_wl1, a->seq) || (repeats && seq_le(conn->snd_wl2, a->whole->ack)))
        tcp_arrival_set_window(a, a->whole->ack);
    if (conn->snd_wnd == 0 || tcp_timers_probe_window(conn))
        look_at_window(a);
}

/* A first block that lies below the ACK number tells of a duplicate (RFC 2883 §4). */
static bool reports_duplicate_at(const Segment *segment, Seq end)
{
    const SegmentOptions *options = &segment->options;

    return options->sack_count > 0 && options->sack[0].right == end && seq_le(end, segment->ack);
}

/* RFC 8985 §7.4: what has come of the tail loss probe?  Where it repeated something and nobody says that this
 * came twice, it had been lost (Linux, tcp_process_tlp_ack()). */
static SELDOM void settle_tail(Arrival *a, bool is_duplicate)
{
    TcpConnection *conn = a->conn;

    if (seq_lt(a->whole->ack, conn->tail_end))
        return;
    if (!conn->tail_is_again || reports_duplicate_at(a->whole, conn->tail_end))
        conn->probed_tail = false;
    else if (seq_gt(a->whole->ack, conn->tail_end))
        tcp_congestion_tail_lost(a->stack, conn);
    else if (is_duplicate)
        conn->probed_tail = false;
}

/* What an ACK finds when it comes. */
typedef struct Flight {
    uint32_t window, duplicates, unsacked, sacked;
} Flight;

static uint32_t unsacked_segments(const TcpConnection *conn)
{
    return conn->sent_count - conn->sacked_count;
}

/* Segments that have left the network, of those that were under way, and what came twice.  Without SACK each
 * duplicate stands for one, and they are taken off what is acknowledged at last. */
static SELDOM uint32_t delivered_segments(const Arrival *a, const Flight *before, bool news)
{
    const TcpConnection *conn = a->conn;
    uint32_t gone = before->unsacked - unsacked_segments(conn);

    if (conn->entry.sack_on)
        return gone + a->dsacked;
    if (!news)
        return conn->duplicate_acks > before->duplicates;
    return gone > before->duplicates ? gone - before->duplicates : 1;
}

/* What the congestion window may grow for: bytes that are acknowledged; Linux counts segments, and each when it
 * is known to have arrived, by whatever ACK. */
static uint32_t growth(const Arrival *a, const Flight *before)
{
    const TcpConnection *conn = a->conn;

    if (!tcp_is_linux_sender(a->stack))
        return a->acked;
    return delivered_segments(a, before, a->acked > 0) * tcp_effective_mss(a->stack, conn);
}

static APART void take_sack(Arrival *a, bool news)
{
    a->dsacked = tcp_dsack_count(a->stack, a->conn, a->whole);
    tcp_sent_sack(a->stack, a->conn, &a->whole->options, a->now, &a->sacked);
    if (!news && a->sacked.any && tcp_is_linux_sender(a->stack))
        tcp_arrival_sacked(a);
}

/* Linux (tcp_ack(), old_ack): what an ACK that came late says of SACK is new all the same. */
static SELDOM void take_old_sack(Arrival *a)
{
    uint32_t sacked = a->conn->sacked_count;

    if (!a->conn->entry.sack_on)
        return;
    a->dsacked = tcp_dsack_count(a->stack, a->conn, a->whole);
    tcp_sent_sack(a->stack, a->conn, &a->whole->options, a->now, &a->sacked);
    if (a->conn->undo != NULL)
        (void)tcp_undo_acknowledged(a, false, a->conn->sacked_count > sacked);
    if (a->conn->sacked_count > 0)
        tcp_congestion_check(a->stack, a->conn, a->now);
}

/* Nothing is lost, or was, as far as anybody knows. */
static bool is_calm(const TcpConnection *conn)
{
    return conn->troubles == 0 && conn->sacked_count == 0 && conn->undo == NULL;
}

/* What an ACK tells of losses, and the congestion window. */
static APART void look_at_losses(Arrival *a, bool news, const Flight *before)
{
    TcpConnection *conn = a->conn;
    uint32_t missing = conn->missing_count;
    bool is_duplicate = !news && is_duplicate_ack(a, before->window), looks = true;
    bool counts = is_duplicate;
    if (conn->entry.sack_on && !tcp_is_linux_sender(a->stack)) /* RFC 6675 §2: it SACKs something */
        counts = !news && conn->sacked_count > before->sacked;

    if (conn->stretch_due && unsacked_segments(conn) < before->unsacked)
        tcp_dsack_stretch(conn);
    if (conn->probed_tail)
        settle_tail(a, is_duplicate && conn->sacked_count == before->sacked);
    if (conn->undo != NULL)
        looks = tcp_undo_acknowledged(
            a, news, (is_duplicate && a->dsacked == 0) || conn->sacked_count > before->sacked);
    if (news)
        tcp_congestion_acked(a->stack, conn, a->now, growth(a, before));
    else if (counts)
        tcp_congestion_duplicate(a->stack, conn, a->now);
    if (looks && (conn->sacked_count > 0 || (news && (conn->in_recovery || conn->in_loss))))
        tcp_congestion_check(a->stack, conn, a->now);
    if (conn->is_reducing)
        tcp_congestion_reduce(a->stack, conn, delivered_segments(a, before, news),
                              news && conn->missing_count <= missing);
    else if (!news && conn->sacked_count > before->sacked && tcp_is_linux_sender(a->stack))
        tcp_congestion_sacked(a->stack, conn, a->now, growth(a, before));
}

/* Linux (tcp_xmit_recovery()): what is lost goes again before the segment's text is looked at. */
static SELDOM void repair_first(Arrival *a)
{
    if (!a->conn->sends_new)
        tcp_output_lost(a->stack, a->conn, a->now);
}

/* Fifth, in ESTABLISHED and what follows it: what does it acknowledge? */
static WITHIN void step_5_acknowledge(Arrival *a)
{
    TcpConnection *conn = a->conn;
    Flight before = {conn->snd_wnd, conn->duplicate_acks, unsacked_segments(conn),
                     conn->sacked_count};
    bool news = seq_gt(a->whole->ack, conn->snd_una);

    if (seq_lt(a->whole->ack, conn->snd_una)) {
        if (a->whole->options.sack_count > 0 && tcp_is_linux_sender(a->stack))
            take_old_sack(a);
        return;
    }
    if (tcp_is_linux_sender(a->stack)) /* tcp_ack(): what is refused before is no sign of life */
        tcp_timers_received(conn, a->now);
    if (a->whole->options.sack_count > 0 && conn->entry.sack_on)
        take_sack(a, news);
    if (news) {
        tcp_arrival_acknowledge(a);
        /* Until a newer segment says otherwise, the window's right edge stays where it was. */
        conn->snd_wnd -= a->acked < conn->snd_wnd ? a->acked : conn->snd_wnd;
    }
    update_send_window(a);
    if (tcp_is_linux_receiver(a->stack) && conn->snd_wnd != before.window)
        tcp_linux_predict(conn);
    bool is_over =
        conn->snd_una == conn->snd_nxt; /* nothing is out: what repeats an ACK asks for nothing */
    if (!is_calm(conn) || !(news || is_over))
        look_at_losses(a, news, &before);
    else if (news)
        tcp_congestion_acked(a->stack, conn, a->now, growth(a, &before));
    if (a->settles)
        tcp_timers_settle(a->stack, conn, a->now, a->was_probing);
    if (conn->missing_count > 0 && a->length > 0 && tcp_is_linux_sender(a->stack))
        repair_first(a);
}

/* Fast Open, as the handshake ends: data are out, and some may have arrived. */
static SELDOM void acknowledge_early(Arrival *a)
{
    if (a->whole->options.sack_count > 0)
        step_5_acknowledge(a);
}

/* Fifth, in SYN-RCVD: is it the ACK of our SYN? */
static APART OFTEN bool step_5_syn_rcvd(Arrival *a)
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
    if (!tcp_overflow_admits(a))
        return false;
    if (conn->entry.timestamps_on && tcp_paws_waits_for_ack(a))
        tcp_paws_remember(a);
    tcp_arrival_set_window(a, ack);
    tcp_arrival_acknowledge(a);
    tcp_arrival_establish(a, TCP_REASON_SYN_ACKED);
    if ((a->whole->flags & TCP_SYN) && tcp_is_linux_receiver(a->stack)) /* it came again */
        tcp_linux_quick(a->stack, conn);
    if (tcp_is_bsd_sender(a->stack))
        a->output = ARRIVAL_OUTPUT_ASKED;
    if (tcp_fast_open_is_taken(conn))
        acknowledge_early(a);
    if (conn->pieces !=
        NULL) { /* data that came on the SYN has waited for this; it may come again here */
        tcp_receive_queued(a->stack, conn);
        tcp_arrival_trim(a, tcp_receive_offered(conn));
    }
    return true;
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
        if (tcp_is_remnant(a->stack, conn) && tcp_remnant_is_early(a))
            return false;
        if (tcp_is_remnant(a->stack, conn) && !has(a, TCP_FIN)) /* whose ACK still looks */
            tcp_linux_freeze(conn);
        return true;
    case TCP_STATE_CLOSING: tcp_time_wait_enter(a, TCP_REASON_FIN_ACKED); return true;
    case TCP_STATE_LAST_ACK: return end(a, TCP_STATE_CLOSED, TCP_REASON_FIN_ACKED, TCP_OK);
    default: return true;
    }
}

/* Fifth, check the ACK field. */
static bool step_5_ack(Arrival *a)
{
    if (!has(a, TCP_ACK))
        return drop(a, TCP_REASON_NO_ACK_FLAG);
    if (a->conn->state == TCP_STATE_SYN_RCVD)
        return step_5_syn_rcvd(a);
    if (!step_5_check_range(a))
        return false;
    /* Shut down in SYN-RCVD: the ACK of our SYN comes only now. */
    bool is_handshake = a->conn->una_position == 0 && seq_gt(a->whole->ack, a->conn->iss);
    if (is_handshake && !tcp_overflow_admits(a))
        return false;
    if (a->conn->entry.timestamps_on && tcp_paws_waits_for_ack(a) &&
        seq_ge(a->whole->ack, a->conn->snd_una))
        tcp_paws_remember(a);
    if (!tcp_is_bsd_sender(a->stack))
        step_5_acknowledge(a);
    else if (!tcp_bsd_acknowledge(a))
        return false;
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

/* Linux (tcp_fin()): the ACK of a FIN that is the peer's second leaves before the blocks are taken off that have been
 * filled (tcp_sack_remove()). */
static SELDOM void keep_blocks(Arrival *a)
{
    TcpConnection *conn = a->conn;

    if (!conn->entry.sack_on)
        return;
    a->told = (SegmentOptions){.present = conn->entry.timestamps_on ? OPTION_TIMESTAMPS : 0};
    tcp_receive_sack(conn, &a->told);
    a->has_blocks = a->told.sack_count > 0;
}

/* 4.4BSD netinet/tcp_fsm.h, TCPS_HAVERCVDFIN(): true from TIME-WAIT on. */
static SELDOM bool take_behind_fin(Arrival *a)
{
    const HostConfig *config = a->stack->config;
    TcpConnection *conn = a->conn;

    if (config->data_behind_fin != DATA_BEHIND_FIN_ACKNOWLEDGED)
        return true;
    /* libslirp: both sides of its socket are closed by then. */
    if (config->data_after_close == DATA_AFTER_CLOSE_SECOND && a->length > 0 &&
        conn->state != TCP_STATE_CLOSE_WAIT) {
        tcp_output_rst_for(a->stack, conn->entry.id, a->whole, TCP_REASON_DATA_AFTER_CLOSE);
        return end(a, TCP_STATE_CLOSED, TCP_REASON_DATA_AFTER_CLOSE, TCP_OK);
    }
    if (a->seq == conn->rcv_nxt)
        conn->rcv_nxt += arrival_seq_length(a);
    owe_ack(a, TCP_REASON_BEHIND_FIN);
    return true;
}

/* libslirp: its application has closed, which is noticed when what has come is to be handed over. */
static SELDOM bool is_still_taken(const Arrival *a)
{
    return a->stack->config->data_after_close == DATA_AFTER_CLOSE_SECOND && !a->conn->is_deaf;
}

/* libslirp src/tcp_input.c: what was not foreseen waits, unless something is sent for another reason. */
static SELDOM void weigh_ack(Arrival *a)
{
    TcpConnection *conn = a->conn;

    if (a->is_foreseen || conn->state != TCP_STATE_ESTABLISHED)
        owe_ack(a, TCP_REASON_DATA_ARRIVED);
    else if (conn->ack_reason == TCP_REASON_DATA_ARRIVED && a->output == ARRIVAL_OUTPUT_ACK)
        conn->ack_urgency = TCP_ACK_DELAYED;
}

static SELDOM void throw_away(Arrival *a)
{
    if (tcp_receive_throw_away(a->stack, a->conn))
        a->conn->is_deaf = true;
}

static APART bool take_text(Arrival *a)
{
    TcpConnection *conn = a->conn;

    if (!takes_data(conn->state))
        return take_behind_fin(a); /* the peer has closed: this should not occur, ignore the text */
    /* §3.6.1: nobody will read it any more, and the peer has to know: as from a connection that is gone. */
    if (tcp_is_orphan(conn) && !is_still_taken(a)) {
        tcp_output_rst_for(a->stack, conn->entry.id, a->whole, TCP_REASON_DATA_AFTER_CLOSE);
        return end(a, TCP_STATE_CLOSED, TCP_REASON_DATA_AFTER_CLOSE, TCP_OK);
    }
    if (conn->fin_held && seq_gt(a->seq + a->length, conn->fin_seq)) {
        if (a->stack->config->data_behind_fin == DATA_BEHIND_FIN_ACKNOWLEDGED)
            owe_ack(a, TCP_REASON_BEHIND_FIN);
        return true; /* nothing can follow a FIN */
    }
    if (a->whole->ecn == ECN_CE)
        tcp_ecn_mark(a);
    if (conn->receiver.held > conn->receiver.buffer && !tcp_memory_admits(a->stack, conn, a->seq))
        return drop(a, TCP_REASON_OUT_OF_MEMORY);
    if (conn->closing && conn->receiver.sacks_fin)
        keep_blocks(a);
    tcp_receive_data(a->stack, conn, a->now, a->seq, a->length, a->payload, a->whole);
    if (a->stack->config->foreseen_acks)
        weigh_ack(a);
    if (tcp_is_orphan(conn))
        throw_away(a);
    return true;
}

/* A keepalive, or what came before: it has been acknowledged, but its sender asks. */
static bool is_asked(const Arrival *a)
{
    Seq end = a->whole->seq + segment_seq_length(a->whole);
    bool is_old = !(a->whole->flags & TCP_SYN) && seq_lt(a->whole->seq, a->conn->rcv_nxt) &&
                  seq_le(end, a->conn->rcv_nxt);

    if (a->whole->length > 0 && takes_data(a->conn->state))
        return true;
    return is_old && (is_bsd(a) || (tcp_is_linux_receiver(a->stack) && end != a->whole->seq));
}

static APART bool look_at_text(Arrival *a)
{
    if (tcp_is_linux_receiver(a->stack) && a->before == TCP_STATE_ESTABLISHED)
        tcp_linux_measure(a->conn, a->now, a->whole->options.ts_ecr, a->length);
    if (a->length > 0)
        return take_text(a);
    if (is_asked(a)) {
        if (tcp_is_linux_receiver(a->stack))
            tcp_linux_quick(a->stack, a->conn);
        owe_ack(a, a->conn->fin_arrived && has(a, TCP_FIN) ? TCP_REASON_FIN_REPEATED
                                                           : TCP_REASON_NOT_ACCEPTABLE);
    }
    return true;
}

/* Seventh, process the segment text. */
static WITHIN bool step_7_text(Arrival *a)
{
    return !(a->whole->length > 0 || a->stack->looks_at_all) || look_at_text(a);
}

/* … and before our own data: it carries nothing. */
static SELDOM void acknowledge_fin(Arrival *a)
{
    tcp_output_ack_with(a->stack, a->conn, a->now, TCP_REASON_FIN_ARRIVED,
                        a->has_blocks ? &a->told : NULL);
}

/* The FIN's place in the stream is reached: every byte before it is here. */
static void take_fin(Arrival *a, bool was_held)
{
    TcpConnection *conn = a->conn;

    conn->rcv_nxt++;
    conn->fin_arrived = true;
    conn->fin_held = false;
    if (tcp_is_linux_receiver(a->stack)) /* tcp_fin(), tcp_sack_reset() */
        conn->has_dsack = false;
    /* Linux (tcp_fin()): with it goes what was out of order, so nobody sees that the gap is filled */
    if (!was_held && tcp_is_linux_receiver(a->stack) && conn->ack_reason == TCP_REASON_GAP_FILLED &&
        conn->ack_urgency == TCP_ACK_NOW)
        conn->ack_urgency = TCP_ACK_DELAYED;
    bool may_wait = a->stack->config->fin_ack == FIN_ACK_DELAYED &&
                    conn->state == TCP_STATE_ESTABLISHED && conn->ack_urgency != TCP_ACK_NOW &&
                    !(was_held && tcp_is_linux_receiver(a->stack));
    if (may_wait) {
        conn->ack_urgency = TCP_ACK_DELAYED;
        conn->interactive = true; /* for its own FIN to ride with (Linux, tcp_fin) */
    } else {
        owe_ack(a, TCP_REASON_FIN_ARRIVED);
    }
    switch (conn->state) {
    case TCP_STATE_ESTABLISHED:
        tcp_enter(a->stack, conn, TCP_STATE_CLOSE_WAIT, TCP_REASON_FIN_ARRIVED);
        break;
    case TCP_STATE_FIN_WAIT_1: /* our FIN is not acknowledged yet: step 5 would have moved us */
        tcp_enter(a->stack, conn, TCP_STATE_CLOSING, TCP_REASON_FIN_ARRIVED);
        break;
    case TCP_STATE_FIN_WAIT_2: tcp_time_wait_enter(a, TCP_REASON_FIN_ARRIVED); break;
    default: assert(false); /* a FIN can only be taken where data can */
    }
    if (conn->state != TCP_STATE_TIME_WAIT)
        tcp_timers_closing(a->stack, conn, a->now);
    if (a->has_blocks || (conn->state == TCP_STATE_CLOSING && conn->receiver.sacks_fin))
        acknowledge_fin(a);
    tcp_tell(a->stack, conn, TCP_APP_EOF, 0, TCP_OK);
}

/* 4.4BSD: the one in its place is taken, whatever has come behind it. */
static SELDOM void look_behind_fin(Arrival *a, Seq place)
{
    if (!takes_data(a->conn->state) || !tcp_receive_holds_behind(a->conn, place))
        return;
    if (place == a->conn->rcv_nxt)
        tcp_receive_cut(a->stack, a->conn, place);
    else
        owe_ack(a, TCP_REASON_OUT_OF_ORDER);
}

static APART OFTEN bool look_for_fin(Arrival *a)
{
    TcpConnection *conn = a->conn;
    Seq place = a->seq + a->length;

    if (has(a, TCP_FIN) && a->length == 0 && !takes_data(conn->state))
        return take_behind_fin(a);
    if (has(a, TCP_FIN) && a->stack->config->data_behind_fin == DATA_BEHIND_FIN_ACKNOWLEDGED)
        look_behind_fin(a, place);
    /* A FIN in front of data that has come contradicts it: one of the two is forged. */
    if (has(a, TCP_FIN) && takes_data(conn->state) && seq_ge(place, conn->rcv_nxt) &&
        !tcp_receive_holds_behind(conn, place)) {
        if (conn->fin_held && conn->receiver.sacks_fin) /* tcp_data_queue_ofo() */
            tcp_receive_duplicate(a->stack, conn, a->seq, place + 1);
        conn->fin_held = true;
        conn->fin_seq = place;
        if (conn->fin_seq != conn->rcv_nxt) {
            owe_ack(a, TCP_REASON_OUT_OF_ORDER);
            tcp_fast_open_disordered(a->stack, conn, a->now);
        }
    }
    if (conn->fin_held && conn->fin_seq == conn->rcv_nxt)
        take_fin(a, !has(a, TCP_FIN));
    else if (conn->fin_held)
        tcp_marks_assert(conn);
    return true;
}

/* Eighth, check the FIN bit. */
static WITHIN bool step_8_fin(Arrival *a)
{
    return !(has(a, TCP_FIN) || a->conn->fin_held) || look_for_fin(a);
}

static WITHIN bool steps_6_to_8(Arrival *a)
{
    return step_6_urg(a) && step_7_text(a) && step_8_fin(a);
}

OFTEN bool tcp_arrives_rest(Arrival *a)
{
    return steps_6_to_8(a);
}

void tcp_arrives_others(Arrival *a)
{
    (void)(step_1_sequence_number(a) && step_2_rst(a) && step_3_security(a) && step_4_syn(a) &&
           step_5_ack(a) && steps_6_to_8(a));
}
