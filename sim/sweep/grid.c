/* The grid: mixed radix. */
#include "sweep/grid.h"

gboolean sweep_grid_init(SweepGrid *grid, const GPtrArray *axes, guint64 first_seed, guint64 seeds)
{
    g_assert(seeds > 0);
    *grid = (SweepGrid){.axes = axes, .first_seed = first_seed, .seeds = seeds, .points = 1};
    for (guint i = 0; i < axes->len; i++) {
        const PlanAxis *axis = g_ptr_array_index(axes, i);

        if (grid->points > SWEEP_RUNS_MAX / axis->count)
            return FALSE;
        grid->points *= axis->count;
    }
    if (seeds > SWEEP_RUNS_MAX / grid->points)
        return FALSE;
    grid->runs = grid->points * seeds;
    return TRUE;
}

guint64 sweep_grid_point(const SweepGrid *grid, guint64 run)
{
    g_assert(run >= 1 && run <= grid->runs);
    return (run - 1) / grid->seeds;
}

guint64 sweep_grid_seed(const SweepGrid *grid, guint64 run)
{
    g_assert(run >= 1 && run <= grid->runs);
    return grid->first_seed + (run - 1) % grid->seeds;
}

guint64 sweep_grid_value(const SweepGrid *grid, guint64 point, guint axis)
{
    g_assert(point < grid->points && axis < grid->axes->len);
    for (guint i = grid->axes->len - 1; i > axis; i--)
        point /= ((const PlanAxis *)g_ptr_array_index(grid->axes, i))->count;
    return point % ((const PlanAxis *)g_ptr_array_index(grid->axes, axis))->count;
}

char **sweep_grid_settings(const SweepGrid *grid, guint64 point)
{
    char **settings = g_new0(char *, grid->axes->len + 1);

    for (guint i = 0; i < grid->axes->len; i++) {
        const PlanAxis *axis = g_ptr_array_index(grid->axes, i);
        g_autofree char *value = plan_axis_value(axis, sweep_grid_value(grid, point, i));

        settings[i] = g_strconcat(axis->target, "=", value, NULL);
    }
    return settings;
}

SweepRange sweep_shard(guint64 runs, guint64 shard, guint64 of)
{
    guint64 each = runs / of, more = runs % of; /* the first ones have one more */

    g_assert(shard >= 1 && shard <= of);
    return (SweepRange){1 + each * (shard - 1) + MIN(shard - 1, more),
                        1 + each * shard + MIN(shard, more)};
}
