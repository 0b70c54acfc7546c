/* Timing tables: when each host sent what, what it waited between, when it gave up, how it ended.
 */
#ifndef TCPWALTZ_VIEW_TIMING_H
#define TCPWALTZ_VIEW_TIMING_H

#include <glib.h>

#include "trace/trace.h"

typedef struct TimingFormat {
    const char *name;
    const char *header; /* once, above all scenarios; NULL: none */
    void (*write)(const Trace *trace, GString *out);
} TimingFormat;

/* "text", "csv", "markdown"; *count is set. */
const TimingFormat *timing_formats(gsize *count);

/* The table as it is kept in a file and held later: a fact a line, in the order of time, so that a
 * difference reads well.  docs/timing-tables.md has the format. */
void view_timing_file(const Trace *trace, GString *out);

#endif
