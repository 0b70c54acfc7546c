/* Many seeds: each run is a piece of ordered work. */
#include "lab/seeds.h"

#include "lab/ordered.h"

typedef struct Task {
    const Plan *plan;
    const LabOptions *options;
    const LabSeeds *seeds;
} Task;

static gpointer run_one(guint64 number, gpointer own, gpointer data)
{
    const Task *task = data;
    const LabSeeds *seeds = task->seeds;
    LabOptions options = *task->options;

    (void)own;
    options.has_seed = TRUE;
    options.seed = seeds->first + number;

    g_autoptr(Trace) trace = lab_run(task->plan, &options);

    return seeds->keep != NULL ? seeds->keep(trace, options.seed, seeds->data) : NULL;
}

static gboolean tell_one(gpointer kept, guint64 number, gpointer data)
{
    const LabSeeds *seeds = ((const Task *)data)->seeds;

    seeds->tell(kept, seeds->first + number, seeds->data);
    return TRUE;
}

static gboolean look(guint64 done, gpointer data)
{
    const LabSeeds *seeds = ((const Task *)data)->seeds;

    if (seeds->look != NULL)
        seeds->look(done, seeds->data);
    return TRUE;
}

void lab_run_seeds(const Plan *plan, const LabOptions *options, const LabSeeds *seeds)
{
    Task task = {plan, options, seeds};
    LabOrdered ordered = {.count = seeds->count,
                          .threads = seeds->threads,
                          .work = run_one,
                          .tell = tell_one,
                          .look = look,
                          .data = &task};

    (void)lab_ordered_run(&ordered);
}
