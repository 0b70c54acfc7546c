/* Addresses as hosts of a run have them, in 32 bits whatever the family.
 *
 * An IPv4 address is its own number, in host order.  An IPv6 address is numbered, from 1: a number below
 * 2^24 can be no IPv4 address that anybody has (0.0.0.0/8, RFC 1122 §3.2.1.3), so a number tells its family.
 * 0 is nobody's, of either family.
 *
 * What number stands for what address, says whoever gave it.  A simulation makes its addresses up:
 * number N is 2001:db8::N, of the prefix for examples (RFC 3849).  A capture has a list (trace/addresses.h).
 */
#ifndef TCPWALTZ_PROTO_ADDRESS_H
#define TCPWALTZ_PROTO_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    ADDRESS_IPV6_MAX = 0xffffff, /* the greatest number of an IPv6 address */
    ADDRESS_IPV6_BYTES = 16,
};

/* Of IP headers without options (RFC 791 §3.1, RFC 8200 §3): what an IPv6 packet is larger by. */
enum { ADDRESS_IPV4_HEADER = 20, ADDRESS_IPV6_HEADER = 40 };

static inline bool address_is_ipv6(uint32_t address)
{
    return address - 1U < ADDRESS_IPV6_MAX;
}

/* Bytes of the IP header of a packet from or to this address. */
static inline uint32_t address_header_bytes(uint32_t address)
{
    return address_is_ipv6(address) ? ADDRESS_IPV6_HEADER : ADDRESS_IPV4_HEADER;
}

/* The made-up address with this number; it is one of IPv6. */
void address_made_up(uint32_t address, uint8_t out[ADDRESS_IPV6_BYTES]);

/* The number of a made-up address; 0: it is another one. */
uint32_t address_made_up_number(const uint8_t bytes[ADDRESS_IPV6_BYTES]);

#endif
