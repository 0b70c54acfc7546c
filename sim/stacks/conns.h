/* What a node that only shows packets and states knows of its connections. */
#ifndef TCPWALTZ_STACKS_CONNS_H
#define TCPWALTZ_STACKS_CONNS_H

#include "lab/node.h"
#include "trace/repeats.h"

/* A connection, from its first state to the last. */
typedef struct StackConn {
    TcpConnId id;
    TcpEnds ends;
    TcpState state;
    gpointer owner; /* the node */
    gpointer pcb;   /* the stack's; NULL: it has none any more */
    Seq iss, irs, snd_una, snd_nxt, rcv_nxt;
    gboolean has_iss, has_irs;

    /* Its application. */
    gboolean is_waiting;         /* established, and not accepted yet */
    gboolean is_held;            /* it was accepted, or has connected */
    gboolean has_eof;            /* no more will come */
    gboolean has_failed;         /* and it was told so */
    gboolean shuts_down, closes; /* when nothing is unsent any more */
    gboolean is_shut;
    guint64 unsent;  /* bytes that the script has given, and the stack not yet taken */
    guint64 written; /* those that it has taken */
    guint64 read;
    GQueue unread; /* what has come: the stack's own buffers */
    gboolean has_peer_stream;
} StackConn;

typedef struct StackConns {
    LabHost *host;
    GPtrArray *all;      /* StackConn *, by number, from 1 */
    GHashTable *by_ends; /* TcpEnds * to StackConn *: those that live */
    Repeats *repeats;
} StackConns;

void stack_conns_init(StackConns *conns, LabHost *host);
void stack_conns_clear(StackConns *conns);

StackConn *stack_conn(const StackConns *conns, TcpConnId id); /* NULL: there never was one */
StackConn *stack_conns_find(const StackConns *conns, const TcpEnds *ends); /* that lives */
StackConn *stack_conns_add(StackConns *conns, const TcpEnds *ends, TcpState from);

/* It is in this state now. */
void stack_conn_moves(StackConns *conns, StackConn *conn, TcpState to);

/* A packet leaves: what it says goes into the trace, its bytes onto the link.  What is no TCP is left
 * out.  Of `conn`; NULL: of nobody's. */
void stack_conns_send(StackConns *conns, const guint8 *bytes, gsize size);

/* A packet has come. */
void stack_conns_arrived(StackConns *conns, const Segment *segment);

#endif
