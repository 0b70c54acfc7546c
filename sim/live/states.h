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

/* The states between, where several changed at once: *path gets those that lead from `from` to `to`,
 * the last one included; their number is returned, 0 when no way is known. */
enum { STATES_PATH_MAX = TCP_STATE_COUNT };
guint states_path(TcpState from, TcpState to, TcpState path[STATES_PATH_MAX]);

/* Why a connection moves so, where that can be only one thing. */
TcpReason states_reason(TcpState from, TcpState to);

#endif
