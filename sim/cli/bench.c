/* tcpwaltz bench: how fast it is.  What is measured stands in sim/bench/; options and output are
 * here. */
#include <stdio.h>
#include <string.h>

#include "bench/handshakes.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/simulation.h"

static const char *const formats[] = {"text", "json", NULL};
enum { FORMAT_TEXT, FORMAT_JSON };

enum { TIMES_MAX = 1000 };

typedef struct BenchOptions {
    SimulationOptions simulation;
    char *format, *count, *gap, *concurrent, *time_wait, *loss, *jitter,
        *times; /* NULL: not given */
    gboolean print;
    /* What they come to. */
    gboolean as_json;
    guint64 number; /* --count; 0: not given */
    guint runs;
    HandshakeLoad load;
} BenchOptions;

typedef struct BenchKind {
    const char *name;
    /* Appends its lines; FALSE, and said so, when it could not be done. */
    gboolean (*run)(const BenchOptions *options, GString *out);
} BenchKind;

/* --- what can be measured ----------------------------------------------------------------- */

static gboolean say_error(const char *name, const GError *error)
{
    say_trouble("bench %s: %s", name, error->message);
    return FALSE;
}

static gboolean append_line(const BenchOptions *options, const char *name, BenchLine *line,
                            const GError *error, GString *out)
{
    if (line == NULL)
        return say_error(name, error);
    bench_line_write(line, options->as_json, out);
    bench_line_free(line);
    return TRUE;
}

static gboolean run_handshakes(const BenchOptions *options, GString *out)
{
    HandshakeLoad load = options->load;
    g_autoptr(GError) error = NULL;

    load.count = options->number != 0 ? options->number : MAX(1000000, 2 * load.concurrent);

    g_autofree char *text = bench_handshakes_scenario(&load);

    if (options->print) {
        g_string_append(out, text);
        return TRUE;
    }

    g_autoptr(Plan) plan =
        simulation_parse(&options->simulation, "bench handshakes", text, strlen(text));

    if (plan == NULL)
        return FALSE;
    return append_line(
        options, "handshakes",
        bench_handshakes(&load, plan, &options->simulation.lab, options->runs, &error), error, out);
}

static const BenchKind kinds[] = {
    {"handshakes", run_handshakes},
};

/* --- the subcommand ----------------------------------------------------------------------- */

static gboolean number_from_1(const char *option, const char *text, guint64 initial, guint64 most,
                              guint64 *out)
{
    *out = initial;
    if (text == NULL)
        return TRUE;
    if (!option_number(&command_bench, option, text, out))
        return FALSE;
    if (*out >= 1 && *out <= most)
        return TRUE;
    say_usage(&command_bench, "%s is from 1 to %" G_GUINT64_FORMAT, option, most);
    return FALSE;
}

static gboolean read_gap(BenchOptions *options)
{
    static const guint64 second_us = 1000000;

    if (!number_from_1("--gap", options->gap, 1000, second_us, &options->load.gap_us))
        return FALSE;
    if (second_us % options->load.gap_us == 0)
        return TRUE;
    say_usage(&command_bench, "--gap must divide a second, 1000000 us: 1, 2, 4, 5, 10, 100, 1000");
    return FALSE;
}

static gboolean read_time_wait(BenchOptions *options)
{
    options->load.time_wait = SIM_SECOND;
    if (options->time_wait == NULL || sim_time_parse(options->time_wait, strlen(options->time_wait),
                                                     &options->load.time_wait) == SIM_TIME_OK)
        return TRUE;
    say_usage(&command_bench, "--time-wait takes a time with its unit (60s), not '%s'",
              options->time_wait);
    return FALSE;
}

static gboolean read_load(BenchOptions *options)
{
    static const guint64 most = 1000000000;
    guint64 runs;

    if (!number_from_1("--count", options->count, 0, most, &options->number) ||
        !number_from_1("--concurrent", options->concurrent, 0, most, &options->load.concurrent) ||
        !number_from_1("--times", options->times, 1, TIMES_MAX, &runs) || !read_gap(options) ||
        !read_time_wait(options))
        return FALSE;
    options->runs = (guint)runs;
    options->load.loss = options->loss;
    options->load.jitter = options->jitter;
    return TRUE;
}

/* Bounds are for scenarios that somebody else wrote: here the load says how long it lasts. */
static void lift_bounds(SimulationOptions *simulation)
{
    if (simulation->lab.max_time == 0)
        simulation->lab.max_time = SIM_NEVER;
    if (simulation->lab.max_events == 0)
        simulation->lab.max_events = G_MAXUINT64;
}

static gboolean understand(BenchOptions *options)
{
    int format = options->format == NULL
                     ? FORMAT_TEXT
                     : option_word(&command_bench, "--format", options->format, formats);

    if (format < 0 || !read_load(options) ||
        !simulation_options_read(&command_bench, &options->simulation))
        return FALSE;
    options->as_json = format == FORMAT_JSON;
    lift_bounds(&options->simulation);
    return TRUE;
}

static const BenchKind *find_kind(const char *name)
{
    const char *names[G_N_ELEMENTS(kinds) + 1] = {NULL};

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        names[i] = kinds[i].name;
        if (strcmp(name, names[i]) == 0)
            return &kinds[i];
    }
    say_unknown(&command_bench, "bench", name, names);
    return NULL;
}

/* Lines are written as they come: some take a while. */
static int run_kind(const BenchOptions *options, const BenchKind *kind)
{
    g_autoptr(GString) out = g_string_new(NULL);
    int status = kind->run(options, out) ? STATUS_FINE : STATUS_TROUBLE;

    return status_worse(status, output_standard(out->str, out->len));
}

static int run_named(const BenchOptions *options, char *const *names)
{
    int status = STATUS_FINE;

    for (char *const *name = names; *name != NULL; name++) {
        if (find_kind(*name) == NULL)
            return STATUS_TROUBLE;
    }
    for (; *names != NULL; names++)
        status = status_worse(status, run_kind(options, find_kind(*names)));
    return status;
}

static int run_all(const BenchOptions *options)
{
    int status = STATUS_FINE;

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        status = status_worse(status, run_kind(options, &kinds[i]));
    return status;
}

static void bench_options_clear(BenchOptions *options)
{
    char *texts[] = {options->format, options->count,     options->gap,  options->concurrent,
                     options->times,  options->time_wait, options->loss, options->jitter};

    simulation_options_clear(&options->simulation);
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
}

static int bench(int argc, char **argv)
{
    BenchOptions options = {.print = FALSE};
    GOptionEntry simulation[SIMULATION_ENTRIES];
    const GOptionEntry own[] = {
        {"format", 'f', 0, G_OPTION_ARG_FILENAME, &options.format, "how to tell: text or json",
         "FORMAT"},
        {"count", 'n', 0, G_OPTION_ARG_FILENAME, &options.count,
         "so many connections, SYNs or events", "N"},
        {"gap", 0, 0, G_OPTION_ARG_FILENAME, &options.gap,
         "microseconds from one connect to the next (1000)", "US"},
        {"concurrent", 0, 0, G_OPTION_ARG_FILENAME, &options.concurrent,
         "so many connections ESTABLISHED at once", "N"},
        {"time-wait", 0, 0, G_OPTION_ARG_FILENAME, &options.time_wait,
         "how long TIME-WAIT lasts (1s)", "TIME"},
        {"loss", 0, 0, G_OPTION_ARG_FILENAME, &options.loss, "the link loses segments (5%)", "P"},
        {"jitter", 0, 0, G_OPTION_ARG_FILENAME, &options.jitter, "the link's delay varies (5ms)",
         "TIME"},
        {"times", 0, 0, G_OPTION_ARG_FILENAME, &options.times,
         "measure so often, and tell the fastest (1)", "N"},
        {"print", 0, 0, G_OPTION_ARG_NONE, &options.print,
         "print the scenario instead, and measure nothing", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, simulation, NULL};
    g_auto(GStrv) names = NULL;
    int status = STATUS_TROUBLE;

    simulation_entries(&options.simulation, simulation);
    if (options_read(&command_bench, tables, argc, argv, &names, &status) && understand(&options))
        status = names[0] != NULL ? run_named(&options, names) : run_all(&options);
    bench_options_clear(&options);
    return status;
}

const Command command_bench = {
    .name = "bench",
    .arguments = "[BENCH...]",
    .summary = "measure how fast the simulator is",
    .about = "BENCH is one of these; all of them when none is given:\n"
             "  handshakes  connections opened and closed, without a trace\n"
             "Each prints a line, NAME KEY=VALUE...; docs/performance.md explains the keys.",
    .run = bench,
};
