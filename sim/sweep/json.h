/* Results of a sweep as JSON lines: one about the sweep, and one a run. */
#ifndef TCPWALTZ_SWEEP_JSON_H
#define TCPWALTZ_SWEEP_JSON_H

#include <glib.h>

#include "sweep/head.h"
#include "sweep/row.h"

void sweep_json_head(const SweepHead *head, GString *out);

/* Answers are lists: of numbers where they are numbers. */
void sweep_json_row(const SweepHead *head, const SweepRow *row, GString *out);

#endif
