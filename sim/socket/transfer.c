/* What is sent and received (Linux net/ipv4/tcp.c, tcp_sendmsg_locked() and tcp_recvmsg_locked()). */
#include "socket/inside.h"

/* ---- Sending ---- */

/* The error of the socket once; then, and where nothing can be sent, EPIPE. */
static SocketAnswer broken(Socket *socket, const SocketWait *wait)
{
    if (wait->done > 0 && !wait->is_opening)
        return socket_value((int64_t)wait->done);
    TcpError error = socket_take_error(socket);
    return socket_error(error != TCP_OK ? error : TCP_EPIPE);
}

/* Hands `bytes` that were taken from the application to the endpoint. */
static void hand_over(Sockets *sockets, SimTime now, Socket *socket, uint64_t bytes, TcpSendEnd end)
{
    (void)application_send_as(sockets->application, now, socket->conn, bytes, end);
    socket_touch(sockets, now, socket);
}

static TcpSendEnd end_of_call(const SocketWait *wait)
{
    if (wait->done < wait->wanted)
        return TCP_SEND_WAITS;
    if (wait->flags & SOCKET_MSG_EOR)
        return TCP_SEND_RECORD;
    return wait->flags & SOCKET_MSG_MORE ? TCP_SEND_MORE : TCP_SEND_ENDS;
}

static bool is_zerocopy(const SocketWait *wait)
{
    return (wait->flags & SOCKET_MSG_ZEROCOPY) && wait->socket->options.zerocopy;
}

/* Bytes of a buffer of the kernel's.  One that is not copied holds so many pieces of the application's, and no more
 * (MAX_SKB_FRAGS). */
static uint32_t goal_of(const SocketWait *wait, const TcpLook *look)
{
    enum { PIECES = 17 };
    uint64_t pieces = (uint64_t)PIECES * wait->piece;

    return is_zerocopy(wait) && pieces > 0 && pieces < look->goal ? (uint32_t)pieces : look->goal;
}

void socket_mark_sent(Sockets *sockets, const SocketWait *wait)
{
    Socket *socket = wait->socket;

    if (is_zerocopy(wait))
        socket_mark_zerocopy(sockets, socket);
    socket_mark_stamps(sockets, socket);
}

/* Takes as much as there is room for, a buffer of the kernel's after the other; a full one goes on its
 * way before the next is begun. */
static void fill(Sockets *sockets, SimTime now, SocketWait *wait)
{
    Socket *socket = wait->socket;
    bool eor = wait->flags & SOCKET_MSG_EOR;
    uint64_t pending = 0, before = wait->done;
    TcpLook look;

    if (!tcp_look(sockets->stack, socket->conn, &look))
        return;
    const bool is_pinned = wait->piece > 0 && is_zerocopy(wait);
    const uint32_t goal = goal_of(wait, &look);
    while (wait->done < wait->wanted) {
        SocketChunk *tail = socket_sendbuf_tail(socket, look.sent, goal);

        if (tail == NULL && socket_sendbuf_has_room(sockets, socket))
            tail = socket_sendbuf_add(sockets, socket);
        if (tail == NULL)
            break;
        uint64_t room = goal - tail->length, left = wait->wanted - wait->done;
        uint32_t take = (uint32_t)(left < room ? left : room);
        tail->length += take;
        tail->end = socket->written += take;
        wait->done += take;
        pending += take;
        if (wait->done == wait->wanted)
            tail->ends_record = eor;
        if (tail->length == goal && wait->done < wait->wanted) {
            hand_over(sockets, now, socket, pending, is_pinned ? TCP_SEND_RECORD : TCP_SEND_FILLS);
            pending = 0;
            if (!tcp_look(sockets->stack, socket->conn, &look))
                return;
        }
    }
    bool is_whole = wait->done == wait->wanted;
    bool returns = is_whole || !socket_may_wait(wait);
    if (returns && wait->done > before)
        socket_mark_sent(sockets, wait);
    if (wait->done > before)
        hand_over(sockets, now, socket, pending, end_of_call(wait));
}

/* By Fast Open who accepts may write before the handshake is done (Linux tcp_passive_fastopen()). */
static bool is_connecting(const Socket *socket, TcpState state)
{
    return state == TCP_STATE_SYN_SENT ||
           (state == TCP_STATE_SYN_RCVD && socket->stage == SOCKET_CONNECTING);
}

static bool can_send(TcpState state)
{
    return state == TCP_STATE_ESTABLISHED || state == TCP_STATE_CLOSE_WAIT ||
           state == TCP_STATE_SYN_RCVD;
}

/* Linux sk_write_pending. */
void socket_expect_write(Sockets *sockets, const Socket *socket)
{
    TcpTuning *tuning = socket->conn != 0 ? tcp_tune(sockets->stack, socket->conn) : NULL;

    if (tuning != NULL)
        tuning->expects_write = true;
}

SocketAnswer socket_try_send(Sockets *sockets, SimTime now, SocketWait *wait)
{
    Socket *socket = wait->socket;
    TcpState state = socket_state(sockets, socket);

    if (socket->error != TCP_OK || socket_send_is_shut(sockets, socket))
        return broken(socket, wait);
    if (is_connecting(socket, state)) {
        if (socket_may_wait(wait) && wait->done < wait->wanted)
            socket_expect_write(sockets, socket);
        return socket_blocks();
    }
    if (!can_send(state))
        return broken(socket, wait);
    if (wait->is_opening)
        socket->stage = SOCKET_CONNECTED;
    if (wait->is_opening && wait->done == wait->wanted)
        socket_mark_sent(sockets, wait);
    wait->is_opening = false;
    if (wait->flags & SOCKET_BAD_BUFFER)
        return wait->wanted > 0 ? socket_error(TCP_EFAULT) : socket_value(0);
    /* Who sleeps is woken only when a third of the buffer is free. */
    if (wait->is_waiting && wait->done < wait->wanted &&
        !socket_sendbuf_is_writable(sockets, socket))
        return socket_blocks();
    fill(sockets, now, wait);
    if (wait->done == wait->wanted)
        return socket_value((int64_t)wait->done);
    socket->no_space = true;
    wait->is_waiting = true;
    return socket_blocks();
}

SocketAnswer socket_send(Sockets *sockets, SimTime now, int fd, uint64_t bytes, int flags)
{
    return socket_send_pieces(sockets, now, fd, bytes, 0, flags);
}

SocketAnswer socket_send_pieces(Sockets *sockets, SimTime now, int fd, uint64_t bytes,
                                uint32_t piece, int flags)
{
    Socket *socket = socket_at(sockets, fd);

    sockets->now = now;
    if (socket == NULL)
        return socket_error(TCP_EBADF);
    if (bytes > INT64_MAX)
        return socket_error(TCP_EFAULT);
    return socket_begin_call(sockets, now,
                             &(SocketWait){.call = SOCKET_CALL_SEND,
                                           .socket = socket,
                                           .fd = fd,
                                           .flags = flags,
                                           .wanted = bytes,
                                           .piece = piece});
}

/* ---- Receiving ---- */

uint64_t socket_readable(const Sockets *sockets, const Socket *socket)
{
    TcpConnId conn = socket->conn != 0 ? socket->conn : socket->ended_conn;

    return application_readable(sockets->application, conn).bytes;
}

static void take_nothing(void *context, Payload payload, uint64_t offset, uint32_t length)
{
    (void)context;
    (void)payload;
    (void)offset;
    (void)length;
}

static uint64_t take_bytes(Sockets *sockets, SimTime now, SocketWait *wait, uint64_t most)
{
    const Socket *socket = wait->socket;
    bool is_seen = sockets->take != NULL && !(wait->flags & SOCKET_MSG_TRUNC);
    const ApplicationReading reading = {.most = most,
                                        .take = is_seen ? sockets->take : take_nothing,
                                        .context = sockets->take_context};
    uint64_t got = 0;

    (void)application_read(sockets->application, now,
                           socket->conn != 0 ? socket->conn : socket->ended_conn, &reading, &got);
    return got;
}

/* Nothing can be read: is that the end, an error, or only too early? */
static SocketAnswer nothing(const Sockets *sockets, Socket *socket, const SocketWait *wait)
{
    if (wait->done > 0)
        return socket_value((int64_t)wait->done);
    if (socket->is_done && socket->error == TCP_OK)
        return socket_value(0);
    bool has_fin = socket->conn != 0 && tcp_stack_readable(sockets->stack, socket->conn).at_eof;
    if (has_fin)
        return socket_value(0);
    TcpError error = socket_take_error(socket);
    if (error != TCP_OK)
        return socket_error(error);
    if (socket_receive_is_shut(sockets, socket))
        return socket_value(0);
    return socket_error(TCP_ENOTCONN);
}

/* Is there something to wait for? */
static bool may_come(const Sockets *sockets, const Socket *socket)
{
    return socket->error == TCP_OK && socket_state(sockets, socket) != TCP_STATE_CLOSED &&
           !socket_receive_is_shut(sockets, socket);
}

SocketAnswer socket_try_receive(Sockets *sockets, SimTime now, SocketWait *wait)
{
    Socket *socket = wait->socket;
    uint64_t there = socket_readable(sockets, socket), left = wait->wanted - wait->done;
    bool peeks = wait->flags & SOCKET_MSG_PEEK, waits_for_all = wait->flags & SOCKET_MSG_WAITALL;

    if (socket->stage == SOCKET_LISTENING)
        return socket_error(TCP_ENOTCONN);
    if (there == 0)
        return may_come(sockets, socket) ? socket_blocks() : nothing(sockets, socket, wait);
    if (left > 0 && (wait->flags & SOCKET_BAD_BUFFER) && !(wait->flags & SOCKET_MSG_TRUNC))
        return socket_error(TCP_EFAULT);
    uint64_t most = there < left ? there : left;
    uint64_t least = waits_for_all ? wait->wanted : (uint64_t)socket->options.rcvlowat;
    least = least < wait->wanted ? least : wait->wanted;
    if (peeks)
        return most >= least || !may_come(sockets, socket) ? socket_value((int64_t)most)
                                                           : socket_blocks();
    uint64_t got = take_bytes(sockets, now, wait, most);
    wait->done += got;
    socket->taken += got;
    if (wait->done < least && may_come(sockets, socket))
        return socket_blocks();
    return socket_value((int64_t)wait->done);
}

SocketAnswer socket_receive(Sockets *sockets, SimTime now, int fd, uint64_t most, int flags)
{
    Socket *socket = socket_at(sockets, fd);

    sockets->now = now;
    if (socket == NULL)
        return socket_error(TCP_EBADF);
    if (flags & SOCKET_MSG_OOB)
        return socket_error(TCP_EINVAL); /* there is no urgent data */
    if (flags & SOCKET_MSG_ERRQUEUE) {
        SocketErrorRecord record;

        return socket_error_record(sockets, fd, &record) ? socket_value(0)
                                                         : socket_error(TCP_EAGAIN);
    }
    return socket_begin_call(sockets, now,
                             &(SocketWait){.call = SOCKET_CALL_RECEIVE,
                                           .socket = socket,
                                           .fd = fd,
                                           .flags = flags,
                                           .wanted = most});
}

/* ---- SIOCINQ, SIOCOUTQ, SIOCOUTQNSD ---- */

SocketAnswer socket_queued(const Sockets *sockets, int fd, uint64_t *inq, uint64_t *outq,
                           uint64_t *outq_unsent)
{
    const Socket *socket = socket_at(sockets, fd);
    TcpLook look = {0};

    if (socket == NULL)
        return socket_error(TCP_EBADF);
    if (socket->stage == SOCKET_LISTENING)
        return socket_error(TCP_EINVAL);
    if (socket->conn != 0)
        (void)tcp_look(sockets->stack, socket->conn, &look);
    *inq = socket_readable(sockets, socket);
    *outq = look.written - look.acked;
    *outq_unsent = look.written - look.sent;
    return socket_value(0);
}
