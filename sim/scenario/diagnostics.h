/* What is wrong with a file, said so that it can be mended: file, line, column, the line itself
 * with the place marked, what was expected, the nearest right word.
 */
#ifndef TCPWALTZ_SCENARIO_DIAGNOSTICS_H
#define TCPWALTZ_SCENARIO_DIAGNOSTICS_H

#include <glib.h>

/* A place in a file.  Columns count characters (not bytes) from 1. */
typedef struct SourcePlace {
    const char *file; /* as the user named it; interned, never freed */
    guint line;       /* from 1; 0: the file as a whole */
    guint column;     /* from 1; 0: the line as a whole */
    guint width;      /* characters to mark; 0 or 1: one */
} SourcePlace;

typedef struct Diagnostic {
    SourcePlace place;
    char *message; /* "unknown profile 'linux-2.5'" */
    char *hint;    /* "did you mean 'linux-2.4'?"; NULL when there is none */
    char *text;    /* the line of the file; NULL when it cannot be shown */
} Diagnostic;

typedef struct Diagnostics {
    GPtrArray *items; /* Diagnostic *, in the order of finding */
} Diagnostics;

Diagnostics *diagnostics_new(void);
void diagnostics_free(Diagnostics *diagnostics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Diagnostics, diagnostics_free)

/* Adds one; `text` and `hint` may be NULL and are copied. */
void diagnostics_add(Diagnostics *diagnostics, SourcePlace place, const char *text,
                     const char *hint, const char *format, ...) G_GNUC_PRINTF(5, 6);

gboolean diagnostics_any(const Diagnostics *diagnostics);

/* All of them as text:
 *
 *   demo.scn:3:8: error: unknown profile 'linux-2.5'
 *      3 | host client linux-2.5
 *        |             ^~~~~~~~~
 *        = did you mean 'linux-2.4'?
 *
 * Long lines are cut around the place; control characters are shown as '?' or '\xNN'. */
char *diagnostics_format(const Diagnostics *diagnostics);

/* The word of `words` (NULL-terminated) that is nearest to `word` by edit distance, if it is
 * near enough to be meant; else NULL. */
const char *nearest_word(const char *word, const char *const *words);

#endif
