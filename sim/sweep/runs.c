/* The runs: a thread keeps the plan of the point that it is at, since its next run is mostly of the same. */
#include "sweep/runs.h"

#include <string.h>

#include "expect/expect.h"
#include "lab/ordered.h"

/* --- plans -------------------------------------------------------------------------------- */

static gboolean rereads(const SweepGrid *grid, guint axis)
{
    return ((const PlanAxis *)g_ptr_array_index(grid->axes, axis))->rereads;
}

/* Which of the plans the point needs: the number of its combination of what the scenario is read again for. */
static guint64 plan_of(const SweepGrid *grid, guint64 point)
{
    guint64 number = 0;

    for (guint i = 0; i < grid->axes->len; i++) {
        if (rereads(grid, i))
            number = number * ((const PlanAxis *)g_ptr_array_index(grid->axes, i))->count +
                     sweep_grid_value(grid, point, i);
    }
    return number;
}

static Plan *load_with(const char *file, const ScenarioOptions *options, const GPtrArray *settings,
                       Diagnostics *diagnostics)
{
    g_autoptr(GStrvBuilder) overrides = g_strv_builder_new();
    ScenarioOptions with = *options;

    for (const char *const *one = options->overrides; one != NULL && *one != NULL; one++)
        g_strv_builder_add(overrides, *one);
    for (guint i = 0; i < settings->len; i++)
        g_strv_builder_add(overrides, g_ptr_array_index(settings, i));

    g_auto(GStrv) all = g_strv_builder_end(overrides);

    with.overrides = (const char *const *)all;
    return scenario_load(file, &with, diagnostics);
}

/* Every combination, the last axis changing fastest; `from` is the next axis to choose a value of. */
static gboolean load_all(const char *file, const ScenarioOptions *options, const SweepGrid *grid,
                         guint from, GPtrArray *settings, GPtrArray *plans,
                         Diagnostics *diagnostics)
{
    while (from < grid->axes->len && !rereads(grid, from))
        from++;
    if (from == grid->axes->len) {
        Plan *plan = load_with(file, options, settings, diagnostics);

        if (plan != NULL)
            g_ptr_array_add(plans, plan);
        return plan != NULL;
    }

    const PlanAxis *axis = g_ptr_array_index(grid->axes, from);
    gboolean good = TRUE;

    for (guint64 i = 0; i < axis->count && good; i++) {
        g_autofree char *value = plan_axis_value(axis, i);

        g_ptr_array_add(settings, g_strconcat(axis->target, "=", value, NULL));
        good = load_all(file, options, grid, from + 1, settings, plans, diagnostics);
        g_ptr_array_set_size(settings, (gint)settings->len - 1);
    }
    return good;
}

GPtrArray *sweep_plans(const char *file, const ScenarioOptions *options, const SweepGrid *grid,
                       Diagnostics *diagnostics)
{
    g_autoptr(GPtrArray) plans = g_ptr_array_new_with_free_func((GDestroyNotify)plan_free);
    g_autoptr(GPtrArray) settings = g_ptr_array_new_with_free_func(g_free);

    return load_all(file, options, grid, 0, settings, plans, diagnostics) ? g_steal_pointer(&plans)
                                                                          : NULL;
}

/* --- one thread --------------------------------------------------------------------------- */

typedef struct Task {
    const SweepRuns *runs;
    const GArray *ranges;
} Task;

/* What a thread is at. */
typedef struct Place {
    Plan *plan; /* NULL: none yet */
    guint64 point;
    char **settings; /* of the point, "client.mss=1000" */
} Place;

static void place_clear(Place *place)
{
    plan_free(place->plan);
    g_strfreev(place->settings);
    *place = (Place){.plan = NULL};
}

static gpointer begin(gpointer data)
{
    (void)data;
    return g_new0(Place, 1);
}

static void end(gpointer own)
{
    place_clear(own);
    g_free(own);
}

/* The settings of keys; what the scenario was read again for is in the plan already. */
static const char **keys_of(const SweepGrid *grid, char **settings)
{
    const char **keys = g_new0(const char *, grid->axes->len + 1);

    for (guint i = 0, count = 0; i < grid->axes->len; i++) {
        if (!rereads(grid, i))
            keys[count++] = settings[i];
    }
    return keys;
}

/* Each of these values was looked at when the axis was read. */
static void set_keys_of(const SweepGrid *grid, Place *place)
{
    g_autofree const char **keys = keys_of(grid, place->settings);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    ScenarioOptions options = {.overrides = keys};
    gboolean good = scenario_override(place->plan, &options, diagnostics);

    g_assert(good);
    (void)good;
}

static void go_to(const SweepRuns *runs, Place *place, guint64 point)
{
    if (place->plan != NULL && place->point == point)
        return;
    place_clear(place);
    place->point = point;
    place->settings = sweep_grid_settings(runs->grid, point);
    place->plan = plan_variant(g_ptr_array_index(runs->plans, plan_of(runs->grid, point)));
    set_keys_of(runs->grid, place);
}

/* --- one run ------------------------------------------------------------------------------ */

static gboolean all_held(const Plan *plan, const Trace *trace)
{
    g_autoptr(GPtrArray) results = expect_check(plan, trace);

    for (guint i = 0; i < results->len; i++) {
        if (!((const ExpectResult *)g_ptr_array_index(results, i))->ok)
            return FALSE;
    }
    return TRUE;
}

static SimTime end_of(const Trace *trace)
{
    return trace->events->len > 0 ? trace_event(trace, trace->events->len)->t : 0;
}

static char *number_text(guint64 number)
{
    return g_strdup_printf("%" G_GUINT64_FORMAT, number);
}

static char **cells_of(const SweepRuns *runs, const Place *place, guint64 run, const Trace *trace)
{
    g_auto(GStrv) answers = expect_data(trace, runs->asks);
    guint varied = runs->grid->axes->len, next = 0;
    char **cells = g_new0(char *, varied + runs->asks->len + 5);
    char end_s[SIM_TIME_TEXT_MAX];

    cells[next++] = number_text(run);
    for (guint i = 0; i < varied; i++)
        cells[next++] = g_strdup(strchr(place->settings[i], '=') + 1);
    cells[next++] = number_text(sweep_grid_seed(runs->grid, run));
    for (guint i = 0; i < runs->asks->len; i++)
        cells[next++] = g_steal_pointer(&answers[i]);
    cells[next++] = g_strdup(all_held(place->plan, trace) ? "yes" : "no");
    (void)sim_time_format_seconds(end_of(trace), 0, end_s);
    cells[next++] = g_strdup(end_s);
    return cells;
}

/* The number of the piece among the ranges. */
static guint64 run_at(const GArray *ranges, guint64 piece)
{
    const SweepRange *range = (const SweepRange *)(gpointer)ranges->data;

    for (; piece >= range->end - range->first; range++)
        piece -= range->end - range->first;
    return range->first + piece;
}

static gpointer run_one(guint64 piece, gpointer own, gpointer data)
{
    const Task *task = data;
    const SweepRuns *runs = task->runs;
    guint64 run = run_at(task->ranges, piece);
    LabOptions options = runs->lab;
    Place *place = own;

    go_to(runs, place, sweep_grid_point(runs->grid, run));
    options.has_seed = TRUE;
    options.seed = sweep_grid_seed(runs->grid, run);

    g_autoptr(Trace) trace = lab_run(place->plan, &options);

    return cells_of(runs, place, run, trace);
}

static gboolean tell_one(gpointer result, guint64 piece, gpointer data)
{
    const Task *task = data;
    SweepRow row = {.run = run_at(task->ranges, piece), .cells = result};

    return task->runs->tell(row, task->runs->data);
}

static gboolean look(guint64 done, gpointer data)
{
    const SweepRuns *runs = ((const Task *)data)->runs;

    return runs->look == NULL || runs->look(done, runs->data);
}

static void drop(gpointer cells)
{
    g_strfreev(cells);
}

guint64 sweep_ranges_count(const GArray *ranges)
{
    guint64 count = 0;

    for (guint i = 0; i < ranges->len; i++) {
        const SweepRange *range = &g_array_index(ranges, SweepRange, i);

        count += range->end - range->first;
    }
    return count;
}

guint64 sweep_run(const SweepRuns *runs, const GArray *ranges)
{
    Task task = {runs, ranges};
    LabOrdered ordered = {.count = sweep_ranges_count(ranges),
                          .threads = runs->threads,
                          .begin = begin,
                          .end = end,
                          .work = run_one,
                          .tell = tell_one,
                          .look = look,
                          .drop = drop,
                          .data = &task};

    return lab_ordered_run(&ordered);
}
