/* Many runs in one picture: curves over what was varied, a map over two of them, distributions. */
#include <string.h>

#include "plot/page.h"
#include "plot/plot.h"
#include "sweep/row.h"
#include "sweep/summary.h"

enum {
    EDGE = 24,
    HEIGHT = 340,
    TICK_LABEL = 10,
    STEPS_MOST = 6,
    SHADES = 10,
    CELL_HEIGHT = 34,
    CELL_MOST = 120,
    CELLS_MOST = 40,
};

static const double width_pixels = 700;

static const char *const series_names[] = {"series-1", "series-2", "series-3", "series-4"};
static const char *const band_names[] = {"band-1", "band-2", "band-3", "band-4"};

typedef struct Picture {
    const PlotSweep *sweep;
    PlotPage *page;
    double left, top;
    double height;      /* of the field */
    double least, most; /* at the left and the right end of x */
    double y_most;      /* at the upper end of y; 0 is below */
} Picture;

/* --- what is drawn of a point ------------------------------------------------------------- */

static const SweepPoint *point_at(const PlotSweep *sweep, guint i)
{
    return g_ptr_array_index(sweep->points, i);
}

/* NULL: it has none. */
static const GArray *numbers_of(const PlotSweep *sweep, const SweepPoint *point)
{
    const SweepSpread *spread = &g_array_index(point->spreads, SweepSpread, sweep->ask);

    return sweep->place < spread->numbers->len ? g_ptr_array_index(spread->numbers, sweep->place)
                                               : NULL;
}

/* FALSE: there is nothing to draw of it. */
static gboolean value_of(const PlotSweep *sweep, const SweepPoint *point, guint percent,
                         double *out)
{
    const GArray *numbers = sweep->of_held ? NULL : numbers_of(sweep, point);

    if (sweep->of_held)
        *out = 100.0 * (double)point->held / (double)point->runs;
    else if (numbers != NULL)
        *out = sweep_percentile(numbers, percent);
    return sweep->of_held || numbers != NULL;
}

/* --- what is varied ----------------------------------------------------------------------- */

static const char *setting_of(const SweepPoint *point, guint axis)
{
    return g_ptr_array_index(point->settings, axis);
}

/* The values of an axis in the order of the points; char * of theirs. */
static GPtrArray *values_of(const PlotSweep *sweep, guint axis)
{
    GPtrArray *values = g_ptr_array_new();

    for (guint i = 0; i < sweep->points->len; i++) {
        gpointer value = g_ptr_array_index(point_at(sweep, i)->settings, axis);

        if (!g_ptr_array_find_with_equal_func(values, value, g_str_equal, NULL))
            g_ptr_array_add(values, value);
    }
    return values;
}

/* Where each value stands along x: numbers as numbers, all others one after the other. */
typedef struct Scale {
    GPtrArray *values; /* char * */
    gboolean are_numbers;
    const char *unit;
} Scale;

static Scale scale_of(const PlotSweep *sweep, guint axis)
{
    Scale scale = {values_of(sweep, axis), TRUE, ""};

    for (guint i = 0; i < scale.values->len; i++) {
        double number;
        const char *unit;

        if (!sweep_setting_number(g_ptr_array_index(scale.values, i), &number, &unit)) {
            scale.are_numbers = FALSE;
            scale.unit = "";
            break;
        }
        scale.unit = unit[0] != '\0' ? unit : scale.unit;
    }
    return scale;
}

static double place_on(const Scale *scale, const char *value)
{
    double number = 0;
    const char *unit;
    guint index = 0;

    if (scale->are_numbers)
        (void)sweep_setting_number(value, &number, &unit);
    else if (g_ptr_array_find_with_equal_func(scale->values, value, g_str_equal, &index))
        number = index;
    return number;
}

/* All but the axis (and the other one): "link.loss 5 %, …"; "" when there is nothing else. */
static char *others_of(const PlotSweep *sweep, const SweepPoint *point, guint axis)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < sweep->head->targets->len; i++) {
        if (i != axis)
            g_string_append_printf(text, "%s%s=%s", text->len > 0 ? ", " : "",
                                   (const char *)g_ptr_array_index(sweep->head->targets, i),
                                   setting_of(point, i));
    }
    return g_strdup(text->str);
}

/* Points that make a curve. */
typedef struct Series {
    char *name;
    GPtrArray *points; /* SweepPoint * */
} Series;

static void clear_series(gpointer item)
{
    Series *series = item;

    g_free(series->name);
    g_ptr_array_unref(series->points);
}

/* `axis` is what a curve goes over; all of them: a point is a curve. */
static GArray *series_of(const PlotSweep *sweep, guint axis)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Series));

    g_array_set_clear_func(all, clear_series);
    for (guint i = 0; i < sweep->points->len; i++) {
        gpointer point = g_ptr_array_index(sweep->points, i);
        char *name = others_of(sweep, point, axis);
        guint at = 0;

        while (at < all->len && strcmp(g_array_index(all, Series, at).name, name) != 0)
            at++;
        if (at == all->len) {
            Series series = {g_strdup(name), g_ptr_array_new()};

            g_array_append_val(all, series);
        }
        g_ptr_array_add(g_array_index(all, Series, at).points, point);
        g_free(name);
    }
    return all;
}

static char *too_many(guint count)
{
    return g_strdup_printf("a picture has room for %d curves, and these are %u: --where chooses",
                           PLOT_SWEEP_SERIES_MAX, count);
}

/* --- the field ---------------------------------------------------------------------------- */

/* 1, 2 or 5 times a power of ten, so that `most` has a few steps. */
static double nice_step(double most)
{
    double step = 1;

    while (step * STEPS_MOST < most)
        step *= 10;
    while (step / 10 * STEPS_MOST >= most && step > 1e-9)
        step /= 10;
    if (step / 5 * STEPS_MOST >= most)
        return step / 5;
    return step / 2 * STEPS_MOST >= most ? step / 2 : step;
}

static double x_of(const Picture *picture, double value)
{
    double span = picture->most - picture->least;

    return picture->left +
           (span > 0 ? (value - picture->least) / span * width_pixels : width_pixels / 2);
}

static double y_of(const Picture *picture, double value)
{
    return picture->top + picture->height * (1 - value / picture->y_most);
}

static void y_label(const Picture *picture, double value)
{
    char text[SWEEP_NUMBER_TEXT];

    sweep_number_text(value, text);
    plot_page_text(picture->page, picture->left - TICK_LABEL, y_of(picture, value), PLOT_RIGHT,
                   PLOT_SMALL, "time", text);
}

/* Makes the field as high as `most`, in whole steps. */
static void draw_y(Picture *picture, double most)
{
    double step = nice_step(most > 0 ? most : 1);
    guint count = 1;

    while (step * count < most)
        count++;
    picture->y_most = step * count;
    for (guint i = 0; i <= count; i++) {
        double y = y_of(picture, step * i);

        plot_page_line(picture->page, picture->left, y, picture->left + width_pixels, y,
                       i == 0 ? "axis" : "grid");
        y_label(picture, step * i);
    }
}

static void x_label(const Picture *picture, double value, const char *text)
{
    double x = x_of(picture, value), y = picture->top + picture->height;

    plot_page_line(picture->page, x, y, x, y + 5, "tick");
    plot_page_text(picture->page, x, y + 15, PLOT_CENTER, PLOT_SMALL, "time", text);
}

/* Each value that was swept, where there is room beside the one before. */
static void draw_x(Picture *picture, const Scale *scale)
{
    double end = -1e9;

    for (guint i = 0; i < scale->values->len; i++) {
        const char *value = g_ptr_array_index(scale->values, i);
        double x = x_of(picture, place_on(scale, value));
        double half = plot_text_width(value, PLOT_SMALL) / 2;

        if (x - half < end)
            continue;
        x_label(picture, place_on(scale, value), value);
        end = x + half + 8;
    }
}

/* Below the field: what x is. */
static void draw_x_name(const Picture *picture, const char *name)
{
    plot_page_text(picture->page, picture->left + width_pixels / 2,
                   picture->top + picture->height + 34, PLOT_CENTER, PLOT_TEXT, "host", name);
}

/* "client sends SYN at", "client sends SYN gaps": the answer is a time, or several, in seconds. */
static gboolean asks_for_times(const char *ask)
{
    g_auto(GStrv) words = g_strsplit(ask, " ", -1);

    /* Behind the first word, which is a host's name. */
    return words[0] != NULL && (g_strv_contains((const char *const *)words + 1, "at") ||
                                g_strv_contains((const char *const *)words + 1, "gaps"));
}

static char *value_name(const PlotSweep *sweep)
{
    if (sweep->of_held)
        return g_strdup("runs that held all expectations, %");
    const char *ask = g_ptr_array_index(sweep->head->values[SWEEP_ASK], sweep->ask);
    const char *unit = asks_for_times(ask) ? ", in seconds" : "";

    return sweep->place == 0 ? g_strconcat(ask, unit, NULL)
                             : g_strdup_printf("%s #%u%s", ask, sweep->place + 1, unit);
}

/* `what` is said of the answers that are drawn. */
static void begin_picture(Picture *picture, const PlotSweep *sweep, const char *what)
{
    g_autofree char *answers = value_name(sweep);
    g_autofree char *name = g_strconcat(answers, sweep->of_held ? "" : what, NULL);

    *picture = (Picture){.sweep = sweep, .page = plot_page_new(), .height = HEIGHT};
    picture->left = EDGE + plot_text_width("1,000,000", PLOT_SMALL);
    picture->top = plot_page_title(picture->page, EDGE, sweep->title, sweep->source) + 12;
    plot_page_text(picture->page, EDGE, picture->top, PLOT_LEFT, PLOT_TEXT, "host", name);
    picture->top += 24;
    picture->page->width = picture->left + width_pixels + 2 * EDGE;
}

static void end_picture(Picture *picture, GString *out)
{
    plot_page_write(picture->page, "sweep", PLOT_SCALE_LINEAR, out);
    plot_page_free(picture->page);
}

/* Behind the last line of the field; returns the y below. */
static double draw_legend(const Picture *picture, const GArray *all, double y)
{
    PlotLegend legend[PLOT_SWEEP_SERIES_MAX];

    for (guint i = 0; i < all->len; i++)
        legend[i] =
            (PlotLegend){series_names[i], PLOT_SIGN_LINE, g_array_index(all, Series, i).name};
    if (all->len == 1 && legend[0].text[0] == '\0')
        return y;
    return plot_page_legend(picture->page, EDGE, y, picture->page->width - EDGE, legend, all->len);
}

/* --- curves ------------------------------------------------------------------------------- */

static void draw_band_side(const Picture *picture, const Series *series, const Scale *scale,
                           const char *band, guint percent, gboolean backwards)
{
    for (guint i = 0; i < series->points->len; i++) {
        guint at = backwards ? series->points->len - 1 - i : i;
        const SweepPoint *point = g_ptr_array_index(series->points, at);
        double value;

        if (value_of(picture->sweep, point, percent, &value))
            plot_page_point(picture->page,
                            x_of(picture, place_on(scale, setting_of(point, picture->sweep->over))),
                            y_of(picture, value), band);
    }
}

/* The band is a polygon: along its upper edge, and back along the lower one. */
static void draw_band(const Picture *picture, const Series *series, const Scale *scale,
                      const char *band)
{
    draw_band_side(picture, series, scale, band, 90, FALSE);
    draw_band_side(picture, series, scale, band, 10, TRUE);
    plot_page_end_curve(picture->page);
}

static void draw_median(const Picture *picture, const Series *series, const Scale *scale,
                        const char *name)
{
    draw_band_side(picture, series, scale, name, 50, FALSE);
    plot_page_end_curve(picture->page);
}

/* The greatest value that is drawn; FALSE: there is none. */
static gboolean most_of(const PlotSweep *sweep, guint percent, double *out)
{
    gboolean any = FALSE;

    *out = 0;
    for (guint i = 0; i < sweep->points->len; i++) {
        double value;

        if (value_of(sweep, point_at(sweep, i), percent, &value)) {
            *out = MAX(*out, value);
            any = TRUE;
        }
    }
    return any;
}

static void set_x_ends(Picture *picture, const Scale *scale)
{
    picture->least = G_MAXDOUBLE;
    picture->most = -G_MAXDOUBLE;
    for (guint i = 0; i < scale->values->len; i++) {
        double x = place_on(scale, g_ptr_array_index(scale->values, i));

        picture->least = MIN(picture->least, x);
        picture->most = MAX(picture->most, x);
    }
}

static void draw_curves_on(Picture *picture, const GArray *all, const Scale *scale, double most,
                           GString *out)
{
    set_x_ends(picture, scale);
    draw_y(picture, picture->sweep->of_held ? 100 : most);
    draw_x(picture, scale);
    draw_x_name(picture, g_ptr_array_index(picture->sweep->head->targets, picture->sweep->over));
    for (guint i = 0; i < all->len && !picture->sweep->of_held; i++)
        draw_band(picture, &g_array_index(all, Series, i), scale, band_names[i]);
    for (guint i = 0; i < all->len; i++)
        draw_median(picture, &g_array_index(all, Series, i), scale, series_names[i]);
    picture->page->height =
        draw_legend(picture, all, picture->top + picture->height + 62) + EDGE / 2.0;
    end_picture(picture, out);
}

static char *draw_curves(const PlotSweep *sweep, GString *out)
{
    g_autoptr(GArray) all = series_of(sweep, sweep->over);
    Picture picture;
    double most;

    if (all->len > PLOT_SWEEP_SERIES_MAX)
        return too_many(all->len);
    if (!most_of(sweep, 90, &most))
        return g_strdup("there is no number to draw");

    Scale scale = scale_of(sweep, sweep->over);

    begin_picture(&picture, sweep, ": the median, and from 10 % to 90 % of the runs");
    draw_curves_on(&picture, all, &scale, most, out);
    g_ptr_array_unref(scale.values);
    return NULL;
}

/* --- distributions ------------------------------------------------------------------------ */

/* Steps upwards, each at a value: the part of the runs that have at most this one. */
static void draw_steps(const Picture *picture, const GArray *numbers, const char *name)
{
    double y = y_of(picture, 0);

    plot_page_point(picture->page, picture->left, y, name);
    for (guint i = 0; i < numbers->len; i++) {
        double value = g_array_index(numbers, double, i);

        if (i + 1 < numbers->len && g_array_index(numbers, double, i + 1) <= value)
            continue;
        plot_page_point(picture->page, x_of(picture, value), y, name);
        y = y_of(picture, 100.0 * (i + 1) / numbers->len);
        plot_page_point(picture->page, x_of(picture, value), y, name);
    }
    plot_page_point(picture->page, picture->left + width_pixels, y, name);
    plot_page_end_curve(picture->page);
}

static void draw_x_numbers(Picture *picture, double most)
{
    double step = nice_step(most > 0 ? most : 1);
    guint count = 1;

    while (step * count < most)
        count++;
    picture->least = 0;
    picture->most = step * count;
    for (guint i = 0; i <= count; i++) {
        char text[SWEEP_NUMBER_TEXT];

        sweep_number_text(step * i, text);
        x_label(picture, step * i, text);
    }
}

static char *draw_cdf(const PlotSweep *sweep, GString *out)
{
    g_autoptr(GArray) all = series_of(sweep, G_MAXUINT);
    g_autofree char *name = value_name(sweep);
    Picture picture;
    double most;

    if (sweep->of_held)
        return g_strdup("a distribution is of numbers: it needs --ask QUERY");
    if (all->len > PLOT_SWEEP_SERIES_MAX)
        return too_many(all->len);
    if (!most_of(sweep, 100, &most))
        return g_strdup("there is no number to draw");
    begin_picture(&picture, sweep, ": % of the runs that have one, with at most this value");
    draw_y(&picture, 100);
    draw_x_numbers(&picture, most);
    draw_x_name(&picture, name);
    for (guint i = 0; i < all->len; i++) {
        const SweepPoint *point = g_ptr_array_index(g_array_index(all, Series, i).points, 0);
        const GArray *numbers = numbers_of(sweep, point);

        if (numbers != NULL)
            draw_steps(&picture, numbers, series_names[i]);
    }
    picture.page->height = draw_legend(&picture, all, picture.top + picture.height + 62) + 12;
    end_picture(&picture, out);
    return NULL;
}

/* --- maps --------------------------------------------------------------------------------- */

static void draw_cell(const Picture *picture, double x, double y, double width, double value,
                      gboolean has_value)
{
    static const char *const shades[SHADES] = {"heat-0", "heat-1", "heat-2", "heat-3", "heat-4",
                                               "heat-5", "heat-6", "heat-7", "heat-8", "heat-9"};
    double share = picture->y_most > 0 ? value / picture->y_most : 0;
    guint shade = MIN((guint)(share * SHADES), SHADES - 1);
    char text[SWEEP_NUMBER_TEXT];

    g_snprintf(text, sizeof text, "%.4g", value);
    plot_page_box(picture->page, x, y, x + width, y + CELL_HEIGHT,
                  has_value ? shades[shade] : "heat-none", NULL);
    if (plot_text_width(text, PLOT_SMALL) < width || !has_value)
        plot_page_text(picture->page, x + width / 2, y + CELL_HEIGHT / 2.0, PLOT_CENTER, PLOT_SMALL,
                       has_value && shade > SHADES / 2 ? "on-dark" : "segment",
                       has_value ? text : "-");
}

static void draw_map(Picture *picture, GPtrArray *columns, GPtrArray *rows, guint other)
{
    const PlotSweep *sweep = picture->sweep;
    double width = MIN(width_pixels / columns->len, CELL_MOST);

    for (guint i = 0; i < sweep->points->len; i++) {
        const SweepPoint *point = point_at(sweep, i);
        guint column = 0, row = 0;
        double value = 0;
        gboolean has_value = value_of(sweep, point, 50, &value);

        (void)g_ptr_array_find_with_equal_func(columns, setting_of(point, sweep->over), g_str_equal,
                                               &column);
        (void)g_ptr_array_find_with_equal_func(rows, setting_of(point, other), g_str_equal, &row);
        draw_cell(picture, picture->left + width * column, picture->top + CELL_HEIGHT * row, width,
                  value, has_value);
    }
    for (guint i = 0; i < columns->len; i++)
        plot_page_text(picture->page, picture->left + width * (i + 0.5),
                       picture->top + CELL_HEIGHT * rows->len + 12, PLOT_CENTER, PLOT_SMALL, "time",
                       g_ptr_array_index(columns, i));
    for (guint i = 0; i < rows->len; i++)
        plot_page_text(picture->page, picture->left - TICK_LABEL,
                       picture->top + CELL_HEIGHT * (i + 0.5), PLOT_RIGHT, PLOT_SMALL, "time",
                       g_ptr_array_index(rows, i));
}

static double widest(const GPtrArray *texts)
{
    double width = 0;

    for (guint i = 0; i < texts->len; i++)
        width = MAX(width, plot_text_width(g_ptr_array_index(texts, i), PLOT_SMALL));
    return width;
}

static char *draw_heat(const PlotSweep *sweep, GString *out)
{
    guint other = sweep->over == 0 ? 1 : 0;
    double most;

    if (sweep->head->targets->len < 2)
        return g_strdup("a map is over two things that are varied, and this sweep has one");
    if (!most_of(sweep, 50, &most))
        return g_strdup("there is no number to draw");

    g_autoptr(GPtrArray) columns = values_of(sweep, sweep->over);
    g_autoptr(GPtrArray) rows = values_of(sweep, other);
    const GPtrArray *targets = sweep->head->targets;
    Picture picture;

    if ((guint64)columns->len * rows->len != sweep->points->len)
        return g_strdup("a map has one point in each cell: --where chooses");
    if (columns->len > CELLS_MOST || rows->len > CELLS_MOST)
        return g_strdup_printf("a map has at most %d columns and rows: --where chooses",
                               CELLS_MOST);
    begin_picture(&picture, sweep, ": the median");
    picture.y_most = sweep->of_held ? 100 : most;
    picture.left = EDGE + MAX(widest(rows) + 2 * TICK_LABEL, 60);
    plot_page_text(picture.page, EDGE, picture.top, PLOT_LEFT, PLOT_SMALL, "note",
                   g_ptr_array_index(targets, other));
    picture.top += 16;
    draw_map(&picture, columns, rows, other);
    picture.height = CELL_HEIGHT * rows->len - 4.0;
    draw_x_name(&picture, g_ptr_array_index(targets, sweep->over));
    picture.page->height = picture.top + picture.height + 60;
    end_picture(&picture, out);
    return NULL;
}

char *plot_sweep(const PlotSweep *sweep, GString *out)
{
    g_assert(sweep->points->len > 0);
    switch (sweep->style) {
    case PLOT_SWEEP_CURVES: return draw_curves(sweep, out);
    case PLOT_SWEEP_HEAT: return draw_heat(sweep, out);
    case PLOT_SWEEP_CDF: return draw_cdf(sweep, out);
    }
    g_assert_not_reached();
}
