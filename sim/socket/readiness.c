/* poll() and epoll: what is ready, and when somebody would be woken (Linux net/ipv4/tcp.c, tcp_poll()). */
#include "socket/inside.h"

/* Data, or the end of it: rcvlowat bytes, or all that will come. */
static bool is_readable(const Sockets *sockets, const Socket *socket)
{
    uint64_t bytes = socket_readable(sockets, socket);

    return bytes > 0 && bytes >= (uint64_t)socket->options.rcvlowat;
}

static bool is_connecting(TcpState state)
{
    return state == TCP_STATE_SYN_SENT || state == TCP_STATE_SYN_RCVD;
}

static uint32_t ready(const Sockets *sockets, const Socket *socket)
{
    TcpState state = socket_state(sockets, socket);
    bool no_receive = socket_receive_is_shut(sockets, socket);
    bool no_send = socket_send_is_shut(sockets, socket);
    uint32_t events = 0;

    if (state == TCP_STATE_LISTEN)
        return socket->queue_first != NULL ? SOCKET_POLL_IN : 0;
    if ((no_receive && no_send) || state == TCP_STATE_CLOSED)
        events |= SOCKET_POLL_HUP;
    if (no_receive)
        events |= SOCKET_POLL_IN | SOCKET_POLL_RDHUP;
    /* Who accepted by Fast Open can read and write; whose connect() waits for a write may write. */
    bool is_taken = state == TCP_STATE_SYN_RCVD && socket->stage == SOCKET_CONNECTED;
    if (socket->is_deferred)
        events |= SOCKET_POLL_OUT;
    if (!is_connecting(state) || is_taken) {
        if (is_readable(sockets, socket))
            events |= SOCKET_POLL_IN;
        if (no_send || socket_sendbuf_is_writable(sockets, socket))
            events |= SOCKET_POLL_OUT;
    }
    if (socket->error != TCP_OK || socket->record_first != NULL)
        events |= SOCKET_POLL_ERR;
    return events;
}

uint32_t socket_ready(const Sockets *sockets, int fd)
{
    const Socket *socket = socket_at(sockets, fd);

    return socket != NULL ? ready(sockets, socket) : 0;
}

void socket_poll(Sockets *sockets, int fd)
{
    Socket *socket = socket_at(sockets, fd);

    if (socket != NULL && socket->stage != SOCKET_LISTENING &&
        !is_connecting(socket_state(sockets, socket)) && !socket_send_is_shut(sockets, socket) &&
        !socket_sendbuf_is_writable(sockets, socket))
        socket->no_space = true;
}

void socket_wake(Socket *socket, uint32_t events)
{
    socket->edges |= events;
}

uint32_t socket_edges(Sockets *sockets, int fd)
{
    Socket *socket = socket_at(sockets, fd);

    if (socket == NULL)
        return 0;
    uint32_t edges = socket->edges;
    socket->edges = 0;
    return edges;
}
