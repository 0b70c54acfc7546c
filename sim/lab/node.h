/* What sits at an end of a link where no endpoint of ours does: a real kernel, a stack that was
 * linked in, one behind a TUN device.
 *
 * A node has the face of an endpoint (tcp/tcp.h), only that it speaks bytes: it is told what
 * happened and answers through the functions at the end of this page.  What it does not say cannot
 * be in the trace: a kernel's timers are its own.
 *
 *   told      deliver  a packet has come
 *             call     a line of the script
 *             advance  its own time has come (next_due)
 *             power    the host crashes, or comes back
 *   asked     ends, find, newest, status, held
 *   answers   lab_node_sends, lab_node_moves, lab_node_tells; and what few can say:
 *             lab_node_discards, lab_node_times, lab_node_forgets; and that it cannot go on:
 *             lab_node_fails
 *
 * Of a host whose node takes no lines of the script (behind) only the wire is seen: the program there does what
 * it does, and neither its states nor what it is told are in the trace.
 *
 * An endpoint of ours behind this page leaves the same trace as without, to the byte
 * (tests/unit/test_lab_node.c).  How to add a kind of node: docs/nodes.md.
 */
#ifndef TCPWALTZ_LAB_NODE_H
#define TCPWALTZ_LAB_NODE_H

#include <glib.h>

#include "core/time.h"
#include "proto/error.h"
#include "proto/segment.h"
#include "scenario/plan.h"
#include "tcp/tcp.h"
#include "trace/trace.h"

typedef struct LabHost LabHost;
typedef struct LabNode LabNode;
typedef struct LabNodeConns LabNodeConns;
typedef struct LabReality LabReality;

/* A packet of IPv4; owned by whoever passes it. */
typedef struct LabBytes {
    const guint8 *data; /* NULL: it is what net/wire.h makes of the segment */
    gsize size;
} LabBytes;

typedef struct LabNodeKind {
    void (*free)(LabNode *node);
    /* `sent` is what the packet says, as its sender had it; NULL: its bytes were spoilt on the way. */
    void (*deliver)(LabNode *node, const LabBytes *packet, const Segment *sent);
    TcpError (*call)(LabNode *node, const PlanStep *step, TcpConnId conn); /* NULL: see behind */
    SimDue (*next_due)(
        LabNode *node); /* lab_node_due() of SIM_NEVER: it waits for nothing but us */
    void (*advance)(LabNode *node);
    void (*power)(LabNode *node, gboolean up, gboolean forget);
    /* FALSE, 0: there is no such connection (any more). */
    gboolean (*ends)(LabNode *node, TcpConnId conn, TcpEnds *out);
    gboolean (*status)(LabNode *node, TcpConnId conn, TcpStatus *out);
    TcpConnId (*find)(LabNode *node, const TcpEnds *ends);
    TcpConnId (*newest)(LabNode *node);
    TcpHeld (*held)(LabNode *node); /* NULL: it cannot say */
    /* What hides it from us, "tun0": it has neither call nor power.  NULL: nothing does. */
    const char *(*behind)(LabNode *node);
    /* What runs there, as a person would call it: "Linux 6.18.5".  NULL: what the plan says. */
    const char *(*stack)(LabNode *node);
} LabNodeKind;

/* Embedded as the first member of what it is. */
struct LabNode {
    const LabNodeKind *kind;
    LabHost *host;
    LabNodeConns *conns; /* what it knows them by (lab/node_conns.h); NULL: by means of its own */
};

/* Who sits where, and whose the time is.  One is shared by any number of runs, on any thread; what
 * belongs to one run is its session. */
struct LabReality {
    /* NULL: *trouble says why (free with g_free()). */
    gpointer (*begin)(const LabReality *reality, const Plan *plan, char **trouble);
    void (*end)(gpointer session);

    /* The host's node.  NULL: it is simulated, or (*trouble is set) there can be none. */
    LabNode *(*node)(gpointer session, LabHost *host, char **trouble);

    /* Where time is not ours; NULL: it is, and the next that is due is always at hand.
     * `wait` returns TRUE when it is `until`, FALSE when something came before, which `serve` then
     * passes on. */
    SimTime (*now)(gpointer session);
    gboolean (*wait)(gpointer session, SimTime until);
    void (*serve)(gpointer session);

    /* What the session's script has to say of the run, at its end; `out` owns it.  NULL: it has none. */
    void (*judge)(gpointer session, TraceVerdict *out);

    /* The timer wheel of those who are real: its tick, and how far it had turned when the run began
     * (FALSE: nobody tells).  NULL: they have none. */
    gboolean (*wheel)(gpointer session, SimTime *tick, SimTime *phase);

    /* Adds what there is to say of them after the run (char *: "tun0: 3 packets were left out: …").
     * NULL: nothing. */
    void (*remarks)(gpointer session, GPtrArray *out);
};

/* ---- What a node can know ---- */

guint lab_node_index(const LabHost *host);    /* of the plan's hosts */
SimTime lab_node_now(const LabHost *host);    /* since the run began */
gboolean lab_node_reads(const LabHost *host); /* at once what comes: no script line does */
const Plan *lab_node_plan(const LabHost *host);

/* A host's address (proto/address.h): 10.0.0.1 for the first; with ip=6 2001:db8::1. */
guint32 lab_address(const Plan *plan, guint index);

/* What an endpoint with ip=6 has instead of what is set: it announces as much less as the header is larger. */
void lab_fit_ip(HostConfig *config);

guint64 lab_node_seed(const LabHost *host); /* of the run's chance */
Budget *lab_node_budget(const LabHost *host);
TraceId lab_node_last_sent(const LabHost *host); /* the newest segment in the trace */

/* Its own time, behind whatever else is due then; a node that keeps many timers may say where each
 * stands among the run's decisions instead (lab_node_order()). */
SimDue lab_node_due(SimTime at);
SimOrder *lab_node_order(LabHost *host);

/* Is it the script that accepts on this port?  *is_open: does anybody listen there? */
gboolean lab_node_accepts_by_hand(const LabHost *host, guint16 port, gboolean *is_open);

/* The identity of the payload that this end of a connection sends: a node's application writes its
 * bytes, and the other end knows them (proto/payload.h). */
guint64 lab_node_stream(const LabHost *host, TcpConnId conn);

/* What the other end of the connection sends, where a host of ours has that end.  FALSE: nobody's. */
gboolean lab_node_peer_stream(LabHost *host, TcpConnId conn, guint64 *out);

/* Does a program that we do not know send there?  Then its bytes are neither right nor wrong. */
gboolean lab_node_peer_is_hidden(const LabHost *host, TcpConnId conn);

/* Bytes that no connection of ours sends. */
Payload lab_node_strange_payload(LabHost *host);

/* ---- What it answers ---- */

/* What follows is because of nothing that the run knows; it need not be said of advance(). */
void lab_node_unasked(LabHost *host);

/* `segment` is what the packet says; its payload is the sender's, as lab_node_stream() has it. */
void lab_node_sends(LabHost *host, TcpConnId conn, const Segment *segment, const LabBytes *packet,
                    const TcpSendNote *note);

/* Of connection 0: the listener on the port. */
void lab_node_moves(LabHost *host, TcpConnId conn, TcpState from, TcpState to, TcpReason reason);

/* The same where only the end of the way is known: the states between are told, too, each with its
 * reason where that can be only one thing. */
void lab_node_moves_on(LabHost *host, TcpConnId conn, TcpState from, TcpState to);
void lab_node_listens(LabHost *host, guint16 port, gboolean by_hand);
void lab_node_stops_listening(LabHost *host, guint16 port, TcpReason reason);
void lab_node_tells(LabHost *host, TcpConnId conn, TraceAppEvent event, guint64 bytes,
                    guint64 wrong, TcpError error);

/* An endpoint of ours speaks to its application: what of that is told as it is. */
void lab_node_hears(LabHost *host, TcpConnId conn, TcpAppEvent event, TcpError error);

/* What has just arrived is refused or ignored. */
void lab_node_discards(LabHost *host, TcpConnId conn, const Segment *segment, TcpReason reason);

/* A line of the plan's script is carried out by a node that knows its own script: what follows is because
 * of it.  The answer comes after. */
TraceId lab_node_calls(LabHost *host, guint line, TcpConnId conn);
void lab_node_answers(LabHost *host, TraceId call, TcpError error);

/* Its script's own code prints this, lines of text. */
void lab_node_prints(LabHost *host, const char *text);

/* What an answer of now can have come of: the event that told the application of this error, or else the newest
 * that arrived for the connection, was refused, moved it, fired, or was told of it.  Of connection 0: of any of the host's.
 * 0: there is none. */
TraceId lab_node_came_of(const LabHost *host, TcpConnId conn, TcpError error);

/* Nothing after now is of interest. */
void lab_node_ends_run(LabHost *host);

/* A timer is armed, cancelled, or fires: then what follows is because of it. */
void lab_node_times(LabHost *host, TcpConnId conn, const TcpTimerNote *note);

/* Of a connection that is about to be gone: status answers for the last time. */
void lab_node_forgets(LabHost *host, TcpConnId conn);

/* The system refuses what the node cannot do without: the run ends at once, and lab_try() with this
 * trouble (taken over).  The first one counts; nothing more is asked of the node but free. */
void lab_node_fails(LabHost *host, char *trouble);

#endif
