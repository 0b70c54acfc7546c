/* What a scenario sets of a host, as a packetdrill script can: sysctls, options of sockets, the MTU. */
#ifndef TCPWALTZ_VIEW_PKT_SETTINGS_H
#define TCPWALTZ_VIEW_PKT_SETTINGS_H

#include <glib.h>

#include "trace/trace.h"

/* Lines for the head of a script: what cannot be set, as a comment; the MTU; sysctls.  The window scale
 * (-1: none) depends on a machine's memory, by tcp_rmem, so that is always set. */
void pkt_settings_head(const Trace *trace, TraceHost host, int window_scale, GString *out);

/* "setsockopt(3, ...) = 0", one after the other, for a socket that was just made; NULL after the last. */
char *pkt_settings_of_socket(const Trace *trace, TraceHost host, guint fd, guint n);

#endif
