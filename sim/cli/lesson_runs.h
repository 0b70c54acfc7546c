/* What the marks of lessons say when their runs are made: commands of this program, carried out in
 * it, and questions. */
#ifndef TCPWALTZ_CLI_LESSON_RUNS_H
#define TCPWALTZ_CLI_LESSON_RUNS_H

#include <glib.h>

#include "lesson/marks.h"

/* Remembers the runs, for the next question about the same one. */
typedef struct LessonRuns LessonRuns;

/* Outputs have lines of so many cells; 0: as in a file. */
LessonRuns *lesson_runs_new(guint width);
void lesson_runs_free(LessonRuns *runs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LessonRuns, lesson_runs_free)

/* A LessonEvaluate; `data` is LessonRuns.  Paths are those of the current folder. */
char *lesson_runs_evaluate(gpointer data, const LessonMark *mark);

/* Carries out "tcpwaltz run FILE" with these arguments behind it (NULL-terminated, or NULL).  Its
 * output goes where standard output does.  Returns its STATUS_. */
int lesson_runs_command(const LessonMark *mark, char *const *more);

#endif
