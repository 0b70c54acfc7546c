/* How a stack's timers come late: not at all, on a heartbeat, or in Linux's timer wheel.
 */
#include "core/compiler.h"
#include "tcp/connection.h"
#include "tcp/timers.h"

/* 4.4BSD: a wait is a number of heartbeats, the next one being the first.  A wait shorter than
 * the heartbeat counts a faster one of its own length (the 200 ms timer of delayed ACKs): of the same
 * clock where it divides the slow one (lwIP's tcp_tmr() calls both), of one of its own otherwise. */
static SimTime due_by_tick(const HostConfig *config, SimTime now, SimTime length)
{
    SimTime beat = config->tick, phase = config->tick_phase;

    if (length < beat) {
        beat = length > 0 ? length : 1;
        phase = config->tick % beat == 0 ? phase % beat : 0;
    }
    int64_t beats = (length + beat - 1) / beat;
    if (beats < 1)
        beats = 1;
    /* The first heartbeat strictly after now; one that is being handled now does not count. */
    SimTime first = now < phase ? phase : phase + ((now - phase) / beat + 1) * beat;
    return first + (beats - 1) * beat;
}

/* Jiffies that have passed at t, and the time at which jiffy j begins. */
static int64_t jiffies_at(const HostConfig *config, SimTime t)
{
    SimTime turned = t + config->wheel_phase;

    return turned / SIM_SECOND * config->wheel_hz +
           turned % SIM_SECOND * config->wheel_hz / SIM_SECOND;
}

static SimTime jiffy_begins(const HostConfig *config, int64_t jiffy)
{
    int64_t rest = jiffy % config->wheel_hz;
    SimTime part = (rest * SIM_SECOND + config->wheel_hz - 1) / config->wheel_hz; /* not early */

    return jiffy / config->wheel_hz * SIM_SECOND + part - config->wheel_phase;
}

/* Linux since 4.8 (kernel/time/timer.c): 64 slots a level, each level 8 times coarser, entered
 * from 63 slots of the one below.  A timer goes into the slot after the one it is due in. */
static SimTime due_by_wheel(const HostConfig *config, SimTime now, SimTime length)
{
    int64_t wait = length / SIM_SECOND * config->wheel_hz +
                   (length % SIM_SECOND * config->wheel_hz + SIM_SECOND - 1) / SIM_SECOND;
    int64_t expires = jiffies_at(config, now) + wait;
    unsigned shift = 0;

    while (wait >= (INT64_C(63) << shift) && shift < 24)
        shift += 3;
    return jiffy_begins(config, ((expires >> shift) + 1) << shift);
}

SimTime tcp_time_unit(const HostConfig *config)
{
    bool by_jiffies = config->timers != TIMERS_EXACT && config->timer_model == TIMER_MODEL_WHEEL;

    return by_jiffies ? SIM_SECOND / config->wheel_hz : 1;
}

SimTime tcp_time_counted(const HostConfig *config, SimTime from, SimTime to)
{
    SimTime unit = tcp_time_unit(config);

    return unit == 1 ? to - from : (jiffies_at(config, to) - jiffies_at(config, from)) * unit;
}

SimTime tcp_timer_due_late(const HostConfig *config, SimTime now, SimTime length)
{
    return config->timer_model == TIMER_MODEL_TICK ? due_by_tick(config, now, length)
                                                   : due_by_wheel(config, now, length);
}
