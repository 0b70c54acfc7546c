/* The worlds beyond one: those with one fault more, behind its last.  A task for one thread.  Private to
 * explore/. */
#ifndef TCPWALTZ_EXPLORE_BEYOND_H
#define TCPWALTZ_EXPLORE_BEYOND_H

#include <glib.h>

#include "explore/circle.h"
#include "explore/explore.h"
#include "explore/marks.h"
#include "explore/states.h"
#include "explore/tally.h"
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
    gboolean undecided, has_twin;
    ExploreBreach *breach; /* NULL: it held, as far as it was run */
    /* Its places from here on are those of `next`, an earlier world, and so is how it ends; or (MARK_NOWHERE) those
     * before, as it goes round in circles.  TALLY_NO_END: it was run to its end. */
    guint32 end;
    MarkRef next;
    guint first_mark, mark_count; /* of Beyond.marks, before its end */
} Outcome;

typedef struct Beyond {
    const Plan *plan;
    const ExploreOptions *options;
    Crew *crew;
    ExploreWorld world;  /* that is gone beyond … */
    guint32 end;         /* … as far as its places are its own … */
    gboolean is_first;   /* … unless this is set: it is the only one to be run */
    const GArray *usual; /* see Watch */
    gboolean merges;     /* are worlds ended that come to a state where another has been? */
    /* Where others have been that have fewer faults. */
    const MarkTable *known;
    /* What comes of it. */
    GArray *outcomes; /* Outcome, in order */
    GArray *marks;    /* Mark: new ones, of the outcomes by their numbers here */
    GArray *conns;    /* WatchConn, of the first, in the end; or NULL */
    gboolean is_cut;  /* it was told to stop */
    ExplorePairs pairs;
    StateSet states;
    /* To work with. */
    Watch watch;
    GArray *after;      /* ExplorePlace: of the world in which the packet at hand is lost */
    gboolean is_broken; /* by one of them */
    Digest digest;
    MarkTable here; /* where those before this one have been */
    MarkTable own;  /* where this one has been, by Digest.alike; MarkRef.node: the event by then */
    Circle circle;  /* that this one goes round in; length 0: none */
    Outcome *outcome;
    TraceId seen;          /* events of this one that were */
    guint32 lost;          /* … and its place in `after` that has to be seen followed … */
    gboolean has_to_go_on; /* … before it may end */
} Beyond;

/* `world` NULL: the first, without a fault, is to be run. */
Beyond *beyond_new(const Plan *plan, const ExploreOptions *options, const ExploreWorld *world);
void beyond_free(Beyond *beyond);

/* Runs them all, or as many as can matter: up to the first that breaks a law, unless all are to be tried, and no more
 * than the budget has worlds. */
void beyond_run(Beyond *beyond);

#endif
