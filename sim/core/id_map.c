#include "core/id_map.h"

#include <assert.h>
#include <stdlib.h>

#include "core/compiler.h"
#include "core/memory.h"

enum { PAGES_MIN = 8 };

void id_map_clear(IdMap *map)
{
    for (uint32_t i = 0; i < map->page_count; i++)
        free(map->pages[i]);
    free(map->pages);
    budget_give(map->budget, id_map_bytes(map));
    *map = (IdMap){.budget = map->budget};
}

static SELDOM void make_page(IdMap *map, uint32_t page)
{
    uint32_t count = map->page_count > 0 ? map->page_count : PAGES_MIN;

    while (count <= page)
        count *= 2;
    if (count > map->page_count) {
        budget_take(map->budget, (count - map->page_count) * sizeof *map->pages);
        map->pages = memory_grow(map->pages, count, sizeof *map->pages);
        for (uint32_t i = map->page_count; i < count; i++)
            map->pages[i] = NULL;
        map->page_count = count;
    }
    map->pages[page] = memory_new(1, sizeof(IdMapPage));
    map->pages_used++;
    budget_take(map->budget, sizeof(IdMapPage));
}

void id_map_set(IdMap *map, uint32_t id, void *value)
{
    uint32_t number = id >> ID_MAP_PAGE_BITS;

    assert(value != NULL);
    if (number >= map->page_count || map->pages[number] == NULL)
        make_page(map, number);
    IdMapPage *page = map->pages[number];
    void **slot = &page->values[id & ((1U << ID_MAP_PAGE_BITS) - 1)];
    page->used += *slot == NULL;
    *slot = value;
}

static SELDOM void free_page(IdMap *map, uint32_t number)
{
    free(map->pages[number]);
    map->pages[number] = NULL;
    map->pages_used--;
    budget_give(map->budget, sizeof(IdMapPage));
}

void id_map_remove(IdMap *map, uint32_t id)
{
    uint32_t number = id >> ID_MAP_PAGE_BITS;

    if (id_map_get(map, id) == NULL)
        return;
    IdMapPage *page = map->pages[number];
    page->values[id & ((1U << ID_MAP_PAGE_BITS) - 1)] = NULL;
    if (--page->used == 0)
        free_page(map, number);
}

size_t id_map_bytes(const IdMap *map)
{
    return map->page_count * sizeof *map->pages + map->pages_used * sizeof(IdMapPage);
}
