/* Other encodings than UTF-8, which a page never sees: GLib's conversions are told that there are none.  The
 * tables of libc's iconv, which would be linked else, are a third of what a page had to fetch.
 */
#include <errno.h>
#include <iconv.h>

iconv_t iconv_open(const char *to, const char *from)
{
    (void)to;
    (void)from;
    errno = EINVAL;
    return (iconv_t)-1;
}

size_t iconv(iconv_t descriptor, char **restrict in, size_t *restrict in_left, char **restrict out,
             size_t *restrict out_left)
{
    (void)descriptor;
    (void)in;
    (void)in_left;
    (void)out;
    (void)out_left;
    errno = EBADF;
    return (size_t)-1;
}

int iconv_close(iconv_t descriptor)
{
    (void)descriptor;
    errno = EBADF;
    return -1;
}
