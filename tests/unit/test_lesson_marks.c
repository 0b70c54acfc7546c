/* The marks of a lesson: found, filled, and told where they differ. */
#include "check_main.h"

#include <string.h>

#include "lesson/fill.h"

/* What is wrong with a text, "2:5 nothing closes …\n" each. */
static char *errors_of(const char *text)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(GPtrArray) marks = lesson_marks("l.md", text, diagnostics);
    GString *out = g_string_new(NULL);

    ck_assert((marks == NULL) == diagnostics_any(diagnostics));
    for (guint i = 0; i < diagnostics->items->len; i++) {
        const Diagnostic *item = g_ptr_array_index(diagnostics->items, i);
        g_string_append_printf(out, "%u:%u %s\n", item->place.line, item->place.column,
                               item->message);
    }
    return g_string_free(out, FALSE);
}

static GPtrArray *marks_of(const char *text)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    GPtrArray *marks = lesson_marks("l.md", text, diagnostics);

    ck_assert_ptr_nonnull(marks);
    return marks;
}

/* Answers each mark with its own command, but nothing about "unknown". */
static char *echo(gpointer data, const LessonMark *mark)
{
    (void)data;
    if (strcmp(mark->command, "unknown") == 0)
        return NULL;
    return mark->kind == LESSON_RUN ? g_strdup_printf("%s\n\nend\n", mark->command)
                                    : g_strdup(mark->command);
}

/* The filled text, and each difference as "2:5 stands|says\n" in *told. */
static char *filled(const char *text, char **told)
{
    g_autoptr(GPtrArray) marks = marks_of(text);
    g_autoptr(GPtrArray) differences =
        g_ptr_array_new_with_free_func((GDestroyNotify)lesson_difference_free);
    char *out = lesson_fill(text, marks, echo, NULL, differences);
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < differences->len; i++) {
        const LessonDifference *one = g_ptr_array_index(differences, i);
        g_string_append_printf(list, "%u:%u %s|%s\n", one->place.line, one->place.column,
                               one->stands, one->says);
    }
    *told = g_string_free(list, FALSE);
    return out;
}

static void check_filled(const char *text, const char *expected, const char *differences)
{
    g_autofree char *told = NULL, *again = NULL, *twice = NULL;
    g_autofree char *out = filled(text, &told);

    ck_assert_str_eq(out, expected);
    ck_assert_str_eq(told, differences);
    /* What is filled stays as it is. */
    twice = filled(out, &again);
    ck_assert_str_eq(twice, out);
    ck_assert_str_eq(again, "");
}

START_TEST(values)
{
    check_filled(
        "a <!-- ask: x.scn | q -->1<!-- /ask --> b <!-- ask: y -->y<!-- /ask -->.\n",
        "a <!-- ask: x.scn | q -->x.scn | q<!-- /ask --> b <!-- ask: y -->y<!-- /ask -->.\n",
        "1:26 1|x.scn | q\n");
    check_filled("é <!-- ask: x -->1\n2<!-- /ask -->", "é <!-- ask: x -->x<!-- /ask -->",
                 "1:18 1|x\n");
    /* A table's bar; a comment of two lines. */
    check_filled("| <!-- ask: a \\| b --><!-- /ask --> |\nz <!-- ask: c\n  d --><!-- /ask -->\n",
                 "| <!-- ask: a \\| b -->a | b<!-- /ask --> |\n"
                 "z <!-- ask: c\n  d -->c d<!-- /ask -->\n",
                 "1:23 |a | b\n3:8 |c d\n");
}
END_TEST

START_TEST(outputs)
{
    check_filled("<!-- run: x -->\nold\n<!-- /run -->\n",
                 "<!-- run: x -->\n```text\nx\n\nend\n```\n<!-- /run -->\n", "2:1 old|```text\n");
    check_filled(
        "1. a\n\n   <!-- run: x -->\n   <!-- /run -->\n",
        "1. a\n\n   <!-- run: x -->\n   ```text\n   x\n\n   end\n   ```\n   <!-- /run -->\n",
        "4:1    |   ```text\n");
    check_filled("<!-- run: x -->\n```text\nx\n\nEND\n```\n<!-- /run -->\n",
                 "<!-- run: x -->\n```text\nx\n\nend\n```\n<!-- /run -->\n", "5:1 END|end\n");
}
END_TEST

/* An output that has marks and fences of its own: `echo` says the command, which is a title, say. */
START_TEST(outputs_that_look_like_lessons)
{
    check_filled("<!-- run: ``` -->\n<!-- /run -->\n",
                 "<!-- run: ``` -->\n````text\n```\n\nend\n````\n<!-- /run -->\n",
                 "2:1 |````text\n");
    check_filled("<!-- run: x <!-- /run -->\n<!-- /run -->\n",
                 "<!-- run: x <!-- /run -->\n```text\nx <!-- /run\n\nend\n```\n<!-- /run -->\n",
                 "2:1 |```text\n");
    check_filled("<!-- run: y -->\n```text\n<!-- /run -->\n<!-- run: z -->\n```\n<!-- /run -->\n",
                 "<!-- run: y -->\n```text\ny\n\nend\n```\n<!-- /run -->\n",
                 "3:1 <!-- /run -->|y\n");
}
END_TEST

/* CommonMark §4.5: a fence is closed by one of its own kind, no shorter, with nothing behind it. */
START_TEST(what_closes_a_block)
{
    static const char *const codes[] = {
        "````\n```\n<!-- ask: x -->\n````\n",
        "```\n~~~\n<!-- ask: x -->\n```\n",
        "```\n```text\n<!-- ask: x -->\n`````\n",
    };

    for (guint i = 0; i < G_N_ELEMENTS(codes); i++)
        check_filled(codes[i], codes[i], "");
}
END_TEST

START_TEST(what_is_no_mark)
{
    check_filled("```\n<!-- ask: x -->\n```\n<!-- a comment -->\n<!-- picture: draw it -->\n",
                 "```\n<!-- ask: x -->\n```\n<!-- a comment -->\n<!-- picture: draw it -->\n", "");
}
END_TEST

START_TEST(pictures_are_found)
{
    g_autoptr(GPtrArray) marks = marks_of("![a](b.svg)\n<!-- picture: tcpwaltz plot x -->\n");

    ck_assert_uint_eq(marks->len, 1);
    const LessonMark *mark = g_ptr_array_index(marks, 0);
    ck_assert_int_eq(mark->kind, LESSON_PICTURE);
    ck_assert_str_eq(mark->command, "tcpwaltz plot x");
    ck_assert_uint_eq(mark->place.line, 2);
}
END_TEST

START_TEST(errors)
{
    static const struct {
        const char *text, *errors;
    } rows[] = {
        {"a <!-- ask: x -->1\n", "1:3 nothing closes this 'ask' mark\n"},
        {"a <!-- ask: x -->1 <!-- ask: y -->2<!-- /ask -->\n",
         "1:3 nothing closes this 'ask' mark\n"},
        {"\n<!-- run: x -->\n", "2:1 nothing closes this 'run' mark\n"},
        {"a <!-- /ask -->\n", "1:3 '/ask' closes nothing\n"},
        {"a <!-- aks: x -->1<!-- /ask -->\n",
         "1:3 unknown mark 'aks'\n1:19 '/ask' closes nothing\n"},
        {"a <!-- ask: x\n", "1:3 the comment has no end\n"},
        {"<!-- ask: x -->1<!-- /ask -->\n",
         "1:1 a question at the beginning of a line ends the paragraph\n"},
        {"2. <!-- ask: x -->1<!-- /ask -->\n",
         "1:4 a question at the beginning of a line ends the paragraph\n"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *found = errors_of(rows[i].text);
        ck_assert_str_eq(found, rows[i].errors);
    }
}
END_TEST

START_TEST(what_cannot_be_run_fills_nothing)
{
    g_autofree char *told = NULL;
    g_autofree char *out = filled("a <!-- ask: unknown -->1<!-- /ask -->\n", &told);

    ck_assert_ptr_null(out);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lesson_marks");
    TCase *tc = tcase_create("marks");

    tcase_add_test(tc, values);
    tcase_add_test(tc, outputs);
    tcase_add_test(tc, outputs_that_look_like_lessons);
    tcase_add_test(tc, what_closes_a_block);
    tcase_add_test(tc, what_is_no_mark);
    tcase_add_test(tc, pictures_are_found);
    tcase_add_test(tc, errors);
    tcase_add_test(tc, what_cannot_be_run_fills_nothing);
    suite_add_tcase(s, tc);
    return s;
}
