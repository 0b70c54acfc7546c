/* What a check of one expectation comes to, and the checks themselves.  Private to expect/. */
#ifndef TCPWALTZ_EXPECT_VERDICT_H
#define TCPWALTZ_EXPECT_VERDICT_H

#include <glib.h>

#include "expect/index.h"
#include "scenario/plan.h"
#include "trace/trace.h"

typedef struct Verdict {
    gboolean ok;
    GString *expected, *actual; /* texts for people; made by the caller, empty */
    TraceId event;              /* where it went wrong; 0 when there is no such place */
} Verdict;

typedef void ExpectationCheck(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict);

/* expect/sends.c */
ExpectationCheck check_sends_at;
ExpectationCheck check_sends_gaps;
ExpectationCheck check_sends_times;
ExpectationCheck check_never_sends;

/* expect/states.c */
ExpectationCheck check_enters;
ExpectationCheck check_path;
ExpectationCheck check_ends;

/* expect/application.c */
ExpectationCheck check_error;
ExpectationCheck check_delivers;
ExpectationCheck check_accepts;

/* Is this the error, at this time, of this party that `expect PARTY error ECODE at T` names? */
gboolean error_is_expected(const PlanExpect *expect, const TraceEvent *event);

#endif
