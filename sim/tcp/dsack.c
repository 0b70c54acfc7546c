/* What a D-SACK tells (RFC 2883): something of what was sent came twice.  undo.c learns from it whether a loss was one, RACK
 * how much longer to wait for what is only late.
 */
#include "core/compiler.h"
#include "tcp/arrival.h"
#include "tcp/congestion.h"
#include "tcp/output.h"

/* RFC 8985 §6.2 step 4: after so many recoveries a window that was widened is a narrow one again. */
enum { RECOVERIES = 16, STEPS_MOST = 255 };

/* tcp_check_dsack(): the first block tells of what is acknowledged already, or lies in the second. */
static bool is_one(const Segment *segment)
{
    const SackBlock *sack = segment->options.sack;

    if (seq_lt(sack[0].left, segment->ack))
        return true;
    return segment->options.sack_count > 1 && seq_le(sack[0].right, sack[1].right) &&
           seq_ge(sack[0].left, sack[1].left);
}

/* The tail's probe went by a timer: that both came says nothing of reordering. */
static bool is_of_tail(const TcpConnection *conn, SackBlock block)
{
    return conn->probed_tail && block.right == conn->tail_end;
}

/* Linux (tcp_dsack_seen()): the peer cannot have got more twice than was sent twice. */
SELDOM uint32_t tcp_dsack_count(const TcpStack *stack, TcpConnection *conn, const Segment *segment)
{
    SackBlock block = segment->options.sack[0];
    uint32_t bytes = (uint32_t)(block.right - block.left), mss = tcp_effective_mss(stack, conn);

    if (!is_one(segment) || !seq_lt(block.left, block.right) || bytes > conn->snd_wnd_max)
        return 0;
    uint32_t segments = bytes > mss ? (bytes + mss - 1) / mss : 1;
    int64_t left = (int64_t)conn->unreported - segments;
    conn->unreported = left > INT16_MIN ? (int16_t)left : INT16_MIN;
    if (left < 0)
        return 0;
    if (conn->reorderings > 0 && !(segments == 1 && is_of_tail(conn, block)))
        conn->stretch_due = true;
    return segments;
}

/* Linux (tcp_rack_update_reo_wnd()): once in a round trip, and only by what has been delivered. */
SELDOM void tcp_dsack_stretch(TcpConnection *conn)
{
    bool is_new_round = seq_gt(conn->rack_order, conn->stretched_at);

    conn->stretch_due = false;
    if (!is_new_round)
        return;
    conn->stretched_at = conn->sends;
    conn->stretch_lasts = RECOVERIES;
    if (conn->stretch < STEPS_MOST - 1)
        conn->stretch++;
}

SELDOM void tcp_dsack_recovered(TcpConnection *conn)
{
    if (conn->stretch_lasts > 0 && --conn->stretch_lasts == 0)
        conn->stretch = 0;
}

SELDOM void tcp_dsack_undone(TcpConnection *conn)
{
    if (conn->stretch_lasts < RECOVERIES)
        conn->stretch_lasts++;
}
