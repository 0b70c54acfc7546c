/* The stack: the tables of a host's connections, where a segment goes, which timer is next, and
 * how a connection begins, moves and ends.
 */
#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

#include "core/compiler.h"
#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/receive.h"
#include "tcp/timers.h"

enum {
    CACHE_LINE = 64,
    WARM_BYTES = 512,
    CONNECTIONS_IN_CACHE = 2000, /* so many stay in a megabyte or two */
};

/* What is asked with every segment. */
static void look_ahead(TcpStack *stack, const HostConfig *config)
{
    stack->linux_receiver = config->receiver == RECEIVER_LINUX ||
                            config->receiver == RECEIVER_LINUX_6_6 ||
                            config->receiver == RECEIVER_LINUX_6_18;
    stack->linux_sender = config->sender == SENDER_LINUX;
    stack->bsd_receiver = config->receiver == RECEIVER_BSD;
    stack->bsd_sender = config->sender == SENDER_BSD_4_4;
    stack->looks_at_all = stack->linux_receiver || stack->bsd_receiver;
    stack->mss_bounds_sent = config->mss_bounds_sent || stack->linux_sender || stack->bsd_sender;
    stack->limits_closing = config->close_wait_timeout > 0 || config->fin_wait_1_timeout > 0 ||
                            config->closing_timeout > 0 || config->last_ack_timeout > 0;
}

TcpStack *tcp_stack_new(const TcpSetup *setup)
{
    TcpStack *stack = memory_new(1, sizeof *stack);

    stack->setup = *setup;
    tcp_tuning_serve(stack, NULL);
    look_ahead(stack, setup->config);
    stack->timers = event_queue_new(setup->budget);
    stack->connections = memory_pool_new(sizeof(TcpConnection), setup->budget);
    stack->half_opens = memory_pool_new(sizeof(TcpHalfOpen), setup->budget);
    stack->extras = memory_pool_new(sizeof(TcpHalfOpenExtra), setup->budget);
    stack->pieces = memory_pool_new(sizeof(TcpPiece), setup->budget);
    stack->packets = memory_pool_new(sizeof(TcpPacket), setup->budget);
    stack->sents = memory_pool_new(sizeof(TcpSent), setup->budget);
    stack->waitings = memory_pool_new(sizeof(TcpWaiting), setup->budget);
    stack->cubics = memory_pool_new(tcp_cubic_size(), setup->budget);
    stack->undos = memory_pool_new(sizeof(TcpUndo), setup->budget);
    stack->tunings = memory_pool_new(sizeof(TcpTuning), setup->budget);
    stack->by_key.budget = stack->half_open_extras.budget = setup->budget;
    stack->by_id.budget = setup->budget;
    stack->next_port = TCP_FIRST_EPHEMERAL_PORT;
    stack->port_lists = tcp_port_lists_new(setup->budget);
    stack->peer_records = tcp_peer_records_new(setup->budget);
    stack->peers.budget = setup->budget;
    stack->taken_ports.budget = setup->budget;
    return stack;
}

static void free_listeners(TcpStack *stack)
{
    while (stack->listeners != NULL) {
        TcpListener *next = stack->listeners->next;

        tcp_tuning_free(stack, stack->listeners->tuning);
        free(stack->listeners);
        stack->listeners = next;
    }
}

/* Of what a pool does not hold. */
static void free_records(TcpStack *stack)
{
    if (memory_pool_in_use(stack->tunings) == 0)
        return;
    for (TcpConnId id = 1; id <= stack->newest; id++) {
        TcpConnection *conn = tcp_stack_connection(stack, id);

        if (conn != NULL && conn->tuning != NULL)
            tcp_tuning_drop(stack, conn);
    }
}

void tcp_stack_free(TcpStack *stack)
{
    if (stack == NULL)
        return;
    free_listeners(stack);
    free_records(stack);
    map_clear(&stack->by_key);
    map_clear(&stack->half_open_extras);
    map_clear(&stack->taken_ports);
    map_clear(&stack->peers);
    id_map_clear(&stack->by_id);
    event_queue_free(stack->timers);
    memory_pool_free(stack->connections);
    memory_pool_free(stack->half_opens);
    memory_pool_free(stack->extras);
    memory_pool_free(stack->pieces);
    memory_pool_free(stack->packets);
    memory_pool_free(stack->sents);
    memory_pool_free(stack->undos);
    memory_pool_free(stack->waitings);
    memory_pool_free(stack->cubics);
    memory_pool_free(stack->port_lists);
    memory_pool_free(stack->peer_records);
    memory_pool_free(stack->tunings);
    free(stack);
}

/* ---- Tables ---- */

TcpEntry *tcp_stack_entry(const TcpStack *stack, TcpConnId id)
{
    return id_map_get(&stack->by_id, id);
}

TcpConnection *tcp_stack_connection(const TcpStack *stack, TcpConnId id)
{
    TcpEntry *entry = tcp_stack_entry(stack, id);

    return entry != NULL && entry->kind != TCP_ENTRY_HALF_OPEN ? (TcpConnection *)entry : NULL;
}

/* The one with this key (the node stands first in it); NULL when there is none. */
static TcpEntry *entry_at(const TcpStack *stack, uint64_t key)
{
    return (TcpEntry *)(void *)map_get(&stack->by_key, key, tcp_key_order);
}

void tcp_stack_insert(TcpStack *stack, TcpEntry *entry)
{
    map_insert(&stack->by_key, &entry->node, tcp_key_order);
    id_map_set(&stack->by_id, entry->id, entry);
}

OFTEN void tcp_stack_replace(TcpStack *stack, TcpEntry *old, TcpEntry *entry)
{
    event_queue_cancel(stack->timers, &old->event);
    map_replace(&stack->by_key, &old->node, &entry->node, tcp_key_order);
    id_map_set(&stack->by_id, entry->id, entry);
}

/* Who keeps count of connections learns that this one is gone. */
static SELDOM void tell_watchers(TcpStack *stack, TcpEntry *entry)
{
    if (stack->taken_ports.used > 0)
        tcp_port_forget(stack, entry->node.key);
    if (entry->kind == TCP_ENTRY_CONNECTION)
        tcp_fast_open_release(stack, (TcpConnection *)entry);
}

OFTEN void tcp_stack_remove(TcpStack *stack, TcpEntry *entry)
{
    if (stack->setup.hooks.ending != NULL)
        stack->setup.hooks.ending(stack->setup.hooks.context, entry->id);
    event_queue_cancel(stack->timers, &entry->event);
    map_remove(&stack->by_key, &entry->node, tcp_key_order);
    if (stack->watched > 0)
        tell_watchers(stack, entry);
    id_map_remove(&stack->by_id, entry->id);
}

TcpConnId tcp_stack_take_id(TcpStack *stack)
{
    return ++stack->newest;
}

TcpConnId tcp_stack_newest(const TcpStack *stack)
{
    return stack->newest;
}

TcpConnId tcp_stack_find(const TcpStack *stack, uint16_t local_port, uint32_t remote_address,
                         uint16_t remote_port)
{
    const TcpEntry *entry = entry_at(stack, tcp_key(local_port, remote_address, remote_port));

    return entry != NULL ? entry->id : 0;
}

bool tcp_stack_ends(const TcpStack *stack, TcpConnId id, TcpEnds *out)
{
    const TcpEntry *entry = tcp_stack_entry(stack, id);

    if (entry == NULL)
        return false;
    *out = (TcpEnds){.remote_address = tcp_entry_remote_address(entry),
                     .local_port = tcp_entry_local_port(entry),
                     .remote_port = tcp_entry_remote_port(entry)};
    return true;
}

OFTEN TcpReadable tcp_stack_readable(const TcpStack *stack, TcpConnId id)
{
    const TcpConnection *conn = tcp_stack_connection(stack, id);
    uint32_t bytes = conn != NULL ? tcp_readable(conn) : 0;

    return (TcpReadable){.bytes = bytes, .at_eof = conn != NULL && conn->fin_arrived && bytes == 0};
}

uint64_t tcp_stack_stream(const TcpStack *stack, TcpConnId id)
{
    return stack->setup.stream_space + id;
}

TcpCensus tcp_stack_census(const TcpStack *stack)
{
    return (TcpCensus){
        .half_open = memory_pool_in_use(stack->half_opens),
        .full = memory_pool_in_use(stack->connections),
        .ended = stack->ended_in_queue,
        .bytes = memory_pool_bytes(stack->half_opens) + memory_pool_bytes(stack->extras) +
                 memory_pool_bytes(stack->connections) + memory_pool_bytes(stack->pieces) +
                 memory_pool_bytes(stack->packets) + memory_pool_bytes(stack->sents) +
                 memory_pool_bytes(stack->undos) + memory_pool_bytes(stack->waitings) +
                 memory_pool_bytes(stack->cubics) + memory_pool_bytes(stack->port_lists) +
                 memory_pool_bytes(stack->peer_records) + memory_pool_bytes(stack->tunings) +
                 id_map_bytes(&stack->by_id) +
                 (stack->by_key.bucket_count + stack->half_open_extras.bucket_count +
                  stack->taken_ports.bucket_count + stack->peers.bucket_count) *
                     sizeof(MapNode *),
    };
}

_Static_assert(sizeof(TcpHalfOpen) + sizeof(TcpHalfOpenExtra) <= TCP_HALF_OPEN_BYTES,
               "what a host holds half-open");
_Static_assert(sizeof(TcpConnection) <= TCP_CONNECTION_BYTES, "what a host holds for a connection");

TcpHeld tcp_stack_held(const TcpStack *stack)
{
    size_t half_open = memory_pool_in_use(stack->half_opens);

    return (TcpHeld){
        .half_open = half_open,
        .bytes = half_open * TCP_HALF_OPEN_BYTES +
                 memory_pool_in_use(stack->connections) * TCP_CONNECTION_BYTES +
                 stack->payload_held,
    };
}

/* ---- Time ---- */

SimDue tcp_stack_next_due(const TcpStack *stack)
{
    return event_queue_first_due(stack->timers);
}

const EventQueue *tcp_stack_timers(const TcpStack *stack)
{
    return stack->timers;
}

static SELDOM void fire_tuned(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    tcp_tuning_serve(stack, conn->tuning);
    tcp_timers_fire(stack, conn, now);
    tcp_tuning_end(stack);
}

static SELDOM void half_open_timer_tuned(TcpStack *stack, TcpHalfOpen *half, SimTime now)
{
    tcp_tuning_serve_port(stack, tcp_entry_local_port(&half->entry));
    tcp_half_open_timer(stack, now, half);
    tcp_tuning_end(stack);
}

void tcp_stack_advance(TcpStack *stack, SimTime now)
{
    Event *event = event_queue_pop(stack->timers);

    assert(event != NULL);
    TcpEntry *entry = (TcpEntry *)(void *)((char *)event - offsetof(TcpEntry, event));
    stack->is_firing = true;
    if (entry->kind == TCP_ENTRY_CONNECTION)
        tcp_timers_fire(stack, (TcpConnection *)entry, now);
    else if (entry->kind == TCP_ENTRY_TUNED)
        fire_tuned(stack, (TcpConnection *)entry, now);
    else if (stack->tuned_listeners == 0)
        tcp_half_open_timer(stack, now, (TcpHalfOpen *)entry);
    else
        half_open_timer_tuned(stack, (TcpHalfOpen *)entry, now);
    stack->is_firing = false;
}

/* ---- SEGMENT ARRIVES (§3.10.7): to whom? ---- */

static uint64_t key_for(const Segment *segment)
{
    return tcp_key(segment->dst_port, segment->src_addr, segment->src_port);
}

/* Looking for the record now would wait for its place in the table to come from memory.  So that is
 * sent for, and looked at when the next segment is announced. */
static APART void fetch_expected(TcpStack *stack, const Segment *segment)
{
    const char *record = (const char *)*map_bucket(&stack->by_key, stack->expected, tcp_key_order);
    stack->expected = key_for(segment);
    PREFETCH(map_bucket(&stack->by_key, stack->expected, tcp_key_order));
    if (record == NULL)
        return;
    for (size_t line = 0; line < WARM_BYTES; line += CACHE_LINE)
        PREFETCH(record + line);
}

bool tcp_stack_is_large(const TcpStack *stack)
{
    return stack->by_key.used >= CONNECTIONS_IN_CACHE;
}

void tcp_stack_expect(TcpStack *stack, const Segment *segment)
{
    if (tcp_stack_is_large(stack))
        fetch_expected(stack, segment);
}

/* §3.10.7.1, CLOSED: nobody is here. */
static SELDOM void arrives_closed(TcpStack *stack, const Segment *segment)
{
    if (segment->flags & TCP_RST)
        tcp_discard(stack, 0, segment, TCP_REASON_RST_TO_NOBODY);
    else
        tcp_output_rst_for(stack, 0, segment, TCP_REASON_NO_CONNECTION);
}

/* FreeBSD sys/netinet/tcp_input.c: "SYN|ACK invalid, segment ignored". */
static SELDOM bool ignores_synack(const TcpStack *stack, const Segment *segment)
{
    return (segment->flags & TCP_SYN) &&
           stack->config->synack_to_listener == SYNACK_TO_LISTENER_DROP;
}

/* §3.10.7.2, LISTEN. */
static OFTEN void arrives_listen(TcpStack *stack, SimTime now, TcpListener *listener,
                                 const Segment *segment)
{
    /* First, check for a RST: there is nothing it could refer to. */
    if (segment->flags & TCP_RST)
        tcp_discard(stack, 0, segment, TCP_REASON_RST_TO_LISTENER);
    /* Second, check for an ACK: a listener has sent nothing that could be acknowledged. */
    else if (segment->flags & TCP_ACK) {
        if (ignores_synack(stack, segment))
            tcp_discard(stack, 0, segment, TCP_REASON_SYNACK_TO_LISTENER);
        else if (!tcp_listener_cookie(stack, now, listener, segment))
            tcp_output_rst_for(stack, 0, segment, TCP_REASON_BAD_ACK);
    }
    /* libslirp src/tcp_input.c: nothing else makes a connection. */
    else if (stack->config->bare_syn && (segment->flags & (TCP_SYN | TCP_FIN | TCP_URG)) != TCP_SYN)
        tcp_output_rst_for(stack, 0, segment, TCP_REASON_NO_BARE_SYN);
    /* Third, check for a SYN. */
    else if (segment->flags & TCP_SYN)
        tcp_listener_syn(stack, now, listener, segment, false, 0);
    /* Fourth, other data or control. */
    else
        tcp_discard(stack, 0, segment, TCP_REASON_NOTHING_USEFUL);
}

/* For a connection with options of its own, or for a half-open one, whose listener may have some. */
static SELDOM void arrives_tuned(TcpStack *stack, SimTime now, TcpEntry *entry,
                                 const Segment *segment)
{
    if (entry->kind == TCP_ENTRY_TUNED) {
        tcp_tuning_serve(stack, ((TcpConnection *)entry)->tuning);
        tcp_arrives_connection(stack, now, (TcpConnection *)entry, segment);
    } else {
        tcp_tuning_serve_port(stack, tcp_entry_local_port(entry));
        tcp_half_open_arrives(stack, now, (TcpHalfOpen *)entry, segment);
    }
    tcp_tuning_end(stack);
}

static SELDOM void arrives_listen_tuned(TcpStack *stack, SimTime now, TcpListener *listener,
                                        const Segment *segment)
{
    tcp_tuning_serve(stack, listener->tuning);
    arrives_listen(stack, now, listener, segment);
    tcp_tuning_end(stack);
}

/* No stack sends that: those who look for what a host runs do (FreeBSD sys/netinet/tcp_input.c). */
static bool is_syn_and_fin(const Segment *segment)
{
    return (segment->flags & (TCP_SYN | TCP_FIN)) == (TCP_SYN | TCP_FIN);
}

void tcp_stack_deliver(TcpStack *stack, SimTime now, const Segment *segment)
{
    TcpEntry *entry = entry_at(stack, key_for(segment));

    if (is_syn_and_fin(segment) && stack->config->drop_synfin) {
        tcp_discard(stack, entry != NULL ? entry->id : 0, segment, TCP_REASON_SYN_AND_FIN);
        return;
    }
    if (entry != NULL && entry->kind == TCP_ENTRY_CONNECTION) {
        tcp_arrives_connection(stack, now, (TcpConnection *)entry, segment);
        return;
    }
    if (entry != NULL) {
        if (entry->kind == TCP_ENTRY_HALF_OPEN && stack->tuned_listeners == 0)
            tcp_half_open_arrives(stack, now, (TcpHalfOpen *)entry, segment);
        else
            arrives_tuned(stack, now, entry, segment);
        return;
    }
    TcpListener *listener = tcp_listener_find(stack, segment->dst_port);
    if (listener != NULL && listener->tuning != NULL)
        arrives_listen_tuned(stack, now, listener, segment);
    else if (listener != NULL)
        arrives_listen(stack, now, listener, segment);
    else
        arrives_closed(stack, segment);
}

/* ---- A connection's life ---- */

TcpConnection *tcp_connection_new(TcpStack *stack, uint64_t key, TcpConnId id)
{
    TcpConnection *conn = memory_pool_take(stack->connections);

    conn->entry = (TcpEntry){.node.key = key, .id = id, .kind = TCP_ENTRY_CONNECTION};
    conn->ack_flags = TCP_ACK;
    return conn;
}

inline void tcp_report(TcpStack *stack, TcpConnId id, TcpState from, TcpState to, TcpReason reason)
{
    assert(tcp_transition_is_allowed(from, to));
    if (id == 0 || !(stack->setup.hooks.states_untold >> to & 1))
        stack->setup.hooks.state(stack->setup.hooks.context, id, from, to, reason);
}

inline void tcp_enter(TcpStack *stack, TcpConnection *conn, TcpState to, TcpReason reason)
{
    TcpState from = conn->state;

    conn->state = (uint8_t)to;
    tcp_report(stack, conn->entry.id, from, to, reason);
}

void tcp_tell(TcpStack *stack, TcpConnection *conn, TcpAppEvent event, uint32_t amount,
              TcpError error)
{
    bool is_heard = conn->owner == TCP_OWNER_APPLICATION ||
                    (conn->owner == TCP_OWNER_QUEUE && event == TCP_APP_ACCEPTABLE);

    if (is_heard)
        stack->setup.hooks.app(stack->setup.hooks.context, conn->entry.id, event, amount, error);
}

void tcp_discard(TcpStack *stack, TcpConnId id, const Segment *segment, TcpReason reason)
{
    if (stack->setup.hooks.discard != NULL)
        stack->setup.hooks.discard(stack->setup.hooks.context, id, segment, reason);
}

static OFTEN void let_go_of_all(TcpStack *stack, TcpConnection *conn)
{
    tcp_receive_clear(stack, conn);
    tcp_sent_clear(stack, conn);
    tcp_packets_clear(stack, conn);
    tcp_cubic_drop(stack, conn);
    tcp_undo_end(stack, conn);
    if (conn->tuning != NULL)
        tcp_tuning_drop(stack, conn);
}

/* reset-in-queue=stays: whoever accepts it is told of its error. */
static SELDOM void end_in_queue(TcpStack *stack, TcpConnection *conn, TcpState last,
                                TcpReason reason, TcpError error)
{
    tcp_timers_stop(stack, conn);
    tcp_stack_remove(stack, &conn->entry);
    tcp_enter(stack, conn, last, reason);
    let_go_of_all(stack, conn);
    conn->kept_error = (uint8_t)error;
    stack->ended_in_queue++;
}

OFTEN void tcp_connection_end(TcpStack *stack, TcpConnection *conn, SimTime now, TcpState last,
                              TcpReason reason, TcpError error)
{
    (void)now;
    if (conn->owner == TCP_OWNER_QUEUE && error != TCP_OK &&
        stack->config->reset_in_queue == RESET_IN_QUEUE_STAYS) {
        end_in_queue(stack, conn, last, reason, error);
        return;
    }
    tcp_timers_stop(stack, conn);
    tcp_stack_remove(stack, &conn->entry);
    tcp_enter(stack, conn, last, reason);
    if (error != TCP_OK)
        tcp_tell(stack, conn, TCP_APP_ERROR, 0, error);
    if (conn->owner != TCP_OWNER_NOBODY)
        tcp_own(stack, conn, TCP_OWNER_NOBODY);
    let_go_of_all(stack, conn);
    memory_pool_give(stack->connections, conn);
}

/* What has ended in its accept queue, and stayed there. */
SELDOM void tcp_connection_forget(TcpStack *stack, TcpConnection *conn)
{
    tcp_own(stack, conn, TCP_OWNER_NOBODY);
    stack->ended_in_queue--;
    memory_pool_give(stack->connections, conn);
}

/* ---- The host fails (§3.5.1) ---- */

static void crash_entry(TcpStack *stack, TcpEntry *entry, SimTime now)
{
    if (entry->kind == TCP_ENTRY_HALF_OPEN) {
        tcp_half_open_end(stack, (TcpHalfOpen *)entry, TCP_STATE_CLOSED, TCP_REASON_CRASHED);
        return;
    }
    TcpConnection *conn = (TcpConnection *)entry;
    tcp_own(stack, conn, TCP_OWNER_NOBODY); /* the application died with its host */
    tcp_connection_end(stack, conn, now, TCP_STATE_CLOSED, TCP_REASON_CRASHED, TCP_OK);
}

void tcp_stack_crash(TcpStack *stack, SimTime now, bool forget)
{
    /* Oldest first, so that the order does not depend on the table. */
    for (TcpConnId id = 1; id <= stack->newest && stack->by_key.used; id++) {
        TcpEntry *entry = tcp_stack_entry(stack, id);

        if (entry != NULL)
            crash_entry(stack, entry, now);
    }
    while (stack->listeners != NULL)
        tcp_listener_remove(stack, stack->listeners, TCP_REASON_CRASHED);
    tcp_fast_open_forget(stack);
    if (forget) {
        stack->isn_epoch = now;
        stack->next_port = TCP_FIRST_EPHEMERAL_PORT;
    }
}
