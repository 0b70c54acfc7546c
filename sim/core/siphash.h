/* SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): the keyed
 * hash for initial sequence numbers (RFC 6528), SYN cookies and the names of random streams.
 */
#ifndef TCPWALTZ_CORE_SIPHASH_H
#define TCPWALTZ_CORE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

typedef struct SipKey {
    uint64_t k0, k1;
} SipKey;

/* The 64-bit hash of `length` bytes.  Bytes are taken little endian, as the paper does, on
 * every machine. */
uint64_t siphash24(SipKey key, const void *data, size_t length);

/* The same for the 12 bytes that two numbers have in that order. */
uint64_t siphash24_numbers(SipKey key, uint64_t first, uint32_t second);

#endif
