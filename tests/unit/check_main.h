/*
 * main() of every unit test program: runs suite() with one process per test, so that a crash is
 * one failed test, and ends with Check's count. A test file includes this once and defines suite().
 *
 *     #include "check_main.h"
 *     #include "core/seq.h"
 *
 *     START_TEST(compares_across_the_wrap) { ... }
 *     END_TEST
 *
 *     Suite *suite(void)
 *     {
 *         Suite *s = suite_create("seq");
 *         TCase *tc = tcase_create("order");
 *         tcase_add_test(tc, compares_across_the_wrap);
 *         suite_add_tcase(s, tc);
 *         return s;
 *     }
 *
 * By hand: build/check/tests/unit/test_seq (CK_RUN_CASE=order, CK_FORK=no for a debugger).
 */
#ifndef TESTS_UNIT_CHECK_MAIN_H
#define TESTS_UNIT_CHECK_MAIN_H

#include <stdio.h>
#include <stdlib.h>

#include "marks.h"

Suite *suite(void);

int main(int argc, char **argv)
{
    (void)argc;
    SRunner *runner = srunner_create(suite());

    if (getenv("CK_FORK") == NULL)
        srunner_set_fork_status(runner, CK_FORK);
    srunner_run_all(runner, CK_ENV);

    int run = srunner_ntests_run(runner);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);

    /* '#' makes it a remark to a reader of TAP. */
    printf("# %s: %d checks, %d failures\n", argv[0], run, failed);
    return run > 0 && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
