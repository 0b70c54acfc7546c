/* Captures written by hand, byte by byte, for the tests of sim/capture: pcap and pcapng of either
 * byte order, link headers, and a short connection to put into them.
 */
#ifndef TESTS_UNIT_CAPTURE_BYTES_H
#define TESTS_UNIT_CAPTURE_BYTES_H

#include <glib.h>
#include <string.h>

#include "capture/capture.h"
#include "net/wire.h"
#include "proto/keys.h"

/* LINKTYPE_ numbers, as they stand in files. */
enum {
    LINK_NULL = 0,
    LINK_ETHERNET = 1,
    LINK_PPP = 9,
    LINK_PPPOE = 51,
    LINK_RAW = 101,
    LINK_LOOP = 108,
    LINK_SLL = 113,
    LINK_IPV4 = 228,
    LINK_SLL2 = 276,
};

typedef enum CaptureFormat {
    PCAP_MICRO,
    PCAP_NANO,
    PCAPNG,
    CAPTURE_FORMAT_COUNT,
} CaptureFormat;

typedef struct CaptureFile {
    GByteArray *bytes;
    CaptureFormat format;
    gboolean big_endian;
    guint32 link;
    guint32 snaplen; /* packets are cut there */
} CaptureFile;

/* --- numbers ------------------------------------------------------------------------------ */

static inline void put_bytes(GByteArray *out, const void *bytes, gsize length)
{
    g_byte_array_append(out, bytes, (guint)length);
}

static inline void put_number(GByteArray *out, guint32 number, guint length, gboolean big_endian)
{
    for (guint i = 0; i < length; i++) {
        guint8 byte = (guint8)(number >> 8 * (big_endian ? length - 1 - i : i));
        put_bytes(out, &byte, 1);
    }
}

static inline void file_put16(CaptureFile *file, guint32 number)
{
    put_number(file->bytes, number, 2, file->big_endian);
}

static inline void file_put32(CaptureFile *file, guint32 number)
{
    put_number(file->bytes, number, 4, file->big_endian);
}

/* --- files -------------------------------------------------------------------------------- */

static inline void begin_pcap(CaptureFile *file)
{
    file_put32(file, file->format == PCAP_NANO ? 0xa1b23c4d : 0xa1b2c3d4);
    file_put16(file, 2);
    file_put16(file, 4);
    file_put32(file, 0);
    file_put32(file, 0);
    file_put32(file, file->snaplen);
    file_put32(file, file->link);
}

/* A section, and an interface whose times are nanoseconds. */
static inline void begin_pcapng(CaptureFile *file)
{
    file_put32(file, 0x0a0d0d0a);
    file_put32(file, 28);
    file_put32(file, 0x1a2b3c4d);
    file_put16(file, 1);
    file_put16(file, 0);
    file_put32(file, G_MAXUINT32); /* length of the section: unknown */
    file_put32(file, G_MAXUINT32);
    file_put32(file, 28);

    file_put32(file, 1);
    file_put32(file, 32);
    file_put16(file, file->link);
    file_put16(file, 0);
    file_put32(file, file->snaplen);
    file_put16(file, 9); /* if_tsresol */
    file_put16(file, 1);
    put_bytes(file->bytes, "\x09\0\0\0", 4);
    file_put32(file, 0); /* end of options */
    file_put32(file, 32);
}

/* A further interface: `resolution` as if_tsresol has it, times count from `offset` seconds. */
static inline void capture_add_interface(CaptureFile *file, guint32 link, guint32 snaplen,
                                         guint8 resolution, guint32 offset)
{
    file_put32(file, 1);
    file_put32(file, 40);
    file_put16(file, link);
    file_put16(file, 0);
    file_put32(file, snaplen);
    file_put16(file, 9);
    file_put16(file, 1);
    put_bytes(file->bytes, &resolution, 1);
    put_bytes(file->bytes, "\0\0\0", 3);
    file_put16(file, 14); /* if_tsoffset */
    file_put16(file, 8);
    file_put32(file, file->big_endian ? 0 : offset);
    file_put32(file, file->big_endian ? offset : 0);
    file_put32(file, 40);
}

/* On interface `interface`, so many of its ticks after its begin; `flags` as epb_flags has them.  Frees the
 * frame. */
static inline void capture_add_on(CaptureFile *file, guint32 interface, guint64 ticks,
                                  guint32 flags, GByteArray *frame)
{
    guint32 padding = (4 - frame->len % 4) % 4, length = 44 + frame->len + padding;

    file_put32(file, 6);
    file_put32(file, length);
    file_put32(file, interface);
    file_put32(file, (guint32)(ticks >> 32));
    file_put32(file, (guint32)ticks);
    file_put32(file, frame->len);
    file_put32(file, frame->len);
    put_bytes(file->bytes, frame->data, frame->len);
    put_bytes(file->bytes, "\0\0\0", padding);
    file_put16(file, 2); /* epb_flags */
    file_put16(file, 4);
    file_put32(file, flags);
    file_put32(file, 0);
    file_put32(file, length);
    g_byte_array_unref(frame);
}

static inline CaptureFile capture_begin(CaptureFormat format, gboolean big_endian, guint32 link,
                                        guint32 snaplen)
{
    CaptureFile file = {g_byte_array_new(), format, big_endian, link, snaplen};

    if (format == PCAPNG)
        begin_pcapng(&file);
    else
        begin_pcap(&file);
    return file;
}

static inline void add_to_pcap(CaptureFile *file, SimTime t, const GByteArray *frame, guint32 kept)
{
    SimTime unit = file->format == PCAP_NANO ? 1 : SIM_MICROSECOND;

    file_put32(file, (guint32)(t / SIM_SECOND));
    file_put32(file, (guint32)(t % SIM_SECOND / unit));
    file_put32(file, kept);
    file_put32(file, frame->len);
    put_bytes(file->bytes, frame->data, kept);
}

static inline void add_to_pcapng(CaptureFile *file, SimTime t, const GByteArray *frame,
                                 guint32 kept)
{
    guint32 padding = (4 - kept % 4) % 4, length = 32 + kept + padding;

    file_put32(file, 6); /* an enhanced packet block */
    file_put32(file, length);
    file_put32(file, 0);
    file_put32(file, (guint32)((guint64)t >> 32));
    file_put32(file, (guint32)(guint64)t);
    file_put32(file, kept);
    file_put32(file, frame->len);
    put_bytes(file->bytes, frame->data, kept);
    put_bytes(file->bytes, "\0\0\0", padding);
    file_put32(file, length);
}

/* Frees the frame. */
static inline void capture_add(CaptureFile *file, SimTime t, GByteArray *frame)
{
    guint32 kept = MIN(frame->len, file->snaplen);

    if (file->format == PCAPNG)
        add_to_pcapng(file, t, frame, kept);
    else
        add_to_pcap(file, t, frame, kept);
    g_byte_array_unref(frame);
}

static inline void capture_end(CaptureFile *file)
{
    g_byte_array_unref(file->bytes);
}

/* --- frames ------------------------------------------------------------------------------- */

static inline GByteArray *packet_of(const Segment *segment)
{
    guint8 packet[2048];
    gsize length = wire_encode(segment, 1, packet, sizeof packet);
    GByteArray *out = g_byte_array_new();

    g_assert(length > 0);
    put_bytes(out, packet, length);
    return out;
}

/* What stands before an IPv4 packet on a link of this type. */
static inline void put_link_header(GByteArray *out, guint32 link)
{
    static const guint8 zeros[20] = {0};

    switch (link) {
    case LINK_NULL: put_number(out, 2, 4, FALSE); break;
    case LINK_LOOP: put_number(out, 2, 4, TRUE); break;
    case LINK_ETHERNET:
        put_bytes(out, zeros, 12);
        put_number(out, 0x0800, 2, TRUE);
        break;
    case LINK_SLL:
        put_bytes(out, zeros, 14);
        put_number(out, 0x0800, 2, TRUE);
        break;
    case LINK_SLL2:
        put_number(out, 0x0800, 2, TRUE);
        put_bytes(out, zeros, 18);
        break;
    default: break; /* raw */
    }
}

static inline GByteArray *frame_of(guint32 link, const Segment *segment)
{
    GByteArray *packet = packet_of(segment), *frame = g_byte_array_new();

    put_link_header(frame, link);
    put_bytes(frame, packet->data, packet->len);
    g_byte_array_unref(packet);
    return frame;
}

/* What a router, 10.9.9.9, says of the segment to who sent it (RFC 792): the header and 8 bytes are quoted. */
static inline GByteArray *icmp_frame_of(guint32 link, const Segment *about, guint8 type,
                                        guint8 code)
{
    enum { QUOTED = 28, ROUTER = 0x0a090909 };
    GByteArray *quoted = packet_of(about), *frame = g_byte_array_new();
    guint8 icmp[8] = {type, code},
           ip[20] = {0x45, 0, 0, sizeof ip + sizeof icmp + QUOTED, 0, 7, 0, 0, 64, 1};
    guint16 sum;

    for (guint i = 0; i < 4; i++) {
        ip[12 + i] = (guint8)(ROUTER >> (24 - 8 * i));
        ip[16 + i] = (guint8)(about->src_addr >> (24 - 8 * i));
    }
    sum = wire_checksum(ip, sizeof ip, 0);
    ip[10] = (guint8)(sum >> 8);
    ip[11] = (guint8)sum;
    put_link_header(frame, link);
    put_bytes(frame, ip, sizeof ip);
    put_bytes(frame, icmp, sizeof icmp);
    put_bytes(frame, quoted->data, QUOTED);
    g_byte_array_unref(quoted);
    return frame;
}

/* --- a connection ------------------------------------------------------------------------- */

enum {
    CAPTURE_CLIENT = 0x0a000001, /* 10.0.0.1 */
    CAPTURE_SERVER = 0x0a000002,
    CAPTURE_PORT = 40000,
};

static inline Segment captured(gboolean by_client, guint8 flags, Seq seq, Seq ack, guint16 length)
{
    Segment segment = {
        .src_addr = by_client ? CAPTURE_CLIENT : CAPTURE_SERVER,
        .dst_addr = by_client ? CAPTURE_SERVER : CAPTURE_CLIENT,
        .src_port = by_client ? CAPTURE_PORT : 80,
        .dst_port = by_client ? 80 : CAPTURE_PORT,
        .seq = seq,
        .ack = ack,
        .flags = flags,
        .window = 65535,
        .length = length,
    };

    if (flags & TCP_SYN) {
        segment.options.present = OPTION_MSS | OPTION_WINDOW_SCALE;
        segment.options.mss = 1460;
        segment.options.window_scale = 7;
        segment_options_lay_out(&segment.options, OPTION_ORDER_OF_LINUX, FALSE);
    }
    return segment;
}

/* The first SYN is lost; then a handshake, 100 bytes, and their ACK. */
static inline void add_connection(CaptureFile *file)
{
    static const struct {
        SimTime t;
        gboolean by_client;
        guint8 flags;
        Seq seq, ack;
        guint16 length;
    } rows[] = {
        {0, TRUE, TCP_SYN, 1000, 0, 0},
        {1000 * SIM_MILLISECOND, TRUE, TCP_SYN, 1000, 0, 0},
        {1010 * SIM_MILLISECOND, FALSE, TCP_SYN | TCP_ACK, 5000, 1001, 0},
        {1020 * SIM_MILLISECOND, TRUE, TCP_ACK, 1001, 5001, 0},
        {1500 * SIM_MILLISECOND, TRUE, TCP_ACK | TCP_PSH, 1001, 5001, 100},
        {1510 * SIM_MILLISECOND, FALSE, TCP_ACK, 5001, 1101, 0},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Segment segment =
            captured(rows[i].by_client, rows[i].flags, rows[i].seq, rows[i].ack, rows[i].length);
        /* Some time in 2023. */
        capture_add(file, 1700000000 * SIM_SECOND + rows[i].t, frame_of(file->link, &segment));
    }
}

#endif
