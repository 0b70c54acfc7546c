/* tcpwaltz pcap: runs a scenario and writes it as a capture, for Wireshark. */
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/simulation.h"
#include "view/view.h"

typedef struct PcapOptions {
    SimulationOptions simulation;
    char *output; /* as given; NULL: not given */
} PcapOptions;

static gboolean understand(PcapOptions *options, char **files)
{
    if (!simulation_options_read(&command_pcap, &options->simulation) ||
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
        say_usage(&command_pcap, "%s is the scenario itself: choose another file to write",
                  options->output);
        return FALSE;
    }
    return TRUE;
}

static void drain(GString *capture, gpointer output)
{
    output_put(output, capture);
}

static int write_capture(const PcapOptions *options, const char *file)
{
    g_autoptr(Plan) plan = simulation_load(&options->simulation, file);

    if (plan == NULL)
        return STATUS_TROUBLE;

    g_autoptr(Trace) trace = simulation_run(&options->simulation, plan);
    g_autoptr(GString) capture = g_string_new(NULL);

    if (trace == NULL)
        return STATUS_TROUBLE;
    Output *output = output_open(options->output);
    const ViewOptions look = {.drain = drain, .drain_data = output};

    view_pcapng(trace, &look, capture);
    output_put(output, capture);
    return output_close(output, TRUE);
}

static int pcap(int argc, char **argv)
{
    PcapOptions options = {.output = NULL};
    GOptionEntry simulation[SIMULATION_ENTRIES];
    const GOptionEntry own[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
         "write to this file, replaced in one step; '-': standard output", "FILE"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, simulation, NULL};
    g_auto(GStrv) files = NULL;
    int status = STATUS_TROUBLE;

    simulation_entries(&options.simulation, simulation);
    if (options_read(&command_pcap, tables, argc, argv, &files, &status) &&
        understand(&options, files))
        status = write_capture(&options, files[0]);
    simulation_options_clear(&options.simulation);
    g_free(options.output);
    return status;
}

const Command command_pcap = {
    .name = "pcap",
    .arguments = "FILE",
    .summary = "run a scenario and write what was on the wire as pcapng",
    .about =
        "FILE is a scenario; the capture has an interface a host, and comments that say why a\n"
        "segment was sent and what became of it.  Streamed: tcpwaltz pcap FILE -o - |\n"
        "wireshark -k -i -.  Expectations are not held.",
    .run = pcap,
};
