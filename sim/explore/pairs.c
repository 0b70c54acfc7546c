/* Pairs of states. */
#include "explore/pairs.h"

static guint number_of(ExplorePair pair)
{
    return pair.one * TCP_STATE_COUNT + pair.other;
}

gboolean explore_pairs_follows(const ExplorePairs *pairs, ExplorePair from, ExplorePair to)
{
    guint bit = number_of(to);

    return (pairs->follows[number_of(from)][bit / 8] & 1U << bit % 8) != 0;
}

/* Who called connect comes first; of two, the host declared first. */
static gboolean comes_first(const WatchConn *conn, const WatchConn *peer)
{
    if (conn->passive || (peer != NULL && peer->passive))
        return !conn->passive;
    return conn->host <= conn->peer;
}

static ExplorePair pair_of(const WatchConn *conn, TcpState own, const WatchConn *peer)
{
    TcpState other = peer != NULL    ? peer->state
                     : conn->passive ? TCP_STATE_CLOSED
                                     : TCP_STATE_LISTEN;

    return comes_first(conn, peer) ? (ExplorePair){own, other} : (ExplorePair){other, own};
}

void pairs_after(ExplorePairs *pairs, const Watch *watch, const TraceEvent *event)
{
    const WatchConn *conn = watch_conn(watch, event);

    if (conn == NULL)
        return;
    const WatchConn *peer = watch_peer(watch, conn);
    ExplorePair before = pair_of(conn, event->state.from, peer);
    ExplorePair now = pair_of(conn, event->state.to, peer);
    guint bit = number_of(now);

    pairs->seen[now.one][now.other]++;
    pairs->follows[number_of(before)][bit / 8] |= (guint8)(1U << bit % 8);
}

void pairs_add(ExplorePairs *pairs, const ExplorePairs *other)
{
    for (guint one = 0; one < TCP_STATE_COUNT; one++) {
        for (guint two = 0; two < TCP_STATE_COUNT; two++)
            pairs->seen[one][two] += other->seen[one][two];
    }
    for (guint from = 0; from < G_N_ELEMENTS(pairs->follows); from++) {
        for (guint byte = 0; byte < sizeof pairs->follows[from]; byte++)
            pairs->follows[from][byte] |= other->follows[from][byte];
    }
}
