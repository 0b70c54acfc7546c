/* Carries out runs of a sweep, on several threads, and tells their rows in order. */
#ifndef TCPWALTZ_SWEEP_RUNS_H
#define TCPWALTZ_SWEEP_RUNS_H

#include <glib.h>

#include "lab/lab.h"
#include "scenario/scenario.h"
#include "sweep/grid.h"
#include "sweep/row.h"

typedef struct SweepRuns {
    const SweepGrid *grid;
    const GPtrArray *plans; /* Plan *: see sweep_plans() */
    const GPtrArray *asks;  /* PlanAsk * */
    LabOptions lab;
    guint threads; /* at least 1 */

    /* Told in order, on the calling thread; `row` is its own.  FALSE: no more. */
    gboolean (*tell)(SweepRow row, gpointer data);

    /* Called on that thread some times a second; FALSE: no run is begun any more.  May be NULL. */
    gboolean (*look)(guint64 done, gpointer data);

    gpointer data; /* for both */
} SweepRuns;

/* The plans that the grid needs: the scenario with every combination of profiles and values by name that are varied, in the
 * order of the grid; without such, one.  NULL with diagnostics.  Free with g_ptr_array_unref(). */
GPtrArray *sweep_plans(const char *file, const ScenarioOptions *options, const SweepGrid *grid,
                       Diagnostics *diagnostics);

/* Carries out the runs of these ranges (SweepRange), one after the other.  Returns how many were told. */
guint64 sweep_run(const SweepRuns *runs, const GArray *ranges);

/* How many there are. */
guint64 sweep_ranges_count(const GArray *ranges);

#endif
