/* Expectations: what the program answers, a simple reader of the trace answers, too. */
#include "expect/expect.h"
#include "watch.h"

/* ---- A simple reader ---- */

static gboolean is_of(const TraceEvent *event, PlanParty party)
{
    return event->host == party.host && (party.number == 0 || party.number == event->conn);
}

static guint64 count_sent(const Trace *trace, const PlanExpect *expect)
{
    guint64 count = 0;

    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        if (event->kind != TRACE_SEND || event->segment.injected || !is_of(event, expect->party))
            continue;
        count += expect->class == SEGMENT_ANY || expect->class == event->segment.class;
    }
    return count;
}

static guint64 count_app(const Trace *trace, const PlanExpect *expect, TraceAppEvent kind)
{
    guint64 count = 0;

    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        if (event->kind != TRACE_APP || event->app.event != kind || !is_of(event, expect->party))
            continue;
        count += kind != TRACE_APP_READ ? 1 : expect->wrong ? event->app.wrong : event->app.bytes;
    }
    return count;
}

static const ConnWatch *conn_meant(const Watch *watch, PlanParty party)
{
    const GArray *conns = watch->hosts[party.host].conns;
    guint number = party.number == 0 ? conns->len : party.number;

    return number >= 1 && number <= conns->len ? &g_array_index(conns, ConnWatch, number - 1)
                                               : NULL;
}

static gboolean ends_in(const Watch *watch, const PlanExpect *expect)
{
    const ConnWatch *conn = conn_meant(watch, expect->party);
    if (conn == NULL && expect->party.number != 0)
        return FALSE;
    TcpState last = conn != NULL ? conn->state : watch->hosts[expect->party.host].listener;
    return last == g_array_index(expect->states, TcpState, 0);
}

/* The answer, if this reader has one. */
static gboolean answer(const Watch *watch, const PlanExpect *expect, gboolean *holds)
{
    const Trace *trace = watch->trace;

    switch (expect->kind) {
    case PLAN_EXPECT_NEVER_SENDS: *holds = count_sent(trace, expect) == 0; return TRUE;
    case PLAN_EXPECT_SENDS_TIMES: *holds = count_sent(trace, expect) == expect->count; return TRUE;
    case PLAN_EXPECT_ACCEPTS:
        *holds = count_app(trace, expect, TRACE_APP_ACCEPTED) == expect->count;
        return TRUE;
    case PLAN_EXPECT_DELIVERS:
        *holds = count_app(trace, expect, TRACE_APP_READ) == expect->count;
        return TRUE;
    case PLAN_EXPECT_ENDS: *holds = ends_in(watch, expect); return TRUE;
    default: return FALSE;
    }
}

/* ---- The program ---- */

void law_expects(Watch *watch)
{
    const GArray *expects = watch->plan->expects;

    if (expects->len == 0)
        return;
    GPtrArray *results = expect_check(watch->plan, watch->trace);
    for (guint i = 0; i < expects->len; i++) {
        const PlanExpect *expect = &g_array_index(expects, PlanExpect, i);
        const ExpectResult *result = g_ptr_array_index(results, i);
        gboolean holds;
        if (answer(watch, expect, &holds) && !holds != !result->ok)
            broken(watch, NULL, "'%s': %s", expect->text, result->actual);
    }
    g_ptr_array_unref(results);
}
