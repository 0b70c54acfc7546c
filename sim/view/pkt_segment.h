/* A segment in packetdrill's words. */
#ifndef TCPWALTZ_VIEW_PKT_SEGMENT_H
#define TCPWALTZ_VIEW_PKT_SEGMENT_H

#include <glib.h>

#include "proto/segment.h"

/* A segment, or several that left one behind the other in one instant: a kernel hands those to its
 * network card in one piece, to be cut there, and packetdrill puts together what comes in pieces. */
typedef struct PktSegment {
    const Segment *last; /* its flags, options, … */
    Seq seq;             /* but where the first one begins … */
    guint32 length;      /* … and the bytes of all */
} PktSegment;

static inline PktSegment pkt_segment_of(const Segment *segment)
{
    return (PktSegment){.last = segment, .seq = segment->seq, .length = segment->length};
}

/* Makes one of the two.  FALSE: they do not belong together, and nothing has happened. */
gboolean pkt_segment_join(PktSegment *segment, const Segment *next);

/* What numbers count from: in a script every initial number is 0. */
typedef struct PktNumbers {
    Seq sender_isn, receiver_isn;
} PktNumbers;

/* "S. 0:0(0) ack 1 win 65160 <mss 1460,...>" */
void pkt_segment_append(const PktSegment *segment, const PktNumbers *from, gboolean with_window,
                        GString *out);

#endif
