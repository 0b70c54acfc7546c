/* Faults: the line of a scenario that meets a segment of a run. */
#include "api/api.h"

#include "trace/fault_line.h"
#include "trace/index.h"

G_STATIC_ASSERT((int)TCPWALTZ_DROP == (int)FAULT_DROP);
G_STATIC_ASSERT((int)TCPWALTZ_DUPLICATE == (int)FAULT_DUPLICATE);
G_STATIC_ASSERT((int)TCPWALTZ_CORRUPT == (int)FAULT_CORRUPT);
G_STATIC_ASSERT((int)TCPWALTZ_DELAY == (int)FAULT_DELAY);
G_STATIC_ASSERT((int)FAULT_KIND_COUNT == (int)TCPWALTZ_DELAY + 1);

/* NULL with *why: no fault can meet what the event is about. */
static const TraceEvent *find_sent(const Trace *trace, uint32_t number, const char **why)
{
    const TraceEvent *event = trace_event(trace, number);
    const TraceEvent *sent =
        event != NULL && event->kind != TRACE_SEND ? trace_sent(trace, event) : event;

    if (sent == NULL)
        *why = "is about no segment that a host sent";
    else if (sent->segment.injected)
        *why = "is about a forged segment, and faults do not meet those";
    else
        return sent;
    return NULL;
}

char *tcpwaltz_run_fault_line(const TcpwaltzRun *run, uint32_t event, TcpwaltzFault fault,
                              int64_t delay_ns, TcpwaltzErrors **errors)
{
    const char *why = NULL;
    const TraceEvent *sent = find_sent(run->trace, event, &why);

    if (sent == NULL) {
        errors_say(errors, NULL, "event %u %s", event, why);
        return NULL;
    }
    if ((int)fault < 0 || (int)fault >= FAULT_KIND_COUNT ||
        (fault == TCPWALTZ_DELAY && delay_ns < 1)) {
        errors_say(errors, NULL, "there is no such fault");
        return NULL;
    }
    GString *line = g_string_new(NULL);

    trace_fault_line(run->trace, sent, (FaultKind)fault, delay_ns, line);
    return g_string_free(line, FALSE);
}
