/* Timestamps of segments that arrive: RFC 7323.  Asked only where both sides agreed on them. */
#include "tcp/arrival.h"

static bool has_timestamp(const Arrival *a)
{
    return (a->whole->options.present & OPTION_TIMESTAMPS) != 0;
}

/* §5.3: a segment whose timestamp is older than the last one is an old duplicate. */
bool tcp_paws_fails(const Arrival *a)
{
    return !has(a, TCP_RST) && has_timestamp(a) &&
           seq_lt(a->whole->options.ts_val, a->conn->ts_recent);
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

/* §4.3: which timestamp is echoed. */
void tcp_paws_remember(Arrival *a)
{
    TcpConnection *conn = a->conn;
    uint32_t ts_val = a->whole->options.ts_val;

    if (has_timestamp(a) && seq_le(a->seq, conn->last_ack_sent) && seq_ge(ts_val, conn->ts_recent))
        conn->ts_recent = ts_val;
}
