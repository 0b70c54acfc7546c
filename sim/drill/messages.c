/* recvmsg(): what lies beside the bytes: the error queue (Linux net/core/sock.c, sock_recv_errqueue()), and how
 * much can still be read (TCP_INQ).
 */
#include <string.h>

#include "drill/calls.h"
#include "drill/constants.h"

enum {
    CONTROLS_MAX = 2,
    MEMBERS_MAX = 6,
    SCM_TIMESTAMPING = 0x25,
    SOL_IPV6 = 41,
    IPV6_RECVERR = 25
};

typedef struct Member {
    const char *name; /* NULL: the data are this number alone */
    gint64 value;
} Member;

/* One cmsg. */
typedef struct Control {
    gint64 level, type;
    Member members[MEMBERS_MAX];
    guint member_count;
} Control;

typedef struct Message {
    Control controls[CONTROLS_MAX];
    guint count;
    gint64 flags;
} Message;

/* ---- What came ---- */

static Control *add(Message *message, gint64 level, gint64 type)
{
    Control *control = &message->controls[message->count++];

    control->level = level;
    control->type = type;
    return control;
}

static void put(Control *control, const char *name, gint64 value)
{
    control->members[control->member_count++] = (Member){name, value};
}

static gint64 number_of(const char *name)
{
    gint64 number = 0;

    (void)drill_errno(name, &number);
    return number;
}

/* A stamp comes with the segment that it is about, of which nobody reads more than its end. */
static void put_record(const DrillSession *session, Message *message,
                       const SocketErrorRecord *record)
{
    gboolean is_long = session->config.ip == IP_6 || session->is_mapped; /* inet_recv_error() */
    gboolean is_stamp = record->origin == SOCKET_FROM_TIMESTAMPING;

    if (is_stamp) {
        Control *time = add(message, SOCKET_SOL_SOCKET, SCM_TIMESTAMPING);

        put(time, "scm_sec", record->at / SIM_SECOND);
        put(time, "scm_nsec", record->at % SIM_SECOND);
    }
    Control *error = is_long ? add(message, SOL_IPV6, IPV6_RECVERR)
                             : add(message, SOCKET_SOL_IP, SOCKET_IP_RECVERR);

    put(error, "ee_errno", is_stamp ? number_of("ENOMSG") : 0);
    put(error, "ee_origin", record->origin);
    put(error, "ee_type", 0);
    put(error, "ee_code", record->code);
    put(error, "ee_info", record->info);
    put(error, "ee_data", record->data);
    message->flags = SOCKET_MSG_ERRQUEUE | (is_stamp ? SOCKET_MSG_TRUNC : 0);
}

/* Linux net/ipv4/tcp.c, tcp_inq_hint(). */
static void put_inq(const DrillMade *made, Message *message)
{
    Sockets *sockets = made->session->local.sockets;
    uint64_t in = 0, out, unsent;
    int64_t wants = 0;

    (void)socket_get_option(sockets, made->now, made->fd, SOCKET_SOL_TCP, SOCKET_TCP_INQ, &wants);
    if (wants == 0)
        return;
    (void)socket_queued(sockets, made->fd, &in, &out, &unsent);
    if (in == 0 && (socket_ready(sockets, made->fd) & SOCKET_POLL_RDHUP))
        in = 1; /* the end is still to be read */
    put(add(message, SOCKET_SOL_TCP, SOCKET_TCP_INQ), NULL, (gint64)in);
}

/* ---- What was to come ---- */

static gint64 nanoseconds(gint64 seconds, gint64 rest)
{
    return seconds * SIM_SECOND + rest;
}

/* Times may be off as others may. */
static gboolean is_same_time(const DrillMade *made, const Control *is, const DrillValue *wanted)
{
    gint64 at = nanoseconds(is->members[0].value, is->members[1].value);
    gint64 then = nanoseconds(drill_number(drill_member(wanted, "scm_sec"), 0),
                              drill_number(drill_member(wanted, "scm_nsec"), 0));

    return ABS(at - then) <= drill_tolerance(made->session, 0);
}

static gboolean is_same_data(const DrillMade *made, const Control *is, const DrillValue *wanted)
{
    if (wanted == NULL || wanted->kind == DRILL_VALUE_ANY)
        return TRUE;
    if (is->level == SOCKET_SOL_SOCKET && is->type == SCM_TIMESTAMPING)
        return is_same_time(made, is, wanted);
    for (guint i = 0; i < is->member_count; i++) {
        const Member *member = &is->members[i];
        const DrillValue *value =
            member->name != NULL ? drill_member(wanted, member->name) : wanted;

        if (drill_number(value, member->value) != member->value)
            return FALSE;
    }
    return TRUE;
}

static gboolean is_same(const DrillMade *made, const Control *is, const DrillValue *wanted)
{
    return drill_number(drill_member(wanted, "cmsg_level"), is->level) == is->level &&
           drill_number(drill_member(wanted, "cmsg_type"), is->type) == is->type &&
           is_same_data(made, is, drill_member(wanted, "cmsg_data"));
}

static char *message_text(const Message *message)
{
    GString *out = g_string_new("it gave [");

    for (guint i = 0; i < message->count; i++) {
        const Control *control = &message->controls[i];

        g_string_append_printf(out, "%s{level %" G_GINT64_FORMAT ", type %" G_GINT64_FORMAT,
                               i > 0 ? ", " : "", control->level, control->type);
        for (guint m = 0; m < control->member_count; m++)
            g_string_append_printf(out, ", %s %" G_GINT64_FORMAT,
                                   control->members[m].name != NULL ? control->members[m].name
                                                                    : "data",
                                   control->members[m].value);
        g_string_append_c(out, '}');
    }
    g_string_append_printf(out, "], flags 0x%" G_GINT64_MODIFIER "x", message->flags);
    return g_string_free(out, FALSE);
}

/* FALSE: it is otherwise, and the script has ended. */
static gboolean hold_message(const DrillMade *made, const Message *message)
{
    const DrillValue *header = drill_arg(made, 1);
    const DrillValue *controls = drill_member(header, "msg_control");
    gboolean listed = controls != NULL && controls->kind == DRILL_VALUE_LIST;
    gboolean same =
        drill_number(drill_member(header, "msg_flags"), message->flags) == message->flags;

    if (listed)
        same = same && controls->items->len == message->count;
    for (guint i = 0; same && listed && i < message->count; i++)
        same = is_same(made, &message->controls[i], g_ptr_array_index(controls->items, i));
    return same || drill_fails(made->session, made->event, 0, g_strdup(made->event->text),
                               message_text(message));
}

gboolean drill_message_from_queue(DrillMade *made)
{
    SocketErrorRecord record;
    Message message = {.count = 0};

    if (!socket_error_record(made->session->local.sockets, made->fd, &record)) {
        made->answer = (SocketAnswer){.value = -1, .error = TCP_EAGAIN};
        return TRUE;
    }
    made->answer = (SocketAnswer){.value = 0};
    put_record(made->session, &message, &record);
    return hold_message(made, &message);
}

gboolean drill_message_received(const DrillMade *made)
{
    Message message = {.count = 0};

    if (made->answer.blocks || made->answer.value < 0)
        return TRUE;
    put_inq(made, &message);
    return hold_message(made, &message);
}
