/* A run as a capture at one of its hosts would have it. */
#include "trace/seen_at.h"

#include "trace/repeats.h"

static gboolean tells_arrivals(const Trace *trace)
{
    for (TraceId id = 1; id <= trace->events->len; id++) {
        if (trace_event(trace, id)->kind == TRACE_ARRIVE)
            return TRUE;
    }
    return FALSE;
}

/* Does the event put a segment before the eyes of who looks at `host`? */
static gboolean is_seen(const TraceEvent *event, TraceHost host, gboolean has_arrivals)
{
    if (event->kind == TRACE_ARRIVE)
        return event->host == host;
    if (event->kind != TRACE_SEND)
        return FALSE;
    return event->host == host ||
           (!has_arrivals && event->segment.peer == host && event->segment.fate != TRACE_FATE_LOST);
}

/* An arrival tells whence the segment came. */
static void add(Trace *out, const TraceEvent *event, Repeats *repeats)
{
    const Segment *segment = &event->segment.seen->segment;
    gboolean is_arrival = event->kind == TRACE_ARRIVE;
    TraceEvent seen = {.t = event->t, .kind = TRACE_SEND};

    seen.host = is_arrival ? event->segment.peer : event->host;
    seen.segment.peer = is_arrival ? event->host : event->segment.peer;
    seen.segment.class = event->segment.class;
    seen.segment.retry = repeats_count(repeats, segment);
    seen.segment.seen = trace_see(out, segment, FALSE);
    trace_add(out, &seen);
}

Trace *trace_seen_at(const Trace *trace, TraceHost host)
{
    Trace *out = trace_new(TRACE_LEVEL_FULL);
    gboolean has_arrivals = tells_arrivals(trace);
    g_autoptr(Repeats) repeats = repeats_new();

    for (guint i = 0; i < trace->hosts->len; i++)
        trace_add_host(out, g_ptr_array_index(trace->hosts, i));
    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);

        if (is_seen(event, host, has_arrivals))
            add(out, event, repeats);
    }
    return out;
}
