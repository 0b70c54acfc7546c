/* The timers of a connection: their names, and what can happen to one. */
#ifndef TCPWALTZ_PROTO_TIMER_H
#define TCPWALTZ_PROTO_TIMER_H

typedef enum TcpTimer {
    TCP_TIMER_RETRANSMIT, /* data, FIN, SYN or SYN-ACK unacknowledged (RFC 6298 §5) */
    TCP_TIMER_PROBE,      /* the peer's window is closed (RFC 9293 §3.8.6.1) */
    TCP_TIMER_TAIL_PROBE, /* nothing heard of the last segments (RFC 8985 §7) */
    TCP_TIMER_REORDERING, /* is it lost, or only late? (RFC 8985 §6.2) */
    TCP_TIMER_DELAYED_ACK,
    TCP_TIMER_CONNECT, /* the whole of an active open */
    TCP_TIMER_KEEPALIVE,
    TCP_TIMER_FIN_WAIT_2, /* and the other states of closing, where a stack limits them */
    TCP_TIMER_TIME_WAIT,
    TCP_TIMER_COUNT,
} TcpTimer;

typedef enum TcpTimerEvent {
    TCP_TIMER_ARMED,
    TCP_TIMER_CANCELLED,
    TCP_TIMER_FIRED,
    TCP_TIMER_EVENT_COUNT,
} TcpTimerEvent;

const char *tcp_timer_name(TcpTimer timer);            /* "retransmit", "time-wait", … */
const char *tcp_timer_event_name(TcpTimerEvent event); /* "armed", "cancelled", "fired" */

#endif
