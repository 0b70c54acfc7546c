/* One world after the other, each run, held to the laws, and counted. */
#include "explore/beyond.h"

#include "expect/expect.h"
#include "explore/laws.h"
#include "explore/pairs.h"
#include "explore/world.h"

/* --- one world ---------------------------------------------------------------------------- */

static void outcome_clear(gpointer data)
{
    Outcome *outcome = data;

    explore_breach_free(outcome->breach);
}

static void look_at(Beyond *beyond, const TraceEvent *event)
{
    Watch *watch = &beyond->watch;

    laws_of_event(watch, event);
    watch_event(watch, event);
    laws_after_event(watch, event);
    if (event->kind == TRACE_STATE)
        pairs_after(&beyond->pairs, watch, event);
}

/* What has happened since last time. */
static void catch_up(Beyond *beyond, const Trace *trace)
{
    beyond->watch.trace = trace;
    while (beyond->seen < trace->events->len)
        look_at(beyond, trace_event(trace, ++beyond->seen));
}

static void hold_always(Watch *watch)
{
    if (watch->plan->expects->len == 0)
        return;
    g_autoptr(GPtrArray) results = expect_check(watch->plan, watch->trace);

    for (guint i = 0; i < watch->plan->expects->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);

        if (!result->ok)
            law_break(watch, EXPLORE_LAW_ALWAYS,
                      g_strdup_printf("%s: %s", result->text, result->actual), NULL);
    }
}

static void judge(Beyond *beyond, const Trace *trace, Outcome *outcome)
{
    Watch *watch = &beyond->watch;

    catch_up(beyond, trace);
    if (outcome->next.level == MARK_NOWHERE) {
        outcome->undecided =
            !laws_of_end(watch, beyond->circle.length > 0 ? &beyond->circle : NULL);
        hold_always(watch);
    }
    outcome->length = watch->end->t;
    outcome->breach = g_steal_pointer(&watch->breach);
}

/* --- where it has been -------------------------------------------------------------------- */

static SimTime behind_the_next(const GArray *places, guint32 lost);

/* Its state is one that it has been in, but for the time: it goes round in a circle.  What is expected always may speak
 * of the whole run. */
static gboolean goes_round(Beyond *beyond, guint32 places)
{
    const Mark now = {.digest = beyond->digest.alike, .at.node = (guint32)beyond->seen};
    const Mark *before = mark_table_find(&beyond->own, now.digest);

    if (before == NULL || beyond->plan->expects->len > 0) {
        mark_table_add(&beyond->own, &now);
        return FALSE;
    }
    beyond->circle = circle_between(beyond->watch.trace, before->at.node, beyond->seen);
    beyond->outcome->end = places;
    return TRUE;
}

/* Another one has been in this state at this time: what follows is known, or will be. */
static gboolean is_another_again(Beyond *beyond, guint32 places)
{
    const Mark mark = {.digest = beyond->digest.exact,
                       .at = {.node = beyond->outcomes->len,
                              .place = places,
                              .level = (guint8)beyond->outcome->world.count}};
    const Mark *before = mark_table_find(beyond->known, mark.digest);

    if (before == NULL)
        before = mark_table_find(&beyond->here, mark.digest);
    if (before == NULL) {
        g_array_append_val(beyond->marks, mark);
        return FALSE;
    }
    beyond->outcome->end = places;
    beyond->outcome->next = before->at;
    return TRUE;
}

static void take_digest(Beyond *beyond, const LabRun *run, guint64 moments)
{
    Digest *digest = &beyond->digest;

    lab_digest(run, beyond->watch.trouble, digest);
    digest_add(digest, moments);
    watch_digest(&beyond->watch, digest);
    digest_end(digest);
    digest->exact += digest->exact == 0; /* 0 is a free slot */
    digest->alike += digest->alike == 0;
}

/* A WorldLook.  Once a law is broken, how it goes on is this world's own. */
static gboolean look_on(gpointer context, const LabRun *run, guint32 places, guint64 moments)
{
    Beyond *beyond = context;

    catch_up(beyond, lab_trace_so_far(run));
    if (beyond->watch.breach != NULL)
        return TRUE;
    take_digest(beyond, run, moments);
    if (beyond->digest.is_partial)
        return TRUE;
    state_set_add(&beyond->states, beyond->digest.alike);
    if (beyond->has_to_go_on && behind_the_next(beyond->after, beyond->lost) == 0)
        return TRUE;
    return !goes_round(beyond, places) && !(beyond->merges && is_another_again(beyond, places));
}

static void begin_world(Beyond *beyond, Outcome *outcome)
{
    watch_restart(&beyond->watch, NULL);
    mark_table_empty(&beyond->own);
    beyond->circle = (Circle){0};
    beyond->seen = 0;
    beyond->outcome = outcome;
    outcome->end = TALLY_NO_END;
    outcome->next.level = MARK_NOWHERE;
    outcome->first_mark = beyond->marks->len;
}

/* Those that come later find out where it has been. */
static void end_world(Beyond *beyond, Outcome *outcome)
{
    outcome->mark_count = beyond->marks->len - outcome->first_mark;
    for (guint i = outcome->first_mark; i < beyond->marks->len; i++)
        mark_table_add(&beyond->here, &g_array_index(beyond->marks, Mark, i));
    beyond->is_broken = beyond->is_broken || outcome->breach != NULL;
    g_array_append_vals(beyond->outcomes, outcome, 1);
}

static void tell_crew(Beyond *beyond)
{
    Crew *crew = beyond->crew;

    (void)g_atomic_pointer_add(&crew->worlds, 1);
    beyond->is_cut = g_atomic_int_get(&crew->stop) && !beyond->is_first;
}

/* `places`: what WorldNotes has; or NULL. */
static void try_world(Beyond *beyond, const ExploreWorld *world, GArray *places)
{
    const WorldNotes notes = {.places = places, .look = look_on, .context = beyond};
    Outcome outcome = {.world = *world};

    begin_world(beyond, &outcome);
    g_autoptr(Trace) trace = world_run(beyond->plan, beyond->options, world, &notes);

    judge(beyond, trace, &outcome);
    end_world(beyond, &outcome);
    tell_crew(beyond);
}

/* --- the worlds beyond one ---------------------------------------------------------------- */

static gboolean is_wanted(const ExploreOptions *options, ExploreFaultKind kind)
{
    return (options->kinds & 1U << kind) != 0;
}

static gboolean is_met(const ExploreOptions *options, const ExplorePlace *place)
{
    return place->at >= options->from && place->at <= options->to &&
           (options->hosts == NULL || options->hosts[place->from]);
}

static ExploreWorld with_fault(const ExploreWorld *world, const ExploreFault *fault)
{
    ExploreWorld more = *world;

    more.faults[more.count++] = *fault;
    return more;
}

static void try_fault(Beyond *beyond, const ExploreFault *fault)
{
    ExploreWorld world = with_fault(&beyond->world, fault);

    if (is_wanted(beyond->options, fault->kind))
        try_world(beyond, &world, NULL);
}

/* --- a packet --- */

/* How late a packet has to come so that it comes right behind the next one of its direction, which is known
 * where it does not come at all: `places` are those of that world.  0: nothing follows it. */
static SimTime behind_the_next(const GArray *places, guint32 lost)
{
    const ExplorePlace *late = &g_array_index(places, ExplorePlace, lost);

    for (guint i = lost + 1; i < places->len; i++) {
        const ExplorePlace *next = &g_array_index(places, ExplorePlace, i);

        if (next->kind == EXPLORE_AT_PACKET && next->from == late->from && next->to == late->to)
            return next->at - late->at + next->transmission + 1;
    }
    return 0;
}

/* The world in which the packet is lost, which also tells what comes after it. */
static void try_lost(Beyond *beyond, guint32 place, GArray *places)
{
    const ExploreOptions *options = beyond->options;
    const ExploreFault drop = {.place = place, .kind = EXPLORE_DROP};
    const WorldNotes notes = {.places = places};
    ExploreWorld lost = with_fault(&beyond->world, &drop);

    g_array_set_size(places, 0);
    beyond->lost = place;
    beyond->has_to_go_on = is_wanted(options, EXPLORE_REORDER);
    if (is_wanted(options, EXPLORE_DROP))
        try_world(beyond, &lost, places);
    else if (is_wanted(options, EXPLORE_REORDER))
        trace_free(world_run(beyond->plan, options, &lost, &notes));
    beyond->has_to_go_on = FALSE;
}

/* A packet that is refused for its checksum might as well have been lost, unless it took up a link's time. */
static gboolean is_lost_again(const Beyond *beyond, const ExplorePlace *packet)
{
    return is_wanted(beyond->options, EXPLORE_DROP) && packet->transmission == 0;
}

/* `lost`: the number of the outcome in which the packet is. */
static void try_corrupt(Beyond *beyond, guint32 place, const ExplorePlace *packet, guint lost)
{
    if (!is_wanted(beyond->options, EXPLORE_CORRUPT))
        return;
    if (is_lost_again(beyond, packet))
        g_array_index(beyond->outcomes, Outcome, lost).has_twin = TRUE;
    else
        try_fault(beyond, &(ExploreFault){.place = place, .kind = EXPLORE_CORRUPT});
}

static void try_packet(Beyond *beyond, guint32 place, const ExplorePlace *packet)
{
    const ExploreOptions *options = beyond->options;
    guint lost = beyond->outcomes->len;

    try_lost(beyond, place, beyond->after);
    try_fault(beyond, &(ExploreFault){.place = place, .kind = EXPLORE_DUPLICATE});
    SimTime late = is_wanted(options, EXPLORE_REORDER) ? behind_the_next(beyond->after, place) : 0;

    if (late > 0)
        try_fault(beyond, &(ExploreFault){.place = place, .kind = EXPLORE_REORDER, .delay = late});
    try_fault(beyond,
              &(ExploreFault){.place = place, .kind = EXPLORE_DELAY, .delay = options->delay_by});
    try_corrupt(beyond, place, packet, lost);
}

/* --- a turn --- */

static void try_orders(Beyond *beyond, guint32 place, const ExplorePlace *turn)
{
    for (guint16 first = 1; first < turn->count; first++)
        try_fault(beyond, &(ExploreFault){.place = place, .kind = EXPLORE_ORDER, .first = first});
}

static void try_crashes(Beyond *beyond, guint32 place, const ExplorePlace *turn)
{
    (void)turn;
    try_fault(beyond, &(ExploreFault){.place = place, .kind = EXPLORE_CRASH});
    try_fault(beyond, &(ExploreFault){.place = place, .kind = EXPLORE_REBOOT});
}

/* --- all of it --- */

static void try_faults(Beyond *beyond, guint32 place, const ExplorePlace *is)
{
    static void (*const tries[])(Beyond *, guint32, const ExplorePlace *) = {
        [EXPLORE_AT_PACKET] = try_packet,
        [EXPLORE_AT_CRASH] = try_crashes,
        [EXPLORE_AT_TURN] = try_orders,
    };

    tries[is->kind](beyond, place, is);
}

static gboolean is_enough(const Beyond *beyond)
{
    const ExploreOptions *options = beyond->options;

    return beyond->is_cut || (beyond->is_broken && !options->all) ||
           (options->most_worlds > 0 && beyond->outcomes->len >= options->most_worlds);
}

/* A WorldLook: its further places are another's. */
static gboolean is_own(gpointer context, const LabRun *run, guint32 places, guint64 moments)
{
    const Beyond *beyond = context;

    (void)run;
    (void)moments;
    return places < beyond->end;
}

static void go_beyond(Beyond *beyond)
{
    const ExploreWorld *world = &beyond->world;
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(ExplorePlace));
    const WorldNotes notes = {.places = places, .look = is_own, .context = beyond};
    guint32 first = world->count > 0 ? world->faults[world->count - 1].place + 1 : 0;

    trace_free(world_run(beyond->plan, beyond->options, world, &notes));
    guint32 end = MIN(places->len, beyond->end);

    for (guint32 i = first; i < end && !is_enough(beyond); i++) {
        const ExplorePlace *place = &g_array_index(places, ExplorePlace, i);

        if (is_met(beyond->options, place))
            try_faults(beyond, i, place);
    }
}

Beyond *beyond_new(const Plan *plan, const ExploreOptions *options, const ExploreWorld *world)
{
    Beyond *beyond = g_new0(Beyond, 1);

    beyond->plan = plan;
    beyond->options = options;
    if (world != NULL)
        beyond->world = *world;
    beyond->is_first = world == NULL;
    beyond->end = TALLY_NO_END;
    beyond->marks = g_array_new(FALSE, FALSE, sizeof(Mark));
    beyond->outcomes = g_array_new(FALSE, FALSE, sizeof(Outcome));
    g_array_set_clear_func(beyond->outcomes, outcome_clear);
    beyond->after = g_array_new(FALSE, FALSE, sizeof(ExplorePlace));
    return beyond;
}

void beyond_free(Beyond *beyond)
{
    g_clear_pointer(&beyond->conns, g_array_unref);
    g_array_unref(beyond->outcomes);
    g_array_unref(beyond->after);
    g_array_unref(beyond->marks);
    mark_table_clear(&beyond->here);
    mark_table_clear(&beyond->own);
    digest_clear(&beyond->digest);
    state_set_clear(&beyond->states);
    g_free(beyond);
}

void beyond_run(Beyond *beyond)
{
    static const ExploreWorld nothing = {0};

    watch_begin(&beyond->watch, beyond->plan);
    beyond->watch.except = beyond->options->except;
    beyond->watch.usual = beyond->usual;
    if (beyond->is_first) {
        try_world(beyond, &nothing, NULL);
        beyond->conns = watch_conns(&beyond->watch);
    } else {
        go_beyond(beyond);
    }
    watch_clear(&beyond->watch);
}
