/* The event queue: a few lanes for what is decided in the order in which it is due, and a ladder
 * for all the rest.
 *
 * A simulated network decides mostly in order: packets of a link with a constant delay, timers of
 * one length.  A lane is a ring whose dues rise; an event joins the first lane whose last one is
 * not later than itself, so lanes sort themselves out, the one for the longest waits in front.
 * Joining and leaving a lane cost the same at ten events and at ten million, and an event never
 * moves in it.  What fits no lane goes onto the ladder (ladder.c).
 *
 * The due times stand in the lanes and on the ladder itself: ordering never follows a pointer.  An
 * event knows its place, so cancelling needs no search.
 */
#include "core/queue.h"

#include <assert.h>
#include <stdlib.h>

#include "core/compiler.h"
#include "core/ladder.h"
#include "core/memory.h"

enum {
    QUEUE_LANES = 3,
    QUEUE_LADDER = PLACE_LADDER, /* the part behind the lanes */
    QUEUE_PARTS,
    QUEUE_ROOM_FIRST = 64,
    QUEUE_ROOM_MAX = 1 << 28,
};

/* A lane; or the ladder, of which only the head stands here and which else looks empty.  Entries are
 * numbered on and on; number n stands at n modulo the room, a power of two, so that a place stays
 * true when the room grows.  The first entry is never a cancelled one.  An entry that would get the
 * number `limit` is not simply appended: the lane is empty, or may be full. */
typedef struct QueuePart {
    SimDue head; /* its first due; SIM_DUE_NEVER when it is empty */
    Event *next; /* of a lane: the first event; NULL when it is empty, or no lane */
    SimDue last; /* of a lane: no entry is due later; when it is empty, earlier than any */
    QueueEntry *ring;
    uint32_t mask;              /* the room less one */
    uint32_t first, end, limit; /* numbers; the end's is one past the last entry's */
    uint32_t index;             /* its own, among the parts */
} QueuePart;

struct EventQueue {
    QueuePart *first; /* the part whose head is first: stands first itself, and points to a head */
    SimDue others;    /* no head of another part is earlier */
    QueuePart parts[QUEUE_PARTS];
    Ladder ladder;
    Budget *budget;
};

_Static_assert(offsetof(EventQueue, first) == 0 && offsetof(QueuePart, head) == 0,
               "a queue begins as EventQueueHead says");

static const SimDue earliest = {INT64_MIN, 0};

EventQueue *event_queue_new(Budget *budget)
{
    EventQueue *queue = memory_new(1, sizeof *queue);

    for (uint32_t i = 0; i < QUEUE_PARTS; i++)
        queue->parts[i] =
            (QueuePart){.head = SIM_DUE_NEVER, .last = earliest, .mask = UINT32_MAX, .index = i};
    queue->first = queue->parts;
    queue->others = SIM_DUE_NEVER;
    queue->budget = budget;
    ladder_init(&queue->ladder, budget);
    return queue;
}

static uint32_t lane_room(const QueuePart *lane)
{
    return lane->mask + 1;
}

static void lane_free(const EventQueue *queue, QueuePart *lane)
{
    budget_give(queue->budget, lane_room(lane) * sizeof *lane->ring);
    free(lane->ring);
}

void event_queue_free(EventQueue *queue)
{
    if (queue == NULL)
        return;
    for (uint32_t i = 0; i < QUEUE_LANES; i++)
        lane_free(queue, &queue->parts[i]);
    ladder_clear(&queue->ladder);
    free(queue);
}

/* ---- Which part is first ---- */

static void find_first(EventQueue *queue)
{
    QueuePart *first = queue->parts;
    SimDue others = SIM_DUE_NEVER;

    for (QueuePart *part = first + 1; part < queue->parts + QUEUE_PARTS; part++) {
        if (sim_due_before(part->head, first->head)) {
            others = first->head;
            first = part;
        } else if (sim_due_before(part->head, others)) {
            others = part->head;
        }
    }
    queue->first = first;
    queue->others = others;
}

/* The first part's head has become later than another's.  Returns `event`, so that who returns it
 * has nothing to keep meanwhile. */
static APART OFTEN Event *find_next(EventQueue *queue, Event *event)
{
    find_first(queue);
    return event;
}

/* ---- Lanes ---- */

static QueueEntry *lane_entry(const QueuePart *lane, uint32_t number)
{
    return &lane->ring[number & lane->mask];
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
        place_set(entry.event, lane->index, to++);
    }
    lane->end = to;
}

static void lane_grow(const EventQueue *queue, QueuePart *lane)
{
    QueuePart bigger = *lane;
    uint32_t room = lane_room(lane);

    assert(room < QUEUE_ROOM_MAX);
    room = room == 0 ? QUEUE_ROOM_FIRST : 2 * room;
    bigger.mask = room - 1;
    budget_take(queue->budget, room * sizeof *bigger.ring);
    bigger.ring = memory_grow(NULL, room, sizeof *bigger.ring);
    for (uint32_t n = lane->first; n != lane->end; n++)
        *lane_entry(&bigger, n) = *lane_entry(lane, n);
    lane_free(queue, lane);
    *lane = bigger;
}

static void lane_append(QueuePart *lane, Event *event, SimDue due)
{
    QueueEntry *entry = lane_entry(lane, lane->end);

    entry->due = due;
    entry->event = event;
    lane->last = due;
    place_set(event, lane->index, lane->end++);
}

/* The lane is at its limit: empty; or its ring is full, perhaps mostly of cancelled entries; or neither, since
 * its first ones have left. */
static APART void lane_begin(EventQueue *queue, QueuePart *lane, Event *event, SimDue due)
{
    uint32_t used = lane->end - lane->first;

    if (used == lane_room(lane)) {
        if (used > 0 && lane_live(lane) <= used / 2)
            lane_compact(lane);
        else
            lane_grow(queue, lane);
    }
    lane_append(lane, event, due);
    lane->limit = lane->first + lane_room(lane);
    if (used == 0) {
        lane->head = due;
        lane->next = event;
        find_first(queue);
    }
}

static inline void lane_join(EventQueue *queue, QueuePart *lane, Event *event, SimDue due)
{
    if (lane->end == lane->limit)
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
            lane->limit = lane->end;
            lane->last = earliest;
            lane->head = SIM_DUE_NEVER;
            lane->next = NULL;
            return;
        }
        entry = lane_entry(lane, lane->first);
    } while (entry->event == NULL);
    lane->head.at = entry->due.at;
    lane->head.order = entry->due.order;
    lane->next = entry->event;
    PREFETCH(entry->event); /* it may have waited for long */
}

/* ---- The ladder ---- */

static void set_ladder_head(EventQueue *queue)
{
    QueuePart *part = &queue->parts[QUEUE_LADDER];

    if (ladder_is_empty(&queue->ladder)) {
        part->head = SIM_DUE_NEVER;
        return;
    }
    const SimDue *due = &ladder_first(&queue->ladder)->due;
    part->head.at = due->at; /* apart, as they were just written: the processor forwards them so */
    part->head.order = due->order;
}

static APART void join_ladder(EventQueue *queue, Event *event, SimDue due)
{
    ladder_join(&queue->ladder, event, due);
    if (sim_due_before(due, queue->parts[QUEUE_LADDER].head)) {
        set_ladder_head(queue);
        find_first(queue);
    }
}

static APART void leave_ladder(EventQueue *queue, uint32_t number)
{
    const QueuePart *part = &queue->parts[QUEUE_LADDER];

    ladder_leave(&queue->ladder, number);
    set_ladder_head(queue);
    if (part == queue->first && sim_due_before(queue->others, part->head))
        find_first(queue);
}

/* The first part is no lane with entries. */
static APART Event *pop_ladder(EventQueue *queue)
{
    if (ladder_is_empty(&queue->ladder))
        return NULL;
    Event *event = ladder_first(&queue->ladder)->event;
    leave_ladder(queue, place_number(event->place));
    event->place = 0;
    return event;
}

/* ---- The queue ---- */

static APART void reschedule(EventQueue *queue, Event *event, SimDue due)
{
    event_queue_cancel(queue, event);
    event_queue_schedule(queue, event, due);
}

/* Its rare cases are calls at the very end, so that the common one needs no stack. */
OFTEN void event_queue_schedule(EventQueue *queue, Event *event, SimDue due)
{
    QueuePart *lane = queue->parts;

    if (event_is_queued(event)) {
        reschedule(queue, event, due);
        return;
    }
    do {
        if (!sim_due_before(due, lane->last)) {
            lane_join(queue, lane, event, due);
            return;
        }
    } while (++lane < queue->parts + QUEUE_LANES);
    join_ladder(queue, event, due);
}

/* The lane's first entry has just been cancelled. */
static APART OFTEN void lane_begins_later(EventQueue *queue, QueuePart *lane)
{
    lane_shift(lane);
    if (lane == queue->first && sim_due_before(queue->others, lane->head))
        find_first(queue);
}

OFTEN void event_queue_cancel(EventQueue *queue, Event *event)
{
    uint32_t place = event->place, number = place_number(place);

    if (place == 0)
        return;
    event->place = 0;
    QueuePart *lane = &queue->parts[place_part(place)];
    if (lane == &queue->parts[QUEUE_LADDER]) {
        leave_ladder(queue, number);
        return;
    }
    lane_entry(lane, number)->event = NULL;
    if (((number ^ lane->first) & lane->mask) == 0)
        lane_begins_later(queue, lane);
}

SimDue event_queue_due(const EventQueue *queue, const Event *event)
{
    uint32_t place = event->place, number = place_number(place);

    if (place == 0)
        return SIM_DUE_NEVER;
    const QueuePart *part = &queue->parts[place_part(place)];
    if (part == &queue->parts[QUEUE_LADDER])
        return ladder_due(&queue->ladder, number);
    return lane_entry(part, number)->due;
}

OFTEN Event *event_queue_pop(EventQueue *queue)
{
    QueuePart *lane = queue->first;
    Event *event = lane->next;

    if (event == NULL)
        return pop_ladder(queue);
    event->place = 0;
    lane_shift(lane);
    if (sim_due_before(queue->others, lane->head))
        return find_next(queue, event);
    return event;
}

size_t event_queue_length(const EventQueue *queue)
{
    size_t length = ladder_length(&queue->ladder);

    for (uint32_t i = 0; i < QUEUE_LANES; i++)
        length += lane_live(&queue->parts[i]);
    return length;
}

void event_queue_each(const EventQueue *queue, EventTell *tell, void *context)
{
    for (uint32_t i = 0; i < QUEUE_LANES; i++) {
        const QueuePart *lane = &queue->parts[i];

        for (uint32_t n = lane->first; n != lane->end; n++) {
            const QueueEntry *entry = lane_entry(lane, n);

            if (entry->event != NULL)
                tell(context, entry->event, entry->due);
        }
    }
    ladder_each(&queue->ladder, tell, context);
}
