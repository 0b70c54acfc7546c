/* Fences: the lines that open and close a block of code (CommonMark §4.5).
 */
#ifndef TCPWALTZ_LESSON_FENCE_H
#define TCPWALTZ_LESSON_FENCE_H

#include <glib.h>
#include <string.h>

/* How long the fence is that the line begins with, blanks aside: at least 3; 0: there is none. */
static inline gsize fence_length(const char *line)
{
    line += strspn(line, " ");
    gsize length = *line == '`' ? strspn(line, "`") : strspn(line, "~");
    return length >= 3 ? length : 0;
}

/* Does the line close what the other one opened?  A shorter fence, another one, or one with a word behind
 * it is code. */
static inline gboolean fence_closes(const char *line, const char *opening)
{
    const char *fence = line + strspn(line, " ");
    gsize length = fence_length(line);

    return length >= fence_length(opening) && *fence == opening[strspn(opening, " ")] &&
           strchr("\n", fence[length + strspn(fence + length, " \t\r")]) != NULL;
}

#endif
