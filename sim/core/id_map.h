/* A map from numbers to pointers, where the numbers were given out once, in order: 1, 2, 3, …
 * Those that are in use lie in pages; a page that holds nobody any more is freed, so the map is as
 * large as what it holds, however many numbers there have been.  Neighbours by number are neighbours
 * in memory.
 */
#ifndef TCPWALTZ_CORE_ID_MAP_H
#define TCPWALTZ_CORE_ID_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "core/budget.h"

enum { ID_MAP_PAGE_BITS = 9 };

typedef struct IdMapPage {
    uint32_t used;
    void *values[1 << ID_MAP_PAGE_BITS];
} IdMapPage;

/* Zero-initialised, it is an empty map. */
typedef struct IdMap {
    IdMapPage **pages; /* NULL where a page holds nobody */
    uint32_t page_count;
    uint32_t pages_used;
    Budget *budget; /* what the map is taken from; set by the owner, NULL: none */
} IdMap;

void id_map_clear(IdMap *map); /* frees what the map holds; the values are not its own */

/* NULL when there is none. */
static inline void *id_map_get(const IdMap *map, uint32_t id)
{
    uint32_t page = id >> ID_MAP_PAGE_BITS;

    if (page >= map->page_count || map->pages[page] == NULL)
        return NULL;
    return map->pages[page]->values[id & ((1U << ID_MAP_PAGE_BITS) - 1)];
}

void id_map_set(IdMap *map, uint32_t id, void *value); /* value is not NULL */
void id_map_remove(IdMap *map, uint32_t id);           /* nothing happens when there is none */

size_t id_map_bytes(const IdMap *map); /* what the map holds from the system */

#endif
