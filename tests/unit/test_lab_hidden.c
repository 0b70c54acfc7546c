/* Hosts of which only the wire is seen, nodes that cannot go on, and what is said of a run besides. */
#include "lab_runs.h"

#include "expect/expect.h"
#include "expect/lines.h"
#include "lab/node.h"
#include "lab/node_conns.h"
#include "net/wire.h"
#include "view/view.h"

/* A stack that answers each SYN with a SYN-ACK, and is silent otherwise. */
typedef struct Hidden {
    LabNode node; /* first */
    LabNodeConns conns;
} Hidden;

static gboolean fails; /* of the run that is made now */

static Hidden *hidden_of(LabNode *node)
{
    return (Hidden *)(void *)node;
}

static void answer(Hidden *hidden, const Segment *syn)
{
    const Segment segment = {.src_addr = syn->dst_addr,
                             .dst_addr = syn->src_addr,
                             .src_port = syn->dst_port,
                             .dst_port = syn->src_port,
                             .seq = 7000,
                             .ack = syn->seq + 1,
                             .flags = TCP_SYN | TCP_ACK,
                             .window = 1000};
    guint8 bytes[WIRE_HEADERS_MAX];

    lab_node_conns_send(&hidden->conns, bytes, wire_encode(&segment, 0, bytes, sizeof bytes));
}

static void deliver(LabNode *node, const LabBytes *packet, const Segment *sent)
{
    Hidden *hidden = hidden_of(node);

    (void)packet;
    if (fails) {
        lab_node_fails(node->host, g_strdup("the first reason"));
        lab_node_fails(node->host, g_strdup("another"));
        return;
    }
    if ((sent->flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
        return;
    const TcpEnds ends = {.local_port = sent->dst_port,
                          .remote_address = sent->src_addr,
                          .remote_port = sent->src_port};
    lab_node_conns_add(&hidden->conns, &ends, TCP_STATE_CLOSED);
    answer(hidden, sent);
}

static SimDue next_due(LabNode *node)
{
    (void)node;
    return lab_node_due(SIM_NEVER);
}

static const char *behind(LabNode *node)
{
    (void)node;
    return "a wall";
}

static void hidden_free(LabNode *node)
{
    lab_node_conns_clear(&hidden_of(node)->conns);
    g_free(node);
}

static const LabNodeKind hidden_kind = {.free = hidden_free,
                                        .deliver = deliver,
                                        .next_due = next_due,
                                        .ends = lab_node_conns_ends,
                                        .status = lab_node_conns_status,
                                        .find = lab_node_conns_id,
                                        .newest = lab_node_conns_newest,
                                        .behind = behind};

static gpointer begin(const LabReality *reality, const Plan *plan, char **trouble)
{
    (void)plan;
    (void)trouble;
    return g_memdup2(reality, sizeof *reality);
}

/* The server is one. */
static LabNode *node_of(gpointer session, LabHost *host, char **trouble)
{
    (void)session;
    (void)trouble;
    if (lab_node_index(host) != SERVER)
        return NULL;
    Hidden *hidden = g_new0(Hidden, 1);

    hidden->node = (LabNode){.kind = &hidden_kind, .host = host};
    lab_node_conns_init(&hidden->conns, &hidden->node, sizeof(LabNodeConn), g_free);
    return &hidden->node;
}

static void remarks(gpointer session, GPtrArray *out)
{
    (void)session;
    g_ptr_array_add(out, g_strdup("a remark"));
}

static Trace *try_hidden(const Plan *plan, char **trouble)
{
    const LabReality reality = {.begin = begin, .end = g_free, .node = node_of, .remarks = remarks};
    const LabOptions how = {.level = TRACE_LEVEL_FULL, .reality = &reality};

    return lab_try(plan, &how, trouble);
}

static Trace *run_hidden(const Plan *plan)
{
    g_autofree char *trouble = NULL;
    Trace *trace = try_hidden(plan, &trouble);

    ck_assert(trace != NULL);
    return trace;
}

/* What there is to say of line `i`. */
static void ck_assert_note(const Plan *plan, const Trace *trace, guint i, const char *text)
{
    g_autoptr(LineUses) uses = line_uses_of(plan, trace);
    g_autoptr(GPtrArray) notes = line_uses_tell(plan, uses);

    ck_assert_uint_gt(notes->len, i);
    const ExpectResult *note = g_ptr_array_index(notes, i);
    g_autofree char *said = g_strdup_printf("%s %s", note->text, note->actual);
    ck_assert_str_eq(said, text);
}

START_TEST(only_the_wire_is_seen)
{
    g_autoptr(Plan) plan = plan_of(CONNECTED "stop at 100ms\n");
    g_autoptr(Trace) trace = run_hidden(plan);

    ck_assert_story(trace, TOLD(CALL) | TOLD(STATE) | TOLD(SEND) | TOLD(ARRIVE) | TOLD(APP), SERVER,
                    "10 ms server gets SYN\n"
                    "10 ms server.1 sends SYN-ACK pass\n"
                    "30 ms server.1 gets ACK\n");
    ck_assert_str_eq(trace_behind(trace, SERVER), "a wall");
    ck_assert(trace_behind(trace, CLIENT) == NULL);
}
END_TEST

START_TEST(its_lines_are_left_out)
{
    g_autoptr(Plan) plan = plan_of(HOSTS "at 0s server listen\n"
                                         "at 0s client connect server\n"
                                         "when client ESTABLISHED server close\n"
                                         "at 50ms server crash\n"
                                         "stop at 100ms\n");
    g_autoptr(Trace) trace = run_hidden(plan);

    ck_assert_note(plan, trace, 0,
                   "at 0s server listen was left out: the program behind a wall does what it does");
    ck_assert_note(plan, trace, 1,
                   "when client ESTABLISHED server close was left out: the program behind a wall "
                   "does what it does");
    ck_assert_note(
        plan, trace, 2,
        "at 50ms server crash was left out: the program behind a wall does what it does");
}
END_TEST

START_TEST(what_is_forged_in_its_name_is_sent)
{
    g_autoptr(Plan) plan = plan_of(HOSTS "at 0s client connect server\n"
                                         "at 50ms inject server->client RST\n"
                                         "stop at 100ms\n");
    g_autoptr(Trace) trace = run_hidden(plan);

    ck_assert_uint_eq(trace_tally(trace, SERVER)->forged, 1);
}
END_TEST

START_TEST(a_when_of_its_states_never_fires)
{
    g_autoptr(Plan) plan = plan_of(HOSTS "at 0s client connect server\n"
                                         "when server ESTABLISHED client close\n"
                                         "stop at 100ms\n");
    g_autoptr(Trace) trace = run_hidden(plan);

    ck_assert_note(plan, trace, 0,
                   "when server ESTABLISHED client close never fired: server is behind a wall, and "
                   "its states are not told");
}
END_TEST

/* Six of these are about what it sends, or about the client. */
static const char expectations[] = HOSTS "at 0s client connect server\n"
                                         "stop at 100ms\n"
                                         "expect server sends SYN-ACK at 10ms\n"
                                         "expect server sends SYN-ACK 1 times\n"
                                         "expect server sends SYN-ACK seq 0\n"
                                         "expect server.1 sends SYN-ACK ack 1\n"
                                         "expect server never sends RST\n"
                                         "expect client enters ESTABLISHED at 20ms\n"
                                         "expect server enters ESTABLISHED at 30ms\n"
                                         "expect server never enters CLOSE-WAIT\n"
                                         "expect server path LISTEN SYN-RCVD ESTABLISHED\n"
                                         "expect server ends ESTABLISHED\n"
                                         "expect server error ECONNRESET at 1s\n"
                                         "expect server delivers 0 bytes\n"
                                         "expect server delivers 0 bytes wrong\n"
                                         "expect server accepts 0\n"
                                         "expect server holds at most 1 half-open\n"
                                         "expect server holds at most 100000 bytes\n";

START_TEST(what_nobody_can_tell_is_not_held)
{
    enum { KNOWN = 6, ALL = 16 };
    g_autoptr(Plan) plan = plan_of(expectations);
    g_autoptr(Trace) trace = run_hidden(plan);
    g_autoptr(GPtrArray) results = expect_check(plan, trace);

    ck_assert_uint_eq(results->len, ALL);
    for (guint i = 0; i < ALL; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);
        ck_assert_msg(result->ok == (i < KNOWN), "%s: %s", result->text, result->actual);
        ck_assert(result->is_unknown == (i >= KNOWN));
        if (i >= KNOWN)
            ck_assert_str_eq(result->actual, "nobody can tell: server is behind a wall");
    }
    expect_forget_unknown(results);
    ck_assert_uint_eq(results->len, KNOWN);
}
END_TEST

START_TEST(what_nobody_can_tell_is_not_answered)
{
    g_autoptr(Plan) plan = plan_of(HOSTS "at 0s client connect server\n"
                                         "stop at 100ms\n");
    g_autoptr(Trace) trace = run_hidden(plan);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(PlanAsk) ask = scenario_ask(plan, "--ask", "server ends", diagnostics);
    g_autofree char *why = NULL;

    ck_assert(expect_answer(plan, trace, ask, ANSWER_SCENARIO, &why) == NULL);
    ck_assert_str_eq(why, "nobody can tell: server is behind a wall");
}
END_TEST

START_TEST(the_summary_says_so)
{
    g_autoptr(Plan) plan = plan_of(HOSTS "at 0s client connect server\n"
                                         "stop at 100ms\n");
    g_autoptr(Trace) trace = run_hidden(plan);
    g_autoptr(GString) out = g_string_new(NULL);
    const ViewOptions look = {.width = 100};

    view_timeline(trace, &look, out);
    ck_assert(strstr(out->str, "client ESTABLISHED, server unknown (behind a wall)\n") != NULL);
}
END_TEST

START_TEST(remarks_come_with_the_trace)
{
    g_autoptr(Plan) plan = plan_of(CONNECTED "stop at 100ms\n");
    g_autoptr(Trace) trace = run_hidden(plan);

    ck_assert_uint_eq(trace->remarks->len, 1);
    ck_assert_str_eq(g_ptr_array_index(trace->remarks, 0), "a remark");
}
END_TEST

/* RFC 6298: the SYN would be sent again after a second. */
START_TEST(a_node_that_fails_ends_the_run)
{
    g_autoptr(Plan) plan = plan_of(HOSTS "at 0s client connect server\n");
    g_autofree char *trouble = NULL;

    fails = TRUE;
    ck_assert(try_hidden(plan, &trouble) == NULL);
    ck_assert_str_eq(trouble, "the first reason");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lab_hidden");

    TCase *hidden = scenario_case("hidden");
    tcase_add_test(hidden, only_the_wire_is_seen);
    tcase_add_test(hidden, its_lines_are_left_out);
    tcase_add_test(hidden, what_is_forged_in_its_name_is_sent);
    tcase_add_test(hidden, a_when_of_its_states_never_fires);
    tcase_add_test(hidden, what_nobody_can_tell_is_not_held);
    tcase_add_test(hidden, what_nobody_can_tell_is_not_answered);
    tcase_add_test(hidden, the_summary_says_so);
    suite_add_tcase(s, hidden);

    TCase *told = scenario_case("told");
    tcase_add_test(told, remarks_come_with_the_trace);
    tcase_add_test(told, a_node_that_fails_ends_the_run);
    suite_add_tcase(s, told);
    return s;
}
