/* What leaves the endpoint: see output.c; and packets.c, where push=bursts.
 */
#ifndef TCPWALTZ_TCP_OUTPUT_H
#define TCPWALTZ_TCP_OUTPUT_H

#include "tcp/connection.h"

struct Arrival;

/* ---- output.c ---- */

/* The position of a number at or after snd_una. */
static inline uint64_t tcp_position(const TcpConnection *conn, Seq seq)
{
    return conn->una_position + (uint32_t)(seq - conn->snd_una);
}

/* The position one past all that the application wants sent: data, and FIN once it has closed. */
static inline uint64_t tcp_position_end(const TcpConnection *conn)
{
    return 1 + conn->app_bytes + (conn->closing ? 1 : 0);
}

static inline bool tcp_fin_is_sent(const TcpConnection *conn)
{
    return conn->closing && tcp_position(conn, conn->snd_nxt) == tcp_position_end(conn);
}

static inline bool tcp_fin_is_acked(const TcpConnection *conn)
{
    return conn->closing && conn->una_position == tcp_position_end(conn);
}

/* Largest payload of one segment to the peer, options taken off. */
uint32_t tcp_effective_mss(const TcpStack *stack, const TcpConnection *conn);

void tcp_output_syn(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason);

/* The window of a SYN (or a SYN-ACK, perhaps with timestamps). */
uint16_t tcp_syn_window(const TcpStack *stack, bool timestamps);
uint16_t tcp_syn_window_of(const TcpStack *stack, uint32_t segment); /* in segments of that size */

/* Sends what may be sent: data and FIN as windows allow, else the ACK that is due. */
void tcp_output(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason);

/* Data or a FIN that was never sent. */
static inline bool tcp_output_has_new(const TcpConnection *conn)
{
    return tcp_position(conn, conn->snd_nxt) < tcp_position_end(conn);
}

/* The same, or what is lost and was not sent again, or might be. */
static inline bool tcp_output_waits(const TcpConnection *conn)
{
    return conn->missing_count > 0 || tcp_output_has_new(conn) || conn->tries_all;
}

/* One segment of new data, or the FIN alone; the FIN goes with the last byte, if `with_fin`. */
typedef struct TcpNewSegment {
    TcpReason reason;
    uint32_t length;
    bool push, with_fin;
} TcpNewSegment;
void tcp_output_new(TcpStack *stack, TcpConnection *conn, SimTime now, const TcpNewSegment *new);

/* May new data leave at all?  Not while SEGMENT ARRIVES runs: it sends when it is done. */
bool tcp_output_may_send(const TcpConnection *conn);
/* What may leave has left; or it `waits` for more room. */
void tcp_output_sent(TcpStack *stack, TcpConnection *conn, SimTime now, bool waits);

/* Payload that fits into one segment beside the SACK blocks that it has to carry. */
uint32_t tcp_output_room(const TcpStack *stack, const TcpConnection *conn);

/* What is lost and not sent again yet, as far as the congestion window allows. */
SELDOM void tcp_output_lost(TcpStack *stack, TcpConnection *conn, SimTime now);

/* A tail loss probe: one segment of new data, or the last one again (RFC 8985 §7.3). */
SELDOM void tcp_output_tail_probe(TcpStack *stack, TcpConnection *conn, SimTime now);

/* The oldest unacknowledged segment once more. */
SELDOM void tcp_output_oldest(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason,
                              uint32_t retry, uint32_t limit);

/* ---- output_bare.c ---- */

/* A segment without payload that takes up no sequence numbers. */
void tcp_output_bare(TcpStack *stack, TcpConnection *conn, SimTime now, Seq seq, TcpReason reason);
void tcp_output_ack(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason);
/* … and the SACK blocks in it are those in `sack`, unless that is NULL. */
SELDOM void tcp_output_ack_with(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason,
                                const SegmentOptions *sack);
/* The one that what has arrived asks for. */
void tcp_output_owed_ack(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason);

/* An ACK that challenges the peer to prove itself (RFC 5961); false: there were too many. */
SELDOM bool tcp_output_challenge(TcpStack *stack, TcpConnection *conn, SimTime now,
                                 TcpReason reason);

SELDOM void tcp_output_override(TcpStack *stack, TcpConnection *conn, SimTime now);
SELDOM void tcp_output_window_probe(TcpStack *stack, TcpConnection *conn, SimTime now);
SELDOM void tcp_output_keepalive(TcpStack *stack, TcpConnection *conn, SimTime now);
SELDOM void tcp_output_rst(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason);
SELDOM void tcp_output_half_open_rst(TcpStack *stack, const TcpHalfOpen *half, TcpReason reason);

/* RST in answer to a segment that belongs to no connection (§3.5.2 group 1), or whose ACK number
 * is wrong (group 2).  Nothing when the segment is itself an RST. */
SELDOM void tcp_output_rst_for(TcpStack *stack, TcpConnId id, const Segment *segment,
                               TcpReason reason);

/* The first SYN, with `length` bytes of data, and what `special` has of flags and of a Fast Open option.
 * An option that finds no room is left out, and the data with it. */
SELDOM void tcp_output_special_syn(TcpStack *stack, TcpConnection *conn, SimTime now,
                                   TcpReason reason, uint16_t length, const Segment *special);

/* The first SYN-ACK of a connection that Fast Open has begun. */
SELDOM void tcp_output_fast_syn_ack(TcpStack *stack, TcpConnection *conn, SimTime now,
                                    const Segment *special, const TcpSendNote *note);

/* A SYN-ACK of a half-open connection with flags and a Fast Open option besides. */
SELDOM void tcp_output_special_syn_ack(TcpStack *stack, const TcpHalfOpen *half, uint32_t ts_val,
                                       const Segment *special, const TcpSendNote *note);

/* A SYN-ACK of a half-open connection; ts_val is its timestamp, if it carries one. */
void tcp_output_syn_ack(TcpStack *stack, const TcpHalfOpen *half, uint32_t ts_val,
                        const TcpSendNote *note);

uint32_t tcp_timestamp(SimTime now); /* the clock of the timestamps option: milliseconds */

/* ---- packets.c: where push=bursts ---- */

/* tcp_send_as(), of a connection that may send. */
void tcp_packets_take(TcpStack *stack, TcpConnection *conn, SimTime now, uint64_t bytes,
                      TcpSendEnd end);
/* Sends what may be sent of new data; `at_once`: however short it is.  True: something waits for more room. */
bool tcp_packets_send(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason,
                      bool at_once);
bool tcp_packets_probe(TcpStack *stack, TcpConnection *conn, SimTime now); /* false: nothing left */
/* So many bytes have left, whoever sent them. */
void tcp_packets_left(TcpStack *stack, TcpConnection *conn, uint32_t bytes);
void tcp_packets_clear(TcpStack *stack, TcpConnection *conn);
/* What the first packet holds; 0: there is none. */
uint32_t tcp_packets_first(TcpStack *stack, TcpConnection *conn);
uint32_t tcp_packets_goal(const TcpStack *stack, const TcpConnection *conn); /* bytes of a packet */
uint32_t tcp_packets_most(const TcpStack *stack,
                          const TcpConnection *conn); /* segments that leave in one */

/* ---- send_bsd.c: where sender=bsd-4.4 ---- */

SELDOM void tcp_bsd_begin(const TcpStack *stack, TcpConnection *conn); /* the congestion window */
SELDOM void tcp_bsd_output(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason);
SELDOM void tcp_bsd_go_back(TcpConnection *conn); /* all that is unacknowledged goes again */
SELDOM void tcp_bsd_connected(struct Arrival *a); /* by a SYN-ACK */
SELDOM void tcp_bsd_output_asked(struct Arrival *a);
SELDOM void tcp_bsd_output_rst(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason);
SELDOM void tcp_bsd_ack_of_unsent(struct Arrival *a);
SELDOM Seq tcp_bsd_ack_number(const TcpConnection *conn); /* SEG.SEQ of a bare ACK */
SELDOM void tcp_bsd_timeout(TcpStack *stack, TcpConnection *conn, SimTime now,
                            const TcpSendNote *note);
SELDOM void tcp_bsd_probe(TcpStack *stack, TcpConnection *conn, SimTime now);
SELDOM bool tcp_bsd_acknowledge(struct Arrival *a); /* false: the segment is dropped */

/* ---- ecn.c: congestion notification (RFC 3168) ---- */

SELDOM bool tcp_ecn_offers(const HostConfig *config,
                           const Segment *segment); /* a SYN that we grant */
SELDOM void tcp_ecn_crossed(const TcpStack *stack, TcpConnection *conn,
                            const Segment *syn);                           /* both have connected */
SELDOM void tcp_ecn_answered(TcpConnection *conn, const Segment *segment); /* by SYN-ACK */
SELDOM void tcp_ecn_flags(struct Arrival *a); /* ECE and CWR of a segment that is no SYN */
SELDOM void tcp_ecn_mark(struct Arrival *a);  /* data marked CE */
SELDOM void tcp_ecn_departs(TcpConnection *conn, Segment *segment); /* new data */

/* For a round trip after a mark the window does not grow. */
static inline bool tcp_ecn_holds(const TcpConnection *conn)
{
    return (conn->special & TCP_ECN_REDUCED) && seq_lt(conn->snd_una, conn->recover);
}

#endif
