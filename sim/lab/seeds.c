/* Many seeds: each thread takes the next batch of seeds that nobody has run, as long as there is one.
 *
 * Threads share the plan, which nobody changes, and the window below.  A run's memory is taken and
 * given back by one thread, so that threads do not meet in the allocator; and they meet at the lock
 * once a batch, because a run may take less time than waking a thread does. */
#include "lab/seeds.h"

enum {
    BATCH_MOST = 64,
    BATCHES_A_THREAD = 16, /* at least, so that no thread idles long while the last one ends */
    WINDOW_A_THREAD = 4,   /* batches that may wait for an earlier one to be told */
};

typedef struct Sweep {
    const Plan *plan;
    const LabOptions *options;
    const LabSeeds *seeds;
    guint64 size; /* seeds a batch; the last one may have less */
    guint64 batches;

    GMutex lock;         /* of what follows */
    GCond one_is_there;  /* for who tells */
    GCond there_is_room; /* for who runs */
    guint64 taken, told; /* so many batches */
    guint window;
    gpointer **done; /* what was kept of batch i is done[i % window] until it is told; else NULL */
} Sweep;

/* The next batch's number; FALSE when there is none.  Waits while the window is full. */
static gboolean take(Sweep *sweep, guint64 *number)
{
    gboolean there_is_one;

    g_mutex_lock(&sweep->lock);
    while (sweep->taken < sweep->batches && sweep->taken >= sweep->told + sweep->window)
        g_cond_wait(&sweep->there_is_room, &sweep->lock);
    there_is_one = sweep->taken < sweep->batches;
    if (there_is_one)
        *number = sweep->taken++;
    g_mutex_unlock(&sweep->lock);
    return there_is_one;
}

static void put(Sweep *sweep, guint64 number, gpointer *kept)
{
    g_mutex_lock(&sweep->lock);
    sweep->done[number % sweep->window] = kept;
    if (number == sweep->told)
        g_cond_signal(&sweep->one_is_there);
    g_mutex_unlock(&sweep->lock);
}

/* Where a batch ends: the number of the seed behind its last one. */
static guint64 end_of(const Sweep *sweep, guint64 number)
{
    return MIN((number + 1) * sweep->size, sweep->seeds->count);
}

static gpointer run_one(const Sweep *sweep, guint64 seed)
{
    LabOptions options = *sweep->options;

    options.has_seed = TRUE;
    options.seed = seed;

    g_autoptr(Trace) trace = lab_run(sweep->plan, &options);

    return sweep->seeds->keep != NULL ? sweep->seeds->keep(trace, seed, sweep->seeds->data) : NULL;
}

static void run_batches(gpointer task, gpointer data)
{
    Sweep *sweep = data;
    guint64 number;

    (void)task;
    while (take(sweep, &number)) {
        gpointer *kept = g_new(gpointer, sweep->size);
        guint64 first = number * sweep->size, end = end_of(sweep, number);

        for (guint64 i = first; i < end; i++)
            kept[i - first] = run_one(sweep, sweep->seeds->first + i);
        put(sweep, number, kept);
    }
}

/* Waits for the next batch, which the caller frees. */
static gpointer *await(Sweep *sweep)
{
    g_mutex_lock(&sweep->lock);

    gpointer **batch = &sweep->done[sweep->told % sweep->window];

    while (*batch == NULL)
        g_cond_wait(&sweep->one_is_there, &sweep->lock);

    gpointer *kept = g_steal_pointer(batch);

    sweep->told++;
    g_cond_signal(&sweep->there_is_room);
    g_mutex_unlock(&sweep->lock);
    return kept;
}

static void tell_all(Sweep *sweep)
{
    const LabSeeds *seeds = sweep->seeds;

    for (guint64 number = 0; number < sweep->batches; number++) {
        g_autofree gpointer *kept = await(sweep);
        guint64 first = number * sweep->size, end = end_of(sweep, number);

        for (guint64 i = first; i < end; i++)
            seeds->tell(kept[i - first], seeds->first + i, seeds->data);
    }
}

void lab_run_seeds(const Plan *plan, const LabOptions *options, const LabSeeds *seeds)
{
    Sweep sweep = {.plan = plan, .options = options, .seeds = seeds};

    g_assert(seeds->threads > 0);
    sweep.size = CLAMP(seeds->count / (seeds->threads * BATCHES_A_THREAD), 1, BATCH_MOST);
    sweep.batches = (seeds->count + sweep.size - 1) / sweep.size;
    sweep.window = seeds->threads * WINDOW_A_THREAD;
    sweep.done = g_new0(gpointer *, sweep.window);
    g_mutex_init(&sweep.lock);
    g_cond_init(&sweep.one_is_there);
    g_cond_init(&sweep.there_is_room);

    GThreadPool *pool = g_thread_pool_new(run_batches, &sweep, (gint)seeds->threads, FALSE, NULL);

    /* A task is a thread's whole share, and says nothing: only NULL is none to GLib. */
    for (guint i = 0; i < seeds->threads; i++)
        g_thread_pool_push(pool, &sweep, NULL);
    tell_all(&sweep);
    g_thread_pool_free(pool, FALSE, TRUE);
    g_mutex_clear(&sweep.lock);
    g_cond_clear(&sweep.one_is_there);
    g_cond_clear(&sweep.there_is_room);
    g_free(sweep.done);
}
