/* The event queue: what is still to come, ordered by (due, order).
 *
 * `order` is the number that a decision took from the run's SimOrder when it was made, so two
 * events of one instant run in the order in which they were decided, however late they are put
 * into the queue.  An Event lives inside its owner; the queue never allocates one.
 */
#ifndef TCPWALTZ_CORE_QUEUE_H
#define TCPWALTZ_CORE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/budget.h"
#include "core/time.h"

/* The run's counter of decisions. */
typedef struct SimOrder {
    uint64_t next;
} SimOrder;

static inline uint64_t sim_order_take(SimOrder *order)
{
    return order->next++;
}

/* When something is due, and its rank among all that is due then. */
typedef struct SimDue {
    SimTime at;
    uint64_t order;
} SimDue;

#define SIM_DUE_NEVER ((SimDue){SIM_NEVER, UINT64_MAX})

static inline bool sim_due_before(SimDue a, SimDue b)
{
    return a.at != b.at ? a.at < b.at : a.order < b.order;
}

/* One pending event, embedded in whatever it belongs to.  Zero-initialised: not queued. */
typedef struct Event {
    uint32_t place; /* its place in the queue plus one; 0 when not queued */
} Event;

typedef struct EventQueue EventQueue;

/* A new, empty queue; owned by the caller until event_queue_free().  What it takes from the system it
 * takes from the budget, too, which may be NULL. */
EventQueue *event_queue_new(Budget *budget);
void event_queue_free(EventQueue *queue); /* NULL is allowed; the events themselves stay */

/* Puts the event into the queue, or moves it when it is already there.  O(1), on average; least for
 * what is scheduled in the order in which it is due, as most of a simulation is.  Any due time will
 * do, but only where few are earlier than what was popped last is it as quick. */
void event_queue_schedule(EventQueue *queue, Event *event, SimDue due);

/* Takes the event out; nothing happens when it is not queued.  O(1), on average. */
void event_queue_cancel(EventQueue *queue, Event *event);

static inline bool event_is_queued(const Event *event)
{
    return event->place != 0;
}

/* When the event is due; SIM_DUE_NEVER when it is not queued.  O(1): an owner need not keep it. */
SimDue event_queue_due(const EventQueue *queue, const Event *event);

/* What a queue begins with, so that who asks for the first of many queues calls nobody. */
typedef struct EventQueueHead {
    const SimDue *first;
} EventQueueHead;

/* When the first event is due; SIM_DUE_NEVER when the queue is empty.  O(1).  It stays true until the queue is
 * changed. */
static inline const SimDue *event_queue_head(const EventQueue *queue)
{
    return ((const EventQueueHead *)(const void *)queue)->first;
}

static inline SimDue event_queue_first_due(const EventQueue *queue)
{
    return *event_queue_head(queue);
}

/* Takes out the first event and returns it; NULL when the queue is empty.  O(1), on average;
 * O(log n) among events of one instant that were not scheduled in their order. */
Event *event_queue_pop(EventQueue *queue);

/* How many are queued.  O(n): nobody needs it while a simulation runs. */
size_t event_queue_length(const EventQueue *queue);

/* Tells of each that is queued, in no order. */
typedef void EventTell(void *context, Event *event, SimDue due);
void event_queue_each(const EventQueue *queue, EventTell *tell, void *context);

#endif
