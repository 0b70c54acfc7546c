/* Fast Open of a listener: RFC 7413 §4.1.2, §4.2 and §5.1. */
#include "check_main.h"
#include "tcp_harness.h"

/* What a Linux kernel makes of 192.0.2.1 and 192.168.0.1 with net.ipv4.tcp_fastopen_key=
 * a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4: packetdrill's addresses, and the key of its tests. */
static const TcpFastOpenKeys published = {
    .keys = {{UINT64_C(0xb2b2b2b2a1a1a1a1), UINT64_C(0xd4d4d4d4c3c3c3c3)}}, .count = 1};

static void deliver(TcpHarness *h, const char *text)
{
    Segment segment = harness_segment(h, text);

    segment.src_addr = 0xc0000201;
    segment.dst_addr = 0xc0a80001;
    tcp_stack_deliver(h->stack, h->now, &segment);
}

#define COOKIE "3021b9d889017eeb"
#define RIGHT "fo=" COOKIE

static TcpHarness *listening(const char *keys, uint32_t most)
{
    TcpHarness *h = harness_new(keys);
    TcpListenOptions options = {.port = HARNESS_PORT, .backlog = 10, .fast_open = most};

    ck_assert_int_eq(tcp_listen(h->stack, 0, &options), TCP_OK);
    ck_assert_int_eq(tcp_fast_open_set_keys(h->stack, 0, &published), TCP_OK);
    harness_clear(h);
    return h;
}

/* §4.1.2: made of the client's address, and the same for all its connections. */
START_TEST(a_cookie_is_granted_to_who_asks)
{
    TcpHarness *h = listening("tcp_fastopen=2", 5);

    deliver(h, "S 0 - mss=1000 fo=");
    ck_assert_str_eq(h->sent, "SA 0 1 " RIGHT);
    ck_assert_uint_eq(harness_last(h)->note.reason, TCP_REASON_COOKIE_GRANTED);
    harness_clear(h);
    harness_run_until(h, SEC(1)); /* Linux: a repeated SYN-ACK has no option */
    ck_assert_str_eq(h->sent, "SA 0 1");
    harness_free(h);
}
END_TEST

START_TEST(the_form_is_that_of_the_request)
{
    TcpHarness *h = listening("tcp_fastopen=2", 5);

    deliver(h, "S 0 - mss=1000 foexp=");
    ck_assert_str_eq(h->sent, "SA 0 1 foexp=" COOKIE);
    harness_free(h);
}
END_TEST

/* §4.2.2: the data are the application's before the handshake is done. */
START_TEST(data_with_a_right_cookie_are_read_in_syn_rcvd)
{
    TcpHarness *h = listening("tcp_fastopen=2", 5);

    deliver(h, "S 0 - +100 mss=1000 " RIGHT);
    ck_assert_str_eq(h->sent, "SA 0 101");
    ck_assert_str_eq(h->app, "acceptable");
    ck_assert_int_eq(h->state, TCP_STATE_SYN_RCVD);
    harness_read(h, 1000);
    ck_assert_uint_eq(h->read_bytes, 100);
    ck_assert_uint_eq(h->wrong_bytes, 0);
    ck_assert(harness_status(h).syn_data);
    deliver(h, "A 101 1");
    ck_assert_int_eq(h->state, TCP_STATE_ESTABLISHED);
    harness_free(h);
}
END_TEST

/* "… even without data": Linux, so that the server may speak first. */
START_TEST(a_right_cookie_alone_opens_too)
{
    TcpHarness *h = listening("tcp_fastopen=2", 5);

    deliver(h, "S 0 - mss=1000 " RIGHT);
    ck_assert_str_eq(h->sent, "SA 0 1");
    ck_assert_str_eq(h->app, "acceptable");
    ck_assert(!harness_status(h).syn_data);
    harness_free(h);
}
END_TEST

/* §4.2.2: the answer may follow the SYN-ACK at once; Nagle does not wait for the SYN's ACK. */
START_TEST(the_answer_leaves_in_syn_rcvd)
{
    TcpHarness *h = listening("tcp_fastopen=2", 5);

    deliver(h, "S 0 - +100 mss=1000 " RIGHT);
    harness_clear(h);
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 500), TCP_OK);
    ck_assert_str_eq(h->sent, "A 1 101 +500");
    harness_clear(h);
    deliver(h, "A 101 501");
    ck_assert_int_eq(h->state, TCP_STATE_ESTABLISHED);
    ck_assert_uint_eq(harness_status(h).snd_una, h->iss + 501);
    harness_free(h);
}
END_TEST

/* … and so may the FIN: RFC 9293 §3.10.4, SYN-RECEIVED. */
START_TEST(close_in_syn_rcvd_sends_a_fin)
{
    TcpHarness *h = listening("tcp_fastopen=2", 1);

    deliver(h, "S 0 - +100 mss=1000 " RIGHT);
    harness_read(h, 1000);
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 500), TCP_OK);
    harness_clear(h);
    ck_assert_int_eq(tcp_close(h->stack, h->now, h->conn), TCP_OK);
    ck_assert_str_eq(h->states, "FIN-WAIT-1");
    ck_assert_str_eq(h->sent, "FA 501 101");
    harness_clear(h);
    deliver(h, "A 101 502");
    ck_assert_str_eq(h->states, "FIN-WAIT-2");
    harness_free(h);
}
END_TEST

/* §4.2.2: the SYN-ACK repeats what was received, data included. */
START_TEST(a_repeated_syn_ack_acknowledges_the_data)
{
    TcpHarness *h = listening("tcp_fastopen=2", 5);

    deliver(h, "S 0 - +100 mss=1000 " RIGHT);
    harness_clear(h);
    harness_run_until(h, SEC(1));
    deliver(h, "S 0 - mss=1000"); /* the client's, plain now */
    ck_assert_str_eq(h->sent, "SA 0 101; SA 0 101");
    harness_free(h);
}
END_TEST

/* §4.2.2: it is answered as if it had no data, with a cookie that is right. */
START_TEST(data_with_a_wrong_cookie_are_not_taken)
{
    static const char *const syns[] = {"S 0 - +100 mss=1000 fo=3021b9d889017eec",
                                       "S 0 - +100 mss=1000 fo=3021b9d8"};

    for (size_t i = 0; i < 2; i++) {
        TcpHarness *h = listening("tcp_fastopen=2", 5);

        deliver(h, syns[i]);
        ck_assert_str_eq(h->sent, "SA 0 1 " RIGHT);
        ck_assert_str_eq(h->app, "");
        harness_free(h);
    }
}
END_TEST

START_TEST(without_an_option_data_wait_as_ever)
{
    TcpHarness *h = listening("tcp_fastopen=2 syn-data=accept", 5);

    deliver(h, "S 0 - +100 mss=1000");
    ck_assert_str_eq(h->sent, "SA 0 1");
    deliver(h, "A 101 1");
    ck_assert_str_eq(h->app, "acceptable; readable 100");
    harness_free(h);
}
END_TEST

/* Linux, tcp_fastopen: 0x2 allows it, 0x200 asks for no cookie, 0x400 speaks for all listeners. */
START_TEST(the_bits_of_tcp_fastopen)
{
    static const struct {
        const char *keys;
        uint32_t most;
        const char *syn, *sent;
    } rows[] = {
        {"tcp_fastopen=1", 5, "S 0 - +9 " RIGHT, "SA 0 1"},
        {"tcp_fastopen=2", 0, "S 0 - +9 " RIGHT, "SA 0 1"},
        {"tcp_fastopen=1026", 0, "S 0 - +9 " RIGHT, "SA 0 10"},
        {"tcp_fastopen=514", 5, "S 0 - +9", "SA 0 10"},
        {"tcp_fastopen=514", 5, "S 0 -", "SA 0 1"},
        {"tcp_fastopen=512", 5, "S 0 - +9", "SA 0 1"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        TcpHarness *h = listening(rows[i].keys, rows[i].most);

        deliver(h, rows[i].syn);
        ck_assert_str_eq(h->sent, rows[i].sent);
        harness_free(h);
    }
}
END_TEST

/* §5.1: so many may be pending, and one more waits as ever; who is done makes room. */
START_TEST(pending_connections_are_limited)
{
    TcpHarness *h = listening("tcp_fastopen=2", 1);

    deliver(h, "S 0 - +9 mss=1000 " RIGHT);
    harness_clear(h);
    Segment other = harness_segment(h, "S 0 - +9 mss=1000 " RIGHT);
    other.src_addr = 0xc0000201;
    other.dst_addr = 0xc0a80001;
    other.src_port++;
    tcp_stack_deliver(h->stack, h->now, &other);
    ck_assert_str_eq(h->sent, "SA 0 1");
    harness_clear(h);
    deliver(h, "A 10 1");
    other.src_port++;
    tcp_stack_deliver(h->stack, h->now, &other);
    ck_assert_str_eq(h->sent, "SA 0 10");
    harness_free(h);
}
END_TEST

/* … also who is reset, or closed by its application. */
START_TEST(the_end_of_a_pending_one_makes_room)
{
    TcpHarness *h = listening("tcp_fastopen=2", 1);

    deliver(h, "S 0 - +9 mss=1000 " RIGHT);
    deliver(h, "R 10 -");
    ck_assert_str_eq(h->app, "acceptable; error ECONNRESET");
    harness_clear(h);
    deliver(h, "S 0 - +9 mss=1000 " RIGHT);
    ck_assert_str_eq(h->sent, "SA 0 10");
    harness_free(h);
}
END_TEST

/* Linux, net.ipv4.tcp_fastopen_key: an older key is good, and answered by a cookie of the newer. */
START_TEST(a_second_key_is_good_too)
{
    TcpHarness *h = listening("tcp_fastopen=2", 5);
    TcpFastOpenKeys both = {.keys = {{1, 2}, published.keys[0]}, .count = 2};

    ck_assert_int_eq(tcp_fast_open_set_keys(h->stack, HARNESS_PORT, &both), TCP_OK);
    deliver(h, "S 0 - +9 mss=1000 " RIGHT);
    ck_assert_uint_eq(harness_last(h)->segment.ack, h->irs + 10);
    ck_assert_uint_eq(harness_last(h)->segment.options.present & OPTION_ANY_FAST_OPEN,
                      OPTION_FAST_OPEN);
    ck_assert_int_ne(memcmp(harness_last(h)->segment.options.cookie, "\x30\x21\xb9\xd8", 4), 0);
    both.count = 3;
    ck_assert_int_eq(tcp_fast_open_set_keys(h->stack, HARNESS_PORT, &both), TCP_EINVAL);
    ck_assert_int_eq(tcp_fast_open_set_keys(h->stack, 1, &published), TCP_EINVAL);
    harness_free(h);
}
END_TEST

START_TEST(a_closed_listener_resets_who_was_not_accepted)
{
    TcpHarness *h = listening("tcp_fastopen=2", 5);

    h->accepts = false;
    deliver(h, "S 0 - +9 mss=1000 " RIGHT);
    harness_clear(h);
    ck_assert_int_eq(tcp_close_listener(h->stack, h->now, HARNESS_PORT), TCP_OK);
    ck_assert_str_eq(h->sent, "RA 1 10");
    ck_assert(harness_is_gone(h));
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp_fast_open_listener");
    TCase *tc = tcase_create("listener");

    tcase_add_test(tc, a_cookie_is_granted_to_who_asks);
    tcase_add_test(tc, the_form_is_that_of_the_request);
    tcase_add_test(tc, data_with_a_right_cookie_are_read_in_syn_rcvd);
    tcase_add_test(tc, a_right_cookie_alone_opens_too);
    tcase_add_test(tc, the_answer_leaves_in_syn_rcvd);
    tcase_add_test(tc, close_in_syn_rcvd_sends_a_fin);
    tcase_add_test(tc, a_repeated_syn_ack_acknowledges_the_data);
    tcase_add_test(tc, data_with_a_wrong_cookie_are_not_taken);
    tcase_add_test(tc, without_an_option_data_wait_as_ever);
    tcase_add_test(tc, the_bits_of_tcp_fastopen);
    tcase_add_test(tc, pending_connections_are_limited);
    tcase_add_test(tc, the_end_of_a_pending_one_makes_room);
    tcase_add_test(tc, a_second_key_is_good_too);
    tcase_add_test(tc, a_closed_listener_resets_who_was_not_accepted);
    suite_add_tcase(s, tc);
    return s;
}
