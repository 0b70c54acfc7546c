/* Loading and running scenarios, and telling what failed. */
#include "cli/simulation.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/options.h"
#include "cli/paths.h"
#include "scenario/scenario.h"

void simulation_unbounded_entries(SimulationOptions *options,
                                  GOptionEntry out[SIMULATION_UNBOUNDED_ENTRIES])
{
    const GOptionEntry entries[SIMULATION_UNBOUNDED_ENTRIES] = {
        {"set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->overrides,
         "set a key after all that the scenario sets; may repeat", "HOST.KEY=VALUE"},
        {"seed", 0, 0, G_OPTION_ARG_FILENAME, &options->seed,
         "draw chance from this seed, not the scenario's", "N"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    memcpy(out, entries, sizeof entries);
}

void simulation_entries(SimulationOptions *options, GOptionEntry out[SIMULATION_ENTRIES])
{
    const GOptionEntry bounds[] = {
        {"max-time", 0, 0, G_OPTION_ARG_FILENAME, &options->max_time,
         "end a run that goes on after this virtual time (24h)", "TIME"},
        {"max-events", 0, 0, G_OPTION_ARG_FILENAME, &options->max_events,
         "end a run that goes on after this many events (10000000)", "N"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    simulation_unbounded_entries(options, out);
    memcpy(out + SIMULATION_UNBOUNDED_ENTRIES - 1, bounds, sizeof bounds);
}

GOptionEntry simulation_interval_entry(SimulationOptions *options)
{
    return (GOptionEntry){"interval",
                          0,
                          0,
                          G_OPTION_ARG_FILENAME,
                          &options->interval,
                          "count by intervals of this length (100ms where there is a flood)",
                          "TIME"};
}

static const char *time_problem(SimTimeError error)
{
    static const char *const problems[] = {
        [SIM_TIME_NOT_A_NUMBER] = "a time is a number and a unit: 250ms, 90s, 2min",
        [SIM_TIME_NEGATIVE] = "a time is not negative",
        [SIM_TIME_NO_UNIT] = "a time needs its unit: ns, us, ms, s, min or h",
        [SIM_TIME_UNKNOWN_UNIT] = "the units are ns, us, ms, s, min and h",
        [SIM_TIME_TOO_FINE] = "finer than 1 ns",
        [SIM_TIME_TOO_LARGE] = "more than 292 years",
    };

    return problems[error];
}

/* A time of more than 0. */
static gboolean read_time(const Command *command, const char *option, const char *text,
                          SimTime *out)
{
    SimTimeError error = sim_time_parse(text, strlen(text), out);

    if (error != SIM_TIME_OK) {
        say_usage(command, "%s '%s': %s", option, text, time_problem(error));
        return FALSE;
    }
    if (*out == 0) {
        say_usage(command, "%s must be more than 0", option);
        return FALSE;
    }
    return TRUE;
}

static gboolean read_max_events(const Command *command, SimulationOptions *options)
{
    guint64 count;

    if (!option_number(command, "--max-events", options->max_events, &count))
        return FALSE;
    if (count == 0) {
        say_usage(command, "--max-events must be more than 0");
        return FALSE;
    }
    options->lab.max_events = count;
    return TRUE;
}

gboolean simulation_options_read(const Command *command, SimulationOptions *options)
{
    options->lab.level = TRACE_LEVEL_FULL;
    options->lab.has_seed = options->seed != NULL;
    if (options->seed != NULL &&
        !option_number(command, "--seed", options->seed, &options->lab.seed))
        return FALSE;
    if (options->max_time != NULL &&
        !read_time(command, "--max-time", options->max_time, &options->lab.max_time))
        return FALSE;
    if (options->interval != NULL &&
        !read_time(command, "--interval", options->interval, &options->lab.interval))
        return FALSE;
    if (options->max_events != NULL && !read_max_events(command, options))
        return FALSE;
    options->profile_dirs = paths_profiles();
    return TRUE;
}

void simulation_options_clear(SimulationOptions *options)
{
    g_free(options->seed);
    g_free(options->max_time);
    g_free(options->max_events);
    g_free(options->interval);
    g_strfreev(options->overrides);
    g_strfreev(options->profile_dirs);
}

void simulation_say(const Diagnostics *diagnostics)
{
    if (diagnostics_any(diagnostics)) {
        g_autofree char *text = diagnostics_format(diagnostics);
        fputs(text, stderr);
    }
}

static ScenarioOptions scenario_options(const SimulationOptions *options)
{
    return (ScenarioOptions){
        .profile_dirs = (const char *const *)options->profile_dirs,
        .overrides = (const char *const *)options->overrides,
    };
}

Plan *simulation_read(const SimulationOptions *options, const char *file, Diagnostics *diagnostics)
{
    ScenarioOptions scenario = scenario_options(options);

    return scenario_load(file, &scenario, diagnostics);
}

Plan *simulation_load(const SimulationOptions *options, const char *file)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    Plan *plan = simulation_read(options, file, diagnostics);

    simulation_say(diagnostics);
    return plan;
}

Plan *simulation_parse(const SimulationOptions *options, const char *name, const char *text,
                       gsize length)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    ScenarioOptions scenario = scenario_options(options);
    Plan *plan = scenario_parse(name, text, length, &scenario, diagnostics);

    simulation_say(diagnostics);
    return plan;
}

Trace *simulation_run(const SimulationOptions *options, const Plan *plan)
{
    return lab_run(plan, &options->lab);
}

guint simulation_count_failures(const GPtrArray *results)
{
    guint failures = 0;

    for (guint i = 0; i < results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);
        failures += result->ok ? 0 : 1;
    }
    return failures;
}

/* Quoted for the shell where that is needed. */
static void append_word(GString *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_./=+,:%@";
    gboolean is_plain = word[0] != '\0' && word[strspn(word, plain)] == '\0';
    g_autofree char *quoted = is_plain ? g_strdup(word) : g_shell_quote(word);

    g_string_append_printf(out, " %s", quoted);
}

void simulation_append_why(GString *out, const SimulationOptions *options, const char *file,
                           TraceId event)
{
    g_string_append(out, "tcpwaltz run");
    if (options->seed != NULL)
        g_string_append_printf(out, " --seed %s", options->seed);
    if (options->max_time != NULL)
        g_string_append_printf(out, " --max-time %s", options->max_time);
    if (options->max_events != NULL)
        g_string_append_printf(out, " --max-events %s", options->max_events);
    for (char **set = options->overrides; set != NULL && *set != NULL; set++) {
        g_string_append(out, " --set");
        append_word(out, *set);
    }
    g_string_append_printf(out, " --why %u", event);
    append_word(out, file);
}

static void append_place(GString *out, const SourcePlace *place, const char *file)
{
    g_string_append(out, place->file != NULL ? place->file : file);
    if (place->line != 0)
        g_string_append_printf(out, ":%u", place->line);
}

static void append_side(GString *out, const char *word, const char *text)
{
    g_string_append_printf(out, "    %-9s %s\n", word, text);
}

void simulation_append_failure(GString *out, const SimulationOptions *options, const char *file,
                               const ExpectResult *result)
{
    g_string_append(out, "  ");
    append_place(out, &result->place, file);
    g_string_append_printf(out, ": %s\n", result->text);
    append_side(out, result->is_of_table ? "was:" : "expected:", result->expected);
    append_side(out, result->is_of_table ? "is:" : "happened:", result->actual);
    if (result->event != 0) {
        g_autoptr(GString) why = g_string_new(NULL);

        simulation_append_why(why, options, file, result->event);
        append_side(out, "why:", why->str);
    }
}

void simulation_append_failures(GString *out, const SimulationOptions *options, const char *file,
                                const GPtrArray *results)
{
    guint failures = simulation_count_failures(results);

    g_string_append_printf(out, "FAIL %s  (%u failed, %u held)\n", file, failures,
                           results->len - failures);
    for (guint i = 0; i < results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);

        if (!result->ok)
            simulation_append_failure(out, options, file, result);
    }
}
