/* The TCP segments of a capture, before anybody asks whose they are: bytes into segments. */
#ifndef TCPWALTZ_CAPTURE_SIGHTINGS_H
#define TCPWALTZ_CAPTURE_SIGHTINGS_H

#include <glib.h>

#include "capture/capture.h"
#include "trace/addresses.h"

typedef struct Sighting {
    SimTime t; /* since 1970, or since whatever the capture counts from */
    Segment segment;
} Sighting;

/* Reads all of them, sorted by time, into `out` (Sighting); their IPv6 addresses get numbers of
 * `addresses`.  FALSE with *problem when the file is damaged; notes (char *) tell what was skipped. */
gboolean sightings_read(const char *bytes, gsize length, GArray *out, TraceAddresses *addresses,
                        GPtrArray *notes, CaptureProblem *problem);

#endif
