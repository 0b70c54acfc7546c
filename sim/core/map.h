/* A map from 64-bit keys to the records that hold them: each record has a MapNode inside, and those
 * whose keys fall into one bucket are a list.  The map allocates nothing but its buckets.  The order
 * of its entries is never visible, so it cannot disturb a run.
 */
#ifndef TCPWALTZ_CORE_MAP_H
#define TCPWALTZ_CORE_MAP_H

#include <stddef.h>
#include <stdint.h>

typedef struct MapNode {
    uint64_t key; /* set by the owner, and not changed while it is in the map */
    struct MapNode *next;
} MapNode;

/* Zero-initialised, it is an empty map. */
typedef struct Map {
    MapNode **buckets;
    size_t bucket_count; /* 0 or a power of two, at least twice as many as are used */
    size_t used;
    unsigned shift; /* of the hash, to leave the number of a block of eight buckets */
} Map;

void map_clear(Map *map); /* forgets its nodes, which are not its own, and frees the buckets */

/* The key's bucket; the map has buckets.  A key ends in two ports.  The greater one is chosen for each
 * connection, one after the other, so eight keys that follow each other in it share a cache line; the
 * blocks of eight are spread by Fibonacci hashing (Knuth, TAOCP 6.4), which keeps sequences apart. */
static inline MapNode **map_bucket(const Map *map, uint64_t key)
{
    unsigned place = (uint16_t)key < (uint16_t)(key >> 16) ? 16 : 0;
    uint64_t near = key >> place & 7;
    uint64_t block = (key ^ near << place) * UINT64_C(0x9e3779b97f4a7c15) >> map->shift;
    return &map->buckets[block << 3 | near];
}

/* NULL when there is none. */
static inline MapNode *map_get(const Map *map, uint64_t key)
{
    if (map->bucket_count == 0)
        return NULL;
    MapNode *node = *map_bucket(map, key);
    while (node != NULL && node->key != key)
        node = node->next;
    return node;
}

void map_insert(Map *map, MapNode *node);                /* no node with its key is in the map */
void map_remove(Map *map, MapNode *node);                /* it is in the map */
void map_replace(Map *map, MapNode *old, MapNode *node); /* old is in the map; both have its key */

#endif
