/* The outside of a kernel in virtual time: boots it as a child process, passes on what the program inside
 * writes, and sees to it that nothing is left.
 */
#include "live/virtual.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live/virtual_stage.h"
#include "live/virtual_stream.h"

GQuark live_virtual_error_quark(void)
{
    return g_quark_from_static_string("tcpwaltz-live-virtual-error");
}

enum {
    BOOT_SECONDS = 30,   /* a third of one is usual; other work may keep the machine from it */
    PARTING_SECONDS = 1, /* for an interrupted program to tidy up */
    LOOK_MS = 10,        /* between two looks at what the program has written */
    CONSOLE_KEPT = 8192, /* bytes; its last lines tell what a kernel died of … */
    WORDS_MOST = 200,    /* … each not at any length */
};

typedef struct Boot {
    const LiveVirtual *task;
    LiveStage stage;
    pid_t kernel, keeper;
    int leash; /* the keeper's: it lets go when we do */
    int console, signals;
    gint64 deadline; /* of the monotonic clock in us: when the kernel is killed; 0: never */
    gboolean is_up;
    int interrupted; /* by this signal; 0: not */
    GString *said;   /* by the kernel, the end of it */
    LiveStream output, errors;
    sigset_t mask; /* as it was before */
} Boot;

/* ---- Starting it ---- */

static gboolean refused(GError **error, const char *what)
{
    g_set_error(error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_SYSTEM, "%s: %s", what,
                g_strerror(errno));
    return FALSE;
}

/* One file, or one terminal: what comes out of both is in an order that somebody sees. */
static gboolean is_one_output(void)
{
    struct stat out, err;

    return fstat(STDOUT_FILENO, &out) == 0 && fstat(STDERR_FILENO, &err) == 0 &&
           out.st_dev == err.st_dev && out.st_ino == err.st_ino && out.st_rdev == err.st_rdev;
}

static void describe_job(LiveJob *job, const LiveVirtual *task)
{
    mode_t mask = umask(0);

    umask(mask);
    job->umask = mask;
    job->program = g_strdup(task->program);
    job->folder = g_get_current_dir();
    job->one_output = is_one_output();
    job->argv = g_strdupv(task->argv);
    job->environment = g_environ_setenv(g_get_environ(), "TCPWALTZ_INSIDE", "virtual", TRUE);
}

/* Standard input may come from a terminal or a pipe, which waits; nobody inside can wait for the outside
 * without virtual time passing. */
static gboolean spool_input(const Boot *boot, GError **error)
{
    char data[65536];
    ssize_t got;

    if (!boot->task->reads_input)
        return TRUE;
    while ((got = read(STDIN_FILENO, data, sizeof data)) != 0) {
        if (got < 0 && errno != EINTR)
            return refused(error, "cannot read standard input");
        if (got > 0 && write(boot->stage.input, data, (size_t)got) != got)
            return refused(error, "cannot keep standard input");
    }
    return TRUE;
}

/* A builder keeps a copy. */
static void add_word(GStrvBuilder *words, char *word)
{
    g_strv_builder_add(words, word);
    g_free(word);
}

static char **command_line(const LiveStage *stage, const char *kernel)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();

    g_strv_builder_add_many(words, kernel, "rootfstype=hostfs", "rootflags=/", "rw", "mem=1G",
                            "time-travel=inf-cpu", "con=null", "con0=null,fd:1", "quiet",
                            "devtmpfs.mount=0", "umid=it", NULL);
    add_word(words, g_strdup_printf("uml_dir=%s/" LIVE_STAGE_KERNEL "/", stage->folder));
    add_word(words, g_strdup_printf("init=%s/" LIVE_STAGE_INIT, stage->folder));
    add_word(words, g_strdup_printf(LIVE_STAGE_VARIABLE "=%s", stage->folder));
    return g_strv_builder_end(words);
}

/* The kernel's memory is a file in TMPDIR.  Nothing else of the caller's matters to it. */
static char **kernel_environment(const LiveStage *stage)
{
    char **environment = g_environ_setenv(NULL, "TMPDIR", stage->place, TRUE);

    return g_environ_setenv(environment, "HOME", stage->place, TRUE);
}

typedef struct Start {
    const char *kernel;
    char **argv, **environment;
    int console[2], trouble[2]; /* pipes: what it says; why it could not be executed */
    pid_t parent;
    const sigset_t *mask;
} Start;

/* In the child.  A group of its own: signals from the terminal are ours. */
static void execute_kernel(const Start *start) G_GNUC_NORETURN;

static void execute_kernel(const Start *start)
{
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
    int null = open("/dev/null", O_RDONLY);

    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != start->parent)
        _exit(EXIT_FAILURE);
    setrlimit(RLIMIT_CORE, &none);
    dup2(null, STDIN_FILENO);
    dup2(start->console[1], STDOUT_FILENO);
    dup2(start->console[1], STDERR_FILENO);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, start->mask, NULL);
    execve(start->kernel, start->argv, start->environment);

    int failure = errno;
    ssize_t ignored = write(start->trouble[1], &failure, sizeof failure);

    (void)ignored;
    _exit(EXIT_FAILURE);
}

/* 0, or why the child could not become the kernel. */
static int failure_to_execute(int pipe)
{
    int failure = 0;

    if (read(pipe, &failure, sizeof failure) != sizeof failure)
        failure = 0;
    close(pipe);
    return failure;
}

/* In a child of its own.  Whatever end we come to, the leash is let go then, and the kernel's group killed:
 * not all of its processes die with it. */
static void keep(pid_t kernel, int leash) G_GNUC_NORETURN;

static void keep(pid_t kernel, int leash)
{
    int null = open("/dev/null", O_RDWR);
    char word;

    setsid();
    for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++)
        dup2(null, standard);
    /* A word is that there is nothing to do any more. */
    if (read(leash, &word, 1) == 0)
        kill(-kernel, SIGKILL);
    _exit(EXIT_SUCCESS);
}

static gboolean fork_keeper(Boot *boot, GError **error)
{
    int leash[2];

    if (pipe2(leash, O_CLOEXEC) != 0)
        return refused(error, "cannot make a pipe");
    boot->keeper = fork();
    if (boot->keeper == 0) {
        close(leash[1]);
        keep(boot->kernel, leash[0]);
    }
    close(leash[0]);
    boot->leash = leash[1];
    return boot->keeper > 0 || refused(error, "cannot start a process");
}

static void dismiss_keeper(Boot *boot)
{
    if (boot->keeper <= 0)
        return;
    ssize_t ignored = write(boot->leash, "", 1);

    (void)ignored;
    close(boot->leash);
    while (waitpid(boot->keeper, NULL, 0) < 0 && errno == EINTR)
        ;
}

static gboolean fork_kernel(Boot *boot, Start *start, GError **error)
{
    boot->kernel = fork();
    if (boot->kernel == 0)
        execute_kernel(start);
    close(start->console[1]);
    close(start->trouble[1]);
    boot->console = start->console[0];

    int failure = failure_to_execute(start->trouble[0]);

    if (boot->kernel < 0)
        return refused(error, "cannot start a process");
    if (failure == 0)
        return fork_keeper(boot, error);
    g_set_error(error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_KERNEL, "%s is no kernel to run: %s",
                start->kernel, g_strerror(failure));
    return FALSE;
}

static gboolean start_kernel(Boot *boot, GError **error)
{
    g_auto(GStrv) argv = command_line(&boot->stage, boot->task->kernel);
    g_auto(GStrv) environment = kernel_environment(&boot->stage);
    guint seconds = boot->task->boot_seconds;
    Start start = {
        .kernel = boot->task->kernel,
        .argv = argv,
        .environment = environment,
        .parent = getpid(),
        .mask = &boot->mask,
    };

    if (pipe2(start.console, O_CLOEXEC) != 0 || pipe2(start.trouble, O_CLOEXEC) != 0)
        return refused(error, "cannot make a pipe");
    boot->deadline =
        g_get_monotonic_time() + (seconds != 0 ? seconds : BOOT_SECONDS) * G_USEC_PER_SEC;
    return fork_kernel(boot, &start, error);
}

/* ---- Watching it ---- */

/* A reader that has seen enough is no failure, but nobody need write on for it. */
static int failure_of(const Boot *boot)
{
    return boot->output.failure != 0 ? boot->output.failure : boot->errors.failure;
}

static void hear_console(Boot *boot)
{
    char data[4096];
    ssize_t got = read(boot->console, data, sizeof data);

    if (got > 0)
        g_string_append_len(boot->said, data, got);
    if (boot->said->len > (gsize)2 * CONSOLE_KEPT)
        g_string_erase(boot->said, 0, (gssize)(boot->said->len - CONSOLE_KEPT));
}

/* ---- Interrupting ---- */

/* Linux, arch/um/drivers/mconsole.h: what its control socket takes. */
typedef struct ControlRequest {
    guint32 magic, version, length;
    char command[512];
} ControlRequest;

/* Ctrl-alt-del: the first process inside gets SIGINT, and passes it on. */
static void ask_to_end(const Boot *boot)
{
    ControlRequest request = {.magic = 0xcafebabe, .version = 2, .command = "cad"};

    request.length = (guint32)strlen(request.command);
    if (boot->stage.control >= 0)
        (void)send(boot->stage.control, &request, sizeof request, MSG_NOSIGNAL);
}

/* The first time it is asked; whoever insists wants it gone. */
static void interrupt(Boot *boot)
{
    struct signalfd_siginfo info;

    if (read(boot->signals, &info, sizeof info) != sizeof info)
        return;
    gboolean may_tidy_up = boot->is_up && boot->interrupted == 0 && boot->stage.control >= 0;

    boot->interrupted = (int)info.ssi_signo;
    boot->deadline = g_get_monotonic_time() + (may_tidy_up ? PARTING_SECONDS * G_USEC_PER_SEC : 0);
    if (may_tidy_up)
        ask_to_end(boot);
}

/* One that is ignored is left alone: signalfd() would tell of it all the same. */
static gboolean catch_signals(Boot *boot, GError **error)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction now;
    sigset_t wait;

    sigemptyset(&wait);
    for (gsize i = 0; i < G_N_ELEMENTS(signals); i++)
        if (sigaction(signals[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(&wait, signals[i]);
    sigprocmask(SIG_BLOCK, &wait, &boot->mask);
    boot->signals = signalfd(-1, &wait, SFD_CLOEXEC | SFD_NONBLOCK);
    return boot->signals >= 0 || refused(error, "cannot wait for signals");
}

/* What "status" says.  Free with g_free(). */
static char *read_status(const Boot *boot)
{
    char text[4096];
    ssize_t got = pread(boot->stage.status, text, sizeof text - 1, 0);

    text[MAX(got, 0)] = '\0';
    return g_strdup(text);
}

static void look_whether_up(Boot *boot)
{
    g_autofree char *text = read_status(boot);

    boot->is_up = g_str_has_prefix(text, LIVE_STAGE_READY);
    if (!boot->is_up)
        return;
    /* Whoever kills us from here on leaves no file. */
    live_stage_vanish(&boot->stage);
    if (boot->interrupted == 0)
        boot->deadline = 0;
}

static gboolean has_ended(const Boot *boot)
{
    siginfo_t info = {.si_pid = 0};

    return waitid(P_PID, (id_t)boot->kernel, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid != 0;
}

static void look(Boot *boot)
{
    struct pollfd wait[] = {
        {.fd = boot->signals, .events = POLLIN},
        {.fd = boot->console, .events = POLLIN},
    };

    poll(wait, G_N_ELEMENTS(wait), LOOK_MS);
    if (wait[0].revents & POLLIN)
        interrupt(boot);
    if (wait[1].revents & POLLIN)
        hear_console(boot);
    else if (wait[1].revents & POLLHUP)
        g_usleep(1000); /* it has closed its console, and is about to end */
    if (!boot->is_up)
        look_whether_up(boot);
    live_stream_pass_on(&boot->output);
    live_stream_pass_on(&boot->errors);
}

static gboolean is_over(const Boot *boot)
{
    return has_ended(boot) || failure_of(boot) != 0 ||
           (boot->deadline != 0 && g_get_monotonic_time() >= boot->deadline);
}

/* The kernel and what it started, which is in its group. */
static void end_kernel(Boot *boot)
{
    if (boot->kernel <= 0)
        return;
    if (!has_ended(boot))
        kill(boot->kernel, SIGKILL);
    kill(-boot->kernel, SIGKILL);
    while (waitpid(boot->kernel, NULL, 0) < 0 && errno == EINTR)
        ;
    dismiss_keeper(boot);
}

/* ---- What came of it ---- */

static gboolean is_panic(const char *line)
{
    return strstr(line, "Kernel panic") != NULL;
}

/* The line of the console that tells most: what it died of, or its last one.  Free with g_free(). */
static char *last_words(const Boot *boot)
{
    g_auto(GStrv) lines = g_strsplit(boot->said->str, "\n", -1);
    const char *words = "it said nothing";

    for (char **line = lines; *line != NULL; line++) {
        if (*g_strstrip(*line) != '\0')
            words = *line;
        if (is_panic(*line))
            break;
    }
    return g_utf8_make_valid(words, (gssize)strnlen(words, WORDS_MOST));
}

static gboolean did_not_boot(const Boot *boot, const char *status, gboolean hung, GError **error)
{
    g_autofree char *words = last_words(boot);

    if (g_str_has_prefix(status, LIVE_STAGE_REFUSED))
        g_set_error(error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_KERNEL, "%s cannot be used: %.*s",
                    boot->task->kernel, (int)strcspn(status + strlen(LIVE_STAGE_REFUSED), "\n"),
                    status + strlen(LIVE_STAGE_REFUSED));
    else if (hung)
        g_set_error(error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_BOOT,
                    "%s was not up within %u s: %s", boot->task->kernel,
                    boot->task->boot_seconds != 0 ? boot->task->boot_seconds : BOOT_SECONDS, words);
    else
        g_set_error(error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_BOOT,
                    "%s ended before it was up, if it is a user-mode Linux: %s", boot->task->kernel,
                    words);
    return FALSE;
}

static gboolean was_not_passed_on(const Boot *boot, int *status, GError **error)
{
    gboolean is_output = boot->output.failure != 0;

    if (failure_of(boot) == EPIPE) {
        *status = SIGPIPE;
        return TRUE;
    }
    g_set_error(error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_STREAMS, "cannot write %s: %s",
                is_output ? "standard output" : "standard error", g_strerror(failure_of(boot)));
    return FALSE;
}

static gboolean conclude(const Boot *boot, gboolean hung, int *status, GError **error)
{
    g_autofree char *text = read_status(boot);
    int inner;

    if (boot->interrupted != 0) {
        *status = boot->interrupted;
        return TRUE;
    }
    if (failure_of(boot) != 0)
        return was_not_passed_on(boot, status, error);
    if (!g_str_has_prefix(text, LIVE_STAGE_READY))
        return did_not_boot(boot, text, hung, error);
    if (sscanf(text + strlen(LIVE_STAGE_READY), "%d\n", &inner) == 1) {
        *status = inner;
        return TRUE;
    }

    g_autofree char *words = last_words(boot);

    g_set_error(error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_DIED, "%s died under the program: %s",
                boot->task->kernel, words);
    return FALSE;
}

static gboolean watch(Boot *boot, int *status, GError **error)
{
    while (!is_over(boot))
        look(boot);

    gboolean hung = !has_ended(boot);

    end_kernel(boot);
    look(boot); /* what it wrote at last */
    return conclude(boot, hung, status, error);
}

static gboolean prepare(Boot *boot, GError **error)
{
    g_auto(LiveJob) job = {.program = NULL};

    describe_job(&job, boot->task);
    if (!live_stage_open(&boot->stage, &job, error) || !spool_input(boot, error))
        return FALSE;
    boot->output = (LiveStream){.from = boot->stage.output, .to = STDOUT_FILENO};
    boot->errors = (LiveStream){.from = boot->stage.errors, .to = STDERR_FILENO};
    return start_kernel(boot, error);
}

static void clear(Boot *boot)
{
    live_stage_close(&boot->stage);
    if (boot->console >= 0)
        close(boot->console);
    if (boot->signals >= 0)
        close(boot->signals);
    g_string_free(boot->said, TRUE);
    sigprocmask(SIG_SETMASK, &boot->mask, NULL);
}

gboolean live_virtual_run(const LiveVirtual *task, int *status, GError **error)
{
    Boot boot = {.task = task, .console = -1, .signals = -1, .said = g_string_new(NULL)};
    gboolean good = FALSE;

    if (catch_signals(&boot, error)) {
        if (prepare(&boot, error))
            good = watch(&boot, status, error);
        else
            end_kernel(&boot);
    }
    clear(&boot);
    return good;
}
