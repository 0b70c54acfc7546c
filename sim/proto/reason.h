/* Why something happened: one vocabulary for segments sent, states left, timers stopped and
 * segments refused, each with a sentence for people and the section it comes from.
 *
 * The engine names the reason; the trace keeps it; views print its text.
 */
#ifndef TCPWALTZ_PROTO_REASON_H
#define TCPWALTZ_PROTO_REASON_H

#include <stddef.h>

/* R(name, text, source) */
#define TCP_REASONS(R)                                                                             \
    R(NONE, "", "")                                                                                \
    /* The application asked */                                                                    \
    R(OPEN_ACTIVE, "connect called", "RFC 9293 §3.10.1")                                           \
    R(OPEN_PASSIVE, "listen called", "RFC 9293 §3.10.1")                                           \
    R(SEND_CALLED, "data from the application", "RFC 9293 §3.10.2")                                \
    R(READ_CALLED, "the application made room", "RFC 9293 §3.8.6.2.2")                             \
    R(CLOSE_CALLED, "close called", "RFC 9293 §3.10.4")                                            \
    R(SHUTDOWN_CALLED, "shutdown called", "RFC 9293 §3.10.4")                                      \
    R(ABORT_CALLED, "abort called", "RFC 9293 §3.10.5")                                            \
    R(CLOSE_UNREAD, "closed with unread data", "RFC 9293 §3.6.1")                                  \
    R(LISTENER_CLOSED, "the listener was closed", "RFC 9293 §3.10.4")                              \
    R(OPTION_CHANGED, "a socket option was changed", "POSIX setsockopt()")                         \
    R(CRASHED, "the host crashed", "RFC 9293 §3.5.1")                                              \
    /* A segment arrived */                                                                        \
    R(SYN_ARRIVED, "SYN received", "RFC 9293 §3.10.7.2")                                           \
    R(SYN_REPEATED, "a repeated SYN in SYN-RCVD is answered with SYN-ACK, as stacks do",           \
      "RFC 9293 §3.10.7.4 would send a bare ACK")                                                  \
    R(SYN_CROSSED, "SYN received while our own is under way", "RFC 9293 §3.10.7.3")                \
    R(SYN_ACK_ARRIVED, "SYN-ACK received", "RFC 9293 §3.10.7.3")                                   \
    R(SYN_ACKED, "ACK of our SYN received", "RFC 9293 §3.10.7.4, fifth")                           \
    R(DATA_ARRIVED, "data received", "RFC 9293 §3.10.7.4, seventh")                                \
    R(OUT_OF_ORDER, "data received out of order", "RFC 5681 §4.2")                                 \
    R(GAP_FILLED, "data received that fills a gap", "RFC 5681 §4.2")                               \
    R(FIN_ARRIVED, "FIN received", "RFC 9293 §3.10.7.4, eighth")                                   \
    R(FIN_ACKED, "ACK of our FIN received", "RFC 9293 §3.10.7.4, fifth")                           \
    R(FIN_REPEATED, "the FIN came again", "RFC 9293 §3.10.7.4, eighth")                            \
    R(ACK_ARRIVED, "new data acknowledged", "RFC 9293 §3.10.7.4, fifth")                           \
    R(WINDOW_OPENED, "the peer's window allows it", "RFC 9293 §3.10.7.4, fifth")                   \
    R(RST_ARRIVED, "RST received", "RFC 9293 §3.10.7.4, second")                                   \
    R(SYN_IN_WINDOW, "SYN in the window", "RFC 793 p. 71")                                         \
    R(DUPLICATE_ACKS, "three duplicate ACKs", "RFC 5681 §3.2")                                     \
    R(PARTIAL_ACK, "a partial ACK shows the next loss", "RFC 6582 §3.2")                           \
    R(FOUND_LOST, "what was sent later has been SACKed: it is lost", "RFC 6675 §4, RFC 8985 §6.2") \
    R(LAST_RESORT, "nothing else may go: it may be lost, or not",                                  \
      "RFC 6675 §4, NextSeg() (3) and (4)")                                                        \
    R(PRESUMED_LOST, "after the timeout all that is unacknowledged counts as lost",                \
      "RFC 5681 §3.1")                                                                             \
    R(TIME_WAIT_SYN, "a new SYN ends TIME-WAIT", "RFC 9293 §3.6.1, RFC 1122 §4.2.2.13")            \
    R(SYN_DATA_REFUSED, "the SYN was acknowledged without its data: they go again, at once",       \
      "RFC 7413 §4.2")                                                                             \
    R(PATH_MTU_LOWERED, "a router asks for smaller packets: cut anew and sent again",              \
      "RFC 1191 §6.5")                                                                             \
    R(UNREACHABLE, "a router says that there is no way", "RFC 1122 §4.2.3.9")                      \
    R(MARK_ARRIVED, "a mark of congestion is echoed at once", "RFC 3168 §6.1.3")                   \
    R(REDUCTION_ARRIVED, "the peer says that it slows down", "RFC 3168 §6.1.3")                    \
    /* Fast Open */                                                                                \
    R(COOKIE_ASKED, "connect called: no Fast Open cookie of this server yet, so one is asked for", \
      "RFC 7413 §4.2.1")                                                                           \
    R(COOKIE_USED, "connect called: the cookie lets data go with the SYN", "RFC 7413 §4.2.2")      \
    R(COOKIE_NEEDLESS, "connect called: data go with the SYN, without a cookie", "tcp_fastopen=4") \
    R(FAST_OPEN_PAUSED, "connect called: Fast Open pauses, as a path seems to swallow it",         \
      "tcp_fastopen_blackhole_timeout_sec")                                                        \
    R(COOKIE_GRANTED, "SYN received: the Fast Open cookie that it asks for is granted",            \
      "RFC 7413 §4.1.2")                                                                           \
    R(COOKIE_REFUSED,                                                                              \
      "SYN received: its cookie is not right, the data are not taken, a right one "                \
      "is granted",                                                                                \
      "RFC 7413 §4.2.2")                                                                           \
    R(FAST_OPEN_TAKEN, "SYN received: its cookie is right, the data are for the application",      \
      "RFC 7413 §4.2.2")                                                                           \
    /* Answers */                                                                                  \
    R(OUT_OF_MEMORY, "the receive buffer has no room for it", "Linux tcp(7), tcp_rmem")            \
    R(NOT_ACCEPTABLE, "the segment lies outside the window: tell the peer where we are",           \
      "RFC 9293 §3.10.7.4, first")                                                                 \
    R(CHALLENGE_RST, "challenge ACK: the RST is in the window but not exact", "RFC 5961 §3.2")     \
    R(CHALLENGE_SYN, "challenge ACK: a SYN in a synchronized state", "RFC 5961 §4.2")              \
    R(CHALLENGE_ACK, "challenge ACK: the ACK number is not acceptable", "RFC 5961 §5.2")           \
    R(ACK_OF_UNSENT, "it acknowledges what was never sent", "RFC 9293 §3.10.7.4, fifth")           \
    R(NO_CONNECTION, "no such connection here: RST", "RFC 9293 §3.10.7.1")                         \
    R(BAD_ACK, "its ACK number is not ours: RST", "RFC 9293 §3.5.2")                               \
    R(STRICT_SYN_RCVD, "data instead of a bare ACK in SYN-RCVD: RST", "syn-rcvd-data=reset")       \
    R(SYN_REPEATED_RST, "a repeated SYN in SYN-RCVD is answered with RST", "repeated-syn=rst")     \
    R(NO_BLOCK_FREE, "no connection block is free: RST", "connection-blocks")                      \
    R(DATA_AFTER_CLOSE, "data after the application has closed: RST", "RFC 9293 §3.6.1")           \
    R(ACCEPT_DEFERRED, "accept waits for data", "Linux tcp(7), TCP_DEFER_ACCEPT")                  \
    R(ACCEPT_QUEUE_FULL, "the accept queue is full", "tcp_abort_on_overflow")                      \
    R(SYN_QUEUE_FULL, "the SYN queue is full", "tcp_max_syn_backlog")                              \
    R(SYN_ANSWERED_LATELY, "a repeated SYN was answered just before", "tcp_invalid_ratelimit")     \
    R(ANSWERED_LATELY, "such a segment was answered just before", "tcp_invalid_ratelimit")         \
    R(COOKIE_SENT, "a cookie is sent, and nothing is kept", "RFC 4987 §3.6")                       \
    R(COOKIE_RIGHT, "the ACK brings back a right cookie", "RFC 4987 §3.6")                         \
    R(COOKIE_WRONG, "the ACK brings no right cookie: RST", "RFC 4987 §3.6")                        \
    R(TIME_WAIT_REUSED, "connect takes over the four-tuple", "tcp_tw_reuse")                       \
    /* A timer fired */                                                                            \
    R(RTO_FIRED, "the retransmission timer fired", "RFC 6298 §5.4")                                \
    R(DELAYED_ACK_FIRED, "the delayed-ACK timer fired", "RFC 9293 §3.8.6.3")                       \
    R(PROBE_FIRED, "zero-window probe", "RFC 9293 §3.8.6.1")                                       \
    R(OVERRIDE_FIRED, "the window stayed small: what fits is sent", "RFC 9293 §3.8.6.2.1")         \
    R(TAIL_PROBE_FIRST, "a tail loss probe comes before it", "RFC 8985 §7.2")                      \
    R(REORDERING_FIRST, "the reordering timer comes before it", "RFC 8985 §8")                     \
    R(WINDOW_CLOSED, "the peer's window is closed", "RFC 9293 §3.8.6.1")                           \
    R(TAIL_PROBE_FIRED, "tail loss probe", "RFC 8985 §7.3")                                        \
    R(REORDERING_OVER, "reordering had its chance", "RFC 8985 §6.2")                               \
    R(KEEPALIVE_FIRED, "keepalive probe", "RFC 9293 §3.8.4")                                       \
    R(RETRIES_USED_UP, "retries used up", "RFC 9293 §3.8.3")                                       \
    R(CONNECT_TIMED_OUT, "the time for connecting is over", "RFC 9293 §3.8.3")                     \
    R(KEEPALIVE_USED_UP, "keepalive probes used up", "RFC 9293 §3.8.4")                            \
    R(FIN_WAIT_2_OVER, "nobody waits for the peer's FIN any longer", "tcp_fin_timeout")            \
    R(CLOSING_OVER, "the peer has had its time to close, too", "closing-timeout and its like")     \
    R(CLOSING_LIMITED, "this state is limited, too", "closing-timeout and its like")               \
    R(CONNECT_LIMIT_LIFTED, "something was heard of the peer, which lifts the handshake's limit",  \
      "4.4BSD netinet/tcp_input.c")                                                                \
    R(SYN_IGNORED, "a SYN to a connection that is open: ignored", "smoltcp src/socket/tcp.rs")     \
    R(OLD_TRIMMED, "nothing of it is new, and it acknowledges nothing",                            \
      "TCP/IP Illustrated vol. 2 p. 960")                                                          \
    R(TIME_WAIT_OVER, "2 MSL are over", "RFC 9293 §3.10.8")                                        \
    R(ACK_MAY_RIDE, "it may ride on our own FIN", "fin-ack=delayed")                               \
    R(DEADLINE_FIRST, "the time for connecting is over before it", "RFC 9293 §3.8.3")              \
    R(LAST_WAIT, "nothing will be repeated: one heartbeat more", "last-wait=tick")                 \
    R(REARMED, "started anew", "")                                                                 \
    R(ACK_SENT, "an ACK was sent", "")                                                             \
    R(CONNECTION_ENDED, "the connection ended", "")                                                \
    /* Refused silently */                                                                         \
    R(REFUSED_ONCE, "refused, but the SYN will be sent again", "refused-retries")                  \
    R(RST_WITHOUT_ACK, "RST that acknowledges nothing of ours: ignored",                           \
      "RFC 9293 §3.10.7.3, second")                                                                \
    R(RST_OUTSIDE_WINDOW, "RST outside the window: ignored", "RFC 9293 §3.10.7.4, second")         \
    R(RST_TO_LISTENER, "RST to a listener: ignored", "RFC 9293 §3.10.7.2")                         \
    R(RST_TO_NOBODY, "RST to nobody: ignored", "RFC 9293 §3.10.7.1")                               \
    R(SYNACK_TO_LISTENER, "SYN-ACK to a listener: ignored", "synack-to-listener=drop")             \
    R(NOTHING_USEFUL, "no SYN, no ACK, no RST: ignored", "RFC 9293 §3.10.7.2, fourth")             \
    R(NEITHER_SYN_NOR_RST, "neither SYN nor RST: ignored", "RFC 9293 §3.10.7.3, fifth")            \
    R(NO_BARE_SYN, "no SYN alone: answered with RST", "bare-syn=yes")                              \
    R(BEHIND_FIN, "behind the peer's FIN: acknowledged, and thrown away",                          \
      "data-behind-fin=acknowledged")                                                              \
    R(SYN_AND_FIN, "SYN and FIN: dropped", "drop-synfin=yes")                                      \
    R(NO_ACK_FLAG, "no ACK flag: ignored", "RFC 9293 §3.10.7.4, fifth")                            \
    R(OLD_TIMESTAMP, "its timestamp is older than the last (PAWS)", "RFC 7323 §5")                 \
    R(NO_TIMESTAMPS, "the agreed timestamps are missing: ignored", "RFC 7323 §3.2")                \
    R(FIN_IGNORED, "the FIN came again in TIME-WAIT: ignored", "time-wait-fin=ignore")             \
    R(BAD_BYTES, "malformed bytes or a wrong checksum", "RFC 9293 §3.1")

typedef enum TcpReason {
#define TCP_REASON_ENUM_(name, text, source) TCP_REASON_##name,
    TCP_REASONS(TCP_REASON_ENUM_)
#undef TCP_REASON_ENUM_
        TCP_REASON_COUNT,
} TcpReason;

const char *tcp_reason_text(TcpReason reason);   /* the sentence; "" for TCP_REASON_NONE */
const char *tcp_reason_source(TcpReason reason); /* "RFC 9293 §3.10.4"; "" when it has none */
const char *tcp_reason_name(TcpReason reason);   /* "close-called": lower case, for JSON and CSV */

#endif
