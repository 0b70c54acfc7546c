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
    uint64_t bytes, bytes_max;
    uint64_t steps, steps_max; /* turns of the clock, and what is walked through in one */
} Budget;

static inline void budget_take(Budget *budget, size_t bytes)
{
    if (budget != NULL)
        budget->bytes += bytes;
}

static inline void budget_give(Budget *budget, size_t bytes)
{
    if (budget != NULL)
        budget->bytes -= bytes;
}

static inline void budget_work(Budget *budget, uint64_t steps)
{
    if (budget != NULL)
        budget->steps += steps;
}

/* Would so much more be too much?  For what may as well stay as it is. */
static inline bool budget_has_room(const Budget *budget, size_t bytes)
{
    return budget == NULL || budget->bytes + bytes <= budget->bytes_max;
}

static inline bool budget_is_spent(const Budget *budget)
{
    return budget != NULL &&
           (budget->bytes > budget->bytes_max || budget->steps > budget->steps_max);
}

#endif
