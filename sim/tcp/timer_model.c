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
static int64_t jiffies_of(const HostConfig *config, SimTime length)
{
    return length / SIM_SECOND * config->wheel_hz +
           (length % SIM_SECOND * config->wheel_hz + SIM_SECOND - 1) / SIM_SECOND;
}

static unsigned level_of(int64_t wait)
{
    enum { LEVELS = 9 };
    unsigned level = 0;

    while (level < LEVELS - 1 && wait >= INT64_C(63) << 3 * level)
        level++;
    return level;
}

static SimTime slot_of(const HostConfig *config, int64_t expires, unsigned level)
{
    return jiffy_begins(config, ((expires >> 3 * level) + 1) << 3 * level);
}

static SimTime due_by_wheel(const HostConfig *config, SimTime now, SimTime length)
{
    int64_t wait = jiffies_of(config, length);

    return slot_of(config, jiffies_at(config, now) + wait, level_of(wait));
}

/* ---- The rank of a timer in the wheel ----
 *
 * A slot is a list that grows at its front (enqueue_timer()), and of those of one instant the coarsest is run
 * first (expire_timers()): so whoever was set last comes first, and what is no timer before all of them.  From its
 * highest bits on, a rank has the level, how few decisions were made before, and the end of the jiffy that was asked
 * for. */

enum { JIFFY_BITS = 16, LEVEL_BITS = 4, LEVEL_SHIFT = 64 - LEVEL_BITS, LEVEL_FIRST = 15 };

static const uint64_t jiffy_mask = (UINT64_C(1) << JIFFY_BITS) - 1;

static uint64_t rank_of(unsigned level, uint64_t order, int64_t expires)
{
    const uint64_t newest = UINT64_MAX >> (LEVEL_BITS + JIFFY_BITS);

    return (uint64_t)(LEVEL_FIRST - level) << LEVEL_SHIFT | (newest - order) << JIFFY_BITS |
           ((uint64_t)expires & jiffy_mask);
}

static unsigned level_of_rank(uint64_t rank)
{
    return LEVEL_FIRST - (unsigned)(rank >> LEVEL_SHIFT);
}

bool tcp_timer_is_set_later(SimDue due, SimDue than)
{
    return due.order >> LEVEL_SHIFT != 0 && due.order << LEVEL_BITS < than.order << LEVEL_BITS;
}

/* mod_timer(): what is to fire in the same jiffy stays where it is, though it would come into another slot by now;
 * in the same slot it keeps its rank.  While the wheel turns, it is one jiffy ahead (__run_timers()). */
SimDue tcp_timer_in_wheel(const TcpStack *stack, SimTime now, SimTime length, SimDue pending)
{
    const HostConfig *config = stack->config;
    int64_t wait = jiffies_of(config, length), expires = jiffies_at(config, now) + wait;
    unsigned level = level_of(wait - stack->is_firing), before = level_of_rank(pending.order);
    uint64_t order = sim_order_take(stack->setup.order);
    SimDue due = {slot_of(config, expires, level), rank_of(level, order, expires)};

    if (pending.order >> LEVEL_SHIFT == 0 || pending.at <= now)
        return due;
    if (pending.at == slot_of(config, expires, before) &&
        ((pending.order ^ due.order) & jiffy_mask) == 0)
        return pending;
    if (pending.at == due.at && before == level)
        due.order = (pending.order & ~jiffy_mask) | (due.order & jiffy_mask);
    return due;
}

SimTime tcp_time_unit(const HostConfig *config)
{
    return tcp_timer_is_wheel(config) ? SIM_SECOND / config->wheel_hz : 1;
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
