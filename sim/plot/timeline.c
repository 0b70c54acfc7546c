/* The timeline as a picture: time across, a lane for each host.
 *
 * A lane has, from the top: labels, marks of the segments sent, bars of the timers, bands of the
 * states.  It is laid out in two passes: first everything finds its row, then it is drawn, because
 * the height of a lane is known only when all have found theirs.
 */
#include "plot/page.h"
#include "plot/plot.h"
#include "plot/story.h"
#include "view/phrase.h"

enum {
    EDGE = 24,
    LABEL_LINE = 14, /* heights of rows */
    MARK_LINE = 13,
    BAR_LINE = 18,
    BAND_LINE = 20,
    LANE_GAP = 16,
    LABEL_SPACE = 5,
    LABEL_ROWS = 3, /* most rows of each kind in a lane */
    MARK_ROWS = 4,
    BAR_ROWS = 6,
    BAND_ROWS = 6,
    TIMES_FITTED_MOST = 600, /* of more instants, labels are not made room for */
};

static const double axis_pixels = 860;       /* of a linear axis */
static const double axis_pixels_most = 1800; /* of a broken one */
static const double axis_pixels_least = 420;
static const double marks_apart = 9, marks_told_apart = 0.5;

/* All that a host sent at one instant. */
typedef struct Moment {
    SimTime t;
    double x;
    GString *label;
    const char *word,
        *mark;      /* NULL: it has segments; else what happened to the host, or an error */
    GArray *sends;  /* const TraceEvent *, one for each kind */
    GArray *counts; /* guint, of each kind */
    int row;        /* of its label; -1: left out */
} Moment;

typedef struct Bar {
    const PlotTimer *timer;
    char *text;
    double x1, x2;
    gboolean is_inside, is_beside; /* the text; neither: left out */
    int row;
} Bar;

typedef struct Band {
    const PlotState *state;
    SimTime to; /* the listener's, in the row of a connection, ends where that one begins */
    double x1, x2;
    guint row;
    gboolean has_text;
} Band;

typedef struct Lane {
    GPtrArray *moments; /* Moment */
    GArray *bars;       /* Bar */
    GArray *bands;      /* Band */
    GArray *refused;    /* const TraceEvent *: arrivals that were */
    guint label_rows, mark_rows, bar_rows, band_rows;
    guint conns_left_out, bars_left_out;
    double top, marks_y, bars_y, bands_y, bottom;
} Lane;

typedef struct Timeline {
    const PlotStory *story;
    PlotAxis *axis;
    PlotPage *page;
    Lane *lanes;
    guint lane_count;
    double left, top, bottom; /* where the axis begins; the lanes */
    gboolean is_cramped;      /* something cannot be told apart */
    gboolean is_crowded;      /* there is no room even on a broken axis */
} Timeline;

static double place(const Timeline *line, SimTime t)
{
    return line->left + plot_axis_x(line->axis, t);
}

/* --- what there is ------------------------------------------------------------------------ */

static void moment_free(gpointer data)
{
    Moment *moment = data;

    g_string_free(moment->label, TRUE);
    g_array_unref(moment->sends);
    g_array_unref(moment->counts);
    g_free(moment);
}

static Moment *moment_new(SimTime t)
{
    Moment *moment = g_new0(Moment, 1);

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

static void moment_add(Moment *moment, const PlotSend *send)
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
static guint count_class(const Moment *moment, guint i)
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
static void moment_name(Moment *moment)
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
    const Moment *one = *(const Moment *const *)a, *other = *(const Moment *const *)b;

    return one->t < other->t ? -1 : one->t > other->t;
}

/* The moment at t: one of the first `count`, which are in order from *at on, or the last, or a new one. */
static Moment *moment_at(GPtrArray *moments, guint count, guint *at, SimTime t)
{
    Moment *last = moments->len > 0 ? g_ptr_array_index(moments, moments->len - 1) : NULL;

    while (*at < count && ((const Moment *)g_ptr_array_index(moments, *at))->t < t)
        ++*at;
    if (*at < count && ((const Moment *)g_ptr_array_index(moments, *at))->t == t)
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
        Moment *moment = moment_at(moments, count, &at, event->t);

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
        Moment *last = moments->len > 0 ? g_ptr_array_index(moments, moments->len - 1) : NULL;

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
        Bar bar = {.timer = &g_array_index(line->story->timers, PlotTimer, i)};

        if (bar.timer->host >= line->lane_count)
            continue;
        bar.text = plot_timer_text(bar.timer);
        g_array_append_val(line->lanes[bar.timer->host].bars, bar);
    }
}

static void cut_listener(Lane *lane, SimTime t)
{
    Band *listener = lane->bands->len > 0 ? &g_array_index(lane->bands, Band, 0) : NULL;

    if (listener != NULL && listener->state->conn == 0)
        listener->to = MIN(listener->to, MAX(t, listener->state->from));
}

/* The first row that is free from t on; BAND_ROWS: none. */
static guint free_row(const SimTime *ends, SimTime t)
{
    guint row = 0;

    while (row < BAND_ROWS && ends[row] > t)
        row++;
    return row;
}

/* Connections stand in the first row that is free; the listener is shown until it has one. */
static void collect_host_bands(Timeline *line, TraceHost host)
{
    const GArray *states = line->story->states;
    Lane *lane = &line->lanes[host];
    SimTime ends[BAND_ROWS] = {0};
    guint32 conn = G_MAXUINT32;
    guint row = 0;

    for (guint i = 0; i < states->len; i++) {
        const PlotState *state = &g_array_index(states, PlotState, i);
        Band band = {.state = state, .to = state->to};

        if (state->host != host)
            continue;
        if (conn == 0 && state->conn != 0)
            cut_listener(lane, state->from);
        if (state->conn != conn)
            row = free_row(ends, state->from);
        lane->conns_left_out += row == BAND_ROWS && state->conn != conn ? 1 : 0;
        conn = state->conn;
        if (row == BAND_ROWS)
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

/* --- the axis ----------------------------------------------------------------------------- */

static void append_times(const TraceIndex *index, TraceHost host, TraceList list, GArray *times)
{
    const TraceEvent *event = trace_index_first(index, host, list);

    for (; event != NULL; event = trace_index_next(index, event))
        g_array_append_val(times, event->t);
}

static GArray *all_times(const PlotStory *story)
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

static void fit_labels(Timeline *line, const Lane *lane)
{
    for (guint i = 1; i < lane->moments->len; i++) {
        const Moment *one = g_ptr_array_index(lane->moments, i - 1);
        const Moment *other = g_ptr_array_index(lane->moments, i);

        plot_axis_need(line->axis, one->t, other->t,
                       (plot_text_width(one->label->str, PLOT_SMALL) +
                        plot_text_width(other->label->str, PLOT_SMALL)) /
                               2 +
                           6);
    }
}

static void fit_bands(Timeline *line, const Lane *lane)
{
    for (guint i = 0; i < lane->bands->len; i++) {
        const Band *band = &g_array_index(lane->bands, Band, i);
        const char *name = tcp_state_name(band->state->state);

        plot_axis_need(line->axis, band->state->from, band->to,
                       plot_text_width(name, PLOT_SMALL) + 8);
    }
}

static void fit_bars(Timeline *line, const Lane *lane)
{
    for (guint i = 0; i < lane->bars->len; i++) {
        const Bar *bar = &g_array_index(lane->bars, Bar, i);

        plot_axis_need(line->axis, bar->timer->from, bar->timer->to,
                       plot_text_width(bar->text, PLOT_SMALL) + 8);
    }
}

static void fit_axis(Timeline *line)
{
    for (guint i = 0; i < line->lane_count; i++) {
        fit_labels(line, &line->lanes[i]);
        fit_bands(line, &line->lanes[i]);
        fit_bars(line, &line->lanes[i]);
    }
}

static void make_axis(Timeline *line, PlotScale scale)
{
    g_autoptr(GArray) times = all_times(line->story);

    line->axis = plot_axis_new(scale, times, line->story->one_way, axis_pixels);
    if (scale != PLOT_SCALE_BROKEN)
        return;
    if (line->axis->gaps->len <= TIMES_FITTED_MOST)
        fit_axis(line);
    plot_axis_need(line->axis, line->axis->begin, line->axis->end, axis_pixels_least);
    line->is_crowded = line->axis->length > axis_pixels_most;
    plot_axis_limit(line->axis, axis_pixels_most);
}

/* --- everything finds its row ------------------------------------------------------------- */

/* Where a label of this width stands: above its mark, but not beyond the edge. */
static double label_left(const Timeline *line, double x, double width)
{
    double right = line->left + line->axis->length + EDGE - 14;

    return MAX(MIN(x - width / 2, right - width), line->left - 16);
}

/* A row above another one is reached by a line from the mark, which crosses no label. */
static int label_row(PlotRows *rows, double x, double left, double width)
{
    for (guint i = 0; i < rows->count; i++) {
        if (left >= rows->ends[i]) {
            rows->ends[i] = left + width + LABEL_SPACE;
            rows->used = MAX(rows->used, i + 1);
            return (int)i;
        }
        if (x <= rows->ends[i] - LABEL_SPACE + 1)
            return -1;
    }
    return -1;
}

static void place_moments(Timeline *line, Lane *lane)
{
    PlotRows rows;
    double last_x = -1000;

    plot_rows_init(&rows, LABEL_ROWS, 0);
    for (guint i = 0; i < lane->moments->len; i++) {
        Moment *moment = g_ptr_array_index(lane->moments, i);
        double width = plot_text_width(moment->label->str, PLOT_SMALL);

        moment->x = place(line, moment->t);
        moment->row = label_row(&rows, moment->x, label_left(line, moment->x, width), width);
        line->page->left_out += moment->row < 0 ? 1 : 0;
        line->is_cramped = line->is_cramped || moment->x - last_x < marks_apart;
        last_x = moment->x;
        lane->mark_rows = MAX(lane->mark_rows, MIN(moment->sends->len, (guint)MARK_ROWS));
    }
    lane->label_rows = rows.used;
}

static void place_bar(Timeline *line, Lane *lane, PlotRows *rows, Bar *bar)
{
    double width = plot_text_width(bar->text, PLOT_SMALL);
    gboolean is_cancelled = bar->timer->end == PLOT_TIMER_CANCELLED;

    bar->x1 = place(line, bar->timer->from);
    bar->x2 = place(line, bar->timer->to);
    bar->is_inside = bar->x2 - bar->x1 >= width + 4;
    bar->is_beside = !bar->is_inside && !(line->is_crowded && is_cancelled) &&
                     bar->x2 + width + 4 <= line->left + line->axis->length + EDGE - 14;
    bar->row = plot_rows_place(rows, bar->x1, bar->is_beside ? bar->x2 + width + 8 : bar->x2);
    lane->bars_left_out += bar->row < 0 ? 1 : 0;
    line->page->left_out += bar->row >= 0 && !bar->is_inside && !bar->is_beside ? 1 : 0;
    line->is_cramped = line->is_cramped || bar->x2 - bar->x1 < 3 || bar->row > 2;
}

static void place_bars(Timeline *line, Lane *lane)
{
    PlotRows rows;

    plot_rows_init(&rows, BAR_ROWS, 0);
    for (guint i = 0; i < lane->bars->len; i++)
        place_bar(line, lane, &rows, &g_array_index(lane->bars, Bar, i));
    lane->bar_rows = rows.used;
}

static void place_bands(Timeline *line, Lane *lane)
{
    for (guint i = 0; i < lane->bands->len; i++) {
        Band *band = &g_array_index(lane->bands, Band, i);

        band->x1 = place(line, band->state->from);
        band->x2 = place(line, band->to);
        band->has_text = band->x2 - band->x1 >=
                         plot_text_width(tcp_state_name(band->state->state), PLOT_SMALL) + 4;
        line->page->left_out += band->has_text ? 0 : 1;
    }
}

static double place_lane(Timeline *line, Lane *lane, double y)
{
    place_moments(line, lane);
    place_bars(line, lane);
    place_bands(line, lane);
    lane->top = y;
    y += 8 + lane->label_rows * LABEL_LINE + MAX(lane->mark_rows, 1U) * MARK_LINE;
    lane->marks_y = y - 4;
    y += 8;
    lane->bars_y = y;
    y += lane->bar_rows * BAR_LINE + 2;
    lane->bands_y = y;
    y += lane->band_rows * BAND_LINE + 6;
    lane->bottom = MAX(y, lane->top + 44);
    return lane->bottom + LANE_GAP;
}

/* --- drawing ------------------------------------------------------------------------------ */

static void draw_moment(Timeline *line, const Lane *lane, const char *host, const Moment *moment)
{
    double y = lane->marks_y;
    guint shown = MIN(moment->sends->len, (guint)MARK_ROWS);

    if (moment->word != NULL) {
        plot_page_mark(line->page, moment->x, y, moment->mark, moment->t, host, moment->word);
        y -= MARK_LINE;
    }
    for (guint i = 0; i < shown; i++, y -= MARK_LINE) {
        const PlotSend *send = g_array_index(moment->sends, const PlotSend *, i);
        const char *class = segment_class_name(send->event->segment.class);

        plot_page_mark(line->page, moment->x, y, plot_send_mark(send), moment->t, host, class);
        if (plot_send_is_lost(send))
            plot_page_mark(line->page, moment->x, y, "lost", moment->t, host, class);
    }
    if (moment->row < 0)
        return;

    double label_y =
        lane->marks_y - (MAX(lane->mark_rows, 1U) - 1) * MARK_LINE - 15 - moment->row * LABEL_LINE;
    double width = plot_text_width(moment->label->str, PLOT_SMALL);

    if (label_y < y - 10)
        plot_page_line(line->page, moment->x, y + 4, moment->x, label_y + 6, "leader");
    plot_page_text(line->page, label_left(line, moment->x, width) + width / 2, label_y, PLOT_CENTER,
                   PLOT_SMALL, g_strcmp0(moment->mark, "error") == 0 ? "bad" : "segment",
                   moment->label->str);
}

/* What nobody could tell from the mark before it is not drawn: floods. */
static void draw_moments(Timeline *line, const Lane *lane, const char *host)
{
    double last_x = -1000;

    for (guint i = 0; i < lane->moments->len; i++) {
        const Moment *moment = g_ptr_array_index(lane->moments, i);

        if (moment->row < 0 && moment->x - last_x < marks_told_apart)
            continue;
        draw_moment(line, lane, host, moment);
        last_x = moment->x;
    }
}

/* Around what is sent at once in answer. */
static void draw_refused(Timeline *line, const Lane *lane, const char *host)
{
    double last_x = -1000;

    for (guint i = 0; i < lane->refused->len; i++) {
        const TraceEvent *event = g_array_index(lane->refused, const TraceEvent *, i);
        double x = place(line, event->t);

        if (x - last_x < marks_told_apart)
            continue;
        plot_page_mark(line->page, x, lane->marks_y, "refused", event->t, host,
                       segment_class_name(event->segment.class));
        last_x = x;
    }
}

static const char *bar_kind(const PlotTimer *timer)
{
    if (timer->end == PLOT_TIMER_CANCELLED)
        return "timer-cancelled";
    if (timer->timer != TCP_TIMER_RETRANSMIT)
        return "timer-other";
    return timer->end == PLOT_TIMER_FIRED ? "timer-fired" : "timer-open";
}

static void draw_bar(Timeline *line, const Lane *lane, const char *host, const Bar *bar)
{
    PlotSpan span = {bar->timer->from, bar->timer->to, host, tcp_timer_name(bar->timer->timer)};
    double y = lane->bars_y + bar->row * BAR_LINE;

    if (bar->row < 0)
        return;
    plot_page_box(line->page, bar->x1, y + 1, bar->x2, y + BAR_LINE - 3, bar_kind(bar->timer),
                  &span);
    if (bar->is_inside)
        plot_page_text(line->page, (bar->x1 + bar->x2) / 2, y + BAR_LINE / 2.0 - 1, PLOT_CENTER,
                       PLOT_SMALL, "timer", bar->text);
    if (bar->is_beside)
        plot_page_text(line->page, bar->x2 + 4, y + BAR_LINE / 2.0 - 1, PLOT_LEFT, PLOT_SMALL,
                       "timer", bar->text);
}

static void draw_band(Timeline *line, const Lane *lane, const char *host, const Band *band)
{
    const char *name = tcp_state_name(band->state->state);
    PlotSpan span = {band->state->from, band->to, host, name};
    double y = lane->bands_y + band->row * BAND_LINE;
    g_autofree char *what = g_ascii_strdown(name, -1);

    plot_page_box(line->page, band->x1, y, band->x2, y + BAND_LINE - 3, what, &span);
    if (band->has_text)
        plot_page_text(line->page, (band->x1 + band->x2) / 2, y + BAND_LINE / 2.0 - 1.5,
                       PLOT_CENTER, PLOT_SMALL, "state", name);
}

static void draw_lane(Timeline *line, guint host)
{
    const Lane *lane = &line->lanes[host];
    const char *name = plot_host_name(line->story, host);
    double right = line->left + line->axis->length;

    plot_page_box(line->page, EDGE - 12, lane->top, right + EDGE - 12, lane->bottom, "lane", NULL);
    plot_page_text(line->page, EDGE, lane->marks_y, PLOT_LEFT, PLOT_TEXT, "host", name);
    plot_page_line(line->page, line->left, lane->marks_y, right, lane->marks_y, "lane");
    for (guint i = 0; i < lane->bands->len; i++)
        draw_band(line, lane, name, &g_array_index(lane->bands, Band, i));
    for (guint i = 0; i < lane->bars->len; i++)
        draw_bar(line, lane, name, &g_array_index(lane->bars, Bar, i));
    draw_moments(line, lane, name);
    draw_refused(line, lane, name);
}

/* --- the axis below the lanes ------------------------------------------------------------- */

static void draw_fold(Timeline *line, const PlotGap *gap)
{
    double x = line->left + (gap->x1 + gap->x2) / 2;
    PlotSpan span = {gap->from, gap->to, "-", "-"};
    g_autoptr(GString) text = g_string_new(NULL);

    plot_time(gap->to - gap->from, text);
    plot_page_box(line->page, x - 5, line->top - 4, x + 5, line->bottom + 6, "fold", &span);
    plot_page_line(line->page, x - 5, line->bottom + 12, x - 1, line->bottom, "break");
    plot_page_line(line->page, x + 1, line->bottom + 12, x + 5, line->bottom, "break");
    if (gap->x2 - gap->x1 >= plot_text_width(text->str, PLOT_SMALL) + 4)
        plot_page_text(line->page, x, line->bottom + 36, PLOT_CENTER, PLOT_SMALL, "fold",
                       text->str);
    else
        line->page->left_out++;
}

/* Times beside each other, where there is room between those that are there already. */
static void draw_tick(Timeline *line, GArray *taken, SimTime t, gboolean must)
{
    double x = place(line, t);
    g_autofree char *text = plot_seconds(t, line->story->one_way);
    double half = plot_text_width(text, PLOT_SMALL) / 2 + 3;

    for (guint i = 0; i + 1 < taken->len; i += 2) {
        if (x - half < g_array_index(taken, double, i + 1) &&
            x + half > g_array_index(taken, double, i)) {
            line->page->left_out += must ? 1 : 0;
            return;
        }
    }
    double ends[2] = {x - half, x + half};
    g_array_append_vals(taken, ends, 2);
    plot_page_line(line->page, x, line->bottom + 6, x, line->bottom + 11, "tick");
    plot_page_text(line->page, x, line->bottom + 20, PLOT_CENTER, PLOT_SMALL, "time", text);
}

/* The ends first, then what follows a fold, then the rest. */
static void draw_broken_ticks(Timeline *line, GArray *taken)
{
    const GArray *gaps = line->axis->gaps;

    draw_tick(line, taken, line->axis->begin, TRUE);
    for (guint i = 0; i < gaps->len; i++) {
        const PlotGap *gap = &g_array_index(gaps, PlotGap, i);

        if (!gap->is_folded)
            continue;
        draw_fold(line, gap);
        draw_tick(line, taken, gap->to, FALSE);
    }
    for (guint i = 0; i < gaps->len; i++)
        draw_tick(line, taken, g_array_index(gaps, PlotGap, i).to, FALSE);
}

static void draw_ticks(Timeline *line, GArray *taken, const GArray *times)
{
    for (guint i = 0; i < times->len; i++)
        draw_tick(line, taken, g_array_index(times, SimTime, i), FALSE);
}

/* Between powers of ten nobody guesses: a logarithmic axis has first the instants at which something happens. */
static double draw_axis(Timeline *line)
{
    g_autoptr(GArray) taken = g_array_new(FALSE, FALSE, sizeof(double));
    double right = line->left + line->axis->length, y = line->bottom + 6;

    plot_page_line(line->page, line->left, y, right, y, "axis");
    plot_page_text(line->page, line->left - 18, y + 14, PLOT_RIGHT, PLOT_SMALL, "time", "time, s");
    if (line->axis->scale == PLOT_SCALE_BROKEN) {
        draw_broken_ticks(line, taken);
        return line->bottom + 58;
    }
    g_autoptr(GArray) ticks = plot_axis_ticks(line->axis);
    g_autoptr(GArray) instants = all_times(line->story);
    if (line->axis->scale == PLOT_SCALE_LOG)
        draw_ticks(line, taken, instants);
    draw_ticks(line, taken, ticks);
    return line->bottom + 46;
}

/* --- legend and notes --------------------------------------------------------------------- */

static gboolean any_send(const PlotStory *story, gboolean (*is)(const PlotSend *))
{
    for (guint i = 0; i < story->sends->len; i++) {
        if (is(&g_array_index(story->sends, PlotSend, i)))
            return TRUE;
    }
    return FALSE;
}

static gboolean any_bar(const Timeline *line, const char *kind)
{
    for (guint i = 0; i < line->lane_count; i++) {
        for (guint j = 0; j < line->lanes[i].bars->len; j++) {
            const Bar *bar = &g_array_index(line->lanes[i].bars, Bar, j);

            if (bar->row >= 0 && g_str_equal(bar_kind(bar->timer), kind))
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean any_refused(const Timeline *line)
{
    guint count = 0;

    for (guint i = 0; i < line->lane_count; i++)
        count += line->lanes[i].refused->len;
    return count > 0;
}

static double draw_legend(Timeline *line, double y)
{
    static const struct {
        gboolean (*is)(const PlotSend *);
        PlotLegend legend;
    } marks[] = {
        {plot_send_is_first, {"first", PLOT_SIGN_MARK, "sent"}},
        {plot_send_is_again, {"again", PLOT_SIGN_MARK, "sent again"}},
        {plot_send_is_forged, {"forged", PLOT_SIGN_MARK, "forged"}},
        {plot_send_is_lost, {"lost", PLOT_SIGN_MARK, "lost"}},
    };
    static const PlotLegend bars[] = {
        {"timer-fired", PLOT_SIGN_BOX, "retransmission timer, until it fires"},
        {"timer-other", PLOT_SIGN_BOX, "another timer"},
        {"timer-cancelled", PLOT_SIGN_BOX, "timer cancelled (its length in brackets)"},
        {"timer-open", PLOT_SIGN_BOX, "timer still running"},
    };
    static const PlotLegend refused = {"refused", PLOT_SIGN_MARK, "arrived, refused or ignored"};
    PlotLegend used[G_N_ELEMENTS(marks) + G_N_ELEMENTS(bars) + 1];
    guint count = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (any_send(line->story, marks[i].is))
            used[count++] = marks[i].legend;
    }
    if (any_refused(line))
        used[count++] = refused;
    for (gsize i = 0; i < G_N_ELEMENTS(bars); i++) {
        if (any_bar(line, bars[i].what))
            used[count++] = bars[i];
    }
    return plot_page_legend(line->page, EDGE, y, line->page->width - EDGE, used, count);
}

static void draw_note(Timeline *line, double y, const char *text)
{
    plot_page_text(line->page, EDGE, y, PLOT_LEFT, PLOT_SMALL, "note", text);
    line->page->width = MAX(line->page->width, 2 * EDGE + plot_text_width(text, PLOT_SMALL));
}

static double draw_notes(Timeline *line, double y)
{
    guint conns = 0, bars = 0;

    for (guint i = 0; i < line->lane_count; i++) {
        conns += line->lanes[i].conns_left_out;
        bars += line->lanes[i].bars_left_out;
    }
    if (line->page->left_out + conns + bars == 0)
        return y;

    g_autoptr(GString) text = g_string_new("Left out for want of room: ");
    phrase_count(line->page->left_out, "label", "labels", text);
    if (bars > 0) {
        g_string_append(text, ", ");
        phrase_count(bars, "timer", "timers", text);
    }
    if (conns > 0) {
        g_string_append(text, ", the states of ");
        phrase_count(conns, "connection", "connections", text);
    }
    draw_note(line, y, text->str);
    return y + LABEL_LINE;
}

/* --- the whole ---------------------------------------------------------------------------- */

static void lay_out(Timeline *line)
{
    double y = plot_page_head(line->page, EDGE, line->story->trace);

    for (guint i = 0; i < line->lane_count; i++)
        line->left = MAX(
            line->left, 2 * EDGE + 10 + plot_text_width(plot_host_name(line->story, i), PLOT_TEXT));
    line->left = MAX(line->left, 90);
    line->page->width = MAX(line->page->width, line->left + line->axis->length + EDGE);
    line->top = y;
    for (guint i = 0; i < line->lane_count; i++)
        y = place_lane(line, &line->lanes[i], y);
    line->bottom = y - LANE_GAP + 4;
}

static void draw(Timeline *line)
{
    for (guint i = 0; i < line->lane_count; i++)
        draw_lane(line, i);

    double y = draw_axis(line);

    y = draw_legend(line, y);
    line->page->height = draw_notes(line, y) + 6;
}

static Timeline *timeline_new(const PlotStory *story, PlotScale scale)
{
    Timeline *line = g_new0(Timeline, 1);

    line->story = story;
    line->page = plot_page_new();
    line->lane_count = story->trace->hosts->len;
    line->lanes = g_new0(Lane, line->lane_count + 1);
    for (guint i = 0; i < line->lane_count; i++) {
        line->lanes[i].moments = g_ptr_array_new_with_free_func(moment_free);
        line->lanes[i].bars = g_array_new(FALSE, FALSE, sizeof(Bar));
        line->lanes[i].bands = g_array_new(FALSE, FALSE, sizeof(Band));
        line->lanes[i].refused = g_array_new(FALSE, FALSE, sizeof(const TraceEvent *));
    }
    collect_moments(line);
    collect_refused(line);
    collect_bars(line);
    collect_bands(line);
    make_axis(line, scale);
    lay_out(line);
    return line;
}

static void timeline_free(Timeline *line)
{
    for (guint i = 0; i < line->lane_count; i++) {
        for (guint j = 0; j < line->lanes[i].bars->len; j++)
            g_free(g_array_index(line->lanes[i].bars, Bar, j).text);
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

/* Can it be read? */
static gboolean is_legible(const Timeline *line)
{
    return !line->is_cramped && line->page->left_out == 0;
}

/* Linear where that can be read; or logarithmic, which suits waits that double; or else broken. */
void plot_timeline(const Trace *trace, const PlotOptions *options, GString *out)
{
    g_autoptr(PlotStory) story = plot_story_new(trace);
    story->begin = options->from;
    gboolean is_auto = options->scale == PLOT_SCALE_AUTO;
    PlotScale scale = is_auto ? PLOT_SCALE_LINEAR : options->scale;
    Timeline *line = timeline_new(story, scale);

    while (is_auto && scale < PLOT_SCALE_BROKEN && !is_legible(line)) {
        timeline_free(line);
        line = timeline_new(story, ++scale);
    }
    draw(line);
    plot_page_write(line->page, "timeline", line->axis->scale, out);
    timeline_free(line);
}
