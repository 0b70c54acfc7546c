/* Who holds a connection: its listener, the accept queue, the application, or nobody.
 *
 * That is one fact, TcpConnection.owner.  What follows from it, the place in the accept queue and
 * what its listener counts, is brought in line here, after every change, and nowhere else.
 *
 *   listener     the handshake is not done: a place in the SYN queue, like a half-open record
 *   queue        ESTABLISHED, until somebody accepts it
 *   application  it connected, or accepted
 *   nobody       closed by its application, accepted or not: an orphan
 */
#include <assert.h>

#include "core/compiler.h"
#include "tcp/connection.h"
#include "tcp/listener.h"

/* From whom a connection may go to whom, a bit each.  Nobody gives one back. */
static const uint8_t heirs[TCP_OWNER_COUNT] = {
    [TCP_OWNER_LISTENER] = 1 << TCP_OWNER_QUEUE | 1 << TCP_OWNER_NOBODY,
    [TCP_OWNER_QUEUE] = 1 << TCP_OWNER_APPLICATION | 1 << TCP_OWNER_NOBODY,
    [TCP_OWNER_APPLICATION] = 1 << TCP_OWNER_NOBODY,
    [TCP_OWNER_NOBODY] = 1 << TCP_OWNER_NOBODY,
};

static void join_queue(TcpListener *listener, TcpConnection *conn)
{
    conn->accept_before = listener->accept_last;
    conn->accept_next = NULL;
    if (listener->accept_last != NULL)
        listener->accept_last->accept_next = conn;
    else
        listener->accept_first = conn;
    listener->accept_last = conn;
    listener->waiting++;
}

static void leave_queue(TcpListener *listener, TcpConnection *conn)
{
    assert(listener->waiting > 0);
    if (conn->accept_before != NULL)
        conn->accept_before->accept_next = conn->accept_next;
    else
        listener->accept_first = conn->accept_next;
    if (conn->accept_next != NULL)
        conn->accept_next->accept_before = conn->accept_before;
    else
        listener->accept_last = conn->accept_before;
    conn->accept_before = conn->accept_next = NULL;
    listener->waiting--;
}

/* From a queue of its listener's, which does not go before the connections that wait in it. */
static void leave_listener(TcpStack *stack, TcpConnection *conn, TcpOwner from, TcpOwner to)
{
    TcpListener *listener = tcp_listener_find(stack, tcp_entry_local_port(&conn->entry));

    assert(listener != NULL);
    if (from == TCP_OWNER_LISTENER)
        listener->half_open--;
    else
        leave_queue(listener, conn);
    if (to == TCP_OWNER_QUEUE)
        join_queue(listener, conn);
}

OFTEN void tcp_own(TcpStack *stack, TcpConnection *conn, TcpOwner owner)
{
    TcpOwner before = conn->owner;

    assert(heirs[before] >> owner & 1);
    conn->owner = (uint8_t)owner;
    if (before == TCP_OWNER_LISTENER || before == TCP_OWNER_QUEUE)
        leave_listener(stack, conn, before, owner);
}
