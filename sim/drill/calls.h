/* One call of a script on its way: what calls.c, readiness.c, messages.c and answers.c share. */
#ifndef TCPWALTZ_DRILL_CALLS_H
#define TCPWALTZ_DRILL_CALLS_H

#include "drill/session.h"

typedef struct DrillMade {
    DrillSession *session;
    const DrillEvent *event;
    const DrillCall *call;
    SimTime now;
    int fd; /* the stack's, of the first argument; -1: it is none of the script's */
    SocketAnswer answer;
    gboolean gives_descriptor;
    gint out_arg; /* what the call writes goes there, to be compared; -1: nothing */
    gint64 out;
} DrillMade;

/* ---- calls.c ---- */

const DrillValue *drill_arg(const DrillMade *made, guint i); /* NULL: there are not so many */

/* A number, or the first of a list. */
gint64 drill_number(const DrillValue *value, gint64 otherwise);

/* {events=POLLIN}: the member of this name; NULL: there is none. */
const DrillValue *drill_member(const DrillValue *value, const char *name);

/* The stack's descriptor by the script's number; -1: there is none. */
int drill_descriptor(const DrillSession *session, gint64 written);

/* ---- answers.c; FALSE: the script has ended ---- */

/* The call has been made: its answer, what it wrote, its time; or that it blocks. */
gboolean drill_conclude(DrillMade *made);

/* Its result alone, and whether it returned when it should have. */
gboolean drill_hold_answer(DrillSession *session, const DrillEvent *event,
                           const SocketAnswer *answer, gboolean is_descriptor);
gboolean drill_is_in_time(DrillSession *session, const DrillEvent *event, SimTime began,
                          SimTime due);

/* The call waits until `again` says that it is over, or answers 0 after `timeout` (SIM_NEVER: never). */
void drill_wait(DrillMade *made, DrillAgain again, SimTime timeout);

/* ---- messages.c ---- */

/* recvmsg(): with MSG_ERRQUEUE, and what came beside bytes.  FALSE: it is not what the script expects. */
gboolean drill_message_from_queue(DrillMade *made);
gboolean drill_message_received(const DrillMade *made);

/* ---- readiness.c ---- */

gboolean drill_call_poll(DrillMade *made);
gboolean drill_call_epoll_create(DrillMade *made);
gboolean drill_call_epoll_ctl(DrillMade *made);
gboolean drill_call_epoll_wait(DrillMade *made);

#endif
