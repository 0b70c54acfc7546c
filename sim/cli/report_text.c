/* check's report for people: a line a scenario, and what there is to say of each failure. */
#include "cli/report.h"

static void append_passed(GString *out, const Checked *checked)
{
    guint expectations = 0;

    for (guint i = 0; i < checked->results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(checked->results, i);
        expectations += result->is_of_table ? 0 : 1;
    }
    g_string_append_printf(out, "ok   %s  (%u expectation%s%s)\n", checked->file, expectations,
                           expectations == 1 ? "" : "s",
                           expectations < checked->results->len ? ", its table" : "");
}

static void tell_file(Report *report, const Checked *checked)
{
    GString *out = report->out;

    if (checked->problem != NULL)
        g_string_append_printf(out, "FAIL %s  (%s)\n", checked->file, checked->problem);
    else if (checked->status != STATUS_FINE)
        simulation_append_failures(out, report->simulation, checked->file, checked->results);
    else if (!report->quiet)
        append_passed(out, checked);
}

static void tell_sum(Report *report)
{
    g_string_append_printf(report->out, "%u passed, %u failed\n", report->passed, report->failed);
}

const ReportFormat report_text = {.name = "text", .file = tell_file, .end = tell_sum};
