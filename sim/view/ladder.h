/* Where the events of a run stand in its ladder: a vertical line for each host, time downwards, folded
 * where nothing happens.  Knows places, not how they look; svg.c draws.
 */
#ifndef TCPWALTZ_VIEW_LADDER_H
#define TCPWALTZ_VIEW_LADDER_H

#include <glib.h>

#include "trace/index.h"

enum {
    LADDER_TOP = 62,      /* of the first event; names and the title stand above */
    LADDER_ROW = 15,      /* from a note to the next one of the same instant */
    LADDER_TIMES = 72,    /* where times end */
    LADDER_NOTES = 244,   /* room for notes beside the outer lines */
    LADDER_BETWEEN = 380, /* from line to line */
};

typedef struct Ladder {
    const TraceIndex *index;
    guint lanes;         /* one a host */
    guint head;          /* pixels by which all stands lower than LADDER_TOP says, for the head */
    guint width, height; /* in pixels */
    guint32 *y;          /* of an event; [0] is not used */
} Ladder;

/* With so many rows of text below the title.  It takes 4 bytes an event. */
Ladder *ladder_new(const TraceIndex *index, guint head_rows);
void ladder_free(Ladder *ladder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ladder, ladder_free)

/* How wide it is with so many hosts. */
guint ladder_width(guint hosts);

/* The line of a host; of nobody's the one in the middle of the page. */
guint ladder_x(const Ladder *ladder, TraceHost host);

/* Do notes of this host stand at the left of its line? */
gboolean ladder_is_left(TraceHost host);

/* A timer is worth a note when it fires; others are only a line beside the host's. */
gboolean ladder_has_note(const Ladder *ladder, const TraceEvent *event);

/* Between two instants so far apart time is folded. */
gboolean ladder_is_fold(SimTime from, SimTime to);

#endif
