/* The generator against its published vectors, and what is built upon it. */
#include "check_main.h"
#include "core/random.h"

/* The first outputs of the authors' xoshiro256starstar.c from the state 1, 2, 3, 4. */
START_TEST(xoshiro_gives_the_published_numbers)
{
    static const uint64_t published[] = {
        11520,
        0,
        1509978240,
        1215971899390074240,
        1216172134540287360,
        607988272756665600,
        UINT64_C(16172922978634559625),
        8476171486693032832,
        UINT64_C(10595114339597558777),
        2904607092377533576,
    };
    RandomStream stream = {{1, 2, 3, 4}};

    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++)
        ck_assert_uint_eq(random_stream_next(&stream), published[i]);
}
END_TEST

/* The first outputs of Vigna's splitmix64.c from 1234567. */
START_TEST(splitmix_gives_the_published_numbers)
{
    static const uint64_t published[] = {
        6457827717110365317,
        3203168211198807973,
        UINT64_C(9817491932198370423),
        4593380528125082431,
        UINT64_C(16408922859458223821),
    };
    uint64_t state = 1234567;

    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++)
        ck_assert_uint_eq(splitmix64_next(&state), published[i]);
}
END_TEST

/* From a second implementation of the three algorithms, in another language. */
START_TEST(a_stream_is_named_and_seeded)
{
    RandomStream stream;

    random_stream_init(&stream, 1, "link client->server loss");
    ck_assert_uint_eq(stream.s[0], UINT64_C(0xbb31cd39866ee72b));
    ck_assert_uint_eq(stream.s[1], UINT64_C(0xe50b7401155cb8b7));
    ck_assert_uint_eq(stream.s[2], UINT64_C(0x5266cba5f506ad4d));
    ck_assert_uint_eq(stream.s[3], UINT64_C(0x630a8c15abbd46d1));
    ck_assert_uint_eq(random_stream_next(&stream), UINT64_C(0x81b21860a63c179c));
    ck_assert_uint_eq(random_stream_next(&stream), UINT64_C(0x2012d57ba7575f8e));
}
END_TEST

START_TEST(names_and_seeds_make_different_streams)
{
    RandomStream a, b, c;

    random_stream_init(&a, 1, "link client->server loss");
    random_stream_init(&b, 1, "link client->server jitter");
    random_stream_init(&c, 2, "link client->server loss");
    uint64_t first = random_stream_next(&a);
    ck_assert_uint_ne(first, random_stream_next(&b));
    ck_assert_uint_ne(first, random_stream_next(&c));
}
END_TEST

/* floor(x * bound / 2^64) of the published x, computed with long integers. */
START_TEST(below_takes_the_upper_half_of_the_product)
{
    static const uint64_t expected[] = {0,         0,         65917968,  65928823,  32959110,
                                        876735911, 459494177, 574362299, 157459065, 784534990};
    RandomStream stream = {{1, 2, 3, 4}};

    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        ck_assert_uint_eq(random_stream_below(&stream, 1000000000), expected[i]);
}
END_TEST

/* With a bound of 3/4 of 2^64, every fourth number must be drawn again. */
START_TEST(below_draws_again_what_would_be_unfair)
{
    static const uint64_t expected[] = {
        UINT64_C(12129692233975919718),
        7946335754698169082,
        UINT64_C(12396538069003663325),
        6619619641581164,
        8831302824773833926,
        8701026863578888265,
        944180350071204662,
        UINT64_C(10269788031755366601),
        7951984743189505989,
        8604669975411559556,
    };
    RandomStream stream = {{1, 2, 3, 4}};

    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        ck_assert_uint_eq(random_stream_below(&stream, UINT64_C(3) << 62), expected[i]);
}
END_TEST

START_TEST(below_stays_below_and_reaches_all)
{
    RandomStream stream;
    int counts[6] = {0};

    random_stream_init(&stream, 3, "dice");
    for (int i = 0; i < 60000; i++) {
        uint64_t face = random_stream_below(&stream, 6);
        ck_assert_uint_lt(face, 6);
        counts[face]++;
    }
    /* Five standard deviations of a binomial with n = 60000, p = 1/6. */
    for (int i = 0; i < 6; i++)
        ck_assert_int_le(abs(counts[i] - 10000), 457);
    ck_assert_uint_eq(random_stream_below(&stream, 1), 0);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("core_random");
    TCase *tc = tcase_create("published");
    tcase_add_test(tc, xoshiro_gives_the_published_numbers);
    tcase_add_test(tc, splitmix_gives_the_published_numbers);
    suite_add_tcase(s, tc);

    tc = tcase_create("streams");
    tcase_add_test(tc, a_stream_is_named_and_seeded);
    tcase_add_test(tc, names_and_seeds_make_different_streams);
    suite_add_tcase(s, tc);

    tc = tcase_create("below");
    tcase_add_test(tc, below_takes_the_upper_half_of_the_product);
    tcase_add_test(tc, below_draws_again_what_would_be_unfair);
    tcase_add_test(tc, below_stays_below_and_reaches_all);
    suite_add_tcase(s, tc);
    return s;
}
