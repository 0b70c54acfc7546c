/* What routers and the other host say by ICMP about a packet of ours: that there is no way (RFC 1122
 * §4.2.3.9), or how much the path takes (RFC 1191).
 *
 * Anybody can send such a message, so it has to quote a number that is under way (RFC 5927 §4.1), and
 * no error but one ends a connection that is established (§5.2): it is told when the connection is
 * given up, in place of ETIMEDOUT.
 */
#include "core/compiler.h"
#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"

enum {
    DESTINATION_UNREACHABLE = 3,
    TIME_EXCEEDED = 11,
    PARAMETER_PROBLEM = 12,
    FRAGMENTATION_NEEDED = 4, /* a code of 3 */
    CODES = 16,
    IPV6_LEAST_MTU = 1280, /* RFC 8200 §5 */
};

/* A code of "destination unreachable", as the sockets of Linux name it (net/ipv4/icmp.c); names that we
 * have none for are EHOSTUNREACH.  Hard ones will not pass (RFC 1122 §4.2.3.9, RFC 1812 §5.2.7.1). */
static const struct {
    uint8_t error;
    bool hard;
} unreachable[CODES] = {
    [0] = {TCP_ENETUNREACH, false},  [1] = {TCP_EHOSTUNREACH, false},
    [2] = {TCP_ENOPROTOOPT, true},   [3] = {TCP_ECONNREFUSED, true},
    [5] = {TCP_EHOSTUNREACH, false}, [6] = {TCP_ENETUNREACH, true},
    [7] = {TCP_EHOSTUNREACH, true},  [8] = {TCP_EHOSTUNREACH, true},
    [9] = {TCP_ENETUNREACH, true},   [10] = {TCP_EHOSTUNREACH, true},
    [11] = {TCP_ENETUNREACH, false}, [12] = {TCP_EHOSTUNREACH, false},
    [13] = {TCP_EHOSTUNREACH, true}, [14] = {TCP_EHOSTUNREACH, true},
    [15] = {TCP_EHOSTUNREACH, true},
};

static TcpError error_of(const TcpIcmp *icmp, bool *hard)
{
    *hard = false;
    switch (icmp->type) {
    case DESTINATION_UNREACHABLE:
        if (icmp->code >= CODES)
            return TCP_OK;
        *hard = unreachable[icmp->code].hard;
        return (TcpError)unreachable[icmp->code].error;
    case TIME_EXCEEDED: return TCP_EHOSTUNREACH;
    case PARAMETER_PROBLEM: *hard = true; return TCP_EPROTO;
    default: return TCP_OK; /* redirects and source quenches are nothing to TCP (RFC 6633) */
    }
}

/* ---- The path (RFC 1191) ---- */

void tcp_path_clamp(TcpConnection *conn)
{
    if ((conn->special & TCP_PATH_NARROW) && conn->path_mss < conn->peer_mss)
        conn->peer_mss = conn->path_mss;
}

/* §6.4: what was cut for a wider path is lost; it goes again at once, and the window stays as it is. */
static void cut_anew(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    uint32_t most = tcp_effective_mss(stack, conn);

    if (tcp_is_bsd_sender(stack)) { /* FreeBSD tcp_mtudisc(): SND.NXT is SND.UNA again */
        tcp_bsd_go_back(conn);
        tcp_output(stack, conn, now, TCP_REASON_PATH_MTU_LOWERED);
        return;
    }
    if (!tcp_sent_mark_longer_lost(conn, most))
        return;
    tcp_sent_cut(stack, conn, most);
    conn->special |= TCP_PATH_AGAIN;
    tcp_output_lost(stack, conn, now);
}

static void lower_path(TcpStack *stack, TcpConnection *conn, SimTime now, uint32_t mtu)
{
    uint32_t peer = tcp_entry_remote_address(&conn->entry);
    uint32_t least = (uint32_t)stack->config->min_pmtu;
    if (address_is_ipv6(peer) && least < IPV6_LEAST_MTU)
        least = IPV6_LEAST_MTU;
    uint32_t mss = (mtu > least ? mtu : least) - tcp_header_bytes(peer);
    bool in_syn_sent = conn->state == TCP_STATE_SYN_SENT;
    uint32_t before = in_syn_sent ? (uint32_t)stack->config->mss : conn->peer_mss;

    if (mss >= before || ((conn->special & TCP_PATH_NARROW) && mss >= conn->path_mss))
        return;
    conn->path_mss = (uint16_t)mss;
    conn->special |= TCP_PATH_NARROW;
    if (!in_syn_sent) {
        tcp_path_clamp(conn);
        cut_anew(stack, conn, now);
    } else if (conn->special & TCP_SYN_DATA) {
        /* Nothing but the data can have been too large: the SYN goes again without them. */
        tcp_output_oldest(stack, conn, now, TCP_REASON_PATH_MTU_LOWERED, 1, 0);
    }
}

/* ---- Errors ---- */

static bool is_opening(const TcpConnection *conn)
{
    return conn->state == TCP_STATE_SYN_SENT ||
           (conn->state == TCP_STATE_SYN_RCVD && conn->owner != TCP_OWNER_APPLICATION) ||
           (conn->state == TCP_STATE_SYN_RCVD && !conn->passive);
}

/* FreeBSD sys/netinet/tcp_subr.c, tcp_ctlinput() with net.inet.tcp.icmp_may_rst: what ends a connect; the rest is
 * nothing to it. */
static TcpError refusal_of(const TcpIcmp *icmp)
{
    static const bool refuses[CODES] = {
        [2] = true, [3] = true, [9] = true, [10] = true, [13] = true};

    if (icmp->type == DESTINATION_UNREACHABLE && icmp->code < CODES && refuses[icmp->code])
        return TCP_ECONNREFUSED;
    return icmp->type == TIME_EXCEEDED && icmp->code == 0 ? TCP_EHOSTUNREACH : TCP_OK;
}

static void take_refusal(TcpStack *stack, TcpConnection *conn, SimTime now, const TcpIcmp *icmp)
{
    TcpError error = refusal_of(icmp);

    if (conn->state == TCP_STATE_SYN_SENT && error != TCP_OK && icmp->seq != conn->snd_nxt)
        tcp_connection_end(stack, conn, now, TCP_STATE_CLOSED, TCP_REASON_UNREACHABLE, error);
}

static void take_error(TcpStack *stack, TcpConnection *conn, SimTime now, const TcpIcmp *icmp)
{
    bool hard;
    TcpError error = error_of(icmp, &hard);

    if (error == TCP_OK)
        return;
    if (is_opening(conn) && (hard || stack->config->icmp_unreachable == ICMP_UNREACHABLE_FAIL))
        tcp_connection_end(stack, conn, now, TCP_STATE_CLOSED, TCP_REASON_UNREACHABLE, error);
    else
        conn->kept_error = (uint8_t)error;
}

/* Linux forgets it; nobody is there to be told. */
static bool half_open_icmp(TcpStack *stack, TcpHalfOpen *half, const TcpIcmp *icmp)
{
    bool hard;

    if (icmp->seq != half->iss)
        return false;
    if (error_of(icmp, &hard) != TCP_OK &&
        stack->config->icmp_unreachable == ICMP_UNREACHABLE_FAIL &&
        !(icmp->type == DESTINATION_UNREACHABLE && icmp->code > 1))
        tcp_half_open_end(stack, half, TCP_STATE_CLOSED, TCP_REASON_UNREACHABLE);
    return true;
}

TcpError tcp_icmp_error(const TcpIcmp *icmp)
{
    bool hard;

    return error_of(icmp, &hard);
}

bool tcp_stack_icmp(TcpStack *stack, SimTime now, const TcpIcmp *icmp)
{
    TcpConnId id = tcp_stack_find(stack, icmp->local_port, icmp->remote_address, icmp->remote_port);
    TcpEntry *entry = id != 0 ? tcp_stack_entry(stack, id) : NULL;

    if (entry == NULL)
        return false;
    if (entry->kind == TCP_ENTRY_HALF_OPEN)
        return half_open_icmp(stack, (TcpHalfOpen *)entry, icmp);
    TcpConnection *conn = (TcpConnection *)entry;
    if (conn->state == TCP_STATE_TIME_WAIT || seq_lt(icmp->seq, conn->snd_una) ||
        seq_gt(icmp->seq, conn->snd_nxt))
        return false;
    if (icmp->type == DESTINATION_UNREACHABLE && icmp->code == FRAGMENTATION_NEEDED)
        lower_path(stack, conn, now, icmp->mtu);
    else if (stack->config->icmp_unreachable == ICMP_UNREACHABLE_REFUSED)
        take_refusal(stack, conn, now, icmp);
    else if (stack->config->icmp_unreachable != ICMP_UNREACHABLE_IGNORE)
        take_error(stack, conn, now, icmp);
    return true;
}
