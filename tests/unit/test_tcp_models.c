/* Tables of the endpoint: which transitions the diagram allows, and when a timer fires in each
 * timer model; and places in Linux's wheel. */
#include <string.h>

#include "check_main.h"
#include "tcp/connection.h"
#include "tcp/timers.h"
#include "tcp_harness.h"

/* ---- The state diagram ---- */

/* RFC 9293 figure 5, and the text of §3.10: an RST, an abort, a timeout or a crash lead to CLOSED
 * from everywhere.  A row is where from, a column where to, in the order of TcpState:
 * CLOSED LISTEN SYN-SENT SYN-RCVD ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 CLOSE-WAIT CLOSING LAST-ACK
 * TIME-WAIT. */
static const char *const diagram[TCP_STATE_COUNT] = {
    [TCP_STATE_CLOSED] = "-LS--------",      /* passive OPEN, active OPEN */
    [TCP_STATE_LISTEN] = "C-SR-------",      /* CLOSE, SEND, SYN */
    [TCP_STATE_SYN_SENT] = "C--RE------",    /* SYN, SYN-ACK */
    [TCP_STATE_SYN_RCVD] = "CL--E1-----",    /* RST of a passive OPEN, ACK, CLOSE */
    [TCP_STATE_ESTABLISHED] = "C----1-W---", /* CLOSE, FIN */
    [TCP_STATE_FIN_WAIT_1] = "C-----2-G-T",  /* ACK, FIN, FIN with ACK */
    [TCP_STATE_FIN_WAIT_2] = "C---------T",  /* FIN */
    [TCP_STATE_CLOSE_WAIT] = "C--------A-",  /* CLOSE */
    [TCP_STATE_CLOSING] = "C---------T",     /* ACK */
    [TCP_STATE_LAST_ACK] = "C----------",    /* ACK */
    [TCP_STATE_TIME_WAIT] = "C----------",   /* 2 MSL */
};

START_TEST(all_121_transitions)
{
    for (TcpState from = 0; from < TCP_STATE_COUNT; from++) {
        ck_assert_uint_eq(strlen(diagram[from]), TCP_STATE_COUNT);
        for (TcpState to = 0; to < TCP_STATE_COUNT; to++)
            ck_assert_msg(tcp_transition_is_allowed(from, to) == (diagram[from][to] != '-'),
                          "%s to %s", tcp_state_name(from), tcp_state_name(to));
    }
    ck_assert(!tcp_transition_is_allowed(TCP_STATE_COUNT, TCP_STATE_CLOSED));
    ck_assert(!tcp_transition_is_allowed(TCP_STATE_CLOSED, TCP_STATE_COUNT));
}
END_TEST

/* ---- Timer models (DESIGN, "Profiles") ---- */

typedef struct Firing {
    SimTime now, length, due;
} Firing;

static HostConfig configured(const char *keys)
{
    TcpHarness *h = harness_new(keys);
    HostConfig config = h->config;
    harness_free(h);
    return config;
}

static void check_firings(const char *keys, const Firing *cases, size_t count)
{
    HostConfig config = configured(keys);
    for (size_t i = 0; i < count; i++) {
        SimTime due = tcp_timer_due(&config, cases[i].now, cases[i].length);
        ck_assert_msg(due == cases[i].due, "%s, case %zu: %lld ns, not %lld", keys, i,
                      (long long)due, (long long)cases[i].due);
    }
}

#define CHECK(keys, cases) check_firings(keys, cases, sizeof(cases) / sizeof(cases)[0])

START_TEST(exact)
{
    const Firing cases[] = {
        {0, SEC(1), SEC(1)},
        {MS(17), MS(200), MS(217)},
        {5, 0, 5},
    };
    CHECK("timers=exact timer-model=tick", cases);
    CHECK("timers=exact timer-model=wheel", cases);
    CHECK("timers=real timer-model=exact", cases);
}
END_TEST

/* The heartbeats come at 0.3 0.8 1.3 …; a wait is a number of them. */
START_TEST(tick)
{
    const Firing cases[] = {
        {0, SEC(6), MS(5800)},          /* 12 heartbeats: Stevens's 5.8 s */
        {MS(5800), SEC(24), MS(29800)}, /* 48 */
        {0, SEC(75), MS(74800)},        /* 150 */
        {0, MS(500), MS(300)},          /* one: the next */
        {MS(299), MS(500), MS(300)},
        {MS(300), MS(500), MS(800)}, /* the one that is being handled does not count */
        {0, MS(501), MS(800)},       /* rounded up to two */
        {0, SEC(1), MS(800)},
        {MS(1000), SEC(1), MS(1800)},
    };
    CHECK("timers=real timer-model=tick tick=500ms tick-phase=300ms", cases);

    /* A shorter wait counts a faster heartbeat, of its own length: 4.4BSD's 200 ms. */
    const Firing fast[] = {
        {0, MS(200), MS(200)},
        {MS(10), MS(200), MS(200)},
        {MS(200), MS(200), MS(400)},
        {MS(399), MS(200), MS(400)},
    };
    CHECK("timers=real timer-model=tick tick=500ms tick-phase=300ms", fast);

    const Firing no_phase[] = {{0, SEC(1), SEC(1)}, {1, SEC(1), SEC(1)}, {0, SEC(3), SEC(3)}};
    CHECK("timers=real timer-model=tick tick=500ms tick-phase=0", no_phase);
}
END_TEST

/* 250 jiffies a second.  Slots are 1 jiffy wide for waits below 63 of them, 8 below 504, 64 below
 * 4032, 512 below 32256; a timer goes into the slot after the one it is due in. */
START_TEST(wheel)
{
    const Firing cases[] = {
        {0, MS(4), MS(8)},                 /* jiffy 1: slot 2 */
        {0, MS(200), MS(204)},             /* 50: slot 51 */
        {0, MS(248), MS(252)},             /* 62: slot 63 */
        {0, MS(252), MS(256)},             /* 63, the first of the next level: slot 8 of 8 */
        {0, SEC(1), MS(1024)},             /* 250: slot 32 of 8, 1 s is measured as 1.02 */
        {0, MS(2012), MS(2016)},           /* 503: slot 63 of 8 */
        {0, MS(2016), MS(2048)},           /* 504: slot 8 of 64 */
        {0, MS(2048), MS(2304)},           /* 512, aligned: a full slot late */
        {0, SEC(3), MS(3072)},             /* 750: slot 12 of 64 */
        {0, MS(16128), MS(16384)},         /* 4032: slot 8 of 512 */
        {0, SEC(32), MS(32768)},           /* 8000: slot 16 of 512 */
        {MS(1024), SEC(2), MS(3040)},      /* 256 + 500: slot 95 of 8 */
        {MS(4), MS(252), MS(288)},         /* 1 + 63: slot 9 of 8 */
        {MS(32), MS(2016), MS(2304)},      /* 8 + 504: slot 9 of 64 */
        {MS(2), MS(4), MS(8)},             /* in the middle of jiffy 0 */
        {0, SEC(120), SEC(120) + MS(832)}, /* 30000: slot 59 of 512 = 30208 */
    };
    CHECK("timers=real timer-model=wheel wheel-hz=250", cases);

    const Firing turned[] = {{0, MS(4), MS(6)}, {MS(1), MS(4), MS(6)}, {MS(2), MS(4), MS(10)}};
    CHECK("timers=real timer-model=wheel wheel-hz=250 wheel-phase=2ms", turned);

    const Firing coarse[] = {{0, MS(10), MS(20)}, {0, SEC(1), MS(1040)}}; /* 100: slot 13 of 8 */
    CHECK("timers=real timer-model=wheel wheel-hz=100", coarse);

    /* A jiffy of 1/300 s is no whole number of nanoseconds; 10 ms are three of them all the same. */
    const Firing uneven[] = {{0, MS(10), 13333334}, {0, MS(100), 103333334}};
    CHECK("timers=real timer-model=wheel wheel-hz=300", uneven);
}
END_TEST

/* Late by up to a slot, never early. */
START_TEST(the_wheel_is_never_early)
{
    static const char *const keys[] = {"wheel-hz=250", "wheel-hz=1000", "wheel-hz=100",
                                       "wheel-hz=300"};
    RandomStream random;
    random_stream_init(&random, 1, "wheel");
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        TcpHarness *h = harness_new("timers=real timer-model=wheel wheel-phase=3ms");
        harness_set(h, keys[k]);
        for (int i = 0; i < 20000; i++) {
            SimTime now = (SimTime)random_stream_below(&random, (uint64_t)SEC(1000));
            SimTime length = (SimTime)random_stream_below(&random, (uint64_t)SEC(200));
            SimTime late = tcp_timer_due(&h->config, now, length) - now - length;
            SimTime jiffy = SIM_SECOND / h->config.wheel_hz + 1, slot = jiffy;
            while (length / slot >= 62)
                slot *= 8;
            ck_assert_int_ge(late, 0);
            ck_assert_int_le(late, slot + jiffy);
        }
        harness_free(h);
    }
}
END_TEST

/* ---- Places in the wheel: 250 jiffies a second, 4 ms each ---- */

static TcpHarness *on_the_wheel(void)
{
    return harness_new("timers=real timer-model=wheel wheel-hz=250");
}

START_TEST(the_last_set_comes_first)
{
    TcpHarness *h = on_the_wheel();
    SimDue first = tcp_timer_in_wheel(h->stack, MS(1), MS(400), SIM_DUE_NEVER);
    SimDue second = tcp_timer_in_wheel(h->stack, MS(2), MS(400), SIM_DUE_NEVER);
    SimDue fine = tcp_timer_in_wheel(h->stack, MS(400), MS(12), SIM_DUE_NEVER);

    /* Jiffy 100, slot 13 of 8; 100 + 3, slot 104 of 1: all of one instant. */
    ck_assert_int_eq(first.at, MS(416));
    ck_assert_int_eq(second.at, MS(416));
    ck_assert_int_eq(fine.at, MS(416));
    ck_assert(sim_due_before(second, first));
    ck_assert(sim_due_before(first, fine)); /* the coarser slot is run before the finer one */
    ck_assert(sim_due_before((SimDue){MS(416), 1000000}, second)); /* what is no timer */
    harness_free(h);
}
END_TEST

START_TEST(a_timer_that_is_set_again_may_stay)
{
    TcpHarness *h = on_the_wheel();
    SimDue set = tcp_timer_in_wheel(h->stack, MS(4), MS(400), SIM_DUE_NEVER);
    SimDue other = tcp_timer_in_wheel(h->stack, MS(5), MS(400), SIM_DUE_NEVER);

    ck_assert_int_eq(set.at, MS(416)); /* jiffy 1 + 100, slot 13 of 8 */
    /* Jiffy 2 + 100 is of the same slot: it is no later set than it was. */
    SimDue again = tcp_timer_in_wheel(h->stack, MS(8), MS(400), set);
    ck_assert_int_eq(again.at, MS(416));
    ck_assert(sim_due_before(other, again));
    /* 91 + 10 is jiffy 101, too: it stays, though slot 102 of 1 would be sooner. */
    again = tcp_timer_in_wheel(h->stack, MS(364), MS(40), set);
    ck_assert_int_eq(again.at, MS(416));
    ck_assert_uint_eq(again.order, set.order);
    again = tcp_timer_in_wheel(h->stack, MS(364), MS(44), set); /* 102: it moves */
    ck_assert_int_eq(again.at, MS(412));
    harness_free(h);
}
END_TEST

/* 1 + 63: the wheel has gone on to jiffy 2 when it runs the timers of 1, so 62 are left. */
START_TEST(a_timer_sets_one_a_jiffy_nearer)
{
    TcpHarness *h = on_the_wheel();

    ck_assert_int_eq(tcp_timer_in_wheel(h->stack, MS(4), MS(252), SIM_DUE_NEVER).at, MS(288));
    h->stack->is_firing = true;
    ck_assert_int_eq(tcp_timer_in_wheel(h->stack, MS(4), MS(252), SIM_DUE_NEVER).at, MS(260));
    harness_free(h);
}
END_TEST

static void connect_from(TcpHarness *h, uint16_t port)
{
    TcpConnId conn;
    TcpConnectOptions options = {
        .address = HARNESS_PEER, .port = HARNESS_PEER_PORT, .from_port = port};

    ck_assert_int_eq(tcp_connect(h->stack, h->now, &options, &conn), TCP_OK);
}

/* Two SYNs, repeated in the slot of 1.024 s, then in that of 3.04 s, each time the other way round. */
START_TEST(connections_take_turns)
{
    TcpHarness *h = on_the_wheel();

    h->now = MS(1);
    connect_from(h, 4000);
    h->now = MS(2);
    connect_from(h, 4001);
    harness_run_until(h, MS(3040));
    const uint16_t ports[] = {4000, 4001, 4001, 4000, 4000, 4001};
    ck_assert_uint_eq(h->log_count, 6);
    for (size_t i = 0; i < 6; i++)
        ck_assert_uint_eq(h->log[i].segment.src_port, ports[i]);
    ck_assert_int_eq(h->log[3].at, MS(1024));
    ck_assert_int_eq(h->log[4].at, MS(3040));
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp-models");
    TCase *tc = tcase_create("transitions");
    tcase_add_test(tc, all_121_transitions);
    suite_add_tcase(s, tc);
    tc = tcase_create("timer models");
    tcase_add_test(tc, exact);
    tcase_add_test(tc, tick);
    tcase_add_test(tc, wheel);
    tcase_add_test(tc, the_wheel_is_never_early);
    suite_add_tcase(s, tc);
    tc = tcase_create("places in the wheel");
    tcase_add_test(tc, the_last_set_comes_first);
    tcase_add_test(tc, a_timer_that_is_set_again_may_stay);
    tcase_add_test(tc, a_timer_sets_one_a_jiffy_nearer);
    tcase_add_test(tc, connections_take_turns);
    suite_add_tcase(s, tc);
    return s;
}
