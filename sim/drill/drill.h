/* packetdrill scripts, run: a script is a plan of two hosts, `local` (the stack that is tested, with an
 * application above it) and `remote` (nobody: what comes from there is written in the script).
 *
 *   script.h    what a file says            reader.c words.c segments.c values.c code.c constants.c
 *   plan.c      a script as a plan
 *   session.c   one run: who sits where
 *   local.c     the stack under its sockets
 *   remote.c    the clock of the script: what is next, and how long it is waited for
 *   calls.c     what an application does: a table of calls
 *   look.c      what %{ }% sees
 *   commands.c  what shells would do: a table of commands, one of sysctls
 *   wire.c      segments of the script and of the wire, numbers of both
 *   match.c     is what left what was expected?
 *   verdict.c   what is said of it
 */
#ifndef TCPWALTZ_DRILL_DRILL_H
#define TCPWALTZ_DRILL_DRILL_H

#include <glib.h>

#include "drill/script.h"
#include "scenario/plan.h"
#include "scenario/scenario.h"

typedef struct DrillOptions {
    const char *profile; /* of the stack; NULL: what the script's commands imply, else linux-6.18 */
    gboolean has_tolerance;
    PlanTolerance
        tolerance; /* of times, instead of the script's, or of packetdrill's 4 ms and an eighth */
    guint64 max_memory; /* LabOptions.max_memory, which the script itself is a part of */
} DrillOptions;

/* "NAME=value", or "NAME"? */
gboolean drill_is_definition(const char *text);

/* Is it one, by its name? */
gboolean drill_is_script(const char *file);

/* The file (below scenario->root, if there is one) as a plan; NULL with diagnostics.  `definitions`: see
 * DrillReadOptions. */
Plan *drill_load(const char *file, const char *const *definitions, const DrillOptions *options,
                 const ScenarioOptions *scenario, Diagnostics *diagnostics);

/* The script as a plan, which takes it over.  NULL with diagnostics: there is no such profile,
 * or no such key in scenario->overrides, which are of its host `local`. */
Plan *drill_plan(DrillScript *script, const DrillOptions *options, const ScenarioOptions *scenario,
                 Diagnostics *diagnostics);

#endif
