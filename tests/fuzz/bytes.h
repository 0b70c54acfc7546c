/* Bytes as decisions, one after the other; when there are none left, all are 0. */
#ifndef TESTS_FUZZ_BYTES_H
#define TESTS_FUZZ_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Bytes {
    const uint8_t *data;
    size_t left;
} Bytes;

static inline bool bytes_end(const Bytes *bytes)
{
    return bytes->left == 0;
}

static inline uint8_t bytes_take(Bytes *bytes)
{
    if (bytes->left == 0)
        return 0;
    bytes->left--;
    return *bytes->data++;
}

static inline uint32_t bytes_take16(Bytes *bytes)
{
    uint32_t high = bytes_take(bytes);
    return high << 8 | bytes_take(bytes);
}

static inline uint32_t bytes_take32(Bytes *bytes)
{
    uint32_t high = bytes_take16(bytes);
    return high << 16 | bytes_take16(bytes);
}

/* Somewhere from `least` to `most`: 16 bytes stand for those next to either, the rest for all magnitudes
 * in between. */
static inline int64_t bytes_take_within(Bytes *bytes, int64_t least, int64_t most)
{
    uint64_t range = (uint64_t)most - (uint64_t)least;
    uint8_t byte = bytes_take(bytes);
    uint64_t plus = byte < 16 ? byte : byte > 239 ? range - (255U - byte) : range >> (byte % 56U);

    return least + (int64_t)(plus > range ? range : plus);
}

#endif
