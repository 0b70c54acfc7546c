/* Memory from the system for what grows long: far more address space than is needed now, backed by
 * large pages where the system has them.  So what lies there need not move, and the kernel is asked
 * once in 2 MiB: recording a long run is mostly getting memory, a page fault every 4 KiB takes more
 * time than writing the events there. */
#ifndef TCPWALTZ_TRACE_PAGES_H
#define TCPWALTZ_TRACE_PAGES_H

#include <glib.h>

/* Below this the heap serves better: short runs give it back and take it again. */
enum { TRACE_PAGES_LEAST = 2 * 1024 * 1024 };

/* Zeroed, at least `bytes`; how much more, stands in *room.  Where there is none,
 * memory_exhausted() ends the program. */
gpointer trace_pages_map(gsize bytes, gsize *room);
void trace_pages_unmap(gpointer memory, gsize room);

#endif
