/* Real stacks that were linked into the program, in virtual time: a host `lwip!` of a scenario is lwIP
 * itself, not our profile of it.
 *
 *   stacks.c         the table of stacks, and who is one
 *   stack.h          what any of them is: stack.c the node, stack_calls.c the script's lines and applications
 *   library.c        opening a stack's library
 *   image.c          what lies where in one that is open
 *   lwip.c           lwIP: packets, timers, states
 *   lwip_calls.c     the script's lines as lwIP's calls, and what lwIP tells
 *   lwip_api.c       its functions, whose names are also ours
 *   lwip_world.c     its variables, which are the process's: a copy for each host
 *   slirp.c          libslirp: packets, time, states
 *   slirp_sockets.c  the sockets that it calls, and its applications
 *   slirp_api.c      its functions
 *
 * How to add one: docs/nodes.md.
 */
#ifndef TCPWALTZ_STACKS_STACKS_H
#define TCPWALTZ_STACKS_STACKS_H

#include "lab/node.h"

/* Those that this program has, by name; NULL-terminated, never freed. */
const char *const *stacks_names(void);

/* Hosts of a plan that are one; all others are simulated.  Lasts for ever; for any number of threads. */
const LabReality *stacks_reality(void);

/* ---- The stacks ---- */

/* NULL: *trouble says why. */
LabNode *lwip_new(LabHost *host, char **trouble);
LabNode *slirp_node_new(LabHost *host, char **trouble);

#endif
