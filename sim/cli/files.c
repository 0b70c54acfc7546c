/* Folders into scenarios. */
#include "cli/files.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

/* What is looked for, and where it goes. */
typedef struct Search {
    const char *const *suffixes; /* NULL-terminated */
    GPtrArray *files, *problems;
} Search;

static void expand_folder(const Search *search, const char *folder);

static gboolean has_one_of(const char *path, const char *const *suffixes)
{
    while (*suffixes != NULL && !g_str_has_suffix(path, *suffixes))
        suffixes++;
    return *suffixes != NULL;
}

/* One name found in a folder. */
static void add_found(const Search *search, char *path)
{
    g_autofree char *owned = path;
    struct stat status;

    if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        expand_folder(search, path);
        return;
    }
    if (!has_one_of(path, search->suffixes))
        return;
    /* A link that leads nowhere is kept: reading it will say what is wrong. */
    if (stat(path, &status) != 0 || S_ISREG(status.st_mode))
        g_ptr_array_add(search->files, g_steal_pointer(&owned));
}

/* Closed before anything in it is looked at, so that depth costs no descriptors. */
static GPtrArray *names_in(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;

    if (dir == NULL)
        return NULL;

    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.')
            g_ptr_array_add(names, g_strdup(entry->d_name));
    }
    closedir(dir);
    return names;
}

static void expand_folder(const Search *search, const char *folder)
{
    g_autoptr(GPtrArray) names = names_in(folder);

    if (names == NULL) {
        g_ptr_array_add(search->problems, g_strdup_printf("cannot read the folder %s: %s", folder,
                                                          g_strerror(errno)));
        return;
    }
    for (guint i = 0; i < names->len; i++)
        add_found(search, g_build_filename(folder, g_ptr_array_index(names, i), NULL));
}

static int compare_paths(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *files_find(const char *folder, const char *const *suffixes, GPtrArray *problems)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
    Search search = {.suffixes = suffixes, .files = found, .problems = problems};

    expand_folder(&search, folder);
    g_ptr_array_sort(found, compare_paths);
    return found;
}

static void expand_argument(const char *argument, GPtrArray *files, GPtrArray *problems)
{
    guint problems_before = problems->len;

    if (!g_file_test(argument, G_FILE_TEST_IS_DIR)) {
        g_ptr_array_add(files, g_strdup(argument));
        return;
    }

    static const char *const suffixes[] = {".scn", ".pkt", NULL};
    GPtrArray *found = files_find(argument, suffixes, problems);

    if (found->len == 0 && problems->len == problems_before)
        g_ptr_array_add(problems, g_strdup_printf("no scenario (*.scn, *.pkt) below %s", argument));
    g_ptr_array_extend_and_steal(files, found);
}

GPtrArray *files_expand(const char *const *arguments, GPtrArray *problems)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);

    for (; *arguments != NULL; arguments++)
        expand_argument(*arguments, files, problems);
    return files;
}

char *files_relative(const char *const *arguments, const char *file)
{
    for (; *arguments != NULL; arguments++) {
        g_autofree char *folder = g_build_filename(*arguments, "/", NULL);

        if (g_str_has_prefix(file, folder) && g_file_test(folder, G_FILE_TEST_IS_DIR))
            return g_strdup(file + strlen(folder));
    }
    return g_path_get_basename(file);
}
