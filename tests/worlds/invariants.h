/* What must hold for any run, whatever its scenario: held against its trace, by laws that know the
 * protocol and the trace but nothing of the program that made it.
 *
 *   law_order.c    time and causes; the run has one end
 *   law_wire.c     what arrives was sent, no more often than that, and all of it in the end
 *   law_states.c   every transition is in RFC 9293's diagram; timers fire when they are due; at a quiet
 *                  end nothing is left that waits for one
 *   law_counts.c   counters and tallies are what the events add up to
 *   law_streams.c  bytes: what is read was sent, in order, once; what is acknowledged was received
 *   law_ends.c     both ends end, or the trace says why they cannot
 *   law_expects.c  expectations are answered as a simple reader of the trace would
 *   answers.c      what --ask answers can be expected
 *   again.c        the same plan gives the same run, at every level of the trace
 */
#ifndef TESTS_WORLDS_INVARIANTS_H
#define TESTS_WORLDS_INVARIANTS_H

#include <glib.h>

#include "lab/lab.h"
#include "scenario/plan.h"
#include "trace/trace.h"

/* What is broken ("wire: event 17: …"); NULL: everything holds.  The trace has to be of
 * TRACE_LEVEL_FULL.  Free with g_free(). */
char *invariants_broken(const Plan *plan, const Trace *trace);

/* Runs the plan again as it was, and at each lower level of the trace; all must agree with `trace`, which
 * came of these options. */
char *invariants_broken_again(const Plan *plan, const LabOptions *options, const Trace *trace);

#endif
