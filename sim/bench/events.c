/* The event queue by itself: schedule, pop, cancel, and the hold model (what is popped is scheduled
 * again, later), in which discrete-event queues have been compared since Vaucher and Duval (CACM 18,
 * 1975).
 *
 * An event is due one wait after it is scheduled: a constant wait, so that events leave in the order
 * in which they came, or one drawn uniformly from twice its length. */
#include "bench/events.h"

#include <string.h>

#include "bench/sample.h"
#include "core/queue.h"
#include "core/random.h"

/* Waits are drawn before the clock runs. */
enum { DRAWN = 1 << 16 };

typedef struct Bench {
    const EventsLoad *load;
    EventQueue *queue;
    Event *events;
    guint32 *shuffled; /* the events' numbers, in the order in which they are cancelled */
    SimTime waits[DRAWN];
    guint64 drawn;
    SimOrder order;
} Bench;

/* ns for each */
typedef struct EventsCost {
    double schedule, pop, cancel, hold;
} EventsCost;

static SimTime next_wait(Bench *bench)
{
    return bench->waits[bench->drawn++ % DRAWN];
}

static void schedule(Bench *bench, Event *event, SimTime now)
{
    event_queue_schedule(bench->queue, event,
                         (SimDue){now + next_wait(bench), sim_order_take(&bench->order)});
}

/* As if one had been scheduled every nanosecond: those that wait at random are due at random, and
 * those in order one after the other. */
static void schedule_all(Bench *bench)
{
    for (guint64 i = 0; i < bench->load->pending; i++)
        schedule(bench, &bench->events[i], bench->load->in_order ? (SimTime)i : 0);
}

static gint64 hold(Bench *bench, guint64 operations)
{
    gint64 began = bench_now_ns();

    for (guint64 i = 0; i < operations; i++) {
        SimTime now = event_queue_first_due(bench->queue).at;

        schedule(bench, event_queue_pop(bench->queue), now);
    }
    return bench_now_ns() - began;
}

static gint64 pop(Bench *bench, guint64 operations)
{
    gint64 began = bench_now_ns();

    for (guint64 i = 0; i < operations; i++)
        event_queue_pop(bench->queue);
    return bench_now_ns() - began;
}

static gint64 cancel(Bench *bench, guint64 operations)
{
    gint64 began = bench_now_ns();

    for (guint64 i = 0; i < operations; i++)
        event_queue_cancel(bench->queue, &bench->events[bench->shuffled[i]]);
    return bench_now_ns() - began;
}

static gint64 fill(Bench *bench)
{
    gint64 began = bench_now_ns();

    schedule_all(bench);
    return bench_now_ns() - began;
}

/* Takes out what is left, the quick way. */
static void empty(Bench *bench)
{
    event_queue_free(bench->queue);
    bench->queue = event_queue_new(NULL);
    memset(bench->events, 0, bench->load->pending * sizeof(Event));
}

/* Few pending: filled and emptied until there were enough operations.  Many: no more of them are
 * popped or cancelled than asked for, so that the queue stays about as long as it is. */
static void measure(Bench *bench, EventsCost *cost)
{
    guint64 pending = bench->load->pending, part = MIN(pending, bench->load->operations);
    guint64 rounds = (bench->load->operations + part - 1) / part;
    gint64 schedule_ns = 0, pop_ns = 0, cancel_ns = 0;

    for (guint64 i = 0; i < rounds; i++) {
        schedule_ns += fill(bench);
        pop_ns += pop(bench, part);
        empty(bench);
        schedule_all(bench);
        cancel_ns += cancel(bench, part);
        empty(bench);
    }
    schedule_all(bench);
    hold(bench, MIN(pending, part)); /* until waits are as the model leaves them */
    cost->hold = (double)hold(bench, rounds * part) / (double)(rounds * part);
    cost->schedule = (double)schedule_ns / (double)(rounds * pending);
    cost->pop = (double)pop_ns / (double)(rounds * part);
    cost->cancel = (double)cancel_ns / (double)(rounds * part);
}

static void draw(Bench *bench)
{
    guint64 pending = bench->load->pending;
    RandomStream stream;

    random_stream_init(&stream, bench->load->seed, "bench events");
    for (guint i = 0; i < DRAWN; i++)
        bench->waits[i] =
            (SimTime)(bench->load->in_order ? pending : random_stream_below(&stream, 2 * pending));
    for (guint64 i = 0; i < pending; i++) {
        guint64 other = random_stream_below(&stream, i + 1);

        bench->shuffled[i] = bench->shuffled[other];
        bench->shuffled[other] = (guint32)i;
    }
}

static void run(gconstpointer what, gpointer result)
{
    const EventsLoad *load = what;
    g_autofree Bench *bench = g_new0(Bench, 1);

    bench->load = load;
    bench->queue = event_queue_new(NULL);
    bench->events = g_new0(Event, load->pending);
    bench->shuffled = g_new0(guint32, load->pending);
    draw(bench);
    measure(bench, result);
    event_queue_free(bench->queue);
    g_free(bench->events);
    g_free(bench->shuffled);
}

BenchLine *bench_events(const EventsLoad *load, guint times, GError **error)
{
    EventsCost best = {0};

    for (guint i = 0; i < times; i++) {
        EventsCost cost;

        if (!bench_in_child(run, load, &cost, sizeof cost, error))
            return NULL;
        best = i == 0 || cost.hold < best.hold ? cost : best;
    }

    BenchLine *line = bench_line_new("events");

    bench_line_word(line, "due", load->in_order ? "in-order" : "random");
    bench_line_count(line, "pending", load->pending);
    bench_line_count(line, "runs", times);
    bench_line_number(line, "schedule_ns", best.schedule, 1);
    bench_line_number(line, "pop_ns", best.pop, 1);
    bench_line_number(line, "cancel_ns", best.cancel, 1);
    bench_line_number(line, "hold_ns", best.hold, 1);
    return line;
}
