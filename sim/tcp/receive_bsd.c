/* receiver=bsd: the window that FreeBSD offers and the SACK blocks that it reports (sys/netinet/tcp_output.c,
 * tcp_sack.c, tcp_reass.c).
 *
 * Blocks come in the order in which they grew last (RFC 2018 §4), and a segment of which a part was waiting
 * already is reported with that part in front (RFC 2883 §4.2), at once.
 */
#include "tcp/connection.h"

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

/* tcp_do_segment(): what is taken is what there is room for now, whatever was offered. */
uint32_t tcp_bsd_accepts(const TcpStack *stack, const TcpConnection *conn)
{
    uint32_t buffer = tcp_bsd_buffer(stack, conn), held = tcp_readable(conn);
    uint32_t room = buffer > held ? buffer - held : 0, offered = tcp_receive_offered(conn);

    return room > offered ? room : offered;
}

/* ---- Blocks ---- */

/* What is held without a gap from `piece` on; *next is the piece behind it. */
static SackBlock run_from(const TcpPiece *piece, const TcpPiece **next)
{
    SackBlock run = {piece->seq, piece->seq + piece->length};

    for (piece = piece->next; piece != NULL && piece->seq == run.right; piece = piece->next)
        run.right += piece->length;
    *next = piece;
    return run;
}

static bool is_within(Seq seq, SackBlock run)
{
    return seq_in(seq, run.left, (uint32_t)(run.right - run.left));
}

/* The run behind rcv_nxt that `seq` lies in.  False: there is none. */
static bool run_at(const TcpConnection *conn, Seq seq, SackBlock *out)
{
    for (const TcpPiece *piece = conn->pieces; piece != NULL;) {
        *out = run_from(piece, &piece);
        if (seq_gt(out->left, conn->rcv_nxt) && is_within(seq, *out))
            return true;
    }
    return false;
}

/* tcp_update_dsack_list(): the part of the first block that comes again. */
static void report_again(const TcpStack *stack, TcpConnection *conn, Seq left, Seq right)
{
    for (const TcpPiece *piece = conn->pieces; piece != NULL;) {
        SackBlock run = run_from(piece, &piece);

        if (seq_le(run.left, conn->rcv_nxt) || seq_le(run.right, left))
            continue;
        tcp_receive_duplicate(stack, conn, seq_gt(left, run.left) ? left : run.left,
                              seq_lt(right, run.right) ? right : run.right);
        return;
    }
}

void tcp_bsd_arrives(const TcpStack *stack, TcpConnection *conn, Seq seq, uint32_t length)
{
    if (!conn->has_dsack) /* what was old already stands there */
        report_again(stack, conn, seq, seq + length);
    if (seq == conn->newest_piece)
        return;
    for (int i = TCP_OLDER_PIECES - 1; i > 0; i--)
        conn->receiver.older_pieces[i] = conn->receiver.older_pieces[i - 1];
    conn->receiver.older_pieces[0] = conn->newest_piece;
    conn->newest_piece = seq;
}

static void add(SegmentOptions *options, SackBlock block, uint8_t from, uint8_t room)
{
    for (uint8_t i = from; i < options->sack_count; i++)
        if (options->sack[i].left == block.left)
            return;
    if (options->sack_count < room)
        options->sack[options->sack_count++] = block;
}

void tcp_bsd_sack(const TcpConnection *conn, SegmentOptions *options, uint8_t room)
{
    uint8_t from = options->sack_count;
    SackBlock run;

    if (run_at(conn, conn->newest_piece, &run))
        add(options, run, from, room);
    for (int i = 0; i < TCP_OLDER_PIECES; i++)
        if (run_at(conn, conn->receiver.older_pieces[i], &run))
            add(options, run, from, room);
    for (const TcpPiece *piece = conn->pieces; piece != NULL;) {
        run = run_from(piece, &piece);
        if (seq_gt(run.left, conn->rcv_nxt))
            add(options, run, from, room);
    }
}
