/* poll() and epoll: what is ready, and waiting for it. */
#include <string.h>

#include "drill/calls.h"
#include "drill/session.h"

enum { ALWAYS = 0x8 | 0x10, INVALID = 0x20 }; /* POLLERR | POLLHUP, POLLNVAL */

/* ---- poll() ---- */

static const DrillValue *item(const DrillValue *list, guint i)
{
    return list != NULL && list->items != NULL && i < list->items->len
               ? g_ptr_array_index(list->items, i)
               : NULL;
}

static guint32 ready_of(const DrillSession *session, const DrillValue *one)
{
    int fd = drill_descriptor(session, drill_number(drill_member(one, "fd"), -1));
    guint32 wanted = (guint32)drill_number(drill_member(one, "events"), 0);

    if (fd < 0)
        return INVALID;
    socket_poll(session->local.sockets, fd);
    return socket_ready(session->local.sockets, fd) & (wanted | ALWAYS);
}

/* How many are ready; *differs: what one of them reports is not what the script says. */
static gint64 count_ready(const DrillSession *session, const DrillCall *call, char **differs)
{
    const DrillValue *list = g_ptr_array_index(call->args, 0), *one;
    gint64 count = 0;

    for (guint i = 0; (one = item(list, i)) != NULL; i++) {
        guint32 ready = ready_of(session, one);
        const DrillValue *wanted = drill_member(one, "revents");
        guint32 should = (guint32)drill_number(wanted, ready);

        count += ready != 0 ? 1 : 0;
        if (should != ready && *differs == NULL)
            *differs = g_strdup_printf("revents is 0x%x, not 0x%x", ready, should);
    }
    return count;
}

/* In ms; negative: none. */
static gint64 timeout_of(const DrillEvent *event)
{
    return drill_number(g_ptr_array_index(event->call->args, 2), -1);
}

static gboolean poll_again(DrillSession *session, const DrillEvent *event, SocketAnswer *answer)
{
    g_autofree char *differs = NULL;

    *answer = (SocketAnswer){.value = count_ready(session, event->call, &differs)};
    gboolean is_over = answer->value > 0 || timeout_of(event) == 0;

    if (differs != NULL && is_over)
        drill_fails(session, event, 0, g_strdup(event->text), g_strdup(differs));
    return answer->value > 0;
}

gboolean drill_call_poll(DrillMade *made)
{
    gint64 timeout = timeout_of(made->event);

    if (drill_arg(made, 0)->kind != DRILL_VALUE_LIST)
        return drill_out_of_reach(made->session, made->event, "this poll()");
    if (poll_again(made->session, made->event, &made->answer) || timeout == 0)
        return !made->session->is_over;
    drill_wait(made, poll_again, timeout < 0 ? SIM_NEVER : timeout * SIM_MILLISECOND);
    return TRUE;
}

/* ---- epoll ---- */

static const guint32 edge_triggered = 1U << 31, one_shot = 1U << 30, flags = 0xffff0000;

/* One descriptor that an epoll watches. */
typedef struct Watched {
    int epoll, fd;  /* the script's */
    guint32 events; /* 0: disarmed, by EPOLLONESHOT */
    guint32 edges;  /* of socket_edges(), since it reported last */
    gboolean is_new;
} Watched;

gboolean drill_call_epoll_create(DrillMade *made)
{
    made->answer.value = made->call->result != NULL ? drill_number(made->call->result, 0) : 0;
    return TRUE;
}

static Watched *watched(const DrillSession *session, int epoll, int fd)
{
    for (guint i = 0; i < session->watched->len; i++) {
        Watched *one = g_ptr_array_index(session->watched, i);

        if (one->epoll == epoll && one->fd == fd)
            return one;
    }
    return NULL;
}

gboolean drill_call_epoll_ctl(DrillMade *made)
{
    enum { ADD = 1, DEL = 2, MOD = 3 };
    DrillSession *session = made->session;
    int epoll = (int)drill_number(drill_arg(made, 0), -1);
    int fd = (int)drill_number(drill_arg(made, 2), -1);
    gint64 what = drill_number(drill_arg(made, 1), 0);
    Watched *one = watched(session, epoll, fd);

    if (drill_descriptor(session, fd) < 0 || (one == NULL && what != ADD)) {
        made->answer = (SocketAnswer){.value = -1, .error = fd < 0 ? TCP_EBADF : TCP_ENOENT};
        return TRUE;
    }
    if (what == DEL) {
        g_ptr_array_remove(session->watched, one);
        return TRUE;
    }
    if (one == NULL) {
        one = g_new0(Watched, 1);
        g_ptr_array_add(session->watched, one);
    }
    *one = (Watched){.epoll = epoll,
                     .fd = fd,
                     .events = (guint32)drill_number(drill_member(drill_arg(made, 3), "events"), 0),
                     .is_new = TRUE};
    return TRUE;
}

/* What it reports now, and is then taken as reported. */
static guint32 report(const DrillSession *session, Watched *one)
{
    int fd = drill_descriptor(session, one->fd);

    if (one->events == 0 || fd < 0)
        return 0;
    guint32 ready = socket_ready(session->local.sockets, fd) & ((one->events & ~flags) | ALWAYS);
    one->edges |= socket_edges(session->local.sockets, fd);
    gboolean is_edge = one->is_new || (one->edges & (one->events | ALWAYS)) != 0;

    if (ready == 0) {
        socket_poll(session->local.sockets, fd);
        return 0;
    }
    if ((one->events & edge_triggered) && !is_edge)
        return 0;
    one->is_new = FALSE;
    one->edges = 0;
    if (one->events & one_shot)
        one->events = 0;
    return ready;
}

/* {events=…, fd=…}, or a list of them. */
static const DrillValue *reported_as(const DrillValue *wanted, guint i)
{
    return wanted->kind == DRILL_VALUE_LIST ? item(wanted, i) : i == 0 ? wanted : NULL;
}

static gboolean hold_reported(DrillSession *session, const DrillEvent *event, int fd, guint32 ready,
                              const DrillValue *wanted)
{
    guint32 events = (guint32)drill_number(drill_member(wanted, "events"), ready);
    gint64 of = drill_number(drill_member(wanted, "fd"), fd);

    if (events != 0 && events != ready)
        return drill_fails(session, event, 0, g_strdup(event->text),
                           g_strdup_printf("events is 0x%x, not 0x%x", ready, events));
    if (of != fd)
        return drill_fails(session, event, 0, g_strdup(event->text),
                           g_strdup_printf("fd is %d, not %" G_GINT64_FORMAT, fd, of));
    return TRUE;
}

static gboolean epoll_again(DrillSession *session, const DrillEvent *event, SocketAnswer *answer)
{
    const DrillCall *call = event->call;
    int epoll = (int)drill_number(g_ptr_array_index(call->args, 0), -1);
    const DrillValue *wanted = g_ptr_array_index(call->args, 1);
    gint64 most = drill_number(g_ptr_array_index(call->args, 2), 1);

    *answer = (SocketAnswer){0};
    for (guint i = 0; i < session->watched->len && answer->value < most; i++) {
        Watched *one = g_ptr_array_index(session->watched, i);
        guint32 ready = one->epoll == epoll ? report(session, one) : 0;

        if (ready == 0)
            continue;
        if (!session->is_over)
            (void)hold_reported(session, event, one->fd, ready,
                                reported_as(wanted, (guint)answer->value));
        answer->value++;
    }
    return answer->value > 0;
}

gboolean drill_call_epoll_wait(DrillMade *made)
{
    gint64 timeout = drill_number(drill_arg(made, 3), -1);

    if (epoll_again(made->session, made->event, &made->answer) || timeout == 0)
        return !made->session->is_over;
    drill_wait(made, epoll_again, timeout < 0 ? SIM_NEVER : timeout * SIM_MILLISECOND);
    return TRUE;
}
