/* The deterministic faults: their names, and which ordinals a rule selects. */
#include "proto/fault.h"

#include <assert.h>

static const char *const fault_kind_names[FAULT_KIND_COUNT] = {
    [FAULT_DROP] = "drop",
    [FAULT_DUPLICATE] = "duplicate",
    [FAULT_CORRUPT] = "corrupt",
    [FAULT_DELAY] = "delay",
};

const char *fault_kind_name(FaultKind kind)
{
    assert(kind < FAULT_KIND_COUNT);
    return fault_kind_names[kind];
}

bool fault_rule_selects(const FaultRule *rule, uint32_t n)
{
    assert(rule->range_count >= 1 && rule->range_count <= FAULT_RANGES_MAX);
    for (uint32_t i = 0; i < rule->range_count; i++)
        if (n >= rule->ranges[i].first && n <= rule->ranges[i].last)
            return true;
    return false;
}
