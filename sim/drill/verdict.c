/* What is said of a script. */
#include <stdarg.h>

#include "drill/session.h"

static void judge(DrillSession *session, TraceJudgement judgement, const DrillEvent *event)
{
    session->verdict.judgement = judgement;
    session->is_over = TRUE;
    if (event != NULL) {
        session->verdict.text = g_strdup(event->text);
        session->verdict.line = event->place.line;
        session->verdict.column = event->place.column;
    }
    lab_node_ends_run(session->remote.node.host);
}

gboolean drill_fails(DrillSession *session, const DrillEvent *event, TraceId at, char *expected,
                     char *actual)
{
    judge(session, TRACE_FAILS, event);
    session->verdict.expected = expected;
    session->verdict.actual = actual;
    session->verdict.event = at != 0 ? at : lab_node_came_of(session->local.node.host, 0, TCP_OK);
    return FALSE;
}

gboolean drill_out_of_reach(DrillSession *session, const DrillEvent *event, const char *format, ...)
{
    va_list args;

    judge(session, TRACE_OUT_OF_REACH, event);
    va_start(args, format);
    session->verdict.actual = g_strdup_vprintf(format, args);
    va_end(args);
    return FALSE;
}

void drill_holds(DrillSession *session)
{
    judge(session, TRACE_HOLDS, NULL);
}
