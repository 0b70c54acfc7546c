/* How far a long run has come: one line on a terminal, gone before anything else is written. */
#ifndef TCPWALTZ_CLI_PROGRESS_H
#define TCPWALTZ_CLI_PROGRESS_H

#include <glib.h>

typedef struct Progress {
    gboolean is_on; /* standard error is a terminal */
    gboolean is_shown;
    gint64 begun_us;
    gint64 next_us; /* not to be written before */
} Progress;

void progress_begin(Progress *progress);

/* "12 of 345 (3 %), 40 a second, 9 s left", but not in the first second, and ten times a second at most. */
void progress_show(Progress *progress, guint64 done, guint64 of);

/* The same for what has no end that is known: "1234 worlds". */
void progress_tell(Progress *progress, const char *text);

void progress_clear(Progress *progress);

/* The line alone, of what was done in so many seconds: for who says it otherwise. */
void progress_append(GString *out, guint64 done, guint64 of, double seconds);

/* "1,234,567"; "40 s", "12 min", "3 h 20 min", "12 days". */
void progress_append_number(GString *out, guint64 number);
void progress_append_duration(GString *out, double seconds);

#endif
