/* Events, one by one: a trace's, flattened. */
#include "api/api.h"

struct TcpwaltzEvents {
    const Trace *trace;
    TraceId next;
    TcpwaltzEvent event; /* the one that was given last */
};

/* The order is the trace's. */
G_STATIC_ASSERT((int)TCPWALTZ_RUN_END == (int)TRACE_END);
G_STATIC_ASSERT((int)TRACE_KIND_COUNT == (int)TRACE_END + 1);

static const char *host_name(const Trace *trace, TraceHost host)
{
    return host < trace->hosts->len ? g_ptr_array_index(trace->hosts, host) : NULL;
}

static const char *error_name(TcpError error)
{
    return error != TCP_OK ? tcp_error_name(error) : NULL;
}

static const char *none_if_empty(const char *text)
{
    return *text != '\0' ? text : NULL;
}

static void put_reason(TcpwaltzEvent *out, TcpReason reason)
{
    out->reason = none_if_empty(tcp_reason_text(reason));
    out->source = none_if_empty(tcp_reason_source(reason));
}

static void put_line(TcpwaltzEvent *out, const GArray *lines, guint32 number)
{
    if (number >= lines->len)
        return;
    const TraceLine *line = &g_array_index(lines, TraceLine, number);

    out->text = line->text;
    out->file = line->file;
    out->line = line->file != NULL ? line->line : 0;
}

static void put_call(const Trace *trace, const TraceEvent *event, TcpwaltzEvent *out)
{
    put_line(out, trace->calls, event->call.line);
    if (event->call.line < trace->calls->len)
        out->what = g_array_index(trace->calls, TraceLine, event->call.line).call.verb;
    out->error = error_name(event->call.error);
}

static void put_app(const Trace *trace, const TraceEvent *event, TcpwaltzEvent *out)
{
    (void)trace;
    out->what = trace_app_event_name(event->app.event);
    out->error = error_name(event->app.error);
    out->bytes = event->app.bytes;
}

static void put_segment(const Trace *trace, const TraceEvent *event, TcpwaltzEvent *out)
{
    const TraceSegment *segment = &event->segment;
    const TraceSeen *seen = segment->seen;

    out->what = segment_class_name(segment->class);
    out->peer = host_name(trace, segment->peer);
    out->flags = seen->segment.flags;
    out->seq = seen->seq;
    out->ack = seen->ack;
    out->length = seen->segment.length;
    out->window = seen->segment.window;
}

static void put_send(const Trace *trace, const TraceEvent *event, TcpwaltzEvent *out)
{
    put_segment(trace, event, out);
    put_reason(out, event->segment.reason);
    out->fate = trace_fate_name(event->segment.fate);
    out->retry = event->segment.retry;
    out->limit = event->segment.limit;
}

static void put_arrive(const Trace *trace, const TraceEvent *event, TcpwaltzEvent *out)
{
    put_segment(trace, event, out);
    out->sent = event->segment.sent;
}

static void put_discard(const Trace *trace, const TraceEvent *event, TcpwaltzEvent *out)
{
    put_arrive(trace, event, out);
    put_reason(out, event->segment.reason);
}

static void put_fault(const Trace *trace, const TraceEvent *event, TcpwaltzEvent *out)
{
    out->what = fault_kind_name(event->fault.kind);
    out->sent = event->fault.sent;
    out->length_ns = event->fault.delay_by;
    if (event->fault.culprit == TRACE_CULPRIT_RULE)
        put_line(out, trace->rules, event->fault.rule);
}

static void put_state(const Trace *trace, const TraceEvent *event, TcpwaltzEvent *out)
{
    (void)trace;
    out->what = tcp_state_name(event->state.to);
    out->from = tcp_state_name(event->state.from);
    put_reason(out, event->state.reason);
}

static void put_timer(const Trace *trace, const TraceEvent *event, TcpwaltzEvent *out)
{
    (void)trace;
    out->what = tcp_timer_name(event->timer.timer);
    out->from = tcp_timer_event_name(event->timer.event);
    out->length_ns = event->timer.length;
    out->due_ns = event->timer.due;
    out->retry = event->timer.retry;
    out->limit = event->timer.limit;
    put_reason(out, event->timer.reason);
}

static void put_host(const Trace *trace, const TraceEvent *event, TcpwaltzEvent *out)
{
    (void)trace;
    out->what = event->host_event.up ? "up" : "down";
}

static void put_end(const Trace *trace, const TraceEvent *event, TcpwaltzEvent *out)
{
    (void)trace;
    out->what = trace_end_name(event->end.why);
}

static void (*const put[TRACE_KIND_COUNT])(const Trace *trace, const TraceEvent *event,
                                           TcpwaltzEvent *out) = {
    [TRACE_CALL] = put_call,       [TRACE_APP] = put_app,     [TRACE_SEND] = put_send,
    [TRACE_LOST] = put_fault,      [TRACE_FAULT] = put_fault, [TRACE_ARRIVE] = put_arrive,
    [TRACE_DISCARD] = put_discard, [TRACE_STATE] = put_state, [TRACE_TIMER] = put_timer,
    [TRACE_HOST] = put_host,       [TRACE_END] = put_end,
};

uint32_t tcpwaltz_run_event_count(const TcpwaltzRun *run)
{
    return run->trace->events->len;
}

TcpwaltzEvents *tcpwaltz_events_new(const TcpwaltzRun *run)
{
    TcpwaltzEvents *events = g_new0(TcpwaltzEvents, 1);

    events->trace = run->trace;
    events->next = 1;
    return events;
}

const TcpwaltzEvent *tcpwaltz_events_at(TcpwaltzEvents *events, uint32_t number)
{
    const TraceEvent *event = trace_event(events->trace, number);

    if (event == NULL)
        return NULL;
    events->next = event->id + 1;
    events->event = (TcpwaltzEvent){
        .number = event->id,
        .cause = event->cause,
        .time_ns = event->t,
        .kind = (TcpwaltzKind)event->kind,
        .host = host_name(events->trace, event->host),
        .connection = event->conn,
    };
    put[event->kind](events->trace, event, &events->event);
    return &events->event;
}

const TcpwaltzEvent *tcpwaltz_events_next(TcpwaltzEvents *events)
{
    return tcpwaltz_events_at(events, events->next);
}

void tcpwaltz_events_free(TcpwaltzEvents *events)
{
    g_free(events);
}
