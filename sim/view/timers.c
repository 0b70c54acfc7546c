/* What happened to timers, as CSV.  due_s is when the timer fires, or would have fired; retry is
 * the number of the retransmission that it is for, 0 when it is for none. */
#include "trace/index.h"
#include "view/csv.h"
#include "view/focus.h"
#include "view/view.h"

void view_timers(const Trace *trace, const ViewOptions *options, GString *out)
{
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);

    g_string_append(out, "t_s,host,conn,timer,event,due_s,retry\n");
    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (event->kind != TRACE_TIMER || !view_shows(options, trace, event))
            continue;
        csv_seconds(event->t, out);
        g_string_append_c(out, ',');
        csv_host(trace, event->host, out);
        g_string_append_c(out, ',');
        csv_number(event->conn, out);
        g_string_append_printf(out, ",%s,%s,", tcp_timer_name(event->timer.timer),
                               tcp_timer_event_name(event->timer.event));
        if (event->timer.due != SIM_NEVER)
            csv_seconds(event->timer.due, out);
        g_string_append_c(out, ',');
        csv_number(trace_index_retry(index, event).retry, out);
        g_string_append_c(out, '\n');
        view_between_rows(options, out);
    }
}
