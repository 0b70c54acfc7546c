/* What an application does: a table of calls. */
#include <string.h>

#include "drill/calls.h"
#include "drill/constants.h"
#include "drill/names.h"

/* ---- Arguments ---- */

const DrillValue *drill_arg(const DrillMade *made, guint i)
{
    return i < made->call->args->len ? g_ptr_array_index(made->call->args, i) : NULL;
}

gint64 drill_number(const DrillValue *value, gint64 otherwise)
{
    if (value == NULL)
        return otherwise;
    if (value->kind == DRILL_VALUE_LIST && value->items->len > 0)
        return drill_number(g_ptr_array_index(value->items, 0), otherwise);
    return value->kind == DRILL_VALUE_NUMBER ? value->number : otherwise;
}

static gint64 number(const DrillMade *made, guint i)
{
    return drill_number(drill_arg(made, i), 0);
}

const DrillValue *drill_member(const DrillValue *value, const char *name)
{
    for (guint i = 0; value != NULL && value->items != NULL && i < value->items->len; i++) {
        const DrillValue *item = g_ptr_array_index(value->items, i);

        if (item->name != NULL && strcmp(item->name, name) == 0)
            return item;
    }
    return NULL;
}

static guint16 port_of(const DrillValue *address, guint16 otherwise)
{
    gint64 port = drill_number(drill_member(address, "sin_port"), otherwise);

    return (guint16)port;
}

int drill_descriptor(const DrillSession *session, gint64 written)
{
    gpointer found;

    return g_hash_table_lookup_extended(session->fds, GINT_TO_POINTER((gint)written), NULL, &found)
               ? GPOINTER_TO_INT(found)
               : -1;
}

/* A buffer that is NULL where there are bytes to be. */
static gboolean is_nowhere(const DrillMade *made, guint i, gint64 bytes)
{
    const DrillValue *buffer = drill_arg(made, i);

    return buffer != NULL && buffer->kind == DRILL_VALUE_NULL && bytes > 0;
}

/* ---- Descriptors ---- */

enum {
    TYPE_FLAGS = SOCKET_NONBLOCK | 02000000,
    TCP_PORT = 8080
}; /* SOCK_NONBLOCK | SOCK_CLOEXEC */

/* A socket that is none of TCP's over the script's version of IP.  NULL: it is one. */
static const char *other_socket(const DrillSession *session, gint64 family, gint64 type)
{
    enum { INET = 2, STREAM = 1, DATAGRAM = 2, INET6 = 10 };
    gboolean is_ipv6 = session->config.ip == IP_6 || session->is_mapped;

    if (family == INET6 && !is_ipv6)
        return "IPv6 (without --ip_version=ipv6)";
    if (family == INET && is_ipv6)
        return "IPv4 (with --ip_version=ipv6)";
    if (type == DATAGRAM)
        return "UDP";
    return type == STREAM || type == 0 ? NULL : "a socket of this type";
}

static gboolean call_socket(DrillMade *made)
{
    DrillSession *session = made->session;
    const char *other = other_socket(session, number(made, 0), number(made, 1) & ~TYPE_FLAGS);

    if (other != NULL)
        return drill_out_of_reach(session, made->event, "%s", other);
    made->answer = socket_open(session->local.sockets);
    session->newest = (int)made->answer.value;
    made->gives_descriptor = TRUE;
    if (made->answer.value >= 0 && (number(made, 1) & SOCKET_NONBLOCK))
        (void)socket_set_flags(session->local.sockets, (int)made->answer.value, SOCKET_NONBLOCK);
    return TRUE;
}

static gboolean call_bind(DrillMade *made)
{
    made->session->local.port = port_of(drill_arg(made, 1), TCP_PORT);
    made->answer = socket_bind(made->session->local.sockets, made->fd, made->session->local.port);
    return TRUE;
}

static gboolean call_listen(DrillMade *made)
{
    DrillSession *session = made->session;

    if (session->local.port == 0)
        session->local.port = TCP_PORT;
    made->answer = socket_listen(session->local.sockets, made->now, made->fd,
                                 (uint32_t)MAX(number(made, 1), 0));
    if (made->answer.value >= 0)
        session->listener = made->fd;
    return TRUE;
}

static void tell_accepted(DrillMade *made)
{
    DrillSession *session = made->session;
    int fd = (int)made->answer.value;

    if (fd < 0 || made->answer.blocks)
        return;
    session->current = fd;
    lab_node_tells(session->local.node.host, socket_told_of(session->local.sockets, fd),
                   TRACE_APP_ACCEPTED, 0, 0, TCP_OK);
}

static gboolean call_accept(DrillMade *made)
{
    made->answer = socket_accept(made->session->local.sockets, made->now, made->fd);
    made->gives_descriptor = TRUE;
    if (made->answer.value >= 0 && (number(made, 3) & SOCKET_NONBLOCK)) /* accept4() */
        (void)socket_set_flags(made->session->local.sockets, (int)made->answer.value,
                               SOCKET_NONBLOCK);
    tell_accepted(made);
    return TRUE;
}

static gboolean is_unspecified(const DrillValue *address)
{
    const DrillValue *family = drill_member(address, "sa_family");

    return address != NULL &&
           (family != NULL ? drill_number(family, 1) == 0
                           : address->kind == DRILL_VALUE_NUMBER && address->number == 0);
}

/* Only Linux lets a connection go so; FreeBSD's error has no name here. */
static gboolean unconnect(DrillMade *made)
{
    Sockets *sockets = made->session->local.sockets;

    if (sockets_settings(sockets)->flavour != SOCKET_LINUX)
        return drill_out_of_reach(made->session, made->event, "connect() to AF_UNSPEC");
    made->answer = socket_unconnect(sockets, made->now, made->fd);
    return TRUE;
}

static gboolean call_connect(DrillMade *made)
{
    DrillSession *session = made->session;

    if (is_unspecified(drill_arg(made, 1)))
        return unconnect(made);
    if (socket_connection(session->local.sockets, made->fd) == 0)
        drill_connection_begin(session, 0);
    session->current = made->fd;
    made->answer = socket_connect(session->local.sockets, made->now, made->fd,
                                  session->remote_address, port_of(drill_arg(made, 1), TCP_PORT));
    return TRUE;
}

static gboolean call_close(DrillMade *made)
{
    DrillSession *session = made->session;

    made->answer = socket_close(session->local.sockets, made->now, made->fd);
    if (session->listener == made->fd)
        session->listener = -1;
    g_hash_table_remove(session->fds, GINT_TO_POINTER((gint)number(made, 0)));
    return TRUE;
}

static gboolean call_shutdown(DrillMade *made)
{
    made->answer = socket_shutdown(made->session->local.sockets, made->now, made->fd,
                                   (SocketShutdown)number(made, 1));
    return TRUE;
}

static gboolean call_fcntl(DrillMade *made)
{
    enum { F_GETFL = 3, F_SETFL = 4 };
    Sockets *sockets = made->session->local.sockets;

    switch (number(made, 1)) {
    case F_GETFL: made->answer = socket_get_flags(sockets, made->fd); break;
    case F_SETFL: made->answer = socket_set_flags(sockets, made->fd, (int)number(made, 2)); break;
    default: return drill_out_of_reach(made->session, made->event, "this fcntl()");
    }
    return TRUE;
}

/* ---- Data ---- */

/* sendto()'s or sendmsg()'s; "..." is the peer's.  FALSE: none is given. */
static gboolean address_of(const DrillMade *made, const DrillValue *value, SocketAddress *out)
{
    if (value == NULL || value->kind == DRILL_VALUE_NULL)
        return FALSE;
    *out = (SocketAddress){.address = made->session->remote_address,
                           .port = port_of(value, TCP_PORT),
                           .is_unspecified = is_unspecified(value)};
    return TRUE;
}

static gboolean send_to(DrillMade *made, guint buffer, gint64 bytes, gint64 flags,
                        const DrillValue *name)
{
    DrillSession *session = made->session;
    Sockets *sockets = session->local.sockets;
    SocketAddress address, *to = address_of(made, name, &address) ? &address : NULL;

    if (is_nowhere(made, buffer, bytes))
        flags |= SOCKET_BAD_BUFFER;
    if (socket_send_opens(sockets, made->fd, (int)flags, to)) {
        drill_connection_begin(session, 0);
        session->current = made->fd;
    }
    made->answer =
        socket_send_to(sockets, made->now, made->fd, (uint64_t)MAX(bytes, 0), (int)flags, to);
    return TRUE;
}

static gboolean send_bytes(DrillMade *made, guint buffer, gint64 bytes, gint64 flags)
{
    return send_to(made, buffer, bytes, flags, NULL);
}

static gboolean call_write(DrillMade *made)
{
    return send_bytes(made, 1, number(made, 2), 0);
}

static gboolean call_send(DrillMade *made)
{
    return send_bytes(made, 1, number(made, 2), number(made, 3));
}

static gboolean call_sendto(DrillMade *made)
{
    return send_to(made, 1, number(made, 2), number(made, 3), drill_arg(made, 4));
}

static void tell_read(DrillMade *made, int flags)
{
    DrillSession *session = made->session;
    TcpConnId conn = socket_told_of(session->local.sockets, made->fd);
    TraceAppEvent as = flags & SOCKET_MSG_PEEK ? TRACE_APP_PEEKED : TRACE_APP_READ;

    if (made->answer.value > 0 && !made->answer.blocks)
        lab_node_tells(session->local.node.host, conn, as, (guint64)made->answer.value, 0, TCP_OK);
}

static gboolean receive_bytes(DrillMade *made, guint buffer, gint64 most, gint64 flags)
{
    if (is_nowhere(made, buffer, most))
        flags |= SOCKET_BAD_BUFFER;
    made->answer = socket_receive(made->session->local.sockets, made->now, made->fd,
                                  (uint64_t)MAX(most, 0), (int)flags);
    tell_read(made, (int)flags);
    return TRUE;
}

static gboolean call_read(DrillMade *made)
{
    return receive_bytes(made, 1, number(made, 2), 0);
}

static gboolean call_recv(DrillMade *made)
{
    return receive_bytes(made, 1, number(made, 2), number(made, 3));
}

/* [{..., 1000}, {..., 2000}] */
static gint64 bytes_of(const DrillValue *pieces)
{
    gint64 sum = 0;

    for (guint i = 0; pieces != NULL && pieces->items != NULL && i < pieces->items->len; i++) {
        const DrillValue *piece = g_ptr_array_index(pieces->items, i);

        if (piece->items != NULL && piece->items->len > 1)
            sum += drill_number(g_ptr_array_index(piece->items, 1), 0);
    }
    return sum;
}

static gboolean call_writev(DrillMade *made)
{
    return send_bytes(made, 1, bytes_of(drill_arg(made, 1)), 0);
}

static gboolean call_readv(DrillMade *made)
{
    return receive_bytes(made, 1, bytes_of(drill_arg(made, 1)), 0);
}

/* {msg_name(…)=…, msg_iov(1)=[{…, 1000}], msg_flags=0}: the member's name has its count behind it. */
static gint64 message_bytes(const DrillMade *made)
{
    return bytes_of(drill_member(drill_arg(made, 1), "msg_iov"));
}

/* Bytes of each piece, if all are alike; else 0. */
static guint32 piece_of(const DrillMade *made)
{
    const DrillValue *pieces = drill_member(drill_arg(made, 1), "msg_iov");
    gint64 sum = bytes_of(pieces), count = 0, first = 0;

    for (guint i = 0; pieces != NULL && pieces->items != NULL && i < pieces->items->len; i++) {
        const DrillValue *piece = g_ptr_array_index(pieces->items, i);

        if (piece->items == NULL || piece->items->len < 2)
            return 0;
        first = count++ == 0 ? drill_number(g_ptr_array_index(piece->items, 1), 0) : first;
    }
    return count > 1 && first > 0 && first < G_MAXINT16 && first * count == sum ? (guint32)first
                                                                                : 0;
}

static gboolean call_sendmsg(DrillMade *made)
{
    guint32 piece = piece_of(made);

    if (piece > 0 && (number(made, 2) & SOCKET_MSG_ZEROCOPY)) {
        made->answer =
            socket_send_pieces(made->session->local.sockets, made->now, made->fd,
                               (uint64_t)message_bytes(made), piece, (int)number(made, 2));
        return TRUE;
    }
    return send_to(made, 1, message_bytes(made), number(made, 2),
                   drill_member(drill_arg(made, 1), "msg_name"));
}

static gboolean call_recvmsg(DrillMade *made)
{
    if (number(made, 2) & SOCKET_MSG_ERRQUEUE)
        return drill_message_from_queue(made);
    return receive_bytes(made, 1, message_bytes(made), number(made, 2)) &&
           drill_message_received(made);
}

/* ---- Options ---- */

/* SO_LINGER is a struct, here a number of seconds, -1: off. */
static gint64 option_value(const DrillValue *value)
{
    const DrillValue *on = drill_member(value, "onoff"), *seconds = drill_member(value, "linger");

    if (on == NULL)
        return drill_number(value, 0);
    return drill_number(on, 0) != 0 ? drill_number(seconds, 0) : -1;
}

static gboolean is_congestion(const DrillMade *made)
{
    return number(made, 1) == SOCKET_SOL_TCP && number(made, 2) == SOCKET_TCP_CONGESTION;
}

/* An option that is not here may be one of a real stack; that there is none is an answer, too. */
static gboolean is_known(const DrillMade *made)
{
    const char *error = made->call->error;
    const DrillValue *option = drill_arg(made, 2);

    if (made->answer.error != TCP_ENOPROTOOPT || g_strcmp0(error, "ENOPROTOOPT") == 0)
        return TRUE;
    if (option != NULL && option->text != NULL)
        return drill_out_of_reach(made->session, made->event, "the socket option %s", option->text);
    return drill_out_of_reach(made->session, made->event, "the socket option %" G_GINT64_FORMAT,
                              number(made, 2));
}

/* What only the header of IP carries is not the stack's, but the wire's. */
static void note_ip_option(const DrillMade *made)
{
    enum { LEVEL = 0, TOS = 1, TTL = 2 };
    gint64 value = number(made, 3);

    if (made->answer.value < 0 || number(made, 1) != LEVEL || value < 0 || value > G_MAXUINT8)
        return;
    if (number(made, 2) == TOS)
        made->session->tos = (guint8)value;
    else if (number(made, 2) == TTL)
        made->session->ttl = (guint8)value;
}

static gboolean call_setsockopt(DrillMade *made)
{
    Sockets *sockets = made->session->local.sockets;
    const DrillValue *value = drill_arg(made, 3);

    if (is_congestion(made))
        made->answer = socket_set_congestion(sockets, made->now, made->fd,
                                             value->text != NULL ? value->text : "");
    else if (number(made, 1) == SOCKET_SOL_TCP && number(made, 2) == SOCKET_TCP_FASTOPEN_KEY)
        made->answer = socket_set_fast_open_key(sockets, made->fd, (const guint8 *)value->text,
                                                MIN((gsize)number(made, 4), value->length));
    else
        made->answer = socket_set_option(sockets, made->now, made->fd, (int)number(made, 1),
                                         (int)number(made, 2), option_value(value));
    note_ip_option(made);
    return is_known(made);
}

static gboolean hold_name(const DrillMade *made, const DrillValue *wanted, const char *name)
{
    if (wanted == NULL || wanted->kind != DRILL_VALUE_STRING || strcmp(wanted->text, name) == 0)
        return TRUE;
    return drill_fails(made->session, made->event, 0, g_strdup(wanted->text),
                       g_strdup_printf("it gave %s", name));
}

/* What SO_ERROR tells has names of its own here; the script's are the system's numbers. */
static gint64 errno_of(gint64 error)
{
    gint64 number = 0;

    (void)drill_errno(tcp_error_name((TcpError)error), &number);
    return number;
}

static gboolean tells_error(const DrillMade *made)
{
    return number(made, 1) == SOCKET_SOL_SOCKET && number(made, 2) == SOCKET_SO_ERROR;
}

static gboolean call_getsockopt(DrillMade *made)
{
    Sockets *sockets = made->session->local.sockets;
    const char *name;
    int64_t value = 0;

    if (is_congestion(made)) {
        made->answer = socket_get_congestion(sockets, made->fd, &name);
        return made->answer.value < 0 || hold_name(made, drill_arg(made, 3), name);
    }
    made->answer = socket_get_option(sockets, made->now, made->fd, (int)number(made, 1),
                                     (int)number(made, 2), &value);
    made->out_arg = 3;
    made->out = tells_error(made) ? errno_of(value) : value;
    return is_known(made);
}

static gboolean call_ioctl(DrillMade *made)
{
    enum { INQ = 0x541B, OUTQ = 0x5411, OUTQNSD = 0x894B }; /* SIOCINQ, … */
    uint64_t in, out, unsent;

    made->answer = socket_queued(made->session->local.sockets, made->fd, &in, &out, &unsent);
    made->out_arg = 2;
    switch (number(made, 1)) {
    case INQ: made->out = (gint64)in; break;
    case OUTQ: made->out = (gint64)out; break;
    case OUTQNSD: made->out = (gint64)unsent; break;
    default: return drill_out_of_reach(made->session, made->event, "this ioctl()");
    }
    return TRUE;
}

/* ---- The table ---- */

static const struct {
    const char *name;
    gboolean (*make)(DrillMade *made);
    gboolean of_descriptor; /* its first argument is one */
    guint arguments;        /* that there have to be */
} calls[] = {
    {"accept", call_accept, TRUE, 3},
    {"accept4", call_accept, TRUE, 4},
    {"bind", call_bind, TRUE, 3},
    {"close", call_close, TRUE, 1},
    {"connect", call_connect, TRUE, 3},
    {"fcntl", call_fcntl, TRUE, 2},
    {"epoll_create", drill_call_epoll_create, FALSE, 1},
    {"epoll_create1", drill_call_epoll_create, FALSE, 0},
    {"epoll_ctl", drill_call_epoll_ctl, FALSE, 4},
    {"epoll_wait", drill_call_epoll_wait, FALSE, 4},
    {"getsockopt", call_getsockopt, TRUE, 5},
    {"ioctl", call_ioctl, TRUE, 2},
    {"listen", call_listen, TRUE, 2},
    {"poll", drill_call_poll, FALSE, 3},
    {"read", call_read, TRUE, 3},
    {"readv", call_readv, TRUE, 3},
    {"recv", call_recv, TRUE, 4},
    {"recvfrom", call_recv, TRUE, 4},
    {"recvmsg", call_recvmsg, TRUE, 3},
    {"send", call_send, TRUE, 4},
    {"sendmsg", call_sendmsg, TRUE, 3},
    {"sendto", call_sendto, TRUE, 4},
    {"setsockopt", call_setsockopt, TRUE, 5},
    {"shutdown", call_shutdown, TRUE, 2},
    {"socket", call_socket, FALSE, 3},
    {"write", call_write, TRUE, 3},
    {"writev", call_writev, TRUE, 3},
};

const char *drill_call_name(gsize i)
{
    return i < G_N_ELEMENTS(calls) ? calls[i].name : NULL;
}

gboolean drill_call_returned(DrillSession *session, const DrillWaiting *was,
                             const SocketAnswer *answer)
{
    const DrillCall *call = was->event->call;
    gboolean accepts = g_str_has_prefix(call->name, "accept");
    DrillMade made = {
        .session = session, .event = was->event, .call = call, .fd = was->fd, .answer = *answer};

    if (accepts)
        tell_accepted(&made);
    else if (g_str_has_prefix(call->name, "re"))
        tell_read(&made, 0);
    return drill_hold_answer(session, was->event, answer, accepts) &&
           drill_is_in_time(session, was->event, was->began, was->returns);
}

gboolean drill_call(DrillSession *session, const DrillEvent *event)
{
    DrillMade made = {.session = session,
                      .event = event,
                      .call = event->call,
                      .now = lab_node_now(session->local.node.host),
                      .fd = -1,
                      .out_arg = -1};

    for (gsize i = 0; i < G_N_ELEMENTS(calls); i++) {
        if (strcmp(calls[i].name, event->call->name) != 0)
            continue;
        if (calls[i].of_descriptor)
            made.fd = drill_descriptor(session, number(&made, 0));
        if (made.call->args->len < calls[i].arguments)
            return drill_fails(session, event, 0,
                               g_strdup_printf("%u arguments", calls[i].arguments),
                               g_strdup_printf("%u", made.call->args->len));
        return calls[i].make(&made) && drill_conclude(&made);
    }
    return drill_out_of_reach(session, event, "the call %s()", event->call->name);
}
