/* The symptoms that come with the program: every file is right, every scenario holds and shows its symptom, as a run and as
 * the capture of that run; and what is in order shows none. */
#include "check_main.h"

#include <string.h>

#include "capture/capture.h"
#include "config.h"
#include "expect/expect.h"
#include "lab/lab.h"
#include "scenario/scenario.h"
#include "symptom/symptom.h"
#include "view/view.h"

static GPtrArray *shelf_of(void)
{
    static const char *const folders[] = {TCPWALTZ_SOURCE_ROOT "/symptoms", NULL};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    GPtrArray *shelf = symptom_shelf(folders, diagnostics);
    g_autofree char *errors = diagnostics_format(diagnostics);

    ck_assert_str_eq(errors, "");
    return shelf;
}

static Plan *plan_of(const char *path)
{
    static const char *const profiles[] = {TCPWALTZ_SOURCE_ROOT "/sim/profiles", NULL};
    ScenarioOptions how = {.profile_dirs = profiles};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    Plan *plan = scenario_load(path, &how, diagnostics);
    g_autofree char *errors = diagnostics_format(diagnostics);

    ck_assert_msg(plan != NULL, "%s", errors);
    return plan;
}

static Trace *run_of(const Plan *plan)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL};

    return lab_run(plan, &how);
}

/* What Wireshark would be given, read back. */
static Trace *capture_of(const Trace *trace)
{
    g_autoptr(GString) bytes = g_string_new(NULL);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    CaptureProblem problem;

    view_pcapng(trace, NULL, bytes);
    static const CaptureSelection all = {0};
    Trace *capture = capture_read_packets(bytes->str, bytes->len, &all, notes, &problem);

    ck_assert_msg(capture != NULL, "%s", problem.message);
    capture_problem_clear(&problem);
    return capture;
}

/* "zero-window, keepalive" */
static char *found_in(const GPtrArray *shelf, const Trace *trace)
{
    g_autoptr(SymptomFindings) findings = symptom_find(shelf, trace);
    GString *names = g_string_new(NULL);

    for (guint i = 0; i < findings->found->len; i++) {
        const SymptomFinding *finding = &g_array_index(findings->found, SymptomFinding, i);

        ck_assert_uint_gt(finding->evidence->len, 0);
        ck_assert_uint_ge(finding->connections, 1);
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", finding->symptom->name);
    }
    return g_string_free(names, FALSE);
}

static gboolean has_name(const char *names, const char *name)
{
    g_auto(GStrv) all = g_strsplit(names, ", ", -1);

    return g_strv_contains((const char *const *)all, name);
}

static void hold_expectations(const char *path, const Plan *plan, const Trace *trace)
{
    g_autoptr(GPtrArray) results = expect_check(plan, trace);

    ck_assert_uint_gt(results->len, 0);
    for (guint i = 0; i < results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);

        ck_assert_msg(result->ok, "%s: %s: %s", path, result->text, result->actual);
    }
}

/* A scenario that somebody is given stands alone. */
static void hold_alone(const char *path)
{
    g_autofree char *text = NULL;

    ck_assert(g_file_get_contents(path, &text, NULL, NULL));
    ck_assert_msg(!g_regex_match_simple("^\\s*include|\\.profile", text, G_REGEX_MULTILINE, 0),
                  "%s needs another file", path);
}

static void hold_scenario(const GPtrArray *shelf, const Symptom *symptom, const char *path)
{
    g_autoptr(Plan) plan = plan_of(path);
    g_autoptr(Trace) run = run_of(plan);
    g_autoptr(Trace) capture = capture_of(run);
    g_autofree char *in_run = found_in(shelf, run);
    g_autofree char *in_capture = found_in(shelf, capture);

    hold_alone(path);
    hold_expectations(path, plan, run);
    ck_assert_msg(has_name(in_run, symptom->name), "%s: %s: the run shows '%s'", symptom->name,
                  path, in_run);
    ck_assert_msg(has_name(in_capture, symptom->name), "%s: %s: the capture shows '%s'",
                  symptom->name, path, in_capture);
}

START_TEST(every_scenario_shows_its_symptom)
{
    g_autoptr(GPtrArray) shelf = shelf_of();
    guint scenarios = 0;

    for (guint i = 0; i < shelf->len; i++) {
        const Symptom *symptom = g_ptr_array_index(shelf, i);
        guint before = scenarios;

        for (guint j = 0; j < symptom->causes->len; j++) {
            const SymptomCause *cause = g_ptr_array_index(symptom->causes, j);

            if (cause->scenario == NULL)
                continue;
            hold_scenario(shelf, symptom, cause->scenario);
            scenarios++;
        }
        ck_assert_msg(scenarios > before, "%s has no scenario", symptom->name);
    }
    ck_assert_uint_ge(scenarios, 45);
}
END_TEST

START_TEST(every_symptom_says_all_that_it_should)
{
    g_autoptr(GPtrArray) shelf = shelf_of();

    ck_assert_uint_ge(shelf->len, 25);
    for (guint i = 0; i < shelf->len; i++) {
        const Symptom *symptom = g_ptr_array_index(shelf, i);

        ck_assert_msg(symptom->see->len > 0, "%s names no report", symptom->name);
        for (guint j = 0; j < symptom->causes->len; j++) {
            const SymptomCause *cause = g_ptr_array_index(symptom->causes, j);

            ck_assert_msg(cause->tells->len > 0, "%s: how to tell '%s'?", symptom->name,
                          cause->text);
            ck_assert_msg(cause->stacks->len > 0, "%s: who does '%s'?", symptom->name, cause->text);
        }
    }
}
END_TEST

START_TEST(what_is_in_order_shows_none)
{
    static const char *const clean[] = {
        "handshake/normal",
        "handshake/data-on-third",
        "teardown/four-way",
        "teardown/three-segment",
        "teardown/half-close",
        "teardown/simultaneous-close",
        "teardown/answer-then-fin",
        "teardown/server-closes-first",
        "fast-open/cookie",
        "handshake/simultaneous-open",
        "ecn/marked",
        "numbers/wrap",
    };
    g_autoptr(GPtrArray) shelf = shelf_of();

    for (gsize i = 0; i < G_N_ELEMENTS(clean); i++) {
        g_autofree char *path =
            g_strconcat(TCPWALTZ_SOURCE_ROOT "/scenarios/", clean[i], ".scn", NULL);
        g_autoptr(Plan) plan = plan_of(path);
        g_autoptr(Trace) run = run_of(plan);
        g_autoptr(Trace) capture = capture_of(run);
        g_autofree char *in_run = found_in(shelf, run);
        g_autofree char *in_capture = found_in(shelf, capture);

        ck_assert_msg(*in_run == '\0', "%s shows %s", path, in_run);
        ck_assert_msg(*in_capture == '\0', "the capture of %s shows %s", path, in_capture);
    }
}
END_TEST

/* --- words -------------------------------------------------------------------------------- */

static const struct {
    const char *typed, *name;
} typed[] = {
    {"127 s", "syn-127s"},
    {"127s", "syn-127s"},
    {"127", "syn-127s"},
    {"128 seconds", "syn-127s"}, /* within 2 % of 127 */
    {"2 min 7 s", "syn-127s"},
    {"63 s", "syn-63s"},
    {"21 s", "syn-21s"},
    {"75 s", "syn-75s"},
    {"131 s", "syn-131s"},
    {"924.6 s", "data-timeout"},
    {"15 minutes", "data-timeout"},
    {"2h11m15s", "keepalive-timeout"},
    {"RST after FIN", "rst-after-fin"},
    {"CLOSE-WAIT", "close-wait"},
    {"CLOSE_WAIT", "close-wait"},
    {"closewait", "close-wait"},
    {"clsoe_wait", "close-wait"},
    {"TIME_WAIT", "time-wait"},
    {"connection reset while reading", "reset-while-reading"},
    {"java.net.SocketException: Connection reset", "reset-while-reading"},
    {"recv() failed (104: Connection reset by peer)", "reset-while-reading"},
    {"connection refused", "connection-refused"},
    {"conection refused", "connection-refused"},
    {"ECONNREFUSED", "connection-refused"},
    {"SYN flood", "syn-flood"},
    {"possible SYN flooding on port 80. Sending cookies.", "syn-flood"},
    {"broken pipe", "rst-after-fin"},
    {"EPIPE", "rst-after-fin"},
    {"retransmission 200 ms", "retransmission-200ms"},
    {"tcp spurious retransmission", "retransmission-200ms"},
    {"tcp_tw_recycle NAT", "syn-unanswered"},
    {"40 ms delay", "delayed-ack-40ms"},
    {"zero window", "zero-window"},
    {"[TCP ZeroWindow]", "zero-window"},
    {"slow start after idle", "slow-start-after-idle"},
    {"dup acks", "fast-retransmit"},
    {"keep alive", "keepalive"},
    {"FIN_WAIT2", "fin-wait-2-timeout"},
    {"FIN-WAIT-1", "fin-repeated"},
    {"SYN_RECV", "half-open-63s"},
    {"listen queue overflow", "accept-queue-full"},
    {"cannot assign requested address", "time-wait"},
    {"TLS handshake hangs", "mtu-black-hole"},
    {"load balancer health check", "rst-instead-of-ack"},
    {"challenge ACK", "syn-challenged"},
    {"curl: (28) Failed to connect: Connection timed out after 127 s", "syn-127s"},
    {"zero\xff\xfe window", "zero-window"}, /* no UTF-8 */
    {"zero-window", "zero-window"},
    {"keepalive-timeout", "keepalive-timeout"},
};

START_TEST(it_is_found_as_people_say_it)
{
    g_autoptr(GPtrArray) shelf = shelf_of();
    const Symptom *nearest;
    g_autoptr(GArray) hits = symptom_match(shelf, typed[_i].typed, &nearest);

    ck_assert_msg(hits->len > 0, "'%s' finds nothing", typed[_i].typed);
    const char *name = g_array_index(hits, SymptomHit, 0).symptom->name;
    ck_assert_msg(strcmp(name, typed[_i].name) == 0, "'%s' finds %s", typed[_i].typed, name);
    for (guint i = 1; i < hits->len; i++)
        ck_assert(g_array_index(hits, SymptomHit, i - 1).weight >=
                  g_array_index(hits, SymptomHit, i).weight);
}
END_TEST

START_TEST(what_nobody_knows_is_not_found)
{
    g_autoptr(GPtrArray) shelf = shelf_of();
    const Symptom *nearest;
    g_autoptr(GArray) none = symptom_match(shelf, "xylophone", &nearest);

    ck_assert_uint_eq(none->len, 0);
    ck_assert_ptr_null(nearest);
    /* 5 % off is another time. */
    g_autoptr(GArray) hits = symptom_match(shelf, "133.5 s", &nearest);
    for (guint i = 0; i < hits->len; i++)
        ck_assert_str_ne(g_array_index(hits, SymptomHit, i).symptom->name, "syn-127s");
    /* A word that a third of all have tells nothing apart, but leads somewhere. */
    g_autoptr(GArray) vague = symptom_match(shelf, "connection", &nearest);
    ck_assert_uint_eq(vague->len, 0);
    ck_assert_ptr_nonnull(nearest);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("symptom_files");
    TCase *files = tcase_create("files"), *words = tcase_create("words");

    tcase_add_test(files, every_symptom_says_all_that_it_should);
    tcase_add_test(files, every_scenario_shows_its_symptom);
    tcase_add_test(files, what_is_in_order_shows_none);
    tcase_add_loop_test(words, it_is_found_as_people_say_it, 0, G_N_ELEMENTS(typed));
    tcase_add_test(words, what_nobody_knows_is_not_found);
    suite_add_tcase(s, files);
    suite_add_tcase(s, words);
    return s;
}
