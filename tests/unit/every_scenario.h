/* Every scenario of scenarios/ and tests/scenarios/ that is right, one after the other. */
#ifndef TESTS_UNIT_EVERY_SCENARIO_H
#define TESTS_UNIT_EVERY_SCENARIO_H

#include "check_main.h"

#include "config.h"
#include "less.h"
#include "scenario/scenario.h"

static const char *const roots[] = {"scenarios", "tests/scenarios"};
/* Those that are wrong, and those that hold on purpose what does not happen. */
static const char *const left_out[] = {"errors", "fail", NULL};

static inline void collect(const char *folder_path, GPtrArray *out)
{
    g_autoptr(GDir) dir = g_dir_open(folder_path, 0, NULL);
    const char *name;

    ck_assert_ptr_nonnull(dir);
    while ((name = g_dir_read_name(dir)) != NULL) {
        char *path = g_build_filename(folder_path, name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR) && !g_strv_contains(left_out, name))
            collect(path, out);
        if (g_str_has_suffix(name, ".scn"))
            g_ptr_array_add(out, path);
        else
            g_free(path);
    }
}

static inline Plan *load(const char *path)
{
    static const char *const profiles[] = {TCPWALTZ_SOURCE_ROOT "/sim/profiles", NULL};
    ScenarioOptions how = {.profile_dirs = profiles};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    Plan *plan = scenario_load(path, &how, diagnostics);
    g_autofree char *errors = diagnostics_format(diagnostics);

    ck_assert_msg(plan != NULL, "%s", errors);
    return plan;
}

static inline void for_each_scenario(void (*hold)(const char *path, const Plan *plan))
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

    for (gsize i = 0; i < G_N_ELEMENTS(roots); i++) {
        g_autofree char *root = g_build_filename(TCPWALTZ_SOURCE_ROOT, roots[i], NULL);
        collect(root, paths);
    }
    ck_assert_uint_gt(paths->len, 150);
    for (guint i = 0; i < paths->len; i += LESS) {
        const char *path = g_ptr_array_index(paths, i);
        g_autoptr(Plan) plan = load(path);
        hold(path, plan);
    }
}

#endif
