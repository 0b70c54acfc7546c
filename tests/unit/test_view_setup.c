/* The sentence about what was run: view/setup.h. */
#include "check_main.h"
#include "lab_runs.h"
#include "view/setup.h"

static char *sentence_of(const Trace *trace)
{
    const ViewStyle style = view_style(NULL);
    GString *out = g_string_new(NULL);
    gboolean any = setup_append(trace, &style, out);

    ck_assert_int_eq(any, out->len > 0);
    return g_string_free(out, FALSE);
}

/* What the sentence is of this text, run with these arguments of --set and this seed (0: its own). */
static char *sentence(const char *text, const char *const *overrides, guint64 seed)
{
    ScenarioOptions with = {.profile_dirs = folders, .overrides = overrides};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Plan) plan = scenario_parse("t.scn", text, strlen(text), &with, diagnostics);
    LabOptions how = {.level = TRACE_LEVEL_FULL, .has_seed = seed != 0, .seed = seed};

    ck_assert(!diagnostics_any(diagnostics));
    g_autoptr(Trace) trace = lab_run(plan, &how);
    return sentence_of(trace);
}

#define assert_sentence(expected, ...)                                                             \
    do {                                                                                           \
        g_autofree char *got_ = sentence(__VA_ARGS__);                                             \
        ck_assert_str_eq(got_, expected);                                                          \
    } while (0)

START_TEST(hosts_alike_are_told_together)
{
    assert_sentence("client, server: plain", HOSTS, NULL, 0);
    assert_sentence("client, third: plain; server: slow",
                    "host client plain\nhost server slow\nhost third plain\n", NULL, 0);
}
END_TEST

/* In the table's order; what says the same as the profile says nothing. */
START_TEST(what_is_set_against_the_profile)
{
    assert_sentence("client: plain tcp_syn_retries=3 mss=500; server: plain",
                    "host client plain mss=500 tcp_synack_retries=7\nhost server plain\n"
                    "set client tcp_syn_retries=3\n",
                    NULL, 0);
}
END_TEST

START_TEST(what_the_command_line_sets)
{
    static const char *const host[] = {"client.tcp_syn_retries=3", NULL};
    static const char *const profile[] = {"server.profile=slow", NULL};
    static const char *const links[] = {"link.loss=10%", NULL};
    static const char *const link[] = {"server->client.delay=20ms", "server->client.loss=5%", NULL};
    static const char *const same[] = {"link.delay=10ms", NULL};

    assert_sentence("client: plain tcp_syn_retries=3; server: plain", HOSTS, host, 0);
    assert_sentence("client: plain; server: slow", HOSTS, profile, 0);
    assert_sentence("client, server: plain; client->server, server->client: loss=10%", HOSTS, links,
                    0);
    assert_sentence("client, server: plain; server->client: delay=20ms loss=5%", HOSTS, link, 0);
    assert_sentence("client, server: plain", HOSTS, same, 0);
}
END_TEST

START_TEST(a_seed_that_is_not_the_scenarios)
{
    assert_sentence("client, server: plain; seed 7", HOSTS, NULL, 7);
    assert_sentence("client, server: plain", HOSTS "seed 7\n", NULL, 7);
}
END_TEST

START_TEST(a_capture_knows_of_nothing)
{
    g_autoptr(Trace) trace = trace_new(TRACE_LEVEL_FULL);

    trace_add_host(trace, "10.0.0.1");
    g_autofree char *nothing = sentence_of(trace);
    ck_assert_str_eq(nothing, "");
    trace_hide(trace, 0, "tun0");
    g_autofree char *hidden = sentence_of(trace);
    ck_assert_str_eq(hidden, "10.0.0.1: behind tun0");
}
END_TEST

static char *lines(const Trace *trace, guint columns)
{
    const ViewStyle style = view_style(NULL);
    g_auto(GStrv) all = setup_lines(trace, &style, columns);

    return g_strjoinv("|", all);
}

/* "client: plain tcp_syn_retries=3; server: plain" */
START_TEST(lines_break_at_blanks)
{
    g_autoptr(Trace) trace = run("host client plain tcp_syn_retries=3\nhost server plain\n");
    g_autofree char *wide = lines(trace, 46), *narrow = lines(trace, 33), *least = lines(trace, 1);

    ck_assert_str_eq(wide, "client: plain tcp_syn_retries=3; server: plain");
    ck_assert_str_eq(narrow, "client: plain tcp_syn_retries=3;|server: plain");
    ck_assert_str_eq(least, "client:|plain|tcp_syn_retries=3;|server:|plain");
}
END_TEST

START_TEST(names_are_made_fit_for_a_terminal)
{
    g_autoptr(Trace) trace = trace_new(TRACE_LEVEL_FULL);

    trace_add_host(trace, "a\033b");
    trace_run_on(trace, 0, "./x\n.profile");
    g_autofree char *text = sentence_of(trace);
    ck_assert_str_eq(text, "a\\x1bb: ./x\\x0a.profile");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("view_setup");
    TCase *tc = scenario_case("setup");

    tcase_add_test(tc, hosts_alike_are_told_together);
    tcase_add_test(tc, what_is_set_against_the_profile);
    tcase_add_test(tc, what_the_command_line_sets);
    tcase_add_test(tc, a_seed_that_is_not_the_scenarios);
    tcase_add_test(tc, a_capture_knows_of_nothing);
    tcase_add_test(tc, lines_break_at_blanks);
    tcase_add_test(tc, names_are_made_fit_for_a_terminal);
    suite_add_tcase(s, tc);
    return s;
}
