/* A reader of a world's trace, who goes through it once and remembers of each connection what the laws
 * ask.  Private to explore/. */
#ifndef TCPWALTZ_EXPLORE_WATCH_H
#define TCPWALTZ_EXPLORE_WATCH_H

#include <glib.h>

#include "core/digest.h"
#include "core/seq.h"
#include "explore/explore.h"
#include "proto/reason.h"
#include "trace/trace.h"

typedef struct WatchConn {
    guint32 id; /* the host's number */
    guint16 host;
    TcpState state;
    TcpReason why; /* it is in this state */
    gboolean passive, over;
    gboolean accepted;              /* its application holds it, of a passive one */
    gboolean shut, closed, aborted; /* calls that succeeded: shutdown or close; close; abort */
    gboolean told_eof;
    guint64 asked;       /* bytes, to be sent */
    guint64 read, wrong; /* bytes, by its application */
    guint armed;         /* timers that run, a bit each */
    /* The first SEND since the last trouble of a repeat that came to its peer; its class,
     * and how many of that class there were by then.  0: none came. */
    TraceId came;
    SegmentClass came_class;
    guint sent[SEGMENT_CLASS_COUNT], came_sent;
    gboolean is_acknowledged; /* something was, … */
    Seq acknowledged;         /* … up to here, by the last that came */
    guint32 acked;     /* the same from its initial number on: that, and so many bytes, less 1 */
    gboolean has_ends; /* the other end is known: */
    guint16 peer;      /* host, … */
    guint16 local_port, remote_port;
    guint32 before; /* the host's one before it with these ports; 0: none */
} WatchConn;

typedef struct WatchHost {
    GArray *conns;      /* WatchConn, by their numbers from 1 */
    GHashTable *newest; /* their numbers, by both ports */
    gboolean reads;     /* by itself */
    gboolean failed;    /* it was down, once */
    gboolean forgot;    /* … and its clock began anew */
} WatchHost;

typedef struct Watch {
    const Plan *plan;
    const Trace *trace;
    WatchHost *hosts;
    guint host_count;
    TraceId trouble; /* the last LOST or FAULT; 0: none so far */
    const TraceEvent *end;
    const GArray
        *usual;   /* WatchConn: those of the run without a fault, at its end; NULL: not known yet */
    guint except; /* laws that are not held, a bit each */
    ExploreBreach *breach; /* the first; NULL: none so far */
} Watch;

void watch_begin(Watch *watch, const Plan *plan);
void watch_clear(Watch *watch);

/* For the next run of the plan: nothing has been seen of it. */
void watch_restart(Watch *watch, const Trace *trace);

/* Remembers the event.  What it changes is seen from before and from after: laws ask between. */
void watch_event(Watch *watch, const TraceEvent *event);

/* The connection that the event is about; NULL: none, or it is not known yet. */
WatchConn *watch_conn(const Watch *watch, const TraceEvent *event);

/* The other end: its newest incarnation there; NULL: it has none. */
const WatchConn *watch_peer(const Watch *watch, const WatchConn *conn);

/* What all incarnations of the other end were asked to send, and how many there are. */
guint64 watch_peer_asked(const Watch *watch, const WatchConn *conn, guint *incarnations);

/* All connections of all hosts, as they are now; free with g_array_unref(). */
GArray *watch_conns(const Watch *watch);

/* What a law may ask later of what has been seen so far. */
void watch_digest(const Watch *watch, Digest *digest);

const char *watch_host_name(const Watch *watch, guint host);

#endif
