/* madvise() is not in POSIX; glibc has it with this: */
#define _DEFAULT_SOURCE
#include "core/large_pages.h"

#include <stdint.h>

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
