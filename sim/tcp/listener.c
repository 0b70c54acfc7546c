/* Listeners: who is let into the SYN queue, who waits in the accept queue, and SYN cookies for those
 * who find no room.
 */
#include <stdlib.h>

#include "core/compiler.h"
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"

/* Linux: two periods of the cookies' clock. */
static const SimTime cookies_are_awaited = 2 * SIM_MINUTE;

/* ---- Listeners ---- */

TcpListener *tcp_listener_find(const TcpStack *stack, uint16_t port)
{
    TcpListener *listener = stack->listeners;

    while (listener != NULL && listener->port != port)
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

    while (listener->accept_first != NULL) /* those that are over */
        tcp_connection_forget(stack, listener->accept_first);
    while (*link != listener)
        link = &(*link)->next;
    *link = listener->next;
    if (listener->tuning != NULL)
        stack->tuned_listeners--;
    tcp_tuning_free(stack, listener->tuning);
    free(listener);
    tcp_report(stack, 0, TCP_STATE_LISTEN, TCP_STATE_CLOSED, reason);
}

bool tcp_listener_is_full(const TcpStack *stack, const TcpListener *listener)
{
    uint32_t backlog = listener->backlog; /* which admits one more than it says */
    bool wide = stack->config->accept_queue == ACCEPT_QUEUE_THREE_HALVES;

    return listener->waiting > (wide ? backlog + backlog / 2 : backlog);
}

/* ---- Who is let in ---- */

/* What the SYN offers and we take. */
static void learn_syn(TcpStack *stack, SimTime now, TcpHalfOpen *half, const Segment *segment)
{
    const HostConfig *config = stack->config;

    tcp_options_learn(config, &half->entry, &segment->options);
    half->ts_recent = tcp_options_recent(&half->entry, &segment->options);
    half->peer_mss =
        tcp_tuning_peer_mss(stack, tcp_options_peer_mss(&segment->options, segment->src_addr));
    half->peer_window = segment->window;
    half->irs = segment->seq;
    half->first_sent = now;
}

/* Is there no room for one more half-open connection?  Linux: as many as the backlog; and unless
 * cookies are there for the rest, the last quarter of tcp_max_syn_backlog is kept free. */
static bool is_syn_queue_full(const TcpStack *stack, const TcpListener *listener)
{
    const HostConfig *config = stack->config;
    int64_t most = config->tcp_max_syn_backlog;

    if (config->syn_queue == SYN_QUEUE_MAX_SYN_BACKLOG)
        return listener->half_open >= most;
    bool one_more = config->syn_queue == SYN_QUEUE_PLUS_ONE;
    return listener->half_open >= listener->backlog + one_more ||
           (config->tcp_syncookies == 0 && most - listener->half_open < most / 4);
}

/* Small stacks have a fixed number of connection blocks, for half-open and full ones alike. */
static bool is_block_free(const TcpStack *stack)
{
    int64_t blocks = stack->config->connection_blocks;

    return blocks == 0 || (int64_t)(memory_pool_in_use(stack->half_opens) +
                                    memory_pool_in_use(stack->connections)) < blocks;
}

/* A half-open connection as the SYN describes it, in no table. */
static OFTEN void fill_from_syn(TcpStack *stack, SimTime now, TcpHalfOpen *half,
                                const Segment *segment)
{
    half->entry.node.key = tcp_key(segment->dst_port, segment->src_addr, segment->src_port);
    half->entry.kind = TCP_ENTRY_HALF_OPEN;
    half->iss = tcp_isn_choose(stack, now, half->entry.node.key);
    learn_syn(stack, now, half, segment);
}

/* ---- SYN cookies: see cookie.c ---- */

static APART void answer_with_cookie(TcpStack *stack, SimTime now, TcpListener *listener,
                                     const Segment *segment)
{
    TcpHalfOpen half = {0};

    fill_from_syn(stack, now, &half, segment);
    if (!half.entry.timestamps_on) /* nowhere to keep the other options */
        half.entry.sack_on = half.entry.window_scale_on = false;
    half.iss = tcp_cookie_make(stack, now, half.entry.node.key, segment->seq, half.peer_mss);
    listener->cookies_until = sim_time_add(now, cookies_are_awaited);
    tcp_output_syn_ack(stack, &half, tcp_cookie_timestamp(stack, now, &half.entry),
                       &(TcpSendNote){.reason = TCP_REASON_COOKIE_SENT});
}

/* What the ACK alone tells of the connection.  That its SYN-ACK counts as repeated says only that
 * nothing is known of its round trip. */
static bool fill_from_cookie(TcpStack *stack, SimTime now, TcpHalfOpen *half,
                             const Segment *segment)
{
    half->entry.by_cookie = true;
    half->entry.node.key = tcp_key(segment->dst_port, segment->src_addr, segment->src_port);
    half->entry.kind = TCP_ENTRY_HALF_OPEN;
    half->entry.syn_retries = 1;
    half->iss = segment->ack - 1;
    half->irs = segment->seq - 1;
    half->first_sent = now;
    half->peer_window = segment->window;
    if (segment->options.present & OPTION_TIMESTAMPS) {
        tcp_cookie_options(stack, segment->options.ts_ecr, &half->entry);
        half->ts_recent = segment->options.ts_val;
    }
    return tcp_cookie_check(stack, now, half->entry.node.key, half->irs, half->iss,
                            &half->peer_mss);
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
    if (!is_block_free(stack)) {
        tcp_output_rst_for(stack, 0, segment, TCP_REASON_NO_BLOCK_FREE);
        return true;
    }
    if (tcp_listener_is_full(stack, listener)) {
        tcp_discard(stack, 0, segment, TCP_REASON_ACCEPT_QUEUE_FULL);
        return true;
    }
    TcpHalfOpen *half = memory_pool_take(stack->half_opens);
    *half = known;
    tcp_half_open_begin(stack, listener, half, TCP_REASON_COOKIE_RIGHT);
    tcp_half_open_arrives(stack, now, half, segment);
    return true;
}

/* ---- A SYN for a listener ---- */

/* For the ACK of its SYN-ACK. */
static inline void await(TcpStack *stack, SimTime now, TcpHalfOpen *half)
{
    if (stack->config->handshake == HANDSHAKE_TWO_WAY)
        tcp_half_open_believe(stack, now, half);
    else
        tcp_timers_half_open_arm(stack, half, now, TCP_REASON_NONE);
}

/* It brings data, or the host may do more with a SYN than answer it: does this one ask for that?  What is
 * filled in is in no table yet. */
static APART void answer_with_care(TcpStack *stack, SimTime now, TcpListener *listener,
                                   TcpHalfOpen *half, const Segment *segment)
{
    TcpFastOpenVerdict fast = tcp_fast_open_judge(stack, listener, segment);
    Segment special = {.options = fast.answer};

    if (tcp_ecn_offers(stack->config, segment)) {
        tcp_half_open_grant_ecn(stack, half);
        special.flags = TCP_ECE;
    }
    if (segment_seq_length(segment) > 1 && !fast.takes &&
        stack->config->syn_data == SYN_DATA_ACCEPT)
        tcp_half_open_keep(stack, half, segment);
    tcp_half_open_begin(stack, listener, half, TCP_REASON_SYN_ARRIVED);
    if (fast.takes) {
        tcp_fast_open_take(stack, now, listener, half, segment, &fast);
        return;
    }
    tcp_output_special_syn_ack(stack, half, tcp_timestamp(now), &special,
                               &(TcpSendNote){.reason = fast.reason});
    await(stack, now, half);
}

OFTEN void tcp_listener_syn(TcpStack *stack, SimTime now, TcpListener *listener,
                            const Segment *segment, bool bounded, Seq isn_above)
{
    const HostConfig *config = stack->config;

    if (!is_block_free(stack)) {
        tcp_output_rst_for(stack, 0, segment, TCP_REASON_NO_BLOCK_FREE);
        return;
    }
    bool full = is_syn_queue_full(stack, listener);
    bool cookie = config->tcp_syncookies == 2 || (full && config->tcp_syncookies == 1);
    if (full && !cookie) {
        tcp_discard(stack, 0, segment, TCP_REASON_SYN_QUEUE_FULL);
        return;
    }
    if (tcp_listener_is_full(stack, listener)) {
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
    if (segment_seq_length(segment) > 1 || (config->tcp_fastopen | config->tcp_ecn) != 0) {
        answer_with_care(stack, now, listener, half, segment);
        return;
    }
    tcp_half_open_begin(stack, listener, half, TCP_REASON_SYN_ARRIVED);
    tcp_output_syn_ack(stack, half, tcp_timestamp(now),
                       &(TcpSendNote){.reason = TCP_REASON_SYN_ARRIVED});
    await(stack, now, half);
}
