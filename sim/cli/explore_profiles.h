/* `tcpwaltz explore --profiles A,B,...`: each of them calls each, under every single fault. */
#ifndef TCPWALTZ_CLI_EXPLORE_PROFILES_H
#define TCPWALTZ_CLI_EXPLORE_PROFILES_H

#include "cli/explore_options.h"

/* Writes the matrix and what was found; returns a STATUS_.  Signals are held (cli/interrupt.h): one that waits
 * ends it with the pairs that are done. */
int explore_profiles(ExploreCommand *command);

#endif
