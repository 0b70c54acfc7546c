/* Reports: how `check` tells what it found, for people, for TAP, JUnit and GitHub.
 *
 * A report is put together file by file, in the order of the files, and tells nothing of this
 * machine or of today: times are virtual.
 */
#ifndef TCPWALTZ_REPORT_REPORT_H
#define TCPWALTZ_REPORT_REPORT_H

#include <glib.h>

#include "report/checked.h"

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
    const char *again; /* the command that repeats a run, but for its file; see failures.h */
    gboolean quiet;    /* only what fails */
    gboolean verbose;  /* of a file every failure; else the first, and how many came after it */
    guint files;       /* how many there are to tell of */
    guint told;        /* how many of them have been told */
    guint passed, failed, out_of_reach;
    GString *out;           /* what is to be written; the caller empties it when it was */
    gboolean is_unwritable; /* standard output takes no more */
    /* For people: what failed first (char *), and where that was (char *). */
    GHashTable *causes;
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

/* Appends "N passed, N failed[, N out of reach]". */
void report_sum(Report *report);
void report_clear(Report *report);

#endif
