/* One plan, many seeds, several threads: what comes of each run is told in the order of the seeds,
 * and does not depend on the number of threads. */
#ifndef TCPWALTZ_LAB_SEEDS_H
#define TCPWALTZ_LAB_SEEDS_H

#include <glib.h>

#include "lab/lab.h"
#include "scenario/plan.h"
#include "trace/trace.h"

typedef struct LabSeeds {
    guint64 first; /* the seeds are first, first + 1, … */
    guint64 count;
    guint threads; /* at least 1 */

    /* What is to be kept of a run; may be NULL.  Called on any thread, several at once: it may only
     * read what it shares with others.  The trace is freed afterwards, where it was made. */
    gpointer (*keep)(const Trace *trace, guint64 seed, gpointer data);

    /* Called once a seed, in their order, on the thread that called lab_run_seeds(), with what was
     * kept, which is now its own. */
    void (*tell)(gpointer kept, guint64 seed, gpointer data);

    /* Called on that thread some times a second: so many runs are over.  May be NULL. */
    void (*look)(guint64 done, gpointer data);

    gpointer data; /* for all of them */
} LabSeeds;

/* Runs the plan with each of the seeds; options' own seed is not used.  Returns after the last one
 * was told.  No more than a few results a thread wait to be told. */
void lab_run_seeds(const Plan *plan, const LabOptions *options, const LabSeeds *seeds);

#endif
