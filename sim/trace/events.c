/* Events in one piece of memory.  Few are kept in the heap, where short runs give it back and take it
 * again.  Many move into address space that is reserved far ahead and backed by large pages where
 * the system has them: so they move hardly ever, and the kernel is asked once in 2 MiB. */
/* MAP_ANONYMOUS and madvise(), which POSIX does not have, in glibc and on macOS. */
#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE
#include "trace/events.h"

#include <string.h>
#include <sys/mman.h>

#include "trace/trace.h"

enum { FIRST_ROOM = 64 * sizeof(TraceEvent), HEAP_MOST = 2 * 1024 * 1024 };

/* So much more is reserved than is needed: less where the system grants no more. */
enum { AHEAD_MOST = 1024, AHEAD_LEAST = 2 };

TraceEvents *trace_events_new(void)
{
    TraceEvents *events = g_new0(TraceEvents, 1);

    events->is_heap = TRUE;
    return events;
}

static void release(const TraceEvents *events)
{
    if (events->is_heap)
        g_free(events->data);
    else
        munmap(events->data, events->room);
}

void trace_events_free(TraceEvents *events)
{
    release(events);
    g_free(events);
}

/* Memory of its own; NULL when there is none. */
static gpointer map(gsize bytes)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS;

#ifdef MAP_NORESERVE
    flags |= MAP_NORESERVE; /* most of it is never touched */
#endif
    gpointer memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);

    if (memory == MAP_FAILED)
        return NULL;
#ifdef MADV_HUGEPAGE
    (void)madvise(memory, bytes, MADV_HUGEPAGE); /* a wish: without it, it is slower */
#endif
    return memory;
}

static void move_to_map(TraceEvents *events)
{
    for (gsize ahead = AHEAD_MOST; ahead >= AHEAD_LEAST; ahead /= 2) {
        gsize room;
        gpointer memory =
            g_size_checked_mul(&room, ahead, MAX(events->room, HEAP_MOST)) ? map(room) : NULL;

        if (memory != NULL) {
            memcpy(memory, events->data, events->len * sizeof(TraceEvent));
            release(events);
            *events = (TraceEvents){.data = memory, .len = events->len, .room = room};
            return;
        }
    }
    g_error("no memory for %u events", events->len + 1); /* as g_malloc() does */
}

static void grow(TraceEvents *events)
{
    if (!events->is_heap || 2 * events->room > HEAP_MOST) {
        move_to_map(events);
        return;
    }
    events->room = MAX(2 * events->room, FIRST_ROOM);
    events->data = g_realloc(events->data, events->room);
}

TraceEvent *trace_events_add(TraceEvents *events)
{
    if ((events->len + (gsize)1) * sizeof(TraceEvent) > events->room)
        grow(events);
    return (TraceEvent *)events->data + events->len++;
}
