#include "core/map.h"

#include <assert.h>
#include <stdlib.h>

#include "core/memory.h"

enum { SLOTS_MIN = 16 };

/* The finaliser of SplitMix64: every bit of the key reaches every bit of the place. */
static uint64_t mix(uint64_t key)
{
    key = (key ^ (key >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    key = (key ^ (key >> 27)) * UINT64_C(0x94d049bb133111eb);
    return key ^ (key >> 31);
}

static size_t home(const Map *map, uint64_t key)
{
    return (size_t)mix(key) & (map->slot_count - 1);
}

/* The slot that holds the key, or the empty one where it would go. */
static MapSlot *slot_of(const Map *map, uint64_t key)
{
    size_t i = home(map, key);
    while (map->slots[i].value && map->slots[i].key != key)
        i = (i + 1) & (map->slot_count - 1);
    return &map->slots[i];
}

static void grow(Map *map)
{
    Map bigger = {.slot_count = map->slot_count ? 2 * map->slot_count : SLOTS_MIN};
    bigger.slots = memory_new(bigger.slot_count, sizeof *bigger.slots);
    bigger.used = map->used;
    for (size_t i = 0; i < map->slot_count; i++)
        if (map->slots[i].value)
            *slot_of(&bigger, map->slots[i].key) = map->slots[i];
    free(map->slots);
    *map = bigger;
}

void map_clear(Map *map)
{
    free(map->slots);
    *map = (Map){0};
}

void *map_get(const Map *map, uint64_t key)
{
    return map->slot_count ? slot_of(map, key)->value : NULL;
}

void map_set(Map *map, uint64_t key, void *value)
{
    assert(value);
    if (4 * (map->used + 1) > 3 * map->slot_count)
        grow(map);
    MapSlot *slot = slot_of(map, key);
    if (!slot->value)
        map->used++;
    *slot = (MapSlot){key, value};
}

/* Closes the gap at `hole`: an entry whose home does not lie behind the hole moves into it. */
void map_remove(Map *map, uint64_t key)
{
    if (!map->slot_count)
        return;
    MapSlot *slot = slot_of(map, key);
    if (!slot->value)
        return;
    size_t mask = map->slot_count - 1;
    size_t hole = (size_t)(slot - map->slots);
    for (size_t i = (hole + 1) & mask; map->slots[i].value; i = (i + 1) & mask) {
        size_t distance_home = (i - home(map, map->slots[i].key)) & mask;
        size_t distance_hole = (i - hole) & mask;
        if (distance_home >= distance_hole) {
            map->slots[hole] = map->slots[i];
            hole = i;
        }
    }
    map->slots[hole].value = NULL;
    map->used--;
}
