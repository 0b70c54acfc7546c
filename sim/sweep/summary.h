/* What the runs of each point of a grid come to together: how many held, the spread of each answer that is a
 * number, how often each word.
 *
 * Percentiles are by nearest rank: the p-th of n values is the one at place ceil(p/100 · n), so that it is one that a
 * run had. */
#ifndef TCPWALTZ_SWEEP_SUMMARY_H
#define TCPWALTZ_SWEEP_SUMMARY_H

#include <glib.h>

#include "sweep/head.h"
#include "sweep/row.h"

/* The answers to one question. */
typedef struct SweepSpread {
    GPtrArray *numbers; /* GArray of double, upwards: of all first values, all second ones, … */
    GHashTable
        *words; /* char * to guint64 *: the answers as a whole; used where one is no number */
    gboolean has_words;
    guint64 none; /* runs without an answer */
} SweepSpread;

typedef struct SweepPoint {
    GPtrArray *settings; /* char *: the value of each thing that is varied */
    guint64 runs, held;
    GArray *spreads; /* SweepSpread, of each question */
} SweepPoint;

/* The least value of which at least `percent` % of them are not more; 0 gives the least.  Of at least one
 * value, upwards. */
double sweep_percentile(const GArray *numbers, guint percent);

typedef struct SweepSummary SweepSummary;

SweepSummary *sweep_summary_new(const SweepHead *head);

/* The rows in the order of runs; of a point some may be missing. */
void sweep_summary_add(SweepSummary *summary, const SweepRow *row);

/* All points (SweepPoint *) that had a row. */
const GPtrArray *sweep_summary_points(SweepSummary *summary);

/* For people: a table of how many held, and one for each question. */
void sweep_summary_append(SweepSummary *summary, const char *name, GString *out);
void sweep_summary_free(SweepSummary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SweepSummary, sweep_summary_free)

#endif
