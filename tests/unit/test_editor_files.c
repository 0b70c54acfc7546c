/* The editors' files (docs/editors) know every word of the language that its help has. */
#include <json-glib/json-glib.h>
#include <string.h>

#include "check_main.h"
#include "config.h"
#include "scenario/scenario.h"

#define EDITORS TCPWALTZ_SOURCE_ROOT "/docs/editors/"

static gboolean is_capital_line(const char *line)
{
    return g_ascii_isupper(line[0]) && g_ascii_isupper(line[1]);
}

static void add_word(GPtrArray *words, const char *word)
{
    for (guint i = 0; i < words->len; i++) {
        if (strcmp(g_ptr_array_index(words, i), word) == 0)
            return;
    }
    g_ptr_array_add(words, g_strdup(word));
}

/* The words of a form that are typed as they stand: "at", "listen"; not TIME, port=80, N|all. */
static void add_words_of_form(GPtrArray *words, const char *form)
{
    g_autoptr(GRegex) word =
        g_regex_new("(?<![\\w.=§\"|-])[a-z][a-z-]+(?![\\w=.\"|-])", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    for (g_regex_match(word, form, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL)) {
        g_autofree char *found = g_match_info_fetch(match, 0);
        add_word(words, found);
    }
}

/* The rows of WORDS: "SEGMENT   RST SYN-ACK", and those below that go on. */
static void add_words_of_row(GPtrArray *words, const char *row, char **kind)
{
    g_auto(GStrv) parts = g_regex_split_simple(" +", row, 0, 0);
    gboolean begins = strncmp(row, "   ", 3) != 0;

    if (begins) {
        g_free(*kind);
        *kind = g_strdup(parts[1]);
    }
    if (strcmp(*kind, "SEGMENT") != 0 && strcmp(*kind, "STATE") != 0 && strcmp(*kind, "ECODE") != 0)
        return;
    for (guint i = begins ? 2 : 1; parts[i] != NULL; i++)
        add_word(words, parts[i]);
}

/* Every word of the language, keys not among them: those any editor knows by their "=". */
static GPtrArray *language(void)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *help = scenario_help();
    g_auto(GStrv) lines = g_strsplit(help, "\n", -1);
    const char *section = "";
    g_autofree char *kind = g_strdup("");

    for (guint i = 0; lines[i] != NULL; i++) {
        if (is_capital_line(lines[i]))
            section = lines[i];
        else if (!g_str_has_prefix(lines[i], "  "))
            continue;
        else if (strcmp(section, "WORDS") == 0)
            add_words_of_row(words, lines[i], &kind);
        else if (!g_str_has_prefix(lines[i], "   ") && !g_str_has_prefix(section, "OPTIONS"))
            add_words_of_form(words, lines[i]);
    }
    return words;
}

static gboolean has_word(const GPtrArray *words, const char *word)
{
    for (guint i = 0; i < words->len; i++) {
        if (strcmp(g_ptr_array_index(words, i), word) == 0)
            return TRUE;
    }
    return FALSE;
}

START_TEST(the_help_has_words)
{
    g_autoptr(GPtrArray) words = language();
    static const char *const some[] = {
        "title",  "expect",      "at",       "inject", "listen",       "reboot", "by",
        "within", "enters",      "SYN-ACK",  "any",    "RST",          "base",   "source",
        "forget", "ESTABLISHED", "LAST-ACK", "EAGAIN", "EADDRNOTAVAIL"};
    for (gsize i = 0; i < G_N_ELEMENTS(some); i++)
        ck_assert_msg(has_word(words, some[i]), "%s", some[i]);
    ck_assert(!has_word(words, "TIME"));
    ck_assert(!has_word(words, "port"));
}
END_TEST

/* The words of every "syn keyword" line, and of the statements that are no keywords for Vim. */
static GPtrArray *vim_keywords(void)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = NULL;

    ck_assert(g_file_get_contents(EDITORS "vim/syntax/tcpwaltz.vim", &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        gboolean is_match = g_str_has_prefix(lines[i], "syn match tcpwaltzStatement ");
        g_auto(GStrv) parts = g_regex_split_simple(is_match ? "[^a-z]+" : " ", lines[i], 0, 0);
        if (!is_match && !g_str_has_prefix(lines[i], "syn keyword "))
            continue;
        for (guint j = 3; parts[j] != NULL; j++)
            g_ptr_array_add(words, g_strdup(parts[j]));
    }
    return words;
}

START_TEST(vim_knows_every_word)
{
    g_autoptr(GPtrArray) words = language();
    g_autoptr(GPtrArray) keywords = vim_keywords();

    for (guint i = 0; i < words->len; i++)
        ck_assert_msg(has_word(keywords, g_ptr_array_index(words, i)), "vim lacks: %s",
                      (const char *)g_ptr_array_index(words, i));
}
END_TEST

static JsonNode *json_of(const char *path)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;

    json_parser_load_from_file(parser, path, &error);
    ck_assert_msg(error == NULL, "%s: %s", path, error != NULL ? error->message : "");
    return json_node_copy(json_parser_get_root(parser));
}

/* Which of the grammar's patterns takes the first word of the line, as an editor asks them: the one
 * that matches first, and of those the first in the file.  NULL: none. */
static const char *scope_of(JsonArray *patterns, const char *line, const char *word)
{
    int wanted = (int)(strstr(line, word) - line), end_wanted = wanted + (int)strlen(word);

    for (guint i = 0; i < json_array_get_length(patterns); i++) {
        JsonObject *pattern = json_array_get_object_element(patterns, i);
        const char *key = json_object_has_member(pattern, "match") ? "match" : "begin";
        g_autoptr(GError) error = NULL;
        g_autoptr(GRegex) regex =
            g_regex_new(json_object_get_string_member(pattern, key), 0, 0, &error);
        g_autoptr(GMatchInfo) match = NULL;
        int start, end;

        ck_assert_msg(error == NULL, "%s", error != NULL ? error->message : "");
        if (!g_regex_match(regex, line, 0, &match) ||
            !g_match_info_fetch_pos(match, 0, &start, &end))
            continue;
        if (start <= wanted && end >= end_wanted)
            return json_object_get_string_member(pattern, "name");
    }
    return NULL;
}

START_TEST(the_grammar_knows_every_word)
{
    g_autoptr(GPtrArray) words = language();
    g_autoptr(JsonNode) root = json_of(EDITORS "vscode/syntaxes/tcpwaltz.tmLanguage.json");
    JsonArray *patterns = json_object_get_array_member(json_node_get_object(root), "patterns");

    for (guint i = 0; i < words->len; i++) {
        const char *word = g_ptr_array_index(words, i);
        g_autofree char *begins = g_strdup_printf("%s x", word);
        g_autofree char *within = g_strdup_printf("x %s x", word);

        ck_assert_msg(scope_of(patterns, begins, word) != NULL, "the grammar lacks: %s", word);
        ck_assert_msg(scope_of(patterns, begins, word) == scope_of(patterns, within, word) ||
                          g_str_has_prefix(scope_of(patterns, begins, word), "keyword.control"),
                      "%s", word);
    }
    ck_assert_ptr_null(scope_of(patterns, "x client x", "client"));
    ck_assert_ptr_null(scope_of(patterns, "x SYN-SENTRY x", "SYN-SENTRY"));
}
END_TEST

START_TEST(the_grammar_parts_comments_from_selections)
{
    static const struct {
        const char *line, *word, *scope;
    } cases[] = {
        {"drop client SYN #1", "#1", "constant.other.select.tcpwaltz"},
        {"drop client SYN #2..4 # why", "# why", "comment.line.number-sign.tcpwaltz"},
        {"#1 is a comment", "#1 is a comment", "comment.line.number-sign.tcpwaltz"},
        {"  # so is this", "# so is this", "comment.line.number-sign.tcpwaltz"},
        {"set client tcp_syn_retries=4", "tcp_syn_retries", "variable.parameter.tcpwaltz"},
        {"x SYN-ACK x", "SYN-ACK", "constant.language.tcpwaltz"},
        {"x SYN-SENT x", "SYN-SENT", "storage.type.tcpwaltz"},
        {"x 3.02s x", "3.02s", "constant.numeric.tcpwaltz"},
        {"x client.2 x", "client.2", NULL},
    };
    g_autoptr(JsonNode) root = json_of(EDITORS "vscode/syntaxes/tcpwaltz.tmLanguage.json");
    JsonArray *patterns = json_object_get_array_member(json_node_get_object(root), "patterns");

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *scope = scope_of(patterns, cases[i].line, cases[i].word);
        ck_assert_msg(g_strcmp0(scope, cases[i].scope) == 0, "%s: %s", cases[i].word, scope);
    }
}
END_TEST

START_TEST(the_extension_is_json)
{
    g_autoptr(JsonNode) package = json_of(EDITORS "vscode/package.json");
    g_autoptr(JsonNode) configuration = json_of(EDITORS "vscode/language-configuration.json");

    ck_assert_str_eq(json_object_get_string_member(json_node_get_object(package), "version"),
                     TCPWALTZ_VERSION);
    ck_assert(json_object_has_member(json_node_get_object(configuration), "comments"));
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("editor_files");
    TCase *tc = tcase_create("words");
    tcase_add_test(tc, the_help_has_words);
    tcase_add_test(tc, vim_knows_every_word);
    tcase_add_test(tc, the_grammar_knows_every_word);
    tcase_add_test(tc, the_grammar_parts_comments_from_selections);
    tcase_add_test(tc, the_extension_is_json);
    suite_add_tcase(s, tc);
    return s;
}
