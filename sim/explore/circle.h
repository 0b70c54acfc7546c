/* Does a run that came to no end go round in circles?  Private to explore/. */
#ifndef TCPWALTZ_EXPLORE_CIRCLE_H
#define TCPWALTZ_EXPLORE_CIRCLE_H

#include "trace/trace.h"

typedef struct Circle {
    guint length;         /* events of one round; 0: there is none */
    TraceId from;         /* the first event of the first of the rounds that ended the run */
    SimTime period;       /* of one round */
    gboolean is_for_ever; /* its state comes back: nothing is pending that might end it */
    /* What it goes round with; 0: that does not happen. */
    TraceId retransmits; /* a timer that fires … */
    TraceId keeps_alive; /* … or probes, of a connection or a closed window */
    TraceId sends;       /* a segment */
} Circle;

/* The state behind the event `to` is the one behind `from`: what lies between is a round, and will be again. */
Circle circle_between(const Trace *trace, TraceId from, TraceId to);

/* The trace was ended by a bound.  Five rounds alike at least, counted from its end, and those at least
 * twenty events, are a circle: what comes back with the same waits will do so again. */
Circle circle_find(const Trace *trace);

#endif
