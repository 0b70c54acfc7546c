/* The worlds beyond one: those with one fault more, behind its last.  A task for one thread.  Private to
 * explore/. */
#ifndef TCPWALTZ_EXPLORE_BEYOND_H
#define TCPWALTZ_EXPLORE_BEYOND_H

#include <glib.h>

#include "explore/explore.h"
#include "explore/states.h"
#include "explore/watch.h"

/* What threads and the one that waits for them tell each other. */
typedef struct Crew {
    gsize worlds; /* atomic: tried, and not added up yet */
    gint stop;    /* atomic: after the world that is being run */
} Crew;

/* What a run came to. */
typedef struct Outcome {
    ExploreWorld world;
    SimTime length;
    gboolean undecided;
    ExploreBreach *breach; /* NULL: it held */
} Outcome;

typedef struct Beyond {
    const Plan *plan;
    const ExploreOptions *options;
    Crew *crew;
    ExploreWorld world;  /* that is gone beyond … */
    gboolean is_first;   /* … unless this is set: it is the only one to be run */
    const GArray *usual; /* see Watch */
    /* What comes of it. */
    GArray *outcomes; /* Outcome, in order */
    GArray *conns;    /* WatchConn, of the first, in the end; or NULL */
    gboolean is_cut;  /* it was told to stop */
    guint64 equal;
    ExplorePairs pairs;
    StateSet states;
    /* To work with. */
    Watch watch;
    GArray *after;      /* ExplorePlace: of the world in which the packet at hand is lost */
    gboolean is_broken; /* by one of them */
} Beyond;

/* `world` NULL: the first, without a fault, is to be run. */
Beyond *beyond_new(const Plan *plan, const ExploreOptions *options, const ExploreWorld *world);
void beyond_free(Beyond *beyond);

/* Runs them all, or as many as can matter: up to the first that breaks a law, unless all are to be tried, and no more
 * than the budget has worlds. */
void beyond_run(Beyond *beyond);

#endif
