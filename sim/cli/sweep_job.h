/* What a sweep is of, read and understood: cli/sweep.c makes its runs. */
#ifndef TCPWALTZ_CLI_SWEEP_JOB_H
#define TCPWALTZ_CLI_SWEEP_JOB_H

#include "cli/sweep.h"
#include "sweep/grid.h"
#include "sweep/head.h"

typedef struct SweepJob {
    const SweepOptions *options;
    const char *file;
    GPtrArray *axes;   /* PlanAxis *: what is varied */
    GPtrArray *asks;   /* PlanAsk * */
    GPtrArray *plans;  /* Plan *: one that was loaded, or those of each combination of profiles */
    GChecksum *digest; /* of all files that were read */
    SweepGrid grid;
    SweepHead *head;
} SweepJob;

/* FALSE, and said so: the scenario or what is asked for is wrong.  sweep_job_clear() either way. */
gboolean sweep_job_read(SweepJob *job, const SweepOptions *options, const char *file);
void sweep_job_clear(SweepJob *job);

#endif
