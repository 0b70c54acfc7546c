/* One measurement: something done once, in a process of its own, with the time and memory it took.
 *
 * A process of its own, because the memory of one measurement must not be that of the one before:
 * a peak never falls, and what an allocator was given back it may keep.
 */
#ifndef TCPWALTZ_BENCH_SAMPLE_H
#define TCPWALTZ_BENCH_SAMPLE_H

#include <glib.h>

#include "lab/lab.h"
#include "scenario/plan.h"
#include "trace/trace.h"

gint64 bench_now_ns(void); /* the monotonic clock */

typedef struct BenchCost {
    double seconds;     /* wall clock */
    double cpu_seconds; /* of this process alone, user and system */
    guint64 bytes;      /* growth of the resident set at its peak */
    guint64 peak_bytes; /* the whole process at its peak */
} BenchCost;

/* The stopwatch: begin, do it, end.  Only what lies between counts. */
typedef struct BenchWatch {
    gint64 wall_ns, cpu_ns;
    guint64 peak_bytes;
} BenchWatch;

BenchWatch bench_watch_begin(void);
BenchCost bench_watch_end(const BenchWatch *watch);

/* Calls `work` in a child process, which fills in `result` (`size` bytes without pointers).  FALSE,
 * with what happened in `error`, when the child did not come back. */
typedef void (*BenchWork)(gconstpointer what, gpointer result);
gboolean bench_in_child(BenchWork work, gconstpointer what, gpointer result, gsize size,
                        GError **error);

/* A run of a plan.  Counters are only filled in as far as the options' level has them. */
typedef struct BenchSample {
    BenchCost cost;
    TraceCounters counters;
    TraceHostCounters first_host; /* of the plan: in these benches, the client */
    TraceHostCounters second_host;
    guint64 recorded;       /* events in the trace */
    guint64 recorded_bytes; /* what they take, see trace_events_bytes() */
} BenchSample;

/* Is this the first, or faster than the fastest so far ({0}: none yet)? */
gboolean bench_is_faster(const BenchCost *cost, const BenchCost *fastest);

/* Runs the plan in a process of its own, and keeps what that found if it was faster. */
gboolean bench_plan(const Plan *plan, const LabOptions *options, BenchSample *fastest,
                    GError **error);

/* The fastest of `times` runs without a trace in `timed`; and one more, not timed, with counters in
 * `counted`. */
gboolean bench_plan_and_count(const Plan *plan, const LabOptions *options, guint times,
                              BenchSample *timed, BenchSample *counted, GError **error);

#endif
