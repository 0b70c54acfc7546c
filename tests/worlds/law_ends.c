/* Both ends end, or the trace says why they cannot: for each connection that is left when nothing is
 * left to happen there is an explanation.
 *
 *   ESTABLISHED, CLOSE-WAIT   its application never closed it (law_states.c has seen to it that a close
 *                             that succeeded leads on, law_streams.c that all data were sent)
 *   FIN-WAIT-2                its peer never closed, or ended without a FIN: by a reset, by giving up, by
 *                             a crash; and nobody counts the time (tcp_fin_timeout)
 *
 * And the two ends agree: who has acknowledged a FIN has taken it.
 */
#include "watch.h"

static const char *name_of(const Watch *watch, guint host)
{
    return g_array_index(watch->plan->hosts, PlanHost, host).name;
}

static gboolean has_timeout(const Watch *watch, guint host)
{
    return g_array_index(watch->plan->hosts, PlanHost, host).config.tcp_fin_timeout > 0;
}

/* Its FIN was acknowledged, and it ended or waits as one does then. */
static gboolean closed_in_order(const ConnWatch *conn)
{
    return conn->state == TCP_STATE_FIN_WAIT_2 || conn->state == TCP_STATE_TIME_WAIT ||
           (conn->state == TCP_STATE_CLOSED &&
            (conn->why == TCP_REASON_TIME_WAIT_OVER || conn->why == TCP_REASON_FIN_ACKED ||
             conn->why == TCP_REASON_FIN_WAIT_2_OVER));
}

/* It lives, and the peer's FIN has not come. */
static gboolean awaits_fin(const ConnWatch *conn)
{
    return conn->state == TCP_STATE_ESTABLISHED || conn->state == TCP_STATE_FIN_WAIT_2 ||
           conn->state == TCP_STATE_FIN_WAIT_1;
}

static void check_explained(Watch *watch, guint host, const ConnWatch *conn)
{
    const char *name = name_of(watch, host);
    gboolean waits_for_own = conn->state == TCP_STATE_ESTABLISHED || //
                             conn->state == TCP_STATE_CLOSE_WAIT;

    if (waits_for_own && conn->shut)
        broken(watch, NULL, "%s.%u was closed, and is in %s", name, conn->id,
               tcp_state_name(conn->state));
    if (conn->state == TCP_STATE_FIN_WAIT_2 && conn->closed && has_timeout(watch, host))
        broken(watch, NULL, "%s.%u has no timer in FIN-WAIT-2", name, conn->id);
    if (!conn->shut && conn->state == TCP_STATE_FIN_WAIT_2)
        broken(watch, NULL, "%s.%u is in FIN-WAIT-2, and nobody closed it", name, conn->id);
}

/* Forged segments may make either end believe anything; of several incarnations it is not known which
 * have spoken to each other. */
static void check_agreement(Watch *watch, guint host, const ConnWatch *conn)
{
    Peers peers = peers_of(watch, host, conn);

    if (watch->has_forged || peers.count != 1 || peers.own != 1)
        return;
    if (awaits_fin(conn) && closed_in_order(peers.last))
        broken(watch, NULL, "%s.%u acknowledged a FIN, and is in %s", name_of(watch, host),
               conn->id, tcp_state_name(conn->state));
}

static void check_end(Watch *watch, guint host, const ConnWatch *conn)
{
    if (!conn->over)
        check_explained(watch, host, conn);
    if (conn->has_ends)
        check_agreement(watch, host, conn);
}

void law_ends(Watch *watch)
{
    if (ended_quietly(watch))
        each_conn(watch, check_end);
}
