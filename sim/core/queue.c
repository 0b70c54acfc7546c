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

/* A lane; or the heap, of which only the head stands here and which else looks empty.  Entries are
 * numbered on and on; number n stands at n modulo the room, a power of two, so that a place stays
 * true when the room grows.  The first entry is never a cancelled one. */
typedef struct QueuePart {
    SimDue head; /* its first due; SIM_DUE_NEVER when it is empty */
    SimDue last; /* of a lane: no entry is due later; when it is empty, earlier than any */
    QueueEntry *ring;
    uint32_t room;
    uint32_t first, end; /* numbers; the end's is one past the last entry's */
    uint32_t index;      /* its own, among the parts */
} QueuePart;

struct EventQueue {
    QueuePart *first; /* the part whose head is first */
    SimDue others;    /* no head of another part is earlier */
    QueuePart parts[QUEUE_PARTS];
    QueueEntry *heap;
    uint32_t length, room; /* of the heap */
};

static const SimDue earliest = {INT64_MIN, 0};

EventQueue *event_queue_new(void)
{
    EventQueue *queue = memory_new(1, sizeof *queue);

    for (uint32_t i = 0; i < QUEUE_PARTS; i++)
        queue->parts[i] = (QueuePart){.head = SIM_DUE_NEVER, .last = earliest, .index = i};
    queue->first = queue->parts;
    queue->others = SIM_DUE_NEVER;
    return queue;
}

void event_queue_free(EventQueue *queue)
{
    if (queue == NULL)
        return;
    for (uint32_t i = 0; i < QUEUE_LANES; i++)
        free(queue->parts[i].ring);
    free(queue->heap);
    free(queue);
}

/* ---- Places ---- */

/* The highest bits of a lane's number fall off: the room is smaller than what is left. */
static void set_place(Event *event, uint32_t part, uint32_t number)
{
    event->place = (number << PLACE_PART_BITS) + part + 1;
}

static uint32_t place_part(uint32_t place)
{
    return (place - 1) & ((1U << PLACE_PART_BITS) - 1);
}

static uint32_t place_number(uint32_t place)
{
    return (place - 1) >> PLACE_PART_BITS;
}

/* ---- Which part is first ---- */

static void find_first(EventQueue *queue)
{
    QueuePart *first = queue->parts;
    SimDue others = SIM_DUE_NEVER;

    for (QueuePart *part = first + 1; part < queue->parts + QUEUE_PARTS; part++) {
        SimDue later = part->head;
        if (sim_due_before(later, first->head)) {
            later = first->head;
            first = part;
        }
        if (sim_due_before(later, others))
            others = later;
    }
    queue->first = first;
    queue->others = others;
}

/* The first part's head has become later than another's.  Returns `event`, so that who returns it
 * has nothing to keep meanwhile. */
static APART Event *find_next(EventQueue *queue, Event *event)
{
    find_first(queue);
    return event;
}

/* ---- Lanes ---- */

static QueueEntry *lane_entry(const QueuePart *lane, uint32_t number)
{
    return &lane->ring[number & (lane->room - 1)];
}

static uint32_t lane_live(const QueuePart *lane)
{
    uint32_t live = 0;

    for (uint32_t n = lane->first; n != lane->end; n++)
        live += lane_entry(lane, n)->event != NULL;
    return live;
}

/* Moves the live entries together, so that cancelled ones take no room. */
static void lane_compact(QueuePart *lane)
{
    uint32_t to = lane->first;

    for (uint32_t from = lane->first; from != lane->end; from++) {
        QueueEntry entry = *lane_entry(lane, from);
        if (entry.event == NULL)
            continue;
        *lane_entry(lane, to) = entry;
        set_place(entry.event, lane->index, to++);
    }
    lane->end = to;
}

static void lane_grow(QueuePart *lane)
{
    QueuePart bigger = *lane;

    assert(lane->room < QUEUE_ROOM_MAX);
    bigger.room = lane->room == 0 ? QUEUE_ROOM_FIRST : 2 * lane->room;
    bigger.ring = memory_grow(NULL, bigger.room, sizeof *bigger.ring);
    for (uint32_t n = lane->first; n != lane->end; n++)
        *lane_entry(&bigger, n) = *lane_entry(lane, n);
    free(lane->ring);
    *lane = bigger;
}

static void lane_append(QueuePart *lane, Event *event, SimDue due)
{
    QueueEntry *entry = lane_entry(lane, lane->end);

    entry->due = due;
    entry->event = event;
    lane->last = due;
    set_place(event, lane->index, lane->end++);
}

/* The lane is empty, or its ring is full, perhaps mostly of cancelled entries. */
static APART void lane_begin(EventQueue *queue, QueuePart *lane, Event *event, SimDue due)
{
    uint32_t used = lane->end - lane->first;

    if (used == lane->room) {
        if (used > 0 && lane_live(lane) <= used / 2)
            lane_compact(lane);
        else
            lane_grow(lane);
    }
    lane_append(lane, event, due);
    if (used == 0) {
        lane->head = due;
        find_first(queue);
    }
}

static inline void lane_join(EventQueue *queue, QueuePart *lane, Event *event, SimDue due)
{
    uint32_t used = lane->end - lane->first;

    if (used == 0 || used == lane->room)
        lane_begin(queue, lane, event, due);
    else
        lane_append(lane, event, due);
}

/* The first entry leaves, and cancelled ones behind it: a live one is first, or the lane is empty. */
static inline void lane_shift(QueuePart *lane)
{
    const QueueEntry *entry;

    do {
        if (++lane->first == lane->end) {
            lane->last = earliest;
            lane->head = SIM_DUE_NEVER;
            return;
        }
        entry = lane_entry(lane, lane->first);
    } while (entry->event == NULL);
    lane->head.at = entry->due.at;
    lane->head.order = entry->due.order;
    PREFETCH(entry->event); /* it may have waited for long */
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

static void heap_head(EventQueue *queue)
{
    queue->parts[QUEUE_HEAP].head = queue->length > 0 ? queue->heap[0].due : SIM_DUE_NEVER;
}

static APART void heap_join(EventQueue *queue, Event *event, SimDue due)
{
    if (queue->length == queue->room) {
        assert(queue->room < QUEUE_ROOM_MAX);
        queue->room = queue->room == 0 ? QUEUE_ROOM_FIRST : queue->room * 2;
        queue->heap = memory_grow(queue->heap, queue->room, sizeof(QueueEntry));
    }
    sift_up(queue, queue->length++, (QueueEntry){due, event});
    heap_head(queue);
    if (event == queue->heap[0].event)
        find_first(queue);
}

static Event *heap_remove(EventQueue *queue, uint32_t at)
{
    Event *event = queue->heap[at].event;
    QueueEntry last = queue->heap[--queue->length];

    if (at == queue->length)
        ; /* it was the last itself */
    else if (at > 0 && sim_due_before(last.due, queue->heap[(at - 1) / QUEUE_CHILDREN].due))
        sift_up(queue, at, last);
    else
        sift_down(queue, at, last);
    heap_head(queue);
    return event;
}

/* ---- The queue ---- */

static APART void reschedule(EventQueue *queue, Event *event, SimDue due)
{
    event_queue_cancel(queue, event);
    event_queue_schedule(queue, event, due);
}

/* Its rare cases are calls at the very end, so that the common one needs no stack. */
void event_queue_schedule(EventQueue *queue, Event *event, SimDue due)
{
    QueuePart *lane = queue->parts;

    if (event_is_queued(event)) {
        reschedule(queue, event, due);
        return;
    }
    for (; lane < queue->parts + QUEUE_LANES; lane++)
        if (!sim_due_before(due, lane->last)) {
            lane_join(queue, lane, event, due);
            return;
        }
    heap_join(queue, event, due);
}

static APART void heap_cancel(EventQueue *queue, uint32_t number)
{
    heap_remove(queue, number);
    find_first(queue);
}

void event_queue_cancel(EventQueue *queue, Event *event)
{
    uint32_t place = event->place, number = place_number(place);

    if (place == 0)
        return;
    event->place = 0;
    QueuePart *lane = &queue->parts[place_part(place)];
    if (lane == &queue->parts[QUEUE_HEAP]) {
        heap_cancel(queue, number);
        return;
    }
    QueueEntry *entry = lane_entry(lane, number);
    entry->event = NULL;
    if (entry != lane_entry(lane, lane->first))
        return;
    lane_shift(lane);
    if (lane == queue->first && sim_due_before(queue->others, lane->head))
        find_next(queue, event);
}

SimDue event_queue_first_due(const EventQueue *queue)
{
    return queue->first->head;
}

/* The first part is no lane with entries. */
static APART Event *pop_heap(EventQueue *queue)
{
    if (queue->length == 0)
        return NULL;
    Event *event = heap_remove(queue, 0);
    event->place = 0;
    return find_next(queue, event);
}

Event *event_queue_pop(EventQueue *queue)
{
    QueuePart *lane = queue->first;

    if (lane->first == lane->end)
        return pop_heap(queue);
    Event *event = lane_entry(lane, lane->first)->event;
    event->place = 0;
    lane_shift(lane);
    if (sim_due_before(queue->others, lane->head))
        return find_next(queue, event);
    return event;
}

size_t event_queue_length(const EventQueue *queue)
{
    size_t length = queue->length;

    for (uint32_t i = 0; i < QUEUE_LANES; i++)
        length += lane_live(&queue->parts[i]);
    return length;
}
