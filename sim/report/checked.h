/* What checking came to: a scenario and its results, ready to be told in any format.
 */
#ifndef TCPWALTZ_REPORT_CHECKED_H
#define TCPWALTZ_REPORT_CHECKED_H

#include <glib.h>

#include "core/time.h"
#include "expect/expect.h"
#include "lab/lab.h"
#include "scenario/scenario.h"

/* The worst one counts. */
typedef enum CheckedOutcome {
    CHECKED_PASSED,
    CHECKED_OUT_OF_REACH, /* it needs what is not simulated: neither passed nor failed */
    CHECKED_FAILED,       /* something expected did not happen */
    CHECKED_TROUBLE,      /* it could not be read */
} CheckedOutcome;

typedef struct Checked {
    char *file;    /* the scenario as the user named it, or what else there is to tell of */
    char *problem; /* why it could not be checked, in a line; NULL: it was */
    Diagnostics *diagnostics; /* what is wrong with the file; NULL when nothing was read */
    GPtrArray *results;       /* ExpectResult; empty when there is a problem */
    GPtrArray *printed;       /* char *: by the script's own code, a line each; NULL: nothing ran */
    SimTime ended;            /* virtual time at which the run was over */
    CheckedOutcome outcome;
} Checked;

/* How: the same for all that is checked together. */
typedef struct CheckedHow {
    /* The plan of a file of any language; NULL with diagnostics. */
    Plan *(*load)(gconstpointer data, const char *file, Diagnostics *diagnostics);
    gconstpointer load_data;
    ScenarioOptions scenario;
    LabOptions lab;
    PlanTolerance tolerance; /* of tables */
    gboolean strict;         /* lines that never did anything fail, too */
    gboolean lenient;        /* what nobody can tell is left out */
} CheckedHow;

/* Runs the scenario, holds what it expects, and what the file `table` says unless it is NULL.  Any
 * number of threads may do that at once. */
Checked *checked_scenario(const CheckedHow *how, const char *file, const char *table);

/* What is not simulated, of CHECKED_OUT_OF_REACH. */
const ExpectResult *checked_out_of_reach(const Checked *checked);

/* Something that cannot be run at all. */
Checked *checked_problem(const char *file, const char *problem, CheckedOutcome outcome);

void checked_free(Checked *checked); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Checked, checked_free)

#endif
