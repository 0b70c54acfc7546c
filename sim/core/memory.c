/* Memory for the engine: allocations that cannot fail, and pools of records.
 *
 * A pool takes chunks from the system, each twice as large as the one before up to a bound, and
 * cuts records from the last one; records given back wait in a list for the next taker.  Chunks
 * are never returned before the pool is, so a record never moves.
 */
#include "core/memory.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/compiler.h"
#include "core/large_pages.h"

/* A record that was given back is out of bounds, as freed memory is. */
#ifdef ADDRESS_SANITIZED
#include <sanitizer/asan_interface.h>
#define POISON(memory, size) ASAN_POISON_MEMORY_REGION(memory, size)
#define UNPOISON(memory, size) ASAN_UNPOISON_MEMORY_REGION(memory, size)
#else
#define POISON(memory, size) ((void)(memory), (void)(size))
#define UNPOISON(memory, size) ((void)(memory), (void)(size))
#endif

enum {
    POOL_CHUNK_BYTES_FIRST = 4096,
    POOL_CHUNK_BYTES_MAX = LARGE_PAGE,
};

typedef struct PoolChunk {
    struct PoolChunk *next;
    size_t bytes; /* all of it */
    alignas(max_align_t) unsigned char records[];
} PoolChunk;

typedef struct PoolFree {
    struct PoolFree *next;
} PoolFree;

struct MemoryPool {
    size_t record_size;
    size_t in_use, bytes;
    Budget *budget;
    PoolFree *free_list;
    PoolChunk *chunks;                /* the last one first */
    unsigned char *fresh, *fresh_end; /* of the last chunk: not yet given out */
};

REPLACEABLE _Noreturn void memory_exhausted(size_t bytes)
{
    (void)bytes;
    abort();
}

void *memory_new(size_t count, size_t size)
{
    /* calloc(0) may answer NULL: no records are one that nobody uses. */
    void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

    if (memory == NULL)
        memory_exhausted(count * size);
    large_pages_wish(memory, count * size);
    return memory;
}

void *memory_grow(void *old, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        memory_exhausted(SIZE_MAX);
    void *memory = realloc(old, count * size > 0 ? count * size : 1);
    if (memory == NULL)
        memory_exhausted(count * size);
    large_pages_wish(memory, count * size);
    return memory;
}

MemoryPool *memory_pool_new(size_t record_size, Budget *budget)
{
    MemoryPool *pool = memory_new(1, sizeof *pool);
    size_t alignment = alignof(PoolFree);

    /* A record's size is a multiple of its own alignment, so records side by side from a
     * well-aligned start are aligned.  Only the free list's pointer may need more. */
    assert(record_size >= sizeof(PoolFree));
    pool->record_size = (record_size + alignment - 1) / alignment * alignment;
    pool->bytes = sizeof *pool;
    pool->budget = budget;
    budget_take(budget, pool->bytes);
    return pool;
}

/* The largest chunks are large pages. */
static PoolChunk *chunk_new(size_t bytes)
{
    PoolChunk *chunk = bytes == LARGE_PAGE ? large_page_new() : malloc(bytes);

    if (chunk == NULL)
        memory_exhausted(bytes);
    chunk->bytes = bytes;
    return chunk;
}

static void chunk_free(PoolChunk *chunk)
{
    if (chunk->bytes == LARGE_PAGE)
        large_page_free(chunk);
    else
        free(chunk);
}

void memory_pool_free(MemoryPool *pool)
{
    if (pool == NULL)
        return;
    for (PoolChunk *chunk = pool->chunks, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        chunk_free(chunk);
    }
    budget_give(pool->budget, pool->bytes);
    free(pool);
}

/* As large as the pool is already, header included, for one record at least. */
static size_t next_chunk_bytes(const MemoryPool *pool)
{
    size_t bytes = pool->bytes < POOL_CHUNK_BYTES_FIRST ? POOL_CHUNK_BYTES_FIRST : pool->bytes;
    size_t least = sizeof(PoolChunk) + pool->record_size;

    if (bytes > POOL_CHUNK_BYTES_MAX)
        bytes = POOL_CHUNK_BYTES_MAX;
    return bytes > least ? bytes : least;
}

static void add_chunk(MemoryPool *pool)
{
    size_t bytes = next_chunk_bytes(pool);
    size_t records_bytes = (bytes - sizeof(PoolChunk)) / pool->record_size * pool->record_size;
    PoolChunk *chunk = chunk_new(bytes);

    chunk->next = pool->chunks;
    pool->chunks = chunk;
    pool->fresh = chunk->records;
    pool->fresh_end = chunk->records + records_bytes;
    pool->bytes += bytes;
    budget_take(pool->budget, bytes);
    POISON(chunk->records, records_bytes);
}

static SELDOM void *cut_fresh(MemoryPool *pool)
{
    if (pool->fresh == pool->fresh_end)
        add_chunk(pool);
    void *record = pool->fresh;
    pool->fresh += pool->record_size;
    UNPOISON(record, pool->record_size);
    return record;
}

static void *reuse(MemoryPool *pool)
{
    PoolFree *record = pool->free_list;

    UNPOISON(record, pool->record_size);
    pool->free_list = record->next;
    return record;
}

void *memory_pool_take_unset(MemoryPool *pool)
{
    pool->in_use++;
    return pool->free_list != NULL ? reuse(pool) : cut_fresh(pool);
}

void *memory_pool_take(MemoryPool *pool)
{
    return memset(memory_pool_take_unset(pool), 0, pool->record_size);
}

void memory_pool_give(MemoryPool *pool, void *record)
{
    PoolFree *freed = record;

    pool->in_use--;
    assert(pool->in_use <= SIZE_MAX / 2); /* it was one of those */
    freed->next = pool->free_list;
    pool->free_list = freed;
    POISON(record, pool->record_size);
}

bool memory_pool_has_one(const MemoryPool *pool)
{
    return pool->free_list != NULL;
}

size_t memory_pool_in_use(const MemoryPool *pool)
{
    return pool->in_use;
}

size_t memory_pool_bytes(const MemoryPool *pool)
{
    return pool->bytes;
}
