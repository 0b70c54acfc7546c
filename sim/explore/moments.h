/* What happened at each host in the instant at hand: whether it may crash there, and how the language says what was
 * chosen.  Private to explore/. */
#ifndef TCPWALTZ_EXPLORE_MOMENTS_H
#define TCPWALTZ_EXPLORE_MOMENTS_H

#include <glib.h>

#include "core/digest.h"
#include "explore/world.h"

typedef struct Moment Moment;

typedef struct Moments {
    const Plan *plan;
    Moment *hosts;
    GArray *lines;
} Moments;

/* `lines` (WorldLine) is filled; NULL: nobody asks. */
void moments_begin(Moments *moments, const Plan *plan, GArray *lines);
void moments_end(Moments *moments);

/* A host may crash between two things that happen to it; between them it makes no difference when. */
gboolean moments_may_crash(const Moments *moments, const LabTurn *turn);
void moments_crash(Moments *moments, const LabTurn *turn, const ExploreFault *fault);

/* What a later answer of moments_may_crash() depends on; 0 where nobody asks. */
guint64 moments_digest(const Moments *moments);

/* ready[first] is done; `order` is the fault that put it first, NULL: none did. */
void moments_turn(Moments *moments, const LabTurn *turn, guint first, const ExploreFault *order);

#endif
