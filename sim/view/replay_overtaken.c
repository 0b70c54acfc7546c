/* What was overtaken on its way: a hole in the numbers that is filled so soon that nobody can have been asked for it. */
#include "view/replay_infer.h"

/* What fills this hole; 0: nothing does in less than a round trip. */
static guint filler_of(const Replay *replay, ReplayEnd end, guint hole)
{
    const ReplaySent *unseen = replay_sent_at(replay, end, hole);
    SimTime round_trip = replay->delay[REPLAY_CLIENT] + replay->delay[REPLAY_SERVER];

    for (guint i = hole + 1; i < replay->sent[end]->len; i++) {
        const ReplaySent *sent = replay_sent_at(replay, end, i);

        if (sent->t - unseen->t >= round_trip - round_trip / 10)
            return 0;
        if (sent->seen != NULL && !sent->is_copy && sent->seq == unseen->seq &&
            seq_ge(sent->end, unseen->end) && sent->end != sent->seq)
            return i;
    }
    return 0;
}

/* The holes from here on that lie before this number. */
static guint count_filled(const Replay *replay, ReplayEnd end, guint hole, guint32 number)
{
    guint count = 0;

    while (hole + count < replay->sent[end]->len &&
           replay_sent_at(replay, end, hole + count)->seen == NULL &&
           seq_le(replay_sent_at(replay, end, hole + count)->end, number))
        count++;
    return count;
}

/* Whoever captured where it was sent has seen the order in which it was sent. */
static gboolean is_at_sender(const Replay *replay, ReplayEnd end)
{
    return replay->place == (end == REPLAY_CLIENT ? REPLAY_AT_CLIENT : REPLAY_AT_SERVER);
}

void replay_find_overtaken(Replay *replay, ReplayEnd end)
{
    if (!replay->knows_delays || is_at_sender(replay, end))
        return;
    for (guint i = 0; i < replay->sent[end]->len; i++) {
        guint at = replay_sent_at(replay, end, i)->seen == NULL ? filler_of(replay, end, i) : 0;

        if (at == 0)
            continue;
        ReplaySent overtaken = *replay_sent_at(replay, end, at);
        SimTime t = replay_sent_at(replay, end, i)->t;

        overtaken.late = overtaken.t - t;
        overtaken.t = t;
        overtaken.is_new = TRUE;
        g_array_remove_index(replay->sent[end], at);
        g_array_remove_range(replay->sent[end], i, count_filled(replay, end, i, overtaken.end));
        g_array_insert_val(replay->sent[end], i, overtaken);
    }
}
