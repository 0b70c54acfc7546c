/* The wire format: IPv4 and TCP headers and checksums, written and strictly read; IPv6's header is ipv6.c's,
 * TCP's options are options.c's.
 *
 * Encoding is on top, decoding below.  What both agree on is the layout in wire.h.
 */
#include "net/wire.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "net/ipv6.h"
#include "net/octets.h"
#include "net/options.h"
#include "proto/address.h"

enum {
    IP_HEADER_BYTES = ADDRESS_IPV4_HEADER, /* without options: those are read, but not written */
    IP_SRC_AT = 12,
    IP_DST_AT = 16,
    IP_ENDS_BYTES = 2 * 4, /* both addresses, one behind the other */
    IP_DONT_FRAGMENT = 0x4000,
    IP_FRAGMENT_BITS = 0x3fff, /* more fragments, fragment offset */
    IP_TTL_AT = 8,
    IP_PROTOCOL_TCP = 6,
    TCP_HEADER_BYTES = 20, /* without options */
    TCP_CHECKSUM_AT = 16,
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

static bool options_fit(const SegmentOptions *options)
{
    bool cookie = options->present & OPTION_ANY_FAST_OPEN;

    if ((options->present & OPTION_SACK) && (options->sack_count == 0 || cookie))
        return false;
    if (cookie && (options->cookie_length > SEGMENT_COOKIE_MAX ||
                   (options->present & OPTION_ANY_FAST_OPEN) == OPTION_ANY_FAST_OPEN))
        return false;
    /* This bounds the number of SACK blocks too: five have 44 bytes. */
    return segment_options_bytes(options) <= SEGMENT_OPTIONS_MAX;
}

static void put_ip_header(uint8_t *ip, const Segment *segment, uint16_t ip_id, size_t ip_bytes)
{
    ip[0] = 4 << 4 | IP_HEADER_BYTES / 4;
    ip[1] = segment->ecn; /* the rest of what was the type of service is 0 */
    put16(ip + 2, (uint32_t)ip_bytes);
    put16(ip + 4, ip_id);
    put16(ip + 6, IP_DONT_FRAGMENT);
    ip[IP_TTL_AT] = segment->ttl != 0 ? segment->ttl : WIRE_TTL;
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
    wire_write_options(&segment->options, tcp + TCP_HEADER_BYTES);
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

static void read_headers(const PacketParts *parts, Segment *segment)
{
    const uint8_t *ip = parts->ip, *tcp = parts->tcp;

    if (is_ipv6(ip)) {
        ipv6_read_header(ip, segment);
    } else {
        segment->ecn = ip[1] & ECN_CE;
        segment->ttl = ip[IP_TTL_AT];
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
    const uint8_t *options = parts.tcp + TCP_HEADER_BYTES;
    if (!wire_read_options(options, (size_t)(data - options), &read.options))
        return WIRE_OPTION_LENGTH;
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

/* Of an option that was cut nothing is left. */
static size_t option_bytes_seen(const PacketParts *parts, size_t seen)
{
    if (seen >= parts->tcp_header_bytes)
        return parts->tcp_header_bytes - TCP_HEADER_BYTES;
    return wire_whole_options(parts->tcp + TCP_HEADER_BYTES, seen - TCP_HEADER_BYTES);
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

    memset(segment, 0, sizeof *segment);
    /* Whatever its options are: the segment was there. */
    (void)wire_read_options(parts.tcp + TCP_HEADER_BYTES, option_bytes_seen(&parts, seen),
                            &segment->options);
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
