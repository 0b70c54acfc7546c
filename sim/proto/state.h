/* The eleven states of a TCP connection (RFC 9293 §3.3.2) and their names. */
#ifndef TCPWALTZ_PROTO_STATE_H
#define TCPWALTZ_PROTO_STATE_H

#include <stdbool.h>
#include <stddef.h>

typedef enum TcpState {
    TCP_STATE_CLOSED,
    TCP_STATE_LISTEN,
    TCP_STATE_SYN_SENT,
    TCP_STATE_SYN_RCVD,
    TCP_STATE_ESTABLISHED,
    TCP_STATE_FIN_WAIT_1,
    TCP_STATE_FIN_WAIT_2,
    TCP_STATE_CLOSE_WAIT,
    TCP_STATE_CLOSING,
    TCP_STATE_LAST_ACK,
    TCP_STATE_TIME_WAIT,
    TCP_STATE_COUNT,
} TcpState;

/* "SYN-RCVD", "FIN-WAIT-1", …: as the scenario language writes it. */
const char *tcp_state_name(TcpState state);

/* Reads a name as tcp_state_name() writes it; SYN-RECEIVED is read too.  False: no such state. */
bool tcp_state_from_name(const char *name, size_t length, TcpState *out);

/* Is this one of the states after the handshake (ESTABLISHED and later; RFC 9293 calls them
 * synchronized)? */
bool tcp_state_is_synchronized(TcpState state);

#endif
