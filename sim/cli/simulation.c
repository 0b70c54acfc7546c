/* Loading and running scenarios. */
#include "cli/simulation.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/options.h"
#include "cli/paths.h"
#include "escape/escape.h"

void simulation_unbounded_entries(SimulationOptions *options,
                                  GOptionEntry out[SIMULATION_UNBOUNDED_ENTRIES])
{
    const GOptionEntry entries[SIMULATION_UNBOUNDED_ENTRIES] = {
        {"set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->overrides,
         "set a key after all that the scenario sets; may repeat", "HOST.KEY=VALUE"},
        {"seed", 0, 0, G_OPTION_ARG_FILENAME, &options->seed,
         "draw chance from this seed, not the scenario's", "N"},
        simulation_root_entry(options),
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

GOptionEntry simulation_root_entry(SimulationOptions *options)
{
    return (GOptionEntry){"root",
                          0,
                          0,
                          G_OPTION_ARG_FILENAME,
                          &options->root,
                          "read no file that is not below this folder, whatever a scenario names",
                          "DIR"};
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

/* --root, or else TCPWALTZ_ROOT. */
static gboolean read_root(const Command *command, SimulationOptions *options)
{
    const char *option = "--root", *environment = g_getenv("TCPWALTZ_ROOT");

    if (options->root == NULL && environment != NULL) {
        option = "TCPWALTZ_ROOT";
        options->root = g_strdup(environment);
    }
    if (options->root == NULL || g_file_test(options->root, G_FILE_TEST_IS_DIR))
        return TRUE;
    say_usage(command, "%s '%s' is no folder", option, options->root);
    return FALSE;
}

gboolean simulation_options_read(const Command *command, SimulationOptions *options)
{
    if (!read_root(command, options))
        return FALSE;
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
    g_free(options->root);
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

ScenarioOptions simulation_scenario_options(const SimulationOptions *options)
{
    return (ScenarioOptions){
        .profile_dirs = (const char *const *)options->profile_dirs,
        .overrides = (const char *const *)options->overrides,
        .root = options->root,
    };
}

Plan *simulation_read(const SimulationOptions *options, const char *file, Diagnostics *diagnostics)
{
    ScenarioOptions scenario = simulation_scenario_options(options);

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
    ScenarioOptions scenario = simulation_scenario_options(options);
    Plan *plan = scenario_parse(name, text, length, &scenario, diagnostics);

    simulation_say(diagnostics);
    return plan;
}

Trace *simulation_run(const SimulationOptions *options, const Plan *plan)
{
    return lab_run(plan, &options->lab);
}

static void append_option(GString *out, const char *option, const char *value)
{
    if (value == NULL)
        return;
    g_string_append_printf(out, " %s ", option);
    escape_shell(value, out);
}

char *simulation_again(const SimulationOptions *options)
{
    GString *out = g_string_new("tcpwaltz run");

    append_option(out, "--seed", options->seed);
    append_option(out, "--max-time", options->max_time);
    append_option(out, "--max-events", options->max_events);
    for (char **set = options->overrides; set != NULL && *set != NULL; set++)
        append_option(out, "--set", *set);
    return g_string_free(out, FALSE);
}
