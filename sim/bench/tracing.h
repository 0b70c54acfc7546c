/* What recording costs: the same run with everything recorded, and with nothing. */
#ifndef TCPWALTZ_BENCH_TRACING_H
#define TCPWALTZ_BENCH_TRACING_H

#include <glib.h>

#include "bench/line.h"
#include "lab/lab.h"
#include "scenario/plan.h"

/* `connections`: how many the plan is to open.  Each way is run `times` times, and the fastest counts. */
BenchLine *bench_tracing(guint64 connections, const Plan *plan, const LabOptions *options,
                         guint times, GError **error);

#endif
