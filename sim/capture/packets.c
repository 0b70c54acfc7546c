/* A capture as a trace: of all that was seen, the segments between one client and one server. */
#include <string.h>

#include "capture/capture.h"
#include "capture/endpoint.h"
#include "capture/holes.h"
#include "capture/sightings.h"
#include "trace/flows.h"
#include "trace/repeats.h"

enum {
    CLIENT = 0,
    SERVER = 1,
    CANDIDATES_SHOWN = 10,
};

/* Two addresses between which segments were seen. */
typedef struct Pair {
    guint32 low, high;
    guint64 segments;
    gsize first, opening; /* sightings: the first of all, the first SYN; NONE: there is none */
} Pair;

#define NONE G_MAXSIZE

/* Who the client is asked to be. */
typedef struct Wanted {
    gboolean any; /* nobody in particular */
    guint32 address;
    guint16 port; /* 0: any */
} Wanted;

static const Sighting *sighting_at(const GArray *sightings, gsize i)
{
    return &g_array_index(sightings, Sighting, i);
}

/* --- whom to look at ---------------------------------------------------------------------- */

static gboolean read_wanted(const char *client, CaptureEndpoint *wanted, CaptureProblem *problem)
{
    if (client == NULL || capture_endpoint_read(client, wanted))
        return TRUE;
    problem->message =
        g_strdup_printf("the client '%s' is neither ADDRESS nor ADDRESS:PORT", client);
    problem->hint = g_strdup("10.0.0.1, 10.0.0.1:80, 2001:db8::1, [2001:db8::1]:80");
    return FALSE;
}

static gboolean is_wanted(const Wanted *wanted, guint32 address, guint16 port)
{
    return wanted->address == address && (wanted->port == 0 || wanted->port == port);
}

static gboolean has_wanted_end(const Wanted *wanted, const Segment *segment)
{
    return wanted->any || is_wanted(wanted, segment->src_addr, segment->src_port) ||
           is_wanted(wanted, segment->dst_addr, segment->dst_port);
}

/* --- pairs -------------------------------------------------------------------------------- */

static guint pair_hash(gconstpointer key)
{
    const Pair *pair = key;

    return pair->low * 31 + pair->high;
}

static gboolean pair_equal(gconstpointer a, gconstpointer b)
{
    const Pair *one = a, *other = b;

    return one->low == other->low && one->high == other->high;
}

static Pair pair_key(const Segment *segment)
{
    return (Pair){.low = MIN(segment->src_addr, segment->dst_addr),
                  .high = MAX(segment->src_addr, segment->dst_addr),
                  .first = NONE,
                  .opening = NONE};
}

/* All pairs that have the wanted end, in order of appearance; Pair *, owned. */
static GPtrArray *find_pairs(const GArray *sightings, const Wanted *wanted)
{
    GPtrArray *pairs = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) known = g_hash_table_new(pair_hash, pair_equal);

    for (gsize i = 0; i < sightings->len; i++) {
        const Segment *segment = &sighting_at(sightings, i)->segment;
        Pair key = pair_key(segment);

        if (!has_wanted_end(wanted, segment) || sighting_is_icmp(sighting_at(sightings, i)))
            continue;
        Pair *pair = g_hash_table_lookup(known, &key);
        if (pair == NULL) {
            pair = g_memdup2(&key, sizeof key);
            pair->first = i;
            g_hash_table_add(known, pair);
            g_ptr_array_add(pairs, pair);
        }
        pair->segments++;
        if (pair->opening == NONE && segment_class(segment) == SEGMENT_SYN)
            pair->opening = i;
    }
    return pairs;
}

/* The pair to look at: the only one, or the only one that was seen to open a connection. */
static const Pair *evident_pair(const GPtrArray *pairs)
{
    const Pair *found = NULL;

    if (pairs->len == 1)
        return g_ptr_array_index(pairs, 0);
    for (guint i = 0; i < pairs->len; i++) {
        const Pair *pair = g_ptr_array_index(pairs, i);

        if (pair->opening == NONE)
            continue;
        if (found != NULL)
            return NULL;
        found = pair;
    }
    return found;
}

/* --- connections -------------------------------------------------------------------------- */

typedef struct Connection {
    gsize first, opening; /* as of a Pair */
    guint64 segments;
} Connection;

/* What is looked at: the segments of the evident pair, or where none is, of all that have the wanted end. */
typedef struct Scene {
    const GArray *sightings;
    const TraceAddresses *addresses;
    guint32 *flow;       /* of a sighting: its connection, from 1; 0: nobody asks for it */
    GArray *connections; /* Connection, by number */
} Scene;

static void scene_clear(Scene *scene)
{
    g_free(scene->flow);
    g_array_unref(scene->connections);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Scene, scene_clear)

/* The sighting belongs to this connection, perhaps as its first. */
static void add_to_connection(Scene *scene, gsize i, guint32 flow)
{
    if (flow > scene->connections->len) {
        Connection fresh = {.first = i, .opening = NONE};

        g_array_append_val(scene->connections, fresh);
    }
    Connection *connection = &g_array_index(scene->connections, Connection, flow - 1);

    connection->segments++;
    if (connection->opening == NONE &&
        segment_class(&sighting_at(scene->sightings, i)->segment) == SEGMENT_SYN)
        connection->opening = i;
}

/* `pair` NULL: none is evident. */
static Scene find_connections(const GArray *sightings, const TraceAddresses *addresses,
                              const Wanted *wanted, const Pair *pair)
{
    Scene scene = {sightings, addresses, g_new0(guint32, sightings->len + 1),
                   g_array_new(FALSE, FALSE, sizeof(Connection))};
    TraceFlows *flows = trace_flows_new(NULL);

    for (gsize i = 0; i < sightings->len; i++) {
        TraceSeen seen = {.segment = sighting_at(sightings, i)->segment};
        Pair key = pair_key(&seen.segment);

        if (!has_wanted_end(wanted, &seen.segment) || (pair != NULL && !pair_equal(&key, pair)))
            continue;
        trace_flows_see(flows, &seen, sighting_is_icmp(sighting_at(sightings, i)));
        scene.flow[i] = seen.flow;
        if (!sighting_is_icmp(sighting_at(sightings, i)))
            add_to_connection(&scene, i, seen.flow);
    }
    trace_flows_free(flows);
    return scene;
}

static const Connection *connection_at(const Scene *scene, guint i)
{
    return &g_array_index(scene->connections, Connection, i);
}

/* --- what is said ------------------------------------------------------------------------- */

/* Whoever opened first, as far as is known: "10.0.0.1:40000 and 10.0.0.2:80". */
static void append_ends(GString *out, const Scene *scene, gsize first, gsize opening)
{
    gsize shown = opening != NONE ? opening : first;
    const Segment *segment = &sighting_at(scene->sightings, shown)->segment;

    trace_addresses_write_end(scene->addresses, segment->src_addr, segment->src_port, out);
    g_string_append(out, " and ");
    trace_addresses_write_end(scene->addresses, segment->dst_addr, segment->dst_port, out);
}

static void say_candidates(const Scene *scene, guint pairs, CaptureProblem *problem)
{
    g_autoptr(GString) hint =
        g_string_new("choose with --connection N, or --client ADDRESS or ADDRESS:PORT:");
    guint count = scene->connections->len;

    for (guint i = 0; i < MIN(count, CANDIDATES_SHOWN); i++) {
        const Connection *connection = connection_at(scene, i);

        g_string_append_printf(hint, "\n%4u  ", i + 1);
        append_ends(hint, scene, connection->first, connection->opening);
        g_string_append_printf(hint, ", %" G_GUINT64_FORMAT " segment%s", connection->segments,
                               connection->segments == 1 ? "" : "s");
    }
    if (count > CANDIDATES_SHOWN)
        g_string_append_printf(hint, "\n      and %u more", count - CANDIDATES_SHOWN);
    problem->message = g_strdup_printf("%u pairs of hosts talk in this capture", pairs);
    problem->hint = g_string_free(g_steal_pointer(&hint), FALSE);
}

/* Pairs that are not shown, as another one was seen to open a connection. */
static void note_left_out(const Scene *scene, const GPtrArray *pairs, const Pair *shown,
                          GPtrArray *notes)
{
    g_autoptr(GString) note = g_string_new(NULL);
    const Pair *first = NULL;

    for (guint i = 0; i < pairs->len && first == NULL; i++) {
        if (g_ptr_array_index(pairs, i) != shown)
            first = g_ptr_array_index(pairs, i);
    }
    if (first == NULL)
        return;
    g_string_append_printf(note,
                           "%u other pair%s of hosts, whose connections began before the "
                           "capture, left out (--client shows one): ",
                           pairs->len - 1, pairs->len > 2 ? "s" : "");
    append_ends(note, scene, first->first, first->opening);
    g_string_append(note, pairs->len > 2 ? ", and others" : "");
    g_ptr_array_add(notes, g_string_free(g_steal_pointer(&note), FALSE));
}

/* Nobody saw the initial numbers of a connection that was there before. */
static void note_begun_before(const Scene *scene, guint32 connection, GPtrArray *notes)
{
    guint all = connection == 0 ? scene->connections->len : 1, before = 0;

    for (guint i = 0; i < all; i++) {
        const Connection *one = connection_at(scene, connection == 0 ? i : connection - 1);
        const Segment *segment = &sighting_at(scene->sightings, one->first)->segment;

        before += (segment->flags & TCP_SYN) == 0;
    }
    if (before > 0)
        g_ptr_array_add(notes, g_strdup_printf("%u of %u connection%s began before the capture: "
                                               "sequence numbers are absolute there",
                                               before, all, all == 1 ? "" : "s"));
}

/* --- the trace ---------------------------------------------------------------------------- */

/* Which end of the pair is the client. */
typedef struct Ends {
    guint32 client, server;
    guint16 server_port; /* tells them apart when a host talks to itself */
} Ends;

/* What of the scene goes into the trace. */
typedef struct Shown {
    const Scene *scene;
    const CaptureSelection *selection;
    gsize first, opening;
    Ends ends;
} Shown;

/* The sender of the first SYN; without one, whoever does not answer with a SYN-ACK. */
static Ends ends_of(const Shown *shown, const Wanted *wanted)
{
    gsize telling = shown->opening != NONE ? shown->opening : shown->first;
    const Segment *segment = &sighting_at(shown->scene->sightings, telling)->segment;
    gboolean client_sent = segment_class(segment) != SEGMENT_SYN_ACK;

    if (!wanted->any && segment->src_addr != segment->dst_addr)
        client_sent = segment->src_addr == wanted->address;
    else if (!wanted->any && wanted->port != 0)
        client_sent = segment->src_port == wanted->port;
    if (client_sent)
        return (Ends){segment->src_addr, segment->dst_addr, segment->dst_port};
    return (Ends){segment->dst_addr, segment->src_addr, segment->src_port};
}

static TraceHost sender_of(const Ends *ends, const Segment *segment)
{
    if (ends->client == ends->server)
        return segment->src_port == ends->server_port ? SERVER : CLIENT;
    return segment->src_addr == ends->server ? SERVER : CLIENT;
}

static gboolean is_within(const CaptureSelection *selection, SimTime t)
{
    return t >= selection->from && (selection->to == 0 || t <= selection->to);
}

/* What is remembered of all that comes before a segment. */
typedef struct SeenBefore {
    Repeats *repeats;
    GHashTable *packets; /* digest → Sighting */
    Holes *holes;
} SeenBefore;

/* This very packet was seen before: no two packets that are sent so soon have one number. */
static gboolean is_copy(GHashTable *packets, const Sighting *sighting)
{
    static const SimTime soon = 100 * SIM_MILLISECOND;
    const Sighting *before = g_hash_table_lookup(packets, &sighting->digest);

    g_hash_table_replace(packets, (gpointer)(guintptr)&sighting->digest,
                         (gpointer)(guintptr)sighting);
    return before != NULL && sighting->is_numbered && sighting->t - before->t <= soon;
}

/* What ICMP says to a host is a line like that of a script which has it say so. */
static void add_icmp(Trace *trace, const Shown *shown, const Sighting *sighting, TraceEvent *event)
{
    const IcmpMessage *icmp = &sighting->icmp;
    const char *name = icmp_name(icmp->type, icmp->code);
    g_autoptr(GString) text = g_string_new(g_ptr_array_index(trace->hosts, event->host));

    g_string_append(text, " icmp ");
    if (name != NULL)
        g_string_append(text, name);
    else
        g_string_append_printf(text, "%u,%u", icmp->type, icmp->code);
    if (icmp->mtu != 0)
        g_string_append_printf(text, " mtu=%u", icmp->mtu);
    g_string_append(text, ", from ");
    trace_addresses_write(shown->scene->addresses, sighting->icmp_from, text);
    event->kind = TRACE_CALL;
    event->call.line = trace_add_call(trace, text->str, NULL, 0);
    g_array_index(trace->calls, TraceLine, event->call.line).call = (TraceCall){
        .verb = "icmp", .icmp = *icmp, .flow = trace_see(trace, &sighting->segment, TRUE)->flow};
    trace_add(trace, event);
}

/* What is outside the times that are wanted counts, too, for numbers and repetitions. */
static void add_sighting(Trace *trace, const Shown *shown, const Sighting *sighting,
                         const SeenBefore *seen)
{
    SimTime begin = sighting_at(shown->scene->sightings, shown->first)->t;
    TraceEvent event = {.t = sighting->t - begin, .kind = TRACE_SEND};

    event.host = (guint16)sender_of(&shown->ends, &sighting->segment);
    if (sighting_is_icmp(sighting)) {
        if (is_within(shown->selection, event.t))
            add_icmp(trace, shown, sighting, &event);
        return;
    }
    event.segment.class = segment_class(&sighting->segment);
    event.segment.peer = event.host == CLIENT ? SERVER : CLIENT;
    event.segment.retry = repeats_count(seen->repeats, &sighting->segment);
    event.segment.copy = is_copy(seen->packets, sighting) ? 1 : 0;
    event.segment.seen = trace_see(trace, &sighting->segment, FALSE);
    if (holes_fill(seen->holes, event.segment.seen, event.t) && event.segment.retry == 0)
        event.segment.retry = 1;
    if (is_within(shown->selection, event.t))
        trace_add(trace, &event);
}

static Trace *trace_of(const Shown *shown)
{
    Trace *trace = trace_new(TRACE_LEVEL_FULL);
    g_autoptr(Repeats) repeats = repeats_new();
    g_autoptr(GHashTable) packets = g_hash_table_new(g_int64_hash, g_int64_equal);
    g_autoptr(Holes) holes = holes_new();
    const SeenBefore seen = {repeats, packets, holes};
    guint32 wanted = shown->selection->connection;

    trace_add_host(trace, "client");
    trace_add_host(trace, "server");
    for (gsize i = shown->first; i < shown->scene->sightings->len; i++) {
        guint32 flow = shown->scene->flow[i];

        if (flow != 0 && (wanted == 0 || flow == wanted))
            add_sighting(trace, shown, sighting_at(shown->scene->sightings, i), &seen);
    }
    return trace;
}

/* --- all of it ---------------------------------------------------------------------------- */

/* FALSE with *problem: it is not clear what is to be shown, or there is no such thing. */
static gboolean choose(Shown *shown, const GPtrArray *pairs, const Pair *evident,
                       CaptureProblem *problem)
{
    guint32 wanted = shown->selection->connection;
    guint count = shown->scene->connections->len;

    if (wanted == 0 && evident == NULL) {
        say_candidates(shown->scene, pairs->len, problem);
        return FALSE;
    }
    if (wanted > count) {
        problem->message =
            g_strdup_printf("there is no connection %u: they are numbered 1 to %u", wanted, count);
        return FALSE;
    }
    if (wanted > 0) {
        shown->first = connection_at(shown->scene, wanted - 1)->first;
        shown->opening = connection_at(shown->scene, wanted - 1)->opening;
    } else {
        shown->first = evident->first;
        shown->opening = evident->opening;
    }
    return TRUE;
}

static Trace *show(const Scene *scene, const GPtrArray *pairs, const Pair *evident,
                   const Wanted *wanted, const CaptureSelection *selection, GPtrArray *notes,
                   CaptureProblem *problem)
{
    Shown shown = {.scene = scene, .selection = selection};

    if (!choose(&shown, pairs, evident, problem))
        return NULL;
    shown.ends = ends_of(&shown, wanted);
    if (evident != NULL)
        note_left_out(scene, pairs, evident, notes);
    note_begun_before(scene, selection->connection, notes);
    g_autoptr(Trace) trace = trace_of(&shown);

    if (trace->events->len > 0)
        return g_steal_pointer(&trace);
    problem->message = g_strdup("no segment was seen between those times");
    return NULL;
}

Trace *capture_read_packets(const char *bytes, gsize length, const CaptureSelection *selection,
                            GPtrArray *notes, CaptureProblem *problem)
{
    g_autoptr(GArray) sightings = g_array_new(FALSE, FALSE, sizeof(Sighting));
    g_autoptr(TraceAddresses) addresses = trace_addresses_new();
    CaptureEndpoint named = {0};

    *problem = (CaptureProblem){0};
    if (!read_wanted(selection->client, &named, problem) ||
        !sightings_read(bytes, length, sightings, addresses, notes, problem))
        return NULL;
    if (!selection->keeps_twins)
        sightings_drop_twins(sightings, notes);

    const Wanted wanted = {selection->client == NULL, capture_endpoint_address(&named, addresses),
                           named.port};
    g_autoptr(GPtrArray) pairs = find_pairs(sightings, &wanted);

    if (pairs->len == 0 && sightings->len == 0)
        problem->message = g_strdup("there is no TCP segment in this capture");
    else if (pairs->len == 0)
        problem->message =
            g_strdup_printf("no segment in this capture is from or to %s", selection->client);
    if (pairs->len == 0)
        return NULL;

    const Pair *evident = evident_pair(pairs);
    g_auto(Scene) scene = find_connections(sightings, addresses, &wanted, evident);
    Trace *trace = show(&scene, pairs, evident, &wanted, selection, notes, problem);

    if (trace != NULL)
        trace->addresses = g_steal_pointer(&addresses);
    return trace;
}
