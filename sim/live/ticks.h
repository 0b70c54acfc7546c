/* The kernel's tick (jiffy): how finely its timers tell time, and where in the wheel a run began.
 *
 * A timer of Linux fires in a slot of the timer wheel (kernel/time/timer.c), slots are whole ticks, and
 * larger ones the longer a timer is: so one and the same wait ends earlier or later by where in the
 * wheel it begins.  Who knows the ticks since boot can tell the end to the tick.
 */
#ifndef TCPWALTZ_LIVE_TICKS_H
#define TCPWALTZ_LIVE_TICKS_H

#include <glib.h>

#include "core/time.h"

SimTime ticks_length(void);

/* Waits for the next tick: runs that begin there have no unknown part of one.  Returns the monotonic
 * clock's time, in nanoseconds. */
SimTime ticks_begin(void);

typedef struct Ticks {
    SimTime length; /* of one */
    SimTime phase;  /* how far the wheel had turned at 0: the key wheel-phase (proto/keys.h) … */
    gboolean has_phase; /* … if the kernel tells this user: root it does, in /proc/timer_list */
} Ticks;

/* Of a run that began then on the monotonic clock. */
Ticks ticks_of(SimTime began);

/* When a timer fires that runs out at `expires` and was `length` long when it was armed: at the end of
 * its slot where the phase is known, else at that tick at the earliest. */
SimTime ticks_fire(const Ticks *ticks, SimTime expires, SimTime length);

#endif
