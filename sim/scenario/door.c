/* Opens files that somebody else may have named. */
#define _GNU_SOURCE /* realpath(), O_PATH */
#include "scenario/door.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/magic.h>
#include <sys/vfs.h>
#endif

#ifdef O_PATH
enum { PASS = O_PATH }; /* through a folder; it need not be readable */
#else
enum { PASS = O_RDONLY };
#endif

/* A FIFO must not wait for its writer, nor a terminal become ours. */
enum { ENTER = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

/* --- what a file is ----------------------------------------------------------------------- */

static char *why_of_kind(mode_t mode)
{
    static const struct {
        mode_t kind;
        const char *why;
    } kinds[] = {
        {S_IFDIR, "it is a directory"},        {S_IFIFO, "it is a FIFO, no file"},
        {S_IFCHR, "it is a device, no file"},  {S_IFBLK, "it is a device, no file"},
        {S_IFSOCK, "it is a socket, no file"}, {S_IFLNK, "it is a symbolic link"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if ((mode & S_IFMT) == kinds[i].kind)
            return g_strdup(kinds[i].why);
    return NULL;
}

/* Files that the kernel makes up look ordinary: only where they lie tells. */
static gboolean is_made_up(int fd)
{
#ifdef __linux__
    static const guint32 magics[] = {PROC_SUPER_MAGIC,   SYSFS_MAGIC,      DEBUGFS_MAGIC,
                                     TRACEFS_MAGIC,      SECURITYFS_MAGIC, CGROUP_SUPER_MAGIC,
                                     CGROUP2_SUPER_MAGIC};
    struct statfs where;

    if (fstatfs(fd, &where) != 0)
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(magics); i++)
        if ((guint32)where.f_type == magics[i])
            return TRUE;
#else
    (void)fd;
#endif
    return FALSE;
}

/* Looks before it opens, because opening a device may do something already; and looks at what it
 * has opened, because that may be another file by then. */
static int open_ordinary(int folder, const char *name, int flags, char **why)
{
    struct stat status;

    if (fstatat(folder, name, &status, flags & O_NOFOLLOW ? AT_SYMLINK_NOFOLLOW : 0) != 0) {
        *why = g_strdup(g_strerror(errno));
        return -1;
    }
    *why = why_of_kind(status.st_mode);
    if (*why != NULL)
        return -1;

    int fd = openat(folder, name, ENTER | flags);

    if (fd < 0 || fstat(fd, &status) != 0)
        *why = g_strdup(g_strerror(errno));
    else if ((*why = why_of_kind(status.st_mode)) == NULL && is_made_up(fd))
        *why = g_strdup("the kernel makes it up, it is no file");
    if (*why == NULL)
        return fd;
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

/* --- what lies below the root ------------------------------------------------------------- */

/* What of `path` is below `folder`, without a slash in front; NULL: it is not. */
static const char *below(const char *path, const char *folder)
{
    gsize length = strlen(folder);

    while (length > 0 && folder[length - 1] == '/')
        length--;
    if (strncmp(path, folder, length) != 0 || path[length] != '/' || path[length + 1] == '\0')
        return NULL;
    return path + length + 1;
}

static int leaves(const char *root, char **why)
{
    *why = g_strdup_printf("it is not below '%s', which --root confines files to", root);
    return -1;
}

/* Walks to a file along folders, no symbolic link among them: what has been resolved before
 * cannot be turned into a way out since. */
static int walk(const char *root, const char *way, char **why)
{
    int folder = open(root, PASS | O_DIRECTORY | O_CLOEXEC);
    g_auto(GStrv) names = g_strsplit(way, "/", -1);
    guint last = g_strv_length(names) - 1;

    for (guint i = 0; i < last && folder >= 0; i++) {
        int next = openat(folder, names[i], PASS | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

        (void)close(folder);
        folder = next;
    }
    if (folder < 0) {
        *why = g_strdup(g_strerror(errno));
        return -1;
    }
    int fd = open_ordinary(folder, names[last], O_NOFOLLOW, why);

    (void)close(folder);
    return fd;
}

/* Is there a symbolic link on this way?  Where it cannot be followed, nothing is told of where it
 * leads. */
static gboolean has_link(const char *root, const char *way)
{
    g_auto(GStrv) names = g_strsplit(way, "/", -1);
    g_autoptr(GString) path = g_string_new(root);

    for (guint i = 0; names[i] != NULL; i++) {
        struct stat status;

        g_string_append_printf(path, "/%s", names[i]);
        if (lstat(path->str, &status) != 0)
            return FALSE;
        if (S_ISLNK(status.st_mode))
            return TRUE;
    }
    return FALSE;
}

/* What of `path` is below the root, by the words alone: nothing outside is asked for. */
static char *way_below(const char *root, const char *canonical_root, const char *path)
{
    char *here = realpath(".", NULL);
    g_autofree char *whole = g_canonicalize_filename(path, here);
    g_autofree char *whole_root = g_canonicalize_filename(root, here);
    const char *way = below(whole, canonical_root);

    free(here);
    return g_strdup(way != NULL ? way : below(whole, whole_root));
}

static int open_way(const char *root, const char *canonical_root, const char *way, char **why)
{
    g_autofree char *named = g_strconcat(canonical_root, "/", way, NULL);
    char *canonical = realpath(named, NULL);
    int error = errno, fd = -1;
    const char *inside = canonical != NULL ? below(canonical, canonical_root) : NULL;

    if (inside != NULL)
        fd = walk(canonical_root, inside, why);
    else if (canonical != NULL || has_link(canonical_root, way))
        fd = leaves(root, why);
    else
        *why = g_strdup(g_strerror(error));
    free(canonical);
    return fd;
}

static int open_below(const char *root, const char *path, char **why)
{
    char *canonical_root = realpath(root, NULL);

    if (canonical_root == NULL) {
        *why = g_strdup_printf("--root '%s': %s", root, g_strerror(errno));
        return -1;
    }
    g_autofree char *way = way_below(root, canonical_root, path);
    int fd = way != NULL ? open_way(root, canonical_root, way, why) : leaves(root, why);

    free(canonical_root);
    return fd;
}

/* --- the door ----------------------------------------------------------------------------- */

int door_open(const char *root, const char *path, DoorFor whom, char **why)
{
    *why = NULL;
    if (root != NULL)
        return open_below(root, path, why);
    if (whom == DOOR_FOR_SCENARIO)
        return open_ordinary(AT_FDCWD, path, 0, why);

    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        *why = g_strdup(g_strerror(errno));
    return fd;
}
