/* Which worlds there are, and the threads that run them.
 *
 * The worlds of a depth are those of the depth before with one fault more, at a place behind that of the last
 * one: up to it the run is the same, so every set of faults is come to once.  A
 * world is gone beyond on one thread, which runs it again for its places and then each world with one
 * fault more; what comes of them is added up in their order.
 */
#include "explore/explore.h"

#include "explore/beyond.h"
#include "explore/pairs.h"
#include "explore/tally.h"
#include "lab/ordered.h"

enum { EVENTS_MOST = 100000 };

const char *explore_fault_name(ExploreFaultKind kind)
{
    static const char *const names[EXPLORE_KIND_COUNT] = {
        [EXPLORE_DROP] = "drop",   [EXPLORE_DUPLICATE] = "dup",   [EXPLORE_REORDER] = "reorder",
        [EXPLORE_DELAY] = "delay", [EXPLORE_CORRUPT] = "corrupt", [EXPLORE_ORDER] = "order",
        [EXPLORE_CRASH] = "crash", [EXPLORE_REBOOT] = "reboot",
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

typedef struct Exploration {
    const Plan *plan;
    const ExploreOptions *options;
    ExploreResult *result;
    StateSet states;
    Tally tally;
    GArray *worlds, *next; /* ExploreWorld: of this depth, and of the next one */
    gboolean merges;
    MarkTable known, fresh; /* where worlds of less faults have been, and of this depth */
    GArray *usual;          /* WatchConn: see Watch */
    Crew crew;
    gboolean over;
    gboolean is_cut; /* a task was told to stop */
} Exploration;

static gboolean is_spent(const Exploration *exploration)
{
    const ExploreOptions *options = exploration->options;
    const ExploreCount *count = &exploration->result->count;

    return (options->most_worlds > 0 && count->run >= options->most_worlds) ||
           (options->most_time > 0 && count->virtual_time >= options->most_time);
}

static void end(Exploration *exploration, ExploreEnd why)
{
    exploration->over = TRUE;
    exploration->result->end = why;
}

/* What an array that grows by doubling may take. */
static guint64 room_of(const GArray *worlds)
{
    return 2 * sizeof(ExploreWorld) * (guint64)worlds->len;
}

/* What is kept of worlds that were run: which ones to go beyond, and which states there were. */
static gboolean is_too_large(const Exploration *exploration)
{
    guint64 bytes = room_of(exploration->worlds) + room_of(exploration->next) +
                    exploration->states.room * sizeof(guint64) + tally_bytes(&exploration->tally) +
                    mark_table_bytes(&exploration->known) + mark_table_bytes(&exploration->fresh);

    return bytes > lab_memory_of_run(exploration->options->lab.max_memory);
}

static void keep_breach(Exploration *exploration, Outcome *outcome)
{
    ExploreResult *result = exploration->result;

    if (result->breach == NULL) {
        result->breach = g_steal_pointer(&outcome->breach);
        result->world = outcome->world;
    }
    if (!exploration->options->all)
        end(exploration, EXPLORE_END_BROKEN);
}

/* Another of this depth, which was run elsewhere at the same time, has been where it was: it ends there. */
static void merge(Exploration *exploration, const Beyond *beyond, Outcome *outcome, guint32 base)
{
    for (guint i = 0; i < outcome->mark_count; i++) {
        Mark mark = g_array_index(beyond->marks, Mark, outcome->first_mark + i);
        const Mark *before = mark_table_find(&exploration->fresh, mark.digest);

        if (before != NULL) {
            outcome->end = mark.at.place;
            outcome->next = before->at;
            return;
        }
        mark.at.node += base;
        mark_table_add(&exploration->fresh, &mark);
    }
}

/* `base`: how many there were of its level before those that were run together. */
static void keep_node(Exploration *exploration, const Beyond *beyond, Outcome *outcome,
                      guint32 base, guint32 parent)
{
    const ExploreWorld *world = &outcome->world;
    guint level = world->count;
    GArray *nodes = exploration->tally.levels[level];

    if (outcome->next.level == level)
        outcome->next.node += base;
    if (level < exploration->options->depth)
        merge(exploration, beyond, outcome, base);
    const TallyNode node = {
        .parent = parent,
        .place = level > 0 ? world->faults[level - 1].place : 0,
        .end = outcome->end,
        .next = outcome->next,
        .law = (guint8)(outcome->breach != NULL ? outcome->breach->law : TALLY_NO_LAW),
        .undecided = outcome->undecided != 0,
        .has_twin = outcome->has_twin != 0,
    };
    g_array_append_val(nodes, node);
}

static void add_outcome(Exploration *exploration, Outcome *outcome)
{
    ExploreCount *count = &exploration->result->count;

    count->run++;
    count->virtual_time = sim_time_add(count->virtual_time, outcome->length);
    if (outcome->breach != NULL)
        keep_breach(exploration, outcome);
    if (outcome->world.count < exploration->options->depth)
        g_array_append_val(exploration->next, outcome->world);
    if (!exploration->over && is_spent(exploration))
        end(exploration, EXPLORE_END_BUDGET);
    if (!exploration->over && is_too_large(exploration))
        end(exploration, EXPLORE_END_MEMORY);
}

/* What lies behind the world that ended it all is as if it had not been tried. */
static void add(Exploration *exploration, const Beyond *beyond, guint32 parent)
{
    guint level = beyond->is_first ? 0 : beyond->world.count + 1;
    guint32 base = exploration->tally.levels[level]->len;

    for (guint i = 0; i < beyond->outcomes->len && !exploration->over; i++) {
        Outcome *outcome = &g_array_index(beyond->outcomes, Outcome, i);

        keep_node(exploration, beyond, outcome, base, parent);
        add_outcome(exploration, outcome);
    }
    exploration->is_cut = exploration->is_cut || beyond->is_cut;
    pairs_add(exploration->result->pairs, &beyond->pairs);
    state_set_add_all(&exploration->states, &beyond->states);
    exploration->result->count.states = exploration->states.count;
}

/* FALSE: somebody wants an end. */
static gboolean tell(const Exploration *exploration, guint64 more)
{
    const ExploreOptions *options = exploration->options;
    ExploreCount count = exploration->result->count;

    count.run += more;
    return options->tell == NULL || options->tell(&count, options->data);
}

/* With what is known so far. */
static gboolean goes_on(Exploration *exploration)
{
    if (!exploration->over && !tell(exploration, 0))
        end(exploration, EXPLORE_END_TOLD);
    return !exploration->over;
}

/* ---- A depth: a world that is gone beyond is a piece of work ---- */

static Beyond *new_beyond(Exploration *exploration, const ExploreWorld *world)
{
    Beyond *beyond = beyond_new(exploration->plan, exploration->options, world);

    beyond->crew = &exploration->crew;
    beyond->usual = exploration->usual;
    beyond->merges = exploration->merges;
    beyond->known = &exploration->known;
    return beyond;
}

static const GArray *parents_of(const Exploration *exploration, const Beyond *beyond)
{
    return exploration->tally.levels[beyond->world.count];
}

static gpointer work(guint64 number, gpointer own, gpointer data)
{
    Exploration *exploration = data;
    Beyond *beyond =
        new_beyond(exploration, &g_array_index(exploration->worlds, ExploreWorld, number));

    (void)own;
    beyond->end = g_array_index(parents_of(exploration, beyond), TallyNode, number).end;
    beyond_run(beyond);
    return beyond;
}

static gboolean add_work(gpointer result, guint64 number, gpointer data)
{
    Exploration *exploration = data;
    Beyond *beyond = result;

    (void)g_atomic_pointer_add(&exploration->crew.worlds, -(gssize)beyond->outcomes->len);
    add(exploration, beyond, (guint32)number);
    beyond_free(beyond);
    return goes_on(exploration);
}

static gboolean look(guint64 done, gpointer data)
{
    Exploration *exploration = data;
    gboolean more = tell(exploration, (gsize)g_atomic_pointer_get(&exploration->crew.worlds));

    (void)done;
    if (!more)
        g_atomic_int_set(&exploration->crew.stop, TRUE);
    return more;
}

/* All worlds of one depth are known: those of the next.  FALSE: not all were tried. */
static gboolean deepen(Exploration *exploration)
{
    const LabOrdered ordered = {.count = exploration->worlds->len,
                                .threads = exploration->options->threads,
                                .work = work,
                                .tell = add_work,
                                .look = look,
                                .drop = (GDestroyNotify)beyond_free,
                                .data = exploration};
    guint64 told = lab_ordered_run(&ordered);

    if (!exploration->over && g_atomic_int_get(&exploration->crew.stop))
        end(exploration, EXPLORE_END_TOLD);
    return told == ordered.count && !exploration->is_cut &&
           (!exploration->over || exploration->result->end == EXPLORE_END_TOLD);
}

static void run_first(Exploration *exploration)
{
    Beyond *first = new_beyond(exploration, NULL);

    beyond_run(first);
    exploration->crew.worlds = 0;
    add(exploration, first, 0);
    exploration->usual = g_steal_pointer(&first->conns);
    beyond_free(first);
    (void)goes_on(exploration);
}

static void next_depth(Exploration *exploration)
{
    GArray *worlds = exploration->worlds;

    exploration->worlds = exploration->next;
    exploration->next = worlds;
    g_array_set_size(worlds, 0);
    mark_table_add_all(&exploration->known, &exploration->fresh);
    mark_table_clear(&exploration->fresh);
}

/* An expectation that speaks of more than how it all ends has to see each run whole. */
static gboolean may_merge(const Plan *plan, const ExploreOptions *options)
{
    for (guint i = 0; i < plan->expects->len; i++) {
        PlanExpectKind kind = g_array_index(plan->expects, PlanExpect, i).kind;

        if (kind != PLAN_EXPECT_ENDS && kind != PLAN_EXPECT_DELIVERS)
            return FALSE;
    }
    return !options->no_merge;
}

static void explore_clear(Exploration *exploration)
{
    g_array_unref(exploration->worlds);
    g_array_unref(exploration->next);
    g_array_unref(exploration->usual);
    state_set_clear(&exploration->states);
    mark_table_clear(&exploration->known);
    mark_table_clear(&exploration->fresh);
    tally_clear(&exploration->tally);
}

ExploreResult *explore(const Plan *plan, const ExploreOptions *options)
{
    Exploration exploration = {
        .plan = plan, .options = options, .merges = may_merge(plan, options)};

    g_assert(options->depth <= EXPLORE_DEPTH_MAX && options->threads > 0 && options->delay_by > 0);
    exploration.result = g_new0(ExploreResult, 1);
    exploration.result->completed = -1;
    exploration.result->pairs = g_new0(ExplorePairs, 1);
    exploration.worlds = g_array_new(FALSE, FALSE, sizeof(ExploreWorld));
    exploration.next = g_array_new(FALSE, FALSE, sizeof(ExploreWorld));
    ExploreResult *result = exploration.result;

    tally_init(&exploration.tally);
    run_first(&exploration);
    /* The run without a fault is a depth, too, unless it ended all. */
    gboolean whole = !exploration.over || result->end == EXPLORE_END_TOLD;
    while (whole && ++result->completed < (gint)options->depth && !exploration.over) {
        next_depth(&exploration);
        whole = deepen(&exploration);
    }
    tally_count(&exploration.tally, result->completed, &result->count, result->by_law);
    explore_clear(&exploration);
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
