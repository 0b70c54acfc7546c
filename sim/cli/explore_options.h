/* The options of `tcpwaltz explore`: as given, and what they come to. */
#ifndef TCPWALTZ_CLI_EXPLORE_OPTIONS_H
#define TCPWALTZ_CLI_EXPLORE_OPTIONS_H

#include <glib.h>

#include "cli/simulation.h"
#include "explore/explore.h"

typedef struct ExploreCommand {
    SimulationOptions simulation;
    /* As given; NULL: not given. */
    char *faults, *depth, *within, *hosts, *delay_by, *except, *budget, *jobs, *output, *dot,
        *profiles;
    gboolean all, states, without_faults, orders, crashes, no_merge;
    /* What they come to; hosts are those of a plan, see explore_options_hosts(). */
    ExploreOptions options;
    gboolean *chosen; /* of each host */
} ExploreCommand;

enum { EXPLORE_ENTRIES = 18 };
void explore_entries(ExploreCommand *command, GOptionEntry out[EXPLORE_ENTRIES]);

/* After options_read().  FALSE, and said so, when one makes no sense. */
gboolean explore_options_read(ExploreCommand *command);

/* The hosts that --hosts names, of the plan. */
gboolean explore_options_hosts(ExploreCommand *command, const Plan *plan);

/* "drop, dup" */
char *explore_options_faults(const ExploreOptions *options);

void explore_options_clear(ExploreCommand *command);

#endif
