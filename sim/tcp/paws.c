/* Timestamps of segments that arrive: RFC 7323.  Asked only where both sides agreed on them. */
#include "tcp/arrival.h"
#include "tcp/output.h"
#include "tcp/timers.h"

static bool has_timestamp(const Arrival *a)
{
    return (a->whole->options.present & OPTION_TIMESTAMPS) != 0;
}

/* Linux (TCP_PAWS_WINDOW): by how much older it may be, of a connection that is more than a few words. */
static uint32_t leeway(const Arrival *a)
{
    const TcpConnection *conn = a->conn;
    bool is_full = conn->state != TCP_STATE_TIME_WAIT && conn->state != TCP_STATE_SYN_RCVD;

    return is_full && tcp_is_linux_sender(a->stack);
}

/* §5.5: after so long a silence the peer's clock may have gone half around, and TS.Recent says nothing. */
static const SimTime longest_silence = 24 * 24 * SIM_HOUR;

static bool is_recent_valid(const Arrival *a)
{
    return a->now - a->heard_at <= longest_silence;
}

/* §5.3: a segment whose timestamp is older than the last one is an old duplicate. */
bool tcp_paws_fails(const Arrival *a)
{
    return !has(a, TCP_RST) && has_timestamp(a) &&
           seq_lt(a->whole->options.ts_val + leeway(a), a->conn->ts_recent) && is_recent_valid(a);
}

/* Linux (tcp_disordered_ack()): an ACK that says nothing new, and is no older than a timeout, was overtaken. */
bool tcp_paws_was_overtaken(const Arrival *a)
{
    const TcpConnection *conn = a->conn;
    const Segment *s = a->whole;
    int32_t age_ms = seq_diff(conn->ts_recent, s->options.ts_val);

    return tcp_is_linux_sender(a->stack) && has(a, TCP_ACK) && segment_seq_length(s) == 0 &&
           s->seq == conn->rcv_nxt && s->ack == conn->snd_una &&
           conn->state != TCP_STATE_TIME_WAIT && !seq_lt(conn->snd_wl1, s->seq) &&
           (uint32_t)s->window << conn->entry.snd_wscale <= conn->snd_wnd &&
           age_ms <= tcp_rto(a->stack, conn) * 1024 / SIM_SECOND;
}

/* §3.2: once agreed, every segment but RST carries timestamps; one that lacks them should be dropped in
 * silence.  Many stacks take it. */
bool tcp_paws_misses(const Arrival *a)
{
    return a->stack->config->missing_timestamps == MISSING_TIMESTAMPS_DROP && !has(a, TCP_RST) &&
           !has_timestamp(a);
}

bool tcp_paws_is_newer(const Arrival *a)
{
    return has_timestamp(a) && seq_gt(a->whole->options.ts_val, a->conn->ts_recent);
}

/* Linux (tcp_ack()): only a segment whose ACK number is in order, too, has its timestamp echoed. */
bool tcp_paws_waits_for_ack(const Arrival *a)
{
    return tcp_is_linux_sender(a->stack) && a->conn->state != TCP_STATE_TIME_WAIT;
}

/* Linux (tcp_rcv_synsent_state_process()): a SYN-ACK echoes the timestamp of a SYN that was sent. */
bool tcp_paws_echo_is_wrong(const Arrival *a)
{
    uint32_t echo = a->whole->options.ts_ecr;

    if (!tcp_is_linux_sender(a->stack) || !a->stack->config->tcp_timestamps || !has_timestamp(a) ||
        echo == 0)
        return false;
    return seq_lt(echo, tcp_timestamp(a->conn->first_sent)) || seq_gt(echo, tcp_timestamp(a->now));
}

/* §4.3: which timestamp is echoed; never an RST's (§5.2). */
void tcp_paws_remember(Arrival *a)
{
    TcpConnection *conn = a->conn;
    uint32_t ts_val = a->whole->options.ts_val;

    if (has_timestamp(a) && seq_le(a->whole->seq, conn->last_ack_sent) && !has(a, TCP_RST) &&
        (seq_ge(ts_val, conn->ts_recent) || !is_recent_valid(a)))
        conn->ts_recent = ts_val;
}
