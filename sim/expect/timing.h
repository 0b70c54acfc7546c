/* Timing tables in files: read, and held against what a run does now.
 */
#ifndef TCPWALTZ_EXPECT_TIMING_H
#define TCPWALTZ_EXPECT_TIMING_H

#include <glib.h>

#include "expect/expect.h"
#include "scenario/diagnostics.h"
#include "scenario/plan.h"
#include "trace/timing.h"

/* Longer files are refused. */
#define EXPECT_TIMING_BYTES_MAX ((gsize)256 * 1024 * 1024)

/* Reads the bytes of the table file `name` as view_timing_file() writes it.  NULL with every error
 * in `diagnostics`. */
TimingTable *expect_timing_read(const char *name, const char *bytes, gsize length,
                                Diagnostics *diagnostics);

/* Holds one against the other: a failed ExpectResult for each fact that is not as it was (its time,
 * that it happened at all, what became of it, its order), named as "client sends SYN #2" and
 * placed in the table; one good result when nothing has moved. */
GPtrArray *expect_timing_hold(const char *name, const TimingTable *was, const TimingTable *is,
                              const PlanTolerance *tolerance);

/* The failure that there is no such table. */
ExpectResult *expect_timing_missing(const char *name);

#endif
