/* The wire format: published checksums, known bytes, and no trust in anything that arrives. */
#include <stdbool.h>
#include <string.h>

#include "check_main.h"
#include "core/random.h"
#include "net/wire.h"
#include "proto/address.h"
#include "proto/keys.h"

/* ---- Checksums ---- */

/* RFC 1071 §3. */
START_TEST(sums_the_example_of_the_rfc)
{
    static const uint8_t bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

    ck_assert_uint_eq(wire_checksum(bytes, sizeof bytes, 0), 0xffff - 0xddf2);
}
END_TEST

/* The header that every text on the subject sums: 0xb861. */
static const uint8_t well_known_header[20] = {
    0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
    0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7,
};

START_TEST(sums_the_well_known_header)
{
    uint8_t header[20];

    ck_assert_uint_eq(wire_checksum(well_known_header, 20, 0), 0);
    memcpy(header, well_known_header, 20);
    header[10] = header[11] = 0;
    ck_assert_uint_eq(wire_checksum(header, 20, 0), 0xb861);
}
END_TEST

START_TEST(an_odd_byte_is_padded_and_sums_carry_on)
{
    static const uint8_t bytes[] = {0x12, 0x34, 0x56};

    ck_assert_uint_eq(wire_checksum(bytes, 3, 0), 0xffff - (0x1234 + 0x5600));
    ck_assert_uint_eq(wire_checksum(bytes + 2, 1, 0x1234), 0xffff - (0x1234 + 0x5600));
    ck_assert_uint_eq(wire_checksum(NULL, 0, 0x1ffff), 0xfffe);
    ck_assert_uint_eq(wire_checksum(NULL, 0, 0), 0xffff);
}
END_TEST

/* ---- Encoding ---- */

static const Segment linux_syn = {
    .src_addr = 0xc0a80001,
    .dst_addr = 0xc0a800c7,
    .src_port = 40000,
    .dst_port = 80,
    .seq = 0x12345678,
    .flags = TCP_SYN,
    .window = 64240,
    .options =
        {
            .list = 0x42653, /* MSS, SACK-permitted, timestamps, NOP, window scale */
            .present = OPTION_MSS | OPTION_SACK_PERMITTED | OPTION_TIMESTAMPS | OPTION_WINDOW_SCALE,
            .mss = 1460,
            .window_scale = 7,
            .ts_val = 1000,
        },
};

/* Put together by hand, the checksums by another program. */
static const uint8_t linux_syn_bytes[60] = {
    0x45, 0x00, 0x00, 0x3c, 0xbe, 0xef, 0x40, 0x00, 0x40, 0x06, 0xf9, 0xb3, 0xc0, 0xa8, 0x00,
    0x01, 0xc0, 0xa8, 0x00, 0xc7, 0x9c, 0x40, 0x00, 0x50, 0x12, 0x34, 0x56, 0x78, 0x00, 0x00,
    0x00, 0x00, 0xa0, 0x02, 0xfa, 0xf0, 0xc1, 0xd1, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4, 0x04,
    0x02, 0x08, 0x0a, 0x00, 0x00, 0x03, 0xe8, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07,
};

START_TEST(writes_the_syn_that_linux_writes)
{
    uint8_t packet[80];

    ck_assert_uint_eq(wire_encode(&linux_syn, 0xbeef, packet, sizeof packet), 60);
    ck_assert_mem_eq(packet, linux_syn_bytes, 60);
}
END_TEST

static void assert_options(const SegmentOptions *options, const uint8_t *expected, size_t length)
{
    uint8_t packet[80];
    Segment segment = {.flags = TCP_ACK, .options = *options};

    segment_options_lay_out(&segment.options, OPTION_ORDER_OF_LINUX, false);
    ck_assert_uint_eq(wire_encode(&segment, 0, packet, sizeof packet), 40 + length);
    ck_assert_uint_eq(packet[32], (5 + length / 4) << 4);
    ck_assert_mem_eq(packet + 40, expected, length);
}

START_TEST(pads_each_option_in_front)
{
    SegmentOptions timestamps = {
        .present = OPTION_TIMESTAMPS, .ts_val = 0x01020304, .ts_ecr = 0x05060708};
    SegmentOptions permitted = {.present = OPTION_SACK_PERMITTED};
    SegmentOptions scale = {.present = OPTION_WINDOW_SCALE, .window_scale = 10};
    SegmentOptions sack = {
        .present = OPTION_SACK, .sack_count = 1, .sack = {{0x11223344, 0x55667788}}};

    assert_options(&timestamps, (uint8_t[]){1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8}, 12);
    assert_options(&permitted, (uint8_t[]){1, 1, 4, 2}, 4);
    assert_options(&scale, (uint8_t[]){1, 3, 3, 10}, 4);
    assert_options(&sack, (uint8_t[]){1, 1, 5, 10, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88},
                   12);
}
END_TEST

/* RFC 7413 §4.1.1: kind 34, and §8: kind 254 with 0xf989; NOPs fill the last word. */
START_TEST(writes_fast_open_cookies)
{
    SegmentOptions request = {.present = OPTION_FAST_OPEN};
    SegmentOptions exp_request = {.present = OPTION_FAST_OPEN_EXP};
    SegmentOptions cookie = {
        .present = OPTION_FAST_OPEN, .cookie_length = 8, .cookie = {1, 2, 3, 4, 5, 6, 7, 8}};
    SegmentOptions exp = {
        .present = OPTION_FAST_OPEN_EXP, .cookie_length = 4, .cookie = {1, 2, 3, 4}};

    assert_options(&request, (uint8_t[]){34, 2, 1, 1}, 4);
    assert_options(&exp_request, (uint8_t[]){254, 4, 0xf9, 0x89}, 4);
    assert_options(&cookie, (uint8_t[]){34, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1}, 12);
    assert_options(&exp, (uint8_t[]){254, 8, 0xf9, 0x89, 1, 2, 3, 4}, 8);
}
END_TEST

/* RFC 3168 §5: two bits, and the sum of the header. */
START_TEST(a_router_marks)
{
    uint8_t packet[80];
    Segment segment = {.ecn = ECN_ECT_0, .flags = TCP_ACK}, got;
    const uint8_t *payload;
    size_t length = wire_encode(&segment, 7, packet, sizeof packet);

    wire_mark(packet, length);
    ck_assert_int_eq(wire_decode(packet, length, &got, &payload), WIRE_OK);
    ck_assert_uint_eq(got.ecn, ECN_CE);
}
END_TEST

START_TEST(writes_no_cookie_beside_sack_blocks)
{
    uint8_t packet[80];
    Segment both = {.options = {.present = OPTION_SACK | OPTION_FAST_OPEN, .sack_count = 1}};
    Segment twice = {.options = {.present = OPTION_ANY_FAST_OPEN}};

    ck_assert_uint_eq(wire_encode(&both, 0, packet, sizeof packet), 0);
    ck_assert_uint_eq(wire_encode(&twice, 0, packet, sizeof packet), 0);
}
END_TEST

START_TEST(touches_no_more_than_its_room)
{
    uint8_t packet[62];

    memset(packet, 0xee, sizeof packet);
    ck_assert_uint_eq(wire_encode(&linux_syn, 0xbeef, packet, 59), 0);
    ck_assert_uint_eq(wire_encode(&linux_syn, 0xbeef, packet, 0), 0);
    ck_assert_uint_eq(packet[0], 0xee);
    ck_assert_uint_eq(wire_encode(&linux_syn, 0xbeef, packet, 60), 60);
    ck_assert_uint_eq(packet[60], 0xee);
}
END_TEST

static size_t encode_laid_out(Segment segment)
{
    static uint8_t packet[WIRE_PACKET_MAX + 1];

    segment_options_lay_out(&segment.options, OPTION_ORDER_OF_LINUX, false);
    return wire_encode(&segment, 0, packet, sizeof packet);
}

START_TEST(refuses_what_does_not_fit)
{
    Segment segment = {.flags = TCP_ACK, .length = 65495};

    ck_assert_uint_eq(encode_laid_out(segment), 65535);
    segment.length = 65496;
    ck_assert_uint_eq(encode_laid_out(segment), 0);

    segment = linux_syn;
    segment.options.present |= OPTION_SACK;
    segment.options.sack_count = 2;
    ck_assert_uint_eq(encode_laid_out(segment), 60 + 20);
    segment.options.sack_count = 3;
    ck_assert_uint_eq(encode_laid_out(segment), 0);
    segment.options.sack_count = 0;
    ck_assert_uint_eq(encode_laid_out(segment), 0);
    segment.options.present = OPTION_SACK;
    segment.options.sack_count = 5;
    ck_assert_uint_eq(encode_laid_out(segment), 0);
}
END_TEST

/* ---- There and back ---- */

static uint32_t draw(RandomStream *random)
{
    return (uint32_t)random_stream_next(random);
}

static void random_options(RandomStream *random, SegmentOptions *options)
{
    uint32_t present = draw(random);

    if (present & OPTION_MSS)
        options->mss = (uint16_t)draw(random);
    if (present & OPTION_WINDOW_SCALE)
        options->window_scale = (uint8_t)(draw(random) % 15);
    if (present & OPTION_TIMESTAMPS) {
        options->ts_val = draw(random);
        options->ts_ecr = draw(random);
    }
    if (present & OPTION_SACK) {
        options->sack_count = (uint8_t)(1 + draw(random) % SEGMENT_SACK_MAX);
        for (int i = 0; i < options->sack_count; i++)
            options->sack[i] = (SackBlock){draw(random), draw(random)};
    }
    options->present = present & (OPTION_MSS | OPTION_WINDOW_SCALE | OPTION_SACK_PERMITTED |
                                  OPTION_TIMESTAMPS | OPTION_SACK);
    if (!(present & OPTION_SACK) && (present & OPTION_ANY_FAST_OPEN)) {
        bool exp = present & OPTION_FAST_OPEN_EXP;

        options->present |= exp ? OPTION_FAST_OPEN_EXP : OPTION_FAST_OPEN;
        options->cookie_length = (uint8_t)(draw(random) % 8 * 2);
        if (options->cookie_length == 2)
            options->cookie_length = 16;
        for (int i = 0; i < options->cookie_length; i++)
            options->cookie[i] = (uint8_t)draw(random);
    }
    segment_options_lay_out(options, draw(random) % (OPTION_ORDER_OF_SMOLTCP + 1),
                            draw(random) & 1);
}

/* Every fourth one of IPv6. */
static void random_ends(RandomStream *random, Segment *segment)
{
    bool ipv6 = draw(random) % 4 == 0;

    segment->src_addr = ipv6 ? 1 + draw(random) % ADDRESS_IPV6_MAX : draw(random) | 1U << 24;
    segment->dst_addr = ipv6 ? 1 + draw(random) % ADDRESS_IPV6_MAX : draw(random) | 1U << 24;
}

/* Everything at random that fits; every third without payload. */
static Segment random_segment(RandomStream *random)
{
    Segment segment;

    do {
        memset(&segment, 0, sizeof segment);
        random_options(random, &segment.options);
    } while (segment_options_bytes(&segment.options) > 40);
    random_ends(random, &segment);
    segment.src_port = (uint16_t)draw(random);
    segment.dst_port = (uint16_t)draw(random);
    segment.seq = draw(random);
    segment.ack = draw(random);
    segment.flags = (uint8_t)draw(random);
    segment.ecn = (uint8_t)(draw(random) & 3);
    segment.ttl = (uint8_t)(1 + draw(random) % 255);
    segment.window = (uint16_t)draw(random);
    segment.urgent = (uint16_t)draw(random);
    if (draw(random) % 3 != 0)
        segment.length = (uint16_t)(draw(random) % 100);
    segment.payload = (Payload){draw(random), draw(random)};
    return segment;
}

static void assert_same_options(const SegmentOptions *a, const SegmentOptions *b)
{
    ck_assert_uint_eq(a->list, b->list);
    ck_assert_uint_eq(a->present, b->present);
    ck_assert_uint_eq(a->window_scale, b->window_scale);
    ck_assert_uint_eq(a->mss, b->mss);
    ck_assert_uint_eq(a->ts_val, b->ts_val);
    ck_assert_uint_eq(a->ts_ecr, b->ts_ecr);
    ck_assert_uint_eq(a->sack_count, b->sack_count);
    for (int i = 0; i < a->sack_count; i++) {
        ck_assert_uint_eq(a->sack[i].left, b->sack[i].left);
        ck_assert_uint_eq(a->sack[i].right, b->sack[i].right);
    }
    ck_assert_uint_eq(a->cookie_length, b->cookie_length);
    ck_assert_mem_eq(a->cookie, b->cookie, a->cookie_length);
}

static void assert_same_header(const Segment *a, const Segment *b)
{
    ck_assert_uint_eq(a->src_addr, b->src_addr);
    ck_assert_uint_eq(a->dst_addr, b->dst_addr);
    ck_assert_uint_eq(a->src_port, b->src_port);
    ck_assert_uint_eq(a->dst_port, b->dst_port);
    ck_assert_uint_eq(a->seq, b->seq);
    ck_assert_uint_eq(a->ack, b->ack);
    ck_assert_uint_eq(a->flags, b->flags);
    ck_assert_uint_eq(a->ecn, b->ecn);
    if (a->ttl != 0)
        ck_assert_uint_eq(a->ttl, b->ttl);
    ck_assert_uint_eq(a->window, b->window);
    ck_assert_uint_eq(a->urgent, b->urgent);
    ck_assert_uint_eq(a->length, b->length);
}

START_TEST(every_segment_comes_back_as_it_went)
{
    RandomStream random;
    uint8_t packet[256];

    random_stream_init(&random, 1, "there and back");
    for (int i = 0; i < 10000; i++) {
        Segment sent = random_segment(&random), got;
        const uint8_t *payload;
        size_t length = wire_encode(&sent, (uint16_t)draw(&random), packet, sizeof packet);

        ck_assert_uint_eq(length, segment_ip_bytes(&sent));
        ck_assert_uint_eq(wire_decode(packet, length, &got, &payload), WIRE_OK);
        assert_same_header(&sent, &got);
        assert_same_options(&sent.options, &got.options);
        ck_assert_uint_eq(got.payload.stream, 0);
        ck_assert_uint_eq(got.payload.offset, 0);
        ck_assert_ptr_eq(payload + sent.length, packet + length);
        for (size_t k = 0; k < sent.length; k++)
            ck_assert_uint_eq(payload[k],
                              payload_byte(sent.payload.stream, sent.payload.offset + k));
    }
}
END_TEST

/* ---- Damaged ---- */

/* Decodes a copy of exactly `length` bytes, so that a sanitizer sees one byte too far. */
static WireError decode_copy(const uint8_t *packet, size_t length, Segment *segment)
{
    uint8_t *copy = malloc(length > 0 ? length : 1);
    const uint8_t *payload = NULL;

    memcpy(copy, packet, length);
    WireError error = wire_decode(copy, length, segment, &payload);
    bool inside = payload != NULL && payload >= copy && payload + segment->length <= copy + length;
    /* Not ck_assert(), which takes its time: this runs a million times. */
    if (error == WIRE_OK ? !inside : payload != NULL)
        ck_abort_msg("the payload is not in the packet");
    free(copy);
    return error;
}

START_TEST(every_truncation_is_refused)
{
    uint8_t packet[256];
    Segment data = linux_syn, got;

    data.length = 100;
    size_t whole = wire_encode(&data, 1, packet, sizeof packet);
    for (size_t length = 0; length < whole; length++)
        ck_assert_uint_eq(decode_copy(packet, length, &got), WIRE_TRUNCATED);
    ck_assert_uint_eq(decode_copy(packet, whole, &got), WIRE_OK);
}
END_TEST

/* Of IPv6 not every one is: test_net_ipv6.c. */
START_TEST(every_flipped_bit_is_noticed)
{
    RandomStream random;
    uint8_t packet[256];
    Segment got;

    random_stream_init(&random, 2, "flips");
    for (int i = 0; i < 300; i++) {
        Segment sent = i == 0 ? linux_syn : random_segment(&random);

        if (address_is_ipv6(sent.src_addr))
            continue;
        size_t length = wire_encode(&sent, (uint16_t)i, packet, sizeof packet);
        for (size_t bit = 0; bit < 8 * length; bit++) {
            packet[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
            if (decode_copy(packet, length, &got) == WIRE_OK)
                ck_abort_msg("segment %d, bit %zu", i, bit);
            packet[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        }
    }
}
END_TEST

/* Makes both checksums right again, as somebody does who means harm. */
static void repair(uint8_t *packet, size_t length)
{
    size_t ip_header = (packet[0] & 15U) * 4U;
    uint32_t sum = 6 + (uint32_t)(length - ip_header);

    for (int i = 12; i < 20; i += 2)
        sum += (uint32_t)(packet[i] << 8 | packet[i + 1]);
    packet[ip_header + 16] = packet[ip_header + 17] = 0;
    uint16_t tcp = wire_checksum(packet + ip_header, length - ip_header, sum);
    packet[ip_header + 16] = (uint8_t)(tcp >> 8);
    packet[ip_header + 17] = (uint8_t)tcp;
    packet[10] = packet[11] = 0;
    uint16_t ip = wire_checksum(packet, ip_header, 0);
    packet[10] = (uint8_t)(ip >> 8);
    packet[11] = (uint8_t)ip;
}

static void assert_sane(const Segment *segment)
{
    const SegmentOptions *options = &segment->options;

    if (options->window_scale > 14 || options->sack_count > SEGMENT_SACK_MAX ||
        (options->sack_count > 0) != ((options->present & OPTION_SACK) != 0))
        ck_abort_msg("window scale %d, %d SACK blocks", options->window_scale, options->sack_count);
}

/* Bytes changed at random, half of them with checksums made right, so that the checks behind the
 * checksums are reached. */
START_TEST(mutated_packets_never_do_harm)
{
    RandomStream random;
    uint8_t packet[256];
    int accepted = 0, refused = 0;

    random_stream_init(&random, 3, "mutations");
    for (int i = 0; i < 300000; i++) {
        Segment sent = random_segment(&random), got;
        size_t length = wire_encode(&sent, 0, packet, sizeof packet);
        for (uint32_t changes = 1 + draw(&random) % 4; changes > 0; changes--)
            packet[draw(&random) % length] = (uint8_t)draw(&random);
        if (draw(&random) % 2 == 0 && packet[0] == 0x45)
            repair(packet, length);
        if (draw(&random) % 8 == 0)
            length = draw(&random) % (length + 1);
        if (decode_copy(packet, length, &got) == WIRE_OK) {
            assert_sane(&got);
            accepted++;
        } else {
            refused++;
        }
    }
    ck_assert_int_gt(accepted, 10000);
    ck_assert_int_gt(refused, 10000);
}
END_TEST

START_TEST(noise_never_does_harm)
{
    RandomStream random;
    uint8_t noise[128];
    Segment got;

    random_stream_init(&random, 4, "noise");
    for (int i = 0; i < 100000; i++) {
        for (size_t k = 0; k < sizeof noise; k++)
            noise[k] = (uint8_t)draw(&random);
        noise[0] = 0x45;
        if (decode_copy(noise, draw(&random) % (sizeof noise + 1), &got) == WIRE_OK)
            ck_abort_msg("noise %d", i);
    }
}
END_TEST

/* ---- Each refusal, each option ---- */

/* linux_syn with one byte set and the checksums made right. */
static WireError decode_with(size_t at, uint8_t value, Segment *got)
{
    uint8_t packet[60];

    memcpy(packet, linux_syn_bytes, sizeof packet);
    packet[at] = value;
    repair(packet, sizeof packet);
    return decode_copy(packet, sizeof packet, got);
}

START_TEST(names_what_is_wrong)
{
    Segment got;
    uint8_t packet[0x73] = {0};

    ck_assert_uint_eq(decode_with(0, 0x55, &got), WIRE_NOT_IP);
    ck_assert_uint_eq(decode_with(3, 61, &got), WIRE_TRUNCATED);
    ck_assert_uint_eq(decode_with(3, 19, &got), WIRE_TRUNCATED);
    ck_assert_uint_eq(decode_with(3, 39, &got), WIRE_TRUNCATED);
    ck_assert_uint_eq(decode_with(6, 0x20, &got), WIRE_FRAGMENT);
    ck_assert_uint_eq(decode_with(7, 0x01, &got), WIRE_FRAGMENT);
    ck_assert_uint_eq(decode_with(9, 17, &got), WIRE_NOT_TCP);
    ck_assert_uint_eq(decode_with(12, 0, &got), WIRE_ADDRESS);
    ck_assert_uint_eq(decode_with(16, 0, &got), WIRE_ADDRESS);
    ck_assert_uint_eq(decode_with(32, 0x40, &got), WIRE_DATA_OFFSET);
    ck_assert_uint_eq(decode_with(32, 0xb0, &got), WIRE_DATA_OFFSET);
    ck_assert_uint_eq(decode_with(41, 1, &got), WIRE_OPTION_LENGTH);
    ck_assert_uint_eq(decode_with(41, 0, &got), WIRE_OPTION_LENGTH);
    ck_assert_uint_eq(decode_with(41, 3, &got), WIRE_OPTION_LENGTH);
    ck_assert_uint_eq(decode_with(41, 21, &got), WIRE_OPTION_LENGTH);
    ck_assert_uint_eq(decode_with(59, 7, &got), WIRE_OK);

    memcpy(packet, well_known_header, 20);
    ck_assert_uint_eq(decode_copy(packet, sizeof packet, &got), WIRE_NOT_TCP);
    packet[11] ^= 1;
    ck_assert_uint_eq(decode_copy(packet, sizeof packet, &got), WIRE_IP_CHECKSUM);
    memcpy(packet, linux_syn_bytes, 60);
    packet[36] ^= 1;
    ck_assert_uint_eq(decode_copy(packet, 60, &got), WIRE_TCP_CHECKSUM);
    packet[0] = 0x44;
    ck_assert_uint_eq(decode_copy(packet, 60, &got), WIRE_NOT_IP);
}
END_TEST

START_TEST(a_refused_packet_changes_nothing)
{
    Segment got, before;
    const uint8_t *payload = linux_syn_bytes;

    memset(&got, 0x55, sizeof got);
    before = got;
    ck_assert_uint_eq(wire_decode(linux_syn_bytes, 59, &got, &payload), WIRE_TRUNCATED);
    ck_assert_mem_eq(&got, &before, sizeof got);
    ck_assert_ptr_eq(payload, linux_syn_bytes);
}
END_TEST

START_TEST(every_error_has_a_text)
{
    for (int i = 0; i < WIRE_ERROR_COUNT; i++)
        ck_assert_uint_gt(strlen(wire_error_text((WireError)i)), 0);
    ck_assert_str_eq(wire_error_text(WIRE_TCP_CHECKSUM), "TCP checksum is wrong");
}
END_TEST

/* An ACK with these option bytes, a multiple of 4. */
static WireError decode_options(const uint8_t *options, size_t length, Segment *got)
{
    uint8_t packet[80];
    Segment ack = {.flags = TCP_ACK};

    wire_encode(&ack, 0, packet, sizeof packet);
    packet[3] = (uint8_t)(40 + length);
    packet[32] = (uint8_t)((5 + length / 4) << 4);
    memcpy(packet + 40, options, length);
    repair(packet, 40 + length);
    return decode_copy(packet, 40 + length, got);
}

#define OPTIONS(...) (uint8_t[]){__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__})

START_TEST(skips_options_it_does_not_know)
{
    Segment got;

    ck_assert_uint_eq(decode_options(OPTIONS(254, 6, 2, 4, 9, 9, 2, 4, 5, 180, 1, 1), &got),
                      WIRE_OK);
    ck_assert_uint_eq(got.options.present, OPTION_MSS);
    ck_assert_uint_eq(got.options.mss, 1460);
    ck_assert_uint_eq(decode_options(OPTIONS(1, 1, 1, 254), &got), WIRE_OPTION_LENGTH);
    ck_assert_uint_eq(decode_options(OPTIONS(254, 5, 0, 0), &got), WIRE_OPTION_LENGTH);
}
END_TEST

START_TEST(reads_nothing_behind_the_end_of_options)
{
    Segment got;

    ck_assert_uint_eq(decode_options(OPTIONS(4, 2, 0, 9, 3, 0, 0, 0), &got), WIRE_OK);
    ck_assert_uint_eq(got.options.present, OPTION_SACK_PERMITTED);
}
END_TEST

START_TEST(of_an_option_that_comes_twice_the_last_counts)
{
    Segment got;

    ck_assert_uint_eq(decode_options(OPTIONS(2, 4, 1, 0, 2, 4, 2, 0), &got), WIRE_OK);
    ck_assert_uint_eq(got.options.mss, 512);
}
END_TEST

/* RFC 7323 §2.3. */
START_TEST(a_window_scale_above_14_is_14)
{
    Segment got;

    ck_assert_uint_eq(decode_options(OPTIONS(1, 3, 3, 14), &got), WIRE_OK);
    ck_assert_uint_eq(got.options.window_scale, 14);
    ck_assert_uint_eq(decode_options(OPTIONS(1, 3, 3, 255), &got), WIRE_OK);
    ck_assert_uint_eq(got.options.window_scale, 14);
}
END_TEST

/* RFC 7413 §4.1.1: 4 to 16 bytes, even.  Linux ignores others, and keeps the SYN. */
START_TEST(a_cookie_of_a_wrong_length_is_no_cookie)
{
    Segment got;

    ck_assert_uint_eq(decode_options(OPTIONS(34, 6, 1, 2, 3, 4, 1, 1), &got), WIRE_OK);
    ck_assert_uint_eq(got.options.present, OPTION_FAST_OPEN);
    ck_assert_uint_eq(got.options.cookie_length, 4);
    ck_assert_uint_eq(decode_options(OPTIONS(34, 4, 1, 2), &got), WIRE_OK);
    ck_assert_uint_eq(got.options.present, 0);
    ck_assert_uint_eq(decode_options(OPTIONS(34, 7, 1, 2, 3, 4, 5, 1), &got), WIRE_OK);
    ck_assert_uint_eq(got.options.present, 0);
    ck_assert_uint_eq(
        decode_options(OPTIONS(34, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), &got),
        WIRE_OK);
    ck_assert_uint_eq(got.options.present, 0);
}
END_TEST

/* RFC 6994: whose kind 254 is says the number behind its length. */
START_TEST(other_experiments_are_passed_over)
{
    Segment got;

    ck_assert_uint_eq(decode_options(OPTIONS(254, 4, 0xf9, 0x89), &got), WIRE_OK);
    ck_assert_uint_eq(got.options.present, OPTION_FAST_OPEN_EXP);
    ck_assert_uint_eq(got.options.cookie_length, 0);
    ck_assert_uint_eq(decode_options(OPTIONS(254, 4, 0xf9, 0x88), &got), WIRE_OK);
    ck_assert_uint_eq(got.options.present, 0);
    ck_assert_uint_eq(decode_options(OPTIONS(254, 2, 1, 1), &got), WIRE_OK);
    ck_assert_uint_eq(got.options.present, 0);
}
END_TEST

START_TEST(option_lengths_must_fit_their_kind)
{
    Segment got;

    ck_assert_uint_eq(decode_options(OPTIONS(2, 3, 1, 1), &got), WIRE_OPTION_LENGTH);
    ck_assert_uint_eq(decode_options(OPTIONS(3, 4, 1, 1), &got), WIRE_OPTION_LENGTH);
    ck_assert_uint_eq(decode_options(OPTIONS(4, 3, 1, 1), &got), WIRE_OPTION_LENGTH);
    ck_assert_uint_eq(decode_options(OPTIONS(5, 2, 1, 1), &got), WIRE_OPTION_LENGTH);
    ck_assert_uint_eq(decode_options(OPTIONS(5, 9, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1), &got),
                      WIRE_OPTION_LENGTH);
    ck_assert_uint_eq(decode_options(OPTIONS(8, 8, 0, 0, 0, 0, 0, 0), &got), WIRE_OPTION_LENGTH);
}
END_TEST

START_TEST(ip_options_and_link_padding_are_passed_over)
{
    uint8_t packet[80] = {0};
    Segment got;

    /* Four NOPs behind the IP header; two bytes of padding behind the packet. */
    memcpy(packet, linux_syn_bytes, 20);
    memset(packet + 20, 1, 4);
    memcpy(packet + 24, linux_syn_bytes + 20, 40);
    packet[0] = 0x46;
    packet[3] = 64;
    repair(packet, 64);
    ck_assert_uint_eq(decode_copy(packet, 66, &got), WIRE_OK);
    assert_same_header(&linux_syn, &got);
    ck_assert_uint_eq(got.options.mss, 1460);
}
END_TEST

static TCase *damaged_case(void)
{
    TCase *tc = tcase_create("damaged");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, every_truncation_is_refused);
    tcase_add_test(tc, every_flipped_bit_is_noticed);
    tcase_add_test(tc, mutated_packets_never_do_harm);
    tcase_add_test(tc, noise_never_does_harm);
    return tc;
}

static TCase *strict_case(void)
{
    TCase *tc = tcase_create("strict");

    tcase_add_test(tc, names_what_is_wrong);
    tcase_add_test(tc, a_refused_packet_changes_nothing);
    tcase_add_test(tc, every_error_has_a_text);
    tcase_add_test(tc, skips_options_it_does_not_know);
    tcase_add_test(tc, reads_nothing_behind_the_end_of_options);
    tcase_add_test(tc, of_an_option_that_comes_twice_the_last_counts);
    tcase_add_test(tc, a_window_scale_above_14_is_14);
    tcase_add_test(tc, option_lengths_must_fit_their_kind);
    tcase_add_test(tc, a_cookie_of_a_wrong_length_is_no_cookie);
    tcase_add_test(tc, other_experiments_are_passed_over);
    tcase_add_test(tc, ip_options_and_link_padding_are_passed_over);
    return tc;
}

Suite *suite(void)
{
    Suite *s = suite_create("net_wire");
    TCase *tc = tcase_create("checksum");
    tcase_add_test(tc, sums_the_example_of_the_rfc);
    tcase_add_test(tc, sums_the_well_known_header);
    tcase_add_test(tc, an_odd_byte_is_padded_and_sums_carry_on);
    suite_add_tcase(s, tc);

    tc = tcase_create("encode");
    tcase_add_test(tc, writes_the_syn_that_linux_writes);
    tcase_add_test(tc, pads_each_option_in_front);
    tcase_add_test(tc, writes_fast_open_cookies);
    tcase_add_test(tc, a_router_marks);
    tcase_add_test(tc, writes_no_cookie_beside_sack_blocks);
    tcase_add_test(tc, touches_no_more_than_its_room);
    tcase_add_test(tc, refuses_what_does_not_fit);
    suite_add_tcase(s, tc);

    tc = tcase_create("there and back");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, every_segment_comes_back_as_it_went);
    suite_add_tcase(s, tc);

    suite_add_tcase(s, damaged_case());
    suite_add_tcase(s, strict_case());
    return s;
}
