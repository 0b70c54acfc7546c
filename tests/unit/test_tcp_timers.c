/* The timers: RFC 6298 by hand, retransmission and its limits, keepalive, TIME-WAIT. */
#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "tcp_harness.h"

#define US(n) ((n)*SIM_MICROSECOND)

/* ---- The estimate (RFC 6298 §2) ---- */

/* Connects; the SYN-ACK comes after `rtt`. */
static TcpHarness *with_rtt(const char *keys, SimTime rtt, const char *options)
{
    char text[128];
    TcpHarness *h = harness_new(keys);
    snprintf(text, sizeof text, "SA 0 1 mss=1000 %s", options);
    harness_connect(h);
    harness_run_until(h, rtt);
    harness_deliver(h, text);
    ck_assert_int_eq(h->state, TCP_STATE_ESTABLISHED);
    harness_clear(h);
    return h;
}

/* Ten bytes, acknowledged after `rtt`. */
static void exchange(TcpHarness *h, SimTime rtt)
{
    char ack[64];
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 10), TCP_OK);
    snprintf(ack, sizeof ack, "A 1 %u", harness_status(h).snd_nxt - h->iss);
    harness_run_until(h, h->now + rtt);
    harness_deliver(h, ack);
}

static void check_rtt(const TcpHarness *h, SimTime srtt, SimTime rttvar, SimTime rto)
{
    TcpStatus status = harness_status(h);
    ck_assert_int_eq(status.srtt, srtt);
    ck_assert_int_eq(status.rttvar, rttvar);
    ck_assert_int_eq(status.rto, rto);
}

START_TEST(estimate_by_hand)
{
    TcpHarness *h = with_rtt("tcp_rto_min_us=1", MS(100), "");
    check_rtt(h, MS(100), MS(50), MS(300)); /* 2.2: SRTT = R, RTTVAR = R/2, RTO = SRTT + 4 RTTVAR */
    exchange(h, MS(60));
    /* 2.3: RTTVAR = 3/4 50 + 1/4 |100 - 60|, then SRTT = 7/8 100 + 1/8 60 */
    check_rtt(h, MS(95), US(47500), MS(285));
    exchange(h, MS(200));
    check_rtt(h, US(108125), US(61875), US(355625));
    harness_free(h);
}
END_TEST

START_TEST(bounds)
{
    TcpHarness *h = with_rtt("rto-floor=total", MS(100), "");
    check_rtt(h, MS(100), MS(50), SEC(1)); /* 2.4: rounded up to one second */
    harness_free(h);

    /* Linux: the floor is on the variance. */
    h = with_rtt("rto-floor=variance tcp_rto_min_us=200000", MS(20), "");
    check_rtt(h, MS(20), MS(10), MS(220));
    exchange(h, MS(20));
    check_rtt(h, MS(20), US(7500), MS(220));
    harness_free(h);

    h = with_rtt("tcp_rto_max_ms=1000 initial-rto=10s", SEC(5), ""); /* 2.5 */
    ck_assert_int_eq(harness_status(h).rto, SEC(1));
    harness_free(h);
}
END_TEST

START_TEST(before_the_first_sample)
{
    TcpHarness *h = harness_new("initial-rto=3s");
    harness_connect(h);
    ck_assert_int_eq(h->timers[TCP_TIMER_RETRANSMIT].length, SEC(3)); /* 2.1 */
    harness_free(h);
}
END_TEST

/* §3: one segment of a flight is timed, the first. */
START_TEST(one_sample_a_flight)
{
    TcpHarness *h = with_rtt("tcp_rto_min_us=1 nagle=no", MS(100), "");
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 10), TCP_OK);
    h->now += MS(20);
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 10), TCP_OK);
    h->now += MS(80);
    harness_deliver(h, "A 1 21");
    check_rtt(h, MS(100), US(37500), MS(250)); /* 100 ms, not 80 */
    harness_free(h);
}
END_TEST

/* §3 and §5.5: what was sent twice is not timed, and the timeout stays backed off until a new
 * sample comes. */
START_TEST(karn)
{
    TcpHarness *h = with_rtt("tcp_rto_min_us=1", MS(100), "");
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 10), TCP_OK);
    harness_run_until(h, MS(450)); /* timed out at 400 ms */
    ck_assert_str_eq(h->sent, "A 1 1 +10; A 1 1 +10");
    harness_deliver(h, "A 1 11");
    check_rtt(h, MS(100), MS(50), MS(600));
    exchange(h, MS(100));
    check_rtt(h, MS(100), US(37500), MS(250));
    harness_free(h);
}
END_TEST

/* RFC 7323 §4: timestamps tell which of two is answered. */
START_TEST(timestamps_time_what_was_sent_twice)
{
    TcpHarness *h = with_rtt("tcp_rto_min_us=1 tcp_timestamps=1", MS(100), "ts=5/1");
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 10), TCP_OK);
    harness_run_until(h, MS(400));
    char ack[64];
    snprintf(ack, sizeof ack, "A 1 11 ts=6/%u", harness_last(h)->segment.options.ts_val);
    harness_run_until(h, MS(460));
    harness_deliver(h, ack);
    check_rtt(h, MS(95), US(47500), MS(285));
    harness_free(h);
}
END_TEST

/* ---- The timer (RFC 6298 §5) ---- */

START_TEST(when_the_timer_runs)
{
    const HarnessTimer *timer;
    TcpHarness *h = with_rtt("nagle=no", MS(0), "");
    timer = &h->timers[TCP_TIMER_RETRANSMIT];
    ck_assert(!timer->armed);
    h->now = MS(100);
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 10), TCP_OK); /* 5.1 */
    ck_assert_int_eq(timer->due, MS(1100));
    h->now = MS(200);
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 10), TCP_OK); /* it runs already */
    ck_assert_int_eq(timer->due, MS(1100));
    h->now = MS(300);
    harness_deliver(h, "A 1 1"); /* nothing new */
    ck_assert_int_eq(timer->due, MS(1100));
    harness_deliver(h, "A 1 11"); /* 5.3: started anew */
    ck_assert(timer->armed);
    ck_assert_int_eq(timer->due, MS(300) + timer->length);
    harness_deliver(h, "A 1 21"); /* 5.2: all is acknowledged */
    ck_assert(!timer->armed);
    harness_free(h);
}
END_TEST

/* 5.4: the earliest segment that is not acknowledged. */
START_TEST(the_oldest_goes_first)
{
    TcpHarness *h = with_rtt("nagle=no", 0, "");
    ck_assert_int_eq(tcp_send(h->stack, 0, h->conn, 10), TCP_OK);
    ck_assert_int_eq(tcp_send(h->stack, 0, h->conn, 20), TCP_OK);
    harness_clear(h);
    harness_run_until(h, SEC(1));
    ck_assert_str_eq(h->sent, "A 1 1 +10");
    ck_assert_int_eq(harness_last(h)->note.reason, TCP_REASON_RTO_FIRED);
    ck_assert_uint_eq(harness_last(h)->note.retry, 1);
    ck_assert_int_eq(h->timers[TCP_TIMER_RETRANSMIT].length, SEC(2)); /* 5.5 */
    ck_assert_uint_eq(h->timers[TCP_TIMER_RETRANSMIT].retry, 2);
    harness_free(h);
}
END_TEST

/* 5.7: a SYN timed out and the RTO was less than 3 s: data starts from 3 s. */
START_TEST(data_after_a_lost_syn)
{
    static const struct {
        const char *keys;
        SimTime rto;
    } cases[] = {
        {"initial-rto=1s", SEC(3)},
        {"initial-rto=5s", SEC(5)},
        {"initial-rto=1s rto-after-syn-loss=0", SEC(2)}, /* Karn alone: still backed off */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = harness_new(cases[i].keys);
        harness_connect(h);
        harness_run_one(h);
        harness_deliver(h, "SA 0 1");
        ck_assert_int_eq(harness_status(h).rto, cases[i].rto);
        harness_free(h);
    }
}
END_TEST

/* ---- Schedules and their ends ---- */

typedef struct Schedule {
    const char *keys, *times; /* of all that is sent */
    SimTime end;
} Schedule;

/* Runs until nothing is left; then the connection must be gone, for the reason given. */
static void check_schedule(TcpHarness *h, const Schedule *c, const char *app)
{
    while (harness_run_one(h))
        ;
    ck_assert_str_eq(harness_times(h, SEGMENT_ANY), c->times);
    ck_assert_int_eq(h->now, c->end);
    ck_assert_str_eq(h->app, app);
    ck_assert_int_eq(h->state, TCP_STATE_CLOSED);
    ck_assert(harness_is_gone(h));
    ck_assert_uint_eq(tcp_stack_census(h->stack).full, 0);
    harness_free(h);
}

START_TEST(syn_schedules)
{
    static const Schedule cases[] = {
        {"initial-rto=3s tcp_syn_retries=5", "0 3 9 21 45 93", SEC(189)},
        {"initial-rto=1s tcp_syn_retries=6", "0 1 3 7 15 31 63", SEC(127)},
        {"initial-rto=1s tcp_syn_retries=6 tcp_syn_linear_timeouts=4", "0 1 2 3 4 5 7 11 19 35 67",
         SEC(131)},
        {"tcp_syn_retries=0", "0", SEC(1)},
        {"tcp_syn_retries=3 backoff=1", "0 1 2 3", SEC(4)},
        {"tcp_syn_retries=3 backoff=3", "0 1 4 13", SEC(40)},
        {"tcp_syn_retries=3 initial-rto=3s tcp_rto_max_ms=5000", "0 3 8 13", SEC(18)},
        {"tcp_syn_retries=12 initial-rto=6s backoff-base=12s connect-timeout=75s", "0 6 30",
         SEC(75)},
        {"tcp_syn_retries=12 initial-rto=6s backoff-base=12s connect-timeout=75s timers=real "
         "timer-model=tick tick=500ms tick-phase=300ms",
         "0 5.8 29.8", MS(74800)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = harness_new(cases[i].keys);
        harness_connect(h);
        check_schedule(h, &cases[i], "error ETIMEDOUT");
    }
}
END_TEST

START_TEST(syn_ack_schedules)
{
    static const Schedule cases[] = {
        {"initial-rto=3s tcp_synack_retries=5", "0 3 9 21 45 93", SEC(189)},
        {"initial-rto=3s tcp_synack_retries=2", "0 3 9", SEC(21)},
        {"initial-rto=1s tcp_synack_retries=0", "0", SEC(1)},
        {"initial-rto=6s backoff-base=12s connect-timeout=75s", "0 6 30", SEC(75)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = harness_new(cases[i].keys);
        harness_bring(h, AT_SYN_RCVD);
        check_schedule(h, &cases[i], ""); /* nobody has heard of it */
    }
}
END_TEST

START_TEST(a_crossing_syn_is_repeated_as_syn_ack)
{
    TcpHarness *h = harness_new("tcp_syn_retries=2");
    harness_bring(h, AT_SYN_RCVD_ACTIVE);
    harness_run_until(h, SEC(3));
    ck_assert_str_eq(h->sent, "SA 0 1; SA 0 1");
    harness_run_until(h, SEC(7));
    ck_assert_str_eq(h->app, "error ETIMEDOUT");
    harness_free(h);
}
END_TEST

static void begin_data(TcpHarness *h)
{
    harness_establish_with(h, "mss=1000");
    h->log_count = 0;
    ck_assert_int_eq(tcp_send(h->stack, 0, h->conn, 10), TCP_OK);
}

static void begin_shutdown(TcpHarness *h)
{
    harness_establish_with(h, "mss=1000");
    h->log_count = 0;
    ck_assert_int_eq(tcp_shutdown(h->stack, 0, h->conn), TCP_OK);
}

static void begin_close(TcpHarness *h)
{
    harness_establish_with(h, "mss=1000");
    h->log_count = 0;
    ck_assert_int_eq(tcp_close(h->stack, 0, h->conn), TCP_OK);
}

static void begin_last_ack(TcpHarness *h)
{
    harness_establish_with(h, "mss=1000");
    harness_deliver(h, "FA 1 1");
    harness_clear(h);
    h->log_count = 0;
    ck_assert_int_eq(tcp_shutdown(h->stack, 0, h->conn), TCP_OK);
}

START_TEST(data_and_fin_schedules)
{
    static const struct {
        void (*begin)(TcpHarness *);
        Schedule schedule;
        const char *app;
    } cases[] = {
        {begin_data, {"tcp_retries2=3", "0 1 3 7", SEC(15)}, "error ETIMEDOUT"},
        {begin_shutdown, {"tcp_retries2=3", "0 1 3 7", SEC(15)}, "error ETIMEDOUT"},
        {begin_last_ack, {"tcp_retries2=3", "0 1 3 7", SEC(15)}, "error ETIMEDOUT"},
        {begin_data, {"tcp_retries2=0", "0", SEC(1)}, "error ETIMEDOUT"},
        {begin_close, {"tcp_orphan_retries=2", "0 1 3", SEC(7)}, ""},
        {begin_close,
         {"tcp_orphan_retries=0 tcp_rto_max_ms=86400000", "0 1 3 7 15 31 63 127 255", SEC(511)},
         ""},
        /* A time: (2^(3+1) - 1) 200 ms after the first repeat, tested when an RTO fires. */
        {begin_data,
         {"give-up=time tcp_retries2=3 rto-floor=variance tcp_rto_min_us=200000", "0 0.2 0.6 1.4 3",
          MS(6200)},
         "error ETIMEDOUT"},
        /* R2 counts from the first transmission. */
        {begin_data, {"r2=100s tcp_retries2=255", "0 1 3 7 15 31 63", SEC(127)}, "error ETIMEDOUT"},
        {begin_data, {"r2=127s tcp_retries2=255", "0 1 3 7 15 31 63", SEC(127)}, "error ETIMEDOUT"},
        {begin_data,
         {"r2=128s tcp_retries2=255", "0 1 3 7 15 31 63 127", SEC(247)},
         "error ETIMEDOUT"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = harness_new(cases[i].schedule.keys);
        cases[i].begin(h);
        check_schedule(h, &cases[i].schedule, cases[i].app);
    }
}
END_TEST

/* What is new counts from the beginning: the limit is on repeats without progress. */
START_TEST(progress_gives_the_retries_back)
{
    TcpHarness *h = harness_new("tcp_retries2=2 nagle=no");
    harness_establish_with(h, "mss=1000");
    ck_assert_int_eq(tcp_send(h->stack, 0, h->conn, 10), TCP_OK);
    ck_assert_int_eq(tcp_send(h->stack, 0, h->conn, 10), TCP_OK);
    for (int i = 0; i < 2; i++)
        harness_run_one(h);
    ck_assert_uint_eq(h->timers[TCP_TIMER_RETRANSMIT].retry, 0); /* it would be the end */
    harness_deliver(h, "A 1 11");
    ck_assert_uint_eq(h->timers[TCP_TIMER_RETRANSMIT].retry, 1);
    ck_assert_uint_eq(h->timers[TCP_TIMER_RETRANSMIT].limit, 2);
    harness_free(h);
}
END_TEST

/* ---- Keepalive (§3.8.4) ---- */

static const char keepalive[] =
    "keepalive=yes tcp_keepalive_time=10 tcp_keepalive_intvl=5 tcp_keepalive_probes=3";

START_TEST(keepalive_is_off_unless_asked_for)
{
    TcpHarness *h = harness_new("");
    harness_bring(h, AT_ESTABLISHED);
    ck_assert_int_eq(tcp_stack_next_due(h->stack).at, SIM_NEVER);
    harness_free(h);
}
END_TEST

START_TEST(keepalive_gives_up)
{
    TcpHarness *h = harness_new(keepalive);
    harness_bring(h, AT_ESTABLISHED);
    h->log_count = 0;
    while (harness_run_one(h))
        ;
    ck_assert_str_eq(h->sent, "A 0 1; A 0 1; A 0 1; RA 1 1");
    ck_assert_str_eq(harness_times(h, SEGMENT_ANY), "10 15 20 25");
    ck_assert_str_eq(h->app, "error ETIMEDOUT");
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(h->log[i].note.reason, TCP_REASON_KEEPALIVE_FIRED);
        ck_assert_uint_eq(h->log[i].note.retry, 0); /* it repeats nothing */
    }
    harness_free(h);
}
END_TEST

START_TEST(keepalive_is_answered)
{
    TcpHarness *h = harness_new(keepalive);
    harness_bring(h, AT_ESTABLISHED);
    h->log_count = 0;
    harness_run_until(h, SEC(10));
    harness_deliver(h, "A 1 1");
    harness_run_until(h, SEC(26));
    ck_assert_str_eq(harness_times(h, SEGMENT_ANY), "10 20 25");
    harness_deliver(h, "A 1 1");
    harness_run_until(h, SEC(35));
    harness_deliver(h, "A 1 1"); /* it speaks of its own accord: ten seconds from here */
    harness_run_until(h, SEC(45));
    ck_assert_str_eq(harness_times(h, SEGMENT_ANY), "10 20 25 45");
    ck_assert_int_eq(h->state, TCP_STATE_ESTABLISHED);
    harness_free(h);
}
END_TEST

/* The other side of it: an old number is answered. */
START_TEST(a_keepalive_probe_is_answered)
{
    for (HarnessPlace place = AT_ESTABLISHED; place < HARNESS_PLACE_COUNT; place++) {
        char probe[HARNESS_LINE_MAX], answer[HARNESS_LINE_MAX];
        TcpHarness *h = harness_new("");
        harness_bring(h, place);
        harness_resolve(place, "A R-1 U", probe);
        harness_resolve(place, "A N R", answer);
        harness_deliver(h, probe);
        ck_assert_str_eq(h->sent, answer);
        harness_free(h);
    }
}
END_TEST

/* ---- TIME-WAIT (§3.10.8) and FIN-WAIT-2 ---- */

START_TEST(time_wait_lasts_two_msl)
{
    TcpHarness *h = harness_new("time-wait=60s");
    harness_bring(h, AT_TIME_WAIT);
    harness_run_until(h, SEC(60) - 1);
    ck_assert_int_eq(h->state, TCP_STATE_TIME_WAIT);
    harness_run_until(h, SEC(60));
    ck_assert_int_eq(h->state, TCP_STATE_CLOSED);
    ck_assert_str_eq(h->sent, "");
    ck_assert_str_eq(h->app, "");
    harness_free(h);
}
END_TEST

START_TEST(only_a_fin_restarts_time_wait)
{
    static const struct {
        const char *segment;
        SimTime end;
    } cases[] = {
        {"FA 1 2", SEC(100)}, /* the FIN again: our ACK was lost */
        {"FA 1 1", SEC(100)},   {"A 1 2", SEC(60)}, {"A 2 2", SEC(60)},
        {"A 2 2 +10", SEC(60)}, {"S 1 -", SEC(60)}, {"R 5 -", SEC(60)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = harness_new("time-wait=60s");
        harness_bring(h, AT_TIME_WAIT);
        harness_run_until(h, SEC(40));
        harness_deliver(h, cases[i].segment);
        while (harness_run_one(h))
            ;
        ck_assert_msg(h->now == cases[i].end, "%s", cases[i].segment);
        harness_free(h);
    }
}
END_TEST

/* Simultaneous close: both wait. */
START_TEST(closing_leads_to_time_wait)
{
    TcpHarness *h = harness_new("time-wait=60s");
    harness_bring(h, AT_CLOSING);
    harness_run_until(h, MS(500));
    harness_deliver(h, "A 2 2");
    ck_assert_int_eq(h->state, TCP_STATE_TIME_WAIT);
    ck_assert(!h->timers[TCP_TIMER_RETRANSMIT].armed);
    harness_run_until(h, MS(60500));
    ck_assert_int_eq(h->state, TCP_STATE_CLOSED);
    harness_free(h);
}
END_TEST

START_TEST(fin_wait_2_of_an_orphan_ends)
{
    static const struct {
        const char *keys;
        SimTime end; /* 0: never */
    } cases[] = {
        {"tcp_fin_timeout=60", SEC(60)},
        {"tcp_fin_timeout=0", 0},
        {"tcp_fin_timeout=1", MS(3500)}, /* Linux: no less than 3.5 RTO */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = harness_new(cases[i].keys);
        harness_bring(h, AT_ESTABLISHED);
        ck_assert_int_eq(tcp_close(h->stack, 0, h->conn), TCP_OK);
        harness_deliver(h, "A 1 2");
        while (harness_run_one(h))
            ;
        ck_assert_int_eq(h->now, cases[i].end);
        ck_assert_int_eq(h->state, cases[i].end ? TCP_STATE_CLOSED : TCP_STATE_FIN_WAIT_2);
        if (cases[i].end) {
            harness_clear(h);
            harness_deliver(h, "FA 1 2"); /* too late */
            ck_assert_str_eq(h->sent, "R 2 -");
        }
        harness_free(h);
    }
}
END_TEST

START_TEST(fin_wait_2_of_an_application_does_not)
{
    TcpHarness *h = harness_new("tcp_fin_timeout=60");
    harness_bring(h, AT_FIN_WAIT_2);
    ck_assert_int_eq(tcp_stack_next_due(h->stack).at, SIM_NEVER);
    ck_assert_int_eq(tcp_close(h->stack, 0, h->conn), TCP_OK); /* now it does */
    harness_run_until(h, SEC(60));
    ck_assert_int_eq(h->state, TCP_STATE_CLOSED);
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp-timers");
    TCase *tc = tcase_create("estimate");
    tcase_add_test(tc, estimate_by_hand);
    tcase_add_test(tc, bounds);
    tcase_add_test(tc, before_the_first_sample);
    tcase_add_test(tc, one_sample_a_flight);
    tcase_add_test(tc, karn);
    tcase_add_test(tc, timestamps_time_what_was_sent_twice);
    suite_add_tcase(s, tc);
    tc = tcase_create("retransmission");
    tcase_add_test(tc, when_the_timer_runs);
    tcase_add_test(tc, the_oldest_goes_first);
    tcase_add_test(tc, data_after_a_lost_syn);
    tcase_add_test(tc, syn_schedules);
    tcase_add_test(tc, syn_ack_schedules);
    tcase_add_test(tc, a_crossing_syn_is_repeated_as_syn_ack);
    tcase_add_test(tc, data_and_fin_schedules);
    tcase_add_test(tc, progress_gives_the_retries_back);
    suite_add_tcase(s, tc);
    tc = tcase_create("keepalive");
    tcase_add_test(tc, keepalive_is_off_unless_asked_for);
    tcase_add_test(tc, keepalive_gives_up);
    tcase_add_test(tc, keepalive_is_answered);
    tcase_add_test(tc, a_keepalive_probe_is_answered);
    suite_add_tcase(s, tc);
    tc = tcase_create("last waits");
    tcase_add_test(tc, time_wait_lasts_two_msl);
    tcase_add_test(tc, only_a_fin_restarts_time_wait);
    tcase_add_test(tc, closing_leads_to_time_wait);
    tcase_add_test(tc, fin_wait_2_of_an_orphan_ends);
    tcase_add_test(tc, fin_wait_2_of_an_application_does_not);
    suite_add_tcase(s, tc);
    return s;
}
