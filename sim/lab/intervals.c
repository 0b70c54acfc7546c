/* What the hosts hold, and counters by interval.  The rule of the rows stands in trace/trace.h.
 *
 * Whatever happens at the end of an interval belongs to it; the next one begins after that instant.
 */
#include <string.h>

#include "lab/world.h"

static const SimTime interval_of_floods = 100 * SIM_MILLISECOND;

static TcpHeld held_by(const LabHost *host)
{
    LabNode *node = host->node;
    if (node == NULL)
        return tcp_stack_held(host->stack);
    return node->kind->held != NULL ? node->kind->held(node) : (TcpHeld){0};
}

void lab_note_held(LabHost *host)
{
    TcpHeld held = held_by(host);

    if (held.half_open == host->held.half_open && held.bytes == host->held.bytes)
        return;
    host->held = (TraceHeld){held.half_open, held.bytes};
    host->held_most.half_open = MAX(host->held_most.half_open, host->held.half_open);
    host->held_most.bytes = MAX(host->held_most.bytes, host->held.bytes);
    trace_held(host->run->trace, host->index, host->held);
}

/* ---- Rows ---- */

static TraceInterval row_of(LabRun *run, guint host, SimTime t)
{
    const LabHost *of = lab_host(run, host);

    return (TraceInterval){.t = t,
                           .host = host,
                           .held = of->held,
                           .most = of->held_most,
                           .opening = trace_tally(run->trace, host)->opening};
}

static const TraceInterval *last_row(const LabRun *run, guint host)
{
    return &g_array_index(run->trace->intervals, TraceInterval, run->intervals.last_rows + host);
}

static gboolean differs(const TraceInterval *a, const TraceInterval *b)
{
    return memcmp(&a->held, &b->held, sizeof a->held) != 0 ||
           memcmp(&a->opening, &b->opening, sizeof a->opening) != 0;
}

/* Has anything of any host changed since the last rows?  What rose and fell again has, too. */
static gboolean has_changed(LabRun *run)
{
    for (guint i = 0; i < run->host_count; i++) {
        const LabHost *host = lab_host(run, i);
        TraceInterval now = row_of(run, i, 0);

        if (differs(&now, last_row(run, i)) ||
            memcmp(&host->held, &host->held_most, sizeof host->held) != 0)
            return TRUE;
    }
    return FALSE;
}

/* The same as the last rows, at a later time: nothing has happened since. */
static void repeat_rows(LabRun *run, SimTime t)
{
    GArray *rows = run->trace->intervals;

    for (guint i = 0; i < run->host_count; i++) {
        TraceInterval row = *last_row(run, i);

        row.t = t;
        row.most = row.held;
        g_array_append_val(rows, row);
    }
    run->intervals.last_rows = rows->len - run->host_count;
}

static void write_rows(LabRun *run, SimTime t)
{
    GArray *rows = run->trace->intervals;

    if (rows->len > 0 && last_row(run, 0)->t < run->intervals.last_end)
        repeat_rows(run, run->intervals.last_end);
    for (guint i = 0; i < run->host_count; i++) {
        TraceInterval row = row_of(run, i, t);

        g_array_append_val(rows, row);
        lab_host(run, i)->held_most = row.held;
    }
    run->intervals.last_rows = rows->len - run->host_count;
}

/* ---- The clock ---- */

void lab_intervals_begin(LabRun *run)
{
    SimTime length = run->options.interval;
    gboolean has_flood = FALSE;

    for (guint i = 0; i < run->plan->steps->len; i++)
        has_flood = has_flood || g_array_index(run->plan->steps, PlanStep, i).verb == PLAN_FLOOD;
    if (length == 0 && has_flood)
        length = interval_of_floods;
    if (run->options.level == TRACE_LEVEL_NONE)
        length = 0;
    run->trace->interval = length;
    run->intervals.next = length ? length : SIM_NEVER;
    if (length)
        write_rows(run, 0);
}

void lab_intervals_pass(LabRun *run, SimTime now)
{
    SimTime length = run->trace->interval, end = run->intervals.next;

    if (has_changed(run))
        write_rows(run, end);
    /* From here to the interval that `now` lies in, nothing happens. */
    SimTime ended = (now - 1) / length * length;
    run->intervals.last_end = ended;
    run->intervals.next = sim_time_add(ended, length);
}

void lab_intervals_end(LabRun *run)
{
    if (run->trace->interval == 0)
        return;
    if (run->now > run->intervals.next)
        lab_intervals_pass(run, run->now);
    if (run->now > last_row(run, 0)->t)
        write_rows(run, run->now);
}
