/* Whom there is to identify: ends of connections that sent something again. */
#include "identify/identify.h"

static const SimTime noise_least = 5 * SIM_MILLISECOND; /* what measuring adds */
static const SimTime answer_soon = 5 * SIM_MILLISECOND; /* so long an answer may take */

static void subject_free(gpointer data)
{
    IdentifySubject *subject = data;

    replay_free(subject->replay);
    g_array_unref(subject->repeats);
    g_ptr_array_unref(subject->events);
    g_free(subject);
}

/* --- what an end sent again --------------------------------------------------------------- */

static ReplayEnd other(ReplayEnd end)
{
    return end == REPLAY_CLIENT ? REPLAY_SERVER : REPLAY_CLIENT;
}

/* Delays vary: what came a little later than reckoned may have been answered, too. */
static gboolean is_answer(const Replay *replay, ReplayEnd end, SimTime t)
{
    const GArray *arrivals = replay->sent[other(end)];
    SimTime delay = replay->delay[other(end)], early = MIN(delay, SIM_MILLISECOND);

    for (guint i = 0; i < arrivals->len; i++) {
        const ReplaySent *sent = &g_array_index(arrivals, ReplaySent, i);
        SimTime since = t - sent->t - sent->late - delay;

        if (!sent->is_lost && since >= -early && since <= answer_soon)
            return TRUE;
    }
    return FALSE;
}

/* A SYN-ACK whose number is not the first one's is none of the same. */
static gboolean has_other_number(const ReplaySent *sent, const ReplaySent *first)
{
    return sent->class == SEGMENT_SYN_ACK && first->seen != NULL &&
           sent->seen->segment.seq != first->seen->segment.seq;
}

static gboolean is_repeat(const ReplaySent *sent)
{
    gboolean takes_numbers = sent->end != sent->seq && !sent->is_new;

    return sent->class != SEGMENT_RST && !sent->is_copy && (takes_numbers || sent->is_probe);
}

/* The first SYN-ACK that was seen, long after the SYN that asked for it: those before it were lost on their way. */
static gboolean is_late_answer(const IdentifySubject *subject, const ReplaySent *sent, guint i)
{
    return i == 0 && sent->class == SEGMENT_SYN_ACK && subject->replay->begin == REPLAY_FROM_SYN &&
           !is_answer(subject->replay, subject->end, sent->t);
}

static void find_repeats(IdentifySubject *subject)
{
    const GArray *list = subject->replay->sent[subject->end];

    for (guint i = 0; i < list->len; i++) {
        const ReplaySent *sent = &g_array_index(list, ReplaySent, i);

        if (sent->seen == NULL)
            continue;
        if (has_other_number(sent, &g_array_index(list, ReplaySent, 0))) {
            subject->other_numbers++;
        } else if (is_repeat(sent) || is_late_answer(subject, sent, i)) {
            IdentifyRepeat repeat = {sent->t, sent,
                                     is_answer(subject->replay, subject->end, sent->t)};
            g_array_append_val(subject->repeats, repeat);
        }
    }
}

/* --- all of them -------------------------------------------------------------------------- */

static SimTime noise_of(const Replay *replay, ReplayEnd end)
{
    gboolean is_there =
        replay->place == (end == REPLAY_CLIENT ? REPLAY_AT_CLIENT : REPLAY_AT_SERVER);
    SimTime round_trip = replay->delay[REPLAY_CLIENT] + replay->delay[REPLAY_SERVER];

    return noise_least + (is_there || !replay->knows_delays ? 0 : round_trip / 10);
}

static IdentifySubject *subject_new(const Trace *trace, GPtrArray *events, ReplayEnd end,
                                    Replay *replay)
{
    const TraceEvent *first = g_ptr_array_index(events, 0);
    IdentifySubject *subject = g_new0(IdentifySubject, 1);

    subject->flow = first->segment.seen->flow;
    subject->replay = replay;
    subject->end = end;
    subject->events = g_ptr_array_ref(events);
    subject->repeats = g_array_new(FALSE, FALSE, sizeof(IdentifyRepeat));
    subject->until = trace_event(trace, trace->events->len)->t - replay->start;
    subject->noise = noise_of(replay, end);
    subject->is_far = replay->knows_delays &&
                      replay->place != (end == REPLAY_CLIENT ? REPLAY_AT_CLIENT : REPLAY_AT_SERVER);
    find_repeats(subject);
    return subject;
}

static gboolean is_of_interest(const IdentifySubject *subject)
{
    return subject->repeats->len > 0 || subject->other_numbers > 0;
}

static void add_subject(const Trace *trace, GPtrArray *events, ReplayEnd end, GPtrArray *out,
                        GPtrArray *notes)
{
    const TraceEvent *first = g_ptr_array_index(events, 0);
    gboolean is_cut = events->len > IDENTIFY_SEGMENTS_MAX;
    g_autoptr(GPtrArray) looked_at = g_ptr_array_new();
    char *why = NULL;

    for (guint i = 0; i < MIN(events->len, IDENTIFY_SEGMENTS_MAX); i++)
        g_ptr_array_add(looked_at, g_ptr_array_index(events, i));
    Replay *replay = replay_of_events(trace, looked_at, &why);

    if (replay == NULL) {
        if (end == REPLAY_CLIENT)
            g_ptr_array_add(notes, g_strdup_printf("connection %u is left out: %s",
                                                   first->segment.seen->flow, why));
        g_free(why);
        return;
    }
    IdentifySubject *subject = subject_new(trace, looked_at, end, replay);

    subject->is_cut = is_cut;
    subject->until = is_cut ? replay->end : subject->until;
    if (is_of_interest(subject))
        g_ptr_array_add(out, subject);
    else
        subject_free(subject);
}

static int subject_compare(gconstpointer a, gconstpointer b)
{
    const IdentifySubject *one = *(IdentifySubject *const *)a, *two = *(IdentifySubject *const *)b;

    if (one->repeats->len != two->repeats->len)
        return one->repeats->len > two->repeats->len ? -1 : 1;
    if (one->flow != two->flow)
        return one->flow < two->flow ? -1 : 1;
    return one->end < two->end ? -1 : one->end > two->end;
}

GPtrArray *identify_subjects(const Trace *trace, GPtrArray *notes)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(subject_free);
    g_autoptr(GPtrArray) flows = replay_flows(trace);

    for (guint i = 0; i < flows->len; i++) {
        for (ReplayEnd end = 0; end < REPLAY_ENDS; end++)
            add_subject(trace, g_ptr_array_index(flows, i), end, out, notes);
    }
    g_ptr_array_sort(out, subject_compare);
    return out;
}
