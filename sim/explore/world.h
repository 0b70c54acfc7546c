/* A world: the plan's run in which certain packets meet certain faults.  Private to explore/. */
#ifndef TCPWALTZ_EXPLORE_WORLD_H
#define TCPWALTZ_EXPLORE_WORLD_H

#include <glib.h>

#include "explore/explore.h"
#include "lab/lab.h"
#include "scenario/plan.h"
#include "trace/trace.h"

/* A packet that was given to a link, in the order of sending. */
typedef struct ExplorePacket {
    SimTime at, transmission; /* when; and how long it takes at the link's rate */
    guint16 from, to;         /* hosts */
} ExplorePacket;

/* What becomes of all that is sent, forged segments not counted.  `packets` (ExplorePacket) is filled;
 * NULL: nobody asks.  The trace is complete. */
Trace *world_run(const Plan *plan, const LabOptions *options, const ExploreWorld *world,
                 GArray *packets);

#endif
