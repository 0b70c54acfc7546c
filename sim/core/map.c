#include "core/map.h"

#include <assert.h>
#include <stdlib.h>

#include "core/memory.h"

enum { BUCKETS_MIN = 16 };

void map_clear(Map *map)
{
    free(map->buckets);
    *map = (Map){0};
}

static void push(Map *map, MapNode *node)
{
    MapNode **bucket = map_bucket(map, node->key);

    node->next = *bucket;
    *bucket = node;
}

static void grow(Map *map)
{
    Map bigger = {.bucket_count = map->bucket_count ? 2 * map->bucket_count : BUCKETS_MIN,
                  .used = map->used};

    bigger.buckets = memory_new(bigger.bucket_count, sizeof *bigger.buckets);
    for (size_t i = 0; i < map->bucket_count; i++)
        for (MapNode *node = map->buckets[i], *next; node != NULL; node = next) {
            next = node->next;
            push(&bigger, node);
        }
    free(map->buckets);
    *map = bigger;
}

void map_insert(Map *map, MapNode *node)
{
    if (map->used == map->bucket_count)
        grow(map);
    push(map, node);
    map->used++;
}

void map_remove(Map *map, MapNode *node)
{
    MapNode **link = map_bucket(map, node->key);

    while (*link != node) {
        assert(*link != NULL);
        link = &(*link)->next;
    }
    *link = node->next;
    map->used--;
}
