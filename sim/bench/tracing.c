/* Full tracing against none. */
#include "bench/tracing.h"

#include "bench/sample.h"

BenchLine *bench_tracing(guint64 connections, const Plan *plan, const LabOptions *options,
                         guint times, GError **error)
{
    LabOptions untraced = *options, full = *options;
    BenchSample none, all;

    untraced.level = TRACE_LEVEL_NONE;
    full.level = TRACE_LEVEL_FULL;
    if (!bench_plan(plan, &untraced, times, &none, error) ||
        !bench_plan(plan, &full, times, &all, error))
        return NULL;

    BenchLine *line = bench_line_new("trace");
    double grown = (double)all.cost.bytes - (double)none.cost.bytes;

    bench_line_count(line, "connections", connections);
    bench_line_count(line, "events", all.recorded);
    bench_line_number(line, "seconds_none", none.cost.seconds, 3);
    bench_line_number(line, "seconds_full", all.cost.seconds, 3);
    bench_line_number(line, "slowdown", all.cost.seconds / none.cost.seconds, 2);
    bench_line_number(line, "connections_per_s", (double)connections / all.cost.seconds, 0);
    bench_line_number(line, "events_per_s", (double)all.recorded / all.cost.seconds, 0);
    bench_line_number(line, "bytes_per_event", grown / (double)MAX(all.recorded, 1), 0);
    bench_line_count(line, "peak_bytes", all.cost.peak_bytes);
    return line;
}
