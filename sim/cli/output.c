/* Output: standard output, and files replaced atomically (a new file beside the old one, synced,
 * then renamed over it). */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/message.h"

enum { LINKS_MAX = 40 }; /* as the kernel follows them */

static void wait_until_writable(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLOUT};

    poll(&wait, 1, -1);
}

/* 0, or an errno. */
static int write_all(int fd, const char *data, gsize length)
{
    while (length > 0) {
        ssize_t written = write(fd, data, length);

        if (written >= 0) {
            data += written;
            length -= (gsize)written;
        } else if (errno == EAGAIN) {
            wait_until_writable(fd);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

/* Where standard output goes; NULL: to standard output. */
static GString *diverted;

void output_divert(GString *to)
{
    diverted = to;
}

gboolean output_is_diverted(void)
{
    return diverted != NULL;
}

void output_failures(const char *text)
{
    if (diverted == NULL)
        fputs(text, stderr);
}

int output_standard(const char *data, gsize length)
{
    if (diverted != NULL) {
        g_string_append_len(diverted, data, (gssize)length);
        return STATUS_FINE;
    }

    int failure = write_all(STDOUT_FILENO, data, length);

    if (failure == 0 || failure == EPIPE)
        return STATUS_FINE;
    return say_trouble("cannot write standard output: %s", g_strerror(failure));
}

/* What the last of a chain of symbolic links points to, be it there or not; NULL with errno. */
static char *follow_links(const char *path)
{
    char *here = g_strdup(path);
    struct stat status;

    for (int i = 0; i < LINKS_MAX; i++) {
        if (lstat(here, &status) != 0 || !S_ISLNK(status.st_mode))
            return here;

        g_autofree char *target = g_file_read_link(here, NULL);
        g_autofree char *folder = g_path_get_dirname(here);

        if (target == NULL)
            return here;
        g_free(here);
        here =
            g_path_is_absolute(target) ? g_strdup(target) : g_build_filename(folder, target, NULL);
    }
    g_free(here);
    errno = ELOOP;
    return NULL;
}

/* A file beside the one to be replaced. */
typedef struct Draft {
    char *path;
    int fd;
    sigset_t signals; /* as they were before */
} Draft;

/* Signals wait until the draft is renamed or gone: an interrupt leaves no litter. */
static int draft_open(Draft *draft, const char *target)
{
    g_autofree char *folder = g_path_get_dirname(target);
    sigset_t wait;

    sigemptyset(&wait);
    sigaddset(&wait, SIGINT);
    sigaddset(&wait, SIGTERM);
    sigaddset(&wait, SIGHUP);
    sigprocmask(SIG_BLOCK, &wait, &draft->signals);

    draft->path = g_build_filename(folder, ".tcpwaltz-XXXXXX", NULL);
    draft->fd = mkstemp(draft->path);
    return draft->fd >= 0 ? 0 : errno;
}

/* `failure` so far; the draft is gone afterwards.  Returns the failure there was. */
static int draft_close(Draft *draft, const char *target, int failure)
{
    if (draft->fd >= 0) {
        if (failure == 0 && fsync(draft->fd) != 0)
            failure = errno;
        if (close(draft->fd) != 0 && failure == 0)
            failure = errno;
        if (failure == 0 && rename(draft->path, target) != 0)
            failure = errno;
        if (failure != 0)
            unlink(draft->path);
    }
    g_free(draft->path);
    sigprocmask(SIG_SETMASK, &draft->signals, NULL);
    return failure;
}

/* A new file gets the mode that any program would give it, an old one keeps its own. */
static int copy_mode(int fd, const struct stat *old)
{
    if (old == NULL) {
        mode_t mask = umask(0);

        umask(mask);
        return fchmod(fd, 0666 & ~mask) == 0 ? 0 : errno;
    }
    /* Only root can give a file away; whoever cannot becomes its owner. */
    if ((old->st_uid != geteuid() || old->st_gid != getegid()) &&
        fchown(fd, old->st_uid, old->st_gid) != 0)
        errno = 0;
    return fchmod(fd, old->st_mode & 07777) == 0 ? 0 : errno;
}

static void sync_folder_of(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int fd = open(folder, O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

/* `old` is NULL when there is no such file yet. */
static int replace_file(const char *path, const struct stat *old, const char *data, gsize length)
{
    g_autofree char *target = follow_links(path);
    Draft draft = {.fd = -1};

    if (target == NULL)
        return errno;
    /* A folder that we may write to does not make a read-only file writable. */
    if (old != NULL && access(target, W_OK) != 0)
        return errno;

    int failure = draft_open(&draft, target);

    if (failure == 0)
        failure = copy_mode(draft.fd, old);
    if (failure == 0)
        failure = write_all(draft.fd, data, length);
    failure = draft_close(&draft, target, failure);
    if (failure == 0)
        sync_folder_of(target);
    return failure;
}

static int write_in_place(const char *path, const char *data, gsize length)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

    if (fd < 0)
        return errno;

    int failure = write_all(fd, data, length);

    if (close(fd) != 0 && failure == 0)
        failure = errno;
    return failure;
}

/* /dev/stdout and /dev/fd/3 may lead to a regular file that somebody holds open. */
static gboolean is_replaceable(const char *path, const struct stat *status)
{
    return S_ISREG(status->st_mode) && !g_str_has_prefix(path, "/dev/") &&
           !g_str_has_prefix(path, "/proc/");
}

gboolean output_replace(const char *path, const char *data, gsize length, GError **error)
{
    struct stat status;
    int failure = 0;

    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            failure = EISDIR;
        else if (is_replaceable(path, &status))
            failure = replace_file(path, &status, data, length);
        else
            failure = write_in_place(path, data, length);
    } else {
        failure = errno == ENOENT ? replace_file(path, NULL, data, length) : errno;
    }

    if (failure != 0)
        g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(failure),
                    "cannot write %s: %s", path, g_strerror(failure));
    return failure == 0;
}

int output_write(const char *path, const char *data, gsize length)
{
    g_autoptr(GError) error = NULL;

    if (strcmp(path, "-") == 0)
        return output_standard(data, length);
    if (output_replace(path, data, length, &error))
        return STATUS_FINE;
    return say_trouble("%s", error->message);
}

gboolean output_overwrites(const char *path, char *const *files)
{
    struct stat input, output;

    if (strcmp(path, "-") == 0 || stat(path, &output) != 0 || !S_ISREG(output.st_mode))
        return FALSE;
    for (; *files != NULL; files++) {
        if (stat(*files, &input) == 0 && input.st_dev == output.st_dev &&
            input.st_ino == output.st_ino)
            return TRUE;
    }
    return FALSE;
}
