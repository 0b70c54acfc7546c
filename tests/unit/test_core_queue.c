/* The event queue: its order, and its places, against a model that searches a list. */
#include <string.h>

#include "check_main.h"
#include "core/queue.h"
#include "core/random.h"

START_TEST(earliest_comes_first)
{
    EventQueue *queue = event_queue_new();
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
    EventQueue *queue = event_queue_new();
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
    EventQueue *queue = event_queue_new();

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
    EventQueue *queue = event_queue_new();
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
    EventQueue *queue = event_queue_new();
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

enum { MODEL_EVENTS = 100 };

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

START_TEST(random_operations_agree_with_a_list)
{
    static Model model;

    model.queue = event_queue_new();
    random_stream_init(&model.random, 1, "queue");
    for (int step = 0; step < 100000; step++) {
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

    model.queue = event_queue_new();
    random_stream_init(&model.random, 3, "queue");
    for (SimTime step = 0; step < 100000; step++) {
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
    }
    while (model.length > 0)
        model_pop(&model);
    event_queue_free(model.queue);
}
END_TEST

START_TEST(a_million_pending_come_out_in_order)
{
    enum { COUNT = 1000000 };
    EventQueue *queue = event_queue_new();
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
    tcase_add_test(tc, a_million_pending_come_out_in_order);
    suite_add_tcase(s, tc);
    return s;
}
