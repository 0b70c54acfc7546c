/* Linux at a scenario's ends: each host that is real is a network namespace of this machine, its
 * packets come out of a TUN device, our links carry them, and the script's lines are system calls.
 * And stacks of other programs, each behind a TUN device that it has open itself.
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
 *   tun_node.c    one host behind somebody's TUN device
 *   tun_device.c  the device, from its kernel side
 *   tun_names.c   addresses and ports there, and those of the scenario
 *
 * Time is the wall clock's.
 */
#ifndef TCPWALTZ_LIVE_LIVE_H
#define TCPWALTZ_LIVE_LIVE_H

#include <glib.h>

#include "lab/node.h"

typedef struct LiveOptions {
    gboolean kernels; /* this machine's kernel plays … */
    char **hosts;     /* … these; NULL: all that nobody else does */
    char **tuns;      /* who is behind which TUN device, as tun_names.h has it; NULL: nobody */
    gboolean lenient; /* what a host cannot be given is left out */
} LiveOptions;

/* Somebody has to be real.  Before there is a second thread.  NULL: *trouble says what the system forbids, or what makes no sense
 * (free with g_free()), and begins with the option that it is about.  `options` has to last as long.
 * Runs with a TUN device come one after the other. */
const LabReality *live_new(const LiveOptions *options, char **trouble);
void live_free(const LabReality *reality); /* NULL is allowed */

#endif
