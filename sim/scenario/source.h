/* A file of the language as bytes, lines and words.
 *
 * Knows blanks, quotes, comments, UTF-8 and the limits, but no statement.  Every word keeps its
 * place, so that every error can point at it.
 */
#ifndef TCPWALTZ_SCENARIO_SOURCE_H
#define TCPWALTZ_SCENARIO_SOURCE_H

#include <glib.h>

#include "scenario/diagnostics.h"
#include "scenario/door.h"

typedef struct Source {
    const char *name; /* as shown; interned */
    char *bytes;      /* owned, not terminated */
    gsize length;
    guint64 device, inode;       /* the same file is known again by these; both 0: by its name */
    const struct Source *parent; /* the file that names this one, or NULL */
    guint depth;                 /* of parents */
    gboolean is_argument;        /* a word of the command line, not a file */
} Source;

/* Reads a whole file, opened as door_open() does.  NULL with *why ("No such file or directory", "it is larger than 16 MB")
 * when it cannot be read; the caller frees *why. */
Source *source_read(const char *root, const char *path, DoorFor whom, char **why);
Source *source_read_stdin(char **why);

/* A copy of text at hand. */
Source *source_from_text(const char *name, const char *text, gsize length);
/* Takes over the bytes (g_free()). */
Source *source_from_bytes(const char *name, char *bytes, gsize length);
void source_free(Source *source);

/* "it is larger than 16 MB"; free with g_free(). */
char *source_too_large(void);

/* Is `source` the same file as `parent` or as one of its parents?  Returns that one or NULL. */
const Source *source_find_open(const Source *source, const Source *parent);

/* "a.scn -> b.scn -> a.scn": from `first` down to `last`, and `first` again. */
char *source_loop_text(const Source *first, const Source *last);

/* A path named in `naming`, as seen from where we are: relative ones are relative to it. */
char *source_resolve(const Source *naming, const char *path);

typedef struct Word {
    const char *text; /* without quotes, escapes resolved; NUL-terminated */
    gsize length;
    gssize equals;   /* where the first '=' outside quotes stands in `text`; -1: none */
    const char *raw; /* as in the file */
    gsize raw_length;
    guint column, width; /* in characters */
    gboolean quoted;     /* the whole word is in quotes */
    const char *named;   /* as in the file, "$rtt", where values stand in it now; NULL: none do */
} Word;

/* A line in words.  Valid until the next one is read. */
typedef struct Line {
    const Source *source;
    guint number;
    const char *text; /* of the whole line, in the source's bytes */
    gsize length;
    GArray *words;    /* Word */
    guint next;       /* the word that a parser takes next */
    gboolean broken;  /* has an error that is already reported; the words before it are there */
    const char *form; /* what the statement looks like, for error messages; '\n' between forms */
} Line;

typedef struct LineReader {
    Line line;
    gsize offset;          /* of the next line */
    GStringChunk *strings; /* texts of the words of this line */
    GString *scratch;
} LineReader;

void line_reader_init(LineReader *reader, const Source *source);
void line_reader_clear(LineReader *reader);

/* Reads the next line that has words.  FALSE at the end of the source. */
gboolean line_reader_next(LineReader *reader, Diagnostics *diagnostics);

/* A line that is one word of the command line; FALSE and an error when it is no text. */
void line_reader_init_argument(LineReader *reader, const Source *source, const char *argument);
gboolean line_reader_check_argument(LineReader *reader, Diagnostics *diagnostics);

/* A copy that lives as long as the line's words. */
const char *line_reader_keep(LineReader *reader, const char *text, gsize length);

/* A line further down of the form `verb name …`: its number, 0 when there is none. */
guint source_find_line(const Line *line, const char *verb, const char *name);

#endif
