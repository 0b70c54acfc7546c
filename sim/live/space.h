/* A host's own corner of the machine: a network namespace with nothing in it but a TUN device.
 *
 * Nothing outside is touched.  A namespace lasts as long as somebody has it open or is in it, so that
 * all are gone with the process, however it ends.
 */
#ifndef TCPWALTZ_LIVE_SPACE_H
#define TCPWALTZ_LIVE_SPACE_H

#include <glib.h>

#include "live/route.h"

enum { SPACE_NONE = -1 };

typedef struct Space {
    int net;    /* the namespace */
    int tun;    /* what its hosts send comes out here, and what is written here comes to them */
    int diag;   /* asks for its sockets: sock_diag(7) */
    int family; /* of its host's address: AF_INET, AF_INET6 */
} Space;

/* Before anything else, and before there is a second thread: rights to make namespaces, in a user
 * namespace where the user has none outside (user_namespaces(7)).  FALSE: *trouble says what the
 * system forbids, to be freed with g_free(). */
gboolean spaces_begin(char **trouble);

/* A new one, whose host has the address (proto/address.h), and to which all others are behind its device.  `mtu`:
 * bytes of a packet.  This thread is inside afterwards. */
gboolean space_open(Space *space, guint32 address, guint mtu, char **trouble);
void space_close(Space *space);

/* From here on this thread's new sockets are made in there.  FALSE: errno says why not. */
gboolean space_enter(const Space *space);

/* Back to where spaces_begin() was called, or to an empty one. */
void spaces_leave(void);

/* Writes to a file below /proc/sys/net, of the space that this thread is in.  FALSE: errno says why. */
gboolean space_sysctl(const char *name, const char *value);

/* The way to all others, of the space that this thread is in, has these metrics from here on.  FALSE: errno says why
 * not. */
gboolean space_route(int family, const RouteMetrics *metrics);

#endif
