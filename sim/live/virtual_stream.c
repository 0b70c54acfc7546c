/* Passing on what a program in virtual time writes.
 *
 * It comes through files, not through a console: that mangles bytes, and waits for readers, and whoever waits
 * lets virtual time pass.  The files grow, we read on, and give the memory back. */
#include "live/virtual_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

enum { GIVE_BACK = 1 << 20 }; /* so many bytes at once */

/* 0, or an errno. */
static int write_all(int fd, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, data, length);

        if (written >= 0) {
            data += written;
            length -= (size_t)written;
        } else if (errno == EAGAIN) {
            struct pollfd wait = {.fd = fd, .events = POLLOUT};

            poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

/* Where a file system cannot do that, what was read lies there until the end. */
static void give_back(LiveStream *stream)
{
    if (stream->passed - stream->given_back < GIVE_BACK)
        return;
    fallocate(stream->from, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, stream->given_back,
              stream->passed - stream->given_back);
    stream->given_back = stream->passed;
}

void live_stream_pass_on(LiveStream *stream)
{
    char data[65536];
    ssize_t got;

    while (stream->failure == 0 &&
           (got = pread(stream->from, data, sizeof data, stream->passed)) > 0) {
        stream->failure = write_all(stream->to, data, (size_t)got);
        stream->passed += got;
        give_back(stream);
    }
}
