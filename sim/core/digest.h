/* Digests of a simulated world: two numbers of 64 bits that differ, but for very bad luck, where two states do.
 *
 *   exact   of everything as it is, times and numbers absolute: two worlds with the same one go on alike
 *   alike   canonical in time: the same for a state and for itself later, so that a run which goes round
 *           in circles comes back to one.  Times are how long ago or how soon, numbers count from their
 *           connection's beginning.
 *
 * Whoever has a state adds what it is made of, in an order of its own that is always the same.  What is pending goes
 * through digest_pending(): of what is due at one instant the order counts, not the number of the decision.
 */
#ifndef TCPWALTZ_CORE_DIGEST_H
#define TCPWALTZ_CORE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/queue.h"
#include "core/time.h"

/* Something that is due, and what it is. */
typedef struct DigestPending {
    SimDue due;
    uint64_t exact, alike;
} DigestPending;

typedef struct Digest {
    SimTime now;
    uint64_t exact, alike;
    bool is_partial; /* there was something that nobody can tell of: it equals nothing */
    DigestPending *pending;
    uint32_t pending_count, pending_room;
} Digest;

/* Begins one at this time; what it has allocated it uses again.  Zero-initialised before the first. */
void digest_begin(Digest *digest, SimTime now);
void digest_end(Digest *digest); /* adds what is pending: exact and alike are whole now */
void digest_clear(Digest *digest);

static inline uint64_t digest_mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9fb21c651e98df25);
    return hash ^ hash >> 32;
}

static inline void digest_both(Digest *digest, uint64_t exact, uint64_t alike)
{
    digest->exact = digest_mix(digest->exact, exact);
    digest->alike = digest_mix(digest->alike, alike);
}

static inline void digest_add(Digest *digest, uint64_t word)
{
    digest_both(digest, word, word);
}

/* A time as `alike` has it: from now, but for what lies further back than any retransmission timer waits.
 * That stays as it is: in a circle it does not move. */
static inline SimTime digest_time(SimTime now, SimTime t)
{
    return t != 0 && t != SIM_NEVER && t > now - 130 * SIM_SECOND ? t - now - 1 : t;
}

static inline void digest_add_time(Digest *digest, SimTime t)
{
    digest_both(digest, (uint64_t)t, (uint64_t)digest_time(digest->now, t));
}

/* `exact` and `alike` are two versions of one record; both are multiples of 8 bytes long, and aligned so. */
void digest_records(Digest *digest, const void *exact, const void *alike, size_t size);
void digest_bytes(Digest *digest, const void *bytes, size_t size); /* of any length */

void digest_pending(Digest *digest, SimDue due, uint64_t exact, uint64_t alike);

#endif
