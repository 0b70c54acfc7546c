/* tcpwaltz explain: the causes behind what is seen, by words or in a capture. */
#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#include "cli/capture_options.h"
#include "cli/command.h"
#include "cli/explanation.h"
#include "cli/input.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/terminal.h"
#include "escape/escape.h"
#include "symptom/symptom.h"

enum { WIDEST = 100, NARROWEST = 50, OTHERS_MAX = 8 };

typedef struct ExplainOptions {
    SimulationOptions simulation;
    CaptureOptions capture;
    TerminalOptions terminal;
    gboolean list;
    char *write;
    GPtrArray *shelf;
    LessonLook look;
} ExplainOptions;

/* --- all of them -------------------------------------------------------------------------- */

static int list(const ExplainOptions *options)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < options->shelf->len; i++)
        explanation_append_title(g_ptr_array_index(options->shelf, i), &options->look, out);
    return output_standard(out->str, out->len);
}

/* --- --write ------------------------------------------------------------------------------ */

/* Is the file there, with something else in it? */
static gboolean is_somebodys(const char *path, const char *text, gsize length)
{
    g_autofree char *there = NULL;
    gsize there_length;

    return g_file_get_contents(path, &there, &there_length, NULL) &&
           (there_length != length || memcmp(there, text, length) != 0);
}

static int write_scenario(const char *scenario, const char *folder, GString *said)
{
    g_autofree char *name = g_path_get_basename(scenario);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *text = NULL;
    gsize length;

    if (!g_file_get_contents(scenario, &text, &length, NULL))
        return say_trouble("cannot read %s: %s", scenario, g_strerror(errno));
    if (is_somebodys(path, text, length))
        return say_trouble("%s is there already, and says something else", path);
    escape_terminal(path, said);
    g_string_append_c(said, '\n');
    return output_write(path, text, length);
}

static int write_scenarios(const ExplainOptions *options, const Symptom *symptom)
{
    g_autoptr(GString) said = g_string_new(NULL);
    int status = STATUS_FINE;

    if (g_mkdir_with_parents(options->write, 0777) != 0)
        return say_trouble("cannot make the folder %s: %s", options->write, g_strerror(errno));
    for (guint i = 0; i < symptom->causes->len && status == STATUS_FINE; i++) {
        const SymptomCause *cause = g_ptr_array_index(symptom->causes, i);

        if (cause->scenario != NULL)
            status = write_scenario(cause->scenario, options->write, said);
    }
    return status == STATUS_FINE ? output_standard(said->str, said->len) : status;
}

/* --- by words ----------------------------------------------------------------------------- */

static int say_none(const char *typed, const Symptom *nearest)
{
    if (nearest != NULL)
        say_trouble("no symptom is known as '%s'; the nearest is %s: %s", typed, nearest->name,
                    nearest->title);
    else
        say_trouble("no symptom is known as '%s'", typed);
    return say_trouble("'tcpwaltz explain --list' lists them all");
}

/* Those that fit nearly as well. */
static void append_others(const ExplainOptions *options, const GArray *hits, GString *out)
{
    double best = g_array_index(hits, SymptomHit, 0).weight;
    guint shown = 0;

    for (guint i = 1; i < hits->len && shown < OTHERS_MAX; i++) {
        const SymptomHit *hit = &g_array_index(hits, SymptomHit, i);

        if (hit->weight < best / 2)
            break;
        g_string_append(out, shown++ == 0 ? "\nthese fit, too: tcpwaltz explain NAME\n" : "");
        explanation_append_title(hit->symptom, &options->look, out);
    }
}

static int explain_words(const ExplainOptions *options, char **words)
{
    g_autofree char *typed = g_strjoinv(" ", words);
    const Symptom *nearest;
    g_autoptr(GArray) hits = symptom_match(options->shelf, typed, &nearest);
    g_autoptr(GString) out = g_string_new(NULL);

    if (hits->len == 0)
        return say_none(typed, nearest);
    const Symptom *best = g_array_index(hits, SymptomHit, 0).symptom;

    if (options->write != NULL)
        return write_scenarios(options, best);
    explanation_append(best, &options->look, out);
    append_others(options, hits, out);
    return output_standard(out->str, out->len);
}

/* --- in a file ---------------------------------------------------------------------------- */

static void append_findings(const ExplainOptions *options, const char *file,
                            const SymptomFindings *findings, GString *out)
{
    guint count = findings->found->len;

    escape_terminal(file, out);
    g_string_append_printf(out, ": %u connection%s, ", findings->connections,
                           findings->connections == 1 ? "" : "s");
    if (count == 0)
        g_string_append(out, "nothing that is known as a symptom\n");
    else
        g_string_append_printf(out, "%u symptom%s\n", count, count == 1 ? "" : "s");
    for (guint i = 0; i < count; i++) {
        g_string_append_c(out, '\n');
        explanation_append_finding(&g_array_index(findings->found, SymptomFinding, i),
                                   &options->look, out);
    }
}

static int explain_file(const ExplainOptions *options, const char *file)
{
    g_autoptr(GString) out = g_string_new(NULL);
    Input input;

    if (options->write != NULL)
        return say_usage(&command_explain, "--write goes with words, not with a file");
    if (!input_read(&options->simulation, file, &options->capture.selection, &input))
        return STATUS_TROUBLE;
    if (!capture_options_fit(&command_explain, &options->capture, input.kind == INPUT_CAPTURE)) {
        input_clear(&input);
        return STATUS_TROUBLE;
    }
    g_autoptr(SymptomFindings) findings = symptom_find(options->shelf, input.trace);

    append_findings(options, input.file, findings, out);
    input_clear(&input);
    return output_standard(out->str, out->len);
}

/* A file that is there, or that is named as one. */
static gboolean is_file(const char *argument)
{
    static const char *const suffixes[] = {".pcap", ".pcapng", ".cap", ".csv",
                                           ".scn",  ".pkt",    ".gz",  ".zst"};

    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        if (g_str_has_suffix(argument, suffixes[i]))
            return TRUE;
    }
    return strcmp(argument, "-") == 0 || g_file_test(argument, G_FILE_TEST_IS_REGULAR);
}

/* --- the command -------------------------------------------------------------------------- */

static int explain_arguments(const ExplainOptions *options, char **arguments)
{
    if (options->list)
        return arguments[0] == NULL ? list(options)
                                    : say_usage(&command_explain, "--list takes no argument");
    if (arguments[0] == NULL)
        return say_usage(&command_explain, "explain needs a SYMPTOM or a FILE");
    if (arguments[1] == NULL && is_file(arguments[0]))
        return explain_file(options, arguments[0]);
    if (!capture_options_fit(&command_explain, &options->capture, FALSE))
        return STATUS_TROUBLE;
    return explain_words(options, arguments);
}

static int understand(ExplainOptions *options, char **arguments)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_auto(GStrv) folders = paths_symptoms();
    ViewOptions view;

    if (!simulation_options_read(&command_explain, &options->simulation) ||
        !capture_options_read(&command_explain, &options->capture) ||
        !terminal_view_options(&command_explain, &options->terminal, TRUE, &view))
        return STATUS_TROUBLE;
    options->look = (LessonLook){.width = CLAMP(view.width, NARROWEST, WIDEST),
                                 .colour = view.colour,
                                 .unicode = view.unicode};
    options->shelf = symptom_shelf((const char *const *)folders, diagnostics);
    simulation_say(diagnostics);
    if (options->shelf->len == 0)
        return say_trouble("no symptoms found (TCPWALTZ_SYMPTOMS names folders to search)");
    int status = explain_arguments(options, arguments);

    return diagnostics_any(diagnostics) ? status_worse(status, STATUS_TROUBLE) : status;
}

static int explain(int argc, char **argv)
{
    ExplainOptions options = {.list = FALSE};
    GOptionEntry terminal[TERMINAL_ENTRIES], simulation[SIMULATION_ENTRIES];
    GOptionEntry capture[CAPTURE_ENTRIES], times[CAPTURE_TIME_ENTRIES];
    const GOptionEntry own[] = {
        {"list", 0, 0, G_OPTION_ARG_NONE, &options.list, "all symptoms", NULL},
        {"write", 0, 0, G_OPTION_ARG_FILENAME, &options.write,
         "write the scenarios that reproduce it into this folder", "DIR"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, capture, times, terminal, simulation, NULL};
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_TROUBLE;

    capture_entries(&options.capture, capture);
    capture_time_entries(&options.capture, times);
    terminal_entries(&options.terminal, terminal);
    simulation_entries(&options.simulation, simulation);
    if (options_read(&command_explain, tables, argc, argv, &arguments, &status))
        status = understand(&options, arguments);
    g_clear_pointer(&options.shelf, g_ptr_array_unref);
    terminal_options_clear(&options.terminal);
    simulation_options_clear(&options.simulation);
    capture_options_clear(&options.capture);
    g_free(options.write);
    return status;
}

const Command command_explain = {
    .name = "explain",
    .arguments = "SYMPTOM|FILE",
    .summary = "tell the causes behind what is seen: \"127 s\", \"RST after FIN\", or a capture",
    .about = "SYMPTOM is what you would say of it: a time (\"127 s\"), an error (ETIMEDOUT, "
             "\"connection\n"
             "reset\"), what is on the wire (\"zero window\"), or a name of --list. FILE is a "
             "capture, a\n"
             "segment table or a scenario: its connections are searched for all known symptoms.",
    .run = explain,
};
