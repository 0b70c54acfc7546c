/* What applications do by themselves, and what their sockets tell them. */
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/ends.h"
#include "live/kernel.h"

enum { CHUNK = 65536 };

static void tell(Kernel *kernel, const KernelConn *conn, TraceAppEvent event, TcpError error)
{
    lab_node_tells(kernel->node.host, conn->seen.id, event, 0, 0, error);
}

/* ---- What is there ---- */

/* A negative one is nobody's. */
static void ask_of(Kernel *kernel, int file, short events)
{
    const struct pollfd asked = {.fd = file, .events = events};

    g_array_append_val(kernel->ready, asked);
}

static short readiness(const Kernel *kernel, guint i)
{
    return g_array_index(kernel->ready, struct pollfd, i).revents;
}

gboolean kernel_poll(Kernel *kernel)
{
    g_array_set_size(kernel->ready, 0);
    ask_of(kernel, kernel->space.tun, POLLIN);
    for (guint i = 0; i < kernel->listeners->len; i++)
        ask_of(kernel, g_array_index(kernel->listeners, KernelListener, i).socket, POLLIN);
    for (guint id = 1; id <= kernel->conns.all->len; id++) {
        const KernelConn *conn = kernel_conn(kernel, id);

        ask_of(kernel, conn->has_failed ? NO_SOCKET : conn->socket, POLLIN | POLLOUT | POLLRDHUP);
    }
    while (poll((struct pollfd *)(void *)kernel->ready->data, kernel->ready->len, 0) < 0) {
        if (errno == EINTR)
            continue;
        kernel_fails(kernel, "asking its sockets");
        break;
    }
    return readiness(kernel, 0) != 0;
}

/* ---- Accepting ---- */

static const KernelListener *listener_on(const Kernel *kernel, guint16 port)
{
    for (guint i = 0; i < kernel->listeners->len; i++) {
        const KernelListener *listener = &g_array_index(kernel->listeners, KernelListener, i);
        if (listener->port == port)
            return listener;
    }
    return NULL;
}

/* It may have been reset already: then no state of it was seen since. */
static KernelConn *accepted_conn(Kernel *kernel, const TcpEnds *ends)
{
    KernelConn *conn = kernel_find(kernel, ends);

    for (guint id = kernel->conns.all->len; conn == NULL && id > 0; id--) {
        KernelConn *past = kernel_conn(kernel, id);
        if (memcmp(&past->seen.ends, ends, sizeof *ends) == 0 && past->socket == NO_SOCKET)
            conn = past;
    }
    return conn != NULL ? conn : kernel_add(kernel, ends, TCP_STATE_LISTEN);
}

TcpError kernel_accept(Kernel *kernel, guint16 port)
{
    const KernelListener *listener = listener_on(kernel, port);
    SocketEnd there = {.length = sizeof there.address};

    if (listener == NULL)
        return TCP_EINVAL;
    int taken = accept4(listener->socket, (struct sockaddr *)&there.address, &there.length,
                        SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (taken < 0)
        return kernel_error(kernel, errno);
    const TcpEnds ends = {
        .remote_address = end_address(&there), .local_port = port, .remote_port = end_port(&there)};
    KernelConn *conn = accepted_conn(kernel, &ends);

    conn->socket = taken;
    conn->is_connected = TRUE;
    (void)kernel_watch(kernel, taken);
    tell(kernel, conn, TRACE_APP_ACCEPTED, TCP_OK);
    return TCP_OK;
}

static gboolean accept_all(Kernel *kernel)
{
    gboolean any = FALSE;

    for (guint i = 0; i < kernel->listeners->len; i++) {
        guint16 port = g_array_index(kernel->listeners, KernelListener, i).port;
        gboolean is_open;
        if (readiness(kernel, 1 + i) == 0 ||
            lab_node_accepts_by_hand(kernel->node.host, port, &is_open))
            continue;
        while (kernel_accept(kernel, port) == TCP_OK)
            any = TRUE;
    }
    return any;
}

/* ---- Reading ---- */

/* How many are not what the peer's application wrote there. */
static guint64 count_wrong(Kernel *kernel, KernelConn *conn, const guint8 *bytes, gsize count)
{
    guint64 wrong = 0;

    if (lab_node_peer_is_hidden(kernel->node.host, conn->seen.id))
        return 0;
    if (!lab_node_conns_know_peer(&kernel->conns, &conn->seen))
        return count;
    for (gsize i = 0; i < count; i++)
        wrong += bytes[i] != payload_byte(conn->seen.peer_stream, conn->read + i);
    return wrong;
}

TcpError kernel_read(Kernel *kernel, KernelConn *conn, guint64 most)
{
    guint8 bytes[CHUNK];
    guint64 got = 0, wrong = 0;
    ssize_t count = 0;

    do {
        count = recv(conn->socket, bytes, MIN(most - got, sizeof bytes), 0);
        if (count <= 0)
            break;
        wrong += count_wrong(kernel, conn, bytes, (gsize)count);
        conn->read += (guint64)count;
        got += (guint64)count;
    } while (got < most &&
             count == sizeof bytes); /* of less than was asked for, there is no more */
    TcpError error = count < 0 ? kernel_error(kernel, errno) : TCP_OK;
    if (got > 0)
        lab_node_tells(kernel->node.host, conn->seen.id, TRACE_APP_READ, got, wrong, TCP_OK);
    return got > 0 ? TCP_OK : error;
}

/* What stays cannot be had piece by piece. */
TcpError kernel_peek(Kernel *kernel, KernelConn *conn, guint64 most)
{
    int there = 0;

    (void)ioctl(conn->socket, SIOCINQ, &there);
    gsize room = MIN(most, (guint64)MAX(there, 1));
    g_autofree guint8 *bytes = g_malloc(room);
    ssize_t count = recv(conn->socket, bytes, room, MSG_PEEK);
    if (count < 0)
        return kernel_error(kernel, errno);
    if (count > 0)
        lab_node_tells(kernel->node.host, conn->seen.id, TRACE_APP_PEEKED, (guint64)count,
                       count_wrong(kernel, conn, bytes, (gsize)count), TCP_OK);
    return TCP_OK;
}

/* ---- Writing ---- */

static gboolean write_some(Kernel *kernel, KernelConn *conn)
{
    guint8 bytes[CHUNK];
    gsize count = MIN(conn->unsent, sizeof bytes);

    payload_write((Payload){lab_node_stream(kernel->node.host, conn->seen.id), conn->written},
                  bytes, count);
    ssize_t taken = send(conn->socket, bytes, count, MSG_NOSIGNAL);
    if (taken < 0 && errno == EAGAIN) {
        (void)kernel_watch_room(kernel, conn, TRUE);
        return FALSE;
    }
    if (taken < 0) { /* nobody will take it any more */
        (void)kernel_error(kernel, errno);
        conn->unsent = 0;
        return TRUE;
    }
    conn->written += (guint64)taken;
    conn->unsent -= (guint64)taken;
    return TRUE;
}

static void end(KernelConn *conn)
{
    if (conn->closes) {
        close(conn->socket);
        conn->socket = NO_SOCKET;
    } else {
        (void)shutdown(conn->socket, SHUT_WR);
    }
}

gboolean kernel_write(Kernel *kernel, KernelConn *conn)
{
    gboolean any = FALSE;

    while (conn->unsent > 0 && write_some(kernel, conn))
        any = TRUE;
    if (conn->unsent == 0 && (conn->closes || (conn->shuts_down && any))) {
        end(conn);
        any = TRUE;
    }
    return any;
}

/* ---- What a socket tells ---- */

static gboolean hear_error(Kernel *kernel, KernelConn *conn)
{
    int error = 0;
    socklen_t length = sizeof error;

    (void)getsockopt(conn->socket, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error == 0)
        return FALSE;
    conn->has_failed = TRUE;
    tell(kernel, conn, TRACE_APP_ERROR, kernel_error(kernel, error));
    return TRUE;
}

static gboolean hear_connected(Kernel *kernel, KernelConn *conn)
{
    if (conn->seen.state == TCP_STATE_SYN_SENT || conn->seen.state == TCP_STATE_SYN_RCVD)
        return FALSE;
    conn->is_connected = TRUE;
    tell(kernel, conn, TRACE_APP_CONNECTED, TCP_OK);
    return TRUE;
}

static gboolean hear_eof(Kernel *kernel, KernelConn *conn)
{
    conn->has_eof = TRUE;
    tell(kernel, conn, TRACE_APP_EOF, TCP_OK);
    return TRUE;
}

static gboolean serve(Kernel *kernel, KernelConn *conn, short ready)
{
    guint64 before = conn->read;

    if ((ready & POLLERR) && hear_error(kernel, conn))
        return TRUE;
    if (!conn->is_connected)
        return (ready & POLLOUT) && hear_connected(kernel, conn);
    if ((ready & POLLIN) && lab_node_reads(kernel->node.host))
        (void)kernel_read(kernel, conn, G_MAXUINT64);
    if ((ready & POLLRDHUP) && !(ready & POLLERR) && !conn->has_eof)
        return hear_eof(kernel, conn);
    return (conn->unsent > 0 && kernel_write(kernel, conn)) || conn->read > before;
}

/* Who has been accepted just now was not asked for, and is so in the next round. */
gboolean kernel_serve(Kernel *kernel)
{
    const guint listeners = kernel->listeners->len, asked = kernel->ready->len - 1 - listeners;
    gboolean any = accept_all(kernel);

    for (guint i = 0; i < asked; i++) {
        KernelConn *conn = kernel_conn(kernel, i + 1);
        if (conn->socket != NO_SOCKET && serve(kernel, conn, readiness(kernel, 1 + listeners + i)))
            any = TRUE;
    }
    return any;
}
