/* Errors that a TCP reports to its application, by the names that sockets give them.
 *
 * The values are our own: the engine depends on no system's <errno.h>.
 */
#ifndef TCPWALTZ_PROTO_ERROR_H
#define TCPWALTZ_PROTO_ERROR_H

#include <stdbool.h>
#include <stddef.h>

typedef enum TcpError {
    TCP_OK,
    TCP_EAGAIN,        /* nothing to accept or to read yet; no room to send */
    TCP_EADDRINUSE,    /* the port or the four-tuple is taken */
    TCP_ECONNREFUSED,  /* RST in answer to our SYN, or in SYN-RCVD after an active open */
    TCP_ECONNRESET,    /* RST on a synchronized connection */
    TCP_EINVAL,        /* the call makes no sense in this state */
    TCP_EISCONN,       /* connect on a connection that exists */
    TCP_ENETDOWN,      /* the host is crashed */
    TCP_ENOTCONN,      /* no connection */
    TCP_EPIPE,         /* send after shutdown, or after the connection ended */
    TCP_ETIMEDOUT,     /* retries used up */
    TCP_EHOSTUNREACH,  /* no link to that host */
    TCP_EADDRNOTAVAIL, /* no free port */
    TCP_EINPROGRESS,   /* connect goes on; the socket does not block */
    TCP_EALREADY,      /* connect once more, meanwhile */
    TCP_EDESTADDRREQ,  /* nowhere to send to */
    TCP_EBADF,         /* no such descriptor */
    TCP_ECONNABORTED,  /* the connection ended before the call that asks for it */
    TCP_EOPNOTSUPP,    /* not with such a socket */
    TCP_EFAULT,        /* the buffer cannot be read or written */
    TCP_ENOPROTOOPT,   /* no such option; the other host says that it has no TCP */
    TCP_EMFILE,        /* no descriptor is left */
    TCP_ENOENT,        /* no such congestion control */
    TCP_EDOM,          /* a time that is too large */
    TCP_ENETUNREACH,   /* a router says that there is no way to that network */
    TCP_EPROTO,        /* somebody says that our packet made no sense */
    TCP_ERROR_COUNT,
} TcpError;

const char *tcp_error_name(TcpError error); /* "ETIMEDOUT"; "ok" for TCP_OK */
const char *tcp_error_text(TcpError error); /* "Connection timed out" */
bool tcp_error_from_name(const char *name, size_t length, TcpError *out);

#endif
