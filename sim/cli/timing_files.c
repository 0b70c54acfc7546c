/* Timing tables on the disk. */
#include "cli/timing_files.h"

#include <string.h>

#include "cli/files.h"

static const char suffix[] = ".table";
static const char *const suffixes[] = {suffix, NULL};

/* Whoever checks a part of what the tables were made of means a part of them: of "scenarios/handshake" they lie below
 * handshake/, if the tables have such a folder.  The longest end of the argument's path that is one; "" when none is. */
static char *part_of(const TimingFiles *tables, const char *argument)
{
    g_autofree char *path = g_canonicalize_filename(argument, NULL);
    g_auto(GStrv) names = g_strsplit(path, "/", -1);

    for (guint first = 1; names[0] != NULL && names[first] != NULL; first++) {
        g_autofree char *end = g_strjoinv("/", names + first);
        g_autofree char *folder = g_build_filename(tables->folder, end, NULL);

        if (*end != '\0' && g_file_test(folder, G_FILE_TEST_IS_DIR))
            return g_steal_pointer(&end);
    }
    return g_strdup("");
}

/* The folder that the scenario was found in: an argument, or that of a file. */
static char *folder_of(const TimingFiles *tables, const char *scenario)
{
    for (const char *const *at = tables->arguments; *at != NULL; at++) {
        g_autofree char *folder = g_build_filename(*at, "/", NULL);

        if (g_str_has_prefix(scenario, folder) && g_file_test(folder, G_FILE_TEST_IS_DIR))
            return g_strdup(*at);
    }
    return g_path_get_dirname(scenario);
}

char *timing_files_path(const TimingFiles *tables, const char *scenario)
{
    g_autofree char *relative = files_relative(tables->arguments, scenario);
    gboolean has_suffix = g_str_has_suffix(relative, ".scn") || g_str_has_suffix(relative, ".pkt");
    gsize length = strlen(relative) - (has_suffix ? strlen(".scn") : 0);
    g_autofree char *stem = g_strndup(relative, length);
    g_autofree char *name = g_strconcat(stem, suffix, NULL);
    g_autofree char *folder = folder_of(tables, scenario);
    g_autofree char *part = part_of(tables, folder);

    return g_build_filename(tables->folder, part, name, NULL);
}

/* Is the table in the part that one of the folders stands for?  Whoever checks single files does not ask for all tables. */
static gboolean is_asked_for(const TimingFiles *tables, const char *table)
{
    for (const char *const *at = tables->arguments; *at != NULL; at++) {
        g_autofree char *part = part_of(tables, *at);
        g_autofree char *folder = g_build_filename(tables->folder, part, "/", NULL);

        if (g_file_test(*at, G_FILE_TEST_IS_DIR) && g_str_has_prefix(table, folder))
            return TRUE;
    }
    return FALSE;
}

GPtrArray *timing_files_orphans(const TimingFiles *tables, const GPtrArray *scenarios,
                                GPtrArray *problems)
{
    g_autoptr(GHashTable) wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) found = files_find(tables->folder, suffixes, problems);
    GPtrArray *orphans = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < scenarios->len; i++)
        g_hash_table_add(wanted, timing_files_path(tables, g_ptr_array_index(scenarios, i)));
    for (guint i = 0; i < found->len; i++) {
        const char *table = g_ptr_array_index(found, i);

        if (!g_hash_table_contains(wanted, table) && is_asked_for(tables, table))
            g_ptr_array_add(orphans, g_strdup(table));
    }
    return orphans;
}
