/* Every form of a question, for each host and its first connections; and their answers, expected. */
#include "answers.h"

#include "expect/expect.h"

enum { CONNS_ASKED = 2 };

typedef struct Asking {
    const Plan *plan;
    const Trace *trace;
    GString *text; /* the scenario, and behind it what is to be expected */
} Asking;

static void ask(Asking *asking, const char *party, const char *what)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autofree char *question = g_strdup_printf("%s %s", party, what);
    g_autoptr(PlanAsk) parsed = scenario_ask(asking->plan, "ask", question, diagnostics);
    char *why = NULL;

    g_assert(parsed != NULL);
    g_autofree char *answer =
        expect_answer(asking->plan, asking->trace, parsed, ANSWER_SCENARIO, &why);
    g_assert(answer != NULL);
    if (g_str_equal(answer, "none"))
        return;
    g_auto(GStrv) lines = g_strsplit(answer, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++)
        g_string_append_printf(asking->text, "expect %s\n", lines[i]);
}

static void ask_about_segments(Asking *asking, const char *party)
{
    static const char *const values[] = {"at", "gaps", "seq", "ack", "len", "times"};

    for (guint class = 0; class < SEGMENT_CLASS_COUNT; class ++) {
        for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
            g_autofree char *what =
                g_strdup_printf("sends %s %s", segment_class_name((SegmentClass) class), values[i]);
            ask(asking, party, what);
        }
    }
}

static void ask_about(Asking *asking, const char *party)
{
    static const char *const others[] = {"path", "ends", "error", "delivers", "delivers wrong"};

    ask_about_segments(asking, party);
    for (guint state = 0; state < TCP_STATE_COUNT; state++) {
        g_autofree char *what = g_strdup_printf("enters %s at", tcp_state_name((TcpState)state));
        ask(asking, party, what);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        ask(asking, party, others[i]);
}

static void ask_about_host(Asking *asking, const char *name)
{
    static const char *const of_hosts[] = {"accepts", "holds half-open", "holds bytes"};

    ask_about(asking, name);
    for (guint number = 1; number <= CONNS_ASKED; number++) {
        g_autofree char *party = g_strdup_printf("%s.%u", name, number);
        ask_about(asking, party);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(of_hosts); i++)
        ask(asking, name, of_hosts[i]);
}

/* Of the expectations behind those of the plan, the first that fails. */
static char *first_failed(const Plan *plan, const Plan *asked, const Trace *trace)
{
    g_autoptr(GPtrArray) results = expect_check(asked, trace);

    for (guint i = plan->expects->len; i < asked->expects->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);
        if (!result->ok)
            return g_strdup_printf("answers: '%s': %s", result->text, result->actual);
    }
    return NULL;
}

char *answers_broken(const char *text, gsize length, const ScenarioOptions *options,
                     const Plan *plan, const Trace *trace)
{
    g_autoptr(GString) all = g_string_new_len(text, (gssize)length);
    Asking asking = {.plan = plan, .trace = trace, .text = g_string_append_c(all, '\n')};

    for (guint i = 0; i < plan->hosts->len; i++)
        ask_about_host(&asking, g_array_index(plan->hosts, PlanHost, i).name);

    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Plan) asked = scenario_parse("asked.scn", all->str, all->len, options, diagnostics);
    if (asked != NULL)
        return first_failed(plan, asked, trace);
    g_autofree char *errors = diagnostics_format(diagnostics);
    return g_strdup_printf("answers: %s", errors);
}
