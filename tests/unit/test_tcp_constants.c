/* Constants that no schedule shows: where a level of Linux's wheel begins, and which value a word of
 * the key table stands for.
 */
#include "marks.h"
#include <string.h>

#include "check_main.h"
#include "tcp/connection.h"
#include "tcp/timers.h"

/* HZ = 250, set in jiffy 1 (4 ms): 62 jiffies are of level 0, slots of 1; 63 begin level 1, slots of
 * 8 (kernel/time/timer.c, LVL_START).  62: the slot after 63 is 64, 256 ms.  63: 64 >> 3 is slot 8, the
 * one after it begins at jiffy 72, 288 ms. */
START_TEST(a_level_of_the_wheel_begins_at_63_slots)
{
    HostConfig config;
    host_config_init(&config);
    config.timers = TIMERS_REAL;
    config.timer_model = TIMER_MODEL_WHEEL;
    config.wheel_hz = 250;
    SimTime now = 4 * SIM_MILLISECOND;
    ck_assert_int_eq(tcp_timer_due(&config, now, 248 * SIM_MILLISECOND), 256 * SIM_MILLISECOND);
    ck_assert_int_eq(tcp_timer_due(&config, now, 252 * SIM_MILLISECOND), 288 * SIM_MILLISECOND);
    /* 503 jiffies: slot (504 >> 3) + 1 = 64, jiffy 512; 504 begin level 2: (505 >> 6) + 1 = 8, jiffy 512.
     * 505: (506 >> 6) + 1 = 8 as well; 520: (521 >> 6) + 1 = 9, jiffy 576. */
    ck_assert_int_eq(tcp_timer_due(&config, now, 503 * 4 * SIM_MILLISECOND),
                     512 * 4 * SIM_MILLISECOND);
    ck_assert_int_eq(tcp_timer_due(&config, now, 520 * 4 * SIM_MILLISECOND),
                     576 * 4 * SIM_MILLISECOND);
}
END_TEST

/* The words of a key stand in the order of the values that the code compares with. */
START_TEST(words_mean_their_values)
{
    static const struct {
        const char *key, *word;
        int64_t value;
    } rows[] = {
        {"isn", "fixed", ISN_FIXED},
        {"isn", "rfc6528", ISN_RFC6528},
        {"handshake", "two-way", HANDSHAKE_TWO_WAY},
        {"syn-data", "accept", SYN_DATA_ACCEPT},
        {"syn-rcvd-data", "reset", SYN_RCVD_DATA_RESET},
        {"reset-check", "rfc5961", RESET_CHECK_RFC5961},
        {"fin-ack", "delayed", FIN_ACK_DELAYED},
        {"congestion", "none", CONGESTION_NONE},
        {"congestion", "cubic", CONGESTION_CUBIC},
        {"loss-detection", "rack", LOSS_DETECTION_RACK},
        {"rtt-estimator", "linux", RTT_ESTIMATOR_LINUX},
        {"rtt-estimator", "rfc793", RTT_ESTIMATOR_RFC793},
        {"rtt-estimator", "lwip", RTT_ESTIMATOR_LWIP},
        {"rtt-estimator", "bsd", RTT_ESTIMATOR_BSD},
        {"reset-check", "exact", RESET_CHECK_EXACT},
        {"reset-check", "bsd", RESET_CHECK_BSD},
        {"reset-check", "syn-ignored", RESET_CHECK_SYN_IGNORED},
        {"old-segments", "trimmed", OLD_SEGMENTS_TRIMMED},
        {"retries-spent", "halves-mss", RETRIES_SPENT_HALVES_MSS},
        {"probe-wait", "bsd", PROBE_WAIT_BSD},
        {"probe-wait", "freebsd", PROBE_WAIT_FREEBSD},
        {"probe-wait", "xnu", PROBE_WAIT_XNU},
        {"probe-wait", "min", PROBE_WAIT_MIN},
        {"probe-gives-up", "time", PROBE_GIVES_UP_TIME},
        {"probe-gives-up", "never", PROBE_GIVES_UP_NEVER},
        {"rto-floor", "total", RTO_FLOOR_TOTAL},
        {"give-up", "time", GIVE_UP_TIME},
        {"last-wait", "tick", LAST_WAIT_TICK},
        {"crossed-synack", "challenge", CROSSED_SYNACK_CHALLENGE},
        {"repeated-syn", "ack", REPEATED_SYN_ACK},
        {"repeated-syn", "rst", REPEATED_SYN_RST},
        {"repeated-syn", "ignore", REPEATED_SYN_IGNORE},
        {"missing-timestamps", "drop", MISSING_TIMESTAMPS_DROP},
        {"sack-after-timeout", "kept", SACK_AFTER_TIMEOUT_KEPT},
        {"cubic-basis", "window", CUBIC_BASIS_WINDOW},
        {"time-wait-fin", "answer", TIME_WAIT_FIN_ANSWER},
        {"time-wait-fin", "ignore", TIME_WAIT_FIN_IGNORE},
        {"time-wait-syn", "reopens", TIME_WAIT_SYN_REOPENS},
        {"time-wait-syn", "beyond-window", TIME_WAIT_SYN_BEYOND_WINDOW},
        {"time-wait-syn", "never", TIME_WAIT_SYN_NEVER},
        {"synack-answers", "count", SYNACK_ANSWERS_COUNT},
        {"synack-answers", "restart", SYNACK_ANSWERS_RESTART},
        {"syn-queue", "backlog", SYN_QUEUE_BACKLOG},
        {"accept-queue", "three-halves", ACCEPT_QUEUE_THREE_HALVES},
        {"window-probe", "ack", WINDOW_PROBE_ACK},
        {"timers", "real", TIMERS_REAL},
        {"timer-model", "tick", TIMER_MODEL_TICK},
        {"timer-model", "wheel", TIMER_MODEL_WHEEL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        HostConfig config;
        host_config_init(&config);
        const Key *row = key_find(KEY_SCOPE_HOST, rows[i].key, strlen(rows[i].key));
        ck_assert_ptr_nonnull(row);
        ck_assert_int_eq(key_set(row, &config, rows[i].word, strlen(rows[i].word), NULL), KEY_OK);
        int64_t value;
        memcpy(&value, (const char *)&config + row->offset, sizeof value);
        ck_assert_int_eq(value, rows[i].value);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp constants");
    TCase *tc = tcase_create("constants");
    tcase_add_test(tc, a_level_of_the_wheel_begins_at_63_slots);
    tcase_add_test(tc, words_mean_their_values);
    suite_add_tcase(s, tc);
    return s;
}
