/* Who holds a connection: the listener, the accept queue, the application, nobody; and the marks and
 * counters that a connection keeps for long. */
#include <string.h>

#include "check_main.h"
#include "core/random.h"
#include "proto/payload.h"
#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp_harness.h"

static TcpHarness *listening(const char *keys, uint32_t backlog)
{
    TcpHarness *h = harness_new(keys);

    harness_listen(h, backlog);
    h->accepts = h->reads = false;
    harness_clear(h);
    h->iss = 1000;
    return h;
}

static TcpError accept_one(TcpHarness *h, TcpConnId *conn)
{
    return tcp_accept(h->stack, h->now, HARNESS_PORT, conn);
}

/* ---- The cases ---- */

/* Sent to, then closed in SYN-RCVD: its application has let go of it, nobody accepts it any more. */
START_TEST(closed_in_syn_rcvd_is_never_accepted)
{
    TcpConnId conn;
    TcpHarness *h = listening("", 10);

    harness_deliver(h, "S 0 - mss=1460");
    ck_assert_int_eq(tcp_send(h->stack, h->now, 1, 1), TCP_OK);
    ck_assert_int_eq(tcp_close(h->stack, h->now, 1), TCP_OK);
    harness_deliver(h, "A 1 1");
    ck_assert_str_eq(h->states, "SYN-RCVD; ESTABLISHED; FIN-WAIT-1");
    ck_assert_int_eq(accept_one(h, &conn), TCP_EAGAIN);
    harness_deliver(h, "R 1 -");
    ck_assert_int_eq(accept_one(h, &conn), TCP_EAGAIN);
    harness_free(h);
}
END_TEST

/* Sent to in SYN-RCVD it still waits for its application, once. */
START_TEST(sent_to_in_syn_rcvd_is_accepted_once)
{
    TcpConnId conn;
    TcpHarness *h = listening("", 10);

    harness_deliver(h, "S 0 - mss=1460");
    ck_assert_int_eq(tcp_send(h->stack, h->now, 1, 1), TCP_OK);
    harness_deliver(h, "A 1 1");
    ck_assert_int_eq(accept_one(h, &conn), TCP_OK);
    ck_assert_uint_eq(conn, 1);
    ck_assert_int_eq(accept_one(h, &conn), TCP_EAGAIN);
    harness_free(h);
}
END_TEST

/* A call does not carry a half-open connection past a full accept queue. */
START_TEST(a_call_is_no_way_around_the_accept_queue)
{
    TcpConnId conn;
    TcpHarness *h = listening("", 0); /* room for one */

    harness_deliver_from(h, 1, "S 0 - mss=1460");
    harness_deliver_from(h, 2, "S 0 - mss=1460");
    harness_deliver_from(h, 1, "A 1 1");
    ck_assert_int_eq(tcp_send(h->stack, h->now, 2, 1), TCP_OK);
    harness_clear(h);
    harness_deliver_from(h, 2, "A 1 1");
    ck_assert_str_eq(h->states, "");
    ck_assert_int_eq(h->discarded, TCP_REASON_ACCEPT_QUEUE_FULL);
    ck_assert_int_eq(accept_one(h, &conn), TCP_OK);
    harness_deliver_from(h, 2, "A 1 1");
    ck_assert_str_eq(h->states, "ESTABLISHED");
    harness_free(h);
}
END_TEST

/* Nor does it free a place in the SYN queue: two are half-open, and there is room for two. */
START_TEST(a_call_frees_no_place_in_the_syn_queue)
{
    TcpHarness *h =
        listening("tcp_max_syn_backlog=2 syn-queue=tcp_max_syn_backlog tcp_syncookies=0", 9);

    harness_deliver_from(h, 1, "S 0 - mss=1460");
    harness_deliver_from(h, 2, "S 0 - mss=1460");
    ck_assert_int_eq(tcp_send(h->stack, h->now, 1, 1), TCP_OK);
    harness_clear(h);
    harness_deliver_from(h, 3, "S 0 - mss=1460");
    ck_assert_str_eq(h->sent, "");
    ck_assert_int_eq(h->discarded, TCP_REASON_SYN_QUEUE_FULL);
    harness_free(h);
}
END_TEST

/* ---- Anything in any order: what the listener says is what the owners say ---- */

enum { STEPS = 400, PORTS = 6 };

/* Every connection that waits is in the queue once, in order, and every half-open one is counted. */
static void ck_assert_owned(const TcpHarness *h)
{
    const TcpListener *listener = tcp_listener_find(h->stack, HARNESS_PORT);
    const TcpConnection *before = NULL;
    uint32_t waiting = 0, queued = 0, half_open = 0;

    for (TcpConnId id = 1; id <= tcp_stack_newest(h->stack); id++) {
        const TcpEntry *entry = tcp_stack_entry(h->stack, id);
        const TcpConnection *conn = tcp_stack_connection(h->stack, id);

        half_open += entry != NULL && (conn == NULL || conn->owner == TCP_OWNER_LISTENER);
        waiting += conn != NULL && conn->owner == TCP_OWNER_QUEUE;
    }
    if (listener == NULL) {
        ck_assert_uint_eq(waiting + half_open, 0);
        return;
    }
    for (const TcpConnection *c = listener->accept_first; c != NULL; c = c->accept_next) {
        ck_assert_ptr_eq(c->accept_before, before);
        ck_assert_ptr_eq(tcp_stack_connection(h->stack, c->entry.id), c);
        ck_assert_int_eq(c->owner, TCP_OWNER_QUEUE);
        before = c;
        queued++;
    }
    ck_assert_ptr_eq(listener->accept_last, before);
    ck_assert_uint_eq(listener->waiting, queued);
    ck_assert_uint_eq(waiting, queued);
    ck_assert_uint_eq(listener->half_open, half_open);
}

static void segment_of_somebody(TcpHarness *h, RandomStream *random)
{
    static const char *const segments[] = {"S 0 - mss=1460", "A 1 1",  "A 1 2", "A 1 1 +5",
                                           "FA 1 1",         "FA 6 2", "R 1 -", "S 9 -",
                                           "A 1 7",          "RA 1 1", "A 2 2", "S 0 - +3"};
    uint64_t which = random_stream_below(random, sizeof segments / sizeof *segments);

    harness_deliver_from(h, (uint16_t)(1 + random_stream_below(random, PORTS)), segments[which]);
}

static void call_of_somebody(TcpHarness *h, RandomStream *random)
{
    TcpConnId conn, newest = tcp_stack_newest(h->stack);
    TcpConnId id = newest == 0 ? 1 : newest - (TcpConnId)random_stream_below(random, 8) % newest;

    switch (random_stream_below(random, 7)) {
    case 0: tcp_send(h->stack, h->now, id, 10); break;
    case 1: tcp_shutdown(h->stack, h->now, id); break;
    case 2: tcp_close(h->stack, h->now, id); break;
    case 3: tcp_abort(h->stack, h->now, id); break;
    case 4: accept_one(h, &conn); break;
    case 5:
        if (random_stream_below(random, 8) == 0)
            tcp_close_listener(h->stack, h->now, HARNESS_PORT);
        break;
    default:
        if (tcp_listener_find(h->stack, HARNESS_PORT) == NULL)
            harness_listen(h, 2);
    }
}

/* `_i` is the seed. */
START_TEST(queues_say_what_owners_say)
{
    static const char *const keys[] = {"", "tcp_abort_on_overflow=1", "handshake=two-way",
                                       "syn-data=accept", "tcp_syncookies=2"};
    TcpHarness *h = listening(keys[_i % 5], 2);
    RandomStream random;

    random_stream_init(&random, (uint64_t)_i, "owners");
    for (int step = 0; step < STEPS; step++) {
        switch (random_stream_below(&random, 8)) {
        case 0: harness_run_one(h); break;
        case 1:
        case 2: call_of_somebody(h, &random); break;
        default: segment_of_somebody(h, &random);
        }
        harness_clear(h);
        h->log_count = 0;
        ck_assert_owned(h);
    }
    tcp_stack_crash(h->stack, h->now, false);
    ck_assert_owned(h);
    harness_free(h);
}
END_TEST

/* ---- Marks ---- */

/* The connection of a harness that is ESTABLISHED and has sent ten segments. */
static TcpConnection *sending(TcpHarness *h)
{
    h->accepts = h->reads = true;
    harness_listen(h, 1);
    h->iss = 1000;
    harness_deliver(h, "S 0 - mss=1000");
    harness_deliver(h, "A 1 1");
    ck_assert_int_eq(tcp_send(h->stack, h->now, 1, 10000), TCP_OK);
    return tcp_stack_connection(h->stack, 1);
}

/* Two gigabytes after it was made, a mark of the past would lie in the future. */
START_TEST(marks_of_the_past_come_along)
{
    TcpHarness *h = harness_new("congestion=reno initial-window=10");
    TcpConnection *conn = sending(h);

    conn->recover = conn->rack_end = conn->mdev_round_end = conn->snd_una - 0x7fff0000;
    ck_assert(tcp_marks_are_due(0x0fffffff, 0x10000000)); /* at each sixteenth of the circle */
    tcp_marks_carry(conn);
    ck_assert_uint_eq(conn->recover, conn->snd_una);
    ck_assert_uint_eq(conn->rack_end, conn->snd_una);
    ck_assert_uint_eq(conn->mdev_round_end, conn->snd_una - 1);
    harness_free(h);
}
END_TEST

/* RFC 5681 equation 4: at a timeout in recovery ssthresh is half of what is under way.  The duplicate
 * ACKs that began it counted from a place which is acknowledged by now.  Of ten segments of 1,000 bytes
 * five are acknowledged in part: ssthresh is 2,500. */
START_TEST(a_timeout_in_recovery_halves_what_is_under_way)
{
    TcpHarness *h = harness_new("congestion=reno initial-window=10 tcp_sack=0 nagle=no");
    TcpConnection *conn = sending(h);

    for (int i = 0; i < 5; i++)
        harness_deliver(h, "A 1 1");
    ck_assert(conn->in_recovery);
    conn->duplicates_from = conn->snd_una + 1000; /* as if the rest had been sent later */
    harness_deliver(h, "A 1 5001");
    ck_assert(conn->in_recovery);
    ck_assert_uint_eq(conn->snd_nxt - conn->snd_una, 5000);
    tcp_congestion_timeout(h->stack, conn, h->now);
    ck_assert_uint_eq(conn->ssthresh, 2500);
    harness_free(h);
}
END_TEST

/* A FIN in front of data that is held contradicts it: it is not kept, and cannot be met later. */
START_TEST(a_fin_in_front_of_data_is_not_kept)
{
    TcpHarness *h = harness_new("reset-check=rfc793");
    TcpConnection *conn = sending(h);

    harness_deliver(h, "A 21 1 +10");
    harness_deliver(h, "FA 11 1");
    ck_assert(!conn->fin_held);
    harness_deliver(h, "FA 31 1");
    ck_assert(conn->fin_held);
    harness_free(h);
}
END_TEST

/* Its own data fill the gap, so that what was held behind the FIN has been received when it is looked at. */
START_TEST(a_fin_in_front_of_data_that_it_brings_in_is_not_kept)
{
    TcpHarness *h = harness_new("reset-check=rfc793");
    TcpConnection *conn = sending(h);

    harness_deliver(h, "A 21 1 +10");
    harness_deliver(h, "FA 1 1 +20");
    ck_assert_uint_eq(conn->rcv_nxt, conn->irs + 31);
    ck_assert(!conn->fin_held);
    ck_assert_int_eq(conn->state, TCP_STATE_ESTABLISHED);
    harness_free(h);
}
END_TEST

/* ---- Counters and sizes ---- */

static unsigned count_syn_acks(TcpHarness *h)
{
    unsigned count = 0;

    while (harness_run_one(h)) {
        count += strncmp(h->sent, "SA", 2) == 0;
        harness_clear(h);
        h->log_count = 0;
    }
    return count;
}

/* 255 repeats and the one that does not double: 256, and not for ever. */
START_TEST(many_retries_come_to_an_end)
{
    TcpHarness *h = listening("tcp_synack_retries=255 synack-linear-timeouts=1", 10);

    harness_deliver(h, "S 0 - mss=1460");
    harness_clear(h);
    ck_assert_uint_eq(count_syn_acks(h), 256);
    ck_assert(harness_is_gone(h));
    harness_free(h);
}
END_TEST

/* No IPv4 packet holds more than 65,535 bytes, whatever the peer announces. */
START_TEST(no_segment_is_larger_than_a_packet)
{
    TcpHarness *h = listening(_i ? "tcp_timestamps=1 congestion=none" : "congestion=none", 1);

    h->accepts = true;
    harness_deliver(h, _i ? "S 0 - mss=65535 ts=1/0 ws=4" : "S 0 - mss=65535 ws=4");
    harness_deliver(h, _i ? "A 1 1 w=65535 ts=1/0" : "A 1 1 w=65535");
    ck_assert_int_eq(tcp_send(h->stack, h->now, 1, 300000), TCP_OK);
    size_t most = 0;
    for (size_t i = 0; i < h->log_count; i++) {
        size_t bytes = segment_ip_bytes(&h->log[i].segment);

        most = bytes > most ? bytes : most;
    }
    ck_assert_uint_eq(most, 65535);
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("owner");
    TCase *tc = tcase_create("owners");

    tcase_add_test(tc, closed_in_syn_rcvd_is_never_accepted);
    tcase_add_test(tc, sent_to_in_syn_rcvd_is_accepted_once);
    tcase_add_test(tc, a_call_is_no_way_around_the_accept_queue);
    tcase_add_test(tc, a_call_frees_no_place_in_the_syn_queue);
    tcase_add_loop_test(tc, queues_say_what_owners_say, 0, 50);
    suite_add_tcase(s, tc);
    tc = tcase_create("marks");
    tcase_add_test(tc, marks_of_the_past_come_along);
    tcase_add_test(tc, a_timeout_in_recovery_halves_what_is_under_way);
    tcase_add_test(tc, a_fin_in_front_of_data_is_not_kept);
    tcase_add_test(tc, a_fin_in_front_of_data_that_it_brings_in_is_not_kept);
    suite_add_tcase(s, tc);
    tc = tcase_create("counters");
    tcase_add_test(tc, many_retries_come_to_an_end);
    tcase_add_loop_test(tc, no_segment_is_larger_than_a_packet, 0, 2);
    suite_add_tcase(s, tc);
    return s;
}
