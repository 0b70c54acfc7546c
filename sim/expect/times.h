/* Lists of times held against each other, and how their difference is said.  Private to expect/. */
#ifndef TCPWALTZ_EXPECT_TIMES_H
#define TCPWALTZ_EXPECT_TIMES_H

#include <glib.h>

#include "expect/verdict.h"
#include "scenario/plan.h"
#include "trace/time_text.h"

/* Is `actual` as near to `expected` as the tolerance asks?  A part of the expected time is
 * rounded down to the nanosecond. */
gboolean time_is_within(SimTime actual, SimTime expected, const PlanTolerance *tolerance);

/* " (within 100 ms)", " (within 5%)"; nothing for a tolerance of 0. */
void append_tolerance(GString *out, const PlanTolerance *tolerance);

/* "2nd" for 2. */
void append_ordinal(GString *out, guint n);

/* "0 s, 3 s, 9 s": the first few of them, and how many there are when not all are shown. */
void append_times(GString *out, const GArray *times);

/* The times of these events; free with g_array_unref(). */
GArray *times_of(const EventList *events);

/* How the lists are spoken of. */
typedef struct ListWords {
    const char *what;  /* "SYN at": comes before the list */
    const char *one;   /* "SYN": one of it */
    const char *place; /* "at ": before the time of a superfluous or missing one */
    const char *none;  /* "no SYN was sent" */
} ListWords;

/* Holds the expectation's times against `actual`, all of both, in order.  events[i] is where
 * actual[i] comes from. */
void check_times(const PlanExpect *expect, const ListWords *words, const GArray *actual,
                 const EventList *events, Verdict *verdict);

#endif
