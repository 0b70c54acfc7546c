/* Several stacks below each other: when each sends the same segment again, and when it gives up. */
#include "plot/page.h"
#include "plot/plot.h"

enum { EDGE = 24, ROW = 62, LABEL_LINE = 13, LABEL_ROWS = 3, BAR_HALF = 8 };

static const double axis_pixels = 820;
static const double marks_apart = 9;

typedef struct Backoff {
    const GPtrArray *rows; /* PlotBackoff */
    PlotAxis *axis;
    PlotPage *page;
    double left;
    gboolean is_cramped;
} Backoff;

PlotBackoff *plot_backoff_new(const char *name)
{
    PlotBackoff *backoff = g_new0(PlotBackoff, 1);

    backoff->name = g_strdup(name);
    backoff->times = g_array_new(FALSE, FALSE, sizeof(SimTime));
    backoff->given_up = SIM_NEVER;
    return backoff;
}

void plot_backoff_free(PlotBackoff *backoff)
{
    if (backoff == NULL)
        return;
    g_free(backoff->name);
    g_array_unref(backoff->times);
    g_free(backoff);
}

/* --- out of a trace ----------------------------------------------------------------------- */

static gboolean gives_up(const TraceEvent *event)
{
    gboolean is_gone = event->state.to == TCP_STATE_CLOSED || event->state.to == TCP_STATE_LISTEN;

    return is_gone && (event->state.reason == TCP_REASON_RETRIES_USED_UP ||
                       event->state.reason == TCP_REASON_CONNECT_TIMED_OUT);
}

static gboolean continues(const TraceEvent *event, const TraceEvent *first)
{
    return event->kind == TRACE_SEND && !event->segment.injected && event->host == first->host &&
           event->segment.seen->flow == first->segment.seen->flow &&
           event->segment.class == first->segment.class;
}

static const TraceEvent *first_of(const Trace *trace, SegmentClass class)
{
    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (event->kind == TRACE_SEND && !event->segment.injected &&
            event->segment.class == class && event->host < trace->hosts->len)
            return event;
    }
    return NULL;
}

PlotBackoff *plot_backoff_of(const Trace *trace, SegmentClass class, const char *name)
{
    const TraceEvent *first = first_of(trace, class);

    if (first == NULL)
        return NULL;

    PlotBackoff *backoff = plot_backoff_new(name);

    for (guint i = first->id - 1; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);
        SimTime since = event->t - first->t;

        backoff->seen = since;
        if (continues(event, first))
            g_array_append_val(backoff->times, since);
        else if (event->kind == TRACE_STATE && event->host == first->host &&
                 event->conn == first->conn && backoff->given_up == SIM_NEVER && gives_up(event))
            backoff->given_up = since;
    }
    return backoff;
}

/* --- drawing ------------------------------------------------------------------------------ */

static SimTime time_of(const PlotBackoff *row, guint i)
{
    return g_array_index(row->times, SimTime, i);
}

static PlotAxis *make_axis(const GPtrArray *rows, PlotScale scale)
{
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(SimTime));
    SimTime shortest = SIM_NEVER;

    for (guint i = 0; i < rows->len; i++) {
        const PlotBackoff *row = g_ptr_array_index(rows, i);

        g_array_append_vals(times, row->times->data, row->times->len);
        if (row->given_up != SIM_NEVER)
            g_array_append_val(times, row->given_up);
        for (guint j = 1; j < row->times->len; j++)
            shortest = MIN(shortest, time_of(row, j) - time_of(row, j - 1));
    }
    /* A few instants of a kind are not worth an axis without width. */
    SimTime least = SIM_SECOND;
    if (shortest == SIM_NEVER)
        g_array_append_val(times, least);
    return plot_axis_new(scale, times, MAX(shortest == SIM_NEVER ? least : shortest, 1),
                         axis_pixels);
}

static void say(Backoff *all, PlotRows *rows, double x, double y, SimTime t)
{
    g_autoptr(GString) text = g_string_new(NULL);

    plot_time(t, text);

    double half = plot_text_width(text->str, PLOT_SMALL) / 2;
    int row = plot_rows_place(rows, x - half, x + half + 5);

    if (row < 0) {
        all->page->left_out++;
        return;
    }
    y -= 16 + row * LABEL_LINE;
    plot_page_text(all->page, x, y, PLOT_CENTER, PLOT_SMALL, "segment", text->str);
}

static void draw_wait(Backoff *all, const PlotBackoff *row, double y, SimTime from, SimTime to)
{
    double x1 = all->left + plot_axis_x(all->axis, from),
           x2 = all->left + plot_axis_x(all->axis, to);
    PlotSpan span = {from, to, row->name, "wait"};
    g_autoptr(GString) text = g_string_new(NULL);

    plot_page_box(all->page, x1, y - BAR_HALF, x2, y + BAR_HALF, "timer-fired", &span);
    plot_time(to - from, text);
    /* The marks at both ends need their place. */
    if (x2 - x1 - 20 >= plot_text_width(text->str, PLOT_SMALL))
        plot_page_text(all->page, (x1 + x2) / 2, y, PLOT_CENTER, PLOT_SMALL, "timer", text->str);
    all->is_cramped = all->is_cramped || x2 - x1 < marks_apart;
}

static void draw_end(Backoff *all, const PlotBackoff *row, double y)
{
    SimTime last = time_of(row, row->times->len - 1);

    if (row->given_up == SIM_NEVER)
        return;

    double x = all->left + plot_axis_x(all->axis, row->given_up);
    g_autoptr(GString) text = g_string_new("gives up: ");

    if (row->given_up > last)
        draw_wait(all, row, y, last, row->given_up);
    plot_page_mark(all->page, x, y, "gave-up", row->given_up, row->name, "-");
    plot_time(row->given_up, text);
    plot_page_text(all->page, x + 12, y, PLOT_LEFT, PLOT_SMALL, "end", text->str);
    all->page->width =
        MAX(all->page->width, x + 12 + plot_text_width(text->str, PLOT_SMALL) + EDGE);
}

static void draw_row(Backoff *all, guint i, double y, const char *class)
{
    const PlotBackoff *row = g_ptr_array_index(all->rows, i);
    PlotRows labels;

    plot_rows_init(&labels, LABEL_ROWS, 0);
    plot_page_text(all->page, all->left - 22, y, PLOT_RIGHT, PLOT_TEXT, "host", row->name);
    for (guint j = 1; j < row->times->len; j++)
        draw_wait(all, row, y, time_of(row, j - 1), time_of(row, j));
    draw_end(all, row, y);
    for (guint j = 0; j < row->times->len; j++) {
        double x = all->left + plot_axis_x(all->axis, time_of(row, j));

        plot_page_mark(all->page, x, y, j == 0 ? "first" : "again", time_of(row, j), row->name,
                       class);
        say(all, &labels, x, y, time_of(row, j));
    }
}

static double draw_axis(Backoff *all, double top, double y)
{
    g_autoptr(GArray) ticks = plot_axis_ticks(all->axis);

    plot_page_line(all->page, all->left, y, all->left + all->axis->length, y, "axis");
    for (guint i = 0; i < ticks->len; i++) {
        SimTime t = g_array_index(ticks, SimTime, i);
        double x = all->left + plot_axis_x(all->axis, t);
        char text[SIM_TIME_TEXT_MAX];

        sim_time_format_seconds(t, 0, text);
        plot_page_line(all->page, x, top, x, y + 5, "grid");
        plot_page_text(all->page, x, y + 15, PLOT_CENTER, PLOT_SMALL, "time", text);
    }
    plot_page_text(all->page, all->left - 22, y + 15, PLOT_RIGHT, PLOT_SMALL, "time", "time, s");
    return y + 44;
}

static Backoff *lay_out(const GPtrArray *rows, SegmentClass class, PlotScale scale,
                        const char *given)
{
    static const PlotLegend legend[] = {
        {"first", PLOT_SIGN_MARK, "sent"},
        {"again", PLOT_SIGN_MARK, "sent again"},
        {"timer-fired", PLOT_SIGN_BOX, "the wait before that"},
        {"gave-up", PLOT_SIGN_MARK, "gives up"},
    };
    Backoff *all = g_new0(Backoff, 1);
    const char *name = segment_class_name(class);
    g_autofree char *title =
        given != NULL
            ? g_strdup(given)
            : g_strdup_printf("%s unanswered: when it is sent again, and when that ends", name);

    all->rows = rows;
    all->page = plot_page_new();
    all->axis = make_axis(rows, scale);
    for (guint i = 0; i < rows->len; i++)
        all->left = MAX(
            all->left,
            EDGE + 26 + plot_text_width(((const PlotBackoff *)rows->pdata[i])->name, PLOT_TEXT));
    all->left = MAX(all->left, 100);

    double top = plot_page_title(all->page, EDGE, title, NULL) + 8, y = top + 24;

    all->page->width = MAX(all->page->width, all->left + all->axis->length + EDGE + 16);
    for (guint i = 0; i < rows->len; i++, y += ROW)
        draw_row(all, i, y + LABEL_LINE, name);
    y = draw_axis(all, top, y - 4);
    all->page->height =
        plot_page_legend(all->page, EDGE, y, all->page->width - EDGE, legend, G_N_ELEMENTS(legend));
    return all;
}

static void backoff_free(Backoff *all)
{
    plot_axis_free(all->axis);
    plot_page_free(all->page);
    g_free(all);
}

void plot_backoffs(const GPtrArray *backoffs, SegmentClass class, const PlotOptions *options,
                   GString *out)
{
    PlotScale scale = options->scale == PLOT_SCALE_AUTO ? PLOT_SCALE_LINEAR : options->scale;
    Backoff *all = lay_out(backoffs, class, scale, options->title);

    /* Linear, if everything can be read that way; doubling waits ask for a logarithm. */
    if (options->scale == PLOT_SCALE_AUTO && (all->is_cramped || all->page->left_out > 0)) {
        backoff_free(all);
        all = lay_out(backoffs, class, PLOT_SCALE_LOG, options->title);
    }
    plot_page_write(all->page, "backoff", all->axis->scale, out);
    backoff_free(all);
}
