/* A fault of the scenario language for one segment of a run: the line that makes it happen there again. */
#ifndef TCPWALTZ_TRACE_FAULT_LINE_H
#define TCPWALTZ_TRACE_FAULT_LINE_H

#include "proto/fault.h"
#include "trace/trace.h"

/* Appends "drop client SYN #1": `kind` for the segment that the TRACE_SEND event `sent` sent, not a forged
 * one; `delay_by` is for FAULT_DELAY.  Rules count what the sender sends, class by class.  Where the trace
 * does not list all of that (large floods) the line names the instant, too: "… #1 from 3s to 3.000000001s". */
void trace_fault_line(const Trace *trace, const TraceEvent *sent, FaultKind kind, SimTime delay_by,
                      GString *out);

#endif
