/* Pictures: the arithmetic of axes, the rows of a ladder, and that no text of any shipped scenario's
 * picture lies over another one or beyond the page. */
#include "check_main.h"

#include <string.h>

#include "config.h"
#include "lab/lab.h"
#include "plot/page.h"
#include "plot/plot.h"
#include "scenario/scenario.h"
#include "trace_by_hand.h"

/* --- axes --------------------------------------------------------------------------------- */

static PlotAxis *axis_of(PlotScale scale, SimTime unit, guint count, const SimTime *times)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(SimTime));

    g_array_append_vals(all, times, count);
    return plot_axis_new(scale, all, unit, 600);
}

static gboolean near(double a, double b)
{
    return a - b < 0.001 && b - a < 0.001;
}

START_TEST(logarithms)
{
    ck_assert(plot_log2(1) == 0);
    ck_assert(plot_log2(2) == 1);
    ck_assert(plot_log2(1024) == 10);
    ck_assert(near(plot_log2(3), 1.584962));
    ck_assert(near(plot_log2(1e9), 29.897352));
}
END_TEST

START_TEST(a_linear_axis)
{
    static const SimTime times[] = {9 * SIM_SECOND, 0, 3 * SIM_SECOND};
    g_autoptr(PlotAxis) axis = axis_of(PLOT_SCALE_LINEAR, 0, 3, times);

    ck_assert(plot_axis_x(axis, 0) == 0);
    ck_assert(plot_axis_x(axis, 3 * SIM_SECOND) == 200);
    ck_assert(plot_axis_x(axis, 9 * SIM_SECOND) == 600);
    ck_assert(plot_axis_x(axis, 10 * SIM_SECOND) == 600);
}
END_TEST

START_TEST(a_logarithmic_axis_has_octaves_of_its_unit)
{
    static const SimTime times[] = {0, SIM_SECOND, 7 * SIM_SECOND};
    g_autoptr(PlotAxis) axis = axis_of(PLOT_SCALE_LOG, SIM_SECOND, 3, times);

    ck_assert(plot_axis_x(axis, 0) == 0);
    ck_assert(near(plot_axis_x(axis, SIM_SECOND), 200));
    ck_assert(near(plot_axis_x(axis, 3 * SIM_SECOND), 400));
    ck_assert(near(plot_axis_x(axis, 7 * SIM_SECOND), 600));
}
END_TEST

/* 96 s of waiting and 20 ms of exchange: a gap of one unit is as wide as another, the wait is
 * folded, and wider than any of them. */
START_TEST(a_broken_axis_folds_long_gaps)
{
    static const SimTime times[] = {
        0, MS(10), MS(20), 96 * SIM_SECOND, 96 * SIM_SECOND + MS(10), MS(10)};
    g_autoptr(PlotAxis) axis = axis_of(PLOT_SCALE_BROKEN, MS(10), 6, times);
    double unit = plot_axis_x(axis, MS(10));

    ck_assert_uint_eq(axis->gaps->len, 4);
    ck_assert(near(plot_axis_x(axis, MS(20)), 2 * unit));
    for (guint i = 0; i < 4; i++)
        ck_assert_int_eq(g_array_index(axis->gaps, PlotGap, i).is_folded, i == 2);
    ck_assert(plot_axis_x(axis, 96 * SIM_SECOND) - 2 * unit > unit);
    ck_assert(plot_axis_x(axis, 96 * SIM_SECOND) - 2 * unit < 6 * unit);
    ck_assert(near(axis->length, plot_axis_x(axis, times[4])));
    /* Within a fold, too, later is further right. */
    ck_assert(plot_axis_x(axis, 40 * SIM_SECOND) < plot_axis_x(axis, 41 * SIM_SECOND));
}
END_TEST

START_TEST(a_gap_of_four_units_is_not_folded)
{
    ck_assert(!plot_gap_is_folded(MS(40), MS(10)));
    ck_assert(plot_gap_is_folded(MS(41), MS(10)));
}
END_TEST

START_TEST(room_is_made_between_instants_only)
{
    static const SimTime times[] = {0, MS(10), MS(20), MS(30)};
    g_autoptr(PlotAxis) axis = axis_of(PLOT_SCALE_BROKEN, MS(10), 4, times);
    double unit = plot_axis_x(axis, MS(10)), length = axis->length;

    plot_axis_need(axis, MS(10), MS(20), unit + 50);
    ck_assert(near(plot_axis_x(axis, MS(10)), unit));
    ck_assert(near(plot_axis_x(axis, MS(20)), 2 * unit + 50));
    ck_assert(near(plot_axis_x(axis, MS(30)), 3 * unit + 50));
    ck_assert(near(axis->length, length + 50));
    /* There is room already. */
    plot_axis_need(axis, 0, MS(30), 3 * unit);
    ck_assert(near(axis->length, length + 50));
    plot_axis_limit(axis, length / 2);
    ck_assert(near(plot_axis_x(axis, MS(30)), length / 2));
}
END_TEST

START_TEST(one_instant_is_an_axis_too)
{
    static const SimTime times[] = {0};
    g_autoptr(PlotAxis) linear = axis_of(PLOT_SCALE_LINEAR, 0, 1, times);
    g_autoptr(PlotAxis) logarithmic = axis_of(PLOT_SCALE_LOG, 0, 1, times);
    g_autoptr(PlotAxis) broken = axis_of(PLOT_SCALE_BROKEN, 0, 1, times);

    ck_assert(plot_axis_x(linear, 0) == 0);
    ck_assert(plot_axis_x(logarithmic, SIM_SECOND) == 0);
    plot_axis_need(broken, 0, 0, 50);
    ck_assert(plot_axis_x(broken, 0) == 0);
}
END_TEST

START_TEST(ticks_are_round)
{
    static const SimTime times[] = {0, 189 * SIM_SECOND};
    g_autoptr(PlotAxis) linear = axis_of(PLOT_SCALE_LINEAR, 0, 2, times);
    g_autoptr(PlotAxis) logarithmic = axis_of(PLOT_SCALE_LOG, SIM_SECOND, 2, times);
    g_autoptr(GArray) even = plot_axis_ticks(linear);
    g_autoptr(GArray) decades = plot_axis_ticks(logarithmic);

    ck_assert_uint_eq(even->len, 10);
    ck_assert(g_array_index(even, SimTime, 9) == 180 * SIM_SECOND);
    ck_assert_uint_eq(decades->len, 4);
    ck_assert(g_array_index(decades, SimTime, 1) == SIM_SECOND);
    ck_assert(g_array_index(decades, SimTime, 3) == 100 * SIM_SECOND);
}
END_TEST

/* 2^63 - 1 ns is 9.22 * 10^18: a tick every 10^18, and every power of ten from 1 us on. */
START_TEST(ticks_end_where_time_ends)
{
    static const SimTime times[] = {0, SIM_NEVER}, late[] = {SIM_NEVER - 5, SIM_NEVER};
    g_autoptr(PlotAxis) linear = axis_of(PLOT_SCALE_LINEAR, 0, 2, times);
    g_autoptr(PlotAxis) logarithmic = axis_of(PLOT_SCALE_LOG, 1, 2, times);
    g_autoptr(PlotAxis) last = axis_of(PLOT_SCALE_LINEAR, 0, 2, late);
    g_autoptr(GArray) even = plot_axis_ticks(linear);
    g_autoptr(GArray) decades = plot_axis_ticks(logarithmic);
    g_autoptr(GArray) end = plot_axis_ticks(last);

    ck_assert_uint_eq(even->len, 10);
    ck_assert(g_array_index(even, SimTime, 9) == 9 * (SimTime)1000000000000000000);
    ck_assert_uint_eq(decades->len, 17);
    ck_assert(g_array_index(decades, SimTime, 16) == 1000000000000000000);
    ck_assert_uint_eq(end->len, 6);
    ck_assert(g_array_index(end, SimTime, 5) == SIM_NEVER);
}
END_TEST

/* --- words -------------------------------------------------------------------------------- */

START_TEST(times_have_five_digits)
{
    g_autoptr(GString) text = g_string_new(NULL);

    plot_time(82956800, text);
    g_string_append_c(text, '|');
    plot_time(3 * SIM_SECOND, text);
    g_string_append_c(text, '|');
    plot_time(59 * SIM_SECOND + MS(990), text);
    ck_assert_str_eq(text->str, "82.957 ms|3 s|59.99 s");

    g_autofree char *fine = plot_seconds(20096123, MS(20));
    g_autofree char *exact = plot_seconds(20096123, 0);

    ck_assert_str_eq(fine, "0.0201");
    ck_assert_str_eq(exact, "0.020096123");
}
END_TEST

START_TEST(what_gnuplot_would_misread_is_replaced)
{
    g_autoptr(PlotPage) page = plot_page_new();
    g_autoptr(GString) out = g_string_new(NULL);

    plot_page_text(page, 1, 2, PLOT_LEFT, PLOT_TEXT, "title", "a\tb\n\"c\" \\d # é {x}_1\xff");
    plot_page_write(page, "timeline", PLOT_SCALE_LOG, out);
    ck_assert_ptr_nonnull(
        strstr(out->str, "1.0\t2.0\tleft\ttext\ttitle\ta b∖x0a”c” ∖d # é {x}_1∖xff\n"));
}
END_TEST

START_TEST(rows_are_filled_from_the_first)
{
    PlotRows rows;

    plot_rows_init(&rows, 2, 0);
    ck_assert_int_eq(plot_rows_place(&rows, 0, 10), 0);
    ck_assert_int_eq(plot_rows_place(&rows, 5, 15), 1);
    ck_assert_int_eq(plot_rows_place(&rows, 7, 20), -1);
    ck_assert_int_eq(plot_rows_place(&rows, 10, 20), 0);
    ck_assert_uint_eq(rows.used, 2);
}
END_TEST

/* --- pictures ----------------------------------------------------------------------------- */

typedef struct Box {
    double x1, y1, x2, y2;
    char *text;
} Box;

static void box_clear(gpointer data)
{
    g_free(((Box *)data)->text);
}

/* The lines of a block of the table, without its comments. */
static char **block(const char *table, const char *name)
{
    g_autofree char *head = g_strdup_printf("# %s\n", name);
    const char *begin = strstr(table, head);

    ck_assert_ptr_nonnull(begin);
    begin = strchr(begin + strlen(head), '\n') + 1;

    const char *end = strstr(begin, "\n\n\n");
    g_autofree char *body = end != NULL ? g_strndup(begin, (gsize)(end - begin)) : g_strdup(begin);

    return g_strsplit(body, "\n", -1);
}

/* x y align size role text: where the letters are. */
static Box text_box(char **fields)
{
    static const char *const sizes[] = {"title", "text", "small"};
    static const double heights[] = {17, 12, 10};
    double x = g_ascii_strtod(fields[0], NULL), y = g_ascii_strtod(fields[1], NULL);
    guint size = 0;

    while (strcmp(sizes[size], fields[3]) != 0)
        size++;

    double width = plot_text_width(fields[5], (PlotSize)size);

    if (strcmp(fields[2], "center") == 0)
        x -= width / 2;
    else if (strcmp(fields[2], "right") == 0)
        x -= width;
    return (Box){x, y - heights[size] / 2, x + width, y + heights[size] / 2, g_strdup(fields[5])};
}

static GArray *text_boxes(const char *table)
{
    g_auto(GStrv) lines = block(table, "texts");
    GArray *boxes = g_array_new(FALSE, FALSE, sizeof(Box));

    g_array_set_clear_func(boxes, box_clear);
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) fields = g_strsplit(*line, "\t", -1);

        if (g_strv_length(fields) != 6)
            continue;
        Box box = text_box(fields);
        g_array_append_val(boxes, box);
    }
    return boxes;
}

static gboolean overlap(const Box *a, const Box *b)
{
    return a->x1 < b->x2 && b->x1 < a->x2 && a->y1 < b->y2 && b->y1 < a->y2;
}

/* No text over another one, none beyond the page; how many labels were left out. */
static guint look_at(const char *name, const char *table)
{
    g_auto(GStrv) lines = block(table, "page");
    g_auto(GStrv) page = g_strsplit(lines[0], "\t", -1);
    g_autoptr(GArray) boxes = text_boxes(table);
    double width = g_ascii_strtod(page[0], NULL), height = g_ascii_strtod(page[1], NULL);

    ck_assert_uint_gt(boxes->len, 3);
    for (guint i = 0; i < boxes->len; i++) {
        const Box *one = &g_array_index(boxes, Box, i);

        ck_assert_msg(one->x1 >= 0 && one->x2 <= width && one->y1 >= 0 && one->y2 <= height,
                      "%s: '%s' leaves the page", name, one->text);
        for (guint j = 0; j < i; j++) {
            const Box *other = &g_array_index(boxes, Box, j);

            ck_assert_msg(!overlap(one, other), "%s: '%s' lies over '%s'", name, one->text,
                          other->text);
        }
    }
    return (guint)g_ascii_strtoull(page[4], NULL, 10);
}

static Trace *run_scenario(const char *path, const char *text)
{
    static const char *const profiles[] = {TCPWALTZ_SOURCE_ROOT "/sim/profiles", NULL};
    ScenarioOptions how = {.profile_dirs = profiles};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Plan) plan = text != NULL
                               ? scenario_parse(path, text, strlen(text), &how, diagnostics)
                               : scenario_load(path, &how, diagnostics);
    LabOptions lab = {.level = TRACE_LEVEL_FULL};

    ck_assert_ptr_nonnull(plan);
    return lab_run(plan, &lab);
}

static void look_at_both(const char *name, const Trace *trace, gboolean is_whole)
{
    static const PlotScale scales[] = {PLOT_SCALE_AUTO, PLOT_SCALE_LINEAR, PLOT_SCALE_LOG,
                                       PLOT_SCALE_BROKEN};
    g_autoptr(GString) table = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(scales); i++) {
        PlotOptions options = {.scale = scales[i]};

        g_string_truncate(table, 0);
        plot_timeline(trace, &options, table);
        guint left_out = look_at(name, table->str);
        ck_assert_msg(!is_whole || scales[i] != PLOT_SCALE_AUTO || left_out == 0,
                      "%s: labels left out", name);
    }
    PlotOptions options = {.scale = PLOT_SCALE_AUTO};
    g_string_truncate(table, 0);
    plot_ladder(trace, &options, table);
    ck_assert(look_at(name, table->str) == 0 || !is_whole);
}

START_TEST(every_shipped_scenario)
{
    static const char *const groups[] = {"handshake", "teardown", "refusal"};
    guint count = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
        g_autofree char *folder =
            g_build_filename(TCPWALTZ_SOURCE_ROOT, "scenarios", groups[i], NULL);
        g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
        const char *name;

        while ((name = g_dir_read_name(dir)) != NULL) {
            g_autofree char *path = g_build_filename(folder, name, NULL);
            g_autoptr(Trace) trace = run_scenario(path, NULL);

            look_at_both(name, trace, TRUE);
            count++;
        }
    }
    ck_assert_uint_gt(count, 30);
}
END_TEST

static const char hosts[] = "host client linux-6.5\nhost server linux-6.5\n"
                            "link client server delay=20ms rate=5mbit loss=3%\n"
                            "seed 4\nat 0s server listen\n";

START_TEST(many_connections)
{
    g_autoptr(GString) text = g_string_new(hosts);

    for (guint i = 0; i < 20; i++)
        g_string_append_printf(text, "at %ums client connect server\n", i);

    g_autoptr(Trace) trace = run_scenario("many", text->str);

    look_at_both("many", trace, FALSE);
}
END_TEST

START_TEST(a_long_transfer)
{
    g_autofree char *text = g_strconcat(hosts,
                                        "at 0s client connect server\n"
                                        "at 200ms client send 300000\nat 5s client close\n",
                                        NULL);
    g_autoptr(Trace) trace = run_scenario("transfer", text);

    look_at_both("transfer", trace, FALSE);
}
END_TEST

START_TEST(an_empty_trace)
{
    g_autoptr(Trace) nothing = trace_new(TRACE_LEVEL_FULL);
    g_autoptr(Trace) hosts_only = two_hosts();
    PlotOptions options = {.scale = PLOT_SCALE_AUTO};
    g_autoptr(GString) table = g_string_new(NULL);

    plot_timeline(nothing, &options, table);
    plot_ladder(nothing, &options, table);
    plot_timeline(hosts_only, &options, table);
    plot_ladder(hosts_only, &options, table);
    ck_assert_ptr_nonnull(strstr(table->str, "# texts"));
}
END_TEST

/* y of the only text that says so. */
static double y_of(const char *table, const char *text)
{
    g_autoptr(GArray) boxes = text_boxes(table);
    double y = -1;

    for (guint i = 0; i < boxes->len; i++) {
        const Box *box = &g_array_index(boxes, Box, i);

        if (strcmp(box->text, text) != 0)
            continue;
        ck_assert_msg(y < 0, "'%s' twice", text);
        y = (box->y1 + box->y2) / 2;
    }
    ck_assert_msg(y > 0, "no '%s'", text);
    return y;
}

START_TEST(a_ladder_is_in_the_order_of_events)
{
    g_autoptr(Trace) trace =
        run_scenario(TCPWALTZ_SOURCE_ROOT "/scenarios/handshake/first-syn-lost.scn", NULL);
    static const char *const texts[] = {
        "LISTEN", "3.01",       "SYN-RCVD",   "SYN-ACK seq=0 ack=1", "3.02",    "ACK seq=1 ack=1",
        "1.97 s", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT",           "59.99 s", "65.02"};
    PlotOptions options = {.scale = PLOT_SCALE_AUTO};
    g_autoptr(GString) table = g_string_new(NULL);

    plot_ladder(trace, &options, table);
    for (gsize i = 1; i < G_N_ELEMENTS(texts); i++)
        ck_assert_msg(y_of(table->str, texts[i - 1]) <= y_of(table->str, texts[i]) + 8,
                      "'%s' is not above '%s'", texts[i - 1], texts[i]);
    ck_assert_ptr_nonnull(strstr(table->str, "\tdied\t0\tclient\tSYN\n"));
}
END_TEST

/* The old SYN of 90.01 s is a repeat, so one flow to whoever watches the wire; at the server it
 * makes a second connection, and what that one sends is called as its states are. */
START_TEST(a_ladder_numbers_segments_as_states)
{
    g_autoptr(Trace) trace =
        run_scenario(TCPWALTZ_SOURCE_ROOT "/scenarios/handshake/ghost-three-way.scn", NULL);
    PlotOptions options = {.scale = PLOT_SCALE_AUTO};
    g_autoptr(GString) table = g_string_new(NULL);

    plot_ladder(trace, &options, table);
    ck_assert_ptr_nonnull(strstr(table->str, "SYN-RCVD .2"));
    ck_assert_ptr_nonnull(strstr(table->str, "SYN-ACK seq=0 ack=1 .1"));
    ck_assert_ptr_nonnull(strstr(table->str, "SYN-ACK seq=0 ack=1 .2"));
    ck_assert_ptr_null(strstr(table->str, "RST seq=1 ."));
}
END_TEST

/* The attacker's SYN comes to the server, which stands in the middle, from the side of its states:
 * the text stands a line below the row, or it would hide the tip of the arrow. */
START_TEST(a_state_between_two_hosts_hides_no_arrow)
{
    g_autoptr(Trace) trace =
        run_scenario(TCPWALTZ_SOURCE_ROOT "/scenarios/attack/blind-rst-isn-clock.scn", NULL);
    PlotOptions options = {.scale = PLOT_SCALE_AUTO};
    g_autoptr(GString) table = g_string_new(NULL);

    plot_ladder(trace, &options, table);
    ck_assert_double_ge(y_of(table->str, "SYN-RCVD .2"), y_of(table->str, "0.505") + 8);
    ck_assert_double_eq_tol(y_of(table->str, "CLOSED"), y_of(table->str, "1.005"), 1);
}
END_TEST

/* --- counters ----------------------------------------------------------------------------- */

static const char flooded[] = "title \"%s\"\nhost client linux-6.5 tcp_syn_retries=1\n"
                              "host server linux-6.5 tcp_syncookies=0 tcp_synack_retries=2\n"
                              "host attacker linux-6.5\n"
                              "link client server delay=20ms\nlink attacker server delay=20ms\n"
                              "at 0s server listen backlog=%u\n"
                              "at 2s flood attacker->server SYN rate=%u/s count=%u spoofed\n"
                              "at 0s client connect server rate=5/s count=%u\n";

/* So wide are the page's widest numbers, so long its titles. */
START_TEST(counters_of_floods)
{
    static const guint sizes[][4] = {{2, 1, 3, 0}, {128, 2000, 40000, 60}, {5, 300, 2000, 1}};
    g_autoptr(GPtrArray) traces = g_ptr_array_new_with_free_func((GDestroyNotify)trace_free);
    g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) table = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *text = g_strdup_printf(
            flooded, i == 1 ? "A title that is longer than the others are" : "short", sizes[i][0],
            sizes[i][1], sizes[i][2], MAX(sizes[i][3], 1));
        Trace *trace = run_scenario("flood", text);
        PlotRun run = {trace->title, trace};
        g_autoptr(GPtrArray) alone = g_ptr_array_new();

        g_ptr_array_add(traces, trace);
        g_ptr_array_add(runs, g_memdup2(&run, sizeof run));
        g_ptr_array_add(alone, &run);
        g_string_truncate(table, 0);
        plot_counters(alone, NULL, table);
        look_at("counters", table->str);
    }
    g_string_truncate(table, 0);
    plot_counters(runs, NULL, table);
    look_at("counters of three", table->str);
    ck_assert_ptr_nonnull(strstr(table->str, "\tcounters\tlinear\t"));
    ck_assert_ptr_nonnull(strstr(table->str, "flood: 3 segments"));
    ck_assert_ptr_nonnull(strstr(table->str, "series-3"));
}
END_TEST

/* y of the points of a curve at both ends of the time in which clients tried. */
START_TEST(the_share_of_clients)
{
    /* One gets in at 0 s, and none of those that try from 2.5 s on: two strangers are in the way. */
    g_autoptr(Trace) trace =
        run_scenario("share", "host client linux-6.5 tcp_syn_retries=0\n"
                              "host server linux-6.5 tcp_syncookies=0\nhost attacker linux-6.5\n"
                              "link client server delay=10ms\nlink attacker server delay=10ms\n"
                              "at 0s server listen backlog=2\nstop at 10s\n"
                              "at 1s flood attacker->server SYN rate=2/s count=2 spoofed\n"
                              "at 0s client connect server rate=2/s count=1\n"
                              "at 2.5s client connect server rate=2/s count=3\n");
    PlotRun run = {"share", trace};
    g_autoptr(GPtrArray) runs = g_ptr_array_new();
    g_autoptr(GString) table = g_string_new(NULL);

    g_ptr_array_add(runs, &run);
    plot_counters(runs, NULL, table);
    double all = y_of(table->str, "100 %"), none = y_of(table->str, "0 %");
    g_autofree char *top = g_strdup_printf("\t%.1f\tseries-1\n", all);
    g_autofree char *bottom = g_strdup_printf("\t%.1f\tseries-1\n", none);
    ck_assert_ptr_nonnull(strstr(table->str, top));
    ck_assert_ptr_nonnull(strstr(table->str, bottom));
}
END_TEST

/* --- backoff ------------------------------------------------------------------------------ */

START_TEST(a_backoff_out_of_a_trace)
{
    g_autoptr(Trace) trace =
        run_scenario(TCPWALTZ_SOURCE_ROOT "/scenarios/handshake/every-syn-lost.scn", NULL);
    PlotBackoff *backoff = plot_backoff_of(trace, SEGMENT_SYN, "x");

    ck_assert_ptr_nonnull(backoff);
    ck_assert_uint_eq(backoff->times->len, 6);
    ck_assert(g_array_index(backoff->times, SimTime, 5) == 93 * SIM_SECOND);
    ck_assert(backoff->given_up == 189 * SIM_SECOND);
    plot_backoff_free(backoff);
    ck_assert_ptr_null(plot_backoff_of(trace, SEGMENT_FIN, "x"));
}
END_TEST

START_TEST(backoffs_below_each_other)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)plot_backoff_free);
    g_autoptr(GString) table = g_string_new(NULL);
    PlotOptions options = {.scale = PLOT_SCALE_AUTO};

    for (guint i = 1; i <= 4; i++) {
        g_autofree char *name = g_strdup_printf("stack-%u", i);
        PlotBackoff *backoff = plot_backoff_new(name);

        for (guint j = 0; j < 7; j++) {
            SimTime t = ((1 << j) - 1) * i * SIM_SECOND;
            g_array_append_val(backoff->times, t);
        }
        backoff->given_up = 127 * i * SIM_SECOND;
        g_ptr_array_add(all, backoff);
    }
    plot_backoffs(all, SEGMENT_SYN, &options, table);
    ck_assert_uint_eq(look_at("backoff", table->str), 0);
    ck_assert_ptr_nonnull(strstr(table->str, "\tbackoff\tlog\t"));
    ck_assert_ptr_nonnull(strstr(table->str, "\tgives up: 508 s\n"));
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("plot");
    TCase *axes = tcase_create("axes");
    tcase_add_test(axes, logarithms);
    tcase_add_test(axes, a_linear_axis);
    tcase_add_test(axes, a_logarithmic_axis_has_octaves_of_its_unit);
    tcase_add_test(axes, a_broken_axis_folds_long_gaps);
    tcase_add_test(axes, a_gap_of_four_units_is_not_folded);
    tcase_add_test(axes, room_is_made_between_instants_only);
    tcase_add_test(axes, one_instant_is_an_axis_too);
    tcase_add_test(axes, ticks_are_round);
    tcase_add_test(axes, ticks_end_where_time_ends);
    suite_add_tcase(s, axes);

    TCase *words = tcase_create("words");
    tcase_add_test(words, times_have_five_digits);
    tcase_add_test(words, what_gnuplot_would_misread_is_replaced);
    tcase_add_test(words, rows_are_filled_from_the_first);
    suite_add_tcase(s, words);

    TCase *pictures = tcase_create("pictures");
    tcase_add_test(pictures, every_shipped_scenario);
    tcase_add_test(pictures, many_connections);
    tcase_add_test(pictures, a_long_transfer);
    tcase_add_test(pictures, an_empty_trace);
    tcase_add_test(pictures, a_ladder_is_in_the_order_of_events);
    tcase_add_test(pictures, a_ladder_numbers_segments_as_states);
    tcase_add_test(pictures, a_state_between_two_hosts_hides_no_arrow);
    suite_add_tcase(s, pictures);

    TCase *counters = tcase_create("counters");
    tcase_add_test(counters, counters_of_floods);
    tcase_add_test(counters, the_share_of_clients);
    suite_add_tcase(s, counters);
    TCase *backoffs = tcase_create("backoff");
    tcase_add_test(backoffs, a_backoff_out_of_a_trace);
    tcase_add_test(backoffs, backoffs_below_each_other);
    suite_add_tcase(s, backoffs);
    return s;
}
