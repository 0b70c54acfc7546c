/* Pools: records that never move, are zeroed, and are given out again. */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "check_main.h"
#include "core/memory.h"

typedef struct Record {
    uint64_t number;
    char text[32];
    double aligned;
} Record;

static bool is_zero(const void *memory, size_t size)
{
    const unsigned char *bytes = memory;

    for (size_t i = 0; i < size; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

START_TEST(records_are_zeroed)
{
    MemoryPool *pool = memory_pool_new(sizeof(Record), NULL);
    Record *record = memory_pool_take(pool);

    ck_assert(is_zero(record, sizeof *record));
    memset(record, 0xff, sizeof *record);
    memory_pool_give(pool, record);
    record = memory_pool_take(pool);
    ck_assert(is_zero(record, sizeof *record));
    memory_pool_free(pool);
}
END_TEST

START_TEST(records_never_move_and_never_overlap)
{
    enum { COUNT = 50000 };
    MemoryPool *pool = memory_pool_new(sizeof(Record), NULL);
    Record **records = memory_new(COUNT, sizeof *records);

    for (uint64_t i = 0; i < COUNT; i++) {
        records[i] = memory_pool_take(pool);
        ck_assert_uint_eq((uintptr_t)records[i] % _Alignof(Record), 0);
        memset(records[i]->text, (int)(i % 251), sizeof records[i]->text);
        records[i]->number = i;
        records[i]->aligned = 1;
    }
    for (uint64_t i = 0; i < COUNT; i++) {
        ck_assert_uint_eq(records[i]->number, i);
        ck_assert_int_eq((unsigned char)records[i]->text[31], (int)(i % 251));
    }
    ck_assert_uint_eq(memory_pool_in_use(pool), COUNT);
    free(records);
    memory_pool_free(pool);
}
END_TEST

START_TEST(given_records_are_used_again)
{
    MemoryPool *pool = memory_pool_new(24, NULL);
    void *a = memory_pool_take(pool), *b = memory_pool_take(pool);

    ck_assert_ptr_ne(a, b);
    ck_assert_uint_eq(memory_pool_in_use(pool), 2);
    size_t bytes = memory_pool_bytes(pool);
    for (int i = 0; i < 100000; i++) {
        memory_pool_give(pool, a);
        ck_assert_uint_eq(memory_pool_in_use(pool), 1);
        a = memory_pool_take(pool);
    }
    ck_assert_uint_eq(memory_pool_bytes(pool), bytes);
    memory_pool_free(pool);
}
END_TEST

START_TEST(odd_sizes_are_aligned_for_the_free_list)
{
    MemoryPool *pool = memory_pool_new(13, NULL);
    void *a = memory_pool_take(pool), *b = memory_pool_take(pool);

    memset(a, 0xff, 13);
    ck_assert(is_zero(b, 13));
    ck_assert_uint_eq((uintptr_t)b % _Alignof(void *), 0);
    memory_pool_give(pool, a);
    memory_pool_give(pool, b);
    ck_assert_ptr_eq(memory_pool_take(pool), b);
    ck_assert_ptr_eq(memory_pool_take(pool), a);
    memory_pool_free(pool);
}
END_TEST

START_TEST(a_record_may_be_larger_than_a_chunk)
{
    enum { SIZE = 3 << 20 };
    MemoryPool *pool = memory_pool_new(SIZE, NULL);
    unsigned char *a = memory_pool_take(pool), *b = memory_pool_take(pool);

    a[SIZE - 1] = 1;
    b[SIZE - 1] = 2;
    ck_assert_int_eq(a[SIZE - 1], 1);
    ck_assert_uint_ge(memory_pool_bytes(pool), 2 * (size_t)SIZE);
    memory_pool_free(pool);
    memory_pool_free(NULL);
}
END_TEST

/* What the flood needs: a pool of small records holds little more than the records. */
START_TEST(many_records_cost_little_more_than_themselves)
{
    enum { COUNT = 1000000, SIZE = 96 };
    MemoryPool *pool = memory_pool_new(SIZE, NULL);

    for (int i = 0; i < COUNT; i++)
        memory_pool_take(pool);
    ck_assert_uint_ge(memory_pool_bytes(pool), (size_t)COUNT * SIZE);
    ck_assert_uint_lt(memory_pool_bytes(pool), (size_t)COUNT * SIZE / 50 * 51);
    memory_pool_free(pool);
}
END_TEST

START_TEST(plain_memory_is_zeroed_and_grows)
{
    uint32_t *numbers = memory_new(3, sizeof *numbers);

    ck_assert(is_zero(numbers, 3 * sizeof *numbers));
    numbers[2] = 7;
    numbers = memory_grow(numbers, 1000, sizeof *numbers);
    ck_assert_uint_eq(numbers[2], 7);
    free(numbers);
    void *nothing = memory_new(0, 8);
    ck_assert_ptr_nonnull(nothing);
    free(nothing);
}
END_TEST

START_TEST(a_size_beyond_the_address_space_aborts)
{
    memory_grow(NULL, SIZE_MAX / 4 + 2, 4); /* 4 bytes, if it were not checked */
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("core_memory");
    TCase *tc = tcase_create("pool");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, records_are_zeroed);
    tcase_add_test(tc, records_never_move_and_never_overlap);
    tcase_add_test(tc, given_records_are_used_again);
    tcase_add_test(tc, odd_sizes_are_aligned_for_the_free_list);
    tcase_add_test(tc, a_record_may_be_larger_than_a_chunk);
    tcase_add_test(tc, many_records_cost_little_more_than_themselves);
    suite_add_tcase(s, tc);

    tc = tcase_create("plain");
    tcase_add_test(tc, plain_memory_is_zeroed_and_grows);
    tcase_add_test_raise_signal(tc, a_size_beyond_the_address_space_aborts, SIGABRT);
    suite_add_tcase(s, tc);
    return s;
}
