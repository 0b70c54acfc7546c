/* The event queue: a few lanes for what is decided in the order in which it is due, and a heap for
 * all the rest.
 *
 * A simulated network decides mostly in order: packets of a link with a constant delay, timers of
 * one length.  A lane is a ring whose dues rise; an event joins the first lane whose last one is
 * not later than itself, so lanes sort themselves out, the one for the longest waits in front.
 * Joining and leaving a lane cost the same at ten events and at ten million.  What fits no lane
 * goes into a heap in which every node has four children, so that it is half as deep as a binary
 * one and the children that are compared lie side by side in the cache.
 *
 * The due times stand in the lanes and in the heap itself: ordering never follows a pointer.  An
 * event knows its place, so cancelling needs no search.
 */
#include "core/queue.h"

#include <assert.h>
#include <stdlib.h>

#include "core/compiler.h"
#include "core/memory.h"

enum {
    QUEUE_LANES = 3,
    QUEUE_HEAP = QUEUE_LANES, /* the part behind the lanes */
    QUEUE_PARTS,
    QUEUE_CHILDREN = 4,
    QUEUE_ROOM_FIRST = 64,
    QUEUE_ROOM_MAX = 1 << 28,
    PLACE_PART_BITS = 2, /* an event's place is its part and its number there */
};

typedef struct QueueEntry {
    SimDue due;
    Event *event; /* NULL: was cancelled */
} QueueEntry;

/* Entries are numbered on and on; number n stands at n modulo the room, a power of two, so that
 * a place stays true when the room grows.  The first and the last entry are never cancelled ones. */
typedef struct QueueLane {
    QueueEntry *ring;
    uint32_t room, live;
    uint32_t first, end; /* numbers; the end's is one past the last entry's */
} QueueLane;

struct EventQueue {
    SimDue heads[QUEUE_PARTS]; /* the first due of each part; SIM_DUE_NEVER of an empty one */
    uint32_t first_part;       /* whose head is first */
    SimDue tails[QUEUE_LANES]; /* the last due of each lane; of an empty one, earlier than any */
    QueueLane lanes[QUEUE_LANES];
    QueueEntry *heap;
    uint32_t length, room; /* of the heap */
};

static const SimDue earliest = {INT64_MIN, 0};

EventQueue *event_queue_new(void)
{
    EventQueue *queue = memory_new(1, sizeof *queue);

    for (uint32_t i = 0; i < QUEUE_PARTS; i++)
        queue->heads[i] = SIM_DUE_NEVER;
    for (uint32_t i = 0; i < QUEUE_LANES; i++)
        queue->tails[i] = earliest;
    return queue;
}

void event_queue_free(EventQueue *queue)
{
    if (queue == NULL)
        return;
    for (uint32_t i = 0; i < QUEUE_LANES; i++)
        free(queue->lanes[i].ring);
    free(queue->heap);
    free(queue);
}

/* ---- Places ---- */

/* The highest bits of a lane's number fall off: the room is smaller than what is left. */
static void set_place(Event *event, uint32_t part, uint32_t number)
{
    event->place = (number << PLACE_PART_BITS | part) + 1;
}

static uint32_t place_part(const Event *event)
{
    return (event->place - 1) & ((1U << PLACE_PART_BITS) - 1);
}

static uint32_t place_number(const Event *event)
{
    return (event->place - 1) >> PLACE_PART_BITS;
}

/* ---- Lanes ---- */

static QueueEntry *lane_entry(const QueueLane *lane, uint32_t number)
{
    return &lane->ring[number & (lane->room - 1)];
}

/* Moves the live entries together, so that cancelled ones take no room. */
static void lane_compact(QueueLane *lane, uint32_t part)
{
    uint32_t to = lane->first;

    for (uint32_t from = lane->first; from != lane->end; from++) {
        QueueEntry entry = *lane_entry(lane, from);
        if (entry.event == NULL)
            continue;
        *lane_entry(lane, to) = entry;
        set_place(entry.event, part, to++);
    }
    lane->end = to;
}

static void lane_grow(QueueLane *lane)
{
    QueueLane bigger = *lane;

    bigger.room = lane->room == 0 ? QUEUE_ROOM_FIRST : 2 * lane->room;
    bigger.ring = memory_grow(NULL, bigger.room, sizeof *bigger.ring);
    for (uint32_t n = lane->first; n != lane->end; n++)
        *lane_entry(&bigger, n) = *lane_entry(lane, n);
    free(lane->ring);
    *lane = bigger;
}

/* The ring is full.  False: it is as large as a place can tell. */
static SELDOM bool lane_make_room(QueueLane *lane, uint32_t part)
{
    if (lane->room > 0 && lane->live <= lane->room / 2)
        lane_compact(lane, part);
    else if (lane->room < QUEUE_ROOM_MAX)
        lane_grow(lane);
    else
        return false;
    return true;
}

static bool lane_join(EventQueue *queue, uint32_t part, SimDue due, Event *event)
{
    QueueLane *lane = &queue->lanes[part];

    if (lane->end - lane->first == lane->room && !lane_make_room(lane, part))
        return false;
    *lane_entry(lane, lane->end) = (QueueEntry){due, event};
    set_place(event, part, lane->end++);
    if (lane->live++ == 0)
        queue->heads[part] = due;
    queue->tails[part] = due;
    return true;
}

static void lane_empty(EventQueue *queue, uint32_t part)
{
    queue->lanes[part].first = queue->lanes[part].end;
    queue->heads[part] = SIM_DUE_NEVER;
    queue->tails[part] = earliest;
}

/* The first entry is taken out: the next one that was not cancelled is the first. */
static Event *lane_shift(EventQueue *queue, uint32_t part)
{
    QueueLane *lane = &queue->lanes[part];
    Event *event = lane_entry(lane, lane->first)->event;

    if (--lane->live == 0) {
        lane_empty(queue, part);
        return event;
    }
    do
        lane->first++;
    while (lane_entry(lane, lane->first)->event == NULL);
    queue->heads[part] = lane_entry(lane, lane->first)->due;
    PREFETCH(lane_entry(lane, lane->first + 1)->event); /* it may have waited for long */
    return event;
}

static void lane_remove(EventQueue *queue, uint32_t part, Event *event)
{
    QueueLane *lane = &queue->lanes[part];
    QueueEntry *entry = lane_entry(lane, place_number(event));

    if (entry == lane_entry(lane, lane->first)) {
        lane_shift(queue, part);
        return;
    }
    entry->event = NULL;
    lane->live--;
    if (entry != lane_entry(lane, lane->end - 1))
        return;
    do
        lane->end--;
    while (lane_entry(lane, lane->end - 1)->event == NULL);
    queue->tails[part] = lane_entry(lane, lane->end - 1)->due;
}

/* ---- The heap ---- */

static void put(EventQueue *queue, uint32_t at, QueueEntry entry)
{
    queue->heap[at] = entry;
    set_place(entry.event, QUEUE_HEAP, at);
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

static SELDOM void heap_join(EventQueue *queue, SimDue due, Event *event)
{
    if (queue->length == queue->room) {
        assert(queue->room < QUEUE_ROOM_MAX);
        queue->room = queue->room == 0 ? QUEUE_ROOM_FIRST : queue->room * 2;
        queue->heap = memory_grow(queue->heap, queue->room, sizeof(QueueEntry));
    }
    sift_up(queue, queue->length++, (QueueEntry){due, event});
    queue->heads[QUEUE_HEAP] = queue->heap[0].due;
}

static SELDOM Event *heap_remove(EventQueue *queue, uint32_t at)
{
    Event *event = queue->heap[at].event;
    QueueEntry last = queue->heap[--queue->length];

    if (at == queue->length)
        ; /* it was the last itself */
    else if (at > 0 && sim_due_before(last.due, queue->heap[(at - 1) / QUEUE_CHILDREN].due))
        sift_up(queue, at, last);
    else
        sift_down(queue, at, last);
    queue->heads[QUEUE_HEAP] = queue->length > 0 ? queue->heap[0].due : SIM_DUE_NEVER;
    return event;
}

/* ---- The queue ---- */

static void find_first(EventQueue *queue)
{
    SimDue first = queue->heads[0];

    queue->first_part = 0;
    for (uint32_t i = 1; i < QUEUE_PARTS; i++) {
        SimDue due = queue->heads[i];
        if (due.at > first.at || (due.at == first.at && due.order > first.order))
            continue; /* most often on the first comparison */
        first = due;
        queue->first_part = i;
    }
}

/* Puts the event where it fits, and says where that is. */
static uint32_t join(EventQueue *queue, SimDue due, Event *event)
{
    for (uint32_t i = 0; i < QUEUE_LANES; i++)
        if (!sim_due_before(due, queue->tails[i]) && lane_join(queue, i, due, event))
            return i;
    heap_join(queue, due, event);
    return QUEUE_HEAP;
}

void event_queue_schedule(EventQueue *queue, Event *event, SimDue due)
{
    if (event_is_queued(event))
        event_queue_cancel(queue, event);
    uint32_t part = join(queue, due, event);
    if (sim_due_before(due, queue->heads[queue->first_part]))
        queue->first_part = part;
}

void event_queue_cancel(EventQueue *queue, Event *event)
{
    if (!event_is_queued(event))
        return;
    uint32_t part = place_part(event);
    if (part == QUEUE_HEAP)
        heap_remove(queue, place_number(event));
    else
        lane_remove(queue, part, event);
    event->place = 0;
    if (part == queue->first_part)
        find_first(queue);
}

SimDue event_queue_first_due(const EventQueue *queue)
{
    return queue->heads[queue->first_part];
}

Event *event_queue_pop(EventQueue *queue)
{
    uint32_t part = queue->first_part;

    if (queue->heads[part].order == SIM_DUE_NEVER.order) /* which no decision ever takes */
        return NULL;
    Event *event = part == QUEUE_HEAP ? heap_remove(queue, 0) : lane_shift(queue, part);
    event->place = 0;
    find_first(queue);
    return event;
}

size_t event_queue_length(const EventQueue *queue)
{
    size_t length = queue->length;

    for (uint32_t i = 0; i < QUEUE_LANES; i++)
        length += queue->lanes[i].live;
    return length;
}
