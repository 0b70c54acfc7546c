/* Files: what cannot be read, what is too large, and files that name files. */
#include "scenario_text.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* What loading a file says; "" when it is fine. */
static char *load(const char *name)
{
    g_autofree char *path =
        g_path_is_absolute(name) || strcmp(name, "-") == 0 ? g_strdup(name) : path_of(name);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Plan) plan = scenario_load(path, &options, diagnostics);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *formatted = diagnostics_format(diagnostics);
    g_autofree char *prefix = g_strconcat(folder, "/", NULL);

    ck_assert((plan == NULL) == diagnostics_any(diagnostics));
    g_string_append(text, formatted);
    g_string_replace(text, prefix, "", 0);
    return g_strdup(text->str);
}

static void write_sized(const char *name, const char *begin, gsize size)
{
    g_autofree char *bytes = g_strnfill(size, '#');

    memcpy(bytes, begin, strlen(begin));
    write_file(name, bytes, (gssize)size);
}

/* --- one file ----------------------------------------------------------------------------- */

START_TEST(what_cannot_be_read)
{
    g_autofree char *missing = load("not-there.scn");
    g_autofree char *directory = load(".");
    g_autofree char *endless = load("/dev/zero");

    ck_assert_str_eq(missing, "not-there.scn: error: cannot read it: No such file or directory\n");
    ck_assert_str_eq(directory, ".: error: cannot read it: it is a directory\n");
    ck_assert_str_eq(endless, "/dev/zero: error: cannot read it: it is larger than 16 MB\n");
}
END_TEST

START_TEST(sixteen_megabytes_and_no_more)
{
    write_sized("fits.scn", "host a plain\n", SCENARIO_BYTES_MAX);
    write_sized("larger.scn", "host a plain\n", SCENARIO_BYTES_MAX + 1);
    g_autofree char *fits = load("fits.scn");
    g_autofree char *larger = load("larger.scn");

    ck_assert_str_eq(fits, "");
    ck_assert_str_eq(larger, "larger.scn: error: cannot read it: it is larger than 16 MB\n");
}
END_TEST

START_TEST(a_huge_file_is_refused_by_its_size)
{
    write_file("huge.scn", "host a plain\n", -1);
    g_autofree char *path = path_of("huge.scn");

    ck_assert_int_eq(truncate(path, (off_t)1 << 40), 0);
    g_autofree char *huge = load("huge.scn");

    ck_assert_str_eq(huge, "huge.scn: error: cannot read it: it is larger than 16 MB\n");
}
END_TEST

START_TEST(a_line_of_sixteen_megabytes)
{
    g_autofree char *word = g_strnfill(SCENARIO_BYTES_MAX - 100, 'x');

    write_file("word.scn", word, -1);
    memset(word, ' ', SCENARIO_BYTES_MAX - 100);
    for (gsize i = 0; i < SCENARIO_BYTES_MAX - 100; i += 2)
        word[i] = 'x';
    memcpy(word, "title ", 6);
    write_file("words.scn", word, -1);
    g_autofree char *one = load("word.scn");
    g_autofree char *many = load("words.scn");

    ck_assert(g_str_has_prefix(one, "word.scn:1:1: error: unknown statement 'xxxx"));
    ck_assert_uint_lt(strlen(one), 1000);
    ck_assert_msg(
        g_str_has_prefix(many, "words.scn:1:131077: error: more than 65536 words on a line"), "%s",
        many);
    ck_assert_uint_lt(strlen(many), 1000);
}
END_TEST

START_TEST(standard_input)
{
    write_file("input.scn", "host a plain\nhots b plain\n", -1);
    g_autofree char *path = path_of("input.scn");
    int fd = open(path, O_RDONLY);

    ck_assert_int_ge(dup2(fd, STDIN_FILENO), 0);
    g_autofree char *errors = load("-");

    ck_assert_msg(g_str_has_prefix(errors, "<stdin>:2:1: error: unknown statement 'hots'\n"), "%s",
                  errors);
    close(fd);
}
END_TEST

START_TEST(a_pipe)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq((int)write(ends[1], "host a plain\n", 13), 13);
    close(ends[1]);
    ck_assert_int_ge(dup2(ends[0], STDIN_FILENO), 0);
    g_autofree char *errors = load("-");

    ck_assert_str_eq(errors, "");
}
END_TEST

/* --- include ------------------------------------------------------------------------------ */

START_TEST(an_include_stands_where_it_stands)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autofree char *sub = path_of("sub"), *main_file = path_of("main.scn");

    ck_assert_int_eq(g_mkdir(sub, 0700), 0);
    write_file("sub/hosts.inc", "version 1\nhost a plain\ninclude more.inc\nat 2s a close\n", -1);
    write_file("sub/more.inc", "version 1\nhost b plain mss=700\nat 1s b listen\n", -1);
    write_file("main.scn",
               "version 1\ninclude \"sub/hosts.inc\"\nat 3s a crash\nlink a b delay=1ms\n", -1);
    g_autoptr(Plan) plan = scenario_load(main_file, &options, diagnostics);

    ck_assert_ptr_nonnull(plan);
    ck_assert_uint_eq(plan->hosts->len, 2);
    ck_assert_uint_eq(plan->steps->len, 3);
    for (guint i = 0; i < 3; i++)
        ck_assert_int_eq(g_array_index(plan->steps, PlanStep, i).at, (i + 1) * SIM_SECOND);
    const SourcePlace *place = &g_array_index(plan->steps, PlanStep, 0).place;

    ck_assert(g_str_has_suffix(place->file, "/sub/more.inc"));
    ck_assert_uint_eq(place->line, 3);
}
END_TEST

START_TEST(what_cannot_be_included)
{
    write_file("empty.inc", "# nothing\n", -1);
    write_file("titled.inc", "title \"a\"\n", -1);
    write_file("main.scn",
               "host a plain\ninclude not-there.inc\ninclude .\ninclude\ninclude a b\n"
               "include empty.inc\ntitle \"b\"\ninclude titled.inc\n",
               -1);
    g_autofree char *errors = load("main.scn");

    ck_assert_str_eq(errors,
                     "main.scn:2:9: error: cannot read 'not-there.inc': No such file or directory\n"
                     "   2 | include not-there.inc\n"
                     "     |         ^~~~~~~~~~~~~\n"
                     "main.scn:3:9: error: cannot read '.': it is a directory\n"
                     "   3 | include .\n"
                     "     |         ^\n"
                     "main.scn:4:8: error: expected a file after 'include'\n"
                     "   4 | include\n"
                     "     |        ^\n"
                     "     = form: include FILE\n"
                     "main.scn:5:11: error: nothing is expected here, but there is 'b'\n"
                     "   5 | include a b\n"
                     "     |           ^\n"
                     "     = form: include FILE\n"
                     "empty.inc:1:1: error: the file is empty: it has no statement\n"
                     "main.scn:6:9: note: it is included here\n"
                     "   6 | include empty.inc\n"
                     "     |         ^~~~~~~~~\n"
                     "titled.inc:1:1: error: 'title' may stand once; the first is at main.scn:7\n"
                     "   1 | title \"a\"\n"
                     "     | ^~~~~\n");
}
END_TEST

START_TEST(each_file_has_its_own_version)
{
    write_file("v.inc", "version 1\nabout \"v\"\n", -1);
    write_file("main.scn", "version 1\nhost a plain\ninclude v.inc\nversion 1\n", -1);
    g_autofree char *errors = load("main.scn");

    ck_assert_str_eq(errors,
                     "main.scn:4:1: error: 'version' may stand once; the first is in line 1\n"
                     "   4 | version 1\n"
                     "     | ^~~~~~~\n");
}
END_TEST

START_TEST(loops_are_shown)
{
    g_autofree char *link_path = path_of("other-name.inc");

    write_file("self.scn", "host a plain\ninclude self.scn\n", -1);
    write_file("one.scn", "host a plain\ninclude two.inc\n", -1);
    write_file("two.inc", "include ./three.inc\n", -1);
    write_file("three.inc", "include other-name.inc\n", -1);
    ck_assert_int_eq(symlink("two.inc", link_path), 0);
    g_autofree char *self = load("self.scn");
    g_autofree char *three = load("one.scn");

    ck_assert_str_eq(self,
                     "self.scn:2:9: error: cannot read 'self.scn': the files name each other in "
                     "a loop: self.scn -> self.scn\n"
                     "   2 | include self.scn\n"
                     "     |         ^~~~~~~~\n");
    ck_assert_str_eq(three,
                     "./three.inc:1:9: error: cannot read './other-name.inc': the files name "
                     "each other in a loop: two.inc -> ./three.inc -> two.inc\n"
                     "   1 | include other-name.inc\n"
                     "     |         ^~~~~~~~~~~~~~\n");
}
END_TEST

START_TEST(how_deep_and_how_many)
{
    g_autoptr(GString) many = g_string_new("host a plain\n");

    for (guint i = 0; i < 20; i++) {
        g_autofree char *name = g_strdup_printf("deep%u.inc", i);
        g_autofree char *text = g_strdup_printf("include deep%u.inc\n", i + 1);

        write_file(name, text, -1);
    }
    write_file("leaf.inc", "about \"leaf\"\n", -1);
    for (guint i = 0; i < 1001; i++)
        g_string_append(many, "include leaf.inc\n");
    write_file("many.scn", many->str, -1);
    g_autofree char *deep = load("deep0.inc");
    g_autofree char *too_many = load("many.scn");

    ck_assert_msg(g_str_has_prefix(deep,
                                   "deep16.inc:1:9: error: cannot read 'deep17.inc': more than "
                                   "16 files name each other\n"),
                  "%s", deep);
    /* This one, the profile, and 998 leaves. */
    ck_assert_msg(g_str_has_prefix(too_many, "many.scn:1000:9: error: cannot read 'leaf.inc': more "
                                             "than 1000 files are read\n"),
                  "%s", too_many);
}
END_TEST

START_TEST(all_files_together_are_bounded)
{
    write_sized("big.inc", "about \"big\"\n", SCENARIO_BYTES_MAX);
    write_file("main.scn",
               "host a plain\ninclude big.inc\ninclude big.inc\ninclude big.inc\n"
               "include big.inc\n",
               -1);
    g_autofree char *errors = load("main.scn");

    ck_assert_msg(g_str_has_prefix(errors,
                                   "main.scn:5:9: error: cannot read 'big.inc': the files are "
                                   "too large together\n"),
                  "%s", errors);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("scenario_files");
    TCase *tc = scenario_case("one");

    tcase_add_test(tc, what_cannot_be_read);
    tcase_add_test(tc, sixteen_megabytes_and_no_more);
    tcase_add_test(tc, a_huge_file_is_refused_by_its_size);
    tcase_add_test(tc, a_line_of_sixteen_megabytes);
    tcase_add_test(tc, standard_input);
    tcase_add_test(tc, a_pipe);
    suite_add_tcase(s, tc);
    tc = scenario_case("include");
    tcase_add_test(tc, an_include_stands_where_it_stands);
    tcase_add_test(tc, what_cannot_be_included);
    tcase_add_test(tc, each_file_has_its_own_version);
    tcase_add_test(tc, loops_are_shown);
    tcase_add_test(tc, how_deep_and_how_many);
    tcase_add_test(tc, all_files_together_are_bounded);
    suite_add_tcase(s, tc);
    return s;
}
