/* The TCP segments of a capture, before anybody asks whose they are: bytes into segments. */
#ifndef TCPWALTZ_CAPTURE_SIGHTINGS_H
#define TCPWALTZ_CAPTURE_SIGHTINGS_H

#include <glib.h>

#include "capture/capture.h"
#include "capture/records.h"
#include "proto/icmp.h"
#include "trace/addresses.h"

typedef struct Sighting {
    SimTime t; /* since 1970, or since whatever the capture counts from */
    Segment segment;
    IcmpMessage icmp; /* of a type: says this of the segment, of which it quotes ends and number */
    guint32 icmp_from;
    guint64 digest;       /* equal: the same packet, but for what routers change on its way */
    gboolean is_numbered; /* it has an identification, so that nothing else has its digest */
    guint32 interface;
    PacketDirection direction;
} Sighting;

/* Reads all of them, and what ICMP says of a connection that is among them, sorted by time, into `out` (Sighting); their IPv6 addresses get numbers of `addresses`.
 * FALSE with *problem when there is nothing to read; notes (char *) tell what was skipped. */
gboolean sightings_read(const char *bytes, gsize length, GArray *out, TraceAddresses *addresses,
                        GPtrArray *notes, CaptureProblem *problem);

static inline gboolean sighting_is_icmp(const Sighting *sighting)
{
    return sighting->icmp.type != 0;
}

/* Takes out of them (sorted by time) what is no segment of its own, but one that was seen again; notes tell
 * how much that is. */
void sightings_drop_twins(GArray *sightings, GPtrArray *notes);

#endif
