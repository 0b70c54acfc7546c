/* What every subcommand that simulates has in common: --seed, --set, the bounds; loading a
 * scenario and running it. */
#ifndef TCPWALTZ_CLI_SIMULATION_H
#define TCPWALTZ_CLI_SIMULATION_H

#include <glib.h>

#include "cli/command.h"
#include "drill/drill.h"
#include "lab/lab.h"
#include "live/live.h"
#include "scenario/plan.h"
#include "scenario/scenario.h"
#include "trace/trace.h"

typedef struct SimulationOptions {
    /* As given on the command line; NULL: not given. */
    char *seed, *max_time, *max_events, *max_memory, *max_steps, *interval;
    char **overrides;
    char *root; /* files are read only from below it; NULL: from everywhere */
    char *live; /* who is real: "", or names of hosts with commas between; NULL: nobody */
    char **tuns;
    gboolean lenient;
    char *profile, **definitions; /* of packetdrill scripts … */
    const char *script_tolerance; /* … as these, and the caller's; NULL: none given */
    /* What they come to. */
    LabOptions lab;
    LiveOptions reality;
    DrillOptions drill;
    PlanTolerance tolerance; /* of expected times whose line names none */
    TraceWheel wheel;        /* that all hosts' timers are to have; tick 0: each its own */
    char **profile_dirs;
} SimulationOptions;

/* Entries for options_read(): --set, --seed, --root, --max-time, --max-events, --max-memory, --max-steps,
 * --live, --tun, --lenient, --profile, --define; the last one is empty. */
enum {
    SIMULATION_ENTRIES = 13,
    SIMULATION_UNBOUNDED_ENTRIES = 4,
    SIMULATION_BOUNDED_ENTRIES = 8,
};
void simulation_entries(SimulationOptions *options, GOptionEntry out[SIMULATION_ENTRIES]);

/* --set, --seed and --root alone, for runs of which something else says how long they last. */
void simulation_unbounded_entries(SimulationOptions *options,
                                  GOptionEntry out[SIMULATION_UNBOUNDED_ENTRIES]);

/* These and the bounds, where nobody is real and nothing is a packetdrill script. */
void simulation_bounded_entries(SimulationOptions *options,
                                GOptionEntry out[SIMULATION_BOUNDED_ENTRIES]);

/* --root alone, for those who simulate nothing that a scenario says. */
GOptionEntry simulation_root_entry(SimulationOptions *options);

/* --interval, for those who show counters. */
GOptionEntry simulation_interval_entry(SimulationOptions *options);

/* After options_read(): understands them.  FALSE, and said so, when one makes no sense. */
gboolean simulation_options_read(const Command *command, SimulationOptions *options);
void simulation_options_clear(SimulationOptions *options);

/* Is anybody to be real? */
gboolean simulation_is_live(const SimulationOptions *options);

/* What the language is to know of them. */
ScenarioOptions simulation_scenario_options(const SimulationOptions *options);

/* The file, a scenario or a packetdrill script (*.pkt), as a plan; NULL when something is wrong with it, which is then in `diagnostics`. */
Plan *simulation_read(const SimulationOptions *options, const char *file, Diagnostics *diagnostics);

/* The same, and what is wrong is said on standard error. */
Plan *simulation_load(const SimulationOptions *options, const char *file);

/* Says what is wrong on standard error. */
void simulation_say(const Diagnostics *diagnostics);

/* The same for a scenario at hand, called `name`. */
Plan *simulation_parse(const SimulationOptions *options, const char *name, const char *text,
                       gsize length);

/* All hosts get the timers of a kernel whose wheel stood so when the run began. */
void simulation_give_wheel(Plan *plan, const TraceWheel *wheel);

/* NULL, and said so: who is to be real cannot be had. */
Trace *simulation_run(const SimulationOptions *options, const Plan *plan);

/* May there be a packetdrill script among these files, or in these folders?  NULL-terminated. */
gboolean simulation_may_have_scripts(char *const *files);

/* FALSE, and said so: an option is about scripts, and there is none. */
gboolean simulation_fits(const Command *command, const SimulationOptions *options,
                         char *const *files);

/* How far times of scripts may be off; `text` as given, which has to stay. */
void simulation_set_script_tolerance(SimulationOptions *options, const char *text,
                                     PlanTolerance tolerance);

/* The command that repeats such a run of the file, but for its name: "tcpwaltz run --seed 7"; free with
 * g_free(). */
char *simulation_again(const SimulationOptions *options, const char *file);

#endif
