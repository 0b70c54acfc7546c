/* The one route of a host's space: whoever is not this host is behind its device. */
#ifndef TCPWALTZ_LIVE_ROUTE_H
#define TCPWALTZ_LIVE_ROUTE_H

#include <glib.h>
#include <linux/rtnetlink.h>

/* What a kernel is told of its connections by their route, as `ip route … initcwnd 3` does: each RTAX_ of
 * linux/rtnetlink.h, of RTAX_LOCK the bits of those that it must not change; 0: the kernel's own. */
typedef struct RouteMetrics {
    guint32 values[RTAX_MAX + 1];
} RouteMetrics;

/* Makes it, or another in its place, in the space that this thread is in.  FALSE: errno says why not. */
gboolean route_set(int family, const char *device, const RouteMetrics *metrics);

#endif
