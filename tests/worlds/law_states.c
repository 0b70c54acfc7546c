/* States and timers.  A connection begins in CLOSED or LISTEN, moves as RFC 9293's diagram allows, from
 * the state that it is in, and ends once; a timer fires when it is due, and not without having been
 * set.  At a quiet end nobody is in a state that cannot last.
 */
#include "watch.h"

/* ---- Listeners ---- */

static void move_listener(Watch *watch, const TraceEvent *event)
{
    HostWatch *host = &watch->hosts[event->host];
    guint16 port = event->state.port;
    guint at = 0;

    while (at < host->ports->len && g_array_index(host->ports, guint16, at) != port)
        at++;
    gboolean listens = at < host->ports->len;
    if (listens != (event->state.from == TCP_STATE_LISTEN))
        broken(watch, event, "the listener was not in %s", tcp_state_name(event->state.from));
    else if (listens)
        g_array_remove_index(host->ports, at);
    else
        g_array_append_val(host->ports, port);
    if (event->state.to == TCP_STATE_LISTEN)
        host->newest_port = port;
    if (port == host->newest_port)
        host->listener = event->state.to;
}

/* ---- Connections ---- */

/* Connections of a host are numbered as they begin. */
static ConnWatch *begin(Watch *watch, const TraceEvent *event)
{
    GArray *conns = watch->hosts[event->host].conns;

    if (event->conn != conns->len + 1) {
        broken(watch, event, "connection %u moves, and there are %u", event->conn, conns->len);
        return NULL;
    }
    ConnWatch conn = {.id = event->conn,
                      .state = event->state.from,
                      .passive = event->state.from == TCP_STATE_LISTEN};
    g_array_append_val(conns, conn);
    if (conn.state != TCP_STATE_CLOSED && conn.state != TCP_STATE_LISTEN)
        broken(watch, event, "a connection begins in %s", tcp_state_name(conn.state));
    return conn_of(watch, event);
}

static void move_conn(Watch *watch, const TraceEvent *event)
{
    ConnWatch *conn = conn_of(watch, event);
    TcpState from = event->state.from, to = event->state.to;

    if (conn == NULL && (conn = begin(watch, event)) == NULL)
        return;
    if (conn->over)
        broken(watch, event, "a connection moves that is over");
    if (conn->state != from)
        broken(watch, event, "it leaves %s and was in %s", tcp_state_name(from),
               tcp_state_name(conn->state));
    if (!tcp_transition_is_allowed(from, to))
        broken(watch, event, "no way leads from %s to %s", tcp_state_name(from),
               tcp_state_name(to));
    conn->state = to;
    conn->why = event->state.reason;
    conn->over = to == TCP_STATE_CLOSED || to == TCP_STATE_LISTEN;
    if (to == TCP_STATE_ESTABLISHED)
        conn->established = event->id;
}

/* A host that goes down has lost its connections and listeners by then. */
static void look_at_power(Watch *watch, const TraceEvent *event)
{
    HostWatch *host = &watch->hosts[event->host];

    host->down = !event->host_event.up;
    host->has_failed = TRUE;
    for (guint i = 0; i < host->conns->len; i++)
        if (!g_array_index(host->conns, ConnWatch, i).over)
            broken(watch, event, "connection %u outlives its host", i + 1);
    if (host->ports->len > 0)
        broken(watch, event, "a listener outlives its host");
}

void law_states(Watch *watch, const TraceEvent *event)
{
    if (event->kind == TRACE_HOST)
        look_at_power(watch, event);
    if (event->kind != TRACE_STATE)
        return;
    if (watch->hosts[event->host].down)
        broken(watch, event, "something moves at a host that is down");
    if (event->conn == 0)
        move_listener(watch, event);
    else
        move_conn(watch, event);
}

/* ---- Timers ---- */

/* How much too early a timer may fire: where a stack counts heartbeats, the first comes at once; and a
 * half-open connection's ends with the time that it has in all. */
static SimTime earliness(const Watch *watch, guint host, const ConnWatch *conn)
{
    const HostConfig *config = &g_array_index(watch->plan->hosts, PlanHost, host).config;

    if (conn->state == TCP_STATE_SYN_RCVD && (config->half_open_timeout || config->connect_timeout))
        return SIM_NEVER;
    return config->timer_model == TIMER_MODEL_TICK && config->timers == TIMERS_REAL ? config->tick
                                                                                    : 0;
}

static void set_timer(Watch *watch, const TraceEvent *event, ConnWatch *conn)
{
    if (conn->over)
        broken(watch, event, "a timer is set for a connection that is over");
    SimTime due = sim_time_add(event->t, event->timer.length);
    if (event->timer.due < due - earliness(watch, event->host, conn))
        broken(watch, event, "it would fire early");
    conn->due[event->timer.timer] = event->timer.due;
    conn->armed |= 1U << event->timer.timer;
}

/* Keepalive is put off, untold, when it is due and something was heard meanwhile. */
static gboolean fires_in_time(const TraceEvent *event, SimTime due)
{
    return event->t == due || (event->timer.timer == TCP_TIMER_KEEPALIVE && event->t > due);
}

static void end_timer(Watch *watch, const TraceEvent *event, ConnWatch *conn)
{
    guint bit = 1U << event->timer.timer;

    if (!(conn->armed & bit))
        broken(watch, event, "a timer is %s that was not set",
               tcp_timer_event_name(event->timer.event));
    else if (event->timer.event == TCP_TIMER_FIRED &&
             !fires_in_time(event, conn->due[event->timer.timer]))
        broken(watch, event, "it fires, and is not due");
    conn->armed &= ~bit;
}

void law_timers(Watch *watch, const TraceEvent *event)
{
    if (event->kind != TRACE_TIMER)
        return;
    ConnWatch *conn = conn_of(watch, event);
    if (conn == NULL)
        broken(watch, event, "a timer of no connection");
    else if (event->timer.event == TCP_TIMER_ARMED)
        set_timer(watch, event, conn);
    else
        end_timer(watch, event, conn);
}

/* ---- In the end ---- */

static void check_nothing_waits(Watch *watch, guint host, const ConnWatch *conn)
{
    static const guint lasting = 1U << TCP_STATE_CLOSED | 1U << TCP_STATE_LISTEN |
                                 1U << TCP_STATE_ESTABLISHED | 1U << TCP_STATE_CLOSE_WAIT |
                                 1U << TCP_STATE_FIN_WAIT_2;
    const char *name = g_array_index(watch->plan->hosts, PlanHost, host).name;

    if (conn->armed != 0 && (conn->over || ended_quietly(watch)))
        broken(watch, NULL, "%s.%u is in %s with a timer set", name, conn->id,
               tcp_state_name(conn->state));
    else if (ended_quietly(watch) && !(lasting >> conn->state & 1) &&
             !may_wait_for_ever(watch, host))
        broken(watch, NULL, "%s.%u is left in %s", name, conn->id, tcp_state_name(conn->state));
}

void law_nothing_waits(Watch *watch)
{
    each_conn(watch, check_nothing_waits);
}
