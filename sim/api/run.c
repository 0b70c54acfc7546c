/* Runs: a plan, played. */
#include "api/api.h"

#include "config.h"

const char *tcpwaltz_version(void)
{
    return TCPWALTZ_VERSION;
}

TcpwaltzRun *tcpwaltz_run_plan(const TcpwaltzPlan *plan, const TcpwaltzOptions *options,
                               TcpwaltzErrors **errors)
{
    g_autofree char *trouble = NULL;
    Trace *trace = lab_try(plan->plan, &options_or_defaults(options)->lab, &trouble);

    if (trace == NULL) {
        errors_say(errors, NULL, "%s", trouble);
        return NULL;
    }
    TcpwaltzRun *run = g_new0(TcpwaltzRun, 1);

    run->plan = plan_share(plan);
    run->trace = trace;
    return run;
}

TcpwaltzRun *tcpwaltz_run_text(const char *text, size_t length, TcpwaltzErrors **errors)
{
    TcpwaltzPlan *plan = tcpwaltz_plan_from_text(NULL, text, length, NULL, errors);
    TcpwaltzRun *run = plan != NULL ? tcpwaltz_run_plan(plan, NULL, errors) : NULL;

    tcpwaltz_plan_free(plan);
    return run;
}

void tcpwaltz_run_free(TcpwaltzRun *run)
{
    if (run == NULL)
        return;
    trace_free(run->trace);
    tcpwaltz_plan_free(run->plan);
    g_free(run);
}

const char *tcpwaltz_run_host(const TcpwaltzRun *run, size_t index)
{
    const GPtrArray *hosts = run->trace->hosts;

    return index < hosts->len ? g_ptr_array_index(hosts, index) : NULL;
}

/* The order is the trace's. */
G_STATIC_ASSERT((int)TCPWALTZ_END_MAX_STEPS == (int)TRACE_END_MAX_STEPS);
G_STATIC_ASSERT((int)TRACE_END_COUNT == (int)TCPWALTZ_END_MAX_STEPS + 1);

TcpwaltzEnd tcpwaltz_run_end(const TcpwaltzRun *run)
{
    const TraceEvent *last = trace_event(run->trace, run->trace->events->len);

    g_assert(last != NULL && last->kind == TRACE_END);
    return (TcpwaltzEnd)last->end.why;
}
