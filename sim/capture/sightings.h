/* The TCP segments of a capture, before anybody asks whose they are: bytes into segments. */
#ifndef TCPWALTZ_CAPTURE_SIGHTINGS_H
#define TCPWALTZ_CAPTURE_SIGHTINGS_H

#include <glib.h>

#include "capture/capture.h"
#include "capture/records.h"
#include "trace/addresses.h"

typedef struct Sighting {
    SimTime t; /* since 1970, or since whatever the capture counts from */
    Segment segment;
    guint64 digest; /* equal: the same packet, but for what routers change on its way */
    guint32 interface;
    PacketDirection direction;
} Sighting;

/* Reads all of them, sorted by time, into `out` (Sighting); their IPv6 addresses get numbers of `addresses`.
 * FALSE with *problem when there is nothing to read; notes (char *) tell what was skipped. */
gboolean sightings_read(const char *bytes, gsize length, GArray *out, TraceAddresses *addresses,
                        GPtrArray *notes, CaptureProblem *problem);

/* Takes out of them (sorted by time) what is no segment of its own, but one that was seen again; notes tell
 * how much that is. */
void sightings_drop_twins(GArray *sightings, GPtrArray *notes);

#endif
