/* The wire: what arrives was sent, to that host, before; each copy comes once, and is lost when its host
 * is down; a segment has as many copies as were made of it, none when it was lost on its way; and when
 * nothing is left to happen all have come.
 */
#include "watch.h"

static void look_at_send(Watch *watch, const TraceEvent *event)
{
    if (event->segment.injected)
        watch->has_forged = TRUE;
    else if (watch->hosts[event->host].down)
        broken(watch, event, "a host that is down sends");
    watch->sends[event->id].copies = 1;
}

/* It came, and was not received: copies of one segment are not told apart there. */
static void look_at_end_at_host(Watch *watch, const TraceEvent *event, const TraceEvent *sent)
{
    SendWatch *send = &watch->sends[sent->id];

    if (!watch->hosts[event->host].down)
        broken(watch, event, "lost, as the host is down, and it is not");
    if (event->host != sent->segment.peer || event->fault.sender != sent->host ||
        event->fault.class != sent->segment.class)
        broken(watch, event, "it is not what %u sent hither", sent->id);
    send->came++;
}

static void look_at_fate(Watch *watch, const TraceEvent *event)
{
    const TraceEvent *sent = trace_event(watch->trace, event->fault.sent);

    if (sent == NULL || sent->kind != TRACE_SEND) {
        broken(watch, event, "something befalls a segment that was not sent");
        return;
    }
    if (trace_is_lost_at_host(event)) {
        look_at_end_at_host(watch, event, sent);
        return;
    }
    SendWatch *send = &watch->sends[sent->id];
    if (event->kind == TRACE_LOST)
        send->copies = 0;
    else if (event->fault.kind == FAULT_DUPLICATE)
        send->copies++;
    if ((event->kind == TRACE_LOST) != (sent->segment.fate == TRACE_FATE_LOST))
        broken(watch, event, "the fate of %u is '%s'", sent->id,
               trace_fate_name(sent->segment.fate));
}

static void look_at_arrival(Watch *watch, const TraceEvent *event)
{
    const TraceEvent *sent = trace_event(watch->trace, event->segment.sent);

    if (sent == NULL || sent->kind != TRACE_SEND || sent->segment.peer != event->host) {
        broken(watch, event, "it arrives, and was not sent hither");
        return;
    }
    if (watch->hosts[event->host].down)
        broken(watch, event, "a host that is down receives");
    SendWatch *send = &watch->sends[sent->id];
    guint bit = 1U << event->segment.copy;
    if (event->segment.copy >= send->copies)
        broken(watch, event, "copy %u of %u arrives, and %u were made", event->segment.copy,
               sent->id, send->copies);
    if (send->arrived & bit)
        broken(watch, event, "the same copy of %u arrives twice", sent->id);
    send->arrived |= (guint8)bit;
    send->came++;
    if (event->segment.seen != sent->segment.seen)
        broken(watch, event, "what arrives is not what was sent");
}

void law_wire(Watch *watch, const TraceEvent *event)
{
    switch (event->kind) {
    case TRACE_SEND: look_at_send(watch, event); break;
    case TRACE_LOST:
    case TRACE_FAULT: look_at_fate(watch, event); break;
    case TRACE_ARRIVE: look_at_arrival(watch, event); break;
    default: break;
    }
}

void law_arrived_in_the_end(Watch *watch)
{
    if (!ended_quietly(watch))
        return;
    for (TraceId id = 1; id <= watch->trace->events->len; id++) {
        const SendWatch *send = &watch->sends[id];
        if (send->came != send->copies)
            broken(watch, trace_event(watch->trace, id), "not all of its %u copies came",
                   send->copies);
    }
}
