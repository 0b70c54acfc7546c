/* What the options of the peer's SYN or SYN-ACK mean for a connection; how ours stand in the header.
 */
#include "tcp/connection.h"

enum {
    PEER_MSS_MIN =
        64, /* less would leave no room for data beside options, and any host takes more: RFC 1122 §3.3.2 */
    PACKET_MAX = 65535,    /* a larger segment would fill more, with its headers */
    WINDOW_SHIFT_MAX = 14, /* RFC 7323 §2.3: more is read as 14 */
};

void tcp_options_learn(const HostConfig *config, TcpEntry *entry, const SegmentOptions *options)
{
    uint8_t shift = options->window_scale;

    entry->timestamps_on = config->tcp_timestamps && (options->present & OPTION_TIMESTAMPS);
    entry->sack_on = config->tcp_sack && (options->present & OPTION_SACK_PERMITTED);
    entry->window_scale_on = config->tcp_window_scaling && (options->present & OPTION_WINDOW_SCALE);
    entry->snd_wscale = !entry->window_scale_on    ? 0
                        : shift > WINDOW_SHIFT_MAX ? WINDOW_SHIFT_MAX
                                                   : shift;
}

uint16_t tcp_options_peer_mss(const SegmentOptions *options, uint32_t peer)
{
    uint32_t most = PACKET_MAX - tcp_header_bytes(peer);

    if (!(options->present & OPTION_MSS) || options->mss == 0) /* which says nothing */
        return tcp_default_mss(peer);
    if (options->mss > most)
        return (uint16_t)most;
    return options->mss > PEER_MSS_MIN ? options->mss : PEER_MSS_MIN;
}

uint32_t tcp_options_recent(const TcpEntry *entry, const SegmentOptions *options)
{
    return entry->timestamps_on ? options->ts_val : 0;
}

/* An order of a connection's own is not remembered, nor what depends on a cookie's length. */
SELDOM void tcp_options_lay_out(TcpStack *stack, Segment *segment)
{
    SegmentOptions *options = &segment->options;

    segment_options_lay_out(options, stack->config->option_order, segment->flags & TCP_ACK);
    if (stack->tuning == NULL && !(options->present & OPTION_ANY_FAST_OPEN))
        *tcp_options_layout(stack, segment) = options->list;
}
