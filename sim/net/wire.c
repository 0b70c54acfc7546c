/* The wire format: IPv4 and TCP headers, options and checksums, written and strictly read; IPv6's header is
 * ipv6.c's.
 *
 * Encoding is on top, decoding below.  What both agree on is the layout in wire.h.
 */
#include "net/wire.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "net/ipv6.h"
#include "net/octets.h"
#include "proto/address.h"

enum {
    IP_HEADER_BYTES = ADDRESS_IPV4_HEADER, /* without options: those are read, but not written */
    IP_SRC_AT = 12,
    IP_DST_AT = 16,
    IP_ENDS_BYTES = 2 * 4, /* both addresses, one behind the other */
    IP_DONT_FRAGMENT = 0x4000,
    IP_FRAGMENT_BITS = 0x3fff, /* more fragments, fragment offset */
    IP_TTL = 64,
    IP_PROTOCOL_TCP = 6,
    TCP_HEADER_BYTES = 20, /* without options */
    TCP_CHECKSUM_AT = 16,
    TCP_OPTIONS_BYTES_MAX = 40,
};

/* Option kinds (RFC 9293 §3.2, RFC 7323 §2 and §3, RFC 2018 §2 and §3) and their lengths. */
enum {
    KIND_END = 0,
    KIND_NOP = 1,
    KIND_MSS = 2,
    KIND_WINDOW_SCALE = 3,
    KIND_SACK_PERMITTED = 4,
    KIND_SACK = 5,
    KIND_TIMESTAMPS = 8,
    KIND_FAST_OPEN = 34,     /* RFC 7413 §4.1.1 */
    KIND_EXPERIMENTAL = 254, /* RFC 6994: what it is says a number behind the length */

    MSS_BYTES = 4,
    WINDOW_SCALE_BYTES = 3,
    SACK_PERMITTED_BYTES = 2,
    SACK_BYTES = 2, /* and 8 for each block */
    SACK_BLOCK_BYTES = 8,
    TIMESTAMPS_BYTES = 10,
    FAST_OPEN_BYTES = 2, /* and the cookie */
    FAST_OPEN_EXP_BYTES = 4,

    FAST_OPEN_MAGIC = 0xf989, /* RFC 7413 §8 */

    WINDOW_SCALE_MAX = 14,
};

uint16_t wire_checksum(const void *data, size_t length, uint32_t sum)
{
    const uint8_t *bytes = data;
    uint64_t total = sum;

    for (; length >= 2; length -= 2, bytes += 2)
        total += get16(bytes);
    if (length == 1)
        total += (uint64_t)bytes[0] << 8; /* padded with a zero byte */
    while (total >> 16 != 0)
        total = (total & 0xffff) + (total >> 16);
    return (uint16_t)~total;
}

static bool is_ipv6(const uint8_t *ip)
{
    return ip[0] >> 4 == 6;
}

/* The checksum over the pseudo-header (RFC 9293 §3.1, RFC 8200 §8.1: addresses, protocol, length), and what
 * stands at `tcp`. */
static uint16_t tcp_checksum(const uint8_t *ip, const uint8_t *tcp, size_t tcp_bytes)
{
    const uint8_t *ends = ip + (is_ipv6(ip) ? IPV6_SRC_AT : IP_SRC_AT);
    size_t bytes = is_ipv6(ip) ? IPV6_ENDS_BYTES : IP_ENDS_BYTES;
    uint16_t of_ends = (uint16_t)~wire_checksum(ends, bytes, 0);

    return wire_checksum(tcp, tcp_bytes, of_ends + IP_PROTOCOL_TCP + (uint32_t)tcp_bytes);
}

/* ---- Encoding ---- */

static uint8_t *put_option(uint8_t *at, uint8_t kind, uint8_t bytes)
{
    at[0] = kind;
    at[1] = bytes;
    return at + 2;
}

static uint8_t *put_nops(uint8_t *at, int count)
{
    for (; count > 0; count--)
        *at++ = KIND_NOP;
    return at;
}

static uint8_t *put_mss(uint8_t *at, const SegmentOptions *options)
{
    at = put_option(at, KIND_MSS, MSS_BYTES);
    put16(at, options->mss);
    return at + 2;
}

static uint8_t *put_timestamps(uint8_t *at, const SegmentOptions *options)
{
    at = put_option(at, KIND_TIMESTAMPS, TIMESTAMPS_BYTES);
    put32(at, options->ts_val);
    put32(at + 4, options->ts_ecr);
    return at + 8;
}

/* SACK-permitted is as long as the padding that timestamps need, and stands in its place. */
static uint8_t *put_sack_permitted_and_timestamps(uint8_t *at, const SegmentOptions *options)
{
    if (options->present & OPTION_SACK_PERMITTED) {
        if (!(options->present & OPTION_TIMESTAMPS))
            at = put_nops(at, 2);
        at = put_option(at, KIND_SACK_PERMITTED, SACK_PERMITTED_BYTES);
    } else if (options->present & OPTION_TIMESTAMPS) {
        at = put_nops(at, 2);
    }
    return options->present & OPTION_TIMESTAMPS ? put_timestamps(at, options) : at;
}

static uint8_t *put_window_scale(uint8_t *at, const SegmentOptions *options)
{
    at = put_option(put_nops(at, 1), KIND_WINDOW_SCALE, WINDOW_SCALE_BYTES);
    *at = options->window_scale;
    return at + 1;
}

static uint8_t *put_sack(uint8_t *at, const SegmentOptions *options)
{
    int bytes = SACK_BYTES + SACK_BLOCK_BYTES * options->sack_count;

    at = put_option(put_nops(at, 2), KIND_SACK, (uint8_t)bytes);
    for (uint32_t i = 0; i < options->sack_count; i++, at += SACK_BLOCK_BYTES) {
        put32(at, options->sack[i].left);
        put32(at + 4, options->sack[i].right);
    }
    return at;
}

/* Up to a whole word: FreeBSD with ends of list, others with NOPs. */
static uint8_t *fill_word(uint8_t *at, uint8_t bytes, const SegmentOptions *options)
{
    uint8_t kind = options->present & OPTION_ORDER_BSD ? KIND_END : KIND_NOP;

    for (int count = -bytes & 3; count > 0; count--)
        *at++ = kind;
    return at;
}

/* The cookie behind its head. */
static uint8_t *put_fast_open(uint8_t *at, const SegmentOptions *options)
{
    bool exp = options->present & OPTION_FAST_OPEN_EXP;
    uint8_t head = exp ? FAST_OPEN_EXP_BYTES : FAST_OPEN_BYTES;
    uint8_t bytes = (uint8_t)(head + options->cookie_length);

    at = put_option(at, exp ? KIND_EXPERIMENTAL : KIND_FAST_OPEN, bytes);
    if (exp) {
        put16(at, FAST_OPEN_MAGIC);
        at += 2;
    }
    memcpy(at, options->cookie, options->cookie_length);
    return fill_word(at + options->cookie_length, bytes, options);
}

/* FreeBSD sys/netinet/tcp_output.c, tcp_addoptions(): each in its place, ends of list fill the last word. */
static uint8_t *put_as_bsd(uint8_t *at, const SegmentOptions *options)
{
    bool sack = options->present & OPTION_SACK_PERMITTED;

    if (options->present & OPTION_WINDOW_SCALE)
        at = put_window_scale(at, options);
    if (sack)
        at = put_option(at, KIND_SACK_PERMITTED, SACK_PERMITTED_BYTES);
    if (options->present & OPTION_TIMESTAMPS)
        return put_timestamps(sack ? at : put_nops(at, 2), options);
    if (sack && (options->present & OPTION_ANY_FAST_OPEN))
        return put_nops(at, 2); /* the list goes on */
    for (int i = 0; sack && i < 2; i++)
        *at++ = KIND_END;
    return at;
}

static uint8_t *put_as_linux(uint8_t *at, const SegmentOptions *options)
{
    at = put_sack_permitted_and_timestamps(at, options);
    return options->present & OPTION_WINDOW_SCALE ? put_window_scale(at, options) : at;
}

static void put_options(uint8_t *at, const SegmentOptions *options)
{
    const uint8_t *begin = at;

    if (options->present & OPTION_MSS)
        at = put_mss(at, options);
    at = (options->present & OPTION_ORDER_BSD ? put_as_bsd : put_as_linux)(at, options);
    if (options->present & OPTION_SACK)
        at = put_sack(at, options);
    if (options->present & OPTION_ANY_FAST_OPEN)
        at = put_fast_open(at, options);
    assert(at == begin + segment_options_bytes(options));
    (void)begin;
}

static bool options_fit(const SegmentOptions *options)
{
    bool cookie = options->present & OPTION_ANY_FAST_OPEN;

    if ((options->present & OPTION_SACK) && (options->sack_count == 0 || cookie))
        return false;
    if (cookie && (options->cookie_length > SEGMENT_COOKIE_MAX ||
                   (options->present & OPTION_ANY_FAST_OPEN) == OPTION_ANY_FAST_OPEN))
        return false;
    /* This bounds the number of SACK blocks too: five have 44 bytes. */
    return segment_options_bytes(options) <= TCP_OPTIONS_BYTES_MAX;
}

static void put_ip_header(uint8_t *ip, const Segment *segment, uint16_t ip_id, size_t ip_bytes)
{
    ip[0] = 4 << 4 | IP_HEADER_BYTES / 4;
    ip[1] = segment->ecn; /* the rest of what was the type of service is 0 */
    put16(ip + 2, (uint32_t)ip_bytes);
    put16(ip + 4, ip_id);
    put16(ip + 6, IP_DONT_FRAGMENT);
    ip[8] = IP_TTL;
    ip[9] = IP_PROTOCOL_TCP;
    put16(ip + 10, 0);
    put32(ip + IP_SRC_AT, segment->src_addr);
    put32(ip + IP_DST_AT, segment->dst_addr);
    put16(ip + 10, wire_checksum(ip, IP_HEADER_BYTES, 0));
}

static void put_tcp_header(uint8_t *tcp, const Segment *segment, size_t header_bytes)
{
    put16(tcp, segment->src_port);
    put16(tcp + 2, segment->dst_port);
    put32(tcp + 4, segment->seq);
    put32(tcp + 8, segment->ack);
    tcp[12] = (uint8_t)(header_bytes / 4 << 4);
    tcp[13] = segment->flags;
    put16(tcp + 14, segment->window);
    put16(tcp + TCP_CHECKSUM_AT, 0);
    put16(tcp + 18, segment->urgent);
    put_options(tcp + TCP_HEADER_BYTES, &segment->options);
}

/* No header has both. */
static bool ends_fit(const Segment *segment)
{
    return address_is_ipv6(segment->src_addr) == address_is_ipv6(segment->dst_addr);
}

size_t wire_encode(const Segment *segment, uint16_t ip_id, uint8_t *out, size_t room)
{
    size_t ip_bytes = segment_ip_bytes(segment);
    size_t tcp_bytes = ip_bytes - address_header_bytes(segment->src_addr);
    size_t header_bytes = tcp_bytes - segment->length;

    if (!options_fit(&segment->options) || !ends_fit(segment) || ip_bytes > WIRE_PACKET_MAX ||
        ip_bytes > room)
        return 0;

    uint8_t *tcp = out + (ip_bytes - tcp_bytes);
    if (address_is_ipv6(segment->src_addr))
        ipv6_put_header(out, segment, tcp_bytes);
    else
        put_ip_header(out, segment, ip_id, ip_bytes);
    put_tcp_header(tcp, segment, header_bytes);
    payload_write(segment->payload, tcp + header_bytes, segment->length);
    put16(tcp + TCP_CHECKSUM_AT, tcp_checksum(out, tcp, tcp_bytes));
    return ip_bytes;
}

void wire_mark(uint8_t *packet, size_t length)
{
    if (is_ipv6(packet)) {
        ipv6_mark(packet);
        return;
    }
    size_t header_bytes = (packet[0] & 0x0fU) * 4U;

    assert(length >= IP_HEADER_BYTES && header_bytes >= IP_HEADER_BYTES && header_bytes <= length);
    packet[1] |= ECN_CE;
    put16(packet + 10, 0);
    put16(packet + 10, wire_checksum(packet, header_bytes, 0));
}

void wire_set_ipv6_ends(uint8_t *packet, const uint8_t src[16], const uint8_t dst[16])
{
    size_t tcp_at = 0, tcp_bytes = 0;
    WireError error = ipv6_find_tcp(packet, WIRE_PACKET_MAX, &tcp_at, &tcp_bytes);

    assert(is_ipv6(packet) && error == WIRE_OK);
    (void)error;
    memcpy(packet + IPV6_SRC_AT, src, ADDRESS_IPV6_BYTES);
    memcpy(packet + IPV6_DST_AT, dst, ADDRESS_IPV6_BYTES);
    put16(packet + tcp_at + TCP_CHECKSUM_AT, 0);
    put16(packet + tcp_at + TCP_CHECKSUM_AT, tcp_checksum(packet, packet + tcp_at, tcp_bytes));
}

/* ---- Decoding ---- */

/* Where the parts of a packet are, once the lengths have been checked. */
typedef struct PacketParts {
    const uint8_t *ip, *tcp;
    size_t ip_header_bytes; /* all that stands before TCP */
    size_t tcp_bytes, tcp_header_bytes;
} PacketParts;

static WireError find_ip_header(const uint8_t *packet, size_t length, PacketParts *parts)
{
    if (length < 1)
        return WIRE_TRUNCATED;
    size_t header_bytes = is_ipv6(packet) ? ADDRESS_IPV6_HEADER : (packet[0] & 0x0fU) * 4U;
    if ((packet[0] >> 4 != 4 && !is_ipv6(packet)) || header_bytes < IP_HEADER_BYTES)
        return WIRE_NOT_IP;
    if (length < header_bytes)
        return WIRE_TRUNCATED;
    parts->ip = packet;
    parts->ip_header_bytes = header_bytes;
    return WIRE_OK;
}

static WireError find_tcp_of_ipv4(PacketParts *parts)
{
    size_t ip_bytes = get16(parts->ip + 2);

    if (ip_bytes < parts->ip_header_bytes)
        return WIRE_TRUNCATED;
    if (get16(parts->ip + 6) & IP_FRAGMENT_BITS)
        return WIRE_FRAGMENT;
    if (parts->ip[9] != IP_PROTOCOL_TCP)
        return WIRE_NOT_TCP;
    if (address_is_ipv6(get32(parts->ip + IP_SRC_AT)) ||
        address_is_ipv6(get32(parts->ip + IP_DST_AT)))
        return WIRE_ADDRESS;
    parts->tcp_bytes = ip_bytes - parts->ip_header_bytes;
    return WIRE_OK;
}

/* `seen` is how many bytes of the packet there are. */
static WireError find_tcp(size_t seen, PacketParts *parts)
{
    WireError error = is_ipv6(parts->ip) ? ipv6_find_tcp(parts->ip, seen, &parts->ip_header_bytes,
                                                         &parts->tcp_bytes)
                                         : find_tcp_of_ipv4(parts);

    parts->tcp = parts->ip + parts->ip_header_bytes;
    return error;
}

/* `seen` is how many bytes of the TCP header and its payload there are. */
static WireError find_payload(size_t seen, PacketParts *parts)
{
    if (seen < TCP_HEADER_BYTES || parts->tcp_bytes < TCP_HEADER_BYTES)
        return WIRE_TRUNCATED;
    parts->tcp_header_bytes = (parts->tcp[12] >> 4) * 4U;
    if (parts->tcp_header_bytes < TCP_HEADER_BYTES || parts->tcp_header_bytes > parts->tcp_bytes)
        return WIRE_DATA_OFFSET;
    return WIRE_OK;
}

/* IPv6's header has none. */
static bool ip_checksum_is_right(const PacketParts *parts)
{
    return is_ipv6(parts->ip) || wire_checksum(parts->ip, parts->ip_header_bytes, 0) == 0;
}

static bool tcp_checksum_is_right(const PacketParts *parts)
{
    return tcp_checksum(parts->ip, parts->tcp, parts->tcp_bytes) == 0;
}

static WireError find_whole_packet(const uint8_t *packet, size_t length, PacketParts *parts)
{
    WireError error = find_ip_header(packet, length, parts);

    if (error == WIRE_OK && !ip_checksum_is_right(parts))
        error = WIRE_IP_CHECKSUM;
    if (error == WIRE_OK)
        error = find_tcp(length, parts);
    if (error == WIRE_OK && parts->ip_header_bytes + parts->tcp_bytes > length)
        error = WIRE_TRUNCATED;
    if (error == WIRE_OK)
        error = find_payload(parts->tcp_bytes, parts);
    if (error == WIRE_OK && !tcp_checksum_is_right(parts))
        error = WIRE_TCP_CHECKSUM;
    return error;
}

static bool read_mss(const uint8_t *value, size_t bytes, SegmentOptions *options)
{
    if (bytes != MSS_BYTES)
        return false;
    options->mss = get16(value);
    options->present |= OPTION_MSS;
    return true;
}

static bool read_window_scale(const uint8_t *value, size_t bytes, SegmentOptions *options)
{
    if (bytes != WINDOW_SCALE_BYTES)
        return false;
    /* RFC 7323 §2.3: a larger shift must be taken for 14. */
    options->window_scale = value[0] < WINDOW_SCALE_MAX ? value[0] : WINDOW_SCALE_MAX;
    options->present |= OPTION_WINDOW_SCALE;
    return true;
}

static bool read_sack_permitted(size_t bytes, SegmentOptions *options)
{
    options->present |= OPTION_SACK_PERMITTED;
    return bytes == SACK_PERMITTED_BYTES;
}

static bool read_timestamps(const uint8_t *value, size_t bytes, SegmentOptions *options)
{
    if (bytes != TIMESTAMPS_BYTES)
        return false;
    options->ts_val = get32(value);
    options->ts_ecr = get32(value + 4);
    options->present |= OPTION_TIMESTAMPS;
    return true;
}

static bool read_sack(const uint8_t *value, size_t bytes, SegmentOptions *options)
{
    size_t count = (bytes - SACK_BYTES) / SACK_BLOCK_BYTES;

    if (bytes != SACK_BYTES + count * SACK_BLOCK_BYTES || count < 1 || count > SEGMENT_SACK_MAX)
        return false;
    for (size_t i = 0; i < count; i++, value += SACK_BLOCK_BYTES)
        options->sack[i] = (SackBlock){get32(value), get32(value + 4)};
    options->sack_count = (uint8_t)count;
    options->present |= OPTION_SACK;
    options->present &= (uint8_t)~OPTION_ANY_FAST_OPEN;
    return true;
}

/* A cookie of a length that none may have is no reason to lose the segment. */
static bool read_fast_open(const uint8_t *cookie, size_t length, uint8_t form,
                           SegmentOptions *options)
{
    bool fits = length == 0 ||
                (length >= SEGMENT_COOKIE_LEAST && length <= SEGMENT_COOKIE_MAX && length % 2 == 0);

    if (!fits || (options->present & OPTION_SACK))
        return true;
    options->present = (uint8_t)((options->present & ~OPTION_ANY_FAST_OPEN) | form);
    options->cookie_length = (uint8_t)length;
    memcpy(options->cookie, cookie, length);
    return true;
}

static bool read_experimental(const uint8_t *value, size_t bytes, SegmentOptions *options)
{
    if (bytes < FAST_OPEN_EXP_BYTES || get16(value) != FAST_OPEN_MAGIC)
        return true; /* somebody else's */
    return read_fast_open(value + 2, bytes - FAST_OPEN_EXP_BYTES, OPTION_FAST_OPEN_EXP, options);
}

/* One option of `bytes` bytes, kind and length included.  False: a length wrong for its kind. */
static bool read_option(const uint8_t *option, size_t bytes, SegmentOptions *options)
{
    switch (option[0]) {
    case KIND_MSS: return read_mss(option + 2, bytes, options);
    case KIND_WINDOW_SCALE: return read_window_scale(option + 2, bytes, options);
    case KIND_SACK_PERMITTED: return read_sack_permitted(bytes, options);
    case KIND_SACK: return read_sack(option + 2, bytes, options);
    case KIND_TIMESTAMPS: return read_timestamps(option + 2, bytes, options);
    case KIND_FAST_OPEN:
        return read_fast_open(option + 2, bytes - FAST_OPEN_BYTES, OPTION_FAST_OPEN, options);
    case KIND_EXPERIMENTAL: return read_experimental(option + 2, bytes, options);
    default: return true; /* RFC 9293 §3.1: unknown ones are skipped */
    }
}

static WireError read_options(const uint8_t *at, const uint8_t *end, SegmentOptions *options)
{
    while (at < end && *at != KIND_END) {
        if (*at == KIND_NOP) {
            at++;
            continue;
        }
        size_t left = (size_t)(end - at);
        size_t bytes = left >= 2 ? at[1] : 0;
        if (bytes < 2 || bytes > left || !read_option(at, bytes, options))
            return WIRE_OPTION_LENGTH;
        at += bytes;
    }
    return WIRE_OK;
}

static void read_headers(const PacketParts *parts, Segment *segment)
{
    const uint8_t *ip = parts->ip, *tcp = parts->tcp;

    if (is_ipv6(ip)) {
        ipv6_read_header(ip, segment);
    } else {
        segment->ecn = ip[1] & ECN_CE;
        segment->src_addr = get32(ip + IP_SRC_AT);
        segment->dst_addr = get32(ip + IP_DST_AT);
    }
    segment->src_port = get16(tcp);
    segment->dst_port = get16(tcp + 2);
    segment->seq = get32(tcp + 4);
    segment->ack = get32(tcp + 8);
    segment->flags = tcp[13];
    segment->window = get16(tcp + 14);
    segment->urgent = get16(tcp + 18);
    segment->length = (uint16_t)(parts->tcp_bytes - parts->tcp_header_bytes);
}

WireError wire_decode(const uint8_t *packet, size_t length, Segment *segment,
                      const uint8_t **payload)
{
    PacketParts parts;
    Segment read;
    WireError error = find_whole_packet(packet, length, &parts);

    if (error != WIRE_OK)
        return error;

    const uint8_t *data = parts.tcp + parts.tcp_header_bytes;
    memset(&read, 0, sizeof read);
    error = read_options(parts.tcp + TCP_HEADER_BYTES, data, &read.options);
    if (error != WIRE_OK)
        return error;
    read_headers(&parts, &read);
    *segment = read;
    *payload = data;
    return WIRE_OK;
}

/* What has been seen of the packet from its TCP header on; a capture may have cut the rest off. */
static size_t tcp_bytes_seen(const PacketParts *parts, size_t length)
{
    size_t seen = length - parts->ip_header_bytes;

    return seen < parts->tcp_bytes ? seen : parts->tcp_bytes;
}

WireError wire_decode_headers(const uint8_t *packet, size_t length, Segment *segment,
                              bool *checksums_are_right)
{
    PacketParts parts = {0};
    WireError error = find_ip_header(packet, length, &parts);

    if (error == WIRE_OK)
        error = find_tcp(length, &parts);
    if (error != WIRE_OK)
        return error;
    size_t seen = tcp_bytes_seen(&parts, length);
    error = find_payload(seen, &parts);
    if (error != WIRE_OK)
        return error;

    size_t header_seen = seen < parts.tcp_header_bytes ? seen : parts.tcp_header_bytes;
    memset(segment, 0, sizeof *segment);
    /* Whatever its options are: the segment was there. */
    (void)read_options(parts.tcp + TCP_HEADER_BYTES, parts.tcp + header_seen, &segment->options);
    read_headers(&parts, segment);
    *checksums_are_right =
        ip_checksum_is_right(&parts) && (seen < parts.tcp_bytes || tcp_checksum_is_right(&parts));
    return WIRE_OK;
}

bool wire_ipv6_ends(const uint8_t *packet, uint8_t src[16], uint8_t dst[16])
{
    if (!is_ipv6(packet))
        return false;
    memcpy(src, packet + IPV6_SRC_AT, ADDRESS_IPV6_BYTES);
    memcpy(dst, packet + IPV6_DST_AT, ADDRESS_IPV6_BYTES);
    return true;
}

static const char *const wire_error_texts[WIRE_ERROR_COUNT] = {
    [WIRE_OK] = "well-formed",
    [WIRE_TRUNCATED] = "shorter than its headers say",
    [WIRE_NOT_IP] = "not an IP header",
    [WIRE_IP_CHECKSUM] = "IPv4 header checksum is wrong",
    [WIRE_ADDRESS] = "an IPv4 address of 0.0.0.0/8",
    [WIRE_FRAGMENT] = "a fragment",
    [WIRE_NOT_TCP] = "not TCP",
    [WIRE_DATA_OFFSET] = "TCP data offset is wrong",
    [WIRE_TCP_CHECKSUM] = "TCP checksum is wrong",
    [WIRE_OPTION_LENGTH] = "length of a TCP option is wrong",
};

const char *wire_error_text(WireError error)
{
    assert(error < WIRE_ERROR_COUNT);
    return wire_error_texts[error];
}
