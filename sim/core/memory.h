/* Memory for the engine: allocations that cannot fail, and pools of equal-sized records.
 *
 * A simulation that runs out of memory cannot go on, so these never return NULL.
 */
#ifndef TCPWALTZ_CORE_MEMORY_H
#define TCPWALTZ_CORE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/budget.h"

/* The system has not got so many bytes more.  Ends the program: by abort(), where it has no function of
 * this name that says so in its own way. */
_Noreturn void memory_exhausted(size_t bytes);

/* `count` zeroed records of `size` bytes; the caller frees with free(). */
void *memory_new(size_t count, size_t size);

/* realloc() that does not fail; new bytes are not zeroed. */
void *memory_grow(void *old, size_t count, size_t size);

/* A pool of records of one size.  Records never move; freed ones are given out again. */
typedef struct MemoryPool MemoryPool;

/* Records of so many bytes, at least those of a pointer.  What the pool takes from the system it takes
 * from the budget, too, which may be NULL. */
MemoryPool *memory_pool_new(size_t record_size, Budget *budget);
void memory_pool_free(MemoryPool *pool); /* and all its records; NULL is allowed */

void *memory_pool_take(MemoryPool *pool);              /* a zeroed record */
void *memory_pool_take_unset(MemoryPool *pool);        /* one that the caller sets whole */
void memory_pool_give(MemoryPool *pool, void *record); /* back to the pool it came from */
bool memory_pool_has_one(const MemoryPool *pool);      /* … and waits there: taking it is quick */

size_t memory_pool_in_use(const MemoryPool *pool); /* records taken and not given back */
size_t memory_pool_bytes(const MemoryPool *pool);  /* what the pool holds from the system */

#endif
