/* What happens to segments between the hosts: forged ones, corrupted ones, copies. */
#include "lab_runs.h"

/* ---- inject ---- */

/* A connection with ports and numbers of its own: both initial numbers are 1000. */
#define FIXED                                                                                      \
    HOSTS "set client isn=fixed\n"                                                                 \
          "set server isn=fixed\n"                                                                 \
          "at 0s server listen port=8080\n"                                                        \
          "at 0s client connect server port=8080 from-port=5000\n"                                 \
          "at 1s client send 100\n"

static const TraceEvent *injected(const Trace *trace, guint n)
{
    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        if (event->kind == TRACE_SEND && event->segment.injected && --n == 0)
            return event;
    }
    ck_abort_msg("nothing was injected");
    return NULL;
}

START_TEST(what_is_not_given_is_borrowed_from_the_connection)
{
    g_autoptr(Trace) trace = run(FIXED "at 2s inject client->server DATA\n"
                                       "at 2s inject server->client ACK\n"
                                       "stop at 2s\n");
    const TraceEvent *there = injected(trace, 1);
    const Segment *segment = &there->segment.seen->segment;
    ck_assert_uint_eq(there->host, CLIENT);
    ck_assert_uint_eq(there->conn, 0);
    ck_assert_uint_eq(there->segment.peer, SERVER);
    ck_assert_uint_eq(segment->src_addr, 0x0a000001);
    ck_assert_uint_eq(segment->dst_addr, 0x0a000002);
    ck_assert_uint_eq(segment->src_port, 5000);
    ck_assert_uint_eq(segment->dst_port, 8080);
    ck_assert_uint_eq(segment->seq, 1101); /* the SYN and 100 bytes were sent */
    ck_assert_uint_eq(segment->ack, 1001);
    ck_assert_uint_eq(segment->window, 65535);
    ck_assert_uint_eq(segment->length, 1);

    segment = &injected(trace, 2)->segment.seen->segment;
    ck_assert_uint_eq(segment->src_port, 8080);
    ck_assert_uint_eq(segment->dst_port, 5000);
    ck_assert_uint_eq(segment->seq, 1001);
    ck_assert_uint_eq(segment->ack, 1101);
    ck_assert_uint_eq(segment->length, 0);
}
END_TEST

START_TEST(what_is_given_is_taken)
{
    g_autoptr(Trace) trace = run(FIXED "at 2s inject client->server ACK seq=7 ack=server.snd_una-1 "
                                       "win=17 from-port=6000 port=7000\n"
                                       "at 2s inject client->server RST seq=client.snd_nxt+100\n"
                                       "at 2s inject client->server DATA len=10 ack=server.iss\n"
                                       "stop at 2s\n");
    const Segment *segment = &injected(trace, 1)->segment.seen->segment;
    ck_assert_uint_eq(segment->seq, 7);
    ck_assert_uint_eq(segment->ack, 1000);
    ck_assert_uint_eq(segment->window, 17);
    ck_assert_uint_eq(segment->src_port, 6000);
    ck_assert_uint_eq(segment->dst_port, 7000);

    segment = &injected(trace, 2)->segment.seen->segment;
    ck_assert_uint_eq(segment->flags, TCP_RST);
    ck_assert_uint_eq(segment->seq, 1201);
    ck_assert_uint_eq(segment->ack, 0); /* there is no ACK flag */

    segment = &injected(trace, 3)->segment.seen->segment;
    ck_assert_uint_eq(segment->length, 10);
    ck_assert_uint_eq(segment->ack, 1000);
}
END_TEST

START_TEST(a_connection_can_be_named)
{
    g_autoptr(Trace) trace = run(FIXED "at 1s client connect server port=8080 from-port=5001\n"
                                       "at 2s inject client->server ACK conn=1\n"
                                       "at 2s inject client->server ACK\n"
                                       "at 2s inject client->server ACK seq=client.1.snd_nxt\n"
                                       "stop at 2s\n");
    ck_assert_uint_eq(injected(trace, 1)->segment.seen->segment.src_port, 5000);
    ck_assert_uint_eq(injected(trace, 1)->segment.seen->segment.seq, 1101);
    ck_assert_uint_eq(injected(trace, 2)->segment.seen->segment.src_port, 5001);
    ck_assert_uint_eq(injected(trace, 2)->segment.seen->segment.seq, 1001);
    ck_assert_uint_eq(injected(trace, 3)->segment.seen->segment.seq, 1101);
}
END_TEST

START_TEST(without_a_connection_ports_have_defaults)
{
    g_autoptr(Trace) trace = run(HOSTS "at 0s inject client->server SYN\n");
    const Segment *segment = &injected(trace, 1)->segment.seen->segment;
    ck_assert_uint_eq(segment->src_port, 40000);
    ck_assert_uint_eq(segment->dst_port, 80);
    ck_assert_uint_eq(segment->seq, 0);
    ck_assert_uint_eq(segment->flags, TCP_SYN);
    ck_assert_story(trace, TOLD(SEND) | TOLD(CALL), ANYBODY,
                    "0 s client \"inject client->server SYN\" ok\n"
                    "0 s client sends SYN pass\n"
                    "10 ms server sends RST pass\n");
}
END_TEST

START_TEST(the_true_origin_sends)
{
    /* It comes over the attacker's link, and says that it comes from the client. */
    g_autoptr(Trace) trace = run(FIXED "host third plain\n"
                                       "link third server delay=50ms\n"
                                       "at 2s inject client->server RST as=third\n");
    const TraceEvent *forged = injected(trace, 1);
    ck_assert_uint_eq(forged->host, THIRD);
    ck_assert_uint_eq(forged->segment.seen->segment.src_addr, 0x0a000001);
    ck_assert_uint_eq(forged->segment.seen->segment.src_port, 5000);
    const TraceEvent *arrived = nth(trace, TRACE_ARRIVE, SERVER, 4);
    ck_assert_int_eq(arrived->t, MS(2050));
    ck_assert_uint_eq(arrived->segment.sent, forged->id);
    ck_assert_uint_eq(arrived->segment.peer, THIRD);
    ck_assert_uint_eq(arrived->conn, 1);
    ck_assert_int_eq(nth(trace, TRACE_STATE, SERVER, 4)->state.to, TCP_STATE_CLOSED);
    ck_assert_uint_eq(nth(trace, TRACE_CALL, THIRD, 1)->id, forged->cause);
}
END_TEST

START_TEST(a_host_that_is_down_can_be_impersonated)
{
    g_autoptr(Trace) trace = run(HOSTS "at 0s client crash\n"
                                       "at 1s inject client->server SYN\n");
    ck_assert_int_eq(nth(trace, TRACE_CALL, CLIENT, 2)->call.error, TCP_OK);
    ck_assert_story(trace, TOLD(LOST) | TOLD(DISCARD), ANYBODY, "1.02 s client lost 6\n");
}
END_TEST

/* However it ended: by RST, with its host, or given up; by its number, or as the newest there was. */
START_TEST(a_connection_that_is_over_has_its_last_numbers)
{
    static const char *const ends[] = {"at 2s client abort\n", "at 2s client crash\n",
                                       "at 2s server crash\nat 3s client abort\n"};
    static const char *const names[] = {"client", "client.1"};
    g_autofree char *text = g_strdup_printf(
        FIXED "%sat 9s inject client->server RST seq=%s.iss+7 ack=%s.snd_nxt conn=1\n",
        ends[_i / 2], names[_i % 2], names[_i % 2]);
    g_autoptr(Trace) trace = run(text);
    Seq iss = nth(trace, TRACE_SEND, CLIENT, 1)->segment.seen->segment.seq;
    const Segment *forged = &injected(trace, 1)->segment.seen->segment;

    ck_assert_uint_eq(forged->seq, iss + 7);
    ck_assert_uint_eq(forged->ack, iss + 101); /* SYN and 100 bytes */
    ck_assert_uint_eq(forged->src_port, 5000);
    ck_assert_uint_eq(forged->dst_port, 8080);
}
END_TEST

/* Who listens is the server's end; and the timeline says what nobody gave. */
START_TEST(ports_that_nobody_gave_are_chosen_and_said)
{
    g_autoptr(Trace) trace = run(HOSTS "at 0s server listen port=8080\n"
                                       "at 1s inject client->server RST\n"
                                       "at 2s inject server->client RST\n"
                                       "at 3s inject client->server RST from-port=7 port=25\n");
    static const struct {
        guint16 src, dst;
        gboolean chosen;
    } expected[] = {{40000, 8080, TRUE}, {8080, 40000, TRUE}, {7, 25, FALSE}};
    static const ViewOptions look = {.unicode = FALSE};
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        const TraceSegment *segment = &injected(trace, i + 1)->segment;
        ck_assert_uint_eq(segment->seen->segment.src_port, expected[i].src);
        ck_assert_uint_eq(segment->seen->segment.dst_port, expected[i].dst);
        ck_assert_int_eq(segment->chose_ports, expected[i].chosen);
    }
    view_timeline(trace, &look, out);
    ck_assert(strstr(out->str, "client, forged, port 40000 to 8080: RST") != NULL);
    ck_assert(strstr(out->str, "server, forged, port 8080 to 40000: RST") != NULL);
    ck_assert(strstr(out->str, "client, forged: RST") != NULL);
}
END_TEST

START_TEST(a_connection_that_never_was_has_none)
{
    static const char *const lines[] = {
        "inject client->server RST seq=client.2.iss",
        "inject client->server RST ack=server.9.rcv_nxt", "inject client->server RST conn=2",
        "flood client->server RST rate=1/s count=3 seq=client.2.iss"};
    g_autofree char *text = g_strdup_printf(FIXED "at 2s %s\n", lines[_i]);
    g_autoptr(Trace) trace = run(text);

    ck_assert_int_eq(nth(trace, TRACE_CALL, CLIENT, 3)->call.error, TCP_ENOTCONN);
    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        ck_assert(event->kind != TRACE_SEND || !event->segment.injected);
    }
    ck_assert_uint_eq(trace->floods->len, 0);
}
END_TEST

static void random_numbers(guint64 seed, Seq out[3])
{
    LabOptions how = {.level = TRACE_LEVEL_FULL, .has_seed = TRUE, .seed = seed};
    g_autoptr(Trace) trace =
        run_with(FIXED "at 2s inject client->server ACK seq=random ack=random\n"
                       "at 3s inject client->server RST seq=random\n",
                 &how);
    out[0] = injected(trace, 1)->segment.seen->segment.seq;
    out[1] = injected(trace, 1)->segment.seen->segment.ack;
    out[2] = injected(trace, 2)->segment.seen->segment.seq;
}

START_TEST(random_comes_from_the_seed)
{
    Seq one[3], again[3], two[3];
    random_numbers(1, one);
    random_numbers(1, again);
    random_numbers(2, two);
    ck_assert_mem_eq(one, again, sizeof one);
    for (int i = 0; i < 3; i++) {
        ck_assert_uint_ne(one[i], two[i]);
        ck_assert_uint_ne(one[i], one[(i + 1) % 3]);
    }
}
END_TEST

START_TEST(faults_do_not_count_forged_segments)
{
    g_autoptr(Trace) trace = run(CONNECTED "drop client DATA #1\n"
                                           "drop client RST all\n"
                                           "at 1s inject client->server DATA seq=client.iss\n"
                                           "at 2s client send 5\n"
                                           "at 2s client send 5\n"
                                           "at 2.1s inject client->server RST\n"
                                           "stop at 2.2s\n");
    ck_assert_story(trace, TOLD(SEND), CLIENT,
                    "0 s client.1 sends SYN pass\n"
                    "20 ms client.1 sends ACK pass\n"
                    "1 s client sends DATA pass\n"
                    "2 s client.1 sends DATA lost\n"
                    "2.1 s client sends RST pass\n");
}
END_TEST

/* ---- Faults in the trace ---- */

START_TEST(a_corrupted_segment_is_refused)
{
    g_autoptr(Trace) trace = run(CONNECTED "corrupt client SYN #1\n");
    ck_assert_story(trace, TOLD(SEND) | TOLD(FAULT) | TOLD(ARRIVE) | TOLD(DISCARD) | TOLD(STATE),
                    ANYBODY,
                    "0 s server CLOSED -> LISTEN\n"
                    "0 s client.1 CLOSED -> SYN-SENT\n"
                    "0 s client.1 sends SYN corrupt\n"
                    "0 s client.1 corrupt by rule\n"
                    "10 ms server gets SYN\n"
                    "10 ms server discards SYN bad-bytes\n"
                    "1 s client.1 sends SYN pass\n"
                    "1.01 s server gets SYN\n"
                    "1.01 s server.1 LISTEN -> SYN-RCVD\n"
                    "1.01 s server.1 sends SYN-ACK pass\n"
                    "1.02 s client.1 gets SYN-ACK\n"
                    "1.02 s client.1 SYN-SENT -> ESTABLISHED\n"
                    "1.02 s client.1 sends ACK pass\n"
                    "1.03 s server.1 gets ACK\n"
                    "1.03 s server.1 SYN-RCVD -> ESTABLISHED\n");
    const TraceEvent *refused = nth(trace, TRACE_DISCARD, SERVER, 1);
    ck_assert_uint_eq(refused->segment.sent, nth(trace, TRACE_SEND, CLIENT, 1)->id);
    ck_assert_uint_eq(refused->cause, nth(trace, TRACE_ARRIVE, SERVER, 1)->id);
}
END_TEST

/* Refused, every copy of a corrupted segment; and nothing else for its bytes. */
static guint assert_all_refused(const Trace *trace)
{
    guint refused = 0;

    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        if (event->kind != TRACE_ARRIVE)
            continue;
        const TraceEvent *next = trace_event(trace, id + 1);
        gboolean is_refused = next->kind == TRACE_DISCARD && next->cause == id &&
                              next->segment.reason == TCP_REASON_BAD_BYTES;
        const TraceEvent *sent = trace_event(trace, event->segment.sent);
        ck_assert_int_eq(is_refused, sent->segment.fate == TRACE_FATE_CORRUPT);
        refused += is_refused;
    }
    return refused;
}

START_TEST(whatever_bit_flips_is_found)
{
    /* Each seed flips other bits, in headers, options and data. */
    g_autoptr(Plan) plan = plan_of(CONNECTED "set client tcp_sack=1 tcp_timestamps=1\n"
                                             "set server tcp_sack=1 tcp_timestamps=1\n"
                                             "link client server corrupt=50%\n"
                                             "at 1s client send 10k\n"
                                             "stop at 1h\n");
    guint refused = 0;
    for (guint64 seed = 0; seed < 100; seed++) {
        LabOptions how = {.level = TRACE_LEVEL_FULL, .has_seed = TRUE, .seed = seed};
        g_autoptr(Trace) trace = lab_run(plan, &how);
        ck_assert_uint_eq(trace->counters.wrong_bytes, 0);
        refused += assert_all_refused(trace);
    }
    ck_assert_uint_gt(refused, 1000);
}
END_TEST

START_TEST(chance_is_named)
{
    g_autoptr(Trace) trace = run(CONNECTED "link client->server corrupt=100% duplicate=100% "
                                           "reorder=100%\n"
                                           "stop at 20ms\n");
    ck_assert_story(trace, TOLD(SEND) | TOLD(FAULT) | TOLD(ARRIVE) | TOLD(DISCARD), ANYBODY,
                    "0 s client.1 sends SYN corrupt\n"
                    "0 s client.1 duplicate by chance\n"
                    "0 s client.1 corrupt by chance\n"
                    "0 s client.1 delay by chance\n"
                    "20 ms server gets SYN\n"
                    "20 ms server discards SYN bad-bytes\n"
                    "20 ms server gets SYN\n"
                    "20 ms server discards SYN bad-bytes\n");
}
END_TEST

START_TEST(a_segment_comes_twice)
{
    g_autoptr(Trace) trace = run(CONNECTED "duplicate client SYN #1\n");
    ck_assert_story(trace, TOLD(SEND) | TOLD(FAULT) | TOLD(ARRIVE), ANYBODY,
                    "0 s client.1 sends SYN dup\n"
                    "0 s client.1 duplicate by rule\n"
                    "10 ms server gets SYN\n"
                    "10 ms server.1 sends SYN-ACK pass\n"
                    "10 ms server.1 gets SYN\n"
                    "10 ms server.1 sends SYN-ACK pass\n"
                    "20 ms client.1 gets SYN-ACK\n"
                    "20 ms client.1 sends ACK pass\n"
                    "20 ms client.1 gets SYN-ACK\n"
                    "20 ms client.1 sends ACK pass\n"
                    "30 ms server.1 gets ACK\n"
                    "30 ms server.1 gets ACK\n");
    TraceId sent = nth(trace, TRACE_SEND, CLIENT, 1)->id;
    for (guint n = 1; n <= 2; n++) {
        const TraceEvent *copy = nth(trace, TRACE_ARRIVE, SERVER, n);
        ck_assert_uint_eq(copy->segment.copy, n - 1);
        ck_assert_uint_eq(copy->segment.sent, sent);
        ck_assert_uint_eq(copy->cause, sent);
    }
    ck_assert_uint_eq(trace->counters.sent, 5);
    ck_assert_uint_eq(trace->counters.arrived, 6);
}
END_TEST

START_TEST(each_rule_that_acts_is_named)
{
    g_autoptr(Trace) trace = run(CONNECTED "drop server any all\n"
                                           "delay client any #1 by 5ms\n"
                                           "duplicate client SYN #1\n"
                                           "delay client SYN #1 by 2ms\n"
                                           "stop at 30ms\n");
    ck_assert_story(trace, TOLD(SEND) | TOLD(FAULT) | TOLD(LOST) | TOLD(ARRIVE), ANYBODY,
                    "0 s client.1 sends SYN dup\n"
                    "0 s client.1 delay by rule\n"
                    "0 s client.1 duplicate by rule\n"
                    "0 s client.1 delay by rule\n"
                    "17 ms server gets SYN\n"
                    "17 ms server.1 sends SYN-ACK lost\n"
                    "17 ms server.1 lost 12\n"
                    "17 ms server.1 gets SYN\n"
                    "17 ms server.1 sends SYN-ACK lost\n"
                    "17 ms server.1 lost 16\n");
    for (guint n = 1; n <= 3; n++) {
        const TraceEvent *fault = nth(trace, TRACE_FAULT, CLIENT, n);
        ck_assert_uint_eq(fault->fault.rule, n);
        ck_assert_uint_eq(fault->fault.sent, nth(trace, TRACE_SEND, CLIENT, 1)->id);
        ck_assert_int_eq(fault->fault.delay_by, n == 1 ? MS(5) : n == 3 ? MS(2) : 0);
    }
    ck_assert_uint_eq(nth(trace, TRACE_LOST, SERVER, 1)->fault.rule, 0);
    ck_assert_int_eq(nth(trace, TRACE_LOST, SERVER, 1)->fault.culprit, TRACE_CULPRIT_RULE);
    ck_assert_str_eq(g_array_index(trace->rules, TraceLine, 3).text, "delay client SYN #1 by 2ms");
}
END_TEST

START_TEST(the_rule_that_drops_is_named)
{
    g_autoptr(Trace) trace = run(CONNECTED "delay client SYN #1 by 1ms\n"
                                           "drop client any #1\n"
                                           "drop client SYN #1\n"
                                           "stop at 0s\n");
    ck_assert_story(trace, TOLD(SEND) | TOLD(FAULT) | TOLD(LOST), ANYBODY,
                    "0 s client.1 sends SYN lost\n"
                    "0 s client.1 lost 5\n");
    ck_assert_uint_eq(nth(trace, TRACE_LOST, CLIENT, 1)->fault.rule, 1);
}
END_TEST

START_TEST(a_full_queue_loses)
{
    /* 1040 bytes take 8.32 ms at 1 Mbit/s; one is under way, one waits, the third finds no room. */
    g_autoptr(Trace) trace = run(CONNECTED "link client->server rate=1mbit queue=1\n"
                                           "set server mss=1000\n"
                                           "at 1s client send 3000\n"
                                           "stop at 1.1s\n");
    ck_assert_story(trace, TOLD(SEND), CLIENT,
                    "0 s client.1 sends SYN pass\n"
                    "20.352 ms client.1 sends ACK pass\n"
                    "1 s client.1 sends DATA pass\n"
                    "1 s client.1 sends DATA pass\n"
                    "1 s client.1 sends DATA lost\n");
    ck_assert_int_eq(nth(trace, TRACE_LOST, CLIENT, 1)->fault.culprit, TRACE_CULPRIT_QUEUE);
    ck_assert_int_eq(nth(trace, TRACE_ARRIVE, SERVER, 3)->t, S(1) + MS(10) + 8320000);
    ck_assert_int_eq(nth(trace, TRACE_ARRIVE, SERVER, 4)->t, S(1) + MS(10) + 16640000);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lab_wires");

    TCase *inject = scenario_case("inject");
    tcase_add_test(inject, what_is_not_given_is_borrowed_from_the_connection);
    tcase_add_test(inject, what_is_given_is_taken);
    tcase_add_test(inject, a_connection_can_be_named);
    tcase_add_test(inject, without_a_connection_ports_have_defaults);
    tcase_add_test(inject, the_true_origin_sends);
    tcase_add_test(inject, a_host_that_is_down_can_be_impersonated);
    tcase_add_loop_test(inject, a_connection_that_is_over_has_its_last_numbers, 0, 6);
    tcase_add_test(inject, ports_that_nobody_gave_are_chosen_and_said);
    tcase_add_loop_test(inject, a_connection_that_never_was_has_none, 0, 4);
    tcase_add_test(inject, random_comes_from_the_seed);
    tcase_add_test(inject, faults_do_not_count_forged_segments);
    suite_add_tcase(s, inject);

    TCase *faults = scenario_case("faults");
    tcase_add_test(faults, a_corrupted_segment_is_refused);
    tcase_add_test(faults, whatever_bit_flips_is_found);
    tcase_add_test(faults, chance_is_named);
    tcase_add_test(faults, a_segment_comes_twice);
    tcase_add_test(faults, each_rule_that_acts_is_named);
    tcase_add_test(faults, the_rule_that_drops_is_named);
    tcase_add_test(faults, a_full_queue_loses);
    suite_add_tcase(s, faults);
    return s;
}
