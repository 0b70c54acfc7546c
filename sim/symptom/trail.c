/* Connections of a trace, segment by segment. */
#include "symptom/trail.h"

#include <string.h>

#include "core/seq.h"

enum { FULL_LEAST = 1200 };

/* What a side has sent so far. */
typedef struct Side {
    Seq next;  /* the first number that it has not sent */
    Seq acked; /* the last that it acknowledged */
    guint16 window;
    guint16 mss;     /* that its SYN announces; 0: it does not */
    guint16 longest; /* payload, of the whole connection */
    gboolean has_next, has_acked;
} Side;

typedef struct Reading {
    Trail *trail;
    Side sides[PARTY_COUNT];
    GHashTable *sent; /* party and number → place + 1 of the last sending */
} Reading;

static const Segment *segment_at(const Trail *trail, guint i)
{
    return &trail_at(trail, i)->event->segment.seen->segment;
}

/* --- repetitions -------------------------------------------------------------------------- */

/* The same numbers are the same segment, however it was cut; a keepalive is none of them. */
static gpointer key_of(guint party, const Segment *segment)
{
    return GSIZE_TO_POINTER(((gsize)segment->seq << 1 | party) + 1);
}

/* Is the wait about twice the one before? */
static gboolean is_doubled(const Trail *trail, guint i)
{
    const TrailSegment *last = trail_at(trail, i), *before = trail_at(trail, (guint)last->same);

    if (before->same < 0)
        return FALSE;
    SimTime wait = last->event->t - before->event->t;
    SimTime wait_before = before->event->t - trail_at(trail, (guint)before->same)->event->t;
    return wait * 10 >= wait_before * 16 && wait * 10 <= wait_before * 24;
}

static void note_repetition(Reading *reading, guint i)
{
    TrailSegment *at = &g_array_index(reading->trail->segments, TrailSegment, i);
    const Segment *segment = segment_at(reading->trail, i);
    gpointer key = key_of(at->party, segment);

    at->same = -1;
    if (segment_seq_length(segment) == 0 || (at->facts & FACT_KEEPALIVE))
        return;
    at->same = (gint)GPOINTER_TO_UINT(g_hash_table_lookup(reading->sent, key)) - 1;
    g_hash_table_insert(reading->sent, key, GUINT_TO_POINTER(i + 1));
    if (at->same < 0) {
        const Side *own = &reading->sides[at->party];

        at->facts |= own->has_next && seq_lt(segment->seq, own->next) ? FACT_AGAIN : FACT_NEW;
        return;
    }
    at->repeats = trail_at(reading->trail, (guint)at->same)->repeats + 1;
    at->facts |= FACT_AGAIN | (is_doubled(reading->trail, i) ? FACT_DOUBLED : 0);
}

/* --- probes and acknowledgments ----------------------------------------------------------- */

static gboolean is_plain(SegmentClass class)
{
    return class == SEGMENT_DATA || class == SEGMENT_ACK;
}

/* Linux probes with an old number and no data, others with a byte that is new or was sent. */
static guint probing(const Side *own, const Side *other, const Segment *segment, SegmentClass class)
{
    if (!is_plain(class) || !own->has_next || !other->has_acked || segment->length > 1)
        return 0;
    gboolean is_old = segment->seq + 1 == own->next;

    if (other->window == 0)
        return is_old || (segment->length == 1 && seq_le(segment->seq, own->next)) ? FACT_PROBE : 0;
    return is_old && other->acked == own->next ? FACT_KEEPALIVE : 0;
}

/* RFC 5681 §2: no data, the same number, the same window, and something is outstanding.  With SACK blocks the window is
 * not looked at. */
static gboolean is_duplicate(const Side *own, const Side *other, const Segment *segment)
{
    if (segment_class(segment) != SEGMENT_ACK || !own->has_acked || segment->ack != own->acked)
        return FALSE;
    return seq_gt(other->next, segment->ack) &&
           (segment->window == own->window || segment->options.sack_count > 0);
}

static guint facts_of(const Reading *reading, const TrailSegment *at, const Segment *segment)
{
    const Side *own = &reading->sides[at->party], *other = &reading->sides[!at->party];
    SegmentClass class = at->event->segment.class;
    guint most =
        other->mss != 0 && own->longest > 0 ? MIN(other->mss, own->longest + 12) : own->longest;
    guint facts = probing(own, other, segment, class);

    facts |= (class == SEGMENT_DATA || class == SEGMENT_ACK || class == SEGMENT_FIN) &&
                     segment->window == 0
                 ? FACT_CLOSED
                 : 0;
    facts |= facts == 0 && is_duplicate(own, other, segment) ? FACT_DUPLICATE : 0;
    facts |= segment->length >= FULL_LEAST && segment->length == own->longest ? FACT_FULL : 0;
    facts |= segment->length > 0 && segment->length < MAX(most, 536) ? FACT_SMALL : 0;
    if (class == SEGMENT_RST)
        facts |= segment->flags & TCP_ACK ? FACT_ACKING : FACT_BARE;
    return facts;
}

/* --- one after the other ------------------------------------------------------------------ */

static void advance(Side *own, const Segment *segment)
{
    Seq end = segment->seq + segment_seq_length(segment);

    if (segment->flags & TCP_RST)
        return;
    if (!own->has_next || seq_gt(end, own->next) || (segment->flags & TCP_SYN))
        own->next = end;
    own->has_next = TRUE;
    own->window = segment->window;
    if (segment->flags & TCP_ACK) {
        own->acked = segment->ack;
        own->has_acked = TRUE;
    }
    if (segment->options.present & OPTION_MSS)
        own->mss = segment->options.mss;
}

static guint flight_of(const Side *own, const Side *other)
{
    if (!other->has_acked || own->longest == 0 || seq_le(own->next, other->acked))
        return 0;
    return (own->next - other->acked + own->longest - 1U) / own->longest;
}

static void read_segment(Reading *reading, guint i)
{
    TrailSegment *at = &g_array_index(reading->trail->segments, TrailSegment, i);
    const Segment *segment = segment_at(reading->trail, i);

    at->silence = i > 0 ? at->event->t - trail_at(reading->trail, i - 1)->event->t : 0;
    at->facts = facts_of(reading, at, segment);
    note_repetition(reading, i);
    advance(&reading->sides[at->party], segment);
    at->flight = flight_of(&reading->sides[at->party], &reading->sides[!at->party]);
}

/* From the end: who says nothing more? */
static void note_ends(Trail *trail)
{
    gboolean spoke[PARTY_COUNT] = {FALSE, FALSE};

    for (guint i = trail->segments->len; i-- > 0;) {
        TrailSegment *at = &g_array_index(trail->segments, TrailSegment, i);

        at->facts |= spoke[!at->party] ? 0 : FACT_UNANSWERED;
        at->facts |= spoke[at->party] ? 0 : FACT_LAST;
        spoke[at->party] = TRUE;
    }
}

static void read_trail(Trail *trail)
{
    Reading reading = {.trail = trail, .sent = g_hash_table_new(NULL, NULL)};

    for (guint i = 0; i < trail->segments->len; i++) {
        guint16 *longest = &reading.sides[trail_at(trail, i)->party].longest;

        *longest = MAX(*longest, segment_at(trail, i)->length);
    }
    for (guint i = 0; i < trail->segments->len; i++)
        read_segment(&reading, i);
    note_ends(trail);
    g_hash_table_unref(reading.sent);
}

/* --- all of a trace ----------------------------------------------------------------------- */

static void trail_free(gpointer data)
{
    Trail *trail = data;

    if (trail == NULL)
        return;
    g_array_unref(trail->segments);
    g_free(trail);
}

static Trail *trail_new(const TraceEvent *first)
{
    Trail *trail = g_new0(Trail, 1);

    trail->flow = first->segment.seen->flow;
    trail->segments = g_array_new(FALSE, TRUE, sizeof(TrailSegment));
    trail->host[PARTY_A] = first->host;
    trail->host[PARTY_B] = first->segment.peer;
    return trail;
}

/* A SYN-ACK says that the other one asked. */
static void orient(Trail *trail)
{
    const TraceEvent *first = trail_at(trail, 0)->event;
    TraceHost host = trail->host[PARTY_A];

    if (first->segment.class != SEGMENT_SYN_ACK)
        return;
    trail->host[PARTY_A] = trail->host[PARTY_B];
    trail->host[PARTY_B] = host;
    for (guint i = 0; i < trail->segments->len; i++) {
        TrailSegment *at = &g_array_index(trail->segments, TrailSegment, i);

        at->party = !at->party;
    }
}

/* By address and port: what was forged counts as its claimed sender's, and a host may speak to itself. */
static gboolean is_of_first(const Trail *trail, const TraceEvent *event)
{
    const Segment *segment = &event->segment.seen->segment;
    const Segment *first =
        trail->segments->len > 0 ? segment_at(trail, 0) : &event->segment.seen->segment;

    return segment->src_addr == first->src_addr && segment->src_port == first->src_port;
}

static void add_segment(GPtrArray *trails, const TraceEvent *event)
{
    guint32 flow = event->segment.seen->flow;

    if (flow == 0)
        return;
    if (trails->len < flow)
        g_ptr_array_set_size(trails, (gint)flow);
    Trail *trail = g_ptr_array_index(trails, flow - 1);

    if (trail == NULL)
        trail = g_ptr_array_index(trails, flow - 1) = trail_new(event);
    TrailSegment at = {.event = event, .party = is_of_first(trail, event) ? PARTY_A : PARTY_B};
    g_array_append_val(trail->segments, at);
}

GPtrArray *trails_of(const Trace *trace)
{
    GPtrArray *trails = g_ptr_array_new_with_free_func(trail_free);

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (event->kind == TRACE_SEND && event->segment.seen != NULL)
            add_segment(trails, event);
    }
    for (guint i = trails->len; i-- > 0;) {
        Trail *trail = g_ptr_array_index(trails, i);

        if (trail == NULL) {
            g_ptr_array_remove_index(trails, i);
            continue;
        }
        orient(trail);
        read_trail(trail);
    }
    return trails;
}
