/* One scenario with many seeds on several threads. */
#ifndef TCPWALTZ_BENCH_SEEDS_H
#define TCPWALTZ_BENCH_SEEDS_H

#include <glib.h>

#include "bench/line.h"
#include "lab/lab.h"
#include "scenario/plan.h"

/* The load as text of the language: 100 connections on a link that loses segments. */
extern const char bench_seeds_scenario[];

/* Runs `count` seeds of its plan on one thread, and again on `threads`. */
BenchLine *bench_seeds(guint64 count, guint threads, const Plan *plan, const LabOptions *options,
                       guint times, GError **error);

#endif
