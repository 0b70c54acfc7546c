/* An index of a trace for expectations: what they ask for, sorted by host, in the order in which
 * it happened.  Built once, in one pass. */
#ifndef TCPWALTZ_EXPECT_INDEX_H
#define TCPWALTZ_EXPECT_INDEX_H

#include <glib.h>

#include "scenario/plan.h"
#include "trace/trace.h"

/* A GArray of const TraceEvent *, borrowed from the trace; free with g_array_unref(). */
typedef GArray EventList;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EventList, g_array_unref)

EventList *event_list_new(void);
void event_list_add(EventList *list, const TraceEvent *event);
const TraceEvent *event_at(const EventList *list, guint i);

typedef struct HostIndex {
    EventList *sends;    /* what the host itself sent: not what was forged in its name */
    EventList *states;   /* transitions of its connections and of its listener */
    EventList *errors;   /* errors its application was told, and errors its calls returned */
    EventList *accepted; /* connections handed to its application */
    EventList *reads;    /* bytes handed to its application */
    guint32 newest;      /* its newest connection; 0 when it never had one */
    TraceTally tally;    /* what it did, the unlisted included */
} HostIndex;

typedef struct TraceIndex {
    GArray *hosts;         /* HostIndex, by the number of the host */
    EventList *bad_calls;  /* every call that returned an error */
    const TraceEvent *end; /* NULL when the trace does not say how the run ended */
} TraceIndex;

/* At least `hosts` hosts: a plan's host that did nothing has empty lists. */
TraceIndex *trace_index_new(const Trace *trace, guint hosts);
void trace_index_free(TraceIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TraceIndex, trace_index_free)

const HostIndex *trace_index_host(const TraceIndex *index, guint host);

/* Does the event belong to the party?  A bare host means all its connections and its listener. */
gboolean event_is_of(const TraceEvent *event, PlanParty party);

/* The error that a TRACE_CALL or a TRACE_APP event of TRACE_APP_ERROR carries. */
TcpError event_error(const TraceEvent *event);

#endif
