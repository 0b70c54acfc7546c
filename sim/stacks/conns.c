/* Connections of a linked stack, as its packets and states show them. */
#include "stacks/conns.h"

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

void stack_conns_init(StackConns *conns, LabHost *host)
{
    *conns = (StackConns){.host = host,
                          .all = g_ptr_array_new_with_free_func(g_free),
                          .by_ends = g_hash_table_new(ends_hash, ends_equal),
                          .repeats = repeats_new()};
}

void stack_conns_clear(StackConns *conns)
{
    g_hash_table_unref(conns->by_ends);
    g_ptr_array_unref(conns->all);
    repeats_free(conns->repeats);
}

StackConn *stack_conn(const StackConns *conns, TcpConnId id)
{
    return id > 0 && id <= conns->all->len ? g_ptr_array_index(conns->all, id - 1) : NULL;
}

StackConn *stack_conns_find(const StackConns *conns, const TcpEnds *ends)
{
    return g_hash_table_lookup(conns->by_ends, ends);
}

StackConn *stack_conns_add(StackConns *conns, const TcpEnds *ends, TcpState from)
{
    StackConn *conn = g_new0(StackConn, 1);

    conn->ends = *ends;
    conn->state = from;
    g_queue_init(&conn->unread);
    g_ptr_array_add(conns->all, conn);
    conn->id = conns->all->len;
    g_hash_table_replace(conns->by_ends, &conn->ends, conn);
    return conn;
}

void stack_conn_moves(StackConns *conns, StackConn *conn, TcpState to)
{
    TcpState from = conn->state;

    if (from == to)
        return;
    conn->state = to;
    lab_node_moves_on(conns->host, conn->id, from, to);
    if (to == TCP_STATE_CLOSED && stack_conns_find(conns, &conn->ends) == conn)
        g_hash_table_remove(conns->by_ends, &conn->ends);
}

/* ---- Packets ---- */

/* Where its bytes stand in what the application wrote: then they need not be carried. */
static Payload payload_of(const StackConns *conns, const StackConn *conn, const Segment *segment,
                          const guint8 *bytes)
{
    gboolean is_ours = conn != NULL && conn->has_iss;
    Payload payload = {0};

    if (is_ours)
        payload = (Payload){lab_node_stream(conns->host, conn->id),
                            (guint32)(segment->seq - conn->iss - 1)};
    for (guint i = 0; i < segment->length && is_ours; i++)
        is_ours = bytes[i] == payload_byte(payload.stream, payload.offset + i);
    return is_ours ? payload : lab_node_strange_payload(conns->host);
}

static void learn_from_sent(StackConn *conn, const Segment *segment)
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
}

void stack_conns_send(StackConns *conns, const guint8 *bytes, gsize size)
{
    Segment segment;
    const guint8 *payload;

    if (wire_decode(bytes, size, &segment, &payload) != WIRE_OK)
        return;
    const TcpEnds ends = {.local_port = segment.src_port,
                          .remote_address = segment.dst_addr,
                          .remote_port = segment.dst_port};
    StackConn *conn = stack_conns_find(conns, &ends);

    if (conn != NULL)
        learn_from_sent(conn, &segment);
    if (segment.length > 0)
        segment.payload = payload_of(conns, conn, &segment, payload);
    const TcpSendNote note = {.retry = repeats_count(conns->repeats, &segment)};
    lab_node_sends(conns->host, conn != NULL ? conn->id : 0, &segment, &(LabBytes){bytes, size},
                   &note);
}

void stack_conns_arrived(StackConns *conns, const Segment *segment)
{
    const TcpEnds ends = {.local_port = segment->dst_port,
                          .remote_address = segment->src_addr,
                          .remote_port = segment->src_port};
    StackConn *conn = stack_conns_find(conns, &ends);

    if (conn == NULL)
        return;
    if ((segment->flags & TCP_SYN) && !conn->has_irs) {
        conn->has_irs = TRUE;
        conn->irs = segment->seq;
    }
    if ((segment->flags & TCP_ACK) && seq_lt(conn->snd_una, segment->ack) &&
        seq_le(segment->ack, conn->snd_nxt))
        conn->snd_una = segment->ack;
}
