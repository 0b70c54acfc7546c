/* Connections of a node, as its packets and states show them. */
#include "lab/node_conns.h"

#include "net/wire.h"

static guint ends_hash(gconstpointer key)
{
    const TcpEnds *ends = key;

    return (ends->remote_address * 31 + ends->remote_port) * 31 + ends->local_port;
}

static gboolean ends_equal(gconstpointer a, gconstpointer b)
{
    const TcpEnds *one = a, *other = b;

    return one->remote_address == other->remote_address && one->local_port == other->local_port &&
           one->remote_port == other->remote_port;
}

void lab_node_conns_init(LabNodeConns *conns, LabNode *node, gsize size, GDestroyNotify free_conn)
{
    node->conns = conns;
    *conns = (LabNodeConns){.host = node->host,
                            .size = size,
                            .all = g_ptr_array_new_with_free_func(free_conn),
                            .by_ends = g_hash_table_new(ends_hash, ends_equal),
                            .repeats = repeats_new()};
}

void lab_node_conns_clear(LabNodeConns *conns)
{
    g_hash_table_unref(conns->by_ends);
    g_ptr_array_unref(conns->all);
    repeats_free(conns->repeats);
}

gpointer lab_node_conns_get(const LabNodeConns *conns, TcpConnId id)
{
    return id > 0 && id <= conns->all->len ? g_ptr_array_index(conns->all, id - 1) : NULL;
}

gpointer lab_node_conns_find(const LabNodeConns *conns, const TcpEnds *ends)
{
    return g_hash_table_lookup(conns->by_ends, ends);
}

gpointer lab_node_conns_add(LabNodeConns *conns, const TcpEnds *ends, TcpState from)
{
    LabNodeConn *conn = g_malloc0(conns->size);

    conn->ends = *ends;
    conn->state = from;
    g_ptr_array_add(conns->all, conn);
    conn->id = conns->all->len;
    g_hash_table_replace(conns->by_ends, &conn->ends, conn);
    return conn;
}

/* ---- States ---- */

static void forget(LabNodeConns *conns, const LabNodeConn *conn)
{
    if (lab_node_conns_find(conns, &conn->ends) == conn)
        g_hash_table_remove(conns->by_ends, &conn->ends);
}

void lab_node_conns_move(LabNodeConns *conns, LabNodeConn *conn, TcpState to)
{
    TcpState from = conn->state;

    if (from == to)
        return;
    conn->state = to;
    lab_node_moves_on(conns->host, conn->id, from, to);
    if (to == TCP_STATE_CLOSED)
        forget(conns, conn);
}

void lab_node_conns_crash(LabNodeConns *conns)
{
    for (guint i = 0; i < conns->all->len; i++) {
        LabNodeConn *conn = g_ptr_array_index(conns->all, i);
        TcpState from = conn->state;

        conn->state = TCP_STATE_CLOSED;
        if (from != TCP_STATE_CLOSED)
            lab_node_moves(conns->host, conn->id, from, TCP_STATE_CLOSED, TCP_REASON_CRASHED);
        forget(conns, conn);
    }
}

/* ---- What is asked ---- */

gboolean lab_node_conns_ends(LabNode *node, TcpConnId id, TcpEnds *out)
{
    const LabNodeConn *conn = lab_node_conns_get(node->conns, id);

    if (conn != NULL)
        *out = conn->ends;
    return conn != NULL;
}

gboolean lab_node_conns_status(LabNode *node, TcpConnId id, TcpStatus *out)
{
    const LabNodeConn *conn = lab_node_conns_get(node->conns, id);

    if (conn == NULL)
        return FALSE;
    *out = (TcpStatus){.state = conn->state,
                       .remote_address = conn->ends.remote_address,
                       .local_port = conn->ends.local_port,
                       .remote_port = conn->ends.remote_port,
                       .iss = conn->iss,
                       .irs = conn->irs,
                       .snd_una = conn->snd_una,
                       .snd_nxt = conn->snd_nxt,
                       .rcv_nxt = conn->rcv_nxt,
                       .stream = lab_node_stream(node->host, id)};
    return TRUE;
}

TcpConnId lab_node_conns_id(LabNode *node, const TcpEnds *ends)
{
    const LabNodeConn *conn = lab_node_conns_find(node->conns, ends);

    return conn != NULL ? conn->id : 0;
}

TcpConnId lab_node_conns_newest(LabNode *node)
{
    return node->conns->all->len;
}

/* ---- Packets ---- */

/* Where its bytes stand in what the application wrote: then they need not be carried. */
static Payload payload_of(const LabNodeConns *conns, const LabNodeConn *conn,
                          const Segment *segment, const guint8 *bytes)
{
    gboolean is_ours = conn != NULL && conn->has_iss;
    Payload payload = {0};

    const Seq first = segment->seq + ((segment->flags & TCP_SYN) != 0); /* data's number */

    if (is_ours)
        payload =
            (Payload){lab_node_stream(conns->host, conn->id), (guint32)(first - conn->iss - 1)};
    for (guint i = 0; i < segment->length && is_ours && !conns->bytes_are_theirs; i++)
        is_ours = bytes[i] == payload_byte(payload.stream, payload.offset + i);
    return is_ours ? payload : lab_node_strange_payload(conns->host);
}

static void learn_from_sent(LabNodeConn *conn, const Segment *segment)
{
    Seq end = segment->seq + segment_seq_length(segment);

    if (segment->flags & TCP_RST)
        return;
    if ((segment->flags & TCP_SYN) && !conn->has_iss) {
        conn->has_iss = TRUE;
        conn->iss = conn->snd_una = conn->snd_nxt = segment->seq;
    }
    if (seq_lt(conn->snd_nxt, end))
        conn->snd_nxt = end;
    if (segment->flags & TCP_ACK)
        conn->rcv_nxt = segment->ack;
    conn->window_sent = segment->window;
}

void lab_node_conns_send(LabNodeConns *conns, const guint8 *bytes, gsize size)
{
    Segment segment;
    const guint8 *payload;

    if (wire_decode(bytes, size, &segment, &payload) != WIRE_OK)
        return;
    const TcpEnds ends = {.local_port = segment.src_port,
                          .remote_address = segment.dst_addr,
                          .remote_port = segment.dst_port};
    LabNodeConn *conn = lab_node_conns_find(conns, &ends);

    if (conn != NULL)
        learn_from_sent(conn, &segment);
    if (segment.length > 0)
        segment.payload = payload_of(conns, conn, &segment, payload);
    const TcpSendNote note = {.retry = repeats_count(conns->repeats, &segment)};
    lab_node_sends(conns->host, conn != NULL ? conn->id : 0, &segment, &(LabBytes){bytes, size},
                   &note);
}

static void learn_from_arrived(LabNodeConn *conn, const Segment *segment)
{
    if ((segment->flags & TCP_SYN) && !conn->has_irs) {
        conn->has_irs = TRUE;
        conn->irs = segment->seq;
    }
    if ((segment->flags & TCP_ACK) && seq_lt(conn->snd_una, segment->ack) &&
        seq_le(segment->ack, conn->snd_nxt))
        conn->snd_una = segment->ack;
    if (!(segment->flags & TCP_RST))
        conn->window_arrived = segment->window;
}

TcpEnds lab_node_conns_ends_of(const Segment *arrived)
{
    return (TcpEnds){.local_port = arrived->dst_port,
                     .remote_address = arrived->src_addr,
                     .remote_port = arrived->src_port};
}

gboolean lab_node_conns_know_peer(const LabNodeConns *conns, LabNodeConn *conn)
{
    if (!conn->has_peer_stream)
        conn->has_peer_stream = lab_node_peer_stream(conns->host, conn->id, &conn->peer_stream);
    return conn->has_peer_stream;
}

void lab_node_conns_arrived(LabNodeConns *conns, const Segment *segment)
{
    if (segment == NULL)
        return;
    const TcpEnds ends = lab_node_conns_ends_of(segment);
    LabNodeConn *conn = lab_node_conns_find(conns, &ends);

    if (conn == NULL)
        return;
    learn_from_arrived(conn, segment);
    if (segment->length > 0)
        (void)lab_node_conns_know_peer(conns, conn);
}
