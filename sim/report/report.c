/* What all reports have in common: the counting. */
#include "report/report.h"

static const ReportFormat *const formats[] = {
    &report_text,
    &report_tap,
    &report_junit,
    &report_github,
};

static const char *const names[] = {"text", "tap", "junit", "github", NULL};

G_STATIC_ASSERT(G_N_ELEMENTS(names) == G_N_ELEMENTS(formats) + 1);

const char *const *report_names(void)
{
    return names;
}

const ReportFormat *report_format(guint i)
{
    g_assert(i < G_N_ELEMENTS(formats));
    return formats[i];
}

void report_begin(Report *report)
{
    report->out = g_string_new(NULL);
    report->body = g_string_new(NULL);
    report->causes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (report->format->begin != NULL)
        report->format->begin(report);
}

void report_file(Report *report, const Checked *checked)
{
    report->told++;
    switch (checked->outcome) {
    case CHECKED_PASSED: report->passed++; break;
    case CHECKED_OUT_OF_REACH: report->out_of_reach++; break;
    case CHECKED_FAILED:
    case CHECKED_TROUBLE: report->failed++; break;
    }
    report->format->file(report, checked);
}

void report_sum(Report *report)
{
    g_string_append_printf(report->out, "%u passed, %u failed", report->passed, report->failed);
    if (report->out_of_reach > 0)
        g_string_append_printf(report->out, ", %u out of reach", report->out_of_reach);
    g_string_append_c(report->out, '\n');
}

void report_end(Report *report)
{
    if (report->format->end != NULL)
        report->format->end(report);
}

void report_clear(Report *report)
{
    g_string_free(report->out, TRUE);
    g_string_free(report->body, TRUE);
    g_hash_table_unref(report->causes);
}
