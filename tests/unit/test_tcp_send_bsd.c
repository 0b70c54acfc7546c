/* sender=bsd-4.4, worked out by hand from what Wright and Stevens (TCP/IP Illustrated vol. 2, ch. 26 to 29) say of
 * tcp_output() and its callers; and what libslirp, which has it from there, does with data at the ends of a connection.
 */
#include "check_main.h"
#include "tcp_harness.h"

static const char bsd_keys[] =
    "sender=bsd-4.4 congestion=reno initial-window=1 nagle=no delayed-ack=0 reset-check=bsd "
    "limited-transmit=no acks-carry-fin=yes probe-wait=bsd probe-wait-min=5s probe-wait-max=60s "
    "probe-gives-up=never";

static TcpHarness *established(const char *more)
{
    TcpHarness *h = harness_new(bsd_keys);

    harness_set(h, more);
    harness_establish_with(h, "mss=1000");
    harness_clear(h);
    return h;
}

static void send_bytes(TcpHarness *h, uint64_t bytes)
{
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, bytes), TCP_OK);
}

static void check_sent(TcpHarness *h, const char *expected)
{
    ck_assert_str_eq(h->sent, expected);
    harness_clear(h);
}

static void check_answer(TcpHarness *h, const char *segment, const char *expected)
{
    harness_deliver(h, segment);
    check_sent(h, expected);
}

/* ---- The congestion window ---- */

/* Slow start: a segment for each ACK, were it of one byte.  1000; 2000; 3000; 4000, of which 1001 bytes are
 * open behind 2002 + 2999: one full segment, and not the byte behind it. */
START_TEST(each_ack_opens_the_window_by_a_segment)
{
    TcpHarness *h = established("");

    send_bytes(h, 20000);
    check_sent(h, "A 1 1 +1000");
    check_answer(h, "A 1 1001", "A 1001 1 +1000; A 2001 1 +1000");
    check_answer(h, "A 1 2001", "A 3001 1 +1000; A 4001 1 +1000");
    check_answer(h, "A 1 2002", "A 5001 1 +1000");
    harness_free(h);
}
END_TEST

/* The ACK that ends SYN-RCVD is one, too. */
START_TEST(a_server_begins_with_two_segments)
{
    TcpHarness *h = harness_new(bsd_keys);

    harness_bring(h, AT_ESTABLISHED_PASSIVE);
    send_bytes(h, 5000);
    check_sent(h, "A 1 1 +1460; A 1461 1 +1460");
    harness_free(h);
}
END_TEST

/* After a timeout ssthresh is two segments, the window one: 2000 (not above ssthresh yet), 3000, and then
 * 1000 * 1000 / 3000 = 333 more for each ACK: 3333, 3633 (1000 * 1000 / 3333 = 300). */
START_TEST(above_the_threshold_it_grows_slowly)
{
    TcpHarness *h = established("");

    send_bytes(h, 20000);
    harness_clear(h);
    ck_assert(harness_run_one(h));
    check_sent(h, "A 1 1 +1000");
    check_answer(h, "A 1 1001", "A 1001 1 +1000; A 2001 1 +1000");
    check_answer(h, "A 1 2001", "A 3001 1 +1000; A 4001 1 +1000");
    check_answer(h, "A 1 3001", "A 5001 1 +1000");
    check_answer(h, "A 1 4001", "A 6001 1 +1000");
    harness_free(h);
}
END_TEST

/* ---- Sent again ---- */

/* One stream, cut anew: what was written in parts goes in one segment, what has been written since and the FIN with
 * it. */
START_TEST(a_timeout_sends_a_stream_again)
{
    TcpHarness *h = established("");

    send_bytes(h, 100);
    send_bytes(h, 200);
    check_sent(h, "A 1 1 +100; A 101 1 +200");
    ck_assert(harness_run_one(h));
    check_sent(h, "A 1 1 +300");
    send_bytes(h, 50);
    check_sent(h, "A 301 1 +50");
    ck_assert_int_eq(tcp_shutdown(h->stack, h->now, h->conn), TCP_OK);
    check_sent(h, "FA 351 1");
    ck_assert(harness_run_one(h));
    check_sent(h, "FA 1 1 +350");
    harness_free(h);
}
END_TEST

/* What a timeout has taken back is sent again behind an ACK, though it may have arrived. */
START_TEST(sending_goes_on_from_where_the_ack_is)
{
    TcpHarness *h = established("initial-window=4");

    send_bytes(h, 4000);
    harness_clear(h);
    ck_assert(harness_run_one(h));
    check_sent(h, "A 1 1 +1000");
    check_answer(h, "A 1 1001", "A 1001 1 +1000; A 2001 1 +1000");
    check_answer(h, "A 1 4001", "");
    harness_free(h);
}
END_TEST

/* Net/2's fast retransmit: half of 4000 is two segments; the third duplicate repeats one and leaves 2000 + 3 * 1000,
 * the fourth makes 6000 of it, of which 4000 are out. */
START_TEST(the_third_duplicate_repeats_one_segment)
{
    TcpHarness *h = established("initial-window=4");

    send_bytes(h, 20000);
    harness_clear(h);
    check_answer(h, "A 1 1", "");
    check_answer(h, "A 1 1", "");
    check_answer(h, "A 1 1", "A 1 1 +1000");
    check_answer(h, "A 1 1", "A 4001 1 +1000; A 5001 1 +1000");
    harness_free(h);
}
END_TEST

/* tcp_input() asks for no flags: a FIN without data counts, and the third one is dropped with its FIN; data, another
 * window and an ACK of what was never sent do not, and begin the count anew. */
START_TEST(what_counts_as_a_duplicate)
{
    static const struct {
        const char *third, *sent;
        TcpState state;
    } rows[] = {
        {"FA 1 1", "A 1 1 +1000", TCP_STATE_ESTABLISHED},
        {"A 1 1 +10", "A 4001 11", TCP_STATE_ESTABLISHED},
        {"A 1 1 w=30000", "", TCP_STATE_ESTABLISHED},
        {"A 1 9001", "A 4001 1", TCP_STATE_ESTABLISHED},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        TcpHarness *h = established("initial-window=4");

        send_bytes(h, 4000);
        harness_deliver(h, "A 1 1");
        harness_deliver(h, "A 1 1");
        harness_clear(h);
        check_answer(h, rows[i].third, rows[i].sent);
        ck_assert_int_eq(h->state, rows[i].state);
        harness_free(h);
    }
}
END_TEST

/* ---- Small segments and windows ---- */

/* An ACK that is owed takes along what Nagle's algorithm holds back. */
START_TEST(an_owed_ack_takes_data_along)
{
    TcpHarness *h = established("nagle=yes");

    send_bytes(h, 100);
    send_bytes(h, 50);
    check_sent(h, "A 1 1 +100");
    check_answer(h, "A 1 1 +10", "A 101 11 +50");
    harness_free(h);
}
END_TEST

/* A SYN in the window: tcp_drop() sends what else there is with the RST; then dropwithreset. */
START_TEST(a_reset_takes_data_along)
{
    TcpHarness *h = established("nagle=yes");

    send_bytes(h, 100);
    send_bytes(h, 50);
    harness_clear(h);
    check_answer(h, "S 5 -", "RA 101 1 +50; RA =0 6");
    harness_free(h);
}
END_TEST

/* tcp_setpersist(): 5 s at least.  The byte of a probe does not count as sent: an ACK meanwhile has its number, and
 * it goes again when the window opens. */
START_TEST(a_probe_does_not_count_as_sent)
{
    TcpHarness *h = established("");

    send_bytes(h, 1000);
    harness_deliver(h, "A 1 1001 w=0");
    send_bytes(h, 500);
    harness_clear(h);
    ck_assert_int_eq(h->timers[TCP_TIMER_PROBE].length, SEC(5));
    ck_assert(harness_run_one(h));
    check_sent(h, "A 1001 1 +1");
    check_answer(h, "A 1 1001 +10 w=0", "A 1001 11");
    check_answer(h, "A 11 1001 w=5000", "A 1001 11 +500");
    harness_free(h);
}
END_TEST

/* The window has come back over what was sent: it is taken back, and waits for the window. */
START_TEST(a_window_that_shrinks_takes_back)
{
    TcpHarness *h = established("");

    send_bytes(h, 1000);
    check_sent(h, "A 1 1 +1000");
    check_answer(h, "A 2 1 w=0", "");
    ck_assert(!h->timers[TCP_TIMER_RETRANSMIT].armed);
    ck_assert(h->timers[TCP_TIMER_PROBE].armed);
    harness_free(h);
}
END_TEST

/* ---- The ends ---- */

START_TEST(data_for_an_application_that_has_closed)
{
    TcpHarness *h = established("data-after-close=second");

    ck_assert_int_eq(tcp_close(h->stack, h->now, h->conn), TCP_OK);
    harness_clear(h);
    check_answer(h, "A 1 2 +10", "A 2 11");
    check_answer(h, "A 11 2 +10", "R 2 -");
    ck_assert_int_eq(h->state, TCP_STATE_CLOSED);
    harness_free(h);
}
END_TEST

START_TEST(data_behind_a_fin)
{
    TcpHarness *h = established("data-behind-fin=acknowledged");

    check_answer(h, "FA 1 1", "A 1 2");
    check_answer(h, "A 2 1 +10", "A 1 12");
    check_answer(h, "FA 12 1", "A 1 13");
    harness_set(h, "data-behind-fin=ignored");
    check_answer(h, "A 13 1 +10", "");
    harness_free(h);
}
END_TEST

START_TEST(a_listener_takes_a_syn_alone)
{
    static const struct {
        const char *segment, *sent;
    } rows[] = {{"SF 0 -", "RA =0 1"}, {"F 0 -", "RA =0 0"}, {"S 0 -", "SA 0 1"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        TcpHarness *h = harness_new("bare-syn=yes reset-check=bsd");

        harness_listen(h, 5);
        harness_deliver(h, rows[i].segment);
        ck_assert_str_eq(h->sent, rows[i].sent);
        harness_free(h);
    }
}
END_TEST

/* ---- Keys of few stacks beside it ---- */

/* RFC 793: nobody has answered for 5 min.  The last word is of 0 s, and probes come every two minutes. */
START_TEST(a_silent_window_is_given_up_by_time)
{
    TcpHarness *h = harness_new("probe-wait=min probe-wait-min=2min probe-wait-max=2min "
                                "probe-gives-up=r2 r2=5min");

    harness_establish_with(h, "mss=1000");
    harness_deliver(h, "A 1 1 w=0");
    send_bytes(h, 10);
    harness_run_until(h, SEC(359));
    ck_assert_int_ne(h->state, TCP_STATE_CLOSED);
    harness_run_until(h, SEC(360));
    ck_assert_int_eq(h->state, TCP_STATE_CLOSED);
    harness_free(h);
}
END_TEST

START_TEST(nobody_need_probe)
{
    TcpHarness *h = harness_new("window-probe=none");

    harness_establish_with(h, "mss=1000");
    harness_deliver(h, "A 1 1 w=0");
    send_bytes(h, 10);
    ck_assert(!h->timers[TCP_TIMER_PROBE].armed);
    harness_clear(h);
    check_answer(h, "A 1 1 w=100", "A 1 1 +10");
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp_send_bsd");
    TCase *tc = tcase_create("congestion window");

    tcase_add_test(tc, each_ack_opens_the_window_by_a_segment);
    tcase_add_test(tc, a_server_begins_with_two_segments);
    tcase_add_test(tc, above_the_threshold_it_grows_slowly);
    suite_add_tcase(s, tc);
    tc = tcase_create("sent again");
    tcase_add_test(tc, a_timeout_sends_a_stream_again);
    tcase_add_test(tc, sending_goes_on_from_where_the_ack_is);
    tcase_add_test(tc, the_third_duplicate_repeats_one_segment);
    tcase_add_test(tc, what_counts_as_a_duplicate);
    suite_add_tcase(s, tc);
    tc = tcase_create("small segments and windows");
    tcase_add_test(tc, an_owed_ack_takes_data_along);
    tcase_add_test(tc, a_reset_takes_data_along);
    tcase_add_test(tc, a_probe_does_not_count_as_sent);
    tcase_add_test(tc, a_window_that_shrinks_takes_back);
    suite_add_tcase(s, tc);
    tc = tcase_create("ends");
    tcase_add_test(tc, data_for_an_application_that_has_closed);
    tcase_add_test(tc, data_behind_a_fin);
    tcase_add_test(tc, a_listener_takes_a_syn_alone);
    suite_add_tcase(s, tc);
    tc = tcase_create("probes of few");
    tcase_add_test(tc, a_silent_window_is_given_up_by_time);
    tcase_add_test(tc, nobody_need_probe);
    suite_add_tcase(s, tc);
    return s;
}
