/* The events of a trace: an array that only grows, read as a GArray is (g_array_index(), len).  Few
 * are kept in the heap; many move, hardly ever more than once, to trace/pages.h. */
#ifndef TCPWALTZ_TRACE_EVENTS_H
#define TCPWALTZ_TRACE_EVENTS_H

#include <glib.h>

struct TraceEvent;

typedef struct TraceEvents {
    gpointer data; /* struct TraceEvent[len] */
    guint len;
    /* private */
    guint room;  /* events that fit */
    gsize pages; /* bytes that are mapped; 0: it is from the heap */
} TraceEvents;

TraceEvents *trace_events_new(void);
void trace_events_free(TraceEvents *events);

void trace_events_grow(TraceEvents *events); /* there is no room left */

#endif
