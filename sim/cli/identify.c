/* tcpwaltz identify: which stack repeats its segments like that? */
#include <stdio.h>
#include <string.h>

#include "cli/capture_options.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/schedule.h"
#include "cli/series.h"
#include "escape/escape.h"
#include "expect/fit.h"
#include "scenario/scenario.h"
#include "trace/time_text.h"

enum { TICK_PHASES = 20 }; /* a heartbeat's phase is unknown: so many are tried */

typedef struct IdentifyCommand {
    SimulationOptions simulation;
    CaptureOptions capture;
} IdentifyCommand;

/* A profile, and how it explains a series. */
typedef struct Suspect {
    const char *name;
    gboolean is_wheel, is_tick;
    SimTime tick, phase;
    Schedule *schedule;
    Fit fit;
} Suspect;

static void suspect_clear(gpointer data)
{
    Suspect *suspect = data;

    schedule_free(suspect->schedule);
}

/* --- one profile -------------------------------------------------------------------------- */

/* Measuring adds a few ms; a retransmission timeout depends on round-trip times that are only
 * estimated. */
static FitSchedule fit_input(const Suspect *suspect, const Schedule *schedule, ScheduleKind kind)
{
    return (FitSchedule){
        .times = schedule->times,
        .is_wheel = suspect->is_wheel,
        .slack = 20 * SIM_MILLISECOND + (suspect->is_tick ? suspect->tick / TICK_PHASES : 0),
        .slack_ppb = kind == SCHEDULE_FIN ? 100000000 : 20000000,
    };
}

/* Runs the profile with these settings and keeps the schedule if it explains more. */
static gboolean try_settings(Suspect *suspect, const Series *series, const char *settings,
                             SimTime phase, const char *const *profile_dirs)
{
    g_autoptr(Schedule) schedule =
        schedule_run(series->kind, suspect->name, settings, series->rtt, profile_dirs);

    if (schedule == NULL)
        return FALSE;
    FitSeen seen = {series->times, series->until};
    FitSchedule input = fit_input(suspect, schedule, series->kind);
    Fit fit = fit_schedule(&seen, &input);

    if (suspect->schedule != NULL && fit_compare(&fit, &suspect->fit) >= 0)
        return TRUE;
    schedule_free(suspect->schedule);
    suspect->schedule = g_steal_pointer(&schedule);
    suspect->fit = fit;
    suspect->phase = phase;
    return TRUE;
}

static gboolean try_phases(Suspect *suspect, const Series *series, const char *const *profile_dirs)
{
    for (guint i = 1; i <= TICK_PHASES; i++) {
        SimTime phase = suspect->tick * i / TICK_PHASES;
        g_autofree char *settings =
            g_strdup_printf("timers=real tick-phase=%" G_GINT64_FORMAT "ns", phase);

        if (!try_settings(suspect, series, settings, phase, profile_dirs))
            return FALSE;
    }
    return TRUE;
}

static gboolean examine(Suspect *suspect, const Series *series, const ScenarioOptions *options)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Profile) profile = profile_load(suspect->name, options, diagnostics);

    if (profile == NULL) {
        g_autofree char *text = diagnostics_format(diagnostics);

        fputs(text, stderr);
        return FALSE;
    }
    suspect->is_wheel = profile->config.timer_model == TIMER_MODEL_WHEEL;
    suspect->is_tick = profile->config.timer_model == TIMER_MODEL_TICK;
    suspect->tick = profile->config.tick;
    if (suspect->is_tick)
        return try_phases(suspect, series, options->profile_dirs);
    return try_settings(suspect, series, "timers=exact", 0, options->profile_dirs);
}

static int suspect_compare(gconstpointer a, gconstpointer b)
{
    const Suspect *one = a, *other = b;
    int order = fit_compare(&one->fit, &other->fit);

    return order != 0 ? order : strcmp(one->name, other->name);
}

/* All profiles, the best first; NULL when one is wrong, which is then said. */
static GArray *rank(const Series *series, char *const *names, const ScenarioOptions *options)
{
    GArray *suspects = g_array_new(FALSE, TRUE, sizeof(Suspect));

    g_array_set_clear_func(suspects, suspect_clear);
    for (; *names != NULL; names++) {
        Suspect suspect = {.name = *names};
        gboolean good = examine(&suspect, series, options);

        g_array_append_val(suspects, suspect);
        if (!good) {
            g_array_unref(suspects);
            return NULL;
        }
    }
    g_array_sort(suspects, suspect_compare);
    return suspects;
}

/* --- in words ----------------------------------------------------------------------------- */

static const char *ordinal_ending(guint n)
{
    static const char *const endings[] = {"th", "st", "nd", "rd"};
    guint last = n % 10;

    return n % 100 / 10 == 1 || last >= G_N_ELEMENTS(endings) ? "th" : endings[last];
}

static void append_ordinal(GString *out, guint n, const Series *series)
{
    g_string_append_printf(out, "the %u%s %s", n, ordinal_ending(n),
                           segment_class_name(schedule_class(series->kind)));
}

static void append_pattern(GString *out, const Suspect *suspect)
{
    g_autofree char *pattern = fit_describe(suspect->schedule->times);

    g_string_append(out, pattern);
}

static void append_lateness(GString *out, const Suspect *suspect)
{
    if (suspect->is_tick) {
        g_string_append(out, "; its heartbeat came ");
        time_append_about(suspect->phase, out);
        g_string_append(out, " s after the first one");
    } else if (suspect->is_wheel && suspect->fit.late_most > SIM_MILLISECOND) {
        g_string_append(out, "; at most ");
        time_append_about(suspect->fit.late_most, out);
        g_string_append(out, " s late, as its timer wheel is");
    }
}

static void append_reason(GString *out, const Suspect *suspect, const Series *series)
{
    const Fit *fit = &suspect->fit;

    switch (fit->end) {
    case FIT_WHOLE:
    case FIT_STOPS:
        append_pattern(out, suspect);
        g_string_append(out, fit->explained == 1 ? ": the wait is explained"
                                                 : ": every wait is explained");
        append_lateness(out, suspect);
        if (fit->end == FIT_WHOLE)
            return;
        g_string_append(out, "; but it would have sent once more, ");
        time_append_about(fit->expected, out);
        g_string_append(out, " s after ");
        append_ordinal(out, fit->explained + 1, series);
        return;
    case FIT_OTHER_WAIT:
        g_string_append(out, "would have waited ");
        time_append_about(fit->expected, out);
        g_string_append(out, " s, not ");
        time_append_about(fit->seen, out);
        g_string_append(out, " s, after ");
        append_ordinal(out, fit->explained + 1, series);
        g_string_append(out, " (");
        append_pattern(out, suspect);
        g_string_append_c(out, ')');
        return;
    case FIT_GIVES_UP:
        g_string_append(out, "would have given up after ");
        append_ordinal(out, fit->explained + 1, series);
        return;
    }
}

static void append_waits(GString *out, const GArray *times)
{
    g_string_append(out, times->len > 2 ? "waits of " : "a wait of ");
    for (guint i = 1; i < times->len; i++) {
        g_string_append(out, i > 1 ? ", " : "");
        time_append_about(g_array_index(times, SimTime, i) - g_array_index(times, SimTime, i - 1),
                          out);
    }
    g_string_append(out, " s");
}

static void append_heading(GString *out, const Series *series)
{
    escape_terminal(series->host, out);
    g_string_append_printf(out, " sent %u %ss in connection %u: ", series->times->len,
                           segment_class_name(schedule_class(series->kind)), series->flow);
    append_waits(out, series->times);
    g_string_append(out, "\n\n");
}

/* Equal ones share a rank. */
static void append_ranking(GString *out, const GArray *suspects, const Series *series)
{
    guint place = 1;
    int width = 0;

    for (guint i = 0; i < suspects->len; i++)
        width = MAX(width, (int)strlen(g_array_index(suspects, Suspect, i).name));
    for (guint i = 0; i < suspects->len; i++) {
        const Suspect *suspect = &g_array_index(suspects, Suspect, i);

        if (i > 0 && fit_compare(&suspect->fit, &suspect[-1].fit) != 0)
            place = i + 1;
        g_string_append_printf(out, "%3u  %-*s  %*u of %u  ", place, width, suspect->name, 2,
                               suspect->fit.explained, series->times->len - 1);
        append_reason(out, suspect, series);
        g_string_append_c(out, '\n');
    }
}

/* --- the subcommand ----------------------------------------------------------------------- */

static int say_too_few(const Input *input)
{
    return say_trouble(
        "%s: no SYN, SYN-ACK or FIN was sent three times in one connection, so there "
        "are no waits to identify a stack by",
        input->file);
}

static int identify_all(const Input *input, const GPtrArray *all, const SimulationOptions *options)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ScenarioOptions scenario = {.profile_dirs = (const char *const *)options->profile_dirs};
    g_auto(GStrv) names = profile_names(&scenario);

    if (all->len == 0)
        return say_too_few(input);
    if (names[0] == NULL)
        return say_trouble("no profiles found (TCPWALTZ_PROFILES names folders to search)");
    for (guint i = 0; i < all->len; i++) {
        const Series *series = g_ptr_array_index(all, i);
        g_autoptr(GArray) suspects = rank(series, names, &scenario);

        if (suspects == NULL)
            return STATUS_TROUBLE;
        if (out->len > 0)
            g_string_append_c(out, '\n');
        append_heading(out, series);
        append_ranking(out, suspects, series);
    }
    return output_standard(out->str, out->len);
}

static int identify_file(IdentifyCommand *command, const char *file)
{
    Input input;
    int status = STATUS_TROUBLE;

    if (input_read(&command->simulation, file, &command->capture.selection, &input) &&
        capture_options_fit(&command_identify, &command->capture, input.kind == INPUT_CAPTURE)) {
        g_autoptr(GPtrArray) all = series_find(input.trace);

        status = identify_all(&input, all, &command->simulation);
    }
    input_clear(&input);
    return status;
}

static int identify(int argc, char **argv)
{
    IdentifyCommand command = {.capture = {0}};
    GOptionEntry capture[CAPTURE_ENTRIES], times[CAPTURE_TIME_ENTRIES];
    const GOptionEntry own[] = {
        simulation_root_entry(&command.simulation),
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, capture, times, NULL};
    g_auto(GStrv) files = NULL;
    int status = STATUS_TROUBLE;

    capture_entries(&command.capture, capture);
    capture_time_entries(&command.capture, times);
    if (options_read(&command_identify, tables, argc, argv, &files, &status) &&
        simulation_options_read(&command_identify, &command.simulation) &&
        capture_options_read(&command_identify, &command.capture)) {
        if (files[0] == NULL || files[1] != NULL)
            status = say_usage(&command_identify, "identify needs one FILE");
        else
            status = identify_file(&command, files[0]);
    }
    simulation_options_clear(&command.simulation);
    capture_options_clear(&command.capture);
    return status;
}

const Command command_identify = {
    .name = "identify",
    .arguments = "FILE",
    .summary = "rank the stacks by how well they explain the waits of a capture",
    .about = "FILE is a segment table (CSV) or a capture (pcap, pcapng) in which one connection's\n"
             "SYN, SYN-ACK or FIN was sent at least three times; '-' is standard input.",
    .run = identify,
};
