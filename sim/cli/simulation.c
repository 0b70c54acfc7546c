/* Loading and running scenarios. */
#include "cli/simulation.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/options.h"
#include "cli/paths.h"
#include "cli/tolerance.h"
#include "cli/virtual.h"
#include "escape/escape.h"
#include "live/virtual.h"
#include "stacks/stacks.h"

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

void simulation_bounded_entries(SimulationOptions *options,
                                GOptionEntry out[SIMULATION_BOUNDED_ENTRIES])
{
    const GOptionEntry bounds[] = {
        {"max-time", 0, 0, G_OPTION_ARG_FILENAME, &options->max_time,
         "end a run that goes on after this virtual time (24h)", "TIME"},
        {"max-events", 0, 0, G_OPTION_ARG_FILENAME, &options->max_events,
         "end a run that goes on after this many events (10000000)", "N"},
        {"max-memory", 0, 0, G_OPTION_ARG_FILENAME, &options->max_memory,
         "end a run that needs more memory than this (1G; of each run)", "SIZE"},
        {"max-steps", 0, 0, G_OPTION_ARG_FILENAME, &options->max_steps,
         "end a run that needs more steps that leave no event (50000000)", "N"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    simulation_unbounded_entries(options, out);
    memcpy(out + SIMULATION_UNBOUNDED_ENTRIES - 1, bounds, sizeof bounds);
}

void simulation_entries(SimulationOptions *options, GOptionEntry out[SIMULATION_ENTRIES])
{
    const GOptionEntry others[] = {
        {"live", 0, 0, G_OPTION_ARG_FILENAME, &options->live,
         "let a kernel play all hosts, or these: this machine's, or one in virtual time",
         "[virtual[:KERNEL],][HOST,...]"},
        {"tun", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->tuns,
         "let the stack that has this TUN device open play a host; may repeat",
         "NAME[=HOST[@ADDRESS[:PORT]]][,HOST@ADDRESS[:PORT]]..."},
        {"profile", 0, 0, G_OPTION_ARG_FILENAME, &options->profile,
         "the stack that a packetdrill script tests (what its commands imply, else linux-6.18)",
         "PROFILE"},
        {"define", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->definitions,
         "what a word of packetdrill scripts stands for; may repeat", "NAME=VALUE"},
        {"lenient", 0, 0, G_OPTION_ARG_NONE, &options->lenient,
         "with --live and --tun: leave out what a host cannot be given", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    simulation_bounded_entries(options, out);
    memcpy(out + SIMULATION_BOUNDED_ENTRIES - 1, others, sizeof others);
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

/* A number of more than 0; `text` is NULL when it was not given. */
static gboolean read_bound(const Command *command, const char *option, const char *text,
                           guint64 *out)
{
    if (text == NULL)
        return TRUE;
    if (!option_number(command, option, text, out))
        return FALSE;
    if (*out == 0)
        say_usage(command, "%s must be more than 0", option);
    return *out > 0;
}

/* How far a suffix shifts the number before it; -1: it is none. */
static int suffix_shift(char suffix)
{
    static const char suffixes[] = "KMG";
    const char *found = suffix != '\0' ? strchr(suffixes, g_ascii_toupper(suffix)) : NULL;

    return found != NULL ? (int)(found - suffixes + 1) * 10 : -1;
}

/* "256M": of 1,024 each; a number alone is of bytes. */
static gboolean read_size(const Command *command, const char *option, const char *text,
                          guint64 *out)
{
    gsize length = text != NULL ? strlen(text) : 0;
    int shift = length > 0 ? suffix_shift(text[length - 1]) : -1;
    g_autofree char *number = shift > 0 ? g_strndup(text, length - 1) : g_strdup(text);
    guint64 count = 0;

    if (text == NULL)
        return TRUE;
    if (number[0] == '\0' || number[strspn(number, "0123456789")] != '\0') {
        say_usage(command, "%s '%s': a size is a number and K, M or G: 256M", option, text);
        return FALSE;
    }
    if (!read_bound(command, option, number, &count))
        return FALSE;
    if (shift > 0 && count > G_MAXUINT64 >> shift) {
        say_usage(command, "%s '%s' is too large", option, text);
        return FALSE;
    }
    *out = shift > 0 ? count << shift : count;
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

/* --live, --tun: those who are real have to be had before there is a second thread. */
static gboolean read_live(const Command *command, SimulationOptions *options)
{
    g_autofree char *trouble = NULL;

    if (!simulation_is_live(options)) {
        if (options->lenient)
            say_usage(command, "--lenient is about --live");
        return !options->lenient;
    }
    if (options->tuns != NULL && live_virtual_is_inside()) {
        say_usage(command, "a device of this machine is not there in virtual time: --tun excludes "
                           "--live=virtual");
        return FALSE;
    }
    options->reality.lenient = options->lenient;
    options->reality.kernels = options->live != NULL;
    options->reality.hosts = options->live != NULL ? virtual_hosts(options->live) : NULL;
    options->reality.tuns = options->tuns;
    options->lab.reality = live_new(&options->reality, &trouble);
    if (options->lab.reality == NULL)
        say_trouble("%s", trouble);
    else if (!live_virtual_is_inside())
        options->tolerance = tolerance_of_real_time();
    return options->lab.reality != NULL;
}

/* --profile, --define */
static gboolean read_script_options(const Command *command, const SimulationOptions *options)
{
    for (char **definition = options->definitions; definition != NULL && *definition != NULL;
         definition++) {
        if (drill_is_definition(*definition))
            continue;
        say_usage(command, "--define takes NAME=VALUE, not '%s'", *definition);
        return FALSE;
    }
    if (options->profile == NULL)
        return TRUE;
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    ScenarioOptions scenario = simulation_scenario_options(options);
    Profile *profile = profile_load(options->profile, &scenario, diagnostics);

    simulation_say(diagnostics);
    if (profile == NULL)
        return FALSE;
    profile_free(profile);
    return TRUE;
}

gboolean simulation_may_have_scripts(char *const *files)
{
    while (*files != NULL && !drill_is_script(*files) && !g_file_test(*files, G_FILE_TEST_IS_DIR))
        files++;
    return *files != NULL;
}

gboolean simulation_fits(const Command *command, const SimulationOptions *options,
                         char *const *files)
{
    gboolean needs_script = options->profile != NULL || options->definitions != NULL;

    if (!needs_script || files[0] == NULL || simulation_may_have_scripts(files))
        return TRUE;
    say_usage(command, "%s is about packetdrill scripts (*.pkt)",
              options->profile != NULL ? "--profile" : "--define");
    return FALSE;
}

void simulation_set_script_tolerance(SimulationOptions *options, const char *text,
                                     PlanTolerance tolerance)
{
    options->script_tolerance = text;
    options->drill.has_tolerance = TRUE;
    options->drill.tolerance = tolerance;
}

gboolean simulation_options_read(const Command *command, SimulationOptions *options)
{
    if (!read_root(command, options) || !read_live(command, options))
        return FALSE;
    options->lab.level = TRACE_LEVEL_FULL;
    options->drill.profile = options->profile;
    options->lab.stacks = stacks_reality();
    options->lab.has_seed = options->seed != NULL;
    if (options->seed != NULL &&
        !option_number(command, "--seed", options->seed, &options->lab.seed))
        return FALSE;
    if (options->max_time != NULL && !option_time(command, "--max-time", options->max_time,
                                                  OPTION_TIME_MORE_THAN_0, &options->lab.max_time))
        return FALSE;
    if (options->interval != NULL && !option_time(command, "--interval", options->interval,
                                                  OPTION_TIME_MORE_THAN_0, &options->lab.interval))
        return FALSE;
    if (!read_bound(command, "--max-events", options->max_events, &options->lab.max_events) ||
        !read_bound(command, "--max-steps", options->max_steps, &options->lab.max_steps) ||
        !read_size(command, "--max-memory", options->max_memory, &options->lab.max_memory))
        return FALSE;
    options->drill.max_memory = options->lab.max_memory;
    options->profile_dirs = paths_profiles();
    return read_script_options(command, options);
}

void simulation_options_clear(SimulationOptions *options)
{
    g_free(options->seed);
    g_free(options->root);
    g_free(options->max_time);
    g_free(options->max_events);
    g_free(options->max_memory);
    g_free(options->max_steps);
    g_free(options->interval);
    g_free(options->profile);
    g_strfreev(options->definitions);
    g_strfreev(options->overrides);
    g_strfreev(options->profile_dirs);
    g_free(options->live);
    g_strfreev(options->tuns);
    g_strfreev(options->reality.hosts);
    live_free(options->lab.reality);
}

gboolean simulation_is_live(const SimulationOptions *options)
{
    return options->live != NULL || options->tuns != NULL;
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
        .stacks = stacks_names(),
        .root = options->root,
        .tolerance = options->tolerance,
    };
}

Plan *simulation_read(const SimulationOptions *options, const char *file, Diagnostics *diagnostics)
{
    ScenarioOptions scenario = simulation_scenario_options(options);

    if (drill_is_script(file))
        return drill_load(file, (const char *const *)options->definitions, &options->drill,
                          &scenario, diagnostics);
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

void simulation_give_wheel(Plan *plan, const TraceWheel *wheel)
{
    for (guint i = 0; i < plan->hosts->len; i++) {
        HostConfig *config = &g_array_index(plan->hosts, PlanHost, i).config;

        config->timers = TIMERS_REAL;
        config->timer_model = TIMER_MODEL_WHEEL;
        config->wheel_hz = SIM_SECOND / wheel->tick;
        config->wheel_phase = wheel->phase;
    }
}

Trace *simulation_run(const SimulationOptions *options, const Plan *plan)
{
    g_autofree char *trouble = NULL;
    Trace *trace = lab_try(plan, &options->lab, &trouble);

    if (trace == NULL)
        say_trouble("%s", trouble);
    return trace;
}

static void append_option(GString *out, const char *option, const char *value)
{
    if (value == NULL)
        return;
    g_string_append_printf(out, " %s ", option);
    escape_shell(value, out);
}

static void append_live(GString *out, const SimulationOptions *options)
{
    g_string_append(out, " --live");
    if (options->live[0] != '\0') {
        g_string_append_c(out, '=');
        escape_shell(options->live, out);
    }
}

static void append_script_options(GString *out, const SimulationOptions *options)
{
    append_option(out, "--profile", options->profile);
    for (char **one = options->definitions; one != NULL && *one != NULL; one++)
        append_option(out, "--define", *one);
    append_option(out, "--tolerance", options->script_tolerance);
}

/* Folders of profiles that the environment names have to be there again. */
static void append_environment(GString *out)
{
    const char *folders = g_getenv("TCPWALTZ_PROFILES");

    if (folders == NULL || folders[0] == '\0')
        return;
    g_string_append(out, "TCPWALTZ_PROFILES=");
    escape_shell(folders, out);
    g_string_append_c(out, ' ');
}

char *simulation_again(const SimulationOptions *options, const char *file)
{
    GString *out = g_string_new(NULL);

    append_environment(out);
    g_string_append(out, "tcpwaltz run");
    append_option(out, "--seed", options->seed);
    append_option(out, "--root", options->root);
    append_option(out, "--max-time", options->max_time);
    append_option(out, "--max-events", options->max_events);
    append_option(out, "--max-memory", options->max_memory);
    append_option(out, "--max-steps", options->max_steps);
    if (options->live != NULL)
        append_live(out, options);
    for (char **tun = options->tuns; tun != NULL && *tun != NULL; tun++)
        append_option(out, "--tun", *tun);
    if (options->lenient)
        g_string_append(out, " --lenient");
    for (char **set = options->overrides; set != NULL && *set != NULL; set++)
        append_option(out, "--set", *set);
    if (drill_is_script(file))
        append_script_options(out, options);
    return g_string_free(out, FALSE);
}
