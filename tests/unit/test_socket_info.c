/* TCP_INFO and the error queue: as tcp_get_info() fills it (Linux net/ipv4/tcp.c), with numbers reckoned by
 * hand from what the peer does.
 */
#include "check_main.h"
#include "socket_world.h"

enum { SO = SOCKET_SOL_SOCKET, TCP = SOCKET_SOL_TCP, INFINITE = 0x7fffffff };

static World *w;
static Sockets *a;
static int fd;

static void begin(const char *options, unsigned window)
{
    w = world_by_hand("push=bursts");
    a = world_sockets(w, 0);
    fd = world_accept_by_hand(w, options, window);
    ck_value(socket_set_flags(a, fd, SOCKET_NONBLOCK), 0);
}

static void set_up(void)
{
    begin("mss=1000,sack,ws=7", 250);
}

static void tear_down(void)
{
    world_free(w);
}

static SocketInfo info_of(int descriptor)
{
    SocketInfo info;

    ck_assert(socket_info(a, w->now, descriptor, &info));
    return info;
}

static SocketInfo info(void)
{
    return info_of(fd);
}

static void send_(uint64_t bytes, int flags)
{
    ck_value(socket_send(a, w->now, fd, bytes, flags), (int64_t)bytes);
}

START_TEST(no_descriptor_no_info)
{
    SocketInfo out;

    ck_assert(!socket_info(a, w->now, 99, &out));
    ck_assert(!socket_info(a, w->now, -1, &out));
}
END_TEST

START_TEST(a_new_socket)
{
    SocketInfo i = info_of((int)socket_open(a).value);

    ck_assert_uint_eq(i.state, 7);
    ck_assert_uint_eq(i.options, 0);
    ck_assert_uint_eq(i.rto, 1000000);
    ck_assert_uint_eq(i.snd_mss, 536);
    ck_assert_uint_eq(i.snd_cwnd, 10);
    ck_assert_uint_eq(i.snd_ssthresh, INFINITE);
    ck_assert_uint_eq(i.reordering, 3);
}
END_TEST

START_TEST(after_the_handshake)
{
    SocketInfo i = info();

    ck_assert_uint_eq(i.state, 1);
    ck_assert_uint_eq(i.ca_state, 0);
    ck_assert_uint_eq(i.options, 2 | 4); /* SACK, window scale */
    ck_assert_uint_eq(i.snd_wscale, 7);
    ck_assert_uint_eq(i.rcv_wscale, 8);
    ck_assert_uint_eq(i.snd_mss, 1000);
    ck_assert_uint_eq(i.advmss, 1460);
    ck_assert_uint_eq(i.rtt, 10000);
    ck_assert_uint_eq(i.rto, 210000); /* SRTT + 200 ms */
    ck_assert_uint_eq(i.snd_cwnd, 10);
    ck_assert_uint_eq(i.snd_ssthresh, INFINITE);
    ck_assert_uint_eq(i.unacked, 0);
    ck_assert_uint_eq(i.delivered, 1);   /* the SYN-ACK */
    ck_assert_uint_eq(i.bytes_acked, 0); /* the SYN counts for who connects */
    ck_assert_uint_eq(i.segs_in, 2);
    ck_assert_uint_eq(i.segs_out, 0);
    ck_assert_uint_eq(i.rcv_mss, 536);
    ck_assert_uint_eq(i.ato, 0);
    ck_assert_uint_eq(i.snd_wnd, 32000);
}
END_TEST

START_TEST(segments_under_way)
{
    send_(12345, 0);
    SocketInfo i = info();
    ck_assert_uint_eq(i.unacked, 10);
    ck_assert_uint_eq(i.notsent_bytes, 2345);
    ck_assert_uint_eq(i.bytes_sent, 10000);
    ck_assert_uint_eq(i.data_segs_out, 10);
    ck_assert_uint_eq(i.delivered, 1);
    world_pass(w, MS(10));
    world_inject(w, ". 1:1(0) ack 4001 win 250", "");
    i = info();
    ck_assert_uint_eq(i.unacked, 8); /* six, and two more; Nagle holds 345 bytes back */
    ck_assert_uint_eq(i.delivered, 5);
    ck_assert_uint_eq(i.bytes_acked, 4000);
    ck_assert_uint_eq(i.snd_cwnd, 14);
}
END_TEST

START_TEST(what_is_lost_is_counted_in_segments)
{
    send_(10000, 0);
    world_pass(w, MS(10));
    world_inject(w, ". 1:1(0) ack 1 win 250", "sack=1001-2001");
    SocketInfo i = info();
    ck_assert_uint_eq(i.sacked, 1);
    ck_assert_uint_eq(i.lost, 0);
    ck_assert_uint_eq(i.ca_state, 1); /* Disorder */
    world_inject(w, ". 1:1(0) ack 1 win 250", "sack=1001-5001");
    i = info();
    ck_assert_uint_eq(i.unacked, 10);
    ck_assert_uint_eq(i.sacked, 4);
    ck_assert_uint_eq(i.lost, 1);
    ck_assert_uint_eq(i.retrans, 1);
    ck_assert_uint_eq(i.ca_state, 3); /* Recovery */
    ck_assert_uint_eq(i.total_retrans, 1);
    ck_assert_uint_eq(i.bytes_retrans, 1000);
    ck_assert_uint_eq(i.snd_ssthresh, 7); /* 10 x 0.7 */
    ck_assert_uint_eq(i.delivered, 5);
}
END_TEST

START_TEST(a_timeout)
{
    send_(3000, 0);
    world_pass(w, SEC(1)); /* a probe at 210 ms, repetitions 210 ms and 420 ms later: 420, 840 ms */
    SocketInfo i = info();
    ck_assert_uint_eq(i.ca_state, 4);
    ck_assert_uint_eq(i.retransmits, 2);
    ck_assert_uint_eq(i.backoff, 2);
    ck_assert_uint_eq(i.rto, 840000);
    ck_assert_uint_eq(i.snd_cwnd, 1);
    ck_assert_uint_eq(i.lost, 3);
}
END_TEST

START_TEST(when_it_last_happened)
{
    world_pass(w, MS(500));
    SocketInfo i = info();
    ck_assert_uint_eq(i.last_data_recv, 500); /* never: since the beginning */
    world_inject(w, ". 1:701(700) ack 1 win 250", "");
    world_pass(w, MS(30));
    i = info();
    ck_assert_uint_eq(i.last_data_recv, 30);
    ck_assert_uint_eq(i.rcv_mss, 700);
    ck_assert_uint_eq(i.bytes_received, 700);
    ck_assert_uint_eq(i.data_segs_in, 1);
    send_(1, 0);
    world_pass(w, MS(7));
    ck_assert_uint_eq(info().last_data_sent, 7);
}
END_TEST

START_TEST(the_peers_window_costs_time)
{
    world_free(w);
    begin("mss=1000,sack", 0);
    send_(1000, 0);
    world_pass(w, MS(100));
    ck_assert_uint_eq(info().rwnd_limited, 100000);
    world_inject(w, ". 1:1(0) ack 1 win 2000", "");
    world_pass(w, MS(30));
    ck_assert_uint_eq(info().rwnd_limited, 100000);
    ck_assert_uint_eq(info().busy_time, 130000);
    world_inject(w, ". 1:1(0) ack 1001 win 2000", "");
    world_pass(w, MS(50));
    ck_assert_uint_eq(info().busy_time, 130000); /* idle since */
    ck_assert_uint_eq(info().sndbuf_limited, 0);
}
END_TEST

START_TEST(a_small_send_buffer_costs_time)
{
    ck_value(socket_set_option(a, w->now, fd, SO, SOCKET_SO_SNDBUF, 3000), 0); /* 6,000 */
    /* One buffer of 16,000 is too much already; ten segments leave. */
    ck_value(socket_send(a, w->now, fd, 40000, 0), 26000);
    world_pass(w, MS(10));
    ck_assert_uint_eq(info().sndbuf_limited, 0); /* the window of congestion is full */
    world_inject(w, ". 1:1(0) ack 10001 win 250", "");
    world_pass(w, MS(10)); /* 16 are under way, 20 may be: nothing more is there to send */
    ck_assert_uint_eq(info().sndbuf_limited, 10000);
    ck_assert_uint_eq(info().busy_time, 20000);
}
END_TEST

START_TEST(the_last_word_of_a_connection)
{
    send_(3000, 0);
    world_pass(w, MS(10));
    world_inject(w, ". 1:1(0) ack 3001 win 250", "");
    world_inject(w, "R. 1:1(0) ack 3001 win 0", "");
    SocketInfo i = info();
    ck_assert_uint_eq(i.state, 7);
    ck_assert_uint_eq(i.bytes_sent, 3000);
    ck_assert_uint_eq(i.snd_cwnd, 13);
}
END_TEST

/* Linux 6.18.44 over loopback: 1,000 bytes one way, 500 the other, then FINs. */
START_TEST(both_ends_count_as_linux_does)
{
    World *old = w;
    int c, s;

    w = world_new("delayed-ack=0");
    a = world_sockets(w, 0);
    int listener = world_listen(w, 1, 3);
    world_pair(w, listener, &c, &s);
    Sockets *b = world_sockets(w, 1);
    SocketInfo i = info_of(c), j;
    ck_assert_uint_eq(i.bytes_acked, 1);
    ck_assert_uint_eq(i.segs_out, 2);
    ck_assert_uint_eq(i.segs_in, 1);
    ck_assert_uint_eq(i.delivered, 1);
    ck_value(socket_send(a, w->now, c, 1000, 0), 1000);
    world_settle(w);
    ck_value(socket_send(b, w->now, s, 500, 0), 500);
    world_settle(w);
    i = info_of(c);
    ck_assert_uint_eq(i.bytes_acked, 1001);
    ck_assert_uint_eq(i.bytes_received, 500);
    ck_assert_uint_eq(i.rcv_mss, 536);
    ck_assert_uint_eq(i.segs_out, 4);
    ck_assert_uint_eq(i.segs_in, 3);
    ck_assert_uint_eq(i.delivered, 2);
    ck_value(socket_shutdown(b, w->now, s, SOCKET_SHUT_WR), 0);
    world_settle(w);
    ck_assert(socket_info(b, w->now, s, &j));
    ck_assert_uint_eq(j.state, 5);
    ck_assert_uint_eq(j.bytes_acked, 501);
    ck_assert_uint_eq(j.bytes_received, 1000);
    ck_assert_uint_eq(j.rcv_mss, 1000);
    ck_assert_uint_eq(j.segs_out, 3);
    ck_assert_uint_eq(j.segs_in, 5);
    ck_assert_uint_eq(j.delivered, 3);
    i = info_of(c);
    ck_assert_uint_eq(i.state, 8);
    ck_assert_uint_eq(i.bytes_received, 501);
    ck_value(socket_shutdown(a, w->now, c, SOCKET_SHUT_WR), 0);
    world_settle(w);
    i = info_of(c);
    ck_assert_uint_eq(i.state, 7);
    ck_assert_uint_eq(i.segs_out, 6);
    world_free(w);
    w = old;
}
END_TEST

START_TEST(a_listener_tells_of_its_queue)
{
    SocketInfo i;
    int listener = (int)socket_open(a).value;

    ck_value(socket_bind(a, listener, 9000), 0);
    ck_value(socket_listen(a, w->now, listener, 3), 0);
    i = info_of(listener);
    ck_assert_uint_eq(i.state, 10);
    ck_assert_uint_eq(i.unacked, 0);
    ck_assert_uint_eq(i.sacked, 3);
}
END_TEST

/* ---- The error queue ---- */

static SocketErrorRecord record(void)
{
    SocketErrorRecord out = {0};

    ck_assert(socket_error_record(a, fd, &out));
    return out;
}

static void ck_stamp(uint32_t kind, uint32_t key, SimTime at)
{
    SocketErrorRecord out = record();

    ck_assert_int_eq(out.origin, SOCKET_FROM_TIMESTAMPING);
    ck_assert_uint_eq(out.info, kind);
    ck_assert_uint_eq(out.data, key);
    ck_assert_int_eq(out.at, at);
}

static void ck_zerocopy(uint32_t first, uint32_t last)
{
    SocketErrorRecord out = record();

    ck_assert_int_eq(out.origin, SOCKET_FROM_ZEROCOPY);
    ck_assert_uint_eq(out.info, first);
    ck_assert_uint_eq(out.data, last);
    ck_assert_uint_eq(out.code, 1);
}

START_TEST(nothing_in_the_queue)
{
    SocketErrorRecord out;

    ck_assert(!socket_error_record(a, fd, &out));
    ck_assert(!socket_error_record(a, 99, &out));
    ck_error(socket_receive(a, w->now, fd, 1, SOCKET_MSG_ERRQUEUE), TCP_EAGAIN);
}
END_TEST

START_TEST(zero_copy_is_told_when_it_is_acknowledged)
{
    ck_value(socket_set_option(a, w->now, fd, SO, SOCKET_SO_ZEROCOPY, 1), 0);
    send_(1000, SOCKET_MSG_ZEROCOPY);
    send_(1000, SOCKET_MSG_ZEROCOPY);
    send_(1000, 0);
    send_(1000, SOCKET_MSG_ZEROCOPY);
    ck_assert_uint_eq(socket_ready(a, fd) & SOCKET_POLL_ERR, 0);
    world_inject(w, ". 1:1(0) ack 2001 win 250", "");
    ck_assert_uint_eq(socket_ready(a, fd) & SOCKET_POLL_ERR, SOCKET_POLL_ERR);
    ck_zerocopy(0, 1); /* two calls, one record */
    ck_assert_uint_eq(socket_ready(a, fd) & SOCKET_POLL_ERR, 0);
    world_inject(w, ". 1:1(0) ack 4001 win 250", "");
    ck_zerocopy(2, 2);
}
END_TEST

START_TEST(zero_copy_has_to_be_switched_on)
{
    SocketErrorRecord out;

    send_(1000, SOCKET_MSG_ZEROCOPY);
    world_inject(w, ". 1:1(0) ack 1001 win 250", "");
    ck_assert(!socket_error_record(a, fd, &out));
}
END_TEST

START_TEST(zero_copy_ends_with_the_connection)
{
    ck_value(socket_set_option(a, w->now, fd, SO, SOCKET_SO_ZEROCOPY, 1), 0);
    send_(1000, SOCKET_MSG_ZEROCOPY);
    world_inject(w, "R. 1:1(0) ack 1 win 0", "");
    ck_zerocopy(0, 0);
}
END_TEST

START_TEST(stamps_of_a_calls_last_byte)
{
    enum { ALL = SOCKET_TX_SOFTWARE | SOCKET_TX_SCHED | SOCKET_TX_ACK | SOCKET_TX_OPT_ID };
    SocketErrorRecord out;

    send_(500, 0); /* before it was asked for */
    ck_value(socket_set_option(a, w->now, fd, SO, SOCKET_SO_TIMESTAMPING, ALL), 0);
    world_pass(w, MS(5));
    world_inject(w, ". 1:1(0) ack 501 win 250", "");
    send_(11000, 0);
    SimTime sent = w->now;
    ck_assert(!socket_error_record(a, fd, &out)); /* ten segments have left, the last byte waits */
    world_pass(w, MS(10));
    world_inject(w, ". 1:1(0) ack 10501 win 250", "");
    ck_stamp(SOCKET_STAMP_SCHEDULED, 10999, sent + MS(10));
    ck_stamp(SOCKET_STAMP_SENT, 10999, sent + MS(10));
    world_pass(w, MS(10));
    world_inject(w, ". 1:1(0) ack 11501 win 250", "");
    ck_stamp(SOCKET_STAMP_ACKED, 10999, sent + MS(20));
    ck_assert(!socket_error_record(a, fd, &out));
}
END_TEST

START_TEST(stamps_without_a_key)
{
    ck_value(socket_set_option(a, w->now, fd, SO, SOCKET_SO_TIMESTAMPING, SOCKET_TX_ACK), 0);
    send_(500, 0);
    world_pass(w, MS(5));
    world_inject(w, ". 1:1(0) ack 501 win 250", "");
    ck_stamp(SOCKET_STAMP_ACKED, 0, w->now);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("socket_info");
    TCase *tc = tcase_create("info");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, no_descriptor_no_info);
    tcase_add_test(tc, a_new_socket);
    tcase_add_test(tc, after_the_handshake);
    tcase_add_test(tc, segments_under_way);
    tcase_add_test(tc, what_is_lost_is_counted_in_segments);
    tcase_add_test(tc, a_timeout);
    tcase_add_test(tc, when_it_last_happened);
    tcase_add_test(tc, the_peers_window_costs_time);
    tcase_add_test(tc, a_small_send_buffer_costs_time);
    tcase_add_test(tc, the_last_word_of_a_connection);
    tcase_add_test(tc, both_ends_count_as_linux_does);
    tcase_add_test(tc, a_listener_tells_of_its_queue);
    suite_add_tcase(s, tc);
    tc = tcase_create("error queue");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, nothing_in_the_queue);
    tcase_add_test(tc, zero_copy_is_told_when_it_is_acknowledged);
    tcase_add_test(tc, zero_copy_has_to_be_switched_on);
    tcase_add_test(tc, zero_copy_ends_with_the_connection);
    tcase_add_test(tc, stamps_of_a_calls_last_byte);
    tcase_add_test(tc, stamps_without_a_key);
    suite_add_tcase(s, tc);
    return s;
}
