/* A table of marks, by digest. */
#include "explore/marks.h"

#include <string.h>

enum { ROOM_FIRST = 64, ROOM_KEPT = 1024 };

/* A digest is well mixed already. */
static Mark *slot_of(const MarkTable *table, guint64 digest)
{
    guint64 at = digest & (table->room - 1);

    while (table->slots[at].digest != 0 && table->slots[at].digest != digest)
        at = (at + 1) & (table->room - 1);
    return &table->slots[at];
}

static void grow(MarkTable *table)
{
    MarkTable bigger = {.room = table->room > 0 ? 2 * table->room : ROOM_FIRST};

    bigger.slots = g_new0(Mark, bigger.room);
    mark_table_add_all(&bigger, table);
    mark_table_clear(table);
    *table = bigger;
}

const Mark *mark_table_find(const MarkTable *table, guint64 digest)
{
    if (table->count == 0)
        return NULL;
    const Mark *slot = slot_of(table, digest);

    return slot->digest != 0 ? slot : NULL;
}

void mark_table_add(MarkTable *table, const Mark *mark)
{
    if (2 * table->count >= table->room)
        grow(table);
    Mark *slot = slot_of(table, mark->digest);

    if (slot->digest != 0)
        return;
    *slot = *mark;
    table->count++;
}

void mark_table_add_all(MarkTable *table, const MarkTable *other)
{
    for (guint64 i = 0; i < other->room; i++) {
        if (other->slots[i].digest != 0)
            mark_table_add(table, &other->slots[i]);
    }
}

void mark_table_empty(MarkTable *table)
{
    if (table->room > ROOM_KEPT)
        mark_table_clear(table);
    else if (table->count > 0)
        memset(table->slots, 0, table->room * sizeof *table->slots);
    table->count = 0;
}

void mark_table_clear(MarkTable *table)
{
    g_free(table->slots);
    *table = (MarkTable){0};
}

guint64 mark_table_bytes(const MarkTable *table)
{
    return table->room * sizeof *table->slots;
}
