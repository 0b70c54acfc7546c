/* setsockopt() and getsockopt(): values and ranges as Linux 6.18.44 had them, each tried with numbers from -1 to
 * 2^30; and what the options do, against RFCs, tcp(7) and the kernel's source.
 */
#include <string.h>

#include "check_main.h"
#include "socket_world.h"

enum {
    SO = SOCKET_SOL_SOCKET,
    IP = SOCKET_SOL_IP,
    TCP = SOCKET_SOL_TCP,
    NOT = -999, /* EINVAL */
};

typedef struct OptionRow {
    int level, name;
    int64_t first;       /* of a new socket */
    int64_t tries[6][2]; /* what is set, and what is told then */
} OptionRow;

#define BOOLEAN(level, name)                                                                       \
    {                                                                                              \
        level, name, 0,                                                                            \
        {                                                                                          \
            {-1, 1}, {1, 1}, {0, 0}, {2, 1}, {1 << 30, 1},                                         \
            {                                                                                      \
                0, 0                                                                               \
            }                                                                                      \
        }                                                                                          \
    }
#define ZERO_ONE(level, name)                                                                      \
    {                                                                                              \
        level, name, 0,                                                                            \
        {                                                                                          \
            {-1, NOT}, {1, 1}, {0, 0}, {2, NOT}, {1, 1},                                           \
            {                                                                                      \
                255, NOT                                                                           \
            }                                                                                      \
        }                                                                                          \
    }

static const OptionRow rows[] = {
    BOOLEAN(SO, SOCKET_SO_REUSEADDR),
    BOOLEAN(SO, SOCKET_SO_KEEPALIVE),
    BOOLEAN(SO, SOCKET_SO_BROADCAST),
    BOOLEAN(SO, SOCKET_SO_REUSEPORT),
    BOOLEAN(SO, SOCKET_SO_OOBINLINE),
    BOOLEAN(TCP, SOCKET_TCP_NODELAY),
    BOOLEAN(TCP, SOCKET_TCP_CORK),
    BOOLEAN(IP, SOCKET_IP_FREEBIND),
    BOOLEAN(IP, SOCKET_IP_RECVERR),
    BOOLEAN(IP, SOCKET_IP_TRANSPARENT),
    ZERO_ONE(SO, SOCKET_SO_ZEROCOPY),
    ZERO_ONE(TCP, SOCKET_TCP_INQ),
    ZERO_ONE(TCP, SOCKET_TCP_FASTOPEN_CONNECT),
    ZERO_ONE(TCP, SOCKET_TCP_FASTOPEN_NO_COOKIE),
    /* net.core.wmem_max was 4 MB there, 212,992 here. */
    {SO,
     SOCKET_SO_SNDBUF,
     16384,
     {{0, 4608}, {1460, 4608}, {32767, 65534}, {100000, 200000}, {1 << 30, 425984}, {-1, 425984}}},
    {SO,
     SOCKET_SO_RCVBUF,
     131072,
     {{0, 2304}, {1460, 2920}, {32767, 65534}, {100000, 200000}, {1 << 30, 425984}, {-1, 425984}}},
    {SO, SOCKET_SO_RCVLOWAT, 1, {{0, 1}, {1, 1}, {2, 2}, {100000, 100000}, {300, 300}, {1, 1}}},
    {SO, SOCKET_SO_MARK, 0, {{-1, -1}, {7, 7}, {1 << 30, 1 << 30}, {0, 0}, {1, 1}, {255, 255}}},
    {SO, SOCKET_SO_PRIORITY, 0, {{-1, -1}, {7, 7}, {255, 255}, {0, 0}, {1, 1}, {256, 256}}},
    {IP, SOCKET_IP_TOS, 0, {{-1, 252}, {3, 0}, {5, 4}, {88, 88}, {300, 44}, {1460, 180}}},
    {IP, SOCKET_IP_TTL, 64, {{1, 1}, {255, 255}, {0, NOT}, {256, NOT}, {-1, 64}, {65536, NOT}}},
    {IP, SOCKET_IP_MTU_DISCOVER, 1, {{0, 0}, {5, 5}, {-1, NOT}, {7, NOT}, {3, 3}, {87, NOT}}},
    {TCP,
     SOCKET_TCP_MAXSEG,
     536,
     {{87, NOT}, {88, 88}, {32767, 32767}, {32768, NOT}, {0, 536}, {-1, NOT}}},
    {TCP,
     SOCKET_TCP_KEEPIDLE,
     7200,
     {{0, NOT}, {1, 1}, {32767, 32767}, {32768, NOT}, {-1, NOT}, {300, 300}}},
    {TCP,
     SOCKET_TCP_KEEPINTVL,
     75,
     {{0, NOT}, {1, 1}, {32767, 32767}, {32768, NOT}, {-1, NOT}, {300, 300}}},
    {TCP, SOCKET_TCP_KEEPCNT, 9, {{0, NOT}, {1, 1}, {127, 127}, {128, NOT}, {-1, NOT}, {5, 5}}},
    {TCP, SOCKET_TCP_SYNCNT, 6, {{0, NOT}, {1, 1}, {127, 127}, {128, NOT}, {-1, NOT}, {5, 5}}},
    {TCP, SOCKET_TCP_LINGER2, 60, {{-1, -1}, {0, 60}, {87, 87}, {127, 120}, {300, 120}, {1, 1}}},
    {TCP, SOCKET_TCP_DEFER_ACCEPT, 0, {{-1, 0}, {1, 1}, {2, 3}, {5, 7}, {128, 247}, {0, 0}}},
    {TCP,
     SOCKET_TCP_DEFER_ACCEPT,
     0,
     {{255, 367}, {1000, 1087}, {32767, 29887}, {1 << 30, 29887}, {3, 3}, {87, 127}}},
    {TCP,
     SOCKET_TCP_WINDOW_CLAMP,
     0,
     {{-1, 1152}, {1, 1152}, {1460, 1460}, {65536, 65536}, {0, 0}, {1000, 1152}}},
    {TCP, SOCKET_TCP_QUICKACK, 1, {{0, 0}, {1, 1}, {-1, 1}, {0, 0}, {2, 1}, {0, 0}}},
    {TCP,
     SOCKET_TCP_USER_TIMEOUT,
     0,
     {{-1, NOT}, {1, 1}, {300, 300}, {0, 0}, {1 << 30, 1 << 30}, {7, 7}}},
    {TCP,
     SOCKET_TCP_NOTSENT_LOWAT,
     0,
     {{-1, -1}, {1, 1}, {4000, 4000}, {0, 0}, {1 << 30, 1 << 30}, {5, 5}}},
};

static World *w;
static Sockets *a;

static void set_up(void)
{
    w = world_new("tcp_fastopen=1"); /* as that kernel had it */
    a = world_sockets(w, 0);
}

static void tear_down(void)
{
    world_free(w);
}

static int64_t get(Sockets *s, int fd, int level, int name)
{
    int64_t value = -77;

    ck_value(socket_get_option(s, w->now, fd, level, name, &value), 0);
    return value;
}

static void set(Sockets *s, int fd, int level, int name, int64_t value)
{
    ck_value(socket_set_option(s, w->now, fd, level, name, value), 0);
}

static int fresh(Sockets *s)
{
    return (int)socket_open(s).value;
}

START_TEST(values_are_kept_rounded_or_refused)
{
    const OptionRow *row = &rows[_i];
    int fd = fresh(a);

    ck_assert_int_eq(get(a, fd, row->level, row->name), row->first);
    for (int i = 0; i < 6; i++) {
        int64_t value = row->tries[i][0], told = row->tries[i][1];

        if (told == NOT)
            ck_error(socket_set_option(a, 0, fd, row->level, row->name, value), TCP_EINVAL);
        else {
            set(a, fd, row->level, row->name, value);
            ck_assert_int_eq(get(a, fd, row->level, row->name), told);
        }
    }
}
END_TEST

START_TEST(some_can_only_be_read)
{
    static const struct {
        int name;
        int64_t value;
    } fixed[] = {{SOCKET_SO_TYPE, 1},     {SOCKET_SO_PROTOCOL, 6}, {SOCKET_SO_DOMAIN, 2},
                 {SOCKET_SO_SNDLOWAT, 1}, {SOCKET_SO_ERROR, 0},    {SOCKET_SO_ACCEPTCONN, 0}};
    int fd = fresh(a);

    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        ck_assert_int_eq(get(a, fd, SO, fixed[i].name), fixed[i].value);
        ck_error(socket_set_option(a, 0, fd, SO, fixed[i].name, 1), TCP_ENOPROTOOPT);
    }
    ck_value(socket_listen(a, 0, fd, 1), 0);
    ck_assert_int_eq(get(a, fd, SO, SOCKET_SO_ACCEPTCONN), 1);
}
END_TEST

START_TEST(what_nobody_knows)
{
    int64_t value;
    int fd = fresh(a);

    ck_error(socket_set_option(a, 0, fd, TCP, 99, 1), TCP_ENOPROTOOPT);
    ck_error(socket_get_option(a, 0, fd, TCP, 99, &value), TCP_ENOPROTOOPT);
    ck_error(socket_set_option(a, 0, fd, 77, 1, 1), TCP_ENOPROTOOPT);
}
END_TEST

START_TEST(linger_has_two_numbers_in_one)
{
    int fd = fresh(a);

    ck_assert_int_eq(get(a, fd, SO, SOCKET_SO_LINGER), -1);
    set(a, fd, SO, SOCKET_SO_LINGER, 0);
    ck_assert_int_eq(get(a, fd, SO, SOCKET_SO_LINGER), 0);
    set(a, fd, SO, SOCKET_SO_LINGER, 9);
    ck_assert_int_eq(get(a, fd, SO, SOCKET_SO_LINGER), 9);
    set(a, fd, SO, SOCKET_SO_LINGER, -1);
    ck_assert_int_eq(get(a, fd, SO, SOCKET_SO_LINGER), -1);
}
END_TEST

START_TEST(congestion_control_goes_by_name)
{
    const char *name;
    int fd = fresh(a);

    ck_value(socket_get_congestion(a, fd, &name), 0);
    ck_assert_str_eq(name, "cubic");
    ck_error(socket_set_congestion(a, 0, fd, "nonesuch"), TCP_ENOENT);
    ck_error(socket_set_congestion(a, 0, fd, "none"), TCP_ENOENT);
    ck_value(socket_set_congestion(a, 0, fd, "reno"), 0);
    ck_value(socket_get_congestion(a, fd, &name), 0);
    ck_assert_str_eq(name, "reno");
    ck_error(socket_set_congestion(a, 0, 99, "reno"), TCP_EBADF);
    ck_error(socket_get_congestion(a, 99, &name), TCP_EBADF);
}
END_TEST

START_TEST(freebsd_does_not_double_buffers)
{
    sockets_settings(a)->flavour = SOCKET_BSD;
    int fd = fresh(a);
    set(a, fd, SO, SOCKET_SO_SNDBUF, 10000);
    ck_assert_int_eq(get(a, fd, SO, SOCKET_SO_SNDBUF), 10000);
}
END_TEST

/* ---- Whose they are ---- */

START_TEST(a_connection_inherits_its_listeners)
{
    Sockets *b = world_sockets(w, 1);
    int listener = world_listen(w, 1, 1), c, s;

    set(b, listener, TCP, SOCKET_TCP_NODELAY, 1);
    set(b, listener, SO, SOCKET_SO_SNDBUF, 30000);
    set(b, listener, TCP, SOCKET_TCP_KEEPIDLE, 77);
    world_pair(w, listener, &c, &s);
    ck_assert_int_eq(get(b, s, TCP, SOCKET_TCP_NODELAY), 1);
    ck_assert_int_eq(get(b, s, SO, SOCKET_SO_SNDBUF), 60000); /* nor does it grow by itself */
    ck_assert_int_eq(get(b, s, TCP, SOCKET_TCP_KEEPIDLE), 77);
    set(b, listener, TCP, SOCKET_TCP_NODELAY, 0);
    ck_assert_int_eq(get(b, s, TCP, SOCKET_TCP_NODELAY), 1);
    ck_assert_int_eq(get(a, c, TCP, SOCKET_TCP_NODELAY), 0);
}
END_TEST

START_TEST(an_option_is_one_connections)
{
    int listener = world_listen(w, 1, 2), c, s, d, t;

    world_pair(w, listener, &c, &s);
    world_pair(w, listener, &d, &t);
    set(a, c, TCP, SOCKET_TCP_NODELAY, 1);
    world_clear(w);
    for (int i = 0; i < 2; i++) /* Nagle: the second small one waits */
        ck_value(socket_send(a, w->now, d, 10, 0), 10);
    ck_sent(w, "P. 1:11(10) ack 1");
    world_settle(w);
    world_clear(w);
    for (int i = 0; i < 2; i++)
        ck_value(socket_send(a, w->now, c, 10, 0), 10);
    ck_assert_ptr_nonnull(strstr(w->sent, "; P."));
}
END_TEST

/* ---- What they do ---- */

START_TEST(maxseg_bounds_what_is_offered_and_what_is_sent)
{
    int listener = world_listen(w, 1, 1), c = fresh(a);

    set(world_sockets(w, 1), listener, TCP, SOCKET_TCP_MAXSEG, 700);
    ck_blocks(socket_connect(a, 0, c, WORLD_ADDRESS + 1, WORLD_PORT));
    world_settle(w);
    ck_assert_int_eq(get(a, c, TCP, SOCKET_TCP_MAXSEG), 700); /* the SYN-ACK said so */
    int s = (int)socket_accept(world_sockets(w, 1), w->now, listener).value;
    ck_assert_int_eq(get(world_sockets(w, 1), s, TCP, SOCKET_TCP_MAXSEG), 700);
}
END_TEST

START_TEST(cork_holds_back_until_it_is_taken_off)
{
    int listener = world_listen(w, 1, 1), c, s;

    world_pair(w, listener, &c, &s);
    set(a, c, TCP, SOCKET_TCP_CORK, 1);
    ck_value(socket_send(a, w->now, c, 40, 0), 40);
    ck_value(socket_send(a, w->now, c, 40, 0), 40);
    ck_sent(w, "");
    ck_value(socket_send(a, w->now, c, 1460, 0), 1460); /* a whole segment goes */
    ck_sent(w, ". 1:1461(1460) ack 1");
    set(a, c, TCP, SOCKET_TCP_CORK, 0);
    world_settle(w);
    ck_sent(w, "P. 1461:1541(80) ack 1");
}
END_TEST

START_TEST(nodelay_pushes_once_through_a_cork)
{
    int listener = world_listen(w, 1, 1), c, s;

    world_pair(w, listener, &c, &s);
    set(a, c, TCP, SOCKET_TCP_CORK, 1);
    ck_value(socket_send(a, w->now, c, 40, 0), 40);
    set(a, c, TCP, SOCKET_TCP_NODELAY, 1);
    ck_sent(w, "P. 1:41(40) ack 1");
    ck_value(socket_send(a, w->now, c, 40, 0), 40);
    ck_sent(w, "");
}
END_TEST

START_TEST(a_cork_does_not_hold_for_ever)
{
    int listener = world_listen(w, 1, 1), c, s;

    world_pair(w, listener, &c, &s);
    set(a, c, TCP, SOCKET_TCP_CORK, 1);
    SimTime began = w->now;
    ck_value(socket_send(a, began, c, 40, 0), 40);
    /* The probe's timer: RTO = SRTT 20 ms + 200 ms. */
    world_run(w, began + MS(220) - 1);
    ck_sent(w, "");
    world_run(w, began + MS(220));
    ck_sent(w, "P. 1:41(40) ack 1");
}
END_TEST

START_TEST(keepalive_counts_from_the_last_segment)
{
    int listener = world_listen(w, 1, 1), c, s;

    world_pair(w, listener, &c, &s);
    SimTime began = w->now;
    set(a, c, TCP, SOCKET_TCP_KEEPIDLE, 10);
    set(a, c, TCP, SOCKET_TCP_KEEPINTVL, 3);
    set(a, c, TCP, SOCKET_TCP_KEEPCNT, 2);
    world_run(w, began + SEC(5));
    set(a, c, SO, SOCKET_SO_KEEPALIVE, 1);
    w->is_cut = true;
    world_run(w, began + SEC(10) - MS(11));
    ck_sent(w, "");
    world_run(w, began + SEC(10));
    ck_sent(w, ". 0:0(0) ack 1");
    world_run(w, began + SEC(13));
    ck_sent(w, ". 0:0(0) ack 1");
    world_run(w, began + SEC(16));
    ck_sent(w, "R. 1:1(0) ack 1");
    ck_assert_int_eq(get(a, c, SO, SOCKET_SO_ERROR), TCP_ETIMEDOUT);
}
END_TEST

START_TEST(keepalive_can_be_taken_off)
{
    int listener = world_listen(w, 1, 1), c, s;

    world_pair(w, listener, &c, &s);
    set(a, c, TCP, SOCKET_TCP_KEEPIDLE, 1);
    set(a, c, SO, SOCKET_SO_KEEPALIVE, 1);
    set(a, c, SO, SOCKET_SO_KEEPALIVE, 0);
    world_pass(w, SEC(100));
    ck_sent(w, "");
}
END_TEST

START_TEST(user_timeout_ends_it_early)
{
    int listener = world_listen(w, 1, 1), c, s;

    world_pair(w, listener, &c, &s);
    set(a, c, TCP, SOCKET_TCP_USER_TIMEOUT, 3000);
    w->is_cut = true;
    SimTime began = w->now;
    ck_value(socket_send(a, began, c, 24, 0), 24);
    /* A tail probe at 220 ms (an RTO, which is less than 2 SRTT + 200), the first repetition an RTO
     * later; from that 3 s. */
    world_run(w, began + MS(3440) - 1);
    ck_assert_int_eq(get(a, c, SO, SOCKET_SO_ERROR), TCP_OK);
    world_run(w, began + MS(3440));
    ck_assert_int_eq(get(a, c, SO, SOCKET_SO_ERROR), TCP_ETIMEDOUT);
}
END_TEST

START_TEST(syncnt_of_a_listener_counts_syn_acks)
{
    int listener = world_listen(w, 0, 1);

    w->is_by_hand = true;
    set(a, listener, TCP, SOCKET_TCP_SYNCNT, 2);
    w->irs = WORLD_IRS;
    w->port = WORLD_PORT;
    w->remote = 40000;
    world_inject(w, "S 0:0(0) win 65535", "mss=1460");
    world_pass(w, SEC(600));
    /* The first and two repetitions. */
    ck_sent(w, "S. 0:0(0) ack 1; S. 0:0(0) ack 1; S. 0:0(0) ack 1");
}
END_TEST

START_TEST(defer_accept_waits_for_data)
{
    int listener = world_listen(w, 0, 1);

    w->is_by_hand = true;
    w->irs = WORLD_IRS;
    w->port = WORLD_PORT;
    w->remote = 40000;
    set(a, listener, TCP, SOCKET_TCP_DEFER_ACCEPT, 3);
    ck_value(socket_set_flags(a, listener, SOCKET_NONBLOCK), 0);
    world_inject(w, "S 0:0(0) win 65535", "mss=1460");
    world_inject(w, ". 1:1(0) ack 1 win 65535", "");
    ck_error(socket_accept(a, w->now, listener), TCP_EAGAIN);
    world_clear(w);
    world_pass(w, SEC(3) - 1);
    ck_sent(w, ""); /* no SYN-ACK is repeated: it was answered */
    world_inject(w, "P. 1:11(10) ack 1 win 65535", "");
    ck_value(socket_accept(a, w->now, listener), 4);
    ck_value(socket_receive(a, w->now, 4, 100, 0), 10);
}
END_TEST

START_TEST(defer_accept_ends)
{
    int listener = world_listen(w, 0, 1);

    w->is_by_hand = true;
    w->irs = WORLD_IRS;
    w->port = WORLD_PORT;
    w->remote = 40000;
    set(a, listener, TCP, SOCKET_TCP_DEFER_ACCEPT, 3);
    world_inject(w, "S 0:0(0) win 65535", "mss=1460");
    world_inject(w, ". 1:1(0) ack 1 win 65535", "");
    world_clear(w);
    world_pass(w, SEC(3));
    ck_sent(w, "S. 0:0(0) ack 1"); /* asks for the ACK again */
    world_inject(w, ". 1:1(0) ack 1 win 65535", "");
    ck_value(socket_accept(a, w->now, listener), 4);
}
END_TEST

START_TEST(rcvbuf_and_clamp_bound_the_window)
{
    Segment syn = {.src_addr = WORLD_ADDRESS + 1,
                   .dst_addr = WORLD_ADDRESS,
                   .src_port = 1,
                   .dst_port = WORLD_PORT,
                   .flags = TCP_SYN,
                   .seq = 1,
                   .window = 1000};
    int listener = world_listen(w, 0, 4);

    w->is_by_hand = true;
    set(a, listener, SO, SOCKET_SO_RCVBUF,
        10000); /* 20,000: room for 10,000, six segments of 1,460 */
    sockets_deliver(a, 0, &syn);
    TcpStatus status;
    ck_assert(tcp_status(w->hosts[0].stack, 1, &status));
    sockets_deliver(a, 0,
                    &(Segment){.src_addr = WORLD_ADDRESS + 1,
                               .dst_addr = WORLD_ADDRESS,
                               .src_port = 1,
                               .dst_port = WORLD_PORT,
                               .flags = TCP_ACK,
                               .seq = 2,
                               .ack = status.iss + 1,
                               .window = 1000});
    ck_assert(tcp_status(w->hosts[0].stack, 1, &status));
    ck_assert_uint_eq(status.rcv_wnd, 8760);
}
END_TEST

START_TEST(noopt_leaves_off_what_freebsd_leaves_off)
{
    int fd = fresh(a);
    SocketInfo info;
    int listener = world_listen(w, 1, 1);

    (void)listener;
    set(a, fd, TCP, SOCKET_TCP_NOOPT, 1);
    ck_blocks(socket_connect(a, 0, fd, WORLD_ADDRESS + 1, WORLD_PORT));
    world_settle(w);
    ck_assert(socket_info(a, w->now, fd, &info));
    ck_assert_uint_eq(info.state, 1);
    ck_assert_uint_eq(info.options, 0);
}
END_TEST

START_TEST(keepinit_ends_a_connect)
{
    int fd = fresh(a);

    w->is_cut = true;
    set(a, fd, TCP, SOCKET_TCP_KEEPINIT, 9);
    ck_value(socket_set_flags(a, fd, SOCKET_NONBLOCK), 0);
    ck_error(socket_connect(a, 0, fd, WORLD_ADDRESS + 1, WORLD_PORT), TCP_EINPROGRESS);
    world_run(w, SEC(9) - 1);
    ck_assert_int_eq(get(a, fd, SO, SOCKET_SO_ERROR), TCP_OK);
    world_run(w, SEC(9));
    ck_assert_int_eq(get(a, fd, SO, SOCKET_SO_ERROR), TCP_ETIMEDOUT);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("socket_options");
    TCase *tc = tcase_create("values");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, values_are_kept_rounded_or_refused, 0,
                        (int)(sizeof rows / sizeof *rows));
    tcase_add_test(tc, some_can_only_be_read);
    tcase_add_test(tc, what_nobody_knows);
    tcase_add_test(tc, linger_has_two_numbers_in_one);
    tcase_add_test(tc, congestion_control_goes_by_name);
    tcase_add_test(tc, freebsd_does_not_double_buffers);
    suite_add_tcase(s, tc);
    tc = tcase_create("effects");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_connection_inherits_its_listeners);
    tcase_add_test(tc, an_option_is_one_connections);
    tcase_add_test(tc, maxseg_bounds_what_is_offered_and_what_is_sent);
    tcase_add_test(tc, cork_holds_back_until_it_is_taken_off);
    tcase_add_test(tc, nodelay_pushes_once_through_a_cork);
    tcase_add_test(tc, a_cork_does_not_hold_for_ever);
    tcase_add_test(tc, keepalive_counts_from_the_last_segment);
    tcase_add_test(tc, keepalive_can_be_taken_off);
    tcase_add_test(tc, user_timeout_ends_it_early);
    tcase_add_test(tc, syncnt_of_a_listener_counts_syn_acks);
    tcase_add_test(tc, defer_accept_waits_for_data);
    tcase_add_test(tc, defer_accept_ends);
    tcase_add_test(tc, rcvbuf_and_clamp_bound_the_window);
    tcase_add_test(tc, noopt_leaves_off_what_freebsd_leaves_off);
    tcase_add_test(tc, keepinit_ends_a_connect);
    suite_add_tcase(s, tc);
    return s;
}
