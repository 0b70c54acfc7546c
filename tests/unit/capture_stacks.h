/* Headers that may stand before a packet: links, tags and tunnels, byte by byte, for tests that read captures
 * and for the one that lays our reading beside tshark's.
 */
#ifndef TESTS_UNIT_CAPTURE_STACKS_H
#define TESTS_UNIT_CAPTURE_STACKS_H

#include "capture_bytes.h"

#define ADDRESSES "\0\0\0\0\0\1\0\0\0\0\0\2"
#define ETHERNET ADDRESSES "\x08\x00"
/* An IPv4 header with this protocol, from 192.0.2.1 to 192.0.2.2, and one of UDP; stacked() fills in their
 * lengths. */
#define IP(protocol) "\x45\0\x03\xe8\0\1\0\0\x40" protocol "\0\0\xc0\0\x02\x01\xc0\0\x02\x02"
#define IPV6(next)                                                                                 \
    "\x60\0\0\0\x03\xe8" next "\x40"                                                               \
    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x09\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x0a"
#define UDP(port) "\x30\x39" port "\x03\xe8\0\0"

typedef struct Stack {
    const char *name;
    guint32 link;
    const char *bytes;
    gsize length;
} Stack;

#define STACK(name, link, bytes)                                                                   \
    {                                                                                              \
        name, link, bytes, sizeof(bytes) - 1                                                       \
    }

static const Stack stacks[] = {
    STACK("VLAN", LINK_ETHERNET, ADDRESSES "\x81\0\0\5\x08\0"),
    STACK("QinQ", LINK_ETHERNET, ADDRESSES "\x88\xa8\0\5\x81\0\0\6\x08\0"),
    STACK("three tags", LINK_ETHERNET, ADDRESSES "\x91\0\0\5\x91\0\0\6\x81\0\0\7\x08\0"),
    STACK("MPLS", LINK_ETHERNET, ADDRESSES "\x88\x47\0\0\x11\x40"),
    STACK("MPLS, two labels", LINK_ETHERNET, ADDRESSES "\x88\x48\0\0\x10\x40\0\0\x21\x40"),
    STACK("MPLS, a pseudowire", LINK_ETHERNET, ADDRESSES "\x88\x47\0\0\x11\x40\0\0\0\0" ETHERNET),
    STACK("PPPoE", LINK_ETHERNET, ADDRESSES "\x88\x64\x11\0\0\7\0\x2a\0\x21"),
    STACK("PPPoE in a VLAN", LINK_ETHERNET, ADDRESSES "\x81\0\0\7\x88\x64\x11\0\0\7\0\x2a\0\x21"),
    STACK("PPPoE alone", LINK_PPPOE, "\x11\0\0\7\0\x2a\0\x21"),
    STACK("PPP", LINK_PPP, "\0\x21"),
    STACK("PPP, address and control", LINK_PPP, "\xff\3\0\x21"),
    STACK("PPP, a short protocol", LINK_PPP, "\x21"),
    STACK("IP in IP", LINK_RAW, IP("\4")),
    STACK("IP in IP in IP", LINK_IPV4, IP("\4") IP("\4")),
    STACK("GRE", LINK_ETHERNET, ETHERNET IP("\x2f") "\0\0\x08\0"),
    STACK("GRE, key", LINK_ETHERNET, ETHERNET IP("\x2f") "\x20\0\x08\0\0\0\0\x2a"),
    STACK("GRE, all fields", LINK_ETHERNET,
          ETHERNET IP("\x2f") "\xb0\0\x08\0\1\2\3\4\0\0\0\x2a\0\0\0\1"),
    STACK("GRE, Ethernet inside", LINK_ETHERNET, ETHERNET IP("\x2f") "\0\0\x65\x58" ETHERNET),
    STACK("PPTP", LINK_ETHERNET,
          ETHERNET IP("\x2f") "\x30\x81\x88\x0b\0\2\0\7\0\0\0\1\0\0\0\2\0\x21"),
    STACK("VXLAN", LINK_ETHERNET,
          ETHERNET IP("\x11") UDP("\x12\xb5") "\x08\0\0\0\0\0\x2a\0" ETHERNET),
    STACK("VXLAN, Linux' old port", LINK_SLL2,
          "\x08\0\0\0\0\0\0\1\0\1\0\6\0\0\0\0\0\0\0\0" IP("\x11")
              UDP("\x21\x18") "\x08\0\0\0\0\0\x2a\0" ADDRESSES "\x81\0\0\5\x08\0"),
    STACK("Geneve", LINK_ETHERNET,
          ETHERNET IP("\x11") UDP("\x17\xc1") "\0\0\x65\x58\0\0\x2a\0" ETHERNET),
    STACK("Geneve, options, IP inside", LINK_ETHERNET,
          ETHERNET IP("\x11") UDP("\x17\xc1") "\2\0\x08\0\0\0\x2a\0\1\2\3\1\5\6\7\x08"),
    STACK("IPv4 in IPv6", LINK_RAW, IPV6("\4")),
    STACK("GRE over IPv6", LINK_RAW, IPV6("\x2f") "\0\0\x08\0"),
    STACK("VXLAN over IPv6 in IPv4", LINK_RAW,
          IP("\x29") IPV6("\x11") UDP("\x12\xb5") "\x08\0\0\0\0\0\x2a\0" ETHERNET),
};

/* Each 1000 at this place behind this beginning is the length of the rest. */
static inline void fill_lengths(GByteArray *frame, const char *beginning, gsize at)
{
    for (guint i = 0; i + at + 2 < frame->len; i++) {
        guint8 *here = frame->data + i;
        guint rest = frame->len - i;

        if (memcmp(here, beginning, 2) != 0 || here[at] != 0x03 || here[at + 1] != 0xe8)
            continue;
        here[at] = (guint8)(rest >> 8);
        here[at + 1] = (guint8)rest;
    }
}

static inline GByteArray *stacked(const Stack *stack, const Segment *segment)
{
    GByteArray *frame = g_byte_array_new(), *packet = packet_of(segment);

    put_bytes(frame, stack->bytes, stack->length);
    put_bytes(frame, packet->data, packet->len);
    fill_lengths(frame, "\x45\0", 2);
    fill_lengths(frame, "\x30\x39", 4);
    g_byte_array_unref(packet);
    return frame;
}

#endif
