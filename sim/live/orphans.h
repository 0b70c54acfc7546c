/* What a kernel still does for connections that no program holds any more: it would keep their namespace for
 * minutes after whoever made it is gone. */
#ifndef TCPWALTZ_LIVE_ORPHANS_H
#define TCPWALTZ_LIVE_ORPHANS_H

#include "live/kernel.h"

/* A held socket that is closed without another word, as all are when the program ends, leaves none behind: it
 * aborts.  Until orphans_may_be() is said of it, before a close that the script wants. */
void orphans_forbid(int socket);
void orphans_may_be(int socket);

/* Ends what there is, before the host's listeners and its device are closed.  Nobody hears of it. */
void orphans_end(Kernel *kernel);

#endif
