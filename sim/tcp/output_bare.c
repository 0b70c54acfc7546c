/* What leaves the endpoint and carries nothing of the stream: ACKs, keepalive probes, RSTs, and SYN-ACKs of
 * half-open connections.  The rest is output.c's.
 */
#include "core/compiler.h"
#include "tcp/compose.h"
#include "tcp/connection.h"
#include "tcp/output.h"
#include "tcp/receive.h"
#include "tcp/timers.h"

static bool has_sent_fin(const TcpConnection *conn)
{
    return conn->closing && conn->snd_una != conn->snd_nxt &&
           tcp_position(conn, conn->snd_nxt) >= tcp_position_end(conn);
}

/* 4.4BSD netinet/tcp_output.c: while our FIN is not acknowledged, every ACK that is owed has it. */
static SELDOM void send_ack_with_fin(TcpStack *stack, TcpConnection *conn, SimTime now,
                                     TcpReason reason)
{
    Segment segment;

    tcp_compose_bare(stack, conn, now, conn->snd_nxt - 1, TCP_FIN, &segment);
    tcp_timers_ack_sent(stack, conn);
    tcp_send_out(stack, conn->entry.id, &segment, &(TcpSendNote){.reason = reason});
}

OFTEN void tcp_output_owed_ack(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    if (conn->closing && stack->config->acks_carry_fin && has_sent_fin(conn))
        send_ack_with_fin(stack, conn, now, reason);
    else if (tcp_is_bsd_sender(stack) && conn->una_position > 0)
        tcp_output_bare(stack, conn, now, tcp_bsd_ack_number(conn), reason);
    else
        tcp_output_ack(stack, conn, now, reason);
}

/* A segment without payload that takes up no sequence numbers. */
OFTEN void tcp_output_bare(TcpStack *stack, TcpConnection *conn, SimTime now, Seq seq,
                           TcpReason reason)
{
    Segment segment;

    tcp_compose_bare(stack, conn, now, seq, 0, &segment);
    tcp_timers_ack_sent(stack, conn);
    tcp_send_out(stack, conn->entry.id, &segment, &(TcpSendNote){.reason = reason});
}

/* Linux (tcp_acceptable_seq()): what lies beyond a window that has shrunk would be refused, and its ACK with it. */
static Seq acceptable_seq(const TcpStack *stack, const TcpConnection *conn)
{
    Seq end = conn->snd_una + conn->snd_wnd;

    if (!tcp_is_linux_sender(stack) || !seq_lt(end, conn->snd_nxt))
        return conn->snd_nxt;
    bool is_rounded =
        conn->entry.window_scale_on && (uint32_t)(conn->snd_nxt - end) < 1U << conn->rcv_wscale;
    return is_rounded ? conn->snd_nxt : end;
}

OFTEN void tcp_output_ack(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    tcp_output_bare(stack, conn, now, acceptable_seq(stack, conn), reason);
}

/* A duplicate that is reported stays in front. */
static SELDOM void set_blocks(TcpStack *stack, Segment *segment, const SegmentOptions *sack)
{
    SegmentOptions *options = &segment->options;
    uint8_t most = options->present & OPTION_TIMESTAMPS ? SEGMENT_SACK_MAX - 1 : SEGMENT_SACK_MAX;

    for (uint8_t i = 0; i < sack->sack_count && options->sack_count < most; i++)
        options->sack[options->sack_count++] = sack->sack[i];
    options->present |= OPTION_SACK;
    tcp_options_lay_out(stack, segment);
}

SELDOM void tcp_output_ack_with(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason,
                                const SegmentOptions *sack)
{
    Segment segment;

    tcp_compose_bare(stack, conn, now, acceptable_seq(stack, conn), 0, &segment);
    if (sack != NULL)
        set_blocks(stack, &segment, sack);
    tcp_timers_ack_sent(stack, conn);
    tcp_send_out(stack, conn->entry.id, &segment, &(TcpSendNote){.reason = reason});
}

/* RFC 5961 §7: challenge ACKs are limited, so that they cannot be made a weapon: by a time and a counter. */
bool tcp_output_challenge(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    SimTime interval = now / stack->config->challenge_interval;
    uint32_t most = (uint32_t)stack->config->challenge_acks;

    if (interval != stack->challenge_interval) {
        stack->challenge_interval = interval;
        stack->challenge_count = 0;
    }
    if (most > 0 && stack->challenge_count >= most)
        return false;
    stack->challenge_count++;
    tcp_output_ack(stack, conn, now, reason);
    return true;
}

/* A number that the peer has acknowledged already: it has to answer (RFC 9293 §3.8.4). */
void tcp_output_keepalive(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    tcp_output_bare(stack, conn, now, conn->snd_nxt - 1, TCP_REASON_KEEPALIVE_FIRED);
}

void tcp_output_rst(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    if (tcp_is_bsd_sender(stack) && conn->una_position > 0) {
        tcp_bsd_output_rst(stack, conn, now, reason);
        return;
    }
    Segment segment;
    tcp_compose_bare(stack, conn, now, acceptable_seq(stack, conn), TCP_RST, &segment);
    if (tcp_is_bsd_receiver(stack))
        segment.window = 0;
    tcp_timers_ack_sent(stack, conn);
    tcp_send_out(stack, conn->entry.id, &segment, &(TcpSendNote){.reason = reason});
}

/* ---- Without a connection ---- */

void tcp_output_rst_for(TcpStack *stack, TcpConnId id, const Segment *segment, TcpReason reason)
{
    if (segment->flags & TCP_RST)
        return;
    Segment rst = {.src_addr = stack->setup.address,
                   .dst_addr = segment->src_addr,
                   .src_port = segment->dst_port,
                   .dst_port = segment->src_port,
                   .flags = TCP_RST};
    if (segment->flags & TCP_ACK) {
        rst.seq = segment->ack;
    } else {
        rst.flags |= TCP_ACK;
        rst.ack = segment->seq + segment_seq_length(segment);
        if ((segment->flags & TCP_FIN) && stack->config->reset_check == RESET_CHECK_BSD)
            rst.ack--; /* tcp_input.c, dropwithreset: a SYN is counted alone */
    }
    tcp_send_out(stack, id, &rst, &(TcpSendNote){.reason = reason});
}

SELDOM void tcp_output_half_open_rst(TcpStack *stack, const TcpHalfOpen *half, TcpReason reason)
{
    Segment rst = {.seq = half->iss + 1,
                   .ack = half->irs + 1,
                   .flags = TCP_RST | TCP_ACK,
                   .window = tcp_syn_window(stack, half->entry.timestamps_on)};

    tcp_compose_address(stack, &half->entry, &rst);
    tcp_send_out(stack, half->entry.id, &rst, &(TcpSendNote){.reason = reason});
}

OFTEN void tcp_output_syn_ack(TcpStack *stack, const TcpHalfOpen *half, uint32_t ts_val,
                              const TcpSendNote *note)
{
    Segment segment;

    tcp_compose_syn_ack(stack, half, ts_val, &segment);
    tcp_send_out(stack, half->entry.id, &segment, note);
}

SELDOM void tcp_output_special_syn_ack(TcpStack *stack, const TcpHalfOpen *half, uint32_t ts_val,
                                       const Segment *special, const TcpSendNote *note)
{
    Segment segment;

    tcp_compose_syn_ack(stack, half, ts_val, &segment);
    (void)tcp_compose_add_special(stack, &segment, special);
    tcp_send_out(stack, half->entry.id, &segment, note);
}
