/* What is under way, what of it is lost, and how much may be: records of what was sent, congestion
 * control and the undoing of what it did.
 */
#ifndef TCPWALTZ_TCP_CONGESTION_H
#define TCPWALTZ_TCP_CONGESTION_H

#include "tcp/connection.h"

struct Arrival;

/* ---- sent.c ---- */

/* sender=linux: what followed the record at `seq` joins it, as far as `most` bytes go. */
void tcp_sent_join(TcpStack *stack, TcpConnection *conn, Seq seq, uint32_t most);
uint32_t tcp_sent_in_flight(const TcpConnection *conn); /* segments */

void tcp_sent_add(TcpStack *stack, TcpConnection *conn, Seq end, SimTime now); /* at snd_nxt */
void tcp_sent_again(TcpConnection *conn, Seq seq, SimTime now); /* the record at seq */
/* snd_una has moved, from `before`, by `ack`; `sacked_end` is what tcp_sent_sacked_end() was before it came. */
void tcp_sent_acked(TcpStack *stack, TcpConnection *conn, SimTime now, const Segment *ack,
                    Seq before, Seq sacked_end);
/* What begins at `from`, and was sent once, has come: later than what lies behind it? */
SELDOM void tcp_sent_came_late(const TcpStack *stack, TcpConnection *conn, Seq from);
/* How long ago the oldest segment left that an ACK of `ack` is the first to tell of.  False (Karn): some of them left
 * twice, or there is none (Linux, tcp_clean_rtx_queue()). */
bool tcp_sent_round_trip(const TcpConnection *conn, Seq ack, SimTime now, SimTime *out,
                         SimTime *last); /* … and the latest */
/* One past the highest number that is known to have arrived. */
static inline Seq tcp_sent_sacked_end(const TcpConnection *conn)
{
    return conn->sacked_count > 0 ? conn->sacked_end : conn->snd_una;
}
void tcp_sent_clear(TcpStack *stack, TcpConnection *conn);
Seq tcp_sent_end(const TcpConnection *conn, Seq seq); /* where the record at seq ends */
SELDOM void tcp_sent_split(TcpStack *stack, TcpConnection *conn,
                           Seq at); /* two records meet there */
SELDOM void tcp_sent_cut(TcpStack *stack, TcpConnection *conn, uint32_t most); /* none is longer */
SELDOM void tcp_sent_cut_packet(TcpStack *stack, TcpConnection *conn, Seq seq, uint32_t most,
                                uint32_t segments);
SELDOM Seq tcp_sent_tail(TcpStack *stack, TcpConnection *conn, uint32_t most);
SELDOM void tcp_sent_unmark_lost(TcpConnection *conn);
SELDOM bool tcp_sent_any_again(const TcpConnection *conn); /* some of it is under way again */
SELDOM bool tcp_sent_mark_longer_lost(TcpConnection *conn, uint32_t most); /* false: none was */
bool tcp_sent_pushes(const TcpConnection *conn, Seq seq);
/* Is the record at seq of one packet with the next, and is that lost, too? */
SELDOM bool tcp_sent_goes_on(const TcpConnection *conn, Seq seq);
SELDOM void tcp_sent_part(TcpConnection *conn, Seq seq); /* packets meet at seq */

/* When what an ACK is the first to SACK had left, if it was sent once. */
typedef struct TcpSacked {
    SimTime first, last;
    bool any;
} TcpSacked;

SELDOM void tcp_sent_sack(const TcpStack *stack, TcpConnection *conn, const SegmentOptions *options,
                          SimTime now, TcpSacked *sacked);

/* Marks what is lost by now; true when something was found.  *wait is how long to wait until
 * more may be, 0 when nothing is waited for. */
bool tcp_sent_find_lost(const TcpStack *stack, TcpConnection *conn, SimTime now, SimTime *wait);
bool tcp_sent_mark_first_lost(TcpConnection *conn);
SELDOM void tcp_sent_forget_sacked(TcpConnection *conn);
/* All but what was sent after `since`, unless it is the first. */
SELDOM void tcp_sent_mark_lost_before(TcpConnection *conn, SimTime since);

/* Where the first lost segment begins that has not been sent again. */
bool tcp_sent_next_lost(const TcpConnection *conn, Seq *start);
/* What may go again though nobody knows that it is lost: where it begins, and whether it is the one that may go
 * once in a recovery.  False: nothing. */
SELDOM bool tcp_sent_last_resort(const TcpConnection *conn, Seq *start, bool *is_rescue);
/* As if nothing had been sent yet of what is under way: a probe of a window that has opened (4.4BSD). */
SELDOM void tcp_sent_take_back(TcpStack *stack, TcpConnection *conn);
uint32_t tcp_sent_pipe(const TcpStack *stack, const TcpConnection *conn); /* bytes under way */

/* ---- congestion.c ---- */

void tcp_congestion_begin(const TcpStack *stack, TcpConnection *conn);
void tcp_congestion_idle(const TcpStack *stack, TcpConnection *conn, SimTime now, uint32_t mss);
SELDOM void tcp_congestion_resumed(TcpConnection *conn, SimTime silence); /* with has_curve */
uint32_t tcp_congestion_window(const TcpStack *stack, const TcpConnection *conn); /* bytes */
/* `bytes` of new data were acknowledged; what the ACK says of losses. */
void tcp_congestion_acked(TcpStack *stack, TcpConnection *conn, SimTime now, uint32_t bytes);
/* sender=linux: so many bytes were SACKed, and nothing was acknowledged. */
SELDOM void tcp_congestion_sacked(const TcpStack *stack, TcpConnection *conn, SimTime now,
                                  uint32_t bytes);
SELDOM void tcp_congestion_duplicate(TcpStack *stack, TcpConnection *conn, SimTime now);
void tcp_congestion_check(TcpStack *stack, TcpConnection *conn, SimTime now); /* RACK */

/* rate-reduction=proportional, while the window shrinks: so many segments have just been delivered, and
 * whether the oldest was among them and no loss was found. */
SELDOM void tcp_congestion_reduce(const TcpStack *stack, TcpConnection *conn, uint32_t delivered,
                                  bool progress);
SELDOM void tcp_congestion_tail_lost(const TcpStack *stack, TcpConnection *conn);
SELDOM void tcp_congestion_timeout(TcpStack *stack, TcpConnection *conn, SimTime now);
SELDOM void tcp_congestion_marked(TcpStack *stack, TcpConnection *conn); /* by a router */

/* sender=linux: all that may leave has left; or it `waits` for more room. */
void tcp_congestion_used(const TcpStack *stack, TcpConnection *conn, bool waits);

/* ---- hystart.c ---- */

/* In slow start so many bytes were acknowledged.  May end it (ssthresh); says by how many of them the
 * window may grow. */
SELDOM uint32_t tcp_hystart_acked(const TcpStack *stack, TcpConnection *conn, uint32_t bytes);

/* ---- undo.c: with undo=yes ---- */

SELDOM void tcp_undo_begin(TcpStack *stack, TcpConnection *conn); /* a loss was found */
/* It was one, or the connection is over. */
void tcp_undo_end(TcpStack *stack, TcpConnection *conn);
SELDOM void tcp_undo_timed_out(TcpStack *stack, TcpConnection *conn); /* before it is dealt with */
SELDOM void tcp_undo_repeated(TcpConnection *conn, SimTime now); /* what was lost is sent again */
/* An ACK has come and done its work, all but for the window.  `news`: it acknowledged something; `more`: it SACKed
 * something, or repeats another.  False: nobody looks for losses this time. */
SELDOM bool tcp_undo_acknowledged(struct Arrival *a, bool news, bool more);

/* ---- dsack.c ---- */

/* With SACK blocks: so many of our segments it says came twice (RFC 2883), and that is believed. */
SELDOM uint32_t tcp_dsack_count(const TcpStack *stack, TcpConnection *conn, const Segment *segment);
SELDOM void tcp_dsack_stretch(TcpConnection *conn); /* with stretch_due: something was delivered */
SELDOM void tcp_dsack_recovered(TcpConnection *conn); /* a recovery is over, … */
SELDOM void tcp_dsack_undone(TcpConnection *conn);    /* … and was for nothing, as D-SACKs tell */

/* ---- cubic.c: congestion=cubic with sender=linux ---- */

size_t tcp_cubic_size(void);
void tcp_cubic_drop(const TcpStack *stack, TcpConnection *conn);
/* How long ago the last of what an ACK acknowledges left. */
void tcp_cubic_sample(const TcpStack *stack, TcpConnection *conn, SimTime now, SimTime delay);
void tcp_cubic_grow(const TcpStack *stack, TcpConnection *conn, SimTime now, uint32_t acked);
SELDOM uint32_t tcp_cubic_threshold(const TcpStack *stack, TcpConnection *conn); /* bytes */
SELDOM void tcp_cubic_forget(const TcpStack *stack, TcpConnection *conn);
void tcp_cubic_wakes(const TcpStack *stack, TcpConnection *conn, SimTime now);

#endif
