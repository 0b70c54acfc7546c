/* The links of a run: what a host sends meets its faults, then the link's chance; copies that
 * survive arrive later.
 */
#include <string.h>

#include "core/compiler.h"
#include "lab/world.h"
#include "net/wire.h"

/* A copy under way. */
typedef struct LabCopy {
    LabTask task;
    Segment segment;
    LabOrigin origin;
    bool quiet;
    guint8 copy; /* the how many-th of its segment, from 0 */
    LabHost *to;
    struct LabFreight *freight; /* NULL: the segment says all */
} LabCopy;

/* What few copies have beside: a flipped bit, bytes of their own, a node to go to. */
typedef struct LabFreight {
    gboolean corrupt;
    guint32 corrupt_bit;
    LabBytes bytes; /* owned */
} LabFreight;

void lab_wires_init(LabRun *run)
{
    const GArray *links = run->plan->links;

    run->copies = memory_pool_new(sizeof(LabCopy), run->budget);
    run->freights = memory_pool_new(sizeof(LabFreight), run->budget);
    run->packets = g_hash_table_new_full(NULL, NULL, g_free, NULL);
    run->wires = g_array_sized_new(FALSE, TRUE, sizeof(LabWire), links->len);
    g_array_set_size(run->wires, links->len);
    for (guint i = 0; i < links->len; i++) {
        const PlanLink *link = &g_array_index(links, PlanLink, i);
        LabWire *wire = &g_array_index(run->wires, LabWire, i);
        g_autofree char *name =
            g_strdup_printf("%s->%s", g_array_index(run->plan->hosts, PlanHost, link->from).name,
                            g_array_index(run->plan->hosts, PlanHost, link->to).name);

        wire->from = link->from;
        wire->to = lab_host(run, link->to);
        link_init(&wire->link, &link->config, run->seed, name);
        wire->link.budget = run->budget;
        wire->link.from = link->from;
        wire->link.to = link->to;
        wire->link.decide = run->options.decide;
        wire->link.decide_context = run->options.decide_context;
        wire->is_safe =
            wire->link.is_plain && wire->link.decide == NULL && run->faults.rule_count == 0;
        wire->is_unwatched =
            wire->is_safe && !trace_wants_events(run->trace) && !run->options.check_wire &&
            lab_host(run, link->from)->first_address == lab_host(run, link->to)->first_address;
        lab_host(run, link->from)->ways[link->to] = wire;
    }
}

void lab_wires_clear(LabRun *run)
{
    for (guint i = 0; i < run->wires->len; i++)
        link_clear(&g_array_index(run->wires, LabWire, i).link);
    g_array_unref(run->wires);
    memory_pool_free(run->copies);
    memory_pool_free(run->freights);
    g_hash_table_unref(run->packets);
}

void lab_wires_watch_nodes(LabRun *run)
{
    for (guint i = 0; i < run->wires->len; i++) {
        LabWire *wire = &g_array_index(run->wires, LabWire, i);

        wire->is_safe = wire->is_unwatched = FALSE;
    }
}

static LabWire *wire_between(LabRun *run, guint from, guint to)
{
    return lab_host(run, from)->ways[to];
}

/* ---- Arriving ---- */

static TraceEvent *segment_event(LabRun *run, TraceKind kind, guint host, guint peer,
                                 const Segment *segment)
{
    TraceEvent *event = lab_event(run, kind, host, 0);

    event->segment.class = segment_class(segment);
    event->segment.peer = (guint16)peer;
    return event;
}

/* What arrives, as bytes: the node's that sent it, or those of the segment. */
static guint8 *bytes_of(const LabRun *run, const LabCopy *copy, gsize *size)
{
    Segment segment = copy->segment;
    const LabBytes *bytes = &copy->freight->bytes;
    if (bytes->data != NULL) {
        *size = bytes->size;
        return g_memdup2(bytes->data, bytes->size);
    }
    guint8 *made = g_malloc(WIRE_PACKET_MAX);
    if (segment.ttl == 0)
        segment.ttl = lab_ttl(run, copy->origin.from);
    *size = wire_encode(&segment, 0, made, WIRE_PACKET_MAX);
    g_assert(*size > 0);
    return made;
}

/* With one bit flipped the receiver finds out by decoding them; but no checksum covers what IPv6 has beside
 * addresses and length, so there it takes the segment, with whatever ECN field it has now. */
static gboolean is_refused(guint8 *bytes, gsize size, guint32 corrupt_bit, Segment *segment)
{
    guint32 bit = corrupt_bit % (guint32)(8 * size);
    bytes[bit / 8] ^= (guint8)(1U << bit % 8);
    Segment decoded;
    const guint8 *payload;
    if (wire_decode(bytes, size, &decoded, &payload) != WIRE_OK)
        return TRUE;
    segment->ecn = decoded.ecn;
    return FALSE;
}

static SELDOM void discard(LabRun *run, const LabCopy *copy, TcpReason reason)
{
    if (!trace_wants_events(run->trace))
        return;
    TraceEvent *event =
        segment_event(run, TRACE_DISCARD, copy->to->index, copy->origin.from, &copy->segment);
    event->segment.sent = copy->origin.sent;
    event->segment.reason = reason;
    lab_record_segment(run, event, &copy->segment);
}

static APART TraceId record_arrival(LabRun *run, const LabCopy *copy)
{
    const Segment *segment = &copy->segment;
    TraceEvent *event =
        segment_event(run, TRACE_ARRIVE, copy->to->index, copy->origin.from, segment);
    event->conn = lab_host_find(copy->to, segment->dst_port, segment->src_addr, segment->src_port);
    event->segment.sent = copy->origin.sent;
    event->segment.copy = copy->copy;
    return lab_record_segment(run, event, segment);
}

static SELDOM void throw_away(LabRun *run, LabFreight *freight)
{
    if (freight->bytes.data != NULL)
        g_hash_table_remove(run->packets, freight->bytes.data);
    memory_pool_give(run->freights, freight);
}

/* It came, and nobody is there. */
static SELDOM void lose_at_host(LabRun *run, const LabCopy *copy)
{
    if (copy->freight != NULL)
        throw_away(run, copy->freight);
    if (!trace_wants_events(run->trace))
        return;
    TraceEvent *event = lab_event(run, TRACE_LOST, copy->to->index, 0);
    event->fault.sent = copy->origin.sent;
    event->fault.sender = (guint16)copy->origin.from;
    event->fault.kind = FAULT_DROP;
    event->fault.culprit = TRACE_CULPRIT_DOWN;
    event->fault.class = segment_class(&copy->segment);
    lab_record(run, event);
}

/* A node refuses for itself what is refused, unseen. */
static SELDOM void unload(LabRun *run, LabHost *host, const LabCopy *copy)
{
    gsize size;
    g_autofree guint8 *bytes = bytes_of(run, copy, &size);
    Segment segment = copy->segment;
    gboolean refused =
        copy->freight->corrupt && is_refused(bytes, size, copy->freight->corrupt_bit, &segment);
    if (refused)
        discard(run, copy, TCP_REASON_BAD_BYTES);
    if (host->node != NULL)
        host->node->kind->deliver(host->node, &(LabBytes){bytes, size}, refused ? NULL : &segment);
    else if (!refused)
        lab_host_deliver(host, &segment);
    throw_away(run, copy->freight);
}

static OFTEN void receive(LabRun *run, LabHost *host, const LabCopy *copy)
{
    TraceId arrival = trace_wants_events(run->trace) ? record_arrival(run, copy) : 0;

    if (arrival)
        lab_because(run, arrival);
    run->arrived = &copy->origin;
    if (copy->freight != NULL)
        unload(run, host, copy);
    else
        lab_host_deliver(host, &copy->segment);
    run->arrived = NULL;
    lab_host_settled(run, host);
}

static OFTEN void arrive(LabRun *run, LabTask *task)
{
    LabCopy *copy = (LabCopy *)(void *)task;
    LabHost *host = copy->to;

    run->quiet = copy->quiet;
    lab_because(run, copy->origin.sent);
    if (host->mode != LAB_MODE_DOWN)
        receive(run, host, copy);
    else
        lose_at_host(run, copy);
    memory_pool_give(run->copies, copy);
}

gboolean lab_task_is_copy(const LabTask *task, guint *from, guint *to)
{
    const LabCopy *copy = (const LabCopy *)(const void *)task;

    if (task->run != arrive)
        return FALSE;
    *from = copy->origin.from;
    *to = copy->to->index;
    return TRUE;
}

/* As the laws of who looks on see it, what it was sent as counts, too. */
static void add_origin(const LabRun *run, const LabCopy *copy, TraceId since, Digest *digest)
{
    const TraceEvent *sent =
        copy->origin.sent > 0 ? trace_event(run->trace, copy->origin.sent) : NULL;

    digest_add(digest, (guint64)copy->origin.from << 32 | copy->to->index);
    digest_add(digest, copy->origin.conn);
    if (sent == NULL)
        return;
    digest_add(digest, (guint64)sent->segment.reason << 8 | (guint64)(sent->id < since) << 2 |
                           (guint64)(sent->segment.retry > 0) << 1 | sent->segment.injected);
    const TraceSeen *seen = sent->segment.seen;

    digest_both(digest, (guint64)copy->segment.seq << 32 | copy->segment.ack,
                (guint64)seen->seq << 32 | seen->ack);
}

/* Stamps are milliseconds. */
static guint32 stamp_from(SimTime now, guint32 stamp)
{
    return stamp != 0 ? stamp - (guint32)(now / SIM_MILLISECOND) : 0;
}

static void add_options(const SegmentOptions *options, Digest *digest)
{
    SimTime now = digest->now;

    digest_add(digest, (guint64)options->present << 32 | (guint64)options->window_scale << 24 |
                           options->mss);
    digest_both(digest, (guint64)options->ts_val << 32 | options->ts_ecr,
                (guint64)stamp_from(now, options->ts_val) << 32 | stamp_from(now, options->ts_ecr));
    digest_bytes(digest, options->cookie, options->cookie_length);
    for (guint i = 0; i < options->sack_count; i++)
        digest_both(digest, (guint64)options->sack[i].left << 32 | options->sack[i].right,
                    options->sack[i].right - options->sack[i].left);
}

static void add_segment(const Segment *segment, Digest *digest)
{
    digest_add(digest, (guint64)segment->src_addr << 32 | segment->dst_addr);
    digest_add(digest, (guint64)segment->src_port << 48 | (guint64)segment->dst_port << 32 |
                           (guint64)segment->flags << 8 | segment->ecn);
    digest_add(digest,
               (guint64)segment->window << 32 | (guint64)segment->urgent << 16 | segment->length);
    if (segment->length > 0) {
        digest_add(digest, segment->payload.stream);
        digest_add(digest, segment->payload.offset);
    }
    add_options(&segment->options, digest);
}

gboolean lab_copy_digest(const LabRun *run, const LabTask *task, TraceId since, Digest *digest)
{
    const LabCopy *copy = (const LabCopy *)(const void *)task;

    if (task->run != arrive)
        return FALSE;
    add_origin(run, copy, since, digest);
    add_segment(&copy->segment, digest);
    if (copy->freight != NULL) {
        digest_add(digest, (guint64)copy->freight->corrupt << 32 | copy->freight->corrupt_bit);
        digest->is_partial = digest->is_partial || copy->freight->bytes.data != NULL;
    }
    return TRUE;
}

/* ---- Sending ---- */

static TraceFate fate_of(const LinkResult *result, SimTime delayed)
{
    if (result->loss != LINK_NOT_LOST)
        return TRACE_FATE_LOST;
    if (result->copies[0].corrupt)
        return TRACE_FATE_CORRUPT;
    if (result->copy_count > 1)
        return TRACE_FATE_DUP;
    return delayed > 0 || result->reordered_by_chance ? TRACE_FATE_DELAY : TRACE_FATE_PASS;
}

static TraceId record_send(LabRun *run, const LabPacket *packet, TraceFate fate)
{
    if (!trace_wants_events(run->trace))
        return 0;
    TraceEvent *event = segment_event(run, TRACE_SEND, packet->from, packet->to, packet->segment);
    event->conn = packet->conn;
    event->segment.fate = fate;
    if (packet->note != NULL) {
        event->segment.reason = packet->note->reason;
        event->segment.retry = packet->note->retry;
        event->segment.limit = (guint16)packet->note->limit;
    }
    event->segment.injected = packet->injected;
    event->segment.chose_ports = packet->chose_ports;
    return lab_record_segment(run, event, packet->segment);
}

static void record_fault(LabRun *run, const LabPacket *packet, TraceId sent, FaultKind kind,
                         TraceCulprit culprit, guint32 rule)
{
    TraceEvent *event =
        lab_event(run, kind == FAULT_DROP ? TRACE_LOST : TRACE_FAULT, packet->from, packet->conn);

    event->cause = sent;
    event->fault.sent = sent;
    event->fault.kind = kind;
    event->fault.culprit = culprit;
    event->fault.sender = (guint16)packet->from;
    event->fault.class = segment_class(packet->segment);
    event->fault.rule = rule;
    if (kind == FAULT_DELAY)
        event->fault.delay_by = culprit == TRACE_CULPRIT_RULE ? run->rules[rule].delay_by : 0;
    lab_record(run, event);
}

static TraceCulprit culprit_of(LinkLoss loss)
{
    switch (loss) {
    case LINK_LOST_FAULT: return TRACE_CULPRIT_RULE;
    case LINK_LOST_QUEUE: return TRACE_CULPRIT_QUEUE;
    case LINK_LOST_BURST: return TRACE_CULPRIT_BURST;
    case LINK_LOST_NO_LINK: return TRACE_CULPRIT_NO_LINK;
    default: return TRACE_CULPRIT_CHANCE;
    }
}

/* The rule that lost it: the first that drops. */
static guint32 dropping_rule(const LabRun *run, const FaultVerdict *verdict)
{
    for (guint32 i = 0; i < verdict->match_count; i++)
        if (run->rules[verdict->matches[i]].kind == FAULT_DROP)
            return verdict->matches[i];
    return 0;
}

static void record_fate(LabRun *run, const LabPacket *packet, TraceId sent,
                        const FaultVerdict *verdict, const LinkResult *result)
{
    if (!trace_wants_events(run->trace))
        return;
    if (result->loss != LINK_NOT_LOST) {
        record_fault(run, packet, sent, FAULT_DROP, culprit_of(result->loss),
                     dropping_rule(run, verdict));
        return;
    }
    for (guint32 i = 0; i < verdict->match_count; i++)
        record_fault(run, packet, sent, run->rules[verdict->matches[i]].kind, TRACE_CULPRIT_RULE,
                     verdict->matches[i]);
    if (result->duplicated_by_chance)
        record_fault(run, packet, sent, FAULT_DUPLICATE, TRACE_CULPRIT_CHANCE, 0);
    if (result->corrupted_by_chance)
        record_fault(run, packet, sent, FAULT_CORRUPT, TRACE_CULPRIT_CHANCE, 0);
    if (result->reordered_by_chance)
        record_fault(run, packet, sent, FAULT_DELAY, TRACE_CULPRIT_CHANCE, 0);
}

static void set_quiet(const LabRun *run, LabCopy *copy, gboolean quiet, TraceId sent)
{
    copy->quiet = quiet != 0;
    copy->origin.sent = quiet ? run->cause : sent;
}

/* Each member is set by hand: an initialiser would clear all of the copy first. */
static inline LabCopy *copy_new(LabRun *run, guint from, LabHost *to, const Segment *segment)
{
    LabCopy *copy = memory_pool_take_unset(run->copies);

    copy->task.event.place = 0;
    copy->task.run = arrive;
    copy->origin.from = from;
    copy->to = to;
    copy->origin.conn = 0;
    copy->copy = 0;
    copy->freight = NULL;
    copy->segment = *segment; /* last: what was written field by field is slow to read at once */
    return copy;
}

static SELDOM LabFreight *load(LabRun *run, const LabPacket *packet, const LinkCopy *as)
{
    LabFreight *freight = memory_pool_take(run->freights);
    freight->corrupt = as->corrupt;
    freight->corrupt_bit = as->corrupt_bit;
    if (packet->bytes != NULL) {
        guint8 *data = g_memdup2(packet->bytes->data, packet->bytes->size);
        g_hash_table_add(run->packets, data);
        freight->bytes = (LabBytes){data, packet->bytes->size};
    }
    return freight;
}

static inline LabCopy *launch_noted(LabRun *run, const LabPacket *packet, TraceId sent, SimTime due)
{
    LabHost *to = lab_host(run, packet->to);
    LabCopy *copy = copy_new(run, packet->from, to, packet->segment);

    set_quiet(run, copy, packet->quiet, sent);
    copy->origin.conn = packet->conn;
    tcp_stack_expect(to->stack, packet->segment);
    lab_schedule(run, &copy->task, due);
    return copy;
}

static void launch_eventfully(LabRun *run, const LabPacket *packet, TraceId sent, guint32 index,
                              const LinkCopy *as)
{
    LabCopy *copy = launch_noted(run, packet, sent, as->due);

    copy->copy = (guint8)index;
    if (as->corrupt || run->session != NULL)
        copy->freight = load(run, packet, as);
}

/* The segment through bytes and back: it must come out as it went in. */
static void check_wire(const Segment *segment)
{
    g_autofree guint8 *bytes = g_malloc(WIRE_PACKET_MAX);
    gsize length = wire_encode(segment, 0, bytes, WIRE_PACKET_MAX);

    g_assert(length == segment_ip_bytes(segment));
    Segment back;
    const guint8 *payload;
    g_assert(wire_decode(bytes, length, &back, &payload) == WIRE_OK);
    g_assert(back.seq == segment->seq && back.ack == segment->ack && back.flags == segment->flags);
    g_assert(back.window == segment->window && back.length == segment->length);
    g_assert(back.options.list == segment->options.list);
    for (gsize i = 0; i < segment->length; i++)
        g_assert(payload[i] == payload_byte(segment->payload.stream, segment->payload.offset + i));
}

static inline void launch_plainly(LabRun *run, LabWire *wire, const Segment *segment)
{
    LabCopy *copy = copy_new(run, wire->from, wire->to, segment);

    set_quiet(run, copy, run->quiet, 0);
    lab_schedule(run, &copy->task, link_send_plainly(&wire->link, run->now));
}

/* The same where the record of its connection is to be sent for, or the pool of copies has to grow. */
static APART OFTEN void transmit_prepared(LabRun *run, LabWire *wire, const Segment *segment)
{
    tcp_stack_expect(wire->to->stack, segment);
    launch_plainly(run, wire, segment);
}

/* Calls nobody but at its very end, so it needs no stack. */
OFTEN void lab_transmit_plainly(LabRun *run, LabWire *wire, const Segment *segment)
{
    if (tcp_stack_is_large(wire->to->stack) || !memory_pool_has_one(run->copies))
        transmit_prepared(run, wire, segment);
    else
        launch_plainly(run, wire, segment);
}

/* As the link is told of it. */
static LinkPacket link_packet(const LabRun *run, const LabPacket *packet)
{
    return (LinkPacket){.at = run->now,
                        .ip_bytes = (uint32_t)segment_ip_bytes(packet->segment),
                        .segment = packet->segment,
                        .forged = packet->injected};
}

static void transmit_eventfully(LabRun *run, const LabPacket *packet, LabWire *wire)
{
    FaultVerdict verdict;

    fault_set_apply(packet->injected ? &run->no_faults : &run->faults, packet->from,
                    segment_class(packet->segment), run->now, &verdict);
    LinkDemand demand = {.drop = verdict.drop,
                         .corrupt = verdict.corrupt,
                         .duplicates = verdict.duplicates,
                         .delay = verdict.delay};
    LinkResult result;
    LinkPacket told = link_packet(run, packet);
    if (wire != NULL)
        link_send(&wire->link, &told, &demand, &result);
    else
        link_lose(&result); /* without a link back nothing arrives */
    if (packet->to_nobody && (wire == NULL || result.loss == LINK_NOT_LOST)) {
        run->last_sent = record_send(run, packet, TRACE_FATE_LOST);
        record_fault(run, packet, run->last_sent, FAULT_DROP, TRACE_CULPRIT_NOBODY, 0);
        return;
    }
    TraceId sent = record_send(run, packet, fate_of(&result, verdict.delay));
    run->last_sent = sent;
    record_fate(run, packet, sent, &verdict, &result);
    for (guint32 i = 0; i < result.copy_count; i++)
        launch_eventfully(run, packet, sent, i, &result.copies[i]);
}

/* A router on the way may mark it.  The trace has one segment for all that is told of it, as somebody
 * behind that router sees it. */
static SELDOM void transmit_markable(LabRun *run, const LabPacket *packet, LabWire *wire)
{
    Segment marked = *packet->segment;
    LabPacket changed = *packet;
    LinkPacket told = link_packet(run, packet);

    if (wire == NULL || !link_marks(&wire->link, &told)) {
        transmit_eventfully(run, packet, wire);
        return;
    }
    marked.ecn = ECN_CE;
    changed.segment = &marked;
    g_autofree guint8 *data = NULL; /* a node's own packet */
    LabBytes bytes = {0};
    if (packet->bytes != NULL) {
        data = g_memdup2(packet->bytes->data, packet->bytes->size);
        wire_mark(data, packet->bytes->size);
        bytes = (LabBytes){data, packet->bytes->size};
        changed.bytes = &bytes;
    }
    transmit_eventfully(run, &changed, wire);
}

void lab_transmit(LabRun *run, const LabPacket *packet)
{
    LabWire *wire = wire_between(run, packet->from, packet->to);

    if (run->options.check_wire)
        check_wire(packet->segment);
    if (wire != NULL && wire->is_safe && !packet->to_nobody) {
        SimTime due = link_send_plainly(&wire->link, run->now);

        run->last_sent = record_send(run, packet, TRACE_FATE_PASS);
        launch_noted(run, packet, run->last_sent, due);
    } else if (packet->segment->ecn != ECN_NOT_ECT) {
        transmit_markable(run, packet, wire);
    } else {
        transmit_eventfully(run, packet, wire);
    }
}
