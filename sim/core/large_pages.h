/* Large pages: a wish, the one thing that the engine says to the system.
 *
 * A million connections fill 1.5 GB.  To get that in pages of 4 kB, one fault each, takes as long as
 * all that the connections do; nothing but the speed depends on it.
 */
#ifndef TCPWALTZ_CORE_LARGE_PAGES_H
#define TCPWALTZ_CORE_LARGE_PAGES_H

#include <stddef.h>

enum { LARGE_PAGE = 1 << 21 }; /* bytes, on most machines that have them */

/* Large pages that lie in [memory, memory + bytes) as a whole may be filled at once when somebody
 * touches them for the first time.  Nothing happens where there are none. */
void large_pages_wish(void *memory, size_t bytes);

/* LARGE_PAGE bytes at a multiple of LARGE_PAGE, and nothing else: an allocator would put its own notes
 * before them, into a large page of which nobody uses the rest.  NULL when there is no memory. */
void *large_page_new(void);
void large_page_free(void *page);

#endif
