/* receiver=linux: what is unread as the packets in which it came, and the memory that they take (Linux 6.1 net/ipv4/
 * tcp_input.c; the functions are named).
 *
 * receive_linux.c asks how much is left.  Where none is, packets are copied into fewer, what has come out of order is
 * thrown away, and at last what arrives is.
 */
#include "core/compiler.h"
#include "tcp/connection.h"
#include "tcp/output.h"
#include "tcp/receive.h"

enum {
    TIMESTAMPS = 12,
    HEADROOM = 64,    /* in front of a packet of a TUN device: NET_SKB_PAD */
    COPY_MOST = 3776, /* SKB_MAX_ORDER(0, 0) */
    TINY_SHARE =
        8, /* of the buffer: that much may stay in packets of their own, or goes at a time */
};

/* ---- One packet ---- */

/* Bytes find place in the allocator's next larger size, and take that and a record: SKB_TRUESIZE(). */
typedef struct Size {
    uint32_t bytes, memory;
} Size;

/* What does not fit into the first page of a packet lies in pages of its own (drivers/net/tun.c, tun_alloc_skb();
 * since 6.6 its head is no larger). */
static Size size_with_pages(uint32_t bytes)
{
    enum { HEAD = 4352, PAGE = 4096 };
    uint32_t pages = (bytes - COPY_MOST + PAGE - 1) / PAGE * PAGE;

    return (Size){COPY_MOST + pages, HEAD + pages};
}

/* Since 6.3 small ones come from a pool of their own (skb_small_head_cache). */
static Size size_of(const TcpStack *stack, uint32_t bytes)
{
    static const Size sizes[] = {{192, 768},     {704, 1280},    {1728, 2304},
                                 {3776, 4352},   {7872, 8448},   {16064, 16640},
                                 {32448, 33024}, {65216, 65792}, {UINT32_MAX, 131328}};
    static const Size small = {320, 960};
    bool is_since_6_6 = tcp_is_linux_since_6_6(stack);
    unsigned i = 0;

    if (is_since_6_6 && bytes <= small.bytes)
        return small;
    if (is_since_6_6 && bytes > COPY_MOST)
        return size_with_pages(bytes);
    while (bytes > sizes[i].bytes)
        i++;
    return sizes[i];
}

/* Of a packet, IP's too, and what is in front of it. */
static uint32_t headers_of(const TcpConnection *conn)
{
    return HEADROOM + tcp_header_bytes(tcp_entry_remote_address(&conn->entry)) +
           (conn->entry.timestamps_on ? TIMESTAMPS : 0);
}

uint32_t tcp_memory_of(const TcpStack *stack, const TcpConnection *conn, uint32_t length)
{
    return size_of(stack, length + headers_of(conn)).memory;
}

/* Behind *link, with so many bytes of headers. */
static TcpPacket *add_packet(TcpStack *stack, TcpConnection *conn, TcpPacket **link, Seq from,
                             Seq end, uint32_t headers)
{
    TcpPacket *packet = memory_pool_take_unset(stack->packets);
    uint32_t bytes = (uint32_t)(end - from) + headers;
    Size size = size_of(stack, bytes);
    uint32_t left = size.bytes - bytes;

    *packet = (TcpPacket){.next = *link,
                          .seq = from,
                          .end = end,
                          .memory = (uint16_t)(size.memory / TCP_PACKET_UNIT),
                          .room = (uint16_t)(left < UINT16_MAX ? left : 0)};
    *link = packet;
    conn->receiver.held += size.memory;
    return packet;
}

static void drop_packet(TcpStack *stack, TcpConnection *conn, TcpPacket **link)
{
    TcpPacket *packet = *link;

    *link = packet->next;
    conn->receiver.held -= packet->memory * TCP_PACKET_UNIT;
    memory_pool_give(stack->packets, packet);
}

/* ---- Keeping ---- */

/* The packet behind which `seq` has its place; NULL: it is the first. */
static TcpPacket *packet_before(const TcpConnection *conn, Seq seq)
{
    TcpPacket *before = NULL;

    for (TcpPacket *p = conn->receiver.packets; p != NULL && seq_le(p->end, seq); p = p->next)
        before = p;
    return before;
}

/* tcp_try_coalesce(): a small one finds room behind the one before it, while that is unread. */
static bool joins(TcpPacket *before, Seq end)
{
    uint32_t length = (uint32_t)(end - before->end);

    if (length > before->room)
        return false;
    before->room = (uint16_t)(before->room - length);
    before->end = end;
    return true;
}

/* tcp_ofo_queue(): what has waited out of order joins what has come before it. */
static void join_waiting(TcpStack *stack, TcpConnection *conn, TcpPacket *packet)
{
    TcpPacket *next;

    while ((next = packet->next) != NULL && seq_le(next->end, conn->rcv_nxt)) {
        if (joins(packet, next->end))
            drop_packet(stack, conn, &packet->next);
        else
            packet = next;
    }
}

/* tcp_queue_rcv(), tcp_ooo_try_coalesce(). */
void tcp_memory_keep(TcpStack *stack, TcpConnection *conn, const TcpText *text)
{
    TcpPacket *packet = packet_before(conn, text->seq);
    Seq end = text->seq + text->length;

    if (packet == NULL || packet->end != text->seq || !joins(packet, end))
        packet = add_packet(stack, conn, packet != NULL ? &packet->next : &conn->receiver.packets,
                            text->seq, end, headers_of(conn));
    if (text->in_order)
        join_waiting(stack, conn, packet);
}

/* ---- Letting go ---- */

static void drop_first(TcpStack *stack, TcpConnection *conn)
{
    drop_packet(stack, conn, &conn->receiver.packets);
}

static Seq read_until(const TcpConnection *conn)
{
    return conn->irs + 1 + (Seq)conn->read_offset;
}

/* tcp_eat_recv_skb(): of what is read whole packets go. */
void tcp_memory_drop_read(TcpStack *stack, TcpConnection *conn)
{
    Seq read = read_until(conn);

    while (conn->receiver.packets != NULL && seq_le(conn->receiver.packets->end, read))
        drop_first(stack, conn);
}

void tcp_memory_forget(TcpStack *stack, TcpConnection *conn)
{
    while (conn->receiver.packets != NULL)
        drop_first(stack, conn);
}

/* __tcp_close(): what could be read is given back; what waits out of order, later. */
void tcp_memory_forget_readable(TcpStack *stack, TcpConnection *conn)
{
    while (conn->receiver.packets != NULL && seq_le(conn->receiver.packets->end, conn->rcv_nxt))
        drop_first(stack, conn);
}

/* ---- When there is none ---- */

static bool is_short_of_memory(const TcpConnection *conn)
{
    return conn->receiver.held > conn->receiver.buffer;
}

/* tcp_collapse(): from the first packet on that takes more than it holds, or was read in part, or does not touch the next
 * one, all up to `tail` is copied. */
static SELDOM void collapse(TcpStack *stack, TcpConnection *conn, TcpPacket **link,
                            const TcpPacket *tail, Seq from, Seq end)
{
    for (; *link != tail; link = &(*link)->next) {
        const TcpPacket *p = *link;
        uint32_t room = tcp_linux_window_of(conn, p->memory * TCP_PACKET_UNIT);
        bool touches = p->next == tail || p->next->seq == p->end;

        if (room > (uint32_t)(p->end - p->seq) || seq_lt(p->seq, from) || !touches)
            break;
        from = p->end;
    }
    if (*link == tail)
        return;
    while (*link != tail)
        drop_packet(stack, conn, link);
    for (; seq_lt(from, end); link = &(*link)->next) {
        uint32_t left = (uint32_t)(end - from), some = left < COPY_MOST ? left : COPY_MOST;

        (void)add_packet(stack, conn, link, from, from + some, 0);
        from += some;
    }
}

static SELDOM void collapse_readable(TcpStack *stack, TcpConnection *conn)
{
    const TcpPacket *tail = conn->receiver.packets;

    while (tail != NULL && seq_le(tail->end, conn->rcv_nxt))
        tail = tail->next;
    collapse(stack, conn, &conn->receiver.packets, tail, read_until(conn), conn->rcv_nxt);
}

/* tcp_collapse_ofo_queue(): one range after the other; a single small packet is left alone, a few of them are. */
static SELDOM void collapse_waiting(TcpStack *stack, TcpConnection *conn)
{
    TcpPacket **link = &conn->receiver.packets;
    uint32_t tiny = 0;

    while (*link != NULL && seq_le((*link)->end, conn->rcv_nxt))
        link = &(*link)->next;
    while (*link != NULL) {
        TcpPacket *first = *link, *tail = first->next;
        Seq from = first->seq, end = first->end;

        for (; tail != NULL && seq_le(tail->seq, end); tail = tail->next)
            end = seq_gt(tail->end, end) ? tail->end : end;
        if (tail != first->next || (uint32_t)(end - from) >= COPY_MOST)
            collapse(stack, conn, link, tail, from, end);
        else if ((tiny += first->memory * TCP_PACKET_UNIT) > conn->receiver.buffer / TINY_SHARE)
            return;
        while (*link != tail)
            link = &(*link)->next;
    }
}

/* The last one that has come out of order; NULL: none has. */
static SELDOM TcpPacket **last_waiting(TcpConnection *conn)
{
    TcpPacket **link = &conn->receiver.packets, **last = NULL;

    for (; *link != NULL; link = &(*link)->next)
        if (seq_gt((*link)->end, conn->rcv_nxt))
            last = link;
    return last;
}

/* tcp_prune_ofo_queue(): from the end, an eighth of the buffer at a time; since 6.2 only what lies behind that which has
 * come. */
static SELDOM void prune_waiting(TcpStack *stack, TcpConnection *conn, Seq seq)
{
    bool spares = tcp_is_linux_since_6_6(stack);
    int64_t share = conn->receiver.buffer / TINY_SHARE, goal = share;
    TcpPacket **last;

    while ((last = last_waiting(conn)) != NULL && !(spares && seq_gt(seq, (*last)->seq))) {
        goal -= (*last)->memory * TCP_PACKET_UNIT;
        tcp_receive_drop_from(stack, conn, (*last)->seq);
        drop_packet(stack, conn, last);
        if (goal > 0 && last_waiting(conn) != NULL)
            continue;
        if (!is_short_of_memory(conn))
            return;
        goal = share;
    }
}

/* tcp_prune_queue(). */
static SELDOM bool makes_room(TcpStack *stack, TcpConnection *conn, Seq seq)
{
    tcp_linux_clamp(stack, conn);
    if (is_short_of_memory(conn)) {
        collapse_waiting(stack, conn);
        collapse_readable(stack, conn);
    }
    if (is_short_of_memory(conn))
        prune_waiting(stack, conn, seq);
    return !is_short_of_memory(conn);
}

/* tcp_data_queue(), tcp_data_queue_ofo(): what is to be read next is kept where nothing else waits to be read.  Since 6.6
 * the window is closed then. */
SELDOM bool tcp_memory_admits(TcpStack *stack, TcpConnection *conn, Seq seq)
{
    TcpLinuxReceiver *r = &conn->receiver;
    bool in_order = seq == conn->rcv_nxt, tells = tcp_is_linux_since_6_6(stack);
    bool is_next = in_order && (r->packets == NULL || seq_gt(r->packets->end, conn->rcv_nxt));

    if ((is_next && !tells) || makes_room(stack, conn, seq))
        return true;
    if (in_order && tells) {
        r->is_out_of_memory = true;
        conn->ack_urgency = TCP_ACK_NOW;
        conn->ack_reason = TCP_REASON_OUT_OF_MEMORY;
    }
    if (!is_next)
        r->predicts = false;
    return is_next;
}
