/* The state of a run, for who looks on between two turns: see lab_digest(). */
#include "tcp/digest.h"
#include "lab/world.h"

const Trace *lab_trace_so_far(const LabRun *run)
{
    return run->trace;
}

/* ---- What is to come ---- */

typedef struct Telling {
    const LabRun *run;
    TraceId since;
    Digest *digest;
} Telling;

/* A flood's line, a node's packet: nobody can tell of these. */
static void tell_task(gpointer context, const LabTask *task, SimDue due)
{
    const Telling *telling = context;
    Digest one = {.now = telling->digest->now};
    gboolean is_known = lab_copy_digest(telling->run, task, telling->since, &one) ||
                        lab_line_digest(telling->run, task, &one);

    telling->digest->is_partial = telling->digest->is_partial || one.is_partial || !is_known;
    digest_pending(telling->digest, due, one.exact, one.alike);
}

static void tell_event(void *context, Event *event, SimDue due)
{
    tell_task(
        context,
        (const LabTask *)(const void *)((const char *)event - G_STRUCT_OFFSET(LabTask, event)),
        due);
}

/* ---- A host ---- */

/* What the application has left, and what it knows of who sends. */
static void add_conns(const LabHost *host, Digest *digest)
{
    for (TcpConnId id = 1; id <= tcp_stack_newest(host->stack); id++) {
        const LabConn *known = lab_host_conn(host, id), *rest = lab_rest_conn(host, id);

        if (known != NULL)
            digest_add(digest, known->has_peer_stream ? known->peer_stream + 1 : 0);
        if (rest != NULL) {
            digest_add(digest, rest->has_peer_stream ? rest->peer_stream + 1 : 0);
            digest_add(digest, application_readable(host->application, id).bytes);
        }
    }
}

static void add_host(const LabHost *host, Digest *digest)
{
    digest_add(digest, host->mode);
    for (guint i = 0; i < host->listeners->len; i++) {
        const LabListener *listener = &g_array_index(host->listeners, LabListener, i);

        digest_add(digest, (guint64)listener->port << 1 | (listener->manual ? 1 : 0));
    }
    add_conns(host, digest);
    tcp_stack_digest(host->stack, digest);
}

/* ---- A link ---- */

static void add_link(const Link *link, Digest *digest)
{
    if (link->config.rate == 0)
        return;
    digest_add_time(digest, link->free_at > digest->now ? link->free_at : 0);
    for (guint32 i = 0; i < link->departures; i++) {
        SimTime t = link->departure_times[(link->departure_first + i) % link->departure_room];

        if (t > digest->now)
            digest_add_time(digest, t);
    }
}

/* ---- All of it ---- */

/* Until then nothing changes: a state is one of that time. */
static SimTime next_turn(const LabRun *run)
{
    SimTime next = event_queue_first_due(run->tasks).at;

    for (guint i = 0; i < run->host_count; i++)
        next = MIN(next, tcp_stack_next_due(run->hosts[i].stack).at);
    if (run->turns.due != NULL && run->turns.due->len > 0)
        next = run->now;
    return next != SIM_NEVER ? next : run->now;
}

void lab_digest(const LabRun *run, TraceId since, Digest *digest)
{
    Telling telling = {run, since, digest};

    digest_begin(digest, next_turn(run));
    digest_bytes(digest, run->faults.counts, run->faults.rule_count * sizeof *run->faults.counts);
    digest_bytes(digest, &run->inject_random, sizeof run->inject_random);
    digest_add(digest, run->injected);
    digest_add(digest, lab_last_digest(run));
    if (run->turns.order != NULL)
        digest_bytes(digest, run->turns.order->data, run->turns.order->len * sizeof(guint));
    for (guint i = 0; i < run->host_count; i++)
        add_host(&run->hosts[i], digest);
    for (guint i = 0; i < run->wires->len; i++)
        add_link(&g_array_index(run->wires, LabWire, i).link, digest);
    event_queue_each(run->tasks, tell_event, &telling);
    lab_turns_each(run, tell_task, &telling);
    digest->is_partial = digest->is_partial || run->session != NULL || run->quiet;
}
