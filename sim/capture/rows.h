/* A segment table as rows: text into fields, fields into numbers.  What the rows mean together is
 * for table.c. */
#ifndef TCPWALTZ_CAPTURE_ROWS_H
#define TCPWALTZ_CAPTURE_ROWS_H

#include <glib.h>

#include "capture/capture.h"

typedef struct TableRow {
    SimTime t;
    TraceHost host; /* index into TableRows.hosts */
    SegmentClass class;
    guint32 seq, ack;
    gboolean has_ack;
    guint16 length, window;
    SegmentOptions options;
    TraceFate fate;
    guint32 conn; /* 0: not given */
} TableRow;

typedef struct TableRows {
    GPtrArray *hosts; /* char *: the senders, in order of appearance */
    GArray *rows;     /* TableRow */
} TableRows;

void table_rows_clear(TableRows *table);

/* FALSE with *problem when something is wrong; *table is to be cleared either way. */
gboolean table_rows_read(const char *bytes, gsize length, TableRows *table,
                         CaptureProblem *problem);

#endif
