/* Congestion notification (RFC 3168): routers mark packets instead of dropping them.
 *
 *   agreed on   by ECE and CWR on the SYN, ECE alone on the SYN-ACK (§6.1.1)
 *   sender      new data go out as ECT(0); ECE in an ACK shrinks the window as a loss would, once a round
 *               trip, and CWR on the next new data says so (§6.1.2)
 *   receiver    after CE all ACKs carry ECE, until CWR comes (§6.1.3)
 *
 * What is sent again, bare ACKs and probes are not ECT (§6.1.4 to §6.1.6).
 */
#include "core/compiler.h"
#include "tcp/arrival.h"
#include "tcp/congestion.h"
#include "tcp/output.h"

/* ---- Agreeing ---- */

bool tcp_ecn_offers(const HostConfig *config, const Segment *segment)
{
    unsigned both = TCP_ECE | TCP_CWR;

    /* §6.1.1: a SYN that is itself marked is not from who follows the RFC. */
    return config->tcp_ecn > 0 && (segment->flags & both) == both && segment->ecn == ECN_NOT_ECT;
}

void tcp_ecn_answered(TcpConnection *conn, const Segment *segment)
{
    if ((segment->flags & (TCP_ECE | TCP_CWR)) != TCP_ECE)
        conn->special &= (uint16_t)~TCP_ECN_ON;
}

/* Both asked, or may grant it; Linux asks first (tcp_ecn_rcv_syn()). */
void tcp_ecn_crossed(const TcpStack *stack, TcpConnection *conn, const Segment *syn)
{
    bool may_grant = (conn->special & TCP_ECN_ON) || !tcp_is_linux_sender(stack);

    if (may_grant && tcp_ecn_offers(stack->config, syn))
        conn->special |= TCP_ECN_ON;
    else
        conn->special &= (uint16_t)~TCP_ECN_ON;
}

/* ---- Sending ---- */

void tcp_ecn_departs(TcpConnection *conn, Segment *segment)
{
    if (!(conn->special & TCP_ECN_ON) || segment->length == 0)
        return;
    segment->ecn = ECN_ECT_0;
    if (conn->special & TCP_ECN_TELLS) {
        segment->flags |= TCP_CWR;
        conn->special &= (uint16_t)~TCP_ECN_TELLS;
    }
}

/* §6.1.2: as for a loss, but nothing is sent again; not twice for one window of data. */
static void heed_echo(Arrival *a)
{
    TcpConnection *conn = a->conn;
    bool answered_already =
        (conn->special & TCP_ECN_REDUCED) && seq_lt(a->whole->ack, conn->recover);
    bool is_valid = seq_ge(a->whole->ack, conn->snd_una) && seq_le(a->whole->ack, conn->snd_nxt);

    if (!is_valid || answered_already || conn->in_recovery || conn->in_loss)
        return;
    tcp_congestion_marked(a->stack, conn);
    conn->special |= TCP_ECN_REDUCED | TCP_ECN_TELLS;
}

/* ---- Receiving ---- */

/* The peer has reduced its window, perhaps to one segment: it is answered at once, as Linux does. */
static void heed_reduction(Arrival *a)
{
    a->conn->ack_flags &= (uint8_t)~TCP_ECE;
    if (arrival_seq_length(a) > 0)
        owe_ack(a, TCP_REASON_REDUCTION_ARRIVED);
}

void tcp_ecn_flags(Arrival *a)
{
    if (!(a->conn->special & TCP_ECN_ON) || has(a, TCP_SYN) || !has(a, TCP_ACK))
        return;
    if (has(a, TCP_CWR))
        heed_reduction(a);
    if (has(a, TCP_ECE))
        heed_echo(a);
}

void tcp_ecn_mark(Arrival *a)
{
    if (!(a->conn->special & TCP_ECN_ON))
        return;
    if (!(a->conn->ack_flags & TCP_ECE))
        owe_ack(a, TCP_REASON_MARK_ARRIVED);
    a->conn->ack_flags |= TCP_ECE;
}
