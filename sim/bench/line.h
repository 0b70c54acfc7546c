/* A line of results: a name, and keys with values in the order in which they were added.
 *
 * As text "handshakes connections=1000000 seconds=0.912", as JSON an object a line.
 */
#ifndef TCPWALTZ_BENCH_LINE_H
#define TCPWALTZ_BENCH_LINE_H

#include <glib.h>

typedef struct BenchLine {
    GString *text, *json;
} BenchLine;

BenchLine *bench_line_new(const char *name);
void bench_line_free(BenchLine *line); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BenchLine, bench_line_free)

void bench_line_count(BenchLine *line, const char *key, guint64 value);
void bench_line_number(BenchLine *line, const char *key, double value, int decimals);
void bench_line_word(BenchLine *line, const char *key, const char *value);

/* Appends the line and a newline. */
void bench_line_write(const BenchLine *line, gboolean as_json, GString *out);

#endif
