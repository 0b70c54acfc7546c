/* Many runs of a program for one start: preloaded (LD_PRELOAD) into it, this takes the place of the call of its
 * main().  It reads what is to be run from standard input and forks for each; the child goes on into main(), as
 * if it had been started so.  Where starting a process means twenty libraries, a run takes a tenth of the time.
 *
 * A run is asked for in words that end with a NUL each: how many arguments there are, the folder to run in,
 * the file that standard output goes to, that for standard error (the same name: both to one), and the arguments.
 * The answer is a line on standard output: what wait() told, as a shell counts it (128 and more: a signal).
 *
 * A tool of the tests, for glibc: elsewhere escape.py starts the program each time.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef int Main(int argc, char **argv, char **environment);

static Main *program;

/* A word, to be freed; NULL at the end of input. */
static char *word(void)
{
    char *text = NULL;
    size_t size = 0;

    if (getdelim(&text, &size, '\0', stdin) > 0)
        return text;
    free(text);
    return NULL;
}

static char *must_word(void)
{
    char *text = word();

    if (text == NULL) {
        fputs("batch: half a request\n", stderr);
        exit(2);
    }
    return text;
}

static void open_as(int wanted, const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0666);

    if (fd < 0 || dup2(fd, wanted) < 0) {
        perror(path);
        _exit(127);
    }
    close(fd);
}

/* Of the child: the streams that it was asked for. */
static void redirect(const char *out, const char *err)
{
    enum { WRITES = O_WRONLY | O_CREAT | O_TRUNC };

    open_as(STDOUT_FILENO, out, WRITES);
    if (strcmp(out, err) != 0)
        open_as(STDERR_FILENO, err, WRITES);
    else
        dup2(STDOUT_FILENO, STDERR_FILENO);
    open_as(STDIN_FILENO, "/dev/null", O_RDONLY);
}

static int status_of(int told)
{
    return WIFEXITED(told) ? WEXITSTATUS(told) : 128 + WTERMSIG(told);
}

/* One run; in the child it returns: the caller goes on into main(). */
static int is_child(const char *folder, const char *out, const char *err)
{
    int told = 0;
    pid_t child = fork();

    if (child == 0) {
        if (chdir(folder) != 0)
            _exit(127);
        redirect(out, err);
        return 1;
    }
    if (child < 0 || waitpid(child, &told, 0) != child) {
        perror("batch");
        exit(2);
    }
    printf("%d\n", status_of(told));
    fflush(stdout);
    return 0;
}

static int serve(int argc, char **argv, char **environment)
{
    char *count;

    (void)argc;
    while ((count = word()) != NULL) {
        int words = atoi(count);
        char *folder = must_word(), *out = must_word(), *err = must_word();
        char **given = calloc((size_t)words + 2, sizeof *given);

        given[0] = argv[0];
        for (int i = 1; i <= words; i++)
            given[i] = must_word();
        if (is_child(folder, out, err))
            return program(words + 1, given, environment);
        for (int i = 1; i <= words; i++)
            free(given[i]);
        free(given), free(folder), free(out), free(err), free(count);
    }
    return 0;
}

/* What libc calls before main(). */
int __libc_start_main(Main *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*linker_fini)(void), void *stack_end);

int __libc_start_main(Main *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*linker_fini)(void), void *stack_end)
{
    int (*start)(Main *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

    *(void **)&start = dlsym(RTLD_NEXT, "__libc_start_main");
    program = main;
    unsetenv("LD_PRELOAD"); /* what the program starts is itself */
    return start(serve, argc, argv, init, fini, linker_fini, stack_end);
}
