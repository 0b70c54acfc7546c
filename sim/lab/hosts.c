/* The hosts of a run: what an endpoint says through its hooks becomes trace events, packets on a
 * wire, and what an application does by itself (accepting, reading).
 */
#include <string.h>

#include "core/compiler.h"
#include "lab/world.h"
#include "proto/address.h"

/* 10.0.0.1, and 2001:db8::1. */
static const guint32 first_address = 0x0a000001, first_ipv6_address = 1;

static guint32 first_address_of(const Plan *plan, guint host)
{
    gboolean is_ipv6 = g_array_index(plan->hosts, PlanHost, host).config.ip == IP_6;

    return is_ipv6 ? first_ipv6_address : first_address;
}

guint32 lab_address(const Plan *plan, guint host)
{
    return host + first_address_of(plan, host);
}

gboolean lab_host_of(const LabRun *run, guint32 address, guint *out)
{
    guint32 index = address - (address_is_ipv6(address) ? first_ipv6_address : first_address);

    *out = index;
    return index < run->host_count && run->hosts[index].address == address;
}

/* ---- Connections, as the lab knows them ---- */

static guint64 stream_of(const LabHost *host, TcpConnId conn)
{
    return host->node != NULL ? lab_node_stream(host, conn) : tcp_stack_stream(host->stack, conn);
}

/* Its application may be told of it when it is over, too. */
static void list(LabHost *host, TcpConnId conn)
{
    guint byte = conn / 8, before = host->listed->len;

    if (byte >= before) {
        g_byte_array_set_size(host->listed, byte + 1);
        memset(host->listed->data + before, 0, byte + 1 - before);
    }
    host->listed->data[byte] |= (guint8)(1U << conn % 8);
}

static gboolean is_listed(const LabHost *host, TcpConnId conn)
{
    return conn / 8 < host->listed->len && (host->listed->data[conn / 8] >> conn % 8 & 1);
}

/* A connection begins.  One that begins while the run is quiet is not remembered (NULL): it stays
 * quiet, and a flood leaves no record here. */
static LabConn *remember(LabHost *host, TcpConnId conn)
{
    if (host->run->quiet || !host->keeps_conns)
        return NULL;
    LabConn *known = memory_pool_take(host->run->conns);
    known->ends = lab_host_ends(host, conn);
    id_map_set(&host->conns, conn, known);
    list(host, conn);
    return known;
}

/* What the whole story of a listed connection needs is listed even when a flood brought it about;
 * what a quiet one does is not. */
static TraceId record_of_conn(LabHost *host, TcpConnId conn, const LabConn *known,
                              const TraceEvent *event)
{
    if (known != NULL || is_listed(host, conn))
        return trace_add(host->run->trace, event);
    trace_count(host->run->trace, event);
    return 0;
}

static void forget(LabHost *host, TcpConnId conn, LabConn *known)
{
    memory_pool_give(host->run->conns, known);
    id_map_remove(&host->conns, conn);
}

/* Which stream this connection should be reading: what the other end of its four-tuple sends.  That
 * end may be over by now, or before this one was there at all (a SYN cookie that came back late): then
 * it is whoever sent what has just arrived. */
void lab_host_find_peer_stream(LabHost *host, LabConn *known)
{
    guint peer;

    if (known->has_peer_stream || !lab_host_of(host->run, known->ends.remote_address, &peer))
        return;
    const LabHost *other = lab_host(host->run, peer);
    TcpConnId id = lab_host_find(other, known->ends.remote_port,
                                 lab_address(host->run->plan, host->index), known->ends.local_port);
    const LabOrigin *arrived = host->run->arrived;
    if (!id && arrived && arrived->from == peer)
        id = arrived->conn;
    if (id) {
        known->has_peer_stream = TRUE;
        known->peer_stream = stream_of(other, id);
    }
}

/* ---- Listeners ---- */

static LabListener *listener_on(const LabHost *host, guint16 port)
{
    for (guint i = 0; i < host->listeners->len; i++) {
        LabListener *listener = &g_array_index(host->listeners, LabListener, i);

        if (listener->port == port)
            return listener;
    }
    return NULL;
}

gboolean lab_host_accepts_by_hand(const LabHost *host, guint16 port)
{
    const LabListener *listener = listener_on(host, port);

    return listener != NULL && listener->manual;
}

TcpError lab_host_listen(LabHost *host, const TcpListenOptions *options, gboolean manual)
{
    LabListener listener = {.port = options->port, .manual = manual};

    host->called_port = options->port;
    TcpError error = application_listen(host->application, host->run->now, options);
    if (error == TCP_OK)
        g_array_append_val(host->listeners, listener);
    return error;
}

TcpError lab_host_close_listener(LabHost *host, guint16 port)
{
    host->called_port = port;
    return application_close_listener(host->application, host->run->now, port);
}

/* A listener moved: which?  The one that the script called; a crash ends the newest first. */
static guint16 moved_listener(LabHost *host, TcpState to, TcpReason reason)
{
    guint last = host->listeners->len - 1;

    if (to == TCP_STATE_LISTEN)
        return host->called_port;
    if (reason == TCP_REASON_CRASHED)
        host->called_port = g_array_index(host->listeners, LabListener, last).port;
    LabListener *closed = listener_on(host, host->called_port);
    g_array_remove_index(host->listeners,
                         (guint)(closed - (LabListener *)(void *)host->listeners->data));
    return host->called_port;
}

/* ---- The application's own acts ---- */

static APART void record_wanted_app(LabHost *host, TcpConnId conn, TraceAppEvent event,
                                    guint64 bytes, guint64 wrong, TcpError error)
{
    TraceEvent *record = lab_event(host->run, TRACE_APP, host->index, conn);

    record->app.event = event;
    record->app.bytes = bytes;
    record->app.wrong = wrong;
    record->app.error = error;
    if (bytes > 0 && host->run->quiet)
        trace_count(host->run->trace, record);
    else
        record_of_conn(host, conn, lab_host_conn(host, conn), record);
}

void lab_host_tell(LabHost *host, TcpConnId conn, TraceAppEvent event, guint64 bytes, guint64 wrong,
                   TcpError error)
{
    if (trace_wants_events(host->run->trace))
        record_wanted_app(host, conn, event, bytes, wrong, error);
}

void lab_host_hears(LabHost *host, TcpConnId conn, TcpAppEvent event, TcpError error)
{
    switch (event) {
    case TCP_APP_CONNECTED: lab_host_tell(host, conn, TRACE_APP_CONNECTED, 0, 0, TCP_OK); break;
    case TCP_APP_EOF: lab_host_tell(host, conn, TRACE_APP_EOF, 0, 0, TCP_OK); break;
    case TCP_APP_ERROR: lab_host_tell(host, conn, TRACE_APP_ERROR, 0, 0, error); break;
    case TCP_APP_ACCEPTABLE:
    case TCP_APP_READABLE: break;
    case TCP_APP_EVENT_COUNT: g_assert_not_reached();
    }
}

/* One call of read, on its way. */
typedef struct Reading {
    LabHost *host;
    TcpConnId id;
    const LabConn *conn;
    TraceAppEvent as;             /* TRACE_APP_READ, TRACE_APP_PEEKED */
    guint64 expected, got, wrong; /* bytes */
} Reading;

/* Every byte is checked: nobody but the peer may have sent it.  With the last one the reading is
 * recorded, before the window's opening that it may cause. */
static void take(void *context, Payload payload, uint64_t offset, uint32_t length)
{
    Reading *reading = context;

    reading->got += length;
    reading->wrong += reading->conn->has_peer_stream
                          ? payload_wrong_bytes(payload, reading->conn->peer_stream, offset, length)
                          : length;
    if (reading->got == reading->expected)
        lab_host_tell(reading->host, reading->id, reading->as, reading->got, reading->wrong,
                      TCP_OK);
}

/* As far as the lab knows it, whether it lives or is over; *passing where it does not. */
static LabConn *conn_to_read(LabHost *host, TcpConnId conn, LabConn *passing)
{
    LabConn *known = lab_host_conn(host, conn);

    if (known == NULL)
        known = lab_rest_conn(host, conn);
    if (known != NULL)
        return known;
    *passing = (LabConn){.ends = lab_host_ends(host, conn)};
    return passing;
}

TcpError lab_host_read(LabHost *host, TcpConnId conn, guint64 most, gboolean peeks)
{
    LabConn passing, *known = conn_to_read(host, conn, &passing);
    guint64 there = application_readable(host->application, conn).bytes, got;

    lab_host_find_peer_stream(host, known);
    Reading reading = {.host = host,
                       .id = conn,
                       .conn = known,
                       .as = peeks ? TRACE_APP_PEEKED : TRACE_APP_READ,
                       .expected = MIN(most, there)};
    const ApplicationReading how = {
        .most = most, .peeks = peeks, .take = take, .context = &reading};
    TcpError error = application_read(host->application, host->run->now, conn, &how, &got);
    g_assert(got == reading.got);
    if (!peeks && got > 0 && got == there)
        lab_rest_forget(host, conn);
    return error;
}

/* What the application does without being told: it reads, once it holds the connection. */
static void read_what_is_there(LabHost *host, TcpConnId conn)
{
    if (host->reads)
        (void)lab_host_read(host, conn, G_MAXUINT64, FALSE);
}

/* Of one that is accepted now: what came before it was. */
static void see_what_is_there(LabHost *host, TcpConnId conn)
{
    TcpReadable readable = tcp_stack_readable(host->stack, conn);

    if (readable.bytes > 0) {
        read_what_is_there(host, conn);
        readable = tcp_stack_readable(host->stack, conn);
    }
    if (readable.at_eof)
        lab_host_tell(host, conn, TRACE_APP_EOF, 0, 0, TCP_OK);
}

OFTEN TcpError lab_host_accept(LabHost *host, guint16 port)
{
    ApplicationAccepted accepted;
    TcpError error = application_accept(host->application, host->run->now, port, &accepted);

    if (error != TCP_OK)
        return error;
    lab_host_tell(host, accepted.conn, TRACE_APP_ACCEPTED, 0, 0, TCP_OK);
    if (accepted.error != TCP_OK)
        lab_host_tell(host, accepted.conn, TRACE_APP_ERROR, 0, 0, accepted.error);
    else
        see_what_is_there(host, accepted.conn);
    return TCP_OK;
}

/* Whose bytes they are is known now, however late they are read. */
static void on_readable(LabHost *host, TcpConnId conn)
{
    LabConn *known = lab_host_conn(host, conn);
    if (known)
        lab_host_find_peer_stream(host, known);
    read_what_is_there(host, conn);
}

static void on_acceptable(LabHost *host, TcpConnId conn)
{
    guint16 port = lab_host_ends(host, conn).local_port;
    const LabListener *listener = listener_on(host, port);

    if (listener && !listener->manual)
        lab_host_accept(host, port);
}

/* ---- Hooks ---- */

APART void lab_host_send(LabHost *host, TcpConnId conn, const Segment *segment,
                         const LabBytes *bytes, const TcpSendNote *note)
{
    LabPacket packet = {.segment = segment,
                        .from = host->index,
                        .conn = conn,
                        .note = note,
                        .bytes = bytes,
                        .quiet = host->run->quiet};

    packet.to_nobody = !lab_host_of(host->run, segment->dst_addr, &packet.to);
    if (!packet.to_nobody || lab_strangers_way(host->run, host->index, &packet.to))
        lab_transmit(host->run, &packet);
}

static OFTEN void hook_send(void *context, TcpConnId conn, const Segment *segment,
                            const TcpSendNote *note)
{
    LabHost *host = context;
    LabWire *wire = lab_plain_wire_to(host, segment->dst_addr);

    if (wire != NULL)
        lab_transmit_plainly(host->run, wire, segment);
    else
        lab_host_send(host, conn, segment, NULL, note);
}

static TraceId record_state(LabHost *host, TcpConnId conn, const LabConn *known, TcpState from,
                            TcpState to, TcpReason reason)
{
    guint16 port = conn ? 0 : moved_listener(host, to, reason);

    if (!trace_wants_events(host->run->trace))
        return 0;
    TraceEvent *event = lab_event(host->run, TRACE_STATE, host->index, conn);
    event->state.from = from;
    event->state.to = to;
    event->state.reason = reason;
    event->state.port = port;
    return conn ? record_of_conn(host, conn, known, event) : trace_add(host->run->trace, event);
}

static OFTEN void hook_state(void *context, TcpConnId conn, TcpState from, TcpState to,
                             TcpReason reason)
{
    LabHost *host = context;
    gboolean begins = conn && (from == TCP_STATE_CLOSED || from == TCP_STATE_LISTEN);
    LabConn *known = begins ? remember(host, conn) : lab_host_conn(host, conn);
    TraceId id = record_state(host, conn, known, from, to, reason);
    if (known && (to == TCP_STATE_SYN_RCVD || to == TCP_STATE_ESTABLISHED))
        lab_host_find_peer_stream(host, known);
    if (host->awaited >> to & 1)
        lab_script_state(host, conn, to, id, conn && host->keeps_conns && !known);
    if (known != NULL && (to == TCP_STATE_CLOSED || to == TCP_STATE_LISTEN))
        forget(host, conn, known);
}

/* What comes of a quiet connection's timer is quiet. */
static void note_quiet_timer(LabRun *run, const TcpTimerNote *note)
{
    if (note->event == TCP_TIMER_FIRED)
        run->quiet = TRUE;
}

/* A half-open connection is too small to know what its timer was set to when the time for it was cut
 * short: whoever saw it armed does. */
static void take_armed_length(const LabRun *run, const LabConn *known, TraceEvent *event)
{
    const TraceEvent *armed = trace_event(run->trace, known->armed[event->timer.timer]);

    if (armed != NULL && event->timer.timer == TCP_TIMER_RETRANSMIT)
        event->timer.length = armed->timer.length;
}

static void hook_timer(void *context, TcpConnId conn, const TcpTimerNote *note)
{
    LabHost *host = context;
    LabRun *run = host->run;
    LabConn *known = lab_host_conn(host, conn);

    if (known == NULL) {
        note_quiet_timer(run, note);
        return;
    }
    TraceEvent *event = lab_event(run, TRACE_TIMER, host->index, conn);
    event->timer.timer = note->timer;
    event->timer.event = note->event;
    event->timer.length = note->length;
    event->timer.due = note->due;
    event->timer.retry = note->retry;
    event->timer.limit = (guint16)note->limit;
    event->timer.reason = note->reason;
    if (note->event != TCP_TIMER_ARMED)
        take_armed_length(run, known, event);
    if (note->event == TCP_TIMER_FIRED)
        event->cause = known->armed[note->timer];
    else if (note->event == TCP_TIMER_ARMED && run->last_sent)
        event->cause = run->last_sent; /* what was sent is what it watches over */
    TraceId id = lab_record(run, event);
    if (note->event == TCP_TIMER_ARMED)
        known->armed[note->timer] = id;
    else if (note->event == TCP_TIMER_FIRED)
        lab_because(run, id);
}

static void hook_discard(void *context, TcpConnId conn, const Segment *segment, TcpReason reason)
{
    LabHost *host = context;
    TraceEvent *event = lab_event(host->run, TRACE_DISCARD, host->index, conn);

    event->segment.class = segment_class(segment);
    event->segment.sent = host->run->arrived->sent;
    event->segment.reason = reason;
    guint peer;
    if (!lab_host_of(host->run, segment->src_addr, &peer))
        peer = host->run->arrived->from;
    event->segment.peer = (guint16)peer;
    lab_record_segment(host->run, event, segment);
}

static OFTEN void hook_app(void *context, TcpConnId conn, TcpAppEvent event, uint32_t amount,
                           TcpError error)
{
    LabHost *host = context;

    (void)amount;
    if (event == TCP_APP_ACCEPTABLE)
        on_acceptable(host, conn);
    else if (event == TCP_APP_READABLE)
        on_readable(host, conn);
    else
        lab_host_hears(host, conn, event, error);
}

/* ---- Hosts ---- */

static SipKey secret_of(const LabRun *run, const char *name)
{
    g_autofree char *stream_name = g_strdup_printf("host %s secret", name);
    RandomStream stream;

    random_stream_init(&stream, run->seed, stream_name);
    SipKey key;
    key.k0 = random_stream_next(&stream);
    key.k1 = random_stream_next(&stream);
    return key;
}

static gboolean script_reads(const Plan *plan, guint host)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        const PlanStep *step = &g_array_index(plan->steps, PlanStep, i);

        if (step->verb == PLAN_READ && step->actor.host == host)
            return TRUE;
    }
    return FALSE;
}

static void collect_whens(LabHost *host, const LabRun *run)
{
    for (guint i = 0; i < run->plan->steps->len; i++) {
        const PlanStep *step = &g_array_index(run->plan->steps, PlanStep, i);

        if (!step->is_when || step->when.host != host->index)
            continue;
        LabWhen when = {step, trace_use(run->trace->calls, i)};
        g_array_append_val(host->whens, when);
        host->awaited |= 1U << step->state;
    }
}

/* In these a `when` line asks for a connection that its endpoint has forgotten. */
static void hook_ending(void *context, TcpConnId conn)
{
    LabHost *host = context;

    if (host->run->last != NULL)
        lab_last_keep(host, conn);
    if (host->keeps_rests)
        lab_rest_keep(host, conn);
}

static const guint ended_states = 1U << TCP_STATE_CLOSED | 1U << TCP_STATE_LISTEN;

static SimTime hook_due(void *context, TcpTimer timer, SimTime now, SimTime length, SimTime due)
{
    const LabHost *host = context;
    const LabOptions *options = &host->run->options;

    return options->due(options->due_context, host->index, timer, now, length, due);
}

TcpHooks lab_host_hooks(LabHost *host)
{
    LabRun *run = host->run;
    gboolean wants_events = trace_wants_events(run->trace);
    return (TcpHooks){.context = host,
                      .send = hook_send,
                      .state = hook_state,
                      .timer = wants_events ? hook_timer : NULL,
                      .discard = wants_events ? hook_discard : NULL,
                      .app = hook_app,
                      .due = run->options.due != NULL ? hook_due : NULL,
                      .ending = run->last != NULL || host->keeps_rests ? hook_ending : NULL,
                      .states_untold = host->keeps_conns ? 0 : ~host->awaited};
}

void lab_fit_ip(HostConfig *config)
{
    if (config->ip == IP_6)
        config->mss -= ADDRESS_IPV6_HEADER - ADDRESS_IPV4_HEADER;
}

static const HostConfig *config_of(LabHost *host, const HostConfig *config)
{
    if (config->ip != IP_6)
        return config;
    host->own_config = g_memdup2(config, sizeof *config);
    lab_fit_ip(host->own_config);
    return host->own_config;
}

void lab_host_init(LabRun *run, LabHost *host, guint index)
{
    const PlanHost *plan = &g_array_index(run->plan->hosts, PlanHost, index);

    *host = (LabHost){.run = run,
                      .index = (guint16)index,
                      .address = lab_address(run->plan, index),
                      .first_address = first_address_of(run->plan, index),
                      .reads = !script_reads(run->plan, index),
                      .listeners = g_array_new(FALSE, FALSE, sizeof(LabListener)),
                      .listed = g_byte_array_new(),
                      .whens = g_array_new(FALSE, FALSE, sizeof(LabWhen)),
                      .ways = g_new0(LabWire *, run->host_count)};
    collect_whens(host, run);
    host->conns.budget = host->rests.budget = run->budget;
    host->accepts_first = !plan->config.calls_before_accept;
    host->keeps_rests = !host->reads && plan->config.unread_after_reset == UNREAD_AFTER_RESET_KEPT;
    host->keeps_conns = trace_wants_events(run->trace) || (host->awaited & ended_states);
    TcpSetup setup = {
        .config = config_of(host, &plan->config),
        .hooks = lab_host_hooks(host),
        .order = &run->order,
        .address = host->address,
        .secret = secret_of(run, plan->name),
        .stream_space = (guint64)(index + 1) << 32,
        .budget = run->budget,
    };
    host->stack = tcp_stack_new(&setup);
    host->timers = tcp_stack_timers(host->stack);
    host->application = application_new(host->stack);
}

void lab_host_clear(LabHost *host)
{
    application_free(host->application);
    tcp_stack_free(host->stack);
    g_array_unref(host->listeners);
    g_byte_array_unref(host->listed);
    g_array_unref(host->whens);
    g_free(host->ways);
    g_free(host->own_config);
    id_map_clear(&host->conns);
    id_map_clear(&host->rests);
}

void lab_host_deliver(LabHost *host, const Segment *segment)
{
    tcp_stack_deliver(host->stack, host->run->now, segment);
}

/* What becomes of its connections. */
static void lose_power(LabHost *host, gboolean up, gboolean forget_numbers)
{
    if (host->node != NULL)
        host->node->kind->power(host->node, up, forget_numbers);
    else if (host->mode != LAB_MODE_DOWN)
        tcp_stack_crash(host->stack, host->run->now, forget_numbers);
    else if (up && forget_numbers)
        tcp_stack_crash(host->stack, host->run->now, TRUE); /* nothing is left but the numbers */
}

void lab_host_power(LabHost *host, gboolean up, gboolean forget_numbers)
{
    LabRun *run = host->run;
    lab_rests_forget(host);
    lose_power(host, up, forget_numbers);
    host->mode = !up ? LAB_MODE_DOWN : host->node != NULL ? LAB_MODE_NODE : LAB_MODE_ENDPOINT;
    TraceEvent *event = lab_event(run, TRACE_HOST, host->index, 0);
    event->host_event.up = up;
    event->host_event.forgot = forget_numbers;
    trace_add(run->trace, event);
}
