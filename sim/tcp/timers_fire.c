/* What happens when a timer fires; what each is for stands at the top of timers.c.
 */
#include <assert.h>

#include "core/compiler.h"
#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/receive.h"
#include "tcp/timers.h"

static const SimTime refused_wait = SIM_SECOND / 2; /* TCP_RESOURCE_PROBE_INTERVAL */

static SELDOM void give_up(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason)
{
    const HostConfig *config = stack->config;
    bool tells = conn->state == TCP_STATE_SYN_RCVD ? config->half_open_rst : config->give_up_rst;

    if (tells && conn->state != TCP_STATE_SYN_SENT)
        tcp_output_rst(stack, conn, now, reason);
    TcpError error = conn->kept_error ? (TcpError)conn->kept_error : TCP_ETIMEDOUT;
    tcp_connection_end(stack, conn, now, TCP_STATE_CLOSED, reason, error);
}

/* The wait that has just begun lasts no longer than TCP_USER_TIMEOUT. */
static SELDOM void shorten_wait(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    TcpTimerNote note = tcp_timers_retransmit_note(stack, conn);
    SimTime length = tcp_tuning_clamp(stack->tuning, conn, now, note.length);

    if (!tcp_timer_is_armed(conn, TCP_TIMER_RETRANSMIT) || length == note.length)
        return;
    note.length = length;
    tcp_timers_arm(stack, conn, now, &note);
}

/* Linux (tcp_retransmit_timer(), tcp_send_probe0()): the device took nothing. */
static SELDOM void wait_for_device(TcpStack *stack, TcpConnection *conn, SimTime now,
                                   TcpTimer timer)
{
    SimTime wait = refused_wait;

    if (stack->tuning != NULL)
        wait = tcp_tuning_clamp(stack->tuning, conn, now, wait);
    tcp_timers_arm(stack, conn, now, &(TcpTimerNote){.timer = timer, .length = wait, .retry = 1});
}

/* retries-spent=halves-mss: perhaps smaller segments come through. */
static SELDOM void halve_mss(TcpConnection *conn, uint32_t mss)
{
    conn->peer_mss = (uint16_t)(mss / 2 > TCP_LEAST_PEER_MSS ? mss / 2 : TCP_LEAST_PEER_MSS);
}

/* RFC 6298 §5.4 to §5.7. */
static void on_retransmit(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    bool last = tcp_is_given_up(stack, conn, now);

    if (conn->special)
        tcp_fast_open_timeout(stack, conn, now, last);
    if (last) {
        give_up(stack, conn, now, TCP_REASON_RETRIES_USED_UP);
        return;
    }
    bool is_bsd = tcp_is_bsd_sender(stack) && conn->una_position > 0;
    if (conn->una_position == 0)
        conn->syn_timeouts++;
    else if (!is_bsd)
        tcp_congestion_timeout(stack, conn, now);
    if (conn->retries == 0)
        conn->first_retry = now;
    conn->retries++;
    if (stack->refuses) {
        wait_for_device(stack, conn, now, TCP_TIMER_RETRANSMIT);
        return;
    }
    conn->backoffs++;
    if (stack->config->rtt_estimator == RTT_ESTIMATOR_BSD)
        tcp_rto_doubt(stack, conn);
    bool counted;
    uint32_t limit = tcp_retry_limit(stack, conn, &counted);
    if (tcp_is_halving(stack->config, conn->retries - 1U, limit) && conn->una_position > 0)
        halve_mss(conn, is_bsd ? tcp_effective_mss(stack, conn) : conn->peer_mss);
    TcpSendNote note = {TCP_REASON_RTO_FIRED, conn->retries,
                        counted ? tcp_noted_limit(stack, limit) : 0};
    if (is_bsd) {
        tcp_bsd_timeout(stack, conn, now, &note);
        return;
    }
    tcp_output_oldest(stack, conn, now, note.reason, note.retry, note.limit);
    tcp_timers_sent(stack, conn, now);
    if (stack->tuning != NULL)
        shorten_wait(stack, conn, now);
}

static void on_tail_probe(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (conn->probed_tail || stack->refuses) {
        tcp_timers_arm_what_is_left(stack, conn, now);
        return;
    }
    conn->probed_tail = conn->is_probing = true;
    tcp_output_tail_probe(stack, conn, now);
    tcp_timers_sent(stack, conn, now);
    conn->is_probing = false;
    conn->tail_end = conn->snd_nxt;
}

static void on_reordering(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    bool is_linux = tcp_is_linux_sender(stack);

    conn->rack_advanced = true; /* time has */
    tcp_congestion_check(stack, conn, now);
    if (is_linux)
        tcp_timers_cancel(stack, conn, TCP_TIMER_REORDERING, TCP_REASON_REORDERING_OVER);
    if (conn->is_reducing && conn->prr_out == 0) /* tcp_rack_reo_timeout() */
        tcp_congestion_reduce(stack, conn, 1, false);
    tcp_output(stack, conn, now, TCP_REASON_REORDERING_OVER);
    if (tcp_timer_is_armed(conn, TCP_TIMER_REORDERING) || conn->snd_una == conn->snd_nxt)
        return;
    if (!is_linux)
        tcp_timers_sent(stack, conn, now);
    else if (!tcp_timer_is_armed(conn, TCP_TIMER_RETRANSMIT))
        tcp_timers_arm_what_is_left(stack, conn, now);
}

static bool probes_are_used_up(const TcpStack *stack, const TcpConnection *conn, SimTime now)
{
    const HostConfig *config = stack->config;

    if (stack->tuning != NULL && stack->tuning->user_timeout)
        return conn->probes > 0 && tcp_tuning_is_timed_out(stack->tuning, conn, now);
    if (config->probe_gives_up == PROBE_GIVES_UP_R2)
        return config->r2 > 0 && now - conn->last_received >= config->r2;
    if (config->give_up == GIVE_UP_NEVER || config->probe_gives_up == PROBE_GIVES_UP_NEVER ||
        conn->probes < (uint32_t)config->tcp_retries2)
        return false;
    return config->probe_gives_up == PROBE_GIVES_UP_COUNT ||
           now - conn->last_received >= tcp_rto_probes_end(stack, conn);
}

static void on_probe(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (tcp_is_bsd_sender(stack)) {
        tcp_bsd_probe(stack, conn, now);
        return;
    }
    if (conn->snd_wnd > 0 && !stack->refuses) { /* what was held back may have left meanwhile */
        if (conn->snd_una == conn->snd_nxt && conn->una_position < tcp_position_end(conn))
            tcp_output_override(stack, conn, now);
        return;
    }
    bool is_over = probes_are_used_up(stack, conn, now);
    if (conn->probes == 0)
        conn->first_retry = now;
    if (is_over) {
        give_up(stack, conn, now, TCP_REASON_RETRIES_USED_UP);
        return;
    }
    conn->probes++;
    if (stack->refuses) {
        wait_for_device(stack, conn, now, TCP_TIMER_PROBE);
        return;
    }
    conn->probe_backoffs++;
    tcp_output_window_probe(stack, conn, now);
    if (!tcp_timer_is_armed(conn, TCP_TIMER_PROBE))
        tcp_timers_arm_probe(stack, conn, now);
}

static void on_delayed_ack(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (conn->receiver.compresses) {
        tcp_output_ack(stack, conn, now, TCP_REASON_OUT_OF_ORDER);
        return;
    }
    if (tcp_is_linux_receiver(stack))
        tcp_linux_ack_waited(stack, conn);
    conn->interactive = false; /* no reply came for it to ride on */
    if (tcp_is_bsd_sender(
            stack)) { /* tcp_fasttimo(): tcp_output(), which takes along what there is */
        conn->ack_urgency = TCP_ACK_NOW;
        conn->ack_reason = TCP_REASON_DELAYED_ACK_FIRED;
        tcp_output(stack, conn, now, TCP_REASON_DELAYED_ACK_FIRED);
        return;
    }
    tcp_output_owed_ack(stack, conn, now, TCP_REASON_DELAYED_ACK_FIRED);
}

static void on_connect(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    give_up(stack, conn, now, TCP_REASON_CONNECT_TIMED_OUT);
}

static void on_keepalive(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    const HostConfig *config = stack->config;

    SimTime user_timeout = stack->tuning != NULL ? stack->tuning->user_timeout : 0;
    bool is_over = user_timeout
                       ? conn->keepalive_probes > 0 && now - conn->last_received >= user_timeout
                       : conn->keepalive_probes >= (uint32_t)config->tcp_keepalive_probes;

    if (is_over) {
        if (config->keepalive_rst && !config->give_up_rst) /* with it, give_up() tells the peer */
            tcp_output_rst(stack, conn, now, TCP_REASON_KEEPALIVE_USED_UP);
        give_up(stack, conn, now, TCP_REASON_KEEPALIVE_USED_UP);
        return;
    }
    conn->keepalive_probes++;
    tcp_output_keepalive(stack, conn, now);
    bool last = conn->keepalive_probes >= (uint32_t)config->tcp_keepalive_probes;
    tcp_timers_arm(stack, conn, now,
                   &(TcpTimerNote){.timer = TCP_TIMER_KEEPALIVE,
                                   .length = config->tcp_keepalive_intvl,
                                   .retry = last ? 0 : conn->keepalive_probes + 1,
                                   .limit = (uint32_t)config->tcp_keepalive_probes});
}

static void on_fin_wait_2(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    if (conn->state != TCP_STATE_FIN_WAIT_2) {
        tcp_connection_end(stack, conn, now, TCP_STATE_CLOSED, TCP_REASON_CLOSING_OVER,
                           TCP_ETIMEDOUT);
        return;
    }
    if (stack->config->fin_wait_2_rst)
        tcp_output_rst(stack, conn, now, TCP_REASON_FIN_WAIT_2_OVER);
    tcp_connection_end(stack, conn, now, TCP_STATE_CLOSED, TCP_REASON_FIN_WAIT_2_OVER, TCP_OK);
}

/* §3.10.8, TIME-WAIT TIMEOUT. */
static OFTEN void on_time_wait(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    tcp_connection_end(stack, conn, now, TCP_STATE_CLOSED, TCP_REASON_TIME_WAIT_OVER, TCP_OK);
}

/* The keepalive timer is not moved by every segment; when it comes too early it is put where it
 * belongs, without a word: nothing has happened. */
static bool keepalive_is_early(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    SimTime whole = stack->config->tcp_keepalive_time;
    SimTime idle = tcp_time_counted(stack->config, conn->last_received, now);
    bool data_is_out = conn->snd_una != conn->snd_nxt;

    if (conn->keepalive_probes > 0 || (idle >= whole && !data_is_out))
        return false;
    SimTime wait = idle < whole ? whole - idle : whole;
    tcp_timers_move(stack, conn, TCP_TIMER_KEEPALIVE, now, wait);
    return true;
}

static void (*const on_fire[TCP_TIMER_COUNT])(TcpStack *, TcpConnection *, SimTime) = {
    [TCP_TIMER_RETRANSMIT] = on_retransmit,   [TCP_TIMER_PROBE] = on_probe,
    [TCP_TIMER_TAIL_PROBE] = on_tail_probe,   [TCP_TIMER_REORDERING] = on_reordering,
    [TCP_TIMER_DELAYED_ACK] = on_delayed_ack, [TCP_TIMER_CONNECT] = on_connect,
    [TCP_TIMER_KEEPALIVE] = on_keepalive,     [TCP_TIMER_FIN_WAIT_2] = on_fin_wait_2,
    [TCP_TIMER_TIME_WAIT] = on_time_wait,
};

OFTEN void tcp_timers_fire(TcpStack *stack, TcpConnection *conn, SimTime now)
{
    TcpTimer timer = conn->timer_first;

    assert(tcp_timer_is_armed(conn, timer) && conn->timers[timer].due.at <= now);
    TcpTimerNote note = {.timer = timer};
    if (timer == TCP_TIMER_RETRANSMIT) {
        note = tcp_timers_retransmit_note(stack, conn);
        if (tcp_is_given_up(stack, conn, now))
            note.retry = 0;
    }
    note.event = TCP_TIMER_FIRED;
    note.reason = TCP_REASON_NONE; /* what it was armed for has been told */
    note.length = conn->timers[timer].length;
    note.due = conn->timers[timer].due.at;
    tcp_timer_mark(conn, timer, false);
    if (timer == TCP_TIMER_KEEPALIVE && keepalive_is_early(stack, conn, now))
        return;
    tcp_timers_resume(stack, conn);
    tcp_timers_notify(stack, conn->entry.id, &note);
    on_fire[timer](stack, conn, now);
}
