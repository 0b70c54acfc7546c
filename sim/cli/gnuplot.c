/* Starting gnuplot.  It reads the table from a file and writes the picture to another one, both in a
 * folder of their own that is gone afterwards, whatever happens. */
#include "cli/gnuplot.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/gnuplot_svg.h"
#include "cli/interrupt.h"
#include "cli/message.h"

typedef struct Workshop {
    char *folder, *table, *picture;
    sigset_t signals; /* as they were before */
} Workshop;

/* Signals wait until the folder is gone; gnuplot itself they reach at once. */
static gboolean workshop_open(Workshop *shop)
{
    g_autoptr(GError) error = NULL;

    interrupt_hold(&shop->signals);
    shop->folder = g_dir_make_tmp("tcpwaltz-XXXXXX", &error);
    if (shop->folder == NULL) {
        say_trouble("%s", error->message);
        return FALSE;
    }
    shop->table = g_build_filename(shop->folder, "table", NULL);
    shop->picture = g_build_filename(shop->folder, "picture", NULL);
    return TRUE;
}

static void workshop_close(Workshop *shop)
{
    if (shop->folder != NULL) {
        g_unlink(shop->table);
        g_unlink(shop->picture);
        g_rmdir(shop->folder);
    }
    g_free(shop->folder);
    g_free(shop->table);
    g_free(shop->picture);
    interrupt_release(&shop->signals);
}

/* In the child, between fork and exec. */
static void let_signals_through(gpointer signals)
{
    interrupt_release(signals);
}

/* Scripts find common.gp; pictures have no date; what the user set otherwise stays. */
static char **environment(const GnuplotTask *task)
{
    char **variables = g_environ_setenv(g_get_environ(), "GNUPLOT_LIB", task->library, TRUE);

    return g_environ_setenv(variables, "SOURCE_DATE_EPOCH", "0", FALSE);
}

/* Its last words without the place of what it was reading; NULL: it said nothing. */
static char *last_line(const char *said)
{
    g_auto(GStrv) lines = g_strsplit(said, "\n", -1);

    for (guint i = g_strv_length(lines); i > 0; i--) {
        if (*g_strstrip(lines[i - 1]) != '\0')
            return g_strdup(lines[i - 1]);
    }
    return NULL;
}

static void say_failure(const char *said, const GError *error)
{
    g_autofree char *line = last_line(said != NULL ? said : "");

    say_trouble("gnuplot failed: %s", line != NULL ? line : error->message);
}

static gboolean say_missing(void)
{
    say_trouble("plot needs gnuplot, and it is not installed. One of these installs it:");
    fputs("  apt-get install gnuplot-nox   (Debian, Ubuntu)\n"
          "  dnf install gnuplot           (Fedora)\n"
          "  pacman -S gnuplot             (Arch)\n"
          "  brew install gnuplot          (macOS)\n"
          "Without it, -o FILE.dat writes the table that it would draw.\n",
          stderr);
    return FALSE;
}

static gboolean run_gnuplot(const GnuplotTask *task, const char *program, Workshop *shop)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();

    g_autofree char *width = g_strdup_printf("%u", task->width);
    g_autofree char *height = g_strdup_printf("%u", task->height);

    g_strv_builder_add_many(words, program, "-d", "-c", task->script, shop->table, shop->picture,
                            task->format, task->theme, width, height, NULL);

    g_auto(GStrv) argv = g_strv_builder_end(words);
    g_auto(GStrv) variables = environment(task);
    g_autofree char *said = NULL;
    g_autoptr(GError) error = NULL;
    int status = 0;

    if (!g_spawn_sync(NULL, argv, variables, G_SPAWN_STDOUT_TO_DEV_NULL, let_signals_through,
                      &shop->signals, NULL, &said, &status, &error)) {
        say_trouble("cannot start gnuplot: %s", error->message);
        return FALSE;
    }
    if (g_spawn_check_wait_status(status, &error))
        return TRUE;
    if (!interrupt_waits()) /* else it is clear why, and about to be said */
        say_failure(said, error);
    return FALSE;
}

/* Cairo before 1.17 dates a PDF by the wall clock, whatever SOURCE_DATE_EPOCH says.  The epoch takes
 * no more room than any other date, so that nothing in the file moves. */
static void set_date_back(char *picture, gsize length)
{
    static const char field[] = "/CreationDate (D:", epoch[] = "19700101000000";
    gsize before = strlen(field), size = strlen(epoch);

    for (gsize i = 0; i + before + size <= length; i++)
        if (memcmp(picture + i, field, before) == 0 &&
            strspn(picture + i + before, "0123456789") >= size)
            memcpy(picture + i + before, epoch, size);
}

static gboolean take_picture(const Workshop *shop, char **picture, gsize *length)
{
    if (g_file_get_contents(shop->picture, picture, length, NULL) && *length > 0) {
        set_date_back(*picture, *length);
        return TRUE;
    }
    g_clear_pointer(picture, g_free);
    say_trouble("gnuplot failed: it drew nothing");
    return FALSE;
}

static gboolean put_table(const GnuplotTask *task, const Workshop *shop)
{
    g_autoptr(GError) error = NULL;

    if (g_file_set_contents(shop->table, task->table->str, (gssize)task->table->len, &error))
        return TRUE;
    say_trouble("cannot write a temporary file: %s", error->message);
    return FALSE;
}

/* In a theme that is one. */
static gboolean draw(const GnuplotTask *task, const char *program, char **picture, gsize *length)
{
    Workshop shop = {.folder = NULL};
    gboolean good = workshop_open(&shop) && put_table(task, &shop) &&
                    run_gnuplot(task, program, &shop) && take_picture(&shop, picture, length);

    workshop_close(&shop);
    return good;
}

gboolean gnuplot_draw(const GnuplotTask *task, char **picture, gsize *length)
{
    g_autofree char *program = g_find_program_in_path("gnuplot");
    g_autofree char *dark = NULL;
    gboolean is_svg = strcmp(task->format, "svg") == 0, follows = strcmp(task->theme, "auto") == 0;
    GnuplotTask one = *task, other = *task;
    gsize dark_length;

    if (program == NULL)
        return say_missing();
    one.theme = follows ? "light" : task->theme;
    other.theme = "dark";
    if (!draw(&one, program, picture, length))
        return FALSE;
    if (is_svg && follows && !draw(&other, program, &dark, &dark_length)) {
        g_clear_pointer(picture, g_free);
        return FALSE;
    }
    if (is_svg)
        gnuplot_svg_finish(task, dark, picture, length);
    return TRUE;
}
