/* Ticks, by what /proc/timer_list tells of them. */
#include "live/ticks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

/* Ticks after which the wheel stands the same for whatever waits up to an hour and more; times this, a minute of SYN
 * cookies begins in the same one again, with whatever number of ticks that a kernel may have in a second. */
enum { WHEEL = 1 << 18, MINUTE = 1875 };

static SimTime time_of(const struct timespec *time)
{
    return time->tv_sec * SIM_SECOND + time->tv_nsec;
}

SimTime ticks_length(void)
{
    struct timespec tick;

    return clock_getres(CLOCK_MONOTONIC_COARSE, &tick) == 0 ? time_of(&tick) : 10 * SIM_MILLISECOND;
}

/* The number behind the first `name` in the text; FALSE: there is none. */
static gboolean number_after(const char *text, const char *name, guint64 *out)
{
    const char *found = strstr(text, name);

    if (found == NULL)
        return FALSE;
    errno = 0;
    *out = g_ascii_strtoull(found + strlen(name), NULL, 10);
    return errno == 0 && *out > 0;
}

/* Ticks come at whole multiples of their length, and so much later. */
static SimTime offset_of_ticks(SimTime tick)
{
    g_autofree char *text = NULL;
    guint64 last;

    return g_file_get_contents("/proc/timer_list", &text, NULL, NULL) &&
                   number_after(text, ".last_tick      : ", &last)
               ? (SimTime)last % tick
               : 0;
}

SimTime ticks_begin(void)
{
    struct timespec time;
    SimTime tick = ticks_length(), offset = offset_of_ticks(tick);

    prctl(PR_SET_TIMERSLACK, 1); /* ns: else each wait of this thread ends up to 50 us late */
    clock_gettime(CLOCK_MONOTONIC, &time);
    /* One tick more than needed: the first sleep of all is what brings a kernel's fine timers up. */
    SimTime begin = ((time_of(&time) - offset) / tick + 2) * tick + offset;
    const struct timespec until = {.tv_sec = begin / SIM_SECOND, .tv_nsec = begin % SIM_SECOND};

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        ;
    return begin;
}

/* "now at 1234 nsecs", "jiffies: 4294937433": both of the moment at which it was read. */
Ticks ticks_of(SimTime began)
{
    Ticks ticks = {.length = ticks_length()};
    g_autofree char *text = NULL;
    guint64 now, jiffies;

    if (!g_file_get_contents("/proc/timer_list", &text, NULL, NULL) ||
        !number_after(text, "\nnow at ", &now) || !number_after(text, "\njiffies: ", &jiffies))
        return ticks;
    /* A run begins at a tick. */
    gint64 at_begin = (gint64)jiffies - ((SimTime)now - began) / ticks.length;

    ticks.phase = at_begin % ((gint64)WHEEL * MINUTE) * ticks.length;
    ticks.has_phase = TRUE;
    return ticks;
}

/* kernel/time/timer.c: 64 slots a level, each level 8 times coarser, entered from 63 slots of the one
 * below; a timer goes into the slot after the one that it is due in. */
SimTime ticks_fire(const Ticks *ticks, SimTime expires, SimTime length)
{
    SimTime slot = ticks->length;

    if (!ticks->has_phase)
        return expires;
    while (length >= 63 * slot && slot < (SimTime)WHEEL * ticks->length)
        slot *= 8;
    return ((expires + ticks->phase) / slot + 1) * slot - ticks->phase;
}
