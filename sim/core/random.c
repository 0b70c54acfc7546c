/* Random streams: xoshiro256** and SplitMix64 as their authors publish them; see random.h. */
#include "core/random.h"

#include <assert.h>
#include <string.h>

#include "core/siphash.h"

uint64_t splitmix64_next(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    return splitmix64_mix(*state);
}

void random_stream_init(RandomStream *stream, uint64_t seed, const char *name)
{
    uint64_t state = siphash24((SipKey){seed, 0}, name, strlen(name));

    /* Never all zero, which xoshiro could not leave: SplitMix64 gives each number once. */
    for (int i = 0; i < 4; i++)
        stream->s[i] = splitmix64_next(&state);
}

static uint64_t rotate_left(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

uint64_t random_stream_next(RandomStream *stream)
{
    uint64_t *s = stream->s;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate_left(s[3], 45);
    return result;
}

/* The upper half of the 128-bit product, in 64-bit steps: ISO C has no wider type. */
static uint64_t multiply_high(uint64_t a, uint64_t b)
{
    uint64_t a_low = (uint32_t)a, a_high = a >> 32;
    uint64_t b_low = (uint32_t)b, b_high = b >> 32;
    uint64_t middle = a_high * b_low + ((a_low * b_low) >> 32);
    uint64_t middle_low = (uint32_t)middle + a_low * b_high;

    return a_high * b_high + (middle >> 32) + (middle_low >> 32);
}

uint64_t random_stream_below(RandomStream *stream, uint64_t bound)
{
    assert(bound > 0);
    uint64_t x = random_stream_next(stream);

    /* x * bound / 2^64 is the answer.  2^64 mod bound values of x would favour some answers;
     * they are known by the product's lower half, and drawn again. */
    if (x * bound < bound) {
        uint64_t surplus = (0 - bound) % bound;

        while (x * bound < surplus)
            x = random_stream_next(stream);
    }
    return multiply_high(x, bound);
}
