/* Where profiles, scripts and scenarios are found. */
#include "cli/paths.h"

#include "config.h"
#include "live/kernels.h"

/* The folder that this program lies in; NULL when the system does not tell. */
static char *program_folder(void)
{
    g_autofree char *program = paths_program();

    return program != NULL ? g_path_get_dirname(program) : NULL;
}

static void add_from_environment(GPtrArray *folders, const char *variable)
{
    const char *list = g_getenv(variable);
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

    add_from_environment(folders, "TCPWALTZ_PROFILES");
    if (program == NULL || is_in_build_folder(program))
        g_ptr_array_add(folders, g_strdup(TCPWALTZ_SOURCE_ROOT "/sim/profiles"));
    else
        g_ptr_array_add(folders,
                        g_build_filename(program, "..", "share", "tcpwaltz", "profiles", NULL));
    g_ptr_array_add(folders, g_strdup(TCPWALTZ_DATADIR "/profiles"));
    g_ptr_array_add(folders, NULL);
    return (char **)g_ptr_array_free(folders, FALSE);
}

char **paths_kernels(void)
{
    g_autofree char *program = program_folder();
    gboolean in_tree = program == NULL || is_in_build_folder(program);

    return live_kernel_folders(in_tree ? TCPWALTZ_SOURCE_ROOT "/build/kernels" : NULL);
}

/* A folder that comes with the program, by its name in the source tree. */
static char *shipped(const char *name)
{
    g_autofree char *program = program_folder();

    if (program == NULL || is_in_build_folder(program))
        return g_build_filename(TCPWALTZ_SOURCE_ROOT, name, NULL);

    char *beside = g_build_filename(program, "..", "share", "tcpwaltz", name, NULL);

    if (g_file_test(beside, G_FILE_TEST_IS_DIR))
        return beside;
    g_free(beside);
    return g_build_filename(TCPWALTZ_DATADIR, name, NULL);
}

char *paths_plots(void)
{
    return shipped("plots");
}

char *paths_scenarios(void)
{
    return shipped("scenarios");
}

char **paths_symptoms(void)
{
    GPtrArray *folders = g_ptr_array_new();

    add_from_environment(folders, "TCPWALTZ_SYMPTOMS");
    g_ptr_array_add(folders, shipped("symptoms"));
    g_ptr_array_add(folders, NULL);
    return (char **)g_ptr_array_free(folders, FALSE);
}

char *paths_page(void)
{
    g_autofree char *program = program_folder();

    return shipped(program == NULL || is_in_build_folder(program) ? "build/page" : "page");
}

char *paths_data(void)
{
    g_autofree char *scenarios = paths_scenarios();

    return g_path_get_dirname(scenarios);
}

char *paths_program(void)
{
    return g_file_read_link("/proc/self/exe", NULL);
}
