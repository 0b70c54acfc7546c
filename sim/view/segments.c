/* The segment table of the design: a row a segment sent, none for copies that the link made.
 *
 * Notes stand above the header: the title; which numbers are absolute, because the trace knows no
 * initial number that they count from; which segments were forged.
 */
#include "trace/addresses.h"
#include "view/csv.h"
#include "view/focus.h"
#include "view/phrase.h"
#include "view/view.h"

static void write_row(const Trace *trace, const TraceEvent *event, GString *out)
{
    const TraceSegment *segment = &event->segment;

    csv_seconds(event->t, out);
    g_string_append_c(out, ',');
    csv_host(trace, event->host, out);
    g_string_append_printf(out, ",%s,", segment_class_name(segment->class));
    csv_number(segment->seen->seq, out);
    g_string_append_c(out, ',');
    if (segment->seen->segment.flags & TCP_ACK)
        csv_number(segment->seen->ack, out);
    g_string_append_c(out, ',');
    csv_number(segment->seen->segment.length, out);
    g_string_append_c(out, ',');
    csv_number(segment->seen->segment.window, out);
    g_string_append_c(out, ',');
    phrase_options(&segment->seen->segment.options, out);
    g_string_append_printf(out, ",%s,", trace_fate_name(segment->fate));
    csv_number(segment->seen->flow, out);
    g_string_append_c(out, '\n');
}

static void note_absolute(const Trace *trace, const TraceEvent *event, guint row, GString *out)
{
    const TraceSegment *segment = &event->segment;

    if (segment->seen->seq_is_absolute) {
        g_string_append_printf(out, "# row %u: seq is absolute: no initial number of ", row);
        csv_host(trace, event->host, out);
        g_string_append(out, " to count from\n");
    }
    if (segment->seen->ack_is_absolute) {
        g_string_append_printf(out, "# row %u: ack is absolute: no initial number of ", row);
        csv_host(trace, segment->peer, out);
        g_string_append(out, " to count from\n");
    }
}

static void note_forged(const Trace *trace, const TraceEvent *event, guint row, GString *out)
{
    if (!event->segment.injected)
        return;
    g_string_append_printf(out, "# row %u: forged by ", row);
    csv_host(trace, event->host, out);
    g_string_append(out, ", says that it comes from ");
    trace_addresses_write(trace->addresses, event->segment.seen->segment.src_addr, out);
    g_string_append_c(out, '\n');
}

/* What rows cannot say of themselves stands above all of them, with their numbers. */
static void write_notes(const Trace *trace, const ViewOptions *options, GString *out)
{
    guint row = 0;

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (event->kind != TRACE_SEND || !view_shows(options, trace, event))
            continue;
        row++;
        note_absolute(trace, event, row, out);
        note_forged(trace, event, row, out);
        view_between_rows(options, out);
    }
}

void view_segments(const Trace *trace, const ViewOptions *options, GString *out)
{
    if (trace->title != NULL)
        csv_note(trace->title, out);
    csv_setup(trace, out);
    write_notes(trace, options, out);
    g_string_append(out, "t_s,from,segment,seq,ack,len,win,options,fate,conn\n");
    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (event->kind == TRACE_SEND && view_shows(options, trace, event))
            write_row(trace, event, out);
        view_between_rows(options, out);
    }
}
