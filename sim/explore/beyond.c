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

/* The last packet that meets a fault, as it was sent: what comes before it has been seen in another world. */
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

    g_mutex_lock(&crew->lock);
    crew->worlds++;
    beyond->is_cut = crew->stop && !beyond->is_first;
    g_cond_signal(&crew->news);
    g_mutex_unlock(&crew->lock);
}

/* `packets`: see world_run(). */
static void try_world(Beyond *beyond, const ExploreWorld *world, GArray *packets)
{
    Outcome outcome = {.world = *world};
    g_autoptr(Trace) trace = world_run(beyond->plan, &beyond->options->lab, world, packets);

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

static gboolean is_met(const ExploreOptions *options, const ExplorePacket *packet)
{
    return packet->at >= options->from && packet->at <= options->to &&
           (options->hosts == NULL || options->hosts[packet->from]);
}

static ExploreWorld with_fault(const ExploreWorld *world, guint32 packet, ExploreFaultKind kind,
                               SimTime delay)
{
    ExploreWorld more = *world;

    more.faults[more.count++] = (ExploreFault){packet, kind, delay};
    return more;
}

/* How late a packet has to come so that it comes right behind the next one of its direction, which is known
 * where it does not come at all: `packets` are those of that world.  0: nothing follows it. */
static SimTime behind_the_next(const GArray *packets, guint32 lost)
{
    const ExplorePacket *late = &g_array_index(packets, ExplorePacket, lost);

    for (guint i = lost + 1; i < packets->len; i++) {
        const ExplorePacket *next = &g_array_index(packets, ExplorePacket, i);

        if (next->from == late->from && next->to == late->to)
            return next->at - late->at + next->transmission + 1;
    }
    return 0;
}

/* The world in which the packet is lost, which also tells what comes after it. */
static void try_lost(Beyond *beyond, guint32 packet, GArray *packets)
{
    const ExploreOptions *options = beyond->options;
    ExploreWorld lost = with_fault(&beyond->world, packet, EXPLORE_DROP, 0);

    g_array_set_size(packets, 0);
    if (is_wanted(options, EXPLORE_DROP))
        try_world(beyond, &lost, packets);
    else if (is_wanted(options, EXPLORE_REORDER))
        trace_free(world_run(beyond->plan, &options->lab, &lost, packets));
}

/* A packet that is refused for its checksum might as well have been lost, unless it took up a link's time. */
static gboolean is_lost_again(const Beyond *beyond, const ExplorePacket *packet)
{
    return is_wanted(beyond->options, EXPLORE_DROP) && packet->transmission == 0;
}

static void try_kind(Beyond *beyond, guint32 packet, ExploreFaultKind kind, SimTime delay)
{
    ExploreWorld world = with_fault(&beyond->world, packet, kind, delay);

    try_world(beyond, &world, NULL);
}

static void try_faults(Beyond *beyond, guint32 packet, const ExplorePacket *is, GArray *packets)
{
    const ExploreOptions *options = beyond->options;

    try_lost(beyond, packet, packets);
    if (is_wanted(options, EXPLORE_DUPLICATE))
        try_kind(beyond, packet, EXPLORE_DUPLICATE, 0);
    SimTime late = is_wanted(options, EXPLORE_REORDER) ? behind_the_next(packets, packet) : 0;

    if (late > 0)
        try_kind(beyond, packet, EXPLORE_REORDER, late);
    if (is_wanted(options, EXPLORE_DELAY))
        try_kind(beyond, packet, EXPLORE_DELAY, options->delay_by);
    if (!is_wanted(options, EXPLORE_CORRUPT))
        return;
    if (is_lost_again(beyond, is))
        beyond->equal++;
    else
        try_kind(beyond, packet, EXPLORE_CORRUPT, 0);
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
    g_autoptr(GArray) packets = g_array_new(FALSE, FALSE, sizeof(ExplorePacket));
    g_autoptr(GArray) after = g_array_new(FALSE, FALSE, sizeof(ExplorePacket));
    guint32 first = world->count > 0 ? world->faults[world->count - 1].packet + 1 : 0;

    trace_free(world_run(beyond->plan, &beyond->options->lab, world, packets));
    for (guint32 i = first; i < packets->len && !is_enough(beyond); i++) {
        const ExplorePacket *packet = &g_array_index(packets, ExplorePacket, i);

        if (is_met(beyond->options, packet))
            try_faults(beyond, i, packet, after);
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
    return beyond;
}

void beyond_free(Beyond *beyond)
{
    g_clear_pointer(&beyond->conns, g_array_unref);
    g_array_unref(beyond->outcomes);
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
