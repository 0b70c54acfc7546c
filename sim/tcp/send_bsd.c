/* sender=bsd-4.4: how 4.4BSD sends (netinet/tcp_output.c, and what tcp_input.c and tcp_timer.c do to it).
 *
 * What waits is one stream that begins at SND.UNA, and `next` is where sending goes on.  A timeout moves it back
 * to SND.UNA: all is sent again, as the congestion window opens, cut anew and with what has been written since.
 * SND.NXT stays one past all that was ever sent (snd_max there).
 */
#include "core/compiler.h"
#include "tcp/arrival.h"
#include "tcp/compose.h"
#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/output.h"
#include "tcp/receive.h"
#include "tcp/timers.h"

enum {
    DUPLICATES_FOR_LOSS = 3, /* tcprexmtthresh */
    CWND_MOST = 65535,       /* TCP_MAXWIN, which is scaled as the peer's window is */
    DEFAULT_MSS = 512,       /* netinet/tcp.h, TCP_MSS */
    LEAST_WINDOW = 2,        /* ssthresh: segments */
    PROBES_COUNTED = 12,     /* TCP_MAXRXTSHIFT */
};

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t window(const TcpStack *stack, const TcpConnection *conn)
{
    return least(conn->snd_wnd, tcp_congestion_window(stack, conn));
}

/* What is not acknowledged, or not sent yet (so_snd.sb_cc). */
static uint32_t bytes_kept(const TcpConnection *conn)
{
    uint64_t end = 1 + conn->app_bytes;

    return conn->una_position < end ? (uint32_t)(end - conn->una_position) : 0;
}

/* tcp_output_waits() asks whether something is to be sent again. */
static void go_on_from(TcpConnection *conn, Seq next)
{
    conn->next = next;
    conn->missing_count = next != conn->snd_nxt;
}

SELDOM void tcp_bsd_go_back(TcpConnection *conn)
{
    go_on_from(conn, conn->snd_una);
}

/* ---- The congestion window ---- */

static void grow(const TcpStack *stack, TcpConnection *conn)
{
    uint32_t mss = tcp_effective_mss(stack, conn), cwnd = conn->cwnd;
    uint32_t more = cwnd > conn->ssthresh ? (uint32_t)((uint64_t)mss * mss / cwnd) : mss;

    conn->cwnd = least(cwnd + more, (uint32_t)CWND_MOST << conn->entry.snd_wscale);
}

static uint32_t half(const TcpStack *stack, const TcpConnection *conn)
{
    uint32_t mss = tcp_effective_mss(stack, conn), segments = window(stack, conn) / 2 / mss;

    return (segments > LEAST_WINDOW ? segments : LEAST_WINDOW) * mss;
}

/* t_maxseg as it is when our SYN times out, before the peer's is known: tcp_mssdflt. */
static uint32_t mss_before_syn(const TcpStack *stack, const TcpConnection *conn, uint32_t mss)
{
    const HostConfig *config = stack->config;

    if (conn->passive)
        return mss;
    return config->passive_mss_less ? (uint32_t)(config->mss - config->passive_mss_less)
                                    : (uint32_t)DEFAULT_MSS;
}

/* tcp_mss(), and tcp_timers() if a SYN was lost; the ACK that ends SYN-RCVD is one that opens the window. */
SELDOM void tcp_bsd_begin(const TcpStack *stack, TcpConnection *conn)
{
    uint32_t mss = tcp_effective_mss(stack, conn);
    bool is_own = stack->config->passive_mss_less &&
                  conn->peer_mss == stack->config->mss - stack->config->passive_mss_less;
    uint32_t first = is_own ? (uint32_t)stack->config->mss : mss; /* libslirp: that of its SYN */

    conn->cwnd = (uint32_t)stack->config->initial_window * first;
    conn->ssthresh =
        conn->syn_timeouts > 0 ? LEAST_WINDOW * mss_before_syn(stack, conn, mss) : UINT32_MAX;
    conn->next = conn->snd_nxt;
    if (conn->state == TCP_STATE_SYN_RCVD && conn->una_position > 0)
        grow(stack, conn);
}

/* Nothing is under way, and nothing was heard for so many heartbeats as a timeout has. */
static void look_at_silence(const TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (conn->snd_una == conn->snd_nxt && stack->config->tcp_slow_start_after_idle &&
        tcp_rto_silence(stack->config, conn->last_received, now) >= tcp_rto(stack, conn))
        conn->cwnd = tcp_effective_mss(stack, conn);
}

/* ---- Sending ---- */

/* What one segment would have. */
typedef struct Turn {
    uint32_t length;
    bool fin, more;
} Turn;

/* The window has come back over what was sent: what lies beyond it is sent once it opens. */
static void retreat(TcpStack *stack, TcpConnection *conn)
{
    tcp_timers_cancel(stack, conn, TCP_TIMER_RETRANSMIT, TCP_REASON_WINDOW_CLOSED);
    go_on_from(conn, conn->snd_una);
}

static Turn turn(TcpStack *stack, TcpConnection *conn, uint32_t open)
{
    uint32_t kept = bytes_kept(conn), offset = (uint32_t)(conn->next - conn->snd_una);
    uint32_t mss = tcp_effective_mss(stack, conn), end = least(kept, open);
    uint32_t length = end > offset ? end - offset : 0;

    if (end < offset && open == 0)
        retreat(stack, conn);
    Turn t = {.length = least(length, mss), .more = length > mss};
    t.fin = conn->closing && !tcp_fin_is_acked(conn) &&
            (uint32_t)(conn->next - conn->snd_una) + t.length >= kept;
    return t;
}

/* Sender-side silly window avoidance, and Nagle's algorithm. */
static bool is_worth_it(const TcpStack *stack, const TcpConnection *conn, const Turn *t,
                        bool is_forced)
{
    uint32_t end = (uint32_t)(conn->next - conn->snd_una) + t->length;
    bool idle = conn->snd_una == conn->snd_nxt;

    return t->length == tcp_effective_mss(stack, conn) ||
           ((idle || !stack->config->nagle) && end >= bytes_kept(conn)) || is_forced ||
           (conn->snd_wnd_max > 0 && t->length >= conn->snd_wnd_max / 2) ||
           seq_lt(conn->next, conn->snd_nxt);
}

/* An ACK that is owed takes along whatever there is. */
static bool is_due(const TcpStack *stack, const TcpConnection *conn, const Turn *t, bool is_forced)
{
    if (t->length > 0 &&
        (is_worth_it(stack, conn, t, is_forced) || conn->ack_urgency == TCP_ACK_NOW))
        return true;
    return t->fin && (conn->next == conn->snd_una || !tcp_fin_is_sent(conn) ||
                      (conn->ack_urgency == TCP_ACK_NOW && stack->config->acks_carry_fin));
}

/* Both kinds of repeats are counted in one, t_rxtshift; the timeout that runs next is the last one's still. */
static void stop_probing(TcpStack *stack, TcpConnection *conn)
{
    tcp_timers_window_open(stack, conn);
    conn->retries = 0;
}

static void arm_timers(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (conn->next == conn->snd_una || tcp_timer_is_armed(conn, TCP_TIMER_RETRANSMIT))
        return;
    if (tcp_timer_is_armed(conn, TCP_TIMER_PROBE))
        stop_probing(stack, conn);
    tcp_timers_sent(stack, conn, now);
}

/* SND.NXT, and the clock of a round trip, where it is news. */
static void account(TcpStack *stack, TcpConnection *conn, SimTime now, const Segment *segment,
                    bool is_probe)
{
    Seq end = segment->seq + segment_seq_length(segment);

    conn->last_sent = now;
    if (conn->snd_una == conn->snd_nxt)
        conn->first_sent = now;
    conn->retransmitted |= seq_lt(segment->seq, conn->snd_nxt);
    if (!seq_gt(end, conn->snd_nxt))
        return;
    if (!conn->timing && !is_probe) {
        conn->timing = true;
        conn->rtt_seq = segment->seq;
        conn->rtt_started = stack->is_firing ? now - 1 : now; /* this heartbeat counts, too */
    }
    conn->snd_nxt = end;
    tcp_sent_add(stack, conn, end, now);
}

static void send(TcpStack *stack, TcpConnection *conn, SimTime now, const Turn *t,
                 const TcpSendNote *note, bool is_probe)
{
    Segment segment;

    if (t->fin && t->length == 0 && tcp_fin_is_sent(conn) && conn->next == conn->snd_nxt)
        conn->next--; /* the FIN has its number */
    tcp_compose(stack, conn, now, tcp_position(conn, conn->next), t->length, &segment);
    TcpSendNote told = *note;
    bool is_again = seq_lt(segment.seq, conn->snd_nxt);
    told.retry = !is_again ? 0 : note->retry > 0 ? note->retry : 1;
    Seq end = segment.seq + segment_seq_length(&segment);
    tcp_timers_ack_sent(stack, conn);
    account(stack, conn, now, &segment, is_probe);
    tcp_send_out(stack, conn->entry.id, &segment, &told);
    go_on_from(conn, is_probe ? conn->next : end);
    if (!is_probe)
        arm_timers(stack, conn, now);
}

static void begin_to_probe(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (tcp_timer_is_armed(conn, TCP_TIMER_RETRANSMIT) ||
        tcp_timer_is_armed(conn, TCP_TIMER_PROBE) || bytes_kept(conn) == 0)
        return;
    conn->probe_backoffs = conn->retries = 0;
    tcp_timers_arm_probe(stack, conn, now);
}

static TcpReason why(const TcpConnection *conn, TcpReason reason)
{
    return conn->next == conn->snd_nxt || reason == TCP_REASON_RTO_FIRED ||
                   reason == TCP_REASON_DUPLICATE_ACKS
               ? reason
               : TCP_REASON_PRESUMED_LOST;
}

/* tcp_output(): `note` is for the first segment. */
static void output(TcpStack *stack, TcpConnection *conn, SimTime now, TcpSendNote note)
{
    look_at_silence(stack, conn, now);
    while (!budget_is_spent(stack->setup.budget)) {
        Turn t = turn(stack, conn, window(stack, conn));

        if (!is_due(stack, conn, &t, false))
            break;
        note.reason = why(conn, note.reason);
        send(stack, conn, now, &t, &note, false);
        note = (TcpSendNote){.reason = note.reason};
        if (!t.more)
            return;
    }
    begin_to_probe(stack, conn, now);
}

/* libslirp: the peer is answered; then is read what its application had written before the connection stood, and at
 * last that it has closed. */
static SELDOM void output_in_turn(Arrival *a)
{
    TcpConnection *conn = a->conn;
    bool is_closing = conn->closing;

    if (conn->ack_urgency == TCP_ACK_NOW)
        tcp_output_ack(a->stack, conn, a->now, (TcpReason)conn->ack_reason);
    conn->closing = false;
    tcp_bsd_output(a->stack, conn, a->now, TCP_REASON_SEND_CALLED);
    conn->closing = is_closing;
}

SELDOM void tcp_bsd_output_asked(Arrival *a)
{
    bool was_opening = a->before == TCP_STATE_SYN_RCVD || a->before == TCP_STATE_SYN_SENT;

    if (was_opening && a->stack->config->early_calls == EARLY_CALLS_AFTERWARDS)
        output_in_turn(a);
    tcp_bsd_output(a->stack, a->conn, a->now, TCP_REASON_WINDOW_OPENED);
}

SELDOM void tcp_bsd_output(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    output(stack, conn, now, (TcpSendNote){.reason = reason});
}

/* tcp_drop(): an output of state CLOSED, which takes along what the windows let out. */
SELDOM void tcp_bsd_output_rst(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    Turn t = turn(stack, conn, window(stack, conn));
    Segment segment;

    if (t.length == 0) {
        tcp_compose_bare(stack, conn, now, conn->snd_nxt, TCP_RST, &segment);
    } else {
        tcp_compose(stack, conn, now, tcp_position(conn, conn->next), t.length, &segment);
        segment.flags = (uint8_t)((segment.flags & ~TCP_FIN) | TCP_RST);
    }
    tcp_send_out(stack, conn->entry.id, &segment, &(TcpSendNote){.reason = reason});
}

/* While a window is probed, an ACK has the number of the byte that does not count as sent. */
SELDOM Seq tcp_bsd_ack_number(const TcpConnection *conn)
{
    return tcp_timer_is_armed(conn, TCP_TIMER_PROBE) ? conn->next : conn->snd_nxt;
}

/* ---- Timers ---- */

/* tcp_timers(), TCPT_REXMT; the estimate has been doubted, and the MSS halved where that is done. */
SELDOM void tcp_bsd_timeout(TcpStack *stack, TcpConnection *conn, SimTime now,
                            const TcpSendNote *note)
{
    conn->timing = false;
    conn->backoffs = conn->retries;
    conn->ssthresh = half(stack, conn);
    conn->cwnd = tcp_effective_mss(stack, conn);
    conn->duplicate_acks = 0;
    go_on_from(conn, conn->snd_una);
    tcp_timers_sent(stack, conn, now);
    output(stack, conn, now, *note);
}

/* TCPT_PERSIST: a byte, or what the window has room for. */
SELDOM void tcp_bsd_probe(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    look_at_silence(stack, conn, now);
    uint32_t open = window(stack, conn);
    TcpReason reason = open == 0 ? TCP_REASON_PROBE_FIRED : TCP_REASON_OVERRIDE_FIRED;

    if (conn->probe_backoffs < PROBES_COUNTED)
        conn->probe_backoffs++;
    if (open > 0)
        stop_probing(stack, conn);
    else
        tcp_timers_arm_probe(stack, conn, now);
    Turn t = turn(stack, conn, open > 0 ? open : 1);
    if (is_due(stack, conn, &t, true))
        send(stack, conn, now, &t,
             &(TcpSendNote){.reason = reason, .retry = conn->probe_backoffs - 1U}, open == 0);
}

/* ---- What arrives ---- */

/* Fast retransmit (Net/2's way): one segment, and the window grows by what the duplicates stand for. */
static void retransmit_fast(Arrival *a)
{
    TcpConnection *conn = a->conn;
    Seq next = conn->next;
    uint32_t mss = tcp_effective_mss(a->stack, conn);

    conn->ssthresh = half(a->stack, conn);
    tcp_timers_cancel(a->stack, conn, TCP_TIMER_RETRANSMIT, TCP_REASON_DUPLICATE_ACKS);
    conn->timing = false;
    conn->cwnd = mss;
    go_on_from(conn, conn->snd_una);
    output(a->stack, conn, a->now, (TcpSendNote){.reason = TCP_REASON_DUPLICATE_ACKS});
    conn->cwnd = conn->ssthresh + mss * conn->duplicate_acks;
    if (seq_gt(next, conn->next))
        go_on_from(conn, next);
}

/* False: the segment is dropped. */
static bool take_duplicate(Arrival *a)
{
    TcpConnection *conn = a->conn;
    uint32_t offered = (uint32_t)a->whole->window << conn->entry.snd_wscale;

    if (a->length > 0 || offered != conn->snd_wnd || a->whole->ack != conn->snd_una ||
        !tcp_timer_is_armed(conn, TCP_TIMER_RETRANSMIT)) {
        conn->duplicate_acks = 0;
        return true;
    }
    if (++conn->duplicate_acks < DUPLICATES_FOR_LOSS)
        return true;
    if (conn->duplicate_acks == DUPLICATES_FOR_LOSS) {
        retransmit_fast(a);
    } else {
        conn->cwnd += tcp_effective_mss(a->stack, conn);
        output(a->stack, conn, a->now, (TcpSendNote){.reason = TCP_REASON_WINDOW_OPENED});
    }
    return false;
}

/* Header prediction: the next segment, which changes nothing but one number. */
static bool is_predicted(const Arrival *a)
{
    const TcpConnection *conn = a->conn;
    uint32_t offered = (uint32_t)a->whole->window << conn->entry.snd_wscale;

    return conn->state == TCP_STATE_ESTABLISHED &&
           !(a->whole->flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_URG)) &&
           a->whole->seq == conn->rcv_nxt && offered > 0 && offered == conn->snd_wnd &&
           conn->next == conn->snd_nxt;
}

static bool foresees_data(const Arrival *a)
{
    return a->whole->length > 0 && a->whole->ack == a->conn->snd_una && is_predicted(a) &&
           !tcp_receive_holds_behind(a->conn, a->conn->rcv_nxt);
}

/* An ACK, where the congestion window does not count. */
static bool foresees_ack(const Arrival *a)
{
    return a->whole->length == 0 && a->conn->cwnd >= a->conn->snd_wnd && is_predicted(a);
}

/* A window that was blown up for the segments that the peer holds is what it was meant to be. */
static void open_window(Arrival *a)
{
    TcpConnection *conn = a->conn;

    if (conn->duplicate_acks > DUPLICATES_FOR_LOSS && conn->cwnd > conn->ssthresh)
        conn->cwnd = conn->ssthresh;
    conn->duplicate_acks = 0;
    grow(a->stack, conn);
}

static void acknowledge(Arrival *a)
{
    TcpConnection *conn = a->conn;
    uint16_t probes = conn->probe_backoffs, retries = conn->retries;
    bool is_foreseen = foresees_ack(a);
    uint32_t kept = bytes_kept(conn);

    tcp_arrival_acknowledge(a);
    if (!is_foreseen)
        open_window(a);
    conn->retries = conn->backoffs > 0 ? retries : 0; /* only a round trip gives repeats back */
    conn->probe_backoffs = probes;
    conn->snd_wnd -= least(least(a->acked, kept), conn->snd_wnd);
    go_on_from(conn, seq_lt(conn->next, conn->snd_una) ? conn->snd_una : conn->next);
}

/* step6: the window of a newer segment, or a larger one. */
static bool update_window(Arrival *a)
{
    TcpConnection *conn = a->conn;
    uint32_t offered = (uint32_t)a->whole->window << conn->entry.snd_wscale;
    Seq ack = a->whole->ack;

    bool is_news = seq_lt(conn->snd_wl1, a->seq) ||
                   (conn->snd_wl1 == a->seq && (seq_lt(conn->snd_wl2, ack) ||
                                                (conn->snd_wl2 == ack && offered > conn->snd_wnd)));
    if (is_news)
        tcp_arrival_set_window(a, a->whole->ack);
    return is_news;
}

/* trimthenstep6: the window of a SYN-ACK counts as that of what would follow it. */
SELDOM void tcp_bsd_connected(Arrival *a)
{
    a->conn->snd_wl1 = a->conn->rcv_nxt;
    a->output = ARRIVAL_OUTPUT_ASKED;
}

/* A mark of the RFC's duplicates has no meaning here. */
static void carry_mark(TcpConnection *conn)
{
    conn->duplicates_from = conn->snd_nxt;
}

/* An ACK of what was never sent ends a series of duplicates, too. */
SELDOM void tcp_bsd_ack_of_unsent(Arrival *a)
{
    TcpConnection *conn = a->conn;

    if (conn->duplicate_acks > DUPLICATES_FOR_LOSS && conn->cwnd > conn->ssthresh)
        conn->cwnd = conn->ssthresh;
    conn->duplicate_acks = 0;
    owe_ack(a, TCP_REASON_ACK_OF_UNSENT);
}

/* Fifth, in ESTABLISHED and what follows it.  False: the segment is dropped. */
SELDOM bool tcp_bsd_acknowledge(Arrival *a)
{
    bool is_news = seq_gt(a->whole->ack, a->conn->snd_una);

    a->is_foreseen = foresees_data(a);
    carry_mark(a->conn);
    if (is_news) {
        acknowledge(a);
    } else if (!take_duplicate(a)) {
        a->output = ARRIVAL_OUTPUT_NONE;
        return false;
    }
    bool is_wanted = update_window(a) || is_news; /* needoutput */
    a->output = is_wanted ? ARRIVAL_OUTPUT_ASKED : ARRIVAL_OUTPUT_ACK;
    return true;
}
