/* Axes. */
#include "plot/axis.h"

enum { LOG_BITS = 24, TICKS_MOST = 10 };

/* A gap of one unit is so wide; shorter ones are not narrower than the least. */
static const double unit_pixels = 34;
static const double gap_pixels_least = 10;
static const double fold_pixels = 48;
static const double fold_octave_pixels = 6; /* longer for each time the gap is twice as long */
static const int fold_from_units = 4;

const char *plot_scale_name(PlotScale scale)
{
    static const char *const names[PLOT_SCALE_COUNT] = {"auto", "linear", "log", "broken"};

    return names[scale];
}

/* Digit by digit, because the logarithm of the C library is not the same everywhere. */
double plot_log2(double number)
{
    double result = 0, digit = 0.5;

    g_assert(number >= 1);
    while (number >= 2) {
        number /= 2;
        result += 1;
    }
    for (int i = 0; i < LOG_BITS; i++, digit /= 2) {
        number *= number;
        if (number >= 2) {
            number /= 2;
            result += digit;
        }
    }
    return result;
}

gboolean plot_gap_is_folded(SimTime gap, SimTime unit)
{
    return gap / fold_from_units > unit;
}

static gint compare_times(gconstpointer a, gconstpointer b)
{
    SimTime one = *(const SimTime *)a, other = *(const SimTime *)b;

    return one < other ? -1 : one > other;
}

/* In order, each once. */
static GArray *distinct(const GArray *times)
{
    GArray *sorted = g_array_new(FALSE, FALSE, sizeof(SimTime));
    guint kept = 0;

    g_array_append_vals(sorted, times->data, times->len);
    g_array_sort(sorted, compare_times);
    for (guint i = 0; i < sorted->len; i++) {
        SimTime t = g_array_index(sorted, SimTime, i);

        if (kept == 0 || g_array_index(sorted, SimTime, kept - 1) != t)
            g_array_index(sorted, SimTime, kept++) = t;
    }
    g_array_set_size(sorted, kept);
    return sorted;
}

static SimTime shortest_gap(const GArray *instants)
{
    SimTime shortest = SIM_NEVER;

    for (guint i = 1; i < instants->len; i++)
        shortest = MIN(shortest, g_array_index(instants, SimTime, i) -
                                     g_array_index(instants, SimTime, i - 1));
    return shortest;
}

static double gap_width(SimTime gap, SimTime unit)
{
    double units = (double)gap / (double)unit;

    if (!plot_gap_is_folded(gap, unit))
        return MAX(units * unit_pixels, gap_pixels_least);
    return fold_pixels + fold_octave_pixels * plot_log2(units / fold_from_units);
}

static void set_gaps(PlotAxis *axis, const GArray *instants, SimTime unit)
{
    double x = 0;

    axis->gaps = g_array_new(FALSE, FALSE, sizeof(PlotGap));
    for (guint i = 1; i < instants->len; i++) {
        PlotGap gap = {.from = g_array_index(instants, SimTime, i - 1),
                       .to = g_array_index(instants, SimTime, i),
                       .x1 = x};

        gap.is_folded = plot_gap_is_folded(gap.to - gap.from, unit);
        x += gap_width(gap.to - gap.from, unit);
        gap.x2 = x;
        g_array_append_val(axis->gaps, gap);
    }
    axis->length = x;
}

PlotAxis *plot_axis_new(PlotScale scale, const GArray *times, SimTime unit, double length)
{
    PlotAxis *axis = g_new0(PlotAxis, 1);
    g_autoptr(GArray) instants = distinct(times);

    g_assert(scale != PLOT_SCALE_AUTO && times->len > 0);
    if (unit <= 0)
        unit = shortest_gap(instants);
    axis->scale = scale;
    axis->begin = g_array_index(instants, SimTime, 0);
    axis->end = g_array_index(instants, SimTime, instants->len - 1);
    axis->length = length;
    axis->unit = unit;
    if (scale == PLOT_SCALE_BROKEN)
        set_gaps(axis, instants, unit);
    return axis;
}

void plot_axis_free(PlotAxis *axis)
{
    if (axis == NULL)
        return;
    if (axis->gaps != NULL)
        g_array_unref(axis->gaps);
    g_free(axis);
}

/* The gap that t lies in or ends; t is after the beginning. */
static guint find_gap(const PlotAxis *axis, SimTime t)
{
    guint low = 0, high = axis->gaps->len - 1;

    while (low < high) {
        guint middle = (low + high) / 2;

        if (g_array_index(axis->gaps, PlotGap, middle).to < t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static double log_place(const PlotAxis *axis, SimTime t)
{
    return plot_log2(1 + (double)(t - axis->begin) / (double)axis->unit);
}

double plot_axis_x(const PlotAxis *axis, SimTime t)
{
    t = CLAMP(t, axis->begin, axis->end);
    if (t == axis->begin)
        return 0;
    if (axis->scale == PLOT_SCALE_LOG)
        return axis->length * log_place(axis, t) / log_place(axis, axis->end);
    if (axis->scale == PLOT_SCALE_LINEAR)
        return axis->length * (double)(t - axis->begin) / (double)(axis->end - axis->begin);

    const PlotGap *gap = &g_array_index(axis->gaps, PlotGap, find_gap(axis, t));

    return gap->x1 + (gap->x2 - gap->x1) * (double)(t - gap->from) / (double)(gap->to - gap->from);
}

void plot_axis_need(PlotAxis *axis, SimTime from, SimTime to, double pixels)
{
    double missing = pixels - (plot_axis_x(axis, to) - plot_axis_x(axis, from));

    if (axis->gaps == NULL || from >= to || missing <= 0)
        return;

    guint first = from == axis->begin ? 0 : find_gap(axis, from) + 1;
    guint last = find_gap(axis, to);
    double each = missing / (last - first + 1), shift = 0;

    for (guint i = first; i < axis->gaps->len; i++) {
        PlotGap *gap = &g_array_index(axis->gaps, PlotGap, i);

        gap->x1 += shift;
        shift += i <= last ? each : 0;
        gap->x2 += shift;
    }
    axis->length += missing;
}

void plot_axis_limit(PlotAxis *axis, double length)
{
    if (axis->gaps == NULL || axis->length <= length)
        return;
    for (guint i = 0; i < axis->gaps->len; i++) {
        PlotGap *gap = &g_array_index(axis->gaps, PlotGap, i);

        gap->x1 *= length / axis->length;
        gap->x2 *= length / axis->length;
    }
    axis->length = length;
}

/* 1, 2 or 5 times a power of ten, so that there are no more ticks than the most.  It ends: the
 * longest span there is has nine steps of 10^18 ns, and five of those are a time still. */
static SimTime linear_step(SimTime span)
{
    static const int factors[] = {1, 2, 5};

    for (SimTime power = 1;; power *= 10) {
        for (gsize i = 0; i < G_N_ELEMENTS(factors); i++) {
            if (span / (power * factors[i]) <= TICKS_MOST)
                return power * factors[i];
        }
    }
}

/* The multiples of a step.  Counted, because a step behind the last one may be no time any more. */
static void add_linear_ticks(const PlotAxis *axis, GArray *ticks)
{
    SimTime step = linear_step(axis->end - axis->begin);
    SimTime first = axis->begin / step + (axis->begin % step > 0), last = axis->end / step;

    for (SimTime i = 0; i <= last - first; i++) {
        SimTime t = (first + i) * step;

        g_array_append_val(ticks, t);
    }
}

/* The beginning, and powers of ten behind it. */
static void add_log_ticks(const PlotAxis *axis, GArray *ticks)
{
    SimTime span = axis->end - axis->begin, step = SIM_MICROSECOND;

    g_array_append_val(ticks, axis->begin);
    for (; step <= span && step < SIM_NEVER; step = sim_time_times(step, 10)) {
        SimTime t = axis->begin + step;

        if (step >= axis->unit / 2)
            g_array_append_val(ticks, t);
    }
}

GArray *plot_axis_ticks(const PlotAxis *axis)
{
    GArray *ticks = g_array_new(FALSE, FALSE, sizeof(SimTime));

    if (axis->scale == PLOT_SCALE_LINEAR)
        add_linear_ticks(axis, ticks);
    else
        add_log_ticks(axis, ticks);
    return ticks;
}
