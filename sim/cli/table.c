/* tcpwaltz table: timing tables of scenarios, to read, or to keep and hold later. */
#include <errno.h>
#include <string.h>

#include "cli/capture_options.h"
#include "cli/command.h"
#include "cli/files.h"
#include "cli/input.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/simulation.h"
#include "cli/timing_files.h"
#include "view/timing.h"

typedef struct TableOptions {
    SimulationOptions simulation;
    CaptureOptions capture;
    char *format, *output, *save; /* as given; NULL: not given */
    const TimingFormat *timing;
} TableOptions;

static gboolean choose_format(TableOptions *options)
{
    gsize count;
    const TimingFormat *formats = timing_formats(&count);
    g_autofree const char **names = g_new0(const char *, count + 1);

    for (gsize i = 0; i < count; i++)
        names[i] = formats[i].name;

    int chosen = options->format == NULL
                     ? 0
                     : option_word(&command_table, "--format", options->format, names);

    if (chosen >= 0)
        options->timing = &formats[chosen];
    return chosen >= 0;
}

static gboolean understand(TableOptions *options, char **arguments)
{
    if (!choose_format(options) || !simulation_options_read(&command_table, &options->simulation) ||
        !capture_options_read(&command_table, &options->capture) ||
        !simulation_fits(&command_table, &options->simulation, arguments))
        return FALSE;
    if (arguments[0] == NULL) {
        say_usage(&command_table, "table needs a FILE or a folder");
        return FALSE;
    }
    if (options->save != NULL && (options->format != NULL || options->output != NULL)) {
        say_usage(&command_table, "--save has a format and files of its own: no --format, no "
                                  "--output");
        return FALSE;
    }
    if (options->output != NULL && output_overwrites(options->output, arguments)) {
        say_usage(&command_table, "%s is what is read: choose another file to write",
                  options->output);
        return FALSE;
    }
    return TRUE;
}

static void free_input(gpointer data)
{
    input_clear(data);
    g_free(data);
}

/* Every file (Input *), in their order; NULL, and all errors of all files said, when one is wrong. */
static GPtrArray *open_all(const TableOptions *options, const GPtrArray *files)
{
    GPtrArray *inputs = g_ptr_array_new_with_free_func(free_input);
    gboolean good = TRUE, has_capture = FALSE;

    for (guint i = 0; i < files->len; i++) {
        Input *input = g_new0(Input, 1);

        g_ptr_array_add(inputs, input);
        good = input_open(&options->simulation, g_ptr_array_index(files, i),
                          &options->capture.selection, input) &&
               good;
        has_capture = has_capture || input->kind == INPUT_CAPTURE;
    }
    if (!good || !capture_options_fit(&command_table, &options->capture, has_capture))
        g_clear_pointer(&inputs, g_ptr_array_unref);
    return inputs;
}

/* --- to read ------------------------------------------------------------------------------ */

static int show(const TableOptions *options, const GPtrArray *files)
{
    g_autoptr(GString) out = g_string_new(options->timing->header);
    g_autoptr(GPtrArray) inputs = open_all(options, files);

    if (inputs == NULL)
        return STATUS_TROUBLE;
    for (guint i = 0; i < inputs->len; i++) {
        Input *input = g_ptr_array_index(inputs, i);

        if (!input_run(&options->simulation, input))
            return STATUS_TROUBLE;
        options->timing->write(input->trace, out);
        input_clear(input);
    }
    return output_write(options->output != NULL ? options->output : "-", out->str, out->len);
}

/* --- to keep ------------------------------------------------------------------------------ */

/* FALSE, and said, when two scenarios want the same file. */
static gboolean have_files_of_their_own(const TimingFiles *tables, const GPtrArray *files)
{
    g_autoptr(GHashTable) owners = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < files->len; i++) {
        char *file = g_ptr_array_index(files, i);
        g_autofree char *path = timing_files_path(tables, file);
        const char *owner = g_hash_table_lookup(owners, path);

        if (owner != NULL && strcmp(owner, file) != 0) {
            say_usage(&command_table, "%s and %s would both be kept in %s", owner, file, path);
            return FALSE;
        }
        g_hash_table_replace(owners, g_steal_pointer(&path), file);
    }
    return TRUE;
}

static int save_one(const TableOptions *options, const char *path, Input *input)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autoptr(GString) out = g_string_new(NULL);

    if (!input_run(&options->simulation, input))
        return STATUS_TROUBLE;
    if (g_mkdir_with_parents(folder, 0777) != 0)
        return say_trouble("cannot make the folder %s: %s", folder, g_strerror(errno));
    view_timing_file(input->trace, out);
    input_clear(input);
    return output_write(path, out->str, out->len);
}

/* What could not be written once is not tried again for each file. */
static int save(const TableOptions *options, char *const *arguments, const GPtrArray *files)
{
    TimingFiles tables = {.folder = options->save, .arguments = (const char *const *)arguments};
    int status = STATUS_FINE;

    if (!have_files_of_their_own(&tables, files))
        return STATUS_TROUBLE;

    g_autoptr(GPtrArray) inputs = open_all(options, files);

    if (inputs == NULL)
        return STATUS_TROUBLE;
    for (guint i = 0; i < inputs->len && status == STATUS_FINE; i++) {
        g_autofree char *path = timing_files_path(&tables, g_ptr_array_index(files, i));

        status = save_one(options, path, g_ptr_array_index(inputs, i));
    }
    return status;
}

/* --- the subcommand ----------------------------------------------------------------------- */

static int tell(const TableOptions *options, char *const *arguments)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) files = files_expand((const char *const *)arguments, problems);

    for (guint i = 0; i < problems->len; i++)
        say_trouble("%s", (const char *)g_ptr_array_index(problems, i));
    if (problems->len > 0)
        return STATUS_TROUBLE;
    return options->save != NULL ? save(options, arguments, files) : show(options, files);
}

static int table(int argc, char **argv)
{
    TableOptions options = {.format = NULL};
    GOptionEntry simulation[SIMULATION_ENTRIES], capture[CAPTURE_ENTRIES],
        times[CAPTURE_TIME_ENTRIES];
    const GOptionEntry own[] = {
        {"format", 'f', 0, G_OPTION_ARG_FILENAME, &options.format,
         "how to show them: text, csv, markdown", "FORMAT"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
         "write to this file, replaced in one step; '-': standard output", "FILE"},
        {"save", 0, 0, G_OPTION_ARG_FILENAME, &options.save,
         "keep a table a scenario below this folder, for 'check --against'", "DIR"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, capture, times, simulation, NULL};
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_TROUBLE;

    simulation_entries(&options.simulation, simulation);
    capture_entries(&options.capture, capture);
    capture_time_entries(&options.capture, times);
    if (options_read(&command_table, tables, argc, argv, &arguments, &status) &&
        understand(&options, arguments))
        status = tell(&options, arguments);
    simulation_options_clear(&options.simulation);
    capture_options_clear(&options.capture);
    g_free(options.format);
    g_free(options.output);
    g_free(options.save);
    return status;
}

const Command command_table = {
    .name = "table",
    .arguments = "FILE|DIR...",
    .summary = "when each host sent what, what it waited, how it ended",
    .about =
        "FILE is a scenario, a packetdrill script, a capture or a segment table. A folder means\n"
        "the *.scn and *.pkt below it. Kept tables lie in the folder of --save as their\n"
        "scenarios lie in theirs; 'tcpwaltz check DIR --against TABLES' holds them.",
    .run = table,
};
