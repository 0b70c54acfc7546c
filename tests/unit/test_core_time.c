/* Times read and written exactly. */
#include <string.h>

#include "check_main.h"
#include "core/time.h"

typedef struct TimeText {
    SimTime time;
    const char *text;
} TimeText;

static void assert_formats(SimTime time, const char *expected)
{
    char out[SIM_TIME_TEXT_MAX];
    size_t length = sim_time_format(time, out);

    ck_assert_str_eq(out, expected);
    ck_assert_uint_eq(length, strlen(expected));
}

START_TEST(formats_as_a_person_would)
{
    static const TimeText cases[] = {
        {0, "0 s"},
        {3 * SIM_SECOND, "3 s"},
        {1500 * SIM_MILLISECOND, "1.5 s"},
        {220 * SIM_MILLISECOND, "220 ms"},
        {250 * SIM_MICROSECOND, "250 us"},
        {189 * SIM_SECOND, "189 s"},
        {5800 * SIM_MILLISECOND, "5.8 s"},
        {75 * SIM_SECOND, "75 s"},
        {24 * SIM_HOUR, "86400 s"},
        {10050 * SIM_MICROSECOND, "10.05 ms"},
        {1, "1 ns"},
        {999, "999 ns"},
        {1000, "1 us"},
        {1001, "1.001 us"},
        {SIM_SECOND - 1, "999.999999 ms"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_formats(cases[i].time, cases[i].text);
}
END_TEST

START_TEST(format_never_rounds)
{
    assert_formats(1020400 * SIM_MICROSECOND, "1.0204 s");
    assert_formats(20030400, "20.0304 ms");
    assert_formats(1234567891, "1.234567891 s");
    assert_formats(1020 * SIM_MILLISECOND, "1.02 s");
    assert_formats(1001 * SIM_MILLISECOND, "1.001 s");
}
END_TEST

START_TEST(formats_the_ends_of_the_range)
{
    assert_formats(SIM_NEVER, "never");
    assert_formats(SIM_NEVER - 1, "9223372036.854775806 s");
    assert_formats(-1500 * SIM_MILLISECOND, "-1.5 s");
    assert_formats(INT64_MIN, "-9223372036.854775808 s");
}
END_TEST

static void assert_seconds(SimTime time, int decimals_min, const char *expected)
{
    char out[SIM_TIME_TEXT_MAX];
    size_t length = sim_time_format_seconds(time, decimals_min, out);

    ck_assert_str_eq(out, expected);
    ck_assert_uint_eq(length, strlen(expected));
}

START_TEST(formats_seconds_with_as_many_decimals_as_needed)
{
    assert_seconds(3020 * SIM_MILLISECOND, 4, "3.0200");
    assert_seconds(1, 4, "0.000000001");
    assert_seconds(0, 4, "0.0000");
    assert_seconds(3 * SIM_SECOND, 0, "3");
    assert_seconds(3 * SIM_SECOND, 9, "3.000000000");
    assert_seconds(20030400, 4, "0.0200304");
    assert_seconds(1500 * SIM_MILLISECOND, 0, "1.5");
    assert_seconds(INT64_MAX, 0, "9223372036.854775807");
    assert_seconds(INT64_MIN, 9, "-9223372036.854775808");
}
END_TEST

static SimTimeError parse(const char *text, SimTime *out)
{
    return sim_time_parse(text, strlen(text), out);
}

START_TEST(reads_every_unit)
{
    static const TimeText cases[] = {
        {0, "0"},
        {0, "0s"},
        {5, "5ns"},
        {250000, "250us"},
        {10000000, "10ms"},
        {5000000000, "5s"},
        {120000000000, "2min"},
        {7200000000000, "2h"},
        {1500000000, "1.5s"},
        {1500, "1.5us"},
        {3020000000, "3.02s"},
        {1000000001, "1.000000001s"},
        {1000000000, "1.000000000000s"},
        {90000000000, "1.5min"},
        {3600000000360, "1.0000000001h"},
        {1000000, "001ms"},
        {INT64_MAX, "9223372036854775807ns"},
        {INT64_MAX, "9223372036.854775807s"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        SimTime time = -1;
        ck_assert_msg(parse(cases[i].text, &time) == SIM_TIME_OK, "%s", cases[i].text);
        ck_assert_msg(time == cases[i].time, "%s", cases[i].text);
    }
}
END_TEST

START_TEST(says_what_is_wrong)
{
    static const struct {
        const char *text;
        SimTimeError error;
    } cases[] = {
        {"", SIM_TIME_NOT_A_NUMBER},
        {"s", SIM_TIME_NOT_A_NUMBER},
        {".5s", SIM_TIME_NOT_A_NUMBER},
        {"5.s", SIM_TIME_NOT_A_NUMBER},
        {"1.2.3s", SIM_TIME_NOT_A_NUMBER},
        {"+5s", SIM_TIME_NOT_A_NUMBER},
        {"-", SIM_TIME_NOT_A_NUMBER},
        {"-s", SIM_TIME_NOT_A_NUMBER},
        {"soon", SIM_TIME_NOT_A_NUMBER},
        {"-1s", SIM_TIME_NEGATIVE},
        {"-0.5ms", SIM_TIME_NEGATIVE},
        {"5", SIM_TIME_NO_UNIT},
        {"1.5", SIM_TIME_NO_UNIT},
        {"00", SIM_TIME_NO_UNIT},
        {"99999999999999999999", SIM_TIME_NO_UNIT},
        {"5S", SIM_TIME_UNKNOWN_UNIT},
        {"5sec", SIM_TIME_UNKNOWN_UNIT},
        {"5 s", SIM_TIME_UNKNOWN_UNIT},
        {"1e3s", SIM_TIME_UNKNOWN_UNIT},
        {"5m", SIM_TIME_UNKNOWN_UNIT},
        {"1.5ns", SIM_TIME_TOO_FINE},
        {"1.0000000001s", SIM_TIME_TOO_FINE},
        {"0.0001us", SIM_TIME_TOO_FINE},
        {"9223372036854775808ns", SIM_TIME_TOO_LARGE},
        {"9223372036.854775808s", SIM_TIME_TOO_LARGE},
        {"9223372037s", SIM_TIME_TOO_LARGE},
        {"2562048h", SIM_TIME_TOO_LARGE},
        {"99999999999999999999s", SIM_TIME_TOO_LARGE},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        SimTime time = 42;
        SimTimeError error = parse(cases[i].text, &time);
        ck_assert_msg(error == cases[i].error, "\"%s\" gives %d", cases[i].text, (int)error);
        ck_assert_int_eq(time, 42);
    }
}
END_TEST

START_TEST(reads_no_further_than_it_may)
{
    SimTime time;

    ck_assert_int_eq(sim_time_parse("10msx", 4, &time), SIM_TIME_OK);
    ck_assert_int_eq(time, 10 * SIM_MILLISECOND);
    ck_assert_int_eq(sim_time_parse("10ms\0", 5, &time), SIM_TIME_UNKNOWN_UNIT);
}
END_TEST

START_TEST(adding_stops_at_never)
{
    ck_assert_int_eq(sim_time_add(1, 2), 3);
    ck_assert_int_eq(sim_time_add(SIM_NEVER - 5, 5), SIM_NEVER);
    ck_assert_int_eq(sim_time_add(SIM_NEVER - 5, 6), SIM_NEVER);
    ck_assert_int_eq(sim_time_add(SIM_NEVER, SIM_NEVER), SIM_NEVER);
}
END_TEST

START_TEST(multiplying_stops_at_never)
{
    ck_assert_int_eq(sim_time_times(3, 4), 12);
    ck_assert_int_eq(sim_time_times(SIM_NEVER / 2, 2), SIM_NEVER - 1);
    ck_assert_int_eq(sim_time_times(SIM_NEVER / 2 + 1, 2), SIM_NEVER);
    ck_assert_int_eq(sim_time_times(SIM_NEVER, 0), 0);
}
END_TEST

START_TEST(rounds_to_the_nearest_and_stops_at_never)
{
    ck_assert_int_eq(sim_time_nearest(14, 10), 10);
    ck_assert_int_eq(sim_time_nearest(15, 10), 20);
    ck_assert_int_eq(sim_time_nearest(7, 5), 5);
    ck_assert_int_eq(sim_time_nearest(8, 5), 10);
    ck_assert_int_eq(sim_time_nearest(7, 1), 7);
    ck_assert_int_eq(sim_time_nearest(SIM_NEVER, 10), SIM_NEVER); /* …807 */
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("core_time");
    TCase *tc = tcase_create("format");
    tcase_add_test(tc, formats_as_a_person_would);
    tcase_add_test(tc, format_never_rounds);
    tcase_add_test(tc, formats_the_ends_of_the_range);
    tcase_add_test(tc, formats_seconds_with_as_many_decimals_as_needed);
    suite_add_tcase(s, tc);

    tc = tcase_create("parse");
    tcase_add_test(tc, reads_every_unit);
    tcase_add_test(tc, says_what_is_wrong);
    tcase_add_test(tc, reads_no_further_than_it_may);
    suite_add_tcase(s, tc);

    tc = tcase_create("arithmetic");
    tcase_add_test(tc, adding_stops_at_never);
    tcase_add_test(tc, multiplying_stops_at_never);
    tcase_add_test(tc, rounds_to_the_nearest_and_stops_at_never);
    suite_add_tcase(s, tc);
    return s;
}
