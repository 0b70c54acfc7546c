/* tcpwaltz bench: how fast it is.  What can be asked for is here, benches.c says what that comes to,
 * and sim/bench/ measures. */
#include <stdio.h>
#include <string.h>

#include "cli/benches.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"

static const char *const formats[] = {"text", "json", NULL};
enum { FORMAT_TEXT, FORMAT_JSON };

enum { TIMES_MAX = 1000, THREADS_MAX = 1024, PENDING_MAX = 100000000 };

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

/* Connects and SYNs come at a rate, and a rate is a whole number a second. */
static gboolean read_gap(BenchOptions *options)
{
    static const guint64 second_us = 1000000;

    if (!number_from_1("--gap", options->gap, 1000, second_us, &options->load.gap_us) ||
        !number_from_1("--gap", options->gap, 1, second_us, &options->flood_gap_us))
        return FALSE;
    if (second_us % options->load.gap_us == 0)
        return TRUE;
    say_usage(&command_bench, "--gap must divide a second, 1000000 us: 1, 2, 4, 5, 10, 100, 1000");
    return FALSE;
}

static gboolean read_time_wait(BenchOptions *options)
{
    options->load.time_wait = SIM_SECOND;
    return option_time(&command_bench, "--time-wait", options->time_wait, OPTION_TIME_ANY,
                       &options->load.time_wait);
}

/* The language says what a value may be; but it is a word, and no more of a scenario than that. */
static gboolean is_one_word(const char *option, const char *text)
{
    if (text == NULL || strpbrk(text, " \t\r\n\"#") == NULL)
        return TRUE;
    say_usage(&command_bench, "%s takes one value, not '%s'", option, text);
    return FALSE;
}

static gboolean read_load(BenchOptions *options)
{
    static const guint64 most = 1000000000;
    guint64 runs, threads;

    if (!number_from_1("--count", options->count, 0, most, &options->number) ||
        !number_from_1("--concurrent", options->concurrent, 0, most, &options->load.concurrent) ||
        !number_from_1("--backlog", options->backlog, 1024, 1 << 30, &options->backlog_size) ||
        !number_from_1("--pending", options->pending, 0, PENDING_MAX, &options->events_pending) ||
        !number_from_1("--jobs", options->jobs, g_get_num_processors(), THREADS_MAX, &threads) ||
        !number_from_1("--times", options->times, 3, TIMES_MAX, &runs) || !read_gap(options) ||
        !read_time_wait(options) || !is_one_word("--loss", options->loss) ||
        !is_one_word("--jitter", options->jitter))
        return FALSE;
    options->runs = (guint)runs;
    options->threads = (guint)threads;
    options->load.loss = options->loss;
    options->load.jitter = options->jitter;
    return TRUE;
}

/* Bounds are for scenarios that somebody else wrote: here the load says how long it lasts, and a run
 * that records nothing counts no events.  So there are no options for them either. */
static void lift_bounds(SimulationOptions *simulation)
{
    simulation->lab.max_time = SIM_NEVER;
    simulation->lab.max_events = G_MAXUINT64;
    simulation->lab.max_memory = simulation->lab.max_steps = G_MAXUINT64;
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

static const Bench *find_bench(const char *name)
{
    const char *names[BENCHES_MAX + 1] = {NULL};

    for (gsize i = 0; i < bench_count; i++) {
        names[i] = benches[i].name;
        if (strcmp(name, names[i]) == 0)
            return &benches[i];
    }
    say_unknown(&command_bench, "bench", name, names);
    return NULL;
}

/* What it found is written before the next one begins: some take a while. */
static int run_bench(const BenchOptions *options, const Bench *bench)
{
    g_autoptr(GString) out = g_string_new(NULL);
    int status = bench->run(options, out) ? STATUS_FINE : STATUS_TROUBLE;

    return status_worse(status, output_standard(out->str, out->len));
}

static gboolean is_wanted(const BenchOptions *options, const Bench *bench)
{
    return bench->has_scenario || !options->print;
}

static int run_named(const BenchOptions *options, char *const *names)
{
    int status = STATUS_FINE;

    for (char *const *name = names; *name != NULL; name++) {
        const Bench *bench = find_bench(*name);

        if (bench == NULL)
            return STATUS_TROUBLE;
        if (!is_wanted(options, bench))
            return say_usage(&command_bench, "%s has no scenario to print", *name);
    }
    for (; *names != NULL; names++)
        status = status_worse(status, run_bench(options, find_bench(*names)));
    return status;
}

static int run_all(const BenchOptions *options)
{
    int status = STATUS_FINE;

    for (gsize i = 0; i < bench_count; i++) {
        if (is_wanted(options, &benches[i]))
            status = status_worse(status, run_bench(options, &benches[i]));
    }
    return status;
}

static void bench_options_clear(BenchOptions *options)
{
    char *texts[] = {options->format,  options->count,   options->gap,       options->concurrent,
                     options->backlog, options->times,   options->time_wait, options->loss,
                     options->jitter,  options->pending, options->jobs};

    simulation_options_clear(&options->simulation);
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
}

static int bench(int argc, char **argv)
{
    BenchOptions options = {.print = FALSE};
    GOptionEntry simulation[SIMULATION_UNBOUNDED_ENTRIES];
    const GOptionEntry own[] = {
        {"format", 'f', 0, G_OPTION_ARG_FILENAME, &options.format, "how to tell: text or json",
         "FORMAT"},
        {"count", 'n', 0, G_OPTION_ARG_FILENAME, &options.count,
         "so many connections, SYNs, events, processes or seeds", "N"},
        {"gap", 0, 0, G_OPTION_ARG_FILENAME, &options.gap,
         "microseconds from one connect (1000) or SYN (1) to the next", "US"},
        {"concurrent", 0, 0, G_OPTION_ARG_FILENAME, &options.concurrent,
         "so many connections ESTABLISHED at once", "N"},
        {"backlog", 0, 0, G_OPTION_ARG_FILENAME, &options.backlog,
         "half-open connections that a flooded server holds (1024)", "N"},
        {"time-wait", 0, 0, G_OPTION_ARG_FILENAME, &options.time_wait,
         "how long TIME-WAIT lasts (1s)", "TIME"},
        {"loss", 0, 0, G_OPTION_ARG_FILENAME, &options.loss, "the link loses segments (5%)", "P"},
        {"jitter", 0, 0, G_OPTION_ARG_FILENAME, &options.jitter, "the link's delay varies (5ms)",
         "TIME"},
        {"pending", 0, 0, G_OPTION_ARG_FILENAME, &options.pending,
         "events in the queue (100, 10000, 1000000, 10000000)", "N"},
        {"jobs", 'j', 0, G_OPTION_ARG_FILENAME, &options.jobs,
         "run so many seeds at once (as many as there are processors)", "N"},
        {"times", 0, 0, G_OPTION_ARG_FILENAME, &options.times,
         "measure so often, and tell the fastest (3)", "N"},
        {"print", 0, 0, G_OPTION_ARG_NONE, &options.print,
         "print the scenario instead, and measure nothing", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, simulation, NULL};
    g_auto(GStrv) names = NULL;
    int status = STATUS_TROUBLE;

    simulation_unbounded_entries(&options.simulation, simulation);
    if (options_read(&command_bench, tables, argc, argv, &names, &status) && understand(&options))
        status = names[0] != NULL ? run_named(&options, names) : run_all(&options);
    bench_options_clear(&options);
    return status;
}

const Command command_bench = {
    .name = "bench",
    .arguments = "[BENCH...]",
    .summary = "measure how fast the simulator is",
    .about =
        "BENCH is one of these; all of them when none is given:\n"
        "  handshakes  connections opened and closed, without a trace\n"
        "  flood       SYNs to a server, without and with cookies\n"
        "  events      the event queue by itself, with 100 to 10,000,000 events pending\n"
        "  trace       handshakes with everything recorded, against nothing\n"
        "  startup     one scenario, the whole process\n"
        "  seeds       many seeds of one scenario, on one thread and on several\n"
        "Each prints lines, NAME KEY=VALUE..., the fastest of three measurements; startup, the\n"
        "mean and the least of its processes.  docs/performance.md explains the keys.  All\n"
        "benches together take about half a minute.",
    .run = bench,
};
