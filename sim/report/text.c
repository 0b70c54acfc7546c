/* check's report for people: a line a scenario, and what there is to say of each failure. */
#include <string.h>

#include "escape/escape.h"
#include "report/failures.h"
#include "report/report.h"

static void append_passed(GString *out, const Checked *checked)
{
    guint expectations = 0;

    for (guint i = 0; i < checked->results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(checked->results, i);

        expectations += result->about == EXPECT_ABOUT_TIMING ? 0 : 1;
    }
    g_string_append(out, "ok   ");
    escape_terminal(checked->file, out);
    g_string_append_printf(out, "  (%u expectation%s%s)\n", expectations,
                           expectations == 1 ? "" : "s",
                           expectations < checked->results->len ? ", its table" : "");
}

/* "out  a.pkt  (line 3: TCP MD5 signatures)" */
static void append_out_of_reach(GString *out, const Checked *checked)
{
    const ExpectResult *result = checked_out_of_reach(checked);

    g_string_append(out, "out  ");
    escape_terminal(checked->file, out);
    g_string_append_printf(out, "  (line %u: ", result->place.line);
    escape_terminal(result->actual, out);
    g_string_append(out, ")\n");
}

static void append_problem(GString *out, const Checked *checked)
{
    g_string_append(out, "FAIL ");
    escape_terminal(checked->file, out);
    g_string_append(out, "  (");
    escape_terminal(checked->problem, out);
    g_string_append(out, ")\n");
}

static void append_printed(GString *out, const GPtrArray *lines)
{
    for (guint i = 0; lines != NULL && i < lines->len; i++) {
        g_string_append(out, "  printed: ");
        escape_terminal(g_ptr_array_index(lines, i), out);
        g_string_append_c(out, '\n');
    }
}

/* Lines that never did anything stand for themselves. */
static guint append_lines(const Report *report, const Checked *checked, const ExpectResult *first)
{
    guint told = 0;

    for (guint i = 0; i < checked->results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(checked->results, i);

        if (result->ok || result->about != EXPECT_ABOUT_LINE || result == first)
            continue;
        failure_append(report->out, report->again, checked->file, result);
        told++;
    }
    return told;
}

static void append_consequences(GString *out, guint count)
{
    if (count > 0)
        g_string_append_printf(out, "  and %u more after that (--verbose lists %s)\n", count,
                               count == 1 ? "it" : "them");
}

/* What went wrong, whatever else the line expects: "(2nd SYN: expected 3 s, was 1 s)" at the end of what
 * happened; or both of its sides. */
static char *cause_of(const ExpectResult *first)
{
    const char *place = strrchr(first->actual, '(');

    if (place != NULL && strstr(place, ": expected ") != NULL)
        return g_strdup(place);
    return g_strdup_printf("%s\n%s", first->expected, first->actual);
}

/* Where the same failed first before; NULL: nowhere, and from now on here. */
static const char *known_cause(Report *report, const Checked *checked, const ExpectResult *first)
{
    g_autofree char *cause = cause_of(first);
    const char *known = g_hash_table_lookup(report->causes, cause);
    g_autoptr(GString) place = g_string_new(NULL);

    if (known != NULL)
        return known;
    failure_place_append(place, checked->file, first);
    g_hash_table_insert(report->causes, g_steal_pointer(&cause), g_strdup(place->str));
    return NULL;
}

/* One key that was changed fails many lines of many scenarios: the first of each is told, and once. */
static void append_failed(Report *report, const Checked *checked)
{
    const ExpectResult *first = failures_first(checked->results);
    const char *known = known_cause(report, checked, first);
    GString *out = report->out;

    failures_head_append(out, checked->file, checked->results);
    if (known != NULL)
        g_string_append_printf(out, "  first as in %s", known);
    g_string_append_c(out, '\n');
    if (known == NULL)
        failure_append(out, report->again, checked->file, first);
    guint told = 1 + append_lines(report, checked, first);

    if (known == NULL)
        append_consequences(out, failures_count(checked->results) - told);
}

static void tell_file(Report *report, const Checked *checked)
{
    GString *out = report->out;
    gboolean is_told = !report->quiet || checked->outcome != CHECKED_PASSED;

    if (checked->problem != NULL)
        append_problem(out, checked);
    else if (checked->outcome == CHECKED_OUT_OF_REACH)
        append_out_of_reach(out, checked);
    else if (checked->outcome != CHECKED_PASSED && report->verbose)
        failures_append(out, report->again, checked->file, checked->results);
    else if (checked->outcome != CHECKED_PASSED)
        append_failed(report, checked);
    else if (is_told)
        append_passed(out, checked);
    if (is_told)
        append_printed(out, checked->printed);
}

const ReportFormat report_text = {.name = "text", .file = tell_file, .end = report_sum};
