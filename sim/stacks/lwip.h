/* One host that is lwIP: what the files of sim/stacks/lwip*.c share. */
#ifndef TCPWALTZ_STACKS_LWIP_H
#define TCPWALTZ_STACKS_LWIP_H

#include "stacks/conns.h"
#include "stacks/lwip_api.h"
#include "stacks/lwip_world.h"

typedef struct LwipListener {
    guint16 port;
    struct tcp_pcb *pcb;
} LwipListener;

typedef struct Lwip {
    LabNode node; /* first */
    LwipWorld world;
    StackConns conns;
    GArray *listeners; /* LwipListener */
    const PlanHost *plan;
    struct netif wire;
    guint16 next_port;  /* of a connect that names none */
    gboolean is_idle;   /* its timer runs, but nothing waits for it */
    gboolean is_silent; /* the host is down: nothing is told, nothing leaves */
} Lwip;

/* What its connections have come to: told before whatever follows from it. */
void lwip_look(Lwip *lwip);

TcpEnds lwip_ends(const struct tcp_pcb *pcb);
StackConn *lwip_conn_new(Lwip *lwip, const TcpEnds *ends, TcpState from);

/* ---- lwip_calls.c; all of them inside lwip_world_enter() ---- */

TcpError lwip_call(Lwip *lwip, const PlanStep *step, TcpConnId conn);
void lwip_drop_unread(StackConn *conn);

#endif
