/* Inferring what happened to a connection; what is inferred stands in replay.h.  Here: what was sent, the windows,
 * and the order of the questions; the others have a file each, replay_infer.h. */
#include "view/replay_infer.h"
#include "view/replay_words.h"

enum {
    SEGMENTS_MAX = 10000, /* each is laid beside all others */
    UNSEEN_MOST = 256,    /* segments in a hole; longer ones are odd numbers */
};

/* --- what was sent ------------------------------------------------------------------------ */

/* Numbers between what was sent and what is seen: in segments as long as the longest that was seen. */
static void add_unseen(GArray *list, SimTime t, guint32 from, guint32 to, guint32 longest)
{
    if (to - from > UNSEEN_MOST * longest)
        return;
    for (guint32 at = from; at != to;) {
        guint32 length = MIN(to - at, longest);
        ReplaySent lost = {.t = t,
                           .class = SEGMENT_DATA,
                           .seq = at,
                           .end = at + length,
                           .is_new = TRUE,
                           .is_lost = TRUE};

        g_array_append_val(list, lost);
        at += length;
    }
}

static guint32 longest_of(const GPtrArray *events, guint host)
{
    guint32 longest = 1;

    for (guint i = 0; i < events->len; i++) {
        const TraceEvent *event = g_ptr_array_index(events, i);

        if (event->host == host)
            longest = MAX(longest, event->segment.seen->segment.length);
    }
    return longest;
}

static guint32 seq_of(const Replay *replay, ReplayEnd end, const TraceSeen *seen)
{
    return seen->seq_is_absolute ? seen->seq - replay->base[end] : seen->seq;
}

static guint32 ack_of(const Replay *replay, ReplayEnd end, const TraceSeen *seen)
{
    return seen->ack_is_absolute ? seen->ack - replay->base[replay_other(end)] : seen->ack;
}

/* What is a hole in the numbers at first is filled later, or was never sent: an odd number of somebody. */
static gboolean is_filled_later(const Replay *replay, ReplayEnd end, const GPtrArray *events,
                                guint at, guint32 number)
{
    const TraceEvent *before = g_ptr_array_index(events, at);

    for (guint i = at + 1; i < events->len; i++) {
        const TraceEvent *event = g_ptr_array_index(events, i);

        if (event->host == before->host && seq_of(replay, end, event->segment.seen) == number)
            return TRUE;
    }
    return FALSE;
}

/* Does it ask?  `window` is the other end's newest. */
static gboolean is_probe(const ReplaySent *sent, guint32 next, guint window)
{
    const Segment *segment = &sent->seen->segment;

    if ((segment->flags & (TCP_SYN | TCP_FIN | TCP_RST)) || segment->length > 1 || next == 0)
        return FALSE;
    return sent->seq == next - 1 || (window == 0 && segment->length == 1);
}

/* What has been collected of one end: the number behind its last, and the window that the other end gave it. */
typedef struct Collected {
    guint32 next, longest;
    guint window;
} Collected;

static void collect_one(Replay *replay, ReplayEnd end, const GPtrArray *events, guint at,
                        Collected *so_far)
{
    const TraceEvent *event = g_ptr_array_index(events, at);
    const TraceSeen *seen = event->segment.seen;
    ReplaySent sent = {.t = event->t - replay->start, .seen = seen, .class = event->segment.class};

    sent.seq = seq_of(replay, end, seen);
    sent.end = sent.seq + segment_seq_length(&seen->segment);
    sent.ack = ack_of(replay, end, seen);
    sent.is_lost = event->segment.fate == TRACE_FATE_LOST;
    sent.is_copy = event->segment.copy > 0;
    sent.is_probe = is_probe(&sent, so_far->next, so_far->window);
    if (replay_takes_numbers(&sent) && !sent.is_copy && !(seen->segment.flags & TCP_RST)) {
        if (seq_gt(sent.seq, so_far->next) &&
            is_filled_later(replay, end, events, at, so_far->next))
            add_unseen(replay->sent[end], sent.t, so_far->next, sent.seq, so_far->longest);
        sent.is_new = seq_gt(sent.end, so_far->next) && event->segment.retry == 0;
        so_far->next = seq_gt(sent.end, so_far->next) ? sent.end : so_far->next;
    }
    g_array_append_val(replay->sent[end], sent);
}

/* One end's segments, and those that must have been between them. */
static void collect(Replay *replay, const GPtrArray *events, ReplayEnd end, guint host)
{
    Collected so_far = {.next = replay->begin == REPLAY_FROM_LATER ? 1 : 0,
                        .longest = longest_of(events, host),
                        .window = 1};

    for (guint i = 0; i < events->len; i++) {
        const TraceEvent *event = g_ptr_array_index(events, i);

        if (event->host == host)
            collect_one(replay, end, events, i, &so_far);
        else if (!(event->segment.seen->segment.flags & TCP_RST))
            so_far.window = event->segment.seen->segment.window;
    }
}

/* --- windows ------------------------------------------------------------------------------ */

enum { SHIFT_MAX = 14 };

/* FALSE: only one of them offered it, or nobody knows. */
static gboolean agreed_on_shifts(Replay *replay)
{
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++) {
        const Segment *opening = replay_opening_of(replay, end);

        if (opening == NULL || !(opening->options.present & OPTION_WINDOW_SCALE))
            return FALSE;
        replay->shift[end] = MIN(opening->options.window_scale, SHIFT_MAX);
    }
    return TRUE;
}

/* The widest window that an end gives, as its segments say it. */
guint replay_widest_window(const Replay *replay, ReplayEnd end)
{
    guint widest = 0;

    for (guint i = 0; i < replay->sent[end]->len; i++) {
        const ReplaySent *sent = replay_sent_at(replay, end, i);

        if (sent->seen != NULL && sent->class != SEGMENT_RST)
            widest = MAX(widest, sent->seen->segment.window);
    }
    return widest;
}

/* The shift with which this window is so many bytes; negative: with none. */
static int shift_between(guint window, guint32 bytes)
{
    int shift = 0;

    while (shift <= SHIFT_MAX && (guint64)window << shift != bytes)
        shift++;
    return window > 0 && shift <= SHIFT_MAX ? shift : -1;
}

/* Who waited for room sends as much as there is: a segment tells how long a window is.  negative: none does. */
static int shown_shift(const Replay *replay, ReplayEnd end)
{
    const GArray *windows = replay->sent[end], *data = replay->sent[replay_other(end)];
    guint window = 0, at = 0;
    int shift = -1;

    for (guint i = 0; i < data->len && shift < 0; i++) {
        const ReplaySent *sent = replay_sent_at(replay, replay_other(end), i);

        for (; at < windows->len && replay_sent_at(replay, end, at)->t < sent->t; at++) {
            const ReplaySent *says = replay_sent_at(replay, end, at);

            window = says->seen != NULL ? says->seen->segment.window : window;
        }
        if (sent->is_new && sent->seen != NULL)
            shift = shift_between(window, sent->seen->segment.length);
    }
    return shift;
}

/* Nobody saw what was agreed.  A window that never has room for two segments is one of another unit. */
static guint guess_shift(const Replay *replay, ReplayEnd end)
{
    enum { TWO_SEGMENTS = 2 * 1460, USUAL = 7 };
    guint widest = replay_widest_window(replay, end);
    int shown = shown_shift(replay, end);

    if (widest == 0 || widest >= TWO_SEGMENTS)
        return 0;
    return shown >= 0 ? (guint)shown : USUAL;
}

static void find_shifts(Replay *replay)
{
    gboolean agreed = agreed_on_shifts(replay);

    for (ReplayEnd end = 0; end < REPLAY_ENDS && !agreed; end++)
        replay->shift[end] = replay->begin == REPLAY_FROM_LATER ? guess_shift(replay, end) : 0;
}

/* --- all of it ---------------------------------------------------------------------------- */

static const TraceEvent *first_of(const GPtrArray *events)
{
    return g_ptr_array_index(events, 0);
}

/* Why this connection cannot be played again; NULL: it can. */
static const char *trouble_of(const GPtrArray *events)
{
    if (events->len == 0)
        return "nothing was sent";
    if (events->len > SEGMENTS_MAX)
        return "it has more than 10,000 segments: --to ends it sooner";
    for (guint i = 0; i < events->len; i++) {
        const TraceEvent *event = g_ptr_array_index(events, i);

        if (event->segment.class == SEGMENT_SYN && event->host != first_of(events)->host)
            return "both ends opened at once";
        if (event->segment.class == SEGMENT_SYN && event->segment.seen->segment.length > 0)
            return "there are data on the SYN";
    }
    return NULL;
}

/* Nobody who refuses listens. */
static gboolean has_answered(const Replay *replay)
{
    const GArray *sent = replay->sent[REPLAY_SERVER];

    return sent->len == 0 || replay_sent_at(replay, REPLAY_SERVER, 0)->class != SEGMENT_RST;
}

/* What the language would not take for a host's name says whose end it is. */
static const char *name_of(const Trace *trace, guint host, ReplayEnd end)
{
    static const char *const ends[REPLAY_ENDS] = {"client", "server"};
    static const char *const taken[] = {"inject", "flood", "after", NULL};
    const char *name = host < trace->hosts->len ? g_ptr_array_index(trace->hosts, host) : "";
    gsize good = strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_");

    if (!g_ascii_isalpha(*name) || name[good] != '\0' || g_strv_contains(taken, name))
        return ends[end];
    return name;
}

/* Where the handshake was not seen, each end's first number is 1. */
static void find_base(Replay *replay, const GPtrArray *events, const guint hosts[REPLAY_ENDS])
{
    gboolean has[REPLAY_ENDS] = {FALSE, FALSE};

    for (guint i = 0; i < events->len; i++) {
        const TraceEvent *event = g_ptr_array_index(events, i);
        const Segment *segment = &event->segment.seen->segment;
        ReplayEnd end = event->host == hosts[REPLAY_CLIENT] ? REPLAY_CLIENT : REPLAY_SERVER;

        if (!has[end])
            replay->base[end] = segment->seq - 1;
        has[end] = TRUE;
        if (!has[replay_other(end)] && (segment->flags & TCP_ACK)) {
            replay->base[replay_other(end)] = segment->ack - 1;
            has[replay_other(end)] = TRUE;
        }
    }
}

static ReplayBegin begin_of(const TraceEvent *first)
{
    switch (first->segment.class) {
    case SEGMENT_SYN: return REPLAY_FROM_SYN;
    case SEGMENT_SYN_ACK: return REPLAY_FROM_SYN_ACK;
    default: return REPLAY_FROM_LATER;
    }
}

/* What ICMP said of this connection. */
static void find_icmp(Replay *replay, const Trace *trace, guint32 flow)
{
    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        const TraceCall *call = event->kind == TRACE_CALL
                                    ? &g_array_index(trace->calls, TraceLine, event->call.line).call
                                    : NULL;
        ReplayIcmp icmp = {.t = event->t - replay->start, .end = REPLAY_CLIENT};

        if (call == NULL || call->icmp.type == 0 || call->flow != flow)
            continue;
        icmp.end = event->host == replay->hosts[REPLAY_CLIENT] ? REPLAY_CLIENT : REPLAY_SERVER;
        icmp.message = call->icmp;
        replay->end = MAX(replay->end, icmp.t);
        g_array_append_val(replay->icmp, icmp);
    }
}

static int step_compare(gconstpointer a, gconstpointer b)
{
    const ReplayStep *one = a, *other_one = b;

    return one->t < other_one->t ? -1 : one->t > other_one->t;
}

static void infer(Replay *replay)
{
    replay_find_delays(replay);
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++)
        replay_find_overtaken(replay, end);
    replay->listens = has_answered(replay);
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++)
        replay_find_losses(replay, end);
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++)
        replay_find_steps(replay, end);
    g_array_sort(replay->steps, step_compare);
}

static void find_ports(Replay *replay, const TraceEvent *first)
{
    const Segment *segment = &first->segment.seen->segment;
    ReplayEnd end = first->host == replay->hosts[REPLAY_CLIENT] ? REPLAY_CLIENT : REPLAY_SERVER;

    replay->ports[end] = segment->src_port;
    replay->ports[replay_other(end)] = segment->dst_port;
}

static Replay *replay_new(const Trace *trace, const GPtrArray *events)
{
    const TraceEvent *first = first_of(events), *last = g_ptr_array_index(events, events->len - 1);
    Replay *replay = g_new0(Replay, 1);
    guint hosts[REPLAY_ENDS] = {first->host, first->segment.peer};

    replay->begin = begin_of(first);
    if (replay->begin == REPLAY_FROM_SYN_ACK) { /* who answers is the server */
        hosts[REPLAY_CLIENT] = first->segment.peer;
        hosts[REPLAY_SERVER] = first->host;
    }
    if (replay->begin == REPLAY_FROM_LATER)
        find_base(replay, events, hosts);
    replay->steps = g_array_new(FALSE, FALSE, sizeof(ReplayStep));
    replay->icmp = g_array_new(FALSE, FALSE, sizeof(ReplayIcmp));
    replay->start = first->t;
    replay->end = last->t - first->t;
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++) {
        replay->hosts[end] = hosts[end];
        replay->names[end] = name_of(trace, hosts[end], end);
        replay->sent[end] = g_array_new(FALSE, FALSE, sizeof(ReplaySent));
        collect(replay, events, end, hosts[end]);
    }
    find_ports(replay, first);
    find_shifts(replay);
    find_icmp(replay, trace, first->segment.seen->flow);
    infer(replay);
    return replay;
}

Replay *replay_of_events(const Trace *trace, const GPtrArray *events, char **why)
{
    const char *trouble = trouble_of(events);

    *why = g_strdup(trouble);
    return trouble == NULL ? replay_new(trace, events) : NULL;
}

GPtrArray *replay_flows(const Trace *trace)
{
    GPtrArray *flows = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) known = g_hash_table_new(g_direct_hash, g_direct_equal);

    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);

        if (event->kind != TRACE_SEND || event->segment.injected)
            continue;
        gpointer key = GUINT_TO_POINTER(event->segment.seen->flow);
        GPtrArray *flow = g_hash_table_lookup(known, key);
        if (flow == NULL) {
            flow = g_ptr_array_new();
            g_ptr_array_add(flows, flow);
            g_hash_table_insert(known, key, flow);
        }
        g_ptr_array_add(flow, (gpointer)(guintptr)event);
    }
    return flows;
}

/* Why a connection cannot be played again from its begin; NULL: it can. */
static const char *trouble_of_begin(const GPtrArray *events)
{
    if (first_of(events)->segment.class != SEGMENT_SYN)
        return "it does not begin with a SYN: what was before nobody saw";
    return trouble_of(events);
}

static gboolean is_a_run(const Trace *trace)
{
    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        gboolean is_icmp = event->kind == TRACE_CALL &&
                           g_array_index(trace->calls, TraceLine, event->call.line).call.flow != 0;

        if (event->kind != TRACE_SEND && !is_icmp)
            return TRUE;
    }
    return FALSE;
}

GPtrArray *replays_of(const Trace *trace, GPtrArray *notes, char **why)
{
    g_autoptr(GPtrArray) flows = replay_flows(trace);
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func((GDestroyNotify)replay_free);
    guint segments = 0;

    *why = is_a_run(trace) ? g_strdup("it is a run, which has its scenario") : NULL;
    for (guint i = 0; *why == NULL && i < flows->len; i++) {
        const GPtrArray *events = g_ptr_array_index(flows, i);
        const char *trouble = trouble_of_begin(events);

        if (trouble == NULL) {
            segments += events->len;
            g_ptr_array_add(out, replay_new(trace, events));
        } else if (flows->len == 1) {
            *why = g_strdup(trouble);
        } else {
            g_ptr_array_add(notes, g_strdup_printf("connection %u is left out: %s",
                                                   first_of(events)->segment.seen->flow, trouble));
        }
    }
    if (*why == NULL && segments > SEGMENTS_MAX)
        *why = g_strdup("they have more than 10,000 segments: choose with --connection N, or end "
                        "it sooner with --to");
    if (*why == NULL && out->len == 0)
        *why = g_strdup(flows->len == 0 ? "nothing was sent"
                                        : "none of its connections can be played again");
    return *why == NULL ? g_steal_pointer(&out) : NULL;
}

void replay_free(Replay *replay)
{
    if (replay == NULL)
        return;
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++)
        g_array_unref(replay->sent[end]);
    g_array_unref(replay->steps);
    g_array_unref(replay->icmp);
    g_free(replay);
}
