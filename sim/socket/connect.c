/* connect() and accept() (Linux net/ipv4/af_inet.c, __inet_stream_connect(), inet_csk_accept()). */
#include "socket/inside.h"

/* ---- connect() ---- */

SocketAnswer socket_start(Sockets *sockets, SimTime now, Socket *socket,
                          const TcpConnectOptions *options)
{
    TcpConnId conn;
    TcpTuning *tuning = socket_options_tuning(sockets, socket);

    socket->is_done = socket->shut_receive = socket->shut_send = false;
    socket->error = TCP_OK;
    socket_begin_counting(sockets, socket);
    TcpError error = tcp_connect_tuned(sockets->stack, now, options, tuning, &conn);
    tcp_tuning_free(sockets->stack, tuning);
    if (error != TCP_OK) /* the four-tuple is taken, or all ports are */
        return socket_error(TCP_EADDRNOTAVAIL);
    TcpEnds ends;
    if (tcp_stack_ends(sockets->stack, conn, &ends))
        socket->port = ends.local_port;
    socket_attach(sockets, socket, conn);
    socket->counts.segs_out = 1; /* the SYN has left before its sender was known */
    socket->stage = SOCKET_CONNECTING;
    return socket_value(0);
}

static bool is_under_way(TcpState state)
{
    return state == TCP_STATE_SYN_SENT || state == TCP_STATE_SYN_RCVD;
}

/* The socket can be used again after a connect that failed. */
static SocketAnswer fail(Sockets *sockets, SimTime now, Socket *socket)
{
    TcpError error = socket_take_error(socket);

    socket_disconnect(sockets, now, socket);
    return socket_error(error != TCP_OK ? error : TCP_ECONNABORTED);
}

SocketAnswer socket_try_connect(Sockets *sockets, SimTime now, SocketWait *wait)
{
    Socket *socket = wait->socket;
    TcpState state = socket_state(sockets, socket);

    if (is_under_way(state))
        return socket_blocks();
    if (socket->is_done || state == TCP_STATE_CLOSED)
        return fail(sockets, now, socket);
    socket->stage = SOCKET_CONNECTED;
    return socket_value(0);
}

SocketAnswer socket_connect(Sockets *sockets, SimTime now, int fd, uint32_t address, uint16_t port)
{
    Socket *socket = socket_at(sockets, fd);
    TcpError meanwhile = TCP_EALREADY;

    sockets->now = now;
    if (socket == NULL)
        return socket_error(TCP_EBADF);
    bool is_there = socket->stage == SOCKET_CONNECTED || socket->stage == SOCKET_LISTENING;
    if (is_there || socket->is_deferred)
        return socket_error(TCP_EISCONN);
    if (socket->stage == SOCKET_UNCONNECTED) {
        TcpConnectOptions to = {.address = address, .port = port, .from_port = socket->port};

        if (socket_defers_connect(sockets, now, socket, &to))
            return socket_value(0);
        to.fast_open = socket->options.fastopen_connect; /* the SYN asks for a cookie */
        SocketAnswer answer = socket_start(sockets, now, socket, &to);

        if (answer.error != TCP_OK)
            return answer;
        meanwhile = TCP_EINPROGRESS;
    }
    SocketWait call = {.call = SOCKET_CALL_CONNECT, .socket = socket, .fd = fd};
    if (socket->flags & SOCKET_NONBLOCK) {
        SocketAnswer answer = socket_try_connect(sockets, now, &call);

        return answer.blocks ? socket_error(meanwhile) : answer;
    }
    return socket_begin_call(sockets, now, &call);
}

/* tcp_disconnect(): an end that the peer takes to be open is reset. */
SocketAnswer socket_unconnect(Sockets *sockets, SimTime now, int fd)
{
    Socket *socket = socket_at(sockets, fd);

    sockets->now = now;
    if (socket == NULL)
        return socket_error(TCP_EBADF);
    TcpState state = socket_state(sockets, socket);
    bool is_open = state == TCP_STATE_SYN_RCVD || state == TCP_STATE_ESTABLISHED ||
                   state == TCP_STATE_CLOSE_WAIT || state == TCP_STATE_FIN_WAIT_1 ||
                   state == TCP_STATE_FIN_WAIT_2;

    socket_disconnect(sockets, now, socket);
    if (is_open)
        socket->error = TCP_ECONNRESET;
    socket_wake(socket, SOCKET_WAKE_ALL);
    return socket_value(0);
}

/* ---- accept() ---- */

/* The oldest one; it may have ended while it waited. */
static Socket *take_child(Sockets *sockets, SimTime now, Socket *listener)
{
    Socket *child = listener->queue_first;
    ApplicationAccepted accepted;

    if (child == NULL)
        return NULL;
    if (child->is_done && application_accept_ended(sockets->application, listener->port, &accepted))
        child->error = accepted.error;
    else if (!child->is_done &&
             application_accept(sockets->application, now, listener->port, &accepted) != TCP_OK)
        return NULL;
    listener->queue_first = child->queue_next;
    if (listener->queue_first == NULL)
        listener->queue_last = NULL;
    child->queue_next = NULL;
    return child;
}

SocketAnswer socket_try_accept(Sockets *sockets, SimTime now, SocketWait *wait)
{
    Socket *listener = wait->socket;

    if (listener->stage != SOCKET_LISTENING)
        return socket_error(TCP_EINVAL);
    if (listener->queue_first == NULL)
        return socket_blocks();
    Socket *child = take_child(sockets, now, listener);
    if (child == NULL)
        return socket_blocks();
    if (socket_give_fd(sockets, child) >= 0) {
        socket_options_apply(sockets, child);
        return socket_value(child->fd);
    }
    if (child->conn != 0)
        (void)application_abort(sockets->application, now, child->conn);
    socket_forget(sockets, child);
    return socket_error(TCP_EMFILE);
}

SocketAnswer socket_accept(Sockets *sockets, SimTime now, int fd)
{
    Socket *socket = socket_at(sockets, fd);

    sockets->now = now;
    if (socket == NULL)
        return socket_error(TCP_EBADF);
    return socket_begin_call(sockets, now,
                             &(SocketWait){.call = SOCKET_CALL_ACCEPT, .socket = socket, .fd = fd});
}
