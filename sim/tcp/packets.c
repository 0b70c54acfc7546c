/* push=bursts: data in the packets in which they were handed over, and how packets leave (Linux
 * net/ipv4/tcp.c, tcp_sendmsg_locked(), and net/ipv4/tcp_output.c, tcp_write_xmit(); the functions are named).
 *
 * What an application hands over is cut at once into packets of several segments, which wait.  What leaves is
 * the first of them, or as many whole segments of it as there is room for.  A packet ends with PSH where it is marked, as
 * the last one of a call is, and where more than one segment of it leaves at once.
 *
 * So many packets wait at most; what goes beyond them is cut when there is room, as an application would have to
 * wait with it.
 */
#include <assert.h>

#include "core/compiler.h"
#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/output.h"

enum {
    WAITING_MOST = 64,
    PACKET_MOST = 65536 - 320 - 1, /* GSO_LEGACY_MAX_SIZE less MAX_TCP_HEADER */
    SMALL_WINDOW = 536,            /* TCP_MSS_DEFAULT */
};

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* ---- What waits ---- */

static TcpWaiting *first_of(const TcpConnection *conn)
{
    return conn->waiting != NULL ? conn->waiting->next : NULL;
}

/* Where the first byte that has not left stands; behind the SYN, at least. */
static uint64_t begin_of_queue(const TcpConnection *conn)
{
    uint64_t next = tcp_position(conn, conn->snd_nxt);

    return next > 1 ? next : 1;
}

static uint64_t end_of_queue(const TcpConnection *conn)
{
    return conn->waiting != NULL ? conn->waiting->end : begin_of_queue(conn);
}

static uint64_t uncut(const TcpConnection *conn)
{
    uint64_t end = end_of_queue(conn), all = 1 + conn->app_bytes;

    return all > end ? all - end : 0;
}

static uint32_t count_of(const TcpConnection *conn)
{
    uint32_t count = 0;

    for (const TcpWaiting *w = first_of(conn); w != NULL; w = w != conn->waiting ? w->next : NULL)
        count++;
    return count;
}

static void add_packet(TcpStack *stack, TcpConnection *conn)
{
    TcpWaiting *last = conn->waiting, *packet = memory_pool_take(stack->waitings);

    packet->end = end_of_queue(conn);
    packet->next = last != NULL ? last->next : packet;
    if (last != NULL)
        last->next = packet;
    conn->waiting = packet;
}

static void drop_first(TcpStack *stack, TcpConnection *conn)
{
    TcpWaiting *last = conn->waiting, *first = last->next;

    if (first == last)
        conn->waiting = NULL;
    else
        last->next = first->next;
    memory_pool_give(stack->waitings, first);
}

void tcp_packets_clear(TcpStack *stack, TcpConnection *conn)
{
    while (conn->waiting != NULL)
        drop_first(stack, conn);
}

void tcp_packets_left(TcpStack *stack, TcpConnection *conn, uint32_t bytes)
{
    TcpWaiting *first;

    while (bytes > 0 && (first = first_of(conn)) != NULL) {
        uint32_t of_it = least(bytes, first->length);

        bytes -= of_it;
        first->length -= of_it;
        if (first->length == 0)
            drop_first(stack, conn);
    }
}

/* ---- Cutting ---- */

/* tcp_xmit_size_goal(): whole segments, as many as a packet holds and half the peer's window. */
uint32_t tcp_packets_goal(const TcpStack *stack, const TcpConnection *conn)
{
    uint32_t mss = tcp_output_room(stack, conn), window = conn->snd_wnd_max;
    uint32_t half = window > SMALL_WINDOW ? window / 2 : window;
    uint32_t goal = half > 0 ? least(half, PACKET_MOST) : PACKET_MOST;

    return goal < mss ? mss : goal / mss * mss;
}

/* Of so many bytes those for which there is room in one packet join what waits; 0: too much waits. */
static uint32_t append(TcpStack *stack, TcpConnection *conn, uint64_t bytes, uint32_t goal)
{
    const TcpWaiting *last = conn->waiting;
    bool is_new = last == NULL || last->ends_record || last->length >= goal;

    if (is_new && last != NULL && count_of(conn) >= WAITING_MOST)
        return 0;
    if (is_new)
        add_packet(stack, conn);
    uint32_t room = goal - conn->waiting->length, take = bytes < room ? (uint32_t)bytes : room;
    conn->waiting->length += take;
    conn->waiting->end += take;
    conn->unpushed += take;
    return take;
}

static bool is_full(const TcpConnection *conn, uint32_t goal)
{
    return conn->waiting->length >= goal;
}

/* forced_push(): more than half the peer's greatest window since a packet was marked. */
static bool is_push_due(const TcpConnection *conn)
{
    return conn->unpushed > conn->snd_wnd_max / 2;
}

/* tcp_mark_push() */
static void mark(TcpConnection *conn)
{
    if (conn->waiting != NULL)
        conn->waiting->push = true;
    conn->unpushed = 0;
}

/* What was left uncut, as far as there is room now; its end is the end of a call. */
static SELDOM void cut_rest(TcpStack *stack, TcpConnection *conn)
{
    uint32_t goal = tcp_packets_goal(stack, conn);
    uint64_t rest = uncut(conn);

    while (rest > 0) {
        uint32_t took = append(stack, conn, rest, goal);

        if (took == 0)
            return;
        rest -= took;
        if (rest == 0 || (is_full(conn, goal) && is_push_due(conn)))
            mark(conn);
    }
}

uint32_t tcp_packets_first(TcpStack *stack, TcpConnection *conn)
{
    if (uncut(conn) > 0)
        cut_rest(stack, conn);
    return conn->waiting != NULL ? first_of(conn)->length : 0;
}

/* ---- Leaving ---- */

/* How packets are to leave. */
typedef struct Burst {
    TcpReason reason;
    bool one;      /* the first one alone */
    bool at_once;  /* however short it is (TCP_NAGLE_PUSH) */
    bool is_probe; /* though the congestion window is full */
    bool holds;    /* a short one waits for more (TCP_NAGLE_CORK) */
} Burst;

/* The next packet, or what of it leaves. */
typedef struct Piece {
    uint32_t length, segments, mss;
    uint32_t open; /* bytes of the peer's window */
    bool is_last;  /* of what waits */
    bool has_fin;
} Piece;

/* tcp_tso_autosize(): what leaves in one piece is what a millisecond or so of the pacing rate holds, at least
 * tcp_min_tso_segs, more where the path is short. */
uint32_t tcp_packets_most(const TcpStack *stack, const TcpConnection *conn)
{
    enum { RTT_UNIT = 512, DOUBLINGS = 32, MOST = 65279 };
    const uint32_t fewest = (uint32_t)stack->config->tcp_min_tso_segs;
    uint32_t mss = tcp_effective_mss(stack, conn), most = MOST / mss;
    SimTime srtt = conn->srtt;

    if (srtt < SIM_MICROSECOND || most <= fewest)
        return most > fewest ? most : fewest;
    uint64_t percent = conn->cwnd < conn->ssthresh / 2 ? 200 : 120;
    uint64_t a_second = conn->cwnd * percent / 100 * (uint64_t)(SIM_SECOND / SIM_MICROSECOND) /
                        (uint64_t)(srtt / SIM_MICROSECOND);
    uint64_t bytes = a_second >> 10;
    SimTime units = conn->rtt_min / SIM_MICROSECOND / RTT_UNIT;
    if (conn->rtt_min > 0 && units < DOUBLINGS)
        bytes += MOST >> units;
    uint64_t segments = bytes / mss;
    return segments < fewest ? fewest : segments < most ? (uint32_t)segments : most;
}

/* tcp_cwnd_test(): segments that may leave now, half the window at most. */
static uint32_t quota_of(const TcpStack *stack, const TcpConnection *conn, const Burst *burst)
{
    uint32_t window = tcp_congestion_window(stack, conn) / tcp_effective_mss(stack, conn);
    uint32_t out = tcp_sent_in_flight(conn), half = window > 1 ? window / 2 : 1;
    bool is_fin = conn->closing && uncut(conn) == 0 && first_of(conn) == conn->waiting;

    window = window > 0 ? window : 1;
    if (out < window)
        return least(half, window - out);
    if (burst->is_probe)
        return 1;
    bool goes = is_fin && stack->config->fin_ignores_cwnd &&
                (conn->waiting == NULL || conn->waiting->length <= tcp_output_room(stack, conn));
    return goes ? 1 : 0;
}

/* tcp_grow_skb(), since Linux 6.10: a packet that has become short takes from the next one. */
static void grow_first(TcpStack *stack, TcpConnection *conn, uint64_t wanted)
{
    TcpWaiting *first = first_of(conn), *next = first->next;

    if (first == conn->waiting || first->ends_record || first->length >= wanted)
        return;
    uint64_t lacks = wanted - first->length;
    uint32_t takes = lacks < next->length ? (uint32_t)lacks : next->length;
    first->length += takes;
    first->end += takes;
    next->length -= takes;
    if (next->length > 0)
        return;
    first->push |= next->push;
    first->ends_record = next->ends_record;
    first->next = next != conn->waiting ? next->next : first;
    if (next == conn->waiting)
        conn->waiting = first;
    else if (conn->waiting->next != first)
        conn->waiting->next = first;
    memory_pool_give(stack->waitings, next);
}

static Piece piece_of(const TcpStack *stack, const TcpConnection *conn)
{
    const TcpWaiting *first = first_of(conn);
    uint32_t out = (uint32_t)(conn->snd_nxt - conn->snd_una);
    Piece piece = {.length = first != NULL ? first->length : 0,
                   .mss = tcp_output_room(stack, conn),
                   .is_last = first == conn->waiting};

    /* In Fast Open the SYN-ACK that is out takes up a number of its own (tcp_create_openreq_child()). */
    if (conn->una_position == 0 && out > 0)
        out--;
    piece.open = conn->snd_wnd > out ? conn->snd_wnd - out : 0;
    piece.segments = piece.length > piece.mss ? (piece.length + piece.mss - 1) / piece.mss : 1;
    piece.has_fin = conn->closing && piece.is_last && uncut(conn) == 0;
    return piece;
}

/* tcp_snd_wnd_test(): the first segment of it, at least. */
static bool fits_window(const Piece *piece)
{
    uint32_t first = piece->length > piece->mss ? piece->mss : piece->length + piece->has_fin;

    return first <= piece->open;
}

/* tcp_nagle_check(): does a segment that is not full wait?  By Minshall for another one alone. */
static bool nagle_holds(const TcpStack *stack, const TcpConnection *conn, const Burst *burst)
{
    const HostConfig *config = stack->config;
    bool nothing_out =
        conn->sent_first == NULL || (conn->una_position == 0 && conn->snd_nxt == conn->iss + 1);
    bool is_closing = /* tcp_send_fin(): TCP_NAGLE_OFF, for what leaves now */
        burst->reason == TCP_REASON_CLOSE_CALLED || burst->reason == TCP_REASON_SHUTDOWN_CALLED;

    if (config->nagle == TCP_NAGLE_CORK || burst->holds)
        return true;
    if (!config->nagle || is_closing || burst->is_probe || nothing_out)
        return false;
    return config->nagle_holds != NAGLE_HOLDS_SMALL || seq_gt(conn->snd_sml, conn->snd_una);
}

/* tcp_nagle_test(), of a packet of one segment. */
static bool waits_for_more(const TcpStack *stack, const TcpConnection *conn, const Burst *burst,
                           const Piece *piece)
{
    bool is_short = piece->length < piece->mss;

    return is_short && piece->is_last && uncut(conn) == 0 && !piece->has_fin && !burst->at_once &&
           nagle_holds(stack, conn, burst);
}

/* tcp_tso_should_defer(): a packet of several segments waits for room for more of them, if the last one has
 * just left, too little of the window is open, and the next ACK is due within a millisecond. */
static bool is_worth_waiting(const TcpStack *stack, const TcpConnection *conn, SimTime now,
                             const Piece *piece, uint32_t most)
{
    enum { WINDOW_DIVISOR = 3 }; /* tcp_tso_win_divisor */
    uint32_t mss = tcp_effective_mss(stack, conn), cwnd = tcp_congestion_window(stack, conn) / mss;
    uint32_t out = tcp_sent_in_flight(conn), room = cwnd > out ? (cwnd - out) * mss : 0;
    uint32_t limit = least(piece->open, room);

    if (!tcp_is_linux_sender(stack) || conn->in_recovery || conn->in_loss ||
        conn->sent_first == NULL)
        return false;
    if (now - conn->last_sent >= SIM_MILLISECOND || /* some time passes on the way here */
        limit >= most * mss || (!piece->is_last && limit >= piece->length) ||
        limit >= least(conn->snd_wnd, cwnd * mss) / WINDOW_DIVISOR)
        return false;
    SimTime expected = conn->sent_first->at + conn->srtt - now, half = conn->srtt / 2;
    if (expected > (half < SIM_MILLISECOND ? half : SIM_MILLISECOND))
        return false;
    if ((room < piece->open ? room : piece->open) <= piece->length)
        return true;
    return !piece->has_fin && !first_of(conn)->ends_record;
}

/* tcp_mss_split_point(): whole segments, unless the last, short one may go, too. */
static uint32_t split_point(const TcpStack *stack, const TcpConnection *conn, const Burst *burst,
                            const Piece *piece, uint32_t quota)
{
    uint64_t most = (uint64_t)quota * piece->mss;
    uint32_t needed = least(piece->length, piece->open), partial = needed % piece->mss;

    if (most <= piece->open && !piece->is_last)
        return (uint32_t)most;
    if (most <= needed)
        return (uint32_t)most;
    return partial > 0 && !burst->at_once && nagle_holds(stack, conn, burst) ? needed - partial
                                                                             : needed;
}

/* So many bytes of the first packet leave, segment by segment. */
static void leave(TcpStack *stack, TcpConnection *conn, SimTime now, const Burst *burst,
                  const Piece *piece)
{
    const TcpWaiting *first = first_of(conn);
    bool is_whole = first == NULL || piece->length == first->length;
    bool push = is_whole && first != NULL && first->push;
    bool ends_record = is_whole && first != NULL && first->ends_record;
    uint32_t left = piece->length;

    do {
        bool is_end = left <= piece->mss;
        bool is_joined = piece->length > piece->mss;

        tcp_output_new(stack, conn, now,
                       &(TcpNewSegment){.reason = burst->reason,
                                        .length = is_end ? left : piece->mss,
                                        .push = is_end && (push || is_joined) && left > 0,
                                        .with_fin = is_end && is_whole && piece->has_fin});
        left -= is_end ? left : piece->mss;
        conn->sent_last->push = is_end && push;
        conn->sent_last->joined = !is_end;
        conn->sent_last->ends_record = is_end && ends_record;
    } while (left > 0);
    if (piece->length % piece->mss != 0) /* tcp_minshall_update() */
        conn->snd_sml = conn->snd_nxt;
}

typedef enum Outcome { OUTCOME_LEFT, OUTCOME_STAYS, OUTCOME_WAITS } Outcome;

static Outcome send_first(TcpStack *stack, TcpConnection *conn, SimTime now, const Burst *burst)
{
    uint32_t quota = quota_of(stack, conn, burst), most = tcp_packets_most(stack, conn);

    quota = least(quota, most);
    if (quota == 0)
        return OUTCOME_STAYS;
    if (stack->config->packets_grow && conn->waiting != NULL)
        grow_first(stack, conn, (uint64_t)quota * tcp_output_room(stack, conn));
    Piece piece = piece_of(stack, conn);
    if (!fits_window(&piece))
        return OUTCOME_STAYS;
    if (piece.segments == 1 && waits_for_more(stack, conn, burst, &piece))
        return OUTCOME_STAYS;
    if (piece.segments > 1 && !burst->one && is_worth_waiting(stack, conn, now, &piece, most))
        return OUTCOME_WAITS;
    if (piece.segments > 1)
        piece.length = least(piece.length, split_point(stack, conn, burst, &piece, quota));
    assert(piece.length > 0 || piece.has_fin);
    leave(stack, conn, now, burst, &piece);
    return OUTCOME_LEFT;
}

/* True: something waits for more room. */
static bool send_packets(TcpStack *stack, TcpConnection *conn, SimTime now, const Burst *burst)
{
    Outcome outcome = OUTCOME_LEFT;

    tcp_congestion_idle(stack, conn, now, tcp_effective_mss(stack, conn));
    while (outcome == OUTCOME_LEFT && !budget_is_spent(stack->setup.budget)) {
        bool has_data = tcp_packets_first(stack, conn) > 0;

        if (!has_data && tcp_position(conn, conn->snd_nxt) >= tcp_position_end(conn))
            return false;
        outcome = send_first(stack, conn, now, burst);
        if (burst->one)
            break;
    }
    return outcome == OUTCOME_WAITS;
}

bool tcp_packets_send(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason,
                      bool at_once)
{
    return send_packets(stack, conn, now, &(Burst){.reason = reason, .at_once = at_once});
}

bool tcp_packets_probe(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    Seq before = conn->snd_nxt;

    if (stack->refuses)
        return false;
    (void)send_packets(
        stack, conn, now,
        &(Burst){.reason = TCP_REASON_TAIL_PROBE_FIRED, .one = true, .is_probe = true});
    return conn->snd_nxt != before;
}

/* ---- Handing over ---- */

static void send_now(TcpStack *stack, TcpConnection *conn, SimTime now, const Burst *burst)
{
    if (tcp_output_may_send(conn) && stack->refuses)
        tcp_output_sent(stack, conn, now, false);
    else if (tcp_output_may_send(conn))
        tcp_output_sent(stack, conn, now, send_packets(stack, conn, now, burst));
}

/* A packet is full, and more comes: it may go, if it is the first, and all may if it was marked; what of it is no whole
 * segment, too, to fill the peer's window (TCP_NAGLE_PUSH). */
static void go_on(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (is_push_due(conn)) {
        mark(conn);
        send_now(stack, conn, now, &(Burst){.reason = TCP_REASON_SEND_CALLED, .at_once = true});
    } else if (conn->waiting != NULL && first_of(conn) == conn->waiting) {
        send_now(stack, conn, now,
                 &(Burst){.reason = TCP_REASON_SEND_CALLED, .one = true, .at_once = true});
    }
}

/* tcp_push() */
static void finish(TcpStack *stack, TcpConnection *conn, SimTime now, TcpSendEnd end)
{
    if (end == TCP_SEND_FILLS) {
        go_on(stack, conn, now);
        return;
    }
    if ((end != TCP_SEND_MORE || is_push_due(conn)) && uncut(conn) == 0)
        mark(conn);
    if (end == TCP_SEND_RECORD && conn->waiting != NULL)
        conn->waiting->ends_record = true;
    send_now(stack, conn, now,
             &(Burst){.reason = TCP_REASON_SEND_CALLED,
                      .at_once = end == TCP_SEND_WAITS,
                      .holds = end == TCP_SEND_MORE});
}

/* What went with the SYN has left before it was handed over. */
static uint64_t take_early(TcpConnection *conn, uint64_t bytes)
{
    uint64_t sent = begin_of_queue(conn) - 1;
    uint64_t early = sent > conn->app_bytes ? sent - conn->app_bytes : 0;

    early = early < bytes ? early : bytes;
    conn->app_bytes += early;
    return bytes - early;
}

void tcp_packets_take(TcpStack *stack, TcpConnection *conn, SimTime now, uint64_t bytes,
                      TcpSendEnd end)
{
    uint32_t goal = tcp_packets_goal(stack, conn);

    bytes = take_early(conn, bytes);
    if (!tcp_output_may_send(conn) || uncut(conn) > 0) {
        conn->app_bytes += bytes; /* cut when it may be sent */
        bytes = 0;
    }
    while (bytes > 0) {
        uint32_t took = append(stack, conn, bytes, goal);

        conn->app_bytes += took > 0 ? took : bytes;
        bytes -= took > 0 ? took : bytes;
        if (bytes > 0)
            go_on(stack, conn, now);
    }
    finish(stack, conn, now, end);
}
