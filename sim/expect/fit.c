/* Waits against waits. */
#include "expect/fit.h"

#include "expect/compare.h"
#include "trace/time_text.h"

static SimTime time_at(const GArray *times, guint i)
{
    return g_array_index(times, SimTime, i);
}

/* The wait after the i-th sending, from 0. */
static SimTime wait_after(const GArray *times, guint i)
{
    return time_at(times, i + 1) - time_at(times, i);
}

static SimTime slack_of(const FitSchedule *schedule, SimTime wait)
{
    return schedule->slack + (SimTime)((double)wait * (double)schedule->slack_ppb / 1e9);
}

static SimTime latest_end(const FitSchedule *schedule, SimTime wait)
{
    SimTime slot = schedule->is_wheel ? compare_wheel_slot(wait) : 0;

    return wait + slot + slack_of(schedule, wait);
}

static double relative_difference(SimTime is, SimTime wait)
{
    return (double)ABS(is - wait) / (double)MAX(wait, 1);
}

/* Was the stack to be seen sending again after the last time? */
static gboolean goes_on(const FitSeen *seen, const FitSchedule *schedule)
{
    guint count = seen->times->len;

    if (schedule->times->len <= count)
        return FALSE;
    SimTime wait = wait_after(schedule->times, count - 1);

    return seen->until - time_at(seen->times, count - 1) > latest_end(schedule, wait);
}

Fit fit_schedule(const FitSeen *seen, const FitSchedule *schedule)
{
    Fit fit = {.end = FIT_WHOLE};

    for (; fit.explained + 1 < seen->times->len; fit.explained++) {
        if (fit.explained + 1 == schedule->times->len) {
            fit.end = FIT_GIVES_UP;
            return fit;
        }
        SimTime wait = wait_after(schedule->times, fit.explained);
        SimTime is = wait_after(seen->times, fit.explained);

        if (is < wait - slack_of(schedule, wait) || is > latest_end(schedule, wait)) {
            fit.end = FIT_OTHER_WAIT;
            fit.expected = wait;
            fit.seen = is;
            fit.misfit += relative_difference(is, wait);
            return fit;
        }
        fit.late_most = MAX(fit.late_most, is - wait);
        fit.misfit += relative_difference(is, wait);
    }
    if (goes_on(seen, schedule)) {
        fit.end = FIT_STOPS;
        fit.expected = wait_after(schedule->times, fit.explained);
    }
    return fit;
}

/* Misfits nearer than this are noise of the measurement. */
static const double misfit_least = 0.005;

int fit_compare(const Fit *a, const Fit *b)
{
    if (a->explained != b->explained)
        return a->explained > b->explained ? -1 : 1;
    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    double difference = a->misfit - b->misfit;

    if (ABS(difference) < misfit_least * MAX(a->explained, 1))
        return 0;
    return difference < 0 ? -1 : 1;
}

/* --- in words ----------------------------------------------------------------------------- */

/* Within 2 percent, as heartbeats and tick lengths blur it. */
static gboolean is_about(SimTime wait, SimTime other)
{
    return ABS(wait - other) <= other / 50;
}

static guint count_equal(const GArray *times)
{
    guint waits = times->len - 1, count = 1;

    while (count < waits && is_about(wait_after(times, count), wait_after(times, 0)))
        count++;
    return count;
}

/* Does every wait double the one before, from the `from`-th on, but for a limit at the end? */
static gboolean doubles(const GArray *times, guint from)
{
    guint waits = times->len - 1, at = from;

    while (at < waits && is_about(wait_after(times, at), 2 * wait_after(times, at - 1)))
        at++;
    guint doubled = at - from;

    while (at < waits && is_about(wait_after(times, at), wait_after(times, at - 1)))
        at++;
    return doubled > 0 && at == waits;
}

static char *describe_list(const GArray *times)
{
    GString *out = g_string_new("waits of ");

    for (guint i = 0; i + 1 < times->len && i < 8; i++) {
        g_string_append(out, i > 0 ? ", " : "");
        time_append_about(wait_after(times, i), out);
    }
    g_string_append(out, times->len > 9 ? ", ... s" : " s");
    return g_string_free(out, FALSE);
}

char *fit_describe(const GArray *times)
{
    GString *out;

    if (times->len < 2)
        return g_strdup("no repetition");
    guint waits = times->len - 1, equal = count_equal(times);

    if (equal < waits && !doubles(times, equal))
        return describe_list(times);
    out = g_string_new(NULL);
    if (equal == waits && waits > 1)
        g_string_append(out, "every wait ");
    else if (equal > 1)
        g_string_append_printf(out, "%u equal waits of ", equal);
    else
        g_string_append(out, "a first wait of ");
    time_append_about(wait_after(times, 0), out);
    g_string_append(out, equal < waits ? " s, then doubling" : " s");
    return g_string_free(out, FALSE);
}
