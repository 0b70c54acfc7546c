/* Orders of what is due at one instant, and crashes between two things that happen: how many there are, counted by
 * hand and beside a second explorer that writes lines and reads the scenario again; that every world is what
 * its lines say; and laws that nothing else breaks.
 */
#include "explore_runs.h"

#include "expect/expect.h"
#include "explore/world.h"

#define ORDER KIND(ORDER)
#define CRASHES (KIND(CRASH) | KIND(REBOOT))

/* Segments from n hosts come to a last one at 10 ms. */
static char *crowd(guint n)
{
    GString *text = g_string_new("host target plain\n");

    for (guint i = 0; i < n; i++)
        g_string_append_printf(text,
                               "host h%u plain\n"
                               "link h%u target delay=10ms\n"
                               "at 0s inject h%u->target RST\n",
                               i, i, i);
    return g_string_free(text, FALSE);
}

static Plan *crowd_plan(guint n, const char *more)
{
    g_autofree char *text = crowd(n);
    g_autofree char *whole = g_strconcat(text, more, NULL);

    return world_plan_of(whole);
}

static guint64 sum_of(const ExploreResult *result)
{
    guint64 sum = 0;

    for (guint i = 0; i <= EXPLORE_DEPTH_MAX; i++)
        sum += result->count.of_depth[i];
    return sum;
}

/* ---- By hand ---- */

/* An order of n things is a permutation, and the number of those for which k times another one than the first goes
 * ahead is Stirling's of the first kind, c(n, n - k): the sum of all of them is n! */
START_TEST(orders_are_permutations)
{
    static const guint64 stirling[][6] = {
        [2] = {1, 1}, [3] = {1, 3, 2}, [4] = {1, 6, 11, 6}, [5] = {1, 10, 35, 50, 24}};

    for (guint n = 2; n <= 5; n++) {
        g_autoptr(Plan) plan = crowd_plan(n, "");
        ExploreOptions how = explore_how(ORDER, n);
        g_autoptr(ExploreResult) result = explore(plan, &how);

        for (guint k = 0; k <= n; k++)
            ck_assert_uint_eq(result->count.of_depth[k], stirling[n][k]);
        ck_assert_int_eq(result->end, EXPLORE_END_COMPLETE);
    }
}
END_TEST

/* What comes one way stays in its order: two and two can be shuffled in 4! / (2! 2!) ways, three and two in 10. */
START_TEST(what_comes_one_way_keeps_its_order)
{
    g_autoptr(Plan) two =
        crowd_plan(2, "at 0s inject h0->target RST\nat 0s inject h1->target RST\n");
    g_autoptr(Plan) three =
        crowd_plan(2, "at 0s inject h0->target RST\nat 0s inject h1->target RST\n"
                      "at 0s inject h0->target RST\n");
    ExploreOptions how = explore_how(ORDER, EXPLORE_DEPTH_MAX);
    g_autoptr(ExploreResult) of_two = explore(two, &how), of_three = explore(three, &how);

    ck_assert_uint_eq(sum_of(of_two), 6);
    ck_assert_uint_eq(sum_of(of_three), 10);
}
END_TEST

/* At different hosts, and of two lines of the script, there is no order to be chosen. */
START_TEST(there_is_no_order_without_a_difference)
{
    g_autoptr(Plan) plan = world_plan_of(HOSTS "at 0s client connect server\n"
                                               "at 0s server connect client port=81\n"
                                               "at 0s client send 10\n");
    ExploreOptions how = explore_how(ORDER, 3);
    g_autoptr(ExploreResult) result = explore(plan, &how);

    ck_assert_uint_eq(result->count.worlds, 1);
}
END_TEST

/* A SYN comes at 10 ms, a RST at 20 ms: the server may crash before the one, the client before the other, each in
 * two ways.  Of a server that stays down nobody hears: the client's timer fires at 1, 3, 7 and 15 s, and
 * before each of them it may crash, in two ways.  Of one that is back the RST comes. */
START_TEST(crashes_are_between_two_things)
{
    g_autoptr(Plan) plan = world_plan_of("host client plain tcp_syn_retries=3\nhost server plain\n"
                                         "link client server delay=10ms\n"
                                         "at 0s client connect server\n");
    ExploreOptions how = explore_how(CRASHES, 2), once = explore_how(CRASHES, 1);
    static const gboolean client_alone[] = {TRUE, FALSE};

    g_autoptr(ExploreResult) result = explore(plan, &how);
    ck_assert_uint_eq(result->count.of_depth[1], 4);
    ck_assert_uint_eq(result->count.of_depth[2], 4 * 2 + 2);
    once.hosts = client_alone;
    g_autoptr(ExploreResult) of_client = explore(plan, &once);
    ck_assert_uint_eq(of_client->count.of_depth[1], 2);
    once.hosts = NULL;
    once.to = MS(10);
    g_autoptr(ExploreResult) early = explore(plan, &once);
    ck_assert_uint_eq(early->count.of_depth[1], 2);
}
END_TEST

/* ---- A second explorer ---- */

/* Something that happened at a host that was up. */
typedef struct Happening {
    guint host;
    SimTime t;
    const char *whence;
    gboolean is_at;    /* an `at` line of the scenario's own */
    gboolean is_crash; /* before which there is no other */
} Happening;

typedef struct Crashed {
    char *lines;
    guint last; /* happenings before the last crash */
} Crashed;

static gboolean is_line_of(const Plan *plan, const TraceEvent *event, guint own)
{
    return event->call.line < own &&
           !g_array_index(plan->steps, PlanStep, event->call.line).is_when;
}

/* In their order; lines behind the first `own` are crashes. */
static GArray *happenings_of(const Plan *plan, const Trace *trace, guint own)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Happening));
    gboolean down[4] = {FALSE};

    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        Happening is = {.host = event->host, .t = event->t};

        if (event->kind == TRACE_HOST)
            down[event->host] = !event->host_event.up;
        if (event->kind == TRACE_ARRIVE)
            is.whence = g_array_index(plan->hosts, PlanHost, event->segment.peer).name;
        else if (event->kind == TRACE_CALL)
            is.whence = event->call.line < own ? "script" : "power";
        else if (event->kind == TRACE_TIMER && event->timer.event == TCP_TIMER_FIRED)
            is.whence = "timer";
        if (is.whence == NULL || down[event->host])
            continue;
        is.is_crash = strcmp(is.whence, "power") == 0;
        is.is_at = event->kind == TRACE_CALL && is_line_of(plan, event, own);
        g_array_append_val(all, is);
    }
    return all;
}

/* Does an own `at` line of this instant still come at the host? */
static gboolean line_waits(const GArray *all, guint n)
{
    const Happening *is = &g_array_index(all, Happening, n);

    for (guint i = n; i < all->len; i++) {
        const Happening *later = &g_array_index(all, Happening, i);

        if (later->host == is->host && later->t == is->t && later->is_at)
            return TRUE;
    }
    return FALSE;
}

/* The order line that puts a crash before happening n; "" where it is not needed, NULL where there is no crash:
 * nothing happened there before the line that comes. */
static char *order_before(const GArray *all, guint n, const char *head)
{
    const Happening *is = &g_array_index(all, Happening, n);
    GString *order = g_string_new(head);
    gboolean any_before = FALSE, any_then = FALSE;

    for (guint i = 0; i < n; i++) {
        const Happening *before = &g_array_index(all, Happening, i);

        any_before = any_before || before->host == is->host;
        if (before->host != is->host || before->t != is->t)
            continue;
        any_then = TRUE;
        g_string_append_printf(order, " %s", before->whence);
    }
    g_string_append(order, " power\n");
    if (!any_then && !line_waits(all, n))
        g_string_truncate(order, 0);
    return g_string_free(order, is->is_at && !any_before);
}

/* Lines without the order of that instant, which is given anew. */
static char *lines_without(const char *lines, const char *head)
{
    const char *at = strstr(lines, head), *end = at != NULL ? strchr(at, '\n') + 1 : NULL;

    return at == NULL ? g_strdup(lines) : g_strdup_printf("%.*s%s", (int)(at - lines), lines, end);
}

static gboolean is_fresh(const GArray *all, guint n)
{
    for (guint i = n; i > 0; i--) {
        const Happening *before = &g_array_index(all, Happening, i - 1);

        if (before->host == g_array_index(all, Happening, n).host)
            return before->is_crash;
    }
    return FALSE;
}

static void write_crash(const Plan *plan, const Crashed *world, const GArray *all, guint n,
                        GArray *next)
{
    static const char *const verbs[] = {"crash", "reboot forget"};
    const Happening *is = &g_array_index(all, Happening, n);
    const char *host = g_array_index(plan->hosts, PlanHost, is->host).name;
    g_autofree char *head = g_strdup_printf("order %s at %" G_GINT64_FORMAT "ns", host, is->t);
    g_autofree char *order = order_before(all, n, head), *lines = NULL;

    if (order == NULL || is->is_crash || is_fresh(all, n))
        return;
    lines = order[0] != '\0' ? lines_without(world->lines, head) : g_strdup(world->lines);
    for (guint i = 0; i < G_N_ELEMENTS(verbs); i++) {
        Crashed more = {.last = n + 1};

        more.lines = g_strdup_printf("%s%sat %" G_GINT64_FORMAT "ns %s %s\n", lines, order, is->t,
                                     host, verbs[i]);
        g_array_append_val(next, more);
    }
}

/* How many of them break an expectation. */
static guint crash_all(const char *base, const GArray *worlds, GArray *next)
{
    g_autoptr(Plan) alone = plan_of(base);
    guint broken = 0;

    for (guint w = 0; w < worlds->len; w++) {
        const Crashed *world = &g_array_index(worlds, Crashed, w);
        g_autofree char *text = g_strconcat(base, world->lines, NULL);
        g_autoptr(Plan) plan = plan_of(text);
        g_autoptr(Trace) trace = lab_run(plan, &(LabOptions){.level = TRACE_LEVEL_FULL});
        g_autoptr(GPtrArray) results = expect_check(plan, trace);
        g_autoptr(GArray) all = happenings_of(plan, trace, alone->steps->len);
        gboolean holds = TRUE;

        for (guint i = 0; i < plan->expects->len; i++)
            holds = holds && ((ExpectResult *)g_ptr_array_index(results, i))->ok;
        broken += !holds;
        for (guint n = world->last; n < all->len; n++)
            write_crash(plan, world, all, n, next);
    }
    return broken;
}

static void crashed_clear(gpointer data)
{
    g_free(((Crashed *)data)->lines);
}

#define TALK                                                                                       \
    "host client plain tcp_syn_retries=3\n"                                                        \
    "host server plain tcp_synack_retries=3\n"                                                     \
    "link client server delay=10ms\n"                                                              \
    "at 0s server listen\n"                                                                        \
    "at 0s client connect server\n"                                                                \
    "at 50ms server send 10\n"                                                                     \
    "when client ESTABLISHED client send 100\n"                                                    \
    "at 1s client close\n"                                                                         \
    "when server CLOSE-WAIT server close\n"                                                        \
    "expect always server delivers 100 bytes\n"

START_TEST(a_second_explorer_finds_the_same_crashes)
{
    g_autoptr(Plan) plan = world_plan_of(TALK);
    ExploreOptions how = explore_how(CRASHES, 2);
    Crashed nothing = {.lines = g_strdup("")};
    GArray *worlds = g_array_new(FALSE, FALSE, sizeof(Crashed));

    how.all = TRUE;
    how.except = ALL_LAWS & ~LAW(ALWAYS);
    g_autoptr(ExploreResult) result = explore(plan, &how);
    g_array_set_clear_func(worlds, crashed_clear);
    g_array_append_val(worlds, nothing);
    for (guint depth = 0; depth <= how.depth; depth++) {
        GArray *next = g_array_new(FALSE, FALSE, sizeof(Crashed));

        g_array_set_clear_func(next, crashed_clear);
        ck_assert_uint_eq(result->count.of_depth[depth], worlds->len);
        ck_assert_uint_eq(result->count.broken[depth], crash_all(TALK, worlds, next));
        g_array_unref(worlds);
        worlds = next;
    }
    g_array_unref(worlds);
    ck_assert_uint_gt(result->count.of_depth[2], 100);
    ck_assert_uint_gt(result->count.broken[1], 2);
}
END_TEST

/* ---- Every world is what its lines say ---- */

/* Timers, arrivals and lines of the script meet at 1 s, at 1.5 s and at 2 s. */
#define MEETING                                                                                    \
    "host client plain initial-rto=1s tcp_syn_retries=2\n"                                         \
    "host server plain tcp_synack_retries=2 initial-rto=1s\n"                                      \
    "link client server delay=500ms\n"                                                             \
    "at 0s server listen\n"                                                                        \
    "at 0s client connect server\n"                                                                \
    "at 1s client send 100\n"                                                                      \
    "at 1500ms server send 50\n"                                                                   \
    "when client ESTABLISHED client send 10\n"                                                     \
    "at 2s client close\n"                                                                         \
    "when server CLOSE-WAIT server close\n"

/* What is seen of a run from outside. */
static char *seen_of(const Trace *trace)
{
    GString *out = g_string_new(NULL);

    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);

        if (event->kind == TRACE_SEND || event->kind == TRACE_ARRIVE)
            g_string_append_printf(out, "%" G_GINT64_FORMAT " %u %u %u %u %u\n", event->t,
                                   event->kind, event->host, event->segment.seen->seq,
                                   event->segment.seen->segment.flags,
                                   (guint)event->segment.seen->segment.length);
        if (event->kind == TRACE_APP)
            g_string_append_printf(out, "%" G_GINT64_FORMAT " %u app %u %u\n", event->t,
                                   event->host, event->app.event, (guint)event->app.bytes);
    }
    return g_string_free(out, FALSE);
}

/* How many worlds there are beyond this one, itself included. */
static guint compare_worlds(const Plan *plan, const ExploreOptions *how, const ExploreWorld *world)
{
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(ExplorePlace));
    const WorldNotes notes = {.places = places};
    g_autoptr(Trace) trace = world_run(plan, how, world, &notes);
    g_autoptr(GPtrArray) lines = explore_world_lines(plan, how, world);
    guint count = 1, first = world->count > 0 ? world->faults[world->count - 1].place + 1 : 0;

    g_ptr_array_add(lines, NULL);
    g_autofree char *joined = g_strjoinv("\n", (char **)lines->pdata);
    g_autofree char *text = g_strconcat(MEETING, joined, "\n", NULL);
    g_autoptr(Trace) written = run(text);
    g_autofree char *one = seen_of(trace), *other = seen_of(written);

    ck_assert_msg(strcmp(one, other) == 0, "%s\n%s\nis not\n%s", joined, one, other);
    for (guint i = first; i < places->len && world->count < how->depth; i++) {
        const ExplorePlace *place = &g_array_index(places, ExplorePlace, i);
        ExploreFault faults[] = {{.place = i, .kind = EXPLORE_DROP},
                                 {.place = i, .kind = EXPLORE_DUPLICATE}};
        ExploreWorld more = *world;

        if (place->kind == EXPLORE_AT_CRASH) {
            faults[0].kind = EXPLORE_CRASH;
            faults[1].kind = EXPLORE_REBOOT;
        }
        guint kinds = place->kind == EXPLORE_AT_TURN ? place->count - 1U : 2;

        more.count++;
        for (guint k = 0; k < kinds; k++) {
            more.faults[world->count] =
                place->kind == EXPLORE_AT_TURN
                    ? (ExploreFault){.place = i, .kind = EXPLORE_ORDER, .first = (guint16)(k + 1)}
                    : faults[k];
            count += compare_worlds(plan, how, &more);
        }
    }
    return count;
}

START_TEST(every_world_is_what_its_lines_say)
{
    g_autoptr(Plan) plan = world_plan_of(MEETING);
    ExploreOptions how = explore_how(KIND(DROP) | KIND(DUPLICATE) | ORDER | CRASHES, 2);
    guint count = compare_worlds(plan, &how, &(ExploreWorld){.count = 0});

    how.all = TRUE;
    g_autoptr(ExploreResult) result = explore(plan, &how);
    ck_assert_uint_eq(result->count.worlds, count);
    ck_assert_uint_gt(count, 1000);
    how.threads = 3;
    g_autoptr(ExploreResult) threaded = explore(plan, &how);
    ck_assert_mem_eq(&result->count, &threaded->count, sizeof result->count);
}
END_TEST

/* ---- Laws that nothing else breaks ---- */

static const struct {
    const char *text;
    guint kinds;
    const char *lines;
} alone[] = {
    /* The timer was armed before the SYN-ACK was sent, so it fires first, unless the order is another. */
    {"host client plain initial-rto=1s\nhost server plain\nlink client server delay=500ms\n"
     "at 0s server listen\nat 0s client connect server\n"
     "expect always client sends SYN 2 times\n",
     ORDER, "order client at 1s server"},
    /* Both are closed; the server's close is a line of the script that meets the client's FIN. */
    {CONNECTED "at 1s client close\nat 1010ms server close\n"
               "expect always server never enters CLOSE-WAIT\n",
     ORDER, "order server at 1.01s client"},
    {CONNECTED "at 1s server send 10\nexpect always client never sends RST\n", CRASHES,
     "at 20ms client reboot forget"},
};

START_TEST(a_law_that_nothing_else_breaks)
{
    g_autoptr(Plan) plan = world_plan_of(alone[_i].text);
    ExploreOptions without = explore_how(0, 1), with = explore_how(alone[_i].kinds, 1);
    g_autoptr(ExploreResult) holds = explore(plan, &without), breaks = explore(plan, &with);

    ck_assert_msg(holds->breach == NULL, "%s", holds->breach->text);
    ck_assert_ptr_nonnull(breaks->breach);
    g_autofree char *lines = lines_of(plan, &with, &breaks->world);
    ck_assert_str_eq(lines, alone[_i].lines);

    g_autofree char *text = g_strconcat(alone[_i].text, lines, "\n", NULL);
    g_autoptr(Plan) written = plan_of(text);
    g_autoptr(Trace) trace = lab_run(written, &(LabOptions){.level = TRACE_LEVEL_FULL});
    g_autoptr(GPtrArray) results = expect_check(written, trace);
    gboolean fails = FALSE;

    for (guint i = 0; i < results->len; i++)
        fails = fails || !((ExpectResult *)g_ptr_array_index(results, i))->ok;
    ck_assert(fails);
}
END_TEST

/* TIME-WAIT keeps old data away; a host that forgot the connection does not (RFC 9293 §3.4.3, the quiet time). */
START_TEST(a_reboot_lets_old_data_in)
{
    g_autoptr(Plan) plan = load_shipped("teardown/old-data-time-wait.scn");
    ExploreOptions without = explore_how(0, 1), with = explore_how(CRASHES, 1);

    explore_prepare(plan, 0);
    g_autoptr(ExploreResult) holds = explore(plan, &without), breaks = explore(plan, &with);
    ck_assert_ptr_null(holds->breach);
    ck_assert_ptr_nonnull(breaks->breach);
    ck_assert_int_eq(breaks->breach->law, EXPLORE_LAW_BYTES);
    g_autofree char *lines = lines_of(plan, &with, &breaks->world);
    ck_assert_str_eq(lines, "at 4ms client reboot forget");
}
END_TEST

/* ---- The language ---- */

START_TEST(an_order_is_followed)
{
    g_autofree char *text = crowd(3);
    g_autofree char *ordered = g_strconcat(text, "order target at 10ms h2 h1\n", NULL);
    g_autoptr(Trace) trace = run(ordered);
    guint peers[3], count = 0;

    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);

        if (event->kind == TRACE_ARRIVE)
            peers[count++] = event->segment.peer;
    }
    ck_assert_uint_eq(count, 3);
    ck_assert_uint_eq(peers[0], 3);
    ck_assert_uint_eq(peers[1], 2);
    ck_assert_uint_eq(peers[2], 1);
    ck_assert_uint_eq(trace_use(trace->rules, 0)->met, 2);
}
END_TEST

START_TEST(a_host_of_that_name_is_that_host)
{
    g_autoptr(Plan) plan = plan_of("host timer plain\nhost server plain\nlink timer server\n"
                                   "order server at 1s timer script\n");
    const PlanOrder *order = &g_array_index(plan->orders, PlanOrder, 0);
    SourcePlace place;
    g_autofree char *fits = explore_unfit(plan, KIND(DROP), &place);
    g_autofree char *unfit = explore_unfit(plan, CRASHES, &place);

    ck_assert_int_eq(g_array_index(order->whence, PlanWhence, 0).kind, PLAN_WHENCE_HOST);
    ck_assert_int_eq(g_array_index(order->whence, PlanWhence, 1).kind, PLAN_WHENCE_SCRIPT);
    ck_assert_ptr_null(fits);
    ck_assert_ptr_nonnull(unfit);
    ck_assert_uint_eq(place.line, 1);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("explore_turns");
    TCase *tc = scenario_case("by hand");

    tcase_add_test(tc, orders_are_permutations);
    tcase_add_test(tc, what_comes_one_way_keeps_its_order);
    tcase_add_test(tc, there_is_no_order_without_a_difference);
    tcase_add_test(tc, crashes_are_between_two_things);
    suite_add_tcase(s, tc);
    tc = scenario_case("beside another");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_second_explorer_finds_the_same_crashes);
    tcase_add_test(tc, every_world_is_what_its_lines_say);
    suite_add_tcase(s, tc);
    tc = scenario_case("laws");
    tcase_add_loop_test(tc, a_law_that_nothing_else_breaks, 0, (int)G_N_ELEMENTS(alone));
    tcase_add_test(tc, a_reboot_lets_old_data_in);
    tcase_add_test(tc, an_order_is_followed);
    tcase_add_test(tc, a_host_of_that_name_is_that_host);
    suite_add_tcase(s, tc);
    return s;
}
