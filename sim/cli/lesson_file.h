/* A file with lessons' marks, and where the lessons of this program are. */
#ifndef TCPWALTZ_CLI_LESSON_FILE_H
#define TCPWALTZ_CLI_LESSON_FILE_H

#include <glib.h>

#include "lesson/fill.h"

typedef struct LessonFile {
    char *name;   /* as named */
    char *path;   /* absolute */
    char *root;   /* the folder at which the paths in it begin */
    char *text;   /* as it stands */
    char *filled; /* as the runs say it; NULL: they have not been made, or could not be */
    GPtrArray *marks, *differences;
} LessonFile;

/* FALSE, and said so, when it cannot be read or a mark is wrong. */
gboolean lesson_file_read(LessonFile *lesson, const char *name);

/* Makes its runs, with lines of so many cells; 0: as they stand in the file.  FALSE, and said so,
 * when one cannot be made. */
gboolean lesson_file_run(LessonFile *lesson, guint width);

/* Makes the first run of it, with these arguments more (NULL-terminated); its output goes to
 * standard output.  Returns a STATUS_. */
int lesson_file_run_first(const LessonFile *lesson, char *const *more);

void lesson_file_clear(LessonFile *lesson);

/* --- the lessons that come with the program --- */

typedef struct LessonEntry {
    guint number; /* 0: a page beside the lessons */
    char *name;   /* what the command calls it: "6", or "lab-sheet" */
    char *path;   /* .../docs/lessons/06-first-syn-lost.md */
    char *title;  /* without its number */
    char *shows;  /* a line of the syllabus; "" when it has none */
} LessonEntry;

/* In the order of their numbers, then the pages beside them (lab sheet, ...) by name (LessonEntry *);
 * free with g_ptr_array_unref(). */
GPtrArray *lesson_entries(void);

#endif
