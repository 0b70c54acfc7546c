/* Events picked out of an index, in the order in which they happened. */
#include "expect/events.h"

EventList *event_list_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(const TraceEvent *));
}

void event_list_add(EventList *list, const TraceEvent *event)
{
    g_array_append_val(list, event);
}

const TraceEvent *event_at(const EventList *list, guint i)
{
    g_assert(i < list->len);
    return g_array_index(list, const TraceEvent *, i);
}

EventList *events_of(const PlanExpect *expect, const TraceIndex *index, TraceList list,
                     EventFilter *is_meant)
{
    EventList *events = event_list_new();
    const TraceEvent *event = trace_index_first(index, expect->party.host, list);

    for (; event != NULL; event = trace_index_next(index, event)) {
        if (event_is_of(event, expect->party) && (is_meant == NULL || is_meant(expect, event)))
            event_list_add(events, event);
    }
    return events;
}

const TraceTally *tally_of(const PlanExpect *expect, const TraceIndex *index)
{
    return trace_tally(index->trace, expect->party.host);
}

gboolean event_is_of(const TraceEvent *event, PlanParty party)
{
    return event->host == party.host && (party.number == 0 || event->conn == party.number);
}

TcpError event_error(const TraceEvent *event)
{
    return event->kind == TRACE_CALL ? event->call.error : event->app.error;
}
