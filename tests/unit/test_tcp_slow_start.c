/* How slow start slows down before a loss ends it (HyStart++), and CUBIC's curve where it is not the plain one.  A round trip of 100 ms is measured by the handshake, a segment has 1,000 bytes, and ten of them leave at
 * first: after their ACKs the window has twenty.  An eighth of 100 ms is 12.5 ms.
 */
#include "check_main.h"
#include "tcp/look.h"
#include "tcp_harness.h"

static void send_segments(TcpHarness *h, unsigned count)
{
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, count * 1000U), TCP_OK);
    harness_clear(h);
}

/* From 100 ms on. */
static TcpHarness *opened(const char *keys)
{
    char all[HARNESS_LINE_MAX];

    (void)snprintf(all, sizeof all,
                   "tcp_sack=1 congestion=cubic loss-detection=rack nagle=no "
                   "tcp_slow_start_after_idle=0 %s",
                   keys);
    TcpHarness *h = harness_new(all);
    harness_connect(h);
    harness_run_until(h, MS(100));
    harness_deliver(h, "SA 0 1 mss=1000 sackok");
    harness_clear(h);
    return h;
}

/* There is more to be sent than ever leaves here. */
static TcpHarness *sending(const char *keys)
{
    TcpHarness *h = opened(keys);

    send_segments(h, 1000);
    return h;
}

static TcpLook look(const TcpHarness *h)
{
    TcpLook look;

    ck_assert(tcp_look(h->stack, h->conn, &look));
    return look;
}

/* An ACK for each of the next `count` segments, at once. */
static void acknowledge_each(TcpHarness *h, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char ack[HARNESS_LINE_MAX];

        (void)snprintf(ack, sizeof ack, "A 1 %u w=60000",
                       1 + (unsigned)look(h).acked + look(h).mss);
        harness_deliver(h, ack);
        harness_clear(h);
    }
}

/* One ACK for all that is under way. */
static void acknowledge_all(TcpHarness *h)
{
    char ack[HARNESS_LINE_MAX];

    (void)snprintf(ack, sizeof ack, "A 1 %u w=60000", 1 + (unsigned)look(h).sent);
    harness_deliver(h, ack);
    harness_clear(h);
}

static bool is_over(const TcpHarness *h)
{
    return look(h).ssthresh != UINT32_MAX;
}

/* ---- RFC 9406 ---- */

/* The eighth round trip of the second round is 12.5 ms above the first round's: from there the window grows by
 * a quarter of what is acknowledged (§4.2). */
START_TEST(conservative_slow_start_grows_a_quarter_as_fast)
{
    TcpHarness *h = sending("hystart=rfc9406");

    harness_run_until(h, MS(200));
    acknowledge_each(h, 10);
    ck_assert_uint_eq(look(h).cwnd, 20000);
    harness_run_until(h, MS(313));
    acknowledge_each(h, 7);
    ck_assert_uint_eq(look(h).cwnd, 27000);
    acknowledge_each(h, 1);
    ck_assert_uint_eq(look(h).cwnd, 27250);
    ck_assert(!is_over(h));
    harness_free(h);
}
END_TEST

START_TEST(it_is_a_mistake_when_round_trips_come_down_again)
{
    TcpHarness *h = sending("hystart=rfc9406");

    harness_run_until(h, MS(200));
    acknowledge_each(h, 10);
    harness_run_until(h, MS(313));
    acknowledge_each(h, 20);
    ck_assert_uint_eq(look(h).cwnd, 27000 + 13 * 250); /* 30 segments are under way */
    harness_run_until(h, MS(413));
    acknowledge_each(h, 5);
    ck_assert_uint_eq(look(h).cwnd, 30250 + 5 * 250);
    acknowledge_each(h, 1); /* the eighth of its round: the first two took 113 ms, the others 100 */
    ck_assert_uint_eq(look(h).cwnd, 31500 + 1000);
    harness_free(h);
}
END_TEST

/* The round in which it began counts (§4.2). */
START_TEST(five_conservative_rounds_are_the_end)
{
    TcpHarness *h = sending("hystart=rfc9406");

    harness_run_until(h, MS(200));
    acknowledge_each(h, 10);
    for (unsigned round = 1; round <= 5; round++) {
        ck_assert(!is_over(h));
        harness_run_until(h, MS(200 + 113 * round));
        acknowledge_each(h, look(h).out);
    }
    ck_assert(is_over(h));
    /* The window of then is the threshold: what the last ACK of the fifth round adds is all that lies above. */
    ck_assert_uint_ge(look(h).cwnd, look(h).ssthresh);
    ck_assert_uint_lt(look(h).cwnd - look(h).ssthresh, 1000);
    harness_free(h);
}
END_TEST

/* §4.2: an ACK of twenty segments counts as one of eight. */
START_TEST(an_ack_counts_for_eight_segments_at_most)
{
    TcpHarness *h = sending("hystart=rfc9406 initial-window=20 initial-window-bytes=0");

    harness_run_until(h, MS(200));
    acknowledge_all(h);
    ck_assert_uint_eq(look(h).cwnd, 28000);
    harness_free(h);
}
END_TEST

/* ---- CUBIC (RFC 9438) ---- */

/* At 200 ms the second of ten segments is lost: ssthresh 7,000, and W_max ten segments. */
static TcpHarness *after_a_loss(const char *keys)
{
    TcpHarness *h = sending(keys);

    harness_run_until(h, MS(200));
    harness_deliver(h, "A 1 1 w=60000 sack=1001-10001");
    harness_run_until(h, MS(300));
    acknowledge_all(h);
    ck_assert_uint_eq(look(h).ssthresh, 7000);
    return h;
}

/* §4.3: Reno's window grows by 0.53 segments a round trip, and by one when it is where the loss was. */
START_TEST(reno_is_followed_faster_above_the_last_loss)
{
    TcpHarness *h = after_a_loss("");
    SimTime at = MS(300);

    while (look(h).cwnd < 10500) {
        harness_run_until(h, at += MS(100));
        acknowledge_each(h, look(h).out);
    }
    uint32_t before = look(h).cwnd;
    harness_run_until(h, at += MS(100));
    acknowledge_each(h, look(h).out); /* ten segments of a window that is a little larger */
    ck_assert_uint_ge(look(h).cwnd - before, 850);
    ck_assert_uint_le(look(h).cwnd - before, 1000);
    harness_free(h);
}
END_TEST

/* §4.2: ten seconds without anything to send are no time on the curve.  K is cbrt(3 / 0.4) = 1.96 s, so 200 ms
 * after it began it is at 0.4 (0.2 - 1.96)^3 + 10 = 7.8 segments; after 10.2 s it would be at 234, and the window
 * grow by half a segment with each that is acknowledged. */
START_TEST(a_silence_is_no_time_on_the_curve)
{
    TcpHarness *h = opened("");

    send_segments(h, 10);
    harness_run_until(h, MS(200));
    harness_deliver(h, "A 1 1 w=60000 sack=1001-10001");
    harness_run_until(h, MS(300));
    acknowledge_all(h);
    for (unsigned i = 0; i < 2; i++) {
        harness_run_until(h, MS(300 + 10000 * i));
        send_segments(h, 7);
        harness_run_until(h, MS(400 + 10000 * i));
        acknowledge_each(h, 7);
    }
    ck_assert_uint_gt(look(h).cwnd, 7000);
    ck_assert_uint_lt(look(h).cwnd, 8500);
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp_slow_start");
    TCase *tc = tcase_create("HyStart++");

    tcase_add_test(tc, conservative_slow_start_grows_a_quarter_as_fast);
    tcase_add_test(tc, it_is_a_mistake_when_round_trips_come_down_again);
    tcase_add_test(tc, five_conservative_rounds_are_the_end);
    tcase_add_test(tc, an_ack_counts_for_eight_segments_at_most);
    suite_add_tcase(s, tc);
    tc = tcase_create("CUBIC");
    tcase_add_test(tc, reno_is_followed_faster_above_the_last_loss);
    tcase_add_test(tc, a_silence_is_no_time_on_the_curve);
    suite_add_tcase(s, tc);
    return s;
}
