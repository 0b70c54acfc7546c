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
 * The functions come in two groups: what the rest of the endpoint tells the timers, in the
 * protocol's words, and what happens when one fires.
 */
#include <assert.h>

#include "core/compiler.h"
#include "tcp/connection.h"

static const SimTime least_timeout = 2 * SIM_MILLISECOND; /* Linux's TCP_TIMEOUT_MIN_US */
static const SimTime refused_wait = SIM_SECOND / 2;       /* TCP_RESOURCE_PROBE_INTERVAL */

/* ---- Arming and stopping ---- */

void tcp_timers_notify(TcpStack *stack, TcpConnId id, const TcpTimerNote *note)
{
    if (stack->setup.hooks.timer != NULL)
        stack->setup.hooks.timer(stack->setup.hooks.context, id, note);
}

static void mark_armed(TcpConnection *conn, TcpTimer timer, bool armed)
{
    unsigned bit = 1U << timer;

    conn->timers_armed = (uint16_t)(armed ? conn->timers_armed | bit : conn->timers_armed & ~bit);
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
static void reschedule_set(TcpStack *stack, TcpConnection *conn, TcpTimer timer)
{
    if (!event_is_queued(&conn->entry.event) || timer == conn->timer_first)
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

static OFTEN void set_slot(TcpStack *stack, TcpConnection *conn, TcpTimer timer, SimTime now,
                           SimTime length)
{
    TcpTimerSlot slot = {
        .due = {tcp_timers_due(stack, timer, now, length), sim_order_take(stack->setup.order)},
        .length = length,
    };

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
    mark_armed(conn, timer, false);
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
    mark_armed(conn, timer, slot.due.at != SIM_NEVER); /* later than time goes: it never fires */
}

void tcp_timers_resume(TcpStack *stack, TcpConnection *conn)
{
    reschedule(stack, conn);
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

/* ---- Limits ---- */

uint32_t tcp_timers_synack_limit(const HostConfig *config)
{
    return (uint32_t)(config->tcp_synack_retries + config->synack_linear_timeouts);
}

bool tcp_timers_synack_gives_up(const HostConfig *config)
{
    return config->synack_gives_up && config->give_up != GIVE_UP_NEVER;
}

/* libslirp src/tcp_timer.c: whoever has no repeat left halves the segments and has seven more, for as long as
 * there are 32 bytes in one. */
enum { REPEATS_A_HALVING = 7, LEAST_HALF = 32 };

static bool is_halving(const HostConfig *config, uint32_t retries, uint32_t limit)
{
    return config->retries_spent == RETRIES_SPENT_HALVES_MSS && retries >= limit &&
           (retries - limit) % REPEATS_A_HALVING == 0;
}

bool tcp_timers_are_spent(const HostConfig *config, uint32_t retries, uint32_t limit, uint32_t mss)
{
    if (config->retries_spent == RETRIES_SPENT_GIVES_UP)
        return retries >= limit;
    return is_halving(config, retries, limit) && mss / 2 < LEAST_HALF;
}

/* What a SYN that has been repeated so often would be cut to: its own MSS, as nothing is known of the peer's. */
uint32_t tcp_timers_halved_mss(const HostConfig *config, uint32_t retries, uint32_t limit)
{
    uint32_t most =
        retries > limit ? (retries - limit + REPEATS_A_HALVING - 1) / REPEATS_A_HALVING : 0;

    return most < 16 ? (uint32_t)config->mss >> most : 0;
}

/* 0 stands for 8; but an orphan whose timeout has grown to the greatest has no chance left. */
static uint32_t orphan_limit(const TcpStack *stack, const TcpConnection *conn)
{
    if (stack->config->tcp_orphan_retries)
        return (uint32_t)stack->config->tcp_orphan_retries;
    return tcp_rto(stack, conn) < stack->config->tcp_rto_max_ms ? 8 : 0;
}

/* With fin-gives-up=no a FIN that alone is left is repeated for ever, with give-up=never all is. */
static bool is_never_given_up(const TcpStack *stack, const TcpConnection *conn)
{
    return stack->config->give_up == GIVE_UP_NEVER ||
           (!stack->config->fin_gives_up && conn->closing &&
            conn->una_position + 1 == tcp_position_end(conn));
}

/* Repetitions allowed before the connection is given up; only SYN and SYN-ACK and, with
 * give-up=count, everything else have such a number.  0 with *counted false: a time decides, or
 * nothing does. */
static uint32_t retry_limit(const TcpStack *stack, const TcpConnection *conn, bool *counted)
{
    const HostConfig *config = stack->config;

    *counted = config->give_up != GIVE_UP_NEVER && (!conn->passive || config->synack_gives_up);
    if (conn->una_position == 0)
        return conn->passive
                   ? tcp_timers_synack_limit(config) + tcp_fast_open_is_taken(conn)
                   : (uint32_t)(config->tcp_syn_retries + config->tcp_syn_linear_timeouts);
    *counted = config->give_up == GIVE_UP_COUNT && !is_never_given_up(stack, conn);
    if (tcp_is_orphan(conn))
        return orphan_limit(stack, conn);
    return (uint32_t)config->tcp_retries2;
}

/* What `retries` repetitions would take if each RTO doubled from the first one (Linux, tcp_model_timeout()):
 * (2^(N+1) - 1) times that, while it stays below the greatest. */
static SimTime retries_as_time(const HostConfig *config, uint32_t retries, SimTime rto)
{
    SimTime total = 0;

    for (uint32_t i = 0; i <= retries; i++) {
        total = sim_time_add(total, rto);
        rto = rto * 2 < config->tcp_rto_max_ms ? rto * 2 : config->tcp_rto_max_ms;
    }
    return total;
}

/* Linux (retransmits_timed_out()): linear timeouts add repeats of a SYN, but no time beyond what tcp_syn_retries
 * stands for. */
static bool is_syn_timed_out(const TcpStack *stack, const TcpConnection *conn, SimTime now)
{
    const HostConfig *config = stack->config;

    return config->tcp_syn_linear_timeouts > 0 && config->give_up == GIVE_UP_TIME &&
           !conn->passive && conn->una_position == 0 && conn->retries > 0 &&
           now - conn->first_sent >=
               retries_as_time(config, (uint32_t)config->tcp_syn_retries, config->initial_rto);
}

static bool is_spent(const TcpStack *stack, const TcpConnection *conn, uint32_t limit)
{
    const HostConfig *config = stack->config;
    uint32_t mss = conn->una_position > 0 ? conn->peer_mss
                                          : tcp_timers_halved_mss(config, conn->retries, limit);

    return tcp_timers_are_spent(config, conn->retries, limit, mss);
}

static bool is_given_up(const TcpStack *stack, const TcpConnection *conn, SimTime now)
{
    if (is_never_given_up(stack, conn))
        return false;
    if (is_syn_timed_out(stack, conn, now))
        return true;
    bool counted;
    uint32_t limit = retry_limit(stack, conn, &counted);
    if (stack->tuning != NULL && stack->tuning->user_timeout && conn->retries > 0 &&
        (conn->una_position > 0 || conn->retries < limit))
        return tcp_tuning_is_timed_out(stack->tuning, conn, now);
    if (counted && is_spent(stack, conn, limit))
        return true;
    if (conn->una_position == 0)
        return false;
    if (stack->config->r2 && now - conn->first_sent >= stack->config->r2)
        return true;
    return !counted && conn->retries > 0 &&
           now - conn->first_retry >=
               retries_as_time(stack->config, limit, stack->config->tcp_rto_min_us);
}

/* Is no repetition left? */
static bool is_last_wait(const TcpStack *stack, const TcpConnection *conn)
{
    bool counted;
    uint32_t limit = retry_limit(stack, conn, &counted);

    return counted && is_spent(stack, conn, limit);
}

static bool waits_a_beat(const TcpStack *stack, const TcpConnection *conn)
{
    return stack->config->last_wait == LAST_WAIT_TICK && is_last_wait(stack, conn);
}

static SimTime retransmit_length(const TcpStack *stack, const TcpConnection *conn)
{
    return waits_a_beat(stack, conn) ? stack->config->tick : tcp_rto(stack, conn);
}

/* A limit that halving may move is none. */
static uint32_t noted_limit(const TcpStack *stack, uint32_t limit)
{
    return stack->config->retries_spent == RETRIES_SPENT_GIVES_UP ? limit : 0;
}

/* The retransmission timer, with the repetition it will cause: 0 when it will cause none. */
static TcpTimerNote retransmit_note(const TcpStack *stack, const TcpConnection *conn)
{
    bool counted;
    uint32_t limit = retry_limit(stack, conn, &counted);

    return (TcpTimerNote){.timer = TCP_TIMER_RETRANSMIT,
                          .length = retransmit_length(stack, conn),
                          .retry = is_last_wait(stack, conn) ? 0 : conn->retries + 1,
                          .limit = counted ? noted_limit(stack, limit) : 0,
                          .reason =
                              waits_a_beat(stack, conn) ? TCP_REASON_LAST_WAIT : TCP_REASON_NONE};
}

/* The note is made only for somebody. */
static OFTEN void arm_retransmit(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    bool again = is_armed(conn, TCP_TIMER_RETRANSMIT);

    set_slot(stack, conn, TCP_TIMER_RETRANSMIT, now, retransmit_length(stack, conn));
    if (is_anybody_told(stack)) {
        TcpTimerNote note = retransmit_note(stack, conn);

        tell_armed(stack, conn, &note, again);
    }
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
    SimTime idle = now - conn->last_received, whole = stack->config->tcp_keepalive_time;

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
    uint32_t limit = retry_limit(stack, conn, &counted);

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
           !conn->in_loss && conn->sacked_count == 0;
}

/* min(2 SRTT + what a delayed ACK may take, what is left of the RTO). */
static SimTime tail_probe_timeout(const TcpStack *stack, const TcpConnection *conn, SimTime rto)
{
    bool alone = conn->sent_first == conn->sent_last;
    SimTime pto = stack->config->initial_rto;

    if (conn->has_srtt)
        pto = 2 * conn->srtt + (alone ? stack->config->tcp_rto_min_us : least_timeout);
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

OFTEN void tcp_timers_sent(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (may_probe_tail(stack, conn))
        arm_tail_probe(stack, conn, now, conn->sent_first->at + tcp_rto(stack, conn) - now);
    else if (!is_armed(conn, TCP_TIMER_RETRANSMIT))
        arm_retransmit(stack, conn, now);
}

/* Linux (tcp_xmit_retransmit_queue()): the oldest segment has left again, and has its time. */
SELDOM void tcp_timers_oldest_again(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (!is_armed(conn, TCP_TIMER_REORDERING))
        arm_retransmit(stack, conn, now);
}

void tcp_timers_acked(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    cancel(stack, conn, TCP_TIMER_REORDERING, TCP_REASON_ACK_ARRIVED); /* as it stands now */
    conn->probe_backoffs = 0; /* a window that closes after this is a new one */
    if (conn->snd_una == conn->snd_nxt) {
        cancel(stack, conn, TCP_TIMER_RETRANSMIT, TCP_REASON_ACK_ARRIVED);
        cancel(stack, conn, TCP_TIMER_TAIL_PROBE, TCP_REASON_ACK_ARRIVED);
        cancel(stack, conn, TCP_TIMER_PROBE, TCP_REASON_ACK_ARRIVED);
    } else if (may_probe_tail(stack, conn)) {
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

static void arm_probe(TcpStack *stack, TcpConnection *conn, SimTime now)
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
    if (!is_armed(conn, TCP_TIMER_PROBE))
        arm_probe(stack, conn, now);
}

/* Linux: an answer that leaves the window closed starts the wait anew. */
void tcp_timers_probe_answered(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    conn->probes = 0;
    if (stack->config->window_probe == WINDOW_PROBE_ACK && is_armed(conn, TCP_TIMER_PROBE))
        arm_probe(stack, conn, now);
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

OFTEN void tcp_timers_fin_wait_2(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    SimTime least = tcp_rto(stack, conn) * 7 / 2; /* time for the peer's FIN to be repeated */
    SimTime length = stack->config->tcp_fin_timeout;

    cancel(stack, conn, TCP_TIMER_FIN_WAIT_2, TCP_REASON_FIN_ACKED);
    if (tcp_is_remnant(stack, conn))
        tcp_timers_keepalive_ends(stack, conn);
    if (tcp_is_orphan(conn) && length > 0)
        arm(stack, conn, now,
            &(TcpTimerNote){.timer = TCP_TIMER_FIN_WAIT_2,
                            .length = length > least ? length : least});
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

void tcp_timers_closing(TcpStack *stack, TcpConnection *conn, SimTime now)
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

/* ---- What happens when a timer fires ---- */

static SELDOM void give_up(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    const HostConfig *config = stack->config;
    bool tells = conn->state == TCP_STATE_SYN_RCVD ? config->half_open_rst : config->give_up_rst;

    if (tells && conn->state != TCP_STATE_SYN_SENT)
        tcp_output_rst(stack, conn, now, reason);
    TcpError error = conn->soft_error ? (TcpError)conn->soft_error : TCP_ETIMEDOUT;
    tcp_connection_end(stack, conn, now, TCP_STATE_CLOSED, reason, error);
}

/* The wait that has just begun lasts no longer than TCP_USER_TIMEOUT. */
static SELDOM void shorten_wait(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    TcpTimerNote note = retransmit_note(stack, conn);
    SimTime length = tcp_tuning_clamp(stack->tuning, conn, now, note.length);

    if (!is_armed(conn, TCP_TIMER_RETRANSMIT) || length == note.length)
        return;
    note.length = length;
    arm(stack, conn, now, &note);
}

/* Linux (tcp_retransmit_timer(), tcp_send_probe0()): the device took nothing. */
static SELDOM void wait_for_device(TcpStack *stack, TcpConnection *conn, SimTime now,
                                   TcpTimer timer)
{
    SimTime wait = refused_wait;

    if (stack->tuning != NULL)
        wait = tcp_tuning_clamp(stack->tuning, conn, now, wait);
    arm(stack, conn, now, &(TcpTimerNote){.timer = timer, .length = wait, .retry = 1});
}

/* RFC 6298 §5.4 to §5.7. */
static void on_retransmit(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    bool last = is_given_up(stack, conn, now);

    if (conn->special)
        tcp_fast_open_timeout(stack, conn, now, last);
    if (last) {
        give_up(stack, conn, now, TCP_REASON_RETRIES_USED_UP);
        return;
    }
    if (conn->una_position == 0)
        conn->syn_timeouts++;
    else
        tcp_congestion_timeout(stack, conn, now);
    if (conn->retries == 0)
        conn->first_retry = now;
    conn->retries++;
    if (stack->refuses) {
        wait_for_device(stack, conn, now, TCP_TIMER_RETRANSMIT);
        return;
    }
    conn->backoffs++;
    if (stack->config->rtt_estimator == RTT_ESTIMATOR_BSD)
        tcp_rto_doubt(stack, conn);
    bool counted;
    uint32_t limit = retry_limit(stack, conn, &counted);
    if (is_halving(stack->config, conn->retries - 1U, limit) && conn->una_position > 0)
        conn->peer_mss /= 2;
    tcp_output_oldest(stack, conn, now, TCP_REASON_RTO_FIRED, conn->retries,
                      counted ? noted_limit(stack, limit) : 0);
    tcp_timers_sent(stack, conn, now);
    if (stack->tuning != NULL)
        shorten_wait(stack, conn, now);
}

/* Linux (tcp_send_loss_probe(), tcp_rearm_rto()): a probe is out already, so what is left of the oldest
 * segment's timeout is waited for. */
static SELDOM void arm_what_is_left(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    TcpTimerNote note = retransmit_note(stack, conn);
    SimTime left = conn->sent_first->at + note.length - now;

    note.length = left > SIM_MICROSECOND ? left : SIM_MICROSECOND;
    arm(stack, conn, now, &note);
}

static void on_tail_probe(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (conn->probed_tail || stack->refuses) {
        arm_what_is_left(stack, conn, now);
        return;
    }
    conn->probed_tail = conn->is_probing = true;
    tcp_output_tail_probe(stack, conn, now);
    tcp_timers_sent(stack, conn, now);
    conn->is_probing = false;
    conn->tail_end = conn->snd_nxt;
}

static void on_reordering(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    conn->rack_advanced = true; /* time has */
    tcp_congestion_check(stack, conn, now);
    if (conn->is_reducing && conn->prr_out == 0) /* tcp_rack_reo_timeout() */
        tcp_congestion_reduce(stack, conn, 1, false);
    tcp_output(stack, conn, now, TCP_REASON_REORDERING_OVER);
    if (!is_armed(conn, TCP_TIMER_REORDERING) && conn->snd_una != conn->snd_nxt)
        tcp_timers_sent(stack, conn, now);
}

static bool probes_are_used_up(const TcpStack *stack, const TcpConnection *conn, SimTime now)
{
    const HostConfig *config = stack->config;

    if (stack->tuning != NULL && stack->tuning->user_timeout)
        return conn->probes > 0 && tcp_tuning_is_timed_out(stack->tuning, conn, now);
    if (config->give_up == GIVE_UP_NEVER || config->probe_gives_up == PROBE_GIVES_UP_NEVER ||
        conn->probes < (uint32_t)config->tcp_retries2)
        return false;
    return config->probe_gives_up == PROBE_GIVES_UP_COUNT ||
           now - conn->last_received >= tcp_rto_probes_end(stack, conn);
}

static void on_probe(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (conn->snd_wnd > 0 && !stack->refuses) { /* what was held back may have left meanwhile */
        if (conn->snd_una == conn->snd_nxt && conn->una_position < tcp_position_end(conn))
            tcp_output_override(stack, conn, now);
        return;
    }
    bool is_over = probes_are_used_up(stack, conn, now);
    if (conn->probes == 0)
        conn->first_retry = now;
    if (is_over) {
        give_up(stack, conn, now, TCP_REASON_RETRIES_USED_UP);
        return;
    }
    conn->probes++;
    if (stack->refuses) {
        wait_for_device(stack, conn, now, TCP_TIMER_PROBE);
        return;
    }
    conn->probe_backoffs++;
    tcp_output_window_probe(stack, conn, now);
    if (!is_armed(conn, TCP_TIMER_PROBE))
        arm_probe(stack, conn, now);
}

static void on_delayed_ack(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (conn->receiver.compresses) {
        tcp_output_ack(stack, conn, now, TCP_REASON_OUT_OF_ORDER);
        return;
    }
    if (tcp_is_linux_receiver(stack))
        tcp_linux_ack_waited(stack, conn);
    conn->interactive = false; /* no reply came for it to ride on */
    tcp_output_owed_ack(stack, conn, now, TCP_REASON_DELAYED_ACK_FIRED);
}

static void on_connect(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    give_up(stack, conn, now, TCP_REASON_CONNECT_TIMED_OUT);
}

static void on_keepalive(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    const HostConfig *config = stack->config;

    SimTime user_timeout = stack->tuning != NULL ? stack->tuning->user_timeout : 0;
    bool is_over = user_timeout
                       ? conn->keepalive_probes > 0 && now - conn->last_received >= user_timeout
                       : conn->keepalive_probes >= (uint32_t)config->tcp_keepalive_probes;

    if (is_over) {
        if (config->keepalive_rst && !config->give_up_rst) /* with it, give_up() tells the peer */
            tcp_output_rst(stack, conn, now, TCP_REASON_KEEPALIVE_USED_UP);
        give_up(stack, conn, now, TCP_REASON_KEEPALIVE_USED_UP);
        return;
    }
    conn->keepalive_probes++;
    tcp_output_keepalive(stack, conn, now);
    bool last = conn->keepalive_probes >= (uint32_t)config->tcp_keepalive_probes;
    arm(stack, conn, now,
        &(TcpTimerNote){.timer = TCP_TIMER_KEEPALIVE,
                        .length = config->tcp_keepalive_intvl,
                        .retry = last ? 0 : conn->keepalive_probes + 1,
                        .limit = (uint32_t)config->tcp_keepalive_probes});
}

static void on_fin_wait_2(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (conn->state != TCP_STATE_FIN_WAIT_2) {
        tcp_connection_end(stack, conn, now, TCP_STATE_CLOSED, TCP_REASON_CLOSING_OVER,
                           TCP_ETIMEDOUT);
        return;
    }
    if (stack->config->fin_wait_2_rst)
        tcp_output_rst(stack, conn, now, TCP_REASON_FIN_WAIT_2_OVER);
    tcp_connection_end(stack, conn, now, TCP_STATE_CLOSED, TCP_REASON_FIN_WAIT_2_OVER, TCP_OK);
}

/* §3.10.8, TIME-WAIT TIMEOUT. */
static void on_time_wait(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    tcp_connection_end(stack, conn, now, TCP_STATE_CLOSED, TCP_REASON_TIME_WAIT_OVER, TCP_OK);
}

/* The keepalive timer is not moved by every segment; when it comes too early it is put where it
 * belongs, without a word: nothing has happened. */
static bool keepalive_is_early(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    SimTime whole = stack->config->tcp_keepalive_time;
    SimTime idle = tcp_time_counted(stack->config, conn->last_received, now);
    bool data_is_out = conn->snd_una != conn->snd_nxt;

    if (conn->keepalive_probes > 0 || (idle >= whole && !data_is_out))
        return false;
    SimTime wait = idle < whole ? whole - idle : whole;
    set_slot(stack, conn, TCP_TIMER_KEEPALIVE, now, wait);
    return true;
}

static void (*const on_fire[TCP_TIMER_COUNT])(TcpStack *, TcpConnection *, SimTime) = {
    [TCP_TIMER_RETRANSMIT] = on_retransmit,   [TCP_TIMER_PROBE] = on_probe,
    [TCP_TIMER_TAIL_PROBE] = on_tail_probe,   [TCP_TIMER_REORDERING] = on_reordering,
    [TCP_TIMER_DELAYED_ACK] = on_delayed_ack, [TCP_TIMER_CONNECT] = on_connect,
    [TCP_TIMER_KEEPALIVE] = on_keepalive,     [TCP_TIMER_FIN_WAIT_2] = on_fin_wait_2,
    [TCP_TIMER_TIME_WAIT] = on_time_wait,
};

void tcp_timers_fire(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    TcpTimer timer = conn->timer_first;

    assert(is_armed(conn, timer) && conn->timers[timer].due.at <= now);
    TcpTimerNote note = {.timer = timer};
    if (timer == TCP_TIMER_RETRANSMIT) {
        note = retransmit_note(stack, conn);
        if (is_given_up(stack, conn, now))
            note.retry = 0;
    }
    note.event = TCP_TIMER_FIRED;
    note.reason = TCP_REASON_NONE; /* what it was armed for has been told */
    note.length = conn->timers[timer].length;
    note.due = conn->timers[timer].due.at;
    mark_armed(conn, timer, false);
    if (timer == TCP_TIMER_KEEPALIVE && keepalive_is_early(stack, conn, now))
        return;
    reschedule(stack, conn);
    tcp_timers_notify(stack, conn->entry.id, &note);
    on_fire[timer](stack, conn, now);
}
