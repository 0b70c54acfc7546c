/* Flows as an observer of the wire counts them; the rules stand in flows.h. */
#include "trace/flows.h"

/* No sender jumps that far, no receiver acknowledges that late. */
enum { FAR = 1 << 24 };

/* An end of a flow. */
typedef struct Endpoint {
    guint32 address;
    guint16 port;
} Endpoint;

typedef struct Side {
    gboolean has_initial;
    Seq initial;
    Seq furthest;      /* the highest number sent, initial at first */
    gboolean past_syn; /* sent something that comes only after its SYN */
} Side;

/* The newest flow between two endpoints; those before it need no memory. */
typedef struct Flow {
    Endpoint ends[2]; /* the lower one first: the key */
    Side sides[2];
    guint32 number;
} Flow;

struct TraceFlows {
    GHashTable *newest; /* Flow → itself */
    guint32 count;
};

static int endpoint_compare(const Endpoint *a, const Endpoint *b)
{
    if (a->address != b->address)
        return a->address < b->address ? -1 : 1;
    return (a->port > b->port) - (a->port < b->port);
}

static guint flow_hash(gconstpointer key)
{
    const Flow *flow = key;
    guint64 mixed = ((guint64)flow->ends[0].address << 32 | flow->ends[1].address) *
                    G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    mixed ^= (guint64)flow->ends[0].port << 16 | flow->ends[1].port;
    mixed *= G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    return (guint)(mixed >> 32);
}

static gboolean flow_equal(gconstpointer a, gconstpointer b)
{
    const Flow *f = a, *g = b;
    return endpoint_compare(&f->ends[0], &g->ends[0]) == 0 &&
           endpoint_compare(&f->ends[1], &g->ends[1]) == 0;
}

TraceFlows *trace_flows_new(void)
{
    TraceFlows *flows = g_new0(TraceFlows, 1);
    flows->newest = g_hash_table_new_full(flow_hash, flow_equal, g_free, NULL);
    return flows;
}

void trace_flows_free(TraceFlows *flows)
{
    g_hash_table_destroy(flows->newest);
    g_free(flows);
}

static Flow *flow_add(TraceFlows *flows, const Flow *key)
{
    Flow *flow = g_memdup2(key, sizeof *key);
    flow->number = ++flows->count;
    g_hash_table_add(flows->newest, flow);
    return flow;
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
    if ((segment->flags & TCP_ACK) && !peer->has_initial)
        side_set_initial(peer, segment->ack - 1);
}

/* `number` as counted from the side's initial one. */
static guint32 count_from(const Side *side, Seq number, gboolean *is_absolute)
{
    *is_absolute = !belongs(side, number);
    return *is_absolute ? number : number - side->initial;
}

static void fill_numbers(TraceSegment *out, const Side *sender, const Side *peer)
{
    out->seq = count_from(sender, out->segment.seq, &out->seq_is_absolute);
    out->ack = 0;
    out->ack_is_absolute = FALSE;
    if (out->segment.flags & TCP_ACK)
        out->ack = count_from(peer, out->segment.ack, &out->ack_is_absolute);
}

void trace_flows_see(TraceFlows *flows, TraceSegment *out)
{
    const Segment *segment = &out->segment;
    Endpoint from = {segment->src_addr, segment->src_port};
    Endpoint to = {segment->dst_addr, segment->dst_port};
    int order = endpoint_compare(&from, &to);
    guint from_side = order > 0 ? 1 : 0;
    guint to_side = order < 0 ? 1 : 0; /* an endpoint that talks to itself has one side */

    Flow key = {0};
    key.ends[from_side] = from;
    key.ends[order == 0 ? 1 : to_side] = to;
    Flow *flow = g_hash_table_lookup(flows->newest, &key);
    gboolean is_new = flow == NULL;
    if (is_new)
        flow = flow_add(flows, &key);

    Side *sender = &flow->sides[from_side];
    Side *peer = &flow->sides[to_side];
    if (is_new || !out->injected) {
        if ((segment->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && syn_is_of_another(sender, segment))
            flow_begin_anew(flows, flow);
        learn(sender, peer, segment);
    }
    out->flow = flow->number;
    fill_numbers(out, sender, peer);
}
