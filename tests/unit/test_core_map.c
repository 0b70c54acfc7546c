/* The map and the table: what was put in is found, and nothing else, against arrays. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "check_main.h"
#include "core/id_map.h"
#include "core/map.h"
#include "core/memory.h"
#include "core/random.h"

/* ---- Map ---- */

enum { NODES = 3000 };

typedef struct Model {
    Map map;
    MapNode nodes[NODES];
    bool in[NODES];
} Model;

/* As a host's connections have them: a few addresses, ports one after the other at either end. */
static uint64_t key_of(size_t i)
{
    uint64_t address = 0x0a000001 + i % 3, chosen = 40000 + i / 12, agreed = 80 + i / 3 % 4;
    return i % 2 ? address << 32 | chosen << 16 | agreed : address << 32 | agreed << 16 | chosen;
}

/* The greater port counts up. */
static uint64_t in_order(uint64_t key)
{
    uint64_t ends = key >> 32 << 32, one = key & 0xffff, other = key >> 16 & 0xffff;
    return one < other ? ends | one << 16 | other : ends | other << 16 | one;
}

static void model_toggle(Model *model, size_t i)
{
    if (model->in[i])
        map_remove(&model->map, &model->nodes[i], in_order);
    else
        map_insert(&model->map, &model->nodes[i], in_order);
    model->in[i] = !model->in[i];
}

static void model_compare(const Model *model)
{
    size_t used = 0;

    for (size_t i = 0; i < NODES; i++) {
        used += model->in[i];
        if (map_get(&model->map, key_of(i), in_order) != (model->in[i] ? &model->nodes[i] : NULL))
            ck_abort_msg("node number %zu", i);
    }
    ck_assert_uint_eq(model->map.used, used);
}

START_TEST(map_holds_what_was_put_in)
{
    static Model model;
    RandomStream random;

    random_stream_init(&random, 1, "map");
    ck_assert_ptr_null(map_get(&model.map, key_of(0), in_order));
    for (size_t i = 0; i < NODES; i++)
        model.nodes[i].key = key_of(i);
    for (int step = 0; step < 50000; step++) {
        model_toggle(&model, random_stream_below(&random, NODES));
        if (step % 1000 == 0)
            model_compare(&model);
    }
    model_compare(&model);
    map_clear(&model.map);
    ck_assert_ptr_null(map_get(&model.map, key_of(0), in_order));
}
END_TEST

/* A bucket's list is whole afterwards, wherever in it the old node stood. */
START_TEST(map_replaces_in_the_same_place)
{
    enum { COUNT = 600 };
    static MapNode old[COUNT], new[COUNT];
    Map map = {0};

    for (size_t i = 0; i < COUNT; i++) {
        old[i].key = new[i].key = key_of(i);
        map_insert(&map, &old[i], in_order);
    }
    for (size_t i = 0; i < COUNT; i += 2)
        map_replace(&map, &old[i], &new[i], in_order);
    ck_assert_uint_eq(map.used, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        ck_assert_ptr_eq(map_get(&map, key_of(i), in_order), i % 2 ? &old[i] : &new[i]);
    for (size_t i = 0; i < COUNT; i++)
        map_remove(&map, i % 2 ? &old[i] : &new[i], in_order);
    ck_assert_uint_eq(map.used, 0);
    map_clear(&map);
}
END_TEST

/* Lists must be short, whichever port it is that counts up, or a million connections are slow.  With
 * two buckets a node, chance alone would leave (1 - e^-0.5) / 0.5 = 79 % of the nodes first in theirs. */
START_TEST(sequences_of_ports_are_spread)
{
    enum { COUNT = 4096 };
    static const unsigned shifts[][2] = {{0, 16}, {16, 0}};

    for (size_t way = 0; way < 2; way++) {
        Map map = {0};
        MapNode *nodes = memory_new(COUNT, sizeof *nodes);
        size_t first = 0;
        for (uint64_t i = 0; i < COUNT; i++) { /* 64 services, 64 chosen ports for each */
            nodes[i].key = UINT64_C(0x0a000002) << 32 | (40000 + i % 64) << shifts[way][0] |
                           (1024 + i / 64) << shifts[way][1];
            map_insert(&map, &nodes[i], in_order);
        }
        for (size_t i = 0; i < COUNT; i++)
            first += *map_bucket(&map, nodes[i].key, in_order) == &nodes[i];
        ck_assert_uint_ge(first, COUNT * 3 / 4);
        map_clear(&map);
        free(nodes);
    }
}
END_TEST

/* ---- IdMap ---- */

START_TEST(id_map_finds_by_number)
{
    enum { COUNT = 5000 };
    static int values[COUNT];
    IdMap map = {0};

    ck_assert_ptr_null(id_map_get(&map, 1));
    id_map_remove(&map, 1);
    for (uint32_t i = 1; i < COUNT; i++)
        id_map_set(&map, i, &values[i]);
    id_map_set(&map, 7, &values[0]); /* in its place */
    for (uint32_t i = 1; i < COUNT; i++)
        ck_assert_ptr_eq(id_map_get(&map, i), &values[i == 7 ? 0 : i]);
    ck_assert_ptr_null(id_map_get(&map, COUNT));
    ck_assert_ptr_null(id_map_get(&map, UINT32_MAX));
    for (uint32_t i = 1; i < COUNT; i += 2)
        id_map_remove(&map, i);
    for (uint32_t i = 8; i < COUNT; i++)
        ck_assert_ptr_eq(id_map_get(&map, i), i % 2 ? NULL : &values[i]);
    id_map_clear(&map);
    ck_assert_ptr_null(id_map_get(&map, 8));
}
END_TEST

/* However many numbers there have been, pages that hold nobody are given back. */
START_TEST(id_map_is_as_large_as_what_it_holds)
{
    static int value;
    IdMap map = {0};
    size_t most = 0;

    for (uint32_t id = 1; id <= 1000000; id++) {
        id_map_set(&map, id, &value);
        if (id > 100)
            id_map_remove(&map, id - 100);
        most = id_map_bytes(&map) > most ? id_map_bytes(&map) : most;
    }
    /* A hundred numbers lie in two pages at most; a million have 1,954 pages, and the list of pages grows
     * by doubling. */
    ck_assert_uint_le(most, 2 * sizeof(IdMapPage) + 2048 * sizeof(IdMapPage *));
    id_map_clear(&map);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("core_map");
    TCase *tc = tcase_create("maps");

    tcase_add_test(tc, map_holds_what_was_put_in);
    tcase_add_test(tc, map_replaces_in_the_same_place);
    tcase_add_test(tc, sequences_of_ports_are_spread);
    tcase_add_test(tc, id_map_finds_by_number);
    tcase_add_test(tc, id_map_is_as_large_as_what_it_holds);
    suite_add_tcase(s, tc);
    return s;
}
