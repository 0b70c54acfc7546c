/* Lists of times held against each other. */
#include "expect/times.h"

enum {
    TIMES_SHOWN_MAX = 16, /* a flood's list would fill the screen */
    PPB_OF_ALL = 1000000000,
};

static SimTime part_of(SimTime t, gint64 ppb)
{
    guint64 whole, rest, sum;

    /* Seconds and the rest apart: their product with ppb would not fit otherwise. */
    if (g_uint64_checked_mul(&whole, (guint64)(t / PPB_OF_ALL), (guint64)ppb) &&
        g_uint64_checked_mul(&rest, (guint64)(t % PPB_OF_ALL), (guint64)ppb) &&
        g_uint64_checked_add(&sum, whole, rest / PPB_OF_ALL) && sum < (guint64)SIM_NEVER)
        return (SimTime)sum;
    return SIM_NEVER;
}

gboolean time_is_within(SimTime actual, SimTime expected, const PlanTolerance *tolerance)
{
    g_assert(actual >= 0 && expected >= 0);
    g_assert(tolerance->within >= 0 && tolerance->within_ppb >= 0);

    SimTime difference = actual > expected ? actual - expected : expected - actual;

    return difference <= MAX(part_of(expected, tolerance->within_ppb), tolerance->within);
}

/* 50000000 parts per billion are "5", 1250000 are "0.125". */
static void append_percent(GString *out, gint64 ppb)
{
    enum { PPB_OF_PERCENT = 10000000, DECIMALS = 7 };

    g_string_append_printf(out, "%" G_GINT64_FORMAT ".%0*" G_GINT64_FORMAT, ppb / PPB_OF_PERCENT,
                           DECIMALS, ppb % PPB_OF_PERCENT);
    while (out->str[out->len - 1] == '0')
        g_string_truncate(out, out->len - 1);
    if (out->str[out->len - 1] == '.')
        g_string_truncate(out, out->len - 1);
}

void append_tolerance(GString *out, const PlanTolerance *tolerance)
{
    gboolean has_part = tolerance->within_ppb != 0, has_time = tolerance->within != 0;

    if (!has_part && !has_time)
        return;
    g_string_append(out, " (within ");
    if (has_time)
        time_append(tolerance->within, out);
    if (has_time && has_part)
        g_string_append(out, " or ");
    if (has_part) {
        append_percent(out, tolerance->within_ppb);
        g_string_append_c(out, '%');
    }
    g_string_append_c(out, ')');
}

void append_ordinal(GString *out, guint n)
{
    static const char *const suffixes[10] = {"th", "st", "nd", "rd", "th",
                                             "th", "th", "th", "th", "th"};
    gboolean is_teen = n % 100 >= 11 && n % 100 <= 13;

    g_string_append_printf(out, "%u%s", n, is_teen ? "th" : suffixes[n % 10]);
}

void append_times(GString *out, const GArray *times)
{
    guint shown = MIN(times->len, TIMES_SHOWN_MAX);

    for (guint i = 0; i < shown; i++) {
        if (i > 0)
            g_string_append(out, ", ");
        time_append(g_array_index(times, SimTime, i), out);
    }
    if (shown < times->len)
        g_string_append_printf(out, ", ... (%u in all)", times->len);
}

GArray *times_of(const EventList *events)
{
    GArray *times = g_array_sized_new(FALSE, FALSE, sizeof(SimTime), events->len);

    for (guint i = 0; i < events->len; i++) {
        const TraceEvent *event = event_at(events, i);

        g_array_append_val(times, event->t);
    }
    return times;
}

/* "2nd SYN: expected 3 s, was 1 s". */
static void append_first_difference(GString *out, const ListWords *words, guint place,
                                    const GArray *expected, const GArray *actual)
{
    if (place < expected->len && place < actual->len) {
        append_ordinal(out, place + 1);
        g_string_append_printf(out, " %s: expected ", words->one);
        time_append(g_array_index(expected, SimTime, place), out);
        g_string_append(out, ", was ");
        time_append(g_array_index(actual, SimTime, place), out);
        return;
    }

    const GArray *longer = expected->len > actual->len ? expected : actual;

    g_string_append_printf(out, "%u %s than expected, %s %s", longer->len - place,
                           longer == actual ? "more" : "fewer",
                           longer == actual ? "the first" : "none", words->place);
    time_append(g_array_index(longer, SimTime, place), out);
}

void check_times(const PlanExpect *expect, const ListWords *words, const GArray *actual,
                 const EventList *events, Verdict *verdict)
{
    const GArray *expected = expect->times;
    guint shorter = MIN(expected->len, actual->len);
    guint same = 0;

    g_assert(expected->len > 0 && actual->len == events->len);
    while (same < shorter &&
           time_is_within(g_array_index(actual, SimTime, same),
                          g_array_index(expected, SimTime, same), &expect->tolerance))
        same++;

    g_string_append_printf(verdict->expected, "%s ", words->what);
    append_times(verdict->expected, expected);
    append_tolerance(verdict->expected, &expect->tolerance);
    if (actual->len == 0) {
        g_string_append(verdict->actual, words->none);
    } else {
        g_string_append_printf(verdict->actual, "%s ", words->what);
        append_times(verdict->actual, actual);
    }

    verdict->ok = same == expected->len && same == actual->len;
    if (verdict->ok)
        return;
    if (same < actual->len)
        verdict->event = event_at(events, same)->id;
    if (actual->len > 0 && (expected->len > 1 || actual->len > 1)) {
        g_string_append(verdict->actual, " (");
        append_first_difference(verdict->actual, words, same, expected, actual);
        g_string_append_c(verdict->actual, ')');
    }
}
