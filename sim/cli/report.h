/* Reports: how `check` tells what it found, for people, for TAP, JUnit and GitHub.
 *
 * A report is put together file by file, in the order of the files, and tells nothing of this
 * machine or of today: times are virtual.
 */
#ifndef TCPWALTZ_CLI_REPORT_H
#define TCPWALTZ_CLI_REPORT_H

#include <glib.h>

#include "cli/checked.h"

typedef struct Report Report;

typedef struct ReportFormat {
    const char *name;
    /* Each appends to report->out; any may be NULL. */
    void (*begin)(Report *report);
    void (*file)(Report *report, const Checked *checked);
    void (*end)(Report *report);
} ReportFormat;

struct Report {
    const ReportFormat *format;
    const SimulationOptions *simulation;
    gboolean quiet; /* only what fails */
    guint files;    /* how many there are to tell of */
    guint told;     /* how many of them have been told */
    guint passed, failed;
    GString *out;           /* what is to be written; the caller empties it when it was */
    gboolean is_unwritable; /* standard output takes no more */
    /* For a format that begins with its sums. */
    GString *body;
    guint tests, failures, errors;
    SimTime time;
};

extern const ReportFormat report_text, report_tap, report_junit, report_github;

/* NULL-terminated: "text", "tap", … */
const char *const *report_names(void);
const ReportFormat *report_format(guint i);

void report_begin(Report *report);
void report_file(Report *report, const Checked *checked);
void report_end(Report *report);
void report_clear(Report *report);

/* The command that shows why this failed; NULL when no event tells.  Free with g_free(). */
char *report_why(const Report *report, const Checked *checked, const ExpectResult *result);

/* What the two sides of a failure are called: "expected" and "happened", of a table "was" and
 * "is". */
const char *report_expected_word(const ExpectResult *result);
const char *report_actual_word(const ExpectResult *result);

#endif
