/* Sequence number arithmetic, across the wrap at 2^32 above all. */
#include "check_main.h"
#include "core/seq.h"

START_TEST(compares_nearby_numbers)
{
    ck_assert(seq_lt(1, 2));
    ck_assert(!seq_lt(2, 2));
    ck_assert(!seq_lt(2, 1));
    ck_assert(seq_le(2, 2));
    ck_assert(!seq_le(3, 2));
    ck_assert(seq_gt(2, 1));
    ck_assert(!seq_gt(2, 2));
    ck_assert(seq_ge(2, 2));
    ck_assert(!seq_ge(1, 2));
}
END_TEST

START_TEST(compares_across_the_wrap)
{
    ck_assert(seq_lt(0xffffffff, 0));
    ck_assert(seq_lt(0xfffffff0, 0x10));
    ck_assert(seq_gt(0x10, 0xfffffff0));
    ck_assert(!seq_ge(0xffffffff, 0));
    ck_assert(seq_le(0xffffffff, 0xffffffff));
}
END_TEST

START_TEST(before_ends_half_way_round)
{
    ck_assert(seq_lt(0, 0x7fffffff));
    ck_assert(!seq_lt(0, 0x80000001));
    ck_assert(seq_lt(0x80000001, 0));
    ck_assert(seq_lt(0xc0000000, 0x3fffffff));
}
END_TEST

START_TEST(distances_have_a_sign)
{
    ck_assert_int_eq(seq_diff(5, 3), 2);
    ck_assert_int_eq(seq_diff(3, 5), -2);
    ck_assert_int_eq(seq_diff(1, 0xffffffff), 2);
    ck_assert_int_eq(seq_diff(0xffffffff, 1), -2);
    ck_assert_int_eq(seq_diff(0x80000000, 0), INT32_MIN);
}
END_TEST

START_TEST(windows_may_lie_across_the_wrap)
{
    ck_assert(seq_in(0xfffffffe, 0xfffffffe, 4));
    ck_assert(seq_in(1, 0xfffffffe, 4));
    ck_assert(!seq_in(2, 0xfffffffe, 4));
    ck_assert(!seq_in(0xfffffffd, 0xfffffffe, 4));
    ck_assert(!seq_in(7, 7, 0));
    ck_assert(seq_in(7, 7, 1));
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("core_seq");
    TCase *tc = tcase_create("order");
    tcase_add_test(tc, compares_nearby_numbers);
    tcase_add_test(tc, compares_across_the_wrap);
    tcase_add_test(tc, before_ends_half_way_round);
    tcase_add_test(tc, distances_have_a_sign);
    tcase_add_test(tc, windows_may_lie_across_the_wrap);
    suite_add_tcase(s, tc);
    return s;
}
