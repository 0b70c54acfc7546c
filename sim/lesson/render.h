/* A lesson for a terminal: Markdown made readable.
 *
 * It knows what lessons are written in: headings, paragraphs, lists, tables, blocks of code,
 * quotations, pictures, <details>; and CommonMark's inline marks.  Anything else is shown as it
 * stands.
 */
#ifndef TCPWALTZ_LESSON_RENDER_H
#define TCPWALTZ_LESSON_RENDER_H

#include <glib.h>

typedef struct LessonLook {
    guint width;        /* cells; text is not set wider than it can be read */
    gboolean colour;    /* bold, colour */
    gboolean unicode;   /* else ASCII, blocks of code aside */
    gboolean folded;    /* of <details> only the summary, as "[+] Answer" */
    const char *folder; /* where the lesson lies: before the paths of pictures; or NULL */
} LessonLook;

/* Free with g_free(). */
char *lesson_render(const char *markdown, const LessonLook *look);

#endif
