#include "core/map.h"

#include <stdlib.h>

#include "core/memory.h"

enum { BLOCKS_MIN_LOG2 = 1, BUCKETS_MIN = 8 << BLOCKS_MIN_LOG2 };

void map_clear(Map *map)
{
    budget_give(map->budget, map->bucket_count * sizeof *map->buckets);
    free(map->buckets);
    *map = (Map){.budget = map->budget};
}

void map_grow(Map *map, MapOrder *order)
{
    Map bigger = {.bucket_count = BUCKETS_MIN,
                  .used = map->used,
                  .shift = 64 - BLOCKS_MIN_LOG2,
                  .budget = map->budget};

    if (map->bucket_count > 0) {
        bigger.bucket_count = 2 * map->bucket_count;
        bigger.shift = map->shift - 1;
        /* The run ends soon: a map that is too full is slower, no more. */
        if (budget_is_spent(map->budget))
            return;
    }
    budget_take(map->budget, bigger.bucket_count * sizeof *bigger.buckets);
    bigger.buckets = memory_new(bigger.bucket_count, sizeof *bigger.buckets);
    for (size_t i = 0; i < map->bucket_count; i++)
        for (MapNode *node = map->buckets[i], *next; node != NULL; node = next) {
            next = node->next;
            map_push(&bigger, node, order);
        }
    budget_give(map->budget, map->bucket_count * sizeof *map->buckets);
    free(map->buckets);
    *map = bigger;
}
