/* sender=linux: data become packets as they are handed over (Linux 6.1 net/ipv4/tcp.c and tcp_output.c; the
 * functions are named).
 *
 * A packet holds several segments, up to half of the greatest window that the peer has offered.  A write fills the
 * last one that waits, then new ones, and what is full is pushed while the write goes on, without Nagle.  What
 * leaves of a packet leaves room in it, as long as it is the last.
 *
 * All that is kept of that is where the packet ends that begins at SND.NXT: behind it follow full ones.  That is
 * looked at only while it lies within a packet of SND.NXT; otherwise one begins there.
 */
#include "tcp/connection.h"
#include "tcp/tuning.h"

bool tcp_hands_over_packets(const TcpStack *stack)
{
    return stack->is_special && tcp_is_linux_sender(stack) &&
           (stack->tuning == NULL || stack->tuning->packet_end_next == 0);
}

enum { PACKET_MAX = 65279 }; /* GSO_LEGACY_MAX_SIZE - 1 - MAX_TCP_HEADER */

/* tcp_xmit_size_goal(), tcp_bound_to_half_wnd(). */
static uint32_t goal_of(const TcpStack *stack, const TcpConnection *conn)
{
    uint32_t mss = tcp_effective_mss(stack, conn), window = conn->snd_wnd_max;
    uint32_t cutoff = window > TCP_DEFAULT_MSS ? window / 2 : window;
    uint32_t goal = cutoff > 0 && cutoff < PACKET_MAX ? cutoff : PACKET_MAX;

    return goal > mss ? goal / mss * mss : mss;
}

uint32_t tcp_packet_rest(const TcpStack *stack, const TcpConnection *conn)
{
    uint32_t goal = goal_of(stack, conn), rest = (uint32_t)(conn->packet_end - conn->snd_nxt);

    return rest > 0 && rest <= goal ? rest : goal;
}

void tcp_packet_begins(const TcpStack *stack, TcpConnection *conn)
{
    conn->packet_end = conn->snd_nxt + tcp_packet_rest(stack, conn);
}

/* What waits to be sent. */
static uint64_t waiting(const TcpConnection *conn)
{
    return 1 + conn->app_bytes - tcp_position(conn, conn->snd_nxt);
}

/* How much the last packet that waits, or a new one, takes; *is_first: none is before it. */
static uint32_t room_in_last(const TcpStack *stack, TcpConnection *conn, bool *is_first)
{
    uint32_t goal = goal_of(stack, conn), rest = tcp_packet_rest(stack, conn);
    uint64_t waits = waiting(conn);

    *is_first = waits < goal && waits <= rest;
    if (*is_first) {
        conn->packet_end = conn->snd_nxt + goal;
        return goal - (uint32_t)waits;
    }
    return goal - (uint32_t)((waits - rest) % goal);
}

/* forced_push(), tcp_push_one().  False: nothing has left. */
static bool push(TcpStack *stack, TcpConnection *conn, SimTime now, bool is_first)
{
    Seq written = conn->snd_nxt + (Seq)waiting(conn), next = conn->snd_nxt;
    bool all = (uint32_t)(written - conn->pushed) > conn->snd_wnd_max / 2;

    if (all)
        conn->pushed = written;
    if (all || is_first)
        tcp_output_push(stack, conn, now, all);
    return conn->snd_nxt != next || !(all || is_first);
}

/* tcp_sendmsg_locked(): once nothing leaves any more, the rest only waits. */
void tcp_packets_hand_over(TcpStack *stack, TcpConnection *conn, SimTime now, uint64_t bytes)
{
    bool goes_on = true;

    conn->pushed = conn->snd_nxt + (Seq)waiting(conn);
    while (bytes > 0 && goes_on) {
        bool is_first;
        uint32_t room = room_in_last(stack, conn, &is_first);
        if (bytes <= room)
            break; /* the last is pushed as all that waits is */
        conn->app_bytes += room;
        bytes -= room;
        goes_on = push(stack, conn, now, is_first);
    }
    conn->app_bytes += bytes;
}
