/* Reads files with their limits, and knows them again. */
#include "scenario/source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenario/scenario.h"

enum { READ_AT_ONCE = 64 * 1024 };

/* Reads until the end, or one byte more than is allowed: so a device without end, or a file
 * that grows, cannot hurt.  FALSE with errno set. */
static gboolean read_all(int fd, gsize expected, Source *source)
{
    gsize room = MIN(MAX(expected, READ_AT_ONCE), SCENARIO_BYTES_MAX) + 1;

    source->bytes = g_malloc(room);
    for (;;) {
        ssize_t got = read(fd, source->bytes + source->length, room - source->length);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        source->length += (gsize)got;
        if (source->length > SCENARIO_BYTES_MAX)
            return TRUE;
        if (source->length == room) {
            room = MIN(2 * room, SCENARIO_BYTES_MAX + 1);
            source->bytes = g_realloc(source->bytes, room);
        }
    }
}

char *source_too_large(void)
{
    return g_strdup_printf("it is larger than %u MB", (guint)(SCENARIO_BYTES_MAX / 1024 / 1024));
}

/* NULL: fine; else why not. */
static char *read_open_file(int fd, Source *source)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return g_strdup(g_strerror(errno));
    if (S_ISDIR(status.st_mode))
        return g_strdup("it is a directory");
    if (S_ISREG(status.st_mode) && status.st_size > (off_t)SCENARIO_BYTES_MAX)
        return source_too_large();
    source->device = (guint64)status.st_dev;
    source->inode = (guint64)status.st_ino;
    if (!read_all(fd, S_ISREG(status.st_mode) ? (gsize)status.st_size : 0, source))
        return g_strdup(g_strerror(errno));
    return source->length > SCENARIO_BYTES_MAX ? source_too_large() : NULL;
}

static Source *read_descriptor(int fd, const char *name, char **why)
{
    Source *source = g_new0(Source, 1);

    source->name = g_intern_string(name);
    *why = read_open_file(fd, source);
    if (*why == NULL)
        return source;
    source_free(source);
    return NULL;
}

Source *source_read(const char *root, const char *path, DoorFor whom, char **why)
{
    int fd = door_open(root, path, whom, why);

    if (fd < 0)
        return NULL;
    Source *source = read_descriptor(fd, path, why);

    (void)close(fd);
    return source;
}

Source *source_read_stdin(char **why)
{
    return read_descriptor(STDIN_FILENO, "<stdin>", why);
}

Source *source_from_bytes(const char *name, char *bytes, gsize length)
{
    Source *source = g_new0(Source, 1);

    source->name = g_intern_string(name);
    source->bytes = bytes;
    source->length = length;
    return source;
}

Source *source_from_text(const char *name, const char *text, gsize length)
{
    return source_from_bytes(name, g_memdup2(text, length), length);
}

void source_free(Source *source)
{
    if (source == NULL)
        return;
    g_free(source->bytes);
    g_free(source);
}

/* Texts at hand are told apart by their names, which are interned. */
static gboolean is_same(const Source *a, const Source *b)
{
    if (a->inode != 0 || b->inode != 0)
        return a->inode == b->inode && a->device == b->device;
    return a->name == b->name && !a->is_argument && !b->is_argument;
}

const Source *source_find_open(const Source *source, const Source *parent)
{
    for (; parent != NULL; parent = parent->parent) {
        if (is_same(parent, source))
            return parent;
    }
    return NULL;
}

char *source_loop_text(const Source *first, const Source *last)
{
    GString *out = g_string_new(first->name);

    for (; last != first; last = last->parent) {
        g_string_prepend(out, " -> ");
        g_string_prepend(out, last->name);
    }
    g_string_prepend(out, " -> ");
    g_string_prepend(out, first->name);
    return g_string_free(out, FALSE);
}

char *source_resolve(const Source *naming, const char *path)
{
    const char *slash = strrchr(naming->name, '/');

    if (g_path_is_absolute(path) || slash == NULL || naming->is_argument)
        return g_strdup(path);
    return g_strdup_printf("%.*s/%s", (int)(slash - naming->name), naming->name, path);
}
