/* A run as a capture at one of its hosts would have it. */
#ifndef TCPWALTZ_TRACE_SEEN_AT_H
#define TCPWALTZ_TRACE_SEEN_AT_H

#include "trace/trace.h"

/* A trace of TRACE_SEND events alone, as captures are: what `host` sent, when it left, lost later or not; and
 * what reached it, each copy when it came, as sent by its sender.  Connections, relative numbers and
 * repetitions are those that an observer at that place counts.  Where the trace does not tell of arrivals (a
 * segment table), what the others sent and was not lost counts when they sent it. */
Trace *trace_seen_at(const Trace *trace, TraceHost host);

#endif
