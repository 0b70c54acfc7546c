/* What is known of the connections of a node that shows only packets and states: a kernel, a stack that
 * was linked in.  What else a kind of node keeps of them stands behind a LabNodeConn, its first member.
 */
#ifndef TCPWALTZ_LAB_NODE_CONNS_H
#define TCPWALTZ_LAB_NODE_CONNS_H

#include "lab/node.h"
#include "trace/repeats.h"

/* A connection, from its first state to the last. */
typedef struct LabNodeConn {
    TcpConnId id;
    TcpEnds ends;
    TcpState state;
    Seq iss, irs, snd_una, snd_nxt, rcv_nxt; /* as its packets have shown them */
    gboolean has_iss, has_irs;
    guint16 window_sent, window_arrived; /* the last ones, as in the header */
    gboolean has_peer_stream;            /* since the first payload, and when it is over, too: */
    guint64 peer_stream;                 /* what its other end sends */
} LabNodeConn;

struct LabNodeConns {
    LabHost *host;
    gsize size;          /* bytes of one, with what the kind of node keeps */
    GPtrArray *all;      /* by number, from 1: all there ever were */
    GHashTable *by_ends; /* TcpEnds * to LabNodeConn *: those that live */
    Repeats *repeats;
    gboolean bytes_are_theirs; /* nobody of ours wrote what they send: it is taken as it comes */
};

/* The node's, within it.  `free_conn` ends one of them; g_free(), if there is nothing else to do. */
void lab_node_conns_init(LabNodeConns *conns, LabNode *node, gsize size, GDestroyNotify free_conn);
void lab_node_conns_clear(LabNodeConns *conns);

/* NULL: there never was one; none that lives has these ends. */
gpointer lab_node_conns_get(const LabNodeConns *conns, TcpConnId id);
gpointer lab_node_conns_find(const LabNodeConns *conns, const TcpEnds *ends);

/* A new one, zeroed but for what stands in a LabNodeConn. */
gpointer lab_node_conns_add(LabNodeConns *conns, const TcpEnds *ends, TcpState from);

/* It is in this state now, and came there by itself (lab_node_moves_on()). */
void lab_node_conns_move(LabNodeConns *conns, LabNodeConn *conn, TcpState to);

/* The host has crashed: none of them is left. */
void lab_node_conns_crash(LabNodeConns *conns);

/* A packet leaves: what it says goes into the trace, its bytes onto the link.  What is no TCP is left
 * out. */
void lab_node_conns_send(LabNodeConns *conns, const guint8 *bytes, gsize size);

/* Of the connection that a segment is for, or would be. */
TcpEnds lab_node_conns_ends_of(const Segment *arrived);

/* Is it known what its other end sends?  That is found out with the first payload; a connection that begins with
 * some (RFC 7413) may be younger than that. */
gboolean lab_node_conns_know_peer(const LabNodeConns *conns, LabNodeConn *conn);

/* A packet has come; NULL: spoilt. */
void lab_node_conns_arrived(LabNodeConns *conns, const Segment *segment);

/* What a LabNodeKind is asked, answered from them. */
gboolean lab_node_conns_ends(LabNode *node, TcpConnId id, TcpEnds *out);
gboolean lab_node_conns_status(LabNode *node, TcpConnId id, TcpStatus *out);
TcpConnId lab_node_conns_id(LabNode *node, const TcpEnds *ends);
TcpConnId lab_node_conns_newest(LabNode *node);

#endif
