/* The language as help text, printed from the tables that parse it. */
#include <string.h>

#include "scenario/parser.h"

enum { INDENT = 2, HELP_INDENT = 6, WORDS_INDENT = 12, HELP_COLUMNS = 96 };

/* Appends text broken into lines of at most HELP_COLUMNS characters; `first` is the indent of the
 * first line, `indent` that of the others. */
static void append_wrapped(GString *out, const char *text, guint first, guint indent)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    glong column = first;

    g_string_append_printf(out, "%*s", (int)first, "");
    for (guint i = 0; words[i] != NULL; i++) {
        glong length = g_utf8_strlen(words[i], -1);

        if (i > 0 && column + 1 + length > HELP_COLUMNS) {
            g_string_append_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (i > 0) {
            g_string_append_c(out, ' ');
            column++;
        }
        g_string_append(out, words[i]);
        column += length;
    }
    g_string_append_c(out, '\n');
}

static void append_row(GString *out, const char *forms, const char *help)
{
    g_auto(GStrv) lines = g_strsplit(forms, "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++)
        g_string_append_printf(out, "%*s%s\n", INDENT, "", lines[i]);
    if (help != NULL)
        append_wrapped(out, help, HELP_INDENT, HELP_INDENT);
}

static void append_rows(GString *out, const char *title, gboolean (*row_at)(gsize, HelpRow *))
{
    HelpRow row;

    g_string_append_printf(out, "\n%s\n", title);
    for (gsize i = 0; row_at(i, &row); i++)
        append_row(out, row.form, row.help);
}

static void append_statements(GString *out, const char *title, StatementScope scope)
{
    gsize count;
    const Statement *statements = statement_table(&count);

    g_string_append_printf(out, "\n%s\n", title);
    for (gsize i = 0; i < count; i++)
        if ((statements[i].scope & scope) != 0)
            append_row(out, statements[i].forms, statements[i].help);
}

static void append_words(GString *out, const char *what, const char *const *words)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_printf(text, "%-*s", WORDS_INDENT - INDENT - 1, what);
    for (; *words != NULL; words++)
        g_string_append_printf(text, " %s", *words);
    append_wrapped(out, text->str, INDENT, WORDS_INDENT);
}

static void append_vocabulary(GString *out)
{
    const char *classes[SEGMENT_CLASS_COUNT + 1] = {NULL};
    const char *states[TCP_STATE_COUNT + 1] = {NULL};
    const char *errors[TCP_ERROR_PLAIN_COUNT] = {NULL};

    for (guint i = 0; i < SEGMENT_CLASS_COUNT; i++)
        classes[i] = segment_class_name((SegmentClass)i);
    for (guint i = 0; i < TCP_STATE_COUNT; i++)
        states[i] = tcp_state_name((TcpState)i);
    for (guint i = TCP_OK + 1; i < TCP_ERROR_PLAIN_COUNT; i++)
        errors[i - 1] = tcp_error_name((TcpError)i);
    g_string_append(out, "\nWORDS\n");
    append_words(out, "SEGMENT", classes);
    append_words(out, "STATE", states);
    append_words(out, "ECODE", errors);
    append_wrapped(out, "SELECT    #1 #2..4 #3.. #1,4 all", INDENT, WORDS_INDENT);
    append_wrapped(out, "TIME      0 250us 10ms 1.5s 2min 1h (ns us ms s min h)", INDENT,
                   WORDS_INDENT);
    append_wrapped(out,
                   "HOST      client: all its connections in faults and `sends`, the newest in "
                   "actions; client.2: its second connection",
                   INDENT, WORDS_INDENT);
}

char *scenario_help(void)
{
    GString *out = g_string_new(
        "A scenario is text, a statement a line. Words are separated by blanks; \"quotes\" hold\n"
        "text; # begins a comment, unless a digit follows it inside a line.\n");

    append_statements(out, "STATEMENTS", IN_SCENARIO);
    append_rows(out, "ACTIONS", action_help);
    append_rows(out, "OPTIONS OF ACTIONS", action_option_help);
    append_rows(out, "OPTIONS OF inject", inject_option_help);
    append_rows(out, "OPTIONS OF flood", flood_option_help);
    append_rows(out, "EXPECTATIONS", expectation_help);
    append_rows(out, "QUESTIONS OF run --ask", question_help);
    append_vocabulary(out);
    append_statements(out, "STATEMENTS OF A PROFILE", IN_PROFILE);
    return g_string_free(out, FALSE);
}

char *scenario_help_flood(void)
{
    GString *out = g_string_new(NULL);

    append_rows(out, "OPTIONS OF flood", flood_option_help);
    return g_string_free(out, FALSE);
}

static void append_keys(GString *out, const char *title, KeyScope scope)
{
    size_t count;
    const Key *keys = key_table(scope, &count);

    g_string_append_printf(out, "%s\n", title);
    for (size_t i = 0; i < count; i++) {
        char range[KEY_TEXT_MAX];

        (void)key_range(&keys[i], range);
        g_autofree char *form = g_strdup_printf("%s=%s", keys[i].name, keys[i].initial);
        g_autofree char *help = g_strdup_printf("%s; %s", keys[i].help, range);

        append_row(out, form, help);
    }
}

char *scenario_help_keys(void)
{
    GString *out = g_string_new(NULL);

    append_keys(out, "KEYS OF HOSTS AND PROFILES, with their defaults", KEY_SCOPE_HOST);
    append_keys(out, "\nKEYS OF LINKS, with their defaults", KEY_SCOPE_LINK);
    return g_string_free(out, FALSE);
}
