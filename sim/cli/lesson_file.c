/* Lessons as files: read, run from the folder that their paths begin at, found by their numbers. */
#include "cli/lesson_file.h"

#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#include "cli/command.h"
#include "cli/lesson_runs.h"
#include "cli/message.h"
#include "cli/paths.h"
#include "cli/simulation.h"
#include "lesson/text.h"

/* --- one file ----------------------------------------------------------------------------- */

/* The folder whose docs/lessons the file lies in, if that has scenarios, else the program's. */
static char *root_of(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *root = g_build_filename(folder, "..", "..", NULL);
    g_autofree char *scenarios = g_build_filename(root, "scenarios", NULL);

    return g_file_test(scenarios, G_FILE_TEST_IS_DIR) ? g_steal_pointer(&root) : paths_data();
}

/* NULL, and said why, when it cannot be read or is no text: what is filled is written back whole. */
static char *read_text(const char *name)
{
    g_autofree char *text = NULL;
    gsize length;

    if (!g_file_get_contents(name, &text, &length, NULL)) {
        say_trouble("cannot read %s: %s", name, g_strerror(errno));
        return NULL;
    }
    if (!g_utf8_validate_len(text, length, NULL)) {
        say_trouble("%s is no text in UTF-8", name);
        return NULL;
    }
    return g_steal_pointer(&text);
}

gboolean lesson_file_read(LessonFile *lesson, const char *name)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    *lesson = (LessonFile){.name = g_strdup(name), .path = g_canonicalize_filename(name, NULL)};
    lesson->root = root_of(lesson->path);
    lesson->text = read_text(name);
    if (lesson->text == NULL)
        return FALSE;
    lesson->marks = lesson_marks(name, lesson->text, diagnostics);
    simulation_say(diagnostics);
    return lesson->marks != NULL;
}

/* Goes to the folder, or says that it cannot. */
static gboolean enter(const char *folder)
{
    if (g_chdir(folder) == 0)
        return TRUE;
    say_trouble("cannot enter the folder %s", folder);
    return FALSE;
}

gboolean lesson_file_run(LessonFile *lesson, guint width)
{
    g_autoptr(LessonRuns) runs = lesson_runs_new(width);
    g_autofree char *here = g_get_current_dir();

    if (!enter(lesson->root))
        return FALSE;
    lesson->differences = g_ptr_array_new_with_free_func((GDestroyNotify)lesson_difference_free);
    lesson->filled =
        lesson_fill(lesson->text, lesson->marks, lesson_runs_evaluate, runs, lesson->differences);
    return enter(here) && lesson->filled != NULL;
}

int lesson_file_run_first(const LessonFile *lesson, char *const *more)
{
    g_autofree char *here = g_get_current_dir();
    int status;

    for (guint i = 0; i < lesson->marks->len; i++) {
        const LessonMark *mark = g_ptr_array_index(lesson->marks, i);

        if (mark->kind != LESSON_RUN)
            continue;
        if (!enter(lesson->root))
            return STATUS_TROUBLE;
        status = lesson_runs_command(mark, more);
        return enter(here) ? status : STATUS_TROUBLE;
    }
    return say_trouble("%s has no run", lesson->name);
}

void lesson_file_clear(LessonFile *lesson)
{
    g_free(lesson->name);
    g_free(lesson->path);
    g_free(lesson->root);
    g_free(lesson->text);
    g_free(lesson->filled);
    g_clear_pointer(&lesson->marks, g_ptr_array_unref);
    g_clear_pointer(&lesson->differences, g_ptr_array_unref);
}

/* --- all of them -------------------------------------------------------------------------- */

static void entry_free(gpointer data)
{
    LessonEntry *entry = data;

    g_free(entry->name);
    g_free(entry->path);
    g_free(entry->title);
    g_free(entry->shows);
    g_free(entry);
}

/* "# 6. First SYN lost" is "First SYN lost". */
static char *title_of(const char *path)
{
    g_autofree char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return g_strdup("");
    const char *title = text + strspn(text, "# ");
    gsize digits = strspn(title, "0123456789");

    if (digits > 0 && title[digits] == '.')
        title += digits + 1 + strspn(title + digits + 1, " ");
    return g_strndup(title, strcspn(title, "\n"));
}

/* What the syllabus says that the lesson shows: "| 6 | title | this | scenarios |". */
static char *shows_of(guint number, char *const *syllabus)
{
    static const LessonLook plain = {.unicode = TRUE};
    g_autofree char *begin = g_strdup_printf("| %u |", number);
    GString *out = g_string_new(NULL);

    for (; *syllabus != NULL; syllabus++) {
        g_auto(GStrv) cells = g_strsplit(*syllabus, "|", -1);

        if (!g_str_has_prefix(*syllabus, begin) || g_strv_length(cells) < 5)
            continue;
        g_autoptr(LessonText) text = lesson_text_new(cells[3], &plain);

        lesson_text_append_line(text, 0, out);
        break;
    }
    return g_string_free(out, FALSE);
}

/* Pages behind all numbers. */
static gint by_number(gconstpointer a, gconstpointer b)
{
    const LessonEntry *first = *(const LessonEntry *const *)a,
                      *second = *(const LessonEntry *const *)b;
    guint one = first->number - 1, other = second->number - 1; /* 0 comes last */

    return one != other ? (one < other ? -1 : 1) : strcmp(first->name, second->name);
}

static void add_entry(GPtrArray *entries, const char *folder, const char *name,
                      char *const *syllabus)
{
    guint64 number = 0;
    gsize digits = strspn(name, "0123456789");

    if (!g_str_has_suffix(name, ".md") || strcmp(name, "README.md") == 0)
        return;
    g_autofree char *figures = g_strndup(name, digits);
    gboolean is_lesson = digits > 0 && name[digits] == '-' &&
                         g_ascii_string_to_unsigned(figures, 10, 1, G_MAXUINT16, &number, NULL);

    LessonEntry *entry = g_new0(LessonEntry, 1);
    entry->number = (guint)number;
    entry->name = is_lesson ? g_strdup_printf("%u", entry->number)
                            : g_strndup(name, strlen(name) - strlen(".md"));
    entry->path = g_build_filename(folder, name, NULL);
    entry->title = title_of(entry->path);
    entry->shows = is_lesson ? shows_of(entry->number, syllabus) : g_strdup("");
    g_ptr_array_add(entries, entry);
}

GPtrArray *lesson_entries(void)
{
    GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);
    g_autofree char *root = paths_data();
    g_autofree char *folder = g_build_filename(root, "docs", "lessons", NULL);
    g_autofree char *readme = g_build_filename(folder, "README.md", NULL);
    g_autofree char *text = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    (void)g_file_get_contents(readme, &text, NULL, NULL);
    g_auto(GStrv) syllabus = g_strsplit(text != NULL ? text : "", "\n", -1);

    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
        add_entry(entries, folder, name, syllabus);
    g_ptr_array_sort(entries, by_number);
    return entries;
}
