/* Chance that is none: the same plan and seed give the same trace, and what is changed in one
 * place changes no draw in another.
 */
#include "lab_runs.h"

#define LOSSY                                                                                      \
    CONNECTED "link client->server loss=20% duplicate=10% jitter=3ms corrupt=5%\n"                 \
              "link server->client loss=20% reorder=20% burst=5%,50%\n"                            \
              "at 1s client send 100k\n"                                                           \
              "at 1s inject client->server RST seq=random\n"                                       \
              "at 5min client close\n"                                                             \
              "when server CLOSE-WAIT server close\n"

/* What came of it: which seed it was stands there, too, and makes no difference here. */
static char *json_with(const Plan *plan, const LabOptions *how)
{
    g_autoptr(Trace) trace = lab_run(plan, how);

    trace->seed = 0;
    return json_of(trace);
}

static const LabOptions fully = {.level = TRACE_LEVEL_FULL};

static char *json_with_seed(const Plan *plan, guint64 seed)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL, .has_seed = TRUE, .seed = seed};

    return json_with(plan, &how);
}

/* ---- The same again ---- */

START_TEST(a_plan_twice_gives_the_same_bytes)
{
    g_autoptr(Plan) plan = plan_of(LOSSY);
    g_autofree char *first = json_with(plan, &fully);
    g_autofree char *second = json_with(plan, &fully);
    ck_assert_str_eq(first, second);
    ck_assert_ptr_nonnull(strstr(first, "\"chance\""));
}
END_TEST

enum { RUNS_OF_A_THREAD = 8 };

static gpointer run_often(gpointer data)
{
    const Plan *plan = data;
    GPtrArray *runs = g_ptr_array_new_with_free_func(g_free);

    for (int i = 0; i < RUNS_OF_A_THREAD; i++)
        g_ptr_array_add(runs, json_with(plan, &fully));
    return runs;
}

START_TEST(two_threads_share_a_plan)
{
    g_autoptr(Plan) plan = plan_of(LOSSY);
    g_autofree char *expected = json_with(plan, &fully);
    GThread *threads[2];
    for (int i = 0; i < 2; i++)
        threads[i] = g_thread_new("run", run_often, plan);
    for (int i = 0; i < 2; i++) {
        g_autoptr(GPtrArray) runs = g_thread_join(threads[i]);
        ck_assert_uint_eq(runs->len, RUNS_OF_A_THREAD);
        for (guint k = 0; k < runs->len; k++)
            ck_assert_str_eq(g_ptr_array_index(runs, k), expected);
    }
}
END_TEST

/* ---- The seed ---- */

START_TEST(a_seed_given_takes_the_place_of_the_plans)
{
    g_autoptr(Plan) plan = plan_of(LOSSY "seed 7\n");
    g_autofree char *own = json_with(plan, &fully);
    g_autofree char *seven = json_with_seed(plan, 7);
    g_autofree char *eight = json_with_seed(plan, 8);
    g_autofree char *eight_again = json_with_seed(plan, 8);
    g_autofree char *zero = json_with_seed(plan, 0);
    ck_assert_str_eq(own, seven);
    ck_assert_str_ne(own, eight);
    ck_assert_str_eq(eight, eight_again);
    ck_assert_str_ne(own, zero);
    ck_assert_str_ne(eight, zero);
}
END_TEST

START_TEST(the_seed_is_1_unless_given)
{
    g_autoptr(Plan) plan = plan_of(LOSSY);
    g_autofree char *own = json_with(plan, &fully);
    g_autofree char *one = json_with_seed(plan, 1);
    ck_assert_str_eq(own, one);
}
END_TEST

START_TEST(the_seed_chooses_initial_numbers)
{
    g_autoptr(Plan) plan = plan_of(CONNECTED);
    LabOptions how = {.level = TRACE_LEVEL_FULL, .has_seed = TRUE, .seed = 2};
    g_autoptr(Trace) one = lab_run(plan, &fully);
    g_autoptr(Trace) two = lab_run(plan, &how);
    Seq of_one = nth(one, TRACE_SEND, CLIENT, 1)->segment.seen->segment.seq;
    ck_assert_uint_ne(of_one, nth(two, TRACE_SEND, CLIENT, 1)->segment.seen->segment.seq);
    /* Each host has a secret of its own. */
    ck_assert_uint_ne(of_one, nth(one, TRACE_SEND, SERVER, 1)->segment.seen->segment.seq);
}
END_TEST

START_TEST(each_host_has_a_secret_of_its_own)
{
    /* The same host under another name. */
    g_autoptr(Trace) one = run("host a plain\n"
                               "host b plain\n"
                               "link a b delay=10ms\n"
                               "at 0s a connect b\n");
    g_autoptr(Trace) other = run("host c plain\n"
                                 "host b plain\n"
                                 "link c b delay=10ms\n"
                                 "at 0s c connect b\n");
    ck_assert_uint_ne(nth(one, TRACE_SEND, CLIENT, 1)->segment.seen->segment.seq,
                      nth(other, TRACE_SEND, CLIENT, 1)->segment.seen->segment.seq);
}
END_TEST

START_TEST(without_chance_the_seed_changes_nothing)
{
    g_autoptr(Plan) plan = plan_of(CONNECTED "set client isn=fixed\n"
                                             "set server isn=fixed\n"
                                             "at 1s client send 100k\n");
    g_autofree char *one = json_with_seed(plan, 1);
    g_autofree char *two = json_with_seed(plan, 2);
    ck_assert_str_eq(one, two);
}
END_TEST

/* ---- One change, nothing else ---- */

/* A client that asks nobody, a second apart: what happens to one SYN changes nothing that the
 * client does later. */
#define ASKING                                                                                     \
    "host client plain tcp_syn_retries=60 backoff=1\n"                                             \
    "host server plain\n"                                                                          \
    "link client->server delay=10ms loss=10% burst=20%,30%,60% duplicate=20% corrupt=20% "         \
    "jitter=5ms\n"                                                                                 \
    "link client->server reorder=20% reorder-by=3ms\n"                                             \
    "link server->client delay=10ms\n"                                                             \
    "at 0s server crash\n"                                                                         \
    "at 0s client connect server\n"

/* "lost", or "pass +12345678": each copy's way as long as it was. */
static char *fate_of_send(const Trace *trace, const TraceEvent *send)
{
    GString *out = g_string_new(trace_fate_name(send->segment.fate));

    for (TraceId id = send->id; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        if (event->kind == TRACE_ARRIVE && event->segment.sent == send->id)
            g_string_append_printf(out, " +%" G_GINT64_FORMAT, event->t - send->t);
    }
    return g_string_free(out, FALSE);
}

static void assert_only_differs(const Trace *one, const Trace *other, guint host, guint except)
{
    guint sends = events_of(one, TRACE_SEND, host);
    ck_assert_uint_eq(events_of(other, TRACE_SEND, host), sends);
    for (guint n = 1; n <= sends; n++) {
        g_autofree char *left = fate_of_send(one, nth(one, TRACE_SEND, host, n));
        g_autofree char *right = fate_of_send(other, nth(other, TRACE_SEND, host, n));
        if (n == except)
            ck_assert_str_ne(left, right);
        else
            ck_assert_msg(strcmp(left, right) == 0, "%u: %s, %s", n, left, right);
    }
}

static void assert_a_fault_is_alone(const Trace *plain, const char *verb, const char *by, guint n)
{
    g_autofree char *text = g_strdup_printf("%s%s client SYN #%u%s\n", ASKING, verb, n, by);
    g_autoptr(Trace) trace = run(text);

    assert_only_differs(plain, trace, CLIENT, n);
}

START_TEST(a_fault_shifts_no_draw)
{
    g_autoptr(Trace) plain = run(ASKING);
    guint victims = 0;
    ck_assert_uint_eq(events_of(plain, TRACE_SEND, CLIENT), 61);
    ck_assert_uint_gt(events_of(plain, TRACE_LOST, CLIENT), 5);
    /* Those that pass by themselves, so that each fault changes their fate. */
    for (guint n = 1; n <= 61; n++) {
        if (nth(plain, TRACE_SEND, CLIENT, n)->segment.fate != TRACE_FATE_PASS)
            continue;
        assert_a_fault_is_alone(plain, "drop", "", n);
        assert_a_fault_is_alone(plain, "duplicate", "", n);
        assert_a_fault_is_alone(plain, "corrupt", "", n);
        assert_a_fault_is_alone(plain, "delay", " by 7ms", n);
        victims++;
    }
    ck_assert_uint_gt(victims, 10);
}
END_TEST

START_TEST(an_injected_segment_draws_as_any_other)
{
    /* It takes the place of a SYN in the streams: the fates of the rest move up by one. */
    g_autoptr(Trace) plain = run(ASKING);
    g_autoptr(Trace) trace = run(ASKING "at 500ms inject client->server SYN\n");
    ck_assert(nth(trace, TRACE_SEND, CLIENT, 2)->segment.injected);
    for (guint n = 1; n <= 61; n++)
        ck_assert_int_eq(nth(trace, TRACE_SEND, CLIENT, n)->segment.fate,
                         nth(plain, TRACE_SEND, CLIENT, n)->segment.fate);
}
END_TEST

/* ".x..x": which of the host's segments were lost. */
static char *losses_of(const Trace *trace, guint host)
{
    GString *out = g_string_new(NULL);

    for (guint n = 1; n <= events_of(trace, TRACE_SEND, host); n++)
        g_string_append_c(
            out, nth(trace, TRACE_SEND, host, n)->segment.fate == TRACE_FATE_LOST ? 'x' : '.');
    return g_string_free(out, FALSE);
}

static void assert_begin_alike(const char *one, const char *other)
{
    gsize length = MIN(strlen(one), strlen(other));

    ck_assert_uint_gt(length, 20);
    ck_assert_msg(strncmp(one, other, length) == 0, "%s\n%s", one, other);
    ck_assert_ptr_nonnull(strchr(one, 'x'));
}

START_TEST(the_seed_chooses_losses)
{
    g_autoptr(Trace) one = run(ASKING "seed 1\n");
    g_autoptr(Trace) two = run(ASKING "seed 2\n");
    g_autofree char *losses_one = losses_of(one, CLIENT), *losses_two = losses_of(two, CLIENT);
    ck_assert_uint_eq(strlen(losses_one), 61);
    ck_assert_uint_eq(strlen(losses_two), 61);
    ck_assert_str_ne(losses_one, losses_two);
}
END_TEST

START_TEST(each_draw_has_a_stream_of_its_own)
{
    static const char *const additions[] = {
        "link server->client jitter=5ms\n",
        "link server->client loss=10% duplicate=10% corrupt=10%\n",
        "link client->server jitter=5ms\n",
        "link client->server duplicate=20%\n",
        "link client->server reorder=20%\n",
        "link client->server corrupt=20%\n",
        "host third plain\nlink third server loss=50%\nat 1s third connect server\n",
        "at 3s inject server->client RST seq=random\n",
    };
    static const char *const text = CONNECTED "link client->server loss=20%\n"
                                              "at 1s client send 100k\n";
    g_autoptr(Trace) plain = run(text);
    g_autofree char *expected = losses_of(plain, CLIENT);
    for (gsize i = 0; i < G_N_ELEMENTS(additions); i++) {
        g_autofree char *with = g_strconcat(text, additions[i], NULL);
        g_autoptr(Trace) trace = run(with);
        g_autofree char *losses = losses_of(trace, CLIENT);
        assert_begin_alike(expected, losses);
    }
}
END_TEST

START_TEST(the_two_directions_draw_differently)
{
    g_autoptr(Trace) asks = run(HOSTS "link client server loss=50%\n"
                                      "set client tcp_syn_retries=40 backoff=1\n"
                                      "at 0s server crash\n"
                                      "at 0s client connect server\n");
    g_autoptr(Trace) other = run(HOSTS "link client server loss=50%\n"
                                       "set server tcp_syn_retries=40 backoff=1\n"
                                       "at 0s client crash\n"
                                       "at 0s server connect client\n");
    g_autofree char *there = losses_of(asks, CLIENT), *back = losses_of(other, SERVER);
    ck_assert_uint_eq(strlen(there), 41);
    ck_assert_uint_eq(strlen(back), 41);
    ck_assert_str_ne(there, back);
}
END_TEST

/* ---- Many worlds ---- */

/* Each link with each way to be a host; 50 kB there, 5 kB back. */
static const char *const links[] = {
    "loss=5%",
    "loss=25%",
    "loss=10% jitter=20ms",
    "duplicate=30% jitter=1ms",
    "reorder=30% reorder-by=15ms",
    "corrupt=15%",
    "burst=5%,30%",
    "burst=10%,20%,80% loss=2%",
    "rate=1mbit queue=3 jitter=2ms loss=1%",
    "loss=8% duplicate=8% corrupt=8% reorder=8% jitter=8ms burst=2%,50% rate=2mbit",
};

static const char *const kinds_of_host[] = {
    "nagle=yes",
    "tcp_sack=1 tcp_timestamps=1 tcp_window_scaling=1 window=1M tcp_early_retrans=3 "
    "loss-detection=rack congestion=cubic",
};

START_TEST(many_worlds_twice)
{
    const char *kind = kinds_of_host[_i % 2];
    g_autofree char *text = g_strdup_printf(CONNECTED "set client %s\n"
                                                      "set server %s\n"
                                                      "link client server %s\n"
                                                      "seed %d\n"
                                                      "at 5min client send 50k\n"
                                                      "at 5min server send 5k\n"
                                                      "at 30min client close\n"
                                                      "when server CLOSE-WAIT server close\n",
                                            kind, kind, links[_i / 2], _i + 100);
    g_autoptr(Plan) plan = plan_of(text);
    g_autofree char *first = json_with(plan, &fully);
    g_autofree char *second = json_with(plan, &fully);
    ck_assert_str_eq(first, second);

    /* Whatever the link did: every byte came, once, and as it was sent. */
    g_autoptr(Trace) trace = lab_run(plan, &fully);
    ck_assert_int_eq(last_event(trace)->end.why, TRACE_END_QUIET);
    ck_assert_uint_eq(trace->counters.bytes_delivered, 55 * 1024);
    ck_assert_uint_eq(trace->counters.wrong_bytes, 0);
    ck_assert_uint_gt(trace->counters.arrived, 60);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lab_chance");

    TCase *again = scenario_case("again");
    tcase_add_test(again, a_plan_twice_gives_the_same_bytes);
    tcase_add_test(again, two_threads_share_a_plan);
    suite_add_tcase(s, again);

    TCase *seed = scenario_case("seed");
    tcase_add_test(seed, a_seed_given_takes_the_place_of_the_plans);
    tcase_add_test(seed, the_seed_is_1_unless_given);
    tcase_add_test(seed, the_seed_chooses_initial_numbers);
    tcase_add_test(seed, each_host_has_a_secret_of_its_own);
    tcase_add_test(seed, without_chance_the_seed_changes_nothing);
    suite_add_tcase(s, seed);

    TCase *streams = scenario_case("streams");
    tcase_add_test(streams, a_fault_shifts_no_draw);
    tcase_add_test(streams, an_injected_segment_draws_as_any_other);
    tcase_add_test(streams, the_seed_chooses_losses);
    tcase_add_test(streams, each_draw_has_a_stream_of_its_own);
    tcase_add_test(streams, the_two_directions_draw_differently);
    suite_add_tcase(s, streams);

    TCase *worlds = scenario_case("worlds");
    tcase_add_loop_test(worlds, many_worlds_twice, 0,
                        (int)(G_N_ELEMENTS(links) * G_N_ELEMENTS(kinds_of_host)));
    suite_add_tcase(s, worlds);
    return s;
}
