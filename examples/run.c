/* A scenario from a file: its timeline, what each end did, whether it held what it expects.
 *
 *     cc run.c $(pkg-config --cflags --libs tcpwaltz) -o run && ./run first-syn-lost.scn */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <tcpwaltz.h>

static int print(void *stream, const void *bytes, size_t length)
{
    return fwrite(bytes, 1, length, stream) != length;
}

/* "0.000 s  client  SYN-SENT" */
static void print_states(const TcpwaltzRun *run)
{
    TcpwaltzEvents *events = tcpwaltz_events_new(run);
    const TcpwaltzEvent *event;

    while ((event = tcpwaltz_events_next(events)) != NULL) {
        if (event->kind == TCPWALTZ_STATE)
            printf("%7.3f s  %s  %s\n", (double)event->time_ns / 1e9, event->host, event->what);
    }
    tcpwaltz_events_free(events);
}

/* Whether its client waits for something after one second. */
static void print_facts(const TcpwaltzRun *run)
{
    const char *host = tcpwaltz_run_host(run, 0);
    TcpwaltzFacts *facts = tcpwaltz_facts_new(run, INT64_C(1000000000));
    const TcpwaltzFact *fact = tcpwaltz_facts_of(facts, host, 1);

    for (size_t i = 0; fact != NULL && i < fact->timer_count; i++) {
        if (fact->timers[i].is_running)
            printf("at 1 s %s is in %s; its %s timer is due at %.3f s\n", host, fact->state,
                   fact->timers[i].name, (double)fact->timers[i].due_ns / 1e9);
    }
    tcpwaltz_facts_free(facts);
}

/* 0: all held. */
static int print_results(const TcpwaltzRun *run)
{
    TcpwaltzResults *results = tcpwaltz_run_check(run);
    size_t failed = tcpwaltz_results_failed(results);

    for (size_t i = 0; i < tcpwaltz_results_count(results); i++) {
        const TcpwaltzResult *result = tcpwaltz_results_at(results, i);

        if (result->outcome == TCPWALTZ_FAILED)
            printf("%s:%" PRIu32 ": %s: expected %s, happened %s\n", result->file, result->line,
                   result->text, result->expected, result->actual);
    }
    printf("%zu of %zu expectations failed\n", failed, tcpwaltz_results_count(results));
    tcpwaltz_results_free(results);
    return failed == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    TcpwaltzErrors *errors = NULL;
    TcpwaltzPlan *plan = argc == 2 ? tcpwaltz_plan_from_file(argv[1], NULL, &errors) : NULL;
    TcpwaltzRun *run = plan != NULL ? tcpwaltz_run_plan(plan, NULL, &errors) : NULL;
    int status = 2;

    if (run != NULL) {
        (void)tcpwaltz_run_view(run, "timeline", NULL, print, stdout, NULL);
        print_states(run);
        print_facts(run);
        status = print_results(run);
    } else {
        fputs(argc == 2 ? tcpwaltz_errors_text(errors) : "usage: run FILE\n", stderr);
    }
    tcpwaltz_run_free(run);
    tcpwaltz_plan_free(plan);
    tcpwaltz_errors_free(errors);
    return status;
}
