/* Lateness by clock; the rules stand in clock.h. */
#include "identify/clock.h"

#include <string.h>

const guint identify_hz[IDENTIFY_HZ_COUNT] = {250, 1000, 100, 300};

gboolean identify_is_unknown(const Profile *profile, const char *key)
{
    gboolean unknown = FALSE;

    for (guint i = 0; i < profile->settings->len; i++) {
        const ProfileSetting *setting = g_ptr_array_index(profile->settings, i);

        if (strcmp(setting->key, key) == 0)
            unknown = setting->unknown;
    }
    return unknown;
}

IdentifyClock identify_clock_of(const Profile *profile)
{
    IdentifyClock clock = {.kind = IDENTIFY_CLOCK_EXACT, .tick = profile->config.tick};

    if (identify_is_unknown(profile, "timer-model"))
        clock.kind = IDENTIFY_CLOCK_UNKNOWN;
    else if (profile->config.timer_model == TIMER_MODEL_WHEEL)
        clock.kind = IDENTIFY_CLOCK_WHEEL;
    else if (profile->config.timer_model == TIMER_MODEL_TICK)
        clock.kind = IDENTIFY_CLOCK_TICK;
    return clock;
}

/* A slot (see tcp/timer_model.c), and a jiffy, to which the length is rounded up. */
static SimTime wheel_slot(guint hz, SimTime length)
{
    SimTime jiffy = SIM_SECOND / hz;
    gint64 jiffies = length / jiffy + 1;
    guint shift = 0;

    while (jiffies >= (G_GINT64_CONSTANT(63) << shift) && shift < 24)
        shift += 3;
    return (jiffy << shift) + jiffy;
}

static SimTime widest_slot(SimTime length)
{
    SimTime most = 0;

    for (guint i = 0; i < IDENTIFY_HZ_COUNT; i++)
        most = MAX(most, wheel_slot(identify_hz[i], length));
    return most;
}

/* To the next whole number of beats, less one: a wait shorter than a beat counts one of its own. */
static IdentifyLateness of_tick(SimTime tick, SimTime length)
{
    SimTime beat = MAX(MIN(tick, length), 1);
    SimTime rounded = (length + beat - 1) / beat * beat;

    return (IdentifyLateness){rounded - length - beat, rounded - length};
}

IdentifyLateness identify_lateness(const IdentifyClock *clock, guint hz, SimTime length)
{
    static const SimTime grain = 10 * SIM_MILLISECOND, coarse = 100 * SIM_MILLISECOND;
    enum { PART = 128 };

    switch (clock->kind) {
    case IDENTIFY_CLOCK_WHEEL:
        return (IdentifyLateness){0, hz == 0 ? widest_slot(length) : wheel_slot(hz, length)};
    case IDENTIFY_CLOCK_TICK: return of_tick(clock->tick, length);
    case IDENTIFY_CLOCK_UNKNOWN: return (IdentifyLateness){-MIN(coarse, length / 2), coarse};
    default: return (IdentifyLateness){0, grain + length / PART};
    }
}
