/* The reasons' texts, from the one list in reason.h, and their names for machines.
 *
 * The preprocessor cannot write in lower case, so the names stand here once more; the unit test
 * holds each against its constant.
 */
#include "proto/reason.h"

#include <assert.h>

static const char *const reason_texts[TCP_REASON_COUNT] = {
#define TCP_REASON_TEXT_(name, text, source) text,
    TCP_REASONS(TCP_REASON_TEXT_)
#undef TCP_REASON_TEXT_
};

static const char *const reason_sources[TCP_REASON_COUNT] = {
#define TCP_REASON_SOURCE_(name, text, source) source,
    TCP_REASONS(TCP_REASON_SOURCE_)
#undef TCP_REASON_SOURCE_
};

static const char *const reason_names[TCP_REASON_COUNT] = {
    [TCP_REASON_NONE] = "none",
    [TCP_REASON_OPEN_ACTIVE] = "open-active",
    [TCP_REASON_OPEN_PASSIVE] = "open-passive",
    [TCP_REASON_SEND_CALLED] = "send-called",
    [TCP_REASON_READ_CALLED] = "read-called",
    [TCP_REASON_CLOSE_CALLED] = "close-called",
    [TCP_REASON_SHUTDOWN_CALLED] = "shutdown-called",
    [TCP_REASON_ABORT_CALLED] = "abort-called",
    [TCP_REASON_CLOSE_UNREAD] = "close-unread",
    [TCP_REASON_LISTENER_CLOSED] = "listener-closed",
    [TCP_REASON_CRASHED] = "crashed",
    [TCP_REASON_SYN_ARRIVED] = "syn-arrived",
    [TCP_REASON_SYN_REPEATED] = "syn-repeated",
    [TCP_REASON_SYN_CROSSED] = "syn-crossed",
    [TCP_REASON_SYN_ACK_ARRIVED] = "syn-ack-arrived",
    [TCP_REASON_SYN_ACKED] = "syn-acked",
    [TCP_REASON_DATA_ARRIVED] = "data-arrived",
    [TCP_REASON_OUT_OF_ORDER] = "out-of-order",
    [TCP_REASON_FIN_ARRIVED] = "fin-arrived",
    [TCP_REASON_FIN_ACKED] = "fin-acked",
    [TCP_REASON_FIN_REPEATED] = "fin-repeated",
    [TCP_REASON_ACK_ARRIVED] = "ack-arrived",
    [TCP_REASON_WINDOW_OPENED] = "window-opened",
    [TCP_REASON_RST_ARRIVED] = "rst-arrived",
    [TCP_REASON_SYN_IN_WINDOW] = "syn-in-window",
    [TCP_REASON_DUPLICATE_ACKS] = "duplicate-acks",
    [TCP_REASON_PARTIAL_ACK] = "partial-ack",
    [TCP_REASON_TIME_WAIT_SYN] = "time-wait-syn",
    [TCP_REASON_NOT_ACCEPTABLE] = "not-acceptable",
    [TCP_REASON_CHALLENGE_RST] = "challenge-rst",
    [TCP_REASON_CHALLENGE_SYN] = "challenge-syn",
    [TCP_REASON_CHALLENGE_ACK] = "challenge-ack",
    [TCP_REASON_ACK_OF_UNSENT] = "ack-of-unsent",
    [TCP_REASON_NO_CONNECTION] = "no-connection",
    [TCP_REASON_BAD_ACK] = "bad-ack",
    [TCP_REASON_STRICT_SYN_RCVD] = "strict-syn-rcvd",
    [TCP_REASON_DATA_AFTER_CLOSE] = "data-after-close",
    [TCP_REASON_ACCEPT_QUEUE_FULL] = "accept-queue-full",
    [TCP_REASON_SYN_QUEUE_FULL] = "syn-queue-full",
    [TCP_REASON_SYN_ANSWERED_LATELY] = "syn-answered-lately",
    [TCP_REASON_RTO_FIRED] = "rto-fired",
    [TCP_REASON_DELAYED_ACK_FIRED] = "delayed-ack-fired",
    [TCP_REASON_PROBE_FIRED] = "probe-fired",
    [TCP_REASON_KEEPALIVE_FIRED] = "keepalive-fired",
    [TCP_REASON_RETRIES_USED_UP] = "retries-used-up",
    [TCP_REASON_CONNECT_TIMED_OUT] = "connect-timed-out",
    [TCP_REASON_KEEPALIVE_USED_UP] = "keepalive-used-up",
    [TCP_REASON_FIN_WAIT_2_OVER] = "fin-wait-2-over",
    [TCP_REASON_TIME_WAIT_OVER] = "time-wait-over",
    [TCP_REASON_REARMED] = "rearmed",
    [TCP_REASON_CONNECTION_ENDED] = "connection-ended",
    [TCP_REASON_RST_OUTSIDE_WINDOW] = "rst-outside-window",
    [TCP_REASON_RST_TO_LISTENER] = "rst-to-listener",
    [TCP_REASON_RST_TO_NOBODY] = "rst-to-nobody",
    [TCP_REASON_RST_IN_TIME_WAIT] = "rst-in-time-wait",
    [TCP_REASON_NOTHING_USEFUL] = "nothing-useful",
    [TCP_REASON_NO_ACK_FLAG] = "no-ack-flag",
    [TCP_REASON_OLD_ACK] = "old-ack",
    [TCP_REASON_OLD_TIMESTAMP] = "old-timestamp",
    [TCP_REASON_BAD_BYTES] = "bad-bytes",
    [TCP_REASON_HOST_DOWN] = "host-down",
};

const char *tcp_reason_text(TcpReason reason)
{
    assert(reason < TCP_REASON_COUNT);
    return reason_texts[reason];
}

const char *tcp_reason_source(TcpReason reason)
{
    assert(reason < TCP_REASON_COUNT);
    return reason_sources[reason];
}

const char *tcp_reason_name(TcpReason reason)
{
    assert(reason < TCP_REASON_COUNT);
    assert(reason_names[reason] != NULL);
    return reason_names[reason];
}
