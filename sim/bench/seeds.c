/* Seeds: what a second thread is worth. */
#include "bench/seeds.h"

#include "bench/sample.h"
#include "lab/seeds.h"

const char bench_seeds_scenario[] = "title \"Many seeds\"\n"
                                    "host client rfc6298\n"
                                    "host server rfc6298\n"
                                    "link client server delay=10ms jitter=5ms loss=5%\n"
                                    "at 0s server listen\n"
                                    "at 0s client connect server rate=1000/s count=100\n"
                                    "when client ESTABLISHED client close\n"
                                    "when server CLOSE-WAIT server close\n";

typedef struct Work {
    const Plan *plan;
    const LabOptions *options;
    guint64 count;
    guint threads;
} Work;

static void forget(gpointer kept, guint64 seed, gpointer data)
{
    (void)kept;
    (void)seed;
    (void)data;
}

static void run(gconstpointer what, gpointer result)
{
    const Work *work = what;
    LabSeeds seeds = {.first = 1, .count = work->count, .threads = work->threads, .tell = forget};
    BenchWatch watch = bench_watch_begin();

    lab_run_seeds(work->plan, work->options, &seeds);
    *(BenchCost *)result = bench_watch_end(&watch);
}

static gboolean measure(const Work *work, BenchCost *fastest, GError **error)
{
    BenchCost cost;

    if (!bench_in_child(run, work, &cost, sizeof cost, error))
        return FALSE;
    if (bench_is_faster(&cost, fastest))
        *fastest = cost;
    return TRUE;
}

BenchLine *bench_seeds(guint64 count, guint threads, const Plan *plan, const LabOptions *options,
                       guint times, GError **error)
{
    Work alone = {plan, options, count, 1}, together = {plan, options, count, threads};
    BenchCost one = {0}, many = {0};

    /* In turn: what else the machine does meets both. */
    for (guint i = 0; i < times; i++) {
        if (!measure(&alone, &one, error) || !measure(&together, &many, error))
            return NULL;
    }

    BenchLine *line = bench_line_new("seeds");

    bench_line_count(line, "seeds", count);
    bench_line_count(line, "threads", threads);
    bench_line_count(line, "runs", times);
    bench_line_number(line, "seconds_1", one.seconds, 3);
    bench_line_number(line, "seconds", many.seconds, 3);
    bench_line_number(line, "cpu_seconds_1", one.cpu_seconds, 3);
    bench_line_number(line, "cpu_seconds", many.cpu_seconds, 3);
    bench_line_number(line, "seeds_per_s", (double)count / many.seconds, 0);
    bench_line_number(line, "speedup", one.seconds / many.seconds, 2);
    return line;
}
