#include "core/table.h"

#include <assert.h>
#include <stdlib.h>

#include "core/compiler.h"
#include "core/memory.h"

enum { PAGES_MIN = 8 };

void table_clear(Table *table)
{
    for (uint32_t i = 0; i < table->page_count; i++)
        free(table->pages[i]);
    free(table->pages);
    budget_give(table->budget, table_bytes(table));
    *table = (Table){.budget = table->budget};
}

static SELDOM void make_page(Table *table, uint32_t page)
{
    uint32_t count = table->page_count > 0 ? table->page_count : PAGES_MIN;

    while (count <= page)
        count *= 2;
    if (count > table->page_count) {
        budget_take(table->budget, (count - table->page_count) * sizeof *table->pages);
        table->pages = memory_grow(table->pages, count, sizeof *table->pages);
        for (uint32_t i = table->page_count; i < count; i++)
            table->pages[i] = NULL;
        table->page_count = count;
    }
    table->pages[page] = memory_new(1, sizeof(TablePage));
    table->pages_used++;
    budget_take(table->budget, sizeof(TablePage));
}

void table_set(Table *table, uint32_t name, void *value)
{
    uint32_t number = name >> TABLE_PAGE_BITS;

    assert(value != NULL);
    if (number >= table->page_count || table->pages[number] == NULL)
        make_page(table, number);
    TablePage *page = table->pages[number];
    void **slot = &page->values[name & ((1U << TABLE_PAGE_BITS) - 1)];
    page->used += *slot == NULL;
    *slot = value;
}

static SELDOM void free_page(Table *table, uint32_t number)
{
    free(table->pages[number]);
    table->pages[number] = NULL;
    table->pages_used--;
    budget_give(table->budget, sizeof(TablePage));
}

void table_remove(Table *table, uint32_t name)
{
    uint32_t number = name >> TABLE_PAGE_BITS;

    if (table_get(table, name) == NULL)
        return;
    TablePage *page = table->pages[number];
    page->values[name & ((1U << TABLE_PAGE_BITS) - 1)] = NULL;
    if (--page->used == 0)
        free_page(table, number);
}

size_t table_bytes(const Table *table)
{
    return table->page_count * sizeof *table->pages + table->pages_used * sizeof(TablePage);
}
