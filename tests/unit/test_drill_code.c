/* What stands in %{ }%: values as Python has them, what an assertion says, what is no code. */
#include "check_main.h"

#include <string.h>

#include "drill/code.h"

static gboolean look_up(gpointer context, const char *name, gint64 *value)
{
    (void)context;
    if (strcmp(name, "tcpi_unacked") == 0)
        *value = 3;
    else if (strcmp(name, "tcpi_rtt") == 0)
        *value = 25000;
    else
        return FALSE;
    return TRUE;
}

static DrillCode *read(const char *text)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    DrillCode *code = drill_code_read(text, strlen(text), (SourcePlace){"a", 1, 1, 1}, diagnostics);
    g_autofree char *said = diagnostics_format(diagnostics);

    ck_assert_str_eq(said, "");
    ck_assert_ptr_nonnull(code);
    return code;
}

static DrillVerdict run(const char *text, DrillNames *names, GString *printed, char **why)
{
    DrillCode *code = read(text);
    DrillVerdict verdict = drill_code_run(code, names, look_up, NULL, printed, why);

    drill_code_free(code);
    return verdict;
}

static void expect_run(const char *text, DrillVerdict verdict, const char *printed, const char *why)
{
    DrillNames *names = drill_names_new();
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *said = NULL;
    DrillVerdict found = run(text, names, out, &said);

    ck_assert_str_eq(said != NULL ? said : "", why);
    ck_assert_str_eq(out->str, printed);
    ck_assert_int_eq(found, verdict);
    drill_names_free(names);
}

/* As Python 3 prints them. */
static const struct {
    const char *expression, *printed;
} values[] = {
    {"1 + 2 * 3", "7"},
    {"(1 + 2) * 3", "9"},
    {"10 - 3 - 2", "5"},
    {"-7 // 2", "-4"},
    {"7 // -2", "-4"},
    {"-7 % 3", "2"},
    {"7 % -3", "-2"},
    {"-7 % -3", "-1"},
    {"7 / 2", "3.5"},
    {"4 / 2", "2.0"},
    {"1 / 3", "0.3333333333333333"},
    {"-7.5 // 2", "-4.0"},
    {"-7.5 % 2", "0.5"},
    {"1.5 + 1", "2.5"},
    {"0x7fffffff", "2147483647"},
    {"1 | 6 & 3 ^ 8", "11"},
    {"1 << 4 + 1", "32"},
    {"-1 >> 70", "-1"},
    {"-5 >> 1", "-3"},
    {"~5", "-6"},
    {"- - 5", "5"},
    {"-+~0", "1"},
    {"not 1", "False"},
    {"not 0 == 1", "True"},
    {"1 < 2 < 3", "True"},
    {"1 < 3 > 2", "True"},
    {"3 > 2 == True", "False"},
    {"(3 > 2) == True", "True"},
    {"1 == 1.0", "True"},
    {"9007199254740993 == 9007199254740992.0", "False"},
    {"'a' < 'b'", "True"},
    {"'a' == 1", "False"},
    {"[1, 2] < [1, 3]", "True"},
    {"(1, 2) == [1, 2]", "False"},
    {"2 in [1, 2]", "True"},
    {"3 not in (1, 2)", "True"},
    {"'an' in 'banana'", "True"},
    {"0 or 5", "5"},
    {"0 and 5", "0"},
    {"'' or 'x'", "x"},
    {"1 and 2 or 3", "2"},
    {"0 and 1 // 0", "0"},
    {"1 or 1 // 0", "1"},
    {"True + True", "2"},
    {"None", "None"},
    {"[1, 'a', (2,), ()]", "[1, 'a', (2,), ()]"},
    {"(1, 2) + (3,)", "(1, 2, 3)"},
    {"'a' 'b' + \"c\"", "abc"},
    {"abs(-3), abs(-1.5)", "3 1.5"},
    {"min(3, 1, 2), max([3, 1, 2])", "1 3"},
    {"int(3.9), int(-3.9), int(' 12 '), int(True)", "3 -3 12 1"},
    {"len('häß'), len([1, 2])", "3 2"},
    {"str(12) + '3'", "123"},
    {"'%d of %d' % (1, 2)", "1 of 2"},
    {"'%5d|%-5d|%05d|%+d' % (42, 42, -42, 42)", "   42|42   |-0042|+42"},
    {"'%x %X %#x %o' % (255, 255, -255, 8)", "ff FF -0xff 10"},
    {"'%.2f %8.3f %g' % (3.14159, -2.5, 100000000)", "3.14   -2.500 1e+08"},
    {"'%s %r %.2s' % ('a', 'b', 'cde')", "a 'b' cd"},
    {"'100%% %c%c' % ('a', 98)", "100% ab"},
    {"'%d' % 3.99", "3"},
    {"'%s' % [1]", "[1]"},
    {"'%3s|%-3s|' % (1, 2)", "  1|2  |"},
    {"TCP_ESTABLISHED, TCP_CA_Open, TCPI_OPT_SACK", "1 0 2"},
    {"tcpi_unacked * 2", "6"},
};

START_TEST(values_are_as_python_has_them)
{
    g_autofree char *text = g_strdup_printf("print(%s)", values[_i].expression);
    g_autofree char *printed = g_strdup_printf("%s\n", values[_i].printed);

    expect_run(text, DRILL_HOLDS, printed, "");
}
END_TEST

static const struct {
    const char *text, *why;
} failures[] = {
    {"assert tcpi_unacked == 2", "tcpi_unacked == 2: it is 3, not 2"},
    {"assert tcpi_unacked == 2, tcpi_unacked", "tcpi_unacked == 2: it is 3, not 2"},
    {"assert tcpi_unacked == 2, 'unacked=%d' % tcpi_unacked",
     "tcpi_unacked == 2: it is 3, not 2 (unacked=3)"},
    {"assert 2 == tcpi_unacked", "2 == tcpi_unacked: it is 3, not 2"},
    {"assert tcpi_unacked != 3", "tcpi_unacked != 3: it is 3"},
    {"assert tcpi_unacked < 3", "tcpi_unacked < 3: it is 3"},
    {"assert 1 <= tcpi_unacked <= 2", "1 <= tcpi_unacked <= 2: it is 3"},
    {"assert 9 <= tcpi_unacked <= 12", "9 <= tcpi_unacked <= 12: it is 3"},
    {"assert (tcpi_unacked & 4) == 4", "(tcpi_unacked & 4) == 4: it is 0, not 4"},
    {"assert tcpi_unacked == TCP_CA_Open", "tcpi_unacked == TCP_CA_Open: it is 3, not 0"},
    {"assert tcpi_unacked  ==\\\n  2", "tcpi_unacked ==\\ 2: it is 3, not 2"},
    {"assert 0", "0: it is 0"},
    {"assert not tcpi_unacked", "not tcpi_unacked: it is False"},
    {"assert tcpi_unacked == 3 and tcpi_rtt == 1",
     "tcpi_unacked == 3 and tcpi_rtt == 1: it is False"},
    {"assert 'a' == 'b'", "'a' == 'b': it is 'a', not 'b'"},
    {"assert 1 == 2, nobody", "1 == 2: it is 1, not 2"},
    {"assert 1; assert 0, 'second'", "0: it is 0 (second)"},
    {"assert tcpi_unacked == 2 # why not", "tcpi_unacked == 2: it is 3, not 2"},
};

START_TEST(an_assertion_that_fails_says_the_values)
{
    expect_run(failures[_i].text, DRILL_FAILS, "", failures[_i].why);
}
END_TEST

static const struct {
    const char *text, *why;
} troubles[] = {
    {"assert tcpi_nothing == 1", "nobody knows 'tcpi_nothing'"},
    {"x += 1", "nobody knows 'x'"},
    {"assert 1 // 0", "division by zero"},
    {"assert 1 / 0", "division by zero"},
    {"assert 1 % 0", "division by zero"},
    {"assert 1.0 / 0", "division by zero"},
    {"assert 9223372036854775807 + 1", "a number beyond 64 bits"},
    {"assert -9223372036854775807 - 2", "a number beyond 64 bits"},
    {"assert 4294967296 * 4294967296", "a number beyond 64 bits"},
    {"assert -(-9223372036854775807 - 1)", "a number beyond 64 bits"},
    {"assert (-9223372036854775807 - 1) // -1", "a number beyond 64 bits"},
    {"assert abs(-9223372036854775807 - 1)", "a number beyond 64 bits"},
    {"assert 1 << 63", "a number beyond 64 bits"},
    {"assert 1 << -1", "a shift by a negative number"},
    {"assert 'a' + 1", "a text has no + with a number"},
    {"assert 1.5 | 1", "a number has no | with a number"},
    {"assert -'a'", "a text has no -"},
    {"assert 1 < 'a'", "a number cannot be compared by < with a text"},
    {"assert 1 in 2", "a number cannot be compared by in with a number"},
    {"assert '%d' % 'a'", "%d needs a whole number, not a text"},
    {"assert '%d %d' % 1", "a format wants more values than it is given"},
    {"assert '%d' % (1, 2)", "a format is given more values than it wants"},
    {"assert '%z' % 1", "a format has no %z"},
    {"assert '%' % 1", "a % at the end of a format"},
    {"assert '%9999d' % 1", "a width beyond 1000"},
    {"assert abs('a')", "abs() needs a number"},
    {"assert abs(1, 2)", "abs() is given 2 values"},
    {"assert max()", "max() is given 0 values"},
    {"assert min(1)", "min() and max() need several values, or a list that has some"},
    {"assert min([])", "min() and max() need several values, or a list that has some"},
    {"assert int('x')", "int() is given a text that is no number"},
    {"assert len(1)", "len() needs a text or a list"},
};

START_TEST(what_has_no_value_is_unknown)
{
    expect_run(troubles[_i].text, DRILL_UNKNOWN, "", troubles[_i].why);
}
END_TEST

START_TEST(variables_outlive_a_statement)
{
    DrillNames *names = drill_names_new();
    g_autoptr(GString) out = g_string_new(NULL);
    char *why;

    ck_assert_int_eq(run(" cwnd = 10\n", names, out, &why), DRILL_HOLDS);
    ck_assert_int_eq(run("cwnd += 2; cwnd -= 1; print(cwnd)", names, out, &why), DRILL_HOLDS);
    ck_assert_int_eq(
        run("a = 1, 2\nprint(a, cwnd == 11)\ntcpi_rtt = 5; print(tcpi_rtt)", names, out, &why),
        DRILL_HOLDS);
    ck_assert_str_eq(out->str, "11\n(1, 2) True\n5\n");
    drill_names_free(names);
}
END_TEST

START_TEST(lines)
{
    expect_run("", DRILL_HOLDS, "", "");
    expect_run("\n # nothing\n;;\n", DRILL_HOLDS, "", "");
    expect_run("print(1,\n  2)\n\tprint()\r\nprint(3 + \\\n 4); print((1 ==\n 1))", DRILL_HOLDS,
               "1 2\n\n7\nTrue\n", "");
}
END_TEST

/* What doubles with each line would soon fill all memory. */
START_TEST(values_are_bounded)
{
    DrillNames *names = drill_names_new();
    g_autoptr(GString) out = g_string_new(NULL);
    DrillVerdict text = run("a = 'x'; b = [1]; c = []", names, out, &(char *){NULL}), list, nest;
    g_autofree char *why_text = NULL, *why_list = NULL, *why_nest = NULL;

    for (guint i = 0; i < 40 && text == DRILL_HOLDS; i++)
        text = run("a += a", names, out, &why_text);
    ck_assert_str_eq(why_text, "a text too large");
    list = DRILL_HOLDS;
    for (guint i = 0; i < 40 && list == DRILL_HOLDS; i++)
        list = run("b = [b, b]", names, out, &why_list);
    ck_assert_str_eq(why_list, "a list too large");
    nest = DRILL_HOLDS;
    for (guint i = 0; i < 100 && nest == DRILL_HOLDS; i++)
        nest = run("c = [c]", names, out, &why_nest);
    ck_assert_str_eq(why_nest, "a list too large");
    drill_names_free(names);
}
END_TEST

static char *errors_of(const char *text, SourcePlace place)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    ck_assert_ptr_null(drill_code_read(text, strlen(text), place, diagnostics));
    return diagnostics_format(diagnostics);
}

START_TEST(errors_stand_where_the_file_has_them)
{
    g_autofree char *first = errors_of("assert ==", (SourcePlace){"b.pkt", 7, 9, 1});
    g_autofree char *second = errors_of("\nx = é", (SourcePlace){"b.pkt", 7, 9, 1});
    g_autofree char *bytes = errors_of("x = \xff", (SourcePlace){"b.pkt", 1, 1, 1});

    ck_assert_str_eq(first, "b.pkt:7:16: error: expected a value, not '=='\n"
                            "   7 |         assert ==\n"
                            "     |                ^~\n");
    ck_assert_str_eq(second, "b.pkt:8:5: error: expected a value, not 'é'\n"
                             "   8 | x = é\n"
                             "     |     ^\n");
    ck_assert_str_eq(bytes, "b.pkt:1:5: error: this byte, 0xff, is not valid UTF-8\n"
                            "   1 | x = \\xff\n"
                            "     |     ^~~~\n"
                            "     = files are UTF-8\n");
}
END_TEST

static char *repeated(const char *text, guint count, const char *end)
{
    GString *out = g_string_new("x = ");

    for (guint i = 0; i < count; i++)
        g_string_append(out, text);
    g_string_append(out, end);
    return g_string_free(out, FALSE);
}

/* 100,000 of anything fill no stack. */
START_TEST(depth_is_bounded)
{
    static const struct {
        const char *text, *end, *message;
    } deep[] = {
        {"(", "1", "more than 100 parentheses in each other"},
        {"[", "1", "more than 100 parentheses in each other"},
        {"abs(", "1", "more than 100 parentheses in each other"},
        {"-", "1", "more than 100 signs before a value"},
        {"not ", "1", "more than 100 'not'"},
        {"1+", "1", "more than 100 operators in each other"},
        {"1-(", "1", "more than 100 parentheses in each other"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(deep); i++) {
        g_autofree char *text = repeated(deep[i].text, 100000, deep[i].end);
        g_autofree char *said = errors_of(text, (SourcePlace){"a", 1, 1, 1});

        ck_assert_ptr_nonnull(strstr(said, deep[i].message));
    }
    g_autofree char *chain = repeated("1 < ", 100000, "1");
    g_autofree char *both = repeated("1 and ", 100000, "1");

    expect_run(chain, DRILL_HOLDS, "", "");
    expect_run(both, DRILL_HOLDS, "", "");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("drill code");
    TCase *tc = tcase_create("code");

    tcase_add_loop_test(tc, values_are_as_python_has_them, 0, G_N_ELEMENTS(values));
    tcase_add_loop_test(tc, an_assertion_that_fails_says_the_values, 0, G_N_ELEMENTS(failures));
    tcase_add_loop_test(tc, what_has_no_value_is_unknown, 0, G_N_ELEMENTS(troubles));
    tcase_add_test(tc, variables_outlive_a_statement);
    tcase_add_test(tc, lines);
    tcase_add_test(tc, values_are_bounded);
    tcase_add_test(tc, errors_stand_where_the_file_has_them);
    tcase_add_test(tc, depth_is_bounded);
    suite_add_tcase(s, tc);
    return s;
}
