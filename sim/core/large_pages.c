/* madvise() and MAP_ANONYMOUS are not in POSIX; glibc has them with this: */
#define _DEFAULT_SOURCE
#include "core/large_pages.h"

#include <stdint.h>
#include <stdlib.h>

#include "core/compiler.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

void large_pages_wish(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    uintptr_t start = (uintptr_t)memory, end = (start + bytes) / LARGE_PAGE * LARGE_PAGE;
    uintptr_t first = (start + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;

    if (first < end)
        (void)madvise((char *)memory + (first - start), end - first, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)bytes;
#endif
}

/* AddressSanitizer's search for leaks follows only pointers in the allocator's memory. */
#if defined(MAP_ANONYMOUS) && !defined(ADDRESS_SANITIZED)

void *large_page_new(void)
{
    /* Twice as much holds an aligned one; what lies before and behind it goes back. */
    char *memory = mmap(NULL, 2 * (size_t)LARGE_PAGE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    size_t before = (size_t)(-(uintptr_t)memory % LARGE_PAGE);
    char *page = memory + before;
    if (before > 0)
        (void)munmap(memory, before);
    (void)munmap(page + LARGE_PAGE, LARGE_PAGE - before);
    large_pages_wish(page, LARGE_PAGE);
    return page;
}

void large_page_free(void *page)
{
    (void)munmap(page, LARGE_PAGE);
}

#else

void *large_page_new(void)
{
    return aligned_alloc(LARGE_PAGE, LARGE_PAGE);
}

void large_page_free(void *page)
{
    free(page);
}

#endif
