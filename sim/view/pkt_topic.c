/* Chooses the host and the connection that a packetdrill script is about, and looks once at all that
 * happens to them. */
#include "view/pkt_topic.h"

#include <string.h>

static const TraceEvent *event_at(const Trace *trace, guint i)
{
    return &g_array_index(trace->events, TraceEvent, i);
}

/* ---- Whose segment is it? ---- */

static gboolean is_sent_by_tcp(const TraceEvent *event)
{
    return event->kind == TRACE_SEND && !event->segment.injected;
}

/* Right behind its arrival stands that it was refused. */
static gboolean is_corrupted(const Trace *trace, const TraceEvent *arrival)
{
    const TraceEvent *next = trace_event(trace, arrival->id + 1);

    return next != NULL && next->kind == TRACE_DISCARD && next->cause == arrival->id &&
           next->segment.reason == TCP_REASON_BAD_BYTES;
}

PktWay pkt_way(const PktTopic *topic, const Trace *trace, const TraceEvent *event)
{
    gboolean out = is_sent_by_tcp(event);

    if (event->host != topic->host || (!out && event->kind != TRACE_ARRIVE))
        return PKT_WAY_NONE;
    const Segment *segment = &event->segment.seen->segment;
    guint32 own = out ? segment->src_addr : segment->dst_addr;
    guint32 peer = out ? segment->dst_addr : segment->src_addr;
    guint16 port = out ? segment->src_port : segment->dst_port;
    guint16 peer_port = out ? segment->dst_port : segment->src_port;

    if (own != topic->address || port != topic->port || peer != topic->peer_address ||
        peer_port != topic->peer_port || (!out && is_corrupted(trace, event)))
        return PKT_WAY_NONE;
    return out ? PKT_WAY_OUT : PKT_WAY_IN;
}

/* ---- Which host, which connection? ---- */

/* The first event of each host (0: none) that sends or gets a segment of a connection; forged ones
 * count where there is nothing better. */
typedef struct Firsts {
    TraceId *honest, *any;
    GHashTable *forged; /* flows that a forged segment began */
    guint32 flows;      /* seen so far: they are numbered as they come */
} Firsts;

static void see_flow(Firsts *firsts, const TraceEvent *event)
{
    guint32 flow = event->segment.seen->flow;

    if (event->kind != TRACE_SEND || flow <= firsts->flows)
        return;
    firsts->flows = flow;
    if (event->segment.injected)
        g_hash_table_add(firsts->forged, GUINT_TO_POINTER(flow));
}

static void see_segment(Firsts *firsts, const Trace *trace, const TraceEvent *event)
{
    if ((event->kind != TRACE_SEND && event->kind != TRACE_ARRIVE) ||
        event->host >= trace->hosts->len)
        return;
    see_flow(firsts, event);
    if (event->kind == TRACE_SEND && event->segment.injected)
        return;
    if (firsts->any[event->host] == 0)
        firsts->any[event->host] = event->id;
    if (firsts->honest[event->host] == 0 &&
        !g_hash_table_contains(firsts->forged, GUINT_TO_POINTER(event->segment.seen->flow)))
        firsts->honest[event->host] = event->id;
}

static Firsts find_firsts(const Trace *trace)
{
    Firsts firsts = {.honest = g_new0(TraceId, trace->hosts->len + 1),
                     .any = g_new0(TraceId, trace->hosts->len + 1),
                     .forged = g_hash_table_new(NULL, NULL)};

    for (guint i = 0; i < trace->events->len; i++)
        see_segment(&firsts, trace, event_at(trace, i));
    return firsts;
}

static void firsts_clear(Firsts *firsts)
{
    g_free(firsts->honest);
    g_free(firsts->any);
    g_hash_table_unref(firsts->forged);
}

static const TraceLine *line_of(const Trace *trace, const TraceEvent *event)
{
    return &g_array_index(trace->calls, TraceLine, event->call.line);
}

static gboolean calls(const Trace *trace, const TraceEvent *event, const char *verb)
{
    return event->kind == TRACE_CALL && event->call.line < trace->calls->len &&
           g_strcmp0(line_of(trace, event)->call.verb, verb) == 0;
}

static gboolean find_by_name(const Trace *trace, const char *name, TraceHost *out)
{
    for (guint i = 0; i < trace->hosts->len; i++) {
        *out = i;
        if (strcmp(trace->hosts->pdata[i], name) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean find_by_itself(const Trace *trace, const Firsts *firsts, TraceHost *out)
{
    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = event_at(trace, i);

        *out = event->host;
        if (calls(trace, event, "listen") && *out < trace->hosts->len && firsts->any[*out] != 0)
            return TRUE;
    }
    for (*out = 0; *out < trace->hosts->len; (*out)++) {
        if (firsts->any[*out] != 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean choose_host(const Trace *trace, const Firsts *firsts, const char *name,
                            TraceHost *out, char **trouble)
{
    if (name != NULL && !find_by_name(trace, name, out)) {
        *trouble = g_strdup_printf("no host is called '%s'", name);
        return FALSE;
    }
    if (name == NULL && !find_by_itself(trace, firsts, out)) {
        *trouble = g_strdup("no host sends a segment, and none is reached by one");
        return FALSE;
    }
    if (firsts->any[*out] == 0) {
        *trouble = g_strdup_printf("host '%s' sends no segment, and none reaches it",
                                   (const char *)trace->hosts->pdata[*out]);
        return FALSE;
    }
    return TRUE;
}

static void take_ends(PktTopic *topic, const TraceEvent *first)
{
    const Segment *segment = &first->segment.seen->segment;
    gboolean out = first->kind == TRACE_SEND;

    topic->address = out ? segment->src_addr : segment->dst_addr;
    topic->port = out ? segment->src_port : segment->dst_port;
    topic->peer_address = out ? segment->dst_addr : segment->src_addr;
    topic->peer_port = out ? segment->dst_port : segment->src_port;
}

/* ---- What happens to them ---- */

typedef struct Look {
    const Trace *trace;
    PktTopic *topic;
    guint32 asking; /* the connection that entered SYN-SENT last … */
    TraceId asked;  /* … and the call that it did so for */
    GHashTable *others;
} Look;

static void end_at(PktTopic *topic, const TraceEvent *event, const char *why)
{
    if (topic->ends != 0)
        return;
    topic->ends = event->id;
    topic->why = why;
}

/* An event of the four-tuple says which connection has it. */
static void see_conn(Look *look, const TraceEvent *event)
{
    PktTopic *topic = look->topic;

    if (event->conn == 0 || event->conn == topic->conn)
        return;
    if (topic->conn != 0) {
        end_at(topic, event, "another connection on the same ports");
        return;
    }
    topic->conn = event->conn;
    if (look->asking == event->conn)
        topic->connect = look->asked;
}

static void look_at_segment(Look *look, const TraceEvent *event)
{
    PktTopic *topic = look->topic;
    PktWay way = pkt_way(topic, look->trace, event);

    if (way == PKT_WAY_NONE) {
        if (event->kind == TRACE_ARRIVE || is_sent_by_tcp(event))
            g_hash_table_add(look->others, GUINT_TO_POINTER(event->segment.seen->flow));
        return;
    }
    const Segment *segment = &event->segment.seen->segment;

    see_conn(look, event);
    if (way == PKT_WAY_OUT && (segment->options.present & OPTION_WINDOW_SCALE))
        topic->window_scale = segment->options.window_scale;
}

/* A connection that is made of a cookie has nobody's number before. */
static void look_at_state(Look *look, const TraceEvent *event)
{
    const TraceEvent *cause = trace_event(look->trace, event->cause);

    if (event->conn == 0)
        return;
    if (event->state.to == TCP_STATE_SYN_SENT) {
        look->asking = event->conn;
        look->asked = event->cause;
    } else if (cause != NULL && pkt_way(look->topic, look->trace, cause) == PKT_WAY_IN) {
        see_conn(look, event);
    }
}

static void look_at(Look *look, const TraceEvent *event)
{
    if (event->host != look->topic->host)
        return;
    switch (event->kind) {
    case TRACE_SEND:
    case TRACE_ARRIVE: look_at_segment(look, event); break;
    case TRACE_STATE: look_at_state(look, event); break;
    case TRACE_HOST: end_at(look->topic, event, "a crash of the host"); break;
    default: break;
    }
}

static void look_at_all(PktTopic *topic, const Trace *trace, guint32 flow)
{
    Look look = {.trace = trace, .topic = topic, .others = g_hash_table_new(NULL, NULL)};

    for (guint i = 0; i < trace->events->len; i++)
        look_at(&look, event_at(trace, i));
    g_hash_table_remove(look.others, GUINT_TO_POINTER(flow));
    topic->others = g_hash_table_size(look.others);
    g_hash_table_unref(look.others);
    for (guint i = 0; i < trace->floods->len; i++)
        topic->floods += g_array_index(trace->floods, TraceFlood, i).to == topic->host;
}

gboolean pkt_topic_find(PktTopic *topic, const Trace *trace, const char *name, char **trouble)
{
    Firsts firsts = find_firsts(trace);

    *topic = (PktTopic){.window_scale = -1};
    gboolean found = choose_host(trace, &firsts, name, &topic->host, trouble);
    if (found) {
        TraceId honest = firsts.honest[topic->host];
        const TraceEvent *first =
            trace_event(trace, honest != 0 ? honest : firsts.any[topic->host]);

        take_ends(topic, first);
        look_at_all(topic, trace, first->segment.seen->flow);
    }
    firsts_clear(&firsts);
    return found;
}
