/* The application's calls, RFC 9293 §3.10.1 to §3.10.6, in each state: what they answer and do. */
#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "tcp_harness.h"

#define IN(place) (1U << (place))

enum {
    SYN_RCVD_BOTH = IN(AT_SYN_RCVD) | IN(AT_SYN_RCVD_ACTIVE),
    ESTABLISHED_BOTH = IN(AT_ESTABLISHED) | IN(AT_ESTABLISHED_PASSIVE),
    AFTER_OUR_FIN =
        IN(AT_FIN_WAIT_1) | IN(AT_FIN_WAIT_2) | IN(AT_CLOSING) | IN(AT_LAST_ACK) | IN(AT_TIME_WAIT),
    LAST_STATES = IN(AT_CLOSING) | IN(AT_LAST_ACK) | IN(AT_TIME_WAIT),
    NO_CONNECTION = IN(AT_CLOSED) | IN(AT_LISTEN),
    EVERY_CONNECTION =
        SYN_RCVD_BOTH | ESTABLISHED_BOTH | AFTER_OUR_FIN | IN(AT_SYN_SENT) | IN(AT_CLOSE_WAIT),
};

static const TcpState same = TCP_STATE_COUNT;

typedef struct Row {
    unsigned places;
    TcpError error;
    const char *sent;
    TcpState next;
} Row;

typedef TcpError (*Call)(TcpHarness *);

static TcpError call_listen(TcpHarness *h)
{
    TcpListenOptions options = {.port = HARNESS_PORT, .backlog = 1};
    return tcp_listen(h->stack, h->now, &options);
}

static TcpError call_connect(TcpHarness *h)
{
    TcpConnId conn;
    TcpConnectOptions options = {
        .address = HARNESS_PEER, .port = HARNESS_PEER_PORT, .from_port = HARNESS_PORT};
    return tcp_connect(h->stack, h->now, &options, &conn);
}

static TcpError call_send(TcpHarness *h)
{
    return tcp_send(h->stack, h->now, h->conn, 10);
}

static void no_bytes(void *context, Payload payload, uint64_t offset, uint32_t length)
{
    (void)context;
    (void)payload;
    ck_abort_msg("%u bytes read at %u", length, (unsigned)offset);
}

static TcpError call_read(TcpHarness *h)
{
    uint64_t got = 1;
    TcpError error = tcp_read(h->stack, h->now, h->conn, 100, no_bytes, NULL, &got);
    ck_assert_uint_eq(got, 0);
    return error;
}

static TcpError call_shutdown(TcpHarness *h)
{
    return tcp_shutdown(h->stack, h->now, h->conn);
}

static TcpError call_close(TcpHarness *h)
{
    return tcp_close(h->stack, h->now, h->conn);
}

static TcpError call_abort(TcpHarness *h)
{
    return tcp_abort(h->stack, h->now, h->conn);
}

static void run_row(Call call, const Row *row, HarnessPlace place)
{
    char sent[HARNESS_LINE_MAX];
    const char *where = harness_place_names[place];
    TcpHarness *h = harness_new("");
    harness_bring(h, place);
    harness_resolve(place, row->sent, sent);
    TcpState next = row->next == same ? h->state : row->next;
    TcpError error = call(h);
    ck_assert_msg(error == row->error, "in %s: %s, not %s", where, tcp_error_name(error),
                  tcp_error_name(row->error));
    ck_assert_msg(strcmp(h->sent, sent) == 0, "in %s: sent \"%s\", not \"%s\"", where, h->sent,
                  sent);
    ck_assert_msg(h->state == next, "in %s: now %s, not %s", where, tcp_state_name(h->state),
                  tcp_state_name(next));
    ck_assert_msg(h->app[0] == '\0', "in %s: the application heard \"%s\"", where, h->app);
    harness_free(h);
}

static void run_rows(Call call, const Row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (HarnessPlace place = 0; place < HARNESS_PLACE_COUNT; place++)
            if (rows[i].places & IN(place))
                run_row(call, &rows[i], place);
}

#define RUN(call, rows) run_rows(call, rows, sizeof(rows) / sizeof(rows)[0])

/* ---- A call in each state ---- */

START_TEST(open_passive)
{
    const Row rows[] = {
        {IN(AT_CLOSED), TCP_OK, "", TCP_STATE_LISTEN},
        {IN(AT_LISTEN), TCP_EADDRINUSE, "", same},
    };
    RUN(call_listen, rows);
}
END_TEST

START_TEST(open_active)
{
    const Row rows[] = {
        {IN(AT_CLOSED), TCP_OK, "S 0 -", TCP_STATE_SYN_SENT},
        {EVERY_CONNECTION, TCP_EADDRINUSE, "", same}, /* "connection already exists" */
    };
    RUN(call_connect, rows);
}
END_TEST

START_TEST(sending)
{
    const Row rows[] = {
        {NO_CONNECTION, TCP_ENOTCONN, "", same},
        {IN(AT_SYN_SENT) | SYN_RCVD_BOTH, TCP_OK, "", same}, /* queued */
        {ESTABLISHED_BOTH | IN(AT_CLOSE_WAIT), TCP_OK, "A N R +10", same},
        {AFTER_OUR_FIN, TCP_EPIPE, "", same}, /* "connection closing" */
    };
    RUN(call_send, rows);
}
END_TEST

START_TEST(receiving)
{
    const Row rows[] = {
        {NO_CONNECTION, TCP_ENOTCONN, "", same},
        {IN(AT_SYN_SENT) | IN(AT_SYN_RCVD_ACTIVE), TCP_EAGAIN, "", same}, /* queued */
        {ESTABLISHED_BOTH | IN(AT_FIN_WAIT_1) | IN(AT_FIN_WAIT_2), TCP_EAGAIN, "", same},
        {IN(AT_CLOSE_WAIT) | LAST_STATES, TCP_OK, "", same}, /* end of file */
    };
    RUN(call_read, rows);
}
END_TEST

START_TEST(shutting_down)
{
    const Row rows[] = {
        {NO_CONNECTION | IN(AT_SYN_SENT), TCP_ENOTCONN, "", same},
        {SYN_RCVD_BOTH | ESTABLISHED_BOTH, TCP_OK, "FA N R", TCP_STATE_FIN_WAIT_1},
        {IN(AT_CLOSE_WAIT), TCP_OK, "FA N R", TCP_STATE_LAST_ACK},
        {AFTER_OUR_FIN, TCP_OK, "", same}, /* no second FIN */
    };
    RUN(call_shutdown, rows);
}
END_TEST

START_TEST(closing)
{
    const Row rows[] = {
        {NO_CONNECTION, TCP_ENOTCONN, "", same},
        {IN(AT_SYN_SENT), TCP_OK, "", TCP_STATE_CLOSED},
        {SYN_RCVD_BOTH | ESTABLISHED_BOTH, TCP_OK, "FA N R", TCP_STATE_FIN_WAIT_1},
        {IN(AT_CLOSE_WAIT), TCP_OK, "FA N R", TCP_STATE_LAST_ACK},
        {AFTER_OUR_FIN, TCP_OK, "", same},
    };
    RUN(call_close, rows);
}
END_TEST

/* §3.10.5 shows the RST without ACK; stacks set the flag, and it does no harm. */
START_TEST(aborting)
{
    const Row rows[] = {
        {NO_CONNECTION, TCP_ENOTCONN, "", same},
        {IN(AT_SYN_SENT) | LAST_STATES, TCP_OK, "", TCP_STATE_CLOSED},
        {SYN_RCVD_BOTH | ESTABLISHED_BOTH | IN(AT_FIN_WAIT_1) | IN(AT_FIN_WAIT_2) |
             IN(AT_CLOSE_WAIT),
         TCP_OK, "RA N R", TCP_STATE_CLOSED},
    };
    RUN(call_abort, rows);
}
END_TEST

START_TEST(status_tells_the_numbers)
{
    for (HarnessPlace place = AT_SYN_SENT; place < HARNESS_PLACE_COUNT; place++) {
        char expected[HARNESS_LINE_MAX], got[HARNESS_LINE_MAX];
        TcpHarness *h = harness_new("");
        harness_bring(h, place);
        TcpStatus status = harness_status(h);
        ck_assert_int_eq(status.state, h->state);
        ck_assert_uint_eq(status.local_port, HARNESS_PORT);
        ck_assert_uint_eq(status.remote_port, HARNESS_PEER_PORT);
        ck_assert_uint_eq(status.remote_address, HARNESS_PEER);
        harness_resolve(place, "- U N; - R 0", expected);
        Seq rcv = place == AT_SYN_SENT ? 0 : status.rcv_nxt - h->irs;
        snprintf(got, sizeof got, "- %u %u; - %u 0", status.snd_una - status.iss,
                 status.snd_nxt - status.iss, rcv);
        ck_assert_str_eq(got, expected);
        ck_assert_uint_eq(tcp_stack_find(h->stack, HARNESS_PORT, HARNESS_PEER, HARNESS_PEER_PORT),
                          h->conn);
        harness_free(h);
    }
}
END_TEST

START_TEST(what_is_closed_cannot_be_called)
{
    const Call calls[] = {call_read, call_shutdown, call_close, call_abort};
    TcpHarness *h = harness_new("");
    harness_bring(h, AT_ESTABLISHED);
    ck_assert_int_eq(call_close(h), TCP_OK);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        ck_assert_int_eq(calls[i](h), TCP_ENOTCONN);
    ck_assert_int_eq(call_send(h), TCP_EPIPE);
    ck_assert_str_eq(h->sent, "FA 1 1");
    harness_free(h);
}
END_TEST

/* ---- Calls in a row ---- */

START_TEST(what_was_queued_goes_out_with_the_handshake)
{
    TcpHarness *h = harness_new("");
    harness_bring(h, AT_SYN_SENT);
    ck_assert_int_eq(call_send(h), TCP_OK);
    harness_deliver(h, "SA 0 1 mss=1460");
    ck_assert_str_eq(h->sent, "A 1 1 +10");
    harness_free(h);

    h = harness_new("");
    harness_bring(h, AT_SYN_RCVD_ACTIVE);
    ck_assert_int_eq(call_send(h), TCP_OK);
    harness_deliver(h, "A 1 1");
    ck_assert_str_eq(h->sent, "A 1 1 +10");
    harness_free(h);
}
END_TEST

/* §3.10.4: "Queue this until all preceding SENDs have been segmentized, then form a FIN"; in any
 * case FIN-WAIT-1. */
START_TEST(a_fin_follows_the_data)
{
    TcpHarness *h = harness_new("");
    harness_establish_with(h, "mss=1000 w=1500");
    ck_assert_int_eq(tcp_send(h->stack, 0, h->conn, 2000), TCP_OK);
    ck_assert_int_eq(call_shutdown(h), TCP_OK);
    ck_assert_int_eq(h->state, TCP_STATE_FIN_WAIT_1);
    ck_assert_str_eq(h->sent, "A 1 1 +1000");
    harness_deliver(h, "A 1 1001 w=1500");
    ck_assert_str_eq(h->sent, "A 1 1 +1000; FA 1001 1 +1000");
    harness_deliver(h, "A 1 2002");
    ck_assert_int_eq(h->state, TCP_STATE_FIN_WAIT_2);
    harness_free(h);
}
END_TEST

START_TEST(half_closed_still_receives)
{
    TcpHarness *h = harness_new("delayed-ack=0");
    harness_bring(h, AT_FIN_WAIT_2);
    harness_deliver(h, "A 1 2 +500");
    ck_assert_str_eq(h->app, "readable 500");
    ck_assert_str_eq(h->sent, "A 2 501");
    harness_deliver(h, "FA 501 2");
    ck_assert_str_eq(h->app, "readable 500; eof");
    ck_assert_int_eq(h->state, TCP_STATE_TIME_WAIT);
    ck_assert_uint_eq(h->read_bytes, 500);
    harness_free(h);
}
END_TEST

START_TEST(half_closed_by_the_peer_still_sends)
{
    TcpHarness *h = harness_new("");
    harness_bring(h, AT_CLOSE_WAIT);
    ck_assert_int_eq(call_send(h), TCP_OK);
    harness_deliver(h, "A 2 11");
    ck_assert_int_eq(call_send(h), TCP_OK);
    ck_assert_str_eq(h->sent, "A 1 2 +10; A 11 2 +10");
    ck_assert_int_eq(h->state, TCP_STATE_CLOSE_WAIT);
    harness_free(h);
}
END_TEST

/* §3.6.1, RFC 1122 §4.2.2.13: data that nobody will read is not acknowledged as delivered. */
START_TEST(close_with_unread_data_resets)
{
    static const char *const fin_or_not[] = {"A 1 1 +10", "FA 1 1 +10"};
    for (int i = 0; i < 2; i++) {
        TcpHarness *h = harness_new("");
        h->reads = false;
        harness_bring(h, AT_ESTABLISHED);
        harness_deliver(h, fin_or_not[i]);
        harness_clear(h);
        ck_assert_int_eq(call_close(h), TCP_OK);
        ck_assert_str_eq(h->sent, i == 0 ? "RA 1 11" : "RA 1 12");
        ck_assert_int_eq(h->state, TCP_STATE_CLOSED);
        ck_assert(harness_is_gone(h));
        harness_free(h);
    }
}
END_TEST

START_TEST(data_for_an_orphan_are_answered_with_rst)
{
    TcpHarness *h = harness_new("");
    harness_bring(h, AT_ESTABLISHED);
    ck_assert_int_eq(call_close(h), TCP_OK);
    harness_deliver(h, "A 1 2");
    harness_clear(h);
    harness_deliver(h, "A 1 2 +10");
    ck_assert_str_eq(h->sent, "R 2 -"); /* as in CLOSED, RFC 9293 §3.5.2 */
    ck_assert_int_eq(h->state, TCP_STATE_CLOSED);
    ck_assert_str_eq(h->app, ""); /* nobody is there to hear of it */
    harness_free(h);
}
END_TEST

START_TEST(unread_data_can_be_read_after_the_fin)
{
    TcpHarness *h = harness_new("");
    h->reads = false;
    harness_bring(h, AT_ESTABLISHED);
    harness_deliver(h, "FA 1 1 +10");
    TcpStatus status = harness_status(h);
    ck_assert_uint_eq(status.readable, 10);
    ck_assert(!status.at_eof);
    ck_assert_str_eq(h->app, "readable 10; eof");
    harness_read(h, 4);
    harness_read(h, 100);
    ck_assert_uint_eq(h->read_bytes, 10);
    ck_assert_uint_eq(h->wrong_bytes, 0);
    ck_assert(harness_status(h).at_eof);
    ck_assert_int_eq(call_read(h), TCP_OK);
    harness_free(h);
}
END_TEST

/* ---- Ports ---- */

START_TEST(ports_are_chosen_in_turn)
{
    TcpHarness *h = harness_new("");
    TcpConnectOptions options = {.address = HARNESS_PEER, .port = 80};
    TcpConnId first, second;
    ck_assert_int_eq(tcp_connect(h->stack, 0, &options, &first), TCP_OK);
    ck_assert_int_eq(tcp_connect(h->stack, 0, &options, &second), TCP_OK);
    ck_assert_uint_eq(h->log[0].segment.src_port, 40000);
    ck_assert_uint_eq(h->log[1].segment.src_port, 40001);
    ck_assert_uint_eq(first, 1);
    ck_assert_uint_eq(second, 2);
    ck_assert_uint_eq(tcp_stack_newest(h->stack), 2);
    harness_free(h);
}
END_TEST

START_TEST(ports_run_out)
{
    TcpHarness *h = harness_new("");
    TcpConnectOptions options = {.address = HARNESS_PEER, .port = 80};
    TcpConnId conn;
    for (unsigned port = 40000; port <= 65535; port++) {
        h->log_count = 0;
        harness_clear(h);
        ck_assert_int_eq(tcp_connect(h->stack, 0, &options, &conn), TCP_OK);
    }
    ck_assert_int_eq(tcp_connect(h->stack, 0, &options, &conn), TCP_EADDRNOTAVAIL);
    ck_assert_int_eq(tcp_abort(h->stack, 0, 100), TCP_OK);
    ck_assert_int_eq(tcp_connect(h->stack, 0, &options, &conn), TCP_OK);
    ck_assert_uint_eq(harness_last(h)->segment.src_port, 40099);
    harness_free(h);
}
END_TEST

/* ---- The host fails (§3.5.1) ---- */

START_TEST(a_crash_is_silent)
{
    for (HarnessPlace place = AT_LISTEN; place < HARNESS_PLACE_COUNT; place++) {
        TcpHarness *h = harness_new("");
        harness_bring(h, place);
        tcp_stack_crash(h->stack, h->now, false);
        ck_assert_str_eq(h->sent, "");
        ck_assert_str_eq(h->app, "");
        ck_assert_int_eq(h->state, TCP_STATE_CLOSED);
        ck_assert_int_eq(tcp_stack_next_due(h->stack).at, SIM_NEVER);
        TcpCensus census = tcp_stack_census(h->stack);
        ck_assert_uint_eq(census.full + census.half_open, 0);
        harness_deliver(h, "A 1 1 +10");
        ck_assert_str_eq(h->sent, "R 1 -");
        harness_free(h);
    }
}
END_TEST

START_TEST(a_host_that_forgets_begins_its_numbers_again)
{
    static const Seq second_isn[] = {250000, 0}; /* the clock ticks every 4 us */
    for (int forget = 0; forget < 2; forget++) {
        TcpHarness *h = harness_new("isn=clock");
        TcpConnectOptions options = {.address = HARNESS_PEER, .port = 80};
        TcpConnId conn;
        ck_assert_int_eq(tcp_connect(h->stack, 0, &options, &conn), TCP_OK);
        ck_assert_uint_eq(h->iss, 0);
        h->now = SEC(1);
        tcp_stack_crash(h->stack, h->now, forget);
        ck_assert_int_eq(tcp_connect(h->stack, h->now, &options, &conn), TCP_OK);
        ck_assert_uint_eq(h->iss, second_isn[forget]);
        ck_assert_uint_eq(harness_last(h)->segment.src_port, forget ? 40000 : 40001);
        ck_assert_uint_eq(conn, 2); /* ids are never used again */
        harness_free(h);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp-calls");
    TCase *tc = tcase_create("states");
    tcase_add_test(tc, open_passive);
    tcase_add_test(tc, open_active);
    tcase_add_test(tc, sending);
    tcase_add_test(tc, receiving);
    tcase_add_test(tc, shutting_down);
    tcase_add_test(tc, closing);
    tcase_add_test(tc, aborting);
    tcase_add_test(tc, status_tells_the_numbers);
    tcase_add_test(tc, what_is_closed_cannot_be_called);
    suite_add_tcase(s, tc);
    tc = tcase_create("calls");
    tcase_add_test(tc, what_was_queued_goes_out_with_the_handshake);
    tcase_add_test(tc, a_fin_follows_the_data);
    tcase_add_test(tc, half_closed_still_receives);
    tcase_add_test(tc, half_closed_by_the_peer_still_sends);
    tcase_add_test(tc, close_with_unread_data_resets);
    tcase_add_test(tc, data_for_an_orphan_are_answered_with_rst);
    tcase_add_test(tc, unread_data_can_be_read_after_the_fin);
    tcase_add_test(tc, ports_are_chosen_in_turn);
    tcase_add_test(tc, ports_run_out);
    suite_add_tcase(s, tc);
    tc = tcase_create("crash");
    tcase_add_test(tc, a_crash_is_silent);
    tcase_add_test(tc, a_host_that_forgets_begins_its_numbers_again);
    suite_add_tcase(s, tc);
    return s;
}
