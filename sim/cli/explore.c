/* tcpwaltz explore: every way in which the network of a scenario may misbehave, held to laws. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/explore_options.h"
#include "cli/explore_profiles.h"
#include "cli/explore_text.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "escape/escape.h"
#include "expect/expect.h"
#include "scenario/source.h"

/* --- the scenario ------------------------------------------------------------------------- */

/* ExploreForget bits. */
static guint forgotten(const ExploreCommand *command)
{
    guint forget = command->without_faults ? EXPLORE_FORGET_FAULTS : 0;

    if (command->orders || command->crashes)
        forget |= EXPLORE_FORGET_ORDERS;
    return forget;
}

/* A scenario twice: as written, and made ready for its worlds. */
typedef struct Subject {
    const char *file;
    char *text;
    Plan *original, *plan;
} Subject;

static void subject_clear(Subject *subject)
{
    g_free(subject->text);
    plan_free(subject->original);
    plan_free(subject->plan);
}

/* NULL, and said: it cannot be read. */
static char *read_text(const SimulationOptions *options, const char *file)
{
    g_autofree char *why = NULL;
    Source *source = strcmp(file, "-") == 0 ? source_read_stdin(&why)
                                            : source_read(options->root, file, DOOR_FOR_USER, &why);

    if (source == NULL) {
        say_trouble("cannot read %s: %s", file, why);
        return NULL;
    }
    char *text = g_strndup(source->bytes, source->length);

    source_free(source);
    return text;
}

static gboolean is_fit(const ExploreCommand *command, const Plan *plan)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    SourcePlace place;
    g_autofree char *why = explore_unfit(plan, command->options.kinds, &place);

    if (why == NULL)
        return TRUE;
    diagnostics_add(diagnostics, place, NULL, NULL, "%s", why);
    simulation_say(diagnostics);
    return FALSE;
}

static gboolean subject_read(ExploreCommand *command, const char *file, Subject *subject)
{
    const SimulationOptions *simulation = &command->simulation;
    const char *name = strcmp(file, "-") == 0 ? "<stdin>" : file;

    *subject = (Subject){.file = name, .text = read_text(simulation, file)};
    if (subject->text == NULL)
        return FALSE;
    gsize length = strlen(subject->text);

    subject->original = simulation_parse(simulation, name, subject->text, length);
    if (subject->original == NULL || !is_fit(command, subject->original) ||
        !explore_options_hosts(command, subject->original))
        return FALSE;
    subject->plan = simulation_parse(simulation, name, subject->text, length);
    explore_prepare(subject->plan, forgotten(command));
    return TRUE;
}

/* --- the counterexample ------------------------------------------------------------------- */

/* The folder of the scenario, unless what is written will lie there, too. */
static char *folder_if_other(const char *file, const char *output)
{
    g_autofree char *from = g_canonicalize_filename(file, NULL);
    g_autofree char *to = g_canonicalize_filename(output, NULL);
    char *folder = g_path_get_dirname(from);
    g_autofree char *other = g_path_get_dirname(to);

    if (strcmp(output, "-") != 0 && strcmp(folder, other) == 0)
        g_clear_pointer(&folder, g_free);
    return folder;
}

/* A counterexample that a check does not fail would be a defect of ours. */
static gboolean fails(const ExploreCommand *command, const Subject *subject, const char *scenario)
{
    g_autoptr(Plan) plan =
        simulation_parse(&command->simulation, subject->file, scenario, strlen(scenario));

    if (plan == NULL)
        return FALSE;
    g_autoptr(Trace) trace = lab_run(plan, &command->options.lab);
    g_autoptr(GPtrArray) results = expect_check(plan, trace);

    for (guint i = 0; i < results->len; i++) {
        if (!((const ExpectResult *)g_ptr_array_index(results, i))->ok)
            return TRUE;
    }
    return FALSE;
}

static int write_witness(const ExploreCommand *command, const Subject *subject,
                         const ExploreResult *result)
{
    g_autofree char *folder = folder_if_other(subject->file, command->output);
    const ExploreText text = {
        .text = subject->text,
        .original = subject->original,
        .overrides = (const char *const *)command->simulation.overrides,
        .seed = command->simulation.seed,
        .folder = folder,
        .forget = forgotten(command),
    };
    g_autofree char *why = NULL;
    g_autofree char *scenario =
        explore_witness(subject->plan, &command->options, result, &text, &why);

    if (scenario == NULL)
        return say_trouble("cannot write the counterexample as one scenario: %s", why);
    if (!fails(command, subject, scenario)) {
        say_trouble("a defect: the counterexample's check does not fail");
        return STATUS_DEFECT;
    }
    return output_write(command->output, scenario, strlen(scenario));
}

/* --- the run ------------------------------------------------------------------------------ */

/* FALSE when somebody interrupts. */
static gboolean tell_progress(const ExploreCount *count, gpointer data)
{
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT " worlds", count->run);

    progress_tell(data, text);
    return !interrupt_waits();
}

/* Interrupts wait meanwhile: what is known is told before we end by one. */
static ExploreResult *explore_told(ExploreCommand *command, const Plan *plan)
{
    Progress progress;
    gint64 began = g_get_monotonic_time();

    progress_begin(&progress);
    command->options.tell = tell_progress;
    command->options.data = &progress;
    ExploreResult *result = explore(plan, &command->options);

    progress_clear(&progress);
    gint64 took = g_get_monotonic_time() - began;

    fprintf(stderr, "tcpwaltz: %" G_GUINT64_FORMAT " worlds in %.2f s\n", result->count.worlds,
            (double)took / G_USEC_PER_SEC);
    if (result->breach != NULL && !command->options.all)
        fprintf(stderr, "tcpwaltz: --except %s looks for what breaks another law, --all goes on\n",
                explore_law_name(result->breach->law));
    return result;
}

/* Where standard output is a file's, the report goes beside it. */
static int write_report(const ExploreCommand *command, const GString *report)
{
    gboolean beside = (command->output != NULL && strcmp(command->output, "-") == 0) ||
                      (command->dot != NULL && strcmp(command->dot, "-") == 0);

    if (!beside)
        return output_standard(report->str, report->len);
    fputs(report->str, stderr);
    return STATUS_FINE;
}

static int write_dot(const ExploreCommand *command, const ExploreResult *result)
{
    g_autoptr(GString) out = g_string_new(NULL);

    explore_append_dot(result->pairs, out);
    return output_write(command->dot, out->str, out->len);
}

static int tell(const ExploreCommand *command, const Subject *subject, const ExploreResult *result)
{
    g_autoptr(GString) report = g_string_new(NULL);
    int status = result->breach != NULL ? STATUS_FAILED : STATUS_FINE;

    explore_append_report(subject->file, subject->plan, &command->options, result, report);
    if (command->states)
        explore_append_states(result->pairs, report);
    status = status_worse(status, write_report(command, report));
    if (command->dot != NULL)
        status = status_worse(status, write_dot(command, result));
    if (command->output != NULL && result->breach != NULL)
        status = status_worse(status, write_witness(command, subject, result));
    return status;
}

static int explore_file(ExploreCommand *command, const char *file)
{
    Subject subject;
    int status = STATUS_TROUBLE;

    if (subject_read(command, file, &subject)) {
        g_autoptr(ExploreResult) result = explore_told(command, subject.plan);

        status = tell(command, &subject, result);
    }
    subject_clear(&subject);
    return status;
}

static int explore_any(ExploreCommand *command, const char *file)
{
    sigset_t signals;

    command->options.lab = command->simulation.lab;
    explore_bounds(&command->options.lab);
    interrupt_hold(&signals);
    int status = file != NULL ? explore_file(command, file) : explore_profiles(command);

    interrupt_release(&signals);
    return status;
}

/* --- the subcommand ----------------------------------------------------------------------- */

/* What is of one scenario is not of pairs of profiles. */
static gboolean fits_profiles(const ExploreCommand *command, char **files)
{
    const struct {
        gboolean is_given;
        const char *name;
    } others[] = {
        {files[0] != NULL, "FILE"},
        {command->output != NULL, "--output"},
        {command->dot != NULL, "--dot"},
        {command->states, "--states"},
        {command->hosts != NULL, "--hosts"},
        {command->without_faults, "--without-faults"},
        {command->simulation.overrides != NULL, "--set"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        if (others[i].is_given) {
            say_usage(&command_explore, "--profiles has scenarios of its own: no %s",
                      others[i].name);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean understand(ExploreCommand *command, char **files)
{
    if (!simulation_options_read(&command_explore, &command->simulation) ||
        !explore_options_read(command))
        return FALSE;
    if (!simulation_fits(&command_explore, &command->simulation, files))
        return FALSE;
    if (command->profiles != NULL)
        return fits_profiles(command, files);
    if (files[0] == NULL || files[1] != NULL) {
        say_usage(&command_explore, "explore needs one FILE");
        return FALSE;
    }
    if (drill_is_script(files[0])) {
        say_usage(&command_explore,
                  "worlds are those of a scenario: a packetdrill script says itself what is sent");
        return FALSE;
    }
    if (simulation_is_live(&command->simulation)) {
        say_usage(&command_explore, "worlds are simulated: nobody can be real in them");
        return FALSE;
    }
    const char *written[] = {command->output, command->dot};

    for (gsize i = 0; i < G_N_ELEMENTS(written); i++) {
        if (written[i] != NULL && output_overwrites(written[i], files)) {
            say_usage(&command_explore, "%s is the scenario itself: choose another file to write",
                      written[i]);
            return FALSE;
        }
    }
    return TRUE;
}

static int explore_command(int argc, char **argv)
{
    ExploreCommand command = {.faults = NULL};
    GOptionEntry simulation[SIMULATION_ENTRIES];
    GOptionEntry own[EXPLORE_ENTRIES];
    const GOptionEntry *const tables[] = {own, simulation, NULL};
    g_auto(GStrv) files = NULL;
    int status = STATUS_TROUBLE;

    explore_entries(&command, own);
    simulation_entries(&command.simulation, simulation);
    if (options_read(&command_explore, tables, argc, argv, &files, &status) &&
        understand(&command, files))
        status = explore_any(&command, files[0]);
    explore_options_clear(&command);
    return status;
}

const Command command_explore = {
    .name = "explore",
    .arguments = "FILE",
    .summary = "try every way in which the network may misbehave, up to a few faults at once",
    .about =
        "Each way is a world: the scenario's run in which certain segments are lost, repeated,\n"
        "late or corrupt. It is held to laws (docs/explore.md) and to the scenario's\n"
        "expectations marked 'always'. The first world that breaks one is told, and ends it.\n"
        "Laws: transition, bytes, ghost, reset, given-up, stranded, agreement, endless, always.",
    .run = explore_command,
};
