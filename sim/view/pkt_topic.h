/* What a packetdrill script is about: one host, and one connection of it. */
#ifndef TCPWALTZ_VIEW_PKT_TOPIC_H
#define TCPWALTZ_VIEW_PKT_TOPIC_H

#include <glib.h>

#include "trace/trace.h"

/* packetdrill plays one connection at a time against one kernel.  The host's first one is taken, but
 * none that a forged segment began, unless there is no other. */
typedef struct PktTopic {
    TraceHost host;
    guint32 address, peer_address;
    guint16 port, peer_port;
    guint32 conn;     /* its number; 0: it never came to that */
    int window_scale; /* that the host offers; -1: it does not */
    TraceId connect;  /* the call that opened it; 0: none, it was opened passively */
    TraceId ends;     /* the event from which on nothing can be written; 0: none */
    const char *why;  /* … and what it is: "a crash of the host" */
    guint others;     /* connections of the host that are left out */
    guint floods;     /* … and floods that meet it */
} PktTopic;

/* `name` NULL: the first host that listens and is reached, or else the first that sends or is reached.
 * FALSE: *trouble says why there is nothing to write. */
gboolean pkt_topic_find(PktTopic *topic, const Trace *trace, const char *name, char **trouble);

/* What a segment of the wire is to the script. */
typedef enum PktWay {
    PKT_WAY_NONE, /* it is of no concern */
    PKT_WAY_OUT,  /* the host's TCP sends it */
    PKT_WAY_IN,   /* it arrives, and is what was sent */
} PktWay;

PktWay pkt_way(const PktTopic *topic, const Trace *trace, const TraceEvent *event);

#endif
