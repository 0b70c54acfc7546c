/* Timing tables on the disk. */
#include "cli/timing_files.h"

#include <string.h>

#include "cli/files.h"

static const char suffix[] = ".table";

char *timing_files_path(const TimingFiles *tables, const char *scenario)
{
    g_autofree char *relative = files_relative(tables->arguments, scenario);
    gsize length = strlen(relative) - (g_str_has_suffix(relative, ".scn") ? strlen(".scn") : 0);
    g_autofree char *stem = g_strndup(relative, length);
    g_autofree char *name = g_strconcat(stem, suffix, NULL);

    return g_build_filename(tables->folder, name, NULL);
}

static gboolean has_folder(const char *const *arguments)
{
    for (; *arguments != NULL; arguments++) {
        if (g_file_test(*arguments, G_FILE_TEST_IS_DIR))
            return TRUE;
    }
    return FALSE;
}

/* Whoever checks single files does not ask for all tables. */
GPtrArray *timing_files_orphans(const TimingFiles *tables, const GPtrArray *scenarios,
                                GPtrArray *problems)
{
    g_autoptr(GHashTable) wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) found = files_find(tables->folder, suffix, problems);
    GPtrArray *orphans = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < scenarios->len; i++)
        g_hash_table_add(wanted, timing_files_path(tables, g_ptr_array_index(scenarios, i)));
    for (guint i = 0; i < found->len && has_folder(tables->arguments); i++) {
        if (!g_hash_table_contains(wanted, g_ptr_array_index(found, i)))
            g_ptr_array_add(orphans, g_strdup(g_ptr_array_index(found, i)));
    }
    return orphans;
}
