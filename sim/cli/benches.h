/* The benches by name, and what was asked for.  bench.c reads the options, sim/bench/ measures. */
#ifndef TCPWALTZ_CLI_BENCHES_H
#define TCPWALTZ_CLI_BENCHES_H

#include <glib.h>

#include "bench/handshakes.h"
#include "cli/simulation.h"

typedef struct BenchOptions {
    SimulationOptions simulation;
    char *format, *count, *gap, *concurrent, *backlog; /* as given; NULL: not given */
    char *time_wait, *loss, *jitter, *pending, *times, *jobs;
    gboolean print;
    /* What they come to. */
    gboolean as_json;
    guint64 number; /* --count; 0: not given */
    guint runs, threads;
    HandshakeLoad load;
    guint64 flood_gap_us, backlog_size;
    guint64 events_pending; /* 0: not given */
} BenchOptions;

typedef struct Bench {
    const char *name;
    gboolean has_scenario; /* that --print prints */
    /* Appends its lines; FALSE, and said so, when it could not be done. */
    gboolean (*run)(const BenchOptions *options, GString *out);
} Bench;

/* All of them, in the order in which they run. */
enum { BENCHES_MAX = 16 };
extern const Bench benches[];
extern const gsize bench_count;

#endif
