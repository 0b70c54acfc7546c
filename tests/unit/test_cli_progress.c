/* The line that says how far a long run is. */
#include "check_main.h"

#include "cli/progress.h"

START_TEST(how_far_how_fast_what_is_left)
{
    static const struct {
        guint64 done, of;
        double seconds;
        const char *line;
    } rows[] = {
        {0, 345, 2, "0 of 345"},
        {30, 120, 2, "30 of 120 (25 %), 15 a second, 6 s left"},
        {1, 4, 2, "1 of 4 (25 %), 0.5 a second, 6 s left"},
        {1000000, 1000000000, 50,
         "1,000,000 of 1,000,000,000 (0 %), 20,000 a second, 13 h 52 min left"},
        {100, 100000, 10, "100 of 100,000 (0 %), 10 a second, 2 h 46 min left"},
        {120, 120, 3, "120 of 120 (100 %), 40 a second, 0 s left"},
        {100, 20000000000, 1, "100 of 20,000,000,000 (0 %), 100 a second, 2,314 days left"},
        {50, 250, 100, "50 of 250 (20 %), 0.5 a second, 6 min left"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) line = g_string_new(NULL);
        progress_append(line, rows[i].done, rows[i].of, rows[i].seconds);
        ck_assert_str_eq(line->str, rows[i].line);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("cli/progress");
    TCase *tc = tcase_create("progress");
    tcase_add_test(tc, how_far_how_fast_what_is_left);
    suite_add_tcase(s, tc);
    return s;
}
