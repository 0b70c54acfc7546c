/* The packets of a capture file as they stand there, whatever its format: a frame, when it was seen, on
 * which interface, on what kind of link.  What is in a frame is for frames.h.
 *
 * Both readers go as far as they can: a file that is cut, or makes no sense from some point on, has had
 * the packets before.
 */
#ifndef TCPWALTZ_CAPTURE_RECORDS_H
#define TCPWALTZ_CAPTURE_RECORDS_H

#include <glib.h>

#include "core/time.h"

typedef enum PacketDirection {
    DIRECTION_UNKNOWN,
    DIRECTION_INBOUND,
    DIRECTION_OUTBOUND,
} PacketDirection;

typedef struct CapturedPacket {
    gboolean has_time;  /* FALSE: the file does not tell; `seconds` is 0 */
    gint64 seconds;     /* since 1970 … */
    gint64 nanoseconds; /* … and 0 to 999,999,999 of them */
    guint32 interface;  /* over all sections of the file */
    guint32 link;       /* LINKTYPE_…, as files number them */
    PacketDirection direction;
    const guint8 *frame;   /* valid during the visit */
    gsize length, on_wire; /* as captured; as long as it was */
} CapturedPacket;

/* Called for each packet in the order of the file.  FALSE: it has had enough. */
typedef gboolean (*PacketVisit)(const CapturedPacket *packet, gpointer data);

/* A pcap file, by libpcap; a pcapng file, by its blocks (draft-ietf-opsawg-pcapng): libpcap refuses one
 * whose interfaces differ.  NULL: it was read to its end, or as far as was wanted; else what is wrong
 * there, to be freed with g_free(). */
char *records_read_pcap(const char *bytes, gsize length, PacketVisit visit, gpointer data);
char *records_read_pcapng(const char *bytes, gsize length, PacketVisit visit, gpointer data);

gboolean records_are_pcapng(const char *bytes, gsize length);

#endif
