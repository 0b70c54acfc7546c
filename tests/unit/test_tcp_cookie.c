/* SYN cookies from inside: their arithmetic and their age.
 */
#include "marks.h"

#include "check_main.h"
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"

static const uint64_t key = UINT64_C(0x0a000001) << 32 | 40000U << 16 | 80U;

enum { CLIENT_SEQ = 123456789 };

static TcpStack *stack_new(HostConfig *config)
{
    host_config_init(config);
    static SimOrder order; /* nothing here takes a number */
    TcpSetup setup = {.config = config, .order = &order, .address = 0x0a000002, .secret = {1, 2}};
    return tcp_stack_new(&setup);
}

/* RFC 4987 leaves the age to the implementation; ours, as Linux's, is this minute and the last. */
START_TEST(a_cookie_lives_for_two_periods)
{
    HostConfig config;
    TcpStack *stack = stack_new(&config);
    SimTime made = 30 * SIM_SECOND;
    Seq cookie = tcp_cookie_make(stack, made, key, CLIENT_SEQ, 1460);
    uint16_t mss = 0;
    ck_assert(tcp_cookie_check(stack, made, key, CLIENT_SEQ, cookie, &mss));
    ck_assert_uint_eq(mss, 1460);
    ck_assert(tcp_cookie_check(stack, 119 * SIM_SECOND, key, CLIENT_SEQ, cookie, &mss));
    ck_assert(!tcp_cookie_check(stack, 120 * SIM_SECOND, key, CLIENT_SEQ, cookie, &mss));
    ck_assert(!tcp_cookie_check(stack, 180 * SIM_SECOND, key, CLIENT_SEQ, cookie, &mss));
    tcp_stack_free(stack);
}
END_TEST

START_TEST(a_cookie_holds_four_sizes)
{
    static const struct {
        uint16_t offered, kept;
    } rows[] = {{100, 536},   {536, 536},   {1299, 536}, {1300, 1300},
                {1440, 1440}, {1459, 1440}, {9000, 1460}};
    HostConfig config;
    TcpStack *stack = stack_new(&config);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint16_t mss = 0;
        Seq cookie = tcp_cookie_make(stack, 0, key, CLIENT_SEQ, rows[i].offered);
        ck_assert(tcp_cookie_check(stack, 0, key, CLIENT_SEQ, cookie, &mss));
        ck_assert_uint_eq(mss, rows[i].kept);
    }
    tcp_stack_free(stack);
}
END_TEST

/* Another connection, another number, another secret: about one guess in two million is right, and
 * none of these. */
START_TEST(a_forged_cookie_is_refused)
{
    HostConfig config;
    TcpStack *stack = stack_new(&config);
    Seq cookie = tcp_cookie_make(stack, 0, key, CLIENT_SEQ, 1460);
    uint16_t mss;
    ck_assert(!tcp_cookie_check(stack, 0, key + 1, CLIENT_SEQ, cookie, &mss));
    ck_assert(!tcp_cookie_check(stack, 0, key, CLIENT_SEQ + 16, cookie, &mss));
    ck_assert(!tcp_cookie_check(stack, 0, key, CLIENT_SEQ, cookie ^ 0x00800000, &mss));
    stack->setup.secret.k0++;
    ck_assert(!tcp_cookie_check(stack, 0, key, CLIENT_SEQ, cookie, &mss));
    tcp_stack_free(stack);
}
END_TEST

/* The options travel in the low six bits of a timestamp that is never in the future. */
START_TEST(options_travel_in_the_timestamp)
{
    HostConfig config;
    TcpStack *stack = stack_new(&config);

    config.tcp_sack = config.tcp_window_scaling = 1;
    for (SimTime now = 0; now < 200 * SIM_MILLISECOND; now += SIM_MILLISECOND) {
        TcpEntry said = {.sack_on = now % 2, .window_scale_on = true, .snd_wscale = 10},
                 heard = {0};
        uint32_t stamp = tcp_cookie_timestamp(stack, now, &said);
        ck_assert_int_le((int32_t)(stamp - tcp_timestamp(now)), 0);
        tcp_cookie_options(stack, stamp, &heard);
        ck_assert(heard.timestamps_on && heard.window_scale_on && heard.snd_wscale == 10);
        ck_assert_int_eq(heard.sack_on, said.sack_on);
    }
    tcp_stack_free(stack);
}
END_TEST

/* Measured on Linux 6.1.192 in virtual time, whose jiffies stood at 3627772.98 s (wheel-phase) at 0: a SYN-ACK at
 * 53.89 ms had a timestamp 50 ms behind its clock.  That clock is 300 s ahead of jiffies, which makes
 * (3627772980 + 300000 + 53) mod 64 = 9; window scale 7 and SACK are 7 + 16 = 23; 9 - 23 + 64 = 50. */
START_TEST(a_timestamp_ends_where_the_kernels_clock_does)
{
    HostConfig config;
    TcpStack *stack = stack_new(&config);
    TcpEntry said = {.sack_on = true, .window_scale_on = true, .snd_wscale = 7}, heard = {0};
    SimTime now = 53890 * SIM_MICROSECOND;

    config.tcp_sack = config.tcp_window_scaling = 1;
    config.timers = TIMERS_REAL;
    config.timer_model = TIMER_MODEL_WHEEL;
    config.wheel_phase = INT64_C(3627772980) * SIM_MILLISECOND;
    uint32_t stamp = tcp_cookie_timestamp(stack, now, &said);
    ck_assert_uint_eq(tcp_timestamp(now) - stamp, 50);
    tcp_cookie_options(stack, stamp, &heard);
    ck_assert(heard.window_scale_on && heard.snd_wscale == 7 && heard.sack_on);
    tcp_stack_free(stack);
}
END_TEST

/* Linux (tcp_cookie_time()): minutes of jiffies.  With 50 s on the wheel, minute 1 begins at 10 s, and a cookie of
 * minute 0 is valid until minute 2 begins, at 70 s. */
START_TEST(minutes_count_from_where_the_wheel_does)
{
    HostConfig config;
    TcpStack *stack = stack_new(&config);
    uint16_t mss;

    config.wheel_phase = 50 * SIM_SECOND;
    Seq cookie = tcp_cookie_make(stack, SIM_SECOND, key, CLIENT_SEQ, 1460);
    ck_assert(tcp_cookie_check(stack, 69 * SIM_SECOND, key, CLIENT_SEQ, cookie, &mss));
    ck_assert(!tcp_cookie_check(stack, 70 * SIM_SECOND, key, CLIENT_SEQ, cookie, &mss));
    tcp_stack_free(stack);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp cookie");
    TCase *tc = tcase_create("cookies");
    tcase_add_test(tc, a_cookie_lives_for_two_periods);
    tcase_add_test(tc, a_cookie_holds_four_sizes);
    tcase_add_test(tc, a_forged_cookie_is_refused);
    tcase_add_test(tc, options_travel_in_the_timestamp);
    tcase_add_test(tc, a_timestamp_ends_where_the_kernels_clock_does);
    tcase_add_test(tc, minutes_count_from_where_the_wheel_does);
    suite_add_tcase(s, tc);
    return s;
}
