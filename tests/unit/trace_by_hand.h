/* Traces written by hand, for the tests of the trace and of the views: no simulator involved. */
#ifndef TESTS_UNIT_TRACE_BY_HAND_H
#define TESTS_UNIT_TRACE_BY_HAND_H

#include "proto/keys.h"
#include "trace/trace.h"

enum {
    CLIENT = 0,
    SERVER = 1,
    THIRD = 2,
    CLIENT_ADDRESS = 0x0a000001, /* 10.0.0.1 */
    SERVER_ADDRESS = 0x0a000002,
    THIRD_ADDRESS = 0x0a000003,
    CLIENT_PORT = 40000,
    SERVER_PORT = 80,
    CLIENT_ISN = 1000,
    SERVER_ISN = 5000000,
};

#define MS(n) ((n)*SIM_MILLISECOND)

static inline Trace *two_hosts(void)
{
    Trace *trace = trace_new(TRACE_LEVEL_FULL);
    trace_add_host(trace, "client");
    trace_add_host(trace, "server");
    return trace;
}

/* A segment from the host to the other one, on the ports above. */
static inline Segment segment_of(TraceHost from, guint8 flags, Seq seq, Seq ack)
{
    Segment segment = {
        .src_addr = from == CLIENT ? CLIENT_ADDRESS : SERVER_ADDRESS,
        .dst_addr = from == CLIENT ? SERVER_ADDRESS : CLIENT_ADDRESS,
        .src_port = from == CLIENT ? CLIENT_PORT : SERVER_PORT,
        .dst_port = from == CLIENT ? SERVER_PORT : CLIENT_PORT,
        .seq = seq,
        .ack = ack,
        .flags = flags,
        .window = 5840,
    };
    return segment;
}

static inline TraceEvent event_of(SimTime t, TraceKind kind, TraceHost host, guint32 conn,
                                  TraceId cause)
{
    TraceEvent event = {.t = t, .kind = kind, .host = (guint16)host, .conn = conn, .cause = cause};
    return event;
}

static inline gboolean is_of_segment(TraceKind kind)
{
    return kind == TRACE_SEND || kind == TRACE_ARRIVE || kind == TRACE_DISCARD;
}

static inline TraceEvent send_of(Trace *trace, SimTime t, TraceHost from, Segment segment,
                                 TraceId cause)
{
    TraceEvent event = event_of(t, TRACE_SEND, from, 1, cause);
    event.segment.seen = trace_see(trace, &segment, FALSE);
    event.segment.class = segment_class(&segment);
    event.segment.peer = from == CLIENT ? SERVER : CLIENT;
    return event;
}

static inline TraceEvent forged_of(Trace *trace, SimTime t, TraceHost from, Segment segment)
{
    TraceEvent event = event_of(t, TRACE_SEND, from, 1, 0);
    event.segment.seen = trace_see(trace, &segment, TRUE);
    event.segment.class = segment_class(&segment);
    event.segment.peer = from == CLIENT ? SERVER : CLIENT;
    event.segment.injected = TRUE;
    return event;
}

static inline TraceId add_send(Trace *trace, SimTime t, TraceHost from, Segment segment,
                               TcpReason reason, TraceId cause)
{
    TraceEvent event = send_of(trace, t, from, segment, cause);
    event.segment.reason = reason;
    return trace_add(trace, &event);
}

/* The sent segment reaches the other host. */
static inline TraceId add_arrive(Trace *trace, SimTime t, TraceId sent, guint32 conn)
{
    const TraceEvent *send = trace_event(trace, sent);
    TraceEvent event = event_of(t, TRACE_ARRIVE, send->segment.peer, conn, sent);
    event.segment = send->segment;
    event.segment.seen = NULL;
    event.segment.peer = send->host;
    event.segment.sent = sent;
    return trace_add(trace, &event);
}

static inline TraceId add_state(Trace *trace, SimTime t, TraceHost host, TcpState from, TcpState to,
                                TcpReason reason, TraceId cause)
{
    TraceEvent event = event_of(t, TRACE_STATE, host, 1, cause);
    event.state.from = from;
    event.state.to = to;
    event.state.reason = reason;
    return trace_add(trace, &event);
}

static inline TraceId add_timer(Trace *trace, SimTime t, TraceHost host, TcpTimerEvent what,
                                SimTime length, SimTime due, guint32 retry, TcpReason reason,
                                TraceId cause)
{
    TraceEvent event = event_of(t, TRACE_TIMER, host, 1, cause);
    event.timer.timer = TCP_TIMER_RETRANSMIT;
    event.timer.event = what;
    event.timer.length = length;
    event.timer.due = due;
    event.timer.retry = retry;
    event.timer.limit = 5;
    event.timer.reason = reason;
    return trace_add(trace, &event);
}

static inline TraceId add_app(Trace *trace, SimTime t, TraceHost host, TraceAppEvent what,
                              TraceId cause)
{
    TraceEvent event = event_of(t, TRACE_APP, host, 1, cause);
    event.app.event = what;
    return trace_add(trace, &event);
}

static inline TraceId add_call(Trace *trace, SimTime t, TraceHost host, guint32 conn,
                               const char *text, guint line)
{
    TraceEvent event = event_of(t, TRACE_CALL, host, conn, 0);
    event.call.line = trace_add_call(trace, text, "first-syn-lost.scn", line);
    return trace_add(trace, &event);
}

/* The first SYN is lost, linux-2.4 with a delay of 10 ms: 28 events. */
static inline Trace *first_syn_lost(void)
{
    Trace *trace = two_hosts();
    trace->title = g_strdup("The first SYN is lost");
    trace->source = g_strdup("first-syn-lost.scn");
    guint32 rule = trace_add_rule(trace, "drop client SYN #1", "first-syn-lost.scn", 8);

    TraceId call = add_call(trace, 0, SERVER, 0, "server listen", 10);
    TraceEvent listen = event_of(0, TRACE_STATE, SERVER, 0, call);
    listen.state.from = TCP_STATE_CLOSED;
    listen.state.to = TCP_STATE_LISTEN;
    listen.state.reason = TCP_REASON_OPEN_PASSIVE;
    listen.state.port = SERVER_PORT;
    trace_add(trace, &listen);

    call = add_call(trace, 0, CLIENT, 1, "client connect server", 11);
    add_state(trace, 0, CLIENT, TCP_STATE_CLOSED, TCP_STATE_SYN_SENT, TCP_REASON_OPEN_ACTIVE, call);
    Segment syn = segment_of(CLIENT, TCP_SYN, CLIENT_ISN, 0);
    syn.options.present =
        OPTION_MSS | OPTION_SACK_PERMITTED | OPTION_TIMESTAMPS | OPTION_WINDOW_SCALE;
    syn.options.mss = 1460;
    segment_options_lay_out(&syn.options, OPTION_ORDER_OF_LINUX, FALSE);
    TraceEvent send = send_of(trace, 0, CLIENT, syn, call);
    send.segment.reason = TCP_REASON_OPEN_ACTIVE;
    send.segment.fate = TRACE_FATE_LOST;
    TraceId sent = trace_add(trace, &send);
    TraceEvent lost = event_of(0, TRACE_LOST, CLIENT, 1, sent);
    lost.fault.sent = sent;
    lost.fault.culprit = TRACE_CULPRIT_RULE;
    lost.fault.rule = rule;
    trace_add(trace, &lost);
    TraceId armed = add_timer(trace, 0, CLIENT, TCP_TIMER_ARMED, MS(3000), MS(3000), 1,
                              TCP_REASON_OPEN_ACTIVE, call);

    TraceId fired = add_timer(trace, MS(3000), CLIENT, TCP_TIMER_FIRED, MS(3000), MS(3000), 1,
                              TCP_REASON_RTO_FIRED, armed);
    send = send_of(trace, MS(3000), CLIENT, syn, fired);
    send.segment.reason = TCP_REASON_RTO_FIRED;
    send.segment.retry = 1;
    send.segment.limit = 5;
    sent = trace_add(trace, &send);
    add_timer(trace, MS(3000), CLIENT, TCP_TIMER_ARMED, MS(6000), MS(9000), 2, TCP_REASON_RTO_FIRED,
              fired);

    TraceId arrived = add_arrive(trace, MS(3010), sent, 1);
    add_state(trace, MS(3010), SERVER, TCP_STATE_LISTEN, TCP_STATE_SYN_RCVD, TCP_REASON_SYN_ARRIVED,
              arrived);
    Segment syn_ack = segment_of(SERVER, TCP_SYN | TCP_ACK, SERVER_ISN, CLIENT_ISN + 1);
    syn_ack.options = syn.options;
    syn_ack.window = 5792;
    sent = add_send(trace, MS(3010), SERVER, syn_ack, TCP_REASON_SYN_ARRIVED, arrived);
    add_timer(trace, MS(3010), SERVER, TCP_TIMER_ARMED, MS(3000), MS(6010), 1,
              TCP_REASON_SYN_ARRIVED, arrived);

    arrived = add_arrive(trace, MS(3020), sent, 1);
    add_timer(trace, MS(3020), CLIENT, TCP_TIMER_CANCELLED, MS(6000), MS(9000), 2,
              TCP_REASON_SYN_ACK_ARRIVED, arrived);
    add_state(trace, MS(3020), CLIENT, TCP_STATE_SYN_SENT, TCP_STATE_ESTABLISHED,
              TCP_REASON_SYN_ACK_ARRIVED, arrived);
    Segment ack = segment_of(CLIENT, TCP_ACK, CLIENT_ISN + 1, SERVER_ISN + 1);
    ack.options.present = OPTION_TIMESTAMPS;
    segment_options_lay_out(&ack.options, OPTION_ORDER_OF_LINUX, FALSE);
    sent = add_send(trace, MS(3020), CLIENT, ack, TCP_REASON_SYN_ACK_ARRIVED, arrived);
    add_app(trace, MS(3020), CLIENT, TRACE_APP_CONNECTED, arrived);

    arrived = add_arrive(trace, MS(3030), sent, 1);
    add_timer(trace, MS(3030), SERVER, TCP_TIMER_CANCELLED, MS(3000), MS(6010), 1,
              TCP_REASON_SYN_ACKED, arrived);
    add_state(trace, MS(3030), SERVER, TCP_STATE_SYN_RCVD, TCP_STATE_ESTABLISHED,
              TCP_REASON_SYN_ACKED, arrived);
    add_app(trace, MS(3030), SERVER, TRACE_APP_ACCEPTED, arrived);

    TraceEvent end = event_of(MS(3030), TRACE_END, TRACE_NO_HOST, 0, 0);
    end.end.why = TRACE_END_QUIET;
    trace_add(trace, &end);
    return trace;
}

#endif
