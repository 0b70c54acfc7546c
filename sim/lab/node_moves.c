/* Of a node only states are seen, each when it is looked at: how a connection came from one to another,
 * by the diagram of RFC 9293 figure 5.
 */
#include "lab/node.h"

enum { WAY_MAX = TCP_STATE_COUNT };

/* The shortest way through the RFC's diagram: breadth first. */
static guint way_between(TcpState from, TcpState to, TcpState path[WAY_MAX])
{
    TcpState before[TCP_STATE_COUNT], queue[TCP_STATE_COUNT];
    gboolean seen[TCP_STATE_COUNT] = {FALSE};
    guint first = 0, last = 0, length = 0;

    seen[from] = TRUE;
    queue[last++] = from;
    while (first < last && !(seen[to] && from != to)) {
        TcpState at = queue[first++];
        for (guint next = 0; next < TCP_STATE_COUNT; next++) {
            if (seen[next] || !tcp_transition_is_allowed(at, (TcpState)next))
                continue;
            seen[next] = TRUE;
            before[next] = at;
            queue[last++] = (TcpState)next;
        }
    }
    if (from == to || !seen[to])
        return 0;
    for (TcpState at = to; at != from; at = before[at])
        length++;
    for (TcpState at = to, *place = path + length; at != from; at = before[at])
        *--place = at;
    return length;
}

static TcpReason reason_of(TcpState from, TcpState to)
{
    static const TcpReason reasons[TCP_STATE_COUNT][TCP_STATE_COUNT] = {
        [TCP_STATE_CLOSED] = {[TCP_STATE_SYN_SENT] = TCP_REASON_OPEN_ACTIVE},
        [TCP_STATE_LISTEN] = {[TCP_STATE_SYN_RCVD] = TCP_REASON_SYN_ARRIVED,
                              [TCP_STATE_ESTABLISHED] = TCP_REASON_COOKIE_RIGHT},
        [TCP_STATE_SYN_SENT] = {[TCP_STATE_ESTABLISHED] = TCP_REASON_SYN_ACK_ARRIVED,
                                [TCP_STATE_SYN_RCVD] = TCP_REASON_SYN_CROSSED},
        [TCP_STATE_SYN_RCVD] = {[TCP_STATE_ESTABLISHED] = TCP_REASON_SYN_ACKED,
                                [TCP_STATE_CLOSE_WAIT] = TCP_REASON_FIN_ARRIVED},
        [TCP_STATE_ESTABLISHED] = {[TCP_STATE_CLOSE_WAIT] = TCP_REASON_FIN_ARRIVED},
        [TCP_STATE_FIN_WAIT_1] = {[TCP_STATE_FIN_WAIT_2] = TCP_REASON_FIN_ACKED,
                                  [TCP_STATE_CLOSING] = TCP_REASON_FIN_ARRIVED,
                                  [TCP_STATE_TIME_WAIT] = TCP_REASON_FIN_ARRIVED},
        [TCP_STATE_FIN_WAIT_2] = {[TCP_STATE_TIME_WAIT] = TCP_REASON_FIN_ARRIVED},
        [TCP_STATE_CLOSING] = {[TCP_STATE_TIME_WAIT] = TCP_REASON_FIN_ACKED},
    };

    return reasons[from][to];
}

void lab_node_moves_on(LabHost *host, TcpConnId conn, TcpState from, TcpState to)
{
    TcpState way[WAY_MAX];
    guint steps = way_between(from, to, way);

    for (guint i = 0; i < steps; i++) {
        lab_node_moves(host, conn, from, way[i], reason_of(from, way[i]));
        from = way[i];
    }
}
