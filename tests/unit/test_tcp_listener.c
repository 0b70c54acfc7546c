/* Listeners: the SYN queue, the accept queue, half-open connections, and how a connection opens. */
#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "tcp/connection.h"
#include "tcp_harness.h"

/* A flood makes millions of them: with places in map, table and queue, 96 bytes are hoped for. */
_Static_assert(sizeof(TcpHalfOpen) <= 56, "a half-open connection is small");

static TcpHarness *listening(const char *keys, uint32_t backlog)
{
    TcpHarness *h = harness_new(keys);
    harness_listen(h, backlog);
    harness_clear(h);
    h->iss = 1000;
    return h;
}

/* ---- Half-open ---- */

START_TEST(half_open_takes_no_more_than_its_record)
{
    TcpHarness *h = listening("", 10);
    harness_deliver(h, "S 0 - mss=1460");
    TcpCensus census = tcp_stack_census(h->stack);
    ck_assert_uint_eq(census.half_open, 1);
    ck_assert_uint_eq(census.full, 0);
    harness_deliver(h, "A 5 0"); /* an ACK of nothing leaves it as it is */
    census = tcp_stack_census(h->stack);
    ck_assert_uint_eq(census.half_open, 1);
    ck_assert_uint_eq(census.full, 0);
    harness_deliver(h, "A 1 1");
    census = tcp_stack_census(h->stack);
    ck_assert_uint_eq(census.half_open, 0);
    ck_assert_uint_eq(census.full, 1);
    harness_free(h);
}
END_TEST

/* Stacks answer a repeated SYN with SYN-ACK, where §3.10.7.4 would send a bare ACK. */
START_TEST(a_repeated_syn_is_answered_with_syn_ack)
{
    TcpHarness *h = listening("", 10);
    harness_deliver(h, "S 0 - mss=1460");
    SimTime due = h->timers[TCP_TIMER_RETRANSMIT].due;
    harness_run_until(h, MS(500));
    harness_deliver(h, "S 0 - mss=1460");
    ck_assert_str_eq(h->sent, "SA 0 1; SA 0 1");
    ck_assert_int_eq(h->timers[TCP_TIMER_RETRANSMIT].due, due);
    ck_assert_str_eq(h->states, "SYN-RCVD");
    harness_free(h);
}
END_TEST

START_TEST(a_repeated_syn_may_rearm_the_timer)
{
    TcpHarness *h = listening("synack-rearm=yes", 10);
    harness_deliver(h, "S 0 -");
    harness_run_until(h, MS(1500)); /* repeated once, after 1 s; the next one is due at 3 s */
    ck_assert_int_eq(h->timers[TCP_TIMER_RETRANSMIT].due, SEC(3));
    harness_deliver(h, "S 0 -");
    ck_assert_int_eq(h->timers[TCP_TIMER_RETRANSMIT].due, MS(3500)); /* the count stays */
    harness_free(h);
}
END_TEST

START_TEST(repeated_syns_are_answered_only_so_often)
{
    TcpHarness *h = listening("tcp_invalid_ratelimit=500 initial-rto=60s", 10);
    harness_deliver(h, "S 0 -");
    h->now = MS(100);
    harness_deliver(h, "S 0 -");
    ck_assert_str_eq(h->sent, "SA 0 1; SA 0 1");
    h->now = MS(599);
    harness_deliver(h, "S 0 -");
    ck_assert_str_eq(h->sent, "SA 0 1; SA 0 1");
    ck_assert_int_eq(h->discarded, TCP_REASON_SYN_ANSWERED_LATELY);
    h->now = MS(600);
    harness_deliver(h, "S 0 -");
    ck_assert_str_eq(h->sent, "SA 0 1; SA 0 1; SA 0 1");
    harness_free(h);
}
END_TEST

/* A challenge ACK counts as an answer, too: what shrinks again remembers it. */
START_TEST(a_challenged_peer_is_answered_only_so_often)
{
    TcpHarness *h = listening("tcp_invalid_ratelimit=500 initial-rto=60s", 10);
    harness_deliver(h, "S 0 -");
    h->now = MS(100);
    harness_deliver(h, "A 70000 1"); /* outside the window: challenged */
    ck_assert_str_eq(h->sent, "SA 0 1; A 1 1");
    h->now = MS(599);
    harness_deliver(h, "S 0 -");
    ck_assert_str_eq(h->sent, "SA 0 1; A 1 1");
    ck_assert_int_eq(h->discarded, TCP_REASON_SYN_ANSWERED_LATELY);
    h->now = MS(600);
    harness_deliver(h, "S 0 -");
    ck_assert_str_eq(h->sent, "SA 0 1; A 1 1; SA 0 1");
    harness_free(h);
}
END_TEST

/* What came with a SYN waits for the ACK, whatever else happens meanwhile. */
START_TEST(data_of_a_syn_wait_for_the_ack)
{
    TcpHarness *h = listening("syn-data=accept", 10);
    harness_deliver(h, "S 0 - +10");
    ck_assert_uint_eq(tcp_stack_held(h->stack).bytes, TCP_HALF_OPEN_BYTES + 10);
    h->now = MS(100);
    harness_deliver(h, "S 0 - +10"); /* once more */
    harness_deliver(h, "A 5 0");     /* grows and shrinks */
    harness_run_until(h, SEC(1));    /* and is repeated */
    ck_assert_uint_eq(tcp_stack_held(h->stack).bytes, TCP_HALF_OPEN_BYTES + 10);
    ck_assert_uint_eq(h->read_bytes, 0);
    harness_deliver(h, "A 1 1");
    ck_assert_uint_eq(h->read_bytes, 10);
    ck_assert_uint_eq(h->wrong_bytes, 0);
    ck_assert_uint_eq(tcp_stack_held(h->stack).bytes, TCP_CONNECTION_BYTES);
    ck_assert_uint_eq(memory_pool_in_use(h->stack->extras), 0);
    harness_free(h);
}
END_TEST

/* A connection does not inherit what another one from the same port left. */
START_TEST(data_of_a_syn_end_with_their_connection)
{
    TcpHarness *h = listening("syn-data=accept tcp_invalid_ratelimit=500 initial-rto=60s", 10);
    h->now = MS(100);
    harness_deliver(h, "S 0 - +10");
    harness_deliver(h, "S 0 - +10");
    harness_deliver(h, "R 1 -");
    ck_assert_uint_eq(tcp_stack_held(h->stack).bytes, 0);
    ck_assert_uint_eq(memory_pool_in_use(h->stack->extras), 0);
    harness_clear(h);
    harness_deliver(h, "S 0 -");
    ck_assert_uint_eq(tcp_stack_held(h->stack).bytes, TCP_HALF_OPEN_BYTES);
    harness_deliver(h, "S 0 -");
    ck_assert_str_eq(h->sent, "SA 0 1; SA 0 1");
    harness_deliver(h, "A 1 1");
    ck_assert_uint_eq(h->read_bytes, 0);
    harness_free(h);
}
END_TEST

/* The queue is asked when the timer was due: the end of the connection says it. */
START_TEST(a_cancelled_repeat_was_due_when_it_was_armed)
{
    TcpHarness *h = listening("", 10);
    harness_deliver(h, "S 0 -");
    harness_run_until(h, MS(1500)); /* repeated at 1 s; the next one is due at 3 s */
    h->timers[TCP_TIMER_RETRANSMIT].due = 0;
    harness_deliver(h, "A 5 0"); /* grows and shrinks, in silence */
    tcp_stack_crash(h->stack, h->now, false);
    ck_assert(!h->timers[TCP_TIMER_RETRANSMIT].armed);
    ck_assert_int_eq(h->timers[TCP_TIMER_RETRANSMIT].due, SEC(3));
    harness_free(h);
}
END_TEST

/* ---- Queues ---- */

static void knock(TcpHarness *h, uint16_t port)
{
    harness_deliver_from(h, port, "S 0 -");
}

static void enter(TcpHarness *h, uint16_t port)
{
    knock(h, port);
    harness_deliver_from(h, port, "A 1 1");
}

START_TEST(the_syn_queue_has_a_limit)
{
    TcpHarness *h = listening("tcp_max_syn_backlog=2", 10);
    knock(h, 1);
    knock(h, 2);
    knock(h, 3);
    ck_assert_str_eq(h->sent, "SA 0 1; SA 0 1");
    ck_assert_int_eq(h->discarded, TCP_REASON_SYN_QUEUE_FULL);
    harness_deliver_from(h, 1, "R 1 -");
    knock(h, 3);
    ck_assert_str_eq(h->sent, "SA 0 1; SA 0 1; SA 0 1");
    harness_deliver_from(h, 2, "A 1 1"); /* established: its place is free as well */
    knock(h, 4);
    ck_assert_str_eq(h->sent, "SA 0 1; SA 0 1; SA 0 1; SA 0 1");
    ck_assert_uint_eq(tcp_stack_census(h->stack).half_open, 2);
    harness_free(h);
}
END_TEST

START_TEST(the_syn_queue_empties_when_retries_are_used_up)
{
    TcpHarness *h = listening("tcp_max_syn_backlog=1 tcp_synack_retries=1", 10);
    knock(h, 1);
    harness_run_until(h, SEC(3));
    ck_assert_str_eq(h->sent, "SA 0 1; SA 0 1");
    ck_assert_str_eq(h->states, "SYN-RCVD; CLOSED");
    knock(h, 2);
    ck_assert_str_eq(h->sent, "SA 0 1; SA 0 1; SA 0 1");
    harness_free(h);
}
END_TEST

/* Linux: a listener holds as many half-open connections as its backlog. */
START_TEST(the_backlog_may_bound_the_syn_queue)
{
    TcpHarness *h = listening("syn-queue=backlog", 2);
    knock(h, 1);
    knock(h, 2);
    knock(h, 3);
    ck_assert_str_eq(h->sent, "SA 0 1; SA 0 1");
    harness_free(h);

    h = listening("syn-queue=backlog tcp_max_syn_backlog=4", 100); /* its last quarter is kept */
    for (uint16_t port = 1; port <= 5; port++)
        knock(h, port);
    ck_assert_str_eq(h->sent, "SA 0 1; SA 0 1; SA 0 1; SA 0 1");
    harness_free(h);
}
END_TEST

START_TEST(a_backlog_of_n_admits_n_plus_1)
{
    for (uint32_t backlog = 0; backlog < 3; backlog++) {
        TcpConnId conn;
        TcpHarness *h = listening("", backlog);
        h->accepts = false;
        for (uint16_t port = 1; port <= 6; port++)
            enter(h, port);
        ck_assert_uint_eq(tcp_stack_census(h->stack).full, backlog + 1);
        for (TcpConnId id = 1; id <= backlog + 1; id++) { /* oldest first */
            ck_assert_int_eq(tcp_accept(h->stack, 0, HARNESS_PORT, &conn), TCP_OK);
            ck_assert_uint_eq(conn, id);
        }
        ck_assert_int_eq(tcp_accept(h->stack, 0, HARNESS_PORT, &conn), TCP_EAGAIN);
        ck_assert_int_eq(tcp_accept(h->stack, 0, 9, &conn), TCP_EINVAL);
        harness_free(h);
    }
}
END_TEST

START_TEST(somaxconn_bounds_the_backlog)
{
    TcpHarness *h = listening("somaxconn=1", 100);
    h->accepts = false;
    for (uint16_t port = 1; port <= 6; port++)
        enter(h, port);
    ck_assert_uint_eq(tcp_stack_census(h->stack).full, 2);
    harness_free(h);
}
END_TEST

START_TEST(with_the_accept_queue_full_a_syn_is_dropped)
{
    for (int reset = 0; reset < 2; reset++) {
        TcpHarness *h = listening(reset ? "tcp_abort_on_overflow=1" : "", 0);
        h->accepts = false;
        enter(h, 1);
        harness_clear(h);
        knock(h, 2);
        ck_assert_str_eq(h->sent, "");
        ck_assert_int_eq(h->discarded, TCP_REASON_ACCEPT_QUEUE_FULL);
        harness_free(h);
    }
}
END_TEST

/* Two shake hands at once, and there is room for one. */
START_TEST(a_last_ack_may_find_the_accept_queue_full)
{
    TcpConnId conn;
    TcpHarness *h = listening("", 0);
    h->accepts = false;
    knock(h, 1);
    knock(h, 2);
    harness_deliver_from(h, 1, "A 1 1");
    harness_clear(h);
    harness_deliver_from(h, 2, "A 1 1");
    ck_assert_str_eq(h->sent, "");
    ck_assert_str_eq(h->states, "");
    ck_assert_int_eq(h->discarded, TCP_REASON_ACCEPT_QUEUE_FULL);
    harness_run_until(h, SEC(1)); /* as if the ACK had been lost */
    ck_assert_str_eq(h->sent, "SA 0 1");
    ck_assert_int_eq(tcp_accept(h->stack, 0, HARNESS_PORT, &conn), TCP_OK);
    harness_deliver_from(h, 2, "A 1 1");
    ck_assert_str_eq(h->states, "ESTABLISHED");
    harness_free(h);
}
END_TEST

START_TEST(overflow_may_reset)
{
    TcpHarness *h = listening("tcp_abort_on_overflow=1", 0);
    h->accepts = false;
    knock(h, 1);
    knock(h, 2);
    harness_deliver_from(h, 1, "A 1 1");
    harness_clear(h);
    harness_deliver_from(h, 2, "A 1 1");
    ck_assert_str_eq(h->sent, "R 1 -");
    ck_assert_str_eq(h->states, "CLOSED");
    harness_free(h);
}
END_TEST

START_TEST(who_leaves_the_accept_queue_makes_room)
{
    TcpConnId conn;
    TcpHarness *h = listening("", 1);
    h->accepts = false;
    enter(h, 1);
    enter(h, 2);
    harness_clear(h);
    harness_deliver_from(h, 1, "R 1 -"); /* reset before it was accepted */
    ck_assert_str_eq(h->app, "");
    enter(h, 3);
    ck_assert_str_eq(h->states, "CLOSED; SYN-RCVD; ESTABLISHED");
    ck_assert_int_eq(tcp_accept(h->stack, 0, HARNESS_PORT, &conn), TCP_OK);
    ck_assert_uint_eq(conn, 2);
    ck_assert_int_eq(tcp_accept(h->stack, 0, HARNESS_PORT, &conn), TCP_OK);
    ck_assert_uint_eq(conn, 3);
    harness_free(h);
}
END_TEST

/* ---- The listener closes ---- */

START_TEST(closing_a_listener_resets_who_waits)
{
    TcpHarness *h = listening("", 5);
    h->accepts = false;
    enter(h, 1);
    knock(h, 2);
    harness_clear(h);
    ck_assert_int_eq(tcp_close_listener(h->stack, 0, HARNESS_PORT), TCP_OK);
    ck_assert_str_eq(h->sent, "RA 1 1"); /* the half-open one is forgotten silently */
    ck_assert_str_eq(h->states, "CLOSED; CLOSED; CLOSED");
    ck_assert_int_eq(tcp_close_listener(h->stack, 0, HARNESS_PORT), TCP_ENOTCONN);
    ck_assert_int_eq(tcp_stack_next_due(h->stack).at, SIM_NEVER);
    harness_clear(h);
    knock(h, 3);
    ck_assert_str_eq(h->sent, "RA =0 1");
    harness_free(h);
}
END_TEST

START_TEST(accepted_connections_outlive_the_listener)
{
    TcpHarness *h = listening("delayed-ack=0", 5);
    enter(h, HARNESS_PEER_PORT);
    ck_assert_int_eq(tcp_close_listener(h->stack, 0, HARNESS_PORT), TCP_OK);
    harness_clear(h);
    harness_deliver(h, "A 1 1 +10");
    ck_assert_str_eq(h->sent, "A 1 11");
    harness_free(h);
}
END_TEST

/* ---- Data on the SYN ---- */

START_TEST(data_on_a_syn_are_refused)
{
    TcpHarness *h = listening("syn-data=refuse delayed-ack=0", 5);
    harness_deliver(h, "S 0 - +10");
    harness_deliver(h, "A 1 1");
    ck_assert_str_eq(h->app, "acceptable");
    ck_assert_str_eq(h->sent, "SA 0 1");
    harness_free(h);
}
END_TEST

/* §3.10.7.2: "should be queued for processing later": ESTABLISHED first, then the text. */
START_TEST(data_on_a_syn_are_held)
{
    TcpHarness *h = listening("syn-data=accept delayed-ack=0", 5);
    harness_deliver(h, "S 0 - +10");
    ck_assert_str_eq(h->app, "");
    harness_deliver(h, "A 1 1");
    ck_assert_str_eq(h->app, "acceptable; readable 10");
    ck_assert_str_eq(h->sent, "SA 0 1; A 1 11");
    ck_assert_uint_eq(h->read_bytes, 10);
    ck_assert_uint_eq(h->wrong_bytes, 0);
    harness_free(h);
}
END_TEST

START_TEST(an_rst_throws_held_data_away)
{
    TcpHarness *h = listening("syn-data=accept", 5);
    harness_deliver(h, "S 0 - +10");
    harness_deliver(h, "A 9 5"); /* its way into a full record and back */
    harness_deliver(h, "R 1 -");
    ck_assert_str_eq(h->states, "SYN-RCVD; LISTEN");
    ck_assert_uint_eq(h->read_bytes, 0);
    harness_free(h);
}
END_TEST

/* ---- The counterfactual handshake of two segments ---- */

START_TEST(two_way_is_established_by_the_syn)
{
    TcpHarness *h = listening("handshake=two-way delayed-ack=0", 5);
    harness_deliver(h, "S 0 -");
    ck_assert_str_eq(h->sent, "SA 0 1");
    ck_assert_str_eq(h->states, "SYN-RCVD; ESTABLISHED");
    ck_assert_str_eq(h->app, "acceptable");
    ck_assert(!h->timers[TCP_TIMER_RETRANSMIT].armed);
    harness_deliver(h, "A 1 1 +10");
    ck_assert_str_eq(h->sent, "SA 0 1; A 1 11");
    harness_free(h);
}
END_TEST

/* The counterfactual server owes an ACK of what came on the SYN. */
START_TEST(two_way_acknowledges_data_of_the_syn)
{
    TcpHarness *h = harness_new("handshake=two-way syn-data=accept");
    harness_listen(h, 5);
    harness_deliver(h, "S 0 - +10");
    ck_assert_uint_eq(h->read_bytes, 10);
    ck_assert_str_eq(h->sent, "SA 0 1; A 1 11");
    harness_free(h);
}
END_TEST

/* An old SYN comes late: a connection that nobody asked for, and that nobody ends. */
START_TEST(two_way_believes_an_old_syn)
{
    TcpHarness *h = listening("handshake=two-way", 5);
    harness_deliver(h, "S -90000 -");
    harness_run_until(h, SEC(1000));
    ck_assert_int_eq(h->state, TCP_STATE_ESTABLISHED);
    harness_free(h);
}
END_TEST

/* ---- Options of the handshake (RFC 9293 §3.7.1, RFC 7323, RFC 2018) ---- */

enum {
    ALL_OPTIONS = OPTION_MSS | OPTION_WINDOW_SCALE | OPTION_SACK_PERMITTED | OPTION_TIMESTAMPS,
};

static const char all_keys[] = "tcp_window_scaling=1 tcp_sack=1 tcp_timestamps=1 mss=1000";

START_TEST(a_syn_offers_what_is_switched_on)
{
    static const struct {
        const char *keys;
        uint8_t present;
    } cases[] = {
        {"", OPTION_MSS},
        {"tcp_window_scaling=1", OPTION_MSS | OPTION_WINDOW_SCALE},
        {"tcp_sack=1", OPTION_MSS | OPTION_SACK_PERMITTED},
        {"tcp_timestamps=1", OPTION_MSS | OPTION_TIMESTAMPS},
        {all_keys, ALL_OPTIONS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = harness_new(cases[i].keys);
        harness_connect(h);
        ck_assert_uint_eq(harness_last(h)->segment.options.present, cases[i].present);
        ck_assert_uint_eq(harness_last(h)->segment.options.ts_ecr, 0);
        harness_free(h);
    }
}
END_TEST

/* RFC 7323 §2.2, §3.2 and RFC 2018 §2: only what the SYN offered may stand in the SYN-ACK. */
START_TEST(a_syn_ack_offers_what_both_want)
{
    static const struct {
        const char *keys, *syn;
        uint8_t present;
    } cases[] = {
        {all_keys, "S 0 - mss=1460 ws=3 sackok ts=7/0", ALL_OPTIONS},
        {all_keys, "S 0 -", OPTION_MSS},
        {all_keys, "S 0 - ws=3", OPTION_MSS | OPTION_WINDOW_SCALE},
        {all_keys, "S 0 - sackok", OPTION_MSS | OPTION_SACK_PERMITTED},
        {all_keys, "S 0 - ts=7/0", OPTION_MSS | OPTION_TIMESTAMPS},
        {"", "S 0 - mss=1460 ws=3 sackok ts=7/0", OPTION_MSS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = listening(cases[i].keys, 5);
        harness_deliver(h, cases[i].syn);
        const SegmentOptions *options = &harness_last(h)->segment.options;
        ck_assert_uint_eq(options->present, cases[i].present);
        ck_assert_uint_eq(options->mss, h->config.mss);
        if (options->present & OPTION_TIMESTAMPS)
            ck_assert_uint_eq(options->ts_ecr, 7);
        harness_free(h);
    }
}
END_TEST

START_TEST(the_shift_fits_the_window)
{
    static const struct {
        const char *keys;
        uint8_t shift;
        uint16_t window; /* of the SYN: never scaled */
    } cases[] = {
        {"window=65535", 0, 65535},
        {"window=65536", 1, 65535},
        {"window=131071", 1, 65535},
        {"window=131072", 2, 65535},
        {"window=1M", 5, 65535},
        {"window=1024M", 14, 65535},
        {"window=500", 0, 500},
        {"window=65535 window-scale=7", 7, 65535},
        {"window=1M window-scale=7", 7, 65535},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = harness_new("tcp_window_scaling=1");
        harness_set(h, cases[i].keys);
        harness_connect(h);
        const Segment *syn = &harness_last(h)->segment;
        ck_assert_uint_eq(syn->options.window_scale, cases[i].shift);
        ck_assert_uint_eq(syn->window, cases[i].window);
        harness_free(h);
    }
}
END_TEST

/* ---- Initial sequence numbers (§3.4.1) ---- */

static Seq isn_at(const char *keys, SimTime now)
{
    TcpHarness *h = harness_new(keys);
    h->now = now;
    harness_connect(h);
    Seq isn = harness_last(h)->segment.seq;
    harness_free(h);
    return isn;
}

START_TEST(isn_fixed_and_clock)
{
    ck_assert_uint_eq(isn_at("isn=fixed", 0), isn_at("isn=fixed", SEC(100)));
    ck_assert_uint_eq(isn_at("isn=clock", 0), 0);
    ck_assert_uint_eq(isn_at("isn=clock", 4 * SIM_MICROSECOND), 1);
    ck_assert_uint_eq(isn_at("isn=clock", SEC(1)), 250000);
    /* 2^32 ticks of 4 us: the clock has gone round once. */
    ck_assert_uint_eq(isn_at("isn=clock", (INT64_C(1) << 32) * 4000 + 8000), 2);
}
END_TEST

/* RFC 6528 §3: ISN = M + F(localip, localport, remoteip, remoteport, secretkey). */
START_TEST(isn_rfc6528)
{
    Seq first = isn_at("isn=rfc6528", 0);
    ck_assert_uint_eq(isn_at("isn=rfc6528", SEC(1)) - first, 250000);

    TcpHarness *h = harness_new("isn=rfc6528");
    TcpConnId conn;
    TcpConnectOptions options = {
        .address = HARNESS_PEER, .port = HARNESS_PEER_PORT, .from_port = HARNESS_PORT + 1};
    ck_assert_int_eq(tcp_connect(h->stack, 0, &options, &conn), TCP_OK);
    ck_assert_uint_ne(harness_last(h)->segment.seq, first);
    options = (TcpConnectOptions){
        .address = HARNESS_PEER + 1, .port = HARNESS_PEER_PORT, .from_port = HARNESS_PORT};
    ck_assert_int_eq(tcp_connect(h->stack, 0, &options, &conn), TCP_OK);
    ck_assert_uint_ne(harness_last(h)->segment.seq, first);
    harness_free(h);
}
END_TEST

/* ---- SYN cookies (RFC 4987 §3.6) ---- */

START_TEST(a_cookie_keeps_nothing_and_opens)
{
    TcpHarness *h = listening("tcp_syncookies=2 delayed-ack=0", 5);
    harness_deliver(h, "S 0 - mss=1460");
    ck_assert_str_eq(h->sent, "SA 0 1");
    ck_assert_uint_eq(tcp_stack_census(h->stack).half_open, 0);
    ck_assert_str_eq(h->states, "");
    harness_deliver(h, "A 1 1 +10");
    ck_assert_str_eq(h->states, "SYN-RCVD; ESTABLISHED");
    ck_assert_str_eq(h->app, "acceptable; readable 10");
    harness_free(h);
}
END_TEST

START_TEST(a_wrong_or_old_cookie_is_reset)
{
    TcpHarness *h = listening("tcp_syncookies=2", 5);
    harness_deliver(h, "S 0 - mss=1460");
    harness_clear(h);
    harness_deliver(h, "A 1 100000");
    ck_assert_str_eq(h->sent, "R 100000 -");
    harness_deliver(h, "A 99 1"); /* another number than the SYN's */
    ck_assert_str_eq(h->sent, "R 100000 -; R 1 -");
    ck_assert_str_eq(h->states, "");
    h->now = SEC(121);
    harness_deliver(h, "A 1 1");
    ck_assert_str_eq(h->sent, "R 100000 -; R 1 -; R 1 -");
    harness_free(h);
}
END_TEST

START_TEST(cookies_only_when_the_queue_is_full)
{
    TcpHarness *h = listening("tcp_syncookies=1 tcp_max_syn_backlog=1", 5);
    knock(h, 1);
    ck_assert_uint_eq(tcp_stack_census(h->stack).half_open, 1);
    harness_deliver_from(h, 2, "S 0 -");
    ck_assert_uint_eq(tcp_stack_census(h->stack).half_open, 1);
    harness_deliver_from(h, 2, "A 1 1"); /* the harness knows the last number sent */
    ck_assert_int_eq(h->state, TCP_STATE_ESTABLISHED);
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp-listener");
    TCase *tc = tcase_create("half-open");
    tcase_add_test(tc, half_open_takes_no_more_than_its_record);
    tcase_add_test(tc, a_repeated_syn_is_answered_with_syn_ack);
    tcase_add_test(tc, a_repeated_syn_may_rearm_the_timer);
    tcase_add_test(tc, repeated_syns_are_answered_only_so_often);
    tcase_add_test(tc, a_challenged_peer_is_answered_only_so_often);
    tcase_add_test(tc, data_of_a_syn_wait_for_the_ack);
    tcase_add_test(tc, data_of_a_syn_end_with_their_connection);
    tcase_add_test(tc, a_cancelled_repeat_was_due_when_it_was_armed);
    suite_add_tcase(s, tc);
    tc = tcase_create("queues");
    tcase_add_test(tc, the_syn_queue_has_a_limit);
    tcase_add_test(tc, the_syn_queue_empties_when_retries_are_used_up);
    tcase_add_test(tc, the_backlog_may_bound_the_syn_queue);
    tcase_add_test(tc, a_backlog_of_n_admits_n_plus_1);
    tcase_add_test(tc, somaxconn_bounds_the_backlog);
    tcase_add_test(tc, with_the_accept_queue_full_a_syn_is_dropped);
    tcase_add_test(tc, a_last_ack_may_find_the_accept_queue_full);
    tcase_add_test(tc, overflow_may_reset);
    tcase_add_test(tc, who_leaves_the_accept_queue_makes_room);
    tcase_add_test(tc, closing_a_listener_resets_who_waits);
    tcase_add_test(tc, accepted_connections_outlive_the_listener);
    suite_add_tcase(s, tc);
    tc = tcase_create("opening");
    tcase_add_test(tc, data_on_a_syn_are_refused);
    tcase_add_test(tc, data_on_a_syn_are_held);
    tcase_add_test(tc, an_rst_throws_held_data_away);
    tcase_add_test(tc, two_way_is_established_by_the_syn);
    tcase_add_test(tc, two_way_acknowledges_data_of_the_syn);
    tcase_add_test(tc, two_way_believes_an_old_syn);
    tcase_add_test(tc, a_syn_offers_what_is_switched_on);
    tcase_add_test(tc, a_syn_ack_offers_what_both_want);
    tcase_add_test(tc, the_shift_fits_the_window);
    tcase_add_test(tc, isn_fixed_and_clock);
    tcase_add_test(tc, isn_rfc6528);
    tcase_add_test(tc, a_cookie_keeps_nothing_and_opens);
    tcase_add_test(tc, a_wrong_or_old_cookie_is_reset);
    tcase_add_test(tc, cookies_only_when_the_queue_is_full);
    suite_add_tcase(s, tc);
    return s;
}
