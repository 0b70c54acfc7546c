/* Ticks, by the coarse clock, which moves with them, and by /proc/timer_list. */
#include "live/ticks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

/* Ticks after which the wheel stands the same for whatever waits up to an hour and more. */
enum { WHEEL = 1 << 18 };

static SimTime time_of(const struct timespec *time)
{
    return time->tv_sec * SIM_SECOND + time->tv_nsec;
}

SimTime ticks_length(void)
{
    struct timespec tick;

    return clock_getres(CLOCK_MONOTONIC_COARSE, &tick) == 0 ? time_of(&tick) : 10 * SIM_MILLISECOND;
}

SimTime ticks_begin(void)
{
    struct timespec last;

    prctl(PR_SET_TIMERSLACK, 1); /* ns: else each wait of this thread ends up to 50 us late */
    clock_gettime(CLOCK_MONOTONIC_COARSE, &last);
    /* One tick more than needed: the first sleep of all is what brings a kernel's fine timers up. */
    SimTime begin = time_of(&last) + 2 * ticks_length();
    const struct timespec until = {.tv_sec = begin / SIM_SECOND, .tv_nsec = begin % SIM_SECOND};

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        ;
    return begin;
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

/* "now at 1234 nsecs", "jiffies: 4294937433": both of the moment at which it was read. */
gboolean ticks_phase(SimTime began, SimTime *phase)
{
    g_autofree char *text = NULL;
    guint64 now, jiffies;
    SimTime tick = ticks_length();

    if (!g_file_get_contents("/proc/timer_list", &text, NULL, NULL) ||
        !number_after(text, "\nnow at ", &now) || !number_after(text, "\njiffies: ", &jiffies))
        return FALSE;
    /* The last tick's time is the run's begin and whole ticks. */
    SimTime since = (SimTime)now - began;
    gint64 ticks = (gint64)jiffies - since / tick;
    *phase = ticks % WHEEL * tick;
    return TRUE;
}
