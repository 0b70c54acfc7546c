/* What a flood does over time, in panels below each other: which share of the clients gets in, how
 * many connections are half-open, how many bytes are held.  Several runs are curves of one picture.
 */
#include "plot/page.h"
#include "plot/plot.h"
#include "trace/index.h"
#include "view/phrase.h"

enum { EDGE = 24, PANEL = 118, PANEL_TITLE = 30, STRIP = 16, STEPS_MOST = 5, BUCKETS_MOST = 60 };

static const double axis_pixels = 760;

/* Solid, dashed, dotted, dash-dotted: a run each. */
static const char *const styles[] = {"series-1", "series-2", "series-3", "series-4"};

/* A point of a curve. */
typedef struct Point {
    SimTime t;
    double value;
    gboolean begins; /* nothing lies between it and the point before */
} Point;

typedef struct Picture {
    const GPtrArray *runs; /* PlotRun */
    PlotPage *page;
    PlotAxis *axis;
    double left;
} Picture;

static const PlotRun *run_at(const Picture *picture, guint i)
{
    return g_ptr_array_index(picture->runs, i);
}

/* --- what is drawn of a trace ------------------------------------------------------------- */

static const TraceInterval *row_at(const Trace *trace, guint i)
{
    return &g_array_index(trace->intervals, TraceInterval, i);
}

/* The host that is flooded, or else the one that accepts. */
static TraceHost flooded_host(const Trace *trace)
{
    if (trace->floods->len > 0)
        return g_array_index(trace->floods, TraceFlood, 0).to;
    for (TraceHost host = 0; host < trace->hosts->len; host++)
        if (trace_tally(trace, host)->opening.accepted > 0)
            return host;
    return 0;
}

static GArray *points_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(Point));
}

static GArray *held_points(const Trace *trace, gboolean bytes)
{
    GArray *points = points_new();
    TraceHost host = flooded_host(trace);

    for (guint i = host; i < trace->intervals->len; i += trace->hosts->len) {
        const TraceInterval *row = row_at(trace, i);
        Point point = {row->t, (double)(bytes ? row->held.bytes : row->held.half_open), i == host};

        g_array_append_val(points, point);
    }
    return points;
}

static GArray *half_open_points(const Trace *trace)
{
    return held_points(trace, FALSE);
}

static GArray *bytes_points(const Trace *trace)
{
    return held_points(trace, TRUE);
}

/* A client's attempt. */
typedef struct Attempt {
    SimTime t;
    gboolean got_in;
} Attempt;

static gboolean got_in(const Trace *trace, const TraceConn *conn)
{
    const TraceEvent *answered = trace_event(trace, conn->answered);

    return answered != NULL && answered->app.event == TRACE_APP_CONNECTED;
}

/* In the order in which they began. */
static GArray *attempts_of(const Trace *trace)
{
    GArray *attempts = g_array_new(FALSE, FALSE, sizeof(Attempt));
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (event->kind != TRACE_STATE || event->state.to != TCP_STATE_SYN_SENT)
            continue;
        Attempt attempt = {event->t, got_in(trace, trace_index_conn(index, event))};
        g_array_append_val(attempts, attempt);
    }
    return attempts;
}

/* Whole intervals, so many that a bucket has two attempts on average, and that there are not too
 * many of them. */
static SimTime bucket_width(const Trace *trace, const GArray *attempts)
{
    SimTime last = g_array_index(attempts, Attempt, attempts->len - 1).t;
    SimTime most = MIN(BUCKETS_MOST, MAX(attempts->len / 2, 1));

    return sim_time_times(trace->interval, last / trace->interval / most + 1);
}

/* Of those that tried within a bucket, how many got in, then or later. */
static GArray *share_points(const Trace *trace)
{
    GArray *points = points_new();
    g_autoptr(GArray) attempts = attempts_of(trace);

    if (attempts->len == 0)
        return points;
    SimTime width = bucket_width(trace, attempts), before = -1;
    for (guint i = 0; i < attempts->len;) {
        SimTime bucket = g_array_index(attempts, Attempt, i).t / width * width;
        guint tried = 0, got_in = 0;

        for (; i < attempts->len && g_array_index(attempts, Attempt, i).t - bucket < width; i++) {
            tried++;
            got_in += g_array_index(attempts, Attempt, i).got_in;
        }
        Point from = {bucket, 100.0 * got_in / tried, bucket != before};
        Point to = {sim_time_add(bucket, width), from.value, FALSE};
        g_array_append_val(points, from);
        g_array_append_val(points, to);
        before = to.t;
    }
    return points;
}

/* --- panels ------------------------------------------------------------------------------- */

typedef struct Panel {
    const char *title; /* %s: the host */
    GArray *(*points)(const Trace *trace);
    const char *unit; /* behind the numbers of its axis */
    double most;      /* its axis ends there; 0: where the curves need it */
} Panel;

static const Panel panels[] = {
    {"clients that got in, of those that tried at that time", share_points, " %", 100},
    {"connections half-open at %s", half_open_points, "", 0},
    {"bytes that %s holds for its connections", bytes_points, "", 0},
};

/* 1, 2 or 5 times a power of ten, so that a few steps reach the most. */
static double nice_step(double most)
{
    static const int factors[] = {1, 2, 5};

    for (double power = 1;; power *= 10)
        for (gsize i = 0; i < G_N_ELEMENTS(factors); i++)
            if (most <= power * factors[i] * STEPS_MOST)
                return power * factors[i];
}

static double most_of(const GPtrArray *curves)
{
    double most = 1;

    for (guint i = 0; i < curves->len; i++) {
        const GArray *points = g_ptr_array_index(curves, i);

        for (guint j = 0; j < points->len; j++)
            most = MAX(most, g_array_index(points, Point, j).value);
    }
    return most;
}

static void draw_time_grid(const Picture *picture, double y)
{
    g_autoptr(GArray) ticks = plot_axis_ticks(picture->axis);

    for (guint i = 0; i < ticks->len; i++) {
        double x = picture->left + plot_axis_x(picture->axis, g_array_index(ticks, SimTime, i));

        plot_page_line(picture->page, x, y, x, y + PANEL + 4, "grid");
    }
}

static void draw_scale(const Picture *picture, const Panel *panel, double y, double step,
                       guint count)
{
    PlotPage *page = picture->page;

    for (guint i = 0; i <= count; i++) {
        double at = y + PANEL - PANEL * (double)i / count;
        g_autoptr(GString) text = g_string_new(NULL);

        phrase_thousands((guint64)(step * i), text);
        g_string_append(text, panel->unit);
        plot_page_line(page, picture->left, at, picture->left + axis_pixels, at,
                       i == 0 ? "axis" : "grid");
        plot_page_text(page, picture->left - 8, at, PLOT_RIGHT, PLOT_SMALL, "time", text->str);
    }
}

static void draw_curve(const Picture *picture, const GArray *points, const char *style, double y,
                       double top)
{
    for (guint i = 0; i < points->len; i++) {
        const Point *point = &g_array_index(points, Point, i);

        if (point->begins && i > 0)
            plot_page_end_curve(picture->page);
        plot_page_point(picture->page, picture->left + plot_axis_x(picture->axis, point->t),
                        y + PANEL - PANEL * point->value / top, style);
    }
    plot_page_end_curve(picture->page);
}

/* Returns the y below; the same when there is nothing to draw. */
static double draw_panel(const Picture *picture, const Panel *panel, double y)
{
    g_autoptr(GPtrArray) curves = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    const Trace *first = run_at(picture, 0)->trace;
    const char *host = g_ptr_array_index(first->hosts, flooded_host(first));
    g_auto(GStrv) parts = g_strsplit(panel->title, "%s", 2);
    g_autofree char *title = g_strjoinv(host, parts);

    guint points = 0;

    for (guint i = 0; i < picture->runs->len; i++) {
        GArray *curve = panel->points(run_at(picture, i)->trace);

        g_ptr_array_add(curves, curve);
        points += curve->len;
    }
    if (points == 0) /* nobody tried to connect */
        return y;

    double most = panel->most > 0 ? panel->most : most_of(curves), step = nice_step(most);
    guint count = 1;
    while (step * count < most)
        count++;
    plot_page_text(picture->page, picture->left, y + 14, PLOT_LEFT, PLOT_TEXT, "host", title);
    y += PANEL_TITLE;
    draw_time_grid(picture, y);
    draw_scale(picture, panel, y, step, count);
    for (guint i = 0; i < curves->len; i++)
        draw_curve(picture, g_ptr_array_index(curves, i), styles[i], y, step * count);
    return y + PANEL;
}

/* --- the page ----------------------------------------------------------------------------- */

/* When the last thing changed that is drawn: what comes later is a line straight on. */
static SimTime last_change(const Trace *trace)
{
    guint hosts = trace->hosts->len;
    TraceHost flooded = flooded_host(trace);
    SimTime last = 0;

    for (guint i = hosts; i < trace->intervals->len; i++) {
        const TraceInterval *row = row_at(trace, i), *before = row_at(trace, i - hosts);
        gboolean holds_other =
            row->held.half_open != before->held.half_open || row->held.bytes != before->held.bytes;

        if ((holds_other && row->host == flooded) || row->opening.tried != before->opening.tried)
            last = row->t;
    }
    return last;
}

static PlotAxis *make_axis(const GPtrArray *runs)
{
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(SimTime));
    SimTime begin = 0, end = SIM_SECOND;

    for (guint i = 0; i < runs->len; i++)
        end = MAX(end, last_change(((const PlotRun *)g_ptr_array_index(runs, i))->trace));
    g_array_append_val(times, begin);
    g_array_append_val(times, end);
    return plot_axis_new(PLOT_SCALE_LINEAR, times, 0, axis_pixels);
}

/* When the floods of the first run lasted; returns the y below. */
static double draw_floods(const Picture *picture, double y)
{
    const Trace *trace = run_at(picture, 0)->trace;
    guint64 count = 0;

    for (guint i = 0; i < trace->floods->len; i++) {
        const TraceFlood *flood = &g_array_index(trace->floods, TraceFlood, i);
        PlotSpan span = {flood->first, flood->last, g_ptr_array_index(trace->hosts, flood->from),
                         "flood"};
        double x1 = picture->left + plot_axis_x(picture->axis, span.from);
        double x2 = picture->left + plot_axis_x(picture->axis, span.to);

        plot_page_box(picture->page, x1, y, MAX(x2, x1 + 2), y + STRIP / 2.0, "flood", &span);
        count += flood->count;
    }
    if (trace->floods->len == 0)
        return y;

    g_autoptr(GString) text = g_string_new("flood: ");
    phrase_thousands(count, text);
    g_string_append(text, " segments");

    SimTime began = g_array_index(trace->floods, TraceFlood, 0).first;
    double x = picture->left + MIN(plot_axis_x(picture->axis, began),
                                   axis_pixels - plot_text_width(text->str, PLOT_SMALL));
    plot_page_text(picture->page, x, y - 9, PLOT_LEFT, PLOT_SMALL, "timer", text->str);
    return y + STRIP;
}

/* Below the last panel; returns the y below. */
static double draw_times(const Picture *picture, double y)
{
    g_autoptr(GArray) ticks = plot_axis_ticks(picture->axis);

    for (guint i = 0; i < ticks->len; i++) {
        SimTime t = g_array_index(ticks, SimTime, i);
        double x = picture->left + plot_axis_x(picture->axis, t);
        char text[SIM_TIME_TEXT_MAX];

        sim_time_format_seconds(t, 0, text);
        plot_page_text(picture->page, x, y + 15, PLOT_CENTER, PLOT_SMALL, "time", text);
    }
    plot_page_text(picture->page, picture->left - 20, y + 15, PLOT_RIGHT, PLOT_SMALL, "time",
                   "time, s");
    return y + 44;
}

static double draw_legend(const Picture *picture, double y)
{
    PlotLegend legend[G_N_ELEMENTS(styles)];

    for (guint i = 0; i < picture->runs->len; i++)
        legend[i] = (PlotLegend){styles[i], PLOT_SIGN_LINE, run_at(picture, i)->name};
    return plot_page_legend(picture->page, EDGE, y, picture->page->width - EDGE, legend,
                            picture->runs->len);
}

static double draw_title(const Picture *picture, const char *title)
{
    const Trace *first = run_at(picture, 0)->trace;

    if (title != NULL)
        return plot_page_title(picture->page, EDGE, title, NULL);
    if (picture->runs->len == 1)
        return plot_page_head(picture->page, EDGE, first);
    return plot_page_title(picture->page, EDGE, "Who gets in, and what the server holds", NULL);
}

void plot_counters(const GPtrArray *runs, const char *title, GString *out)
{
    g_autoptr(PlotPage) page = plot_page_new();
    g_autoptr(PlotAxis) axis = make_axis(runs);
    Picture picture = {.runs = runs, .page = page, .axis = axis};

    g_assert(runs->len > 0 && runs->len <= PLOT_RUNS_MAX);
    picture.left = EDGE + 8 + plot_text_width("10,000,000", PLOT_SMALL);

    double y = draw_title(&picture, title) + 16;

    page->width = MAX(page->width, picture.left + axis_pixels + EDGE + 16);
    y = draw_floods(&picture, y);
    for (gsize i = 0; i < G_N_ELEMENTS(panels); i++)
        y = draw_panel(&picture, &panels[i], y);
    y = draw_times(&picture, y);
    page->height = runs->len > 1 ? draw_legend(&picture, y) : y;
    plot_page_write(page, "counters", PLOT_SCALE_LINEAR, out);
}
