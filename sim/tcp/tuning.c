/* What one connection or listener has otherwise than its host, and the calls that go with it.
 */
#include "tcp/tuning.h"

#include <string.h>

#include "core/compiler.h"
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/timers.h"

/* ---- Beginning and end ---- */

static TcpTuning *make(TcpStack *stack, const TcpTuning *from)
{
    TcpTuning *tuning = memory_pool_take(stack->tunings);

    if (from != NULL)
        *tuning = *from;
    else
        tuning->config = *stack->setup.config;
    tuning->more_end = 0; /* that is of one connection alone */
    return tuning;
}

TcpTuning *tcp_tuning_new(TcpStack *stack)
{
    return make(stack, NULL);
}

void tcp_tuning_free(TcpStack *stack, TcpTuning *tuning)
{
    if (tuning == NULL)
        return;
    if (stack->tuning == tuning)
        tcp_tuning_end(stack);
    memory_pool_give(stack->tunings, tuning);
}

SELDOM void tcp_tuning_inherit(TcpStack *stack, TcpConnection *conn)
{
    conn->tuning = make(stack, stack->tuning);
    conn->entry.kind = TCP_ENTRY_TUNED;
}

SELDOM void tcp_tuning_drop(TcpStack *stack, TcpConnection *conn)
{
    tcp_tuning_free(stack, conn->tuning);
    conn->tuning = NULL;
    conn->entry.kind = TCP_ENTRY_CONNECTION;
}

/* ---- Who is served ---- */

void tcp_tuning_serve(TcpStack *stack, TcpTuning *tuning)
{
    stack->tuning = tuning;
    stack->config = tuning != NULL ? &tuning->config : stack->setup.config;
    stack->sends_packets =
        stack->config->push == PUSH_BURSTS && stack->config->sender != SENDER_BSD_4_4;
}

static TcpTuning *tuning_of(const TcpStack *stack, TcpConnId id)
{
    const TcpConnection *conn = tcp_stack_connection(stack, id);

    return conn != NULL ? conn->tuning : NULL;
}

TcpTuning *tcp_tuning_begin(TcpStack *stack, TcpConnId id)
{
    TcpTuning *before = stack->tuning;

    tcp_tuning_serve(stack, tuning_of(stack, id));
    return before;
}

void tcp_tuning_resume(TcpStack *stack, TcpTuning *before)
{
    tcp_tuning_serve(stack, before);
}

void tcp_tuning_end(TcpStack *stack)
{
    tcp_tuning_serve(stack, NULL);
}

TcpTuning *tcp_tune(TcpStack *stack, TcpConnId id)
{
    TcpConnection *conn = tcp_callable(stack, id);

    if (conn == NULL)
        return NULL;
    if (conn->tuning == NULL) {
        TcpTuning *served = stack->tuning;

        tcp_tuning_end(stack);
        tcp_tuning_inherit(stack, conn);
        tcp_tuning_serve(stack, served);
    }
    return conn->tuning;
}

bool tcp_tune_key(TcpStack *stack, TcpConnId id, const Key *key, int64_t value)
{
    TcpTuning *tuning = tcp_tune(stack, id);

    if (tuning == NULL)
        return false;
    memcpy((char *)&tuning->config + key->offset, &value, sizeof value);
    return true;
}

void tcp_tuned(TcpStack *stack, SimTime now, TcpConnId id)
{
    (void)tcp_tuning_begin(stack, id);
    tcp_keepalive_changed(stack, now, id);
    tcp_push(stack, now, id, false);
    tcp_tuning_end(stack);
}

TcpTuning *tcp_tune_listener(TcpStack *stack, uint16_t port)
{
    TcpListener *listener = tcp_listener_find(stack, port);

    if (listener == NULL)
        return NULL;
    if (listener->tuning == NULL) {
        listener->tuning = tcp_tuning_new(stack);
        stack->tuned_listeners++;
    }
    return listener->tuning;
}

TcpError tcp_connect_tuned(TcpStack *stack, SimTime now, const TcpConnectOptions *options,
                           const TcpTuning *tuning, TcpConnId *out)
{
    TcpTuning *copy = tuning != NULL ? make(stack, tuning) : NULL;

    tcp_tuning_serve(stack, copy);
    TcpError error = tcp_connect(stack, now, options, out);
    if (error == TCP_OK && copy != NULL)
        tcp_tuning_inherit(stack, tcp_stack_connection(stack, *out));
    tcp_tuning_end(stack);
    tcp_tuning_free(stack, copy);
    return error;
}

TcpError tcp_listen_tuned(TcpStack *stack, SimTime now, const TcpListenOptions *options,
                          const TcpTuning *tuning)
{
    TcpError error = tcp_listen(stack, now, options);

    if (error == TCP_OK && tuning != NULL) {
        tcp_listener_find(stack, options->port)->tuning = make(stack, tuning);
        stack->tuned_listeners++;
    }
    return error;
}

const TcpStack *tcp_tuning_view(const TcpStack *stack, const TcpConnection *conn, TcpStack *room)
{
    if (conn->tuning == stack->tuning)
        return stack;
    *room = *stack;
    tcp_tuning_serve(room, conn->tuning);
    return room;
}

/* ---- Half-open connections: their listener's ---- */

SELDOM void tcp_tuning_serve_port(TcpStack *stack, uint16_t port)
{
    TcpListener *listener = tcp_listener_find(stack, port);

    tcp_tuning_serve(stack, listener != NULL ? listener->tuning : NULL);
}

SELDOM uint16_t tcp_tuning_bound_mss(const TcpTuning *tuning, uint16_t mss)
{
    return tuning->mss && tuning->mss < mss ? tuning->mss : mss;
}

/* ---- TCP_USER_TIMEOUT (RFC 5482), as Linux counts it: from the first repetition ---- */

bool tcp_tuning_is_timed_out(const TcpTuning *tuning, const TcpConnection *conn, SimTime now)
{
    return tuning->user_timeout && now - conn->first_retry >= tuning->user_timeout;
}

SimTime tcp_tuning_clamp(const TcpTuning *tuning, const TcpConnection *conn, SimTime now,
                         SimTime wait)
{
    SimTime left = tuning->user_timeout - (now - conn->first_retry);

    if (!tuning->user_timeout || left >= wait)
        return wait;
    return left > SIM_MILLISECOND ? left : SIM_MILLISECOND;
}

/* ---- Calls ---- */

void tcp_push(TcpStack *stack, SimTime now, TcpConnId id, bool all)
{
    TcpConnection *conn = tcp_stack_connection(stack, id);

    if (conn == NULL || tcp_is_orphan(conn))
        return;
    if (!all || stack->tuning == NULL) {
        tcp_output(stack, conn, now, TCP_REASON_SEND_CALLED);
        return;
    }
    int64_t nagle = stack->tuning->config.nagle;
    stack->tuning->config.nagle = 0;
    tcp_output(stack, conn, now, TCP_REASON_SEND_CALLED);
    stack->tuning->config.nagle = nagle;
}

void tcp_set_backlog(TcpStack *stack, uint16_t port, uint32_t backlog)
{
    TcpListener *listener = tcp_listener_find(stack, port);
    uint32_t most = (uint32_t)stack->setup.config->somaxconn;

    if (listener != NULL)
        listener->backlog = backlog < most ? backlog : most;
}

void tcp_keepalive_changed(TcpStack *stack, SimTime now, TcpConnId id)
{
    TcpConnection *conn = tcp_stack_connection(stack, id);

    if (conn != NULL && tcp_state_is_synchronized(conn->state) &&
        conn->state != TCP_STATE_TIME_WAIT)
        tcp_timers_keepalive(stack, conn, now);
}

void tcp_quick_ack(TcpStack *stack, SimTime now, TcpConnId id, bool on)
{
    TcpConnection *conn = tcp_stack_connection(stack, id);

    if (conn == NULL || tcp_is_orphan(conn))
        return;
    conn->interactive = !on;
    if (!on)
        return;
    conn->quick_acks = 0;
    if (tcp_timer_is_armed(conn, TCP_TIMER_DELAYED_ACK))
        tcp_output_ack(stack, conn, now, TCP_REASON_DATA_ARRIVED);
}

void tcp_stack_refuse(TcpStack *stack, bool refuses)
{
    stack->refuses = refuses && stack->linux_sender;
}

void tcp_stack_receive_room(TcpStack *stack, const TcpReceiveRoom *room)
{
    stack->room = *room;
}

uint64_t tcp_stack_beyond_window(const TcpStack *stack)
{
    return stack->beyond_window;
}

void tcp_set_receive_buffer(TcpStack *stack, TcpConnId id, uint32_t bytes)
{
    TcpConnection *conn = tcp_stack_connection(stack, id);

    if (conn != NULL && conn->receiver.buffer > 0)
        conn->receiver.buffer = bytes;
}

const HostConfig *tcp_stack_config(const TcpStack *stack)
{
    return stack->setup.config;
}

Budget *tcp_stack_budget(const TcpStack *stack)
{
    return stack->setup.budget;
}

bool tcp_port_is_used(const TcpStack *stack, uint16_t port)
{
    for (TcpConnId id = 1; id <= stack->newest; id++) {
        const TcpEntry *entry = tcp_stack_entry(stack, id);

        if (entry != NULL && tcp_entry_local_port(entry) == port)
            return true;
    }
    return false;
}
