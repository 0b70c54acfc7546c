/* A TCP segment: header fields, options, a reference to its payload (RFC 9293 §3.1).
 *
 * Numbers are in host order.  net/wire.h turns a segment into bytes and back.
 */
#ifndef TCPWALTZ_PROTO_SEGMENT_H
#define TCPWALTZ_PROTO_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/seq.h"
#include "proto/options.h"
#include "proto/payload.h"

enum {
    TCP_FIN = 0x01,
    TCP_SYN = 0x02,
    TCP_RST = 0x04,
    TCP_PSH = 0x08,
    TCP_ACK = 0x10,
    TCP_URG = 0x20,
    TCP_ECE = 0x40,
    TCP_CWR = 0x80,
};

enum { TCP_FLAG_COUNT = 8 };

/* "FIN", …: of the bit, 0 for TCP_FIN to 7 for TCP_CWR. */
const char *tcp_flag_name(unsigned bit);

/* Every flag's letter as tcpdump and packetdrill write them, in their order: "S.", "FP."; "-": none is set.
 * Returns `out`. */
enum { TCP_FLAGS_TEXT = TCP_FLAG_COUNT + 1 };
const char *tcp_flags_text(uint8_t flags, char out[TCP_FLAGS_TEXT]);

/* The ECN field of the IP header (RFC 3168 §5). */
enum {
    ECN_NOT_ECT = 0, /* the packet may be dropped, but not marked */
    ECN_ECT_1 = 1,
    ECN_ECT_0 = 2, /* ECN-capable transport, as TCP says it */
    ECN_CE = 3,    /* congestion experienced: a router has marked it */
};

typedef struct Segment {
    uint32_t src_addr, dst_addr; /* proto/address.h; both of one family */
    uint16_t src_port, dst_port;
    Seq seq, ack;
    uint8_t flags;   /* TCP_SYN | TCP_ACK … */
    uint8_t ecn;     /* of the IP header: ECN_ECT_0 … */
    uint16_t window; /* as in the header, unscaled */
    uint16_t urgent; /* urgent pointer */
    uint16_t length; /* payload bytes */
    uint8_t ttl;     /* of the IP header, or its hop limit; 0: nobody has said */
    Payload payload; /* meaningless when length is 0 */
    SegmentOptions options;
} Segment;

/* All of it 0.  In two parts, as compilers clear more at once than each of them by a loop, which takes longer than
 * all else that makes a segment. */
static inline void segment_clear(Segment *segment)
{
    memset(segment, 0, offsetof(Segment, options));
    segment->options = (SegmentOptions){0};
}

/* The classes of the scenario language, first match in this order. */
typedef enum SegmentClass {
    SEGMENT_RST,
    SEGMENT_SYN_ACK,
    SEGMENT_SYN,
    SEGMENT_FIN,  /* with data too */
    SEGMENT_DATA, /* payload, no SYN, FIN or RST */
    SEGMENT_ACK,  /* all the rest: acknowledgments, probes, window updates */
    SEGMENT_ANY,  /* in selections only: every class */
    SEGMENT_CLASS_COUNT,
} SegmentClass;

SegmentClass segment_class(const Segment *segment);
const char *segment_class_name(SegmentClass class); /* "SYN-ACK", "DATA", "any" */
bool segment_class_from_name(const char *name, size_t length, SegmentClass *out);

/* Sequence numbers that the segment takes up: payload, plus one each for SYN and FIN
 * (RFC 9293 §3.4, SEG.LEN). */
static inline uint32_t segment_seq_length(const Segment *segment)
{
    return segment->length + ((segment->flags & TCP_SYN) ? 1U : 0U) +
           ((segment->flags & TCP_FIN) ? 1U : 0U);
}

/* Bytes of the whole packet: 20 (IPv6: 40) + 20 + options + payload. */
size_t segment_ip_bytes(const Segment *segment);

#endif
