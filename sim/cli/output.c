/* Output: standard output, and files replaced atomically (a new file beside the old one, synced,
 * then renamed over it). */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/interrupt.h"
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
static guint diverted_width;

void output_divert(GString *to, guint width)
{
    diverted = to;
    diverted_width = width;
}

guint output_diverted_width(void)
{
    return diverted_width;
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
} Draft;

/* The path of the draft there is; NULL: none.  Who ends us in the meantime removes it: output_abandon(). */
static const char *volatile half_written;

void output_abandon(void)
{
    if (half_written != NULL)
        unlink(half_written);
}

static int draft_open(Draft *draft, const char *target)
{
    g_autofree char *folder = g_path_get_dirname(target);
    sigset_t before;

    draft->path = g_build_filename(folder, ".tcpwaltz-XXXXXX", NULL);
    interrupt_hold(&before);
    draft->fd = mkstemp(draft->path);
    int failure = draft->fd >= 0 ? 0 : errno;
    half_written = draft->fd >= 0 ? draft->path : NULL;
    interrupt_release(&before);
    return failure;
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
    half_written = NULL; /* an interrupt before this finds no such file, and that is all */
    g_free(draft->path);
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

/* ---- A result on its way ---- */

struct Output {
    char *path, *target; /* as given; what is to be replaced, behind all links; NULL: nothing is */
    Draft draft;
    int fd;      /* where the text goes; -1: it is diverted, or goes nowhere after a failure */
    int failure; /* an errno; 0: none so far */
};

/* `old` is NULL when there is no such file yet. */
static int open_draft(Output *output, const struct stat *old)
{
    output->target = follow_links(output->path);
    if (output->target == NULL)
        return errno;
    /* A folder that we may write to does not make a read-only file writable. */
    if (old != NULL && access(output->target, W_OK) != 0) {
        int failure = errno;

        g_clear_pointer(&output->target, g_free);
        return failure;
    }

    int failure = draft_open(&output->draft, output->target);

    output->fd = output->draft.fd;
    return failure != 0 ? failure : copy_mode(output->fd, old);
}

static int open_in_place(Output *output)
{
    output->fd = open(output->path, O_WRONLY | O_APPEND | O_CLOEXEC);
    return output->fd >= 0 ? 0 : errno;
}

/* /dev/stdout and /dev/fd/3 may lead to a regular file that somebody holds open. */
static gboolean is_replaceable(const char *path, const struct stat *status)
{
    return S_ISREG(status->st_mode) && !g_str_has_prefix(path, "/dev/") &&
           !g_str_has_prefix(path, "/proc/");
}

static int open_path(Output *output)
{
    struct stat status;

    if (stat(output->path, &status) != 0)
        return errno == ENOENT ? open_draft(output, NULL) : errno;
    if (S_ISDIR(status.st_mode))
        return EISDIR;
    return is_replaceable(output->path, &status) ? open_draft(output, &status)
                                                 : open_in_place(output);
}

static gboolean is_standard(const Output *output)
{
    return strcmp(output->path, "-") == 0;
}

Output *output_open(const char *path)
{
    Output *output = g_new0(Output, 1);

    output->path = g_strdup(path);
    output->draft.fd = output->fd = -1;
    if (!is_standard(output))
        output->failure = open_path(output);
    else if (diverted == NULL)
        output->fd = STDOUT_FILENO;
    return output;
}

static void put(Output *output, const char *data, gsize length)
{
    if (is_standard(output) && diverted != NULL)
        g_string_append_len(diverted, data, (gssize)length);
    else if (output->failure == 0)
        output->failure = write_all(output->fd, data, length);
}

void output_put(Output *output, GString *text)
{
    put(output, text->str, text->len);
    g_string_truncate(text, 0);
}

/* Returns the failure there was. */
static int end_path(Output *output, gboolean keep)
{
    int failure = output->failure;

    if (output->target != NULL) {
        failure = draft_close(&output->draft, output->target,
                              failure == 0 && !keep ? ECANCELED : failure);
        if (failure == 0)
            sync_folder_of(output->target);
        return failure == ECANCELED && !keep ? 0 : failure;
    }
    if (output->fd >= 0 && close(output->fd) != 0 && failure == 0)
        failure = errno;
    return failure;
}

static int end(Output *output, gboolean keep)
{
    int failure = is_standard(output) ? output->failure : end_path(output, keep);

    g_free(output->target);
    g_free(output->path);
    g_free(output);
    return failure;
}

int output_close(Output *output, gboolean keep)
{
    g_autofree char *path = g_strdup(output->path);
    gboolean was_standard = is_standard(output);
    int failure = end(output, keep);

    if (failure == 0 || (was_standard && failure == EPIPE))
        return STATUS_FINE;
    if (was_standard)
        return say_trouble("cannot write standard output: %s", g_strerror(failure));
    return say_trouble("cannot write %s: %s", path, g_strerror(failure));
}

/* ---- A result at hand ---- */

gboolean output_replace(const char *path, const char *data, gsize length, GError **error)
{
    Output *output = output_open(path);

    put(output, data, length);

    int failure = end(output, TRUE);

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
