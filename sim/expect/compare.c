/* Two traces side by side; the rules stand in compare.h.  Alignment of two lists is in align.c. */
#include "expect/compare.h"

#include <string.h>

#include "expect/align.h"

enum {
    LOOK_BACK_ROWS = 256, /* a cause lies no further back: acknowledgments come within a window */
};

/* What the programs between the two hosts of a measurement add. */
static const SimTime measuring_late = 5 * SIM_MILLISECOND;
/* What they add as a rule; a cause that they saw so late makes a wait look shorter than it was. */
static const SimTime measuring_least = SIM_MILLISECOND;

GQuark compare_error_quark(void)
{
    return g_quark_from_static_string("tcpwaltz-compare-error");
}

/* --- the lists ---------------------------------------------------------------------------- */

/* What one host sends in one flow, on both sides. */
typedef struct Stream {
    guint32 flow;
    guint host;          /* as A counts them; B's own hosts are numbered behind those */
    GArray *segments[2]; /* const TraceEvent * of A, of B */
} Stream;

typedef struct Streams {
    GHashTable *known;   /* Stream → itself */
    GPtrArray *in_order; /* Stream *, owned */
} Streams;

static guint stream_hash(gconstpointer key)
{
    const Stream *stream = key;

    return stream->flow * 31 + stream->host;
}

static gboolean stream_equal(gconstpointer a, gconstpointer b)
{
    const Stream *one = a, *other = b;

    return one->flow == other->flow && one->host == other->host;
}

static void stream_free(gpointer data)
{
    Stream *stream = data;

    g_array_unref(stream->segments[0]);
    g_array_unref(stream->segments[1]);
    g_free(stream);
}

static Stream *stream_of(Streams *streams, guint32 flow, guint host)
{
    Stream key = {.flow = flow, .host = host};
    Stream *stream = g_hash_table_lookup(streams->known, &key);

    if (stream != NULL)
        return stream;
    stream = g_memdup2(&key, sizeof key);
    for (guint side = 0; side < 2; side++)
        stream->segments[side] = g_array_new(FALSE, FALSE, sizeof(const TraceEvent *));
    g_hash_table_add(streams->known, stream);
    g_ptr_array_add(streams->in_order, stream);
    return stream;
}

static void collect(Streams *streams, const Trace *trace, guint side, const guint *host_of)
{
    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (event->kind != TRACE_SEND)
            continue;
        guint host = event->host < trace->hosts->len ? host_of[event->host] : G_MAXUINT;
        g_array_append_val(stream_of(streams, event->segment.seen->flow, host)->segments[side],
                           event);
    }
}

/* --- which host is which ------------------------------------------------------------------ */

static guint find_name(const Trace *trace, const char *name)
{
    guint host = 0;

    while (host < trace->hosts->len && strcmp(g_ptr_array_index(trace->hosts, host), name) != 0)
        host++;
    return host;
}

/* Who opened: the sender of the first SYN, or of anything.  NULL: nobody sent. */
static const TraceEvent *first_sender(const Trace *trace)
{
    const TraceEvent *first = NULL;

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (event->kind != TRACE_SEND || event->segment.injected)
            continue;
        if (event->segment.class == SEGMENT_SYN)
            return event;
        if (first == NULL)
            first = event;
    }
    return first;
}

static gboolean names_are_shared(const Trace *a, const Trace *b)
{
    for (guint i = 0; i < b->hosts->len; i++) {
        if (find_name(a, g_ptr_array_index(b->hosts, i)) < a->hosts->len)
            return TRUE;
    }
    return b->hosts->len == 0;
}

/* For each host of B its number in A; those that A has not get numbers behind A's. */
static guint *hosts_of_b(const Trace *a, const Trace *b)
{
    guint *map = g_new(guint, b->hosts->len + 1);
    const TraceEvent *opens_a = first_sender(a), *opens_b = first_sender(b);

    for (guint i = 0; i < b->hosts->len; i++) {
        guint host = find_name(a, g_ptr_array_index(b->hosts, i));

        map[i] = host < a->hosts->len ? host : a->hosts->len + i;
    }
    if (names_are_shared(a, b) || opens_a == NULL || opens_b == NULL)
        return map;
    if (opens_b->host < b->hosts->len)
        map[opens_b->host] = opens_a->host;
    if (opens_b->segment.peer < b->hosts->len)
        map[opens_b->segment.peer] = opens_a->segment.peer;
    return map;
}

static guint *hosts_of_a(const Trace *a)
{
    guint *map = g_new(guint, a->hosts->len + 1);

    for (guint i = 0; i < a->hosts->len; i++)
        map[i] = i;
    return map;
}

/* --- rows in the order of time ------------------------------------------------------------ */

#define NO_ENTRY G_MAXUINT

/* A row while it is put into order, and while causes are looked for. */
typedef struct Entry {
    const TraceEvent *a, *b;
    const Stream *stream;
    SimTime t;    /* on A's clock, or what that would have shown */
    TraceId near; /* A's segment, or the one of A that it stands behind in its list */
    guint place;  /* in its list */
    guint before; /* the entry before it in its flow; NO_ENTRY: none */
} Entry;

static int entry_compare(gconstpointer p, gconstpointer q)
{
    const Entry *one = p, *other = q;

    if (one->t != other->t)
        return one->t < other->t ? -1 : 1;
    if (one->near != other->near)
        return one->near < other->near ? -1 : 1;
    return one->place < other->place ? -1 : one->place > other->place;
}

/* Where what stands before the first segment of A belongs: there; or last, when A has none. */
static TraceId first_of_a(const GArray *pairs)
{
    for (guint i = 0; i < pairs->len; i++) {
        const AlignPair *pair = &g_array_index(pairs, AlignPair, i);

        if (pair->a != NULL)
            return pair->a->id;
    }
    return G_MAXUINT32;
}

static void add_entries(const Stream *stream, const GArray *pairs, SimTime b_ahead, GArray *entries)
{
    SimTime drift = b_ahead;
    TraceId near = first_of_a(pairs);

    for (guint i = 0; i < pairs->len; i++) {
        const AlignPair *pair = &g_array_index(pairs, AlignPair, i);

        if (pair->a != NULL)
            near = pair->a->id;
        if (pair->a != NULL && pair->b != NULL)
            drift = pair->b->t - pair->a->t;
        Entry entry = {.a = pair->a, .b = pair->b, .stream = stream, .near = near, .place = i};
        entry.t = pair->a != NULL ? pair->a->t : pair->b->t - drift;
        g_array_append_val(entries, entry);
    }
}

static void link_flows(GArray *entries)
{
    g_autoptr(GHashTable) last = g_hash_table_new(g_direct_hash, g_direct_equal);

    for (guint i = 0; i < entries->len; i++) {
        Entry *entry = &g_array_index(entries, Entry, i);
        gpointer flow = GUINT_TO_POINTER(entry->stream->flow), before;

        entry->before = g_hash_table_lookup_extended(last, flow, NULL, &before)
                            ? GPOINTER_TO_UINT(before)
                            : NO_ENTRY;
        g_hash_table_insert(last, flow, GUINT_TO_POINTER(i));
    }
}

static gboolean align_all(const Streams *streams, const AlignOptions *options, GArray *entries,
                          GError **error)
{
    for (guint i = 0; i < streams->in_order->len; i++) {
        const Stream *stream = g_ptr_array_index(streams->in_order, i);
        g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(AlignPair));

        if (!align_segments(stream->segments[0], stream->segments[1], options, pairs)) {
            g_set_error(error, COMPARE_ERROR, COMPARE_ERROR_TOO_LARGE,
                        "%u and %u segments of one host in connection %u differ too much to be "
                        "laid side by side",
                        stream->segments[0]->len, stream->segments[1]->len, stream->flow);
            return FALSE;
        }
        add_entries(stream, pairs, options->b_ahead, entries);
    }
    g_array_sort(entries, entry_compare);
    link_flows(entries);
    return TRUE;
}

/* --- times -------------------------------------------------------------------------------- */

SimTime compare_wheel_slot(SimTime wait)
{
    static const struct {
        SimTime below, slot;
    } levels[] = {
        {252 * SIM_MILLISECOND, 4 * SIM_MILLISECOND},
        {2016 * SIM_MILLISECOND, 32 * SIM_MILLISECOND},
        {16128 * SIM_MILLISECOND, 256 * SIM_MILLISECOND},
        {129024 * SIM_MILLISECOND, 2048 * SIM_MILLISECOND},
        {SIM_NEVER, 16384 * SIM_MILLISECOND},
    };
    gsize level = 0;

    while (wait >= levels[level].below && level + 1 < G_N_ELEMENTS(levels))
        level++;
    return levels[level].slot;
}

/* A cause that may explain a segment: the waits since then. */
typedef struct Wait {
    CompareCause cause;
    SimTime a, b;
    gboolean rests_on_rtt; /* a timeout that grew out of a measured round trip */
} Wait;

/* A measured round trip holds what the measuring added, and Linux keeps the timeout in jiffies,
 * rounded up: at most 5 ms of at least 200 ms.  Each doubling doubles that as well, so that it stays
 * this part of the wait. */
enum { RTT_EXCESS_PART = 200 / 5 };

static SimTime latest_of(const Wait *wait, SimTime exact_wait)
{
    SimTime excess = wait->rests_on_rtt ? exact_wait / RTT_EXCESS_PART : 0;

    return compare_wheel_slot(exact_wait) + measuring_late + excess;
}

/* The lateness that the wheel of either side, or of the one that has a wheel, explains. */
static gboolean wheel_explains(const Wait *wait, CompareExact exact)
{
    SimTime late = wait->b - wait->a;

    switch (exact) {
    case COMPARE_EXACT_A: break;
    case COMPARE_EXACT_B: late = -late; break;
    case COMPARE_EXACT_NONE: return ABS(late) <= latest_of(wait, MAX(wait->a, wait->b));
    }
    SimTime exact_wait = exact == COMPARE_EXACT_A ? wait->a : wait->b;

    return late >= -measuring_least && late <= latest_of(wait, exact_wait);
}

static gboolean waits_agree(const CompareOptions *options, const Wait *wait, SimTime shortest)
{
    SimTime difference = ABS(wait->b - wait->a);
    gboolean is_timer = wait->cause == COMPARE_CAUSE_SAME || wait->cause == COMPARE_CAUSE_SEEN;

    switch (options->kind) {
    case COMPARE_WITHIN: return difference <= options->within;
    case COMPARE_PART:
        return (double)difference <=
               (double)shortest * (double)options->part_ppb / 1e9 + (double)measuring_least;
    case COMPARE_WHEEL: break;
    }
    return is_timer ? wheel_explains(wait, options->exact) : difference <= measuring_late;
}

static gboolean is_repetition(const TraceEvent *event, const TraceEvent *of)
{
    return segment_seq_length(&event->segment.seen->segment) > 0 &&
           event->segment.class == of->segment.class &&
           event->segment.seen->seq == of->segment.seen->seq;
}

static gboolean acknowledges(const TraceEvent *event, const TraceEvent *sent)
{
    return (event->segment.seen->segment.flags & TCP_ACK) &&
           sent->segment.fate != TRACE_FATE_LOST &&
           sent->segment.seen->seq + segment_seq_length(&sent->segment.seen->segment) ==
               event->segment.seen->ack;
}

/* Nothing has been measured yet when a SYN or a SYN-ACK is repeated. */
static gboolean rests_on_rtt(const TraceEvent *event)
{
    return event->segment.class != SEGMENT_SYN && event->segment.class != SEGMENT_SYN_ACK;
}

/* A probe of a closed window or of a silent peer: no data, and a number that this host had sent before. */
static gboolean is_probe(const TraceEvent *event, const TraceEvent *own_before)
{
    const TraceSeen *seen = own_before->segment.seen;

    return event->segment.class == SEGMENT_ACK &&
           seq_gt(seen->seq + segment_seq_length(&seen->segment), event->segment.seen->seq);
}

/* When the run began, by either clock. */
typedef struct Begin {
    SimTime a, b;
} Begin;

/* All causes that `entry` may have had, those that tell most first. */
static void find_waits(const GArray *entries, guint at, const Begin *begin, GArray *waits)
{
    const Entry *entry = &g_array_index(entries, Entry, at);
    Wait same = {COMPARE_CAUSE_COUNT, 0, 0, FALSE}, seen = same;

    guint next = entry->before;

    for (guint back = 0; next != NO_ENTRY && back < LOOK_BACK_ROWS; back++) {
        const Entry *before = &g_array_index(entries, Entry, next);

        next = before->before;
        if (before->a == NULL || before->b == NULL || before->b->t > entry->b->t)
            continue;
        gboolean is_own = before->stream == entry->stream;
        Wait wait = {COMPARE_CAUSE_ANSWER, entry->a->t - before->a->t, entry->b->t - before->b->t,
                     FALSE};

        if (!is_own && acknowledges(entry->a, before->a))
            g_array_append_val(waits, wait);
        if (seen.cause == COMPARE_CAUSE_COUNT &&
            (is_own || before->a->segment.fate != TRACE_FATE_LOST))
            seen = (Wait){COMPARE_CAUSE_SEEN, wait.a, wait.b, seen.rests_on_rtt};
        if (is_own && is_probe(entry->a, before->a))
            seen.rests_on_rtt = TRUE; /* its wait is the timeout */
        if (same.cause == COMPARE_CAUSE_COUNT && is_own && is_repetition(entry->a, before->a))
            same = (Wait){COMPARE_CAUSE_SAME, wait.a, wait.b, rests_on_rtt(entry->a)};
    }
    Wait since_begin = {COMPARE_CAUSE_BEGIN, entry->a->t - begin->a, entry->b->t - begin->b, FALSE};

    if (same.cause != COMPARE_CAUSE_COUNT)
        g_array_prepend_val(waits, same);
    if (seen.cause != COMPARE_CAUSE_COUNT)
        g_array_append_val(waits, seen);
    g_array_append_val(waits, since_begin);
}

/* The part of which COMPARE_PART grants a part: since the host last saw anything, so that what
 * happens late in a run is not granted more. */
static SimTime shortest_wait(const GArray *waits)
{
    SimTime shortest = SIM_NEVER;

    for (guint i = 0; i < waits->len; i++)
        shortest = MIN(shortest, g_array_index(waits, Wait, i).a);
    return shortest;
}

static SimTime lateness(const Wait *wait)
{
    return ABS(wait->b - wait->a);
}

static void judge_times(const GArray *entries, guint at, const Begin *begin,
                        const CompareOptions *options, CompareRow *row)
{
    g_autoptr(GArray) waits = g_array_new(FALSE, FALSE, sizeof(Wait));

    find_waits(entries, at, begin, waits);
    const Wait *best = &g_array_index(waits, Wait, 0);
    SimTime shortest = shortest_wait(waits);

    row->verdict = COMPARE_OTHER_TIME;
    for (guint i = 0; i < waits->len && row->verdict != COMPARE_SAME; i++) {
        const Wait *wait = &g_array_index(waits, Wait, i);

        if (waits_agree(options, wait, shortest))
            row->verdict = COMPARE_SAME;
        if (row->verdict == COMPARE_SAME || lateness(wait) < lateness(best))
            best = wait;
    }
    row->cause = best->cause;
    row->wait_a = best->a;
    row->wait_b = best->b;
}

/* --- the comparison ----------------------------------------------------------------------- */

static void add_row(Comparison *comparison, const GArray *entries, guint at, const Begin *begin,
                    const CompareOptions *options)
{
    const Entry *entry = &g_array_index(entries, Entry, at);
    const TraceEvent *event = entry->a != NULL ? entry->a : entry->b;
    CompareRow row = {.a = entry->a != NULL ? entry->a->id : 0,
                      .b = entry->b != NULL ? entry->b->id : 0,
                      .ignored = options->ignore_acks && event->segment.class == SEGMENT_ACK};

    if (row.b == 0)
        row.verdict = COMPARE_ONLY_A;
    else if (row.a == 0)
        row.verdict = COMPARE_ONLY_B;
    else
        judge_times(entries, at, begin, options, &row);
    if (!row.ignored)
        comparison->counts[row.verdict]++;
    else if (row.verdict != COMPARE_SAME)
        comparison->ignored++;
    g_array_append_val(comparison->rows, row);
}

static SimTime first_time(const Trace *trace)
{
    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (event->kind == TRACE_SEND)
            return event->t;
    }
    return 0;
}

Comparison *compare_traces(const Trace *a, const Trace *b, const CompareOptions *options,
                           GError **error)
{
    Streams streams = {g_hash_table_new(stream_hash, stream_equal),
                       g_ptr_array_new_with_free_func(stream_free)};
    g_autofree guint *a_hosts = hosts_of_a(a), *b_hosts = hosts_of_b(a, b);
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    Begin begin = {0, 0};
    Comparison *comparison = NULL;

    if (options->has_capture)
        begin = (Begin){first_time(a), first_time(b)};
    AlignOptions align = {options->has_capture, begin.b - begin.a};

    collect(&streams, a, 0, a_hosts);
    collect(&streams, b, 1, b_hosts);
    if (align_all(&streams, &align, entries, error)) {
        comparison = g_new0(Comparison, 1);
        comparison->rows = g_array_new(FALSE, FALSE, sizeof(CompareRow));
        for (guint i = 0; i < entries->len; i++)
            add_row(comparison, entries, i, &begin, options);
    }
    g_hash_table_destroy(streams.known);
    g_ptr_array_unref(streams.in_order);
    return comparison;
}

void comparison_free(Comparison *comparison)
{
    if (comparison == NULL)
        return;
    g_array_unref(comparison->rows);
    g_free(comparison);
}

gboolean comparison_agrees(const Comparison *comparison)
{
    return comparison->counts[COMPARE_ONLY_A] == 0 && comparison->counts[COMPARE_ONLY_B] == 0 &&
           comparison->counts[COMPARE_OTHER_TIME] == 0;
}
