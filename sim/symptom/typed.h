/* What somebody typed, or a symptom's file says, as match.c weighs it: words, times, series of times.
 * Private to symptom/. */
#ifndef TCPWALTZ_SYMPTOM_TYPED_H
#define TCPWALTZ_SYMPTOM_TYPED_H

#include <glib.h>

#include "core/time.h"

/* Valid UTF-8, and "one second" as "1 second".  Free with g_free(). */
char *typed_clean(const char *text);

/* Words in lower case, each once (char *; free with g_ptr_array_unref()): split where neither letter nor digit stands and where
 * a small letter meets a capital ("ListenDrops"), and pairs of neighbours as one, so that it does not matter whether one writes
 * CLOSE_WAIT, close-wait or closewait.  Words that tell nothing apart are left out and part no neighbours: "RST after FIN" has
 * "rstfin".  So are numbers below 100 by themselves: "curl: (28)" has "curl28". */
GPtrArray *typed_words(const char *text);

/* The text without its times: "2 min" has nothing to do with "2 h".  Free with g_free(). */
char *typed_without_times(const char *text);

typedef struct TypedTime {
    SimTime time;
    gboolean has_unit; /* or else it may count something else; seconds are meant, if anything is */
} TypedTime;

/* "127 s", "2h11m15s", "40ms", "127"; units that fall are one time.  No time is what stands in a word (FIN_WAIT2), an address, a
 * port, a path or brackets.  Free with g_array_unref(). */
GArray *typed_times(const char *text);

/* How many waits of `gaps` (SimTime) the times are, within 7 %, if all of them that both have agree: as waits, "1 2 4", or as
 * moments, "0 1 3 7".  0: they are others, or fewer than three were typed. */
guint typed_series(const GArray *times, const GArray *gaps);

#endif
