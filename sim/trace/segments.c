/* Blocks of segments, each twice as large as the one before; then one that hardly any run fills. */
#include "trace/segments.h"

#include "core/compiler.h"
#include "trace/pages.h"

enum { FIRST_BYTES = 4096, STEP_BYTES = 256 * 1024 };

typedef struct Block {
    struct Block *older;
    gsize bytes;
    gboolean is_mapped;
    TraceSeen segments[];
} Block;

struct TraceSegments {
    TraceSeen *next, *end; /* of the newest block: what is not in use, and taken from the budget */
    Block *newest;
    Budget *budget;
};

TraceSegments *trace_segments_new(Budget *budget)
{
    TraceSegments *segments = g_new0(TraceSegments, 1);

    segments->budget = budget;
    return segments;
}

void trace_segments_free(TraceSegments *segments)
{
    for (Block *block = segments->newest, *older; block != NULL; block = older) {
        older = block->older;
        if (block->is_mapped)
            trace_pages_unmap(block, block->bytes);
        else
            g_free(block);
    }
    g_free(segments);
}

static gsize room(const Block *block)
{
    return (block->bytes - sizeof *block) / sizeof(TraceSeen);
}

static TraceSeen *end_of(Block *block)
{
    return block->segments + room(block);
}

/* A large block is taken from the budget step by step, as it fills. */
static void take_step(TraceSegments *segments)
{
    gsize left = (gsize)(end_of(segments->newest) - segments->end);
    gsize step = MIN(left, STEP_BYTES / sizeof(TraceSeen));

    segments->end += step;
    budget_take(segments->budget, step * sizeof(TraceSeen));
}

static void add_block(TraceSegments *segments)
{
    Block *older = segments->newest, *block;
    gsize bytes = older == NULL ? FIRST_BYTES : MIN(2 * older->bytes, TRACE_PAGES_LEAST);
    gboolean is_mapped = bytes == TRACE_PAGES_LEAST;

    block = is_mapped ? trace_pages_map(bytes, &bytes) : g_malloc(bytes);
    *block = (Block){.older = older, .bytes = bytes, .is_mapped = is_mapped};
    segments->newest = block;
    segments->next = segments->end = block->segments;
}

static SELDOM void grow(TraceSegments *segments)
{
    if (segments->newest == NULL || segments->end == end_of(segments->newest))
        add_block(segments);
    take_step(segments);
}

TraceSeen *trace_segments_add(TraceSegments *segments)
{
    if (segments->next == segments->end)
        grow(segments);
    return segments->next++;
}

/* All but what is left of the newest block. */
guint64 trace_segments_count(const TraceSegments *segments)
{
    guint64 count = 0;

    for (const Block *block = segments->newest; block != NULL; block = block->older)
        count += room(block);
    if (segments->newest != NULL)
        count -= (guint64)(end_of(segments->newest) - segments->next);
    return count;
}
