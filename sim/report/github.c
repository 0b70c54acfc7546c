/* check's report as GitHub's workflow commands: an annotation a failure, at the scenario's line. */
#include "escape/escape.h"
#include "report/failures.h"
#include "report/report.h"

/* `kind`: "error", "notice". */
static void append_annotation(GString *out, const char *kind, const char *file, guint line,
                              guint column, const char *title, const char *message)
{
    g_string_append_printf(out, "::%s file=", kind);
    escape_github_property(file, out);
    if (line > 0)
        g_string_append_printf(out, ",line=%u", line);
    if (line > 0 && column > 0)
        g_string_append_printf(out, ",col=%u", column);
    g_string_append(out, ",title=");
    escape_github_property(title, out);
    g_string_append(out, "::");
    escape_github_message(message, out);
    g_string_append_c(out, '\n');
}

static void tell_failure(Report *report, const Checked *checked, const ExpectResult *result)
{
    const SourcePlace *place = &result->place;
    const FailureWords *words = failure_words(result);
    g_autofree char *why = failure_why(report->again, checked->file, result);
    g_autoptr(GString) message = g_string_new(result->text);

    g_string_append_printf(message, "\n%s: %s\n%s: %s", words->expected, result->expected,
                           words->actual, result->actual);
    if (why != NULL)
        g_string_append_printf(message, "\nwhy: %s", why);
    append_annotation(report->out, "error", place->file != NULL ? place->file : checked->file,
                      place->line, place->column, words->title, message->str);
}

static void tell_out_of_reach(Report *report, const Checked *checked, const ExpectResult *result)
{
    g_autofree char *message = g_strdup_printf("%s\n%s", result->text, result->actual);

    append_annotation(report->out, "notice", checked->file, result->place.line,
                      result->place.column, "out of reach", message);
}

static void tell_diagnostic(Report *report, const Diagnostic *diagnostic)
{
    g_autofree char *message =
        diagnostic->hint != NULL ? g_strdup_printf("%s\n%s", diagnostic->message, diagnostic->hint)
                                 : g_strdup(diagnostic->message);

    append_annotation(report->out, "error", diagnostic->place.file, diagnostic->place.line,
                      diagnostic->place.column, "scenario cannot be read", message);
}

static void tell_problem(Report *report, const Checked *checked)
{
    gboolean told = FALSE;

    for (guint i = 0; checked->diagnostics != NULL && i < checked->diagnostics->items->len; i++) {
        const Diagnostic *diagnostic = g_ptr_array_index(checked->diagnostics->items, i);

        if (diagnostic->is_note)
            continue;
        tell_diagnostic(report, diagnostic);
        told = TRUE;
    }
    if (!told)
        append_annotation(report->out, "error", checked->file, 0, 0, "cannot be checked",
                          checked->problem);
}

static void tell_file(Report *report, const Checked *checked)
{
    if (checked->problem != NULL)
        tell_problem(report, checked);
    for (guint i = 0; i < checked->results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(checked->results, i);

        if (result->is_out_of_reach)
            tell_out_of_reach(report, checked, result);
        else if (!result->ok)
            tell_failure(report, checked, result);
    }
}

const ReportFormat report_github = {.name = "github", .file = tell_file, .end = report_sum};
