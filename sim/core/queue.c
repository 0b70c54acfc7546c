/* The event queue: a heap in which every node has four children, so that it is half as deep as
 * a binary one and the children that are compared lie side by side in the cache.
 *
 * The due times stand in the heap itself: ordering never follows a pointer.  An event knows its
 * place, so cancelling and moving need no search.
 */
#include "core/queue.h"

#include <assert.h>
#include <stdlib.h>

#include "core/memory.h"

enum {
    QUEUE_CHILDREN = 4,
    QUEUE_ROOM_FIRST = 64,
};

typedef struct QueueEntry {
    SimDue due;
    Event *event;
} QueueEntry;

struct EventQueue {
    QueueEntry *heap;
    uint32_t length, room;
};

EventQueue *event_queue_new(void)
{
    return memory_new(1, sizeof(EventQueue));
}

void event_queue_free(EventQueue *queue)
{
    if (queue == NULL)
        return;
    free(queue->heap);
    free(queue);
}

static void put(EventQueue *queue, uint32_t at, QueueEntry entry)
{
    queue->heap[at] = entry;
    entry.event->place = at + 1;
}

/* The hole at `at` rises until `entry` may fill it. */
static void sift_up(EventQueue *queue, uint32_t at, QueueEntry entry)
{
    while (at > 0) {
        uint32_t parent = (at - 1) / QUEUE_CHILDREN;
        if (!sim_due_before(entry.due, queue->heap[parent].due))
            break;
        put(queue, at, queue->heap[parent]);
        at = parent;
    }
    put(queue, at, entry);
}

static uint32_t first_of_children(const EventQueue *queue, uint32_t child)
{
    uint32_t end = queue->length - child < QUEUE_CHILDREN ? queue->length : child + QUEUE_CHILDREN;
    uint32_t first = child;

    for (uint32_t i = child + 1; i < end; i++)
        if (sim_due_before(queue->heap[i].due, queue->heap[first].due))
            first = i;
    return first;
}

/* The hole at `at` sinks until `entry` may fill it. */
static void sift_down(EventQueue *queue, uint32_t at, QueueEntry entry)
{
    /* In 64 bits: four times a place may exceed 32. */
    for (uint64_t child; (child = (uint64_t)at * QUEUE_CHILDREN + 1) < queue->length;) {
        uint32_t first = first_of_children(queue, (uint32_t)child);
        if (!sim_due_before(queue->heap[first].due, entry.due))
            break;
        put(queue, at, queue->heap[first]);
        at = first;
    }
    put(queue, at, entry);
}

/* `entry` goes where the hole at `at` leads it. */
static void settle(EventQueue *queue, uint32_t at, QueueEntry entry)
{
    if (at > 0 && sim_due_before(entry.due, queue->heap[(at - 1) / QUEUE_CHILDREN].due))
        sift_up(queue, at, entry);
    else
        sift_down(queue, at, entry);
}

static void make_room(EventQueue *queue)
{
    if (queue->length < queue->room)
        return;
    assert(queue->room < UINT32_MAX / 2);
    queue->room = queue->room == 0 ? QUEUE_ROOM_FIRST : queue->room * 2;
    queue->heap = memory_grow(queue->heap, queue->room, sizeof(QueueEntry));
}

void event_queue_schedule(EventQueue *queue, Event *event, SimDue due)
{
    QueueEntry entry = {due, event};

    if (event_is_queued(event)) {
        assert(queue->heap[event->place - 1].event == event);
        settle(queue, event->place - 1, entry);
        return;
    }
    make_room(queue);
    sift_up(queue, queue->length++, entry);
}

static void take_out(EventQueue *queue, uint32_t at)
{
    queue->heap[at].event->place = 0;
    QueueEntry last = queue->heap[--queue->length];
    if (at < queue->length)
        settle(queue, at, last);
}

void event_queue_cancel(EventQueue *queue, Event *event)
{
    if (!event_is_queued(event))
        return;
    assert(queue->heap[event->place - 1].event == event);
    take_out(queue, event->place - 1);
}

SimDue event_queue_first_due(const EventQueue *queue)
{
    return queue->length > 0 ? queue->heap[0].due : SIM_DUE_NEVER;
}

Event *event_queue_pop(EventQueue *queue)
{
    if (queue->length == 0)
        return NULL;
    Event *event = queue->heap[0].event;
    take_out(queue, 0);
    return event;
}

size_t event_queue_length(const EventQueue *queue)
{
    return queue->length;
}
