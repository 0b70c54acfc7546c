/* Processes that hold worlds, and what they leave behind in memory that all of them share. */
#include "jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "world.h"

/* Seconds of CPU in which a world has to end, and which no run of so few events comes near, under a
 * sanitizer either. */
enum { CPU_SECONDS_MAX = 60, FAILURES_MAX = 50, AGAIN_EVERY = 8, WIRE_EVERY = 16 };

/* What a process leaves behind. */
typedef struct Job {
    guint64 number, end, step; /* the world that it holds now; where it ends */
    guint64 worlds, failed, events;
    Failure failures[FAILURES_MAX];
    pid_t pid;
} Job;

static void note(Job *job, const char *what)
{
    if (job->failed < FAILURES_MAX) {
        Failure *failure = &job->failures[job->failed];
        failure->number = job->number;
        g_strlcpy(failure->what, what, sizeof failure->what);
    }
    job->failed++;
}

static void hold_one(Job *job, const Hold *hold, GString *text)
{
    Hold as = *hold;

    as.again = hold->again || job->number % AGAIN_EVERY == 0;
    as.wire = hold->wire || job->number % WIRE_EVERY == 1;
    g_string_truncate(text, 0);
    world_write(job->number, text);
    g_autofree char *said = hold_text(&as, text->str, text->len, &job->events);
    if (said != NULL)
        note(job, said);
    job->worlds++;
}

/* So much CPU from now on; then the process ends. */
static void bound_cpu(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    rlim_t seconds = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec + CPU_SECONDS_MAX);
    setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, RLIM_INFINITY});
}

static void work(Job *job, const Hold *hold)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint n = 0; job->number < job->end; n++) {
        if (n % 256 == 0)
            bound_cpu();
        hold_one(job, hold, text);
        job->number += job->step;
    }
}

static void launch(Job *job, const Hold *hold)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        work(job, hold);
        _exit(EXIT_SUCCESS);
    }
    if (pid < 0) {
        perror("worlds: fork");
        exit(EXIT_FAILURE);
    }
    job->pid = pid; /* the child would write there, too */
}

/* The process has ended; before its last world, it failed in one, and another takes its place. */
static void look_after(Job *job, const Hold *hold, int status)
{
    job->pid = 0;
    if (job->number >= job->end)
        return;
    g_autofree char *what = WIFSIGNALED(status)
                                ? g_strdup_printf("died: %s", strsignal(WTERMSIG(status)))
                                : g_strdup_printf("died: exit status %d", WEXITSTATUS(status));
    note(job, what);
    job->worlds++;
    job->number += job->step;
    launch(job, hold);
}

static void wait_for_all(Job *jobs, guint processes, const Hold *hold)
{
    int status;
    pid_t pid;

    while ((pid = wait(&status)) > 0)
        for (guint i = 0; i < processes; i++)
            if (jobs[i].pid == pid)
                look_after(&jobs[i], hold, status);
}

static int by_number(gconstpointer a, gconstpointer b)
{
    const Failure *x = a, *y = b;

    return (x->number > y->number) - (x->number < y->number);
}

static void collect(JobsResult *result, const Job *job)
{
    g_assert(job->number >= job->end);
    result->worlds += job->worlds;
    result->failed += job->failed;
    result->events += job->events;
    g_array_append_vals(result->failures, job->failures, (guint)MIN(job->failed, FAILURES_MAX));
}

/* Memory that children share with their parent: of a file that has no name any more. */
static Job *shared_jobs(guint processes)
{
    FILE *file = tmpfile();
    gsize bytes = processes * sizeof(Job);
    void *memory = MAP_FAILED;

    if (file != NULL && ftruncate(fileno(file), (off_t)bytes) == 0)
        memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
    if (memory == MAP_FAILED) {
        perror("worlds: memory to share");
        exit(EXIT_FAILURE);
    }
    fclose(file);
    return memory;
}

JobsResult jobs_run(const Hold *hold, guint64 first, guint64 count, guint processes)
{
    JobsResult result = {.failures = g_array_new(FALSE, FALSE, sizeof(Failure))};
    Job *jobs = shared_jobs(processes);

    for (guint i = 0; i < processes; i++) {
        jobs[i] = (Job){.number = first + i, .end = first + count, .step = processes};
        launch(&jobs[i], hold);
    }
    wait_for_all(jobs, processes, hold);
    for (guint i = 0; i < processes; i++)
        collect(&result, &jobs[i]);
    munmap(jobs, processes * sizeof(Job));
    g_array_sort(result.failures, by_number);
    return result;
}

char *jobs_hold(const Hold *hold, const char *text, gsize length)
{
    Job *job = shared_jobs(1);
    int status;

    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        bound_cpu();
        g_autofree char *said = hold_text(hold, text, length, &job->events);
        if (said != NULL)
            note(job, said);
        _exit(EXIT_SUCCESS);
    }
    waitpid(pid, &status, 0);
    char *said = job->failed > 0 ? g_strdup(job->failures[0].what) : NULL;
    if (WIFSIGNALED(status))
        said = g_strdup_printf("died: %s", strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != EXIT_SUCCESS)
        said = g_strdup_printf("died: exit status %d", WEXITSTATUS(status));
    munmap(job, sizeof *job);
    return said;
}
