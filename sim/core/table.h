/* A table from names to pointers, where names are small numbers that were given out once, in order:
 * 1, 2, 3, …  Those that are in use lie in pages; a page that holds nobody any more is freed, so a
 * table is as large as what it holds, however many names there have been.  Neighbours by name are
 * neighbours in memory.
 */
#ifndef TCPWALTZ_CORE_TABLE_H
#define TCPWALTZ_CORE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "core/budget.h"

enum { TABLE_PAGE_BITS = 9 };

typedef struct TablePage {
    uint32_t used;
    void *values[1 << TABLE_PAGE_BITS];
} TablePage;

/* Zero-initialised, it is an empty table. */
typedef struct Table {
    TablePage **pages; /* NULL where a page holds nobody */
    uint32_t page_count;
    uint32_t pages_used;
    Budget *budget; /* what the table is taken from; set by the owner, NULL: none */
} Table;

void table_clear(Table *table); /* frees what the table holds; the values are not its own */

/* NULL when there is none. */
static inline void *table_get(const Table *table, uint32_t name)
{
    uint32_t page = name >> TABLE_PAGE_BITS;
    if (page >= table->page_count || table->pages[page] == NULL)
        return NULL;
    return table->pages[page]->values[name & ((1U << TABLE_PAGE_BITS) - 1)];
}

void table_set(Table *table, uint32_t name, void *value); /* value is not NULL */
void table_remove(Table *table, uint32_t name);           /* nothing happens when there is none */

size_t table_bytes(const Table *table); /* what the table holds from the system */

#endif
