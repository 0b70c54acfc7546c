/* TIME-WAIT: how it is entered, what makes it begin anew, and the SYN that ends it early.
 */
#include "core/compiler.h"
#include "tcp/arrival.h"

void tcp_time_wait_enter(Arrival *a, TcpReason reason)
{
    tcp_enter(a->stack, a->conn, TCP_STATE_TIME_WAIT, reason);
    tcp_timers_time_wait(a->stack, a->conn, a->now);
}

/* RFC 1122 §4.2.2.13: a SYN beyond all that the old connection used may open a new one.  The old one
 * ends here, and the listener takes the SYN with a number beyond our old ones. */
SELDOM bool tcp_time_wait_reopens(Arrival *a)
{
    TcpStack *stack = a->stack;
    TcpConnection *conn = a->conn;
    bool timestamps = conn->entry.timestamps_on;
    bool plain_syn = has(a, TCP_SYN) && !has(a, TCP_ACK | TCP_RST);
    bool newer = seq_gt(a->seq, conn->rcv_nxt) || (timestamps && tcp_paws_is_newer(a));

    if (!plain_syn || !newer || (timestamps && tcp_paws_fails(a)))
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

/* A FIN that comes again says that our ACK was lost: 2 MSL begin anew.  It lies before the window, so
 * that step 1 is where it is seen; step 8 of the RFC means this. */
SELDOM bool tcp_time_wait_heeds(Arrival *a)
{
    TcpConnection *conn = a->conn;

    if (!has(a, TCP_FIN))
        return true;
    if (a->stack->config->time_wait_fin == TIME_WAIT_FIN_IGNORE)
        return false;
    if (a->seq + arrival_seq_length(a) == conn->rcv_nxt)
        tcp_timers_time_wait(a->stack, conn, a->now);
    return true;
}
