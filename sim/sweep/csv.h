/* Results of a sweep as CSV: comments that say which sweep it is, the names of the columns, a row a run. */
#ifndef TCPWALTZ_SWEEP_CSV_H
#define TCPWALTZ_SWEEP_CSV_H

#include <glib.h>

#include "sweep/head.h"
#include "sweep/row.h"

void sweep_csv_head(const SweepHead *head, GString *out);
void sweep_csv_row(const SweepRow *row, GString *out);

typedef struct SweepCsv SweepCsv;

/* NULL: *trouble says why not ("it is no result of a sweep"); free with g_free(). */
SweepCsv *sweep_csv_open(const char *path, char **trouble);
const SweepHead *sweep_csv_head_of(const SweepCsv *csv);

/* FALSE at the end, or with *trouble, which names the line. */
gboolean sweep_csv_next(SweepCsv *csv, SweepRow *row, char **trouble);
void sweep_csv_close(SweepCsv *csv);

#endif
