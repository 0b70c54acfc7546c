/* Which worlds there are: counted by hand where that can be done, and beside a second explorer, slow and
 * simple, which writes every world as fault lines and reads the scenario again.
 */
#include "explore_runs.h"

#include "expect/expect.h"

/* Nobody listens: a SYN is answered with a RST.  Four tries. */
#define REFUSED                                                                                    \
    "host client plain tcp_syn_retries=3\n"                                                        \
    "host server plain\n"                                                                          \
    "link client server delay=10ms\n"                                                              \
    "at 0s client connect server\n"

static void check_depths(const ExploreResult *result, const guint64 *expected, guint depths)
{
    for (guint i = 0; i < depths; i++)
        ck_assert_msg(result->count.of_depth[i] == expected[i], "with %u faults: %u worlds, not %u",
                      i, (guint)result->count.of_depth[i], (guint)expected[i]);
}

/* ---- By hand ---- */

/* A try fails in two ways: its SYN is lost, or the RST.  After k that failed the next one comes, so there are
 * 2^k worlds with k losses; after the fourth there is no packet left. */
START_TEST(a_try_fails_in_two_ways)
{
    g_autoptr(Plan) plan = world_plan_of(REFUSED);
    ExploreOptions how = explore_how(KIND(DROP), 5);
    g_autoptr(ExploreResult) result = explore(plan, &how);

    check_depths(result, (guint64[]){1, 2, 4, 8, 16, 0}, 6);
    ck_assert_uint_eq(result->count.worlds, 31);
    ck_assert_int_eq(result->end, EXPLORE_END_COMPLETE);
    ck_assert_int_eq(result->completed, 5);
    ck_assert_ptr_null(result->breach);
}
END_TEST

/* A SYN twice: two RSTs, of which the second finds nobody.  {SYN} {RST}; {SYN, RST 1} {SYN, RST 2}; all three. */
START_TEST(a_repeated_syn_is_answered_twice)
{
    g_autoptr(Plan) plan = world_plan_of(REFUSED);
    ExploreOptions how = explore_how(KIND(DUPLICATE), 4);
    g_autoptr(ExploreResult) result = explore(plan, &how);

    check_depths(result, (guint64[]){1, 2, 2, 1, 0}, 5);
}
END_TEST

/* What is refused for its checksum is lost: with both kinds each world is met once, and each of the 1 + 2 + 4
 * worlds that are gone beyond has two packets behind its last fault. */
START_TEST(a_corrupt_packet_is_a_lost_one)
{
    g_autoptr(Plan) plan = world_plan_of(REFUSED);
    ExploreOptions alone = explore_how(KIND(CORRUPT), 3);
    ExploreOptions with = explore_how(KIND(CORRUPT) | KIND(DROP), 3);
    g_autoptr(ExploreResult) one = explore(plan, &alone), both = explore(plan, &with);

    check_depths(one, (guint64[]){1, 2, 4, 8}, 4);
    ck_assert_uint_eq(one->count.equal, 0);
    check_depths(both, (guint64[]){1, 2, 4, 8}, 4);
    ck_assert_uint_eq(both->count.equal, 14);
}
END_TEST

START_TEST(only_what_is_asked_for_meets_a_fault)
{
    static const gboolean client_alone[] = {TRUE, FALSE};
    g_autoptr(Plan) plan = world_plan_of(REFUSED);
    ExploreOptions of_client = explore_how(KIND(DROP), 5), early = explore_how(KIND(DROP), 3);

    of_client.hosts = client_alone;
    early.to = 0; /* the first SYN */
    g_autoptr(ExploreResult) one = explore(plan, &of_client), other = explore(plan, &early);

    check_depths(one, (guint64[]){1, 1, 1, 1, 1, 0}, 6);
    check_depths(other, (guint64[]){1, 1, 0}, 3);
}
END_TEST

/* The first SYN lost: the second comes at 1 s, so it has to be 1 s and a nanosecond late.  RSTs are not followed by
 * another unless one was lost. */
START_TEST(a_packet_comes_right_behind_the_next)
{
    g_autoptr(Plan) plan = world_plan_of(REFUSED "expect always client sends SYN 1 time\n");
    ExploreOptions how = explore_how(KIND(REORDER), 1);
    g_autoptr(ExploreResult) result = explore(plan, &how);
    g_autofree char *lines = lines_of(plan, &how, &result->world);

    ck_assert_int_eq(result->breach->law, EXPLORE_LAW_ALWAYS);
    ck_assert_str_eq(lines, "delay client SYN #1 by 1.000000001s");
}
END_TEST

/* 1 and 2 worlds, and two of the four with two losses. */
START_TEST(a_budget_ends_it_at_a_world)
{
    g_autoptr(Plan) plan = world_plan_of(REFUSED);
    ExploreOptions how = explore_how(KIND(DROP), 5);

    how.most_worlds = 5;
    for (how.threads = 1; how.threads <= 3; how.threads += 2) {
        g_autoptr(ExploreResult) result = explore(plan, &how);

        check_depths(result, (guint64[]){1, 2, 2, 0}, 4);
        ck_assert_int_eq(result->end, EXPLORE_END_BUDGET);
        ck_assert_int_eq(result->completed, 1);
    }
    /* A refused connect lasts 20 ms; the first lost, 1.02 s. */
    how.most_worlds = 0;
    how.most_time = SIM_SECOND;
    g_autoptr(ExploreResult) result = explore(plan, &how);
    check_depths(result, (guint64[]){1, 1, 0}, 3);
    ck_assert_int_eq(result->count.virtual_time, MS(20) + MS(1020));
}
END_TEST

static gboolean enough(const ExploreCount *count, gpointer data)
{
    *(guint64 *)data = count->run;
    return count->run < 2;
}

START_TEST(whoever_is_told_may_end_it)
{
    g_autoptr(Plan) plan = world_plan_of(REFUSED);
    ExploreOptions how = explore_how(KIND(DROP), 5);
    guint64 told = 0;

    how.tell = enough;
    how.data = &told;
    g_autoptr(ExploreResult) result = explore(plan, &how);
    ck_assert_int_eq(result->end, EXPLORE_END_TOLD);
    ck_assert_uint_ge(told, 2);
    ck_assert_uint_ge(result->count.worlds, 2);
    ck_assert_uint_lt(result->count.worlds, 31);
}
END_TEST

#define UNFIT HOSTS "at 0s server listen\n"

START_TEST(some_plans_have_no_worlds)
{
    static const struct {
        const char *text;
        guint line;
        const char *why;
    } rows[] = {
        {"host client plain\nhost server plain\nlink client server loss=1%\n", 3, "by chance"},
        {"host client plain\nhost server plain\nlink client server jitter=1ms\n", 3, "by chance"},
        {UNFIT "at 0s flood client->server SYN rate=10/s count=20\n", 5, "too many"},
        {UNFIT "at 0s client connect server rate=10/s count=20\n", 5, "too many"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Plan) plan = plan_of(rows[i].text);
        SourcePlace place;
        g_autofree char *why = explore_unfit(plan, 0, &place);

        ck_assert_ptr_nonnull(why);
        ck_assert_ptr_nonnull(strstr(why, rows[i].why));
        ck_assert_uint_eq(place.line, rows[i].line);
    }
}
END_TEST

/* ---- A second explorer ---- */

/* A world as it is written, and the number of the last packet that meets a fault. */
typedef struct Written {
    char *lines;
    guint last; /* counted from 1; 0: none does */
} Written;

typedef struct Naive {
    const char *base;
    guint kinds;
    guint64 worlds[4], broken[4];
    char *first; /* the lines of the first that is broken */
} Naive;

static Trace *run_written(const char *base, const char *lines, gboolean *holds)
{
    g_autofree char *text = g_strconcat(base, lines, NULL);
    g_autoptr(Plan) plan = plan_of(text);
    Trace *trace = lab_run(plan, &(LabOptions){.level = TRACE_LEVEL_FULL});
    g_autoptr(GPtrArray) results = expect_check(plan, trace);

    *holds = TRUE;
    for (guint i = 0; i < plan->expects->len; i++)
        *holds = *holds && ((ExpectResult *)g_ptr_array_index(results, i))->ok;
    return trace;
}

/* The n-th (from 1) segment that was sent; NULL: there were less. */
static const TraceEvent *sent(const Trace *trace, guint n)
{
    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);

        if (event->kind == TRACE_SEND && --n == 0)
            return event;
    }
    return NULL;
}

static char *select_of(const Trace *trace, const TraceEvent *segment)
{
    guint ordinal = 0;

    for (TraceId id = 1; id <= segment->id; id++) {
        const TraceEvent *event = trace_event(trace, id);
        ordinal += event->kind == TRACE_SEND && event->host == segment->host &&
                   event->segment.class == segment->segment.class;
    }
    return g_strdup_printf("%s %s #%u", segment->host == CLIENT ? "client" : "server",
                           segment_class_name(segment->segment.class), ordinal);
}

/* The same segment lost: how long until its sender sends again? */
static SimTime until_next(const Naive *naive, const Written *world, const char *select, guint n)
{
    gboolean ignored;
    g_autofree char *lost = g_strdup_printf("%sdrop %s\n", world->lines, select);
    g_autoptr(Trace) trace = run_written(naive->base, lost, &ignored);
    const TraceEvent *late = sent(trace, n), *next;

    for (guint i = n + 1; (next = sent(trace, i)) != NULL; i++)
        if (next->host == late->host)
            return next->t - late->t + 1;
    return 0;
}

static void write_world(GArray *worlds, const Written *before, guint n, const char *line)
{
    Written more = {.lines = g_strdup_printf("%s%s\n", before->lines, line), .last = n};

    g_array_append_val(worlds, more);
}

static void write_kinds(const Naive *naive, const Written *world, guint n, const char *select,
                        GArray *next)
{
    SimTime late = naive->kinds & KIND(REORDER) ? until_next(naive, world, select, n) : 0;
    const struct {
        gboolean wanted;
        char *line;
    } rows[] = {
        {naive->kinds & KIND(DROP), g_strdup_printf("drop %s", select)},
        {naive->kinds & KIND(DUPLICATE), g_strdup_printf("duplicate %s", select)},
        {late > 0, g_strdup_printf("delay %s by %" G_GINT64_FORMAT "ns", select, late)},
        {naive->kinds & KIND(DELAY), g_strdup_printf("delay %s by 90s", select)},
        {naive->kinds & KIND(CORRUPT), g_strdup_printf("corrupt %s", select)},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].wanted)
            write_world(next, world, n, rows[i].line);
        g_free(rows[i].line);
    }
}

static void try_written(Naive *naive, const Written *world, guint depth, GArray *next)
{
    gboolean holds;
    g_autoptr(Trace) trace = run_written(naive->base, world->lines, &holds);
    const TraceEvent *event;

    naive->worlds[depth]++;
    naive->broken[depth] += !holds;
    if (!holds && naive->first == NULL)
        naive->first = g_strdup(world->lines);
    for (guint n = world->last + 1; next != NULL && (event = sent(trace, n)) != NULL; n++) {
        g_autofree char *select = select_of(trace, event);

        write_kinds(naive, world, n, select, next);
    }
}

static void written_clear(gpointer data)
{
    g_free(((Written *)data)->lines);
}

static GArray *written_new(void)
{
    GArray *worlds = g_array_new(FALSE, FALSE, sizeof(Written));

    g_array_set_clear_func(worlds, written_clear);
    return worlds;
}

static void explore_naively(Naive *naive, guint depths)
{
    GArray *worlds = written_new();
    char nothing[] = "";

    write_world(worlds, &(Written){.lines = nothing}, 0, "");
    for (guint depth = 0; depth <= depths; depth++) {
        GArray *next = depth < depths ? written_new() : NULL;

        for (guint i = 0; i < worlds->len; i++)
            try_written(naive, &g_array_index(worlds, Written, i), depth, next);
        g_array_unref(worlds);
        worlds = next;
    }
}

/* Handshake, 100 bytes and both closes; twice the time that it takes when one SYN is lost breaks it. */
#define TALK                                                                                       \
    "host client plain tcp_syn_retries=3\n"                                                        \
    "host server plain tcp_synack_retries=3\n"                                                     \
    "link client server delay=10ms\n"                                                              \
    "at 0s server listen\n"                                                                        \
    "at 0s client connect server\n"                                                                \
    "when client ESTABLISHED client send 100\n"                                                    \
    "when client ESTABLISHED client close\n"                                                       \
    "when server CLOSE-WAIT server close\n"                                                        \
    "expect always client sends SYN at most 2 times\n"                                             \
    "expect always server sends FIN at most 2 times\n"                                             \
    "expect always server delivers 100 bytes\n"

static const struct {
    guint kinds, depth;
} naive_rows[] = {
    {KIND(DROP), 3},
    {KIND(DROP) | KIND(DUPLICATE) | KIND(DELAY), 2},
    {KIND(DROP) | KIND(REORDER), 2},
    {KIND(REORDER) | KIND(DUPLICATE), 2},
    {KIND(CORRUPT), 2},
};

/* "a; b" of "\na\nb\n" */
static char *in_a_line(const char *lines)
{
    g_autofree char *stripped = g_strstrip(g_strdup(lines));
    g_auto(GStrv) parts = g_strsplit(stripped, "\n", -1);

    return g_strjoinv("; ", parts);
}

START_TEST(a_naive_explorer_finds_the_same_worlds)
{
    Naive naive = {.base = TALK, .kinds = naive_rows[_i].kinds};
    g_autoptr(Plan) plan = world_plan_of(TALK);
    ExploreOptions how = explore_how(naive.kinds, naive_rows[_i].depth);

    how.all = TRUE;
    how.except = ALL_LAWS & ~LAW(ALWAYS);
    g_autoptr(ExploreResult) result = explore(plan, &how);
    explore_naively(&naive, how.depth);
    check_depths(result, naive.worlds, how.depth + 1);
    for (guint i = 0; i <= how.depth; i++)
        ck_assert_uint_eq(result->count.broken[i], naive.broken[i]);
    ck_assert_uint_gt(naive.worlds[how.depth], 30);
    ck_assert_int_eq(result->breach != NULL, naive.first != NULL);
    if (naive.first != NULL && (naive.kinds & KIND(REORDER)) == 0) {
        g_autofree char *lines = lines_of(plan, &how, &result->world);
        g_autofree char *written = in_a_line(naive.first);

        ck_assert_str_eq(lines, written);
    }
    g_free(naive.first);
}
END_TEST

/* A run takes some hundred kilobytes, and what is kept of thousands of worlds takes more. */
START_TEST(memory_ends_it_with_what_is_known)
{
    g_autoptr(Plan) plan = world_plan_of(TALK);
    ExploreOptions how = explore_how(ALL_KINDS, 4);

    how.all = TRUE;
    how.lab.max_memory = 1 << 20;
    g_autoptr(ExploreResult) one = explore(plan, &how);
    ck_assert_int_eq(one->end, EXPLORE_END_MEMORY);
    ck_assert_int_eq(one->completed, 2);
    ck_assert_uint_gt(one->count.of_depth[3], 1000);
    ck_assert_uint_eq(one->count.of_depth[4], 0);
    how.threads = 3;
    g_autoptr(ExploreResult) three = explore(plan, &how);
    ck_assert_mem_eq(&one->count, &three->count, sizeof one->count);
    how.depth = 2;
    g_autoptr(ExploreResult) whole = explore(plan, &how);
    ck_assert_int_eq(whole->end, EXPLORE_END_COMPLETE);
}
END_TEST

START_TEST(threads_change_nothing)
{
    g_autoptr(Plan) plan = world_plan_of(TALK);
    ExploreOptions how = explore_how(ALL_KINDS, 2);

    how.all = TRUE;
    g_autoptr(ExploreResult) one = explore(plan, &how);
    how.threads = 4;
    g_autoptr(ExploreResult) four = explore(plan, &how);
    ck_assert_mem_eq(&one->count, &four->count, sizeof one->count);
    ck_assert_mem_eq(one->by_law, four->by_law, sizeof one->by_law);
    ck_assert_mem_eq(one->pairs, four->pairs, sizeof *one->pairs);
    ck_assert_str_eq(one->breach->text, four->breach->text);
    ck_assert_uint_eq(one->world.count, four->world.count);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("explore_worlds");
    TCase *tc = scenario_case("by hand");

    tcase_add_test(tc, a_try_fails_in_two_ways);
    tcase_add_test(tc, a_repeated_syn_is_answered_twice);
    tcase_add_test(tc, a_corrupt_packet_is_a_lost_one);
    tcase_add_test(tc, only_what_is_asked_for_meets_a_fault);
    tcase_add_test(tc, a_packet_comes_right_behind_the_next);
    tcase_add_test(tc, a_budget_ends_it_at_a_world);
    tcase_add_test(tc, whoever_is_told_may_end_it);
    tcase_add_test(tc, some_plans_have_no_worlds);
    suite_add_tcase(s, tc);
    tc = scenario_case("beside another");
    tcase_add_loop_test(tc, a_naive_explorer_finds_the_same_worlds, 0,
                        (int)G_N_ELEMENTS(naive_rows));
    tcase_add_test(tc, memory_ends_it_with_what_is_known);
    tcase_add_test(tc, threads_change_nothing);
    suite_add_tcase(s, tc);
    return s;
}
