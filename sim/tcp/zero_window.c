/* A segment that finds our window closed: RFC 9293 §3.10.7.4, the note to the table of the first step. */
#include "core/compiler.h"
#include "tcp/arrival.h"

/* Since Linux 6.12 (tcp_data_queue()): a FIN alone takes no room. */
static bool is_bare_fin(const Arrival *a)
{
    int64_t receiver = a->stack->config->receiver;
    bool takes = receiver == RECEIVER_LINUX_6_6 || receiver == RECEIVER_LINUX_6_18;

    return takes && a->whole->length == 0 && has(a, TCP_FIN);
}

/* An ACK number, or an RST exactly at RCV.NXT, still counts; what else it carries is left behind. */
SELDOM bool tcp_zero_window_admits(Arrival *a, uint32_t window)
{
    if (window > 0 || a->seq != a->conn->rcv_nxt || !has(a, TCP_ACK | TCP_RST))
        return false;
    if (is_bare_fin(a)) {
        owe_ack(a, TCP_REASON_FIN_ARRIVED);
        return true;
    }
    a->length = 0;
    a->flags &= (uint8_t)~TCP_FIN;
    owe_ack(a, TCP_REASON_NOT_ACCEPTABLE);
    return true;
}
