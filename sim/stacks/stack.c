/* A linked stack as a node. */
#include "stacks/stack.h"

enum { FIRST_PORT = 40000, LAST_RESERVED_PORT = 1023 };

static Stack *stack_of(LabNode *node)
{
    return (Stack *)(void *)node;
}

StackConn *stack_conn_new(Stack *stack, const TcpEnds *ends, TcpState from)
{
    StackConn *conn = lab_node_conns_add(&stack->conns, ends, from);

    conn->owner = stack;
    return conn;
}

guint16 stack_next_port(Stack *stack)
{
    guint16 port = stack->next_port;

    stack->next_port = MAX((guint16)(port + 1), LAST_RESERVED_PORT + 1);
    return port;
}

gboolean stack_listens(const Stack *stack, guint16 port)
{
    for (guint i = 0; i < stack->listeners->len; i++) {
        if (g_array_index(stack->listeners, StackListener, i).port == port)
            return TRUE;
    }
    return FALSE;
}

/* ---- Told ---- */
static void deliver(LabNode *node, const LabBytes *packet, const Segment *sent)
{
    Stack *stack = stack_of(node);

    stack->kind->enter(stack, lab_node_now(node->host));
    lab_node_conns_arrived(&stack->conns, sent);
    stack->kind->input(stack, packet, sent);
    stack->kind->leave(stack);
}

static TcpError call(LabNode *node, const PlanStep *step, TcpConnId conn)
{
    Stack *stack = stack_of(node);

    stack->kind->enter(stack, lab_node_now(node->host));
    TcpError error = stack_call(stack, step, conn);
    stack->kind->leave(stack);
    return error;
}

static SimDue next_due(LabNode *node)
{
    return stack_of(node)->due;
}

static void advance(LabNode *node)
{
    Stack *stack = stack_of(node);

    stack->kind->enter(stack, lab_node_now(node->host));
    stack->kind->advance(stack);
    stack->kind->leave(stack);
}

/* ---- Power ---- */

static void power_on(Stack *stack)
{
    stack->next_port = FIRST_PORT;
    stack->kind->power_on(stack);
    stack->is_silent = FALSE;
}

static void power_off(Stack *stack)
{
    stack->is_silent = TRUE;
    stack->kind->power_off(stack);
    stack->due = lab_node_due(SIM_NEVER);
}

static void tell_crash(Stack *stack)
{
    for (guint i = stack->listeners->len; i > 0; i--)
        lab_node_stops_listening(stack->node.host,
                                 g_array_index(stack->listeners, StackListener, i - 1).port,
                                 TCP_REASON_CRASHED);
    g_array_set_size(stack->listeners, 0);
    for (guint i = 0; i < stack->conns.all->len; i++)
        ((StackConn *)g_ptr_array_index(stack->conns.all, i))->is_gone = TRUE;
    lab_node_conns_crash(&stack->conns);
}

/* No stack here has a memory that outlives power: with or without `forget`, numbers begin anew. */
static void power(LabNode *node, gboolean up, gboolean forget)
{
    Stack *stack = stack_of(node);

    (void)forget;
    if (!stack->is_silent) {
        power_off(stack);
        tell_crash(stack);
    }
    if (up)
        power_on(stack);
}

/* ---- Asked ---- */

static gboolean status(LabNode *node, TcpConnId id, TcpStatus *out)
{
    const Stack *stack = stack_of(node);
    const StackConn *conn = lab_node_conns_get(&stack->conns, id);

    if (!lab_node_conns_status(node, id, out))
        return FALSE;
    out->accepted = conn->is_held;
    if (!conn->is_gone && stack->kind->status != NULL)
        stack->kind->status(conn, out);
    return TRUE;
}

/* ---- Beginning and end ---- */

static void stack_free(LabNode *node)
{
    Stack *stack = stack_of(node);

    if (!stack->is_silent)
        power_off(stack);
    lab_node_conns_clear(&stack->conns);
    g_array_unref(stack->listeners);
    stack->kind->free(stack);
}

static const LabNodeKind stack_node_kind = {
    .free = stack_free,
    .deliver = deliver,
    .call = call,
    .next_due = next_due,
    .advance = advance,
    .power = power,
    .ends = lab_node_conns_ends,
    .status = status,
    .find = lab_node_conns_id,
    .newest = lab_node_conns_newest,
};

void stack_init(Stack *stack, const StackKind *kind, LabHost *host)
{
    stack->node = (LabNode){.kind = &stack_node_kind, .host = host};
    stack->kind = kind;
    stack->plan = &g_array_index(lab_node_plan(host)->hosts, PlanHost, lab_node_index(host));
    stack->listeners = g_array_new(FALSE, FALSE, sizeof(StackListener));
    stack->due = lab_node_due(SIM_NEVER);
    lab_node_conns_init(&stack->conns, &stack->node, kind->conn_size, g_free);
    power_on(stack);
}
