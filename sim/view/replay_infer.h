/* How a replay is inferred, a file a question, in the order in which replay.c asks them.  Private to view/. */
#ifndef TCPWALTZ_VIEW_REPLAY_INFER_H
#define TCPWALTZ_VIEW_REPLAY_INFER_H

#include "view/replay.h"

static inline ReplaySent *replay_sent_at(const Replay *replay, ReplayEnd end, guint i)
{
    return &g_array_index(replay->sent[end], ReplaySent, i);
}

static inline ReplayEnd replay_other(ReplayEnd end)
{
    return end == REPLAY_CLIENT ? REPLAY_SERVER : REPLAY_CLIENT;
}

static inline gboolean replay_takes_numbers(const ReplaySent *sent)
{
    return sent->end != sent->seq;
}

static inline gboolean replay_acknowledges(const ReplaySent *sent, guint32 number)
{
    return sent->seen != NULL && (sent->seen->segment.flags & TCP_ACK) && seq_le(number, sent->ack);
}

/* Each of the two ways, by the shortest answers; and so where the capture was taken. */
void replay_find_delays(Replay *replay);

/* What was overtaken or doubled on its way. */
void replay_find_overtaken(Replay *replay, ReplayEnd end);

/* What did not arrive, of all that this end sent. */
void replay_find_losses(Replay *replay, ReplayEnd end);

/* Something came back that ends the wait for an answer without one. */
gboolean replay_is_refused_between(const Replay *replay, ReplayEnd by, SimTime from, SimTime to);

/* What the application of this end did. */
void replay_find_steps(Replay *replay, ReplayEnd end);

#endif
