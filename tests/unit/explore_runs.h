/* Explorations for the tests of sim/explore: of a text or of a shipped scenario, and a world as one line. */
#ifndef TESTS_UNIT_EXPLORE_RUNS_H
#define TESTS_UNIT_EXPLORE_RUNS_H

#include "lab_runs.h"

#include "config.h"
#include "explore/explore.h"

#define KIND(kind) (1U << EXPLORE_##kind)
#define LAW(law) (1U << EXPLORE_LAW_##law)

enum { ALL_KINDS = (1U << EXPLORE_FAULT_COUNT) - 1, ALL_LAWS = (1U << EXPLORE_LAW_COUNT) - 1 };

static inline ExploreOptions explore_how(guint kinds, guint depth)
{
    ExploreOptions how = {
        .kinds = kinds, .depth = depth, .to = SIM_NEVER, .delay_by = 90 * SIM_SECOND, .threads = 1};

    explore_bounds(&how.lab);
    return how;
}

static inline Plan *world_plan_of(const char *text)
{
    Plan *plan = plan_of(text);
    SourcePlace place;
    g_autofree char *unfit = explore_unfit(plan, 0, &place);

    ck_assert_msg(unfit == NULL, "%s", unfit);
    explore_prepare(plan, 0);
    return plan;
}

static inline Plan *load_shipped(const char *file)
{
    static const char *const profiles[] = {TCPWALTZ_SOURCE_ROOT "/sim/profiles", NULL};
    ScenarioOptions how = {.profile_dirs = profiles};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autofree char *path = g_build_filename(TCPWALTZ_SOURCE_ROOT, "scenarios", file, NULL);
    Plan *plan = scenario_load(path, &how, diagnostics);
    g_autofree char *errors = diagnostics_format(diagnostics);

    ck_assert_msg(plan != NULL, "%s", errors);
    return plan;
}

/* "drop client SYN #1; delay server ACK #2 by 90s" */
static inline char *lines_of(const Plan *plan, const ExploreOptions *how, const ExploreWorld *world)
{
    g_autoptr(GPtrArray) lines = explore_world_lines(plan, how, world);

    g_ptr_array_add(lines, NULL);
    return g_strjoinv("; ", (char **)lines->pdata);
}

#endif
