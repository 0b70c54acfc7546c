/* What is sent and received through sockets: how much a call takes, when it returns, what leaves.
 *
 * Receiving as Linux 6.18.44 did it over loopback.  Sending by the rules of net/ipv4/tcp.c: a buffer (skb) of
 * whole segments, as many as half the greatest window holds, is begun only while bytes and 1,280 a buffer are
 * less than SO_SNDBUF; who sleeps is woken when a third is free (include/net/sock.h).
 */
#include <string.h>

#include "check_main.h"
#include "socket_world.h"

enum { SO = SOCKET_SOL_SOCKET, TCP = SOCKET_SOL_TCP, OUT = SOCKET_POLL_OUT, IN = SOCKET_POLL_IN };

static World *w;
static Sockets *a, *b;
static int c, s; /* the ends */

static void set_up(void)
{
    w = world_new("push=bursts");
    a = world_sockets(w, 0);
    b = world_sockets(w, 1);
    world_pair(w, world_listen(w, 1, 1), &c, &s);
}

static void tear_down(void)
{
    world_free(w);
}

static void set(Sockets *sockets, int fd, int level, int name, int64_t value)
{
    ck_value(socket_set_option(sockets, w->now, fd, level, name, value), 0);
}

static SocketAnswer send_(int fd, uint64_t bytes, int flags)
{
    return socket_send(a, w->now, fd, bytes, flags);
}

static SocketAnswer receive(uint64_t most, int flags)
{
    return socket_receive(a, w->now, c, most, flags);
}

/* The peer has sent so much, and it is here. */
static void arrives(uint64_t bytes)
{
    ck_value(socket_send(b, w->now, s, bytes, 0), (int64_t)bytes);
    world_settle(w);
}

/* ---- Receiving ---- */

START_TEST(peek_leaves_it_there)
{
    arrives(10);
    ck_value(receive(4, SOCKET_MSG_PEEK), 4);
    ck_value(receive(100, SOCKET_MSG_PEEK), 10);
    ck_value(receive(4, SOCKET_MSG_TRUNC), 4); /* thrown away */
    ck_value(receive(0, 0), 0);
    ck_value(receive(10, SOCKET_MSG_DONTWAIT), 6);
    ck_error(receive(10, SOCKET_MSG_DONTWAIT), TCP_EAGAIN);
    ck_error(receive(0, SOCKET_MSG_DONTWAIT), TCP_EAGAIN);
    ck_error(receive(1, SOCKET_MSG_OOB), TCP_EINVAL);
    ck_assert_uint_eq(w->hosts[0].read, 6);
}
END_TEST

START_TEST(a_read_waits_for_the_first_bytes)
{
    SocketOver over;

    ck_blocks(receive(100, 0));
    ck_assert(!world_over(w, 0, &over));
    arrives(10);
    ck_assert(world_over(w, 0, &over));
    ck_value(over.answer, 10);
}
END_TEST

START_TEST(waitall_waits_for_all_or_the_end)
{
    SocketOver over;

    ck_blocks(receive(25, SOCKET_MSG_WAITALL));
    arrives(10);
    ck_assert(!world_over(w, 0, &over));
    arrives(10);
    ck_assert(!world_over(w, 0, &over));
    arrives(10);
    ck_assert(world_over(w, 0, &over));
    ck_value(over.answer, 25);
    ck_blocks(receive(25, SOCKET_MSG_WAITALL)); /* five are there */
    ck_value(socket_close(b, w->now, s), 0);
    world_settle(w);
    ck_assert(world_over(w, 0, &over));
    ck_value(over.answer, 5);
    ck_value(receive(25, SOCKET_MSG_WAITALL), 0);
}
END_TEST

START_TEST(a_read_waits_no_longer_than_so_rcvtimeo)
{
    SocketOver over;
    SimTime began = w->now;

    set(a, c, SO, SOCKET_SO_RCVTIMEO, 250);
    ck_blocks(receive(25, 0));
    world_run(w, began + MS(250) - 1);
    ck_assert(!world_over(w, 0, &over));
    world_run(w, began + MS(250));
    ck_assert(world_over(w, 0, &over));
    ck_error(over.answer, TCP_EAGAIN);
}
END_TEST

START_TEST(rcvlowat_is_what_makes_it_readable)
{
    SocketOver over;

    set(a, c, SO, SOCKET_SO_RCVLOWAT, 15);
    ck_blocks(receive(100, 0));
    arrives(10);
    ck_assert_uint_eq(socket_ready(a, c) & IN, 0);
    ck_assert(!world_over(w, 0, &over));
    arrives(10);
    ck_assert(world_over(w, 0, &over));
    ck_value(over.answer, 20);
}
END_TEST

START_TEST(the_queues_can_be_asked)
{
    uint64_t in, out, unsent;

    ck_value(send_(c, 20000, 0), 20000); /* ten segments of 1,460 go */
    ck_value(socket_queued(a, c, &in, &out, &unsent), 0);
    ck_assert_uint_eq(in, 0);
    ck_assert_uint_eq(out, 20000);
    ck_assert_uint_eq(unsent, 5400);
    arrives(10);
    ck_value(socket_shutdown(b, w->now, s, SOCKET_SHUT_WR), 0);
    world_settle(w);
    ck_value(socket_queued(a, c, &in, &out, &unsent), 0);
    ck_assert_uint_eq(in, 10); /* a FIN adds none */
    ck_assert_uint_eq(out, 0);
    int listening = (int)socket_open(a).value;
    ck_value(socket_listen(a, 0, listening, 1), 0);
    ck_error(socket_queued(a, listening, &in, &out, &unsent), TCP_EINVAL);
}
END_TEST

/* ---- Sending ---- */

START_TEST(no_buffer_no_bytes)
{
    ck_error(send_(c, 10, SOCKET_BAD_BUFFER), TCP_EFAULT);
    ck_value(send_(c, 0, SOCKET_BAD_BUFFER), 0);
    ck_value(send_(c, 0, 0), 0);
    ck_sent(w, "");
    arrives(1);
    ck_error(receive(10, SOCKET_BAD_BUFFER), TCP_EFAULT);
    int fd = (int)socket_open(a).value;
    ck_error(send_(fd, 10, SOCKET_BAD_BUFFER), TCP_EPIPE); /* which is looked at first */
}
END_TEST

START_TEST(a_connection_begins_with_room_for_two_windows)
{
    int64_t value;

    /* 2 windows of 10 segments: 1,460 + 320 + 320 rounded up to 4,096, and 256: 87,040; Linux's number. */
    ck_value(socket_get_option(a, w->now, c, SO, SOCKET_SO_SNDBUF, &value), 0);
    ck_assert_int_eq(value, 87040);
}
END_TEST

START_TEST(a_full_buffer_takes_a_part)
{
    World *old = w;
    w = world_by_hand("push=bursts");
    a = world_sockets(w, 0);
    int fd = world_accept_by_hand(w, "mss=1000,sack,ws=7", 250); /* 32,000 bytes: buffers of 16 */

    set(a, fd, SO, SOCKET_SO_SNDBUF, 20000);
    /* 16,000, of which 10 segments leave; 10,000 more fill up the rest of 6,000 to 16,000: 26,000 and
     * 2 x 1,280; 28,560 < 40,000, so one buffer more: 42,000. */
    ck_value(socket_send(a, w->now, fd, 100000, SOCKET_MSG_DONTWAIT), 42000);
    ck_error(socket_send(a, w->now, fd, 1, SOCKET_MSG_DONTWAIT), TCP_EAGAIN);
    ck_assert_uint_eq(socket_ready(a, fd) & OUT, 0);
    /* One is gone, 20 segments are under way: 32,000 and 3 x 1,280 are under 40,000, but not a third is free.
     * The last one is filled up with 4,000, 36,000 and 3 x 1,280 leave room for one more. */
    world_pass(w, MS(10));
    world_inject(w, ". 1:1(0) ack 10001 win 250", "");
    ck_assert_uint_eq(socket_ready(a, fd) & OUT, 0);
    ck_value(socket_send(a, w->now, fd, 100000, SOCKET_MSG_DONTWAIT), 20000);
    world_free(w);
    w = old;
}
END_TEST

/* Linux 6.18.44 as it is built here (SO_MEMINFO): one byte that waits takes 833.  1,280 is this model's choice. */
START_TEST(buffers_count_beside_their_bytes)
{
    static const struct {
        uint32_t overhead;
        int64_t sndbuf, taken;
    } tries[] = {
        {1280, 29840, 26000}, {1280, 29842, 42000}, {832, 28496, 26000}, {832, 28498, 42000}};
    World *old = w;

    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        w = world_by_hand("push=bursts");
        a = world_sockets(w, 0);
        sockets_settings(a)->buffer_overhead = tries[i].overhead;
        int fd = world_accept_by_hand(w, "mss=1000,sack,ws=7", 250);
        set(a, fd, SO, SOCKET_SO_SNDBUF, tries[i].sndbuf / 2);
        /* 5,000 have left, 5,000 more, 16,000 wait: 26,000 and three buffers: is that less? */
        ck_value(socket_send(a, w->now, fd, 100000, SOCKET_MSG_DONTWAIT), tries[i].taken);
        world_free(w);
    }
    w = old;
}
END_TEST

START_TEST(a_write_that_waits_returns_when_all_is_taken)
{
    World *old = w;
    SocketOver over;

    w = world_by_hand("push=bursts");
    a = world_sockets(w, 0);
    int fd = world_accept_by_hand(w, "mss=1000,sack,ws=7", 250);
    set(a, fd, SO, SOCKET_SO_SNDBUF, 20000);
    ck_blocks(socket_send(a, w->now, fd, 50000, 0)); /* 42,000 are taken */
    world_pass(w, MS(10));
    world_inject(w, ". 1:1(0) ack 10001 win 250", "");
    ck_assert(!world_over(w, 0, &over));
    world_pass(w, MS(10));
    /* 22,000 and two or three buffers of 1,280: a third of 40,000 is free. */
    world_inject(w, ". 1:1(0) ack 20001 win 250", "");
    ck_assert(world_over(w, 0, &over));
    ck_value(over.answer, 50000);
    world_free(w);
    w = old;
}
END_TEST

START_TEST(a_write_that_waits_ends_with_its_connection)
{
    SocketOver over;

    set(a, c, SO, SOCKET_SO_SNDBUF, 3000);
    ck_value(socket_close(b, w->now, s), 0);
    ck_blocks(send_(c, 1000000, 0)); /* some of it is taken */
    world_settle(w);
    ck_assert(world_over(w, 0, &over));
    ck_assert_int_gt(over.answer.value, 0);
    ck_assert_int_lt(over.answer.value, 1000000);
    ck_error(send_(c, 1, 0), TCP_EPIPE); /* an RST in CLOSE-WAIT */
}
END_TEST

START_TEST(notsent_lowat_bounds_what_is_not_sent)
{
    World *old = w;
    w = world_by_hand("push=bursts");
    a = world_sockets(w, 0);
    int fd = world_accept_by_hand(w, "mss=1000,sack,ws=7", 250);

    set(a, fd, TCP, SOCKET_TCP_NOTSENT_LOWAT, 5000);
    /* 16,000, 10,000 leave; the second buffer is filled up: 26,000, 16,000 of them not sent. */
    ck_value(socket_send(a, w->now, fd, 100000, SOCKET_MSG_DONTWAIT), 26000);
    ck_assert_uint_eq(socket_ready(a, fd) & OUT, 0);
    world_pass(w, MS(10));
    world_inject(w, ". 1:1(0) ack 6001 win 250", ""); /* 12 more leave */
    ck_assert_uint_eq(socket_ready(a, fd) & OUT, 0);  /* 4,000 are not less than half */
    world_inject(w, ". 1:1(0) ack 7001 win 250", ""); /* 2 more */
    ck_assert_uint_eq(socket_ready(a, fd) & OUT, OUT);
    world_free(w);
    w = old;
}
END_TEST

START_TEST(more_waits_for_more)
{
    ck_value(send_(c, 40, SOCKET_MSG_MORE), 40);
    ck_sent(w, "");
    ck_value(send_(c, 60, 0), 60);
    ck_sent(w, "P. 1:101(100) ack 1");
}
END_TEST

START_TEST(more_waits_no_longer_than_the_probes_timer)
{
    SimTime began = w->now;

    ck_value(send_(c, 40, SOCKET_MSG_MORE), 40);
    world_run(w, began + MS(220) - 1);
    ck_sent(w, "");
    world_run(w, began + MS(220));
    ck_sent(w, "P. 1:41(40) ack 1");
}
END_TEST

START_TEST(full_segments_do_not_wait_for_more)
{
    ck_value(send_(c, 1460 + 100, SOCKET_MSG_MORE), 1560);
    ck_sent(w, ". 1:1461(1460) ack 1");
    world_pass(w,
               MS(20)); /* its ACK takes along what is left, without PSH: there is more to come */
    ck_sent(w, ". 1461:1561(100) ack 1");
}
END_TEST

START_TEST(a_record_shares_no_segment)
{
    set(a, c, TCP, SOCKET_TCP_NODELAY, 1);
    set(a, c, TCP, SOCKET_TCP_CORK, 1);
    ck_value(send_(c, 100, SOCKET_MSG_EOR), 100);
    ck_value(send_(c, 200, SOCKET_MSG_EOR), 200);
    ck_value(send_(c, 50, 0), 50);
    ck_value(send_(c, 50, 0), 50);
    world_clear(w);
    set(a, c, TCP, SOCKET_TCP_CORK, 0);
    ck_sent(w, "P. 301:401(100) ack 1");
    ck_assert_uint_eq(w->hosts[0].wrong, 0);
}
END_TEST

START_TEST(records_stay_apart_when_they_are_sent_again)
{
    set(a, c, TCP, SOCKET_TCP_NODELAY, 1);
    w->is_cut = true;
    for (int i = 0; i < 3; i++)
        ck_value(send_(c, 100, SOCKET_MSG_EOR), 100);
    ck_sent(w, "P. 1:101(100) ack 1; P. 101:201(100) ack 1; P. 201:301(100) ack 1");
    world_pass(w, SEC(1));
    ck_assert_ptr_nonnull(strstr(w->sent, "P. 1:101(100) ack 1"));
    ck_assert_ptr_null(strstr(w->sent, "1:201"));
}
END_TEST

START_TEST(bursts_end_with_psh)
{
    w->is_cut = true;
    ck_value(send_(c, 20 * 1460, 0), 20 * 1460);
    /* Ten leave, in pairs: of 2 x 10 segments in 20 ms a 1,024th second is not one; so two are a packet. */
    ck_assert_str_eq(strrchr(w->sent, ';'), "; P. 13141:14601(1460) ack 1");
    unsigned pushes = 0;
    for (const char *p = w->sent; (p = strchr(p, 'P')) != NULL; p++)
        pushes++;
    ck_assert_uint_eq(pushes, 5);
}
END_TEST

START_TEST(only_the_end_has_psh_elsewhere)
{
    World *old = w;
    int d, t;

    w = world_new("push=last");
    a = world_sockets(w, 0);
    world_pair(w, world_listen(w, 1, 1), &d, &t);
    w->is_cut = true;
    ck_value(socket_send(a, w->now, d, 20 * 1460, 0), 20 * 1460);
    ck_assert_ptr_null(strchr(w->sent, 'P'));
    world_free(w);
    w = old;
}
END_TEST

START_TEST(every_byte_arrives_once)
{
    SocketOver over;
    uint64_t total = 3000000, got = 0;

    ck_blocks(send_(c, total, 0));
    for (int i = 0; i < 100000 && got < total; i++) {
        SocketAnswer answer = socket_receive(b, w->now, s, 100000, SOCKET_MSG_DONTWAIT);

        got += answer.error == TCP_OK ? (uint64_t)answer.value : 0;
        world_pass(w, MS(1));
        if (world_over(w, 0, &over))
            ck_value(over.answer, (int64_t)total);
    }
    ck_assert_uint_eq(got, total);
    ck_assert_uint_eq(w->hosts[1].read, total);
}
END_TEST

/* ---- Edges ---- */

START_TEST(edges_tell_what_somebody_would_be_woken_for)
{
    (void)socket_edges(a, c);
    ck_assert_uint_eq(socket_edges(a, c), 0);
    arrives(10);
    ck_assert_uint_eq(socket_edges(a, c) & IN, IN);
    ck_assert_uint_eq(socket_edges(a, c), 0);
    ck_value(receive(5, 0), 5);
    ck_assert_uint_eq(socket_edges(a, c), 0); /* still readable, but that is no news */
    ck_assert_uint_eq(socket_ready(a, c) & IN, IN);
    arrives(1);
    ck_assert_uint_eq(socket_edges(a, c) & IN, IN);
}
END_TEST

START_TEST(room_is_news_only_to_whom_it_was_refused)
{
    ck_value(send_(c, 1000, 0), 1000);
    world_settle(w);
    (void)socket_edges(a, c);
    ck_value(send_(c, 1000, 0), 1000);
    world_settle(w);
    ck_assert_uint_eq(socket_edges(a, c) & OUT, 0);
    int64_t part = send_(c, 1000000, SOCKET_MSG_DONTWAIT).value;
    ck_assert_int_gt(part, 0);
    ck_assert_int_lt(part, 1000000);
    ck_assert_uint_eq(socket_ready(a, c) & OUT, 0);
    world_pass(w, SEC(1));
    ck_assert_uint_eq(socket_edges(a, c) & OUT, OUT);
    ck_assert_uint_eq(socket_edges(a, c) & OUT, 0);
}
END_TEST

Suite *suite(void)
{
    Suite *suite_ = suite_create("socket_transfer");
    TCase *tc = tcase_create("receive");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, peek_leaves_it_there);
    tcase_add_test(tc, a_read_waits_for_the_first_bytes);
    tcase_add_test(tc, waitall_waits_for_all_or_the_end);
    tcase_add_test(tc, a_read_waits_no_longer_than_so_rcvtimeo);
    tcase_add_test(tc, rcvlowat_is_what_makes_it_readable);
    tcase_add_test(tc, the_queues_can_be_asked);
    suite_add_tcase(suite_, tc);
    tc = tcase_create("send");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, no_buffer_no_bytes);
    tcase_add_test(tc, a_connection_begins_with_room_for_two_windows);
    tcase_add_test(tc, a_full_buffer_takes_a_part);
    tcase_add_test(tc, buffers_count_beside_their_bytes);
    tcase_add_test(tc, a_write_that_waits_returns_when_all_is_taken);
    tcase_add_test(tc, a_write_that_waits_ends_with_its_connection);
    tcase_add_test(tc, notsent_lowat_bounds_what_is_not_sent);
    tcase_add_test(tc, more_waits_for_more);
    tcase_add_test(tc, more_waits_no_longer_than_the_probes_timer);
    tcase_add_test(tc, full_segments_do_not_wait_for_more);
    tcase_add_test(tc, a_record_shares_no_segment);
    tcase_add_test(tc, records_stay_apart_when_they_are_sent_again);
    tcase_add_test(tc, bursts_end_with_psh);
    tcase_add_test(tc, only_the_end_has_psh_elsewhere);
    tcase_add_test(tc, every_byte_arrives_once);
    suite_add_tcase(suite_, tc);
    tc = tcase_create("edges");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, edges_tell_what_somebody_would_be_woken_for);
    tcase_add_test(tc, room_is_news_only_to_whom_it_was_refused);
    suite_add_tcase(suite_, tc);
    return suite_;
}
