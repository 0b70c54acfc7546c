/* Holds a run against what was seen: each segment that was sent again is looked for in the run, and each
 * timer that sent something in the run is looked for among what was seen. */
#include "identify/judge.h"

#include <math.h>

enum { SUBJECT };

/* An answer that only one of the two has: recovery from losses has more sides than timers do. */
static const double odd_answer = 3.0;

typedef struct Judge {
    const IdentifySubject *subject;
    const Trace *trace;
    SimTime before;
    GPtrArray *sends; /* const TraceEvent *, of the subject, in order … */
    GArray *is_taken; /* … gboolean: seen as well */
    IdentifyFit *fit;
    guint odd; /* answers that only one of the two has */
} Judge;

/* --- the run ------------------------------------------------------------------------------ */

static void collect_sends(Judge *judge)
{
    for (TraceId id = 1; id <= judge->trace->events->len; id++) {
        const TraceEvent *event = trace_event(judge->trace, id);
        gboolean is_taken = FALSE;

        if (event->kind != TRACE_SEND || event->host != SUBJECT || event->segment.injected)
            continue;
        g_ptr_array_add(judge->sends, (gpointer)(guintptr)event);
        g_array_append_val(judge->is_taken, is_taken);
    }
}

/* What armed the timer that sent it; NULL: no timer did. */
static const TraceEvent *armed_for(const Trace *trace, const TraceEvent *send)
{
    const TraceEvent *fired = send->cause != 0 ? trace_event(trace, send->cause) : NULL;

    if (fired == NULL || fired->kind != TRACE_TIMER || fired->timer.event != TCP_TIMER_FIRED ||
        fired->timer.timer == TCP_TIMER_DELAYED_ACK || fired->cause == 0)
        return NULL;
    const TraceEvent *armed = trace_event(trace, fired->cause);

    return armed->kind == TRACE_TIMER ? armed : NULL;
}

static gboolean *taken(const Judge *judge, guint i)
{
    return &g_array_index(judge->is_taken, gboolean, i);
}

/* A keepalive timer that finds that something was heard is set anew without a word: how long it waited in the end,
 * the run does not tell. */
static gboolean was_moved(const TraceEvent *send, const TraceEvent *armed)
{
    return armed->timer.timer == TCP_TIMER_KEEPALIVE &&
           send->t - armed->t > armed->timer.length + armed->timer.length / 2;
}

/* So far from what was seen it may be sent in the run: a keepalive probe is no earlier than its time, however early a
 * heartbeat comes. */
static SimTime nearness_of(const Judge *judge, const IdentifyRepeat *repeat, const TraceEvent *send)
{
    static const SimTime probe_near = 600 * SIM_MILLISECOND;
    const TraceEvent *armed = repeat->sent->is_probe ? armed_for(judge->trace, send) : NULL;

    return armed != NULL && armed->timer.timer == TCP_TIMER_KEEPALIVE ? probe_near
                                                                      : 2 * judge->subject->noise;
}

/* The same numbers at about the same time; G_MAXUINT: nothing. */
static guint find_send(const Judge *judge, const IdentifyRepeat *repeat)
{
    SimTime wanted = repeat->t + judge->before, nearest = SIM_NEVER;
    guint best = G_MAXUINT;

    for (guint i = 0; i < judge->sends->len; i++) {
        const TraceEvent *send = g_ptr_array_index(judge->sends, i);
        gboolean is_same = send->segment.seen->seq == repeat->sent->seq &&
                           send->segment.class != SEGMENT_RST && !*taken(judge, i);
        SimTime far = ABS(send->t - wanted);

        if (!is_same || far > nearest || far > nearness_of(judge, repeat, send))
            continue;
        nearest = far;
        best = i;
    }
    return best;
}

/* --- one wait after the other ------------------------------------------------------------- */

static void add_wait(Judge *judge, const IdentifyRepeat *repeat, const TraceEvent *armed,
                     gboolean is_explained)
{
    IdentifyWait wait = {.repeat = repeat,
                         .seen = G_MININT64,
                         .predicted = G_MININT64,
                         .is_explained = is_explained};

    if (armed != NULL) {
        IdentifyLateness late =
            identify_allowance(judge->subject, &judge->fit->clock, 0, armed->timer.length, repeat);

        wait.from = armed->t - judge->before;
        wait.predicted = armed->timer.length;
        wait.timer = armed->timer.timer;
        wait.least = late.least;
        wait.most = late.most;
    }
    if (repeat != NULL && armed != NULL)
        wait.seen = repeat->t - wait.from;
    g_array_append_val(judge->fit->waits, wait);
    judge->fit->explained += is_explained ? 1 : 0;
}

/* The next that a timer sends in the run and that was not seen, from the i-th on; G_MAXUINT: none. */
static guint next_of_timer(const Judge *judge, guint i)
{
    for (; i < judge->sends->len; i++) {
        const TraceEvent *send = g_ptr_array_index(judge->sends, i);

        if (!*taken(judge, i) && send->segment.class != SEGMENT_RST &&
            armed_for(judge->trace, g_ptr_array_index(judge->sends, i)) != NULL)
            return i;
    }
    return G_MAXUINT;
}

static const TraceEvent *armed_at(const Judge *judge, guint i)
{
    return i != G_MAXUINT ? armed_for(judge->trace, g_ptr_array_index(judge->sends, i)) : NULL;
}

/* In the run something is sent before `t` that nobody saw; G_MAXUINT: nothing is. */
static guint superfluous_before(const Judge *judge, SimTime t)
{
    guint i = next_of_timer(judge, 0);
    const TraceEvent *send = i != G_MAXUINT ? g_ptr_array_index(judge->sends, i) : NULL;

    return send != NULL && send->t < t + judge->before ? i : G_MAXUINT;
}

/* What was lost before the place of the capture: no more of it than was seen. */
static gboolean is_forgiven(Judge *judge, guint superfluous)
{
    IdentifyFit *fit = judge->fit;

    if (!judge->subject->is_far || fit->gaps > fit->explained)
        return FALSE;
    fit->gaps++;
    *taken(judge, superfluous) = TRUE;
    return TRUE;
}

/* What a timer sends in the run before `t`, not seen and not to be forgiven; G_MAXUINT: nothing. */
static guint superfluous_left(Judge *judge, SimTime t)
{
    guint superfluous = superfluous_before(judge, t);

    while (superfluous != G_MAXUINT && is_forgiven(judge, superfluous))
        superfluous = superfluous_before(judge, t);
    return superfluous;
}

/* FALSE: here run and capture part. */
static gboolean judge_repeat(Judge *judge, const IdentifyRepeat *repeat)
{
    guint at = find_send(judge, repeat);

    if (at != G_MAXUINT)
        *taken(judge, at) = TRUE;
    guint superfluous = superfluous_left(judge, repeat->t - judge->subject->noise);

    if (superfluous != G_MAXUINT) {
        /* What was seen later instead is what it is said beside. */
        add_wait(judge, at == G_MAXUINT && !repeat->is_answer ? repeat : NULL,
                 armed_at(judge, superfluous), FALSE);
        return FALSE;
    }
    if (at == G_MAXUINT && repeat->is_answer) {
        judge->odd++;
        return TRUE;
    }
    if (at == G_MAXUINT) {
        add_wait(judge, repeat, armed_at(judge, next_of_timer(judge, 0)), FALSE);
        return FALSE;
    }
    const TraceEvent *armed = armed_at(judge, at);

    if (armed != NULL && !was_moved(g_ptr_array_index(judge->sends, at), armed))
        add_wait(judge, repeat, armed, TRUE);
    else
        judge->fit->answers++;
    return TRUE;
}

/* --- behind the last one ------------------------------------------------------------------ */

static IdentifyTier judge_end(Judge *judge)
{
    SimTime last = judge->subject->replay->end, until = judge->subject->until;
    guint superfluous = superfluous_left(judge, last);

    if (superfluous != G_MAXUINT) {
        add_wait(judge, NULL, armed_at(judge, superfluous), FALSE);
        return IDENTIFY_OTHER;
    }
    if (judge->fit->gaps > 0)
        return IDENTIFY_GAPS;
    return superfluous_before(judge, until) == G_MAXUINT ? IDENTIFY_WHOLE : IDENTIFY_STOPS;
}

static void find_next(Judge *judge)
{
    guint i = next_of_timer(judge, 0);
    const TraceEvent *armed = armed_at(judge, i);

    judge->fit->next = judge->fit->next_most = SIM_NEVER;
    if (armed == NULL)
        return;
    IdentifyLateness late = identify_allowance(judge->subject, &judge->fit->clock, judge->fit->hz,
                                               armed->timer.length, NULL);
    SimTime due = armed->t - judge->before + armed->timer.length;

    judge->fit->next = due + late.least;
    judge->fit->next_most = due + late.most;
}

/* --- likelihood --------------------------------------------------------------------------- */

static double logarithm_of_width(SimTime width)
{
    return log(MAX((double)width / (double)SIM_MILLISECOND, 1.0));
}

/* How many waits the wheel of so many jiffies explains, from the first. */
static guint explained_by(const Judge *judge, guint hz, double *likelihood)
{
    guint count = 0;

    *likelihood = 0;
    for (; count < judge->fit->explained; count++) {
        const IdentifyWait *wait = &g_array_index(judge->fit->waits, IdentifyWait, count);
        IdentifyLateness late = identify_allowance(judge->subject, &judge->fit->clock, hz,
                                                   wait->predicted, wait->repeat);
        SimTime is = wait->seen - wait->predicted;

        if (is < late.least || is > late.most)
            break;
        *likelihood -= logarithm_of_width(late.most - late.least);
    }
    return count;
}

/* From here on it explains nothing. */
static void part_at(IdentifyFit *fit, guint at)
{
    fit->explained = at;
    fit->tier = IDENTIFY_OTHER;
    g_array_set_size(fit->waits, at + 1);
    g_array_index(fit->waits, IdentifyWait, at).is_explained = FALSE;
}

static void judge_wheel(Judge *judge)
{
    IdentifyFit *fit = judge->fit;
    guint most = 0;

    fit->likelihood = -HUGE_VAL;
    for (guint i = 0; i < IDENTIFY_HZ_COUNT; i++) {
        double likelihood;
        guint count = explained_by(judge, identify_hz[i], &likelihood);

        if (count < most || (count == most && likelihood <= fit->likelihood))
            continue;
        most = count;
        fit->likelihood = likelihood;
        fit->hz = identify_hz[i];
    }
    for (guint i = 0; i < most; i++) {
        IdentifyWait *wait = &g_array_index(fit->waits, IdentifyWait, i);
        IdentifyLateness late =
            identify_allowance(judge->subject, &fit->clock, fit->hz, wait->predicted, wait->repeat);
        wait->least = late.least;
        wait->most = late.most;
    }
    if (most < fit->explained)
        part_at(fit, most);
}

/* How far two times are from the same phase of the heartbeat. */
static SimTime out_of_step(SimTime a, SimTime b, SimTime tick)
{
    SimTime apart = ABS(a - b) % tick;

    return MIN(apart, tick - apart);
}

/* Heartbeats have one phase: behind the first, a wait tells no more than the noise leaves. */
static void judge_tick(Judge *judge)
{
    IdentifyFit *fit = judge->fit;
    SimTime step = MAX(2 * judge->subject->noise, fit->clock.tick / 10);
    SimTime first = 0;

    for (guint i = 0; i < fit->explained; i++) {
        const IdentifyWait *wait = &g_array_index(fit->waits, IdentifyWait, i);
        SimTime t = wait->from + wait->seen;

        if (i == 0)
            first = t;
        if (wait->timer != TCP_TIMER_KEEPALIVE && wait->predicted >= fit->clock.tick &&
            out_of_step(t, first, fit->clock.tick) > step) {
            part_at(fit, i);
            return;
        }
        fit->likelihood -= logarithm_of_width(i == 0 ? wait->most - wait->least : 2 * step);
    }
}

static void judge_likelihood(Judge *judge)
{
    IdentifyFit *fit = judge->fit;

    if (fit->clock.kind == IDENTIFY_CLOCK_WHEEL)
        judge_wheel(judge);
    else if (fit->clock.kind == IDENTIFY_CLOCK_TICK)
        judge_tick(judge);
    for (guint i = 0; fit->clock.kind != IDENTIFY_CLOCK_WHEEL &&
                      fit->clock.kind != IDENTIFY_CLOCK_TICK && i < fit->explained;
         i++) {
        const IdentifyWait *wait = &g_array_index(fit->waits, IdentifyWait, i);

        fit->likelihood -= logarithm_of_width(wait->most - wait->least);
    }
    fit->likelihood -= odd_answer * (judge->odd + fit->gaps);
}

/* Answers of the run that nobody saw. */
static void count_odd_sends(Judge *judge)
{
    guint32 furthest = 0;

    for (guint i = 0; i < judge->sends->len; i++) {
        const TraceEvent *send = g_ptr_array_index(judge->sends, i);
        const TraceSeen *seen = send->segment.seen;
        guint32 end = seen->seq + segment_seq_length(&seen->segment);
        gboolean is_again = end != seen->seq && seq_le(end, furthest);

        if (is_again && !*taken(judge, i) && armed_for(judge->trace, send) == NULL &&
            send->t < judge->subject->replay->end + judge->before && send->t >= judge->before)
            judge->odd++;
        furthest = seq_gt(end, furthest) ? end : furthest;
    }
}

/* What was sent before the capture began, nobody can have seen. */
static void take_past(Judge *judge)
{
    for (guint i = 0; i < judge->sends->len; i++) {
        const TraceEvent *send = g_ptr_array_index(judge->sends, i);

        if (send->t <= judge->before)
            *taken(judge, i) = TRUE;
    }
}

void identify_judge(const IdentifySubject *subject, const Trace *trace, const IdentifyPast *past,
                    IdentifyFit *fit)
{
    Judge judge = {.subject = subject,
                   .trace = trace,
                   .before = past->before,
                   .sends = g_ptr_array_new(),
                   .is_taken = g_array_new(FALSE, FALSE, sizeof(gboolean)),
                   .fit = fit};
    gboolean goes_on = subject->other_numbers == 0;

    fit->waits = g_array_new(FALSE, FALSE, sizeof(IdentifyWait));
    collect_sends(&judge);
    take_past(&judge);
    for (guint i = 0; goes_on && i < subject->repeats->len; i++)
        goes_on = judge_repeat(&judge, &g_array_index(subject->repeats, IdentifyRepeat, i));
    fit->tier = goes_on ? judge_end(&judge) : IDENTIFY_OTHER;
    count_odd_sends(&judge);
    judge_likelihood(&judge);
    find_next(&judge);
    g_ptr_array_unref(judge.sends);
    g_array_unref(judge.is_taken);
}
