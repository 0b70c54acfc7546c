/* tcpwaltz pcap: runs a scenario, or reads what was seen, and writes it as a capture, for Wireshark. */
#include <string.h>
#include <unistd.h>

#include "cli/capture_options.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/simulation.h"
#include "view/view.h"

typedef struct PcapOptions {
    SimulationOptions simulation;
    CaptureOptions capture;
    char *output, *at; /* as given; NULL: not given */
} PcapOptions;

static gboolean understand(PcapOptions *options, char **files)
{
    if (!simulation_options_read(&command_pcap, &options->simulation) ||
        !capture_options_read(&command_pcap, &options->capture) ||
        !simulation_fits(&command_pcap, &options->simulation, files))
        return FALSE;
    if (files[0] == NULL || files[1] != NULL) {
        say_usage(&command_pcap, "pcap needs one FILE to run ('-' is standard input)");
        return FALSE;
    }
    if (options->output == NULL) {
        say_usage(&command_pcap, "pcap needs -o OUT.pcapng ('-' is standard output)");
        return FALSE;
    }
    if (strcmp(options->output, "-") == 0 && isatty(STDOUT_FILENO)) {
        say_usage(&command_pcap,
                  "a capture is no text for a terminal: pipe it, as in "
                  "'tcpwaltz pcap %s -o - | wireshark -k -i -'",
                  files[0]);
        return FALSE;
    }
    if (output_overwrites(options->output, files)) {
        say_usage(&command_pcap, "%s is what is read: choose another file to write",
                  options->output);
        return FALSE;
    }
    return TRUE;
}

static void drain(GString *capture, gpointer output)
{
    output_put(output, capture);
}

/* FALSE, and said so: --at names nobody, or what was seen elsewhere. */
static gboolean knows_where(const PcapOptions *options, const Input *input)
{
    g_autofree const char **names = g_new0(const char *, input->trace->hosts->len + 1);

    if (options->at == NULL)
        return TRUE;
    for (guint i = 0; i < input->trace->hosts->len; i++)
        names[i] = g_ptr_array_index(input->trace->hosts, i);
    if (option_word(&command_pcap, "--at", options->at, names) < 0)
        return FALSE;
    if (input->kind == INPUT_SCENARIO)
        return TRUE;
    say_trouble("%s: %s does not tell what arrived: --at is about runs", input->file,
                input_kind_text(input));
    return FALSE;
}

static int write_capture(const PcapOptions *options, const Input *input)
{
    g_autoptr(GString) capture = g_string_new(NULL);

    if (!capture_options_fit(&command_pcap, &options->capture, input->kind == INPUT_CAPTURE) ||
        !knows_where(options, input))
        return STATUS_TROUBLE;
    Output *output = output_open(options->output);
    const ViewOptions look = {.host = options->at, .drain = drain, .drain_data = output};

    view_pcapng(input->trace, &look, capture);
    output_put(output, capture);
    return output_close(output, TRUE);
}

static int write_file(const PcapOptions *options, const char *file)
{
    Input input;
    int status = STATUS_TROUBLE;

    if (input_read(&options->simulation, file, &options->capture.selection, &input))
        status = write_capture(options, &input);
    input_clear(&input);
    return status;
}

static int pcap(int argc, char **argv)
{
    PcapOptions options = {.output = NULL};
    GOptionEntry simulation[SIMULATION_ENTRIES], capture[CAPTURE_ENTRIES],
        times[CAPTURE_TIME_ENTRIES];
    const GOptionEntry own[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
         "write to this file, replaced in one step; '-': standard output", "FILE"},
        {"at", 0, 0, G_OPTION_ARG_FILENAME, &options.at,
         "what a capture at this host would have seen; else both ends are in it", "HOST"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, capture, times, simulation, NULL};
    g_auto(GStrv) files = NULL;
    int status = STATUS_TROUBLE;

    simulation_entries(&options.simulation, simulation);
    capture_entries(&options.capture, capture);
    capture_time_entries(&options.capture, times);
    if (options_read(&command_pcap, tables, argc, argv, &files, &status) &&
        understand(&options, files))
        status = write_file(&options, files[0]);
    simulation_options_clear(&options.simulation);
    capture_options_clear(&options.capture);
    g_free(options.output);
    g_free(options.at);
    return status;
}

const Command command_pcap = {
    .name = "pcap",
    .arguments = "FILE",
    .summary = "run a scenario and write what was on the wire as pcapng",
    .about =
        "FILE is a scenario, a segment table or a capture.  What is written has an interface a\n"
        "host (--at HOST: only that host's), and comments that say why a segment was sent and\n"
        "what became of it.  Streamed: tcpwaltz pcap FILE -o - | wireshark -k -i -.\n"
        "Expectations are not held.",
    .run = pcap,
};
