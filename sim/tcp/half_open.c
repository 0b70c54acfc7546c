/* Half-open connections: how one begins, repeats its SYN-ACK, grows and ends.
 *
 * A half-open connection becomes a full one to be looked at by SEGMENT ARRIVES, so that the eight
 * steps exist once; if they leave it in SYN-RCVD it shrinks again.
 */
#include <assert.h>

#include "core/compiler.h"
#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/receive.h"
#include "tcp/timers.h"

/* ---- What few of them need ---- */

/* NULL: it has none. */
static TcpHalfOpenExtra *extra_of(const TcpStack *stack, const TcpHalfOpen *half)
{
    if (!half->entry.has_extra)
        return NULL;
    return (TcpHalfOpenExtra *)(void *)map_get(&stack->half_open_extras, half->entry.node.key,
                                               tcp_key_order);
}

static SELDOM TcpHalfOpenExtra *make_extra(TcpStack *stack, TcpHalfOpen *half)
{
    TcpHalfOpenExtra *extra = extra_of(stack, half);

    if (extra != NULL)
        return extra;
    extra = memory_pool_take(stack->extras);
    extra->node.key = half->entry.node.key;
    map_insert(&stack->half_open_extras, &extra->node, tcp_key_order);
    half->entry.has_extra = true;
    return extra;
}

void tcp_half_open_keep(TcpStack *stack, TcpHalfOpen *half, const Segment *syn)
{
    TcpHalfOpenExtra *extra = make_extra(stack, half);

    extra->syn_stream = syn->payload.stream;
    extra->syn_length = syn->length;
    extra->syn_fin = syn->flags & TCP_FIN;
    stack->payload_held += syn->length;
}

void tcp_half_open_grant_ecn(TcpStack *stack, TcpHalfOpen *half)
{
    make_extra(stack, half)->ecn = true;
}

/* Its SYN-ACK, once more. */
static void answer_again(TcpStack *stack, SimTime now, const TcpHalfOpen *half,
                         const TcpSendNote *note)
{
    TcpHalfOpenExtra *extra = extra_of(stack, half);

    if (extra != NULL)
        extra->owes_ack = false;
    if (extra != NULL && extra->ecn)
        tcp_output_special_syn_ack(stack, half, tcp_timestamp(now), &(Segment){.flags = TCP_ECE},
                                   note);
    else
        tcp_output_syn_ack(stack, half, tcp_timestamp(now), note);
}

static uint16_t syn_length(const TcpStack *stack, const TcpHalfOpen *half)
{
    const TcpHalfOpenExtra *extra = extra_of(stack, half);

    return extra != NULL ? extra->syn_length : 0;
}

static SELDOM void free_extra(TcpStack *stack, const TcpHalfOpen *half)
{
    TcpHalfOpenExtra *extra = extra_of(stack, half);

    map_remove(&stack->half_open_extras, &extra->node, tcp_key_order);
    memory_pool_give(stack->extras, extra);
}

/* It is in no table any more. */
static void free_half_open(TcpStack *stack, TcpHalfOpen *half)
{
    if (half->entry.has_extra)
        free_extra(stack, half);
    memory_pool_give(stack->half_opens, half);
}

/* ---- Its one timer: repeats the SYN-ACK ---- */

/* Without a limit of its own, the time for the whole handshake holds for the passive side too, as
 * in 4.4BSD. */
static SimTime half_open_deadline(const TcpStack *stack, const TcpHalfOpen *half)
{
    const HostConfig *config = stack->config;
    SimTime limit = config->half_open_timeout ? config->half_open_timeout : config->connect_timeout;

    if (half->entry.has_extra && extra_of(stack, half)->is_heard)
        return SIM_NEVER;
    return limit ? tcp_timer_due(config, half->first_sent, limit) : SIM_NEVER;
}

/* Has it no repeat left? */
static bool is_half_open_spent(const TcpStack *stack, const TcpHalfOpen *half)
{
    const TcpHalfOpenExtra *extra = extra_of(stack, half);
    uint32_t used = half->entry.syn_retries + (extra != NULL ? extra->answers : 0);

    uint32_t limit = tcp_timers_synack_limit(stack->config);

    return tcp_timers_synack_gives_up(stack->config) &&
           tcp_timers_are_spent(stack->config, used, limit,
                                tcp_timers_halved_mss(stack->config, used, limit));
}

/* What a note says of it: 0 where there is none. */
static uint32_t noted_limit(const HostConfig *config)
{
    bool is_fixed =
        tcp_timers_synack_gives_up(config) && config->retries_spent == RETRIES_SPENT_GIVES_UP;

    return is_fixed ? tcp_timers_synack_limit(config) : 0;
}

static bool waits_a_beat(const TcpStack *stack, const TcpHalfOpen *half)
{
    return stack->config->last_wait == LAST_WAIT_TICK && is_half_open_spent(stack, half);
}

static SimTime half_open_wait(const TcpStack *stack, const TcpHalfOpen *half)
{
    const HostConfig *config = stack->config;

    return waits_a_beat(stack, half) ? config->tick : tcp_rto_half_open(config, half);
}

/* Of a timer that is due when the time is over there is no repeat to tell. */
static void tell_half_open(TcpStack *stack, const TcpHalfOpen *half, TcpTimerEvent event,
                           SimTime length, SimTime due, TcpReason reason)
{
    bool last = due >= half_open_deadline(stack, half) || is_half_open_spent(stack, half);

    tcp_timers_notify(stack, half->entry.id,
                      &(TcpTimerNote){.timer = TCP_TIMER_RETRANSMIT,
                                      .event = event,
                                      .length = length,
                                      .due = due,
                                      .retry = last ? 0 : half->entry.syn_retries + 1U,
                                      .limit = noted_limit(stack->config),
                                      .reason = reason});
}

static SimDue half_open_due(const TcpStack *stack, const TcpHalfOpen *half, SimTime now,
                            SimTime length)
{
    const Event *event = &half->entry.event;

    if (!tcp_timers_are_in_wheel(stack))
        return (SimDue){tcp_timers_due(stack, TCP_TIMER_RETRANSMIT, now, length),
                        sim_order_take(stack->setup.order)};
    return tcp_timer_in_wheel(stack, now, length,
                              event_is_queued(event) ? event_queue_due(stack->timers, event)
                                                     : SIM_DUE_NEVER);
}

OFTEN void tcp_timers_half_open_arm(TcpStack *stack, TcpHalfOpen *half, SimTime now,
                                    TcpReason reason)
{
    SimTime length = half_open_wait(stack, half);
    SimDue due = half_open_due(stack, half, now, length);
    SimTime deadline = half_open_deadline(stack, half);

    if (due.at > deadline) {
        due.at = deadline;
        length = deadline - now;
        reason = reason ? reason : TCP_REASON_DEADLINE_FIRST;
    } else if (!reason && waits_a_beat(stack, half)) {
        reason = TCP_REASON_LAST_WAIT;
    }
    event_queue_schedule(stack->timers, &half->entry.event, due);
    if (stack->setup.hooks.timer != NULL)
        tell_half_open(stack, half, TCP_TIMER_ARMED, length, due.at, reason);
}

void tcp_timers_half_open_stop(TcpStack *stack, TcpHalfOpen *half, TcpReason reason)
{
    if (!event_is_queued(&half->entry.event))
        return;
    SimTime due = event_queue_due(stack->timers, &half->entry.event).at;
    event_queue_cancel(stack->timers, &half->entry.event);
    tell_half_open(stack, half, TCP_TIMER_CANCELLED, half_open_wait(stack, half), due, reason);
}

/* TCP_DEFER_ACCEPT: its ACK came without data, which is given time (Linux tcp_check_req(),
 * syn_ack_recalc()). */
static SELDOM bool waits_for_data(const TcpStack *stack, const TcpHalfOpen *half, SimTime now)
{
    const TcpHalfOpenExtra *extra = extra_of(stack, half);

    return extra != NULL && extra->is_acked && now - half->first_sent < stack->tuning->defer_accept;
}

void tcp_half_open_timer(TcpStack *stack, SimTime now, TcpHalfOpen *half)
{
    bool late = now >= half_open_deadline(stack, half);
    bool defers = stack->tuning != NULL && waits_for_data(stack, half, now);

    tell_half_open(stack, half, TCP_TIMER_FIRED, half_open_wait(stack, half), now, TCP_REASON_NONE);
    if (late || (!defers && is_half_open_spent(stack, half))) {
        if (stack->config->half_open_rst)
            tcp_output_half_open_rst(stack, half, TCP_REASON_RETRIES_USED_UP);
        tcp_half_open_end(stack, half, TCP_STATE_CLOSED,
                          late ? TCP_REASON_CONNECT_TIMED_OUT : TCP_REASON_RETRIES_USED_UP);
        return;
    }
    if (half->entry.syn_retries < UINT16_MAX) /* far above any limit: synack-gives-up=no */
        half->entry.syn_retries++;
    if (!defers)
        answer_again(stack, now, half,
                     &(TcpSendNote){TCP_REASON_RTO_FIRED, half->entry.syn_retries,
                                    noted_limit(stack->config)});
    tcp_timers_half_open_arm(stack, half, now, TCP_REASON_NONE);
}

/* ---- Beginning and end ---- */

void tcp_half_open_end(TcpStack *stack, TcpHalfOpen *half, TcpState last, TcpReason reason)
{
    tcp_timers_half_open_stop(stack, half, TCP_REASON_CONNECTION_ENDED);
    tcp_stack_remove(stack, &half->entry);
    TcpListener *listener = tcp_listener_find(stack, tcp_entry_local_port(&half->entry));
    assert(listener != NULL);
    listener->half_open--;
    stack->payload_held -= syn_length(stack, half);
    tcp_report(stack, half->entry.id, TCP_STATE_SYN_RCVD, last, reason);
    free_half_open(stack, half);
}

/* Oldest first, so that the order does not depend on the table. */
void tcp_half_opens_end(TcpStack *stack, SimTime now, uint16_t port, TcpReason reason)
{
    for (TcpConnId id = 1; id <= stack->newest; id++) {
        TcpEntry *entry = tcp_stack_entry(stack, id);

        if (entry == NULL || tcp_entry_local_port(entry) != port)
            continue;
        if (entry->kind == TCP_ENTRY_HALF_OPEN)
            tcp_half_open_end(stack, (TcpHalfOpen *)entry, TCP_STATE_CLOSED, reason);
        else if (((TcpConnection *)entry)->owner ==
                 TCP_OWNER_LISTENER) /* a call made it a full one */
            tcp_connection_end(stack, (TcpConnection *)entry, now, TCP_STATE_CLOSED, reason,
                               TCP_OK);
    }
}

OFTEN void tcp_half_open_begin(TcpStack *stack, TcpListener *listener, TcpHalfOpen *half,
                               TcpReason reason)
{
    half->entry.id = tcp_stack_take_id(stack);
    tcp_stack_insert(stack, &half->entry);
    listener->half_open++;
    tcp_report(stack, half->entry.id, TCP_STATE_LISTEN, TCP_STATE_SYN_RCVD, reason);
}

/* ---- Growing and shrinking ---- */

/* The rest of expand(), for few. */
static SELDOM void expand_extra(TcpStack *stack, TcpConnection *conn, const TcpHalfOpenExtra *extra)
{
    conn->invalid_answered_at = extra->answered_at;
    conn->special = extra->ecn ? TCP_ECN_ON : 0;
    stack->payload_held -= extra->syn_length;
    if (tcp_is_linux_sender(stack) && extra->repeats > 0) { /* num_retrans counts both kinds */
        conn->syn_repeated = true;
        conn->syn_timeouts = (uint16_t)(conn->retries > 0 ? conn->retries + extra->repeats : 0);
    }
    /* Karn (RFC 6298 §3): which of its SYN-ACKs is acknowledged nobody knows; 4.4BSD's t_rtt runs on. */
    bool runs_on = stack->config->rtt_estimator == RTT_ESTIMATOR_BSD && !tcp_is_linux_sender(stack);
    if (extra->repeats > 0 && !runs_on) {
        conn->retransmitted = true;
        conn->timing = false;
    }
    if (extra->owes_ack) {
        conn->ack_urgency = TCP_ACK_NOW;
        conn->ack_reason = TCP_REASON_SYN_REPEATED;
    }
    tcp_receive_syn_data(stack, conn, (Payload){extra->syn_stream, 0}, extra->syn_length,
                         extra->syn_fin);
}

/* What its SYN-ACK offered; of a cookie's Linux tells it by the MSS that came back, and does not know that timestamps
 * were on (net/ipv4/syncookies.c, cookie_v4_check). */
static uint16_t offered(const TcpStack *stack, const TcpHalfOpen *half)
{
    bool is_told = half->entry.by_cookie && tcp_is_linux_receiver(stack);

    return is_told ? tcp_syn_window_of(stack, half->peer_mss)
                   : tcp_syn_window(stack, half->entry.timestamps_on);
}

static uint16_t agreed_mss(const TcpStack *stack, const TcpHalfOpen *half)
{
    const HostConfig *config = stack->config;
    bool is_heard = half->entry.has_extra && extra_of(stack, half)->has_mss;

    if (!config->passive_mss_less || is_heard)
        return half->peer_mss;
    int64_t mss = config->mss - config->passive_mss_less;
    return (uint16_t)(mss > TCP_LEAST_PEER_MSS ? mss : TCP_LEAST_PEER_MSS);
}

/* Puts a full connection in the half-open one's place; `half` stays, but in no table.  `due` is when
 * its SYN-ACK was to be repeated. */
static OFTEN TcpConnection *expand(TcpStack *stack, TcpHalfOpen *half, SimDue due)
{
    const HostConfig *config = stack->config;
    TcpConnection *conn = tcp_connection_new(stack, half->entry.node.key, half->entry.id);

    conn->entry = half->entry;
    conn->entry.event = (Event){0};
    conn->entry.kind = TCP_ENTRY_CONNECTION;
    conn->state = TCP_STATE_SYN_RCVD;
    conn->passive = true;
    conn->owner = TCP_OWNER_LISTENER;
    conn->iss = conn->snd_una = conn->snd_sml = half->iss;
    conn->cwnd_used_until = half->iss;
    conn->snd_nxt = half->iss + 1;
    conn->irs = half->irs;
    conn->rcv_nxt = conn->last_ack_sent = half->irs + 1;
    conn->rcv_adv = conn->rcv_nxt + offered(stack, half);
    conn->snd_wl1 = conn->irs;
    conn->snd_wl2 = conn->iss;
    conn->rcv_wscale = conn->entry.window_scale_on ? tcp_window_shift(stack) : 0;
    conn->peer_mss = agreed_mss(stack, half);
    conn->snd_wnd = conn->snd_wnd_max = half->peer_window;
    conn->ts_recent = half->ts_recent;
    conn->retries = conn->backoffs = half->entry.syn_retries;
    conn->syn_timeouts = half->entry.syn_retries;
    conn->retransmitted = conn->retries > 0;
    conn->timing = conn->retries == 0;
    conn->rtt_seq = half->iss;
    conn->rtt_started = conn->first_sent = conn->last_received = half->first_sent;
    tcp_sent_add(stack, conn, conn->snd_nxt, half->first_sent);
    tcp_timers_set_slot(conn, TCP_TIMER_RETRANSMIT,
                        (TcpTimerSlot){due, tcp_rto_half_open(config, half)});
    tcp_congestion_begin(stack, conn);
    tcp_stack_replace(stack, &half->entry, &conn->entry);
    if (half->entry.has_extra)
        expand_extra(stack, conn, extra_of(stack, half));
    if (stack->tuning != NULL)
        tcp_tuning_inherit(stack, conn);
    return conn;
}

/* The steps left it in SYN-RCVD: the half-open record takes its place again. */
static SELDOM void shrink(TcpStack *stack, TcpConnection *conn, TcpHalfOpen *half, SimDue due)
{
    tcp_stack_replace(stack, &conn->entry, &half->entry);
    tcp_receive_clear(stack, conn);
    tcp_sent_clear(stack, conn);
    half->ts_recent = conn->ts_recent;
    if (conn->invalid_answered_at)
        make_extra(stack, half)->answered_at = conn->invalid_answered_at;
    if (conn->tuning != NULL)
        tcp_tuning_drop(stack, conn);
    memory_pool_give(stack->connections, conn);
    event_queue_schedule(stack->timers, &half->entry.event, due);
    stack->payload_held += syn_length(stack, half);
}

TcpConnection *tcp_half_open_promote(TcpStack *stack, TcpHalfOpen *half)
{
    TcpTuning *served = stack->tuning;

    tcp_tuning_serve_port(stack, tcp_entry_local_port(&half->entry));
    TcpConnection *conn = expand(stack, half, event_queue_due(stack->timers, &half->entry.event));
    tcp_tuning_serve(stack, served);
    free_half_open(stack, half);
    tcp_timers_resume(stack, conn);
    return conn;
}

TcpConnection *tcp_half_open_grow(TcpStack *stack, TcpHalfOpen *half)
{
    TcpConnection *conn = expand(stack, half, (SimDue){.at = SIM_NEVER});

    free_half_open(stack, half);
    return conn;
}

/* The counterfactual of two segments: nobody confirms our number, yet we believe in it. */
void tcp_half_open_believe(TcpStack *stack, SimTime now, TcpHalfOpen *half)
{
    TcpConnection *conn = expand(stack, half, event_queue_due(stack->timers, &half->entry.event));

    free_half_open(stack, half);
    conn->timers_armed = 0;
    conn->timing = false;
    conn->snd_una = conn->snd_nxt;
    conn->una_position = 1;
    tcp_sent_clear(stack, conn);
    tcp_enter(stack, conn, TCP_STATE_ESTABLISHED, TCP_REASON_SYN_ARRIVED);
    tcp_congestion_begin(stack, conn);
    if (tcp_is_linux_receiver(stack))
        tcp_linux_begin(stack, conn, now);
    tcp_timers_connected(stack, conn, now);
    tcp_own(stack, conn, TCP_OWNER_QUEUE);
    tcp_tell(stack, conn, TCP_APP_ACCEPTABLE, 0, TCP_OK);
    tcp_receive_queued(stack, conn);
    tcp_output(stack, conn, now, TCP_REASON_SYN_ARRIVED);
}

/* ---- A segment for a half-open connection ---- */

/* The same SYN again: our SYN-ACK was lost, or is late.  Stacks answer with SYN-ACK, where the
 * RFC's first step would send a bare ACK that the client cannot use (repeated-syn). */
static SELDOM void answer_repeated_syn(TcpStack *stack, SimTime now, TcpHalfOpen *half,
                                       const Segment *segment)
{
    const HostConfig *config = stack->config;
    TcpHalfOpenExtra *extra = make_extra(stack, half);

    if (config->repeated_syn == REPEATED_SYN_IGNORE) {
        extra->owes_ack |= segment->length == 0; /* all of it lies before the window */
        if (segment->options.present & OPTION_MSS) {
            extra->has_mss = true;
            half->peer_mss = tcp_options_peer_mss(&segment->options, segment->src_addr);
        }
        tcp_discard(stack, half->entry.id, segment, TCP_REASON_OLD_TRIMMED);
        return;
    }
    if (extra->answered_at && now - extra->answered_at < config->tcp_invalid_ratelimit) {
        tcp_discard(stack, half->entry.id, segment, TCP_REASON_SYN_ANSWERED_LATELY);
        return;
    }
    extra->answered_at = now;
    if (config->repeated_syn == REPEATED_SYN_RST) {
        tcp_output_rst_for(stack, half->entry.id, segment, TCP_REASON_SYN_REPEATED_RST);
        return;
    }
    if (!tcp_is_linux_receiver(stack) && half->entry.timestamps_on &&
        (segment->options.present & OPTION_TIMESTAMPS) &&
        seq_gt(segment->options.ts_val, half->ts_recent))
        half->ts_recent = segment->options.ts_val; /* RFC 7323 §4.3 */
    answer_again(stack, now, half, &(TcpSendNote){.reason = TCP_REASON_SYN_REPEATED});
    if (extra->repeats < UINT16_MAX)
        extra->repeats++;
    if (config->synack_answers == SYNACK_ANSWERS_COUNT &&
        extra->answers < 1U << 25) /* far above any limit */
        extra->answers++;
    if (config->synack_answers == SYNACK_ANSWERS_RESTART)
        half->entry.syn_retries = 0;
    if (config->synack_rearm || config->synack_answers == SYNACK_ANSWERS_RESTART)
        tcp_timers_half_open_arm(stack, half, now, TCP_REASON_REARMED);
}

static SELDOM bool defers_ack(TcpStack *stack, SimTime now, TcpHalfOpen *half,
                              const Segment *segment)
{
    bool is_bare = (segment->flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_ACK &&
                   segment->length == 0;

    if (!is_bare || segment->ack != half->iss + 1 || segment->seq != half->irs + 1 ||
        now - half->first_sent >= stack->tuning->defer_accept)
        return false;
    make_extra(stack, half)->is_acked = true;
    tcp_discard(stack, half->entry.id, segment, TCP_REASON_ACCEPT_DEFERRED);
    return true;
}

/* Whose timer was set to the limit that is lifted now: what it would have been. */
static SimDue due_without_limit(TcpStack *stack, const TcpHalfOpen *half)
{
    SimTime at = half->first_sent;
    TcpHalfOpen then = *half;

    for (uint32_t i = 0; i <= half->entry.syn_retries; i++) {
        then.entry.syn_retries = (uint16_t)i;
        at = tcp_timers_due(stack, TCP_TIMER_RETRANSMIT, at, half_open_wait(stack, &then));
    }
    return (SimDue){at, sim_order_take(stack->setup.order)};
}

/* 4.4BSD netinet/tcp_input.c: whatever comes sets TCPT_KEEP, which was the 75 s, to two hours. */
static SELDOM void lift_limit(TcpStack *stack, SimTime now, TcpHalfOpen *half)
{
    SimTime deadline = half_open_deadline(stack, half);
    bool waits_for_it = event_queue_due(stack->timers, &half->entry.event).at == deadline;

    make_extra(stack, half)->is_heard = true;
    if (!waits_for_it || deadline == SIM_NEVER)
        return;
    SimDue due = due_without_limit(stack, half);
    event_queue_schedule(stack->timers, &half->entry.event, due);
    if (stack->setup.hooks.timer != NULL)
        tell_half_open(stack, half, TCP_TIMER_ARMED, due.at - now, due.at,
                       TCP_REASON_CONNECT_LIMIT_LIFTED);
}

OFTEN void tcp_half_open_arrives(TcpStack *stack, SimTime now, TcpHalfOpen *half,
                                 const Segment *segment)
{
    bool plain_syn = (segment->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
    bool to_the_letter = stack->config->repeated_syn == REPEATED_SYN_ACK;

    if (stack->config->connect_timeout_lifted)
        lift_limit(stack, now, half);
    if (plain_syn && segment->seq == half->irs && !to_the_letter) {
        answer_repeated_syn(stack, now, half, segment);
        return;
    }
    if (stack->tuning != NULL && defers_ack(stack, now, half, segment))
        return;
    TcpConnId id = half->entry.id;
    SimDue due = event_queue_due(stack->timers, &half->entry.event);
    tcp_arrives_connection(stack, now, expand(stack, half, due), segment);
    TcpConnection *conn = tcp_stack_connection(stack, id);
    if (conn != NULL && conn->state == TCP_STATE_SYN_RCVD)
        shrink(stack, conn, half, due);
    else
        free_half_open(stack, half);
}
