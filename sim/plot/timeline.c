/* The timeline as a picture: time across, a lane for each host.
 *
 * A lane has, from the top: labels, marks of the segments sent, bars of the timers, bands of the
 * states.  It is laid out in two passes: first everything finds its row, then it is drawn, because
 * the height of a lane is known only when all have found theirs.  Here it is laid out; what there is
 * is timeline_collect.c's, the drawing timeline_draw.c's.
 */
#include "plot/timeline.h"
#include "plot/plot.h"

enum {
    LANE_GAP = 16,
    LABEL_SPACE = 5,
    LABEL_ROWS = 3, /* most rows of each kind in a lane; the others: timeline.h */
    BAR_ROWS = 6,
    TIMES_FITTED_MOST = 600, /* of more instants, labels are not made room for */
};

static const double axis_pixels = 860;       /* of a linear axis */
static const double axis_pixels_most = 1800; /* of a broken one */
static const double axis_pixels_least = 420;
static const double marks_apart = 9;

double timeline_x(const Timeline *line, SimTime t)
{
    return line->left + plot_axis_x(line->axis, t);
}

/* --- the axis ----------------------------------------------------------------------------- */

static void fit_labels(Timeline *line, const TimelineLane *lane)
{
    for (guint i = 1; i < lane->moments->len; i++) {
        const TimelineMoment *one = g_ptr_array_index(lane->moments, i - 1);
        const TimelineMoment *other = g_ptr_array_index(lane->moments, i);

        plot_axis_need(line->axis, one->t, other->t,
                       (plot_text_width(one->label->str, PLOT_SMALL) +
                        plot_text_width(other->label->str, PLOT_SMALL)) /
                               2 +
                           6);
    }
}

static void fit_bands(Timeline *line, const TimelineLane *lane)
{
    for (guint i = 0; i < lane->bands->len; i++) {
        const TimelineBand *band = &g_array_index(lane->bands, TimelineBand, i);
        const char *name = tcp_state_name(band->state->state);

        plot_axis_need(line->axis, band->state->from, band->to,
                       plot_text_width(name, PLOT_SMALL) + 8);
    }
}

static void fit_bars(Timeline *line, const TimelineLane *lane)
{
    for (guint i = 0; i < lane->bars->len; i++) {
        const TimelineBar *bar = &g_array_index(lane->bars, TimelineBar, i);

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
    g_autoptr(GArray) times = timeline_times(line->story);

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

double timeline_label_left(const Timeline *line, double x, double width)
{
    double right = line->left + line->axis->length + TIMELINE_EDGE - 14;

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

static void place_moments(Timeline *line, TimelineLane *lane)
{
    PlotRows rows;
    double last_x = -1000;

    plot_rows_init(&rows, LABEL_ROWS, 0);
    for (guint i = 0; i < lane->moments->len; i++) {
        TimelineMoment *moment = g_ptr_array_index(lane->moments, i);
        double width = plot_text_width(moment->label->str, PLOT_SMALL);

        moment->x = timeline_x(line, moment->t);
        moment->row =
            label_row(&rows, moment->x, timeline_label_left(line, moment->x, width), width);
        line->page->left_out += moment->row < 0 ? 1 : 0;
        line->is_cramped = line->is_cramped || moment->x - last_x < marks_apart;
        last_x = moment->x;
        lane->mark_rows = MAX(lane->mark_rows, MIN(moment->sends->len, (guint)TIMELINE_MARK_ROWS));
    }
    lane->label_rows = rows.used;
}

static void place_bar(Timeline *line, TimelineLane *lane, PlotRows *rows, TimelineBar *bar)
{
    double width = plot_text_width(bar->text, PLOT_SMALL);
    gboolean is_cancelled = bar->timer->end == PLOT_TIMER_CANCELLED;

    bar->x1 = timeline_x(line, bar->timer->from);
    bar->x2 = timeline_x(line, bar->timer->to);
    bar->is_inside = bar->x2 - bar->x1 >= width + 4;
    bar->is_beside = !bar->is_inside && !(line->is_crowded && is_cancelled) &&
                     bar->x2 + width + 4 <= line->left + line->axis->length + TIMELINE_EDGE - 14;
    bar->row = plot_rows_place(rows, bar->x1, bar->is_beside ? bar->x2 + width + 8 : bar->x2);
    lane->bars_left_out += bar->row < 0 ? 1 : 0;
    line->page->left_out += bar->row >= 0 && !bar->is_inside && !bar->is_beside ? 1 : 0;
    line->is_cramped = line->is_cramped || bar->x2 - bar->x1 < 3 || bar->row > 2;
}

static void place_bars(Timeline *line, TimelineLane *lane)
{
    PlotRows rows;

    plot_rows_init(&rows, BAR_ROWS, 0);
    for (guint i = 0; i < lane->bars->len; i++)
        place_bar(line, lane, &rows, &g_array_index(lane->bars, TimelineBar, i));
    lane->bar_rows = rows.used;
}

static void place_bands(Timeline *line, TimelineLane *lane)
{
    for (guint i = 0; i < lane->bands->len; i++) {
        TimelineBand *band = &g_array_index(lane->bands, TimelineBand, i);

        band->x1 = timeline_x(line, band->state->from);
        band->x2 = timeline_x(line, band->to);
        band->has_text = band->x2 - band->x1 >=
                         plot_text_width(tcp_state_name(band->state->state), PLOT_SMALL) + 4;
        line->page->left_out += band->has_text ? 0 : 1;
    }
}

static double place_lane(Timeline *line, TimelineLane *lane, double y)
{
    place_moments(line, lane);
    place_bars(line, lane);
    place_bands(line, lane);
    lane->top = y;
    y += 8 + lane->label_rows * TIMELINE_LABEL_LINE + MAX(lane->mark_rows, 1U) * TIMELINE_MARK_LINE;
    lane->marks_y = y - 4;
    y += 8;
    lane->bars_y = y;
    y += lane->bar_rows * TIMELINE_BAR_LINE + 2;
    lane->bands_y = y;
    y += lane->band_rows * TIMELINE_BAND_LINE + 6;
    lane->bottom = MAX(y, lane->top + 44);
    return lane->bottom + LANE_GAP;
}

/* --- the whole ---------------------------------------------------------------------------- */

static void lay_out(Timeline *line)
{
    double y = plot_page_head(line->page, TIMELINE_EDGE, line->story->trace);

    for (guint i = 0; i < line->lane_count; i++)
        line->left =
            MAX(line->left, 2 * TIMELINE_EDGE + 10 +
                                plot_text_width(plot_host_name(line->story, i), PLOT_TEXT));
    line->left = MAX(line->left, 90);
    line->page->width = MAX(line->page->width, line->left + line->axis->length + TIMELINE_EDGE);
    line->top = y;
    for (guint i = 0; i < line->lane_count; i++)
        y = place_lane(line, &line->lanes[i], y);
    line->bottom = y - LANE_GAP + 4;
}

static Timeline *timeline_new(const PlotStory *story, PlotScale scale)
{
    Timeline *line = timeline_collect(story);

    make_axis(line, scale);
    lay_out(line);
    return line;
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
    timeline_draw(line);
    plot_page_write(line->page, "timeline", line->axis->scale, out);
    timeline_free(line);
}
