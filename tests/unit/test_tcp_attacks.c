/* What attackers, old duplicates and unlucky timing do: RFC 5961, RFC 6191, simultaneous opens and
 * closes, and the corners where connections were once lost. */
#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "tcp_harness.h"

static void check_sent(TcpHarness *h, const char *expected)
{
    ck_assert_str_eq(h->sent, expected);
    harness_clear(h);
}

static TcpHarness *at(const char *keys, HarnessPlace place)
{
    TcpHarness *h = harness_new(keys);
    harness_bring(h, place);
    return h;
}

/* ---- Challenge ACKs (RFC 5961) ---- */

static unsigned answers(TcpHarness *h, const char *segment, unsigned times)
{
    size_t before = h->log_count;
    for (unsigned i = 0; i < times; i++)
        harness_deliver(h, segment);
    return (unsigned)(h->log_count - before);
}

/* §7: so many in 5 s, and no more. */
START_TEST(challenges_are_limited)
{
    static const char *const segments[] = {"R 5 -", "S 5 -", "A 5 100"};
    static const HarnessPlace open[] = {AT_SYN_RCVD, AT_SYN_RCVD_ACTIVE, AT_ESTABLISHED,
                                        AT_CLOSE_WAIT};
    for (size_t p = 0; p < sizeof open / sizeof open[0]; p++) {
        bool handshake = open[p] == AT_SYN_RCVD || open[p] == AT_SYN_RCVD_ACTIVE;
        for (size_t i = 0; i < (handshake ? 1 : sizeof segments / sizeof segments[0]); i++) {
            TcpHarness *h = at("initial-rto=60s", open[p]);
            h->now = MS(5200);
            ck_assert_uint_eq(answers(h, segments[i], 50), 10);
            h->now = MS(9999);
            ck_assert_uint_eq(answers(h, segments[i], 50), 0);
            h->now = SEC(10);
            ck_assert_uint_eq(answers(h, segments[i], 50), 10);
            harness_free(h);
        }
    }
}
END_TEST

/* Linux: one answer in 500 ms to empty segments that do not fit; data are always answered. */
START_TEST(answers_are_limited_as_linux_does)
{
    TcpHarness *h = at("tcp_invalid_ratelimit=500", AT_ESTABLISHED);
    h->now = MS(100);
    ck_assert_uint_eq(answers(h, "A -5 1", 3), 1);
    h->now = MS(599);
    ck_assert_uint_eq(answers(h, "A -5 1", 3), 0);
    ck_assert_uint_eq(answers(h, "A -5 1 +2", 3), 3);
    h->now = MS(600);
    ck_assert_uint_eq(answers(h, "A -5 1", 3), 1);
    harness_free(h);
}
END_TEST

/* §3.2: the number must be exact, and it is the segment's own: payload does not move it. */
START_TEST(an_rst_with_payload_must_be_exact_too)
{
    TcpHarness *h = at("", AT_ESTABLISHED);
    harness_deliver(h, "R -4 - +10");
    check_sent(h, "A 1 1");
    ck_assert_int_eq(h->state, TCP_STATE_ESTABLISHED);
    harness_deliver(h, "R 1 - +10");
    ck_assert_int_eq(h->state, TCP_STATE_CLOSED);
    harness_free(h);
}
END_TEST

/* §4.2: a SYN is challenged "irrespective of the sequence number". */
START_TEST(a_syn_is_challenged_wherever_it_begins)
{
    TcpHarness *h = at("delayed-ack=0", AT_ESTABLISHED);
    harness_deliver(h, "SA -4 1 +10");
    check_sent(h, "A 1 1");
    ck_assert_str_eq(h->app, "");
    ck_assert_uint_eq(harness_status(h).rcv_nxt - h->irs, 1);
    harness_free(h);
}
END_TEST

/* The challenge does its work: the peer that has forgotten us answers with the right RST. */
START_TEST(a_challenge_finds_the_truth)
{
    TcpHarness *h = at("", AT_ESTABLISHED);
    harness_deliver(h, "S 70000 -"); /* the peer has rebooted */
    check_sent(h, "A 1 1");
    harness_deliver(h, "R 1 -"); /* its answer to that: SEQ=SEG.ACK */
    ck_assert_int_eq(h->state, TCP_STATE_CLOSED);
    ck_assert_str_eq(h->app, "error ECONNRESET");
    harness_free(h);
}
END_TEST

/* The window that counts is the one that was advertised, not the buffer behind it. */
START_TEST(the_window_is_what_was_advertised)
{
    TcpHarness *h = at("window=200000", AT_ESTABLISHED); /* no scaling: 65535 were offered */
    harness_deliver(h, "R 65535 -");
    check_sent(h, "A 1 1"); /* in the window: challenged */
    harness_deliver(h, "R 65537 -");
    check_sent(h, "");
    harness_deliver(h, "A 70000 1 +10");
    ck_assert_uint_eq(h->discards, 1);
    harness_free(h);
}
END_TEST

START_TEST(a_fin_beyond_the_window_is_not_taken)
{
    TcpHarness *h = at("window=100 delayed-ack=0", AT_ESTABLISHED);
    h->reads = false;
    harness_deliver(h, "FA 1 1 +100");
    ck_assert_uint_eq(harness_status(h).rcv_nxt - h->irs, 101);
    ck_assert_int_eq(h->state, TCP_STATE_ESTABLISHED);
    harness_free(h);
}
END_TEST

/* ---- SYN-RCVD ---- */

START_TEST(an_rst_with_syn_ack_does_not_complete_a_simultaneous_open)
{
    TcpHarness *h = at("", AT_SYN_RCVD_ACTIVE);
    harness_deliver(h, "SRA 0 1"); /* SEQ lies before the window */
    ck_assert_int_eq(h->state, TCP_STATE_SYN_RCVD);
    ck_assert_str_eq(h->app, "");
    harness_free(h);
}
END_TEST

/* The first step comes first: the ACK's own number has to fit before the accept queue matters. */
START_TEST(overflow_is_no_weapon)
{
    TcpHarness *h = harness_new("tcp_abort_on_overflow=1");
    harness_listen(h, 0);
    h->accepts = false;
    harness_deliver_from(h, 1, "S 0 -");
    harness_deliver_from(h, 2, "S 0 -");
    harness_deliver_from(h, 1, "A 1 1");
    harness_clear(h);
    harness_deliver_from(h, 2, "A 1000000 1");
    check_sent(h, "A 1 1");
    ck_assert_uint_eq(tcp_stack_census(h->stack).half_open, 1);
    harness_free(h);
}
END_TEST

/* What every client does whose SYN carried data: the SYN-ACK acknowledges only the SYN, so the data
 * come again with the ACK.  They are delivered once. */
START_TEST(data_of_a_syn_are_delivered_once)
{
    static const char *const acks[] = {"A 1 1 +10", "A 1 1 +20", "FA 1 1 +10"};
    static const unsigned bytes[] = {10, 20, 10};
    for (size_t i = 0; i < sizeof acks / sizeof acks[0]; i++) {
        TcpHarness *h = harness_new("syn-data=accept delayed-ack=0");
        harness_listen(h, 5);
        harness_deliver(h, "S 0 - +10");
        harness_deliver(h, acks[i]);
        ck_assert_uint_eq(h->read_bytes, bytes[i]);
        ck_assert_uint_eq(h->wrong_bytes, 0);
        ck_assert_uint_eq(harness_status(h).readable, 0);
        ck_assert_int_eq(h->state, i == 2 ? TCP_STATE_CLOSE_WAIT : TCP_STATE_ESTABLISHED);
        harness_free(h);
    }
}
END_TEST

/* §3.10.4, SYN-RECEIVED: with data to send the CLOSE waits for ESTABLISHED. */
START_TEST(close_in_syn_rcvd_waits_for_queued_data)
{
    TcpHarness *h = at("", AT_SYN_RCVD_ACTIVE);
    ck_assert_int_eq(tcp_send(h->stack, 0, h->conn, 10), TCP_OK);
    ck_assert_int_eq(tcp_shutdown(h->stack, 0, h->conn), TCP_OK);
    check_sent(h, "");
    harness_deliver(h, "A 1 1");
    check_sent(h, "FA 1 1 +10");
    ck_assert_int_eq(h->state, TCP_STATE_FIN_WAIT_1);
    harness_free(h);
}
END_TEST

/* A connection closed in SYN-RCVD has shaken hands all the same once its SYN is acknowledged. */
START_TEST(the_time_to_connect_ends_with_the_handshake)
{
    TcpHarness *h = at("connect-timeout=75s", AT_SYN_RCVD_ACTIVE);
    ck_assert_int_eq(tcp_shutdown(h->stack, 0, h->conn), TCP_OK);
    harness_deliver(h, "A 1 2");
    ck_assert_int_eq(h->state, TCP_STATE_FIN_WAIT_2);
    harness_run_until(h, SEC(1000));
    ck_assert_int_eq(h->state, TCP_STATE_FIN_WAIT_2);
    ck_assert_str_eq(h->app, "");
    harness_free(h);
}
END_TEST

/* SND.WL1 begins with the SYN's number, wherever that lies. */
START_TEST(windows_are_updated_after_any_opening)
{
    static const Seq irs[] = {100, 0x7ffffff0, 0x90000000, 0xfffffff0};
    for (size_t i = 0; i < sizeof irs / sizeof irs[0]; i++) {
        TcpHarness *h = harness_new("handshake=two-way");
        h->irs = irs[i];
        harness_listen(h, 5);
        harness_deliver(h, "S 0 - w=100");
        harness_deliver(h, "A 1 1 w=5000");
        ck_assert_uint_eq(harness_status(h).snd_wnd, 5000);
        harness_free(h);

        h = harness_new("");
        h->irs = irs[i];
        harness_bring(h, AT_SYN_RCVD);
        ck_assert_int_eq(tcp_shutdown(h->stack, 0, h->conn), TCP_OK);
        harness_deliver(h, "A 1 1 w=5000");
        ck_assert_int_eq(h->state, TCP_STATE_FIN_WAIT_1);
        ck_assert_uint_eq(harness_status(h).snd_wnd, 5000);
        harness_free(h);
    }
}
END_TEST

/* ---- Both sides at once ---- */

/* Figure 8 to the end: the SYN-ACKs cross too, and both connections are established. */
START_TEST(simultaneous_open)
{
    TcpHarness *h = at("", AT_SYN_SENT);
    harness_deliver(h, "S 0 -");
    check_sent(h, "SA 0 1");
    harness_deliver(h, "SA 0 1");
    check_sent(h, "A 1 1");
    ck_assert_int_eq(h->state, TCP_STATE_ESTABLISHED);
    harness_deliver(h, "A 1 1"); /* what the peer answers to our SYN-ACK */
    check_sent(h, "");
    harness_free(h);
}
END_TEST

/* Figure 13: both FINs cross. */
START_TEST(simultaneous_close)
{
    TcpHarness *h = at("", AT_ESTABLISHED);
    ck_assert_int_eq(tcp_shutdown(h->stack, 0, h->conn), TCP_OK);
    harness_deliver(h, "FA 1 1");
    check_sent(h, "FA 1 1; A 2 2");
    harness_deliver(h, "A 2 2");
    ck_assert_int_eq(h->state, TCP_STATE_TIME_WAIT);
    harness_free(h);
}
END_TEST

/* ---- A new SYN in TIME-WAIT (RFC 1122 §4.2.2.13, RFC 6191) ---- */

static TcpHarness *in_time_wait(const char *keys, const char *options)
{
    char text[128];
    TcpHarness *h = harness_new(keys);
    harness_listen(h, 5);
    snprintf(text, sizeof text, "S 0 - %s", options);
    harness_deliver(h, text);
    snprintf(text, sizeof text, "A 1 1 %s", options);
    harness_deliver(h, text);
    ck_assert_int_eq(tcp_shutdown(h->stack, 0, h->conn), TCP_OK);
    snprintf(text, sizeof text, "FA 1 2 %s", options);
    harness_deliver(h, text);
    ck_assert_int_eq(h->state, TCP_STATE_TIME_WAIT);
    harness_clear(h);
    return h;
}

START_TEST(a_newer_syn_ends_time_wait)
{
    TcpHarness *h = in_time_wait("", "");
    Seq old = harness_status(h).snd_nxt;
    harness_deliver(h, "S 100 -");
    ck_assert_str_eq(h->states, "CLOSED; SYN-RCVD");
    ck_assert(seq_gt(harness_last(h)->segment.seq, old)); /* larger than all it used */
    harness_free(h);
}
END_TEST

START_TEST(an_older_syn_does_not)
{
    TcpHarness *h = in_time_wait("", "");
    harness_deliver(h, "S 0 -");
    harness_deliver(h, "S -100 -");
    ck_assert_str_eq(h->states, "");
    check_sent(h, "A 2 2; A 2 2");
    harness_free(h);
}
END_TEST

START_TEST(without_a_listener_nobody_takes_it)
{
    TcpHarness *h = at("", AT_TIME_WAIT);
    harness_deliver(h, "S 100 -");
    check_sent(h, "A 2 2");
    ck_assert_int_eq(h->state, TCP_STATE_TIME_WAIT);
    harness_free(h);
}
END_TEST

START_TEST(timestamps_tell_new_from_old)
{
    static const struct {
        const char *syn;
        bool taken;
    } cases[] = {
        {"S -5000 - ts=101/0", true}, /* a lower number, but a newer clock */
        {"S 5000 - ts=101/0", true},  {"S 5000 - ts=100/0", true},
        {"S 5000 - ts=99/0", false}, /* an old duplicate */
        {"S -5000 - ts=99/0", false}, {"S -5000 - ts=100/0", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = in_time_wait("tcp_timestamps=1", "ts=100/1");
        harness_deliver(h, cases[i].syn);
        ck_assert_msg((h->state == TCP_STATE_SYN_RCVD) == cases[i].taken, "%s", cases[i].syn);
        harness_free(h);
    }
}
END_TEST

START_TEST(connect_may_take_over_time_wait)
{
    static const struct {
        const char *keys;
        SimTime after;
        TcpError error;
    } cases[] = {
        {"tcp_timestamps=1 tcp_tw_reuse=1", SEC(1), TCP_OK},
        {"tcp_timestamps=1 tcp_tw_reuse=1", MS(999), TCP_EADDRINUSE},
        {"tcp_timestamps=1 tcp_tw_reuse=0", SEC(1), TCP_EADDRINUSE},
        {"tcp_timestamps=0 tcp_tw_reuse=1", SEC(1), TCP_EADDRINUSE},
    };
    TcpConnectOptions options = {
        .address = HARNESS_PEER, .port = HARNESS_PEER_PORT, .from_port = HARNESS_PORT};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpConnId conn;
        TcpHarness *h = harness_new(cases[i].keys);
        harness_establish_with(h, "ts=100/1");
        ck_assert_int_eq(tcp_shutdown(h->stack, 0, h->conn), TCP_OK);
        harness_deliver(h, "FA 1 2 ts=100/1");
        Seq old = harness_status(h).snd_nxt;
        harness_run_until(h, cases[i].after);
        ck_assert_int_eq(tcp_connect(h->stack, h->now, &options, &conn), cases[i].error);
        if (cases[i].error == TCP_OK)
            ck_assert(seq_gt(harness_last(h)->segment.seq, old));
        harness_free(h);
    }
}
END_TEST

/* ---- Lies in options ---- */

/* RFC 7323 §4.3: what PAWS did not test does not move TS.Recent. */
START_TEST(a_challenged_rst_does_not_turn_the_clock_back)
{
    TcpHarness *h = harness_new("tcp_timestamps=1 delayed-ack=200ms");
    harness_establish_with(h, "mss=1000 ts=100/1");
    harness_deliver(h, "A 1 1 +10 ts=110/1"); /* its ACK is delayed */
    harness_deliver(h, "A 1 1 ts=110/1");
    harness_clear(h);
    harness_deliver(h, "R -4 - +30 ts=50/1"); /* its tail lies in the window: challenged */
    ck_assert_uint_eq(harness_last(h)->segment.options.ts_ecr, 110);
    harness_free(h);
}
END_TEST

START_TEST(an_echo_from_the_future_is_not_believed)
{
    TcpHarness *h = harness_new("tcp_timestamps=1");
    harness_establish_with(h, "mss=1000 ts=100/1");
    SimTime srtt = harness_status(h).srtt;
    ck_assert_int_eq(tcp_send(h->stack, 0, h->conn, 10), TCP_OK);
    harness_run_until(h, SEC(1));
    harness_deliver(h, "A 1 11 ts=100/500000");
    ck_assert_int_eq(harness_status(h).srtt, srtt);
    harness_free(h);
}
END_TEST

/* RFC 9293 §3.7.1, RFC 6691: options are taken off the segment. */
START_TEST(sack_blocks_make_segments_smaller)
{
    TcpHarness *h = harness_new("tcp_sack=1 delayed-ack=0");
    harness_establish_with(h, "mss=1000 sackok");
    harness_deliver(h, "A 100 1 +10");
    ck_assert_int_eq(tcp_send(h->stack, 0, h->conn, 2000), TCP_OK);
    const Segment *s = &harness_last(h)->segment;
    ck_assert(s->options.present & OPTION_SACK);
    ck_assert_uint_le(s->length + segment_options_bytes(&s->options), 1000);
    harness_free(h);
}
END_TEST

/* "every second full-sized segment" (RFC 5681 §4.2): of the size that we announced. */
START_TEST(full_sized_is_what_we_announced)
{
    TcpHarness *h = harness_new("mss=536");
    harness_establish_with(h, "mss=1460");
    harness_deliver(h, "A 1 1 +536");
    check_sent(h, "");
    harness_deliver(h, "A 537 1 +536");
    check_sent(h, "A 1 1073");
    harness_free(h);

    h = harness_new("mss=1460");
    harness_establish_with(h, "mss=536");
    harness_deliver(h, "A 1 1 +1460");
    check_sent(h, "");
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp-attacks");
    TCase *tc = tcase_create("challenges");
    tcase_add_test(tc, challenges_are_limited);
    tcase_add_test(tc, answers_are_limited_as_linux_does);
    tcase_add_test(tc, an_rst_with_payload_must_be_exact_too);
    tcase_add_test(tc, a_syn_is_challenged_wherever_it_begins);
    tcase_add_test(tc, a_challenge_finds_the_truth);
    tcase_add_test(tc, the_window_is_what_was_advertised);
    tcase_add_test(tc, a_fin_beyond_the_window_is_not_taken);
    suite_add_tcase(s, tc);
    tc = tcase_create("opening");
    tcase_add_test(tc, an_rst_with_syn_ack_does_not_complete_a_simultaneous_open);
    tcase_add_test(tc, overflow_is_no_weapon);
    tcase_add_test(tc, data_of_a_syn_are_delivered_once);
    tcase_add_test(tc, close_in_syn_rcvd_waits_for_queued_data);
    tcase_add_test(tc, the_time_to_connect_ends_with_the_handshake);
    tcase_add_test(tc, windows_are_updated_after_any_opening);
    tcase_add_test(tc, simultaneous_open);
    tcase_add_test(tc, simultaneous_close);
    suite_add_tcase(s, tc);
    tc = tcase_create("time-wait");
    tcase_add_test(tc, a_newer_syn_ends_time_wait);
    tcase_add_test(tc, an_older_syn_does_not);
    tcase_add_test(tc, without_a_listener_nobody_takes_it);
    tcase_add_test(tc, timestamps_tell_new_from_old);
    tcase_add_test(tc, connect_may_take_over_time_wait);
    suite_add_tcase(s, tc);
    tc = tcase_create("options");
    tcase_add_test(tc, a_challenged_rst_does_not_turn_the_clock_back);
    tcase_add_test(tc, an_echo_from_the_future_is_not_believed);
    tcase_add_test(tc, sack_blocks_make_segments_smaller);
    tcase_add_test(tc, full_sized_is_what_we_announced);
    suite_add_tcase(s, tc);
    return s;
}
