/* Which connection a segment belongs to, and its numbers counted from the initial ones: what an
 * observer of the wire can say.  Called by trace.c for each segment that is seen for the first time.
 *
 * The rules, for a pair of (address, port):
 *
 *   - The first segment seen between the two begins a flow.  Flows are numbered from 1.
 *   - A SYN without ACK begins the next flow if its sender had another initial number in this one,
 *     or has sent anything that a connection which still repeats its SYN does not send.
 *     Otherwise it is a repetition, or the second SYN of a simultaneous open: the same flow.
 *   - A SYN sets its sender's initial number.  So does a SYN-ACK, whatever was known before: a
 *     listener that forgot the connection answers the same SYN with a number of its own.  What it
 *     acknowledges tells the other side's number if the SYN itself was not seen.
 *   - A forged segment (TraceSegment.injected) belongs to the flow that it claims to be of, and
 *     changes nothing there.  Only when there is no such flow it begins one, as any other would.
 *
 *   - A SYN or SYN-ACK with the number of the one before, of the same sender, is that one again; a SYN-ACK with
 *     another number is none of the same.
 *
 * Without an initial number to refer to, a number stays absolute and is marked so.  So does one
 * that lies further than 16 MB from all that its side has sent so far: a forged one, or one of
 * another incarnation of the connection.
 */
#ifndef TCPWALTZ_TRACE_FLOWS_H
#define TCPWALTZ_TRACE_FLOWS_H

#include "trace/trace.h"

typedef struct TraceFlows TraceFlows;

TraceFlows *trace_flows_new(Budget *budget); /* which may be NULL */
void trace_flows_free(TraceFlows *flows);

/* The segment is known; sets all the rest. */
void trace_flows_see(TraceFlows *flows, TraceSeen *seen, gboolean is_forged);

#endif
