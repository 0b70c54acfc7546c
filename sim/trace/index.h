/* An index of a trace: what views, pictures and expectations look up before they can say a word about
 * an event.  Made in one pass; it keeps numbers of events, and no event twice.
 *
 *   of a host        what it sent, its transitions, what its application was told: lists
 *   of a connection  its first and its last transition, when connect was called and answered
 *   of an event      what came before and after it in the life of what it is about
 *   of an address    which host sends from it
 *
 * What only one view asks, it finds itself.
 */
#ifndef TCPWALTZ_TRACE_INDEX_H
#define TCPWALTZ_TRACE_INDEX_H

#include <glib.h>

#include "core/id_map.h"
#include "trace/trace.h"

/* Lists of a host's events, in the order in which they happened.  An event is in one at most. */
typedef enum TraceList {
    TRACE_LIST_SENDS,    /* what the host itself sent: not what was forged in its name */
    TRACE_LIST_STATES,   /* transitions of its connections and of its listeners */
    TRACE_LIST_ERRORS,   /* errors its application was told, and errors its calls returned */
    TRACE_LIST_ACCEPTED, /* connections handed to its application */
    TRACE_LIST_READS,    /* bytes handed to its application */
    TRACE_LIST_POWER,    /* it crashed, it came back */
    TRACE_LIST_COUNT,
} TraceList;

typedef struct TraceChain {
    TraceId first, last; /* 0: it is empty */
} TraceChain;

typedef struct TraceIndexHost {
    TraceChain lists[TRACE_LIST_COUNT];
    IdMap conns, listeners; /* by number, by port: the place in TraceIndex.conns, from 1 */
    guint32 newest_conn;    /* 0: it never had one */
    TraceId listener_moved; /* the last transition of a listener, on whatever port */
    guint32 address;        /* from which it sends; 0: it has not sent */
} TraceIndexHost;

/* A connection of a host, or (conn 0) its listener on a port. */
typedef struct TraceConn {
    guint32 conn;
    guint16 host;              /* TraceHost */
    guint16 port;              /* of a listener */
    TraceId first_move, moved; /* its first and its last transition; 0: the trace tells none */
    TraceId asked;    /* it entered SYN-SENT: the application called connect; 0: it did not */
    TraceId answered; /* the application was told how that ended */
    TraceId armed[TCP_TIMER_COUNT]; /* the arming of each timer that runs; 0: it does not */
} TraceConn;

/* Neighbours of an event in the life of what it is about:
 *
 *                     before        after
 *   timer armed       -             what ended that: it fired, was cancelled, was armed again
 *   timer fired       its arming    the arming that came of the firing
 *   timer cancelled   its arming    -
 *   state             -             the next transition of the connection, or of the host's listeners
 *   send              -             the end of its first copy: it arrived, or its host was down
 *   arrive            -             that it was refused
 */
typedef struct TraceLinks {
    TraceId before, after; /* 0: none */
} TraceLinks;

/* What is taken from the trace's budget with each event, so that there is room for its links, and for
 * what a view, or an expectation, has to remember of it. */
enum { TRACE_INDEX_BYTES = 16 };

G_STATIC_ASSERT(sizeof(TraceLinks) + sizeof(TraceId) <= TRACE_INDEX_BYTES);

/* How much there is to look up: lives cost far more than lists, and expectations ask for none. */
typedef enum TraceIndexDepth {
    TRACE_INDEX_LISTS, /* lists of hosts, and the end of the run */
    TRACE_INDEX_LIVES, /* and neighbours, connections, addresses */
} TraceIndexDepth;

typedef struct TraceIndex {
    const Trace *trace;
    const TraceEvent *end; /* NULL when the trace does not say how the run ended */
    GArray *conns;         /* TraceConn, in order of appearance */
    /* private */
    TraceIndexHost *hosts; /* those of the trace, and one for all others */
    TraceId *next;         /* of an event: the next one in the list of its host */
    TraceLinks *links;     /* of an event; NULL: only lists.  Here and above, [0] is never read */
    GHashTable *host_by_address;
} TraceIndex;

TraceIndex *trace_index_new(const Trace *trace, TraceIndexDepth depth);
void trace_index_free(TraceIndex *index); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TraceIndex, trace_index_free)

/* The host's list, one by one: NULL after the last.  A host that the trace does not name has none. */
const TraceEvent *trace_index_first(const TraceIndex *index, TraceHost host, TraceList list);
const TraceEvent *trace_index_next(const TraceIndex *index, const TraceEvent *event);

/* What follows needs TRACE_INDEX_LIVES.
 *
 * Neighbours, see TraceLinks.  NULL: none. */
const TraceEvent *trace_index_before(const TraceIndex *index, const TraceEvent *event);
const TraceEvent *trace_index_after(const TraceIndex *index, const TraceEvent *event);

/* Whose transition a STATE event is. */
const TraceConn *trace_index_conn(const TraceIndex *index, const TraceEvent *event);

/* The state that the trace leaves it in; it has one (`moved`). */
TcpState trace_conn_state(const TraceIndex *index, const TraceConn *conn);

/* Which repetition the timer is for, and how many there may be: a cancelled one is as it was armed. */
typedef struct TraceRetry {
    guint32 retry, limit;
} TraceRetry;

TraceRetry trace_index_retry(const TraceIndex *index, const TraceEvent *event);

/* The event that caused this one, as recorded or (a firing, a loss, an arrival) as the trace lets
 * us know; NULL when there is none. */
const TraceEvent *trace_index_cause(const TraceIndex *index, const TraceEvent *event);

/* What befell a sent segment, one after the other, beginning with `after` = `sent` itself: what stands right
 * behind it, and that its host was down when it came.  NULL: nothing more. */
const TraceEvent *trace_index_befell(const TraceIndex *index, const TraceEvent *sent,
                                     const TraceEvent *after);

/* Was it lost: on its way, or at a host that was down? */
gboolean trace_index_is_lost(const TraceIndex *index, const TraceEvent *sent);

/* The host that sends from this address; TRACE_NO_HOST when nobody is known to. */
TraceHost trace_index_host_at(const TraceIndex *index, guint32 address);

/* Has the host more than one connection, so that each must be named? */
gboolean trace_index_has_many(const TraceIndex *index, TraceHost host);

/* Of any trace, without an index: the TRACE_SEND that this LOST, FAULT, ARRIVE or DISCARD is about;
 * NULL: not recorded. */
const TraceEvent *trace_sent(const Trace *trace, const TraceEvent *event);

#endif
