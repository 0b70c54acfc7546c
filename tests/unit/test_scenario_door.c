/* The door through which files come in: what is let in, and that nothing leads out of a root. */
#include "check_main.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "scenario/door.h"

/*     yard/        the folder in which each test stands
 *       house/     the root
 *         key      says "inside"
 *         room/key
 *       house2/key says "outside", as all that is not in the house
 *       key
 */
static char *yard;

static void put(const char *name, const char *text)
{
    g_autofree char *folder = g_path_get_dirname(name);

    ck_assert_int_eq(g_mkdir_with_parents(folder, 0700), 0);
    ck_assert(g_file_set_contents(name, text, -1, NULL));
}

static void begin_yard(void)
{
    yard = g_dir_make_tmp("tcpwaltz-door-XXXXXX", NULL);
    ck_assert_ptr_nonnull(yard);
    ck_assert_int_eq(chdir(yard), 0);
    put("house/key", "inside");
    put("house/room/key", "inside");
    put("house2/key", "outside");
    put("key", "outside");
}

static void remove_folder(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *inside = g_build_filename(path, name, NULL);

        if (g_file_test(inside, G_FILE_TEST_IS_DIR) && !g_file_test(inside, G_FILE_TEST_IS_SYMLINK))
            remove_folder(inside);
        else
            g_remove(inside);
    }
    g_rmdir(path);
}

static void end_yard(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    remove_folder(yard);
    g_free(yard);
}

/* What stands in the file, or why it was not opened. */
static char *found(const char *root, const char *path, DoorFor whom)
{
    char *why, text[16] = "";
    int fd = door_open(root, path, whom, &why);

    ck_assert((fd < 0) == (why != NULL));
    if (fd < 0)
        return why;
    ck_assert_int_ge(read(fd, text, sizeof text - 1), 0);
    ck_assert_int_eq(close(fd), 0);
    return g_strdup(text);
}

typedef struct Visit {
    const char *path, *found;
} Visit;

static void check_visits(const char *root, const Visit *visits, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autofree char *text = found(root, visits[i].path, DOOR_FOR_SCENARIO);

        ck_assert_msg(strcmp(text, visits[i].found) == 0, "%s: %s, expected: %s", visits[i].path,
                      text, visits[i].found);
    }
}

#define CHECK_VISITS(root, visits) check_visits(root, visits, G_N_ELEMENTS(visits))
#define LEAVES "it is not below 'house', which --root confines files to"

/* --- what a file is ----------------------------------------------------------------------- */

static void make_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    ck_assert_int_eq(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(close(fd), 0);
}

START_TEST(only_ordinary_files_for_a_scenario)
{
    static const Visit visits[] = {
        {"key", "outside"},
        {"house/../key", "outside"},
        {"link", "inside"},
        {"gone", "No such file or directory"},
        {"house", "it is a directory"},
        {"fifo", "it is a FIFO, no file"},
        {"socket", "it is a socket, no file"},
        {"/dev/null", "it is a device, no file"},
        {"link-to-null", "it is a device, no file"},
    };

    ck_assert_int_eq(symlink("house/key", "link"), 0);
    ck_assert_int_eq(symlink("/dev/null", "link-to-null"), 0);
    ck_assert_int_eq(mkfifo("fifo", 0600), 0);
    make_socket("socket");
    CHECK_VISITS(NULL, visits);
}
END_TEST

START_TEST(what_the_kernel_makes_up_is_no_file)
{
    static const Visit visits[] = {
        {"/proc/self/status", "the kernel makes it up, it is no file"},
    };

    if (g_file_test(visits[0].path, G_FILE_TEST_IS_REGULAR))
        CHECK_VISITS(NULL, visits);
}
END_TEST

START_TEST(whoever_names_a_device_gets_it)
{
    g_autofree char *device = found(NULL, "/dev/null", DOOR_FOR_USER);
    g_autofree char *missing = found(NULL, "gone", DOOR_FOR_USER);

    ck_assert_str_eq(device, "");
    ck_assert_str_eq(missing, "No such file or directory");
}
END_TEST

/* --- what lies below the root ------------------------------------------------------------- */

START_TEST(below_the_root_however_it_is_named)
{
    g_autofree char *whole = g_build_filename(yard, "house", "room", "key", NULL);
    const Visit visits[] = {
        {"house/key", "inside"},
        {"house/room/../key", "inside"},
        {"house/nowhere/../key", "inside"},
        {"house2/../house/key", "inside"},
        {"./house//room/key", "inside"},
        {whole, "inside"},
        {"house/gone", "No such file or directory"},
        {"house/room", "it is a directory"},
    };

    CHECK_VISITS("house", visits);
}
END_TEST

START_TEST(outside_nothing_is_told_of_what_is_there)
{
    static const Visit visits[] = {
        {"key", LEAVES},           {"gone", LEAVES},
        {"house2/key", LEAVES},    {"house/../key", LEAVES},
        {"house/../gone", LEAVES}, {"/dev/null", LEAVES},
        {"house", LEAVES},         {"", LEAVES},
    };

    CHECK_VISITS("house", visits);
}
END_TEST

START_TEST(links_lead_about_the_house_and_not_out)
{
    static const Visit visits[] = {
        {"house/to-room/key", "inside"},
        {"house/to-key", "inside"},
        {"house/out", LEAVES},
        {"house/out-folder/key", LEAVES},
        {"house/out-folder/gone", LEAVES},
        {"house/out-to-gone", LEAVES},
        {"house/and-back", "inside"},
    };

    ck_assert_int_eq(symlink("room", "house/to-room"), 0);
    ck_assert_int_eq(symlink("room/key", "house/to-key"), 0);
    ck_assert_int_eq(symlink("../key", "house/out"), 0);
    ck_assert_int_eq(symlink("../house2", "house/out-folder"), 0);
    ck_assert_int_eq(symlink("../gone", "house/out-to-gone"), 0);
    ck_assert_int_eq(symlink("../house/room/key", "house/and-back"), 0);
    CHECK_VISITS("house", visits);
}
END_TEST

START_TEST(below_a_root_nobody_gets_a_device_or_a_pipe)
{
    ck_assert_int_eq(mkfifo("house/fifo", 0600), 0);
    g_autofree char *pipe = found("house", "house/fifo", DOOR_FOR_USER);
    g_autofree char *outside = found("house", "key", DOOR_FOR_USER);

    ck_assert_str_eq(pipe, "it is a FIFO, no file");
    ck_assert_str_eq(outside, LEAVES);
}
END_TEST

START_TEST(the_root_may_be_a_link_but_has_to_be_there)
{
    static const Visit through_link[] = {{"front/key", "inside"}, {"house/key", "inside"}};
    static const Visit nowhere[] = {{"house/key", "--root 'ruin': No such file or directory"}};

    ck_assert_int_eq(symlink("house", "front"), 0);
    CHECK_VISITS("front", through_link);
    CHECK_VISITS("ruin", nowhere);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("scenario_door");
    TCase *tc = tcase_create("file");

    tcase_add_checked_fixture(tc, begin_yard, end_yard);
    tcase_add_test(tc, only_ordinary_files_for_a_scenario);
    tcase_add_test(tc, what_the_kernel_makes_up_is_no_file);
    tcase_add_test(tc, whoever_names_a_device_gets_it);
    suite_add_tcase(s, tc);
    tc = tcase_create("root");
    tcase_add_checked_fixture(tc, begin_yard, end_yard);
    tcase_add_test(tc, below_the_root_however_it_is_named);
    tcase_add_test(tc, outside_nothing_is_told_of_what_is_there);
    tcase_add_test(tc, links_lead_about_the_house_and_not_out);
    tcase_add_test(tc, below_a_root_nobody_gets_a_device_or_a_pipe);
    tcase_add_test(tc, the_root_may_be_a_link_but_has_to_be_there);
    suite_add_tcase(s, tc);
    return s;
}
