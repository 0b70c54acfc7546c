/* The library's face: what it gives, whose that is, and what is wrong told as a value. */
#include "check_main.h"

#include <glib.h>
#include <string.h>

#include "api/tcpwaltz.h"

/* The first SYN is lost: 3 s until the next one (RFC 1122's timeout, Linux 2.4). */
static const char first_syn_lost[] = "title \"The first SYN is lost\"\n"
                                     "host client linux-2.4\n"
                                     "host server linux-2.4\n"
                                     "link client server delay=10ms\n"
                                     "drop client SYN #1\n"
                                     "at 0s server listen\n"
                                     "at 0s client connect server\n"
                                     "at 5s client send 100\n"
                                     "expect client sends SYN at 0s 3s\n"
                                     "expect client enters ESTABLISHED at 1s\n";

static TcpwaltzRun *run_of(const char *text)
{
    TcpwaltzErrors *errors = NULL;
    TcpwaltzRun *run = tcpwaltz_run_text(text, strlen(text), &errors);

    ck_assert_msg(run != NULL, "%s", tcpwaltz_errors_text(errors));
    ck_assert_ptr_null(errors);
    return run;
}

static int keep(void *data, const void *bytes, size_t length)
{
    g_string_append_len(data, bytes, (gssize)length);
    return 0;
}

/* Asked how often it was called. */
static int refuse(void *data, const void *bytes, size_t length)
{
    (void)bytes;
    ck_assert_uint_gt(length, 0);
    (*(int *)data)++;
    return 1;
}

/* --- errors ---------------------------------------------------------------------------------- */

static TcpwaltzErrors *errors_of(const char *name, const char *text, const TcpwaltzOptions *options)
{
    TcpwaltzErrors *errors = NULL;

    ck_assert_ptr_null(tcpwaltz_plan_from_text(name, text, strlen(text), options, &errors));
    ck_assert_uint_gt(tcpwaltz_errors_count(errors), 0);
    return errors;
}

START_TEST(an_error_has_its_place_and_a_hint)
{
    TcpwaltzErrors *errors =
        errors_of("a.scn", "host a linux-2.4\nhost b linux-2.5\nlink a b\n", NULL);
    const TcpwaltzError *error = tcpwaltz_errors_at(errors, 0);

    ck_assert_uint_eq(tcpwaltz_errors_count(errors), 1);
    ck_assert_str_eq(error->file, "a.scn");
    ck_assert_uint_eq(error->line, 2);
    ck_assert_uint_eq(error->column, 8);
    ck_assert_uint_eq(error->width, 9);
    ck_assert_int_eq(error->is_note, 0);
    ck_assert_str_eq(error->message, "unknown profile 'linux-2.5'");
    ck_assert_ptr_nonnull(strstr(error->hint, "linux-2.4"));
    ck_assert_ptr_nonnull(strstr(tcpwaltz_errors_text(errors), "a.scn:2:8: error:"));
    ck_assert_ptr_null(tcpwaltz_errors_at(errors, 1));
    tcpwaltz_errors_free(errors);
}
END_TEST

START_TEST(who_wants_no_errors_gets_none)
{
    ck_assert_ptr_null(tcpwaltz_plan_from_text(NULL, "nonsense", 8, NULL, NULL));
    ck_assert_ptr_null(tcpwaltz_run_text("", 0, NULL));
    ck_assert_ptr_null(tcpwaltz_plan_from_file("/nowhere/a.scn", NULL, NULL));
    ck_assert_uint_eq(tcpwaltz_errors_count(NULL), 0);
    ck_assert_ptr_null(tcpwaltz_errors_at(NULL, 0));
    ck_assert_str_eq(tcpwaltz_errors_text(NULL), "");
}
END_TEST

START_TEST(hostile_texts_are_errors)
{
    static const char zeros[] = "\0\0host\0";
    static const char *const texts[] = {
        "host \xff\xfe linux-2.4", "\x1b[2Jhost a",        "\"", "host",
        "include \"a\x01.scn\"",   "expect \xe2\x80\xae x"};
    TcpwaltzErrors *errors = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        errors = errors_of("\x1b[1m.scn", texts[i], NULL);
        for (const char *at = tcpwaltz_errors_text(errors); *at != '\0'; at++)
            ck_assert(*at == '\n' || (guchar)*at >= ' ');
        tcpwaltz_errors_free(errors);
    }
    errors = NULL;
    ck_assert_ptr_null(tcpwaltz_plan_from_text(NULL, zeros, sizeof zeros, NULL, &errors));
    tcpwaltz_errors_free(errors);
}
END_TEST

START_TEST(a_text_may_be_too_large)
{
    gsize length = 16 * 1024 * 1024 + 1;
    g_autofree char *text = g_malloc(length);
    TcpwaltzErrors *errors = NULL;

    memset(text, '\n', length);
    ck_assert_ptr_null(tcpwaltz_plan_from_text("a.scn", text, length, NULL, &errors));
    ck_assert_str_eq(tcpwaltz_errors_at(errors, 0)->message,
                     "cannot read it: it is larger than 16 MB");
    ck_assert_str_eq(tcpwaltz_errors_at(errors, 0)->file, "a.scn");
    tcpwaltz_errors_free(errors);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_an_error)
{
    TcpwaltzErrors *errors = NULL;

    ck_assert_ptr_null(tcpwaltz_plan_from_file("/nowhere/a.scn", NULL, &errors));
    ck_assert_str_eq(tcpwaltz_errors_at(errors, 0)->file, "/nowhere/a.scn");
    ck_assert_ptr_nonnull(strstr(tcpwaltz_errors_at(errors, 0)->message, "No such file"));
    tcpwaltz_errors_free(errors);
}
END_TEST

/* --- files that a scenario names ------------------------------------------------------------- */

typedef struct Shelf {
    const char *name, *text; /* the one file that is there */
    guint asked;
} Shelf;

static int read_shelf(void *data, const char *path, TcpwaltzFile *file)
{
    Shelf *shelf = data;

    shelf->asked++;
    if (strcmp(path, shelf->name) != 0)
        return 1;
    if (shelf->text == NULL) {
        tcpwaltz_file_put(file, "half", 4);
        tcpwaltz_file_refuse(file, "the \x1b shelf is locked");
        tcpwaltz_file_refuse(file, "the shelf is locked");
        return 1;
    }
    for (const char *at = shelf->text; *at != '\0'; at++)
        tcpwaltz_file_put(file, at, 1);
    return 0;
}

/* The plan's title, or the first error; free with g_free(). */
static char *read_with(Shelf *shelf, const char *name, const char *text)
{
    TcpwaltzOptions *options = tcpwaltz_options_new();
    TcpwaltzErrors *errors = NULL;

    tcpwaltz_options_set_reader(options, read_shelf, shelf);
    TcpwaltzPlan *plan = tcpwaltz_plan_from_text(name, text, strlen(text), options, &errors);
    char *out =
        g_strdup(plan != NULL ? tcpwaltz_plan_title(plan) : tcpwaltz_errors_at(errors, 0)->message);

    tcpwaltz_plan_free(plan);
    tcpwaltz_errors_free(errors);
    tcpwaltz_options_free(options);
    return out;
}

START_TEST(what_it_includes_comes_from_the_reader)
{
    Shelf shelf = {"lib/hosts.scn", "title \"read\"\nhost a linux-2.4\n", 0};
    g_autofree char *title = read_with(&shelf, "lib/a.scn", "include \"hosts.scn\"\n");

    ck_assert_str_eq(title, "read");
    ck_assert_uint_eq(shelf.asked, 1);
}
END_TEST

START_TEST(a_profile_comes_from_the_reader)
{
    Shelf by_name = {"mine.profile", "base linux-2.4\n", 0};
    Shelf by_path = {"my/own.profile", "base linux-2.4\n", 0};
    g_autofree char *one = read_with(&by_name, NULL, "title \"1\"\nhost a mine\nhost b mine\n");
    g_autofree char *two = read_with(&by_path, NULL, "title \"2\"\nhost a \"my/own.profile\"\n");

    ck_assert_str_eq(one, "1");
    ck_assert_uint_eq(by_name.asked, 1);
    ck_assert_str_eq(two, "2");
    ck_assert_uint_eq(by_path.asked, 1);
}
END_TEST

START_TEST(a_name_leads_to_a_profile_of_the_library)
{
    Shelf nothing = {"a.scn", NULL, 0}, own = {"linux.profile", "set mss=70000\n", 0};
    g_autofree char *within = read_with(&nothing, NULL, "title \"1\"\nhost a linux-5.10\n");
    g_autofree char *instead = read_with(&own, NULL, "title \"2\"\nhost a linux\n");

    ck_assert_str_eq(within, "1");
    ck_assert_str_eq(instead, "mss=70000 is out of range"); /* who has that name, is asked first */
}
END_TEST

START_TEST(what_cannot_be_read_is_an_error)
{
    Shelf shelf = {"a.scn", NULL, 0};
    g_autofree char *locked = read_with(&shelf, NULL, "include \"a.scn\"\n");
    g_autofree char *missing = read_with(&shelf, NULL, "include \"b.scn\"\n");
    g_autofree char *unknown = read_with(&shelf, NULL, "host a linux-9\n");

    ck_assert_str_eq(locked, "cannot read 'a.scn': the shelf is locked");
    ck_assert_str_eq(missing, "cannot read 'b.scn': no such file");
    ck_assert_str_eq(unknown, "unknown profile 'linux-9'");
}
END_TEST

START_TEST(loops_of_files_at_hand_are_found)
{
    Shelf includes = {"a.scn", "include \"a.scn\"\n", 0};
    Shelf bases = {"a.profile", "base a\n", 0};
    g_autofree char *one = read_with(&includes, NULL, "include \"a.scn\"\n");
    g_autofree char *two = read_with(&bases, NULL, "host h a\n");

    ck_assert_str_eq(one,
                     "cannot read 'a.scn': the files name each other in a loop: a.scn -> a.scn");
    ck_assert_str_eq(
        two,
        "cannot read 'a.profile': the files name each other in a loop: a.profile -> a.profile");
}
END_TEST

/* A file that never ends takes no more memory than it may. */
static int read_endless(void *data, const char *path, TcpwaltzFile *file)
{
    (void)path;
    for (guint i = 0; i < 20; i++)
        tcpwaltz_file_put(file, data, 1024 * 1024);
    return 0;
}

START_TEST(a_file_at_hand_may_be_too_large)
{
    g_autofree char *megabyte = g_malloc(1024 * 1024);
    TcpwaltzOptions *options = tcpwaltz_options_new();

    memset(megabyte, '\n', 1024 * 1024);
    tcpwaltz_options_set_reader(options, read_endless, megabyte);
    TcpwaltzErrors *errors = errors_of(NULL, "include \"a.scn\"\n", options);

    ck_assert_str_eq(tcpwaltz_errors_at(errors, 0)->message,
                     "cannot read 'a.scn': it is larger than 16 MB");
    tcpwaltz_errors_free(errors);
    tcpwaltz_options_free(options);
}
END_TEST

START_TEST(without_a_reader_no_file_is_read)
{
    TcpwaltzErrors *errors = errors_of(NULL, "include \"/etc/hostname\"\n", NULL);

    ck_assert_str_eq(tcpwaltz_errors_at(errors, 0)->message,
                     "cannot read '/etc/hostname': no files are at hand");
    tcpwaltz_errors_free(errors);
}
END_TEST

/* --- options --------------------------------------------------------------------------------- */

START_TEST(options_know_their_values)
{
    TcpwaltzOptions *options = tcpwaltz_options_new();

    ck_assert_int_eq(tcpwaltz_options_set(options, TCPWALTZ_SEED, UINT64_MAX), 0);
    ck_assert_int_eq(tcpwaltz_options_set(options, TCPWALTZ_MAX_TIME_NS, INT64_MAX), 0);
    ck_assert_int_eq(tcpwaltz_options_set(options, TCPWALTZ_MAX_TIME_NS, UINT64_MAX), -1);
    ck_assert_int_eq(tcpwaltz_options_set(options, TCPWALTZ_WIDTH, 10001), -1);
    ck_assert_int_eq(tcpwaltz_options_set(options, TCPWALTZ_UNICODE, 2), -1);
    ck_assert_int_eq(tcpwaltz_options_set(options, (TcpwaltzOption)99, 1), -1);
    tcpwaltz_options_free(options);
    tcpwaltz_options_free(NULL);
}
END_TEST

START_TEST(settings_and_bounds_reach_the_run)
{
    TcpwaltzOptions *options = tcpwaltz_options_new();
    TcpwaltzErrors *errors = NULL;

    tcpwaltz_options_add_setting(options, "client.initial-rto=1s");
    tcpwaltz_options_add_setting(options, "server.initial-rto=2s");
    tcpwaltz_options_set(options, TCPWALTZ_MAX_TIME_NS, 500000000);
    TcpwaltzPlan *plan =
        tcpwaltz_plan_from_text(NULL, first_syn_lost, strlen(first_syn_lost), options, &errors);

    ck_assert_msg(plan != NULL, "%s", tcpwaltz_errors_text(errors));
    TcpwaltzRun *bounded = tcpwaltz_run_plan(plan, options, NULL);
    TcpwaltzRun *whole = tcpwaltz_run_plan(plan, NULL, NULL);
    char *answer = tcpwaltz_run_ask(whole, "client sends SYN at", NULL);

    ck_assert_int_eq(tcpwaltz_run_end(bounded), TCPWALTZ_END_MAX_TIME);
    ck_assert_int_eq(tcpwaltz_run_end(whole), TCPWALTZ_END_QUIET);
    ck_assert_str_eq(answer, "client sends SYN at 0s 1s");
    tcpwaltz_text_free(answer);
    tcpwaltz_run_free(bounded);
    tcpwaltz_run_free(whole);
    tcpwaltz_plan_free(plan);
    tcpwaltz_options_add_setting(options, "nobody.initial-rto=1s");
    errors = errors_of(NULL, first_syn_lost, options);
    ck_assert_str_eq(tcpwaltz_errors_at(errors, 0)->file, "--set");
    tcpwaltz_errors_free(errors);
    tcpwaltz_options_free(options);
}
END_TEST

/* --- runs ------------------------------------------------------------------------------------ */

START_TEST(a_run_outlives_its_plan)
{
    TcpwaltzPlan *plan =
        tcpwaltz_plan_from_text(NULL, first_syn_lost, strlen(first_syn_lost), NULL, NULL);
    TcpwaltzRun *run = tcpwaltz_run_plan(plan, NULL, NULL);

    ck_assert_str_eq(tcpwaltz_plan_title(plan), "The first SYN is lost");
    tcpwaltz_plan_free(plan);
    TcpwaltzResults *results = tcpwaltz_run_check(run);

    ck_assert_uint_eq(tcpwaltz_results_count(results), 2);
    ck_assert_uint_eq(tcpwaltz_results_failed(results), 1);
    ck_assert_str_eq(tcpwaltz_run_host(run, 0), "client");
    ck_assert_str_eq(tcpwaltz_run_host(run, 1), "server");
    ck_assert_ptr_null(tcpwaltz_run_host(run, 2));
    tcpwaltz_results_free(results);
    tcpwaltz_run_free(run);
}
END_TEST

START_TEST(results_say_what_was_expected_and_what_happened)
{
    TcpwaltzRun *run = run_of(first_syn_lost);
    TcpwaltzResults *results = tcpwaltz_run_check(run);
    const TcpwaltzResult *held = tcpwaltz_results_at(results, 0);
    const TcpwaltzResult *failed = tcpwaltz_results_at(results, 1);

    ck_assert_int_eq(held->outcome, TCPWALTZ_HELD);
    ck_assert_int_eq(failed->outcome, TCPWALTZ_FAILED);
    ck_assert_str_eq(failed->file, "<text>");
    ck_assert_uint_eq(failed->line, 10);
    ck_assert_str_eq(failed->expected, "ESTABLISHED at 1 s");
    ck_assert_str_eq(failed->actual, "ESTABLISHED at 3.02 s"); /* 3 s and a round trip */
    ck_assert_uint_gt(failed->event, 0);
    ck_assert_ptr_null(tcpwaltz_results_at(results, 2));
    tcpwaltz_results_free(results);
    tcpwaltz_run_free(run);
}
END_TEST

START_TEST(questions_are_answered_or_refused)
{
    TcpwaltzRun *run = run_of(first_syn_lost);
    TcpwaltzErrors *errors = NULL;
    char *answer = tcpwaltz_run_ask(run, "client sends SYN at #2", &errors);

    ck_assert_str_eq(answer, "3s");
    tcpwaltz_text_free(answer);
    ck_assert_ptr_null(errors);
    ck_assert_ptr_null(tcpwaltz_run_ask(run, "client sends SYN at #3", &errors));
    ck_assert_ptr_nonnull(strstr(tcpwaltz_errors_text(errors), "there is no #3"));
    tcpwaltz_errors_free(errors);
    errors = NULL;
    ck_assert_ptr_null(tcpwaltz_run_ask(run, "nobody sends SYN at", &errors));
    ck_assert_str_eq(tcpwaltz_errors_at(errors, 0)->file, "<question>");
    tcpwaltz_errors_free(errors);
    ck_assert_ptr_null(tcpwaltz_run_ask(run, "", NULL));
    tcpwaltz_run_free(run);
}
END_TEST

START_TEST(a_packetdrill_script_is_judged)
{
    static const char script[] = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
                                 "+0 bind(3, ..., ...) = 0\n"
                                 "+0 listen(3, 1) = 0\n"
                                 "+0 < S 0:0(0) win 1000\n"
                                 "+0 > S. 0:0(0) ack 2 <...>\n";
    TcpwaltzPlan *plan = tcpwaltz_plan_from_text("a.pkt", script, strlen(script), NULL, NULL);
    TcpwaltzRun *run = tcpwaltz_run_plan(plan, NULL, NULL);
    TcpwaltzResults *results = tcpwaltz_run_check(run);

    ck_assert_uint_eq(tcpwaltz_results_count(results), 1);
    ck_assert_uint_eq(tcpwaltz_results_failed(results), 1); /* a SYN takes up one number, not two */
    ck_assert_uint_eq(tcpwaltz_results_at(results, 0)->line, 5);
    tcpwaltz_results_free(results);
    tcpwaltz_run_free(run);
    tcpwaltz_plan_free(plan);
}
END_TEST

/* --- views ----------------------------------------------------------------------------------- */

START_TEST(every_format_writes)
{
    TcpwaltzRun *run = run_of(first_syn_lost);
    const char *name;
    gsize count = 0;

    for (; (name = tcpwaltz_format_name(count)) != NULL; count++) {
        g_autoptr(GString) out = g_string_new(NULL);

        ck_assert_int_eq(tcpwaltz_run_view(run, name, NULL, keep, out, NULL), 0);
        ck_assert_msg(out->len > 0, "%s", name);
        ck_assert_ptr_nonnull(tcpwaltz_format_help(count));
    }
    ck_assert_uint_ge(count, 11);
    ck_assert_ptr_null(tcpwaltz_format_help(count));
    tcpwaltz_run_free(run);
}
END_TEST

START_TEST(a_format_that_is_none_is_an_error)
{
    TcpwaltzRun *run = run_of(first_syn_lost);
    TcpwaltzErrors *errors = NULL;

    ck_assert_int_eq(tcpwaltz_run_view(run, "timelime", NULL, keep, NULL, &errors), -1);
    ck_assert_str_eq(tcpwaltz_errors_at(errors, 0)->message, "unknown format 'timelime'");
    ck_assert_str_eq(tcpwaltz_errors_at(errors, 0)->hint, "did you mean 'timeline'?");
    ck_assert_ptr_null(tcpwaltz_errors_at(errors, 0)->file);
    ck_assert_str_eq(tcpwaltz_errors_text(errors),
                     "error: unknown format 'timelime'\n     = did you mean 'timeline'?\n");
    tcpwaltz_errors_free(errors);
    tcpwaltz_run_free(run);
}
END_TEST

START_TEST(a_sink_that_refuses_is_asked_once)
{
    TcpwaltzRun *run = run_of("host a linux-2.4\nhost b linux-2.4\nlink a b\nat 0s b listen\n"
                              "at 0s a connect b\nat 1s a send 4M\n");
    TcpwaltzErrors *errors = NULL;
    int asked = 0;
    g_autoptr(GString) whole = g_string_new(NULL);

    ck_assert_int_eq(tcpwaltz_run_view(run, "json", NULL, keep, whole, NULL), 0);
    ck_assert_uint_gt(whole->len, 1 << 20); /* several pieces */
    ck_assert_int_eq(tcpwaltz_run_view(run, "json", NULL, refuse, &asked, &errors), -1);
    ck_assert_int_eq(asked, 1);
    ck_assert_str_eq(tcpwaltz_errors_at(errors, 0)->message, "the sink takes no more");
    tcpwaltz_errors_free(errors);
    ck_assert_int_eq(tcpwaltz_run_why(run, 1, NULL, refuse, &asked, NULL), -1);
    tcpwaltz_run_free(run);
}
END_TEST

START_TEST(why_tells_the_chain)
{
    TcpwaltzRun *run = run_of(first_syn_lost);
    g_autoptr(GString) out = g_string_new(NULL);
    TcpwaltzErrors *errors = NULL;

    ck_assert_int_eq(tcpwaltz_run_why(run, 5, NULL, keep, out, NULL), 0);
    ck_assert_ptr_nonnull(strstr(out->str, "the script says: client connect server (<text>:7)"));
    ck_assert_ptr_nonnull(strstr(out->str, "so client sends SYN seq=0: connect called"));
    ck_assert_int_eq(tcpwaltz_run_why(run, 0, NULL, keep, out, NULL), -1);
    ck_assert_int_eq(tcpwaltz_run_why(run, UINT32_MAX, NULL, keep, out, &errors), -1);
    ck_assert_uint_eq(tcpwaltz_errors_count(errors), 1);
    tcpwaltz_errors_free(errors);
    tcpwaltz_run_free(run);
}
END_TEST

START_TEST(sentences_come_by_number)
{
    TcpwaltzRun *run = run_of(first_syn_lost);
    g_autoptr(GString) out = g_string_new(NULL);
    guint32 count = tcpwaltz_run_event_count(run);
    int asked = 0;

    ck_assert_int_eq(tcpwaltz_run_sentences(run, 5, 2, NULL, keep, out, NULL), 0);
    ck_assert_str_eq(out->str, "client sends SYN seq=0: connect called [RFC 9293 sec. 3.10.1]\n"
                               "SYN seq=0 is lost: drop client SYN #1 (<text>:5)\n");
    ck_assert_int_eq(tcpwaltz_run_sentences(run, 1, count, NULL, keep, out, NULL), 0);
    ck_assert_int_eq(tcpwaltz_run_sentences(run, 1, count, NULL, refuse, &asked, NULL), -1);
    ck_assert_int_eq(asked, 1);

    static const guint32 nowhere[][2] = {{0, 1}, {2, 0}, {3, G_MAXUINT32}, {G_MAXUINT32, 2}};

    for (guint i = 0; i < G_N_ELEMENTS(nowhere); i++)
        ck_assert_int_eq(
            tcpwaltz_run_sentences(run, nowhere[i][0], nowhere[i][1], NULL, keep, out, NULL), -1);
    ck_assert_int_eq(tcpwaltz_run_sentences(run, count, 2, NULL, keep, out, NULL), -1);
    tcpwaltz_run_free(run);
}
END_TEST

/* Places may change their order, or be left out; what has no translation stays. */
START_TEST(messages_are_translated)
{
    TcpwaltzRun *run = run_of(first_syn_lost);
    TcpwaltzOptions *german = tcpwaltz_options_new();
    g_autoptr(GString) out = g_string_new(NULL);

    tcpwaltz_options_add_translation(german, "{0} sends {1}", "{1} von {0} {2} {");
    tcpwaltz_options_add_translation(german, "connect called", "connect gerufen");
    tcpwaltz_options_add_translation(german, "{0} is lost: {1}", "{0} geht verloren");
    ck_assert_int_eq(tcpwaltz_run_sentences(run, 5, 2, german, keep, out, NULL), 0);
    ck_assert_str_eq(out->str, "SYN seq=0 von client  {: connect gerufen [RFC 9293 sec. 3.10.1]\n"
                               "SYN seq=0 geht verloren\n");
    tcpwaltz_options_free(german);
    tcpwaltz_run_free(run);
}
END_TEST

START_TEST(every_message_is_named)
{
    static const char *const some[] = {"{0} sends {1}", "three duplicate ACKs",
                                       "Connection timed out", "retransmit", "no event was left"};
    g_autoptr(GHashTable) messages = g_hash_table_new(g_str_hash, g_str_equal);
    const char *message;

    for (size_t i = 0; (message = tcpwaltz_message(i)) != NULL; i++) {
        ck_assert_str_ne(message, "");
        g_hash_table_add(messages, (gpointer)(guintptr)message);
    }
    for (guint i = 0; i < G_N_ELEMENTS(some); i++)
        ck_assert_msg(g_hash_table_contains(messages, some[i]), "%s", some[i]);
}
END_TEST

START_TEST(a_picture_may_have_no_titles)
{
    TcpwaltzRun *run = run_of(first_syn_lost);
    TcpwaltzOptions *bare = tcpwaltz_options_new();
    g_autoptr(GString) with = g_string_new(NULL);
    g_autoptr(GString) without = g_string_new(NULL);

    ck_assert_int_eq(tcpwaltz_options_set(bare, TCPWALTZ_TITLES, 0), 0);
    ck_assert_int_eq(tcpwaltz_run_view(run, "svg", NULL, keep, with, NULL), 0);
    ck_assert_int_eq(tcpwaltz_run_view(run, "svg", bare, keep, without, NULL), 0);
    ck_assert_ptr_nonnull(strstr(with->str, "<title>client sends SYN seq=0"));
    ck_assert_ptr_null(strstr(without->str, "<title>client"));
    ck_assert_ptr_nonnull(strstr(without->str, "data-e=\"5\"><line"));
    tcpwaltz_options_free(bare);
    tcpwaltz_run_free(run);
}
END_TEST

/* --- events and facts ------------------------------------------------------------------------ */

START_TEST(events_come_one_by_one)
{
    TcpwaltzRun *run = run_of(first_syn_lost);
    TcpwaltzEvents *events = tcpwaltz_events_new(run);
    const TcpwaltzEvent *event;
    guint32 count = 0, lost = 0;

    while ((event = tcpwaltz_events_next(events)) != NULL) {
        ck_assert_uint_eq(event->number, ++count);
        ck_assert_uint_lt(event->cause, event->number);
        if (event->kind == TCPWALTZ_LOST)
            lost = event->number;
    }
    ck_assert_uint_eq(count, tcpwaltz_run_event_count(run));
    event = tcpwaltz_events_at(events, count);
    ck_assert_int_eq(event->kind, TCPWALTZ_RUN_END);
    ck_assert_str_eq(event->what, "quiet");
    ck_assert_ptr_null(event->host);

    event = tcpwaltz_events_at(events, lost);
    ck_assert_str_eq(event->what, "drop");
    ck_assert_str_eq(event->text, "drop client SYN #1");
    ck_assert_str_eq(event->file, "<text>");
    ck_assert_uint_eq(event->line, 5);
    event = tcpwaltz_events_at(events, event->sent);
    ck_assert_int_eq(event->kind, TCPWALTZ_SEND);
    ck_assert_str_eq(event->what, "SYN");
    ck_assert_str_eq(event->host, "client");
    ck_assert_str_eq(event->peer, "server");
    ck_assert_uint_eq(event->flags, 2);
    ck_assert_str_eq(event->fate, "lost");
    ck_assert_int_eq(event->time_ns, 0);
    ck_assert_uint_eq(tcpwaltz_events_next(events)->number, event->number);
    ck_assert_ptr_null(tcpwaltz_events_at(events, 0));
    ck_assert_ptr_null(tcpwaltz_events_at(events, count + 1));
    tcpwaltz_events_free(events);
    tcpwaltz_run_free(run);
}
END_TEST

static const TcpwaltzTimer *timer_of(const TcpwaltzFact *fact, const char *name)
{
    for (size_t i = 0; i < fact->timer_count; i++)
        if (strcmp(fact->timers[i].name, name) == 0)
            return &fact->timers[i];
    ck_abort_msg("no timer %s", name);
}

START_TEST(facts_say_where_everybody_stands)
{
    TcpwaltzRun *run = run_of(first_syn_lost);
    TcpwaltzFacts *facts = tcpwaltz_facts_new(run, INT64_C(2999999999));
    const TcpwaltzFact *fact = tcpwaltz_facts_of(facts, "client", 1);

    ck_assert_str_eq(fact->state, "SYN-SENT");
    ck_assert_uint_eq(fact->sent, 1);
    ck_assert_uint_eq(fact->sent_lost, 1);
    ck_assert_uint_eq(fact->sent_again, 0);
    ck_assert_int_eq(timer_of(fact, "retransmit")->is_running, 1);
    ck_assert_int_eq(timer_of(fact, "retransmit")->due_ns, INT64_C(3000000000));
    ck_assert_int_eq(timer_of(fact, "time-wait")->is_running, 0);
    ck_assert_str_eq(tcpwaltz_facts_of(facts, "server", 0)->state, "LISTEN");
    ck_assert_ptr_null(tcpwaltz_facts_of(facts, "server", 1));
    ck_assert_ptr_null(tcpwaltz_facts_of(facts, "nobody", 0));
    tcpwaltz_facts_free(facts);

    facts = tcpwaltz_facts_new(run, INT64_MAX);
    fact = tcpwaltz_facts_of(facts, "client", 1);
    ck_assert_str_eq(fact->state, "ESTABLISHED");
    ck_assert_uint_eq(fact->sent, 4); /* two SYNs, the ACK of SYN-ACK, 100 bytes */
    ck_assert_uint_eq(fact->sent_again, 1);
    ck_assert_uint_eq(fact->arrived, 2); /* SYN-ACK, and the ACK of the bytes */
    ck_assert_uint_eq(tcpwaltz_facts_of(facts, "client", 0)->sent, 4);
    ck_assert_uint_eq(tcpwaltz_facts_of(facts, "server", 1)->bytes_read, 100);
    ck_assert_uint_eq(tcpwaltz_facts_of(facts, "server", 0)->connections, 1);
    tcpwaltz_facts_free(facts);

    facts = tcpwaltz_facts_at_event(run, 0);
    ck_assert_ptr_null(tcpwaltz_facts_of(facts, "client", 0)->state);
    ck_assert_uint_eq(tcpwaltz_facts_of(facts, "client", 0)->connections, 0);
    tcpwaltz_facts_free(facts);
    tcpwaltz_run_free(run);
}
END_TEST

START_TEST(profiles_are_within)
{
    const char *before = "", *name;
    gsize count = 0;
    gboolean has_linux = FALSE;

    for (; (name = tcpwaltz_profile_name(count)) != NULL; count++) {
        g_autofree char *text = g_strdup_printf("host a %s\n", name);
        TcpwaltzPlan *plan = tcpwaltz_plan_from_text(NULL, text, strlen(text), NULL, NULL);

        ck_assert_msg(plan != NULL, "%s", name);
        ck_assert_str_lt(before, name);
        tcpwaltz_plan_free(plan);
        has_linux = has_linux || strcmp(name, "linux-6.18") == 0;
        before = name;
    }
    ck_assert(has_linux);
}
END_TEST

START_TEST(a_profile_says_its_keys)
{
    TcpwaltzProfile *profile = tcpwaltz_profile_new("linux-2.4");
    const TcpwaltzKey *key = NULL;
    gsize count = 0;

    ck_assert_ptr_nonnull(tcpwaltz_profile_title(profile));
    while ((key = tcpwaltz_profile_key(profile, count)) != NULL &&
           strcmp(key->name, "tcp_syn_retries") != 0)
        count++;
    ck_assert_ptr_nonnull(key);
    ck_assert_str_eq(key->value, "5"); /* 3, 6, 12, 24, 48 s, given up at 189 s */
    ck_assert_str_eq(key->takes, "0 to 127");
    ck_assert_ptr_nonnull(key->source);
    while (tcpwaltz_profile_key(profile, count) != NULL)
        count++;
    ck_assert_ptr_null(tcpwaltz_profile_key(profile, count + 1));
    tcpwaltz_profile_free(profile);

    ck_assert_ptr_null(tcpwaltz_profile_new("linux-2.5"));
    tcpwaltz_profile_free(NULL);
}
END_TEST

/* --- faults ---------------------------------------------------------------------------------- */

/* The n-th event of a kind that is in a word `what`, of this host; NULL: of any. */
static uint32_t find_nth(const TcpwaltzRun *run, TcpwaltzKind kind, const char *what,
                         const char *host, guint n)
{
    TcpwaltzEvents *events = tcpwaltz_events_new(run);
    const TcpwaltzEvent *event;
    uint32_t number = 0;

    while (number == 0 && (event = tcpwaltz_events_next(events)) != NULL)
        if (event->kind == kind && g_strcmp0(event->what, what) == 0 &&
            (host == NULL || g_strcmp0(event->host, host) == 0) && --n == 0)
            number = event->number;
    tcpwaltz_events_free(events);
    ck_assert_uint_ne(number, 0);
    return number;
}

static uint32_t find_event(const TcpwaltzRun *run, TcpwaltzKind kind, const char *what)
{
    return find_nth(run, kind, what, NULL, 1);
}

static void expect_line(const TcpwaltzRun *run, uint32_t event, TcpwaltzFault fault,
                        int64_t delay_ns, const char *expected)
{
    char *line = tcpwaltz_run_fault_line(run, event, fault, delay_ns, NULL);

    ck_assert_str_eq(line, expected);
    tcpwaltz_text_free(line);
}

START_TEST(a_segment_has_a_line_for_each_fault)
{
    TcpwaltzRun *run = run_of(first_syn_lost);
    uint32_t lost = find_event(run, TCPWALTZ_LOST, "drop");
    uint32_t answer = find_event(run, TCPWALTZ_SEND, "SYN-ACK");

    expect_line(run, lost, TCPWALTZ_DROP, 0, "drop client SYN #1");
    expect_line(run, find_event(run, TCPWALTZ_ARRIVE, "SYN"), TCPWALTZ_DROP, 0,
                "drop client SYN #2");
    expect_line(run, answer, TCPWALTZ_DUPLICATE, 0, "duplicate server SYN-ACK #1");
    expect_line(run, answer, TCPWALTZ_CORRUPT, 0, "corrupt server SYN-ACK #1");
    expect_line(run, answer, TCPWALTZ_DELAY, 20000000, "delay server SYN-ACK #1 by 20ms");
    expect_line(run, answer, TCPWALTZ_DELAY, 1500000000, "delay server SYN-ACK #1 by 1.5s");
    expect_line(run, answer, TCPWALTZ_DELAY, 1, "delay server SYN-ACK #1 by 1ns");
    /* The client's ACK of the handshake is none of the server's. */
    expect_line(run, find_nth(run, TCPWALTZ_SEND, "ACK", "server", 1), TCPWALTZ_DROP, 0,
                "drop server ACK #1");
    tcpwaltz_run_free(run);
}
END_TEST

START_TEST(no_fault_meets_what_nobody_sent)
{
    static const char forged[] = "host a rfc6298\nhost b rfc6298\nlink a b\n"
                                 "at 0s inject a->b RST\n";
    TcpwaltzRun *run = run_of(first_syn_lost), *attack = run_of(forged);
    const struct {
        const TcpwaltzRun *run;
        uint32_t event;
        TcpwaltzFault fault;
        const char *why;
    } wrong[] = {
        {run, find_event(run, TCPWALTZ_STATE, "LISTEN"), TCPWALTZ_DROP, "about no segment"},
        {run, 0, TCPWALTZ_DROP, "about no segment"},
        {run, UINT32_MAX, TCPWALTZ_DROP, "about no segment"},
        {run, find_event(run, TCPWALTZ_SEND, "SYN"), TCPWALTZ_DELAY, "no such fault"},
        {run, find_event(run, TCPWALTZ_SEND, "SYN"), (TcpwaltzFault)9, "no such fault"},
        {attack, find_event(attack, TCPWALTZ_SEND, "RST"), TCPWALTZ_DROP, "forged"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        TcpwaltzErrors *errors = NULL;

        ck_assert_ptr_null(
            tcpwaltz_run_fault_line(wrong[i].run, wrong[i].event, wrong[i].fault, 0, &errors));
        ck_assert_ptr_nonnull(strstr(tcpwaltz_errors_text(errors), wrong[i].why));
        tcpwaltz_errors_free(errors);
    }
    tcpwaltz_run_free(run);
    tcpwaltz_run_free(attack);
}
END_TEST

/* With more than 1,000 strangers not all is listed, so the line names the instant. */
START_TEST(beside_a_flood_the_line_names_the_instant)
{
    static const char flood[] = "host client rfc6298\nhost server rfc6298\nhost attacker rfc6298\n"
                                "link client server delay=10ms\nlink attacker server\n"
                                "at 0s server listen\n"
                                "at 1s flood attacker->server SYN rate=10000/s count=2000 spoofed\n"
                                "at 2s client connect server\n"
                                "at 3s client connect server\n";
    TcpwaltzRun *run = run_of(flood);

    expect_line(run, find_nth(run, TCPWALTZ_SEND, "SYN", "client", 2), TCPWALTZ_DROP, 0,
                "drop client SYN #1 from 3s to 3.000000001s");
    tcpwaltz_run_free(run);
}
END_TEST

/* --- threads --------------------------------------------------------------------------------- */

static gpointer look_at(gpointer run)
{
    GString *out = g_string_new(NULL);

    ck_assert_int_eq(tcpwaltz_run_view(run, "timeline", NULL, keep, out, NULL), 0);
    return g_string_free(out, FALSE);
}

START_TEST(threads_may_share_a_run)
{
    TcpwaltzRun *run = run_of(first_syn_lost);
    GThread *threads[4];
    g_autofree char *alone = look_at(run);

    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("look", look_at, run);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++) {
        g_autofree char *text = g_thread_join(threads[i]);

        ck_assert_str_eq(text, alone);
    }
    tcpwaltz_run_free(run);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("api");
    TCase *errors = tcase_create("errors"), *files = tcase_create("files");
    TCase *runs = tcase_create("runs"), *views = tcase_create("views");

    tcase_add_test(errors, an_error_has_its_place_and_a_hint);
    tcase_add_test(errors, who_wants_no_errors_gets_none);
    tcase_add_test(errors, hostile_texts_are_errors);
    tcase_add_test(errors, a_text_may_be_too_large);
    tcase_add_test(errors, a_file_that_is_not_there_is_an_error);
    tcase_add_test(files, what_it_includes_comes_from_the_reader);
    tcase_add_test(files, a_profile_comes_from_the_reader);
    tcase_add_test(files, a_name_leads_to_a_profile_of_the_library);
    tcase_add_test(files, what_cannot_be_read_is_an_error);
    tcase_add_test(files, loops_of_files_at_hand_are_found);
    tcase_add_test(files, a_file_at_hand_may_be_too_large);
    tcase_add_test(files, without_a_reader_no_file_is_read);
    tcase_add_test(runs, options_know_their_values);
    tcase_add_test(runs, settings_and_bounds_reach_the_run);
    tcase_add_test(runs, a_run_outlives_its_plan);
    tcase_add_test(runs, results_say_what_was_expected_and_what_happened);
    tcase_add_test(runs, questions_are_answered_or_refused);
    tcase_add_test(runs, a_packetdrill_script_is_judged);
    tcase_add_test(views, every_format_writes);
    tcase_add_test(views, a_format_that_is_none_is_an_error);
    tcase_add_test(views, a_sink_that_refuses_is_asked_once);
    tcase_add_test(views, why_tells_the_chain);
    tcase_add_test(views, events_come_one_by_one);
    tcase_add_test(views, facts_say_where_everybody_stands);
    tcase_add_test(views, profiles_are_within);
    tcase_add_test(views, sentences_come_by_number);
    tcase_add_test(views, messages_are_translated);
    tcase_add_test(views, every_message_is_named);
    tcase_add_test(views, a_picture_may_have_no_titles);
    tcase_add_test(views, a_profile_says_its_keys);
    tcase_add_test(views, a_segment_has_a_line_for_each_fault);
    tcase_add_test(views, no_fault_meets_what_nobody_sent);
    tcase_add_test(views, beside_a_flood_the_line_names_the_instant);
    tcase_add_test(views, threads_may_share_a_run);
    suite_add_tcase(s, errors);
    suite_add_tcase(s, files);
    suite_add_tcase(s, runs);
    suite_add_tcase(s, views);
    return s;
}
