/* Results of a sweep as JSON lines: one about the sweep, and one a run. */
#ifndef TCPWALTZ_SWEEP_JSON_H
#define TCPWALTZ_SWEEP_JSON_H

#include <glib.h>

#include "sweep/head.h"
#include "sweep/row.h"

void sweep_json_head(const SweepHead *head, GString *out);

/* Answers are lists: of numbers where they are numbers. */
void sweep_json_row(const SweepHead *head, const SweepRow *row, GString *out);

typedef struct SweepJson SweepJson;

/* Reads what these write, in that order of members; blanks between them do not matter.  NULL: *trouble says why not
 * ("it is no result of a sweep"); free with g_free(). */
SweepJson *sweep_json_open(const char *path, char **trouble);
const SweepHead *sweep_json_head_of(const SweepJson *json);

/* FALSE at the end, or with *trouble, which names the line. */
gboolean sweep_json_next(SweepJson *json, SweepRow *row, char **trouble);
void sweep_json_close(SweepJson *json);

#endif
