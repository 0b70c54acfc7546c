/* IPv6's header: written, read, and extension headers passed over. */
#include "net/ipv6.h"

#include "net/octets.h"
#include "proto/address.h"

enum {
    PAYLOAD_LENGTH_AT = 4,
    NEXT_HEADER_AT = 6,
    HOP_LIMIT_AT = 7,
    TRAFFIC_CLASS_SHIFT =
        4, /* its lower half, ECN at its end, is the upper half of the second byte */

    EXTENSION_LEAST = 8,    /* bytes; its length counts those beyond, in eights */
    FRAGMENT_BITS = 0xfff9, /* offset, more fragments */
};

/* Protocol numbers (RFC 8200 §4.1). */
enum {
    NEXT_HOP_BY_HOP = 0,
    NEXT_TCP = 6,
    NEXT_ROUTING = 43,
    NEXT_FRAGMENT = 44,
    NEXT_DESTINATION = 60,
};

void ipv6_put_header(uint8_t *ip, const Segment *segment, size_t tcp_bytes)
{
    put32(ip, 6U << 28 | (uint32_t)segment->ecn << 20);
    put16(ip + PAYLOAD_LENGTH_AT, (uint32_t)tcp_bytes);
    ip[NEXT_HEADER_AT] = NEXT_TCP;
    ip[HOP_LIMIT_AT] = segment->ttl != 0 ? segment->ttl : WIRE_TTL;
    address_made_up(segment->src_addr, ip + IPV6_SRC_AT);
    address_made_up(segment->dst_addr, ip + IPV6_DST_AT);
}

void ipv6_mark(uint8_t *ip)
{
    ip[1] |= ECN_CE << TRAFFIC_CLASS_SHIFT;
}

/* Bytes of an extension header that TCP may follow, 0: it is another thing. */
static size_t extension_bytes(uint8_t kind, const uint8_t *at)
{
    switch (kind) {
    case NEXT_HOP_BY_HOP:
    case NEXT_ROUTING:
    case NEXT_DESTINATION: return EXTENSION_LEAST * (at[1] + 1U);
    case NEXT_FRAGMENT: return EXTENSION_LEAST;
    default: return 0;
    }
}

static bool is_part(uint8_t kind, const uint8_t *at)
{
    return kind == NEXT_FRAGMENT && (get16(at + 2) & FRAGMENT_BITS) != 0;
}

WireError ipv6_find_tcp(const uint8_t *ip, size_t seen, size_t *tcp_at, size_t *tcp_bytes)
{
    size_t at = ADDRESS_IPV6_HEADER, end = at + get16(ip + PAYLOAD_LENGTH_AT);
    size_t there = seen < end ? seen : end;
    uint8_t next = ip[NEXT_HEADER_AT];

    while (next != NEXT_TCP) {
        static const uint8_t none[EXTENSION_LEAST];
        bool is_there = there - at >= EXTENSION_LEAST;
        const uint8_t *extension = is_there ? ip + at : none;
        size_t bytes = extension_bytes(next, extension);

        if (bytes == 0)
            return WIRE_NOT_TCP;
        if (!is_there || there - at < bytes)
            return WIRE_TRUNCATED;
        if (is_part(next, extension))
            return WIRE_FRAGMENT;
        next = extension[0];
        at += bytes;
    }
    *tcp_at = at;
    *tcp_bytes = end - at;
    return WIRE_OK;
}

void ipv6_read_header(const uint8_t *ip, Segment *segment)
{
    segment->ecn = ip[1] >> TRAFFIC_CLASS_SHIFT & ECN_CE;
    segment->ttl = ip[HOP_LIMIT_AT];
    segment->src_addr = address_made_up_number(ip + IPV6_SRC_AT);
    segment->dst_addr = address_made_up_number(ip + IPV6_DST_AT);
}
