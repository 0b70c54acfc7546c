/* The script's lines as system calls. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/ends.h"
#include "live/kernel.h"
#include "live/orphans.h"
#include "live/settings.h"
#include "net/wire.h"

/* Of these no scenario speaks. */
static gboolean is_of_the_system(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
}

TcpError kernel_error(Kernel *kernel, int error)
{
    static const struct {
        int number;
        TcpError error;
    } errors[] = {
        {0, TCP_OK},
        {EAGAIN, TCP_EAGAIN},
        {EINPROGRESS, TCP_OK}, /* a connect that goes on */
        {EADDRINUSE, TCP_EADDRINUSE},
        {ECONNREFUSED, TCP_ECONNREFUSED},
        {ECONNRESET, TCP_ECONNRESET},
        {EISCONN, TCP_EISCONN},
        {ENETDOWN, TCP_ENETDOWN},
        {ENETUNREACH, TCP_EHOSTUNREACH},
        {ENOTCONN, TCP_ENOTCONN},
        {EPIPE, TCP_EPIPE},
        {ETIMEDOUT, TCP_ETIMEDOUT},
        {EHOSTUNREACH, TCP_EHOSTUNREACH},
        {EADDRNOTAVAIL, TCP_EADDRNOTAVAIL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(errors); i++) {
        if (errors[i].number == error)
            return errors[i].error;
    }
    if (is_of_the_system(error)) {
        errno = error;
        kernel_fails(kernel, "a system call");
    }
    return TCP_EINVAL;
}

/* ---- Sockets ---- */

/* As servers and careful clients make them: a port in TIME-WAIT may be bound. */
static int new_socket(Kernel *kernel)
{
    const int yes = 1;

    if (!space_enter(&kernel->space))
        return NO_SOCKET;
    int made = socket(kernel->space.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (made >= 0) {
        (void)setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        orphans_forbid(made);
        settings_apply_to_socket(kernel->plan, made);
    }
    return made;
}

static gboolean bind_port(const Kernel *kernel, int socket, guint16 port)
{
    const SocketEnd here = end_at_port(kernel->space.family, port);

    return bind(socket, (const struct sockaddr *)&here.address, here.length) == 0;
}

static TcpError give_up(Kernel *kernel, int socket)
{
    TcpError error = kernel_error(kernel, errno);

    if (socket >= 0)
        close(socket);
    return error;
}

static guint16 local_port(int socket)
{
    SocketEnd here = {.length = sizeof here.address};

    (void)getsockname(socket, (struct sockaddr *)&here.address, &here.length);
    return end_port(&here);
}

/* ---- The host's calls ---- */

/* RFC 7413 §4.2: for so many connections at once whose handshake is not done. */
static gboolean grant_fast_open(int socket, const PlanStep *step)
{
    const int most = (int)step->fast_open_most;

    return !step->fast_open ||
           setsockopt(socket, IPPROTO_TCP, TCP_FASTOPEN, &most, sizeof most) == 0;
}

static TcpError do_listen(Kernel *kernel, const PlanStep *step, KernelConn *conn)
{
    int made = new_socket(kernel);

    (void)conn;
    if (made < 0 || !bind_port(kernel, made, step->port) || !grant_fast_open(made, step) ||
        listen(made, (int)step->backlog) != 0)
        return give_up(kernel, made);
    const KernelListener listener = {.port = step->port, .socket = made};
    g_array_append_val(kernel->listeners, listener);
    (void)kernel_watch(kernel, made);
    lab_node_listens(kernel->node.host, step->port, step->accept_manual);
    return TCP_OK;
}

static TcpError do_accept(Kernel *kernel, const PlanStep *step, KernelConn *conn)
{
    (void)conn;
    return kernel_accept(kernel, step->port);
}

/* RFC 7413 §4.1.2: what goes with the SYN, if anything does, the kernel decides. */
static gboolean begin_with_data(Kernel *kernel, const PlanStep *step, int made,
                                const SocketEnd *there, guint64 *taken)
{
    guint8 bytes[WIRE_PACKET_MAX];
    gsize count = MIN(step->bytes, sizeof bytes);
    TcpConnId id = kernel->conns.all->len + 1; /* of the one that this begins */

    payload_write((Payload){lab_node_stream(kernel->node.host, id), 0}, bytes, count);
    ssize_t sent = sendto(made, bytes, count, MSG_FASTOPEN | MSG_NOSIGNAL,
                          (const struct sockaddr *)&there->address, there->length);
    *taken = (guint64)MAX(sent, 0);
    return sent >= 0 || errno == EINPROGRESS;
}

/* Where Fast Open is not allowed (tcp_fastopen), nothing has been done yet. */
static gboolean begin(Kernel *kernel, const PlanStep *step, int made, const SocketEnd *there,
                      guint64 *taken)
{
    *taken = 0;
    if (step->fast_open) {
        gboolean good = begin_with_data(kernel, step, made, there, taken);
        if (good || errno != EOPNOTSUPP)
            return good;
    }
    return connect(made, (const struct sockaddr *)&there->address, there->length) == 0 ||
           errno == EINPROGRESS;
}

static TcpError do_connect(Kernel *kernel, const PlanStep *step, KernelConn *conn)
{
    guint32 address = lab_address(lab_node_plan(kernel->node.host), step->peer);
    const SocketEnd there = end_of(address, step->port);
    int made = new_socket(kernel);
    guint64 taken;

    if (made < 0 || (step->from_port != 0 && !bind_port(kernel, made, step->from_port)) ||
        !begin(kernel, step, made, &there, &taken))
        return give_up(kernel, made);
    const TcpEnds ends = {
        .local_port = local_port(made), .remote_address = address, .remote_port = step->port};
    conn = kernel_add(kernel, &ends, TCP_STATE_CLOSED);
    conn->socket = made;
    conn->written = taken;
    conn->unsent = step->bytes - taken;
    (void)kernel_watch(kernel, made);
    return TCP_OK;
}

static TcpError close_listener(Kernel *kernel, guint16 port)
{
    for (guint i = 0; i < kernel->listeners->len; i++) {
        KernelListener listener = g_array_index(kernel->listeners, KernelListener, i);
        if (listener.port != port)
            continue;
        g_array_remove_index(kernel->listeners, i);
        close(listener.socket);
        lab_node_stops_listening(kernel->node.host, port, TCP_REASON_LISTENER_CLOSED);
        return TCP_OK;
    }
    return TCP_ENOTCONN;
}

static TcpError do_close_listener(Kernel *kernel, const PlanStep *step, KernelConn *conn)
{
    (void)conn;
    return close_listener(kernel, step->port);
}

/* ---- A connection's calls ---- */

/* Bytes wait here for room in the socket, as a program waits in send(); what is wrong is told at once. */
static TcpError do_send(Kernel *kernel, const PlanStep *step, KernelConn *conn)
{
    if (conn->shuts_down || conn->closes)
        return TCP_EPIPE;
    if (send(conn->socket, "", 0, MSG_NOSIGNAL) != 0 && errno != EAGAIN)
        return kernel_error(kernel, errno);
    conn->unsent += step->bytes;
    (void)kernel_write(kernel, conn);
    return TCP_OK;
}

static TcpError do_read(Kernel *kernel, const PlanStep *step, KernelConn *conn)
{
    return step->peeks ? kernel_peek(kernel, conn, step->bytes)
                       : kernel_read(kernel, conn, step->bytes);
}

/* EINVAL: no option of a kernel's sockets is like it. */
static TcpError do_set(Kernel *kernel, const PlanStep *step, KernelConn *conn)
{
    for (guint i = 0; i < step->settings->len; i++) {
        if (!settings_set_on_socket(&g_array_index(step->settings, PlanSetting, i), conn->socket))
            return kernel_error(kernel, errno);
    }
    return TCP_OK;
}

static TcpError do_shutdown(Kernel *kernel, const PlanStep *step, KernelConn *conn)
{
    (void)step;
    conn->shuts_down = TRUE;
    if (conn->unsent == 0 && shutdown(conn->socket, SHUT_WR) != 0)
        return kernel_error(kernel, errno);
    return TCP_OK;
}

static TcpError do_close(Kernel *kernel, const PlanStep *step, KernelConn *conn)
{
    (void)step;
    orphans_may_be(conn->socket);
    conn->closes = TRUE;
    (void)kernel_write(kernel, conn);
    return TCP_OK;
}

/* RFC 9293 §3.10.5, as sockets have it: no lingering. */
static TcpError do_abort(Kernel *kernel, const PlanStep *step, KernelConn *conn)
{
    (void)step;
    conn->unsent = 0;
    orphans_forbid(conn->socket);
    conn->closes = TRUE;
    (void)kernel_write(kernel, conn);
    return TCP_OK;
}

typedef TcpError (*Call)(Kernel *kernel, const PlanStep *step, KernelConn *conn);

static const struct {
    Call call;
    gboolean of_connection;
} calls[PLAN_VERB_COUNT] = {
    [PLAN_LISTEN] = {do_listen, FALSE},   [PLAN_ACCEPT] = {do_accept, FALSE},
    [PLAN_CONNECT] = {do_connect, FALSE}, [PLAN_SEND] = {do_send, TRUE},
    [PLAN_READ] = {do_read, TRUE},        [PLAN_SHUTDOWN] = {do_shutdown, TRUE},
    [PLAN_CLOSE] = {do_close, TRUE},      [PLAN_ABORT] = {do_abort, TRUE},
    [PLAN_SET] = {do_set, TRUE},          [PLAN_CLOSE_LISTENER] = {do_close_listener, FALSE},
};

TcpError kernel_call(Kernel *kernel, const PlanStep *step, TcpConnId id)
{
    KernelConn *conn = kernel_conn(kernel, id);

    if (step->verb == PLAN_CLOSE && id == 0)
        return close_listener(kernel, step->port);
    if (calls[step->verb].of_connection && (conn == NULL || conn->socket == NO_SOCKET))
        return TCP_ENOTCONN;
    return calls[step->verb].call(kernel, step, conn);
}
