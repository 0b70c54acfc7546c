/* Inferring what happened to a connection; what is inferred stands in replay.h. */
#include "view/replay_words.h"

#include <string.h>

enum {
    SEGMENTS_MAX = 10000, /* each is laid beside all others */
    UNSEEN_MOST = 256,    /* segments in a hole; longer ones are odd numbers */
};

static ReplaySent *sent_at(const Replay *replay, ReplayEnd end, guint i)
{
    return &g_array_index(replay->sent[end], ReplaySent, i);
}

static ReplayEnd other(ReplayEnd end)
{
    return end == REPLAY_CLIENT ? REPLAY_SERVER : REPLAY_CLIENT;
}

static gboolean takes_numbers(const ReplaySent *sent)
{
    return sent->end != sent->seq;
}

static gboolean acknowledges(const ReplaySent *sent, guint32 number)
{
    return sent->seen != NULL && (sent->seen->segment.flags & TCP_ACK) && seq_le(number, sent->ack);
}

/* --- what was sent ------------------------------------------------------------------------ */

/* Numbers between what was sent and what is seen: in segments as long as the longest that was seen. */
static void add_unseen(GArray *list, SimTime t, guint32 from, guint32 to, guint32 longest)
{
    if (to - from > UNSEEN_MOST * longest)
        return;
    for (guint32 at = from; at != to;) {
        guint32 length = MIN(to - at, longest);
        ReplaySent lost = {.t = t,
                           .class = SEGMENT_DATA,
                           .seq = at,
                           .end = at + length,
                           .is_new = TRUE,
                           .is_lost = TRUE};

        g_array_append_val(list, lost);
        at += length;
    }
}

static guint32 longest_of(const GPtrArray *events, guint host)
{
    guint32 longest = 1;

    for (guint i = 0; i < events->len; i++) {
        const TraceEvent *event = g_ptr_array_index(events, i);

        if (event->host == host)
            longest = MAX(longest, event->segment.seen->segment.length);
    }
    return longest;
}

static guint32 seq_of(const Replay *replay, ReplayEnd end, const TraceSeen *seen)
{
    return seen->seq_is_absolute ? seen->seq - replay->base[end] : seen->seq;
}

static guint32 ack_of(const Replay *replay, ReplayEnd end, const TraceSeen *seen)
{
    return seen->ack_is_absolute ? seen->ack - replay->base[other(end)] : seen->ack;
}

/* What is a hole in the numbers at first is filled later, or was never sent: an odd number of somebody. */
static gboolean is_filled_later(const Replay *replay, ReplayEnd end, const GPtrArray *events,
                                guint at, guint32 number)
{
    const TraceEvent *before = g_ptr_array_index(events, at);

    for (guint i = at + 1; i < events->len; i++) {
        const TraceEvent *event = g_ptr_array_index(events, i);

        if (event->host == before->host && seq_of(replay, end, event->segment.seen) == number)
            return TRUE;
    }
    return FALSE;
}

/* Does it ask?  `window` is the other end's newest. */
static gboolean is_probe(const ReplaySent *sent, guint32 next, guint window)
{
    const Segment *segment = &sent->seen->segment;

    if ((segment->flags & (TCP_SYN | TCP_FIN | TCP_RST)) || segment->length > 1 || next == 0)
        return FALSE;
    return sent->seq == next - 1 || (window == 0 && segment->length == 1);
}

/* What has been collected of one end: the number behind its last, and the window that the other end gave it. */
typedef struct Collected {
    guint32 next, longest;
    guint window;
} Collected;

static void collect_one(Replay *replay, ReplayEnd end, const GPtrArray *events, guint at,
                        Collected *so_far)
{
    const TraceEvent *event = g_ptr_array_index(events, at);
    const TraceSeen *seen = event->segment.seen;
    ReplaySent sent = {.t = event->t - replay->start, .seen = seen, .class = event->segment.class};

    sent.seq = seq_of(replay, end, seen);
    sent.end = sent.seq + segment_seq_length(&seen->segment);
    sent.ack = ack_of(replay, end, seen);
    sent.is_lost = event->segment.fate == TRACE_FATE_LOST;
    sent.is_copy = event->segment.copy > 0;
    sent.is_probe = is_probe(&sent, so_far->next, so_far->window);
    if (takes_numbers(&sent) && !sent.is_copy && !(seen->segment.flags & TCP_RST)) {
        if (seq_gt(sent.seq, so_far->next) &&
            is_filled_later(replay, end, events, at, so_far->next))
            add_unseen(replay->sent[end], sent.t, so_far->next, sent.seq, so_far->longest);
        sent.is_new = seq_gt(sent.end, so_far->next) && event->segment.retry == 0;
        so_far->next = seq_gt(sent.end, so_far->next) ? sent.end : so_far->next;
    }
    g_array_append_val(replay->sent[end], sent);
}

/* One end's segments, and those that must have been between them. */
static void collect(Replay *replay, const GPtrArray *events, ReplayEnd end, guint host)
{
    Collected so_far = {.next = replay->begin == REPLAY_FROM_LATER ? 1 : 0,
                        .longest = longest_of(events, host),
                        .window = 1};

    for (guint i = 0; i < events->len; i++) {
        const TraceEvent *event = g_ptr_array_index(events, i);

        if (event->host == host)
            collect_one(replay, end, events, i, &so_far);
        else if (!(event->segment.seen->segment.flags & TCP_RST))
            so_far.window = event->segment.seen->segment.window;
    }
}

/* --- windows ------------------------------------------------------------------------------ */

enum { SHIFT_MAX = 14 };

/* FALSE: only one of them offered it, or nobody knows. */
static gboolean agreed_on_shifts(Replay *replay)
{
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++) {
        const Segment *opening = replay_opening_of(replay, end);

        if (opening == NULL || !(opening->options.present & OPTION_WINDOW_SCALE))
            return FALSE;
        replay->shift[end] = MIN(opening->options.window_scale, SHIFT_MAX);
    }
    return TRUE;
}

/* The widest window that an end gives, as its segments say it. */
guint replay_widest_window(const Replay *replay, ReplayEnd end)
{
    guint widest = 0;

    for (guint i = 0; i < replay->sent[end]->len; i++) {
        const ReplaySent *sent = sent_at(replay, end, i);

        if (sent->seen != NULL && sent->class != SEGMENT_RST)
            widest = MAX(widest, sent->seen->segment.window);
    }
    return widest;
}

/* The shift with which this window is so many bytes; negative: with none. */
static int shift_between(guint window, guint32 bytes)
{
    int shift = 0;

    while (shift <= SHIFT_MAX && (guint64)window << shift != bytes)
        shift++;
    return window > 0 && shift <= SHIFT_MAX ? shift : -1;
}

/* Who waited for room sends as much as there is: a segment tells how long a window is.  negative: none does. */
static int shown_shift(const Replay *replay, ReplayEnd end)
{
    const GArray *windows = replay->sent[end], *data = replay->sent[other(end)];
    guint window = 0, at = 0;
    int shift = -1;

    for (guint i = 0; i < data->len && shift < 0; i++) {
        const ReplaySent *sent = sent_at(replay, other(end), i);

        for (; at < windows->len && sent_at(replay, end, at)->t < sent->t; at++) {
            const ReplaySent *says = sent_at(replay, end, at);

            window = says->seen != NULL ? says->seen->segment.window : window;
        }
        if (sent->is_new && sent->seen != NULL)
            shift = shift_between(window, sent->seen->segment.length);
    }
    return shift;
}

/* Nobody saw what was agreed.  A window that never has room for two segments is one of another unit. */
static guint guess_shift(const Replay *replay, ReplayEnd end)
{
    enum { TWO_SEGMENTS = 2 * 1460, USUAL = 7 };
    guint widest = replay_widest_window(replay, end);
    int shown = shown_shift(replay, end);

    if (widest == 0 || widest >= TWO_SEGMENTS)
        return 0;
    return shown >= 0 ? (guint)shown : USUAL;
}

static void find_shifts(Replay *replay)
{
    gboolean agreed = agreed_on_shifts(replay);

    for (ReplayEnd end = 0; end < REPLAY_ENDS && !agreed; end++)
        replay->shift[end] = replay->begin == REPLAY_FROM_LATER ? guess_shift(replay, end) : 0;
}

/* --- delays ------------------------------------------------------------------------------- */

/* Were these numbers sent again up to `t`?  Then an answer of then may be one to that (Karn). */
static gboolean is_sent_again(const Replay *replay, ReplayEnd end, guint i, SimTime t)
{
    const ReplaySent *sent = sent_at(replay, end, i);

    for (guint j = i + 1; j < replay->sent[end]->len && sent_at(replay, end, j)->t <= t; j++) {
        const ReplaySent *later = sent_at(replay, end, j);

        if (takes_numbers(later) && seq_le(later->seq, sent->seq) && seq_gt(later->end, sent->seq))
            return TRUE;
    }
    return FALSE;
}

/* The shortest time in which what `end` sends was answered, in the first place or also when it sent that again;
 * SIM_NEVER: nothing was. */
static SimTime shortest_answer(const Replay *replay, ReplayEnd end, gboolean also_again)
{
    const GArray *answers = replay->sent[other(end)];
    SimTime shortest = SIM_NEVER;
    guint at = 0;

    for (guint i = 0; i < replay->sent[end]->len; i++) {
        const ReplaySent *sent = sent_at(replay, end, i);

        if (!takes_numbers(sent) || !(sent->is_new || also_again) || sent->seen == NULL ||
            sent->is_lost || sent->is_copy)
            continue;
        while (at < answers->len && (sent_at(replay, other(end), at)->t < sent->t ||
                                     !acknowledges(sent_at(replay, other(end), at), sent->end)))
            at++;
        if (at < answers->len && !is_sent_again(replay, end, i, sent_at(replay, other(end), at)->t))
            shortest = MIN(shortest, sent_at(replay, other(end), at)->t - sent->t);
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

static void find_delays(Replay *replay)
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

/* --- losses ------------------------------------------------------------------------------- */

/* Something came back that ends the wait for an answer without one. */
static gboolean is_refused_between(const Replay *replay, ReplayEnd by, SimTime from, SimTime to)
{
    for (guint i = 0; i < replay->sent[by]->len; i++) {
        const ReplaySent *sent = sent_at(replay, by, i);

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
        ReplaySent *sent = sent_at(replay, by, i);
        gboolean is_of_before =
            sent->t >= before->t && sent->t < again->t + replay->delay[other(by)];

        if (!is_of_before || !acknowledges(sent, before->end))
            continue;
        sent->is_lost = sent->is_lost || sent->t + replay->delay[by] < again->t;
        any = TRUE;
    }
    return any;
}

/* The last time before entry `i` that these numbers were sent; NULL: never. */
static ReplaySent *sent_before(const Replay *replay, ReplayEnd end, guint i)
{
    const ReplaySent *again = sent_at(replay, end, i);

    while (i-- > 0) {
        ReplaySent *before = sent_at(replay, end, i);

        if (takes_numbers(before) && !before->is_copy && seq_le(before->seq, again->seq) &&
            seq_gt(before->end, again->seq))
            return before;
    }
    return NULL;
}

/* Somebody has said something when an answer to this was due. */
static gboolean is_answered_at_once(const Replay *replay, ReplayEnd end, const ReplaySent *sent)
{
    static const SimTime soon = 5 * SIM_MILLISECOND;
    SimTime due = sent->t + replay->delay[end] + replay->delay[other(end)];

    for (guint i = 0; i < replay->sent[other(end)]->len; i++) {
        SimTime t = sent_at(replay, other(end), i)->t;

        if (t >= sent->t && t <= due + soon)
            return TRUE;
    }
    return FALSE;
}

static void judge_repetition(Replay *replay, ReplayEnd end, guint i)
{
    const ReplaySent *again = sent_at(replay, end, i);
    ReplaySent *before = sent_before(replay, end, i);

    if (before == NULL || before->is_lost ||
        again->t - before->t < SIM_MILLISECOND || /* no timeout */
        is_refused_between(replay, other(end), before->t, again->t))
        return;
    if (!lose_answers(replay, other(end), before, again))
        before->is_lost = TRUE;
    else
        before->is_doubtful = !is_answered_at_once(replay, end, before);
}

/* Nobody ever answered it, though there was time. */
static gboolean is_unanswered(const Replay *replay, ReplayEnd end, const ReplaySent *sent)
{
    for (guint i = 0; i < replay->sent[other(end)]->len; i++) {
        const ReplaySent *answer = sent_at(replay, other(end), i);

        if (answer->t >= sent->t &&
            (acknowledges(answer, sent->end) || answer->class == SEGMENT_RST))
            return FALSE;
    }
    return TRUE;
}

static void find_losses(Replay *replay, ReplayEnd end)
{
    for (guint i = 0; i < replay->sent[end]->len; i++) {
        const ReplaySent *sent = sent_at(replay, end, i);

        if (takes_numbers(sent) && !sent->is_new && !sent->is_copy && sent->class != SEGMENT_RST)
            judge_repetition(replay, end, i);
    }
    for (guint i = 0; i < replay->sent[end]->len; i++) {
        ReplaySent *sent = sent_at(replay, end, i);

        if (takes_numbers(sent) && sent->class != SEGMENT_RST && is_unanswered(replay, end, sent))
            sent->is_lost = TRUE;
    }
}

/* --- what the applications did ------------------------------------------------------------ */

/* What an application does in the instant in which a SYN-ACK or a FIN comes goes out with the answer to that:
 * nothing has acknowledged it before. */
static gboolean is_answer_itself(const Replay *replay, ReplayEnd end, const ReplaySent *sent,
                                 const ReplaySent *asked)
{
    guint8 flag = sent->class == SEGMENT_FIN ? TCP_FIN : TCP_SYN;

    if (asked->seen == NULL || !(asked->seen->segment.flags & flag) ||
        sent->t > asked->t + replay->delay[other(end)] + SIM_MILLISECOND)
        return FALSE;
    for (guint i = 0; sent_at(replay, end, i) != sent; i++) {
        const ReplaySent *before = sent_at(replay, end, i);

        if (acknowledges(before, asked->end) && before->class != SEGMENT_SYN_ACK)
            return FALSE;
    }
    return TRUE;
}

/* A step that answers what has just arrived comes right behind it, whatever the clocks say. */
static ReplayStep step_of(const Replay *replay, ReplayEnd end, const ReplaySent *sent,
                          ReplayAct act)
{
    ReplayStep step = {.t = sent->t, .end = end, .act = act};

    for (guint i = 0; sent->seen != NULL && i < replay->sent[other(end)]->len; i++) {
        const ReplaySent *asked = sent_at(replay, other(end), i);

        if (asked->t > sent->t)
            break;
        if (!takes_numbers(asked) || asked->is_lost || !acknowledges(sent, asked->end))
            continue;
        step.t = MAX(step.t, asked->t + replay->delay[other(end)] + 1);
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
    const GArray *heard = replay->sent[other(end)];
    guint shift = replay->shift[other(end)];

    for (; writing->heard < heard->len; writing->heard++) {
        const ReplaySent *sent = sent_at(replay, other(end), writing->heard);

        if (sent->t + replay->delay[other(end)] > t)
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

    for (guint i = 0; i < replay->sent[other(end)]->len; i++) {
        const ReplaySent *sent = sent_at(replay, other(end), i);

        if (sent->t >= t)
            break;
        if (sent->seen == NULL || sent->is_lost || (sent->seen->segment.flags & TCP_RST))
            continue;
        SimTime arrival = sent->t + replay->delay[other(end)];

        if (sent->seen->segment.window > 0 && t - arrival > soon)
            since = SIM_NEVER;
        else if (sent->seen->segment.window == 0 && since == SIM_NEVER)
            since = arrival + 1;
    }
    for (guint i = 0; since != SIM_NEVER && i < replay->sent[end]->len && !asked; i++) {
        const ReplaySent *sent = sent_at(replay, end, i);

        asked = sent->is_probe && sent->t >= since && sent->t <= t;
    }
    return asked ? since : SIM_NEVER;
}

/* Nothing came just before that opened the window: a timer had enough of waiting for that (RFC 9293 §3.8.6.2.1). */
static gboolean is_unasked(const Replay *replay, ReplayEnd end, const Writing *writing, SimTime t)
{
    static const SimTime soon = 5 * SIM_MILLISECOND;

    return writing->heard == 0 ||
           t - sent_at(replay, other(end), writing->heard - 1)->t - replay->delay[other(end)] >
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
    for (guint i = 0; i < replay->sent[other(end)]->len; i++) {
        const ReplaySent *sent = sent_at(replay, other(end), i);

        if (sent->class == SEGMENT_DATA && sent->is_new && sent->t > t)
            return !is_refused_between(replay, end, sent->t, SIM_NEVER);
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

static void find_steps(Replay *replay, ReplayEnd end)
{
    Writing writing = {.goes_on = FALSE};
    gboolean is_over = FALSE;
    guint32 longest = 0;

    for (guint i = 0; i < replay->sent[end]->len; i++)
        longest = MAX(longest, payload_of(sent_at(replay, end, i)));
    for (guint i = 0; i < replay->sent[end]->len && !is_over; i++) {
        ReplaySent *sent = sent_at(replay, end, i);

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

static int step_compare(gconstpointer a, gconstpointer b)
{
    const ReplayStep *one = a, *other_one = b;

    return one->t < other_one->t ? -1 : one->t > other_one->t;
}

/* --- all of it ---------------------------------------------------------------------------- */

static const TraceEvent *first_of(const GPtrArray *events)
{
    return g_ptr_array_index(events, 0);
}

/* Why this connection cannot be played again; NULL: it can. */
static const char *trouble_of(const GPtrArray *events)
{
    if (events->len == 0)
        return "nothing was sent";
    if (events->len > SEGMENTS_MAX)
        return "it has more than 10,000 segments: --to ends it sooner";
    for (guint i = 0; i < events->len; i++) {
        const TraceEvent *event = g_ptr_array_index(events, i);

        if (event->segment.class == SEGMENT_SYN && event->host != first_of(events)->host)
            return "both ends opened at once";
        if (event->segment.class == SEGMENT_SYN && event->segment.seen->segment.length > 0)
            return "there are data on the SYN";
    }
    return NULL;
}

/* Nobody who refuses listens. */
static gboolean has_answered(const Replay *replay)
{
    const GArray *sent = replay->sent[REPLAY_SERVER];

    return sent->len == 0 || sent_at(replay, REPLAY_SERVER, 0)->class != SEGMENT_RST;
}

/* What the language would not take for a host's name says whose end it is. */
static const char *name_of(const Trace *trace, guint host, ReplayEnd end)
{
    static const char *const ends[REPLAY_ENDS] = {"client", "server"};
    static const char *const taken[] = {"inject", "flood", "after", NULL};
    const char *name = host < trace->hosts->len ? g_ptr_array_index(trace->hosts, host) : "";
    gsize good = strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_");

    if (!g_ascii_isalpha(*name) || name[good] != '\0' || g_strv_contains(taken, name))
        return ends[end];
    return name;
}

/* Where the handshake was not seen, each end's first number is 1. */
static void find_base(Replay *replay, const GPtrArray *events, const guint hosts[REPLAY_ENDS])
{
    gboolean has[REPLAY_ENDS] = {FALSE, FALSE};

    for (guint i = 0; i < events->len; i++) {
        const TraceEvent *event = g_ptr_array_index(events, i);
        const Segment *segment = &event->segment.seen->segment;
        ReplayEnd end = event->host == hosts[REPLAY_CLIENT] ? REPLAY_CLIENT : REPLAY_SERVER;

        if (!has[end])
            replay->base[end] = segment->seq - 1;
        has[end] = TRUE;
        if (!has[other(end)] && (segment->flags & TCP_ACK)) {
            replay->base[other(end)] = segment->ack - 1;
            has[other(end)] = TRUE;
        }
    }
}

static ReplayBegin begin_of(const TraceEvent *first)
{
    switch (first->segment.class) {
    case SEGMENT_SYN: return REPLAY_FROM_SYN;
    case SEGMENT_SYN_ACK: return REPLAY_FROM_SYN_ACK;
    default: return REPLAY_FROM_LATER;
    }
}

/* What ICMP said of this connection. */
static void find_icmp(Replay *replay, const Trace *trace, guint32 flow)
{
    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        const TraceCall *call = event->kind == TRACE_CALL
                                    ? &g_array_index(trace->calls, TraceLine, event->call.line).call
                                    : NULL;
        ReplayIcmp icmp = {.t = event->t - replay->start, .end = REPLAY_CLIENT};

        if (call == NULL || call->icmp.type == 0 || call->flow != flow)
            continue;
        icmp.end = event->host == replay->hosts[REPLAY_CLIENT] ? REPLAY_CLIENT : REPLAY_SERVER;
        icmp.message = call->icmp;
        replay->end = MAX(replay->end, icmp.t);
        g_array_append_val(replay->icmp, icmp);
    }
}

static void infer(Replay *replay)
{
    find_delays(replay);
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++)
        replay_find_overtaken(replay, end);
    replay->listens = has_answered(replay);
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++)
        find_losses(replay, end);
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++)
        find_steps(replay, end);
    g_array_sort(replay->steps, step_compare);
}

static void find_ports(Replay *replay, const TraceEvent *first)
{
    const Segment *segment = &first->segment.seen->segment;
    ReplayEnd end = first->host == replay->hosts[REPLAY_CLIENT] ? REPLAY_CLIENT : REPLAY_SERVER;

    replay->ports[end] = segment->src_port;
    replay->ports[other(end)] = segment->dst_port;
}

static Replay *replay_new(const Trace *trace, const GPtrArray *events)
{
    const TraceEvent *first = first_of(events), *last = g_ptr_array_index(events, events->len - 1);
    Replay *replay = g_new0(Replay, 1);
    guint hosts[REPLAY_ENDS] = {first->host, first->segment.peer};

    replay->begin = begin_of(first);
    if (replay->begin == REPLAY_FROM_SYN_ACK) { /* who answers is the server */
        hosts[REPLAY_CLIENT] = first->segment.peer;
        hosts[REPLAY_SERVER] = first->host;
    }
    if (replay->begin == REPLAY_FROM_LATER)
        find_base(replay, events, hosts);
    replay->steps = g_array_new(FALSE, FALSE, sizeof(ReplayStep));
    replay->icmp = g_array_new(FALSE, FALSE, sizeof(ReplayIcmp));
    replay->start = first->t;
    replay->end = last->t - first->t;
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++) {
        replay->hosts[end] = hosts[end];
        replay->names[end] = name_of(trace, hosts[end], end);
        replay->sent[end] = g_array_new(FALSE, FALSE, sizeof(ReplaySent));
        collect(replay, events, end, hosts[end]);
    }
    find_ports(replay, first);
    find_shifts(replay);
    find_icmp(replay, trace, first->segment.seen->flow);
    infer(replay);
    return replay;
}

Replay *replay_of_events(const Trace *trace, const GPtrArray *events, char **why)
{
    const char *trouble = trouble_of(events);

    *why = g_strdup(trouble);
    return trouble == NULL ? replay_new(trace, events) : NULL;
}

GPtrArray *replay_flows(const Trace *trace)
{
    GPtrArray *flows = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) known = g_hash_table_new(g_direct_hash, g_direct_equal);

    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);

        if (event->kind != TRACE_SEND || event->segment.injected)
            continue;
        gpointer key = GUINT_TO_POINTER(event->segment.seen->flow);
        GPtrArray *flow = g_hash_table_lookup(known, key);
        if (flow == NULL) {
            flow = g_ptr_array_new();
            g_ptr_array_add(flows, flow);
            g_hash_table_insert(known, key, flow);
        }
        g_ptr_array_add(flow, (gpointer)(guintptr)event);
    }
    return flows;
}

/* Why a connection cannot be played again from its begin; NULL: it can. */
static const char *trouble_of_begin(const GPtrArray *events)
{
    if (first_of(events)->segment.class != SEGMENT_SYN)
        return "it does not begin with a SYN: what was before nobody saw";
    return trouble_of(events);
}

static gboolean is_a_run(const Trace *trace)
{
    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        gboolean is_icmp = event->kind == TRACE_CALL &&
                           g_array_index(trace->calls, TraceLine, event->call.line).call.flow != 0;

        if (event->kind != TRACE_SEND && !is_icmp)
            return TRUE;
    }
    return FALSE;
}

GPtrArray *replays_of(const Trace *trace, GPtrArray *notes, char **why)
{
    g_autoptr(GPtrArray) flows = replay_flows(trace);
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func((GDestroyNotify)replay_free);
    guint segments = 0;

    *why = is_a_run(trace) ? g_strdup("it is a run, which has its scenario") : NULL;
    for (guint i = 0; *why == NULL && i < flows->len; i++) {
        const GPtrArray *events = g_ptr_array_index(flows, i);
        const char *trouble = trouble_of_begin(events);

        if (trouble == NULL) {
            segments += events->len;
            g_ptr_array_add(out, replay_new(trace, events));
        } else if (flows->len == 1) {
            *why = g_strdup(trouble);
        } else {
            g_ptr_array_add(notes, g_strdup_printf("connection %u is left out: %s",
                                                   first_of(events)->segment.seen->flow, trouble));
        }
    }
    if (*why == NULL && segments > SEGMENTS_MAX)
        *why = g_strdup("they have more than 10,000 segments: choose with --connection N, or end "
                        "it sooner with --to");
    if (*why == NULL && out->len == 0)
        *why = g_strdup(flows->len == 0 ? "nothing was sent"
                                        : "none of its connections can be played again");
    return *why == NULL ? g_steal_pointer(&out) : NULL;
}

void replay_free(Replay *replay)
{
    if (replay == NULL)
        return;
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++)
        g_array_unref(replay->sent[end]);
    g_array_unref(replay->steps);
    g_array_unref(replay->icmp);
    g_free(replay);
}
