/* What a simulation and a kernel agree in. */
#include "agree.h"

#include <stdio.h>
#include <string.h>

#include "expect/compare.h"
#include "scenario/scenario.h"

static const SimTime tolerance = 2 * SIM_MILLISECOND;

const char *const level_names[LEVEL_COUNT] = {"segments", "times", "options", "windows",
                                              "applications"};

/* ---- A run ---- */

Plan *agree_plan(const char *text)
{
    static const char *const profiles[] = {ORACLE_PROFILES, NULL};
    const ScenarioOptions options = {.profile_dirs = profiles};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    Plan *plan = scenario_parse("world", text, strlen(text), &options, diagnostics);

    if (plan == NULL) {
        g_autofree char *errors = diagnostics_format(diagnostics);
        fputs(errors, stderr);
    }
    return plan;
}

/* As tcpwaltz compare --live does. */
Trace *agree_simulate(Plan *plan, const TraceWheel *wheel)
{
    const LabOptions options = {.level = TRACE_LEVEL_FULL};

    for (guint i = 0; i < plan->hosts->len; i++) {
        HostConfig *config = &g_array_index(plan->hosts, PlanHost, i).config;

        config->timers = TIMERS_REAL;
        config->timer_model = TIMER_MODEL_WHEEL;
        if (wheel->tick > 0)
            config->wheel_hz = SIM_SECOND / wheel->tick;
        config->wheel_phase = wheel->phase;
    }
    return lab_run(plan, &options);
}

/* ---- Segment for segment ---- */

typedef struct Pair {
    const Trace *simulated;
    const Facts *real;
    const CompareRow *row;
} Pair;

static const TraceEvent *event_of(const Pair *pair)
{
    return pair->row->a != 0 ? trace_event(pair->simulated, pair->row->a)
                             : trace_event(pair->real->wire, pair->row->b);
}

static void name_segment(const Pair *pair, GString *difference)
{
    const TraceEvent *event = event_of(pair);

    g_string_append_printf(difference, "%s %s",
                           (const char *)g_ptr_array_index(pair->simulated->hosts, event->host),
                           segment_class_name(event->segment.class));
}

static const Segment *simulated_segment(const Pair *pair)
{
    return &trace_event(pair->simulated, pair->row->a)->segment.seen->segment;
}

static const Segment *real_segment(const Pair *pair)
{
    return &trace_event(pair->real->wire, pair->row->b)->segment.seen->segment;
}

/* Each is false with the difference in words. */

static gboolean both_sent(const Pair *pair, GString *difference)
{
    if (pair->row->a != 0 && pair->row->b != 0)
        return TRUE;
    name_segment(pair, difference);
    g_string_append_printf(difference, " only %s", pair->row->a != 0 ? "simulated" : "real");
    return FALSE;
}

static gboolean is_in_time(const Pair *pair, GString *difference)
{
    if (pair->row->verdict != COMPARE_OTHER_TIME)
        return TRUE;
    name_segment(pair, difference);
    g_string_append(difference, " at another time");
    return FALSE;
}

static gboolean has_same_options(const Pair *pair, GString *difference)
{
    const SegmentOptions *a = &simulated_segment(pair)->options, *b = &real_segment(pair)->options;

    if (a->present == b->present && a->mss == b->mss && a->window_scale == b->window_scale &&
        a->sack_count == b->sack_count)
        return TRUE;
    name_segment(pair, difference);
    g_string_append(difference, " with other options");
    return FALSE;
}

static gboolean has_same_window(const Pair *pair, GString *difference)
{
    guint a = simulated_segment(pair)->window, b = real_segment(pair)->window;

    if (a == b)
        return TRUE;
    name_segment(pair, difference);
    g_string_append_printf(difference, " with a %s window", a > b ? "larger" : "smaller");
    return FALSE;
}

static gboolean all_rows(Pair *pair, const Comparison *comparison,
                         gboolean (*holds)(const Pair *pair, GString *difference),
                         GString *difference)
{
    for (guint i = 0; i < comparison->rows->len; i++) {
        pair->row = &g_array_index(comparison->rows, CompareRow, i);
        if (!holds(pair, difference))
            return FALSE;
    }
    return TRUE;
}

/* ---- Applications ---- */

static gboolean tell_the_same(const Trace *simulated, const Facts *real, GString *difference)
{
    for (guint host = 0; host < FACTS_HOSTS; host++) {
        g_autofree char *told = facts_told(simulated, host);

        if (g_strcmp0(told, real->told[host]) == 0)
            continue;
        g_string_append_printf(difference, "%s was told otherwise",
                               (const char *)g_ptr_array_index(simulated->hosts, host));
        return FALSE;
    }
    return TRUE;
}

/* ---- All ---- */

guint agree_levels(const Trace *simulated, const Facts *real, gboolean has_times,
                   GString *difference)
{
    static gboolean (*const levels[])(const Pair *pair, GString *difference) = {
        both_sent, is_in_time, has_same_options, has_same_window};
    const CompareOptions options = {
        .kind = COMPARE_WITHIN, .within = tolerance, .exact = COMPARE_EXACT_NONE};
    g_autoptr(Comparison) comparison = compare_traces(simulated, real->wire, &options, NULL);
    Pair pair = {.simulated = simulated, .real = real};
    guint level = 0;

    if (comparison == NULL) {
        g_string_append(difference, "too much to compare");
        return 0;
    }
    while (level < G_N_ELEMENTS(levels) && ((level == LEVEL_TIMES && !has_times) ||
                                            all_rows(&pair, comparison, levels[level], difference)))
        level++;
    if (level == LEVEL_APPLICATIONS && tell_the_same(simulated, real, difference))
        level++;
    return level;
}
