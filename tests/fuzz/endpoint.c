/* An endpoint, its hooks, and what must hold of it. */
#include "endpoint.h"

#include "fuzz.h"
#include "net/wire.h"

static Conn *conn_at(const Endpoint *end, TcpConnId id)
{
    return &g_array_index(end->conns, Conn, id - 1);
}

static Conn *conn_known(const Endpoint *end, TcpConnId id)
{
    g_assert(id > 0);
    if (id > end->conns->len)
        g_array_set_size(end->conns, id);
    return conn_at(end, id);
}

/* What began passively may go back to LISTEN, which is the end of it. */
static gboolean is_over(const Conn *conn)
{
    return conn->state == TCP_STATE_CLOSED || conn->state == TCP_STATE_LISTEN;
}

/* ---- What it says ---- */

static void check_wire(const Segment *segment)
{
    static uint8_t packet[WIRE_PACKET_MAX];
    const uint8_t *payload;
    Segment again;
    size_t length = wire_encode(segment, 0, packet, sizeof packet);

    g_assert(length > 0 && length == segment_ip_bytes(segment));
    g_assert(wire_decode(packet, length, &again, &payload) == WIRE_OK);
    g_assert(again.seq == segment->seq && again.ack == segment->ack);
    g_assert(again.flags == segment->flags && again.length == segment->length);
    g_assert(again.options.list == segment->options.list);
}

/* Byte k of the stream has the number ISS + 1 + k. */
static void check_payload(const Endpoint *end, TcpConnId id, const Segment *segment)
{
    TcpStatus status;

    if (segment->length == 0 || !tcp_status(end->stack, id, &status))
        return;
    Seq first = segment->seq + ((segment->flags & TCP_SYN) ? 1U : 0U);
    g_assert(segment->payload.stream == status.stream);
    g_assert((Seq)segment->payload.offset == first - status.iss - 1);
}

static void on_send(void *context, TcpConnId id, const Segment *segment, const TcpSendNote *note)
{
    Endpoint *end = context;

    g_assert(note->reason != TCP_REASON_NONE && segment->src_addr == end->address);
    check_wire(segment);
    if (id > 0)
        check_payload(end, id, segment);
    end->send(end->context, segment);
}

static void on_state(void *context, TcpConnId id, TcpState from, TcpState to, TcpReason reason)
{
    Endpoint *end = context;

    g_assert(reason != TCP_REASON_NONE && tcp_transition_is_allowed(from, to));
    if (id == 0)
        return;
    gboolean is_new = id > end->conns->len;
    Conn *conn = conn_known(end, id);
    /* A listener's connection comes from LISTEN. */
    g_assert(conn->state == from || (is_new && from == TCP_STATE_LISTEN));
    g_assert(is_new || !is_over(conn));
    conn->state = to;
}

static void on_timer(void *context, TcpConnId id, const TcpTimerNote *note)
{
    const Endpoint *end = context;

    g_assert(id > 0 && note->length >= 0);
    if (note->event == TCP_TIMER_ARMED)
        g_assert(note->due >= end->now);
}

static void on_discard(void *context, TcpConnId id, const Segment *segment, TcpReason reason)
{
    (void)context;
    (void)id;
    (void)segment;
    g_assert(reason != TCP_REASON_NONE);
}

static void on_app(void *context, TcpConnId id, TcpAppEvent event, uint32_t amount, TcpError error)
{
    Endpoint *end = context;
    Conn *conn = conn_known(end, id);

    g_assert((event == TCP_APP_ERROR) == (error != TCP_OK));
    g_assert(event != TCP_APP_READABLE || amount > 0);
    if (event == TCP_APP_ACCEPTABLE) {
        g_assert(!conn->is_acceptable);
        conn->is_acceptable = true;
    }
}

/* ---- Begin and end ---- */

void endpoint_begin(Endpoint *end, SimOrder *order)
{
    TcpSetup setup = {
        .config = &end->config,
        .hooks = {.context = end,
                  .send = on_send,
                  .state = on_state,
                  .timer = on_timer,
                  .discard = on_discard,
                  .app = on_app},
        .order = order,
        .address = end->address,
        .secret = {end->address, 1},
        .stream_space = (uint64_t)end->address << 32,
    };

    end->conns = g_array_new(FALSE, TRUE, sizeof(Conn));
    end->stack = tcp_stack_new(&setup);
}

void endpoint_end(Endpoint *end)
{
    tcp_stack_free(end->stack);
    g_array_unref(end->conns);
}

/* ---- Calls ---- */

TcpConnId endpoint_conn(const Endpoint *end, uint8_t which)
{
    TcpConnId newest = tcp_stack_newest(end->stack);
    TcpConnId back = which % 8U;

    return back > newest ? newest + 1 : newest - back;
}

void endpoint_listen(Endpoint *end, uint16_t port, uint32_t backlog, uint32_t fast_open)
{
    const TcpListenOptions options = {port, backlog, fast_open};

    (void)tcp_listen(end->stack, end->now, &options);
}

void endpoint_connect(Endpoint *end, const TcpConnectOptions *options)
{
    TcpConnId id;

    if (tcp_connect(end->stack, end->now, options, &id) == TCP_OK)
        g_assert(id == tcp_stack_newest(end->stack));
}

/* The kinds that mean something, and some that mean nothing. */
void endpoint_icmp(Endpoint *end, const Segment *quoted, uint8_t how)
{
    static const uint8_t types[] = {3, 3, 3, 3, 11, 12, 4, 0};
    TcpIcmp icmp = {.type = types[how % 8],
                    .code = how >> 3 & 1 ? 4 : how >> 4,
                    .mtu = (uint32_t)(how >> 2) * 23,
                    .remote_address = quoted->dst_addr,
                    .local_port = quoted->src_port,
                    .remote_port = quoted->dst_port,
                    .seq = quoted->seq};

    (void)tcp_stack_icmp(end->stack, end->now, &icmp);
}

void endpoint_accept(Endpoint *end, uint16_t port)
{
    TcpConnId id;

    if (tcp_accept(end->stack, end->now, port, &id) != TCP_OK)
        return;
    Conn *conn = conn_known(end, id);
    g_assert(!conn->is_accepted);
    conn->is_accepted = true;
}

static void on_read(void *context, Payload payload, uint64_t offset, uint32_t length)
{
    Endpoint *end = context;
    Conn *conn = conn_known(end, end->reading);

    g_assert(offset == conn->read && length > 0);
    conn->read += length;
    end->read(end->context, end->reading, payload, offset, length);
}

void endpoint_read(Endpoint *end, TcpConnId id, uint64_t most)
{
    uint64_t got;

    end->reading = id;
    (void)tcp_read(end->stack, end->now, id, most, on_read, end, &got);
}

void endpoint_crash(Endpoint *end, bool forget)
{
    tcp_stack_crash(end->stack, end->now, forget);
    for (guint i = 0; i < end->conns->len; i++)
        g_assert(is_over(conn_at(end, i + 1)));
}

void endpoint_call(Endpoint *end, TcpConnId id, unsigned which, uint64_t bytes)
{
    switch (which % 4) {
    case 0: (void)tcp_send(end->stack, end->now, id, bytes); break;
    case 1: (void)tcp_shutdown(end->stack, end->now, id); break;
    case 2: (void)tcp_close(end->stack, end->now, id); break;
    default: (void)tcp_abort(end->stack, end->now, id); break;
    }
}

void endpoint_deliver(Endpoint *end, const Segment *segment)
{
    tcp_stack_expect(end->stack, segment);
    tcp_stack_deliver(end->stack, end->now, segment);
}

gboolean endpoint_step(Endpoint *end, SimTime until)
{
    SimTime due = tcp_stack_next_due(end->stack).at;

    g_assert(due >= end->now);
    if (due > until) {
        end->now = until;
        return FALSE;
    }
    end->now = due;
    tcp_stack_advance(end->stack, due);
    return TRUE;
}

/* ---- What must hold ---- */

static void check_conn(const Endpoint *end, TcpConnId id, const Conn *conn)
{
    TcpStatus status;
    TcpEnds ends;

    if (!tcp_status(end->stack, id, &status)) {
        g_assert(is_over(conn));
        return;
    }
    g_assert(status.state == conn->state && !is_over(conn));
    g_assert(seq_le(status.snd_una, status.snd_nxt));
    g_assert(tcp_stack_ends(end->stack, id, &ends) && ends.local_port == status.local_port);
    g_assert(tcp_stack_find(end->stack, ends.local_port, ends.remote_address, ends.remote_port) ==
             id);
    g_assert(tcp_stack_stream(end->stack, id) == status.stream);
    g_assert(tcp_stack_readable(end->stack, id).bytes == status.readable);
}

void endpoint_check(const Endpoint *end)
{
    TcpCensus census = tcp_stack_census(end->stack);
    guint open = 0;

    for (guint i = 0; i < end->conns->len; i++) {
        const Conn *conn = conn_at(end, i + 1);
        check_conn(end, i + 1, conn);
        open += !is_over(conn);
    }
    g_assert(census.half_open + census.full - census.ended == open);
    g_assert(tcp_stack_next_due(end->stack).at >= end->now);
}

void endpoint_finish(Endpoint *end)
{
    for (guint port = ENDPOINT_PORT; port < ENDPOINT_PORT + 2; port++) {
        for (guint i = 0; i <= end->conns->len; i++)
            endpoint_accept(end, (uint16_t)port);
        (void)tcp_close_listener(end->stack, end->now, (uint16_t)port);
    }
    for (TcpConnId id = 1; id <= end->conns->len; id++) {
        endpoint_read(end, id, UINT64_MAX);
        (void)tcp_close(end->stack, end->now, id);
    }
}

void endpoint_check_quiet(const Endpoint *end)
{
    for (guint i = 0; i < end->conns->len; i++) {
        const Conn *conn = conn_at(end, i + 1);
        g_assert(is_over(conn) ||
                 (conn->state == TCP_STATE_FIN_WAIT_2 && end->config.tcp_fin_timeout == 0));
    }
}
