/* Digests of an endpoint: see digest.h.
 *
 * What means nothing at times, as a field says beside its declaration, is cleared then: two connections that differ in it
 * alone go on alike.
 */
#include "tcp/digest.h"

#include <assert.h>
#include <string.h>

#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/timers.h"

/* How a field is not just bytes. */
typedef enum FieldKind {
    FIELD_NONE,  /* it is told otherwise, or nothing depends on it */
    FIELD_TIME,  /* SimTime */
    FIELD_OWN,   /* Seq: of what we send, counted from ISS */
    FIELD_PEER,  /* Seq: of what the peer sends, counted from IRS */
    FIELD_ORDER, /* Seq: counted from what was sent last */
    FIELD_GROWN, /* Seq: counted from what came out of order last */
    FIELD_STAMP, /* a timestamp of the option */
    FIELD_COUNT,
} FieldKind;

typedef struct Field {
    uint16_t offset, size;
    uint8_t kind;
} Field;

#define ROW(record, field, how)                                                                    \
    {                                                                                              \
        offsetof(record, field), sizeof(((record *)0)->field), FIELD_##how                         \
    }
#define ROWS(rows) rows, sizeof(rows) / sizeof *(rows)

static const Field connection_fields[] = {
    ROW(TcpConnection, entry.node, NONE), /* its key is told */
    ROW(TcpConnection, entry.event, NONE),
    ROW(TcpConnection, timer_first, NONE),
    ROW(TcpConnection, iss, OWN),
    ROW(TcpConnection, snd_una, OWN),
    ROW(TcpConnection, snd_nxt, OWN),
    ROW(TcpConnection, cwnd_used_until, OWN),
    ROW(TcpConnection, sent_first, NONE), /* the records are told */
    ROW(TcpConnection, sent_last, NONE),
    ROW(TcpConnection, waiting, NONE),
    ROW(TcpConnection, undo, NONE),
    ROW(TcpConnection, snd_wl1, PEER),
    ROW(TcpConnection, snd_wl2, OWN),
    ROW(TcpConnection, snd_sml, OWN),
    ROW(TcpConnection, irs, PEER),
    ROW(TcpConnection, rcv_nxt, PEER),
    ROW(TcpConnection, rcv_adv, PEER),
    ROW(TcpConnection, last_ack_sent, PEER),
    ROW(TcpConnection, fin_seq, PEER),
    ROW(TcpConnection, pieces, NONE),
    ROW(TcpConnection, arrivals, GROWN),
    ROW(TcpConnection, dsack.left, PEER),
    ROW(TcpConnection, dsack.right, PEER),
    ROW(TcpConnection, data_arrived_at, TIME),
    ROW(TcpConnection, ts_recent, STAMP),
    ROW(TcpConnection, mdev_round_end, OWN),
    ROW(TcpConnection, rtt_started, TIME),
    ROW(TcpConnection, rtt_seq, OWN),
    ROW(TcpConnection, last_sent, TIME),
    ROW(TcpConnection, first_sent, TIME),
    ROW(TcpConnection, first_retry, TIME),
    ROW(TcpConnection, last_received, TIME),
    ROW(TcpConnection, invalid_answered_at, TIME),
    ROW(TcpConnection, duplicates_from, OWN),
    ROW(TcpConnection, recover, OWN),
    ROW(TcpConnection, tail_end, OWN),
    ROW(TcpConnection, sacked_end, OWN),
    ROW(TcpConnection, sends, ORDER),
    ROW(TcpConnection, rack_order, ORDER),
    ROW(TcpConnection, stretched_at, ORDER),
    ROW(TcpConnection, rack_end, OWN),
    ROW(TcpConnection, receiver.packets, NONE),
    ROW(TcpConnection, receiver.space_began, TIME),
    ROW(TcpConnection, receiver.last_echo, STAMP),
    ROW(TcpConnection, receiver.out_of_order_since, PEER),
    ROW(TcpConnection, accept_before, NONE), /* the queue is its listener's */
    ROW(TcpConnection, accept_next, NONE),
    ROW(TcpConnection, tuning, NONE),
};

static const Field sent_fields[] = {
    ROW(TcpSent, next, NONE),
    ROW(TcpSent, at, TIME),
    ROW(TcpSent, end, OWN),
    ROW(TcpSent, order, ORDER),
};

static const Field waiting_fields[] = {ROW(TcpWaiting, next, NONE)};

static const Field undo_fields[] = {
    ROW(TcpUndo, marker, OWN),
    ROW(TcpUndo, stamp, STAMP),
};

static const Field piece_fields[] = {
    ROW(TcpPiece, next, NONE),
    ROW(TcpPiece, seq, PEER),
    ROW(TcpPiece, grown, GROWN),
};

static const Field packet_fields[] = {
    ROW(TcpPacket, next, NONE),
    ROW(TcpPacket, seq, PEER),
    ROW(TcpPacket, end, PEER),
};

static const Field half_open_fields[] = {
    ROW(TcpHalfOpen, entry.node, NONE), ROW(TcpHalfOpen, entry.event, NONE),
    ROW(TcpHalfOpen, first_sent, TIME), ROW(TcpHalfOpen, iss, OWN),
    ROW(TcpHalfOpen, irs, PEER),        ROW(TcpHalfOpen, ts_recent, STAMP),
};

static const Field extra_fields[] = {
    ROW(TcpHalfOpenExtra, node, NONE),
    ROW(TcpHalfOpenExtra, answered_at, TIME),
};

static const Field listener_fields[] = {
    ROW(TcpListener, next, NONE),         ROW(TcpListener, cookies_until, TIME),
    ROW(TcpListener, accept_first, NONE), ROW(TcpListener, accept_last, NONE),
    ROW(TcpListener, tuning, NONE),
};

static const Field stack_fields[] = {
    ROW(TcpStack, setup, NONE), /* the plan's, and so is the config; nobody is served now */
    ROW(TcpStack, config, NONE),
    ROW(TcpStack, tuning, NONE),
    ROW(TcpStack, expected, NONE),
    ROW(TcpStack, by_key, NONE), /* who is in them is told */
    ROW(TcpStack, by_id, NONE),
    ROW(TcpStack, half_open_extras, NONE),
    ROW(TcpStack, timers, NONE),
    ROW(TcpStack, taken_ports, NONE), /* follows from the connections */
    ROW(TcpStack, watched, NONE),
    ROW(TcpStack, peers, NONE),
    ROW(TcpStack, fast_open_paused_at, TIME),
    ROW(TcpStack, connections, NONE),
    ROW(TcpStack, half_opens, NONE),
    ROW(TcpStack, extras, NONE),
    ROW(TcpStack, pieces, NONE),
    ROW(TcpStack, packets, NONE),
    ROW(TcpStack, sents, NONE),
    ROW(TcpStack, undos, NONE),
    ROW(TcpStack, waitings, NONE),
    ROW(TcpStack, cubics, NONE),
    ROW(TcpStack, port_lists, NONE),
    ROW(TcpStack, peer_records, NONE),
    ROW(TcpStack, tunings, NONE),
    ROW(TcpStack, listeners, NONE),
};

/* ---- A record ---- */

/* From what numbers are counted. */
typedef struct Bases {
    uint32_t of[FIELD_COUNT];
} Bases;

static Bases bases_of(SimTime now, Seq iss, Seq irs)
{
    return (Bases){
        .of = {[FIELD_OWN] = iss, [FIELD_PEER] = irs, [FIELD_STAMP] = tcp_timestamp(now)}};
}

static void count_from(const Digest *digest, const Bases *bases, const Field *field, char *at)
{
    SimTime time;
    uint32_t number;

    if (field->kind == FIELD_TIME) {
        memcpy(&time, at, sizeof time);
        time = digest_time(digest->now, time);
        memcpy(at, &time, sizeof time);
        return;
    }
    memcpy(&number, at, sizeof number);
    if (number != 0) /* which is what one has that was never set */
        number -= bases->of[field->kind];
    memcpy(at, &number, sizeof number);
}

/* `record`, a copy, loses what is told otherwise. */
static void add_record(Digest *digest, const Bases *bases, void *record, size_t size,
                       const Field *fields, size_t count)
{
    uint64_t alike[(sizeof(TcpConnection) + sizeof(TcpStack)) / sizeof(uint64_t)];

    assert(size <= sizeof alike && size % sizeof *alike == 0);
    for (size_t i = 0; i < count; i++) {
        if (fields[i].kind == FIELD_NONE)
            memset((char *)record + fields[i].offset, 0, fields[i].size);
    }
    memcpy(alike, record, size);
    for (size_t i = 0; i < count; i++) {
        if (fields[i].kind != FIELD_NONE)
            count_from(digest, bases, &fields[i], (char *)alike + fields[i].offset);
    }
    digest_records(digest, record, alike, size);
}

/* ---- A connection ---- */

static void clear_what_means_nothing(TcpConnection *conn)
{
    tcp_marks_carry(conn);
    if (!conn->timing)
        conn->rtt_seq = 0, conn->rtt_started = 0;
    if (!conn->has_dsack)
        conn->dsack = (SackBlock){0};
    if (!conn->probed_tail)
        conn->tail_end = 0;
    if (conn->sacked_count == 0)
        conn->sacked_end = 0;
    if (!tcp_duplicates_are_marked(conn))
        conn->duplicates_from = 0;
    if (conn->has_linux_cubic)
        memset(&conn->cubic, 0, sizeof conn->cubic);
}

/* Their lengths count, too; when they fire, the world knows. */
static void add_timers(Digest *digest, TcpConnection *conn, uint64_t who)
{
    for (uint32_t timer = 0; timer < TCP_TIMER_COUNT; timer++) {
        TcpTimerSlot *slot = &conn->timers[timer];

        if (tcp_timer_is_armed(conn, (TcpTimer)timer)) {
            uint64_t what = digest_mix(who, timer);

            digest_pending(digest, slot->due, what, what);
            slot->due = (SimDue){0};
        } else {
            memset(slot, 0, sizeof *slot);
        }
    }
}

static void add_sent(Digest *digest, const Bases *bases, const TcpConnection *conn)
{
    for (const TcpSent *sent = conn->sent_first; sent != NULL; sent = sent->next) {
        TcpSent copy = *sent;

        add_record(digest, bases, &copy, sizeof copy, ROWS(sent_fields));
    }
}

/* A ring: the last one points to the first. */
static void add_waiting(Digest *digest, const Bases *bases, const TcpConnection *conn)
{
    const TcpWaiting *waiting = conn->waiting;

    while (waiting != NULL) {
        waiting = waiting->next;
        TcpWaiting copy = *waiting;

        add_record(digest, bases, &copy, sizeof copy, ROWS(waiting_fields));
        if (waiting == conn->waiting)
            return;
    }
}

static void add_received(Digest *digest, const Bases *bases, const TcpConnection *conn)
{
    for (const TcpPiece *piece = conn->pieces; piece != NULL; piece = piece->next) {
        TcpPiece copy = *piece;

        add_record(digest, bases, &copy, sizeof copy, ROWS(piece_fields));
    }
    for (const TcpPacket *packet = conn->receiver.packets; packet != NULL; packet = packet->next) {
        TcpPacket copy = *packet;

        add_record(digest, bases, &copy, sizeof copy, ROWS(packet_fields));
    }
}

static void add_tuning(Digest *digest, const TcpTuning *tuning)
{
    if (tuning != NULL)
        digest_bytes(digest, tuning, sizeof *tuning);
}

static void add_connection(Digest *digest, const TcpConnection *conn, uint64_t who)
{
    TcpConnection copy = *conn;
    Bases bases = bases_of(digest->now, conn->iss, conn->irs);

    bases.of[FIELD_ORDER] = conn->sends;
    bases.of[FIELD_GROWN] = conn->arrivals;
    add_timers(digest, &copy, who);
    clear_what_means_nothing(&copy);
    add_record(digest, &bases, &copy, sizeof copy, ROWS(connection_fields));
    add_sent(digest, &bases, conn);
    add_waiting(digest, &bases, conn);
    add_received(digest, &bases, conn);
    add_tuning(digest, conn->tuning);
    if (conn->has_linux_cubic)
        digest_bytes(digest, conn->linux_cubic, tcp_cubic_size());
    if (conn->undo != NULL) {
        TcpUndo undo = *conn->undo;

        add_record(digest, &bases, &undo, sizeof undo, ROWS(undo_fields));
    }
}

/* ---- The stack ---- */

/* So often doubled, any timeout has met its bound: who never gives up waits as long each time. */
enum { DOUBLINGS = 40 };

static void add_half_open(Digest *digest, const TcpStack *stack, const TcpHalfOpen *half,
                          uint64_t who)
{
    TcpHalfOpen copy = *half;
    Bases bases = bases_of(digest->now, half->iss, half->irs);

    if (!tcp_timers_synack_gives_up(stack->config) && copy.entry.syn_retries > DOUBLINGS)
        copy.entry.syn_retries = DOUBLINGS;
    if (event_is_queued(&half->entry.event))
        digest_pending(digest, event_queue_due(stack->timers, &half->entry.event), who, who);
    add_record(digest, &bases, &copy, sizeof copy, ROWS(half_open_fields));
    if (half->entry.has_extra) {
        TcpHalfOpenExtra extra = *(const TcpHalfOpenExtra *)(const void *)map_get(
            &stack->half_open_extras, half->entry.node.key, tcp_key_order);

        add_record(digest, &bases, &extra, sizeof extra, ROWS(extra_fields));
    }
}

static void add_entry(Digest *digest, const TcpStack *stack, const TcpEntry *entry)
{
    uint64_t who = digest_mix(stack->setup.address, entry->id);

    digest_add(digest, who);
    digest_add(digest, entry->node.key);
    if (entry->kind == TCP_ENTRY_HALF_OPEN)
        add_half_open(digest, stack, (const TcpHalfOpen *)entry, who);
    else
        add_connection(digest, (const TcpConnection *)entry, who);
}

static void add_listener(Digest *digest, const TcpListener *listener)
{
    TcpListener copy = *listener;
    Bases none = {{0}};

    if (copy.cookies_until < digest->now)
        copy.cookies_until = 0;
    add_record(digest, &none, &copy, sizeof copy, ROWS(listener_fields));
    add_tuning(digest, listener->tuning);
    for (const TcpConnection *conn = listener->accept_first; conn != NULL; conn = conn->accept_next)
        digest_add(digest, conn->entry.id);
}

/* Challenge ACKs count for the interval that runs. */
static void clear_old_challenges(TcpStack *stack, SimTime now)
{
    if (stack->challenge_interval != now / stack->config->challenge_interval)
        stack->challenge_count = 0;
    stack->challenge_interval = stack->challenge_count > 0;
}

void tcp_stack_digest(const TcpStack *stack, Digest *digest)
{
    TcpStack copy = *stack;
    Bases none = {{0}};

    clear_old_challenges(&copy, digest->now);
    add_record(digest, &none, &copy, sizeof copy, ROWS(stack_fields));
    for (const TcpListener *listener = stack->listeners; listener != NULL;
         listener = listener->next)
        add_listener(digest, listener);
    for (TcpConnId id = 1; id <= stack->newest; id++) {
        const TcpEntry *entry = tcp_stack_entry(stack, id);

        if (entry != NULL)
            add_entry(digest, stack, entry);
    }
    /* What servers gave for Fast Open is fast_open.c's own. */
    digest->is_partial = digest->is_partial || stack->peers.used > 0;
}
