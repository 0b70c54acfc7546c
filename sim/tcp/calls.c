/* The application's calls: RFC 9293 §3.10.1 to §3.10.6, with a socket's answers.
 *
 * A connection that its application has let go of (close) cannot be called any more; one that it
 * only shut down can.
 */
#include <assert.h>

#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/receive.h"
#include "tcp/timers.h"

static const char *const app_event_names[TCP_APP_EVENT_COUNT] = {
    [TCP_APP_CONNECTED] = "connected", [TCP_APP_ACCEPTABLE] = "acceptable",
    [TCP_APP_READABLE] = "readable",   [TCP_APP_EOF] = "eof",
    [TCP_APP_ERROR] = "error",
};

const char *tcp_app_event_name(TcpAppEvent event)
{
    assert(event < TCP_APP_EVENT_COUNT);
    return app_event_names[event];
}

/* The full connection that the application may still call; a half-open one becomes full. */
static TcpConnection *callable(TcpStack *stack, TcpConnId id)
{
    TcpEntry *entry = tcp_stack_entry(stack, id);

    if (entry == NULL)
        return NULL;
    TcpConnection *conn = entry->kind == TCP_ENTRY_HALF_OPEN
                              ? tcp_half_open_promote(stack, (TcpHalfOpen *)entry)
                              : (TcpConnection *)entry;
    return tcp_is_orphan(conn) ? NULL : conn;
}

TcpConnection *tcp_callable(TcpStack *stack, TcpConnId id)
{
    return callable(stack, id);
}

/* ---- OPEN (§3.10.1) ---- */

TcpError tcp_listen(TcpStack *stack, SimTime now, const TcpListenOptions *options)
{
    (void)now;
    if (tcp_listener_find(stack, options->port) != NULL)
        return TCP_EADDRINUSE;
    tcp_listener_add(stack, options->port, options->backlog);
    if (options->fast_open > 0)
        tcp_fast_open_set_queue(stack, options->port, options->fast_open);
    tcp_report(stack, 0, TCP_STATE_CLOSED, TCP_STATE_LISTEN, TCP_REASON_OPEN_PASSIVE);
    return TCP_OK;
}

/* tcp_tw_reuse (RFC 6191): with timestamps, a TIME-WAIT that heard nothing for a second cannot
 * confuse old segments with new ones.  The new numbers begin beyond the old window. */
static bool take_over(TcpStack *stack, SimTime now, TcpConnection *old, Seq *iss)
{
    if (old == NULL || old->state != TCP_STATE_TIME_WAIT || stack->config->tcp_tw_reuse != 1 ||
        !old->entry.timestamps_on || now - old->last_received < SIM_SECOND)
        return false;
    *iss = old->snd_nxt + 65535 + 2;
    tcp_connection_end(stack, old, now, TCP_STATE_CLOSED, TCP_REASON_TIME_WAIT_REUSED, TCP_OK);
    return true;
}

TcpError tcp_connect(TcpStack *stack, SimTime now, const TcpConnectOptions *options, TcpConnId *out)
{
    uint16_t port = options->from_port ? options->from_port : tcp_port_choose(stack, options);

    if (port == 0)
        return TCP_EADDRNOTAVAIL;
    uint64_t key = tcp_key(port, options->address, options->port);
    Seq iss = tcp_isn_choose(stack, now, key);
    bool is_free = options->from_port == 0;
    TcpConnId old = is_free ? 0 : tcp_stack_find(stack, port, options->address, options->port);
    if (old && !take_over(stack, now, tcp_stack_connection(stack, old), &iss))
        return TCP_EADDRINUSE;
    TcpConnection *conn = tcp_connection_new(stack, key, tcp_stack_take_id(stack));
    conn->owner = TCP_OWNER_APPLICATION;
    conn->iss = iss;
    conn->snd_una = conn->snd_nxt = conn->snd_wl2 = conn->snd_sml = conn->iss;
    conn->cwnd_used_until = conn->iss;
    conn->peer_mss = tcp_default_mss(options->address);
    tcp_stack_insert(stack, &conn->entry);
    *out = conn->entry.id;
    tcp_enter(stack, conn, TCP_STATE_SYN_SENT, TCP_REASON_OPEN_ACTIVE);
    if (options->fast_open || stack->config->tcp_ecn == 1)
        tcp_fast_open_connect(stack, conn, now, options);
    else
        tcp_output_syn(stack, conn, now, TCP_REASON_OPEN_ACTIVE);
    tcp_timers_connecting(stack, conn, now);
    return TCP_OK;
}

/* reset-in-queue=stays: the oldest connection, if it is over; NULL: it is not. */
static TcpConnection *ended_first(const TcpListener *listener)
{
    TcpConnection *first = listener->accept_first;

    return first != NULL && first->state == TCP_STATE_CLOSED ? first : NULL;
}

bool tcp_accept_ended(TcpStack *stack, uint16_t port, TcpConnId *out, TcpError *error)
{
    const TcpListener *listener = tcp_listener_find(stack, port);
    TcpConnection *conn = listener != NULL ? ended_first(listener) : NULL;

    if (conn == NULL)
        return false;
    *out = conn->entry.id;
    *error = (TcpError)conn->kept_error;
    tcp_connection_forget(stack, conn);
    return true;
}

TcpError tcp_accept(TcpStack *stack, SimTime now, uint16_t port, TcpConnId *out)
{
    (void)now;
    TcpListener *listener = tcp_listener_find(stack, port);
    if (listener == NULL)
        return TCP_EINVAL;
    TcpConnection *conn;
    while ((conn = ended_first(listener)) != NULL)
        tcp_connection_forget(stack, conn);
    conn = listener->accept_first;
    if (conn == NULL)
        return TCP_EAGAIN;
    tcp_own(stack, conn, TCP_OWNER_APPLICATION);
    *out = conn->entry.id;
    return TCP_OK;
}

/* ---- SEND (§3.10.2) ---- */

/* What is not the end has no PSH, and with MSG_MORE a short segment waits. */
static SELDOM void hand_over_in_parts(TcpStack *stack, TcpConnection *conn, SimTime now,
                                      TcpSendEnd end)
{
    TcpTuning *tuning = tcp_tune(stack, conn->entry.id);
    bool is_open = end == TCP_SEND_FILLS || end == TCP_SEND_MORE;

    tcp_tuning_serve(stack, tuning);
    int64_t nagle = tuning->config.nagle;
    tuning->more_end = is_open ? 1 + conn->app_bytes : 0;
    if (end == TCP_SEND_MORE)
        tuning->config.nagle = TCP_NAGLE_CORK;
    tcp_output(stack, conn, now, TCP_REASON_SEND_CALLED);
    tuning->config.nagle = nagle;
}

TcpError tcp_send_as(TcpStack *stack, SimTime now, TcpConnId id, uint64_t bytes, TcpSendEnd end)
{
    TcpConnection *conn = callable(stack, id);

    if (conn == NULL)
        return tcp_stack_entry(stack, id) != NULL ? TCP_EPIPE : TCP_ENOTCONN;
    if (conn->closing)
        return TCP_EPIPE;
    if (stack->sends_packets) {
        tcp_packets_take(stack, conn, now, bytes, end);
        return TCP_OK;
    }
    conn->app_bytes += bytes;
    if (end != TCP_SEND_ENDS || (stack->tuning != NULL && stack->tuning->more_end > 0))
        hand_over_in_parts(stack, conn, now, end);
    else
        tcp_output(stack, conn, now, TCP_REASON_SEND_CALLED);
    return TCP_OK;
}

TcpError tcp_send(TcpStack *stack, SimTime now, TcpConnId id, uint64_t bytes)
{
    return tcp_send_as(stack, now, id, bytes, TCP_SEND_ENDS);
}

/* ---- CLOSE (§3.10.4): shutdown says only that we send no more, close lets go as well ---- */

/* No more data comes from the application: the FIN follows what is still to be sent. */
static OFTEN void close_sending(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    if (conn->closing)
        return;
    conn->closing = true;
    bool waits = conn->app_bytes > 0 || stack->config->early_calls == EARLY_CALLS_AFTERWARDS;
    if (conn->state == TCP_STATE_SYN_RCVD && waits && !tcp_fast_open_is_taken(conn))
        return; /* §3.10.4: queued until ESTABLISHED */
    TcpState next = conn->state == TCP_STATE_CLOSE_WAIT ? TCP_STATE_LAST_ACK : TCP_STATE_FIN_WAIT_1;
    tcp_enter(stack, conn, next, reason);
    tcp_timers_closing(stack, conn, now);
    tcp_output(stack, conn, now, reason);
}

TcpError tcp_shutdown(TcpStack *stack, SimTime now, TcpConnId id)
{
    TcpConnection *conn = callable(stack, id);

    if (conn == NULL || conn->state == TCP_STATE_SYN_SENT)
        return TCP_ENOTCONN;
    close_sending(stack, conn, now, TCP_REASON_SHUTDOWN_CALLED);
    return TCP_OK;
}

/* §3.10.4 with §3.6.1: what nobody will read any more cannot be acknowledged as delivered. */
static TcpError close_unread(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    tcp_own(stack, conn, TCP_OWNER_NOBODY);
    tcp_memory_forget_readable(stack, conn);
    tcp_output_rst(stack, conn, now, TCP_REASON_CLOSE_UNREAD);
    tcp_connection_end(stack, conn, now, TCP_STATE_CLOSED, TCP_REASON_CLOSE_UNREAD, TCP_OK);
    return TCP_OK;
}

TcpError tcp_close(TcpStack *stack, SimTime now, TcpConnId id)
{
    TcpConnection *conn = callable(stack, id);

    if (conn == NULL)
        return TCP_ENOTCONN;
    if (conn->state == TCP_STATE_SYN_SENT) {
        tcp_own(stack, conn, TCP_OWNER_NOBODY);
        if (stack->config->early_calls == EARLY_CALLS_AFTERWARDS) {
            conn->closing = true;
            return TCP_OK;
        }
        tcp_connection_end(stack, conn, now, TCP_STATE_CLOSED, TCP_REASON_CLOSE_CALLED, TCP_OK);
        return TCP_OK;
    }
    if (tcp_readable(conn) > 0)
        return close_unread(stack, conn, now);
    tcp_own(stack, conn, TCP_OWNER_NOBODY);
    if (conn->closing)
        tcp_timers_closing(stack, conn, now);
    close_sending(stack, conn, now, TCP_REASON_CLOSE_CALLED);
    if (conn->state == TCP_STATE_FIN_WAIT_2)
        tcp_timers_fin_wait_2(stack, conn, now);
    if (tcp_is_remnant(stack, conn))
        tcp_linux_freeze(conn);
    return TCP_OK;
}

TcpError tcp_close_listener(TcpStack *stack, SimTime now, uint16_t port)
{
    TcpListener *listener = tcp_listener_find(stack, port);

    if (listener == NULL)
        return TCP_ENOTCONN;
    TcpConnection *conn;
    while ((conn = listener->accept_first) != NULL) {
        if (ended_first(listener) != NULL) {
            tcp_connection_forget(stack, conn);
            continue;
        }
        tcp_output_rst(stack, conn, now, TCP_REASON_LISTENER_CLOSED);
        tcp_connection_end(stack, conn, now, TCP_STATE_CLOSED, TCP_REASON_LISTENER_CLOSED, TCP_OK);
    }
    tcp_half_opens_end(stack, now, port, TCP_REASON_LISTENER_CLOSED);
    tcp_listener_remove(stack, listener, TCP_REASON_LISTENER_CLOSED);
    return TCP_OK;
}

/* ---- ABORT (§3.10.5) ---- */

/* The states in which the peer still expects something of us, and so has to be told. */
static bool abort_sends_rst(TcpState state)
{
    return state == TCP_STATE_SYN_RCVD || state == TCP_STATE_ESTABLISHED ||
           state == TCP_STATE_FIN_WAIT_1 || state == TCP_STATE_FIN_WAIT_2 ||
           state == TCP_STATE_CLOSE_WAIT;
}

TcpError tcp_abort(TcpStack *stack, SimTime now, TcpConnId id)
{
    TcpConnection *conn = callable(stack, id);

    if (conn == NULL)
        return TCP_ENOTCONN;
    tcp_own(stack, conn, TCP_OWNER_NOBODY);
    tcp_memory_forget_readable(stack, conn);
    if (abort_sends_rst(conn->state))
        tcp_output_rst(stack, conn, now, TCP_REASON_ABORT_CALLED);
    tcp_connection_end(stack, conn, now, TCP_STATE_CLOSED, TCP_REASON_ABORT_CALLED, TCP_OK);
    return TCP_OK;
}

/* ---- STATUS (§3.10.6) ---- */

static void half_open_status(const TcpHalfOpen *half, TcpStatus *out)
{
    out->state = TCP_STATE_SYN_RCVD;
    out->iss = out->snd_una = half->iss;
    out->snd_nxt = half->iss + 1;
    out->irs = half->irs;
    out->rcv_nxt = half->irs + 1;
    out->snd_wnd = half->peer_window;
}

static void connection_status(const TcpStack *stack, const TcpConnection *conn, TcpStatus *out)
{
    TcpStack room;

    stack = tcp_tuning_view(stack, conn, &room);
    out->state = conn->state;
    out->iss = conn->iss;
    out->irs = conn->irs;
    out->snd_una = conn->snd_una;
    out->snd_nxt = conn->snd_nxt;
    out->rcv_nxt = conn->rcv_nxt;
    out->snd_wnd = conn->snd_wnd;
    out->rcv_wnd = tcp_receive_window(stack, conn);
    out->rto = tcp_rto(stack, conn);
    out->srtt = conn->srtt;
    out->rttvar = conn->rttvar;
    out->readable = tcp_readable(conn);
    out->at_eof = conn->fin_arrived && out->readable == 0;
    out->accepted = conn->owner == TCP_OWNER_APPLICATION;
    out->queued = conn->owner == TCP_OWNER_QUEUE;
    out->written = conn->app_bytes;
    out->syn_data = conn->special & TCP_SYN_DATA_ACKED;
    out->ecn = (conn->special & TCP_ECN_ON) && conn->state != TCP_STATE_SYN_SENT;
}

bool tcp_status(const TcpStack *stack, TcpConnId id, TcpStatus *out)
{
    const TcpEntry *entry = tcp_stack_entry(stack, id);

    if (entry == NULL)
        return false;
    *out = (TcpStatus){
        .remote_address = tcp_entry_remote_address(entry),
        .local_port = tcp_entry_local_port(entry),
        .remote_port = tcp_entry_remote_port(entry),
        .stream = tcp_stack_stream(stack, id),
    };
    if (entry->kind == TCP_ENTRY_HALF_OPEN) {
        half_open_status((const TcpHalfOpen *)entry, out);
        out->rto = tcp_rto_half_open(stack->config, (const TcpHalfOpen *)entry);
        out->rcv_wnd = (uint32_t)(stack->config->window < 65535 ? stack->config->window : 65535);
    } else {
        connection_status(stack, (const TcpConnection *)entry, out);
    }
    return true;
}
