/* The names of the errors, and the sentences that Linux's C library has for them. */
#include "proto/error.h"

#include <assert.h>

#include "proto/names.h"

static const char *const error_names[TCP_ERROR_COUNT] = {
    [TCP_OK] = "ok",
    [TCP_EAGAIN] = "EAGAIN",
    [TCP_EADDRINUSE] = "EADDRINUSE",
    [TCP_ECONNREFUSED] = "ECONNREFUSED",
    [TCP_ECONNRESET] = "ECONNRESET",
    [TCP_EINVAL] = "EINVAL",
    [TCP_EISCONN] = "EISCONN",
    [TCP_ENETDOWN] = "ENETDOWN",
    [TCP_ENOTCONN] = "ENOTCONN",
    [TCP_EPIPE] = "EPIPE",
    [TCP_ETIMEDOUT] = "ETIMEDOUT",
    [TCP_EHOSTUNREACH] = "EHOSTUNREACH",
    [TCP_EADDRNOTAVAIL] = "EADDRNOTAVAIL",
    [TCP_EINPROGRESS] = "EINPROGRESS",
    [TCP_EALREADY] = "EALREADY",
    [TCP_EDESTADDRREQ] = "EDESTADDRREQ",
    [TCP_EBADF] = "EBADF",
    [TCP_ECONNABORTED] = "ECONNABORTED",
    [TCP_EOPNOTSUPP] = "EOPNOTSUPP",
    [TCP_EFAULT] = "EFAULT",
    [TCP_ENOPROTOOPT] = "ENOPROTOOPT",
    [TCP_EMFILE] = "EMFILE",
    [TCP_ENOENT] = "ENOENT",
    [TCP_EDOM] = "EDOM",
    [TCP_ENETUNREACH] = "ENETUNREACH",
    [TCP_EPROTO] = "EPROTO",
};

static const char *const error_texts[TCP_ERROR_COUNT] = {
    [TCP_OK] = "Success",
    [TCP_EAGAIN] = "Resource temporarily unavailable",
    [TCP_EADDRINUSE] = "Address already in use",
    [TCP_ECONNREFUSED] = "Connection refused",
    [TCP_ECONNRESET] = "Connection reset by peer",
    [TCP_EINVAL] = "Invalid argument",
    [TCP_EISCONN] = "Transport endpoint is already connected",
    [TCP_ENETDOWN] = "Network is down",
    [TCP_ENOTCONN] = "Transport endpoint is not connected",
    [TCP_EPIPE] = "Broken pipe",
    [TCP_ETIMEDOUT] = "Connection timed out",
    [TCP_EHOSTUNREACH] = "No route to host",
    [TCP_EADDRNOTAVAIL] = "Cannot assign requested address",
    [TCP_EINPROGRESS] = "Operation now in progress",
    [TCP_EALREADY] = "Operation already in progress",
    [TCP_EDESTADDRREQ] = "Destination address required",
    [TCP_EBADF] = "Bad file descriptor",
    [TCP_ECONNABORTED] = "Software caused connection abort",
    [TCP_EOPNOTSUPP] = "Operation not supported",
    [TCP_EFAULT] = "Bad address",
    [TCP_ENOPROTOOPT] = "Protocol not available",
    [TCP_EMFILE] = "Too many open files",
    [TCP_ENOENT] = "No such file or directory",
    [TCP_EDOM] = "Numerical argument out of domain",
    [TCP_ENETUNREACH] = "Network is unreachable",
    [TCP_EPROTO] = "Protocol error",
};

const char *tcp_error_name(TcpError error)
{
    assert(error < TCP_ERROR_COUNT);
    return error_names[error];
}

const char *tcp_error_text(TcpError error)
{
    assert(error < TCP_ERROR_COUNT);
    return error_texts[error];
}

bool tcp_error_from_name(const char *name, size_t length, TcpError *out)
{
    size_t found = name_find(error_names, TCP_ERROR_COUNT, name, length);

    if (found == TCP_ERROR_COUNT)
        return false;
    *out = (TcpError)found;
    return true;
}
