/* A part of a trace as a trace of its own. */
#include "trace/window.h"

#include "trace/index.h"

typedef struct Window {
    const TraceIndex *index;
    Trace *out;
    TraceId *ids; /* of an event of the whole: its number here; 0: it is not here */
    SimTime from, to;
} Window;

static void copy_lines(GArray *out, const GArray *lines)
{
    for (guint i = 0; i < lines->len; i++) {
        TraceLine line = g_array_index(lines, TraceLine, i);

        line.text = g_strdup(line.text);
        line.file = g_strdup(line.file);
        g_array_append_val(out, line);
    }
}

static void copy_settings(Trace *out, const Trace *trace)
{
    for (guint i = 0; i < trace->settings->len; i++) {
        const TraceSetting *setting = &g_array_index(trace->settings, TraceSetting, i);

        trace_add_setting(out, setting->host, setting->key, setting->value);
    }
    for (guint i = 0; i < trace->link_settings->len; i++) {
        const TraceLinkSetting *setting = &g_array_index(trace->link_settings, TraceLinkSetting, i);

        trace_add_link_setting(out, setting->from, setting->to, setting->key, setting->value);
    }
}

static void copy_hosts(Trace *out, const Trace *trace)
{
    for (TraceHost host = 0; host < trace->hosts->len; host++) {
        trace_add_host(out, g_ptr_array_index(trace->hosts, host));
        if (trace_stack(trace, host) != NULL)
            trace_run_on(out, host, trace_stack(trace, host));
        if (trace_behind(trace, host) != NULL)
            trace_hide(out, host, trace_behind(trace, host));
    }
}

static Trace *without_events(const Trace *trace)
{
    Trace *out = trace_new(trace->level);

    out->title = g_strdup(trace->title);
    out->source = g_strdup(trace->source);
    out->has_seed = trace->has_seed;
    out->seed = trace->seed;
    out->seed_is_given = trace->seed_is_given;
    copy_hosts(out, trace);
    copy_settings(out, trace);
    copy_lines(out->rules, trace->rules);
    copy_lines(out->calls, trace->calls);
    return out;
}

/* Does what it began last until the window begins, and beyond? */
static gboolean lasts(const Window *window, const TraceEvent *event)
{
    const TraceEvent *after = trace_index_after(window->index, event);
    gboolean begins = event->kind == TRACE_STATE ||
                      (event->kind == TRACE_TIMER && event->timer.event == TCP_TIMER_ARMED);

    return begins && event->t < window->from && (after == NULL || after->t >= window->from);
}

static gboolean is_within(const Window *window, const TraceEvent *event)
{
    return event->t >= window->from && event->t <= window->to;
}

/* An arrival whose sending is not here stays, as one that nobody saw leave; a fault would be about nothing. */
static gboolean is_about_nothing(const Window *window, const TraceEvent *event)
{
    return (event->kind == TRACE_FAULT || event->kind == TRACE_LOST) &&
           window->ids[event->fault.sent] == 0;
}

static void add(Window *window, const TraceEvent *event)
{
    TraceEvent copy = *event;

    copy.t = MAX(event->t, window->from);
    copy.cause = window->ids[event->cause];
    if (event->kind == TRACE_ARRIVE || event->kind == TRACE_DISCARD)
        copy.segment.sent = window->ids[event->segment.sent];
    if (event->kind == TRACE_FAULT || event->kind == TRACE_LOST)
        copy.fault.sent = window->ids[event->fault.sent];
    window->ids[event->id] = trace_add(window->out, &copy);
}

Trace *trace_window(const Trace *trace, SimTime from, SimTime to)
{
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);
    g_autofree TraceId *ids = g_new0(TraceId, (gsize)trace->events->len + 1);
    Window window = {index, without_events(trace), ids, from, to};

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if ((is_within(&window, event) && !is_about_nothing(&window, event)) ||
            lasts(&window, event))
            add(&window, event);
    }
    return window.out;
}
