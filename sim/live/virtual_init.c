/* The first process of a kernel in virtual time: this program itself.  No shell and no other program is
 * needed, so that nothing is asked of the host's system, and nothing is slow.
 *
 * The kernel starts it on the host's files, with nothing mounted.  It makes a system of that, executes what
 * the job says, waits for it, and switches the kernel off. */
#define _DEFAULT_SOURCE /* sync(), struct ifreq, mount() */
#include "live/virtual.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live/virtual_stage.h"

/* Linux, Documentation/admin-guide/devices.txt: 10 char, misc. */
enum { TUN_MAJOR = 10, TUN_MINOR = 200 };

enum { EXIT_NOT_EXECUTED = 127, EXIT_NO_FOLDER = 2 };

gboolean live_virtual_is_inside(void)
{
    return g_getenv("TCPWALTZ_INSIDE") != NULL;
}

gboolean live_virtual_is_init(void)
{
    return getpid() == 1 && getenv(LIVE_STAGE_VARIABLE) != NULL;
}

/* ---- A system out of a bare kernel ---- */

/* A kind of file system, and where it is mounted. */
static const char *const mounts[][2] = {
    {"proc", "/proc"},
    {"sysfs", "/sys"},
    {"devtmpfs", "/dev"},
};

static const char *const links[][2] = {
    {"/proc/self/fd", "/dev/fd"},
    {"/proc/self/fd/0", "/dev/stdin"},
    {"/proc/self/fd/1", "/dev/stdout"},
    {"/proc/self/fd/2", "/dev/stderr"},
};

static gboolean refuse(GError **error, const char *what)
{
    g_set_error(error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_BOOT, "%s: %s", what,
                g_strerror(errno));
    return FALSE;
}

static gboolean mount_all(GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(mounts); i++)
        if (mount(mounts[i][0], mounts[i][1], mounts[i][0], 0, NULL) != 0)
            return refuse(error, mounts[i][1]);
    return TRUE;
}

/* Where one cannot be, the rest is there: it matters to those that ask for it.  The host's /dev/shm is an
 * ordinary folder of the caller's. */
static void fill_dev(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(links); i++)
        if (symlink(links[i][0], links[i][1]) != 0)
            errno = 0;
    if (mkdir("/dev/net", 0755) == 0 || errno == EEXIST)
        mknod("/dev/net/tun", S_IFCHR | 0666, makedev(TUN_MAJOR, TUN_MINOR));
    if (mkdir("/dev/shm", 0755) == 0)
        mount("none", "/dev/shm", "hostfs", 0, "/dev/shm");
}

static gboolean raise_loopback(GError **error)
{
    struct ifreq request = {.ifr_flags = IFF_UP | IFF_RUNNING};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    g_strlcpy(request.ifr_name, "lo", sizeof request.ifr_name);
    if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) != 0)
        return refuse(error, "lo");
    close(fd);
    return TRUE;
}

/* A kernel that knows an option of its command line keeps it; the others go to the first process. */
static gboolean knows_time_travel(GError **error)
{
    if (getenv("time-travel") == NULL)
        return TRUE;
    g_set_error_literal(error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_KERNEL,
                        "it does not know time travel (CONFIG_UML_TIME_TRAVEL_SUPPORT)");
    return FALSE;
}

/* ---- The streams ---- */

typedef struct Streams {
    int input, output, errors, status;
} Streams;

/* Written through: the outside reads the files as they grow.  On a memory file system that costs next to
 * nothing. */
static int open_in(const char *folder, const char *name, int flags)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    int fd = open(path, flags | O_CLOEXEC | (flags == O_RDONLY ? 0 : O_APPEND | O_DSYNC));

    return fd;
}

static gboolean open_streams(Streams *streams, const char *folder, gboolean one_output,
                             GError **error)
{
    streams->input = open_in(folder, LIVE_STAGE_INPUT, O_RDONLY);
    streams->output = open_in(folder, LIVE_STAGE_OUTPUT, O_WRONLY);
    streams->errors = one_output ? streams->output : open_in(folder, LIVE_STAGE_ERRORS, O_WRONLY);
    if (streams->input < 0 || streams->output < 0 || streams->errors < 0)
        return refuse(error, folder);
    return TRUE;
}

static void report(const Streams *streams, const char *text)
{
    if (streams->status < 0 || write(streams->status, text, strlen(text)) < 0)
        fprintf(stderr, "tcpwaltz: cannot report: %s\n", text);
}

/* ---- The program ---- */

static pid_t program_pid;

static void pass_on(int signal_number)
{
    if (program_pid > 0)
        kill(program_pid, signal_number);
}

/* The outside presses ctrl-alt-del to interrupt, which is SIGINT here when the kernel is told so. */
static void expect_interrupts(void)
{
    const struct sigaction action = {.sa_handler = pass_on};

    sigaction(SIGINT, &action, NULL);
    reboot(RB_DISABLE_CAD);
}

static void say_and_exit(const char *what, int status) G_GNUC_NORETURN;

static void say_and_exit(const char *what, int status)
{
    fprintf(stderr, "tcpwaltz: %s: %s\n", what, g_strerror(errno));
    _exit(status);
}

static void become(const LiveJob *job, const Streams *streams) G_GNUC_NORETURN;

static void become(const LiveJob *job, const Streams *streams)
{
    signal(SIGINT, SIG_DFL);
    setsid();
    dup2(streams->input, STDIN_FILENO);
    dup2(streams->output, STDOUT_FILENO);
    dup2(streams->errors, STDERR_FILENO);
    umask((mode_t)job->umask);
    if (chdir(job->folder) != 0)
        say_and_exit(job->folder, EXIT_NO_FOLDER);
    execve(job->program, job->argv, job->environment);
    say_and_exit(job->program, EXIT_NOT_EXECUTED);
}

/* Whoever lost his parent is ours, too; who is left when the program ends, ends with the kernel. */
static int wait_for_program(void)
{
    for (;;) {
        int status;
        pid_t pid = wait(&status);

        if (pid == program_pid)
            return status;
        if (pid < 0 && errno != EINTR)
            return EXIT_NOT_EXECUTED << 8;
    }
}

static int execute(const LiveJob *job, const Streams *streams)
{
    expect_interrupts();
    program_pid = fork();
    if (program_pid == 0)
        become(job, streams);
    return wait_for_program();
}

static gboolean come_up(const char *folder, LiveJob *job, Streams *streams, GError **error)
{
    return live_job_load(job, folder, error) &&
           open_streams(streams, folder, job->one_output, error) && mount_all(error) &&
           raise_loopback(error);
}

/* What the host has not got yet is written. */
static void switch_off(void) G_GNUC_NORETURN;

static void switch_off(void)
{
    sync();
    reboot(RB_POWER_OFF);
    _exit(EXIT_FAILURE);
}

void live_virtual_init(void)
{
    const char *folder = getenv(LIVE_STAGE_VARIABLE);
    Streams streams = {.status = open_in(folder, LIVE_STAGE_STATUS, O_WRONLY)};
    g_auto(LiveJob) job = {.program = NULL};
    g_autoptr(GError) error = NULL;

    if (!knows_time_travel(&error) || !come_up(folder, &job, &streams, &error)) {
        g_autofree char *text = g_strdup_printf(LIVE_STAGE_REFUSED "%s\n", error->message);

        report(&streams, text);
        switch_off();
    }
    fill_dev();
    report(&streams, LIVE_STAGE_READY);

    g_autofree char *text = g_strdup_printf("%d\n", execute(&job, &streams));

    report(&streams, text);
    switch_off();
}
