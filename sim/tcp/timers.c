/* Every timer of an endpoint.
 *
 *   retransmit    Started when something that takes up sequence numbers is sent and it is not
 *                 running; started anew when an ACK acknowledges some of it; stopped when all is
 *                 acknowledged.  Fires: the oldest segment is sent again and the timeout backs
 *                 off, or the connection is given up (RFC 6298 §5, RFC 9293 §3.8.3).
 *   probe         Started when data waits, nothing is under way and the peer's window is closed, or
 *                 too small to be worth while; stopped when the window opens.  Fires: a probe is
 *                 sent and the wait backs off (RFC 9293 §3.8.6.1), or what fits is sent (§3.8.6.2.1).
 *   tail-probe    Started in retransmit's place when data is sent or acknowledged and nothing is
 *                 known to be lost.  Fires: the last segment is sent again, so that its ACK tells
 *                 what is missing; then retransmit starts (RFC 8985 §7).
 *   reordering    Started when later segments were SACKed, but not long enough ago to call the
 *                 earlier ones lost.  Fires: they are lost now (RFC 8985 §6.2).
 *   delayed-ack   Started when data arrives whose ACK may wait; stopped when any segment with an
 *                 ACK leaves.  Fires: the ACK is sent (RFC 9293 §3.8.6.3).
 *   connect       Started with the first SYN where the stack limits the whole of an active open;
 *                 stopped when the handshake is done.  Fires: connect fails (4.4BSD's 75 s).
 *   keepalive     Started when a connection with keepalive is established.  Fires when nothing has
 *                 been heard for long enough: a probe is sent, or the connection given up
 *                 (RFC 9293 §3.8.4).
 *   fin-wait-2    Started in FIN-WAIT-2 once nobody waits for the peer's data; stopped by its FIN.
 *                 Fires: the connection is forgotten.  Some stacks limit CLOSE-WAIT, FIN-WAIT-1,
 *                 CLOSING and LAST-ACK likewise; a connection is in one of them at a time.
 *   time-wait     Started on entering TIME-WAIT, started anew when the peer's FIN comes again.
 *                 Fires: 2 MSL are over, the connection is gone (RFC 9293 §3.10.8).
 *
 * A half-open connection has one timer only, retransmit, for its SYN-ACK: see half_open.c.
 *
 * Here is what the rest of the endpoint tells the timers, in the protocol's words; what happens when
 * one fires is in timers_fire.c, and when a connection is given up in give_up.c.
 */
#include <assert.h>

#include "core/compiler.h"
#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/receive.h"
#include "tcp/timers.h"

static const SimTime least_timeout = 2 * SIM_MILLISECOND;   /* Linux's TCP_TIMEOUT_MIN_US */
static const SimTime max_ack_delay = 200 * SIM_MILLISECOND; /* RFC 8985 §7.2 */
static const SimTime tail_timeout_unmeasured = SIM_SECOND;  /* the same */

/* ---- Arming and stopping ---- */

void tcp_timers_notify(TcpStack *stack, TcpConnId id, const TcpTimerNote *note)
{
    if (stack->setup.hooks.timer != NULL)
        stack->setup.hooks.timer(stack->setup.hooks.context, id, note);
}

static bool is_armed(const TcpConnection *conn, TcpTimer timer)
{
    return tcp_timer_is_armed(conn, timer);
}

/* One that is armed comes first; there is one. */
static TcpTimer first_timer(const TcpConnection *conn)
{
    TcpTimer first = TCP_TIMER_COUNT, t = 0;

    for (unsigned left = conn->timers_armed; left; left >>= 1, t++)
        if ((left & 1) && (first == TCP_TIMER_COUNT ||
                           sim_due_before(conn->timers[t].due, conn->timers[first].due)))
            first = t;
    return first;
}

/* One pending event stands for all timers of a connection: the first one. */
static void stand_for(TcpStack *stack, TcpConnection *conn, TcpTimer timer)
{
    conn->timer_first = (uint8_t)timer;
    event_queue_schedule(stack->timers, &conn->entry.event, conn->timers[timer].due);
}

static OFTEN void reschedule(TcpStack *stack, TcpConnection *conn)
{
    if (conn->timers_armed)
        stand_for(stack, conn, first_timer(conn));
    else
        event_queue_cancel(stack->timers, &conn->entry.event);
}

/* The timer has been set: most often it is the only one, or later than the first. */
static inline void reschedule_set(TcpStack *stack, TcpConnection *conn, TcpTimer timer)
{
    if (conn->timers_armed == 1U << timer)
        stand_for(stack, conn, timer);
    else if (!event_is_queued(&conn->entry.event) || timer == conn->timer_first)
        reschedule(stack, conn);
    else if (sim_due_before(conn->timers[timer].due, conn->timers[conn->timer_first].due))
        stand_for(stack, conn, timer);
}

static APART SimTime due_by_hook(const TcpStack *stack, TcpTimer timer, SimTime now, SimTime length,
                                 SimTime due)
{
    SimTime other = stack->setup.hooks.due(stack->setup.hooks.context, timer, now, length, due);

    assert(other >= now);
    return other;
}

SimTime tcp_timers_due(const TcpStack *stack, TcpTimer timer, SimTime now, SimTime length)
{
    SimTime due = tcp_timer_due(stack->config, now, length);

    return stack->setup.hooks.due == NULL ? due : due_by_hook(stack, timer, now, length, due);
}

/* Linux: the timers that wait for an ACK of the peer's are one (icsk_retransmit_timer), and stay in the wheel when
 * they are cancelled, as the one of delayed ACKs does. */
static APART SimDue pending_in_wheel(const TcpConnection *conn, TcpTimer timer)
{
    const unsigned one = 1U << TCP_TIMER_RETRANSMIT | 1U << TCP_TIMER_PROBE |
                         1U << TCP_TIMER_TAIL_PROBE | 1U << TCP_TIMER_REORDERING;
    unsigned same = one >> timer & 1 ? one : 1U << timer;
    unsigned stays = conn->timers_armed | one | 1U << TCP_TIMER_DELAYED_ACK;
    SimDue pending = SIM_DUE_NEVER;

    for (TcpTimer t = 0; t < TCP_TIMER_COUNT; t++)
        if ((same & stays) >> t & 1 && tcp_timer_is_set_later(conn->timers[t].due, pending))
            pending = conn->timers[t].due;
    return pending;
}

static SimDue due_of(const TcpStack *stack, const TcpConnection *conn, TcpTimer timer, SimTime now,
                     SimTime length)
{
    if (!tcp_timers_are_in_wheel(stack))
        return (SimDue){tcp_timers_due(stack, timer, now, length),
                        sim_order_take(stack->setup.order)};
    return tcp_timer_in_wheel(stack, now, length, pending_in_wheel(conn, timer));
}

static OFTEN void set_slot(TcpStack *stack, TcpConnection *conn, TcpTimer timer, SimTime now,
                           SimTime length)
{
    TcpTimerSlot slot = {.due = due_of(stack, conn, timer, now, length), .length = length};

    tcp_timers_set_slot(conn, timer, slot);
    reschedule_set(stack, conn, timer);
}

static bool is_anybody_told(const TcpStack *stack)
{
    return stack->setup.hooks.timer != NULL;
}

static APART void tell_armed(TcpStack *stack, const TcpConnection *conn, const TcpTimerNote *wanted,
                             bool again)
{
    TcpTimerNote note = *wanted;

    note.event = TCP_TIMER_ARMED;
    note.due = conn->timers[note.timer].due.at;
    if (again && note.reason == TCP_REASON_NONE)
        note.reason = TCP_REASON_REARMED;
    tcp_timers_notify(stack, conn->entry.id, &note);
}

static inline void arm(TcpStack *stack, TcpConnection *conn, SimTime now,
                       const TcpTimerNote *wanted)
{
    bool again = is_armed(conn, wanted->timer);

    set_slot(stack, conn, wanted->timer, now, wanted->length);
    if (is_anybody_told(stack))
        tell_armed(stack, conn, wanted, again);
}

void tcp_timers_arm(TcpStack *stack, TcpConnection *conn, SimTime now, const TcpTimerNote *wanted)
{
    arm(stack, conn, now, wanted);
}

static APART void tell_cancelled(TcpStack *stack, const TcpConnection *conn, TcpTimer timer,
                                 TcpReason reason)
{
    TcpTimerNote note = {.timer = timer,
                         .event = TCP_TIMER_CANCELLED,
                         .length = conn->timers[timer].length,
                         .due = conn->timers[timer].due.at,
                         .reason = reason};

    tcp_timers_notify(stack, conn->entry.id, &note);
}

static inline void cancel_armed(TcpStack *stack, TcpConnection *conn, TcpTimer timer,
                                TcpReason reason)
{
    tcp_timer_mark(conn, timer, false);
    if (!conn->timers_armed)
        event_queue_cancel(stack->timers, &conn->entry.event);
    else if (timer == conn->timer_first)
        reschedule(stack, conn);
    if (is_anybody_told(stack))
        tell_cancelled(stack, conn, timer, reason);
}

static inline void cancel(TcpStack *stack, TcpConnection *conn, TcpTimer timer, TcpReason reason)
{
    if (is_armed(conn, timer))
        cancel_armed(stack, conn, timer, reason);
}

void tcp_timers_set_slot(TcpConnection *conn, TcpTimer timer, TcpTimerSlot slot)
{
    conn->timers[timer] = slot;
    tcp_timer_mark(conn, timer,
                   slot.due.at != SIM_NEVER); /* later than time goes: it never fires */
}

/* Without a word. */
void tcp_timers_move(TcpStack *stack, TcpConnection *conn, TcpTimer timer, SimTime now,
                     SimTime length)
{
    set_slot(stack, conn, timer, now, length);
}

void tcp_timers_resume(TcpStack *stack, TcpConnection *conn)
{
    reschedule(stack, conn);
}

void tcp_timers_cancel(TcpStack *stack, TcpConnection *conn, TcpTimer timer, TcpReason reason)
{
    cancel(stack, conn, timer, reason);
}

void tcp_timers_of_its_own(TcpConnection *conn)
{
    if (!is_armed(conn, TCP_TIMER_RETRANSMIT))
        conn->timers[TCP_TIMER_RETRANSMIT].due = (SimDue){0};
}

/* All that are armed, but those whose bits stand in `kept`. */
static void cancel_all_but(TcpStack *stack, TcpConnection *conn, unsigned kept, TcpReason reason)
{
    if (!(conn->timers_armed & ~kept))
        return;
    for (TcpTimer t = 0; t < TCP_TIMER_COUNT; t++)
        if (!(kept >> t & 1))
            cancel(stack, conn, t, reason);
}

void tcp_timers_stop(TcpStack *stack, TcpConnection *conn)
{
    cancel_all_but(stack, conn, 0, TCP_REASON_CONNECTION_ENDED);
}

static bool waits_a_beat(const TcpStack *stack, const TcpConnection *conn)
{
    return stack->config->last_wait == LAST_WAIT_TICK && tcp_is_last_wait(stack, conn);
}

static SimTime retransmit_length(const TcpStack *stack, const TcpConnection *conn)
{
    return waits_a_beat(stack, conn) ? stack->config->tick : tcp_rto(stack, conn);
}

TcpTimerNote tcp_timers_retransmit_note(const TcpStack *stack, const TcpConnection *conn)
{
    bool counted;
    uint32_t limit = tcp_retry_limit(stack, conn, &counted);

    return (TcpTimerNote){.timer = TCP_TIMER_RETRANSMIT,
                          .length = retransmit_length(stack, conn),
                          .retry = tcp_is_last_wait(stack, conn) ? 0 : conn->retries + 1,
                          .limit = counted ? tcp_noted_limit(stack, limit) : 0,
                          .reason =
                              waits_a_beat(stack, conn) ? TCP_REASON_LAST_WAIT : TCP_REASON_NONE};
}

/* The note is made only for somebody. */
static APART void tell_retransmit(TcpStack *stack, const TcpConnection *conn, bool again)
{
    TcpTimerNote note = tcp_timers_retransmit_note(stack, conn);

    tell_armed(stack, conn, &note, again);
}

static OFTEN void arm_retransmit(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    bool again = is_armed(conn, TCP_TIMER_RETRANSMIT);

    set_slot(stack, conn, TCP_TIMER_RETRANSMIT, now, retransmit_length(stack, conn));
    if (is_anybody_told(stack))
        tell_retransmit(stack, conn, again);
}

/* ---- What happens to a connection, told by the rest of the endpoint ---- */

void tcp_timers_connecting(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (stack->config->connect_timeout)
        arm(stack, conn, now,
            &(TcpTimerNote){.timer = TCP_TIMER_CONNECT, .length = stack->config->connect_timeout});
}

static SELDOM void arm_keepalive(TcpStack *stack, TcpConnection *conn, SimTime now, SimTime length)
{
    arm(stack, conn, now,
        &(TcpTimerNote){.timer = TCP_TIMER_KEEPALIVE,
                        .length = length,
                        .retry = 1,
                        .limit = (uint32_t)stack->config->tcp_keepalive_probes});
}

void tcp_timers_connected(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    cancel(stack, conn, TCP_TIMER_CONNECT, TCP_REASON_SYN_ACKED);
    if (stack->config->keepalive)
        arm_keepalive(stack, conn, now, stack->config->tcp_keepalive_time);
}

/* What has passed of the idle time counts. */
void tcp_timers_keepalive(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    SimTime idle = tcp_time_counted(stack->config, conn->last_received, now);
    SimTime whole = stack->config->tcp_keepalive_time;

    conn->keepalive_probes = 0;
    if (stack->config->keepalive)
        arm_keepalive(stack, conn, now, whole > idle ? whole - idle : 0);
    else
        cancel(stack, conn, TCP_TIMER_KEEPALIVE, TCP_REASON_OPTION_CHANGED);
}

/* Windows asks again, but repeats a SYN no oftener than if nothing had come back. */
bool tcp_timers_refused(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    bool counted;
    uint32_t limit = tcp_retry_limit(stack, conn, &counted);

    if (conn->refusals >= stack->config->refused_retries || conn->retries >= limit)
        return false;
    conn->refusals++;
    arm(stack, conn, now,
        &(TcpTimerNote){.timer = TCP_TIMER_RETRANSMIT,
                        .length = stack->config->refused_wait,
                        .retry = conn->retries + 1,
                        .limit = limit});
    return true;
}

/* RFC 8985 §7.2: only while nothing is known to be lost.  One probe a flight; Linux waits for another one
 * all the same, and finds when it fires that it has to be the retransmission timer. */
static bool may_probe_tail(const TcpStack *stack, const TcpConnection *conn)
{
    return stack->config->tcp_early_retrans >= 3 && conn->entry.sack_on && conn->una_position > 0 &&
           conn->probe_backoffs == 0 && !conn->is_probing &&
           !(conn->probed_tail && !tcp_is_linux_sender(stack)) && !conn->in_recovery &&
           !conn->in_loss && conn->sacked_count == 0 && !tcp_is_bsd_sender(stack);
}

/* RFC 8985 §7.2: min(2 SRTT + what a delayed ACK may take, what is left of the RTO). */
static SimTime tail_probe_timeout(const TcpStack *stack, const TcpConnection *conn, SimTime rto)
{
    bool alone = conn->sent_first == conn->sent_last, is_linux = tcp_is_linux_sender(stack);
    SimTime pto = tail_timeout_unmeasured;

    if (conn->has_srtt && alone)
        pto = 2 * conn->srtt + (is_linux ? stack->config->tcp_rto_min_us : max_ack_delay);
    else if (conn->has_srtt)
        pto = 2 * conn->srtt + (is_linux ? least_timeout : 0);
    return rto > 0 && rto < pto ? rto : pto;
}

static void arm_tail_probe(TcpStack *stack, TcpConnection *conn, SimTime now, SimTime rto)
{
    cancel(stack, conn, TCP_TIMER_RETRANSMIT, TCP_REASON_TAIL_PROBE_FIRST);
    arm(stack, conn, now,
        &(TcpTimerNote){.timer = TCP_TIMER_TAIL_PROBE,
                        .length = tail_probe_timeout(stack, conn, rto),
                        .retry = 1});
}

/* What was sent may not be all that is out, nor the oldest. */
static APART void arm_tail_probe_behind(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    arm_tail_probe(stack, conn, now, conn->sent_first->at + tcp_rto(stack, conn) - now);
}

/* Linux (tcp_rearm_rto()): where a probe's or RACK's timer ran, what is left of the oldest segment's timeout is waited
 * for. */
SELDOM void tcp_timers_arm_what_is_left(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    TcpTimerNote note = tcp_timers_retransmit_note(stack, conn);
    SimTime left = conn->sent_first->at + note.length - now;

    cancel(stack, conn, TCP_TIMER_TAIL_PROBE, TCP_REASON_ACK_ARRIVED);
    note.length = left > SIM_MICROSECOND ? left : SIM_MICROSECOND;
    arm(stack, conn, now, &note);
}

bool tcp_timers_probing(const TcpConnection *conn)
{
    return (conn->timers_armed & (1U << TCP_TIMER_TAIL_PROBE | 1U << TCP_TIMER_REORDERING)) != 0;
}

/* tcp_event_new_data_sent() */
static SELDOM void stop_probing(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (!is_armed(conn, TCP_TIMER_REORDERING))
        tcp_timers_arm_what_is_left(stack, conn, now);
}

OFTEN void tcp_timers_sent(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (may_probe_tail(stack, conn))
        arm_tail_probe_behind(stack, conn, now);
    else if (tcp_is_linux_sender(stack) && tcp_timers_probing(conn))
        stop_probing(stack, conn, now);
    else if (!is_armed(conn, TCP_TIMER_RETRANSMIT) &&
             !(conn->snd_wnd == 0 && is_armed(conn, TCP_TIMER_PROBE)))
        arm_retransmit(stack, conn, now);
}

/* Linux (tcp_xmit_retransmit_queue()): the oldest segment has left again, and has its time. */
SELDOM void tcp_timers_oldest_again(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (is_armed(conn, TCP_TIMER_REORDERING))
        return;
    cancel(stack, conn, TCP_TIMER_TAIL_PROBE, TCP_REASON_FOUND_LOST);
    arm_retransmit(stack, conn, now);
}

/* tcp_set_xmit_timer() */
SELDOM void tcp_timers_settle(TcpStack *stack, TcpConnection *conn, SimTime now, bool was_probing)
{
    if (conn->snd_una == conn->snd_nxt || is_armed(conn, TCP_TIMER_REORDERING))
        return;
    if (may_probe_tail(stack, conn))
        arm_tail_probe(stack, conn, now, tcp_rto(stack, conn));
    else if (was_probing)
        tcp_timers_arm_what_is_left(stack, conn, now);
    else
        arm_retransmit(stack, conn, now);
}

/* What an ACK stops beside the retransmission timer. */
static const unsigned armed_by_few =
    1U << TCP_TIMER_REORDERING | 1U << TCP_TIMER_TAIL_PROBE | 1U << TCP_TIMER_PROBE;

static inline void stop_all_of_flight(TcpStack *stack, TcpConnection *conn)
{
    cancel(stack, conn, TCP_TIMER_RETRANSMIT, TCP_REASON_ACK_ARRIVED);
    if (!(conn->timers_armed & armed_by_few))
        return;
    cancel(stack, conn, TCP_TIMER_TAIL_PROBE, TCP_REASON_ACK_ARRIVED);
    if (!tcp_is_bsd_sender(stack)) /* which asks for a window until something leaves */
        cancel(stack, conn, TCP_TIMER_PROBE, TCP_REASON_ACK_ARRIVED);
}

static inline bool progress(TcpStack *stack, TcpConnection *conn)
{
    if (conn->timers_armed & armed_by_few)
        cancel(stack, conn, TCP_TIMER_REORDERING, TCP_REASON_ACK_ARRIVED); /* as it stands now */
    conn->probe_backoffs = 0; /* a window that closes after this is a new one */
    if (conn->snd_una != conn->snd_nxt)
        return true;
    stop_all_of_flight(stack, conn);
    return false;
}

bool tcp_timers_progress(TcpStack *stack, TcpConnection *conn)
{
    return progress(stack, conn);
}

void tcp_timers_acked(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (!progress(stack, conn))
        return;
    if (may_probe_tail(stack, conn)) {
        arm_tail_probe(stack, conn, now, tcp_rto(stack, conn));
    } else {
        cancel(stack, conn, TCP_TIMER_TAIL_PROBE, TCP_REASON_ACK_ARRIVED);
        arm_retransmit(stack, conn, now);
    }
}

void tcp_timers_reordering(TcpStack *stack, TcpConnection *conn, SimTime now, SimTime wait)
{
    cancel(stack, conn, TCP_TIMER_TAIL_PROBE, TCP_REASON_REORDERING_FIRST);
    cancel(stack, conn, TCP_TIMER_RETRANSMIT, TCP_REASON_REORDERING_FIRST);
    if (tcp_is_linux_sender(stack)) /* tcp_rack_mark_lost() */
        wait += least_timeout;
    arm(stack, conn, now, &(TcpTimerNote){.timer = TCP_TIMER_REORDERING, .length = wait});
}

void tcp_timers_arm_probe(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    const HostConfig *config = stack->config;
    bool is_last = conn->probes > 0 && conn->probes >= (uint32_t)config->tcp_retries2;
    SimTime length = is_last && config->last_wait == LAST_WAIT_TICK
                         ? config->tick
                         : tcp_rto_probe(stack, conn, conn->probe_backoffs);

    if (stack->tuning != NULL && conn->probes > 0)
        length = tcp_tuning_clamp(stack->tuning, conn, now, length);
    arm(stack, conn, now,
        &(TcpTimerNote){
            .timer = TCP_TIMER_PROBE, .length = length, .retry = conn->probe_backoffs + 1});
}

void tcp_timers_window_closed(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    cancel(stack, conn, TCP_TIMER_RETRANSMIT, TCP_REASON_WINDOW_CLOSED);
    if (!is_armed(conn, TCP_TIMER_PROBE) && stack->config->window_probe != WINDOW_PROBE_NONE)
        tcp_timers_arm_probe(stack, conn, now);
}

/* Linux: an answer that leaves the window closed starts the wait anew. */
void tcp_timers_probe_answered(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    conn->probes = 0;
    if (stack->config->window_probe == WINDOW_PROBE_ACK && is_armed(conn, TCP_TIMER_PROBE))
        tcp_timers_arm_probe(stack, conn, now);
}

void tcp_timers_window_open(TcpStack *stack, TcpConnection *conn)
{
    conn->probe_backoffs = 0;
    conn->probes = 0;
    cancel(stack, conn, TCP_TIMER_PROBE, TCP_REASON_WINDOW_OPENED);
}

void tcp_timers_ack_owed(TcpStack *stack, TcpConnection *conn, SimTime now, SimTime length,
                         TcpReason reason)
{
    bool is_sooner = tcp_is_linux_receiver(stack) && is_armed(conn, TCP_TIMER_DELAYED_ACK) &&
                     tcp_timer_due(stack->config, now, length) <
                         conn->timers[TCP_TIMER_DELAYED_ACK].due.at; /* tcp_send_delayed_ack() */

    if (!is_armed(conn, TCP_TIMER_DELAYED_ACK) || is_sooner)
        arm(stack, conn, now,
            &(TcpTimerNote){.timer = TCP_TIMER_DELAYED_ACK, .length = length, .reason = reason});
}

/* By the clock, not the wheel: a high-resolution timer. */
void tcp_timers_ack_compressed(TcpStack *stack, TcpConnection *conn, SimTime now, SimTime length)
{
    if (is_armed(conn, TCP_TIMER_DELAYED_ACK))
        return;
    tcp_timers_set_slot(conn, TCP_TIMER_DELAYED_ACK,
                        (TcpTimerSlot){{now + length, sim_order_take(stack->setup.order)}, length});
    reschedule_set(stack, conn, TCP_TIMER_DELAYED_ACK);
    if (is_anybody_told(stack))
        tell_armed(stack, conn, &(TcpTimerNote){.timer = TCP_TIMER_DELAYED_ACK, .length = length},
                   false);
}

void tcp_timers_keepalive_ends(TcpStack *stack, TcpConnection *conn)
{
    cancel(stack, conn, TCP_TIMER_KEEPALIVE, TCP_REASON_FIN_ACKED);
}

void tcp_timers_ack_sent(TcpStack *stack, TcpConnection *conn)
{
    cancel(stack, conn, TCP_TIMER_DELAYED_ACK, TCP_REASON_ACK_SENT);
}

void tcp_timers_received(TcpConnection *conn, SimTime now)
{
    conn->last_received = now;
    conn->keepalive_probes = 0;
}

static APART void arm_fin_wait_2(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    SimTime least = tcp_rto(stack, conn) * 7 / 2; /* time for the peer's FIN to be repeated */
    SimTime length = stack->config->tcp_fin_timeout;

    arm(stack, conn, now,
        &(TcpTimerNote){.timer = TCP_TIMER_FIN_WAIT_2, .length = length > least ? length : least});
}

OFTEN void tcp_timers_fin_wait_2(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (stack->limits_closing)
        cancel(stack, conn, TCP_TIMER_FIN_WAIT_2, TCP_REASON_FIN_ACKED);
    if (tcp_is_remnant(stack, conn))
        tcp_timers_keepalive_ends(stack, conn);
    if (tcp_is_orphan(conn) && stack->config->tcp_fin_timeout > 0)
        arm_fin_wait_2(stack, conn, now);
}

static SimTime closing_limit(const TcpStack *stack, const TcpConnection *conn)
{
    const HostConfig *config = stack->config;

    switch (conn->state) {
    case TCP_STATE_CLOSE_WAIT: return config->close_wait_timeout;
    case TCP_STATE_FIN_WAIT_1: return tcp_is_orphan(conn) ? config->fin_wait_1_timeout : 0;
    case TCP_STATE_CLOSING: return config->closing_timeout;
    case TCP_STATE_LAST_ACK: return config->last_ack_timeout;
    default: return 0;
    }
}

SELDOM void tcp_timers_limit_closing(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    SimTime length = closing_limit(stack, conn);

    if (length > 0)
        arm(stack, conn, now,
            &(TcpTimerNote){.timer = TCP_TIMER_FIN_WAIT_2,
                            .length = length,
                            .reason = TCP_REASON_CLOSING_LIMITED});
    else
        cancel(stack, conn, TCP_TIMER_FIN_WAIT_2, TCP_REASON_NONE);
}

SELDOM void tcp_timers_heard(TcpStack *stack, TcpConnection *conn)
{
    cancel(stack, conn, TCP_TIMER_CONNECT, TCP_REASON_CONNECT_LIMIT_LIFTED);
}

OFTEN void tcp_timers_time_wait(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    cancel_all_but(stack, conn, 1U << TCP_TIMER_TIME_WAIT | 1U << TCP_TIMER_DELAYED_ACK,
                   TCP_REASON_FIN_ARRIVED);
    arm(stack, conn, now,
        &(TcpTimerNote){.timer = TCP_TIMER_TIME_WAIT, .length = stack->config->time_wait});
}
