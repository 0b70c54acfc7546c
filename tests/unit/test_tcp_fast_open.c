/* Fast Open of who connects: RFC 7413 §4.1.3 and §4.2, and what Linux adds. */
#include "check_main.h"
#include "tcp_harness.h"

/* Connects with so many bytes; the newest connection is h->conn. */
static void connect_with(TcpHarness *h, uint64_t bytes)
{
    TcpConnectOptions options = {.address = HARNESS_PEER,
                                 .port = HARNESS_PEER_PORT,
                                 .from_port = HARNESS_PORT,
                                 .fast_open = true,
                                 .data = bytes};

    ck_assert_int_eq(tcp_connect(h->stack, h->now, &options, &h->conn), TCP_OK);
}

static void drop_connection(TcpHarness *h)
{
    ck_assert_int_eq(tcp_abort(h->stack, h->now, h->conn), TCP_OK);
    harness_clear(h);
}

/* A first connection fetches the cookie 0102030405060708 from a server that takes 1000 bytes. */
static TcpHarness *harness_with_cookie(const char *keys)
{
    TcpHarness *h = harness_new("tcp_fastopen=1");

    harness_set(h, keys);
    connect_with(h, 0);
    ck_assert_str_eq(h->sent, "S 0 - fo=");
    harness_deliver(h, "SA 0 1 mss=1000 fo=0102030405060708");
    drop_connection(h);
    return h;
}

/* §4.2.1: without a cookie the SYN asks for one, and the data wait. */
START_TEST(without_a_cookie_one_is_asked_for)
{
    TcpHarness *h = harness_new("tcp_fastopen=1");

    connect_with(h, 100);
    harness_deliver(h, "SA 0 1 mss=1000 fo=01020304");
    ck_assert_str_eq(h->sent, "S 0 - fo=; A 1 1 +100");
    harness_free(h);
}
END_TEST

/* §4.2.2. */
START_TEST(with_a_cookie_data_go_with_the_syn)
{
    TcpHarness *h = harness_with_cookie("");

    connect_with(h, 100);
    ck_assert_str_eq(h->sent, "S 0 - +100 fo=0102030405060708");
    ck_assert_uint_eq(harness_status(h).snd_nxt, h->iss + 101);
    harness_clear(h);
    harness_deliver(h, "SA 0 101 mss=1000");
    ck_assert_str_eq(h->sent, "A 101 1");
    ck_assert(harness_status(h).syn_data);
    harness_free(h);
}
END_TEST

/* As many as the server takes (§4.1.3: its MSS is kept), 40 bytes left free for options; Linux. */
START_TEST(a_syn_takes_a_segment_less_its_options)
{
    TcpHarness *h = harness_with_cookie("nagle=no");

    connect_with(h, 5000);
    ck_assert_str_eq(h->sent, "S 0 - +960 fo=0102030405060708");
    harness_clear(h);
    harness_deliver(h, "SA 0 961 mss=1000");
    ck_assert_str_eq(h->sent, "A 961 1 +1000; A 1961 1 +1000; A 2961 1 +1000; A 3961 1 +1000; "
                              "A 4961 1 +40");
    harness_free(h);
}
END_TEST

/* O_NONBLOCK: what the SYN does not take is not taken. */
START_TEST(only_what_the_syn_takes)
{
    TcpHarness *h = harness_with_cookie("");
    TcpConnectOptions options = {.address = HARNESS_PEER,
                                 .port = HARNESS_PEER_PORT,
                                 .from_port = HARNESS_PORT,
                                 .fast_open = true,
                                 .only_syn_data = true,
                                 .data = 5000};

    ck_assert_int_eq(tcp_connect(h->stack, 0, &options, &h->conn), TCP_OK);
    ck_assert_uint_eq(harness_status(h).written, 960);
    drop_connection(h);
    tcp_fast_open_forget(h->stack);
    ck_assert_int_eq(tcp_connect(h->stack, 0, &options, &h->conn), TCP_OK);
    ck_assert_str_eq(h->sent, "S 0 - fo=");
    ck_assert_uint_eq(harness_status(h).written, 0);
    harness_free(h);
}
END_TEST

/* §4.2.2: "the client SHOULD retransmit the data" when the SYN alone was acknowledged. */
START_TEST(data_that_were_refused_go_again_at_once)
{
    TcpHarness *h = harness_with_cookie("");

    connect_with(h, 100);
    harness_clear(h);
    harness_deliver(h, "SA 0 1 mss=1000");
    ck_assert_str_eq(h->sent, "A 1 1 +100");
    ck_assert_uint_eq(harness_last(h)->note.reason, TCP_REASON_SYN_DATA_REFUSED);
    ck_assert(!harness_status(h).syn_data);
    harness_deliver(h, "A 1 101");
    ck_assert_uint_eq(harness_status(h).snd_una, h->iss + 101);
    harness_free(h);
}
END_TEST

/* The rest is cut as the server now takes it. */
START_TEST(a_part_may_be_refused)
{
    TcpHarness *h = harness_with_cookie("");

    connect_with(h, 900);
    harness_clear(h);
    harness_deliver(h, "SA 0 101 mss=500");
    ck_assert_str_eq(h->sent, "A 101 1 +500; A 601 1 +300");
    harness_free(h);
}
END_TEST

/* RFC 9293 §3.10.7.3, first: nothing beyond what was sent may be acknowledged. */
START_TEST(more_than_the_syn_took_cannot_be_acknowledged)
{
    TcpHarness *h = harness_with_cookie("");

    connect_with(h, 100);
    harness_clear(h);
    harness_deliver(h, "SA 0 102 mss=1000");
    ck_assert_str_eq(h->sent, "R 102 -");
    ck_assert_int_eq(h->state, TCP_STATE_SYN_SENT);
    harness_free(h);
}
END_TEST

/* §4.2.2 and Linux: a SYN that times out goes again without cookie and data. */
START_TEST(a_repeated_syn_is_plain)
{
    TcpHarness *h = harness_with_cookie("initial-rto=1s");

    connect_with(h, 100);
    harness_clear(h);
    harness_run_until(h, SEC(1));
    ck_assert_str_eq(h->sent, "S 0 -");
    harness_clear(h);
    harness_deliver(h, "SA 0 1 mss=1000");
    ck_assert_str_eq(h->sent, "A 1 1 +100");
    harness_free(h);
}
END_TEST

/* §4.1.3: a newer cookie replaces the old one. */
START_TEST(the_last_cookie_counts)
{
    TcpHarness *h = harness_with_cookie("");

    connect_with(h, 10);
    harness_deliver(h, "SA 0 1 mss=1000 fo=aabbccdd");
    drop_connection(h);
    connect_with(h, 10);
    ck_assert_str_eq(h->sent, "S 0 - +10 fo=aabbccdd");
    harness_free(h);
}
END_TEST

/* Linux: a server that gives none is asked in the experimental form once, and never again. */
START_TEST(both_forms_are_tried)
{
    TcpHarness *h = harness_new("tcp_fastopen=1");
    static const char *const forms[] = {"S 0 - fo=", "S 0 - foexp=", "S 0 - fo=", "S 0 - fo="};

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        connect_with(h, 0);
        ck_assert_str_eq(h->sent, forms[i]);
        harness_deliver(h, "SA 0 1 mss=1000");
        drop_connection(h);
    }
    harness_free(h);
}
END_TEST

START_TEST(a_cookie_is_shown_in_the_form_in_which_it_came)
{
    TcpHarness *h = harness_new("tcp_fastopen=1");

    connect_with(h, 0);
    harness_deliver(h, "SA 0 1 mss=1000 foexp=01020304");
    drop_connection(h);
    connect_with(h, 5);
    ck_assert_str_eq(h->sent, "S 0 - +5 foexp=01020304");
    harness_free(h);
}
END_TEST

/* Linux: a cookie that nobody asked for is not kept. */
START_TEST(an_unsolicited_cookie_is_not_kept)
{
    TcpHarness *h = harness_new("tcp_fastopen=5");

    connect_with(h, 50);
    ck_assert_str_eq(h->sent, "S 0 - +50");
    harness_deliver(h, "SA 0 51 mss=1000 fo=01020304");
    drop_connection(h);
    harness_set(h, "tcp_fastopen=1");
    connect_with(h, 50);
    ck_assert_str_eq(h->sent, "S 0 - fo=");
    harness_free(h);
}
END_TEST

START_TEST(where_it_is_not_allowed_connect_is_as_ever)
{
    TcpHarness *h = harness_new("tcp_fastopen=2");

    connect_with(h, 50);
    harness_deliver(h, "SA 0 1 mss=1000 fo=01020304");
    ck_assert_str_eq(h->sent, "S 0 -; A 1 1 +50");
    harness_free(h);
}
END_TEST

/* §7.3, and Linux: after the third timeout in a row nobody is opened fast for a while; the second
 * pause is twice as long. */
START_TEST(three_timeouts_begin_a_pause)
{
    TcpHarness *h = harness_with_cookie("initial-rto=1s tcp_fastopen_blackhole_timeout_sec=60");

    connect_with(h, 10);
    harness_run_until(h, SEC(6)); /* 1 s, 3 s: two */
    ck_assert(tcp_fast_open_is_ready(h->stack, h->now, HARNESS_PEER));
    harness_run_until(h, SEC(7));
    ck_assert(!tcp_fast_open_is_ready(h->stack, h->now, HARNESS_PEER));
    drop_connection(h);
    connect_with(h, 10);
    ck_assert_str_eq(h->sent, "S 0 -");
    ck_assert_uint_eq(harness_last(h)->note.reason, TCP_REASON_FAST_OPEN_PAUSED);
    drop_connection(h);
    ck_assert(!tcp_fast_open_is_ready(h->stack, SEC(67) - 1, HARNESS_PEER));
    ck_assert(tcp_fast_open_is_ready(h->stack, SEC(67), HARNESS_PEER));
    harness_free(h);
}
END_TEST

/* FreeBSD, net.inet.tcp.fastopen.path_disable_time: who refuses is left alone for a while, and his cookie is
 * forgotten; who only does not repeat it has not refused (RFC 7413 §4.2.2). */
START_TEST(a_refusal_pauses_its_path_alone)
{
    TcpHarness *h = harness_with_cookie("fast-open-path-pause=15min");

    connect_with(h, 10);
    harness_deliver(h, "SA 0 11 mss=1000"); /* it took the data */
    ck_assert(tcp_fast_open_is_ready(h->stack, h->now, HARNESS_PEER));
    drop_connection(h);
    connect_with(h, 10);
    harness_deliver(h, "SA 0 1 mss=1000");
    ck_assert(!tcp_fast_open_is_ready(h->stack, h->now, HARNESS_PEER));
    SimTime refused = h->now;
    drop_connection(h);
    connect_with(h, 10);
    ck_assert_str_eq(h->sent, "S 0 -");
    ck_assert_uint_eq(harness_last(h)->note.reason, TCP_REASON_FAST_OPEN_PAUSED);
    drop_connection(h);
    harness_run_until(h, refused + SEC(900));
    connect_with(h, 10);
    ck_assert_str_eq(h->sent, "S 0 - fo=");
    harness_free(h);
}
END_TEST

/* Linux: an RST or FIN beyond what has come, and no data before it. */
START_TEST(disorder_without_data_begins_a_pause)
{
    static const char *const disorders[] = {"R 5 -", "FA 5 11"};

    for (size_t i = 0; i < 2; i++) {
        TcpHarness *h = harness_with_cookie("tcp_fastopen_blackhole_timeout_sec=60");

        connect_with(h, 10);
        harness_deliver(h, "SA 0 11 mss=1000");
        harness_deliver(h, disorders[i]);
        ck_assert(!tcp_fast_open_is_ready(h->stack, h->now, HARNESS_PEER));
        harness_free(h);
    }
}
END_TEST

/* Both open fast: neither has taken the other's data (RFC 7413 has no word for it); each learns so. */
START_TEST(crossing_syns_leave_the_data_for_later)
{
    TcpHarness *h = harness_with_cookie("syn-data=refuse");

    connect_with(h, 100);
    harness_clear(h);
    harness_deliver(h, "S 0 - +50 mss=1000 fo=0102030405060708");
    ck_assert_str_eq(h->sent, "SA 0 1");
    harness_clear(h);
    harness_deliver(h, "SA 0 1 mss=1000");
    ck_assert_str_eq(h->sent, "A 1 1 +100");
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp_fast_open");
    TCase *tc = tcase_create("client");

    tcase_add_test(tc, without_a_cookie_one_is_asked_for);
    tcase_add_test(tc, with_a_cookie_data_go_with_the_syn);
    tcase_add_test(tc, a_syn_takes_a_segment_less_its_options);
    tcase_add_test(tc, only_what_the_syn_takes);
    tcase_add_test(tc, data_that_were_refused_go_again_at_once);
    tcase_add_test(tc, a_part_may_be_refused);
    tcase_add_test(tc, more_than_the_syn_took_cannot_be_acknowledged);
    tcase_add_test(tc, a_repeated_syn_is_plain);
    tcase_add_test(tc, the_last_cookie_counts);
    tcase_add_test(tc, both_forms_are_tried);
    tcase_add_test(tc, a_cookie_is_shown_in_the_form_in_which_it_came);
    tcase_add_test(tc, an_unsolicited_cookie_is_not_kept);
    tcase_add_test(tc, where_it_is_not_allowed_connect_is_as_ever);
    tcase_add_test(tc, three_timeouts_begin_a_pause);
    tcase_add_test(tc, a_refusal_pauses_its_path_alone);
    tcase_add_test(tc, disorder_without_data_begins_a_pause);
    tcase_add_test(tc, crossing_syns_leave_the_data_for_later);
    suite_add_tcase(s, tc);
    return s;
}
