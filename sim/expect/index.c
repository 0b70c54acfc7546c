/* One pass over the trace puts each event into the list of the host that it belongs to. */
#include "expect/index.h"

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

static void host_index_init(HostIndex *host)
{
    host->sends = event_list_new();
    host->states = event_list_new();
    host->errors = event_list_new();
    host->accepted = event_list_new();
    host->reads = event_list_new();
    host->newest = 0;
}

static void host_index_clear(gpointer data)
{
    HostIndex *host = data;

    g_array_unref(host->sends);
    g_array_unref(host->states);
    g_array_unref(host->errors);
    g_array_unref(host->accepted);
    g_array_unref(host->reads);
}

static void add_send(TraceIndex *index, HostIndex *host, const TraceEvent *event)
{
    (void)index;
    if (!event->segment.injected)
        event_list_add(host->sends, event);
}

static void add_state(TraceIndex *index, HostIndex *host, const TraceEvent *event)
{
    (void)index;
    event_list_add(host->states, event);
    host->newest = MAX(host->newest, event->conn);
}

static void add_call(TraceIndex *index, HostIndex *host, const TraceEvent *event)
{
    if (event->call.error == TCP_OK)
        return;
    event_list_add(host->errors, event);
    event_list_add(index->bad_calls, event);
}

static void add_app(TraceIndex *index, HostIndex *host, const TraceEvent *event)
{
    (void)index;
    EventList *const lists[TRACE_APP_EVENT_COUNT] = {
        [TRACE_APP_ACCEPTED] = host->accepted,
        [TRACE_APP_READ] = host->reads,
        [TRACE_APP_ERROR] = host->errors,
    };

    g_assert(event->app.event < TRACE_APP_EVENT_COUNT);
    if (lists[event->app.event] != NULL)
        event_list_add(lists[event->app.event], event);
}

typedef void (*AddEvent)(TraceIndex *index, HostIndex *host, const TraceEvent *event);

static const AddEvent add_event[TRACE_KIND_COUNT] = {
    [TRACE_SEND] = add_send,
    [TRACE_STATE] = add_state,
    [TRACE_CALL] = add_call,
    [TRACE_APP] = add_app,
};

TraceIndex *trace_index_new(const Trace *trace, guint hosts)
{
    TraceIndex *index = g_new0(TraceIndex, 1);

    index->bad_calls = event_list_new();
    index->hosts = g_array_new(FALSE, TRUE, sizeof(HostIndex));
    g_array_set_size(index->hosts, MAX(hosts, trace->hosts->len));
    for (guint i = 0; i < index->hosts->len; i++)
        host_index_init(&g_array_index(index->hosts, HostIndex, i));
    g_array_set_clear_func(index->hosts, host_index_clear);

    for (guint i = 0; i < trace->hosts->len; i++)
        g_array_index(index->hosts, HostIndex, i).tally = *trace_tally(trace, i);

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        g_assert(event->kind < TRACE_KIND_COUNT);
        if (event->kind == TRACE_END)
            index->end = event;
        if (add_event[event->kind] == NULL || event->host == TRACE_NO_HOST)
            continue;
        g_assert(event->host < index->hosts->len);
        add_event[event->kind](index, &g_array_index(index->hosts, HostIndex, event->host), event);
    }
    return index;
}

void trace_index_free(TraceIndex *index)
{
    if (index == NULL)
        return;
    g_array_unref(index->hosts);
    g_array_unref(index->bad_calls);
    g_free(index);
}

const HostIndex *trace_index_host(const TraceIndex *index, guint host)
{
    g_assert(host < index->hosts->len);
    return &g_array_index(index->hosts, HostIndex, host);
}

gboolean event_is_of(const TraceEvent *event, PlanParty party)
{
    return event->host == party.host && (party.number == 0 || event->conn == party.number);
}

TcpError event_error(const TraceEvent *event)
{
    return event->kind == TRACE_CALL ? event->call.error : event->app.error;
}
