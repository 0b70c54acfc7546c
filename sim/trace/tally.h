/* What a host has done and met with, event by event.  Private to trace/. */
#ifndef TCPWALTZ_TRACE_TALLY_H
#define TCPWALTZ_TRACE_TALLY_H

#include "trace/trace.h"

void trace_tally_event(TraceTally *tally, const TraceEvent *event);

#endif
