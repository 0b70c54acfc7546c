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

static int run(int argc, char **argv)
{
    enum { WIDEST = 100, NARROWEST = 30 };
    TerminalOptions terminal = {.ascii = FALSE};
    GOptionEntry entries[TERMINAL_ENTRIES];
    const GOptionEntry *const tables[] = {entries, NULL};
    g_auto(GStrv) arguments = NULL;
    ViewOptions view;
    int status = STATUS_TROUBLE;

    terminal_entries(&terminal, entries);
    if (options_read(&command_lessons, tables, argc, argv, &arguments, &status)) {
        status = STATUS_TROUBLE;
        if (arguments[0] != NULL) {
            say_usage(&command_lessons,
                      "lessons takes no argument; did you mean 'tcpwaltz lesson %s'?",
                      arguments[0]);
        } else if (terminal_view_options(&command_lessons, &terminal, TRUE, &view)) {
            const LessonLook look = {CLAMP(view.width, NARROWEST, WIDEST), view.colour,
                                     view.unicode, NULL};
            g_autoptr(GPtrArray) all = lesson_entries();
            g_autoptr(GString) out = g_string_new(NULL);

            for (guint i = 0; i < all->len; i++)
                append_entry(out, g_ptr_array_index(all, i), &look);
            status = output_standard(out->str, out->len);
        }
    }
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
