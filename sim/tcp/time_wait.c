/* TIME-WAIT: how it is entered, what makes it begin anew, and the SYN that ends it early.
 */
#include "core/compiler.h"
#include "tcp/arrival.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/receive.h"
#include "tcp/timers.h"

void tcp_time_wait_enter(Arrival *a, TcpReason reason)
{
    tcp_enter(a->stack, a->conn, TCP_STATE_TIME_WAIT, reason);
    tcp_timers_time_wait(a->stack, a->conn, a->now);
}

/* 4.4BSD netinet/tcp_input.c looks at a SYN in TIME-WAIT where it cuts off what lies beyond the window. */
static bool may_reopen(const Arrival *a)
{
    switch (a->stack->config->time_wait_syn) {
    case TIME_WAIT_SYN_NEVER: return false;
    case TIME_WAIT_SYN_BEYOND_WINDOW:
        return seq_gt(a->seq, a->conn->rcv_nxt + tcp_bsd_room(a->stack, a->conn));
    default: return true;
    }
}

/* Is the SYN newer than all of the old connection, by its number or its timestamp?  RFC 6191 §2 asks for more than the
 * last number seen, the FIN's, and takes one with a timestamp for new where there were none. */
static bool is_newer(const Arrival *a)
{
    const TcpConnection *conn = a->conn;
    bool timestamps = conn->entry.timestamps_on;

    if (a->stack->config->time_wait_syn == TIME_WAIT_SYN_RFC6191 &&
        (a->seq == conn->rcv_nxt || (!timestamps && a->stack->config->tcp_timestamps &&
                                     a->whole->options.present & OPTION_TIMESTAMPS)))
        return true;
    return seq_gt(a->seq, conn->rcv_nxt) || (timestamps && tcp_paws_is_newer(a));
}

/* RFC 9293 §3.6.1: a SYN beyond all that the old connection used may open a new one.  The old one
 * ends here, and the listener takes the SYN with a number beyond our old ones. */
SELDOM bool tcp_time_wait_reopens(Arrival *a)
{
    TcpStack *stack = a->stack;
    TcpConnection *conn = a->conn;
    bool plain_syn = has(a, TCP_SYN) && !has(a, TCP_ACK | TCP_RST);

    if (!plain_syn || !is_newer(a) || (conn->entry.timestamps_on && tcp_paws_fails(a)) ||
        !may_reopen(a))
        return false;
    TcpListener *listener = tcp_listener_find(stack, tcp_entry_local_port(&conn->entry));
    if (listener == NULL)
        return false;
    Seq above = conn->snd_nxt;
    end(a, TCP_STATE_CLOSED, TCP_REASON_TIME_WAIT_SYN, TCP_OK);
    tcp_tuning_serve(stack, listener->tuning);
    tcp_listener_syn(stack, a->now, listener, a->whole, true, above);
    return true;
}

/* An orphan's FIN-WAIT-2 (Linux net/ipv4/tcp_minisocks.c, tcp_timewait_state_process): what lies in the
 * window is the FIN in its turn, or says nothing, or ends it. */
SELDOM bool tcp_remnant_is_done(Arrival *a)
{
    TcpConnection *conn = a->conn;
    Seq past = a->whole->seq + segment_seq_length(a->whole);

    if (has(a, TCP_RST))
        return !end(a, TCP_STATE_CLOSED, TCP_REASON_RST_ARRIVED, TCP_OK);
    if (!has(a, TCP_ACK) || seq_le(past, conn->rcv_nxt) || past == a->whole->seq)
        return !drop(a, TCP_REASON_NOTHING_USEFUL);
    if (has(a, TCP_FIN) && past == conn->rcv_nxt + 1)
        return false;
    tcp_output_rst_for(a->stack, conn->entry.id, a->whole, TCP_REASON_DATA_AFTER_CLOSE);
    return !end(a, TCP_STATE_CLOSED, TCP_REASON_DATA_AFTER_CLOSE, TCP_OK);
}

/* The ACK of its FIN brings the peer's before what lies in front of it (Linux, tcp_rcv_state_process()). */
SELDOM bool tcp_remnant_is_early(Arrival *a)
{
    TcpConnection *conn = a->conn;

    if (!has(a, TCP_FIN) || !seq_gt(a->seq + a->length, conn->rcv_nxt))
        return false;
    tcp_output_rst_for(a->stack, conn->entry.id, a->whole, TCP_REASON_DATA_AFTER_CLOSE);
    return !end(a, TCP_STATE_CLOSED, TCP_REASON_DATA_AFTER_CLOSE, TCP_OK);
}

/* FreeBSD sys/netinet/tcp_timewait.c, tcp_twcheck(): RFC 1337, and whatever has an ACK and says something else
 * than the last one is answered. */
SELDOM bool tcp_bsd_time_wait(Arrival *a)
{
    TcpConnection *conn = a->conn;
    const Segment *segment = a->whole;
    bool repeats = segment->flags == TCP_ACK && segment->length == 0 &&
                   segment->seq == conn->rcv_nxt && segment->ack == conn->snd_nxt;

    if (has(a, TCP_RST) || !has(a, TCP_ACK))
        return drop(a, TCP_REASON_NOTHING_USEFUL);
    if (has(a, TCP_FIN) && segment->seq + segment_seq_length(segment) == conn->rcv_nxt)
        tcp_timers_time_wait(a->stack, conn, a->now);
    if (!repeats)
        tcp_output_ack(a->stack, conn, a->now, TCP_REASON_NOT_ACCEPTABLE);
    return drop(a, TCP_REASON_NOTHING_USEFUL);
}

/* A FIN that comes again says that our ACK was lost: 2 MSL begin anew.  It lies before the window, so
 * that step 1 is where it is seen; step 8 of the RFC means this. */
SELDOM bool tcp_time_wait_heeds(Arrival *a)
{
    TcpConnection *conn = a->conn;

    if (!has(a, TCP_FIN))
        return true;
    if (a->stack->config->time_wait_fin == TIME_WAIT_FIN_IGNORE)
        return false;
    if (a->seq + arrival_seq_length(a) == conn->rcv_nxt &&
        a->stack->config->time_wait_fin != TIME_WAIT_FIN_ANSWER)
        tcp_timers_time_wait(a->stack, conn, a->now);
    return true;
}
