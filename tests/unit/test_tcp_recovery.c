/* How Linux finds losses and recovers from them: RACK, tail loss probes, timeouts, a window that shrinks in
 * proportion.  Every time is worked out from a round trip of 100 ms, measured by the handshake: SRTT 100 ms,
 * RTTVAR 50 ms, so RTO 300 ms (RFC 6298 §2.2).
 */
#include "check_main.h"
#include "tcp/look.h"
#include "tcp_harness.h"

static const char linux_keys[] =
    "sender=linux loss-detection=rack congestion=cubic rate-reduction=proportional "
    "tcp_sack=1 tcp_rto_min_us=200000 tcp_ecn=1";

/* From 100 ms on. */
static TcpHarness *established(const char *more)
{
    TcpHarness *h = harness_new(linux_keys);

    harness_set(h, more);
    harness_connect(h);
    harness_run_until(h, MS(100));
    harness_deliver(h, "SAE 0 1 mss=1000 sackok");
    ck_assert_int_eq(harness_status(h).srtt, MS(100));
    harness_clear(h);
    return h;
}

static void send_segments(TcpHarness *h, unsigned count)
{
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, count * 1000U), TCP_OK);
    harness_clear(h);
}

static void check_sent(TcpHarness *h, const char *expected)
{
    ck_assert_str_eq(h->sent, expected);
    harness_clear(h);
}

static TcpLook look(const TcpHarness *h)
{
    TcpLook look;

    ck_assert(tcp_look(h->stack, h->conn, &look));
    return look;
}

/* ---- RACK (RFC 8985 §6) ---- */

/* Second delivered at 200 ms: the first is lost 100 ms + RTT / 4 after it was sent, and Linux's timers have two
 * milliseconds at least beside it.  What delivers nothing meanwhile is no reason to look (§6.2 step 5). */
START_TEST(reordering_is_waited_for)
{
    TcpHarness *h = established("");

    send_segments(h, 3);
    harness_run_until(h, MS(200));
    harness_deliver(h, "A 1 1 sack=1001-2001");
    ck_assert(h->timers[TCP_TIMER_REORDERING].armed);
    ck_assert_int_eq(h->timers[TCP_TIMER_REORDERING].due, MS(227));
    harness_run_until(h, MS(226));
    harness_deliver(h, "A 1 1 sack=1001-2001");
    check_sent(h, "");
    harness_run_until(h, MS(227));
    check_sent(h, "A 1 1 +1000");
    harness_free(h);
}
END_TEST

/* What was sent again and is acknowledged 10 ms later answers the first transmission (step 2): the least
 * round trip stays 100 ms, and a quarter of it what reordering has. */
START_TEST(a_round_trip_below_the_least_is_of_the_first_transmission)
{
    TcpHarness *h = established("tcp_early_retrans=3");

    send_segments(h, 1);
    harness_run_until(h, MS(200));
    harness_deliver(h, "A 1 1001"); /* SRTT 100, RTTVAR 37.5: RTO 300 by its least variance */
    send_segments(h, 2);
    harness_run_until(h, MS(402)); /* 2 SRTT and two milliseconds: the tail's probe */
    check_sent(h, "A 2001 1 +1000");
    harness_run_until(h, MS(412));
    harness_deliver(h, "A 1 3001");
    ck_assert_int_eq(look(h).rtt_min, MS(100));
    harness_free(h);
}
END_TEST

/* … of which the handshake's is one (§6.1): its SYN has left twice, at 0 and at 1 s, and the echo says that the first was answered. */
START_TEST(the_handshake_gives_a_least_round_trip)
{
    TcpHarness *h = harness_new(linux_keys);

    harness_set(h, "tcp_timestamps=1");
    harness_connect(h);
    harness_run_until(h, MS(1100));
    harness_deliver(h, "SAE 0 1 mss=1000 sackok ts=1/1");
    ck_assert_int_eq(look(h).rtt_min, MS(1100));
    harness_free(h);
}
END_TEST

/* §6.3: the oldest segment is lost, and of the others what left a round trip ago. */
START_TEST(a_timeout_marks_what_is_old_enough)
{
    static const struct {
        SimTime second;
        unsigned lost;
    } cases[] = {{MS(340), 2}, {MS(390), 1}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = established("");

        send_segments(h, 1);
        harness_run_until(h, MS(200));
        harness_deliver(h, "A 1 1001"); /* RTO: 100 + 4 * 37.5 = 250 ms */
        send_segments(h, 1);
        harness_run_until(h, cases[i].second);
        send_segments(h, 1);
        harness_run_until(h, MS(450));
        check_sent(h, "A 1001 1 +1000");
        ck_assert_uint_eq(look(h).lost, cases[i].lost);
        harness_free(h);
    }
}
END_TEST

/* Linux, tcp_ack_update_rtt(): 200 ms for what is SACKed, so RTTVAR = 3/4 50 + 1/4 100 and SRTT = 7/8 100 + 1/8 200. */
START_TEST(what_is_sacked_is_a_round_trip)
{
    TcpHarness *h = established("");

    send_segments(h, 2);
    harness_run_until(h, MS(300));
    harness_deliver(h, "A 1 1 sack=1001-2001");
    ck_assert_int_eq(harness_status(h).srtt, 112500 * SIM_MICROSECOND);
    ck_assert_int_eq(harness_status(h).rttvar, 62500 * SIM_MICROSECOND);
    harness_free(h);
}
END_TEST

/* Linux has one timer for both: no probe comes after the repeat. */
START_TEST(the_repeat_takes_the_probes_place)
{
    TcpHarness *h = established("tcp_early_retrans=3");

    send_segments(h, 5);
    ck_assert(h->timers[TCP_TIMER_TAIL_PROBE].armed);
    harness_run_until(h, MS(200));
    harness_deliver(h, "A 1 1 sack=1001-5001");
    check_sent(h, "A 1 1 +1000");
    ck_assert(!h->timers[TCP_TIMER_TAIL_PROBE].armed);
    ck_assert_int_eq(h->timers[TCP_TIMER_RETRANSMIT].due, MS(450)); /* SRTT 100 + 4 * 37.5 ms */
    harness_free(h);
}
END_TEST

/* tcp_xmit_retransmit_queue(): the timer runs from when the oldest segment left again. */
START_TEST(the_oldest_segment_starts_the_timer_anew)
{
    TcpHarness *h = established("");

    send_segments(h, 10);
    harness_run_until(h, MS(250));
    harness_deliver(h, "A 1 1 sack=1001-4001");
    ck_assert_int_eq(h->timers[TCP_TIMER_RETRANSMIT].due, MS(250) + look(h).rto);
    harness_free(h);
}
END_TEST

/* ---- Silence ---- */

/* tcp_cwnd_restart(): 40 segments, half of them after one RTO and a half, the initial 10 after ten. */
START_TEST(a_silence_halves_the_window)
{
    static const struct {
        unsigned halves; /* of an RTO */
        uint32_t cwnd;
    } rows[] = {{2, 40000}, {3, 20000}, {20, 10000}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        TcpHarness *h = established("tcp_slow_start_after_idle=1 initial-window=10");

        send_segments(h, 10);
        harness_run_until(h, MS(200));
        harness_deliver(h, "A 1 10001");
        send_segments(h, 20);
        harness_run_until(h, MS(300));
        harness_deliver(h, "A 1 30001");
        harness_run_until(h, MS(200) + look(h).rto * rows[i].halves / 2);
        send_segments(h, 1);
        ck_assert_uint_eq(look(h).cwnd, rows[i].cwnd);
        harness_free(h);
    }
}
END_TEST

/* ---- Tail loss probes (RFC 8985 §7) ---- */

/* Three segments at 100 ms, the last of them again at 302 ms, and one more at 350 ms; at 400 ms the first is timed
 * out. */
static TcpHarness *probed(void)
{
    TcpHarness *h = established("tcp_early_retrans=3");

    send_segments(h, 3);
    harness_run_until(h, MS(302));
    check_sent(h, "A 2001 1 +1000");
    harness_run_until(h, MS(350));
    send_segments(h, 1);
    return h;
}

/* §7.4.2, tcp_process_tlp_ack(): what acknowledges more than the probe tells that only the probe can have brought
 * the tail, unless something said before that both came. */
START_TEST(a_probe_tells_of_a_loss)
{
    static const struct {
        const char *before;
        unsigned times;
        uint32_t ssthresh; /* 10 segments were allowed; 10 * 717 / 1024 = 7 */
    } cases[] = {
        {"A 1 3001", 1, 7000},
        {"A 1 2001", 2, 7000}, /* a duplicate, but of what came before the tail */
        {"A 1 3001 sack=2001-3001", 1, UINT32_MAX}, /* a DSACK (RFC 2883) */
        {"A 1 3001 sack=1001-2001", 1, 7000},       /* not of the tail */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = probed();

        harness_run_until(h, MS(390));
        for (unsigned n = 0; n < cases[i].times; n++)
            harness_deliver(h, cases[i].before);
        ck_assert_uint_eq(look(h).ssthresh, UINT32_MAX);
        harness_deliver(h, "A 1 4001");
        ck_assert_uint_eq(look(h).ssthresh, cases[i].ssthresh);
        harness_free(h);
    }
}
END_TEST

/* The second copy's ACK is a duplicate, as the tail had been acknowledged. */
START_TEST(both_copies_of_the_tail_may_come)
{
    TcpHarness *h = probed();

    harness_run_until(h, MS(390));
    harness_deliver(h, "A 1 3001");
    harness_deliver(h, "A 1 3001");
    harness_deliver(h, "A 1 4001");
    ck_assert_uint_eq(look(h).ssthresh, UINT32_MAX);
    harness_free(h);
}
END_TEST

/* ---- The window while it shrinks (RFC 6937) ---- */

/* A loss while the window shrinks for a mark is of the same round trip, and shrinks it no further
 * (tcp_enter_recovery(): not in CWR). */
START_TEST(a_mark_and_a_loss_shrink_the_window_once)
{
    TcpHarness *h = established("");

    send_segments(h, 10);
    harness_run_until(h, MS(200));
    harness_deliver(h, "AE 1 1001");
    ck_assert_uint_eq(look(h).ssthresh, 7000);
    harness_run_until(h, MS(230));
    harness_deliver(h, "A 1 4001");
    ck_assert_uint_lt(look(h).cwnd, 10000);
    harness_deliver(h, "A 1 4001 sack=5001-8001");
    ck_assert_int_eq(look(h).congestion, TCP_LOOK_RECOVERY);
    ck_assert_uint_eq(look(h).ssthresh, 7000);
    harness_free(h);
}
END_TEST

/* ---- Without SACK ---- */

/* RFC 6582 §4.1: duplicates of what was sent twice must not look like another loss, so Linux holds the state until
 * something behind the flight is acknowledged (tcp_is_non_sack_preventing_reopen()); the RFC ends it with the flight. */
START_TEST(recovery_is_held_until_something_behind_is_acknowledged)
{
    static const struct {
        const char *keys;
        unsigned after_flight;
    } rows[] = {{"sender=linux congestion=reno", TCP_LOOK_RECOVERY},
                {"sender=rfc9293 congestion=reno", TCP_LOOK_OPEN}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        TcpHarness *h = harness_new(rows[i].keys);

        harness_establish_with(h, "mss=1000");
        send_segments(h, 5);
        for (int duplicate = 0; duplicate < 3; duplicate++)
            harness_deliver(h, "A 1 1");
        ck_assert_int_eq(look(h).congestion, TCP_LOOK_RECOVERY);
        harness_deliver(h, "A 1 5001");
        ck_assert_int_eq(look(h).congestion, rows[i].after_flight);
        send_segments(h, 1);
        harness_deliver(h, "A 1 6001");
        ck_assert_int_eq(look(h).congestion, TCP_LOOK_OPEN);
        harness_free(h);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp_recovery");
    TCase *tc = tcase_create("RACK");

    tcase_add_test(tc, reordering_is_waited_for);
    tcase_add_test(tc, a_round_trip_below_the_least_is_of_the_first_transmission);
    tcase_add_test(tc, the_handshake_gives_a_least_round_trip);
    tcase_add_test(tc, a_timeout_marks_what_is_old_enough);
    tcase_add_test(tc, a_silence_halves_the_window);
    tcase_add_test(tc, what_is_sacked_is_a_round_trip);
    tcase_add_test(tc, the_repeat_takes_the_probes_place);
    tcase_add_test(tc, the_oldest_segment_starts_the_timer_anew);
    suite_add_tcase(s, tc);
    tc = tcase_create("tail loss probes");
    tcase_add_test(tc, a_probe_tells_of_a_loss);
    tcase_add_test(tc, both_copies_of_the_tail_may_come);
    suite_add_tcase(s, tc);
    tc = tcase_create("shrinking");
    tcase_add_test(tc, a_mark_and_a_loss_shrink_the_window_once);
    suite_add_tcase(s, tc);
    tc = tcase_create("without SACK");
    tcase_add_test(tc, recovery_is_held_until_something_behind_is_acknowledged);
    suite_add_tcase(s, tc);
    return s;
}
