/* The deterministic faults of a run: counts segments for each rule and adds up what the rules
 * that select one demand.  The rules themselves are in proto/fault.h. */
#include "net/faults.h"

#include <stdlib.h>

#include "core/memory.h"

void fault_set_init(FaultSet *set, const FaultRule *rules, uint32_t rule_count)
{
    set->rules = rules;
    set->rule_count = rule_count;
    set->counts = memory_new(rule_count, sizeof *set->counts);
}

void fault_set_clear(FaultSet *set)
{
    free(set->counts);
    *set = (FaultSet){0};
}

static bool rule_counts(const FaultRule *rule, uint32_t sender, SegmentClass class, SimTime now)
{
    return rule->sender == sender && (rule->class == class || rule->class == SEGMENT_ANY) &&
           now >= rule->from && now < rule->to;
}

static void add_demand(const FaultRule *rule, FaultVerdict *verdict)
{
    switch (rule->kind) {
    case FAULT_DROP: verdict->drop = true; break;
    case FAULT_CORRUPT: verdict->corrupt = true; break;
    case FAULT_DUPLICATE: verdict->duplicates++; break;
    case FAULT_DELAY: verdict->delay = sim_time_add(verdict->delay, rule->delay_by); break;
    case FAULT_KIND_COUNT: break;
    }
}

static void begin_verdict(FaultVerdict *verdict)
{
    verdict->drop = verdict->corrupt = false;
    verdict->duplicates = 0;
    verdict->delay = 0;
    verdict->match_count = 0; /* what lies behind it in matches[] has no meaning */
}

void fault_set_apply(FaultSet *set, uint32_t sender, SegmentClass class, SimTime now,
                     FaultVerdict *verdict)
{
    begin_verdict(verdict);
    for (uint32_t i = 0; i < set->rule_count; i++) {
        const FaultRule *rule = &set->rules[i];

        if (!rule_counts(rule, sender, class, now))
            continue;
        if (set->counts[i] < UINT32_MAX)
            set->counts[i]++;
        if (!fault_rule_selects(rule, set->counts[i]))
            continue;
        add_demand(rule, verdict);
        if (verdict->match_count < FAULT_MATCHES_MAX)
            verdict->matches[verdict->match_count++] = i;
    }
}
