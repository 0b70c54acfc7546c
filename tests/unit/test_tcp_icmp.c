/* What routers say: RFC 1122 §4.2.3.9, RFC 1191, RFC 5927. */
#include "check_main.h"
#include "tcp_harness.h"

static bool icmp(TcpHarness *h, uint8_t type, uint8_t code, uint32_t mtu, uint32_t relative)
{
    TcpIcmp message = {.type = type,
                       .code = code,
                       .mtu = mtu,
                       .remote_address = HARNESS_PEER,
                       .local_port = HARNESS_PORT,
                       .remote_port = HARNESS_PEER_PORT,
                       .seq = h->iss + relative};

    return tcp_stack_icmp(h->stack, h->now, &message);
}

/* RFC 1122 §4.2.3.9: 2 to 4 are hard, 0, 1 and 5 soft; Linux takes all as hard while connecting. */
START_TEST(what_ends_a_connect)
{
    static const struct {
        const char *keys;
        uint8_t type, code;
        const char *app;
    } rows[] = {
        {"", 3, 3, "error ECONNREFUSED"},
        {"", 3, 2, "error ENOPROTOOPT"},
        {"", 12, 0, "error EPROTO"},
        {"", 3, 0, ""},
        {"", 3, 1, ""},
        {"", 11, 0, ""},
        {"icmp-unreachable=fail", 3, 0, "error ENETUNREACH"},
        {"icmp-unreachable=fail", 3, 1, "error EHOSTUNREACH"},
        {"icmp-unreachable=fail", 11, 0, "error EHOSTUNREACH"},
        {"icmp-unreachable=fail", 4, 0, ""}, /* RFC 6633: a source quench is nothing */
        {"icmp-unreachable=fail", 3, 99, ""},
        /* FreeBSD tcp_ctlinput(): ports, protocols and what is prohibited, and a TTL that ran out. */
        {"icmp-unreachable=refused", 3, 3, "error ECONNREFUSED"},
        {"icmp-unreachable=refused", 3, 2, "error ECONNREFUSED"},
        {"icmp-unreachable=refused", 3, 13, "error ECONNREFUSED"},
        {"icmp-unreachable=refused", 11, 0, "error EHOSTUNREACH"},
        {"icmp-unreachable=refused", 11, 1, ""},
        {"icmp-unreachable=refused", 3, 1, ""},
        {"icmp-unreachable=refused", 3, 7, ""},
        {"icmp-unreachable=refused", 12, 0, ""},
        {"icmp-unreachable=ignore", 3, 3, ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        TcpHarness *h = harness_new(rows[i].keys);

        harness_bring(h, AT_SYN_SENT);
        ck_assert(icmp(h, rows[i].type, rows[i].code, 0, 0));
        ck_assert_str_eq(h->app, rows[i].app);
        harness_free(h);
    }
}
END_TEST

/* RFC 5927 §4.1: the number that is quoted must be under way. */
START_TEST(who_does_not_know_the_number_is_not_believed)
{
    TcpHarness *h = harness_new("");

    harness_bring(h, AT_SYN_SENT);
    ck_assert(!icmp(h, 3, 3, 0, 2));
    ck_assert(!icmp(h, 3, 3, 0, (uint32_t)-1));
    ck_assert_str_eq(h->app, "");
    ck_assert(icmp(h, 3, 3, 0, 0));
    ck_assert_str_eq(h->app, "error ECONNREFUSED");
    ck_assert(!icmp(h, 3, 3, 0, 0)); /* there is none any more */
    harness_free(h);
}
END_TEST

/* RFC 5927 §5.2: a connection that is established goes on, whatever is said; it is told at the end. */
START_TEST(an_established_connection_goes_on)
{
    TcpHarness *h = harness_new("tcp_retries2=1 initial-rto=1s tcp_rto_min_us=1000000");

    harness_bring(h, AT_ESTABLISHED);
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 100), TCP_OK);
    ck_assert(icmp(h, 3, 3, 0, 1));
    ck_assert(icmp(h, 3, 1, 0, 1));
    ck_assert_str_eq(h->app, "");
    harness_run_until(h, SEC(10));
    ck_assert_str_eq(h->app, "error EHOSTUNREACH");
    harness_free(h);
}
END_TEST

/* RFC 1191 §6.4 and §6.5: what was too large goes again at once, in pieces that fit. */
START_TEST(segments_are_cut_for_a_narrow_path)
{
    TcpHarness *h = harness_new("nagle=no");

    harness_establish_with(h, "mss=1460");
    harness_clear(h);
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 3000), TCP_OK);
    ck_assert_str_eq(h->sent, "A 1 1 +1460; A 1461 1 +1460; A 2921 1 +80");
    harness_clear(h);
    ck_assert(icmp(h, 3, 4, 1040, 1));
    ck_assert_str_eq(h->sent, "A 1 1 +1000; A 1001 1 +460; A 1461 1 +1000; A 2461 1 +460");
    ck_assert_uint_eq(harness_last(h)->note.reason, TCP_REASON_PATH_MTU_LOWERED);
    harness_clear(h);
    harness_deliver(h, "A 1 3001");
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 2000), TCP_OK);
    ck_assert_str_eq(h->sent, "A 3001 1 +1000; A 4001 1 +1000");
    harness_free(h);
}
END_TEST

/* Linux, net.ipv4.route.min_pmtu; RFC 1191 §5: old routers do not say how much. */
START_TEST(nobody_makes_the_path_narrower_than_that)
{
    static const uint32_t mtus[] = {0, 68, 551};

    for (size_t i = 0; i < 3; i++) {
        TcpHarness *h = harness_new("nagle=no min_pmtu=552");

        harness_establish_with(h, "mss=1460");
        ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 1000), TCP_OK);
        harness_clear(h);
        ck_assert(icmp(h, 3, 4, mtus[i], 1));
        ck_assert_str_eq(h->sent, "A 1 1 +512; A 513 1 +488");
        harness_free(h);
    }
}
END_TEST

/* RFC 1191 §3: a path is never widened so. */
START_TEST(a_wide_path_is_no_news)
{
    TcpHarness *h = harness_new("nagle=no");

    harness_establish_with(h, "mss=1000");
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 1000), TCP_OK);
    harness_clear(h);
    ck_assert(icmp(h, 3, 4, 1500, 1));
    ck_assert(icmp(h, 3, 4, 1040, 1));
    ck_assert_str_eq(h->sent, "");
    harness_free(h);
}
END_TEST

/* Linux: a SYN with data goes again without them, and says what the path takes. */
START_TEST(a_syn_with_data_goes_again_plain)
{
    TcpHarness *h = harness_new("tcp_fastopen=5");
    TcpConnectOptions options = {.address = HARNESS_PEER,
                                 .port = HARNESS_PEER_PORT,
                                 .from_port = HARNESS_PORT,
                                 .fast_open = true,
                                 .data = 1000};

    ck_assert_int_eq(tcp_connect(h->stack, 0, &options, &h->conn), TCP_OK);
    ck_assert_str_eq(h->sent, "S 0 - +1000");
    harness_clear(h);
    ck_assert(icmp(h, 3, 4, 840, 0));
    ck_assert_str_eq(h->sent, "S 0 -");
    ck_assert_uint_eq(harness_last(h)->segment.options.mss, 800);
    harness_clear(h);
    harness_deliver(h, "SA 0 1 mss=1460");
    ck_assert_str_eq(h->sent, "A 1 1 +800; A 801 1 +200");
    harness_free(h);
}
END_TEST

/* Linux, tcp_req_err(): a half-open connection is forgotten when there is no way to the client. */
START_TEST(a_half_open_connection_is_forgotten)
{
    TcpHarness *h = harness_new("icmp-unreachable=fail");

    harness_bring(h, AT_SYN_RCVD);
    ck_assert(!icmp(h, 3, 1, 0, 1));
    ck_assert(icmp(h, 3, 3, 0, 0));
    ck_assert_str_eq(h->states, "");
    ck_assert(icmp(h, 3, 1, 0, 0));
    ck_assert_str_eq(h->states, "CLOSED");
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp_icmp");
    TCase *tc = tcase_create("icmp");

    tcase_add_test(tc, what_ends_a_connect);
    tcase_add_test(tc, who_does_not_know_the_number_is_not_believed);
    tcase_add_test(tc, an_established_connection_goes_on);
    tcase_add_test(tc, segments_are_cut_for_a_narrow_path);
    tcase_add_test(tc, nobody_makes_the_path_narrower_than_that);
    tcase_add_test(tc, a_wide_path_is_no_news);
    tcase_add_test(tc, a_syn_with_data_goes_again_plain);
    tcase_add_test(tc, a_half_open_connection_is_forgotten);
    suite_add_tcase(s, tc);
    return s;
}
