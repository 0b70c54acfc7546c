/* tcpwaltz lesson: keeps the numbers of lessons what their runs say. */
#include <stdio.h>
#include <string.h>

#include <glib/gstdio.h>

#include "cli/command.h"
#include "cli/lesson_runs.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/simulation.h"
#include "lesson/fill.h"

typedef struct LessonOptions {
    gboolean fill, check;
} LessonOptions;

/* A file with lessons' marks, and what the runs say. */
typedef struct Lesson {
    char *file;   /* as named */
    char *path;   /* absolute */
    char *text;   /* as it stands */
    char *filled; /* as the runs say it; NULL: they could not be made */
    GPtrArray *marks, *differences;
} Lesson;

static void lesson_clear(Lesson *lesson)
{
    g_free(lesson->file);
    g_free(lesson->path);
    g_free(lesson->text);
    g_free(lesson->filled);
    g_clear_pointer(&lesson->marks, g_ptr_array_unref);
    g_clear_pointer(&lesson->differences, g_ptr_array_unref);
}

/* --- reading and running ------------------------------------------------------------------ */

static gboolean read_lesson(Lesson *lesson, const char *file)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(GError) error = NULL;

    lesson->file = g_strdup(file);
    lesson->path = g_canonicalize_filename(file, NULL);
    if (!g_file_get_contents(file, &lesson->text, NULL, &error)) {
        say_trouble("%s", error->message);
        return FALSE;
    }
    lesson->marks = lesson_marks(file, lesson->text, diagnostics);
    simulation_say(diagnostics);
    return lesson->marks != NULL;
}

/* The folder that the paths in a lesson begin at: the one whose docs/lessons it lies in, if that
 * has scenarios, else the program's. */
static char *root_of(const Lesson *lesson)
{
    g_autofree char *folder = g_path_get_dirname(lesson->path);
    g_autofree char *root = g_build_filename(folder, "..", "..", NULL);
    g_autofree char *scenarios = g_build_filename(root, "scenarios", NULL);

    return g_file_test(scenarios, G_FILE_TEST_IS_DIR) ? g_steal_pointer(&root) : paths_data();
}

/* Makes the runs, from the lesson's root, and comes back. */
static gboolean run_lesson(Lesson *lesson)
{
    g_autoptr(LessonRuns) runs = lesson_runs_new();
    g_autofree char *here = g_get_current_dir();
    g_autofree char *root = root_of(lesson);

    if (g_chdir(root) != 0) {
        say_trouble("cannot enter the folder %s", root);
        return FALSE;
    }
    lesson->differences = g_ptr_array_new_with_free_func((GDestroyNotify)lesson_difference_free);
    lesson->filled =
        lesson_fill(lesson->text, lesson->marks, lesson_runs_evaluate, runs, lesson->differences);
    if (g_chdir(here) != 0) {
        say_trouble("cannot come back to the folder %s", here);
        return FALSE;
    }
    return lesson->filled != NULL;
}

/* --- fill and check ----------------------------------------------------------------------- */

static int fill_lesson(const Lesson *lesson)
{
    g_autofree char *said = NULL;

    if (lesson->differences->len == 0)
        return STATUS_FINE;
    if (output_write(lesson->path, lesson->filled, strlen(lesson->filled)) != STATUS_FINE)
        return STATUS_TROUBLE;
    said = g_strdup_printf("%s: %u mark%s filled\n", lesson->file, lesson->differences->len,
                           lesson->differences->len == 1 ? "" : "s");
    return output_standard(said, strlen(said));
}

static void append_difference(GString *out, const LessonDifference *difference)
{
    g_string_append_printf(out, "%s:%u:%u: the run says something else (%s)\n",
                           difference->place.file, difference->place.line, difference->place.column,
                           difference->mark->command);
    g_string_append_printf(out, "  stands: %s\n  says:   %s\n", difference->stands,
                           difference->says);
}

static int check_lesson(const Lesson *lesson)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < lesson->differences->len; i++)
        append_difference(out, g_ptr_array_index(lesson->differences, i));
    return status_worse(lesson->differences->len > 0 ? STATUS_FAILED : STATUS_FINE,
                        output_standard(out->str, out->len));
}

static int for_each(char *const *files, int (*work)(const Lesson *lesson))
{
    int status = STATUS_FINE;

    for (; *files != NULL; files++) {
        Lesson lesson = {.file = NULL};
        gboolean good = read_lesson(&lesson, *files) && run_lesson(&lesson);

        status = status_worse(status, good ? work(&lesson) : STATUS_TROUBLE);
        lesson_clear(&lesson);
    }
    return status;
}

/* --- the command -------------------------------------------------------------------------- */

static int carry_out(const LessonOptions *options, char *const *arguments)
{
    if (options->fill && options->check)
        return say_usage(&command_lesson, "--fill and --check exclude each other");
    if (arguments[0] == NULL)
        return say_usage(&command_lesson, "lesson needs a FILE");
    if (options->fill || options->check)
        return for_each(arguments, options->fill ? fill_lesson : check_lesson);
    return say_usage(&command_lesson, "lesson needs --fill or --check");
}

static int run(int argc, char **argv)
{
    LessonOptions options = {.fill = FALSE};
    const GOptionEntry own[] = {
        {"fill", 0, 0, G_OPTION_ARG_NONE, &options.fill,
         "write what the runs say between the marks of these files", NULL},
        {"check", 0, 0, G_OPTION_ARG_NONE, &options.check,
         "say where these files and the runs differ", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, NULL};
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_TROUBLE;

    if (options_read(&command_lesson, tables, argc, argv, &arguments, &status))
        status = carry_out(&options, arguments);
    return status;
}

const Command command_lesson = {
    .name = "lesson",
    .arguments = "FILE...",
    .summary = "keep the numbers of lessons what their runs say",
    .about = "The exit status of --check is 1 when a file and a run differ.",
    .run = run,
};
