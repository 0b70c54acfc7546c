/* What is said of a run that does not hold what it should: for `run`, and inside every report.
 *
 * `again` is the command that repeats the run but for its file: "tcpwaltz run --seed 7".
 */
#ifndef TCPWALTZ_REPORT_FAILURES_H
#define TCPWALTZ_REPORT_FAILURES_H

#include <glib.h>

#include "expect/expect.h"

/* How many of these results (of expect_check()) are failures. */
guint failures_count(const GPtrArray *results);

/* Appends that the file failed, and each failure. */
void failures_append(GString *out, const char *again, const char *file, const GPtrArray *results);

/* Of one failure: where it is written, what was expected, what happened, what tells why. */
void failure_append(GString *out, const char *again, const char *file, const ExpectResult *result);

/* The command that shows the causes of the event that failed; NULL when no event tells.  Free with
 * g_free(). */
char *failure_why(const char *again, const char *file, const ExpectResult *result);

/* What the two sides of a failure are called: "expected" and "happened", of a table "was" and
 * "is". */
const char *failure_expected_word(const ExpectResult *result);
const char *failure_actual_word(const ExpectResult *result);

#endif
