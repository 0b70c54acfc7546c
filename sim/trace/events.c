/* Three rooms in the heap, each much larger than the one before; then so much that hardly any run
 * asks again. */
#include "trace/events.h"

#include <string.h>

#include "core/compiler.h"
#include "trace/pages.h"
#include "trace/trace.h"

/* Events that fit, before there are pages.  The last step is long: what is not touched costs nothing,
 * and a heap that has given so much at once keeps it for the next run, page by page. */
static const guint heap_rooms[] = {64, 512, TRACE_PAGES_LEAST / sizeof(TraceEvent)};

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

APART void trace_events_grow(TraceEvents *events)
{
    for (gsize i = 0; i < G_N_ELEMENTS(heap_rooms); i++) {
        if (events->room >= heap_rooms[i])
            continue;
        events->room = heap_rooms[i];
        events->data = g_renew(TraceEvent, events->data, events->room);
        return;
    }
    move_to_pages(events);
}
