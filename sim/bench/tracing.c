/* Full tracing against none. */
#include "bench/tracing.h"

#include "bench/sample.h"

/* In turn, so that what else the machine does meanwhile meets both. */
static gboolean measure(const Plan *plan, const LabOptions *options, guint times, BenchSample *none,
                        BenchSample *all, GError **error)
{
    LabOptions untraced = *options, full = *options;

    untraced.level = TRACE_LEVEL_NONE;
    full.level = TRACE_LEVEL_FULL;
    for (guint i = 0; i < times; i++) {
        if (!bench_plan(plan, &untraced, none, error) || !bench_plan(plan, &full, all, error))
            return FALSE;
    }
    return TRUE;
}

BenchLine *bench_tracing(guint64 connections, const Plan *plan, const LabOptions *options,
                         guint times, GError **error)
{
    BenchSample none = {.recorded = 0}, all = {.recorded = 0};

    if (!measure(plan, options, times, &none, &all, error))
        return NULL;

    BenchLine *line = bench_line_new("trace");
    guint64 opened = all.first_host.opened;

    bench_line_count(line, "connections", connections);
    bench_line_count(line, "opened", opened);
    bench_line_count(line, "events", all.recorded);
    bench_line_count(line, "runs", times);
    bench_line_number(line, "seconds_none", none.cost.seconds, 3);
    bench_line_number(line, "seconds_full", all.cost.seconds, 3);
    bench_line_number(line, "slowdown", all.cost.seconds / none.cost.seconds, 2);
    bench_line_number(line, "connections_per_s", (double)opened / all.cost.seconds, 0);
    bench_line_number(line, "events_per_s", (double)all.recorded / all.cost.seconds, 0);
    bench_line_number(line, "bytes_per_event",
                      (double)all.recorded_bytes / (double)MAX(all.recorded, 1), 0);
    bench_line_count(line, "peak_bytes", all.cost.peak_bytes);
    return line;
}
