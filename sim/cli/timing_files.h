/* Where timing tables lie: DIR/handshake/first-syn-lost.table for first-syn-lost.scn below
 * handshake/ of the folder that was checked; and for first-syn-lost.scn of the folder handshake/, where DIR has such a
 * folder, so that a part of the scenarios can be held against its part of the tables.
 */
#ifndef TCPWALTZ_CLI_TIMING_FILES_H
#define TCPWALTZ_CLI_TIMING_FILES_H

#include <glib.h>

#include "scenario/plan.h"

/* A folder of tables that scenarios are held against. */
typedef struct TimingFiles {
    const char *folder;           /* NULL: scenarios are not held against tables */
    const char *const *arguments; /* the files and folders of the command line */
    PlanTolerance tolerance;
} TimingFiles;

/* The path of the scenario's table; free with g_free(). */
char *timing_files_path(const TimingFiles *tables, const char *scenario);

/* Tables (char *) in the folder that none of these scenarios has; a folder that cannot be read adds
 * to `problems`. */
GPtrArray *timing_files_orphans(const TimingFiles *tables, const GPtrArray *scenarios,
                                GPtrArray *problems);

#endif
