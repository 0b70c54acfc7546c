/* What a call answered, held against what the script says of it; and calls that block. */
#include <string.h>

#include "drill/calls.h"

/* ---- What it answered ---- */

static char *answer_text(const SocketAnswer *answer)
{
    if (answer->error == TCP_OK)
        return g_strdup_printf("it returned %" G_GINT64_FORMAT, answer->value);
    return g_strdup_printf("it returned %" G_GINT64_FORMAT " %s", answer->value,
                           tcp_error_name(answer->error));
}

static char *wanted_text(const DrillCall *call)
{
    gint64 value = drill_number(call->result, 0);

    if (call->error == NULL)
        return g_strdup_printf("it returns %" G_GINT64_FORMAT, value);
    return g_strdup_printf("it returns %" G_GINT64_FORMAT " %s", value, call->error);
}

/* EWOULDBLOCK is EAGAIN by another name. */
static gboolean is_error(const char *name, TcpError error)
{
    const char *same = strcmp(name, "EWOULDBLOCK") == 0 ? "EAGAIN" : name;

    return strcmp(tcp_error_name(error), same) == 0;
}

static gboolean is_wanted(const DrillCall *call, const SocketAnswer *answer, gboolean is_descriptor)
{
    const DrillValue *wanted = call->result;

    if (wanted == NULL || wanted->kind != DRILL_VALUE_NUMBER)
        return TRUE;
    if (is_descriptor && answer->value >= 0)
        return wanted->number >= 0;
    return wanted->number == answer->value &&
           (call->error == NULL || answer->value >= 0 || is_error(call->error, answer->error));
}

/* Of the socket that it was made on, whatever became of its connection. */
static TraceId came_of(const DrillSession *session, const DrillCall *call, TcpError error)
{
    const DrillValue *first = call->args->len > 0 ? g_ptr_array_index(call->args, 0) : NULL;
    int fd = drill_descriptor(session, drill_number(first, -1));

    return lab_node_came_of(session->local.node.host, socket_told_of(session->local.sockets, fd),
                            error);
}

gboolean drill_hold_answer(DrillSession *session, const DrillEvent *event,
                           const SocketAnswer *answer, gboolean is_descriptor)
{
    const DrillCall *call = event->call;

    if (!is_wanted(call, answer, is_descriptor)) {
        lab_node_answers(session->local.node.host, session->called, answer->error);
        return drill_fails(session, event, came_of(session, call, answer->error), wanted_text(call),
                           answer_text(answer));
    }
    if (is_descriptor && answer->value >= 0)
        g_hash_table_insert(session->fds, GINT_TO_POINTER((gint)drill_number(call->result, 0)),
                            GINT_TO_POINTER((gint)answer->value));
    return TRUE;
}

static gboolean hold_out(const DrillMade *made)
{
    const DrillValue *wanted = made->out_arg >= 0 ? drill_arg(made, (guint)made->out_arg) : NULL;

    /* An int there: 0xffffffff is -1. */
    if (made->answer.value < 0 || (gint32)drill_number(wanted, made->out) == (gint32)made->out)
        return TRUE;
    return drill_fails(made->session, made->event, 0,
                       g_strdup_printf("%" G_GINT64_FORMAT, drill_number(wanted, 0)),
                       g_strdup_printf("it gave %" G_GINT64_FORMAT, made->out));
}

/* ---- Calls that block ---- */

gboolean drill_is_in_time(DrillSession *session, const DrillEvent *event, SimTime began,
                          SimTime due)
{
    SimTime now = lab_node_now(session->local.node.host);
    SimTime within = drill_tolerance(session, due - began);

    if (now >= due - within && now <= due + within)
        return TRUE;
    return drill_fails(session, event, 0,
                       g_strdup_printf("it returns at %.6f s", (double)due / SIM_SECOND),
                       g_strdup_printf("it returned at %.6f s", (double)now / SIM_SECOND));
}

void drill_wait(DrillMade *made, DrillAgain again, SimTime timeout)
{
    made->answer = (SocketAnswer){.blocks = TRUE};
    made->session->waiting =
        (DrillWaiting){.again = again, .expires = sim_time_add(made->now, timeout)};
}

static gboolean begin_waiting(DrillMade *made)
{
    if (made->event->time.returns == SIM_NEVER)
        return drill_fails(made->session, made->event, 0, g_strdup("an answer at once"),
                           g_strdup("it blocks"));
    DrillWaiting *waiting = &made->session->waiting;

    waiting->event = made->event;
    waiting->called = made->session->called;
    waiting->fd = made->fd;
    waiting->began = made->now;
    waiting->returns = drill_due_return(made->session, made->event);
    if (waiting->again == NULL)
        waiting->expires = SIM_NEVER;
    return TRUE;
}

gboolean drill_conclude(DrillMade *made)
{
    DrillSession *session = made->session;

    if (made->answer.blocks)
        return begin_waiting(made);
    return drill_hold_answer(session, made->event, &made->answer, made->gives_descriptor) &&
           hold_out(made) &&
           (made->event->time.returns == SIM_NEVER ||
            drill_is_in_time(session, made->event, made->now,
                             drill_due_return(session, made->event)));
}
