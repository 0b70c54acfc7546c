/* Hosts where a node sits instead of an endpoint: what lies between the two (lab/node.h). */
#include "lab/node.h"

#include <string.h>

#include "lab/world.h"

static void seat(LabHost *host)
{
    const LabNodeKind *kind = host->node->kind;

    host->mode = LAB_MODE_NODE;
    if (kind->behind != NULL)
        trace_hide(host->run->trace, host->index, kind->behind(host->node));
    if (kind->stack != NULL)
        trace_run_on(host->run->trace, host->index, kind->stack(host->node));
}

gboolean lab_nodes_begin(LabRun *run, char **trouble)
{
    const LabReality *reality = run->options.reality;
    run->session = reality->begin(reality, run->plan, trouble);
    if (run->session == NULL)
        return FALSE;
    for (guint i = 0; i < run->host_count; i++) {
        LabHost *host = lab_host(run, i);
        host->node = reality->node(run->session, host, trouble);
        if (host->node != NULL)
            seat(host);
        else if (*trouble != NULL)
            return FALSE;
    }
    lab_wires_watch_nodes(run);
    return TRUE;
}

void lab_nodes_tell(LabRun *run)
{
    const LabReality *reality = run->options.reality;
    TraceWheel *wheel = &run->trace->wheel;

    if (run->session != NULL && reality->wheel != NULL)
        wheel->has_phase = reality->wheel(run->session, &wheel->tick, &wheel->phase);
    if (run->session != NULL && reality->judge != NULL)
        reality->judge(run->session, &run->trace->verdict);
    if (run->session != NULL && reality->remarks != NULL)
        reality->remarks(run->session, run->trace->remarks);
}

void lab_nodes_end(LabRun *run)
{
    for (guint i = 0; i < run->host_count; i++) {
        LabNode *node = lab_host(run, i)->node;
        if (node != NULL)
            node->kind->free(node);
    }
    if (run->session != NULL)
        run->options.reality->end(run->session);
}

LabNode *lab_nodes_first(LabRun *run, SimDue *due)
{
    LabNode *first = NULL;
    *due = lab_node_due(SIM_NEVER);
    for (guint i = 0; i < run->host_count; i++) {
        LabNode *node = lab_host(run, i)->node;
        SimDue own = node != NULL ? node->kind->next_due(node) : *due;
        if (!sim_due_before(own, *due))
            continue;
        *due = own;
        first = node;
    }
    return first;
}

void lab_nodes_advance(LabNode *node)
{
    lab_node_unasked(node->host);
    node->kind->advance(node);
    lab_host_settled(node->host->run, node->host);
}

TcpError lab_node_call(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    return host->node->kind->call(host->node, step, conn);
}

/* ---- What a node can know ---- */

guint lab_node_index(const LabHost *host)
{
    return host->index;
}

SimTime lab_node_now(const LabHost *host)
{
    return host->run->now;
}

gboolean lab_node_reads(const LabHost *host)
{
    return host->reads;
}

const Plan *lab_node_plan(const LabHost *host)
{
    return host->run->plan;
}

guint64 lab_node_seed(const LabHost *host)
{
    return host->run->seed;
}

Budget *lab_node_budget(const LabHost *host)
{
    return host->run->budget;
}

TraceId lab_node_last_sent(const LabHost *host)
{
    return host->run->last_sent;
}

SimDue lab_node_due(SimTime at)
{
    return (SimDue){.at = at, .order = G_MAXUINT64};
}

SimOrder *lab_node_order(LabHost *host)
{
    return &host->run->order;
}

static const LabListener *listener_on(const LabHost *host, guint16 port)
{
    for (guint i = 0; i < host->listeners->len; i++) {
        const LabListener *listener = &g_array_index(host->listeners, LabListener, i);
        if (listener->port == port)
            return listener;
    }
    return NULL;
}

gboolean lab_node_accepts_by_hand(const LabHost *host, guint16 port, gboolean *is_open)
{
    const LabListener *listener = listener_on(host, port);
    *is_open = listener != NULL;
    return listener != NULL && listener->manual;
}

guint64 lab_node_stream(const LabHost *host, TcpConnId conn)
{
    return ((guint64)(host->index + 1) << 32) + conn;
}

gboolean lab_node_peer_stream(LabHost *host, TcpConnId conn, guint64 *out)
{
    LabConn *known = lab_host_conn(host, conn);
    if (known == NULL)
        return FALSE;
    lab_host_find_peer_stream(host, known);
    *out = known->peer_stream;
    return known->has_peer_stream;
}

gboolean lab_node_peer_is_hidden(const LabHost *host, TcpConnId conn)
{
    guint peer;

    return lab_host_of(host->run, lab_host_ends(host, conn).remote_address, &peer) &&
           trace_behind(host->run->trace, peer) != NULL;
}

Payload lab_node_strange_payload(LabHost *host)
{
    return lab_forged_payload(host->run);
}

/* ---- What it answers ---- */

void lab_node_unasked(LabHost *host)
{
    lab_because(host->run, 0);
    host->run->quiet = FALSE;
}

void lab_node_sends(LabHost *host, TcpConnId conn, const Segment *segment, const LabBytes *packet,
                    const TcpSendNote *note)
{
    lab_host_send(host, conn, segment, packet, note);
}

void lab_node_moves(LabHost *host, TcpConnId conn, TcpState from, TcpState to, TcpReason reason)
{
    lab_host_hooks(host).state(host, conn, from, to, reason);
}

void lab_node_listens(LabHost *host, guint16 port, gboolean by_hand)
{
    const LabListener listener = {.port = port, .manual = by_hand};
    host->called_port = port;
    lab_node_moves(host, 0, TCP_STATE_CLOSED, TCP_STATE_LISTEN, TCP_REASON_OPEN_PASSIVE);
    g_array_append_val(host->listeners, listener);
}

void lab_node_stops_listening(LabHost *host, guint16 port, TcpReason reason)
{
    host->called_port = port;
    lab_node_moves(host, 0, TCP_STATE_LISTEN, TCP_STATE_CLOSED, reason);
}

void lab_node_tells(LabHost *host, TcpConnId conn, TraceAppEvent event, guint64 bytes,
                    guint64 wrong, TcpError error)
{
    lab_host_tell(host, conn, event, bytes, wrong, error);
}

void lab_node_hears(LabHost *host, TcpConnId conn, TcpAppEvent event, TcpError error)
{
    lab_host_hears(host, conn, event, error);
}

TraceId lab_node_calls(LabHost *host, guint line, TcpConnId conn)
{
    LabRun *run = host->run;
    TraceId call = 0;

    if (trace_wants_events(run->trace)) {
        TraceEvent *event = lab_event(run, TRACE_CALL, host->index, conn);
        event->call.line = line;
        call = lab_record(run, event);
    }
    trace_use(run->trace->calls, line)->done++;
    lab_because(run, call);
    return call;
}

void lab_node_answers(LabHost *host, TraceId call, TcpError error)
{
    trace_answer(host->run->trace, call, error);
}

void lab_node_prints(LabHost *host, const char *text)
{
    LabRun *run = host->run;
    gsize length = strlen(text);
    g_autofree char *body = g_strndup(text, g_str_has_suffix(text, "\n") ? length - 1 : length);
    g_auto(GStrv) lines = g_strsplit(body, "\n", -1);

    budget_take(run->budget, length);
    for (guint i = 0; lines[i] != NULL; i++)
        g_ptr_array_add(run->trace->printed, g_strdup(lines[i]));
}

static gboolean tells_error(const TraceEvent *event, TcpError error)
{
    return event->kind == TRACE_APP && event->app.event == TRACE_APP_ERROR &&
           event->app.error == error;
}

static gboolean changes_something(const TraceEvent *event)
{
    return event->kind == TRACE_APP || event->kind == TRACE_STATE || event->kind == TRACE_ARRIVE ||
           event->kind == TRACE_DISCARD ||
           (event->kind == TRACE_TIMER && event->timer.event == TCP_TIMER_FIRED);
}

TraceId lab_node_came_of(const LabHost *host, TcpConnId conn, TcpError error)
{
    const Trace *trace = host->run->trace;
    TraceId newest = 0;

    for (TraceId id = trace->events->len; id > 0; id--) {
        const TraceEvent *event = trace_event(trace, id);

        if (event->host != host->index || (conn != 0 && event->conn != conn))
            continue;
        if (tells_error(event, error))
            return id;
        if (newest == 0 && changes_something(event))
            newest = id;
    }
    return newest;
}

void lab_node_ends_run(LabHost *host)
{
    host->run->stop = host->run->now;
}

void lab_node_discards(LabHost *host, TcpConnId conn, const Segment *segment, TcpReason reason)
{
    const TcpHooks hooks = lab_host_hooks(host);

    if (hooks.discard != NULL)
        hooks.discard(host, conn, segment, reason);
}

void lab_node_times(LabHost *host, TcpConnId conn, const TcpTimerNote *note)
{
    const TcpHooks hooks = lab_host_hooks(host);

    if (hooks.timer != NULL)
        hooks.timer(host, conn, note);
}

void lab_node_forgets(LabHost *host, TcpConnId conn)
{
    lab_last_keep(host, conn);
}

void lab_node_fails(LabHost *host, char *trouble)
{
    if (host->run->trouble == NULL)
        host->run->trouble = trouble;
    else
        g_free(trouble);
}
