/* How well a stack's schedule explains the times at which somebody was seen to repeat a segment.
 * Knows times only: where a schedule comes from (a run) and where the times come from (a trace) is
 * for others.
 */
#ifndef TCPWALTZ_EXPECT_FIT_H
#define TCPWALTZ_EXPECT_FIT_H

#include <glib.h>

#include "core/time.h"

/* A segment and its repetitions. */
typedef struct FitSeen {
    const GArray *times; /* SimTime, at least one */
    SimTime until;       /* a further repetition before this would have been seen */
} FitSeen;

/* What a stack does when nothing answers. */
typedef struct FitSchedule {
    const GArray *times; /* SimTime, at least one: when it sends */
    gboolean is_wheel;   /* Linux' timer wheel makes each wait late by up to a slot */
    gint64 slack_ppb;    /* waits are not known better than this part of them, per billion, */
    SimTime slack;       /* and this */
} FitSchedule;

typedef enum FitEnd {
    FIT_WHOLE,      /* every wait is explained, and that no more was seen */
    FIT_STOPS,      /* every wait is explained, but the stack would have gone on */
    FIT_OTHER_WAIT, /* the stack would have waited longer or less */
    FIT_GIVES_UP,   /* the stack would have given up before */
} FitEnd;

typedef struct Fit {
    FitEnd end;
    guint explained;        /* waits, from the first */
    SimTime expected, seen; /* FIT_OTHER_WAIT: that wait; FIT_STOPS: expected, the next one */
    SimTime late_most;      /* of the explained waits, over the stack's own */
    double misfit;          /* sum of the relative differences of the waits that were looked at */
} Fit;

Fit fit_schedule(const FitSeen *seen, const FitSchedule *schedule);

/* Negative when `a` explains more than `b`, positive when less, 0 when both explain as much. */
int fit_compare(const Fit *a, const Fit *b);

/* "5 equal waits of 1 s, then doubling": what is regular in a schedule.  Free with g_free(). */
char *fit_describe(const GArray *times);

#endif
