/* Flows as an observer of the wire counts them; the rules stand in flows.h. */
#include "trace/flows.h"

#include "core/compiler.h"
#include "core/map.h"
#include "core/memory.h"

/* No sender jumps that far, no receiver acknowledges that late. */
enum { FAR = 1 << 24 };

typedef guint64 Endpoint; /* of a flow: its address, then its port */

typedef struct Side {
    Seq initial;
    Seq furthest; /* the highest number sent, initial at first */
    bool has_initial;
    bool
        sent_syn; /* its initial number was seen in its own SYN, not in what the peer acknowledged */
    bool past_syn; /* sent something that comes only after its SYN */
} Side;

/* The newest flow between two endpoints; those before it need no memory. */
typedef struct Flow {
    MapNode node;
    struct Flow *alike; /* another one with the same key */
    Endpoint low, high;
    Side sides[2]; /* the lower one's, the higher one's */
    guint32 number;
} Flow;

struct TraceFlows {
    Map newest; /* Flow, the first of those with its key */
    MemoryPool *pool;
    guint32 count;
};

/* What 32 bits can tell of both addresses, and both ports: last the greater one, which counts up from one
 * connection to the next. */
static guint64 key_of(Endpoint low, Endpoint high)
{
    guint32 addresses = (guint32)(low >> 16) * 0x9e3779b1U ^ (guint32)(high >> 16);
    guint64 ports[] = {low & 0xffff, high & 0xffff};

    return (guint64)addresses << 32 | MIN(ports[0], ports[1]) << 16 | MAX(ports[0], ports[1]);
}

TraceFlows *trace_flows_new(Budget *budget)
{
    TraceFlows *flows = g_new0(TraceFlows, 1);

    flows->pool = memory_pool_new(sizeof(Flow), budget);
    flows->newest.budget = budget;
    return flows;
}

void trace_flows_free(TraceFlows *flows)
{
    map_clear(&flows->newest);
    memory_pool_free(flows->pool);
    g_free(flows);
}

static APART Flow *flow_add(TraceFlows *flows, Endpoint low, Endpoint high, Flow *alike)
{
    Flow *flow = memory_pool_take(flows->pool);

    flow->node.key = key_of(low, high);
    flow->low = low;
    flow->high = high;
    flow->number = ++flows->count;
    if (alike == NULL) {
        map_insert(&flows->newest, &flow->node, map_as_it_is);
    } else {
        flow->alike = alike->alike;
        alike->alike = flow;
    }
    return flow;
}

/* The newest between these two, which may be a new one. */
static Flow *flow_between(TraceFlows *flows, Endpoint low, Endpoint high, gboolean *is_new)
{
    MapNode *node = map_get(&flows->newest, key_of(low, high), map_as_it_is);
    Flow *first = (Flow *)(void *)node, *flow = first;

    while (flow != NULL && (flow->low != low || flow->high != high))
        flow = flow->alike;
    *is_new = flow == NULL;
    return flow != NULL ? flow : flow_add(flows, low, high, first);
}

static void flow_begin_anew(TraceFlows *flows, Flow *flow)
{
    flow->sides[0] = (Side){0};
    flow->sides[1] = (Side){0};
    flow->number = ++flows->count;
}

static void side_set_initial(Side *side, Seq initial)
{
    side->has_initial = TRUE;
    side->initial = initial;
    side->furthest = initial;
}

/* Does this SYN without ACK show that its sender has left the connection it had? */
static gboolean syn_is_of_another(const Side *sender, const Segment *syn)
{
    return sender->past_syn || (sender->has_initial && sender->initial != syn->seq);
}

/* Can the number be one of the sequence that this side sends? */
static gboolean belongs(const Side *side, Seq number)
{
    return side->has_initial && ABS((gint64)seq_diff(number, side->furthest)) <= FAR;
}

/* What a segment tells about its sender, and a SYN-ACK about the other side too. */
static void learn(Side *sender, Side *peer, const Segment *segment)
{
    if (!(segment->flags & TCP_SYN)) {
        if (segment->flags & TCP_RST) /* SYN-SENT answers a bad ACK with RST and goes on */
            return;
        sender->past_syn = TRUE;
        Seq end = segment->seq + segment_seq_length(segment);
        if (belongs(sender, end) && seq_gt(end, sender->furthest))
            sender->furthest = end;
        return;
    }
    side_set_initial(sender, segment->seq);
    sender->sent_syn = TRUE;
    if ((segment->flags & TCP_ACK) && !peer->has_initial)
        side_set_initial(peer, segment->ack - 1);
}

/* Has its sender sent this SYN before, with or without an ACK? */
static gboolean is_syn_again(const Side *sender, const Segment *segment)
{
    return (segment->flags & TCP_SYN) && sender->sent_syn && sender->initial == segment->seq;
}

/* Has its sender sent a SYN with another number in this flow? */
static gboolean is_syn_anew(const Side *sender, const Segment *segment)
{
    return (segment->flags & TCP_SYN) && sender->sent_syn && sender->initial != segment->seq;
}

/* `number` as counted from the side's initial one. */
static guint32 count_from(const Side *side, Seq number, bool *is_absolute)
{
    *is_absolute = !belongs(side, number);
    return *is_absolute ? number : number - side->initial;
}

static void fill_numbers(TraceSeen *out, const Side *sender, const Side *peer)
{
    out->seq = count_from(sender, out->segment.seq, &out->seq_is_absolute);
    out->ack = 0;
    out->ack_is_absolute = FALSE;
    if (out->segment.flags & TCP_ACK)
        out->ack = count_from(peer, out->segment.ack, &out->ack_is_absolute);
}

void trace_flows_see(TraceFlows *flows, TraceSeen *out, gboolean is_forged)
{
    const Segment *segment = &out->segment;
    Endpoint from = (Endpoint)segment->src_addr << 16 | segment->src_port;
    Endpoint to = (Endpoint)segment->dst_addr << 16 | segment->dst_port;
    gboolean is_new;
    Flow *flow = flow_between(flows, MIN(from, to), MAX(from, to), &is_new);

    /* An endpoint that talks to itself has one side. */
    Side *sender = &flow->sides[from > to];
    Side *peer = &flow->sides[to > from];
    out->syn_anew = out->is_counted = FALSE;
    out->syn_again = !is_forged && is_syn_again(sender, segment);
    if (is_new || !is_forged) {
        if ((segment->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && syn_is_of_another(sender, segment))
            flow_begin_anew(flows, flow);
        out->syn_anew = !is_forged && is_syn_anew(sender, segment);
        learn(sender, peer, segment);
    }
    out->flow = flow->number;
    fill_numbers(out, sender, peer);
}
