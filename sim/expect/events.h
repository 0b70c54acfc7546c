/* The events that an expectation speaks of: taken from the lists of its host (trace/index.h), those of
 * its party alone.  Private to expect/. */
#ifndef TCPWALTZ_EXPECT_EVENTS_H
#define TCPWALTZ_EXPECT_EVENTS_H

#include <glib.h>

#include "scenario/plan.h"
#include "trace/index.h"

/* A GArray of const TraceEvent *, borrowed from the trace; free with g_array_unref(). */
typedef GArray EventList;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EventList, g_array_unref)

EventList *event_list_new(void);
void event_list_add(EventList *list, const TraceEvent *event);
const TraceEvent *event_at(const EventList *list, guint i);

/* Is the event, which is of the party, one that is meant? */
typedef gboolean EventFilter(const PlanExpect *expect, const TraceEvent *event);

/* Those in the list of the expectation's party that the filter (NULL: all) lets through. */
EventList *events_of(const PlanExpect *expect, const TraceIndex *index, TraceList list,
                     EventFilter *is_meant);

/* What the party's host did, the unlisted included. */
const TraceTally *tally_of(const PlanExpect *expect, const TraceIndex *index);

/* Does the event belong to the party?  A bare host means all its connections and its listener. */
gboolean event_is_of(const TraceEvent *event, PlanParty party);

/* The error that a TRACE_CALL or a TRACE_APP event of TRACE_APP_ERROR carries. */
TcpError event_error(const TraceEvent *event);

#endif
