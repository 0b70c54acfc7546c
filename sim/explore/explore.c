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

enum {
    WORLDS_A_THREAD = 8, /* that are gone beyond before what comes of them is added up */
    EVENTS_MOST = 100000,
};

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
    GArray *worlds, *next; /* ExploreWorld: of this depth, and of the next one */
    GArray *usual;         /* WatchConn: see Watch */
    Crew crew;
    gboolean over;
    gboolean is_cut; /* a task was told to stop */
} Exploration;

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
    exploration->is_cut = exploration->is_cut || beyond->is_cut;
    exploration->result->count.equal += beyond->equal;
    pairs_add(exploration->result->pairs, &beyond->pairs);
    state_set_add_all(&exploration->states, &beyond->states);
    exploration->result->count.states = exploration->states.count;
}

static void run_task(gpointer task, gpointer data)
{
    Crew *crew = data;

    beyond_run(task);
    g_mutex_lock(&crew->lock);
    crew->tasks--;
    g_cond_signal(&crew->news);
    g_mutex_unlock(&crew->lock);
}

/* On the thread that called: passes on what is known, as long as somebody works. */
static void wait_for_crew(Exploration *exploration)
{
    const ExploreOptions *options = exploration->options;
    Crew *crew = &exploration->crew;

    g_mutex_lock(&crew->lock);
    while (crew->tasks > 0) {
        g_cond_wait(&crew->news, &crew->lock);
        ExploreCount count = exploration->result->count;
        count.worlds += crew->worlds;
        g_mutex_unlock(&crew->lock);
        gboolean goes_on = options->tell == NULL || options->tell(&count, options->data);
        g_mutex_lock(&crew->lock);
        crew->stop = crew->stop || !goes_on;
    }
    crew->worlds = 0;
    g_mutex_unlock(&crew->lock);
}

/* Several at once. */
static void run_some(Exploration *exploration, const GPtrArray *tasks)
{
    gint threads = (gint)MIN(exploration->options->threads, tasks->len);
    GThreadPool *pool = g_thread_pool_new(run_task, &exploration->crew, threads, FALSE, NULL);

    exploration->crew.tasks = tasks->len;
    for (guint i = 0; i < tasks->len; i++)
        g_thread_pool_push(pool, g_ptr_array_index(tasks, i), NULL);
    wait_for_crew(exploration);
    g_thread_pool_free(pool, FALSE, TRUE);
}

static Beyond *add_task(Exploration *exploration, GPtrArray *tasks, const ExploreWorld *world)
{
    Beyond *beyond = beyond_new(exploration->plan, exploration->options, world);

    beyond->crew = &exploration->crew;
    beyond->usual = exploration->usual;
    g_ptr_array_add(tasks, beyond);
    return beyond;
}

static void run_and_add(Exploration *exploration, const GPtrArray *tasks)
{
    run_some(exploration, tasks);
    for (guint i = 0; i < tasks->len && !exploration->over; i++)
        add(exploration, g_ptr_array_index(tasks, i));
    if (!exploration->over && exploration->crew.stop)
        end(exploration, EXPLORE_END_TOLD);
}

/* Was every world tried that was to be, whatever comes next? */
static gboolean is_whole(const Exploration *exploration)
{
    return !exploration->is_cut &&
           (!exploration->over || exploration->result->end == EXPLORE_END_TOLD);
}

/* All worlds of one depth are known: those of the next.  FALSE: not all were tried. */
static gboolean deepen(Exploration *exploration)
{
    guint some = exploration->options->threads * WORLDS_A_THREAD, from = 0;

    while (from < exploration->worlds->len && !exploration->over) {
        g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func((GDestroyNotify)beyond_free);
        guint to = MIN(from + some, exploration->worlds->len);

        for (; from < to; from++)
            add_task(exploration, tasks, &g_array_index(exploration->worlds, ExploreWorld, from));
        run_and_add(exploration, tasks);
    }
    return from == exploration->worlds->len && is_whole(exploration);
}

static gboolean run_first(Exploration *exploration)
{
    g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func((GDestroyNotify)beyond_free);
    Beyond *first = add_task(exploration, tasks, NULL);

    run_and_add(exploration, tasks);
    exploration->usual = g_steal_pointer(&first->conns);
    return is_whole(exploration);
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
    g_mutex_init(&exploration.crew.lock);
    g_cond_init(&exploration.crew.news);
    exploration.worlds = g_array_new(FALSE, FALSE, sizeof(ExploreWorld));
    exploration.next = g_array_new(FALSE, FALSE, sizeof(ExploreWorld));
    ExploreResult *result = exploration.result;
    gboolean whole = run_first(&exploration);

    while (whole && ++result->completed < (gint)options->depth && !exploration.over) {
        next_depth(&exploration);
        whole = deepen(&exploration);
    }
    g_mutex_clear(&exploration.crew.lock);
    g_cond_clear(&exploration.crew.news);
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
