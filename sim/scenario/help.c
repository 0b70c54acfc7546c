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

static void append_key(GString *out, const Key *key)
{
    char range[KEY_TEXT_MAX];

    (void)key_range(key, range);
    g_autofree char *form = g_strdup_printf("%s=%s", key->name, key->initial);
    g_autofree char *help = g_strdup_printf("%s; %s", key->help, range);

    append_row(out, form, help);
}

static void append_keys(GString *out, const char *title, KeyScope scope)
{
    size_t count;
    const Key *keys = key_table(scope, &count);

    g_string_append_printf(out, "%s\n", title);
    for (size_t i = 0; i < count; i++)
        append_key(out, &keys[i]);
}

char *scenario_help_keys(void)
{
    GString *out = g_string_new(NULL);

    append_keys(out, "KEYS OF HOSTS AND PROFILES, with their defaults", KEY_SCOPE_HOST);
    append_keys(out, "\nKEYS OF LINKS, with their defaults", KEY_SCOPE_LINK);
    return g_string_free(out, FALSE);
}

/* --- one word ----------------------------------------------------------------------------- */

/* The tables of rows that a word may be looked up in. */
static const struct {
    const char *title;
    gboolean (*row_at)(gsize i, HelpRow *out);
} tables[] = {
    {"ACTIONS", action_help},
    {"OPTIONS OF ACTIONS", action_option_help},
    {"OPTIONS OF inject", inject_option_help},
    {"OPTIONS OF flood", flood_option_help},
    {"EXPECTATIONS", expectation_help},
    {"QUESTIONS OF run --ask", question_help},
};

static const struct {
    const char *title;
    StatementScope scope;
} statement_scopes[] = {{"STATEMENTS", IN_SCENARIO}, {"STATEMENTS OF A PROFILE", IN_PROFILE}};

static const struct {
    const char *title;
    KeyScope scope;
} key_scopes[] = {{"KEYS OF HOSTS AND PROFILES", KEY_SCOPE_HOST},
                  {"KEYS OF LINKS", KEY_SCOPE_LINK}};

/* The word that a form is about: "connect" of "connect HOST [port=80]", "port" of "port=80"; free with g_free(). */
static char *subject_of(const char *form)
{
    return g_strndup(form, strcspn(form, " =\n"));
}

static gboolean is_about(const char *form, const char *word)
{
    g_autofree char *subject = subject_of(form);

    return strcmp(subject, word) == 0;
}

/* The title stands once, before the first of its rows. */
static void append_titled(GString *out, const char *title, gboolean *is_first)
{
    if (*is_first)
        g_string_append_printf(out, "%s%s\n", out->len > 0 ? "\n" : "", title);
    *is_first = FALSE;
}

static void append_statements_on(GString *out, const char *word)
{
    gsize count;
    const Statement *statements = statement_table(&count);

    for (gsize s = 0; s < G_N_ELEMENTS(statement_scopes); s++) {
        gboolean is_first = TRUE;

        for (gsize i = 0; i < count; i++) {
            if (!(statements[i].scope & statement_scopes[s].scope) ||
                strcmp(statements[i].verb, word) != 0)
                continue;
            append_titled(out, statement_scopes[s].title, &is_first);
            append_row(out, statements[i].forms, statements[i].help);
        }
    }
}

static void append_rows_on(GString *out, const char *word)
{
    for (gsize t = 0; t < G_N_ELEMENTS(tables); t++) {
        gboolean is_first = TRUE;
        HelpRow row;

        for (gsize i = 0; tables[t].row_at(i, &row); i++) {
            if (!is_about(row.form, word))
                continue;
            append_titled(out, tables[t].title, &is_first);
            append_row(out, row.form, row.help);
        }
    }
}

static void append_keys_on(GString *out, const char *word)
{
    const char *name = word + sysctl_prefix(word);

    for (gsize s = 0; s < G_N_ELEMENTS(key_scopes); s++) {
        const Key *key = key_find(key_scopes[s].scope, name, strlen(name));
        gboolean is_first = TRUE;

        if (key == NULL)
            continue;
        append_titled(out, key_scopes[s].title, &is_first);
        append_key(out, key);
    }
}

char *scenario_help_on(const char *word)
{
    GString *out = g_string_new(NULL);

    append_statements_on(out, word);
    append_rows_on(out, word);
    append_keys_on(out, word);
    return g_string_free(out, out->len == 0);
}

char **scenario_help_words(void)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    gsize count;
    const Statement *statements = statement_table(&count);
    HelpRow row;

    for (gsize i = 0; i < count; i++)
        g_strv_builder_add(words, statements[i].verb);
    for (gsize t = 0; t < G_N_ELEMENTS(tables); t++) {
        for (gsize i = 0; tables[t].row_at(i, &row); i++) {
            g_autofree char *subject = subject_of(row.form);

            g_strv_builder_add(words, subject);
        }
    }
    for (gsize s = 0; s < G_N_ELEMENTS(key_scopes); s++) {
        size_t keys;
        const Key *table = key_table(key_scopes[s].scope, &keys);

        for (size_t i = 0; i < keys; i++)
            g_strv_builder_add(words, table[i].name);
    }
    return g_strv_builder_end(words);
}
