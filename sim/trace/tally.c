/* The tally of a host: what its events come to. */
#include "trace/tally.h"

static void tally_send(TraceTally *tally, const TraceEvent *event)
{
    if (event->segment.injected) {
        tally->forged++;
        return;
    }
    tally->sent[event->segment.class]++;
    tally->sent[SEGMENT_ANY]++;
    if (event->segment.reason == TCP_REASON_COOKIE_SENT)
        tally->cookies_sent++;
}

static void tally_arrive(TraceTally *tally, const TraceEvent *event)
{
    if (event->segment.class == SEGMENT_SYN)
        tally->syns_arrived++;
}

static void tally_discard(TraceTally *tally, const TraceEvent *event)
{
    if (event->segment.reason == TCP_REASON_SYN_QUEUE_FULL)
        tally->syn_queue_full++;
    else if (event->segment.reason == TCP_REASON_ACCEPT_QUEUE_FULL)
        tally->accept_queue_full++;
}

static void tally_state(TraceTally *tally, const TraceEvent *event)
{
    if (event->state.to == TCP_STATE_SYN_SENT)
        tally->tried++;
    else if (event->state.from == TCP_STATE_SYN_SENT && event->state.to == TCP_STATE_CLOSED)
        tally->failed++;
}

static void tally_app(TraceTally *tally, const TraceEvent *event)
{
    if (event->app.event == TRACE_APP_CONNECTED)
        tally->connected++;
    else if (event->app.event == TRACE_APP_ACCEPTED)
        tally->accepted++;
    else if (event->app.event == TRACE_APP_READ) {
        tally->bytes_read += event->app.bytes;
        tally->wrong_bytes += event->app.wrong;
    }
}

static void (*const by_kind[TRACE_KIND_COUNT])(TraceTally *tally, const TraceEvent *event) = {
    [TRACE_SEND] = tally_send,   [TRACE_ARRIVE] = tally_arrive, [TRACE_DISCARD] = tally_discard,
    [TRACE_STATE] = tally_state, [TRACE_APP] = tally_app,
};

void trace_tally_event(TraceTally *tally, const TraceEvent *event)
{
    if (by_kind[event->kind] != NULL)
        by_kind[event->kind](tally, event);
}
