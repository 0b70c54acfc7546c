/* Ordered work: told in order and once, from any number of threads, and stopped by whoever says so. */
#include "check_main.h"

#include "lab/ordered.h"

typedef struct Told {
    GArray *numbers;                  /* guint64 */
    guint64 stop_at;                  /* tell() says no there */
    gint begun, ended, dropped, made; /* atomic */
    gboolean stops_at_look;
} Told;

static gpointer begin(gpointer data)
{
    g_atomic_int_inc(&((Told *)data)->begun);
    return data;
}

static void end(gpointer own)
{
    g_atomic_int_inc(&((Told *)own)->ended);
}

static Told *the_told; /* of drop(), which is given a result alone */

static gpointer work(guint64 number, gpointer own, gpointer data)
{
    ck_assert_ptr_eq(own, data);
    g_atomic_int_inc(&((Told *)data)->made);
    return g_memdup2(&number, sizeof number);
}

static gboolean tell(gpointer result, guint64 number, gpointer data)
{
    Told *told = data;
    g_autofree guint64 *made = result;
    ck_assert_uint_eq(*made, number);
    g_array_append_val(told->numbers, number);
    return number != told->stop_at;
}

static gboolean look(guint64 done, gpointer data)
{
    (void)done;
    return !((Told *)data)->stops_at_look;
}

static void drop(gpointer result)
{
    g_atomic_int_inc(&the_told->dropped);
    g_free(result);
}

static guint64 run(Told *told, guint64 count, guint threads)
{
    LabOrdered ordered = {.count = count,
                          .threads = threads,
                          .begin = begin,
                          .end = end,
                          .work = work,
                          .tell = tell,
                          .look = look,
                          .drop = drop,
                          .data = told};
    the_told = told;
    told->numbers = g_array_new(FALSE, FALSE, sizeof(guint64));
    guint64 there = lab_ordered_run(&ordered);
    ck_assert_uint_eq(there, told->numbers->len);
    for (guint i = 0; i < told->numbers->len; i++)
        ck_assert_uint_eq(g_array_index(told->numbers, guint64, i), i);
    ck_assert_int_eq(told->begun, told->ended);
    /* Nothing that was made is lost: it was told, or dropped. */
    ck_assert_uint_eq((guint)told->made, told->numbers->len + (guint)told->dropped);
    g_array_unref(told->numbers);
    return there;
}

START_TEST(all_are_told_in_order)
{
    static const guint64 counts[] = {1, 2, 63, 64, 65, 1000, 5000};
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
        for (guint threads = 1; threads <= 9; threads += 4) {
            Told told = {.stop_at = G_MAXUINT64};
            ck_assert_uint_eq(run(&told, counts[i], threads), counts[i]);
            ck_assert_int_eq(told.dropped, 0);
        }
}
END_TEST

START_TEST(who_is_told_may_say_no)
{
    for (guint threads = 1; threads <= 9; threads += 4) {
        Told told = {.stop_at = 700};
        ck_assert_uint_eq(run(&told, 100000, threads), 701);
        ck_assert_int_lt(told.made, 100000);
    }
}
END_TEST

/* What was told until then is the beginning of it all, whatever the threads were at. */
START_TEST(who_looks_may_say_no)
{
    for (guint threads = 1; threads <= 9; threads += 4) {
        Told told = {.stop_at = G_MAXUINT64, .stops_at_look = TRUE};
        ck_assert_uint_lt(run(&told, G_MAXINT64, threads), 1000000000);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lab_ordered");
    TCase *tc = tcase_create("ordered");
    tcase_add_test(tc, all_are_told_in_order);
    tcase_add_test(tc, who_is_told_may_say_no);
    tcase_add_test(tc, who_looks_may_say_no);
    suite_add_tcase(s, tc);
    return s;
}
