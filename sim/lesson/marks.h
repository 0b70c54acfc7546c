/* The marks of a lesson: comments of Markdown that say which run a text comes from.
 *
 *     <!-- run: tcpwaltz run FILE -->           the output, as a block of code
 *     ...
 *     <!-- /run -->
 *     <!-- ask: FILE | client sends SYN at #2 -->3 s<!-- /ask -->     a value
 *     <!-- picture: tcpwaltz plot FILE -o OUT -->                     who drew the picture above
 *
 * In a row of a table the bar is written "\|".  What stands in a block of code is no mark.  A line
 * of text may not begin with a question: a comment there ends the paragraph (CommonMark §4.6).
 */
#ifndef TCPWALTZ_LESSON_MARKS_H
#define TCPWALTZ_LESSON_MARKS_H

#include <glib.h>

#include "scenario/diagnostics.h"

typedef enum LessonMarkKind {
    LESSON_RUN,
    LESSON_ASK,
    LESSON_PICTURE, /* has no body */
    LESSON_MARK_KIND_COUNT,
} LessonMarkKind;

typedef struct LessonMark {
    LessonMarkKind kind;
    SourcePlace place;     /* where it begins */
    char *line;            /* that line of the file */
    char *command;         /* what stands behind the colon, in one line, "\|" as "|" */
    gsize body_from, body; /* what the run decides: where it begins, how long it is */
    SourcePlace body_place;
    guint indent; /* blanks before the mark, when nothing else stands there */
} LessonMark;

/* The marks of a file's text in their order (LessonMark *); free with g_ptr_array_unref().  NULL,
 * and `diagnostics` has them, after errors: a mark that nothing closes, a kind that is none. */
GPtrArray *lesson_marks(const char *file, const char *text, Diagnostics *diagnostics);

#endif
