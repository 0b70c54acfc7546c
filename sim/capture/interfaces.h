/* What libpcap does not tell of a pcapng file: which interface saw a packet, and in which direction
 * it went there. */
#ifndef TCPWALTZ_CAPTURE_INTERFACES_H
#define TCPWALTZ_CAPTURE_INTERFACES_H

#include <glib.h>

typedef enum PacketDirection {
    DIRECTION_UNKNOWN,
    DIRECTION_INBOUND,
    DIRECTION_OUTBOUND,
} PacketDirection;

/* A packet of the file, in its order. */
typedef struct PacketPlace {
    guint32 interface; /* over all sections of the file */
    PacketDirection direction;
    const guint8 *frame; /* in the bytes that were given */
    guint32 length;      /* as captured */
} PacketPlace;

/* Appends the places of all packets (PacketPlace) up to the end of the file, or to where it is
 * damaged; none when it is no pcapng. */
void packet_places_read(const char *bytes, gsize length, GArray *out);

#endif
