/* Congestion notification: RFC 3168 §6.1. */
#include "check_main.h"
#include "tcp_harness.h"

static const Segment *last(const TcpHarness *h)
{
    return &harness_last(h)->segment;
}

/* ESTABLISHED, by us, with a window of ten segments of 1000 bytes. */
static TcpHarness *agreed(const char *keys)
{
    TcpHarness *h = harness_new("tcp_ecn=1 nagle=no congestion=reno delayed-ack=200ms");

    harness_set(h, keys);
    harness_connect(h);
    ck_assert_str_eq(h->sent, "SEC 0 -");
    harness_deliver(h, "SAE 0 1 mss=1000");
    harness_clear(h);
    return h;
}

static void send(TcpHarness *h, uint64_t bytes)
{
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, bytes), TCP_OK);
}

/* §6.1.1: ECE alone says yes; both flags are what a peer echoes that knows neither. */
START_TEST(agreed_by_ece_alone)
{
    static const struct {
        const char *answer;
        bool agrees;
    } rows[] = {
        {"SAE 0 1 mss=1000", true}, {"SA 0 1 mss=1000", false}, {"SAEC 0 1 mss=1000", false}};

    for (size_t i = 0; i < 3; i++) {
        TcpHarness *h = harness_new("tcp_ecn=1 nagle=no");

        harness_connect(h);
        harness_deliver(h, rows[i].answer);
        ck_assert_int_eq(harness_status(h).ecn, rows[i].agrees);
        harness_clear(h);
        send(h, 100);
        ck_assert_str_eq(h->sent, rows[i].agrees ? "A 1 1 +100 ect0" : "A 1 1 +100");
        harness_free(h);
    }
}
END_TEST

/* §6.1.1.1: a SYN that was not answered may have been dropped for its flags. */
START_TEST(a_repeated_syn_does_not_ask)
{
    TcpHarness *h = harness_new("tcp_ecn=1 initial-rto=1s");

    harness_connect(h);
    harness_clear(h);
    harness_run_until(h, SEC(1));
    ck_assert_str_eq(h->sent, "S 0 -");
    harness_free(h);
}
END_TEST

/* FreeBSD, net.inet.tcp.ecn.maxretries. */
START_TEST(a_repeated_syn_may_ask_again)
{
    TcpHarness *h = harness_new("tcp_ecn=1 initial-rto=1s ecn-retries=1");

    harness_connect(h);
    harness_clear(h);
    harness_run_until(h, SEC(1));
    ck_assert_str_eq(h->sent, "SEC 0 -");
    harness_clear(h);
    harness_run_until(h, SEC(3));
    ck_assert_str_eq(h->sent, "S 0 -");
    harness_free(h);
}
END_TEST

/* A crossing SYN is a request like any other; Linux agrees if it asked, too. */
START_TEST(two_that_connect_may_agree)
{
    static const struct {
        const char *keys, *syn, *sent;
    } rows[] = {
        {"tcp_ecn=1", "SEC 0 -", "SAE 0 1"},
        {"tcp_ecn=1", "S 0 -", "SA 0 1"},
        {"tcp_ecn=2", "SEC 0 -", "SAE 0 1"},
        {"tcp_ecn=0", "SEC 0 -", "SA 0 1"},
        {"tcp_ecn=1 sender=linux", "SEC 0 -", "SAE 0 1"},
        {"tcp_ecn=2 sender=linux", "SEC 0 -", "SA 0 1"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        TcpHarness *h = harness_new(rows[i].keys);

        harness_connect(h);
        harness_clear(h);
        harness_deliver(h, rows[i].syn);
        ck_assert_str_eq(h->sent, rows[i].sent);
        harness_deliver(h, "A 1 1");
        ck_assert_int_eq(harness_status(h).ecn, rows[i].sent[2] == 'E');
        harness_free(h);
    }
}
END_TEST

START_TEST(a_listener_grants_it_if_it_may)
{
    static const struct {
        const char *keys, *syn, *sent;
    } rows[] = {
        {"tcp_ecn=2", "SEC 0 - mss=1000", "SAE 0 1; SAE 0 1"},
        {"tcp_ecn=1", "SEC 0 - mss=1000", "SAE 0 1; SAE 0 1"},
        {"tcp_ecn=0", "SEC 0 - mss=1000", "SA 0 1; SA 0 1"},
        {"tcp_ecn=2", "S 0 - mss=1000", "SA 0 1; SA 0 1"},
        {"tcp_ecn=2", "SE 0 - mss=1000", "SA 0 1; SA 0 1"},
        {"tcp_ecn=2", "SEC 0 - mss=1000 ce", "SA 0 1; SA 0 1"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        TcpHarness *h = harness_new(rows[i].keys);

        harness_listen(h, 5);
        harness_deliver(h, rows[i].syn);
        harness_run_until(h, SEC(1)); /* repeated, it says the same */
        ck_assert_str_eq(h->sent, rows[i].sent);
        harness_deliver(h, "A 1 1");
        ck_assert_int_eq(harness_status(h).ecn, rows[i].sent[2] == 'E');
        harness_free(h);
    }
}
END_TEST

/* §6.1.4 and §6.1.5: bare ACKs and what is sent again are not ECT. */
START_TEST(only_new_data_may_be_marked)
{
    TcpHarness *h = agreed("initial-rto=1s tcp_rto_min_us=1000000");

    send(h, 100);
    harness_deliver(h, "A 1 1 +2000"); /* acknowledged at once: two segments' worth of it */
    harness_run_until(h, SEC(1));
    ck_assert_str_eq(h->sent, "A 1 1 +100 ect0; A 101 2001; A 1 2001 +100");
    harness_free(h);
}
END_TEST

/* §6.1.2: half the window, once for a window of data, and CWR on the next new data. */
START_TEST(an_echo_halves_the_window_once)
{
    TcpHarness *h = agreed("");

    send(h, 30000); /* ten segments leave */
    harness_clear(h);
    harness_deliver(h, "AE 1 1001"); /* 9000 are out: ssthresh 10000 / 2 */
    ck_assert_str_eq(h->sent, "");
    harness_deliver(h, "AE 1 5001");
    ck_assert_str_eq(h->sent, "");
    harness_deliver(h, "AE 1 6001"); /* 4000 are out: one more may go, and says so */
    ck_assert_str_eq(h->sent, "AC 10001 1 +1000 ect0");
    harness_clear(h);
    harness_deliver(h, "A 1 7001");
    ck_assert_str_eq(h->sent, "A 11001 1 +1000 ect0");
    harness_free(h);
}
END_TEST

/* The next window of data may be marked anew. */
START_TEST(a_second_window_may_be_marked)
{
    TcpHarness *h = agreed("");

    send(h, 60000);
    harness_deliver(h, "AE 1 1001");
    harness_deliver(h, "A 1 10001"); /* all of the first window: 5000 + 1000 now, so six more */
    ck_assert(last(h)->flags & TCP_ACK);
    harness_clear(h);
    harness_deliver(h, "AE 1 11001"); /* 6000 were out: 3000 now, and 5000 still are */
    ck_assert_str_eq(h->sent, "");
    harness_deliver(h, "AE 1 14001"); /* 2000 are out */
    ck_assert_str_eq(h->sent, "AC 16001 1 +1000 ect0");
    harness_free(h);
}
END_TEST

/* §6.1.3: all ACKs say it, until CWR comes. */
START_TEST(a_mark_is_echoed_until_it_was_heard)
{
    TcpHarness *h = agreed("");

    harness_deliver(h, "A 1 1 +100 ce");
    ck_assert_str_eq(h->sent, "AE 1 101");
    harness_deliver(h, "A 101 1 +1460 ect0");
    harness_deliver(h, "A 1561 1 +1460 ect0");
    ck_assert_str_eq(h->sent, "AE 1 101; AE 1 3021");
    harness_clear(h);
    harness_deliver(h, "AC 3021 1 +100 ect0"); /* Linux: answered at once */
    ck_assert_str_eq(h->sent, "A 1 3121");
    harness_clear(h);
    harness_deliver(h, "AC 3121 1 +100 ce"); /* heard, and marked anew */
    ck_assert_str_eq(h->sent, "AE 1 3221");
    harness_free(h);
}
END_TEST

START_TEST(without_agreement_marks_and_flags_mean_nothing)
{
    TcpHarness *h = harness_new("nagle=no congestion=reno");

    harness_establish_with(h, "mss=1000");
    harness_clear(h);
    harness_deliver(h, "AE 1 1 +2000 ce");
    send(h, 30000);
    ck_assert_uint_eq(last(h)->ecn, ECN_NOT_ECT);
    harness_clear(h);
    harness_deliver(h, "AE 2001 1001"); /* slow start: two for one */
    ck_assert_str_eq(h->sent, "A 10001 2001 +1000; A 11001 2001 +1000");
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp_ecn");
    TCase *tc = tcase_create("ecn");

    tcase_add_test(tc, agreed_by_ece_alone);
    tcase_add_test(tc, a_repeated_syn_does_not_ask);
    tcase_add_test(tc, a_repeated_syn_may_ask_again);
    tcase_add_test(tc, two_that_connect_may_agree);
    tcase_add_test(tc, a_listener_grants_it_if_it_may);
    tcase_add_test(tc, only_new_data_may_be_marked);
    tcase_add_test(tc, an_echo_halves_the_window_once);
    tcase_add_test(tc, a_second_window_may_be_marked);
    tcase_add_test(tc, a_mark_is_echoed_until_it_was_heard);
    tcase_add_test(tc, without_agreement_marks_and_flags_mean_nothing);
    suite_add_tcase(s, tc);
    return s;
}
