/* Fixed work, for counting the instructions that it takes: tests/bench/instructions runs it.
 *
 * usage: workload --build         the compiler and architecture that it was built with and for
 *        workload --list          a line a kind of work: its name, a small and a large size, and what
 *                                 one unit of size is: so many connections, SYNs, events
 *        workload NAME SIZE       does it
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/flood.h"
#include "bench/handshakes.h"
#include "config.h"
#include "core/queue.h"
#include "core/random.h"
#include "lab/lab.h"
#include "scenario/scenario.h"

typedef struct Work {
    const char *name;
    guint64 small, large; /* sizes whose difference is taken, so that the start cancels out */
    const char *unit;
    void (*run)(guint64 size);
} Work;

static void run_scenario(const char *text, TraceLevel level)
{
    static const char *const folders[] = {TCPWALTZ_SOURCE_ROOT "/sim/profiles", NULL};
    const ScenarioOptions scenario = {.profile_dirs = folders};
    const LabOptions lab = {.level = level,
                            .max_time = SIM_NEVER,
                            .max_events = G_MAXUINT64,
                            .max_memory = G_MAXUINT64,
                            .max_steps = G_MAXUINT64};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Plan) plan = scenario_parse("workload", text, strlen(text), &scenario, diagnostics);

    if (plan == NULL) {
        g_autofree char *said = diagnostics_format(diagnostics);

        g_error("%s", said);
    }
    trace_free(lab_run(plan, &lab));
}

static void run_handshakes(const HandshakeLoad *load, TraceLevel level)
{
    g_autofree char *text = bench_handshakes_scenario(load);

    run_scenario(text, level);
}

/* The load of `tcpwaltz bench handshakes`. */
static HandshakeLoad connections(guint64 count)
{
    return (HandshakeLoad){.count = count, .gap_us = 1000, .time_wait = SIM_SECOND};
}

static void handshakes(guint64 size)
{
    HandshakeLoad load = connections(size);

    run_handshakes(&load, TRACE_LEVEL_NONE);
}

static void handshakes_lossy(guint64 size)
{
    HandshakeLoad load = connections(size);

    load.loss = "5%";
    load.jitter = "5ms";
    run_handshakes(&load, TRACE_LEVEL_NONE);
}

static void handshakes_traced(guint64 size)
{
    HandshakeLoad load = connections(size);

    run_handshakes(&load, TRACE_LEVEL_FULL);
}

static void flood(guint64 size, guint cookies)
{
    FloodLoad load = {.count = size, .rate = 1000000, .backlog = 128, .cookies = cookies};
    g_autofree char *text = bench_flood_scenario(&load);

    run_scenario(text, TRACE_LEVEL_NONE);
}

static void flood_refused(guint64 size)
{
    flood(size, 0);
}

static void flood_cookies(guint64 size)
{
    flood(size, 2);
}

/* The hold model: of 10,000 pending events the first is taken out and put in again, later. */
static void events(guint64 size)
{
    enum { PENDING = 10000 };
    static Event pending[PENDING];
    EventQueue *queue = event_queue_new(NULL);
    SimOrder order = {0};
    RandomStream waits;

    random_stream_init(&waits, 1, "workload events");
    for (guint i = 0; i < PENDING; i++)
        event_queue_schedule(
            queue, &pending[i],
            (SimDue){(SimTime)random_stream_below(&waits, PENDING), sim_order_take(&order)});
    for (guint64 i = 0; i < size; i++) {
        SimTime now = event_queue_first_due(queue).at;
        SimTime wait = (SimTime)random_stream_below(&waits, PENDING);
        Event *event = event_queue_pop(queue);

        event_queue_schedule(queue, event, (SimDue){now + wait, sim_order_take(&order)});
    }
    event_queue_free(queue);
}

/* Connects to one port, all of an instant.  The first 25,536 take every local port there is for it; each
 * one that follows fails, and has to learn so at once. */
static void connects_refused(guint64 size)
{
    g_autofree char *text = g_strdup_printf(
        "host client rfc6298\n"
        "host server rfc6298\n"
        "link client server delay=10ms\n"
        "at 0s client connect server rate=1000000000/s count=%" G_GUINT64_FORMAT "\n"
        "stop at 1ms\n",
        25536 + size);

    run_scenario(text, TRACE_LEVEL_NONE);
}

static const Work works[] = {
    {"handshakes", 2000, 6000, "connection", handshakes},
    {"handshakes-lossy", 2000, 6000, "connection", handshakes_lossy},
    {"handshakes-traced", 1000, 3000, "connection", handshakes_traced},
    {"flood-refused", 20000, 60000, "SYN", flood_refused},
    {"flood-cookies", 20000, 60000, "SYN", flood_cookies},
    {"connects-refused", 1000, 3000, "connect", connects_refused},
    {"events", 20000, 120000, "event", events},
};

static int print_build(void)
{
#ifdef __clang__
    printf("clang-%d.%d.%d", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
    printf("gcc-%d.%d.%d", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
#if defined __x86_64__
    puts("\tx86_64");
#elif defined __aarch64__
    puts("\taarch64");
#else
    puts("\tother");
#endif
    return 0;
}

static int print_list(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(works); i++)
        printf("%s\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT "\t%s\n", works[i].name,
               works[i].small, works[i].large, works[i].unit);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--build") == 0)
        return print_build();
    if (argc == 2 && strcmp(argv[1], "--list") == 0)
        return print_list();
    for (gsize i = 0; argc == 3 && i < G_N_ELEMENTS(works); i++) {
        if (strcmp(argv[1], works[i].name) == 0) {
            works[i].run(strtoull(argv[2], NULL, 10));
            return 0;
        }
    }
    fputs("usage: workload --build | --list | NAME SIZE\n", stderr);
    return 2;
}
