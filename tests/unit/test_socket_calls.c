/* Calls and their answers: what Linux 6.18.44 answered over loopback, step by step (a program that printed each
 * call's result, errno and poll()'s events); POSIX.1-2017 where that says more.
 */
#include "check_main.h"
#include "socket_world.h"

enum {
    IN = SOCKET_POLL_IN,
    OUT = SOCKET_POLL_OUT,
    ERR = SOCKET_POLL_ERR,
    HUP = SOCKET_POLL_HUP,
    RDHUP = SOCKET_POLL_RDHUP,
    PEER = WORLD_ADDRESS + 1,
    CLOSED_PORT = 7999,
    TCP_CLOSE_ = 7, /* tcpi_state */
    TCP_LISTEN_ = 10,
};

static Sockets *a, *b; /* of host 0, of host 1 */
static World *w;
static int listener; /* of host 1 */

static void set_up(void)
{
    w = world_new("");
    a = world_sockets(w, 0);
    b = world_sockets(w, 1);
    listener = world_listen(w, 1, 5);
}

static void tear_down(void)
{
    world_free(w);
}

static int state_of(Sockets *s, int fd)
{
    SocketInfo info;

    ck_assert(socket_info(s, w->now, fd, &info));
    return info.state;
}

static int64_t so_error(Sockets *s, int fd)
{
    int64_t value;

    ck_value(socket_get_option(s, w->now, fd, SOCKET_SOL_SOCKET, SOCKET_SO_ERROR, &value), 0);
    return value;
}

static void set_linger(Sockets *s, int fd, int64_t seconds)
{
    ck_value(socket_set_option(s, w->now, fd, SOCKET_SOL_SOCKET, SOCKET_SO_LINGER, seconds), 0);
}

static void reset(Sockets *s, int fd)
{
    set_linger(s, fd, 0);
    ck_value(socket_close(s, w->now, fd), 0);
    world_settle(w);
}

static void non_blocking(Sockets *s, int fd)
{
    ck_value(socket_set_flags(s, fd, SOCKET_NONBLOCK | 02), 0);
}

static SocketAnswer read_(Sockets *s, int fd, uint64_t most)
{
    return socket_receive(s, w->now, fd, most, SOCKET_MSG_DONTWAIT);
}

static SocketAnswer write_(Sockets *s, int fd, uint64_t bytes)
{
    return socket_send(s, w->now, fd, bytes, SOCKET_MSG_DONTWAIT);
}

static SocketAnswer connect_(int fd, uint16_t port)
{
    SocketAnswer answer = socket_connect(a, w->now, fd, PEER, port);

    world_settle(w);
    return answer;
}

START_TEST(descriptors_are_the_lowest_free_ones_from_3)
{
    ck_value(socket_open(a), 3);
    ck_value(socket_open(a), 4);
    ck_value(socket_open(a), 5);
    ck_value(socket_close(a, 0, 4), 0);
    ck_value(socket_open(a), 4);
    ck_value(socket_open(a), 6);
}
END_TEST

START_TEST(no_descriptor_no_call)
{
    uint64_t n;
    int64_t v;

    for (int fd = -1; fd < 5; fd += 5) {
        ck_error(socket_bind(a, fd, 1), TCP_EBADF);
        ck_error(socket_listen(a, 0, fd, 1), TCP_EBADF);
        ck_error(socket_accept(a, 0, fd), TCP_EBADF);
        ck_error(socket_connect(a, 0, fd, PEER, 1), TCP_EBADF);
        ck_error(socket_send(a, 0, fd, 1, 0), TCP_EBADF);
        ck_error(socket_receive(a, 0, fd, 1, 0), TCP_EBADF);
        ck_error(socket_shutdown(a, 0, fd, SOCKET_SHUT_RD), TCP_EBADF);
        ck_error(socket_close(a, 0, fd), TCP_EBADF);
        ck_error(socket_get_flags(a, fd), TCP_EBADF);
        ck_error(socket_set_flags(a, fd, 0), TCP_EBADF);
        ck_error(socket_set_option(a, 0, fd, 6, 1, 1), TCP_EBADF);
        ck_error(socket_get_option(a, 0, fd, 6, 1, &v), TCP_EBADF);
        ck_error(socket_queued(a, fd, &n, &n, &n), TCP_EBADF);
        ck_ready(w, 0, fd, 0);
    }
}
END_TEST

START_TEST(descriptors_run_out)
{
    for (int fd = 3; fd < 1024; fd++)
        ck_value(socket_open(a), fd);
    ck_error(socket_open(a), TCP_EMFILE);
}
END_TEST

START_TEST(flags_keep_only_o_nonblock)
{
    int fd = (int)socket_open(a).value;

    ck_value(socket_get_flags(a, fd), 02);
    ck_value(socket_set_flags(a, fd, 0177777), 0);
    ck_value(socket_get_flags(a, fd), 04002);
    ck_value(socket_set_flags(a, fd, 0), 0);
    ck_value(socket_get_flags(a, fd), 02);
}
END_TEST

START_TEST(a_new_socket_can_do_nothing_but_be_bound)
{
    int fd = (int)socket_open(a).value;

    ck_ready(w, 0, fd, OUT | HUP);
    ck_assert_int_eq(state_of(a, fd), TCP_CLOSE_);
    ck_error(socket_accept(a, 0, fd), TCP_EINVAL);
    ck_error(read_(a, fd, 1), TCP_ENOTCONN);
    ck_error(write_(a, fd, 1), TCP_EPIPE);
    ck_error(socket_shutdown(a, 0, fd, SOCKET_SHUT_RD), TCP_ENOTCONN);
    ck_ready(w, 0, fd, IN | OUT | HUP | RDHUP); /* it is shut all the same */
    ck_error(socket_shutdown(a, 0, fd, SOCKET_SHUT_WR), TCP_ENOTCONN);
    ck_error(socket_shutdown(a, 0, fd, (SocketShutdown)7), TCP_EINVAL);
    ck_value(read_(a, fd, 1), 0);
    ck_error(write_(a, fd, 1), TCP_EPIPE);
    ck_assert_int_eq(so_error(a, fd), 0);
}
END_TEST

START_TEST(a_listener_only_listens)
{
    int fd = (int)socket_open(a).value;

    ck_value(socket_listen(a, 0, fd, 1), 0);
    ck_value(socket_listen(a, 0, fd, 2), 0);
    ck_error(connect_(fd, WORLD_PORT), TCP_EISCONN);
    ck_error(socket_bind(a, fd, CLOSED_PORT), TCP_EINVAL);
    ck_error(read_(a, fd, 1), TCP_ENOTCONN);
    ck_error(write_(a, fd, 1), TCP_EPIPE);
    ck_ready(w, 0, fd, 0);
    ck_value(socket_shutdown(a, 0, fd, SOCKET_SHUT_WR), 0);
    ck_assert_int_eq(state_of(a, fd), TCP_LISTEN_);
    ck_value(socket_shutdown(a, 0, fd, SOCKET_SHUT_RD), 0); /* which ends it */
    ck_assert_int_eq(state_of(a, fd), TCP_CLOSE_);
    ck_ready(w, 0, fd, OUT | HUP);
    ck_error(socket_accept(a, 0, fd), TCP_EINVAL);
}
END_TEST

static int open_(Sockets *s, bool reuse)
{
    int fd = (int)socket_open(s).value;

    ck_value(socket_set_option(s, 0, fd, SOCKET_SOL_SOCKET, SOCKET_SO_REUSEADDR, reuse), 0);
    return fd;
}

START_TEST(ports_are_shared_only_by_who_says_so_and_does_not_listen)
{
    int g = open_(b, false);

    ck_error(socket_bind(b, g, WORLD_PORT), TCP_EADDRINUSE);
    int h = open_(b, true);
    ck_error(socket_bind(b, h, WORLD_PORT), TCP_EADDRINUSE);
    ck_value(socket_bind(b, g, 7803), 0);
    ck_error(socket_bind(b, g, 7803), TCP_EINVAL);
    ck_error(socket_bind(b, h, 7803), TCP_EADDRINUSE);
    int x = open_(b, true), y = open_(b, true);
    ck_value(socket_bind(b, x, 7804), 0);
    ck_value(socket_bind(b, y, 7804), 0);
    ck_value(socket_listen(b, 0, x, 1), 0);
    ck_error(socket_listen(b, 0, y, 1), TCP_EADDRINUSE);
    ck_value(socket_bind(b, h, 0), 0);
}
END_TEST

START_TEST(connections_hold_their_port_after_the_listener)
{
    int c, s;

    world_pair(w, listener, &c, &s);
    ck_value(socket_close(b, w->now, listener), 0);
    int fd = open_(b, false);
    ck_error(socket_bind(b, fd, WORLD_PORT), TCP_EADDRINUSE);
    int again = open_(b, true);
    ck_value(socket_bind(b, again, WORLD_PORT), 0); /* the accepted one has inherited it */
}
END_TEST

/* ---- connect() ---- */

START_TEST(refused_while_it_blocks)
{
    int fd = (int)socket_open(a).value;
    SocketOver over;

    ck_blocks(connect_(fd, CLOSED_PORT));
    ck_assert(world_over(w, 0, &over));
    ck_assert_int_eq(over.fd, fd);
    ck_error(over.answer, TCP_ECONNREFUSED);
    ck_assert(!world_over(w, 0, &over));
    ck_ready(w, 0, fd, OUT | HUP);
    ck_assert_int_eq(so_error(a, fd), 0);
    ck_error(read_(a, fd, 1), TCP_ENOTCONN);
    ck_error(write_(a, fd, 1), TCP_EPIPE);
    ck_blocks(connect_(fd, WORLD_PORT)); /* and again, to somebody */
    ck_assert(world_over(w, 0, &over));
    ck_value(over.answer, 0);
    ck_error(connect_(fd, WORLD_PORT), TCP_EISCONN);
    ck_ready(w, 0, fd, OUT);
}
END_TEST

START_TEST(refused_while_it_does_not_block)
{
    int fd = (int)socket_open(a).value;

    non_blocking(a, fd);
    ck_error(connect_(fd, CLOSED_PORT), TCP_EINPROGRESS);
    ck_ready(w, 0, fd, IN | OUT | ERR | HUP | RDHUP);
    ck_assert_int_eq(state_of(a, fd), TCP_CLOSE_);
    ck_error(write_(a, fd, 1), TCP_ECONNREFUSED); /* once */
    ck_error(write_(a, fd, 1), TCP_EPIPE);
    ck_value(read_(a, fd, 1), 0);
    ck_assert_int_eq(so_error(a, fd), 0);
    ck_ready(w, 0, fd, IN | OUT | HUP | RDHUP);
    ck_error(connect_(fd, CLOSED_PORT), TCP_ECONNABORTED);
    ck_error(connect_(fd, CLOSED_PORT), TCP_EINPROGRESS);
}
END_TEST

START_TEST(the_error_is_told_once_by_so_error_or_connect)
{
    int fd = (int)socket_open(a).value;

    non_blocking(a, fd);
    ck_error(connect_(fd, CLOSED_PORT), TCP_EINPROGRESS);
    ck_assert_int_eq(so_error(a, fd), TCP_ECONNREFUSED);
    ck_assert_int_eq(so_error(a, fd), 0);
    ck_value(read_(a, fd, 1), 0);
    ck_error(write_(a, fd, 1), TCP_EPIPE);
    ck_error(connect_(fd, CLOSED_PORT), TCP_ECONNABORTED);
    ck_error(read_(a, fd, 1), TCP_ENOTCONN);
    ck_error(connect_(fd, CLOSED_PORT), TCP_EINPROGRESS);
    ck_error(connect_(fd, CLOSED_PORT), TCP_ECONNREFUSED);
    ck_error(read_(a, fd, 1), TCP_ENOTCONN);
    ck_error(write_(a, fd, 1), TCP_EPIPE);
}
END_TEST

START_TEST(connect_goes_on_without_blocking)
{
    int fd = (int)socket_open(a).value;

    non_blocking(a, fd);
    ck_error(socket_connect(a, 0, fd, PEER, WORLD_PORT), TCP_EINPROGRESS);
    ck_error(socket_connect(a, 0, fd, PEER, WORLD_PORT), TCP_EALREADY);
    ck_ready(w, 0, fd, 0);
    ck_error(read_(a, fd, 1), TCP_EAGAIN);
    ck_error(write_(a, fd, 1), TCP_EAGAIN);
    world_settle(w);
    ck_ready(w, 0, fd, OUT);
    ck_value(connect_(fd, WORLD_PORT), 0);
    ck_error(connect_(fd, WORLD_PORT), TCP_EISCONN);
    ck_error(socket_listen(a, 0, fd, 1), TCP_EINVAL);
    ck_error(socket_accept(a, 0, fd), TCP_EINVAL);
    ck_error(socket_bind(a, fd, 1), TCP_EINVAL);
}
END_TEST

START_TEST(connect_that_nobody_answers_times_out)
{
    int fd = (int)socket_open(a).value;
    SocketOver over;

    w->is_cut = true;
    ck_value(socket_set_option(a, 0, fd, SOCKET_SOL_TCP, SOCKET_TCP_SYNCNT, 1), 0);
    ck_blocks(socket_connect(a, 0, fd, PEER, WORLD_PORT));
    /* Repeats are linear: SYNs at 0, 1 and 2 s; but one repeat stands for 1 s + 2 s. A kernel 6.18 does so. */
    world_run(w, SEC(3) - 1);
    ck_assert(!world_over(w, 0, &over));
    world_run(w, SEC(3));
    ck_assert(world_over(w, 0, &over));
    ck_error(over.answer, TCP_ETIMEDOUT);
}
END_TEST

START_TEST(connect_gives_up_waiting_but_not_connecting_after_so_sndtimeo)
{
    int fd = (int)socket_open(a).value;
    SocketOver over;

    ck_value(socket_set_option(a, 0, fd, SOCKET_SOL_SOCKET, SOCKET_SO_SNDTIMEO, 15), 0);
    ck_blocks(socket_connect(a, 0, fd, PEER, WORLD_PORT));
    ck_assert_int_eq(sockets_next_due(a), MS(15));
    world_run(w, MS(15));
    ck_assert(world_over(w, 0, &over));
    ck_error(over.answer, TCP_EINPROGRESS);
    world_settle(w);
    ck_value(connect_(fd, WORLD_PORT), 0);
}
END_TEST

START_TEST(shutdown_ends_a_connect)
{
    int fd = (int)socket_open(a).value;

    non_blocking(a, fd);
    ck_error(socket_connect(a, 0, fd, PEER, WORLD_PORT), TCP_EINPROGRESS);
    ck_value(socket_shutdown(a, 0, fd, SOCKET_SHUT_WR), 0);
    ck_assert_int_eq(state_of(a, fd), TCP_CLOSE_);
    ck_assert_int_eq(so_error(a, fd), TCP_ECONNRESET);
    ck_assert_int_eq(socket_connection(a, fd), 0);
}
END_TEST

/* ---- accept() ---- */

START_TEST(accept_waits_for_one)
{
    int fd = (int)socket_open(a).value;
    SocketOver over;

    ck_blocks(socket_accept(b, 0, listener));
    non_blocking(a, fd);
    ck_error(connect_(fd, WORLD_PORT), TCP_EINPROGRESS);
    ck_assert(world_over(w, 1, &over));
    ck_assert_int_eq(over.fd, listener);
    ck_value(over.answer, 4);
    non_blocking(b, listener);
    ck_error(socket_accept(b, w->now, listener), TCP_EAGAIN);
    ck_value(socket_get_flags(b, 4), 02); /* not inherited */
}
END_TEST

START_TEST(accept_gives_what_was_reset_meanwhile)
{
    int fd = (int)socket_open(a).value;

    non_blocking(a, fd);
    ck_error(connect_(fd, WORLD_PORT), TCP_EINPROGRESS);
    reset(a, fd);
    ck_ready(w, 1, listener, IN);
    int s = (int)socket_accept(b, w->now, listener).value;
    ck_assert_int_gt(s, 0);
    ck_ready(w, 1, s, IN | OUT | ERR | HUP | RDHUP);
    ck_assert_int_eq(state_of(b, s), TCP_CLOSE_);
    ck_error(read_(b, s, 1), TCP_ECONNRESET);
    ck_value(read_(b, s, 1), 0);
    ck_error(write_(b, s, 1), TCP_EPIPE);
}
END_TEST

START_TEST(accept_gives_what_the_peer_has_closed)
{
    int fd = (int)socket_open(a).value;

    non_blocking(a, fd);
    ck_error(connect_(fd, WORLD_PORT), TCP_EINPROGRESS);
    ck_value(write_(a, fd, 3), 3);
    ck_value(socket_close(a, w->now, fd), 0);
    world_settle(w);
    int s = (int)socket_accept(b, w->now, listener).value;
    ck_ready(w, 1, s, IN | OUT | RDHUP);
    ck_assert_int_eq(state_of(b, s), 8); /* CLOSE-WAIT */
    ck_value(read_(b, s, 10), 3);
    ck_value(read_(b, s, 10), 0);
}
END_TEST

START_TEST(a_listener_that_closes_resets_who_waits)
{
    int fd = (int)socket_open(a).value;

    non_blocking(a, fd);
    ck_error(connect_(fd, WORLD_PORT), TCP_EINPROGRESS);
    ck_value(socket_close(b, w->now, listener), 0);
    world_settle(w);
    ck_ready(w, 0, fd, IN | OUT | ERR | HUP | RDHUP);
    ck_assert_int_eq(so_error(a, fd), TCP_ECONNRESET);
}
END_TEST

/* ---- The end ---- */

START_TEST(the_peers_fin_is_the_end_of_file)
{
    int c, s;

    world_pair(w, listener, &c, &s);
    ck_value(write_(b, s, 5), 5);
    ck_value(socket_shutdown(b, w->now, s, SOCKET_SHUT_WR), 0);
    world_settle(w);
    ck_ready(w, 0, c, IN | OUT | RDHUP);
    ck_value(read_(a, c, 3), 3);
    ck_value(read_(a, c, 3), 2);
    ck_value(read_(a, c, 3), 0);
    ck_value(read_(a, c, 3), 0);
    ck_ready(w, 1, s, OUT);
    ck_error(write_(b, s, 1), TCP_EPIPE);
    ck_value(socket_shutdown(b, w->now, s, SOCKET_SHUT_WR), 0);
    ck_assert_int_eq(state_of(a, c), 8);
    reset(b, s); /* in CLOSE-WAIT */
    ck_ready(w, 0, c, IN | OUT | ERR | HUP | RDHUP);
    ck_assert_int_eq(so_error(a, c), TCP_EPIPE);
    ck_assert_int_eq(state_of(a, c), TCP_CLOSE_);
    ck_error(write_(a, c, 1), TCP_EPIPE);
    ck_value(read_(a, c, 1), 0);
    ck_error(socket_shutdown(a, w->now, c, SOCKET_SHUT_WR), TCP_ENOTCONN);
    ck_ready(w, 0, c, IN | OUT | HUP | RDHUP);
}
END_TEST

START_TEST(what_came_before_a_reset_can_be_read)
{
    int c, s;

    world_pair(w, listener, &c, &s);
    ck_value(write_(b, s, 7), 7);
    reset(b, s);
    ck_ready(w, 0, c, IN | OUT | ERR | HUP | RDHUP);
    ck_value(read_(a, c, 5), 5);
    ck_value(read_(a, c, 100), 2);
    ck_error(read_(a, c, 100), TCP_ECONNRESET);
    ck_value(read_(a, c, 100), 0);
    ck_error(write_(a, c, 1), TCP_EPIPE);
    ck_error(connect_(c, WORLD_PORT), TCP_EISCONN);
    ck_error(socket_shutdown(a, w->now, c, SOCKET_SHUT_RDWR), TCP_ENOTCONN);
    ck_assert_uint_eq(w->hosts[0].read, 7);
}
END_TEST

START_TEST(a_reset_is_told_once)
{
    int c, s;

    world_pair(w, listener, &c, &s);
    reset(b, s);
    ck_error(write_(a, c, 1), TCP_ECONNRESET);
    ck_error(write_(a, c, 1), TCP_EPIPE);
    ck_value(read_(a, c, 1), 0);
    ck_assert_int_eq(so_error(a, c), 0);
    world_pair(w, listener, &c, &s);
    reset(b, s);
    ck_assert_int_eq(so_error(a, c), TCP_ECONNRESET);
    ck_value(read_(a, c, 1), 0);
    ck_error(write_(a, c, 1), TCP_EPIPE);
    ck_ready(w, 0, c, IN | OUT | HUP | RDHUP);
}
END_TEST

START_TEST(shut_for_reading_only_says_so_here)
{
    int c, s;

    world_pair(w, listener, &c, &s);
    ck_value(socket_shutdown(a, w->now, c, SOCKET_SHUT_RD), 0);
    ck_ready(w, 0, c, IN | OUT | RDHUP);
    ck_value(read_(a, c, 1), 0);
    ck_value(write_(b, s, 9), 9);
    world_settle(w);
    ck_value(read_(a, c, 100), 9);
    ck_value(read_(a, c, 100), 0);
    ck_assert_int_eq(state_of(a, c), 1);
    ck_ready(w, 1, s, OUT);
}
END_TEST

START_TEST(shut_for_both)
{
    int c, s;

    world_pair(w, listener, &c, &s);
    ck_value(socket_shutdown(a, w->now, c, SOCKET_SHUT_RDWR), 0);
    world_pass(w, MS(10)); /* the FIN is there; its ACK waits for data to ride on */
    ck_ready(w, 0, c, IN | OUT | HUP | RDHUP);
    ck_value(read_(a, c, 1), 0);
    ck_error(write_(a, c, 1), TCP_EPIPE);
    ck_assert_int_eq(state_of(a, c), 4); /* FIN-WAIT-1 */
    ck_value(socket_close(b, w->now, s), 0);
    world_settle(w);
    ck_assert_int_eq(state_of(a, c), TCP_CLOSE_); /* TIME-WAIT is nobody's */
    ck_ready(w, 0, c, IN | OUT | HUP | RDHUP);
    ck_assert_int_eq(so_error(a, c), 0);
    ck_error(socket_shutdown(a, w->now, c, SOCKET_SHUT_WR), TCP_ENOTCONN);
}
END_TEST

START_TEST(close_with_unread_data_resets)
{
    int c, s;

    world_pair(w, listener, &c, &s);
    ck_value(write_(a, c, 3), 3);
    world_settle(w);
    ck_value(socket_close(b, w->now, s), 0);
    world_settle(w);
    ck_ready(w, 0, c, IN | OUT | ERR | HUP | RDHUP);
    ck_assert_int_eq(so_error(a, c), TCP_ECONNRESET);
}
END_TEST

START_TEST(unread_data_in_time_wait_resets_nobody)
{
    int c, s;

    world_pair(w, listener, &c, &s);
    ck_value(socket_shutdown(a, w->now, c, SOCKET_SHUT_WR), 0);
    ck_value(write_(b, s, 3), 3);
    ck_value(socket_close(b, w->now, s), 0);
    world_settle(w);
    world_clear(w);
    ck_value(socket_close(a, w->now, c), 0);
    ck_sent(w, "");
    ck_assert_uint_eq(tcp_stack_census(w->hosts[0].stack).full, 1);
}
END_TEST

START_TEST(close_lingers_until_the_peer_has_it)
{
    int c, s;
    SocketOver over;

    world_pair(w, listener, &c, &s);
    set_linger(a, c, 5);
    ck_value(write_(a, c, 3), 3);
    SimTime began = w->now;
    ck_blocks(socket_close(a, began, c));
    ck_error(write_(a, c, 1), TCP_EBADF);
    /* 10 ms each way, and the FIN's ACK waits 40 ms for data to ride on. */
    world_run(w, began + MS(60) - 1);
    ck_assert(!world_over(w, 0, &over));
    world_run(w, began + MS(60));
    ck_assert(world_over(w, 0, &over));
    ck_assert_int_eq(over.fd, c);
    ck_value(over.answer, 0);
}
END_TEST

START_TEST(close_lingers_no_longer_than_it_was_told)
{
    int c, s;
    SocketOver over;

    world_pair(w, listener, &c, &s);
    set_linger(a, c, 5);
    w->is_cut = true;
    SimTime began = w->now;
    ck_blocks(socket_close(a, began, c));
    ck_assert_int_eq(sockets_next_due(a), began + SEC(5));
    world_run(w, began + SEC(5) - 1);
    ck_assert(!world_over(w, 0, &over));
    world_run(w, began + SEC(5));
    ck_assert(world_over(w, 0, &over));
    ck_value(over.answer, 0);
    ck_assert_int_eq(sockets_next_due(a), SIM_NEVER);
}
END_TEST

START_TEST(close_in_syn_sent_says_nothing)
{
    int fd = (int)socket_open(a).value;

    non_blocking(a, fd);
    ck_error(socket_connect(a, 0, fd, PEER, WORLD_PORT), TCP_EINPROGRESS);
    world_clear(w);
    ck_value(socket_close(a, 0, fd), 0);
    ck_sent(w, "");
    ck_assert_uint_eq(tcp_stack_census(w->hosts[0].stack).full, 0);
}
END_TEST

START_TEST(after_freebsd_resets_are_resets)
{
    int c, s;

    sockets_settings(a)->flavour = SOCKET_BSD; /* tcp_input(): ECONNRESET in CLOSE-WAIT, too */
    world_pair(w, listener, &c, &s);
    ck_value(socket_shutdown(b, w->now, s, SOCKET_SHUT_WR), 0);
    world_settle(w);
    reset(b, s);
    ck_assert_int_eq(so_error(a, c), TCP_ECONNRESET);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("socket_calls");
    TCase *tc = tcase_create("calls");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, descriptors_are_the_lowest_free_ones_from_3);
    tcase_add_test(tc, no_descriptor_no_call);
    tcase_add_test(tc, descriptors_run_out);
    tcase_add_test(tc, flags_keep_only_o_nonblock);
    tcase_add_test(tc, a_new_socket_can_do_nothing_but_be_bound);
    tcase_add_test(tc, a_listener_only_listens);
    tcase_add_test(tc, ports_are_shared_only_by_who_says_so_and_does_not_listen);
    tcase_add_test(tc, connections_hold_their_port_after_the_listener);
    tcase_add_test(tc, refused_while_it_blocks);
    tcase_add_test(tc, refused_while_it_does_not_block);
    tcase_add_test(tc, the_error_is_told_once_by_so_error_or_connect);
    tcase_add_test(tc, connect_goes_on_without_blocking);
    tcase_add_test(tc, connect_that_nobody_answers_times_out);
    tcase_add_test(tc, connect_gives_up_waiting_but_not_connecting_after_so_sndtimeo);
    tcase_add_test(tc, shutdown_ends_a_connect);
    tcase_add_test(tc, accept_waits_for_one);
    tcase_add_test(tc, accept_gives_what_was_reset_meanwhile);
    tcase_add_test(tc, accept_gives_what_the_peer_has_closed);
    tcase_add_test(tc, a_listener_that_closes_resets_who_waits);
    tcase_add_test(tc, the_peers_fin_is_the_end_of_file);
    tcase_add_test(tc, what_came_before_a_reset_can_be_read);
    tcase_add_test(tc, a_reset_is_told_once);
    tcase_add_test(tc, shut_for_reading_only_says_so_here);
    tcase_add_test(tc, shut_for_both);
    tcase_add_test(tc, close_with_unread_data_resets);
    tcase_add_test(tc, unread_data_in_time_wait_resets_nobody);
    tcase_add_test(tc, close_lingers_until_the_peer_has_it);
    tcase_add_test(tc, close_lingers_no_longer_than_it_was_told);
    tcase_add_test(tc, close_in_syn_sent_says_nothing);
    tcase_add_test(tc, after_freebsd_resets_are_resets);
    suite_add_tcase(s, tc);
    return s;
}
