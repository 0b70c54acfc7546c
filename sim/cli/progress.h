/* How far a long run has come: one line on a terminal, gone before anything else is written. */
#ifndef TCPWALTZ_CLI_PROGRESS_H
#define TCPWALTZ_CLI_PROGRESS_H

#include <glib.h>

typedef struct Progress {
    gboolean is_on; /* standard error is a terminal */
    gboolean is_shown;
    gint64 next_us; /* not to be written before */
} Progress;

void progress_begin(Progress *progress);

/* "12 of 345", but not in the first second, and ten times a second at most. */
void progress_show(Progress *progress, guint done, guint of);

/* The same for what has no end that is known: "1234 worlds". */
void progress_tell(Progress *progress, const char *text);

void progress_clear(Progress *progress);

#endif
