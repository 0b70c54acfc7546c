/* Clock, memory and child processes: the only place of sim/ that looks at real time. */
#include "bench/sample.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- The stopwatch ---- */

static gint64 clock_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (gint64)now.tv_sec * 1000000000 + now.tv_nsec;
}

gint64 bench_now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

/* The most memory that was ever resident; POSIX leaves the unit open. */
static guint64 peak_bytes(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    return (guint64)usage.ru_maxrss;
#else
    return (guint64)usage.ru_maxrss * 1024;
#endif
}

BenchWatch bench_watch_begin(void)
{
    return (BenchWatch){
        .peak_bytes = peak_bytes(),
        .cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID),
        .wall_ns = bench_now_ns(),
    };
}

BenchCost bench_watch_end(const BenchWatch *watch)
{
    BenchCost cost = {
        .seconds = (double)(bench_now_ns() - watch->wall_ns) / 1e9,
        .cpu_seconds = (double)(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - watch->cpu_ns) / 1e9,
        .peak_bytes = peak_bytes(),
    };

    cost.bytes = cost.peak_bytes - watch->peak_bytes;
    return cost;
}

/* ---- A process of its own ---- */

static gboolean read_all(int fd, char *data, gsize size)
{
    while (size > 0) {
        ssize_t got = read(fd, data, size);

        if (got == -1 && errno == EINTR)
            continue;
        if (got <= 0)
            return FALSE;
        data += got;
        size -= (gsize)got;
    }
    return TRUE;
}

static void be_the_child(BenchWork work, gconstpointer what, gsize size, int fd)
{
    g_autofree char *result = g_malloc0(size);

    work(what, result);
    /* A pipe takes this little at once. */
    _exit(write(fd, result, size) == (ssize_t)size ? 0 : 1);
}

static gboolean child_failed(GError **error, int status)
{
    if (WIFSIGNALED(status))
        g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED,
                    "the measurement was ended by signal %d%s", WTERMSIG(status),
                    WTERMSIG(status) == SIGKILL ? " (out of memory?)" : "");
    else
        g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED,
                    "the measurement ended with status %d", WEXITSTATUS(status));
    return FALSE;
}

static gboolean cannot(GError **error, const char *what)
{
    g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FORK, "%s: %s", what, g_strerror(errno));
    return FALSE;
}

gboolean bench_in_child(BenchWork work, gconstpointer what, gpointer result, gsize size,
                        GError **error)
{
    int ends[2], status = 0;

    if (pipe(ends) == -1)
        return cannot(error, "pipe");

    pid_t child = fork();

    if (child == -1)
        return cannot(error, "fork");
    if (child == 0) {
        close(ends[0]);
        be_the_child(work, what, size, ends[1]);
    }
    close(ends[1]);

    gboolean complete = read_all(ends[0], result, size);

    close(ends[0]);
    while (waitpid(child, &status, 0) == -1 && errno == EINTR)
        continue;
    return complete || child_failed(error, status);
}

/* ---- A run ---- */

typedef struct PlanWork {
    const Plan *plan;
    const LabOptions *options;
} PlanWork;

static void run_plan(gconstpointer what, gpointer result)
{
    const PlanWork *work = what;
    BenchSample *sample = result;
    BenchWatch watch = bench_watch_begin();
    g_autoptr(Trace) trace = lab_run(work->plan, work->options);

    sample->cost = bench_watch_end(&watch);
    sample->counters = trace->counters;
    sample->first_host = g_array_index(trace->host_counters, TraceHostCounters, 0);
    sample->second_host = g_array_index(trace->host_counters, TraceHostCounters, 1);
    sample->recorded = trace->events->len;
    sample->recorded_bytes = trace_events_bytes(trace);
}

gboolean bench_is_faster(const BenchCost *cost, const BenchCost *fastest)
{
    return fastest->peak_bytes == 0 || cost->seconds < fastest->seconds;
}

gboolean bench_plan(const Plan *plan, const LabOptions *options, BenchSample *fastest,
                    GError **error)
{
    PlanWork work = {plan, options};
    BenchSample sample;

    g_assert(plan->hosts->len >= 2);
    if (!bench_in_child(run_plan, &work, &sample, sizeof sample, error))
        return FALSE;
    if (bench_is_faster(&sample.cost, &fastest->cost))
        *fastest = sample;
    return TRUE;
}

gboolean bench_plan_and_count(const Plan *plan, const LabOptions *options, guint times,
                              BenchSample *timed, BenchSample *counted, GError **error)
{
    LabOptions untraced = *options, counting = *options;

    *timed = *counted = (BenchSample){.recorded = 0};
    untraced.level = TRACE_LEVEL_NONE;
    counting.level = TRACE_LEVEL_COUNTERS;
    for (guint i = 0; i < times; i++) {
        if (!bench_plan(plan, &untraced, timed, error))
            return FALSE;
    }
    return bench_plan(plan, &counting, counted, error);
}
