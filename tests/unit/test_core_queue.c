/* The event queue: its order, and its places, against a model that searches a list. */
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "core/queue.h"
#include "core/random.h"
#include "less.h"

START_TEST(earliest_comes_first)
{
    EventQueue *queue = event_queue_new(NULL);
    Event a = {0}, b = {0}, c = {0};

    event_queue_schedule(queue, &a, (SimDue){30, 0});
    event_queue_schedule(queue, &b, (SimDue){10, 1});
    event_queue_schedule(queue, &c, (SimDue){20, 2});
    ck_assert_uint_eq(event_queue_length(queue), 3);
    ck_assert_int_eq(event_queue_first_due(queue).at, 10);
    ck_assert_ptr_eq(event_queue_pop(queue), &b);
    ck_assert_ptr_eq(event_queue_pop(queue), &c);
    ck_assert_ptr_eq(event_queue_pop(queue), &a);
    ck_assert_ptr_null(event_queue_pop(queue));
    event_queue_free(queue);
}
END_TEST

START_TEST(one_instant_keeps_the_order_of_decisions)
{
    enum { COUNT = 100 };
    EventQueue *queue = event_queue_new(NULL);
    Event events[COUNT];

    memset(events, 0, sizeof events);
    /* Put in in another order than decided: 0, 37, 74, 11, … */
    for (uint64_t i = 0; i < COUNT; i++) {
        uint64_t order = i * 37 % COUNT;
        event_queue_schedule(queue, &events[order], (SimDue){5, order});
    }
    for (size_t i = 0; i < COUNT; i++)
        ck_assert_ptr_eq(event_queue_pop(queue), &events[i]);
    event_queue_free(queue);
}
END_TEST

START_TEST(an_empty_queue_is_never_due)
{
    EventQueue *queue = event_queue_new(NULL);

    ck_assert_int_eq(event_queue_first_due(queue).at, SIM_NEVER);
    ck_assert_uint_eq(event_queue_first_due(queue).order, UINT64_MAX);
    ck_assert_ptr_null(event_queue_pop(queue));
    ck_assert_uint_eq(event_queue_length(queue), 0);
    event_queue_free(queue);
    event_queue_free(NULL);
}
END_TEST

START_TEST(cancelled_events_do_not_come)
{
    EventQueue *queue = event_queue_new(NULL);
    Event a = {0}, b = {0};

    event_queue_cancel(queue, &a); /* not queued: nothing happens */
    event_queue_schedule(queue, &a, (SimDue){1, 0});
    event_queue_schedule(queue, &b, (SimDue){2, 1});
    ck_assert(event_is_queued(&a));
    event_queue_cancel(queue, &a);
    ck_assert(!event_is_queued(&a));
    event_queue_cancel(queue, &a);
    ck_assert_uint_eq(event_queue_length(queue), 1);
    ck_assert_ptr_eq(event_queue_pop(queue), &b);
    ck_assert(!event_is_queued(&b));
    event_queue_free(queue);
}
END_TEST

START_TEST(scheduling_again_moves)
{
    EventQueue *queue = event_queue_new(NULL);
    Event a = {0}, b = {0};

    event_queue_schedule(queue, &a, (SimDue){1, 0});
    event_queue_schedule(queue, &b, (SimDue){2, 1});
    event_queue_schedule(queue, &a, (SimDue){3, 2});
    ck_assert_uint_eq(event_queue_length(queue), 2);
    ck_assert_ptr_eq(event_queue_pop(queue), &b);
    event_queue_schedule(queue, &b, (SimDue){9, 3});
    event_queue_schedule(queue, &b, (SimDue){0, 4});
    ck_assert_ptr_eq(event_queue_pop(queue), &b);
    ck_assert_ptr_eq(event_queue_pop(queue), &a);
    event_queue_free(queue);
}
END_TEST

enum { MODEL_EVENTS = 500 };

typedef struct Model {
    EventQueue *queue;
    SimOrder order;
    RandomStream random;
    Event events[MODEL_EVENTS];
    SimDue dues[MODEL_EVENTS];
    bool queued[MODEL_EVENTS];
    size_t length;
} Model;

/* The model's first event: MODEL_EVENTS when there is none. */
static size_t model_first(const Model *model)
{
    size_t first = MODEL_EVENTS;

    for (size_t i = 0; i < MODEL_EVENTS; i++)
        if (model->queued[i] &&
            (first == MODEL_EVENTS || sim_due_before(model->dues[i], model->dues[first])))
            first = i;
    return first;
}

static void model_schedule_at(Model *model, size_t i, SimTime at)
{
    model->dues[i] = (SimDue){at, sim_order_take(&model->order)};
    model->length += !model->queued[i];
    model->queued[i] = true;
    event_queue_schedule(model->queue, &model->events[i], model->dues[i]);
}

/* Few different times, so that many are equal. */
static void model_schedule(Model *model, size_t i)
{
    model_schedule_at(model, i, (SimTime)random_stream_below(&model->random, 50));
}

/* By a little; its order stays. */
static void model_put_off(Model *model, size_t i)
{
    model->dues[i].at += (SimTime)random_stream_below(&model->random, 3);
    event_queue_schedule(model->queue, &model->events[i], model->dues[i]);
}

static void model_cancel(Model *model, size_t i)
{
    model->length -= model->queued[i];
    model->queued[i] = false;
    event_queue_cancel(model->queue, &model->events[i]);
}

static void model_pop(Model *model)
{
    size_t first = model_first(model);
    Event *event = event_queue_pop(model->queue);

    if (first == MODEL_EVENTS) {
        ck_assert_ptr_null(event);
        return;
    }
    ck_assert_ptr_eq(event, &model->events[first]);
    model->queued[first] = false;
    model->length--;
}

static void model_compare(const Model *model)
{
    size_t first = model_first(model);
    SimDue due = first < MODEL_EVENTS ? model->dues[first] : SIM_DUE_NEVER;

    ck_assert_uint_eq(event_queue_length(model->queue), model->length);
    ck_assert_int_eq(event_queue_first_due(model->queue).at, due.at);
    ck_assert_uint_eq(event_queue_first_due(model->queue).order, due.order);
}

/* The queue knows when each is due, wherever it stands. */
static void model_compare_dues(const Model *model)
{
    for (size_t i = 0; i < MODEL_EVENTS; i++) {
        SimDue due = event_queue_due(model->queue, &model->events[i]);
        SimDue wanted = model->queued[i] ? model->dues[i] : SIM_DUE_NEVER;
        ck_assert_int_eq(due.at, wanted.at);
        ck_assert_uint_eq(due.order, wanted.order);
    }
}

START_TEST(random_operations_agree_with_a_list)
{
    static Model model;

    model.queue = event_queue_new(NULL);
    random_stream_init(&model.random, 1, "queue");
    for (int step = 0; step < 100000 / LESS; step++) {
        size_t i = random_stream_below(&model.random, MODEL_EVENTS);
        uint64_t operation = random_stream_below(&model.random, 8);
        /* It fills and empties by turns. */
        uint64_t schedules = step / 1000 % 2 == 0 ? 5 : 2;
        if (operation < schedules)
            model_schedule(&model, i);
        else if (operation < 6)
            model_cancel(&model, i);
        else
            model_pop(&model);
        ck_assert(event_is_queued(&model.events[i]) == model.queued[i]);
        model_compare(&model);
        if (step % 100 == 0)
            model_compare_dues(&model);
    }
    while (model.length > 0)
        model_pop(&model);
    model_compare(&model);
    event_queue_free(model.queue);
}
END_TEST

/* What a simulation does: time goes on, and what is decided waits for one of a few lengths, the
 * longest outliving everything else. */
START_TEST(waits_of_a_few_lengths_agree_with_a_list)
{
    static const SimTime lengths[] = {100000, 5, 40, 200, 40, 40, 40, 3};
    static Model model;

    model.queue = event_queue_new(NULL);
    random_stream_init(&model.random, 3, "queue");
    for (SimTime step = 0; step < 100000 / LESS; step++) {
        size_t i = random_stream_below(&model.random, MODEL_EVENTS);
        uint64_t length = random_stream_below(&model.random, 100) == 0 ? 0 : 1 + step % 7;
        uint64_t operation = random_stream_below(&model.random, 8);
        if (operation < 4)
            model_schedule_at(&model, i, step + lengths[length]);
        else if (operation < 6)
            model_cancel(&model, i);
        while (event_queue_first_due(model.queue).at <= step)
            model_pop(&model);
        model_compare(&model);
        if (step % 100 == 0)
            model_compare_dues(&model);
    }
    while (model.length > 0)
        model_pop(&model);
    event_queue_free(model.queue);
}
END_TEST

/* Time goes on, and waits are of any length; some timers are armed with an order that they took long
 * ago.  Nothing is ever scheduled before what was popped. */
START_TEST(waits_of_all_lengths_agree_with_a_list)
{
    static Model model;
    SimDue now = {-SIM_HOUR, 0};

    model.queue = event_queue_new(NULL);
    model.order.next = 1;
    random_stream_init(&model.random, 9, "queue");
    for (int step = 0; step < 50000 / LESS; step++) {
        size_t i = random_stream_below(&model.random, MODEL_EVENTS);
        uint64_t operation = random_stream_below(&model.random, 8);
        uint64_t schedules = step / 2000 % 2 == 0 ? 6 : 2;
        uint64_t longest = (uint64_t)1 << random_stream_below(&model.random, 40);
        SimTime wait = (SimTime)random_stream_below(&model.random, longest);
        if (operation < schedules)
            model_schedule_at(&model, i, now.at + wait);
        else if (operation == schedules && model.queued[i])
            model_put_off(&model, i);
        else if (operation < 7)
            model_cancel(&model, i);
        if (operation == 7 && model.length > 0) {
            now = event_queue_first_due(model.queue);
            model_pop(&model);
        }
        model_compare(&model);
        if (step % 100 == 0)
            model_compare_dues(&model);
    }
    while (model.length > 0)
        model_pop(&model);
    event_queue_free(model.queue);
}
END_TEST

START_TEST(a_million_pending_come_out_in_order)
{
    enum { COUNT = 1000000 / LESS };
    EventQueue *queue = event_queue_new(NULL);
    Event *events = calloc(COUNT, sizeof *events);
    RandomStream random;
    SimDue last = {-1, 0};

    random_stream_init(&random, 2, "queue");
    for (uint64_t i = 0; i < COUNT; i++)
        event_queue_schedule(queue, &events[i],
                             (SimDue){(SimTime)random_stream_below(&random, SIM_HOUR), i});
    ck_assert_uint_eq(event_queue_length(queue), COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        SimDue due = event_queue_first_due(queue);
        if (!sim_due_before(last, due) || event_queue_pop(queue) == NULL)
            ck_abort_msg("the event number %zu", i); /* ck_assert() is slow a million times */
        last = due;
    }
    ck_assert_uint_eq(event_queue_length(queue), 0);
    free(events);
    event_queue_free(queue);
}
END_TEST

/* ---- Many at once, against sorting ---- */

enum { CROWD_MOST = 20000 / LESS };

typedef struct Crowd {
    EventQueue *queue;
    Event events[CROWD_MOST];
    SimDue dues[CROWD_MOST];
    size_t count;
} Crowd;

static Crowd crowd;

static void crowd_begin(void)
{
    crowd.queue = event_queue_new(NULL);
    crowd.count = 0;
}

static void crowd_add(SimTime at, uint64_t order)
{
    crowd.dues[crowd.count] = (SimDue){at, order};
    crowd.events[crowd.count] = (Event){0};
    event_queue_schedule(crowd.queue, &crowd.events[crowd.count], crowd.dues[crowd.count]);
    crowd.count++;
}

static int compare_dues(const void *a, const void *b)
{
    const SimDue *first = a, *second = b;

    return sim_due_before(*first, *second) ? -1 : sim_due_before(*second, *first);
}

/* Those that are still queued come out in order, and nothing else. */
static void crowd_end(void)
{
    static SimDue expected[CROWD_MOST];
    size_t left = 0;

    for (size_t i = 0; i < crowd.count; i++)
        if (event_is_queued(&crowd.events[i]))
            expected[left++] = crowd.dues[i];
    qsort(expected, left, sizeof *expected, compare_dues);
    ck_assert_uint_eq(event_queue_length(crowd.queue), left);
    for (size_t i = 0; i < left; i++) {
        SimDue due = event_queue_first_due(crowd.queue);
        Event *event = event_queue_pop(crowd.queue);
        ck_assert(compare_dues(&due, &expected[i]) == 0);
        ck_assert(compare_dues(&crowd.dues[event - crowd.events], &due) == 0);
        ck_assert(!event_is_queued(event));
    }
    ck_assert_ptr_null(event_queue_pop(crowd.queue));
    event_queue_free(crowd.queue);
}

/* Shapes of dues: the n-th of `count`, in the order of scheduling. */
typedef SimTime Shape(RandomStream *random, SimTime n, SimTime count);

static SimTime in_order(RandomStream *random, SimTime n, SimTime count)
{
    (void)random, (void)count;
    return n;
}

static SimTime backwards(RandomStream *random, SimTime n, SimTime count)
{
    (void)random;
    return count - n;
}

static SimTime uniform(RandomStream *random, SimTime n, SimTime count)
{
    (void)n;
    return (SimTime)random_stream_below(random, (uint64_t)(10 * count));
}

/* As many of each length in bits; one in two before time began. */
static SimTime all_sizes(RandomStream *random, SimTime n, SimTime count)
{
    SimTime at = (SimTime)(random_stream_below(random, UINT64_MAX) >> (1 + n % 63));

    (void)count;
    return random_stream_below(random, 2) ? at : -at;
}

static SimTime the_ends_of_time(RandomStream *random, SimTime n, SimTime count)
{
    SimTime near = (SimTime)random_stream_below(random, 30);

    (void)count;
    return n % 3 == 0 ? SIM_NEVER - near : n % 3 == 1 ? INT64_MIN + near : near;
}

static SimTime few_instants(RandomStream *random, SimTime n, SimTime count)
{
    (void)n, (void)count;
    return (SimTime)random_stream_below(random, 3) * SIM_HOUR;
}

/* Nearly all within a microsecond, an hour away; some soon, and one for ever. */
static SimTime crowded_far_away(RandomStream *random, SimTime n, SimTime count)
{
    (void)count;
    if (n == 100)
        return SIM_NEVER - 1;
    if (n % 10 == 9)
        return (SimTime)random_stream_below(random, SIM_SECOND);
    return SIM_HOUR + (SimTime)random_stream_below(random, SIM_MICROSECOND);
}

static Shape *const shapes[] = {in_order,         backwards,    uniform,         all_sizes,
                                the_ends_of_time, few_instants, crowded_far_away};

enum { SHAPES = sizeof shapes / sizeof *shapes };

/* `count` events of a shape whose orders are not those of their scheduling. */
static void crowd_of(Shape *shape, size_t count, RandomStream *random)
{
    crowd_begin();
    for (size_t i = 0; i < count; i++)
        crowd_add(shape(random, (SimTime)i, (SimTime)count), i * 7919 % count);
}

START_TEST(crowds_of_all_shapes_come_out_in_order)
{
    static const size_t counts[] = {1, 16, 17, 64, 65, 66, 100, 1000, CROWD_MOST};
    RandomStream random;

    random_stream_init(&random, 4, "queue");
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        crowd_of(shapes[_i], counts[i], &random);
        crowd_end();
    }
}
END_TEST

/* One of a hundred, of each hundred: whatever its place, the others keep theirs. */
START_TEST(any_one_can_be_cancelled)
{
    enum { COUNT = 200 };

    for (size_t gone = 0; gone < COUNT; gone++) {
        for (size_t popped = 0; popped < COUNT; popped += 50) {
            RandomStream random;

            random_stream_init(&random, 5, "queue");
            crowd_of(shapes[_i], COUNT, &random);
            for (size_t i = 0; i < popped; i++)
                event_queue_pop(crowd.queue);
            event_queue_cancel(crowd.queue, &crowd.events[gone]);
            crowd_end();
        }
    }
}
END_TEST

/* Most of them, after some were popped; then as many again. */
START_TEST(most_can_be_cancelled)
{
    enum { COUNT = CROWD_MOST / 4 }; /* twice: those at first, and as many again */
    RandomStream random;

    random_stream_init(&random, 6, "queue");
    crowd_of(shapes[_i], COUNT, &random);
    for (size_t i = 0; i < COUNT / 4; i++)
        event_queue_pop(crowd.queue);
    for (size_t i = 0; i < COUNT; i++)
        if (random_stream_below(&random, 10) > 0)
            event_queue_cancel(crowd.queue, &crowd.events[i]);
    for (size_t i = 0; i < COUNT; i++)
        crowd_add(shapes[_i](&random, (SimTime)i, COUNT), COUNT + i);
    crowd_end();
}
END_TEST

START_TEST(all_can_be_cancelled)
{
    enum { COUNT = 1000 };
    RandomStream random;

    random_stream_init(&random, 7, "queue");
    crowd_of(shapes[_i], COUNT, &random);
    for (size_t i = 0; i < COUNT; i++)
        event_queue_cancel(crowd.queue, &crowd.events[i * 37 % COUNT]);
    ck_assert_int_eq(event_queue_first_due(crowd.queue).at, SIM_NEVER);
    for (size_t i = 0; i < COUNT; i++)
        crowd_add(shapes[_i](&random, (SimTime)i, COUNT), i);
    crowd_end();
}
END_TEST

/* A timer that is put off again and again, among others: nothing is left of where it was. */
START_TEST(putting_off_leaves_nothing_behind)
{
    enum { COUNT = 1000, TIMES = 20 };
    RandomStream random;

    random_stream_init(&random, 8, "queue");
    crowd_of(shapes[_i], COUNT, &random);
    for (size_t i = 0; i < COUNT * TIMES; i++) {
        size_t which = random_stream_below(&random, COUNT);
        crowd.dues[which] = (SimDue){shapes[_i](&random, (SimTime)(i % COUNT), COUNT), COUNT + i};
        event_queue_schedule(crowd.queue, &crowd.events[which], crowd.dues[which]);
    }
    crowd_end();
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("core_queue");
    TCase *tc = tcase_create("order");
    tcase_add_test(tc, earliest_comes_first);
    tcase_add_test(tc, one_instant_keeps_the_order_of_decisions);
    tcase_add_test(tc, an_empty_queue_is_never_due);
    tcase_add_test(tc, cancelled_events_do_not_come);
    tcase_add_test(tc, scheduling_again_moves);
    suite_add_tcase(s, tc);

    tc = tcase_create("model");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, random_operations_agree_with_a_list);
    tcase_add_test(tc, waits_of_a_few_lengths_agree_with_a_list);
    tcase_add_test(tc, waits_of_all_lengths_agree_with_a_list);
    tcase_add_test(tc, a_million_pending_come_out_in_order);
    suite_add_tcase(s, tc);

    tc = tcase_create("crowd");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, crowds_of_all_shapes_come_out_in_order, 0, SHAPES);
    tcase_add_loop_test(tc, any_one_can_be_cancelled, 0, SHAPES);
    tcase_add_loop_test(tc, most_can_be_cancelled, 0, SHAPES);
    tcase_add_loop_test(tc, all_can_be_cancelled, 0, SHAPES);
    tcase_add_loop_test(tc, putting_off_leaves_nothing_behind, 0, SHAPES);
    suite_add_tcase(s, tc);
    return s;
}
