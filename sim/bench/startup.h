/* One scenario, the whole process: from the moment it is started until it has ended. */
#ifndef TCPWALTZ_BENCH_STARTUP_H
#define TCPWALTZ_BENCH_STARTUP_H

#include <glib.h>

#include "bench/line.h"

/* Runs `argv` (NULL-terminated, argv[0] a path) `count` times, its output thrown away. */
BenchLine *bench_startup(char *const *argv, guint64 count, GError **error);

#endif
