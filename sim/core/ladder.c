/* The ladder: what is due soon in a small heap, what is due later in slots that nobody has sorted.
 *
 * A rung divides a span of time into slots of one width.  An event that is due late joins its slot
 * and is not looked at again before its time is near: then the slot's few events go into the heap.
 * A slot of too many is spread over a rung of its own, below; and when too many come near, so are
 * they.  So an event is moved two or three times however many are pending, and the heap, which is
 * where order is made, stays so small that it does not leave the cache.
 *
 *   heap     everything due until near_last; empty only when the whole ladder is
 *   rungs    each what is due until its `last` and was not taken yet, the last rung the earliest
 *
 * The last slot of a rung takes everything until the next slot of the rung above it; that of the
 * uppermost rung everything that is due later still.  Where rungs or differences of time give out
 * (a million events of one instant), all go into the heap, which needs O(log n) then.
 *
 * After the ladder queue of Tang, Goh and Thng (ACM TOMACS 15, 2005), whose bottom is a sorted list.
 */
#include "core/ladder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/compiler.h"
#include "core/memory.h"

enum {
    NEAR_CHILDREN = 4, /* of a node in the heap: half as deep as with two, and side by side */
    NEAR_MOST = 64,    /* more are spread */
    NEAR_ROOM_MAX = 1 << 28,
    SLOT_MOST = 16, /* more are spread; what a rung is made for has about so many a slot */
    SLOTS_LEAST = 64,
    SLOTS_MOST = 1 << 22,
    CHUNKS_FIRST = 16,
    CHUNKS_MAX = 1 << 26,
};

/* ---- Places ---- */

/* The number of a place: in the heap twice the index; on a rung, odd, of chunk and entry. */
enum { ENTRY_BITS = 3 };

static void set_place_near(Event *event, uint32_t index)
{
    place_set(event, PLACE_LADDER, index << 1);
}

static void set_place_far(Event *event, uint32_t chunk, uint32_t entry)
{
    place_set(event, PLACE_LADDER, (chunk << ENTRY_BITS | entry) << 1 | 1);
}

/* ---- The heap ---- */

static void put(Ladder *ladder, uint32_t at, QueueEntry entry)
{
    ladder->near[at] = entry;
    set_place_near(entry.event, at);
}

/* The hole at `at` rises until `entry` may fill it. */
static void sift_up(Ladder *ladder, uint32_t at, QueueEntry entry)
{
    while (at > 0) {
        uint32_t parent = (at - 1) / NEAR_CHILDREN;

        if (!sim_due_before(entry.due, ladder->near[parent].due))
            break;
        put(ladder, at, ladder->near[parent]);
        at = parent;
    }
    put(ladder, at, entry);
}

static uint32_t first_of_children(const Ladder *ladder, uint32_t child)
{
    uint32_t left = ladder->near_count - child;
    uint32_t end = left < NEAR_CHILDREN ? ladder->near_count : child + NEAR_CHILDREN;
    uint32_t first = child;

    for (uint32_t i = child + 1; i < end; i++)
        if (sim_due_before(ladder->near[i].due, ladder->near[first].due))
            first = i;
    return first;
}

/* The hole at `at` sinks until `entry` may fill it. */
static void sift_down(Ladder *ladder, uint32_t at, QueueEntry entry)
{
    /* In 64 bits: four times a place may exceed 32. */
    for (uint64_t child; (child = (uint64_t)at * NEAR_CHILDREN + 1) < ladder->near_count;) {
        uint32_t first = first_of_children(ladder, (uint32_t)child);

        if (!sim_due_before(ladder->near[first].due, entry.due))
            break;
        put(ladder, at, ladder->near[first]);
        at = first;
    }
    put(ladder, at, entry);
}

static void near_add(Ladder *ladder, QueueEntry entry)
{
    if (ladder->near_count == ladder->near_room) {
        assert(ladder->near_room < NEAR_ROOM_MAX);
        uint32_t before = ladder->near_room;
        ladder->near_room = before == 0 ? NEAR_MOST : before * 2;
        budget_take(ladder->budget, (ladder->near_room - before) * sizeof(QueueEntry));
        ladder->near = memory_grow(ladder->near, ladder->near_room, sizeof(QueueEntry));
    }
    sift_up(ladder, ladder->near_count++, entry);
}

static void near_remove(Ladder *ladder, uint32_t at)
{
    QueueEntry last = ladder->near[--ladder->near_count];

    if (at == ladder->near_count)
        return; /* it was the last itself */
    if (at > 0 && sim_due_before(last.due, ladder->near[(at - 1) / NEAR_CHILDREN].due))
        sift_up(ladder, at, last);
    else
        sift_down(ladder, at, last);
}

/* ---- Slots ---- */

static uint32_t chunk_take(Ladder *ladder)
{
    if (ladder->chunk_free > 0) {
        uint32_t chunk = ladder->chunk_free - 1;

        ladder->chunk_free = ladder->chunks[chunk].next;
        return chunk;
    }
    if (ladder->chunk_count == ladder->chunk_room) {
        assert(ladder->chunk_room < CHUNKS_MAX);
        uint32_t before = ladder->chunk_room;
        ladder->chunk_room = before == 0 ? CHUNKS_FIRST : before * 2;
        budget_take(ladder->budget, (ladder->chunk_room - before) * sizeof(LadderChunk));
        ladder->chunks = memory_grow(ladder->chunks, ladder->chunk_room, sizeof(LadderChunk));
    }
    return ladder->chunk_count++;
}

/* The slot's chunk is full, or it has none. */
static APART void slot_grow(Ladder *ladder, LadderSlot *slot)
{
    uint32_t chunk = chunk_take(ladder);

    ladder->chunks[chunk].next = slot->chunk;
    slot->chunk = chunk;
}

static void slot_add(Ladder *ladder, LadderSlot *slot, Event *event, SimDue due)
{
    uint32_t at = slot->count++ % LADDER_CHUNK;

    if (at == 0)
        slot_grow(ladder, slot);
    QueueEntry *entry = &ladder->chunks[slot->chunk].entries[at];
    entry->due = due;
    entry->event = event;
    set_place_far(event, slot->chunk, at);
}

/* Takes out the last entry, which stays readable until the slot or another one grows. */
static const QueueEntry *slot_take(Ladder *ladder, LadderSlot *slot)
{
    uint32_t at = --slot->count % LADDER_CHUNK;
    LadderChunk *chunk = &ladder->chunks[slot->chunk];

    if (at == 0) {
        uint32_t next = chunk->next;

        chunk->next = ladder->chunk_free;
        ladder->chunk_free = slot->chunk + 1;
        slot->chunk = next;
    }
    return &chunk->entries[at];
}

/* The slot, of whichever rung, for what is due at `at`, which is not near. */
static LadderSlot *slot_for(const Ladder *ladder, SimTime at)
{
    const LadderRung *rung = &ladder->rungs[ladder->rung_count - 1];

    while (at > rung->last)
        rung--;
    uint64_t number = ((uint64_t)at - (uint64_t)rung->start) >> rung->shift;
    return &rung->slots[number < rung->count ? number : rung->count - 1];
}

/* ---- Rungs ---- */

/* The first and the last due time of some events. */
typedef struct Span {
    SimTime least, most;
} Span;

static const Span empty_span = {INT64_MAX, INT64_MIN};

static void span_add(Span *span, const QueueEntry *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        SimTime at = entries[i].due.at;

        span->least = at < span->least ? at : span->least;
        span->most = at > span->most ? at : span->most;
    }
}

static Span slot_span(const Ladder *ladder, LadderSlot slot)
{
    Span span = empty_span;

    while (slot.count > 0) {
        const LadderChunk *chunk = &ladder->chunks[slot.chunk];
        uint32_t count = (slot.count - 1) % LADDER_CHUNK + 1;

        span_add(&span, chunk->entries, count);
        slot.count -= count;
        slot.chunk = chunk->next;
    }
    return span;
}

static void rung_clear_slots(const Ladder *ladder, LadderRung *rung, uint32_t count)
{
    if (count > rung->room) {
        budget_take(ladder->budget, (count - rung->room) * sizeof(LadderSlot));
        free(rung->slots);
        rung->slots = memory_new(count, sizeof(LadderSlot));
        rung->room = count;
    } else {
        memset(rung->slots, 0, count * sizeof(LadderSlot));
    }
    rung->count = count;
}

/* A new last rung, for `count` events in `span` and all others that would be near.  False: no more
 * rungs, or nothing to tell the events apart by. */
static bool rung_begin(Ladder *ladder, Span span, uint32_t count)
{
    uint64_t width = (uint64_t)span.most - (uint64_t)span.least;
    uint64_t slots = count / SLOT_MOST;

    if (ladder->rung_count == LADDER_RUNGS || width == 0)
        return false;
    LadderRung *rung = &ladder->rungs[ladder->rung_count++];
    slots = slots < SLOTS_LEAST ? SLOTS_LEAST : slots > SLOTS_MOST ? SLOTS_MOST : slots;
    rung->start = span.least;
    rung->last = ladder->near_last;
    rung->next = 0;
    for (rung->shift = 0; width >> rung->shift >= slots; rung->shift++)
        ;
    rung_clear_slots(ladder, rung, (uint32_t)(width >> rung->shift) + 1);
    return true;
}

/* Takes the next slot that has events, or the last one: then the rung is over. */
static LadderSlot rung_take(Ladder *ladder)
{
    LadderRung *rung = &ladder->rungs[ladder->rung_count - 1];

    while (rung->slots[rung->next].count == 0 && rung->next + 1 < rung->count)
        rung->next++;
    LadderSlot slot = rung->slots[rung->next++];
    if (rung->next < rung->count) {
        uint64_t end = (uint64_t)rung->start + ((uint64_t)rung->next << rung->shift);

        ladder->near_last = (SimTime)(end - 1);
    } else {
        ladder->near_last = rung->last;
        ladder->rung_count--;
    }
    return slot;
}

/* Down the ladder: over a rung of their own, or into the heap. */
static void slot_descend(Ladder *ladder, LadderSlot slot)
{
    if (slot.count > SLOT_MOST && rung_begin(ladder, slot_span(ladder, slot), slot.count)) {
        while (slot.count > 0) {
            QueueEntry entry = *slot_take(ladder, &slot);

            slot_add(ladder, slot_for(ladder, entry.due.at), entry.event, entry.due);
        }
        return;
    }
    while (slot.count > 0)
        near_add(ladder, *slot_take(ladder, &slot));
}

/* Nothing is near: what is due next comes near. */
static void fill_near(Ladder *ladder)
{
    while (ladder->near_count == 0 && ladder->rung_count > 0)
        slot_descend(ladder, rung_take(ladder));
    ladder->near_most = 2 * ladder->near_count > NEAR_MOST ? 2 * ladder->near_count : NEAR_MOST;
}

/* Too many are near.  If they cannot be spread, twice as many may be. */
static APART void spread_near(Ladder *ladder)
{
    Span span = empty_span;
    uint32_t count = ladder->near_count;

    span_add(&span, ladder->near, count);
    if (rung_begin(ladder, span, count)) {
        ladder->near_count = 0;
        for (const QueueEntry *entry = ladder->near; entry < ladder->near + count; entry++)
            slot_add(ladder, slot_for(ladder, entry->due.at), entry->event, entry->due);
    }
    fill_near(ladder);
}

/* ---- The ladder ---- */

void ladder_init(Ladder *ladder, Budget *budget)
{
    *ladder = (Ladder){.near_last = SIM_NEVER, .budget = budget};
}

void ladder_clear(Ladder *ladder)
{
    budget_give(ladder->budget,
                ladder->near_room * sizeof(QueueEntry) + ladder->chunk_room * sizeof(LadderChunk));
    for (uint32_t i = 0; i < LADDER_RUNGS; i++) {
        budget_give(ladder->budget, ladder->rungs[i].room * sizeof(LadderSlot));
        free(ladder->rungs[i].slots);
    }
    free(ladder->chunks);
    free(ladder->near);
}

void ladder_join(Ladder *ladder, Event *event, SimDue due)
{
    if (due.at > ladder->near_last) {
        slot_add(ladder, slot_for(ladder, due.at), event, due);
        return;
    }
    near_add(ladder, (QueueEntry){due, event});
    if (ladder->near_count > ladder->near_most)
        spread_near(ladder);
}

/* The entry on a rung whose number, but for its lowest bit, is `place`. */
static QueueEntry *far_entry(const Ladder *ladder, uint32_t place)
{
    return &ladder->chunks[place >> ENTRY_BITS].entries[place & ((1U << ENTRY_BITS) - 1)];
}

SimDue ladder_due(const Ladder *ladder, uint32_t number)
{
    uint32_t index = number >> 1;

    return number & 1 ? far_entry(ladder, index)->due : ladder->near[index].due;
}

/* The last entry of its slot comes into its place. */
static void leave_slot(Ladder *ladder, uint32_t place)
{
    QueueEntry *hole = far_entry(ladder, place);
    const QueueEntry *last = slot_take(ladder, slot_for(ladder, hole->due.at));

    if (last == hole)
        return;
    *hole = *last;
    set_place_far(hole->event, place >> ENTRY_BITS, place & ((1U << ENTRY_BITS) - 1));
}

void ladder_leave(Ladder *ladder, uint32_t number)
{
    uint32_t index = number >> 1;

    if (number & 1) {
        leave_slot(ladder, index);
        return;
    }
    near_remove(ladder, index);
    if (ladder->near_count == 0)
        fill_near(ladder);
}

size_t ladder_length(const Ladder *ladder)
{
    size_t length = ladder->near_count;

    for (uint32_t r = 0; r < ladder->rung_count; r++) {
        const LadderRung *rung = &ladder->rungs[r];

        for (uint32_t i = rung->next; i < rung->count; i++)
            length += rung->slots[i].count;
    }
    return length;
}

/* The chunks of a slot, the last one first: it alone is not full. */
static void tell_slot(const Ladder *ladder, const LadderSlot *slot, EventTell *tell, void *context)
{
    uint32_t chunk = slot->chunk;

    for (uint32_t left = slot->count; left > 0; chunk = ladder->chunks[chunk].next) {
        uint32_t here = (left - 1) % LADDER_CHUNK + 1;

        for (uint32_t i = 0; i < here; i++) {
            const QueueEntry *entry = &ladder->chunks[chunk].entries[i];

            tell(context, entry->event, entry->due);
        }
        left -= here;
    }
}

void ladder_each(const Ladder *ladder, EventTell *tell, void *context)
{
    for (uint32_t i = 0; i < ladder->near_count; i++)
        tell(context, ladder->near[i].event, ladder->near[i].due);
    for (uint32_t r = 0; r < ladder->rung_count; r++) {
        const LadderRung *rung = &ladder->rungs[r];

        for (uint32_t i = rung->next; i < rung->count; i++)
            tell_slot(ladder, &rung->slots[i], tell, context);
    }
}
