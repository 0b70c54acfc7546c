/* How errors are printed, what never reaches a terminal, and which word was meant. */
#include "check_main.h"

#include <string.h>

#include "scenario/diagnostics.h"

static char *format_one(SourcePlace place, const char *text, const char *hint, const char *message)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    diagnostics_add(diagnostics, place, text, hint, "%s", message);
    return diagnostics_format(diagnostics);
}

START_TEST(the_line_with_the_place_marked)
{
    SourcePlace place = {"demo.scn", 3, 13, 9};
    g_autofree char *text = format_one(place, "host client linux-2.5", "did you mean 'linux-2.4'?",
                                       "unknown profile 'linux-2.5'");

    ck_assert_str_eq(text, "demo.scn:3:13: error: unknown profile 'linux-2.5'\n"
                           "   3 | host client linux-2.5\n"
                           "     |             ^~~~~~~~~\n"
                           "     = did you mean 'linux-2.4'?\n");
}
END_TEST

START_TEST(places_without_line_or_column)
{
    SourcePlace file = {"demo.scn", 0, 0, 0}, line = {"demo.scn", 12345, 0, 0};
    g_autofree char *of_file = format_one(file, NULL, NULL, "no host is declared");
    g_autofree char *of_line = format_one(line, "drop", "one\ntwo", "no");

    ck_assert_str_eq(of_file, "demo.scn: error: no host is declared\n");
    ck_assert_str_eq(of_line, "demo.scn:12345: error: no\n"
                              "12345 | drop\n"
                              "      = one\n"
                              "      = two\n");
}
END_TEST

START_TEST(a_place_behind_the_line)
{
    SourcePlace place = {"a", 1, 5, 1};
    g_autofree char *text = format_one(place, "drop", NULL, "m");

    ck_assert_str_eq(text, "a:1:5: error: m\n   1 | drop\n     |     ^\n");
}
END_TEST

START_TEST(marks_stand_below_wide_characters)
{
    SourcePlace wide = {"a", 1, 3, 2}, combining = {"a", 1, 3, 1}, tab = {"a", 1, 3, 1};
    g_autofree char *han = format_one(wide, "漢x字y", NULL, "m");
    g_autofree char *accent = format_one(combining, "e\xcc\x81y", NULL, "m");
    g_autofree char *tabs = format_one(tab, "a\tb", NULL, "m");

    ck_assert_str_eq(han, "a:1:3: error: m\n   1 | 漢x字y\n     |    ^~~\n");
    ck_assert_str_eq(accent, "a:1:3: error: m\n   1 | e\xcc\x81y\n     |  ^\n");
    ck_assert_str_eq(tabs, "a:1:3: error: m\n   1 | a b\n     |   ^\n");
}
END_TEST

START_TEST(nothing_that_a_terminal_obeys)
{
    SourcePlace place = {"e\x1b]0;x\a.scn", 1, 2, 2};
    g_autofree char *text = format_one(place, "a\x1b[31m\xc2\x9b\xe2\x80\xae\xe2\x80\xa8\xff\r",
                                       "h\x1b\b", "m\x1b\x7f");

    ck_assert_str_eq(text, "e\\x1b]0;x\\x07.scn:1:2: error: m\\x1b\\x7f\n"
                           "   1 | a\\x1b[31m\\u{9b}\\u{202e}\\u{2028}\\xff\\x0d\n"
                           "     |  ^~~~~\n"
                           "     = h\\x1b\\x08\n");
}
END_TEST

/* Characters of `line` from the mark on. */
static char *marked(const char *formatted)
{
    g_auto(GStrv) lines = g_strsplit(formatted, "\n", -1);
    gsize at = (gsize)(strchr(lines[2], '^') - lines[2]), length = strlen(strchr(lines[2], '^'));

    return g_utf8_substring(lines[1], (glong)at, (glong)(at + length));
}

START_TEST(long_lines_are_cut_around_the_place)
{
    static const guint columns[] = {1, 2, 59, 60, 61, 62, 63, 100, 500, 997, 998};

    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
        g_autofree char *line = g_strnfill(1000, '.');
        SourcePlace place = {"a", 1, columns[i], 3};

        memcpy(line + columns[i] - 1, "BAD", 3);
        g_autofree char *text = format_one(place, line, NULL, "m");
        g_autofree char *part = marked(text);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

        ck_assert_str_eq(part, "BAD");
        ck_assert_int_le(g_utf8_strlen(lines[1], -1), 7 + 122);
        ck_assert(g_str_has_suffix(lines[1], "…") == (columns[i] < 941));
    }
}
END_TEST

START_TEST(long_messages_are_cut)
{
    g_autofree char *message = g_strnfill(100000, 'x');
    SourcePlace place = {"a", 0, 0, 0};
    g_autofree char *text = format_one(place, NULL, message, message);

    ck_assert_uint_lt(strlen(text), 1400);
    ck_assert_ptr_nonnull(strstr(text, "…\n"));
}
END_TEST

START_TEST(notes_follow_their_errors)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    SourcePlace place = {"a", 2, 1, 1}, earlier = {"a", 1, 1, 1};

    diagnostics->rank = 2;
    diagnostics_add(diagnostics, place, NULL, NULL, "second");
    diagnostics_note(diagnostics, earlier, "ab", 1, "see %s", "here");
    diagnostics->rank = 1;
    diagnostics_add(diagnostics, earlier, NULL, NULL, "first");
    diagnostics_sort(diagnostics);
    g_autofree char *text = diagnostics_format(diagnostics);

    ck_assert_str_eq(text, "a:1:1: error: first\n"
                           "a:2:1: error: second\n"
                           "a:1:1: note: see here\n"
                           "   1 | a\n"
                           "     | ^\n");
}
END_TEST

START_TEST(none_is_none)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autofree char *text = diagnostics_format(diagnostics);

    ck_assert(!diagnostics_any(diagnostics));
    ck_assert_str_eq(text, "");
    diagnostics_free(NULL);
}
END_TEST

START_TEST(one_more_than_is_kept)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    SourcePlace place = {"a", 1, 1, 1};

    for (guint i = 0; i < DIAGNOSTICS_MAX + 1; i++)
        diagnostics_add(diagnostics, place, NULL, NULL, "%u", i);
    diagnostics_note(diagnostics, place, NULL, 0, "lost with its error");
    g_autofree char *text = diagnostics_format(diagnostics);

    ck_assert_uint_eq(diagnostics->items->len, DIAGNOSTICS_MAX);
    ck_assert(g_str_has_suffix(text, "error: 99\n1 more error not shown\n"));
}
END_TEST

typedef struct Meant {
    const char *typed, *meant;
} Meant;

START_TEST(the_word_that_was_meant)
{
    static const char *const words[] = {
        "drop",        "delay",     "at",     "SYN",       "SYN-ACK",
        "ESTABLISHED", "linux-2.4", "server", "TIME-WAIT", NULL,
    };
    static const Meant rows[] = {
        {"dorp", "drop"},  /* swapped */
        {"dop", "drop"},   /* one less */
        {"drrop", "drop"}, /* one more */
        {"drip", "drop"},  /* another one */
        {"DROP", "drop"},  /* case */
        {"syn", "SYN"},
        {"synack", "SYN-ACK"},
        {"ESTABLISHD", "ESTABLISHED"},
        {"Estblshd", "ESTABLISHED"},
        {"linux-2.5", "linux-2.4"},
        {"server1", "server"},
        {"time_wait", "TIME-WAIT"},
        {"ta", "at"},
        {"xyz", NULL},
        {"", NULL},
        {"x", NULL},
        {"to", NULL},
        {"frobnicate", NULL},
        {"\xc3\xa4\xc3\xb6", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        ck_assert_pstr_eq(nearest_word(rows[i].typed, words), rows[i].meant);
}
END_TEST

START_TEST(a_very_long_word_is_none)
{
    static const char *const words[] = {"drop", NULL};
    g_autofree char *word = g_strnfill(1000000, 'd');

    ck_assert_ptr_null(nearest_word(word, words));
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("scenario_diagnostics");
    TCase *tc = tcase_create("format");

    tcase_add_test(tc, the_line_with_the_place_marked);
    tcase_add_test(tc, places_without_line_or_column);
    tcase_add_test(tc, a_place_behind_the_line);
    tcase_add_test(tc, marks_stand_below_wide_characters);
    tcase_add_test(tc, nothing_that_a_terminal_obeys);
    tcase_add_test(tc, long_lines_are_cut_around_the_place);
    tcase_add_test(tc, long_messages_are_cut);
    suite_add_tcase(s, tc);
    tc = tcase_create("collection");
    tcase_add_test(tc, notes_follow_their_errors);
    tcase_add_test(tc, none_is_none);
    tcase_add_test(tc, one_more_than_is_kept);
    suite_add_tcase(s, tc);
    tc = tcase_create("nearest");
    tcase_add_test(tc, the_word_that_was_meant);
    tcase_add_test(tc, a_very_long_word_is_none);
    suite_add_tcase(s, tc);
    return s;
}
