/* A world: the plan's run in which there are certain faults at certain places.  Private to explore/. */
#ifndef TCPWALTZ_EXPLORE_WORLD_H
#define TCPWALTZ_EXPLORE_WORLD_H

#include <glib.h>

#include "explore/explore.h"
#include "lab/lab.h"
#include "scenario/plan.h"
#include "trace/trace.h"

typedef enum ExplorePlaceKind {
    EXPLORE_AT_PACKET, /* a packet was given to a link */
    EXPLORE_AT_CRASH,  /* something is about to happen at a host */
    EXPLORE_AT_TURN,   /* several things are due there */
} ExplorePlaceKind;

/* A place where there may be a fault, in the order in which the run comes to them. */
typedef struct ExplorePlace {
    ExplorePlaceKind kind;
    SimTime at;
    SimTime transmission; /* PACKET: how long it takes at the link's rate */
    guint16 from, to;     /* hosts; of a turn both are the one whose turn it is */
    guint16 count;        /* TURN: of so many things one comes first */
} ExplorePlace;

/* What a world has beside faults of packets, as lines of the language say it. */
typedef struct WorldLine {
    guint32 place; /* of its last fault */
    char *text;    /* "at 1.02s server crash" */
} WorldLine;

/* All faults of the world are behind, and a turn is over; there were so many places so far.  `moments` is what explore/ itself remembers of hosts.  FALSE: the run ends here. */
typedef gboolean WorldLook(gpointer context, const LabRun *run, guint32 places, guint64 moments);

typedef struct WorldNotes {
    GArray *places;  /* ExplorePlace; NULL: nobody asks */
    GArray *lines;   /* WorldLine, in no order; NULL: nobody asks */
    WorldLook *look; /* NULL: nobody looks on */
    gpointer context;
} WorldNotes;

/* Is anything tried that is chosen at turns, orders or crashes?  `kinds`: a bit for each ExploreFaultKind. */
gboolean world_has_turns(guint kinds);

/* A time as the language reads it, exactly: "90s", "1.000000001s", "20ms".  Free with g_free(). */
char *world_time_text(SimTime t);

GArray *world_lines_new(void); /* of WorldLine; free with g_array_unref() */

/* What becomes of all that is sent, forged segments not counted, and of all that is due.  The places are those of
 * the kinds that options ask for.  The trace is complete. */
Trace *world_run(const Plan *plan, const ExploreOptions *options, const ExploreWorld *world,
                 const WorldNotes *notes);

#endif
