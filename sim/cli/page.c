/* tcpwaltz page: opens the page in the user's browser.  It works from a folder, so nothing is served. */
#include <gio/gio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/paths.h"

/* "file:///usr/share/tcpwaltz/page/index.html"; NULL, and said, when it is not there. */
static char *find_page(void)
{
    g_autofree char *folder = paths_page();
    g_autofree char *file = g_build_filename(folder, "index.html", NULL);
    g_autofree char *path = g_canonicalize_filename(file, NULL);

    if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return g_filename_to_uri(path, NULL, NULL);
    (void)say_trouble("there is no page in %s; in a checkout tools/page builds it", folder);
    return NULL;
}

static int open_page(gboolean only_print)
{
    g_autofree char *uri = find_page();
    g_autoptr(GError) error = NULL;

    if (uri == NULL)
        return STATUS_TROUBLE;
    g_autofree char *line = g_strdup_printf("%s\n", uri);
    int status = output_standard(line, strlen(line));

    if (only_print || g_app_info_launch_default_for_uri(uri, NULL, &error))
        return status;
    return say_trouble("no browser can be started (%s): open that address yourself",
                       error->message);
}

static int run(int argc, char **argv)
{
    gboolean only_print = FALSE;
    const GOptionEntry entries[] = {
        {"print", 0, 0, G_OPTION_ARG_NONE, &only_print, "say its address, open nothing", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {entries, NULL};
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_TROUBLE;

    if (!options_read(&command_page, tables, argc, argv, &arguments, &status))
        return status;
    if (arguments[0] != NULL)
        return say_usage(&command_page, "page takes no argument, as '%s'", arguments[0]);
    return open_page(only_print);
}

const Command command_page = {
    .name = "page",
    .arguments = "",
    .summary = "open the page: scenarios to click through in a browser",
    .about = "It is a folder of files, and needs neither a server nor a network. Its address is "
             "printed.",
    .run = run,
};
