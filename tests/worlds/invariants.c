/* The laws, one after the other, for each event and then for the whole. */
#include "invariants.h"

#include "watch.h"

static const struct {
    const char *name;
    EventLaw *look;
} event_laws[] = {
    {"order", law_order},
    {"wire", law_wire},
    {"states", law_states},
    {"timers", law_timers},
    {"applications", law_applications},
    {"streams", law_streams},
};

static const struct {
    const char *name;
    WholeLaw *look;
} whole_laws[] = {
    {"wire", law_arrived_in_the_end},
    {"states", law_nothing_waits},
    {"counts", law_counts},
    {"streams", law_bytes},
    {"ends", law_ends},
    {"expectations", law_expects},
};

void broken(Watch *watch, const TraceEvent *event, const char *format, ...)
{
    va_list arguments;

    if (watch->broken != NULL)
        return;
    watch->broken = g_string_new(NULL);
    if (event != NULL)
        g_string_append_printf(watch->broken, "event %u: ", event->id);
    va_start(arguments, format);
    g_string_append_vprintf(watch->broken, format, arguments);
    va_end(arguments);
}

/* ---- What was seen ---- */

ConnWatch *conn_of(const Watch *watch, const TraceEvent *event)
{
    if (event->conn == 0 || event->host >= watch->plan->hosts->len)
        return NULL;
    GArray *conns = watch->hosts[event->host].conns;
    return event->conn <= conns->len ? &g_array_index(conns, ConnWatch, event->conn - 1) : NULL;
}

void each_conn(Watch *watch, ConnLaw *look)
{
    for (guint host = 0; host < watch->plan->hosts->len; host++) {
        const GArray *conns = watch->hosts[host].conns;
        for (guint i = 0; i < conns->len; i++)
            look(watch, host, &g_array_index(conns, ConnWatch, i));
    }
}

/* Hosts have the addresses 10.0.0.1, 10.0.0.2, … */
static guint host_at(guint32 address)
{
    return address - 0x0a000001;
}

static gboolean is_other_end(const ConnWatch *conn, guint host, const ConnWatch *other)
{
    return other->has_ends && host_at(other->ends.remote_address) == host &&
           other->ends.remote_port == conn->ends.local_port &&
           other->ends.local_port == conn->ends.remote_port;
}

static gboolean is_same_end(const ConnWatch *conn, const ConnWatch *other)
{
    return other->has_ends && other->ends.remote_address == conn->ends.remote_address &&
           other->ends.remote_port == conn->ends.remote_port &&
           other->ends.local_port == conn->ends.local_port;
}

Peers peers_of(const Watch *watch, guint host, const ConnWatch *conn)
{
    Peers peers = {.host = host_at(conn->ends.remote_address)};
    const GArray *own = watch->hosts[host].conns;

    if (!conn->has_ends || peers.host >= watch->plan->hosts->len)
        return peers;
    for (guint i = 0; i < own->len; i++)
        peers.own += is_same_end(conn, &g_array_index(own, ConnWatch, i));
    const GArray *conns = watch->hosts[peers.host].conns;
    for (guint i = 0; i < conns->len; i++) {
        const ConnWatch *other = &g_array_index(conns, ConnWatch, i);
        if (!is_other_end(conn, host, other))
            continue;
        peers.count++;
        peers.asked += other->asked;
        peers.last = other;
    }
    return peers;
}

static gboolean reads_by_itself(const Plan *plan, guint host)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        const PlanStep *step = &g_array_index(plan->steps, PlanStep, i);
        if (step->verb == PLAN_READ && step->actor.host == host)
            return FALSE;
    }
    return TRUE;
}

static void watch_init(Watch *watch, const Plan *plan, const Trace *trace)
{
    *watch = (Watch){.plan = plan,
                     .trace = trace,
                     .hosts = g_new0(HostWatch, plan->hosts->len),
                     .sends = g_new0(SendWatch, trace->events->len + 1),
                     .end = TRACE_END_COUNT};
    for (guint i = 0; i < plan->hosts->len; i++) {
        watch->hosts[i].conns = g_array_new(FALSE, TRUE, sizeof(ConnWatch));
        watch->hosts[i].ports = g_array_new(FALSE, FALSE, sizeof(guint16));
        watch->hosts[i].reads = reads_by_itself(plan, i);
    }
}

static void watch_clear(Watch *watch)
{
    for (guint i = 0; i < watch->plan->hosts->len; i++) {
        g_array_unref(watch->hosts[i].conns);
        g_array_unref(watch->hosts[i].ports);
    }
    g_free(watch->hosts);
    g_free(watch->sends);
}

/* ---- All laws ---- */

static const char *look_at_events(Watch *watch)
{
    for (TraceId id = 1; id <= watch->trace->events->len; id++) {
        const TraceEvent *event = trace_event(watch->trace, id);
        for (guint i = 0; i < G_N_ELEMENTS(event_laws); i++) {
            event_laws[i].look(watch, event);
            if (watch->broken != NULL)
                return event_laws[i].name;
        }
    }
    return NULL;
}

static const char *look_at_whole(Watch *watch)
{
    for (guint i = 0; i < G_N_ELEMENTS(whole_laws); i++) {
        whole_laws[i].look(watch);
        if (watch->broken != NULL)
            return whole_laws[i].name;
    }
    return NULL;
}

char *invariants_broken(const Plan *plan, const Trace *trace)
{
    Watch watch;

    watch_init(&watch, plan, trace);
    const char *law = look_at_events(&watch);
    if (law == NULL)
        law = look_at_whole(&watch);
    watch_clear(&watch);
    if (law == NULL)
        return NULL;
    char *said = g_strdup_printf("%s: %s", law, watch.broken->str);
    g_string_free(watch.broken, TRUE);
    return said;
}
