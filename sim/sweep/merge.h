/* Parts of a sweep's results as one: the rows of all of them in the order of runs, each once. */
#ifndef TCPWALTZ_SWEEP_MERGE_H
#define TCPWALTZ_SWEEP_MERGE_H

#include <glib.h>

#include "sweep/head.h"
#include "sweep/row.h"

typedef struct SweepMerge SweepMerge;

/* Opens the files (NULL-terminated, at least one).  NULL: *trouble says which one cannot be read, or is of another sweep than
 * the first; free with g_free(). */
SweepMerge *sweep_merge_open(char *const *paths, char **trouble);

/* Of the whole sweep. */
const SweepHead *sweep_merge_head(const SweepMerge *merge);

/* The next row; a run that several files have is told once.  FALSE at the end, or with *trouble: a file that
 * is damaged, or two that answer a run differently. */
gboolean sweep_merge_next(SweepMerge *merge, SweepRow *row, char **trouble);

/* After the last row: which runs nobody had (SweepRange, in order). */
const GArray *sweep_merge_missing(const SweepMerge *merge);

/* Says which they are, a line each, and by shards where all files are shards of as many. */
void sweep_merge_tell_missing(const SweepMerge *merge, GString *out);

void sweep_merge_close(SweepMerge *merge); /* NULL is allowed */

#endif
