/* The tally of a host: what its events come to. */
#include "trace/tally.h"

static void tally_send(TraceTally *tally, const TraceEvent *event)
{
    SegmentClass class = event->segment.class;

    tally->lost[class] += event->segment.fate == TRACE_FATE_LOST;
    tally->again[class] += event->segment.retry > 0;
    if (event->segment.injected) {
        tally->forged++;
        return;
    }
    tally->sent[class]++;
    tally->sent[SEGMENT_ANY]++;
    tally->opening.syn_acks_sent += class == SEGMENT_SYN_ACK;
    tally->opening.cookies_sent += event->segment.reason == TCP_REASON_COOKIE_SENT;
}

static void tally_arrive(TraceTally *tally, const TraceEvent *event)
{
    tally->opening.syns_arrived += event->segment.class == SEGMENT_SYN;
}

static void tally_discard(TraceTally *tally, const TraceEvent *event)
{
    tally->opening.syn_queue_full += event->segment.reason == TCP_REASON_SYN_QUEUE_FULL;
    tally->opening.accept_queue_full += event->segment.reason == TCP_REASON_ACCEPT_QUEUE_FULL;
}

static void tally_state(TraceTally *tally, const TraceEvent *event)
{
    TcpState from = event->state.from, to = event->state.to;

    tally->opening.tried += to == TCP_STATE_SYN_SENT;
    tally->opening.failed += from == TCP_STATE_SYN_SENT && to == TCP_STATE_CLOSED;
}

static void tally_app(TraceTally *tally, const TraceEvent *event)
{
    tally->opening.connected += event->app.event == TRACE_APP_CONNECTED;
    tally->opening.accepted += event->app.event == TRACE_APP_ACCEPTED;
    if (event->app.event != TRACE_APP_READ)
        return;
    tally->bytes_read += event->app.bytes;
    tally->wrong_bytes += event->app.wrong;
}

void trace_tally_event(TraceTally *tally, const TraceEvent *event)
{
    switch (event->kind) {
    case TRACE_SEND: tally_send(tally, event); break;
    case TRACE_ARRIVE: tally_arrive(tally, event); break;
    case TRACE_DISCARD: tally_discard(tally, event); break;
    case TRACE_STATE: tally_state(tally, event); break;
    case TRACE_APP: tally_app(tally, event); break;
    default: break;
    }
}
