/* Which states the two ends of a connection were in at once.  Private to explore/. */
#ifndef TCPWALTZ_EXPLORE_PAIRS_H
#define TCPWALTZ_EXPLORE_PAIRS_H

#include "explore/watch.h"

/* After watch_event(), of a connection's move. */
void pairs_after(ExplorePairs *pairs, const Watch *watch, const TraceEvent *event);

void pairs_add(ExplorePairs *pairs, const ExplorePairs *other);

#endif
