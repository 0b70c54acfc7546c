/* What a timeline has: for each host its moments, the bars of its timers, the bands of its states. */
#include "plot/plot.h"
#include "plot/timeline.h"

static void moment_free(gpointer data)
{
    TimelineMoment *moment = data;

    g_string_free(moment->label, TRUE);
    g_array_unref(moment->sends);
    g_array_unref(moment->counts);
    g_free(moment);
}

static TimelineMoment *moment_new(SimTime t)
{
    TimelineMoment *moment = g_new0(TimelineMoment, 1);

    moment->t = t;
    moment->label = g_string_new(NULL);
    moment->sends = g_array_new(FALSE, FALSE, sizeof(const PlotSend *));
    moment->counts = g_array_new(FALSE, FALSE, sizeof(guint));
    return moment;
}

static gboolean looks_the_same(const PlotSend *a, const PlotSend *b)
{
    return a->event->segment.class == b->event->segment.class &&
           plot_send_is_lost(a) == plot_send_is_lost(b) && plot_send_mark(a) == plot_send_mark(b);
}

static void moment_add(TimelineMoment *moment, const PlotSend *send)
{
    guint one = 1;

    for (guint i = 0; i < moment->sends->len; i++) {
        if (!looks_the_same(g_array_index(moment->sends, const PlotSend *, i), send))
            continue;
        g_array_index(moment->counts, guint, i)++;
        return;
    }
    g_array_append_val(moment->sends, send);
    g_array_append_val(moment->counts, one);
}

/* How many segments of this class it has, when the class was not met before `i`; else 0. */
static guint count_class(const TimelineMoment *moment, guint i)
{
    const TraceEvent *event = g_array_index(moment->sends, const PlotSend *, i)->event;
    guint count = 0;

    for (guint j = 0; j < moment->sends->len; j++) {
        const TraceEvent *other = g_array_index(moment->sends, const PlotSend *, j)->event;

        if (other->segment.class != event->segment.class)
            continue;
        if (j < i)
            return 0;
        count += g_array_index(moment->counts, guint, j);
    }
    return count;
}

/* "ACK, FIN", "DATA ×10" */
static void moment_name(TimelineMoment *moment)
{
    for (guint i = 0; i < moment->sends->len; i++) {
        const TraceEvent *event = g_array_index(moment->sends, const PlotSend *, i)->event;
        guint count = count_class(moment, i);

        if (count == 0)
            continue;
        g_string_append_printf(moment->label, "%s%s", i > 0 ? ", " : "",
                               segment_class_name(event->segment.class));
        if (count > 1)
            g_string_append_printf(moment->label, " ×%u", count);
    }
}

static gint compare_moments(gconstpointer a, gconstpointer b)
{
    const TimelineMoment *one = *(const TimelineMoment *const *)a,
                         *other = *(const TimelineMoment *const *)b;

    return one->t < other->t ? -1 : one->t > other->t;
}

/* The moment at t: one of the first `count`, which are in order from *at on, or the last, or a new one. */
static TimelineMoment *moment_at(GPtrArray *moments, guint count, guint *at, SimTime t)
{
    TimelineMoment *last = moments->len > 0 ? g_ptr_array_index(moments, moments->len - 1) : NULL;

    while (*at < count && ((const TimelineMoment *)g_ptr_array_index(moments, *at))->t < t)
        ++*at;
    if (*at < count && ((const TimelineMoment *)g_ptr_array_index(moments, *at))->t == t)
        return g_ptr_array_index(moments, *at);
    if (last != NULL && last->t == t)
        return last;
    g_ptr_array_add(moments, moment_new(t));
    return g_ptr_array_index(moments, moments->len - 1);
}

static void add_words(Timeline *line, TraceHost host, TraceList list, const char *mark,
                      const char *(*word)(const TraceEvent *))
{
    const TraceIndex *index = line->story->index;
    const TraceEvent *event = trace_index_first(index, host, list);
    GPtrArray *moments = line->lanes[host].moments;
    guint count = moments->len, at = 0;

    for (; event != NULL; event = trace_index_next(index, event)) {
        TimelineMoment *moment = moment_at(moments, count, &at, event->t);

        if (g_strcmp0(moment->word, word(event)) != 0)
            g_string_append_printf(moment->label, "%s%s", moment->label->len > 0 ? ", " : "",
                                   word(event));
        moment->word = word(event);
        moment->mark = mark;
    }
    g_ptr_array_sort(moments, compare_moments);
}

static void collect_words(Timeline *line, TraceHost host)
{
    add_words(line, host, TRACE_LIST_POWER, "host", plot_host_event);
    add_words(line, host, TRACE_LIST_ERRORS, "error", plot_error);
}

static void collect_refused(Timeline *line)
{
    const TraceEvents *events = line->story->trace->events;

    for (guint i = 0; i < events->len; i++) {
        const TraceEvent *event = &g_array_index(events, TraceEvent, i);

        if (event->host < line->lane_count && plot_is_refused(line->story, event))
            g_array_append_val(line->lanes[event->host].refused, event);
    }
}

static void collect_moments(Timeline *line)
{
    for (guint i = 0; i < line->story->sends->len; i++) {
        const PlotSend *send = &g_array_index(line->story->sends, PlotSend, i);
        const TraceEvent *event = send->event;

        if (event->host >= line->lane_count)
            continue;

        GPtrArray *moments = line->lanes[event->host].moments;
        TimelineMoment *last =
            moments->len > 0 ? g_ptr_array_index(moments, moments->len - 1) : NULL;

        if (last == NULL || last->t != event->t) {
            last = moment_new(event->t);
            g_ptr_array_add(moments, last);
        }
        moment_add(last, send);
    }
    for (guint i = 0; i < line->lane_count; i++) {
        g_ptr_array_foreach(line->lanes[i].moments, (GFunc)(void (*)(void))moment_name, NULL);
        collect_words(line, i);
    }
}

static void collect_bars(Timeline *line)
{
    for (guint i = 0; i < line->story->timers->len; i++) {
        TimelineBar bar = {.timer = &g_array_index(line->story->timers, PlotTimer, i)};

        if (bar.timer->host >= line->lane_count)
            continue;
        bar.text = plot_timer_text(bar.timer);
        g_array_append_val(line->lanes[bar.timer->host].bars, bar);
    }
}

static void cut_listener(TimelineLane *lane, SimTime t)
{
    TimelineBand *listener =
        lane->bands->len > 0 ? &g_array_index(lane->bands, TimelineBand, 0) : NULL;

    if (listener != NULL && listener->state->conn == 0)
        listener->to = MIN(listener->to, MAX(t, listener->state->from));
}

/* The first row that is free from t on; TIMELINE_BAND_ROWS: none. */
static guint free_row(const SimTime *ends, SimTime t)
{
    guint row = 0;

    while (row < TIMELINE_BAND_ROWS && ends[row] > t)
        row++;
    return row;
}

/* Connections stand in the first row that is free; the listener is shown until it has one. */
static void collect_host_bands(Timeline *line, TraceHost host)
{
    const GArray *states = line->story->states;
    TimelineLane *lane = &line->lanes[host];
    SimTime ends[TIMELINE_BAND_ROWS] = {0};
    guint32 conn = G_MAXUINT32;
    guint row = 0;

    for (guint i = 0; i < states->len; i++) {
        const PlotState *state = &g_array_index(states, PlotState, i);
        TimelineBand band = {.state = state, .to = state->to};

        if (state->host != host)
            continue;
        if (conn == 0 && state->conn != 0)
            cut_listener(lane, state->from);
        if (state->conn != conn)
            row = free_row(ends, state->from);
        lane->conns_left_out += row == TIMELINE_BAND_ROWS && state->conn != conn ? 1 : 0;
        conn = state->conn;
        if (row == TIMELINE_BAND_ROWS)
            continue;
        ends[row] = conn == 0 ? state->from : state->to;
        band.row = row;
        g_array_append_val(lane->bands, band);
        lane->band_rows = MAX(lane->band_rows, row + 1);
    }
}

static void collect_bands(Timeline *line)
{
    for (guint i = 0; i < line->lane_count; i++)
        collect_host_bands(line, i);
}

/* --- when ---------------------------------------------------------------------------------- */

static void append_times(const TraceIndex *index, TraceHost host, TraceList list, GArray *times)
{
    const TraceEvent *event = trace_index_first(index, host, list);

    for (; event != NULL; event = trace_index_next(index, event))
        g_array_append_val(times, event->t);
}

GArray *timeline_times(const PlotStory *story)
{
    GArray *times = g_array_new(FALSE, FALSE, sizeof(SimTime));

    g_array_append_val(times, story->begin);
    g_array_append_val(times, story->end);
    for (guint i = 0; i < story->sends->len; i++)
        g_array_append_val(times, g_array_index(story->sends, PlotSend, i).event->t);
    for (TraceHost host = 0; host < story->trace->hosts->len; host++) {
        append_times(story->index, host, TRACE_LIST_POWER, times);
        append_times(story->index, host, TRACE_LIST_ERRORS, times);
    }
    for (guint i = 0; i < story->timers->len; i++) {
        g_array_append_val(times, g_array_index(story->timers, PlotTimer, i).from);
        g_array_append_val(times, g_array_index(story->timers, PlotTimer, i).to);
    }
    for (guint i = 0; i < story->states->len; i++) {
        g_array_append_val(times, g_array_index(story->states, PlotState, i).from);
        g_array_append_val(times, g_array_index(story->states, PlotState, i).to);
    }
    return times;
}

/* --- the whole ---------------------------------------------------------------------------- */

Timeline *timeline_collect(const PlotStory *story)
{
    Timeline *line = g_new0(Timeline, 1);

    line->story = story;
    line->page = plot_page_new();
    line->lane_count = story->trace->hosts->len;
    line->lanes = g_new0(TimelineLane, line->lane_count + 1);
    for (guint i = 0; i < line->lane_count; i++) {
        line->lanes[i].moments = g_ptr_array_new_with_free_func(moment_free);
        line->lanes[i].bars = g_array_new(FALSE, FALSE, sizeof(TimelineBar));
        line->lanes[i].bands = g_array_new(FALSE, FALSE, sizeof(TimelineBand));
        line->lanes[i].refused = g_array_new(FALSE, FALSE, sizeof(const TraceEvent *));
    }
    collect_moments(line);
    collect_refused(line);
    collect_bars(line);
    collect_bands(line);
    return line;
}

void timeline_free(Timeline *line)
{
    for (guint i = 0; i < line->lane_count; i++) {
        for (guint j = 0; j < line->lanes[i].bars->len; j++)
            g_free(g_array_index(line->lanes[i].bars, TimelineBar, j).text);
        g_ptr_array_unref(line->lanes[i].moments);
        g_array_unref(line->lanes[i].bars);
        g_array_unref(line->lanes[i].bands);
        g_array_unref(line->lanes[i].refused);
    }
    g_free(line->lanes);
    plot_axis_free(line->axis);
    plot_page_free(line->page);
    g_free(line);
}
