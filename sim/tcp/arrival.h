/* A segment on its way through SEGMENT ARRIVES: what the files arrives*.c share.
 */
#ifndef TCPWALTZ_TCP_ARRIVAL_H
#define TCPWALTZ_TCP_ARRIVAL_H

#include "tcp/congestion.h"
#include "tcp/connection.h"

/* What is sent when all steps are done: what waits; whatever may be, and timers are set; only if an ACK is owed;
 * nothing. */
enum { ARRIVAL_OUTPUT_ALL, ARRIVAL_OUTPUT_ASKED, ARRIVAL_OUTPUT_ACK, ARRIVAL_OUTPUT_NONE };

typedef struct Arrival {
    TcpStack *stack;
    TcpConnection *conn;   /* NULL once the connection has ended */
    SimTime now, heard_at; /* … when the last one before it came */
    const Segment *whole;  /* as it came */
    Seq seq;               /* what step 1 leaves of it: trimmed to the window */
    uint16_t length;
    uint8_t flags;
    Payload payload;
    Seq sacked_end;   /* tcp_sent_sacked_end() when it came */
    uint32_t acked;   /* sequence numbers it acknowledged … */
    uint32_t dsacked; /* segments of ours that it says came twice */
    TcpState before;  /* the connection's state when it came */
    bool settles;     /* sender=linux: the timer runs anew when all is done … */
    bool was_probing; /* … and was a probe's, or RACK's */
    bool is_refused;  /* receiver=linux: not acceptable, or challenged … */
    bool has_blocks;  /* … and in FIN-WAIT-1 and -2: SACK blocks stood before its text, `told` */
    bool is_foreseen; /* sender=bsd-4.4: data, and nothing else has changed */
    uint8_t output;   /* ARRIVAL_OUTPUT_… */
    bool is_expected; /* receiver=linux: an ACK that is let through at once, see arrives.c */
    TcpSacked sacked;
    SegmentOptions told;
} Arrival;

/* All steps, one after the other.  A step is true when the segment goes on to the next one, and false
 * when the RFC says "drop the segment, and return". */
void tcp_arrives_syn_sent(Arrival *a); /* §3.10.7.3, arrives_syn_sent.c */
void tcp_arrives_others(Arrival *a);   /* §3.10.7.4, arrives_steps.c */

/* The last three steps, which SYN-SENT shares: arrives_steps.c. */
bool tcp_arrives_rest(Arrival *a);

/* ---- arrives.c ---- */

void tcp_arrival_set_window(Arrival *a, Seq ack); /* SND.WND, SND.WL1, and SND.WL2: its `ack` */
void tcp_arrival_acknowledge(Arrival *a);         /* SND.UNA moves to SEG.ACK */
SELDOM void tcp_arrival_sacked(Arrival *a);       /* it does not, but something is SACKed */
void tcp_arrival_establish(Arrival *a, TcpReason reason);
void tcp_arrival_hand_over(Arrival *a);             /* to the accept queue */
void tcp_arrival_trim(Arrival *a, uint32_t window); /* cuts off what lies outside the window */

/* ---- refuse.c: false, as the steps that end there ---- */

SELDOM bool tcp_refuse(Arrival *a, TcpReason reason); /* not acceptable: an ACK, if not too often */
SELDOM bool tcp_answer(Arrival *a, TcpReason reason); /* an ACK */
SELDOM bool tcp_challenge(Arrival *a, TcpReason reason); /* the ACK of RFC 5961 */

/* ---- paws.c: where timestamps are on ---- */

bool tcp_paws_fails(const Arrival *a); /* its timestamp is too old */
bool tcp_paws_was_overtaken(const Arrival *a);
bool tcp_paws_misses(const Arrival *a);        /* it has none, and that matters here */
bool tcp_paws_is_newer(const Arrival *a);      /* than the last one */
void tcp_paws_remember(Arrival *a);            /* TS.Recent, when it is this one's turn */
bool tcp_paws_waits_for_ack(const Arrival *a); /* … and the ACK number is looked at first */
bool tcp_paws_echo_is_wrong(const Arrival *a); /* in SYN-SENT */

/* ---- time_wait.c ---- */

void tcp_time_wait_enter(Arrival *a, TcpReason reason);
SELDOM bool tcp_time_wait_reopens(Arrival *a); /* a new SYN: the connection has ended */
SELDOM bool tcp_remnant_is_done(Arrival *a);   /* an orphan in FIN-WAIT-2: it has got its answer */
SELDOM bool tcp_remnant_is_early(Arrival *a); /* … when it becomes one, by what is out of order */
SELDOM bool tcp_bsd_time_wait(Arrival *a);
SELDOM bool tcp_time_wait_heeds(Arrival *a); /* false: a FIN that is ignored */

/* ---- syn_again.c: in SYN-RCVD ---- */

bool tcp_syn_again_answered(Arrival *a); /* a repeated SYN that has got its answer */
bool tcp_syn_again_crossed(Arrival *a);  /* a SYN-ACK after both have called connect: go on */

/* ---- overflow.c ---- */

bool tcp_overflow_admits(
    Arrival *a); /* false: the accept queue has no room, it has got its answer */

/* ---- zero_window.c ---- */

SELDOM bool tcp_zero_window_admits(Arrival *a, uint32_t window);

/* ---- Ways for a step to end ---- */

static inline bool has(const Arrival *a, unsigned flags)
{
    return (a->flags & flags) != 0;
}

/* Sequence numbers that what is left of it takes up. */
static inline uint32_t arrival_seq_length(const Arrival *a)
{
    return a->length + (has(a, TCP_SYN) ? 1U : 0U) + (has(a, TCP_FIN) ? 1U : 0U);
}

static inline bool drop(Arrival *a, TcpReason reason)
{
    tcp_discard(a->stack, a->conn->entry.id, a->whole, reason);
    return false;
}

static inline bool end(Arrival *a, TcpState last, TcpReason reason, TcpError error)
{
    tcp_connection_end(a->stack, a->conn, a->now, last, reason, error);
    a->conn = NULL;
    return false;
}

static inline void owe_ack(Arrival *a, TcpReason reason)
{
    a->conn->ack_urgency = TCP_ACK_NOW;
    a->conn->ack_reason = (uint16_t)reason;
}

static inline bool checks_rfc5961(const Arrival *a)
{
    int64_t check = a->stack->config->reset_check; /* a sysctl may change it at any time */

    return check == RESET_CHECK_RFC5961 || check == RESET_CHECK_RFC5961_FIN ||
           check == RESET_CHECK_EXACT;
}

#endif
