/* What came of a world on a kernel, as far as it is compared: who sent what and when, and what applications
 * were told.  As text it takes a line a segment, so that some hundred worlds fit into a file.
 *
 *   world NUMBER tick NANOSECONDS phase NANOSECONDS     the timer wheel it ran on
 *   told HOST WORDS                                     its applications, HOST counted from 0
 *   MICROSECONDS HOST CONNECTION CLASS SEQ ACK LENGTH WINDOW FATE OPTIONS
 *
 * ACK is - where there is none; OPTIONS are M1460 (MSS), K (SACK permitted), T (timestamps), W7 (window
 * scale), S2 (two SACK blocks), or -.
 */
#ifndef TESTS_ORACLE_FACTS_H
#define TESTS_ORACLE_FACTS_H

#include <glib.h>

#include "trace/trace.h"

enum { FACTS_HOSTS = 2 };

typedef struct Facts {
    guint64 number;
    TraceWheel wheel;
    Trace *wire; /* TRACE_SEND alone */
    char *told[FACTS_HOSTS];
} Facts;

void facts_write(guint64 number, const Trace *trace, GString *out);

/* Reads the world at *text, which is moved behind it.  NULL at the end of the text, and where a line is
 * wrong: then *text is that line. */
Facts *facts_read(const char **text);
void facts_free(Facts *facts); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Facts, facts_free)

/* What the applications of a host were told, reads in one: in how many pieces is chance. */
char *facts_told(const Trace *trace, guint host);

#endif
