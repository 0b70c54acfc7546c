/* Timers, and how long they wait.
 */
#ifndef TCPWALTZ_TCP_TIMERS_H
#define TCPWALTZ_TCP_TIMERS_H

#include "tcp/connection.h"

/* ---- timers.c: see the list at its top ---- */

void tcp_timers_notify(TcpStack *stack, TcpConnId id, const TcpTimerNote *note);

/* When a timer set now for `length` fires: as the timer model says (tcp_timer_due()), or whoever knows better. */
SimTime tcp_timers_due(const TcpStack *stack, TcpTimer timer, SimTime now, SimTime length);
static inline bool tcp_timer_is_armed(const TcpConnection *conn, TcpTimer timer)
{
    return conn->timers_armed >> timer & 1;
}

static inline void tcp_timer_mark(TcpConnection *conn, TcpTimer timer, bool armed)
{
    unsigned bit = 1U << timer;

    conn->timers_armed = (uint16_t)(armed ? conn->timers_armed | bit : conn->timers_armed & ~bit);
}

/* Fills in a timer by hand; then tcp_timers_resume() puts the first of them into the queue. */
void tcp_timers_set_slot(TcpConnection *conn, TcpTimer timer, TcpTimerSlot slot);
void tcp_timers_resume(TcpStack *stack, TcpConnection *conn);
void tcp_timers_stop(TcpStack *stack, TcpConnection *conn);
void tcp_timers_arm(TcpStack *stack, TcpConnection *conn, SimTime now, const TcpTimerNote *wanted);
/* The same without a word to anybody. */
void tcp_timers_move(TcpStack *stack, TcpConnection *conn, TcpTimer timer, SimTime now,
                     SimTime length);
void tcp_timers_cancel(TcpStack *stack, TcpConnection *conn, TcpTimer timer, TcpReason reason);
void tcp_timers_arm_probe(TcpStack *stack, TcpConnection *conn, SimTime now);
/* The retransmission timer, with the repetition it will cause: 0 when it will cause none. */
TcpTimerNote tcp_timers_retransmit_note(const TcpStack *stack, const TcpConnection *conn);
/* What is left of the oldest segment's timeout is waited for. */
SELDOM void tcp_timers_arm_what_is_left(TcpStack *stack, TcpConnection *conn, SimTime now);
void tcp_timers_fire(TcpStack *stack, TcpConnection *conn, SimTime now);

void tcp_timers_connecting(TcpStack *stack, TcpConnection *conn, SimTime now);
void tcp_timers_connected(TcpStack *stack, TcpConnection *conn, SimTime now);
/* False when the SYN is not sent again: the refusal counts. */
SELDOM bool tcp_timers_refused(TcpStack *stack, TcpConnection *conn, SimTime now);
void tcp_timers_sent(TcpStack *stack, TcpConnection *conn, SimTime now);
SELDOM void tcp_timers_oldest_again(TcpStack *stack, TcpConnection *conn, SimTime now);
void tcp_timers_acked(TcpStack *stack, TcpConnection *conn, SimTime now);
bool tcp_timers_progress(TcpStack *stack,
                         TcpConnection *conn); /* a part of it; false: all is acknowledged */
/* sender=linux: the ACK has done its work, and the timer is set anew.  `was_probing`: the one that ran was no
 * retransmission timer. */
SELDOM void tcp_timers_settle(TcpStack *stack, TcpConnection *conn, SimTime now, bool was_probing);
bool tcp_timers_probing(const TcpConnection *conn);
SELDOM void tcp_timers_probe_answered(TcpStack *stack, TcpConnection *conn, SimTime now);
void tcp_timers_reordering(TcpStack *stack, TcpConnection *conn, SimTime now, SimTime wait);
SELDOM void tcp_timers_window_closed(TcpStack *stack, TcpConnection *conn, SimTime now);
/* Are probes under way, or were they? */
static inline bool tcp_timers_probe_window(const TcpConnection *conn)
{
    return conn->probe_backoffs > 0 || conn->probes > 0 ||
           tcp_timer_is_armed(conn, TCP_TIMER_PROBE);
}

/* A listener's connection is one: where the timer of its SYN-ACK was in the wheel is nothing to it. */
void tcp_timers_of_its_own(TcpConnection *conn);
void tcp_timers_window_open(TcpStack *stack, TcpConnection *conn);
void tcp_timers_ack_owed(TcpStack *stack, TcpConnection *conn, SimTime now, SimTime length,
                         TcpReason reason);
void tcp_timers_ack_sent(TcpStack *stack, TcpConnection *conn);
void tcp_timers_keepalive(TcpStack *stack, TcpConnection *conn, SimTime now); /* it changed */
void tcp_timers_ack_compressed(TcpStack *stack, TcpConnection *conn, SimTime now, SimTime length);
void tcp_timers_keepalive_ends(TcpStack *stack, TcpConnection *conn);
void tcp_timers_received(TcpConnection *conn, SimTime now);
void tcp_timers_fin_wait_2(TcpStack *stack, TcpConnection *conn, SimTime now);
SELDOM void tcp_timers_limit_closing(TcpStack *stack, TcpConnection *conn, SimTime now);

/* The state has been entered, or its application has let go: it may be one that the stack limits. */
static inline void tcp_timers_closing(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (stack->limits_closing)
        tcp_timers_limit_closing(stack, conn, now);
}

/* A segment has come for a connection that is not established yet (connect-timeout-lifted). */
SELDOM void tcp_timers_heard(TcpStack *stack, TcpConnection *conn);
void tcp_timers_time_wait(TcpStack *stack, TcpConnection *conn, SimTime now);

/* ---- give_up.c ---- */

uint32_t tcp_timers_synack_limit(const HostConfig *config); /* repeats of a SYN-ACK */
bool tcp_timers_synack_gives_up(const HostConfig *config);  /* does that limit hold? */

/* Repetitions allowed before the connection is given up; only SYN and SYN-ACK and, with
 * give-up=count, everything else have such a number.  0 with *counted false: a time decides, or
 * nothing does. */
uint32_t tcp_retry_limit(const TcpStack *stack, const TcpConnection *conn, bool *counted);
/* Has this many repetitions, none of which the peer answered, used up all that there are?  `mss`: what the
 * last one was cut to. */
bool tcp_timers_are_spent(const HostConfig *config, uint32_t retries, uint32_t limit, uint32_t mss);
uint32_t tcp_timers_halved_mss(const HostConfig *config, uint32_t retries,
                               uint32_t limit); /* a SYN's */
/* Is it time for segments of half the size (retries-spent=halves-mss)? */
SELDOM bool tcp_is_halving(const HostConfig *config, uint32_t retries, uint32_t limit);
/* As it is told: a limit that halving may move is none. */
uint32_t tcp_noted_limit(const TcpStack *stack, uint32_t limit);
bool tcp_is_given_up(const TcpStack *stack, const TcpConnection *conn, SimTime now);
bool tcp_is_last_wait(const TcpStack *stack,
                      const TcpConnection *conn); /* is no repetition left? */

/* ---- rto.c ---- */

/* The retransmission timeout as it stands, backoff included. */
SimTime tcp_rto(const TcpStack *stack, const TcpConnection *conn);
/* The same for another number of backoffs than the connection's own (zero-window probes). */
SimTime tcp_rto_after(const TcpStack *stack, const TcpConnection *conn, uint32_t backoffs);
/* What a zero-window probe waits for, so many probes having been sent (probe-wait and its bounds). */
SELDOM SimTime tcp_rto_probe(const TcpStack *stack, const TcpConnection *conn, uint32_t probes);
/* probe-gives-up=time: how long a peer must have been silent for its window to be given up. */
SELDOM SimTime tcp_rto_probes_end(const TcpStack *stack, const TcpConnection *conn);

void tcp_rto_sample(const TcpStack *stack, TcpConnection *conn, SimTime rtt); /* RFC 6298 §2 */
/* sender=bsd-4.4: heartbeats since then. */
SELDOM SimTime tcp_rto_silence(const HostConfig *config, SimTime since, SimTime now);
/* rtt-estimator=bsd: it has timed out so often that the estimate is no longer believed. */
SELDOM void tcp_rto_doubt(const TcpStack *stack, TcpConnection *conn);

/* Timeout of a SYN or SYN-ACK that has been repeated `retries` times, `linear` of which did not
 * count. */
SimTime tcp_rto_initial(const HostConfig *config, uint32_t retries, uint32_t linear);

/* The timeout of a half-open connection's SYN-ACK. */
SimTime tcp_rto_half_open(const HostConfig *config, const TcpHalfOpen *half);

/* ---- timer_model.c ---- */

/* When a timer set now for `length` fires on this host: late, as its model has it; never early. */
SimTime tcp_timer_due_late(const HostConfig *config, SimTime now, SimTime length);
static inline SimTime tcp_timer_due(const HostConfig *config, SimTime now, SimTime length)
{
    if (now > SIM_NEVER - SIM_HOUR - length)
        return SIM_NEVER; /* later than time goes */
    if (config->timers == TIMERS_EXACT || config->timer_model == TIMER_MODEL_EXACT)
        return now + length;
    return tcp_timer_due_late(config, now, length);
}

static inline bool tcp_timer_is_wheel(const HostConfig *config)
{
    return config->timers != TIMERS_EXACT && config->timer_model == TIMER_MODEL_WHEEL;
}

static inline bool tcp_timers_are_in_wheel(const TcpStack *stack)
{
    return tcp_timer_is_wheel(stack->config) && stack->setup.hooks.due == NULL;
}

/* The same where it is the wheel, with the rank among all that is due then.  `pending`: when the same timer of the
 * kernel is due, if it is in the wheel and this one takes its place; SIM_DUE_NEVER: it is not. */
SELDOM SimDue tcp_timer_in_wheel(const TcpStack *stack, SimTime now, SimTime length,
                                 SimDue pending);
/* What is in no wheel counts as set before all. */
SELDOM bool tcp_timer_is_set_later(SimDue due, SimDue than);

/* In what this host counts time: a jiffy, or a nanosecond where its timers are exact; and what has passed. */
SimTime tcp_time_unit(const HostConfig *config);
SimTime tcp_time_counted(const HostConfig *config, SimTime from, SimTime to);

#endif
