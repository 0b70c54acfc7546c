/* Text that we did not write, made fit for where it goes: what came from a file, a name or an
 * argument leaves the program through one of these functions and through nothing else.
 *
 * Each appends `text` to `out`.  `text` may be anything: bytes that are no UTF-8, control
 * characters, what turns the direction of writing round.  What is harmless everywhere (signs that can
 * be printed) is harmless here; what a target would obey is written as the target says, or, where it
 * has no way to say it, so that a reader sees it: \x1b a byte below 128, \xff a byte that is no UTF-8,
 * \u{202e} any other sign.  No function leaves a line break.
 *
 * Ordinary text comes out as it went in, but for quotes where a target wants them.
 */
#ifndef TCPWALTZ_ESCAPE_ESCAPE_H
#define TCPWALTZ_ESCAPE_ESCAPE_H

#include <glib.h>

/* --- signs.c: one sign ---------------------------------------------------------------------- */

/* Can the sign be shown as it is?  Control characters, format characters (those that turn the
 * direction of writing round are some), separators of lines and what Unicode does not know cannot. */
gboolean escape_is_plain(gunichar sign);

/* Nothing but ' ' to '~', and no order (see below): most texts.  What writes much looks here first. */
gboolean escape_is_harmless(const char *text);

/* The sign at `at`, before `end`; *next is behind it.  ESCAPE_NO_SIGN: a byte that is no UTF-8, or
 * NUL. */
#define ESCAPE_NO_SIGN ((gunichar)-1)
gunichar escape_read(const char *at, const char *end, const char **next);

/* Does an order to continuous integration begin here, wherever in a line that is?  "##[" does, to
 * GitHub's runner, which reads logs. */
gboolean escape_is_order(const char *at, const char *end);

/* Appends the sign at `at` as a terminal and a log may have it and returns its end.  A tab is a
 * blank; the first sign of an order is \u{23}. */
const char *escape_sign(const char *at, const char *end, GString *out);

/* --- terminal.c: what people read, and what they paste into a shell -------------------------- */

/* A part of a line on a terminal, in a log, in a comment of a file.  GitHub's runner takes "::" at the
 * beginning of a line for an order, too: it is shown as \u{3a}:. */
void escape_terminal(const char *text, GString *out);

/* A word of a shell's command line: in quotes where it needs them, in $'...' (POSIX.1-2024, bash,
 * zsh, ksh) where it has something that cannot be shown.  A word that begins with "-" is the name of
 * a file, and so "./-". */
void escape_shell(const char *text, GString *out);

/* --- markup.c: what becomes a page or a picture ---------------------------------------------- */

/* XML 1.0, in an attribute or between tags. */
void escape_xml(const char *text, GString *out);

/* Markdown, in a line or a cell of a table: no HTML, no links, no code, no further column. */
void escape_markdown(const char *text, GString *out);

/* A text in a Mermaid diagram, in ASCII. */
void escape_mermaid(const char *text, GString *out);

/* A column of a table that gnuplot reads, separated by tabs: gnuplot undoes quotes and backslashes, so
 * there are none, and its SVG has texts in CDATA sections, so none can end there.  "-" for nothing. */
void escape_gnuplot(const char *text, GString *out);

/* --- data.c: what programs read -------------------------------------------------------------- */

/* A field of CSV (RFC 4180).  Spreadsheets run what begins with = + - @: such a text has a ' in
 * front, which escape_csv_undo() and spreadsheets take away.  Not for numbers. */
void escape_csv(const char *text, GString *out);

/* How many bytes of a text read from CSV (without its quotes) are not part of it: 0 or 1. */
gsize escape_csv_undo(const char *text, gsize length);

/* A string of JSON (RFC 8259 §7), in quotes: what cannot be shown becomes \uXXXX, bytes that are no
 * UTF-8 U+FFFD. */
void escape_json(const char *text, GString *out);

/* TAP 14: the description of a test; a string in its YAML, in quotes. */
void escape_tap(const char *text, GString *out);
void escape_yaml(const char *text, GString *out);

/* GitHub's workflow commands: the value of a property; the message, whose line breaks stay. */
void escape_github_property(const char *text, GString *out);
void escape_github_message(const char *text, GString *out);

#endif
