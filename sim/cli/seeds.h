/* tcpwaltz run --seeds N: one scenario with many seeds, and what they come to together. */
#ifndef TCPWALTZ_CLI_SEEDS_H
#define TCPWALTZ_CLI_SEEDS_H

#include <glib.h>

#include "cli/simulation.h"
#include "scenario/plan.h"

typedef struct SeedsOptions {
    char *seeds, *jobs; /* as given on the command line; NULL: not given */
    /* What they come to. */
    guint64 count; /* 0: one run, with one seed */
    guint threads;
    gboolean is_csv; /* the caller's: every value of every seed, instead of the summary */
} SeedsOptions;

/* Entries for options_read(): --seeds, --jobs; the last one is empty. */
enum { SEEDS_ENTRIES = 3 };
void seeds_entries(SeedsOptions *options, GOptionEntry out[SEEDS_ENTRIES]);

/* After options_read(): understands them.  FALSE, and said so, when one makes no sense. */
gboolean seeds_options_read(const Command *command, SeedsOptions *options);
void seeds_options_clear(SeedsOptions *options);

/* Runs the plan with so many seeds, from its own (or --seed's) on, and appends how often each
 * expectation held, and the least, median, 90th and 99th percentile and most of what the questions (PlanAsk *) ask for; or, as
 * CSV, whether each seed held them and what each answered.
 * Lines that did nothing with any seed are told in `notes`.  Returns a STATUS_: failed when an
 * expectation failed with any seed. */
int seeds_run(const SeedsOptions *options, const SimulationOptions *simulation, const char *file,
              const Plan *plan, const GPtrArray *asks, GString *out, GString *notes);

#endif
