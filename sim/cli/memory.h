/* What the program says when the system has no memory left: that is no defect of it. */
#ifndef TCPWALTZ_CLI_MEMORY_H
#define TCPWALTZ_CLI_MEMORY_H

/* From now on GLib's own words about it are ours: see core/memory.h, memory_exhausted(). */
void memory_say_exhausted(void);

#endif
