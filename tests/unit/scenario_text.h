/* Scenarios as text for the tests of sim/scenario: a folder with three profiles, and the errors
 * of a text as one line each.
 */
#ifndef TESTS_UNIT_SCENARIO_TEXT_H
#define TESTS_UNIT_SCENARIO_TEXT_H

#include "check_main.h"

#include <glib/gstdio.h>
#include <string.h>

#include "scenario/scenario.h"

/* Written by begin_profiles(), for files that the tests need. */
static char *folder;
static const char *folders[2];
static ScenarioOptions options;

static inline void write_file(const char *name, const char *text, gssize length)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    ck_assert(g_file_set_contents(path, text, length, NULL));
}

static inline char *path_of(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

static void begin_profiles(void)
{
    folder = g_dir_make_tmp("tcpwaltz-scenario-XXXXXX", NULL);
    ck_assert_ptr_nonnull(folder);
    folders[0] = folder;
    options.profile_dirs = folders;
    write_file("plain.profile", "title \"Defaults\"\n", -1);
    write_file("slow.profile", "base plain\nset initial-rto=3s source \"RFC 1122 §4.2.3.1\"\n", -1);
    write_file("linux-2.4.profile", "base slow\nset tcp_syn_retries=5\n", -1);
}

static void remove_folder(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *inside = g_build_filename(path, name, NULL);

        if (g_file_test(inside, G_FILE_TEST_IS_DIR))
            remove_folder(inside);
        else
            g_remove(inside);
    }
    g_rmdir(path);
}

static void end_profiles(void)
{
    remove_folder(folder);
    g_free(folder);
}

static inline TCase *scenario_case(const char *name)
{
    TCase *tc = tcase_create(name);

    tcase_add_unchecked_fixture(tc, begin_profiles, end_profiles);
    return tc;
}

/* The plan of a text without errors. */
static inline Plan *plan_of(const char *text)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    Plan *plan = scenario_parse("t.scn", text, strlen(text), &options, diagnostics);
    g_autofree char *errors = diagnostics_format(diagnostics);

    ck_assert_msg(plan != NULL, "%s", errors);
    ck_assert_str_eq(errors, "");
    return plan;
}

/* "2:13 unknown profile 'x' (did you mean …)\n" for each error and note, in their order. */
static inline char *list_of(const Diagnostics *diagnostics)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < diagnostics->items->len; i++) {
        const Diagnostic *item = g_ptr_array_index(diagnostics->items, i);

        g_string_append_printf(out, "%u:%u %s%s", item->place.line, item->place.column,
                               item->is_note ? "note: " : "", item->message);
        if (item->hint != NULL)
            g_string_append_printf(out, " (%s)", item->hint);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

static inline char *errors_of_bytes(const char *text, gsize length)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Plan) plan = scenario_parse("t.scn", text, length, &options, diagnostics);

    ck_assert_ptr_null(plan);
    ck_assert(diagnostics_any(diagnostics));
    return list_of(diagnostics);
}

static inline char *errors_of(const char *text)
{
    return errors_of_bytes(text, strlen(text));
}

/* What stands before the line under test: 4 lines, so that it is the fifth. */
#define WORLD                                                                                      \
    "host client plain\n"                                                                          \
    "host server plain\n"                                                                          \
    "link client server delay=10ms\n"                                                              \
    "title \"t\"\n"

/* The errors of one line behind WORLD. */
static inline char *errors_of_line(const char *line)
{
    g_autofree char *text = g_strconcat(WORLD, line, "\n", NULL);

    return errors_of(text);
}

static inline Plan *plan_of_line(const char *line)
{
    g_autofree char *text = g_strconcat(WORLD, line, "\n", NULL);

    return plan_of(text);
}

/* A line and what its errors begin with; the end of the last one may be left out. */
typedef struct Wrong {
    const char *line;
    const char *errors;
} Wrong;

static inline guint count_of(const char *text, const char *part)
{
    guint count = 0;

    for (; (text = strstr(text, part)) != NULL; text++)
        count++;
    return count;
}

static inline void check_wrong(const Wrong *rows, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autofree char *errors = errors_of_line(rows[i].line);

        ck_assert_msg(g_str_has_prefix(errors, rows[i].errors), "%s\n  expected: %s\n  got: %s",
                      rows[i].line, rows[i].errors, errors);
        ck_assert_msg(count_of(errors, "\n5:") == count_of(rows[i].errors, "\n5:"),
                      "%s\n  not as many errors as expected: %s", rows[i].line, errors);
    }
}

#define CHECK_WRONG(rows) check_wrong(rows, G_N_ELEMENTS(rows))

#endif
