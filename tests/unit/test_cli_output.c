/* Files replaced atomically: content, mode, links, pipes and devices, and nothing left behind
 * when it cannot be done. */
#include "check_main.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/output.h"

static char *folder, *path;

static void setup(void)
{
    folder = g_dir_make_tmp("output-XXXXXX", NULL);
    ck_assert_ptr_nonnull(folder);
    path = g_build_filename(folder, "out", NULL);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What lies in the folder, sorted, with blanks between. */
static char *names_in_folder(void)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    while ((name = g_dir_read_name(dir)) != NULL)
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    g_ptr_array_add(names, NULL);
    return g_strjoinv(" ", (char **)names->pdata);
}

static void teardown(void)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *child = g_build_filename(folder, name, NULL);
        g_remove(child);
    }
    g_remove(folder);
    g_free(folder);
    g_free(path);
}

static void put(const char *text)
{
    g_autoptr(GError) error = NULL;

    ck_assert_msg(output_replace(path, text, strlen(text), &error), "%s",
                  error != NULL ? error->message : "");
}

static void ck_assert_content(const char *file, const char *expected)
{
    g_autofree char *actual = NULL;

    ck_assert(g_file_get_contents(file, &actual, NULL, NULL));
    ck_assert_str_eq(actual, expected);
}

static void ck_assert_names(const char *expected)
{
    g_autofree char *actual = names_in_folder();

    ck_assert_str_eq(actual, expected);
}

static mode_t mode_of(const char *file)
{
    struct stat status;

    ck_assert_int_eq(stat(file, &status), 0);
    return status.st_mode & 07777;
}

START_TEST(a_new_file)
{
    umask(027);
    put("new");
    ck_assert_content(path, "new");
    ck_assert_uint_eq(mode_of(path), 0640);
    ck_assert_names("out");
}
END_TEST

START_TEST(an_old_file_keeps_its_mode)
{
    put("old and long");
    ck_assert_int_eq(chmod(path, 0604), 0);
    put("new");
    ck_assert_content(path, "new");
    ck_assert_uint_eq(mode_of(path), 0604);
    ck_assert_names("out");
}
END_TEST

START_TEST(whoever_reads_the_old_file_reads_on)
{
    char text[8] = "";

    put("old");
    int fd = open(path, O_RDONLY);
    put("new");
    ck_assert_int_eq(read(fd, text, sizeof text), 3);
    ck_assert_str_eq(text, "old");
    close(fd);
}
END_TEST

START_TEST(a_link_stays_and_its_target_is_replaced)
{
    g_autofree char *target = g_build_filename(folder, "target", NULL);

    ck_assert_int_eq(symlink("target", path), 0);
    put("first");
    ck_assert_content(target, "first");
    put("second");
    ck_assert_content(target, "second");
    ck_assert(g_file_test(path, G_FILE_TEST_IS_SYMLINK));
    ck_assert_names("out target");
}
END_TEST

static void ck_assert_fails_with(int code, const char *where)
{
    g_autoptr(GError) error = NULL;

    ck_assert(!output_replace(where, "new", 3, &error));
    ck_assert_msg(g_error_matches(error, G_FILE_ERROR, code), "%s", error->message);
    ck_assert_ptr_nonnull(strstr(error->message, where));
}

START_TEST(a_loop_of_links)
{
    ck_assert_int_eq(symlink("out", path), 0);
    ck_assert_fails_with(G_FILE_ERROR_LOOP, path);
    ck_assert_names("out");
}
END_TEST

START_TEST(a_folder)
{
    ck_assert_fails_with(G_FILE_ERROR_ISDIR, folder);
    ck_assert_names("");
}
END_TEST

START_TEST(no_such_folder)
{
    g_autofree char *deep = g_build_filename(folder, "none", "out", NULL);

    ck_assert_fails_with(G_FILE_ERROR_NOENT, deep);
    ck_assert_names("");
}
END_TEST

START_TEST(a_file_as_a_folder)
{
    g_autofree char *deep = g_build_filename(path, "out", NULL);

    put("old");
    ck_assert_fails_with(G_FILE_ERROR_NOTDIR, deep);
    ck_assert_content(path, "old");
}
END_TEST

START_TEST(a_read_only_file)
{
    if (geteuid() == 0) /* nothing is read-only to root */
        return;
    put("old");
    ck_assert_int_eq(chmod(path, 0444), 0);
    ck_assert_fails_with(G_FILE_ERROR_ACCES, path);
    ck_assert_content(path, "old");
    ck_assert_names("out");
}
END_TEST

START_TEST(a_full_disk_leaves_the_old_file)
{
    struct rlimit limit = {.rlim_cur = 1000, .rlim_max = 1000};
    g_autofree char *big = g_strnfill(5000, 'x');
    g_autoptr(GError) error = NULL;

    put("old");
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert(!output_replace(path, big, 5000, &error));
    ck_assert_content(path, "old");
    ck_assert_names("out");
}
END_TEST

START_TEST(a_device)
{
    g_autoptr(GError) error = NULL;

    ck_assert(output_replace("/dev/null", "new", 3, &error));
    if (g_file_test("/dev/full", G_FILE_TEST_EXISTS))
        ck_assert_fails_with(G_FILE_ERROR_NOSPC, "/dev/full");
}
END_TEST

START_TEST(a_pipe)
{
    char text[8] = "";

    ck_assert_int_eq(mkfifo(path, 0600), 0);
    int fd = open(path, O_RDONLY | O_NONBLOCK);
    put("new");
    ck_assert_int_eq(read(fd, text, sizeof text), 3);
    ck_assert_str_eq(text, "new");
    close(fd);
    ck_assert_names("out");
}
END_TEST

START_TEST(signals_are_as_they_were)
{
    sigset_t now;

    put("new");
    sigprocmask(SIG_BLOCK, NULL, &now);
    ck_assert_int_eq(sigismember(&now, SIGTERM), 0);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("cli: output");
    TCase *tc = tcase_create("replaces");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_new_file);
    tcase_add_test(tc, an_old_file_keeps_its_mode);
    tcase_add_test(tc, whoever_reads_the_old_file_reads_on);
    tcase_add_test(tc, a_link_stays_and_its_target_is_replaced);
    tcase_add_test(tc, signals_are_as_they_were);
    suite_add_tcase(s, tc);

    tc = tcase_create("writes as they are");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_device);
    tcase_add_test(tc, a_pipe);
    suite_add_tcase(s, tc);

    tc = tcase_create("fails");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_loop_of_links);
    tcase_add_test(tc, a_folder);
    tcase_add_test(tc, no_such_folder);
    tcase_add_test(tc, a_file_as_a_folder);
    tcase_add_test(tc, a_read_only_file);
    tcase_add_test(tc, a_full_disk_leaves_the_old_file);
    suite_add_tcase(s, tc);
    return s;
}
