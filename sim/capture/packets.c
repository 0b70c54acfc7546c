/* A capture as a trace: of all that was seen, the segments between one client and one server. */
#include <string.h>

#include "capture/capture.h"
#include "capture/endpoint.h"
#include "capture/sightings.h"
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

        if (!has_wanted_end(wanted, segment))
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

/* The endpoint that opened, as far as is known: "10.0.0.1:40000 and 10.0.0.2:80, 12 segments". */
static void append_candidate(GString *out, const GArray *sightings, const TraceAddresses *addresses,
                             const Pair *pair)
{
    gsize shown = pair->opening != NONE ? pair->opening : pair->first;
    const Segment *segment = &sighting_at(sightings, shown)->segment;

    trace_addresses_write_end(addresses, segment->src_addr, segment->src_port, out);
    g_string_append(out, " and ");
    trace_addresses_write_end(addresses, segment->dst_addr, segment->dst_port, out);
    g_string_append_printf(out, ", %" G_GUINT64_FORMAT " segment%s", pair->segments,
                           pair->segments == 1 ? "" : "s");
}

static void say_candidates(const GArray *sightings, const TraceAddresses *addresses,
                           const GPtrArray *pairs, CaptureProblem *problem)
{
    g_autoptr(GString) hint = g_string_new("choose with --client ADDRESS or ADDRESS:PORT:");

    for (guint i = 0; i < MIN(pairs->len, CANDIDATES_SHOWN); i++) {
        g_string_append(hint, "\n  ");
        append_candidate(hint, sightings, addresses, g_ptr_array_index(pairs, i));
    }
    if (pairs->len > CANDIDATES_SHOWN)
        g_string_append_printf(hint, "\n  and %u more", pairs->len - CANDIDATES_SHOWN);
    problem->message = g_strdup_printf("%u pairs of hosts talk in this capture", pairs->len);
    problem->hint = g_string_free(g_steal_pointer(&hint), FALSE);
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

/* --- the trace ---------------------------------------------------------------------------- */

/* Which end of the pair is the client. */
typedef struct Ends {
    guint32 client, server;
    guint16 server_port; /* tells them apart when a host talks to itself */
} Ends;

/* The sender of the first SYN; without one, whoever does not answer with a SYN-ACK. */
static Ends ends_of(const GArray *sightings, const Pair *pair, const Wanted *wanted)
{
    gsize telling = pair->opening != NONE ? pair->opening : pair->first;
    const Segment *segment = &sighting_at(sightings, telling)->segment;
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

static void add_sighting(Trace *trace, const Sighting *sighting, SimTime begin, const Ends *ends,
                         Repeats *repeats)
{
    TraceEvent event = {.t = sighting->t - begin, .kind = TRACE_SEND};

    event.host = (guint16)sender_of(ends, &sighting->segment);
    event.segment.class = segment_class(&sighting->segment);
    event.segment.peer = event.host == CLIENT ? SERVER : CLIENT;
    event.segment.retry = repeats_count(repeats, &sighting->segment);
    event.segment.seen = trace_see(trace, &sighting->segment, FALSE);
    trace_add(trace, &event);
}

static Trace *trace_of(const GArray *sightings, const Pair *pair, const Wanted *wanted)
{
    Trace *trace = trace_new(TRACE_LEVEL_FULL);
    Ends ends = ends_of(sightings, pair, wanted);
    SimTime begin = sighting_at(sightings, pair->first)->t;
    g_autoptr(Repeats) repeats = repeats_new();

    trace_add_host(trace, "client");
    trace_add_host(trace, "server");
    for (gsize i = pair->first; i < sightings->len; i++) {
        const Sighting *sighting = sighting_at(sightings, i);
        Pair key = pair_key(&sighting->segment);

        if (pair_equal(&key, pair) && has_wanted_end(wanted, &sighting->segment))
            add_sighting(trace, sighting, begin, &ends, repeats);
    }
    return trace;
}

Trace *capture_read_packets(const char *bytes, gsize length, const char *client, GPtrArray *notes,
                            CaptureProblem *problem)
{
    g_autoptr(GArray) sightings = g_array_new(FALSE, FALSE, sizeof(Sighting));
    g_autoptr(TraceAddresses) addresses = trace_addresses_new();
    CaptureEndpoint named = {0};

    *problem = (CaptureProblem){0};
    if (!read_wanted(client, &named, problem) ||
        !sightings_read(bytes, length, sightings, addresses, notes, problem))
        return NULL;

    Wanted wanted = {client == NULL, capture_endpoint_address(&named, addresses), named.port};
    g_autoptr(GPtrArray) pairs = find_pairs(sightings, &wanted);
    const Pair *pair = evident_pair(pairs);

    if (pair != NULL) {
        Trace *trace = trace_of(sightings, pair, &wanted);

        trace->addresses = g_steal_pointer(&addresses);
        return trace;
    }
    if (pairs->len > 1)
        say_candidates(sightings, addresses, pairs, problem);
    else if (sightings->len == 0)
        problem->message = g_strdup("there is no TCP segment in this capture");
    else
        problem->message = g_strdup_printf("no segment in this capture is from or to %s", client);
    return NULL;
}
