/* tcpwaltz lesson: shows a lesson with its runs made now, runs it with a change, and keeps the
 * numbers of lessons what their runs say. */
#include <string.h>

#include "cli/command.h"
#include "cli/lesson_file.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/pager.h"
#include "cli/terminal.h"
#include "escape/escape.h"
#include "lesson/render.h"

typedef struct LessonOptions {
    gboolean fill, check, no_pager, answers;
    char **changes; /* "HOST.KEY=VALUE" */
    TerminalOptions terminal;
} LessonOptions;

/* --- fill and check ----------------------------------------------------------------------- */

static int fill_lesson(const LessonFile *lesson)
{
    g_autoptr(GString) said = g_string_new(NULL);

    if (lesson->differences->len == 0)
        return STATUS_FINE;
    if (output_write(lesson->path, lesson->filled, strlen(lesson->filled)) != STATUS_FINE)
        return STATUS_TROUBLE;
    escape_terminal(lesson->name, said);
    g_string_append_printf(said, ": %u mark%s filled\n", lesson->differences->len,
                           lesson->differences->len == 1 ? "" : "s");
    return output_standard(said->str, said->len);
}

static void append_difference(GString *out, const LessonDifference *difference)
{
    escape_terminal(difference->place.file, out);
    g_string_append_printf(out, ":%u:%u: the run says something else (", difference->place.line,
                           difference->place.column);
    escape_terminal(difference->mark->command, out);
    g_string_append(out, ")\n  stands: ");
    escape_terminal(difference->stands, out);
    g_string_append(out, "\n  says:   ");
    escape_terminal(difference->says, out);
    g_string_append_c(out, '\n');
}

static int check_lesson(const LessonFile *lesson)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < lesson->differences->len; i++)
        append_difference(out, g_ptr_array_index(lesson->differences, i));
    return status_worse(lesson->differences->len > 0 ? STATUS_FAILED : STATUS_FINE,
                        output_standard(out->str, out->len));
}

static int with_file(const char *name, int (*work)(const LessonFile *lesson))
{
    LessonFile lesson;
    gboolean good = lesson_file_read(&lesson, name) && lesson_file_run(&lesson, 0);
    int status = good ? work(&lesson) : STATUS_TROUBLE;

    lesson_file_clear(&lesson);
    return status;
}

static int check_all(void)
{
    g_autoptr(GPtrArray) entries = lesson_entries();
    int status = STATUS_FINE;

    for (guint i = 0; i < entries->len; i++) {
        const LessonEntry *entry = g_ptr_array_index(entries, i);

        status = status_worse(status, with_file(entry->path, check_lesson));
    }
    return status;
}

static int keep(const LessonOptions *options, char *const *files)
{
    int status = STATUS_FINE;

    if (options->fill && options->check)
        return say_usage(&command_lesson, "--fill and --check exclude each other");
    if (options->changes != NULL)
        return say_usage(&command_lesson, "--set goes with the number of a lesson");
    if (options->check && *files == NULL)
        return check_all();
    if (*files == NULL)
        return say_usage(&command_lesson, "--fill needs a FILE");
    for (; *files != NULL; files++)
        status =
            status_worse(status, with_file(*files, options->fill ? fill_lesson : check_lesson));
    return status;
}

/* --- showing ------------------------------------------------------------------------------ */

static char *shown_text(const LessonFile *lesson, const LessonEntry *entry, const ViewOptions *look,
                        gboolean answers)
{
    g_autofree char *folder = g_path_get_dirname(lesson->path);
    const LessonLook as = {look->width, look->colour, look->unicode, !answers, folder};
    g_autofree char *text = lesson_render(lesson->filled, &as);

    if (strstr(text, "[+] ") == NULL || answers)
        return g_steal_pointer(&text);
    return g_strdup_printf("%s\n[+] is folded: 'tcpwaltz lesson %s --answers' shows it.\n", text,
                           entry->name);
}

static int show(const LessonOptions *options, const LessonEntry *entry)
{
    ViewOptions look;
    LessonFile lesson;
    int status = STATUS_TROUBLE;

    if (!terminal_view_options(&command_lesson, &options->terminal, TRUE, &look))
        return STATUS_TROUBLE;
    if (lesson_file_read(&lesson, entry->path) && lesson_file_run(&lesson, look.width)) {
        g_autofree char *text = shown_text(&lesson, entry, &look, options->answers);

        status = options->no_pager ? output_standard(text, strlen(text)) : pager_show(text);
    }
    lesson_file_clear(&lesson);
    return status;
}

/* "--set HOST.KEY=VALUE" for each change. */
static char **change_words(const LessonOptions *options)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();

    for (char **change = options->changes; *change != NULL; change++) {
        g_strv_builder_add(words, "--set");
        g_strv_builder_add(words, *change);
    }
    return g_strv_builder_end(words);
}

/* The first run of the lesson with the changes.  That expectations fail then is what it is for. */
static int show_changed(const LessonOptions *options, const LessonEntry *entry)
{
    g_auto(GStrv) words = change_words(options);
    g_autofree char *changes = g_strjoinv(", ", options->changes);
    g_autoptr(GString) head = g_string_new(NULL);
    LessonFile lesson;
    int status = STATUS_TROUBLE;

    g_string_append_printf(head, "Lesson %s, ", entry->name);
    escape_terminal(entry->title, head);
    g_string_append(head, ": its first run with ");
    escape_terminal(changes, head);
    g_string_append(head,
                    ".\nWhat the scenario expects and no longer holds is told behind it.\n\n");
    if (lesson_file_read(&lesson, entry->path)) {
        status = output_standard(head->str, head->len);
        status = status_worse(status, lesson_file_run_first(&lesson, words));
    }
    lesson_file_clear(&lesson);
    return status == STATUS_FAILED ? STATUS_FINE : status;
}

static void say_no_such(const GPtrArray *entries, const char *word)
{
    g_autofree const char **names = g_new0(const char *, entries->len + 1);
    g_autofree char *hint = NULL;

    for (guint i = 0; i < entries->len; i++)
        names[i] = ((const LessonEntry *)g_ptr_array_index(entries, i))->name;
    const char *nearest = nearest_word(word, names);

    hint = nearest != NULL ? g_strdup_printf("did you mean '%s'?", nearest)
                           : g_strdup("'tcpwaltz lessons' lists all");
    say_usage(&command_lesson, "'%s' is no number of a lesson, and no page beside them: %s", word,
              hint);
}

/* By what it is called; "06" is 6. */
static const LessonEntry *find_entry(const GPtrArray *entries, const char *word)
{
    guint64 number = 0;
    gboolean is_number = g_ascii_string_to_unsigned(word, 10, 0, G_MAXUINT64, &number, NULL);

    for (guint i = 0; i < entries->len; i++) {
        const LessonEntry *entry = g_ptr_array_index(entries, i);

        if (is_number ? number > 0 && entry->number == number : strcmp(entry->name, word) == 0)
            return entry;
    }
    if (is_number)
        say_trouble("there is no lesson %s: 'tcpwaltz lessons' lists them", word);
    else
        say_no_such(entries, word);
    return NULL;
}

static int teach(const LessonOptions *options, char *const *arguments)
{
    g_autoptr(GPtrArray) entries = lesson_entries();

    if (arguments[0] == NULL || arguments[1] != NULL)
        return say_usage(&command_lesson,
                         "lesson needs the number of a lesson, or the name of a page beside them");
    const LessonEntry *entry = find_entry(entries, arguments[0]);

    if (entry == NULL)
        return STATUS_TROUBLE;
    return options->changes != NULL ? show_changed(options, entry) : show(options, entry);
}

/* --- the command -------------------------------------------------------------------------- */

static int run(int argc, char **argv)
{
    LessonOptions options = {.fill = FALSE};
    GOptionEntry terminal[TERMINAL_ENTRIES];
    const GOptionEntry own[] = {
        {"set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.changes,
         "show only the lesson's first run, with this change; may repeat", "HOST.KEY=VALUE"},
        {"answers", 0, 0, G_OPTION_ARG_NONE, &options.answers,
         "show what is folded, too: the answers to the questions", NULL},
        {"no-pager", 0, 0, G_OPTION_ARG_NONE, &options.no_pager, "no pager on a terminal", NULL},
        {"fill", 0, 0, G_OPTION_ARG_NONE, &options.fill,
         "write what the runs say between the marks of these files", NULL},
        {"check", 0, 0, G_OPTION_ARG_NONE, &options.check,
         "say where these files (none: all lessons) and the runs differ", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, terminal, NULL};
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_TROUBLE;

    terminal_entries(&options.terminal, terminal);
    if (options_read(&command_lesson, tables, argc, argv, &arguments, &status))
        status =
            options.fill || options.check ? keep(&options, arguments) : teach(&options, arguments);
    g_strfreev(options.changes);
    terminal_options_clear(&options.terminal);
    return status;
}

const Command command_lesson = {
    .name = "lesson",
    .arguments = "N",
    .summary = "show a lesson with its runs, or run it with a change",
    .about =
        "'tcpwaltz lessons' lists the lessons, and pages beside them that are shown by name, as\n"
        "'tcpwaltz lesson what-the-articles-say' is. With --fill and --check the arguments are "
        "files:\n"
        "lessons whose marks name the runs that their numbers come from. The exit status of\n"
        "--check is 1 when a file and a run differ.",
    .run = run,
};
