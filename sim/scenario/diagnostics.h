/* What is wrong with a file, said so that it can be mended: file, line, column, the line itself
 * with the place marked, what was expected, the nearest right word.
 */
#ifndef TCPWALTZ_SCENARIO_DIAGNOSTICS_H
#define TCPWALTZ_SCENARIO_DIAGNOSTICS_H

#include <glib.h>

/* A place in a file.  Columns count characters (not bytes) from 1. */
typedef struct SourcePlace {
    const char *file; /* as the user named it; interned, never freed; NULL: it is about no file */
    guint line;       /* from 1; 0: the file as a whole */
    guint column;     /* from 1; 0: the line as a whole */
    guint width;      /* characters to mark; 0 or 1: one */
} SourcePlace;

/* All texts in it are safe to print: valid UTF-8 without control characters, of bounded length. */
typedef struct Diagnostic {
    SourcePlace place;
    gboolean is_note; /* explains the error before it */
    char *message;    /* "unknown profile 'linux-2.5'" */
    char *hint;       /* "did you mean 'linux-2.4'?"; several lines are several hints; or NULL */
    char *text;       /* the line of the file, cut around the place; or NULL */
    guint mark_at, mark_len; /* what to mark in `text`, in cells of a terminal */
    guint64 rank;            /* of the line that led here, see Diagnostics.rank */
} Diagnostic;

/* More errors than this are counted, not kept. */
enum { DIAGNOSTICS_MAX = 100 };

typedef struct Diagnostics {
    GPtrArray *items; /* Diagnostic *, as found; after loading, as their lines stand in the files */
    guint64 errors;   /* found, those that were not kept included; notes are none */
    guint64 left_out; /* errors found but not kept */
    guint64 rank;     /* given to what is added: lines are ranked in the order of reading */
} Diagnostics;

Diagnostics *diagnostics_new(void);
void diagnostics_free(Diagnostics *diagnostics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Diagnostics, diagnostics_free)

/* Adds one; `text` and `hint` may be NULL and are copied. */
void diagnostics_add(Diagnostics *diagnostics, SourcePlace place, const char *text,
                     const char *hint, const char *format, ...) G_GNUC_PRINTF(5, 6);

/* The same for a line that is part of a file's bytes: it need be neither terminated nor valid. */
void diagnostics_add_line(Diagnostics *diagnostics, SourcePlace place, const char *text,
                          gsize length, const char *hint, const char *format, ...)
    G_GNUC_PRINTF(6, 7);

/* Adds a note to the error before: "the first one is here".  Left out when that error was. */
void diagnostics_note(Diagnostics *diagnostics, SourcePlace place, const char *text, gsize length,
                      const char *format, ...) G_GNUC_PRINTF(5, 6);

/* Puts the items into the order of their ranks; notes stay behind their errors. */
void diagnostics_sort(Diagnostics *diagnostics);

gboolean diagnostics_any(const Diagnostics *diagnostics);

/* All of them as text:
 *
 *   demo.scn:3:8: error: unknown profile 'linux-2.5'
 *      3 | host client linux-2.5
 *        |             ^~~~~~~~~
 *        = did you mean 'linux-2.4'?
 *
 * Long lines are cut around the place; what a terminal might obey, and bytes that are no UTF-8,
 * are shown as \xNN or \u{NNNN}. */
char *diagnostics_format(const Diagnostics *diagnostics);

/* The word of `words` (NULL-terminated) that is nearest to `word` by edit distance (a letter more,
 * less, other, or two swapped; upper and lower case are the same), if it is near enough to be
 * meant; else NULL. */
const char *nearest_word(const char *word, const char *const *words);

#endif
