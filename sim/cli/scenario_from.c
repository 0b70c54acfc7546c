/* tcpwaltz scenario-from: a scenario that plays again what a capture shows. */
#include <string.h>

#include "cli/capture_options.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "view/replay.h"

typedef struct FromOptions {
    SimulationOptions simulation;
    CaptureOptions capture;
    char *output, *profiles[REPLAY_ENDS]; /* as given; NULL: not given */
} FromOptions;

static const char default_profile[] = "linux-6.18";

static gboolean knows_profile(const FromOptions *options, const char *name)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    ScenarioOptions scenario = simulation_scenario_options(&options->simulation);
    g_autoptr(Profile) profile = profile_load(name, &scenario, diagnostics);

    simulation_say(diagnostics);
    return profile != NULL;
}

static gboolean understand(FromOptions *options, char **files)
{
    if (!simulation_options_read(&command_scenario_from, &options->simulation) ||
        !capture_options_read(&command_scenario_from, &options->capture))
        return FALSE;
    if (files[0] == NULL || files[1] != NULL) {
        say_usage(&command_scenario_from, "scenario-from needs one FILE ('-' is standard input)");
        return FALSE;
    }
    if (options->output != NULL && output_overwrites(options->output, files)) {
        say_usage(&command_scenario_from, "%s is what is read: choose another file to write",
                  options->output);
        return FALSE;
    }
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++) {
        if (options->profiles[end] != NULL && !knows_profile(options, options->profiles[end]))
            return FALSE;
    }
    return TRUE;
}

static int write_scenario(const FromOptions *options, const Input *input)
{
    const char *profiles[REPLAY_ENDS];
    g_autofree char *why = NULL, *source = g_path_get_basename(input->file);
    g_autoptr(GString) out = g_string_new(NULL);

    if (input->kind == INPUT_SCENARIO)
        return say_trouble("%s: this is a scenario: scenario-from makes one of a capture or a "
                           "segment table",
                           input->file);
    if (!capture_options_fit(&command_scenario_from, &options->capture,
                             input->kind == INPUT_CAPTURE))
        return STATUS_TROUBLE;
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) replays = replays_of(input->trace, notes, &why);

    for (guint i = 0; i < notes->len; i++)
        input_note(input->file, g_ptr_array_index(notes, i));
    if (replays == NULL)
        return say_trouble("%s: it cannot be played again: %s", input->file, why);
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++)
        profiles[end] = options->profiles[end] != NULL ? options->profiles[end] : default_profile;
    view_scenario(replays, profiles, source, out);
    return output_write(options->output != NULL ? options->output : "-", out->str, out->len);
}

static int from_file(const FromOptions *options, const char *file)
{
    Input input;
    int status = STATUS_TROUBLE;

    if (input_open(&options->simulation, file, &options->capture.selection, &input))
        status = write_scenario(options, &input);
    input_clear(&input);
    return status;
}

static int scenario_from(int argc, char **argv)
{
    FromOptions options = {.output = NULL};
    GOptionEntry capture[CAPTURE_ENTRIES], times[CAPTURE_TIME_ENTRIES];
    const GOptionEntry own[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
         "write to this file, replaced in one step; '-': standard output", "FILE"},
        {"client-profile", 0, 0, G_OPTION_ARG_FILENAME, &options.profiles[REPLAY_CLIENT],
         "the stack of the client (linux-6.18)", "PROFILE"},
        {"server-profile", 0, 0, G_OPTION_ARG_FILENAME, &options.profiles[REPLAY_SERVER],
         "the stack of the server (linux-6.18)", "PROFILE"},
        simulation_root_entry(&options.simulation),
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, capture, times, NULL};
    g_auto(GStrv) files = NULL;
    int status = STATUS_TROUBLE;

    capture_entries(&options.capture, capture);
    capture_time_entries(&options.capture, times);
    if (options_read(&command_scenario_from, tables, argc, argv, &files, &status) &&
        understand(&options, files))
        status = from_file(&options, files[0]);
    simulation_options_clear(&options.simulation);
    capture_options_clear(&options.capture);
    g_free(options.output);
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++)
        g_free(options.profiles[end]);
    return status;
}

const Command command_scenario_from = {
    .name = "scenario-from",
    .arguments = "FILE",
    .summary = "write a scenario that plays again what a capture shows",
    .about = "FILE is a capture (pcap, pcapng; also *.gz, *.zst) or a segment table, of two\n"
             "hosts; those of their connections count that are there from the first SYN on.\n"
             "Delays are those of the answers, losses are inferred from what was sent again,\n"
             "the script from data and closes.  'tcpwaltz compare' lays the scenario beside\n"
             "the capture.",
    .run = scenario_from,
};
