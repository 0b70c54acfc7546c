/* What a check of one expectation comes to, the checks themselves, and the measuring that they
 * share with questions.  Private to expect/. */
#ifndef TCPWALTZ_EXPECT_VERDICT_H
#define TCPWALTZ_EXPECT_VERDICT_H

#include <glib.h>

#include "expect/events.h"
#include "scenario/expect_kinds.h"
#include "scenario/plan.h"
#include "trace/trace.h"

typedef struct Verdict {
    gboolean ok;
    GString *expected, *actual; /* texts for people; made by the caller, empty */
    TraceId event;              /* where it went wrong; 0 when there is no such place */
} Verdict;

typedef void ExpectationCheck(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict);

/* One value that an expectation speaks of. */
typedef struct Measured {
    enum {
        MEASURED_TIME,
        MEASURED_COUNT,  /* of things: "20,000" in a sentence */
        MEASURED_NUMBER, /* as it stands in a header */
        MEASURED_FLAGS,  /* of a segment */
        MEASURED_STATE,
        MEASURED_ERROR, /* with its time */
    } kind;
    SimTime time;
    guint64 number;
    TcpState state;
    TcpError error;
} Measured;

/* Appends every value (Measured) that the expectation is about; its own values are not looked
 * at. */
typedef void ExpectationMeasure(const PlanExpect *expect, const TraceIndex *index, GArray *values);

/* Of one value. */
void measured_count(GArray *values, guint64 count);
/* Of a list of SimTime. */
void measured_times(GArray *values, const GArray *times);

/* check_… and measure_… of every row of expect_kinds.h: in sends.c, states.c, application.c. */
#define DECLARE_(kind, word, choice, of, before, values, behind, question, empty, help, head,      \
                 take, asked, check, measure)                                                      \
    ExpectationCheck check_##check;                                                                \
    ExpectationMeasure measure_##measure;
EXPECTATION_KINDS(DECLARE_)
#undef DECLARE_

/* Is this the error, at this time, of this party that `expect PARTY error ECODE at T` names? */
gboolean error_is_expected(const PlanExpect *expect, const TraceEvent *event);

#endif
