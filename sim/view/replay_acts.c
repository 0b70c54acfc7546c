/* What the applications did, as what their hosts sent shows. */
#include "view/replay_infer.h"
#include "view/replay_words.h"

/* What an application does in the instant in which a SYN-ACK or a FIN comes goes out with the answer to that:
 * nothing has acknowledged it before. */
static gboolean is_answer_itself(const Replay *replay, ReplayEnd end, const ReplaySent *sent,
                                 const ReplaySent *asked)
{
    guint8 flag = sent->class == SEGMENT_FIN ? TCP_FIN : TCP_SYN;

    if (asked->seen == NULL || !(asked->seen->segment.flags & flag) ||
        sent->t > asked->t + replay->delay[replay_other(end)] + SIM_MILLISECOND)
        return FALSE;
    for (guint i = 0; replay_sent_at(replay, end, i) != sent; i++) {
        const ReplaySent *before = replay_sent_at(replay, end, i);

        if (replay_acknowledges(before, asked->end) && before->class != SEGMENT_SYN_ACK)
            return FALSE;
    }
    return TRUE;
}

/* A step that answers what has just arrived comes right behind it, whatever the clocks say. */
static ReplayStep step_of(const Replay *replay, ReplayEnd end, const ReplaySent *sent,
                          ReplayAct act)
{
    ReplayStep step = {.t = sent->t, .end = end, .act = act};

    for (guint i = 0; sent->seen != NULL && i < replay->sent[replay_other(end)]->len; i++) {
        const ReplaySent *asked = replay_sent_at(replay, replay_other(end), i);

        if (asked->t > sent->t)
            break;
        if (!replay_takes_numbers(asked) || asked->is_lost ||
            !replay_acknowledges(sent, asked->end))
            continue;
        step.t = MAX(step.t, asked->t + replay->delay[replay_other(end)] + 1);
        step.is_answer = step.is_answer || is_answer_itself(replay, end, sent, asked);
    }
    return step;
}

/* Data that follow a full segment soon are of the same call: so it goes on; and so are data that follow, whenever, what
 * left no room for a full segment in the window. */
typedef struct Writing {
    ReplayStep step;
    SimTime last;
    gboolean goes_on, fills_window;
    guint heard;  /* of the other end's segments, so many have come … */
    guint32 edge; /* … and so far may be sent; 0: nobody knows */
} Writing;

/* How far this end may send at `t`. */
static void hear_until(const Replay *replay, ReplayEnd end, Writing *writing, SimTime t)
{
    const GArray *heard = replay->sent[replay_other(end)];
    guint shift = replay->shift[replay_other(end)];

    for (; writing->heard < heard->len; writing->heard++) {
        const ReplaySent *sent = replay_sent_at(replay, replay_other(end), writing->heard);

        if (sent->t + replay->delay[replay_other(end)] > t)
            return;
        if (sent->seen != NULL && (sent->seen->segment.flags & TCP_ACK) && !sent->is_lost)
            writing->edge = sent->ack + ((guint32)sent->seen->segment.window
                                         << (sent->class == SEGMENT_SYN_ACK ? 0 : shift));
    }
}

static void end_writing(Replay *replay, Writing *writing)
{
    if (writing->step.bytes > 0)
        g_array_append_val(replay->steps, writing->step);
    *writing = (Writing){.heard = writing->heard, .edge = writing->edge};
}

/* Since when the other end's window has been closed, as this one sees it before `t`: then data have waited, if
 * something asked.  SIM_NEVER: it is not, or nothing did. */
static SimTime closed_since(const Replay *replay, ReplayEnd end, SimTime t)
{
    static const SimTime soon =
        5 * SIM_MILLISECOND; /* an update is followed by what waited for it */
    SimTime since = SIM_NEVER;
    gboolean asked = FALSE;

    for (guint i = 0; i < replay->sent[replay_other(end)]->len; i++) {
        const ReplaySent *sent = replay_sent_at(replay, replay_other(end), i);

        if (sent->t >= t)
            break;
        if (sent->seen == NULL || sent->is_lost || (sent->seen->segment.flags & TCP_RST))
            continue;
        SimTime arrival = sent->t + replay->delay[replay_other(end)];

        if (sent->seen->segment.window > 0 && t - arrival > soon)
            since = SIM_NEVER;
        else if (sent->seen->segment.window == 0 && since == SIM_NEVER)
            since = arrival + 1;
    }
    for (guint i = 0; since != SIM_NEVER && i < replay->sent[end]->len && !asked; i++) {
        const ReplaySent *sent = replay_sent_at(replay, end, i);

        asked = sent->is_probe && sent->t >= since && sent->t <= t;
    }
    return asked ? since : SIM_NEVER;
}

/* Nothing came just before that opened the window: a timer had enough of waiting for that (RFC 9293 §3.8.6.2.1). */
static gboolean is_unasked(const Replay *replay, ReplayEnd end, const Writing *writing, SimTime t)
{
    static const SimTime soon = 5 * SIM_MILLISECOND;

    return writing->heard == 0 ||
           t - replay_sent_at(replay, replay_other(end), writing->heard - 1)->t -
                   replay->delay[replay_other(end)] >
               soon;
}

/* No full segment is shorter: what the two agreed on, less room for options; or for a path that is narrower. */
static guint32 least_full(const Replay *replay)
{
    enum { NARROW = 400, OPTIONS = 40 };
    guint32 least = NARROW;

    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++) {
        const Segment *opening = replay_opening_of(replay, end);

        if (opening != NULL && (opening->options.present & OPTION_MSS))
            least = MIN(least, MAX(opening->options.mss, OPTIONS + 1) - OPTIONS);
    }
    return least;
}

static void write_on(Replay *replay, Writing *writing, ReplayEnd end, ReplaySent *sent,
                     guint32 bytes, guint32 longest)
{
    SimTime round_trip = replay->delay[REPLAY_CLIENT] + replay->delay[REPLAY_SERVER];
    SimTime soon = 2 * round_trip + 50 * SIM_MILLISECOND;

    hear_until(replay, end, writing, sent->t);
    /* As much as there was room for, and no more, waited for room. */
    gboolean has_waited = writing->fills_window ||
                          (writing->goes_on && writing->edge != 0 && sent->end == writing->edge);
    if (!has_waited && (!writing->goes_on || sent->t - writing->last > soon)) {
        end_writing(replay, writing);
        writing->step = step_of(replay, end, sent, REPLAY_SEND);
        /* What goes out with the last part of the handshake was there before. */
        if (writing->step.is_answer)
            writing->step.t = 0;
        writing->step.t = MIN(writing->step.t, closed_since(replay, end, sent->t));
        writing->step.is_answer = FALSE;
    } else if (has_waited && is_unasked(replay, end, writing, sent->t)) {
        sent->is_probe = TRUE;
    }
    writing->step.bytes += bytes;
    writing->last = sent->t;
    writing->goes_on = bytes >= longest && bytes >= least_full(replay);
    writing->fills_window = writing->edge != 0 && seq_gt(sent->end + longest, writing->edge);
}

/* The other end says something new behind this time, and is not refused. */
static gboolean is_spoken_to(const Replay *replay, ReplayEnd end, SimTime t)
{
    for (guint i = 0; i < replay->sent[replay_other(end)]->len; i++) {
        const ReplaySent *sent = replay_sent_at(replay, replay_other(end), i);

        if (sent->class == SEGMENT_DATA && sent->is_new && sent->t > t)
            return !replay_is_refused_between(replay, end, sent->t, SIM_NEVER);
    }
    return FALSE;
}

static guint32 payload_of(const ReplaySent *sent)
{
    return sent->seen != NULL ? sent->seen->segment.length : sent->end - sent->seq;
}

static ReplayAct act_of_end(const Replay *replay, ReplayEnd end, const ReplaySent *sent)
{
    if (sent->class == SEGMENT_RST)
        return REPLAY_ABORT;
    return is_spoken_to(replay, end, sent->t) ? REPLAY_SHUTDOWN : REPLAY_CLOSE;
}

static void add_step(Replay *replay, ReplayEnd end, const ReplaySent *sent, ReplayAct act)
{
    ReplayStep step = step_of(replay, end, sent, act);

    g_array_append_val(replay->steps, step);
}

/* Does nothing of this end's application come behind it?  An RST that acknowledges nothing is no application's,
 * but the answer of a host that knows no such connection (RFC 9293 §3.10.7.1). */
static gboolean is_end(const Replay *replay, const ReplaySent *sent)
{
    gboolean is_abort = sent->class == SEGMENT_RST && sent->seen != NULL &&
                        (sent->seen->segment.flags & TCP_ACK) != 0;

    return (is_abort && replay->listens) || (sent->class == SEGMENT_FIN && sent->is_new);
}

/* Data that wait for a window at the end of the capture: nobody knows how many, but that they would fill segments.  They
 * are of the call that filled the window, or if nothing of them was seen, of one of their own. */
static void add_waiting(Replay *replay, ReplayEnd end, Writing *writing, guint32 longest)
{
    enum { BYTES = 1000 };
    SimTime since = closed_since(replay, end, replay->end + 1);
    guint32 bytes = MAX(2 * longest, BYTES);
    ReplayStep step = {.t = since, .end = end, .act = REPLAY_SEND, .bytes = bytes};

    if (since == SIM_NEVER)
        return;
    if (writing->step.bytes > 0)
        writing->step.bytes += bytes;
    else
        g_array_append_val(replay->steps, step);
}

void replay_find_steps(Replay *replay, ReplayEnd end)
{
    Writing writing = {.goes_on = FALSE};
    gboolean is_over = FALSE;
    guint32 longest = 0;

    for (guint i = 0; i < replay->sent[end]->len; i++)
        longest = MAX(longest, payload_of(replay_sent_at(replay, end, i)));
    for (guint i = 0; i < replay->sent[end]->len && !is_over; i++) {
        ReplaySent *sent = replay_sent_at(replay, end, i);

        if (sent->class == SEGMENT_SYN && i == 0)
            add_step(replay, end, sent, REPLAY_CONNECT);
        if (sent->is_new && payload_of(sent) > 0)
            write_on(replay, &writing, end, sent, payload_of(sent), longest);
        is_over = is_end(replay, sent);
        if (!is_over)
            continue;
        end_writing(replay, &writing);
        add_step(replay, end, sent, act_of_end(replay, end, sent));
    }
    if (!is_over)
        add_waiting(replay, end, &writing, longest);
    end_writing(replay, &writing);
}
