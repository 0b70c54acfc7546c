/* What one run may use: bytes of memory, and steps of work.
 *
 * Whatever grows with what happens (pools, maps, tables, queues, the trace) says so before it does.
 * Nothing is ever refused, so nothing fails halfway: once the budget is spent, loops end at their next
 * round and the clock ends the run.  It counts what was asked for, not what the system says, so that
 * a run ends at the same event on every machine.
 *
 * NULL is a budget that is never spent.
 */
#ifndef TCPWALTZ_CORE_BUDGET_H
#define TCPWALTZ_CORE_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Budget {
    int64_t bytes_left; /* below 0: spent */
    int64_t steps_left; /* work that leaves nothing to show; likewise */
} Budget;

#define BUDGET_UNLIMITED ((Budget){.bytes_left = INT64_MAX, .steps_left = INT64_MAX})

/* An unlimited budget gets its limits; what has been taken already counts. */
static inline void budget_limit(Budget *budget, uint64_t bytes, uint64_t steps)
{
    if (bytes < INT64_MAX)
        budget->bytes_left -= INT64_MAX - (int64_t)bytes;
    if (steps < INT64_MAX)
        budget->steps_left -= INT64_MAX - (int64_t)steps;
}

static inline void budget_take(Budget *budget, size_t bytes)
{
    if (budget != NULL)
        budget->bytes_left -= (int64_t)bytes;
}

static inline void budget_give(Budget *budget, size_t bytes)
{
    if (budget != NULL)
        budget->bytes_left += (int64_t)bytes;
}

static inline void budget_work(Budget *budget, uint64_t steps)
{
    if (budget != NULL)
        budget->steps_left -= (int64_t)steps;
}

/* Would so much more be too much?  For what may as well stay as it is. */
static inline bool budget_has_room(const Budget *budget, size_t bytes)
{
    return budget == NULL || budget->bytes_left >= (int64_t)bytes;
}

/* Asked at every turn of the clock, of both at once: the sign of the one or of the other. */
static inline bool budget_is_overdrawn(const Budget *budget)
{
    return (budget->bytes_left | budget->steps_left) < 0;
}

static inline bool budget_is_spent(const Budget *budget)
{
    return budget != NULL && budget_is_overdrawn(budget);
}

#endif
