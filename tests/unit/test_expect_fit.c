/* Schedules held against waits that were seen. */
#include "check_main.h"

#include "expect/fit.h"

/* "0 1000 3000": milliseconds. */
static GArray *times(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    GArray *out = g_array_new(FALSE, FALSE, sizeof(SimTime));

    for (char **word = words; *word != NULL; word++) {
        SimTime t = g_ascii_strtoll(*word, NULL, 10) * SIM_MILLISECOND;
        g_array_append_val(out, t);
    }
    return out;
}

static Fit fit(const char *seen, gint64 until_ms, const char *stack, gboolean is_wheel)
{
    g_autoptr(GArray) is = times(seen), does = times(stack);
    FitSeen what = {is, until_ms * SIM_MILLISECOND};
    FitSchedule schedule = {.times = does, .is_wheel = is_wheel, .slack = 10 * SIM_MILLISECOND};

    return fit_schedule(&what, &schedule);
}

START_TEST(explained)
{
    Fit whole = fit("500 1500 3500 7500", 7500, "0 1000 3000 7000", FALSE);

    ck_assert_int_eq(whole.end, FIT_WHOLE);
    ck_assert_uint_eq(whole.explained, 3);
    ck_assert_int_eq(whole.late_most, 0);
}
END_TEST

START_TEST(a_capture_may_end_early)
{
    ck_assert_int_eq(fit("0 1000 3000", 3000, "0 1000 3000 7000", FALSE).end, FIT_WHOLE);
    ck_assert_int_eq(fit("0 1000 3000", 7010, "0 1000 3000 7000", FALSE).end, FIT_WHOLE);
}
END_TEST

START_TEST(but_not_late)
{
    Fit stops = fit("0 1000 3000", 7011, "0 1000 3000 7000", FALSE);

    ck_assert_int_eq(stops.end, FIT_STOPS);
    ck_assert_uint_eq(stops.explained, 2);
    ck_assert_int_eq(stops.expected, 4 * SIM_SECOND);
}
END_TEST

START_TEST(another_wait)
{
    Fit other = fit("0 1000 2000", 2000, "0 1000 3000 7000", FALSE);

    ck_assert_int_eq(other.end, FIT_OTHER_WAIT);
    ck_assert_uint_eq(other.explained, 1);
    ck_assert_int_eq(other.expected, 2 * SIM_SECOND);
    ck_assert_int_eq(other.seen, SIM_SECOND);
}
END_TEST

START_TEST(given_up_before)
{
    Fit gives_up = fit("0 1000 3000 7000", 7000, "0 1000 3000", FALSE);

    ck_assert_int_eq(gives_up.end, FIT_GIVES_UP);
    ck_assert_uint_eq(gives_up.explained, 2);
}
END_TEST

START_TEST(only_a_wheel_may_be_late)
{
    ck_assert_int_eq(fit("0 1030", 1030, "0 1000", FALSE).end, FIT_OTHER_WAIT);
    ck_assert_int_eq(fit("0 1030", 1030, "0 1000", TRUE).end, FIT_WHOLE);
    ck_assert_int_eq(fit("0 1030", 1030, "0 1000", TRUE).late_most, 30 * SIM_MILLISECOND);
    ck_assert_int_eq(fit("0 1043", 1043, "0 1000", TRUE).end, FIT_OTHER_WAIT);
    ck_assert_int_eq(fit("0 989", 989, "0 1000", TRUE).end, FIT_OTHER_WAIT);
}
END_TEST

START_TEST(the_order_of_fits)
{
    Fit best = fit("0 1000 3000", 3000, "0 1000 3000 7000", FALSE);
    Fit stops = fit("0 1000 3000", 9000, "0 1000 3000 7000", FALSE);
    Fit part = fit("0 1000 3000", 3000, "0 1000 2000", FALSE);
    Fit worse = fit("0 1000 3000", 3000, "0 1000 9000", FALSE);
    Fit none = fit("0 1000 3000", 3000, "0 3000 9000", FALSE);

    ck_assert_int_lt(fit_compare(&best, &stops), 0);
    ck_assert_int_lt(fit_compare(&stops, &part), 0);
    ck_assert_int_lt(fit_compare(&part, &none), 0);
    ck_assert_int_lt(fit_compare(&worse, &part), 0); /* 7/9 of a wait too few; as much too long */
    ck_assert_int_gt(fit_compare(&none, &best), 0);
    ck_assert_int_eq(fit_compare(&best, &best), 0);
}
END_TEST

START_TEST(schedules_in_words)
{
    static const struct {
        const char *times, *words;
    } rows[] = {
        {"0", "no repetition"},
        {"0 3000 9000 21000", "a first wait of 3 s, then doubling"},
        {"0 3000", "a first wait of 3 s"},
        {"0 3000 6000 9000", "every wait 3 s"},
        {"0 1000 2000 3000 4000 5000 7000 11000", "5 equal waits of 1 s, then doubling"},
        {"0 1000 3000 7000 11000 15000", "a first wait of 1 s, then doubling"},
        {"0 5800 29800", "waits of 5.8, 24 s"},
        {"0 1 3000", "waits of 0, 3 s"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GArray) does = times(rows[i].times);
        g_autofree char *words = fit_describe(does);

        ck_assert_str_eq(words, rows[i].words);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("fit");
    TCase *tc = tcase_create("fit");

    tcase_add_test(tc, explained);
    tcase_add_test(tc, a_capture_may_end_early);
    tcase_add_test(tc, but_not_late);
    tcase_add_test(tc, another_wait);
    tcase_add_test(tc, given_up_before);
    tcase_add_test(tc, only_a_wheel_may_be_late);
    tcase_add_test(tc, the_order_of_fits);
    tcase_add_test(tc, schedules_in_words);
    suite_add_tcase(s, tc);
    return s;
}
