/* Ordered work: each thread takes the next batch of pieces that nobody has taken, as long as there is one.
 *
 * Threads share what is to be done, which nobody changes, and the window below.  A piece's memory is taken
 * and given back by one thread, so that threads do not meet in the allocator; and they meet at the lock
 * once a batch, because a piece may take less time than waking a thread does. */
#include "lab/ordered.h"

enum {
    BATCH_MOST = 64,
    BATCHES_A_THREAD = 16, /* at least, so that no thread idles long while the last one ends */
    WINDOW_A_THREAD = 4,   /* batches that may wait for an earlier one to be told */
    LOOK_US = 50 * 1000,
};

/* What came of a batch. */
typedef struct Batch {
    gsize count; /* less than it should be: the work was stopped there */
    gpointer results[];
} Batch;

typedef struct Work {
    const LabOrdered *ordered;
    guint64 size; /* pieces a batch; the last one may have less */
    guint64 batches;
    gint stopped; /* atomic: no piece is to be begun */
    gsize done;   /* atomic: pieces */

    GMutex lock;         /* of what follows */
    GCond one_is_there;  /* for who tells */
    GCond there_is_room; /* for who works */
    guint64 taken, told; /* so many batches */
    guint window;
    Batch **there; /* what came of batch i is there[i % window] until it is told; else NULL */
} Work;

/* The next batch's number; FALSE when there is none.  Waits while the window is full. */
static gboolean take(Work *work, guint64 *number)
{
    gboolean there_is_one;

    g_mutex_lock(&work->lock);
    while (work->taken < work->batches && work->taken >= work->told + work->window &&
           !g_atomic_int_get(&work->stopped))
        g_cond_wait(&work->there_is_room, &work->lock);
    there_is_one = work->taken < work->batches && !g_atomic_int_get(&work->stopped);
    if (there_is_one)
        *number = work->taken++;
    g_mutex_unlock(&work->lock);
    return there_is_one;
}

static void put(Work *work, guint64 number, Batch *batch)
{
    g_mutex_lock(&work->lock);
    work->there[number % work->window] = batch;
    if (number == work->told)
        g_cond_signal(&work->one_is_there);
    g_mutex_unlock(&work->lock);
}

/* How many pieces the batch should have. */
static gsize size_of(const Work *work, guint64 number)
{
    return (gsize)MIN(work->size, work->ordered->count - number * work->size);
}

static Batch *work_on(Work *work, guint64 number, gpointer own)
{
    const LabOrdered *ordered = work->ordered;
    gsize size = size_of(work, number);
    Batch *batch = g_malloc(sizeof(Batch) + size * sizeof(gpointer));

    batch->count = 0;
    while (batch->count < size && !g_atomic_int_get(&work->stopped)) {
        guint64 piece = number * work->size + batch->count;

        batch->results[batch->count++] = ordered->work(piece, own, ordered->data);
        (void)g_atomic_pointer_add(&work->done, 1);
    }
    return batch;
}

static void work_on_all(gpointer task, gpointer data)
{
    Work *work = data;
    const LabOrdered *ordered = work->ordered;
    gpointer own = ordered->begin != NULL ? ordered->begin(ordered->data) : NULL;
    guint64 number;

    (void)task;
    while (take(work, &number))
        put(work, number, work_on(work, number, own));
    if (ordered->end != NULL)
        ordered->end(own);
}

/* Nobody begins another piece; the lock is held. */
static void stop(Work *work)
{
    g_atomic_int_set(&work->stopped, TRUE);
    g_cond_broadcast(&work->there_is_room);
}

static void look(Work *work)
{
    const LabOrdered *ordered = work->ordered;

    if (ordered->look != NULL && !ordered->look(g_atomic_pointer_get(&work->done), ordered->data))
        stop(work);
}

/* Waits for the next batch, which the caller frees.  NULL: the work was stopped before it was taken. */
static Batch *await(Work *work)
{
    Batch **place, *batch;
    gint64 until = g_get_monotonic_time() + LOOK_US;

    g_mutex_lock(&work->lock);
    place = &work->there[work->told % work->window];
    while (*place == NULL && (!g_atomic_int_get(&work->stopped) || work->taken > work->told)) {
        if (!g_cond_wait_until(&work->one_is_there, &work->lock, until)) {
            look(work);
            until = g_get_monotonic_time() + LOOK_US;
        }
    }
    batch = g_steal_pointer(place);
    if (batch != NULL) {
        work->told++;
        g_cond_signal(&work->there_is_room);
    }
    g_mutex_unlock(&work->lock);
    return batch;
}

static void drop_from(const LabOrdered *ordered, Batch *batch, gsize first)
{
    for (gsize i = first; i < batch->count && ordered->drop != NULL; i++)
        ordered->drop(batch->results[i]);
    g_free(batch);
}

/* FALSE: there is no more to tell behind it. */
static gboolean tell_batch(const Work *work, Batch *batch, guint64 *told)
{
    const LabOrdered *ordered = work->ordered;
    gboolean is_whole = batch->count == size_of(work, *told / work->size);
    gboolean goes_on = TRUE;
    gsize i = 0;

    while (i < batch->count && goes_on) {
        goes_on = ordered->tell(batch->results[i], *told, ordered->data);
        i++;
        ++*told;
    }
    drop_from(ordered, batch, i);
    return goes_on && is_whole;
}

static guint64 tell_all(Work *work)
{
    gint64 next_look = g_get_monotonic_time() + LOOK_US;
    guint64 told = 0;
    Batch *batch;

    while (told < work->ordered->count && (batch = await(work)) != NULL) {
        if (!tell_batch(work, batch, &told))
            break;
        if (g_get_monotonic_time() < next_look)
            continue;
        g_mutex_lock(&work->lock);
        look(work);
        g_mutex_unlock(&work->lock);
        next_look = g_get_monotonic_time() + LOOK_US;
    }
    return told;
}

/* What was done and is not told: all threads are gone. */
static void drop_rest(Work *work)
{
    for (guint i = 0; i < work->window; i++) {
        if (work->there[i] != NULL)
            drop_from(work->ordered, work->there[i], 0);
    }
}

guint64 lab_ordered_run(const LabOrdered *ordered)
{
    Work work = {.ordered = ordered};

    g_assert(ordered->threads > 0);
    work.size = CLAMP(ordered->count / (ordered->threads * BATCHES_A_THREAD), 1, BATCH_MOST);
    work.batches = ordered->count / work.size + (ordered->count % work.size > 0 ? 1 : 0);
    work.window = ordered->threads * WINDOW_A_THREAD;
    work.there = g_new0(Batch *, work.window);
    g_mutex_init(&work.lock);
    g_cond_init(&work.one_is_there);
    g_cond_init(&work.there_is_room);

    GThreadPool *pool = g_thread_pool_new(work_on_all, &work, (gint)ordered->threads, FALSE, NULL);

    /* A task is a thread's whole share, and says nothing: only NULL is none to GLib. */
    for (guint i = 0; i < ordered->threads; i++)
        g_thread_pool_push(pool, &work, NULL);

    guint64 told = tell_all(&work);

    g_mutex_lock(&work.lock);
    stop(&work);
    g_mutex_unlock(&work.lock);
    g_thread_pool_free(pool, FALSE, TRUE);
    drop_rest(&work);
    g_mutex_clear(&work.lock);
    g_cond_clear(&work.one_is_there);
    g_cond_clear(&work.there_is_room);
    g_free(work.there);
    return told;
}
