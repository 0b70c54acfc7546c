/* Which worlds there are, and the threads that run them.
 *
 * The worlds of a depth are those of the depth before with one fault more, at a packet behind the last
 * one that meets a fault: up to it the run is the same, so every set of faults is come to once.  A
 * world is gone beyond on one thread, which runs it again for its packets and then each world with one
 * fault more; what comes of them is added up in their order.
 */
#include "explore/explore.h"

#include "expect/expect.h"
#include "explore/laws.h"
#include "explore/pairs.h"
#include "explore/states.h"
#include "explore/world.h"

enum {
    WORLDS_A_THREAD = 8, /* that are gone beyond before what comes of them is added up */
    EVENTS_MOST = 100000,
};

const char *explore_fault_name(ExploreFaultKind kind)
{
    static const char *const names[EXPLORE_FAULT_COUNT] = {
        [EXPLORE_DROP] = "drop",   [EXPLORE_DUPLICATE] = "dup",   [EXPLORE_REORDER] = "reorder",
        [EXPLORE_DELAY] = "delay", [EXPLORE_CORRUPT] = "corrupt",
    };

    return names[kind];
}

void explore_bounds(LabOptions *lab)
{
    if (lab->max_time == 0)
        lab->max_time = 24 * SIM_HOUR;
    if (lab->max_events == 0)
        lab->max_events = EVENTS_MOST;
}

/* --- one world ---------------------------------------------------------------------------- */

/* What a run came to. */
typedef struct Outcome {
    ExploreWorld world;
    SimTime length;
    gboolean undecided;
    ExploreBreach *breach; /* NULL: it held */
} Outcome;

static void outcome_clear(gpointer data)
{
    Outcome *outcome = data;

    explore_breach_free(outcome->breach);
}

/* What the worlds beyond one came to, on one thread. */
typedef struct Beyond {
    const Plan *plan;
    const ExploreOptions *options;
    ExploreWorld world;  /* that is gone beyond … */
    gboolean is_first;   /* … unless this is set: it is the only one to be run */
    const GArray *usual; /* see Watch */
    /* What comes of it. */
    GArray *conns;    /* WatchConn, of the first, in the end; or NULL */
    GArray *outcomes; /* Outcome, in order */
    guint64 equal;
    ExplorePairs pairs;
    StateSet states;
    /* To work with. */
    Watch watch;
} Beyond;

typedef struct Exploration {
    const Plan *plan;
    const ExploreOptions *options;
    ExploreResult *result;
    StateSet states;
    GArray *worlds, *next; /* ExploreWorld: of this depth, and of the next one */
    GArray *usual;         /* WatchConn: see Watch */
    gboolean over;
} Exploration;

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

/* `packets`: see world_run(). */
static void try_world(Beyond *beyond, const ExploreWorld *world, GArray *packets)
{
    Outcome outcome = {.world = *world};
    g_autoptr(Trace) trace = world_run(beyond->plan, &beyond->options->lab, world, packets);

    judge(beyond, trace, &outcome);
    g_array_append_val(beyond->outcomes, outcome);
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

static void go_beyond(Beyond *beyond)
{
    const ExploreWorld *world = &beyond->world;
    g_autoptr(GArray) packets = g_array_new(FALSE, FALSE, sizeof(ExplorePacket));
    g_autoptr(GArray) after = g_array_new(FALSE, FALSE, sizeof(ExplorePacket));
    guint32 first = world->count > 0 ? world->faults[world->count - 1].packet + 1 : 0;

    trace_free(world_run(beyond->plan, &beyond->options->lab, world, packets));
    for (guint32 i = first; i < packets->len; i++) {
        const ExplorePacket *packet = &g_array_index(packets, ExplorePacket, i);

        if (is_met(beyond->options, packet))
            try_faults(beyond, i, packet, after);
    }
}

static Beyond *beyond_new(const Exploration *exploration, const ExploreWorld *world)
{
    Beyond *beyond = g_new0(Beyond, 1);

    beyond->plan = exploration->plan;
    beyond->options = exploration->options;
    beyond->usual = exploration->usual;
    if (world != NULL)
        beyond->world = *world;
    beyond->is_first = world == NULL;
    beyond->outcomes = g_array_new(FALSE, FALSE, sizeof(Outcome));
    g_array_set_clear_func(beyond->outcomes, outcome_clear);
    return beyond;
}

static void beyond_free(Beyond *beyond)
{
    g_clear_pointer(&beyond->conns, g_array_unref);
    g_array_unref(beyond->outcomes);
    state_set_clear(&beyond->states);
    g_free(beyond);
}

/* On any thread. */
static void beyond_run(gpointer task, gpointer data)
{
    Beyond *beyond = task;
    static const ExploreWorld nothing = {0};

    (void)data;
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

/* --- all of them -------------------------------------------------------------------------- */

static gboolean is_spent(const Exploration *exploration)
{
    const ExploreOptions *options = exploration->options;
    const ExploreCount *count = &exploration->result->count;

    return (options->most_worlds > 0 && count->worlds >= options->most_worlds) ||
           (options->most_time > 0 && count->virtual_time >= options->most_time);
}

static void end(Exploration *exploration, ExploreEnd why)
{
    exploration->over = TRUE;
    exploration->result->end = why;
}

static void count_breach(Exploration *exploration, Outcome *outcome)
{
    ExploreResult *result = exploration->result;

    result->count.broken[outcome->world.count]++;
    result->by_law[outcome->breach->law]++;
    if (result->breach == NULL) {
        result->breach = g_steal_pointer(&outcome->breach);
        result->world = outcome->world;
    }
    if (!exploration->options->all)
        end(exploration, EXPLORE_END_BROKEN);
}

static void add_outcome(Exploration *exploration, Outcome *outcome)
{
    ExploreCount *count = &exploration->result->count;

    count->worlds++;
    count->of_depth[outcome->world.count]++;
    count->undecided += outcome->undecided;
    count->virtual_time = sim_time_add(count->virtual_time, outcome->length);
    if (outcome->breach != NULL)
        count_breach(exploration, outcome);
    if (outcome->world.count < exploration->options->depth)
        g_array_append_val(exploration->next, outcome->world);
    if (!exploration->over && is_spent(exploration))
        end(exploration, EXPLORE_END_BUDGET);
}

/* What lies behind the world that ended it all is as if it had not been tried. */
static void add(Exploration *exploration, const Beyond *beyond)
{
    for (guint i = 0; i < beyond->outcomes->len && !exploration->over; i++)
        add_outcome(exploration, &g_array_index(beyond->outcomes, Outcome, i));
    exploration->result->count.equal += beyond->equal;
    pairs_add(exploration->result->pairs, &beyond->pairs);
    state_set_add_all(&exploration->states, &beyond->states);
    exploration->result->count.states = exploration->states.count;
}

/* Several at once. */
static void run_some(const Exploration *exploration, const GPtrArray *tasks)
{
    guint threads = MIN(exploration->options->threads, tasks->len);
    GThreadPool *pool =
        threads > 1 ? g_thread_pool_new(beyond_run, NULL, (gint)threads, FALSE, NULL) : NULL;

    for (guint i = 0; i < tasks->len; i++) {
        if (pool != NULL)
            g_thread_pool_push(pool, g_ptr_array_index(tasks, i), NULL);
        else
            beyond_run(g_ptr_array_index(tasks, i), NULL);
    }
    if (pool != NULL)
        g_thread_pool_free(pool, FALSE, TRUE);
}

static void run_and_add(Exploration *exploration, const GPtrArray *tasks)
{
    const ExploreOptions *options = exploration->options;

    run_some(exploration, tasks);
    for (guint i = 0; i < tasks->len && !exploration->over; i++)
        add(exploration, g_ptr_array_index(tasks, i));
    if (!exploration->over && options->tell != NULL &&
        !options->tell(&exploration->result->count, options->data))
        end(exploration, EXPLORE_END_TOLD);
}

/* Were all of them tried that were to be run, whatever comes next? */
static gboolean is_cut(const Exploration *exploration)
{
    return exploration->over && exploration->result->end != EXPLORE_END_TOLD;
}

/* All worlds of one depth are known: those of the next.  FALSE: not all were tried. */
static gboolean deepen(Exploration *exploration)
{
    guint some = exploration->options->threads * WORLDS_A_THREAD, from = 0;

    while (from < exploration->worlds->len && !exploration->over) {
        g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func((GDestroyNotify)beyond_free);
        guint to = MIN(from + some, exploration->worlds->len);

        for (; from < to; from++)
            g_ptr_array_add(tasks, beyond_new(exploration, &g_array_index(exploration->worlds,
                                                                          ExploreWorld, from)));
        run_and_add(exploration, tasks);
    }
    return from == exploration->worlds->len && !is_cut(exploration);
}

static gboolean run_first(Exploration *exploration)
{
    g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func((GDestroyNotify)beyond_free);
    Beyond *first = beyond_new(exploration, NULL);

    g_ptr_array_add(tasks, first);
    run_and_add(exploration, tasks);
    exploration->usual = g_steal_pointer(&first->conns);
    return !is_cut(exploration);
}

static void next_depth(Exploration *exploration)
{
    GArray *worlds = exploration->worlds;

    exploration->worlds = exploration->next;
    exploration->next = worlds;
    g_array_set_size(worlds, 0);
}

ExploreResult *explore(const Plan *plan, const ExploreOptions *options)
{
    Exploration exploration = {.plan = plan, .options = options};

    g_assert(options->depth <= EXPLORE_DEPTH_MAX && options->threads > 0 && options->delay_by > 0);
    exploration.result = g_new0(ExploreResult, 1);
    exploration.result->completed = -1;
    exploration.result->pairs = g_new0(ExplorePairs, 1);
    exploration.worlds = g_array_new(FALSE, FALSE, sizeof(ExploreWorld));
    exploration.next = g_array_new(FALSE, FALSE, sizeof(ExploreWorld));
    ExploreResult *result = exploration.result;
    gboolean whole = run_first(&exploration);

    while (whole && ++result->completed < (gint)options->depth && !exploration.over) {
        next_depth(&exploration);
        whole = deepen(&exploration);
    }
    g_array_unref(exploration.worlds);
    g_array_unref(exploration.next);
    g_array_unref(exploration.usual);
    state_set_clear(&exploration.states);
    return result;
}

void explore_result_free(ExploreResult *result)
{
    if (result == NULL)
        return;
    explore_breach_free(result->breach);
    g_free(result->pairs);
    g_free(result);
}

/* --- what a plan must be ------------------------------------------------------------------ */

static const PlanStep *first_flood(const Plan *plan)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        const PlanStep *step = &g_array_index(plan->steps, PlanStep, i);

        if (step->verb == PLAN_FLOOD || step->series.rate > 0)
            return step;
    }
    return NULL;
}

static gboolean draws(const LinkConfig *config)
{
    return config->loss > 0 || config->burst > 0 || config->duplicate > 0 || config->corrupt > 0 ||
           config->jitter > 0 || config->reorder > 0 || config->mark > 0;
}

static const PlanLink *first_that_draws(const Plan *plan)
{
    for (guint i = 0; i < plan->links->len; i++) {
        const PlanLink *link = &g_array_index(plan->links, PlanLink, i);

        if (draws(&link->config))
            return link;
    }
    return NULL;
}

char *explore_unfit(const Plan *plan, SourcePlace *place)
{
    const PlanStep *flood = first_flood(plan);
    const PlanLink *link = first_that_draws(plan);

    *place = (SourcePlace){.file = g_intern_string(plan->file)};
    if (plan->reality != NULL)
        return g_strdup(
            "worlds are those of a scenario: a packetdrill script says itself what is sent");
    if (plan_has_stack(plan))
        return g_strdup("worlds are those of simulated hosts: a linked stack is another's");
    if (flood != NULL) {
        *place = flood->place;
        return g_strdup("there are too many worlds where segments or connections come by the rate");
    }
    if (link == NULL)
        return NULL;
    *place = link->place;
    return g_strdup(
        "this link draws by chance, and all that chance may do is tried anyway: leave its "
        "keys out");
}

void explore_prepare(Plan *plan, gboolean forget)
{
    plan->stop = SIM_NEVER;
    if (forget)
        g_array_set_size(plan->faults, 0);
    for (guint i = plan->expects->len; i > 0; i--) {
        if (!g_array_index(plan->expects, PlanExpect, i - 1).always)
            g_array_remove_index(plan->expects, i - 1);
    }
}
