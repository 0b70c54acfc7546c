/* The ladder: the part of an event queue for what comes in no order.  Internal to the queue; how it
 * works is told in ladder.c.
 */
#ifndef TCPWALTZ_CORE_LADDER_H
#define TCPWALTZ_CORE_LADDER_H

#include "core/queue.h"

typedef struct QueueEntry {
    SimDue due;
    Event *event; /* NULL in a lane: was cancelled */
} QueueEntry;

/* An event's place: the part of the queue that it is in, and its number there; never 0. */
enum {
    PLACE_PART_BITS = 2,
    PLACE_LADDER = 3, /* the part behind the lanes */
};

/* The highest bits of a number fall off: a lane's room is smaller than what is left. */
static inline void place_set(Event *event, uint32_t part, uint32_t number)
{
    event->place = (number << PLACE_PART_BITS) + part + 1;
}

static inline uint32_t place_part(uint32_t place)
{
    return (place - 1) & ((1U << PLACE_PART_BITS) - 1);
}

static inline uint32_t place_number(uint32_t place)
{
    return (place - 1) >> PLACE_PART_BITS;
}

/* Events of a span of time, in chunks, in no order. */
typedef struct LadderSlot {
    uint32_t chunk; /* the last one, the only one that is not full; of no meaning without events */
    uint32_t count;
} LadderSlot;

typedef struct LadderRung {
    SimTime start, last; /* its slots begin here; the last one takes all until then */
    LadderSlot *slots;
    uint32_t shift; /* a slot's width is this power of two */
    uint32_t next;  /* slot; those before it are taken */
    uint32_t count, room;
} LadderRung;

enum {
    LADDER_RUNGS = 16,
    LADDER_CHUNK = 5, /* so that a chunk has 128 bytes */
};

typedef struct LadderChunk {
    QueueEntry entries[LADDER_CHUNK];
    uint32_t next; /* in its slot, or in the list of free ones */
} LadderChunk;

typedef struct Ladder {
    QueueEntry *near;
    uint32_t near_count, near_room;
    uint32_t near_most; /* when there are more, they are spread */
    SimTime near_last;  /* what is due later stands on the rungs */
    LadderChunk *chunks;
    uint32_t chunk_count, chunk_room; /* ever taken; allocated */
    uint32_t chunk_free;              /* plus one; 0 when none was given back */
    uint32_t rung_count;
    Budget *budget;
    LadderRung rungs[LADDER_RUNGS]; /* the last one is the earliest in time */
} Ladder;

void ladder_init(Ladder *ladder, Budget *budget); /* empty */
void ladder_clear(Ladder *ladder);                /* frees what it holds */

void ladder_join(Ladder *ladder, Event *event, SimDue due);

/* Takes out the event whose place has this number; the caller sets its place. */
void ladder_leave(Ladder *ladder, uint32_t number);

SimDue ladder_due(const Ladder *ladder, uint32_t number); /* of the event whose place has it */

/* The first event, which stays; undefined when there is none. */
static inline const QueueEntry *ladder_first(const Ladder *ladder)
{
    return &ladder->near[0];
}

static inline bool ladder_is_empty(const Ladder *ladder)
{
    return ladder->near_count == 0;
}

size_t ladder_length(const Ladder *ladder);                             /* O(slots) */
void ladder_each(const Ladder *ladder, EventTell *tell, void *context); /* in no order */

#endif
