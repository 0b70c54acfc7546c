/* SipHash-2-4 against the vectors that its authors publish: key 00 01 … 0f, and of the bytes
 * 00 01 02 … the first n. */
#include "check_main.h"
#include "core/siphash.h"

static const SipKey paper_key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};

static uint64_t hash_of_first(size_t length)
{
    uint8_t bytes[64];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    return siphash24(paper_key, bytes, length);
}

/* Appendix A of the paper. */
START_TEST(hashes_the_vector_of_the_paper)
{
    ck_assert_uint_eq(hash_of_first(15), UINT64_C(0xa129ca6149be45e5));
}
END_TEST

/* From the authors' list of 64: every number of bytes in the last word, one and more words. */
START_TEST(hashes_the_list_of_the_reference)
{
    static const uint64_t published[] = {
        UINT64_C(0x726fdb47dd0e0e31), UINT64_C(0x74f839c593dc67fd), UINT64_C(0x0d6c8009d9a94f5a),
        UINT64_C(0x85676696d7fb7e2d), UINT64_C(0xcf2794e0277187b7), UINT64_C(0x18765564cd99a68d),
        UINT64_C(0xcbc9466e58fee3ce), UINT64_C(0xab0200f58b01d137), UINT64_C(0x93f5f5799a932462),
        UINT64_C(0x9e0082df0ba9e4b0), UINT64_C(0x7a5dbbc594ddb9f3), UINT64_C(0xf4b32f46226bada7),
        UINT64_C(0x751e8fbc860ee5fb), UINT64_C(0x14ea5627c0843d90), UINT64_C(0xf723ca908e7af2ee),
        UINT64_C(0xa129ca6149be45e5), UINT64_C(0x3f2acc7f57c29bdb), UINT64_C(0x699ae9f52cbe4794),
    };

    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++)
        ck_assert_uint_eq(hash_of_first(i), published[i]);
    ck_assert_uint_eq(hash_of_first(63), UINT64_C(0x958a324ceb064572));
}
END_TEST

START_TEST(does_not_care_where_the_bytes_stand)
{
    uint8_t bytes[40];

    for (size_t shift = 0; shift < 8; shift++) {
        for (size_t i = 0; i < 15; i++)
            bytes[shift + i] = (uint8_t)i;
        ck_assert_uint_eq(siphash24(paper_key, bytes + shift, 15), UINT64_C(0xa129ca6149be45e5));
    }
}
END_TEST

/* The reference's hash of 00 01 … 0b. */
START_TEST(hashes_numbers_as_their_bytes)
{
    ck_assert_uint_eq(siphash24_numbers(paper_key, UINT64_C(0x0706050403020100), 0x0b0a0908),
                      UINT64_C(0x751e8fbc860ee5fb));
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("core_siphash");
    TCase *tc = tcase_create("published");
    tcase_add_test(tc, hashes_the_vector_of_the_paper);
    tcase_add_test(tc, hashes_the_list_of_the_reference);
    tcase_add_test(tc, does_not_care_where_the_bytes_stand);
    tcase_add_test(tc, hashes_numbers_as_their_bytes);
    suite_add_tcase(s, tc);
    return s;
}
