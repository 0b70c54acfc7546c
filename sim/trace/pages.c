/* Reserved with mmap(): memory is taken when it is touched for the first time.  MAP_ANONYMOUS
 * is not in POSIX; glibc and macOS have it with these: */
#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE
#include "trace/pages.h"

#include <sys/mman.h>

#include "core/large_pages.h"
#include "core/memory.h"

/* So much more is reserved than is needed: less where the system grants no more. */
enum { AHEAD_MOST = 1024, AHEAD_LEAST = 2 };

/* NULL when there is none. */
static gpointer map(gsize bytes)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS;

#ifdef MAP_NORESERVE
    flags |= MAP_NORESERVE; /* most of it is never touched */
#endif
    gpointer memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);

    if (memory == MAP_FAILED)
        return NULL;
    large_pages_wish(memory, bytes);
    return memory;
}

gpointer trace_pages_map(gsize bytes, gsize *room)
{
    for (gsize ahead = AHEAD_MOST; ahead >= AHEAD_LEAST; ahead /= 2) {
        gpointer memory = g_size_checked_mul(room, ahead, bytes) ? map(*room) : NULL;

        if (memory != NULL)
            return memory;
    }
    memory_exhausted(bytes);
}

void trace_pages_unmap(gpointer memory, gsize room)
{
    munmap(memory, room);
}
