/* The record of a run: keeps events as far as its level wants them, and counts them all. */
#include "trace/trace.h"

#include "trace/flows.h"

static void line_clear(gpointer data)
{
    TraceLine *line = data;
    g_free(line->text);
    g_free(line->file);
}

static GArray *lines_new(void)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(TraceLine));
    g_array_set_clear_func(lines, line_clear);
    return lines;
}

Trace *trace_new(TraceLevel level)
{
    Trace *trace = g_new0(Trace, 1);
    trace->level = level;
    trace->hosts = g_ptr_array_new_with_free_func(g_free);
    trace->rules = lines_new();
    trace->calls = lines_new();
    trace->events = g_array_new(FALSE, FALSE, sizeof(TraceEvent));
    trace->flows = trace_flows_new();
    return trace;
}

void trace_free(Trace *trace)
{
    if (trace == NULL)
        return;
    g_free(trace->title);
    g_free(trace->source);
    g_ptr_array_unref(trace->hosts);
    g_array_unref(trace->rules);
    g_array_unref(trace->calls);
    g_array_unref(trace->events);
    trace_flows_free(trace->flows);
    g_free(trace);
}

TraceHost trace_add_host(Trace *trace, const char *name)
{
    g_ptr_array_add(trace->hosts, g_strdup(name));
    return trace->hosts->len - 1;
}

static guint32 line_add(GArray *lines, const char *text, const char *file, guint line)
{
    TraceLine added = {g_strdup(text), g_strdup(file), line};
    g_array_append_val(lines, added);
    return lines->len - 1;
}

guint32 trace_add_rule(Trace *trace, const char *text, const char *file, guint line)
{
    return line_add(trace->rules, text, file, line);
}

guint32 trace_add_call(Trace *trace, const char *text, const char *file, guint line)
{
    return line_add(trace->calls, text, file, line);
}

static void count_send(TraceCounters *counters, const TraceEvent *event)
{
    counters->sent++;
    if (event->segment.retry > 0)
        counters->retransmitted++;
}

static void count_app(TraceCounters *counters, const TraceEvent *event)
{
    if (event->app.event != TRACE_APP_READ)
        return;
    counters->bytes_delivered += event->app.bytes;
    counters->wrong_bytes += event->app.wrong;
}

static void count_state(TraceCounters *counters, const TraceEvent *event)
{
    if (event->conn == 0) /* a listener is no connection */
        return;
    if (event->state.to == TCP_STATE_ESTABLISHED)
        counters->connections_opened++;
    else if (event->state.to == TCP_STATE_CLOSED)
        counters->connections_ended++;
}

static void count_lost(TraceCounters *counters, const TraceEvent *event)
{
    (void)event;
    counters->lost++;
}

static void count_arrive(TraceCounters *counters, const TraceEvent *event)
{
    (void)event;
    counters->arrived++;
}

static void count_discard(TraceCounters *counters, const TraceEvent *event)
{
    (void)event;
    counters->discarded++;
}

/* From which level on a kind of event is recorded, and how it is counted. */
static const struct {
    TraceLevel level;
    void (*count)(TraceCounters *counters, const TraceEvent *event);
} kinds[TRACE_KIND_COUNT] = {
    [TRACE_CALL] = {TRACE_LEVEL_FULL, NULL},
    [TRACE_APP] = {TRACE_LEVEL_FULL, count_app},
    [TRACE_SEND] = {TRACE_LEVEL_FULL, count_send},
    [TRACE_LOST] = {TRACE_LEVEL_FULL, count_lost},
    [TRACE_FAULT] = {TRACE_LEVEL_FULL, NULL},
    [TRACE_ARRIVE] = {TRACE_LEVEL_FULL, count_arrive},
    [TRACE_DISCARD] = {TRACE_LEVEL_FULL, count_discard},
    [TRACE_STATE] = {TRACE_LEVEL_CONNECTIONS, count_state},
    [TRACE_TIMER] = {TRACE_LEVEL_FULL, NULL},
    [TRACE_HOST] = {TRACE_LEVEL_CONNECTIONS, NULL},
    [TRACE_END] = {TRACE_LEVEL_CONNECTIONS, NULL},
};

const TraceEvent *trace_event(const Trace *trace, TraceId id)
{
    if (id == 0 || id > trace->events->len)
        return NULL;
    return &g_array_index(trace->events, TraceEvent, id - 1);
}

/* An arrival has the flow and the numbers of what was sent, however late it comes; only when the
 * sending was not seen (a capture at the receiver) it is itself the first sight of the segment. */
static void fill_flow(Trace *trace, TraceEvent *event)
{
    if (event->kind != TRACE_SEND && event->kind != TRACE_ARRIVE && event->kind != TRACE_DISCARD)
        return;

    TraceSegment *segment = &event->segment;
    const TraceEvent *sent = event->kind == TRACE_SEND ? NULL : trace_event(trace, segment->sent);
    if (sent == NULL || sent->kind != TRACE_SEND) {
        trace_flows_see(trace->flows, segment);
        return;
    }
    segment->flow = sent->segment.flow;
    segment->seq = sent->segment.seq;
    segment->ack = sent->segment.ack;
    segment->seq_is_absolute = sent->segment.seq_is_absolute;
    segment->ack_is_absolute = sent->segment.ack_is_absolute;
}

TraceId trace_add(Trace *trace, const TraceEvent *event)
{
    g_assert(event->kind < TRACE_KIND_COUNT);
    trace->counters.events++;
    if (trace->level == TRACE_LEVEL_NONE)
        return 0;
    if (kinds[event->kind].count != NULL)
        kinds[event->kind].count(&trace->counters, event);
    if (trace->level < kinds[event->kind].level)
        return 0;

    g_array_append_vals(trace->events, event, 1);
    TraceEvent *added = &g_array_index(trace->events, TraceEvent, trace->events->len - 1);
    added->id = trace->events->len;
    fill_flow(trace, added);
    return added->id;
}
