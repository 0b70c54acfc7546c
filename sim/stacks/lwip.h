/* One host that is lwIP: what the files of sim/stacks/lwip*.c share. */
#ifndef TCPWALTZ_STACKS_LWIP_H
#define TCPWALTZ_STACKS_LWIP_H

#include "stacks/lwip_api.h"
#include "stacks/lwip_world.h"
#include "stacks/stack.h"

typedef struct LwipConn {
    StackConn app;       /* first */
    struct tcp_pcb *pcb; /* NULL: lwIP has none of it any more */
    gboolean is_shut;
    GQueue unread; /* struct pbuf *: what has come */
} LwipConn;

typedef struct Lwip {
    Stack stack; /* first */
    LwipWorld world;
    struct netif wire;
} Lwip;

/* What its connections have come to: told before whatever follows from it. */
void lwip_look(Lwip *lwip);

TcpEnds lwip_ends(const struct tcp_pcb *pcb);
LwipConn *lwip_conn_new(Lwip *lwip, const TcpEnds *ends, TcpState from);
void lwip_lose(LwipConn *conn); /* it has no pcb any more */

/* ---- lwip_calls.c; all of them inside lwip_world_enter() ---- */

TcpError lwip_listen(Stack *stack, const PlanStep *step, StackListener *listener);
void lwip_unlisten(Stack *stack, const StackListener *listener);
TcpError lwip_connect(Stack *stack, const PlanStep *step);
TcpError lwip_read(StackConn *conn, guint64 most);
void lwip_write(StackConn *conn);
void lwip_abort(StackConn *conn);
void lwip_accepted(StackConn *conn);
void lwip_drop_unread(LwipConn *conn);

#endif
