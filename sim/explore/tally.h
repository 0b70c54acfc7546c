/* How many worlds there are, of which only some were run.  Private to explore/.
 *
 * A world that comes to a state where another has been ends there: what follows, it shares with that one.  So the worlds
 * that were run are a graph, and how many there are with so many faults is the number of ways through it.
 */
#ifndef TCPWALTZ_EXPLORE_TALLY_H
#define TCPWALTZ_EXPLORE_TALLY_H

#include "explore/explore.h"
#include "explore/marks.h"

enum { TALLY_NO_LAW = EXPLORE_LAW_COUNT };
#define TALLY_NO_END G_MAXUINT32

/* A world that was run. */
typedef struct TallyNode {
    guint32 parent; /* of the level before: the world that has all its faults but the last … */
    guint32 place;  /* … which is there */
    guint32
        end; /* its places from here on are those of `next`; TALLY_NO_END: it was run to its end */
    MarkRef next;
    guint8 law; /* that it breaks first; TALLY_NO_LAW: none.  What is shared is told by `next`. */
    guint8 undecided : 1, has_twin : 1; /* a world equals this one, which was not run */
} TallyNode;

/* Levels of TallyNode, in the order in which they were run; the first is the run without a fault. */
typedef struct Tally {
    GArray *levels[EXPLORE_DEPTH_MAX + 1];
} Tally;

void tally_init(Tally *tally);
void tally_clear(Tally *tally);
guint64 tally_bytes(const Tally *tally);

/* Into count: all but `run`, `states` and `virtual_time`; and by_law.  Up to `completed` faults all worlds were tried; of the next level those
 * up to its last node. */
void tally_count(const Tally *tally, gint completed, ExploreCount *count, guint64 *by_law);

#endif
