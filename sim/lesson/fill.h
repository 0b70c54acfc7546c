/* A lesson's text with what its runs say. */
#ifndef TCPWALTZ_LESSON_FILL_H
#define TCPWALTZ_LESSON_FILL_H

#include <glib.h>

#include "lesson/marks.h"

/* What the run of a mark says, the output of a `run` or the value of an `ask`; NULL: it could not
 * be found out, which has been said.  Never asked about a picture. */
typedef char *LessonEvaluate(gpointer data, const LessonMark *mark);

/* Where the text says something else than the run. */
typedef struct LessonDifference {
    SourcePlace place;
    const LessonMark *mark;
    char *stands, *says; /* of an output its first line that differs */
} LessonDifference;

void lesson_difference_free(LessonDifference *difference);

/* The text with every mark's body as its run says it; free with g_free().  What differed is added
 * to `differences` (LessonDifference *).  NULL when a mark could not be evaluated. */
char *lesson_fill(const char *text, const GPtrArray *marks, LessonEvaluate *evaluate, gpointer data,
                  GPtrArray *differences);

#endif
