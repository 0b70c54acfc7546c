/* What lasted, in the order in which pictures draw it; when it ended, trace/index.h knows. */
#include "plot/story.h"

#include "plot/page.h"

/* Until when what an event began lasted: to its end, or to that of the trace. */
static SimTime end_of(const PlotStory *story, const TraceEvent *event)
{
    const TraceEvent *after = trace_index_after(story->index, event);

    return after != NULL ? after->t : story->end;
}

/* --- timers ------------------------------------------------------------------------------- */

/* Armed while it runs: the new arming takes the place of the old one. */
static PlotTimerEnd timer_end(const TraceEvent *ended)
{
    if (ended == NULL)
        return PLOT_TIMER_OPEN;
    return ended->timer.event == TCP_TIMER_FIRED ? PLOT_TIMER_FIRED : PLOT_TIMER_CANCELLED;
}

/* Those of no length are left out. */
static void see_timer(PlotStory *story, const TraceEvent *event)
{
    const TraceEvent *ended = trace_index_after(story->index, event);
    PlotTimer timer = {.host = event->host,
                       .conn = event->conn,
                       .timer = event->timer.timer,
                       .from = event->t,
                       .to = end_of(story, event),
                       .length = event->timer.length,
                       .end = timer_end(ended),
                       .armed = event->id,
                       .ended = ended != NULL ? ended->id : 0};

    if (event->timer.event == TCP_TIMER_ARMED && timer.to > timer.from)
        g_array_append_val(story->timers, timer);
}

/* --- states ------------------------------------------------------------------------------- */

/* A connection that went back to LISTEN is gone: the listener is there anyway. */
static gboolean is_nothing(const PlotState *state)
{
    return state->state == TCP_STATE_CLOSED || state->to == state->from ||
           (state->state == TCP_STATE_LISTEN && state->conn != 0);
}

static void see_state(PlotStory *story, const TraceEvent *event)
{
    PlotState state = {event->host, event->conn, event->state.to, event->t, end_of(story, event)};

    if (!is_nothing(&state))
        g_array_append_val(story->states, state);
}

static gint compare_states(gconstpointer a, gconstpointer b)
{
    const PlotState *one = a, *other = b;

    if (one->host != other->host)
        return one->host < other->host ? -1 : 1;
    if (one->conn != other->conn)
        return one->conn < other->conn ? -1 : 1;
    return one->from < other->from ? -1 : one->from > other->from;
}

/* --- segments ----------------------------------------------------------------------------- */

static void see_send(PlotStory *story, const TraceEvent *event)
{
    PlotSend send = {event, trace_index_after(story->index, event)};

    g_array_append_val(story->sends, send);
}

static gint compare_times(gconstpointer a, gconstpointer b)
{
    SimTime one = *(const SimTime *)a, other = *(const SimTime *)b;

    return one < other ? -1 : one > other;
}

static SimTime middle_flight(const PlotStory *story)
{
    g_autoptr(GArray) flights = g_array_new(FALSE, FALSE, sizeof(SimTime));

    for (guint i = 0; i < story->sends->len; i++) {
        const PlotSend *send = &g_array_index(story->sends, PlotSend, i);

        if (send->end == NULL || send->end->t == send->event->t)
            continue;
        SimTime flight = send->end->t - send->event->t;
        g_array_append_val(flights, flight);
    }
    if (flights->len == 0)
        return 0;
    g_array_sort(flights, compare_times);
    return g_array_index(flights, SimTime, flights->len / 2);
}

/* --- the story ---------------------------------------------------------------------------- */

static void (*const see[TRACE_KIND_COUNT])(PlotStory *story, const TraceEvent *event) = {
    [TRACE_TIMER] = see_timer,
    [TRACE_STATE] = see_state,
    [TRACE_SEND] = see_send,
};

PlotStory *plot_story_new(const Trace *trace)
{
    static const ViewOptions look = {.unicode = TRUE};
    PlotStory *story = g_new0(PlotStory, 1);
    guint count = trace->events->len;

    story->trace = trace;
    story->index = trace_index_new(trace, TRACE_INDEX_LIVES);
    story->style = view_style(&look);
    story->context = (ViewContext){trace, story->index, &story->style};
    story->timers = g_array_new(FALSE, FALSE, sizeof(PlotTimer));
    story->states = g_array_new(FALSE, FALSE, sizeof(PlotState));
    story->sends = g_array_new(FALSE, FALSE, sizeof(PlotSend));
    story->end = count > 0 ? g_array_index(trace->events, TraceEvent, count - 1).t : 0;
    for (guint i = 0; i < count; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (see[event->kind] != NULL)
            see[event->kind](story, event);
    }
    g_array_sort(story->states, compare_states);
    story->one_way = middle_flight(story);
    return story;
}

void plot_story_free(PlotStory *story)
{
    if (story == NULL)
        return;
    trace_index_free(story->index);
    g_array_unref(story->timers);
    g_array_unref(story->states);
    g_array_unref(story->sends);
    g_free(story);
}

const char *plot_host_name(const PlotStory *story, TraceHost host)
{
    return host < story->trace->hosts->len
               ? (const char *)g_ptr_array_index(story->trace->hosts, host)
               : "somebody";
}

char *plot_timer_text(const PlotTimer *timer)
{
    gboolean is_cancelled = timer->end == PLOT_TIMER_CANCELLED;
    GString *text = g_string_new(is_cancelled ? "(" : NULL);

    if (timer->timer != TCP_TIMER_RETRANSMIT)
        g_string_append_printf(text, "%s ", tcp_timer_name(timer->timer));
    plot_time(timer->length, text);
    if (is_cancelled)
        g_string_append_c(text, ')');
    return g_string_free(text, FALSE);
}

const char *plot_host_event(const TraceEvent *event)
{
    return event->host_event.up ? "up again" : "crashed";
}

gboolean plot_is_refused(const PlotStory *story, const TraceEvent *arrival)
{
    return arrival->kind == TRACE_ARRIVE && trace_index_after(story->index, arrival) != NULL;
}

const char *plot_error(const TraceEvent *event)
{
    if (event->kind == TRACE_CALL && event->call.error != TCP_OK)
        return tcp_error_name(event->call.error);
    if (event->kind == TRACE_APP && event->app.event == TRACE_APP_ERROR)
        return tcp_error_name(event->app.error);
    return NULL;
}

const char *plot_send_mark(const PlotSend *send)
{
    if (send->event->segment.injected)
        return "forged";
    return trace_is_again(send->event) ? "again" : "first";
}

gboolean plot_send_is_first(const PlotSend *send)
{
    return !send->event->segment.injected && !trace_is_again(send->event);
}

gboolean plot_send_is_again(const PlotSend *send)
{
    return !send->event->segment.injected && trace_is_again(send->event);
}

gboolean plot_send_is_forged(const PlotSend *send)
{
    return send->event->segment.injected;
}

gboolean plot_send_is_lost(const PlotSend *send)
{
    return send->event->segment.fate == TRACE_FATE_LOST ||
           (send->end != NULL && trace_is_lost_at_host(send->end));
}
