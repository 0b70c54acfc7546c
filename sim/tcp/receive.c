/* What arrives in the window: reassembly, the window we offer, and reading.
 *
 * Received data is kept as pieces, references to what the peer generated, sorted by sequence
 * number.  Those before rcv_nxt can be read; those behind it wait for what is missing.
 */
#include <assert.h>

#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/receive.h"

enum { WINDOW_SHIFT_MAX = 14 }; /* RFC 7323 §2.3 */

uint8_t tcp_window_shift(const TcpStack *stack)
{
    const HostConfig *config = stack->config;
    uint8_t shift = 0;

    /* A window that was set takes no more than it needs (Linux, tcp_select_initial_window). */
    if (tcp_is_linux_receiver(stack) && tcp_linux_is_locked(stack) && config->window < 65535)
        return 0;

    while (config->window >> shift > 65535 && shift < WINDOW_SHIFT_MAX)
        shift++;
    return shift > config->window_scale ? shift : (uint8_t)config->window_scale;
}

/* ---- Pieces ---- */

static void hold(TcpStack *stack, TcpConnection *conn, uint32_t bytes)
{
    conn->held_bytes += bytes;
    stack->payload_held += bytes;
}

static void let_go(TcpStack *stack, TcpConnection *conn, uint32_t bytes)
{
    conn->held_bytes -= bytes;
    stack->payload_held -= bytes;
}

static TcpPiece *new_piece(TcpStack *stack, TcpConnection *conn, Seq seq, uint32_t length,
                           Payload payload, TcpPiece *next)
{
    TcpPiece *piece = memory_pool_take_unset(stack->pieces);

    *piece = (TcpPiece){.next = next, .seq = seq, .length = length, .payload = payload};
    hold(stack, conn, length);
    return piece;
}

static void drop_piece(TcpStack *stack, TcpConnection *conn, TcpPiece **link)
{
    TcpPiece *piece = *link;

    *link = piece->next;
    let_go(stack, conn, piece->length);
    memory_pool_give(stack->pieces, piece);
}

void tcp_receive_clear(TcpStack *stack, TcpConnection *conn)
{
    while (conn->pieces != NULL)
        drop_piece(stack, conn, &conn->pieces);
    tcp_memory_forget(stack, conn);
}

SELDOM void tcp_receive_drop_from(TcpStack *stack, TcpConnection *conn, Seq from)
{
    TcpPiece **link = &conn->pieces;

    while (*link != NULL && seq_le((*link)->seq + (*link)->length, from))
        link = &(*link)->next;
    if (*link != NULL && seq_lt((*link)->seq, from)) {
        let_go(stack, conn, (uint32_t)((*link)->seq + (*link)->length - from));
        (*link)->length = (uint32_t)(from - (*link)->seq);
        link = &(*link)->next;
    }
    while (*link != NULL)
        drop_piece(stack, conn, link);
    if (conn->fin_held && seq_ge(conn->fin_seq, from))
        conn->fin_held = false;
}

/* Does `payload` go on where the piece ends?  Then the two are one piece. */
static bool continues(const TcpPiece *piece, Seq seq, Payload payload)
{
    return piece != NULL && piece->seq + piece->length == seq &&
           piece->payload.stream == payload.stream &&
           piece->payload.offset + piece->length == payload.offset;
}

/* Puts [seq, seq + length), of which nothing is held, behind `before` (NULL: in front). */
static void place(TcpStack *stack, TcpConnection *conn, TcpPiece *before, Seq seq, uint32_t length,
                  Payload payload)
{
    TcpPiece **link = before != NULL ? &before->next : &conn->pieces;

    if (continues(before, seq, payload)) {
        before->length += length;
        hold(stack, conn, length);
        return;
    }
    *link = new_piece(stack, conn, seq, length, payload, *link);
}

/* Inserts what of [seq, seq + length) is not held yet; what came first is kept. */
static void insert(TcpStack *stack, TcpConnection *conn, Seq seq, uint32_t length, Payload payload)
{
    TcpPiece *before = NULL, *next = conn->pieces;

    while (length > 0) {
        for (; next != NULL && seq_le(next->seq + next->length, seq); next = next->next)
            before = next;
        uint32_t covered = 0; /* from seq on, is held already */
        uint32_t gap = length;
        if (next != NULL && seq_le(next->seq, seq))
            covered = (uint32_t)(next->seq + next->length - seq);
        else if (next != NULL && (uint32_t)(next->seq - seq) < length)
            gap = (uint32_t)(next->seq - seq);
        if (covered == 0) {
            place(stack, conn, before, seq, gap, payload);
            next = before != NULL ? before : conn->pieces;
            covered = gap;
        }
        if (covered > length)
            covered = length;
        seq += covered;
        payload.offset += covered;
        length -= covered;
    }
}

/* The piece that holds `seq` is the one of which SACK tells first. */
static SELDOM void note_growth(TcpConnection *conn, Seq seq)
{
    for (TcpPiece *p = conn->pieces; p != NULL; p = p->next) {
        if (!seq_in(seq, p->seq, p->length))
            continue;
        p->grown = ++conn->arrivals;
        return;
    }
}

/* Moves rcv_nxt over the pieces that have become contiguous.  Returns how far. */
static uint32_t advance(TcpConnection *conn)
{
    Seq before = conn->rcv_nxt;

    for (const TcpPiece *p = conn->pieces; p != NULL && seq_le(p->seq, conn->rcv_nxt); p = p->next)
        if (seq_gt(p->seq + p->length, conn->rcv_nxt))
            conn->rcv_nxt = p->seq + p->length;
    return (uint32_t)(conn->rcv_nxt - before);
}

static bool is_gap_behind(const TcpConnection *conn)
{
    for (const TcpPiece *p = conn->pieces; p != NULL; p = p->next)
        if (seq_gt(p->seq, conn->rcv_nxt))
            return true;
    return false;
}

/* RFC 5681 §4.2: at once for every second full-sized segment, for one out of order, and for one
 * that fills a gap; otherwise the ACK may wait. */
static void owe_ack(TcpStack *stack, TcpConnection *conn, uint32_t advanced, bool had_gap)
{
    const HostConfig *config = stack->config;
    bool out_of_order = advanced == 0 || had_gap;
    /* FreeBSD tcp_input.c, DELAY_ACK(): none waits while another one does. */
    bool second = tcp_is_bsd_receiver(stack) && conn->unacked_bytes > 0;

    if (tcp_is_linux_receiver(stack) && advanced == 0 && tcp_linux_compresses(conn)) {
        if (conn->ack_urgency == TCP_ACK_NONE)
            conn->ack_urgency = TCP_ACK_DELAYED;
        return;
    }
    if (tcp_is_linux_receiver(stack) && !out_of_order) { /* decided when all steps are done */
        if (conn->ack_urgency == TCP_ACK_NONE)
            conn->ack_urgency = TCP_ACK_DELAYED;
        return;
    }

    conn->unacked_bytes += advanced;
    uint32_t full = (uint32_t)config->mss - (conn->entry.timestamps_on ? 12 : 0);
    bool quick = conn->quick_acks < config->quick_acks && !conn->interactive;
    conn->quick_acks++;
    if (out_of_order || quick || second || config->delayed_ack == 0 ||
        conn->unacked_bytes >= 2 * full) {
        conn->ack_urgency = TCP_ACK_NOW;
        conn->ack_reason = !out_of_order   ? TCP_REASON_DATA_ARRIVED
                           : advanced == 0 ? TCP_REASON_OUT_OF_ORDER
                                           : TCP_REASON_GAP_FILLED;
    } else if (conn->ack_urgency == TCP_ACK_NONE) {
        conn->ack_urgency = TCP_ACK_DELAYED;
    }
}

/* RFC 2883 §4.2: of data about to be kept, the part that was waiting here already, up to the first gap. */
static SELDOM void note_part_held(const TcpStack *stack, TcpConnection *conn, Seq left, Seq right)
{
    Seq from = left, to = left;

    if (conn->has_dsack) /* what was old already stands there */
        return;
    for (const TcpPiece *p = conn->pieces; p != NULL && seq_lt(p->seq, right); p = p->next) {
        Seq end = p->seq + p->length;

        if (seq_le(end, left))
            continue;
        if (from != to && p->seq != to)
            break;
        if (from == to)
            from = seq_gt(p->seq, left) ? p->seq : left;
        to = end;
    }
    tcp_receive_duplicate(stack, conn, from, seq_lt(to, right) ? to : right);
}

void tcp_receive_data(TcpStack *stack, TcpConnection *conn, SimTime now, Seq seq, uint32_t length,
                      Payload payload, const Segment *of)
{
    bool had_gap = is_gap_behind(conn) || (conn->fin_held && conn->receiver.sacks_fin);
    uint32_t held_before = conn->held_bytes;
    bool is_bsd = tcp_is_bsd_receiver(stack);

    if (had_gap)
        note_part_held(stack, conn, seq, seq + length);
    insert(stack, conn, seq, length, payload);
    uint32_t advanced = advance(conn);
    if (advanced == 0) /* out of order, or not new */
        note_growth(conn, seq);
    if (tcp_is_linux_receiver(stack))
        tcp_linux_arrives(stack, conn, now,
                          &(TcpText){.seq = seq,
                                     .length = length,
                                     .is_new = conn->held_bytes != held_before,
                                     .in_order = advanced > 0,
                                     .pushed = (of->flags & TCP_PSH) != 0,
                                     .sack_blocks = of->options.sack_count});
    conn->got_data = true;
    conn->data_arrived_at = now;
    owe_ack(stack, conn, advanced, had_gap || (is_bsd && conn->has_dsack));
    if (advanced > 0)
        tcp_tell(stack, conn, TCP_APP_READABLE, tcp_readable(conn), TCP_OK);
}

/* Data and FIN that came on a SYN are kept, but not taken before the handshake is done (§3.10.7.2). */
void tcp_receive_syn_data(TcpStack *stack, TcpConnection *conn, Payload payload, uint32_t length,
                          bool fin)
{
    insert(stack, conn, conn->rcv_nxt, length, payload);
    conn->fin_held = fin;
    conn->fin_seq = conn->rcv_nxt + length;
}

void tcp_receive_queued(TcpStack *stack, TcpConnection *conn)
{
    uint32_t advanced = advance(conn);

    if (advanced == 0)
        return;
    conn->got_data =
        conn->state != TCP_STATE_SYN_RCVD; /* Linux: a SYN's data are none of its flow */
    if (!tcp_is_bsd_sender(stack)) { /* tcp_reass(), without a segment: nobody asks for an ACK */
        conn->ack_urgency = tcp_is_bsd_receiver(stack) ? TCP_ACK_DELAYED : TCP_ACK_NOW;
        conn->ack_reason = TCP_REASON_DATA_ARRIVED;
    }
    tcp_tell(stack, conn, TCP_APP_READABLE, tcp_readable(conn), TCP_OK);
}

bool tcp_receive_holds_behind(const TcpConnection *conn, Seq seq)
{
    for (const TcpPiece *p = conn->pieces; p != NULL; p = p->next)
        if (seq_gt(p->seq + p->length, seq))
            return true;
    return false;
}

uint32_t tcp_readable(const TcpConnection *conn)
{
    uint32_t bytes = 0;

    for (const TcpPiece *p = conn->pieces; p != NULL && seq_lt(p->seq, conn->rcv_nxt); p = p->next)
        bytes += p->length;
    return bytes;
}

/* ---- The window we offer (§3.8.6.2.2) ---- */

uint32_t tcp_receive_offered(const TcpConnection *conn)
{
    return seq_gt(conn->rcv_adv, conn->rcv_nxt) ? (uint32_t)(conn->rcv_adv - conn->rcv_nxt) : 0;
}

uint32_t tcp_receive_buffer(const TcpStack *stack, const TcpConnection *conn)
{
    return tcp_is_bsd_receiver(stack) ? tcp_bsd_buffer(stack, conn)
                                      : (uint32_t)stack->config->window;
}

/* With first-window the window begins with a part of the buffer, and grows by twice what arrives, as with full
 * segments in Linux (tcp_grow_window()). */
static uint32_t grown_window(const HostConfig *config, const TcpConnection *conn, uint32_t room)
{
    uint64_t grown = (uint64_t)config->first_window + 2 * (conn->read_offset + conn->held_bytes);

    return grown < room ? (uint32_t)grown : room;
}

/* The right edge never moves left, and moves right only by a worthwhile amount. */
uint32_t tcp_receive_window(const TcpStack *stack, const TcpConnection *conn)
{
    const HostConfig *config = stack->config;
    uint32_t buffer = (uint32_t)config->window;
    if (tcp_is_bsd_receiver(stack))
        return tcp_bsd_window(stack, conn);
    uint32_t room = buffer > conn->held_bytes ? buffer - conn->held_bytes : 0;
    if (config->first_window)
        room = grown_window(config, conn, room);
    uint32_t offered = tcp_receive_offered(conn);
    uint32_t worthwhile = (uint32_t)config->mss < buffer / 2 ? (uint32_t)config->mss : buffer / 2;

    if (room >= offered && room - offered >= worthwhile)
        return room;
    return offered;
}

/* ---- SACK (RFC 2018 §4): the blocks in the order in which they grew last ---- */

typedef struct Run {
    SackBlock block;
    Seq grown;
} Run;

/* The contiguous run behind rcv_nxt that begins with `piece`; *next is the piece after it. */
static Run run_from(const TcpConnection *conn, const TcpPiece *piece, const TcpPiece **next)
{
    Run run = {{piece->seq, piece->seq + piece->length}, piece->grown};
    const TcpPiece *p = piece->next;

    for (; p != NULL && p->seq == run.block.right; p = p->next) {
        run.block.right = p->seq + p->length;
        run.grown = seq_gt(p->grown, run.grown) ? p->grown : run.grown;
    }
    *next = p;
    if (conn->receiver.sacks_fin && conn->fin_held && conn->fin_seq == run.block.right)
        run.block.right++;
    return run;
}

static bool is_behind_a_piece(const TcpConnection *conn, Seq seq)
{
    for (const TcpPiece *p = conn->pieces; p != NULL; p = p->next)
        if (p->seq + p->length == seq)
            return true;
    return false;
}

/* Among those from `front` on, of which grown[] tells; what there is no room for falls off the end. */
static void add_run(SegmentOptions *options, Seq grown[SEGMENT_SACK_MAX], const Run *run,
                    uint8_t front, uint8_t room)
{
    uint8_t at = options->sack_count;

    while (at > front && seq_gt(run->grown, grown[at - 1]))
        at--;
    if (at >= room)
        return;
    if (options->sack_count < room)
        options->sack_count++;
    for (uint8_t i = options->sack_count - 1; i > at; i--) {
        options->sack[i] = options->sack[i - 1];
        grown[i] = grown[i - 1];
    }
    options->sack[at] = run->block;
    grown[at] = run->grown;
}

void tcp_receive_sack(const TcpConnection *conn, SegmentOptions *options)
{
    uint8_t room = options->present & OPTION_TIMESTAMPS ? SEGMENT_SACK_MAX - 1 : SEGMENT_SACK_MAX;
    uint8_t front = 0;
    Seq grown[SEGMENT_SACK_MAX];

    options->sack_count = 0;
    if (conn->has_dsack) {
        options->sack[0] = conn->dsack;
        options->sack_count = front = 1;
    }
    const TcpPiece *p = conn->pieces;
    while (p != NULL) {
        Run run = run_from(conn, p, &p);

        if (seq_gt(run.block.left, conn->rcv_nxt))
            add_run(options, grown, &run, front, room);
    }
    bool bare_fin = conn->receiver.sacks_fin && conn->fin_held && conn->fin_seq != conn->rcv_nxt &&
                    !is_behind_a_piece(conn, conn->fin_seq);
    if (bare_fin && options->sack_count < room)
        options->sack[options->sack_count++] = (SackBlock){conn->fin_seq, conn->fin_seq + 1};
    if (options->sack_count > 0)
        options->present |= OPTION_SACK;
}

/* RFC 2883: [left, right) came again. */
void tcp_receive_duplicate(const TcpStack *stack, TcpConnection *conn, Seq left, Seq right)
{
    if (!stack->config->tcp_dsack || !conn->entry.sack_on || !seq_lt(left, right))
        return;
    conn->dsack = (SackBlock){left, right};
    conn->has_dsack = true;
}

/* ---- RECEIVE (§3.10.3) ---- */

static bool is_at_eof(const TcpConnection *conn)
{
    return conn->fin_arrived && tcp_readable(conn) == 0;
}

/* receiver=linux: after reading, or after the segment has been handled during which it was read. */
void tcp_receive_was_read(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (tcp_linux_read(conn))
        tcp_output_ack(stack, conn, now, TCP_REASON_READ_CALLED);
}

/* After reading: does the peer have to hear that the window is open again? */
static void update_window(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (tcp_is_linux_receiver(stack)) {
        conn->receiver.was_read = true;
        if (!conn->arriving)
            tcp_receive_was_read(stack, conn, now);
        return;
    }
    uint32_t offered = tcp_receive_offered(conn);
    uint32_t window = tcp_receive_window(stack, conn);
    bool is_bsd = tcp_is_bsd_receiver(stack);
    bool is_news =
        is_bsd ? tcp_bsd_tells_window(stack, conn) : window >= 2 * offered && window != offered;

    if (conn->arriving || conn->fin_arrived || !is_news)
        return;
    tcp_output_ack(stack, conn, now, TCP_REASON_READ_CALLED);
}

/* Hands over the oldest bytes that can be read, up to `most`. */
static uint64_t hand_over(TcpStack *stack, TcpConnection *conn, uint64_t most, TcpTake take,
                          void *context)
{
    uint64_t got = 0;

    while (got < most && conn->pieces != NULL && seq_lt(conn->pieces->seq, conn->rcv_nxt)) {
        TcpPiece *piece = conn->pieces;
        uint64_t wanted = most - got;
        uint32_t length = piece->length < wanted ? piece->length : (uint32_t)wanted;

        take(context, piece->payload, conn->read_offset, length);
        got += length;
        conn->read_offset += length;
        piece->seq += length;
        piece->length -= length;
        piece->payload.offset += length;
        if (tcp_is_linux_receiver(stack))
            tcp_linux_let_go(stack, conn);
        let_go(stack, conn, length);
        if (piece->length == 0)
            drop_piece(stack, conn, &conn->pieces);
    }
    return got;
}

SELDOM void tcp_receive_cut(TcpStack *stack, TcpConnection *conn, Seq at)
{
    TcpPiece **link = &conn->pieces;

    while (*link != NULL && seq_lt((*link)->seq, at))
        link = &(*link)->next;
    while (*link != NULL)
        drop_piece(stack, conn, link);
}

SELDOM bool tcp_receive_throw_away(TcpStack *stack, TcpConnection *conn)
{
    bool any = conn->pieces != NULL && seq_lt(conn->pieces->seq, conn->rcv_nxt);

    while (conn->pieces != NULL && seq_lt(conn->pieces->seq, conn->rcv_nxt)) {
        conn->read_offset += conn->pieces->length;
        drop_piece(stack, conn, &conn->pieces);
    }
    return any;
}

void tcp_take_rest(TcpStack *stack, TcpConnId id, TcpTake take, void *context)
{
    TcpConnection *conn = tcp_stack_connection(stack, id);

    if (conn != NULL)
        (void)hand_over(stack, conn, UINT64_MAX, take, context);
}

/* The connection, if bytes of it can be read.  NULL: *error, or with TCP_OK end of file. */
static TcpConnection *with_bytes(const TcpStack *stack, TcpConnId id, TcpError *error)
{
    TcpConnection *conn = tcp_stack_connection(stack, id);

    *error = TCP_ENOTCONN;
    if (conn == NULL || tcp_is_orphan(conn))
        return NULL;
    *error = TCP_EAGAIN; /* §3.10.3: queued until ESTABLISHED */
    if (!tcp_state_is_synchronized(conn->state) && !tcp_fast_open_is_taken(conn))
        return NULL;
    bool any = tcp_readable(conn) > 0;
    if (any || is_at_eof(conn))
        *error = TCP_OK;
    return any ? conn : NULL;
}

TcpError tcp_read(TcpStack *stack, SimTime now, TcpConnId id, uint64_t most, TcpTake take,
                  void *context, uint64_t *got)
{
    TcpError error;
    TcpConnection *conn = with_bytes(stack, id, &error);

    *got = 0;
    if (conn == NULL)
        return error;
    if (tcp_is_linux_receiver(stack))
        tcp_linux_reads(stack, conn, now, most);
    *got = hand_over(stack, conn, most, take, context);
    update_window(stack, conn, now);
    return TCP_OK;
}

TcpError tcp_peek(const TcpStack *stack, TcpConnId id, uint64_t most, TcpTake take, void *context,
                  uint64_t *got)
{
    TcpError error;
    const TcpConnection *conn = with_bytes(stack, id, &error);

    *got = 0;
    if (conn == NULL)
        return error;
    for (const TcpPiece *piece = conn->pieces;
         *got < most && piece != NULL && seq_lt(piece->seq, conn->rcv_nxt); piece = piece->next) {
        uint64_t wanted = most - *got;
        uint32_t length = piece->length < wanted ? piece->length : (uint32_t)wanted;

        take(context, piece->payload, conn->read_offset + *got, length);
        *got += length;
    }
    return TCP_OK;
}
