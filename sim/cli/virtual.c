/* Finds out whether a command line is to run in virtual time, and on which kernel. */
#include "cli/virtual.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/paths.h"
#include "live/kernels.h"
#include "live/virtual.h"

static const char word[] = "virtual";

/* "virtual", "virtual:6.1": which kernel is wanted, "" for any; NULL: it is a host's name. */
static const char *kernel_in(const char *item)
{
    gsize length = strlen(word);

    if (strncmp(item, word, length) != 0)
        return NULL;
    item += length;
    return *item == '\0' ? item : *item == ':' ? item + 1 : NULL;
}

/* --- the command line --------------------------------------------------------------------- */

static char *wanted_by_live(const char *value)
{
    g_auto(GStrv) items = g_strsplit(value, ",", -1);

    for (char **item = items; *item != NULL; item++) {
        const char *kernel = kernel_in(*item);
        if (kernel != NULL)
            return g_strdup(kernel);
    }
    return NULL;
}

/* The kernel that one word asks for; NULL: none. */
static char *wanted_by(const char *argument)
{
    static const char live[] = "--live=", virtual[] = "--virtual";

    if (g_str_has_prefix(argument, live))
        return wanted_by_live(argument + strlen(live));
    if (strcmp(argument, virtual) == 0)
        return g_strdup("");
    if (g_str_has_prefix(argument, virtual) && argument[strlen(virtual)] == '=')
        return g_strdup(argument + strlen(virtual) + 1);
    return NULL;
}

static char *wanted(char **argv)
{
    for (char **argument = argv; *argument != NULL && strcmp(*argument, "--") != 0; argument++) {
        char *kernel = wanted_by(*argument);
        if (kernel != NULL)
            return kernel;
    }
    return NULL;
}

char **virtual_hosts(const char *live)
{
    g_auto(GStrv) items = g_strsplit(live, ",", -1);
    GStrvBuilder *hosts = g_strv_builder_new();
    gboolean any = FALSE;

    for (char **item = items; *item != NULL; item++) {
        if (**item == '\0' || kernel_in(*item) != NULL)
            continue;
        g_strv_builder_add(hosts, *item);
        any = TRUE;
    }
    char **names = any ? g_strv_builder_end(hosts) : NULL;

    g_strv_builder_unref(hosts);
    return names;
}

/* --- running it --------------------------------------------------------------------------- */

static gboolean reads_input(char **argv)
{
    return g_strv_contains((const char *const *)argv, "-");
}

/* Whoever interrupts the outside sees it end so; a reader that has seen enough is no error. */
static int status_of(int status)
{
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    interrupt_end_by(WTERMSIG(status));
    if (WTERMSIG(status) == SIGPIPE)
        return STATUS_FINE;
    return say_trouble("the run ended by signal %d", WTERMSIG(status));
}

static int run_inside(const char *wish, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) folders = paths_kernels();
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *kernel = live_kernel_find((const char *const *)folders, wish, &error);
    int status;

    if (kernel == NULL)
        return say_trouble("%s", error->message);
    const LiveVirtual task = {
        .kernel = kernel, .program = program, .argv = argv, .reads_input = reads_input(argv)};
    if (!live_virtual_run(&task, &status, &error))
        return say_trouble("%s", error->message);
    return status_of(status);
}

gboolean virtual_runs(int argc, char **argv, int *status)
{
    g_autofree char *kernel = argc > 1 && !live_virtual_is_inside() ? wanted(argv + 1) : NULL;

    if (kernel != NULL)
        *status = run_inside(kernel, argv);
    return kernel != NULL;
}
