/* The bare event queue: what one operation costs while many events are pending. */
#ifndef TCPWALTZ_BENCH_EVENTS_H
#define TCPWALTZ_BENCH_EVENTS_H

#include <glib.h>

#include "bench/line.h"

typedef struct EventsLoad {
    guint64 pending;    /* events in the queue, from 1 */
    guint64 operations; /* of each kind that are timed, at least */
    gboolean in_order;  /* each is due after all others (a link); else at random (timers) */
    guint64 seed;
} EventsLoad;

BenchLine *bench_events(const EventsLoad *load, guint times, GError **error);

#endif
