/* Where the endpoint is not yet what the RFCs want: a test a point. */
#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "tcp_harness.h"

/* §3.10.7.3, fourth: "If there are other controls or text in the segment, queue them for processing
 * after the ESTABLISHED state has been reached." */
START_TEST(a_crossing_syn_may_bring_data)
{
    TcpHarness *h = harness_new("syn-data=accept delayed-ack=0");
    harness_bring(h, AT_SYN_SENT);
    harness_deliver(h, "S 0 - +10");
    ck_assert_str_eq(h->sent, "SA 0 1");
    harness_deliver(h, "A 1 1");
    ck_assert_uint_eq(h->read_bytes, 10);
    ck_assert_uint_eq(h->wrong_bytes, 0);
    harness_free(h);
}
END_TEST

/* RFC 5681 §3.2 step 2: segments sent by limited transmit MUST NOT count towards ssthresh.  Ten are
 * out, two more go with the first duplicates; cwnd = 5000 + 3000, and 12000 are out: the eighth
 * duplicate lets the next one go. */
START_TEST(limited_transmit_does_not_count)
{
    TcpHarness *h = harness_new("initial-window=10");
    harness_establish_with(h, "mss=1000");
    ck_assert_int_eq(tcp_send(h->stack, 0, h->conn, 100000), TCP_OK);
    harness_clear(h);
    for (int i = 0; i < 7; i++)
        harness_deliver(h, "A 1 1");
    ck_assert_str_eq(h->sent, "A 10001 1 +1000; A 11001 1 +1000; A 1 1 +1000");
    harness_clear(h);
    harness_deliver(h, "A 1 1");
    ck_assert_str_eq(h->sent, "A 12001 1 +1000");
    harness_free(h);
}
END_TEST

/* RFC 7323 §4.3 (2): SEG.SEQ =< Last.ACK.sent, so TS.Recent is the repeated SYN's. */
START_TEST(a_repeated_syn_moves_the_echo)
{
    TcpHarness *h = harness_new("tcp_timestamps=1");
    harness_listen(h, 5);
    harness_deliver(h, "S 0 - ts=100/0");
    harness_deliver(h, "S 0 - ts=3100/0");
    ck_assert_uint_eq(harness_last(h)->segment.options.ts_ecr, 3100);
    harness_free(h);
}
END_TEST

/* A half-open connection that was called upon is still one of its listener's. */
START_TEST(closing_a_listener_ends_called_half_open_ones)
{
    TcpHarness *h = harness_new("");
    harness_bring(h, AT_SYN_RCVD);
    ck_assert_int_eq(tcp_send(h->stack, 0, h->conn, 10), TCP_OK);
    harness_deliver(h, "S 0 -");
    ck_assert_str_eq(h->sent, "SA 0 1");
    ck_assert_int_eq(tcp_close_listener(h->stack, 0, HARNESS_PORT), TCP_OK);
    ck_assert(harness_is_gone(h));
    harness_free(h);
}
END_TEST

/* Fifth: an ACK that is news, in a segment older than the last one that set the window (sent again
 * after a loss).  RFC 9293's WL1 rule leaves SND.WND, and SND.UNA moves: the right edge must not move
 * with it.  (4.4BSD takes what is acknowledged off SND.WND; Linux takes the window of whatever
 * acknowledges something new.) */
START_TEST(an_old_segment_does_not_move_the_right_edge)
{
    TcpHarness *h = harness_new("congestion=none nagle=no");
    harness_establish_with(h, "mss=1000 w=2000");
    ck_assert_int_eq(tcp_send(h->stack, 0, h->conn, 5000), TCP_OK);
    harness_deliver(h, "A 11 1 +10 w=2000"); /* WL1 = 11; the right edge is 2001 */
    harness_clear(h);
    harness_deliver(h, "A 1 1001 +10 w=1000"); /* an older segment, the same edge */
    ck_assert_ptr_null(strstr(h->sent, "+1000"));
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp-open-points");
    TCase *tc = tcase_create("opening");
    tcase_add_test(tc, a_crossing_syn_may_bring_data);
    tcase_add_test(tc, closing_a_listener_ends_called_half_open_ones);
    suite_add_tcase(s, tc);
    tc = tcase_create("data");
    tcase_add_test(tc, limited_transmit_does_not_count);
    tcase_add_test(tc, an_old_segment_does_not_move_the_right_edge);
    tcase_add_test(tc, a_repeated_syn_moves_the_echo);
    suite_add_tcase(s, tc);
    return s;
}
