/* A text that is read, places in it, and how its mistakes are told.  Only drill/ includes this. */
#ifndef TCPWALTZ_DRILL_SOURCE_H
#define TCPWALTZ_DRILL_SOURCE_H

#include <glib.h>

#include "scenario/diagnostics.h"

typedef struct DrillSource {
    const char *file; /* interned */
    const char *bytes;
    gsize length;
    GArray *lines;    /* gsize: where each line begins */
    guint first_line; /* the number of the first one */
    struct DrillColumn
        *known; /* the place asked for last: the next one mostly follows it on its line */
} DrillSource;

void drill_source_init(DrillSource *source, const char *file, const char *bytes, gsize length);
void drill_source_clear(DrillSource *source);

/* The line (from 0) in which the byte at `offset` stands, and its text without its end. */
guint drill_source_line(const DrillSource *source, gsize offset, const char **text, gsize *length);

/* Marks as much of `length` bytes as stands on the first line. */
SourcePlace drill_source_place(const DrillSource *source, gsize offset, gsize length);

/* `hint` may be NULL. */
void drill_source_error(const DrillSource *source, Diagnostics *diagnostics, gsize offset,
                        gsize length, const char *hint, const char *format, ...)
    G_GNUC_PRINTF(6, 7);

/* A part of the text on one line: blanks and line ends become one blank, bytes that are no UTF-8 and
 * control characters '?'.  Free with g_free(). */
char *drill_one_line(const char *text, gsize length);

#endif
