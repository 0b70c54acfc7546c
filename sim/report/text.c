/* check's report for people: a line a scenario, and what there is to say of each failure. */
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

static void tell_file(Report *report, const Checked *checked)
{
    GString *out = report->out;
    gboolean is_told = !report->quiet || checked->outcome != CHECKED_PASSED;

    if (checked->problem != NULL)
        append_problem(out, checked);
    else if (checked->outcome == CHECKED_OUT_OF_REACH)
        append_out_of_reach(out, checked);
    else if (checked->outcome != CHECKED_PASSED)
        failures_append(out, report->again, checked->file, checked->results);
    else if (is_told)
        append_passed(out, checked);
    if (is_told)
        append_printed(out, checked->printed);
}

const ReportFormat report_text = {.name = "text", .file = tell_file, .end = report_sum};
