/* A segment that finds our window closed: RFC 9293 §3.10.7.4, the note to the table of the first step. */
#include "core/compiler.h"
#include "tcp/arrival.h"

/* An ACK number, or an RST exactly at RCV.NXT, still counts; what else it carries is left behind. */
SELDOM bool tcp_zero_window_admits(Arrival *a, uint32_t window)
{
    if (window > 0 || a->seq != a->conn->rcv_nxt || !has(a, TCP_ACK | TCP_RST))
        return false;
    if (a->length == 0 && has(a, TCP_FIN) && tcp_is_linux_since_6_6(a->stack)) {
        /* tcp_data_queue(): it needs no room, and is answered at once where there is none. */
        if (a->conn->receiver.held > a->conn->receiver.buffer)
            owe_ack(a, TCP_REASON_FIN_ARRIVED);
        return true;
    }
    a->length = 0;
    a->flags &= (uint8_t)~TCP_FIN;
    owe_ack(a, TCP_REASON_NOT_ACCEPTABLE);
    return true;
}
