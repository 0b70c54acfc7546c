/* receiver=bsd: the window that FreeBSD offers (sys/netinet/tcp_output.c).
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
