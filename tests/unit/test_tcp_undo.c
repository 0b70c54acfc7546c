/* Losses that were none: by D-SACK, by timestamps, by F-RTO.  A round trip of 100 ms is measured by the handshake, so
 * the timeout is 300 ms (RFC 6298 §2.2); a segment has 1,000 bytes, and ten may leave.
 */
#include "check_main.h"
#include "tcp/look.h"
#include "tcp_harness.h"

/* From 100 ms on, with ten segments under way and more to come. */
static TcpHarness *sending(const char *more, const char *options)
{
    char text[HARNESS_LINE_MAX];

    (void)snprintf(text, sizeof text,
                   "sender=linux loss-detection=rack congestion=cubic tcp_sack=1 undo=yes "
                   "tcp_rto_min_us=200000 missing-timestamps=take %s",
                   more);
    TcpHarness *h = harness_new(text);
    harness_connect(h);
    harness_run_until(h, MS(100));
    (void)snprintf(text, sizeof text, "SA 0 1 mss=1000 sackok w=30000 %s", options);
    harness_deliver(h, text);
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 40000), TCP_OK);
    harness_clear(h);
    return h;
}

static TcpLook look(const TcpHarness *h)
{
    TcpLook look;

    ck_assert(tcp_look(h->stack, h->conn, &look));
    return look;
}

/* What left is now repeated at 200 ms: the window is seven segments. */
static TcpHarness *recovering(const char *more, const char *options)
{
    TcpHarness *h = sending(more, options);

    harness_run_until(h, MS(200));
    harness_deliver(h, "A 1 1 w=30000 sack=1001-5001");
    ck_assert_int_eq(look(h).congestion, TCP_LOOK_RECOVERY);
    ck_assert_uint_le(look(h).ssthresh, 7000);
    harness_clear(h);
    return h;
}

static void check_is_back(const TcpHarness *h)
{
    ck_assert_uint_eq(look(h).ssthresh, UINT32_MAX);
    ck_assert_uint_ge(look(h).cwnd, 10000);
    ck_assert_int_le(look(h).congestion, TCP_LOOK_DISORDER);
}

/* The repetition came twice: RFC 3708.  Until that is heard the window stays small. */
START_TEST(a_dsack_brings_the_window_back)
{
    TcpHarness *h = recovering("", "");

    harness_run_until(h, MS(210));
    harness_deliver(h, "A 1 10001 w=30000");
    ck_assert_uint_eq(look(h).ssthresh, 7000);
    harness_run_until(h, MS(300));
    harness_deliver(h, "A 1 10001 w=30000 sack=1-1001");
    check_is_back(h);
    harness_free(h);
}
END_TEST

/* It may come with something new, when nothing is lost any more. */
START_TEST(a_dsack_comes_with_news)
{
    TcpHarness *h = recovering("", "");

    harness_run_until(h, MS(210));
    harness_deliver(h, "A 1 10001 w=30000");
    ck_assert_uint_eq(look(h).ssthresh, 7000);
    harness_run_until(h, MS(300));
    harness_deliver(h, "A 1 12001 w=30000 sack=1-1001");
    check_is_back(h);
    harness_free(h);
}
END_TEST

/* RFC 2883 §4: a D-SACK of what had been acknowledged before the loss was found is none of it. */
START_TEST(another_dsack_does_not)
{
    TcpHarness *h = sending("", "");

    harness_run_until(h, MS(200));
    harness_deliver(h, "A 1 2001 w=30000");
    harness_deliver(h, "A 1 2001 w=30000 sack=3001-7001");
    ck_assert_int_eq(look(h).congestion, TCP_LOOK_RECOVERY);
    uint32_t ssthresh = look(h).ssthresh;
    harness_deliver(h, "A 1 2001 w=30000 sack=1-1001");
    ck_assert_int_eq(look(h).congestion, TCP_LOOK_RECOVERY);
    ck_assert_uint_eq(look(h).ssthresh, ssthresh);
    harness_free(h);
}
END_TEST

START_TEST(without_the_key_nothing_goes_back)
{
    TcpHarness *h = recovering("undo=no", "");

    harness_run_until(h, MS(210));
    harness_deliver(h, "A 1 10001 w=30000");
    harness_deliver(h, "A 1 10001 w=30000 sack=1-1001");
    ck_assert_uint_eq(look(h).ssthresh, 7000);
    harness_free(h);
}
END_TEST

/* RFC 3522: an echo of what left at 100 ms answers the first sending, one of 200 ms the repetition. */
START_TEST(an_old_echo_brings_the_window_back)
{
    static const struct {
        size_t of; /* the segment whose timestamp is echoed: the first, or its repetition */
        bool back;
    } cases[] = {{2, true}, {0, false}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = recovering("tcp_timestamps=1", "ts=5/1");
        size_t at = cases[i].of > 0 ? cases[i].of : h->log_count - 1;
        char ack[HARNESS_LINE_MAX];

        (void)snprintf(ack, sizeof ack, "A 1 %u w=30000 ts=6/%u", 1 + (unsigned)look(h).sent,
                       h->log[at].segment.options.ts_val);
        harness_run_until(h, MS(210));
        harness_deliver(h, ack);
        if (cases[i].back)
            check_is_back(h);
        else
            ck_assert_uint_le(look(h).ssthresh, 7000);
        harness_free(h);
    }
}
END_TEST

/* RFC 5682 §3.1: at 400 ms the first goes again.  Its ACK lets two new ones go and none of the lost (2b); the second,
 * sent once, is acknowledged: the timeout was needless (3b). */
START_TEST(new_data_show_that_a_timeout_was_needless)
{
    TcpHarness *h = sending("tcp_frto=2", "");

    harness_run_until(h, MS(400));
    ck_assert_str_eq(h->sent, "A 1 1 +1000");
    harness_clear(h);
    harness_run_until(h, MS(410));
    harness_deliver(h, "A 1 1001 w=30000");
    ck_assert_str_eq(h->sent, "A 10001 1 +1000; A 11001 1 +1000");
    harness_clear(h);
    harness_deliver(h, "A 1 2001 w=30000");
    check_is_back(h);
    ck_assert_ptr_null(strstr(h->sent, "A 2001"));
    harness_free(h);
}
END_TEST

/* Step 3a: a SACK of the new data, and nothing of what was sent before: that was lost, and goes again. */
START_TEST(new_data_show_that_it_was_not)
{
    TcpHarness *h = sending("tcp_frto=2", "");

    harness_run_until(h, MS(400));
    harness_run_until(h, MS(500));
    harness_deliver(h, "A 1 1001 w=30000");
    harness_clear(h);
    harness_run_until(h, MS(600));
    harness_deliver(h, "A 1 1001 w=30000 sack=10001-11001");
    ck_assert_int_eq(look(h).congestion, TCP_LOOK_LOSS);
    ck_assert_ptr_nonnull(strstr(h->sent, "A 1001 1 +1000"));
    /* Once that is found out, what was sent once and has arrived is no proof of the contrary. */
    harness_deliver(h, "A 1 10001 w=30000 sack=10001-11001");
    ck_assert_uint_le(look(h).ssthresh, 7000);
    harness_free(h);
}
END_TEST

/* With tcp_frto=0 the lost go again at once. */
START_TEST(without_f_rto_the_lost_go_again)
{
    TcpHarness *h = sending("tcp_frto=0", "");

    harness_run_until(h, MS(400));
    harness_clear(h);
    harness_run_until(h, MS(410));
    harness_deliver(h, "A 1 1001 w=30000");
    ck_assert_ptr_nonnull(strstr(h->sent, "A 1001 1 +1000"));
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp_undo");
    TCase *tc = tcase_create("undo");

    tcase_add_test(tc, a_dsack_brings_the_window_back);
    tcase_add_test(tc, a_dsack_comes_with_news);
    tcase_add_test(tc, another_dsack_does_not);
    tcase_add_test(tc, without_the_key_nothing_goes_back);
    tcase_add_test(tc, an_old_echo_brings_the_window_back);
    tcase_add_test(tc, new_data_show_that_a_timeout_was_needless);
    tcase_add_test(tc, new_data_show_that_it_was_not);
    tcase_add_test(tc, without_f_rto_the_lost_go_again);
    suite_add_tcase(s, tc);
    return s;
}
