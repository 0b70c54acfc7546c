/* Questions: the grammar of `--ask`, and what a trace answers. */
#include "check_main.h"
#include "expect_world.h"
#include "scenario/scenario.h"

#define S SIM_SECOND

static World world;

static void setup(void)
{
    static char client[] = "client", server[] = "server";

    world_init(&world);
    g_array_index(world.plan.hosts, PlanHost, CLIENT).name = client;
    g_array_index(world.plan.hosts, PlanHost, SERVER).name = server;
}

static void teardown(void)
{
    world_clear(&world);
}

/* The answer, or what is wrong: "1:8 unknown …", "there is no #3". */
static char *answer_to(const char *question, AnswerStyle style)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(PlanAsk) ask = scenario_ask(&world.plan, "--ask", question, diagnostics);
    char *why = NULL;

    if (ask == NULL) {
        const Diagnostic *first = g_ptr_array_index(diagnostics->items, 0);

        return g_strdup_printf("%u:%u %s", first->place.line, first->place.column, first->message);
    }
    ck_assert(!diagnostics_any(diagnostics));
    char *text = expect_answer(&world.plan, world.trace, ask, style, &why);

    return text != NULL ? text : why;
}

static void check_answer(const char *question, const char *scenario, const char *prose)
{
    g_autofree char *written = answer_to(question, ANSWER_SCENARIO);
    g_autofree char *said = answer_to(question, ANSWER_PROSE);

    ck_assert_str_eq(written, scenario);
    ck_assert_str_eq(said, prose);
}

static void send_numbers(guint32 seq, guint32 ack, guint16 length, guint8 flags)
{
    Segment segment = {
        .flags = flags, .src_port = 1, .dst_port = 2, .seq = seq, .ack = ack, .length = length};
    TraceEvent event = {.kind = TRACE_SEND, .host = CLIENT, .conn = 1};

    event.segment.seen = trace_see(world.trace, &segment, FALSE);
    event.segment.class = segment_class(&segment);
    event.segment.peer = SERVER;
    trace_add(world.trace, &event);
}

START_TEST(times_of_sends)
{
    sent(&world, 0, TCP_SYN);
    sent(&world, 3020 * SIM_MILLISECOND, TCP_SYN);
    check_answer("client sends SYN at", "client sends SYN at 0s 3.02s", "0 s, 3.02 s");
    check_answer("client sends SYN at #2", "3.02s", "3.02 s");
    check_answer("client sends SYN gaps", "client sends SYN gaps 3.02s", "3.02 s");
    check_answer("client sends SYN times", "client sends SYN 2 times", "2");
    check_answer("client.1 sends SYN times", "client.1 sends SYN 2 times", "2");
    check_answer("client sends SYN at #3", "there is no #3: the last is #2",
                 "there is no #3: the last is #2");
}
END_TEST

START_TEST(nothing)
{
    check_answer("client sends RST at", "client never sends RST", "none");
    check_answer("client sends RST times", "client sends RST 0 times", "0");
    check_answer("client sends RST gaps", "none", "none");
    check_answer("client sends RST at #1", "there is no #1: there is none",
                 "there is no #1: there is none");
    check_answer("client enters CLOSING at", "client never enters CLOSING", "none");
    check_answer("client error", "none", "none");
    check_answer("client.7 path", "none", "none");
    check_answer("client path", "client path CLOSED", "CLOSED");
}
END_TEST

/* Initial numbers 1000 and 5000: the SYN has relative 0, the data of the first full segment 1, the
 * next 1 + 1460 = 1461, its FIN behind 40 more 1501.  The SYN acknowledges nothing. */
START_TEST(numbers)
{
    send_numbers(1000, 0, 0, TCP_SYN);
    send_numbers(1001, 0, 1460, TCP_ACK);
    send_numbers(2461, 0, 40, TCP_ACK);
    send_numbers(2501, 0, 0, TCP_FIN | TCP_ACK);
    check_answer("client sends any seq", "client sends any seq 0 1 1461 1501", "0, 1, 1461, 1501");
    check_answer("client sends DATA len", "client sends DATA len 1460 40", "1460, 40");
    check_answer("client sends any len #2", "1460", "1460");
    check_answer("client sends any ack #3", "0", "0");
    check_answer("client sends any ack #4", "there is no #4: the last is #3",
                 "there is no #4: the last is #3");
}
END_TEST

START_TEST(states_and_errors)
{
    moved(&world, 0, CLIENT, 1, TCP_STATE_CLOSED, TCP_STATE_SYN_SENT);
    moved(&world, 2 * S, CLIENT, 1, TCP_STATE_SYN_SENT, TCP_STATE_CLOSED);
    told(&world, 2 * S, CLIENT, 1, TRACE_APP_ERROR, 0, 0, TCP_ETIMEDOUT);
    told(&world, 3 * S, CLIENT, 2, TRACE_APP_ERROR, 0, 0, TCP_EPIPE);
    check_answer("client path", "client path CLOSED SYN-SENT CLOSED", "CLOSED, SYN-SENT, CLOSED");
    check_answer("client path #2", "SYN-SENT", "SYN-SENT");
    check_answer("client ends", "client ends CLOSED", "CLOSED");
    check_answer("client enters CLOSED at", "client enters CLOSED at 2s", "2 s");
    check_answer("client error", "client error ETIMEDOUT at 2s\nclient error EPIPE at 3s",
                 "ETIMEDOUT at 2 s, EPIPE at 3 s");
    check_answer("client.2 error", "client.2 error EPIPE at 3s", "EPIPE at 3 s");
    check_answer("client error #1", "ETIMEDOUT at 2s", "ETIMEDOUT at 2 s");
}
END_TEST

START_TEST(counts)
{
    told(&world, 0, SERVER, 1, TRACE_APP_READ, 1234567, 1, TCP_OK);
    told(&world, 0, SERVER, 1, TRACE_APP_ACCEPTED, 0, 0, TCP_OK);
    check_answer("server delivers", "server delivers 1234567 bytes", "1,234,567");
    check_answer("server delivers wrong", "server delivers 1 bytes wrong", "1");
    check_answer("server accepts", "server accepts 1", "1");
    told(&world, 0, CLIENT, 1, TRACE_APP_READ, 999, 0, TCP_OK);
    check_answer("client delivers", "client delivers 999 bytes", "999");
    check_answer("server holds bytes", "server holds at most 0 bytes", "0");
    check_answer("server holds at most half-open", "server holds at most 0 half-open", "0");
}
END_TEST

START_TEST(what_is_no_question)
{
    static const struct {
        const char *question, *says;
    } rows[] = {
        {"", "1:1 the question is empty"},
        {"client", "1:7 expected an expectation (sends, never, enters, path, …) after 'client'"},
        {"clent ends", "1:1 unknown host 'clent'"},
        {"client sends SYN",
         "1:17 expected at, gaps, seq, ack, len, win, flags or times after 'SYN'"},
        {"client sends SYN at 3s", "1:21 nothing is expected here, but there is '3s'"},
        {"client sends SYN at #0", "1:22 '0' is out of range: a number from 1 to 4294967295"},
        /* "#x" begins a comment: no digit follows. */
        {"client sends SYN at #x", "none"},
        {"client never sends RST", "1:8 'never' has no value to ask for"},
        {"client ends\nclient ends", "2:12 a question is one line"},
        {"server holds at bytes", "1:17 expected 'most', not 'bytes'"},
        {"server.1 accepts", "1:1 'accepts' is of a host: write 'server'"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *says = answer_to(rows[i].question, ANSWER_PROSE);

        ck_assert_str_eq(says, rows[i].says);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("expect_answers");
    TCase *tc = tcase_create("answers");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, times_of_sends);
    tcase_add_test(tc, nothing);
    tcase_add_test(tc, numbers);
    tcase_add_test(tc, states_and_errors);
    tcase_add_test(tc, counts);
    tcase_add_test(tc, what_is_no_question);
    suite_add_tcase(s, tc);
    return s;
}
