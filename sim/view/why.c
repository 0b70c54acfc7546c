/* Why: the chain of causes that ends in one event, told from the beginning.
 *
 * A sentence an event, each with the section it comes from; "so" when one thing led to the next
 * at once, "3 s later" when time passed between.
 */
#include "view/sentence.h"
#include "view/view.h"

/* "so ", "3 s later ": how this event follows the one before it. */
static void say_link(const TraceEvent *before, const TraceEvent *event, GString *out)
{
    if (before == NULL)
        return;
    if (event->t == before->t) {
        g_string_append(out, "so ");
        return;
    }
    phrase_time(event->t - before->t, out);
    g_string_append(out, " later ");
}

static void write_link(const ViewContext *context, const TraceEvent *before,
                       const TraceEvent *event, GString *out)
{
    char time[SIM_TIME_TEXT_MAX];
    char place[64];

    sim_time_format_seconds(event->t, 3, time);
    g_snprintf(place, sizeof place, "%5u  %9s s  ", event->id, time);
    view_paint(context->style, VIEW_DIM, place, out);
    say_link(before, event, out);
    sentence_append(context, event, out);
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
    return TRUE;
}
