/* Random streams: xoshiro256** (Blackman and Vigna, "Scrambled Linear Pseudorandom Number
 * Generators", ACM TOMS 47, 2021), seeded through SplitMix64 as its authors recommend.
 *
 * Each kind of random decision has a stream of its own, named after what it decides
 * ("link client->server loss"), so that adding a decision in one place changes none in another.
 */
#ifndef TCPWALTZ_CORE_RANDOM_H
#define TCPWALTZ_CORE_RANDOM_H

#include <stdint.h>

typedef struct RandomStream {
    uint64_t s[4];
} RandomStream;

/* Starts the stream called `name` of the run with this seed: the generator's state comes from
 * SplitMix64, started with SipHash-2-4 of the name under the key (seed, 0). */
void random_stream_init(RandomStream *stream, uint64_t seed, const char *name);

/* The next 64 bits. */
uint64_t random_stream_next(RandomStream *stream);

/* SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA
 * 2014): its next 64 bits; and alone the function that makes them from a counter, for whoever
 * needs a number's bits well mixed. */
uint64_t splitmix64_next(uint64_t *state);

static inline uint64_t splitmix64_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* A number in 0 .. bound-1, each equally likely (Lemire's rejection, "Fast Random Integer
 * Generation in an Interval", ACM TOMACS 29, 2019).  bound is at least 1. */
uint64_t random_stream_below(RandomStream *stream, uint64_t bound);

#endif
