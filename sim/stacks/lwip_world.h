/* lwIP keeps all that it knows in variables of the process.  A world is one host's copy of them: it is
 * put in place when the host's turn comes, as a kernel does with a process's registers.
 */
#ifndef TCPWALTZ_STACKS_LWIP_WORLD_H
#define TCPWALTZ_STACKS_LWIP_WORLD_H

#include <glib.h>

#include "core/time.h"

typedef struct LwipWorld {
    guint8 *variables;
    SimTime now;
    SimTime timer; /* when tcp_tmr() is due; SIM_NEVER: nothing waits for it */
} LwipWorld;

/* As if lwIP had just been loaded. */
void lwip_world_init(LwipWorld *world);
void lwip_world_clear(LwipWorld *world);

/* Between these two lwIP is this world's, and this thread's; they do not nest. */
void lwip_world_enter(LwipWorld *world, SimTime now);
void lwip_world_leave(void);

#endif
