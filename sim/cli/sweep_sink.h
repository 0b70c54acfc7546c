/* Where the rows of a sweep go: standard output, a file, a database. */
#ifndef TCPWALTZ_CLI_SWEEP_SINK_H
#define TCPWALTZ_CLI_SWEEP_SINK_H

#include <glib.h>

#include "cli/command.h"
#include "sweep/head.h"
#include "sweep/row.h"

typedef enum SweepFormat {
    SWEEP_CSV,
    SWEEP_JSON,
    SWEEP_SQLITE,
} SweepFormat;

/* What --format (NULL: not given) and the ending of the file's name ("-": standard output) say.  FALSE, and
 * said, when it cannot be. */
gboolean sweep_format_read(const Command *command, const char *word, const char *path,
                           SweepFormat *out);

typedef struct SweepSink SweepSink;

/* Opens it, and says which of the runs are not there yet: of a database, which goes on, the *missing ones
 * (SweepRange; the caller's), else all of the shard's.  NULL, and said. */
SweepSink *sweep_sink_open(const char *path, SweepFormat format, const SweepHead *head,
                           GArray **missing);

/* From now on rows are being made, and a database is told how long they take. */
void sweep_sink_time(SweepSink *sink);

/* FALSE, and said: no more can be written. */
gboolean sweep_sink_put(SweepSink *sink, const SweepRow *row);

/* What was put is kept, whatever comes. */
gboolean sweep_sink_flush(SweepSink *sink);

/* Ends it.  What was put is kept, unless it failed; or, not to be kept, a file is as it was (a database is
 * the caller's to remove).  Returns a STATUS_. */
int sweep_sink_close(SweepSink *sink, gboolean keep);

#endif
