/* Counters by interval as CSV: where each host stands at the end of each.  docs/counters.md. */
#include "view/csv.h"
#include "view/view.h"

static void put_row(const Trace *trace, const TraceInterval *row, GString *out)
{
    const TraceOpening *opening = &row->opening;
    const guint64 numbers[] = {
        row->held.half_open,   row->most.half_open,     row->held.bytes,
        row->most.bytes,       opening->syns_arrived,   opening->syn_acks_sent,
        opening->cookies_sent, opening->syn_queue_full, opening->accept_queue_full,
        opening->accepted,     opening->tried,          opening->connected,
        opening->failed};

    csv_seconds(row->t, out);
    g_string_append_c(out, ',');
    csv_host(trace, row->host, out);
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_string_append_c(out, ',');
        csv_number(numbers[i], out);
    }
    g_string_append_c(out, '\n');
}

void view_counters(const Trace *trace, const ViewOptions *options, GString *out)
{
    if (trace->intervals->len == 0)
        csv_note("nothing was counted by interval: there is no flood, and no --interval", out);
    g_string_append(out, "t_s,host,half_open,half_open_most,bytes,bytes_most,syns_arrived,"
                         "syn_acks_sent,cookies_sent,syn_queue_full,accept_queue_full,accepted,"
                         "tried,connected,failed\n");
    for (guint i = 0; i < trace->intervals->len; i++) {
        put_row(trace, &g_array_index(trace->intervals, TraceInterval, i), out);
        view_between_rows(options, out);
    }
}
