/* TCP_INFO, as tcp_get_info() fills it (Linux net/ipv4/tcp.c).
 *
 * What the endpoint has no use for is counted here, from what passes by: sockets_deliver() and
 * sockets_sent().
 */
#include "socket/inside.h"

enum {
    OPTION_TIMESTAMPS_ON = 1, /* TCPI_OPT_… */
    OPTION_SACK_ON = 2,
    OPTION_WSCALE_ON = 4,
    OPTION_ECN_ON = 8,
    OPTION_ECN_SEEN = 16,
    OPTION_SYN_DATA_ON = 32,
    DEFAULT_MSS = 536,
    REORDERING = 3,
    SSTHRESH_INFINITE = 0x7fffffff,
    RCV_MSS_GUESS = 536,
};

/* Linux's numbers (include/net/tcp_states.h). */
static const uint8_t state_numbers[TCP_STATE_COUNT] = {
    [TCP_STATE_ESTABLISHED] = 1, [TCP_STATE_SYN_SENT] = 2,   [TCP_STATE_SYN_RCVD] = 3,
    [TCP_STATE_FIN_WAIT_1] = 4,  [TCP_STATE_FIN_WAIT_2] = 5, [TCP_STATE_TIME_WAIT] = 7,
    [TCP_STATE_CLOSED] = 7,      [TCP_STATE_CLOSE_WAIT] = 8, [TCP_STATE_LAST_ACK] = 9,
    [TCP_STATE_LISTEN] = 10,     [TCP_STATE_CLOSING] = 11,
};

static const uint8_t ca_states[] = {
    [TCP_LOOK_OPEN] = 0,     [TCP_LOOK_DISORDER] = 1, [TCP_LOOK_CWR] = 2,
    [TCP_LOOK_RECOVERY] = 3, [TCP_LOOK_LOSS] = 4,
};

/* ---- Counting ---- */

void socket_count_arrival(const Sockets *sockets, Socket *socket, SimTime now,
                          const Segment *segment)
{
    SocketCounts *counts = &socket->counts;
    uint32_t mss = sockets->settings.arriving_mss, length = segment->length;

    counts->segs_in++;
    if (segment->flags & TCP_ACK)
        counts->ack_arrived_at = now;
    if (segment->length == 0)
        return;
    counts->data_segs_in++;
    counts->data_arrived_at = now;
    if (mss > 0 && length > mss)
        length = mss;
    if (length > counts->rcv_mss)
        counts->rcv_mss = length;
}

void sockets_sent(Sockets *sockets, SimTime now, TcpConnId conn, const Segment *segment,
                  const TcpSendNote *note)
{
    Socket *socket = conn != 0 ? id_map_get(&sockets->by_conn, conn) : NULL;

    if (socket == NULL)
        return;
    SocketCounts *counts = &socket->counts;
    bool again = note->retry > 0;
    counts->segs_out++;
    counts->total_retrans += again;
    counts->first_sent += !again && !(segment->flags & TCP_SYN) && segment_seq_length(segment) > 0;
    if (segment->length == 0)
        return;
    counts->data_segs_out++;
    counts->bytes_sent += segment->length;
    counts->bytes_retrans += again ? segment->length : 0;
    counts->data_sent_at = now;
    socket_marks_sent(sockets, now, socket, segment->payload.offset + segment->length);
}

/* ---- On what time was spent (tcp_chrono_start(), tcp_chrono_stop()) ---- */

/* Would the peer's window hold back the next segment? */
static bool is_window_full(const TcpLook *look)
{
    uint64_t waits = look->written - look->sent;
    uint64_t under_way = look->sent - look->acked;
    uint64_t next = waits < look->mss ? waits : look->mss;
    uint32_t gone =
        look->sacked + (look->lost > look->retrans_out ? look->lost - look->retrans_out : 0);
    uint64_t in_flight = look->out > gone ? look->out - gone : 0;

    return waits > 0 && in_flight * look->mss < look->cwnd && under_way + next > look->snd_wnd;
}

static bool is_buffer_small(const Socket *socket, const TcpLook *look)
{
    return look->written == look->sent && socket->no_space && look->mss > 0 &&
           look->out < look->cwnd / look->mss;
}

static SocketBusy busy_with(const Socket *socket, const TcpLook *look)
{
    if (look->written == look->acked && look->out == 0)
        return SOCKET_IDLE;
    if (is_buffer_small(socket, look))
        return SOCKET_SNDBUF_LIMITED;
    return is_window_full(look) ? SOCKET_RWND_LIMITED : SOCKET_BUSY;
}

void socket_account_time(const Sockets *sockets, SimTime now, Socket *socket, const TcpLook *look)
{
    SocketCounts *counts = &socket->counts;

    (void)sockets;
    counts->spent[counts->busy] += now - counts->busy_since;
    counts->busy_since = now;
    counts->busy = busy_with(socket, look);
}

static uint64_t spent(const SocketCounts *counts, SimTime now, SocketBusy what)
{
    SimTime time = counts->spent[what];

    if (counts->busy == what)
        time += now - counts->busy_since;
    return (uint64_t)(time / SIM_MICROSECOND);
}

/* ---- Filling it in ---- */

static uint32_t microseconds(SimTime time)
{
    int64_t us = time / SIM_MICROSECOND;

    return us < UINT32_MAX ? (uint32_t)us : UINT32_MAX;
}

/* What never happened happened when the connection began. */
static uint32_t milliseconds_since(const SocketCounts *counts, SimTime now, SimTime then)
{
    SimTime from = then > counts->began_at ? then : counts->began_at;

    return (uint32_t)((now - from) / SIM_MILLISECOND);
}

static uint32_t segments(uint64_t bytes, uint32_t mss)
{
    return mss > 0 ? (uint32_t)(bytes / mss) : 0;
}

static void fill_counts(SimTime now, const Socket *socket, SocketInfo *out)
{
    const SocketCounts *counts = &socket->counts;

    out->segs_out = counts->segs_out;
    out->segs_in = counts->segs_in;
    out->data_segs_out = counts->data_segs_out;
    out->data_segs_in = counts->data_segs_in;
    out->bytes_sent = counts->bytes_sent;
    out->bytes_retrans = counts->bytes_retrans;
    out->total_retrans = counts->total_retrans;
    out->last_data_sent = milliseconds_since(counts, now, counts->data_sent_at);
    out->last_data_recv = milliseconds_since(counts, now, counts->data_arrived_at);
    out->last_ack_recv = milliseconds_since(counts, now, counts->ack_arrived_at);
    out->rwnd_limited = spent(counts, now, SOCKET_RWND_LIMITED);
    out->sndbuf_limited = spent(counts, now, SOCKET_SNDBUF_LIMITED);
    out->busy_time = spent(counts, now, SOCKET_BUSY) + out->rwnd_limited + out->sndbuf_limited;
}

static uint8_t options_bits(const Sockets *sockets, const Socket *socket, const TcpLook *look)
{
    TcpStatus status = {0};

    if (socket->conn != 0)
        (void)tcp_status(sockets->stack, socket->conn, &status);
    uint8_t bits = status.syn_data ? OPTION_SYN_DATA_ON : 0;
    if (!tcp_state_is_synchronized(look->state))
        return bits;
    return (uint8_t)(bits | (status.ecn ? OPTION_ECN_ON : 0) |
                     (look->timestamps ? OPTION_TIMESTAMPS_ON : 0) |
                     (look->sack ? OPTION_SACK_ON : 0) |
                     (look->window_scale ? OPTION_WSCALE_ON : 0));
}

static void fill_sending(const Socket *socket, const TcpLook *look, SocketInfo *out)
{
    /* The data of a SYN are a segment of their own, unless they were taken with it. */
    bool again = socket->counts.sent_syn_data && !(out->options & OPTION_SYN_DATA_ON);
    uint32_t first = socket->counts.first_sent + again;
    uint32_t waiting = look->out - (look->sacked < look->out ? look->sacked : look->out);
    bool is_synchronized = tcp_state_is_synchronized(look->state);

    out->unacked = look->out;
    out->sacked = look->sacked;
    out->lost = look->lost;
    out->retrans = look->retrans_out;
    out->snd_mss = look->mss;
    out->snd_wnd = look->snd_wnd;
    out->snd_cwnd = segments(look->cwnd, look->mss);
    out->snd_ssthresh =
        look->ssthresh == UINT32_MAX ? SSTHRESH_INFINITE : segments(look->ssthresh, look->mss);
    out->reordering = look->reordering > 0 ? look->reordering : REORDERING;
    out->reord_seen = look->reorderings;
    out->notsent_bytes = (uint32_t)(look->written - look->sent);
    /* Of who connects the SYN counts as a byte, and everybody's FIN. */
    out->bytes_acked = look->acked + (is_synchronized && !look->passive) + look->fin_acked;
    /* The SYN, and what was sent once and does not wait for its ACK. */
    out->delivered = is_synchronized + (first > waiting ? first - waiting : 0);
}

static void fill_timing(const TcpLook *look, SocketInfo *out)
{
    out->rto = microseconds(look->rto);
    out->ato = look->has_data ? microseconds(look->delayed_ack) : 0;
    out->rtt = microseconds(look->srtt);
    out->rttvar = microseconds(look->rttvar);
    out->min_rtt = look->rtt_min > 0 ? microseconds(look->rtt_min) : UINT32_MAX;
    out->retransmits = (uint8_t)look->retries;
    out->probes = (uint8_t)look->probes;
    out->backoff = (uint8_t)look->backoffs;
}

static uint32_t at_most(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void fill_receiving(const Socket *socket, const TcpLook *look, SocketInfo *out)
{
    /* tcp_initialize_rcv_mss(): nobody is thought to send more before he does. */
    uint32_t guess = at_most(at_most(look->own_mss, look->mss), RCV_MSS_GUESS);

    out->rcv_mss =
        socket->counts.rcv_mss > guess ? at_most(socket->counts.rcv_mss, look->own_mss) : guess;
    out->advmss = look->own_mss - (look->timestamps ? 12 : 0);
    out->bytes_received = look->received + look->fin_arrived;
    out->rcv_ssthresh = out->rcv_space = look->rcv_wnd;
    out->rcv_ooopack = look->out_of_order;
    out->pmtu = look->own_mss + look->header_bytes;
    out->snd_wscale = look->snd_wscale;
    out->rcv_wscale = look->rcv_wscale;
}

void socket_fill_info(const Sockets *sockets, SimTime now, const Socket *socket,
                      const TcpLook *look, SocketInfo *out)
{
    *out = (SocketInfo){.state = state_numbers[look->state],
                        .ca_state = ca_states[look->congestion],
                        .options = options_bits(sockets, socket, look)};
    fill_counts(now, socket, out);
    fill_sending(socket, look, out);
    fill_timing(look, out);
    fill_receiving(socket, look, out);
}

/* The two queues stand in fields of others there. */
static SocketInfo of_listener(const Sockets *sockets, const Socket *socket)
{
    uint32_t waiting = 0;

    for (const Socket *child = socket->queue_first; child != NULL; child = child->queue_next)
        waiting++;
    return (SocketInfo){.state = state_numbers[TCP_STATE_LISTEN],
                        .unacked = waiting,
                        .sacked = socket->backlog,
                        .snd_cwnd = (uint32_t)tcp_stack_config(sockets->stack)->initial_window,
                        .reordering = REORDERING};
}

/* What every socket begins with. */
static SocketInfo of_new(const Sockets *sockets)
{
    const HostConfig *host = tcp_stack_config(sockets->stack);

    return (SocketInfo){.state = state_numbers[TCP_STATE_CLOSED],
                        .rto = microseconds(host->initial_rto),
                        .snd_mss = DEFAULT_MSS,
                        .snd_cwnd = (uint32_t)host->initial_window,
                        .snd_ssthresh = SSTHRESH_INFINITE,
                        .min_rtt = UINT32_MAX,
                        .reordering = REORDERING};
}

bool socket_info(const Sockets *sockets, SimTime now, int fd, SocketInfo *out)
{
    const Socket *socket = socket_at(sockets, fd);
    TcpLook look;

    if (socket == NULL)
        return false;
    if (socket->conn != 0 && tcp_look(sockets->stack, socket->conn, &look))
        socket_fill_info(sockets, now, socket, &look, out);
    else if (socket->is_done)
        *out = socket->last;
    else if (socket->stage == SOCKET_LISTENING)
        *out = of_listener(sockets, socket);
    else
        *out = of_new(sockets);
    return true;
}
