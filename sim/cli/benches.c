/* What each bench runs, and with what, unless it is told otherwise. */
#include "cli/benches.h"

#include <string.h>

#include "bench/events.h"
#include "bench/flood.h"
#include "bench/seeds.h"
#include "bench/startup.h"
#include "bench/tracing.h"
#include "cli/message.h"
#include "cli/paths.h"

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

/* The plan of a generated scenario, which is printed instead where that was asked for.  NULL: there
 * is nothing to measure, and *good says whether that is fine. */
static Plan *plan_of(const BenchOptions *options, const char *name, const char *scenario,
                     GString *out, gboolean *good)
{
    *good = options->print;
    if (options->print) {
        g_string_append(out, scenario);
        return NULL;
    }
    return simulation_parse(&options->simulation, name, scenario, strlen(scenario));
}

static guint64 count_or(const BenchOptions *options, guint64 initial)
{
    return options->number != 0 ? options->number : initial;
}

static gboolean run_handshakes(const BenchOptions *options, GString *out)
{
    HandshakeLoad load = options->load;
    g_autoptr(GError) error = NULL;
    gboolean good;

    load.count = count_or(options, MAX(1000000, 4 * load.concurrent));

    g_autofree char *text = bench_handshakes_scenario(&load);
    g_autoptr(Plan) plan = plan_of(options, "bench handshakes", text, out, &good);

    if (plan == NULL)
        return good;
    return append_line(
        options, "handshakes",
        bench_handshakes(&load, plan, &options->simulation.lab, options->runs, &error), error, out);
}

static gboolean run_one_flood(const BenchOptions *options, const FloodLoad *load, GString *out)
{
    g_autofree char *text = bench_flood_scenario(load);
    g_autoptr(GError) error = NULL;
    gboolean good;
    g_autoptr(Plan) plan = plan_of(options, "bench flood", text, out, &good);

    if (plan == NULL)
        return good;
    return append_line(options, "flood",
                       bench_flood(load, plan, &options->simulation.lab, options->runs, &error),
                       error, out);
}

/* A bounded backlog without and with cookies; and one that holds every SYN, which shows what a
 * half-open connection costs with all that belongs to it. */
static gboolean run_flood(const BenchOptions *options, GString *out)
{
    static const guint64 held = 1000000;
    FloodLoad load = {.count = count_or(options, 10000000),
                      .rate = 1000000 / options->flood_gap_us,
                      .backlog = options->backlog_size};
    FloodLoad all = load;

    for (load.cookies = 0; load.cookies <= 2; load.cookies++) {
        if (!run_one_flood(options, &load, out))
            return FALSE;
    }
    all.count = all.backlog = MIN(all.count, held);
    return run_one_flood(options, &all, out);
}

static gboolean run_events_pending(const BenchOptions *options, guint64 pending, gboolean in_order,
                                   GString *out)
{
    EventsLoad load = {.pending = pending,
                       .operations = count_or(options, 1000000),
                       .in_order = in_order,
                       .seed = options->simulation.lab.seed};
    g_autoptr(GError) error = NULL;

    return append_line(options, "events", bench_events(&load, options->runs, &error), error, out);
}

static gboolean run_events(const BenchOptions *options, GString *out)
{
    static const guint64 usual[] = {100, 10000, 1000000, 10000000};
    const guint64 *pending = options->events_pending != 0 ? &options->events_pending : usual;
    guint count = options->events_pending != 0 ? 1 : G_N_ELEMENTS(usual);

    for (guint i = 0; i < 2 * count; i++) {
        if (!run_events_pending(options, pending[i % count], i >= count, out))
            return FALSE;
    }
    return TRUE;
}

static gboolean run_trace(const BenchOptions *options, GString *out)
{
    HandshakeLoad load = options->load;
    g_autoptr(GError) error = NULL;
    gboolean good;

    load.count = count_or(options, 100000); /* some tenths of a second */

    g_autofree char *text = bench_handshakes_scenario(&load);
    g_autoptr(Plan) plan = plan_of(options, "bench trace", text, out, &good);

    if (plan == NULL)
        return good;
    return append_line(
        options, "trace",
        bench_tracing(load.count, plan, &options->simulation.lab, options->runs, &error), error,
        out);
}

static gboolean run_startup(const BenchOptions *options, GString *out)
{
    g_autofree char *program = paths_program(), *scenarios = paths_scenarios();
    g_autofree char *file = g_build_filename(scenarios, "handshake", "first-syn-lost.scn", NULL);
    char run_word[] = "run";
    char *argv[] = {program, run_word, file, NULL};
    g_autoptr(GError) error = NULL;

    if (program == NULL) {
        say_trouble("bench startup: the system does not tell where this program is");
        return FALSE;
    }
    return append_line(options, "startup", bench_startup(argv, count_or(options, 200), &error),
                       error, out);
}

static gboolean run_seeds(const BenchOptions *options, GString *out)
{
    g_autoptr(GError) error = NULL;
    gboolean good;
    g_autoptr(Plan) plan = plan_of(options, "bench seeds", bench_seeds_scenario, out, &good);

    if (plan == NULL)
        return good;
    return append_line(options, "seeds",
                       bench_seeds(count_or(options, 1000), options->threads, plan,
                                   &options->simulation.lab, options->runs, &error),
                       error, out);
}

const Bench benches[] = {
    {"handshakes", TRUE, run_handshakes}, {"flood", TRUE, run_flood},
    {"events", FALSE, run_events},        {"trace", TRUE, run_trace},
    {"startup", FALSE, run_startup},      {"seeds", TRUE, run_seeds},
};

const gsize bench_count = G_N_ELEMENTS(benches);
G_STATIC_ASSERT(G_N_ELEMENTS(benches) <= BENCHES_MAX);
