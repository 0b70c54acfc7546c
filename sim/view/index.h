/* What a view needs to know before it says a word about an event: which connections there are,
 * which arming a firing belongs to, who has which address.  One pass over the trace.
 */
#ifndef TCPWALTZ_VIEW_INDEX_H
#define TCPWALTZ_VIEW_INDEX_H

#include <glib.h>

#include "trace/trace.h"

/* A connection of a host, or (conn 0) its listener on a port. */
typedef struct ViewConn {
    TraceHost host;
    guint32 conn;
    guint16 port;   /* of a listener */
    TcpState state; /* the last one that the trace tells */
    gboolean has_state;

    gboolean asked; /* it entered SYN-SENT: the application called connect */
    SimTime asked_at;
    gboolean answered; /* and was told how that ended */
    SimTime answered_at;
    TcpError answer;

    TraceId armed[TCP_TIMER_COUNT]; /* the last arming of each timer; 0: none */
} ViewConn;

typedef struct ViewIndex {
    const Trace *trace;
    GArray *conns; /* ViewConn, in order of appearance */
    GHashTable *conn_by_key;
    GHashTable *host_by_address;
    guint32 *newest_conn; /* a host */
    TraceId *arming;      /* an event: what armed the timer that fired or was cancelled */
    TraceId *rearming;    /* an event: what armed the timer again after it fired */
} ViewIndex;

ViewIndex *view_index_new(const Trace *trace);
void view_index_free(ViewIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ViewIndex, view_index_free)

/* The arming that a TIMER event ends, the arming that follows its firing; NULL: unknown. */
const TraceEvent *view_index_arming(const ViewIndex *index, const TraceEvent *event);
const TraceEvent *view_index_rearming(const ViewIndex *index, const TraceEvent *event);

/* Which repetition the timer is for, and how many there may be: a cancelled one is as it was armed. */
typedef struct ViewRetry {
    guint32 retry, limit;
} ViewRetry;

ViewRetry view_index_retry(const ViewIndex *index, const TraceEvent *event);

/* The event that caused this one, as recorded or (a firing, a loss, an arrival) as the trace lets
 * us know; NULL when there is none. */
const TraceEvent *view_index_cause(const ViewIndex *index, const TraceEvent *event);

/* The host that sends from this address; TRACE_NO_HOST when nobody is known to. */
TraceHost view_index_host_at(const ViewIndex *index, guint32 address);

/* Has the host more than one connection, so that each must be named? */
gboolean view_index_has_many(const ViewIndex *index, TraceHost host);

/* The event whose TRACE_SEND this LOST, FAULT, ARRIVE or DISCARD is about; NULL: not recorded. */
const TraceEvent *view_sent(const Trace *trace, const TraceEvent *event);

#endif
