/* SEGMENT ARRIVES in SYN-SENT: RFC 9293 §3.10.7.3.
 */
#include "tcp/arrival.h"
#include "tcp/congestion.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/receive.h"
#include "tcp/timers.h"

/* The options of the peer's SYN or SYN-ACK, as far as we take part in them. */
static void learn_options(TcpStack *stack, TcpConnection *conn, const SegmentOptions *options)
{
    tcp_options_learn(stack->config, &conn->entry, options);
    uint16_t mss = tcp_options_peer_mss(options, tcp_entry_remote_address(&conn->entry));
    if (!(options->present & OPTION_MSS) && stack->config->missing_mss == MISSING_MSS_OWN)
        mss = (uint16_t)(stack->config->mss - stack->config->passive_mss_less);
    conn->peer_mss = tcp_tuning_peer_mss(stack, mss);
    conn->rcv_wscale = conn->entry.window_scale_on ? tcp_window_shift(stack) : 0;
    conn->ts_recent = tcp_options_recent(&conn->entry, options);
}

/* What a SYN-ACK says to few: of Fast Open, of congestion notification; and the path may be narrow. */
static SELDOM void heed_special(Arrival *a)
{
    if (a->conn->special & TCP_PATH_NARROW) {
        tcp_path_clamp(a->conn);
        tcp_congestion_begin(a->stack, a->conn);
    }
    tcp_ecn_answered(a->conn, a->whole);
    tcp_fast_open_answered(a->stack, a->conn, a->now, &a->whole->options);
}

/* Linux tcp_input.c, tcp_rcv_synsent_state_process(): who waits to write carries the ACK. */
static void owe_last_ack(Arrival *a)
{
    static const SimTime delack_max = SIM_SECOND / 5;

    if (a->stack->tuning == NULL || !a->stack->tuning->expects_write) {
        owe_ack(a, TCP_REASON_SYN_ACK_ARRIVED);
        return;
    }
    tcp_timers_ack_owed(a->stack, a->conn, a->now, delack_max, TCP_REASON_SYN_ACK_ARRIVED);
    a->conn->interactive =
        true; /* tcp_event_data_sent(): what is written now answers the SYN-ACK */
}

/* First, check the ACK bit. */
static bool syn_sent_1_ack(Arrival *a)
{
    const TcpConnection *conn = a->conn;
    bool is_ours = seq_gt(a->whole->ack, conn->iss) && seq_le(a->whole->ack, conn->snd_nxt);

    if (!has(a, TCP_ACK) || (is_ours && !tcp_paws_echo_is_wrong(a)))
        return true;
    if (has(a, TCP_RST))
        return drop(a, TCP_REASON_RST_WITHOUT_ACK);
    tcp_output_rst_for(a->stack, conn->entry.id, a->whole, TCP_REASON_BAD_ACK);
    return drop(a, TCP_REASON_BAD_ACK);
}

/* Second, check the RST bit. */
static bool syn_sent_2_rst(Arrival *a)
{
    if (!has(a, TCP_RST))
        return true;
    if (!has(a, TCP_ACK))
        return drop(a, TCP_REASON_RST_WITHOUT_ACK);
    if (tcp_timers_refused(a->stack, a->conn, a->now))
        return drop(a, TCP_REASON_REFUSED_ONCE);
    return end(a, TCP_STATE_CLOSED, TCP_REASON_RST_ARRIVED, TCP_ECONNREFUSED);
}

/* Third, check the security: nothing to check. */

/* Our SYN-ACK of crossing SYNs has left, and is timed: 4.4BSD's clock runs on, Linux's begins anew. */
static void time_crossed(Arrival *a, bool was_timing, bool was_again)
{
    TcpConnection *conn = a->conn;

    if (a->stack->config->rtt_estimator == RTT_ESTIMATOR_BSD) { /* t_rtt */
        conn->timing = was_timing;
        conn->retransmitted = was_again;
    } else if (tcp_is_linux_sender(a->stack) && was_timing && !was_again) { /* tcp_send_synack() */
        conn->timing = true;
        conn->rtt_seq = conn->iss;
        conn->retransmitted = false;
        conn->rtt_started = a->now;
    }
}

/* Simultaneous open: both SYNs are under way. */
static SELDOM void cross(Arrival *a)
{
    TcpConnection *conn = a->conn;

    tcp_ecn_crossed(a->stack, conn, a->whole);
    tcp_path_clamp(conn);
    if (tcp_is_linux_sender(a->stack) && a->stack->config->tcp_window_scaling)
        conn->rcv_wscale = tcp_window_shift(a->stack); /* nobody takes it back */
    tcp_enter(a->stack, conn, TCP_STATE_SYN_RCVD, TCP_REASON_SYN_CROSSED);
    tcp_congestion_begin(a->stack, conn);
    /* FreeBSD's syncache keeps no data of a SYN, but who connects does (tcp_do_segment()). */
    if (a->stack->config->syn_data == SYN_DATA_ACCEPT || tcp_is_bsd_receiver(a->stack))
        tcp_receive_syn_data(a->stack, conn, a->payload, a->length,
                             has(a, TCP_FIN) && !tcp_is_bsd_receiver(a->stack));
    if (tcp_is_bsd_sender(a->stack))
        tcp_timers_cancel(a->stack, conn, TCP_TIMER_RETRANSMIT, TCP_REASON_SYN_CROSSED);
    bool was_timing = conn->timing, was_again = conn->retransmitted;
    tcp_output_syn(a->stack, conn, a->now, TCP_REASON_SYN_CROSSED);
    time_crossed(a, was_timing, was_again);
}

/* Fourth, check the SYN bit. */
static bool syn_sent_4_syn(Arrival *a)
{
    TcpConnection *conn = a->conn;

    if (!has(a, TCP_SYN))
        return true;
    conn->irs = a->seq;
    conn->rcv_nxt = conn->last_ack_sent = conn->irs + 1;
    conn->rcv_adv = conn->rcv_nxt + tcp_syn_window(a->stack, false);
    learn_options(a->stack, conn, &a->whole->options);
    tcp_arrival_set_window(a, has(a, TCP_ACK) ? a->whole->ack : conn->snd_una);
    if (!has(a, TCP_ACK)) {
        cross(a);
        return false;
    }
    tcp_arrival_acknowledge(a);
    tcp_arrival_establish(a, TCP_REASON_SYN_ACK_ARRIVED);
    owe_last_ack(a);
    if (tcp_is_bsd_sender(a->stack))
        tcp_bsd_connected(a);
    if (conn->special)
        heed_special(a);
    /* What else the segment carries is looked at from the sixth step on. */
    a->seq++;
    a->flags &= (uint8_t)~TCP_SYN;
    if (a->length > 0 || has(a, TCP_FIN))
        tcp_arrival_trim(a, tcp_syn_window(a->stack, false));
    return true;
}

/* Fifth, if neither of the SYN or RST bits is set. */
static bool syn_sent_5_neither(Arrival *a)
{
    return a->conn->state == TCP_STATE_SYN_SENT ? drop(a, TCP_REASON_NEITHER_SYN_NOR_RST) : true;
}

void tcp_arrives_syn_sent(Arrival *a)
{
    if (a->stack->config->connect_timeout_lifted)
        tcp_timers_heard(a->stack, a->conn);
    (void)(syn_sent_1_ack(a) && syn_sent_2_rst(a) && syn_sent_4_syn(a) && syn_sent_5_neither(a) &&
           tcp_arrives_rest(a));
}
