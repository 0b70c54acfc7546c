/* Checks one scenario. */
#include "report/checked.h"

#include "expect/lines.h"
#include "expect/timing.h"
#include "report/failures.h"
#include "scenario/source.h"

static Checked *checked_new(const char *file)
{
    Checked *checked = g_new0(Checked, 1);

    checked->file = g_strdup(file);
    checked->results = g_ptr_array_new_with_free_func((GDestroyNotify)expect_result_free);
    return checked;
}

void checked_free(Checked *checked)
{
    if (checked == NULL)
        return;
    g_free(checked->file);
    g_free(checked->problem);
    g_clear_pointer(&checked->diagnostics, diagnostics_free);
    g_ptr_array_unref(checked->results);
    g_clear_pointer(&checked->printed, g_ptr_array_unref);
    g_free(checked);
}

Checked *checked_problem(const char *file, const char *problem, CheckedOutcome outcome)
{
    Checked *checked = checked_new(file);

    checked->problem = g_strdup(problem);
    checked->outcome = outcome;
    return checked;
}

const ExpectResult *checked_out_of_reach(const Checked *checked)
{
    guint i = 0;

    while (!((const ExpectResult *)g_ptr_array_index(checked->results, i))->is_out_of_reach)
        i++;
    return g_ptr_array_index(checked->results, i);
}

static void tell_unreadable(Checked *checked)
{
    guint64 errors = checked->diagnostics->errors;

    checked->problem = g_strdup_printf("%" G_GUINT64_FORMAT " error%s in the file", errors,
                                       errors == 1 ? "" : "s");
    checked->outcome = CHECKED_TROUBLE;
}

/* Nothing that could fail says nothing. */
static ExpectResult *nothing_expected(const Plan *plan)
{
    ExpectResult *result = g_new0(ExpectResult, 1);

    result->place.file = g_intern_string(plan->file);
    result->text = g_strdup("the scenario");
    result->expected = g_strdup("an expectation: \"expect HOST ends STATE\" is the least");
    result->actual = g_strdup("no expectations");
    return result;
}

/* Its table is wrong: nobody knows what it said. */
static void tell_damaged(Checked *checked, const char *path)
{
    guint64 errors = checked->diagnostics->errors;

    checked->problem = g_strdup_printf("%" G_GUINT64_FORMAT " error%s in its table %s", errors,
                                       errors == 1 ? "" : "s", path);
    checked->outcome = CHECKED_TROUBLE;
    g_ptr_array_set_size(checked->results, 0);
}

static void add_error(const char *path, const char *message, Diagnostics *diagnostics)
{
    SourcePlace place = {.file = g_intern_string(path)};

    diagnostics_add(diagnostics, place, NULL, NULL, "%s", message);
}

/* A link counts, wherever it leads: that is for the door to say. */
static gboolean is_there(const char *path)
{
    return g_file_test(path, G_FILE_TEST_EXISTS) || g_file_test(path, G_FILE_TEST_IS_SYMLINK);
}

/* NULL when it is wrong, which is then in `diagnostics`, or (with nothing there) when there is none. */
static TimingTable *load_table(const char *root, const char *path, Diagnostics *diagnostics)
{
    g_autofree char *why = NULL;

    if (!is_there(path))
        return NULL;
    Source *source = source_read(root, path, DOOR_FOR_SCENARIO, &why);

    if (source == NULL) {
        add_error(path, why, diagnostics);
        return NULL;
    }
    TimingTable *table = expect_timing_read(path, source->bytes, source->length, diagnostics);

    source_free(source);
    return table;
}

static void hold_table(Checked *checked, const CheckedHow *how, const char *path,
                       const Trace *trace)
{
    g_autoptr(TimingTable) was = load_table(how->scenario.root, path, checked->diagnostics);

    if (diagnostics_any(checked->diagnostics)) {
        tell_damaged(checked, path);
        return;
    }
    if (was == NULL) {
        g_ptr_array_add(checked->results, expect_timing_missing(path));
        return;
    }
    g_autoptr(TimingTable) is = timing_table_of(trace);

    g_ptr_array_extend_and_steal(checked->results,
                                 expect_timing_hold(path, was, is, &how->tolerance));
}

/* Results that are fine are not kept: nobody expected them. */
static void hold_lines(Checked *checked, const Plan *plan, const Trace *trace)
{
    g_autoptr(LineUses) uses = line_uses_of(plan, trace);
    g_autoptr(GPtrArray) results = line_uses_tell(plan, uses);

    while (results->len > 0) {
        ExpectResult *result = g_ptr_array_steal_index(results, 0);

        if (result->ok)
            expect_result_free(result);
        else
            g_ptr_array_add(checked->results, result);
    }
}

/* What is out of reach fails where all is to be held. */
static void be_strict(GPtrArray *results)
{
    for (guint i = 0; i < results->len; i++) {
        ExpectResult *result = g_ptr_array_index(results, i);

        if (!result->is_out_of_reach)
            continue;
        char *what = result->actual;

        result->is_out_of_reach = FALSE;
        result->expected = g_strdup("what is simulated");
        result->actual = g_strdup_printf("out of reach: %s", what);
        g_free(what);
    }
}

static void hold(Checked *checked, const CheckedHow *how, const char *table, const Plan *plan,
                 const Trace *trace)
{
    checked->printed = g_ptr_array_ref(trace->printed);
    if (trace->events->len > 0)
        checked->ended = g_array_index(trace->events, TraceEvent, trace->events->len - 1).t;
    g_ptr_array_extend_and_steal(checked->results, expect_check(plan, trace));
    if (how->lenient)
        expect_forget_unknown(checked->results);
    gboolean holds_nothing = plan->expects->len == 0 || checked->results->len == 0;
    /* A script that has not judged its run met a bound before, which is told. */
    if (holds_nothing && trace->verdict.judgement == TRACE_NOT_JUDGED && plan->script == NULL)
        g_ptr_array_add(checked->results, nothing_expected(plan));
    if (how->strict) {
        hold_lines(checked, plan, trace);
        be_strict(checked->results);
    }
    if (table != NULL)
        hold_table(checked, how, table, trace);
    if (failures_count(checked->results) > 0)
        checked->outcome = CHECKED_FAILED;
    else if (trace->verdict.judgement == TRACE_OUT_OF_REACH)
        checked->outcome = CHECKED_OUT_OF_REACH;
}

Checked *checked_scenario(const CheckedHow *how, const char *file, const char *table)
{
    Checked *checked = checked_new(file);

    checked->diagnostics = diagnostics_new();
    g_autoptr(Plan) plan = how->load(how->load_data, file, checked->diagnostics);

    if (plan == NULL) {
        tell_unreadable(checked);
        return checked;
    }
    g_autoptr(Trace) trace = lab_try(plan, &how->lab, &checked->problem);

    if (trace == NULL) {
        checked->outcome = CHECKED_TROUBLE;
        return checked;
    }
    hold(checked, how, table, plan, trace);
    return checked;
}
