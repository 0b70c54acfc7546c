/* Finds repeated SYNs, SYN-ACKs and FINs in a trace. */
#include "cli/series.h"

enum { LEAST = 3 };

static const SimTime rtt_unknown = 20 * SIM_MILLISECOND;
static const SimTime rtt_most = 10 * SIM_SECOND;

static void series_free(gpointer data)
{
    Series *series = data;

    g_array_unref(series->times);
    g_free(series);
}

static const TraceEvent *event_at(const Trace *trace, guint i)
{
    return &g_array_index(trace->events, TraceEvent, i);
}

/* A segment of this series: same kind, sender, flow, and the first one's number. */
static gboolean continues(const TraceEvent *event, const TraceEvent *first)
{
    return event->kind == TRACE_SEND && !event->segment.injected && event->host == first->host &&
           event->segment.seen->flow == first->segment.seen->flow &&
           event->segment.class == first->segment.class &&
           event->segment.seen->seq == first->segment.seen->seq;
}

/* How many there are of each, counted at the first one: flow, host, class → index of the event. */
typedef struct Count {
    guint32 flow, host, class;
    guint first, count;
} Count;

static guint count_hash(gconstpointer key)
{
    const Count *count = key;

    return (count->flow * 31 + count->host) * 31 + count->class;
}

static gboolean count_equal(gconstpointer a, gconstpointer b)
{
    const Count *one = a, *other = b;

    return one->flow == other->flow && one->host == other->host && one->class == other->class;
}

/* What a first look at the trace finds. */
typedef struct Counts {
    GHashTable *sent;       /* Count → itself, of all flows and senders */
    GHashTable *syns_heard; /* flow → how many SYNs were not lost */
} Counts;

static void count_sent(Counts *counts, const Trace *trace, guint i)
{
    const TraceEvent *event = event_at(trace, i);
    Count key = {event->segment.seen->flow, event->host, event->segment.class, i, 0};
    Count *count = g_hash_table_lookup(counts->sent, &key);

    if (count == NULL) {
        count = g_memdup2(&key, sizeof key);
        g_hash_table_add(counts->sent, count);
    }
    count->count += continues(event, event_at(trace, count->first)) ? 1 : 0;
}

static guint syns_heard(const Counts *counts, guint32 flow)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(counts->syns_heard, GUINT_TO_POINTER(flow)));
}

static Counts count_all(const Trace *trace)
{
    Counts counts = {g_hash_table_new_full(count_hash, count_equal, g_free, NULL),
                     g_hash_table_new(g_direct_hash, g_direct_equal)};

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = event_at(trace, i);

        if (event->kind != TRACE_SEND)
            continue;
        guint32 flow = event->segment.seen->flow;
        if (event->segment.class == SEGMENT_SYN && event->segment.fate != TRACE_FATE_LOST)
            g_hash_table_insert(counts.syns_heard, GUINT_TO_POINTER(flow),
                                GUINT_TO_POINTER(syns_heard(&counts, flow) + 1));
        if (!event->segment.injected)
            count_sent(&counts, trace, i);
    }
    return counts;
}

static void counts_clear(Counts *counts)
{
    g_hash_table_destroy(counts->sent);
    g_hash_table_destroy(counts->syns_heard);
}

/* The longest one of the kind; among equals the first.  NULL: none is long enough. */
static const Count *longest(const Counts *counts, ScheduleKind kind)
{
    const Count *best = NULL;
    GHashTableIter iterator;
    gpointer key;

    g_hash_table_iter_init(&iterator, counts->sent);
    while (g_hash_table_iter_next(&iterator, &key, NULL)) {
        const Count *count = key;

        if (count->class != schedule_class(kind) || count->count < LEAST)
            continue;
        if (best != NULL && (count->count < best->count ||
                             (count->count == best->count && count->first > best->first)))
            continue;
        if (kind != SCHEDULE_SYN_ACK || syns_heard(counts, count->flow) <= 1)
            best = count;
    }
    return best;
}

/* From the SYN that was answered, over its SYN-ACK, to the next segment of the client: wherever
 * one looks from, that is a round trip. */
static SimTime rtt_of(const Trace *trace, guint32 flow)
{
    const TraceEvent *syn = NULL, *syn_ack = NULL;

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = event_at(trace, i);

        if (event->kind != TRACE_SEND || event->segment.seen->flow != flow ||
            event->segment.injected)
            continue;
        if (event->segment.class == SEGMENT_SYN && syn_ack == NULL)
            syn = event;
        else if (event->segment.class == SEGMENT_SYN_ACK && syn != NULL && event->host != syn->host)
            syn_ack = event;
        else if (syn_ack != NULL && event->host == syn->host)
            return MIN(event->t - syn->t, rtt_most);
    }
    return rtt_unknown;
}

/* Does this event show that the series was over: something else of the flow arrived or was sent? */
static gboolean ends(const TraceEvent *event, const TraceEvent *first)
{
    if (event->kind != TRACE_SEND || event->segment.seen->flow != first->segment.seen->flow)
        return FALSE;
    return event->host == first->host || event->segment.fate != TRACE_FATE_LOST;
}

static Series *series_of(const Trace *trace, ScheduleKind kind, const Count *count)
{
    const TraceEvent *first = event_at(trace, count->first);
    Series *series = g_new0(Series, 1);
    guint last = count->first;

    series->kind = kind;
    series->host = first->host < trace->hosts->len
                       ? (const char *)g_ptr_array_index(trace->hosts, first->host)
                       : "somebody";
    series->flow = first->segment.seen->flow;
    series->rtt = rtt_of(trace, series->flow);
    series->times = g_array_new(FALSE, FALSE, sizeof(SimTime));
    for (guint i = count->first; i < trace->events->len; i++) {
        const TraceEvent *event = event_at(trace, i);

        if (!continues(event, first))
            continue;
        g_array_append_val(series->times, event->t);
        last = i;
    }
    while (last + 1 < trace->events->len && !ends(event_at(trace, last + 1), first))
        last++;
    series->until = event_at(trace, MIN(last + 1, trace->events->len - 1))->t;
    return series;
}

GPtrArray *series_find(const Trace *trace)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(series_free);
    Counts counts = count_all(trace);

    for (ScheduleKind kind = 0; kind < SCHEDULE_KIND_COUNT; kind++) {
        const Count *count = longest(&counts, kind);

        if (count != NULL)
            g_ptr_array_add(all, series_of(trace, kind, count));
    }
    counts_clear(&counts);
    return all;
}
