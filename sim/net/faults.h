/* Counts what the senders sent and says which fault rules a segment meets. */
#ifndef TCPWALTZ_NET_FAULTS_H
#define TCPWALTZ_NET_FAULTS_H

#include <stdint.h>

#include "core/time.h"
#include "proto/fault.h"
#include "proto/segment.h"

typedef struct FaultSet {
    const FaultRule *rules; /* not owned */
    uint32_t rule_count;
    uint32_t *counts; /* how many segments each rule has counted */
} FaultSet;

enum { FAULT_MATCHES_MAX = 32 };

/* What the rules demand of one segment: drop wins, duplicates and delays add up. */
typedef struct FaultVerdict {
    bool drop, corrupt;
    uint32_t duplicates;
    SimTime delay;
    uint32_t match_count;                /* the rules that matched, in the file's order; */
    uint32_t matches[FAULT_MATCHES_MAX]; /* further ones still act but are not listed */
} FaultVerdict;

void fault_set_init(FaultSet *set, const FaultRule *rules, uint32_t rule_count);
void fault_set_clear(FaultSet *set);

/* Host `sender` sends a segment of this class at `now`: every rule for it counts on its own. */
void fault_set_apply(FaultSet *set, uint32_t sender, SegmentClass class, SimTime now,
                     FaultVerdict *verdict);

#endif
