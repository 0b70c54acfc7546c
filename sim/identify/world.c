/* Runs a profile in the world that a capture shows, its timers guided by what was seen. */
#include "identify/world.h"

#include <string.h>

#include "lab/lab.h"

enum { SUBJECT }; /* the first host of the text */

/* A timeout that grew out of a round trip, which the place of the capture sees a little otherwise than the host did, and
 * which stacks round to ticks of their own before they double it. */
enum { RTT_PART = 40 };

/* Who counts round trips in heartbeats begins with one (4.4BSD: t_rtt = 1), so that a short one makes a timeout of three and not of
 * two (measured: libslirp 4.7.0). */
enum { TICKS_PART = 2 };

static gboolean rests_on_rtt(const IdentifySubject *subject, const IdentifyRepeat *repeat)
{
    SegmentClass class;

    if (repeat == NULL)
        return subject->replay->begin == REPLAY_FROM_LATER;
    class = repeat->sent->class;
    return class != SEGMENT_SYN && class != SEGMENT_SYN_ACK;
}

IdentifyLateness identify_allowance(const IdentifySubject *subject, const IdentifyClock *clock,
                                    guint hz, SimTime length, const IdentifyRepeat *repeat)
{
    IdentifyLateness late = identify_lateness(clock, hz, length);
    gboolean is_of_rtt = rests_on_rtt(subject, repeat);
    SimTime more = subject->noise + (is_of_rtt ? length / RTT_PART : 0);
    SimTime counted = is_of_rtt && clock->kind == IDENTIFY_CLOCK_TICK ? length / TICKS_PART : 0;

    return (IdentifyLateness){late.least - more, late.most + more + counted};
}

/* --- the guide ---------------------------------------------------------------------------- */

typedef struct Guide {
    const IdentifySubject *subject;
    const IdentifyClock *clock;
    SimTime before;
    gboolean timers_answer;
} Guide;

static gboolean is_guided(TcpTimer timer)
{
    return timer == TCP_TIMER_RETRANSMIT || timer == TCP_TIMER_PROBE ||
           timer == TCP_TIMER_TAIL_PROBE || timer == TCP_TIMER_KEEPALIVE;
}

/* Does `repeat` fit better than `best` (NULL: any does): as no answer, and nearer to what is due? */
static gboolean fits_better(const Guide *guide, const IdentifyRepeat *repeat,
                            const IdentifyRepeat *best, SimTime due)
{
    if (repeat->is_answer && !guide->timers_answer)
        return FALSE;
    if (best == NULL)
        return TRUE;
    if (repeat->is_answer != best->is_answer)
        return best->is_answer;
    return ABS(repeat->t + guide->before - due) < ABS(best->t + guide->before - due);
}

/* What was seen that may have been this timer, the nearest to what is likeliest; SIM_NEVER: nothing. */
static SimTime seen_for(const Guide *guide, SimTime now, SimTime length, SimTime likeliest)
{
    const GArray *repeats = guide->subject->repeats;
    const IdentifyRepeat *best = NULL;
    SimTime due = now + length;

    for (guint i = 0; i < repeats->len; i++) {
        const IdentifyRepeat *repeat = &g_array_index(repeats, IdentifyRepeat, i);
        SimTime t = repeat->t + guide->before;
        IdentifyLateness late = identify_allowance(guide->subject, guide->clock, 0, length, repeat);

        if (t > now && t >= due + late.least && t <= due + late.most &&
            fits_better(guide, repeat, best, likeliest))
            best = repeat;
    }
    return best != NULL ? best->t + guide->before : SIM_NEVER;
}

/* Where nothing was seen it fires as late as it may, so that what came in time still stops it; behind what was seen it
 * is exact. */
static SimTime guided_due(gpointer context, guint host, TcpTimer timer, SimTime now, SimTime length,
                          SimTime due)
{
    const Guide *guide = context;
    SimTime exact = now + length;

    if (host != SUBJECT || due == SIM_NEVER)
        return due;
    if (!is_guided(timer) || now < guide->before)
        return exact;
    SimTime likeliest = guide->clock->kind == IDENTIFY_CLOCK_TICK ? due : exact;
    SimTime seen = seen_for(guide, now, length, likeliest);

    if (seen != SIM_NEVER)
        return timer == TCP_TIMER_KEEPALIVE ? MAX(seen, exact) : seen; /* it asks its clock */
    SimTime latest = exact + identify_allowance(guide->subject, guide->clock, 0, length, NULL).most;

    return latest <= guide->subject->until + guide->before ? latest : exact;
}

/* --- the run ------------------------------------------------------------------------------ */

static Trace *run_text(const char *text, const ScenarioOptions *options, Guide *guide,
                       Diagnostics *diagnostics)
{
    g_autoptr(Plan) plan = scenario_parse("<identify>", text, strlen(text), options, diagnostics);
    LabOptions lab = {
        .level = TRACE_LEVEL_FULL, .due = guide != NULL ? guided_due : NULL, .due_context = guide};

    return plan != NULL ? lab_run(plan, &lab) : NULL;
}

static const char *const limits[] = {
    "tcp_syn_retries=127",
    "tcp_synack_retries=255",
    "tcp_retries2=127",
    "tcp_orphan_retries=127",
    "tcp_keepalive_probes=127",
    "connect-timeout=0",
    "half-open-timeout=0",
    "r2=0",
    "give-up=count",
    "last-wait=rto",
    NULL,
};

/* The heart beats when something is sent again, whose answer is not what came just before. */
static SimTime phase_of(const IdentifySubject *subject, const IdentifyPast *past, SimTime tick)
{
    const GArray *repeats = subject->repeats;

    for (guint i = 0; i < repeats->len; i++) {
        const IdentifyRepeat *repeat = &g_array_index(repeats, IdentifyRepeat, i);

        if (!repeat->is_answer)
            return (repeat->t + past->before) % tick;
    }
    return 0;
}

static void override(GStrvBuilder *builder, const IdentifySubject *subject, const char *setting)
{
    g_autofree char *line = g_strdup_printf("%s.%s", subject->replay->names[subject->end], setting);

    g_strv_builder_add(builder, line);
}

/* NULL-terminated; free with g_strfreev(). */
static char **overrides_of(const IdentifySubject *subject, const IdentifyClock *clock,
                           const IdentifyPast *past)
{
    GStrvBuilder *builder = g_strv_builder_new();

    for (guint i = 0; past->lifts_limits && limits[i] != NULL; i++)
        override(builder, subject, limits[i]);
    if (past->setting != NULL)
        override(builder, subject, past->setting);
    if (clock->kind == IDENTIFY_CLOCK_TICK) {
        g_autofree char *phase = g_strdup_printf("tick-phase=%" G_GINT64_FORMAT "ns",
                                                 phase_of(subject, past, clock->tick));

        override(builder, subject, phase);
    }
    char **overrides = g_strv_builder_end(builder);

    g_strv_builder_unref(builder);
    return overrides;
}

Trace *identify_run(const IdentifySubject *subject, const char *profile, const IdentifyClock *clock,
                    const IdentifyPast *past, const ScenarioOptions *options,
                    Diagnostics *diagnostics)
{
    ReplayAlone alone = {.end = subject->end,
                         .profile = profile,
                         .before = past->before,
                         .round_trip = past->round_trip,
                         .peer_has_sack = past->peer_has_sack,
                         .sets_keepalive = past->sets_keepalive,
                         .all_arrive = past->all_arrive,
                         .echoes_first = past->echoes_first,
                         .doubtful_lost = past->doubtful_lost,
                         .until = subject->until - subject->replay->end + IDENTIFY_BEYOND};
    Guide guide = {subject, clock, past->before, past->timers_answer};
    g_autoptr(GString) text = g_string_new(NULL);
    g_auto(GStrv) overrides = overrides_of(subject, clock, past);
    ScenarioOptions own = *options;

    view_scenario_alone(subject->replay, &alone, text);
    own.overrides = (const char *const *)overrides;
    return run_text(text->str, &own, &guide, diagnostics);
}

/* --- openings ----------------------------------------------------------------------------- */

/* The first SYN or SYN-ACK of an end; NULL: nobody saw one. */
static const Segment *opening_of(const Replay *replay, ReplayEnd end)
{
    const GArray *list = replay->sent[end];
    const ReplaySent *first = list->len > 0 ? &g_array_index(list, ReplaySent, 0) : NULL;

    if (first == NULL || first->seen == NULL || !(first->seen->segment.flags & TCP_SYN))
        return NULL;
    return &first->seen->segment;
}

/* What is asked of who answers: the SYN that was seen, or one that offers all. */
static void append_syn(GString *text, const IdentifySubject *subject)
{
    const Segment *syn = opening_of(subject->replay, REPLAY_CLIENT);
    guint present = syn != NULL ? syn->options.present
                                : OPTION_SACK_PERMITTED | OPTION_TIMESTAMPS | OPTION_WINDOW_SCALE;

    g_string_append(text, "at 0s host listen\nat 0s inject peer->host SYN mss=1460");
    g_string_append(text, present & OPTION_SACK_PERMITTED ? " sackok" : "");
    g_string_append(text, present & OPTION_TIMESTAMPS ? " ts=1" : "");
    g_string_append(text, present & OPTION_WINDOW_SCALE ? " wscale=7\n" : "\n");
}

static char *opening_text(const IdentifySubject *subject, const char *profile)
{
    enum { MSS_LEAST = 64, MSS_MOST = 65495 };
    const Segment *own = opening_of(subject->replay, subject->end);
    GString *text = g_string_new("host host ");

    g_string_append_printf(text, "\"%s\" timers=exact", profile);
    if (own != NULL && (own->options.present & OPTION_MSS) && own->options.mss >= MSS_LEAST &&
        own->options.mss <= MSS_MOST)
        g_string_append_printf(text, " mss=%u", own->options.mss);
    g_string_append(text, "\nhost peer rfc6298\nlink host peer\nat 0s peer crash\n");
    if (subject->end == REPLAY_SERVER)
        append_syn(text, subject);
    else
        g_string_append(text, "at 0s host connect peer\n");
    g_string_append(text, "stop at 1000s\n");
    return g_string_free(text, FALSE);
}

gboolean identify_opening(const IdentifySubject *subject, const char *profile,
                          const ScenarioOptions *options, Diagnostics *diagnostics,
                          IdentifyOpening *out)
{
    g_autofree char *text = opening_text(subject, profile);
    g_autoptr(Trace) trace = run_text(text, options, NULL, diagnostics);

    if (trace == NULL)
        return FALSE;
    *out = (IdentifyOpening){.times = g_array_new(FALSE, FALSE, sizeof(SimTime))};
    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);

        if (event->kind != TRACE_SEND || event->host != SUBJECT ||
            !(event->segment.seen->segment.flags & TCP_SYN))
            continue;
        if (out->times->len == 0)
            out->segment = event->segment.seen->segment;
        g_array_append_val(out->times, event->t);
    }
    return TRUE;
}
