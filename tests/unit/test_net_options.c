/* TCP options in the order of each stack, and any bytes there and back. */
#include <stdbool.h>
#include <string.h>

#include "check_main.h"
#include "core/random.h"
#include "net/options.h"
#include "proto/keys.h"

#define BYTES(...) (uint8_t[]){__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__})

/* The options of these tests, as they stand in a header. */
#define MSS 2, 4, 5, 180 /* 1460 */
#define SCALE 3, 3, 7
#define SACK_OK 4, 2
#define TIMES 8, 10, 0, 0, 0, 1, 0, 0, 0, 2
#define BLOCK 5, 10, 0, 0, 0, 3, 0, 0, 0, 4
#define NOP 1
#define END 0

enum {
    ALL = OPTION_MSS | OPTION_WINDOW_SCALE | OPTION_SACK_PERMITTED | OPTION_TIMESTAMPS,
    NO_TIMES = ALL & ~OPTION_TIMESTAMPS,
    NO_SACK = ALL & ~OPTION_SACK_PERMITTED,
    DATA = OPTION_TIMESTAMPS | OPTION_SACK,
};

static SegmentOptions with(unsigned present)
{
    return (SegmentOptions){.present = (uint8_t)present,
                            .mss = 1460,
                            .window_scale = 7,
                            .ts_val = 1,
                            .ts_ecr = 2,
                            .sack_count = present & OPTION_SACK ? 1 : 0,
                            .sack = {{3, 4}}};
}

static void assert_written(SegmentOptions options, int64_t order, bool answer,
                           const uint8_t *expected, size_t length)
{
    uint8_t bytes[SEGMENT_OPTIONS_MAX];

    segment_options_lay_out(&options, order, answer);
    ck_assert_uint_eq(segment_options_bytes(&options), length);
    ck_assert_uint_eq(wire_write_options(&options, bytes), length);
    ck_assert_mem_eq(bytes, expected, length);
}

static void assert_syn(int64_t order, unsigned present, const uint8_t *expected, size_t length)
{
    assert_written(with(present), order, false, expected, length);
}

/* ---- Orders: p0f's fingerprints and the stacks' sources, as the profiles name them ---- */

START_TEST(linux_leads_timestamps_by_sack_permitted)
{
    assert_syn(OPTION_ORDER_OF_LINUX, ALL, BYTES(MSS, SACK_OK, TIMES, NOP, SCALE));
    assert_syn(OPTION_ORDER_OF_LINUX, NO_TIMES, BYTES(MSS, NOP, NOP, SACK_OK, NOP, SCALE));
    assert_syn(OPTION_ORDER_OF_LINUX, NO_SACK, BYTES(MSS, NOP, NOP, TIMES, NOP, SCALE));
    assert_syn(OPTION_ORDER_OF_LINUX, OPTION_MSS, BYTES(MSS));
    assert_syn(OPTION_ORDER_OF_LINUX, DATA, BYTES(NOP, NOP, TIMES, NOP, NOP, BLOCK));
}
END_TEST

START_TEST(freebsd_scales_first_and_ends_the_list)
{
    assert_syn(OPTION_ORDER_OF_BSD, ALL, BYTES(MSS, NOP, SCALE, SACK_OK, TIMES));
    assert_syn(OPTION_ORDER_OF_BSD, NO_TIMES, BYTES(MSS, NOP, SCALE, SACK_OK, END, END));
    assert_syn(OPTION_ORDER_OF_BSD, NO_SACK, BYTES(MSS, NOP, SCALE, NOP, NOP, TIMES));
    assert_syn(OPTION_ORDER_OF_BSD, DATA, BYTES(NOP, NOP, TIMES, NOP, NOP, BLOCK));
}
END_TEST

START_TEST(the_other_bsds)
{
    assert_syn(OPTION_ORDER_OF_NETBSD, ALL,
               BYTES(MSS, NOP, SCALE, SACK_OK, NOP, NOP, NOP, NOP, TIMES));
    assert_syn(OPTION_ORDER_OF_OPENBSD, ALL,
               BYTES(MSS, NOP, NOP, SACK_OK, NOP, SCALE, NOP, NOP, TIMES));
    assert_syn(OPTION_ORDER_OF_OPENBSD, NO_TIMES, BYTES(MSS, NOP, NOP, SACK_OK, NOP, SCALE));
    assert_syn(OPTION_ORDER_OF_MACOS, ALL,
               BYTES(MSS, NOP, SCALE, NOP, NOP, TIMES, SACK_OK, END, END));
    assert_syn(OPTION_ORDER_OF_MACOS, NO_TIMES, BYTES(MSS, NOP, SCALE, SACK_OK, END, END));
}
END_TEST

START_TEST(windows_of_two_ages)
{
    assert_syn(OPTION_ORDER_OF_WINDOWS, ALL, BYTES(MSS, NOP, SCALE, SACK_OK, TIMES));
    assert_syn(OPTION_ORDER_OF_WINDOWS, NO_TIMES, BYTES(MSS, NOP, SCALE, NOP, NOP, SACK_OK));
    assert_syn(OPTION_ORDER_OF_WINDOWS, OPTION_MSS | OPTION_SACK_PERMITTED,
               BYTES(MSS, NOP, NOP, SACK_OK));
    assert_syn(OPTION_ORDER_OF_WINDOWS_XP, ALL,
               BYTES(MSS, NOP, SCALE, NOP, NOP, TIMES, NOP, NOP, SACK_OK));
    assert_syn(OPTION_ORDER_OF_WINDOWS_XP, NO_TIMES, BYTES(MSS, NOP, SCALE, NOP, NOP, SACK_OK));
}
END_TEST

/* p0f, Solaris 10: with timestamps they come first, and the NOPs before them have room for SACK-permitted. */
START_TEST(illumos_answers_otherwise_than_it_asks)
{
    assert_syn(OPTION_ORDER_OF_ILLUMOS, ALL, BYTES(MSS, SACK_OK, TIMES, NOP, SCALE));
    assert_written(with(ALL), OPTION_ORDER_OF_ILLUMOS, true,
                   BYTES(SACK_OK, TIMES, MSS, NOP, SCALE));
    assert_written(with(NO_TIMES), OPTION_ORDER_OF_ILLUMOS, true,
                   BYTES(MSS, NOP, NOP, SACK_OK, NOP, SCALE));
    assert_written(with(NO_SACK), OPTION_ORDER_OF_ILLUMOS, true,
                   BYTES(NOP, NOP, TIMES, MSS, NOP, SCALE));
}
END_TEST

START_TEST(small_stacks)
{
    assert_syn(OPTION_ORDER_OF_LWIP, ALL,
               BYTES(MSS, NOP, NOP, TIMES, NOP, SCALE, NOP, NOP, SACK_OK));
    assert_syn(OPTION_ORDER_OF_VPP, ALL, BYTES(MSS, SCALE, SACK_OK, TIMES, END));
    assert_syn(OPTION_ORDER_OF_VPP, NO_TIMES, BYTES(MSS, SCALE, SACK_OK, END, NOP, NOP));
    assert_syn(OPTION_ORDER_OF_VPP, OPTION_TIMESTAMPS, BYTES(TIMES, END, NOP));
    assert_syn(OPTION_ORDER_OF_SMOLTCP, ALL, BYTES(MSS, SCALE, SACK_OK, TIMES, END));
    assert_syn(OPTION_ORDER_OF_SMOLTCP, DATA, BYTES(BLOCK, TIMES));
}
END_TEST

START_TEST(cookies_stand_last)
{
    SegmentOptions options = with(NO_TIMES | OPTION_FAST_OPEN);
    assert_written(options, OPTION_ORDER_OF_LINUX, false,
                   BYTES(MSS, NOP, NOP, SACK_OK, NOP, SCALE, 34, 2, NOP, NOP));
    assert_written(options, OPTION_ORDER_OF_BSD, false,
                   BYTES(MSS, NOP, SCALE, SACK_OK, NOP, NOP, 34, 2, END, END));
}
END_TEST

START_TEST(a_list_without_padding_is_padded)
{
    SegmentOptions options = with(ALL);
    uint8_t bytes[SEGMENT_OPTIONS_MAX];
    const uint8_t expected[] = {MSS, NOP, SCALE, SACK_OK, TIMES};

    options.list = OPTION_ITEM_MSS | OPTION_ITEM_WINDOW_SCALE << 4 |
                   OPTION_ITEM_SACK_PERMITTED << 8 | OPTION_ITEM_TIMESTAMPS << 12;
    segment_options_pad(&options);
    ck_assert_uint_eq(wire_write_options(&options, bytes), sizeof expected);
    ck_assert_mem_eq(bytes, expected, sizeof expected);
}
END_TEST

static TCase *order_case(void)
{
    TCase *tc = tcase_create("orders");

    tcase_add_test(tc, linux_leads_timestamps_by_sack_permitted);
    tcase_add_test(tc, freebsd_scales_first_and_ends_the_list);
    tcase_add_test(tc, the_other_bsds);
    tcase_add_test(tc, windows_of_two_ages);
    tcase_add_test(tc, illumos_answers_otherwise_than_it_asks);
    tcase_add_test(tc, small_stacks);
    tcase_add_test(tc, cookies_stand_last);
    tcase_add_test(tc, a_list_without_padding_is_padded);
    return tc;
}

/* ---- There and back ---- */

/* Reads, writes, compares; the end padded to a word. */
static SegmentOptions assert_kept(const uint8_t *bytes, size_t length, bool whole)
{
    uint8_t again[SEGMENT_OPTIONS_MAX];
    SegmentOptions options = {0};

    ck_assert_int_eq(wire_read_options(bytes, length, &options), whole);
    ck_assert_uint_eq(wire_write_options(&options, again), (length + 3) / 4 * 4);
    ck_assert_mem_eq(again, bytes, length);
    for (size_t i = length; i % 4 != 0; i++)
        ck_assert_uint_eq(again[i], END);
    return options;
}

/* 253 and 254 are experiments' (RFC 4727), 30 is Multipath TCP's (RFC 8684), 29 TCP-AO's (RFC 5925), 19 MD5's. */
START_TEST(unknown_kinds_are_kept)
{
    SegmentOptions options = assert_kept(BYTES(253, 4, 0xab, 0xcd, MSS, 254, 2, NOP, NOP), true);
    ck_assert_uint_eq(options.present, OPTION_MSS);
    ck_assert_uint_eq(options.other_bytes, 6);
    ck_assert_mem_eq(segment_options_others(&options), ((uint8_t[]){253, 4, 0xab, 0xcd, 254, 2}),
                     6);

    options = assert_kept(
        BYTES(MSS, SACK_OK, TIMES, NOP, SCALE, 30, 12, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8), true);
    ck_assert_uint_eq(options.present, ALL);
    assert_kept(BYTES(29, 20, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, NOP, NOP, 19,
                      18, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16),
                true);
}
END_TEST

START_TEST(blocks_stand_beside_unknown_kinds)
{
    SegmentOptions options = assert_kept(
        BYTES(30, 12, 0x20, 1, 0, 0, 0, 1, 0, 0, 0, 2, BLOCK, 253, 6, 1, 2, 3, 4, NOP, NOP), true);

    ck_assert_uint_eq(options.present, OPTION_SACK);
    ck_assert_uint_eq(options.sack_count, 1);
    ck_assert_uint_eq(options.sack[0].left, 3);
    ck_assert_uint_eq(options.sack[0].right, 4);
}
END_TEST

/* The room that four blocks leave is full to the last byte. */
START_TEST(four_blocks_leave_room_for_six_bytes)
{
    uint8_t bytes[SEGMENT_OPTIONS_MAX] = {5, 34};

    memcpy(bytes + 34, (uint8_t[]){253, 6, 1, 2, 3, 4}, 6);
    for (uint8_t i = 2; i < 34; i++)
        bytes[i] = i;
    SegmentOptions options = assert_kept(bytes, sizeof bytes, true);
    ck_assert_uint_eq(options.sack_count, 4);
    ck_assert_uint_eq(options.sack[3].right, 0x1e1f2021);
    ck_assert_uint_eq(options.other_bytes, 6);
}
END_TEST

/* Of what comes twice the last counts, and both are written. */
START_TEST(what_comes_twice_is_kept_twice)
{
    SegmentOptions options = assert_kept(BYTES(2, 4, 1, 0, NOP, SCALE, 2, 4, 2, 0), true);

    ck_assert_uint_eq(options.mss, 512);
    options = assert_kept(BYTES(3, 3, 2, 3, 3, 255, NOP, NOP), true);
    ck_assert_uint_eq(options.window_scale, 14); /* RFC 7323 §2.3 */
    options = assert_kept(BYTES(34, 6, 1, 2, 3, 4, NOP, NOP, BLOCK, NOP, NOP), true);
    ck_assert_uint_eq(options.present, OPTION_SACK);
    ck_assert_uint_eq(options.cookie_length, 0);
}
END_TEST

START_TEST(padding_is_kept_as_it_is)
{
    assert_kept(BYTES(NOP, NOP, NOP, NOP, SCALE, END), true);
    assert_kept(BYTES(SACK_OK, END, 9), true);         /* garbage behind the end */
    assert_kept(BYTES(MSS, END, NOP, NOP, END), true); /* VPP's */
    assert_kept(BYTES(END, END, END, END), true);
    SegmentOptions options = assert_kept(BYTES(SACK_OK, END, END, MSS), true);
    ck_assert_uint_eq(options.present, OPTION_SACK_PERMITTED); /* nothing is read behind it */
}
END_TEST

/* More options than the list has room for: p0f knows a spider whose SYN has eleven NOPs in a row. */
START_TEST(forty_nops_are_kept)
{
    uint8_t bytes[SEGMENT_OPTIONS_MAX];

    memset(bytes, NOP, sizeof bytes);
    assert_kept(bytes, sizeof bytes, true);
    memcpy(bytes + 20, (uint8_t[]){TIMES}, 10);
    SegmentOptions options = assert_kept(bytes, sizeof bytes, true);
    ck_assert_uint_eq(options.present, OPTION_TIMESTAMPS);
    ck_assert_uint_eq(options.ts_ecr, 2);
    /* Two blocks, and no room for their bytes beside them. */
    memset(bytes, NOP, sizeof bytes);
    bytes[15] = 5;
    bytes[16] = 18;
    options = assert_kept(bytes, sizeof bytes, true);
    ck_assert_uint_eq(options.sack_count, 0);
}
END_TEST

START_TEST(what_is_malformed_is_kept_and_not_understood)
{
    SegmentOptions options = assert_kept(BYTES(MSS, 8, 9, 0, 0), false);

    ck_assert_uint_eq(options.present, OPTION_MSS);
    assert_kept(BYTES(MSS, 253, 0, NOP, NOP), false);
    assert_kept(BYTES(MSS, 253, 1, SACK_OK), false);
    assert_kept(BYTES(NOP, NOP, NOP, 254), false); /* a kind without its length */
    assert_kept(BYTES(2, 3, 1, NOP), false);       /* an MSS of three bytes */
    options = assert_kept(BYTES(SACK_OK, 3, 9), false);
    ck_assert_uint_eq(options.present, OPTION_SACK_PERMITTED);
}
END_TEST

START_TEST(whole_options_of_a_header_that_was_cut)
{
    const uint8_t bytes[] = {MSS, SACK_OK, TIMES, NOP, SCALE};

    ck_assert_uint_eq(wire_whole_options(bytes, 20), 20);
    ck_assert_uint_eq(wire_whole_options(bytes, 19), 17);
    ck_assert_uint_eq(wire_whole_options(bytes, 15), 6);
    ck_assert_uint_eq(wire_whole_options(bytes, 4), 4);
    ck_assert_uint_eq(wire_whole_options(bytes, 3), 0);
    ck_assert_uint_eq(wire_whole_options(bytes, 0), 0);
}
END_TEST

/* Kinds that are known come often. */
static uint8_t random_byte(RandomStream *random)
{
    static const uint8_t often[] = {0, 1, 1, 2, 3, 4, 5, 8, 10, 18, 34, 254};
    uint64_t drawn = random_stream_next(random);

    return drawn % 4 == 0 ? (uint8_t)(drawn >> 8) : often[(drawn >> 8) % sizeof often];
}

START_TEST(any_bytes_are_kept)
{
    RandomStream random;
    uint8_t bytes[SEGMENT_OPTIONS_MAX], again[SEGMENT_OPTIONS_MAX];

    random_stream_init(&random, 1, "any bytes");
    for (int i = 0; i < 200000; i++) {
        size_t length = random_stream_next(&random) % (sizeof bytes + 1);
        SegmentOptions options = {0};

        for (size_t k = 0; k < length; k++)
            bytes[k] = random_byte(&random);
        (void)wire_read_options(bytes, length, &options);
        if (wire_write_options(&options, again) != (length + 3) / 4 * 4 ||
            memcmp(again, bytes, length) != 0)
            ck_abort_msg("series %d", i);
    }
}
END_TEST

static TCase *kept_case(void)
{
    TCase *tc = tcase_create("kept");

    tcase_add_test(tc, unknown_kinds_are_kept);
    tcase_add_test(tc, blocks_stand_beside_unknown_kinds);
    tcase_add_test(tc, four_blocks_leave_room_for_six_bytes);
    tcase_add_test(tc, what_comes_twice_is_kept_twice);
    tcase_add_test(tc, padding_is_kept_as_it_is);
    tcase_add_test(tc, forty_nops_are_kept);
    tcase_add_test(tc, what_is_malformed_is_kept_and_not_understood);
    tcase_add_test(tc, whole_options_of_a_header_that_was_cut);
    tcase_add_test(tc, any_bytes_are_kept);
    return tc;
}

Suite *suite(void)
{
    Suite *s = suite_create("net_options");

    suite_add_tcase(s, order_case());
    suite_add_tcase(s, kept_case());
    return s;
}
