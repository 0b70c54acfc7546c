/* The retransmission timeout: RFC 6298.
 *
 * Backoff is kept apart from the estimate, so that the timeout is always computed from what is
 * known, and is undone only by a valid round-trip sample (§5.7, Karn's algorithm).
 */
#include "tcp/connection.h"

static SimTime at_most(SimTime a, SimTime b)
{
    return a < b ? a : b;
}

static SimTime at_least(SimTime a, SimTime b)
{
    return a > b ? a : b;
}

static SimTime back_off(const HostConfig *config, SimTime base, uint32_t times)
{
    SimTime rto = base;
    for (uint32_t i = 0; i < times && rto < config->tcp_rto_max_ms; i++)
        rto *= config->backoff;
    return at_most(rto, config->tcp_rto_max_ms);
}

SimTime tcp_rto_initial(const HostConfig *config, uint32_t retries, uint32_t linear)
{
    if (retries == 0)
        return config->initial_rto;
    SimTime base = config->backoff_base ? config->backoff_base : config->initial_rto;
    return back_off(config, base, retries > linear ? retries - linear : 0);
}

/* §2.3 and §2.4: SRTT + max(G, 4 RTTVAR), with the floor where the stack has it.  G is the
 * heartbeat of a stack that lives by one, and nothing in a simulator's clock. */
static SimTime estimate(const HostConfig *config, const TcpConnection *conn)
{
    bool ticks = config->timers == TIMERS_REAL && config->timer_model == TIMER_MODEL_TICK;
    bool fourfold = config->rtt_estimator == RTT_ESTIMATOR_LINUX; /* rttvar is 4 RTTVAR already */
    SimTime variance =
        at_least(fourfold ? conn->rttvar : 4 * conn->rttvar, ticks ? config->tick : 0);
    if (config->rto_floor == RTO_FLOOR_VARIANCE)
        return conn->srtt + at_least(variance, config->tcp_rto_min_us);
    return at_least(conn->srtt + variance, config->tcp_rto_min_us);
}

SimTime tcp_rto_after(const TcpStack *stack, const TcpConnection *conn, uint32_t backoffs)
{
    const HostConfig *config = stack->config;
    if (conn->has_srtt)
        return back_off(config, estimate(config, conn), backoffs);
    if (!config->rto_after_syn_loss || conn->syn_timeouts == 0 || conn->una_position == 0)
        return tcp_rto_initial(config, backoffs, 0);
    /* §5.7: a SYN was lost and nothing has been measured since, so data starts from 3 s. */
    return back_off(config, at_least(config->initial_rto, config->rto_after_syn_loss), backoffs);
}

SimTime tcp_rto(const TcpStack *stack, const TcpConnection *conn)
{
    if (conn->state == TCP_STATE_SYN_SENT)
        return tcp_rto_initial(stack->config, conn->retries,
                               (uint32_t)stack->config->tcp_syn_linear_timeouts);
    return tcp_rto_after(stack, conn, conn->backoffs);
}

/* Linux (tcp_rtt_estimator): variances are four times what RFC 6298 calls RTTVAR.  The one that
 * counts is the greatest mean deviation within a round trip, so that it rises at once and falls
 * once a round trip; a sample below SRTT counts for less. */
static void sample_linux(const HostConfig *config, TcpConnection *conn, SimTime rtt)
{
    SimTime least = config->tcp_rto_min_us;
    if (!conn->has_srtt) {
        conn->srtt = rtt;
        conn->mdev = 2 * rtt;
        conn->rttvar = conn->mdev_max = at_least(conn->mdev, least);
        conn->mdev_round_end = conn->snd_nxt;
        return;
    }
    SimTime error = rtt - conn->srtt;
    conn->srtt += error / 8;
    if (error < 0) {
        error = -error - conn->mdev / 4;
        conn->mdev += error > 0 ? error / 8 : error;
    } else {
        conn->mdev += error - conn->mdev / 4;
    }
    conn->mdev_max = at_least(conn->mdev_max, conn->mdev);
    conn->rttvar = at_least(conn->rttvar, conn->mdev_max);
    if (seq_gt(conn->snd_una, conn->mdev_round_end)) {
        if (conn->mdev_max < conn->rttvar)
            conn->rttvar -= (conn->rttvar - conn->mdev_max) / 4;
        conn->mdev_round_end = conn->snd_nxt;
        conn->mdev_max = least;
    }
}

void tcp_rto_sample(const TcpStack *stack, TcpConnection *conn, SimTime rtt)
{
    conn->backoffs = 0;
    if (stack->config->rtt_estimator == RTT_ESTIMATOR_LINUX) {
        sample_linux(stack->config, conn, rtt);
        conn->has_srtt = true;
        return;
    }
    if (conn->has_srtt) {
        SimTime error = conn->srtt > rtt ? conn->srtt - rtt : rtt - conn->srtt;
        conn->rttvar = (3 * conn->rttvar + error) / 4; /* §2.3: beta = 1/4 */
        conn->srtt = (7 * conn->srtt + rtt) / 8;       /* alpha = 1/8 */
    } else {
        conn->srtt = rtt; /* §2.2 */
        conn->rttvar = rtt / 2;
        conn->has_srtt = true;
    }
}
