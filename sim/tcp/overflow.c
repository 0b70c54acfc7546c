/* A handshake that a listener began is about to be done, and the accept queue has no room.  The RFC has
 * no such queue; stacks do one of two things. */
#include "core/compiler.h"
#include "tcp/arrival.h"
#include "tcp/listener.h"
#include "tcp/output.h"

/* Silence, so that the SYN-ACK will be repeated, or RST (tcp_abort_on_overflow). */
static SELDOM bool refuse(Arrival *a)
{
    if (!a->stack->config->tcp_abort_on_overflow)
        return drop(a, TCP_REASON_ACCEPT_QUEUE_FULL);
    tcp_output_rst_for(a->stack, a->conn->entry.id, a->whole, TCP_REASON_ACCEPT_QUEUE_FULL);
    return end(a, TCP_STATE_CLOSED, TCP_REASON_ACCEPT_QUEUE_FULL, TCP_OK);
}

bool tcp_overflow_admits(Arrival *a)
{
    bool waits = a->conn->owner == TCP_OWNER_LISTENER;

    if (waits && tcp_listener_is_full(a->stack, tcp_listener_find(a->stack, a->whole->dst_port)))
        return refuse(a);
    return true;
}
