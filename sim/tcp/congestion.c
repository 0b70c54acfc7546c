/* Congestion control: slow start, congestion avoidance, fast retransmit and fast recovery
 * (RFC 5681 with RFC 6582, NewReno), or none.
 */
#include "tcp/connection.h"

enum { DUPLICATE_ACKS_FOR_LOSS = 3 };

static bool is_off(const TcpStack *stack)
{
    return stack->config->congestion == CONGESTION_NONE;
}

static uint32_t flight(const TcpConnection *conn)
{
    return (uint32_t)(conn->snd_nxt - conn->snd_una);
}

static uint32_t half_flight(const TcpStack *stack, const TcpConnection *conn)
{
    uint32_t half = flight(conn) / 2, two = 2 * tcp_effective_mss(stack, conn);
    return half > two ? half : two;
}

void tcp_congestion_begin(const TcpStack *stack, TcpConnection *conn)
{
    uint32_t mss = tcp_effective_mss(stack, conn);
    /* RFC 5681 §3.1: after a lost SYN the initial window is one segment. */
    uint32_t segments = conn->syn_timed_out ? 1 : (uint32_t)stack->config->initial_window;
    conn->cwnd = segments * mss;
    conn->ssthresh = UINT32_MAX;
    conn->recover = conn->iss;
}

uint32_t tcp_congestion_window(const TcpStack *stack, const TcpConnection *conn)
{
    return is_off(stack) ? UINT32_MAX : conn->cwnd;
}

/* RFC 5681 §3.1: one segment an ACK in slow start, about one a round trip afterwards. */
static void grow(const TcpStack *stack, TcpConnection *conn, uint32_t bytes)
{
    uint32_t mss = tcp_effective_mss(stack, conn);
    if (conn->cwnd < conn->ssthresh) {
        conn->cwnd += bytes < mss ? bytes : mss;
        return;
    }
    conn->cwnd_acked += bytes;
    if (conn->cwnd_acked >= conn->cwnd) {
        conn->cwnd_acked -= conn->cwnd;
        conn->cwnd += mss;
    }
}

/* RFC 6582 §3.2 step 3: new data acknowledged during fast recovery. */
static void acked_in_recovery(TcpStack *stack, TcpConnection *conn, SimTime now, uint32_t bytes)
{
    uint32_t mss = tcp_effective_mss(stack, conn);
    if (seq_ge(conn->snd_una, conn->recover)) {
        uint32_t target = flight(conn) > mss ? flight(conn) + mss : 2 * mss;
        conn->cwnd = target < conn->ssthresh ? target : conn->ssthresh;
        conn->in_recovery = false;
        return;
    }
    tcp_output_oldest(stack, conn, now, TCP_REASON_PARTIAL_ACK, 1, 0);
    conn->cwnd = conn->cwnd > bytes ? conn->cwnd - bytes : 0;
    if (bytes >= mss || conn->cwnd < mss)
        conn->cwnd += mss;
}

void tcp_congestion_acked(TcpStack *stack, TcpConnection *conn, SimTime now, uint32_t bytes)
{
    conn->duplicate_acks = 0;
    if (is_off(stack))
        return;
    if (conn->in_recovery)
        acked_in_recovery(stack, conn, now, bytes);
    else
        grow(stack, conn, bytes);
}

/* RFC 5681 §3.2: the third duplicate ACK says that a segment is lost, further ones that others
 * have left the network. */
void tcp_congestion_duplicate(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (is_off(stack))
        return;
    uint32_t mss = tcp_effective_mss(stack, conn);
    conn->duplicate_acks++;
    if (conn->in_recovery) {
        conn->cwnd += mss;
        return;
    }
    /* RFC 6582 §3.2 step 1: not again for the same flight. */
    if (conn->duplicate_acks != DUPLICATE_ACKS_FOR_LOSS || seq_lt(conn->snd_una, conn->recover))
        return;
    conn->in_recovery = true;
    conn->recover = conn->snd_nxt;
    conn->ssthresh = half_flight(stack, conn);
    conn->cwnd = conn->ssthresh + DUPLICATE_ACKS_FOR_LOSS * mss;
    tcp_output_oldest(stack, conn, now, TCP_REASON_DUPLICATE_ACKS, 1, 0);
}

/* RFC 5681 §3.1 (4) and (5): everything under way is presumed lost. */
void tcp_congestion_timeout(const TcpStack *stack, TcpConnection *conn)
{
    if (conn->retries == 0)
        conn->ssthresh = half_flight(stack, conn);
    conn->cwnd = tcp_effective_mss(stack, conn);
    conn->cwnd_acked = 0;
    conn->duplicate_acks = 0;
    conn->in_recovery = false;
    conn->recover = conn->snd_nxt;
    conn->snd_resend = conn->snd_una;
}
