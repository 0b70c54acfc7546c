/* A map from 64-bit keys to the records that hold them: each record has a MapNode inside, and those
 * whose keys fall into one bucket are a list.  The map allocates nothing but its buckets.  The order
 * of its entries is never visible, so it cannot disturb a run.
 *
 * What a key is made of only its owner knows.  He says which keys come one after the other: his MapOrder
 * turns a key so that those differ in its last three bits alone, and such neighbours share a cache line.
 * All that is left is spread by the map.  He passes it with every call, always the same one for a map,
 * so that the compiler can put it in its place.
 */
#ifndef TCPWALTZ_CORE_MAP_H
#define TCPWALTZ_CORE_MAP_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "core/budget.h"
#include "core/compiler.h"

typedef struct MapNode {
    uint64_t key; /* set by the owner, and not changed while it is in the map */
    struct MapNode *next;
} MapNode;

/* A number for the key.  Two keys may have the same one; many should not. */
typedef uint64_t MapOrder(uint64_t key);

/* For keys that count up as they are. */
static inline uint64_t map_as_it_is(uint64_t key)
{
    return key;
}

/* Zero-initialised, it is an empty map. */
typedef struct Map {
    MapNode **buckets;
    size_t
        bucket_count; /* 0 or a power of two, at least twice as many as are used while the budget lasts */
    size_t used;
    unsigned shift; /* of the hash, to leave the number of a block of eight buckets */
    Budget *budget; /* what the buckets are taken from; set by the owner, NULL: none */
} Map;

void map_clear(Map *map); /* forgets its nodes, which are not its own, and frees the buckets */

/* The key's bucket; the map has buckets.  Eight keys in order are a block; blocks are spread by Fibonacci
 * hashing (Knuth, TAOCP 6.4), which keeps sequences apart. */
static WITHIN MapNode **map_bucket(const Map *map, uint64_t key, MapOrder *order)
{
    uint64_t place = order(key), near = place & 7;
    uint64_t block = (place ^ near) * UINT64_C(0x9e3779b97f4a7c15) >> map->shift;

    return &map->buckets[block << 3 | near];
}

/* NULL when there is none. */
static WITHIN MapNode *map_get(const Map *map, uint64_t key, MapOrder *order)
{
    if (map->bucket_count == 0)
        return NULL;
    MapNode *node = *map_bucket(map, key, order);
    while (node != NULL && node->key != key)
        node = node->next;
    return node;
}

SELDOM void map_grow(Map *map,
                     MapOrder *order); /* makes room for one more, and for many after it */

/* Into the first place of its bucket. */
static inline void map_push(Map *map, MapNode *node, MapOrder *order)
{
    MapNode **bucket = map_bucket(map, node->key, order);

    node->next = *bucket;
    *bucket = node;
}

/* No node with its key is in the map. */
static inline void map_insert(Map *map, MapNode *node, MapOrder *order)
{
    if (2 * map->used >= map->bucket_count)
        map_grow(map, order);
    map_push(map, node, order);
    map->used++;
}

/* What points to the node, which is in the map. */
static WITHIN MapNode **map_link_to(const Map *map, const MapNode *node, MapOrder *order)
{
    MapNode **link = map_bucket(map, node->key, order);

    while (*link != node) {
        assert(*link != NULL);
        link = &(*link)->next;
    }
    return link;
}

/* It is in the map. */
static inline void map_remove(Map *map, MapNode *node, MapOrder *order)
{
    *map_link_to(map, node, order) = node->next;
    map->used--;
}

/* `old` is in the map; both have its key. */
static inline void map_replace(Map *map, MapNode *old, MapNode *node, MapOrder *order)
{
    assert(node->key == old->key);
    *map_link_to(map, old, order) = node;
    node->next = old->next;
}

#endif
