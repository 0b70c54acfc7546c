/* Counters: all that the trace has counted is what its events add up to.  Only of a trace that lists
 * everything.
 */
#include <string.h>

#include "watch.h"

typedef struct Sums {
    TraceCounters counters;
    TraceHostCounters *hosts;
    TraceTally *tallies;
} Sums;

static void add_send(Sums *sums, const TraceEvent *event)
{
    TraceTally *tally = &sums->tallies[event->host];
    const TraceSegment *segment = &event->segment;

    sums->counters.sent++;
    sums->counters.retransmitted += segment->retry > 0;
    tally->again[segment->class] += segment->retry > 0;
    tally->lost[segment->class] += segment->fate == TRACE_FATE_LOST;
    if (segment->injected) {
        tally->forged++;
        return;
    }
    tally->sent[segment->class]++;
    tally->sent[SEGMENT_ANY]++;
    tally->opening.syn_acks_sent += segment->class == SEGMENT_SYN_ACK;
    tally->opening.cookies_sent += segment->reason == TCP_REASON_COOKIE_SENT;
}

static gboolean is_open(TcpState state)
{
    return state != TCP_STATE_CLOSED && state != TCP_STATE_LISTEN;
}

static void add_state(Sums *sums, const TraceEvent *event)
{
    TraceOpening *opening = &sums->tallies[event->host].opening;
    TraceHostCounters *host = &sums->hosts[event->host];
    TcpState from = event->state.from, to = event->state.to;

    opening->tried += to == TCP_STATE_SYN_SENT;
    opening->failed += from == TCP_STATE_SYN_SENT && to == TCP_STATE_CLOSED;
    if (event->conn == 0)
        return;
    sums->counters.connections_opened += to == TCP_STATE_ESTABLISHED;
    sums->counters.connections_ended += to == TCP_STATE_CLOSED;
    host->opened += to == TCP_STATE_ESTABLISHED;
    host->ended += to == TCP_STATE_CLOSED;
    host->open += (guint64)is_open(to) - (guint64)is_open(from);
    host->open_most = MAX(host->open_most, host->open);
    host->established +=
        (guint64)(to == TCP_STATE_ESTABLISHED) - (guint64)(from == TCP_STATE_ESTABLISHED);
    host->established_most = MAX(host->established_most, host->established);
}

static void add_app(Sums *sums, const TraceEvent *event)
{
    TraceTally *tally = &sums->tallies[event->host];

    tally->opening.connected += event->app.event == TRACE_APP_CONNECTED;
    tally->opening.accepted += event->app.event == TRACE_APP_ACCEPTED;
    if (event->app.event != TRACE_APP_READ)
        return;
    sums->counters.bytes_delivered += event->app.bytes;
    sums->counters.wrong_bytes += event->app.wrong;
    tally->bytes_read += event->app.bytes;
    tally->wrong_bytes += event->app.wrong;
}

static void add(Sums *sums, const TraceEvent *event)
{
    switch (event->kind) {
    case TRACE_SEND: add_send(sums, event); break;
    case TRACE_STATE: add_state(sums, event); break;
    case TRACE_APP: add_app(sums, event); break;
    case TRACE_LOST:
        sums->counters.lost++;
        if (trace_is_lost_at_host(event))
            sums->tallies[event->fault.sender].lost[event->fault.class]++;
        break;
    case TRACE_ARRIVE:
        sums->counters.arrived++;
        sums->tallies[event->host].opening.syns_arrived += event->segment.class == SEGMENT_SYN;
        break;
    case TRACE_DISCARD: {
        TraceOpening *opening = &sums->tallies[event->host].opening;
        sums->counters.discarded++;
        opening->syn_queue_full += event->segment.reason == TCP_REASON_SYN_QUEUE_FULL;
        opening->accept_queue_full += event->segment.reason == TCP_REASON_ACCEPT_QUEUE_FULL;
        break;
    }
    default: break;
    }
}

/* What no event tells is taken as it is. */
static void take_untold(Sums *sums, const Trace *trace)
{
    sums->counters.events = trace->counters.events; /* turns of the clock without an event, too */
    for (guint i = 0; i < trace->hosts->len; i++) {
        const TraceTally *tally = trace_tally(trace, i);
        sums->tallies[i].half_open_most = tally->half_open_most;
        sums->tallies[i].bytes_most = tally->bytes_most;
    }
}

static void compare(Watch *watch, const Sums *sums)
{
    const Trace *trace = watch->trace;
    guint hosts = trace->hosts->len;

    if (trace->counters.events < trace->events->len)
        broken(watch, NULL, "fewer events counted than there are");
    if (memcmp(&sums->counters, &trace->counters, sizeof sums->counters) != 0)
        broken(watch, NULL, "the counters of the run are wrong");
    if (memcmp(sums->hosts, trace->host_counters->data, hosts * sizeof *sums->hosts) != 0)
        broken(watch, NULL, "the counters of the hosts are wrong");
    if (memcmp(sums->tallies, trace->tallies->data, hosts * sizeof *sums->tallies) != 0)
        broken(watch, NULL, "the tallies are wrong");
}

void law_counts(Watch *watch)
{
    const Trace *trace = watch->trace;
    Sums sums = {.hosts = g_new0(TraceHostCounters, trace->hosts->len),
                 .tallies = g_new0(TraceTally, trace->hosts->len)};

    for (TraceId id = 1; id <= trace->events->len; id++)
        add(&sums, trace_event(trace, id));
    take_untold(&sums, trace);
    if (trace->counters.unlisted == 0)
        compare(watch, &sums);
    g_free(sums.hosts);
    g_free(sums.tallies);
}
