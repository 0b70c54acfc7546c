/* A table of Markdown as columns. */
#ifndef TCPWALTZ_LESSON_GRID_H
#define TCPWALTZ_LESSON_GRID_H

#include <glib.h>

#include "lesson/render.h"

/* Its lines (NULL-terminated), each set in at most so many cells where its words allow it; free
 * with g_strfreev().  `rows` are the lines of the file that begin with a bar. */
char **lesson_grid(const GPtrArray *rows, guint cells, const LessonLook *look);

#endif
