/* One connection as an observer of the wire sees it: its segments in order, and what can be said of each from those
 * before it.  Private to symptom/. */
#ifndef TCPWALTZ_SYMPTOM_TRAIL_H
#define TCPWALTZ_SYMPTOM_TRAIL_H

#include <glib.h>

#include "trace/trace.h"

/* The parties of a connection: A sent the first SYN, or else the first segment. */
enum { PARTY_A, PARTY_B, PARTY_COUNT };

/* Bits of TrailSegment.facts. */
enum {
    FACT_AGAIN = 1 << 0,   /* its sequence numbers were sent before */
    FACT_NEW = 1 << 1,     /* they were not */
    FACT_DOUBLED = 1 << 2, /* again, after about twice the wait before the last time */
    FACT_KEEPALIVE =
        1 << 3, /* the number before the next, all being acknowledged, into an open window */
    FACT_PROBE = 1 << 4,     /* sent into a closed window */
    FACT_CLOSED = 1 << 5,    /* its window is 0; no SYN, no RST */
    FACT_DUPLICATE = 1 << 6, /* an ACK that says nothing new (RFC 5681 §2) */
    FACT_FULL = 1 << 7,      /* as long as its sender's longest, and at least 1,200 bytes */
    FACT_SMALL =
        1
        << 8, /* shorter than the other side's MSS, or than its sender's longest where that is not known */
    FACT_UNANSWERED = 1 << 9, /* the other side sends nothing after it */
    FACT_LAST = 1 << 10,      /* its sender sends nothing after it */
    FACT_BARE =
        1
        << 11, /* a RST without ACK: of a host that knows no such connection (RFC 9293 §3.10.7.1) */
    FACT_ACKING = 1 << 12, /* a RST with ACK: of one that has it, or an answer to a SYN */
};

typedef struct TrailSegment {
    const TraceEvent *event;
    guint party;
    guint facts;
    guint flight;    /* its sender's segments that are not acknowledged then, this one included */
    guint repeats;   /* how often it was sent before */
    gint same;       /* the place of its last sending; -1: there was none */
    SimTime silence; /* since anybody sent something; 0 for the first */
} TrailSegment;

typedef struct Trail {
    guint32 flow;
    GArray *segments;            /* TrailSegment, in order of time */
    TraceHost host[PARTY_COUNT]; /* TRACE_NO_HOST: it is not known */
} Trail;

/* The segments sent in each flow of the trace: Trail *, by number; free with g_ptr_array_unref(). */
GPtrArray *trails_of(const Trace *trace);

static inline const TrailSegment *trail_at(const Trail *trail, guint i)
{
    return &g_array_index(trail->segments, TrailSegment, i);
}

#endif
