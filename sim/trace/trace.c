/* The record of a run: keeps events as far as its level wants them, and counts them all. */
#include "trace/trace.h"

#include "core/compiler.h"
#include "trace/addresses.h"
#include "trace/flows.h"
#include "trace/segments.h"
#include "trace/tally.h"

static void line_clear(gpointer data)
{
    TraceLine *line = data;

    g_free(line->text);
    g_free(line->file);
}

static void setting_clear(gpointer data)
{
    g_free(((TraceSetting *)data)->value);
}

static void link_setting_clear(gpointer data)
{
    g_free(((TraceLinkSetting *)data)->value);
}

static GArray *settings_new(guint size, GDestroyNotify clear)
{
    GArray *settings = g_array_new(FALSE, FALSE, size);

    g_array_set_clear_func(settings, clear);
    return settings;
}

static GArray *lines_new(void)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(TraceLine));

    g_array_set_clear_func(lines, line_clear);
    return lines;
}

Trace *trace_new(TraceLevel level)
{
    Trace *trace = g_new0(Trace, 1);

    trace->level = level;
    trace->budget = BUDGET_UNLIMITED;
    trace->hosts = g_ptr_array_new_with_free_func(g_free);
    trace->hidden = g_ptr_array_new_with_free_func(g_free);
    trace->remarks = g_ptr_array_new_with_free_func(g_free);
    trace->printed = g_ptr_array_new_with_free_func(g_free);
    trace->rules = lines_new();
    trace->calls = lines_new();
    trace->stacks = g_ptr_array_new_with_free_func(g_free);
    trace->settings = settings_new(sizeof(TraceSetting), setting_clear);
    trace->link_settings = settings_new(sizeof(TraceLinkSetting), link_setting_clear);
    trace->tallies = g_array_new(FALSE, TRUE, sizeof(TraceTally));
    trace->floods = g_array_new(FALSE, FALSE, sizeof(TraceFlood));
    trace->intervals = g_array_new(FALSE, FALSE, sizeof(TraceInterval));
    trace->events = trace_events_new(&trace->budget);
    trace->segments = trace_segments_new(&trace->budget);
    trace->host_counters = g_array_new(FALSE, TRUE, sizeof(TraceHostCounters));
    trace->flows = trace_flows_new(&trace->budget);
    return trace;
}

void trace_verdict_clear(TraceVerdict *verdict)
{
    g_free(verdict->text);
    g_free(verdict->expected);
    g_free(verdict->actual);
    *verdict = (TraceVerdict){.judgement = TRACE_NOT_JUDGED};
}

void trace_free(Trace *trace)
{
    if (trace == NULL)
        return;
    g_free(trace->title);
    g_free(trace->source);
    trace_verdict_clear(&trace->verdict);
    g_ptr_array_unref(trace->hosts);
    g_ptr_array_unref(trace->stacks);
    g_array_unref(trace->settings);
    g_array_unref(trace->link_settings);
    g_ptr_array_unref(trace->hidden);
    g_ptr_array_unref(trace->remarks);
    g_ptr_array_unref(trace->printed);
    g_array_unref(trace->tallies);
    g_array_unref(trace->floods);
    g_array_unref(trace->intervals);
    g_array_unref(trace->rules);
    g_array_unref(trace->calls);
    trace_events_free(trace->events);
    trace_segments_free(trace->segments);
    g_array_unref(trace->host_counters);
    trace_flows_free(trace->flows);
    trace_addresses_free(trace->addresses);
    g_free(trace);
}

TraceHost trace_add_host(Trace *trace, const char *name)
{
    g_assert(trace->hosts->len < TRACE_NO_HOST);
    g_ptr_array_add(trace->hosts, g_strdup(name));
    g_array_set_size(trace->host_counters, trace->hosts->len);
    g_array_set_size(trace->tallies, trace->hosts->len);
    return trace->hosts->len - 1;
}

/* Of lists with a text for some of the hosts. */
static void say_of(GPtrArray *texts, TraceHost host, const char *text)
{
    if (host >= texts->len)
        g_ptr_array_set_size(texts, (gint)host + 1);
    g_free(g_ptr_array_index(texts, host));
    g_ptr_array_index(texts, host) = g_strdup(text);
}

static const char *said_of(const GPtrArray *texts, TraceHost host)
{
    return host < texts->len ? g_ptr_array_index(texts, host) : NULL;
}

void trace_hide(Trace *trace, TraceHost host, const char *what)
{
    say_of(trace->hidden, host, what);
}

const char *trace_behind(const Trace *trace, TraceHost host)
{
    return said_of(trace->hidden, host);
}

void trace_run_on(Trace *trace, TraceHost host, const char *stack)
{
    say_of(trace->stacks, host, stack);
}

const char *trace_stack(const Trace *trace, TraceHost host)
{
    return said_of(trace->stacks, host);
}

static guint32 line_add(GArray *lines, const char *text, const char *file, guint line)
{
    TraceLine added = {.text = g_strdup(text), .file = g_strdup(file), .line = line};

    g_array_append_val(lines, added);
    return lines->len - 1;
}

guint32 trace_add_rule(Trace *trace, const char *text, const char *file, guint line)
{
    return line_add(trace->rules, text, file, line);
}

guint32 trace_add_call(Trace *trace, const char *text, const char *file, guint line)
{
    return line_add(trace->calls, text, file, line);
}

void trace_add_setting(Trace *trace, TraceHost host, const char *key, const char *value)
{
    const TraceSetting added = {.host = host, .key = key, .value = g_strdup(value)};

    g_array_append_val(trace->settings, added);
}

void trace_add_link_setting(Trace *trace, TraceHost from, TraceHost to, const char *key,
                            const char *value)
{
    const TraceLinkSetting added = {.from = from, .to = to, .key = key, .value = g_strdup(value)};

    g_array_append_val(trace->link_settings, added);
}

static void count_send(Trace *trace, const TraceEvent *event)
{
    trace->counters.sent++;
    if (event->segment.retry > 0)
        trace->counters.retransmitted++;
}

static void count_app(Trace *trace, const TraceEvent *event)
{
    if (event->app.event != TRACE_APP_READ)
        return;
    trace->counters.bytes_delivered += event->app.bytes;
    trace->counters.wrong_bytes += event->app.wrong;
}

static gboolean is_open(TcpState state)
{
    return state != TCP_STATE_CLOSED && state != TCP_STATE_LISTEN;
}

/* One more, or one less, and the most at once. */
static void tally(guint64 *now, guint64 *most, gboolean before, gboolean after)
{
    *now += (guint64)after - (guint64)before;
    *most = MAX(*most, *now);
}

static void count_host_state(TraceHostCounters *host, TcpState from, TcpState to)
{
    host->opened += to == TCP_STATE_ESTABLISHED;
    host->ended += to == TCP_STATE_CLOSED;
    tally(&host->open, &host->open_most, is_open(from), is_open(to));
    tally(&host->established, &host->established_most, from == TCP_STATE_ESTABLISHED,
          to == TCP_STATE_ESTABLISHED);
}

static void count_state(Trace *trace, const TraceEvent *event)
{
    if (event->conn == 0) /* a listener is no connection */
        return;
    trace->counters.connections_opened += event->state.to == TCP_STATE_ESTABLISHED;
    trace->counters.connections_ended += event->state.to == TCP_STATE_CLOSED;
    if (event->host < trace->host_counters->len)
        count_host_state(&g_array_index(trace->host_counters, TraceHostCounters, event->host),
                         event->state.from, event->state.to);
}

enum { UNCOUNTED = TRACE_LEVEL_FULL + 1 };

/* From which level on events of a kind are recorded and counted, and what they have. */
static const struct {
    guint8 recorded, counted; /* TraceLevel */
    bool has_segment;
} kinds[TRACE_KIND_COUNT] = {
    [TRACE_CALL] = {TRACE_LEVEL_FULL, UNCOUNTED, FALSE},
    [TRACE_APP] = {TRACE_LEVEL_FULL, TRACE_LEVEL_COUNTERS, FALSE},
    [TRACE_SEND] = {TRACE_LEVEL_FULL, TRACE_LEVEL_COUNTERS, TRUE},
    [TRACE_LOST] = {TRACE_LEVEL_FULL, TRACE_LEVEL_COUNTERS, FALSE},
    [TRACE_FAULT] = {TRACE_LEVEL_FULL, UNCOUNTED, FALSE},
    [TRACE_ARRIVE] = {TRACE_LEVEL_FULL, TRACE_LEVEL_COUNTERS, TRUE},
    [TRACE_DISCARD] = {TRACE_LEVEL_FULL, TRACE_LEVEL_COUNTERS, TRUE},
    [TRACE_STATE] = {TRACE_LEVEL_CONNECTIONS, TRACE_LEVEL_COUNTERS, FALSE},
    [TRACE_TIMER] = {TRACE_LEVEL_FULL, UNCOUNTED, FALSE},
    [TRACE_HOST] = {TRACE_LEVEL_CONNECTIONS, UNCOUNTED, FALSE},
    [TRACE_END] = {TRACE_LEVEL_CONNECTIONS, UNCOUNTED, FALSE},
};

/* On its way: its sender's tally knows that from its fate. */
static void count_lost(Trace *trace, const TraceEvent *event)
{
    trace->counters.lost++;
    if (event->fault.culprit == TRACE_CULPRIT_DOWN && event->fault.sender < trace->tallies->len)
        g_array_index(trace->tallies, TraceTally, event->fault.sender).lost[event->fault.class]++;
}

static void count(Trace *trace, const TraceEvent *event)
{
    switch (event->kind) {
    case TRACE_SEND: count_send(trace, event); break;
    case TRACE_LOST: count_lost(trace, event); break;
    case TRACE_ARRIVE: trace->counters.arrived++; break;
    case TRACE_DISCARD: trace->counters.discarded++; break;
    case TRACE_STATE: count_state(trace, event); break;
    case TRACE_APP: count_app(trace, event); break;
    default: return;
    }
    if (event->host < trace->tallies->len)
        trace_tally_event(&g_array_index(trace->tallies, TraceTally, event->host), event);
}

void trace_count(Trace *trace, const TraceEvent *event)
{
    g_assert(event->kind < TRACE_KIND_COUNT);
    trace->counters.unlisted++;
    if (trace->level >= kinds[event->kind].counted)
        count(trace, event);
}

void trace_held(Trace *trace, TraceHost host, TraceHeld held)
{
    TraceTally *tally = &g_array_index(trace->tallies, TraceTally, host);

    tally->half_open_most = MAX(tally->half_open_most, held.half_open);
    tally->bytes_most = MAX(tally->bytes_most, held.bytes);
}

const TraceTally *trace_tally(const Trace *trace, TraceHost host)
{
    g_assert(host < trace->tallies->len);
    return &g_array_index(trace->tallies, TraceTally, host);
}

const TraceEvent *trace_event(const Trace *trace, TraceId id)
{
    if (id == 0 || id > trace->events->len)
        return NULL;
    return &g_array_index(trace->events, TraceEvent, id - 1);
}

guint64 trace_events_bytes(const Trace *trace)
{
    return trace->events->len * sizeof(TraceEvent) +
           trace_segments_count(trace->segments) * sizeof(TraceSeen);
}

TraceSeen *trace_see(Trace *trace, const Segment *segment, gboolean is_forged)
{
    if (trace->level < kinds[TRACE_SEND].recorded)
        return NULL;
    TraceSeen *seen = trace_segments_add(trace->segments);
    seen->segment = *segment;
    trace_flows_see(trace->flows, seen, is_forged);
    return seen;
}

/* What arrives is what was sent, however late it comes. */
static void share_seen(const Trace *trace, TraceSegment *segment)
{
    const TraceEvent *sent = trace_event(trace, segment->sent);

    g_assert(sent != NULL && sent->kind == TRACE_SEND);
    segment->seen = sent->segment.seen;
}

/* Out of the way of the events that are written where they stay. */
static APART TraceId add_copy(Trace *trace, const TraceEvent *event)
{
    TraceEvent *slot = trace_slot(trace);

    *slot = *event;
    return trace_add(trace, slot);
}

TraceId trace_add(Trace *trace, const TraceEvent *event)
{
    TraceEvents *events = trace->events;
    TraceEvent *slot = (TraceEvent *)events->data + events->len;
    TraceKind kind = event->kind;
    TraceId id = 0;

    if (event != slot)
        return add_copy(trace, event);
    g_assert(kind < TRACE_KIND_COUNT);
    trace->counters.events++;
    if (trace->level >= kinds[kind].recorded) {
        id = slot->id = ++events->len;
        if (kinds[kind].has_segment && slot->segment.seen == NULL)
            share_seen(trace, &slot->segment);
    }
    if (trace->level >= kinds[kind].counted)
        count(trace, slot);
    return id;
}

void trace_answer(Trace *trace, TraceId call, TcpError error)
{
    if (call == 0)
        return;
    g_assert(trace_event(trace, call)->kind == TRACE_CALL);
    g_array_index(trace->events, TraceEvent, call - 1).call.error = error;
}
