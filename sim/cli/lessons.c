/* tcpwaltz lessons: which lessons there are. */
#include <string.h>

#include "cli/command.h"
#include "cli/lesson_file.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "lesson/text.h"

/* "The handshake" broken over lines of the terminal, each behind so many blanks. */
static void append_broken(GString *out, const char *words, guint indent, const LessonLook *look)
{
    g_autoptr(LessonText) text = lesson_text_new(words, look);

    lesson_text_break(text, look->width - indent);
    for (guint i = 0; i < lesson_text_lines(text); i++) {
        g_string_append_printf(out, "%*s", (int)indent, "");
        lesson_text_append_line(text, i, out);
        g_string_append_c(out, '\n');
    }
}

static void append_entry(GString *out, const LessonEntry *entry, const LessonLook *look)
{
    enum { NUMBER_WIDTH = 2, INDENT = 5 };
    g_autoptr(LessonText) title = lesson_text_new(entry->title, look);

    lesson_text_embolden(title);
    g_string_append_printf(out, "%*u   ", NUMBER_WIDTH, entry->number);
    lesson_text_append_line(title, 0, out);
    g_string_append_c(out, '\n');
    if (*entry->shows != '\0')
        append_broken(out, entry->shows, INDENT, look);
}

/* "     lab-sheet   Lab sheet", under a line that says what it is. */
static void append_page(GString *out, const LessonEntry *entry, const LessonLook *look, guint width)
{
    enum { INDENT = 5, BETWEEN = 3 };
    g_autoptr(LessonText) title = lesson_text_new(entry->title, look);

    g_string_append_printf(out, "%*s%-*s", INDENT, "", (int)(width + BETWEEN), entry->name);
    lesson_text_append_line(title, 0, out);
    g_string_append_c(out, '\n');
}

static void append_pages(GString *out, const GPtrArray *all, const LessonLook *look)
{
    gsize width = 0;

    for (guint i = 0; i < all->len; i++) {
        const LessonEntry *entry = g_ptr_array_index(all, i);

        if (entry->number == 0)
            width = MAX(width, strlen(entry->name));
    }
    if (width > 0)
        g_string_append(out, "\nBeside them, by name:\n");
    for (guint i = 0; i < all->len; i++) {
        const LessonEntry *entry = g_ptr_array_index(all, i);

        if (entry->number == 0)
            append_page(out, entry, look, (guint)width);
    }
}

static int list(const TerminalOptions *terminal)
{
    enum { WIDEST = 100, NARROWEST = 30 };
    g_autoptr(GPtrArray) all = lesson_entries();
    g_autoptr(GString) out = g_string_new(NULL);
    ViewOptions view;

    if (!terminal_view_options(&command_lessons, terminal, TRUE, &view))
        return STATUS_TROUBLE;
    if (all->len == 0)
        return say_trouble("the lessons are not installed");

    const LessonLook look = {.width = CLAMP(view.width, NARROWEST, WIDEST),
                             .colour = view.colour,
                             .unicode = view.unicode};
    for (guint i = 0; i < all->len; i++) {
        const LessonEntry *entry = g_ptr_array_index(all, i);

        if (entry->number > 0)
            append_entry(out, entry, &look);
    }
    append_pages(out, all, &look);
    return output_standard(out->str, out->len);
}

static int say_one_too_many(const char *argument)
{
    return say_usage(&command_lessons,
                     "lessons takes no argument; did you mean 'tcpwaltz lesson %s'?", argument);
}

static int run(int argc, char **argv)
{
    TerminalOptions terminal = {.ascii = FALSE};
    GOptionEntry entries[TERMINAL_ENTRIES];
    const GOptionEntry *const tables[] = {entries, NULL};
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_TROUBLE;

    terminal_entries(&terminal, entries);
    if (options_read(&command_lessons, tables, argc, argv, &arguments, &status))
        status = arguments[0] == NULL ? list(&terminal) : say_one_too_many(arguments[0]);
    terminal_options_clear(&terminal);
    return status;
}

const Command command_lessons = {
    .name = "lessons",
    .arguments = "",
    .summary = "list the lessons",
    .about = "'tcpwaltz lesson N' shows one.",
    .run = run,
};
