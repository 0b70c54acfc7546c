/* One direction of a link: each effect on its own, then what chance must not do. */
#include <string.h>

#include "check_main.h"
#include "net/link.h"

enum { MS = 1000000 };

/* A link from a list of keys: "delay=10ms loss=5%". */
static void begin(Link *link, const char *keys)
{
    LinkConfig config;
    SimTimeError ignored;

    link_config_init(&config);
    while (*keys != '\0') {
        size_t name = strcspn(keys, "=");
        size_t value = strcspn(keys + name + 1, " ");
        const Key *key = key_find(KEY_SCOPE_LINK, keys, name);
        ck_assert_msg(key != NULL, "%s", keys);
        ck_assert_int_eq(key_set(key, &config, keys + name + 1, value, &ignored), KEY_OK);
        keys += name + 1 + value;
        keys += strspn(keys, " ");
    }
    link_init(link, &config, 1, "client->server");
}

static LinkResult send(Link *link, SimTime now, uint32_t ip_bytes)
{
    LinkResult result;

    memset(&result, 0xff, sizeof result);
    link_send(link, &(LinkPacket){.at = now, .ip_bytes = ip_bytes}, NULL, &result);
    return result;
}

static LinkResult demand(Link *link, SimTime now, LinkDemand what)
{
    LinkResult result;

    memset(&result, 0xff, sizeof result);
    link_send(link, &(LinkPacket){.at = now, .ip_bytes = 1500}, &what, &result);
    return result;
}

static SimTime due_of(const LinkResult *result)
{
    ck_assert_uint_eq(result->loss, LINK_NOT_LOST);
    ck_assert_uint_ge(result->copy_count, 1);
    return result->copies[0].due;
}

static SimTime due_after(Link *link, SimTime now, uint32_t ip_bytes)
{
    LinkResult result = send(link, now, ip_bytes);

    return due_of(&result);
}

/* ---- Delay ---- */

START_TEST(a_plain_link_delays)
{
    Link link;

    begin(&link, "delay=10ms");
    LinkResult result = send(&link, 5 * MS, 60);
    ck_assert_uint_eq(result.loss, LINK_NOT_LOST);
    ck_assert_uint_eq(result.copy_count, 1);
    ck_assert_int_eq(result.copies[0].due, 15 * MS);
    ck_assert(!result.copies[0].corrupt);
    ck_assert(!result.duplicated_by_chance && !result.corrupted_by_chance);
    ck_assert(!result.reordered_by_chance);
    ck_assert_int_eq(due_after(&link, 5 * MS, 65535), 15 * MS);
    link_clear(&link);
}
END_TEST

START_TEST(jitter_stays_in_its_bounds_and_keeps_order)
{
    Link link;
    SimTime last = 0, least = SIM_NEVER, most = 0;

    begin(&link, "delay=10ms jitter=4ms");
    for (SimTime now = 0; now < 10 * SIM_SECOND; now += 10 * MS) {
        SimTime due = due_after(&link, now, 100), late = due - now - 10 * MS;
        ck_assert_int_ge(late, 0);
        ck_assert_int_le(late, 4 * MS);
        ck_assert_int_ge(due, last);
        last = due;
        least = late < least ? late : least;
        most = late > most ? late : most;
    }
    /* A thousand draws: the chance that the first or last fiftieth is never hit is e^-20. */
    ck_assert_int_lt(least, 4 * MS / 50);
    ck_assert_int_gt(most, 4 * MS - 4 * MS / 50);
    link_clear(&link);
}
END_TEST

START_TEST(jitter_holds_back_who_would_overtake)
{
    Link link;
    SimTime last = 0;
    int held_back = 0;

    begin(&link, "jitter=4ms");
    for (SimTime now = 0; now < MS; now += 1000) {
        SimTime due = due_after(&link, now, 100);
        ck_assert_int_ge(due, last);
        held_back += due == last;
        last = due;
    }
    ck_assert_int_gt(held_back, 500);
    link_clear(&link);
}
END_TEST

static uint64_t answer_most(void *context, const LinkChoice *choice)
{
    (void)context;
    return choice->point < LINK_POINT_CHANCE_COUNT ? choice->alternatives - 1 : 0;
}

START_TEST(jitter_may_be_all_of_it)
{
    Link link;

    begin(&link, "delay=10ms jitter=4ms");
    link.decide = answer_most;
    ck_assert_int_eq(due_after(&link, 0, 100), 14 * MS);
    link_clear(&link);
}
END_TEST

/* ---- Rate and queue ---- */

START_TEST(packets_follow_each_other_at_the_rate)
{
    Link link;

    /* 1500 bytes at 12 Mbit/s take 1 ms. */
    begin(&link, "rate=12mbit delay=10ms");
    ck_assert_int_eq(due_after(&link, 0, 1500), 11 * MS);
    ck_assert_int_eq(due_after(&link, 0, 1500), 12 * MS);
    ck_assert_int_eq(due_after(&link, MS / 2, 750), 12500000);
    ck_assert_int_eq(due_after(&link, 20 * MS, 1500), 31 * MS); /* it had long been free */
    link_clear(&link);
}
END_TEST

START_TEST(transmission_times_are_rounded_up)
{
    Link link;

    begin(&link, "rate=3bit"); /* 40 bytes: 106.666… s */
    ck_assert_int_eq(due_after(&link, 0, 40), INT64_C(106666666667));
    ck_assert_int_eq(due_after(&link, 0, 40), INT64_C(213333333334));
    link_clear(&link);

    begin(&link, "rate=1000gbit"); /* 41 bytes: 0.328 ns */
    ck_assert_int_eq(due_after(&link, 7, 41), 8);
    link_clear(&link);
}
END_TEST

START_TEST(slow_links_do_not_overflow)
{
    Link link;

    begin(&link, "rate=1bit queue=100000");
    for (int64_t i = 1; i <= 17000; i++)
        ck_assert_int_eq(due_after(&link, 0, 65535), i * 524280 * SIM_SECOND);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_gt(due_after(&link, 0, 65535), SIM_SECOND * 17000 * 524280);
    ck_assert_int_eq(due_after(&link, 0, 65535), SIM_NEVER);
    link_clear(&link);
}
END_TEST

START_TEST(a_full_queue_loses)
{
    Link link;

    begin(&link, "rate=12mbit queue=2");
    ck_assert_int_eq(due_after(&link, 0, 1500), 1 * MS); /* under transmission */
    ck_assert_int_eq(due_after(&link, 0, 1500), 2 * MS); /* waits */
    ck_assert_int_eq(due_after(&link, 0, 1500), 3 * MS); /* waits */
    LinkResult lost = send(&link, MS - 1, 1500);
    ck_assert_uint_eq(lost.loss, LINK_LOST_QUEUE);
    ck_assert_uint_eq(lost.copy_count, 0);
    ck_assert_int_eq(due_after(&link, MS, 1500), 4 * MS); /* the first has left */
    ck_assert_uint_eq(send(&link, MS, 40).loss, LINK_LOST_QUEUE);
    link_clear(&link);
}
END_TEST

START_TEST(a_queue_of_none_holds_the_one_on_the_wire)
{
    Link link;

    begin(&link, "rate=12mbit queue=0");
    ck_assert_int_eq(due_after(&link, 0, 1500), 1 * MS);
    ck_assert_uint_eq(send(&link, MS - 1, 1500).loss, LINK_LOST_QUEUE);
    ck_assert_int_eq(due_after(&link, MS, 1500), 2 * MS);
    link_clear(&link);
}
END_TEST

START_TEST(without_a_rate_nothing_waits)
{
    Link link;

    begin(&link, "queue=0");
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(due_after(&link, 3, 1500), 3);
    ck_assert_ptr_null(link.departure_times);
    link_clear(&link);
}
END_TEST

/* The ring of departures, grown while it wraps, against times known in closed form. */
START_TEST(long_queues_keep_their_order)
{
    Link link;
    SimTime now = 0, free_at = 0;

    begin(&link, "rate=12mbit queue=700");
    for (int64_t i = 0; i < 20000; i++) {
        /* Faster than the rate by a quarter, and a pause now and then. */
        now += i % 4000 == 3999 ? 500 * MS : 3 * MS / 4;
        int64_t waiting_ms = free_at > now ? (free_at - now + MS - 1) / MS : 0;
        LinkResult result = send(&link, now, 1500);
        if (waiting_ms > 700) {
            ck_assert_uint_eq(result.loss, LINK_LOST_QUEUE);
            continue;
        }
        free_at = (free_at > now ? free_at : now) + MS;
        ck_assert_int_eq(due_of(&result), free_at);
    }
    ck_assert_uint_le(link.departure_room, 1024);
    link_clear(&link);
}
END_TEST

/* ---- Loss, corruption, duplication, reordering ---- */

static int count_losses(const char *keys, int packets, LinkLoss kind)
{
    Link link;
    int lost = 0;

    begin(&link, keys);
    for (int i = 0; i < packets; i++)
        lost += send(&link, i, 100).loss == kind;
    link_clear(&link);
    return lost;
}

START_TEST(loss_happens_as_often_as_it_should)
{
    ck_assert_int_eq(count_losses("loss=0%", 10000, LINK_LOST_CHANCE), 0);
    ck_assert_int_eq(count_losses("loss=100%", 10000, LINK_LOST_CHANCE), 10000);
    /* Five standard deviations: 5 * sqrt(100000 * 0.05 * 0.95) = 345. */
    int lost = count_losses("loss=5%", 100000, LINK_LOST_CHANCE);
    ck_assert_int_le(abs(lost - 5000), 345);
}
END_TEST

START_TEST(bursts_begin_and_end_for_sure)
{
    Link link;

    /* Into the bad state with the first packet, out of it with the second, and so on. */
    begin(&link, "burst=100%,100%");
    for (int i = 0; i < 10; i++) {
        ck_assert_uint_eq(send(&link, 0, 100).loss, LINK_LOST_BURST);
        ck_assert_uint_eq(send(&link, 0, 100).loss, LINK_NOT_LOST);
    }
    link_clear(&link);

    begin(&link, "burst=100%,0%,0%");
    for (int i = 0; i < 10; i++)
        ck_assert_uint_eq(send(&link, 0, 100).loss, LINK_NOT_LOST);
    ck_assert(link.burst_is_bad);
    link_clear(&link);
}
END_TEST

/* In the long run P / (P + R) of the time is bad, and a burst has 1 / R packets. */
START_TEST(bursts_have_the_length_they_should)
{
    Link link;
    int lost = 0, bursts = 0;
    bool was_lost = false;

    begin(&link, "burst=1%,10%");
    for (int i = 0; i < 200000; i++) {
        bool is_lost = send(&link, 0, 100).loss == LINK_LOST_BURST;
        lost += is_lost;
        bursts += is_lost && !was_lost;
        was_lost = is_lost;
    }
    /* About 18182 lost in about 1818 bursts; the deviation of the number of bursts is about 40. */
    ck_assert_int_ge(bursts, 1818 - 200);
    ck_assert_int_le(bursts, 1818 + 200);
    ck_assert_int_ge(lost, 9 * bursts);
    ck_assert_int_le(lost, 11 * bursts);
    link_clear(&link);
}
END_TEST

START_TEST(corruption_flips_a_bit_of_the_packet)
{
    Link link;
    uint32_t highest = 0;

    begin(&link, "corrupt=100%");
    for (int i = 0; i < 10000; i++) {
        LinkResult result = send(&link, 0, 40);
        ck_assert(result.corrupted_by_chance);
        ck_assert(result.copies[0].corrupt);
        ck_assert_uint_lt(result.copies[0].corrupt_bit, 320);
        if (result.copies[0].corrupt_bit > highest)
            highest = result.copies[0].corrupt_bit;
    }
    ck_assert_uint_eq(highest, 319);
    link_clear(&link);
}
END_TEST

START_TEST(a_duplicate_comes_right_behind)
{
    Link link;

    begin(&link, "delay=10ms jitter=5ms duplicate=100%");
    LinkResult result = send(&link, 0, 100);
    ck_assert(result.duplicated_by_chance);
    ck_assert_uint_eq(result.copy_count, 2);
    ck_assert_int_eq(result.copies[0].due, result.copies[1].due);
    link_clear(&link);
}
END_TEST

/* The first packet has all the jitter there is, and is reordered if that is possible. */
static uint64_t answer_first_late(void *context, const LinkChoice *choice)
{
    int *asked = context;
    int packet = asked[choice->point]++;

    return packet == 0 && choice->point < LINK_POINT_CHANCE_COUNT ? choice->alternatives - 1 : 0;
}

START_TEST(a_reordered_packet_is_overtaken)
{
    Link link;
    int asked[LINK_POINT_COUNT] = {0};

    begin(&link, "delay=10ms jitter=3ms reorder=50% reorder-by=5ms");
    link.decide = answer_first_late;
    link.decide_context = asked;
    LinkResult first = send(&link, 0, 100);
    ck_assert(first.reordered_by_chance);
    ck_assert_int_eq(due_of(&first), 18 * MS);
    LinkResult second = send(&link, MS, 100);
    ck_assert(!second.reordered_by_chance);
    ck_assert_int_eq(due_of(&second), 11 * MS); /* not even held up by the first one's jitter */
    link_clear(&link);
}
END_TEST

/* ---- Faults ---- */

START_TEST(a_dropped_packet_takes_no_time_and_no_place)
{
    Link link;

    begin(&link, "rate=12mbit queue=0");
    LinkResult lost = demand(&link, 0, (LinkDemand){.drop = true, .duplicates = 3});
    ck_assert_uint_eq(lost.loss, LINK_LOST_FAULT);
    ck_assert_uint_eq(lost.copy_count, 0);
    ck_assert_int_eq(due_after(&link, 0, 1500), MS);
    ck_assert_uint_eq(demand(&link, 0, (LinkDemand){.drop = true}).loss, LINK_LOST_FAULT);
    link_clear(&link);
}
END_TEST

START_TEST(demanded_copies_arrive_together)
{
    Link link;

    begin(&link, "rate=12mbit delay=10ms");
    LinkResult result = demand(&link, 0, (LinkDemand){.duplicates = 2});
    ck_assert_uint_eq(result.copy_count, 3);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(result.copies[i].due, 11 * MS);
    ck_assert(!result.duplicated_by_chance);
    ck_assert_int_eq(due_after(&link, 0, 1500), 12 * MS); /* one transmission */
    link_clear(&link);

    begin(&link, "duplicate=100%");
    ck_assert_uint_eq(demand(&link, 0, (LinkDemand){.duplicates = 1}).copy_count, 3);
    ck_assert_uint_eq(demand(&link, 0, (LinkDemand){.duplicates = UINT32_MAX}).copy_count,
                      LINK_COPIES_MAX);
    link_clear(&link);
}
END_TEST

START_TEST(a_demanded_delay_is_added_and_overtaken)
{
    Link link;
    int asked[LINK_POINT_COUNT] = {0};

    begin(&link, "delay=10ms jitter=3ms");
    link.decide = answer_first_late;
    link.decide_context = asked;
    LinkResult late = demand(&link, 0, (LinkDemand){.delay = SIM_SECOND});
    ck_assert_int_eq(due_of(&late), SIM_SECOND + 13 * MS);
    ck_assert_int_eq(due_after(&link, 0, 100), 10 * MS);
    link_clear(&link);
}
END_TEST

/* It is as late as it would have been, and then as much later as the fault says. */
START_TEST(a_delayed_packet_overtakes_nobody)
{
    Link link;
    int asked[LINK_POINT_COUNT] = {0};

    begin(&link, "delay=10ms jitter=3ms");
    link.decide = answer_first_late;
    link.decide_context = asked;
    ck_assert_int_eq(due_after(&link, 0, 100), 13 * MS);
    LinkResult late = demand(&link, 0, (LinkDemand){.delay = 1});
    ck_assert_int_eq(due_of(&late), 13 * MS + 1);
    link_clear(&link);
}
END_TEST

START_TEST(demanded_corruption_flips_a_bit)
{
    Link link;

    begin(&link, "delay=1ms");
    LinkResult result = demand(&link, 0, (LinkDemand){.corrupt = true, .duplicates = 1});
    ck_assert(!result.corrupted_by_chance);
    ck_assert_uint_eq(result.copy_count, 2);
    ck_assert(result.copies[0].corrupt && result.copies[1].corrupt);
    ck_assert_uint_lt(result.copies[0].corrupt_bit, 12000);
    ck_assert_uint_eq(result.copies[0].corrupt_bit, result.copies[1].corrupt_bit);
    link_clear(&link);
}
END_TEST

/* ---- Chance and its replacement ---- */

static const char everything[] = "delay=10ms jitter=3ms loss=10% burst=2%,20%,90% duplicate=10% "
                                 "corrupt=10% reorder=10%";

static void assert_same_fate(const LinkResult *a, const LinkResult *b)
{
    ck_assert_uint_eq(a->loss, b->loss);
    ck_assert_uint_eq(a->copy_count, b->copy_count);
    for (uint32_t i = 0; i < a->copy_count; i++) {
        ck_assert_int_eq(a->copies[i].due, b->copies[i].due);
        ck_assert(a->copies[i].corrupt == b->copies[i].corrupt);
        ck_assert_uint_eq(a->copies[i].corrupt_bit, b->copies[i].corrupt_bit);
    }
}

/* Far enough apart that no packet waits for the one before it. */
START_TEST(a_fault_changes_nothing_else)
{
    Link plain, faulty;

    begin(&plain, everything);
    begin(&faulty, everything);
    for (int i = 0; i < 5000; i++) {
        SimTime now = i * SIM_SECOND;
        LinkResult expected = send(&plain, now, 1500);
        if (i % 3 == 0)
            demand(&faulty, now, (LinkDemand){.drop = i % 2 == 0, .corrupt = true, .delay = 5});
        else {
            LinkResult got = send(&faulty, now, 1500);
            assert_same_fate(&expected, &got);
        }
    }
    link_clear(&plain);
    link_clear(&faulty);
}
END_TEST

START_TEST(one_seed_and_name_one_fate)
{
    Link a, b, c;
    int different = 0;

    begin(&a, everything);
    begin(&b, everything);
    link_init(&c, &a.config, 2, "client->server");
    for (int i = 0; i < 1000; i++) {
        LinkResult of_a = send(&a, i * MS, 100), of_b = send(&b, i * MS, 100);
        LinkResult of_c = send(&c, i * MS, 100);
        assert_same_fate(&of_a, &of_b);
        different += of_a.loss != of_c.loss;
    }
    ck_assert_int_gt(different, 0);
    link_clear(&a);
    link_clear(&b);
    link_clear(&c);
}
END_TEST

START_TEST(points_have_streams_named_after_them)
{
    Link link;
    RandomStream expected;

    begin(&link, "");
    random_stream_init(&expected, 1, "link client->server loss");
    ck_assert_mem_eq(&link.streams[LINK_POINT_LOSS], &expected, sizeof expected);
    random_stream_init(&expected, 1, "link client->server jitter");
    ck_assert_mem_eq(&link.streams[LINK_POINT_JITTER], &expected, sizeof expected);
    link_clear(&link);
}
END_TEST

/* Writes down what it was asked, and answers 1 at one point. */
typedef struct Explorer {
    LinkPoint yes;
    LinkChoice asked[16];
    size_t count;
} Explorer;

static uint64_t explore(void *context, const LinkChoice *choice)
{
    Explorer *explorer = context;

    ck_assert_uint_lt(explorer->count, 16);
    explorer->asked[explorer->count++] = *choice;
    return choice->point == explorer->yes;
}

START_TEST(somebody_may_answer_in_place_of_chance)
{
    static const LinkPoint order[] = {LINK_POINT_FAULT,   LINK_POINT_LOSS,      LINK_POINT_BURST,
                                      LINK_POINT_CORRUPT, LINK_POINT_DUPLICATE, LINK_POINT_JITTER,
                                      LINK_POINT_REORDER};
    Explorer explorer = {.yes = LINK_POINT_DUPLICATE};
    Link link;

    begin(&link, everything);
    link.decide = explore;
    link.decide_context = &explorer;
    LinkResult result = send(&link, 0, 100);
    ck_assert_uint_eq(result.copy_count, 2);
    ck_assert_int_eq(result.copies[0].due, 10 * MS);
    ck_assert_uint_eq(explorer.count, 7);
    for (size_t i = 0; i < 7; i++)
        ck_assert_uint_eq(explorer.asked[i].point, order[i]);
    ck_assert_uint_eq(explorer.asked[0].alternatives, 1 + FAULT_KIND_COUNT);
    ck_assert_int_eq(explorer.asked[1].odds_ppb, 100000000);
    ck_assert_uint_eq(explorer.asked[1].alternatives, 2);
    ck_assert_int_eq(explorer.asked[5].odds_ppb, -1);
    ck_assert_uint_eq(explorer.asked[5].alternatives, 3 * MS + 1);
    link_clear(&link);
}
END_TEST

START_TEST(nobody_is_asked_what_makes_no_difference)
{
    Explorer explorer = {.yes = LINK_POINT_LOSS};
    Link link;

    begin(&link, everything);
    link.decide = explore;
    link.decide_context = &explorer;
    ck_assert_uint_eq(send(&link, 0, 100).loss, LINK_LOST_CHANCE);
    ck_assert_uint_eq(explorer.count, 3); /* a fault, loss, and whether the chain moves */

    explorer = (Explorer){.yes = LINK_POINT_CORRUPT_BIT};
    LinkResult corrupted = demand(&link, 0, (LinkDemand){.corrupt = true});
    ck_assert_uint_eq(corrupted.copies[0].corrupt_bit, 1);
    link_clear(&link);
}
END_TEST

/* Answers with one kind of fault for every packet, and with a second where it asks how long. */
static uint64_t answer_fault(void *context, const LinkChoice *choice)
{
    const FaultKind *kind = context;

    if (choice->point == LINK_POINT_FAULT_DELAY)
        return SIM_SECOND;
    return choice->point == LINK_POINT_FAULT ? 1U + *kind : 0;
}

/* The same as a rule's demand, but for who is told to have done it. */
START_TEST(a_fault_that_is_decided_on_is_that_of_a_rule)
{
    static const LinkDemand demands[FAULT_KIND_COUNT] = {
        [FAULT_DROP] = {.drop = true},
        [FAULT_DUPLICATE] = {.duplicates = 1},
        [FAULT_CORRUPT] = {.corrupt = true},
        [FAULT_DELAY] = {.delay = SIM_SECOND},
    };
    FaultKind kind = (FaultKind)_i;
    Link decided, ruled;

    begin(&decided, "delay=10ms rate=1mbit");
    begin(&ruled, "delay=10ms rate=1mbit");
    decided.decide = answer_fault;
    decided.decide_context = &kind;
    for (SimTime at = 0; at < 5; at++) {
        LinkResult one = send(&decided, at, 1500), other = demand(&ruled, at, demands[kind]);
        ck_assert_uint_eq(one.copy_count, other.copy_count);
        ck_assert_int_eq(one.loss != LINK_NOT_LOST, other.loss != LINK_NOT_LOST);
        for (uint32_t i = 0; i < one.copy_count; i++) {
            ck_assert_int_eq(one.copies[i].due, other.copies[i].due);
            ck_assert_int_eq(one.copies[i].corrupt, other.copies[i].corrupt);
        }
        ck_assert_int_eq(one.duplicated_by_chance, kind == FAULT_DUPLICATE);
        ck_assert_int_eq(one.corrupted_by_chance, kind == FAULT_CORRUPT);
        ck_assert_int_eq(one.reordered_by_chance, kind == FAULT_DELAY);
    }
    link_clear(&decided);
    link_clear(&ruled);
}
END_TEST

/* The plainest link of all. */
START_TEST(who_decides_is_told_of_every_packet)
{
    Explorer explorer = {.yes = LINK_POINT_COUNT};
    Segment segment = {.flags = TCP_SYN};
    LinkPacket packet = {.at = 7, .ip_bytes = 60, .segment = &segment, .forged = true};
    LinkResult result;
    Link link;

    begin(&link, "delay=10ms");
    link.decide = explore;
    link.decide_context = &explorer;
    link_send(&link, &packet, NULL, &result);
    ck_assert_uint_eq(explorer.count, 1);
    ck_assert_ptr_eq(explorer.asked[0].link, &link);
    ck_assert_ptr_eq(explorer.asked[0].packet, &packet);
    ck_assert_int_eq(due_of(&result), 10 * MS + 7);
    /* What a rule drops is dropped, whatever is answered. */
    link_send(&link, &packet, &(LinkDemand){.drop = true}, &result);
    ck_assert_uint_eq(explorer.count, 1);
    link_clear(&link);
}
END_TEST

static void add_effects(Suite *s)
{
    TCase *tc = tcase_create("delay");
    tcase_add_test(tc, a_plain_link_delays);
    tcase_add_test(tc, jitter_stays_in_its_bounds_and_keeps_order);
    tcase_add_test(tc, jitter_holds_back_who_would_overtake);
    tcase_add_test(tc, jitter_may_be_all_of_it);
    suite_add_tcase(s, tc);

    tc = tcase_create("queue");
    tcase_add_test(tc, packets_follow_each_other_at_the_rate);
    tcase_add_test(tc, transmission_times_are_rounded_up);
    tcase_add_test(tc, slow_links_do_not_overflow);
    tcase_add_test(tc, a_full_queue_loses);
    tcase_add_test(tc, a_queue_of_none_holds_the_one_on_the_wire);
    tcase_add_test(tc, without_a_rate_nothing_waits);
    tcase_add_test(tc, long_queues_keep_their_order);
    suite_add_tcase(s, tc);

    tc = tcase_create("mishaps");
    tcase_add_test(tc, loss_happens_as_often_as_it_should);
    tcase_add_test(tc, bursts_begin_and_end_for_sure);
    tcase_add_test(tc, bursts_have_the_length_they_should);
    tcase_add_test(tc, corruption_flips_a_bit_of_the_packet);
    tcase_add_test(tc, a_duplicate_comes_right_behind);
    tcase_add_test(tc, a_reordered_packet_is_overtaken);
    suite_add_tcase(s, tc);
}

Suite *suite(void)
{
    Suite *s = suite_create("net_link");
    add_effects(s);

    TCase *tc = tcase_create("faults");
    tcase_add_test(tc, a_dropped_packet_takes_no_time_and_no_place);
    tcase_add_test(tc, demanded_copies_arrive_together);
    tcase_add_test(tc, a_demanded_delay_is_added_and_overtaken);
    tcase_add_test(tc, a_delayed_packet_overtakes_nobody);
    tcase_add_test(tc, demanded_corruption_flips_a_bit);
    suite_add_tcase(s, tc);

    tc = tcase_create("chance");
    tcase_add_test(tc, a_fault_changes_nothing_else);
    tcase_add_test(tc, one_seed_and_name_one_fate);
    tcase_add_test(tc, points_have_streams_named_after_them);
    tcase_add_test(tc, somebody_may_answer_in_place_of_chance);
    tcase_add_test(tc, nobody_is_asked_what_makes_no_difference);
    tcase_add_loop_test(tc, a_fault_that_is_decided_on_is_that_of_a_rule, 0, FAULT_KIND_COUNT);
    tcase_add_test(tc, who_decides_is_told_of_every_packet);
    suite_add_tcase(s, tc);
    return s;
}
