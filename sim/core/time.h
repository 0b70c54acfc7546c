/* Virtual time: a signed 64-bit count of nanoseconds since the run began.
 *
 * Everything that decides when something happens is written in this type.  There is no
 * floating point and no wall clock here; formatting and reading are exact to the nanosecond.
 */
#ifndef TCPWALTZ_CORE_TIME_H
#define TCPWALTZ_CORE_TIME_H

#include <stddef.h>
#include <stdint.h>

typedef int64_t SimTime;

#define SIM_NANOSECOND ((SimTime)1)
#define SIM_MICROSECOND (1000 * SIM_NANOSECOND)
#define SIM_MILLISECOND (1000 * SIM_MICROSECOND)
#define SIM_SECOND (1000 * SIM_MILLISECOND)
#define SIM_MINUTE (60 * SIM_SECOND)
#define SIM_HOUR (60 * SIM_MINUTE)

/* Later than every due time; also "no limit". */
#define SIM_NEVER INT64_MAX

/* Room for any formatted time, its terminating NUL included. */
#define SIM_TIME_TEXT_MAX 32

/* t + by, but no later than SIM_NEVER.  `by` is not negative. */
static inline SimTime sim_time_add(SimTime t, SimTime by)
{
    SimTime sum = (SimTime)((uint64_t)t + (uint64_t)by); /* too large a one is a negative number */

    return sum < t ? SIM_NEVER : sum;
}

/* t * factor, but no later than SIM_NEVER.  Neither is negative. */
static inline SimTime sim_time_times(SimTime t, int64_t factor)
{
    return factor > 0 && t > SIM_NEVER / factor ? SIM_NEVER : t * factor;
}

/* The multiple of `unit` that is nearest to t, the later one of two, but no later than SIM_NEVER.
 * t is not negative. */
static inline SimTime sim_time_nearest(SimTime t, SimTime unit)
{
    SimTime rest = t % unit;

    return rest < unit - unit / 2 ? t - rest : sim_time_add(t - rest, unit);
}

/* Writes `t` as seconds with at least `decimals_min` decimals and as many more (up to 9) as
 * the value needs to be exact: 3.02 s with decimals_min 4 is "3.0200", 1 ns is "0.000000001".
 * Returns the length written.  decimals_min is 0 to 9; 0 gives "3" for 3 s. */
size_t sim_time_format_seconds(SimTime t, int decimals_min, char out[SIM_TIME_TEXT_MAX]);

/* Writes `t` as a person would say it, exactly, in the largest unit of which it is at least one:
 * "3 s", "220 ms", "1.5 s", "4.082897168 s", "250 us", "0 s".  Minutes are written in seconds
 * ("189 s"), as the field does for timeouts.  SIM_NEVER is "never".  Returns the length. */
size_t sim_time_format(SimTime t, char out[SIM_TIME_TEXT_MAX]);

typedef enum SimTimeError {
    SIM_TIME_OK,
    SIM_TIME_NOT_A_NUMBER,
    SIM_TIME_NEGATIVE,
    SIM_TIME_NO_UNIT,
    SIM_TIME_UNKNOWN_UNIT,
    SIM_TIME_TOO_FINE,  /* a fraction of a nanosecond */
    SIM_TIME_TOO_LARGE, /* beyond the range of SimTime (about 292 years) */
} SimTimeError;

/* Reads the `length` bytes at `text`: a decimal number and a unit (ns us ms s min h), nothing
 * between them, nothing after: "250us", "1.5s", "2min".  "0" alone may lack its unit.
 * On success *out is the time; otherwise *out is unchanged. */
SimTimeError sim_time_parse(const char *text, size_t length, SimTime *out);

#endif
