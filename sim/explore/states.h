/* Distinct states of a run, as somebody sees them who knows the ends' states, their timers and what is
 * under way.  Private to explore/. */
#ifndef TCPWALTZ_EXPLORE_STATES_H
#define TCPWALTZ_EXPLORE_STATES_H

#include "explore/watch.h"

/* A set of states, by their hashes. */
typedef struct StateSet {
    guint64 *slots; /* 0: free */
    guint64 room;   /* a power of two, or 0 */
    guint64 count;
} StateSet;

void state_set_add(StateSet *set, guint64 state);
void state_set_add_all(StateSet *set, const StateSet *other);
void state_set_clear(StateSet *set);

/* One run's state, kept up to date by its changes: a sum, to which each part adds its own. */
typedef struct StateSum {
    guint64 sum;
    guint calls; /* lines of the script that were carried out */
} StateSum;

/* Around watch_event(): what the event changes is taken away before it, and added after. */
void state_sum_before(StateSum *state, const Watch *watch, const TraceEvent *event);
void state_sum_after(StateSum *state, const Watch *watch, const TraceEvent *event);

/* Has everything settled before this event, so that the state is one to be counted? */
gboolean state_is_settled(const TraceEvent *before);

guint64 state_sum_value(const StateSum *state);

#endif
