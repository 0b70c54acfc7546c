/* A run as facts that can be written down and held: who did what, when.
 *
 * Segments sent, states entered, errors told, how the run ended, and the last state of each
 * connection: what a reviewer wants to know when a timer has moved.  Built from a trace, or read
 * from a file (expect/timing.h); written by view/timing.h.
 */
#ifndef TCPWALTZ_TRACE_TIMING_H
#define TCPWALTZ_TRACE_TIMING_H

#include <glib.h>

#include "trace/trace.h"

typedef enum TimingKind {
    TIMING_SENDS,  /* what: a segment class */
    TIMING_FORGES, /* the same, of an injected segment */
    TIMING_ENTERS, /* what: a state */
    TIMING_TOLD,   /* what: an error that the application got */
    TIMING_OVER,   /* what: why the run ended */
    TIMING_LAST,   /* what: the state it is left in; without a time */
    TIMING_KIND_COUNT,
} TimingKind;

typedef struct TimingFact {
    SimTime t;
    TimingKind kind;
    GRefString *who;  /* "client", "client.2", "server:80" for a listener; "run" for TIMING_OVER */
    const char *what; /* a name of the vocabulary, never freed */
    const char *note; /* "lost", another fate, "gives-up"; "" when there is nothing to add */
    TraceId event;    /* 0: not from a trace */
    guint line;       /* of the file it was read from; 0: from none */
} TimingFact;

/* TimingFact, in the order in which they happened; free with g_array_unref(). */
typedef GArray TimingTable;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TimingTable, g_array_unref)

TimingTable *timing_table_new(void);
TimingTable *timing_table_of(const Trace *trace);
const TimingFact *timing_fact(const TimingTable *table, guint i);

/* "sends", "forges", "enters", "told", "ends", "last" */
const char *timing_kind_name(TimingKind kind);

/* What a connection that gave up says in `note`. */
#define TIMING_GIVES_UP "gives-up"

#endif
