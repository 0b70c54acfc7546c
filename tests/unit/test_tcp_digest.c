/* A digest of an endpoint: whatever is changed in a record of its own, down to a bit, changes it, but for what stands
 * here as told otherwise.  So a field that is new cannot be forgotten.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/digest.h"
#include "tcp/listener.h"
#include "tcp_harness.h"

/* What no digest can see changed in the record itself. */
typedef struct Apart {
    size_t from, size;
    const char *why;
} Apart;

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define LEFT_OUT(record, field, why)                                                               \
    {                                                                                              \
        offsetof(record, field), sizeof(((record *)0)->field), why                                 \
    }

static const Apart of_connection[] = {
    LEFT_OUT(TcpConnection, entry.node, "a list; the key is told, and would not be found"),
    LEFT_OUT(TcpConnection, entry.event, "a place in the queue: what is due is told"),
    LEFT_OUT(TcpConnection, timer_first, "follows from what is due"),
    LEFT_OUT(TcpConnection, sent_first, "a list: its records are told"),
    LEFT_OUT(TcpConnection, sent_last, "the same"),
    LEFT_OUT(TcpConnection, waiting, "the same"),
    LEFT_OUT(TcpConnection, undo, "the same"),
    LEFT_OUT(TcpConnection, cubic,
             "the same, and behind the pointer there is nothing; else it is told"),
    LEFT_OUT(TcpConnection, pieces, "the same"),
    LEFT_OUT(TcpConnection, receiver.packets, "the same"),
    LEFT_OUT(TcpConnection, accept_before, "the listener tells its queue"),
    LEFT_OUT(TcpConnection, accept_next, "the same"),
    LEFT_OUT(TcpConnection, timers, "of decisions the order counts, not the number; see below"),
    LEFT_OUT(TcpConnection, tuning, "told, too"),
};

static const Apart of_sent[] = {LEFT_OUT(TcpSent, next, "a list")};
static const Apart of_piece[] = {LEFT_OUT(TcpPiece, next, "a list")};

static const Apart of_half_open[] = {
    LEFT_OUT(TcpHalfOpen, entry.node, "a list; the key is told, and would not be found"),
    LEFT_OUT(TcpHalfOpen, entry.event, "a place in the queue: what is due is told"),
    LEFT_OUT(TcpHalfOpen, entry.kind, "another record"),
};

static const Apart of_listener[] = {
    LEFT_OUT(TcpListener, next, "a list"),
    LEFT_OUT(TcpListener, accept_first, "a list: who is in it is told"),
    LEFT_OUT(TcpListener, accept_last, "the same"),
    LEFT_OUT(TcpListener, tuning, "told, too"),
};

/* Of the stack: what it was made with, where things lie, and what follows from them. */
static const Apart of_stack[] = {
    LEFT_OUT(TcpStack, setup, "the plan's"),
    LEFT_OUT(TcpStack, config, "the plan's"),
    LEFT_OUT(TcpStack, tuning, "nobody is served"),
    LEFT_OUT(TcpStack, expected, "a guess, to be quick"),
    LEFT_OUT(TcpStack, by_key, "its entries are told"),
    LEFT_OUT(TcpStack, by_id, "the same"),
    LEFT_OUT(TcpStack, half_open_extras, "the same"),
    LEFT_OUT(TcpStack, timers, "what is due is told"),
    LEFT_OUT(TcpStack, watched, "follows from taken_ports and connections"),
    LEFT_OUT(TcpStack, taken_ports, "follows from the connections"),
    LEFT_OUT(TcpStack, peers, "where there are some, the digest is partial"),
    LEFT_OUT(TcpStack, connections, "a pool"),
    LEFT_OUT(TcpStack, half_opens, "a pool"),
    LEFT_OUT(TcpStack, extras, "a pool"),
    LEFT_OUT(TcpStack, pieces, "a pool"),
    LEFT_OUT(TcpStack, packets, "a pool"),
    LEFT_OUT(TcpStack, sents, "a pool"),
    LEFT_OUT(TcpStack, undos, "a pool"),
    LEFT_OUT(TcpStack, waitings, "a pool"),
    LEFT_OUT(TcpStack, cubics, "a pool"),
    LEFT_OUT(TcpStack, port_lists, "a pool"),
    LEFT_OUT(TcpStack, peer_records, "a pool"),
    LEFT_OUT(TcpStack, tunings, "a pool"),
    LEFT_OUT(TcpStack, listeners, "a list: its records are told"),
    LEFT_OUT(TcpStack, newest, "so far it is looked for entries; a test of its own"),
};

static uint64_t digest_of(const TcpHarness *h, SimTime now, uint64_t *alike)
{
    Digest digest = {0};

    digest_begin(&digest, now);
    tcp_stack_digest(h->stack, &digest);
    digest_end(&digest);
    ck_assert(!digest.is_partial);
    uint64_t exact = digest.exact;

    if (alike != NULL)
        *alike = digest.alike;
    digest_clear(&digest);
    return exact;
}

static bool is_apart(const Apart *apart, size_t count, size_t byte)
{
    for (size_t i = 0; i < count; i++) {
        if (byte >= apart[i].from && byte < apart[i].from + apart[i].size)
            return true;
    }
    return false;
}

static void flip_all(const TcpHarness *h, const char *name, void *record, size_t size,
                     const Apart *apart, size_t count)
{
    uint64_t before = digest_of(h, h->now, NULL);
    uint8_t *bytes = record;

    for (size_t bit = 0; bit < 8 * size; bit++) {
        if (is_apart(apart, count, bit / 8))
            continue;
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        if (digest_of(h, h->now, NULL) == before)
            ck_abort_msg("byte %zu of a %s: bit %zu makes no difference", bit / 8, name, bit % 8);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    ck_assert_uint_eq(digest_of(h, h->now, NULL), before);
}

#define FLIP_ALL(h, record, apart)                                                                 \
    flip_all(h, #apart, record, sizeof *(record), apart, COUNT(apart))

/* So that every mark means something. */
static void let_all_mean_something(TcpConnection *conn)
{
    Seq beyond = conn->snd_una + (1U << 20);

    conn->timing = conn->has_dsack = conn->probed_tail = true;
    conn->sacked_count = 0x33;
    conn->duplicate_acks = 0x33;
    conn->in_recovery = conn->in_loss = false;
    conn->timers_armed = (1U << TCP_TIMER_COUNT) - 1;
    conn->recover = conn->rack_end = conn->tail_end = beyond;
    conn->snd_sml = conn->cwnd_used_until = conn->mdev_round_end = beyond;
    conn->sacked_end = beyond;
}

/* Its union is empty, but for the pointer. */
static void give_cubic(TcpConnection *conn, void *record)
{
    memset(&conn->cubic, 0, sizeof conn->cubic);
    conn->linux_cubic = record;
    conn->has_linux_cubic = true;
}

static void tidy_up(TcpConnection *conn, const TcpConnection *was)
{
    *conn = *was;
}

START_TEST(each_bit_of_a_connection_counts)
{
    TcpHarness *h = harness_new("");
    void *cubic = calloc(1, tcp_cubic_size());

    harness_bring(h, AT_ESTABLISHED);
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 3000), TCP_OK);
    h->reads = false;
    harness_deliver(h, "A 11 1 +10"); /* what comes before is missing */
    TcpConnection *conn = tcp_stack_connection(h->stack, h->conn), was = *conn;

    ck_assert_ptr_nonnull(conn->sent_first);
    ck_assert_ptr_nonnull(conn->pieces);
    let_all_mean_something(conn);
    give_cubic(conn, cubic);
    FLIP_ALL(h, conn, of_connection);
    FLIP_ALL(h, conn->sent_first, of_sent);
    FLIP_ALL(h, conn->pieces, of_piece);
    for (unsigned i = 0; i < TCP_TIMER_COUNT; i++) {
        TcpTimerSlot *slot = &conn->timers[i];

        flip_all(h, "due time", &slot->due.at, sizeof slot->due.at, NULL, 0);
        flip_all(h, "length", &slot->length, sizeof slot->length, NULL, 0);
    }
    flip_all(h, "cubic", cubic, tcp_cubic_size(), NULL, 0);
    conn->has_linux_cubic = false;
    flip_all(h, "curve", &conn->cubic, sizeof conn->cubic, NULL, 0);
    free(cubic);
    tidy_up(conn, &was);
    harness_free(h);
}
END_TEST

START_TEST(each_bit_of_a_half_open_connection_counts)
{
    TcpHarness *h = harness_new("");

    harness_bring(h, AT_SYN_RCVD);
    TcpHalfOpen *half = (TcpHalfOpen *)tcp_stack_entry(h->stack, h->conn);

    ck_assert_int_eq(half->entry.kind, TCP_ENTRY_HALF_OPEN);
    /* has_extra: there would have to be one. */
    TcpHalfOpenExtra extra = {.node.key = half->entry.node.key};
    static const Apart of_extra[] = {LEFT_OUT(TcpHalfOpenExtra, node, "a list, and its key")};

    map_insert(&h->stack->half_open_extras, &extra.node, tcp_key_order);
    half->entry.has_extra = true;
    FLIP_ALL(h, half, of_half_open);
    FLIP_ALL(h, &extra, of_extra);
    TcpListener *listener = tcp_listener_find(h->stack, HARNESS_PORT);
    listener->cookies_until = h->now + SIM_HOUR;
    FLIP_ALL(h, listener, of_listener);
    half->entry.has_extra = false;
    map_remove(&h->stack->half_open_extras, &extra.node, tcp_key_order);
    harness_free(h);
}
END_TEST

START_TEST(each_bit_of_a_stack_counts)
{
    TcpHarness *h = harness_new("");

    harness_bring(h, AT_ESTABLISHED_PASSIVE);
    h->stack->challenge_interval = h->now / h->config.challenge_interval;
    h->stack->challenge_count = 0x33;
    static Apart apart[COUNT(of_stack) + 1];

    memcpy(apart, of_stack, sizeof of_stack);
    /* Whether it is this interval is all that counts of it. */
    apart[COUNT(of_stack)] = (Apart)LEFT_OUT(TcpStack, challenge_interval, "");
    flip_all(h, "stack", h->stack, sizeof *h->stack, apart, COUNT(apart));
    uint64_t before = digest_of(h, h->now, NULL);

    h->stack->challenge_interval--;
    ck_assert_uint_ne(digest_of(h, h->now, NULL), before);
    h->stack->challenge_interval++;
    h->stack->newest++;
    ck_assert_uint_ne(digest_of(h, h->now, NULL), before);
    h->stack->newest--;
    harness_free(h);
}
END_TEST

/* ---- The same state at another time ---- */

/* Two whose numbers begin elsewhere, at another time: the same but for that. */
static uint64_t alike_at(SimTime start, Seq irs, uint64_t *exact)
{
    TcpHarness *h = harness_new("isn=rfc6528 tcp_timestamps=0");
    uint64_t alike;

    harness_run_until(h, start);
    h->irs = irs;
    harness_bring(h, AT_ESTABLISHED);
    harness_run_until(h, start + SEC(1));
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 100), TCP_OK);
    *exact = digest_of(h, h->now, &alike);
    harness_free(h);
    return alike;
}

START_TEST(a_state_later_is_alike_and_not_the_same)
{
    uint64_t exact[3], alike[3];

    alike[0] = alike_at(SEC(1), 500000, &exact[0]);
    alike[1] = alike_at(SEC(5), 500000, &exact[1]);
    alike[2] = alike_at(SEC(5), 4294967290, &exact[2]);
    ck_assert_uint_eq(alike[0], alike[1]);
    ck_assert_uint_eq(alike[1], alike[2]);
    ck_assert_uint_ne(exact[0], exact[1]);
    ck_assert_uint_ne(exact[1], exact[2]);
}
END_TEST

/* Of what is due at one instant the order counts, and not how many decisions there were before. */
START_TEST(what_is_due_at_once_has_an_order)
{
    Digest one = {0}, other = {0};

    digest_begin(&one, 5);
    digest_pending(&one, (SimDue){7, 1}, 100, 100);
    digest_pending(&one, (SimDue){7, 2}, 200, 200);
    digest_end(&one);
    digest_begin(&other, 5);
    digest_pending(&other, (SimDue){7, 9}, 200, 200);
    digest_pending(&other, (SimDue){7, 4}, 100, 100);
    digest_end(&other);
    ck_assert_uint_eq(one.exact, other.exact);
    ck_assert_uint_eq(one.alike, other.alike);
    digest_begin(&other, 5);
    digest_pending(&other, (SimDue){7, 3}, 200, 200);
    digest_pending(&other, (SimDue){7, 4}, 100, 100);
    digest_end(&other);
    ck_assert_uint_ne(one.exact, other.exact);
    ck_assert_uint_ne(one.alike, other.alike);
    digest_clear(&one);
    digest_clear(&other);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp_digest");
    TCase *tc = tcase_create("bits");

    tcase_add_test(tc, each_bit_of_a_connection_counts);
    tcase_add_test(tc, each_bit_of_a_half_open_connection_counts);
    tcase_add_test(tc, each_bit_of_a_stack_counts);
    suite_add_tcase(s, tc);
    tc = tcase_create("times");
    tcase_add_test(tc, a_state_later_is_alike_and_not_the_same);
    tcase_add_test(tc, what_is_due_at_once_has_an_order);
    suite_add_tcase(s, tc);
    return s;
}
