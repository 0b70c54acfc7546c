/* What an application is told that names connections by number: sim/socket/application.h. */
#include <string.h>

#include "check_main.h"
#include "socket/application.h"
#include "tcp_harness.h"

/* ---- An application over the harness's stack ---- */

static TcpHarness *h;
static Application *app;
static unsigned kept; /* connections of which something is left */

/* What was taken since clear_taken(): bytes, and whether they were the right ones in order. */
static struct {
    uint64_t first, bytes, wrong;
    unsigned runs;
} taken;

static void note_ending(TcpHarness *harness, TcpConnId conn)
{
    kept += application_ending(harness->application, conn);
}

static void begin(const char *keys)
{
    h = harness_new(keys);
    app = application_new(h->stack);
    h->application = app;
    h->ending = note_ending;
    h->reads = false;
    kept = 0;
    memset(&taken, 0, sizeof taken);
}

static void end(void)
{
    application_free(app);
    harness_free(h);
}

static void take(void *context, Payload payload, uint64_t offset, uint32_t length)
{
    (void)context;
    if (taken.runs++ == 0)
        taken.first = offset;
    ck_assert_uint_eq(offset, taken.first + taken.bytes);
    taken.bytes += length;
    taken.wrong += payload_wrong_bytes(payload, HARNESS_PEER_STREAM, offset, length);
}

static TcpError read_up_to(uint64_t most, bool peeks)
{
    const ApplicationReading reading = {.most = most, .peeks = peeks, .take = take};
    uint64_t got = 4711;

    memset(&taken, 0, sizeof taken);
    TcpError error = application_read(app, h->now, h->conn, &reading, &got);
    ck_assert_uint_eq(got, taken.bytes);
    ck_assert_uint_eq(taken.wrong, 0);
    return error;
}

/* So many bytes of the stream, from there. */
#define ck_taken(call, from, count)                                                                \
    do {                                                                                           \
        ck_assert_int_eq(call, TCP_OK);                                                            \
        ck_assert_uint_eq(taken.first, from);                                                      \
        ck_assert_uint_eq(taken.bytes, count);                                                     \
    } while (0)
#define ck_nothing(call, error)                                                                    \
    do {                                                                                           \
        ck_assert_int_eq(call, error);                                                             \
        ck_assert_uint_eq(taken.runs, 0);                                                          \
    } while (0)
#define ck_readable(count) ck_assert_uint_eq(application_readable(app, h->conn).bytes, count)

/* ---- Looking ---- */

START_TEST(what_is_looked_at_stays)
{
    begin("");
    harness_bring(h, AT_ESTABLISHED);
    ck_nothing(read_up_to(10, true), TCP_EAGAIN);
    harness_deliver(h, "A 1 1 +60");
    harness_deliver(h, "A 61 1 +40");
    ck_taken(read_up_to(10, true), 0, 10);
    ck_taken(read_up_to(10, true), 0, 10);
    ck_taken(read_up_to(30, false), 0, 30);
    ck_taken(read_up_to(50, true), 30, 50); /* over the end of the first segment */
    ck_taken(read_up_to(UINT64_MAX, true), 30, 70);
    ck_readable(70);
    ck_taken(read_up_to(UINT64_MAX, false), 30, 70);
    ck_nothing(read_up_to(10, true), TCP_EAGAIN);
    harness_deliver(h, "FA 101 1");
    ck_nothing(read_up_to(10, true), TCP_OK);
    ck_nothing(read_up_to(10, false), TCP_OK);
    end();
}
END_TEST

START_TEST(behind_a_gap_nothing_is_seen)
{
    begin("");
    harness_bring(h, AT_ESTABLISHED);
    harness_deliver(h, "A 1 1 +10");
    harness_deliver(h, "A 21 1 +10");
    ck_taken(read_up_to(100, true), 0, 10);
    harness_deliver(h, "A 11 1 +10");
    ck_taken(read_up_to(100, true), 0, 30);
    end();
}
END_TEST

/* A read that makes room tells the peer; a look makes none. */
START_TEST(a_look_opens_no_window)
{
    begin("window=1000 delayed-ack=0");
    harness_bring(h, AT_ESTABLISHED);
    harness_deliver(h, "A 1 1 +1000");
    harness_clear(h);
    ck_taken(read_up_to(1000, true), 0, 1000);
    ck_assert_str_eq(h->sent, "");
    ck_taken(read_up_to(1000, false), 0, 1000);
    ck_assert_str_eq(h->sent, "A 1 1001");
    end();
}
END_TEST

START_TEST(who_let_go_sees_nothing)
{
    begin("unread-after-reset=kept");
    harness_bring(h, AT_ESTABLISHED);
    ck_assert_int_eq(application_close(app, h->now, h->conn), TCP_OK);
    ck_nothing(read_up_to(10, true), TCP_ENOTCONN);
    ck_nothing(read_up_to(10, false), TCP_ENOTCONN);
    end();
}
END_TEST

/* ---- What is left ---- */

static void bring_unread(const char *keys)
{
    begin(keys);
    harness_bring(h, AT_ESTABLISHED);
    harness_deliver(h, "A 1 1 +60");
    harness_deliver(h, "A 61 1 +40");
    ck_taken(read_up_to(20, false), 0, 20);
    harness_deliver(h, "R 101 -");
    ck_assert(harness_is_gone(h));
}

/* RFC 9293 §3.10.7.4: "all segment queues should be flushed". */
START_TEST(flushed_with_the_connection)
{
    bring_unread("");
    ck_readable(0);
    ck_nothing(read_up_to(10, true), TCP_ENOTCONN);
    ck_nothing(read_up_to(10, false), TCP_ENOTCONN);
    end();
}
END_TEST

START_TEST(kept_and_read_to_its_end)
{
    bring_unread("unread-after-reset=kept");
    ck_readable(80);
    ck_taken(read_up_to(50, true), 20, 50);
    ck_taken(read_up_to(10, false), 20, 10);
    ck_taken(read_up_to(UINT64_MAX, true), 30, 70);
    ck_taken(read_up_to(40, false), 30, 40);
    ck_readable(30);
    ck_taken(read_up_to(UINT64_MAX, false), 70, 30);
    ck_readable(0);
    ck_nothing(read_up_to(10, true), TCP_ENOTCONN);
    ck_nothing(read_up_to(10, false), TCP_ENOTCONN);
    end();
}
END_TEST

START_TEST(no_other_call_finds_it)
{
    bring_unread("unread-after-reset=kept");
    ck_assert_int_eq(application_send(app, h->now, h->conn, 1), TCP_ENOTCONN);
    ck_assert_int_eq(application_shutdown(app, h->now, h->conn), TCP_ENOTCONN);
    ck_assert_int_eq(application_close(app, h->now, h->conn), TCP_ENOTCONN);
    ck_assert_int_eq(application_abort(app, h->now, h->conn), TCP_ENOTCONN);
    ck_readable(80);
    end();
}
END_TEST

START_TEST(forgotten)
{
    bring_unread("unread-after-reset=kept");
    application_forget(app, h->conn + 1);
    ck_readable(80);
    application_forget(app, h->conn);
    ck_nothing(read_up_to(10, false), TCP_ENOTCONN);
    application_forget(app, h->conn);
    end();
    bring_unread("unread-after-reset=kept");
    application_forget_all(app);
    ck_nothing(read_up_to(10, false), TCP_ENOTCONN);
    application_forget_all(app);
    end();
}
END_TEST

START_TEST(what_was_read_leaves_nothing)
{
    bring_unread("unread-after-reset=kept");
    ck_assert_uint_eq(kept, 1);
    end();
    begin("unread-after-reset=kept");
    harness_bring(h, AT_ESTABLISHED);
    harness_deliver(h, "A 1 1 +10");
    ck_taken(read_up_to(10, false), 0, 10);
    harness_deliver(h, "R 11 -");
    ck_assert(harness_is_gone(h));
    ck_assert_uint_eq(kept, 0);
    end();
}
END_TEST

/* ---- Accepting ---- */

static void bring_queued(const char *keys)
{
    begin(keys);
    h->accepts = false;
    harness_listen(h, 5);
    harness_deliver(h, "S 0 -");
    harness_deliver(h, "A 1 1");
    harness_deliver(h, "A 1 1 +30");
}

START_TEST(accepted_alive)
{
    ApplicationAccepted accepted;

    bring_queued("unread-after-reset=kept reset-in-queue=stays");
    ck_assert(!application_accept_ended(app, HARNESS_PORT, &accepted));
    ck_assert_int_eq(application_accept(app, h->now, HARNESS_PORT, &accepted), TCP_OK);
    ck_assert_uint_eq(accepted.conn, h->conn);
    ck_assert_int_eq(accepted.error, TCP_OK);
    ck_taken(read_up_to(100, false), 0, 30);
    ck_assert_int_eq(application_accept(app, h->now, HARNESS_PORT, &accepted), TCP_EAGAIN);
    ck_assert_int_eq(application_accept(app, h->now, 1, &accepted), TCP_EINVAL);
    end();
}
END_TEST

/* Linux: a socket that is reset in the queue keeps what has come until it is accepted and read. */
START_TEST(accepted_after_its_end)
{
    ApplicationAccepted accepted;

    bring_queued("unread-after-reset=kept reset-in-queue=stays");
    harness_deliver(h, "R 31 -");
    ck_nothing(read_up_to(10, false), TCP_ENOTCONN); /* nobody holds it yet */
    ck_readable(0);
    ck_assert_int_eq(application_accept(app, h->now, HARNESS_PORT, &accepted), TCP_OK);
    ck_assert_uint_eq(accepted.conn, h->conn);
    ck_assert_int_eq(accepted.error, TCP_ECONNRESET);
    ck_taken(read_up_to(10, true), 0, 10);
    ck_taken(read_up_to(100, false), 0, 30);
    ck_nothing(read_up_to(10, false), TCP_ENOTCONN);
    end();
}
END_TEST

START_TEST(never_accepted)
{
    ApplicationAccepted accepted;

    bring_queued("unread-after-reset=kept reset-in-queue=stays");
    ck_assert_int_eq(application_close_listener(app, h->now, HARNESS_PORT), TCP_OK);
    ck_assert(harness_is_gone(h));
    ck_nothing(read_up_to(10, false), TCP_ENOTCONN);
    ck_assert_int_eq(application_accept(app, h->now, HARNESS_PORT, &accepted), TCP_EINVAL);
    end();
}
END_TEST

/* ---- Keys of its own ---- */

/* 10 bytes are under way: Nagle's algorithm holds 10 more back (RFC 1122 §4.2.3.4), unless the connection
 * has been told otherwise. */
START_TEST(calls_go_by_the_keys_of_their_connection)
{
    begin("");
    harness_bring(h, AT_ESTABLISHED);
    ck_assert_int_eq(application_send(app, h->now, h->conn, 10), TCP_OK);
    harness_clear(h);
    ck_assert_int_eq(application_send(app, h->now, h->conn, 10), TCP_OK);
    ck_assert_str_eq(h->sent, "");
    ck_assert(application_set(app, h->conn, key_find(KEY_SCOPE_HOST, "nagle", 5), 0));
    application_has_set(app, h->now, h->conn);
    ck_assert_str_eq(h->sent, "A 11 1 +10");
    harness_clear(h);
    ck_assert_int_eq(application_send(app, h->now, h->conn, 10), TCP_OK);
    ck_assert_str_eq(h->sent, "A 21 1 +10");
    ck_assert(!application_set(app, h->conn + 1, key_find(KEY_SCOPE_HOST, "nagle", 5), 0));
    end();
}
END_TEST

static void read_in_hook(TcpHarness *harness)
{
    (void)harness;
    ck_taken(read_up_to(100, false), 0, 50);
}

/* The host holds nothing back, this connection does (RFC 1122 §4.2.3.4): what the endpoint sends after the hook
 * goes by the connection's keys, whoever reads on the way. */
START_TEST(a_read_from_a_hook_leaves_the_keys_that_are_served)
{
    begin("nagle=no delayed-ack=0");
    harness_bring(h, AT_ESTABLISHED);
    ck_assert(application_set(app, h->conn, key_find(KEY_SCOPE_HOST, "nagle", 5), 1));
    application_has_set(app, h->now, h->conn);
    ck_assert_int_eq(application_send(app, h->now, h->conn, 10), TCP_OK);
    ck_assert_int_eq(application_send(app, h->now, h->conn, 10), TCP_OK);
    ck_assert_str_eq(h->sent, "A 1 1 +10");
    h->readable = read_in_hook;
    harness_clear(h);
    harness_deliver(h, "A 1 1 +50");
    ck_assert_str_eq(h->sent, "A 11 51");
    end();
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("socket_application");

    TCase *tc = tcase_create("looking");
    tcase_add_test(tc, what_is_looked_at_stays);
    tcase_add_test(tc, behind_a_gap_nothing_is_seen);
    tcase_add_test(tc, a_look_opens_no_window);
    tcase_add_test(tc, who_let_go_sees_nothing);
    suite_add_tcase(s, tc);

    tc = tcase_create("what is left");
    tcase_add_test(tc, flushed_with_the_connection);
    tcase_add_test(tc, kept_and_read_to_its_end);
    tcase_add_test(tc, no_other_call_finds_it);
    tcase_add_test(tc, forgotten);
    tcase_add_test(tc, what_was_read_leaves_nothing);
    suite_add_tcase(s, tc);

    tc = tcase_create("accepting");
    tcase_add_test(tc, accepted_alive);
    tcase_add_test(tc, accepted_after_its_end);
    tcase_add_test(tc, never_accepted);
    suite_add_tcase(s, tc);

    tc = tcase_create("keys of its own");
    tcase_add_test(tc, calls_go_by_the_keys_of_their_connection);
    tcase_add_test(tc, a_read_from_a_hook_leaves_the_keys_that_are_served);
    suite_add_tcase(s, tc);
    return s;
}
