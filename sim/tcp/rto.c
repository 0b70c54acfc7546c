/* The retransmission timeout: RFC 6298.
 *
 * Backoff is kept apart from the estimate, so that the timeout is always computed from what is
 * known, and is undone only by a valid round-trip sample (§5.7, Karn's algorithm).
 */
#include "core/compiler.h"
#include "tcp/connection.h"
#include "tcp/output.h"
#include "tcp/timers.h"

/* 4.4BSD netinet/tcp_var.h: SRTT and variance count heartbeats, in eighths and in quarters of one. */
enum { BSD_RTT_SHIFT = 3, BSD_RTTVAR_SHIFT = 2 };

static const SimTime FREERTOS_SRTT_FIRST = 500 * SIM_MILLISECOND;

static SimTime at_most(SimTime a, SimTime b)
{
    return a < b ? a : b;
}

static SimTime at_least(SimTime a, SimTime b)
{
    return a > b ? a : b;
}

/* From one timeout to the next: times this, divided by that. */
typedef struct Backoff {
    int64_t factor, divisor;
} Backoff;

/* It ends where it stands still, as it does at once with a factor of 1: a host that never gives up counts on. */
static SimTime back_off(const HostConfig *config, SimTime base, Backoff backoff, uint32_t times)
{
    SimTime rto = base, before = 0;

    for (uint32_t i = 0; i < times && rto < config->tcp_rto_max_ms && rto != before; i++) {
        before = rto;
        rto = rto * backoff.factor / backoff.divisor;
    }
    return rto;
}

/* The timeout of a SYN or SYN-ACK: the first one, and what the others back off from. */
static SimTime unmeasured(const HostConfig *config, SimTime first, SimTime base, uint32_t retries,
                          uint32_t linear)
{
    if (retries == 0)
        return first;
    SimTime rto = back_off(config, base, (Backoff){config->backoff, config->backoff_divisor},
                           retries > linear ? retries - linear : 0);
    return at_most(rto + config->syn_rto_slop, config->tcp_rto_max_ms);
}

SimTime tcp_rto_initial(const HostConfig *config, uint32_t retries, uint32_t linear)
{
    SimTime base = config->backoff_base ? config->backoff_base : config->initial_rto;

    return unmeasured(config, config->initial_rto, base, retries, linear);
}

OFTEN SimTime tcp_rto_half_open(const HostConfig *config, const TcpHalfOpen *half)
{
    uint32_t retries = half->entry.syn_retries, linear = (uint32_t)config->synack_linear_timeouts;

    if (config->synack_rto)
        return unmeasured(config, config->synack_rto, config->synack_rto, retries, linear);
    return tcp_rto_initial(config, retries, linear);
}

static SimTime round_up(SimTime t, SimTime unit)
{
    return unit > 1 ? (t + unit - 1) / unit * unit : t; /* dividing is slow */
}

/* The unit in which the stack keeps its timeouts: a heartbeat, a jiffy, or nothing to speak of. */
static SimTime granularity(const HostConfig *config)
{
    if (config->timers == TIMERS_EXACT)
        return 1;
    switch (config->timer_model) {
    case TIMER_MODEL_TICK: return config->tick;
    case TIMER_MODEL_WHEEL: return SIM_SECOND / config->wheel_hz;
    default: return 1;
    }
}

/* §2.3 and §2.4: SRTT + max(G, 4 RTTVAR), with the floor where the stack has it. */
static SimTime estimate(const HostConfig *config, const TcpConnection *conn)
{
    SimTime unit = granularity(config);
    bool fourfold = config->rtt_estimator == RTT_ESTIMATOR_LINUX; /* rttvar is 4 RTTVAR already */
    SimTime variance = at_least(fourfold ? conn->rttvar : 4 * conn->rttvar, unit);
    SimTime rto = config->rto_floor == RTO_FLOOR_VARIANCE
                      ? conn->srtt + at_least(variance, config->tcp_rto_min_us)
                      : at_least(conn->srtt + variance, config->tcp_rto_min_us);

    return round_up(rto, unit);
}

/* Only the FIN is unacknowledged: some stacks back off otherwise then. */
static Backoff backoff_of(const HostConfig *config, const TcpConnection *conn)
{
    bool fin_only = conn->closing && conn->una_position + 1 == tcp_position_end(conn);

    if (fin_only && config->fin_backoff)
        return (Backoff){config->fin_backoff, 1};
    return (Backoff){config->backoff, config->backoff_divisor};
}

OFTEN SimTime tcp_rto_after(const TcpStack *stack, const TcpConnection *conn, uint32_t backoffs)
{
    const HostConfig *config = stack->config;
    bool is_first = conn->syn_timeouts == 0 && !conn->syn_repeated;
    bool fresh = !config->rto_after_syn_loss || is_first || conn->una_position == 0;

    if (!conn->has_srtt && fresh)
        return tcp_rto_initial(config, backoffs, 0);
    /* §5.7: a SYN was lost and nothing has been measured since, so data starts from 3 s. */
    SimTime base = conn->has_srtt ? estimate(config, conn)
                                  : at_least(config->initial_rto, config->rto_after_syn_loss);
    SimTime rto = backoffs > 0 ? back_off(config, base, backoff_of(config, conn), backoffs) : base;
    return at_most(rto + config->rto_slop, config->tcp_rto_max_ms);
}

/* 4.4BSD netinet/tcp_output.c, tcp_setpersist(): half of SRTT / 4 + variance, where SRTT is kept in eighths and
 * the variance in quarters; FreeBSD keeps both in 32 and 16 parts, and has four times as much. */
static SimTime probe_base(const HostConfig *config, const TcpConnection *conn)
{
    if (config->probe_wait == PROBE_WAIT_MIN)
        return config->probe_wait_min;
    if (!conn->has_srtt)
        return config->initial_rto;
    SimTime base = config->rtt_estimator == RTT_ESTIMATOR_BSD
                       ? ((conn->mdev >> 2) + conn->mdev_max) / 2 * config->tick
                       : conn->srtt + 2 * conn->rttvar;
    return config->probe_wait == PROBE_WAIT_BSD ? base : 4 * base;
}

/* tcp_backoff: up to 64-fold, in FreeBSD 512-fold. */
static uint32_t doublings(const HostConfig *config)
{
    switch (config->probe_wait) {
    case PROBE_WAIT_BSD:
    case PROBE_WAIT_XNU: return 6;
    case PROBE_WAIT_FREEBSD: return 9;
    default: return UINT32_MAX;
    }
}

/* tcp_totbackoff: the sum of tcp_backoff, in timeouts. */
SELDOM SimTime tcp_rto_probes_end(const TcpStack *stack, const TcpConnection *conn)
{
    const HostConfig *config = stack->config;
    int64_t total = 0, times = 1;

    for (uint32_t i = 0; i <= (uint32_t)config->tcp_retries2; i++) {
        total += times;
        times = i < doublings(config) ? 2 * times : times;
    }
    return total * (conn->has_srtt ? estimate(config, conn) : config->initial_rto);
}

SELDOM SimTime tcp_rto_probe(const TcpStack *stack, const TcpConnection *conn, uint32_t probes)
{
    const HostConfig *config = stack->config;
    uint32_t times = probes < doublings(config) ? probes : doublings(config);
    SimTime most = config->probe_wait_max ? config->probe_wait_max : SIM_HOUR;

    if (config->probe_wait == PROBE_WAIT_RTO)
        return tcp_rto_after(stack, conn, probes);
    SimTime wait = probe_base(config, conn);
    for (; times > 0 && wait < most; times--)
        wait *= 2;
    return at_most(at_least(wait, config->probe_wait_min), most);
}

OFTEN SimTime tcp_rto(const TcpStack *stack, const TcpConnection *conn)
{
    if (conn->una_position == 0 && !conn->passive)
        return tcp_rto_initial(stack->config, conn->retries,
                               (uint32_t)stack->config->tcp_syn_linear_timeouts);
    return tcp_rto_after(stack, conn, conn->backoffs);
}

/* Linux (tcp_rtt_estimator): variances are four times what RFC 6298 calls RTTVAR.  The one that
 * counts is the greatest mean deviation within a round trip, so that it rises at once and falls
 * once a round trip; a sample below SRTT counts for less. */
static OFTEN void sample_linux(const HostConfig *config, TcpConnection *conn, SimTime rtt)
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

/* RFC 6298 §2.2 and §2.3; nothing here is negative, so shifts divide. */
static OFTEN void sample_rfc6298(const HostConfig *config, TcpConnection *conn, SimTime rtt)
{
    (void)config;
    if (!conn->has_srtt) {
        conn->srtt = rtt;
        conn->rttvar = rtt >> 1;
        return;
    }
    SimTime error = conn->srtt > rtt ? conn->srtt - rtt : rtt - conn->srtt;
    conn->rttvar = (3 * conn->rttvar + error) >> 2; /* beta = 1/4 */
    conn->srtt = (7 * conn->srtt + rtt) >> 3;       /* alpha = 1/8 */
}

/* RFC 793 §3.7: RTO = 2 SRTT, without a variance; it is written as the variance that makes it so. */
static void sample_rfc793(const HostConfig *config, TcpConnection *conn, SimTime rtt)
{
    (void)config;
    conn->srtt = conn->has_srtt ? (9 * conn->srtt + rtt) / 10 : rtt;
    conn->rttvar = conn->srtt / 4;
}

/* lwIP: samples count whole heartbeats, and there is no first one: SRTT starts from nothing, the
 * variance from the initial timeout. */
static void sample_lwip(const HostConfig *config, TcpConnection *conn, SimTime rtt)
{
    if (!conn->has_srtt)
        conn->rttvar = config->initial_rto / 4;
    SimTime error = rtt / config->tick * config->tick - conn->srtt;
    conn->srtt += error / 8;
    conn->rttvar += ((error < 0 ? -error : error) - conn->rttvar) / 4;
}

/* FreeRTOS+TCP: SRTT begins with 500 ms, which a SYN-ACK changes nothing of, and falls more slowly than it
 * rises; RTO = 2 SRTT, as in RFC 793. */
static void sample_freertos(const HostConfig *config, TcpConnection *conn, SimTime rtt)
{
    (void)config;
    if (!conn->has_srtt)
        conn->srtt = FREERTOS_SRTT_FIRST;
    else if (rtt <= conn->srtt)
        conn->srtt = (7 * conn->srtt + rtt) / 8;
    else
        conn->srtt = (6 * conn->srtt + 2 * rtt) / 8;
    conn->rttvar = conn->srtt / 4;
}

static int64_t beats_until(const HostConfig *config, SimTime t)
{
    return t < config->tick_phase ? 0 : (t - config->tick_phase) / config->tick + 1;
}

/* t_rtt: 1, and 1 more with each heartbeat since. */
static int64_t heartbeats(const HostConfig *config, SimTime from, SimTime to)
{
    if (config->timers == TIMERS_EXACT || config->timer_model != TIMER_MODEL_TICK)
        return 1 + (to - from) / config->tick;
    return 1 + beats_until(config, to) - beats_until(config, from);
}

/* t_idle. */
SELDOM SimTime tcp_rto_silence(const HostConfig *config, SimTime since, SimTime now)
{
    return (heartbeats(config, since, now) - 1) * config->tick;
}

/* 4.4BSD netinet/tcp_input.c, tcp_xmit_timer().  mdev is t_srtt, mdev_max t_rttvar; t_srtt of 0 stands for no
 * sample. */
static void sample_bsd(const HostConfig *config, TcpConnection *conn, SimTime rtt)
{
    SimTime now = conn->last_received;
    int64_t beats = heartbeats(config, now - rtt, now);

    if (!conn->has_srtt || conn->mdev == 0) {
        conn->mdev = beats << BSD_RTT_SHIFT;
        conn->mdev_max = beats << (BSD_RTTVAR_SHIFT - 1);
    } else {
        int64_t error = beats - 1 - (conn->mdev >> BSD_RTT_SHIFT);

        conn->mdev = at_least(conn->mdev + error, 1);
        error = (error < 0 ? -error : error) - (conn->mdev_max >> BSD_RTTVAR_SHIFT);
        conn->mdev_max = at_least(conn->mdev_max + error, 1);
    }
    conn->srtt = (conn->mdev >> BSD_RTT_SHIFT) * config->tick;
    conn->rttvar = conn->mdev_max * config->tick / 4;
}

/* tcp_timers(): after a quarter of all repeats; the timeout stays what it was. */
SELDOM void tcp_rto_doubt(const TcpStack *stack, TcpConnection *conn)
{
    if (!conn->has_srtt || conn->retries <= stack->config->tcp_retries2 / 4)
        return;
    conn->mdev_max += conn->mdev >> BSD_RTT_SHIFT;
    conn->mdev = conn->srtt = 0;
    conn->rttvar = conn->mdev_max * stack->config->tick / 4;
}

void tcp_rto_sample(const TcpStack *stack, TcpConnection *conn, SimTime rtt)
{
    static void (*const estimators[])(const HostConfig *, TcpConnection *, SimTime) = {
        [RTT_ESTIMATOR_RFC6298] = sample_rfc6298,   [RTT_ESTIMATOR_LINUX] = sample_linux,
        [RTT_ESTIMATOR_RFC793] = sample_rfc793,     [RTT_ESTIMATOR_LWIP] = sample_lwip,
        [RTT_ESTIMATOR_FREERTOS] = sample_freertos, [RTT_ESTIMATOR_BSD] = sample_bsd,
    };
    estimators[stack->config->rtt_estimator](stack->config, conn, rtt);
    conn->has_srtt = true;
    conn->backoffs = 0;
    if (conn->rtt_min == 0 || rtt < conn->rtt_min) /* RFC 8985 §6.2: the handshake's, too */
        conn->rtt_min = rtt;
}
