/* Expectations held against a trace: a table of their kinds, a loop over them, and what fails a
 * run though no line of it names it. */
#include "expect/expect.h"

#include "expect/times.h"
#include "expect/verdict.h"

#define CHECK_(kind, word, choice, of, before, values, behind, question, empty, help, head, take,  \
               asked, check, measure)                                                              \
    [PLAN_EXPECT_##kind] = check_##check,

static ExpectationCheck *const checks[PLAN_EXPECT_KIND_COUNT] = {EXPECTATION_KINDS(CHECK_)};

void expect_result_free(ExpectResult *result)
{
    g_free(result->text);
    g_free(result->expected);
    g_free(result->actual);
    g_free(result);
}

/* What a host sends is seen on the wire; the rest only those tell of that are not hidden. */
static gboolean is_seen_on_the_wire(PlanExpectKind kind)
{
    return (kind >= PLAN_EXPECT_SENDS_AT && kind <= PLAN_EXPECT_SENDS_TIMES) ||
           kind == PLAN_EXPECT_NEVER_SENDS;
}

char *expect_unknown(const PlanExpect *expect, const Trace *trace)
{
    TraceHost host = expect->party.host;
    const char *behind = trace_behind(trace, host);

    if (behind == NULL || is_seen_on_the_wire(expect->kind))
        return NULL;
    return g_strdup_printf("nobody can tell: %s is behind %s",
                           (const char *)g_ptr_array_index(trace->hosts, host), behind);
}

/* `why` is taken over; NULL: it is known. */
static void say_unknown(ExpectResult *result, char *why)
{
    if (why == NULL)
        return;
    g_free(result->actual);
    result->actual = why;
    result->ok = FALSE;
    result->event = 0;
    result->is_unknown = TRUE;
}

static ExpectResult *check_one(const PlanExpect *expect, const TraceIndex *index)
{
    Verdict verdict = {.expected = g_string_new(NULL), .actual = g_string_new(NULL)};

    g_assert((guint)expect->kind < G_N_ELEMENTS(checks));
    checks[expect->kind](expect, index, &verdict);

    ExpectResult *result = g_new0(ExpectResult, 1);
    result->ok = verdict.ok;
    result->place = expect->place;
    result->text = g_strdup(expect->text);
    result->expected = g_string_free(verdict.expected, FALSE);
    result->actual = g_string_free(verdict.actual, FALSE);
    result->event = verdict.event;
    say_unknown(result, expect_unknown(expect, index->trace));
    return result;
}

void expect_forget_unknown(GPtrArray *results)
{
    for (guint i = results->len; i > 0; i--) {
        const ExpectResult *result = g_ptr_array_index(results, i - 1);
        if (result->is_unknown)
            g_ptr_array_remove_index(results, i - 1);
    }
}

static gboolean call_is_expected(const Plan *plan, const TraceEvent *event)
{
    for (guint i = 0; i < plan->expects->len; i++) {
        if (error_is_expected(&g_array_index(plan->expects, PlanExpect, i), event))
            return TRUE;
    }
    return FALSE;
}

/* An action that its state forbade, at the line of the script that asked for it. */
static ExpectResult *unexpected_error(const Trace *trace, const TraceEvent *event)
{
    const TraceLine *line = &g_array_index(trace->calls, TraceLine, event->call.line);
    const char *host = g_ptr_array_index(trace->hosts, event->host);
    const char *error = tcp_error_name(event->call.error);
    GString *expected = g_string_new(NULL), *actual = g_string_new(NULL);

    g_string_append_printf(expected, "no error, or a line \"expect %s error %s at ...\"", host,
                           error);
    g_string_append_printf(actual, "%s (%s) at ", error, tcp_error_text(event->call.error));
    time_append(event->t, actual);

    ExpectResult *result = g_new0(ExpectResult, 1);
    result->place.file = g_intern_string(line->file);
    result->place.line = line->line;
    result->text = g_strdup(line->text);
    result->expected = g_string_free(expected, FALSE);
    result->actual = g_string_free(actual, FALSE);
    result->event = event->id;
    return result;
}

/* Of one line of the script so many failures are told one by one: a series may fail a million times. */
enum { FAILURES_TOLD_MAX = 10 };

typedef struct LineFailures {
    guint64 count;
    const TraceEvent *last;
} LineFailures;

/* And the rest of them together. */
static ExpectResult *more_errors(const Trace *trace, const LineFailures *failures)
{
    ExpectResult *result = unexpected_error(trace, failures->last);
    GString *actual = g_string_new(NULL);

    g_string_append_printf(actual, "%" G_GUINT64_FORMAT " failures more, the last one: %s",
                           failures->count - FAILURES_TOLD_MAX, result->actual);
    g_free(result->actual);
    result->actual = g_string_free(actual, FALSE);
    return result;
}

static gint compare_ids(gconstpointer a, gconstpointer b)
{
    const TraceEvent *one = *(const TraceEvent *const *)a, *other = *(const TraceEvent *const *)b;

    return one->id < other->id ? -1 : one->id > other->id;
}

/* Every call that returned an error. */
static EventList *bad_calls(const TraceIndex *index)
{
    EventList *calls = event_list_new();

    for (TraceHost host = 0; host < index->trace->hosts->len; host++) {
        const TraceEvent *event = trace_index_first(index, host, TRACE_LIST_ERRORS);

        for (; event != NULL; event = trace_index_next(index, event)) {
            if (event->kind == TRACE_CALL)
                event_list_add(calls, event);
        }
    }
    g_array_sort(calls, compare_ids);
    return calls;
}

static void add_unexpected_errors(const Plan *plan, const Trace *trace, const TraceIndex *index,
                                  GPtrArray *results)
{
    g_autofree LineFailures *failures = g_new0(LineFailures, trace->calls->len);
    g_autoptr(EventList) calls = bad_calls(index);

    for (guint i = 0; i < calls->len; i++) {
        const TraceEvent *event = event_at(calls, i);
        LineFailures *line = &failures[event->call.line];

        if (call_is_expected(plan, event))
            continue;
        line->last = event;
        if (++line->count <= FAILURES_TOLD_MAX)
            g_ptr_array_add(results, unexpected_error(trace, event));
    }
    for (guint i = 0; i < trace->calls->len; i++) {
        if (failures[i].count > FAILURES_TOLD_MAX)
            g_ptr_array_add(results, more_errors(trace, &failures[i]));
    }
}

/* A run that would have gone on: NULL when it came to its end. */
static ExpectResult *reached_a_bound(const Plan *plan, const Trace *trace, const TraceEvent *end)
{
    static const char *const bounds[TRACE_END_COUNT] = {
        [TRACE_END_MAX_TIME] = "the bound on virtual time",
        [TRACE_END_MAX_EVENTS] = "the bound on events",
        [TRACE_END_MAX_MEMORY] = "the bound on memory",
        [TRACE_END_MAX_STEPS] = "the bound on steps",
    };

    if (end == NULL || bounds[end->end.why] == NULL)
        return NULL;

    GString *actual = g_string_new(NULL);
    g_string_append_printf(actual, "it reached %s, at ", bounds[end->end.why]);
    time_append(end->t, actual);
    g_string_append_printf(actual, " after %" G_GUINT64_FORMAT " events", trace->counters.events);

    ExpectResult *result = g_new0(ExpectResult, 1);
    result->place.file = g_intern_string(plan->file);
    result->text = g_strdup("the run");
    result->expected = g_strdup("an end: nothing left to happen, or \"stop at TIME\"");
    result->actual = g_string_free(actual, FALSE);
    result->event = end->id;
    return result;
}

/* What the script itself says.  NULL: it is a scenario. */
static ExpectResult *judged(const Plan *plan, const Trace *trace)
{
    const TraceVerdict *verdict = &trace->verdict;

    if (verdict->judgement == TRACE_NOT_JUDGED)
        return NULL;
    ExpectResult *result = g_new0(ExpectResult, 1);

    result->ok = verdict->judgement == TRACE_HOLDS;
    result->is_out_of_reach = verdict->judgement == TRACE_OUT_OF_REACH;
    result->place = (SourcePlace){
        .file = g_intern_string(plan->file), .line = verdict->line, .column = verdict->column};
    result->text = g_strdup(verdict->text != NULL ? verdict->text : "the script");
    result->expected = g_strdup(verdict->expected);
    result->actual = g_strdup(verdict->actual);
    result->event = verdict->event;
    return result;
}

GPtrArray *expect_check(const Plan *plan, const Trace *trace)
{
    GPtrArray *results = g_ptr_array_new_with_free_func((GDestroyNotify)expect_result_free);
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LISTS);

    for (guint i = 0; i < plan->expects->len; i++)
        g_ptr_array_add(results, check_one(&g_array_index(plan->expects, PlanExpect, i), index));

    ExpectResult *verdict = judged(plan, trace);
    if (verdict != NULL) /* which has judged the errors, too */
        g_ptr_array_add(results, verdict);
    else
        add_unexpected_errors(plan, trace, index, results);
    ExpectResult *bound = reached_a_bound(plan, trace, index->end);
    if (bound != NULL)
        g_ptr_array_add(results, bound);
    return results;
}
