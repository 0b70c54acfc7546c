/* Fast Open as sockets ask for it: tcp(7); RFC 7413 §4 and appendix A; Linux net/ipv4/tcp.c and af_inet.c
 * (tcp_sendmsg_fastopen(), __inet_stream_connect()) for what a call answers in which state.
 *
 * A SYN takes along what the server's MSS leaves beside 40 bytes of options: 1460 - 40 = 1420.
 */
#include "check_main.h"
#include "socket_world.h"

enum {
    SOL = SOCKET_SOL_TCP,
    PEER = WORLD_ADDRESS + 1,
    CLOSED_PORT = 7999,
    FAST = SOCKET_MSG_FASTOPEN,
    QUICK = SOCKET_MSG_FASTOPEN | SOCKET_MSG_DONTWAIT,
    SYN_ROOM = 1420,
};

static World *w;
static Sockets *a, *b;
static int listener;

static void begin(const char *keys)
{
    w = world_new(keys);
    a = world_sockets(w, 0);
    b = world_sockets(w, 1);
    listener = world_listen(w, 1, 5);
    ck_value(socket_set_option(b, 0, listener, SOL, SOCKET_TCP_FASTOPEN, 5), 0);
}

static void set_up(void)
{
    begin("tcp_fastopen=3");
}

static void tear_down(void)
{
    world_free(w);
}

static int fresh(void)
{
    return (int)socket_open(a).value;
}

static SocketAnswer send_to(int fd, uint64_t bytes, int flags)
{
    const SocketAddress to = {.address = PEER, .port = WORLD_PORT};

    return socket_send_to(a, w->now, fd, bytes, flags, &to);
}

/* A connection that asks for a cookie, and ends. */
static void get_cookie(void)
{
    int fd = fresh();

    ck_error(send_to(fd, 0, QUICK), TCP_EINPROGRESS);
    world_settle(w);
    ck_value(socket_close(a, w->now, fd), 0);
    world_settle(w);
    ck_value(socket_close(b, w->now, (int)socket_accept(b, w->now, listener).value), 0);
    world_settle(w);
    world_clear(w);
}

START_TEST(it_has_to_be_allowed)
{
    const SocketAddress nobody = {.is_unspecified = true};
    int fd = fresh();

    ck_error(socket_send_to(a, 0, fd, 10, FAST, &nobody), TCP_EOPNOTSUPP);
    world_free(w);
    begin("tcp_fastopen=2");
    fd = fresh();
    ck_error(send_to(fd, 10, FAST), TCP_EOPNOTSUPP);
    ck_error(socket_set_option(a, 0, fd, SOL, SOCKET_TCP_FASTOPEN_CONNECT, 1), TCP_EOPNOTSUPP);
}
END_TEST

START_TEST(without_a_cookie_it_is_asked_for)
{
    int fd = fresh();

    ck_error(send_to(fd, 1000, QUICK), TCP_EINPROGRESS);
    ck_sent(w, "S 0:0(0)");
    ck_error(send_to(fd, 1000, QUICK), TCP_EALREADY);
}
END_TEST

START_TEST(with_a_cookie_the_syn_takes_data)
{
    get_cookie();
    int fd = fresh();

    ck_value(send_to(fd, 2000, QUICK), SYN_ROOM);
    ck_sent(w, "S 0:1420(1420)");
    ck_error(send_to(fd, 2000, QUICK), TCP_EALREADY);
    ck_error(socket_send(a, w->now, fd, 10, SOCKET_MSG_DONTWAIT), TCP_EAGAIN);
    world_settle(w);
    int child = (int)socket_accept(b, w->now, listener).value;
    ck_value(socket_receive(b, w->now, child, 4000, SOCKET_MSG_DONTWAIT), SYN_ROOM);
}
END_TEST

START_TEST(once_connected_it_is_a_send)
{
    get_cookie();
    int fd = fresh();

    ck_value(send_to(fd, 10, QUICK), 10);
    world_settle(w);
    world_clear(w);
    ck_value(send_to(fd, 20, QUICK), 20); /* connect()'s end is noted */
    ck_sent(w, "P. 11:31(20) ack 1");
    ck_error(send_to(fd, 20, QUICK), TCP_EISCONN);
}
END_TEST

START_TEST(info_tells_of_data_on_the_syn)
{
    enum { SYN_DATA = 32 }; /* TCPI_OPT_SYN_DATA */
    SocketInfo info;

    get_cookie();
    int fd = fresh();
    ck_value(send_to(fd, 10, QUICK), 10);
    ck_assert(socket_info(a, w->now, fd, &info));
    ck_assert_int_eq(info.options & SYN_DATA, 0);
    world_settle(w);
    ck_assert(socket_info(a, w->now, fd, &info));
    ck_assert_int_eq(info.options & SYN_DATA, SYN_DATA);
    ck_assert_uint_eq(info.delivered, 1); /* SYN and its data count as one */
}
END_TEST

START_TEST(who_accepts_may_answer_before_the_handshake_is_done)
{
    get_cookie();
    int fd = fresh();

    ck_value(send_to(fd, 10, QUICK), 10);
    world_pass(w, w->delay); /* the SYN is there */
    int child = (int)socket_accept(b, w->now, listener).value;
    ck_assert_int_gt(child, 0);
    ck_assert_uint_eq(socket_ready(b, child) & SOCKET_POLL_OUT, SOCKET_POLL_OUT);
    ck_value(socket_send(b, w->now, child, 30, SOCKET_MSG_DONTWAIT), 30);
}
END_TEST

START_TEST(a_blocking_one_returns_when_all_is_taken)
{
    SocketOver over;

    get_cookie();
    int fd = fresh();
    ck_blocks(send_to(fd, 2000, FAST));
    ck_sent(w, "S 0:1420(1420)");
    world_settle(w);
    ck_assert(world_over(w, 0, &over));
    ck_value(over.answer, 2000);
    ck_sent(w, "P. 1421:2001(580) ack 1"); /* it carries the SYN-ACK's ACK */
}
END_TEST

START_TEST(what_was_on_a_syn_that_is_refused_does_not_count)
{
    SocketOver over;

    get_cookie();
    int fd = fresh();
    ck_blocks(send_to(fd, 2000, FAST));
    ck_value(socket_close(b, w->now, listener), 0);
    world_settle(w);
    ck_assert(world_over(w, 0, &over));
    ck_error(over.answer, TCP_ECONNREFUSED);
}
END_TEST

START_TEST(connect_can_wait_for_the_first_write)
{
    get_cookie();
    int fd = fresh();

    ck_value(socket_set_option(a, 0, fd, SOL, SOCKET_TCP_FASTOPEN_CONNECT, 1), 0);
    ck_value(socket_connect(a, w->now, fd, PEER, WORLD_PORT), 0);
    ck_sent(w, "");
    ck_ready(w, 0, fd, SOCKET_POLL_OUT);
    ck_error(socket_connect(a, w->now, fd, PEER, WORLD_PORT), TCP_EISCONN);
    ck_error(socket_receive(a, w->now, fd, 10, SOCKET_MSG_DONTWAIT), TCP_EAGAIN);
    ck_value(socket_send_to(a, w->now, fd, 500, SOCKET_MSG_DONTWAIT, NULL), 500);
    ck_sent(w, "S 0:500(500)");
}
END_TEST

START_TEST(connect_does_not_wait_without_a_cookie)
{
    int fd = fresh();

    ck_value(socket_set_flags(a, fd, SOCKET_NONBLOCK), 0);
    ck_value(socket_set_option(a, 0, fd, SOL, SOCKET_TCP_FASTOPEN_CONNECT, 1), 0);
    ck_error(socket_connect(a, w->now, fd, PEER, WORLD_PORT), TCP_EINPROGRESS);
    ck_sent(w, "S 0:0(0)");
    ck_error(socket_set_option(a, 0, fd, SOL, SOCKET_TCP_FASTOPEN_CONNECT, 0), TCP_EINVAL);
}
END_TEST

START_TEST(nothing_is_sent_by_closing_what_waits_to_connect)
{
    get_cookie();
    int fd = fresh();

    ck_value(socket_set_option(a, 0, fd, SOL, SOCKET_TCP_FASTOPEN_CONNECT, 1), 0);
    ck_value(socket_connect(a, w->now, fd, PEER, WORLD_PORT), 0);
    ck_value(socket_close(a, w->now, fd), 0);
    world_settle(w);
    ck_sent(w, "");
}
END_TEST

START_TEST(no_cookie_is_an_option_too)
{
    int fd = fresh();

    ck_value(socket_set_option(a, 0, fd, SOL, SOCKET_TCP_FASTOPEN_NO_COOKIE, 1), 0);
    ck_value(send_to(fd, 100, QUICK), 100);
    ck_sent(w, "S 0:100(100)");
}
END_TEST

START_TEST(a_key_has_sixteen_bytes_or_twice_as_many)
{
    static const uint8_t key[32] = {1};
    static const size_t wrong[] = {0, 3, 15, 17, 31};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_error(socket_set_fast_open_key(b, listener, key, wrong[i]), TCP_EINVAL);
    ck_value(socket_set_fast_open_key(b, listener, key, 16), 0);
    ck_value(socket_set_fast_open_key(b, listener, key, 32), 0);
    ck_error(socket_set_fast_open_key(b, 77, key, 16), TCP_EBADF);
}
END_TEST

/* A cookie of another key is none. */
START_TEST(a_new_key_ends_old_cookies)
{
    static const uint8_t key[16] = {1};

    get_cookie();
    ck_value(socket_set_fast_open_key(b, listener, key, 16), 0);
    int fd = fresh();
    ck_value(send_to(fd, 10, QUICK), 10);
    world_pass(w, w->delay);
    ck_blocks(socket_accept(b, w->now, listener));
}
END_TEST

/* FreeBSD sys/netinet/tcp_usrreq.c, tcp_usr_send(): an address connects; what fits the buffer is taken. */
START_TEST(freebsds_sendto_connects)
{
    sockets_settings(a)->flavour = SOCKET_BSD;
    int fd = fresh();

    ck_value(send_to(fd, 100, 0), 100);
    ck_sent(w, "S 0:0(0)");
    world_settle(w);
    ck_assert_int_gt((int)socket_accept(b, w->now, listener).value, 0);
    ck_value(socket_send_to(a, w->now, fd, 5, 0, NULL), 5);
}
END_TEST

Suite *suite(void)
{
    Suite *suite_ = suite_create("socket_fast_open");
    TCase *tc = tcase_create("fast_open");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, it_has_to_be_allowed);
    tcase_add_test(tc, without_a_cookie_it_is_asked_for);
    tcase_add_test(tc, with_a_cookie_the_syn_takes_data);
    tcase_add_test(tc, once_connected_it_is_a_send);
    tcase_add_test(tc, info_tells_of_data_on_the_syn);
    tcase_add_test(tc, who_accepts_may_answer_before_the_handshake_is_done);
    tcase_add_test(tc, a_blocking_one_returns_when_all_is_taken);
    tcase_add_test(tc, what_was_on_a_syn_that_is_refused_does_not_count);
    tcase_add_test(tc, connect_can_wait_for_the_first_write);
    tcase_add_test(tc, connect_does_not_wait_without_a_cookie);
    tcase_add_test(tc, nothing_is_sent_by_closing_what_waits_to_connect);
    tcase_add_test(tc, no_cookie_is_an_option_too);
    tcase_add_test(tc, a_key_has_sixteen_bytes_or_twice_as_many);
    tcase_add_test(tc, a_new_key_ends_old_cookies);
    tcase_add_test(tc, freebsds_sendto_connects);
    suite_add_tcase(suite_, tc);
    return suite_;
}
