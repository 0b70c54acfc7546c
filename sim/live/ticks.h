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

/* How far the wheel had turned at that time: the key wheel-phase (proto/keys.h).  FALSE: the kernel does not
 * tell this user (root it tells, in /proc/timer_list). */
gboolean ticks_phase(SimTime began, SimTime *phase);

#endif
