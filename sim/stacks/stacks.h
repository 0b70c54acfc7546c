/* Real stacks that were linked into the program, in virtual time: a host `lwip!` of a scenario is lwIP
 * itself, not our profile of it.
 *
 *   stacks.c      the table of stacks, and who is one
 *   conns.c       what any of them knows of its connections, and how its bytes become segments
 *   lwip.c        lwIP as a node: packets, timers, states
 *   lwip_calls.c  the script's lines as lwIP's calls, and what its applications do by themselves
 *   lwip_api.c    opening lwIP, whose names are also ours
 *   lwip_world.c  lwIP's variables, which are the process's: a copy for each host
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

#endif
