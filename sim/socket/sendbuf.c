/* How much may wait in a socket to be sent: Linux's accounts (sk_wmem_queued, sk_sndbuf).
 *
 * Linux keeps what waits in buffers (skbs) of up to some dozens of segments.  Each counts with its
 * bytes and with what it takes itself.  Here a buffer is a chunk: SocketSettings.buffer_overhead and
 * its bytes, of which those that are acknowledged are gone.  It is cut in two where the first part of
 * it has been sent, as tso_fragment() does.  What is left out: cuts at every TSO packet, and the
 * reserve of memory that a socket takes in pages.
 */
#include "socket/inside.h"

enum {
    MAX_HEADER = 320,  /* MAX_TCP_HEADER */
    SHARED_INFO = 320, /* SKB_DATA_ALIGN(sizeof(struct skb_shared_info)) */
    BUFFER_HEAD = 256, /* SKB_DATA_ALIGN(sizeof(struct sk_buff)) */
    GROWTH = 2,        /* windows that a send buffer holds */
    INITIAL_WINDOW = 10,
};

/* ---- Chunks ---- */

static uint64_t begin_of(const SocketChunk *chunk)
{
    return chunk->end - chunk->length;
}

SocketChunk *socket_sendbuf_add(Sockets *sockets, Socket *socket)
{
    SocketChunk *chunk = memory_pool_take(sockets->chunks);

    chunk->end = socket->written;
    if (socket->chunk_last != NULL)
        socket->chunk_last->next = chunk;
    else
        socket->chunk_first = chunk;
    socket->chunk_last = chunk;
    socket->chunk_count++;
    return chunk;
}

SocketChunk *socket_sendbuf_tail(Socket *socket, uint64_t sent, uint32_t goal)
{
    SocketChunk *tail = socket->chunk_last;

    if (tail == NULL || tail->ends_record || tail->length >= goal || begin_of(tail) < sent)
        return NULL;
    return tail;
}

static void drop_first(Sockets *sockets, Socket *socket)
{
    SocketChunk *chunk = socket->chunk_first;

    socket->chunk_first = chunk->next;
    if (socket->chunk_first == NULL)
        socket->chunk_last = NULL;
    socket->chunk_count--;
    memory_pool_give(sockets->chunks, chunk);
}

void socket_sendbuf_clear(Sockets *sockets, Socket *socket)
{
    while (socket->chunk_first != NULL)
        drop_first(sockets, socket);
}

/* What is sent becomes a buffer of its own. */
static void cut(Sockets *sockets, Socket *socket, uint64_t sent)
{
    SocketChunk *chunk = socket->chunk_first;

    while (chunk != NULL && chunk->end <= sent)
        chunk = chunk->next;
    if (chunk == NULL || begin_of(chunk) >= sent)
        return;
    SocketChunk *rest = memory_pool_take(sockets->chunks);
    *rest = *chunk;
    rest->length = (uint32_t)(chunk->end - sent);
    chunk->length -= rest->length;
    chunk->end = sent;
    chunk->ends_record = false;
    chunk->next = rest;
    if (socket->chunk_last == chunk)
        socket->chunk_last = rest;
    socket->chunk_count++;
}

/* tcp_check_space(): whoever waits for room hears of it when a third of the buffer is free. */
static void check_space(Sockets *sockets, Socket *socket, const TcpLook *look)
{
    if (!socket->no_space)
        return;
    socket_sendbuf_grow(sockets, socket, look);
    if (!socket_sendbuf_is_writable(sockets, socket))
        return;
    socket->no_space = false;
    socket_wake(socket, SOCKET_POLL_OUT);
}

void socket_sendbuf_update(Sockets *sockets, Socket *socket, const TcpLook *look)
{
    cut(sockets, socket, look->sent);
    while (socket->chunk_first != NULL && socket->chunk_first->end <= look->acked)
        drop_first(sockets, socket);
    check_space(sockets, socket, look);
}

/* ---- Accounts ---- */

uint64_t socket_sendbuf_queued(const Sockets *sockets, const Socket *socket)
{
    TcpLook look;

    if (socket->conn == 0 || !tcp_look(sockets->stack, socket->conn, &look))
        return 0;
    return socket->written - look.acked +
           (uint64_t)socket->chunk_count * sockets->settings.buffer_overhead;
}

static uint64_t not_sent(const Sockets *sockets, const Socket *socket)
{
    TcpLook look;

    if (socket->conn == 0 || !tcp_look(sockets->stack, socket->conn, &look))
        return 0;
    return socket->written - look.sent;
}

bool socket_sendbuf_has_room(const Sockets *sockets, const Socket *socket)
{
    return socket_sendbuf_queued(sockets, socket) < (uint64_t)socket->options.sndbuf &&
           not_sent(sockets, socket) < socket_notsent_lowat(sockets, socket);
}

/* __sk_stream_is_writeable(): a third is free, and of what may wait unsent a half. */
bool socket_sendbuf_is_writable(const Sockets *sockets, const Socket *socket)
{
    uint64_t queued = socket_sendbuf_queued(sockets, socket);
    uint64_t most = (uint64_t)socket->options.sndbuf;

    return most >= queued && most - queued >= queued / 2 &&
           2 * not_sent(sockets, socket) < socket_notsent_lowat(sockets, socket);
}

/* ---- It grows ---- */

static uint32_t round_up_to_power(uint32_t n)
{
    uint32_t power = 1;

    while (power < n)
        power *= 2;
    return power;
}

/* tcp_sndbuf_expand(): room for two windows, unless the application has set it. */
static void expand(Sockets *sockets, Socket *socket, const TcpLook *look)
{
    uint32_t segment = look->mss > look->peer_mss ? look->mss : look->peer_mss;
    uint64_t each = round_up_to_power(segment + MAX_HEADER + SHARED_INFO) + BUFFER_HEAD;
    uint64_t window = look->mss > 0 ? look->cwnd / look->mss : 0;
    int64_t size = (int64_t)(GROWTH * (window > INITIAL_WINDOW ? window : INITIAL_WINDOW) * each);
    int64_t most = sockets->settings.wmem_max;

    size = size < most ? size : most;
    bool may_grow = !socket->options.sndbuf_locked && sockets->settings.flavour == SOCKET_LINUX;
    if (may_grow && size > socket->options.sndbuf)
        socket->options.sndbuf = size;
}

void socket_sendbuf_begin(Sockets *sockets, Socket *socket)
{
    TcpLook look;

    if (tcp_look(sockets->stack, socket->conn, &look))
        expand(sockets, socket, &look);
}

/* tcp_should_expand_sndbuf(): only while the congestion window is not used up. */
void socket_sendbuf_grow(Sockets *sockets, Socket *socket, const TcpLook *look)
{
    uint32_t gone = look->sacked + look->lost;
    uint32_t under_way = look->out + look->retrans_out - (gone < look->out ? gone : look->out);

    if (look->mss > 0 && under_way < look->cwnd / look->mss)
        expand(sockets, socket, look);
}
