/* Messages by ICMP about a packet of ours, and their names (RFC 792, RFC 1122 §3.2.2, RFC 1191).  Those of ICMPv6 are taken
 * for the ones that say the same (RFC 4443 §3). */
#ifndef TCPWALTZ_PROTO_ICMP_H
#define TCPWALTZ_PROTO_ICMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ICMP_UNREACHABLE = 3, /* destination unreachable … */
    ICMP_TIME_EXCEEDED = 11,
    ICMP_PARAMETER_PROBLEM = 12,
    ICMP_FRAGMENTATION_NEEDED = 4, /* … with this code: `mtu` says what the next link takes */
};

typedef struct IcmpMessage {
    uint8_t type, code; /* both 0, an echo's answer: no such message */
    uint32_t mtu;       /* of 3, 4; 0: it does not say */
} IcmpMessage;

/* "host-unreachable"; NULL: it has none. */
const char *icmp_name(uint8_t type, uint8_t code);

/* The n-th name there is, from 0; NULL: there are no more. */
const char *icmp_name_at(size_t n);

/* Reads a name, or "3,1", type and code.  False: it is neither. */
bool icmp_from_name(const char *name, size_t length, IcmpMessage *out);

/* A message of ICMPv6 as the one of ICMP that says the same.  False: it is about no packet of ours. */
bool icmp_of_ipv6(uint8_t type, uint8_t code, uint32_t mtu, IcmpMessage *out);

#endif
