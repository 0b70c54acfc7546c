/* Floods: what leaves when, what is listed, and that counting alone changes nothing. */
#include "expect/expect.h"
#include "lab_runs.h"

#include <string.h>

/* 40 strangers in 2 s, at a backlog of 4 and with honest clients between them.  Half-open connections
 * live 1 s + 2 s, so room comes and goes. */
#define FLOODED                                                                                    \
    HOSTS "host attacker plain\n"                                                                  \
          "link attacker server delay=5ms loss=10%\n"                                              \
          "set server syn-queue=backlog tcp_syncookies=0 initial-rto=1s tcp_synack_retries=1\n"    \
          "set client initial-rto=1s tcp_syn_retries=2\n"                                          \
          "at 0s server listen backlog=4\n"                                                        \
          "at 0s client connect server rate=3/s count=12\n"                                        \
          "at 100ms flood attacker->server SYN rate=20/s count=40 len=9 spoofed\n"

static Trace *run_listing(const char *text, guint64 listed_max)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL, .listed_max = listed_max};

    return run_with(text, &how);
}

START_TEST(one_leaves_every_interval)
{
    g_autoptr(Trace) trace = run(HOSTS "at 1s flood client->server SYN rate=3/s count=4\n");

    ck_assert_int_eq(nth(trace, TRACE_SEND, CLIENT, 1)->t, S(1));
    /* The answers to the first come between. */
    for (guint i = 1, n = 0; n < 4; i++) {
        const TraceEvent *event = nth(trace, TRACE_SEND, CLIENT, i);
        if (event->segment.injected)
            ck_assert_int_eq(event->t, S(1) + (SimTime)n++ * SIM_SECOND / 3);
    }
    const TraceFlood *flood = &g_array_index(trace->floods, TraceFlood, 0);
    ck_assert_uint_eq(trace->floods->len, 1);
    ck_assert_uint_eq(flood->count, 4);
    ck_assert_int_eq(flood->last, S(2));
    ck_assert(flood->is_listed && !flood->spoofed);
}
END_TEST

START_TEST(a_flooded_syn_is_a_plain_one)
{
    g_autoptr(Trace) trace = run(HOSTS "at 0s flood client->server SYN rate=1/s count=2\n");
    const Segment *segment = &nth(trace, TRACE_SEND, CLIENT, 1)->segment.seen->segment;

    ck_assert_uint_eq(segment->src_addr, 0x0a000001);
    ck_assert_uint_ge(segment->src_port, 1024);
    ck_assert_uint_eq(segment->dst_port, 80);
    ck_assert_uint_eq(segment->flags, TCP_SYN);
    ck_assert_uint_eq(segment->ack, 0);
    ck_assert_uint_eq(segment->options.present, OPTION_MSS);
    ck_assert_uint_eq(segment->options.mss, 1460);
    ck_assert_uint_eq(segment->length, 0);
}
END_TEST

START_TEST(seq_steps_and_stays)
{
    g_autoptr(Trace) trace =
        run(HOSTS "link server->client loss=100%\n"
                  "at 0s flood client->server ACK rate=1/s count=3 seq=4294967295 step=2 ack=7 "
                  "from-port=5 port=6 win=8 len=1\n"
                  "at 9s flood client->server SYN rate=1/s count=2 seq=10\n");
    static const guint32 seqs[] = {4294967295, 1, 3, 10, 10};

    for (guint i = 0; i < G_N_ELEMENTS(seqs); i++)
        ck_assert_uint_eq(nth(trace, TRACE_SEND, CLIENT, i + 1)->segment.seen->segment.seq,
                          seqs[i]);
    const Segment *segment = &nth(trace, TRACE_SEND, CLIENT, 2)->segment.seen->segment;
    ck_assert_uint_eq(segment->ack, 7);
    ck_assert_uint_eq(segment->src_port, 5);
    ck_assert_uint_eq(segment->dst_port, 6);
    ck_assert_uint_eq(segment->window, 8);
    ck_assert_uint_eq(segment->length, 1);
}
END_TEST

/* Not 0/8, 10/8 (where the hosts are), 127/8, 172.16/12, 192.168/16, nor 224 and above. */
START_TEST(spoofed_addresses_are_of_nobody)
{
    g_autoptr(Trace) trace =
        run(HOSTS "at 0s flood client->server SYN rate=1000/s count=1000 spoofed\n");
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (guint i = 1; i <= 1000; i++) {
        guint32 address = nth(trace, TRACE_SEND, CLIENT, i)->segment.seen->segment.src_addr;
        guint32 first = address >> 24;
        ck_assert(first != 0 && first != 10 && first != 127 && first < 224);
        ck_assert(address >> 20 != 0xac1 && address >> 16 != 0xc0a8);
        g_hash_table_add(seen, GUINT_TO_POINTER(address));
    }
    ck_assert_uint_gt(g_hash_table_size(seen), 990);
    ck_assert_uint_eq(events_of(trace, TRACE_SEND, CLIENT), 1000);
    /* Their RSTs left towards the client, and reached nobody. */
    const TraceEvent *lost = nth(trace, TRACE_LOST, SERVER, 1);
    ck_assert_int_eq(lost->fault.culprit, TRACE_CULPRIT_NOBODY);
    ck_assert_uint_eq(nth(trace, TRACE_SEND, SERVER, 1)->segment.peer, CLIENT);
    ck_assert_uint_eq(events_of(trace, TRACE_ARRIVE, CLIENT), 0);
    /* Whence the refused segment came is known by its link, not by its address. */
    ck_assert_uint_eq(nth(trace, TRACE_ARRIVE, SERVER, 1)->segment.peer, CLIENT);
}
END_TEST

/* Though its answer goes to the host that forged it. */
START_TEST(a_spoofed_sender_is_shown_by_its_address)
{
    static const ViewOptions plain = {.width = 100};
    g_autoptr(Trace) trace =
        run(HOSTS "at 0s flood client->server SYN rate=1/s count=2 spoofed from-port=9 seq=1\n");
    guint32 address = nth(trace, TRACE_SEND, CLIENT, 1)->segment.seen->segment.src_addr;
    g_autofree char *expected =
        g_strdup_printf("client as %u.%u.%u.%u: SYN", address >> 24, address >> 16 & 255,
                        address >> 8 & 255, address & 255);
    g_autoptr(GString) text = g_string_new(NULL);

    view_timeline(trace, &plain, text);
    ck_assert_msg(strstr(text->str, expected) != NULL, "%s", text->str);
    ck_assert_ptr_nonnull(strstr(text->str, "lost: nobody has this address"));
    ck_assert_ptr_nonnull(
        strstr(text->str, "flood client->server: 2 SYN from addresses of nobody"));
}
END_TEST

START_TEST(two_floods_draw_differently)
{
    g_autoptr(Trace) trace = run(HOSTS "at 0s flood client->server SYN rate=1/s count=1 spoofed\n"
                                       "at 1s flood client->server SYN rate=1/s count=1 spoofed\n");
    const Segment *one = &nth(trace, TRACE_SEND, CLIENT, 1)->segment.seen->segment;
    const Segment *two = &nth(trace, TRACE_SEND, CLIENT, 2)->segment.seen->segment;

    ck_assert(one->src_addr != two->src_addr && one->seq != two->seq);
}
END_TEST

START_TEST(a_seed_decides)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL, .has_seed = TRUE, .seed = 5};
    g_autoptr(Trace) one = run(FLOODED), again = run(FLOODED), other = run_with(FLOODED, &how);
    g_autofree char *first = json_of(one), *second = json_of(again), *third = json_of(other);

    ck_assert_str_eq(first, second);
    ck_assert_str_ne(first, third);
}
END_TEST

/* ---- Listed or not ---- */

static void same_tallies(const Trace *a, const Trace *b)
{
    for (guint i = 0; i < a->hosts->len; i++)
        ck_assert_mem_eq(trace_tally(a, i), trace_tally(b, i), sizeof(TraceTally));
}

static void same_intervals(const Trace *a, const Trace *b)
{
    ck_assert_uint_gt(a->intervals->len, 0);
    ck_assert_uint_eq(a->intervals->len, b->intervals->len);
    for (guint i = 0; i < a->intervals->len; i++) {
        const TraceInterval *one = &g_array_index(a->intervals, TraceInterval, i);
        const TraceInterval *other = &g_array_index(b->intervals, TraceInterval, i);
        ck_assert_int_eq(one->t, other->t);
        ck_assert_uint_eq(one->host, other->host);
        ck_assert_mem_eq(&one->held, &other->held, sizeof one->held);
        ck_assert_mem_eq(&one->most, &other->most, sizeof one->most);
        ck_assert_mem_eq(&one->opening, &other->opening, sizeof one->opening);
    }
}

START_TEST(counting_changes_nothing)
{
    g_autoptr(Trace) listed = run_listing(FLOODED, 40), quiet = run_listing(FLOODED, 39);
    g_autofree char *clients = story(listed, ~0U, CLIENT), *same = story(quiet, ~0U, CLIENT);

    ck_assert_uint_eq(listed->counters.unlisted, 0);
    ck_assert_uint_gt(quiet->counters.unlisted, 80);
    ck_assert_uint_lt(quiet->events->len, listed->events->len);
    ck_assert_uint_eq(events_of(quiet, TRACE_SEND, THIRD), 0);
    ck_assert_uint_eq(quiet->counters.sent, listed->counters.sent);
    ck_assert_uint_eq(quiet->counters.lost, listed->counters.lost);
    ck_assert_uint_eq(quiet->counters.arrived, listed->counters.arrived);
    ck_assert_uint_eq(quiet->counters.discarded, listed->counters.discarded);
    ck_assert_int_eq(last_event(quiet)->t, last_event(listed)->t);
    same_tallies(listed, quiet);
    same_intervals(listed, quiet);
    ck_assert_str_eq(clients, same);
    /* All floods of a plan together. */
    g_autoptr(Trace) two =
        run_listing(FLOODED "at 1s flood client->server ACK rate=1/s count=1\n", 40);
    ck_assert_uint_gt(two->counters.unlisted, 0);
}
END_TEST

/* An honest connection that a quiet flood ends: its states and what its application hears are listed. */
START_TEST(what_a_flood_does_to_others_is_listed)
{
    g_autoptr(Trace) trace =
        run_listing(CONNECTED "at 1s flood server->client RST rate=1/s count=2\n", 1);

    ck_assert_story(trace, TOLD(STATE) | TOLD(APP), CLIENT,
                    "0 s client.1 CLOSED -> SYN-SENT\n"
                    "20 ms client.1 SYN-SENT -> ESTABLISHED\n"
                    "20 ms client.1 connected\n"
                    "1.01 s client.1 ESTABLISHED -> CLOSED\n"
                    "1.01 s client.1 error ECONNRESET\n");
    ck_assert_uint_eq(trace_tally(trace, SERVER)->forged, 2);
}
END_TEST

START_TEST(when_fires_for_the_unlisted)
{
    g_autoptr(Trace) trace =
        run_listing(HOSTS "at 0s server listen\n"
                          "at 0s flood client->server SYN rate=1/s count=2 spoofed\n"
                          "when server SYN-RCVD client connect server\n"
                          "stop at 3s\n",
                    1);

    /* Each connect is a SYN-RCVD at the server, which is one more connect: every 10 ms. */
    ck_assert_uint_gt(trace_tally(trace, CLIENT)->opening.tried, 100);
    ck_assert_uint_eq(events_of(trace, TRACE_CALL, CLIENT), 1); /* the flood's own line */
}
END_TEST

START_TEST(a_flood_is_bounded_by_its_count)
{
    static const char text[] = HOSTS "at 0s server listen\n"
                                     "at 0s flood client->server SYN rate=1000/s count=500\n";
    LabOptions how = {.level = TRACE_LEVEL_FULL, .max_events = 300};
    g_autoptr(Trace) listed = run_with(text, &how);

    ck_assert_str_eq(trace_end_name(last_event(listed)->end.why), "max-events");
    how.listed_max = 1;
    g_autoptr(Trace) quiet = run_with(text, &how);
    ck_assert_str_eq(trace_end_name(last_event(quiet)->end.why), "quiet");
    ck_assert_uint_eq(trace_tally(quiet, CLIENT)->forged, 500);
}
END_TEST

/* A flood whose consequences never end: `when` begins one connection for another. */
START_TEST(what_never_ends_meets_a_bound)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL, .max_steps = 300, .listed_max = 1};
    g_autoptr(Trace) trace =
        run_with(HOSTS "at 0s server listen\n"
                       "at 0s flood client->server SYN rate=1/s count=2 spoofed\n"
                       "when server SYN-RCVD client connect server\n",
                 &how);

    ck_assert_str_eq(trace_end_name(last_event(trace)->end.why), "max-steps");
}
END_TEST

/* Each of the 1,001 SYNs gets its answer, and none of them is listed. */
START_TEST(what_is_counted_is_no_never)
{
    g_autoptr(Plan) plan = plan_of(HOSTS "at 0s server listen backlog=2000\n"
                                         "at 0s flood client->server SYN rate=1000/s count=1001\n"
                                         "set server tcp_max_syn_backlog=4000 somaxconn=4000\n"
                                         "stop at 1010ms\n");
    LabOptions how = {.level = TRACE_LEVEL_FULL};
    g_autoptr(Trace) trace = lab_run(plan, &how);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(PlanAsk) ask = scenario_ask(plan, "ask", "server sends SYN-ACK at", diagnostics);
    char *why = NULL;
    g_autofree char *answer = expect_answer(plan, trace, ask, ANSWER_SCENARIO, &why);

    ck_assert_str_eq(answer, "server sends SYN-ACK 1001 times");
}
END_TEST

/* ---- Intervals ---- */

static const TraceInterval *row_at(const Trace *trace, SimTime t, guint host)
{
    for (guint i = 0; i < trace->intervals->len; i++) {
        const TraceInterval *row = &g_array_index(trace->intervals, TraceInterval, i);
        if (row->t == t && row->host == host)
            return row;
    }
    return NULL;
}

/* Two SYNs arrive at 10 and 20 ms and their connections end at 3.01 and 3.02 s. */
START_TEST(rows_stop_while_nothing_changes)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL, .interval = S(1)};
    g_autoptr(Trace) trace =
        run_with(HOSTS "set server initial-rto=1s tcp_synack_retries=1\n"
                       "at 0s server listen\n"
                       "at 0s flood client->server SYN rate=100/s count=2 spoofed\n"
                       "at 9.5s client connect server\n",
                 &how);
    static const struct {
        SimTime t;
        guint half_open, most, syn_acks, syns;
    } rows[] = {
        {S(0), 0, 0, 0, 0},     {S(1), 2, 2, 2, 2},
        {S(2), 2, 2, 4, 2}, /* repeated at 1.01 and 1.02 s */
        {S(3), 2, 2, 4, 2}, /* nothing changed, but it does in the next */
        {S(4), 0, 2, 4, 2},     {S(9), 0, 0, 4, 2},
        {MS(9530), 0, 1, 5, 3}, /* the end; the client was half-open for a while */
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const TraceInterval *row = row_at(trace, rows[i].t, SERVER);
        ck_assert_msg(row != NULL, "row %u", (guint)i);
        ck_assert_uint_eq(row->held.half_open, rows[i].half_open);
        ck_assert_uint_eq(row->most.half_open, rows[i].most);
        ck_assert_uint_eq(row->opening.syn_acks_sent, rows[i].syn_acks);
        ck_assert_uint_eq(row->opening.syns_arrived, rows[i].syns);
    }
    ck_assert_uint_eq(trace->intervals->len, G_N_ELEMENTS(rows) * 2);
    ck_assert_uint_eq(row_at(trace, MS(9530), CLIENT)->opening.connected, 1);
    ck_assert_uint_eq(row_at(trace, MS(9530), SERVER)->held.bytes, 768);
    ck_assert_uint_eq(row_at(trace, S(4), SERVER)->most.bytes, 2 * 96);
}
END_TEST

/* SYNs arrive at 10 ms and, exactly at the end of the second interval, at 20 ms. */
START_TEST(an_end_belongs_to_its_interval)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL, .interval = MS(10)};
    g_autoptr(Trace) trace = run_with(HOSTS "at 0s server listen\n"
                                            "at 0s flood client->server SYN rate=100/s count=2 "
                                            "spoofed\n"
                                            "stop at 1s\n",
                                      &how);

    ck_assert_uint_eq(row_at(trace, MS(10), SERVER)->opening.syns_arrived, 1);
    ck_assert_uint_eq(row_at(trace, MS(20), SERVER)->opening.syns_arrived, 2);
    ck_assert_uint_eq(row_at(trace, MS(20), SERVER)->held.half_open, 2);
}
END_TEST

/* A backlog of 2 and five strangers: three find no room. */
START_TEST(what_found_no_room_is_counted)
{
    g_autoptr(Trace) trace = run(HOSTS "set server syn-queue=backlog tcp_syncookies=0\n"
                                       "at 0s server listen backlog=2\n"
                                       "at 0s flood client->server SYN rate=100/s count=5 spoofed\n"
                                       "stop at 500ms\n");
    const TraceOpening *opening = &trace_tally(trace, SERVER)->opening;

    ck_assert_uint_eq(opening->syns_arrived, 5);
    ck_assert_uint_eq(opening->syn_queue_full, 3);
    ck_assert_uint_eq(opening->accept_queue_full, 0);
    ck_assert_uint_eq(opening->syn_acks_sent, 2);
    ck_assert_uint_eq(opening->cookies_sent, 0);
    ck_assert_uint_eq(trace_tally(trace, CLIENT)->forged, 5);
}
END_TEST

START_TEST(the_last_rows_are_the_sum)
{
    g_autoptr(Trace) trace = run(FLOODED);
    guint hosts = trace->hosts->len, last = trace->intervals->len - hosts;

    ck_assert_int_eq(trace->interval, MS(100));
    for (guint i = 0; i < hosts; i++) {
        const TraceInterval *row = &g_array_index(trace->intervals, TraceInterval, last + i);
        guint64 most = 0;
        ck_assert_uint_eq(row->host, i);
        ck_assert_int_eq(row->t, last_event(trace)->t);
        ck_assert_mem_eq(&row->opening, &trace_tally(trace, i)->opening, sizeof row->opening);
        for (guint j = i; j < trace->intervals->len; j += hosts)
            most = MAX(most, g_array_index(trace->intervals, TraceInterval, j).most.bytes);
        ck_assert_uint_eq(most, trace_tally(trace, i)->bytes_most);
    }
}
END_TEST

START_TEST(no_flood_no_intervals)
{
    LabOptions none = {.level = TRACE_LEVEL_NONE, .interval = S(1)};
    LabOptions counters = {.level = TRACE_LEVEL_COUNTERS, .interval = S(1)};
    g_autoptr(Trace) plain = run(CONNECTED), silent = run_with(CONNECTED, &none),
                     counted = run_with(CONNECTED, &counters);

    ck_assert_uint_eq(plain->intervals->len, 0);
    ck_assert_uint_eq(silent->intervals->len, 0);
    ck_assert_uint_gt(counted->intervals->len, 0);
    ck_assert_uint_eq(trace_tally(plain, SERVER)->half_open_most, 1);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lab_flood");
    TCase *tc = scenario_case("segments");
    tcase_add_test(tc, one_leaves_every_interval);
    tcase_add_test(tc, a_flooded_syn_is_a_plain_one);
    tcase_add_test(tc, seq_steps_and_stays);
    tcase_add_test(tc, spoofed_addresses_are_of_nobody);
    tcase_add_test(tc, a_spoofed_sender_is_shown_by_its_address);
    tcase_add_test(tc, two_floods_draw_differently);
    tcase_add_test(tc, a_seed_decides);
    suite_add_tcase(s, tc);
    tc = scenario_case("listed or not");
    tcase_add_test(tc, counting_changes_nothing);
    tcase_add_test(tc, what_a_flood_does_to_others_is_listed);
    tcase_add_test(tc, when_fires_for_the_unlisted);
    tcase_add_test(tc, a_flood_is_bounded_by_its_count);
    tcase_add_test(tc, what_never_ends_meets_a_bound);
    tcase_add_test(tc, what_is_counted_is_no_never);
    suite_add_tcase(s, tc);
    tc = scenario_case("intervals");
    tcase_add_test(tc, rows_stop_while_nothing_changes);
    tcase_add_test(tc, an_end_belongs_to_its_interval);
    tcase_add_test(tc, what_found_no_room_is_counted);
    tcase_add_test(tc, the_last_rows_are_the_sum);
    tcase_add_test(tc, no_flood_no_intervals);
    suite_add_tcase(s, tc);
    return s;
}
