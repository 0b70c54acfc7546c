/* Questions answered: the values that an expectation speaks of, found by the code that checks it,
 * for a sentence or for a scenario. */
#include <string.h>

#include "expect/expect.h"
#include "expect/times.h"
#include "expect/verdict.h"

enum {
    EMPTY_nothing = PLAN_EXPECT_KIND_COUNT,
    EMPTY_never_sends = PLAN_EXPECT_NEVER_SENDS,
    EMPTY_never_enters = PLAN_EXPECT_NEVER_ENTERS,
};

/* What expect_kinds.h says of a kind, as far as answers need it. */
static const struct {
    ExpectationMeasure *measure;
    const char *bare, *form; /* without values, with them: words in capitals are filled in */
    guint empty;             /* what to expect when there is no value; EMPTY_nothing: nothing */
} kinds[PLAN_EXPECT_KIND_COUNT] = {
#define KIND_(kind, word, choice, of, before, values, behind, question, empty, help, head, take,   \
              asked, check, measure)                                                               \
    [PLAN_EXPECT_##kind] = {measure_##measure, before, before "VALUES" behind, EMPTY_##empty},
    EXPECTATION_KINDS(KIND_)
#undef KIND_
};

/* Of an expectation that nobody can ask for. */
void measure_nothing(const PlanExpect *expect, const TraceIndex *index, GArray *values)
{
    (void)expect;
    (void)index;
    (void)values;
}

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

/* "3 s" in a sentence, "3s" in a scenario, "3" for a program. */
static void append_time_value(GString *out, SimTime t, AnswerStyle style)
{
    char seconds[SIM_TIME_TEXT_MAX];

    if (style == ANSWER_DATA) {
        (void)sim_time_format_seconds(t, 0, seconds);
        g_string_append(out, seconds);
        return;
    }

    gsize before = out->len;

    time_append(t, out);
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
    char flags[TCP_FLAGS_TEXT];

    switch (value->kind) {
    case MEASURED_TIME: append_time_value(out, value->time, style); break;
    case MEASURED_COUNT: append_count(out, value->number, style); break;
    case MEASURED_NUMBER: g_string_append_printf(out, "%" G_GUINT64_FORMAT, value->number); break;
    case MEASURED_FLAGS: g_string_append(out, tcp_flags_text((guint8)value->number, flags)); break;
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

/* "SYN", "first 2 SYN" */
static char *segment_text(const PlanExpect *expect)
{
    const char *class = segment_class_name(expect->class);

    return expect->first > 0 ? g_strdup_printf("first %u %s", expect->first, class)
                             : g_strdup(class);
}

/* "PARTY FORM" with its words filled in, behind what `out` has. */
static void append_form(GString *out, const Plan *plan, const PlanExpect *expect, const char *form,
                        const char *values)
{
    g_autofree char *party = party_text(plan, expect->party);
    const char *state =
        expect->states != NULL ? tcp_state_name(g_array_index(expect->states, TcpState, 0)) : "";

    g_autofree char *segment = segment_text(expect);
    const struct {
        const char *word, *text;
    } fill[] = {{"SEGMENT", segment},
                {"STATE", state},
                {"VALUES", values},
                {"[wrong]", expect->wrong ? "wrong" : NULL}};
    g_auto(GStrv) words = g_strsplit(form, " ", -1);

    g_string_append(out, party);
    for (guint i = 0; words[i] != NULL; i++) {
        const char *text = words[i];

        for (gsize j = 0; j < G_N_ELEMENTS(fill); j++)
            text = strcmp(words[i], fill[j].word) == 0 ? fill[j].text : text;
        if (text != NULL)
            g_string_append_printf(out, " %s", text);
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
        append_form(out, plan, expect, kinds[expect->kind].form, value->str);
    }
}

static void append_values(GString *out, const Plan *plan, const PlanExpect *expect,
                          const char *form, const GArray *values)
{
    g_autoptr(GString) list = g_string_new(NULL);

    append_list(list, values, ANSWER_SCENARIO);
    append_form(out, plan, expect, form, list->str);
}

static void append_expectation(GString *out, const Plan *plan, const PlanExpect *expect,
                               const GArray *values)
{
    if (expect->kind == PLAN_EXPECT_ERROR)
        append_errors(out, plan, expect, values);
    else
        append_values(out, plan, expect, kinds[expect->kind].form, values);
}

/* What holds of a run in which the list is empty; "none" where nothing can be expected then. */
static void append_none(GString *out, const Plan *plan, const PlanExpect *asked,
                        const TraceIndex *index)
{
    guint empty = kinds[asked->kind].empty;
    PlanExpect all = *asked;
    const PlanExpect *expect = &all;

    g_autoptr(GArray) unlisted = g_array_new(FALSE, TRUE, sizeof(Measured));

    all.first = 0; /* of none there are no first ones */

    /* What a large flood brought about has no times: its number is all that can be told. */
    if (empty == EMPTY_never_sends)
        measure_sends_times(expect, index, unlisted);
    if (empty == EMPTY_nothing)
        g_string_append(out, "none");
    else if (unlisted->len > 0 && g_array_index(unlisted, Measured, 0).number > 0)
        append_values(out, plan, expect, kinds[PLAN_EXPECT_SENDS_TIMES].form, unlisted);
    else
        append_form(out, plan, expect, kinds[empty].bare, "");
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
static GArray *measure(const TraceIndex *index, const PlanAsk *ask)
{
    GArray *values = g_array_new(FALSE, TRUE, sizeof(Measured));
    PlanExpectKind kind = ask->expect.kind;

    g_assert((guint)kind < PLAN_EXPECT_KIND_COUNT);
    kinds[kind].measure(&ask->expect, index, values);
    return values;
}

GArray *expect_numbers(const Trace *trace, const PlanAsk *ask, gboolean *are_times)
{
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LISTS);
    g_autoptr(GArray) values = measure(index, ask);
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

    *why = expect_unknown(expect, trace);
    if (*why != NULL)
        return NULL;
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LISTS);
    g_autoptr(GArray) values = measure(index, ask);

    if (ask->pick > 0)
        return pick_value(ask, values, style, why);

    GString *out = g_string_new(NULL);

    if (style == ANSWER_SCENARIO && values->len > 0)
        append_expectation(out, plan, expect, values);
    else if (style == ANSWER_SCENARIO)
        append_none(out, plan, expect, index);
    else if (values->len == 0)
        g_string_append(out, "none");
    else
        append_list(out, values, style);
    return g_string_free(out, FALSE);
}

char **expect_data(const Trace *trace, const GPtrArray *asks)
{
    g_autoptr(TraceIndex) index = asks->len > 0 ? trace_index_new(trace, TRACE_INDEX_LISTS) : NULL;
    char **answers = g_new0(char *, asks->len + 1);

    for (guint i = 0; i < asks->len; i++) {
        const PlanAsk *ask = g_ptr_array_index(asks, i);
        g_autoptr(GArray) values = measure(index, ask);
        GString *out = g_string_new(NULL);

        if (ask->pick == 0)
            append_list(out, values, ANSWER_DATA);
        else if (ask->pick <= values->len)
            append_value(out, &g_array_index(values, Measured, ask->pick - 1), ANSWER_DATA);
        answers[i] = g_string_free(out, FALSE);
    }
    return answers;
}
