/* SEGMENT ARRIVES for a connection: RFC 9293 §3.10.7.3 (SYN-SENT, arrives_syn_sent.c) and §3.10.7.4
 * (the eight steps of the other states, arrives_steps.c).  CLOSED and LISTEN, §3.10.7.1 and .2, stand
 * in stack.c.
 *
 * Each step is a function that bears the number and the name it has in the RFC.  An answer is not
 * sent in the middle of a step: steps note which ACK is owed, and one segment carries it, with data
 * if there is any, when all steps are done.
 *
 * Here stand the running of the steps, and what they share: acknowledging, establishing, trimming.
 */
#include "core/compiler.h"
#include "tcp/arrival.h"
#include "tcp/congestion.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/receive.h"
#include "tcp/timers.h"

/* ---- What the handshake teaches ---- */

void tcp_arrival_set_window(Arrival *a, Seq ack)
{
    TcpConnection *conn = a->conn;
    bool is_syn = a->whole->flags & TCP_SYN; /* its window is not scaled, RFC 7323 §2.2 */
    uint8_t shift = is_syn ? 0 : conn->entry.snd_wscale;

    conn->snd_wnd = (uint32_t)a->whole->window << shift;
    conn->snd_wl1 = a->seq;
    conn->snd_wl2 = ack;
    if (conn->snd_wnd > conn->snd_wnd_max)
        conn->snd_wnd_max = conn->snd_wnd;
}

/* ---- Round-trip samples ---- */

/* lwIP looks at no round trip in SYN-SENT (src/core/tcp_in.c, tcp_process): the SYN's clock runs on until
 * the first data is acknowledged. */
static bool is_taken_later(const Arrival *a)
{
    return a->conn->state == TCP_STATE_SYN_SENT &&
           a->stack->config->rtt_estimator == RTT_ESTIMATOR_LWIP;
}

/* A half-open connection knows when its SYN-ACK was first sent, and nothing more; and after a SYN was lost data begin
 * with a timeout of their own (RFC 6298 §5.7), whatever an echo says.  Linux asks the timestamp. */
static bool is_last_ack(const Arrival *a)
{
    return a->conn->una_position == 0 && !tcp_is_linux_sender(a->stack) &&
           (a->conn->passive || a->stack->config->rto_after_syn_loss > 0);
}

static bool has_echo(const Arrival *a)
{
    return a->conn->entry.timestamps_on && (a->whole->options.present & OPTION_TIMESTAMPS) &&
           a->whole->options.ts_ecr != 0;
}

/* Linux (tcp_ack_update_rtt()) takes one of every ACK: of what was sent once, whether acknowledged or SACKed, or by
 * the echo, if something is acknowledged. */
static APART bool take_linux_sample(Arrival *a, bool news)
{
    TcpConnection *conn = a->conn;
    SimTime round_trip, last;
    bool any = news && tcp_sent_round_trip(conn, a->whole->ack, a->now, &round_trip, &last);

    if (news)
        conn->timing = false; /* which is the others' */
    if (a->sacked.any) {
        round_trip = any ? round_trip : a->now - a->sacked.first;
        last = a->now - a->sacked.last;
    } else if (!any) {
        int32_t elapsed_ms = seq_diff(tcp_timestamp(a->now), a->whole->options.ts_ecr);

        if (!news || !has_echo(a) || elapsed_ms < 0)
            return false;
        round_trip = last = (elapsed_ms > 0 ? elapsed_ms : 1) * SIM_MILLISECOND;
    }
    tcp_rto_sample(a->stack, conn, round_trip);
    if (tcp_is_linux_cubic(a->stack))
        tcp_cubic_sample(a->stack, conn, a->now, last);
    return true;
}

/* RFC 6298 §3 (Karn): a segment sent twice gives no sample, unless the timestamps option says
 * which of the two is answered (RFC 7323 §4). */
static void take_rtt_sample(Arrival *a)
{
    TcpConnection *conn = a->conn;

    if (tcp_is_linux_sender(a->stack) && conn->una_position > 0) {
        (void)take_linux_sample(a, true);
        return;
    }
    if (conn->timing && seq_gt(a->whole->ack, conn->rtt_seq)) {
        if (is_taken_later(a)) {
            conn->rtt_seq = a->whole->ack;
            return;
        }
        conn->timing = false;
        tcp_rto_sample(a->stack, conn, a->now - conn->rtt_started);
    } else if (conn->retransmitted && !is_last_ack(a) && has_echo(a)) {
        int32_t elapsed_ms = seq_diff(tcp_timestamp(a->now), a->whole->options.ts_ecr);

        if (elapsed_ms >= 0) /* an echo from the future is forged */
            tcp_rto_sample(a->stack, conn, elapsed_ms * SIM_MILLISECOND);
    }
}

/* tcp_clean_rtx_queue(): where nothing is acknowledged, what is SACKed starts the timer anew if it left before the
 * oldest was sent again. */
SELDOM void tcp_arrival_sacked(Arrival *a)
{
    a->was_probing = tcp_timers_probing(a->conn);
    a->settles = take_linux_sample(a, false) && a->sacked.first < a->conn->sent_first->at;
}

/* Linux (tcp_try_undo_spurious_syn()): what is answered is the first SYN or SYN-ACK, so none was lost. */
static SELDOM void look_for_spurious_syn(const Arrival *a)
{
    TcpConnection *conn = a->conn;

    if (tcp_is_linux_sender(a->stack) && has_echo(a) &&
        a->whole->options.ts_ecr == tcp_timestamp(conn->rtt_started))
        conn->syn_timeouts = 0;
}

/* Our SYN is acknowledged, in whatever state: data may flow. */
static void syn_acknowledged(Arrival *a)
{
    TcpConnection *conn = a->conn;

    if (conn->syn_timeouts > 0)
        look_for_spurious_syn(a);

    /* RFC 6298 §5.7: data starts from an RTO of its own; without that rule Karn keeps the last. */
    if (a->stack->config->rto_after_syn_loss)
        conn->backoffs = 0;
    tcp_congestion_begin(a->stack, conn);
    tcp_timers_connected(a->stack, conn, a->now);
    if (tcp_is_linux_receiver(a->stack))
        tcp_linux_begin(a->stack, conn, a->now);
}

/* SND.UNA moves to SEG.ACK. */
OFTEN void tcp_arrival_acknowledge(Arrival *a)
{
    TcpConnection *conn = a->conn;
    bool was_syn = conn->una_position == 0;

    a->acked = (uint32_t)(a->whole->ack - conn->snd_una);
    Seq before = conn->snd_una;
    conn->snd_una = a->whole->ack; /* first, as Linux's estimator looks at it */
    take_rtt_sample(a);
    conn->una_position += a->acked;
    if (tcp_marks_are_due(before, conn->snd_una))
        tcp_marks_carry(conn);
    tcp_sent_acked(a->stack, conn, a->now, a->whole, before, a->sacked_end);
    conn->retries = 0;
    conn->first_sent = a->now;
    if (conn->snd_una == conn->snd_nxt)
        conn->retransmitted = false;
    a->was_probing = tcp_timers_probing(conn);
    if (was_syn)
        syn_acknowledged(a);
    if (was_syn || !tcp_is_linux_sender(a->stack))
        tcp_timers_acked(a->stack, conn, a->now);
    else
        a->settles = tcp_timers_progress(a->stack, conn);
    if (was_syn && conn->passive)
        tcp_timers_of_its_own(conn);
}

/* The handshake that a listener began is done: somebody may accept the connection, unless its
 * application has closed it meanwhile. */
OFTEN void tcp_arrival_hand_over(Arrival *a)
{
    if (a->conn->owner != TCP_OWNER_LISTENER) {
        tcp_fast_open_release(a->stack, a->conn);
        return;
    }
    tcp_own(a->stack, a->conn, TCP_OWNER_QUEUE);
    tcp_tell(a->stack, a->conn, TCP_APP_ACCEPTABLE, 0, TCP_OK);
}

/* The handshake is done. */
OFTEN void tcp_arrival_establish(Arrival *a, TcpReason reason)
{
    TcpConnection *conn = a->conn;

    tcp_enter(a->stack, conn, TCP_STATE_ESTABLISHED, reason);
    if (conn->passive)
        tcp_arrival_hand_over(a);
    else
        tcp_tell(a->stack, conn, TCP_APP_CONNECTED, 0, TCP_OK);
    if (conn->closing) { /* §3.10.4: a close in SYN-RCVD with data to send has waited for this */
        tcp_enter(a->stack, conn, TCP_STATE_FIN_WAIT_1, TCP_REASON_CLOSE_CALLED);
        tcp_timers_closing(a->stack, conn, a->now);
    }
}

/* What lies before RCV.NXT has come before. */
static APART void cut_off_old(Arrival *a, Seq next)
{
    /* RFC 5961 §4.2 wants to see a SYN whatever its number is: step 4 challenges it. */
    bool syn_is_known = !checks_rfc5961(a) || a->conn->state == TCP_STATE_SYN_RCVD;
    if (has(a, TCP_SYN) && syn_is_known) {
        a->flags &= (uint8_t)~TCP_SYN;
        a->seq++;
    }
    if (!seq_lt(a->seq, next))
        return;
    uint32_t old = (uint32_t)(next - a->seq);
    Seq past = a->seq + arrival_seq_length(a);
    tcp_receive_duplicate(a->stack, a->conn, a->seq, seq_lt(past, next) ? past : next);
    old = old < a->length ? old : a->length;
    a->seq += old;
    a->payload.offset += old;
    a->length = (uint16_t)(a->length - old);
}

/* Cuts off what lies outside the window, so that the segment begins at or after RCV.NXT. */
void tcp_arrival_trim(Arrival *a, uint32_t window)
{
    Seq next = a->conn->rcv_nxt, edge = next + window;

    if (seq_lt(a->seq, next))
        cut_off_old(a, next);
    /* Linux takes the whole of what begins in the window (tcp_data_queue()). */
    if (tcp_is_linux_receiver(a->stack) && seq_lt(a->seq, edge))
        return;
    if (a->length > 0 && seq_gt(a->seq + a->length, edge))
        a->length = (uint16_t)(edge - a->seq);
    if (window > 0 && seq_ge(a->seq + a->length, edge))
        a->flags &= (uint8_t)~TCP_FIN;
}

/* ---- Running the steps ---- */

/* Linux (tcp_rcv_established()): an ACK with nothing new but its number goes the fast path, on which nobody looks
 * whether an ACK of ours is owed. */
static APART bool is_expected(const Arrival *a)
{
    const TcpConnection *conn = a->conn;
    const Segment *s = a->whole;
    bool timestamps = conn->entry.timestamps_on;

    return conn->receiver.predicts && !conn->fin_held && a->before == TCP_STATE_ESTABLISHED &&
           s->length == 0 && (s->flags & ~TCP_PSH) == TCP_ACK && s->seq == conn->rcv_nxt &&
           s->options.present == (timestamps ? OPTION_TIMESTAMPS : 0) &&
           (uint32_t)s->window << conn->entry.snd_wscale == conn->snd_wnd &&
           seq_ge(s->ack, conn->snd_una) && seq_le(s->ack, conn->snd_nxt);
}

/* tcp_send_delayed_ack(): a timer that runs out soon need not run out. */
static bool is_waited_for(const Arrival *a)
{
    const TcpConnection *conn = a->conn;
    const HostConfig *config = a->stack->config;
    SimTime quarter = tcp_linux_ack_wait(a->stack, conn) / 4, unit = tcp_time_unit(config);

    if (!tcp_timer_is_armed(conn, TCP_TIMER_DELAYED_ACK))
        return false;
    SimTime left = tcp_time_counted(config, a->now, conn->timers[TCP_TIMER_DELAYED_ACK].due.at);
    return left - (unit > 1 ? unit : 0) <= quarter - quarter % unit; /* the wheel is late by one */
}

/* The same where receiver=linux: what was read meanwhile was read after the ACK, or its waiting. */
static APART void settle_linux(Arrival *a)
{
    TcpConnection *conn = a->conn;

    if (a->is_expected)
        ;
    else if (conn->ack_urgency == TCP_ACK_DELAYED && conn->receiver.compresses)
        tcp_timers_ack_compressed(a->stack, conn, a->now, tcp_linux_compress_wait(a->stack, conn));
    else if (conn->ack_urgency == TCP_ACK_DELAYED && (tcp_linux_acks_now(conn) || is_waited_for(a)))
        tcp_output_ack(a->stack, conn, a->now, TCP_REASON_DATA_ARRIVED);
    else if (conn->ack_urgency == TCP_ACK_DELAYED)
        tcp_timers_ack_owed(a->stack, conn, a->now, tcp_linux_ack_wait(a->stack, conn),
                            conn->fin_arrived ? TCP_REASON_ACK_MAY_RIDE : TCP_REASON_NONE);
    tcp_linux_settled(a->stack, conn);
    if (conn->receiver.was_read)
        tcp_receive_was_read(a->stack, conn, a->now);
}

static SELDOM bool is_held(Arrival *a)
{
    if (a->output == ARRIVAL_OUTPUT_ASKED)
        tcp_bsd_output_asked(a);
    return a->output == ARRIVAL_OUTPUT_NONE ||
           (a->output == ARRIVAL_OUTPUT_ACK && a->conn->ack_urgency != TCP_ACK_NOW);
}

/* Sends what has become due: data, with them the ACK; or the ACK alone; or later. */
static void settle(Arrival *a)
{
    TcpConnection *conn = a->conn;

    if (a->output != ARRIVAL_OUTPUT_ALL && is_held(a))
        ;
    else if (tcp_output_waits(conn))
        tcp_output(a->stack, conn, a->now, TCP_REASON_WINDOW_OPENED);
    else if (conn->ack_urgency == TCP_ACK_NOW)
        tcp_output_owed_ack(a->stack, conn, a->now, conn->ack_reason);
    if (tcp_is_linux_receiver(a->stack)) {
        settle_linux(a);
        return;
    }
    if (conn->ack_urgency != TCP_ACK_DELAYED)
        return;
    if (a->stack->config->foreseen_acks) { /* no heartbeat: so long after it was owed */
        tcp_timers_ack_compressed(a->stack, conn, a->now, a->stack->config->delayed_ack);
        return;
    }
    /* A FIN's ACK waits only for the application that reads it; data's for more data. */
    SimTime wait = conn->fin_arrived && !conn->got_data ? 0 : a->stack->config->delayed_ack;
    tcp_timers_ack_owed(a->stack, conn, a->now, wait,
                        conn->fin_arrived ? TCP_REASON_ACK_MAY_RIDE : TCP_REASON_NONE);
}

OFTEN void tcp_arrives_connection(TcpStack *stack, SimTime now, TcpConnection *conn,
                                  const Segment *segment)
{
    Arrival arrival;

    arrival.stack = stack; /* each by hand: an initialiser would clear all of it first */
    arrival.conn = conn;
    arrival.now = now;
    arrival.heard_at = conn->last_received;
    arrival.whole = segment;
    arrival.seq = segment->seq;
    arrival.length = segment->length;
    arrival.flags = segment->flags;
    arrival.payload = segment->payload;
    arrival.sacked_end = tcp_sent_sacked_end(conn);
    arrival.acked = arrival.dsacked = 0;
    arrival.before = conn->state;
    arrival.settles = arrival.was_probing = arrival.is_refused = arrival.has_blocks = false;
    arrival.is_foreseen = arrival.is_expected = false;
    arrival.output = ARRIVAL_OUTPUT_ALL;
    arrival.sacked.any = false;
    if (tcp_is_linux_receiver(stack))
        arrival.is_expected = is_expected(&arrival);

    conn->arriving = true;
    if (!tcp_is_linux_sender(stack) || conn->una_position == 0 ||
        conn->state == TCP_STATE_TIME_WAIT)
        tcp_timers_received(conn, now); /* else when its ACK number is looked at */
    if (conn->state == TCP_STATE_SYN_SENT)
        tcp_arrives_syn_sent(&arrival);
    else
        tcp_arrives_others(&arrival);
    if (arrival.conn == NULL)
        return;
    conn->arriving = false;
    if (arrival.is_refused && tcp_is_linux_sender(stack))
        return; /* tcp_validate_incoming(): what waits goes on waiting */
    settle(&arrival);
}
