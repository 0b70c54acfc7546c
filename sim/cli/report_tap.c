/* check's report as TAP 14: a test a scenario, a subtest an expectation. */
#include "cli/report.h"

/* Descriptions are one line, and '#' would begin a directive. */
static void append_description(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    for (const char *p = valid; *p != '\0'; p++) {
        if (*p == '#' || *p == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, g_ascii_iscntrl(*p) ? ' ' : *p);
    }
}

/* YAML takes what JSON takes. */
static void append_quoted(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    g_string_append_c(out, '"');
    for (const char *p = valid; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_printf(out, "\\%c", *p);
        else if (*p == '\n')
            g_string_append(out, "\\n");
        else if ((guchar)*p < ' ' || *p == 0x7f)
            g_string_append_printf(out, "\\x%02x", (guint)(guchar)*p);
        else
            g_string_append_c(out, *p);
    }
    g_string_append_c(out, '"');
}

static void append_entry(GString *out, const char *indent, const char *key, const char *value)
{
    if (value == NULL)
        return;
    g_string_append_printf(out, "%s  %s: ", indent, key);
    append_quoted(out, value);
    g_string_append_c(out, '\n');
}

static void append_point(GString *out, const char *indent, gboolean ok, guint number,
                         const char *text)
{
    g_string_append_printf(out, "%s%sok %u - ", indent, ok ? "" : "not ", number);
    append_description(out, text);
    g_string_append_c(out, '\n');
}

static void append_result(Report *report, const Checked *checked, guint i)
{
    static const char indent[] = "    ";
    const ExpectResult *result = g_ptr_array_index(checked->results, i);
    GString *out = report->out;

    append_point(out, indent, result->ok, i + 1, result->text);
    if (result->ok)
        return;

    const char *file = result->place.file != NULL ? result->place.file : checked->file;
    g_autofree char *why = report_why(report, checked, result);
    g_autofree char *place = result->place.line > 0
                                 ? g_strdup_printf("%s:%u", file, result->place.line)
                                 : g_strdup(file);

    g_string_append_printf(out, "%s  ---\n", indent);
    append_entry(out, indent, "at", place);
    append_entry(out, indent, report_expected_word(result), result->expected);
    append_entry(out, indent, report_actual_word(result), result->actual);
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

static void tell_begin(Report *report)
{
    g_string_append_printf(report->out, "TAP version 14\n1..%u\n", report->files);
}

static void tell_file(Report *report, const Checked *checked)
{
    GString *out = report->out;

    if (checked->problem == NULL) {
        g_string_append(out, "# Subtest: ");
        append_description(out, checked->file);
        g_string_append_printf(out, "\n    1..%u\n", checked->results->len);
        for (guint i = 0; i < checked->results->len; i++)
            append_result(report, checked, i);
    }
    append_point(out, "", checked->status == STATUS_FINE, report->told, checked->file);
    if (checked->problem != NULL)
        append_problem(out, checked);
}

const ReportFormat report_tap = {.name = "tap", .begin = tell_begin, .file = tell_file};
