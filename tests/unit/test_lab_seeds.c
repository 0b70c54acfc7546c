/* Many seeds of one plan: told in their order, each as a run by itself, whatever the threads. */
#include "lab_runs.h"

#include "lab/seeds.h"

/* Chance decides much of it: which segments are lost, and how long each takes. */
static const char lossy[] = "host client plain\n"
                            "host server plain\n"
                            "link client server delay=10ms loss=20% jitter=5ms\n"
                            "at 0s server listen\n"
                            "at 0s client connect server\n"
                            "at 5s client close\n"
                            "when server CLOSE-WAIT server close\n";

static const LabOptions full = {.level = TRACE_LEVEL_FULL};

typedef struct Told {
    GArray *seeds;    /* guint64 */
    GPtrArray *jsons; /* char *: the whole traces */
} Told;

static gpointer keep_json(const Trace *trace, guint64 seed, gpointer data)
{
    (void)data;
    ck_assert_uint_eq(trace->seed, seed);
    return json_of(trace);
}

static void tell(gpointer kept, guint64 seed, gpointer data)
{
    Told *told = data;
    g_array_append_val(told->seeds, seed);
    g_ptr_array_add(told->jsons, kept);
}

static Told run_seeds(const Plan *plan, guint64 first, guint64 count, guint threads)
{
    Told told = {g_array_new(FALSE, FALSE, sizeof(guint64)),
                 g_ptr_array_new_with_free_func(g_free)};
    LabSeeds seeds = {.first = first,
                      .count = count,
                      .threads = threads,
                      .keep = keep_json,
                      .tell = tell,
                      .data = &told};
    lab_run_seeds(plan, &full, &seeds);
    return told;
}

static void told_clear(Told *told)
{
    g_array_unref(told->seeds);
    g_ptr_array_unref(told->jsons);
}

START_TEST(each_is_the_run_of_its_seed)
{
    g_autoptr(Plan) plan = plan_of(lossy);
    Told told = run_seeds(plan, 7, 20, 2);
    ck_assert_uint_eq(told.seeds->len, 20);
    for (guint i = 0; i < told.seeds->len; i++) {
        LabOptions alone = {.level = TRACE_LEVEL_FULL, .has_seed = TRUE, .seed = 7 + i};
        g_autoptr(Trace) trace = lab_run(plan, &alone);
        g_autofree char *json = json_of(trace);
        ck_assert_uint_eq(g_array_index(told.seeds, guint64, i), 7 + i);
        ck_assert_str_eq(g_ptr_array_index(told.jsons, i), json);
    }
    told_clear(&told);
}
END_TEST

/* 500 seeds are more batches than may wait to be told, with any of these numbers of threads. */
START_TEST(the_number_of_threads_changes_nothing)
{
    g_autoptr(Plan) plan = plan_of(lossy);
    Told one = run_seeds(plan, 1, 500, 1);
    for (guint threads = 2; threads <= 9; threads += 7) {
        Told many = run_seeds(plan, 1, 500, threads);
        ck_assert_uint_eq(many.seeds->len, 500);
        for (guint i = 0; i < 500; i++) {
            ck_assert_uint_eq(g_array_index(many.seeds, guint64, i), 1 + i);
            ck_assert_str_eq(g_ptr_array_index(many.jsons, i), g_ptr_array_index(one.jsons, i));
        }
        told_clear(&many);
    }
    told_clear(&one);
}
END_TEST

START_TEST(fewer_seeds_than_threads)
{
    g_autoptr(Plan) plan = plan_of(lossy);
    for (guint64 count = 0; count <= 3; count++) {
        Told told = run_seeds(plan, G_MAXUINT64 - 3, count, 8);
        ck_assert_uint_eq(told.seeds->len, count);
        told_clear(&told);
    }
}
END_TEST

static void only_count(gpointer kept, guint64 seed, gpointer data)
{
    guint64 *sum = data;
    ck_assert_ptr_null(kept);
    *sum += seed;
}

/* 1 + 2 + … + 100. */
START_TEST(nothing_need_be_kept)
{
    g_autoptr(Plan) plan = plan_of(lossy);
    guint64 sum = 0;
    LabSeeds seeds = {.first = 1, .count = 100, .threads = 3, .tell = only_count, .data = &sum};
    lab_run_seeds(plan, &full, &seeds);
    ck_assert_uint_eq(sum, 5050);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lab/seeds");
    TCase *tc = scenario_case("seeds");
    tcase_add_test(tc, each_is_the_run_of_its_seed);
    tcase_add_test(tc, the_number_of_threads_changes_nothing);
    tcase_add_test(tc, fewer_seeds_than_threads);
    tcase_add_test(tc, nothing_need_be_kept);
    suite_add_tcase(s, tc);
    return s;
}
