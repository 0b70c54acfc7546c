/* A set of digests. */
#include "explore/states.h"

static void put(guint64 *slots, guint64 room, guint64 state)
{
    guint64 at = state & (room - 1);

    while (slots[at] != 0)
        at = (at + 1) & (room - 1);
    slots[at] = state;
}

static void grow(StateSet *set)
{
    guint64 room = set->room > 0 ? 2 * set->room : 256;
    guint64 *slots = g_new0(guint64, room);

    for (guint64 i = 0; i < set->room; i++) {
        if (set->slots[i] != 0)
            put(slots, room, set->slots[i]);
    }
    g_free(set->slots);
    set->slots = slots;
    set->room = room;
}

static gboolean has(const StateSet *set, guint64 state)
{
    guint64 at = state & (set->room - 1);

    for (; set->slots[at] != 0; at = (at + 1) & (set->room - 1)) {
        if (set->slots[at] == state)
            return TRUE;
    }
    return FALSE;
}

void state_set_add(StateSet *set, guint64 state)
{
    if (state == 0)
        state = 1; /* 0 is a free slot */
    if (2 * set->count >= set->room)
        grow(set);
    if (has(set, state))
        return;
    put(set->slots, set->room, state);
    set->count++;
}

void state_set_add_all(StateSet *set, const StateSet *other)
{
    for (guint64 i = 0; i < other->room; i++) {
        if (other->slots[i] != 0)
            state_set_add(set, other->slots[i]);
    }
}

void state_set_clear(StateSet *set)
{
    g_free(set->slots);
    *set = (StateSet){0};
}
