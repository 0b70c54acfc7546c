/* Which segment of its class is it?  Counted as the rules of net/faults.c count. */
#include "trace/fault_line.h"

#include "trace/time_text.h"

/* Of those that were sent at `from` or later. */
static guint ordinal_of(const Trace *trace, const TraceEvent *sent, SimTime from)
{
    guint ordinal = 0;

    for (TraceId id = 1; id <= sent->id; id++) {
        const TraceEvent *event = trace_event(trace, id);

        ordinal += event->kind == TRACE_SEND && event->t >= from && event->host == sent->host &&
                   event->segment.class == sent->segment.class && !event->segment.injected;
    }
    return ordinal;
}

void trace_fault_line(const Trace *trace, const TraceEvent *sent, FaultKind kind, SimTime delay_by,
                      GString *out)
{
    gboolean lists_all = trace->counters.unlisted == 0;

    g_assert(sent->kind == TRACE_SEND && !sent->segment.injected);
    g_string_append_printf(out, "%s %s %s #%u", fault_kind_name(kind),
                           (const char *)g_ptr_array_index(trace->hosts, sent->host),
                           segment_class_name(sent->segment.class),
                           ordinal_of(trace, sent, lists_all ? 0 : sent->t));
    if (kind == FAULT_DELAY) {
        g_string_append(out, " by ");
        time_append_value(delay_by, out);
    }
    if (lists_all)
        return;
    g_string_append(out, " from ");
    time_append_value(sent->t, out);
    g_string_append(out, " to ");
    time_append_value(sent->t + 1, out);
}
