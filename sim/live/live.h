/* Linux at a scenario's ends: each host that is real is a network namespace of this machine, its
 * packets come out of a TUN device, our links carry them, and the script's lines are system calls.
 *
 *   live.c      who is real; a session: its clock, and what it waits for
 *   kernel.c    one host: packets in and out, and the states that its kernel tells
 *   calls.c     the script's lines as system calls
 *   sockets.c   what an application does by itself: it accepts, reads, hears of errors
 *   orphans.c   that no connection outlives its run
 *   states.c    sock_diag: the states of all connections of a host
 *   settings.c  what the scenario sets, as sysctls and options of sockets
 *   ticks.c     the kernel's tick, and where in its timer wheel a run began
 *   space.c     namespaces and TUN devices
 *
 * Time is the wall clock's.
 */
#ifndef TCPWALTZ_LIVE_LIVE_H
#define TCPWALTZ_LIVE_LIVE_H

#include <glib.h>

#include "lab/node.h"

typedef struct LiveOptions {
    char **hosts;     /* names of those that are real; NULL: all */
    gboolean lenient; /* what a kernel cannot be given is left out */
} LiveOptions;

/* Before there is a second thread.  NULL: *trouble says what the system forbids (free with g_free()).
 * `options` has to last as long. */
const LabReality *live_new(const LiveOptions *options, char **trouble);
void live_free(const LabReality *reality); /* NULL is allowed */

#endif
