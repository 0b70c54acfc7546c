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

/* The failure that came first in the run: what came after it is most often its consequence.  NULL: nothing
 * failed.  A line that never did anything is nobody's consequence, and never the first where there is another. */
const ExpectResult *failures_first(const GPtrArray *results);

/* Appends "FAIL a.scn  (3 failed, 2 held)", without the line's end. */
void failures_head_append(GString *out, const char *file, const GPtrArray *results);

/* Appends "a.scn:18", where it is written. */
void failure_place_append(GString *out, const char *file, const ExpectResult *result);

/* Appends "FILE:LINE: out of reach: WHAT" for a result that is; FALSE: there is none. */
gboolean failure_out_of_reach_append(GString *out, const char *file, const GPtrArray *results);

/* Of one failure: where it is written, what was expected, what happened, what tells why. */
void failure_append(GString *out, const char *again, const char *file, const ExpectResult *result);

/* The command that shows the causes of the event that failed; NULL when no event tells.  Free with
 * g_free(). */
char *failure_why(const char *again, const char *file, const ExpectResult *result);

/* How a failure is spoken of, by what it is about. */
typedef struct FailureWords {
    const char *expected,
        *actual;       /* its two sides: "expected" and "happened", of a table "was" and "is" */
    const char *title; /* "expectation failed" */
    const char *type;  /* in a word: "expectation" */
} FailureWords;

const FailureWords *failure_words(const ExpectResult *result);

/* Appends a note a line: "demo.scn:3:1: note: drop client SYN #5 never matched: client sent 3 SYN", of
 * results of line_uses_tell(). */
void failure_notes_append(GString *out, const GPtrArray *results);

/* Appends a note a line of what else there is to say (char *): "demo.scn: note: tun0: …". */
void failure_remarks_append(GString *out, const char *file, const GPtrArray *remarks);

#endif
