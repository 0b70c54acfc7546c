/* Signs: what a connection has to show for a symptom to be there.  Two kinds of lines, all of which must hold with the same
 * host as A and the other as B:
 *
 *   an expectation of the scenario language       A sends SYN gaps 1s 2s 4s within 7%
 *   a sequence of segments, others between them    A FIN then B DATA then A RST
 *
 * Private to symptom/. */
#ifndef TCPWALTZ_SYMPTOM_SIGNS_H
#define TCPWALTZ_SYMPTOM_SIGNS_H

#include <glib.h>

#include "scenario/plan.h"
#include "symptom/trail.h"

typedef struct SignRange {
    gint64 least, most;
} SignRange;

/* A segment of a sequence. */
typedef struct SignStep {
    guint party;
    SegmentClass class;
    guint facts;               /* all of them */
    SignRange after;           /* ns since the step before it … */
    SignRange idle;            /* … and since anybody sent something */
    SignRange length;          /* bytes of payload */
    SignRange flight, repeats; /* as in TrailSegment */
    gboolean is_same,
        is_next; /* the step before is its last sending; the segment right before it */
} SignStep;

/* A step that says nothing: any segment. */
SignStep sign_step_new(void);

typedef struct SymptomSigns {
    Plan *expects;        /* two hosts, A and B, and what is expected of them */
    GPtrArray *sequences; /* GArray * of SignStep */
} SymptomSigns;

SymptomSigns *symptom_signs_new(void);
void symptom_signs_free(gpointer signs);

/* Does the connection show them?  Adds what it is seen by to `evidence` (char *), and sets *t to the time of the last of it. */
gboolean symptom_signs_hold(const SymptomSigns *signs, const Trace *trace, const Trail *trail,
                            GPtrArray *evidence, SimTime *t);

/* sequence.c: the places (guint, one a step) of the segments of the connection, `swapped` with A for B, that are the sequence: those
 * that are complete first.  NULL: it does not have it.  Free with g_array_unref(). */
GArray *sequence_find(const GArray *steps, const Trail *trail, gboolean swapped);

#endif
