/* Where profiles and scripts are found. */
#include "cli/paths.h"

#include "config.h"

/* The folder that this program lies in; NULL when the system does not tell. */
static char *program_folder(void)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);

    return program != NULL ? g_path_get_dirname(program) : NULL;
}

static void add_from_environment(GPtrArray *folders)
{
    const char *list = g_getenv("TCPWALTZ_PROFILES");
    g_auto(GStrv) given = g_strsplit(list != NULL ? list : "", ":", -1);

    for (char **folder = given; *folder != NULL; folder++) {
        if (**folder != '\0')
            g_ptr_array_add(folders, g_strdup(*folder));
    }
}

/* A build folder has ninja's file above the program: BUILD/sim/tcpwaltz. */
static gboolean is_in_build_folder(const char *folder)
{
    g_autofree char *ninja = g_build_filename(folder, "..", "build.ninja", NULL);

    return g_file_test(ninja, G_FILE_TEST_EXISTS);
}

char **paths_profiles(void)
{
    GPtrArray *folders = g_ptr_array_new();
    g_autofree char *program = program_folder();

    add_from_environment(folders);
    if (program == NULL || is_in_build_folder(program))
        g_ptr_array_add(folders, g_strdup(TCPWALTZ_SOURCE_ROOT "/sim/profiles"));
    else
        g_ptr_array_add(folders,
                        g_build_filename(program, "..", "share", "tcpwaltz", "profiles", NULL));
    g_ptr_array_add(folders, g_strdup(TCPWALTZ_DATADIR "/profiles"));
    g_ptr_array_add(folders, NULL);
    return (char **)g_ptr_array_free(folders, FALSE);
}

char *paths_plots(void)
{
    g_autofree char *program = program_folder();

    if (program == NULL || is_in_build_folder(program))
        return g_strdup(TCPWALTZ_SOURCE_ROOT "/plots");

    char *beside = g_build_filename(program, "..", "share", "tcpwaltz", "plots", NULL);

    if (g_file_test(beside, G_FILE_TEST_IS_DIR))
        return beside;
    g_free(beside);
    return g_strdup(TCPWALTZ_DATADIR "/plots");
}
