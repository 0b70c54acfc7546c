/* One host that is lwIP: what the files of sim/stacks/lwip*.c share. */
#ifndef TCPWALTZ_STACKS_LWIP_H
#define TCPWALTZ_STACKS_LWIP_H

#include "lab/node_conns.h"
#include "stacks/lwip_api.h"
#include "stacks/lwip_world.h"

typedef struct Lwip Lwip;

/* A connection, and its application. */
typedef struct LwipConn {
    LabNodeConn seen; /* first */
    Lwip *owner;
    struct tcp_pcb *pcb;         /* NULL: lwIP has none of it any more */
    gboolean is_waiting;         /* established, and not accepted yet */
    gboolean is_held;            /* it was accepted, or has connected */
    gboolean has_eof;            /* no more will come */
    gboolean has_failed;         /* and it was told so */
    gboolean shuts_down, closes; /* when nothing is unsent any more */
    gboolean is_shut;
    guint64 unsent;  /* bytes that the script has given, and lwIP not yet taken */
    guint64 written; /* those that it has taken */
    guint64 read;
    GQueue unread; /* struct pbuf *: what has come */
    gboolean has_peer_stream;
} LwipConn;

typedef struct LwipListener {
    guint16 port;
    struct tcp_pcb *pcb;
} LwipListener;

struct Lwip {
    LabNode node; /* first */
    LwipWorld world;
    LabNodeConns conns; /* of LwipConn */
    GArray *listeners;  /* LwipListener */
    const PlanHost *plan;
    struct netif wire;
    guint16 next_port;  /* of a connect that names none */
    gboolean is_idle;   /* its timer runs, but nothing waits for it */
    gboolean is_silent; /* the host is down: nothing is told, nothing leaves */
};

/* What its connections have come to: told before whatever follows from it. */
void lwip_look(Lwip *lwip);

TcpEnds lwip_ends(const struct tcp_pcb *pcb);
LwipConn *lwip_conn_new(Lwip *lwip, const TcpEnds *ends, TcpState from);

/* ---- lwip_calls.c; all of them inside lwip_world_enter() ---- */

TcpError lwip_call(Lwip *lwip, const PlanStep *step, TcpConnId conn);
void lwip_drop_unread(LwipConn *conn);

#endif
