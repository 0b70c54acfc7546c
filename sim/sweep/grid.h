/* The grid of a sweep: every combination of what is varied, with every seed; and its parts.
 *
 * Runs are numbered from 1.  The first thing that is varied changes slowest, the seed fastest: the runs of one
 * point of the grid stand together. */
#ifndef TCPWALTZ_SWEEP_GRID_H
#define TCPWALTZ_SWEEP_GRID_H

#include <glib.h>

#include "scenario/vary.h"

typedef struct SweepGrid {
    const GPtrArray *axes; /* PlanAxis * */
    guint64 first_seed, seeds;
    guint64 points, runs;
} SweepGrid;

/* As many seeds, and runs, as an SQL integer holds. */
#define SWEEP_RUNS_MAX ((guint64)G_MAXINT64)

/* FALSE: there are more runs than SWEEP_RUNS_MAX. */
gboolean sweep_grid_init(SweepGrid *grid, const GPtrArray *axes, guint64 first_seed, guint64 seeds);

guint64 sweep_grid_point(const SweepGrid *grid, guint64 run); /* from 0 */
guint64 sweep_grid_seed(const SweepGrid *grid, guint64 run);

/* Which value of the axis `axis` the point has. */
guint64 sweep_grid_value(const SweepGrid *grid, guint64 point, guint axis);

/* "client.mss=1000", as --set takes it, for each axis; free with g_strfreev(). */
char **sweep_grid_settings(const SweepGrid *grid, guint64 point);

/* Runs first to end - 1. */
typedef struct SweepRange {
    guint64 first, end;
} SweepRange;

/* Part `shard`, from 1, of `of` parts, which differ by one run at most. */
SweepRange sweep_shard(guint64 runs, guint64 shard, guint64 of);

#endif
