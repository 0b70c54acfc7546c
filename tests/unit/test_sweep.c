/* Sweeps: what is varied, the grid, its shards, heads, percentiles; each worked out by hand. */
#include "lab_runs.h"

#include "scenario/vary.h"
#include "sweep/csv.h"
#include "sweep/grid.h"
#include "sweep/head.h"
#include "sweep/summary.h"

static const char two_hosts[] = "host client plain\n"
                                "host server plain\n"
                                "link client server delay=10ms\n"
                                "at 0s server listen\n"
                                "at 0s client connect server\n";

/* All values with blanks between them. */
static char *values_of(const char *text)
{
    g_autoptr(Plan) plan = plan_of(two_hosts);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(PlanAxis) axis = scenario_axis(plan, NULL, "--vary", text, diagnostics);
    g_autoptr(GString) out = g_string_new(NULL);

    if (axis == NULL)
        return diagnostics_format(diagnostics);
    for (guint64 i = 0; i < axis->count; i++) {
        g_autofree char *value = plan_axis_value(axis, i);
        g_string_append_printf(out, "%s%s", i > 0 ? " " : "", value);
    }
    return g_strdup(out->str);
}

START_TEST(values_of_each_type)
{
    static const struct {
        const char *text, *values;
    } rows[] = {
        {"client.tcp_syn_retries=0..3", "0 1 2 3"},
        {"client.tcp_syn_retries=0..8 step 3", "0 3 6"},
        {"client.tcp_syn_retries=5,0..2,127", "5 0 1 2 127"},
        {"link.delay=10ms..40ms step 15ms", "10ms 25ms 40ms"},
        {"link.delay=990ms..1010ms step 10ms", "990ms 1s 1.01s"},
        {"link.loss=0%..1% step 0.25%", "0% 0.25% 0.5% 0.75% 1%"},
        {"client->server.rate=1mbit..3mbit step 1mbit", "1mbit 2mbit 3mbit"},
        {"client.tcp_fin_timeout=10..12", "10 11 12"},
        {"client.tcp_fin_timeout=10..30 step 15", "10 25"},
        {"client.isn=fixed,rfc6528", "fixed rfc6528"},
        {"link.burst=1%,10%;2%,20%", "1%,10% 2%,20%"},
        {"client.mss=1000..1000", "1000"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *values = values_of(rows[i].text);
        ck_assert_str_eq(values, rows[i].values);
    }
}
END_TEST

START_TEST(a_million_values_and_not_one_more)
{
    g_autofree char *most = values_of("client.window=1000001..2000000");
    ck_assert_msg(g_str_has_suffix(most, " 2000000"), "%.200s", most);
    g_autofree char *more = values_of("client.window=1000001..2000001");
    ck_assert_msg(strstr(more, "more than 1000000 values") != NULL, "%.200s", more);
}
END_TEST

static GPtrArray *axes_of(const char *first, const char *second)
{
    g_autoptr(Plan) plan = plan_of(two_hosts);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    GPtrArray *axes = g_ptr_array_new_with_free_func((GDestroyNotify)plan_axis_free);

    g_ptr_array_add(axes, scenario_axis(plan, NULL, "--vary", first, diagnostics));
    g_ptr_array_add(axes, scenario_axis(plan, NULL, "--vary", second, diagnostics));
    return axes;
}

/* Two values, three values, four seeds from 10 on: run 1 is the first of all, run 24 the last. */
START_TEST(runs_are_points_times_seeds)
{
    g_autoptr(GPtrArray) axes = axes_of("client.mss=100,200", "link.delay=1s..3s step 1s");
    SweepGrid grid;
    ck_assert(sweep_grid_init(&grid, axes, 10, 4));
    ck_assert_uint_eq(grid.points, 6);
    ck_assert_uint_eq(grid.runs, 24);
    guint64 run = 1;
    for (guint mss = 0; mss < 2; mss++)
        for (guint delay = 0; delay < 3; delay++)
            for (guint seed = 10; seed < 14; seed++, run++) {
                guint64 point = sweep_grid_point(&grid, run);
                ck_assert_uint_eq(sweep_grid_seed(&grid, run), seed);
                ck_assert_uint_eq(sweep_grid_value(&grid, point, 0), mss);
                ck_assert_uint_eq(sweep_grid_value(&grid, point, 1), delay);
            }
    g_auto(GStrv) settings = sweep_grid_settings(&grid, 5);
    ck_assert_str_eq(settings[0], "client.mss=200");
    ck_assert_str_eq(settings[1], "link.delay=3s");
    ck_assert_ptr_null(settings[2]);
}
END_TEST

START_TEST(a_grid_without_end_is_refused)
{
    g_autoptr(GPtrArray) axes = axes_of("client.mss=100..199", "server.mss=100..199");
    SweepGrid grid;
    ck_assert(sweep_grid_init(&grid, axes, 0, SWEEP_RUNS_MAX / 10000));
    ck_assert(!sweep_grid_init(&grid, axes, 0, SWEEP_RUNS_MAX / 10000 + 1));
}
END_TEST

/* However many runs and shards: each run is in one of them, and none has two more than another. */
START_TEST(shards_are_all_runs_once)
{
    for (guint64 runs = 1; runs < 40; runs++)
        for (guint64 of = 1; of < 45; of++) {
            guint64 next = 1;
            for (guint64 shard = 1; shard <= of; shard++) {
                SweepRange range = sweep_shard(runs, shard, of);
                ck_assert_uint_eq(range.first, next);
                ck_assert_uint_ge(range.end - range.first, runs / of);
                ck_assert_uint_le(range.end - range.first, runs / of + 1);
                next = range.end;
            }
            ck_assert_uint_eq(next, runs + 1);
        }
    SweepRange last = sweep_shard(SWEEP_RUNS_MAX, SWEEP_RUNS_MAX, SWEEP_RUNS_MAX);
    ck_assert_uint_eq(last.first, SWEEP_RUNS_MAX);
}
END_TEST

static double percentile_of(guint count, guint percent)
{
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(double));

    for (guint i = 1; i <= count; i++) {
        double number = i;
        g_array_append_val(numbers, number);
    }
    return sweep_percentile(numbers, percent);
}

/* At place ceil(percent · count / 100), by hand. */
START_TEST(percentiles_by_nearest_rank)
{
    static const struct {
        guint count, percent, rank;
    } rows[] = {
        {5, 5, 1},       {5, 30, 2},    {5, 40, 2},      {5, 50, 3},     {5, 100, 5},
        {1, 0, 1},       {1, 50, 1},    {1, 100, 1},     {2, 50, 1},     {2, 51, 2},
        {100, 1, 1},     {100, 99, 99}, {100, 100, 100}, {101, 99, 100}, {1000, 90, 900},
        {1001, 90, 901}, {10, 0, 1},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        ck_assert_double_eq(percentile_of(rows[i].count, rows[i].percent), rows[i].rank);
}
END_TEST

static SweepHead *head_of(const char *version, const char *vary, const char *shard)
{
    SweepHead *head = sweep_head_new();

    sweep_head_add(head, SWEEP_VERSION, version);
    sweep_head_add(head, SWEEP_SCENARIO, "a.scn");
    sweep_head_add(head, SWEEP_FILES, "0123");
    sweep_head_add(head, SWEEP_OPTIONS, "");
    sweep_head_add(head, SWEEP_VARY, vary);
    sweep_head_add(head, SWEEP_ASK, "client sends SYN at");
    sweep_head_add(head, SWEEP_SEEDS, "3..6");
    sweep_head_add(head, SWEEP_RUNS, "40");
    sweep_head_add(head, SWEEP_SHARD, shard);
    return head;
}

START_TEST(heads_say_what_differs)
{
    g_autoptr(SweepHead) head = head_of("1", "client.mss=100..109", "2/3");
    g_autoptr(SweepHead) shard = head_of("1", "client.mss=100..109", "1/3");
    g_autoptr(SweepHead) version = head_of("2", "client.mss=100..109", "2/3");
    g_autoptr(SweepHead) grid = head_of("1", "client.mss=100..119", "2/3");
    ck_assert(sweep_head_finish(head) && sweep_head_finish(shard) && sweep_head_finish(version) &&
              sweep_head_finish(grid));
    ck_assert_uint_eq(head->seeds, 4);
    ck_assert_str_eq(g_ptr_array_index(head->targets, 0), "client.mss");
    /* 40 runs, three parts: 14, 13, 13. */
    ck_assert_uint_eq(sweep_head_range(head).first, 15);
    ck_assert_uint_eq(sweep_head_range(head).end, 28);
    ck_assert_ptr_null(sweep_head_differs(shard, head));
    g_autofree char *other = sweep_head_differs(version, head);
    ck_assert_str_eq(other, "it was made by tcpwaltz 2, not 1");
    g_autofree char *axes = sweep_head_differs(grid, head);
    ck_assert_str_eq(axes, "its --vary is 'client.mss=100..119', not 'client.mss=100..109'");
}
END_TEST

START_TEST(wrong_heads_are_none)
{
    static const char *const shards[] = {"0/3", "4/3", "1", "a/b", "1/3/4", ""};

    for (guint i = 0; i < G_N_ELEMENTS(shards); i++) {
        g_autoptr(SweepHead) head = head_of("1", "client.mss=1", shards[i]);
        ck_assert_msg(!sweep_head_finish(head), "%s", shards[i]);
    }
    g_autoptr(SweepHead) axis = head_of("1", "client.mss", "1/1");
    ck_assert(!sweep_head_finish(axis));
}
END_TEST

START_TEST(numbers_as_they_are_written)
{
    static const char *const numbers[] = {"0", "3", "10", "3.02", "0.000000001", "189"};
    static const char *const words[] = {"", "-3", "03", "3.", ".5", "3 4", "5%", "1e3", "S."};

    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        char text[SWEEP_NUMBER_TEXT];
        ck_assert_msg(sweep_is_number(numbers[i]), "%s", numbers[i]);
        sweep_number_text(g_ascii_strtod(numbers[i], NULL), text);
        ck_assert_str_eq(text, numbers[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        ck_assert_msg(!sweep_is_number(words[i]), "%s", words[i]);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("sweep");
    TCase *tc = scenario_case("sweep");
    tcase_add_test(tc, values_of_each_type);
    tcase_add_test(tc, a_million_values_and_not_one_more);
    tcase_add_test(tc, runs_are_points_times_seeds);
    tcase_add_test(tc, a_grid_without_end_is_refused);
    tcase_add_test(tc, shards_are_all_runs_once);
    tcase_add_test(tc, percentiles_by_nearest_rank);
    tcase_add_test(tc, heads_say_what_differs);
    tcase_add_test(tc, wrong_heads_are_none);
    tcase_add_test(tc, numbers_as_they_are_written);
    suite_add_tcase(s, tc);
    return s;
}
