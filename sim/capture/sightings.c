/* Reads pcap and pcapng with libpcap, from memory. */
#define _DEFAULT_SOURCE /* pcap.h uses u_int */

#include "capture/sightings.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "capture/frames.h"
#include "capture/interfaces.h"
#include "net/wire.h"

/* Beyond the year 2242 no capture was taken, and SimTime has room for all before. */
#define SECONDS_MAX (G_GINT64_CONSTANT(1) << 33)

/* What was not kept, or is odd. */
typedef enum Oddity {
    ODD_NOT_IP,
    ODD_NOT_TCP,
    ODD_FRAGMENT,
    ODD_CUT,
    ODD_BROKEN,
    ODD_CHECKSUM,
    ODD_SEEN_BEFORE,
    ODDITY_COUNT,
} Oddity;

static const char *const oddity_texts[ODDITY_COUNT] = {
    [ODD_NOT_IP] = "not IP: skipped",
    [ODD_NOT_TCP] = "not TCP: skipped",
    [ODD_FRAGMENT] = "fragments: skipped",
    [ODD_CUT] = "cut before the end of their headers: skipped",
    [ODD_BROKEN] = "with broken headers: skipped",
    [ODD_CHECKSUM] = "with a wrong checksum (usual where the network card computes it): kept",
    [ODD_SEEN_BEFORE] = "seen a second time, where they arrived: skipped",
};

static const Oddity oddity_of_error[WIRE_ERROR_COUNT] = {
    [WIRE_TRUNCATED] = ODD_CUT,        [WIRE_NOT_IP] = ODD_NOT_IP,
    [WIRE_ADDRESS] = ODD_BROKEN,       [WIRE_IP_CHECKSUM] = ODD_BROKEN,
    [WIRE_FRAGMENT] = ODD_FRAGMENT,    [WIRE_NOT_TCP] = ODD_NOT_TCP,
    [WIRE_DATA_OFFSET] = ODD_BROKEN,   [WIRE_TCP_CHECKSUM] = ODD_BROKEN,
    [WIRE_OPTION_LENGTH] = ODD_BROKEN,
};

typedef struct PacketReader {
    pcap_t *pcap;
    const LinkType *link;
    GArray *places;       /* PacketPlace; empty when the file does not tell them */
    GHashTable *outbound; /* PacketPlace: what was seen where it was sent */
    GArray *out;
    TraceAddresses *addresses;
    guint64 packets; /* read so far */
    guint64 odd[ODDITY_COUNT];
    CaptureProblem *problem;
} PacketReader;

static gboolean G_GNUC_PRINTF(2, 3) fail(PacketReader *reader, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    reader->problem->message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return FALSE;
}

/* With this precision tv_usec holds nanoseconds. */
static gboolean read_time(PacketReader *reader, const struct pcap_pkthdr *header, SimTime *out)
{
    gint64 seconds = header->ts.tv_sec, nanoseconds = header->ts.tv_usec;

    if (seconds < 0 || seconds >= SECONDS_MAX || nanoseconds < 0 || nanoseconds >= SIM_SECOND)
        return fail(reader, "packet %" G_GUINT64_FORMAT " has an impossible time", reader->packets);
    *out = seconds * SIM_SECOND + nanoseconds;
    return TRUE;
}

static guint place_hash(gconstpointer key)
{
    const PacketPlace *place = key;
    guint hash = 5381;

    for (guint32 i = 0; i < place->length; i++)
        hash = hash * 33 + place->frame[i];
    return hash;
}

static gboolean place_equal(gconstpointer a, gconstpointer b)
{
    const PacketPlace *one = a, *other = b;

    return one->length == other->length && memcmp(one->frame, other->frame, one->length) == 0;
}

/* A capture at both ends has each segment twice.  It counts where it was sent: the same bytes that
 * arrive at another interface later are not another segment. */
static gboolean is_seen_before(PacketReader *reader)
{
    if (reader->packets > reader->places->len)
        return FALSE;
    PacketPlace *place = &g_array_index(reader->places, PacketPlace, (guint)reader->packets - 1);

    if (place->direction == DIRECTION_OUTBOUND)
        g_hash_table_add(reader->outbound, place);
    if (place->direction != DIRECTION_INBOUND)
        return FALSE;
    const PacketPlace *sent = g_hash_table_lookup(reader->outbound, place);
    return sent != NULL && sent->interface != place->interface;
}

static void number_addresses(PacketReader *reader, const guint8 *packet, Segment *segment)
{
    guint8 src[ADDRESS_IPV6_BYTES], dst[ADDRESS_IPV6_BYTES];

    if (!wire_ipv6_ends(packet, src, dst))
        return;
    segment->src_addr = trace_addresses_number(reader->addresses, src);
    segment->dst_addr = trace_addresses_number(reader->addresses, dst);
}

static gboolean read_packet(PacketReader *reader, const struct pcap_pkthdr *header,
                            const guint8 *frame)
{
    const guint8 *packet = link_type_packet(reader->link, frame, header->caplen);
    Sighting sighting;
    bool checksums_are_right;

    reader->packets++;
    if (!read_time(reader, header, &sighting.t))
        return FALSE;
    if (packet == NULL) {
        reader->odd[ODD_NOT_IP]++;
        return TRUE;
    }
    gsize length = header->caplen - (gsize)(packet - frame);
    WireError error = wire_decode_headers(packet, length, &sighting.segment, &checksums_are_right);
    if (error != WIRE_OK) {
        reader->odd[oddity_of_error[error]]++;
        return TRUE;
    }
    number_addresses(reader, packet, &sighting.segment);
    if (is_seen_before(reader)) {
        reader->odd[ODD_SEEN_BEFORE]++;
        return TRUE;
    }
    reader->odd[ODD_CHECKSUM] += checksums_are_right ? 0 : 1;
    if (reader->out->len == CAPTURE_SEGMENTS_MAX)
        return fail(reader, "more than %u TCP segments", CAPTURE_SEGMENTS_MAX);
    g_array_append_val(reader->out, sighting);
    return TRUE;
}

static gboolean read_all(PacketReader *reader)
{
    struct pcap_pkthdr *header;
    const u_char *frame;
    int got;

    while ((got = pcap_next_ex(reader->pcap, &header, &frame)) == 1) {
        if (!read_packet(reader, header, frame))
            return FALSE;
    }
    if (got == PCAP_ERROR_BREAK) /* the end */
        return TRUE;
    return fail(reader, "damaged after %" G_GUINT64_FORMAT " packets: %s", reader->packets,
                pcap_geterr(reader->pcap));
}

static gboolean check_link(PacketReader *reader)
{
    int dlt = pcap_datalink(reader->pcap);
    const char *name = pcap_datalink_val_to_name(dlt);

    reader->link = link_type_find(dlt);
    if (reader->link != NULL)
        return TRUE;
    g_autofree char *known = link_type_names();

    reader->problem->hint = g_strdup_printf("those that can: %s", known);
    return fail(reader, "packets of link type %s (%d) cannot be read",
                name != NULL ? name : "unknown", dlt);
}

static int sighting_compare(gconstpointer a, gconstpointer b)
{
    const Sighting *one = a, *other = b;

    return one->t < other->t ? -1 : one->t > other->t;
}

static void add_notes(const PacketReader *reader, GPtrArray *notes)
{
    for (guint i = 0; i < ODDITY_COUNT; i++) {
        if (reader->odd[i] > 0)
            g_ptr_array_add(notes,
                            g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                                            " packets are %s",
                                            reader->odd[i], reader->packets, oddity_texts[i]));
    }
}

/* A FILE * over the bytes; libpcap closes it. */
static pcap_t *open_bytes(const char *bytes, gsize length, CaptureProblem *problem)
{
    char why[PCAP_ERRBUF_SIZE] = "";
    FILE *file = length > 0 ? fmemopen((void *)(guintptr)bytes, length, "rb") : NULL;

    if (file == NULL) {
        problem->message =
            g_strdup(length == 0 ? "the file is empty" : "no memory to read the capture");
        return NULL;
    }
    pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, why);
    if (pcap != NULL)
        return pcap;
    (void)fclose(file);
    problem->message = g_strdup_printf("not a capture that can be read: %s", why);
    return NULL;
}

gboolean sightings_read(const char *bytes, gsize length, GArray *out, TraceAddresses *addresses,
                        GPtrArray *notes, CaptureProblem *problem)
{
    PacketReader reader = {.out = out, .addresses = addresses, .problem = problem};

    reader.pcap = open_bytes(bytes, length, problem);
    if (reader.pcap == NULL)
        return FALSE;
    reader.places = g_array_new(FALSE, FALSE, sizeof(PacketPlace));
    reader.outbound = g_hash_table_new(place_hash, place_equal);
    packet_places_read(bytes, length, reader.places);
    gboolean good = check_link(&reader) && read_all(&reader);
    g_hash_table_destroy(reader.outbound);
    g_array_unref(reader.places);
    pcap_close(reader.pcap);
    if (!good)
        return FALSE;
    add_notes(&reader, notes);
    g_array_sort(out, sighting_compare); /* stable, as GLib says; captures of many queues need it */
    return TRUE;
}
