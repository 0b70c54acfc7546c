/* Sequence number arithmetic: 32-bit numbers on a circle, RFC 9293 §3.4.  Timestamps are such numbers, too,
 * and compared with the same functions (RFC 7323 §5.2).
 *
 * "a before b" means that b lies less than 2^31 numbers ahead of a.
 */
#ifndef TCPWALTZ_CORE_SEQ_H
#define TCPWALTZ_CORE_SEQ_H

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t Seq;

/* a - b as a signed distance, in -2^31 .. 2^31-1. */
static inline int32_t seq_diff(Seq a, Seq b)
{
    return (int32_t)(a - b);
}

static inline bool seq_lt(Seq a, Seq b)
{
    return seq_diff(a, b) < 0;
}

static inline bool seq_le(Seq a, Seq b)
{
    return seq_diff(a, b) <= 0;
}

static inline bool seq_gt(Seq a, Seq b)
{
    return seq_diff(a, b) > 0;
}

static inline bool seq_ge(Seq a, Seq b)
{
    return seq_diff(a, b) >= 0;
}

/* Is s one of the `length` numbers that begin with `first`? */
static inline bool seq_in(Seq s, Seq first, uint32_t length)
{
    return s - first < length;
}

#endif
