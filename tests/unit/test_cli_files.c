/* Which scenarios a command line names: folders, links, order, what cannot be read. */
#include "check_main.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/files.h"

static char *folder;
static GPtrArray *problems;

static char *below(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

static void make_folder(const char *name)
{
    g_autofree char *path = below(name);

    ck_assert_int_eq(g_mkdir_with_parents(path, 0755), 0);
}

static void make_file(const char *name)
{
    g_autofree char *path = below(name);

    ck_assert(g_file_set_contents(path, "", 0, NULL));
}

static void make_link(const char *target, const char *name)
{
    g_autofree char *path = below(name);

    ck_assert_int_eq(symlink(target, path), 0);
}

static void setup(void)
{
    folder = g_dir_make_tmp("files-XXXXXX", NULL);
    ck_assert_ptr_nonnull(folder);
    problems = g_ptr_array_new_with_free_func(g_free);
}

static void remove_all(const char *path)
{
    g_autoptr(GDir) dir =
        g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        remove_all(child);
    }
    g_remove(path);
}

static void teardown(void)
{
    remove_all(folder);
    g_free(folder);
    g_ptr_array_unref(problems);
}

/* What the folder expands to, its own name left out, with blanks between. */
static char *expanded(void)
{
    const char *const arguments[] = {folder, NULL};
    g_autoptr(GPtrArray) files = files_expand(arguments, problems);
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < files->len; i++) {
        const char *file = g_ptr_array_index(files, i);

        ck_assert(g_str_has_prefix(file, folder));
        g_string_append_printf(out, "%s%s", i > 0 ? " " : "", file + strlen(folder) + 1);
    }
    return g_string_free(out, FALSE);
}

static void ck_assert_expands(const char *expected)
{
    g_autofree char *actual = expanded();

    ck_assert_str_eq(actual, expected);
}

START_TEST(sorted_bytewise)
{
    make_folder("b");
    make_file("b/1.scn");
    make_file("b.scn");
    make_file("B.scn");
    make_file("a.scn");
    make_file("\303\244.scn");
    ck_assert_expands("B.scn a.scn b.scn b/1.scn \303\244.scn");
    ck_assert_uint_eq(problems->len, 0);
}
END_TEST

START_TEST(only_scenarios)
{
    make_folder("c.scn");
    make_file("a.scn");
    make_file("a.scn~");
    make_file("notes.txt");
    make_file(".hidden.scn");
    make_folder(".git");
    make_file(".git/b.scn");
    ck_assert_expands("a.scn");
}
END_TEST

START_TEST(links)
{
    make_folder("real");
    make_file("real/a.scn");
    make_link("real", "again");
    make_link("..", "real/loop");
    make_link("real/a.scn", "b.scn");
    make_link("nowhere", "lost.scn");
    ck_assert_expands("b.scn lost.scn real/a.scn");
    ck_assert_uint_eq(problems->len, 0);
}
END_TEST

START_TEST(pipes_are_no_scenarios)
{
    g_autofree char *path = below("pipe.scn");

    ck_assert_int_eq(mkfifo(path, 0644), 0);
    make_file("a.scn");
    ck_assert_expands("a.scn");
}
END_TEST

START_TEST(an_empty_folder_is_a_problem)
{
    make_folder("deep/deeper");
    ck_assert_expands("");
    ck_assert_uint_eq(problems->len, 1);
    ck_assert_ptr_nonnull(strstr(g_ptr_array_index(problems, 0), "no scenario"));
}
END_TEST

START_TEST(an_unreadable_folder_is_a_problem)
{
    g_autofree char *path = below("closed");

    if (geteuid() == 0) /* nothing is closed to root */
        return;
    make_file("a.scn");
    make_folder("closed");
    ck_assert_int_eq(chmod(path, 0), 0);
    ck_assert_expands("a.scn");
    ck_assert_uint_eq(problems->len, 1);
    ck_assert_ptr_nonnull(strstr(g_ptr_array_index(problems, 0), "Permission denied"));
    chmod(path, 0755);
}
END_TEST

START_TEST(files_stay_as_they_are)
{
    const char *const arguments[] = {"z.txt", "-", "missing.scn", "z.txt", NULL};
    g_autoptr(GPtrArray) files = files_expand(arguments, problems);

    ck_assert_uint_eq(files->len, 4);
    for (guint i = 0; i < files->len; i++)
        ck_assert_str_eq(g_ptr_array_index(files, i), arguments[i]);
    ck_assert_uint_eq(problems->len, 0);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("cli: files");
    TCase *tc = tcase_create("folders");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, sorted_bytewise);
    tcase_add_test(tc, only_scenarios);
    tcase_add_test(tc, links);
    tcase_add_test(tc, pipes_are_no_scenarios);
    tcase_add_test(tc, an_empty_folder_is_a_problem);
    tcase_add_test(tc, an_unreadable_folder_is_a_problem);
    tcase_add_test(tc, files_stay_as_they_are);
    suite_add_tcase(s, tc);
    return s;
}
