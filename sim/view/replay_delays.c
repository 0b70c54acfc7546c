/* How long the two ways take, as the answers show. */
#include "view/replay_infer.h"

/* Were these numbers sent again up to `t`?  Then an answer of then may be one to that (Karn). */
static gboolean is_sent_again(const Replay *replay, ReplayEnd end, guint i, SimTime t)
{
    const ReplaySent *sent = replay_sent_at(replay, end, i);

    for (guint j = i + 1; j < replay->sent[end]->len && replay_sent_at(replay, end, j)->t <= t;
         j++) {
        const ReplaySent *later = replay_sent_at(replay, end, j);

        if (replay_takes_numbers(later) && seq_le(later->seq, sent->seq) &&
            seq_gt(later->end, sent->seq))
            return TRUE;
    }
    return FALSE;
}

/* The shortest time in which what `end` sends was answered, in the first place or also when it sent that again;
 * SIM_NEVER: nothing was. */
static SimTime shortest_answer(const Replay *replay, ReplayEnd end, gboolean also_again)
{
    const GArray *answers = replay->sent[replay_other(end)];
    SimTime shortest = SIM_NEVER;
    guint at = 0;

    for (guint i = 0; i < replay->sent[end]->len; i++) {
        const ReplaySent *sent = replay_sent_at(replay, end, i);

        if (!replay_takes_numbers(sent) || !(sent->is_new || also_again) || sent->seen == NULL ||
            sent->is_lost || sent->is_copy)
            continue;
        while (at < answers->len &&
               (replay_sent_at(replay, replay_other(end), at)->t < sent->t ||
                !replay_acknowledges(replay_sent_at(replay, replay_other(end), at), sent->end)))
            at++;
        if (at < answers->len &&
            !is_sent_again(replay, end, i, replay_sent_at(replay, replay_other(end), at)->t))
            shortest = MIN(shortest, replay_sent_at(replay, replay_other(end), at)->t - sent->t);
    }
    return shortest;
}

/* So late an answer is somebody's second thought.  What was sent once tells more than what was sent again, whose
 * answer may be that to the first one (Karn). */
static SimTime delay_of(const Replay *replay, ReplayEnd end)
{
    static const SimTime longest = 2 * SIM_SECOND;
    SimTime answer = shortest_answer(replay, end, FALSE);

    if (answer >= longest)
        answer = shortest_answer(replay, end, TRUE);
    return answer < longest ? answer : SIM_NEVER;
}

void replay_find_delays(Replay *replay)
{
    static const SimTime unknown = 10 * SIM_MILLISECOND;
    SimTime there = delay_of(replay, REPLAY_CLIENT), back = delay_of(replay, REPLAY_SERVER);

    replay->place = REPLAY_BETWEEN;
    replay->knows_delays = there != SIM_NEVER || back != SIM_NEVER;
    if (there != SIM_NEVER && (back == SIM_NEVER || back < there / 10))
        replay->place = REPLAY_AT_CLIENT;
    else if (back != SIM_NEVER && (there == SIM_NEVER || there < back / 10))
        replay->place = REPLAY_AT_SERVER;
    replay->delay[REPLAY_CLIENT] = there != SIM_NEVER ? there : back != SIM_NEVER ? 0 : unknown;
    replay->delay[REPLAY_SERVER] = back != SIM_NEVER ? back : there != SIM_NEVER ? 0 : unknown;
}
