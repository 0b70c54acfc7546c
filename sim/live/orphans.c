/* Orphans: a reset from the peer, which is us, ends each.
 *
 * A connection in FIN-WAIT-1, CLOSING or LAST-ACK is a socket that keeps its namespace until it has repeated
 * its FIN often enough (net/ipv4/tcp_timer.c, tcp_orphan_retries(): 8 times, a minute and more), and one in
 * SYN-RCVD keeps its listener.  TIME-WAIT keeps nothing.
 */
#include "live/orphans.h"

#include <sys/socket.h>
#include <unistd.h>

#include "live/states.h"
#include "net/wire.h"

/* So often the kernel may say that our number was not the one that it waits for (RFC 5961 section 3.2). */
enum { CHALLENGES = 3 };

static void set_linger(int socket, int is_on)
{
    const struct linger linger = {.l_onoff = is_on, .l_linger = 0};

    (void)setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

void orphans_forbid(int socket)
{
    set_linger(socket, 1);
}

void orphans_may_be(int socket)
{
    set_linger(socket, 0);
}

/* ---- Ending them ---- */

static guint32 address_of(const Kernel *kernel)
{
    return lab_address(lab_node_plan(kernel->node.host), lab_node_index(kernel->node.host));
}

static void reset(const Kernel *kernel, const KernelConn *conn)
{
    const Segment segment = {.src_addr = conn->seen.ends.remote_address,
                             .dst_addr = address_of(kernel),
                             .src_port = conn->seen.ends.remote_port,
                             .dst_port = conn->seen.ends.local_port,
                             .seq = conn->seen.rcv_nxt,
                             .flags = TCP_RST};
    guint8 bytes[WIRE_HEADERS_MAX];
    gsize size = wire_encode(&segment, 0, bytes, sizeof bytes);

    (void)!write(kernel->space.tun, bytes, size);
}

/* What it answers tells the number that it waits for. */
static void learn(Kernel *kernel)
{
    guint8 bytes[WIRE_PACKET_MAX];
    ssize_t size;

    while ((size = read(kernel->space.tun, bytes, sizeof bytes)) > 0) {
        Segment segment;
        const guint8 *payload;
        if (wire_decode(bytes, (gsize)size, &segment, &payload) != WIRE_OK)
            continue;
        KernelConn *conn = kernel_find(kernel, &(TcpEnds){.local_port = segment.src_port,
                                                          .remote_address = segment.dst_addr,
                                                          .remote_port = segment.dst_port});
        if (conn != NULL && (segment.flags & TCP_ACK))
            conn->seen.rcv_nxt = segment.ack;
    }
}

/* FALSE: there is none. */
static gboolean reset_all(Kernel *kernel)
{
    gboolean any = FALSE;

    if (!states_read(&kernel->space, kernel->told))
        return FALSE;
    for (guint i = 0; i < kernel->told->len; i++) {
        const LiveState *told = &g_array_index(kernel->told, LiveState, i);
        const KernelConn *conn = kernel_find(kernel, &told->ends);
        if (conn == NULL || conn->socket != NO_SOCKET || told->state == TCP_STATE_TIME_WAIT)
            continue;
        reset(kernel, conn);
        any = TRUE;
    }
    return any;
}

void orphans_end(Kernel *kernel)
{
    if (kernel->space.tun == SPACE_NONE || kernel->space.diag == SPACE_NONE)
        return;
    learn(kernel); /* what it has not been asked for yet */
    for (guint i = 0; i < CHALLENGES && reset_all(kernel); i++)
        learn(kernel);
}
