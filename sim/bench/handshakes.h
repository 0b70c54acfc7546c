/* Connections that are opened and closed, one after the other: the load as a scenario. */
#ifndef TCPWALTZ_BENCH_HANDSHAKES_H
#define TCPWALTZ_BENCH_HANDSHAKES_H

#include <glib.h>

#include "bench/line.h"
#include "core/time.h"
#include "lab/lab.h"
#include "scenario/plan.h"

typedef struct HandshakeLoad {
    guint64 count;      /* connections, from 1 */
    guint64 gap_us;     /* from one connect to the next; divides a second */
    guint64 concurrent; /* ESTABLISHED at both ends at once; 0: each is closed as soon as it is */
    SimTime time_wait;
    const char *loss, *jitter; /* as the language writes them; NULL: none */
} HandshakeLoad;

/* The load as text of the language; free with g_free().  Hosts: client, server. */
char *bench_handshakes_scenario(const HandshakeLoad *load);

/* Runs the plan of that scenario without a trace, and once more, counted and not timed. */
BenchLine *bench_handshakes(const HandshakeLoad *load, const Plan *plan, const LabOptions *options,
                            guint times, GError **error);

#endif
