/* check's report as JUnit XML, as Jenkins' junit-10.xsd has it: a suite a scenario, a case an
 * expectation.  `time` is virtual: when the run was over. */
#include "escape/escape.h"
#include "report/failures.h"
#include "report/report.h"

/* Between tags a line may end as it does everywhere. */
static void append_text(GString *out, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++) {
        g_string_append(out, i > 0 ? "\n" : "");
        escape_xml(lines[i], out);
    }
}

static void append_attribute(GString *out, const char *name, const char *value)
{
    g_string_append_printf(out, " %s=\"", name);
    escape_xml(value, out);
    g_string_append_c(out, '"');
}

/* Seconds with three decimals, rounded down: the schema knows no more. */
static void append_time_attribute(GString *out, SimTime t)
{
    gint64 ms = t / SIM_MILLISECOND;

    g_string_append_printf(out, " time=\"%" G_GINT64_FORMAT ".%03d\"", ms / 1000, (int)(ms % 1000));
}

static void append_counts(GString *out, guint tests, guint failures, guint errors, SimTime time)
{
    g_string_append_printf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\"", tests, failures,
                           errors);
    append_time_attribute(out, time);
    g_string_append(out, ">\n");
}

/* "scenarios.handshake.first-syn-lost": packages and a class, where readers look for them. */
static char *class_of(const char *file)
{
    gboolean has_suffix = g_str_has_suffix(file, ".scn") || g_str_has_suffix(file, ".pkt");
    char *class = g_strndup(file, strlen(file) - (has_suffix ? 4 : 0));

    for (char *p = class; *p != '\0'; p++) {
        if (*p == '/')
            *p = '.';
    }
    return class;
}

static void append_case(GString *out, const Checked *checked, const char *name)
{
    g_autofree char *class = class_of(checked->file);

    g_string_append(out, "    <testcase");
    append_attribute(out, "classname", class);
    append_attribute(out, "name", name);
}

/* <failure> or <error>, with a message in a line and the whole text below it. */
static void append_outcome(GString *out, const char *element, const char *type, const char *message,
                           const char *text)
{
    g_string_append_printf(out, ">\n      <%s type=\"%s\"", element, type);
    append_attribute(out, "message", message);
    g_string_append_c(out, '>');
    append_text(out, text);
    g_string_append_printf(out, "</%s>\n    </testcase>\n", element);
}

static char *failure_text(const Report *report, const Checked *checked, const ExpectResult *result)
{
    GString *out = g_string_new(NULL);

    failure_append(out, report->again, checked->file, result);
    return g_string_free(out, FALSE);
}

static void append_result(Report *report, const Checked *checked, const ExpectResult *result)
{
    GString *out = report->body;

    append_case(out, checked, result->text);
    if (result->ok) {
        g_string_append(out, "/>\n");
        return;
    }
    if (result->is_out_of_reach) {
        g_string_append(out, ">\n      <skipped");
        append_attribute(out, "message", result->actual);
        g_string_append(out, "/>\n    </testcase>\n");
        return;
    }
    const FailureWords *words = failure_words(result);
    g_autofree char *text = failure_text(report, checked, result);
    g_autofree char *message = g_strdup_printf("%s: %s; %s: %s", words->expected, result->expected,
                                               words->actual, result->actual);

    append_outcome(out, "failure", words->type, message, text);
}

static void append_problem(GString *out, const Checked *checked)
{
    g_autofree char *errors = checked->diagnostics != NULL
                                  ? diagnostics_format(checked->diagnostics)
                                  : g_strdup(checked->problem);
    gboolean is_failure = checked->outcome == CHECKED_FAILED;

    append_case(out, checked, "the scenario");
    append_outcome(out, is_failure ? "failure" : "error", is_failure ? "table" : "unreadable",
                   checked->problem, errors);
}

static void append_printed(GString *out, const GPtrArray *lines)
{
    if (lines == NULL || lines->len == 0)
        return;
    g_string_append(out, "    <system-out>");
    for (guint i = 0; i < lines->len; i++) {
        escape_xml(g_ptr_array_index(lines, i), out);
        g_string_append_c(out, '\n');
    }
    g_string_append(out, "</system-out>\n");
}

static void tell_file(Report *report, const Checked *checked)
{
    GString *out = report->body;
    gboolean has_problem = checked->problem != NULL;
    guint tests = has_problem ? 1 : checked->results->len;
    guint errors = has_problem && checked->outcome != CHECKED_FAILED ? 1 : 0;
    guint failures = has_problem ? 1 - errors : failures_count(checked->results);

    g_string_append(out, "  <testsuite");
    append_attribute(out, "name", checked->file);
    append_counts(out, tests, failures, errors, checked->ended);
    for (guint i = 0; i < checked->results->len; i++)
        append_result(report, checked, g_ptr_array_index(checked->results, i));
    if (has_problem)
        append_problem(out, checked);
    append_printed(out, checked->printed);
    g_string_append(out, "  </testsuite>\n");

    report->tests += tests;
    report->failures += failures;
    report->errors += errors;
    report->time = sim_time_add(report->time, checked->ended);
}

/* The sums come first, so nothing is written before all is known. */
static void tell_end(Report *report)
{
    GString *out = report->out;

    g_string_append(out,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tcpwaltz\"");
    append_counts(out, report->tests, report->failures, report->errors, report->time);
    g_string_append_len(out, report->body->str, (gssize)report->body->len);
    g_string_append(out, "</testsuites>\n");
}

const ReportFormat report_junit = {.name = "junit", .file = tell_file, .end = tell_end};
