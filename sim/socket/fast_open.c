/* TCP Fast Open as sockets ask for it (Linux net/ipv4/tcp.c, tcp_sendmsg_fastopen(); tcp_fastopen.c), and FreeBSD's
 * sendto() that connects (sys/netinet/tcp_usrreq.c, tcp_usr_send()).
 *
 *   MSG_FASTOPEN           connects, and hands over what the SYN can take along
 *   TCP_FASTOPEN_CONNECT   connect() only remembers whither, if the SYN could take data along: it leaves with
 *                          the first write
 *   TCP_FASTOPEN           of a listener: so many may wait for their handshake's end; FreeBSD: a connection is
 *                          to be opened so, too
 */
#include "socket/inside.h"

enum {
    CLIENT = 0x1, /* of tcp_fastopen */
    FAST_OPEN_KEY = 16,
};

static bool is_allowed(const Sockets *sockets)
{
    return tcp_stack_config(sockets->stack)->tcp_fastopen & CLIENT;
}

/* ---- TCP_FASTOPEN_CONNECT ---- */

bool socket_defers_connect(Sockets *sockets, SimTime now, Socket *socket,
                           const TcpConnectOptions *to)
{
    bool ready = socket->options.fastopen_no_cookie ||
                 tcp_fast_open_is_ready(sockets->stack, now, to->address);

    if (!socket->options.fastopen_connect || !is_allowed(sockets) || !ready)
        return false;
    socket->is_deferred = true;
    socket->deferred_address = to->address;
    socket->deferred_port = to->port;
    socket->stage = SOCKET_CONNECTING;
    return true;
}

/* ---- A send that opens the connection ---- */

static bool implies_connect(const Sockets *sockets, const Socket *socket, const SocketAddress *to)
{
    return sockets->settings.flavour == SOCKET_BSD && to != NULL &&
           socket->stage == SOCKET_UNCONNECTED;
}

static bool is_under_way(const Sockets *sockets, const Socket *socket)
{
    TcpState state = socket_state(sockets, socket);

    return state == TCP_STATE_SYN_SENT || state == TCP_STATE_SYN_RCVD;
}

/* connect() was called, and has ended meanwhile: __inet_stream_connect() takes note of it. */
static bool has_connected(const Sockets *sockets, const Socket *socket)
{
    return socket->stage == SOCKET_CONNECTING && socket->conn != 0 &&
           !is_under_way(sockets, socket);
}

static bool opens(const Sockets *sockets, const Socket *socket, int flags, const SocketAddress *to)
{
    return (flags & SOCKET_MSG_FASTOPEN) || socket->is_deferred ||
           implies_connect(sockets, socket, to);
}

bool socket_send_opens(const Sockets *sockets, int fd, int flags, const SocketAddress *to)
{
    const Socket *socket = socket_at(sockets, fd);

    return socket != NULL && socket->conn == 0 && opens(sockets, socket, flags, to);
}

/* In the order in which Linux looks. */
static TcpError refusal(const Sockets *sockets, const Socket *socket, const SocketAddress *to)
{
    if (implies_connect(sockets, socket, to))
        return TCP_OK;
    if (!is_allowed(sockets) || (to != NULL && to->is_unspecified))
        return TCP_EOPNOTSUPP;
    if (socket->is_deferred)
        return TCP_OK;
    if (socket->stage == SOCKET_CONNECTING)
        return TCP_EALREADY;
    if (socket->stage != SOCKET_UNCONNECTED)
        return TCP_EISCONN;
    return to == NULL ? TCP_EDESTADDRREQ : TCP_OK;
}

/* What the SYN took, or will: it waits in the send buffer like other data. */
static void account(Sockets *sockets, SimTime now, Socket *socket, SocketWait *wait)
{
    TcpLook look;

    if (!tcp_look(sockets->stack, socket->conn, &look) || look.written == 0)
        return;
    socket->written = wait->done = look.written;
    socket->counts.sent_syn_data = look.written > 0;
    SocketChunk *chunk = socket_sendbuf_add(sockets, socket);
    chunk->length = (uint32_t)look.written;
    socket_touch(sockets, now, socket);
}

/* FreeBSD buffers what there is room for, whether the SYN takes it or not. */
static uint64_t handed(const Sockets *sockets, const Socket *socket, const SocketWait *wait)
{
    uint64_t room = (uint64_t)socket->options.sndbuf;

    if (wait->flags & SOCKET_BAD_BUFFER)
        return 0;
    return sockets->settings.flavour == SOCKET_BSD && wait->wanted > room ? room : wait->wanted;
}

static SocketAnswer open_with_data(Sockets *sockets, SimTime now, SocketWait *wait,
                                   const SocketAddress *to)
{
    Socket *socket = wait->socket;
    bool is_bsd = sockets->settings.flavour == SOCKET_BSD;
    bool fast = !is_bsd || (socket->options.fastopen && is_allowed(sockets));
    TcpConnectOptions options = {
        .address = socket->is_deferred ? socket->deferred_address : to->address,
        .port = socket->is_deferred ? socket->deferred_port : to->port,
        .from_port = socket->port,
        .fast_open = fast,
        .only_syn_data = !is_bsd,
        .data = handed(sockets, socket, wait),
    };

    socket->is_deferred = false;
    SocketAnswer answer = socket_start(sockets, now, socket, &options);
    if (answer.error == TCP_OK && is_bsd && !fast)
        (void)application_send(sockets->application, now, socket->conn, options.data);
    if (answer.error == TCP_OK)
        account(sockets, now, socket, wait);
    return answer;
}

SocketAnswer socket_send_to(Sockets *sockets, SimTime now, int fd, uint64_t bytes, int flags,
                            const SocketAddress *to)
{
    Socket *socket = socket_at(sockets, fd);
    SocketWait wait = {
        .call = SOCKET_CALL_SEND, .socket = socket, .fd = fd, .flags = flags, .wanted = bytes};

    if (socket == NULL || !opens(sockets, socket, flags, to))
        return socket_send(sockets, now, fd, bytes, flags);
    sockets->now = now;
    if (is_allowed(sockets) && has_connected(sockets, socket)) {
        socket->stage = SOCKET_CONNECTED;
        return socket_send(sockets, now, fd, bytes, flags);
    }
    TcpError error = refusal(sockets, socket, to);
    if (error != TCP_OK)
        return socket_error(error);
    bool is_bsd = sockets->settings.flavour == SOCKET_BSD;
    SocketAnswer answer = open_with_data(sockets, now, &wait, to);
    if (answer.error != TCP_OK)
        return answer;
    bool is_whole = is_bsd && wait.done == wait.wanted;
    if (!is_whole && socket_may_wait(&wait)) {
        wait.is_opening = true;
        if (wait.done < wait.wanted)
            socket_expect_write(sockets, socket);
        return socket_begin_call(sockets, now, &wait);
    }
    if (wait.done == 0 && !is_whole)
        return socket_error(TCP_EINPROGRESS);
    socket_mark_sent(sockets, &wait);
    return socket_value((int64_t)wait.done);
}

/* ---- TCP_FASTOPEN and TCP_FASTOPEN_KEY of a listener ---- */

void socket_fast_open_listens(Sockets *sockets, const Socket *socket)
{
    const TcpFastOpenKeys *keys = &socket->fast_open_keys;

    if (socket->stage != SOCKET_LISTENING)
        return;
    (void)tcp_fast_open_set_queue(sockets->stack, socket->port, (uint32_t)socket->options.fastopen);
    if (keys->count > 0)
        (void)tcp_fast_open_set_keys(sockets->stack, socket->port, keys);
}

static uint64_t little_endian(const uint8_t *bytes)
{
    uint64_t number = 0;

    for (unsigned i = 8; i-- > 0;)
        number = number << 8 | bytes[i];
    return number;
}

SocketAnswer socket_set_fast_open_key(Sockets *sockets, int fd, const uint8_t *bytes, size_t length)
{
    Socket *socket = socket_at(sockets, fd);

    if (socket == NULL)
        return socket_error(TCP_EBADF);
    if (length != FAST_OPEN_KEY && length != 2 * FAST_OPEN_KEY)
        return socket_error(TCP_EINVAL);
    TcpFastOpenKeys keys = {.count = (uint32_t)(length / FAST_OPEN_KEY)};
    for (uint32_t i = 0; i < keys.count; i++)
        keys.keys[i] =
            (SipKey){little_endian(bytes + (size_t)i * FAST_OPEN_KEY),
                     little_endian(bytes + (size_t)i * FAST_OPEN_KEY + FAST_OPEN_KEY / 2)};
    socket->fast_open_keys = keys;
    socket_fast_open_listens(sockets, socket);
    return socket_value(0);
}

TcpError socket_fast_open_option(const Sockets *sockets, const Socket *socket, int name)
{
    TcpState state = socket_state(sockets, socket);

    if (name == SOCKET_TCP_FASTOPEN_CONNECT && !is_allowed(sockets))
        return TCP_EOPNOTSUPP;
    if (state == TCP_STATE_CLOSED)
        return TCP_OK;
    return state == TCP_STATE_LISTEN && name != SOCKET_TCP_FASTOPEN_CONNECT ? TCP_OK : TCP_EINVAL;
}
