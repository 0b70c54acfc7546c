/* One world, held against the invariants. */
#ifndef TESTS_WORLDS_HOLD_H
#define TESTS_WORLDS_HOLD_H

#include <glib.h>

/* How much is asked of it: every world's run is held against the laws; running it again, at every level
 * of the trace, takes several times as long, so of a million worlds an eighth will do. */
typedef struct Hold {
    const char *profiles; /* folder */
    gboolean again;
    gboolean wire; /* every segment goes through bytes and back */
} Hold;

/* What is broken, or why the text is no scenario; NULL: everything holds.  Free with g_free().
 * Adds the run's events to *events. */
char *hold_text(const Hold *hold, const char *text, gsize length, guint64 *events);

/* Writes every profile of the folder `from` into the folder `to`, without what a run does not need:
 * two profiles with their sources take longer to read than a world takes to run.  FALSE with a message
 * on standard error. */
gboolean hold_profiles(const char *from, const char *to);

/* Removes them, and the folder. */
void hold_profiles_end(const char *folder);

#endif
