/* The events of a trace: an array that only grows, read as a GArray is (g_array_index(), len).
 *
 * Not a GArray, because recording a long run is mostly getting memory from the system: a page fault
 * every 4 KiB takes more time than writing the events there. */
#ifndef TCPWALTZ_TRACE_EVENTS_H
#define TCPWALTZ_TRACE_EVENTS_H

#include <glib.h>

struct TraceEvent;

typedef struct TraceEvents {
    gpointer data; /* struct TraceEvent[len] */
    guint len;
    /* private */
    gsize room;       /* bytes */
    gboolean is_heap; /* from malloc; else mapped */
} TraceEvents;

TraceEvents *trace_events_new(void);
void trace_events_free(TraceEvents *events);

/* Room for one more, its bytes undefined; valid until the next one. */
struct TraceEvent *trace_events_add(TraceEvents *events);

#endif
