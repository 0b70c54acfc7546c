/* Twice the room whenever it is used up, first in the heap; then so much that hardly any run asks
 * again. */
#include "trace/events.h"

#include <string.h>

#include "core/compiler.h"
#include "trace/pages.h"
#include "trace/trace.h"

enum { FIRST_ROOM = 64 };

TraceEvents *trace_events_new(void)
{
    TraceEvents *events = g_new0(TraceEvents, 1);

    trace_events_grow(events);
    return events;
}

static void release(const TraceEvents *events)
{
    if (events->pages == 0)
        g_free(events->data);
    else
        trace_pages_unmap(events->data, events->pages);
}

void trace_events_free(TraceEvents *events)
{
    release(events);
    g_free(events);
}

static void move_to_pages(TraceEvents *events)
{
    gsize used = events->len * sizeof(TraceEvent), pages;
    gpointer memory = trace_pages_map(MAX(used, TRACE_PAGES_LEAST), &pages);

    memcpy(memory, events->data, used);
    release(events);
    *events = (TraceEvents){.data = memory,
                            .len = events->len,
                            .room = (guint)MIN(pages / sizeof(TraceEvent), G_MAXUINT),
                            .pages = pages};
}

SELDOM void trace_events_grow(TraceEvents *events)
{
    guint room = MAX(2 * events->room, FIRST_ROOM);

    if (events->pages != 0 || room * sizeof(TraceEvent) > TRACE_PAGES_LEAST) {
        move_to_pages(events);
        return;
    }
    events->room = room;
    events->data = g_renew(TraceEvent, events->data, room);
}
