/* Expectations held against a run, and questions answered from one. */
#include "api/api.h"

#include "expect/expect.h"

struct TcpwaltzResults {
    GPtrArray *held; /* ExpectResult: whose texts these are: */
    GArray *items;   /* TcpwaltzResult */
    size_t failed;
};

static TcpwaltzOutcome outcome_of(const ExpectResult *result)
{
    if (result->ok)
        return TCPWALTZ_HELD;
    return result->is_out_of_reach ? TCPWALTZ_OUT_OF_REACH : TCPWALTZ_FAILED;
}

static TcpwaltzResult result_of(const ExpectResult *result)
{
    return (TcpwaltzResult){
        .outcome = outcome_of(result),
        .file = result->place.file,
        .line = result->place.line,
        .text = result->text,
        .expected = result->expected,
        .actual = result->actual,
        .event = result->event,
    };
}

TcpwaltzResults *tcpwaltz_run_check(const TcpwaltzRun *run)
{
    TcpwaltzResults *results = g_new0(TcpwaltzResults, 1);

    results->held = expect_check(run->plan->plan, run->trace);
    results->items = g_array_new(FALSE, FALSE, sizeof(TcpwaltzResult));
    for (guint i = 0; i < results->held->len; i++) {
        TcpwaltzResult result = result_of(g_ptr_array_index(results->held, i));

        results->failed += result.outcome == TCPWALTZ_FAILED ? 1 : 0;
        g_array_append_val(results->items, result);
    }
    return results;
}

size_t tcpwaltz_results_count(const TcpwaltzResults *results)
{
    return results->items->len;
}

size_t tcpwaltz_results_failed(const TcpwaltzResults *results)
{
    return results->failed;
}

const TcpwaltzResult *tcpwaltz_results_at(const TcpwaltzResults *results, size_t index)
{
    return index < results->items->len ? &g_array_index(results->items, TcpwaltzResult, index)
                                       : NULL;
}

void tcpwaltz_results_free(TcpwaltzResults *results)
{
    if (results == NULL)
        return;
    g_ptr_array_unref(results->held);
    g_array_unref(results->items);
    g_free(results);
}

char *tcpwaltz_run_ask(const TcpwaltzRun *run, const char *question, TcpwaltzErrors **errors)
{
    const Plan *plan = run->plan->plan;
    Diagnostics *diagnostics = diagnostics_new();
    g_autoptr(PlanAsk) ask = scenario_ask(plan, "<question>", question, diagnostics);
    g_autofree char *why = NULL;

    if (ask == NULL) {
        errors_give(errors, diagnostics);
        return NULL;
    }
    diagnostics_free(diagnostics);
    char *answer = expect_answer(plan, run->trace, ask, ANSWER_SCENARIO, &why);

    if (answer == NULL)
        errors_say(errors, NULL, "%s", why);
    return answer;
}

void tcpwaltz_text_free(char *text)
{
    g_free(text);
}
