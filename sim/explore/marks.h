/* Where worlds have been: the digest of each state that a run came to, and who came there first.  Private to
 * explore/. */
#ifndef TCPWALTZ_EXPLORE_MARKS_H
#define TCPWALTZ_EXPLORE_MARKS_H

#include <glib.h>

/* A world that was run, and a place of it: what follows from there. */
typedef struct MarkRef {
    guint32 node;  /* its number among those of its level … */
    guint32 place; /* … and the place that comes next */
    guint8 level;  /* faults; MARK_NOWHERE: there is none */
} MarkRef;

enum { MARK_NOWHERE = 255 };

typedef struct Mark {
    guint64 digest; /* exact; never 0 */
    MarkRef at;
} Mark;

/* Of each digest the first mark. */
typedef struct MarkTable {
    Mark *slots;  /* digest 0: free */
    guint64 room; /* a power of two, or 0 */
    guint64 count;
} MarkTable;

const Mark *mark_table_find(const MarkTable *table, guint64 digest); /* NULL: nobody was there */
void mark_table_add(MarkTable *table, const Mark *mark);             /* unless somebody was there */
void mark_table_add_all(MarkTable *table, const MarkTable *other);
void mark_table_empty(MarkTable *table); /* keeps its room, unless that is much */
void mark_table_clear(MarkTable *table);
guint64 mark_table_bytes(const MarkTable *table);

#endif
