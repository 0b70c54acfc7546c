/* Expectations held against a trace, and questions answered from one. */
#ifndef TCPWALTZ_EXPECT_EXPECT_H
#define TCPWALTZ_EXPECT_EXPECT_H

#include <glib.h>

#include "scenario/plan.h"
#include "trace/trace.h"

/* What a result is about. */
typedef enum ExpectAbout {
    EXPECT_ABOUT_RUN,    /* an expectation, or what fails a run though no line names it */
    EXPECT_ABOUT_TIMING, /* held against a timing table: `expected` was, `actual` is */
    EXPECT_ABOUT_LINE,   /* a line that does something, and what came of it: see expect/lines.h */
} ExpectAbout;

typedef struct ExpectResult {
    gboolean ok;
    SourcePlace place;
    char *text;     /* the expectation as written */
    char *expected; /* "SYN at 0 s, 3 s" */
    char *actual;   /* "SYN at 0 s, 1 s"; never NULL */
    TraceId event;  /* where it went wrong; 0 when there is no such place */
    ExpectAbout about;
    gboolean
        is_out_of_reach; /* neither held nor failed (ok is FALSE): it needs what is not simulated */
    gboolean is_unknown; /* not ok, as nobody can tell: the host is hidden (trace_behind()) */
} ExpectResult;

void expect_result_free(ExpectResult *result);

/* One result an expectation, in the file's order, then one for each thing that fails a run
 * though no line names it: an action that its state forbade and no `expect … error` names, and
 * a run that reached its bound on time or events.  A script that judges its run is one expectation.  Free with g_ptr_array_unref(). */
GPtrArray *expect_check(const Plan *plan, const Trace *trace);

/* Why nobody can tell what is expected, or asked for; NULL: the trace does.  Free with g_free(). */
char *expect_unknown(const PlanExpect *expect, const Trace *trace);

/* Leaves out what nobody can tell, for who wants to know of the rest. */
void expect_forget_unknown(GPtrArray *results);

typedef enum AnswerStyle {
    ANSWER_SCENARIO, /* "client sends SYN at 0s 3s": an expectation that holds */
    ANSWER_PROSE,    /* "0 s, 3 s": the values alone */
    ANSWER_DATA,     /* "0 3": the values alone, for a program; of expect_data() only */
} AnswerStyle;

/* What the run answers; with "#N" the one value, in either style.  "none" when there is no value
 * and no expectation says so.  NULL with *why ("there is no #3: the last is #2"), which the caller
 * frees, when there is no N-th, or nobody can tell. */
char *expect_answer(const Plan *plan, const Trace *trace, const PlanAsk *ask, AnswerStyle style,
                    char **why);

/* What the run answers to each of the questions (PlanAsk *), for a program: values with blanks between them,
 * times in seconds, "3.02"; with "#N" the one value; "" where there is none.  Free with g_strfreev(). */
char **expect_data(const Trace *trace, const GPtrArray *asks);

/* What the question asks for where that is times (SimTime, *are_times) or numbers: gint64, in
 * order; free with g_array_unref().  Empty where it is states.  "#N" is not looked at. */
GArray *expect_numbers(const Trace *trace, const PlanAsk *ask, gboolean *are_times);

#endif
