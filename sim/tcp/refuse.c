/* What a segment gets that SEGMENT ARRIVES does not take: an ACK, a challenge, or silence.
 */
#include "core/compiler.h"
#include "tcp/arrival.h"
#include "tcp/output.h"
#include "tcp/receive.h"

SELDOM bool tcp_answer(Arrival *a, TcpReason reason)
{
    if (tcp_is_bsd_sender(
            a->stack)) /* dropafterack: tcp_output() sends it, with what else there is */
        owe_ack(a, reason);
    else
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

SELDOM bool tcp_challenge(Arrival *a, TcpReason reason)
{
    a->is_refused = true;
    if (was_answered_lately(a))
        return drop(a, TCP_REASON_ANSWERED_LATELY);
    tcp_output_challenge(a->stack, a->conn, a->now, reason);
    return drop(a, reason);
}

/* What of it came before is reported to the peer (RFC 2883), where Linux does so. */
static void report_duplicate(Arrival *a)
{
    Seq next = a->conn->rcv_nxt, past = a->seq + arrival_seq_length(a);
    bool reports = a->conn->state != TCP_STATE_TIME_WAIT && !has(a, TCP_SYN);

    if (reports && seq_lt(a->seq, next))
        tcp_receive_duplicate(a->stack, a->conn, a->seq, seq_lt(past, next) ? past : next);
}

SELDOM bool tcp_refuse(Arrival *a, TcpReason reason)
{
    a->is_refused = true;
    if (has(a, TCP_RST))
        return drop(a, TCP_REASON_RST_OUTSIDE_WINDOW);
    if (has(a, TCP_SYN) && a->stack->config->reset_check == RESET_CHECK_SYN_IGNORED)
        return drop(a, TCP_REASON_SYN_IGNORED);
    if (a->conn->state == TCP_STATE_TIME_WAIT && !tcp_time_wait_heeds(a))
        return drop(a, TCP_REASON_FIN_IGNORED);
    /* RFC 5961 §4.2: whatever its number is. */
    if (has(a, TCP_SYN) && checks_rfc5961(a) && a->conn->state != TCP_STATE_SYN_RCVD)
        return tcp_challenge(a, TCP_REASON_CHALLENGE_SYN);
    if (was_answered_lately(a))
        return drop(a, TCP_REASON_ANSWERED_LATELY);
    report_duplicate(a);
    if (tcp_is_linux_receiver(a->stack) && arrival_seq_length(a) > 0 && !has(a, TCP_SYN) &&
        seq_lt(a->seq, a->conn->rcv_nxt)) /* tcp_send_dupack(); a SYN is challenged */
        tcp_linux_quick(a->stack, a->conn);
    bool fin_again = a->conn->fin_arrived && has(a, TCP_FIN);
    return tcp_answer(a, fin_again && reason == TCP_REASON_NOT_ACCEPTABLE ? TCP_REASON_FIN_REPEATED
                                                                          : reason);
}
