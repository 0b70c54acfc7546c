/* What was lost, as what was sent again tells, and what was not answered. */
#include "view/replay_infer.h"

gboolean replay_is_refused_between(const Replay *replay, ReplayEnd by, SimTime from, SimTime to)
{
    for (guint i = 0; i < replay->sent[by]->len; i++) {
        const ReplaySent *sent = replay_sent_at(replay, by, i);

        if (sent->class == SEGMENT_RST && sent->t >= from && sent->t <= to)
            return TRUE;
    }
    return FALSE;
}

/* Answers to what was sent in `before`, which was sent again though: those that should have come in time were
 * lost.  FALSE: there were none, not even one that came too late. */
static gboolean lose_answers(Replay *replay, ReplayEnd by, const ReplaySent *before,
                             const ReplaySent *again)
{
    gboolean any = FALSE;

    for (guint i = 0; i < replay->sent[by]->len; i++) {
        ReplaySent *sent = replay_sent_at(replay, by, i);
        gboolean is_of_before =
            sent->t >= before->t && sent->t < again->t + replay->delay[replay_other(by)];

        if (!is_of_before || !replay_acknowledges(sent, before->end))
            continue;
        sent->is_lost = sent->is_lost || sent->t + replay->delay[by] < again->t;
        any = TRUE;
    }
    return any;
}

/* The last time before entry `i` that these numbers were sent; NULL: never. */
static ReplaySent *sent_before(const Replay *replay, ReplayEnd end, guint i)
{
    const ReplaySent *again = replay_sent_at(replay, end, i);

    while (i-- > 0) {
        ReplaySent *before = replay_sent_at(replay, end, i);

        if (replay_takes_numbers(before) && !before->is_copy && seq_le(before->seq, again->seq) &&
            seq_gt(before->end, again->seq))
            return before;
    }
    return NULL;
}

/* Somebody has said something when an answer to this was due. */
static gboolean is_answered_at_once(const Replay *replay, ReplayEnd end, const ReplaySent *sent)
{
    static const SimTime soon = 5 * SIM_MILLISECOND;
    SimTime due = sent->t + replay->delay[end] + replay->delay[replay_other(end)];

    for (guint i = 0; i < replay->sent[replay_other(end)]->len; i++) {
        SimTime t = replay_sent_at(replay, replay_other(end), i)->t;

        if (t >= sent->t && t <= due + soon)
            return TRUE;
    }
    return FALSE;
}

static void judge_repetition(Replay *replay, ReplayEnd end, guint i)
{
    const ReplaySent *again = replay_sent_at(replay, end, i);
    ReplaySent *before = sent_before(replay, end, i);

    if (before == NULL || before->is_lost ||
        again->t - before->t < SIM_MILLISECOND || /* no timeout */
        replay_is_refused_between(replay, replay_other(end), before->t, again->t))
        return;
    if (!lose_answers(replay, replay_other(end), before, again))
        before->is_lost = TRUE;
    else
        before->is_doubtful = !is_answered_at_once(replay, end, before);
}

/* Nobody ever answered it, though there was time. */
static gboolean is_unanswered(const Replay *replay, ReplayEnd end, const ReplaySent *sent)
{
    for (guint i = 0; i < replay->sent[replay_other(end)]->len; i++) {
        const ReplaySent *answer = replay_sent_at(replay, replay_other(end), i);

        if (answer->t >= sent->t &&
            (replay_acknowledges(answer, sent->end) || answer->class == SEGMENT_RST))
            return FALSE;
    }
    return TRUE;
}

void replay_find_losses(Replay *replay, ReplayEnd end)
{
    for (guint i = 0; i < replay->sent[end]->len; i++) {
        const ReplaySent *sent = replay_sent_at(replay, end, i);

        if (replay_takes_numbers(sent) && !sent->is_new && !sent->is_copy &&
            sent->class != SEGMENT_RST)
            judge_repetition(replay, end, i);
    }
    for (guint i = 0; i < replay->sent[end]->len; i++) {
        ReplaySent *sent = replay_sent_at(replay, end, i);

        if (replay_takes_numbers(sent) && sent->class != SEGMENT_RST &&
            is_unanswered(replay, end, sent))
            sent->is_lost = TRUE;
    }
}
