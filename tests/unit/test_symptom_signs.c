/* Signs: how a file's lines are read, what they find in a trace that was written by hand, and what is said of a file that is
 * wrong. */
#include "scenario_text.h"

#include "symptom/symptom.h"
#include "trace_by_hand.h"

#define HEAD "title \"t\"\nwords \"w\"\nwire \"x\"\ncause \"c\"\nnext \"n\"\n"

static Symptom *symptom_of(const char *name, const char *lines)
{
    g_autofree char *file = g_strconcat(name, ".symptom", NULL);
    g_autofree char *text = g_strconcat(HEAD, lines, NULL);
    g_autofree char *path = path_of(file);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    write_file(file, text, -1);
    Symptom *symptom = symptom_read(path, diagnostics);
    g_autofree char *errors = diagnostics_format(diagnostics);

    ck_assert_msg(symptom != NULL, "%s", errors);
    return symptom;
}

static GPtrArray *shelf_with(const char *lines)
{
    GPtrArray *shelf = g_ptr_array_new_with_free_func((GDestroyNotify)symptom_free);

    g_ptr_array_add(shelf, symptom_of("one", lines));
    return shelf;
}

static void data(Trace *trace, SimTime t, TraceHost from, Seq seq, guint16 length)
{
    Seq own = from == CLIENT ? CLIENT_ISN : SERVER_ISN;
    Seq other = from == CLIENT ? SERVER_ISN : CLIENT_ISN;
    Segment segment = segment_of(from, TCP_ACK | TCP_PSH, own + seq, other + 1);

    segment.length = length;
    add_send(trace, t, from, segment, TCP_REASON_NONE, 0);
}

static void plain(Trace *trace, SimTime t, TraceHost from, guint8 flags, Seq seq, Seq ack,
                  guint16 window)
{
    Seq own = from == CLIENT ? CLIENT_ISN : SERVER_ISN;
    Seq other = from == CLIENT ? SERVER_ISN : CLIENT_ISN;
    Segment segment = segment_of(from, flags, own + seq, (flags & TCP_ACK) ? other + ack : 0);

    segment.window = window;
    add_send(trace, t, from, segment, TCP_REASON_NONE, 0);
}

static Trace *handshake(void)
{
    Trace *trace = two_hosts();

    plain(trace, MS(0), CLIENT, TCP_SYN, 0, 0, 5840);
    plain(trace, MS(10), SERVER, TCP_SYN | TCP_ACK, 0, 1, 5840);
    plain(trace, MS(20), CLIENT, TCP_ACK, 1, 1, 5840);
    return trace;
}

/* A handshake; data that are repeated after 200 and 400 ms; then a window that closes, a probe into it, a keepalive, and FIN. */
static Trace *example(void)
{
    Trace *trace = handshake();

    data(trace, MS(1000), CLIENT, 1, 100);
    data(trace, MS(1200), CLIENT, 1, 100);
    data(trace, MS(1600), CLIENT, 1, 100);
    plain(trace, MS(1610), SERVER, TCP_ACK, 1, 101, 0);
    plain(trace, MS(2000), CLIENT, TCP_ACK, 100, 1, 5840); /* probe */
    plain(trace, MS(2010), SERVER, TCP_ACK, 1, 101, 5840);
    plain(trace, MS(9000), CLIENT, TCP_ACK, 100, 1, 5840); /* keepalive */
    plain(trace, MS(9010), SERVER, TCP_ACK, 1, 101, 5840);
    plain(trace, MS(9020), SERVER, TCP_FIN | TCP_ACK, 1, 101, 5840);
    plain(trace, MS(9030), CLIENT, TCP_RST, 101, 0, 0);
    return trace;
}

static const struct {
    const char *lines;
    gboolean holds;
} signs[] = {
    {"sign A SYN then B SYN-ACK then A ACK\n", TRUE},
    {"sign B SYN then A SYN-ACK\n", TRUE}, /* the parties are free */
    {"sign A SYN then A SYN-ACK\n", FALSE},
    {"sign B SYN-ACK then A SYN\n", FALSE}, /* order */
    {"sign A DATA then A DATA same then A DATA same\n", TRUE},
    {"sign A DATA then A DATA same then A DATA same then A DATA same\n", FALSE},
    {"sign A DATA new then A DATA again\n", TRUE},
    {"sign A DATA again then A DATA new\n", FALSE},
    {"sign A DATA then A DATA same after 150ms..250ms\n", TRUE},
    {"sign A DATA then A DATA same after 201ms..250ms\n", FALSE},
    {"sign A DATA then A DATA after 600ms..600ms\n", TRUE}, /* the first and the third */
    {"sign A DATA doubled\n", TRUE},
    {"sign A DATA sent 2\n", TRUE},
    {"sign A DATA sent 3..\n", FALSE},
    {"sign A DATA len 100\n", TRUE},
    {"sign A DATA len 101..\n", FALSE},
    {"sign B ACK closed then A any probe\n", TRUE},
    {"sign A any keepalive idle 5s..10s\n", TRUE},
    {"sign A any keepalive idle 7s..10s\n", FALSE}, /* silence since 2.01 s */
    {"sign A any probe keepalive\n", FALSE},        /* none is both */
    {"sign B FIN then A RST bare next\n", TRUE},
    {"sign B FIN then A RST acking\n", FALSE},
    {"sign B ACK then A RST next\n", FALSE}, /* the FIN lies between */
    {"sign A RST last unanswered\n", TRUE},
    {"sign B FIN last\n", TRUE},
    {"sign B FIN unanswered\n", FALSE},
    {"sign A DATA then B FIN\nsign A never sends FIN\n", TRUE},
    {"sign A DATA then B FIN\nsign B never sends FIN\n", FALSE}, /* the same party in both */
    {"sign A sends DATA gaps 200ms 400ms\n", TRUE},
    {"sign A sends DATA gaps 210ms 410ms within 5%\n", TRUE},
    {"sign A sends DATA gaps 210ms 410ms within 1%\n", FALSE},
    {"sign A sends DATA 4 times\nor\nsign A sends DATA 3 times\n", TRUE},
    {"sign A SYN\nconnections 2\n", FALSE},
};

START_TEST(a_sign_holds_or_not)
{
    g_autoptr(Trace) trace = example();
    g_autoptr(GPtrArray) shelf = shelf_with(signs[_i].lines);
    g_autoptr(SymptomFindings) findings = symptom_find(shelf, trace);

    ck_assert_msg((findings->found->len == 1) == signs[_i].holds, "%s", signs[_i].lines);
    ck_assert_uint_eq(findings->connections, 1);
}
END_TEST

START_TEST(duplicate_acks_are_counted_as_rfc_5681_does)
{
    g_autoptr(Trace) trace = handshake();

    data(trace, MS(100), CLIENT, 1, 100);
    data(trace, MS(100), CLIENT, 101, 100);
    plain(trace, MS(110), SERVER, TCP_ACK, 1, 1, 5840);   /* duplicate: the SYN-ACK said so, too */
    plain(trace, MS(111), SERVER, TCP_ACK, 1, 1, 5000);   /* another window */
    plain(trace, MS(112), SERVER, TCP_ACK, 1, 1, 5000);   /* duplicate */
    plain(trace, MS(113), SERVER, TCP_ACK, 1, 201, 5000); /* new */
    plain(trace, MS(114), SERVER, TCP_ACK, 1, 201, 5000); /* nothing is outstanding */

    g_autoptr(GPtrArray) two = shelf_with("sign B ACK duplicate then B ACK duplicate\n");
    g_autoptr(GPtrArray) three =
        shelf_with("sign B ACK duplicate then B ACK duplicate then B ACK duplicate\n");
    g_autoptr(SymptomFindings) found = symptom_find(two, trace);
    g_autoptr(SymptomFindings) more = symptom_find(three, trace);

    ck_assert_uint_eq(found->found->len, 1);
    ck_assert_uint_eq(more->found->len, 0);
}
END_TEST

START_TEST(evidence_is_what_was_seen)
{
    g_autoptr(Trace) trace = example();
    g_autoptr(GPtrArray) shelf =
        shelf_with("sign A DATA again then A DATA same doubled then B any closed\n"
                   "sign B never sends DATA\n");
    g_autoptr(SymptomFindings) found = symptom_find(shelf, trace);

    ck_assert_uint_eq(found->found->len, 1);
    const SymptomFinding *finding = &g_array_index(found->found, SymptomFinding, 0);
    g_ptr_array_add(finding->evidence, NULL);
    g_autofree char *lines = g_strjoinv("|", (char **)finding->evidence->pdata);

    ck_assert_str_eq(lines, "1.2 s  client DATA, 100 bytes, sending 2|"
                            "1.6 s  client DATA, 100 bytes, sending 3|"
                            "1.61 s  server ACK, window 0|"
                            "server: no DATA was sent");
    ck_assert_int_eq(finding->t, MS(1610));
}
END_TEST

START_TEST(what_says_more_hides_what_says_less)
{
    g_autoptr(Trace) trace = example();
    g_autoptr(GPtrArray) shelf = shelf_with("sign A DATA again\n");

    g_ptr_array_add(shelf, symptom_of("two", "sign A DATA doubled\nhides one\n"));
    g_autoptr(SymptomFindings) findings = symptom_find(shelf, trace);
    ck_assert_uint_eq(findings->found->len, 1);
    ck_assert_str_eq(g_array_index(findings->found, SymptomFinding, 0).symptom->name, "two");

    /* One that is not told itself hides nothing. */
    g_ptr_array_set_size(shelf, 1);
    g_ptr_array_add(shelf, symptom_of("three", "sign A DATA doubled\nhides one\nconnections 2\n"));
    g_autoptr(SymptomFindings) alone = symptom_find(shelf, trace);
    ck_assert_uint_eq(alone->found->len, 1);
    ck_assert_str_eq(g_array_index(alone->found, SymptomFinding, 0).symptom->name, "one");
}
END_TEST

/* --- wrong files -------------------------------------------------------------------------- */

static const struct {
    const char *text, *says;
} wrong[] = {
    {HEAD "sing A FIN\n", "6:1: error: unknown statement 'sing'"},
    {HEAD "sing A FIN\n", "did you mean 'sign'?"},
    {HEAD "sign A FIM\n", "6:8: error: unknown kind of segment 'FIM'"},
    {HEAD "sign C FIN\n", "6:6: error: unknown host 'C'"},
    {HEAD "sign A FIN agian\n", "did you mean 'again'?"},
    {HEAD "sign A FIN same\n", "6:12: error: 'same' is about the segment before: there is none"},
    {HEAD "sign A FIN then\n", "expected A or B after 'then'"},
    {HEAD "sign A FIN then B RST after 3\n", "the time '3' lacks its unit"},
    {HEAD "sign A FIN then B RST after 3s..1s\n", "the range '3s..1s' ends before it begins"},
    {HEAD "sign A DATA len x\n", "'x' is not a number"},
    {HEAD "sign A sends SYN gasp 1s\n", "did you mean 'gaps'?"},
    {HEAD "or\nsign A FIN\n", "6:1: error: 'or' stands between signs"},
    {HEAD "sign A FIN\nor\n", "the symptom has no 'sign'"},
    {HEAD, "the symptom has no 'sign'"},
    {"sign A FIN\n", "the symptom has no 'title'"},
    {HEAD "sign A FIN\ntitle \"u\"\n", "7:1: error: 'title' stands once"},
    {HEAD "sign A FIN\nscenario gone.scn\n", "7:10: error: there is no file"},
    {"title \"t\"\ntell \"x\"\n", "2:1: error: no cause stands before this"},
    {HEAD "sign A FIN\nnumber 127\n", "the time '127' lacks its unit"},
    {HEAD "sign A FIN\nwire hello\n", "expected text, not 'hello'"},
    {HEAD "sign A FIN\nconnections 0\n", "'0' is out of range"},
};

START_TEST(a_wrong_file_says_where)
{
    g_autofree char *path = path_of("wrong.symptom");
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    write_file("wrong.symptom", wrong[_i].text, -1);
    ck_assert_ptr_null(symptom_read(path, diagnostics));
    g_autofree char *errors = diagnostics_format(diagnostics);
    ck_assert_msg(strstr(errors, wrong[_i].says) != NULL, "%s", errors);
}
END_TEST

START_TEST(a_shelf_is_in_order_and_leaves_out_what_is_wrong)
{
    const char *const two[] = {folder, "/nowhere", NULL};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    write_file("b.symptom", HEAD "sign A FIN\nhides a\n", -1);
    write_file("a.symptom", HEAD "sign A SYN\n", -1);
    write_file("c.symptom", "title\n", -1);
    write_file("d.txt", "", -1);
    g_autoptr(GPtrArray) shelf = symptom_shelf(two, diagnostics);
    ck_assert_uint_eq(shelf->len, 2);
    ck_assert_str_eq(((const Symptom *)g_ptr_array_index(shelf, 0))->name, "a");
    ck_assert_ptr_nonnull(symptom_named(shelf, "b"));
    ck_assert_ptr_null(symptom_named(shelf, "c"));
    ck_assert_uint_eq(diagnostics->errors, 1);
}
END_TEST

START_TEST(who_hides_what_is_not_there_is_told)
{
    const char *const one[] = {folder, NULL};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    write_file("alpha.symptom", HEAD "sign A FIN\n", -1);
    write_file("beta.symptom", HEAD "sign A FIN\nhides alhpa\n", -1);
    g_autoptr(GPtrArray) shelf = symptom_shelf(one, diagnostics);
    g_autofree char *errors = diagnostics_format(diagnostics);

    ck_assert_uint_eq(shelf->len, 2);
    ck_assert_ptr_nonnull(strstr(errors, "it hides 'alhpa', which is no symptom"));
    ck_assert_ptr_nonnull(strstr(errors, "did you mean 'alpha'?"));
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("symptom_signs");
    TCase *tc = tcase_create("signs"), *errors = tcase_create("errors");

    tcase_add_checked_fixture(tc, begin_profiles, end_profiles);
    tcase_add_loop_test(tc, a_sign_holds_or_not, 0, G_N_ELEMENTS(signs));
    tcase_add_test(tc, duplicate_acks_are_counted_as_rfc_5681_does);
    tcase_add_test(tc, evidence_is_what_was_seen);
    tcase_add_test(tc, what_says_more_hides_what_says_less);
    suite_add_tcase(s, tc);
    tcase_add_checked_fixture(errors, begin_profiles, end_profiles);
    tcase_add_loop_test(errors, a_wrong_file_says_where, 0, G_N_ELEMENTS(wrong));
    tcase_add_test(errors, a_shelf_is_in_order_and_leaves_out_what_is_wrong);
    tcase_add_test(errors, who_hides_what_is_not_there_is_told);
    suite_add_tcase(s, errors);
    return s;
}
