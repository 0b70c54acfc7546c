/* Listeners: the SYN queue of half-open connections, the accept queue of established ones.
 *
 * A half-open connection becomes a full one to be looked at by SEGMENT ARRIVES, so that the eight
 * steps exist once; if they leave it in SYN-RCVD it shrinks again.
 */
#include <stdlib.h>

#include "tcp/connection.h"

/* Linux: two periods of the cookies' clock. */
static const SimTime cookies_are_awaited = 2 * SIM_MINUTE;

/* ---- Listeners ---- */

TcpListener *tcp_listener_find(const TcpStack *stack, uint16_t port)
{
    TcpListener *listener = stack->listeners;
    while (listener && listener->port != port)
        listener = listener->next;
    return listener;
}

void tcp_listener_add(TcpStack *stack, uint16_t port, uint32_t backlog)
{
    uint32_t most = (uint32_t)stack->config->somaxconn;
    TcpListener *listener = memory_new(1, sizeof *listener);
    listener->port = port;
    listener->backlog = backlog < most ? backlog : most;
    listener->next = stack->listeners;
    stack->listeners = listener;
}

void tcp_listener_remove(TcpStack *stack, TcpListener *listener, TcpReason reason)
{
    TcpListener **link = &stack->listeners;
    while (*link != listener)
        link = &(*link)->next;
    *link = listener->next;
    free(listener);
    stack->setup.hooks.state(stack->setup.hooks.context, 0, TCP_STATE_LISTEN, TCP_STATE_CLOSED,
                             reason);
}

static bool is_accept_queue_full(const TcpStack *stack, const TcpListener *listener)
{
    uint32_t backlog = listener->backlog; /* which admits one more than it says */
    bool wide = stack->config->accept_queue == ACCEPT_QUEUE_THREE_HALVES;
    return listener->waiting > (wide ? backlog + backlog / 2 : backlog);
}

void tcp_listener_established(TcpStack *stack, TcpConnection *conn)
{
    TcpListener *listener = tcp_listener_find(stack, tcp_entry_local_port(&conn->entry));
    if (!listener)
        return;
    if (listener->accept_last)
        listener->accept_last->accept_next = conn;
    else
        listener->accept_first = conn;
    listener->accept_last = conn;
    listener->waiting++;
    tcp_tell(stack, conn, TCP_APP_ACCEPTABLE, 0, TCP_OK);
}

TcpConnection *tcp_listener_take(TcpListener *listener)
{
    TcpConnection *conn = listener->accept_first;
    if (!conn)
        return NULL;
    listener->accept_first = conn->accept_next;
    if (!listener->accept_first)
        listener->accept_last = NULL;
    conn->accept_next = NULL;
    listener->waiting--;
    return conn;
}

void tcp_listener_forget(TcpStack *stack, TcpConnection *conn)
{
    TcpListener *listener = tcp_listener_find(stack, tcp_entry_local_port(&conn->entry));
    TcpConnection *before = NULL, *c = listener ? listener->accept_first : NULL;
    for (; c && c != conn; c = c->accept_next)
        before = c;
    if (!c)
        return;
    if (before)
        before->accept_next = conn->accept_next;
    else
        listener->accept_first = conn->accept_next;
    if (listener->accept_last == conn)
        listener->accept_last = before;
    listener->waiting--;
}

/* ---- Half-open connections: beginning and end ---- */

static void count_half_open(TcpStack *stack, const TcpHalfOpen *half, int change)
{
    TcpListener *listener = tcp_listener_find(stack, tcp_entry_local_port(&half->entry));
    if (listener)
        listener->half_open = (uint32_t)((int64_t)listener->half_open + change);
}

static void report(TcpStack *stack, const TcpHalfOpen *half, TcpState from, TcpState to,
                   TcpReason reason)
{
    stack->setup.hooks.state(stack->setup.hooks.context, half->entry.id, from, to, reason);
}

void tcp_half_open_end(TcpStack *stack, TcpHalfOpen *half, TcpState last, TcpReason reason)
{
    tcp_timers_half_open_stop(stack, half, TCP_REASON_CONNECTION_ENDED);
    tcp_stack_remove(stack, &half->entry);
    count_half_open(stack, half, -1);
    report(stack, half, TCP_STATE_SYN_RCVD, last, reason);
    memory_pool_give(stack->half_opens, half);
}

/* Oldest first, so that the order does not depend on the table. */
void tcp_half_opens_end(TcpStack *stack, uint16_t port, TcpReason reason)
{
    for (TcpConnId id = 1; id <= stack->newest; id++) {
        TcpEntry *entry = tcp_stack_entry(stack, id);
        if (entry && entry->kind == TCP_ENTRY_HALF_OPEN && tcp_entry_local_port(entry) == port)
            tcp_half_open_end(stack, (TcpHalfOpen *)entry, TCP_STATE_CLOSED, reason);
    }
}

/* What the SYN offers and we take. */
static void learn_syn(TcpStack *stack, SimTime now, TcpHalfOpen *half, const Segment *segment)
{
    const HostConfig *config = stack->config;
    tcp_options_learn(config, &half->entry, &segment->options);
    half->ts_recent = tcp_options_recent(&half->entry, &segment->options);
    half->peer_mss = tcp_options_peer_mss(&segment->options);
    half->peer_window = segment->window;
    half->irs = segment->seq;
    half->first_sent = now;
    if (config->syn_data == SYN_DATA_ACCEPT) {
        half->syn_payload = segment->payload;
        half->syn_length = segment->length;
    }
}

static void establish_two_way(TcpStack *stack, SimTime now, TcpHalfOpen *half);

/* Is there no room for one more half-open connection?  Linux: as many as the backlog; and unless
 * cookies are there for the rest, the last quarter of tcp_max_syn_backlog is kept free. */
static bool is_syn_queue_full(const TcpStack *stack, const TcpListener *listener)
{
    const HostConfig *config = stack->config;
    int64_t most = config->tcp_max_syn_backlog;
    if (config->syn_queue == SYN_QUEUE_MAX_SYN_BACKLOG)
        return listener->half_open >= most;
    return listener->half_open >= listener->backlog ||
           (config->tcp_syncookies == 0 && most - listener->half_open < most / 4);
}

/* A half-open connection as the SYN describes it, in no table. */
static void fill_from_syn(TcpStack *stack, SimTime now, TcpHalfOpen *half, const Segment *segment)
{
    half->entry.key = tcp_key(segment->dst_port, segment->src_addr, segment->src_port);
    half->entry.kind = TCP_ENTRY_HALF_OPEN;
    half->iss = tcp_isn_choose(stack, now, half->entry.key);
    learn_syn(stack, now, half, segment);
}

static void enqueue(TcpStack *stack, TcpListener *listener, TcpHalfOpen *half, TcpReason reason)
{
    half->entry.id = tcp_stack_take_id(stack);
    tcp_stack_insert(stack, &half->entry);
    listener->half_open++;
    report(stack, half, TCP_STATE_LISTEN, TCP_STATE_SYN_RCVD, reason);
}

/* ---- SYN cookies: see cookie.c ---- */

static void answer_with_cookie(TcpStack *stack, SimTime now, TcpListener *listener,
                               const Segment *segment)
{
    TcpHalfOpen half = {0};
    fill_from_syn(stack, now, &half, segment);
    if (!half.entry.timestamps_on) /* nowhere to keep the other options */
        half.entry.sack_on = half.entry.window_scale_on = false;
    half.iss = tcp_cookie_make(stack, now, half.entry.key, segment->seq, half.peer_mss);
    listener->cookies_until = now + cookies_are_awaited;
    tcp_output_syn_ack(stack, &half, tcp_cookie_timestamp(now, &half.entry),
                       (TcpSendNote){.reason = TCP_REASON_COOKIE_SENT});
}

/* What the ACK alone tells of the connection.  That its SYN-ACK counts as repeated says only that
 * nothing is known of its round trip. */
static bool fill_from_cookie(TcpStack *stack, SimTime now, TcpHalfOpen *half,
                             const Segment *segment)
{
    half->entry.key = tcp_key(segment->dst_port, segment->src_addr, segment->src_port);
    half->entry.kind = TCP_ENTRY_HALF_OPEN;
    half->entry.syn_retries = 1;
    half->iss = segment->ack - 1;
    half->irs = segment->seq - 1;
    half->first_sent = now;
    half->due = SIM_DUE_NEVER;
    half->peer_window = segment->window;
    if (segment->options.present & OPTION_TIMESTAMPS) {
        tcp_cookie_options(stack->config, segment->options.ts_ecr, &half->entry);
        half->ts_recent = segment->options.ts_val;
    }
    return tcp_cookie_check(stack, now, half->entry.key, half->irs, half->iss, &half->peer_mss);
}

bool tcp_listener_cookie(TcpStack *stack, SimTime now, TcpListener *listener,
                         const Segment *segment)
{
    if (stack->config->tcp_syncookies == 0 || now >= listener->cookies_until ||
        (segment->flags & TCP_SYN))
        return false;
    TcpHalfOpen known = {0};
    if (!fill_from_cookie(stack, now, &known, segment)) {
        tcp_output_rst_for(stack, 0, segment, TCP_REASON_COOKIE_WRONG);
        return true;
    }
    if (is_accept_queue_full(stack, listener)) {
        tcp_discard(stack, 0, segment, TCP_REASON_ACCEPT_QUEUE_FULL);
        return true;
    }
    TcpHalfOpen *half = memory_pool_take(stack->half_opens);
    *half = known;
    enqueue(stack, listener, half, TCP_REASON_COOKIE_RIGHT);
    tcp_half_open_arrives(stack, now, half, segment);
    return true;
}

/* ---- A SYN for a listener ---- */

void tcp_listener_syn(TcpStack *stack, SimTime now, TcpListener *listener, const Segment *segment,
                      bool bounded, Seq isn_above)
{
    const HostConfig *config = stack->config;
    bool full = is_syn_queue_full(stack, listener);
    bool cookie = config->tcp_syncookies == 2 || (full && config->tcp_syncookies == 1);
    if (full && !cookie) {
        tcp_discard(stack, 0, segment, TCP_REASON_SYN_QUEUE_FULL);
        return;
    }
    if (is_accept_queue_full(stack, listener)) {
        tcp_discard(stack, 0, segment, TCP_REASON_ACCEPT_QUEUE_FULL);
        return;
    }
    if (cookie) {
        answer_with_cookie(stack, now, listener, segment);
        return;
    }
    TcpHalfOpen *half = memory_pool_take(stack->half_opens);
    fill_from_syn(stack, now, half, segment);
    if (bounded && !seq_gt(half->iss, isn_above))
        half->iss = isn_above + 1;
    enqueue(stack, listener, half, TCP_REASON_SYN_ARRIVED);
    tcp_output_syn_ack(stack, half, tcp_timestamp(now),
                       (TcpSendNote){.reason = TCP_REASON_SYN_ARRIVED});
    if (config->handshake == HANDSHAKE_TWO_WAY)
        establish_two_way(stack, now, half);
    else
        tcp_timers_half_open_arm(stack, half, now, TCP_REASON_NONE);
}

/* ---- Growing and shrinking ---- */

/* Puts a full connection in the half-open one's place; `half` stays, but in no table. */
static TcpConnection *expand(TcpStack *stack, TcpHalfOpen *half)
{
    const HostConfig *config = stack->config;
    TcpConnection *conn = tcp_connection_new(stack, half->entry.key, half->entry.id);
    event_queue_cancel(stack->timers, &half->entry.event);
    conn->entry = half->entry;
    conn->entry.kind = TCP_ENTRY_CONNECTION;
    conn->state = TCP_STATE_SYN_RCVD;
    conn->passive = true;
    conn->iss = conn->snd_una = half->iss;
    conn->snd_nxt = half->iss + 1;
    conn->irs = half->irs;
    conn->rcv_nxt = conn->last_ack_sent = half->irs + 1;
    conn->rcv_adv = conn->rcv_nxt + tcp_syn_window(stack, conn->entry.timestamps_on);
    conn->snd_wl1 = conn->irs;
    conn->snd_wl2 = conn->iss;
    conn->invalid_answered_at = half->answered_at;
    conn->rcv_wscale = conn->entry.window_scale_on ? tcp_window_shift(config) : 0;
    conn->peer_mss = half->peer_mss;
    conn->snd_wnd = conn->snd_wnd_max = half->peer_window;
    conn->ts_recent = half->ts_recent;
    conn->retries = conn->backoffs = half->entry.syn_retries;
    conn->syn_timeouts = half->entry.syn_retries;
    conn->retransmitted = conn->retries > 0;
    conn->timing = conn->retries == 0;
    conn->rtt_seq = half->iss;
    conn->rtt_started = conn->first_sent = half->first_sent;
    tcp_sent_add(stack, conn, conn->snd_nxt, half->first_sent);
    conn->timers[TCP_TIMER_RETRANSMIT] = (TcpTimerSlot){half->due, tcp_rto_half_open(config, half)};
    tcp_congestion_begin(stack, conn);
    tcp_stack_insert(stack, &conn->entry);
    tcp_receive_syn_data(stack, conn, half->syn_payload, half->syn_length);
    count_half_open(stack, half, -1);
    return conn;
}

/* The steps left it in SYN-RCVD: the half-open record takes its place again. */
static void shrink(TcpStack *stack, TcpConnection *conn, TcpHalfOpen *half)
{
    tcp_stack_remove(stack, &conn->entry);
    tcp_receive_clear(stack, conn);
    tcp_sent_clear(stack, conn);
    half->ts_recent = conn->ts_recent;
    half->answered_at = conn->invalid_answered_at;
    memory_pool_give(stack->connections, conn);
    tcp_stack_insert(stack, &half->entry);
    event_queue_schedule(stack->timers, &half->entry.event, half->due);
    count_half_open(stack, half, +1);
}

TcpConnection *tcp_half_open_promote(TcpStack *stack, TcpHalfOpen *half)
{
    TcpConnection *conn = expand(stack, half);
    memory_pool_give(stack->half_opens, half);
    tcp_timers_resume(stack, conn);
    return conn;
}

/* The counterfactual of two segments: nobody confirms our number, yet we believe in it. */
static void establish_two_way(TcpStack *stack, SimTime now, TcpHalfOpen *half)
{
    TcpConnection *conn = expand(stack, half);
    memory_pool_give(stack->half_opens, half);
    conn->timers[TCP_TIMER_RETRANSMIT].due = SIM_DUE_NEVER;
    conn->timing = false;
    conn->snd_una = conn->snd_nxt;
    conn->una_position = 1;
    tcp_sent_clear(stack, conn);
    tcp_enter(stack, conn, TCP_STATE_ESTABLISHED, TCP_REASON_SYN_ARRIVED);
    tcp_congestion_begin(stack, conn);
    tcp_timers_connected(stack, conn, now);
    tcp_listener_established(stack, conn);
    tcp_receive_queued(stack, conn);
    tcp_output(stack, conn, now, TCP_REASON_SYN_ARRIVED);
}

/* ---- A segment for a half-open connection ---- */

/* The same SYN again: our SYN-ACK was lost, or is late.  Stacks answer with SYN-ACK, where the
 * RFC's first step would send a bare ACK that the client cannot use. */
static void answer_repeated_syn(TcpStack *stack, SimTime now, TcpHalfOpen *half,
                                const Segment *segment)
{
    const HostConfig *config = stack->config;
    if (half->answered_at && now - half->answered_at < config->tcp_invalid_ratelimit) {
        tcp_discard(stack, half->entry.id, segment, TCP_REASON_SYN_ANSWERED_LATELY);
        return;
    }
    half->answered_at = now;
    tcp_output_syn_ack(stack, half, tcp_timestamp(now),
                       (TcpSendNote){.reason = TCP_REASON_SYN_REPEATED});
    if (config->synack_answers == SYNACK_ANSWERS_COUNT && half->entry.syn_answers < UINT8_MAX)
        half->entry.syn_answers++;
    if (config->synack_answers == SYNACK_ANSWERS_RESTART)
        half->entry.syn_retries = 0;
    if (config->synack_rearm || config->synack_answers == SYNACK_ANSWERS_RESTART)
        tcp_timers_half_open_arm(stack, half, now, TCP_REASON_REARMED);
}

/* The last ACK finds no room in the accept queue: silence, so that the SYN-ACK will be repeated,
 * or RST. */
static void refuse_overflow(TcpStack *stack, TcpHalfOpen *half, const Segment *segment)
{
    if (!stack->config->tcp_abort_on_overflow) {
        tcp_discard(stack, half->entry.id, segment, TCP_REASON_ACCEPT_QUEUE_FULL);
        return;
    }
    tcp_output_rst_for(stack, half->entry.id, segment, TCP_REASON_ACCEPT_QUEUE_FULL);
    tcp_half_open_end(stack, half, TCP_STATE_CLOSED, TCP_REASON_ACCEPT_QUEUE_FULL);
}

static bool would_establish(const TcpHalfOpen *half, const Segment *segment)
{
    return (segment->flags & TCP_ACK) && !(segment->flags & (TCP_RST | TCP_SYN)) &&
           segment->ack == half->iss + 1 && seq_in(segment->seq, half->irs + 1, 65535);
}

void tcp_half_open_arrives(TcpStack *stack, SimTime now, TcpHalfOpen *half, const Segment *segment)
{
    bool plain_syn = (segment->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
    if (plain_syn && segment->seq == half->irs) {
        answer_repeated_syn(stack, now, half, segment);
        return;
    }
    const TcpListener *listener = tcp_listener_find(stack, segment->dst_port);
    if (listener && is_accept_queue_full(stack, listener) && would_establish(half, segment)) {
        refuse_overflow(stack, half, segment);
        return;
    }
    TcpConnId id = half->entry.id;
    tcp_arrives_connection(stack, now, expand(stack, half), segment);
    TcpConnection *conn = tcp_stack_connection(stack, id);
    if (conn && conn->state == TCP_STATE_SYN_RCVD)
        shrink(stack, conn, half);
    else
        memory_pool_give(stack->half_opens, half);
}
