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

/* The last packet that meets a fault, as it was sent: what comes before it has been seen in another world.  Behind it
 * there may be faults that no packet meets; then some is seen twice. */
static TraceId last_fault(const Trace *trace)
{
    for (TraceId id = trace->events->len; id > 0; id--) {
        const TraceEvent *event = trace_event(trace, id);

        if ((event->kind == TRACE_LOST || event->kind == TRACE_FAULT) &&
            event->fault.culprit == TRACE_CULPRIT_CHANCE)
            return event->fault.sent;
    }
    return 0;
}

static void look_at(Beyond *beyond, const TraceEvent *event, StateSum *state, TraceId new_from)
{
    Watch *watch = &beyond->watch;

    if (event->id > new_from && state_is_settled(event))
        state_set_add(&beyond->states, state_sum_value(state));
    state_sum_before(state, watch, event);
    laws_of_event(watch, event);
    watch_event(watch, event);
    laws_after_event(watch, event);
    state_sum_after(state, watch, event);
    if (event->kind == TRACE_STATE)
        pairs_after(&beyond->pairs, watch, event);
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
    TraceId new_from = last_fault(trace);
    StateSum state = {0};

    watch_restart(watch, trace);
    for (TraceId id = 1; id <= trace->events->len; id++)
        look_at(beyond, trace_event(trace, id), &state, new_from);
    outcome->undecided = !laws_of_end(watch);
    hold_always(watch);
    outcome->length = watch->end->t;
    outcome->breach = g_steal_pointer(&watch->breach);
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
    const WorldNotes notes = {.places = places};
    Outcome outcome = {.world = *world};
    g_autoptr(Trace) trace = world_run(beyond->plan, beyond->options, world, &notes);

    judge(beyond, trace, &outcome);
    beyond->is_broken = beyond->is_broken || outcome.breach != NULL;
    g_array_append_val(beyond->outcomes, outcome);
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
    if (is_wanted(options, EXPLORE_DROP))
        try_world(beyond, &lost, places);
    else if (is_wanted(options, EXPLORE_REORDER))
        trace_free(world_run(beyond->plan, options, &lost, &notes));
}

/* A packet that is refused for its checksum might as well have been lost, unless it took up a link's time. */
static gboolean is_lost_again(const Beyond *beyond, const ExplorePlace *packet)
{
    return is_wanted(beyond->options, EXPLORE_DROP) && packet->transmission == 0;
}

static void try_corrupt(Beyond *beyond, guint32 place, const ExplorePlace *packet)
{
    if (!is_wanted(beyond->options, EXPLORE_CORRUPT))
        return;
    if (is_lost_again(beyond, packet))
        beyond->equal++;
    else
        try_fault(beyond, &(ExploreFault){.place = place, .kind = EXPLORE_CORRUPT});
}

static void try_packet(Beyond *beyond, guint32 place, const ExplorePlace *packet)
{
    const ExploreOptions *options = beyond->options;

    try_lost(beyond, place, beyond->after);
    try_fault(beyond, &(ExploreFault){.place = place, .kind = EXPLORE_DUPLICATE});
    SimTime late = is_wanted(options, EXPLORE_REORDER) ? behind_the_next(beyond->after, place) : 0;

    if (late > 0)
        try_fault(beyond, &(ExploreFault){.place = place, .kind = EXPLORE_REORDER, .delay = late});
    try_fault(beyond,
              &(ExploreFault){.place = place, .kind = EXPLORE_DELAY, .delay = options->delay_by});
    try_corrupt(beyond, place, packet);
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

static void go_beyond(Beyond *beyond)
{
    const ExploreWorld *world = &beyond->world;
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(ExplorePlace));
    const WorldNotes notes = {.places = places};
    guint32 first = world->count > 0 ? world->faults[world->count - 1].place + 1 : 0;

    trace_free(world_run(beyond->plan, beyond->options, world, &notes));
    for (guint32 i = first; i < places->len && !is_enough(beyond); i++) {
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
