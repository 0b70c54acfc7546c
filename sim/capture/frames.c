/* Link types: how long their headers are, and where they say what comes next. */
#define _DEFAULT_SOURCE /* pcap.h uses u_int */

#include "capture/frames.h"

#include <pcap/pcap.h>
#include <string.h>

enum {
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_IPV6 = 0x86dd,
    VLAN_BYTES = 4,
    FAMILY_BYTES = 4,
};

typedef enum NextProtocol {
    NEXT_IS_IP,     /* nothing says so: it is all that there can be */
    NEXT_ETHERTYPE, /* 16 bits, big endian; VLAN tags may follow */
    NEXT_FAMILY,    /* 32 bits, in the order of the host that captured */
} NextProtocol;

struct LinkType {
    int dlt;
    const char *name;
    NextProtocol next;
    gsize next_at, header_bytes;
};

static const LinkType link_types[] = {
    {DLT_EN10MB, "Ethernet", NEXT_ETHERTYPE, 12, 14},
    {DLT_RAW, "raw IP", NEXT_IS_IP, 0, 0},
    {DLT_IPV4, "raw IPv4", NEXT_IS_IP, 0, 0},
    {DLT_IPV6, "raw IPv6", NEXT_IS_IP, 0, 0},
    {DLT_LINUX_SLL, "Linux cooked", NEXT_ETHERTYPE, 14, 16},
    {DLT_LINUX_SLL2, "Linux cooked v2", NEXT_ETHERTYPE, 0, 20},
    {DLT_NULL, "BSD loopback", NEXT_FAMILY, 0, 4},
    {DLT_LOOP, "OpenBSD loopback", NEXT_FAMILY, 0, 4},
};

const LinkType *link_type_find(int dlt)
{
    for (gsize i = 0; i < G_N_ELEMENTS(link_types); i++) {
        if (link_types[i].dlt == dlt)
            return &link_types[i];
    }
    return NULL;
}

char *link_type_names(void)
{
    GString *out = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(link_types); i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", link_types[i].name);
    return g_string_free(out, FALSE);
}

static guint get16(const guint8 *at)
{
    return (guint)at[0] << 8 | at[1];
}

static gboolean is_vlan(guint ethertype)
{
    return ethertype == 0x8100 || ethertype == 0x88a8 || ethertype == 0x9100;
}

/* Where nothing of the packet is left, its version is not asked. */
static gboolean is_ip(guint ethertype, const guint8 *packet, gsize length)
{
    guint version = ethertype == ETHERTYPE_IPV4 ? 4 : ethertype == ETHERTYPE_IPV6 ? 6 : 0;

    return version != 0 && (length == 0 || packet[0] >> 4 == (guint8)version);
}

/* Behind all VLAN tags: where the packet begins, NULL when it is not IP. */
static const guint8 *behind_ethertype(const LinkType *type, const guint8 *frame, gsize length)
{
    guint ethertype = get16(frame + type->next_at);
    gsize at = type->header_bytes;

    while (is_vlan(ethertype) && length - at >= VLAN_BYTES) {
        ethertype = get16(frame + at + 2);
        at += VLAN_BYTES;
    }
    return is_ip(ethertype, frame + at, length - at) ? frame + at : NULL;
}

static const guint8 *behind_family(const LinkType *type, const guint8 *frame)
{
    /* AF_INET is the same on every system; AF_INET6 is that of Linux, NetBSD and OpenBSD, FreeBSD, macOS. */
    static const guint8 families[] = {2, 10, 24, 28, 30};

    for (gsize i = 0; i < sizeof families; i++) {
        const guint8 little[FAMILY_BYTES] = {families[i]}, big[FAMILY_BYTES] = {[3] = families[i]};

        if (memcmp(frame, little, FAMILY_BYTES) == 0 || memcmp(frame, big, FAMILY_BYTES) == 0)
            return frame + type->header_bytes;
    }
    return NULL;
}

const guint8 *link_type_packet(const LinkType *type, const guint8 *frame, gsize length)
{
    if (length < type->header_bytes)
        return NULL;
    switch (type->next) {
    case NEXT_IS_IP: break;
    case NEXT_ETHERTYPE: return behind_ethertype(type, frame, length);
    case NEXT_FAMILY: return behind_family(type, frame);
    }
    return frame;
}
