/* A map from 64-bit keys to pointers: open addressing, linear probing, deletion without
 * tombstones.  The order of its entries is never visible, so it cannot disturb a run.
 */
#ifndef TCPWALTZ_CORE_MAP_H
#define TCPWALTZ_CORE_MAP_H

#include <stddef.h>
#include <stdint.h>

typedef struct MapSlot {
    uint64_t key;
    void *value; /* NULL: the slot is empty */
} MapSlot;

/* Zero-initialised, it is an empty map. */
typedef struct Map {
    MapSlot *slots;
    size_t slot_count; /* 0 or a power of two */
    size_t used;
} Map;

void map_clear(Map *map); /* frees what the map holds; the values are not its own */

void *map_get(const Map *map, uint64_t key); /* NULL when there is none */

/* Sets the value of a key; value is not NULL. */
void map_set(Map *map, uint64_t key, void *value);

void map_remove(Map *map, uint64_t key); /* nothing happens when there is none */

#endif
