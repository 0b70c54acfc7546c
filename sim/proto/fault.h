/* The deterministic faults of the scenario language: which segments of a sender meet what.
 *
 * This is the rule as written; net/faults.h counts segments and applies it.
 */
#ifndef TCPWALTZ_PROTO_FAULT_H
#define TCPWALTZ_PROTO_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/time.h"
#include "proto/segment.h"

typedef enum FaultKind {
    FAULT_DROP,
    FAULT_DUPLICATE,
    FAULT_CORRUPT,
    FAULT_DELAY,
    FAULT_KIND_COUNT,
} FaultKind;

const char *fault_kind_name(FaultKind kind); /* "drop", "duplicate", "corrupt", "delay" */

/* Ordinals first..last, counted from 1, both included; last UINT32_MAX is open ("#3.."). */
typedef struct FaultRange {
    uint32_t first, last;
} FaultRange;

enum { FAULT_RANGES_MAX = 16 };

typedef struct FaultRule {
    FaultKind kind;
    uint32_t sender; /* index of the host */
    SegmentClass class;
    uint32_t range_count;                /* at least 1; "all" is the range 1.. */
    FaultRange ranges[FAULT_RANGES_MAX]; /* "#1,4" is two */
    SimTime from, to;                    /* counts only segments sent in [from, to) */
    SimTime delay_by;                    /* FAULT_DELAY only */
} FaultRule;

/* Does the rule select the n-th (from 1) of the segments it counts? */
bool fault_rule_selects(const FaultRule *rule, uint32_t n);

#endif
