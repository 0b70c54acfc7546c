/* HyStart++ (RFC 9406): slow start slows down when round trips grow, before something is lost.
 *
 * Slow start doubles the window each round trip until a queue on the way overflows, and then half a window is
 * lost at once.  Whoever looks at the round trips sees that queue fill: when a round's least one is an eighth
 * above that of the round before, the window grows a quarter as fast for five rounds, and should round trips come
 * down again, it was a mistake.  Linux's HyStart, which ends slow start at once, is in cubic.c.
 *
 * Round trips are those of the segments that were sent last of what an ACK acknowledges, which RACK keeps.
 */
#include "core/compiler.h"
#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/output.h"

enum {
    SAMPLES = 8,            /* N_RTT_SAMPLE */
    LEAST_GROWTH_US = 4000, /* MIN_RTT_THRESH */
    MOST_GROWTH_US = 16000, /* MAX_RTT_THRESH */
    SLOW_ROUNDS = 5,        /* CSS_ROUNDS */
    SLOW_DIVISOR = 4,       /* CSS_GROWTH_DIVISOR */
    SEGMENTS_MAX = 8,       /* L, of who does not pace */
};

/* By so much the round trip must have grown: an eighth, within bounds. */
static uint32_t growth(uint32_t rtt_us)
{
    uint32_t eighth = rtt_us / 8;

    if (eighth < LEAST_GROWTH_US)
        return LEAST_GROWTH_US;
    return eighth > MOST_GROWTH_US ? MOST_GROWTH_US : eighth;
}

static void begin_round(TcpConnection *conn)
{
    TcpHystart *h = &conn->hystart;

    h->round_end = conn->snd_nxt;
    h->rtt_us = UINT32_MAX;
    h->samples = 0;
}

static void take_sample(TcpHystart *h, uint32_t rtt_us)
{
    if (rtt_us < h->rtt_us)
        h->rtt_us = rtt_us;
    if (h->samples < SAMPLES)
        h->samples++;
}

static void end_round(TcpConnection *conn)
{
    TcpHystart *h = &conn->hystart;

    if (h->baseline_us != 0 && ++h->slow_rounds == SLOW_ROUNDS)
        conn->ssthresh = conn->cwnd;
    h->before_us = h->rtt_us;
    begin_round(conn);
}

/* Has the round trip grown, or was that a mistake? */
static void judge(TcpHystart *h)
{
    if (h->samples < SAMPLES)
        return;
    if (h->baseline_us != 0) {
        if (h->rtt_us < h->baseline_us)
            h->baseline_us = 0;
    } else if (h->before_us != UINT32_MAX && h->rtt_us >= h->before_us + growth(h->before_us)) {
        h->baseline_us = h->rtt_us;
        h->slow_rounds = 0;
    }
}

/* §4.2; §4.3: in the first slow start only, as long as there is no threshold. */
uint32_t tcp_hystart_acked(const TcpStack *stack, TcpConnection *conn, uint32_t bytes)
{
    TcpHystart *h = &conn->hystart;
    uint32_t most = SEGMENTS_MAX * tcp_effective_mss(stack, conn);

    if (tcp_is_linux_cubic(stack))
        return bytes;
    if (conn->rack_rtt == 0)
        return bytes < most ? bytes : most;
    if (!h->has_begun) {
        *h = (TcpHystart){.has_begun = true, .before_us = UINT32_MAX};
        begin_round(conn);
    }
    take_sample(h, (uint32_t)(conn->rack_rtt / SIM_MICROSECOND));
    judge(h);
    if (seq_ge(conn->snd_una, h->round_end))
        end_round(conn); /* with this ACK still in it */
    if (bytes > most)
        bytes = most;
    return h->baseline_us != 0 ? bytes / SLOW_DIVISOR : bytes;
}
