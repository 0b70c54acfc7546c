/* Whole processes, one after the other. */
#include "bench/startup.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/sample.h"

extern char **environ;

/* Its exit status; -1 with errno when it did not start or did not end by itself. */
static int run_once(char *const *argv, const posix_spawn_file_actions_t *actions)
{
    pid_t child;
    int status, failure = posix_spawn(&child, argv[0], actions, NULL, argv, environ);

    if (failure != 0) {
        errno = failure;
        return -1;
    }
    while (waitpid(child, &status, 0) == -1) {
        if (errno != EINTR)
            return -1;
    }
    errno = ECHILD;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

typedef struct Startup {
    double total, least; /* s */
} Startup;

static gboolean measure(char *const *argv, const posix_spawn_file_actions_t *actions, guint64 count,
                        Startup *out, GError **error)
{
    for (guint64 i = 0; i < count; i++) {
        BenchWatch watch = bench_watch_begin();
        int status = run_once(argv, actions);
        double seconds = bench_watch_end(&watch).seconds;

        if (status != 0) {
            g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, "%s: %s", argv[0],
                        status == -1 ? g_strerror(errno) : "it failed");
            return FALSE;
        }
        out->total += seconds;
        out->least = i == 0 ? seconds : MIN(out->least, seconds);
    }
    return TRUE;
}

BenchLine *bench_startup(char *const *argv, guint64 count, GError **error)
{
    posix_spawn_file_actions_t actions;
    Startup took = {0};

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);

    gboolean measured = measure(argv, &actions, count, &took, error);

    posix_spawn_file_actions_destroy(&actions);
    if (!measured)
        return NULL;

    BenchLine *line = bench_line_new("startup");

    bench_line_count(line, "processes", count);
    bench_line_number(line, "ms_mean", took.total * 1e3 / (double)count, 2);
    bench_line_number(line, "ms_min", took.least * 1e3, 2);
    return line;
}
