/* SipHash-2-4, after the paper's §2: two rounds a word, four at the end. */
#include "core/siphash.h"

#include "core/compiler.h"

typedef struct SipState {
    uint64_t v0, v1, v2, v3;
} SipState;

static uint64_t rotate_left(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

static inline void sip_round(SipState *s)
{
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotate_left(s->v1, 13) ^ s->v0;
    s->v3 = rotate_left(s->v3, 16) ^ s->v2;
    s->v0 = rotate_left(s->v0, 32);
    s->v2 += s->v1;
    s->v0 += s->v3;
    s->v1 = rotate_left(s->v1, 17) ^ s->v2;
    s->v3 = rotate_left(s->v3, 21) ^ s->v0;
    s->v2 = rotate_left(s->v2, 32);
}

/* Eight bytes, so written that a compiler sees one load. */
static uint64_t load_word(const uint8_t *b)
{
    return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 |
           (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 |
           (uint64_t)b[7] << 56;
}

static uint64_t load_little_endian(const uint8_t *bytes, size_t count)
{
    uint64_t word = 0;

    for (size_t i = 0; i < count; i++)
        word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

static inline void sip_word(SipState *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    sip_round(s);
    s->v0 ^= word;
}

static SipState begin(SipKey key)
{
    return (SipState){
        key.k0 ^ UINT64_C(0x736f6d6570736575), /* "somepseu" */
        key.k1 ^ UINT64_C(0x646f72616e646f6d), /* "dorandom" */
        key.k0 ^ UINT64_C(0x6c7967656e657261), /* "lygenera" */
        key.k1 ^ UINT64_C(0x7465646279746573), /* "tedbytes" */
    };
}

/* The last word holds what is left of the data, and the length in its highest byte. */
static OFTEN uint64_t end(SipState *s, uint64_t rest, size_t length)
{
    sip_word(s, rest | (uint64_t)length << 56);
    s->v2 ^= 0xff;
    for (int i = 0; i < 4; i++)
        sip_round(s);
    return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

uint64_t siphash24(SipKey key, const void *data, size_t length)
{
    const uint8_t *bytes = data;
    size_t left = length;
    SipState s = begin(key);

    for (; left >= 8; left -= 8, bytes += 8)
        sip_word(&s, load_word(bytes));
    return end(&s, load_little_endian(bytes, left), length);
}

OFTEN uint64_t siphash24_numbers(SipKey key, uint64_t first, uint32_t second)
{
    SipState s = begin(key);

    sip_word(&s, first);
    return end(&s, second, sizeof first + sizeof second);
}
