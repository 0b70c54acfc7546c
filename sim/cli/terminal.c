/* The terminal's abilities. */
#include "cli/terminal.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"

enum { WIDTH_OF_FILES = 100 };

typedef enum ColourWish {
    COLOUR_AUTO,
    COLOUR_ALWAYS,
    COLOUR_NEVER,
} ColourWish;

static const char *const colour_words[] = {"auto", "always", "never", NULL};

void terminal_entries(TerminalOptions *options, GOptionEntry out[TERMINAL_ENTRIES])
{
    const GOptionEntry entries[TERMINAL_ENTRIES] = {
        {"ascii", 0, 0, G_OPTION_ARG_NONE, &options->ascii, "plain ASCII, on a terminal too", NULL},
        {"unicode", 0, 0, G_OPTION_ARG_NONE, &options->unicode,
         "Unicode arrows and lines, in files and pipes too", NULL},
        {"color", 0, 0, G_OPTION_ARG_FILENAME, &options->colour,
         "auto (on a terminal, unless NO_COLOR is set), always or never", "WHEN"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    memcpy(out, entries, sizeof entries);
}

void terminal_options_clear(TerminalOptions *options)
{
    g_free(options->colour);
}

/* What setlocale() would find, without loading a locale: only the encoding matters here. */
static gboolean locale_is_utf8(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};

    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++) {
        const char *value = g_getenv(variables[i]);

        if (value != NULL && value[0] != '\0') {
            g_autofree char *lower = g_ascii_strdown(value, -1);

            return strstr(lower, "utf-8") != NULL || strstr(lower, "utf8") != NULL;
        }
    }
    return FALSE;
}

static gboolean is_set(const char *variable)
{
    const char *value = g_getenv(variable);

    return value != NULL && value[0] != '\0';
}

static guint terminal_width(void)
{
    struct winsize size;
    guint64 columns;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    if (is_set("COLUMNS") &&
        g_ascii_string_to_unsigned(g_getenv("COLUMNS"), 10, 1, G_MAXUINT16, &columns, NULL))
        return (guint)columns;
    return WIDTH_OF_FILES;
}

/* Of what is no terminal. */
static guint file_width(void)
{
    guint width = output_is_diverted() ? output_diverted_width() : 0;

    return width > 0 ? width : WIDTH_OF_FILES;
}

static gboolean wants_colour(ColourWish wish, gboolean is_terminal)
{
    if (wish != COLOUR_AUTO)
        return wish == COLOUR_ALWAYS;
    return is_terminal && !is_set("NO_COLOR") && g_strcmp0(g_getenv("TERM"), "dumb") != 0;
}

gboolean terminal_view_options(const Command *command, const TerminalOptions *options,
                               gboolean to_stdout, ViewOptions *out)
{
    gboolean is_terminal = to_stdout && !output_is_diverted() && isatty(STDOUT_FILENO);
    int wish = COLOUR_AUTO;

    if (options->ascii && options->unicode) {
        say_usage(command, "--ascii and --unicode exclude each other");
        return FALSE;
    }
    if (options->colour != NULL)
        wish = option_word(command, "--color", options->colour, colour_words);
    if (wish < 0)
        return FALSE;

    out->unicode = options->unicode || (!options->ascii && is_terminal && locale_is_utf8());
    out->ascii_only = options->ascii;
    out->colour = wants_colour((ColourWish)wish, is_terminal);
    out->width = is_terminal ? terminal_width() : file_width();
    return TRUE;
}
