/* Expectations held against a trace. */
#ifndef TCPWALTZ_EXPECT_EXPECT_H
#define TCPWALTZ_EXPECT_EXPECT_H

#include <glib.h>

#include "scenario/plan.h"
#include "trace/trace.h"

typedef struct ExpectResult {
    gboolean ok;
    SourcePlace place;
    char *text;           /* the expectation as written */
    char *expected;       /* "SYN at 0 s, 3 s" */
    char *actual;         /* "SYN at 0 s, 1 s"; never NULL */
    TraceId event;        /* where it went wrong; 0 when there is no such place */
    gboolean is_of_table; /* held against a timing table: `expected` was, `actual` is */
} ExpectResult;

void expect_result_free(ExpectResult *result);

/* One result an expectation, in the file's order, then one for each thing that fails a run
 * though no line names it: an action that its state forbade and no `expect … error` names, and
 * a run that reached its bound on time or events.  Free with g_ptr_array_unref(). */
GPtrArray *expect_check(const Plan *plan, const Trace *trace);

#endif
