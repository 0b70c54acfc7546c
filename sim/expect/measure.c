/* Questions answered: the values that an expectation speaks of, found by the code that checks it,
 * for a sentence or for a scenario. */
#include <string.h>

#include "expect/expect.h"
#include "expect/times.h"
#include "expect/verdict.h"

static ExpectationMeasure *const measures[PLAN_EXPECT_KIND_COUNT] = {
    [PLAN_EXPECT_SENDS_AT] = measure_sends_at,
    [PLAN_EXPECT_SENDS_GAPS] = measure_sends_gaps,
    [PLAN_EXPECT_SENDS_TIMES] = measure_sends_times,
    [PLAN_EXPECT_SENDS_SEQ] = measure_sends_number,
    [PLAN_EXPECT_SENDS_ACK] = measure_sends_number,
    [PLAN_EXPECT_SENDS_LEN] = measure_sends_number,
    [PLAN_EXPECT_ENTERS] = measure_enters,
    [PLAN_EXPECT_PATH] = measure_path,
    [PLAN_EXPECT_ENDS] = measure_ends,
    [PLAN_EXPECT_ERROR] = measure_error,
    [PLAN_EXPECT_DELIVERS] = measure_delivers,
    [PLAN_EXPECT_ACCEPTS] = measure_accepts,
    [PLAN_EXPECT_HOLDS_HALF_OPEN] = measure_holds,
    [PLAN_EXPECT_HOLDS_BYTES] = measure_holds,
};

/* How each is written in a scenario; words in capitals are filled in. */
static const char *const forms[PLAN_EXPECT_KIND_COUNT] = {
    [PLAN_EXPECT_SENDS_AT] = "PARTY sends SEGMENT at VALUES",
    [PLAN_EXPECT_SENDS_GAPS] = "PARTY sends SEGMENT gaps VALUES",
    [PLAN_EXPECT_SENDS_TIMES] = "PARTY sends SEGMENT VALUES times",
    [PLAN_EXPECT_SENDS_SEQ] = "PARTY sends SEGMENT seq VALUES",
    [PLAN_EXPECT_SENDS_ACK] = "PARTY sends SEGMENT ack VALUES",
    [PLAN_EXPECT_SENDS_LEN] = "PARTY sends SEGMENT len VALUES",
    [PLAN_EXPECT_ENTERS] = "PARTY enters STATE at VALUES",
    [PLAN_EXPECT_PATH] = "PARTY path VALUES",
    [PLAN_EXPECT_ENDS] = "PARTY ends VALUES",
    [PLAN_EXPECT_ERROR] = "PARTY error VALUES",
    [PLAN_EXPECT_DELIVERS] = "PARTY delivers VALUES bytes WRONG",
    [PLAN_EXPECT_ACCEPTS] = "PARTY accepts VALUES",
    [PLAN_EXPECT_HOLDS_HALF_OPEN] = "PARTY holds at most VALUES half-open",
    [PLAN_EXPECT_HOLDS_BYTES] = "PARTY holds at most VALUES bytes",
};

/* Of these, "never" says that there is no value. */
static const gboolean is_never_when_empty[PLAN_EXPECT_KIND_COUNT] = {
    [PLAN_EXPECT_SENDS_AT] = TRUE,
    [PLAN_EXPECT_SENDS_SEQ] = TRUE,
    [PLAN_EXPECT_SENDS_LEN] = TRUE,
};

void measured_count(GArray *values, guint64 count)
{
    Measured value = {.kind = MEASURED_COUNT, .number = count};

    g_array_append_val(values, value);
}

void measured_times(GArray *values, const GArray *times)
{
    for (guint i = 0; i < times->len; i++) {
        Measured value = {.kind = MEASURED_TIME, .time = g_array_index(times, SimTime, i)};
        g_array_append_val(values, value);
    }
}

/* --- values ------------------------------------------------------------------------------- */

/* "3 s" in a sentence, "3s" in a scenario. */
static void append_time_value(GString *out, SimTime t, AnswerStyle style)
{
    gsize before = out->len;

    append_time(out, t);
    char *blank = strchr(out->str + before, ' ');

    if (blank != NULL && style == ANSWER_SCENARIO)
        g_string_erase(out, blank - out->str, 1);
}

/* "20,000" in a sentence, "20000" in a scenario. */
static void append_count(GString *out, guint64 count, AnswerStyle style)
{
    gsize before = out->len;

    g_string_append_printf(out, "%" G_GUINT64_FORMAT, count);
    for (gsize at = out->len; style == ANSWER_PROSE && at > before + 3;) {
        at -= 3;
        g_string_insert_c(out, (gssize)at, ',');
    }
}

static void append_value(GString *out, const Measured *value, AnswerStyle style)
{
    switch (value->kind) {
    case MEASURED_TIME: append_time_value(out, value->time, style); break;
    case MEASURED_COUNT: append_count(out, value->number, style); break;
    case MEASURED_NUMBER: g_string_append_printf(out, "%" G_GUINT64_FORMAT, value->number); break;
    case MEASURED_STATE: g_string_append(out, tcp_state_name(value->state)); break;
    case MEASURED_ERROR:
        g_string_append_printf(out, "%s at ", tcp_error_name(value->error));
        append_time_value(out, value->time, style);
        break;
    }
}

static void append_list(GString *out, const GArray *values, AnswerStyle style)
{
    for (guint i = 0; i < values->len; i++) {
        if (i > 0)
            g_string_append(out, style == ANSWER_PROSE ? ", " : " ");
        append_value(out, &g_array_index(values, Measured, i), style);
    }
}

/* --- as an expectation -------------------------------------------------------------------- */

static char *party_text(const Plan *plan, PlanParty party)
{
    const char *host = g_array_index(plan->hosts, PlanHost, party.host).name;

    return party.number == 0 ? g_strdup(host) : g_strdup_printf("%s.%u", host, party.number);
}

/* The form with its words filled in, behind what `out` has. */
static void append_form(GString *out, const Plan *plan, const PlanExpect *expect, const char *form,
                        const char *values)
{
    g_autofree char *party = party_text(plan, expect->party);
    const char *state =
        expect->states != NULL ? tcp_state_name(g_array_index(expect->states, TcpState, 0)) : "";
    const struct {
        const char *word, *text;
    } fill[] = {{"PARTY", party},
                {"SEGMENT", segment_class_name(expect->class)},
                {"STATE", state},
                {"VALUES", values},
                {"WRONG", expect->wrong ? "wrong" : NULL}};
    g_auto(GStrv) words = g_strsplit(form, " ", -1);

    for (guint i = 0; words[i] != NULL; i++) {
        const char *text = words[i];

        for (gsize j = 0; j < G_N_ELEMENTS(fill); j++)
            text = strcmp(words[i], fill[j].word) == 0 ? fill[j].text : text;
        if (text != NULL)
            g_string_append_printf(out, "%s%s", i > 0 ? " " : "", text);
    }
}

/* An expectation says one error: several are as many lines. */
static void append_errors(GString *out, const Plan *plan, const PlanExpect *expect,
                          const GArray *values)
{
    for (guint i = 0; i < values->len; i++) {
        g_autoptr(GString) value = g_string_new(NULL);

        append_value(value, &g_array_index(values, Measured, i), ANSWER_SCENARIO);
        if (i > 0)
            g_string_append_c(out, '\n');
        append_form(out, plan, expect, forms[expect->kind], value->str);
    }
}

static void append_expectation(GString *out, const Plan *plan, const PlanExpect *expect,
                               const GArray *values)
{
    g_autoptr(GString) list = g_string_new(NULL);

    append_list(list, values, ANSWER_SCENARIO);
    if (expect->kind == PLAN_EXPECT_ERROR)
        append_errors(out, plan, expect, values);
    else
        append_form(out, plan, expect, forms[expect->kind], list->str);
}

/* --- the answer --------------------------------------------------------------------------- */

static char *pick_value(const PlanAsk *ask, const GArray *values, AnswerStyle style, char **why)
{
    GString *out = g_string_new(NULL);

    if (ask->pick <= values->len) {
        append_value(out, &g_array_index(values, Measured, ask->pick - 1), style);
        return g_string_free(out, FALSE);
    }
    *why = values->len == 0
               ? g_strdup_printf("there is no #%u: there is none", ask->pick)
               : g_strdup_printf("there is no #%u: the last is #%u", ask->pick, values->len);
    g_string_free(out, TRUE);
    return NULL;
}

/* The values (Measured) of the question's expectation. */
static GArray *measure(const Plan *plan, const Trace *trace, const PlanAsk *ask)
{
    g_autoptr(TraceIndex) index = trace_index_new(trace, plan->hosts->len);
    GArray *values = g_array_new(FALSE, TRUE, sizeof(Measured));
    PlanExpectKind kind = ask->expect.kind;

    g_assert((guint)kind < PLAN_EXPECT_KIND_COUNT && measures[kind] != NULL);
    measures[kind](&ask->expect, index, values);
    return values;
}

GArray *expect_numbers(const Plan *plan, const Trace *trace, const PlanAsk *ask,
                       gboolean *are_times)
{
    g_autoptr(GArray) values = measure(plan, trace, ask);
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(gint64));

    for (guint i = 0; i < values->len; i++) {
        const Measured *value = &g_array_index(values, Measured, i);
        gint64 number = value->kind == MEASURED_TIME || value->kind == MEASURED_ERROR
                            ? value->time
                            : (gint64)value->number;

        *are_times = value->kind == MEASURED_TIME || value->kind == MEASURED_ERROR;
        if (value->kind != MEASURED_STATE)
            g_array_append_val(numbers, number);
    }
    return numbers;
}

char *expect_answer(const Plan *plan, const Trace *trace, const PlanAsk *ask, AnswerStyle style,
                    char **why)
{
    const PlanExpect *expect = &ask->expect;
    g_autoptr(GArray) values = measure(plan, trace, ask);

    if (ask->pick > 0)
        return pick_value(ask, values, style, why);

    GString *out = g_string_new(NULL);

    if (style == ANSWER_SCENARIO && values->len > 0)
        append_expectation(out, plan, expect, values);
    else if (style == ANSWER_SCENARIO && is_never_when_empty[expect->kind])
        append_form(out, plan, expect, "PARTY never sends SEGMENT", "");
    else if (values->len == 0)
        g_string_append(out, "none");
    else
        append_list(out, values, style);
    return g_string_free(out, FALSE);
}
