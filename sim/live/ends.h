/* Addresses of the lab (proto/address.h) as those of sockets, of whichever family. */
#ifndef TCPWALTZ_LIVE_ENDS_H
#define TCPWALTZ_LIVE_ENDS_H

#include <glib.h>
#include <sys/socket.h>

typedef struct SocketEnd {
    struct sockaddr_storage address;
    socklen_t length;
} SocketEnd;

/* AF_INET or AF_INET6. */
int end_family(guint32 address);

SocketEnd end_of(guint32 address, guint16 port);

/* Any address of a family. */
SocketEnd end_at_port(int family, guint16 port);

/* What accept() and getsockname() filled. */
guint32 end_address(const SocketEnd *end);
guint16 end_port(const SocketEnd *end);

#endif
