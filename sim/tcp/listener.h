/* What listens: a listener, the connections that it has begun, what stands for one that nobody keeps
 * (cookies), and Fast Open, which takes data before the handshake is done, at both its ends.
 */
#ifndef TCPWALTZ_TCP_LISTENER_H
#define TCPWALTZ_TCP_LISTENER_H

#include "tcp/connection.h"

/* ---- isn.c ---- */

Seq tcp_isn_choose(const TcpStack *stack, SimTime now, uint64_t key);

/* ---- listener.c ---- */

bool tcp_listener_is_full(const TcpStack *stack, const TcpListener *listener); /* accept queue */

TcpListener *tcp_listener_find(const TcpStack *stack, uint16_t port);
void tcp_listener_add(TcpStack *stack, uint16_t port, uint32_t backlog);
void tcp_listener_remove(TcpStack *stack, TcpListener *listener, TcpReason reason);

/* A SYN for the listener.  `isn_above` is the least initial sequence number we may choose, when
 * `bounded` (a SYN that ends TIME-WAIT). */
void tcp_listener_syn(TcpStack *stack, SimTime now, TcpListener *listener, const Segment *segment,
                      bool bounded, Seq isn_above);

/* An ACK for the listener: does it bring back a cookie?  False: the listener sent none. */
bool tcp_listener_cookie(TcpStack *stack, SimTime now, TcpListener *listener,
                         const Segment *segment);

/* ---- half_open.c ---- */

/* Data that came on its SYN, to be delivered when the connection is ESTABLISHED. */
void tcp_half_open_keep(TcpStack *stack, TcpHalfOpen *half, const Segment *syn);

SELDOM void tcp_half_open_grant_ecn(TcpStack *stack, TcpHalfOpen *half);

/* Fast Open: its first SYN-ACK is still to be sent; `half` is gone afterwards. */
SELDOM TcpConnection *tcp_half_open_grow(TcpStack *stack, TcpHalfOpen *half);

/* The record is filled in: it gets its id and its place in the SYN queue. */
void tcp_half_open_begin(TcpStack *stack, TcpListener *listener, TcpHalfOpen *half,
                         TcpReason reason);

/* handshake=two-way: ESTABLISHED at once; `half` is gone afterwards. */
void tcp_half_open_believe(TcpStack *stack, SimTime now, TcpHalfOpen *half);

/* Any segment for a half-open connection. */
void tcp_half_open_arrives(TcpStack *stack, SimTime now, TcpHalfOpen *half, const Segment *segment);
void tcp_half_open_timer(TcpStack *stack, SimTime now, TcpHalfOpen *half);

/* The one timer of a half-open connection: repeats its SYN-ACK. */
void tcp_timers_half_open_arm(TcpStack *stack, TcpHalfOpen *half, SimTime now, TcpReason reason);
void tcp_timers_half_open_stop(TcpStack *stack, TcpHalfOpen *half, TcpReason reason);

/* Makes a full connection of it, in SYN-RCVD; `half` is gone afterwards. */
SELDOM TcpConnection *tcp_half_open_promote(TcpStack *stack, TcpHalfOpen *half);

/* The end of a half-open connection; `half` is gone afterwards. */
void tcp_half_open_end(TcpStack *stack, TcpHalfOpen *half, TcpState last, TcpReason reason);
void tcp_half_opens_end(TcpStack *stack, SimTime now, uint16_t port,
                        TcpReason reason); /* all of a listener */

/* ---- cookie.c ---- */

Seq tcp_cookie_make(const TcpStack *stack, SimTime now, uint64_t key, Seq client_seq, uint16_t mss);

/* Is it one of ours, and young enough?  *mss is what it says the peer can take. */
bool tcp_cookie_check(const TcpStack *stack, SimTime now, uint64_t key, Seq client_seq, Seq cookie,
                      uint16_t *mss);

/* A timestamp with the entry's options in its low bits, and the options that one echoes. */
uint32_t tcp_cookie_timestamp(const TcpStack *stack, SimTime now, const TcpEntry *entry);
void tcp_cookie_options(const TcpStack *stack, uint32_t echo, TcpEntry *entry);

/* ---- fast_open.c: Fast Open (RFC 7413), the cookies and who connects ---- */

MemoryPool *tcp_peer_records_new(Budget *budget); /* of what is kept of servers */

/* The first SYN of a connect that is special: it asks for Fast Open, or for congestion notification. */
SELDOM void tcp_fast_open_connect(TcpStack *stack, TcpConnection *conn, SimTime now,
                                  const TcpConnectOptions *options);

/* Its SYN-ACK has been taken: what does it say of cookie and data? */
SELDOM void tcp_fast_open_answered(TcpStack *stack, TcpConnection *conn, SimTime now,
                                   const SegmentOptions *options);

/* Its data were not taken, or not all of them: they go again as soon as that may be. */
SELDOM void tcp_fast_open_refused(TcpStack *stack, TcpConnection *conn);

/* A timeout (the last one, if it is given up), an RST or a FIN out of order, of a connection that
 * began with Fast Open: does the path swallow what follows it? */
SELDOM void tcp_fast_open_timeout(TcpStack *stack, TcpConnection *conn, SimTime now, bool last);
SELDOM void tcp_fast_open_disordered(TcpStack *stack, const TcpConnection *conn, SimTime now);

/* ---- fast_open_listener.c ---- */

/* What a SYN's option means for a listener. */
typedef struct TcpFastOpenVerdict {
    bool takes;            /* the connection begins at once, with the data */
    TcpReason reason;      /* of the SYN-ACK */
    SegmentOptions answer; /* its option: a cookie, or none */
} TcpFastOpenVerdict;

SELDOM TcpFastOpenVerdict tcp_fast_open_judge(const TcpStack *stack, const TcpListener *listener,
                                              const Segment *segment);
/* The half-open record becomes a connection that can be accepted; `half` is gone afterwards. */
SELDOM void tcp_fast_open_take(TcpStack *stack, SimTime now, TcpListener *listener,
                               TcpHalfOpen *half, const Segment *segment,
                               const TcpFastOpenVerdict *verdict);
SELDOM void tcp_fast_open_release(TcpStack *stack, TcpConnection *conn); /* pending no longer */

/* Its application may read and write in SYN-RCVD. */
static inline bool tcp_fast_open_is_taken(const TcpConnection *conn)
{
    return conn->special & TCP_FAST_OPEN_TAKEN;
}

#endif
