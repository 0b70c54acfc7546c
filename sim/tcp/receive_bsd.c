/* receiver=bsd: the window that FreeBSD offers, and what it reports of data that come again
 * (sys/netinet/tcp_output.c, tcp_sack.c, tcp_reass.c): the part that was waiting already, in front (RFC 2883
 * §4.2), at once.
 */
#include "tcp/connection.h"
#include "tcp/output.h"
#include "tcp/receive.h"

/* ---- The window ---- */

/* tcp_mss(): rounded up once the other end has told its own. */
uint32_t tcp_bsd_buffer(const TcpStack *stack, const TcpConnection *conn)
{
    uint32_t buffer = (uint32_t)stack->config->window, own = (uint32_t)stack->config->mss;
    uint32_t mss = conn->peer_mss < own ? conn->peer_mss : own;

    return mss > 0 && buffer > mss ? (buffer + mss - 1) / mss * mss : buffer;
}

/* All the room there is (sbspace()), unless it is neither a quarter of the buffer nor a segment.  What waits
 * behind a gap lies in a queue of its own and takes none. */
uint32_t tcp_bsd_window(const TcpStack *stack, const TcpConnection *conn)
{
    uint32_t buffer = tcp_bsd_buffer(stack, conn), held = tcp_readable(conn);
    uint32_t room = buffer > held ? buffer - held : 0, offered = tcp_receive_offered(conn);

    if (room < buffer / 4 && room < (uint32_t)stack->config->mss)
        room = 0;
    return room > offered ? room : offered;
}

static uint32_t room_in(const TcpConnection *conn, uint32_t buffer)
{
    uint32_t held = tcp_readable(conn), offered = tcp_receive_offered(conn);
    uint32_t room = buffer > held ? buffer - held : 0;

    return room > offered ? room : offered;
}

/* tcp_do_segment(): what is taken is what there is room for now, whatever was offered. */
uint32_t tcp_bsd_accepts(const TcpStack *stack, const TcpConnection *conn)
{
    return room_in(conn, tcp_bsd_buffer(stack, conn));
}

/* tcp_output(), after something was read: has the window grown by enough to tell?  An ACK that is due will. */
bool tcp_bsd_tells_window(const TcpStack *stack, const TcpConnection *conn)
{
    uint32_t buffer = tcp_bsd_buffer(stack, conn), mss = conn->peer_mss;
    uint32_t window = tcp_bsd_window(stack, conn), offered = tcp_receive_offered(conn);
    uint32_t more = window - offered;

    if (conn->ack_urgency != TCP_ACK_NONE ||
        window >> conn->rcv_wscale == offered >> conn->rcv_wscale)
        return false;
    bool is_part = more >= buffer / 4 || window <= buffer / 8 || buffer <= 8 * mss;
    return (more >= 2 * mss && is_part) || 2 * more >= buffer;
}

/* 4.4BSD netinet/tcp_input.c: the same, but for whole segments. */
uint32_t tcp_bsd_room(const TcpStack *stack, const TcpConnection *conn)
{
    return room_in(conn, (uint32_t)stack->config->window);
}

/* ---- What comes again ---- */

/* What is held without a gap from `piece` on; *next is the piece behind it. */
static SackBlock run_from(const TcpPiece *piece, const TcpPiece **next)
{
    SackBlock run = {piece->seq, piece->seq + piece->length};

    for (piece = piece->next; piece != NULL && piece->seq == run.right; piece = piece->next)
        run.right += piece->length;
    *next = piece;
    return run;
}

/* tcp_update_dsack_list(): the part of the first block that comes again. */
void tcp_bsd_came_again(const TcpStack *stack, TcpConnection *conn, Seq left, Seq right)
{
    if (conn->has_dsack) /* what was old already stands there */
        return;
    for (const TcpPiece *piece = conn->pieces; piece != NULL;) {
        SackBlock run = run_from(piece, &piece);

        if (seq_le(run.left, conn->rcv_nxt) || seq_le(run.right, left))
            continue;
        tcp_receive_duplicate(stack, conn, seq_gt(left, run.left) ? left : run.left,
                              seq_lt(right, run.right) ? right : run.right);
        return;
    }
}
