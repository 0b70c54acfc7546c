/* Schedules, by experiment. */
#include "cli/schedule.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "lab/lab.h"
#include "scenario/scenario.h"

enum { CLIENT, SERVER };

#define BOUND SIM_HOUR

/* What is lost, who is watched. */
static const struct {
    SegmentClass class;
    guint host;
    const char *lines;
} experiments[SCHEDULE_KIND_COUNT] = {
    [SCHEDULE_SYN] = {SEGMENT_SYN, CLIENT, "drop client SYN all\n"},
    [SCHEDULE_SYN_ACK] = {SEGMENT_SYN_ACK, SERVER,
                          "drop client SYN #2..\ndrop server SYN-ACK all\n"},
    [SCHEDULE_FIN] = {SEGMENT_FIN, CLIENT, "drop client FIN all\nat 1min client close\n"},
};

SegmentClass schedule_class(ScheduleKind kind)
{
    return experiments[kind].class;
}

/* A word of the scenario language, whatever is in it. */
static char *quote(const char *word)
{
    GString *out = g_string_new("\"");

    for (; *word != '\0'; word++) {
        if (*word == '"' || *word == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *word == '\n' ? ' ' : *word);
    }
    g_string_append_c(out, '"');
    return g_string_free(out, FALSE);
}

static char *scenario_text(ScheduleKind kind, const char *profile, const char *settings,
                           SimTime rtt)
{
    g_autofree char *quoted = quote(profile);

    return g_strdup_printf("host client %s %s\nhost server %s %s\n"
                           "link client server delay=%" G_GINT64_FORMAT "ns\n"
                           "at 0s server listen\nat 0s client connect server\n%s",
                           quoted, settings, quoted, settings, rtt / 2, experiments[kind].lines);
}

static gboolean is_watched(ScheduleKind kind, const TraceEvent *event)
{
    return event->host == experiments[kind].host && event->kind == TRACE_SEND &&
           event->segment.class == experiments[kind].class;
}

static gboolean is_given_up(ScheduleKind kind, const TraceEvent *event)
{
    return event->host == experiments[kind].host && event->kind == TRACE_STATE &&
           event->conn != 0 && event->state.to == TCP_STATE_CLOSED;
}

static Schedule *schedule_of(ScheduleKind kind, const Trace *trace)
{
    Schedule *schedule = g_new(Schedule, 1);
    SimTime begin = 0;

    schedule->times = g_array_new(FALSE, FALSE, sizeof(SimTime));
    schedule->given_up = SIM_NEVER;
    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (is_watched(kind, event)) {
            if (schedule->times->len == 0)
                begin = event->t;
            SimTime t = event->t - begin;
            g_array_append_val(schedule->times, t);
        } else if (is_given_up(kind, event) && schedule->given_up == SIM_NEVER) {
            schedule->given_up = event->t - begin;
        }
    }
    return schedule;
}

/* The scenario is ours: what is wrong is the profile, and is told as such. */
static void say_wrong_profile(const char *profile, const ScenarioOptions *options,
                              const Diagnostics *of_scenario)
{
    g_autoptr(Diagnostics) own = diagnostics_new();
    g_autoptr(Profile) loaded = profile_load(profile, options, own);
    g_autofree char *errors = diagnostics_format(loaded == NULL ? own : of_scenario);

    fputs(errors, stderr);
}

Schedule *schedule_run(ScheduleKind kind, const char *profile, const char *settings, SimTime rtt,
                       const char *const *profile_dirs)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    ScenarioOptions options = {.profile_dirs = profile_dirs};
    g_autofree char *text = scenario_text(kind, profile, settings, rtt);
    g_autoptr(Plan) plan = scenario_parse("<schedule>", text, strlen(text), &options, diagnostics);

    if (plan == NULL) {
        say_wrong_profile(profile, &options, diagnostics);
        return NULL;
    }
    LabOptions lab = {.level = TRACE_LEVEL_FULL, .max_time = BOUND};
    g_autoptr(Trace) trace = lab_run(plan, &lab);
    Schedule *schedule = schedule_of(kind, trace);

    if (schedule->times->len > 0)
        return schedule;
    say_trouble("%s sends no %s", profile, segment_class_name(schedule_class(kind)));
    schedule_free(schedule);
    return NULL;
}

void schedule_free(Schedule *schedule)
{
    if (schedule == NULL)
        return;
    g_array_unref(schedule->times);
    g_free(schedule);
}
