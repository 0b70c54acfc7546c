/* One pass over the trace, as pictures need it. */
#include "plot/story.h"

#include "plot/page.h"

/* What is going on when the pass meets its end. */
typedef struct Pass {
    PlotStory *story;
    GHashTable *open_states; /* guint64 host and connection → index into story->states, plus 1 */
    GHashTable *open_timers; /* TraceId of the arming → index into story->timers, plus 1 */
    GHashTable *sends;       /* TraceId → index into story->sends, plus 1 */
} Pass;

static guint look_up(GHashTable *table, guint64 key)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(table, &key));
}

static void put(GHashTable *table, guint64 key, guint value)
{
    g_hash_table_insert(table, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(value));
}

static GHashTable *new_table(void)
{
    return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

/* --- timers ------------------------------------------------------------------------------- */

static guint64 timer_key(const TraceEvent *event)
{
    return ((guint64)event->host << 32 | event->conn) * TCP_TIMER_COUNT + event->timer.timer;
}

static void end_timer(Pass *pass, const TraceEvent *event, PlotTimerEnd end)
{
    guint place = look_up(pass->open_timers, timer_key(event));

    if (place == 0)
        return;

    PlotTimer *timer = &g_array_index(pass->story->timers, PlotTimer, place - 1);

    timer->to = event->t;
    timer->end = end;
    timer->ended = event->id;
    put(pass->open_timers, timer_key(event), 0);
}

/* Armed while it runs: the new arming takes the place of the old one. */
static void see_timer(Pass *pass, const TraceEvent *event)
{
    PlotTimer timer = {.host = event->host,
                       .conn = event->conn,
                       .timer = event->timer.timer,
                       .from = event->t,
                       .to = pass->story->end,
                       .length = event->timer.length,
                       .end = PLOT_TIMER_OPEN,
                       .armed = event->id};

    end_timer(pass, event,
              event->timer.event == TCP_TIMER_FIRED ? PLOT_TIMER_FIRED : PLOT_TIMER_CANCELLED);
    if (event->timer.event != TCP_TIMER_ARMED)
        return;
    g_array_append_val(pass->story->timers, timer);
    put(pass->open_timers, timer_key(event), pass->story->timers->len);
}

/* --- states ------------------------------------------------------------------------------- */

static guint64 conn_key(const TraceEvent *event)
{
    return (guint64)event->host << 32 | event->conn;
}

static void see_state(Pass *pass, const TraceEvent *event)
{
    guint place = look_up(pass->open_states, conn_key(event));
    PlotState state = {event->host, event->conn, event->state.to, event->t, pass->story->end};

    if (place != 0)
        g_array_index(pass->story->states, PlotState, place - 1).to = event->t;
    g_array_append_val(pass->story->states, state);
    put(pass->open_states, conn_key(event), pass->story->states->len);
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

/* A connection that went back to LISTEN is gone: the listener is there anyway. */
static gboolean is_nothing(const PlotState *state)
{
    return state->state == TCP_STATE_CLOSED || state->to == state->from ||
           (state->state == TCP_STATE_LISTEN && state->conn != 0);
}

static void arrange_states(PlotStory *story)
{
    guint kept = 0;

    for (guint i = 0; i < story->states->len; i++) {
        const PlotState *state = &g_array_index(story->states, PlotState, i);

        if (!is_nothing(state))
            g_array_index(story->states, PlotState, kept++) = *state;
    }
    g_array_set_size(story->states, kept);
    g_array_sort(story->states, compare_states);
}

/* --- segments ----------------------------------------------------------------------------- */

static void see_send(Pass *pass, const TraceEvent *event)
{
    PlotSend send = {event, NULL};

    g_array_append_val(pass->story->sends, send);
    put(pass->sends, event->id, pass->story->sends->len);
}

static void see_host(Pass *pass, const TraceEvent *event)
{
    g_array_append_val(pass->story->hosts, event);
}

static void see_arrive(Pass *pass, const TraceEvent *event)
{
    guint place = look_up(pass->sends, event->segment.sent);

    if (place == 0)
        return;

    PlotSend *send = &g_array_index(pass->story->sends, PlotSend, place - 1);

    if (send->arrival == NULL)
        send->arrival = event;
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

        if (send->arrival == NULL || send->arrival->t == send->event->t)
            continue;
        SimTime flight = send->arrival->t - send->event->t;
        g_array_append_val(flights, flight);
    }
    if (flights->len == 0)
        return 0;
    g_array_sort(flights, compare_times);
    return g_array_index(flights, SimTime, flights->len / 2);
}

/* --- the story ---------------------------------------------------------------------------- */

static void (*const see[TRACE_KIND_COUNT])(Pass *pass, const TraceEvent *event) = {
    [TRACE_TIMER] = see_timer,   [TRACE_STATE] = see_state, [TRACE_SEND] = see_send,
    [TRACE_ARRIVE] = see_arrive, [TRACE_HOST] = see_host,
};

static void leave_out_instant_timers(PlotStory *story)
{
    guint kept = 0;

    for (guint i = 0; i < story->timers->len; i++) {
        const PlotTimer *timer = &g_array_index(story->timers, PlotTimer, i);

        if (timer->to > timer->from)
            g_array_index(story->timers, PlotTimer, kept++) = *timer;
    }
    g_array_set_size(story->timers, kept);
}

PlotStory *plot_story_new(const Trace *trace)
{
    static const ViewOptions look = {.unicode = TRUE};
    PlotStory *story = g_new0(PlotStory, 1);
    Pass pass = {story, new_table(), new_table(), new_table()};
    guint count = trace->events->len;

    story->trace = trace;
    story->index = view_index_new(trace);
    story->style = view_style(&look);
    story->context = (ViewContext){trace, story->index, &story->style};
    story->timers = g_array_new(FALSE, FALSE, sizeof(PlotTimer));
    story->states = g_array_new(FALSE, FALSE, sizeof(PlotState));
    story->sends = g_array_new(FALSE, FALSE, sizeof(PlotSend));
    story->hosts = g_array_new(FALSE, FALSE, sizeof(const TraceEvent *));
    story->end = count > 0 ? g_array_index(trace->events, TraceEvent, count - 1).t : 0;
    for (guint i = 0; i < count; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (see[event->kind] != NULL)
            see[event->kind](&pass, event);
    }
    arrange_states(story);
    leave_out_instant_timers(story);
    story->one_way = middle_flight(story);
    g_hash_table_destroy(pass.open_states);
    g_hash_table_destroy(pass.open_timers);
    g_hash_table_destroy(pass.sends);
    return story;
}

void plot_story_free(PlotStory *story)
{
    if (story == NULL)
        return;
    view_index_free(story->index);
    g_array_unref(story->timers);
    g_array_unref(story->states);
    g_array_unref(story->sends);
    g_array_unref(story->hosts);
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

const char *plot_send_mark(const TraceEvent *event)
{
    if (event->segment.injected)
        return "forged";
    return event->segment.retry > 0 ? "again" : "first";
}

gboolean plot_send_is_first(const TraceEvent *event)
{
    return !event->segment.injected && event->segment.retry == 0;
}

gboolean plot_send_is_again(const TraceEvent *event)
{
    return !event->segment.injected && event->segment.retry > 0;
}

gboolean plot_send_is_forged(const TraceEvent *event)
{
    return event->segment.injected;
}

gboolean plot_send_is_lost(const TraceEvent *event)
{
    return event->segment.fate == TRACE_FATE_LOST;
}
