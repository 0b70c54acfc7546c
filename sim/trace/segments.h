/* The segments of a trace.  Unlike its events they never move: events point to them. */
#ifndef TCPWALTZ_TRACE_SEGMENTS_H
#define TCPWALTZ_TRACE_SEGMENTS_H

#include "trace/trace.h"

typedef struct TraceSegments TraceSegments;

TraceSegments *trace_segments_new(Budget *budget); /* which may be NULL */
void trace_segments_free(TraceSegments *segments);

TraceSeen *trace_segments_add(TraceSegments *segments); /* its bytes are undefined */

guint64 trace_segments_count(const TraceSegments *segments);

#endif
