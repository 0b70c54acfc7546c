/* The state transitions as CSV.  conn 0 is a listener. */
#include "escape/escape.h"
#include "view/csv.h"
#include "view/focus.h"
#include "view/view.h"

void view_states(const Trace *trace, const ViewOptions *options, GString *out)
{
    g_string_append(out, "t_s,host,conn,from,to,cause\n");
    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (event->kind != TRACE_STATE || !view_shows(options, trace, event))
            continue;
        csv_seconds(event->t, out);
        g_string_append_c(out, ',');
        csv_host(trace, event->host, out);
        g_string_append_c(out, ',');
        csv_number(event->conn, out);
        g_string_append_printf(out, ",%s,%s,", tcp_state_name(event->state.from),
                               tcp_state_name(event->state.to));
        escape_csv(tcp_reason_text(event->state.reason), out);
        g_string_append_c(out, '\n');
        view_between_rows(options, out);
    }
}
