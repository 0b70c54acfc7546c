/* What checking came to: a scenario and its results, ready to be told in any format.
 */
#ifndef TCPWALTZ_CLI_CHECKED_H
#define TCPWALTZ_CLI_CHECKED_H

#include <glib.h>

#include "cli/simulation.h"
#include "cli/tables.h"
#include "core/time.h"
#include "expect/expect.h"
#include "scenario/diagnostics.h"

typedef struct Checked {
    char *file;    /* the scenario as the user named it, or what else there is to tell of */
    char *problem; /* why it could not be checked, in a line; NULL: it was */
    Diagnostics *diagnostics; /* what is wrong with the file; NULL when nothing was read */
    GPtrArray *results;       /* ExpectResult; empty when there is a problem */
    SimTime ended;            /* virtual time at which the run was over */
    int status;
} Checked;

/* Runs the scenario, holds what it expects, and its table when `tables` has a folder.  Any number
 * of threads may do that at once. */
Checked *checked_scenario(const SimulationOptions *options, const Tables *tables, const char *file);

/* Something that cannot be run at all. */
Checked *checked_problem(const char *file, const char *problem, int status);

void checked_free(Checked *checked); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Checked, checked_free)

#endif
