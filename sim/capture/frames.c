/* The way from a frame to the packet inside, header by header.
 *
 * A layer is a header and how to get behind it: a row of layers[].  Each says what comes next; the way ends
 * at a packet that carries something else than a tunnel, or at what is no layer.
 */
#include "capture/frames.h"

#include <string.h>

enum { LAYERS_MOST = 24 };

typedef enum Layer {
    LAYER_ETHERNET,
    LAYER_COOKED,
    LAYER_COOKED_2,
    LAYER_LOOPBACK,
    LAYER_VLAN,
    LAYER_MPLS,
    LAYER_PPPOE,
    LAYER_PPP,
    LAYER_GRE,
    LAYER_VXLAN,
    LAYER_GENEVE,
    LAYER_IP, /* of either version */
    LAYER_IPV4,
    LAYER_IPV6,
    LAYER_COUNT,
    /* Ends. */
    LAYER_IPV4_PACKET,
    LAYER_IPV6_PACKET,
    LAYER_FOREIGN,
    LAYER_CUT,
} Layer;

/* What is left of the frame. */
typedef struct Rest {
    const guint8 *at;
    gsize length;
} Rest;

static guint get16(const guint8 *at)
{
    return (guint)at[0] << 8 | at[1];
}

/* Behind so many bytes comes `next`. */
static Layer pass(Rest *rest, gsize bytes, Layer next)
{
    if (bytes > rest->length)
        return LAYER_CUT;
    rest->at += bytes;
    rest->length -= bytes;
    return next;
}

/* --- links and tags ----------------------------------------------------------------------- */

static Layer layer_of_ethertype(guint ethertype)
{
    static const struct {
        guint16 ethertype;
        Layer layer;
    } known[] = {
        {0x0800, LAYER_IPV4}, {0x86dd, LAYER_IPV6},     {0x8100, LAYER_VLAN}, {0x88a8, LAYER_VLAN},
        {0x9100, LAYER_VLAN}, {0x8847, LAYER_MPLS},     {0x8848, LAYER_MPLS}, {0x8864, LAYER_PPPOE},
        {0x880b, LAYER_PPP},  {0x6558, LAYER_ETHERNET},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (known[i].ethertype == ethertype)
            return known[i].layer;
    }
    return LAYER_FOREIGN;
}

static Layer pass_ethernet(Rest *rest)
{
    return pass(rest, 14, layer_of_ethertype(get16(rest->at + 12)));
}

static Layer pass_cooked(Rest *rest)
{
    return pass(rest, 16, layer_of_ethertype(get16(rest->at + 14)));
}

static Layer pass_cooked_2(Rest *rest)
{
    return pass(rest, 20, layer_of_ethertype(get16(rest->at)));
}

/* A family of addresses, in the order of the host that captured; 2 is IPv4 on every system, IPv6 has a number
 * of its own on each. */
static Layer pass_loopback(Rest *rest)
{
    static const guint8 inet = 2, inet6[] = {10, 24, 28, 30};
    guint8 first = rest->at[0], last = rest->at[3], family = first != 0 ? first : last;

    if (rest->at[1] != 0 || rest->at[2] != 0 || (first != 0 && last != 0))
        return LAYER_FOREIGN;
    if (family == inet)
        return pass(rest, 4, LAYER_IPV4);
    return pass(rest, 4, memchr(inet6, family, sizeof inet6) != NULL ? LAYER_IPV6 : LAYER_FOREIGN);
}

static Layer pass_vlan(Rest *rest)
{
    return pass(rest, 4, layer_of_ethertype(get16(rest->at + 2)));
}

/* Nothing says what is below the last label but how it begins: an IP version, or the 0 of a control word
 * before an Ethernet frame (RFC 4385 §3). */
static Layer pass_mpls(Rest *rest)
{
    gboolean is_last = (rest->at[2] & 1) != 0;

    if (!is_last)
        return pass(rest, 4, LAYER_MPLS);
    if (rest->length < 5)
        return LAYER_CUT;
    return rest->at[4] >> 4 == 0 ? pass(rest, 8, LAYER_ETHERNET) : pass(rest, 4, LAYER_IP);
}

static Layer pass_pppoe(Rest *rest)
{
    gboolean is_session = rest->at[0] == 0x11 && rest->at[1] == 0; /* RFC 2516 §4 */

    return pass(rest, 6, is_session ? LAYER_PPP : LAYER_FOREIGN);
}

/* RFC 1661 §2: one byte when that is odd; RFC 1662 §3.1 may stand before it. */
static Layer pass_ppp(Rest *rest)
{
    static const guint8 address_and_control[] = {0xff, 0x03};
    gsize skipped = memcmp(rest->at, address_and_control, 2) == 0 ? 2 : 0;

    if (rest->length < skipped + 2)
        return LAYER_CUT;
    gsize bytes = rest->at[skipped] & 1 ? 1 : 2;
    guint protocol = bytes == 1 ? rest->at[skipped] : get16(rest->at + skipped);
    Layer next = protocol == 0x21 ? LAYER_IPV4 : protocol == 0x57 ? LAYER_IPV6 : LAYER_FOREIGN;

    return pass(rest, skipped + bytes, next);
}

/* --- tunnels ------------------------------------------------------------------------------ */

/* RFC 2784 §2, RFC 2890 §2; version 1 is PPTP's (RFC 2637 §4.1). */
static Layer pass_gre(Rest *rest)
{
    enum { CHECKSUM = 0x8000, ROUTING = 0x4000, KEY = 0x2000, SEQUENCE = 0x1000, ACK = 0x0080 };
    guint flags = get16(rest->at);
    gsize bytes = 4;

    if ((flags & ROUTING) || (flags & 7) > 1)
        return LAYER_FOREIGN;
    bytes += flags & CHECKSUM ? 4 : 0;
    bytes += flags & KEY ? 4 : 0;
    bytes += flags & SEQUENCE ? 4 : 0;
    bytes += (flags & 7) == 1 && (flags & ACK) ? 4 : 0;
    return pass(rest, bytes, layer_of_ethertype(get16(rest->at + 2)));
}

/* RFC 7348 §5 */
static Layer pass_vxlan(Rest *rest)
{
    return pass(rest, 8, rest->at[0] & 0x08 ? LAYER_ETHERNET : LAYER_FOREIGN);
}

/* RFC 8926 §3.4 */
static Layer pass_geneve(Rest *rest)
{
    return pass(rest, 8 + (rest->at[0] & 0x3fU) * 4, layer_of_ethertype(get16(rest->at + 2)));
}

enum {
    PROTOCOL_IPV4 = 4,
    PROTOCOL_UDP = 17,
    PROTOCOL_IPV6 = 41,
    PROTOCOL_GRE = 47,
    UDP_BYTES = 8,
};

/* What IP carries that is a layer; `port` is UDP's destination. */
static const struct {
    guint8 protocol;
    guint16 port;
    Layer layer;
} tunnels[] = {
    {PROTOCOL_IPV4, 0, LAYER_IPV4},     {PROTOCOL_IPV6, 0, LAYER_IPV6},
    {PROTOCOL_GRE, 0, LAYER_GRE},       {PROTOCOL_UDP, 4789, LAYER_VXLAN},
    {PROTOCOL_UDP, 8472, LAYER_VXLAN}, /* Linux before the number was assigned */
    {PROTOCOL_UDP, 6081, LAYER_GENEVE},
};

/* A payload of this protocol: the layer it is, or `packet` when it is none. */
static Layer layer_of_payload(Rest *rest, guint8 protocol, gsize header_bytes, Layer packet)
{
    gboolean is_udp = protocol == PROTOCOL_UDP;
    guint port = 0;

    if (is_udp && rest->length >= header_bytes + UDP_BYTES)
        port = get16(rest->at + header_bytes + 2);
    for (gsize i = 0; i < G_N_ELEMENTS(tunnels); i++) {
        if (tunnels[i].protocol == protocol && tunnels[i].port == port)
            return pass(rest, header_bytes + (is_udp ? UDP_BYTES : 0), tunnels[i].layer);
    }
    return packet;
}

/* --- IP ----------------------------------------------------------------------------------- */

static Layer pass_ip(Rest *rest)
{
    switch (rest->at[0] >> 4) {
    case 4: return LAYER_IPV4;
    case 6: return LAYER_IPV6;
    default: return LAYER_FOREIGN;
    }
}

/* What is wrong with a packet's header, whoever decodes it says. */
static Layer pass_ipv4(Rest *rest)
{
    enum { FRAGMENT_BITS = 0x3fff };
    gsize header_bytes = (rest->at[0] & 0x0fU) * 4;

    if (rest->at[0] >> 4 != 4)
        return LAYER_FOREIGN;
    if (rest->length < 20 || header_bytes < 20 || (get16(rest->at + 6) & FRAGMENT_BITS))
        return LAYER_IPV4_PACKET;
    return layer_of_payload(rest, rest->at[9], header_bytes, LAYER_IPV4_PACKET);
}

/* A tunnel's header stands right behind IPv6's own, as good as always. */
static Layer pass_ipv6(Rest *rest)
{
    enum { HEADER_BYTES = 40 };

    if (rest->at[0] >> 4 != 6)
        return LAYER_FOREIGN;
    if (rest->length < HEADER_BYTES)
        return LAYER_IPV6_PACKET;
    return layer_of_payload(rest, rest->at[6], HEADER_BYTES, LAYER_IPV6_PACKET);
}

/* --- the way ------------------------------------------------------------------------------ */

static const struct {
    gsize bytes; /* that its header has at least */
    Layer (*pass)(Rest *rest);
} layers[LAYER_COUNT] = {
    [LAYER_ETHERNET] = {14, pass_ethernet},
    [LAYER_COOKED] = {16, pass_cooked},
    [LAYER_COOKED_2] = {20, pass_cooked_2},
    [LAYER_LOOPBACK] = {4, pass_loopback},
    [LAYER_VLAN] = {4, pass_vlan},
    [LAYER_MPLS] = {4, pass_mpls},
    [LAYER_PPPOE] = {6, pass_pppoe},
    [LAYER_PPP] = {2, pass_ppp},
    [LAYER_GRE] = {4, pass_gre},
    [LAYER_VXLAN] = {8, pass_vxlan},
    [LAYER_GENEVE] = {8, pass_geneve},
    [LAYER_IP] = {1, pass_ip},
    [LAYER_IPV4] = {1, pass_ipv4},
    [LAYER_IPV6] = {1, pass_ipv6},
};

/* LINKTYPE_ numbers, as they stand in files. */
static const struct {
    guint32 link;
    const char *name;
    Layer layer;
} links[] = {
    {1, "Ethernet", LAYER_ETHERNET},
    {101, "raw IP", LAYER_IP},
    {228, "raw IPv4", LAYER_IPV4},
    {229, "raw IPv6", LAYER_IPV6},
    {113, "Linux cooked", LAYER_COOKED},
    {276, "Linux cooked v2", LAYER_COOKED_2},
    {0, "BSD loopback", LAYER_LOOPBACK},
    {108, "OpenBSD loopback", LAYER_LOOPBACK},
    {9, "PPP", LAYER_PPP},
    {50, "PPP in HDLC framing", LAYER_PPP},
    {51, "PPPoE", LAYER_PPPOE},
};

char *frame_link_names(void)
{
    GString *out = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(links); i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", links[i].name);
    return g_string_free(out, FALSE);
}

static FrameEnd follow(Layer layer, Rest *rest)
{
    for (guint depth = 0; layer < LAYER_COUNT; depth++) {
        if (depth == LAYERS_MOST)
            return FRAME_TOO_DEEP;
        if (rest->length < layers[layer].bytes)
            return FRAME_CUT;
        layer = layers[layer].pass(rest);
    }
    switch (layer) {
    case LAYER_IPV4_PACKET: return FRAME_IPV4;
    case LAYER_IPV6_PACKET: return FRAME_IPV6;
    case LAYER_CUT: return FRAME_CUT;
    default: return FRAME_NOT_IP;
    }
}

FrameEnd frame_find_packet(guint32 link, const guint8 *frame, gsize length, gsize *offset)
{
    for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
        if (links[i].link == link) {
            Rest rest = {frame, length};
            FrameEnd end = follow(links[i].layer, &rest);

            *offset = (gsize)(rest.at - frame);
            return end;
        }
    }
    return FRAME_UNKNOWN_LINK;
}
