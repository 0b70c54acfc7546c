/* Packets into segments; what is none is counted by its cause. */
#define _DEFAULT_SOURCE /* pcap.h uses u_int */

#include "capture/sightings.h"

#include <pcap/pcap.h>
#include <string.h>

#include "capture/frames.h"
#include "core/siphash.h"
#include "net/wire.h"

enum {
    IP_HEADER_BYTES = 20, /* without options */
    DIGEST_BYTES = 96, /* headers, and the first bytes of data: what the shortest captures keep */
    LENGTH_MAX = 65535,
};

/* Beyond the year 2242 no capture was taken, and SimTime has room for all before. */
#define SECONDS_MAX (G_GINT64_CONSTANT(1) << 33)

/* What was not kept, or is odd. */
typedef enum Oddity {
    ODD_LINK,
    ODD_NOT_IP,
    ODD_NOT_TCP,
    ODD_FRAGMENT,
    ODD_CUT,
    ODD_BROKEN,
    ODD_HUGE,
    ODD_CHECKSUM,
    ODD_NO_TIME,
    ODD_STRAY,
    ODDITY_COUNT,
} Oddity;

/* Of one packet, and of several: "1 of 3 packets is not IP: skipped". */
static const struct {
    const char *one, *several;
} oddity_texts[ODDITY_COUNT] = {
    [ODD_LINK] = {"is of a link type that cannot be read",
                  "are of a link type that cannot be read"},
    [ODD_NOT_IP] = {"is not IP: skipped", "are not IP: skipped"},
    [ODD_NOT_TCP] = {"is not TCP: skipped", "are not TCP: skipped"},
    [ODD_FRAGMENT] = {"is a fragment: skipped", "are fragments: skipped"},
    [ODD_CUT] = {"is cut before the end of its headers: skipped",
                 "are cut before the end of their headers: skipped"},
    [ODD_BROKEN] = {"has broken headers: skipped", "have broken headers: skipped"},
    [ODD_HUGE] = {"is longer than 65,535 bytes: skipped", "are longer than 65,535 bytes: skipped"},
    [ODD_CHECKSUM] = {"has a wrong checksum (usual where the network card computes it): kept",
                      "have a wrong checksum (usual where the network card computes it): kept"},
    [ODD_STRAY] = {"is ICMP about a connection that is not here: skipped",
                   "are ICMP about connections that are not here: skipped"},
    [ODD_NO_TIME] = {"has no time: it is taken for as old as the one before it",
                     "have no time: each is taken for as old as the one before it"},
};

static const Oddity oddity_of_error[WIRE_ERROR_COUNT] = {
    [WIRE_TRUNCATED] = ODD_CUT,        [WIRE_NOT_IP] = ODD_BROKEN,
    [WIRE_ADDRESS] = ODD_BROKEN,       [WIRE_IP_CHECKSUM] = ODD_BROKEN,
    [WIRE_FRAGMENT] = ODD_FRAGMENT,    [WIRE_NOT_TCP] = ODD_NOT_TCP,
    [WIRE_DATA_OFFSET] = ODD_BROKEN,   [WIRE_TCP_CHECKSUM] = ODD_BROKEN,
    [WIRE_OPTION_LENGTH] = ODD_BROKEN,
};

typedef struct Reader {
    GArray *out;
    TraceAddresses *addresses;
    guint64 packets; /* read so far */
    guint64 odd[ODDITY_COUNT];
    guint32 unknown_link; /* the first one, with ODD_LINK */
    SimTime last;
    CaptureProblem *problem;
} Reader;

static gboolean G_GNUC_PRINTF(2, 3) fail(Reader *reader, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    reader->problem->message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return FALSE;
}

static gboolean skip(Reader *reader, Oddity odd)
{
    reader->odd[odd]++;
    return TRUE;
}

static gboolean read_time(Reader *reader, const CapturedPacket *packet)
{
    if (!packet->has_time)
        return skip(reader, ODD_NO_TIME);
    if (packet->seconds < 0 || packet->seconds >= SECONDS_MAX || packet->nanoseconds < 0 ||
        packet->nanoseconds >= SIM_SECOND)
        return fail(reader, "packet %" G_GUINT64_FORMAT " has an impossible time", reader->packets);
    reader->last = packet->seconds * SIM_SECOND + packet->nanoseconds;
    return TRUE;
}

static guint get16(const guint8 *at)
{
    return (guint)at[0] << 8 | at[1];
}

/* --- one packet --------------------------------------------------------------------------- */

/* An IP packet, as much of it as was captured. */
typedef struct Packet {
    const guint8 *at;
    gsize length, on_wire;
} Packet;

static gboolean is_ipv6(const Packet *packet)
{
    return packet->length > 0 && packet->at[0] >> 4 == 6;
}

/* Where the length of the packet stands, and what it leaves out. */
typedef struct Lengths {
    gsize header_bytes; /* all that has to be there, of either family */
    gsize at, without;
} Lengths;

static Lengths lengths_of(const Packet *packet)
{
    return is_ipv6(packet) ? (Lengths){ADDRESS_IPV6_HEADER, 4, ADDRESS_IPV6_HEADER}
                           : (Lengths){ADDRESS_IPV4_HEADER, 2, 0};
}

/* Where the network card cuts into segments what TCP has left whole, the length is for the card to fill in:
 * it is 0. */
static gboolean is_offloaded(const Packet *packet)
{
    const Lengths lengths = lengths_of(packet);

    return packet->length >= lengths.header_bytes && get16(packet->at + lengths.at) == 0;
}

/* All that is decoded are headers: with the length filled in, these are enough. */
static WireError decode_offloaded(const Packet *packet, Segment *segment)
{
    const Lengths lengths = lengths_of(packet);
    gsize length = packet->on_wire - lengths.without;
    guint8 headers[60 + 60];
    bool checksums_are_right; /* not by now */

    memcpy(headers, packet->at, MIN(packet->length, sizeof headers));
    headers[lengths.at] = (guint8)(length >> 8);
    headers[lengths.at + 1] = (guint8)length;
    return wire_decode_headers(headers, MIN(packet->length, sizeof headers), segment,
                               &checksums_are_right);
}

static void clear(guint8 *bytes, gsize length, gsize at, gsize count)
{
    if (at + count <= length)
        memset(bytes + at, 0, count);
}

/* Of what stays the same on the way: not the type of service or traffic class, the time to live, the header's
 * checksum, nor TCP's, which a card may fill in only behind the first interface. */
static guint64 digest_of(const Packet *packet)
{
    static const SipKey key = {0};
    const Lengths lengths = lengths_of(packet);
    gsize total =
        is_offloaded(packet) ? packet->on_wire : get16(packet->at + lengths.at) + lengths.without;
    gsize length = MIN(MIN(packet->length, total), DIGEST_BYTES);
    gsize tcp = is_ipv6(packet) ? ADDRESS_IPV6_HEADER : (packet->at[0] & 0x0fU) * 4;
    guint8 bytes[DIGEST_BYTES];

    memcpy(bytes, packet->at, length);
    if (is_ipv6(packet)) {
        clear(bytes, length, 0, 2);
        clear(bytes, length, 7, 1);
    } else {
        clear(bytes, length, 1, 1);
        clear(bytes, length, 8, 1);
        clear(bytes, length, 10, 2);
    }
    clear(bytes, length, tcp + 16, 2);
    return siphash24(key, bytes, length);
}

static void number_addresses(const Reader *reader, const Packet *packet, Segment *segment)
{
    guint8 src[ADDRESS_IPV6_BYTES], dst[ADDRESS_IPV6_BYTES];

    if (!wire_ipv6_ends(packet->at, src, dst))
        return;
    segment->src_addr = trace_addresses_number(reader->addresses, src);
    segment->dst_addr = trace_addresses_number(reader->addresses, dst);
}

static gboolean keep(Reader *reader, const Sighting *sighting)
{
    if (reader->out->len == CAPTURE_SEGMENTS_MAX)
        return fail(reader, "more than %u TCP segments", CAPTURE_SEGMENTS_MAX);
    g_array_append_vals(reader->out, sighting, 1);
    return TRUE;
}

/* --- what ICMP says ----------------------------------------------------------------------- */

enum {
    PROTOCOL_ICMP = 1,
    PROTOCOL_TCP = 6,
    PROTOCOL_ICMPV6 = 58,
    ICMP_HEADER = 8,
    QUOTED = 8, /* bytes of TCP: what every router quotes (RFC 792) */
};

/* Where the packet's own header ends, if this protocol follows it and it is no later fragment; 0: it does not.  IPv6 with
 * extension headers is left out. */
static gsize end_of_header(const Packet *packet, guint8 protocol)
{
    if (is_ipv6(packet))
        return packet->length > ADDRESS_IPV6_HEADER && packet->at[6] == protocol
                   ? ADDRESS_IPV6_HEADER
                   : 0;
    if (packet->length < ADDRESS_IPV4_HEADER || packet->at[9] != protocol ||
        (get16(packet->at + 6) & 0x1fffU) != 0)
        return 0;
    return (packet->at[0] & 0x0fU) * 4;
}

static guint32 get32(const guint8 *at)
{
    return (guint32)get16(at) << 16 | get16(at + 2);
}

/* Of the segment that is quoted its ends and its number.  FALSE: it is none, or too little of one. */
static gboolean read_quoted(const Reader *reader, const Packet *quoted, Segment *segment)
{
    gsize tcp = end_of_header(quoted, PROTOCOL_TCP);

    if (tcp == 0 || quoted->length < tcp + QUOTED)
        return FALSE;
    *segment = (Segment){.src_port = (guint16)get16(quoted->at + tcp),
                         .dst_port = (guint16)get16(quoted->at + tcp + 2),
                         .seq = get32(quoted->at + tcp + 4)};
    if (!is_ipv6(quoted)) {
        segment->src_addr = get32(quoted->at + 12);
        segment->dst_addr = get32(quoted->at + 16);
    }
    number_addresses(reader, quoted, segment);
    return segment->src_addr != 0 && segment->dst_addr != 0;
}

static gboolean read_message(const Packet *packet, gsize at, IcmpMessage *out)
{
    const guint8 *bytes = packet->at + at;

    if (is_ipv6(packet))
        return icmp_of_ipv6(bytes[0], bytes[1], get32(bytes + 4), out);
    *out = (IcmpMessage){bytes[0], bytes[1], 0};
    if (out->type == ICMP_UNREACHABLE && out->code == ICMP_FRAGMENTATION_NEEDED)
        out->mtu = get16(bytes + 6);
    return out->type == ICMP_UNREACHABLE || out->type == ICMP_TIME_EXCEEDED ||
           out->type == ICMP_PARAMETER_PROBLEM;
}

/* FALSE: it is no message about a segment. */
static gboolean read_icmp(const Reader *reader, const Packet *packet, Sighting *sighting)
{
    gsize at = end_of_header(packet, is_ipv6(packet) ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP);
    Packet quoted = {packet->at + at + ICMP_HEADER, packet->length - at - ICMP_HEADER, 0};
    Segment ends = {.src_addr = 0};

    if (at == 0 || packet->length < at + ICMP_HEADER || !read_message(packet, at, &sighting->icmp))
        return FALSE;
    if (!is_ipv6(packet))
        ends.src_addr = get32(packet->at + 12);
    number_addresses(reader, packet, &ends);
    sighting->icmp_from = ends.src_addr;
    return read_quoted(reader, &quoted, &sighting->segment);
}

/* --- what TCP says ------------------------------------------------------------------------ */

static gboolean read_segment(Reader *reader, const CapturedPacket *from, const Packet *packet)
{
    Sighting sighting = {
        .t = reader->last, .interface = from->interface, .direction = from->direction};
    bool checksums_are_right = true;
    WireError error;

    if (is_offloaded(packet) && packet->on_wire > LENGTH_MAX)
        return skip(reader, ODD_HUGE);
    error = is_offloaded(packet) ? decode_offloaded(packet, &sighting.segment)
                                 : wire_decode_headers(packet->at, packet->length,
                                                       &sighting.segment, &checksums_are_right);
    if (error == WIRE_NOT_TCP && read_icmp(reader, packet, &sighting)) {
        sighting.digest = digest_of(packet);
        return keep(reader, &sighting);
    }
    if (error != WIRE_OK)
        return skip(reader, oddity_of_error[error]);
    number_addresses(reader, packet, &sighting.segment);
    reader->odd[ODD_CHECKSUM] += checksums_are_right ? 0 : 1;
    sighting.digest = digest_of(packet);
    sighting.is_numbered = !is_ipv6(packet) && get16(packet->at + 4) != 0;
    return keep(reader, &sighting);
}

static gboolean skip_link(Reader *reader, guint32 link)
{
    if (reader->odd[ODD_LINK] == 0)
        reader->unknown_link = link;
    return skip(reader, ODD_LINK);
}

static gboolean see_packet(const CapturedPacket *packet, gpointer data)
{
    Reader *reader = data;
    gsize offset = 0;

    reader->packets++;
    if (!read_time(reader, packet))
        return FALSE;
    switch (frame_find_packet(packet->link, packet->frame, packet->length, &offset)) {
    case FRAME_IPV4:
    case FRAME_IPV6: break;
    case FRAME_NOT_IP: return skip(reader, ODD_NOT_IP);
    case FRAME_CUT: return skip(reader, ODD_CUT);
    case FRAME_TOO_DEEP: return skip(reader, ODD_BROKEN);
    case FRAME_UNKNOWN_LINK: return skip_link(reader, packet->link);
    }
    Packet inner = {packet->frame + offset, packet->length - offset, packet->on_wire - offset};

    return read_segment(reader, packet, &inner);
}

/* --- the file ----------------------------------------------------------------------------- */

static int sighting_compare(gconstpointer a, gconstpointer b)
{
    const Sighting *one = a, *other = b;

    return one->t < other->t ? -1 : one->t > other->t;
}

/* --- ICMP about nobody -------------------------------------------------------------------- */

/* Both ends of a segment, whichever sent it. */
typedef struct Ends {
    guint64 low, high;
} Ends;

static Ends ends_of(const Segment *segment)
{
    guint64 from = (guint64)segment->src_addr << 16 | segment->src_port;
    guint64 to = (guint64)segment->dst_addr << 16 | segment->dst_port;

    return (Ends){MIN(from, to), MAX(from, to)};
}

static guint ends_hash(gconstpointer key)
{
    const Ends *ends = key;

    return g_int64_hash(&ends->low) * 31 + g_int64_hash(&ends->high);
}

static gboolean ends_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(Ends)) == 0;
}

/* Takes out what is said of a connection that nothing was seen of before. */
static void drop_strays(Reader *reader)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(ends_hash, ends_equal, g_free, NULL);
    guint kept = 0;

    for (guint i = 0; i < reader->out->len; i++) {
        Sighting *here = &g_array_index(reader->out, Sighting, i);
        Ends ends = ends_of(&here->segment);

        if (!sighting_is_icmp(here) && !g_hash_table_contains(seen, &ends))
            g_hash_table_add(seen, g_memdup2(&ends, sizeof ends));
        if (g_hash_table_contains(seen, &ends))
            g_array_index(reader->out, Sighting, kept++) = *here;
        else
            reader->odd[ODD_STRAY]++;
    }
    g_array_set_size(reader->out, kept);
}

/* --- notes -------------------------------------------------------------------------------- */

/* "IEEE802_11 (105)"; free with g_free(). */
static char *link_text(guint32 link)
{
    const char *name = pcap_datalink_val_to_name((int)link);

    return g_strdup_printf("%s (%u)", name != NULL ? name : "unknown", link);
}

static char *note_of(const Reader *reader, Oddity odd)
{
    const char *what = reader->odd[odd] == 1 ? oddity_texts[odd].one : oddity_texts[odd].several;
    g_autofree char *link = odd == ODD_LINK ? link_text(reader->unknown_link) : NULL;

    return g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " packets %s%s%s%s",
                           reader->odd[odd], reader->packets, what, link != NULL ? ", " : "",
                           link != NULL ? link : "", link != NULL ? ": skipped" : "");
}

static void add_notes(const Reader *reader, GPtrArray *notes)
{
    for (guint i = 0; i < ODDITY_COUNT; i++) {
        if (reader->odd[i] > 0)
            g_ptr_array_add(notes, note_of(reader, (Oddity)i));
    }
}

/* Not one packet was of a link that we know. */
static gboolean fail_for_link(Reader *reader)
{
    g_autofree char *link = link_text(reader->unknown_link), *known = frame_link_names();

    reader->problem->hint = g_strdup_printf("those that can: %s", known);
    return fail(reader, "packets of link type %s cannot be read", link);
}

/* What was read before the file went wrong is worth having. */
static gboolean judge_end(Reader *reader, const char *trouble, GPtrArray *notes)
{
    if (reader->problem->message != NULL)
        return FALSE;
    if (trouble != NULL && reader->packets == 0)
        return fail(reader, "%s", trouble);
    if (reader->packets > 0 && reader->odd[ODD_LINK] == reader->packets)
        return fail_for_link(reader);
    if (trouble != NULL)
        g_ptr_array_add(notes, g_strdup_printf("damaged after %" G_GUINT64_FORMAT
                                               " packets, which were read: %s",
                                               reader->packets, trouble));
    return TRUE;
}

gboolean sightings_read(const char *bytes, gsize length, GArray *out, TraceAddresses *addresses,
                        GPtrArray *notes, CaptureProblem *problem)
{
    Reader reader = {.out = out, .addresses = addresses, .problem = problem};
    g_autofree char *trouble = records_are_pcapng(bytes, length)
                                   ? records_read_pcapng(bytes, length, see_packet, &reader)
                                   : records_read_pcap(bytes, length, see_packet, &reader);

    if (!judge_end(&reader, trouble, notes))
        return FALSE;
    g_array_sort(out, sighting_compare); /* stable, as GLib says; captures of many queues need it */
    drop_strays(&reader);
    add_notes(&reader, notes);
    return TRUE;
}
