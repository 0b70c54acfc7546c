/* A set of distinct states, by their digests.  Private to explore/. */
#ifndef TCPWALTZ_EXPLORE_STATES_H
#define TCPWALTZ_EXPLORE_STATES_H

#include <glib.h>

/* A set of states, by Digest.alike. */
typedef struct StateSet {
    guint64 *slots; /* 0: free */
    guint64 room;   /* a power of two, or 0 */
    guint64 count;
} StateSet;

void state_set_add(StateSet *set, guint64 state);
void state_set_add_all(StateSet *set, const StateSet *other);
void state_set_clear(StateSet *set);

#endif
