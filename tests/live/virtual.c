/* Executes any command inside a kernel in virtual time, for tests/live/virtual.sh.
 *
 * usage: virtual KERNEL [-i] COMMAND [WORD...]    KERNEL: a path, or a version in $TCPWALTZ_KERNELS
 *                                                 -i: the command reads standard input
 *
 * Ends as the command did; with 2 and a line where it could not be executed.
 *
 * Inside, "virtual netns" is a command, too: two network namespaces with a TUN device in each. */
#define _GNU_SOURCE /* unshare() */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live/kernels.h"
#include "live/virtual.h"

static int fail(const char *message)
{
    fprintf(stderr, "virtual: %s\n", message);
    return 2;
}

/* ---- A command for inside ---- */

static gboolean make_device(void)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

    g_strlcpy(request.ifr_name, "tcpwaltz", sizeof request.ifr_name);
    return fd >= 0 && ioctl(fd, TUNSETIFF, &request) == 0 && if_nametoindex("tcpwaltz") != 0;
}

static int make_namespaces(void)
{
    for (int i = 1; i <= 2; i++) {
        if (unshare(CLONE_NEWNET) != 0 || if_nametoindex("tcpwaltz") != 0 || !make_device())
            return fail("no namespace with a device");
        printf("namespace %d has its device\n", i);
    }
    return 0;
}

/* ---- Outside ---- */

/* As the command ended: by its status, or by its signal. */
static int end_like(int status)
{
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};

    if (!WIFSIGNALED(status))
        return WEXITSTATUS(status);
    setrlimit(RLIMIT_CORE, &none);
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
    return 128 + WTERMSIG(status);
}

static char *find_command(const char *name)
{
    if (strcmp(name, "virtual") == 0)
        return g_file_read_link("/proc/self/exe", NULL);
    return g_find_program_in_path(name);
}

static guint seconds_to_boot(void)
{
    const char *seconds = g_getenv("BOOT_SECONDS");

    return seconds != NULL ? (guint)g_ascii_strtoull(seconds, NULL, 10) : 0;
}

static int run(const char *kernel, gboolean reads_input, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *program = find_command(argv[0]);
    const LiveVirtual task = {
        .kernel = kernel,
        .program = program,
        .argv = argv,
        .reads_input = reads_input,
        .boot_seconds = seconds_to_boot(),
    };
    int status;

    if (program == NULL)
        return fail("no such command");
    if (!live_virtual_run(&task, &status, &error))
        return fail(error->message);
    return end_like(status);
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;

    if (live_virtual_is_init())
        live_virtual_init();
    if (argc == 2 && strcmp(argv[1], "netns") == 0)
        return make_namespaces();

    gboolean reads_input = argc > 2 && strcmp(argv[2], "-i") == 0;
    int first = reads_input ? 3 : 2;

    if (argc <= first)
        return fail("usage: virtual KERNEL [-i] COMMAND [WORD...]");

    const char *folders[] = {g_getenv("TCPWALTZ_KERNELS"), NULL};
    g_autofree char *kernel = live_kernel_find(folders, argv[1], &error);

    return kernel != NULL ? run(kernel, reads_input, argv + first) : fail(error->message);
}
