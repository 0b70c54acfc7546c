/* Preloaded into the program by tests/live/live.sh: the system refuses one call.
 *
 * REFUSE=NAME:N   the N-th call (from 1) of the function fails, with ENOMEM, as any of these may
 * REFUSE_WITH=N   … or with this errno */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int calls_so_far; /* of the function that REFUSE names */

static int is_refused(const char *name)
{
    const char *wish = getenv("REFUSE");
    size_t length = strlen(name);

    if (wish == NULL || strncmp(wish, name, length) != 0 || wish[length] != ':' ||
        ++calls_so_far != atoi(wish + length + 1))
        return 0;
    const char *with = getenv("REFUSE_WITH");
    errno = with != NULL ? atoi(with) : ENOMEM;
    return 1;
}

/* ISO C has no way from an object's address to a function's; POSIX has this one. */
#define REFUSABLE(type, name, parameters, arguments)                                               \
    type name parameters;                                                                          \
    type name parameters                                                                           \
    {                                                                                              \
        type(*next) parameters;                                                                    \
                                                                                                   \
        *(void **)&next = dlsym(RTLD_NEXT, #name);                                                 \
        return is_refused(#name) ? -1 : next arguments;                                            \
    }

REFUSABLE(int, setns, (int file, int kind), (file, kind))
REFUSABLE(int, unshare, (int what), (what))
REFUSABLE(int, epoll_ctl, (int epoll, int what, int file, struct epoll_event *event),
          (epoll, what, file, event))
REFUSABLE(ssize_t, send, (int file, const void *data, size_t size, int flags),
          (file, data, size, flags))
REFUSABLE(ssize_t, recv, (int file, void *data, size_t size, int flags), (file, data, size, flags))
REFUSABLE(int, recvmmsg,
          (int file, struct mmsghdr *messages, unsigned count, int flags, struct timespec *limit),
          (file, messages, count, flags, limit))
REFUSABLE(int, poll, (struct pollfd * files, nfds_t count, int limit), (files, count, limit))
REFUSABLE(int, socket, (int family, int kind, int protocol), (family, kind, protocol))
