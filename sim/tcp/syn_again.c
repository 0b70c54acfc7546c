/* In SYN-RCVD the peer's SYN comes once more: repeated by its timer, or, after both have called connect,
 * with the ACK of ours.
 */
#include "core/compiler.h"
#include "tcp/arrival.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/receive.h"

static SELDOM void answer_repeated(Arrival *a)
{
    if (a->stack->config->repeated_syn == REPEATED_SYN_IGNORE)
        (void)drop(a, TCP_REASON_OLD_TRIMMED);
    else if (a->stack->config->repeated_syn == REPEATED_SYN_RST)
        tcp_output_rst_for(a->stack, a->conn->entry.id, a->whole, TCP_REASON_SYN_REPEATED_RST);
    else
        tcp_output_oldest(a->stack, a->conn, a->now, TCP_REASON_SYN_REPEATED, 0, 0);
}

/* See half_open.c, which answers so for a connection that nobody has called upon yet. */
bool tcp_syn_again_answered(Arrival *a)
{
    const TcpConnection *conn = a->conn;
    bool repeats = conn->passive && has(a, TCP_SYN) && !has(a, TCP_ACK | TCP_RST) &&
                   a->seq == conn->irs && a->stack->config->repeated_syn != REPEATED_SYN_ACK;

    if (repeats)
        answer_repeated(a);
    return repeats;
}

/* A SYN-ACK that answers our crossing SYN repeats a SYN we know, but its ACK is news.  Figure 7 of
 * RFC 9293 has it establish the connection; the first step, read to the letter, refuses it. */
bool tcp_syn_again_crossed(Arrival *a)
{
    TcpConnection *conn = a->conn;
    bool crossed = a->stack->config->crossed_synack == CROSSED_SYNACK_ESTABLISH && !conn->passive &&
                   has(a, TCP_SYN) && has(a, TCP_ACK) && !has(a, TCP_RST) && a->seq == conn->irs &&
                   seq_gt(a->whole->ack, conn->snd_una) && seq_le(a->whole->ack, conn->snd_nxt);

    if (!crossed)
        return false;
    if (a->whole->ack != conn->snd_nxt)
        tcp_fast_open_refused(a->stack, conn);
    tcp_receive_duplicate(a->stack, conn, conn->irs, conn->rcv_nxt);
    owe_ack(a, TCP_REASON_SYN_ACK_ARRIVED);
    return true;
}
