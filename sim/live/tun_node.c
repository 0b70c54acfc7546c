/* A host behind a TUN device: packets in and out, under the names that each side knows, and nothing else: what the
 * stack there thinks of its connections it does not say.
 */
#include "live/tun_node.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "net/wire.h"
#include "trace/time_text.h"

/* When a stack has nothing more to say nobody knows: so long it must have said nothing, and so many times as long
 * as ever before, as what is repeated is so after twice the time. */
static const SimTime silence = 10 * SIM_SECOND;
enum { SILENCES = 3 };

/* ---- Remarks ---- */

typedef struct TunRemark {
    char *text;
    guint64 count; /* of packets; 0: it is about something else */
} TunRemark;

static void clear_remark(gpointer remark)
{
    g_free(((TunRemark *)remark)->text);
}

/* `text` is taken over. */
static void remark(TunNode *tun, char *text, guint64 count)
{
    for (guint i = 0; i < tun->remarks->len; i++) {
        TunRemark *known = &g_array_index(tun->remarks, TunRemark, i);
        if (strcmp(known->text, text) != 0)
            continue;
        known->count += count;
        g_free(text);
        return;
    }
    const TunRemark new = {text, count};
    g_array_append_val(tun->remarks, new);
}

void tun_node_remarks(const TunNode *tun, GPtrArray *out)
{
    guint missed = tun_device_missed(tun->device);

    for (guint i = 0; i < tun->remarks->len; i++) {
        const TunRemark *said = &g_array_index(tun->remarks, TunRemark, i);
        GString *text = g_string_new(tun->device->name);

        g_string_append(text, ": ");
        if (said->count > 0)
            g_string_append_printf(text, "%" G_GUINT64_FORMAT " packet%s ", said->count,
                                   said->count == 1 ? "" : "s");
        g_string_append(text, said->text);
        g_ptr_array_add(out, g_string_free(text, FALSE));
    }
    if (missed > 0)
        g_ptr_array_add(out, g_strdup_printf("%s: %u packets came faster than they were taken, and "
                                             "were lost",
                                             tun->device->name, missed));
}

/* ---- Connections ---- */

/* A SYN with another number than its connection's begins a new one. */
static void begin(TunNode *tun, const TcpEnds *ends, Seq seq, gboolean is_sent)
{
    const LabNodeConn *known = lab_node_conns_find(&tun->conns, ends);
    gboolean is_another = known != NULL && (is_sent ? known->has_iss && known->iss != seq
                                                    : known->has_irs && known->irs != seq);

    if (known == NULL || is_another)
        lab_node_conns_add(&tun->conns, ends, TCP_STATE_CLOSED);
}

static TunConn *find_conn(const TunNode *tun, const Segment *arriving)
{
    return lab_node_conns_find(&tun->conns, &(TcpEnds){.local_port = arriving->dst_port,
                                                       .remote_address = arriving->src_addr,
                                                       .remote_port = arriving->src_port});
}

/* What is on its way to it, NULL: spoilt. */
static void note_arrival(TunNode *tun, const Segment *segment)
{
    TunConn *conn = segment != NULL ? find_conn(tun, segment) : NULL;

    lab_node_conns_arrived(&tun->conns, segment);
    if (conn == NULL)
        return;
    Seq end = segment->seq + segment_seq_length(segment);
    if ((segment->flags & TCP_SYN) || seq_lt(conn->sent_to, end))
        conn->sent_to = end;
}

static gboolean is_opening(const Segment *segment)
{
    return (segment->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

/* ---- What it sends ---- */

static char *address_text(guint32 address)
{
    const struct in_addr shown = {htonl(address)};
    char text[INET_ADDRSTRLEN];

    return g_strdup(inet_ntop(AF_INET, &shown, text, sizeof text));
}

static const TunName *name_of(const TunNode *tun, guint host)
{
    return &g_array_index(tun->names.names, TunName, host);
}

static gboolean is_host(const TunNode *tun, guint32 address)
{
    for (guint i = 0; i < tun->names.names->len; i++)
        if (name_of(tun, i)->here == address)
            return TRUE;
    return FALSE;
}

/* FALSE, and remarked: it is not from whom it should be. */
static gboolean is_its_own(TunNode *tun, const Segment *segment)
{
    const TunName *own = name_of(tun, tun->names.host);

    if (segment->src_addr == own->here)
        return TRUE;
    g_autofree char *is = address_text(segment->src_addr), *should = address_text(own->there);
    remark(tun,
           g_strdup_printf("left out: from %s, and it is %s (--tun %s=HOST@ADDRESS)", is, should,
                           tun->device->name),
           1);
    return FALSE;
}

static void note_destination(TunNode *tun, const Segment *segment)
{
    if (is_host(tun, segment->dst_addr))
        return;
    g_autofree char *to = address_text(segment->dst_addr);
    remark(tun, g_strdup_printf("to %s, which is no host of the scenario", to), 1);
}

static void note_wait(TunNode *tun)
{
    SimTime now = lab_node_now(tun->node.host);

    tun->longest = MAX(tun->longest, now - tun->last);
    tun->last = now;
}

static void take(TunNode *tun, guint8 *bytes, gsize size)
{
    Segment segment;
    const guint8 *payload;

    note_wait(tun);
    tun_names_to_here(&tun->names, bytes, size);
    WireError error = wire_decode(bytes, size, &segment, &payload);
    if (error != WIRE_OK) {
        remark(tun, g_strdup_printf("left out: %s", wire_error_text(error)), 1);
        return;
    }
    if (!is_its_own(tun, &segment))
        return;
    note_destination(tun, &segment);
    if (is_opening(&segment))
        begin(tun,
              &(TcpEnds){.local_port = segment.src_port,
                         .remote_address = segment.dst_addr,
                         .remote_port = segment.dst_port},
              segment.seq, TRUE);
    lab_node_conns_send(&tun->conns, bytes, size);
}

static void look_who_is_there(TunNode *tun)
{
    gboolean was_gone = tun->is_gone;

    tun->is_gone = !tun_device_has_somebody(tun->device);
    if (tun->is_gone == was_gone)
        return;
    GString *text = g_string_new(tun->is_gone ? "nobody has it open any more, since "
                                              : "somebody has it open again, since ");
    time_append(lab_node_now(tun->node.host), text);
    remark(tun, g_string_free(text, FALSE), 0);
}

void tun_node_settle(TunNode *tun)
{
    guint8 bytes[WIRE_PACKET_MAX];
    gssize size;

    while ((size = tun_device_receive(tun->device, bytes, sizeof bytes)) > 0)
        take(tun, bytes, (gsize)size);
    if (tun_device_has_changed(tun->device) || size < 0)
        look_who_is_there(tun);
}

/* ---- The node ---- */

static TunNode *tun_of(LabNode *node)
{
    return (TunNode *)(void *)node;
}

static void deliver(LabNode *node, const LabBytes *packet, const Segment *sent)
{
    TunNode *tun = tun_of(node);
    g_autofree guint8 *bytes = g_memdup2(packet->data, packet->size);

    if (sent != NULL && is_opening(sent))
        begin(tun,
              &(TcpEnds){.local_port = sent->dst_port,
                         .remote_address = sent->src_addr,
                         .remote_port = sent->src_port},
              sent->seq, FALSE);
    note_arrival(tun, sent);
    tun_names_to_there(&tun->names, bytes, packet->size);
    if (!tun_device_send(tun->device, bytes, packet->size) && !tun->is_gone)
        remark(tun, g_strdup_printf("not taken by the device: %s", g_strerror(errno)), 1);
    tun_node_settle(tun);
}

/* The run goes on to its `stop`, or as long as something may come. */
static SimDue next_due(LabNode *node)
{
    const TunNode *tun = tun_of(node);
    SimTime stop = lab_node_plan(node->host)->stop;
    SimTime end = sim_time_add(tun->last, MAX(silence, SILENCES * tun->longest));

    if (tun->is_gone || (stop == SIM_NEVER && lab_node_now(node->host) >= end))
        return lab_node_due(SIM_NEVER);
    return lab_node_due(stop != SIM_NEVER ? sim_time_add(stop, 1) : end);
}

static void advance(LabNode *node)
{
    tun_node_settle(tun_of(node));
}

static const char *behind(LabNode *node)
{
    return tun_of(node)->device->name;
}

/* ---- After the run ---- */

static void reset(const TunNode *tun, const LabNodeConn *conn, Seq seq)
{
    const Segment segment = {.src_addr = conn->ends.remote_address,
                             .dst_addr = name_of(tun, tun->names.host)->here,
                             .src_port = conn->ends.remote_port,
                             .dst_port = conn->ends.local_port,
                             .seq = seq,
                             .flags = TCP_RST};
    guint8 bytes[WIRE_HEADERS_MAX];
    gsize size = wire_encode(&segment, 0, bytes, sizeof bytes);

    tun_names_to_there(&tun->names, bytes, size);
    (void)tun_device_send(tun->device, bytes, size);
}

/* The stack goes on, and its connections with it, which the next run's could be taken for: they have the same
 * ports.  Where its next byte is to be it has said; but it may have got more since (RFC 5961 section 3.2). */
static void take_leave(const TunNode *tun)
{
    for (guint id = 1; id <= tun->conns.all->len; id++) {
        const TunConn *conn = lab_node_conns_get(&tun->conns, id);
        reset(tun, &conn->seen, conn->seen.rcv_nxt);
        if (conn->sent_to != conn->seen.rcv_nxt)
            reset(tun, &conn->seen, conn->sent_to);
    }
}

static void tun_node_free(LabNode *node)
{
    TunNode *tun = tun_of(node);

    take_leave(tun);
    lab_node_conns_clear(&tun->conns);
    tun_names_clear(&tun->names);
    g_array_unref(tun->remarks);
    g_free(tun);
}

static const LabNodeKind tun_kind = {
    .free = tun_node_free,
    .deliver = deliver,
    .next_due = next_due,
    .advance = advance,
    .ends = lab_node_conns_ends,
    .status = lab_node_conns_status,
    .find = lab_node_conns_id,
    .newest = lab_node_conns_newest,
    .behind = behind,
};

TunNode *tun_node_new(LabHost *host, const TunDevice *device, TunNames *names)
{
    TunNode *tun = g_new0(TunNode, 1);

    tun->node = (LabNode){.kind = &tun_kind, .host = host};
    tun->device = device;
    tun->names = *names;
    *names = (TunNames){0};
    lab_node_conns_init(&tun->conns, &tun->node, sizeof(TunConn), g_free);
    tun->conns.bytes_are_theirs = TRUE;
    tun->remarks = g_array_new(FALSE, FALSE, sizeof(TunRemark));
    g_array_set_clear_func(tun->remarks, clear_remark);
    return tun;
}
