/* TCP over IPv6: bytes by hand, what may stand before TCP, and what no checksum tells. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "net/wire.h"
#include "proto/address.h"

enum {
    IP = 40,  /* bytes of the header */
    SYN = 80, /* and of the whole packet below */
};

static const Segment syn = {
    .src_addr = 1,
    .dst_addr = 0xc0a8c7,
    .src_port = 40000,
    .dst_port = 80,
    .seq = 0x12345678,
    .flags = TCP_SYN,
    .ecn = ECN_ECT_0,
    .window = 64240,
    .options =
        {
            .list = 0x42653, /* MSS, SACK-permitted, timestamps, NOP, window scale */
            .present = OPTION_MSS | OPTION_SACK_PERMITTED | OPTION_TIMESTAMPS | OPTION_WINDOW_SCALE,
            .mss = 1440,
            .window_scale = 7,
            .ts_val = 1000,
        },
};

/* From 2001:db8::1 to 2001:db8::c0:a8c7, put together by hand; the checksum by another program, and tshark
 * finds nothing wrong with it. */
static const uint8_t syn_bytes[SYN] = {
    0x60, 0x20, 0x00, 0x00, 0x00, 0x28, 0x06, 0x40, 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0xc0, 0xa8, 0xc7, 0x9c, 0x40, 0x00, 0x50, 0x12, 0x34, 0x56, 0x78,
    0x00, 0x00, 0x00, 0x00, 0xa0, 0x02, 0xfa, 0xf0, 0x3f, 0x04, 0x00, 0x00, 0x02, 0x04, 0x05, 0xa0,
    0x04, 0x02, 0x08, 0x0a, 0x00, 0x00, 0x03, 0xe8, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07,
};

/* Decodes a copy of exactly `length` bytes, so that a sanitizer sees one byte too far. */
static WireError decode(const uint8_t *packet, size_t length, Segment *got)
{
    uint8_t *copy = malloc(length > 0 ? length : 1);
    const uint8_t *payload;

    memcpy(copy, packet, length);
    WireError error = wire_decode(copy, length, got, &payload);
    free(copy);
    return error;
}

START_TEST(writes_the_syn_that_linux_writes)
{
    uint8_t packet[SYN];

    ck_assert_uint_eq(wire_encode(&syn, 0xbeef, packet, sizeof packet), SYN);
    ck_assert_mem_eq(packet, syn_bytes, SYN);
    ck_assert_uint_eq(segment_ip_bytes(&syn), SYN);
    ck_assert_uint_eq(wire_encode(&syn, 0, packet, SYN - 1), 0);
}
END_TEST

START_TEST(reads_it_back)
{
    Segment got;

    ck_assert_uint_eq(decode(syn_bytes, SYN, &got), WIRE_OK);
    ck_assert_uint_eq(got.src_addr, 1);
    ck_assert_uint_eq(got.dst_addr, 0xc0a8c7);
    ck_assert_uint_eq(got.src_port, 40000);
    ck_assert_uint_eq(got.seq, 0x12345678);
    ck_assert_uint_eq(got.ecn, ECN_ECT_0);
    ck_assert_uint_eq(got.ttl, 0x40); /* the hop limit */
    ck_assert_uint_eq(got.length, 0);
    ck_assert_uint_eq(got.options.mss, 1440);
    for (size_t length = 0; length < SYN; length++)
        ck_assert_uint_eq(decode(syn_bytes, length, &got), WIRE_TRUNCATED);
}
END_TEST

/* A header has two addresses of one family. */
START_TEST(mixes_no_families)
{
    uint8_t packet[SYN];
    Segment mixed = syn;

    mixed.dst_addr = 0x0a000001;
    ck_assert_uint_eq(wire_encode(&mixed, 0, packet, sizeof packet), 0);
    mixed.src_addr = 0x0a000002;
    mixed.dst_addr = 1;
    ck_assert_uint_eq(wire_encode(&mixed, 0, packet, sizeof packet), 0);
}
END_TEST

/* ---- What stands before TCP ---- */

enum { FRAGMENT = 44, HOP_BY_HOP = 0, ROUTING = 43, DESTINATION = 60, ESP = 50 };

/* The SYN with these headers before its TCP: pairs of kind and bytes; what else is in them is 0 but the PadN that fills
 * an options header.  Returns the packet's length. */
static size_t with_extensions(uint8_t *packet, const size_t (*headers)[2], size_t count)
{
    size_t at = IP;
    uint8_t *next = packet + 6;

    memcpy(packet, syn_bytes, IP);
    for (size_t i = 0; i < count; i++) {
        uint8_t kind = (uint8_t)headers[i][0];
        size_t bytes = headers[i][1];

        memset(packet + at, 0, bytes);
        *next = kind;
        next = packet + at;
        packet[at + 1] = kind == FRAGMENT ? 0 : (uint8_t)(bytes / 8 - 1);
        if (kind == HOP_BY_HOP || kind == DESTINATION) {
            packet[at + 2] = 1; /* PadN */
            packet[at + 3] = (uint8_t)(bytes - 4);
        }
        at += bytes;
    }
    *next = 6;
    memcpy(packet + at, syn_bytes + IP, SYN - IP);
    packet[5] = (uint8_t)(at + SYN - IP - IP);
    return at + SYN - IP;
}

START_TEST(passes_extension_headers)
{
    static const size_t headers[][2] = {
        {HOP_BY_HOP, 8}, {DESTINATION, 24}, {ROUTING, 24}, {FRAGMENT, 8}, {DESTINATION, 8}};
    uint8_t packet[256];
    Segment got;
    bool right = false;

    for (size_t count = 0; count <= sizeof headers / sizeof *headers; count++) {
        size_t length = with_extensions(packet, headers, count);

        ck_assert_uint_eq(decode(packet, length, &got), WIRE_OK);
        ck_assert_uint_eq(got.src_port, 40000);
        ck_assert_uint_eq(got.options.mss, 1440);
        for (size_t cut = 0; cut < length; cut++)
            ck_assert_uint_eq(decode(packet, cut, &got), WIRE_TRUNCATED);
        /* Of a capture twenty bytes of TCP are enough. */
        ck_assert_uint_eq(wire_decode_headers(packet, length - 20, &got, &right), WIRE_OK);
        ck_assert(right);
        ck_assert_uint_eq(wire_decode_headers(packet, length - 21, &got, &right), WIRE_TRUNCATED);
    }
}
END_TEST

START_TEST(takes_no_parts_of_packets)
{
    static const size_t fragment[][2] = {{FRAGMENT, 8}};
    uint8_t packet[256];
    size_t length = with_extensions(packet, fragment, 1);
    Segment got;

    packet[IP + 3] = 0x06; /* reserved bits: nothing */
    ck_assert_uint_eq(decode(packet, length, &got), WIRE_OK);
    packet[IP + 3] = 0x01; /* more fragments */
    ck_assert_uint_eq(decode(packet, length, &got), WIRE_FRAGMENT);
    packet[IP + 3] = 0x08; /* the second eight bytes */
    ck_assert_uint_eq(decode(packet, length, &got), WIRE_FRAGMENT);
    packet[IP + 3] = 0;
    packet[IP + 2] = 0x01;
    ck_assert_uint_eq(decode(packet, length, &got), WIRE_FRAGMENT);
}
END_TEST

START_TEST(names_what_is_wrong)
{
    static const size_t hop_by_hop[][2] = {{HOP_BY_HOP, 8}};
    uint8_t packet[256];
    Segment got;
    size_t length = with_extensions(packet, hop_by_hop, 1);

    packet[IP + 1] = 200; /* longer than the packet */
    ck_assert_uint_eq(decode(packet, length, &got), WIRE_TRUNCATED);
    packet[IP + 1] = 0;
    packet[IP] = ESP;
    ck_assert_uint_eq(decode(packet, length, &got), WIRE_NOT_TCP);
    packet[IP] = 59; /* no next header */
    ck_assert_uint_eq(decode(packet, length, &got), WIRE_NOT_TCP);

    memcpy(packet, syn_bytes, SYN);
    packet[6] = 17;
    ck_assert_uint_eq(decode(packet, SYN, &got), WIRE_NOT_TCP);
    memcpy(packet, syn_bytes, SYN);
    packet[5] = 19; /* no room for TCP's header */
    ck_assert_uint_eq(decode(packet, SYN, &got), WIRE_TRUNCATED);
    packet[5] = SYN - IP;
    packet[IP + 12] = 0xb0;
    ck_assert_uint_eq(decode(packet, SYN, &got), WIRE_DATA_OFFSET);
    packet[IP + 12] = 0xa0;
    packet[IP + 4] ^= 1;
    ck_assert_uint_eq(decode(packet, SYN, &got), WIRE_TCP_CHECKSUM);
}
END_TEST

/* The header has no checksum, and TCP's covers addresses, length and protocol: what it does not cover are 8 bits of
 * traffic class, 20 of flow label, 8 of hop limit. */
START_TEST(some_flipped_bits_go_unnoticed)
{
    uint8_t packet[SYN];
    Segment got;

    memcpy(packet, syn_bytes, SYN);
    for (size_t bit = 0; bit < 8 * sizeof packet; bit++) {
        bool covered = bit < 4 || (bit >= 32 && bit < 56) || bit >= 64;

        packet[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        ck_assert_msg((decode(packet, SYN, &got) != WIRE_OK) == covered, "bit %zu", bit);
        packet[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    }
}
END_TEST

START_TEST(a_router_marks)
{
    uint8_t packet[SYN];
    Segment got;

    memcpy(packet, syn_bytes, SYN);
    wire_mark(packet, SYN);
    ck_assert_uint_eq(packet[1], 0x30);
    ck_assert_uint_eq(decode(packet, SYN, &got), WIRE_OK);
    ck_assert_uint_eq(got.ecn, ECN_CE);
}
END_TEST

/* ---- Addresses ---- */

START_TEST(made_up_addresses_have_numbers)
{
    static const uint8_t last[16] = {0x20, 0x01, 0x0d, 0xb8, [13] = 0xff, 0xff, 0xff};
    uint8_t bytes[16];

    ck_assert(!address_is_ipv6(0));
    ck_assert(address_is_ipv6(1));
    ck_assert(address_is_ipv6(0x00ffffff));
    ck_assert(!address_is_ipv6(0x01000000));
    address_made_up(0x00ffffff, bytes);
    ck_assert_mem_eq(bytes, last, 16);
    ck_assert_uint_eq(address_made_up_number(bytes), 0x00ffffff);
    bytes[12] = 1;
    ck_assert_uint_eq(address_made_up_number(bytes), 0);
}
END_TEST

START_TEST(other_addresses_are_bytes)
{
    static const uint8_t here[16] = {0xfe, 0x80, [15] = 0x17}, there[16] = {[15] = 1};
    uint8_t packet[SYN], src[16], dst[16];
    Segment got;

    memcpy(packet, syn_bytes, SYN);
    wire_set_ipv6_ends(packet, here, there);
    ck_assert_uint_eq(decode(packet, SYN, &got), WIRE_OK); /* its checksum, too */
    ck_assert_uint_eq(got.src_addr, 0);
    ck_assert_uint_eq(got.dst_addr, 0);
    ck_assert(wire_ipv6_ends(packet, src, dst));
    ck_assert_mem_eq(src, here, 16);
    ck_assert_mem_eq(dst, there, 16);
    packet[0] = 0x45;
    ck_assert(!wire_ipv6_ends(packet, src, dst));
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("net_ipv6");
    TCase *tc = tcase_create("ipv6");

    tcase_add_test(tc, writes_the_syn_that_linux_writes);
    tcase_add_test(tc, reads_it_back);
    tcase_add_test(tc, mixes_no_families);
    tcase_add_test(tc, passes_extension_headers);
    tcase_add_test(tc, takes_no_parts_of_packets);
    tcase_add_test(tc, names_what_is_wrong);
    tcase_add_test(tc, some_flipped_bits_go_unnoticed);
    tcase_add_test(tc, a_router_marks);
    tcase_add_test(tc, made_up_addresses_have_numbers);
    tcase_add_test(tc, other_addresses_are_bytes);
    suite_add_tcase(s, tc);
    return s;
}
