/* Profiles: where they are found, what they inherit, what they say about their values. */
#include "scenario_text.h"

#include <unistd.h>

static Profile *profile_of(const char *name)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    Profile *profile = profile_load(name, &options, diagnostics);
    g_autofree char *errors = diagnostics_format(diagnostics);

    ck_assert_msg(profile != NULL, "%s", errors);
    ck_assert_str_eq(errors, "");
    return profile;
}

static char *without_folder(char *text)
{
    GString *out = g_string_new(text);
    g_autofree char *prefix = g_strconcat(folder, "/", NULL);

    g_free(text);
    g_string_replace(out, prefix, "", 0);
    return g_string_free(out, FALSE);
}

static char *profile_errors(const char *name)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Profile) profile = profile_load(name, &options, diagnostics);

    ck_assert_ptr_null(profile);
    return without_folder(diagnostics_format(diagnostics));
}

/* The errors of a scenario with one host of this profile. */
static char *host_errors(const char *profile)
{
    g_autofree char *text = g_strdup_printf("host a %s\nhost b %s\n", profile, profile);
    g_autofree char *name = path_of("t.scn");
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Plan) plan = scenario_parse(name, text, strlen(text), &options, diagnostics);

    ck_assert_ptr_null(plan);
    return without_folder(diagnostics_format(diagnostics));
}

static const ProfileSetting *setting_of(const Profile *profile, guint i)
{
    return g_ptr_array_index(profile->settings, i);
}

/* --- what is in one ----------------------------------------------------------------------- */

START_TEST(a_profile_with_its_bases)
{
    write_file("mine.profile",
               "version 1\ntitle \"Mine\"\nabout \"x\"\nsee \"a book\"\nbase linux-2.4\n"
               "set mss=1000 window=8k source \"measured\"\nset initial-rto=unknown\n"
               "set tcp_syn_retries=2 source \"a guess\"\nset mss=900\n",
               -1);
    g_autoptr(Profile) profile = profile_of("mine");

    ck_assert_str_eq(profile->name, "mine");
    ck_assert_str_eq(profile->title, "Mine");
    ck_assert_str_eq(profile->base, "linux-2.4");
    ck_assert_str_eq(g_ptr_array_index(profile->about, 0), "x");
    ck_assert_str_eq(g_ptr_array_index(profile->see, 0), "a book");
    ck_assert_int_eq(profile->config.initial_rto, 3 * SIM_SECOND);
    ck_assert_int_eq(profile->config.tcp_syn_retries, 2);
    ck_assert_int_eq(profile->config.mss, 900);
    ck_assert_int_eq(profile->config.window, 8192);
    ck_assert_int_eq(profile->config.tcp_synack_retries, 7);
}
END_TEST

START_TEST(settings_with_their_sources)
{
    static const struct {
        const char *key, *value, *source, *profile;
        gboolean unknown;
    } rows[] = {
        {"initial-rto", "3s", "RFC 1122 §4.2.3.1", "slow", FALSE},
        {"tcp_syn_retries", "5", NULL, "linux-2.4", FALSE},
        {"mss", "1000", "measured", "mine", FALSE},
        {"window", "8k", "measured", "mine", FALSE},
        {"initial-rto", "unknown", NULL, "mine", TRUE},
    };

    write_file("mine.profile",
               "base linux-2.4\nset mss=1000 window=8k source \"measured\"\nset "
               "initial-rto=unknown\n",
               -1);
    g_autoptr(Profile) profile = profile_of("mine");

    ck_assert_uint_eq(profile->settings->len, G_N_ELEMENTS(rows));
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        ck_assert_str_eq(setting_of(profile, i)->key, rows[i].key);
        ck_assert_str_eq(setting_of(profile, i)->value, rows[i].value);
        ck_assert_pstr_eq(setting_of(profile, i)->source, rows[i].source);
        ck_assert_str_eq(setting_of(profile, i)->profile, rows[i].profile);
        ck_assert_int_eq(setting_of(profile, i)->unknown, rows[i].unknown);
    }
}
END_TEST

START_TEST(a_profile_without_a_base_begins_with_the_defaults)
{
    g_autoptr(Profile) profile = profile_of("plain");
    HostConfig config;

    host_config_init(&config);
    ck_assert_ptr_null(profile->base);
    ck_assert_uint_eq(profile->settings->len, 0);
    ck_assert_mem_eq(&profile->config, &config, sizeof config);
}
END_TEST

/* --- where it is -------------------------------------------------------------------------- */

START_TEST(by_name_the_first_folder_wins)
{
    g_autofree char *other = path_of("other");
    const char *both[] = {other, folder, NULL};
    ScenarioOptions with = {.profile_dirs = both};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    ck_assert_int_eq(g_mkdir(other, 0700), 0);
    write_file("other/plain.profile", "set mss=111\n", -1);
    write_file("other/b.profile", "base plain\n", -1);
    write_file("other/.profile", "base plain\n", -1);
    g_autoptr(Profile) first = profile_load("plain", &with, diagnostics);
    g_autoptr(Profile) second = profile_load("slow", &with, diagnostics);
    g_auto(GStrv) names = profile_names(&with);
    g_autofree char *list = g_strjoinv(" ", names);

    ck_assert_int_eq(first->config.mss, 111);
    ck_assert_int_eq(second->config.mss, 111);
    ck_assert_str_eq(list, "b linux-2.4 plain slow");
}
END_TEST

START_TEST(no_folders)
{
    static const char *const missing[] = {"/does/not/exist", NULL};
    ScenarioOptions none = {.root = NULL}, nowhere = {.profile_dirs = missing};
    g_auto(GStrv) no_names = profile_names(&none);
    g_auto(GStrv) no_names_either = profile_names(&nowhere);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Profile) profile = profile_load("plain", &none, diagnostics);
    g_autofree char *errors = diagnostics_format(diagnostics);

    ck_assert_uint_eq(g_strv_length(no_names), 0);
    ck_assert_uint_eq(g_strv_length(no_names_either), 0);
    ck_assert_ptr_null(profile);
    ck_assert_str_eq(errors, "plain: error: unknown profile 'plain'\n"
                             "     | plain\n"
                             "     | ^~~~~\n");
}
END_TEST

START_TEST(by_path_relative_to_the_file_that_names_it)
{
    static const char text[] = "host a sub/x.profile\nhost b \"my stack.profile\"\n";
    g_autofree char *sub = path_of("sub"), *name = path_of("t.scn");
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    ck_assert_int_eq(g_mkdir(sub, 0700), 0);
    write_file("sub/x.profile", "base ../y.profile\nset mss=700\n", -1);
    write_file("y.profile", "base slow\nset window=7000\n", -1);
    write_file("my stack.profile", "set mss=800\n", -1);
    g_autoptr(Plan) plan = scenario_parse(name, text, strlen(text), &options, diagnostics);

    ck_assert_ptr_nonnull(plan);
    const PlanHost *hosts = (const PlanHost *)(gpointer)plan->hosts->data;

    ck_assert_int_eq(hosts[0].config.mss, 700);
    ck_assert_int_eq(hosts[0].config.window, 7000);
    ck_assert_int_eq(hosts[0].config.initial_rto, 3 * SIM_SECOND);
    ck_assert_int_eq(hosts[1].config.mss, 800);
    ck_assert_str_eq(hosts[0].profile, "sub/x.profile");
}
END_TEST

START_TEST(a_path_of_the_command_line_is_seen_from_here)
{
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(g_mkdir("dir", 0700), 0);
    write_file("dir/x.profile", "base y.profile\nset mss=700\n", -1);
    write_file("dir/y.profile", "set window=7000\n", -1);
    g_autoptr(Profile) profile = profile_of("dir/x.profile");

    ck_assert_str_eq(profile->name, "dir/x.profile");
    ck_assert_int_eq(profile->config.window, 7000);
}
END_TEST

/* --- what is wrong with one --------------------------------------------------------------- */

START_TEST(errors_are_reported_where_they_are_and_once)
{
    write_file("bad.profile", "base plain\nset inital-rto=5s mss=1\nhost x plain\nset mss\n", -1);
    g_autofree char *errors = host_errors("bad");

    ck_assert_str_eq(errors,
                     "bad.profile:2:5: error: unknown key 'inital-rto'\n"
                     "   2 | set inital-rto=5s mss=1\n"
                     "     |     ^~~~~~~~~~\n"
                     "     = did you mean 'initial-rto'?\n"
                     "bad.profile:2:23: error: mss=1 is out of range\n"
                     "   2 | set inital-rto=5s mss=1\n"
                     "     |                       ^\n"
                     "     = mss takes 64 to 65495 bytes; default 1460\n"
                     "bad.profile:3:1: error: 'host' belongs into a scenario; this is a profile\n"
                     "   3 | host x plain\n"
                     "     | ^~~~\n"
                     "bad.profile:4:5: error: expected KEY=VALUE, not 'mss'\n"
                     "   4 | set mss\n"
                     "     |     ^~~\n"
                     "     = form: set KEY=VALUE … [source \"…\"]\n"
                     "t.scn:1:8: note: profile 'bad' is named here\n"
                     "   1 | host a bad\n"
                     "     |        ^~~\n");
}
END_TEST

START_TEST(errors_of_a_base_name_both_lines)
{
    write_file("bad.profile", "set mss=1\n", -1);
    write_file("middle.profile", "base bad\n", -1);
    g_autofree char *errors = profile_errors("middle");

    ck_assert_str_eq(errors, "bad.profile:1:9: error: mss=1 is out of range\n"
                             "   1 | set mss=1\n"
                             "     |         ^\n"
                             "     = mss takes 64 to 65495 bytes; default 1460\n"
                             "middle.profile:1:6: note: profile 'bad' is named here\n"
                             "   1 | base bad\n"
                             "     |      ^~~\n"
                             "middle: note: profile 'middle' is named here\n"
                             "     | middle\n"
                             "     | ^~~~~~\n");
}
END_TEST

START_TEST(bases_in_a_loop)
{
    write_file("p.profile", "base q\n", -1);
    write_file("q.profile", "base p\n", -1);
    g_autofree char *errors = host_errors("p");

    ck_assert_msg(g_str_has_prefix(errors,
                                   "q.profile:1:6: error: cannot read 'p.profile': the files "
                                   "name each other in a loop: p.profile -> q.profile -> "
                                   "p.profile\n"),
                  "%s", errors);
}
END_TEST

START_TEST(bases_without_end)
{
    for (guint i = 0; i < 20; i++) {
        g_autofree char *name = g_strdup_printf("deep%u.profile", i);
        g_autofree char *text = g_strdup_printf("base deep%u\n", i + 1);

        write_file(name, text, -1);
    }
    g_autofree char *errors = host_errors("deep0");

    ck_assert_ptr_nonnull(strstr(errors, "more than 16 files name each other"));
}
END_TEST

typedef struct WrongProfile {
    const char *text, *error;
} WrongProfile;

START_TEST(lines_of_a_profile)
{
    static const WrongProfile rows[] = {
        {"", "w.profile:1:1: error: the file is empty\n"},
        {"base plain\nbase slow\n", "w.profile:2:1: error: 'base' may stand once; the first is in "
                                    "line 1\n"},
        {"set mss=100\nbase plain\n", "w.profile:2:11: error: 'base' must stand before the first "
                                      "'set'\n"},
        {"base\n", "w.profile:1:5: error: expected a profile after 'base'\n"},
        {"base plain slow\n",
         "w.profile:1:12: error: nothing is expected here, but there is 'slow'"},
        {"base plian\n", "w.profile:1:6: error: unknown profile 'plian'\n"},
        {"base ./none.profile\n",
         "w.profile:1:6: error: cannot read './none.profile': No such file"},
        {"set frob=unknown\n", "w.profile:1:5: error: unknown key 'frob'\n"},
        {"set delay=5ms\n", "w.profile:1:5: error: 'delay' is a key of links, not of hosts\n"},
        {"set mss=\"unknown\n", "w.profile:1:9: error: the quotes are not closed on this line\n"},
        {"set mss=100 mss=200\n", "w.profile:1:13: error: 'mss' stands twice on this line\n"},
        {"set mss=100 source\n",
         "w.profile:1:19: error: expected where the value comes from after "},
        {"set\n", "w.profile:1:4: error: expected KEY=VALUE after 'set'\n"},
        {"title \"a\"\ntitle \"b\"\n",
         "w.profile:2:1: error: 'title' may stand once; the first is "},
        {"seed 1\n", "w.profile:1:1: error: 'seed' belongs into a scenario; this is a profile\n"},
        {"frob\n", "w.profile:1:1: error: unknown statement 'frob'\n   1 | frob\n     | ^~~~\n"
                   "     = one of title, about, see, version, base or set\n"},
        {"version 3\n", "w.profile:1:9: error: '3' is no version that is known here\n"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        write_file("w.profile", rows[i].text, -1);
        g_autofree char *errors = profile_errors("w");

        ck_assert_msg(g_str_has_prefix(errors, rows[i].error), "%s\n%s", rows[i].text, errors);
    }
}
END_TEST

START_TEST(names_that_are_none)
{
    g_autofree char *bytes = profile_errors("\xff\x1b");
    g_autofree char *empty = profile_errors("");
    g_autofree char *directory = profile_errors("./");

    ck_assert(g_str_has_prefix(bytes, "\\xff\\x1b: error: this byte, 0xff, is not valid UTF-8\n"));
    ck_assert(g_str_has_prefix(empty, ": error: unknown profile ''\n"));
    ck_assert(g_str_has_prefix(directory, "./: error: cannot read './': it is a directory\n"));
}
END_TEST

START_TEST(freeing_nothing)
{
    profile_free(NULL);
    plan_free(NULL);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("scenario_profile");
    TCase *tc = scenario_case("content");

    tcase_add_test(tc, a_profile_with_its_bases);
    tcase_add_test(tc, settings_with_their_sources);
    tcase_add_test(tc, a_profile_without_a_base_begins_with_the_defaults);
    suite_add_tcase(s, tc);
    tc = scenario_case("places");
    tcase_add_test(tc, by_name_the_first_folder_wins);
    tcase_add_test(tc, no_folders);
    tcase_add_test(tc, by_path_relative_to_the_file_that_names_it);
    tcase_add_test(tc, a_path_of_the_command_line_is_seen_from_here);
    suite_add_tcase(s, tc);
    tc = scenario_case("errors");
    tcase_add_test(tc, errors_are_reported_where_they_are_and_once);
    tcase_add_test(tc, errors_of_a_base_name_both_lines);
    tcase_add_test(tc, bases_in_a_loop);
    tcase_add_test(tc, bases_without_end);
    tcase_add_test(tc, lines_of_a_profile);
    tcase_add_test(tc, names_that_are_none);
    tcase_add_test(tc, freeing_nothing);
    suite_add_tcase(s, tc);
    return s;
}
