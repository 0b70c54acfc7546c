/* What the forms of `tcpwaltz sweep` have in common. */
#ifndef TCPWALTZ_CLI_SWEEP_H
#define TCPWALTZ_CLI_SWEEP_H

#include <glib.h>

#include "cli/simulation.h"
#include "cli/sweep_sink.h"

typedef struct SweepOptions {
    SimulationOptions simulation;
    char **vary, **asks;
    char *seeds, *jobs, *shard_text, *output, *format_word;
    gboolean summary, yes, incomplete;
    /* What they come to. */
    guint threads;
    guint64 shard, of;
    SweepFormat format;
} SweepOptions;

/* `sweep merge FILE...`, `sweep summary FILE...`: what was swept, put together or summed up. */
int sweep_merge_files(const SweepOptions *options, char *const *files);
int sweep_sum_up_files(char *const *files);

#endif
