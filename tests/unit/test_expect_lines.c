/* Lines that never did anything, and lines that set themselves off: which are told, and how. */
#include "expect/expect.h"
#include "expect/lines.h"
#include "lab_runs.h"

/* "5 never matched: client sent 1 SYN\n" for each line that is told; "5! …" where it is no failure. */
static char *notes_of(const Plan *plan, const LineUses *uses)
{
    g_autoptr(GPtrArray) results = line_uses_tell(plan, uses);
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);

        ck_assert_str_ne(result->expected, "");
        g_string_append_printf(out, "%u%s %s\n", result->place.line, result->ok ? "!" : "",
                               result->actual);
    }
    return g_string_free(out, FALSE);
}

static char *notes_at(const char *text, TraceLevel level)
{
    g_autoptr(Plan) plan = plan_of(text);
    LabOptions how = {.level = level};
    g_autoptr(Trace) trace = lab_run(plan, &how);
    g_autoptr(LineUses) uses = line_uses_of(plan, trace);

    return notes_of(plan, uses);
}

/* HOSTS is three lines: what follows begins in the fourth. */
#define ck_assert_notes(text, expected)                                                            \
    do {                                                                                           \
        g_autofree char *notes_ = notes_at(text, TRACE_LEVEL_FULL);                                \
        ck_assert_str_eq(notes_, expected);                                                        \
    } while (0)

#define OPEN                                                                                       \
    "at 0s server listen\n"                                                                        \
    "at 0s client connect server\n"

/* ---- Rules ---- */

START_TEST(a_rule_that_matched_is_not_told)
{
    ck_assert_notes(HOSTS "drop client SYN #1\n" OPEN, "");
    ck_assert_notes(HOSTS "delay client any all by 1ms\n" OPEN, "");
    ck_assert_notes(HOSTS "duplicate server SYN-ACK #1..9\n" OPEN, "");
}
END_TEST

/* A handshake is SYN, SYN-ACK, ACK. */
START_TEST(a_rule_says_what_did_come)
{
    ck_assert_notes(HOSTS "drop client SYN #5\n" OPEN, "4 never matched: client sent 1 SYN\n");
    ck_assert_notes(HOSTS "corrupt server FIN all\n" OPEN, "4 never matched: server sent no FIN\n");
    ck_assert_notes(HOSTS "delay client any #3.. by 1s\n" OPEN,
                    "4 never matched: client sent 2 segments\n");
    ck_assert_notes(HOSTS "duplicate server any #2,4\n" OPEN,
                    "4 never matched: server sent 1 segment\n");
}
END_TEST

/* The first SYN is lost: there are two. */
START_TEST(each_range_of_a_selection_is_one)
{
    ck_assert_notes(HOSTS "drop client SYN #1,5\n" OPEN, "4 never matched #5: client sent 2 SYN\n");
    ck_assert_notes(HOSTS "drop client SYN #1,3..4,9..\n" OPEN,
                    "4 never matched #3..4,9..: client sent 2 SYN\n");
    ck_assert_notes(HOSTS "drop client SYN #1,2..9\ndrop client SYN #1..3,2\nstop at 100s\n" OPEN,
                    "");
}
END_TEST

/* What is sent outside its window is not counted. */
START_TEST(a_window_is_named)
{
    ck_assert_notes(HOSTS "drop client SYN all from 1s to 2s\n" OPEN,
                    "4 never matched: client sent no SYN from 1 s to 2 s\n");
    ck_assert_notes(HOSTS "drop client any #2 from 0s to 20ms\n" OPEN,
                    "4 never matched: client sent 1 segment from 0 s to 20 ms\n");
    ck_assert_notes(HOSTS "drop client SYN all from 0s to 1ms\n" OPEN, "");
}
END_TEST

START_TEST(what_a_large_flood_brings_about_is_met)
{
    static const char flood[] = OPEN "at 1s flood client->server SYN rate=1000/s count=1500\n"
                                     "stop at 3s\n";
    g_autofree char *met = g_strconcat(HOSTS "drop server SYN-ACK #101\n", flood, NULL);
    g_autofree char *not_met = g_strconcat(HOSTS "drop client SYN #2\n", flood, NULL);

    ck_assert_notes(met, "");
    ck_assert_notes(not_met, "4 never matched: client sent 1 SYN\n");
}
END_TEST

/* A scenario that says itself that there are none means the rule as it is. */
START_TEST(a_rule_for_what_is_never_sent)
{
    static const char rule[] = HOSTS "drop client RST all\n" OPEN;
    static const char told[] = "4 never matched: client sent no RST\n";
    g_autofree char *said = g_strconcat(rule, "expect client never sends RST\n", NULL);
    g_autofree char *of_server = g_strconcat(rule, "expect server never sends RST\n", NULL);
    g_autofree char *of_class = g_strconcat(rule, "expect client never sends FIN\n", NULL);
    g_autofree char *of_one = g_strconcat(rule, "expect client.1 never sends RST\n", NULL);

    ck_assert_notes(rule, told);
    ck_assert_notes(said, "");
    ck_assert_notes(of_server, told);
    ck_assert_notes(of_class, told);
    ck_assert_notes(of_one, told);
}
END_TEST

/* ---- The script ---- */

START_TEST(a_when_for_what_is_never_entered)
{
    static const char when[] = HOSTS OPEN "when client CLOSING client close\n";
    static const char told[] = "6 never fired: client never entered CLOSING\n";
    g_autofree char *said = g_strconcat(when, "expect client never enters CLOSING\n", NULL);
    g_autofree char *of_server = g_strconcat(when, "expect server never enters CLOSING\n", NULL);
    g_autofree char *of_state = g_strconcat(when, "expect client never enters CLOSED\n", NULL);
    g_autofree char *of_one = g_strconcat(when, "expect client.1 never enters CLOSING\n", NULL);

    ck_assert_notes(said, "");
    ck_assert_notes(of_server, told);
    ck_assert_notes(of_state, told);
    ck_assert_notes(of_one, told);
}
END_TEST

START_TEST(a_when_whose_state_never_came)
{
    ck_assert_notes(HOSTS OPEN "when client CLOSE-WAIT client close\n",
                    "6 never fired: client never entered CLOSE-WAIT\n");
    ck_assert_notes(HOSTS OPEN "when client.2 ESTABLISHED client close\n"
                               "when client.1 ESTABLISHED client send 1\n",
                    "6 never fired: client.2 never entered ESTABLISHED\n");
}
END_TEST

/* ESTABLISHED at 20 ms. */
START_TEST(a_line_that_is_due_after_the_end)
{
    ck_assert_notes(HOSTS OPEN "at 10s client close\nstop at 5s\n",
                    "6 was never carried out: the run ended at 5 s\n");
    ck_assert_notes(HOSTS OPEN "when client ESTABLISHED after 1h client close\nstop at 5s\n",
                    "6 never fired: the run ended at 5 s\n");
    ck_assert_notes(HOSTS OPEN "at 5s client close\nstop at 5s\n", "");
}
END_TEST

START_TEST(an_action_that_is_refused_was_carried_out)
{
    ck_assert_notes(HOSTS "at 0s client send 1\n", "");
}
END_TEST

START_TEST(very_many_are_told_together)
{
    GString *text = g_string_new(HOSTS OPEN);
    g_autoptr(Plan) plan = NULL;
    g_autoptr(Trace) trace = NULL;
    LabOptions how = {.level = TRACE_LEVEL_FULL};

    for (guint i = 0; i < 1000; i++)
        g_string_append(text, "drop client RST #1\nwhen client CLOSING client close\n");
    plan = plan_of(text->str);
    trace = lab_run(plan, &how);
    g_string_free(text, TRUE);
    g_autoptr(LineUses) uses = line_uses_of(plan, trace);
    g_autoptr(GPtrArray) results = line_uses_tell(plan, uses);

    ck_assert_uint_eq(results->len, 202);
    const ExpectResult *rules = g_ptr_array_index(results, 100);
    const ExpectResult *script = g_ptr_array_index(results, 201);

    ck_assert_str_eq(rules->text, "900 more faults");
    ck_assert_str_eq(script->text, "900 more lines of the script");
    ck_assert(!rules->ok && !script->ok);
}
END_TEST

/* ---- Lines that set themselves off ---- */

/* It is ESTABLISHED at 20 ms, 40 ms, …: the first time because of the `at`, later of the `when`. */
#define FEEDS HOSTS OPEN "when client ESTABLISHED client connect server\n"

START_TEST(a_line_that_feeds_itself)
{
    static const char three[] =
        "6! has fired itself 3 times: what it does makes client enter ESTABLISHED again\n";

    ck_assert_notes(FEEDS "stop at 70ms\n", "");
    ck_assert_notes(FEEDS "stop at 90ms\n", three);
    ck_assert_notes(FEEDS "stop at 205ms\n",
                    "6! has fired itself 9 times: what it does makes client enter ESTABLISHED "
                    "again\n");
}
END_TEST

START_TEST(lines_that_feed_each_other)
{
    ck_assert_notes(HOSTS OPEN "when client ESTABLISHED client abort\n"
                               "when client CLOSED client connect server\n"
                               "stop at 100ms\n",
                    "6! has fired itself 4 times: what it does makes client enter ESTABLISHED "
                    "again\n"
                    "7! has fired itself 4 times: what it does makes client enter CLOSED again\n");
}
END_TEST

START_TEST(a_line_for_each_connection_does_not_feed_itself)
{
    ck_assert_notes(HOSTS "at 0s server listen\n"
                          "at 0s client connect server rate=10/s count=10\n"
                          "when client ESTABLISHED client send 100\n"
                          "when server ESTABLISHED after 1s server close\n"
                          "when client CLOSE-WAIT client close\n",
                    "");
}
END_TEST

/* ---- Several runs, and less of a trace ---- */

static LineUses *uses_of_seed(const Plan *plan, guint64 seed)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL, .has_seed = TRUE, .seed = seed};
    g_autoptr(Trace) trace = lab_run(plan, &how);

    return line_uses_of(plan, trace);
}

static char *notes_of_seeds(const char *text, guint64 count)
{
    g_autoptr(Plan) plan = plan_of(text);
    g_autoptr(LineUses) all = uses_of_seed(plan, 1);

    for (guint64 seed = 2; seed <= count; seed++) {
        g_autoptr(LineUses) one = uses_of_seed(plan, seed);
        line_uses_add(all, one);
    }
    return notes_of(plan, all);
}

/* Of 32 first SYNs that are lost with 50 % one at least is, and one at least is not. */
START_TEST(what_any_seed_had_was_there)
{
    g_autofree char *any =
        notes_of_seeds(HOSTS "link client server loss=50%\ndrop client SYN #2\n" OPEN, 32);
    g_autofree char *none = notes_of_seeds(HOSTS "drop client SYN #2\ndrop client RST all\n"
                                                 "at 2s client send 1\nstop at 1s\n" OPEN,
                                           3);

    ck_assert_str_eq(any, "");
    ck_assert_str_eq(none, "4 never matched: client sent at most 1 SYN\n"
                           "5 never matched: client sent no RST\n"
                           "6 was never carried out: no run lasted beyond 1 s\n");
}
END_TEST

START_TEST(a_trace_of_any_level_counts_them)
{
    static const char text[] =
        HOSTS "drop client SYN #1,5\n"
              "drop client RST all\n" OPEN "when client CLOSE-WAIT client close\n"
              "when server ESTABLISHED server send 10\n";

    for (TraceLevel level = TRACE_LEVEL_NONE; level <= TRACE_LEVEL_FULL; level++) {
        g_autofree char *notes = notes_at(text, level);

        ck_assert_str_eq(notes, "4 never matched #5: client sent 2 SYN\n"
                                "5 never matched: client sent no RST\n"
                                "8 never fired: client never entered CLOSE-WAIT\n");
    }
}
END_TEST

/* Thirteen calls of a host that is down: ten are told one by one, and three together. */
START_TEST(failures_of_one_line_are_told_together)
{
    g_autoptr(Plan) plan = plan_of(HOSTS "at 0s client crash\n"
                                         "at 1s client connect server rate=1000/s count=13\n");
    LabOptions how = {.level = TRACE_LEVEL_FULL};
    g_autoptr(Trace) trace = lab_run(plan, &how);
    g_autoptr(GPtrArray) results = expect_check(plan, trace);
    guint failed = 0;
    const char *last = NULL;

    for (guint i = 0; i < results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);

        if (result->ok || result->place.line != 5)
            continue;
        failed++;
        last = result->actual;
    }
    ck_assert_uint_eq(failed, 11);
    ck_assert_str_eq(last, "3 failures more, the last one: ENETDOWN (Network is down) at "
                           "1.012 s");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lines of a scenario");
    TCase *tc = scenario_case("lines");

    tcase_add_test(tc, a_rule_that_matched_is_not_told);
    tcase_add_test(tc, a_rule_says_what_did_come);
    tcase_add_test(tc, each_range_of_a_selection_is_one);
    tcase_add_test(tc, a_window_is_named);
    tcase_add_test(tc, what_a_large_flood_brings_about_is_met);
    tcase_add_test(tc, a_rule_for_what_is_never_sent);
    tcase_add_test(tc, a_when_for_what_is_never_entered);
    tcase_add_test(tc, a_when_whose_state_never_came);
    tcase_add_test(tc, a_line_that_is_due_after_the_end);
    tcase_add_test(tc, an_action_that_is_refused_was_carried_out);
    tcase_add_test(tc, very_many_are_told_together);
    tcase_add_test(tc, a_line_that_feeds_itself);
    tcase_add_test(tc, lines_that_feed_each_other);
    tcase_add_test(tc, a_line_for_each_connection_does_not_feed_itself);
    tcase_add_test(tc, what_any_seed_had_was_there);
    tcase_add_test(tc, a_trace_of_any_level_counts_them);
    tcase_add_test(tc, failures_of_one_line_are_told_together);
    suite_add_tcase(s, tc);
    return s;
}
