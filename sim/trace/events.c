/* Three rooms in the heap, each much larger than the one before; then so much that hardly any run
 * asks again. */
#include "trace/events.h"

#include <string.h>

#include "core/compiler.h"
#include "trace/index.h"
#include "trace/pages.h"
#include "trace/trace.h"

/* Events that fit, before there are pages.  The last step is long: what is not touched costs nothing,
 * and a heap that has given so much at once keeps it for the next run, page by page. */
static const guint heap_rooms[] = {64, 512, TRACE_PAGES_LEAST / sizeof(TraceEvent)};

TraceEvents *trace_events_new(Budget *budget)
{
    TraceEvents *events = g_new0(TraceEvents, 1);

    events->budget = budget;
    trace_events_grow(events);
    return events;
}

/* What is kept of an event when it is read is taken together with it. */
enum { EVENT_BYTES = sizeof(TraceEvent) + TRACE_INDEX_BYTES };

static void set_room(TraceEvents *events, guint room)
{
    budget_take(events->budget, (gsize)(room - events->room) * EVENT_BYTES);
    events->room = room;
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

/* So many events are taken from the budget at once, where there are pages. */
enum { ROOM_STEP = TRACE_PAGES_LEAST / sizeof(TraceEvent) };

/* There are pages for one step more at least, which nobody has touched. */
static gboolean has_pages(const TraceEvents *events)
{
    return events->pages / sizeof(TraceEvent) >= (gsize)events->room + ROOM_STEP;
}

static void move_to_pages(TraceEvents *events)
{
    gsize used = events->len * sizeof(TraceEvent), pages;
    gpointer memory = trace_pages_map(used + TRACE_PAGES_LEAST, &pages);

    memcpy(memory, events->data, used);
    release(events);
    events->data = memory;
    events->pages = pages;
}

APART void trace_events_grow(TraceEvents *events)
{
    for (gsize i = 0; i < G_N_ELEMENTS(heap_rooms); i++) {
        if (events->room >= heap_rooms[i])
            continue;
        set_room(events, heap_rooms[i]);
        events->data = g_renew(TraceEvent, events->data, events->room);
        return;
    }
    if (!has_pages(events))
        move_to_pages(events);
    set_room(events, events->room + ROOM_STEP);
}
