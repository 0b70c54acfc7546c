/* tcpwaltz identify: which stack sent what a capture shows? */
#include <stdio.h>
#include <string.h>

#include "cli/capture_options.h"
#include "cli/command.h"
#include "cli/identify_text.h"
#include "cli/input.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "scenario/scenario.h"

enum {
    SUBJECTS_MAX = 16,  /* looked at in a capture at once … */
    SUBJECTS_SHOWN = 8, /* … and told one by one */
};

typedef enum IdentifyFormat { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV } IdentifyFormat;

static const char *const format_names[] = {"text", "json", "csv", NULL};

typedef struct IdentifyCommand {
    SimulationOptions simulation;
    CaptureOptions capture;
    char *format_name, *write; /* as given; NULL: not given */
    IdentifyFormat format;
} IdentifyCommand;

/* --- the answer --------------------------------------------------------------------------- */

static void append_answer(const IdentifyCommand *command, const IdentifySubject *subject,
                          const IdentifyAnswer *answer, GString *out)
{
    switch (command->format) {
    case FORMAT_JSON: identify_append_json(subject, answer, out); return;
    case FORMAT_CSV: identify_append_csv(subject, answer, out); return;
    default:
        g_string_append(out, out->len > 0 ? "\n" : "");
        identify_append_text(subject, answer, out);
    }
}

static void append_host(const IdentifyCommand *command, const IdentifyHost *host, GString *out)
{
    switch (command->format) {
    case FORMAT_JSON: identify_append_host_json(host, out); return;
    case FORMAT_CSV: identify_append_host_csv(host, out); return;
    default: g_string_append(out, out->len > 0 ? "\n" : ""); identify_append_host_text(host, out);
    }
}

/* --- a scenario --------------------------------------------------------------------------- */

/* The likeliest stack of a host, by all of its connections; otherwise what it is. */
static const char *stack_of(const GPtrArray *hosts, guint number, const char *otherwise)
{
    for (guint i = 0; i < hosts->len; i++) {
        const IdentifyHost *host = g_ptr_array_index(hosts, i);

        if (host->host == number && host->telling > 0)
            return g_array_index(host->sums, IdentifySum, 0).name;
    }
    return otherwise;
}

/* The scenario that plays the connections again, with the stacks that were found. */
static int write_scenario(const IdentifyCommand *command, const Input *input,
                          const GPtrArray *hosts)
{
    const char *profiles[REPLAY_ENDS];
    g_autofree char *source = g_path_get_basename(input->file), *why = NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) replays = replays_of(input->trace, notes, &why);
    gboolean any = FALSE;

    for (guint i = 0; i < hosts->len; i++)
        any = any || ((const IdentifyHost *)g_ptr_array_index(hosts, i))->telling > 0;
    if (!any)
        return say_trouble("%s: no profile explains it, so there is no scenario to write: "
                           "scenario-from writes one with the profiles that it is told",
                           input->file);
    if (replays == NULL)
        return say_trouble("%s: there is no scenario to write: %s", input->file, why);
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++)
        profiles[end] = stack_of(hosts, ((const Replay *)g_ptr_array_index(replays, 0))->hosts[end],
                                 "linux-6.18");
    view_scenario(replays, profiles, source, out);
    return output_write(command->write, out->str, out->len);
}

/* --- all of them -------------------------------------------------------------------------- */

static int say_too_few(const Input *input)
{
    return say_trouble("%s: nobody sent anything again, and nobody asked whether the other end is "
                       "there: there are no waits to identify a stack by",
                       input->file);
}

static void say_diagnostics(const Diagnostics *diagnostics)
{
    g_autofree char *text = diagnostics_format(diagnostics);

    fputs(text, stderr);
}

static void note_rest(const Input *input, guint count)
{
    g_autofree char *note = g_strdup_printf(
        "%u more ends of connections sent something again: --connection N chooses one", count);

    input_note(input->file, note);
}

/* IdentifyAnswer *, of the first subjects; NULL, and said so: a profile is wrong. */
static GPtrArray *answers_to(const GPtrArray *subjects, char *const *names,
                             const ScenarioOptions *scenario)
{
    g_autoptr(GPtrArray) answers =
        g_ptr_array_new_with_free_func((GDestroyNotify)identify_answer_free);

    for (guint i = 0; i < MIN(subjects->len, SUBJECTS_MAX); i++) {
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();
        IdentifyAnswer *answer =
            identify_subject(g_ptr_array_index(subjects, i), names, scenario, diagnostics);

        if (answer == NULL) {
            say_diagnostics(diagnostics);
            return NULL;
        }
        g_ptr_array_add(answers, answer);
    }
    return g_steal_pointer(&answers);
}

/* First what several connections of a host say together, then the connections. */
static void append_all(const IdentifyCommand *command, const GPtrArray *subjects,
                       const GPtrArray *answers, const GPtrArray *hosts, GString *out)
{
    guint shown = command->format == FORMAT_TEXT ? SUBJECTS_SHOWN : SUBJECTS_MAX;

    for (guint i = 0; i < hosts->len; i++) {
        const IdentifyHost *host = g_ptr_array_index(hosts, i);

        if (host->telling > 1)
            append_host(command, host, out);
    }
    for (guint i = 0; i < MIN(answers->len, shown); i++)
        append_answer(command, g_ptr_array_index(subjects, i), g_ptr_array_index(answers, i), out);
}

static int identify_all(const IdentifyCommand *command, const Input *input,
                        const GPtrArray *subjects)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ScenarioOptions scenario = simulation_scenario_options(&command->simulation);
    g_auto(GStrv) names = profile_names(&scenario);
    int status = STATUS_FINE;

    if (names[0] == NULL)
        return say_trouble("no profiles found (TCPWALTZ_PROFILES names folders to search)");
    g_autoptr(GPtrArray) answers = answers_to(subjects, names, &scenario);

    if (answers == NULL)
        return STATUS_TROUBLE;
    g_autoptr(GPtrArray) hosts = identify_hosts(subjects, answers);

    if (command->format == FORMAT_CSV)
        identify_append_csv_head(out);
    append_all(command, subjects, answers, hosts, out);
    if (command->write != NULL)
        status = write_scenario(command, input, hosts);
    if (subjects->len > SUBJECTS_MAX)
        note_rest(input, subjects->len - SUBJECTS_MAX);
    return status_worse(status, output_standard(out->str, out->len));
}

static int identify_trace(const IdentifyCommand *command, const Input *input)
{
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) subjects = identify_subjects(input->trace, notes);

    for (guint i = 0; i < notes->len; i++)
        input_note(input->file, g_ptr_array_index(notes, i));
    if (subjects->len == 0)
        return say_too_few(input);
    return identify_all(command, input, subjects);
}

/* --- the subcommand ----------------------------------------------------------------------- */

static int identify_file(IdentifyCommand *command, const char *file)
{
    Input input;
    int status = STATUS_TROUBLE;

    if (input_read(&command->simulation, file, &command->capture.selection, &input) &&
        capture_options_fit(&command_identify, &command->capture, input.kind == INPUT_CAPTURE))
        status = identify_trace(command, &input);
    input_clear(&input);
    return status;
}

static gboolean understand(IdentifyCommand *command, char **files)
{
    int format = command->format_name == NULL ? FORMAT_TEXT
                                              : option_word(&command_identify, "--format",
                                                            command->format_name, format_names);

    if (format < 0 || !simulation_options_read(&command_identify, &command->simulation) ||
        !capture_options_read(&command_identify, &command->capture))
        return FALSE;
    command->format = (IdentifyFormat)format;
    if (files[0] == NULL || files[1] != NULL) {
        say_usage(&command_identify, "identify needs one FILE");
        return FALSE;
    }
    if (command->write != NULL && output_overwrites(command->write, files)) {
        say_usage(&command_identify, "%s is what is read: choose another file to write",
                  command->write);
        return FALSE;
    }
    return TRUE;
}

static int identify(int argc, char **argv)
{
    IdentifyCommand command = {.capture = {0}};
    GOptionEntry capture[CAPTURE_ENTRIES], times[CAPTURE_TIME_ENTRIES];
    const GOptionEntry own[] = {
        {"format", 'f', 0, G_OPTION_ARG_FILENAME, &command.format_name,
         "how it is told: text, json or csv", "FORMAT"},
        {"write", 'w', 0, G_OPTION_ARG_FILENAME, &command.write,
         "write a scenario of the connections, with the stacks found; '-': standard output",
         "FILE"},
        simulation_root_entry(&command.simulation),
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, capture, times, NULL};
    g_auto(GStrv) files = NULL;
    int status = STATUS_TROUBLE;

    capture_entries(&command.capture, capture);
    capture_time_entries(&command.capture, times);
    if (options_read(&command_identify, tables, argc, argv, &files, &status) &&
        understand(&command, files))
        status = identify_file(&command, files[0]);
    simulation_options_clear(&command.simulation);
    capture_options_clear(&command.capture);
    g_free(command.format_name);
    g_free(command.write);
    return status;
}

const Command command_identify = {
    .name = "identify",
    .arguments = "FILE",
    .summary = "say which stack sent what a capture shows, by its timers",
    .about =
        "FILE is a capture (pcap, pcapng; also *.gz, *.zst) or a segment table (CSV) in which\n"
        "somebody sent something again, or probed; '-' is standard input.  Each profile is put\n"
        "into the world that the capture shows, and asked when it would have sent again.",
    .run = identify,
};
