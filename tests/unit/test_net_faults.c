/* Deterministic faults: what each rule counts, and what several demand together. */
#include <string.h>

#include "check_main.h"
#include "net/faults.h"

enum { CLIENT, SERVER };

/* `kind` for the client's segments of `class` with the ordinals first..last, at any time. */
static FaultRule rule(FaultKind kind, SegmentClass class, uint32_t first, uint32_t last)
{
    return (FaultRule){.kind = kind,
                       .sender = CLIENT,
                       .class = class,
                       .range_count = 1,
                       .ranges = {{first, last}},
                       .from = 0,
                       .to = SIM_NEVER};
}

static FaultVerdict apply(FaultSet *set, uint32_t sender, SegmentClass class, SimTime now)
{
    FaultVerdict verdict;

    memset(&verdict, 0xff, sizeof verdict);
    fault_set_apply(set, sender, class, now, &verdict);
    return verdict;
}

START_TEST(counts_segments_of_its_sender_and_class)
{
    FaultRule rules[] = {rule(FAULT_DROP, SEGMENT_SYN, 2, 2)};
    FaultSet set;

    fault_set_init(&set, rules, 1);
    ck_assert(!apply(&set, CLIENT, SEGMENT_SYN, 0).drop);
    ck_assert(!apply(&set, SERVER, SEGMENT_SYN, 1).drop);
    ck_assert(!apply(&set, CLIENT, SEGMENT_ACK, 2).drop);
    ck_assert(!apply(&set, CLIENT, SEGMENT_SYN_ACK, 2).drop);
    FaultVerdict second = apply(&set, CLIENT, SEGMENT_SYN, 3);
    ck_assert(second.drop);
    ck_assert_uint_eq(second.match_count, 1);
    ck_assert_uint_eq(second.matches[0], 0);
    FaultVerdict third = apply(&set, CLIENT, SEGMENT_SYN, 4);
    ck_assert(!third.drop && !third.corrupt);
    ck_assert_uint_eq(third.match_count, 0);
    ck_assert_uint_eq(third.duplicates, 0);
    ck_assert_int_eq(third.delay, 0);
    fault_set_clear(&set);
}
END_TEST

START_TEST(any_counts_every_class)
{
    FaultRule rules[] = {rule(FAULT_DROP, SEGMENT_ANY, 3, UINT32_MAX)};
    FaultSet set;

    fault_set_init(&set, rules, 1);
    ck_assert(!apply(&set, CLIENT, SEGMENT_SYN, 0).drop);
    ck_assert(!apply(&set, CLIENT, SEGMENT_ACK, 0).drop);
    for (int i = 0; i < SEGMENT_ANY; i++)
        ck_assert(apply(&set, CLIENT, (SegmentClass)i, 0).drop);
    ck_assert(!apply(&set, SERVER, SEGMENT_ACK, 0).drop);
    fault_set_clear(&set);
}
END_TEST

START_TEST(counts_only_in_its_time)
{
    FaultRule rules[] = {rule(FAULT_DROP, SEGMENT_DATA, 1, 1)};
    FaultSet set;

    rules[0].from = 10;
    rules[0].to = 20;
    fault_set_init(&set, rules, 1);
    ck_assert(!apply(&set, CLIENT, SEGMENT_DATA, 9).drop);
    ck_assert(apply(&set, CLIENT, SEGMENT_DATA, 10).drop);
    ck_assert(!apply(&set, CLIENT, SEGMENT_DATA, 19).drop);
    fault_set_clear(&set);

    rules[0].ranges[0] = (FaultRange){1, UINT32_MAX};
    fault_set_init(&set, rules, 1);
    ck_assert(apply(&set, CLIENT, SEGMENT_DATA, 19).drop);
    ck_assert(!apply(&set, CLIENT, SEGMENT_DATA, 20).drop);
    fault_set_clear(&set);
}
END_TEST

START_TEST(rules_count_each_on_its_own)
{
    FaultRule rules[] = {
        rule(FAULT_DROP, SEGMENT_SYN, 1, 1),
        rule(FAULT_DROP, SEGMENT_ANY, 3, 3),
        rule(FAULT_DROP, SEGMENT_SYN, 3, 3),
    };
    FaultSet set;
    bool dropped[4];

    fault_set_init(&set, rules, 3);
    dropped[0] = apply(&set, CLIENT, SEGMENT_SYN, 0).drop; /* the first rule */
    dropped[1] = apply(&set, CLIENT, SEGMENT_SYN, 0).drop;
    dropped[2] = apply(&set, CLIENT, SEGMENT_ACK, 0).drop; /* the second */
    dropped[3] = apply(&set, CLIENT, SEGMENT_SYN, 0).drop; /* the third: it counts the dropped */
    ck_assert(dropped[0] && !dropped[1] && dropped[2] && dropped[3]);
    fault_set_clear(&set);
}
END_TEST

START_TEST(demands_add_up)
{
    FaultRule rules[] = {
        rule(FAULT_DELAY, SEGMENT_FIN, 1, 1),     rule(FAULT_DUPLICATE, SEGMENT_FIN, 1, 1),
        rule(FAULT_DROP, SEGMENT_FIN, 2, 2),      rule(FAULT_DELAY, SEGMENT_ANY, 1, 2),
        rule(FAULT_DUPLICATE, SEGMENT_ANY, 1, 1), rule(FAULT_CORRUPT, SEGMENT_FIN, 1, 1),
    };
    FaultSet set;

    rules[0].delay_by = 30 * SIM_MILLISECOND;
    rules[3].delay_by = SIM_SECOND;
    fault_set_init(&set, rules, 6);
    FaultVerdict first = apply(&set, CLIENT, SEGMENT_FIN, 0);
    ck_assert(!first.drop && first.corrupt);
    ck_assert_uint_eq(first.duplicates, 2);
    ck_assert_int_eq(first.delay, 1030 * SIM_MILLISECOND);
    ck_assert_uint_eq(first.match_count, 5);
    ck_assert_mem_eq(first.matches, ((uint32_t[]){0, 1, 3, 4, 5}), 5 * sizeof(uint32_t));

    FaultVerdict second = apply(&set, CLIENT, SEGMENT_FIN, 0);
    ck_assert(second.drop && !second.corrupt);
    ck_assert_uint_eq(second.match_count, 2);
    fault_set_clear(&set);
}
END_TEST

START_TEST(more_rules_act_than_are_listed)
{
    FaultRule rules[FAULT_MATCHES_MAX + 8];
    FaultSet set;

    for (int i = 0; i < FAULT_MATCHES_MAX + 8; i++) {
        rules[i] = rule(FAULT_DELAY, SEGMENT_ACK, 1, 1);
        rules[i].delay_by = 1;
    }
    fault_set_init(&set, rules, FAULT_MATCHES_MAX + 8);
    FaultVerdict verdict = apply(&set, CLIENT, SEGMENT_ACK, 0);
    ck_assert_int_eq(verdict.delay, FAULT_MATCHES_MAX + 8);
    ck_assert_uint_eq(verdict.match_count, FAULT_MATCHES_MAX);
    fault_set_clear(&set);
}
END_TEST

START_TEST(no_rules_demand_nothing)
{
    FaultSet set;

    fault_set_init(&set, NULL, 0);
    FaultVerdict verdict = apply(&set, CLIENT, SEGMENT_SYN, 0);
    ck_assert(!verdict.drop && !verdict.corrupt);
    ck_assert_uint_eq(verdict.match_count, 0);
    fault_set_clear(&set);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("net_faults");
    TCase *tc = tcase_create("faults");
    tcase_add_test(tc, counts_segments_of_its_sender_and_class);
    tcase_add_test(tc, any_counts_every_class);
    tcase_add_test(tc, counts_only_in_its_time);
    tcase_add_test(tc, rules_count_each_on_its_own);
    tcase_add_test(tc, demands_add_up);
    tcase_add_test(tc, more_rules_act_than_are_listed);
    tcase_add_test(tc, no_rules_demand_nothing);
    suite_add_tcase(s, tc);
    return s;
}
