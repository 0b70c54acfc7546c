/* The script's lines on a linked stack, and what its applications do by themselves. */
#include "stacks/stack.h"

void stack_tells(const StackConn *conn, TraceAppEvent event, TcpError error)
{
    lab_node_tells(conn->owner->node.host, conn->seen.id, event, 0, 0, error);
}

/* ---- Bytes ---- */

void stack_next_bytes(const StackConn *conn, guint8 *bytes, gsize count)
{
    guint64 stream = lab_node_stream(conn->owner->node.host, conn->seen.id);

    payload_write((Payload){stream, conn->written}, bytes, count);
}

void stack_took(StackConn *conn, gsize count)
{
    conn->written += count;
    conn->unsent -= count;
}

guint64 stack_reads(StackConn *conn, const guint8 *bytes, gsize count)
{
    guint64 wrong = 0;

    if (conn->seen.has_peer_stream) {
        for (gsize i = 0; i < count; i++)
            wrong += bytes[i] != payload_byte(conn->seen.peer_stream, conn->read + i);
    } else {
        wrong = count;
    }
    conn->read += count;
    return wrong;
}

/* ---- Beginnings and ends ---- */

void stack_connected(StackConn *conn)
{
    conn->is_held = TRUE;
    if (!conn->closes)
        stack_tells(conn, TRACE_APP_CONNECTED, TCP_OK);
}

static void hand_over(StackConn *conn)
{
    const StackKind *kind = conn->owner->kind;

    conn->is_waiting = FALSE;
    conn->is_held = TRUE;
    stack_tells(conn, TRACE_APP_ACCEPTED, TCP_OK);
    if (kind->accepted != NULL)
        kind->accepted(conn);
    if (conn->has_eof)
        stack_tells(conn, TRACE_APP_EOF, TCP_OK);
}

void stack_arrived(StackConn *conn)
{
    Stack *stack = conn->owner;
    gboolean is_open;
    gboolean by_hand =
        lab_node_accepts_by_hand(stack->node.host, conn->seen.ends.local_port, &is_open);

    conn->is_waiting = TRUE;
    if (!is_open)
        stack->kind->abort(conn);
    else if (!by_hand)
        hand_over(conn);
}

void stack_ended(StackConn *conn)
{
    conn->has_eof = TRUE;
    if (conn->is_held && !conn->closes)
        stack_tells(conn, TRACE_APP_EOF, TCP_OK);
}

/* The oldest that waits on the port. */
static StackConn *waiting_on(const Stack *stack, guint16 port)
{
    for (guint i = 0; i < stack->conns.all->len; i++) {
        StackConn *conn = g_ptr_array_index(stack->conns.all, i);
        if (conn->is_waiting && !conn->is_gone && conn->seen.ends.local_port == port)
            return conn;
    }
    return NULL;
}

/* ---- The host's calls ---- */

static TcpError do_listen(Stack *stack, const PlanStep *step, StackConn *conn)
{
    StackListener listener = {.port = step->port};
    TcpError error = stack->kind->listen(stack, step, &listener);

    (void)conn;
    if (error != TCP_OK)
        return error;
    g_array_append_val(stack->listeners, listener);
    lab_node_listens(stack->node.host, step->port, step->accept_manual);
    return TCP_OK;
}

static TcpError close_listener(Stack *stack, guint16 port)
{
    StackConn *waiting;

    for (guint i = 0; i < stack->listeners->len; i++) {
        StackListener listener = g_array_index(stack->listeners, StackListener, i);
        if (listener.port != port)
            continue;
        g_array_remove_index(stack->listeners, i);
        stack->kind->unlisten(stack, &listener);
        lab_node_stops_listening(stack->node.host, port, TCP_REASON_LISTENER_CLOSED);
        while ((waiting = waiting_on(stack, port)) != NULL) {
            waiting->is_waiting = FALSE;
            stack->kind->abort(waiting);
        }
        return TCP_OK;
    }
    return TCP_ENOTCONN;
}

static TcpError do_accept(Stack *stack, const PlanStep *step, StackConn *conn)
{
    StackConn *oldest = waiting_on(stack, step->port);
    gboolean is_open;

    (void)conn;
    (void)lab_node_accepts_by_hand(stack->node.host, step->port, &is_open);
    if (oldest == NULL)
        return is_open ? TCP_EAGAIN : TCP_EINVAL;
    hand_over(oldest);
    return TCP_OK;
}

static TcpError do_connect(Stack *stack, const PlanStep *step, StackConn *conn)
{
    (void)conn;
    return stack->kind->connect(stack, step);
}

static TcpError do_close_listener(Stack *stack, const PlanStep *step, StackConn *conn)
{
    (void)conn;
    return close_listener(stack, step->port);
}

/* ---- A connection's calls ---- */

/* No linked stack is told of options. */
static TcpError do_set(Stack *stack, const PlanStep *step, StackConn *conn)
{
    (void)stack;
    (void)step;
    (void)conn;
    return TCP_EINVAL;
}

static TcpError do_send(Stack *stack, const PlanStep *step, StackConn *conn)
{
    if (conn->shuts_down)
        return TCP_EPIPE;
    conn->unsent += step->bytes;
    if (conn->is_held)
        stack->kind->write(conn);
    return TCP_OK;
}

/* What a linked stack hands over it has handed over: it is not looked at before. */
static TcpError do_read(Stack *stack, const PlanStep *step, StackConn *conn)
{
    if (step->peeks)
        return TCP_EINVAL;
    return stack->kind->read(conn, step->bytes);
}

static TcpError do_shutdown(Stack *stack, const PlanStep *step, StackConn *conn)
{
    (void)step;
    conn->shuts_down = TRUE;
    stack->kind->write(conn);
    return TCP_OK;
}

static TcpError do_close(Stack *stack, const PlanStep *step, StackConn *conn)
{
    (void)step;
    conn->closes = TRUE;
    stack->kind->write(conn);
    return TCP_OK;
}

static TcpError do_abort(Stack *stack, const PlanStep *step, StackConn *conn)
{
    (void)step;
    conn->closes = TRUE;
    conn->unsent = 0;
    stack->kind->abort(conn);
    return TCP_OK;
}

typedef TcpError (*Call)(Stack *stack, const PlanStep *step, StackConn *conn);

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

/* What an application has closed is no longer its own; what was kept before a reset can still be. */
static gboolean is_its_own(const PlanStep *step, const StackConn *conn)
{
    if (conn == NULL || conn->closes)
        return FALSE;
    return !conn->is_gone || (step->verb == PLAN_READ && conn->kept > 0);
}

TcpError stack_call(Stack *stack, const PlanStep *step, TcpConnId id)
{
    StackConn *conn = lab_node_conns_get(&stack->conns, id);

    if (step->verb == PLAN_CLOSE && id == 0)
        return close_listener(stack, step->port);
    if (calls[step->verb].of_connection && !is_its_own(step, conn))
        return TCP_ENOTCONN;
    return calls[step->verb].call(stack, step, conn);
}
