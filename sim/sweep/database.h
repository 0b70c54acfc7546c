/* Results of a sweep in an SQLite database, which says which sweep it is and goes on from where it was.
 *
 *   sweep  key, value     what the head says, a row a line
 *   runs   run, …         a row a run, in the columns of the head; numbers are numbers, nothing is NULL
 *   work   runs, wall_s   what was made between two commits, and how long that took by the clock: in this
 *                         file alone, never merged
 *
 * Rows are kept by transactions: whatever kills the program, the file holds whole rows, and as many as the
 * last sweep_database_commit() left.  One process at a time writes to it. */
#ifndef TCPWALTZ_SWEEP_DATABASE_H
#define TCPWALTZ_SWEEP_DATABASE_H

#include <glib.h>

#include "sweep/head.h"
#include "sweep/row.h"

typedef struct SweepDatabase SweepDatabase;

/* FALSE: the program was built without SQLite, and what follows answers so. */
gboolean sweep_database_is_there(void);

/* To write to.  A file that is there has to be of this very sweep and shard; one that is not is made.  NULL:
 * *trouble says why not; free with g_free(). */
SweepDatabase *sweep_database_open(const char *path, const SweepHead *head, char **trouble);

/* To read from. */
SweepDatabase *sweep_database_read(const char *path, char **trouble);

const SweepHead *sweep_database_head(const SweepDatabase *database);

/* Which runs of the range it has not (SweepRange, in order); free with g_array_unref().  NULL with *trouble. */
GArray *sweep_database_missing(SweepDatabase *database, SweepRange range, char **trouble);

/* FALSE with *trouble: what was put since the last commit is lost. */
gboolean sweep_database_put(SweepDatabase *database, const SweepRow *row, char **trouble);
gboolean sweep_database_commit(SweepDatabase *database, char **trouble);

/* Says of the rows that are about to be committed how long they took. */
gboolean sweep_database_put_work(SweepDatabase *database, guint64 runs, double wall_s,
                                 char **trouble);

/* The next row in the order of runs.  FALSE at the end, or with *trouble. */
gboolean sweep_database_next(SweepDatabase *database, SweepRow *row, char **trouble);

/* What was not committed is lost.  NULL is allowed. */
void sweep_database_close(SweepDatabase *database);

#endif
