/* What states a space's connections are in, as its kernel says: also of those that no program holds
 * any more, or yet (sock_diag(7)). */
#ifndef TCPWALTZ_LIVE_STATES_H
#define TCPWALTZ_LIVE_STATES_H

#include <glib.h>

#include "core/time.h"
#include "live/space.h"
#include "proto/state.h"
#include "tcp/tcp.h"

typedef struct LiveState {
    TcpEnds ends;
    TcpState state;
    gboolean has_timer;
    SimTime expires; /* from now, to the kernel's tick */
} LiveState;

/* All of them, listeners left out; *out is emptied first (LiveState).  FALSE: errno says why. */
gboolean states_read(const Space *space, GArray *out);

#endif
