/* What leaves: how data are cut, when they may go, zero-window probes, and congestion. */
#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "tcp/look.h"
#include "tcp_harness.h"

static TcpHarness *established(const char *keys, const char *options)
{
    TcpHarness *h = harness_new(keys);
    harness_establish_with(h, options);
    return h;
}

static void send_bytes(TcpHarness *h, uint64_t bytes)
{
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, bytes), TCP_OK);
}

/* What was sent since the last look. */
static void check_sent(TcpHarness *h, const char *expected)
{
    ck_assert_str_eq(h->sent, expected);
    harness_clear(h);
}

/* ---- Segments (§3.7.1) ---- */

static uint32_t mss_of(const TcpHarness *h, TcpConnId conn)
{
    TcpLook look;

    ck_assert(tcp_look(h->stack, conn, &look));
    return look.mss;
}

/* A path of 68 bytes, the least that IPv4 may have, leaves 28. */
START_TEST(whatever_cuts_an_mss_down_leaves_28_bytes)
{
    TcpHarness *h = harness_new("mss=64 passive-mss-less=60");
    harness_listen(h, 10);
    harness_deliver(h, "S 0 - mss=1460");
    harness_deliver(h, "A 1 1 w=1000");
    ck_assert_uint_eq(mss_of(h, tcp_stack_newest(h->stack)), 28);
    harness_free(h);

    h = established("retries-spent=halves-mss give-up=never nagle=no", "mss=100");
    send_bytes(h, 90);
    harness_run_until(h, 3600 * SIM_SECOND);
    ck_assert_uint_eq(mss_of(h, h->conn), 28);
    harness_free(h);
}
END_TEST

START_TEST(segments_are_as_large_as_the_peer_takes)
{
    static const struct {
        const char *keys, *options;
        uint16_t length;
    } cases[] = {
        {"", "mss=1460", 1460},
        {"", "", 536}, /* no option: 536 */
        {"", "mss=100", 100},
        {"", "mss=9000", 9000},
        {"mss=500", "mss=1460", 1460},                 /* ours bounds what we receive */
        {"tcp_timestamps=1", "mss=1460 ts=1/1", 1448}, /* options count */
        {"tcp_timestamps=1", "mss=1460", 1460},        /* not agreed on */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = established(cases[i].keys, cases[i].options);
        send_bytes(h, 20000);
        ck_assert_uint_eq(harness_last(h)->segment.length, cases[i].length);
        harness_free(h);
    }
}
END_TEST

/* MUST-60: PSH on the last segment of what is there to send. */
START_TEST(the_last_segment_is_pushed)
{
    TcpHarness *h = established("", "mss=1000");
    send_bytes(h, 2500);
    harness_deliver(h, "A 1 2001"); /* Nagle has held the rest */
    size_t first = h->log_count - 3;
    ck_assert(!(h->log[first].segment.flags & TCP_PSH));
    ck_assert(!(h->log[first + 1].segment.flags & TCP_PSH));
    ck_assert(h->log[first + 2].segment.flags & TCP_PSH);
    check_sent(h, "A 1 1 +1000; A 1001 1 +1000; A 2001 1 +500");
    harness_free(h);
}
END_TEST

START_TEST(payload_names_its_bytes)
{
    TcpHarness *h = established("", "mss=1000");
    uint64_t stream = harness_status(h).stream;
    send_bytes(h, 2000);
    for (uint64_t i = 0; i < 2; i++) {
        const Segment *s = &h->log[h->log_count - 2 + i].segment;
        ck_assert_uint_eq(s->payload.stream, stream);
        ck_assert_uint_eq(s->payload.offset, 1000 * i);
    }
    harness_free(h);
}
END_TEST

/* ---- The peer's window ---- */

START_TEST(the_window_bounds_what_is_under_way)
{
    TcpHarness *h = established("congestion=none", "mss=1000 w=3000");
    send_bytes(h, 100000);
    check_sent(h, "A 1 1 +1000; A 1001 1 +1000; A 2001 1 +1000");
    harness_deliver(h, "A 1 1001 w=3000");
    check_sent(h, "A 3001 1 +1000");
    harness_deliver(h, "A 1 2001 w=1000"); /* its right edge moved left: nothing new */
    check_sent(h, "");
    harness_free(h);
}
END_TEST

/* RFC 7323 §2.2: the window of a SYN is not scaled, all later ones are. */
START_TEST(windows_are_scaled)
{
    static const struct {
        const char *keys, *options;
        uint32_t syn, later;
    } cases[] = {
        {"tcp_window_scaling=1", "ws=3 w=1000", 1000, 8000},
        {"tcp_window_scaling=1", "ws=14 w=2", 2, 16384000},
        {"tcp_window_scaling=1", "w=1000", 1000, 1000},
        {"", "ws=3 w=1000", 1000, 1000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = established(cases[i].keys, cases[i].options);
        ck_assert_uint_eq(harness_status(h).snd_wnd, cases[i].syn);
        harness_deliver(h, "A 1 1 w=1000");
        ck_assert_uint_eq(harness_status(h).snd_wnd, cases[i].later);
        harness_free(h);
    }
}
END_TEST

/* Fifth: SND.WL1 < SEG.SEQ, or equal and SND.WL2 =< SEG.ACK; an old segment says nothing. */
START_TEST(an_old_segment_does_not_change_the_window)
{
    TcpHarness *h = established("nagle=no", "mss=1000 w=5000");
    send_bytes(h, 10);
    send_bytes(h, 10);
    harness_deliver(h, "A 1 11 w=4000");
    ck_assert_uint_eq(harness_status(h).snd_wnd, 4000);
    harness_deliver(h, "A 1 1 w=3000"); /* an older ACK */
    ck_assert_uint_eq(harness_status(h).snd_wnd, 4000);
    harness_deliver(h, "A 11 11 +5 w=2000"); /* newer, though out of order */
    ck_assert_uint_eq(harness_status(h).snd_wnd, 2000);
    harness_deliver(h, "A 1 11 +10 w=1000"); /* sent before that one */
    ck_assert_uint_eq(harness_status(h).snd_wnd, 2000);
    harness_deliver(h, "A 16 11 w=1000");
    ck_assert_uint_eq(harness_status(h).snd_wnd, 1000);
    harness_free(h);
}
END_TEST

/* ---- Nagle (§3.7.4) and silly windows (§3.8.6.2.1) ---- */

START_TEST(nagle_holds_a_small_segment_back)
{
    TcpHarness *h = established("nagle=yes", "mss=1000");
    send_bytes(h, 10); /* nothing is out: it goes */
    send_bytes(h, 10);
    send_bytes(h, 10);
    check_sent(h, "A 1 1 +10");
    send_bytes(h, 985); /* together more than a segment: a full one goes */
    check_sent(h, "A 11 1 +1000");
    harness_deliver(h, "A 1 11");
    check_sent(h, "");
    harness_deliver(h, "A 1 1011");
    check_sent(h, "A 1011 1 +5");
    harness_free(h);
}
END_TEST

START_TEST(without_nagle_it_goes)
{
    TcpHarness *h = established("nagle=no", "mss=1000");
    send_bytes(h, 10);
    send_bytes(h, 20);
    check_sent(h, "A 1 1 +10; A 11 1 +20");
    harness_free(h);
}
END_TEST

/* Rule (3): half of the largest window that was ever offered is worth sending. */
START_TEST(half_of_the_largest_window_is_worth_it)
{
    TcpHarness *h = established("", "mss=1000 w=800");
    send_bytes(h, 5000);
    check_sent(h, "A 1 1 +800");
    harness_deliver(h, "A 1 801 w=399");
    check_sent(h, "");
    harness_deliver(h, "A 1 801 w=400");
    check_sent(h, "A 801 1 +400");
    harness_free(h);
}
END_TEST

/* Rule (4): the override timeout, 0.1 to 1 s, sends what fits. */
START_TEST(a_small_window_is_filled_in_the_end)
{
    TcpHarness *h = established("", "mss=1000 w=1500");
    send_bytes(h, 5000);
    check_sent(h, "A 1 1 +1000");
    harness_deliver(h, "A 1 1001 w=500");
    check_sent(h, "");
    harness_run_until(h, SEC(1));
    check_sent(h, "A 1001 1 +500");
    harness_free(h);
}
END_TEST

/* ---- Zero-window probes (§3.8.6.1) ---- */

START_TEST(a_closed_window_is_probed)
{
    TcpHarness *h = established("window-probe=data tcp_rto_max_ms=60000", "mss=1000 w=0");
    send_bytes(h, 100);
    check_sent(h, "");
    h->log_count = 0;
    for (int i = 0; i < 10; i++) { /* answered, the window stays closed */
        harness_run_one(h);
        check_sent(h, "A 1 1 +1");
        harness_deliver(h, "A 1 1 w=0");
    }
    ck_assert_str_eq(harness_times(h, SEGMENT_ANY), "1 3 7 15 31 63 123 183 243 303");
    harness_deliver(h, "A 1 2 w=1000"); /* open, and the probe's byte was taken */
    check_sent(h, "A 2 1 +99");
    ck_assert(!h->timers[TCP_TIMER_PROBE].armed);
    harness_free(h);
}
END_TEST

/* The window opens, but the probe's byte had come before that: it goes at once. */
START_TEST(a_probe_that_was_not_taken_is_sent_again)
{
    TcpHarness *h = established("window-probe=data", "mss=1000 w=0");
    send_bytes(h, 100);
    harness_run_until(h, SEC(1));
    harness_clear(h);
    harness_deliver(h, "A 1 1 w=1000");
    check_sent(h, "A 1 1 +1");
    harness_deliver(h, "A 1 2 w=1000");
    check_sent(h, "A 2 1 +99");
    harness_free(h);
}
END_TEST

START_TEST(a_probe_may_be_an_old_number)
{
    TcpHarness *h = established("window-probe=ack", "mss=1000 w=0");
    send_bytes(h, 100);
    harness_run_until(h, SEC(1));
    check_sent(h, "A 0 1");
    harness_deliver(h, "A 1 1 w=1000");
    check_sent(h, "A 1 1 +100");
    harness_free(h);
}
END_TEST

/* "as long as the receiving TCP peer continues to send acknowledgments ... the sending TCP peer
 * MUST allow the connection to stay open" */
START_TEST(probes_that_are_answered_go_on_for_ever)
{
    static const char *const kinds[] = {"window-probe=data tcp_retries2=3",
                                        "window-probe=ack tcp_retries2=3"};
    for (int kind = 0; kind < 2; kind++) {
        TcpHarness *h = established(kinds[kind], "mss=1000 w=0");
        send_bytes(h, 100);
        for (int i = 0; i < 200; i++) {
            ck_assert(harness_run_one(h));
            harness_deliver(h, "A 1 1 w=0");
            harness_clear(h);
        }
        ck_assert_int_eq(h->state, TCP_STATE_ESTABLISHED);
        harness_free(h);
    }
}
END_TEST

START_TEST(probes_that_nobody_answers_end)
{
    TcpHarness *h = established("tcp_retries2=3", "mss=1000 w=0");
    h->log_count = 0;
    send_bytes(h, 100);
    while (harness_run_one(h))
        ;
    ck_assert_str_eq(harness_times(h, SEGMENT_ANY), "1 3 7");
    ck_assert_str_eq(h->app, "error ETIMEDOUT");
    ck_assert_int_eq(h->now, SEC(15));
    harness_free(h);
}
END_TEST

/* The window opens before the first probe was sent: nothing is left to probe. */
START_TEST(an_open_window_ends_the_probes)
{
    TcpHarness *h = established("tcp_retries2=3", "mss=1000 w=0");
    send_bytes(h, 100);
    harness_deliver(h, "A 1 1 w=1000");
    check_sent(h, "A 1 1 +100");
    harness_deliver(h, "A 1 101 w=1000");
    ck_assert(!h->timers[TCP_TIMER_PROBE].armed);
    harness_run_until(h, SEC(10000));
    check_sent(h, "");
    ck_assert_int_eq(h->state, TCP_STATE_ESTABLISHED);
    harness_free(h);
}
END_TEST

/* The only byte left was the probe's, and it was taken: nothing waits any more. */
START_TEST(probes_end_with_the_data)
{
    TcpHarness *h = established("tcp_retries2=3", "mss=1000 w=0");
    send_bytes(h, 1);
    harness_run_until(h, SEC(1));
    check_sent(h, "A 1 1 +1");
    harness_deliver(h, "A 1 2 w=0");
    harness_run_until(h, SEC(10000));
    check_sent(h, "");
    ck_assert_int_eq(h->state, TCP_STATE_ESTABLISHED);
    harness_free(h);
}
END_TEST

START_TEST(a_fin_can_be_a_probe)
{
    TcpHarness *h = established("", "mss=1000 w=0");
    ck_assert_int_eq(tcp_shutdown(h->stack, 0, h->conn), TCP_OK);
    check_sent(h, "");
    harness_run_until(h, SEC(1));
    check_sent(h, "FA 1 1");
    harness_deliver(h, "A 1 2 w=0");
    ck_assert_int_eq(h->state, TCP_STATE_FIN_WAIT_2);
    harness_run_until(h, SEC(1000));
    check_sent(h, "");
    harness_free(h);
}
END_TEST

/* ---- Congestion (RFC 5681, RFC 6582, RFC 6675) ---- */

START_TEST(slow_start)
{
    TcpHarness *h = established("initial-window=2", "mss=1000");
    send_bytes(h, 100000);
    check_sent(h, "A 1 1 +1000; A 1001 1 +1000");
    harness_deliver(h, "A 1 1001"); /* one segment an ACK */
    check_sent(h, "A 2001 1 +1000; A 3001 1 +1000");
    harness_deliver(h, "A 1 3001"); /* and no more for an ACK of two */
    check_sent(h, "A 4001 1 +1000; A 5001 1 +1000; A 6001 1 +1000");
    harness_free(h);
}
END_TEST

START_TEST(no_congestion_control)
{
    TcpHarness *h = established("congestion=none", "mss=1000 w=20000");
    send_bytes(h, 100000);
    ck_assert_uint_eq(harness_status(h).snd_nxt - h->iss, 20001);
    harness_free(h);
}
END_TEST

/* RFC 5681 §3.1: a SYN was lost, the initial window is one segment. */
START_TEST(after_a_lost_syn_one_segment)
{
    TcpHarness *h = harness_new("initial-window=10 syn-losses-forgiven=0");
    harness_connect(h);
    harness_run_until(h, SEC(1));
    harness_deliver(h, "SA 0 1 mss=1000");
    harness_clear(h);
    send_bytes(h, 100000);
    check_sent(h, "A 1 1 +1000");
    harness_free(h);
}
END_TEST

/* RFC 5681 §4.1: after more than an RTO of silence no more than the restart window. */
static TcpHarness *idle_for_ten_seconds(const char *keys)
{
    TcpHarness *h = harness_new(keys);
    harness_establish_with(h, "mss=1000");
    ck_assert_int_eq(tcp_send(h->stack, 0, h->conn, 14000), TCP_OK);
    for (int i = 3; i <= 14; i += 2) {
        char ack[64];
        snprintf(ack, sizeof ack, "A 1 %d001", i - 1);
        harness_deliver(h, ack);
    }
    harness_deliver(h, "A 1 14001");
    harness_clear(h);
    h->now = SEC(10);
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 100000), TCP_OK);
    return h;
}

START_TEST(an_idle_connection_starts_anew)
{
    TcpHarness *h = idle_for_ten_seconds("initial-window=2");

    ck_assert_str_eq(h->sent, "A 14001 1 +1000; A 15001 1 +1000");
    harness_free(h);
}
END_TEST

/* Linux ip-sysctl: tcp_slow_start_after_idle=0.  Seven ACKs of new data: 2 + 7 segments. */
START_TEST(an_idle_connection_may_go_on)
{
    TcpHarness *h = idle_for_ten_seconds("initial-window=2 tcp_slow_start_after_idle=0");
    unsigned segments = 1;

    for (const char *at = h->sent; (at = strchr(at, ';')) != NULL; at++)
        segments++;
    ck_assert_uint_eq(segments, 9);
    harness_free(h);
}
END_TEST

/* RFC 5681 §3.1: cwnd has a bound, and does not wrap round. */
START_TEST(a_long_transfer_does_not_stall)
{
    TcpHarness *h = established("tcp_window_scaling=1 mss=65495", "mss=65495 ws=14 w=4");
    send_bytes(h, UINT64_C(1) << 40);
    harness_deliver(h, "A 1 1 w=8");  /* two segments of 65495 */
    for (int i = 0; i < 70000; i++) { /* more than 2^32 bytes */
        Segment ack = harness_segment(h, "A 1 0 w=8");
        ack.ack = harness_status(h).snd_nxt;
        h->log_count = 0;
        harness_clear(h);
        tcp_stack_deliver(h->stack, 0, &ack);
        ck_assert_uint_eq(harness_status(h).snd_nxt - ack.ack, 2 * 65495);
    }
    harness_free(h);
}
END_TEST

/* Ten segments of 1000 fill the peer's window; the first and the fifth are lost. */
static TcpHarness *two_lost(const char *keys)
{
    TcpHarness *h = established(keys, "mss=1000 w=10000 sackok");
    send_bytes(h, 100000);
    ck_assert_uint_eq(harness_status(h).snd_nxt - h->iss, 10001);
    harness_clear(h);
    return h;
}

START_TEST(newreno)
{
    TcpHarness *h = two_lost("");
    harness_deliver(h, "A 1 1 w=10000");
    harness_deliver(h, "A 1 1 w=10000");
    check_sent(h, "");
    harness_deliver(h, "A 1 1 w=10000");
    check_sent(h, "A 1 1 +1000"); /* ssthresh = 5000, cwnd = 5000 + 3000 */
    for (int i = 0; i < 5; i++)
        harness_deliver(h, "A 1 1 w=10000"); /* cwnd = 13000, but the window is full */
    check_sent(h, "");
    /* A partial ACK: cwnd = 13000 - 4000 + 1000; 6000 are out, so four more may go. */
    harness_deliver(h, "A 1 4001 w=10000");
    check_sent(h, "A 4001 1 +1000; A 10001 1 +1000; A 11001 1 +1000; A 12001 1 +1000; "
                  "A 13001 1 +1000");
    /* All of the flight is acknowledged: cwnd = ssthresh = 5000, 4000 are out. */
    harness_deliver(h, "A 1 10001 w=65535");
    check_sent(h, "A 14001 1 +1000");
    /* Congestion avoidance: one segment more for a whole window acknowledged. */
    harness_deliver(h, "A 1 15001 w=65535");
    ck_assert_uint_eq(harness_status(h).snd_nxt - h->iss, 15001 + 6000);
    harness_free(h);
}
END_TEST

START_TEST(what_is_no_duplicate_ack)
{
    static const char *const not_duplicates[][3] = {
        {"A 1 1 +1", "A 2 1 +1", "A 3 1 +1"},                /* with data */
        {"A 1 1 w=10001", "A 1 1 w=10002", "A 1 1 w=10003"}, /* another window */
        {"A 1 0 w=10000", "A 1 0 w=10000", "A 1 0 w=10000"}, /* an older number */
    };
    for (size_t i = 0; i < sizeof not_duplicates / sizeof not_duplicates[0]; i++) {
        TcpHarness *h = two_lost("congestion=reno delayed-ack=200ms");
        for (int k = 0; k < 3; k++)
            harness_deliver(h, not_duplicates[i][k]);
        ck_assert_ptr_null(strstr(h->sent, "+1000"));
        harness_free(h);
    }
}
END_TEST

/* RFC 5681 §3.1: a timeout presumes all lost; slow start from one segment up to half the flight. */
START_TEST(timeout)
{
    TcpHarness *h = two_lost("");
    harness_run_until(h, SEC(1));
    check_sent(h, "A 1 1 +1000");
    harness_deliver(h, "A 1 1001 w=65535");
    check_sent(h, "A 1001 1 +1000; A 2001 1 +1000");
    harness_deliver(h, "A 1 2001 w=65535");
    check_sent(h, "A 3001 1 +1000; A 4001 1 +1000");
    /* All that was out was there after all: slow start goes on to ssthresh = 5000. */
    harness_deliver(h, "A 1 10001 w=65535");
    check_sent(h, "A 10001 1 +1000; A 11001 1 +1000; A 12001 1 +1000; A 13001 1 +1000");
    harness_free(h);
}
END_TEST

/* RFC 6582 §3.2 step 1: the duplicates of a flight that timed out start no fast retransmit. */
START_TEST(no_fast_retransmit_after_a_timeout)
{
    TcpHarness *h = two_lost("");
    harness_run_until(h, SEC(1));
    harness_clear(h);
    for (int i = 0; i < 6; i++)
        harness_deliver(h, "A 1 1 w=10000");
    check_sent(h, "");
    harness_free(h);
}
END_TEST

/* RFC 6675: three segments SACKed behind it make a segment lost, whoever says so. */
START_TEST(sack_finds_the_lost_segments)
{
    TcpHarness *h = two_lost("tcp_sack=1");
    harness_deliver(h, "A 1 1 w=10000 sack=1001-3001");
    check_sent(h, "");
    harness_deliver(h, "A 1 1 w=10000 sack=1001-4001");
    check_sent(h, "A 1 1 +1000");
    harness_deliver(h, "A 1 1 w=10000 sack=5001-8001 sack=1001-4001");
    check_sent(h, "A 4001 1 +1000");
    harness_deliver(h, "A 1 4001 w=10000 sack=5001-8001");
    ck_assert_ptr_null(strstr(h->sent, "A 4001")); /* not once more */
    harness_free(h);
}
END_TEST

/* RFC 2018 §8: a receiver may throw away what it SACKed; after a timeout it is sent again. */
START_TEST(sacked_is_not_acknowledged)
{
    TcpHarness *h = two_lost("tcp_sack=1");
    harness_deliver(h, "A 1 1 w=10000 sack=1-3001");
    harness_run_until(h, SEC(1));
    harness_deliver(h, "A 1 1001 w=65535");
    ck_assert_ptr_nonnull(strstr(h->sent, "A 1001 1 +1000"));
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp-send");
    TCase *tc = tcase_create("segments");
    tcase_add_test(tc, segments_are_as_large_as_the_peer_takes);
    tcase_add_test(tc, whatever_cuts_an_mss_down_leaves_28_bytes);
    tcase_add_test(tc, the_last_segment_is_pushed);
    tcase_add_test(tc, payload_names_its_bytes);
    suite_add_tcase(s, tc);
    tc = tcase_create("window");
    tcase_add_test(tc, the_window_bounds_what_is_under_way);
    tcase_add_test(tc, windows_are_scaled);
    tcase_add_test(tc, an_old_segment_does_not_change_the_window);
    tcase_add_test(tc, nagle_holds_a_small_segment_back);
    tcase_add_test(tc, without_nagle_it_goes);
    tcase_add_test(tc, half_of_the_largest_window_is_worth_it);
    tcase_add_test(tc, a_small_window_is_filled_in_the_end);
    suite_add_tcase(s, tc);
    tc = tcase_create("probes");
    tcase_add_test(tc, a_closed_window_is_probed);
    tcase_add_test(tc, a_probe_that_was_not_taken_is_sent_again);
    tcase_add_test(tc, a_probe_may_be_an_old_number);
    tcase_add_test(tc, probes_that_are_answered_go_on_for_ever);
    tcase_add_test(tc, probes_that_nobody_answers_end);
    tcase_add_test(tc, an_open_window_ends_the_probes);
    tcase_add_test(tc, probes_end_with_the_data);
    tcase_add_test(tc, a_fin_can_be_a_probe);
    suite_add_tcase(s, tc);
    tc = tcase_create("congestion");
    tcase_add_test(tc, slow_start);
    tcase_add_test(tc, no_congestion_control);
    tcase_add_test(tc, after_a_lost_syn_one_segment);
    tcase_add_test(tc, an_idle_connection_starts_anew);
    tcase_add_test(tc, an_idle_connection_may_go_on);
    tcase_add_test(tc, a_long_transfer_does_not_stall);
    tcase_add_test(tc, newreno);
    tcase_add_test(tc, what_is_no_duplicate_ack);
    tcase_add_test(tc, timeout);
    tcase_add_test(tc, no_fast_retransmit_after_a_timeout);
    tcase_add_test(tc, sack_finds_the_lost_segments);
    tcase_add_test(tc, sacked_is_not_acknowledged);
    suite_add_tcase(s, tc);
    return s;
}
