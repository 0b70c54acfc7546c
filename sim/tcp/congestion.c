/* Congestion control: how much may be under way.
 *
 * Slow start and congestion avoidance (RFC 5681), or CUBIC's curve (RFC 9438) in their place; fast
 * recovery with SACK (RFC 6675) or without (RFC 6582, NewReno).  What is lost is found by sent.c;
 * what is sent, by output.c; here stand the windows.
 */
#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/output.h"
#include "tcp/timers.h"

enum {
    DUPLICATES_FOR_LOSS = 3,
    CUBIC_TIME_MAX = 1 << 20, /* milliseconds; its cube fits into 64 bits */
    CWND_MAX = 1 << 30,       /* the largest window that TCP can have (RFC 7323 §2.3) */
};

static bool is_off(const TcpStack *stack)
{
    return stack->config->congestion == CONGESTION_NONE;
}

static bool is_cubic(const TcpStack *stack)
{
    return stack->config->congestion == CONGESTION_CUBIC;
}

static uint32_t flight(const TcpConnection *conn)
{
    return (uint32_t)(conn->snd_nxt - conn->snd_una);
}

static uint32_t at_least(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* RFC 6928 §2: min(10 MSS, max(2 MSS, 14600)), in whole segments; RFC 5681 §3.1 has other bounds. */
static uint32_t initial_segments(const HostConfig *config, uint32_t mss)
{
    uint32_t segments = (uint32_t)config->initial_window;
    uint32_t bytes = (uint32_t)config->initial_window_bytes;

    if (bytes == 0 || segments * mss <= bytes)
        return segments;
    uint32_t fit = at_least(bytes / mss, 2);
    return fit < segments ? fit : segments;
}

OFTEN void tcp_congestion_begin(const TcpStack *stack, TcpConnection *conn)
{
    uint32_t mss = tcp_effective_mss(stack, conn);
    /* RFC 5681 §3.1: after a lost SYN it is one segment; RFC 6928 §2: after the second one. */
    bool small = conn->syn_timeouts > (uint32_t)stack->config->syn_losses_forgiven;

    conn->cwnd = (small ? 1 : initial_segments(stack->config, mss)) * mss;
    conn->ssthresh = UINT32_MAX;
    conn->recover = conn->iss;
    conn->reordering = DUPLICATES_FOR_LOSS;
    if (tcp_is_bsd_sender(stack))
        tcp_bsd_begin(stack, conn);
}

uint32_t tcp_congestion_window(const TcpStack *stack, const TcpConnection *conn)
{
    return is_off(stack) ? UINT32_MAX : conn->cwnd;
}

/* Linux (tcp_cwnd_restart()): half of the window for each RTO, as in RFC 2861; slow start leads back. */
static void halve_while_idle(const TcpStack *stack, TcpConnection *conn, SimTime silence,
                             uint32_t initial)
{
    uint32_t mss = tcp_effective_mss(stack, conn), window = conn->cwnd / mss;
    SimTime rto = tcp_rto(stack, conn);

    conn->ssthresh = at_least(conn->ssthresh, (window / 2 + window / 4) * mss);
    while ((silence -= rto) > 0 && window * mss > initial)
        window /= 2;
    conn->cwnd = at_least(window * mss, initial);
}

static SELDOM void look_at_silence(const TcpStack *stack, TcpConnection *conn, SimTime now,
                                   uint32_t initial)
{
    SimTime silence = tcp_time_counted(stack->config, conn->last_sent, now);

    if (silence <= tcp_rto(stack, conn))
        return;
    if (tcp_is_linux_sender(stack))
        halve_while_idle(stack, conn, silence, initial);
    else
        conn->cwnd = initial;
}

/* RFC 5681 §4.1: after a silence of one RTO the path is a new one. */
void tcp_congestion_idle(const TcpStack *stack, TcpConnection *conn, SimTime now, uint32_t mss)
{
    if (conn->snd_una != conn->snd_nxt || !stack->config->tcp_slow_start_after_idle)
        return;
    uint32_t initial = initial_segments(stack->config, mss) * mss;
    if (conn->cwnd > initial)
        look_at_silence(stack, conn, now, initial);
}

/* ---- CUBIC ---- */

static const int64_t milli = 1000; /* windows are in thousandths of a segment */
static const int64_t million = 1000000;

static int64_t cube_root(int64_t x)
{
    int64_t root = 0;

    for (int64_t step = INT64_C(1) << 20; step > 0; step >>= 1)
        while ((root + step) * (root + step) * (root + step) <= x)
            root += step;
    return root;
}

/* RFC 9438 §4.2: K = cbrt((W_max - cwnd) / C) with C = 0.4, here in milliseconds. */
static void cubic_begin_curve(TcpConnection *conn, SimTime now, int64_t cwnd)
{
    int64_t below = conn->w_max > cwnd ? conn->w_max - cwnd : 0;

    conn->has_curve = true;
    conn->cubic = (CubicCurve){
        .began = now,
        .k_ms = cube_root(below * 10 / 4 * milli * milli), /* (segments / C) in ms cubed */
        .w_est = cwnd,
    };
    if (conn->w_max < cwnd)
        conn->w_max = cwnd;
}

/* W_cubic(t + RTT) = C (t + RTT - K)^3 + W_max. */
static int64_t cubic_target(const TcpConnection *conn, SimTime now)
{
    int64_t t_ms = sim_time_add(now - conn->cubic.began, conn->srtt) / SIM_MILLISECOND;
    int64_t d = t_ms - conn->cubic.k_ms;

    if (d > CUBIC_TIME_MAX)
        d = CUBIC_TIME_MAX; /* the curve is far above any window by then */
    return d * d * d / milli / milli * 4 / 10 + conn->w_max;
}

/* §4.2: a silence is no time on the curve. */
void tcp_congestion_resumed(TcpConnection *conn, SimTime silence)
{
    conn->cubic.began += silence;
}

/* §4.3 to §4.5: the curve, but never less than Reno would have. */
static APART void cubic_grow(const TcpStack *stack, TcpConnection *conn, SimTime now,
                             uint32_t bytes)
{
    uint32_t mss = tcp_effective_mss(stack, conn);
    int64_t cwnd = (int64_t)conn->cwnd * milli / mss;

    tcp_cubic_drop(stack, conn); /* of before its keys changed */
    if (!conn->has_curve)
        cubic_begin_curve(conn, now, cwnd);
    int64_t acked = (int64_t)bytes * milli / mss;
    /* §4.3: alpha is 3 (1 - 0.7) / (1 + 0.7), and 1 once Reno would be where the last loss was. */
    bool is_below = conn->cubic.w_est < (int64_t)conn->cwnd_prior * milli;
    conn->cubic.w_est += acked * (is_below ? 529 : 1000) / cwnd;
    int64_t target = cubic_target(conn, now);
    if (target > cwnd * 3 / 2)
        target = cwnd * 3 / 2;
    int64_t share_ppm = acked * million / cwnd;
    int64_t next = target > cwnd ? cwnd + (target - cwnd) * share_ppm / million : cwnd;
    if (next < conn->cubic.w_est)
        next = conn->cubic.w_est;
    conn->cwnd = (uint32_t)(next * mss / milli);
}

/* §4.6 and §4.7: multiplicative decrease by 0.7, with fast convergence; `out` is under way. */
static uint32_t cubic_threshold(const TcpStack *stack, TcpConnection *conn, uint32_t out)
{
    if (tcp_is_linux_cubic(stack))
        return tcp_cubic_threshold(stack, conn);
    tcp_cubic_drop(stack, conn);
    uint32_t mss = tcp_effective_mss(stack, conn);
    int64_t cwnd = (int64_t)conn->cwnd * milli / mss;

    conn->w_max = cwnd < conn->w_max ? cwnd * 85 / 100 : cwnd;
    conn->cwnd_prior = (uint16_t)(conn->cwnd / mss < UINT16_MAX ? conn->cwnd / mss : UINT16_MAX);
    conn->has_curve = false;
    conn->hystart = (TcpHystart){0};
    bool by_window = stack->config->cubic_basis == CUBIC_BASIS_WINDOW;
    return (uint32_t)((uint64_t)(by_window ? conn->cwnd : out) * 7 / 10);
}

/* ---- Growing ---- */

/* Linux net/ipv4/tcp_output.c, tcp_cwnd_validate(): was the window of any use? */
void tcp_congestion_used(const TcpStack *stack, TcpConnection *conn, bool waits)
{
    uint32_t window = conn->cwnd / tcp_effective_mss(stack, conn);
    bool limited = waits || tcp_sent_in_flight(conn) >= window;
    bool is_over = !seq_lt(conn->snd_una, conn->cwnd_used_until);

    if (!is_over && !limited && (conn->is_cwnd_limited || conn->sent_count <= conn->cwnd_used))
        return;
    conn->is_cwnd_limited = limited;
    conn->cwnd_used = (uint16_t)(conn->sent_count < UINT16_MAX ? conn->sent_count : UINT16_MAX);
    conn->cwnd_used_until = conn->snd_nxt;
}

/* tcp_is_cwnd_limited(): a window that nobody fills does not grow. */
static bool is_window_used(const TcpConnection *conn, uint32_t mss)
{
    bool starts_slowly = conn->cwnd < conn->ssthresh;

    return conn->is_cwnd_limited || (starts_slowly && conn->cwnd / mss < 2U * conn->cwnd_used);
}

static bool watches_round_trips(const TcpStack *stack, const TcpConnection *conn)
{
    return stack->config->hystart != HYSTART_NO && conn->ssthresh == UINT32_MAX;
}

/* RFC 5681 §3.1: one segment an ACK, or a few (RFC 3465); HyStart++ has a bound of its own. */
static inline uint32_t slow_start_growth(const TcpStack *stack, const TcpConnection *conn,
                                         uint32_t mss, uint32_t bytes)
{
    uint32_t most = (uint32_t)stack->config->slow_start_segments * mss;

    return most == 0 || bytes < most || watches_round_trips(stack, conn) ? bytes : most;
}

/* In congestion avoidance it is about one segment a round trip. */
static OFTEN void grow(const TcpStack *stack, TcpConnection *conn, SimTime now, uint32_t bytes)
{
    uint32_t mss = tcp_effective_mss(stack, conn);

    if (conn->cwnd >= CWND_MAX || (tcp_is_linux_sender(stack) && !is_window_used(conn, mss)))
        return;
    if (tcp_is_linux_cubic(stack)) {
        if (!tcp_ecn_holds(conn))
            tcp_cubic_grow(stack, conn, now, bytes / mss);
        return;
    }
    if (conn->cwnd < conn->ssthresh) {
        conn->cwnd += slow_start_growth(stack, conn, mss, bytes);
        return;
    }
    if (tcp_ecn_holds(conn))
        return;
    if (is_cubic(stack)) {
        cubic_grow(stack, conn, now, bytes);
        return;
    }
    conn->cwnd_acked += bytes;
    if (conn->cwnd_acked >= conn->cwnd) {
        conn->cwnd_acked -= conn->cwnd;
        conn->cwnd += mss;
    }
}

/* ---- Losing ---- */

/* RFC 5681 §3.2 step 2: what limited transmit sent on duplicate ACKs does not count. */
static uint32_t threshold(const TcpStack *stack, TcpConnection *conn)
{
    uint32_t least = 2 * tcp_effective_mss(stack, conn);
    uint32_t out = tcp_duplicates_are_marked(conn)
                       ? (uint32_t)(conn->duplicates_from - conn->snd_una)
                       : flight(conn);

    return at_least(is_cubic(stack) ? cubic_threshold(stack, conn, out) : out / 2, least);
}

/* RFC 3168 §6.1.2: whatever the window shrinks for, the next new data say so. */
static void tell_reduction(TcpConnection *conn)
{
    if (conn->special & TCP_ECN_ON)
        conn->special |= TCP_ECN_TELLS;
}

/* The window is to come down to the threshold: now, or with what arrives (Linux, tcp_init_cwnd_reduction()). */
static SELDOM void begin_reduction(const TcpStack *stack, TcpConnection *conn)
{
    uint32_t before = conn->cwnd;

    conn->ssthresh = threshold(stack, conn);
    conn->recover = conn->snd_nxt;
    conn->probed_tail = false;
    conn->cwnd_acked = 0;
    tell_reduction(conn);
    if (stack->config->rate_reduction == RATE_REDUCTION_AT_ONCE) {
        conn->cwnd = conn->ssthresh;
        return;
    }
    conn->is_reducing = true;
    conn->recover_fs = at_least(before / tcp_effective_mss(stack, conn), 1);
    conn->prr_delivered = conn->prr_out = 0;
}

static SELDOM void end_reduction(TcpConnection *conn)
{
    conn->is_reducing = false;
    conn->cwnd = conn->ssthresh;
}

/* RFC 9937 §6.1: what was under way when the ACK came that began it; Linux has its window (tcp_cwnd_reduction()). */
static void note_recover_fs(const TcpStack *stack, TcpConnection *conn, uint32_t delivered)
{
    if (!tcp_is_linux_sender(stack))
        conn->recover_fs = at_least(conn->sent_count - conn->sacked_count + delivered, 1);
}

/* RFC 9937 §6.2: conservative, and beyond that a segment for an ACK that tells of progress and of no loss. */
void tcp_congestion_reduce(const TcpStack *stack, TcpConnection *conn, uint32_t delivered,
                           bool progress)
{
    uint32_t mss = tcp_effective_mss(stack, conn);
    int64_t in_flight = tcp_sent_in_flight(conn), target = conn->ssthresh / mss;
    int64_t may_send;

    if (delivered == 0)
        return;
    if (conn->prr_delivered == 0)
        note_recover_fs(stack, conn, delivered);
    conn->prr_delivered += delivered;
    int64_t rest = (int64_t)conn->prr_delivered - conn->prr_out;
    if (in_flight > target) {
        int64_t due = (target * conn->prr_delivered + conn->recover_fs - 1) / conn->recover_fs;
        may_send = due - conn->prr_out;
    } else {
        may_send = (rest > delivered ? rest : delivered) + progress;
        if (may_send > target - in_flight)
            may_send = target - in_flight;
    }
    int64_t fewest = conn->prr_out == 0; /* what was found lost goes again */
    conn->cwnd = (uint32_t)(in_flight + (may_send > fewest ? may_send : fewest)) * mss;
}

static bool may_try_all(const TcpStack *stack, const TcpConnection *conn)
{
    const HostConfig *config = stack->config;

    return config->last_resort && conn->entry.sack_on && !tcp_is_linux_sender(stack) &&
           config->loss_detection == LOSS_DETECTION_DUPLICATES;
}

static void leave_recovery(TcpConnection *conn)
{
    conn->in_recovery = conn->tries_all = false;
}

/* The first loss of a flight: the window shrinks, and what is lost goes out at once. */
static SELDOM void enter_recovery(TcpStack *stack, TcpConnection *conn, SimTime now,
                                  TcpReason reason)
{
    bool marked = tcp_ecn_holds(conn); /* RFC 3168 §6.1.2: not twice for one flight */

    if (marked && !conn->is_reducing)
        conn->recover = conn->snd_nxt;
    if (!marked && !conn->is_reducing) {
        tcp_undo_begin(stack, conn);
        begin_reduction(stack, conn);
    }
    conn->in_recovery = true;
    conn->tries_all = may_try_all(stack, conn);
    conn->rescue = TCP_RESCUE_NOT_YET;
    conn->probed_tail = false;
    tcp_marks_assert(conn);
    if (conn->is_reducing)
        return; /* when it is known how much may leave */
    tcp_output_oldest(stack, conn, now, reason, 1, 0);
    tcp_timers_sent(stack, conn, now);
}

/* RFC 3168 §6.1.2: the same for a mark, but nothing is lost. */
void tcp_congestion_marked(TcpStack *stack, TcpConnection *conn)
{
    uint32_t before = conn->cwnd;

    if (is_off(stack))
        return;
    tcp_undo_end(stack, conn);
    begin_reduction(stack, conn);
    if (conn->cwnd > before) /* the threshold is two segments at least */
        conn->cwnd = before;
}

/* RFC 8985 §7.4.2: what the tail loss probe repeated had been lost indeed. */
void tcp_congestion_tail_lost(const TcpStack *stack, TcpConnection *conn)
{
    conn->probed_tail = false;
    if (is_off(stack))
        return;
    conn->ssthresh = threshold(stack, conn);
    conn->cwnd = conn->ssthresh;
    tell_reduction(conn);
}

/* RFC 8985 §6 and RFC 6675 §5: has this ACK shown a loss? */
void tcp_congestion_check(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    SimTime wait;
    bool found = !is_off(stack) && tcp_sent_find_lost(stack, conn, now, &wait);

    if (is_off(stack))
        return;
    if (wait > 0)
        tcp_timers_reordering(stack, conn, now, wait);
    if (found && !conn->in_recovery && !conn->in_loss)
        enter_recovery(stack, conn, now, TCP_REASON_FOUND_LOST);
}

/* RFC 5681 §3.2 without SACK: the third duplicate ACK says that a segment is lost; RFC 6582 §3.2
 * step 1: not again for the same flight. */
void tcp_congestion_duplicate(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (conn->duplicate_acks++ == 0)
        conn->duplicates_from = conn->snd_nxt;
    tcp_marks_assert(conn);
    if (is_off(stack) || conn->entry.sack_on || conn->in_recovery || conn->in_loss)
        return;
    bool known = seq_lt(conn->snd_una, conn->recover) && !tcp_ecn_holds(conn);
    if (conn->duplicate_acks != DUPLICATES_FOR_LOSS || known)
        return;
    if (tcp_sent_mark_first_lost(conn))
        enter_recovery(stack, conn, now, TCP_REASON_DUPLICATE_ACKS);
}

/* All of the flight in which the loss was found; without SACK something behind it as well, so that its duplicates
 * find no loss (RFC 6582 §4.1; Linux, tcp_is_non_sack_preventing_reopen()). */
static bool is_flight_acked(const TcpStack *stack, const TcpConnection *conn)
{
    bool more = tcp_is_linux_sender(stack) && !conn->entry.sack_on;

    return more ? seq_gt(conn->snd_una, conn->recover) : seq_ge(conn->snd_una, conn->recover);
}

/* RFC 6582 §3.2 step 3: a partial ACK shows that the next segment was lost as well. */
static SELDOM void acked_in_recovery(TcpStack *stack, TcpConnection *conn, SimTime now,
                                     uint32_t bytes)
{
    /* The window opens by what was acknowledged, less the segment that goes out again. */
    uint32_t segments = bytes / tcp_effective_mss(stack, conn);
    segments -= segments > 0;
    if (is_flight_acked(stack, conn)) {
        leave_recovery(conn);
        conn->duplicate_acks = 0;
        if (conn->is_reducing)
            end_reduction(conn);
        return;
    }
    conn->duplicate_acks -= segments < conn->duplicate_acks ? segments : conn->duplicate_acks;
    if (conn->rescue == TCP_RESCUE_NOT_YET)
        conn->rescue = TCP_RESCUE_DUE;
    if (conn->snd_una == conn->recover)
        conn->duplicate_acks = 0;
    else if (!conn->entry.sack_on && !conn->sends_new && tcp_sent_mark_first_lost(conn) &&
             !conn->is_reducing)
        tcp_output_oldest(stack, conn, now, TCP_REASON_PARTIAL_ACK, 1, 0);
}

OFTEN void tcp_congestion_acked(TcpStack *stack, TcpConnection *conn, SimTime now, uint32_t bytes)
{
    if (conn->in_loss && is_flight_acked(stack, conn))
        conn->in_loss = false;
    if (is_off(stack)) {
        conn->duplicate_acks = 0;
        return;
    }
    if (conn->in_recovery) {
        acked_in_recovery(stack, conn, now, bytes);
        if (conn->in_recovery || !tcp_is_linux_sender(stack))
            return; /* else tcp_cong_control(): the window grows by what ends recovery, too */
    }
    conn->duplicate_acks = 0;
    if (conn->is_reducing && seq_gt(conn->snd_una, conn->recover))
        end_reduction(conn); /* of a mark: until something behind it is acknowledged */
    if (watches_round_trips(stack, conn))
        bytes = tcp_hystart_acked(stack, conn, bytes);
    if (!conn->is_reducing)
        grow(stack, conn, now, bytes);
}

/* Linux (tcp_may_raise_cwnd()): where segments are known to come late, the window grows before the hole is
 * filled. */
void tcp_congestion_sacked(const TcpStack *stack, TcpConnection *conn, SimTime now, uint32_t bytes)
{
    if (is_off(stack) || conn->in_recovery || conn->reordering <= DUPLICATES_FOR_LOSS)
        return;
    grow(stack, conn, now, bytes);
}

/* RFC 5681 §3.1: the threshold is held where the timer has repeated the segment before; Linux holds it for any loss that
 * is known already (tcp_enter_loss()): the window has come down for this flight, and nothing has got on since. */
static SELDOM bool is_first_timeout(const TcpStack *stack, const TcpConnection *conn)
{
    bool is_again = conn->in_loss && conn->retries > 0;
    bool is_known = conn->in_recovery || conn->is_reducing || is_again;

    return tcp_is_linux_sender(stack) ? !(is_known && seq_lt(conn->snd_una, conn->recover))
                                      : !is_again;
}

/* RFC 5681 §3.1 (4) and (5): everything under way is presumed lost; by RACK, what was sent a round trip
 * ago (RFC 8985 §6.3). */
void tcp_congestion_timeout(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    bool by_time = stack->config->loss_detection == LOSS_DETECTION_RACK;

    if (stack->config->undo)
        tcp_undo_timed_out(stack, conn);
    if (is_first_timeout(stack, conn))
        conn->ssthresh = threshold(stack, conn);
    tell_reduction(conn);
    if (tcp_is_linux_cubic(stack))
        tcp_cubic_forget(stack, conn);
    else if (is_cubic(stack))
        conn->w_max = 0; /* RFC 9438 §4.8: the curve begins where slow start ends */
    conn->cwnd_acked = 0;
    conn->duplicate_acks = 0;
    leave_recovery(conn);
    conn->in_loss = true;
    conn->probed_tail = false;
    conn->recover = conn->snd_nxt;
    conn->is_reducing = false;
    if (stack->config->sack_after_timeout == SACK_AFTER_TIMEOUT_FORGOTTEN)
        tcp_sent_forget_sacked(conn);
    tcp_sent_mark_lost_before(conn, by_time ? now - conn->rack_rtt : now);
    conn->cwnd = (tcp_sent_in_flight(conn) + 1) * tcp_effective_mss(stack, conn);
    tcp_marks_assert(conn);
}
