/* IPv6's header and what may stand between it and TCP (RFC 8200 §3, §4): for wire.c alone. */
#ifndef TCPWALTZ_NET_IPV6_H
#define TCPWALTZ_NET_IPV6_H

#include "net/wire.h"

enum {
    IPV6_SRC_AT = 8,
    IPV6_DST_AT = 24,
    IPV6_ENDS_BYTES = 2 * 16, /* both addresses, one behind the other */
};

/* Writes the header of a packet without extension headers, `tcp_bytes` behind it. */
void ipv6_put_header(uint8_t *ip, const Segment *segment, size_t tcp_bytes);

void ipv6_mark(uint8_t *ip);

/* Where TCP begins in a packet of which `seen` bytes are there, at least the header: *tcp_at from its first
 * byte; and how many bytes are left for it, if its end may be missing. */
WireError ipv6_find_tcp(const uint8_t *ip, size_t seen, size_t *tcp_at, size_t *tcp_bytes);

/* ECN field, hop limit and addresses. */
void ipv6_read_header(const uint8_t *ip, Segment *segment);

#endif
