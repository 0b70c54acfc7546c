/* Calls that go on: what they wait for, and their end. */
#include <assert.h>

#include "socket/inside.h"

/* close() with SO_LINGER: the socket is gone, its connection is looked at. */
static SocketAnswer try_close(Sockets *sockets, SimTime now, SocketWait *wait)
{
    TcpStatus status;

    if (tcp_status(sockets->stack, (TcpConnId)wait->wanted, &status) &&
        status.state != TCP_STATE_FIN_WAIT_2 && status.state != TCP_STATE_TIME_WAIT &&
        now < wait->until)
        return socket_blocks();
    return socket_value(0);
}

static SocketAnswer (*const try_call[SOCKET_CALL_COUNT])(Sockets *, SimTime, SocketWait *) = {
    [SOCKET_CALL_ACCEPT] = socket_try_accept, [SOCKET_CALL_CONNECT] = socket_try_connect,
    [SOCKET_CALL_SEND] = socket_try_send,     [SOCKET_CALL_RECEIVE] = socket_try_receive,
    [SOCKET_CALL_CLOSE] = try_close,
};

/* What was sent or received so far counts more than that there is no more. */
static SocketAnswer so_far(const SocketWait *wait, TcpError error)
{
    return wait->done > 0 ? socket_value((int64_t)wait->done) : socket_error(error);
}

bool socket_may_wait(const SocketWait *call)
{
    bool is_transfer = call->call == SOCKET_CALL_SEND || call->call == SOCKET_CALL_RECEIVE;

    if (call->call == SOCKET_CALL_CLOSE)
        return true;
    return !(call->socket->flags & SOCKET_NONBLOCK) &&
           !(is_transfer && (call->flags & SOCKET_MSG_DONTWAIT));
}

/* SO_RCVTIMEO holds for accept, too, SO_SNDTIMEO for connect. */
static SimTime deadline(const SocketWait *call, SimTime now)
{
    if (call->call == SOCKET_CALL_CLOSE)
        return call->until;
    const SocketOptions *options = &call->socket->options;
    bool receives = call->call == SOCKET_CALL_RECEIVE || call->call == SOCKET_CALL_ACCEPT;
    int64_t ms = receives ? options->receive_timeout_ms : options->send_timeout_ms;
    return ms > 0 ? sim_time_add(now, ms * SIM_MILLISECOND) : SIM_NEVER;
}

SocketAnswer socket_begin_call(Sockets *sockets, SimTime now, const SocketWait *call)
{
    SocketWait *wait = memory_pool_take(sockets->waits);

    *wait = *call;
    wait->until = deadline(call, now);
    SocketAnswer answer = try_call[wait->call](sockets, now, wait);
    if (answer.blocks && !socket_may_wait(wait))
        answer = so_far(wait, TCP_EAGAIN);
    if (!answer.blocks) {
        memory_pool_give(sockets->waits, wait);
        return answer;
    }
    wait->is_waiting = true;
    wait->next = NULL;
    if (sockets->wait_last != NULL)
        sockets->wait_last->next = wait;
    else
        sockets->wait_first = wait;
    sockets->wait_last = wait;
    return answer;
}

/* Takes it out of the list, in which `before` stands before it (NULL: nothing does). */
static void give_back(Sockets *sockets, SocketWait *before, SocketWait *wait)
{
    if (before != NULL)
        before->next = wait->next;
    else
        sockets->wait_first = wait->next;
    if (sockets->wait_last == wait)
        sockets->wait_last = before;
    memory_pool_give(sockets->waits, wait);
}

void socket_drop_waits(Sockets *sockets, const Socket *socket)
{
    SocketWait *before = NULL, *wait = sockets->wait_first;

    while (wait != NULL) {
        SocketWait *next = wait->next;

        if (wait->socket == socket)
            give_back(sockets, before, wait);
        else
            before = wait;
        wait = next;
    }
}

/* A connect that takes too long goes on by itself. */
static TcpError error_of_timeout(const SocketWait *wait)
{
    return wait->call == SOCKET_CALL_CONNECT ? TCP_EINPROGRESS : TCP_EAGAIN;
}

bool sockets_settle(Sockets *sockets, SimTime now, SocketOver *out)
{
    SocketWait *before = NULL;

    sockets->now = now;
    for (SocketWait *wait = sockets->wait_first; wait != NULL; wait = wait->next) {
        SocketAnswer answer = try_call[wait->call](sockets, now, wait);

        if (answer.blocks && now >= wait->until)
            answer = so_far(wait, error_of_timeout(wait));
        if (!answer.blocks) {
            *out = (SocketOver){.fd = wait->fd, .answer = answer};
            give_back(sockets, before, wait);
            return true;
        }
        before = wait;
    }
    return false;
}

SimTime sockets_next_due(const Sockets *sockets)
{
    SimTime due = SIM_NEVER;

    for (const SocketWait *wait = sockets->wait_first; wait != NULL; wait = wait->next)
        due = wait->until < due ? wait->until : due;
    return due;
}
