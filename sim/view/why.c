/* Why: the chain of causes that ends in one event, told from the beginning.
 *
 * A sentence an event, each with the section it comes from; "so" when one thing led to the next
 * at once, "3 s later" when time passed between.
 */
#include "view/sentence.h"
#include "view/view.h"

/* "so ", "3 s later ": how this event follows the one before it. */
static void say_link(const ViewContext *context, const TraceEvent *before, const TraceEvent *event,
                     GString *out)
{
    if (before == NULL)
        return;
    if (event->t == before->t) {
        view_say(context->style, out, VIEW_MESSAGE_SO, NULL);
        return;
    }
    g_autoptr(GString) time = g_string_new(NULL);

    phrase_time(event->t - before->t, time);
    view_say(context->style, out, VIEW_MESSAGE_LATER, time->str, NULL);
}

static void write_link(const ViewContext *context, const TraceEvent *before,
                       const TraceEvent *event, GString *out)
{
    char time[SIM_TIME_TEXT_MAX];
    char place[64];

    sim_time_format_seconds(event->t, 3, time);
    g_snprintf(place, sizeof place, "%5u  %9s s  ", event->id, time);
    view_paint(context->style, VIEW_DIM, place, out);
    say_link(context, before, event, out);
    sentence_append(context, event, out);
    g_string_append_c(out, '\n');
}

/* --- what was missing --------------------------------------------------------------------- */

enum { LOSSES_SHOWN = 12 };

/* A timer that repeats segments: where one fired, something did not come. */
static gboolean is_in_vain(const TraceEvent *event)
{
    return event->kind == TRACE_TIMER && event->timer.event == TCP_TIMER_FIRED &&
           event->timer.timer == TCP_TIMER_RETRANSMIT;
}

/* Segments of the flow, either way, that were lost since the host last received one of it: TraceId, the latest first. */
static GArray *lost_before(const ViewContext *context, const TraceEvent *fired)
{
    GArray *lost = g_array_new(FALSE, FALSE, sizeof(TraceId));
    guint32 flow = 0;

    for (TraceId id = fired->id; id > 0; id--) {
        const TraceEvent *event = trace_event(context->trace, id);
        const TraceEvent *sent =
            event->kind == TRACE_LOST ? trace_sent(context->trace, event) : NULL;

        if (event->kind == TRACE_ARRIVE && event->host == fired->host && event->conn == fired->conn)
            break;
        if (event->kind == TRACE_SEND && event->host == fired->host && event->conn == fired->conn)
            flow = event->segment.seen->flow;
        if (sent != NULL)
            g_array_append_val(lost, id);
    }
    for (guint i = lost->len; i-- > 0;) {
        const TraceEvent *event = trace_event(context->trace, g_array_index(lost, TraceId, i));

        if (trace_sent(context->trace, event)->segment.seen->flow != flow)
            g_array_remove_index(lost, i);
    }
    return lost;
}

/* The last timer of the chain that fired in vain, and the losses that made it so. */
static void write_missing(const ViewContext *context, const GArray *chain, GString *out)
{
    const TraceEvent *fired = NULL;

    for (guint i = 0; i < chain->len && fired == NULL; i++) {
        const TraceEvent *event = trace_event(context->trace, g_array_index(chain, TraceId, i));

        fired = is_in_vain(event) ? event : NULL;
    }
    if (fired == NULL)
        return;
    g_autoptr(GArray) lost = lost_before(context, fired);

    if (lost->len == 0)
        return;
    g_string_append_c(out, '\n');
    view_say(context->style, out, VIEW_MESSAGE_LOST_IN_VAIN, NULL);
    g_string_append_c(out, '\n');
    for (guint i = lost->len; i-- > 0 && lost->len - i <= LOSSES_SHOWN;)
        write_link(context, NULL, trace_event(context->trace, g_array_index(lost, TraceId, i)),
                   out);
    if (lost->len <= LOSSES_SHOWN)
        return;
    g_autofree char *more = g_strdup_printf("%u", lost->len - LOSSES_SHOWN);

    view_say(context->style, out, VIEW_MESSAGE_AND_MORE, more, NULL);
    g_string_append_c(out, '\n');
}

gboolean view_why(const Trace *trace, TraceId id, const ViewOptions *options, GString *out)
{
    const TraceEvent *event = trace_event(trace, id);

    if (event == NULL)
        return FALSE;

    ViewStyle style = view_style(options);
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);
    ViewContext context = {trace, index, &style};
    g_autoptr(GArray) chain = g_array_new(FALSE, FALSE, sizeof(TraceId));
    for (; event != NULL; event = trace_index_cause(index, event))
        g_array_append_val(chain, event->id);

    const TraceEvent *before = NULL;
    for (guint i = chain->len; i > 0; i--) {
        event = trace_event(trace, g_array_index(chain, TraceId, i - 1));
        write_link(&context, before, event, out);
        before = event;
    }
    write_missing(&context, chain, out);
    return TRUE;
}
