/* The payload generator: a function of stream and position alone, and different for each. */
#include <string.h>

#include "check_main.h"
#include "proto/payload.h"

/* From a second implementation, in another language. */
START_TEST(gives_these_bytes_for_ever)
{
    static const uint8_t expected[24] = {
        0x87, 0xe7, 0x70, 0xa6, 0x38, 0x9f, 0x8b, 0xb7, 0x4f, 0xbd, 0x0a, 0x4c,
        0x1f, 0x89, 0x3b, 0x86, 0x15, 0xf4, 0xea, 0x82, 0xd2, 0xfb, 0x58, 0x4d,
    };
    uint8_t written[24];

    payload_write((Payload){7, 0}, written, sizeof written);
    ck_assert_mem_eq(written, expected, sizeof expected);
    for (size_t k = 0; k < sizeof expected; k++)
        ck_assert_uint_eq(payload_byte(7, k), expected[k]);
}
END_TEST

START_TEST(writes_from_any_place_any_length)
{
    uint8_t out[42];

    for (uint64_t offset = 0; offset < 17; offset++) {
        for (size_t length = 0; length <= 40; length++) {
            memset(out, 0xee, sizeof out);
            payload_write((Payload){99, offset}, out + 1, length);
            for (size_t i = 0; i < length; i++)
                ck_assert_uint_eq(out[i + 1], payload_byte(99, offset + i));
            ck_assert_uint_eq(out[0], 0xee);
            ck_assert_uint_eq(out[length + 1], 0xee);
        }
    }
}
END_TEST

START_TEST(works_beyond_four_gigabytes)
{
    uint64_t offset = (UINT64_C(1) << 32) - 3;
    uint8_t out[16];

    payload_write((Payload){1, offset}, out, sizeof out);
    for (size_t i = 0; i < sizeof out; i++)
        ck_assert_uint_eq(out[i], payload_byte(1, offset + i));
    ck_assert(memcmp(out + 3, (uint8_t[]){payload_byte(1, 0), payload_byte(1, 1)}, 2) != 0);
}
END_TEST

START_TEST(equal_references_have_no_wrong_byte)
{
    ck_assert_uint_eq(payload_wrong_bytes((Payload){5, 100}, 5, 100, SIZE_MAX), 0);
    ck_assert_uint_eq(payload_wrong_bytes((Payload){5, 100}, 6, 100, 0), 0);
}
END_TEST

/* Of random bytes one in 256 is right by chance: of 25,600 about 100, five deviations are 50. */
static void assert_mostly_wrong(Payload got, uint64_t stream, uint64_t offset)
{
    size_t wrong = payload_wrong_bytes(got, stream, offset, 25600);

    ck_assert_uint_ge(wrong, 25600 - 150);
    ck_assert_uint_le(wrong, 25600 - 50);
}

START_TEST(another_stream_or_place_is_wrong)
{
    assert_mostly_wrong((Payload){5, 0}, 6, 0);
    assert_mostly_wrong((Payload){5, 1}, 5, 0);
    assert_mostly_wrong((Payload){5, 1 << 20}, 5, 0);
    /* A neighbour is not the stream itself, moved by a word. */
    for (uint64_t moved = 0; moved <= 64; moved++)
        assert_mostly_wrong((Payload){5, moved}, 6, 0);
    for (uint64_t moved = 1; moved <= 64; moved++)
        assert_mostly_wrong((Payload){5, 0}, 6, moved);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("proto_payload");
    TCase *tc = tcase_create("payload");
    tcase_add_test(tc, gives_these_bytes_for_ever);
    tcase_add_test(tc, writes_from_any_place_any_length);
    tcase_add_test(tc, works_beyond_four_gigabytes);
    tcase_add_test(tc, equal_references_have_no_wrong_byte);
    tcase_add_test(tc, another_stream_or_place_is_wrong);
    suite_add_tcase(s, tc);
    return s;
}
