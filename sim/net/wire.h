/* The wire format: a segment as the bytes of an IPv4 or IPv6 packet, and back (RFC 791 §3.1, RFC 8200 §3, RFC
 * 9293 §3.1).
 *
 * Which of them, say the segment's addresses.  Those of IPv6 are numbers (proto/address.h): in bytes they
 * are the made-up ones, and of bytes those alone have a number.  Whoever has others reads them with
 * wire_ipv6_ends(), and writes them with wire_set_ipv6_ends().
 */
#ifndef TCPWALTZ_NET_WIRE_H
#define TCPWALTZ_NET_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/segment.h"

enum {
    WIRE_PACKET_MAX = 65535,
    WIRE_HEADERS_MAX = 40 + 60, /* our IP header has no options; TCP's may have 40 bytes */
    WIRE_TTL = 64,              /* of a packet of which nobody says more */
};

/* RFC 1071: the 16-bit one's complement of the one's complement sum.  `sum` carries in what has
 * been summed before (0 to begin). */
uint16_t wire_checksum(const void *data, size_t length, uint32_t sum);

/* Writes the segment as a packet with right checksums, its ECN field and time to live, or hop limit (0:
 * WIRE_TTL).  IPv4: no options, don't-fragment set, identification `ip_id`.  IPv6: no extension headers, flow
 * label 0.  The TCP options stand as they are listed (proto/options.h).
 * Returns the packet's length; at most `room` bytes are touched.  0 when `room` is too small, the options do not
 * fit into 40 bytes or have SACK without a block or beside a cookie, the addresses are of two families, or the
 * packet would exceed WIRE_PACKET_MAX. */
size_t wire_encode(const Segment *segment, uint16_t ip_id, uint8_t *out, size_t room);

/* Marks a packet CE, as a router does (RFC 3168 §5): its ECN field changes, and an IPv4 header's checksum. */
void wire_mark(uint8_t *packet, size_t length);

typedef enum WireError {
    WIRE_OK,
    WIRE_TRUNCATED, /* shorter than its headers say */
    WIRE_NOT_IP,    /* version or header length is wrong */
    WIRE_IP_CHECKSUM,
    WIRE_ADDRESS,  /* an IPv4 address of 0.0.0.0/8: nobody's, and its number would be IPv6's */
    WIRE_FRAGMENT, /* a fragment: the simulator sends none */
    WIRE_NOT_TCP,
    WIRE_DATA_OFFSET, /* TCP header length below 20 or beyond the packet */
    WIRE_TCP_CHECKSUM,
    WIRE_OPTION_LENGTH, /* below 2, beyond the header, or wrong for the option's kind */
    WIRE_ERROR_COUNT,
} WireError;

const char *wire_error_text(WireError error); /* "TCP checksum is wrong" */

/* Reads the packet strictly: nothing is trusted that was not checked.  Options are read as wire_read_options() has
 * it (net/options.h); bytes after the packet's length (link padding) are ignored.  IPv6's extension headers are
 * passed over where TCP can follow them (hop-by-hop and destination options, routing, the fragment header of a
 * whole packet); the checksum is that for the destination in the header, wherever a routing header leads.
 * An IPv6 address that is not made up is read as 0.
 * On success *payload points at the segment's payload inside `packet` and segment->payload is
 * zeroed; otherwise *segment and *payload are unchanged. */
WireError wire_decode(const uint8_t *packet, size_t length, Segment *segment,
                      const uint8_t **payload);

/* Reads the headers of a packet that somebody captured, as far as they go: its end may be missing
 * (lengths are those of the IP header, 20 bytes of the TCP header are needed), its checksums may
 * be wrong (the network card fills them in), its options may be cut (those before are there) or nonsense (those
 * before count, and all are listed).
 * A checksum that cannot be computed counts as right.  On an error *segment is unchanged. */
WireError wire_decode_headers(const uint8_t *packet, size_t length, Segment *segment,
                              bool *checksums_are_right);

/* The addresses of a packet that was read.  False: it is not one of IPv6. */
bool wire_ipv6_ends(const uint8_t *packet, uint8_t src[16], uint8_t dst[16]);

/* Other addresses for a packet of IPv6 that wire_encode() wrote; its checksum follows. */
void wire_set_ipv6_ends(uint8_t *packet, const uint8_t src[16], const uint8_t dst[16]);

#endif
