/* Payload as a generator: eight bytes at a time are SplitMix64's mixture of their number.
 *
 * The stream's identity is mixed before the number is added: streams are numbered side by side,
 * and one must not be its neighbour moved by eight bytes.
 */
#include "proto/payload.h"

#include "core/random.h"

/* Bytes 8*number .. 8*number+7 of the stream, the first one lowest. */
static uint64_t payload_word(uint64_t mixed_stream, uint64_t number)
{
    return splitmix64_mix(mixed_stream + number * UINT64_C(0x9e3779b97f4a7c15));
}

static uint8_t word_byte(uint64_t word, uint64_t k)
{
    return (uint8_t)(word >> (8 * (k % 8)));
}

uint8_t payload_byte(uint64_t stream, uint64_t k)
{
    return word_byte(payload_word(splitmix64_mix(stream), k / 8), k);
}

/* Written out, so that compilers see one store in it. */
static void store_little_endian(uint8_t out[8], uint64_t word)
{
    out[0] = (uint8_t)word;
    out[1] = (uint8_t)(word >> 8);
    out[2] = (uint8_t)(word >> 16);
    out[3] = (uint8_t)(word >> 24);
    out[4] = (uint8_t)(word >> 32);
    out[5] = (uint8_t)(word >> 40);
    out[6] = (uint8_t)(word >> 48);
    out[7] = (uint8_t)(word >> 56);
}

void payload_write(Payload payload, uint8_t *out, size_t length)
{
    uint64_t mixed = splitmix64_mix(payload.stream);
    uint64_t k = payload.offset;

    for (; length > 0 && k % 8 != 0; k++, length--)
        *out++ = word_byte(payload_word(mixed, k / 8), k);
    for (; length >= 8; k += 8, length -= 8, out += 8)
        store_little_endian(out, payload_word(mixed, k / 8));
    for (; length > 0; k++, length--)
        *out++ = word_byte(payload_word(mixed, k / 8), k);
}

size_t payload_wrong_bytes(Payload got, uint64_t expected_stream, uint64_t expected_offset,
                           size_t length)
{
    size_t wrong = 0;

    if (got.stream == expected_stream && got.offset == expected_offset)
        return 0;
    for (size_t i = 0; i < length; i++)
        if (payload_byte(got.stream, got.offset + i) !=
            payload_byte(expected_stream, expected_offset + i))
            wrong++;
    return wrong;
}
