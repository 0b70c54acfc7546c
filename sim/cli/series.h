/* Segments that were sent again and again: what identify has to go by. */
#ifndef TCPWALTZ_CLI_SERIES_H
#define TCPWALTZ_CLI_SERIES_H

#include <glib.h>

#include "cli/schedule.h"
#include "trace/trace.h"

typedef struct Series {
    ScheduleKind kind;
    const char *host; /* in the trace */
    guint32 flow;
    GArray *times; /* SimTime, at least three */
    SimTime until; /* a further one before this would have been seen */
    SimTime rtt;   /* of the connection, as far as it can be told; 20 ms otherwise */
} Series;

/* Of each kind the longest one that the trace has.  SYN-ACKs count only where no more than one SYN
 * arrived: another one would have been answered, and would have set the timer anew.  Returns
 * Series *; free with g_ptr_array_unref(). */
GPtrArray *series_find(const Trace *trace);

#endif
