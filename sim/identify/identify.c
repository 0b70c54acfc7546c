/* All profiles in one subject's world, and who explains it. */
#include "identify/identify.h"

#include <string.h>

#include "identify/judge.h"
#include "identify/witness.h"

/* What all profiles have in common while one subject is looked at. */
typedef struct Identify {
    const IdentifySubject *subject;
    const ScenarioOptions *options;
    Diagnostics *diagnostics;
} Identify;

static void fit_clear(gpointer data)
{
    IdentifyFit *fit = data;

    g_free(fit->name);
    g_free(fit->witness.differs);
    if (fit->waits != NULL)
        g_array_unref(fit->waits);
}

double identify_score(const IdentifyFit *fit)
{
    return fit->likelihood - fit->witness.doubt;
}

/* Negative: `a` explains more. */
static int fit_compare(gconstpointer p, gconstpointer q)
{
    const IdentifyFit *a = p, *b = q;

    if (a->tier != b->tier)
        return a->tier < b->tier ? -1 : 1;
    if (a->explained != b->explained)
        return a->explained > b->explained ? -1 : 1;
    double ahead = identify_score(a) - identify_score(b);

    if (a->tier == IDENTIFY_OTHER || ahead == 0)
        return strcmp(a->name, b->name);
    return ahead > 0 ? -1 : 1;
}

/* --- one profile -------------------------------------------------------------------------- */

/* Takes what these assumptions come to, if that is better than what there is.  FALSE: the profile is wrong. */
static gboolean try_past(const Identify *identify, const IdentifyPast *past, IdentifyFit *best)
{
    IdentifyFit fit = {.name = best->name, .clock = best->clock, .witness = best->witness};
    g_autoptr(Trace) trace = identify_run(identify->subject, best->name, &fit.clock, past,
                                          identify->options, identify->diagnostics);

    if (trace == NULL)
        return FALSE;
    identify_judge(identify->subject, trace, past, &fit);
    if (past->lifts_limits && fit.tier < IDENTIFY_LIMITS)
        fit.tier = IDENTIFY_LIMITS;
    if (past->setting != NULL && fit.tier < IDENTIFY_SETTINGS)
        fit.tier = IDENTIFY_SETTINGS;
    fit.setting = past->setting;
    fit.round_trip = past->round_trip;
    if (best->waits != NULL && fit_compare(&fit, best) >= 0) {
        g_array_unref(fit.waits);
        return TRUE;
    }
    if (best->waits != NULL)
        g_array_unref(best->waits);
    *best = fit;
    return TRUE;
}

/* It was not going to send anything more when something was seen. */
static gboolean gave_up(const IdentifyFit *fit)
{
    const IdentifyWait *last =
        fit->waits->len > 0 ? &g_array_index(fit->waits, IdentifyWait, fit->waits->len - 1) : NULL;

    return fit->tier == IDENTIFY_OTHER && last != NULL && !last->is_explained &&
           last->predicted == G_MININT64;
}

/* --- a handshake that nobody saw ---------------------------------------------------------- */

static const SimTime settled = 10 * SIM_SECOND; /* between it and the capture */

/* The first wait is the timeout, and the timeout grows with the round trip: positive when it is longer than what was
 * seen.  0: nobody knows. */
static int first_wait_too_long(const IdentifyFit *fit)
{
    const IdentifyWait *first =
        fit->waits->len > 0 ? &g_array_index(fit->waits, IdentifyWait, 0) : NULL;

    if (first == NULL)
        return 0;
    if (first->predicted == G_MININT64)
        return 1; /* it was not due in all that time */
    SimTime seen = first->seen != G_MININT64 ? first->seen : 0;

    if (first->repeat != NULL && first->seen == G_MININT64)
        seen = first->repeat->t - first->from;
    return first->predicted > seen ? 1 : -1;
}

/* A handshake that took so long. */
static gboolean try_round_trip(const Identify *identify, gboolean has_sack, SimTime round_trip,
                               IdentifyFit *best)
{
    IdentifyPast past = {.before = settled, .peer_has_sack = has_sack, .round_trip = round_trip};

    return try_past(identify, &past, best);
}

/* The round trip that the capture shows, and usual ones: what was measured later, or the least timeout, may hide what it
 * was. */
static gboolean try_round_trips(const Identify *identify, gboolean has_sack, IdentifyFit *best)
{
    static const guint usual_ms[] = {1, 10, 40, 100, 200, 400};
    const Replay *replay = identify->subject->replay;
    SimTime shown = replay->delay[REPLAY_CLIENT] + replay->delay[REPLAY_SERVER];
    gboolean good = !replay->knows_delays || try_round_trip(identify, has_sack, shown, best);

    for (guint i = 0; good && i < G_N_ELEMENTS(usual_ms) && best->tier > IDENTIFY_STOPS; i++)
        good = try_round_trip(identify, has_sack, usual_ms[i] * SIM_MILLISECOND, best);
    return good;
}

/* Round trips by halving the range, then some a little shorter, since timers are late rather than early. */
static gboolean search_round_trip(const Identify *identify, gboolean has_sack, IdentifyFit *best)
{
    enum { HALVINGS = 12, SHORTER = 8, PERCENT = 2 };
    SimTime least = SIM_MILLISECOND / 10, most = 4 * SIM_SECOND;

    for (guint i = 0; i < HALVINGS; i++) {
        IdentifyFit fit = {.name = best->name, .clock = best->clock};
        SimTime middle = (least + most) / 2;

        if (!try_round_trip(identify, has_sack, middle, &fit))
            return FALSE;
        int too_long = first_wait_too_long(&fit);
        g_array_unref(fit.waits);
        if (too_long > 0)
            most = middle;
        else
            least = middle;
    }
    for (guint i = 0; i <= SHORTER; i++) {
        if (!try_round_trip(identify, has_sack, most - most * (gint64)(i * PERCENT) / 100, best))
            return FALSE;
    }
    return TRUE;
}

static gboolean try_without_handshake(const Identify *identify, IdentifyFit *best)
{
    best->tier = IDENTIFY_TIER_COUNT;
    for (int has_sack = 1; has_sack >= 0 && best->tier >= IDENTIFY_OTHER; has_sack--) {
        if (!try_round_trips(identify, has_sack, best) ||
            (best->tier >= IDENTIFY_OTHER && !search_round_trip(identify, has_sack, best)))
            return FALSE;
    }
    return TRUE;
}

/* --- one profile, whatever was seen ------------------------------------------------------- */

static gboolean has_probes(const IdentifySubject *subject)
{
    for (guint i = 0; i < subject->repeats->len; i++) {
        if (g_array_index(subject->repeats, IdentifyRepeat, i).sent->is_probe)
            return TRUE;
    }
    return FALSE;
}

static gboolean has_answers(const IdentifySubject *subject)
{
    for (guint i = 0; i < subject->repeats->len; i++) {
        if (g_array_index(subject->repeats, IdentifyRepeat, i).is_answer)
            return TRUE;
    }
    return FALSE;
}

/* Something of its peer was sent again though it was answered: perhaps it was not that which was. */
static gboolean has_doubts(const IdentifySubject *subject)
{
    const GArray *arrivals = subject->replay->sent[subject->end == REPLAY_CLIENT];
    gboolean any = FALSE;

    for (guint i = 0; i < arrivals->len; i++)
        any = any || g_array_index(arrivals, ReplaySent, i).is_doubtful;
    return any;
}

/* There are timestamps, and nobody knows their values. */
static gboolean lacks_timestamps(const IdentifySubject *subject)
{
    const GArray *list = subject->replay->sent[subject->end];
    const ReplaySent *first = &g_array_index(list, ReplaySent, 0);

    return first->seen != NULL && (first->seen->segment.options.present & OPTION_TIMESTAMPS) &&
           first->seen->segment.options.ts_val == 0;
}

/* What else may have been, the likeliest first, as long as nothing explains every wait. */
static gboolean try_others(const Identify *identify, const IdentifyPast *past, IdentifyFit *best)
{
    const IdentifySubject *subject = identify->subject;
    IdentifyPast others[] = {*past, *past, *past, *past, *past, *past};
    gboolean makes_sense[] = {has_answers(subject), has_probes(subject),       subject->is_far,
                              has_doubts(subject),  lacks_timestamps(subject), FALSE};

    others[0].timers_answer = TRUE;
    others[1].sets_keepalive = TRUE;
    others[2].all_arrive = TRUE;
    others[3].doubtful_lost = TRUE;
    others[4].echoes_first = TRUE;
    others[5].lifts_limits = TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(others) && best->tier == IDENTIFY_OTHER; i++) {
        gboolean is_limit = i + 1 == G_N_ELEMENTS(others) && gave_up(best);

        if ((makes_sense[i] || is_limit) && !try_past(identify, &others[i], best))
            return FALSE;
    }
    return TRUE;
}

/* What is often set otherwise than a profile has it, and shows in timers. */
static const struct {
    const char *setting;
    SegmentClass of;         /* of what is sent again */
    IdentifyClockKind clock; /* a wheel is Linux' alone */
} settings[] = {{"tcp_syn_linear_timeouts=0", SEGMENT_SYN, IDENTIFY_CLOCK_WHEEL}};

static gboolean try_settings(const Identify *identify, const IdentifyPast *past, IdentifyFit *best)
{
    const GArray *repeats = identify->subject->repeats;
    const IdentifyRepeat *first =
        repeats->len > 0 ? &g_array_index(repeats, IdentifyRepeat, 0) : NULL;

    for (guint i = 0; i < G_N_ELEMENTS(settings) && best->tier == IDENTIFY_OTHER; i++) {
        IdentifyPast other = *past;

        other.setting = settings[i].setting;
        if (first != NULL && first->sent->class == settings[i].of &&
            best->clock.kind == settings[i].clock && !try_past(identify, &other, best))
            return FALSE;
    }
    return TRUE;
}

static gboolean try_profile(const Identify *identify, IdentifyFit *best)
{
    const Replay *replay = identify->subject->replay;
    IdentifyPast past = {.before = 0};

    if (replay->begin == REPLAY_FROM_LATER)
        return try_without_handshake(identify, best);
    if (replay->begin == REPLAY_FROM_SYN_ACK && identify->subject->end == REPLAY_CLIENT)
        past.before = replay->delay[REPLAY_CLIENT] + replay->delay[REPLAY_SERVER];
    return try_past(identify, &past, best) && try_others(identify, &past, best) &&
           try_settings(identify, &past, best);
}

static gboolean examine(const Identify *identify, const char *name, IdentifyFit *out)
{
    g_autoptr(Profile) profile = profile_load(name, identify->options, identify->diagnostics);
    IdentifyOpening opening = {.times = NULL};

    *out = (IdentifyFit){.name = g_strdup(name)};
    if (profile == NULL || !identify_opening(identify->subject, name, identify->options,
                                             identify->diagnostics, &opening))
        return FALSE;
    out->clock = identify_clock_of(profile);
    out->witness = identify_witness(identify->subject, profile, &opening);
    g_array_unref(opening.times);
    return try_profile(identify, out);
}

/* --- a capture that begins late ----------------------------------------------------------- */

static gboolean may_begin_late(const IdentifySubject *subject)
{
    const IdentifyRepeat *first =
        subject->repeats->len > 0 ? &g_array_index(subject->repeats, IdentifyRepeat, 0) : NULL;

    return first != NULL && (first->sent->seen->segment.flags & TCP_SYN) &&
           subject->other_numbers == 0 && subject->replay->begin != REPLAY_FROM_LATER &&
           (subject->end == REPLAY_CLIENT) == (subject->replay->begin == REPLAY_FROM_SYN);
}

/* The first segment that was seen is the second of its kind, or the third, … */
static gboolean try_late_start(const Identify *identify, IdentifyFit *best)
{
    IdentifyOpening opening;
    gboolean good = TRUE;

    if (!identify_opening(identify->subject, best->name, identify->options, identify->diagnostics,
                          &opening))
        return FALSE;
    for (guint i = 1; good && i < opening.times->len; i++) {
        IdentifyPast past = {.before = g_array_index(opening.times, SimTime, i)};
        IdentifyTier tier = best->tier;

        good = try_past(identify, &past, best);
        if (good && tier == IDENTIFY_OTHER && best->tier != IDENTIFY_OTHER)
            best->unseen = i;
    }
    g_array_unref(opening.times);
    return good;
}

static guint count_up_to(const GArray *fits, IdentifyTier tier)
{
    guint count = 0;

    while (count < fits->len && g_array_index(fits, IdentifyFit, count).tier < tier)
        count++;
    return count;
}

/* Those of settings and limits are possible where no other is. */
static void count_possible(IdentifyAnswer *answer)
{
    answer->possible = count_up_to(answer->fits, IDENTIFY_SETTINGS);
    answer->settable = 0;
    if (answer->possible > 0)
        answer->settable = count_up_to(answer->fits, IDENTIFY_LIMITS) - answer->possible;
    else
        answer->possible = count_up_to(answer->fits, IDENTIFY_OTHER);
}

static gboolean examine_all(const Identify *identify, char *const *profiles, GArray *fits)
{
    gboolean good = TRUE;

    for (; good && *profiles != NULL; profiles++) {
        IdentifyFit fit;

        good = examine(identify, *profiles, &fit);
        g_array_append_val(fits, fit);
    }
    g_array_sort(fits, fit_compare);
    return good;
}

/* FALSE: a profile is wrong. */
static gboolean examine_subject(const Identify *identify, char *const *profiles,
                                IdentifyAnswer *answer)
{
    gboolean good;

    g_array_set_size(answer->fits, 0);
    good = examine_all(identify, profiles, answer->fits);
    if (good)
        count_possible(answer);
    if (!good || answer->possible > 0 || !may_begin_late(identify->subject))
        return good;
    for (guint i = 0; good && i < answer->fits->len; i++)
        good = try_late_start(identify, &g_array_index(answer->fits, IdentifyFit, i));
    g_array_sort(answer->fits, fit_compare);
    count_possible(answer);
    return good;
}

/* Nobody knows that it was captured at the host. */
static gboolean may_be_rough(const IdentifySubject *subject)
{
    return subject->other_numbers == 0 && (subject->is_far || !subject->replay->knows_delays);
}

IdentifyAnswer *identify_subject(const IdentifySubject *subject, char *const *profiles,
                                 const ScenarioOptions *options, Diagnostics *diagnostics)
{
    IdentifySubject rough = *subject;
    const Identify as_seen = {subject, options, diagnostics},
                   roughly = {&rough, options, diagnostics};
    g_autoptr(IdentifyAnswer) answer = g_new0(IdentifyAnswer, 1);

    rough.is_far = TRUE;
    rough.noise = MAX(rough.noise, IDENTIFY_ROUGH);
    answer->fits = g_array_new(FALSE, TRUE, sizeof(IdentifyFit));
    g_array_set_clear_func(answer->fits, fit_clear);
    if (!examine_subject(&as_seen, profiles, answer))
        return NULL;
    if (answer->possible > 0 || !may_be_rough(subject))
        return g_steal_pointer(&answer);
    answer->is_loose = TRUE;
    return examine_subject(&roughly, profiles, answer) ? g_steal_pointer(&answer) : NULL;
}

void identify_answer_free(IdentifyAnswer *answer)
{
    if (answer == NULL)
        return;
    g_array_unref(answer->fits);
    g_free(answer);
}

/* --- what would tell two apart ------------------------------------------------------------ */

SimTime identify_apart(const IdentifyFit *a, const IdentifyFit *b)
{
    const IdentifyFit *sooner = a->next <= b->next ? a : b, *later = sooner == a ? b : a;

    return sooner->next_most < later->next ? sooner->next_most : 0;
}
