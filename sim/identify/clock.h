/* How late, or early, a stack's timers may be: what is known of its clock, as far as a profile tells.
 *
 *   wheel    Linux since 4.8: late by a slot of the wheel, 1, 8, 64, … jiffies; the number of jiffies a second is
 *            the machine's, one of identify_hz
 *   tick     a heartbeat: the wait is a number of beats, the first of which may come at once; so it is early by a beat
 *            at most, and all timers fire at one phase
 *   exact    late by 10 ms and a 128th: no machine has a clock without a grain, and other things to do
 *   unknown  early or late by 100 ms, half of the wait at most: no clock of a stack in use is known to be coarser and
 *            not to be a profile's heartbeat
 *
 * To that comes what the place of the capture adds: `noise` either way.
 */
#ifndef TCPWALTZ_IDENTIFY_CLOCK_H
#define TCPWALTZ_IDENTIFY_CLOCK_H

#include <glib.h>

#include "core/time.h"
#include "scenario/scenario.h"

typedef enum IdentifyClockKind {
    IDENTIFY_CLOCK_EXACT,
    IDENTIFY_CLOCK_TICK,
    IDENTIFY_CLOCK_WHEEL,
    IDENTIFY_CLOCK_UNKNOWN,
} IdentifyClockKind;

typedef struct IdentifyClock {
    IdentifyClockKind kind;
    SimTime tick; /* IDENTIFY_CLOCK_TICK */
} IdentifyClock;

/* Jiffies a second that Linux is built with. */
enum { IDENTIFY_HZ_COUNT = 4 };
extern const guint identify_hz[IDENTIFY_HZ_COUNT];

IdentifyClock identify_clock_of(const Profile *profile);

/* The profile says of the key that nobody knows it. */
gboolean identify_is_unknown(const Profile *profile, const char *key);

/* A wait ends so much later than its length, at least and at most (least is never more than 0). */
typedef struct IdentifyLateness {
    SimTime least, most;
} IdentifyLateness;

/* Of a wait of this length; hz: of a wheel, 0: of any. */
IdentifyLateness identify_lateness(const IdentifyClock *clock, guint hz, SimTime length);

#endif
