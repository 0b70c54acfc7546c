/* check's report as TAP 14: a test a scenario, a subtest an expectation. */
#include "escape/escape.h"
#include "report/failures.h"
#include "report/report.h"

static void append_entry(GString *out, const char *indent, const char *key, const char *value)
{
    if (value == NULL)
        return;
    g_string_append_printf(out, "%s  %s: ", indent, key);
    escape_yaml(value, out);
    g_string_append_c(out, '\n');
}

static void append_point(GString *out, const char *indent, gboolean ok, guint number,
                         const char *text)
{
    g_string_append_printf(out, "%s%sok %u - ", indent, ok ? "" : "not ", number);
    escape_tap(text, out);
    g_string_append_c(out, '\n');
}

/* Behind the point: TAP's word for what was not tried. */
static void append_skip(GString *out, const ExpectResult *result)
{
    g_string_truncate(out, out->len - 1);
    g_string_append(out, " # SKIP out of reach: ");
    escape_tap(result->actual, out);
    g_string_append_c(out, '\n');
}

static void append_result(Report *report, const Checked *checked, guint i)
{
    static const char indent[] = "    ";
    const ExpectResult *result = g_ptr_array_index(checked->results, i);
    GString *out = report->out;

    append_point(out, indent, result->ok || result->is_out_of_reach, i + 1, result->text);
    if (result->is_out_of_reach)
        append_skip(out, result);
    if (result->ok || result->is_out_of_reach)
        return;

    const char *file = result->place.file != NULL ? result->place.file : checked->file;
    g_autofree char *why = failure_why(report->again, checked->file, result);
    g_autofree char *place = result->place.line > 0
                                 ? g_strdup_printf("%s:%u", file, result->place.line)
                                 : g_strdup(file);

    g_string_append_printf(out, "%s  ---\n", indent);
    append_entry(out, indent, "at", place);
    append_entry(out, indent, failure_words(result)->expected, result->expected);
    append_entry(out, indent, failure_words(result)->actual, result->actual);
    append_entry(out, indent, "why", why);
    g_string_append_printf(out, "%s  ...\n", indent);
}

static void append_problem(GString *out, const Checked *checked)
{
    g_autofree char *errors =
        checked->diagnostics != NULL ? diagnostics_format(checked->diagnostics) : NULL;

    g_string_append(out, "  ---\n");
    append_entry(out, "", "problem", checked->problem);
    append_entry(out, "", "errors", errors);
    g_string_append(out, "  ...\n");
}

/* TAP's comments: whoever reads along sees them. */
static void append_printed(GString *out, const GPtrArray *lines)
{
    for (guint i = 0; lines != NULL && i < lines->len; i++) {
        g_string_append(out, "    # ");
        escape_tap(g_ptr_array_index(lines, i), out);
        g_string_append_c(out, '\n');
    }
}

static void tell_begin(Report *report)
{
    g_string_append_printf(report->out, "TAP version 14\n1..%u\n", report->files);
}

static void tell_file(Report *report, const Checked *checked)
{
    GString *out = report->out;

    if (checked->problem == NULL) {
        g_string_append(out, "# Subtest: ");
        escape_tap(checked->file, out);
        g_string_append_printf(out, "\n    1..%u\n", checked->results->len);
        for (guint i = 0; i < checked->results->len; i++)
            append_result(report, checked, i);
        append_printed(out, checked->printed);
    }
    append_point(out, "", checked->outcome <= CHECKED_OUT_OF_REACH, report->told, checked->file);
    if (checked->outcome == CHECKED_OUT_OF_REACH)
        append_skip(out, checked_out_of_reach(checked));
    if (checked->problem != NULL)
        append_problem(out, checked);
}

const ReportFormat report_tap = {.name = "tap", .begin = tell_begin, .file = tell_file};
