/* The state diagram as a table: RFC 9293 figure 5, and what the text of §3.10 adds to it (RST,
 * abort, timeouts and crashes lead to CLOSED from everywhere).
 */
#include "tcp/tcp.h"

#define TO(state) (1U << TCP_STATE_##state)

static const unsigned allowed[TCP_STATE_COUNT] = {
    [TCP_STATE_CLOSED] = TO(LISTEN) | TO(SYN_SENT),
    [TCP_STATE_LISTEN] = TO(SYN_RCVD) | TO(SYN_SENT) | TO(CLOSED),
    [TCP_STATE_SYN_SENT] = TO(SYN_RCVD) | TO(ESTABLISHED) | TO(CLOSED),
    [TCP_STATE_SYN_RCVD] = TO(ESTABLISHED) | TO(FIN_WAIT_1) | TO(LISTEN) | TO(CLOSED),
    [TCP_STATE_ESTABLISHED] = TO(FIN_WAIT_1) | TO(CLOSE_WAIT) | TO(CLOSED),
    [TCP_STATE_FIN_WAIT_1] = TO(FIN_WAIT_2) | TO(CLOSING) | TO(TIME_WAIT) | TO(CLOSED),
    [TCP_STATE_FIN_WAIT_2] = TO(TIME_WAIT) | TO(CLOSED),
    [TCP_STATE_CLOSE_WAIT] = TO(LAST_ACK) | TO(CLOSED),
    [TCP_STATE_CLOSING] = TO(TIME_WAIT) | TO(CLOSED),
    [TCP_STATE_LAST_ACK] = TO(CLOSED),
    [TCP_STATE_TIME_WAIT] = TO(CLOSED),
};

bool tcp_transition_is_allowed(TcpState from, TcpState to)
{
    return from < TCP_STATE_COUNT && to < TCP_STATE_COUNT && (allowed[from] & 1U << to);
}
