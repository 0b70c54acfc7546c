/* A part of a trace as a trace of its own, for pictures, which are of what lies between two times. */
#ifndef TCPWALTZ_TRACE_WINDOW_H
#define TCPWALTZ_TRACE_WINDOW_H

#include "trace/trace.h"

/* What happened from `from` to `to`, both included, with events numbered anew from 1.  What lasts from before, the state of
 * each connection and the timers that run, stands at its beginning, with the time `from`.  An event whose cause or
 * sending lies outside has none.  Counts are those of the part.
 *
 * It points to segments of `trace`, which has to outlive it. */
Trace *trace_window(const Trace *trace, SimTime from, SimTime to);

#endif
