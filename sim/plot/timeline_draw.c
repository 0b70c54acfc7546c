/* The drawing of a timeline: what has its row already, and what stands below the lanes. */
#include "plot/plot.h"
#include "plot/timeline.h"
#include "view/phrase.h"

static const double marks_told_apart = 0.5;

static void draw_moment(Timeline *line, const TimelineLane *lane, const char *host,
                        const TimelineMoment *moment)
{
    double y = lane->marks_y;
    guint shown = MIN(moment->sends->len, (guint)TIMELINE_MARK_ROWS);

    if (moment->word != NULL) {
        plot_page_mark(line->page, moment->x, y, moment->mark, moment->t, host, moment->word);
        y -= TIMELINE_MARK_LINE;
    }
    for (guint i = 0; i < shown; i++, y -= TIMELINE_MARK_LINE) {
        const PlotSend *send = g_array_index(moment->sends, const PlotSend *, i);
        const char *class = segment_class_name(send->event->segment.class);

        plot_page_mark(line->page, moment->x, y, plot_send_mark(send), moment->t, host, class);
        if (plot_send_is_lost(send))
            plot_page_mark(line->page, moment->x, y, "lost", moment->t, host, class);
    }
    if (moment->row < 0)
        return;

    double label_y = lane->marks_y - (MAX(lane->mark_rows, 1U) - 1) * TIMELINE_MARK_LINE - 15 -
                     moment->row * TIMELINE_LABEL_LINE;
    double width = plot_text_width(moment->label->str, PLOT_SMALL);

    if (label_y < y - 10)
        plot_page_line(line->page, moment->x, y + 4, moment->x, label_y + 6, "leader");
    plot_page_text(line->page, timeline_label_left(line, moment->x, width) + width / 2, label_y,
                   PLOT_CENTER, PLOT_SMALL,
                   g_strcmp0(moment->mark, "error") == 0 ? "bad" : "segment", moment->label->str);
}

/* What nobody could tell from the mark before it is not drawn: floods. */
static void draw_moments(Timeline *line, const TimelineLane *lane, const char *host)
{
    double last_x = -1000;

    for (guint i = 0; i < lane->moments->len; i++) {
        const TimelineMoment *moment = g_ptr_array_index(lane->moments, i);

        if (moment->row < 0 && moment->x - last_x < marks_told_apart)
            continue;
        draw_moment(line, lane, host, moment);
        last_x = moment->x;
    }
}

/* Around what is sent at once in answer. */
static void draw_refused(Timeline *line, const TimelineLane *lane, const char *host)
{
    double last_x = -1000;

    for (guint i = 0; i < lane->refused->len; i++) {
        const TraceEvent *event = g_array_index(lane->refused, const TraceEvent *, i);
        double x = timeline_x(line, event->t);

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

static void draw_bar(Timeline *line, const TimelineLane *lane, const char *host,
                     const TimelineBar *bar)
{
    PlotSpan span = {bar->timer->from, bar->timer->to, host, tcp_timer_name(bar->timer->timer)};
    double y = lane->bars_y + bar->row * TIMELINE_BAR_LINE;

    if (bar->row < 0)
        return;
    plot_page_box(line->page, bar->x1, y + 1, bar->x2, y + TIMELINE_BAR_LINE - 3,
                  bar_kind(bar->timer), &span);
    if (bar->is_inside)
        plot_page_text(line->page, (bar->x1 + bar->x2) / 2, y + TIMELINE_BAR_LINE / 2.0 - 1,
                       PLOT_CENTER, PLOT_SMALL, "timer", bar->text);
    if (bar->is_beside)
        plot_page_text(line->page, bar->x2 + 4, y + TIMELINE_BAR_LINE / 2.0 - 1, PLOT_LEFT,
                       PLOT_SMALL, "timer", bar->text);
}

static void draw_band(Timeline *line, const TimelineLane *lane, const char *host,
                      const TimelineBand *band)
{
    const char *name = tcp_state_name(band->state->state);
    PlotSpan span = {band->state->from, band->to, host, name};
    double y = lane->bands_y + band->row * TIMELINE_BAND_LINE;
    g_autofree char *what = g_ascii_strdown(name, -1);

    plot_page_box(line->page, band->x1, y, band->x2, y + TIMELINE_BAND_LINE - 3, what, &span);
    if (band->has_text)
        plot_page_text(line->page, (band->x1 + band->x2) / 2, y + TIMELINE_BAND_LINE / 2.0 - 1.5,
                       PLOT_CENTER, PLOT_SMALL, "state", name);
}

static void draw_lane(Timeline *line, guint host)
{
    const TimelineLane *lane = &line->lanes[host];
    const char *name = plot_host_name(line->story, host);
    double right = line->left + line->axis->length;

    plot_page_box(line->page, TIMELINE_EDGE - 12, lane->top, right + TIMELINE_EDGE - 12,
                  lane->bottom, "lane", NULL);
    plot_page_text(line->page, TIMELINE_EDGE, lane->marks_y, PLOT_LEFT, PLOT_TEXT, "host", name);
    plot_page_line(line->page, line->left, lane->marks_y, right, lane->marks_y, "lane");
    for (guint i = 0; i < lane->bands->len; i++)
        draw_band(line, lane, name, &g_array_index(lane->bands, TimelineBand, i));
    for (guint i = 0; i < lane->bars->len; i++)
        draw_bar(line, lane, name, &g_array_index(lane->bars, TimelineBar, i));
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
    double x = timeline_x(line, t);
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
    g_autoptr(GArray) instants = timeline_times(line->story);
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
            const TimelineBar *bar = &g_array_index(line->lanes[i].bars, TimelineBar, j);

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
    return plot_page_legend(line->page, TIMELINE_EDGE, y, line->page->width - TIMELINE_EDGE, used,
                            count);
}

static void draw_note(Timeline *line, double y, const char *text)
{
    plot_page_text(line->page, TIMELINE_EDGE, y, PLOT_LEFT, PLOT_SMALL, "note", text);
    line->page->width =
        MAX(line->page->width, 2 * TIMELINE_EDGE + plot_text_width(text, PLOT_SMALL));
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
    return y + TIMELINE_LABEL_LINE;
}

void timeline_draw(Timeline *line)
{
    for (guint i = 0; i < line->lane_count; i++)
        draw_lane(line, i);

    double y = draw_axis(line);

    y = draw_legend(line, y);
    line->page->height = draw_notes(line, y) + 6;
}
