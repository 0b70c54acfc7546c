/* What TCP_INFO shows of a connection, worked out when somebody asks. */
#include "tcp/look.h"

#include "tcp/connection.h"
#include "tcp/output.h"
#include "tcp/receive.h"
#include "tcp/timers.h"

/* The scoreboard, counted as Linux counts it: what is lost and was sent again is under way, and lost
 * until it is acknowledged. */
static void count_sent(const TcpConnection *conn, TcpLook *out)
{
    for (const TcpSent *s = conn->sent_first; s != NULL; s = s->next) {
        out->out++;
        out->sacked += s->sacked;
        out->lost += s->lost;
        out->retrans_out += s->again && !s->sacked;
    }
    if (!conn->entry.sack_on) { /* a duplicate ACK stands for a segment that has arrived */
        uint32_t most = out->out > 0 ? out->out - 1 : 0;

        out->sacked = conn->duplicate_acks < most ? conn->duplicate_acks : most;
    }
}

static uint32_t count_out_of_order(const TcpConnection *conn)
{
    uint32_t count = 0;

    for (const TcpPiece *p = conn->pieces; p != NULL; p = p->next)
        count += seq_gt(p->seq, conn->rcv_nxt);
    return count;
}

static TcpLookCongestion congestion_state(const TcpConnection *conn)
{
    if (conn->in_loss)
        return TCP_LOOK_LOSS;
    if (conn->in_recovery)
        return TCP_LOOK_RECOVERY;
    if (conn->is_reducing)
        return TCP_LOOK_CWR;
    return conn->sacked_count > 0 || conn->duplicate_acks > 0 ? TCP_LOOK_DISORDER : TCP_LOOK_OPEN;
}

/* Positions have the SYN in front of the data, and perhaps the FIN behind them. */
static uint64_t data_before(const TcpConnection *conn, uint64_t position)
{
    uint64_t data = position > 0 ? position - 1 : 0;

    return data < conn->app_bytes ? data : conn->app_bytes;
}

static void look_at_streams(const TcpConnection *conn, TcpLook *out)
{
    out->written = conn->app_bytes;
    out->sent = data_before(conn, tcp_position(conn, conn->snd_nxt));
    out->acked = data_before(conn, conn->una_position);
    out->readable = tcp_readable(conn);
    out->read = conn->read_offset;
    out->received = conn->read_offset + out->readable;
}

static void look_at_timing(const TcpStack *stack, const TcpConnection *conn, TcpLook *out)
{
    bool probing = tcp_timer_is_armed(conn, TCP_TIMER_PROBE);

    out->rto = tcp_rto(stack, conn);
    out->srtt = conn->srtt;
    out->rttvar = conn->rttvar;
    out->rtt_min = conn->rtt_min;
    out->delayed_ack = stack->config->delayed_ack;
    out->data_arrived_at = conn->data_arrived_at;
    out->last_received = conn->last_received;
    out->last_sent = conn->last_sent;
    out->probe_due = probing ? conn->timers[TCP_TIMER_PROBE].due.at : SIM_NEVER;
}

static void look_at_sizes(const TcpStack *stack, const TcpConnection *conn, TcpLook *out)
{
    out->snd_wscale = conn->entry.snd_wscale;
    out->rcv_wscale = conn->rcv_wscale;
    out->mss = tcp_effective_mss(stack, conn);
    out->goal = tcp_packets_goal(stack, conn);
    out->peer_mss = conn->peer_mss;
    out->own_mss = (uint32_t)stack->config->mss;
    out->header_bytes = tcp_header_bytes(tcp_entry_remote_address(&conn->entry));
    out->receive_buffer = tcp_receive_buffer(stack, conn);
    out->receive_memory = conn->receiver.buffer;
    out->snd_wnd = conn->snd_wnd;
    out->snd_wnd_max = conn->snd_wnd_max;
    out->rcv_wnd = tcp_receive_offered(conn);
    out->cwnd = conn->cwnd;
    out->ssthresh = conn->ssthresh;
}

static void look_at_repeats(const TcpConnection *conn, TcpLook *out)
{
    out->retries = conn->retries;
    out->backoffs = conn->backoffs;
    out->probes = conn->probes;
    out->syn_timeouts = conn->syn_timeouts;
    out->reordering = conn->reordering;
    out->reorderings = conn->reorderings;
}

bool tcp_look(const TcpStack *stack, TcpConnId id, TcpLook *out)
{
    const TcpConnection *conn = tcp_stack_connection(stack, id);
    TcpStack room;

    if (conn == NULL)
        return false;
    stack = tcp_tuning_view(stack, conn, &room);
    *out = (TcpLook){
        .state = conn->state,
        .congestion = congestion_state(conn),
        .passive = conn->passive,
        .shut = conn->closing,
        .timestamps = conn->entry.timestamps_on,
        .sack = conn->entry.sack_on,
        .window_scale = conn->entry.window_scale_on,
        .fin_arrived = conn->fin_arrived,
        .fin_acked = tcp_fin_is_acked(conn),
        .has_data = conn->got_data,
    };
    count_sent(conn, out);
    out->out_of_order = count_out_of_order(conn);
    look_at_sizes(stack, conn, out);
    look_at_repeats(conn, out);
    look_at_streams(conn, out);
    look_at_timing(stack, conn, out);
    return true;
}
