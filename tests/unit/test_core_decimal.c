/* Exact decimal numbers, and text put together piece by piece. */
#include <signal.h>
#include <string.h>

#include "check_main.h"
#include "core/decimal.h"
#include "core/text.h"

static DecimalError read(const char *text, int64_t unit, int64_t *out)
{
    return decimal_read(text, strlen(text), unit, out);
}

START_TEST(scales_exactly)
{
    int64_t value;

    ck_assert_int_eq(read("12", 1, &value), DECIMAL_OK);
    ck_assert_int_eq(value, 12);
    ck_assert_int_eq(read("1.5", 1000000, &value), DECIMAL_OK);
    ck_assert_int_eq(value, 1500000);
    ck_assert_int_eq(read("0.0000001", 10000000, &value), DECIMAL_OK);
    ck_assert_int_eq(value, 1);
    ck_assert_int_eq(read("2.500", 2, &value), DECIMAL_OK);
    ck_assert_int_eq(value, 5);
    /* An eighth of eight: three decimals of a unit that is no power of ten. */
    ck_assert_int_eq(read("0.125", 8, &value), DECIMAL_OK);
    ck_assert_int_eq(value, 1);
}
END_TEST

START_TEST(refuses_what_is_not_whole)
{
    int64_t value = 42;

    ck_assert_int_eq(read("1.5", 1, &value), DECIMAL_TOO_FINE);
    ck_assert_int_eq(read("0.1", 8, &value), DECIMAL_TOO_FINE);
    ck_assert_int_eq(read("0.00000001", 10000000, &value), DECIMAL_TOO_FINE);
    ck_assert_int_eq(value, 42);
}
END_TEST

START_TEST(refuses_what_is_too_large)
{
    int64_t value;

    ck_assert_int_eq(read("9223372036854775807", 1, &value), DECIMAL_OK);
    ck_assert_int_eq(value, INT64_MAX);
    value = 42;
    ck_assert_int_eq(read("9223372036854775808", 1, &value), DECIMAL_TOO_LARGE);
    ck_assert_int_eq(read("18446744073709551616", 1, &value), DECIMAL_TOO_LARGE);
    ck_assert_int_eq(read("4611686018427387904", 2, &value), DECIMAL_TOO_LARGE);
    ck_assert_int_eq(read("922337203685477580.8", 10, &value), DECIMAL_TOO_LARGE);
    ck_assert_int_eq(value, 42);
}
END_TEST

START_TEST(refuses_what_is_no_number)
{
    static const char *const cases[] = {"", ".", "1.", ".1", "1.2.", "1..2", "-1", "1e3", " 1"};
    int64_t value;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(read(cases[i], 1000, &value) == DECIMAL_NOT_A_NUMBER, "%s", cases[i]);
}
END_TEST

START_TEST(span_ends_before_the_unit)
{
    ck_assert_uint_eq(decimal_span("1.5mbit", 7), 3);
    ck_assert_uint_eq(decimal_span("12", 2), 2);
    ck_assert_uint_eq(decimal_span("12", 1), 1);
    ck_assert_uint_eq(decimal_span("ms", 2), 0);
}
END_TEST

START_TEST(text_grows_by_pieces)
{
    char out[64];
    Text text = text_begin(out, sizeof out);

    ck_assert_str_eq(out, "");
    text_add(&text, "link ");
    text_add_bytes(&text, "abc", 2);
    text_add_number(&text, 0);
    text_add_number(&text, UINT64_MAX);
    ck_assert_str_eq(out, "link ab018446744073709551615");
    ck_assert_uint_eq(text.length, strlen(out));
}
END_TEST

START_TEST(text_fills_its_room_to_the_last_byte)
{
    char out[4];
    Text text = text_begin(out, sizeof out);

    text_add(&text, "abc");
    ck_assert_str_eq(out, "abc");
}
END_TEST

START_TEST(text_beyond_its_room_is_a_defect)
{
    char out[4];
    Text text = text_begin(out, sizeof out);

    text_add(&text, "abcd");
}
END_TEST

START_TEST(decimals_come_as_needed)
{
    char out[64];
    Text text = text_begin(out, sizeof out);

    text_add_decimal(&text, 1500, 1000, 0);
    text_add(&text, " ");
    text_add_decimal(&text, 1050, 1000, 1);
    text_add(&text, " ");
    text_add_decimal(&text, 7, 1, 2);
    text_add(&text, " ");
    text_add_decimal(&text, 3000, 1000, 0);
    ck_assert_str_eq(out, "1.5 1.05 7.00 3");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("core_decimal");
    TCase *tc = tcase_create("read");
    tcase_add_test(tc, scales_exactly);
    tcase_add_test(tc, refuses_what_is_not_whole);
    tcase_add_test(tc, refuses_what_is_too_large);
    tcase_add_test(tc, refuses_what_is_no_number);
    tcase_add_test(tc, span_ends_before_the_unit);
    suite_add_tcase(s, tc);

    tc = tcase_create("text");
    tcase_add_test(tc, text_grows_by_pieces);
    tcase_add_test(tc, text_fills_its_room_to_the_last_byte);
    tcase_add_test_raise_signal(tc, text_beyond_its_room_is_a_defect, SIGABRT);
    tcase_add_test(tc, decimals_come_as_needed);
    suite_add_tcase(s, tc);
    return s;
}
