/* How often, and for how long, something is repeated before the connection is given up.
 */
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/timers.h"

/* Linux include/net/tcp.h, TCP_RTO_MIN, whatever a route or the system has for it. */
static const SimTime least_timeout = SIM_SECOND / 5;

uint32_t tcp_timers_synack_limit(const HostConfig *config)
{
    return (uint32_t)(config->tcp_synack_retries + config->synack_linear_timeouts);
}

bool tcp_timers_synack_gives_up(const HostConfig *config)
{
    return config->synack_gives_up && config->give_up != GIVE_UP_NEVER;
}

/* libslirp src/tcp_timer.c: whoever has no repeat left halves the segments and has seven more, for as long as
 * there are 32 bytes in one. */
enum { REPEATS_A_HALVING = 7, LEAST_HALF = 32 };

SELDOM bool tcp_is_halving(const HostConfig *config, uint32_t retries, uint32_t limit)
{
    return config->retries_spent == RETRIES_SPENT_HALVES_MSS && retries >= limit &&
           (retries - limit) % REPEATS_A_HALVING == 0;
}

bool tcp_timers_are_spent(const HostConfig *config, uint32_t retries, uint32_t limit, uint32_t mss)
{
    if (config->retries_spent == RETRIES_SPENT_GIVES_UP)
        return retries >= limit;
    return tcp_is_halving(config, retries, limit) && mss / 2 < LEAST_HALF;
}

/* What a SYN that has been repeated so often would be cut to: its own MSS, as nothing is known of the peer's. */
uint32_t tcp_timers_halved_mss(const HostConfig *config, uint32_t retries, uint32_t limit)
{
    uint32_t most =
        retries > limit ? (retries - limit + REPEATS_A_HALVING - 1) / REPEATS_A_HALVING : 0;

    return most < 16 ? (uint32_t)config->mss >> most : 0;
}

/* 0 stands for 8; but an orphan whose timeout has grown to the greatest has no chance left. */
static uint32_t orphan_limit(const TcpStack *stack, const TcpConnection *conn)
{
    if (stack->config->tcp_orphan_retries)
        return (uint32_t)stack->config->tcp_orphan_retries;
    return tcp_rto(stack, conn) < stack->config->tcp_rto_max_ms ? 8 : 0;
}

/* With fin-gives-up=no a FIN that alone is left is repeated for ever, with give-up=never all is. */
static bool is_never_given_up(const TcpStack *stack, const TcpConnection *conn)
{
    return stack->config->give_up == GIVE_UP_NEVER ||
           (!stack->config->fin_gives_up && conn->closing &&
            conn->una_position + 1 == tcp_position_end(conn));
}

uint32_t tcp_retry_limit(const TcpStack *stack, const TcpConnection *conn, bool *counted)
{
    const HostConfig *config = stack->config;

    *counted = config->give_up != GIVE_UP_NEVER && (!conn->passive || config->synack_gives_up);
    if (conn->una_position == 0)
        return conn->passive
                   ? tcp_timers_synack_limit(config) + tcp_fast_open_is_taken(conn)
                   : (uint32_t)(config->tcp_syn_retries + config->tcp_syn_linear_timeouts);
    *counted = config->give_up == GIVE_UP_COUNT && !is_never_given_up(stack, conn);
    if (tcp_is_orphan(conn))
        return orphan_limit(stack, conn);
    return (uint32_t)config->tcp_retries2;
}

uint32_t tcp_noted_limit(const TcpStack *stack, uint32_t limit)
{
    return stack->config->retries_spent == RETRIES_SPENT_GIVES_UP ? limit : 0;
}

/* What `retries` repetitions would take if each RTO doubled from the first one (Linux, tcp_model_timeout()):
 * (2^(N+1) - 1) times that, while it stays below the greatest. */
static SimTime retries_as_time(const HostConfig *config, uint32_t retries, SimTime rto)
{
    SimTime total = 0;

    for (uint32_t i = 0; i <= retries; i++) {
        total = sim_time_add(total, rto);
        rto = rto * 2 < config->tcp_rto_max_ms ? rto * 2 : config->tcp_rto_max_ms;
    }
    return total;
}

/* Linux (retransmits_timed_out()): linear timeouts add repeats of a SYN, but no time beyond what tcp_syn_retries
 * stands for. */
static bool is_syn_timed_out(const TcpStack *stack, const TcpConnection *conn, SimTime now)
{
    const HostConfig *config = stack->config;

    return config->tcp_syn_linear_timeouts > 0 && config->give_up == GIVE_UP_TIME &&
           !conn->passive && conn->una_position == 0 && conn->retries > 0 &&
           now - conn->first_sent >=
               retries_as_time(config, (uint32_t)config->tcp_syn_retries, config->initial_rto);
}

static bool is_spent(const TcpStack *stack, const TcpConnection *conn, uint32_t limit)
{
    const HostConfig *config = stack->config;
    uint32_t mss = conn->una_position > 0 ? conn->peer_mss
                                          : tcp_timers_halved_mss(config, conn->retries, limit);

    return tcp_timers_are_spent(config, conn->retries, limit, mss);
}

/* Linux (tcp_retransmit_timer()): what lies in no window any more is a probe of it, for as long as that is answered. */
static bool has_shrunk_away(const TcpStack *stack, const TcpConnection *conn)
{
    return conn->snd_wnd == 0 && conn->una_position > 0 && tcp_is_linux_sender(stack) &&
           !tcp_is_orphan(conn);
}

bool tcp_is_given_up(const TcpStack *stack, const TcpConnection *conn, SimTime now)
{
    if (is_never_given_up(stack, conn))
        return false;
    if (is_syn_timed_out(stack, conn, now))
        return true;
    if (has_shrunk_away(stack, conn))
        return now - conn->last_received > stack->config->tcp_rto_max_ms;
    bool counted;
    uint32_t limit = tcp_retry_limit(stack, conn, &counted);
    if (stack->tuning != NULL && stack->tuning->user_timeout && conn->retries > 0 &&
        (conn->una_position > 0 || conn->retries < limit))
        return tcp_tuning_is_timed_out(stack->tuning, conn, now);
    if (counted && is_spent(stack, conn, limit))
        return true;
    if (conn->una_position == 0)
        return false;
    if (stack->config->r2 && now - conn->first_sent >= stack->config->r2)
        return true;
    return !counted && conn->retries > 0 &&
           now - conn->first_retry >= retries_as_time(stack->config, limit, least_timeout);
}

bool tcp_is_last_wait(const TcpStack *stack, const TcpConnection *conn)
{
    bool counted;
    uint32_t limit = tcp_retry_limit(stack, conn, &counted);

    return counted && is_spent(stack, conn, limit);
}
