/* The page. */
#include "plot/page.h"

#include <string.h>

#include "escape/escape.h"
#include "view/setup.h"

static const double size_pixels[PLOT_SIZE_COUNT] = {17, 12, 10};
static const char *const size_names[PLOT_SIZE_COUNT] = {"title", "text", "small"};
static const char *const align_names[PLOT_ALIGN_COUNT] = {"left", "center", "right"};

PlotPage *plot_page_new(void)
{
    PlotPage *page = g_new0(PlotPage, 1);

    page->texts = g_string_new(NULL);
    page->marks = g_string_new(NULL);
    page->boxes = g_string_new(NULL);
    page->lines = g_string_new(NULL);
    page->curves = g_string_new(NULL);
    return page;
}

void plot_page_free(PlotPage *page)
{
    if (page == NULL)
        return;
    g_string_free(page->texts, TRUE);
    g_string_free(page->marks, TRUE);
    g_string_free(page->boxes, TRUE);
    g_string_free(page->lines, TRUE);
    g_string_free(page->curves, TRUE);
    g_free(page);
}

/* Of " " to "~", in hundredths of the size: those of DejaVu Sans, which is wide. */
static const guint8 advances[] = {
    32, 40, 46, 84, 64, 95, 78, 27, 39,  39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79,
    60, 79, 69, 63, 61, 73, 68, 99, 69,  61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63,
    63, 28, 28, 58, 28, 97, 63, 61, 63,  63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
};

enum { ADVANCE_OTHER = 84, ADVANCE_WIDE = 100 };

double plot_text_width(const char *text, PlotSize size)
{
    guint hundredths = 0;

    for (const char *c = text; *c != '\0'; c += g_utf8_skip[(guchar)*c]) {
        gunichar sign = g_utf8_get_char(c);

        if (sign >= ' ' && sign <= '~')
            hundredths += advances[sign - ' '];
        else
            hundredths += g_unichar_iswide(sign) ? ADVANCE_WIDE : ADVANCE_OTHER;
    }
    return hundredths * size_pixels[size] / 100;
}

/* A tenth of a pixel is fine enough, and short. */
static void put_number(GString *out, double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append(out, g_ascii_formatd(text, sizeof text, "%.1f", number));
}

static void put_text(GString *out, const char *text)
{
    g_string_append_c(out, '\t');
    escape_gnuplot(text, out);
}

static void put_place(GString *out, double x, double y)
{
    put_number(out, x);
    g_string_append_c(out, '\t');
    put_number(out, y);
}

static void put_time(GString *out, SimTime t)
{
    char text[SIM_TIME_TEXT_MAX];

    sim_time_format_seconds(t, 0, text);
    g_string_append_printf(out, "\t%s", text);
}

void plot_page_text(PlotPage *page, double x, double y, PlotAlign align, PlotSize size,
                    const char *role, const char *text)
{
    put_place(page->texts, x, y);
    g_string_append_printf(page->texts, "\t%s\t%s\t%s", align_names[align], size_names[size], role);
    put_text(page->texts, text);
    g_string_append_c(page->texts, '\n');
}

void plot_page_mark(PlotPage *page, double x, double y, const char *what, SimTime t,
                    const char *host, const char *segment)
{
    put_place(page->marks, x, y);
    g_string_append_printf(page->marks, "\t%s", what);
    put_time(page->marks, t);
    put_text(page->marks, host);
    put_text(page->marks, segment);
    g_string_append_c(page->marks, '\n');
}

void plot_page_box(PlotPage *page, double x1, double y1, double x2, double y2, const char *what,
                   const PlotSpan *span)
{
    static const PlotSpan nothing = {0, 0, "-", "-"};

    if (span == NULL)
        span = &nothing;
    put_place(page->boxes, x1, y1);
    g_string_append_c(page->boxes, '\t');
    put_place(page->boxes, x2, y2);
    g_string_append_printf(page->boxes, "\t%s", what);
    put_time(page->boxes, span->from);
    put_time(page->boxes, span->to);
    put_text(page->boxes, span->host);
    put_text(page->boxes, span->name);
    g_string_append_c(page->boxes, '\n');
}

void plot_page_line(PlotPage *page, double x1, double y1, double x2, double y2, const char *what)
{
    put_place(page->lines, x1, y1);
    g_string_append_c(page->lines, '\t');
    put_place(page->lines, x2, y2);
    g_string_append_printf(page->lines, "\t%s\n", what);
}

void plot_page_point(PlotPage *page, double x, double y, const char *what)
{
    put_place(page->curves, x, y);
    g_string_append_printf(page->curves, "\t%s\n", what);
}

void plot_page_end_curve(PlotPage *page)
{
    g_string_append_c(page->curves, '\n');
}

enum { TIME_DIGITS = 100000, TICKS_IN_UNIT = 50 };

void plot_time(SimTime t, GString *out)
{
    char text[SIM_TIME_TEXT_MAX];
    SimTime grain = 1;

    while (t != SIM_NEVER && t / grain >= TIME_DIGITS)
        grain *= 10;
    sim_time_format(t == SIM_NEVER ? t : sim_time_nearest(t, grain), text);
    g_string_append(out, text);
}

char *plot_seconds(SimTime t, SimTime unit)
{
    char text[SIM_TIME_TEXT_MAX];
    SimTime grain = 1;

    while (grain <= unit / TICKS_IN_UNIT / 10)
        grain *= 10;
    sim_time_format_seconds(sim_time_nearest(t, grain), 0, text);
    return g_strdup(text);
}

static void put_block(GString *out, const char *name, const char *columns, const GString *rows)
{
    g_string_append_printf(out, "\n\n# %s\n# %s\n%s", name, columns, rows->str);
}

void plot_page_write(const PlotPage *page, const char *kind, PlotScale scale, GString *out)
{
    g_string_append_printf(out,
                           "# page\n# width height kind scale labels-left-out\n"
                           "%.0f\t%.0f\t%s\t%s\t%u\n",
                           page->width, page->height, kind, plot_scale_name(scale), page->left_out);
    put_block(out, "boxes", "x1 y1 x2 y2 what from_s to_s host name", page->boxes);
    put_block(out, "lines", "x1 y1 x2 y2 what", page->lines);
    put_block(out, "curves", "x y what; a blank line ends a curve", page->curves);
    put_block(out, "marks", "x y what t_s host segment", page->marks);
    put_block(out, "texts", "x y align size role text", page->texts);
}

/* --- what pictures have in common --------------------------------------------------------- */

enum {
    TITLE_LINE = 24,
    SMALL_LINE = 16,
    LEGEND_LINE = 20,
    LEGEND_SIGN = 26,
    LEGEND_GAP = 22,
    SETUP_COLUMNS = 100,
    BELOW_TITLE = 4
};

double plot_page_title(PlotPage *page, double x, const char *title, const char *source)
{
    double y = 26;
    const char *named = title != NULL ? title : source != NULL ? source : "a run";

    plot_page_text(page, x, y, PLOT_LEFT, PLOT_TITLE, "title", named);
    page->width = MAX(page->width, 2 * x + plot_text_width(named, PLOT_TITLE));
    if (title != NULL && source != NULL) {
        y += TITLE_LINE - 4;
        plot_page_text(page, x, y, PLOT_LEFT, PLOT_SMALL, "source", source);
    }
    return y + SMALL_LINE;
}

double plot_page_head(PlotPage *page, double x, const Trace *trace)
{
    const ViewOptions signs = {.unicode = TRUE};
    const ViewStyle style = view_style(&signs);
    g_auto(GStrv) setup = setup_lines(trace, &style, SETUP_COLUMNS);
    double y = plot_page_title(page, x, trace->title, trace->source) +
               (trace->title == NULL || trace->source == NULL ? BELOW_TITLE : 0);

    for (char **line = setup; *line != NULL; line++, y += SMALL_LINE) {
        plot_page_text(page, x, y, PLOT_LEFT, PLOT_SMALL, "setup", *line);
        page->width = MAX(page->width, 2 * x + plot_text_width(*line, PLOT_SMALL));
    }
    return y;
}

static void draw_sign(PlotPage *page, double x, double y, const PlotLegend *legend)
{
    double right = x + LEGEND_SIGN - 8;

    switch (legend->sign) {
    case PLOT_SIGN_MARK: plot_page_mark(page, (x + right) / 2, y, legend->what, 0, "-", "-"); break;
    case PLOT_SIGN_BOX: plot_page_box(page, x, y - 5, right, y + 5, legend->what, NULL); break;
    case PLOT_SIGN_LINE: plot_page_line(page, x - 4, y, right + 2, y, legend->what); break;
    }
}

double plot_page_legend(PlotPage *page, double x, double y, double right, const PlotLegend *legend,
                        guint count)
{
    double here = x;

    for (guint i = 0; i < count; i++) {
        double width = LEGEND_SIGN + plot_text_width(legend[i].text, PLOT_SMALL);

        if (here > x && here + width > right) {
            here = x;
            y += LEGEND_LINE;
        }
        draw_sign(page, here, y, &legend[i]);
        plot_page_text(page, here + LEGEND_SIGN, y, PLOT_LEFT, PLOT_SMALL, "legend",
                       legend[i].text);
        here += width + LEGEND_GAP;
    }
    return y + LEGEND_LINE;
}

/* --- places for labels -------------------------------------------------------------------- */

void plot_rows_init(PlotRows *rows, guint count, double left)
{
    rows->count = MIN(count, (guint)PLOT_ROWS_MAX);
    rows->used = 0;
    for (guint i = 0; i < PLOT_ROWS_MAX; i++)
        rows->ends[i] = left;
}

int plot_rows_place(PlotRows *rows, double x1, double x2)
{
    for (guint i = 0; i < rows->count; i++) {
        if (x1 < rows->ends[i])
            continue;
        rows->ends[i] = x2;
        rows->used = MAX(rows->used, i + 1);
        return (int)i;
    }
    return -1;
}
