/* Names that lead to a profile: families, versions, what is nearest, and that each leads to one that exists. */
#include "scenario_text.h"

#include "config.h"
#include "scenario/aliases.h"

static ScenarioOptions shipped;
static char *shipped_folder;
static const char *shipped_folders[2];

/* The folder of the profiles that come with tcpwaltz. */
static void begin_shipped(void)
{
    begin_profiles();
    shipped_folder = g_build_filename(TCPWALTZ_SOURCE_ROOT, "sim", "profiles", NULL);
    shipped_folders[0] = shipped_folder;
    shipped.profile_dirs = shipped_folders;
}

static void end_shipped(void)
{
    g_free(shipped_folder);
    end_profiles();
}

/* A name, and a profile or NULL. */
typedef struct Row {
    const char *name, *profile;
} Row;

START_TEST(versions_lead_to_the_profile_that_is_theirs)
{
    static const Row rows[] = {
        {"linux", "linux-6.18"},
        {"linux-2.4.37", "linux-2.4"},
        {"linux-2.6.9", "linux-2.4"},
        {"linux-2.6.32", "linux-2.6.32"},
        {"linux-2.6.38.8", "linux-2.6.32"},
        {"linux-3.0.101", "linux-2.6.39"},
        {"linux-3.2", "linux-3.1"},
        {"linux-3.9", "linux-3.7"},
        {"linux-4.19", "linux-3.10"},
        {"linux-5.10", "linux-3.10"},
        {"linux-5.10.234", "linux-3.10"},
        {"linux-6.4.16", "linux-3.10"},
        {"linux-6.1.140", "linux-6.1"},
        {"linux-6.12.30", "linux-6.12"},
        {"linux-6.13", "linux-6.5"},
        {"linux-6.18.3", "linux-6.18"},
        {"freebsd-14.1", "freebsd"},
        {"windows", "windows-10"},
        {"windows-2000", "windows-xp"},
        {"windows-8.1", "windows-7"},
        {"windows-11", "windows-10"},
        {"windows-server", "windows-10"},
        {"windows-server-2003", "windows-xp"},
        {"windows-server-2019", "windows-10"},
        {"macos-14", "macos"},
        {"macos-14.5", "macos"},
        {"openbsd-7.4", "openbsd"},
        {"netbsd-9.3", "netbsd"},
        {"freertos", "freertos-tcp"},
        {"slirp", "libslirp"},
        {"xnu", "macos"},
        {"bsd", "bsd-4.4"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        ck_assert_msg(g_strcmp0(profile_alias(rows[i].name), rows[i].profile) == 0, "%s → %s",
                      rows[i].name, profile_alias(rows[i].name));
}
END_TEST

START_TEST(what_leads_nowhere)
{
    static const char *const names[] = {
        "",        "linux-",    "linux-x",   "linux-5.",  "linux-.5",       "linux-5..1",
        "linuxes", "linux5.10", "lin",       "-5.10",     "linux-5.10-rc1", "linux-5.10/",
        "Linux",   "./linux",   "linux-2.5", "linux-2.2", "linux-99",       "freebsd-13",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        ck_assert_msg(profile_alias(names[i]) == NULL, "%s → %s", names[i],
                      profile_alias(names[i]));
}
END_TEST

START_TEST(the_nearest_of_a_version_that_none_has)
{
    static const Row rows[] = {
        {"linux-1.2", "linux-2.4"}, {"linux-2.5", "linux-2.4"},
        {"linux-99", "linux-6.18"}, {"linux-99999999999999999999999", "linux-6.18"},
        {"freebsd-13", "freebsd"},  {"freebsd-16", "freebsd"},
        {"openvms", NULL},          {"linux", NULL},
        {"linux-x", NULL},          {"bsd-5", "bsd-4.4"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        ck_assert_msg(g_strcmp0(profile_alias_nearest(rows[i].name), rows[i].profile) == 0,
                      "%s → %s", rows[i].name, profile_alias_nearest(rows[i].name));
}
END_TEST

/* What people type, and what they mean by it. */
START_TEST(words_that_people_use)
{
    static const Row rows[] = {
        {"Linux", "linux-6.18"},
        {"linux5.10", "linux-3.10"},
        {"Linux-6.1", "linux-6.1"},
        {"kernel-6.12", "linux-6.18"},
        {"Ubuntu", "linux-6.5"},
        {"ubuntu22.04", "linux-3.10"},
        {"ubuntu-26.04", "linux-6.5"},
        {"Debian-12", "linux-6.1"},
        {"debian-5", "linux-2.6.32"},
        {"rhel-6", "linux-2.6.32"},
        {"centos-6", "linux-2.6.32"},
        {"rocky-9", "linux-6.12"},
        {"fedora-42", "linux-6.18"},
        {"openwrt", "linux-6.5"},
        {"Android", "linux-6.5"},
        {"android-9", "linux-3.10"},
        {"android-17", "linux-6.5"},
        {"windows-me", "windows-xp"},
        {"windows-nt", "windows-xp"},
        {"windows-nt-4.0", "windows-xp"},
        {"windows-3.11", "windows-xp"},
        {"windows-98", "windows-xp"},
        {"Windows", "windows-10"},
        {"Windows-XP", NULL},
        {"windows10", "windows-10"},
        {"windows-12", "windows-10"},
        {"win10", "windows-10"},
        {"win7", "windows-7"},
        {"win95", "windows-xp"},
        {"win", "windows-10"},
        {"vista", "windows-7"},
        {"xp", "windows-xp"},
        {"windows-server2019", "windows-10"},
        {"windows-server-2016", "windows-10"},
        {"windows-server-2012", "windows-7"},
        {"FreeBSD-14", "freebsd"},
        {"freebsd-4", "freebsd"},
        {"freebsd13", "freebsd"},
        {"pfsense", "freebsd"},
        {"playstation-5", "freebsd"},
        {"4.4bsd", "bsd-4.4"},
        {"BSD", "bsd-4.4"},
        {"OpenBSD-6.9", "openbsd"},
        {"netbsd-11", "netbsd"},
        {"osx-10.15", "macos"},
        {"mac", "macos"},
        {"macos-26", "macos"},
        {"MacOS", NULL},
        {"iphone", "macos"},
        {"ios-17", "macos"},
        {"solaris-11", "illumos"},
        {"sunos-5.11", "illumos"},
        {"esp32", "lwip"},
        {"qemu-8", "libslirp"},
        {"fuchsia", "gvisor"},
        {"rfc9293", "rfc6298"},
        {"rfc2988", "rfc1122"},
        {"openvms", NULL},
        {"plan9", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        ck_assert_msg(g_strcmp0(profile_alias_nearest(rows[i].name), rows[i].profile) == 0,
                      "%s → %s", rows[i].name, profile_alias_nearest(rows[i].name));
}
END_TEST

static void check_end(const ProfileAlias *alias, const char *version, Diagnostics *diagnostics)
{
    g_autofree char *name = g_strconcat(alias->family, "-", version, NULL);
    g_autoptr(Profile) meant = profile_load(name, &shipped, diagnostics);

    ck_assert_msg(meant != NULL, "%s", name);
    ck_assert_msg(strcmp(meant->name, alias->profile) == 0, "%s → %s", name, meant->name);
}

/* A range that overlaps with one before it would be hidden at an end. */
START_TEST(every_row_leads_to_a_profile_by_both_its_ends)
{
    gsize count;
    const ProfileAlias *rows = profile_aliases(&count);

    for (gsize i = 0; i < count; i++) {
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();
        g_autoptr(Profile) profile = profile_load(rows[i].profile, &shipped, diagnostics);

        ck_assert_msg(profile != NULL, "%s", rows[i].profile);
        if (rows[i].from == NULL || rows[i].is_near)
            continue;
        check_end(&rows[i], rows[i].from, diagnostics);
        check_end(&rows[i], rows[i].to, diagnostics);
    }
}
END_TEST

START_TEST(their_words)
{
    static const ProfileAlias rows[] = {
        {"a", NULL, NULL, "x", FALSE}, {"a", "1", "1", "x", FALSE}, {"a", "1.2", "3", "x", FALSE}};
    g_autofree char *name = profile_alias_text(&rows[0]);
    g_autofree char *version = profile_alias_text(&rows[1]);
    g_autofree char *range = profile_alias_text(&rows[2]);

    ck_assert_str_eq(name, "a");
    ck_assert_str_eq(version, "a-1");
    ck_assert_str_eq(range, "a-1.2 to 3");
}
END_TEST

/* --- in scenarios ------------------------------------------------------------------------- */

static Plan *read_with(const char *text, const ScenarioOptions *with, Diagnostics *diagnostics)
{
    return scenario_parse("t.scn", text, strlen(text), with, diagnostics);
}

static const HostConfig *config_of(const Plan *plan, guint host)
{
    ck_assert_ptr_nonnull(plan);
    return &g_array_index(plan->hosts, PlanHost, host).config;
}

START_TEST(a_host_and_a_base_may_name_one)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    write_file("mine.profile", "base linux-2.6.9\nset mss=1000\n", -1);
    g_autofree char *path = path_of("mine.profile");
    g_autofree char *text = g_strdup_printf("host a linux-2.6.9\nhost b %s\n", path);
    g_autoptr(Plan) plan = read_with(text, &shipped, diagnostics);

    ck_assert_int_eq(config_of(plan, 0)->initial_rto, 3 * SIM_SECOND);
    ck_assert_int_eq(config_of(plan, 1)->initial_rto, 3 * SIM_SECOND);
    ck_assert_int_eq(config_of(plan, 1)->mss, 1000);
}
END_TEST

START_TEST(the_command_line_may_name_one)
{
    static const char *const overrides[] = {"a.profile=linux-2.6.9", NULL};
    ScenarioOptions with = shipped;
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    with.overrides = overrides;
    g_autoptr(Plan) plan = read_with("host a rfc6298\n", &with, diagnostics);

    ck_assert_int_eq(config_of(plan, 0)->initial_rto, 3 * SIM_SECOND);
}
END_TEST

/* Somebody's own profile is what its name says. */
START_TEST(a_file_of_that_name_comes_first)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    const char *both[] = {shipped_folder, folder, NULL};
    ScenarioOptions with = {.profile_dirs = both};

    write_file("linux.profile", "set mss=777\n", -1);
    g_autoptr(Profile) own = profile_load("linux", &with, diagnostics);
    g_autoptr(Profile) shipped_one = profile_load("linux", &shipped, diagnostics);

    ck_assert_int_eq(own->config.mss, 777);
    ck_assert_str_eq(own->name, "linux");
    ck_assert_str_eq(shipped_one->name, "linux-6.18");
}
END_TEST

/* Where the profile is not at hand, neither is what leads to it. */
START_TEST(one_that_leads_nowhere_here_is_unknown)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Profile) profile = profile_load("linux", &options, diagnostics);
    g_autofree char *errors = diagnostics_format(diagnostics);

    ck_assert_ptr_null(profile);
    ck_assert(g_str_has_prefix(errors, "linux: error: unknown profile 'linux'\n"));
}
END_TEST

START_TEST(the_nearest_one_is_suggested)
{
    static const struct {
        const char *name, *hint;
    } rows[] = {
        {"linux-2.5", "did you mean 'linux-2.4'?"},
        {"freebsd-13", "did you mean 'freebsd'?"},
        {"linuz", "did you mean 'linux'?"},
        {"windows-xq", "did you mean 'windows-xp'?"},
        {"plan9-from-bell", "'tcpwaltz profiles' lists what there is"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();
        g_autoptr(Profile) profile = profile_load(rows[i].name, &shipped, diagnostics);
        g_autofree char *errors = diagnostics_format(diagnostics);

        ck_assert_ptr_null(profile);
        ck_assert_msg(strstr(errors, rows[i].hint) != NULL, "%s", errors);
    }
}
END_TEST

static TCase *case_of(const char *name)
{
    TCase *tc = tcase_create(name);

    tcase_add_checked_fixture(tc, begin_shipped, end_shipped);
    return tc;
}

Suite *suite(void)
{
    Suite *s = suite_create("scenario_aliases");
    TCase *tc = case_of("table");

    tcase_add_test(tc, versions_lead_to_the_profile_that_is_theirs);
    tcase_add_test(tc, what_leads_nowhere);
    tcase_add_test(tc, the_nearest_of_a_version_that_none_has);
    tcase_add_test(tc, words_that_people_use);
    tcase_add_test(tc, every_row_leads_to_a_profile_by_both_its_ends);
    tcase_add_test(tc, their_words);
    suite_add_tcase(s, tc);
    tc = case_of("scenarios");
    tcase_add_test(tc, a_host_and_a_base_may_name_one);
    tcase_add_test(tc, the_command_line_may_name_one);
    tcase_add_test(tc, a_file_of_that_name_comes_first);
    tcase_add_test(tc, one_that_leads_nowhere_here_is_unknown);
    tcase_add_test(tc, the_nearest_one_is_suggested);
    suite_add_tcase(s, tc);
    return s;
}
