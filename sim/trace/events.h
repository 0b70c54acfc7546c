/* The events of a trace: an array that only grows, read as a GArray is (g_array_index(), len).  Few
 * are kept in the heap; many move, hardly ever more than once, to trace/pages.h. */
#ifndef TCPWALTZ_TRACE_EVENTS_H
#define TCPWALTZ_TRACE_EVENTS_H

#include <glib.h>

#include "core/budget.h"

struct TraceEvent;

typedef struct TraceEvents {
    gpointer data; /* struct TraceEvent[len] */
    guint len;
    /* private */
    guint room;  /* events that fit into what is taken from the budget */
    gsize pages; /* bytes that are mapped; 0: it is from the heap */
    Budget *budget;
} TraceEvents;

TraceEvents *trace_events_new(Budget *budget); /* which may be NULL */
void trace_events_free(TraceEvents *events);

void trace_events_grow(TraceEvents *events); /* there is no room left */

#endif
