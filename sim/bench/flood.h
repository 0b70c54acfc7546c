/* A flood of SYNs from forged addresses, against a listener. */
#ifndef TCPWALTZ_BENCH_FLOOD_H
#define TCPWALTZ_BENCH_FLOOD_H

#include <glib.h>

#include "bench/line.h"
#include "lab/lab.h"
#include "scenario/plan.h"

typedef struct FloodLoad {
    guint64 count;   /* SYNs */
    guint64 rate;    /* SYNs a second of virtual time */
    guint64 backlog; /* half-open connections that the server holds at most */
    guint cookies;   /* tcp_syncookies: 0, 1 or 2 */
} FloodLoad;

/* The load as text of the language; free with g_free(). */
char *bench_flood_scenario(const FloodLoad *load);

/* Runs the plan of that scenario without a trace, and once more, counted and not timed. */
BenchLine *bench_flood(const FloodLoad *load, const Plan *plan, const LabOptions *options,
                       guint times, GError **error);

#endif
