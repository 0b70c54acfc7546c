/* Finding a kernel for virtual time, by its version or its path. */
#include "live/kernels.h"

#include <string.h>
#include <unistd.h>

#include "live/virtual.h"

#define PREFIX "linux-"

char **live_kernel_folders(const char *built)
{
    const char *list = g_getenv("TCPWALTZ_KERNELS");
    g_auto(GStrv) given = g_strsplit(list != NULL ? list : "", ":", -1);
    g_autoptr(GStrvBuilder) folders = g_strv_builder_new();
    g_autofree char *own = g_build_filename(g_get_user_data_dir(), "tcpwaltz", "kernels", NULL);

    for (char **folder = given; *folder != NULL; folder++) {
        if (**folder != '\0')
            g_strv_builder_add(folders, *folder);
    }
    if (built != NULL)
        g_strv_builder_add(folders, built);
    g_strv_builder_add(folders, own);
    return g_strv_builder_end(folders);
}

/* The version in a kernel's name; NULL: it is none.  What is being built has another name. */
static const char *version_in(const char *name)
{
    if (!g_str_has_prefix(name, PREFIX))
        return NULL;
    name += strlen(PREFIX);
    return *name != '\0' && name[strspn(name, "0123456789.")] == '\0' ? name : NULL;
}

/* 6.1 is before 6.12, and that before 7.0. */
static int compare_versions(const char *a, const char *b)
{
    g_auto(GStrv) left = g_strsplit(a, ".", -1);
    g_auto(GStrv) right = g_strsplit(b, ".", -1);

    for (guint i = 0; left[i] != NULL || right[i] != NULL; i++) {
        if (left[i] == NULL || right[i] == NULL)
            return left[i] == NULL ? -1 : 1;

        guint64 l = g_ascii_strtoull(left[i], NULL, 10), r = g_ascii_strtoull(right[i], NULL, 10);

        if (l != r)
            return l < r ? -1 : 1;
    }
    return 0;
}

/* Takes the folder's newest into *newest, if that is newer. */
static void look_for_newest(const char *folder, char **newest)
{
    GDir *names = g_dir_open(folder, 0, NULL);
    const char *name;

    while (names != NULL && (name = g_dir_read_name(names)) != NULL) {
        const char *version = version_in(name);

        if (version != NULL && (*newest == NULL || compare_versions(version, *newest) > 0)) {
            g_free(*newest);
            *newest = g_strdup(version);
        }
    }
    if (names != NULL)
        g_dir_close(names);
}

static char *newest_version(const char *const *folders)
{
    char *newest = NULL;

    for (; *folders != NULL; folders++)
        look_for_newest(*folders, &newest);
    return newest;
}

static char *file_of_version(const char *const *folders, const char *version)
{
    g_autofree char *name = g_strconcat(PREFIX, version, NULL);

    for (; *folders != NULL; folders++) {
        char *path = g_build_filename(*folders, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
            return path;
        g_free(path);
    }
    return NULL;
}

static char *given_file(const char *path, GError **error)
{
    if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return g_canonicalize_filename(path, NULL);
    g_set_error(error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_KERNEL,
                g_file_test(path, G_FILE_TEST_EXISTS) ? "%s is no kernel" : "there is no kernel %s",
                path);
    return NULL;
}

char *live_kernel_find(const char *const *folders, const char *wish, GError **error)
{
    if (wish != NULL && strchr(wish, '/') != NULL)
        return given_file(wish, error);

    g_autofree char *newest = newest_version(folders);
    gboolean any = wish == NULL || *wish == '\0';
    char *found = any && newest == NULL ? NULL : file_of_version(folders, any ? newest : wish);

    if (found != NULL)
        return found;
    if (newest == NULL)
        g_set_error(error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_KERNEL,
                    "no kernel %s here: tools/linux-kernel %s builds one (10 to 15 min)",
                    any ? "for virtual time" : wish, any ? "6.1" : wish);
    else
        g_set_error(error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_KERNEL,
                    "no kernel %s here, the newest is %s: tools/linux-kernel %s builds one (10 to "
                    "15 min)",
                    wish, newest, wish);
    return NULL;
}
