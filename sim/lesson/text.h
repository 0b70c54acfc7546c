/* A run of Markdown's inline text as characters with a style, broken into lines. */
#ifndef TCPWALTZ_LESSON_TEXT_H
#define TCPWALTZ_LESSON_TEXT_H

#include <glib.h>

#include "lesson/render.h"

typedef struct LessonText LessonText;

/* Without its marks: emphasis, code, links, comments, tags, escapes. */
LessonText *lesson_text_new(const char *markdown, const LessonLook *look);
void lesson_text_free(LessonText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LessonText, lesson_text_free)

/* How many cells of a terminal it takes in one line. */
guint lesson_text_cells(const LessonText *text);

/* Breaks it into lines of at most so many cells (longer words stay whole); at least one line. */
void lesson_text_break(LessonText *text, guint cells);
guint lesson_text_lines(const LessonText *text);
guint lesson_text_line_cells(const LessonText *text, guint line);
void lesson_text_append_line(const LessonText *text, guint line, GString *out);

/* Everything in bold from here on, or not. */
void lesson_text_embolden(LessonText *text);

#endif
