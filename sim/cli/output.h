/* Writing results: to standard output, or to a file that is replaced atomically. */
#ifndef TCPWALTZ_CLI_OUTPUT_H
#define TCPWALTZ_CLI_OUTPUT_H

#include <glib.h>

/* Writes to standard output and returns a STATUS_; an error is said.  A reader that closed its
 * end of the pipe has seen enough: that is no error. */
int output_standard(const char *data, gsize length);

/* From now on standard output is this text, and no terminal; NULL: as it was.  Views make lines of
 * so many cells for it; 0: as for a file.  Failures told besides it (output_failures()) are nobody's
 * then. */
void output_divert(GString *to, guint width);
gboolean output_is_diverted(void);
guint output_diverted_width(void);

/* Tells on standard error which expectations failed. */
void output_failures(const char *text);

/* Puts `data` into the file, "-" being standard output.  A regular file is replaced in one step,
 * so that whoever looks, and whatever kills us, finds the old content or the new; its mode stays,
 * a symbolic link stays and its target is replaced.  Pipes and devices are written as they are.
 * FALSE with errno's error (G_FILE_ERROR); nothing is left behind then. */
gboolean output_replace(const char *path, const char *data, gsize length, GError **error);

/* output_standard() for "-", else output_replace(); an error is said.  Returns a STATUS_. */
int output_write(const char *path, const char *data, gsize length);

/* A result that is written as it comes, to the same places in the same way: the file that is there is
 * replaced when all is written, and left as it was when something goes wrong.  Nothing is said and
 * nothing done before the end: who has more to write need not know. */
typedef struct Output Output;

Output *output_open(const char *path);
void output_put(Output *output, GString *text); /* writes it, and leaves it empty */

/* Ends it and frees it.  Not to be kept: what replaces a file is thrown away.  A failure is said; returns a
 * STATUS_. */
int output_close(Output *output, gboolean keep);

/* The program ends at once: a file half written is gone.  Async-signal-safe. */
void output_abandon(void);

/* Is the file to be written ("-": none) one of these (NULL-terminated), by whatever name? */
gboolean output_overwrites(const char *path, char *const *files);

#endif
