/* Results of a sweep, read from whatever they are in: CSV, JSON lines, or an SQLite database. */
#ifndef TCPWALTZ_SWEEP_RESULTS_H
#define TCPWALTZ_SWEEP_RESULTS_H

#include <glib.h>

#include "sweep/head.h"
#include "sweep/row.h"

typedef struct SweepResults SweepResults;

/* NULL: *trouble says why not, without the file's name; free with g_free(). */
SweepResults *sweep_results_open(const char *path, char **trouble);
const SweepHead *sweep_results_head(const SweepResults *results);

/* The next row in the order of runs.  FALSE at the end, or with *trouble. */
gboolean sweep_results_next(SweepResults *results, SweepRow *row, char **trouble);
void sweep_results_close(SweepResults *results); /* NULL is allowed */

#endif
